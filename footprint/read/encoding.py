"""The encoding of text: what bytes are, where a shapefile's `.cpg` or nobody says so, or what was done twice.

Text that is valid UTF-8 is UTF-8: read as anything else, each of its letters becomes two signs that no
name holds (Môn becomes MÃ´n).
"""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd

# dBASE III: number of records, length of the heading and of a record; then name, kind and length of each
# column, 32 bytes each.
DBF_HEAD = struct.Struct("<4xIHH")
DBF_COLUMN = struct.Struct("<11sc4xB15x")
DBF_END = b"\r"


# Language of the text in the heading of a .dbf: none stated, or Windows-1252 (0x57 is what GDAL writes).
_LANGUAGE_AT, _WESTERN_LANGUAGES = 29, (0, 0x03, 0x57)


# What a .cpg calls the encodings of Western Europe: 1252, ANSI 1252, ISO-8859-1, 88591, Latin1.
_WESTERN = re.compile(r"1252|8859[-_ ]?1(?!\d)|8859[-_ ]?15|latin|ansi", re.IGNORECASE)
_UTF8 = re.compile(r"utf-?8|65001", re.IGNORECASE)


# The byte of each sign of Windows-1252 beyond ASCII; the few that it leaves free stand for themselves.
_BYTES = {bytes([b]).decode("cp1252", "ignore") or chr(b): b for b in range(0x80, 0x100)}
# What the first byte of a letter in UTF-8 looks like in Windows-1252.
_ENCODED_TWICE = re.compile("[\u00c2-\u00f4]")
# Signs without a width stick to text that was copied out of a document or a page, and so do its blanks.
_NO_WIDTH, _BLANKS = "\ufeff\u200b\u200c\u200d\u2060\u00ad", "\u00a0\u2007\u2009\u202f"
_INVISIBLE = str.maketrans("", "", _NO_WIDTH)
# What letters and marks of names may turn out to be; any other sign was meant as it stands.
_MARKS = frozenset("–—‘’‚“”„…•£€©®°·½¼¾²³" + _NO_WIDTH + _BLANKS)


def bare(text: str) -> str:
    """Return text without the blanks around it, and without the signs in it that nobody sees."""
    return text.translate(_INVISIBLE).strip()


def encoded_once(text: str) -> str:
    """Return text that was UTF-8, was taken for Windows-1252 and encoded again (MÃ´n), as it was (Môn)."""
    if text.isascii() or not _ENCODED_TWICE.search(text):
        return text
    try:
        once = bytes(ord(c) if c < "\x80" else _BYTES[c] for c in text).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return text
    return once if all(c.isascii() or c.isalpha() or c in _MARKS for c in once) else text


@dataclass(frozen=True)
class _Cells:
    """Text in a .dbf that is not ASCII, counted."""

    utf8: int = 0
    cut: int = 0
    """UTF-8 but for a last letter that its column was too narrow for."""
    other: int = 0


def settle_encoding(shp: Path, dbf: bytes) -> None:
    """Write beside a shapefile what its text is, where its `.cpg` is not to be believed, and a note of it.

    GDAL believes the `.cpg`, and takes text for ISO-8859-1 without one.
    """
    cells = _count(dbf)
    if cells == _Cells():
        return
    cpg = shp.with_suffix(".cpg")
    stated = cpg.read_text(encoding="latin-1").strip() if cpg.exists() else ""
    western = bool(_WESTERN.search(stated)) or (not stated and dbf[_LANGUAGE_AT] in _WESTERN_LANGUAGES)
    western |= bool(stated) and not any(c.isdigit() for c in stated) and not _is_encoding(stated)
    own = f"its .cpg says {stated}" if stated else "it has no .cpg"
    if not cells.other and not cells.cut:
        contradicted = stated and not _UTF8.search(stated)
        _write(cpg, "UTF-8", f"{own}, but its text is UTF-8, and was read as such" if contradicted else "")
    elif not cells.other and (western or not stated or _UTF8.search(stated)):
        _write(
            cpg, "ISO-8859-1", f"{cells.cut:,} of its names end in the middle of a letter, which was left out"
        )
    elif western and cells.utf8 + cells.cut:
        several = f"{cells.utf8 + cells.cut:,} of its names are UTF-8 and {cells.other:,} Windows-1252"
        _write(cpg, "ISO-8859-1", f"{several}; each was read as what it is")
    elif western:
        # what ISO-8859-1 has no letters for are dashes and quotes in Windows-1252
        known = _WESTERN.search(stated)
        _write(cpg, "1252", "" if known else f"{own}; its text is no UTF-8, and was read as Windows-1252")


def _is_encoding(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def _write(cpg: Path, encoding: str, note: str) -> None:
    cpg.unlink(missing_ok=True)  # which may be a link to the user's own
    cpg.write_text(encoding)
    if note:
        cpg.with_suffix(".note").write_text(note, encoding="utf-8")


def encoding_note(opened: Path, path: Path) -> tuple[str, ...]:
    """Return what has to be said of the encoding of a file that `readable` has opened."""
    note = opened.with_suffix(".note")
    return (f"{path.name}: {note.read_text(encoding='utf-8')}",) if note.exists() else ()


def with_letters(frame: gpd.GeoDataFrame, opened: Path) -> gpd.GeoDataFrame:
    """Return the rows of a shapefile with each cell of text read as what it is, where they are of several."""
    cpg = opened.with_suffix(".cpg")
    if not opened.with_suffix(".note").exists() or cpg.read_text(encoding="latin-1") != "ISO-8859-1":
        return frame
    texts = [c for c in frame.columns if c != frame.geometry.name and frame[c].dtype in ("object", "str")]
    mended = {c: frame[c].map(lambda cell: _letters(cell) if isinstance(cell, str) else cell) for c in texts}
    return frame.assign(**mended)


def _letters(cell: str) -> str:
    """Return text that was read as ISO-8859-1, a sign for each byte, as what its bytes are."""
    data = cell.encode("latin-1", "ignore")
    kind = _kind(data)
    if kind == "other":
        return data.decode("cp1252", "replace")
    return data.decode("utf-8", "ignore" if kind == "cut" else "strict")


def _kind(data: bytes) -> str:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as fault:
        whole = data[: fault.start]
        cut = fault.reason == "unexpected end of data"
        return "cut" if cut and (len(data) - fault.start > 1 or not whole.isascii()) else "other"
    return "utf8"


def _count(dbf: bytes) -> _Cells:
    """Count the cells of text that are not ASCII, by what they are."""
    found = {"utf8": 0, "cut": 0, "other": 0}
    for cell in _cells(dbf):
        found[_kind(cell)] += 1
    return _Cells(**found)


def _cells(dbf: bytes) -> Iterator[bytes]:
    """Yield the cells of text in a .dbf that are not ASCII."""
    rows, head, width = DBF_HEAD.unpack_from(dbf)
    at, start, columns = DBF_HEAD.size + 20, 1, []
    while at + DBF_COLUMN.size <= head and dbf[at : at + 1] != DBF_END:
        _, kind, length = DBF_COLUMN.unpack_from(dbf, at)
        if kind == b"C":
            columns.append((start, start + length))
        at, start = at + DBF_COLUMN.size, start + length
    for row in range(head, head + rows * width, width):
        record = dbf[row : row + width]
        if not record.isascii():
            for first, last in columns:
                cell = record[first:last].split(b"\0")[0].strip(b" ")
                if not cell.isascii():
                    yield cell
