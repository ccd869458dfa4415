"""Fewer of the residents' journeys stay inside a footprint than the plan asks for.

A footprint that plans and pays for care which its people get elsewhere has little say in that care.
The localisation index is the share of residents' activity at providers inside; the plan sets how
much it should be at each level. Only an index that misses this with everything unknown counted
inside is reported; what could be either way is FP404.

Settle: draw the line around the journeys, plan together with the area that people travel to, or
accept the finding with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker
from footprint.checks._localisation import INDEX_EVIDENCE
from footprint.measure import localisation, providers
from footprint.measure.figures import figures
from footprint.model.errors import Missing
from footprint.model.finding import Area, Finding, Severity, Skipped
from footprint.plan.naming import many

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.WARNING
NEEDS = ("flows", "localisation_index")
EVIDENCE = INDEX_EVIDENCE
SECTIONS = ("thresholds",)
SHOWN_IN = "inside"
VERDICT = "below"
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each area whose localisation index is below the plan's threshold, whatever is unknown."""
    told, largest = figures(plan), providers.providers(plan)
    for level, threshold in plan.localisation_index.items():
        key = plan.levels[level]
        table = localisation.area_table(plan, key)
        if isinstance(table, Missing):
            yield rule.skip(f"{many(plan, key)}: {table.reason}", layers=(key,))
            continue
        for row in table[table["localisation_index_max"] < threshold].to_dict("records"):
            area = Area(row["code"], row["name"])
            outside = row["activity"] - row["inside"]
            counts = (row["inside"], row["activity"], outside)
            elsewhere = largest[
                (largest["layer"] == key) & (largest["code"] == row["code"]) & (largest["where"] == "outside")
            ]
            where = ""
            others = []
            for other in elsewhere.head(1).to_dict("records"):
                home = f" in {other['host_name']}" if isinstance(other["host_name"], str) else ""
                share = told.percent(other["share"], other["activity"], whole=row["activity"])
                provider = Area(other["provider"], other["provider_name"])
                where = f"; the most outside, {share}, is at {provider}{home}"
                others = [Area(other["host"], other["host_name"])] if home else []
            low, high = row["localisation_index_min"], row["localisation_index_max"]
            bounds = (
                f" (at most {told.percent(high, *counts, whole=row['activity'])}, with all that is unknown)"
                if high > row["localisation_index"] + 5e-4
                else ""
            )
            stays = told.percent(row["localisation_index"], *counts, whole=row["activity"])
            yield rule.finding(
                key,
                f"{stays} of the activity of {area} stays inside"
                f"{bounds}, less than the {threshold:.0%} of a {level}{where}",
                "Draw the line around the journeys, or plan together with the area that people travel to.",
                "flow",
                area=area,
                others=others,
                level=str(level),
                localisation_index=told.share(row["localisation_index"], *counts, whole=row["activity"]),
                localisation_index_min=told.share(low, *counts, whole=row["activity"]),
                localisation_index_max=told.share(high, *counts, whole=row["activity"]),
                threshold=threshold,
                activity=told.count(row["activity"]),
                inside=told.count(row["inside"]),
            )
