"""The footprints of a plan: outlines, codes, names, people and ground of its areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from footprint.measure.dissolved import whole_outlines
from footprint.measure.people import totals
from footprint.model.errors import InputError, Missing
from footprint.model.layer import BRITISH_NATIONAL_GRID
from footprint.model.levels import Level
from footprint.model.words import clean, count, listing, nearest
from footprint.plan.model import Plan

COLUMNS = ("code", "name", "level", "population", "area_m2", "pop_source")
"""What is said of each area; no name is longer than the 10 characters that a shapefile allows."""


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
    shapes, told = whole_outlines(plan, key)
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
