"""Outlines made valid, and rows of one area put together, with an account of each."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from footprint.geometry.parallel import in_parallel
from footprint.model.cache import fingerprint, kept
from footprint.model.codes import is_in
from footprint.model.errors import InputError
from footprint.model.words import count, listing

MANY_CORNERS = 100_000
"""From here on telling outlines by their bytes is quicker than looking whether they are valid."""


def only_polygons(geometry: NDArray[Any]) -> tuple[NDArray[Any], int]:
    """Keep the polygonal part of each geometry (None where there is none); count those with other parts."""
    kept = geometry.copy()
    kind = shapely.get_type_id(geometry)
    for i in np.flatnonzero(kind == 7):
        kept[i] = _joined(_polygons(geometry[i]))
    kept[~np.isin(kind, (3, 6, 7)) | shapely.is_empty(geometry)] = None
    other = np.isin(kind, (0, 1, 2, 4, 5, 7)) & ~shapely.is_empty(geometry)
    return kept, int(other.sum())


def _polygons(one: Any) -> list[Any]:
    """Return the polygons of a geometry, those of collections within it as well."""
    kind = shapely.get_type_id(one)
    if kind in (6, 7):
        return [polygon for part in shapely.get_parts(one) for polygon in _polygons(part)]
    return [one] if kind == 3 and not shapely.is_empty(one) else []


def _joined(polygons: list[Any]) -> Any:
    """Return polygons as one outline; None for none. What is invalid stays so, for `repair` to tell."""
    if not polygons:
        return None
    valid = bool(np.all(shapely.is_valid(polygons)))
    return shapely.union_all(polygons) if valid else shapely.multipolygons(polygons)


def repair(
    geometry: NDArray[Any], rows: pd.DataFrame, in_scope: NDArray[np.bool_]
) -> tuple[NDArray[Any], pd.DataFrame]:
    """Make every outline valid and keep account of each that was not.

    `structure` keeps the rings' meaning (shells stay shells), where the older `buffer(0)` can
    lose half of a figure of eight.
    """
    mended = _mended(geometry, in_scope)
    bad, fixed = mended.index.to_numpy(), geometry.copy()
    fixed[bad] = mended.to_numpy()
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


def _mended(geometry: NDArray[Any], in_scope: NDArray[np.bool_]) -> gpd.GeoSeries:
    """Return the invalid outlines made valid, by position; of many corners they are kept between runs."""

    def mend() -> gpd.GeoSeries:
        bad = np.flatnonzero(~in_parallel(shapely.is_valid, geometry) & ~shapely.is_missing(geometry))
        near, abroad = bad[in_scope[bad]], bad[~in_scope[bad]]
        made = [in_parallel(_valid, geometry[near]), in_parallel(_valid_by_part, geometry[abroad])]
        return gpd.GeoSeries(np.concatenate(made), index=np.append(near, abroad)).sort_index()

    if shapely.get_num_coordinates(geometry).sum() < MANY_CORNERS:
        return mend()
    return kept("mended outlines", lambda: fingerprint(gpd.GeoSeries(geometry, index=in_scope)), mend)


_valid = partial(shapely.make_valid, method="structure", keep_collapsed=False)


def _valid_by_part(outlines: NDArray[Any]) -> NDArray[Any]:
    """Return outlines made valid; parts that are valid, and touch none of the others, stay as they are.

    Of an archipelago all islets are put together again otherwise, though one of them is at fault. The parts
    come in another order then, which is nothing to outlines of which only the area is wanted.
    """
    return np.array([_by_part(one) for one in outlines], dtype=object)


def _by_part(one: Any) -> Any:
    parts = shapely.get_parts(one)
    size = shapely.get_num_coordinates(parts)
    some, other = shapely.STRtree(parts).query(parts)
    # GEOS makes an index of the first of two, which had better be the larger one, once
    first = (size[some] > size[other]) | ((size[some] == size[other]) & (some < other))
    some, other = some[first], other[first]
    shapely.prepare(parts)
    touch = shapely.intersects(parts[some], parts[other])
    fine = shapely.is_valid(parts)
    fine[some[touch]] = fine[other[touch]] = False
    if fine.any():
        mended = shapely.get_parts(_valid(shapely.multipolygons(parts[~fine])))
        whole = shapely.multipolygons(np.append(parts[fine], mended[~shapely.is_empty(mended)]))
        if whole.is_valid:
            return whole
    return _valid(one)


def merge_rows(
    table: gpd.GeoDataFrame, path: Path, column: str, repairs: pd.DataFrame
) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """Index the areas by code; rows of one code and one name are parts of one area.

    Rows of one code with different names, on the same ground, or without an outline are a fault in the
    file: which of them is meant cannot be guessed. A part of which nothing was left when it was mended,
    as of a line there and back, had no ground; `repairs` is the account of these.
    """
    twice = table["code"].duplicated(keep=False)
    if not twice.any():
        return table.set_index("code"), pd.Series(dtype=int)
    groups = table[twice].groupby("code", sort=False)
    named_apart = groups["name"].nunique()
    nameless = bool((table["name"] == table["code"]).all())
    nothing = repairs["code"][repairs["in_scope"] & (repairs["area_after_m2"] == 0)].value_counts()
    wrong = list(named_apart[named_apart > 1].index)
    if not wrong:
        for code, rows in groups:
            outlines = rows.geometry.dropna().to_numpy()
            together = shapely.area(shapely.union_all(outlines))
            drawn = len(outlines) + nothing.get(code, 0) == len(rows) and len(outlines) > 0
            if nameless or not drawn or together < 0.999 * shapely.area(outlines).sum():
                wrong.append(str(code))
    if wrong:
        rows = [int(i) + 1 for i in table.index[is_in(table["code"], wrong)]]
        raise InputError(
            path,
            f"has {count(len(wrong), 'code')} on more than one row: {listing(wrong)} "
            f"(rows {listing(rows)} of '{column}')",
            "Give each area one code of its own.",
        )
    merged = groups.size()
    names = table.groupby("code", sort=False)["name"].first()
    outlines = table.groupby("code", sort=False)["geometry"].agg(lambda g: shapely.union_all(g.to_numpy()))
    joined = gpd.GeoDataFrame({"name": names}, geometry=outlines, crs=table.crs)
    return joined, merged
