"""A line of a proposal with a code that the base plan does not have.

A misspelt code moves nobody, or somebody else, and nobody notices in a list of ten thousand lines.
Lines may name units, or whole areas of any layer of the base plan; areas that are new are declared
in the proposal.

Settle: correct the code (the nearest one is suggested), or declare the area.
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
    """Report each line whose code, or whose area, is not known."""
    yield from faults(rule, plan, "unknown unit")
