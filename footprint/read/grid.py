"""Rows of fields → a heading and columns, and what is said of a table that has another form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.errors import InputError
from footprint.model.words import count, listing, short

if TYPE_CHECKING:
    import pyarrow as pa


LOST_DIGITS = "Scientific notation leaves digits out: show the column as whole numbers, and export it again."


@dataclass(frozen=True)
class Grid:
    """What a reader of one format hands on."""

    heading: Sequence[str]
    """Names of the columns: none is empty, none stands twice."""
    columns: Sequence[list[str] | pa.ChunkedArray]
    """Text, as it stands in the file; "" where there is nothing."""
    lines: Sequence[int]
    """The line of the file that each row starts on; its row where a format has no lines."""
    row_word: str = "line"
    """"line" or "row", for messages."""
    notes: tuple[str, ...] = ()
    """What was done to read it, each after the name of the file."""
    stated: str = ""
    """What the comment at its top says, on one line."""


def shaped(
    path: Path, rows: Sequence[Sequence[str]], lines: Sequence[int], row_word: str = "line"
) -> tuple[list[str], list[list[str]], list[int]]:
    """Return heading, columns and lines of rows, of which the first with anything in it is the heading.

    Rows without anything are left out, and so are columns with neither a name nor a value.

    Raises
    ------
    InputError : where there are no rows, a row has another number of fields than the heading, a
        heading is missing or stands twice; lines above the heading and below the rows are named

    """
    at = [i for i, fields in enumerate(rows) if any(f.strip() for f in fields)]
    filled, lines = [rows[i] for i in at], [lines[i] for i in at]
    if len(filled) < 2:
        raise InputError(path, "has no rows", "Fill it in, fetch it or export it again.")
    heading, body = [f.strip() for f in filled[0]], filled[1:]
    width = len(heading)
    for fields, line in zip(body, lines[1:], strict=True):
        # spreadsheets leave trailing empty fields; anything else is a shifted row
        if len(fields) < width or any(f.strip() for f in fields[width:]):
            raise _ragged(path, filled, lines, line, row_word)
    columns = [list(column) for column in zip(*(fields[:width] for fields in body), strict=True)]
    kept = [i for i in range(width) if heading[i] or any(f.strip() for f in columns[i])]
    if nameless := [i + 1 for i in kept if not heading[i]]:
        raise above(path, filled, lines, row_word) or InputError(
            path, f"has no heading above column {listing(nameless)}", "Give it one."
        )
    heading, columns = [heading[i] for i in kept], [columns[i] for i in kept]
    refuse_twins(path, heading)
    return heading, columns, lines[1:]


def twins(names: Iterable[str]) -> list[str]:
    """Return what stands more than once among names, sorted."""
    return sorted(name for name, times in Counter(names).items() if times > 1)


def refuse_twins(path: Path, heading: Sequence[str]) -> None:
    """Raise InputError where two columns have one name."""
    if twice := twins(heading):
        raise InputError(path, f"has two columns called {listing(twice)}", "Rename one.")


def _reach(fields: Sequence[str]) -> int:
    """Return how many fields there are up to the last with anything in it."""
    return max((i + 1 for i, f in enumerate(fields) if f.strip()), default=0)


def _is_name(text: str) -> bool:
    """Return whether text may be the name of a column: no code, and no number but a year."""
    return not any(c.isdigit() for c in text) or bool(re.search(r"[A-Za-z]{2}|^\s*(19|20)\d\d\s*$", text))


def above(
    path: Path, rows: Sequence[Sequence[str]], lines: Sequence[int], row_word: str
) -> InputError | None:
    """Return the error for titles above the heading; None where the first row is as wide as most."""
    reach = [_reach(fields) for fields in rows]
    common, _ = max(Counter(reach[1:]).items(), key=lambda item: (item[1], item[0]))
    first = next((i for i, width in enumerate(reach) if width >= common), 0)
    # a heading that is too short for all its rows is no title: rows have codes and numbers
    titles = all(width == 1 for width in reach[:first])
    if first == 0 or common < 2 or not (titles or all(map(_is_name, rows[first]))):
        return None
    named = short(", ".join(f.strip() for f in rows[first] if f.strip()), 120)
    line = lines[first]
    return InputError(
        path,
        f"has {count(first, row_word)} above its heading, which seems to be {row_word} {line} ({named})",
        f"Delete {f'{row_word}s 1 to {line - 1}' if line > 2 else 'it'}: the heading must be the first "
        f"{row_word}.",
    )


def _ragged(
    path: Path, rows: Sequence[Sequence[str]], lines: Sequence[int], line: int, row_word: str
) -> InputError:
    """Return the error for a row with another number of fields than the heading."""
    if (titled := above(path, rows, lines, row_word)) is not None:
        return titled
    at = lines.index(line)
    width, fields = len(rows[0]), rows[at]
    remedy = f"Put quotes around values that hold the delimiter; the heading must be the first {row_word}."
    if width > 1 and _reach(fields) == 1 and all(_reach(rest) < width for rest in rows[at:]):
        told = short(next(f.strip() for f in fields if f.strip()), 60)
        these = f"{row_word} {line}" if at == len(rows) - 1 else f"{row_word}s {line} to {lines[-1]}"
        remedy = (
            f"If '{told}' is a note below the rows, delete {these}; if the file is cut off, fetch it again. "
            f"{remedy}"
        )
    return InputError(
        path,
        f"{row_word} {line} has {count(len(fields), 'field')}, but the heading has {len(rows[0])}",
        remedy,
    )
