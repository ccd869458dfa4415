"""Lookup and population tables: codes are text, counts are numbers, nothing is dropped silently."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd

from footprint.columns import as_text, choose_code_column, clean_codes, find_column
from footprint.errors import InputError
from footprint.files import PARQUET, Source, require_file, sha256
from footprint.geographies import Column, Geography, read_column
from footprint.words import count, listing

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


@dataclass(frozen=True)
class Lookup:
    """Which area each unit belongs to."""

    codes: pd.Series
    """Index unit code (unique), value area code."""
    names: pd.Series
    """Index area code, value name; empty where the table has no names."""
    code_column: Column
    source: Source
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Population:
    """People by code."""

    people: pd.Series
    """Index code (unique), value people (float; whole where the file has whole numbers)."""
    code_column: Column
    source: Source
    stated_source: str
    """Who counted, as the plan says: "ONS mid-2020"."""
    assumption: str
    """What was assumed about the figures, as the plan says; empty if nothing."""
    notes: tuple[str, ...]


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
    notes: list[str] = []
    unit_column, code_column = _lookup_columns(table, unit, code, unit_geography, geography)
    units = _codes(table, unit_column.name, notes)
    areas = _codes(table, code_column.name, notes)
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
    source = Source(role, str(path), sha256(table.path), len(table.frame), None, code_column.vintage)
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
    columns = list(table.frame.columns)
    if unit is not None and unit == code:
        raise InputError(table.path, f"cannot hold units and areas in one column, '{unit}'", "Name two.")
    if unit is None:
        read = [c for c in map(read_column, columns) if c is not None and c.kind == "code"]
        by_units = [c for c in read if unit_geography is not None and c.geography == unit_geography]
        if not by_units and len(read) == 2:
            area = _code_column(table, columns, code, geography)
            rest = [c for c in read if c.name != area.name]
            if len(rest) == 1:
                return rest[0], area
    unit_column = _code_column(table, columns, unit, unit_geography, key="unit")
    others = [c for c in columns if c != unit_column.name]
    return unit_column, _code_column(table, others, code, geography)


def _names(table: Table, code: Column, areas: pd.Series, notes: list[str]) -> pd.Series:
    """Return names from the column that is called like the code's: LAD20NM, or place_name for place_code."""
    wanted = {
        re.sub(rf"{ending}$", name, code.name.lower())
        for ending, name in (("cd", "nm"), ("code", "name"))
        if code.name.lower().endswith(ending)
    }
    for column in table.frame.columns:
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
    columns = list(table.frame.columns)
    notes: list[str] = []
    code_column = _code_column(table, columns, code, geography)
    people_column = value_column(table, columns, value, code_column.name, notes)
    codes = _codes(table, code_column.name, notes)
    people = read_numbers(table, people_column)
    if (twice := codes[codes.duplicated(keep=False)]).size:
        rows = table.frame.index[codes == twice.iloc[0]]
        raise InputError(
            path,
            f"has {twice.nunique():,} codes on more than one row; {twice.iloc[0]} on "
            f"{table.row_word}s {listing(rows)}",
            "Keep one row for each code (one sex, one age group, one year).",
        )
    source = Source(role, str(path), sha256(table.path), len(table.frame), None, code_column.vintage)
    return Population(
        pd.Series(people, index=codes.to_numpy()),
        code_column,
        source,
        stated_source,
        assumption,
        tuple(notes),
    )


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


def _code_column(
    table: Table,
    columns: list[str],
    wanted: str | None,
    geography: Geography | None,
    key: str = "code",
) -> Column:
    def sample(column: str) -> pd.Series:
        return table.frame[column].str.strip().head(2000)

    return choose_code_column(columns, wanted, geography, table.path, sample, key)


def _codes(table: Table, column: str, notes: list[str]) -> pd.Series:
    return clean_codes(table.frame[column], table.path, column, notes, table.row_word)
