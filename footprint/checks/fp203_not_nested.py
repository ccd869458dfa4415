"""A place that lies in more than one system or partly outside them, or a neighbourhood likewise in places.

The levels are a hierarchy: budgets, delegation and accountability flow down it. A footprint with
two parents has two budgets and two bodies to answer to.

Settle: redraw the lower footprint at the line, or move the line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker
from footprint.checks._splits import SPLIT_EVIDENCE, splits
from footprint.model.finding import Finding, Severity, Skipped
from footprint.plan.levels import level_pairs

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.ERROR
EVIDENCE = SPLIT_EVIDENCE
SPLITS = True
SECTIONS = ("levels",)
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each area of a level that the next higher level splits."""
    pairs = level_pairs(plan)
    if not pairs:
        yield rule.skip("the plan names fewer than two [levels]", unasked=True)
    mild = {(a.source, a.target) for a in plan.align if not a.must}
    for low, high in pairs:
        severity = Severity.WARNING if (low, high) in mild else SEVERITY
        yield from splits(rule, plan, low, high, severity, "Redraw the lower footprint, or move the line.")
