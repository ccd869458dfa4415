"""The ground that a change concerns: the areas it touches, and all areas that share ground with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footprint.plan import derive
from footprint.results.changes import where
from footprint.results.scope import ground

if TYPE_CHECKING:
    from collections.abc import Iterable

    from footprint.model.finding import Finding
    from footprint.results.comparison import Comparison

_TOUCHED = ("created", "abolished", "changed", "renamed", "recoded")


def concerned(change: Comparison) -> set[tuple[str, str]]:
    """Return (layer, code) of the areas that a change touches, and of those that share units with them.

    Of layers of which only outlines are known the areas that are touched stand alone.
    """
    touched = change.areas[change.areas["change"].isin(_TOUCHED)]
    found = {
        (str(layer), str(code))
        for column in ("code", "before_code")
        for layer, code in zip(touched["layer"], touched[column], strict=True)
        if isinstance(code, str)
    }
    units = ground([change])
    for plan in (change.before.plan, change.after.plan):
        for key in plan.layers:
            assigned = derive.assignment(plan, key)
            if assigned is not None:
                held = assigned.codes.reindex(units).dropna().unique()
                found |= {(key, str(code)) for code in held}
    return found


def moved_place(change: Comparison, layer: str, source: str | None, target: str | None) -> str:
    """Return in words where the units lie that one area of a layer hands to another; "" where unknown."""
    units = change.moved_units(layer)
    for plan, code in ((change.before.plan, source), (change.after.plan, target)):
        assigned = derive.assignment(plan, layer)
        if assigned is None or not isinstance(code, str):
            return ""
        units = units[(assigned.codes.reindex(units) == code).to_numpy()]
    return where(change.before.plan, units) if len(units) else ""


def here(change: Comparison, findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that a change concerns: what it brings, and what is about ground it touches."""
    areas = concerned(change)
    codes = {code for _, code in areas}
    return [
        f
        for f in findings
        if f.new
        or (f.area is not None and (f.layer, f.area.code) in areas)
        or (f.area is None and any(other.code in codes for other in f.others))
    ]


def elsewhere(change: Comparison) -> list[Finding]:
    """Return the findings that were there before, still are, and are about ground that is not touched."""
    kept = {id(f) for f in here(change, change.remaining)}
    return [f for f in change.remaining if id(f) not in kept]
