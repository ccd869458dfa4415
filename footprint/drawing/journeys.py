"""Where the people of each block are treated, and in which block the sites of providers stand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.drawing.areas import UNITS, Positions
from footprint.drawing.blocks import Blocks
from footprint.measure.activity import Floats, activity, sums
from footprint.measure.hosts import standing_in
from footprint.model.errors import Missing
from footprint.plan.model import Plan
from footprint.plan.once import derived


@dataclass(frozen=True, eq=False)
class Journeys:
    """Activity of the people of blocks, row by row, sorted by block."""

    block: NDArray[np.intp]
    home: NDArray[np.intp]
    """The block in which the site stands that the activity is at; a row for each site."""
    amount: Floats
    total: Floats
    """By block: all activity of its people, wherever it is."""


def journeys(plan: Plan, blocks: Blocks) -> Journeys | Missing:
    """Return the activity of blocks at sites that stand in blocks, or why nobody can tell.

    Activity is that of the localisation index: suppressed counts in the middle of what is possible,
    providers shared out among their sites by weight, flow units shared out by people.
    """
    held = activity(plan)
    if isinstance(held, Missing):
        return held
    site = _sites(plan, blocks)
    if isinstance(site, Missing):
        return site
    table = held.table
    size, number = len(blocks.codes), len(table.providers)
    drawn = (held.unit_at >= 0) & (blocks.unit >= 0)
    pair = held.unit_at[drawn] * size + blocks.unit[drawn]
    pairs, at = np.unique(pair, return_inverse=True)
    share = sums(at, held.unit_share[drawn], len(pairs))
    unit, block = np.divmod(pairs, size)
    rows, of = _runs(table.unit, unit)
    amount = held.middle[rows] * share[of]
    total = sums(block, held.rest[unit] * share, size) + sums(block[of], amount, size)
    cells, at = np.unique(block[of] * number + table.provider[rows], return_inverse=True)
    amount = sums(at, amount, len(cells))
    block, provider = np.divmod(cells, number)
    rows, of = _runs(site["at"].to_numpy(np.intp), provider)
    home = site["block"].to_numpy()[rows]
    amount = amount[of] * site["weight"].to_numpy()[rows]
    here = (home >= 0) & (amount > 0)
    return Journeys(block[of][here], home[here], amount[here], total)


def _runs(held: Positions, wanted: Positions) -> tuple[Positions, Positions]:
    """Return the rows of a sorted column that hold each of some values, and which value each is for."""
    first, last = np.searchsorted(held, wanted), np.searchsorted(held, wanted, "right")
    length = np.asarray(last - first)
    of = np.repeat(np.arange(len(length)), length)
    return np.arange(len(of)) - (np.cumsum(length) - length)[of] + np.asarray(first)[of], of


@derived("providers", "units")
def site_units(plan: Plan) -> Positions:
    """Return the position of the unit that each site of a provider stands in; −1 for none."""
    assert plan.units is not None
    assert plan.units.drawn is not None
    assert plan.providers is not None
    inside = standing_in(plan.providers.sites["spot"].to_numpy(), plan.units.drawn)
    return plan.units.codes.get_indexer(pd.Index([code or "" for code in inside]))


def _sites(plan: Plan, blocks: Blocks) -> pd.DataFrame | Missing:
    """Return sites by provider of the flow table (at, block, weight; −1 where none is drawn), sorted."""
    found = plan.providers
    if found is None or plan.flows is None:
        return Missing("the plan does not say where providers stand ([providers])")
    if found.layer is not None:
        if found.layer != blocks.layer:
            return Missing(
                f"providers are known by their {found.layer} only, which says of no block whether they "
                "stand in it"
            )
        where = found.sites["area"]
        told = where.notna().to_numpy()
        at = [blocks.where.get(code, -1) if isinstance(code, str) else -1 for code in where]
    elif plan.units is not None and plan.units.drawn is not None:
        unit = site_units(plan)
        at = np.where(unit >= 0, blocks.unit[unit], -1).tolist()
        told = np.ones(len(at), dtype=np.bool_)
    elif blocks.layer != UNITS and (drawn := plan.layers[blocks.layer].drawn) is not None:
        at = [blocks.where.get(code or "", -1) for code in standing_in(found.sites["spot"].to_numpy(), drawn)]
        told = np.ones(len(at), dtype=np.bool_)
    else:
        return Missing("nothing says in which block the coordinates of providers lie")
    sites = found.sites.assign(
        at=plan.flows.providers.get_indexer(pd.Index(found.sites["provider"])), block=at
    )
    sites = sites[(sites["at"] >= 0) & told]
    return sites.groupby(["at", "block"])["weight"].sum().reset_index()
