"""Areas with a code but without an outline.

Such an area takes part in nothing that is measured on the map: it can neither be split nor hold
units, and what lies in it looks like a gap.

Settle: add the outline, or delete the row if the area no longer exists.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker
from footprint.model.finding import Area, Finding, Severity, Skipped
from footprint.plan.naming import many

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.ERROR
NEEDS = ("outlines",)
OF_OUTLINES = "file"
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each area without polygons."""
    for layer in plan.drawn_layers():
        for code, name in layer.names[layer.areas.geometry.isna()].items():
            area = Area(str(code), str(name))
            yield rule.finding(
                layer.key,
                f"{area} has no outline among the {many(plan, layer.key)}",
                "Add its outline, or delete the row.",
                "geometry",
                area=area,
            )
