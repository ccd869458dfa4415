"""Delimited text: its encoding, delimiter and heading, and its rows as columns of text.

Large files are read by pyarrow where they are plain (see `large_text`); all else by Python's csv, which names
the line of a fault.
"""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice, takewhile
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.words import count
from footprint.read.encoding import encoded_once
from footprint.read.formats import require_text
from footprint.read.grid import Grid, shaped
from footprint.read.guards import unguarded, without_guards

MARKS = (",", ";", "\t", "|")


# Python has read a smaller file before pyarrow is loaded.
_BULK = 1 << 19


# A spreadsheet puts quotes around a comment that holds a comma; a heading may be a # alone.
_COMMENT = re.compile(r'\s*"?#(?!"?\s*[,;\t|])')


# What is looked at to tell the delimiter from the marks in a title.
_SAMPLE_LINES = 50


@dataclass(frozen=True)
class Form:
    """How delimited text is written, as its beginning says."""

    heading: list[str]
    """Without the blanks around names; empty where the text holds nothing."""
    delimiter: str
    skipped: int
    """Lines at the top that are no part of the table: `sep=;` and comments."""
    start: int
    """The line of the heading."""
    body: int
    """The line below it."""
    stated: str
    """What the comment at the top says, on one line."""


def read_delimited(path: Path, data: bytes) -> Grid:
    """Read the bytes of a file of text.

    Raises InputError for text in no known encoding, for quotes out of place, and as `grid.shaped`.
    """
    require_text(path, data)
    text, notes = decoded(path, data)
    form = form_of(path, text)
    grid = None
    if len(text) >= _BULK:
        from footprint.read.large_text import read_in_bulk

        grid = read_in_bulk(form.heading, text[_at(text, form.body - 1) :], form.delimiter, form.body)
    if grid is None:
        found = list(rows_of(path, text, form))
        rows = [form.heading if line == form.start else fields for fields, line in found]
        grid = Grid(*shaped(path, rows, [line for _, line in found]))
    columns, told = without_guards(grid.columns)
    notes += (f"{path.name}: {told}",) if told else ()
    return Grid(grid.heading, columns, grid.lines, "line", notes, form.stated)


# ── text ────────────────────────────────────────────────────────────────────────────────────────


def decoded(path: Path, data: bytes) -> tuple[str, tuple[str, ...]]:
    """Return bytes as text whose lines end with a line feed, and what has to be noted of it.

    UTF-8 with or without a mark, UTF-16 with one, and Windows-1252 in lines that are no UTF-8; InputError
    for anything else. Letters that were encoded twice are read as what they were.
    """
    notes: list[str] = []
    marked = data.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if marked else "utf-8")
    except UnicodeDecodeError as fault:
        where = f"byte 0x{data[fault.start]:02x} at position {fault.start:,}"
        text, own = ("", 0) if marked else _line_by_line(data)
        if not text:
            raise InputError(path, f"is not UTF-8 text ({where})", "Save it as 'CSV UTF-8'.") from None
        told = f"is not UTF-8 ({where}), and was read as Windows-1252"
        if own:
            told = f"is UTF-8 in {count(own, 'line')} and Windows-1252 in others; each was read as what it is"
        notes.append(f"{path.name}: {told}")
    if "\0" in text:
        raise InputError(path, "is not a text file (it holds null bytes)", "Save it as CSV.")
    text = unix_lines(text.lstrip("\ufeff"))
    once = "\n".join(map(encoded_once, text.split("\n"))) if not text.isascii() else text
    if once != text:
        notes.append(f"{path.name}: has letters that were encoded twice, and were read as what they were")
    if lost := once.count("\ufffd"):
        notes.append(f"{path.name}: {count(lost, 'letter')} had been lost before the file was saved (\ufffd)")
    return once, tuple(notes)


def unix_lines(text: str) -> str:
    """Return text whose lines end with a line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _line_by_line(data: bytes) -> tuple[str, int]:
    """Return lines as UTF-8 where they are, or else as Windows-1252, and how many of the first are not ASCII.

    "" where a line cannot be either, or holds signs that no table does.
    """
    lines, own = data.split(b"\n"), 0
    found = []
    for line in lines:
        try:
            found.append(line.decode("utf-8"))
            own += not line.isascii()
        except UnicodeDecodeError:
            try:
                found.append(line.decode("cp1252"))
            except UnicodeDecodeError:
                return "", 0
    text = "\n".join(found)
    return ("", 0) if any(c < " " and c not in "\t\n\r\x0b\x0c" for c in set(text)) else (text, own)


def form_of(path: Path, text: str) -> Form:
    """Return how text is written; InputError for a heading that cannot be read."""
    delimiter, above, said = "", 0, []
    for line in _lines(text):
        plain = line.strip("\n").strip('"')
        if above == 0 and plain[:4].lower() == "sep=" and len(plain) == 5:
            delimiter = plain[4]
        elif _COMMENT.match(line):
            said.append(line.strip().strip('"').lstrip("#").strip())
        else:
            break
        above += 1
    stated = " ".join(words for words in said if words)
    delimiter = delimiter or _delimiter(text[_at(text, above) :])
    form = Form([], delimiter, above, above + 1, above + 1, stated)
    reader = _Rows(path, text, form)
    for fields, start in reader:
        if any(f.strip() for f in fields):
            return Form(
                [unguarded(f.strip()) for f in fields], delimiter, above, start, reader.next_line, stated
            )
    return form


def _delimiter(text: str) -> str:
    """Return the mark that the heading has most of, or, where that is a title, the one of most lines."""
    lines = list(islice((line for line in _lines(text) if line.strip()), _SAMPLE_LINES))
    if not lines:
        return MARKS[0]
    first = max(MARKS, key=lines[0].count)
    # a row over several lines may have any marks in them
    whole = list(takewhile(lambda line: line.count('"') % 2 == 0, lines[1:]))
    having = {mark: sum(mark in line for line in whole) for mark in MARKS}
    other = max(MARKS, key=lambda mark: having[mark])
    return other if first not in lines[0] or 2 * having[first] < having[other] else first


def _lines(text: str) -> Iterator[str]:
    """Yield the lines of a text with their ends; not all at once, as it may be large."""
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _at(text: str, lines: int) -> int:
    """Return where a text goes on behind its first lines."""
    at = 0
    for _ in range(lines):
        at = text.find("\n", at) + 1 or len(text)
    return at


# ── rows, by Python ─────────────────────────────────────────────────────────────────────────────


class _Rows:
    """Rows as fields, each with the line that it starts on; InputError where a quote is out of place."""

    def __init__(self, path: Path, text: str, form: Form) -> None:
        self._path, self._above = path, form.skipped
        # newline="": only line ends end a row, not the other separators that a name may hold
        self._stream = StringIO(text, newline="")
        self._stream.seek(_at(text, form.skipped))
        self._reader = csv.reader(self._stream, delimiter=form.delimiter, strict=True)

    @property
    def next_line(self) -> int:
        """The line that the next row starts on."""
        return self._above + self._reader.line_num + 1

    def __iter__(self) -> Iterator[tuple[list[str], int]]:
        while True:
            line = self.next_line
            try:
                yield next(self._reader), line
            except StopIteration:
                return
            except csv.Error as fault:
                raise InputError(
                    self._path,
                    f"cannot be read from line {line} on ({fault})",
                    "Close the quote that was opened there.",
                ) from None


def rows_of(path: Path, text: str, form: Form) -> Iterator[tuple[list[str], int]]:
    """Yield each row as its fields and the line that it starts on, the heading among them.

    Raises InputError for a quote that is not closed, or that text follows.
    """
    return iter(_Rows(path, text, form))
