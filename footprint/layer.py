"""Boundary file → layer: codes, names and valid polygons in EPSG:27700, with all that was done to them.

Nothing leaves a file unseen: outlines that were repaired, areas outside England, rows that were
merged and columns that were guessed stand in the layer, for the rules and reports to say.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyproj
import shapely
from numpy.typing import NDArray

from footprint.cache import fingerprint
from footprint.codes import is_in
from footprint.columns import choose_code_column, clean_codes, find_column
from footprint.errors import InputError
from footprint.files import PARQUET, Source, choose_layer, readable, sha256, split_layer
from footprint.geographies import (
    GEOGRAPHIES,
    Column,
    Geography,
    geography_of_codes,
    nation_out_of_scope,
    read_column,
)
from footprint.parallel import in_parallel
from footprint.resolution import resolution
from footprint.words import count, listing, nearest

BRITISH_NATIONAL_GRID = "EPSG:27700"

# Land of the United Kingdom lies well inside this box (easting, northing in metres).
_UK_BOX = (-300_000.0, -200_000.0, 900_000.0, 1_500_000.0)


@dataclass(frozen=True)
class Layer:
    """One geography at one vintage."""

    key: str
    """What the plan calls it: "lad"."""
    geography: Geography
    areas: gpd.GeoDataFrame
    """Index `code` (text, unique); columns `name` and `geometry` (valid polygons in EPSG:27700, or None)."""
    source: Source
    vintage: int | None = None
    resolution_m: float | None = None
    """Estimated detail of the outlines (see `resolution`); None where they are drawn square or too few."""
    drawn: bool = False
    """True where all corners are square: a drawn map or a grid, exact as it stands."""
    repairs: pd.DataFrame = field(default_factory=lambda: pd.DataFrame())
    """One row an invalid outline: code, name, rings, reason, area_before_m2, area_after_m2, in_scope."""
    out_of_scope: pd.DataFrame = field(default_factory=lambda: pd.DataFrame())
    """Areas of other nations that were left out: code, name, nation."""
    merged: pd.Series = field(default_factory=lambda: pd.Series(dtype=int))
    """Codes that stood on several rows as parts of one area → number of rows."""
    notes: tuple[str, ...] = ()
    """What was guessed or changed while reading, one sentence each."""

    @property
    def names(self) -> pd.Series:
        """Names by code."""
        names: pd.Series = self.areas["name"]
        return names

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the codes and outlines, to know them again by."""
        return fingerprint(self.polygons)

    @property
    def polygons(self) -> gpd.GeoSeries:
        """Geometry of the areas that have any, by code."""
        return self.areas.geometry[self.areas.geometry.notna()]


@dataclass(frozen=True)
class Features:
    """The rows of a boundary file before they are judged: what layers and units are made from."""

    path: Path
    frame: gpd.GeoDataFrame
    """As in the file, in EPSG:27700, two-dimensional."""
    crs: str
    """As the file states it."""
    notes: tuple[str, ...]
    layer: str | None = None
    """Which layer of a container, or which file of a zip, if one was named."""

    @property
    def place(self) -> str:
        """The file, and the layer in it, as FILE::LAYER."""
        return f"{self.path}::{self.layer}" if self.layer else str(self.path)


# ── reading ─────────────────────────────────────────────────────────────────────────────────────


def read_layer(
    path: Path | str,
    *,
    key: str | None = None,
    geography: Geography | None = None,
    layer: str | None = None,
    code: str | None = None,
    name: str | None = None,
    assume_crs: str | None = None,
    role: str | None = None,
    features: Features | None = None,
) -> Layer:
    """Read one layer of areas from a boundary file.

    Parameters
    ----------
    path : anything GDAL reads (also a zip of it) or GeoParquet
    key : what to call the layer; the file's stem if not given
    geography : what the codes should be; worked out from the column or the codes if not given
    layer : which layer of a container, or which file of a zip
    code, name : columns; ONS names such as LAD20CD / LAD20NM are found without
    assume_crs : CRS of a file that states none, or states one that its coordinates contradict
    role : what provenance says that the file is for
    features : the rows of the file, where they have been read already

    Raises
    ------
    InputError : for a file that is missing, empty, cut off, without codes, without polygons,
        without a CRS or with coordinates that contradict it, and for null or ambiguous codes.

    """
    features = features or read_features(path, layer=layer, assume_crs=assume_crs)
    frame = features.frame
    notes = list(features.notes)
    types = shapely.get_type_id(frame.geometry.to_numpy())
    if not np.isin(types, (3, 6, 7)).any():
        kinds = sorted({str(t) for t in frame.geometry.geom_type.dropna().unique()}) or ["nothing"]
        raise InputError(path, f"has no polygons, only {listing(kinds)}", "Give a file of areas.")

    column = find_code_column(features, code, geography)
    values = frame[column.name].set_axis(range(1, len(frame) + 1))
    codes = clean_codes(values, features.path, column.name, notes)
    geo = _settle_geography(geography, column, codes)
    names = _find_names(features, name, column, codes, notes)

    areas, mixed = _only_polygons(frame.geometry.to_numpy())
    if mixed:
        notes.append(
            f"{features.path.name}: lines and points of {count(mixed, 'feature')} were left out; "
            "areas are polygons"
        )
    rows = pd.DataFrame({"code": codes.to_numpy(), "name": names.to_numpy()})
    nation = rows["code"].map(nation_out_of_scope)
    areas, repairs = _repair(areas, rows, nation.isna().to_numpy())

    out = rows.assign(nation=nation)[nation.notna()].reset_index(drop=True)
    kept = nation.isna().to_numpy()
    if not kept.any():
        raise InputError(
            path,
            f"has no area in England: all {len(rows):,} are in {listing(sorted(set(out.nation)))}",
            "footprint covers England.",
        )
    table = gpd.GeoDataFrame(rows[kept], geometry=areas[kept], crs=BRITISH_NATIONAL_GRID)
    table, merged = _merge_rows(table, features.path, column.name)

    detail = resolution(table.geometry.to_numpy())
    source = Source(
        role or key or features.path.stem,
        features.place,
        sha256(features.path) if features.path.is_file() else "",
        len(frame),
        features.crs,
        column.vintage,
        None if detail.metres is None else round(detail.metres, 1),
    )
    return Layer(
        key=key or features.layer or features.path.stem,
        geography=geo,
        areas=table,
        source=source,
        vintage=column.vintage,
        resolution_m=detail.metres,
        drawn=detail.drawn,
        repairs=repairs,
        out_of_scope=out,
        merged=merged,
        notes=tuple(notes),
    )


def read_features(path: Path | str, *, layer: str | None = None, assume_crs: str | None = None) -> Features:
    """Read all rows of a boundary file, of polygons or of points, in EPSG:27700.

    Raises InputError as `read_layer` does for files, containers and CRSs.
    """
    path, layer = split_layer(path, layer)
    with readable(path, layer) as (opened, inside):
        frame = _read(opened, path, inside)
    return replace(adopt(frame, path, assume_crs), layer=layer)


def adopt(frame: gpd.GeoDataFrame, name: Path | str, assume_crs: str | None = None) -> Features:
    """Take rows over from a frame: check its CRS against its coordinates and bring it to EPSG:27700.

    Raises InputError, in the name of `name`, where there are no rows, no CRS, or coordinates that
    contradict it or lie outside the United Kingdom.
    """
    path = Path(name)
    notes: list[str] = []
    if len(frame) == 0:
        raise InputError(path, "has no features", "Fetch or export it again.")
    shapes = frame.geometry.to_numpy()
    if (shapely.is_missing(shapes) | shapely.is_empty(shapes)).all():
        raise InputError(path, "has no polygons: every outline is empty", "Fetch or export it again.")
    coordinates, row = shapely.get_coordinates(shapes, return_index=True)
    wrong = ~np.isfinite(coordinates).all(axis=1)
    if wrong.any():
        rows = listing(np.unique(row[wrong]) + 1)
        raise InputError(path, f"has coordinates that are no numbers (row {rows})", "Draw those areas again.")
    stated = frame.crs
    trouble = _crs_trouble(frame)
    if trouble is not None:
        if assume_crs is None:
            raise InputError(path, trouble.fault, trouble.remedy)
        frame = frame.set_crs(_crs(assume_crs), allow_override=True)
        notes.append(f"{path.name}: CRS taken to be {assume_crs}, as stated by you")
        if (again := _crs_trouble(frame)) is not None:
            raise InputError(path, f"{again.fault}, with {assume_crs} assumed", again.remedy)
    elif assume_crs is not None and stated is not None and stated != _crs(assume_crs):
        notes.append(f"{path.name}: states {crs_name(stated)}; {assume_crs} was not needed")
    crs = crs_name(frame.crs)
    if np.any(shapely.has_z(frame.geometry.to_numpy())):
        frame = frame.set_geometry(shapely.force_2d(frame.geometry.to_numpy()), crs=frame.crs)
    if frame.crs != BRITISH_NATIONAL_GRID:
        frame = frame.to_crs(BRITISH_NATIONAL_GRID)
    _require_uk(frame, path, crs)
    return Features(path, frame, crs, tuple(notes))


def _read(opened: Path, path: Path, layer: str | None) -> gpd.GeoDataFrame:
    """Read the one layer meant; `opened` is what GDAL opens, `path` what the user wrote."""
    if opened.suffix.lower() in PARQUET:
        return read_parquet(opened, path)
    chosen = _choose_layer(opened, path, layer)
    try:
        with warnings.catch_warnings():
            # GDAL mends the winding order of rings by itself; nothing changes on the map
            warnings.filterwarnings("ignore", message=".*winding order.*")
            warnings.filterwarnings("error", message=".*(truncated|corrupt|unexpected end).*")
            frame = gpd.read_file(opened, layer=chosen, engine="pyogrio")
    except UnicodeDecodeError as fault:
        raise InputError(
            path,
            f"holds text that is not UTF-8 (byte 0x{fault.object[fault.start]:02x})",
            f"State the encoding, for example ISO-8859-1, in {path.stem}.cpg beside it, or save it as UTF-8.",
        ) from None
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.FeatureError,
        pyogrio.errors.GeometryError,
        shapely.errors.GEOSException,
        RuntimeWarning,
        ValueError,
    ) as fault:
        raise unreadable(path, fault) from None
    if not isinstance(frame, gpd.GeoDataFrame):
        raise InputError(path, "is a table without geometry", "Give a file of areas.")
    return frame


def read_parquet(opened: Path, path: Path) -> gpd.GeoDataFrame:
    """Read GeoParquet at `opened`; InputError, in the name of `path`, if it is none."""
    import pyarrow as pa

    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=RuntimeWarning)  # NaN is told of below
            return gpd.read_parquet(opened)
    except (ValueError, OSError, pa.ArrowException, shapely.errors.GEOSException) as fault:
        raise unreadable(path, fault) from None


def unreadable(path: Path, fault: Exception) -> InputError:
    """Return the error for a file that GDAL cannot read."""
    # GDAL reads a copy in a temporary folder, whose name tells nobody anything
    plain = re.sub(r"[^\s']*[/\\]([^/\\\s']+)", r"\1", str(fault))
    told = " ".join(plain.split()).split(".;")[0].rstrip(".")[:160]
    return InputError(
        path,
        f"cannot be read as a boundary file ({told})",
        "Give a shapefile, GeoPackage, GeoJSON, FlatGeobuf, TopoJSON or GeoParquet file.",
    )


def _choose_layer(opened: Path, path: Path, layer: str | None) -> str:
    try:
        listed = pyogrio.list_layers(opened)
    except pyogrio.errors.DataSourceError as fault:
        raise unreadable(path, fault) from None
    every = [str(n) for n, _ in listed]
    with_geometry = [str(n) for n, kind in listed if kind is not None]
    if layer is not None and layer in every:
        return layer
    if layer is not None and layer not in (opened.stem, opened.name):
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


# ── coordinate reference systems ────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Trouble:
    fault: str
    remedy: str


def _crs(text: str) -> pyproj.CRS:
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


def _crs_trouble(frame: gpd.GeoDataFrame) -> _Trouble | None:
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


def _require_uk(frame: gpd.GeoDataFrame, path: Path, crs: str) -> None:
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


# ── codes and names ─────────────────────────────────────────────────────────────────────────────


def find_code_column(features: Features, wanted: str | None, geography: Geography | None) -> Column:
    """Return the column that holds the codes, as asked for or found.

    Raises InputError where `wanted` is not there, or where none or several could be meant.
    """
    columns = [str(c) for c in features.frame.columns if c != features.frame.geometry.name]
    return choose_code_column(
        columns,
        wanted,
        geography,
        features.path,
        lambda c: features.frame[c].dropna().astype(str).str.strip().head(2000),
    )


def _settle_geography(stated: Geography | None, column: Column, codes: pd.Series) -> Geography:
    if stated is not None:
        return stated
    return column.geography or geography_of_codes(codes) or GEOGRAPHIES["OTHER"]


def _find_names(
    features: Features, wanted: str | None, code: Column, codes: pd.Series, notes: list[str]
) -> pd.Series:
    columns = [str(c) for c in features.frame.columns if c != features.frame.geometry.name]
    if wanted is not None:
        found: str | None = find_column(columns, wanted, features.path)
    else:
        read = [c for c in map(read_column, columns) if c is not None and c.kind == "name"]
        own = [c for c in read if c.geography == code.geography and c.vintage == code.vintage]
        # LAD20NMW is the Welsh name; the pattern does not take it, so `own` is the English one
        plain = [c for c in read if c.geography is None]
        found = (own or plain)[0].name if own or plain else None
    if found is None:
        notes.append(f"{features.path.name}: no column of names; codes stand for them")
        return codes
    names = features.frame[found]
    text: pd.Series = (
        names.set_axis(codes.index).where(names.notna().to_numpy(), codes).astype(str).str.strip()
    )
    return text.where(text != "", codes)


# ── geometry ────────────────────────────────────────────────────────────────────────────────────


def _only_polygons(geometry: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """Keep the polygonal part of each geometry (None where there is none); count those with other parts."""
    kept = geometry.copy()
    kind = shapely.get_type_id(geometry)
    for i in np.flatnonzero(kind == 7):
        polygons = [p for p in shapely.get_parts(geometry[i]) if shapely.get_type_id(p) in (3, 6)]
        kept[i] = shapely.union_all(polygons) if polygons else None
    kept[~np.isin(kind, (3, 6, 7)) | shapely.is_empty(geometry)] = None
    other = np.isin(kind, (0, 1, 2, 4, 5, 7)) & ~shapely.is_empty(geometry)
    return kept, int(other.sum())


def _repair(
    geometry: NDArray[Any], rows: pd.DataFrame, in_scope: NDArray[np.bool_]
) -> tuple[NDArray[Any], pd.DataFrame]:
    """Make every outline valid and keep account of each that was not.

    `structure` keeps the rings' meaning (shells stay shells), where the older `buffer(0)` can
    lose half of a figure of eight.
    """
    bad = np.flatnonzero(~in_parallel(shapely.is_valid, geometry) & ~shapely.is_missing(geometry))
    fixed = geometry.copy()
    mend = partial(shapely.make_valid, method="structure", keep_collapsed=False)
    fixed[bad] = in_parallel(mend, geometry[bad])
    parts, of = shapely.get_parts(geometry[bad], return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    bad_rings = of[of_part][~shapely.is_valid(shapely.polygons(rings))]
    account = pd.DataFrame(
        {
            "code": rows["code"].to_numpy()[bad],
            "name": rows["name"].to_numpy()[bad],
            # an outline can be invalid although each ring is fine (rings that cross each other)
            "rings": np.bincount(bad_rings, minlength=len(bad)),
            "reason": [str(r).split("[")[0] for r in shapely.is_valid_reason(geometry[bad])],
            "area_before_m2": shapely.area(geometry[bad]),
            "area_after_m2": shapely.area(fixed[bad]),
            "in_scope": in_scope[bad],
        }
    )
    fixed[shapely.is_empty(fixed)] = None
    return fixed, account


def _merge_rows(table: gpd.GeoDataFrame, path: Path, column: str) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Index the areas by code; rows of one code and one name are parts of one area.

    Rows of one code with different names, or on the same ground, are a fault in the file:
    which of them is meant cannot be guessed.
    """
    twice = table["code"].duplicated(keep=False)
    if not twice.any():
        return table.set_index("code"), pd.Series(dtype=int)
    groups = table[twice].groupby("code", sort=False)
    named_apart = groups["name"].nunique()
    nameless = bool((table["name"] == table["code"]).all())
    wrong = list(named_apart[named_apart > 1].index)
    if not wrong:
        for code, rows in groups:
            outlines = rows.geometry.dropna().to_numpy()
            together = shapely.area(shapely.union_all(outlines))
            if nameless or len(outlines) < len(rows) or together < 0.999 * shapely.area(outlines).sum():
                wrong.append(str(code))
    if wrong:
        rows = [int(i) + 1 for i in table.index[is_in(table["code"], wrong)]]
        raise InputError(
            path,
            f"has {len(wrong):,} codes on more than one row: {listing(wrong)} "
            f"(rows {listing(rows)} of '{column}')",
            "Give each area one code of its own.",
        )
    merged = groups.size()
    names = table.groupby("code", sort=False)["name"].first()
    outlines = table.groupby("code", sort=False)["geometry"].agg(lambda g: shapely.union_all(g.to_numpy()))
    joined = gpd.GeoDataFrame({"name": names}, geometry=outlines, crs=table.crs)
    return joined, merged
