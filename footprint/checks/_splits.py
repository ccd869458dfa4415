"""What the rules on alignment share: which pairs of layers are compared, and how a split is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from footprint.checks import Maker
from footprint.model.errors import Missing
from footprint.model.finding import Area, Finding, Severity, Skipped
from footprint.model.words import count, listing
from footprint.plan import derive

if TYPE_CHECKING:
    import pandas as pd

    from footprint.geometry.overlap import Overlap
    from footprint.plan.model import Plan


_DENOMINATOR = {"population": "people of the source", "area": "common land of the source"}


def splits(
    rule: Maker, plan: Plan, source: str, target: str, severity: Severity, hint: str
) -> Iterator[Finding | Skipped]:
    """Report each area of `source` that lies in more than one area of `target`, or why that is unknown."""
    overlap = derive.overlap(plan, source, target)
    if isinstance(overlap, Missing):
        # what must hold and cannot be checked leaves the check incomplete
        must = any(a.must and (a.source, a.target) == (source, target) for a in plan.align)
        yield rule.skip(f"{source} in {target}: {overlap.reason}", overlap.refused or must)
        return
    for code, pieces in overlap.split().groupby("source", sort=False):
        yield split_finding(rule, plan, overlap, str(code), pieces, severity, hint)
    if overlap.too_small:
        yield rule.skip(
            f"{source} in {target}: {count(len(overlap.too_small), 'area')} of {source} too narrow for the "
            f"outlines to tell whether they are split: {listing(overlap.too_small)}"
        )


def split_finding(
    rule: Maker,
    plan: Plan,
    overlap: Overlap,
    code: str,
    pieces: pd.DataFrame,
    severity: Severity,
    hint: str,
) -> Finding:
    """Return the finding for one split area; `pieces` are its rows of the overlap, largest first."""
    area = Area(code, plan.layers[overlap.source].name(code))
    others = [Area(c, plan.layers[overlap.target].name(c)) for c in pieces["target"]]
    known = bool(pieces["population"].notna().all())
    column, what = ("share_of_source", "population") if known else ("area_share_of_source", "area")
    shares = [float(s) for s in pieces[column]]
    level = plan.level_of(overlap.source)
    numbers: dict[str, Any] = {
        "pieces": len(pieces),
        "shares_of_source": shares,
        "denominator": _DENOMINATOR[what],
        "areas_m2": [float(a) for a in pieces["area_m2"]],
    }
    minor = others[1:]
    if known:
        people = [float(p) for p in pieces["population"]]
        numbers |= {
            "people": sum(people[1:]),
            "people_in_pieces": people,
            "total": sum(people),
            "units": int(pieces["units"].sum()),
        }
        told = "; ".join(
            f"{p:,.0f} of its {sum(people):,.0f} people in {o}"
            for p, o in zip(people[1:], minor, strict=True)
        )
    elif overlap.evidence == "geometry":
        numbers |= {"widths_m": [float(w) for w in pieces["width_m"]]}
        told = "; ".join(
            f"{s:.1%} of its area in {o}, {w:,.0f} m wide"
            for s, o, w in zip(shares[1:], minor, pieces["width_m"].iloc[1:], strict=True)
        )
    else:
        numbers |= {"units": int(pieces["units"].sum())}
        told = "; ".join(
            f"{u:,.0f} of its {pieces['units'].sum():,.0f} units in {o}"
            for u, o in zip(pieces["units"].iloc[1:], minor, strict=True)
        )
    if overlap.tolerance is not None:
        numbers |= {
            "tolerance_m": overlap.tolerance.metres,
            "tolerance_reason": overlap.tolerance.why,
        }
    return rule.finding(
        overlap.source,
        f"{area} is split between {len(pieces)} areas of {overlap.target}: {told}",
        hint,
        overlap.evidence,
        area=area,
        others=others,
        level=level and str(level),
        severity=severity,
        **numbers,
    )
