"""Gaps, overlaps and detached parts of the layers of a plan, computed once for all rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from footprint.geometry.consequence import of_displaced
from footprint.geometry.coverage import coverage_faults, detached_parts
from footprint.geometry.tolerance import own_tolerance
from footprint.model.cache import kept
from footprint.plan.once import derived

if TYPE_CHECKING:
    import geopandas as gpd

    from footprint.geometry.coverage import Faults
    from footprint.model.layer import Layer
    from footprint.plan.model import Plan


# A layer with its outlines is data: a table of one rests on nothing else.


@derived()
def faults(_plan: Plan, layer: Layer) -> Faults:
    """Return the gaps and overlaps of a layer, computed once for both rules."""
    return kept("faults", lambda: layer.fingerprint, lambda: coverage_faults(layer.polygons))


@derived(faults)
def consequences(plan: Plan, layer: Layer, kind: Literal["gaps", "overlaps"]) -> list[tuple[str, ...]]:
    """Return, for each gap or overlap, codes of the areas that make it because they are displaced.

    None for what has another reason, and for the narrow ones, which may be left over from generalising.
    """
    found, limit = getattr(faults(plan, layer), kind), own_tolerance(layer)
    wide = (found["width_m"] >= limit).to_numpy()
    made = iter(of_displaced(layer, found[wide], {"gaps": 0, "overlaps": 2}[kind], limit))
    return [next(made) if one else () for one in wide]


@derived()
def detached(_plan: Plan, layer: Layer) -> gpd.GeoDataFrame:
    """Return the detached parts of a layer (see `coverage.detached_parts`), computed once."""
    return detached_parts(layer.polygons, own_tolerance(layer))
