"""Codes that cannot be codes of the layer's geography.

A wrong code joins to nothing, or to the wrong area: a county among districts counts its people
twice, and a name typed into the code column loses them.

Settle: correct the code, remove the area from the layer, or state another geography in the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.model.finding import Area, Finding, Severity, Skipped
from footprint.model.nations import looks_foreign
from footprint.model.words import count, listing

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.ERROR
EVIDENCE = evidence("count", "codes")
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report one finding for each layer with foreign codes."""
    named = [(key, layer.geography, layer.names) for key, layer in plan.layers.items()]
    if plan.units is not None:
        codes = plan.units.codes.to_series()
        named.append(("units", plan.units.geography, codes))
    for key, geography, names in named:
        foreign = [str(c) for c in names.index if looks_foreign(str(c), geography)]
        if foreign:
            yield rule.finding(
                key,
                f"{len(foreign):,} of {count(len(names), 'code')} of {key} cannot be {geography.key} codes "
                f"({', '.join(geography.prefixes)}): {listing(foreign)}",
                "Correct them, or state another geography for the layer.",
                "lookup",
                others=[Area(c, str(names[c])) for c in foreign[:20]],
                count=len(foreign),
                codes=foreign[:20],
            )
