"""A table or a boundary file, for the codes in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from footprint.model.errors import InputError
from footprint.model.nations import GSS
from footprint.model.source import split_layer
from footprint.model.words import listing
from footprint.read.boundary import find_code_column, read_features
from footprint.read.columns import SAMPLE, clean_codes, find_column
from footprint.read.formats import is_drawn
from footprint.read.table import read_table


@dataclass(frozen=True)
class CodedTable:
    """A table with a column of codes."""

    path: Path
    frame: pd.DataFrame
    """All columns as text, without the blanks around it."""
    column: str
    codes: list[str]
    """Of each row."""
    notes: tuple[str, ...]


def read_codes(path: Path, column: str | None = None) -> CodedTable:
    """Read a table, or the attributes of a boundary file, and find its column of codes.

    Raises InputError for a file that cannot be read, that has no such column or several.
    """
    file, _ = split_layer(path)
    notes: list[str] = []
    if is_drawn(file):
        features = read_features(path)
        frame = pd.DataFrame(features.frame.drop(columns=features.frame.geometry.name)).astype(str)
        frame = frame.set_axis(pd.RangeIndex(1, len(frame) + 1), axis=0)
        coded = _coded(frame) if column is None else []
        found = coded[0] if len(coded) == 1 else find_code_column(features, column, None).name
        row_word = "row"
        notes += features.notes
    else:
        table = read_table(path)
        frame = pd.DataFrame(dict(table), index=pd.Index(table.lines), dtype=str)
        found = _column(frame, file) if column is None else find_column(table.columns, column, file)
        row_word = table.row_word
        notes += table.notes
    codes = clean_codes(frame[found], file, found, notes, row_word)
    return CodedTable(file, frame, found, list(codes), tuple(notes))


def _coded(frame: pd.DataFrame) -> list[str]:
    """Return the columns of which most values look like GSS codes."""
    sample = frame.head(SAMPLE)
    return [str(c) for c in sample.columns if sample[c].str.upper().str.match(GSS).sum() * 2 > len(sample)]


def _column(frame: pd.DataFrame, path: Path) -> str:
    """Return the one column of codes."""
    found = _coded(frame)
    if len(found) == 1:
        return found[0]
    told = f"has several columns of codes: {listing(found)}" if found else "has no column of GSS codes"
    raise InputError(
        path, told, f"Name the one that is meant with --column. Its columns: {listing(frame.columns, 12)}."
    )
