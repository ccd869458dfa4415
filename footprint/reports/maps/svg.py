"""The static map as a small SVG that stands within a page, on paper too: no script, no style sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import shapely
from numpy.typing import NDArray

from footprint.geometry.coverage import joined
from footprint.reports.maps.drawing import BEFORE, Border, Drawing, drawing, legend, lines_of
from footprint.reports.maps.labels import Room, around, scale_bar, spot
from footprint.reports.maps.palette import BLACK, CONCERNED, FAINT, GREY, LAND, MARKS, PAPER, Mark

if TYPE_CHECKING:
    from footprint.reports.board import Board

_WIDTH, _TALLEST = 800.0, 760.0
_PAD = 12.0
# what is smaller than this cannot be seen, pixels
_DETAIL = 0.7
_FONT = 16.0
# of its size is a letter wide, on average, in the fonts of pages; and a capital is high
_LETTER, _CAPITAL = 0.58, 0.72
_ROW = 23.0
# width of borders by what their mark is called, pixels
_STROKES = {"Systems": 2.0, "Places": 1.2, "Neighbourhoods": 1.0, BEFORE.title: 1.6}


def svg_map(board: Board, prefix: str = "fp-map") -> str:
    """Return the map of a report as an SVG element.

    It has `role="img"`, a title and a description in words. Outlines are simplified to what can be seen
    at 800 pixels, as coverages, and written with one decimal of a pixel.

    Parameters
    ----------
    board : the report
    prefix : what the ids in it start with, where a page has several

    Raises
    ------
    InputError : where there is nothing to draw (see `drawing`)

    """
    return "".join(_svg(drawing(board), prefix))


def _svg(drawn: Drawing, prefix: str) -> Iterator[str]:
    west, south, east, north = drawn.bounds
    scale = max((east - west) / (_WIDTH - 2 * _PAD), (north - south) / (_TALLEST - 2 * _PAD), 1e-3)
    width, height = (east - west) / scale + 2 * _PAD, (north - south) / scale + 2 * _PAD
    foot = height + 24
    hatched = list(legend(drawn))
    rows = [*((b.title, b.mark, None) for b in drawn.borders), *((w, MARKS[k], k) for w, k in hatched)]
    place = Placed(west, north, scale)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{prefix}-title {prefix}-desc" '
        f'viewBox="0 0 {width:.0f} {foot + _ROW * len(rows):.0f}" '
        f'font-family="sans-serif" font-size="{_FONT:g}">'
    )
    yield f'<title id="{prefix}-title">{escape(drawn.title)}</title>'
    yield f'<desc id="{prefix}-desc">{escape(drawn.description)}</desc>'
    patterns = "".join(_pattern(f"{prefix}-{kind}", MARKS[kind]) for _, kind in hatched)
    frame = f'x="{_PAD:g}" y="{_PAD:g}" width="{width - 2 * _PAD:.0f}" height="{height - 2 * _PAD:.0f}"'
    window = f'<clipPath id="{prefix}-window"><rect {frame}/></clipPath>'
    focused = drawn.focus is not None
    yield f"<defs>{patterns}{window if focused else ''}</defs>"
    if focused:
        yield f'<g clip-path="url(#{prefix}-window)">'
    detail = scale * _DETAIL
    ground = joined(drawn.borders[0].polygons(detail).to_numpy())
    yield f'<path fill="{LAND}" fill-rule="evenodd" d="{place.rings(ground)}"/>'
    if drawn.focus is not None:
        about = place.rings(shapely.simplify(drawn.focus.ground, detail))
        yield f'<path fill="{CONCERNED}" fill-rule="evenodd" d="{about}"/>'
    for patch in reversed(drawn.patches):
        shape = shapely.simplify(patch.shape, detail)
        mark = MARKS[patch.kind]
        yield (
            f'<path fill="url(#{prefix}-{patch.kind})" stroke="{mark.colour}" fill-rule="evenodd" '
            f'd="{place.rings(shape)}"><title>{escape(f"{patch.label}: {patch.text}")}</title></path>'
        )
    for border in drawn.stacked:
        yield _border(border, place.lines(lines_of(drawn, border, detail, 3 * scale)))
    if drawn.focus is not None:
        faint = place.rings(shapely.simplify(drawn.focus.around(ground), detail))
        yield f'<path fill="{LAND}" fill-opacity="{FAINT}" fill-rule="evenodd" d="{faint}"/></g>'
        yield f'<rect {frame} fill="none" stroke="{GREY}"/>'
    yield from _labels(drawn, place, Room((0, 0, width, height)))
    yield _scale(scale, width, foot - 8)
    for at, (words, mark, kind) in enumerate(rows):
        yield _entry(words, mark, kind and f"{prefix}-{kind}", foot + _ROW * (at + 0.5))
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


# ── places on the page ──────────────────────────────────────────────────────────────────────────


class Placed:
    """Metres of the National Grid as pixels of the drawing, and shapes as path data.

    `finest` is into how many parts a pixel is divided: 10, or 1 for a map that is small.
    """

    def __init__(self, west: float, north: float, scale: float, pad: float = _PAD, finest: int = 10) -> None:
        self.west, self.north, self.scale, self.pad, self.finest = west, north, scale, pad, finest

    def points(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return pixels, y downwards."""
        return np.column_stack(
            [
                (metres[:, 0] - self.west) / self.scale + self.pad,
                (self.north - metres[:, 1]) / self.scale + self.pad,
            ]
        )

    def rings(self, shape: Any) -> str:
        """Return polygons as path data; parts below a pixel become a dot, so that none vanishes."""
        rings = shapely.get_rings(shapely.get_parts(shape))
        return self._data((shapely.get_coordinates(ring)[:-1] for ring in rings), "z")

    def lines(self, shape: Any) -> str:
        """Return lines as path data."""
        return self._data((shapely.get_coordinates(line) for line in shapely.get_parts(shape)), "")

    def _data(self, chains: Iterable[NDArray[np.float64]], end: str) -> str:
        found = []
        for chain in chains:
            tenths = np.round(self.points(chain) * self.finest).astype(np.int64) * (10 // self.finest)
            steps = np.diff(tenths, axis=0)
            steps = steps[(steps != 0).any(axis=1)]
            start = f"M{_tenth(tenths[0, 0])}{_next(_tenth(tenths[0, 1]))}"
            if len(steps) == 0:
                steps = np.array([[1, 1]])
            # after an m or M, pairs are steps of an l
            found.append(start + "l" + "".join(_pair(x, y, at == 0) for at, (x, y) in enumerate(steps)) + end)
        return "".join(found)


def _tenth(value: int) -> str:
    """Return tenths as a number, as short as SVG allows: .5, -1.2, 7."""
    whole, rest = divmod(abs(int(value)), 10)
    text = f"{whole or ''}.{rest}" if rest else f"{whole}"
    return f"-{text}" if value < 0 else text


def _next(text: str) -> str:
    """Return a number that follows another: a minus separates the two as well as a space does."""
    return text if text.startswith("-") else f" {text}"


def _pair(x: int, y: int, first: bool) -> str:
    return (_tenth(x) if first else _next(_tenth(x))) + _next(_tenth(y))


# ── labels ──────────────────────────────────────────────────────────────────────────────────────


def _labels(drawn: Drawing, place: Placed, room: Room) -> Iterator[str]:
    """Return numbers on patches, then names of the widest level where there is room."""
    leaders: list[str] = []
    labels: list[str] = []
    for patch in drawn.patches:
        x, y = place.points(spot(patch.shape)[None, :])[0]
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
    for name, shape in zip(names.areas["name"], names.areas.geometry, strict=True):
        seen = shape if drawn.focus is None else shapely.intersection(shape, drawn.focus.window)
        if seen.area <= 0:
            continue
        colour = BLACK if drawn.concerns(shape) else GREY
        x, y = place.points(spot(seen)[None, :])[0]
        wide = len(name) * _FONT * _LETTER
        ground = (seen.bounds[2] - seen.bounds[0]) / place.scale
        if wide <= ground * 1.3 and room.take(around(x, y, wide, _FONT)):
            yield (
                f'<text x="{x:.0f}" y="{y + _FONT * _CAPITAL / 2:.0f}" text-anchor="middle" fill="{colour}" '
                f'stroke="{PAPER}" stroke-width="3" paint-order="stroke">{escape(name)}</text>'
            )


def _scale(scale: float, width: float, y: float) -> str:
    """Return the scale bar, and where north is."""
    length, words = scale_bar(scale * width)
    wide = length / scale
    return (
        f'<path fill="none" stroke="{BLACK}" d="M{_PAD:g} {y - 5:.0f}v5h{wide:.1f}v-5"/>'
        f'<text x="{_PAD + wide + 6:.0f}" y="{y:.0f}" fill="{BLACK}">{words}, north is up</text>'
    )


def _entry(words: str, mark: Mark, pattern: str | None, y: float) -> str:
    """Return one line of the legend: a line, or ground that is filled with a pattern."""
    if pattern:
        swatch = (
            f'<rect x="{_PAD:g}" y="{y - 6:.0f}" width="40" height="12" fill="url(#{pattern})" '
            f'stroke="{mark.colour}"/>'
        )
    else:
        dash = f' stroke-dasharray="{mark.dash}"' if mark.dash else ""
        width = _STROKES.get(mark.title, 1.0)
        swatch = f'<path stroke="{mark.colour}" stroke-width="{width:g}"{dash} d="M{_PAD:g} {y:.0f}h40"/>'
    return f'{swatch}<text x="{_PAD + 50:g}" y="{y + 4.5:.0f}" fill="{BLACK}">{escape(words)}</text>'
