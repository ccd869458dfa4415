"""Units, or areas, for which the population has no row.

They count as empty, so every total that they are part of is too low.

Settle: use a population of the same vintage as the units, or add the rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.model.codes import is_in
from footprint.model.finding import Finding, Severity, Skipped
from footprint.model.vintage import explained
from footprint.model.words import count, listing

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.ERROR
NEEDS = ("population",)
EVIDENCE = evidence("count", "codes")
SECTIONS = ("units.population", "population", "units")
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report the units, or the areas of the layer that the population is keyed by, without a row."""
    assert plan.people is not None
    assert plan.people_of is not None
    codes = plan.units.codes if plan.units is not None else plan.layers[plan.people_of].codes
    lost = [str(c) for c in codes[~is_in(codes, plan.people.people.index)]]
    if lost:
        yield rule.finding(
            plan.people_of,
            f"{len(lost):,} of {count(len(codes), 'code')} of {plan.people_of} without a population: "
            f"{listing(lost)}",
            "Use a population of the same vintage, or add the rows. "
            f"{explained(lost, plan.people.people.index)}".strip(),
            "population",
            count=len(lost),
            codes=lost,
        )
