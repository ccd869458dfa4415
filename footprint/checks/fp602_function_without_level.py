"""A function that is led at no level, or at one that the plan does not have.

Nobody can say which area's body answers for it, so it belongs to everybody and to nobody.

Settle: fill in its level, or name the level's layer under [levels].
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.model.finding import Area, Finding, Location, Severity, Skipped
from footprint.model.words import listing

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.ERROR
NEEDS = ("accountability",)
EVIDENCE = evidence("functions")
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each row of the table of functions without a level that the plan has."""
    assert plan.accountability is not None
    for row in plan.accountability.functions:
        if row.level in plan.levels:
            continue
        if row.level is None:
            words, hint = f"{row.function} has no level", "Fill in where it is led."
        else:
            words = f"{row.function} is led at {row.level}, which no layer of the plan is"
            hint = f"Name its layer under [levels]; there are: {listing(plan.levels) or 'none'}."
        yield rule.finding(
            "functions",
            f"{words}, so nobody answers for it",
            hint,
            "lookup",
            area=Area(row.function, row.function),
            level=row.level and str(row.level),
            functions=[row.function],
            location=Location(row.path, row.line),
        )
