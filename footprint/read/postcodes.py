"""Lookups of postcodes: the rows of the one that is asked for, of a file that may have millions."""

from __future__ import annotations

import mmap
import re
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.words import count
from footprint.read.columns import its_columns, plain
from footprint.read.delimited import Form, form_of, rows_of
from footprint.read.files import require_file
from footprint.read.formats import require_text
from footprint.read.guards import unguarded
from footprint.read.table import is_text, read_table

_COLUMNS = ("pcds", "pcd", "pcd2", "pcd7", "pcd8", "postcode", "post code")


# Bytes of a file that are looked at for its heading.
_HEAD = 1 << 16


def rows_with(path: Path, outward: str, inward: str) -> list[dict[str, str]]:
    """Return the rows of a postcode by column; none where the lookup lacks it, several where it came back.

    Delimited text is searched, not read.

    Raises
    ------
    InputError : for a file without a column of postcodes, and where the row cannot be read

    """
    if not is_text(path):
        table = read_table(path, "lookup of postcodes")
        names = _postcode_columns(path, table.columns)
        return [
            {column: table[column][at] for column in table}
            for at, values in enumerate(zip(*(table[name] for name in names), strict=True))
            if any(_same(value, outward, inward) for value in values)
        ]
    require_file(path, "lookup of postcodes")
    wanted = re.compile(rf"{outward}\s*{inward}".encode(), re.IGNORECASE)
    found: dict[int, dict[str, str]] = {}
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as held:
        require_text(path, held[:_HEAD])
        form = form_of(path, _text(path, held[:_HEAD].rpartition(b"\n")[0] or held[:_HEAD]))
        columns = [form.heading.index(name) for name in _postcode_columns(path, form.heading)]
        for hit in wanted.finditer(held):
            start = held.rfind(b"\n", 0, hit.start()) + 1
            if start in found:
                continue
            end = held.find(b"\n", hit.end())
            fields = _fields(path, held[start : end if end >= 0 else len(held)], form)
            if not any(_same(fields[i], outward, inward) for i in columns if i < len(fields)):
                continue
            if len(fields) != len(form.heading):
                raise InputError(
                    path,
                    f"has {count(len(fields), 'field')} in the row of {outward} {inward}, but "
                    f"{len(form.heading)} in the heading",
                    "Put quotes around values that hold the delimiter.",
                )
            found[start] = dict(zip(form.heading, fields, strict=True))
    return list(found.values())


def _postcode_columns(path: Path, heading: list[str]) -> list[str]:
    found = [name for name in heading if plain(name) in _COLUMNS]
    if not found:
        raise InputError(path, "has no column of postcodes", f"Call it postcode. {its_columns(heading)}")
    return found


def _same(value: str, outward: str, inward: str) -> bool:
    return re.sub(r"\s", "", value).upper() == outward + inward


def _text(path: Path, part: bytes) -> str:
    """Return whole lines of a lookup as text; names that are not UTF-8 do not matter here."""
    if b"\0" in part:
        raise InputError(path, "is not UTF-8 text (it holds null bytes)", "Save it as 'CSV UTF-8'.")
    text = part.decode("utf-8-sig", "replace").replace("\r\n", "\n").rstrip("\r\n")
    if "\r" in text:
        raise InputError(
            path,
            "has lines that end with a carriage return alone",
            "Save it as 'CSV UTF-8', not for old Macs.",
        )
    return text


def _fields(path: Path, line: bytes, form: Form) -> list[str]:
    """Return the fields of one line."""
    text = _text(path, line)
    try:
        rows = list(rows_of(path, text, Form([], form.delimiter, 0, 1, 1, "")))
    except InputError:
        raise InputError(
            path,
            "has a line that cannot be read (a quote is out of place)",
            "Keep each row on one line, its quotes closed.",
        ) from None
    return [unguarded(field).strip() for field in rows[0][0]]
