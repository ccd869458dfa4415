"""What the rules on the form of a proposal share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.model.finding import Finding

if TYPE_CHECKING:
    from footprint.plan.model import Plan

FAULT_EVIDENCE = evidence("codes", "units")


def faults(rule: Maker, plan: Plan, kind: str) -> Iterator[Finding]:
    """Report what is wrong with the plan's proposal in this way."""
    assert plan.proposal is not None
    for fault in plan.proposal.faults:
        if fault.kind == kind:
            yield rule.finding(
                fault.layer or plan.proposal.layer,
                f"{fault.message}; nothing of the proposal was applied",
                fault.hint,
                "lookup",
                codes=list(fault.codes),
                units=fault.units,
                location=fault.location,
            )
