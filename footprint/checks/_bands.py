"""What the two rules on population bands share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.measure import people as population
from footprint.model.errors import Missing
from footprint.model.finding import Area, Finding, Skipped
from footprint.model.levels import NO_PROFILE
from footprint.model.words import with_article
from footprint.plan.naming import many, one

if TYPE_CHECKING:
    from footprint.plan.model import Plan

BAND_EVIDENCE = evidence(
    "people",
    band="the population band of the level or layer",
    band_low="its lower end, people",
    band_high="its upper end, people",
    distance="people missing (negative) or too many",
    population_source="who counted the people",
    assumption="what was assumed about the figures",
)


def outside_band(rule: Maker, plan: Plan, status: str, hint: str) -> Iterator[Finding | Skipped]:
    """Report each area whose population has this `status` against the band of its level or layer."""
    assert plan.people is not None
    table = population.table(plan)
    for level, key in plan.levels.items():
        if plan.band_of(key) is None:
            if plan.profile == NO_PROFILE.key:
                yield rule.skip(
                    f"no bands are known for {plan.nations}, and the plan states none for {level}",
                    unasked=True,
                    layers=(key,),
                )
            else:
                yield rule.skip(
                    f"the profile '{plan.profile}' has no band for {level}", unasked=True, layers=(key,)
                )
    for key, band in plan.banded.items():
        of = plan.level_of(key)
        named, kin = many(plan, key), one(plan, key)
        bearer = with_article(kin)
        totals = population.totals(plan, key)
        if isinstance(totals, Missing):
            yield rule.skip(f"{named}: {totals.reason}", layers=(key,))
            continue
        if totals.unknown:
            yield rule.skip(f"{named}: {totals.unknown}", layers=(key,))
        rows = table[(table["layer"] == key) & (table["status"] == status)]
        for row in rows.to_dict("records"):
            area = Area(row["code"], row["name"])
            short = f"{abs(row['distance']):,.0f} {'fewer' if status == 'BELOW' else 'more'} than"
            bound = band.low if status == "BELOW" else band.high
            yield rule.finding(
                key,
                f"{area} has {row['population']:,.0f} people, {short} the {bound:,} of {bearer}",
                hint,
                "population",
                area=area,
                level=of and str(of),
                people=row["population"],
                band=str(band),
                band_low=band.low,
                band_high=band.high,
                distance=row["distance"],
                population_source=plan.people.stated_source or "not stated",
                assumption=plan.people.assumption or None,
            )
