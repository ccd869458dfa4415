"""The report as a workbook: for the analyst who sorts, filters and goes on counting.

Each cell holds the value of the JSON of the same run: counts, shares and areas as numbers, codes and
names as text, what is unknown as an empty cell. Text from input files is written as text and stays
text when somebody edits its cell.
"""

from __future__ import annotations

import datetime as dt
import json
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter

from footprint import __version__
from footprint.checks import vocabulary
from footprint.model.finding import LISTED, listed_with
from footprint.model.words import clean, count, percent
from footprint.reports import columns
from footprint.reports.columns import Column, Table
from footprint.reports.json import pieces_in
from footprint.reports.maps.palette import SEVERITY
from footprint.reports.office import packed

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from footprint.reports.board import Board

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
_OWN_SHEET = ("findings", "skipped")


@dataclass(frozen=True)
class Sheet:
    """A table of the workbook."""

    key: str
    """Name of the table, see `columns.TABLES`."""
    names: tuple[str, ...]
    """Columns in their order."""
    rows: list[dict[str, Any]]
    name: str
    """Of the sheet."""

    @property
    def table(self) -> Table:
        """How a reader sees the table."""
        return columns.table(self.key)

    @property
    def columns(self) -> list[Column]:
        """How a reader sees the columns."""
        return [columns.column(name, self.key) for name in self.names]

    @property
    def told(self) -> str:
        """What the sheet holds, for the list of contents."""
        if not self.rows:
            return f"Empty. {self.table.none}"
        return f"{self.table.rows} {count(len(self.rows), 'row')}.".strip()


def save(board: Board, path: Path) -> None:
    """Write the workbook."""
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
                "title": clean(board.title),
                "subject": "Boundary report",
                "author": f"footprint {__version__}",
                "created": board.made,
            }
        )
        writer = _Writer(book)
        summary = book.add_worksheet("Summary")
        every = list(sheets(board))
        for sheet in every:
            writer.write(sheet)
        _summary(writer, summary, board, every)
        summary.activate()
    # XlsxWriter has no property for the language, which readers that speak want to know
    path.write_bytes(packed(held.getvalue(), {"docProps/core.xml": _in_english}))


def _in_english(core: bytes) -> bytes:
    return core.replace(b"<dcterms:created", b"<dc:language>en-GB</dc:language><dcterms:created", 1)


# ── tables ──────────────────────────────────────────────────────────────────────────────────────


def sheets(board: Board) -> Iterator[Sheet]:
    """Return the tables of a report in the order of the workbook; those too long for a sheet as several."""
    for key, names, rows in _tables(board):
        held = max(1, MOST_ROWS - HEAD)
        for part, first in enumerate(range(0, max(len(rows), 1), held), start=1):
            title = columns.table(key).title
            name = title if part == 1 else f"{title[:26]} ({part})"
            yield Sheet(key, tuple(names), rows[first : first + held], name)


def _tables(board: Board) -> Iterator[tuple[str, Iterable[str], list[dict[str, Any]]]]:
    document = board.document
    findings = finding_rows(board)
    yield "findings", _finding_columns(findings, board), findings
    pieces = piece_rows(board)
    yield "pieces", pieces[0] if pieces else (), pieces
    if board.comparison is not None:
        tables = board.comparison["tables"]
        for key in ("moves", "areas", *(k for k in tables if k not in ("moves", "areas"))):
            yield _named("change_agreement" if key == "agreement" else key, tables[key])
    for key, rows in document["tables"].items():
        if key == "flows":
            for name, measured in (board.flows or document)["tables"].items():
                if board.flows is not None or name == "flows":
                    yield _named(name, measured)
        else:
            yield _named(key, _with_names(board, rows) if key == "overlap" else rows)
    yield _named("skipped", skip_rows(board))
    yield _named("inputs", input_rows(board))
    methods = [{"subject": a, "method": b} for a, b in columns.methods(flows=board.flows is not None)]
    yield _named("methods", methods)


def _named(key: str, rows: list[dict[str, Any]]) -> tuple[str, Iterable[str], list[dict[str, Any]]]:
    return key, rows[0] if rows else (), rows


def finding_rows(board: Board) -> list[dict[str, Any]]:
    """Return a row for each finding by its number, and after them, without one, for each that is resolved."""
    return [_finding(*entry) for entry in _every(board)]


def _every(board: Board) -> Iterator[tuple[dict[str, Any], int | None, str | None]]:
    """Return each finding with its number and what the change does to it; those that are resolved last."""
    for number, found in enumerate(board.document["findings"], start=1):
        yield found, number, columns.change(found)
    for found in (board.comparison or board.document)["resolved"] or ():
        yield found, None, "resolved"


def _finding(given: dict[str, Any], number: int | None, change: str | None) -> dict[str, Any]:
    area, place, others = given["area"] or {}, given["location"] or {}, given["others"]
    evidence = dict(given["evidence"])
    for name in listed_with(others, evidence):
        del evidence[name]  # `pieces` has them, one a row
    return {
        "number": number,
        "severity": columns.severity(given),
        "change": change,
        "rule": given["rule"],
        "name": given["name"],
        "layer": given["layer"],
        "level": given["level"],
        "area_code": area.get("code"),
        "area_name": area.get("name"),
        "people": evidence.pop("people", None),
        "message": given["message"],
        "hint": given["hint"] or None,
        "accepted": given["accepted"],
        "others": "; ".join(f"{other['name']} ({other['code']})" for other in others) or None,
        "file": place.get("path"),
        "line": place.get("line"),
        **{name: _as_cell(value) for name, value in evidence.items()},
    }


def _finding_columns(rows: list[dict[str, Any]], board: Board) -> list[str]:
    """Return the columns of findings: all that is always there, and the evidence that occurs in this run."""
    known = list(dict.fromkeys(name for row in rows for name in row))
    evidence = [name for name in vocabulary() if name in known and name != "people"]
    rest = [name for name in known if name not in evidence and name != "kind"]
    compared = any(row["change"] for row in rows) or board.comparison is not None
    return [name for name in rest if compared or name != "change"] + (["kind"] if rows else []) + evidence


def _as_cell(value: Any) -> Any:
    """Return what a cell can hold of a piece of evidence: a list becomes text."""
    if isinstance(value, (list, tuple)):
        told = ("unknown" if v is None else v if isinstance(v, str) else json.dumps(v) for v in value)
        return "; ".join(told)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


def piece_rows(board: Board) -> list[dict[str, Any]]:
    """Return a row for each piece that a finding names: where it lies, its people, share, area and width."""
    rows = []
    every = list(_every(board))
    compared = any(change for _, _, change in every)
    for given, number, change in every:
        evidence, area = given["evidence"], given["area"] or {}
        for piece in pieces_in(given):
            row = {
                "number": number,
                **({"change": change} if compared else {}),
                "rule": given["rule"],
                "layer": given["layer"],
                "area_code": area.get("code"),
                "area_name": area.get("name"),
                "other_code": piece.area.code,
                "other_name": piece.area.name,
                **{name: getattr(piece, measure) for name, measure in LISTED.items()},
                "denominator": evidence.get("denominator"),
            }
            rows.append(row)
    return rows


def _with_names(board: Board, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return overlaps with the names of both areas after their codes."""
    found = []
    for row in rows:
        out: dict[str, Any] = {}
        for name, value in row.items():
            out[name] = value
            if name in ("source", "target"):
                layer = board.plan.layers.get(row[f"{name}_layer"])
                out[f"{name}_name"] = None if layer is None else layer.name(value)
        found.append(out)
    return found


def skip_rows(board: Board) -> list[dict[str, Any]]:
    """Return a row for each skip, with what it means for the check."""
    return [
        {
            "rule": skip["rule"],
            "reason": skip["reason"],
            "outcome": "refused: the check is incomplete" if held.refused else "skipped",
        }
        for skip, held in zip(board.document["skipped"], board.result.skipped, strict=True)
    ]


def input_rows(board: Board) -> list[dict[str, Any]]:
    """Return a row for each file that was read; of a change with the side that it was read for."""
    after = board.document["plan"]["inputs"]
    if board.comparison is None:
        return list(after)
    before = board.comparison["before"]["inputs"]
    both = [{"side": "before and after" if one in before else "after", **one} for one in after]
    return both + [{"side": "before", **one} for one in before if one not in after]


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
        "accepted" if row["accepted"] is not None else {"note": "info"}.get(row["severity"], row["severity"])
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
_LABEL, _TEXT, _COUNT = Column("", "text"), Column("", "text"), Column("", "count")
_SEVERITIES = (
    ("error", "Errors: must be settled"),
    ("warning", "Warnings: should be settled"),
    ("info", "Notes: to be aware of"),
    ("accepted", "Accepted with a reason"),
)


def _summary(writer: _Writer, page: Worksheet, board: Board, every: list[Sheet]) -> None:
    page.set_column(0, 0, 34)
    page.set_column(1, 1, _ROOM)
    _on_a4(page)
    writer.cell(page, 0, 0, board.title, _LABEL, bold=True, font_size=16)
    y = 1
    for label, value in _lines(board):
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


def _lines(board: Board) -> Iterator[tuple[str, Any]]:
    """Return the lines of the summary: (label, value), and (heading, None)."""
    document = board.document
    plan = document["plan"]
    yield "Boundary report", f"made by footprint {__version__}"
    yield "Made (UTC)", board.made
    if board.comparison is not None:
        yield "Before", board.comparison["before"]["title"]
        yield "After", board.comparison["after"]["title"]
        for step in board.comparison["proposals"]:
            yield "Change", step["title"]
            yield "Takes effect", dt.date.fromisoformat(step["effective_date"])
            for key in ("legislation_url", "consultation_url"):
                if step[key]:
                    yield key.removesuffix("_url").capitalize(), step[key]
    if plan["date"]:
        yield "Boundaries of", dt.date.fromisoformat(plan["date"])
    yield "Profile of bands", plan["profile"]
    for key, label in (("population_source", "Population from"), ("flow_source", "Flows from")):
        if plan[key]:
            yield label, plan[key]
    if board.flows is not None and board.flows["suppression"]:
        yield "Small numbers", f"kept in by the rule '{board.flows['suppression']}'"
    yield "How to read", "An empty cell is unknown or does not apply; * is a small number that is kept in."
    yield "Verdict", None
    for sentence in board.verdict:
        yield "Verdict", sentence
    yield from _counts(board)
    stated = [("Assumed", text) for text in plan["assumptions"]]
    stated += [("Noted on reading", text) for text in plan["notes"]]
    stated += [("Attribution", text) for text in plan["attribution"]]
    if stated:
        yield "Assumptions and notes", None
        yield from stated
    if document["skipped"]:
        yield "Skipped", None
        for skip in skip_rows(board):
            refused = ", refused" if skip["outcome"] != "skipped" else ""
            yield f"{skip['rule']}{refused}", skip["reason"]


def _counts(board: Board) -> Iterator[tuple[str, Any]]:
    document, comparison = board.document, board.comparison
    yield "Findings" if comparison is None else "Findings after the change", None
    for key, label in _SEVERITIES:
        yield label, document["summary"][key]
    if comparison is None:
        return
    yield "What the change does", None
    for group in ("resolved", "new", "remaining"):
        for key, label in _SEVERITIES:
            yield (
                f"{group.capitalize()}: {label.partition(':')[0].lower()}",
                comparison["summary"][group][key],
            )
    people = comparison["summary"]["people_who_move"]
    yield "People who move, counted in each layer", "unknown" if people is None else people


__all__ = ["Sheet", "finding_rows", "input_rows", "piece_rows", "save", "sheets", "skip_rows"]
