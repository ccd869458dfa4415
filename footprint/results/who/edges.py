"""How near the edge of its areas somewhere lies. Only the features needed are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely

from footprint.model.errors import InputError
from footprint.plan import derive
from footprint.read.nearby import Box, read_near, read_one
from footprint.results.who.codes import Codes
from footprint.results.who.spot import REACH_M, box_around, no_outlines, units_near
from footprint.results.who.subject import Subject

if TYPE_CHECKING:
    import geopandas as gpd

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
    return read_one(plan.root / str(plan.spec.units.path), plan.spec.units, code, plan.units.geography)


def _nearest(codes: Codes, key: str, own: str, spot: Metres) -> tuple[float | None, str | None]:
    """Return the distance of the nearest area of a layer other than `own`, and its code."""
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
