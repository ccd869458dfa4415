"""Population tables: codes are text, counts are numbers, nothing is dropped silently."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.geographies import Geography
from footprint.model.later import series
from footprint.model.nations import NATIONS
from footprint.model.rows import Population
from footprint.model.words import count, listing
from footprint.read.columns import code_guess, find_column
from footprint.read.table import Table, read_table

# What stands in the column of codes where the last row adds the others up.
_SUMS = frozenset(
    {"total", "totals", "grand total", "sum", "all", "overall"}
    | {n.name.casefold() for n in NATIONS.values()}
)


def read_population(
    path: Path | str,
    *,
    code: str | None = None,
    value: str | None = None,
    geography: Geography | None = None,
    stated_source: str = "",
    assumption: str = "",
    role: str = "population",
) -> Population:
    """Read people by code.

    Thousands separators are read; anything else that is not a number, a negative number, an empty
    cell or a code on two rows raises InputError naming the row.
    """
    table = read_table(path)
    notes = list(table.notes)
    code_column = table.code_column(code, geography)
    if code is None:
        notes.append(code_guess(code_column, role))
    if value is not None:
        column = find_column(table.columns, value, table.path)
    else:
        from footprint.read import numbers

        column = numbers.value_column(table, table.columns, None, code_column.name, notes)
    codes = table.code_list(code_column.name, notes)
    if all(map(_is_plain, table[column])):
        people = [float(number) for number in table[column]]
    else:
        # pandas takes longer to load than a plain table to read
        from footprint.read import numbers

        people = numbers.read_numbers(table, column).tolist()
    if (codes[-1].casefold() in _SUMS) and len(codes) > 2:
        _require_sum(table, codes, people)
        notes.append(f"{table.path.name}: '{codes.pop()}' below the rows is their sum and was left out")
        people.pop()
    counts = dict(zip(codes, people, strict=True))
    if len(counts) < len(codes):
        many = Counter(codes)
        twice = next(code for code in codes if many[code] > 1)
        rows = [line for line, code in zip(table.lines, codes, strict=True) if code == twice]
        raise InputError(
            path,
            f"has {count(sum(n > 1 for n in many.values()), 'code')} on more than one row; {twice} on "
            f"{table.row_word}s {listing(rows)}",
            "Keep one row for each code (one sex, one age group, one year).",
        )
    source = table.source(role, code_column.vintage)
    return Population(
        series(counts),
        code_column,
        source,
        stated_source,
        assumption,
        tuple(notes),
    )


def _require_sum(table: Table, codes: list[str], people: list[float]) -> None:
    """Raise InputError where a total below the rows is not their sum."""
    *each, total = people
    if abs(sum(each) - total) > 0.5 * len(each):
        raise table.fault(
            table.lines[-1],
            f"calls {total:,.0f} '{codes[-1]}', but the rows above it add up to {sum(each):,.0f}",
            "Delete the row, or complete the others.",
        )  # fmt: skip


def _is_plain(number: str) -> bool:
    """Return whether text is a whole number and nothing else: below 10⁹, so that nothing about it is odd."""
    return number.isascii() and number.isdecimal() and len(number) < 10
