"""The edges of outlines as arrays: where each starts and ends, and whose it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Edges in one stretch: few enough for its box to be small, enough for boxes to be few.
STRETCH = 16
# So many polygons are taken apart at a time.
TAKEN_TOGETHER = 2_048


def edges(polygons: NDArray[Any]) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Return where every edge of polygons starts and ends (n × 2), as it is drawn, and whose each is.

    They come in the order of the polygons, and of their rings. Edges of no length are none, and what is empty
    or None has none.
    """
    xy, ring, owner = corners(polygons)
    edge = (ring[:-1] == ring[1:]) & (xy[:-1] != xy[1:]).any(axis=1)
    return xy[:-1][edge], xy[1:][edge], owner[ring[:-1][edge]]


def corners(
    polygons: NDArray[Any], prepared: Callable[[NDArray[Any]], NDArray[Any]] | None = None
) -> tuple[Floats, NDArray[np.intp], NDArray[np.intp]]:
    """Return the corners of polygons (n × 2), the number of the ring of each, and whose each ring is.

    GEOS copies what is taken apart, so it is done some polygons at a time.

    Parameters
    ----------
    prepared : what is done to some polygons before their corners are taken

    """
    size = int(shapely.get_num_coordinates(polygons).sum())
    xy, of, owners = np.empty((size, 2)), np.empty(size, dtype=np.intp), [np.empty(0, dtype=np.intp)]
    filled = rings = 0
    for first in range(0, len(polygons), TAKEN_TOGETHER):
        some = polygons[first : first + TAKEN_TOGETHER]
        parts, owner = shapely.get_parts(some if prepared is None else prepared(some), return_index=True)
        apart, part = shapely.get_rings(parts, return_index=True)
        found, ring = shapely.get_coordinates(apart, return_index=True)
        end = filled + len(found)
        xy[filled:end], of[filled:end] = found, ring + rings
        owners.append(owner[part] + first)
        filled, rings = end, rings + len(apart)
    return xy[:filled], of[:filled], np.concatenate(owners)


def stretches(polygons: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return boxes around short stretches of outlines, which hold all of them, and whose each is."""
    start, end, own = edges(polygons)
    if not len(own):
        return np.array([], dtype=object), own
    new = np.arange(len(own)) % STRETCH == 0
    new[1:] |= (start[1:] != end[:-1]).any(axis=1) | (own[1:] != own[:-1])
    first = np.flatnonzero(new)
    low = np.minimum.reduceat(np.minimum(start, end), first)
    high = np.maximum.reduceat(np.maximum(start, end), first)
    return shapely.box(*low.T, *high.T), own[first]


def surely_beside(
    spots: Floats, owner: NDArray[np.intp], polygons: NDArray[Any], within_m: float
) -> NDArray[np.bool_]:
    """Return which spots have a corner of their polygon in the same cell of a grid, so no farther than that.

    Most spots that lie within a distance of an outline are known by this at a tenth of the cost; of the
    others it says nothing.

    Parameters
    ----------
    spots, owner : points, and the position of the polygon that each is held against
    within_m : the diagonal of a cell is shorter than this

    """
    corners, _, own = edges(polygons)
    side = 0.7 * within_m
    if not len(own) or side <= 0:
        return np.zeros(len(spots), dtype=np.bool_)
    west, south = corners.min(axis=0)
    columns, rows = (np.ptp(corners, axis=0) // side).astype(np.int64) + 1

    def cell(xy: Floats, of: NDArray[np.intp]) -> NDArray[np.int64]:
        column, row = ((xy - (west, south)) // side).astype(np.int64).T
        there = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        return np.where(there, (of * columns + column) * rows + row, -1)

    taken = np.unique(cell(corners, own))
    wanted = cell(spots, owner)
    at = np.minimum(np.searchsorted(taken, wanted), len(taken) - 1)
    found: NDArray[np.bool_] = taken[at] == wanted
    return found
