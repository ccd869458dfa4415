"""A part of an area that is cut off from the rest of it by another area.

Care is organised on ground that people can cross. Islands are no fault, nor are parts across a
river; a part counts only if the shortest way back leads over another area's land.

Settle: confirm the exclave (some are old and meant), or give it to the area around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.measure.faults import detached
from footprint.model.finding import Area, Finding, Severity, Skipped
from footprint.model.words import area_text

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.WARNING
NEEDS = ("outlines",)
EVIDENCE = evidence("area_m2", "width_m")
OF_OUTLINES = "shape"
GROUND = "detached_parts"
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each detached part: a warning in the levels of the plan, for information in other layers."""
    for key in plan.layers:
        layer = plan.layers[key].drawn
        if layer is None:
            continue
        level = plan.level_of(key)
        for row in detached(plan, layer).to_dict("records"):
            area = Area(row["code"], str(layer.names[row["code"]]))
            between = [Area(c, str(layer.names[c])) for c in row["beside"]]
            yield rule.finding(
                key,
                f"{area_text(row['area_m2'])} of {area} are cut off from the rest of it by "
                f"{' and '.join(map(str, between))}",
                "Confirm the exclave, or give it to the area around it.",
                "geometry",
                area=area,
                others=between,
                level=level and str(level),
                severity=SEVERITY if level else Severity.INFO,
                area_m2=row["area_m2"],
                width_m=row["width_m"],
            )
