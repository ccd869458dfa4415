"""The report as a Word document: a paper for a board, verdict first.

It shows what weighs most and counts the rest; the workbook has every row. The figures are those of the
JSON of the same run.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footprint import __version__
from footprint.checks import rule_codes
from footprint.model.errors import InputError
from footprint.model.words import area_text, clean, count, number, percent, short
from footprint.reports.cells import (
    Words,
    agreement_in_words,
    areas_in_words,
    moves_in_words,
    shown,
    subsidiarity_in_words,
    untouched,
)
from footprint.reports.flows import verdict
from footprint.reports.json import pieces_in
from footprint.reports.methods import methods
from footprint.reports.office import packed
from footprint.reports.verdict import grave
from footprint.results.changes import sentences

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

    from footprint.reports.board import Board

# A paper has to be read in a meeting: so many rows of a table, and pieces of a split area, are shown.
MOST_ROWS = 30
MOST_PIECES = 6
FONT = "Arial"
WIDTH_MM, MAP_MM, MARGIN_MM = 210 - 2 * 20, 150, 20
# Programs that read aloud cannot stop halfway, and the tables say it all again.
LONGEST_ALT = 1_000
_SHADE = "EEF1F3"
_RANK = {"error": 0, "warning": 1, "info": 2}


def save(board: Board, path: Path) -> None:
    """Write the document."""
    paper = _Paper.new(board)
    paper.title(board.title, _subtitle(board))
    _verdict(paper, board)
    _map(paper, board)
    if board.comparison is not None:
        _change(paper, board)
    _findings(paper, board)
    _accountability(paper, board)
    _methods(paper, board)
    _provenance(paper, board)
    held = BytesIO()
    paper.document.save(held)
    path.write_bytes(packed(held.getvalue()))


# ── sections ────────────────────────────────────────────────────────────────────────────────────


def _subtitle(board: Board) -> str:
    plan = board.document["plan"]
    parts = ["Boundary report"]
    if board.comparison is not None:
        parts = ["Report on a change of boundaries"]
        parts += [f"from {shown(p['effective_date'], 'date')}" for p in board.comparison["proposals"]]
    if plan["date"]:
        parts.append(f"boundaries of {shown(plan['date'], 'date')}")
    parts.append(f"made on {shown(board.made.date().isoformat(), 'date')}")
    return " · ".join(parts)


def _verdict(paper: _Paper, board: Board) -> None:
    document, comparison = board.document, board.comparison
    paper.heading("Verdict")
    for i, sentence in enumerate(board.verdict):
        # what a chair can read out, and that the check is incomplete, stand out
        paper.text(
            sentence, "" if i == 0 else "List Bullet", bold=i == 0 or sentence.startswith("INCOMPLETE")
        )
    stated = document["plan"]["assumptions"]
    if stated:
        paper.text(f"It rests on {count(len(stated), 'assumption')}, stated under Assumptions below.")
    rows = [
        ("Must be settled (errors)", "error"), ("Should be settled (warnings)", "warning"),
        ("To be aware of (notes)", "info"), ("Accepted with a reason", "accepted"),
    ]  # fmt: skip
    tallies = {"Findings": document["summary"]}
    if comparison is not None:
        sides = {"Resolved": "resolved", "New": "new", "Remaining": "remaining"}
        tallies = {told: comparison["summary"][key] for told, key in sides.items()}
        tallies["After the change"] = document["summary"]
    cells = [(told, *(number(tally[key]) for tally in tallies.values())) for told, key in rows]
    words = Words(("To do", *tallies), cells, frozenset(range(1, len(tallies) + 1)))
    paper.table("Findings by what is to be done", words, (3, *(1,) * len(tallies)))


def _map(paper: _Paper, board: Board) -> None:
    from footprint.reports.maps.figure import save_figure

    paper.heading("Map")
    with tempfile.TemporaryDirectory(prefix="footprint-") as folder:
        picture = Path(folder) / "map.png"
        try:
            drawn = save_figure(board, picture, title="", width_mm=WIDTH_MM, height_mm=MAP_MM)
        except InputError as fault:
            paper.text(f"There is no map: {fault}")
            return
        paper.picture(picture, short(drawn.description, LONGEST_ALT), f"Map of {board.title}")


def _change(paper: _Paper, board: Board) -> None:
    comparison = board.comparison
    assert comparison is not None
    paper.heading("What the change does")
    for step in comparison["proposals"]:
        links = [step[key] for key in ("legislation_url", "consultation_url") if step[key]]
        paper.text(
            f"{step['title']}, from {shown(step['effective_date'], 'date')}"
            + (f" ({'; '.join(links)})" if links else "")
        )
    paper.heading("Who moves", 2)
    moves = moves_in_words(comparison)
    if moves.rows:
        paper.table("People and ground that change area", moves, (2, 4, 4, 2, 1.5, 2.5), sheet="Moves")
    else:
        paper.text("Nobody moves.")
    _answers(paper, board)
    paper.heading("Before and after", 2)
    areas = areas_in_words(comparison)
    if areas.rows:
        paper.table(
            "Areas that the change touches, before → after", areas, (4, 2, 2, 3.5, 2.5, 2.5),
            sheet="Before and after",
        )  # fmt: skip
    paper.text(untouched(comparison))
    agreement = agreement_in_words(comparison)
    if agreement.rows:
        paper.table("Do the layers line up? Areas, before → after", agreement, (3, 2, 2, 2, 3))
    for group, heading, caption in (
        ("resolved", "Resolved by the change", "Findings that are gone"),
        ("new", "New with the change", "Findings that it brings"),
    ):
        paper.heading(heading, 2)
        found = sorted(comparison[group], key=lambda f: _RANK[f["severity"]])
        rows = [(grave(f["severity"], f["accepted"]), f["rule"], f["message"]) for f in found]
        if rows:
            paper.table(caption, Words(("To do", "Rule", "Finding"), rows), (2.5, 1.5, 12))
        else:
            paper.text("Nothing.")


def _answers(paper: _Paper, board: Board) -> None:
    """Say for whom another body answers after the change."""
    assert board.change is not None
    told = list(sentences(board.change.accountability))
    if told:
        paper.heading("Who answers", 2)
        paper.bullets(told, "Who answers")


def _findings(paper: _Paper, board: Board) -> None:
    every = list(enumerate(board.document["findings"], start=1))
    divided = {n for n, f in board.numbered() if f.divided}
    settled = [(n, f) for n, f in every if f["accepted"] is not None]
    open_ = [(n, f) for n, f in every if f["accepted"] is None]
    paper.heading("Findings that matter")
    paper.text("The numbers refer to the sheet Findings of the workbook, which has every finding.")
    splits = [(n, f) for n, f in open_ if n in divided]
    paper.heading("Split areas", 2)
    if splits:
        pieces = [
            (number(n), _to_do(f), f["layer"], f"{_name(f)}{_total(f)}", list(_pieces(f)))
            for n, f in _ordered(splits)
        ]
        words = Words(("No.", "To do", "Layer", "Area", "Lies in"), pieces)
        paper.table("Split areas and their pieces", words, (1, 2.3, 1.5, 4.5, 7.5), sheet="Pieces")
    else:
        paper.text("No area is split, as far as this check could tell.")
    banded = rule_codes(shown_in="bands")
    _bands(paper, board, _by_area(every, banded))
    told_above = _flows(paper, board, _by_area(every, rule_codes(shown_in="inside")))
    told_above |= {n for n, f in open_ if n in divided or f["rule"] in banded}
    rest = [(n, f) for n, f in open_ if n not in told_above and f["severity"] != "info"]
    if rest:
        paper.heading("Other findings", 2)
        told = [(number(n), _to_do(f), f["rule"], f["message"], f["hint"] or "–") for n, f in _ordered(rest)]
        words = Words(("No.", "To do", "Rule", "Finding", "How to settle it"), told)
        paper.table("Errors and warnings, most grave first", words, (1, 2.5, 1.5, 7, 4.5), sheet="Findings")
    notes = [f for n, f in open_ if f["severity"] == "info" and n not in told_above]
    if notes:
        tally = Counter(f"{f['rule']} {f['name']}" for f in notes)
        named = ", ".join(f"{n:,} of {rule}" for rule, n in tally.items())
        paper.text(f"To be aware of, and not shown here: {named}. The workbook has them all.")
    if settled:
        paper.heading("Accepted", 2)
        reasons = [(number(n), f["rule"], f["message"], f["accepted"]) for n, f in _ordered(settled)]
        words = Words(("No.", "Rule", "Finding", "Accepted because"), reasons)
        paper.table("Findings that are known and accepted", words, (1, 1.5, 8, 6), sheet="Findings")


Numbered = dict[tuple[str, str], tuple[int, dict[str, Any]]]


def _by_area(findings: list[tuple[int, dict[str, Any]]], rules: Sequence[str]) -> Numbered:
    """Return findings of some rules by layer and code of the area that they are about."""
    return {(f["layer"], f["area"]["code"]): (n, f) for n, f in findings if f["rule"] in rules and f["area"]}


def _reference(findings: Numbered, layer: str, code: str) -> tuple[str, str]:
    """Return the number of the finding about an area, and whether it is accepted, in words."""
    n, f = findings.get((layer, code), (None, {}))
    return number(n), " (accepted)" if f.get("accepted") is not None else ""


def _bands(paper: _Paper, board: Board, findings: Numbered) -> None:
    judged = [row for row in board.document["tables"]["population"] if row["status"] is not None]
    if not judged:
        return
    outside = [row for row in judged if row["status"] != "WITHIN"]
    outside.sort(key=lambda row: (-abs(row["distance"]), row["code"]))
    paper.heading("Population bands", 2)
    source = board.document["plan"]["population_source"]
    within = len(judged) - len(outside)
    paper.text(
        f"{number(within)} of {count(len(judged), 'area')} with a band {'is' if within == 1 else 'are'} "
        f"within it. Population: {source or 'source not stated'}."
    )
    rows = []
    for row in outside:
        n, accepted = _reference(findings, row["layer"], row["code"])
        rows.append(
            (
                n, f"{row['name']} ({row['code']})", str(row["level"]), number(row["population"]),
                row["band"] or "–", f"{row['status'].lower()}{accepted}", f"{row['distance']:+,.0f}",
            )
        )  # fmt: skip
    if rows:
        headings = ("No.", "Area", "Level", "People", "Band", "Status", "Distance")
        words = Words(headings, rows, frozenset((3, 6)))
        paper.table("Areas outside their band", words, (1, 4, 2.3, 2.1, 3.1, 2.5, 2.2), sheet="Population")


def _flows(paper: _Paper, board: Board, findings: Numbered) -> set[int]:
    """Show how much care stays inside; returns the numbers of the findings that this tells."""
    plan, every = board.plan, board.document["tables"]["flows"]
    told: set[int] = set()
    for level, key in plan.levels.items():
        threshold = plan.localisation_index.get(level)
        ours = [row for row in every if row["layer"] == key]
        if not ours or threshold is None:
            continue
        paper.heading(f"Care inside: {level} ({key})", 2)
        ours.sort(
            key=lambda row: (
                not _known(row["localisation_index"]),
                row["localisation_index"] if _known(row["localisation_index"]) else 0.0,
                row["code"],
            )
        )
        paper.text(
            f"The plan asks that at least {threshold:.0%} of residents' activity stays inside. Areas with "
            "the lowest index come first; least and most are with all that is unknown outside and inside."
        )
        rows = []
        for row in ours:
            n, accepted = _reference(findings, key, row["code"])
            index = (shown(row[f"localisation_index{end}"], "share") for end in ("", "_min", "_max"))
            area = f"{row['name']} ({row['code']})"
            reached = f"{verdict(row, threshold)}{accepted}"
            rows.append((n, area, shown(row["activity"], "count"), *index, reached))
        headings = ("No.", "Area", "Residents' activity", "Stays inside", "Least", "Most", "Threshold")
        words = Words(headings, rows, frozenset((2, 3, 4, 5)))
        paper.table(f"Localisation index by {level}", words, (1, 5, 2.5, 2, 2, 2, 2.5), sheet="Flows")
        told |= {n for (layer, _), (n, f) in findings.items() if layer == key and f["accepted"] is None}
    return told


def _accountability(paper: _Paper, board: Board) -> None:
    words = subsidiarity_in_words(board.document)
    if not words.rows:
        return
    paper.heading("Who leads what")
    paper.text(
        "How much is led at each level, beside what was expected of these systems in 2018: a figure, and no "
        "verdict. The workbook says who leads what in each area."
    )
    paper.table("Functions by the level that leads them", words, (3, 4, 2, 2, 3), sheet="Who leads what")


def _methods(paper: _Paper, board: Board) -> None:
    document = board.document
    paper.heading("Methods")
    for what, how in methods(flows=board.flows is not None):
        paper.text(how, lead=f"{what}. ")
    paper.text(f"Bands follow the profile {document['plan']['profile']}.")
    paper.heading("Assumptions")
    paper.bullets(document["plan"]["assumptions"] or ["No assumption is stated."], "Summary")
    paper.heading("What was not checked")
    by_reason: dict[str, list[str]] = {}
    for skip in document["skipped"]:
        by_reason.setdefault(skip["reason"], []).append(skip["rule"])
    if by_reason:
        paper.bullets([f"{', '.join(rules)}: {reason}" for reason, rules in by_reason.items()], "Skipped")
    else:
        paper.text("Every rule was run in full.")


def _provenance(paper: _Paper, board: Board) -> None:
    plan = board.document["plan"]
    paper.heading("Sources")
    by_file: dict[tuple[str, str], list[dict[str, Any]]] = {}
    inputs = list(plan["inputs"])
    if board.comparison is not None:
        inputs += [one for one in board.comparison["before"]["inputs"] if one not in inputs]
    for one in inputs:
        by_file.setdefault((one["path"], one["sha256"]), []).append(one)
    rows = [
        (
            Path(path).name, ", ".join(dict.fromkeys(one["role"] for one in used)),
            number(used[0]["features"]),
            ", ".join(dict.fromkeys(str(one["vintage"]) for one in used if one["vintage"])) or "–",
            "; ".join(dict.fromkeys(one["licence"] for one in used if one["licence"])) or "not stated",
            sha256,
        )
        for (path, sha256), used in by_file.items()
    ]  # fmt: skip
    if rows:
        words = Words(("File", "Used for", "Rows", "Vintage", "Licence", "SHA-256"), rows, frozenset((2,)))
        paper.table("Files that were read", words, (3.2, 3, 1.6, 1.6, 2, 5.6), small=True, most=len(rows))
    for label, told in (("Population", plan["population_source"]), ("Flows", plan["flow_source"])):
        if told:
            paper.text(f"{label}: {told}.")
    for told in plan["attribution"]:
        paper.text(told)
    moment = f"{board.made:%H:%M} UTC on {shown(board.made.date().isoformat(), 'date')}"
    paper.text(f"Made by footprint {__version__} at {moment}.")


# ── words ───────────────────────────────────────────────────────────────────────────────────────


def _ordered(findings: list[tuple[int, dict[str, Any]]]) -> list[tuple[int, dict[str, Any]]]:
    """Return findings by what weighs most: new before known, gravest, most people, then by number."""

    def weight(entry: tuple[int, dict[str, Any]]) -> tuple[bool, int, float, int]:
        n, f = entry
        people = f["evidence"].get("people")
        return f["new"] is False, _RANK[f["severity"]], -people if _known(people) else 0, n

    return sorted(findings, key=weight)


def _known(value: object) -> bool:
    return isinstance(value, (int, float))


def _to_do(finding: dict[str, Any]) -> str:
    new = {True: ", new", False: ", known"}.get(finding["new"], "")
    return f"{grave(finding['severity'], finding['accepted'])}{new}"


def _name(finding: dict[str, Any]) -> str:
    area = finding["area"]
    return finding["layer"] if area is None else f"{area['name']} ({area['code']})"


def _total(finding: dict[str, Any]) -> str:
    total = finding["evidence"].get("total")
    return "" if total is None else f", {shown(total, 'count')} people"


def _pieces(finding: dict[str, Any]) -> Iterator[str]:
    """Return each piece of a split area with its people and share, or else its area."""
    every = pieces_in(finding)
    for piece in every[:MOST_PIECES]:
        size = [] if piece.people is None else [f"{shown(piece.people, 'count')} people"]
        if piece.people is None and piece.area_m2 is not None:
            size.append(area_text(piece.area_m2))
        if piece.share is not None:
            size.append(percent(piece.share) if isinstance(piece.share, (int, float)) else str(piece.share))
        yield f"{piece.area.name} ({piece.area.code}){': ' if size else ''}{', '.join(size)}"
    if len(every) > MOST_PIECES:
        yield f"and {count(len(every) - MOST_PIECES, 'more piece')}, in the workbook"


# ── the document ────────────────────────────────────────────────────────────────────────────────


@dataclass
class _Paper:
    """A document that is being written: headings, text, tables and pictures, with captions that count."""

    document: Document
    tables: int = 0
    pictures: int = 0
    below_table: bool = False
    """Whether the last thing was a table, from which text keeps its distance."""

    @classmethod
    def new(cls, board: Board) -> _Paper:
        """Return an empty paper: A4, in British English, with page numbers."""
        import docx
        from docx.oxml.ns import qn
        from docx.shared import Mm, Pt, RGBColor

        document = docx.Document()
        for part in document.sections:
            part.page_width, part.page_height = Mm(210), Mm(297)
            part.left_margin = part.right_margin = part.top_margin = part.bottom_margin = Mm(MARGIN_MM)
        styles = document.styles
        for name, points in (
            ("Normal", 10.5), ("Title", 22), ("Subtitle", 11), ("Heading 1", 15), ("Heading 2", 12),
            ("Caption", 9.5), ("List Bullet", 10.5),
        ):  # fmt: skip
            style = styles[name]
            style.font.size = Pt(points)
            style.font.color.rgb = RGBColor(0x1B, 0x1F, 0x24)
            style.font.italic = False
            for spaced in style.element.iter(qn("w:spacing")):
                if spaced.get(qn("w:val")) is not None:  # between letters, as a title of Word 2007 has it
                    spaced.set(qn("w:val"), "0")
            _set_font(style.element)
        styles["Normal"].paragraph_format.space_after = Pt(6)
        styles["Caption"].paragraph_format.keep_with_next = True
        styles["Caption"].paragraph_format.space_before = Pt(8)
        styles["Caption"].paragraph_format.space_after = Pt(3)
        _set_language(document)
        core = document.core_properties
        core.title, core.subject, core.language = clean(board.title)[:255], "Boundary report", "en-GB"
        core.author = core.last_modified_by = f"footprint {__version__}"
        core.comments = core.keywords = core.category = ""
        core.revision = 1
        core.created = core.modified = board.made.replace(tzinfo=None)
        footer = document.sections[0].footer.paragraphs[0]
        footer.alignment = 2  # right
        footer.add_run("Page ")
        _field(footer, "PAGE", "1")
        footer.add_run(" of ")
        _field(footer, "NUMPAGES", "1")
        return cls(document)

    def title(self, text: str, subtitle: str) -> None:
        """Add the title."""
        self.document.add_paragraph(clean(text), "Title")
        self.document.add_paragraph(clean(subtitle), "Subtitle")

    def heading(self, text: str, level: int = 1) -> None:
        """Add a heading, which the navigation of Word shows."""
        self.below_table = False
        self.document.add_heading(clean(text), level)

    def text(self, text: str, style: str = "", *, bold: bool = False, lead: str = "") -> None:
        """Add a paragraph, after words that stand out; nothing where there is no text."""
        if not text:
            return
        from docx.shared import Pt

        paragraph = self.document.add_paragraph(style=style or None)
        if self.below_table:
            paragraph.paragraph_format.space_before = Pt(6)
        self.below_table = False
        if lead:
            paragraph.add_run(clean(lead)).bold = True
        paragraph.add_run(clean(text)).bold = bold or None

    def bullets(self, texts: Sequence[str], sheet: str) -> None:
        """Add a list, of which the longest are cut short with a word on where the rest is."""
        for told in texts[:MOST_ROWS]:
            self.text(told, "List Bullet")
        self._more(len(texts) - MOST_ROWS, sheet)

    def picture(self, path: Path, described: str, caption: str) -> None:
        """Add a picture as wide as the page, described for those who cannot see it."""
        from docx.shared import Mm

        self.pictures += 1
        self.document.add_picture(str(path), width=Mm(WIDTH_MM))
        drawn = self.document.inline_shapes[-1]._inline.docPr
        drawn.set("descr", clean(described))
        drawn.set("title", "Map")
        # the name of the temporary file is nobody's business, and the id has to be the same each time
        drawn.set("name", f"Picture {self.pictures}")
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        self._caption("Figure", self.pictures, caption, below=True)

    def table(
        self, caption: str, words: Words, widths: Sequence[float], *, sheet: str = "",
        small: bool = False, most: int = MOST_ROWS,
    ) -> None:  # fmt: skip
        """Add a table: its first rows, and how many more the workbook has.

        Parameters
        ----------
        caption : what it is called
        words : its headings and rows
        widths : of the columns, in any measure
        sheet : of the workbook, that has all rows
        small : in small print
        most : rows to show

        """
        rows = words.rows[:most]
        self.tables += 1
        self._caption("Table", self.tables, caption)
        made = self.document.add_table(rows=1 + len(rows), cols=len(words.headings), style="Table Grid")
        _prepare(made, clean(caption), _widths(widths[: len(words.headings)]))
        for y, (row, cells) in enumerate(zip(made.rows, [words.headings, *rows], strict=True)):
            _one_page(row._tr, heading=y == 0)
            for x, (cell, value) in enumerate(zip(row.cells, cells, strict=True)):
                _fill(cell, value, heading=y == 0, right=x in words.right, points=7.5 if small else 9)
        self.below_table = True
        self._more(len(words.rows) - len(rows), sheet)

    def _more(self, left: int, sheet: str) -> None:
        if left > 0:
            self.text(
                f"and {count(left, 'more row')}: the workbook has them all (footprint report … -o "
                f"report.xlsx, sheet {sheet or 'Findings'})."
            )

    def _caption(self, word: str, count_: int, text: str, *, below: bool = False) -> None:
        self.below_table = False
        paragraph = self.document.add_paragraph(style="Caption")
        paragraph.add_run(f"{word} ")
        _field(paragraph, f"SEQ {word} \\* ARABIC", str(count_))
        paragraph.add_run(f". {clean(text)}")
        if below:
            paragraph.paragraph_format.keep_with_next = False


# ── what python-docx has no words for ───────────────────────────────────────────────────────────


def _element(name: str, **attributes: str) -> BaseOxmlElement:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _field(paragraph: Paragraph, instruction: str, shown_: str) -> None:
    """Add a field, such as the number of the page, with what it shows until Word works it out."""
    field = _element("fldSimple", instr=instruction)
    run = paragraph.add_run(shown_)
    field.append(run._r)
    paragraph._p.append(field)


def _set_font(style: Any) -> None:
    from docx.oxml.ns import qn

    properties = style.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    if fonts is not None:
        properties.remove(fonts)
    named = dict.fromkeys(("ascii", "hAnsi", "cs", "eastAsia"), FONT)
    properties.insert(0, _element("rFonts", **named))


def _set_language(document: Document) -> None:
    """Set British English, which programs that read aloud go by."""
    from docx.oxml.ns import qn

    for held in document.styles.element.iter(qn("w:lang")):
        held.set(qn("w:val"), "en-GB")
    for held in document.settings.element.iter(qn("w:themeFontLang")):
        held.set(qn("w:val"), "en-GB")


def _widths(parts: Iterable[float]) -> list[int]:
    """Return widths of columns in twentieths of a point, which fill the page together."""
    every = list(parts)
    page = WIDTH_MM / 25.4 * 1440
    return [round(page * part / sum(every)) for part in every]


def _prepare(table: Table, described: str, widths: list[int]) -> None:
    """Give a table fixed columns, thin lines and words for those who cannot see it."""
    from docx.oxml.ns import qn

    properties = table._tbl.tblPr
    table.autofit = False
    borders = _element("tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(_element(side, val="single", sz="4", space="0", color="8A949E"))
    layout = properties.find(qn("w:tblLayout"))
    layout.addprevious(borders)
    properties.append(_element("tblCaption", val=described))
    for column, width in zip(table._tbl.tblGrid, widths, strict=True):
        column.set(qn("w:w"), str(width))
    for row in table._tbl.tr_lst:
        for cell, width in zip(row.tc_lst, widths, strict=True):
            held = cell.get_or_add_tcPr()
            for stated in held.findall(qn("w:tcW")):
                held.remove(stated)
            held.insert(0, _element("tcW", w=str(width), type="dxa"))


def _one_page(row: Any, *, heading: bool) -> None:
    """Keep a row on one page, and repeat that of the headings on each."""
    properties = row.get_or_add_trPr()
    properties.append(_element("cantSplit"))
    if heading:
        properties.append(_element("tblHeader"))


def _fill(cell: _Cell, value: Any, *, heading: bool, right: bool, points: float) -> None:
    """Write a text, or a list of them, into a cell."""
    from docx.shared import Pt

    texts = value if isinstance(value, list) else [value]
    for i, text in enumerate(texts):
        paragraph = cell.paragraphs[0] if i == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(1)
        if right:
            paragraph.alignment = 2
        run = paragraph.add_run(clean(str(text)))
        run.bold = heading or None
        run.font.size = Pt(points)
    if heading:
        cell._tc.get_or_add_tcPr().append(_element("shd", val="clear", color="auto", fill=_SHADE))


__all__ = ["save"]
