"""Units put into areas that are drawn: by largest overlap, or with "in none" as a competitor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from footprint.geometry.bestfit import best_fit
from footprint.geometry.tolerance import tolerance
from footprint.model.cache import kept
from footprint.model.errors import IncomparableError
from footprint.plan.extent import FEW, MANY_BESIDE_ONE, declared, land, leaves_ground_out
from footprint.plan.once import derived

if TYPE_CHECKING:
    import geopandas as gpd

    from footprint.geometry.tolerance import Tolerance
    from footprint.model.layer import Layer
    from footprint.plan.model import Plan


def fit_tolerance(plan: Plan, drawn: Layer) -> Tolerance:
    """Return the width below which a part of a unit in an area is noise (IncomparableError if coarse)."""
    units = plan.units.drawn if plan.units is not None else None
    return tolerance(units or drawn, drawn, plan.sliver_width_m)


@derived("units", "sliver_width_m")
def by_largest(plan: Plan, key: str) -> pd.DataFrame:
    """Return the table of `best_fit` where nothing competes with the areas of layer `key`."""
    return _fit(plan, key, None)


@derived("units", "sliver_width_m", "land")
def fitted(plan: Plan, key: str) -> pd.DataFrame:
    """Return the table of `best_fit` of layer `key`, which has outlines, as its extent asks for.

    A layer that covers all the ground, by statement or as far as the units tell, takes each unit by its
    largest overlap. Otherwise ground in none of its areas competes with them: a unit that is mostly a
    neighbour's stays the neighbour's. Raises IncomparableError for outlines that are too coarse.
    """
    layer = plan.layers[key]
    if declared(layer) == "all" or not (leaves_ground_out(layer) or _lost(by_largest(plan, key)) > FEW):
        return by_largest(plan, key)
    found = _fit(plan, key, dict(_land(plan, key)))
    if declared(layer) is None and len(layer.areas) == 1 and _lost(found) <= MANY_BESIDE_ONE:
        return by_largest(plan, key)
    return found


def _lost(fit: pd.DataFrame) -> float:
    return float(fit["code"].isna().mean())


def _fit(plan: Plan, key: str, beside: Mapping[str, gpd.GeoSeries] | None) -> pd.DataFrame:
    """Return the table of `best_fit`; ground in no area competes where it is said what lies beside."""
    assert plan.units is not None
    shapes, drawn = plan.units.shapes, plan.layers[key].drawn
    assert shapes is not None
    assert drawn is not None
    within = fit_tolerance(plan, drawn)
    units = plan.units
    dry, competes = tuple((beside or {}).values()), beside is not None
    return kept(
        "best fit with none" if competes else "best fit",
        lambda: " ".join([units.fingerprint, drawn.fingerprint, str(within.metres), *(beside or ())]),
        lambda: best_fit(shapes, drawn, within, none_competes=competes, land=dry),
    )


def _land(plan: Plan, key: str) -> Iterator[tuple[str, gpd.GeoSeries]]:
    """Return outlines, by their fingerprint, that hold all units and so tell what is sea."""
    assert plan.units is not None
    if not leaves_ground_out(plan.layers[key]) or plan.units.are_points:
        return
    for other in land(plan.layers):
        layer = plan.layers[other]
        drawn = layer.drawn
        if other == key or drawn is None:
            continue
        if declared(layer) != "all":
            if layer.lookup is not None and layer.base == "units":
                lost = 1 - len(layer.lookup.areas.keys() & plan.units.names.keys()) / len(plan.units.names)
            else:
                try:
                    lost = _lost(by_largest(plan, other))
                except IncomparableError:
                    continue
            if lost > FEW:
                continue
        yield drawn.fingerprint, drawn.polygons
