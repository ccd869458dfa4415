"""A system, place or neighbourhood with fewer people than its level is meant for.

A small footprint spreads its fixed costs, its specialists and its financial risk over too few
people. The bands are a should: geography, islands and history are good reasons to be outside them.

Settle: merge it with a neighbour, or accept it with its reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker
from footprint.checks._bands import BAND_EVIDENCE, outside_band
from footprint.model.finding import Finding, Severity, Skipped

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.WARNING
NEEDS = (
    "bands",
    "population",
)
EVIDENCE = BAND_EVIDENCE
SECTIONS = ("bands", "levels")
SHOWN_IN = "bands"
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each area below the band of its level."""
    yield from outside_band(rule, plan, "BELOW", "Merge it with a neighbour, or accept it with its reason.")
