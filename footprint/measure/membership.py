"""Which units belong to the catchment of which provider, and for which of them that is certain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from footprint.measure.activity import Activity, Floats, activity, sums
from footprint.measure.missing import thin, unseen
from footprint.model.errors import Missing
from footprint.plan.once import derived

if TYPE_CHECKING:
    from footprint.plan.model import Plan


Method = Literal["first_past_the_post", "proportional_flow_30", "proportionate"]


METHODS: tuple[Method, ...] = ("first_past_the_post", "proportional_flow_30", "proportionate")


# Of a proportionate catchment every unit is a part, however small, so it has no outline.
WITH_EDGE: tuple[Method, ...] = ("first_past_the_post", "proportional_flow_30")


PROPORTIONAL_FLOW = 0.30


# Shares are divided out of counts, so a share of just 30 % may come out a trace lower.
_TRACE = 1e-12


@dataclass(frozen=True, eq=False)
class Membership:
    """Which units belong to the catchment of which provider, by one method."""

    unit: NDArray[np.intp]
    """Position of the flow unit."""
    provider: NDArray[np.intp]
    """Position of the provider."""
    weight: Floats
    """Share of the unit's people that the catchment takes."""
    certain: NDArray[np.bool_]
    """False where journeys that no count shows could give the unit to another provider."""


def main_provider(held: Activity) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return, by unit, the provider with the largest flow (−1: none), and whether that is certain.

    Of providers with equal flows the first by code is taken, and that is not certain.
    """
    units, size = held.table.unit, len(held.known)
    named = np.asarray(held.table.providers[held.table.provider]) != ""
    middle = np.where(named, held.middle, -1.0)
    most = np.full(size, -np.inf)
    np.maximum.at(most, units, middle)
    first = np.flatnonzero((middle == most[units]) & (middle > 0))[::-1]
    winner = np.full(size, -1, dtype=np.intp)
    row = np.full(size, -1, dtype=np.intp)
    winner[units[first]], row[units[first]] = held.table.provider[first], first
    beaten = np.where(row >= 0, held.low[row], -np.inf)
    extra = _unseen_journeys(held)
    of_nobody = held.most_of_nobody()[extra.named]
    # anybody's journeys to the provider with most of them, or to the next where that is the unit's own
    order = np.flatnonzero(extra.named)[np.argsort(-of_nobody, kind="stable")]
    largest = np.pad(np.sort(of_nobody)[::-1], (0, 2))
    absent = np.where(winner == (order[0] if len(order) else -1), largest[1], largest[0])
    # nor does a row have to name the provider where pairs were left out
    absent = np.maximum(absent, extra.hidden * held.nobodys.sum())
    rival = extra.hidden + extra.unit + extra.nobodys + absent
    others = named & (np.arange(len(units)) != row[units])
    at = held.most_of_nobody()[held.table.provider[others]]
    np.maximum.at(rival, units[others], held.high[others] + (extra.unit + extra.nobodys)[units[others]] + at)
    return winner, (winner >= 0) & (rival < beaten)


@dataclass(frozen=True, eq=False)
class _Unseen:
    """Journeys that no count shows, at most."""

    named: NDArray[np.bool_]
    """By provider: whether it has a name."""
    hidden: float
    """At a provider of which the unit has no pair: what the publisher may have left out."""
    unit: Floats
    """By unit: at providers that nothing names, and what units with hardly any activity lack."""
    nobodys: float
    """Of people of units that nobody knows, at providers that nothing names."""


def _unseen_journeys(held: Activity) -> _Unseen:
    table = held.table
    named = np.asarray(table.providers) != ""
    blank = ~named[table.provider]
    unit = held.rest + thin(held).missing + sums(table.unit[blank], held.high[blank], len(held.known))
    hidden = 0 if table.dropped_below is None else table.dropped_below - 1
    return _Unseen(named, hidden, unit, float(held.most_of_nobody()[~named].sum()))


def share_bounds(held: Activity, unseen: int) -> tuple[Floats, Floats]:
    """Return the least and the most, by row of the flow table, that its share of the unit's journeys can be.

    `unseen` is how many providers the table has no row of.
    """
    table, extra = held.table, _unseen_journeys(held)
    size, named = len(held.known), extra.named[table.provider]
    low, high = (np.where(named, amount, 0.0) for amount in (held.low, held.high))
    present = np.bincount(table.unit[named], minlength=size)
    of_nobody = held.most_of_nobody()
    pairs = extra.named.sum() + unseen - present + held.nobodys.sum() * unseen
    more = extra.unit + extra.nobodys + extra.hidden * pairs
    all_high = (sums(table.unit, high, size) + more + of_nobody[extra.named].sum())[table.unit]
    # what is at nobody's provider for certain may all be at another
    others_low = (sums(table.unit, low, size))[table.unit] - low
    own = of_nobody[table.provider]
    most = high + own + (extra.unit + extra.nobodys)[table.unit]
    return (
        np.divide(low, low + all_high - high - own, out=np.zeros(len(low)), where=low > 0),
        np.divide(most, most + others_low, out=np.zeros(len(low)), where=most > 0),
    )


@derived(activity, "providers.names")
def membership(plan: Plan, method: Method) -> Membership | Missing:
    """Return the units of every catchment, by `method`, or why there are none."""
    held = activity(plan)
    if isinstance(held, Missing):
        return held
    table = held.table
    if method == "first_past_the_post":
        winner, sure = main_provider(held)
        unit = np.flatnonzero((winner >= 0) & held.known)
        return Membership(unit, winner[unit], np.ones(len(unit)), sure[unit])
    share = held.shares()
    named = np.asarray(table.providers[table.provider]) != ""
    enough = share >= PROPORTIONAL_FLOW - _TRACE if method == "proportional_flow_30" else share > 0
    rows = np.flatnonzero(named & enough & held.known[table.unit])
    weight = share[rows] if method == "proportionate" else np.ones(len(rows))
    least, most = (ends[rows] for ends in share_bounds(held, unseen(plan, held)))
    sure = least >= (PROPORTIONAL_FLOW if method == "proportional_flow_30" else most) - _TRACE
    return Membership(table.unit[rows], table.provider[rows], weight, sure)
