"""Units, or whole areas, that lie in no area of a layer.

Their people drop out of every total, and nobody is responsible for them.

Settle: complete the lookup, or the boundary; a coastal unit may lie off a clipped coastline.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.model.errors import Missing
from footprint.model.finding import AT_MOST, Area, Finding, Severity, Skipped
from footprint.model.words import area_text, count, listing
from footprint.plan import derive
from footprint.plan.coverage import coverage, sources_in_none
from footprint.plan.levels import facing, level_pairs
from footprint.plan.naming import counted, many, one

if TYPE_CHECKING:
    from footprint.geometry.overlap import Overlap
    from footprint.plan.model import Plan

SEVERITY = Severity.ERROR
EVIDENCE = evidence("units", "people", "count", "area_m2", "codes")
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report one finding for each layer that leaves units, or areas compared with it, out."""
    yield from _areas(plan)
    if plan.units is None:
        yield rule.skip("the plan has no units", areas=("",))  # areas were looked at above
        return
    people = plan.unit_people()
    for key in plan.layers:
        assigned = derive.assignment(plan, key)
        if assigned is None:
            yield rule.skip(
                derive.unassigned(plan, key, f"which {one(plan, key)}"),
                layers=(key,),
            )
            continue
        lost = [str(c) for c in coverage(plan, key).lost]
        if lost:
            affected = None if people is None else float(people.reindex(lost).sum())
            told = "" if affected is None else f", with {affected:,.0f} people,"
            yield rule.finding(
                key,
                f"{count(len(lost), 'unit')}{told} lie in no {one(plan, key)}: {listing(lost)}",
                "Complete the lookup, or the boundary; or say that the layer covers a part.",
                assigned.evidence,
                units=len(lost),
                people=affected,
                codes=lost,
            )
        held = set(assigned.codes.unique())
        empty = [c for c in plan.layers[key].codes if c not in held]
        if empty and assigned.evidence == "units":
            yield rule.finding(
                key,
                f"{counted(plan, key, len(empty))} without any unit, so nothing is known of the people "
                f"there: {listing(plan.layers[key].name(str(c)) for c in empty)}",
                "Give the units of the whole layer, or leave the areas out.",
                assigned.evidence,
                severity=Severity.WARNING,
                others=[Area(str(c), plan.layers[key].name(str(c))) for c in empty[:AT_MOST]],
                count=len(empty),
            )
        if assigned.fit is not None:
            beside = assigned.fit.index[assigned.fit["method"] == "nearest"]
            if len(beside):
                yield rule.finding(
                    key,
                    f"{count(len(beside), 'unit')} just beside the outlines of the {many(plan, key)} "
                    f"went to the nearest: {listing(beside)}",
                    "Confirm them, or use finer outlines.",
                    "units",
                    severity=Severity.INFO,
                    units=len(beside),
                    codes=[str(c) for c in beside],
                )


def _areas(plan: Plan) -> Iterator[Finding]:
    """Report areas that lie in no area of another layer, or in part, and those that hold none of it."""
    nesting = {*level_pairs(plan), *((a.source, a.target) for a in plan.align if a.kind == "nest")}
    for source, target in facing(plan):
        overlap = derive.overlap(plan, source, target)
        if isinstance(overlap, Missing):
            continue  # the alignment rules say why
        yield from _without_source(plan, overlap)
        if _by_units(plan, source, target):
            continue  # the units are looked at below
        _, lost = sources_in_none(plan, overlap)
        for row in overlap.outside.to_dict("records"):
            area = Area(row["source"], plan.layers[source].name(row["source"]))
            told = f"lies in no {one(plan, target)}"
            if row["whole"] and area.code not in lost:
                continue
            if not row["whole"]:
                if overlap.evidence != "geometry":
                    continue
                known = area.code in overlap.on_land
                if known and (source, target) in nesting and coverage(plan, target).part:
                    continue  # the alignment rules tell of it
                which = "so it is partly outside" if known else "water, or land that it leaves out"
                told = f"has {area_text(row['area_m2'])} in no {one(plan, target)}: {which}"
            yield rule.finding(
                source,
                f"{area} {told}",
                "Complete the boundary, or leave the area out of the layer.",
                overlap.evidence,
                area=area,
                severity=SEVERITY if row["whole"] else Severity.WARNING,
                area_m2=row["area_m2"],
            )


def _without_source(plan: Plan, overlap: Overlap) -> Iterator[Finding]:
    """Report the targets in which no source lies, unless that is looked at from the other side, or meant."""
    empty = overlap.without_source(plan.layers[overlap.target].codes)
    if not empty or (overlap.target, overlap.source) in facing(plan) or coverage(plan, overlap.source).part:
        return
    layer = plan.layers[overlap.target]
    yield rule.finding(
        overlap.target,
        f"{counted(plan, overlap.target, len(empty))} without any {one(plan, overlap.source)}: "
        f"{listing(layer.name(code) for code in empty)}",
        f"Complete the {many(plan, overlap.source)}, or leave the areas out.",
        overlap.evidence,
        severity=Severity.WARNING,
        others=[Area(code, layer.name(code)) for code in empty[:AT_MOST]],
        count=len(empty),
    )


def _by_units(plan: Plan, *keys: str) -> bool:
    return plan.units is not None and all(derive.assignment(plan, key) is not None for key in keys)
