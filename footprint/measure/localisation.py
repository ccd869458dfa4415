"""Localisation, provider self-containment and the other measures of an area's patient flows.

What is not known (a suppressed count, where the missing part of a proportion went, where a provider
stands, how it is shared out among its sites) is not guessed away: the localisation index comes with
the least and the most that it can be. The bounds of the other measures are those of suppression.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.measure.activity import Floats, activity, by_area, sums
from footprint.measure.hosts import Hosts, hosts
from footprint.model.errors import Missing
from footprint.plan.once import derived

if TYPE_CHECKING:
    from footprint.measure.activity import AreaActivity
    from footprint.model.errors import Missing
    from footprint.plan.model import Plan


COLUMNS = (
    "layer", "level", "code", "name", "activity", "inside", "localisation_index", "localisation_index_min",
    "localisation_index_max", "provider_self_containment", "import_share", "net_patient_flow", "hhi",
    "unknown", "provider_activity", "provider_self_containment_min", "provider_self_containment_max",
    "import_share_min", "import_share_max", "net_patient_flow_min", "net_patient_flow_max", "hhi_min",
    "hhi_max",
)  # fmt: skip


def table(plan: Plan) -> pd.DataFrame:
    """Return the flow measures of every area of every level, columns COLUMNS.

    `activity` is all activity of the area's residents, `inside` the part of it at providers hosted
    in the area, `unknown` the part at providers that nothing places or names; where counts are
    suppressed these are the middles of what is possible. Formulas (METHODS, "Patient flows"):

    - localisation_index: inside ÷ activity; the least counts everything unknown outside, the most
      inside
    - provider_self_containment: inside ÷ provider_activity (all activity at the area's providers);
      import_share is 1 minus that
    - net_patient_flow: (provider_activity − inside) ÷ (activity − inside); NaN without outflow
    - hhi: 10,000 × sum of squared shares of all activity, over named providers
    """
    tables = []
    for level, key in plan.levels.items():
        found = area_table(plan, key)
        if not isinstance(found, Missing):
            tables.append(found.assign(level=str(level)))
    if not tables:
        return pd.DataFrame(columns=list(COLUMNS))
    return pd.concat(tables, ignore_index=True)[list(COLUMNS)]


def least_counts(plan: Plan) -> pd.Series:
    """Return, for each row of `table`, the least activity of residents at one provider; 0 without any."""
    found = []
    for key in plan.levels.values():
        flows, numbers = by_area(plan, key), area_table(plan, key)
        if isinstance(flows, Missing) or isinstance(numbers, Missing):
            continue
        some = np.where(flows.middle > 1e-9, flows.middle, np.inf)
        least = some.min(axis=1, initial=np.inf)
        found.append(np.where(np.isinf(least), 0.0, least))
    return pd.Series(np.concatenate(found) if found else np.array([], dtype=float))


@derived(activity, by_area, hosts, "levels")
def area_table(plan: Plan, key: str) -> pd.DataFrame | Missing:
    """Return the measures of every area of layer `key` (columns COLUMNS), or why there are none."""
    flows, host = by_area(plan, key), hosts(plan, key)
    if isinstance(flows, Missing):
        return flows
    if isinstance(host, Missing):
        return host
    held = activity(plan)
    assert not isinstance(held, Missing)
    providers = len(held.table.providers)
    numbers = measure(
        flows,
        host,
        sums(held.table.provider, held.low, providers),
        sums(held.table.provider, held.high, providers),
    )
    layer = plan.layers[key]
    level = plan.level_of(key)
    names = {"layer": key, "level": level and str(level), "code": flows.codes, "name": layer.names.to_numpy()}
    return pd.DataFrame({**names, **numbers})[list(COLUMNS)]


def measure(flows: AreaActivity, host: Hosts, all_low: Floats, all_high: Floats) -> dict[str, Floats]:
    """Return the numbers of COLUMNS, by area.

    Parameters
    ----------
    flows : activity of the residents of each area
    host : the area that each provider stands in
    all_low, all_high : by provider: activity of residents of anywhere, least and most

    """
    inside_low, inside_high = (inside(m, host) for m in (flows.low, flows.high))
    unknown_low, unknown_high = (m[:, ~host.known].sum(axis=1) + flows.rest for m in (flows.low, flows.high))
    total_low, total_high = (m.sum(axis=1) + flows.rest for m in (flows.low, flows.high))
    at_low, at_high = (_hosted(a, host, len(flows.codes)) for a in (all_low, all_high))
    came_low, came_high = (at - own for at, own in ((at_low, inside_low), (at_high, inside_high)))
    left_low, left_high = total_low - inside_low, total_high - inside_high
    # what may be inside or not: at providers that nothing places, or among whose sites nothing
    # says how activity is shared out
    maybe_low, maybe_high = (
        u + _undecided(m, host) for u, m in ((unknown_low, flows.low), (unknown_high, flows.high))
    )
    sure_low, sure_high = (inside(m, host, ~host.guessed) for m in (flows.low, flows.high))
    out_low, out_high = total_low - sure_low - maybe_low, total_high - sure_high - maybe_high
    within, unknown, total, at = (
        (low + high) / 2
        for low, high in (
            (inside_low, inside_high),
            (unknown_low, unknown_high),
            (total_low, total_high),
            (at_low, at_high),
        )
    )
    contained = _share(within, at)
    contained_low = _share(inside_low, inside_low + came_high)
    contained_high = _share(inside_high, inside_high + came_low)
    hhi_low, hhi_high = _concentration_bounds(flows)
    return {
        "activity": total,
        "inside": within,
        "localisation_index": _share(within, total),
        "localisation_index_min": _share(sure_low, sure_low + out_high + maybe_high),
        "localisation_index_max": _share(sure_high + maybe_high, sure_high + maybe_high + out_low),
        "provider_self_containment": contained,
        "import_share": 1 - contained,
        "net_patient_flow": _share(at - within, total - within),
        "hhi": 10_000 * (_share(flows.middle, total[:, None]) ** 2).sum(axis=1),
        "unknown": unknown,
        "provider_activity": at,
        "provider_self_containment_min": contained_low,
        "provider_self_containment_max": contained_high,
        "import_share_min": 1 - contained_high,
        "import_share_max": 1 - contained_low,
        "net_patient_flow_min": _share(came_low, left_high),
        "net_patient_flow_max": _share(came_high, left_low),
        "hhi_min": hhi_low,
        "hhi_max": hhi_high,
    }


def inside(matrix: Floats, host: Hosts, only: NDArray[np.bool_] | None = None) -> Floats:
    """Return, by area, what of an area × provider matrix is at providers hosted in the area itself.

    `only` chooses among providers.
    """
    own = host.area >= 0 if only is None else (host.area >= 0) & only[host.provider]
    area, provider = host.area[own], host.provider[own]
    return sums(area, matrix[area, provider] * host.share[own], len(matrix))


def _undecided(matrix: Floats, host: Hosts) -> Floats:
    """Return, by area, what is at providers with a site there and others elsewhere, without weights."""
    own = (host.area >= 0) & host.guessed[host.provider]
    area, provider = host.area[own], host.provider[own]
    return sums(area, matrix[area, provider], len(matrix))


def _hosted(amount: Floats, host: Hosts, areas: int) -> Floats:
    """Return, by area, what of an amount by provider belongs to the providers hosted there."""
    own = host.area >= 0
    return sums(host.area[own], amount[host.provider[own]] * host.share[own], areas)


def _share(part: Floats, whole: Floats) -> Floats:
    """Return part ÷ whole; NaN where the whole is nothing."""
    part, whole = np.broadcast_arrays(part, whole)
    # sums of shares leave traces of rounding where they should leave nothing
    nothing = np.full(part.shape, np.nan)
    return np.asarray(np.divide(part, whole, out=nothing, where=whole > 1e-9), dtype=float)


def _concentration_bounds(flows: AreaActivity) -> tuple[Floats, Floats]:
    """Return the least and the most that the HHI can be.

    A share is least where its own count is least and all others are most. Not all shares can be
    at their ends together, so the bounds are a little wider than they need be.
    """
    others_low = flows.low.sum(axis=1, keepdims=True) - flows.low + flows.rest[:, None]
    others_high = flows.high.sum(axis=1, keepdims=True) - flows.high + flows.rest[:, None]
    least = _share(flows.low, flows.low + others_high)
    most = _share(flows.high, flows.high + others_low)
    some = flows.high.sum(axis=1) + flows.rest > 0
    ends = [np.where(some, 10_000 * np.nansum(m**2, axis=1), np.nan) for m in (least, most)]
    return ends[0], np.minimum(ends[1], 10_000.0)


def doubts(plan: Plan, key: str) -> pd.DataFrame | Missing:
    """Return, by area of layer `key`, how much activity is in doubt for each cause (the column says it)."""
    flows, host = by_area(plan, key), hosts(plan, key)
    if isinstance(flows, Missing):
        return flows
    if isinstance(host, Missing):
        return host
    named = np.asarray(plan.flows.providers if plan.flows is not None else []) != ""
    lost, blank = ~host.known & named, ~host.known & ~named
    return pd.DataFrame(
        {
            "went to providers that the flows do not name": flows.rest + flows.middle[:, blank].sum(axis=1),
            "went to providers that nothing places": flows.middle[:, lost].sum(axis=1),
            "went to providers with sites in several areas and no weights": _undecided(flows.middle, host),
            "hangs on suppressed counts": (flows.high - flows.low).sum(axis=1),
        }
    )
