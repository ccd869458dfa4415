"""Areas of nations that the plan is not of, which were left out.

Many boundary files cover the United Kingdom. A plan is of the nations that it names with `nations`,
or else of England or of those that all its files have; nothing else is judged, and what was left out
is counted.

Settle: nothing to do, unless the count surprises you; then name the nations in the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.model.finding import Finding, Severity, Skipped
from footprint.model.words import agree, count
from footprint.plan.naming import many

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.INFO
EVIDENCE = evidence("count", "features")
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report one finding for each layer that had areas of other nations."""
    for layer in plan.drawn_layers():
        nations = layer.out_of_scope["nation"].value_counts() if len(layer.out_of_scope) else None
        if nations is None:
            continue
        told = ", ".join(f"{many:,} in {nation}" for nation, many in nations.sort_index().items())
        yield rule.finding(
            layer.key,
            f"{len(layer.out_of_scope):,} of {count(layer.source.features, 'feature')} of "
            f"{many(plan, layer.key)} {agree(len(layer.out_of_scope), 'is', 'are')} outside "
            f"{plan.nations} and {agree(len(layer.out_of_scope), 'was', 'were')} left out: {told}",
            "Nothing to do, unless the count surprises you.",
            "lookup",
            count=len(layer.out_of_scope),
            features=layer.source.features,
        )
    units = plan.units
    if units is not None and units.drawn is None and units.out_of_scope:
        yield rule.finding(
            "units",
            f"{count(units.out_of_scope, 'unit is', 'units are')} outside {plan.nations} and "
            f"{agree(units.out_of_scope, 'was', 'were')} left out",
            "Nothing to do, unless the count surprises you.",
            "lookup",
            count=units.out_of_scope,
        )
