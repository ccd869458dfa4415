"""A footprint of which nobody can tell whether it holds enough of its residents' journeys.

The threshold lies between the least and the most that the localisation index can be, given counts
that are suppressed, activity at providers that nothing names or places, and providers with sites
in several areas. That is neither a pass nor a fault of the footprint, but a gap in the data.

Settle: get the missing figures (unsuppressed counts under a data agreement, a place for each
provider, a weight for each site), or lower the threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker
from footprint.checks._localisation import INDEX_EVIDENCE
from footprint.measure import bounds, localisation
from footprint.measure.figures import figures
from footprint.model.errors import Missing
from footprint.model.finding import Area, Finding, Severity, Skipped
from footprint.model.words import percent
from footprint.plan.naming import many

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.WARNING
NEEDS = ("flows", "localisation_index")
EVIDENCE = INDEX_EVIDENCE
SECTIONS = ("thresholds",)
SHOWN_IN = "inside"
VERDICT = "cannot tell"
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each area whose threshold lies between the bounds of its localisation index."""
    told = figures(plan)
    for level, threshold in plan.localisation_index.items():
        key = plan.levels[level]
        table, doubts = localisation.area_table(plan, key), bounds.doubts(plan, key)
        if isinstance(table, Missing) or isinstance(doubts, Missing):
            reason = table.reason if isinstance(table, Missing) else "its flows are not known"
            yield rule.skip(f"{many(plan, key)}: {reason}", layers=(key,))
            continue
        nobody = table[table["localisation_index"].isna()]
        for row in nobody.to_dict("records"):
            area = Area(row["code"], row["name"])
            yield rule.finding(
                key,
                f"nothing is known of the journeys of {area}: no activity of its residents is recorded",
                "Add the flows of its units.",
                "flow",
                area=area,
                level=str(level),
                threshold=threshold,
                activity=0,
            )
        between = (table["localisation_index_min"] < threshold) & (
            threshold <= table["localisation_index_max"]
        )
        for position in table.index[between & table["localisation_index"].notna()]:
            row = table.loc[position]
            area = Area(row["code"], row["name"])
            counts = (row["inside"], row["activity"], row["activity"] - row["inside"])
            low, high = row["localisation_index_min"], row["localisation_index_max"]
            causes = doubts.loc[position]
            named = [
                f"{_as_much(told.share(part / row['activity'], part, whole=row['activity']))} {words}"
                for words, part in causes.sort_values(ascending=False).items()
                if part / row["activity"] >= 5e-4
            ]
            ends = [told.percent(end, *counts, whole=row["activity"]) for end in (low, high)]
            yield rule.finding(
                key,
                f"between {ends[0]} and {ends[1]} of the activity of {area} stays inside, so whether it "
                f"reaches the {threshold:.0%} of a {level} cannot be told: {', '.join(named)}",
                "Get the missing figures; until then this is no pass.",
                "flow",
                area=area,
                level=str(level),
                localisation_index=told.share(row["localisation_index"], *counts, whole=row["activity"]),
                localisation_index_min=told.share(low, *counts, whole=row["activity"]),
                localisation_index_max=told.share(high, *counts, whole=row["activity"]),
                threshold=threshold,
                activity=told.count(row["activity"]),
                inside=told.count(row["inside"]),
            )


def _as_much(share: float | str | None) -> str:
    """Return how much of an area's activity is in doubt, in words.

    It may be more than all of it, as journeys of flow units that lie in several areas.
    """
    if isinstance(share, float) and round(share, 3) > 1:
        return f"{share:.1f} times as much"
    return share if isinstance(share, str) else percent(share)
