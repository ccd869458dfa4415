"""Parquet files: their columns and types, and their rows as text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.errors import InputError
from footprint.read.archive import require_modest
from footprint.read.columns import text_of
from footprint.read.grid import Grid, refuse_twins

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq


def read_parquet(path: Path, data: bytes, sheet: str | None = None) -> Grid:
    """Read the bytes of a file; InputError for no Parquet, no rows, or two columns of one name."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    del sheet  # a Parquet file is one table
    with _readable(path):
        file = pq.ParquetFile(pa.BufferReader(data), page_checksum_verification=True)
        require_modest_rows(path, file.metadata, len(data))
        table = file.read()
        table.validate(full=True)
    if table.num_rows == 0:
        raise InputError(path, "has no rows", "Export it again.")
    refuse_twins(path, table.column_names)
    return Grid(table.column_names, as_texts(path, table), range(1, table.num_rows + 1), "row")


def as_texts(path: Path, table: pa.Table | pa.RecordBatch) -> list[list[str]]:
    """Return columns as text, nothing as ""; InputError for values that have none."""
    with _readable(path):
        return [_texts(column) for column in table.columns]


def _texts(column: pa.ChunkedArray | pa.Array) -> list[str]:
    if str(column.type) in ("binary", "large_binary"):
        # text of programs that do not say that it is text, or outlines, which no table has a use for
        with suppress(ValueError):
            column = column.cast("large_string")
    try:
        return list(map(text_of, column.to_pylist()))
    except (OverflowError, ValueError):  # days and times beyond the years of Python
        return list(map(text_of, column.cast("string").to_pylist()))


def schema_of(path: Path) -> pa.Schema:
    """Return the columns and types of a file; InputError where it is no Parquet."""
    import pyarrow.parquet as pq

    with _readable(path):
        return pq.read_schema(path)


def first_rows(path: Path, most: int) -> pa.RecordBatch | None:
    """Return the first rows of a file, None where it has none; InputError where it is no Parquet."""
    import pyarrow.parquet as pq

    with _readable(path):
        batch = next(pq.ParquetFile(path, pre_buffer=False).iter_batches(most), None)
        if batch is not None:
            batch.validate(full=True)
        return batch


def require_modest_rows(path: Path, stated: pq.FileMetaData, packed: int) -> None:
    """Raise InputError where a file says that it holds more than the limits on archives allow."""
    sizes = sum(stated.row_group(i).total_byte_size for i in range(stated.num_row_groups))
    # what is repeated takes hardly any room in the file, but its place in memory
    cells = stated.num_rows * max(stated.num_columns, 1)
    require_modest(path, max(sizes, cells), packed)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except InputError:
        raise
    except Exception as fault:  # whatever libraries raise for a file, the file is at fault
        told = " ".join(str(fault).split())[:160]
        raise InputError(path, f"cannot be read as Parquet ({told})", "Export it again.") from None
