"""An area in which fewer providers stand than the plan, or the profile that it is judged by, asks for.

Policy of 2025 wants more than one acute trust in each system, so that no board plans with a single
provider. A provider counts where most of its activity, or the largest share of its sites, stands. Which
providers are acute the program does not know: all that the flows name are counted.

Settle: draw the area around more providers, give the sites of providers that are missing, or accept it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from footprint.checks import Maker, evidence
from footprint.measure.hosts import hosts
from footprint.model.errors import Missing
from footprint.model.finding import Area, Finding, Severity, Skipped
from footprint.model.words import count, listing
from footprint.plan.naming import many

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.WARNING
NEEDS = ("least_providers", "flows", "providers")
SECTIONS = ("thresholds", "providers")
EVIDENCE = evidence(
    "count",
    least_providers="how many are asked for",
    providers_unplaced="providers that nobody can place",
)
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each area with too few providers; where one that nobody can place could be one, skip it."""
    assert plan.flows is not None
    assert plan.providers is not None
    for level, least in plan.least_providers.items():
        key = plan.levels.get(level)
        if key is None:
            yield rule.skip(f"{least:,} providers are asked for in a {level}, which is no level of the plan")
            continue
        host = hosts(plan, key)
        if isinstance(host, Missing):
            yield rule.skip(host.reason, layers=(key,))
            continue
        main, codes = host.main(), plan.layers[key].codes
        names = [plan.providers.name(str(code)) for code in plan.flows.providers]
        unplaced = int((main == -2).sum())
        doubtful = []
        for at, code in enumerate(map(str, codes)):
            here = [names[p] for p in np.flatnonzero(main == at)]
            if len(here) >= least:
                continue
            area = Area(code, plan.layers[key].name(code))
            if len(here) + unplaced >= least:
                doubtful.append(area.name)
                continue
            named = f": {listing(here)}" if here else ""
            yield rule.finding(
                key,
                f"{count(len(here), 'provider stands', 'providers stand')} in {area}{named}, of at least "
                f"{least:,} that are asked for",
                "Draw it around more providers, or accept it with its reason.",
                "flow",
                area=area,
                level=str(level),
                count=len(here),
                least_providers=least,
                providers_unplaced=unplaced,
            )
        if doubtful:
            told = count(unplaced, "provider", "providers")
            yield rule.skip(
                f"{many(plan, key)}: {told} that nobody can place could stand in {listing(doubtful)}",
                layers=(key,),
            )
