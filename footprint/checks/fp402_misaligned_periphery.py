"""People near the edge of a footprint whose main hospital stands on the other side.

The line on the map says that they belong here, their journeys say that they belong there. They are
the people whom a boundary change could bring home, and whom a new line can cut off.

Settle: move the line where many people look the other way, or agree with the neighbour who plans
their care.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from footprint.checks import Maker, evidence
from footprint.measure.figures import Figures, figures, hospital_levels
from footprint.measure.hosts import hosts
from footprint.measure.periphery import periphery
from footprint.model.errors import Missing
from footprint.model.finding import Area, Finding, Piece, Severity, Skipped, listed
from footprint.model.words import count
from footprint.plan.naming import many

if TYPE_CHECKING:
    from footprint.measure.periphery import Periphery
    from footprint.plan.model import Plan

SEVERITY = Severity.WARNING
NEEDS = ("flows", "levels")
EVIDENCE = evidence(
    "people",
    "people_in_pieces",
    "total",
    "share",
    "units",
    distance_m="how far from a land border the periphery reaches, metres",
)
SECTIONS = ("thresholds",)
SHOWN_IN = "periphery"
GROUND = "misaligned_units"
rule = Maker(__name__)

# Where fewer than a quarter of the people at the edge look elsewhere, the line fits most of them.
MANY = 0.25


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each area with people near its land border whose main provider stands elsewhere."""
    for level, key in hospital_levels(plan):
        found = periphery(plan, key)
        if isinstance(found, Missing):
            yield rule.skip(f"{many(plan, key)}: {found.reason}", layers=(key,))
            continue
        for row in found.summary[found.summary["misaligned_units"] > 0].to_dict("records"):
            yield _finding(plan, str(level), found, row, figures(plan))


def _finding(plan: Plan, level: str, found: Periphery, row: dict[Any, Any], told: Figures) -> Finding:
    area = Area(row["code"], row["name"])
    table = found.table[found.table["code"] == row["code"]]
    people = plan.people is not None
    size = "population" if people else "units"
    by_provider = (
        table.fillna({"host": "", "host_name": ""})
        .groupby(["provider", "provider_name", "host", "host_name"])[size]
        .sum()
        .sort_values(ascending=False, kind="stable")
    )
    named = [
        f"{told.text(n)} to {Area(p, name)}" + (f" in {home}" if home else "")
        for (p, name, _, home), n in by_provider.head(2).items()
    ]
    if len(by_provider) > 2:
        named.append(f"{told.text(by_provider.iloc[2:].sum())} to {count(len(by_provider) - 2, 'other')}")
    homes = by_provider.groupby(level=["host", "host_name"]).sum().sort_values(ascending=False, kind="stable")
    homes = homes[homes.index.get_level_values("host") != ""]
    pieces = [
        Piece(Area(code, name), people=told.count(n)) if people else Piece(Area(code, name), units=int(n))
        for (code, name), n in homes.items()
    ]
    lost, all_ = (row["misaligned"], row["population"]) if people else (row["misaligned_units"], row["units"])
    share = lost / all_ if all_ else 0.0
    # where no hospital stands, everybody has to look elsewhere, at the edge and in the middle
    host = hosts(plan, found.key)
    assert not isinstance(host, Missing)
    hosted = plan.layers[found.key].codes.get_loc(row["code"]) in host.area
    return rule.finding(
        found.key,
        f"{told.text(lost)} of {told.text(all_)} {'people' if people else 'units'} of {area} within "
        f"{found.distance_m / 1000:g} km of its land border look elsewhere: {', '.join(named)}",
        "Move the line where many people look the other way, or agree who plans their care.",
        "flow",
        area=area,
        parts=pieces,
        level=level,
        severity=SEVERITY if share >= MANY and hosted else Severity.INFO,
        people=told.count(row["misaligned"]),
        **(listed(pieces, "people_in_pieces") if people else {"people_in_pieces": None}),
        total=told.count(row["population"]),
        share=told.share(share, lost, all_ - lost, whole=all_),
        units=told.count(row["misaligned_units"]),
        distance_m=found.distance_m,
    )
