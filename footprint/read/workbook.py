"""Sheets of a workbook (.xlsx) → columns of text, as a spreadsheet shows them."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from footprint.model.errors import InputError
from footprint.model.words import listing, nearest
from footprint.read.archive import require_modest_zip
from footprint.read.columns import text_of
from footprint.read.grid import Grid, shaped

WORKBOOKS = (".xlsx", ".xlsm")


# Bytes of a part in which a document type would stand; it comes before the first element.
_PROLOG = 1 << 16


# What a cell holds whose formula has no value.
_NO_VALUES = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")


def read_workbook(path: Path, data: bytes, sheet: str | None = None) -> Grid:
    """Read a sheet of the bytes of a file, the first one unless one is named.

    Numbers become text without ".0", days ISO 8601.

    Raises
    ------
    InputError : for what is no workbook, an unknown sheet, a formula without a value, and as
        `grid.shaped`

    """
    import openpyxl

    try:
        _require_plain(path, data)
        with warnings.catch_warnings():
            # of styles and lists of choices, which say nothing of values
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
            names = [one.title for one in book.worksheets]
            if sheet is not None and sheet not in names:
                raise InputError(
                    path, f"has no sheet '{sheet}'", f"{nearest(sheet, names)}It has: {listing(names)}."
                )
            chosen = sheet or names[0]
            cells = [list(row) for row in book[chosen].iter_rows(values_only=True)]
            book.close()
            _require_values(path, data, chosen, cells)
    except InputError:
        raise
    except Exception as fault:  # whatever libraries raise for a file, the file is at fault
        told = " ".join(str(fault).split())[:160]
        raise InputError(
            path, f"is a spreadsheet that cannot be opened ({told})", "Save its sheet as 'CSV UTF-8'."
        ) from None
    rest = [name for name in names if name != chosen]
    try:
        heading, columns, lines = shaped(
            path, [list(map(text_of, row)) for row in cells], range(1, len(cells) + 1), "row"
        )
    except InputError as fault:
        if rest and sheet is None:
            remedy = f"{fault.remedy} It is sheet '{chosen}'; name another with FILE::SHEET: {listing(rest)}."
            raise InputError(path, fault.fault, remedy) from None
        raise
    notes: tuple[str, ...] = ()
    if rest and sheet is None:
        notes = (
            f"{path.name}: read from its first sheet, '{chosen}'; name another with FILE::SHEET: "
            f"{listing(rest)}",
        )
    return Grid(heading, columns, lines, "row", notes)


def _require_plain(path: Path, data: bytes) -> None:
    """Raise InputError for a workbook that is too large unpacked, or whose XML names other files.

    A document type can do that, and grow without end; no spreadsheet writes one.
    """
    with ZipFile(BytesIO(data)) as archive:
        require_modest_zip(path, archive)
        for entry in archive.namelist():
            if not entry.lower().endswith((".xml", ".rels", ".vml")):
                continue
            with archive.open(entry) as stream:
                beginning = stream.read(_PROLOG)
            # in UTF-16 every other byte is 0
            if b"<!DOCTYPE" in beginning.replace(b"\0", b""):
                raise InputError(
                    path, f"has a document type in {entry}, which is not opened", "Save it again as .xlsx."
                )


def _require_values(path: Path, data: bytes, sheet: str, cells: list[list[Any]]) -> None:
    """Raise InputError for a formula whose value is an error, or was never worked out."""
    import openpyxl
    from openpyxl.utils import get_column_letter

    for row, values in enumerate(cells, 1):
        for column, value in enumerate(values, 1):
            if value in _NO_VALUES:
                raise InputError(
                    path, f"has {value} in cell {get_column_letter(column)}{row}", "Mend the formula there."
                )
    if all(None not in row for row in cells):
        return
    # a formula that no spreadsheet has worked out reads as nothing
    book = openpyxl.load_workbook(BytesIO(data), read_only=True, keep_links=False)
    for row, formulas in enumerate(book[sheet].iter_rows(values_only=True)):
        for column, formula in enumerate(formulas):
            held = cells[row][column] if row < len(cells) and column < len(cells[row]) else None
            if held is None and isinstance(formula, str) and formula.startswith("="):
                raise InputError(
                    path,
                    f"has a formula without a value in cell {get_column_letter(column + 1)}{row + 1}",
                    "Open it in a spreadsheet and save it, or paste values there.",
                )
    book.close()
