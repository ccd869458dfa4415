"""Two layers whose outlines differ so much in detail that geometry can hardly compare them.

Outlines that were generalised separately overlap falsely along every shared border, the more so
the coarser they are. The width below which an overlap counts as a sliver grows with the coarser
layer; where it would swallow real pieces, the layers are refused.

Settle: take both layers at the same resolution, or give units or a lookup, which need no outlines.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.geometry.tolerance import MISMATCH_FACTOR
from footprint.model.errors import Missing
from footprint.model.finding import Finding, Severity, Skipped
from footprint.plan import derive
from footprint.plan.levels import pairs
from footprint.plan.naming import many

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.ERROR
EVIDENCE = evidence(
    "tolerance_m",
    "tolerance_reason",
    resolution_m="estimated detail of the outlines of the layer, metres",
    resolution_other_m="estimated detail of the outlines of the other layer, metres",
)
OF_OUTLINES = "file"
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report refused pairs (error), and pairs of very different detail that rest on geometry (warning)."""
    for source, target in pairs(plan):
        overlap = derive.overlap(plan, source, target)
        one, other = plan.layers[source].drawn, plan.layers[target].drawn
        if isinstance(overlap, Missing):
            if overlap.refused:
                yield rule.finding(
                    source,
                    f"{many(plan, source)} and {many(plan, target)} cannot be compared: {overlap.reason}",
                    "Use a finer version of the layer, a lookup or units; or state a tolerance.",
                    "geometry",
                    resolution_m=one and one.resolution_m,
                    resolution_other_m=other and other.resolution_m,
                )
            continue
        if overlap.tolerance is None or one is None or other is None:
            continue
        if one.resolution_m is None or other.resolution_m is None:
            continue
        fine, coarse = sorted((one, other), key=lambda layer: layer.resolution_m or 0.0)
        if coarse.resolution_m > MISMATCH_FACTOR * fine.resolution_m:  # type: ignore[operator]
            yield rule.finding(
                source,
                f"the {many(plan, coarse.key)} are drawn to about {coarse.resolution_m:,.0f} m, "
                f"the {many(plan, fine.key)} to about {fine.resolution_m:,.0f} m: pieces narrower than "
                f"{overlap.tolerance.metres:,.0f} m cannot be told from slivers",
                "Take both layers at the same resolution.",
                "geometry",
                severity=Severity.WARNING,
                resolution_m=one.resolution_m,
                resolution_other_m=other.resolution_m,
                tolerance_m=overlap.tolerance.metres,
                tolerance_reason=overlap.tolerance.why,
            )
