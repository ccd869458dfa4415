"""Flow files: which ones a path names, what their columns are called, and their first rows."""

from __future__ import annotations

import glob
import gzip
import zlib
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.words import listing
from footprint.read import parquet
from footprint.read.archive import require_ratio
from footprint.read.columns import SAMPLE
from footprint.read.delimited import form_of, rows_of, unix_lines
from footprint.read.engine import Files
from footprint.read.files import require_file
from footprint.read.formats import PARQUET, require_text
from footprint.read.grid import above, twins
from footprint.read.guards import unguarded
from footprint.read.table import Table

MOST_FILES = 10_000
"""Files that a folder or a pattern may mean."""


# Bytes of a file that are looked at for its heading and first rows.
_HEAD = 1 << 18


# Rows that tell a heading from titles above it.
_FIRST_ROWS = 50


# What files that count together have to have in common.
_FORM = ("columns", "delimiters", "lines above the heading")


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
    if len(paths) > MOST_FILES:
        raise InputError(
            name, f"means {len(paths):,} files, and {MOST_FILES:,} are the most", "Put them together first."
        )
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
        for what, one, first in zip(_FORM, head, heads[0], strict=True):
            if one != first:
                raise InputError(
                    each, f"has other {what} than {paths[0].name}", "Name files of one form with a pattern."
                )
    columns, delimiter, skipped = heads[0]
    partitions = _partitions(paths[0], root) if parquet else ()
    folded = {c.casefold() for c in columns}
    if twice := [p for p in partitions if p.casefold() in folded]:
        raise InputError(
            paths[0], f"has a column '{twice[0]}' that its folder is named by too", "Rename one of them."
        )
    return Files(name, tuple(paths), parquet, (*columns, *partitions), delimiter, partitions, root, skipped)


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


def _parquet_columns(path: Path) -> tuple[tuple[str, ...], str, int]:
    names = parquet.schema_of(path).names
    _refuse_alike(path, names)
    return tuple(names), ",", 0


def _refuse_alike(path: Path, names: Sequence[str]) -> None:
    """Raise InputError for columns that differ in case only: to the engines they are one."""
    folded = twins(c.casefold() for c in names)
    if twice := sorted({c for c in names if c.casefold() in folded}) if folded else []:
        raise InputError(path, f"has two columns called {listing(twice)}", "Rename one.")


def _csv_heading(path: Path) -> tuple[tuple[str, ...], str, int]:
    """Return the columns and the delimiter of a CSV file, and how many lines stand above its heading."""
    require_text(path, _head(path))
    form = form_of(path, _beginning(path)[0])
    told = "".join(form.heading)
    if "\ufffd" in told:
        raise InputError(path, "is not UTF-8 text", "Save it as 'CSV UTF-8'.")
    if "\0" in told:
        raise InputError(path, "is not a text file (it holds null bytes)", "Save it as CSV.")
    if not told or form.start > form.skipped + 1:
        raise InputError(path, "has no heading on its first line", "Name the columns there.")
    rows = list(islice(rows_of(path, _beginning(path)[0], form), _FIRST_ROWS))
    filled = [(fields, line) for fields, line in rows if any(f.strip() for f in fields)]
    if len(filled) > 1:
        titled = above(path, [fields for fields, _ in filled], [line for _, line in filled], "line")
        if titled is not None:
            raise titled
    # spreadsheets leave empty fields behind the last column
    named = max(i + 1 for i, name in enumerate(form.heading) if name)
    spare = {i for i in range(named, len(form.heading)) if not any(f[i:] and f[i].strip() for f, _ in filled)}
    if nameless := [i + 1 for i, c in enumerate(form.heading) if not c and i not in spare]:
        raise InputError(path, f"has no heading above column {listing(nameless)}", "Give it one.")
    heading = [f"unnamed {i + 1}" if i in spare else name for i, name in enumerate(form.heading)]
    form = replace(form, heading=heading)
    _refuse_alike(path, form.heading)
    return tuple(form.heading), form.delimiter, form.skipped


def _beginning(path: Path) -> tuple[str, bool]:
    """Return the whole lines that a CSV file begins with, and whether there are more.

    What is no UTF-8 is replaced: the engines name its line.
    """
    head = _head(path)
    more = len(head) == _HEAD
    if more:
        head = head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1] or head
    return unix_lines(head.decode("utf-8-sig", "replace")), more


def _head(path: Path) -> bytes:
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as stream:
            return stream.read(_HEAD)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise InputError(path, "is not a gzip file, or is cut off", "Fetch it again.") from None


def rows_by_lines(files: Files) -> int | None:
    """Return how many rows CSV files hold, by their line ends; None where these do not tell.

    They do not where there are quotes, which may hold line ends, or empty lines. InputError for null
    bytes in a row, which no text holds.
    """
    if files.parquet:
        return None
    rows: int | None = 0
    for path in files.paths:
        held = _lines(path)
        rows = None if rows is None or held is None else rows + held - files.skipped - 1
    return rows


def _lines(path: Path) -> int | None:
    """Return how many lines a file has; None where it has quotes or empty lines."""
    lines, last, plain = 0, b"\n", True
    with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as stream:
        while block := stream.read(1 << 20):
            if b"\0\0" in block:
                raise InputError(path, "is not a text file (it holds null bytes)", "Save it as CSV.")
            plain = plain and not (b'"' in block or b"\r" in block.replace(b"\r\n", b"").rstrip(b"\r"))
            joined = last + block.replace(b"\r", b"")
            plain = plain and b"\n\n" not in joined
            lines += block.count(b"\n")
            last = joined[-1:]
    return (lines + (last != b"\n")) if plain else None


def _require_whole(path: Path) -> None:
    """Raise InputError for a gzip file that is cut off or damaged; engines do not look at its check sum."""
    try:
        size, unpacked = path.stat().st_size, 0
        with gzip.open(path) as stream:
            while block := stream.read(1 << 20):
                unpacked += len(block)
                require_ratio(path, unpacked, size)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise InputError(path, "is a gzip file that is cut off or damaged", "Fetch it again.") from None


def first_rows(files: Files) -> Table:
    """Return the first rows of the first file as text, for finding columns."""
    path = files.paths[0]
    if files.parquet:
        batch = parquet.first_rows(path, SAMPLE)
        held = (
            {} if batch is None else dict(zip(batch.schema.names, parquet.as_texts(path, batch), strict=True))
        )
        return Table(path, held, range(1, 1 + (0 if batch is None else batch.num_rows)), "row")
    text, more = _beginning(path)
    rows, lines, width = [], [], len(files.columns)
    try:
        for fields, line in islice(rows_of(path, text, form_of(path, text)), 1, SAMPLE + 1):
            if fields:
                rows.append((list(map(unguarded, fields)) + [""] * width)[:width])
                lines.append(line)
    except InputError:
        # a quote that is not closed yet may be closed in what was not looked at
        if not more:
            raise
    columns = map(list, zip(*rows, strict=True)) if rows else ([] for _ in files.columns)
    return Table(path, dict(zip(files.columns, columns, strict=True)), lines)
