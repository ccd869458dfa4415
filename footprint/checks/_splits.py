"""What the rules on alignment share: which pairs of layers are compared, and how a split is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from footprint.checks import Maker, evidence
from footprint.model.errors import Missing
from footprint.model.finding import Area, Finding, Piece, Severity, Skipped, listed
from footprint.model.known import is_known
from footprint.model.words import area_text, listing
from footprint.plan import derive
from footprint.plan.coverage import coverage
from footprint.plan.naming import counted, many

if TYPE_CHECKING:
    import pandas as pd

    from footprint.geometry.overlap import Overlap
    from footprint.plan.model import Plan
    from footprint.plan.parts import PlanLayer

SPLIT_EVIDENCE = evidence(
    "pieces",
    "shares_of_source",
    "denominator",
    "area_m2",
    "areas_m2",
    "people",
    "people_in_pieces",
    "total",
    "units",
    "widths_m",
    "tolerance_m",
    "tolerance_reason",
)


_DENOMINATOR = {"population": "people of the source", "area": "common land of the source"}


def splits(
    rule: Maker, plan: Plan, source: str, target: str, severity: Severity, hint: str
) -> Iterator[Finding | Skipped]:
    """Report each area of `source` that lies in more than one area of `target`, or why that is unknown."""
    overlap = derive.overlap(plan, source, target)
    if isinstance(overlap, Missing):
        # what must hold and cannot be checked leaves the check incomplete
        must = any(a.must and (a.source, a.target) == (source, target) for a in plan.align)
        yield rule.skip(
            f"{_pair(plan, source, target)}: {overlap.reason}",
            overlap.refused or must,
            layers=(source, target),
        )
        return
    for code, rows in overlap.split().groupby("source", sort=False):
        yield split_finding(rule, plan, overlap, str(code), rows, severity, hint)
    yield from _partly_outside(rule, plan, overlap, severity)
    yield from undecided(rule, plan, overlap)


def _pair(plan: Plan, source: str, target: str) -> str:
    return f"{many(plan, source)} in {many(plan, target)}"


def undecided(rule: Maker, plan: Plan, overlap: Overlap) -> Iterator[Skipped]:
    """Say of which areas of a pair of layers nobody can tell whether they are split, and why."""
    source, target = overlap.source, overlap.target
    if len(overlap.unclear):
        ours, theirs = plan.layers[source], plan.layers[target]
        unclear = [
            f"{ours.name(row['source'])} in {theirs.name(row['target'])} ({row['width_m']:,.0f} m)"
            for row in overlap.unclear.to_dict("records")
        ]
        must = any(a.must and (a.source, a.target) == (source, target) for a in plan.align)
        within = overlap.tolerance
        why = "no gap lies between the widths of slivers and of parts"
        if within is not None and within.sure_m is not None:
            why = f"some edges are not the same, and {within.metres:,.0f} m is the least width that tells"
        elif overlap.contested:
            why += ", or areas of one layer overlap there by no more than a border can be misplaced"
        if overlap.coarse:
            why += ", or an area is drawn far more coarsely than the rest of its layer"
        yield rule.skip(
            f"{_pair(plan, source, target)}: {why}, so nobody can tell whether "
            f"{counted(plan, source, overlap.unclear['source'].nunique())} are split: "
            f"{listing(unclear)}",
            must,
            layers=(source, target),
        )
    if overlap.too_small:
        yield rule.skip(
            f"{_pair(plan, source, target)}: {counted(plan, source, len(overlap.too_small))} too narrow "
            f"for the outlines to tell whether they are split: {listing(overlap.too_small)}",
            layers=(source, target),
        )


def _partly_outside(rule: Maker, plan: Plan, overlap: Overlap, severity: Severity) -> Iterator[Finding]:
    """Report each source that goes on outside a layer which covers a part."""
    if not coverage(plan, overlap.target).part:
        return
    own = plan.layers[overlap.source]
    level = plan.level_of(overlap.source)
    for row in overlap.partly().to_dict("records"):
        code, lost = str(row["source"]), row["population"]
        if code not in overlap.on_land:
            continue
        area = Area(code, own.name(code))
        rows = overlap.table[(overlap.table["source"] == code) & (overlap.table["verdict"] != "sliver")]
        others = [Area(c, plan.layers[overlap.target].name(c)) for c in map(str, rows["target"])]
        total = float(rows["population"].sum()) + lost if is_known(lost) else None
        told = "a part of its units"
        if total is not None:
            told = f"{lost:,.0f} of its {total:,.0f} people"
        elif is_known(row["area_m2"]):
            told = f"{area_text(row['area_m2'])} of it"
        yield rule.finding(
            overlap.source,
            f"{area} is partly outside the {many(plan, overlap.target)}: {told} "
            f"{'lie' if total is None else 'live'} in none of them, the rest in {listing(others)}",
            f"Move the boundary, or extend the {many(plan, overlap.target)}; or accept it with its reason.",
            overlap.evidence,
            area=area,
            others=others,
            level=level and str(level),
            severity=severity,
            people=lost,
            total=total,
            area_m2=row["area_m2"],
        )


def split_finding(
    rule: Maker, plan: Plan, overlap: Overlap, code: str, rows: pd.DataFrame, severity: Severity, hint: str
) -> Finding:
    """Return the finding for one split area; `rows` are its pieces in the overlap, largest first."""
    area = Area(code, plan.layers[overlap.source].name(code))
    known = bool(rows["population"].notna().all())
    by_width = overlap.evidence == "geometry" and not known
    pieces = [_piece(plan.layers[overlap.target], row, known, by_width) for row in rows.to_dict("records")]
    level = plan.level_of(overlap.source)
    numbers: dict[str, Any] = {
        "pieces": len(pieces),
        **listed(pieces, "shares_of_source"),
        "denominator": _DENOMINATOR["population" if known else "area"],
        **listed(pieces, "areas_m2"),
    }
    if known:
        total = sum(float(p) for p in rows["population"])
        numbers |= {
            "people": sum(float(p) for p in rows["population"].iloc[1:]),
            **listed(pieces, "people_in_pieces"),
            "total": total,
        }
    if by_width:
        numbers |= listed(pieces, "widths_m")
        told = [f"{p.share:.1%} of its area in {p.area}, {p.width_m:,.0f} m wide" for p in pieces[1:]]
    else:
        units = int(rows["units"].sum())
        numbers |= {"units": units}
        told = [
            f"{p.people:,.0f} of its {total:,.0f} people in {p.area}"
            if known
            else f"{p.units:,.0f} of its {units:,.0f} units in {p.area}"
            for p in pieces[1:]
        ]
    if overlap.tolerance is not None:
        numbers |= {
            "tolerance_m": overlap.tolerance.metres,
            "tolerance_reason": overlap.tolerance.why,
        }
    return rule.finding(
        overlap.source,
        f"{area} is split between {counted(plan, overlap.target, len(pieces))}: {'; '.join(told)}",
        hint,
        overlap.evidence,
        area=area,
        parts=pieces,
        level=level and str(level),
        severity=severity,
        **numbers,
    )


def _piece(target: PlanLayer, row: dict[Any, Any], known: bool, by_width: bool) -> Piece:
    """Return a row of an overlap: its people, or else its units, or else the width that tells it apart."""
    return Piece(
        Area(row["target"], target.name(row["target"])),
        people=row["population"] if known else None,
        share=row["share_of_source" if known else "area_share_of_source"],
        area_m2=row["area_m2"],
        width_m=row["width_m"] if by_width else None,
        units=None if known or by_width else int(row["units"]),
    )
