"""The map itself, plotted into a box of a page: ground, borders, scale bar and labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import shapely
from matplotlib.collections import LineCollection
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from footprint.geometry.coverage import joined
from footprint.reports.maps.drawn import BEFORE, Drawing, lines_of
from footprint.reports.maps.inset import dense, place_for
from footprint.reports.maps.labels import Box, Room, around, largest, scale_bar, spot
from footprint.reports.maps.page import LINE, NUMBER, SMALL, Page, dashes, hatched, height, line_width, rings
from footprint.reports.maps.palette import BLACK, CONCERNED, FAINT, GREY, LAND, MARKS, PAPER
from footprint.reports.maps.patches import Patch

_NAME = 7.5
# what is left between two names beside each other, mm
_APART = 2.0
# detail that an eye can see, mm on the page
_DETAIL_MM = 0.08


@dataclass(frozen=True)
class _View:
    """A part of the map on the page."""

    box: Box
    """Where it stands, mm."""
    x: float
    y: float
    """The metres of its lower left corner."""
    scale: float
    """Metres a millimetre."""

    @property
    def window(self) -> Any:
        """What it shows, in metres."""
        west, south, east, north = self.box
        return shapely.box(
            self.x, self.y, self.x + self.scale * (east - west), self.y + self.scale * (north - south)
        )

    def place(self, metres: NDArray[np.float64]) -> tuple[float, float]:
        """Return where a point stands on the page, mm."""
        x, y = self.on_page(np.asarray(metres, dtype=float))
        return float(x), float(y)

    def on_page(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points in mm of the page."""
        return np.asarray((metres - [self.x, self.y]) / self.scale + [self.box[0], self.box[1]])


def plot(page: Page, drawn: Drawing, numbered: int, box: Box) -> None:
    """Draw the map into a box of the page (mm), north up; the first `numbered` patches have a label.

    Ground where many areas are too small for their names is drawn once more, larger, where there is room.
    """
    west, south, east, north = box
    x0, y0, x1, y1 = drawn.bounds
    # labels and the scale bar need some room around the ground
    room_for = 0 if drawn.focus is not None else 6
    scale = max((x1 - x0) / (east - west - room_for), (y1 - y0) / (north - south - room_for), 1e-3)
    if drawn.focus is not None:
        # neighbours end where the map does, in a frame
        west, south, east, north = box = _framed(page, box, (x1 - x0) / scale, (y1 - y0) / scale)
    x, y = (x0 + x1) / 2 - scale * (east - west) / 2, (y0 + y1) / 2 - scale * (north - south) / 2
    view = _View(box, x, y, scale)
    _layers(page, drawn, view)
    ours = drawn.polygons(drawn.borders[0], scale).to_numpy() if drawn.focus is None else [drawn.focus.ground]
    land = shapely.transform(joined(np.asarray(ours, dtype=object)), view.on_page)
    bar = compass(page, box, scale, land)
    inset = None if drawn.focus is not None else _inset(page, drawn, view, land, bar)
    taken = [bar] if inset is None else [bar, inset.box]
    # what lies in the inset has its number and its name there
    inner = [inset is not None and inset.window.contains(shapely.Point(spot(p.shape))) for p in drawn.patches]
    patches = list(zip(drawn.patches[:numbered], inner, strict=False))
    room = Room(box, taken)
    _numbers(page, [patch for patch, within in patches if not within], view, room)
    _names(page, drawn, view, room)
    if inset is not None:
        room = Room(inset.box)
        _numbers(page, [patch for patch, within in patches if within], inset, room)
        _names(page, drawn, inset, room, smaller=1.5)


def _inset(page: Page, drawn: Drawing, view: _View, land: Any, bar: Box) -> _View | None:
    """Draw dense ground once more, larger, in a frame, and a frame around it on the map."""
    window = dense(drawn.borders[0].areas, view.scale)
    if window is None:
        return None
    box = place_for(window, view.scale, view.box, land, bar)
    if box is None:
        return None
    west, south, east, north = window
    inset = _View(box, west, south, (east - west) / (box[2] - box[0]))
    corners = view.on_page(np.array([[west, south], [east, north]])).ravel()
    for left, low, right, high in (box, corners):
        page.canvas.add_patch(
            Rectangle((left, low), right - left, high - low, fill=False, edgecolor=BLACK, lw=0.7, zorder=4)
        )
    larger = f"The frame, {view.scale / inset.scale:.1f} times as large"
    below = box[1] - 0.8 if box[1] > view.box[1] + 5 else box[3] + 0.8 + height(SMALL)
    page.text(box[0], below, larger, SMALL, color=GREY)
    _layers(page, drawn, inset)
    return inset


def _layers(page: Page, drawn: Drawing, view: _View) -> None:
    """Draw ground, patches and borders of a part of the map."""
    west, south, east, north = view.box
    scale, (x, y) = view.scale, (view.x, view.y)
    ax = page.figure.add_axes(
        (west / page.width, south / page.height, (east - west) / page.width, (north - south) / page.height)
    )
    ax.set(xlim=(x, x + scale * (east - west)), ylim=(y, y + scale * (north - south)))
    ax.set_axis_off()
    detail = scale * _DETAIL_MM
    # a window of the map holds few areas
    window = view.window
    widest = drawn.polygons(drawn.borders[0], detail, window)
    ax.add_artist(PathPatch(rings(widest), facecolor=LAND, linewidth=0))
    if drawn.focus is not None:
        ax.add_artist(PathPatch(rings([drawn.focus.ground]), facecolor=CONCERNED, linewidth=0))
    for patch in reversed(drawn.patches):
        if not shapely.intersects(patch.shape, window):
            continue
        path = rings([shapely.simplify(patch.shape, detail / 2)])
        for how in hatched(MARKS[patch.kind]):
            ax.add_artist(PathPatch(path, **how))
    for border in drawn.stacked:
        found = shapely.get_parts(lines_of(drawn, border, detail, 0.5 * scale, window))
        corners, line = shapely.get_coordinates(found, return_index=True)
        lines = np.split(corners, np.flatnonzero(np.diff(line)) + 1) if len(corners) else []
        if border.mark is BEFORE:
            ax.add_collection(LineCollection(lines, colors=PAPER, linewidths=2.8))
        ax.add_collection(
            LineCollection(
                lines, colors=border.mark.colour, linewidths=line_width(border),
                linestyles=[dashes(border.mark)],
                capstyle="butt", joinstyle="round",
            )
        )  # fmt: skip

    if drawn.focus is not None:
        faint = drawn.focus.around(joined(widest.to_numpy()))
        if not faint.is_empty:
            ax.add_artist(PathPatch(rings([faint]), facecolor=LAND, alpha=FAINT, linewidth=0, zorder=3))


def _framed(page: Page, box: Box, wide: float, tall: float) -> Box:
    """Draw a frame of a size in the middle of a box; returns it."""
    west, south, east, north = around((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, wide, tall)
    page.canvas.add_patch(Rectangle((west, south), wide, tall, fill=False, edgecolor=GREY, lw=0.4))
    return west, south, east, north


def compass(page: Page, box: Box, scale: float, land: Any) -> Box:
    """Draw the scale bar, and the arrow that says that north is up, in the corner with least ground.

    Returns the box that they take.
    """
    length, words = scale_bar(scale * (box[2] - box[0]))
    bar, tall = length / scale, 9 + height(SMALL)
    wide = bar + 9
    places = product((box[0], box[2] - wide), (box[1], box[3] - tall))
    corners = [(x, y, x + wide, y + tall) for x, y in places]
    west, south, east, north = min(corners, key=lambda c: round(shapely.box(*c).intersection(land).area, 3))
    across, up = [west, west, west + bar, west + bar], [south + 2.2, south + 1, south + 1, south + 2.2]
    page.canvas.plot(across, up, color=BLACK, lw=1)
    page.text(west, south + 2.6 + height(SMALL), words, SMALL)
    at = west + bar + 6
    page.canvas.annotate(
        "", (at, south + 8), (at, south + 1), arrowprops={"arrowstyle": "-|>", "color": BLACK, "lw": 1}
    )
    page.text(at, south + 8.4 + height(SMALL), "N", SMALL, ha="center", weight="bold")
    return west, south, east, north


def _numbers(page: Page, patches: Sequence[Patch], view: _View, room: Room) -> None:
    """Write the number of each patch on it, or beside it with a line where another one stands there."""
    for patch in patches:
        x, y = view.place(spot(patch.shape))
        west, _, east, _ = largest(patch.shape).bounds
        # a long name in lines that its ground has room for
        lines = page.wrapped(patch.tag, max(0.9 * (east - west) / view.scale, 25.0), NUMBER, 4, "bold")
        wide = max(page.measure(line, NUMBER, "bold") for line in lines) + 1.6
        at_x, at_y = room.near(x, y, wide, len(lines) * height(NUMBER), 6, 0.6)
        colour = MARKS[patch.kind].colour
        if (at_x, at_y) != (x, y):
            page.canvas.plot([x, at_x], [y, at_y], color=colour, lw=0.6, zorder=4)
        page.canvas.text(
            at_x, at_y, "\n".join(lines), fontsize=NUMBER, weight="bold", color=BLACK, zorder=5,
            ha="center", va="center_baseline" if len(lines) == 1 else "center", linespacing=LINE - 0.12,
            bbox={"boxstyle": "round,pad=0.18", "facecolor": PAPER, "edgecolor": colour, "linewidth": 0.8},
        )  # fmt: skip


def _names(page: Page, drawn: Drawing, view: _View, room: Room, smaller: float = 0.0) -> None:
    """Write the names of areas of the two widest levels where there is room, larger areas first."""
    window = view.window
    for rank, border in enumerate([b for b in drawn.borders if b.mark is not BEFORE][:2]):
        weight, size = ("bold", _NAME + 0.5) if rank == 0 else ("normal", _NAME - 0.5)
        areas = border.areas.assign(ground=border.areas.area).sort_values(
            ["ground", "code"], ascending=[False, True], kind="stable"
        )
        for name, shape in zip(areas["name"], areas.geometry, strict=True):
            near = drawn.concerns(shape)
            # what lies within the window is not cut
            seen = (
                shape if window.contains(shapely.box(*shape.bounds)) else shapely.intersection(shape, window)
            )
            if shapely.area(seen) <= 0:
                continue
            west, _, east, _ = largest(seen).bounds
            how = (size - smaller, weight) if near else (SMALL, "normal")
            lines, wide, tall = fitting(page, name, *how, (east - west) / view.scale, 3 if not smaller else 4)
            if not lines:
                continue
            x, y = view.place(spot(seen))
            # a name that touches the next one is read as one with it
            if room.take(around(x, y, wide + _APART, tall)):
                page.canvas.text(
                    x, y, "\n".join(lines), fontsize=how[0], weight=how[1],
                    color=border.mark.colour if near else GREY,
                    ha="center", va="center", linespacing=LINE - 0.12, zorder=3,
                    path_effects=[withStroke(linewidth=2, foreground=PAPER)],
                )  # fmt: skip


def fitting(
    page: Page, name: str, size: float, weight: str, wide: float, most: int = 3
) -> tuple[list[str], float, float]:
    """Return a name in at most so many lines, and their size; no lines where `wide` mm are not enough."""
    if any(page.measure(word, size, weight) > wide for word in name.split()):
        return [], 0.0, 0.0  # a line is as wide as each of its words
    for share in (0.55, 0.9):
        lines = page.wrapped(name, max(wide * share, 12.0), size, most, weight, whole=True)
        if lines:
            widest = max(page.measure(line, size, weight) for line in lines)
            return lines if widest <= wide else [], widest, len(lines) * height(size)
    return [], 0.0, 0.0
