"""How near the edge of its areas somewhere lies, and in which parts. Only the features needed are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from footprint.model.errors import IncomparableError, InputError
from footprint.plan import derive
from footprint.results.who.codes import Codes
from footprint.results.who.spot import REACH_M, box_around, no_outlines, units_near
from footprint.results.who.subject import Subject

if TYPE_CHECKING:
    import geopandas as gpd

    from footprint.read.nearby import Box
    from footprint.results.who.spot import Metres


@dataclass(frozen=True)
class Edge:
    """How far the nearest other area of a layer is."""

    layer: str
    level: str | None
    code: str
    name: str
    """The area that the subject lies in."""
    distance_m: float | None
    """From the point, or from a point inside the unit; None where there is no other area near."""
    beyond: str | None
    beyond_name: str | None
    """The area on the other side."""


# ── edges ───────────────────────────────────────────────────────────────────────────────────────


def edges(codes: Codes, subject: Subject, layers: Mapping[str, str]) -> list[Edge]:
    """Return how far the nearest other area of each layer is.

    The distance is that from the point, or from a point inside the unit, to the outline of the nearest
    other area: of the layer's own outlines, or of the units where it has none.

    Parameters
    ----------
    codes : of the plan
    subject : a unit or a point
    layers : layer → code of the area that it lies in

    Raises
    ------
    InputError : for a subject that is an area, and where the plan has no outlines

    """
    if subject.kind == "area":
        raise InputError(
            None, "the nearest edge is told of units and points, and this is an area", "Leave --edge out."
        )
    spot = _spot(codes, subject)
    found = []
    for key, own in layers.items():
        distance, beyond = _nearest(codes, key, own, spot)
        level = codes.level_of(key)
        name = None
        if beyond is not None:
            name = codes.names[key].get(beyond) or codes.plan.nations.outside(beyond) or beyond
        found.append(Edge(key, level and str(level), own, codes.name(key, own), distance, beyond, name))
    return found


def _spot(codes: Codes, subject: Subject) -> Metres:
    if subject.easting is not None and subject.northing is not None:
        return subject.easting, subject.northing
    shape = _unit_shape(codes, subject.code)
    point = shape.representative_point()
    return float(point.x), float(point.y)


def _unit_shape(codes: Codes, code: str) -> Any:
    """Return the outline (or point) of one unit."""
    plan = codes.plan
    if plan.units is None or not plan.units.is_placed:
        raise no_outlines(codes)
    if plan.spec is None or plan.spec.units is None or plan.units.is_read:
        assert plan.units.shapes is not None
        return plan.units.shapes[code]
    from footprint.read.nearby import read_one

    return read_one(plan.root / str(plan.spec.units.path), plan.spec.units, code, plan.units.geography)


def _nearest(codes: Codes, key: str, own: str, spot: Metres) -> tuple[float | None, str | None]:
    """Return the distance of the nearest area of a layer other than `own`, and its code."""
    import shapely

    point = shapely.Point(spot)
    for reach in REACH_M:
        near = _areas_near(codes, key, box_around(spot, reach))
        near = near[(near.index != own) & near.notna().to_numpy()]
        if not len(near):
            continue
        away = near.distance(point)
        if away.min() <= reach:
            return float(away.min()), str(away.idxmin())
    return None, None


def _areas_near(codes: Codes, key: str, box: Box) -> gpd.GeoSeries:
    """Return outlines of a layer near a box by code of the area; those of units where it has none."""
    plan, layer = codes.plan, codes.plan.layers[key]
    if layer.is_drawn and not layer.is_read and plan.spec is not None:
        from footprint.read.nearby import read_near

        spec = plan.spec.layers[key]
        return read_near(plan.root / str(spec.path), spec, box, layer.geography)
    if layer.is_drawn or (plan.units is not None and plan.units.is_read):
        drawn = derive.outlines(plan, key)
        if drawn is None:
            raise no_outlines(codes)
        return drawn.polygons.cx[box[0] : box[2], box[1] : box[3]]
    units = units_near(codes, box)
    areas = codes.areas[key]
    known = [code in areas for code in units.index]
    units = units[known]
    return units.set_axis([areas[code] for code in units.index])


# ── units that a boundary splits ────────────────────────────────────────────────────────────────


def pieces(codes: Codes, subject: Subject) -> dict[str, list[tuple[str, float]]]:
    """Return both sides of each boundary that splits a unit: layer → (code, share of its ground).

    Where outlines say in which area a unit lies, it goes to one of them by best fit; a piece in
    another one is real if it is wider than what outlines differ by anyway. A point lies on one side.
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
        from footprint.geometry.by_geometry import by_geometry
        from footprint.geometry.tolerance import tolerance

        if subject.kind == "point":
            import shapely

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
