"""Population tables: codes are text, counts are numbers, nothing is dropped silently."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.geographies import Geography
from footprint.model.later import series
from footprint.model.rows import Population
from footprint.model.words import count, listing, short
from footprint.read.columns import code_guess, find_column
from footprint.read.groups import not_all_people
from footprint.read.table import Table, read_table
from footprint.read.totals import is_nation, is_total


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
    _refuse_note(table, code_column.name)
    column = None if value is None else find_column(table.columns, value, table.path)
    if column is None or not all(map(_is_plain, table[column])):
        # pandas takes longer to load than a plain table to read
        from footprint.read import numbers

        column = column or numbers.value_column(table, table.columns, None, code_column.name, notes)
        people = numbers.read_numbers(table, column).tolist()
    else:
        people = [float(number) for number in table[column]]
    codes = table.code_list(code_column.name, notes)
    sums = {at for at, code in enumerate(codes) if is_total(code)}
    if sums and len(codes) - len(sums) > 1:
        lines = table.lines
        notes += [_left_out(table, lines[at], codes, people, at, sums) for at in sorted(sums)]
        codes = [code for at, code in enumerate(codes) if at not in sums]
        people = [number for at, number in enumerate(people) if at not in sums]
    else:
        sums = set()
    counts = dict(zip(codes, people, strict=True))
    if len(counts) < len(codes):
        many = Counter(codes)
        twice = next(code for code in codes if many[code] > 1)
        lines = [line for at, line in enumerate(table.lines) if at not in sums]
        rows = [line for line, code in zip(lines, codes, strict=True) if code == twice]
        raise InputError(
            path,
            f"has {count(sum(n > 1 for n in many.values()), 'code')} on more than one row; {twice} on "
            f"{table.row_word}s {listing(rows)}",
            "Keep one row for each code (one sex, one age group, one year).",
        )
    if (doubt := not_all_people(table, code_column.name, column)) is not None:
        if value is None:
            raise doubt.fault
        notes.append(f"{table.path.name}: {doubt.note}")
    source = table.source(role, code_column.vintage)
    return Population(
        series(counts),
        code_column,
        source,
        stated_source,
        assumption,
        tuple(notes),
    )


def _refuse_note(table: Table, code: str) -> None:
    """Raise InputError for words below the rows, which a spreadsheet pads to the width of the table.

    Codes of one's own may be words themselves.
    """
    last, others = table[code][-1], [name for name in table if name != code]
    of_words = any(" " in text for text in table[code][:-1])
    if " " in last and not of_words and others and not any(table[name][-1] for name in others):
        raise table.fault(
            table.lines[-1],
            f"has '{short(last)}' where a code is needed, and nothing else",
            "Delete the row if it is a note; else complete it.",
        )


def _left_out(table: Table, line: int, codes: list[str], people: list[float], at: int, sums: set[int]) -> str:
    """Return the note on a row that adds up the others, or is about a nation; InputError if it is neither."""
    each = [number for i, number in enumerate(people) if i not in sums]
    total, code = people[at], codes[at]
    if abs(sum(each) - total) <= 0.5 * len(each):
        where = "below the rows" if at == len(codes) - 1 else "among the rows"
        return f"{table.path.name}: '{code}' {where} is their sum and was left out"
    if is_nation(code):
        return f"{table.path.name}: {code} is a whole nation ({total:,.0f} people) and was left out"
    raise table.fault(
        line,
        f"calls {total:,.0f} '{code}', but the other rows add up to {sum(each):,.0f}",
        "Delete the row, or complete the others.",
    )


def _is_plain(number: str) -> bool:
    """Return whether text is a whole number and nothing else: below 10⁹, so that nothing about it is odd."""
    return number.isascii() and number.isdecimal() and len(number) < 10
