"""Outlines put together from the areas below them.

What a proposal changes, or a lookup alone gives, is put together, all of it from the same outlines:
those that stay in another file would leave slivers and gaps along every edge that they share with the
rest.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from footprint.geometry.coverage import coverage_faults, joined_by
from footprint.measure.faults import faults
from footprint.model.cache import fingerprint, kept
from footprint.model.codes import is_in
from footprint.model.errors import InputError
from footprint.model.layer import Layer
from footprint.model.words import agree, area_text, count, listing
from footprint.plan.model import Plan
from footprint.plan.parts import PlanLayer

# what rounding leaves along an edge, over all areas of a layer
_NO_GROUND_M2 = 1.0


def whole_outlines(plan: Plan, key: str) -> tuple[gpd.GeoSeries, list[str]]:
    """Return the outlines of a layer by code, and what was done to them, a sentence each.

    What is drawn and stays leaves as it came.

    Raises
    ------
    InputError : for a layer that has no outlines and cannot be given any

    """
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

    def of() -> str:
        held = "\0".join("" if pd.isna(c) else str(c) for c in code)
        return f"{fingerprint(below)} {hashlib.sha256(held.encode()).hexdigest()}"

    shapes: gpd.GeoSeries = kept("dissolved", of, lambda: joined_by(below, code))
    if shapes.empty:
        raise InputError(plan.path, f"no area of {key} has an outline", "Check its lookup.")
    return shapes, told + _left_over(plan, layer, shapes, below[code.isna().to_numpy()], parts)


def _below(plan: Plan, layer: PlanLayer) -> tuple[gpd.GeoSeries, str, list[str]]:
    """Return the outlines that a layer is put together from, what they are called, and what was done to them.

    Raises InputError where there are none.
    """
    if layer.base not in (None, "units"):
        shapes, told = whole_outlines(plan, str(layer.base))
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
        drawn = plan.units.drawn if plan.units is not None else None
    else:
        drawn = plan.layers[str(layer.base)].drawn
    # the check has looked for those of what is drawn
    before = (
        faults(plan, drawn)
        if drawn is not None
        else coverage_faults(whole_outlines(plan, str(layer.base))[0])
    )
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
                f"{agree(len(now), 'is', 'are')} left from {parts}"
            )
    return told
