"""The coordinate reference system that a file states, held against its coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj

from footprint.model.errors import InputError
from footprint.model.layer import BRITISH_NATIONAL_GRID

# Land of the United Kingdom lies well inside this box (easting, northing in metres).
_UK_BOX = (-300_000.0, -200_000.0, 900_000.0, 1_500_000.0)


@dataclass(frozen=True)
class _Trouble:
    fault: str
    remedy: str


def stated_crs(text: str) -> pyproj.CRS:
    """Return the CRS that coordinates are in: stated by the file, or assumed where it states none."""
    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError:
        raise InputError(
            None, f"'{text}' is not a CRS", "Write for example EPSG:27700 or EPSG:4326."
        ) from None


def crs_name(crs: pyproj.CRS) -> str:
    """Return "EPSG:27700" and the like, or the name of a CRS without a number."""
    authority = crs.to_authority(min_confidence=25)
    return ":".join(authority) if authority else str(crs.name)


def crs_trouble(frame: gpd.GeoDataFrame) -> _Trouble | None:
    """Return what is wrong with the stated CRS, judged by the coordinates."""
    west, south, east, north = (float(v) for v in frame.total_bounds)
    in_degrees = west >= -180 and east <= 180 and south >= -90 and north <= 90
    seem = "EPSG:4326" if in_degrees else BRITISH_NATIONAL_GRID
    span = f"x {west:,.6g} to {east:,.6g}, y {south:,.6g} to {north:,.6g}"
    if frame.crs is None:
        return _Trouble(
            "states no coordinate reference system (a shapefile has it in its .prj)",
            f"Its coordinates are {span}; if that is {seem}, say so with --assume-crs {seem} "
            f'(in a plan: assume_crs = "{seem}").',
        )
    if not (frame.crs.is_geographic or frame.crs.is_projected):
        return _Trouble(
            f"states a coordinate reference system without a place on the earth ({crs_name(frame.crs)})",
            f"Its coordinates are {span}; if that is {seem}, say so with --assume-crs {seem}.",
        )
    if frame.crs.is_geographic and not in_degrees:
        return _Trouble(
            f"says {crs_name(frame.crs)}, which is in degrees, but its coordinates are {span}",
            f"If they are metres of the National Grid, say so with --assume-crs {BRITISH_NATIONAL_GRID}.",
        )
    if frame.crs.is_projected and in_degrees and east - west < 30:
        # a whole map within 180 m of the false origin, in the sea off Scilly, is not a map of England
        return _Trouble(
            f"says {crs_name(frame.crs)}, which is in metres, but its coordinates are {span}",
            "If they are degrees, say so with --assume-crs EPSG:4326.",
        )
    return None


def require_uk(frame: gpd.GeoDataFrame, path: Path, crs: str) -> None:
    """Raise InputError where outlines lie outside the United Kingdom."""
    west, south, east, north = (float(v) for v in frame.total_bounds)
    if np.isnan(west):
        return
    inside = west >= _UK_BOX[0] and south >= _UK_BOX[1] and east <= _UK_BOX[2] and north <= _UK_BOX[3]
    if not inside or not np.isfinite([west, south, east, north]).all():
        raise InputError(
            path,
            f"lies outside the United Kingdom when read as {crs}",
            "Check the CRS; if it is right, latitude and longitude may be swapped.",
        )
