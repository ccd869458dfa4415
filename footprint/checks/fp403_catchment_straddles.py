"""A hospital whose catchment lies in more than one footprint.

Its managers deal with several plans and budgets for one set of wards, and each footprint sees only
a part of the people it serves. Catchments are those of first past the post: the people whose main
provider it is. A catchment straddles from an effective number of 1.5 areas on (1 ÷ the sum of
squared shares), as when more than a fifth of its people live across the line.

Hospitals that stand in no area of the plan are left out, as only the fringe of their catchments is
known.

Settle: draw the line around the catchment, or agree which footprint leads for the hospital.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.measure.catchments import straddling
from footprint.measure.figures import figures, hospital_levels
from footprint.measure.membership import METHODS
from footprint.model.errors import Missing
from footprint.model.finding import Area, Finding, Piece, Severity, Skipped, listed
from footprint.plan.naming import many

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.WARNING
NEEDS = ("flows", "levels", "population")
EVIDENCE = evidence(
    "people",
    "people_in_pieces",
    "shares_of_source",
    "denominator",
    "total",
    "method",
    effective_areas="1 over the sum of squared shares of a catchment",
)
SECTIONS = ("levels",)
SHOWN_IN = "catchments"
rule = Maker(__name__)

METHOD = METHODS[0]
NAMED = 3


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each catchment that straddles the areas of a level."""
    told = figures(plan)
    for level, key in hospital_levels(plan):
        table = straddling(plan, key)
        if isinstance(table, Missing):
            yield rule.skip(f"{many(plan, key)}: {table.reason}", layers=(key,))
            continue
        for provider, lies in table.groupby("provider", sort=True):
            area = Area(str(provider), lies["provider_name"].iloc[0])
            people, shares = lies["population"].tolist(), lies["share"].tolist()
            whole = sum(people)
            areas = [Area(c, n) for c, n in zip(lies["code"], lies["name"], strict=True)]
            pieces = [
                Piece(area_, people=told.count(n), share=told.share(s, n, whole=whole))
                for area_, n, s in zip(areas, people, shares, strict=True)
            ]
            named = [
                f"{told.text(n)} ({told.percent(s, n, whole=whole)}) in {o}"
                for n, s, o in list(zip(people, shares, areas, strict=True))[:NAMED]
            ]
            if len(areas) > NAMED:
                named.append(f"{told.text(sum(people[NAMED:]))} in {len(areas) - NAMED:,} more")
            yield rule.finding(
                key,
                f"the catchment of {area} ({METHOD.replace('_', ' ')}) straddles "
                f"{lies['effective_areas'].iloc[0]:.2f} areas: {', '.join(named)}",
                "Draw the line around the catchment, or agree which footprint leads for the hospital.",
                "flow",
                area=area,
                parts=pieces,
                level=str(level),
                people=told.count(sum(people[1:])),
                **listed(pieces, "people_in_pieces", "shares_of_source"),
                denominator="people of the catchment",
                total=told.count(whole),
                effective_areas=round(lies["effective_areas"].iloc[0], 3),
                method=METHOD,
            )
