"""The periphery of an area: people near its land border, and those who look across it.

A line on a map may fit its area as a whole and still cut off the people along it from the hospital
that they use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from footprint.geometry.coverage import joined
from footprint.geometry.land_border import land_border
from footprint.measure.activity import activity
from footprint.measure.hosts import hosts
from footprint.measure.membership import main_provider
from footprint.model.cache import kept
from footprint.model.columns import (
    AREA,
    HOST,
    HOST_NAME,
    KEPT_IN,
    PATIENTS,
    PROVIDER,
    PROVIDER_NAME,
    UNCERTAIN,
    UNITS,
)
from footprint.model.errors import Missing
from footprint.model.layer import BRITISH_NATIONAL_GRID
from footprint.model.levels import Level
from footprint.model.schema import Column, Share, Table
from footprint.plan import derive
from footprint.plan.naming import many
from footprint.plan.once import derived

if TYPE_CHECKING:
    from footprint.plan.model import Plan


_NONE = "The plan has no patient flows, sets no distance of the periphery, or "
PERIPHERY = Table(
    "periphery",
    "Periphery",
    "A row for each area: people near its land border, and those of them whose main provider stands in "
    f"another area. {KEPT_IN}",
    (
        *AREA,
        Column("distance_m", "Within, m", "metres", "How far from a land border the periphery reaches."),
        PATIENTS.but(heading="People in the periphery"),
        Column(
            "misaligned", "Of them misaligned", "count",
            "People whose main provider stands in another area.", suppressed="count",
        ),
        Column(
            "share", "Misaligned share of people", "share",
            suppressed=Share(("misaligned", "aligned"), "population"),
        ),
        Column(
            "unknown", "Of them unknown", "count", "People whose main provider nothing places.",
            suppressed="count",
        ),
        UNITS.but(heading="Units in the periphery"),
        Column("misaligned_units", kind="count", type="integer"),
    ),
    f"{_NONE}its units have no outlines.",
    {"aligned": ("population", "misaligned")},
)  # fmt: skip
BY_PROVIDER = Table(
    "periphery_providers",
    "Periphery by provider",
    "A row for each area, part of it and provider that misaligned people of its periphery go to. "
    f"{KEPT_IN}",
    (
        *AREA,
        Column("part_layer", nullable=True),
        Column("part", kind="code", nullable=True),
        Column("part_name", nullable=True),
        PROVIDER,
        PROVIDER_NAME,
        HOST,
        HOST_NAME,
        PATIENTS.but(heading="Misaligned people"),
        UNITS.but(heading="Misaligned units"),
        UNCERTAIN,
    ),
    f"{_NONE}nobody is misaligned.",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Periphery:
    """Units near the land border of the areas of a layer."""

    key: str
    distance_m: float
    """Units not farther than this from the land border of their area are in its periphery."""
    units: pd.DataFrame
    """A row for each unit in a periphery: unit, code and name (of its area), distance_m, people,
    provider (its main one, None without flows), host (area that hosts it, None where it stands in no
    area or nobody knows where), misaligned (bool), known (bool: whether that can be told) and certain
    (False where suppressed counts could make another provider the main one)."""
    summary: pd.DataFrame
    """A row for each area with a periphery, columns of PERIPHERY."""
    table: pd.DataFrame
    """Misaligned people by area, part and provider, columns of BY_PROVIDER."""


@derived(activity, hosts, "periphery_m", "levels", "layers of levels", derive.spots, derive.outlines)
def periphery(plan: Plan, key: str) -> Periphery | Missing:
    """Return the periphery of the areas of layer `key`, or why nobody can tell.

    A unit's distance is that of its point (given, or inside its outline) from the border that its
    area shares with another, on land or across a river; coasts and estuaries are no border. A unit is
    misaligned if no part of its main provider (its largest flow) stands in its own area.
    """
    if plan.periphery_m is None:
        return Missing("the plan sets no thresholds.periphery_m")
    held, host = activity(plan), hosts(plan, key)
    if isinstance(held, Missing):
        return held
    if isinstance(host, Missing):
        return host
    near = _near_border(plan, key)
    if isinstance(near, Missing):
        return near
    assert plan.units is not None
    layer, codes = plan.layers[key], plan.layers[key].codes
    unit_at = plan.units.codes.get_indexer(pd.Index(near["unit"]))
    flow_unit = held.unit_at[unit_at]
    winner, sure = main_provider(held)
    provider = np.where(flow_unit >= 0, winner[flow_unit], -1)
    area = codes.get_indexer(pd.Index(near["code"]))
    own = host.share_in(np.maximum(provider, 0), area)
    # a site that nothing places may stand in the unit's own area
    known = (provider >= 0) & host.known[provider] & ((own > 0) | (host.unplaced[provider] == 0))
    home = np.where(known, host.main()[provider], -1)
    people = plan.unit_people()
    assert plan.flows is not None
    units = near.assign(
        name=[layer.name(code) for code in near["code"]],
        people=np.nan if people is None else people.to_numpy()[unit_at],
        provider=_named(plan.flows.providers, provider),
        host=_named(codes, home),
        misaligned=known & (own <= 0),
        known=known,
        certain=np.where(flow_unit >= 0, sure[flow_unit], False),
    )
    return Periphery(key, plan.periphery_m, units, _summary(plan, key, units), _by_provider(plan, key, units))


def _named(codes: pd.Index, at: NDArray[np.intp]) -> NDArray[np.object_]:
    """Return the code at each position, None for −1."""
    return np.array([*codes, None], dtype=object)[at]


def _near_border(plan: Plan, key: str) -> pd.DataFrame | Missing:
    """Return the units near the land border of their area: unit, code of the area, distance_m."""
    assigned, drawn = derive.assignment(plan, key), derive.outlines(plan, key)
    if plan.units is None or plan.units.shapes is None:
        return Missing("a periphery needs units with outlines or points")
    if assigned is None or drawn is None:
        return Missing(
            derive.refusal(plan, key)
            or f"the {many(plan, key)} have no outlines, so their borders are not known"
        )
    assert plan.periphery_m is not None
    border = kept("land border", lambda: drawn.fingerprint, lambda: land_border(drawn))
    spots = derive.spots(plan)
    known = assigned.codes[assigned.codes.notna() & spots.notna().to_numpy()]
    found = []
    for code, units in known.groupby(known.to_numpy()):
        lines = border[border["code"] == code].geometry.to_numpy()
        if not len(lines):
            continue
        points = spots.reindex(units.index).to_numpy()
        tree = shapely.STRtree(lines)
        (near, _), distance = tree.query_nearest(
            points, max_distance=plan.periphery_m, return_distance=True, all_matches=False
        )
        found.append(pd.DataFrame({"unit": units.index[near], "code": code, "distance_m": distance}))
    if not found:
        return pd.DataFrame({"unit": [], "code": [], "distance_m": []})
    return pd.concat(found).sort_values("unit", ignore_index=True)


def _summary(plan: Plan, key: str, units: pd.DataFrame) -> pd.DataFrame:
    level = plan.level_of(key)
    rows = []
    for code, group in units.groupby("code"):
        people = group["people"].sum(skipna=False)
        lost = group.loc[group["misaligned"], "people"].sum(skipna=False)
        rows.append(
            (
                key, level and str(level), code, plan.layers[key].name(str(code)), plan.periphery_m,
                people, lost, lost / people if people > 0 else np.nan,
                group.loc[~group["known"], "people"].sum(skipna=False),
                len(group), int(group["misaligned"].sum()),
            )
        )  # fmt: skip
    return PERIPHERY.frame(rows)


def _by_provider(plan: Plan, key: str, units: pd.DataFrame) -> pd.DataFrame:
    """Sum the misaligned people by area, the part of it that they live in, and their provider."""
    lost = units[units["misaligned"]]
    level, layer = plan.level_of(key), plan.layers[key]
    below = part_layer(plan, key)
    assigned = derive.assignment(plan, below) if below is not None else None
    part = assigned.codes.reindex(lost["unit"]).to_numpy() if assigned is not None else None
    lost = lost.assign(
        part=part, host=lost["host"].fillna(""), doubt=lost["people"].where(~lost["certain"], 0.0)
    )
    rows = []
    groups = lost.assign(part=lost["part"].fillna("")).groupby(["code", "part", "provider", "host"])
    for keys, group in groups:
        code, held, provider, host = map(str, keys)
        rows.append(
            (
                key, level and str(level), code, layer.name(code), below, held or None,
                plan.layers[below].name(held) if below is not None and held else None,
                provider, plan.providers.name(provider) if plan.providers else provider,
                host or None, layer.name(host) if host else None,
                group["people"].sum(skipna=False), len(group), group["doubt"].sum(skipna=False),
            )
        )  # fmt: skip
    found = BY_PROVIDER.frame(rows)
    order = ["code", "population", "part", "provider"]
    return found.sort_values(order, ascending=[True, False, True, True], ignore_index=True)


def part_layer(plan: Plan, key: str) -> str | None:
    """Return the layer whose areas name the parts of a periphery: the smallest level below its own."""
    order = list(Level)
    level = plan.level_of(key)
    below = [plan.levels[at] for at in order[order.index(level) + 1 :] if at in plan.levels] if level else []
    return below[-1] if below else None


def outlines(plan: Plan, key: str) -> gpd.GeoDataFrame | Missing:
    """Return the periphery as polygons, one for each area, main provider and host (EPSG:27700).

    Columns layer, code, name, provider, provider_name, host, misaligned, people and units.
    """
    found = periphery(plan, key)
    if isinstance(found, Missing):
        return found
    if plan.units is None or plan.units.drawn is None or plan.units.shapes is None:
        return Missing("polygons of the periphery need the outlines of the units")
    held = found.units.assign(
        provider=found.units["provider"].fillna(""), host=found.units["host"].fillna("")
    )
    keys = ["code", "name", "provider", "host", "misaligned"]
    grouped = held.groupby(keys, as_index=False)
    table = grouped.agg(people=("people", "sum"), units=("unit", "size"))
    ground = [joined(plan.units.shapes.reindex(group["unit"]).to_numpy()) for _, group in grouped]
    names = [plan.providers.name(p) if plan.providers and p else "" for p in table["provider"]]
    table = table.assign(layer=key, provider_name=names)
    columns = ["layer", "code", "name", "provider", "provider_name", "host", "misaligned", "people", "units"]
    return gpd.GeoDataFrame(table[columns], geometry=ground, crs=BRITISH_NATIONAL_GRID)
