"""The map itself, plotted into a box of a page: ground, borders, scale bar and labels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import shapely
from matplotlib.collections import LineCollection
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from footprint.geometry.coverage import joined
from footprint.reports.maps.drawing import BEFORE, Drawing, lines_of
from footprint.reports.maps.labels import Box, Room, around, largest, scale_bar, spot
from footprint.reports.maps.page import LINE, NUMBER, SMALL, Page, dashes, hatched, height, line_width
from footprint.reports.maps.palette import BLACK, CONCERNED, FAINT, GREY, LAND, MARKS, PAPER
from footprint.reports.maps.patches import Patch

_NAME = 7.5
# detail that an eye can see, mm on the page
_DETAIL_MM = 0.08


def plot(page: Page, drawn: Drawing, numbered: int, box: Box) -> None:
    """Draw the map into a box of the page (mm), north up; the first `numbered` patches have a label."""
    west, south, east, north = box
    x0, y0, x1, y1 = drawn.bounds
    # labels and the scale bar need some room around the ground
    room_for = 0 if drawn.focus is not None else 6
    scale = max((x1 - x0) / (east - west - room_for), (y1 - y0) / (north - south - room_for), 1e-3)
    if drawn.focus is not None:
        # neighbours end where the map does, in a frame
        west, south, east, north = box = _framed(page, box, (x1 - x0) / scale, (y1 - y0) / scale)
    x, y = (x0 + x1) / 2 - scale * (east - west) / 2, (y0 + y1) / 2 - scale * (north - south) / 2
    ax = page.figure.add_axes(
        (west / page.width, south / page.height, (east - west) / page.width, (north - south) / page.height)
    )
    ax.set(xlim=(x, x + scale * (east - west)), ylim=(y, y + scale * (north - south)))
    ax.set_axis_off()
    detail = scale * _DETAIL_MM
    widest = drawn.borders[0].polygons(detail)
    ax.add_patch(PathPatch(_path(widest), facecolor=LAND, linewidth=0))
    if drawn.focus is not None:
        ax.add_patch(PathPatch(_path([drawn.focus.ground]), facecolor=CONCERNED, linewidth=0))
    for patch in reversed(drawn.patches):
        path = _path([shapely.simplify(patch.shape, detail / 2)])
        for how in hatched(MARKS[patch.kind]):
            ax.add_patch(PathPatch(path, **how))
    for border in drawn.stacked:
        found = shapely.get_parts(lines_of(drawn, border, detail, 0.5 * scale))
        lines = [line.coords for line in found if not line.is_empty]
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
            ax.add_patch(PathPatch(_path([faint]), facecolor=LAND, alpha=FAINT, linewidth=0, zorder=3))

    def place(metres: NDArray[np.float64]) -> tuple[float, float]:
        return west + (float(metres[0]) - x) / scale, south + (float(metres[1]) - y) / scale

    ours = drawn.borders[0].polygons(scale).to_numpy() if drawn.focus is None else [drawn.focus.ground]
    land = shapely.transform(
        joined(np.asarray(ours, dtype=object)),
        lambda xy: (xy - [x, y]) / scale + [west, south],
    )
    room = Room(box, [compass(page, box, scale, land)])
    _numbers(page, drawn.patches[:numbered], place, room)
    _names(page, drawn, place, scale, room)


def _framed(page: Page, box: Box, wide: float, tall: float) -> Box:
    """Draw a frame of a size in the middle of a box; returns it."""
    west, south, east, north = around((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, wide, tall)
    page.canvas.add_patch(Rectangle((west, south), wide, tall, fill=False, edgecolor=GREY, lw=0.4))
    return west, south, east, north


def _path(shapes: Any) -> Any:
    """Return polygons as one path of rings."""
    rings = shapely.get_rings(shapely.get_parts(np.asarray(shapes, dtype=object)))
    return Outline.make_compound_path(*(Outline(ring.coords, closed=True) for ring in rings))


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


def _numbers(page: Page, patches: Sequence[Patch], place: Any, room: Room) -> None:
    """Write the number of each patch on it, or beside it with a line where another one stands there."""
    for patch in patches:
        x, y = place(spot(patch.shape))
        wide = page.measure(patch.tag, NUMBER, "bold") + 1.6
        at_x, at_y = room.near(x, y, wide, height(NUMBER), 6, 0.6)
        colour = MARKS[patch.kind].colour
        if (at_x, at_y) != (x, y):
            page.canvas.plot([x, at_x], [y, at_y], color=colour, lw=0.6, zorder=4)
        page.canvas.text(
            at_x, at_y, patch.tag, fontsize=NUMBER, weight="bold", color=BLACK, zorder=5,
            ha="center", va="center_baseline",
            bbox={"boxstyle": "round,pad=0.18", "facecolor": PAPER, "edgecolor": colour, "linewidth": 0.8},
        )  # fmt: skip


def _names(page: Page, drawn: Drawing, place: Any, scale: float, room: Room) -> None:
    """Write the names of areas of the two widest levels where there is room, larger areas first."""
    for rank, border in enumerate([b for b in drawn.borders if b.mark is not BEFORE][:2]):
        weight, size = ("bold", _NAME + 0.5) if rank == 0 else ("normal", _NAME - 0.5)
        areas = border.areas.assign(ground=border.areas.area).sort_values(
            ["ground", "code"], ascending=[False, True], kind="stable"
        )
        for name, shape in zip(areas["name"], areas.geometry, strict=True):
            near = drawn.concerns(shape)
            seen = shape if drawn.focus is None else shapely.intersection(shape, drawn.focus.window)
            if seen.area <= 0:
                continue
            west, _, east, _ = largest(seen).bounds
            how = (size, weight) if near else (SMALL, "normal")
            lines, wide, tall = fitting(page, name, *how, (east - west) / scale)
            x, y = place(spot(seen))
            if lines and room.take(around(x, y, wide, tall)):
                page.canvas.text(
                    x, y, "\n".join(lines), fontsize=how[0], weight=how[1],
                    color=border.mark.colour if near else GREY,
                    ha="center", va="center", linespacing=LINE - 0.12, zorder=3,
                    path_effects=[withStroke(linewidth=2, foreground=PAPER)],
                )  # fmt: skip


def fitting(page: Page, name: str, size: float, weight: str, wide: float) -> tuple[list[str], float, float]:
    """Return a name in at most three lines, and their size; no lines where `wide` mm are not enough."""
    for share in (0.55, 0.9):
        lines = page.wrapped(name, max(wide * share, 12.0), size, 3, weight, whole=True)
        if lines:
            widest = max(page.measure(line, size, weight) for line in lines)
            return lines if widest <= wide else [], widest, len(lines) * height(size)
    return [], 0.0, 0.0
