"""A boundary report as a Word document: a paper for a board, on A4, in British English."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from footprint.model.errors import InputError
from footprint.model.scratch import scratch
from footprint.model.version import VERSION
from footprint.model.words import clean, count
from footprint.reports.content import paper
from footprint.reports.document import Bullets, Grid, Heading, Picture, Text, Words
from footprint.reports.office import packed

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

    from footprint.reports.board import Board
    from footprint.reports.choice import Choice
    from footprint.reports.document import Block, Cell, Span

# So many rows of a table are shown: more would be a book.
MOST_ROWS = 250
FONT = "Arial"
WIDTH_MM, MAP_MM, MARGIN_MM = 210 - 2 * 20, 122, 20
_SHADE = "EEF1F3"


def save(board: Board, path: Path) -> None:
    """Write the document."""
    _save(board, "Boundary report", paper.subtitle(board), paper.document(board), path)


def save_choice(choice: Choice, path: Path) -> None:
    """Write options side by side as a document."""
    _, _, *blocks = choice.document()  # what it is called stands above it
    _save(choice, choice.subject, choice.subtitle, blocks, path)


def _save(of: Board | Choice, subject: str, subtitle: str, blocks: Iterable[Block], path: Path) -> None:
    made = _Paper.new(of, subject)
    made.document.add_paragraph(clean(of.title), "Title")
    made.document.add_paragraph(clean(subtitle), "Subtitle")
    for block in blocks:
        made.add(block)
    held = BytesIO()
    made.document.save(held)
    path.write_bytes(packed(held.getvalue()))


@dataclass
class _Paper:
    """A document that is being written: headings, text, tables and pictures, with captions that count."""

    document: Document
    tables: int = 0
    pictures: int = 0
    below_table: bool = False
    """Whether the last thing was a table, from which text keeps its distance."""

    @classmethod
    def new(cls, board: Board | Choice, subject: str) -> _Paper:
        """Return an empty paper: A4, in British English, with page numbers."""
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
        core.title, core.subject, core.language = clean(board.title)[:255], subject, "en-GB"
        core.author = core.last_modified_by = f"footprint {VERSION}"
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

    def add(self, block: Block) -> None:
        """Add a block; of a table or list its first entries, and how many more there are."""
        match block:
            case Heading():
                # the navigation of Word shows it
                made = self.document.add_heading(clean(block.text), max(block.level - 1, 1))
                made.paragraph_format.page_break_before = block.new_page or None
                self.below_table = False
            case Text() if any(map(str, block.spans)):
                self._text(block.spans)
            case Bullets():
                items = block.items if block.whole else block.items[:MOST_ROWS]
                for item in items:
                    self._text((item,), "List Bullet")
                self._more(len(block.items) - len(items), block.sheet)
            case Grid() if block.rows:
                self._table(block)
            case Picture():
                self._picture(block)

    def _text(self, spans: Iterable[Span], style: str | None = None) -> None:
        paragraph = self.document.add_paragraph(style=style)
        if self.below_table:
            paragraph.paragraph_format.space_before = Pt(6)
        self.below_table = False
        for span in spans:
            words = Words(span, "") if isinstance(span, str) else span
            paragraph.add_run(clean(words.text)).bold = words.tone == "strong" or None

    def _picture(self, picture: Picture) -> None:
        """Add a picture as wide as the page, described for those who cannot see it."""
        with scratch() as folder:
            path = folder / "map.png"
            try:
                described = picture.draw(path, WIDTH_MM, MAP_MM)
            except InputError as fault:
                self._text((f"There is no {picture.title.lower()}: {fault}",))
                return
            self.pictures += 1
            self.document.add_picture(str(path), width=Mm(WIDTH_MM))
        drawn = self.document.inline_shapes[-1]._inline.docPr
        drawn.set("descr", clean(described))
        drawn.set("title", picture.title)
        # the name of the temporary file is nobody's business, and the id has to be the same each time
        drawn.set("name", f"Picture {self.pictures}")
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True
        self._caption("Figure", self.pictures, picture.caption, below=True)

    def _table(self, grid: Grid) -> None:
        rows = grid.rows if grid.whole else grid.rows[:MOST_ROWS]
        self.tables += 1
        self._caption("Table", self.tables, grid.caption)
        made = self.document.add_table(rows=1 + len(rows), cols=len(grid.heads), style="Table Grid")
        _prepare(made, clean(grid.caption), _widths([head.weight for head in grid.heads]))
        headings = [head.heading for head in grid.heads]
        for y, (row, cells) in enumerate(zip(made.rows, [headings, *rows], strict=True)):
            _one_page(row._tr, heading=y == 0)
            for head, cell, value in zip(grid.heads, row.cells, cells, strict=True):
                right = head.align == "right"
                _fill(cell, value, heading=y == 0, right=right, points=7.5 if grid.dense else 9)
        self.below_table = True
        self._more(len(grid.rows) - len(rows), grid.sheet)

    def _more(self, left: int, sheet: str) -> None:
        if left > 0:
            told = (
                f"and {count(left, 'more row')}, which are more than a paper holds: "
                f"footprint report … -o report.xlsx writes them all, on the sheet {sheet or 'Findings'}."
            )
            self._text((told,))

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
    properties = style.get_or_add_rPr()
    fonts = properties.find(qn("w:rFonts"))
    if fonts is not None:
        properties.remove(fonts)
    named = dict.fromkeys(("ascii", "hAnsi", "cs", "eastAsia"), FONT)
    properties.insert(0, _element("rFonts", **named))


def _set_language(document: Document) -> None:
    """Set British English, which programs that read aloud go by."""
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


def _fill(cell: _Cell, value: Cell, *, heading: bool, right: bool, points: float) -> None:
    """Write a text, or several of them, into a cell."""
    texts = value if isinstance(value, (list, tuple)) else [value]
    for i, text in enumerate(texts):
        paragraph = cell.paragraphs[0] if i == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(1)
        if right:
            paragraph.alignment = 2
        run = paragraph.add_run(clean(text.text if isinstance(text, Words) else str(text)))
        run.bold = heading or None
        run.font.size = Pt(points)
    if heading:
        cell._tc.get_or_add_tcPr().append(_element("shd", val="clear", color="auto", fill=_SHADE))
