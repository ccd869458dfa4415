"""Rows of a flow file that add up others, where the rows of a unit and a provider are to be added up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.errors import InputError
from footprint.model.words import listing, short
from footprint.read.flow_divisions import by_name, by_numbers
from footprint.read.groups import of_people, several_kinds, sum_among
from footprint.read.periods import of_time

if TYPE_CHECKING:
    import pyarrow as pa

    from footprint.read.engine import Files


# What divides people, care or time has few kinds; numbers of patients and dates have many.
MOST_KINDS = 400
# Of fewer pairs of a unit and a provider one kind may be the sum of the others by chance.
LEAST_PAIRS, LEAST_OF_TWO, LEAST_SUMS = 3, 10, 4
# Kinds that may be the sum of the others have half of everything, or nearly so where small cells are hidden.
_HALF = (0.45, 0.55)

_OTHER = "TRIM(CAST(other AS STRING))"
_AMOUNT = "TRY_CAST(REPLACE(TRIM(CAST(value AS STRING)), ',', '') AS DOUBLE)"


def refuse_sums(
    files: Files,
    wanted: Mapping[str, str],
    chosen: Collection[str],
    ask: Callable[[Mapping[str, str], str], pa.Table],
) -> None:
    """Raise InputError where the rows of a unit and a provider may not be added up: some add up others.

    All rows are looked at, as a file may have all that is of women, of men and of everybody below each
    other. A kind is a sum by its name, or if it is that of the others in every pair.

    Parameters
    ----------
    wanted : name in the view → column of the files, with `value`
    chosen : columns by which rows are chosen, in which nothing is added up
    ask : counts rows, given the columns of a view `flows` and SQL over it

    """
    used = {*wanted.values(), *chosen, *files.partitions}
    for column in (c for c in files.columns if c not in used):
        view = {**wanted, "other": column}
        [kinds] = ask(view, f"SELECT COUNT(DISTINCT {_OTHER}) AS n FROM flows")["n"].to_pylist()
        if not 1 < kinds <= MOST_KINDS:
            continue
        rows = ask(
            view,
            f"SELECT kind, SUM(COALESCE(amount, 0)) AS amount FROM (SELECT COALESCE({_OTHER}, '') AS kind, "
            f"{_AMOUNT} AS amount FROM flows) AS cells GROUP BY kind ORDER BY kind",
        ).to_pylist()
        named = sum_among({column: [row["kind"] for row in rows]})
        if named is not None:
            raise _counted_twice(files, column, named[1])
        each = [row["kind"] for row in rows]
        cells = (
            f"SELECT COALESCE(unit, '') AS unit, COALESCE(provider, '') AS provider, "
            f"COALESCE({_OTHER}, '') AS kind, {_AMOUNT} AS amount FROM flows"
        )
        whole = sum(row["amount"] for row in rows)
        for row in rows:
            half = _HALF[0] * whole < row["amount"] < _HALF[1] * whole
            if half and _adds_up(row["kind"], view, ask, of_two=len(rows) == 2):
                raise _counted_twice(files, column, row["kind"])
        if (twice := by_name(each) or by_numbers(each, view, ask, cells)) is not None:
            one, other = (listing((f"'{short(kind)}'" for kind in side), 3) for side in twice)
            raise InputError(
                files.name,
                f"has rows that divide the same people twice ({one} and, again, {other} in column "
                f"'{column}'), so repeated = \"sum\" would count people twice",
                f'Choose one division with only = {{ "{column}" = […] }}.',
            )


def _adds_up(
    kind: str, view: Mapping[str, str], ask: Callable[[Mapping[str, str], str], pa.Table], *, of_two: bool
) -> bool:
    """Return whether a kind is the sum of the others for each unit and provider; hidden cells say nothing.

    Of two kinds, as two levels of a tree of diagnoses, the sum has fewer rows in each pair, and more has to
    be alike: as many women as men are no sum of each other.
    """
    # text in SQL would have to be quoted as each engine has it
    own = f"HEX(COALESCE({_OTHER}, '')) = '{kind.encode().hex().upper()}'"
    pairs = ask(
        view,
        "SELECT COUNT(*) AS pairs, SUM(CASE WHEN own = rest THEN 0 ELSE 1 END) AS off, "
        "SUM(CASE WHEN ones < parts THEN 0 ELSE 1 END) AS even, COUNT(DISTINCT own) AS sums FROM ("
        "SELECT SUM(CASE WHEN mine THEN amount ELSE 0 END) AS own, "
        "SUM(CASE WHEN mine THEN 0 ELSE amount END) AS rest, "
        "SUM(CASE WHEN mine THEN 1 ELSE 0 END) AS ones, "
        "SUM(CASE WHEN mine THEN 0 ELSE 1 END) AS parts, "
        "SUM(CASE WHEN amount IS NULL THEN 1 ELSE 0 END) AS hidden "
        f"FROM (SELECT unit, provider, {own} AS mine, {_AMOUNT} AS amount FROM flows) AS cells "
        "GROUP BY unit, provider) AS sums WHERE hidden = 0 AND parts > 1",
    ).to_pylist()[0]
    if of_two and (pairs["pairs"] < LEAST_OF_TWO or pairs["even"] or pairs["sums"] < LEAST_SUMS):
        return False
    return bool(pairs["pairs"] >= LEAST_PAIRS and pairs["off"] == 0)


def several_times(
    files: Files,
    wanted: Mapping[str, str],
    chosen: Collection[str],
    ask: Callable[[Mapping[str, str], str], pa.Table],
) -> list[str]:
    """Return the note on rows of several years, sexes and so on, of which no pair has two; or none.

    The parameters are those of `refuse_sums`.
    """
    used = {*wanted.values(), *chosen}
    for column in (c for c in files.columns if c not in used and (of_time(c) or of_people(c))):
        every = f"SELECT DISTINCT COALESCE({_OTHER}, '') AS kind FROM flows"
        if times := several_kinds({column: ask({**wanted, "other": column}, every)["kind"].to_pylist()}):
            return [f"{Path(files.name).name}: has rows of {times}; they are put together"]
    return []


def _counted_twice(files: Files, column: str, kind: str) -> InputError:
    return InputError(
        files.name,
        f"has rows that add up others ('{short(kind)}' in column '{column}'), so repeated = \"sum\" would "
        "count people twice",
        f'Choose among them with only = {{ "{column}" = "{short(kind)}" }}.',
    )
