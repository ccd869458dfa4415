"""A few features of a boundary file: those near a place, or the one with a code. The rest is not read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio
import pyproj

from footprint.model.errors import InputError
from footprint.model.geographies import Geography
from footprint.model.layer import BRITISH_NATIONAL_GRID, Features
from footprint.read.boundary import POINT_TABLES, adopt, find_code_column, read_features
from footprint.read.bulk import choose, unreadable
from footprint.read.files import readable
from footprint.read.formats import PARQUET
from footprint.read.specs import LayerSpec, UnitsSpec

Box = tuple[float, float, float, float]
"""West, south, east, north in metres."""


def read_near(
    path: Path, spec: UnitsSpec | LayerSpec, box: Box, geography: Geography | None
) -> gpd.GeoSeries:
    """Return the features of a boundary file that touch a box in EPSG:27700, by code.

    Raises
    ------
    InputError : for files that cannot be read, and columns that cannot be found

    """
    features: Features
    if path.suffix.lower() in (*PARQUET, *POINT_TABLES):
        features = read_features(path, layer=spec.layer, assume_crs=spec.assume_crs)
    else:
        with readable(path, spec.layer) as opened:
            try:
                layer = choose(opened, path)
                crs = pyogrio.read_info(opened.name, layer=layer)["crs"] or spec.assume_crs
                frame = gpd.read_file(opened.name, layer=layer, bbox=_in_crs(box, crs), engine="pyogrio")
            except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as fault:
                raise unreadable(path, fault) from None
        if not len(frame):
            return gpd.GeoSeries([], index=[], crs=BRITISH_NATIONAL_GRID)
        features = adopt(frame, path, spec.assume_crs)
    column = find_code_column(features, spec.code, geography)
    shapes = features.frame.set_index(features.frame[column.name].astype(str).str.strip()).geometry
    return shapes.cx[box[0] : box[2], box[1] : box[3]]


def _in_crs(box: Box, crs: str | None) -> Box:
    """Return a box in the CRS of a file."""
    if crs is None or pyproj.CRS.from_user_input(crs) == BRITISH_NATIONAL_GRID:
        return box
    shift = pyproj.Transformer.from_crs(BRITISH_NATIONAL_GRID, crs, always_xy=True)
    west, south, east, north = shift.transform_bounds(*box)
    return float(west), float(south), float(east), float(north)


def read_one(path: Path, spec: UnitsSpec, code: str, geography: Geography) -> Any:
    """Return the outline or point of one unit; InputError where the file does not have it."""
    if path.suffix.lower() not in (*PARQUET, *POINT_TABLES):
        with readable(path, spec.layer) as opened:
            layer = choose(opened, path)
            if spec.code in pyogrio.read_info(opened.name, layer=layer)["fields"]:
                quoted = code.replace("'", "''")
                frame = gpd.read_file(
                    opened.name, layer=layer, where=f"\"{spec.code}\" = '{quoted}'", engine="pyogrio"
                )
                if len(frame):
                    return adopt(frame, path, spec.assume_crs).frame.geometry.iloc[0]
    features = read_features(path, layer=spec.layer, assume_crs=spec.assume_crs)
    column = find_code_column(features, spec.code, geography)
    hit = features.frame[features.frame[column.name].astype(str).str.strip() == code]
    if not len(hit):
        raise InputError(path, f"has no {geography.key} {code}", "Use outlines of the plan's units.")
    return hit.geometry.iloc[0]
