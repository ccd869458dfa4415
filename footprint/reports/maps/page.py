"""A page on which all is placed in millimetres, and how lines and ground are drawn on it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path as Outline

from footprint.reports.maps.drawn import BEFORE, Border
from footprint.reports.maps.palette import BLACK, Mark

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DPI = 200
LINE = 1.32
"""Height of a line of text, of its font size."""
NUMBER, SMALL = 7.5, 6.5
"""Font sizes of numbers on the map and of notes, points."""
_MM = 25.4
# of borders by what their mark is called, points
_WIDTHS = {"Systems": 1.5, "Places": 0.9, BEFORE.title: 1.2}
# a layer with more areas has finer borders
_MANY = 20


@dataclass(eq=False)
class Page:
    """A page on which all is placed in millimetres from its lower left corner."""

    width: float
    height: float
    figure: Figure = field(init=False)
    canvas: Axes = field(init=False)
    _measured: dict[tuple[str, float, str], float] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.figure = Figure(figsize=(self.width / _MM, self.height / _MM), dpi=DPI)
        self.renderer: Any = FigureCanvasAgg(self.figure).get_renderer()  # type: ignore[no-untyped-call]
        self.canvas = self.figure.add_axes((0, 0, 1, 1))
        self.canvas.set(xlim=(0, self.width), ylim=(0, self.height))
        self.canvas.set_axis_off()
        self.canvas.set_zorder(2)  # labels lie above the map

    def measure(self, text: str, size: float, weight: str = "normal") -> float:
        """Return the width of a text, mm."""
        key = text, size, weight
        if key not in self._measured:
            font = FontProperties(size=size, weight=weight)
            pixels = float(self.renderer.get_text_width_height_descent(text, font, False)[0])
            self._measured[key] = pixels / DPI * _MM
        return self._measured[key]

    def wrapped(
        self, text: str, width: float, size: float, most: int, weight: str = "normal", whole: bool = False
    ) -> list[str]:
        """Break a text into at most so many lines of a width (mm); what does not fit ends in an ellipsis.

        With `whole` there are no lines where a word, or the text, does not fit.
        """

        def wide(words: int) -> float:
            return self.measure(" ".join(rest[:words]), size, weight)

        lines: list[str] = []
        rest = text.split()
        while rest and len(lines) < most:
            # the more words, the wider
            held = max(1, bisect_right(range(1, len(rest) + 1), width, key=wide))
            line, rest = " ".join(rest[:held]), rest[held:]
            if self.measure(line, size, weight) > width:  # one word that no line holds
                if whole:
                    return []
                at = max(1, int(len(line) * width / self.measure(line, size, weight)) - 1)
                line, rest = line[:at], [line[at:], *rest]
            lines.append(line)
        if rest and whole:
            return []
        if rest and lines:
            last = lines[-1]
            while last and self.measure(last + "…", size, weight) > width:
                last = last[:-1]
            lines[-1] = last.rstrip() + "…"
        return lines

    def text(self, x: float, y: float, words: str, size: float, **how: Any) -> None:
        """Write a line whose top is at `y`."""
        how = {"color": BLACK, "va": "top", "ha": "left"} | how
        self.canvas.text(x, y, words, fontsize=size, **how)


def rings(shapes: Any) -> Outline:
    """Return polygons as one path of rings."""
    parts = shapely.get_rings(shapely.get_parts(np.asarray(shapes, dtype=object)))
    corners, ring = shapely.get_coordinates(parts, return_index=True)
    codes = np.full(len(corners), Outline.LINETO, dtype=Outline.code_type)
    new = np.flatnonzero(np.diff(ring)) + 1
    codes[[0, *new][: len(codes)]], codes[[*(new - 1), -1][: len(codes)]] = Outline.MOVETO, Outline.CLOSEPOLY
    return Outline(corners, codes)


def height(size: float) -> float:
    """Return the height of a line of text, mm."""
    return size * LINE / 72 * _MM


def hatched(mark: Mark) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return how ground is drawn: a pale fill, and the hatch with its outline above it."""
    return (
        {"facecolor": mark.colour, "alpha": 0.2, "linewidth": 0},
        {"facecolor": "none", "edgecolor": mark.colour, "hatch": mark.hatch * 3 or None, "linewidth": 0.9},
    )


def dashes(mark: Mark) -> Any:
    """Return the line style of a border: dashes in points, which are 0.75 of a page's pixels."""
    lengths = [float(each) * 0.75 for each in mark.dash.split()]
    return (0, lengths) if lengths else "-"


def line_width(border: Border) -> float:
    """Return how wide a border is drawn, points: finer where there are many areas."""
    width = _WIDTHS.get(border.mark.title, 0.8)
    return width if len(border.areas) <= _MANY or border.mark is BEFORE else width * 0.7
