"""The largest providers of the residents of each area, and providers counted wholly at their headquarters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footprint.measure.activity import activity, parts, sums
from footprint.measure.area_activity import by_area
from footprint.measure.concentration import share_bounds
from footprint.measure.hosts import Hosts, hosts
from footprint.measure.membership import main_provider
from footprint.measure.other_bounds import inside
from footprint.model.columns import AREA, HOST, HOST_NAME, KEPT_IN, NO_FLOWS, PROVIDER, PROVIDER_NAME
from footprint.model.errors import Missing
from footprint.model.schema import Column, Share, Table
from footprint.model.suppression import TOTAL

if TYPE_CHECKING:
    from footprint.measure.area_activity import AreaActivity
    from footprint.plan.model import Plan


_SHARE = Column("share", "Share of residents' activity", "share", suppressed=Share(("activity",), TOTAL))
PROVIDERS = Table(
    "providers",
    "Where residents go",
    "A row for each of the largest providers of an area's residents, inside and outside it. "
    f"{KEPT_IN}",
    (
        *AREA,
        Column(
            "where", values=("inside", "partly", "outside", "unknown"),
            meaning="Whether the provider stands inside the area.",
        ),
        Column("rank", kind="count", type="integer"),
        PROVIDER.but(nullable=True),
        PROVIDER_NAME,
        HOST,
        HOST_NAME,
        Column(
            "activity", "Activity", "count", "Of the area's residents at this provider.", suppressed="count"
        ),
        _SHARE,
        _SHARE.but(name="share_min", heading=f"{_SHARE.heading}, least", nullable=True, required=False),
        _SHARE.but(name="share_max", heading=f"{_SHARE.heading}, most", nullable=True, required=False),
    ),
    NO_FLOWS,
)  # fmt: skip


LARGEST = 3


_SUSPECTS = [
    "provider", "host", "code", "population", "localisation_index", "localisation_index_if_local",
]  # fmt: skip


def suspects(plan: Plan, key: str, least: float) -> pd.DataFrame:
    """Return providers that stand in one area and are the main provider of many people of another.

    A row for each `provider` (standing in `host`) and other area (`code`) with at least `least` people
    (`population`); `localisation_index_if_local` is what that area's index would be if what these people
    get from the provider were given in their own area.
    """
    held, flows, host, lie = activity(plan), by_area(plan, key), hosts(plan, key), parts(plan, key)
    if (
        isinstance(held, Missing)
        or isinstance(flows, Missing)
        or isinstance(host, Missing)
        or isinstance(lie, Missing)
    ):
        return pd.DataFrame(columns=_SUSPECTS)
    winner, _ = main_provider(held)
    areas, size = len(flows.codes), len(held.table.providers)
    # activity of each unit at its main provider
    at_main = np.zeros(len(held.known))
    rows = held.table.provider == winner[held.table.unit]
    at_main[held.table.unit[rows]] = held.middle[rows]
    served = winner[lie.unit]
    some = served >= 0
    cell = served[some] * areas + lie.area[some]
    people = sums(cell, (np.nan_to_num(held.people)[lie.unit] * lie.share)[some], size * areas)
    moved = sums(cell, (at_main[lie.unit] * lie.share)[some], size * areas)
    main = host.main()
    single = np.bincount(host.provider, minlength=size) == 1
    found = []
    total = flows.middle.sum(axis=1) + flows.rest
    own = inside(flows.middle, host)
    for c in np.flatnonzero(people >= least):
        p, a = divmod(int(c), areas)
        if not single[p] or main[p] < 0 or main[p] == a:
            continue
        row = (
            held.table.providers[p], flows.codes[main[p]], flows.codes[a], people[c],
            own[a] / total[a], (own[a] + moved[c]) / total[a],
        )  # fmt: skip
        found.append(row)
    table = pd.DataFrame(found, columns=_SUSPECTS)
    return table.sort_values(["population", "provider"], ascending=[False, True], ignore_index=True)


def providers(plan: Plan) -> pd.DataFrame:
    """Return the largest providers of each area's residents, columns of PROVIDERS.

    Up to LARGEST hosted in the area (`where` = "inside") and as many hosted elsewhere ("outside");
    a provider that stands in the area with some of its sites only is "partly"; one that nothing
    places is "unknown". `share` is of all activity of the area's residents, and is empty in its least and
    most where nothing names the provider.
    """
    rows: list[tuple[object, ...]] = []
    for level, key in plan.levels.items():
        flows, host = by_area(plan, key), hosts(plan, key)
        if isinstance(flows, Missing) or isinstance(host, Missing) or plan.flows is None:
            continue
        rows += _largest(plan, str(level), key, flows, host)
    return PROVIDERS.frame(rows)


def _largest(plan: Plan, level: str, key: str, flows: AreaActivity, host: Hosts) -> list[tuple[object, ...]]:
    assert plan.flows is not None
    codes, names = plan.flows.providers, plan.providers
    matrix, layer, main = flows.middle, plan.layers[key], host.main()
    total = matrix.sum(axis=1) + flows.rest
    own = np.zeros(matrix.shape)
    at = host.area >= 0
    own[host.area[at], host.provider[at]] = host.share[at]
    least, most = share_bounds(flows, np.asarray(codes) != "")
    rows: list[tuple[object, ...]] = []
    for a, code in enumerate(flows.codes):
        # most activity first; of equals, the first by code
        order = np.argsort(-matrix[a], kind="stable")
        order = order[matrix[a][order] > 0]
        local = own[a][order] > 0
        for chosen in (order[local][:LARGEST], order[~local][:LARGEST]):
            for rank, p in enumerate(chosen, 1):
                where = "unknown" if host.unplaced[p] > 0 else "outside"
                if own[a, p] > 0:
                    where = "inside" if own[a, p] > 1 - 1e-9 else "partly"
                home = flows.codes[main[p]] if main[p] >= 0 else None
                rows.append(
                    (
                        key, level, code, layer.name(code), where, rank, codes[p] or None,
                        (names.name(codes[p]) if names and codes[p] else codes[p]) or "not stated",
                        home, None if home is None else layer.name(home),
                        matrix[a, p], matrix[a, p] / total[a], least[a, p], most[a, p],
                    )
                )  # fmt: skip
    return rows
