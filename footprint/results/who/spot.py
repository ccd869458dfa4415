"""Points: what codes cannot answer. Only the features that are needed are read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from footprint.model.errors import InputError
from footprint.model.nations import NATIONS
from footprint.results.who.codes import Codes
from footprint.results.who.subject import Subject

if TYPE_CHECKING:
    import geopandas as gpd

    from footprint.read.nearby import Box


Metres = tuple[float, float]


# The United Kingdom lies well inside these: latitude and longitude, easting and northing.
_DEGREES = ((49.0, 61.5), (-9.0, 2.5))


_METRES = ((-100_000.0, 800_000.0), (0.0, 1_300_000.0))


# How far around a point another area is looked for, farther each time.
REACH_M = (2_000.0, 10_000.0, 50_000.0, 250_000.0)


# A point in no unit is told the nearest one within this.
_BESIDE_M = 10_000.0


# ── points ──────────────────────────────────────────────────────────────────────────────────────


def read_point(text: str) -> Metres:
    """Return easting and northing of "LAT,LON" in degrees or "EASTING,NORTHING" in metres.

    Raises
    ------
    InputError : for what is no pair of numbers, and for a point outside the United Kingdom

    """
    parts = re.split(r"[,;\s]+", text.strip())
    try:
        one, other = (float(part) for part in parts)
    except ValueError:
        raise InputError(
            None, f"'{text}' is no point", "Write LAT,LON as 53.38,-1.47, or EASTING,NORTHING in metres."
        ) from None
    degrees = abs(one) <= 180 and abs(other) <= 180
    (low, high), (left, right) = _DEGREES if degrees else _METRES
    if low <= one <= high and left <= other <= right:
        return _metres(one, other) if degrees else (one, other)
    swapped = low <= other <= high and left <= one <= right
    names = "latitude and longitude" if degrees else "easting and northing"
    remedy = (
        f"{names.capitalize()} seem to be swapped." if swapped else f"Give {names} in the United Kingdom."
    )
    raise InputError(None, f"the point {text} is not in the United Kingdom", remedy)


def read_irish(text: str) -> Metres:
    """Return easting and northing on the British grid of "EASTING,NORTHING" on the Irish one, in metres.

    Raises
    ------
    InputError : for what is no pair of numbers, and for a point outside the United Kingdom

    """
    try:
        east, north = (float(part) for part in text.split(","))
    except ValueError:
        return read_point(text)
    east, north = _shifted(east, north, NATIONS["N"].grids[0])
    return read_point(f"{east},{north}")


def _metres(latitude: float, longitude: float) -> Metres:
    return _shifted(longitude, latitude, "EPSG:4326")


def _shifted(x: float, y: float, crs: str) -> Metres:
    """Return a place in a CRS on the British grid."""
    import pyproj

    shift = pyproj.Transformer.from_crs(crs, "EPSG:27700", always_xy=True)
    east, north = shift.transform(x, y)
    return float(east), float(north)


def at_point(codes: Codes, spot: Metres) -> Subject:
    """Return the unit that a point lies in, as a point.

    Raises
    ------
    InputError : for a point in the sea, in another nation, or beyond the plan; and for a plan whose units
        have no outlines

    """
    import shapely

    point = shapely.Point(spot)
    told = f"the point {spot[0]:.0f},{spot[1]:.0f} (easting, northing)"
    near = units_near(codes, box_around(spot, 1.0))
    holding = sorted(str(code) for code in near.index[near.intersects(point).to_numpy()]) if len(near) else []
    if not holding:
        raise InputError(None, f"{told} lies in no {codes.unit_kind} of the plan", _beside(codes, spot))
    code = next((c for c in holding if c in codes.units), holding[0])
    nation = codes.plan.nations.outside(code)
    if nation is not None:
        raise InputError(None, f"{told} is in {nation} ({code})", codes.plan.nations.covered)
    if code not in codes.units:
        raise InputError(None, f"{told} is in {code}, which the plan's tables lack", "Complete them.")
    also = tuple(f"{codes.units.get(other, other)} ({other})" for other in holding if other != code)
    return Subject(
        "point", code, codes.units[code], None, (code,), codes.people_of([code]), spot[0], spot[1], also
    )


def _beside(codes: Codes, spot: Metres) -> str:
    import shapely

    near = units_near(codes, box_around(spot, _BESIDE_M))
    if not len(near):
        return "It is in the sea, in another nation, or beyond the plan."
    away = near.distance(shapely.Point(spot))
    code = str(away.idxmin())
    name = codes.units.get(code, codes.plan.nations.outside(code) or "not in the plan")
    return (
        f"It is in the sea, in another nation, or beyond the plan; the nearest is {code} ({name}), "
        f"{away.min():,.0f} m away."
    )


def box_around(spot: Metres, reach: float) -> Box:
    """Return the square around a spot, `reach` metres to each side."""
    return spot[0] - reach, spot[1] - reach, spot[0] + reach, spot[1] + reach


# ── reading a few features ──────────────────────────────────────────────────────────────────────


def units_near(codes: Codes, box: Box) -> gpd.GeoSeries:
    """Return the outlines of the units that touch a box, by code."""
    plan = codes.plan
    if plan.units is None or not plan.units.is_placed:
        raise no_outlines(codes)
    if plan.spec is None or plan.spec.units is None or plan.units.is_read:
        if plan.units.drawn is None:
            raise no_outlines(codes)
        return plan.units.drawn.polygons.cx[box[0] : box[2], box[1] : box[3]]
    from footprint.read.nearby import read_near

    found = read_near(plan.root / str(plan.spec.units.path), plan.spec.units, box, plan.units.geography)
    if not found.geom_type.isin(("Polygon", "MultiPolygon")).all():
        raise no_outlines(codes)
    return found


def no_outlines(codes: Codes) -> InputError:
    """Return the error for a plan whose units cannot be placed."""
    where = None if codes.path is None else str(codes.path)
    return InputError(
        where,
        "has units without outlines, so nobody can tell which of them a point lies in",
        "Give units.path, or ask for the code of a unit.",
    )
