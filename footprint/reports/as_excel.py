"""The report as a workbook: for the analyst who sorts, filters and goes on counting.

Counts, shares and areas are numbers, codes and names text, what is unknown is an empty cell. Text from
input files is written as text and stays text when somebody edits its cell.
"""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter

from footprint.model.schema import Column
from footprint.model.version import VERSION
from footprint.model.words import clean, count, percent
from footprint.reports.content import workbook, workbook_options
from footprint.reports.maps.palette import SEVERITY
from footprint.reports.office import packed

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from footprint.reports.board import Board
    from footprint.reports.choice import Choice
    from footprint.reports.content.workbook import Sheet

# What a sheet and a cell of Excel hold, https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767
# Rows above a table: its title, what a row is, and the headings.
HEAD = 3
NARROWEST, WIDEST, WRAPPED = 9, 34, 54
# Height of a line, and the most that a row may have, in points; wider than so many characters a sheet
# would be too small to read on one sheet of paper.
LINE, TALLEST, ON_PAPER = 15, 409, 240
# So many rows say how wide a column is; looking at more takes time and tells little.
_SAMPLE = 2_000
_FORMATS = {
    "count": "#,##0",
    "index": "0.000",
    "ratio": "0.00",
    "m2": "#,##0",
    "metres": "#,##0",
    "year": "0",
    "date": "d mmmm yyyy",
}


def save(board: Board, path: Path) -> None:
    """Write the workbook."""
    every = list(workbook.sheets(board, max(1, MOST_ROWS - HEAD)))
    _save(board, "Boundary report", every, workbook.summary(board), path)


def save_choice(choice: Choice, path: Path) -> None:
    """Write options side by side as a workbook."""
    every = list(workbook_options.sheets(choice))
    _save(choice, choice.subject, every, workbook_options.summary(choice), path)


def _save(
    of: Board | Choice, subject: str, every: list[Sheet], told: Iterable[tuple[str, Any]], path: Path
) -> None:
    # written to memory first: of a full disk XlsxWriter tells by an exception of its own
    held = BytesIO()
    with xlsxwriter.Workbook(
        held,
        {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "in_memory": True,
        },
    ) as book:
        book.set_properties(
            {
                "title": clean(of.title),
                "subject": subject,
                "author": f"footprint {VERSION}",
                "created": of.made,
            }
        )
        writer = _Writer(book)
        summary = book.add_worksheet("Summary")
        for sheet in every:
            writer.write(sheet)
        _summary(writer, summary, of.title, told, every)
        summary.activate()
    # XlsxWriter has no property for the language, which readers that speak want to know
    path.write_bytes(packed(held.getvalue(), {"docProps/core.xml": _in_english}))


def _in_english(core: bytes) -> bytes:
    return core.replace(b"<dcterms:created", b"<dc:language>en-GB</dc:language><dcterms:created", 1)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────


class _Writer:
    """Writes values into cells, each with the format of its kind; counts what a cell could not hold."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.cut = 0
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def format(self, **properties: Any) -> Format:
        """Return the format with these properties, one for all cells that share it."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"valign": "top", **properties})
        return self._formats[key]

    def write(self, sheet: Sheet) -> None:
        """Write a table into a sheet of its own."""
        page = self.book.add_worksheet(sheet.name)
        page.write_string(0, 0, sheet.table.title, self.format(bold=True, font_size=14))
        page.write_string(1, 0, sheet.table.rows if sheet.rows else f"Empty. {sheet.table.none}")
        page.set_landscape()
        _on_a4(page)
        if not sheet.rows:
            page.set_column(0, 0, WRAPPED)
            return
        heading = self.format(bold=True, text_wrap=True, bottom=1, bg_color="#eef1f3")
        last = HEAD - 1 + len(sheet.rows)
        page.add_table(
            HEAD - 1, 0, last, len(sheet.names) - 1,
            {
                "name": "".join(c if c.isalnum() else "_" for c in sheet.name),
                "columns": [{"header": c.heading, "header_format": heading} for c in sheet.columns],
                "style": None,
            },
        )  # fmt: skip
        page.freeze_panes(HEAD, 1 if sheet.names[0] == "number" else 0)
        page.ignore_errors({"number_stored_as_text": f"A1:XFD{last + 1}"})
        lines, widths = [1] * len(sheet.rows), []
        for x, (name, column) in enumerate(zip(sheet.names, sheet.columns, strict=True)):
            values = [row.get(name) for row in sheet.rows]
            width, wrap = _width(column, values)
            page.set_column(x, x, width)
            widths.append(width)
            for i, value in enumerate(values):
                if value not in (None, ""):
                    colour = SEVERITY.get(_hue(sheet.rows[i])) if name == "severity" else None
                    self.cell(page, HEAD + i, x, value, column, wrap=wrap, colour=colour)
                    lines[i] = max(lines[i], _lines_of(value, width) if wrap else 1)
        # Excel would find the heights by itself; LibreOffice takes those that are stated
        page.set_row(HEAD - 1, LINE * max(map(_lines_of, (c.heading for c in sheet.columns), widths)))
        for y, needed in enumerate(lines, start=HEAD):
            if needed > 1:
                page.set_row(y, min(LINE * needed, TALLEST))
        _on_paper(page, sheet, widths)

    def cell(
        self, page: Worksheet, y: int, x: int, value: Any, column: Column, *, wrap: bool = False,
        colour: str | None = None, **properties: Any,
    ) -> None:  # fmt: skip
        """Write one value: numbers, dates and text as such; text never acts."""
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if column.kind == "date" and isinstance(value, str):
            value = dt.date.fromisoformat(value)
        if isinstance(value, dt.date) and value.year <= 1900:
            value = value.isoformat()  # the calendar of Excel begins then, with a day that never was
        if isinstance(value, (int, float)):
            shown = _FORMATS.get(column.kind) or (_digits(value) if column.kind == "share" else "General")
            # a blank after the number keeps it apart from text in the next column
            properties = {"align": "right", "indent": 1, **properties}
            page.write_number(y, x, value, self.format(num_format=shown, **properties))
        elif isinstance(value, dt.datetime):
            moment = value.astimezone(dt.UTC).replace(tzinfo=None)
            page.write_datetime(y, x, moment, self.format(num_format="d mmmm yyyy hh:mm", align="left"))
        elif isinstance(value, dt.date):
            page.write_datetime(y, x, value, self.format(num_format=_FORMATS["date"], align="left"))
        else:
            text = self.fitting(clean(str(value)))
            if wrap:
                properties["text_wrap"] = True
            if column.kind not in ("text", "code", "date"):
                # a count that is kept in stands among numbers
                properties |= {"align": "right", "indent": 1}
            if colour is not None:
                properties |= {"font_color": colour, "bold": True}
            # without it, text that looks like a formula would become one when its cell is edited
            if text.lstrip().startswith(("=", "+", "-", "@")):
                properties["quote_prefix"] = True
            page.write_string(y, x, text, self.format(**properties))

    def fitting(self, text: str) -> str:
        """Return a text that a cell can hold; one that is too long says what was cut."""
        if len(text) <= MOST_CHARACTERS // 2 or _length(text) <= MOST_CHARACTERS:
            return text
        self.cut += 1
        note = f" … (cut: the text has {len(text):,} characters, more than a cell holds; the JSON has it all)"
        room = MOST_CHARACTERS - len(note)
        return text.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore") + note


def _length(text: str) -> int:
    """Return the length as Excel counts it."""
    return len(text.encode("utf-16-le")) // 2


def _digits(share: float) -> str:
    """Return the format of a percentage, with as many decimals as it needs not to round to 0 % or 100 %."""
    return f"0.{'0' * len(percent(share).rstrip('%').partition('.')[2])}%"


def _width(column: Column, values: list[Any]) -> tuple[float, bool]:
    """Return the width of a column in characters, and whether its text wraps."""
    longest = max((len(_seen(column, v)) for v in values[:_SAMPLE] if v is not None), default=0)
    # the arrow of the filter takes the room of three characters
    words = max(len(word) for word in column.heading.split()) + 3
    wrap = column.kind == "text" and longest > WIDEST
    return min(max(longest + 2, words, NARROWEST), WRAPPED if wrap else WIDEST), wrap


def _lines_of(text: Any, width: float) -> int:
    """Return how many lines a text takes in a column so many characters wide."""
    return len(textwrap.wrap(str(text)[: MOST_CHARACTERS // 8], max(int(width) - 2, 1))) or 1


def _seen(column: Column, value: Any) -> str:
    if isinstance(value, (int, float)):
        return percent(value) if column.kind == "share" else f"{value:,.0f}"
    return str(value)


def _hue(row: dict[str, Any]) -> str:
    return (
        "accepted"
        if row.get("accepted") is not None
        else {"note": "info"}.get(row["severity"], row["severity"])
    )


def _on_a4(page: Worksheet) -> None:
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_footer("&L&A&RPage &P of &N")


def _on_paper(page: Worksheet, sheet: Sheet, widths: list[float]) -> None:
    """Set how a table prints: findings without their evidence, wide tables over several sheets of paper."""
    page.repeat_rows(HEAD - 1)
    if "accepted" in sheet.names:
        shown = sheet.names.index("accepted")
        page.print_area(0, 0, HEAD - 1 + len(sheet.rows), shown)
    elif sum(widths) > ON_PAPER:
        page.fit_to_pages(0, 0)
        page.set_print_scale(60)
        if "name" in sheet.names:
            page.repeat_columns(0, sheet.names.index("name"))


# ── summary ─────────────────────────────────────────────────────────────────────────────────────

_ROOM = 100
_LABEL, _TEXT, _COUNT = Column("label"), Column("text"), Column("count", kind="count")


def _summary(
    writer: _Writer, page: Worksheet, title: str, told_of: Iterable[tuple[str, Any]], every: list[Sheet]
) -> None:
    page.set_column(0, 0, 34)
    page.set_column(1, 1, _ROOM)
    _on_a4(page)
    writer.cell(page, 0, 0, title, _LABEL, bold=True, font_size=16)
    y = 1
    for label, value in told_of:
        if value is None:
            y += 1
            writer.cell(page, y, 0, label, _LABEL, bold=True, font_size=13)
        else:
            writer.cell(page, y, 0, label, _LABEL, wrap=True)
            column = _COUNT if isinstance(value, int) else _TEXT
            writer.cell(page, y, 1, value, column, wrap=True, align="left", indent=0)
            page.set_row(y, min(LINE * _lines_of(value, _ROOM), TALLEST))
        y += 1
    writer.cell(page, y + 1, 0, "Sheets", _LABEL, bold=True, font_size=13)
    y += 2
    for sheet in every:
        # our own names, and nothing that a file could have said
        page.write_url(y, 0, f"internal:'{sheet.name}'!A1", string=sheet.name)
        writer.cell(page, y, 1, sheet.told, _TEXT, wrap=True)
        page.set_row(y, LINE * _lines_of(sheet.told, _ROOM))
        y += 1
    if writer.cut:
        told = f"{count(writer.cut, 'text was', 'texts were')} longer than a cell holds, and say so."
        writer.cell(page, y + 1, 0, "Cut", _LABEL)
        writer.cell(page, y + 1, 1, told, _TEXT, wrap=True)
