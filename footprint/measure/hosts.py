"""Where providers stand, and so which area hosts the care that they give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from footprint.geometry.swapped import mistaken
from footprint.geometry.tolerance import own_tolerance
from footprint.model.errors import InputError, Missing
from footprint.model.levels import Level
from footprint.plan import derive
from footprint.plan.naming import many
from footprint.plan.once import derived
from footprint.read.providers import LEAST_DERIVED

if TYPE_CHECKING:
    from footprint.model.layer import Layer
    from footprint.plan.model import Plan


# Sums of shares leave traces of rounding where they should leave nothing.
TRACE = 1e-9


@dataclass(frozen=True, eq=False)
class Hosts:
    """Which area of a layer hosts each provider of a flow table, and with what share of it."""

    provider: NDArray[np.intp]
    """Position in the flow table's providers; the rows are sorted by it."""
    area: NDArray[np.intp]
    """Position in the layer's codes; −1 for sites in none of its areas."""
    share: NDArray[np.float64]
    """Share of the provider's activity; those of a provider and its `unplaced` share add up to 1."""
    guessed: NDArray[np.bool_]
    """By provider: has sites in several areas, or one that nothing places, and nothing says how activity is
    shared out among them."""
    beyond: tuple[str, ...]
    """Providers with a site in no area of the layer."""
    unplaced: NDArray[np.float64]
    """By provider: share of its activity at sites that nothing places; 1 where nothing places any."""

    @property
    def known(self) -> NDArray[np.bool_]:
        """By provider: whether anything says where it stands."""
        known: NDArray[np.bool_] = self.unplaced < 1
        return known

    def main(self) -> NDArray[np.intp]:
        """Return the area with the largest share by provider; −1 for none, −2 for unknown."""
        found = np.full(len(self.known), -2, dtype=np.intp)
        order = np.lexsort((-self.area, self.share))  # the largest share last, the first area of equals
        order = order[self.share[order] >= self.unplaced[self.provider[order]]]
        found[self.provider[order]] = self.area[order]
        return found

    def share_in(self, provider: NDArray[np.intp], area: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the share of each `provider` that stands in each `area`, pair by pair."""
        width = int(self.area.max(initial=-1)) + 2
        held = self.provider * width + self.area + 1
        order = np.argsort(held)
        key = np.asarray(provider) * width + np.minimum(area, width - 2) + 1
        at = np.searchsorted(held[order], key).clip(max=max(len(held) - 1, 0))
        if not len(held):
            return np.zeros(len(key))
        hit = (held[order][at] == key) & (np.asarray(area) >= 0) & (np.asarray(area) < width - 1)
        return np.where(hit, self.share[order][at], 0.0)


# ── hosts ───────────────────────────────────────────────────────────────────────────────────────


@derived("flows", "providers", derive.assignment, derive.overlap, derive.outlines)
def hosts(plan: Plan, key: str) -> Hosts | Missing:
    """Return which areas of layer `key` host the providers of the plan's flows, or why nobody can tell.

    A provider whose area is known in another layer stands in the area that this one nests in; with
    coordinates it stands where its unit belongs, or else inside the outlines. A point off the coast
    of a generalised outline counts as inside if it is not farther out than the outline's detail.
    What is done at a site that nothing places may be done in any area, or in none.
    """
    if plan.flows is None:
        return Missing("the plan has no flows")
    if plan.providers is None:
        return Missing("the plan does not say where providers stand ([providers])")
    found = plan.providers
    areas = _derived(plan, key) if found.layer is not None else _located(plan, key)
    if isinstance(areas, Missing):
        return areas
    codes = plan.layers[key].codes
    sites = found.sites.assign(
        at=plan.flows.providers.get_indexer(pd.Index(found.sites["provider"])),
        area=codes.get_indexer(pd.Index(areas.fillna(""))),
        told=areas.notna().to_numpy(),
    )
    sites = sites[(sites["at"] >= 0) & sites["told"]]
    shares = sites.groupby(["at", "area"])["weight"].sum().reset_index()
    many = shares["at"].value_counts()
    size = len(plan.flows.providers)
    left = 1 - np.bincount(shares["at"].to_numpy(np.intp), shares["weight"].to_numpy(float), size)
    unplaced = np.where(left > TRACE, left, 0.0)
    guessed = np.zeros(size, dtype=np.bool_)
    if not found.weighted:
        guessed = (unplaced > 0) & (unplaced < 1)
        guessed[many.index[many > 1].to_numpy()] = True
    beyond = plan.flows.providers[np.unique(shares["at"][shares["area"] < 0].to_numpy())]
    return Hosts(
        shares["at"].to_numpy(np.intp),
        shares["area"].to_numpy(np.intp),
        shares["weight"].to_numpy(float),
        guessed,
        tuple(beyond),
        unplaced,
    )


def headquarters(plan: Plan) -> tuple[str, Hosts] | Missing:
    """Return the layer in which providers are looked at, with their hosts there, or why nobody can tell.

    It is that of their areas, or else the widest level.
    """
    widest = next((plan.levels[level] for level in Level if level in plan.levels), None)
    key = widest if plan.providers is None or plan.providers.layer is None else plan.providers.layer
    if key is None:
        return Missing("the plan names no [levels] that providers could stand in")
    found = hosts(plan, key)
    return found if isinstance(found, Missing) else (key, found)


def _derived(plan: Plan, key: str) -> pd.Series | Missing:
    """Return the area of `key` that each site's area nests in; None where it is split."""
    assert plan.providers is not None
    assert plan.providers.layer is not None
    own, areas = plan.providers.layer, plan.providers.sites["area"]
    if own == key:
        return areas
    overlap = derive.overlap(plan, own, key)
    if isinstance(overlap, Missing):
        return overlap
    table = overlap.table
    within = table[table["verdict"].isin(("nested", "same"))].set_index("source")["target"]
    split = set(table[table["verdict"] == "split"]["source"]) | set(overlap.on_land)
    split -= set(overlap.outside["source"][overlap.outside["whole"].astype(bool)])
    # an area that the layer lacks is outside it, one that is split or partly outside could be on either side
    found = areas.map(lambda code: None if code is None or code in split else within.get(code, "")).astype(
        object
    )
    assert plan.flows is not None
    used = plan.providers.sites["provider"].isin(plan.flows.providers)
    if found[used].notna().mean() < LEAST_DERIVED:
        return Missing(
            f"providers are known by their {own} only, which lie in several {many(plan, key)}; give their "
            "coordinates"
        )
    return found


def _located(plan: Plan, key: str) -> pd.Series | Missing:
    """Return the area of `key` that each site's point lies in; "" where it lies in none."""
    assert plan.providers is not None
    spots = plan.providers.sites["spot"].to_numpy()
    assigned = derive.assignment(plan, key)
    if assigned is not None and plan.units is not None and plan.units.drawn is not None:
        drawn = plan.units.drawn
        found = assigned.codes.reindex(standing_in(spots, drawn)).tolist()
    else:
        outlines = derive.outlines(plan, key)
        if outlines is None:
            return Missing(
                f"the {many(plan, key)} have no outlines, so the coordinates of providers say nothing"
            )
        drawn, found = outlines, standing_in(spots, outlines)
    used = np.zeros(len(spots), dtype=np.bool_)
    if plan.flows is not None:
        used = plan.providers.sites["provider"].isin(plan.flows.providers).to_numpy()
    if not any(isinstance(code, str) for code, of in zip(found, used, strict=True) if of):
        _refuse_mistaken(plan.providers.source.path, spots[used], drawn)
    return pd.Series([code if isinstance(code, str) else "" for code in found])


def _refuse_mistaken(path: str, spots: NDArray[np.object_], drawn: Layer) -> None:
    """Raise InputError for places that lie far from a plan, and in it if a mistake in them is undone."""
    if (what := mistaken(spots, drawn.polygons.to_numpy())) is None:
        return
    remedy = "West of Greenwich a longitude is negative: write it so."
    if "swapped" in what:
        remedy = 'Name the columns the other way round, with easting = "…" and northing = "…".'
    raise InputError(path, f"has {what}: only then do its places lie where the plan is", remedy)


def standing_in(spots: NDArray[np.object_], layer: Layer) -> list[str | None]:
    """Return the area that each point lies in, or is next to; None where there is none."""
    polygons = layer.polygons
    outlines = polygons.to_numpy()
    tree = shapely.STRtree(outlines)
    found: list[str | None] = [None] * len(spots)
    spot, area = tree.query(spots, predicate="intersects")
    # on a shared border the first area by code, so that order cannot matter
    for s, code in sorted(zip(spot.tolist(), polygons.index[area], strict=True), reverse=True):
        found[s] = code
    out = np.array([s for s, code in enumerate(found) if code is None], dtype=np.intp)
    if len(out):
        near, area = tree.query_nearest(spots[out], max_distance=own_tolerance(layer), all_matches=True)
        for s, code in sorted(zip(out[near].tolist(), polygons.index[area], strict=True), reverse=True):
            found[s] = code
    return found
