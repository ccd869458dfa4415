"""Units, or whole areas, that lie in no area of a layer.

Their people drop out of every total, and nobody is responsible for them.

Settle: complete the lookup, or the boundary; a coastal unit may lie off a clipped coastline.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.model.errors import Missing
from footprint.model.finding import Area, Finding, Severity, Skipped
from footprint.model.words import area_text, count, listing
from footprint.plan import derive
from footprint.plan.levels import pairs

if TYPE_CHECKING:
    from footprint.plan.model import Plan

SEVERITY = Severity.ERROR
EVIDENCE = evidence("units", "people", "count", "area_m2", "codes")
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report one finding for each layer that leaves units, or areas compared with it, out."""
    yield from _areas(plan)
    if plan.units is None:
        return
    people = plan.unit_people()
    for key in plan.layers:
        assigned = derive.assignment(plan, key)
        if assigned is None:
            yield rule.skip(derive.refusal(plan, key) or f"nothing says which units lie in {key}")
            continue
        lost = [str(c) for c in assigned.codes.index[assigned.codes.isna()]]
        if lost:
            affected = None if people is None else float(people.reindex(lost).sum())
            told = "" if affected is None else f", with {affected:,.0f} people,"
            yield rule.finding(
                key,
                f"{count(len(lost), 'unit')}{told} lie in no area of {key}: {listing(lost)}",
                "Complete the lookup, or the boundary.",
                assigned.evidence,
                units=len(lost),
                people=affected,
                codes=lost[:20],
            )
        held = set(assigned.codes)
        empty = [c for c in plan.layers[key].codes if c not in held]
        if empty and assigned.evidence == "units":
            yield rule.finding(
                key,
                f"{count(len(empty), 'area')} of {key} without any unit, so nothing is known of the people "
                f"there: {listing(plan.layers[key].name(str(c)) for c in empty)}",
                "Give the units of the whole layer, or leave the areas out.",
                assigned.evidence,
                severity=Severity.WARNING,
                others=[Area(str(c), plan.layers[key].name(str(c))) for c in empty[:20]],
                count=len(empty),
            )
        if assigned.fit is not None:
            beside = assigned.fit.index[assigned.fit["method"] == "nearest"]
            if len(beside):
                yield rule.finding(
                    key,
                    f"{count(len(beside), 'unit')} just beside the outlines of {key} went to the nearest: "
                    f"{listing(beside)}",
                    "Confirm them, or use finer outlines.",
                    "units",
                    severity=Severity.INFO,
                    units=len(beside),
                    codes=[str(c) for c in beside[:20]],
                )


def _areas(plan: Plan) -> Iterator[Finding]:
    """Report areas compared by their outlines that lie in no area of the other layer, or in part."""
    matching = {(a.target, a.source) for a in plan.align if a.kind == "match"}
    for source, target in dict.fromkeys([*pairs(plan), *sorted(matching)]):
        overlap = derive.overlap(plan, source, target)
        if isinstance(overlap, Missing) or overlap.evidence != "geometry":
            continue  # the alignment rules say why, or the units are looked at below
        for row in overlap.outside.to_dict("records"):
            area = Area(row["source"], plan.layers[source].name(row["source"]))
            told = f"lies in no area of {target}"
            if not row["whole"]:
                ground = area_text(row["area_m2"])
                told = f"has {ground} in no area of {target}: water, or land that it leaves out"
            yield rule.finding(
                source,
                f"{area} {told}",
                "Complete the boundary, or leave the area out of the layer.",
                overlap.evidence,
                area=area,
                severity=SEVERITY if row["whole"] else Severity.WARNING,
                area_m2=row["area_m2"],
            )
