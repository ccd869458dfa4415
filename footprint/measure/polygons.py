"""Catchments, peripheries and providers as map layers."""

from __future__ import annotations

import geopandas as gpd

from footprint.measure import catchments, periphery
from footprint.measure.membership import WITH_EDGE
from footprint.model.errors import InputError, Missing
from footprint.model.layer import BRITISH_NATIONAL_GRID
from footprint.model.suppression import hes_count
from footprint.plan.model import Plan


def flow_polygons(plan: Plan) -> dict[str, gpd.GeoDataFrame]:
    """Return catchments, peripheries and providers of a plan as map layers by name, in EPSG:27700.

    Raises
    ------
    InputError : where the plan's units have no outlines

    """
    found: dict[str, gpd.GeoDataFrame | Missing] = {
        f"catchments_{method}": catchments.outlines(plan, method) for method in WITH_EDGE
    }
    if plan.periphery_m is not None:
        found |= {f"periphery_{key}": periphery.outlines(plan, key) for key in plan.levels.values()}
    layers = {name: one for name, one in found.items() if not isinstance(one, Missing)}
    if not layers:
        reason = next(one.reason for one in found.values() if isinstance(one, Missing))
        raise InputError(plan.path, f"there are no polygons to write: {reason}", "Give the units a path.")
    if plan.providers is not None and plan.providers.layer is None:
        sites = plan.providers.sites
        names = [plan.providers.name(code) for code in sites["provider"]]
        layers["providers"] = gpd.GeoDataFrame(
            {"provider": sites["provider"], "provider_name": names, "weight": sites["weight"]},
            geometry=gpd.GeoSeries(sites["spot"], crs=BRITISH_NATIONAL_GRID),
        )
    if plan.suppress is not None:
        for layer in layers.values():
            for column in {"population", "people"} & set(layer.columns):
                layer[column] = [None if v is None else str(v) for v in layer[column].map(hes_count)]
    return layers
