"""An area whose figure of a measure lies outside the range that the plan gives for its level or layer.

A measure of the plan's own (deprivation, people of 65 and over, a tax base) is shown and not judged, unless
the plan says between which figures areas should lie, and who says so. A figure that is not known for all
units of an area is judged by the least and the most that it can be; where these leave it open, nobody can
tell, and that is said.

Settle: move the line so that areas are more alike, or accept it with the reason why this one differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from footprint.checks import Maker, evidence
from footprint.measure.measures import measured
from footprint.model.finding import Area, Finding, Severity, Skipped
from footprint.model.known import is_known
from footprint.model.words import listing, shown
from footprint.plan.naming import counted, one

if TYPE_CHECKING:
    from footprint.model.measure import Measure
    from footprint.plan.model import Plan

SEVERITY = Severity.WARNING
NEEDS = ("measures",)
SECTIONS = ("measure",)
EVIDENCE = evidence(
    "people",
    measure="the measure of the plan",
    value="the figure of the area; null where it is not known for all of its units",
    least="the least that it can be",
    most="the most that it can be",
    range_low="the lower end of the range",
    range_high="its upper end",
    measure_source="whose figures they are",
    range_source="who has set the range",
)
APART = ("measure",)
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each area whose figure is outside its range for certain, and skip those in doubt."""
    ranged = [(measure, key) for measure in plan.measures for key in measure.ranges]
    if not ranged:
        yield rule.skip("no [[measure]] has a range", unasked=True)
    for measure, key in ranged:
        table = measured(plan, key)
        table = table[table["measure"] == measure.name]
        if table.empty:
            yield rule.skip(
                f"{measure.name}: nothing says which units lie in which {one(plan, key)}", layers=(key,)
            )
            continue
        unknown = table[table["status"].isna()]
        if len(unknown):
            told = f"{counted(plan, key, len(unknown))}: {listing(map(str, unknown['name']))}"
            yield rule.skip(
                f"{measure.name}: nobody can tell for {told}",
                layers=(key,),
                areas=map(str, unknown["code"]),
            )
        level = plan.level_of(key)
        for row in table[table["status"].isin(("BELOW", "ABOVE"))].to_dict("records"):
            area = Area(row["code"], row["name"])
            yield rule.finding(
                key,
                _said(measure, area, row),
                "Move the line so that areas are more alike, or accept it with the reason.",
                "population",
                area=area,
                level=level and str(level),
                people=row["population"],
                measure=measure.name,
                value=row["value"],
                least=row["least"],
                most=row["most"],
                range_low=row["range_low"],
                range_high=row["range_high"],
                measure_source=measure.stated_source or "not stated",
                range_source=measure.range_source,
            )


def _said(measure: Measure, area: Area, row: Mapping[Any, Any]) -> str:
    below = str(row["status"]) == "BELOW"
    end = row["range_low" if below else "range_high"]
    value, least, most = row["value"], row["least"], row["most"]
    unit = f" {measure.unit}" if measure.unit else ""
    figure = shown(value, measure.kind)
    if not is_known(value):
        figure = f"{'at most' if below else 'at least'} {shown(most if below else least, measure.kind)}"
    return (
        f"{area}: {measure.name} is {figure}{unit}, {'below' if below else 'above'} the "
        f"{shown(end, measure.kind)} of the range ({measure.range_source})"
    )
