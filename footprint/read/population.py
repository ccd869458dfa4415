"""Population tables: codes are text, counts are numbers, nothing is dropped silently."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from footprint.model.errors import InputError
from footprint.model.geographies import Geography
from footprint.model.rows import Population
from footprint.model.words import listing
from footprint.read.numbers import read_numbers, value_column
from footprint.read.table import read_table


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
    people_column = value_column(table, table.columns, value, code_column.name, notes)
    codes = table.codes(code_column.name, notes)
    people = read_numbers(table, people_column)
    if (twice := codes[codes.duplicated(keep=False)]).size:
        rows = codes.index[codes == twice.iloc[0]]
        raise InputError(
            path,
            f"has {twice.nunique():,} codes on more than one row; {twice.iloc[0]} on "
            f"{table.row_word}s {listing(rows)}",
            "Keep one row for each code (one sex, one age group, one year).",
        )
    source = table.source(role, code_column.vintage)
    return Population(
        pd.Series(people, index=codes.to_numpy()),
        code_column,
        source,
        stated_source,
        assumption,
        tuple(notes),
    )
