"""Layers that lie on each other only if easting and northing of one of them change places."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from footprint.model.layer import BRITISH_NATIONAL_GRID

# So many spots of a layer tell where it lies.
SAMPLE = 200
# Of layers of the same ground nearly all spots lie in each other; of what is off, not even most.
MOST_AS_GIVEN, LEAST_SWAPPED = 0.75, 0.95
# Some providers of a plan's people stand elsewhere in any case.
LEAST_UNDONE = 0.5
FAR_AWAY = 50_000.0
"""Metres from the ground of a plan at which no care of its people would be, if all were as far."""


def are_swapped(one: NDArray[Any], other: NDArray[Any]) -> bool:
    """Return whether two layers lie on each other only with the axes of one of them swapped.

    Parameters
    ----------
    one, other : outlines in one projected CRS, metres; one of them may be points

    """
    return any(_only_swapped(_spots(a), b) for a, b in ((one, other), (other, one)))


def mistaken(spots: NDArray[Any], shapes: NDArray[Any]) -> str | None:
    """Return what was done to places that all lie far from all outlines, and in these if it is undone.

    None where nothing tells. Both are in EPSG:27700; a longitude may have lost that it is west.
    """
    tree = shapely.STRtree(shapes)
    _, away = tree.query_nearest(spots, return_distance=True, all_matches=False)
    if not len(away) or float(away.min()) < FAR_AWAY:
        return None
    given = shapely.get_coordinates(spots)
    if _inside(tree, np.flip(given, axis=1)) >= LEAST_UNDONE:
        return "easting and northing swapped"
    degrees = pyproj.Transformer.from_crs(BRITISH_NATIONAL_GRID, "EPSG:4326", always_xy=True)
    x, y = degrees.transform(given[:, 0], given[:, 1])
    west = np.column_stack(degrees.transform(-np.asarray(x), y, direction="INVERSE"))
    return "longitudes without their sign" if _inside(tree, west) >= LEAST_UNDONE else None


def _only_swapped(spots: NDArray[np.float64], shapes: NDArray[Any]) -> bool:
    shapes = shapes[shapely.get_dimensions(shapes) == 2]
    if not len(spots) or not len(shapes):
        return False
    tree = shapely.STRtree(shapes)
    return _inside(tree, spots) <= MOST_AS_GIVEN and _inside(tree, np.flip(spots, axis=1)) >= LEAST_SWAPPED


def _inside(tree: shapely.STRtree, spots: NDArray[np.float64]) -> float:
    """Return the share of spots that lie in some outline of a tree."""
    hit, _ = tree.query(shapely.points(spots), predicate="intersects")
    return len(np.unique(hit)) / len(spots)


def _spots(shapes: NDArray[Any]) -> NDArray[np.float64]:
    """Return a point in each of a sample of outlines, rows of x and y."""
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    sample = shapes[:: max(1, -(-len(shapes) // SAMPLE))]
    return np.asarray(shapely.get_coordinates(shapely.point_on_surface(sample)), dtype=float)
