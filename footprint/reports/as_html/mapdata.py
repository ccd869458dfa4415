"""The layers of the page's map, small enough to stand in it.

Coordinates are those of the National Grid, rounded to a step that no screen shows, each as the
difference from the one before it. Neighbours round the same corners alike, so their edges stay shared.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from footprint.geometry.simplify import simplified
from footprint.model.errors import InputError
from footprint.plan import derive
from footprint.reports.as_html.maplayers import Drawn, map_layers
from footprint.reports.content.message_check import first_named
from footprint.reports.maps.drawing import concerned_ground

if TYPE_CHECKING:
    from footprint.reports.board import Board

# A page is looked at on screens of some 1,500 pixels, and zoomed into a few times.
STEPS = 24_000
DETAIL = 6_000
# More corners than this make a page slow to open; the detail is then halved until there are fewer.
MOST_CORNERS = 500_000
# Outlines of neighbourhoods and catchments by the thousand are for a GIS.
MOST_FEATURES = 5_000


def map_data(board: Board) -> dict[str, Any]:
    """Return everything the map shows, as plain values for JSON.

    Returns
    -------
    `origin` (easting, northing) and `step` (metres) of the coordinates, `box` (of all layers, in steps),
    `layers` (each with `rows` and `shapes`: polygons as lists of rings, points as pairs), `where` (number
    of a finding → box in steps), `missing` (what is not drawn, and why), `open` (the box that is shown
    first) and `about` (polygons of the ground that a change concerns; its neighbours are faint). Without
    any outline `layers` is empty.

    """
    layers = list(map_layers(board))
    missing = list(board.ground.missing)
    missing += [
        f"{each.title}: {len(each.rows):,} outlines are too many for a page; export them for a GIS"
        for each in layers
        if len(each.rows) > MOST_FEATURES
    ]
    layers = [each for each in layers if 0 < len(each.rows) <= MOST_FEATURES]
    if not layers:
        return {
            "origin": [0, 0],
            "step": 1,
            "box": [0, 0, 0, 0],
            "layers": [],
            "where": {},
            "missing": missing,
            "open": None,
            "about": None,
        }
    boxes = np.array([each.shapes.total_bounds for each in layers])
    origin, corner = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    extent = max(float((corner - origin).max()), 1.0)
    step = extent / STEPS
    shapes = _fewer_corners(layers, extent / DETAIL)
    return {
        "origin": [round(float(v), 3) for v in origin],
        "step": round(float(step), 6),
        "box": _box([*origin, *corner], origin, step),
        "layers": [
            _layer(each, simple, origin, step) for each, simple in zip(layers, shapes, strict=True)
        ],
        "where": {
            str(n): _box(box, origin, step) for n, box in sorted(_places(board).items())
        },
        "missing": missing,
        "open": None if (view := concerned(board)) is None else _box(view, origin, step),
        "about": _about(board, extent / DETAIL, origin, step),
    }  # fmt: skip


def _about(board: Board, metres: float, origin: Any, step: float) -> list[Any] | None:
    """Return the ground that a change concerns, as polygons of a layer; None where that is all, or none."""
    try:
        ground = None if board.change is None else concerned_ground(board)
    except InputError:  # no level has outlines
        ground = None
    return None if ground is None else _coordinates(shapely.simplify(ground, metres), origin, step)


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


def _layer(drawn: Drawn, shapes: gpd.GeoSeries, origin: Any, step: float) -> dict[str, Any]:
    return {
        "key": drawn.key,
        "title": drawn.title,
        "colour": drawn.mark.colour,
        "hatch": drawn.mark.hatch,
        "dash": drawn.mark.dash,
        "fill": drawn.fill,
        "on": drawn.on,
        "rows": drawn.rows,
        "shapes": [_coordinates(shape, origin, step) for shape in shapes],
    }


def _coordinates(shape: Any, origin: Any, step: float) -> list[Any]:
    """Return a point as [x, y], polygons as [[outer ring, hole …] …]; rings as x, y, then differences."""
    if shape.geom_type == "Point":
        return [int(v) for v in _steps(shapely.get_coordinates(shape), origin, step)[0]]
    polygons = []
    for part in shapely.get_parts(shape):
        rings = []
        for ring in shapely.get_rings(part):
            at = _steps(shapely.get_coordinates(ring)[:-1], origin, step)
            moved = np.ones(len(at), dtype=bool)
            moved[1:] = (at[1:] != at[:-1]).any(axis=1)
            at = at[moved]
            if len(at) > 2:
                rings.append(np.vstack([at[:1], np.diff(at, axis=0)]).ravel().tolist())
            elif not rings:
                break  # an island below a step; its holes are smaller still
        if rings:
            polygons.append(rings)
    return polygons


def _steps(xy: Any, origin: Any, step: float) -> Any:
    return np.rint((xy - origin) / step).astype(int)


def _box(bounds: Iterable[float], origin: Any, step: float) -> list[int]:
    corners = np.array(list(bounds), dtype=float).reshape(2, 2)
    return [int(v) for v in _steps(corners, origin, step).ravel()]


def _fewer_corners(layers: list[Drawn], metres: float) -> list[gpd.GeoSeries]:
    """Simplify layers, more and more until all of them together are small enough."""
    while True:
        found = [_simple(each.shapes, metres) for each in layers]
        if sum(int(shapely.get_num_coordinates(s.to_numpy()).sum()) for s in found) <= MOST_CORNERS:
            return found
        metres *= 2


def _simple(shapes: gpd.GeoSeries, metres: float) -> gpd.GeoSeries:
    points = shapely.get_dimensions(shapes.to_numpy()) < 2
    return shapes if points.any() else simplified(shapes, metres)


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
