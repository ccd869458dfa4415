"""Splits that a change hands on: the same people are parted, only the area has another name and code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from footprint.plan import derive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from footprint.model.finding import Finding
    from footprint.plan.model import Plan
    from footprint.results.result import Result


def hand_on(after: Result, resolved: Sequence[Finding], base: Plan) -> tuple[Result, list[Finding]]:
    """Return the run after a change and what it resolves, without the splits that it only hands on.

    A split is handed on where one of the same rule and layer, between areas of the same layer, is gone and
    the units outside its largest piece are those outside the largest piece of the new one. It is neither
    resolved nor new.

    Parameters
    ----------
    after : the run after the change, whose findings say whether they are new
    resolved : findings of the run before that are gone
    base : the plan before the change

    """
    gone = [(f, parted(base, f)) for f in resolved if f.divided]
    left = {id(f) for f, _ in gone}
    taken: set[int] = set()
    findings = []
    for f in after.findings:
        now = parted(after.plan, f) if gone and f.new and f.divided else None
        for old, before in gone:
            if now and before == now and (old.rule, old.layer) == (f.rule, f.layer) and id(old) in left:
                f = replace(f, new=False, inherited=True, location=None)
                left.discard(id(old))
                taken.add(id(old))
                break
        findings.append(f)
    kept = [f for f in resolved if id(f) not in taken]
    return (replace(after, findings=findings, resolved=kept), kept) if taken else (after, list(resolved))


def parted(plan: Plan, f: Finding) -> tuple[str, frozenset[str]] | None:
    """Return the layer that parts a split area, and the units that lie outside its largest piece.

    None where nobody can tell, or where there are no such units.
    """
    codes = {piece.area.code for piece in f.pieces}
    own = derive.assignment(plan, f.layer) if f.layer in plan.layers else None
    if own is None or f.area is None:
        return None
    for key, layer in plan.layers.items():
        if key != f.layer and codes <= set(map(str, layer.codes)):
            other = derive.assignment(plan, key)
            if other is None:
                return None
            held = other.codes.reindex(own.codes.index[own.codes == f.area.code])
            units = frozenset(map(str, held.index[held != f.pieces[0].area.code]))
            return (key, units) if units else None
    return None
