"""Activity of a plan's residents: flows with people, put into areas.

Flow tables say what patients of a unit do; a plan says which people live in that unit, and which
areas they live in. Where flows are keyed by a coarser unit than the plan's (MSOA against LSOA), a
flow unit that lies in two areas is shared out by the people of its parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.model.errors import Missing
from footprint.model.nations import nation_out_of_scope
from footprint.model.rows import FlowTable
from footprint.plan import derive
from footprint.plan.once import derived

if TYPE_CHECKING:
    from footprint.model.errors import Missing
    from footprint.plan.model import Plan


Floats = NDArray[np.float64]

# Activity per head below this share of that in the middle is no difference between people.
THIN = 0.1
# Of fewer units nobody can say what is usual, and where fewer journeys are expected chance may leave few.
LEAST_TO_COMPARE, LEAST_EXPECTED = 5, 50


def sums(at: NDArray[np.intp], amount: NDArray[Any], size: int) -> Floats:
    """Return the sums of `amount` by position `at`, of which there are `size`."""
    return np.asarray(np.bincount(at, amount, size), dtype=float)


@dataclass(frozen=True, eq=False)
class Activity:
    """Activity of every unit at every provider, with the people of the units."""

    table: FlowTable
    low: Floats
    """Least activity, row by row of the table: counts, or people for proportions."""
    high: Floats
    """Most activity; above `low` where a count was suppressed."""
    rest: Floats
    """By unit: activity at no provider that the table names (what is missing from proportions)."""
    people: Floats
    """By unit: people; 0 where the plan does not have the unit, NaN where it has no population."""
    known: NDArray[np.bool_]
    """By unit: whether the plan has it."""
    unit_at: NDArray[np.intp]
    """By plan unit: position of its flow unit; −1 where there is no flow for it."""
    unit_share: Floats
    """By plan unit: its share of the people of its flow unit."""

    @property
    def middle(self) -> Floats:
        """Activity with suppressed counts in the middle of their interval, row by row."""
        return self.low if self.low is self.high else (self.low + self.high) / 2

    @property
    def total(self) -> float:
        """All activity that the table records, of residents of the plan and of others."""
        return float(self.middle.sum() + self.rest.sum())

    def at_provider(self, code: str) -> float:
        """Return all activity at one provider."""
        at = self.table.providers.get_loc(code) if code in self.table.providers else -1
        return float(self.middle[self.table.provider == at].sum())

    def of_units(self, codes: Sequence[str]) -> float:
        """Return all activity of the residents of units."""
        at = self.table.units.get_indexer(pd.Index(codes))
        wanted = np.zeros(len(self.known) + 1, dtype=np.bool_)
        wanted[at] = True
        wanted[-1] = False  # where codes that the table lacks end up
        return float(self.middle[wanted[self.table.unit]].sum())

    def shares(self) -> Floats:
        """Return what share of its unit's activity each row is (0 where the unit has none)."""
        unit = self.table.unit
        total = sums(unit, self.middle, len(self.known)) + self.rest
        of = total[unit]
        return np.divide(self.middle, of, out=np.zeros(len(of)), where=of > 0)


@dataclass(frozen=True, eq=False)
class Parts:
    """Which share of the people of each flow unit live in each area of a layer."""

    unit: NDArray[np.intp]
    """Position of the flow unit; sorted, so that the parts of one stand together."""
    area: NDArray[np.intp]
    """Position in the layer's codes."""
    share: Floats
    ground: Floats
    """Area in m²; NaN where units have no outlines."""
    divided: int
    """Flow units that lie in several areas."""


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
    pieces: Divided
    """The part of the activity that comes from flow units in several areas, piece by piece."""

    @property
    def middle(self) -> Floats:
        """Area × provider, suppressed counts in the middle of their interval."""
        return self.low if self.low is self.high else (self.low + self.high) / 2


@derived("flows", "flow_lookup", "units", "people", "people_of")
def activity(plan: Plan) -> Activity | Missing:
    """Return the plan's flows with its people, or why there are none."""
    if plan.flows is None:
        return Missing("the plan has no flows")
    if plan.units is None:
        return Missing("flows are of units, and the plan has none ([units])")
    table = plan.flows
    codes = plan.units.codes
    if plan.flow_lookup is not None:
        keyed = plan.flow_lookup.codes.reindex(codes).fillna("")
        unit_at = table.units.get_indexer(pd.Index(keyed.to_numpy()))
    else:
        unit_at = table.units.get_indexer(codes)
    unit_at = np.where(unit_at >= 0, unit_at, -1)
    blank = table.units.get_indexer(pd.Index([""]))[0]
    if blank >= 0:
        unit_at[unit_at == blank] = -1
    found = unit_at >= 0
    size = len(table.units)
    each = plan.unit_people()
    if each is None and table.kind == "proportion":
        return Missing("proportions need the population of the units, and the plan has none")
    weight = np.ones(len(codes)) if each is None else each.to_numpy(float)
    people = sums(unit_at[found], weight[found], size)
    number = np.bincount(unit_at[found], minlength=size)
    # a flow unit without people, or a plan without a population, is shared out unit by unit
    equal = (people <= 0) | (each is None)
    share = np.zeros(len(codes))
    at = unit_at[found]
    share[found] = np.where(
        equal[at], 1 / np.maximum(number[at], 1), weight[found] / np.where(equal[at], 1, people[at])
    )
    known = number > 0
    if each is None:
        people = np.where(known, np.nan, 0.0)
    low, high, rest = table.low, table.high, np.zeros(size)
    if table.kind == "proportion":
        missing = 1 - sums(table.unit, table.low, size)
        rest = np.where(known, people * missing.clip(min=0), 0.0)
        low = high = table.low * people[table.unit]
    return Activity(table, low, high, rest, people, known, unit_at, share)


@derived(activity, derive.assignment)
def parts(plan: Plan, key: str) -> Parts | Missing:
    """Return how the flow units of a plan lie in the areas of layer `key`, by people."""
    held = activity(plan)
    if isinstance(held, Missing):
        return held
    assigned = derive.assignment(plan, key)
    if assigned is None:
        return Missing(derive.refusal(plan, key) or f"nothing says which units lie in {key}")
    codes = plan.layers[key].codes
    area_at = codes.get_indexer(pd.Index(assigned.codes.fillna("").to_numpy()))
    inside = (held.unit_at >= 0) & (area_at >= 0)
    pair = held.unit_at[inside] * len(codes) + area_at[inside]
    pairs, at = np.unique(pair, return_inverse=True)
    share = sums(at, held.unit_share[inside], len(pairs))
    ground = sums(at, unit_ground(plan)[inside], len(pairs))
    unit, area = np.divmod(pairs, max(len(codes), 1))
    return Parts(unit, area, share, ground, int((np.bincount(unit) > 1).sum()))


def unit_ground(plan: Plan) -> Floats:
    """Return the area of each plan unit in m²; NaN where units have no outlines, or one has none."""
    assert plan.units is not None
    area = plan.units.area_m2
    return np.full(len(plan.units.codes), np.nan) if area is None else area.to_numpy(dtype=float)


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
    return AreaActivity(codes, low, high, rest, lie.divided, hidden, elsewhere, missing, pieces)


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


@dataclass(frozen=True, eq=False)
class Thin:
    """Units whose people have far less activity than those of the others."""

    units: NDArray[np.intp]
    """Their positions in the flow table, the thinnest first."""
    rate: Floats
    """Their activity per head, as a share of that of the unit in the middle."""
    missing: Floats
    """By unit of the table: what its people lack of the rate in the middle; 0 for all others."""


def thin(held: Activity) -> Thin:
    """Find flow units with less than a tenth of the activity per head of the unit in the middle.

    Rates of admission differ between neighbourhoods by a factor of two or three; a tenth is a file
    that was cut off, or a provider that did not report. What is missing is unknown, not nothing.
    """
    size = len(held.known)
    amount = sums(held.table.unit, held.middle, size) + held.rest
    judged = held.known & (np.nan_to_num(held.people) > 0)
    rate = np.divide(amount, held.people, out=np.zeros(size), where=judged)
    some = judged & (amount > 0)
    if held.table.kind == "proportion" or some.sum() < LEAST_TO_COMPARE:
        return Thin(np.array([], dtype=np.intp), np.array([]), np.zeros(size))
    middle = float(np.median(rate[some]))
    found = np.flatnonzero(some & (rate < THIN * middle) & (middle * held.people >= LEAST_EXPECTED))
    missing = np.zeros(size)
    missing[found] = middle * held.people[found] - amount[found]
    found = found[np.argsort(rate[found], kind="stable")]
    return Thin(found, rate[found] / middle, missing)


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


def strangers(held: Activity) -> tuple[list[str], list[str]]:
    """Return the units of the flows that the plan does not have: (those of other nations, others)."""
    lost = [code for code, known in zip(held.table.units, held.known, strict=True) if not known and code]
    abroad = [code for code in lost if nation_out_of_scope(code) is not None]
    return abroad, [code for code in lost if nation_out_of_scope(code) is None]
