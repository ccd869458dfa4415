"""The layers of the page's map, small enough to stand in it.

Coordinates are those of the National Grid, rounded to a step that no screen shows, each as the
difference from the one before it. Neighbours round the same corners alike, so their edges stay shared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from footprint.geometry.simplify import simplified
from footprint.measure import catchments, periphery
from footprint.measure.figures import hospital_levels
from footprint.model.errors import Missing
from footprint.model.words import clean
from footprint.plan.model import Plan
from footprint.reports.maps.palette import BORDERS, MARKS, Mark
from footprint.reports.verdict import plural

if TYPE_CHECKING:
    from footprint.reports.board import Board

# A page is looked at on screens of some 1,500 pixels, and zoomed into a few times.
STEPS = 24_000
DETAIL = 6_000
# More corners than this make a page slow to open; the detail is then halved until there are fewer.
MOST_CORNERS = 500_000
# Outlines of neighbourhoods and catchments by the thousand are for a GIS.
MOST_FEATURES = 5_000


@dataclass(frozen=True)
class Drawn:
    """A layer of the map."""

    key: str
    title: str
    mark: Mark
    on: bool
    """Whether it is shown at first."""
    rows: list[dict[str, Any]]
    """What is known of each feature, with short keys: c code, n name, p people, b band, l localisation
    index, t further words, f numbers of findings, m for the largest piece of a split area."""
    shapes: gpd.GeoSeries
    fill: bool = False
    """Whether the inside is coloured, and not the border alone."""


def map_data(board: Board) -> dict[str, Any]:
    """Return everything the map shows, as plain values for JSON.

    Returns
    -------
    `origin` (easting, northing) and `step` (metres) of the coordinates, `box` (of all layers, in steps),
    `layers` (each with `rows` and `shapes`: polygons as lists of rings, points as pairs), `where` (number
    of a finding → box in steps) and `missing` (what is not drawn, and why). Without any outline `layers`
    is empty.

    """
    layers = list(_layers(board))
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
    }  # fmt: skip


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


# ── layers ──────────────────────────────────────────────────────────────────────────────────────


def _layers(board: Board) -> Iterator[Drawn]:
    """Return the layers of the map, widest areas first, so that what lies in them is drawn above them."""
    plan = board.plan
    about = _findings_about(board)
    levels = {key: str(level) for level, key in plan.levels.items()}
    order = sorted(plan.layers, key=lambda key: (key not in levels, len(plan.layers[key].codes)))
    for key in order:
        yield from _areas(board, plan, key, levels.get(key, ""), about)
    if board.change is not None:
        before = board.change.before.plan
        for key in _changed(board):
            for drawn in _areas(board, before, key, levels.get(key, ""), {}):
                yield Drawn(
                    f"{key}-before", f"{drawn.title} before", drawn.mark, False, drawn.rows, drawn.shapes
                )
    yield from _flow_layers(board)
    yield from _ground(board)


def _changed(board: Board) -> list[str]:
    """Return the layers of which the change moves a border."""
    assert board.comparison is not None
    rows = board.comparison["tables"]["areas"]
    still = ("untouched", "renamed", "recoded")
    return list(dict.fromkeys(row["layer"] for row in rows if row["change"] not in still))


def _findings_about(board: Board) -> dict[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = {}
    for n, finding in board.numbered():
        if finding.area is not None:
            found.setdefault((finding.layer, finding.area.code), []).append(n)
    return found


def _areas(
    board: Board, plan: Plan, key: str, level: str, about: Mapping[tuple[str, str], list[int]]
) -> Iterator[Drawn]:

    layer = plan.outlines(key)
    if layer is None:
        return
    people = {row["code"]: row for row in board.document["tables"]["population"] if row["layer"] == key}
    inside = {row["code"]: row for row in board.document["tables"]["flows"] if row["layer"] == key}
    names = plan.layers[key]
    rows = []
    for code in layer.polygons.index:
        known = people.get(code, {}) if plan is board.plan else {}
        row: dict[str, Any] = {"c": clean(str(code)), "n": clean(names.name(code))}
        if known.get("population") is not None:
            row["p"] = known["population"]
        if known.get("status"):
            row["b"] = known["status"]
        index = inside.get(code, {}).get("localisation_index")
        if index is not None and plan is board.plan:
            row["l"] = index
        if (key, code) in about:
            row["f"] = about[key, code]
        rows.append(row)
    title = plural(plan, key)
    title = f"{title[:1].upper()}{title[1:]} ({clean(key)})"
    on = level in ("system", "place") or not plan.levels
    yield Drawn(key, title, BORDERS[level], on, rows, layer.polygons)


def _flow_layers(board: Board) -> Iterator[Drawn]:

    plan = board.plan
    if board.flows is None:
        return
    people = {
        row["provider"]: row["population"]
        for row in board.flows["tables"]["catchments"]
        if row["method"] == "first_past_the_post"
    }
    drawn = catchments.outlines(plan, "first_past_the_post")
    if not isinstance(drawn, Missing):
        rows = [
            _without_none(c=clean(r["provider"]), n=clean(r["provider_name"]), p=people.get(r["provider"]))
            for r in drawn.to_dict("records")
        ]
        yield Drawn(
            "catchments", "Catchments (main provider)", MARKS["catchments"], False, rows, drawn.geometry
        )
    for level, key in hospital_levels(plan):
        edge = periphery.outlines(plan, key) if plan.periphery_m is not None else Missing("")
        if isinstance(edge, Missing) or edge.empty:
            continue
        shapes = gpd.GeoSeries(
            edge.groupby("code")["geometry"].agg(lambda g: shapely.union_all(g.to_numpy())), crs=edge.crs
        )
        told = {r["code"]: r for r in board.flows["tables"]["periphery"] if r["layer"] == key}
        rows = [
            _without_none(
                c=clean(code), n=clean(plan.layers[key].name(code)), p=told.get(code, {}).get("population")
            )
            for code in shapes.index
        ]
        title = f"Periphery of {level}s ({clean(key)})"
        yield Drawn(f"periphery-{key}", title, MARKS["periphery"], False, rows, shapes, fill=True)
    if plan.providers is not None and plan.providers.layer is None:
        sites = plan.providers.sites
        rows = [{"c": clean(p), "n": clean(plan.providers.name(p))} for p in sites["provider"]]
        spots = gpd.GeoSeries(sites["spot"].to_numpy(), crs=27700)
        held = np.array([spot is not None for spot in spots], dtype=bool)
        rows = [row for row, here in zip(rows, held, strict=True) if here]
        yield Drawn("providers", "Providers", MARKS["providers"], True, rows, spots[held])


def _without_none(**row: Any) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}


_SHOWN_FIRST = ("split_pieces", "moves", "gaps", "overlaps", "detached_parts")


def _ground(board: Board) -> Iterator[Drawn]:
    """Return the ground of findings; misaligned units by area and provider, for there are many."""
    for kind, every in board.ground.layers.items():
        if kind == "areas":
            continue  # they are highlighted in their own layer
        if kind != "split_pieces":
            frame = _joined(every) if kind == "misaligned_units" else every
            yield _of_kind(kind, kind, MARKS[kind].title, kind in _SHOWN_FIRST, frame)
            continue
        pairs = list(dict.fromkeys(zip(every["layer"], every["other_layer"], strict=True)))
        for at, (layer, other) in enumerate(pairs):
            frame = every[(every["layer"] == layer) & (every["other_layer"] == other)]
            title = f"Split {clean(layer)} in {clean(other)}"
            yield _of_kind(kind, f"{kind}-{layer}-{other}", title, at == 0, frame)


def _of_kind(kind: str, key: str, title: str, on: bool, frame: gpd.GeoDataFrame) -> Drawn:
    main = ~frame["finding"].duplicated() if kind == "split_pieces" else pd.Series(False, index=frame.index)
    rows = []
    for row, largest in zip(frame.to_dict("records"), main, strict=True):
        told: dict[str, Any] = {"c": clean(row["code"] or ""), "n": clean(row["area"] or "")}
        if isinstance(row.get("other_name"), str):
            arrow = {"split_pieces": " in ", "moves": " → "}.get(kind, " and ")
            told["n"] = f"{told['n']}{arrow}{clean(row['other_name'])}"
        if isinstance(row.get("provider_name"), str):
            told["t"] = f"look to {clean(row['provider_name'])}"
        if isinstance(row.get("beside"), str):
            told["t"] = clean(row["beside"])
        people = row.get("people")
        if isinstance(people, (int, float, str)) and people == people:
            told["p"] = int(people) if isinstance(people, float) and people.is_integer() else people
        if not pd.isna(row["finding"]):
            told["f"] = [int(row["finding"])]
        if largest:
            told["m"] = 1
        rows.append(told)
    return Drawn(key, title, MARKS[kind], on, rows, frame.geometry, fill=True)


def _joined(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put misaligned units of an area together that look to the same provider."""
    by = ["finding", "code", "area", "provider", "provider_name"]
    held = units.assign(**{name: units[name].fillna("") for name in by[1:]})
    rows, shapes = [], []
    for keys, group in held.groupby(by, sort=True, dropna=False):
        rows.append(dict(zip(by, keys, strict=True)))
        shapes.append(shapely.union_all(group.geometry.to_numpy()))
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=units.crs)


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
            layer = board.plan.outlines(key)
            codes = [o.code for o in finding.others]
            if layer is not None and codes and set(codes) <= set(layer.polygons.index):
                found[n] = layer.polygons.reindex(codes).total_bounds
                break
    return found


def _around(one: Any, other: Any) -> Any:
    return np.concatenate([np.minimum(one[:2], other[:2]), np.maximum(one[2:], other[2:])])
