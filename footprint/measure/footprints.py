"""The footprints of a plan as boundary files: outlines, codes, names, people and ground of its areas.

What is drawn and stays leaves as it came. What a proposal changes, or a lookup alone gives, is put
together from the areas below it, all of it from the same outlines: those that stay in another file
would leave slivers and gaps along every edge that they share with the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from footprint.geometry.coverage import coverage_faults
from footprint.measure.faults import faults
from footprint.measure.people import totals
from footprint.model.cache import fingerprint, kept
from footprint.model.codes import is_in
from footprint.model.errors import InputError, Missing
from footprint.model.layer import BRITISH_NATIONAL_GRID, Layer
from footprint.model.levels import Level
from footprint.model.words import area_text, clean, count, listing, nearest
from footprint.plan.model import Plan, PlanLayer

WGS_84 = "EPSG:4326"


TABLE = ".csv"
"""Ending of the lookup."""


GEOPACKAGE = {"VERSION": "1.2"}
"""Of later versions GIS programs of 2022 warn, and nothing here needs what they added."""


COLUMNS = ("code", "name", "level", "population", "area_m2", "pop_source")
"""What is said of each area; no name is longer than the 10 characters that a shapefile allows."""


# what rounding leaves along an edge, over all areas of a layer
_NO_GROUND_M2 = 1.0


@dataclass(frozen=True, eq=False)
class Footprints:
    """The areas of one layer as they leave the program."""

    name: str
    """What files call it: the level, or the layer's key where it is none."""
    key: str
    """What the plan calls it."""
    frame: gpd.GeoDataFrame
    """COLUMNS and geometry: valid polygons in EPSG:27700, sorted by code; population is NaN or <NA> where
    unknown, area_m2 is that of the outline."""
    notes: tuple[str, ...]
    """What was repaired, left out or could not be told, a sentence each."""


# ── which layers ────────────────────────────────────────────────────────────────────────────────


def levels(plan: Plan) -> dict[str, str]:
    """Return the layer of each level of a plan, widest first, whatever their order in the plan file."""
    return {str(level): plan.levels[level] for level in Level if level in plan.levels}


def chosen(plan: Plan, names: Sequence[str]) -> list[str]:
    """Return the keys of the layers that are called by a level or by their key, each once.

    Without names all of them: levels first, widest first, then the others in the plan's order.

    Raises
    ------
    InputError : for a name that the plan does not have

    """
    known = levels(plan)
    every = list(dict.fromkeys([*known.values(), *plan.layers]))
    found: dict[str, None] = {}
    for name in names:
        key = known.get(name, name)
        if key not in plan.layers:
            options = list(dict.fromkeys([*known, *plan.layers]))
            raise InputError(
                plan.path,
                f"has no level or layer '{name}'",
                f"{nearest(name, options)}It has: {listing(options, 20)}.",
            )
        found[key] = None
    return list(found) or every


def selected(plan: Plan, keys: Sequence[str] | None, *, several: bool) -> tuple[list[Footprints], list[str]]:
    """Return layers with their outlines, and what is to be said of them.

    Parameters
    ----------
    plan : from `load_plan`
    keys : layers; None for every one that has outlines, and the others are said
    several : whether the file can hold more than one

    Raises
    ------
    InputError : for a layer of `keys` without outlines, where no layer has any, and for more layers than
        the file can hold

    """
    wanted = chosen(plan, []) if keys is None else list(keys)
    if len(wanted) > 1 and not several:
        raise InputError(
            None,
            f"this format holds one layer, and there are {len(wanted)}",
            f"Choose one with --layer ({listing([called(plan, k) for k in wanted], 20)}), or write a .gpkg.",
        )
    found: list[Footprints] = []
    faults: list[InputError] = []
    for key in wanted:
        try:
            found.append(footprints(plan, key))
        except InputError as fault:
            if keys is not None:
                raise
            faults.append(fault)
    if not found:
        raise faults[0]
    told = [f"left out: {fault.fault}" for fault in faults]
    return found, [*told, *(words for each in found for words in each.notes)]


def footprints(plan: Plan, key: str) -> Footprints:
    """Return the areas of layer `key` with their outlines.

    Raises
    ------
    InputError : for a layer that has no outlines and cannot be given any

    """
    layer, level = plan.layers[key], plan.level_of(key)
    shapes, told = _outlines(plan, key)
    shapes = shapes.sort_index()
    codes = shapes.index
    if bare := sorted(str(code) for code in layer.codes.difference(codes)):
        told.append(f"{count(len(bare), 'area')} without an outline left out: {listing(bare)}")
    people, known = _people(plan, key, codes)
    if known:
        told.append(f"population: {known}")
    frame = gpd.GeoDataFrame(
        {
            "code": [str(code) for code in codes],
            "name": [clean(layer.name(str(code))) for code in codes],
            "level": pd.array([None if level is None else str(level)] * len(codes), dtype="string"),
            "population": people,
            "area_m2": np.round(shapely.area(shapes.to_numpy()), 1),
            "pop_source": pd.array([_counted_by(plan)] * len(codes), dtype="string"),
        },
        geometry=shapes.to_numpy(),
        crs=BRITISH_NATIONAL_GRID,
    )
    name = called(plan, key)
    return Footprints(name, key, frame, tuple(f"{name}: {words}" for words in told))


def called(plan: Plan, key: str) -> str:
    """Return what files call a layer: its level, unless another layer has that for its key."""
    level = plan.level_of(key)
    return key if level is None or (str(level) != key and str(level) in plan.layers) else str(level)


def _people(plan: Plan, key: str, codes: pd.Index) -> tuple[Any, str]:
    """Return people by area, whole where all are, and why some are not known."""
    found = totals(plan, key)
    if isinstance(found, Missing):
        return np.full(len(codes), np.nan), found.reason
    people = found.people.reindex(codes)
    known = people.dropna()
    if (known == known.round()).all():
        return people.round().astype("Int64").array, found.unknown
    return people.to_numpy(dtype=float), found.unknown


def _counted_by(plan: Plan) -> str | None:
    return clean(plan.people.stated_source) or None if plan.people is not None else None


# ── outlines ────────────────────────────────────────────────────────────────────────────────────


def _outlines(plan: Plan, key: str) -> tuple[gpd.GeoSeries, list[str]]:
    """Return the outlines of a layer by code, and what was done to them."""
    layer = plan.layers[key]
    if layer.drawn is not None:
        return layer.drawn.polygons, _repaired(layer.drawn)
    below, parts, told = _below(plan, layer)
    assert layer.lookup is not None
    code = layer.lookup.codes.reindex(below.index)
    if layer.kept is not None:
        told.append(
            f"the outlines of all {len(layer.codes):,} areas were put together from {parts}, as the proposal "
            "changes some of them"
        )
    # the lookup may name codes that the layer does not: they are findings of `check`, and no areas
    code = code.where(is_in(code, layer.codes))
    if nowhere := int(code.isna().sum()):
        told.append(f"{nowhere:,} of {parts} lie in no area and are left out")
    held = "\0".join("" if pd.isna(c) else str(c) for c in code)
    of = f"{fingerprint(below)} {hashlib.sha256(held.encode()).hexdigest()}"
    shapes: gpd.GeoSeries = kept("dissolved", of, lambda: dissolved(below, code))
    if shapes.empty:
        raise InputError(plan.path, f"no area of {key} has an outline", "Check its lookup.")
    return shapes, told + _left_over(plan, layer, shapes, below[code.isna().to_numpy()], parts)


def _below(plan: Plan, layer: PlanLayer) -> tuple[gpd.GeoSeries, str, list[str]]:
    """Return the outlines that a layer is put together from, what they are called, and what was done to them.

    Raises InputError where there are none.
    """
    if layer.base not in (None, "units"):
        shapes, told = _outlines(plan, str(layer.base))
        return shapes, f"the areas of {layer.base}", told
    units = plan.units
    if units is not None and units.drawn is not None:
        return units.drawn.polygons, "the units", _repaired(units.drawn)
    if layer.kept is not None:
        cause = (
            f"the proposal changes {layer.key}, whose outlines would have to be put together from the units"
        )
    else:
        cause = f"{layer.key} has no boundary file, only a lookup"
    if units is None:
        told_of = "there are no units"
    else:
        told_of = "the units are points" if units.are_points else "the units have no outlines"
    raise InputError(
        plan.path, f"{cause}, and {told_of}", f"Give the units, or {layer.key}, a path to outlines."
    )


def dissolved(below: gpd.GeoSeries, code: pd.Series) -> gpd.GeoSeries:
    """Put areas together, without a corner that was not there.

    Parameters
    ----------
    below : valid polygons
    code : under the same index, the area that each is a part of; missing where it is of none

    Returns
    -------
    Valid polygons by code, sorted.

    """
    shapes = below.to_numpy()
    groups = code.groupby(code.to_numpy()).indices
    found = {str(area): _joined(shapes[parts]) for area, parts in groups.items()}
    return gpd.GeoSeries(found, crs=below.crs).sort_index()


def _joined(parts: NDArray[Any]) -> Any:
    """Return one polygon: edges that two parts share fall away.

    That is ten times as fast as a union of any polygons, but right only where the parts fit together.
    """
    if shapely.coverage_is_valid(parts):
        joined = shapely.coverage_union_all(parts)
        if joined.is_valid:
            return joined
    return shapely.union_all(parts)


def _repaired(layer: Layer) -> list[str]:
    """Say which outlines were invalid in the file and were repaired on reading."""
    repairs = layer.repairs
    if repairs.empty or not (mended := sorted(repairs.loc[repairs["in_scope"], "code"].astype(str))):
        return []
    name = Path(layer.source.path).name
    what = (
        f"an invalid outline of {name} was"
        if len(mended) == 1
        else (f"{len(mended):,} invalid outlines of {name} were")
    )
    return [f"{what} repaired: {listing(mended)}"]


def _left_over(
    plan: Plan, layer: PlanLayer, shapes: gpd.GeoSeries, outside: gpd.GeoSeries, parts: str
) -> list[str]:
    """Say which gaps and overlaps the outlines have from those they are made of; there must be no others.

    Raises RuntimeError for a fault that putting them together has made.
    """
    found = coverage_faults(shapes)
    if found.gaps.empty and found.overlaps.empty:
        return []
    if layer.base == "units":
        assert plan.units is not None
        assert plan.units.drawn is not None
        before = faults(plan, plan.units.drawn)
    else:
        before = coverage_faults(_outlines(plan, str(layer.base))[0])
    told = []
    for noun, now, then in (
        ("gap", found.gaps, [*before.gaps.geometry, *outside]),
        ("overlap", found.overlaps, list(before.overlaps.geometry)),
    ):
        made = shapely.difference(shapely.union_all(now.geometry.to_numpy()), shapely.union_all(then)).area
        if made > _NO_GROUND_M2:
            raise RuntimeError(f"putting {layer.key} together made {noun}s of {made:,.0f} m²")
        if len(now):
            told.append(
                f"{count(len(now), noun)} between its areas ({area_text(now['area_m2'].sum())}) "
                f"{'is' if len(now) == 1 else 'are'} left from {parts}"
            )
    return told
