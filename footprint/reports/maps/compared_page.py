"""Maps side by side on a slide or on A4: one scale, one extent, one key."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import shapely
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.patheffects import withStroke

from footprint.geometry.coverage import joined
from footprint.reports.maps.beside import fill, outline
from footprint.reports.maps.compared import Compared, Moved, Row, compared, on_page
from footprint.reports.maps.compared_key import MOST_MOVED, draw_key
from footprint.reports.maps.figure import MARGIN, foot, head, own_settings, write_picture
from footprint.reports.maps.labels import Box, Room, around, spot
from footprint.reports.maps.page import LINE, NUMBER, SMALL, Page, hatched, height
from footprint.reports.maps.palette import BLACK, GREY, LAND, MARKS, PAPER
from footprint.reports.maps.plot import compass, fitting
from footprint.reports.registry import PAPERS

if TYPE_CHECKING:
    from footprint.results.options import SideBySide

_GAP = 4.0
_HEAD = 10.0
# Of the page's width, where the key stands beside the maps; of more maps it stands below.
_PANEL, _MOST_BESIDE = 0.32, 3
# Of the page's height, where the key stands below the maps.
_BELOW = 0.3
# What is finer is not seen, mm.
_DETAIL = 0.08


def save_compared(
    found: SideBySide,
    path: Path,
    made: dt.datetime,
    *,
    title: str | None = None,
    layer: str | None = None,
    width_mm: float = PAPERS["slide"][0],
    height_mm: float = PAPERS["slide"][1],
) -> Compared:
    """Draw maps side by side on one page; returns what is on it.

    Parameters
    ----------
    found : today's map and options, from `side_by_side`
    path : file to write; its ending says the format
    made : when it was made
    title : instead of that of the change or of the options; "" for none
    layer : the layer that is drawn, by its key; the first that changes if not given
    width_mm, height_mm : of the page; the key stands beside the maps, or below them where the page is
        upright or the maps are many

    Raises
    ------
    InputError : where there is nothing to draw (see `compared`)
    OSError : where the file cannot be written

    """
    drawn = compared(found, title, layer)
    with own_settings():
        page = Page(width_mm, height_mm)
        _compose(page, drawn)
        write_picture(page.figure, path, drawn.title, drawn.description, made)
    return drawn


def _compose(page: Page, drawn: Compared) -> None:
    inner = page.width - 2 * MARGIN
    top = head(page, drawn.title, inner)
    bottom = foot(page, drawn.footer, inner)
    if page.height > page.width or len(drawn.views) > _MOST_BESIDE:
        maps = _maps_in(drawn, (MARGIN, bottom + (top - bottom) * _BELOW, page.width - MARGIN, top))
        lowest = min(frame[1] for frame in maps.frames)
        key = MARGIN, bottom, page.width - MARGIN, lowest - 4
    else:
        split = page.width * (1 - _PANEL)
        maps = _maps_in(drawn, (MARGIN, bottom, split - 4, top))
        key = split, bottom, page.width - MARGIN, top
    listed = draw_key(page, drawn, key)
    for at in range(len(drawn.views)):
        _map(page, drawn, at, maps, listed)


# ── maps ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Maps:
    """Where the maps stand, mm, and at which scale, metres a millimetre."""

    frames: tuple[Box, ...]
    wide: float
    scale: float


def _maps_in(drawn: Compared, box: Box) -> _Maps:
    """Return the maps in as many rows as give them the largest scale, with room for a line above each."""
    west, south, east, north = drawn.bounds
    n = len(drawn.views)
    # the titles of options take two lines
    over = (1 if n == 2 else 2) * height(_HEAD) + 1.5

    def scale_of(across: int) -> float:
        """Return metres a millimetre."""
        down = math.ceil(n / across)
        wide = (box[2] - box[0] - (across - 1) * _GAP) / across
        tall = (box[3] - box[1] - (down - 1) * _GAP) / down - over
        return max((east - west) / wide, (north - south) / max(tall, 1.0), 1e-3)

    across = min(range(1, n + 1), key=scale_of)
    scale = scale_of(across)
    wide = (box[2] - box[0] - (across - 1) * _GAP) / across
    broad, up = (east - west) / scale, (north - south) / scale
    frames = []
    for at in range(n):
        left = box[0] + (at % across) * (wide + _GAP)
        top = box[3] - (at // across) * (up + over + _GAP) - over
        frames.append((left, top - up, left + broad, top))
    return _Maps(tuple(frames), wide, scale)


def _map(page: Page, drawn: Compared, at: int, maps: _Maps, listed: int) -> None:
    """Draw one map: neighbours, the areas concerned, what moves, and their names.

    Areas up to the number `listed` have their number.
    """
    view, frame, scale = drawn.views[at], maps.frames[at], maps.scale
    window = shapely.box(*frame)
    for line, words in enumerate(reversed(page.wrapped(view.head, maps.wide - 1, _HEAD, 2, "bold")), start=1):
        page.text(frame[0], frame[3] + line * height(_HEAD) + 1.5, words, _HEAD, weight="bold")
    numbers = {row.codes[at]: row for row in drawn.rows}

    def placed(shape: Any) -> Any:
        return on_page(shape, drawn.bounds, scale, frame[0], frame[3])

    page.canvas.add_patch(
        Rectangle(frame[:2], frame[2] - frame[0], frame[3] - frame[1], fill=False, edgecolor=GREY, lw=0.4)
    )
    near = view.others[shapely.intersects(view.others.geometry.to_numpy(), shapely.box(*drawn.bounds))]
    around_it = [shapely.intersection(placed(shape), window) for shape in near.geometry]
    for shape in around_it:
        fill(page, shape, LAND, 1.0, GREY, 0.3)
    areas = [placed(shape) for shape in view.areas.geometry]
    for code, shape in zip(view.areas.index, areas, strict=True):
        fill(page, shape, numbers[code].fill, 0.25, BLACK, 0.9)
    # of a single change, what moves is outlined before it does
    ahead = drawn.views[1].moved if at == 0 and len(drawn.views) == 2 else ()
    for moved in view.moved or ahead:
        _hatch(page, placed(shapely.simplify(moved.shape, scale * _DETAIL)), bool(view.moved))
    ground = joined(shapely.make_valid(areas))
    room = Room(frame, [compass(page, _inset(frame), scale, ground)] if at == 0 else [])
    for moved in (view.moved or ahead)[:MOST_MOVED]:
        _name_moved(page, moved, placed(moved.shape), room)
    order = sorted(zip(view.areas.index, areas, strict=True), key=lambda each: numbers[each[0]].number)
    for code, shape in order:
        if numbers[code].number <= listed:
            _number(page, numbers[code], str(view.areas["name"][code]), shape, room)
    for name, shape in zip(near["name"], around_it, strict=True):
        _name(page, name, shape, room)


def _inset(frame: Box) -> Box:
    return frame[0] + 1.5, frame[1] + 1.5, frame[2] - 1.5, frame[3] - 1.5


def _hatch(page: Page, shape: Any, now: bool) -> None:
    """Draw ground that moves: hatched where it has moved, and outlined before."""
    path = outline(shape)
    if path is None:
        return
    if now:
        for how in hatched(MARKS["moves"]):
            page.canvas.add_patch(PathPatch(path, **how))
    else:
        dashed = {"edgecolor": MARKS["moves"].colour, "linewidth": 1.2, "linestyle": (0, (3, 2))}
        page.canvas.add_patch(PathPatch(path, facecolor="none", **dashed))


def _name_moved(page: Page, moved: Moved, shape: Any, room: Room) -> None:
    if not moved.place:
        return
    x, y = spot(shape)
    lines = page.wrapped(moved.place, 32.0, NUMBER, 2, "bold")
    wide = max(page.measure(line, NUMBER, "bold") for line in lines) + 1.8
    tall = len(lines) * height(NUMBER) + 0.8
    at_x, at_y = room.near(x, y, wide, tall, 6, 0.6)
    colour = MARKS["moves"].colour
    if (at_x, at_y) != (x, y):
        page.canvas.plot([x, at_x], [y, at_y], color=colour, lw=0.6, zorder=4)
    page.canvas.text(
        at_x, at_y, "\n".join(lines), fontsize=NUMBER, weight="bold", color=BLACK, zorder=5,
        ha="center", va="center", linespacing=LINE - 0.12,
        bbox={"boxstyle": "round,pad=0.18", "facecolor": PAPER, "edgecolor": colour, "linewidth": 0.8},
    )  # fmt: skip


def _number(page: Page, row: Row, name: str, shape: Any, room: Room) -> None:
    """Write the number of an area on it, with its name where there is room."""
    west, _, east, _ = shape.bounds
    x, y = spot(shape)
    lines, wide, tall = fitting(page, f"{row.number} {name}", NUMBER, "bold", east - west)
    if not lines or not room.take(around(x, y, wide, tall)):
        lines, wide, tall = [f"{row.number}"], page.measure(f"{row.number}", NUMBER, "bold"), height(NUMBER)
        x, y = room.near(x, y, wide, tall, 6, 0.5)
    page.canvas.text(
        x, y, "\n".join(lines), fontsize=NUMBER, weight="bold", color=BLACK, zorder=5, ha="center",
        va="center", linespacing=LINE - 0.12, path_effects=[withStroke(linewidth=2, foreground=PAPER)],
    )  # fmt: skip


def _name(page: Page, name: str, shape: Any, room: Room) -> None:
    """Write the name of a neighbour, faintly, where there is room."""
    if shape.is_empty or shape.area <= 0:
        return
    west, _, east, _ = shape.bounds
    lines, wide, tall = fitting(page, name, SMALL - 0.5, "normal", east - west)
    x, y = spot(shape)
    if lines and room.take(around(x, y, wide, tall)):
        page.canvas.text(
            x, y, "\n".join(lines), fontsize=SMALL - 0.5, color=GREY, zorder=3, ha="center", va="center",
            linespacing=LINE - 0.12, path_effects=[withStroke(linewidth=1.5, foreground=LAND)],
        )  # fmt: skip
