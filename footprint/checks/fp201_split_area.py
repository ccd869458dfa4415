"""An area that lies in more than one area of the layer it should nest in, or partly outside it.

A council that deals with two systems has two sets of plans, contracts and boards for one
population, and its people get different services on either side of a line that their council does
not know. The verdict rests on codes where a lookup gives them, on units where there are any, and
otherwise on the width of the overlap, never on its share of the area.

Settle: move the boundary, or accept the split with its reason and say who leads for each part.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker
from footprint.checks._splits import SPLIT_EVIDENCE, splits
from footprint.model.finding import Finding, Severity, Skipped
from footprint.plan.levels import alignments

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.ERROR
EVIDENCE = SPLIT_EVIDENCE
SPLITS = True
ALIGN = "nest"
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each split area of each alignment that is to nest."""
    nesting = [a for a in alignments(plan) if a.kind == "nest"]
    if not nesting:
        yield rule.skip('the plan states no [[align]] with "nest" beyond its levels', unasked=True)
    for align in nesting:
        yield from splits(
            rule,
            plan,
            align.source,
            align.target,
            SEVERITY if align.must else Severity.WARNING,
            "Move the boundary, or accept the split with its reason.",
        )
