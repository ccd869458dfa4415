"""A function at two levels or more of which none, or more than one, is stated to lead.

Two bodies that lead the same thing decide on it twice, or each leaves it to the other, and residents
are sent from one to the other. A level that has delegated a function to another leads it no more.

Settle: name the lead on one of its rows only, or say on the other that it is delegated from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.model.accountability import by_function, leading
from footprint.model.finding import Area, Finding, Location, Severity, Skipped
from footprint.model.levels import Level
from footprint.model.words import listing

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.ERROR
NEEDS = ("accountability",)
EVIDENCE = evidence("functions", "count", "lines", levels="levels that a function stands at")
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each function at several levels without exactly one lead."""
    assert plan.accountability is not None
    for name, rows in by_function(plan.accountability.functions).items():
        at = {row.level for row in rows if row.level is not None}
        leads = leading(rows)
        if len(at) < 2 or len(leads) == 1:
            continue
        levels = [str(level) for level in Level if level in at]
        lines = [row.line for row in rows]
        named = [f"{row.lead} at {row.level}" for row in leads]
        words = f"and {listing(named)} lead it" if named else "and no lead is stated"
        yield rule.finding(
            "functions",
            f"{name} is at {' and '.join(levels)} (lines {listing(lines)}), {words}",
            "Name the lead on one of the lines only, or write on one that it is delegated from the other.",
            "lookup",
            area=Area(name, name),
            functions=[name],
            count=len(leads),
            levels=levels,
            lines=lines,
            location=Location(rows[0].path, lines[-1]),
        )
