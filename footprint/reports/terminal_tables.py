"""Tables in a terminal: as columns where these are wide enough for whole words, as lines where not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Line

from footprint.model.words import clean

if TYPE_CHECKING:
    from rich.console import RenderableType

    from footprint.reports.document import Grid, Head

Rows = Sequence[Sequence[Line]]


_WORD = re.compile("[^ ]+")  # a no-break space is within a word


def wrapped(line: Line, width: int, depth: int = 0, further: int = 0) -> Line:
    """Return a line as lines of so many columns that break between words, set in by `depth`.

    Lines after the first are set in by `further` more. A word that is longer than a line stays whole.
    """
    lines: list[Line] = []
    for part in line.split(allow_blank=True):
        start = end = 0
        cuts = []
        room = width - depth
        for word in _WORD.finditer(part.plain):
            if end > start and part[start : word.end()].cell_len > room:
                cuts.append((start, end))
                start, room = word.start(), width - depth - further
            end = word.end()
        for at, (first, last) in enumerate([*cuts, (start, len(part.plain))]):
            lines.append(Line(" " * (depth + (further if at else 0))).append_text(part[first:last]))
    return Line("\n", style=line.style, no_wrap=True, overflow="ignore").join(lines)


def fitted(grid: Grid, rows: Rows, drawn: set[int], width: int) -> Iterator[RenderableType]:
    """Return a table in so many columns, in which no word, number or code is broken.

    Where there is no room, columns that are `drawn` go first, which say nothing that figures do not; and
    then each row becomes a line of its own, with headings before its cells.
    """
    depth = 2 * grid.depth
    for left_out in (set(), drawn):
        at = [i for i in range(len(grid.heads)) if i not in left_out]
        heads, cells = [grid.heads[i] for i in at], [[row[i] for i in at] for row in rows]
        # rich pads the last column as well where there are headings
        gaps = len(at) if grid.headed else len(at) - 1
        widths = _widths(heads, cells, width - depth - (1 if grid.dense else 2) * gaps)
        if widths is not None:
            yield Padding(_table(grid, heads, cells, widths), (0, 0, 0, depth), expand=False)
            return
    for row in rows:
        told = [pair for i, pair in enumerate(zip(grid.heads, row, strict=True)) if i not in drawn]
        yield wrapped(_as_line(told), width, depth, 2)


def _widths(heads: Sequence[Head], rows: Rows, room: int) -> list[int] | None:
    """Return the width of each column; None where the longest words do not fit."""
    columns = [[Line(clean(head.heading)), *(row[i] for row in rows)] for i, head in enumerate(heads)]
    whole = [max(line.cell_len for cell in column for line in cell.split()) for column in columns]
    least = [
        max(Line(word).cell_len for cell in column for word in (cell.plain.split() or [""]))
        if head.wraps
        else size
        for head, column, size in zip(heads, columns, whole, strict=True)
    ]
    if sum(least) > room:
        return None
    # the widest are cut down first, to one width
    for limit in range(max(whole), 0, -1):
        widths = [max(low, min(size, limit)) for low, size in zip(least, whole, strict=True)]
        if sum(widths) <= room:
            break
    spare = room - sum(widths)
    for i, size in enumerate(whole):
        if spare and widths[i] < size:
            widths[i], spare = widths[i] + 1, spare - 1
    return widths


def _table(grid: Grid, heads: Sequence[Head], rows: Rows, widths: Sequence[int]) -> Table:
    padding = (0, 1 if grid.dense else 2, 0, 0)
    table = Table.grid(padding=padding)
    if grid.headed:
        table = Table(box=None, padding=padding, show_edge=False, header_style="bright_black")
    for head, width in zip(heads, widths, strict=True):
        if head.wraps:
            table.add_column(head.heading, overflow="fold", width=width)
        else:
            table.add_column(head.heading, justify=head.align, no_wrap=True, width=width)
    for row in rows:
        table.add_row(*row)
    return table


def _as_line(cells: Sequence[tuple[Head, Line]]) -> Line:
    """Return the cells of a row one after the other, each behind its heading."""
    made = Line()
    for head, cell in cells:
        for part in cell.split():
            if part.plain.strip():
                made.append("; " if made.plain and head.heading else "  " if made.plain else "")
                made.append(f"{clean(head.heading)}: " if head.heading and made.plain else "")
                made.append_text(part)
    return made
