"""A report for the terminal: it reads well in 80 columns, without colour, and in a log file.

Every statement is made in words; colour and bars only repeat it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import StringIO
from typing import TYPE_CHECKING, TextIO

from rich.console import Console, RenderableType
from rich.text import Text as Line

from footprint.model.known import is_known
from footprint.model.terminal import width_of
from footprint.model.words import clean
from footprint.reports.document import (
    Bar,
    Bullets,
    Details,
    Figure,
    Grid,
    Heading,
    Picture,
    Scale,
    Text,
    Words,
)
from footprint.reports.terminal_tables import fitted, wrapped

if TYPE_CHECKING:
    from footprint.reports import Report
    from footprint.reports.document import Block, Cell

WIDEST, USUAL = 110, 80
"""Columns at most, and where nothing says how many there are."""
SCALE = 24
"""Marks of a scale."""
_STYLES = {
    "": "", "strong": "bold", "quiet": "bright_black", "code": "", "good": "green", "note": "cyan",
    "warning": "yellow", "error": "bold red",
}  # fmt: skip
# for terminals and logs that are not UTF-8
_PLAIN = str.maketrans(
    {"·": "-", "–": "-", "²": "2", "×": "x", "…": "...", "±": "+/-", "▲": "^", "▼": "v", "\xa0": " "}
)


def write(report: Report, stream: TextIO) -> None:
    """Print a report."""
    show(report.document(), stream)


def show(blocks: Iterable[Block], stream: TextIO) -> None:
    """Print a document to a stream, without the blanks that fill up lines."""
    held = StringIO()
    console = console_for(stream, held)
    for part in parts(blocks, console.width, ascii_only=not draws(stream)):
        console.print(part, crop=False)
    text = "".join(f"{line.rstrip()}\n" for line in held.getvalue().splitlines())
    if not draws(stream):
        text = text.translate(_PLAIN).encode(stream.encoding, "replace").decode(stream.encoding)
    stream.write(text)


def console_for(stream: TextIO, held: TextIO) -> Console:
    """Return a console that writes to `held` as fits `stream`: 80 columns where nothing says how many."""
    outside = Console(file=stream)
    return Console(
        file=held,
        force_terminal=outside.is_terminal,
        color_system=outside.color_system,  # type: ignore[arg-type]
        no_color=outside.no_color,
        highlight=False,
        markup=False,
        emoji=False,
        width=min(WIDEST, width_of(stream) or USUAL),
    )


def draws(stream: TextIO) -> bool:
    """Return whether a stream can show bars and scales."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return encoding.lower().replace("-", "") in ("utf8", "utf16")


def parts(blocks: Iterable[Block], width: int, ascii_only: bool = False) -> Iterator[RenderableType]:
    """Return what rich prints for each block in so many columns."""
    for i, block in enumerate(blocks):
        match block:
            case Heading():
                # the first one of a report has no line above it
                gap = "\n" if i or block.level > 1 else ""
                yield wrapped(Line(gap + clean(block.text), style="bold"), width)
            case Text():
                yield wrapped(_line(block), width, 2 * block.depth)
            case Bullets():
                yield from parts([Text((item,)) for item in block.items], width, ascii_only)
            case Grid() if block.rows:
                cells = [[_cell(cell, ascii_only) for cell in row] for row in block.rows]
                drawn = {i for i, cell in enumerate(block.rows[0]) if isinstance(cell, Bar | Scale)}
                yield from fitted(block, cells, drawn, width)
            case Details():
                yield from parts([Heading(block.summary), *block.blocks], width, ascii_only)
            case Picture():
                yield from parts([Text((block.caption,))], width, ascii_only)


def _line(text: Text) -> Line:
    made = Line(style=_STYLES[text.tone])
    for span in text.spans:
        words = span if isinstance(span, Words) else Words(span, "")
        made.append(clean(words.text), _STYLES[words.tone])
    return made


def _cell(cell: Cell, ascii_only: bool) -> Line:
    match cell:
        case Text():
            return _line(cell)
        case Words():
            return Line(clean(cell.text), _STYLES[cell.tone])
        case Figure():
            return Line(clean(str(cell)), _STYLES[cell.tone])
        case Bar():
            return Line(bar(cell, ascii_only), "blue")
        case Scale():
            return Line(scale(cell, ascii_only))
        case str():
            return Line(clean(cell))
    return Line("\n".join(clean(line) for line in cell))


def bar(given: Bar, ascii_only: bool = False) -> str:
    """Return a bar; a share above 0 shows at least one mark."""
    share = given.share
    if not isinstance(share, (int, float)) or not is_known(share):
        return ""
    filled = max(round(share * given.marks), 1 if share > 0 else 0)
    full, empty = ("#", ".") if ascii_only else ("█", "░")
    return full * filled + empty * (given.marks - filled)


def scale(given: Scale, ascii_only: bool = False) -> str:
    """Return a scale from 0 to the largest value with the band drawn as a line and the value as a dot."""
    value, low, high = given.value, given.low, given.high
    if not is_known(value):
        return ""
    end = max(given.largest, 1.15 * (high or low or 1)) or 1.0

    def at(v: float) -> int:
        return min(SCALE - 1, max(0, round(v / end * (SCALE - 1))))

    outside, inside, left, right, dot = (".", "-", "[", "]", "o") if ascii_only else ("·", "─", "├", "┤", "●")
    first, last = at(low or 0), at(high if high is not None else end)
    marks = [inside if first <= i <= last else outside for i in range(SCALE)]
    if low is not None:
        marks[first] = left
    if high is not None:
        marks[last] = right
    spot = at(value)
    # rounding must not put the dot on the wrong side of an end of the band
    if low is not None and value < low:
        spot = min(spot, max(first - 1, 0))
    elif high is not None and value > high:
        spot = max(spot, min(last + 1, SCALE - 1))
    elif low is not None or high is not None:
        spot = max(first, min(last, spot))
    marks[spot] = dot
    return "".join(marks)
