"""Columns of boundary files and tables: which one holds the codes, and the codes as text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from footprint.model.errors import InputError
from footprint.model.geographies import Column, Geography, geography_of_codes, read_column
from footprint.model.words import listing, nearest


def choose_code_column(
    columns: list[str],
    wanted: str | None,
    geography: Geography | None,
    path: Path,
    values: Callable[[str], Iterable[str]],
    key: str = "code",
) -> Column:
    """Choose the code column among `columns`; `values(column)` gives a sample of its text.

    `key` is the key of the plan by which the user can name the column.
    """
    choose = f'Name the one that is meant, with {key} = "…" in a plan.'
    if wanted is not None:
        return _as_column(find_column(columns, wanted, path))
    read = [c for c in map(read_column, columns) if c is not None and c.kind == "code"]
    fitting = [
        c
        for c in read
        if c.geography is not None and (geography is None or _same_kind(c.geography, geography))
    ]
    candidates = fitting or [c for c in read if c.geography is None]
    if not candidates:
        # no ONS name: a column whose values are codes of the geography will do, and is noted
        for column in columns:
            found = geography_of_codes(values(column))
            if found is not None and (geography is None or _same_kind(found, geography)):
                candidates.append(Column(column, "code", found, None))
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        raise InputError(
            path,
            f"has {len(candidates)} columns that could hold the codes: {listing(c.name for c in candidates)}",
            choose,
        )
    kind = f"{geography.key} codes" if geography is not None and geography.prefixes else "codes"
    raise InputError(
        path,
        f"has no column recognised as {kind}",
        f"{choose} Its columns: {listing(columns, 12)}.",
    )


def find_column(columns: list[str], wanted: str, path: Path) -> str:
    """Return the column called `wanted` (exactly, or else in another case); InputError if there is none."""
    if wanted in columns:
        return wanted
    alike = [c for c in columns if c.strip().casefold() == wanted.strip().casefold()]
    if len(alike) == 1:
        return alike[0]
    raise InputError(
        path,
        f"has no column '{wanted}'",
        f"{nearest(wanted, columns)}Its columns: {listing(columns, 12)}.",
    )


def _as_column(name: str) -> Column:
    read = read_column(name)
    return read if read is not None and read.kind == "code" else Column(name, "code", None, None)


def _same_kind(a: Geography, b: Geography) -> bool:
    # E38 is a CCG or a Sub-ICB location, and OTHER takes any code
    return a == b or "OTHER" in (a.key, b.key) or {a.key, b.key} == {"CCG", "SICBL"}


def clean_codes(
    values: pd.Series, path: Path, column: str, notes: list[str], row_word: str = "row"
) -> pd.Series:
    """Return codes as text without surrounding blanks.

    The index of `values` counts the rows as the user sees them; InputError names those without a code.
    """
    text = as_text(values)
    stripped = text.str.replace("\ufeff", "").str.strip()
    empty = stripped.isin(("", "nan", "None", "<NA>", "NULL", "null"))
    if empty.any():
        rows = f"{row_word} {listing(values.index[empty])}"
        raise InputError(
            path,
            f"has {int(empty.sum()):,} {row_word}s without a code in column '{column}' ({rows})",
            "Give each area its code, or delete the rows.",
        )
    changed = int((stripped != text).sum())
    if changed:
        notes.append(f"{path.name}: blanks around {changed:,} codes in '{column}' were taken off")
    return stripped


def as_text(values: pd.Series) -> pd.Series:
    """Return values as text: nothing as "", and 1234.0, which went through a spreadsheet, as "1234"."""

    def one(value: object) -> str:
        if value is None or value is pd.NA or value != value:
            return ""
        if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
            return str(int(value))
        return str(value)

    return values.astype("object").map(one)
