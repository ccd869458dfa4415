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

from footprint.measure.activity import activity, parts, sums
from footprint.measure.missing import nobodys_unseen, silent, thin, unseen
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
class Others:
    """What no count shows and may be done by people of elsewhere than an area, at most."""

    hidden: Floats
    """Area × provider: in pairs that were left out, of flow units that do not lie in the area wholly."""
    hidden_rest: Floats
    """By area: the same at providers that have no pair at all."""
    thin: Floats
    """By area: what is missing, at most, of units with hardly any activity or none."""
    rest: Floats
    """By area: activity at no provider that the table names, of flow units that lie elsewhere."""
    weightless: Floats
    """By provider, and one more for none that is named: the largest share of a flow unit beyond the plan; of
    counts 0. Nobody knows how many people make it."""


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
    """By area: what is missing, at most, of units with hardly any activity or none."""
    nobodys_low: Floats
    """By provider: journeys of people whose unit nobody knows, least; in the middle they count in no area."""
    nobodys: Floats
    """The same, most."""
    nobodys_rest: float
    """The most of these in pairs that were left out, at providers that have no pair at all."""
    pieces: Divided
    """The part of the activity that comes from flow units in several areas, piece by piece."""
    unweighed: Divided
    """Of proportions, the flow units of people without a row in the population: what each of them does."""
    others: Others

    @property
    def middle(self) -> Floats:
        """Area × provider, suppressed counts in the middle of their interval."""
        return self.low if self.low is self.high else (self.low + self.high) / 2


@derived(activity, parts, silent, "providers.names")
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
    # of a unit in several areas all that is missing may be of the people of one
    theirs = lie.share if held.table.alike else np.ones(len(lie.share))
    missing = sums(lie.area, thin(held).missing[lie.unit] * theirs, areas) + _silent(plan, key).missing
    codes, pieces = plan.layers[key].codes, _divided(held, lie)
    nobodys = held.of_nobody(held.low), held.most_of_nobody(), nobodys_unseen(plan, held)
    lost = _unweighed(plan, held, key)
    return AreaActivity(
        codes, low, high, rest, lie.divided, hidden, elsewhere, missing, *nobodys, pieces, lost,
        _others(plan, held, lie, key),
    )  # fmt: skip


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
    of_area = sums(lie.area, np.ones(len(lie.area)), areas) + _silent(plan, key).touched
    hidden = (of_area[:, None] - present.reshape(areas, providers)) * most
    return hidden, of_area * unseen(plan, held) * most


def _others(plan: Plan, held: Activity, lie: Parts, key: str) -> Others:
    """Return what people of elsewhere may do, for each area of a layer.

    Flow units that neither the table nor the plan has are not thought of: nobody knows how many there are.
    """
    table, areas, providers = held.table, len(plan.layers[key].codes), len(held.table.providers)
    home = np.full(len(table.units), -1, dtype=np.intp)
    whole = lie.share >= 1 - 1e-9
    home[lie.unit[whole]] = lie.area[whole]
    lost = _silent(plan, key)
    away = (
        float((~held.nobodys).sum() + lost.every) - lost.whole - np.bincount(home[home >= 0], minlength=areas)
    )
    most = 0 if table.dropped_below is None else table.dropped_below - 1
    hidden = np.zeros((areas, providers))
    if most:
        at, own = home[table.unit], home[table.unit] >= 0
        known = ~held.nobodys[table.unit]
        present = np.bincount(at[own] * providers + table.provider[own], minlength=areas * providers)
        there = np.bincount(table.provider[known], minlength=providers)
        hidden = (away[:, None] - (there - present.reshape(areas, providers))) * most
    missing = thin(held).missing
    theirs = lie.share if table.alike else whole
    weightless = np.zeros(providers + 1)
    if table.kind == "proportion":
        beyond = ~held.known & ~held.nobodys
        rows = beyond[table.unit]
        np.maximum.at(weightless, table.provider[rows], table.high[rows])
        named = sums(table.unit, table.low, len(table.units))
        weightless[-1] = (1 - named[beyond]).max(initial=0.0)
    return Others(
        hidden,
        away * unseen(plan, held) * most,
        missing.sum() - sums(lie.area, missing[lie.unit] * theirs, areas) + lost.others,
        held.rest.sum() - sums(lie.area, held.rest[lie.unit], areas),
        weightless,
    )


@dataclass(frozen=True, eq=False)
class _Silent:
    """Flow units of people without any row: how they lie in the areas of a layer."""

    touched: Floats
    """By area: how many lie in it, wholly or in part."""
    whole: Floats
    """By area: how many lie in it wholly."""
    every: int
    """How many there are anywhere."""
    missing: Floats
    """By area: the most that its people may have done."""
    others: Floats
    """By area: the most that people of elsewhere may have done."""


@derived(activity, silent, derive.assignment)
def _silent(plan: Plan, key: str) -> _Silent:
    """Return how flow units of people without any row lie in the areas of layer `key`."""
    held, found, assigned = activity(plan), silent(plan), derive.assignment(plan, key)
    assert assigned is not None
    assert not isinstance(held, Missing)
    assert not isinstance(found, Missing)
    codes, size = plan.layers[key].codes, len(found.codes)
    area = codes.get_indexer(pd.Index(assigned.codes.fillna("").to_numpy()[found.place]))
    areas = len(codes)
    # of people in no area as well, so that a unit that lies in one by half is not wholly there
    pairs, at = np.unique(found.unit * (areas + 1) + area + 1, return_inverse=True)
    unit, place = np.divmod(pairs, areas + 1)
    share = sums(at, found.share, len(pairs))
    whole = np.bincount(unit, minlength=size)[unit] == 1
    inside, home = place > 0, place - 1
    missing = np.nan_to_num(found.missing)[unit]
    own = missing * (share if held.table.alike else 1.0)
    sure = missing * (share if held.table.alike else whole)
    count = np.ones(len(pairs))
    return _Silent(
        sums(home[inside], count[inside], areas),
        sums(home[inside & whole], count[inside & whole], areas),
        size,
        sums(home[inside], own[inside], areas),
        np.nansum(found.missing) - sums(home[inside], sure[inside], areas),
    )


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
