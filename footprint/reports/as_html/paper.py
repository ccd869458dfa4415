"""A document as one page: it needs no network, no server and no script."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.errors import InputError
from footprint.model.scratch import scratch
from footprint.model.version import VERSION
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

if TYPE_CHECKING:
    from footprint.reports.choice import Choice
    from footprint.reports.document import Block, Cell, Span

_WIDTH_MM, _HEIGHT_MM = 270.0, 200.0
_STYLE = """
.paper { max-width: 75rem; } .paper p { max-width: 62rem; overflow-wrap: anywhere; }
.paper table.t { width: auto; min-width: 40rem; }
.paper img { max-width: 100%; height: auto; display: block; }
.good { color: #00634a; font-weight: 600; } .warning { color: #8f4b00; font-weight: 600; }
.error { color: #9f3000; font-weight: 600; } .quiet { color: var(--soft); }
@media (max-width: 40rem) {
  .paper table.t { min-width: 0; }
  .paper table.t tbody th { position: sticky; left: 0; min-width: 7rem; max-width: 9rem; }
  .paper table.t tbody th { background: var(--paper); }
  .paper figure { margin-inline: 0; overflow-x: auto; } .paper img { max-width: none; width: 48rem; }
}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def save_choice(choice: Choice, path: Path) -> None:
    """Write options side by side as a page."""
    path.write_text(page(choice.title, choice.document()), encoding="utf-8", newline="\n")


def page(title: str, blocks: Iterable[Block]) -> str:
    """Return a document as a page."""
    style = (files("footprint.reports.as_html") / "page.css").read_text(encoding="utf-8") + _STYLE
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en-GB"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<meta name="generator" content="footprint {VERSION}">',
            f"<title>{_safe(title)}</title><style>{style}</style></head><body>",
            '<main id="main" class="paper">',
            *html(blocks),
            "</main></body></html>",
            "",
        ]
    )


def _safe(text: str) -> str:
    return escape(clean(text))


def html(blocks: Iterable[Block]) -> Iterator[str]:
    """Return blocks as parts of a page."""
    for block in blocks:
        match block:
            case Heading():
                yield f"<h{block.level}>{_safe(block.text)}</h{block.level}>"
            case Text() if any(map(str, block.spans)):
                yield f"<p{_class(block.tone)}>{''.join(map(_span, block.spans))}</p>"
            case Bullets() if block.items:
                yield f"<ul>{''.join(f'<li>{_span(item)}</li>' for item in block.items)}</ul>"
            case Grid() if block.rows:
                yield from _table(block)
            case Details():
                yield f'<details class="more"><summary>{_safe(block.summary)}</summary>'
                yield from html(block.blocks)
                yield "</details>"
            case Picture():
                yield _picture(block)


def _class(tone: str) -> str:
    return f' class="{tone}"' if tone else ""


def _span(span: Span) -> str:
    if isinstance(span, str):
        return _safe(span)
    name = "strong" if span.tone in ("strong", "") else "span"
    return f"<{name}{_class('' if name == 'strong' else span.tone)}>{_safe(span.text)}</{name}>"


def _table(grid: Grid) -> Iterator[str]:
    # what is drawn stands beside it in digits
    told = [x for x, cell in enumerate(grid.rows[0]) if not isinstance(cell, (Bar, Scale))]
    sides = {x: ' class="num"' if grid.heads[x].align == "right" else "" for x in told}
    label = f' aria-label="{_safe(grid.caption)}"' if grid.caption else ""
    yield f'<div class="scroll" tabindex="0" role="region"{label}><table class="t">'
    yield f"<caption>{_safe(grid.caption)}</caption>" if grid.caption else ""
    if grid.headed:
        cells = (
            f'<th scope="col"{sides[x]}>{_safe(grid.heads[x].heading)}</th>'
            if grid.heads[x].heading
            else f"<td{sides[x]}></td>"
            for x in told
        )
        yield f"<thead><tr>{''.join(cells)}</tr></thead>"
    yield "<tbody>"
    for row in grid.rows:
        cells = (
            f'<th scope="row">{_cell(row[x])}</th>'
            if x == 0 and row[0] != ""
            else f"<td{sides[x]}>{_cell(row[x])}</td>"
            for x in told
        )
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table></div>"


def _cell(cell: Cell) -> str:
    match cell:
        case Text():
            return "".join(map(_span, cell.spans))
        case Words() | str():
            return _span(cell)
        case Figure():
            return _safe(str(cell))
        case Bar() | Scale():
            return ""
    return "<br>".join(map(_safe, cell))


def _picture(picture: Picture) -> str:
    with scratch() as folder:
        path = folder / "picture.png"
        try:
            described = picture.draw(path, _WIDTH_MM, _HEIGHT_MM)
        except InputError as fault:
            return f"<p>There is no picture: {_safe(str(fault))}</p>"
        data = base64.b64encode(path.read_bytes()).decode()
    return (
        f'<figure tabindex="0"><img alt="{_safe(described)}" src="data:image/png;base64,{data}">'
        f"<figcaption>{_safe(picture.caption)}</figcaption></figure>"
    )
