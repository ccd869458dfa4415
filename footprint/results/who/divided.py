"""Units that a boundary splits: on both sides of it another area is the one that they lie in."""

from __future__ import annotations

from dataclasses import replace

import shapely

from footprint.geometry.by_geometry import by_geometry
from footprint.geometry.tolerance import tolerance
from footprint.model.errors import IncomparableError
from footprint.plan import derive
from footprint.results.who.codes import Codes
from footprint.results.who.subject import Subject


def pieces(codes: Codes, subject: Subject) -> dict[str, list[tuple[str, float]]]:
    """Return both sides of each boundary that splits a unit: layer → (code, share of its ground).

    None of an area. Where outlines say in which area a unit lies, it goes to one of them by best fit; a
    piece in another one is real if it is wider than what outlines differ by anyway. A point lies on one side.
    """
    plan = codes.plan
    if plan.units is None or subject.kind == "area":
        return {}
    found: dict[str, list[tuple[str, float]]] = {}
    for key in codes.areas:
        assigned = derive.assignment(plan, key)
        if assigned is None or assigned.fit is None:
            continue  # no outline has a say
        drawn = plan.layers[key].drawn
        if drawn is None or plan.units.drawn is None:
            continue
        if subject.kind == "point":
            point = shapely.Point(subject.easting, subject.northing)
            here = drawn.polygons.index[drawn.polygons.intersects(point).to_numpy()]
            # on the line itself it stays with its unit
            if len(here) and codes.areas[key].get(subject.code) not in set(map(str, here)):
                found[key] = [(str(here[0]), 1.0)]
            continue
        share = assigned.fit["best_fit"].get(subject.code, 1.0)
        if not share < 1:
            continue
        try:
            within = tolerance(plan.units.drawn, drawn, plan.sliver_width_m)
        except IncomparableError:
            continue
        unit = replace(plan.units.drawn, areas=plan.units.drawn.areas.loc[[subject.code]])
        table = by_geometry(unit, drawn, within).table
        real = table[table["verdict"] == "split"]
        if len(real) > 1:
            shares = zip(real["target"], real["area_share_of_source"], strict=True)
            found[key] = [(str(code), float(part)) for code, part in shares]
    return found
