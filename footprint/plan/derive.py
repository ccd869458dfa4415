"""What follows from a plan at once: where units belong, how layers lie in one another, and outlines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.cache import kept
from footprint.model.errors import IncomparableError, Missing
from footprint.model.later import later
from footprint.plan.once import derived
from footprint.plan.parts import Assignment

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from footprint.geometry.displacement import Shift
    from footprint.geometry.overlap import Evidence, Overlap
    from footprint.geometry.tolerance import Tolerance
    from footprint.model.layer import Layer
    from footprint.plan.model import Plan

# Libraries of geometry take a second to load, and many questions are answered by codes: no module
# that needs them is imported before outlines are looked at.

# ── assignments ─────────────────────────────────────────────────────────────────────────────────


@derived("units", "sliver_width_m", "land")
def assignment(plan: Plan, key: str) -> Assignment | None:
    """Return which area of layer `key` each unit belongs to; None where the plan cannot tell."""
    if plan.units is None:
        return None
    layer, units, lookup = plan.layers[key], plan.units, plan.layers[key].lookup
    if lookup is not None and layer.base == "units":
        areas = lookup.areas
        own = {unit: areas.get(unit) for unit in units.names}
        return Assignment(later(lambda: lookup.codes.reindex(units.codes), own), layer.evidence)
    if lookup is not None and layer.base is not None:
        below = assignment(plan, layer.base)
        if below is not None:
            areas = lookup.areas
            own = {unit: areas.get(area or "") for unit, area in below.areas.items()}
            return Assignment(later(lambda: below.codes.map(lookup.codes), own), below.evidence)
    if layer.drawn is not None and plan.units.shapes is not None:
        from footprint.plan.fit import fitted

        try:
            fit = fitted(plan, key)
        except IncomparableError:
            return None  # `refusal` says why
        return Assignment(fit["code"].reindex(plan.units.codes), "units", fit)
    return None


def refusal(plan: Plan, key: str) -> str:
    """Return why units cannot be put into areas of layer `key`, if its outlines are too coarse."""
    drawn = plan.layers[key].drawn
    if drawn is None or assignment(plan, key) is not None:
        return ""
    from footprint.plan.fit import fit_tolerance

    try:
        fit_tolerance(plan, drawn)
    except IncomparableError as fault:
        return _in_words(fault)
    return ""


def unassigned(plan: Plan, key: str, called: str = "") -> str:
    """Return why nobody knows which units lie in the areas of layer `key`; `called` stands for its key."""
    return refusal(plan, key) or f"nothing says which units lie in {called or key}"


def _in_words(fault: IncomparableError) -> str:
    return f"{Path(fault.where or '').name} {fault.fault}. {fault.remedy}"


# ── overlaps ────────────────────────────────────────────────────────────────────────────────────


@derived("units")
def spots(plan: Plan) -> gpd.GeoSeries:
    """Return a point of each unit: the one given, or one inside its outline."""
    assert plan.units is not None
    shapes = plan.units.shapes
    assert shapes is not None
    return shapes if plan.units.are_points else shapes.representative_point()


@derived("people", "people_of", assignment, spots)
def overlap(plan: Plan, source: str, target: str) -> Overlap | Missing:
    """Return how layer `source` lies in layer `target`, on the strongest evidence there is."""
    from footprint.geometry.by_geometry import by_geometry
    from footprint.geometry.by_units import by_units

    a, b = assignment(plan, source), assignment(plan, target)
    if a is not None and b is not None and plan.units is not None:
        evidence: Evidence = "lookup" if a.evidence == b.evidence == "lookup" else "units"
        area, people = plan.units.area_m2, plan.unit_people()
        found = by_units(source, target, a.codes, b.codes, people, area, evidence)
        return found if evidence == "lookup" else _confirmed(plan, found, a, b)
    direct = _by_area_lookup(plan, source, target)
    if direct is not None:
        return direct
    pair = _comparable(plan, source, target)
    if isinstance(pair, Missing):
        return pair
    one, other, within = pair
    return kept(
        "overlap and what lies outside",
        lambda: f"{source} {one.fingerprint} {target} {other.fingerprint} {within}",
        lambda: by_geometry(one, other, within),
    )


def _comparable(plan: Plan, source: str, target: str) -> tuple[Layer, Layer, Tolerance] | Missing:
    """Return two layers with outlines, and the tolerance between them, or why there is none."""
    from footprint.geometry.tolerance import tolerance

    one, other = outlines(plan, source), outlines(plan, target)
    if one is None or other is None:
        key = source if one is None else target
        return Missing(f"{key} has no outlines, and no lookup says how its units lie in both layers")
    try:
        return one, other, tolerance(one, other, plan.sliver_width_m)
    except IncomparableError as fault:
        return Missing(_in_words(fault), refused=True)


def _confirmed(plan: Plan, found: Overlap, a: Assignment, b: Assignment) -> Overlap | Missing:
    """Hold what best fit says against the outlines it rests on."""
    from footprint.geometry.by_units import confirmed

    pair = _comparable(plan, found.source, found.target)
    if isinstance(pair, Missing):
        return pair if pair.refused else found
    return confirmed(
        found, *pair, spots(plan), a.codes, b.codes, displacement(plan, found.source, found.target)
    )


def _by_area_lookup(plan: Plan, source: str, target: str) -> Overlap | None:
    """Compare two layers without units where lookups make both from the areas of one layer."""
    from footprint.geometry.by_units import by_units

    one, other = _made_of(plan, source), _made_of(plan, target)
    base = next((key for key in one if key in other), None)
    if base is None or source == target:
        return None
    drawn = plan.layers[base].drawn
    area = None if drawn is None else drawn.polygons.area
    people = None
    if plan.people is not None and plan.people_of == base:
        people = plan.people.people.reindex(plan.layers[base].codes)
    return by_units(source, target, one[base], other[base], people, area, "lookup")


def _made_of(plan: Plan, key: str) -> dict[str, pd.Series]:
    """Return, for a layer and each one that lookups make it from, code of the part → of the whole."""
    import pandas as pd

    codes = plan.layers[key].codes
    found = {key: pd.Series(codes, index=codes)}
    layer = plan.layers[key]
    while layer.lookup is not None and layer.base not in (None, "units"):
        below = plan.layers[str(layer.base)]
        above = found[layer.key]
        found[below.key] = layer.lookup.codes.reindex(below.codes).map(above)
        layer = below
    return found


# ── outlines ────────────────────────────────────────────────────────────────────────────────────


@derived("units")
def outlines(plan: Plan, key: str) -> Layer | None:
    """Return a layer with its outlines: as drawn, or dissolved from what its lookup is keyed by."""
    layer = plan.layers[key]
    if layer.drawn is not None:
        return layer.drawn
    if layer.lookup is None or layer.base is None:
        return None
    if layer.base == "units":
        below = plan.units.drawn if plan.units is not None else None
    else:
        below = outlines(plan, layer.base)
    if below is None:
        return None
    from footprint.plan.dissolve import dissolve

    return dissolve(below, layer)


@derived(outlines)
def displacement(plan: Plan, source: str, target: str) -> Shift | None:
    """Return how far one layer's outlines lie from another's as a whole; None where nothing tells."""
    one, other = outlines(plan, source), outlines(plan, target)
    return None if one is None or other is None else shift_of(one, other)


def shift_of(one: Layer, other: Layer) -> Shift | None:
    """Return how far the outlines of two layers, of one plan or of two, lie from each other as a whole."""
    from footprint.geometry.displaced import shift_between

    return kept("shift", lambda: f"{one.fingerprint} {other.fingerprint}", lambda: shift_between(one, other))
