"""A layer whose areas do not add up to the population that the plan was given.

Each person lives in one area of each layer. Where the sum differs, people were lost (units outside
the layer, rows for units that the plan does not have) or counted twice.

Settle: use a population of the units' vintage, and complete the layer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.model.errors import Missing
from footprint.model.finding import Finding, Severity, Skipped
from footprint.model.nations import nation_out_of_scope
from footprint.model.words import count, listing

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.ERROR
NEEDS = ("population",)
EVIDENCE = evidence("people", "total", "codes", difference="people in the areas minus people in all")
SECTIONS = ("units.population", "population", "units")
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each layer whose total differs by half a person or more."""
    from footprint.measure import people as population
    from footprint.model.codes import is_in

    assert plan.people is not None
    given = plan.people.people
    given = given[[nation_out_of_scope(str(c)) is None for c in given.index]]
    total = float(given.sum())
    known = plan.units.codes if plan.units is not None else plan.layers[plan.people_of or ""].codes
    strangers = given[~is_in(given.index, known)]
    for key, layer in plan.layers.items():
        found = population.totals(plan, key)
        if isinstance(found, Missing):
            yield rule.skip(f"{key}: {found.reason}")
            continue
        here = found.inside
        if here != here:
            yield rule.skip(f"{key}: {found.unknown}")
            continue
        if abs(here - total) < 0.5:
            continue
        causes = []
        if len(strangers):
            causes.append(
                f"{strangers.sum():,.0f} are on {count(len(strangers), 'row')} for codes that are not in the "
                f"plan ({listing(strangers.index, 3)})"
            )
        if found.outside:
            causes.append(f"{found.outside:,.0f} live in units outside {key}")
        yield rule.finding(
            key,
            f"the {len(layer.codes):,} areas of {key} have {here:,.0f} people, "
            f"not the {total:,.0f} of the population" + (f": {'; '.join(causes)}" if causes else ""),
            "Use a population of the units' vintage, and complete the layer.",
            "population",
            people=abs(here - total),
            total=total,
            difference=here - total,
            codes=[str(c) for c in strangers.index[:20]],
        )
