"""Sheets of a workbook (.xlsx) → columns of text, as a spreadsheet shows them."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from footprint.model.errors import InputError
from footprint.model.words import agree, count, listing, nearest
from footprint.read.archive import require_modest_zip
from footprint.read.columns import text_of
from footprint.read.grid import Grid, shaped
from footprint.read.guards import without_guards

WORKBOOKS = (".xlsx", ".xlsm")


# Bytes of a part in which a document type would stand; it comes before the first element.
_PROLOG = 1 << 16


_ROWS, _COLUMNS = 2**20, 2**14
"""How large a sheet can be (ECMA-376, as spreadsheets take it)."""

_SPREAD = 20_000_000
"""Cells, empty ones among them, that are taken of any sheet; of a larger file as many as it has bytes."""

_AGAIN = "Save it again as .xlsx."

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
            shown = [one.title for one in book.worksheets if one.sheet_state == "visible"]
            chosen = sheet or (shown or names)[0]
            cells, hidden, merged = _cells(path, book[chosen])
            book.close()
            _require_values(path, data, chosen, cells)
            filled = _fill_merged(cells, {one: openpyxl.utils.range_boundaries(one) for one in merged})
            rows = _side_by_side(path, cells, len(data))
    except InputError:
        raise
    except Exception as fault:  # whatever libraries raise for a file, the file is at fault
        told = " ".join(str(fault).split())[:160]
        raise InputError(
            path, f"is a spreadsheet that cannot be opened ({told})", "Save its sheet as 'CSV UTF-8'."
        ) from None
    rest = [name for name in names if name != chosen]
    try:
        heading, columns, lines = shaped(path, rows, list(cells), "row")
    except InputError as fault:
        if rest and sheet is None:
            remedy = f"{fault.remedy} It is sheet '{chosen}'; name another with FILE::SHEET: {listing(rest)}."
            raise InputError(path, fault.fault, remedy) from None
        raise
    notes: tuple[str, ...] = ()
    if rest and sheet is None:
        first = "first sheet" if chosen == names[0] else "first sheet that is not hidden"
        notes = (
            f"{path.name}: read from its {first}, '{chosen}'; name another with FILE::SHEET: {listing(rest)}",
        )
    if filled:
        told = agree(len(filled), "it covers", "they cover")
        notes += (
            f"{path.name}: {count(len(filled), 'merged cell')} ({listing(filled)}) "
            f"{agree(len(filled), 'was', 'were')} read as the value of each row that {told}",
        )
    if unseen := sorted(hidden & set(lines)):
        are = agree(len(unseen), "is", "are")
        notes += (
            f"{path.name}: {count(len(unseen), 'row')} of '{chosen}' that {are} hidden or filtered out "
            f"{are} read as well ({listing(unseen)})",
        )
    plain, told = without_guards(columns)
    notes += (f"{path.name}: {told}",) if told else ()
    return Grid(heading, plain, lines, "row", notes)


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


Cells = dict[int, dict[int, tuple[Any, bool]]]
"""Row → column, both from 1 → value, and whether a formula gives it; other cells are left out."""


def _cells(path: Path, sheet: Any) -> tuple[Cells, set[int], list[str]]:
    """Return the cells of a sheet by where they stand, the rows that are hidden, and ranges of merged cells.

    openpyxl itself fills up what is not there, leaves out what lies beyond the size that the sheet states,
    and of a row or a cell that stands twice takes one. InputError for what stands twice or nowhere.
    """
    from openpyxl.worksheet._reader import WorkSheetParser

    book, found = sheet.parent, Cells()
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            data_only=book.data_only,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        last = 0
        for row, cells in parser.parse():
            if not last < row <= _ROWS:
                raise InputError(path, f"has row {row:,} behind row {last:,}", _AGAIN)
            last = row
            held: dict[int, tuple[Any, bool]] = {}
            for cell in cells:
                column = cell["column"]
                if column in held or column > _COLUMNS or cell["row"] != row:
                    raise InputError(path, f"has a cell that is not in its place in row {row:,}", _AGAIN)
                held[column] = cell["value"], cell["data_type"] == "f"
            if held:
                found[row] = held
    merged = parser.merged_cells.mergeCell if parser.merged_cells is not None else ()
    hidden = {
        int(row) for row, styles in parser.row_dimensions.items() if styles.get("hidden") in ("1", "true")
    }
    return found, hidden, [str(one.ref) for one in merged]


def _fill_merged(cells: Cells, merged: Mapping[str, tuple[int, int, int, int]]) -> list[str]:
    """Give text of a merged cell to each row that it covers, as it is seen there; return which these are.

    In the file the rows below the first have nothing there. A number is left alone, as what two rows have
    together is not what each has; and so is a heading over two rows.
    """
    rows = [row for row, held in cells.items() if any(value is not None for value, _ in held.values())]
    filled = []
    for one, (column, first, last, end) in merged.items():
        value = cells.get(first, {}).get(column, (None, False))
        below = [row for row in rows if first < row <= end]
        if below and isinstance(value[0], str) and column == last and first > rows[0]:
            for row in below:
                cells[row][column] = value
            filled.append(one)
    return filled


def _side_by_side(path: Path, cells: Cells, size: int) -> list[list[str]]:
    """Return the rows that hold anything as texts, all of one length; what holds nothing leaves `cells`."""
    reach = {row: max((at for at, (value, _) in held.items() if value is not None), default=0)
             for row, held in cells.items()}  # fmt: skip
    for row in [row for row, last in reach.items() if not last]:
        del cells[row]
    width = max(reach.values(), default=0)
    # a cell far off makes every row that long
    if len(cells) * width > max(_SPREAD, size):
        raise InputError(
            path,
            f"is {width:,} columns wide in {len(cells):,} rows, most of them empty",
            "Delete what is far off.",
        )
    blank = [""] * width
    rows = []
    for held in cells.values():
        texts = blank.copy()
        for column, (value, _) in held.items():
            if value is not None:
                texts[column - 1] = text_of(value)
        rows.append(texts)
    return rows


def _require_values(path: Path, data: bytes, sheet: str, cells: Cells) -> None:
    """Raise InputError for a formula whose value is an error, or was never worked out."""
    import openpyxl

    letter = openpyxl.utils.get_column_letter
    for row, held in cells.items():
        for column, (value, _) in held.items():
            if value in _NO_VALUES:
                raise InputError(
                    path, f"has {value} in cell {letter(column)}{row}", "Mend the formula there."
                )
    empty = {(row, at) for row, held in cells.items() for at, (value, _) in held.items() if value is None}
    if not empty:
        return
    # a formula that no spreadsheet has worked out reads as nothing
    book = openpyxl.load_workbook(BytesIO(data), read_only=True, keep_links=False)
    for row, formulas in _cells(path, book[sheet])[0].items():
        for column, (_, is_formula) in formulas.items():
            if is_formula and (row, column) in empty:
                raise InputError(
                    path,
                    f"has a formula without a value in cell {letter(column)}{row}",
                    "Open it in a spreadsheet and save it, or paste values there.",
                )
    book.close()
