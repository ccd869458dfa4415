"""Tables as rows of text, without pandas: it takes longer to load than all that `who` does.

The rules are those of `tables.read_table`, so that a file means the same to both.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import takewhile
from operator import itemgetter
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.words import count, listing, nearest
from footprint.read.files import require_file

DELIMITERS = (",", ";", "\t", "|")


@dataclass(frozen=True)
class Rows:
    """A CSV file."""

    path: Path
    heading: list[str]
    rows: list[list[str]]
    """As long as the heading."""
    lines: list[int]
    """The line of the file that each row starts on."""
    stated: str = ""
    """What the comment at its top says, on one line."""

    def column(self, name: str) -> list[str]:
        """Return a column, without the blanks around its values."""
        at = self.heading.index(name)
        return [row[at].strip() for row in self.rows]


class Columns(Mapping[str, list[str]]):
    """The columns of a plain CSV file, without the blanks around values; each is made when asked for."""

    def __init__(self, heading: list[str], rows: list[list[str]]) -> None:
        self._at = {name: i for i, name in enumerate(heading)}
        self._rows = rows
        self._made: dict[str, list[str]] = {}

    def __getitem__(self, name: str) -> list[str]:
        if name not in self._made:
            self._made[name] = list(map(str.strip, map(itemgetter(self._at[name]), self._rows)))
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._at)

    def __len__(self) -> int:
        return len(self._at)


def read_columns(path: Path) -> Columns | None:
    """Return the columns of a CSV file; None for one that is not plain.

    As fast as can be: it leaves alone what `tables.read_table` would mend, refuse or note.
    """
    require_file(path, "table")
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            first = stream.readline()
            delimiter = max(DELIMITERS, key=first.count)
            heading = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
            rows = list(csv.reader(stream, delimiter=delimiter, strict=True))
    except (UnicodeDecodeError, csv.Error):
        return None
    if set(map(len, rows)) != {len(heading)} or len(set(heading)) != len(heading) or "" in heading:
        return None
    return Columns(heading, rows)


def read_rows(path: Path, what: str = "table") -> Rows:
    """Read a CSV file (byte-order mark, comma, semicolon, tab or bar); `#` starts a comment at its top.

    Raises
    ------
    InputError : for a file that is missing, empty or not UTF-8, for rows with another number of fields
        than the heading, and for headings that repeat or are missing

    """
    require_file(path, what)
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
    # a spreadsheet puts quotes around a comment that holds a comma
    above = list(takewhile(lambda line: line.strip().lstrip('"').startswith("#"), text.split("\n")))
    text = text[sum(len(line) + 1 for line in above) :]
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    heading: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    start = len(above) + 1
    try:
        for fields in reader:
            line, start = start, len(above) + reader.line_num + 1
            if not any(f.strip() for f in fields):
                continue
            if not heading:
                heading = [f.strip() for f in fields]
                while heading and not heading[-1]:
                    heading.pop()
                continue
            # spreadsheets leave trailing empty fields; anything else is a shifted row
            if len(fields) < len(heading) or any(f.strip() for f in fields[len(heading) :]):
                raise InputError(
                    path,
                    f"line {line} has {count(len(fields), 'field')}, but the heading has {len(heading)}",
                    "Put quotes around values that hold the delimiter.",
                )
            rows.append(fields[: len(heading)])
            lines.append(line)
    except csv.Error as fault:
        raise InputError(
            path, f"cannot be read from line {start} on ({fault})", "Close the quote that was opened there."
        ) from None
    if not heading or not rows:
        raise InputError(path, "has no rows", "Fill it in, or take it out of the plan.")
    if nameless := [i + 1 for i, c in enumerate(heading) if not c]:
        raise InputError(path, f"has no heading above column {listing(nameless)}", "Give it one.")
    if twice := sorted({c for c in heading if heading.count(c) > 1}):
        raise InputError(path, f"has two columns called {listing(twice)}", "Rename one.")
    said = (line.strip().strip('"').lstrip("#").strip() for line in above)
    return Rows(path, heading, rows, lines, " ".join(words for words in said if words))


def find(table: Rows, wanted: str | None, names: Sequence[str], key: str, needed: bool) -> str | None:
    """Return the column that a plan calls `wanted`, or else the first that is called one of `names`.

    Names are compared in any case, with blanks for underscores. None where it is not there and is
    not `needed`.

    Raises
    ------
    InputError : for a wanted column that is not there, and for a needed one that nothing is called

    """
    by_name = {_plain(c): c for c in table.heading}
    if wanted is not None:
        if _plain(wanted) in by_name:
            return wanted if wanted in table.heading else by_name[_plain(wanted)]
        raise InputError(
            table.path,
            f"has no column '{wanted}'",
            f"{nearest(wanted, table.heading)}Its columns: {listing(table.heading, 12)}.",
        )
    found = next((by_name[_plain(name)] for name in names if _plain(name) in by_name), None)
    if found is None and needed:
        raise InputError(
            table.path,
            f"has no column '{names[0]}'",
            f'Add it, or name the one that is meant with {key} = "…" in the plan. '
            f"Its columns: {listing(table.heading, 12)}.",
        )
    return found


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").split()).casefold()
