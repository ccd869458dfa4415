"""Outlines that cross or touch themselves, or have rings without area, and were repaired.

Overlaps of invalid outlines cannot be computed, so they are made valid on reading. Usually that
moves nothing that matters; where it changes an area, the verdicts about that area rest on the
repair.

Settle: repair the file at its source (QGIS: "Fix geometries") and compare the areas named here with
a finer version of the boundary.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.model.finding import AT_MOST, Area, Finding, Severity, Skipped
from footprint.model.words import agree, count
from footprint.plan.naming import many

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.WARNING
NEEDS = ("outlines",)
EVIDENCE = evidence(
    "count",
    "features",
    rings="invalid rings",
    area_change_m2="change of area by repairing, square metres",
    largest_change_m2="largest change of one area by repairing, square metres",
)
OF_OUTLINES = "file"
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report one finding for each layer with repaired outlines."""
    for layer in plan.drawn_layers():
        repairs = layer.repairs
        if repairs.empty:
            continue
        change = repairs["area_after_m2"] - repairs["area_before_m2"]
        order = change.abs().sort_values(ascending=False, kind="stable").index
        worst = repairs.loc[order[0]]
        abroad = int((~repairs["in_scope"]).sum())
        beyond = f"; {abroad:,} of the outlines outside {plan.nations}" if abroad else ""
        total = round(float(change.sum()), 1) + 0.0  # no -0.0
        was = agree(len(repairs), "was", "were")
        yield rule.finding(
            layer.key,
            f"{count(len(repairs), 'outline')} of {many(plan, layer.key)} {was} invalid "
            f"({count(int(repairs['rings'].sum()), 'ring')}{beyond}) and {was} repaired; area changed by "
            f"{total:+,.1f} m² in all, at most {change.abs().max():,.1f} m² ({worst['name']})",
            "Repair the file at its source, and compare the areas that changed most.",
            "geometry",
            others=[Area(r["code"], r["name"]) for r in repairs.loc[order[:AT_MOST]].to_dict("records")],
            count=len(repairs),
            features=layer.source.features,
            rings=int(repairs["rings"].sum()),
            area_change_m2=float(change.sum()),
            largest_change_m2=float(change.abs().max()),
        )
