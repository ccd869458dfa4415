"""Units that a proposal gives to two areas, or a code that it gives to two.

Which of two lines counts must not depend on their order, and people whom two areas claim are
planned for by neither.

Settle: keep one of the two lines, or choose another code.
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
    """Report each pair of lines that give units to two areas."""
    yield from faults(rule, plan, "assigned twice")
