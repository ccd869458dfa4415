"""Lookup tables: which area each unit belongs to; nothing is dropped silently."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from footprint.model.errors import InputError
from footprint.model.geographies import Column, Geography, read_column
from footprint.model.rows import Lookup
from footprint.model.words import count, listing
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
    units = table.codes(unit_column.name, notes)
    areas = table.codes(code_column.name, notes)
    pairs = pd.DataFrame({"unit": units, "area": areas})
    distinct = pairs.drop_duplicates()
    if len(distinct) < len(pairs):
        notes.append(f"{table.path.name}: {len(pairs) - len(distinct):,} rows repeat another and count once")
    twice = distinct[distinct["unit"].duplicated(keep=False)]
    if len(twice):
        one = twice["unit"].iloc[0]
        both = twice[twice["unit"] == one]
        raise InputError(
            path,
            f"gives {twice['unit'].nunique():,} units to two areas; {one} to "
            f"{listing(both['area'])} ({table.row_word}s {listing(both.index)})",
            "Keep one row for each unit.",
        )
    names = _names(table, code_column, areas, notes)
    source = table.source(role, code_column.vintage)
    return Lookup(
        pd.Series(distinct["area"].to_numpy(), index=distinct["unit"].to_numpy()),
        names,
        code_column,
        source,
        tuple(notes),
    )


def _lookup_columns(
    table: Table,
    unit: str | None,
    code: str | None,
    unit_geography: Geography | None,
    geography: Geography | None,
) -> tuple[Column, Column]:
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


def _names(table: Table, code: Column, areas: pd.Series, notes: list[str]) -> pd.Series:
    """Return names from the column that is called like the code's: LAD20NM, or place_name for place_code."""
    wanted = {
        re.sub(rf"{ending}$", name, code.name.lower())
        for ending, name in (("cd", "nm"), ("code", "name"))
        if code.name.lower().endswith(ending)
    }
    for column in table:
        if column.lower() in wanted:
            pairs = pd.DataFrame({"area": areas, "name": table.frame[column].str.strip()})
            pairs = pairs.drop_duplicates()
            several = pairs[pairs["area"].duplicated()]["area"]
            if len(several):
                notes.append(
                    f"{table.path.name}: {count(several.nunique(), 'area')} with several names in "
                    f"'{column}', of which the first counts: {listing(several.unique())}"
                )
            return pairs.drop_duplicates("area").set_index("area")["name"]
    return pd.Series(dtype=str)
