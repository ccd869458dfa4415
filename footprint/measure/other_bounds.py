"""The least and the most of what an area's providers keep of their own, and of who comes and goes.

Every source of doubt that widens the bounds of the localisation index (`measure.bounds`) widens these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from footprint.measure.activity import Floats, sums
from footprint.measure.bounds import Where, add_up, ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from footprint.measure.area_activity import AreaActivity
    from footprint.measure.hosts import Hosts


# Sums of shares leave traces of rounding where they should leave nothing.
_TRACE = 1e-6


def inside(matrix: Floats, host: Hosts, only: NDArray[np.bool_] | None = None) -> Floats:
    """Return, by area, what of an area × provider matrix is at providers hosted in the area itself.

    `only` chooses among providers.
    """
    own = host.area >= 0 if only is None else (host.area >= 0) & only[host.provider]
    area, provider = host.area[own], host.provider[own]
    return sums(area, matrix[area, provider] * host.share[own], len(matrix))


def hosted(amount: Floats, host: Hosts, areas: int) -> Floats:
    """Return, by area, what of an amount by provider belongs to the providers hosted there."""
    own = host.area >= 0
    return sums(host.area[own], amount[host.provider[own]] * host.share[own], areas)


def other_bounds(flows: AreaActivity, host: Hosts, all_low: Floats, all_high: Floats) -> dict[str, Floats]:
    """Return the least and the most of provider self-containment, import share and net patient flow, by area.

    Of three kinds of journeys each is somewhere between a least and a most: `own` of the area's people
    inside it, `left` of its people elsewhere, and `came` of others inside. What nothing places may be any:
    journeys of residents to such a provider were own or left, those of others came or have nothing to do
    with the area, and those of people whom nobody knows were any of them.

    Of a flow unit in several areas, with journeys I inside an area and O elsewhere, x of I and y of O are
    those of the area's people, any number from none to all; the rest of I came. Where the plan takes
    journeys per head to be alike x + y = (I + O) × share, and x is at least max(0, (I + O) × share − O)
    and at most min(I, (I + O) × share).

    Parameters
    ----------
    flows : activity of the residents of each area
    host : the area that each provider stands in
    all_low, all_high : by provider: activity of residents of anywhere, least and most

    """
    where, areas, pieces = Where.of(host, len(flows.codes)), len(flows.codes), flows.pieces
    settled, others = [], []
    for matrix, part, everybody, lost in (
        (flows.low, pieces.low, all_low, flows.nobodys_low),
        (flows.high, pieces.high, all_high, flows.nobodys),
    ):
        settled.append((matrix - add_up(part * pieces.share[:, None], pieces, areas)).clip(min=0))
        others.append((everybody - lost - settled[-1] - add_up(part, pieces, areas)).clip(min=0))
    rest = (flows.rest - sums(pieces.area, pieces.rest * pieces.share, areas)).clip(min=0)
    own_low, _, left_low = where.split(settled[0])
    own_high, maybe, left_high = where.split(settled[1] + flows.hidden)
    anywhere = maybe + rest + flows.thin + flows.hidden_rest
    came_low, _, _ = where.split(others[0])
    came_high, maybe, _ = where.split(others[1] + flows.others.hidden)
    came_high = came_high + maybe + flows.others.rest + flows.others.thin + flows.others.hidden_rest
    # nobody knows whether these came, or are residents' own
    lost_in, lost_maybe, lost_out = where.split(np.broadcast_to(flows.nobodys, flows.hidden.shape))
    lost_maybe = lost_maybe + flows.nobodys_rest
    own_high, left_high = own_high + anywhere, left_high + anywhere + lost_out + lost_maybe
    came_most = came_high + lost_in + lost_maybe
    least, most, inside_low, inside_high, away_high, share_low, share_high = _of_pieces(where, flows)
    contained_low = ratio(own_low + least, own_low + inside_high + came_most)
    own_most = own_high + lost_in + lost_maybe + most
    contained_high = ratio(own_most, own_most + came_low + (inside_low - most).clip(min=0))
    net_low, net_high = [], []
    for x in (least, most, inside_low.clip(least, most), share_low.clip(least, most)):
        y_low = (share_low - x).clip(min=0) if pieces.alike else np.zeros(areas)
        y_high = (share_high - x).clip(min=0) if pieces.alike else away_high
        net_low.append(ratio(came_low + (inside_low - x).clip(min=0), left_high + y_high))
        net_high.append(ratio(came_most + inside_high - x, left_low + y_low))
    came, stayed, left = _weightless(where, flows)
    # as many people as one likes may come, or be the area's own
    contained_low, contained_high = np.where(came, 0.0, contained_low), np.where(stayed, 1.0, contained_high)
    return {
        "provider_self_containment_min": contained_low,
        "provider_self_containment_max": contained_high,
        "import_share_min": 1 - contained_high,
        "import_share_max": 1 - contained_low,
        "net_patient_flow_min": np.where(left, 0.0, np.fmin.reduce(net_low)),
        "net_patient_flow_max": np.where(came, np.nan, np.maximum.reduce(net_high)),
    }


def _of_pieces(where: Where, flows: AreaActivity) -> list[Floats]:
    """Return, by area, what people of flow units in several areas do.

    Returns
    -------
    Least and most that the area's own people do inside it; least and most of anybody's inside; most of
    anybody's elsewhere; with journeys per head alike, least and most that the area's own people do in all.

    """
    pieces = flows.pieces
    in_low, maybe_low, out_low = where.split(pieces.low, pieces.area)
    in_high, maybe, out_high = where.split(pieces.high, pieces.area)
    in_most, out_most = in_high + maybe + pieces.rest, out_high + maybe + pieces.rest
    share_low = (in_low + maybe_low + out_low + pieces.rest) * pieces.share
    share_high = (in_high + maybe + out_high + pieces.rest) * pieces.share
    least, most = np.zeros(len(in_low)), in_most
    if pieces.alike:
        least = ((in_low + out_most) * pieces.share - out_most).clip(min=0)
        most = np.minimum(in_most, (in_most + out_low) * pieces.share)
    parts = (least, most, in_low, in_most, out_most, share_low, share_high)
    return [sums(pieces.area, part, len(flows.codes)) for part in parts]


def _weightless(where: Where, flows: AreaActivity) -> tuple[NDArray[np.bool_], ...]:
    """Return, by area, whether people of unknown number may come, may stay inside, and may leave.

    Of proportions of a flow unit whose people nobody knows any number of journeys can be made.
    """
    lost, others, areas = flows.unweighed, flows.others.weightless, len(flows.codes)
    inside, maybe, outside = where.split(lost.low, lost.area)
    stayed, left = (sums(lost.area, part + maybe + lost.rest, areas) > _TRACE for part in (inside, outside))
    of_areas = np.zeros((areas, len(others)))
    np.add.at(of_areas, lost.area, np.column_stack([lost.low, lost.rest]))
    elsewhere = of_areas.sum(axis=0) - of_areas + others
    inside, maybe, _ = where.split(elsewhere[:, :-1])
    return inside + maybe + elsewhere[:, -1] > _TRACE, stayed, left
