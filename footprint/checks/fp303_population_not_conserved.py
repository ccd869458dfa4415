"""A layer whose areas do not add up to the population that the plan was given.

Each person lives in one area of each layer. Where the sum differs, people were lost (units that lie in no
area, units of an area that the plan does not have) or counted twice. People in none of the areas of a layer
that covers a part are not lost, nor are rows for other parts of the country.

Settle: use a population of the units' vintage, and complete the layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.measure import people as population
from footprint.model.codes import is_in
from footprint.model.errors import Missing
from footprint.model.finding import Finding, Severity, Skipped
from footprint.model.known import is_known
from footprint.model.words import agree, count, listing
from footprint.plan.elsewhere import missing_from
from footprint.plan.naming import counted, many

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.ERROR
NEEDS = ("population",)
EVIDENCE = evidence("people", "total", "codes", difference="people in the areas minus people in all")
SECTIONS = ("units.population", "population", "units")
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each layer whose total differs by half a person or more."""
    assert plan.people is not None
    assert plan.people_of is not None
    given = plan.people.people
    given = given[[plan.nations.holds(str(c)) for c in given.index.tolist()]]
    known = plan.units.codes if plan.units is not None else plan.layers[plan.people_of].codes
    own = is_in(given.index, known)
    strangers = given[~own]
    for key, layer in plan.layers.items():
        found = population.totals(plan, key)
        if isinstance(found, Missing):
            yield rule.skip(f"{many(plan, key)}: {found.reason}", layers=(key,))
            continue
        here = found.inside
        if not is_known(here):
            yield rule.skip(f"{many(plan, key)}: {found.unknown}", layers=(key,))
            continue
        lost = strangers[list(missing_from(plan.layers, key, map(str, strangers.index), plan.people_of))]
        total = float(given[own].sum()) + float(lost.sum()) - found.elsewhere
        if abs(here - total) < 0.5:
            continue
        causes = []
        if len(lost):
            causes.append(
                f"{lost.sum():,.0f} are on {count(len(lost), 'row')} for codes that are not in the plan "
                f"({listing(lost.index, 3)})"
            )
        if outside := found.outside - found.elsewhere:
            of = "units" if plan.units is not None else many(plan, plan.people_of)
            causes.append(f"{outside:,.0f} live in {of} outside the {many(plan, key)}")
        have = agree(len(layer.codes), "has", "have")
        yield rule.finding(
            key,
            f"the {counted(plan, key, len(layer.codes))} {have} {here:,.0f} people, "
            f"not the {total:,.0f} of the population" + (f": {'; '.join(causes)}" if causes else ""),
            "Use a population of the units' vintage, and complete the layer.",
            "population",
            people=abs(here - total),
            total=total,
            difference=here - total,
            codes=[str(c) for c in lost.index],
        )
