"""Activity put into areas, with all that is in doubt about it.

Where flows are keyed by a coarser unit than the plan's (MSOA against LSOA), a flow unit that lies in
two areas is shared out by the people of its parts; whose journeys they are nobody knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.measure.activity import activity, parts, sums, thin
from footprint.model.codes import is_in
from footprint.model.errors import Missing
from footprint.model.rows import FlowTable
from footprint.plan import derive
from footprint.plan.once import derived

if TYPE_CHECKING:
    from footprint.measure.activity import Activity, Floats, Parts
    from footprint.plan.model import Plan


@dataclass(frozen=True, eq=False)
class Divided:
    """Flow units that lie in several areas, a row for each unit and area: all activity of the unit."""

    area: NDArray[np.intp]
    """Position in the layer's codes."""
    share: Floats
    """Share of the unit's people who live in the area."""
    low: Floats
    """Row × provider, least."""
    high: Floats
    """Row × provider, most."""
    rest: Floats
    """By row: activity at no provider that the table names."""
    alike: bool
    """True where the plan takes everybody in a flow unit to make as many journeys."""


@dataclass(frozen=True, eq=False)
class AreaActivity:
    """Activity of the residents of each area at each provider."""

    codes: pd.Index
    """Codes of the areas."""
    low: Floats
    """Area × provider, least."""
    high: Floats
    """Area × provider, most."""
    rest: Floats
    """By area: activity at no provider that the table names."""
    divided: int
    """Flow units whose activity was shared out between areas by people."""
    hidden: Floats
    """Area × provider: the most in pairs that the publisher left out; in the middle they count as none."""
    hidden_rest: Floats
    """By area: the same at providers that have no pair at all."""
    thin: Floats
    """By area: what is missing of units with far less activity than their people would have."""
    nobodys_low: Floats
    """By provider: journeys of people whose unit nobody knows, least; in the middle they count in no area."""
    nobodys: Floats
    """The same, most."""
    pieces: Divided
    """The part of the activity that comes from flow units in several areas, piece by piece."""
    unweighed: Divided
    """Of proportions, the flow units of people without a row in the population: what each of them does."""

    @property
    def middle(self) -> Floats:
        """Area × provider, suppressed counts in the middle of their interval."""
        return self.low if self.low is self.high else (self.low + self.high) / 2


@derived(activity, parts, "providers.names")
def by_area(plan: Plan, key: str) -> AreaActivity | Missing:
    """Return the activity of the residents of each area of layer `key`, or why nobody can tell."""
    held, lie = activity(plan), parts(plan, key)
    if isinstance(held, Missing):
        return held
    if isinstance(lie, Missing):
        return lie
    areas, providers = len(plan.layers[key].codes), len(held.table.providers)
    low = _spread(held.table, lie, held.low, areas, providers)
    high = low if held.high is held.low else _spread(held.table, lie, held.high, areas, providers)
    rest = sums(lie.area, held.rest[lie.unit] * lie.share, areas)
    hidden, elsewhere = _hidden(plan, held, lie, key)
    missing = sums(lie.area, thin(held).missing[lie.unit] * lie.share, areas)
    codes, pieces = plan.layers[key].codes, _divided(held, lie)
    nobodys = held.of_nobody(held.low), held.of_nobody(held.high)
    lost = _unweighed(plan, held, key)
    return AreaActivity(
        codes, low, high, rest, lie.divided, hidden, elsewhere, missing, *nobodys, pieces, lost
    )


def _divided(held: Activity, lie: Parts) -> Divided:
    """Return the flow units that lie in several areas, with all that their people do."""
    table = held.table
    # a unit that lies in one area by half, and by half in none, is divided too
    rows = np.flatnonzero(lie.share < 1 - 1e-9)
    units, at = np.unique(lie.unit[rows], return_inverse=True)
    where = np.full(len(table.units), -1)
    where[units] = np.arange(len(units))
    of_them = where[table.unit] >= 0
    cell = where[table.unit[of_them]] * len(table.providers) + table.provider[of_them]
    size = len(units) * len(table.providers)
    low, high = (
        sums(cell, m[of_them], size).reshape(len(units), len(table.providers)) for m in (held.low, held.high)
    )
    return Divided(lie.area[rows], lie.share[rows], low[at], high[at], held.rest[lie.unit[rows]], table.alike)


def _unweighed(plan: Plan, held: Activity, key: str) -> Divided:
    """Return the flow units of people whom the population leaves out, once for each area that they lie in.

    Their proportions are known, but not of how many people; where counts are known, people weigh nothing.
    """
    table, assigned = held.table, derive.assignment(plan, key)
    assert plan.units is not None
    assert assigned is not None
    area = plan.layers[key].codes.get_indexer(pd.Index(assigned.codes.fillna("").to_numpy()))
    lost = np.zeros(len(area), dtype=np.bool_)
    if table.kind == "proportion" and plan.people is not None:
        lost = ~is_in(plan.units.codes, plan.people.people.index) & (held.unit_at >= 0) & (area >= 0)
    pairs = np.unique(np.stack([held.unit_at[lost], area[lost]]), axis=1).astype(np.intp)
    units, at = np.unique(pairs[0], return_inverse=True)
    where = np.full(len(table.units), -1)
    where[units] = np.arange(len(units))
    rows = np.flatnonzero(where[table.unit] >= 0)
    shares = np.zeros((len(units), len(table.providers)))
    np.add.at(shares, (where[table.unit[rows]], table.provider[rows]), table.low[rows])
    rest = (1 - shares.sum(axis=1)).clip(min=0)
    return Divided(pairs[1], np.ones(len(at)), shares[at], shares[at], rest[at], table.alike)


def _hidden(plan: Plan, held: Activity, lie: Parts, key: str) -> tuple[Floats, Floats]:
    """Return the most that pairs of a unit and a provider can hide that the publisher left out.

    Each pair that is absent may hide one less than the count from which pairs are published; a unit
    of which there is no pair at all hides one for every provider.

    Returns
    -------
    By area and provider of the table, and by area at providers that stand somewhere but are not in it.

    """
    table, areas, providers = held.table, len(plan.layers[key].codes), len(held.table.providers)
    if table.dropped_below is None:
        return np.zeros((areas, providers)), np.zeros(areas)
    most = table.dropped_below - 1
    units = len(table.units)
    first, many = np.searchsorted(lie.unit, np.arange(units)), np.bincount(lie.unit, minlength=units)
    present = np.zeros(areas * providers)
    for turn in range(int(many.max(initial=0))):
        rows = np.flatnonzero(many[table.unit] > turn)
        area = lie.area[first[table.unit[rows]] + turn]
        present += sums(area * providers + table.provider[rows], np.ones(len(rows)), areas * providers)
    of_area = sums(lie.area, np.ones(len(lie.area)), areas) + _without_flows(plan, held, key)
    named = plan.providers.names.index if plan.providers is not None else pd.Index([])
    unseen = len(named.difference(table.providers))
    return (of_area[:, None] - present.reshape(areas, providers)) * most, of_area * unseen * most


def _without_flows(plan: Plan, held: Activity, key: str) -> Floats:
    """Return, by area of a layer, how many flow units of its people have no row at all."""
    assigned = derive.assignment(plan, key)
    assert assigned is not None
    assert plan.units is not None
    lost = held.unit_at < 0
    codes = plan.layers[key].codes
    unit = plan.units.codes.to_numpy()[lost]
    if plan.flow_lookup is not None:
        unit = plan.flow_lookup.codes.reindex(plan.units.codes).fillna("").to_numpy()[lost]
    area = codes.get_indexer(pd.Index(assigned.codes.fillna("").to_numpy()[lost]))
    pairs = pd.DataFrame({"area": area, "unit": unit}).drop_duplicates()
    at = pairs["area"].to_numpy()
    return sums(at[at >= 0], np.ones(int((at >= 0).sum())), len(codes))


def _spread(table: FlowTable, lie: Parts, amount: Floats, areas: int, providers: int) -> Floats:
    """Sum the rows of a flow table by area and provider, sharing out units that lie in several areas."""
    units = len(table.units)
    first = np.searchsorted(lie.unit, np.arange(units))
    many = np.bincount(lie.unit, minlength=units)
    total = np.zeros(areas * providers)
    # nearly all units lie in one area, so the second round is over a few rows only
    rows = np.flatnonzero(many[table.unit] > 0)
    for turn in range(int(many.max(initial=0))):
        if turn:
            rows = rows[many[table.unit[rows]] > turn]
        part = first[table.unit[rows]] + turn
        cell = lie.area[part] * providers + table.provider[rows]
        total += sums(cell, amount[rows] * lie.share[part], areas * providers)
    return total.reshape(areas, providers)
