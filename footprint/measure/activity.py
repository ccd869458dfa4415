"""Activity of a plan's residents: flows with people.

Flow tables say what patients of a unit do; a plan says which people live in that unit, and which
areas they live in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.model.codes import is_in
from footprint.model.errors import Missing
from footprint.model.nations import Scope
from footprint.model.rows import FlowTable
from footprint.model.unknown import forms, of_elsewhere, says_nothing
from footprint.model.vintage import of_another_date
from footprint.plan import derive
from footprint.plan.naming import one
from footprint.plan.once import derived

if TYPE_CHECKING:
    from footprint.plan.model import Plan


Floats = NDArray[np.float64]


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
    nobodys: NDArray[np.bool_]
    """By unit: whether nobody knows if it is the plan's or of elsewhere (`unknown.of_elsewhere`)."""
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

    def of_nobody(self, amount: Floats) -> Floats:
        """Return, by provider, what of an amount by row is of units that nobody knows."""
        rows = self.nobodys[self.table.unit]
        return sums(self.table.provider[rows], amount[rows], len(self.table.providers))

    def most_of_nobody(self) -> Floats:
        """Return, by provider, the most of units that nobody knows, with pairs that were left out."""
        most = 0 if self.table.dropped_below is None else self.table.dropped_below - 1
        absent: Floats = self.nobodys.sum() - self.of_nobody(np.ones(len(self.high)))
        return self.of_nobody(self.high) + most * absent

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


@derived("flows", "flow_lookup", "units", "people", "people_of", "nations")
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
    own = codes if plan.flow_lookup is None else pd.Index(pd.unique(plan.flow_lookup.codes))
    column = plan.flow_lookup.code_column if plan.flow_lookup is not None else None
    geography = plan.units.geography if column is None else column.geography
    nobodys = ~known & ~is_in(table.units, own)
    if nobodys.any():
        lost = [str(code) for code in table.units[nobodys]]
        # people of an area that became one of the plan's, or was made from one, are not of elsewhere
        changed, written = {*of_another_date(lost, own)}, forms(map(str, own))
        nobodys[nobodys] = [
            code in changed or not of_elsewhere(code, written, geography, plan.nations) for code in lost
        ]
    return Activity(table, low, high, rest, people, known, nobodys, unit_at, share)


@derived(activity, derive.assignment)
def parts(plan: Plan, key: str) -> Parts | Missing:
    """Return how the flow units of a plan lie in the areas of layer `key`, by people."""
    held = activity(plan)
    if isinstance(held, Missing):
        return held
    assigned = derive.assignment(plan, key)
    if assigned is None:
        return Missing(derive.unassigned(plan, key, f"which {one(plan, key)}"))
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


def strangers(held: Activity, nations: Scope) -> tuple[list[str], list[str], list[str]]:
    """Return the units of the flows that are not the plan's: (those of other nations, others, no codes).

    Where nothing or a word stands for a unit (`unknown.says_nothing`) there is none.
    """
    lost = [str(code) for code in held.table.units[~held.known & ~held.nobodys]]
    odd = [str(code) for code in held.table.units[held.nobodys] if not says_nothing(str(code))]
    abroad = [code for code in lost if not nations.holds(code)]
    return abroad, [code for code in lost if nations.holds(code)], odd
