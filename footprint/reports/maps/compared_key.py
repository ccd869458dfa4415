"""The key of maps side by side: what moves in each, and who lives where on each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Rectangle

from footprint.model.known import is_known
from footprint.model.words import number
from footprint.reports.maps.page import Page, hatched, height
from footprint.reports.maps.palette import BLACK, GREY, LAND, MARKS

if TYPE_CHECKING:
    from footprint.reports.maps.compared import Compared, View
    from footprint.reports.maps.labels import Box

MOST_MOVED = 6
"""So much of what moves in an option is named."""
_KEY, _SWATCH = 8.0, 7.0
# A key that is wider than this has two columns, mm.
_TWO_COLUMNS = 150.0


def draw_key(page: Page, drawn: Compared, box: Box) -> int:
    """Draw the key; returns up to which number areas stand in it.

    What moves comes first, then a line an area with its people on each map.
    """
    west, south, east, top = box
    if east - west > _TWO_COLUMNS:
        middle = west + (east - west) * 0.45
        if _moved_lines(page, drawn.views, (west, south, middle - 6, top)) < top:
            west = middle
    else:
        top = _moved_lines(page, drawn.views, box)
    shown = [any(is_known(row.people[at]) for row in drawn.rows) for at in range(len(drawn.views))]
    columns = list(range(len(drawn.views))) if any(shown) else []
    wide = 2.5 + max(
        [page.measure(drawn.views[at].short, _KEY, "bold") for at in columns]
        + [page.measure(_people(row.people[at]), _KEY) for row in drawn.rows for at in columns],
        default=0.0,
    )
    if columns:
        page.text(west, top, "People", _KEY, weight="bold")
    for at in columns:
        x = east - (len(columns) - 1 - at) * wide
        page.text(x, top, drawn.views[at].short, _KEY, weight="bold", ha="right")
    top -= height(_KEY) + 0.8 if columns else 0
    text = west + _SWATCH + 7
    # below the areas there is room for a line on those that are left out, and one on the neighbours
    bottom = south + (1 + any(len(view.others) for view in drawn.views)) * height(_KEY)
    for row in drawn.rows:
        lines = page.wrapped(row.name, east - len(columns) * wide - text, _KEY, 4)
        if top - len(lines) * height(_KEY) < (bottom if row is not drawn.rows[-1] else bottom - height(_KEY)):
            left = len(drawn.rows) - row.number + 1
            page.text(text, top, f"and {left:,} more, without a number", _KEY, color=GREY)
            top -= height(_KEY)
            break
        _swatch(page, west, top, row.fill, 0.25, BLACK)
        page.text(text - 1.5, top, f"{row.number}", _KEY, weight="bold", ha="right")
        for at in columns:
            words = "–" if row.codes[at] is None else _people(row.people[at])
            page.text(east - (len(columns) - 1 - at) * wide, top, words, _KEY, ha="right")
        for line in lines:
            page.text(text, top, line, _KEY)
            top -= height(_KEY)
        top -= 0.8
    else:
        row = None
    if any(len(view.others) for view in drawn.views):
        _swatch(page, west, top, LAND, 1.0, GREY)
        page.text(text, top, f"Other {drawn.layer}", _KEY)
    return len(drawn.rows) if row is None else row.number - 1


def _people(people: float) -> str:
    return number(people) if is_known(people) else "not known"


def _swatch(page: Page, west: float, top: float, colour: str, alpha: float, edge: str) -> None:
    low, tall = top - height(_KEY) + 0.6, height(_KEY) - 0.9
    page.canvas.add_patch(Rectangle((west, low), _SWATCH, tall, facecolor=colour, alpha=alpha, lw=0))
    page.canvas.add_patch(Rectangle((west, low), _SWATCH, tall, fill=False, edgecolor=edge, lw=0.5))


def _moved_lines(page: Page, views: tuple[View, ...], box: Box) -> float:
    """Write what moves in each option; returns the height at which that ends, mm."""
    west, south, east, top = box
    told = [(view.short, each) for view in views for each in view.moved]
    if not told:
        return top
    low, tall = top - height(_KEY) + 0.6, height(_KEY) - 0.9
    for how in hatched(MARKS["moves"]):
        page.canvas.add_patch(Rectangle((west, low), _SWATCH, tall, **how))
    page.text(west + _SWATCH + 2, top, "What moves", _KEY, weight="bold")
    top -= height(_KEY) + 0.4
    left = len(told)
    for short, each in told[:MOST_MOVED]:
        words = each.text if len(views) == 2 else f"{short}: {each.text}"
        lines = page.wrapped(words, east - west, _KEY, 4)
        if top - (len(lines) + 1) * height(_KEY) < south:
            break
        for line in lines:
            page.text(west, top, line, _KEY)
            top -= height(_KEY)
        top -= 0.8
        left -= 1
    if left:
        page.text(west, top, f"and {left:,} more, hatched", _KEY, color=GREY)
        top -= height(_KEY)
    return top - 2
