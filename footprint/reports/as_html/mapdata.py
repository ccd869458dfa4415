"""The layers of the page's map, small enough to stand in it.

Coordinates are those of the National Grid, rounded to a step that no screen shows, each as the
difference from the one before it. Neighbours round the same corners alike, so their edges stay shared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from footprint.geometry.parallel import at_once
from footprint.geometry.simplify import OutlinesByDetail
from footprint.model.errors import InputError
from footprint.plan import derive
from footprint.reports.as_html.maplayers import MapLayer, map_layers
from footprint.reports.content.message_check import first_named
from footprint.reports.maps.drawing import concerned_ground
from footprint.reports.maps.drawn import DETAIL

if TYPE_CHECKING:
    from footprint.reports.board import Board

# A page is looked at on screens of some 1,500 pixels, and zoomed into a few times.
STEPS = 24_000
# More corners than this make a page slow to open; the detail is then halved until there are fewer.
MOST_CORNERS = 500_000
# Outlines of neighbourhoods and catchments by the thousand are for a GIS.
MOST_FEATURES = 5_000


@dataclass(frozen=True, eq=False)
class MapOutlines:
    """The layers that the map shows, and their outlines at the detail that it shows."""

    layers: list[MapLayer]
    missing: list[str]
    """What is not drawn, and why."""
    origin: NDArray[np.float64]
    """Easting and northing of the lower left corner of all layers."""
    corner: NDArray[np.float64]
    """Of the upper right one."""
    places: dict[int, Any]
    """Number of a finding → west, south, east and north of its ground, or of the areas that it names."""

    @property
    def extent(self) -> float:
        """The longer side of all layers, m."""
        return max(float((self.corner - self.origin).max()), 1.0)

    @property
    def step(self) -> float:
        """The unit of coordinates, m."""
        return self.extent / STEPS

    @cached_property
    def scales(self) -> dict[str, OutlinesByDetail]:
        """Outlines by the key of the layer, of the layers that have any."""
        return {
            each.key: OutlinesByDetail(each.shapes, self.extent / DETAIL)
            for each in self.layers
            if (shapely.get_dimensions(each.shapes.to_numpy()) == 2).all()
        }

    @cached_property
    def shapes(self) -> list[gpd.GeoSeries]:
        """What is drawn of each layer: outlines simplified more and more until all are small enough."""
        metres = self.extent / DETAIL
        while True:
            found = at_once([partial(self._shapes, each, metres) for each in self.layers])
            if sum(int(shapely.get_num_coordinates(s.to_numpy()).sum()) for s in found) <= MOST_CORNERS:
                return found
            metres *= 2

    def box(self, bounds: Iterable[float]) -> list[int]:
        """Return west, south, east and north in steps."""
        corners = np.array(list(bounds), dtype=float).reshape(2, 2)
        return [int(v) for v in _steps(corners, self.origin, self.step).ravel()]

    def _shapes(self, layer: MapLayer, metres: float) -> gpd.GeoSeries:
        return self.scales[layer.key].at(metres) if layer.key in self.scales else layer.shapes


def shown(board: Board) -> MapOutlines:
    """Return the layers of the map of a report."""
    layers = list(map_layers(board))
    missing = list(board.ground.missing)
    missing += [
        f"{each.title}: {len(each.rows):,} outlines are too many for a page; export them for a GIS"
        for each in layers
        if len(each.rows) > MOST_FEATURES
    ]
    layers = [each for each in layers if 0 < len(each.rows) <= MOST_FEATURES]
    boxes = np.array([each.shapes.total_bounds for each in layers] or np.zeros((1, 4)))
    places = dict(sorted(_places(board).items())) if layers else {}
    return MapOutlines(layers, missing, boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0), places)


def map_data(board: Board, found: MapOutlines | None = None) -> dict[str, Any]:
    """Return everything the map shows, as plain values for JSON.

    Parameters
    ----------
    board : the report
    found : its layers, where they are known

    Returns
    -------
    `origin` (easting, northing) and `step` (metres) of the coordinates, `box` (of all layers, in steps),
    `layers` (each with `rows` and `shapes`: polygons as lists of rings, points as pairs), `where` (number
    of a finding → box in steps), `missing` (what is not drawn, and why), `open` (the box that is shown
    first) and `about` (polygons of the ground that a change concerns; its neighbours are faint). Without
    any outline `layers` is empty.

    """
    found = found or shown(board)
    if not found.layers:
        return {
            "origin": [0, 0],
            "step": 1,
            "box": [0, 0, 0, 0],
            "layers": [],
            "where": {},
            "missing": found.missing,
            "open": None,
            "about": None,
        }
    origin, step, view = found.origin, found.step, concerned(board)
    return {
        "origin": [round(float(v), 3) for v in origin],
        "step": round(float(step), 6),
        "box": found.box([*origin, *found.corner]),
        "layers": [
            _layer(each, simple, origin, step)
            for each, simple in zip(found.layers, found.shapes, strict=True)
        ],
        "where": {str(n): found.box(box) for n, box in found.places.items()},
        "missing": found.missing,
        "open": None if view is None else found.box(view),
        "about": _about(board, found.extent / DETAIL, origin, step),
    }


def _about(board: Board, metres: float, origin: Any, step: float) -> list[Any] | None:
    """Return the ground that a change concerns, as polygons of a layer; None where that is all, or none."""
    try:
        ground = None if board.change is None else concerned_ground(board)
    except InputError:  # no level has outlines
        ground = None
    return (
        None if ground is None else coordinates(np.array([shapely.simplify(ground, metres)]), origin, step)[0]
    )


def concerned(board: Board) -> Any:
    """Return west, south, east and north of the ground that the report is about; None for all of it.

    Of a change what changes hands, with as much again around it; of a check the area that its message
    names first, and where that has no outline what must be settled.
    """
    layers = board.ground.layers
    if board.change is not None:
        return _with_margin(layers.get("moves"), 0.7)
    if (first := first_named(board.result)) is not None:
        key, code = first
        drawn = derive.outlines(board.plan, key)
        if drawn is not None and code in drawn.polygons.index:
            return _with_margin(drawn.polygons[drawn.polygons.index == code], 0.5)
    grave = [f[(f["severity"] == "error") & f["accepted"].isna()] for f in layers.values()]
    grave = [frame for frame in grave if len(frame)]
    return _with_margin(pd.concat(grave) if grave else None, 0.15)


def _with_margin(around: gpd.GeoDataFrame | gpd.GeoSeries | None, margin: float) -> Any:
    """Return the box around features, and a share of its longer side around it; None where there are none."""
    if around is None or around.empty:
        return None
    west, south, east, north = around.total_bounds
    pad = margin * max(east - west, north - south)
    return west - pad, south - pad, east + pad, north + pad


def _layer(drawn: MapLayer, shapes: gpd.GeoSeries, origin: Any, step: float) -> dict[str, Any]:
    return {
        "key": drawn.key,
        "title": drawn.title,
        "colour": drawn.mark.colour,
        "hatch": drawn.mark.hatch,
        "dash": drawn.mark.dash,
        "fill": drawn.fill,
        "on": drawn.on,
        "rows": drawn.rows,
        "shapes": coordinates(shapes.to_numpy(), origin, step),
    }


def coordinates(shapes: NDArray[Any], origin: Any, step: float) -> list[list[Any]]:
    """Return shapes in steps from an origin, as whole numbers.

    Parameters
    ----------
    shapes : points or polygons, metres
    origin : easting and northing
    step : metres

    Returns
    -------
    A point as [x, y], polygons as [[outer ring, hole …] …]; rings as x, y, then differences. What is smaller
    than a step is left out.

    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    at = _steps(corners, origin, step)
    follows = ring[1:] == ring[:-1]
    moved = np.ones(len(at), dtype=bool)
    moved[1:] = ~follows | (at[1:] != at[:-1]).any(axis=1)
    moved[:-1] &= follows  # the last corner of a ring is its first
    moved[-1:] = False
    at, ring = at[moved], ring[moved]
    first = np.searchsorted(ring, np.arange(len(rings) + 1))
    ways = np.diff(at, axis=0, prepend=0)
    starts = np.unique(first[first < len(at)])
    ways[starts] = at[starts]
    flat, first = ways.ravel().tolist(), (2 * first).tolist()
    polygons: list[list[Any]] = [[] for _ in parts]
    before = -1
    for of, low, high in zip(part.tolist(), first[:-1], first[1:], strict=True):
        # an island below a step has no holes, which are smaller still
        if high - low > 4 and (of != before or polygons[of]):
            polygons[of].append(flat[low:high])
        before = of
    found: list[list[Any]] = [[] for _ in shapes]
    for shape, polygon in zip(owner.tolist(), polygons, strict=True):
        if polygon:
            found[shape].append(polygon)
    for shape in np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.POINT).tolist():
        found[shape] = _steps(shapely.get_coordinates(shapes[shape]), origin, step)[0].tolist()
    return found


def _steps(xy: Any, origin: Any, step: float) -> Any:
    return np.rint((xy - origin) / step).astype(int)


def _places(board: Board) -> dict[int, Any]:
    """Return the box of each finding: of its ground, or else of the other areas that it names."""
    found: dict[int, Any] = {}
    for frame in board.ground.layers.values():
        known = frame[frame["finding"].notna()]
        boxes = known.geometry.bounds.assign(n=known["finding"].astype(int)).groupby("n")
        low, high = boxes[["minx", "miny"]].min(), boxes[["maxx", "maxy"]].max()
        for n in low.index:
            box = np.array([*low.loc[n], *high.loc[n]])
            found[n] = box if n not in found else _around(found[n], box)
    for n, finding in board.numbered():
        if n in found:
            continue
        for key in board.plan.layers:
            layer = derive.outlines(board.plan, key)
            codes = [o.code for o in finding.others]
            if layer is not None and codes and set(codes) <= set(layer.polygons.index):
                found[n] = layer.polygons.reindex(codes).total_bounds
                break
    return found


def _around(one: Any, other: Any) -> Any:
    return np.concatenate([np.minimum(one[:2], other[:2]), np.maximum(one[2:], other[2:])])
