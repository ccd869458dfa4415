"""A place that lies in more than one system, or a neighbourhood in more than one place.

The levels are a hierarchy: budgets, delegation and accountability flow down it. A footprint with
two parents has two budgets and two bodies to answer to.

Settle: redraw the lower footprint at the line, or move the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker
from footprint.checks._alignment import level_pairs, splits
from footprint.finding import Finding, Severity, Skipped

if TYPE_CHECKING:
    from footprint.plan import Plan

SEVERITY = Severity.ERROR
rule = Maker(__name__, SEVERITY)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each area of a level that the next higher level splits."""
    pairs = level_pairs(plan)
    if not pairs:
        yield rule.skip("the plan names fewer than two [levels]")
    for low, high in pairs:
        yield from splits(rule, plan, low, high, SEVERITY, "Redraw the lower footprint, or move the line.")
