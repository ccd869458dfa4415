"""Localisation, provider self-containment and the other measures of an area's patient flows.

What is not known (a suppressed count, where the missing part of a proportion went, where a provider
stands, how it is shared out among its sites) is not guessed away: every measure comes with the least and the
most that it can be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.measure.activity import Floats, activity, sums
from footprint.measure.area_activity import by_area
from footprint.measure.bounds import index_bounds, ratio
from footprint.measure.concentration import concentration_bounds
from footprint.measure.hosts import Hosts, hosts
from footprint.measure.other_bounds import hosted, inside, other_bounds
from footprint.model.columns import CODE, KEPT_IN, LAYER, LEVEL, NAME, NO_FLOWS
from footprint.model.errors import Missing
from footprint.model.schema import Column, Share, Table
from footprint.model.suppression import LEAST
from footprint.plan.once import derived

if TYPE_CHECKING:
    from footprint.measure.area_activity import AreaActivity
    from footprint.plan.model import Plan


_AS_INSIDE = Share(("inside", "activity", "left"), "activity")
_AS_OWN = Share(("inside", "provider_activity", "came"), "provider_activity")
_AS_NET = Share(("came", "left"), "left")
# squares of shares could be solved for the one that is hidden
_AS_HHI = Share(("activity", LEAST))

INDEX = Column(
    "localisation_index", kind="share", suppressed=_AS_INSIDE,
    meaning="Activity inside, over all activity of residents.",
)  # fmt: skip


def _count(name: str, heading: str, meaning: str) -> Column:
    return Column(name, heading, "count", meaning, suppressed="count")


def _bounds(of: Column, least: str = "", most: str = "") -> tuple[Column, Column]:
    """Return the columns of the least and the most that a measure can be."""
    return (
        of.but(name=f"{of.name}_min", heading=f"{of.heading}, least", meaning=least),
        of.but(name=f"{of.name}_max", heading=f"{of.heading}, most", meaning=most),
    )


_CONTAINED = Column(
    "provider_self_containment", "Provider self-containment", "share",
    "Activity inside, over all activity at the area's providers.", suppressed=_AS_OWN,
)  # fmt: skip
_IMPORT = Column(
    "import_share", kind="share", meaning="1 minus provider self-containment.", suppressed=_AS_OWN
)
_NET = Column(
    "net_patient_flow", kind="ratio", suppressed=_AS_NET,
    meaning="Inflow over outflow; empty without outflow.",
)  # fmt: skip
_HHI = Column(
    "hhi", "HHI", "count", "10,000 times the sum of squared shares of the residents' providers.",
    suppressed=_AS_HHI,
)  # fmt: skip

FLOWS = Table(
    "flows",
    "Flows",
    f"A row for each area of each level: how much of residents' care stays inside. {KEPT_IN}",
    (
        LAYER,
        LEVEL,
        CODE,
        NAME,
        _count("activity", "Residents' activity", "All activity of the area's residents."),
        _count("inside", "Of it inside", "Of that, activity at providers that stand in the area."),
        INDEX,
        *_bounds(INDEX, "With all that is unknown outside.", "With all that is unknown inside."),
        _CONTAINED,
        _IMPORT,
        _NET,
        _HHI,
        _count("unknown", "Unknown", "Activity at providers that nothing names or places."),
        _count(
            "provider_activity",
            "Providers' activity",
            "Activity of anybody at providers that stand in the area.",
        ),
        *_bounds(_CONTAINED),
        *_bounds(_IMPORT),
        *_bounds(_NET),
        *_bounds(_HHI),
    ),
    NO_FLOWS,
    {"left": ("activity", "inside"), "came": ("provider_activity", "inside")},
)


def table(plan: Plan) -> pd.DataFrame:
    """Return the flow measures of every area of every level, columns of FLOWS.

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
    return FLOWS.joined(tables)


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
    """Return the measures of every area of layer `key` (columns of FLOWS), or why there are none."""
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
        np.asarray(held.table.providers) != "",
    )
    layer = plan.layers[key]
    level = plan.level_of(key)
    names = {"layer": key, "level": level and str(level), "code": flows.codes, "name": layer.names.to_numpy()}
    return pd.DataFrame({**names, **numbers})[FLOWS.names]


def measure(
    flows: AreaActivity, host: Hosts, all_low: Floats, all_high: Floats, named: NDArray[np.bool_]
) -> dict[str, Floats]:
    """Return the numbers of FLOWS, by area.

    Parameters
    ----------
    flows : activity of the residents of each area
    host : the area that each provider stands in
    all_low, all_high : by provider: activity of residents of anywhere, least and most
    named : by provider: whether it has a name

    """
    inside_low, inside_high = (inside(m, host) for m in (flows.low, flows.high))
    unknown_low, unknown_high = (m @ host.unplaced + flows.rest for m in (flows.low, flows.high))
    total_low, total_high = (m.sum(axis=1) + flows.rest for m in (flows.low, flows.high))
    at_low, at_high = (hosted(a, host, len(flows.codes)) for a in (all_low, all_high))
    within, unknown, total, at = (
        (low + high) / 2
        for low, high in (
            (inside_low, inside_high),
            (unknown_low, unknown_high),
            (total_low, total_high),
            (at_low, at_high),
        )
    )
    contained = ratio(within, at)
    hhi_low, hhi_high = concentration_bounds(flows, named)
    least, most = index_bounds(flows, host)
    return {
        "activity": total,
        "inside": within,
        "localisation_index": ratio(within, total),
        "localisation_index_min": least,
        "localisation_index_max": most,
        "provider_self_containment": contained,
        "import_share": 1 - contained,
        "net_patient_flow": ratio(at - within, total - within),
        "hhi": 10_000 * (ratio(flows.middle, total[:, None]) ** 2).sum(axis=1),
        "unknown": unknown,
        "provider_activity": at,
        **other_bounds(flows, host, all_low, all_high),
        "hhi_min": hhi_low,
        "hhi_max": hhi_high,
    }
