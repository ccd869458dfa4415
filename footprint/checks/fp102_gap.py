"""Ground between the areas of a layer that belongs to none of them.

Every household has to lie in one area of each layer. A gap as wide as a street is left over from
generalising; a wider one can hold people for whom nobody is responsible. Gaps that an area
leaves because it lies beside its place are told together.

Settle: close the gap in the boundary file, or confirm that it is water or another country.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker
from footprint.checks._faults import FAULT_EVIDENCE, report
from footprint.model.finding import Finding, Severity, Skipped

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.WARNING
NEEDS = ("outlines",)
EVIDENCE = FAULT_EVIDENCE
OF_OUTLINES = "file"
GROUND = "gaps"
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each wide gap, and the narrow ones of a layer in one line."""
    for layer in plan.drawn_layers():
        yield from report(
            rule,
            plan,
            layer,
            "gaps",
            "lie in no area, between",
            "lie in no area, inside",
            "Close the gap, or confirm that it is water or another country.",
        )
