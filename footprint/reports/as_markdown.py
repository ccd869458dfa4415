"""A report as Markdown, for the summary of a job, a comment on a pull request, or a wiki.

Text from input files arrives as text: no mark-up, no link, no mention of a person, no reference to an
issue, whichever of GitHub, GitLab and Azure DevOps shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from footprint.model.words import clean
from footprint.reports.content import brief
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

if TYPE_CHECKING:
    from footprint.reports import Report
    from footprint.reports.board import Board
    from footprint.reports.choice import Choice
    from footprint.reports.document import Block, Cell, Span

# GitHub shows no summary that is longer than 1 MiB.
MOST_ROWS = 1_000

# An invisible blank, which ends what would else be a mention, a reference, an address or an emoji.
_APART = "&#8203;"
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ACTIVE = re.compile(r"[&<>]|[\\`*_\[\]|~$]|#|[@!](?=\w)|:(?=//|[\w+-]+:)|www(?=\.)", re.IGNORECASE)
_AROUND = {"strong": "**", "code": "`"}


def write(report: Report, stream: TextIO) -> None:
    """Write a report; of a check what a reader of a pull request has to know."""
    blocks = brief.document(report.found) if report.of == "check" else report.document()
    stream.write(rendered(blocks))


def save(board: Board, path: Path) -> None:
    """Write the boundary report of a check or of a change, verdict first, into a file."""
    path.write_text(rendered(brief.board_document(board)), encoding="utf-8", newline="\n")


def save_choice(choice: Choice, path: Path) -> None:
    """Write options side by side into a file."""
    path.write_text(rendered(choice.document()), encoding="utf-8", newline="\n")


def plain(text: str) -> str:
    """Return Markdown that shows a text as it is."""

    def harmless(match: re.Match[str]) -> str:
        found = match[0]
        if found in _ENTITIES:
            return _ENTITIES[found]
        if found == "#":
            return f"\\#{_APART}"
        return found + _APART if found in "@!:" or len(found) > 1 else f"\\{found}"

    return _ACTIVE.sub(harmless, clean(text))


def rendered(blocks: Iterable[Block]) -> str:
    """Return a document as Markdown."""
    return "".join(f"{line}\n" for line in list(_lines(blocks))[1:])


def _lines(blocks: Iterable[Block]) -> Iterator[str]:
    """Return the lines of blocks, an empty one above each."""
    for block in blocks:
        match block:
            case Heading():
                yield from ("", f"{'#' * (block.level + 1)} {plain(block.text)}")
            case Text() if any(map(str, block.spans)):
                # what is set in belongs to what stands above it
                within = f"{'  ' * (block.depth // 2 - 1)}- " if block.depth > 1 else ""
                yield from ("", within + _inline(block))
            case Bullets():
                yield ""
                yield from (f"- {_span(item)}" for item in block.items[:MOST_ROWS])
                yield from _more(len(block.items), "")
            case Grid() if block.rows:
                yield from ("", *_table(block))
            case Details():
                yield from ("", "<details>", f"<summary>{plain(block.summary)}</summary>")
                yield from _lines(block.blocks)
                yield from ("", "</details>")
            case Picture():
                yield from ("", plain(block.caption))


def _table(grid: Grid) -> Iterator[str]:
    # what is drawn stands beside it in digits
    told = [x for x, cell in enumerate(grid.rows[0]) if not isinstance(cell, (Bar, Scale))]
    heads = [grid.heads[x] for x in told]
    yield f"| {' | '.join(plain(head.heading) for head in heads)} |"
    yield f"| {' | '.join('---:' if head.align == 'right' else '---' for head in heads)} |"
    for row in grid.rows[:MOST_ROWS]:
        yield f"| {' | '.join(_cell(row[x]) for x in told)} |"
    yield from _more(len(grid.rows), "; see them all with `--format csv`")


def _more(every: int, where: str) -> Iterator[str]:
    if every > MOST_ROWS:
        yield from ("", f"and {every - MOST_ROWS:,} more{where}")


def _inline(text: Text) -> str:
    return "".join(_span(Words(s, text.tone) if isinstance(s, str) else s) for s in text.spans)


def _span(span: Span) -> str:
    if isinstance(span, str):
        return plain(span)
    words = span.text
    around = _AROUND.get(span.tone, "")
    if not around:
        return plain(words)
    inside = words.strip()
    before, _, after = words.partition(inside)
    return f"{before}{around}{inside if span.tone == 'code' else plain(inside)}{around}{after}"


def _cell(cell: Cell) -> str:
    match cell:
        case Text():
            return _inline(cell)
        case Words() | str():
            return _span(cell)
        case Figure():
            return plain(str(cell))
        case Bar() | Scale():
            return ""
    return "<br>".join(map(plain, cell))
