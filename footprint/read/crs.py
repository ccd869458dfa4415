"""The coordinate reference system that a file states, held against its coordinates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from footprint.model.errors import InputError
from footprint.model.layer import BRITISH_NATIONAL_GRID, Features
from footprint.model.nations import Nation, nation_of
from footprint.model.words import agree, count, listing

# Land of the United Kingdom lies well inside this box (easting, northing in metres).
_UK_BOX = (-300_000.0, -200_000.0, 900_000.0, 1_500_000.0)
# Other countries in that box, with the sea around them: longitude and latitude, and at least 1 km off any
# land of the United Kingdom. Open sea is in none of them, as maps may be drawn anywhere.
_ABROAD = (
    (  # Ireland without the north
        (-6.0, 53.95), (-5.75, 53.9), (-5.75, 51.9), (-11.0, 51.2), (-11.0, 54.6), (-8.5, 55.5), (-6.9, 55.5),
        (-6.9, 55.22), (-6.99, 55.24), (-7.08, 55.1), (-7.37, 55.09), (-7.6, 54.8), (-7.95, 54.74),
        (-7.95, 54.65), (-7.87, 54.58), (-8.03, 54.59), (-8.21, 54.5), (-8.22, 54.44), (-7.89, 54.17),
        (-7.56, 54.07), (-7.25, 54.08), (-7.11, 54.19), (-7.11, 54.3), (-7.03, 54.37), (-6.84, 54.18),
        (-6.71, 54.13), (-6.64, 53.99), (-6.28, 54.05), (-6.0, 53.99),
    ),
    (  # the continent, with the Channel Islands and the Faroes
        (-6.0, 47.0), (-6.0, 49.2), (-2.2, 49.85), (-1.0, 49.85), (0.3, 49.95), (1.35, 50.65), (1.48, 50.93),
        (1.8, 51.1), (2.4, 51.6), (3.0, 52.5), (3.0, 57.0), (1.5, 61.2), (-10.0, 61.2), (-10.0, 65.0),
        (20.0, 65.0), (20.0, 47.0),
    ),
    ((-4.9, 54.0), (-4.2, 54.0), (-4.2, 54.45), (-4.9, 54.45)),  # the Isle of Man
)  # fmt: skip


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
    span = f"x {west:,.6g} to {east:,.6g}, y {south:,.6g} to {north:,.6g}"
    fault, if_so = "", ""
    if frame.crs is None:
        fault = "states no coordinate reference system (a shapefile has it in its .prj)"
        if_so = f"Its coordinates are {span}; if that is {{0}}"
    elif not (frame.crs.is_geographic or frame.crs.is_projected):
        fault = f"states a coordinate reference system without a place on the earth ({crs_name(frame.crs)})"
        if_so = f"Its coordinates are {span}; if that is {{0}}"
    elif frame.crs.is_geographic and not in_degrees:
        fault = f"says {crs_name(frame.crs)}, which is in degrees, but its coordinates are {span}"
        if_so = "If they are metres of {1}"
    elif frame.crs.is_projected and in_degrees and east - west < 30:
        # a whole map within 180 m of the false origin, in the sea off Scilly, is not a map of England
        fault = f"says {crs_name(frame.crs)}, which is in metres, but its coordinates are {span}"
        if_so = "If they are degrees"
    if not fault:
        return None
    # found only where it is told: to ask PROJ takes as long as to read a small file
    seem = "EPSG:4326" if in_degrees else _grid_of(frame)
    told = f"{if_so.format(seem, _called(seem))}, say so with --assume-crs {seem}"
    return _Trouble(fault, told + (f' (in a plan: assume_crs = "{seem}").' if frame.crs is None else "."))


def on_the_grid(frame: gpd.GeoDataFrame, path: Path, crs: str) -> gpd.GeoDataFrame:
    """Return rows in EPSG:27700; InputError where PROJ cannot bring them there from `crs`."""
    if frame.crs == BRITISH_NATIONAL_GRID:
        return frame
    try:
        return frame.to_crs(BRITISH_NATIONAL_GRID)
    except (pyproj.exceptions.ProjError, ValueError) as fault:
        raise InputError(
            path,
            f"cannot be brought from {crs} to {BRITISH_NATIONAL_GRID} ({str(fault)[:100]})",
            "Check the CRS.",
        ) from None


def _called(grid: str) -> str:
    return "the National Grid" if grid == BRITISH_NATIONAL_GRID else f"{pyproj.CRS(grid).name} ({grid})"


def _grid_of(frame: gpd.GeoDataFrame) -> str:
    """Return the grid that coordinates in metres seem to be of, by the nation of the codes beside them."""
    for name in frame.columns.drop(frame.geometry.name):
        nations = set(map(nation_of, frame[name].dropna().astype(str).head(100)))
        nation = nations.pop() if len(nations) == 1 else None
        if nation is not None:
            spots = _middles(frame.geometry.to_numpy())
            return next((g for g in nation.grids if _lies_in(nation, spots, g)), BRITISH_NATIONAL_GRID)
    return BRITISH_NATIONAL_GRID


def _middles(shapes: NDArray[Any]) -> NDArray[np.float64]:
    """Return the middle of the bounds of each outline that has any, two columns."""
    bounds = shapely.bounds(shapes)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    return np.column_stack([bounds[:, [0, 2]].mean(axis=1), bounds[:, [1, 3]].mean(axis=1)])


@cache
def _to_degrees(crs: str) -> pyproj.Transformer:
    """Return what turns coordinates in a CRS into degrees; making it takes longer than a small file does."""
    return pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)


def _lies_in(nation: Nation, spots: NDArray[np.float64], crs: str) -> bool:
    """Return whether all spots, read in a CRS, lie within the bounds of a nation."""
    x, y = _to_degrees(crs).transform(spots[:, 0], spots[:, 1])
    west, south, east, north = nation.bounds
    return bool(len(spots) and ((x >= west) & (x <= east) & (y >= south) & (y <= north)).all())


# ── places ──────────────────────────────────────────────────────────────────────────────────────


def require_own_grid(features: Features, codes: pd.Series) -> None:
    """Raise InputError where outlines lie in their nation if they are read in another grid of it only.

    The same numbers are metres of two grids: Northern Ireland in those of the Irish one lies in Lancashire
    if they are read as the British one. `codes` are those of the rows of the file, with missing ones.
    """
    nations: pd.Series = codes.dropna().map(nation_of).dropna()
    for nation in set(nations):
        shapes = features.frame.geometry.to_numpy()[codes.index.get_indexer(nations.index[nations == nation])]
        spots = _middles(shapes)
        if (
            features.crs in nation.grids[:1]
            or not len(spots)
            or _lies_in(nation, spots, BRITISH_NATIONAL_GRID)
        ):
            continue
        try:
            back = pyproj.Transformer.from_crs(BRITISH_NATIONAL_GRID, features.crs, always_xy=True)
        except pyproj.exceptions.CRSError:
            continue
        raw = np.column_stack(back.transform(spots[:, 0], spots[:, 1]))
        meant = next((grid for grid in nation.grids if _lies_in(nation, raw, grid)), None)
        if meant is not None:
            raise InputError(
                features.path,
                f"has areas of {nation.name} that lie outside it when read as {features.crs}, and in it when "
                f"read as {meant}",
                f"Correct the CRS that the file states, or that is assumed: {meant}.",
            )


def require_uk(frame: gpd.GeoDataFrame, path: Path, crs: str) -> Iterable[str]:
    """Raise InputError where outlines lie outside the United Kingdom; return a note where only some do."""
    west, south, east, north = (float(v) for v in frame.total_bounds)
    if np.isnan(west):
        return []
    inside = west >= _UK_BOX[0] and south >= _UK_BOX[1] and east <= _UK_BOX[2] and north <= _UK_BOX[3]
    if not inside or not np.isfinite([west, south, east, north]).all():
        raise InputError(
            path,
            f"lies outside the United Kingdom when read as {crs}",
            "Check the CRS; if it is right, latitude and longitude may be swapped.",
        )
    shapes = frame.geometry.to_numpy()
    some = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    abroad = some[are_abroad(_middles(shapes[some]))]
    # the middle of a bent area may lie across the border, so a point in it decides
    abroad = abroad[are_abroad(shapely.get_coordinates(shapely.point_on_surface(shapes[abroad])))]
    if len(abroad) == len(some):
        raise InputError(
            path,
            f"lies outside the United Kingdom when read as {crs}",
            "footprint covers the United Kingdom; if the layer is of it, check the CRS.",
        )
    if not len(abroad):
        return []
    lie = agree(len(abroad), "lies", "lie")
    return [
        f"{path.name}: {count(len(abroad), 'feature')} {lie} outside the United Kingdom "
        f"(row {listing(abroad + 1)})"
    ]


@cache
def _rings() -> shapely.MultiPolygon:
    """Return the other countries in the box around the United Kingdom, in EPSG:27700."""
    shift = pyproj.Transformer.from_crs("EPSG:4326", BRITISH_NATIONAL_GRID, always_xy=True)
    made = shapely.MultiPolygon(
        [shapely.Polygon(np.column_stack(shift.transform(*np.transpose(ring)))) for ring in _ABROAD]
    )
    shapely.prepare(made)
    return made


def are_abroad(spots: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which spots, two columns of metres in EPSG:27700, lie in another country or its sea."""
    found: NDArray[np.bool_] = shapely.contains_xy(_rings(), spots[:, 0], spots[:, 1])
    return found
