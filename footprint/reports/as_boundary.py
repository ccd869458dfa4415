"""Footprints as boundary files, as far as each format can hold them; written, then read back.

A GeoPackage says how QGIS draws its layers (see `maps.qgis`).
"""

from __future__ import annotations

import datetime as dt
import errno
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from pyproj.transformer import TransformerGroup

from footprint.model.layer import BRITISH_NATIONAL_GRID
from footprint.model.words import clean, count, short
from footprint.plan.model import Plan
from footprint.reports.geoparquet import PARQUET, read_back, write_geoparquet
from footprint.reports.maps.palette import border_mark
from footprint.reports.maps.qgis import border_style, style_table
from footprint.reports.registry import endings

if TYPE_CHECKING:
    from footprint.measure.footprints import Footprints

STYLES = "layer_styles"
"""The table in which QGIS looks for how it draws the layers of a GeoPackage."""
GEOPACKAGE = {"VERSION": "1.2"}
"""Of later versions GIS programs of 2022 warn, and nothing here needs what they added."""
_WGS_84 = "EPSG:4326"
# RFC 7946 asks for no more; 1e-7 degrees are 1 cm
_GEOJSON_DIGITS = 7
_SHAPEFILE_TEXT_BYTES = 254


def save(found: Sequence[Footprints], path: Path, plan: Plan, made: dt.datetime) -> list[str]:
    """Write layers to a boundary file, and read them back to see that all is there.

    Parameters
    ----------
    found : layers; more than one only where the file can hold several (.gpkg)
    path : file to write; its ending says the format
    plan : whose title, attribution and licences stand in the file where the format has a place for them
    made : the time that stands in the file where the format has one

    Returns
    -------
    What the format has changed, a sentence each.

    Raises
    ------
    OSError : where it cannot be written

    """
    ending = path.suffix.lower()
    told: list[str] = []
    for layer in found:
        frame, words = _fitting(layer, ending)
        told += words
        name = path.stem if ending == ".shp" else layer.name
        options = _options(layer, ending, plan, made)
        if ending == PARQUET:
            write_geoparquet(frame, path, options)
            require_written(path, None, frame)
            continue
        with written(path), dated(made):
            pyogrio.write_dataframe(
                frame,
                path,
                layer=name,
                driver=endings("boundaries")[ending].name,
                promote_to_multi=ending != ".geojson",
                **options,
            )
        require_written(path, name if ending == ".gpkg" else None, frame)
    if ending == ".gpkg":
        styles = {each.name: border_style(border_mark(plan.level_of(each.key))) for each in found}
        with written(path), dated(made):
            write_styles(styles, path, made)
        if pyogrio.read_info(path, layer=STYLES)["features"] != len(styles):
            raise OSError(errno.EIO, "not all of it was written; is the disk full?")
    return told


def write_styles(styles: Mapping[str, str], path: Path, made: dt.datetime) -> None:
    """Add the styles of layers (layer → QML) to a GeoPackage, where QGIS looks for them."""
    # QGIS finds a style by its `id`
    pyogrio.write_dataframe(style_table(styles, made), path, layer=STYLES, driver="GPKG", FID="id")


def _fitting(layer: Footprints, ending: str) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return a layer as a format can hold it, and what that took."""
    if ending == ".shp":
        return _short_texts(layer)
    if ending == ".geojson":
        with warnings.catch_warnings():
            # that a better one is not on this machine; how good this one is, is said below
            warnings.simplefilter("ignore", UserWarning)
            ways = TransformerGroup(BRITISH_NATIONAL_GRID, _WGS_84, always_xy=True).transformers
        metres = ways[0].accuracy
        told = f"{layer.name}: GeoJSON is in degrees (WGS 84)"
        if metres > 0:
            told += f"; converting from the National Grid is good to about {metres:g} m"
        return in_degrees(layer.frame), [told]
    return layer.frame, []


def in_degrees(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a frame in WGS 84 (longitude, latitude), 7 digits, in which neighbours still fit together."""
    there = frame.to_crs(_WGS_84)
    exact = there.geometry.to_numpy()
    # every corner by itself, so that a corner of two areas stays one
    rounded = shapely.transform(exact, lambda xy: np.round(xy, _GEOJSON_DIGITS))
    shapes = shapely.remove_repeated_points(rounded)
    for at in np.flatnonzero(~shapely.is_valid(shapes)):
        shapes[at] = shapely.set_precision(exact[at], 10.0**-_GEOJSON_DIGITS)
    return there.set_geometry(gpd.GeoSeries(shapes, index=there.index, crs=there.crs))


def _short_texts(layer: Footprints) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return a layer with texts that a shapefile can hold: 254 bytes, of which ŵ takes two."""
    frame, told = layer.frame.copy(), []
    for column in ("code", "name", "pop_source"):
        cut = [_cut(text) if isinstance(text, str) else text for text in frame[column]]
        changed = [str(a) for a, b in zip(frame[column], cut, strict=True) if isinstance(a, str) and a != b]
        if changed:
            frame[column] = cut
            told.append(
                f"{layer.name}: {column} of {count(len(changed), 'area')} cut to the "
                f"{_SHAPEFILE_TEXT_BYTES} bytes that a shapefile holds; GeoPackage holds all"
            )
    return frame, told


def _cut(text: str) -> str:
    return text.encode()[:_SHAPEFILE_TEXT_BYTES].decode(errors="ignore")


def _options(layer: Footprints, ending: str, plan: Plan, made: dt.datetime) -> dict[str, str]:
    """Return what GDAL is told for a format."""
    title = clean(f"{plan.title}: {layer.name}")
    licences = dict.fromkeys(clean(source.licence) for source in plan.inputs if source.licence)
    stated = [f"Licences of the inputs: {', '.join(licences)}."] if licences else []
    described = " ".join([title + ".", *(clean(each) for each in plan.attribution), *stated])
    return {
        ".gpkg": {"IDENTIFIER": title, "DESCRIPTION": described, **GEOPACKAGE},
        ".shp": {"ENCODING": "UTF-8", "DBF_DATE_LAST_UPDATE": f"{made:%Y-%m-%d}"},
        ".geojson": {"RFC7946": "YES", "WRITE_NAME": "YES", "DESCRIPTION": described},
        ".fgb": {"TITLE": title, "DESCRIPTION": described},
        PARQUET: {"title": title, "description": described},
    }[ending]


@contextmanager
def dated(made: dt.datetime) -> Iterator[None]:
    """Let GDAL put this time into what it writes, so that the same input gives the same bytes."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{made:%Y-%m-%dT%H:%M:%S.000Z}"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


@contextmanager
def written(path: Path) -> Iterator[None]:
    """Turn GDAL's errors in writing into an OSError that says so, for `output.written_whole`."""
    try:
        yield
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FeatureError,
        pyogrio.errors.GeometryError,
        pyogrio.errors.FieldError,
    ) as fault:
        # GDAL writes to a temporary folder, whose name tells nobody anything
        plain = " ".join(str(fault).replace(f"{path.parent}{os.sep}", "").split()).rstrip(".")
        raise OSError(errno.EIO, f"is the disk full? {short(plain, 120)}") from None


def require_written(path: Path, layer: str | None, frame: gpd.GeoDataFrame, key: str = "code") -> None:
    """Raise OSError unless what was written can be read, with the same values of `key` and all corners.

    On a full disk some of GDAL's drivers leave a part of the file and say nothing.
    """
    try:
        parquet = path.suffix.lower() == PARQUET
        back = read_back(path) if parquet else pyogrio.read_dataframe(path, layer=layer, columns=[key])
        whole = sorted(back[key]) == sorted(frame[key])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError, KeyError, ValueError):
        whole = False
    else:
        there, meant = (shapely.get_num_coordinates(f.geometry.to_numpy()).sum() for f in (back, frame))
        whole = whole and bool(there == meant)
    if not whole:
        raise OSError(errno.EIO, "not all of it was written; is the disk full?")
