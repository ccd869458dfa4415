"""Which layers the page's map has, and what it says of each feature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from footprint.geometry.coverage import joined
from footprint.measure import catchments, periphery
from footprint.measure.figures import hospital_levels
from footprint.model.errors import Missing
from footprint.model.known import is_known
from footprint.model.words import capital, clean
from footprint.plan import derive
from footprint.plan.model import Plan
from footprint.plan.naming import many
from footprint.reports.content.message_check import first_named
from footprint.reports.maps.drawn import BEFORE
from footprint.reports.maps.palette import BORDERS, MARKS, Mark
from footprint.results.nearby import moved_place

if TYPE_CHECKING:
    from footprint.reports.board import Board

_SHOWN_FIRST = ("split_pieces", "moves", "gaps", "overlaps", "detached_parts")


@dataclass(frozen=True)
class MapLayer:
    """A layer of the map."""

    key: str
    title: str
    mark: Mark
    on: bool
    """Whether it is shown at first."""
    rows: list[dict[str, Any]]
    """What is known of each feature, with short keys: c code, n name, p people, b band, l localisation
    index, t further words, s short name on the map, f numbers of findings, m for the largest piece of a
    split area."""
    shapes: gpd.GeoSeries
    fill: bool = False
    """Whether the inside is coloured, and not the border alone."""


def map_layers(board: Board) -> Iterator[MapLayer]:
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
                yield MapLayer(
                    f"{key}-before", f"{drawn.title} before", BEFORE, False, drawn.rows, drawn.shapes
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
) -> Iterator[MapLayer]:
    layer = derive.outlines(plan, key)
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
    title = capital(clean(many(plan, key)))
    on = level in ("system", "place") or not plan.levels
    yield MapLayer(key, title, BORDERS[level], on, rows, layer.polygons)


def _flow_layers(board: Board) -> Iterator[MapLayer]:
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
        yield MapLayer(
            "catchments", "Catchments (main provider)", MARKS["catchments"], False, rows, drawn.geometry
        )
    for level, key in hospital_levels(plan):
        edge = periphery.outlines(plan, key) if plan.periphery_m is not None else Missing("")
        if isinstance(edge, Missing) or edge.empty:
            continue
        shapes = gpd.GeoSeries(
            edge.groupby("code")["geometry"].agg(lambda g: joined(g.to_numpy())), crs=edge.crs
        )
        told = {r["code"]: r for r in board.flows["tables"]["periphery"] if r["layer"] == key}
        rows = [
            _without_none(
                c=clean(code), n=clean(plan.layers[key].name(code)), p=told.get(code, {}).get("population")
            )
            for code in shapes.index
        ]
        title = f"Periphery of {level}s"
        yield MapLayer(f"periphery-{key}", title, MARKS["periphery"], False, rows, shapes, fill=True)
    if plan.providers is not None and plan.providers.layer is None:
        sites = plan.providers.sites
        rows = [{"c": clean(p), "n": clean(plan.providers.name(p))} for p in sites["provider"]]
        spots = gpd.GeoSeries(sites["spot"].to_numpy(), crs=27700)
        held = np.array([spot is not None for spot in spots], dtype=bool)
        rows = [row for row, here in zip(rows, held, strict=True) if here]
        yield MapLayer("providers", "Providers", MARKS["providers"], True, rows, spots[held])


def _without_none(**row: Any) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}


def _ground(board: Board) -> Iterator[MapLayer]:
    """Return the ground of findings; misaligned units by area and provider, for there are many."""
    for kind, every in board.ground.layers.items():
        if kind == "areas":
            continue  # they are highlighted in their own layer
        if kind != "split_pieces":
            frame = _joined(every) if kind == "misaligned_units" else every
            drawn = _of_kind(kind, kind, MARKS[kind].title, kind in _SHOWN_FIRST, frame)
            if kind == "moves" and board.change is not None:
                handed = zip(*(frame[name] for name in ("layer", "code", "other_code")), strict=True)
                for row, pair in zip(drawn.rows, handed, strict=True):
                    if place := moved_place(board.change, *pair):
                        row["s"] = clean(place)
            yield drawn
            continue
        pairs = list(dict.fromkeys(zip(every["layer"], every["other_layer"], strict=True)))
        first = first_named(board.result) if board.change is None else None
        named = every[(every["layer"] == first[0]) & (every["code"] == first[1])] if first else every
        told_of = next(zip(named["layer"], named["other_layer"], strict=True), pairs[0])
        for layer, other in pairs:
            frame = every[(every["layer"] == layer) & (every["other_layer"] == other)]
            told = [clean(many(board.plan, key)) for key in (layer, other)]
            title = f"Split {told[0]} in {told[1]}"
            drawn = _of_kind(kind, f"{kind}-{layer}-{other}", title, (layer, other) == told_of, frame)
            if (layer, other) == told_of and first is not None:
                for row, area in zip(drawn.rows, frame["area"], strict=True):
                    if row["c"] == first[1] and "m" not in row:
                        row["s"] = clean(area)
            yield drawn


def _of_kind(kind: str, key: str, title: str, on: bool, frame: gpd.GeoDataFrame) -> MapLayer:
    rows = []
    for row in frame.to_dict("records"):
        told: dict[str, Any] = {"c": clean(row["code"] or ""), "n": clean(row["area"] or "")}
        if isinstance(row.get("other_name"), str):
            arrow = {"split_pieces": " in ", "moves": " → "}.get(kind, " and ")
            told["n"] = f"{told['n']}{arrow}{clean(row['other_name'])}"
            if kind == "split_pieces":
                told["i"] = clean(row["other_name"])
        if isinstance(row.get("provider_name"), str):
            told["t"] = f"look to {clean(row['provider_name'])}"
        if isinstance(row.get("beside"), str):
            told["t"] = clean(row["beside"])
        people = row.get("people")
        if isinstance(people, (int, float, str)) and is_known(people):
            told["p"] = int(people) if isinstance(people, float) and people.is_integer() else people
        if not pd.isna(row["finding"]):
            told["f"] = [int(row["finding"])]
        if row.get("piece") == "largest":
            told["m"] = 1
        rows.append(told)
    return MapLayer(key, title, MARKS[kind], on, rows, frame.geometry, fill=True)


def _joined(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put misaligned units of an area together that look to the same provider."""
    by = ["finding", "code", "area", "provider", "provider_name"]
    held = units.assign(**{name: units[name].fillna("") for name in by[1:]})
    rows, shapes = [], []
    for keys, group in held.groupby(by, sort=True, dropna=False):
        rows.append(dict(zip(by, keys, strict=True)))
        shapes.append(joined(group.geometry.to_numpy()))
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=units.crs)
