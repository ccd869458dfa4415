"""Parquet files: their columns and types, and their rows as text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.errors import InputError
from footprint.read.columns import text_of
from footprint.read.grid import Grid, refuse_twins

if TYPE_CHECKING:
    import pyarrow as pa


def read_parquet(path: Path, sheet: str | None = None) -> Grid:
    """Read a file; InputError where it is no Parquet, has no rows, or two columns of one name."""
    import pyarrow.parquet as pq

    del sheet  # a Parquet file is one table
    with _readable(path):
        table = pq.ParquetFile(path).read()
    if table.num_rows == 0:
        raise InputError(path, "has no rows", "Export it again.")
    refuse_twins(path, table.column_names)
    return Grid(table.column_names, as_texts(table), range(1, table.num_rows + 1), "row")


def as_texts(table: pa.Table | pa.RecordBatch) -> list[list[str]]:
    """Return columns as text, nothing as ""."""
    return [list(map(text_of, column.to_pylist())) for column in table.columns]


def schema_of(path: Path) -> pa.Schema:
    """Return the columns and types of a file; InputError where it is no Parquet."""
    import pyarrow.parquet as pq

    with _readable(path):
        return pq.read_schema(path)


def first_rows(path: Path, most: int) -> pa.RecordBatch | None:
    """Return the first rows of a file, None where it has none; InputError where it is no Parquet."""
    import pyarrow.parquet as pq

    with _readable(path):
        return next(pq.ParquetFile(path).iter_batches(most), None)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, ValueError) as fault:
        told = " ".join(str(fault).split())[:160]
        raise InputError(path, f"cannot be read as Parquet ({told})", "Export it again.") from None
