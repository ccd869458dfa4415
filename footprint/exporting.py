"""The footprints of a plan as boundary files: outlines, codes, names, people and ground of its areas.

What is drawn and stays leaves as it came. What a proposal changes, or a lookup alone gives, is put
together from the areas below it, all of it from the same outlines: those that stay in another file
would leave slivers and gaps along every edge that they share with the rest.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray

from footprint.cache import fingerprint, kept
from footprint.codes import is_in
from footprint.errors import InputError
from footprint.geographies import Level
from footprint.layer import BRITISH_NATIONAL_GRID, Layer
from footprint.plan import Missing, Plan, PlanLayer
from footprint.population import totals
from footprint.reports.text import clean
from footprint.words import area_text, count, listing, nearest, short

WGS_84 = "EPSG:4326"
ENDINGS: dict[str, str] = {
    ".gpkg": "GPKG",
    ".shp": "ESRI Shapefile",
    ".geojson": "GeoJSON",
    ".fgb": "FlatGeobuf",
}
"""Ending of a boundary file → GDAL's driver. GDAL reads TopoJSON, but does not write it."""
TABLE = ".csv"
"""Ending of the lookup."""
GEOPACKAGE = {"VERSION": "1.2"}
"""Of later versions GIS programs of 2022 warn, and nothing here needs what they added."""
COLUMNS = ("code", "name", "level", "population", "area_m2", "pop_source")
"""What is said of each area; no name is longer than the 10 characters that a shapefile allows."""

# RFC 7946 asks for no more; 1e-7 degrees are 1 cm
_GEOJSON_DIGITS = 7
# what rounding leaves along an edge, over all areas of a layer
_NO_GROUND_M2 = 1.0
_SHAPEFILE_TEXT_BYTES = 254


@dataclass(frozen=True, eq=False)
class Footprints:
    """The areas of one layer as they leave the program."""

    name: str
    """What files call it: the level, or the layer's key where it is none."""
    key: str
    """What the plan calls it."""
    frame: gpd.GeoDataFrame
    """COLUMNS and geometry: valid polygons in EPSG:27700, sorted by code; population is NaN or <NA> where
    unknown, area_m2 is that of the outline."""
    notes: tuple[str, ...]
    """What was repaired, left out or could not be told, a sentence each."""


# ── which layers ────────────────────────────────────────────────────────────────────────────────


def levels(plan: Plan) -> dict[str, str]:
    """Return the layer of each level of a plan, widest first, whatever their order in the plan file."""
    return {str(level): plan.levels[level] for level in Level if level in plan.levels}


def chosen(plan: Plan, names: Sequence[str]) -> list[str]:
    """Return the keys of the layers that are called by a level or by their key, each once.

    Without names all of them: levels first, widest first, then the others in the plan's order.

    Raises
    ------
    InputError : for a name that the plan does not have

    """
    known = levels(plan)
    every = list(dict.fromkeys([*known.values(), *plan.layers]))
    found: dict[str, None] = {}
    for name in names:
        key = known.get(name, name)
        if key not in plan.layers:
            options = list(dict.fromkeys([*known, *plan.layers]))
            raise InputError(
                plan.path,
                f"has no level or layer '{name}'",
                f"{nearest(name, options)}It has: {listing(options, 20)}.",
            )
        found[key] = None
    return list(found) or every


def selected(plan: Plan, keys: Sequence[str] | None, *, several: bool) -> tuple[list[Footprints], list[str]]:
    """Return layers with their outlines, and what is to be said of them.

    Parameters
    ----------
    plan : from `load_plan`
    keys : layers; None for every one that has outlines, and the others are said
    several : whether the file can hold more than one

    Raises
    ------
    InputError : for a layer of `keys` without outlines, where no layer has any, and for more layers than
        the file can hold

    """
    wanted = chosen(plan, []) if keys is None else list(keys)
    if len(wanted) > 1 and not several:
        raise InputError(
            None,
            f"this format holds one layer, and there are {len(wanted)}",
            f"Choose one with --layer ({listing([called(plan, k) for k in wanted], 20)}), or write a .gpkg.",
        )
    found: list[Footprints] = []
    faults: list[InputError] = []
    for key in wanted:
        try:
            found.append(footprints(plan, key))
        except InputError as fault:
            if keys is not None:
                raise
            faults.append(fault)
    if not found:
        raise faults[0]
    told = [f"left out: {fault.fault}" for fault in faults]
    return found, [*told, *(words for each in found for words in each.notes)]


def footprints(plan: Plan, key: str) -> Footprints:
    """Return the areas of layer `key` with their outlines.

    Raises
    ------
    InputError : for a layer that has no outlines and cannot be given any

    """
    layer, level = plan.layers[key], plan.level_of(key)
    shapes, told = _outlines(plan, key)
    shapes = shapes.sort_index()
    codes = shapes.index
    if bare := sorted(str(code) for code in layer.codes.difference(codes)):
        told.append(f"{count(len(bare), 'area')} without an outline left out: {listing(bare)}")
    people, known = _people(plan, key, codes)
    if known:
        told.append(f"population: {known}")
    frame = gpd.GeoDataFrame(
        {
            "code": [str(code) for code in codes],
            "name": [clean(layer.name(str(code))) for code in codes],
            "level": pd.array([None if level is None else str(level)] * len(codes), dtype="string"),
            "population": people,
            "area_m2": np.round(shapely.area(shapes.to_numpy()), 1),
            "pop_source": pd.array([_counted_by(plan)] * len(codes), dtype="string"),
        },
        geometry=shapes.to_numpy(),
        crs=BRITISH_NATIONAL_GRID,
    )
    name = called(plan, key)
    return Footprints(name, key, frame, tuple(f"{name}: {words}" for words in told))


def called(plan: Plan, key: str) -> str:
    """Return what files call a layer: its level, unless another layer has that for its key."""
    level = plan.level_of(key)
    return key if level is None or (str(level) != key and str(level) in plan.layers) else str(level)


def _people(plan: Plan, key: str, codes: pd.Index) -> tuple[Any, str]:
    """Return people by area, whole where all are, and why some are not known."""
    found = totals(plan, key)
    if isinstance(found, Missing):
        return np.full(len(codes), np.nan), found.reason
    people = found.people.reindex(codes)
    known = people.dropna()
    if (known == known.round()).all():
        return people.round().astype("Int64").array, found.unknown
    return people.to_numpy(dtype=float), found.unknown


def _counted_by(plan: Plan) -> str | None:
    return clean(plan.people.stated_source) or None if plan.people is not None else None


# ── outlines ────────────────────────────────────────────────────────────────────────────────────


def _outlines(plan: Plan, key: str) -> tuple[gpd.GeoSeries, list[str]]:
    """Return the outlines of a layer by code, and what was done to them."""
    layer = plan.layers[key]
    if layer.drawn is not None:
        return layer.drawn.polygons, _repaired(layer.drawn)
    below, parts, told = _below(plan, layer)
    assert layer.lookup is not None
    code = layer.lookup.codes.reindex(below.index)
    if layer.kept is not None:
        told.append(
            f"the outlines of all {len(layer.codes):,} areas were put together from {parts}, as the proposal "
            "changes some of them"
        )
    # the lookup may name codes that the layer does not: they are findings of `check`, and no areas
    code = code.where(is_in(code, layer.codes))
    if nowhere := int(code.isna().sum()):
        told.append(f"{nowhere:,} of {parts} lie in no area and are left out")
    held = "\0".join("" if pd.isna(c) else str(c) for c in code)
    of = f"{fingerprint(below)} {hashlib.sha256(held.encode()).hexdigest()}"
    shapes: gpd.GeoSeries = kept("dissolved", of, lambda: dissolved(below, code))
    if shapes.empty:
        raise InputError(plan.path, f"no area of {key} has an outline", "Check its lookup.")
    return shapes, told + _left_over(plan, layer, shapes, below[code.isna().to_numpy()], parts)


def _below(plan: Plan, layer: PlanLayer) -> tuple[gpd.GeoSeries, str, list[str]]:
    """Return the outlines that a layer is put together from, what they are called, and what was done to them.

    Raises InputError where there are none.
    """
    if layer.base not in (None, "units"):
        shapes, told = _outlines(plan, str(layer.base))
        return shapes, f"the areas of {layer.base}", told
    units = plan.units
    if units is not None and units.drawn is not None:
        return units.drawn.polygons, "the units", _repaired(units.drawn)
    if layer.kept is not None:
        cause = (
            f"the proposal changes {layer.key}, whose outlines would have to be put together from the units"
        )
    else:
        cause = f"{layer.key} has no boundary file, only a lookup"
    if units is None:
        told_of = "there are no units"
    else:
        told_of = "the units are points" if units.are_points else "the units have no outlines"
    raise InputError(
        plan.path, f"{cause}, and {told_of}", f"Give the units, or {layer.key}, a path to outlines."
    )


def dissolved(below: gpd.GeoSeries, code: pd.Series) -> gpd.GeoSeries:
    """Put areas together, without a corner that was not there.

    Parameters
    ----------
    below : valid polygons
    code : under the same index, the area that each is a part of; missing where it is of none

    Returns
    -------
    Valid polygons by code, sorted.

    """
    shapes = below.to_numpy()
    groups = code.groupby(code.to_numpy()).indices
    found = {str(area): _joined(shapes[parts]) for area, parts in groups.items()}
    return gpd.GeoSeries(found, crs=below.crs).sort_index()


def _joined(parts: NDArray[Any]) -> Any:
    """Return one polygon: edges that two parts share fall away.

    That is ten times as fast as a union of any polygons, but right only where the parts fit together.
    """
    if shapely.coverage_is_valid(parts):
        joined = shapely.coverage_union_all(parts)
        if joined.is_valid:
            return joined
    return shapely.union_all(parts)


def _repaired(layer: Layer) -> list[str]:
    """Say which outlines were invalid in the file and were repaired on reading."""
    repairs = layer.repairs
    if repairs.empty or not (mended := sorted(repairs.loc[repairs["in_scope"], "code"].astype(str))):
        return []
    name = Path(layer.source.path).name
    what = (
        f"an invalid outline of {name} was"
        if len(mended) == 1
        else (f"{len(mended):,} invalid outlines of {name} were")
    )
    return [f"{what} repaired: {listing(mended)}"]


def _left_over(
    plan: Plan, layer: PlanLayer, shapes: gpd.GeoSeries, outside: gpd.GeoSeries, parts: str
) -> list[str]:
    """Say which gaps and overlaps the outlines have from those they are made of; there must be no others.

    Raises RuntimeError for a fault that putting them together has made.
    """
    from footprint.checks._coverage import faults
    from footprint.coverage import coverage_faults

    found = coverage_faults(shapes)
    if found.gaps.empty and found.overlaps.empty:
        return []
    if layer.base == "units":
        assert plan.units is not None
        assert plan.units.drawn is not None
        before = faults(plan, plan.units.drawn)
    else:
        before = coverage_faults(_outlines(plan, str(layer.base))[0])
    told = []
    for noun, now, then in (
        ("gap", found.gaps, [*before.gaps.geometry, *outside]),
        ("overlap", found.overlaps, list(before.overlaps.geometry)),
    ):
        made = shapely.difference(shapely.union_all(now.geometry.to_numpy()), shapely.union_all(then)).area
        if made > _NO_GROUND_M2:
            raise RuntimeError(f"putting {layer.key} together made {noun}s of {made:,.0f} m²")
        if len(now):
            told.append(
                f"{count(len(now), noun)} between its areas ({area_text(now['area_m2'].sum())}) "
                f"{'is' if len(now) == 1 else 'are'} left from {parts}"
            )
    return told


# ── files ───────────────────────────────────────────────────────────────────────────────────────


def save(found: Sequence[Footprints], path: Path, plan: Plan, made: dt.datetime) -> list[str]:
    """Write layers to a boundary file, and read them back to see that all is there.

    Parameters
    ----------
    found : layers; more than one only where the file can hold several (.gpkg)
    path : file to write; its ending (ENDINGS) says the format
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
        with written(path), dated(made):
            pyogrio.write_dataframe(
                frame,
                path,
                layer=name,
                driver=ENDINGS[ending],
                promote_to_multi=ending != ".geojson",
                **options,
            )
        require_written(path, name if ending == ".gpkg" else None, frame)
    return told


def _fitting(layer: Footprints, ending: str) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return a layer as a format can hold it, and what that took."""
    if ending == ".shp":
        return _short_texts(layer)
    if ending == ".geojson":
        from pyproj.transformer import TransformerGroup

        with warnings.catch_warnings():
            # that a better one is not on this machine; how good this one is, is said below
            warnings.simplefilter("ignore", UserWarning)
            ways = TransformerGroup(BRITISH_NATIONAL_GRID, WGS_84, always_xy=True).transformers
        metres = ways[0].accuracy
        told = f"{layer.name}: GeoJSON is in degrees (WGS 84)"
        if metres > 0:
            told += f"; converting from the National Grid is good to about {metres:g} m"
        return in_degrees(layer.frame), [told]
    return layer.frame, []


def in_degrees(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a frame in WGS 84 (longitude, latitude), 7 digits, in which neighbours still fit together."""
    there = frame.to_crs(WGS_84)
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
    """Turn GDAL's errors in writing into an OSError that says so, for `files.written_whole`."""
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
        back = pyogrio.read_dataframe(path, layer=layer, columns=[key])
        whole = sorted(back[key]) == sorted(frame[key])
    except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError, KeyError, ValueError):
        whole = False
    else:
        there, meant = (shapely.get_num_coordinates(f.geometry.to_numpy()).sum() for f in (back, frame))
        whole = whole and bool(there == meant)
    if not whole:
        raise OSError(errno.EIO, "not all of it was written; is the disk full?")
