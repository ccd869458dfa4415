"""Large tables of delimited text, read by pyarrow, which takes long to load.

It passes over a quote that is never closed and text behind one: such tables are left to Python's csv.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as bulk

from footprint.read.grid import Grid
from footprint.read.guards import MAY_GUARD

if TYPE_CHECKING:
    from numpy.typing import NDArray


def read_in_bulk(heading: list[str], text: str, delimiter: str, first: int) -> Grid | None:
    """Read the rows of a plain table, of which line `first` is the first; None for what is not plain."""
    body = text.rstrip("\n").encode()
    if not body or "" in heading or len(set(heading)) < len(heading):
        return None
    signs = np.frombuffer(body, np.uint8)
    ends, quotes = np.flatnonzero(signs == ord("\n")), np.flatnonzero(signs == ord('"'))
    if not _well_quoted(signs, quotes, delimiter):
        return None
    # a line end inside quotes ends no row, and an empty line is none
    starts = np.concatenate([[0], ends[np.searchsorted(quotes, ends) % 2 == 0] + 1])
    starts = starts[signs[starts] != ord("\n")]
    names = [str(i) for i in range(len(heading))]
    try:
        table = bulk.read_csv(
            pa.BufferReader(body),
            bulk.ReadOptions(column_names=names),
            bulk.ParseOptions(delimiter=delimiter, newlines_in_values=len(quotes) > 0),
            bulk.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
        )
    except (pa.ArrowException, ValueError):
        return None
    if table.num_rows != len(starts):
        return None
    longest = max((pc.max(pc.binary_length(column)).as_py() or 0 for column in table.columns), default=0)
    if longest > csv.field_size_limit():
        return None
    lines = np.searchsorted(ends, starts) + first
    sizes = [pc.binary_length(pc.utf8_trim_whitespace(column)) for column in table.columns]
    # a value in every row says that none is blank; to hold columns against each other pyarrow loads pandas
    if not any(pc.min(size).as_py() for size in sizes):
        blank = np.all([size.to_numpy() == 0 for size in sizes], axis=0)
        table, lines = table.filter(pa.array(~blank)), lines[~blank]
    # what may have to be changed goes on as text of Python
    columns = [c.to_pylist() if _may_guard(c) else c for c in table.columns]
    return Grid(heading, columns, lines.tolist()) if len(lines) else None


def _may_guard(column: pa.ChunkedArray) -> bool:
    return bool(pc.any(pc.match_substring_regex(column, MAY_GUARD)).as_py())


def _well_quoted(signs: NDArray[np.uint8], quotes: NDArray[np.intp], delimiter: str) -> bool:
    """Return whether quotes only stand around fields, and in pairs inside them."""
    if len(quotes) % 2:
        return False
    around = [ord(c) for c in f'{delimiter}\n"']
    opening, closing = quotes[::2], quotes[1::2]
    before = signs[opening[opening > 0] - 1]
    after = signs[closing[closing < len(signs) - 1] + 1]
    return bool(np.isin(before, around).all() and np.isin(after, around).all())
