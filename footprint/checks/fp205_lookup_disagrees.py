"""Units that a lookup gives to one area although they are drawn in another.

A lookup and a boundary file of one layer should say the same. Where they do not, one of them is of
another date, or has an error; verdicts follow the lookup.

Settle: find out which is right, and replace the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.geometry.bestfit import agreement
from footprint.geometry.tolerance import displacement
from footprint.model.cache import kept
from footprint.model.finding import Area, Finding, Severity, Skipped
from footprint.model.words import count, listing
from footprint.plan import derive
from footprint.plan.naming import many
from footprint.plan.once import derived

if TYPE_CHECKING:
    import pandas as pd

    from footprint.plan.model import Plan
    from footprint.plan.parts import PlanLayer

SEVERITY = Severity.WARNING
EVIDENCE = evidence("units", "people", "codes")
OF_OUTLINES = "file"
rule = Maker(__name__)

# Of a unit that a generalised border cuts, more than half is drawn on its own side of it.
LEAST_SHARE_DRAWN = 0.5


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report, area by area, units whose lookup and outline disagree, and areas that only one of them has."""
    both = [lay for lay in plan.layers.values() if lay.drawn is not None and lay.lookup is not None]
    if not both:
        yield rule.skip("no layer has both a lookup and outlines", unasked=True)
    for layer in both:
        yield from _one_sided(layer)
        if plan.units is None or plan.units.shapes is None:
            yield rule.skip(
                f"{many(plan, layer.key)}: the units have no outlines or points to hold against it",
                layers=(layer.key,),
            )
        else:
            yield from _units(plan, layer)


def _one_sided(layer: PlanLayer) -> Iterator[Finding]:
    assert layer.drawn is not None
    assert layer.lookup is not None
    drawn, listed = set(layer.drawn.areas.index), set(layer.lookup.codes.unique())
    for codes, has, lacks in (
        (sorted(drawn - listed), "is drawn", "no unit in the lookup"),
        (sorted(listed - drawn), "is in the lookup", "no outline"),
    ):
        for code in codes:
            area = Area(str(code), layer.name(str(code)))
            yield rule.finding(
                layer.key,
                f"{area} {has}, but has {lacks}",
                "Take the lookup and the boundary of the same date.",
                "lookup",
                area=area,
            )


@derived("units", derive.assignment)
def _drawn_share(plan: Plan, key: str) -> pd.Series:
    """Return by unit the share of its ground that lies where its lookup puts it (see `bestfit.agreement`)."""
    assigned, drawn = derive.assignment(plan, key), plan.layers[key].drawn
    assert plan.units is not None
    assert plan.units.shapes is not None
    assert assigned is not None
    assert drawn is not None
    shapes, within = plan.units.shapes, displacement(drawn)
    units = plan.units

    def of() -> str:
        listed = hashlib.sha256(repr(assigned.codes.tolist()).encode()).hexdigest()
        return f"{units.fingerprint} {drawn.fingerprint} {listed} {within}"

    return kept("drawn where listed", of, lambda: agreement(shapes, assigned.codes, drawn, within))


def _units(plan: Plan, layer: PlanLayer) -> Iterator[Finding]:
    assert plan.units is not None
    assigned = derive.assignment(plan, layer.key)
    if assigned is None:
        return
    share = _drawn_share(plan, layer.key)
    wrong = share[share < LEAST_SHARE_DRAWN]
    people = plan.unit_people()
    for code, units in wrong.groupby(assigned.codes.reindex(wrong.index).to_numpy()):
        area = Area(str(code), layer.name(str(code)))
        affected = None if people is None else float(people.reindex(units.index).sum())
        told = "" if affected is None else f" with {affected:,.0f} people"
        yield rule.finding(
            layer.key,
            f"{count(len(units), 'unit')}{told} that the lookup gives to {area} are drawn outside it: "
            f"{listing(sorted(units.index))}",
            "Find out which of the two is right, and replace the other.",
            "units",
            area=area,
            units=len(units),
            people=affected,
            codes=sorted(str(u) for u in units.index),
        )
