"""The border that the areas of a layer share with each other, on land or across a river."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from footprint.geometry.tolerance import own_tolerance
from footprint.model.layer import Layer

# Outlines of the realm end at tidal rivers. The Thames in London is up to 300 m wide and the Trent at
# Gainsborough 80 m, and people cross both by bridges; the Mersey at Liverpool is 1 km wide.
RIVER_M = 300.0
# Two distances to one point differ by rounding only.
_TOUCH_M = 0.01
# Long straight pieces of border are cut up, so that each piece has its own neighbour.
_PIECE_M = 250.0

Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Positions of pieces, and of the areas beside them."""


def land_border(layer: Layer) -> gpd.GeoDataFrame:
    """Return the pieces of border that the areas of a layer share: code, neighbour, geometry.

    A piece is shared if another area lies beside its middle, within the detail of the outlines or
    across a river; coasts, estuaries and the outer edge of the layer are left out. Every shared line
    is there twice, once for each side.
    """
    polygons = layer.polygons
    outlines = polygons.to_numpy()
    pieces, middle, owner = _pieces(outlines)
    piece, area = _beside(middle, owner, outlines, own_tolerance(layer))
    bank, beyond = _across(pieces, middle, owner, outlines, np.unique(piece))
    piece, area = np.concatenate([piece, bank]), np.concatenate([area, beyond])
    codes = polygons.index.to_numpy()
    return gpd.GeoDataFrame(
        {"code": codes[owner[piece]], "neighbour": codes[area]},
        geometry=pieces[piece],
        crs=polygons.crs,
    )


def _beside(
    middle: NDArray[np.object_], owner: NDArray[np.intp], outlines: NDArray[np.object_], within: float
) -> Pairs:
    """Return the pairs (piece, other area) that are not farther than `within` apart."""
    area, piece = shapely.STRtree(middle).query(outlines, predicate="dwithin", distance=within)
    other = area != owner[piece]
    return piece[other], area[other]


def _across(
    pieces: NDArray[np.object_],
    middle: NDArray[np.object_],
    owner: NDArray[np.intp],
    outlines: NDArray[np.object_],
    shared: NDArray[np.intp],
) -> Pairs:
    """Return the pairs (piece, other area) that face each other across a river.

    Where a shared border ends, the outer edges on both sides are near each other as well, but
    nearer still to the end of the border: they are no banks.
    """
    free = np.ones(len(pieces), dtype=np.bool_)
    free[shared] = False
    piece, area = _beside(middle[free], owner[free], outlines, RIVER_M)
    free_at = np.flatnonzero(free)
    piece = free_at[piece]
    if not len(piece) or not len(shared):
        return piece, area
    spots = np.unique(piece)
    to_border = np.full(len(pieces), np.inf)
    (spot, _), distance = shapely.STRtree(pieces[shared]).query_nearest(
        middle[spots], max_distance=RIVER_M, return_distance=True, all_matches=False
    )
    to_border[spots[spot]] = distance
    spot, other = shapely.STRtree(pieces[free]).query(middle[spots], predicate="dwithin", distance=RIVER_M)
    spot, other = spots[spot], free_at[other]
    foreign = owner[spot] != owner[other]
    to_bank = np.full(len(pieces), np.inf)
    np.minimum.at(to_bank, spot[foreign], shapely.distance(middle[spot[foreign]], pieces[other[foreign]]))
    facing = to_bank[piece] < to_border[piece] - _TOUCH_M
    return piece[facing], area[facing]


def _pieces(
    outlines: NDArray[np.object_],
) -> tuple[NDArray[np.object_], NDArray[np.object_], NDArray[np.intp]]:
    """Return the boundaries of outlines as straight pieces of at most _PIECE_M, their middles and owners."""
    parts, owner = shapely.get_parts(outlines, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    cut = shapely.segmentize(rings, _PIECE_M)
    points, ring = shapely.get_coordinates(cut, return_index=True)
    inner = np.flatnonzero(ring[1:] == ring[:-1])
    ends = np.stack([points[inner], points[inner + 1]], axis=1)
    return shapely.linestrings(ends), shapely.points(ends.mean(axis=1)), owner[part[ring[inner]]]
