"""Ground that two areas of one layer both claim.

Areas of one layer share a border, never ground. Where they overlap, people are counted twice and
two bodies are responsible, or each believes that the other is. Overlaps that an area makes because it
lies beside its place are told together.

Settle: decide which area the ground belongs to and redraw the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker
from footprint.checks._faults import FAULT_EVIDENCE, report
from footprint.model.finding import Finding, Severity, Skipped

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.ERROR
NEEDS = ("outlines",)
EVIDENCE = FAULT_EVIDENCE
OF_OUTLINES = "file"
GROUND = "overlaps"
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each wide overlap, and the narrow ones of a layer in one line."""
    for layer in plan.drawn_layers():
        yield from report(
            rule,
            plan,
            layer,
            "overlaps",
            "are claimed by both",
            "are claimed twice by",
            "Decide which area the ground belongs to and redraw the other.",
        )
