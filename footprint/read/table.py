"""Lookup and population tables: codes are text, counts are numbers, nothing is dropped silently."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from footprint.model.errors import InputError
from footprint.model.geographies import Column, Geography
from footprint.model.words import count, listing
from footprint.read.columns import as_text, choose_code_column, clean_codes, find_column
from footprint.read.files import PARQUET, require_file

_DELIMITERS = (",", ";", "\t", "|")


POPULATION_WORDS = (
    "population", "total_population", "totalpopulation", "pop", "total", "all_ages", "allages",
    "all ages", "persons", "people", "count", "number_of_patients", "observation", "value",
)  # fmt: skip


# More people than there are: a slip of columns or of units.
_MOST_PEOPLE = 1e10


@dataclass(frozen=True)
class Table:
    """A table file as text."""

    path: Path
    frame: pd.DataFrame
    """Text columns; the index is the line of the file that a row starts on (Parquet: its row)."""
    row_word: str
    """"line" or "row", for messages."""


def read_table(path: Path | str) -> Table:
    """Read a CSV (byte-order mark, comma, semicolon, tab or bar) or Parquet file as text.

    Raises InputError for a file that is missing, empty or not UTF-8, for rows with another number
    of fields than the heading, and for headings that repeat.
    """
    path = Path(path)
    require_file(path, "table")
    if path.suffix.lower() in PARQUET:
        return _read_parquet(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InputError(
            path,
            f"is not UTF-8 text (byte 0x{fault.object[fault.start]:02x} at position {fault.start:,})",
            "Save it as 'CSV UTF-8'.",
        ) from None
    if "\0" in text:
        raise InputError(path, "is not a text file (it holds null bytes)", "Save it as CSV.")
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    # newline="": only line ends end a row, not the other separators that a name may hold
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    heading: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    start = 1
    try:
        for fields in reader:
            line, start = start, reader.line_num + 1
            if not any(f.strip() for f in fields):
                continue
            if not heading:
                heading = [f.strip() for f in fields]
                continue
            # spreadsheets leave trailing empty fields; anything else is a shifted row
            extra = fields[len(heading) :]
            if len(fields) < len(heading) or any(f.strip() for f in extra):
                raise InputError(
                    path,
                    f"line {line} has {count(len(fields), 'field')}, but the heading has {len(heading)}",
                    "Put quotes around values that hold the delimiter; the heading must be the first line.",
                )
            rows.append(fields[: len(heading)])
            lines.append(line)
    except csv.Error as fault:
        raise InputError(
            path, f"cannot be read from line {start} on ({fault})", "Close the quote that was opened there."
        ) from None
    if not heading or not rows:
        raise InputError(path, "has no rows", "Fetch or export it again.")
    while heading and not heading[-1] and all(not r[len(heading) - 1].strip() for r in rows):
        heading.pop()
        rows = [r[: len(heading)] for r in rows]
    nameless = [i + 1 for i, c in enumerate(heading) if not c]
    if nameless:
        raise InputError(path, f"has no heading above column {listing(nameless)}", "Give it one.")
    twice = {c for c in heading if heading.count(c) > 1}
    if twice:
        raise InputError(path, f"has two columns called {listing(sorted(twice))}", "Rename one.")
    frame = pd.DataFrame(rows, columns=heading, index=pd.Index(lines), dtype=str)
    return Table(path, frame, "line")


def _read_parquet(path: Path) -> Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        frame = pq.read_table(path).to_pandas()
    except (pa.ArrowException, OSError, ValueError) as fault:
        told = " ".join(str(fault).split())[:160]
        raise InputError(path, f"cannot be read as Parquet ({told})", "Export it again.") from None
    if len(frame) == 0:
        raise InputError(path, "has no rows", "Export it again.")
    text = pd.DataFrame({str(c): as_text(frame[c]) for c in frame.columns})
    text.index = pd.RangeIndex(1, len(text) + 1)
    return Table(path, text, "row")


def read_numbers(table: Table, column: str, what_for: str = "a number of people") -> np.ndarray:
    """Return a column of counts (zero or more) as floats; InputError names the first row that is none."""
    text = table.frame[column].str.strip()
    # a comma or a blank of any width between groups of three digits; a point there would be 1,234
    # to one reader and 1.234 to another, so a column that has only such points is refused
    points = text[text.str.contains(".", regex=False)]
    if len(points) and points.str.fullmatch(r"\d{1,3}(\.\d{3})+").all():
        raise InputError(
            table.path,
            f"has '{points.iloc[0]}' in column '{column}' on {table.row_word} {points.index[0]}, where the "
            "point may separate thousands or decimals",
            "Write 1234 or 1,234.",
        )
    plain = text.str.replace(r"(?<=\d)[,\s\u00a0\u2009\u202f](?=\d{3}(\D|$))", "", regex=True)
    numbers = pd.to_numeric(plain, errors="coerce").to_numpy(dtype=float)
    wrong = ~np.isfinite(numbers) | (numbers < 0) | (numbers > _MOST_PEOPLE)
    if wrong.any():
        first = int(np.flatnonzero(wrong)[0])
        held = text.iloc[first]
        what = "nothing" if held == "" else f"'{held}'"
        raise InputError(
            table.path,
            f"has {what} in column '{column}' on {table.row_word} {table.frame.index[first]}, where "
            f"{what_for} is needed ({count(int(wrong.sum()), 'such row')})",
            "Give a number of zero or more, and of at most ten billion.",
        )
    return numbers


def value_column(
    table: Table, columns: Sequence[str], wanted: str | None, code: str, notes: list[str]
) -> str:
    """Return the column of people: the one wanted, or one that is called so, or the only one of numbers.

    Raises InputError where there is none.
    """
    if wanted is not None:
        return find_column(list(columns), wanted, table.path)
    others = [c for c in columns if c != code]
    named = [c for w in POPULATION_WORDS for c in others if c.strip().lower() == w]
    if not named:
        named = [c for c in others if "population" in c.lower()]
    if not named:
        sample = table.frame[others].head(200)
        numeric = [
            c for c in others if pd.to_numeric(sample[c].str.replace(",", ""), errors="coerce").notna().all()
        ]
        named = numeric if len(numeric) == 1 else []
    if not named:
        raise InputError(
            table.path,
            "has no column recognised as a population",
            f'Name it with value = "…". Its columns: {listing(columns, 12)}.',
        )
    notes.append(f"{table.path.name}: population read from column '{named[0]}'")
    return named[0]


def column_of_codes(
    table: Table,
    columns: list[str],
    wanted: str | None,
    geography: Geography | None,
    key: str = "code",
) -> Column:
    """Return the column that holds codes: the one named, or the one that its heading or values give away."""

    def sample(column: str) -> pd.Series:
        return table.frame[column].str.strip().head(2000)

    return choose_code_column(columns, wanted, geography, table.path, sample, key)


def table_codes(table: Table, column: str, notes: list[str]) -> pd.Series:
    """Return a column of codes as clean text; what was mended is added to `notes`."""
    return clean_codes(table.frame[column], table.path, column, notes, table.row_word)
