"""Kinds of rows in one column that divide people twice over, as sexes and ages below each other.

Each patient is then in several rows, though none of them is called a total.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

_SEX = re.compile(r"m|f|(fe)?males?|(wo)?men|boys?|girls?", re.IGNORECASE)
_AGE = re.compile(
    r"(ages? |aged )?(\d+ ?(-|\u2013|to) ?\d+|\d+ ?\+|(over|under) \d+|\d+ (and|or) (over|under|older))"
    r"( years)?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d(?:[-/]\d\d(?:\d\d)?)?")
_IN_YEAR = r"(?:q(?:uarter ?)?[1-4]|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)"
_PART_OF_YEAR = re.compile(
    rf"((?:19|20)\d\d)(?:[-/]\d\d(?:\d\d)?)?[ -]*{_IN_YEAR}"
    rf"|{_IN_YEAR}[ -]*((?:19|20)\d\d)(?:[-/]\d\d(?:\d\d)?)?",
    re.IGNORECASE,
)
# Kinds of which sums are sought among each other; diagnoses and the like, which are more, are sparse.
_FEWEST, MOST_KINDS = 4, 60
# Pairs of a unit and a provider with different mixes of kinds, beyond as many as there are kinds in the sums.
_SPARE_PAIRS = 2
_SAMPLE = 4 * MOST_KINDS


def by_name(kinds: Sequence[str]) -> tuple[list[str], list[str]] | None:
    """Return sexes and ages among kinds, if each divides people, or years and parts of them; or None."""
    sexes, ages = ([kind for kind in kinds if of.fullmatch(kind)] for of in (_SEX, _AGE))
    if len(sexes) > 1 and len(ages) > 1:
        return sexes, ages
    years = [kind for kind in kinds if _YEAR.fullmatch(kind)]
    within = {year[:4] for year in years}
    parts = [kind for kind in kinds if (of := _PART_OF_YEAR.fullmatch(kind)) and (of[1] or of[2]) in within]
    return (years, parts) if parts else None


def by_numbers(
    kinds: Sequence[str],
    view: Mapping[str, str],
    ask: Callable[[Mapping[str, str], str], pa.Table],
    cells: str,
) -> tuple[list[str], list[str]] | None:
    """Return two sets of kinds that have the same sum for each unit and provider, or None.

    Numbers that are alike or in one proportion everywhere say nothing: those of the kinds must differ
    otherwise, which leaves one relation among them.

    Parameters
    ----------
    view, ask : as `flow_parts.refuse_sums` has them
    cells : SQL of unit, provider, kind and amount, which is NULL where it is hidden

    """
    if not _FEWEST <= len(kinds) <= MOST_KINDS:
        return None
    pairs = ask(
        view,
        "SELECT unit, provider FROM (SELECT unit, provider, SUM(amount) AS total, COUNT(*) AS cells, "
        f"COUNT(amount) AS known FROM ({cells}) AS held GROUP BY unit, provider) AS pairs "
        f"WHERE cells = known AND cells > 1 ORDER BY total DESC, unit, provider LIMIT {_SAMPLE}",
    ).to_pylist()
    if len(pairs) < _FEWEST + _SPARE_PAIRS:
        return None
    sampled = ", ".join(f"'{_hex(pair['unit'])} {_hex(pair['provider'])}'" for pair in pairs)
    rows = ask(
        view,
        f"SELECT unit, provider, kind, SUM(amount) AS amount FROM ({cells}) AS held "
        f"WHERE CONCAT(HEX(unit), ' ', HEX(provider)) IN ({sampled}) GROUP BY unit, provider, kind",
    ).to_pylist()
    at = {pair: i for i, pair in enumerate(sorted({(row["unit"], row["provider"]) for row in rows}))}
    amounts = np.zeros((len(at), len(kinds)))
    for row in rows:
        amounts[at[row["unit"], row["provider"]], kinds.index(row["kind"])] = row["amount"]
    for one, other in _alike(amounts):
        sides = [[kinds[i] for i in side] for side in (one, other)]
        sums = [
            f"SUM(CASE WHEN HEX(kind) IN ({', '.join(map(_quoted, side))}) THEN amount ELSE 0 END)"
            for side in sides
        ]
        off = ask(
            view,
            f"SELECT COUNT(*) AS off FROM (SELECT {sums[0]} AS one, {sums[1]} AS other, COUNT(*) AS cells, "
            f"COUNT(amount) AS known FROM ({cells}) AS held GROUP BY unit, provider) AS sums "
            "WHERE cells = known AND one <> other",
        )["off"].to_pylist()
        if off == [0]:
            return sides[0], sides[1]
    return None


def _hex(text: str) -> str:
    """Return text as it stands in SQL, where quotes in it would be escaped otherwise by each engine."""
    return text.encode().hex().upper()


def _quoted(text: str) -> str:
    return f"'{_hex(text)}'"


def _alike(amounts: NDArray[np.float64]) -> list[tuple[list[int], list[int]]]:
    """Return sets of columns whose sums are the same in each row, and which are independent otherwise."""
    different = np.unique(amounts, axis=0)
    left = different.copy()
    pivots: list[int] = []
    found = []
    for column in range(amounts.shape[1]):
        row = len(pivots)
        here = np.abs(left[row:, column])
        if row < len(left) and here.max(initial=0.0) > 1e-6:
            best = row + int(here.argmax())
            left[[row, best]] = left[[best, row]]
            left[row] /= left[row, column]
            rest = np.arange(len(left)) != row
            left[rest] -= np.outer(left[rest, column], left[row])
            pivots.append(column)
            continue
        # what it is made of, of the columns before it
        parts = left[:row, column]
        if not np.allclose(parts, np.rint(parts), atol=1e-6) or np.abs(parts).max(initial=0.0) > 1.5:
            continue
        one = [column, *(pivots[i] for i in range(row) if parts[i] < -0.5)]
        other = [pivots[i] for i in range(row) if parts[i] > 0.5]
        both = sorted(one + other)
        if other and _mixes(different[:, both]) >= len(both) + _SPARE_PAIRS:
            found.append((sorted(one), sorted(other)))
    return found


def _mixes(amounts: NDArray[np.float64]) -> int:
    """Return how many rows differ in more than how much they are of: multiples of one say the same."""
    whole = amounts.sum(axis=1, keepdims=True)
    return len(np.unique((amounts / np.where(whole > 0, whole, 1.0)).round(9), axis=0))
