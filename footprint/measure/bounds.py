"""The least and the most that the localisation index can be, and what makes the difference.

Every source of doubt widens the bounds (METHODS, "Bounds carry every doubt"): suppressed and rounded
counts, pairs that the publisher left out, providers that nothing places or names, sites without
weights, the missing part of proportions, units with hardly any activity, flow units that lie in
several areas, and journeys whose unit nobody knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footprint.measure.activity import Floats, sums
from footprint.measure.area_activity import by_area
from footprint.measure.hosts import Hosts, hosts
from footprint.model.errors import Missing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from footprint.measure.area_activity import AreaActivity, Divided
    from footprint.plan.model import Plan


def ratio(part: Floats, whole: Floats) -> Floats:
    """Return part ÷ whole; NaN where the whole is nothing."""
    part, whole = np.broadcast_arrays(part, whole)
    # sums of shares leave traces of rounding where they should leave nothing
    nothing = np.full(part.shape, np.nan)
    return np.asarray(np.divide(part, whole, out=nothing, where=whole > 1e-9), dtype=float)


@dataclass(frozen=True, eq=False)
class Where:
    """What part of the activity at each provider is inside each area, for certain or perhaps."""

    sure: Floats
    """Area × provider: share that is inside."""
    maybe: Floats
    """Area × provider: share that is inside or not."""

    @classmethod
    def of(cls, host: Hosts, areas: int) -> Where:
        """Return it for the hosts of as many areas."""
        sure, maybe = (np.zeros((areas, len(host.known))) for _ in range(2))
        own = host.area >= 0
        area, provider, share = host.area[own], host.provider[own], host.share[own]
        guessed = host.guessed[provider]
        sure[area[~guessed], provider[~guessed]] = share[~guessed]
        # without weights all that a provider does may be done at its site that nothing places
        maybe[:] = np.where(host.guessed, host.unplaced > 0, host.unplaced)
        maybe[area[guessed], provider[guessed]] = 1.0
        return cls(sure, maybe)

    def split(
        self, amount: Floats, row: NDArray[np.intp] | slice = slice(None)
    ) -> tuple[Floats, Floats, Floats]:
        """Return what of an area × provider matrix is inside, perhaps inside, and outside, by row."""
        sure, maybe = self.sure[row], self.maybe[row]
        return (
            (amount * sure).sum(axis=1),
            (amount * maybe).sum(axis=1),
            (amount * (1 - sure - maybe)).sum(axis=1),
        )


def index_bounds(
    flows: AreaActivity, host: Hosts, together: NDArray[np.bool_] | None = None
) -> tuple[Floats, Floats]:
    """Return the least and the most that the localisation index of each area can be; or of some `together`.

    With everything that is unknown outside, and then inside: `in_lo ÷ (in_lo + out_hi)` and
    `in_hi ÷ (in_hi + out_lo)`. Of a flow unit in several areas, with journeys I inside an area and O
    outside it, nobody knows whose they are: I and O may be of the area's people wholly or not at
    all. Where the plan takes journeys per head to be alike, A = (I + O) × share are theirs, and
    between max(0, A − O) and min(A, I) of these are inside. Journeys whose unit nobody knows may all
    be of the area's people, or none. Of people whom the population leaves out proportions are known, but
    not how many they are: the index lies between that of the others and theirs.
    """
    where, areas = Where.of(host, len(flows.codes)), len(flows.codes)
    pieces = flows.pieces
    of_pieces = [add_up(m * pieces.share[:, None], pieces, areas) for m in (pieces.low, pieces.high)]
    low, high = (m - part for m, part in zip((flows.low, flows.high), of_pieces, strict=True))
    rest = flows.rest - sums(pieces.area, pieces.rest * pieces.share, areas)
    inside_low, _, outside_low = where.split(low)
    inside_high, maybe_high, outside_high = where.split(high + flows.hidden)
    unknown = rest + flows.thin + flows.hidden_rest + flows.nobodys_rest
    nobodys_in, nobodys_maybe, nobodys_out = where.split(flows.nobodys)
    worst = [inside_low, outside_high + maybe_high + unknown + nobodys_out + nobodys_maybe]
    best = [inside_high + maybe_high + unknown + nobodys_in + nobodys_maybe, outside_low]
    for ends, extra in zip((worst, best), _of_pieces(where, pieces), strict=True):
        for at, part in enumerate(extra):
            ends[at] = ends[at] + sums(pieces.area, part, areas)
    # people whom the population leaves out may be so many that only they count
    lost = flows.unweighed
    inside, maybe, outside = where.split(lost.low, lost.area)
    every = inside + maybe + outside + lost.rest
    lowest, highest, area = ratio(inside, every), ratio(inside + maybe + lost.rest, every), lost.area
    if together is not None:
        worst, best = ([part[together].sum(keepdims=True) for part in ends] for ends in (worst, best))
        ours = together[area]
        lowest, highest, area = lowest[ours], highest[ours], np.zeros(ours.sum(), dtype=np.intp)
    least, most = ratio(worst[0], worst[0] + worst[1]), ratio(best[0], best[0] + best[1])
    np.fmin.at(least, area, lowest)
    np.fmax.at(most, area, highest)
    return least, most


def _of_pieces(where: Where, pieces: Divided) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Return (inside, outside) of the people of each piece of a divided flow unit, at worst and at best."""
    in_low, _, out_low = where.split(pieces.low, pieces.area)
    in_high, maybe_high, out_high = where.split(pieces.high, pieces.area)
    nothing = np.zeros(len(pieces.area))
    out_most, in_most = out_high + maybe_high + pieces.rest, in_high + maybe_high + pieces.rest
    if not pieces.alike:
        return (nothing, out_most), (in_most, nothing)
    theirs = (in_low + out_most) * pieces.share
    worst = np.maximum(0.0, theirs - out_most)
    most = (in_most + out_low) * pieces.share
    best = np.minimum(most, in_most)
    return (worst, theirs - worst), (best, most - best)


def add_up(amount: Floats, pieces: Divided, areas: int) -> Floats:
    """Return pieces × providers summed by area."""
    found = np.zeros((areas, amount.shape[1]))
    np.add.at(found, pieces.area, amount)
    return found


def doubts(plan: Plan, key: str) -> pd.DataFrame | Missing:
    """Return, by area of layer `key`, how much activity is in doubt for each cause (the column says it)."""
    flows, host = by_area(plan, key), hosts(plan, key)
    if isinstance(flows, Missing):
        return flows
    if isinstance(host, Missing):
        return host
    assert plan.flows is not None
    named = np.asarray(plan.flows.providers) != ""
    lost, blank = host.unplaced * named, ~host.known & ~named
    own = (host.area >= 0) & host.guessed[host.provider]
    areas = len(flows.codes)
    slack = (flows.high - flows.low).sum(axis=1)
    all_of_pieces = flows.pieces.high.sum(axis=1) + flows.pieces.rest
    return pd.DataFrame(
        {
            "went to providers that the flows do not name": flows.rest + flows.middle[:, blank].sum(axis=1),
            "went to providers that nothing places": flows.middle @ lost,
            "went to providers with sites in several areas and no weights": sums(
                host.area[own], flows.middle[host.area[own], host.provider[own]], areas
            ),
            f"hangs on {'rounded' if plan.flows.rounded else 'suppressed'} counts": slack,
            "is of flow units that lie in several areas": sums(flows.pieces.area, all_of_pieces, areas),
            "may hide in pairs that the publisher left out": flows.hidden.sum(axis=1) + flows.hidden_rest,
            "is missing of units with hardly any activity or none": flows.thin,
            "may be added by journeys whose unit nobody knows": np.full(
                areas, flows.nobodys.sum() + flows.nobodys_rest
            ),
        }
    )
