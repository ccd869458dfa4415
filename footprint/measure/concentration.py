"""The least and the most that shares of the residents' providers and their HHI can be, with every doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from footprint.measure.activity import Floats, sums
from footprint.measure.bounds import add_up, ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from footprint.measure.area_activity import AreaActivity, Divided


def concentration_bounds(flows: AreaActivity, named: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the least and the most that the HHI of each area's residents can be.

    A share is least where its own count is least and all others are most, and the other way round. What
    no provider is named for may all be at one of them, named or not, or at so many that none has a share.
    Not all shares can be at their ends together, so the bounds are wider than they need be; but the HHI is
    never more than the largest share.

    Parameters
    ----------
    flows : activity of the residents of each area
    named : by provider: whether it has a name

    """
    low, high, rest_low, rest_high = _counts(flows, named)
    smallest, largest = _shares(low, high, rest_high)
    without = np.nan_to_num(ratio(high, high + _others(low) + rest_low[:, None]))
    # what no provider is named for weighs most if it is all at one
    nobody = np.nan_to_num(ratio(rest_high, rest_high + low.sum(axis=1)))
    more = np.maximum((largest**2 - without**2).max(axis=1, initial=0.0), nobody**2)
    upper = np.minimum((without**2).sum(axis=1) + more, np.fmax(largest.max(axis=1, initial=0.0), nobody))
    # people whom the population leaves out may be so many that only they count, or any part of all
    lost, at = flows.unweighed, flows.unweighed.area
    unnamed = (lost.rest + lost.low[:, ~named].sum(axis=1)).clip(max=1)
    np.minimum.at(smallest, at, lost.low[:, named])
    np.maximum.at(upper, at, (lost.high[:, named].max(axis=1, initial=0.0) + unnamed).clip(max=1))
    some = high.sum(axis=1) + rest_high > 0
    some[at] = True
    lower, upper = (np.where(some, 10_000 * end, np.nan) for end in ((smallest**2).sum(axis=1), upper))
    return lower, upper


def share_bounds(flows: AreaActivity, named: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return the least and the most of each provider's share of an area's residents, area × provider.

    Of what bears no name both are NaN. `flows` and `named` are as in `concentration_bounds`.
    """
    low, high, _, rest_high = _counts(flows, named)
    smallest, largest = _shares(low, high, rest_high)
    lost = flows.unweighed
    np.minimum.at(smallest, lost.area, lost.low[:, named])
    unnamed = lost.rest + lost.low[:, ~named].sum(axis=1)
    np.maximum.at(largest, lost.area, (lost.high[:, named] + unnamed[:, None]).clip(max=1))
    least, most = (np.full(flows.low.shape, np.nan) for _ in range(2))
    least[:, named], most[:, named] = smallest, largest
    return least, most


def _counts(flows: AreaActivity, named: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the least and the most of activity: area × named provider, and by area at no named one."""
    areas, pieces = len(flows.codes), flows.pieces
    shared = [add_up(m * pieces.share[:, None], pieces, areas) for m in (pieces.low, pieces.high)]
    low, high = ((m - part).clip(min=0) for m, part in zip((flows.low, flows.high), shared, strict=True))
    least, most = _of_pieces(pieces)
    low = low + add_up(least, pieces, areas)
    high = high + add_up(most, pieces, areas) + flows.hidden + flows.nobodys
    # activity without a named provider: what there is for certain, and what there may be
    rest = (flows.rest - sums(pieces.area, pieces.rest * pieces.share, areas)).clip(min=0)
    rest_low = rest + low[:, ~named].sum(axis=1)
    rest_high = rest + high[:, ~named].sum(axis=1) + flows.thin + flows.hidden_rest + flows.nobodys_rest
    rest_high = rest_high + sums(pieces.area, pieces.rest, areas)
    return low[:, named], high[:, named], rest_low, rest_high


def _others(amount: Floats) -> Floats:
    return np.asarray(amount.sum(axis=1, keepdims=True) - amount, dtype=float)


def _shares(low: Floats, high: Floats, rest_high: Floats) -> tuple[Floats, Floats]:
    """Return the least and the most of each share; what no provider is named for may all be at one."""
    smallest = np.nan_to_num(ratio(low, low + _others(high) + rest_high[:, None]))
    free = high + rest_high[:, None]
    return smallest, np.nan_to_num(ratio(free, free + _others(low)))


def _of_pieces(pieces: Divided) -> tuple[Floats, Floats]:
    """Return the least and the most that the people of each piece of a divided flow unit do, by provider."""
    if not pieces.alike:
        return np.zeros_like(pieces.low), pieces.high
    every = (pieces.high.sum(axis=1) + pieces.rest)[:, None]
    share = pieces.share[:, None]
    # theirs is at least what the other people of the unit, who make their own share, cannot have made
    return np.maximum(0.0, pieces.low - every * (1 - share)), np.minimum(pieces.high, every * share)
