"""Catchments: the people that a provider serves, by three methods that answer three questions.

`first_past_the_post`: whose main provider is it? `proportional_flow_30`: for whom is it one of the
main ones (30 % of their activity or more)? Its catchments may overlap. `proportionate`: how many
people's worth of care does it give? (Public Health England and OHID, "NHS Acute (Hospital) Trust
Catchment Populations".)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.geometry.coverage import joined
from footprint.measure.activity import activity, parts, sums, unit_ground
from footprint.measure.hosts import hosts
from footprint.measure.membership import METHODS, WITH_EDGE, Method, membership
from footprint.model.columns import (
    AREA,
    AREA_M2,
    KEPT_IN,
    NO_FLOWS,
    PATIENTS,
    PROVIDER,
    PROVIDER_NAME,
    UNCERTAIN,
    UNITS,
)
from footprint.model.errors import Missing
from footprint.model.layer import BRITISH_NATIONAL_GRID
from footprint.model.schema import Column, Share, Table
from footprint.plan.once import derived

if TYPE_CHECKING:
    from footprint.plan.model import Plan


# 1 ÷ (0.79² + 0.21²): a fifth of the people or more live in another area.
STRADDLES = 1.5


_METHOD = Column("method", values=METHODS)
CATCHMENTS = Table(
    "catchments",
    "Catchments",
    f"A row for each provider and each way to draw its catchment. {KEPT_IN}",
    (_METHOD, PROVIDER, PROVIDER_NAME, PATIENTS, UNITS, UNCERTAIN, AREA_M2),
    NO_FLOWS,
)
CATCHMENT_AREAS = Table(
    "catchment_areas",
    "Catchments by area",
    f"A row for each catchment, way to draw it, and area that it lies in. {KEPT_IN}",
    (
        _METHOD,
        PROVIDER,
        PROVIDER_NAME,
        *AREA,
        PATIENTS.but(heading="People in the area"),
        Column("share", "Share of the catchment's people", "share", suppressed=Share(("population",))),
        Column(
            "effective_areas", kind="ratio", suppressed=Share(()),
            meaning="1 over the sum of squared shares of the catchment: 1 if it lies in one.",
        ),
        AREA_M2,
    ),
    NO_FLOWS,
)  # fmt: skip


def catchments(plan: Plan, methods: Sequence[Method] = METHODS) -> pd.DataFrame:
    """Return the catchment of every provider, columns of CATCHMENTS.

    `population` is in people, `units` in units of the flows, `area_m2` the ground of these units
    (NaN for proportionate catchments, which have no edge). `uncertain_population` are people of
    units that equal flows, or journeys that no count shows, could give to another provider.
    """
    tables = []
    held = activity(plan)
    for method in methods:
        found = membership(plan, method)
        if isinstance(held, Missing) or isinstance(found, Missing):
            continue
        size = len(held.table.providers)
        people = np.nan_to_num(held.people)[found.unit] * found.weight
        found_at = held.unit_at >= 0
        ground = sums(held.unit_at[found_at], unit_ground(plan)[found_at], len(held.known))
        number = np.bincount(found.provider, minlength=size)
        some = np.flatnonzero(number)
        codes = held.table.providers[some]
        tables.append(
            pd.DataFrame(
                {
                    "method": method,
                    "provider": codes,
                    "provider_name": _names(plan, codes),
                    "population": sums(found.provider, people, size)[some],
                    "units": number[some],
                    "uncertain_population": sums(found.provider, people * ~found.certain, size)[some],
                    "area_m2": sums(found.provider, ground[found.unit], size)[some]
                    if method in WITH_EDGE
                    else np.nan,
                }
            )
        )
    return CATCHMENTS.joined(tables)


@derived(membership, parts, "levels", "providers.names")
def by_area(plan: Plan, key: str, methods: Sequence[Method] = METHODS) -> pd.DataFrame | Missing:
    """Return how each catchment lies in the areas of layer `key`, columns of CATCHMENT_AREAS.

    `share` is of the catchment's people within the layer; `effective_areas` is 1 ÷ the sum of
    squared shares: 1 where a catchment lies in one area, 2 where it lies half in each of two.
    """
    held, lie = activity(plan), parts(plan, key)
    if isinstance(held, Missing):
        return held
    if isinstance(lie, Missing):
        return lie
    layer, level = plan.layers[key], plan.level_of(key)
    areas = len(layer.codes)
    tables = []
    for method in methods:
        found = membership(plan, method)
        if isinstance(found, Missing):
            return found
        row, part = _joined(found.unit, lie.unit)
        people = np.nan_to_num(held.people)[found.unit[row]] * found.weight[row] * lie.share[part]
        cell = found.provider[row] * areas + lie.area[part]
        size = len(held.table.providers) * areas
        total = sums(cell, people, size)
        some = np.flatnonzero(np.bincount(cell, minlength=size))
        provider, area = np.divmod(some, areas)
        codes = held.table.providers[provider]
        whole = sums(provider, total[some], len(held.table.providers))
        share = np.divide(total[some], whole[provider], out=np.zeros(len(some)), where=whole[provider] > 0)
        concentration = sums(provider, share**2, len(held.table.providers))[provider]
        tables.append(
            pd.DataFrame(
                {
                    "method": method,
                    "provider": codes,
                    "provider_name": _names(plan, codes),
                    "layer": key,
                    "level": level and str(level),
                    "code": layer.codes[area],
                    "name": layer.names.to_numpy()[area],
                    "population": total[some],
                    "share": share,
                    "effective_areas": np.divide(
                        1.0, concentration, out=np.full(len(some), np.nan), where=concentration > 0
                    ),
                    "area_m2": sums(cell, lie.ground[part], size)[some] if method in WITH_EDGE else np.nan,
                }
            ).sort_values(["provider", "population", "code"], ascending=[True, False, True])
        )
    return CATCHMENT_AREAS.joined(tables)


def straddling(plan: Plan, key: str) -> pd.DataFrame | Missing:
    """Return the areas of layer `key` that catchments which straddle them lie in, columns of CATCHMENT_AREAS.

    Catchments are those of first past the post. Of a hospital beyond the plan only the fringe of its
    catchment is known, so it is left out.
    """
    if plan.people is None:
        return Missing("the plan has no population")
    table = by_area(plan, key)
    if isinstance(table, Missing):
        return table
    host = hosts(plan, key)
    beyond = () if isinstance(host, Missing) else host.beyond
    found = (table["method"] == METHODS[0]) & (table["effective_areas"] >= STRADDLES)
    return table[found & ~table["provider"].isin(beyond)]


def _joined(unit: NDArray[np.intp], parted: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs (row of `unit`, row of `parted`) with the same unit; `parted` is sorted."""
    first = np.searchsorted(parted, unit, "left")
    many = np.searchsorted(parted, unit, "right") - first
    row = np.repeat(np.arange(len(unit)), many)
    turn = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
    return row, first[row] + turn


def _names(plan: Plan, codes: pd.Index) -> list[str]:
    return [plan.providers.name(code) if plan.providers else str(code) for code in codes]


def outlines(plan: Plan, method: Method) -> gpd.GeoDataFrame | Missing:
    """Return the catchments of a method WITH_EDGE as polygons in EPSG:27700.

    Columns provider, provider_name, population, method and geometry.
    """
    found, held = membership(plan, method), activity(plan)
    if isinstance(found, Missing):
        return found
    if isinstance(held, Missing):
        return held
    if plan.units is None or plan.units.drawn is None or plan.units.shapes is None:
        return Missing("catchments need the outlines of the units")
    shapes = plan.units.shapes.to_numpy()
    order = np.argsort(held.unit_at, kind="stable")
    at = held.unit_at[order]
    ground = []
    providers = np.unique(found.provider)
    for p in providers:
        _, part = _joined(found.unit[found.provider == p], at)
        ground.append(joined(shapes[order[part]]))
    table = catchments(plan, (method,)).set_index("provider")
    codes = held.table.providers[providers]
    known = table.loc[codes, ["provider_name", "population"]].reset_index()
    return gpd.GeoDataFrame(known.assign(method=method), geometry=ground, crs=BRITISH_NATIONAL_GRID)
