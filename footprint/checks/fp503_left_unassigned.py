"""Units that a proposal leaves without an area, or an area that nobody is assigned to.

Statutory boundaries cover everybody. A proposal that says it is complete has to list every unit, a
proposed boundary has to hold every unit that the old one held, and an area that is declared has to
have somebody in it.

Settle: assign the units, or take the area out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker
from footprint.checks._proposal import FAULT_EVIDENCE, faults
from footprint.model.finding import Finding, Severity, Skipped

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.ERROR
NEEDS = ("proposal",)
EVIDENCE = FAULT_EVIDENCE
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report units left out, and areas that stay empty."""
    yield from faults(rule, plan, "left unassigned")
