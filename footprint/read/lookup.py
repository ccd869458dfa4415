"""Lookup tables: which area each unit belongs to; nothing is dropped silently."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

from footprint.model.errors import InputError
from footprint.model.geographies import Geography, NamedColumn, read_column
from footprint.model.later import series
from footprint.model.nations import stands_for_none
from footprint.model.rows import Lookup
from footprint.model.unknown import says_nothing
from footprint.model.words import agree, count, listing
from footprint.read.columns import code_guess
from footprint.read.days import unread_ends
from footprint.read.encoding import bare
from footprint.read.periods import several
from footprint.read.table import Table, read_table


def read_lookup(
    path: Path | str,
    *,
    unit: str | None,
    code: str | None,
    unit_geography: Geography | None,
    geography: Geography | None,
    role: str,
    held: dict[Path, Table] | None = None,
) -> Lookup:
    """Read which area each unit belongs to.

    Columns that are not named are found by their ONS names. `held` keeps tables for further lookups
    from the same file. Raises InputError where a unit or a
    code is empty, and where a unit is given to two areas.
    """
    held = {} if held is None else held
    if Path(path) not in held:
        held[Path(path)] = read_table(path)
    table = held[Path(path)]
    notes = list(table.notes)
    unit_column, code_column = _lookup_columns(table, unit, code, unit_geography, geography)
    notes += [code_guess(unit_column, role, "unit")] if unit is None else []
    notes += [code_guess(code_column, role)] if code is None else []
    table = _without_none(table, code_column, geography, notes)
    units = table.code_list(unit_column.name, notes)
    areas = table.code_list(code_column.name, notes)
    pairs = dict.fromkeys(zip(units, areas, strict=True))
    if repeated := len(units) - len(pairs):
        told = count(repeated, "row repeats", "rows repeat")
        notes.append(f"{table.path.name}: {told} another and {agree(repeated, 'counts', 'count')} once")
    if none := [pair for pair in pairs if stands_for_none(pair[1])]:
        told = count(len(none), "row says", "rows say")
        notes.append(f"{table.path.name}: {told} with {none[0][1]} that there is no area")
        pairs = {pair: None for pair in pairs if pair not in set(none)}
    codes = dict(pairs.keys())
    if not codes:
        raise InputError(path, f"has no code of an area in '{code_column.name}'", "Name the column of codes.")
    if len(codes) < len(pairs):
        _refuse_two_areas(path, table, units, areas)
    if times := several({c: table[c] for c in table if c not in (unit_column.name, code_column.name)}):
        notes.append(f"{table.path.name}: has rows of {times}, so its areas may not be of one time")
    notes += unread_ends(table)
    names = _names(table, code_column, areas, notes)
    own = _name_column(table, unit_column)
    return Lookup(
        series(codes),
        series(names),
        code_column,
        table.source(role, code_column.vintage),
        tuple(notes),
        {} if own is None else {unit: name for unit, name in zip(units, table[own], strict=True) if name},
        unit_column=unit_column,
        ods=_ods(table, code_column, areas),
    )


def _without_none(table: Table, code: NamedColumn, geography: Geography | None, notes: list[str]) -> Table:
    """Return a table without its rows of units that lie in no area, where a kind of area leaves ground out.

    Districts in no combined authority have a blank or a word ("N/A") in such a lookup. Areas of one's own
    leave ground out too, but there a blank may be one that was forgotten.
    """
    kind = code.geography or geography
    if kind is None or kind.tiles or not kind.prefixes:
        return table
    none = [not bare(text) or says_nothing(text) for text in table[code.name]]
    if not any(none) or all(none):
        return table
    if _stands_for_rows_below(table[code.name]):
        raise InputError(
            table.path,
            f"has each code in '{code.name}' on one row and nothing below it, as where cells were merged",
            f"Write the code on every row that it is meant for, and 'none' on those in none of the "
            f"{kind.plural}.",
        )
    told = count(sum(none), "row has", "rows have")
    notes.append(f"{table.path.name}: {told} no code in '{code.name}': in none of the {kind.plural}")
    return table.chosen([not each for each in none])


def _stands_for_rows_below(codes: Sequence[str]) -> bool:
    """Return whether a column may have been of merged cells: each code stands once, above blanks.

    Areas that are put together from others have two of them at least.
    """
    blank, held = [not bare(code) for code in codes], [code for code in codes if bare(code)]
    followed = all(now or after for now, after in pairwise([*blank, False]))
    return not blank[0] and followed and len(set(held)) == len(held)


def _refuse_two_areas(path: Path | str, table: Table, units: Sequence[str], areas: Sequence[str]) -> NoReturn:
    """Raise InputError for the units that are given to two areas, with the lines of the first."""
    lines: dict[str, dict[str, int]] = {}
    for unit, area, line in zip(units, areas, table.lines, strict=True):
        lines.setdefault(unit, {}).setdefault(area, line)
    twice = [unit for unit, each in lines.items() if len(each) > 1]
    both = lines[twice[0]]
    raise InputError(
        path,
        f"gives {count(len(twice), 'unit')} to two areas; {twice[0]} to {listing(both)} "
        f"({table.row_word}s {listing(both.values())})",
        "Keep one row for each unit.",
    )


def _lookup_columns(
    table: Table,
    unit: str | None,
    code: str | None,
    unit_geography: Geography | None,
    geography: Geography | None,
) -> tuple[NamedColumn, NamedColumn]:
    """Return the columns of units and of areas.

    A lookup may be keyed by the areas of another layer; then its other column of codes is that of
    the units, if it has just one.
    """
    columns = table.columns
    if unit is not None and unit == code:
        raise InputError(table.path, f"cannot hold units and areas in one column, '{unit}'", "Name two.")
    if unit is None:
        read = [c for c in map(read_column, columns) if c is not None and c.kind == "code"]
        by_units = [c for c in read if unit_geography is not None and c.geography == unit_geography]
        if not by_units and len(read) == 2:
            area = table.code_column(code, geography)
            rest = [c for c in read if c.name != area.name]
            if len(rest) == 1:
                return rest[0], area
    unit_column = table.code_column(unit, unit_geography, "unit")
    return unit_column, table.code_column(code, geography, but=unit_column.name)


def _name_column(table: Table, code: NamedColumn) -> str | None:
    """Return the column that is called like the code's: LAD20NM, or place_name for place_code."""
    wanted = {
        re.sub(rf"{ending}$", name, code.name.lower())
        for ending, name in (("cd", "nm"), ("code", "name"))
        if code.name.lower().endswith(ending)
    }
    return next((column for column in table if column.lower() in wanted), None)


def _ods(table: Table, code: NamedColumn, areas: Sequence[str]) -> dict[str, str]:
    """Return the organisation code of each area → its code, from the column beside it that ends in CDH."""
    column = next((c for c in table if c.lower() == f"{code.name.lower()}h"), None)
    pairs = {} if column is None else dict.fromkeys(zip(table[column], areas, strict=True))
    many = Counter(ods for ods, _ in pairs)
    return {ods: area for ods, area in pairs if ods and many[ods] == 1}


def _names(table: Table, code: NamedColumn, areas: Sequence[str], notes: list[str]) -> dict[str, str]:
    """Return the names of areas, where the table has them: a blank is none."""
    column = _name_column(table, code)
    found: dict[str, str] = {}
    several: dict[str, None] = {}
    for area, name in dict.fromkeys(zip(areas, table[column], strict=True)) if column is not None else ():
        if name and found.setdefault(area, name) != name:
            several[area] = None
    if several:
        notes.append(
            f"{table.path.name}: {count(len(several), 'area')} with several names in "
            f"'{column}', of which the first counts: {listing(several)}"
        )
    return found
