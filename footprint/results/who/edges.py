"""How near the edge of its areas somewhere lies, and in which parts. Only the features needed are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from footprint.model.errors import IncomparableError, InputError
from footprint.model.geographies import geography
from footprint.model.nations import nation_out_of_scope
from footprint.read.files import PARQUET, readable
from footprint.results.who.codes import Codes
from footprint.results.who.spot import REACH_M, box_around, no_outlines, read_near, units_near
from footprint.results.who.subject import Subject

if TYPE_CHECKING:
    import geopandas as gpd

    from footprint.results.who.spot import Box, Metres


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
            name = codes.names[key].get(beyond) or nation_out_of_scope(beyond) or beyond
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
    if codes.plan is not None:
        units = codes.plan.units
        shape = None if units is None or units.shapes is None else units.shapes.get(code)
        if shape is None:
            raise no_outlines(codes)
        return shape
    import geopandas as gpd
    import pyogrio

    from footprint.read.boundary import adopt, find_code_column, read_features

    assert codes.spec is not None
    spec = codes.spec.units
    assert spec is not None
    if spec.path is None:
        raise no_outlines(codes)
    path, geo = codes.root / spec.path, geography(spec.geography)
    if path.suffix.lower() not in PARQUET:
        with readable(path, spec.layer) as (opened, inside):
            layers = [str(name) for name, _ in pyogrio.list_layers(opened)]
            layer = inside if inside in layers else None
            columns = [str(c) for c in pyogrio.read_info(opened, layer=layer)["fields"]]
            if spec.code in columns:
                quoted = code.replace("'", "''")
                frame = gpd.read_file(
                    opened, layer=layer, where=f"\"{spec.code}\" = '{quoted}'", engine="pyogrio"
                )
                if len(frame):
                    return adopt(frame, path, spec.assume_crs).frame.geometry.iloc[0]
    features = read_features(path, layer=spec.layer, assume_crs=spec.assume_crs)
    column = find_code_column(features, spec.code, geo)
    hit = features.frame[features.frame[column.name].astype(str).str.strip() == code]
    if not len(hit):
        raise InputError(path, f"has no {codes.unit_kind} {code}", "Use outlines of the plan's units.")
    return hit.geometry.iloc[0]


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
    if codes.plan is not None:
        from footprint.plan import derive

        drawn = derive.outlines(codes.plan, key)
        if drawn is None:
            raise no_outlines(codes)
        return drawn.polygons.cx[box[0] : box[2], box[1] : box[3]]
    assert codes.spec is not None
    spec = codes.spec.layers[key]
    if spec.path is not None:
        return read_near(codes.root, spec, box, spec.geography)
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
    if plan is None or plan.units is None or subject.kind == "area":
        return {}
    from footprint.geometry.by_geometry import by_geometry
    from footprint.geometry.tolerance import tolerance
    from footprint.plan import derive

    found: dict[str, list[tuple[str, float]]] = {}
    for key in codes.areas:
        assigned, drawn = derive.assignment(plan, key), plan.layers[key].drawn
        if assigned is None or assigned.fit is None or drawn is None or plan.units.drawn is None:
            continue
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
