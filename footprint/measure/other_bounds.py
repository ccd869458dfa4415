"""The least and the most of what an area's providers keep of their own, and of who comes and goes.

Suppressed and rounded counts widen these bounds, flow units that lie in several areas, and journeys whose
unit nobody knows (METHODS, "Bounds carry every doubt").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from footprint.measure.activity import Floats, sums
from footprint.measure.bounds import add_up, ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from footprint.measure.area_activity import AreaActivity
    from footprint.measure.hosts import Hosts


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

    Of a flow unit in several areas, with journeys I inside an area and O elsewhere, nobody knows whose they
    are: x of I and y of O are those of the area's people, any number from none to all. Where the plan takes
    journeys per head to be alike x + y = (I + O) × share, and x is at least max(0, (I + O) × share − O) and
    at most min(I, (I + O) × share). What is inside and not theirs came; y left. Journeys whose unit nobody
    knows may have come, or be of the area's people.

    Parameters
    ----------
    flows : activity of the residents of each area
    host : the area that each provider stands in
    all_low, all_high : by provider: activity of residents of anywhere, least and most

    """
    areas, pieces = len(flows.codes), flows.pieces
    ends = []
    for matrix, part, everybody in ((flows.low, pieces.low, all_low), (flows.high, pieces.high, all_high)):
        every = add_up(part, pieces, areas)
        theirs = add_up(part * pieces.share[:, None], pieces, areas)
        at_home = inside(every, host)
        own = inside(matrix - theirs, host)
        rest = sums(pieces.area, pieces.rest, areas)
        shared = theirs.sum(axis=1) + sums(pieces.area, pieces.rest * pieces.share, areas)
        ends.append(
            {
                "own": own,
                "came": hosted(everybody, host, areas) - at_home - own,
                "left": matrix.sum(axis=1) + flows.rest - shared - own,
                "at_home": at_home,
                "away": every.sum(axis=1) + rest - at_home,
                "theirs": shared,
            }
        )
    low, high = ends
    least, most = _inside_of_pieces(flows, host)
    # nobody knows whether these came, or are residents' own
    lost_low, lost_high = (hosted(a, host, areas) for a in (flows.nobodys_low, flows.nobodys))
    gone = flows.nobodys.sum() - lost_low
    few, many = low["own"] + least, high["own"] + most + lost_high
    contained_low = ratio(few, few + high["came"] + high["at_home"] - least)
    contained_high = ratio(many, many + low["came"] - lost_low + (low["at_home"] - most).clip(min=0))
    net_low, net_high = [], []
    for x in (least, most):
        came = [end["came"] + (end["at_home"] - x).clip(min=0) for end in ends]
        alike = [(end["theirs"] - x).clip(min=0) for end in ends]
        y = alike if pieces.alike else [np.zeros(areas), high["away"]]
        net_low.append(ratio(came[0] - lost_low, high["left"] + gone + y[1]))
        net_high.append(ratio(came[1], low["left"] + y[0]))
    return {
        "provider_self_containment_min": contained_low,
        "provider_self_containment_max": contained_high,
        "import_share_min": 1 - contained_high,
        "import_share_max": 1 - contained_low,
        "net_patient_flow_min": np.fmin(*net_low),
        "net_patient_flow_max": np.maximum(*net_high),
    }


def _inside_of_pieces(flows: AreaActivity, host: Hosts) -> tuple[Floats, Floats]:
    """Return, by area, the least and the most of journeys inside that people of its pieces can make."""
    pieces, areas = flows.pieces, len(flows.codes)
    home = np.zeros((areas, len(host.known)))
    own = host.area >= 0
    home[host.area[own], host.provider[own]] = host.share[own]
    home = home[pieces.area]
    low, high = ((part * home).sum(axis=1) for part in (pieces.low, pieces.high))
    if not pieces.alike:
        return np.zeros(areas), sums(pieces.area, high, areas)
    away = (pieces.high * (1 - home)).sum(axis=1) + pieces.rest
    least = ((low + away) * pieces.share - away).clip(min=0)
    most = np.minimum(high, (high + away) * pieces.share)
    return sums(pieces.area, least, areas), sums(pieces.area, most, areas)
