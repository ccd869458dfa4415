"""A system, place or neighbourhood with more people than its level is meant for.

A large footprint is far from the people it plans for, and the work of the level below it drifts
upward. The bands are a should.

Settle: divide it, or accept it with its reason (a city that is one authority, say).
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
    """Report each area above the band of its level."""
    yield from outside_band(rule, plan, "ABOVE", "Divide it, or accept it with its reason.")
