"""Boundary files in bulk: all rows of one layer, by pyogrio or as GeoParquet."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq
import pyogrio
import pyproj
from geopandas.array import GeometryDtype

from footprint.model.errors import InputError
from footprint.model.words import agree, listing, nearest
from footprint.read.encoding import with_letters
from footprint.read.files import Opened, choose_layer
from footprint.read.grid import refuse_twins
from footprint.read.held import Held, require_all
from footprint.read.parquet import require_modest_rows
from footprint.read.records import name_broken

# Warnings of GDAL that a file is not whole.
_BROKEN = re.compile("truncated|corrupt|unexpected end", re.IGNORECASE)


def read_frame(opened: Opened, path: Path) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Read the one layer that is meant, and what has to be noted of it.

    Parameters
    ----------
    opened : the file, as `files.readable` gives it
    path : what the user wrote

    Raises
    ------
    InputError : for a file that cannot be read, with the record that is broken where fiona finds it, and
        where not all that its bytes hold was read

    """
    if opened.records is None:
        frame = read_parquet(opened.path, path)
        return frame, _other_outlines(frame, path)
    # of text, GDAL reads the whole file to list its layers
    listed = _layers(opened, path)
    chosen = _chosen(listed, opened, path)
    told: list[warnings.WarningMessage] = []
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            # GDAL mends the winding order of rings by itself; of a ring that is open the read itself tells
            warnings.filterwarnings("ignore", message=".*(winding order|Non closed ring).*")
            frame = gpd.read_file(opened.name, layer=chosen, engine="pyogrio")
    except UnicodeDecodeError as fault:
        error = InputError(
            path,
            f"holds text that is not UTF-8 (byte 0x{fault.object[fault.start]:02x})",
            f"State the encoding, for example ISO-8859-1, in {path.stem}.cpg beside it, or save it as UTF-8.",
        )
        raise name_broken(error, opened.path, chosen, text=True) from None
    except (pyogrio.errors.DataSourceError, MemoryError) as fault:
        raise unreadable(path, fault) from None
    except (pyproj.exceptions.CRSError, pyogrio.errors.CRSError) as fault:
        raise crs_unreadable(path, fault) from None
    except Exception as fault:  # whatever libraries raise for a file, the file is at fault
        raise name_broken(unreadable(path, fault), opened.path, chosen) from None
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(path, "is a table without geometry", "Give a file of areas.")
    refuse_twins(path, [str(column) for column in frame.columns])
    said = list(dict.fromkeys(str(one.message) for one in told))
    if broken := [words for words in said if _BROKEN.search(words)]:
        raise name_broken(unreadable(path, RuntimeWarning(broken[0])), opened.path, chosen)
    notes = [*opened.records.notes, *(f"{path.name}: {_plain(words)}" for words in said)]
    layers = 1 if opened.driver else len(listed)
    # of XML it is known how many features all layers have together
    held = opened.records.of(chosen) or (opened.records.of(None) if layers == 1 else None)
    if held is None and layers == 1:
        count = pyogrio.read_info(opened.name, layer=chosen, force_feature_count=True)["features"]
        held = Held((None,) * int(count))
    if held is not None:
        notes += require_all(held, frame, path)
    return with_letters(frame, opened.path), notes


def read_parquet(opened: Path, path: Path) -> gpd.GeoDataFrame:
    """Read GeoParquet at `opened`; InputError, in the name of `path`, if it is none."""
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=RuntimeWarning)  # NaN is told of below
            # what is no text fails here in words, and later without
            file = pq.ParquetFile(opened)
            require_modest_rows(path, file.metadata, opened.stat().st_size)
            file.read().validate(full=True)
            frame = gpd.read_parquet(opened)
    except InputError:
        raise
    except pyproj.exceptions.CRSError as fault:
        raise crs_unreadable(path, fault) from None
    except Exception as fault:  # whatever libraries raise for a file, the file is at fault
        raise unreadable(path, fault) from None
    if not isinstance(frame, gpd.GeoDataFrame) or not isinstance(frame._geometry_column_name, str):
        raise InputError(path, "is a table without geometry", "Give a file of areas.")
    refuse_twins(path, [str(column) for column in frame.columns])
    return frame


def _other_outlines(frame: gpd.GeoDataFrame, path: Path) -> list[str]:
    """Return the note on columns of geometry besides the one that the file calls its main one; or none."""
    main = frame.geometry.name
    others = [str(c) for c in frame.columns if c != main and isinstance(frame[c].dtype, GeometryDtype)]
    if not others:
        return []
    told = listing(f"'{c}'" for c in others)
    return [
        f"{path.name}: outlines are those of column '{main}', the main one by the file itself; "
        f"{told} {agree(len(others), 'is', 'are')} not used"
    ]


def unreadable(path: Path, fault: Exception) -> InputError:
    """Return the error for a file that GDAL cannot read."""
    told = _plain(str(fault)).split(".;")[0].rstrip(".")[:160]
    return InputError(
        path,
        f"cannot be read as a boundary file ({told})",
        "Give a shapefile, GeoPackage, GeoJSON, FlatGeobuf, TopoJSON or GeoParquet file.",
    )


def crs_unreadable(path: Path, fault: Exception) -> InputError:
    """Return the error for a file whose coordinate reference system is damaged."""
    where = f"in {path.stem}.prj" if path.suffix.lower() == ".shp" else "in it"
    return InputError(
        path,
        f"states a coordinate reference system that cannot be read ({_plain(str(fault))[:100]})",
        f"Fetch it again, or delete what stands {where} and say which it is with --assume-crs EPSG:27700.",
    )


def _plain(told: str) -> str:
    """Return what a library says, without the temporary folder that it read a copy in."""
    return " ".join(re.sub(r"[^\s']*[/\\]([^/\\\s']+)", r"\1", told).split())


def choose(opened: Opened, path: Path) -> str:
    """Return the layer that is meant; InputError where there is no such layer, or which is open."""
    return _chosen(_layers(opened, path), opened, path)


def _layers(opened: Opened, path: Path) -> list[tuple[str, str | None]]:
    """Return the layers of a file, and the kind of their geometry; of what is wrong the read itself tells."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [(str(name), kind) for name, kind in pyogrio.list_layers(opened.name)]
    except Exception as fault:  # whatever libraries raise for a file, the file is at fault
        raise unreadable(path, fault) from None


def _chosen(listed: list[tuple[str, str | None]], opened: Opened, path: Path) -> str:
    layer = opened.layer
    every = [name for name, _ in listed]
    with_geometry = [name for name, kind in listed if kind is not None]
    if layer is not None and layer in every:
        return layer
    if layer is not None and layer not in (path.stem, opened.path.stem, opened.path.name):
        raise InputError(
            path,
            f"has no layer '{layer}'",
            f"{nearest(layer, every)}It has: {listing(every)}.",
        )
    if not with_geometry:
        raise InputError(path, "has no layer with geometry", f"It has: {listing(every)}.")
    if len(with_geometry) > 1:
        raise InputError(
            path,
            f"has {len(with_geometry)} layers and none was chosen",
            choose_layer(with_geometry),
        )
    return with_geometry[0]
