"""Flow files → one unit × provider table.

Three kinds of file: `count` (a number of patients for each unit and provider), `proportion` (the
share of a unit's patients at each provider) and `record` (a row for each spell). Suppressed counts
become intervals; nothing else is guessed, and what cannot be a count is refused.
"""

from __future__ import annotations

import csv
import glob
import gzip
import re
import zlib
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from footprint.model.errors import InputError
from footprint.model.words import listing
from footprint.read.engine import Files
from footprint.read.files import PARQUET, require_file

if TYPE_CHECKING:
    import pyarrow as pa


DELIMITERS = (",", ";", "\t", "|")


SAMPLE_ROWS = 2000


# ── which files, and which columns ──────────────────────────────────────────────────────────────


def find_files(stated: str, folder: Path = Path()) -> Files:
    """Return the files that a path names: a file, a folder of Parquet (or CSV) files, or a glob.

    The path is relative to `folder`, whose own name is never a part of the glob.

    Raises InputError where there are none, and where their columns differ.
    """
    name = str(folder / stated)
    path, root = Path(name), None
    if path.is_dir():
        root = path
        inside = sorted(p for p in path.rglob("*") if p.is_file() and p.name[0] not in "._")
        paths = [p for p in inside if _is_parquet(p) or _is_csv(p)]
        if not paths:
            raise InputError(name, "is a folder without Parquet or CSV files", "Name another.")
    elif not path.exists() and any(sign in stated for sign in "*?["):
        pattern = stated if Path(stated).is_absolute() else str(Path(glob.escape(str(folder)), stated))
        paths = sorted(Path(p) for p in glob.glob(pattern, recursive=True) if Path(p).is_file())
        if not paths:
            raise InputError(name, "no file fits this pattern", "Check the path.")
        inner = Path(stated).parts
        root = folder / Path(*inner[: next(i for i, p in enumerate(inner) if any(s in p for s in "*?["))])
    else:
        paths = [path]
    for each in paths:
        require_file(each, "table of flows")
    parquet = _is_parquet(paths[0])
    if any(_is_parquet(p) != parquet for p in paths):
        raise InputError(name, "holds Parquet files and others", "Name those that are meant with a pattern.")
    for each in paths:
        if each.suffix.lower() == ".gz":
            _require_whole(each)
    heads = [_parquet_columns(p) if parquet else _csv_heading(p) for p in paths]
    for each, head in zip(paths, heads, strict=True):
        for what, one, first in zip(("columns", "delimiters"), head, heads[0], strict=True):
            if one != first:
                raise InputError(
                    each, f"has other {what} than {paths[0].name}", "Name files of one form with a pattern."
                )
    columns, delimiter = heads[0]
    partitions = _partitions(paths[0], root) if parquet else ()
    folded = {c.casefold() for c in columns}
    if twice := [p for p in partitions if p.casefold() in folded]:
        raise InputError(
            paths[0], f"has a column '{twice[0]}' that its folder is named by too", "Rename one of them."
        )
    return Files(name, tuple(paths), parquet, (*columns, *partitions), delimiter, partitions, root)


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() in PARQUET


def _is_csv(path: Path) -> bool:
    return path.name.lower().removesuffix(".gz").endswith((".csv", ".tsv", ".txt"))


def _partitions(path: Path, root: Path | None) -> tuple[str, ...]:
    """Return the columns that stand in the names of folders below `root`: `year=2018/`."""
    if root is None:
        return ()
    folders = path.parent.relative_to(root).parts
    return tuple(f.partition("=")[0] for f in folders if "=" in f)


def _parquet_columns(path: Path) -> tuple[tuple[str, ...], str]:
    names = schema_of(path).names
    _refuse_twins(path, names)
    return tuple(names), ","


def _refuse_twins(path: Path, names: Sequence[str]) -> None:
    folded = [c.casefold() for c in names]
    twice = sorted({c for c in names if folded.count(c.casefold()) > 1})
    if twice:
        raise InputError(path, f"has two columns called {listing(twice)}", "Rename one.")


def schema_of(path: Path) -> pa.Schema:
    """Return the columns and types of a Parquet file; InputError where it is none."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return pq.read_schema(path)
    except (pa.ArrowException, OSError, ValueError) as fault:
        told = " ".join(str(fault).split())[:160]
        raise InputError(path, f"cannot be read as Parquet ({told})", "Export it again.") from None


def _csv_heading(path: Path) -> tuple[tuple[str, ...], str]:
    """Return the columns and the delimiter of a CSV file."""
    first = re.split(b"\r\n|\n|\r", _head(path), maxsplit=1)[0]
    try:
        text = first.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(path, "is not UTF-8 text", "Save it as 'CSV UTF-8'.") from None
    if "\0" in text:
        raise InputError(path, "is not a text file (it holds null bytes)", "Save it as CSV.")
    delimiter = max(DELIMITERS, key=text.count)
    try:
        heading = [c.strip() for c in next(csv.reader(StringIO(text), delimiter=delimiter), [])]
    except csv.Error as fault:
        raise InputError(
            path, f"has a first line that cannot be read ({fault})", "Export it again."
        ) from None
    if not any(heading):
        raise InputError(path, "has no heading on its first line", "Name the columns there.")
    if not all(heading):
        nameless = [i + 1 for i, c in enumerate(heading) if not c]
        raise InputError(path, f"has no heading above column {listing(nameless)}", "Give it one.")
    _refuse_twins(path, heading)
    return tuple(heading), delimiter


def _head(path: Path, size: int = 1 << 18) -> bytes:
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as stream:
            return stream.read(size)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise InputError(path, "is not a gzip file, or is cut off", "Fetch it again.") from None


def _require_whole(path: Path) -> None:
    """Raise InputError for a gzip file that is cut off or damaged; engines do not look at its check sum."""
    try:
        with gzip.open(path) as stream:
            while stream.read(1 << 20):
                pass
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise InputError(path, "is a gzip file that is cut off or damaged", "Fetch it again.") from None


def first_rows(files: Files) -> pd.DataFrame:
    """Return the first rows of the first file as text, for finding columns."""
    if files.parquet:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            batch = next(pq.ParquetFile(files.paths[0]).iter_batches(SAMPLE_ROWS), None)
        except (pa.ArrowException, OSError, ValueError) as fault:
            told = " ".join(str(fault).split())[:160]
            raise InputError(files.paths[0], f"cannot be read ({told})", "Export it again.") from None
        return pd.DataFrame(columns=list(files.columns)) if batch is None else batch.to_pandas().astype(str)
    lines = _head(files.paths[0]).decode("utf-8-sig", "replace").splitlines()
    rows = csv.reader(lines[1 : min(len(lines) - 1, SAMPLE_ROWS) + 1], delimiter=files.delimiter)
    width = len(files.columns)
    try:
        held = [(row + [""] * width)[:width] for row in rows if row]
    except csv.Error as fault:
        raise InputError(
            files.paths[0],
            f"cannot be read from line {rows.line_num} on ({fault})",
            "Close the quote that was opened there.",
        ) from None
    return pd.DataFrame(held, columns=list(files.columns), dtype=str)
