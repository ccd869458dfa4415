"""Journeys that a flow file leaves out: of units with hardly any, and of units without any row.

What is missing is unknown, not nothing. How much it may be rests on one assumption, which the guide states:
that no unit has more journeys per head than the busiest one that the file has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.measure.activity import activity, sums
from footprint.model.codes import is_in
from footprint.model.errors import Missing
from footprint.plan.once import derived

if TYPE_CHECKING:
    from footprint.measure.activity import Activity, Floats
    from footprint.plan.model import Plan

# Activity per head below this share of that in the middle is no difference between people.
THIN = 0.1


# Of fewer units nobody can say what is usual, and where fewer journeys are expected chance may leave few.
LEAST_TO_COMPARE, LEAST_EXPECTED = 5, 50
# Of five that are expected chance leaves none in one unit of 150.
LEAST_FOR_NONE = 5


@dataclass(frozen=True, eq=False)
class _Rates:
    """Activity per head of the flow units."""

    rate: Floats
    """By unit; 0 where nothing is known."""
    some: NDArray[np.bool_]
    """By unit: whether it has people and activity."""
    middle: float
    """Of the unit in the middle of these."""
    most: float
    """Of the busiest of them, of which enough is expected that chance does not make it."""


def _rates(held: Activity) -> _Rates | None:
    """Return activity per head; None for proportions, and for too few units to compare."""
    size = len(held.known)
    judged = held.known & (np.nan_to_num(held.people) > 0)
    amount = sums(held.table.unit, held.middle, size) + held.rest
    rate = np.divide(amount, held.people, out=np.zeros(size), where=judged)
    some = judged & (amount > 0)
    if held.table.kind == "proportion" or some.sum() < LEAST_TO_COMPARE:
        return None
    middle = float(np.median(rate[some]))
    large = some & (middle * held.people >= LEAST_EXPECTED)
    return _Rates(rate, some, middle, float(rate[large if large.any() else some].max()))


@dataclass(frozen=True, eq=False)
class Thin:
    """Units whose people have far less activity than those of the others."""

    units: NDArray[np.intp]
    """Their positions in the flow table, the thinnest first."""
    rate: Floats
    """Their activity per head, as a share of that of the unit in the middle."""
    missing: Floats
    """By unit of the table: what its people lack, at most, of the rate of the busiest; 0 for all others."""


def thin(held: Activity) -> Thin:
    """Find flow units with less than a tenth of the activity per head of the unit in the middle.

    Rates of admission differ between neighbourhoods by a factor of two or three; a tenth is a file
    that was cut off, or a provider that did not report.
    """
    rates, missing = _rates(held), np.zeros(len(held.known))
    if rates is None:
        return Thin(np.array([], dtype=np.intp), np.array([]), missing)
    rate, middle = rates.rate, rates.middle
    expected = middle * np.nan_to_num(held.people)
    found = np.flatnonzero(rates.some & (rate < THIN * middle) & (expected >= LEAST_EXPECTED))
    missing[found] = (rates.most - rate[found]) * held.people[found]
    found = found[np.argsort(rate[found], kind="stable")]
    return Thin(found, rate[found] / middle, missing)


@dataclass(frozen=True, eq=False)
class Silent:
    """Flow units of people of the plan of which the file has no row."""

    place: NDArray[np.intp]
    """Positions of the plan's units that they are made of."""
    unit: NDArray[np.intp]
    """By `place`: which of the flow units it is in, numbered from 0."""
    share: Floats
    """By `place`: its share of the people of its flow unit."""
    codes: list[str]
    """Of the flow units; "" for units that the lookup of the flows has no row of."""
    missing: Floats
    """By flow unit: what its people may have done, at most; 0 where chance may leave none, and NaN where
    nothing says how much it may be."""


@derived(activity, "providers.names", "people", "flow_lookup")
def silent(plan: Plan) -> Silent | Missing:
    """Find flow units of people of the plan without any row.

    Of proportions their people are known, and all that these do is missing. Of counts it is at most as much
    per head as in the busiest unit, also where pairs were left out: these can be small, and a cut one is not.
    """
    held = activity(plan)
    if isinstance(held, Missing):
        return held
    assert plan.units is not None
    place = np.flatnonzero(held.unit_at < 0)
    codes = plan.units.codes.to_numpy()[place]
    if plan.flow_lookup is not None:
        codes = plan.flow_lookup.codes.reindex(plan.units.codes).fillna("").to_numpy()[place]
    unit, names = pd.factorize(np.asarray(codes, dtype=object), sort=True)
    size = len(names)
    each = plan.unit_people()
    weight = np.ones(len(place)) if each is None else np.nan_to_num(each.to_numpy(float)[place])
    people, number = sums(unit, weight, size), np.bincount(unit, minlength=size)
    equal = people <= 0
    share = np.where(equal[unit], 1 / number[unit], weight / np.where(equal, 1.0, people)[unit])
    rates, missing = _rates(held), np.full(size, np.nan)
    if plan.people is not None and held.table.kind == "proportion":
        missing = people
    elif rates is not None:
        # journeys are whole, but for traces of a rate
        most = np.ceil(rates.most * people - 1e-6)
        missing = np.where(rates.middle * people >= LEAST_FOR_NONE, most, 0.0)
    if plan.people is not None:
        # people whom the population leaves out may be any number
        counted = is_in(plan.units.codes[place], plan.people.people.index)
        missing[unit[~counted]] = np.nan
    return Silent(place, unit, share, [str(name) for name in names], missing)


def unseen(plan: Plan, held: Activity) -> int:
    """Return how many providers stand somewhere and are in no row of the flow table."""
    named = plan.providers.names.index if plan.providers is not None else pd.Index([])
    return len(named.difference(held.table.providers))


def nobodys_unseen(plan: Plan, held: Activity) -> float:
    """Return how much people whose unit nobody knows can have done at providers that have no row at all."""
    most = 0 if held.table.dropped_below is None else held.table.dropped_below - 1
    return float(most * held.nobodys.sum() * unseen(plan, held))
