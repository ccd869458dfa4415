"""Sheets of a workbook (.xlsx) → columns of text, as a spreadsheet shows them."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from footprint.model.errors import InputError
from footprint.model.words import listing, nearest
from footprint.read.columns import text_of
from footprint.read.grid import Grid, shaped

WORKBOOKS = (".xlsx", ".xlsm")


# What a cell holds whose formula has no value.
_NO_VALUES = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")


def read_workbook(path: Path, sheet: str | None = None) -> Grid:
    """Read a sheet, the first one unless one is named.

    Numbers become text without ".0", days ISO 8601.

    Raises
    ------
    InputError : for what is no workbook, an unknown sheet, a formula without a value, and as
        `grid.shaped`

    """
    import openpyxl

    try:
        with warnings.catch_warnings():
            # of styles and lists of choices, which say nothing of values
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=True)
            names = [one.title for one in book.worksheets]
            if sheet is not None and sheet not in names:
                raise InputError(
                    path, f"has no sheet '{sheet}'", f"{nearest(sheet, names)}It has: {listing(names)}."
                )
            chosen = sheet or names[0]
            cells = [list(row) for row in book[chosen].iter_rows(values_only=True)]
            book.close()
    except (
        BadZipFile,
        OSError,
        KeyError,
        ValueError,
        IndexError,
        TypeError,
        AttributeError,
        SyntaxError,
    ) as fault:
        told = " ".join(str(fault).split())[:160]
        raise InputError(
            path, f"is a spreadsheet that cannot be opened ({told})", "Save its sheet as 'CSV UTF-8'."
        ) from None
    _require_values(path, chosen, cells)
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


def _require_values(path: Path, sheet: str, cells: list[list[Any]]) -> None:
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
    book = openpyxl.load_workbook(path, read_only=True)
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
