"""Boundary file → layer: codes, names and valid polygons in EPSG:27700, with all that was done to them.

Nothing leaves a file unseen: outlines that were repaired, areas outside England, rows that were
merged and columns that were guessed stand in the layer, for the rules and reports to say.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from footprint.geometry.detail import in_metres, resolution, rounded
from footprint.model.errors import InputError
from footprint.model.geographies import Geography, NamedColumn, settled_geography
from footprint.model.layer import BRITISH_NATIONAL_GRID, Features, Layer
from footprint.model.nations import Scope, common, nations_in, out_of_scope
from footprint.model.source import Guess, Source, split_layer
from footprint.model.words import agree, area_text, count, listing
from footprint.read.bulk import read_frame
from footprint.read.columns import SAMPLE, choose_code_column, clean_codes, find_name_column, has_code
from footprint.read.crs import crs_name, crs_trouble, on_the_grid, require_own_grid, require_uk, stated_crs
from footprint.read.encoding import encoded_once, encoding_note
from footprint.read.files import readable, sha256
from footprint.read.points import coordinate_columns, refuse_outlines_as_text, refuse_two_places, spots
from footprint.read.repair import merge_rows, only_polygons, repair
from footprint.read.table import READ_WHOLE, read_table

# Tables that may hold places, by their ending; GDAL reads them without coordinates.
POINT_TABLES = (".csv", ".tsv", ".txt", *READ_WHOLE)


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
    null_codes: Literal["refuse", "keep", "drop"] = "refuse",
    nations: Scope | None = None,
) -> Layer:
    """Read one layer of areas from a boundary file.

    Parameters
    ----------
    path : a boundary file, by its ending (see `formats.DRIVERS`), or a zip of one
    key : what to call the layer; the file's stem if not given
    geography : what the codes should be; worked out from the column or the codes if not given
    layer : which layer of a container, or which file of a zip
    code, name : columns; ONS names such as LAD20CD / LAD20NM are found without
    assume_crs : CRS of a file that states none, or states one that its coordinates contradict
    role : what provenance says that the file is for
    features : the rows of the file, where they have been read already
    null_codes : what becomes of rows without a code: an error, outlines apart (`Layer.codeless`), or a note
    nations : whose areas are kept; England's if not given, or those of the file where it has none of them

    Raises
    ------
    InputError : for a file that is missing, empty, cut off, without codes, without polygons,
        without a CRS or with coordinates that contradict it, and for null or ambiguous codes.
    OutOfScopeError : for a file without an area in `nations`

    """
    features = features or read_features(path, layer=layer, assume_crs=assume_crs)
    frame = features.frame
    notes = list(features.notes)
    types = shapely.get_type_id(frame.geometry.to_numpy())
    if not np.isin(types, (3, 6, 7)).any():
        kinds = sorted({str(t) for t in frame.geometry.geom_type.dropna().unique()}) or ["nothing"]
        raise InputError(path, f"has no polygons, only {listing(kinds)}", "Give a file of areas.")

    column = find_code_column(features, code, geography)
    rows_of_file = len(frame)
    values = frame[column.name].set_axis(range(1, len(frame) + 1))
    codeless = None
    if null_codes != "refuse":
        frame, codeless = coded(frame, column.name)
        features, values = replace(features, frame=frame), values[frame.index + 1]
        if null_codes == "drop" and codeless is not None:
            notes.append(f"{features.path.name}: {without_code(codeless)} left out, as drop_null_codes says")
            codeless = None
    codes = clean_codes(values, features.path, column.name, notes)
    geo = settled_geography(geography, column, codes)
    names = _find_names(features, name, column, codes, notes)
    once = names.map(lambda name: encoded_once(name) if isinstance(name, str) else name)
    if (twice := names != once).any():
        notes.append(
            f"{features.path.name}: {count(int(twice.sum()), 'name')} had been encoded twice, and "
            f"{agree(twice.sum(), 'was', 'were')} read as what they were: {listing(once[twice])}"
        )
        names = once

    areas, mixed = only_polygons(frame.geometry.to_numpy())
    if mixed:
        told = f"lines and points of {count(mixed, 'feature')} were left out; areas are polygons"
        notes.append(f"{features.path.name}: {told}")
    rows = pd.DataFrame({"code": codes.to_numpy(), "name": names.to_numpy()}, index=values.index - 1)
    if nations is None:
        nations = common([nations_in(rows["code"])])
        assert nations is not None
    nation = rows["code"].map(nations.outside)
    areas, repairs = repair(areas, rows, nation.isna().to_numpy())

    out = rows.assign(nation=nation)[nation.notna()].reset_index(drop=True)
    kept = nation.isna().to_numpy()
    if not kept.any():
        raise out_of_scope(path, "area", rows["code"], nations)
    require_own_grid(features, rows["code"].where(kept))
    table = gpd.GeoDataFrame(rows[kept], geometry=areas[kept], crs=BRITISH_NATIONAL_GRID)
    table, merged = merge_rows(table, features.path, column.name, repairs)

    detail = rounded(resolution(table.geometry.to_numpy()), features.step_m)
    source = Source(
        role or key or features.path.stem,
        features.place,
        features.sha256,
        rows_of_file,
        features.crs,
        column.vintage,
        None if detail.metres is None else round(detail.metres, 1),
        cut_off=features.cut_off,
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
        column=column.name,
        codeless=codeless,
    )


def coded(frame: gpd.GeoDataFrame, column: str) -> tuple[gpd.GeoDataFrame, gpd.GeoSeries | None]:
    """Return the rows with a code, by place in the file (from 0), and outlines of the others (from 1)."""
    frame = frame.set_axis(range(len(frame)))
    has = has_code(frame[column])
    if has.all() or not has.any():
        return frame, None
    lost = frame.geometry[~has]
    return frame[has], lost.set_axis(lost.index + 1).rename(column)


def without_code(rows: gpd.GeoSeries) -> str:
    """Return rows without a code in words, with their ground; outlines by row, named by the column."""
    size = float(rows.area.sum())
    return (
        f"{count(len(rows), 'row')} without a code in column '{rows.name}' "
        f"(row {listing(rows.index)}{f'; {area_text(size)}' if size else ''})"
    )


def read_features(path: Path | str, *, layer: str | None = None, assume_crs: str | None = None) -> Features:
    """Read all rows of a boundary file, of polygons or of points, in EPSG:27700.

    Raises InputError as `read_layer` does for files, containers and CRSs.
    """
    path, layer = split_layer(path, layer)
    if path.suffix.lower() in POINT_TABLES:
        return _points(path if layer is None else Path(f"{path}::{layer}"), path)
    with readable(path, layer) as opened:
        frame, notes = read_frame(opened, path)
        encoded = encoding_note(opened.path, path)
    metres = in_metres(opened.records.step, frame.total_bounds) if opened.records else 0.0
    found = adopt(frame, path, assume_crs)
    return replace(
        found,
        layer=layer,
        notes=(*encoded, *notes, *found.notes),
        cut_off=opened.records.cut_off if opened.records else "",
        sha256=opened.sha256,
        step_m=metres,
    )


def _points(named: Path, path: Path) -> Features:
    """Read a table of places as rows with a point."""
    table = read_table(named)
    pair = coordinate_columns(table)
    if pair is None:
        refuse_outlines_as_text(table)
        raise InputError(
            path,
            "is a table without geometry or coordinates",
            "Give a file of outlines or points, or a table with columns easting and northing, or latitude "
            f"and longitude. Its columns: {listing(table.columns, 12)}.",
        )
    unit = "degrees" if pair[2] else "metres of the British National Grid"
    notes = [
        *table.notes,
        Guess(
            f"{path.name}: points read from columns '{pair[0]}' and '{pair[1]}', in {unit}",
            "units",
            f"points from columns '{pair[0]}' and '{pair[1]}', in {unit}",
            "these headings",
        ),
    ]
    at = spots(table, pair, notes, "row")
    refuse_two_places(table, pair, at, "delete those that are not meant")
    frame = gpd.GeoDataFrame(table.frame, geometry=at.to_numpy(), crs=BRITISH_NATIONAL_GRID)
    crs = "EPSG:4326" if pair[2] else BRITISH_NATIONAL_GRID
    return Features(path, frame.reset_index(drop=True), crs, tuple(notes), sha256=sha256(path))


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
    if not np.isfinite(shapely.get_coordinates(shapes)).all():
        coordinates, row = shapely.get_coordinates(shapes, return_index=True)
        rows = listing(np.unique(row[~np.isfinite(coordinates).all(axis=1)]) + 1)
        raise InputError(path, f"has coordinates that are no numbers (row {rows})", "Draw those areas again.")
    stated = frame.crs
    trouble = crs_trouble(frame)
    if trouble is not None:
        if assume_crs is None:
            raise InputError(path, trouble.fault, trouble.remedy)
        frame = frame.set_crs(stated_crs(assume_crs), allow_override=True)
        notes.append(f"{path.name}: CRS taken to be {assume_crs}, as stated by you")
        if (again := crs_trouble(frame)) is not None:
            raise InputError(path, f"{again.fault}, with {assume_crs} assumed", again.remedy)
    elif assume_crs is not None and stated is not None and stated != stated_crs(assume_crs):
        notes.append(f"{path.name}: states {crs_name(stated)}; {assume_crs} was not needed")
    crs = crs_name(frame.crs)
    if np.any(shapely.has_z(frame.geometry.to_numpy()) | shapely.has_m(frame.geometry.to_numpy())):
        frame = frame.set_geometry(shapely.force_2d(frame.geometry.to_numpy()), crs=frame.crs)
    frame = on_the_grid(frame, path, crs)
    notes += require_uk(frame, path, crs)
    return Features(path, frame, crs, tuple(notes))


# ── codes and names ─────────────────────────────────────────────────────────────────────────────


def find_code_column(features: Features, wanted: str | None, geography: Geography | None) -> NamedColumn:
    """Return the column that holds the codes, as asked for or found.

    Raises InputError where `wanted` is not there, or where none or several could be meant.
    """
    columns = [str(c) for c in features.frame.columns if c != features.frame.geometry.name]
    return choose_code_column(
        columns,
        wanted,
        geography,
        features.path,
        lambda c: features.frame[c].dropna().astype(str).str.strip().head(SAMPLE),
    )


def _find_names(
    features: Features, wanted: str | None, code: NamedColumn, codes: pd.Series, notes: list[str]
) -> pd.Series:
    columns = [str(c) for c in features.frame.columns if c != features.frame.geometry.name]
    found = find_name_column(columns, wanted, code, features.path)
    if found is None:
        notes.append(f"{features.path.name}: no column of names; codes stand for them")
        return codes
    names = features.frame[found]
    text: pd.Series = (
        names.set_axis(codes.index).where(names.notna().to_numpy(), codes).astype(str).str.strip()
    )
    return text.where(text != "", codes)
