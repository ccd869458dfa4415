"""Small maps side by side at one scale: areas of today and of each option, numbered, with their people."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from matplotlib.patches import PathPatch

from footprint.geometry.simplify import simplified
from footprint.model.codes import is_in
from footprint.model.errors import InputError
from footprint.model.known import is_known
from footprint.model.words import clean, number
from footprint.plan import derive
from footprint.reports.maps.figure import own_settings
from footprint.reports.maps.page import DPI, Page, height, rings
from footprint.reports.maps.palette import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    LAND,
    ORANGE,
    PAPER,
    PURPLE,
    SKY,
    VERMILION,
)
from footprint.results.scope import TouchedPart

if TYPE_CHECKING:
    import geopandas as gpd
    from matplotlib.figure import Figure

    from footprint.results.options import Side, SideBySide

_GAP, _NARROW, _NARROWEST, _LOWEST = 4.0, 60.0, 38.0, 20.0
"""Between maps; the least that one is wide, where a page is short, and high, mm."""
_TITLE, _NAME, _NUMBER = 9.0, 6.5, 7.0
# So many areas are listed below a map; more would be too small to see.
_LISTED = 9
FILLS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION, GREY)
# A detail that is finer than a dot of the picture is not seen.
_DOTS = 0.15


def draw(found: SideBySide, path: Path, width_mm: float, height_mm: float = math.inf) -> str:
    """Draw the maps into a file that is as wide, and as high as they need; returns what they show, in words.

    They are made smaller where they would be higher than `height_mm`, as far as one can still see them.

    Raises
    ------
    InputError : where no layer that an option changes has outlines

    """
    with own_settings():
        figure, told = composed(found, width_mm, height_mm)
        figure.savefig(path, dpi=DPI, facecolor=PAPER)
    return told


def composed(found: SideBySide, width_mm: float, height_mm: float = math.inf) -> tuple[Figure, str]:
    """Return a page with the maps, and what they show, in words; to be called within `own_settings`.

    Raises as `draw`.
    """
    key = layer_of(found)
    frames = [(side, *areas_of(found, side, key)) for side in found.compared]
    bounds = np.array([ours.total_bounds for _, ours, _ in frames])
    west, south = bounds[:, :2].min(axis=0)
    east, north = bounds[:, 2:].max(axis=0)
    listed = min(_LISTED + 1, max(len(ours) for _, ours, _ in frames))
    words = height(_TITLE) + listed * height(_NAME) + 4

    def ways() -> Iterator[tuple[float, int, int, float]]:
        """Return scale, maps across, maps down, and width of one: of wide maps, and of narrow ones."""
        for narrowest in (_NARROW, _NARROWEST):
            across = min(len(frames), max(1, int((width_mm + _GAP) // (narrowest + _GAP))))
            down = math.ceil(len(frames) / across)
            cell = (width_mm - (across - 1) * _GAP) / across
            high = min(1.2 * cell, max(_LOWEST, height_mm / down - words))
            yield min(cell / (east - west), high / (north - south)), across, down, cell

    scale, across, down, cell = max(ways(), key=lambda way: way[0])
    tall = (north - south) * scale + words
    page = Page(width_mm, down * tall)
    for at, (side, ours, others) in enumerate(frames):
        x, top = (at % across) * (cell + _GAP), (down - at // across) * tall
        _panel(page, side, ours, others, (x, top, cell), (west, south, east, north), scale)
    return page.figure, " ".join(_told(side, ours) for side, ours, _ in frames)


def layer_of(found: SideBySide, among: Sequence[str] = ()) -> str:
    """Return the layer that is drawn: the first that an option changes, levels before others.

    Raises
    ------
    InputError : where none of them, or of `among` if given, has outlines on all maps

    """
    plan = found.sides[0].result.plan  # type: ignore[union-attr]
    order = dict.fromkeys(among or [*plan.levels.values(), *plan.layers])
    for key in order:
        if key in found.changed and all(
            key in s.result.plan.layers and derive.outlines(s.result.plan, key) is not None
            for s in found.compared if s.result is not None
        ):  # fmt: skip
            return str(key)
    raise InputError(plan.path, "no layer that an option changes has outlines", "Give units with outlines.")


def areas_of(found: SideBySide, side: Side, key: str) -> tuple[gpd.GeoDataFrame, gpd.GeoSeries]:
    """Return the areas of a layer that options touch, with name, people and geometry, and the others.

    Both are by code, and simplified to what can be seen on a page.
    """
    result = side.result
    assert result is not None
    layer = derive.outlines(result.plan, key)
    assert layer is not None
    ours = is_in(layer.polygons.index, TouchedPart(result.plan, found.ground).codes(key))
    west, south, east, north = layer.polygons[ours].total_bounds
    shapes = simplified(layer.polygons, max(east - west, north - south) / 1_000 * _DOTS * 10)
    table = result.population
    people = table[table["layer"] == key].set_index("code")["population"]
    areas = shapes[ours].to_frame("geometry")
    areas["name"] = [result.plan.layers[key].name(str(code)) for code in areas.index]
    areas["people"] = people.reindex(areas.index).to_numpy()
    # numbered from north to south, so that one can find them
    order = np.argsort(-shapely.get_y(shapely.centroid(areas.geometry.to_numpy())), kind="stable")
    return areas.iloc[order], shapes[~ours]


def _told(side: Side, ours: gpd.GeoDataFrame) -> str:
    return f"{side.label}: {'; '.join(_named(name, people) for name, people in _list(ours))}."


def _list(ours: gpd.GeoDataFrame) -> list[tuple[str, float]]:
    return list(zip(ours["name"], ours["people"], strict=True))


def _named(name: str, people: float) -> str:
    return name if not is_known(people) else f"{name}, {number(people)}"


def _panel(
    page: Page, side: Side, ours: gpd.GeoDataFrame, others: gpd.GeoSeries, at: tuple[float, float, float],
    bounds: tuple[float, float, float, float], scale: float,
) -> None:  # fmt: skip
    """Draw one map: its title, the areas with their numbers, and the list of these."""
    x, top, wide = at
    west, south, east, north = bounds
    words = side.label if side.label == side.title or side.change is None else f"{side.label}: {side.title}"
    page.text(x, top, page.wrapped(clean(words), wide, _TITLE, 1, "bold")[0], _TITLE, weight="bold")
    head = top - height(_TITLE) - 1
    left = x + (wide - (east - west) * scale) / 2

    def placed(shape: Any) -> Any:
        def move(xy: Any) -> Any:
            return np.column_stack([left + (xy[:, 0] - west) * scale, head - (north - xy[:, 1]) * scale])

        return shapely.transform(shape, move)

    frame = shapely.box(west, south, east, north)
    for shape in others.to_numpy():
        if shape is not None and shapely.intersects(shape, frame):
            fill(page, placed(shapely.intersection(shape, frame)), LAND, 1.0, GREY, 0.3)
    for n, (shape, colour) in enumerate(zip(ours.geometry, _cycle(len(ours)), strict=True), start=1):
        drawn = placed(shape)
        fill(page, drawn, colour, 0.25, BLACK, 0.7)
        if len(ours) <= _LISTED:
            spot = shapely.maximum_inscribed_circle(drawn, tolerance=0.5)
            x0, y0 = shapely.get_coordinates(spot)[0]
            page.text(x0, y0, str(n), _NUMBER, weight="bold", ha="center", va="center")
    y = head - (north - south) * scale - 1.5
    rows = _list(ours)
    for n, (name, people) in enumerate(rows[:_LISTED], start=1):
        # a long name is cut, the people are not
        held = "" if not is_known(people) else f", {number(people)}"
        line = page.wrapped(f"{n} {clean(name)}", wide - page.measure(held, _NAME), _NAME, 1)
        page.text(x, y, line[0] + held, _NAME)
        y -= height(_NAME)
    if len(rows) > _LISTED:
        page.text(x, y, f"and {len(rows) - _LISTED:,} more", _NAME, color=GREY)


def _cycle(size: int) -> list[str]:
    return [FILLS[n % len(FILLS)] for n in range(size)]


def fill(page: Page, shape: Any, colour: str, alpha: float, edge: str, width: float) -> None:
    """Draw a polygon, with its holes, filled and outlined."""
    path = outline(shape)
    if path is not None:
        page.canvas.add_patch(PathPatch(path, facecolor=colour, alpha=alpha, linewidth=0))
        page.canvas.add_patch(PathPatch(path, facecolor="none", edgecolor=edge, linewidth=width))


def outline(shape: Any) -> Any:
    """Return polygons, with their holes, as one path; None where there are none."""
    areal = shapely.get_dimensions(shapely.get_parts(shape)) == 2
    return rings(shape) if areal.any() else None
