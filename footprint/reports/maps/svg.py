"""The static map as a small SVG that stands within a page, on paper too: no script, no style sheet."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely
from numpy.typing import NDArray

from footprint.geometry.coverage import joined
from footprint.reports.maps.drawing import drawing
from footprint.reports.maps.drawn import BEFORE, Border, Drawing, legend, lines_of
from footprint.reports.maps.inset import dense, place_for
from footprint.reports.maps.labels import Box, Room, around, scale_bar, spot
from footprint.reports.maps.labels import largest as largest_part
from footprint.reports.maps.palette import BLACK, CONCERNED, FAINT, GREY, LAND, MARKS, PAPER, Mark
from footprint.reports.maps.placed import PAD, Placed

if TYPE_CHECKING:
    from footprint.geometry.simplify import OutlinesByDetail
    from footprint.reports.board import Board

_WIDTH, _TALLEST = 800.0, 760.0
# what is smaller than this cannot be seen, pixels
_DETAIL = 0.7
_FONT = 16.0
# of its size is a letter wide, on average, in the fonts of pages; and a capital is high
_LETTER, _CAPITAL = 0.58, 0.72
_ROW = 23.0
# pixels a mm of the paper that a page is printed on, nearly
_MM = 4.2
# lines of a name, and their height in font sizes; so many patches have a number
_LINES, _LINE, _NUMBERED = 4, 1.1, 20
# what the ids in it begin with: a page has one such map
_ID = "fp-map"
# width of borders by what their mark is called, pixels
_STROKES = {"Systems": 2.0, "Places": 1.2, "Neighbourhoods": 1.0, BEFORE.title: 1.6}


def svg_map(board: Board, known: Mapping[str, OutlinesByDetail] | None = None) -> str:
    """Return the map of a report as an SVG element.

    It has `role="img"`, a title and a description in words. Outlines are simplified to what can be seen
    at 800 pixels, as coverages, and written with one decimal of a pixel.

    Parameters
    ----------
    board : the report
    known : outlines of layers that are shown elsewhere in the page (see `drawing`)

    Raises
    ------
    InputError : where there is nothing to draw (see `drawing`)

    """
    return "".join(_svg(drawing(board, within=True, known=known)))


def _svg(drawn: Drawing) -> Iterator[str]:
    west, south, east, north = drawn.bounds
    scale = max((east - west) / (_WIDTH - 2 * PAD), (north - south) / (_TALLEST - 2 * PAD), 1e-3)
    width, height = (east - west) / scale + 2 * PAD, (north - south) / scale + 2 * PAD
    foot = height + 24
    hatched = list(legend(drawn))
    rows = [*((b.title, b.mark, None) for b in drawn.borders), *((w, MARKS[k], k) for w, k in hatched)]
    place = Placed(west, north, scale)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{_ID}-title {_ID}-desc" '
        f'viewBox="0 0 {width:.0f} {foot + _ROW * len(rows):.0f}" '
        f'font-family="sans-serif" font-size="{_FONT:g}">'
    )
    yield f'<title id="{_ID}-title">{escape(drawn.title)}</title>'
    yield f'<desc id="{_ID}-desc">{escape(drawn.description)}</desc>'
    patterns = "".join(_pattern(f"{_ID}-{kind}", MARKS[kind]) for _, kind in hatched)
    frame = f'x="{PAD:g}" y="{PAD:g}" width="{width - 2 * PAD:.0f}" height="{height - 2 * PAD:.0f}"'
    window = f'<clipPath id="{_ID}-window"><rect {frame}/></clipPath>'
    focused = drawn.focus is not None
    yield f"<defs>{patterns}{window if focused else ''}</defs>"
    if focused:
        yield f'<g clip-path="url(#{_ID}-window)">'
    detail = scale * _DETAIL
    ground = joined(drawn.polygons(drawn.borders[0], detail).to_numpy())
    yield from _ground(drawn, place)
    if drawn.focus is not None:
        faint = place.rings(shapely.simplify(drawn.focus.around(ground), detail))
        yield f'<path fill="{LAND}" fill-opacity="{FAINT}" fill-rule="evenodd" d="{faint}"/></g>'
        yield f'<rect {frame} fill="none" stroke="{GREY}"/>'
    inset = None if focused else _inset(drawn, place, ground, width, height)
    room = Room((0, 0, width, height), [inset[1]] if inset else [])
    yield from _labels(drawn, place, room, but=inset[0] if inset else None)
    if inset:
        yield from _larger(drawn, place, *inset)
    yield _scale(scale, width, foot - 8)
    for at, (words, mark, kind) in enumerate(rows):
        yield _entry(words, mark, kind and f"{_ID}-{kind}", foot + _ROW * (at + 0.5))
    yield "</svg>"


def _ground(drawn: Drawing, place: Placed, window: Any = None) -> Iterator[str]:
    """Return land, patches and borders, of a window of the map where one is given."""
    detail = place.scale * _DETAIL

    def seen(shape: Any) -> Any:
        return shape if window is None else shapely.intersection(shape, window)

    ground = seen(joined(drawn.polygons(drawn.borders[0], detail).to_numpy()))
    yield f'<path fill="{LAND}" fill-rule="evenodd" d="{place.rings(ground)}"/>'
    if drawn.focus is not None:
        about = place.rings(shapely.simplify(drawn.focus.ground, detail))
        yield f'<path fill="{CONCERNED}" fill-rule="evenodd" d="{about}"/>'
    for patch in reversed(drawn.patches):
        shape = seen(shapely.simplify(patch.shape, detail))
        if shape.is_empty:
            continue
        mark = MARKS[patch.kind]
        yield (
            f'<path fill="url(#{_ID}-{patch.kind})" stroke="{mark.colour}" fill-rule="evenodd" '
            f'd="{place.rings(shape)}"><title>{escape(f"{patch.label}: {patch.text}")}</title></path>'
        )
    for border in drawn.stacked:
        yield _border(border, place.lines(seen(lines_of(drawn, border, detail, 3 * place.scale))))


def _inset(drawn: Drawing, place: Placed, ground: Any, width: float, height: float) -> tuple[Box, Box] | None:
    """Return the window of dense ground, metres, and the box in which it stands larger, pixels; if any."""
    window = dense(drawn.borders[0].areas, place.scale * _MM)
    if window is None:
        return None
    land = shapely.transform(ground, lambda metres: place.points(metres) / _MM)
    page = (PAD / _MM, PAD / _MM, (width - PAD) / _MM, (height - PAD) / _MM)
    box = place_for(window, place.scale * _MM, page, land, (-9, -9, -8, -8))
    if box is None:
        return None
    west, north, east, south = (side * _MM for side in box)
    return window, (west, north, east, south)


def _larger(drawn: Drawing, place: Placed, window: Box, box: Box) -> Iterator[str]:
    """Draw a window of the map once more into a box, larger, and a frame around both."""
    x, y, wide, tall = box[0], box[1], box[2] - box[0], box[3] - box[1]
    within = Placed(window[0], window[3], (window[2] - window[0]) / wide, 0.0)
    (left, top), (right, low) = place.points(np.array([[window[0], window[3]], window[2:0:-1]]))
    frame = f'fill="none" stroke="{BLACK}"'
    yield f'<rect x="{left:.0f}" y="{top:.0f}" width="{right - left:.0f}" height="{low - top:.0f}" {frame}/>'
    yield f'<rect x="{x:.0f}" y="{y:.0f}" width="{wide:.0f}" height="{tall:.0f}" {frame}/>'
    yield f'<svg x="{x:.0f}" y="{y:.0f}" width="{wide:.0f}" height="{tall:.0f}">'
    yield f'<rect width="{wide:.0f}" height="{tall:.0f}" fill="{PAPER}"/>'
    yield from _ground(drawn, within, shapely.box(*window))
    yield from _labels(drawn, within, Room((0, 0, wide, tall)), only=window)
    yield "</svg>"


def _border(border: Border, path: str) -> str:
    under = ""
    if border.mark is BEFORE:
        under = f'<path fill="none" stroke="{PAPER}" stroke-width="4" d="{path}"/>'
    dash = f" stroke-dasharray={quoteattr(border.mark.dash)}" if border.mark.dash else ""
    return (
        f'{under}<path fill="none" stroke="{border.mark.colour}" '
        f'stroke-width="{_STROKES.get(border.mark.title, 1.0):g}"'
        f'{dash} stroke-linejoin="round" d="{path}"/>'
    )


def _pattern(name: str, mark: Mark) -> str:
    """Return the hatch of a kind of ground, as matplotlib's of the same name."""
    lines = {
        "/": "M-2 2L2-2M0 8L8 0M6 10L10 6",
        "\\": "M-2 6L2 10M0 0L8 8M6-2L10 2",
        "x": "M-2 2L2-2M0 8L8 0M6 10L10 6M-2 6L2 10M0 0L8 8M6-2L10 2",
        "-": "M0 4H8",
        "|": "M4 0V8",
        ".": "M3 4h2",
    }.get(mark.hatch, "")
    return (
        f'<pattern id="{name}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{mark.colour}" fill-opacity=".2"/>'
        f'<path d="{lines}" stroke="{mark.colour}" fill="none"/></pattern>'
    )


# ── labels ──────────────────────────────────────────────────────────────────────────────────────


def _labels(
    drawn: Drawing, place: Placed, room: Room, but: Box | None = None, only: Box | None = None
) -> Iterator[str]:
    """Return numbers on patches, then names of the widest level where there is room.

    Those in the window `but`, metres, stand elsewhere; of those `only` in a window no others. Of many
    patches the largest have a number.
    """
    window = shapely.box(*(but or only or (0, 0, 0, 0)))
    inside = only is not None

    def elsewhere(at: NDArray[np.float64]) -> bool:
        return (inside or but is not None) and bool(window.contains(shapely.Point(at))) != inside

    leaders: list[str] = []
    labels: list[str] = []
    largest = sorted(drawn.patches, key=lambda p: (p.kind != "moves", -p.size))[:_NUMBERED]
    for patch in [each for each in drawn.patches if each in largest]:
        at = spot(patch.shape)
        if elsewhere(at):
            continue
        x, y = place.points(at[None, :])[0]
        wide, tall = len(patch.tag) * _FONT * _LETTER + 8, _FONT + 5
        at_x, at_y = room.near(x, y, wide, tall, 5, 0.7)
        colour = MARKS[patch.kind].colour
        if (at_x, at_y) != (x, y):
            leaders.append(f'<path stroke="{colour}" d="M{x:.0f} {y:.0f}L{at_x:.0f} {at_y:.0f}"/>')
        labels.append(
            f'<rect x="{at_x - wide / 2:.0f}" y="{at_y - tall / 2:.0f}" width="{wide:.0f}" '
            f'height="{tall:.0f}" rx="3" fill="{PAPER}" stroke="{colour}"/>'
            f'<text x="{at_x:.0f}" y="{at_y + _FONT * _CAPITAL / 2:.0f}" text-anchor="middle" '
            f'font-weight="bold" fill="{BLACK}">{escape(patch.tag)}</text>'
        )
    yield from leaders
    yield from labels
    names = drawn.borders[0]
    shown = window if inside else None if drawn.focus is None else drawn.focus.window
    for name, shape in zip(names.areas["name"], names.areas.geometry, strict=True):
        seen = shape if shown is None else shapely.intersection(shape, shown)
        if seen.area <= 0 or elsewhere(at := spot(seen)):
            continue
        colour = BLACK if drawn.concerns(shape) else GREY
        x, y = place.points(at[None, :])[0]
        west, _, east, _ = largest_part(seen).bounds
        lines = _folded(name, 1.15 * (east - west) / place.scale)
        wide, tall = max(map(len, lines)) * _FONT * _LETTER, len(lines) * _FONT * _LINE
        if wide <= 1.3 * (east - west) / place.scale and room.take(around(x, y, wide, tall)):
            for row, line in enumerate(lines):
                low = y + _FONT * (_CAPITAL / 2 + _LINE * (row - (len(lines) - 1) / 2))
                yield (
                    f'<text x="{x:.0f}" y="{low:.0f}" text-anchor="middle" fill="{colour}" '
                    f'stroke="{PAPER}" stroke-width="3" paint-order="stroke">{escape(line)}</text>'
                )


def _folded(name: str, wide: float) -> list[str]:
    """Return a name in lines of so many pixels, broken between words; whole where these are too many."""
    lines = textwrap.wrap(name, max(int(wide / (_FONT * _LETTER)), 1), break_long_words=False)
    return lines if 0 < len(lines) <= _LINES else [name]


def _scale(scale: float, width: float, y: float) -> str:
    """Return the scale bar, and where north is."""
    length, words = scale_bar(scale * width)
    wide = length / scale
    return (
        f'<path fill="none" stroke="{BLACK}" d="M{PAD:g} {y - 5:.0f}v5h{wide:.1f}v-5"/>'
        f'<text x="{PAD + wide + 6:.0f}" y="{y:.0f}" fill="{BLACK}">{words}, north is up</text>'
    )


def _entry(words: str, mark: Mark, pattern: str | None, y: float) -> str:
    """Return one line of the legend: a line, or ground that is filled with a pattern."""
    if pattern:
        swatch = (
            f'<rect x="{PAD:g}" y="{y - 6:.0f}" width="40" height="12" fill="url(#{pattern})" '
            f'stroke="{mark.colour}"/>'
        )
    else:
        dash = f' stroke-dasharray="{mark.dash}"' if mark.dash else ""
        width = _STROKES.get(mark.title, 1.0)
        swatch = f'<path stroke="{mark.colour}" stroke-width="{width:g}"{dash} d="M{PAD:g} {y:.0f}h40"/>'
    return f'{swatch}<text x="{PAD + 50:g}" y="{y + 4.5:.0f}" fill="{BLACK}">{escape(words)}</text>'
