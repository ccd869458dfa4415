"""Units put into areas by their outlines or points: the best-fit policy of ONS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from footprint.geometry.displacement import REACH_M, shift
from footprint.geometry.edges import stretches, surely_beside
from footprint.geometry.pairs import Shared, pair_areas
from footprint.geometry.parallel import in_parallel
from footprint.geometry.width import widths
from footprint.model.codes import is_in
from footprint.model.layer import Layer

if TYPE_CHECKING:
    from footprint.geometry.tolerance import Tolerance


def best_fit(
    units: gpd.GeoSeries,
    layer: Layer,
    within: Tolerance,
    *,
    none_competes: bool = False,
    land: Sequence[gpd.GeoSeries] = (),
) -> pd.DataFrame:
    """Assign each unit to one area of a layer.

    Points (population-weighted centroids) go to the area that contains them. Outlines go to the
    area with the largest overlap, and the share of the unit's area that is truly inside is
    published: ONS best-fit policy, with area where people cannot be told. A unit that is mostly
    outside, by pieces narrower than `within`, lies in no area; then it goes to the nearest one if
    its point is not farther than `within` from it, and is flagged; where the whole layer lies beside the
    outlines of units, after that shift.

    Parameters
    ----------
    units : points or outlines by code
    layer : what they are put into
    within : the width below which a part of a unit is noise
    none_competes : for a layer that does not cover all the ground: an outline goes to an area only if
        more of it lies there than in none of the areas, a point only if it is inside
    land : outlines of layers that do cover all the ground; what of a unit lies in none of these
        either, where they hold some of it, is sea and does not compete

    Returns
    -------
    Index unit code; `code` (None where the unit lies in no area), `best_fit` (share of area inside,
    NaN for points), `method` ("point", "nearest" or "largest overlap").

    """
    points = np.isin(shapely.get_type_id(units.to_numpy()), (0, 4))
    result = pd.DataFrame(
        {"code": None, "best_fit": np.nan, "method": np.where(points, "point", "largest overlap")},
        index=units.index,
    ).astype({"code": object})
    polygons = layer.polygons
    if points.any():
        spots = units[points]
        tree = shapely.STRtree(spots.to_numpy())
        outlines = polygons.to_numpy()
        shapely.prepare(outlines)
        area_at, spot_at = tree.query(outlines, predicate="intersects")
        hit = pd.Series(polygons.index.to_numpy()[area_at], index=spots.index.to_numpy()[spot_at])
        # on a shared edge both areas hold the point: the first by code, so that order cannot matter
        hit = hit.sort_values(kind="stable")
        hit = hit[~hit.index.duplicated()]
        result.loc[hit.index, "code"] = hit
    if not points.all():
        outlines = units[~points & ~shapely.is_missing(units.to_numpy())]
        found = pair_areas(outlines, polygons)
        found = found.sort_values(["source", "area_m2", "target"], ascending=[True, False, True])
        best = found[~found["source"].duplicated()].set_index("source")
        ground = outlines.area.reindex(best.index)
        share = best["area_m2"] / ground
        # a unit at a corner of three areas may lie in none by half, but it lies in the layer
        inside = found.groupby("source")["area_m2"].sum().reindex(best.index) / ground
        if none_competes:
            keep = (share > _in_none(outlines, inside, share, land)).to_numpy()
        else:
            doubtful = (inside < 0.5).to_numpy()
            keep = np.ones(len(best), dtype=bool)
            shared = Shared(outlines, polygons, best.reset_index())[doubtful]
            keep[doubtful] = widths(shared) >= within.metres
        result.loc[best.index[keep], "code"] = best["target"][keep]
        result.loc[best.index[keep], "best_fit"] = np.minimum(share[keep], 1.0)
    if not none_competes:
        _settle_strays(result, units, polygons, within)
    return result


def _in_none(
    outlines: gpd.GeoSeries, inside: pd.Series, most: pd.Series, land: Sequence[gpd.GeoSeries]
) -> pd.Series:
    """Return the share of each unit that lies in no area of a layer and is no sea.

    Parameters
    ----------
    outlines : of the units
    inside, most : share of a unit that all areas hold together, and the one with most of it
    land : as for `best_fit`

    """
    # what was cut apart adds up to the whole but for rounding, and a half in each is no more than a half
    none = (1 - inside).clip(lower=0.0) + 1e-9
    doubtful = most.index[(most <= none).to_numpy()]
    for layer in land:
        held = pair_areas(outlines.reindex(doubtful), layer).groupby("source")["area_m2"].sum()
        dry = held / outlines.area.reindex(held.index) - inside.reindex(held.index)
        none[dry.index] = np.minimum(none[dry.index], dry.clip(lower=0.0) + 1e-9)
    return none


def _settle_strays(
    result: pd.DataFrame, units: gpd.GeoSeries, polygons: gpd.GeoSeries, within: Tolerance
) -> None:
    """Give units that lie in no area to the nearest one, if their point is beside it by `within` at most.

    A unit on a shore that is drawn more coarsely than the unit is beside it by metres. Where the whole layer
    lies beside the units, they are held against it after that shift.
    """
    stray = units[result["code"].isna().to_numpy() & ~shapely.is_missing(units.to_numpy())]
    tree = shapely.STRtree(polygons.to_numpy())
    spots = shapely.point_on_surface(stray.to_numpy())

    def settle(which: NDArray[Any], spots: NDArray[Any]) -> None:
        near, at = tree.query_nearest(spots, max_distance=within.metres, all_matches=False)
        result.loc[stray.index[which[near]], "code"] = polygons.index.to_numpy()[at]
        result.loc[stray.index[which[near]], "method"] = "nearest"

    settle(np.arange(len(stray)), spots)
    left = np.flatnonzero(result["code"].reindex(stray.index).isna().to_numpy())
    left = left[np.unique(tree.query(spots[left], predicate="dwithin", distance=REACH_M + within.metres)[0])]
    outlines = units[shapely.get_dimensions(units.to_numpy()) == 2] if len(left) else units[:0]
    back = shift(outlines, polygons) if len(outlines) else None
    if back is not None and back.beyond_noise:
        moved = np.array([back.east_m, back.north_m])
        settle(left, shapely.transform(spots[left], lambda xy: xy + moved))


def agreement(units: gpd.GeoSeries, codes: pd.Series, layer: Layer, within_m: float) -> pd.Series:
    """Return the share of each unit's area that lies in the drawn area that its lookup code names.

    Units without a shape, and those whose code is not drawn, are left out. A unit counts as 1 if no
    corner of it is farther outside than `within_m`, as far as the outline can be displaced; so does a
    point, and counts as 0 beyond. That is cheap to tell, and only the others are cut.
    """
    polygons = layer.polygons
    known = codes[is_in(codes, polygons.index) & is_in(codes.index, units.index[units.notna()])]
    shapes = units.reindex(known.index).to_numpy()
    position = polygons.index.get_indexer(pd.Index(known))
    outlines = polygons.to_numpy()
    shapely.prepare(outlines)
    drawn = outlines[position]
    share = np.ones(len(shapes))
    # where no stretch of the outline meets the box around a unit, all of the box lies on one side of it
    boxes, area = stretches(outlines)
    box, unit = shapely.STRtree(shapes).query(boxes)
    whole = shapely.intersects_xy(drawn, *shapely.bounds(shapes)[:, :2].T)
    whole[unit[area[box] == position[unit]]] = False
    doubtful = np.flatnonzero(~whole)
    corners, unit = shapely.get_coordinates(shapes[doubtful], return_index=True)
    outside = ~shapely.intersects_xy(drawn[doubtful][unit], *corners.T)
    corners, unit = corners[outside], doubtful[unit[outside]]
    far = np.flatnonzero(~surely_beside(corners, position[unit], outlines, within_m))
    far = far[~shapely.dwithin(drawn[unit[far]], shapely.points(corners[far]), within_m)]
    cut = np.unique(unit[far])
    ground = shapely.area(shapes[cut])
    inside = shapely.area(in_parallel(shapely.intersection, shapes[cut], drawn[cut]))
    share[cut] = np.divide(inside, ground, out=np.zeros(len(cut)), where=ground > 0)
    return pd.Series(share, index=known.index)


def in_holes(units: gpd.GeoSeries, polygons: gpd.GeoSeries) -> pd.Index:
    """Return the units, points or outlines, of which at least half lies in holes of all polygons together."""
    rings, part = shapely.get_rings(
        shapely.get_parts(shapely.union_all(polygons.to_numpy())), return_index=True
    )
    inner = rings[1:][part[1:] == part[:-1]]
    holes = gpd.GeoSeries(shapely.make_valid(shapely.polygons(inner)), crs=polygons.crs)
    drawn = units.area.to_numpy() > 0
    held = pair_areas(units[drawn], holes).groupby("source")["area_m2"].sum()
    mostly = held.index[held.to_numpy() >= 0.5 * units.area.reindex(held.index).to_numpy()]
    spots = units[~drawn]
    _, at = shapely.STRtree(spots.to_numpy()).query(holes.to_numpy(), predicate="intersects")
    within: pd.Index = mostly.append(spots.index[np.unique(at)])
    return within
