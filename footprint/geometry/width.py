"""The width of a shape: what tells a split from a sliver."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from footprint.geometry.parallel import in_parallel


def widths(geometry: NDArray[Any], least: float = 0.0) -> NDArray[np.float64]:
    """Return the width (m) of each geometry: twice the radius of the largest circle inside it.

    It is looked for in the largest part. Where that is narrower than `least`, it is looked for too
    in every further part that is large enough to be wider than that.
    """
    parts, owner = shapely.get_parts(geometry, return_index=True)
    area = shapely.area(parts)
    solid = np.flatnonzero(area > 0)
    order = solid[np.lexsort((area[solid], owner[solid]))]
    last = np.append(owner[order][1:] != owner[order][:-1], True) if len(order) else order.astype(bool)
    width = np.zeros(len(geometry))
    width[owner[order[last]]] = _diameters(parts[order[last]], area[order[last]])
    rest = order[~last]
    could_be = 2 * np.sqrt(area[rest] / np.pi)  # the width of a circle of that area
    rest = rest[(width[owner[rest]] < least) & (could_be >= least)]
    np.maximum.at(width, owner[rest], _diameters(parts[rest], area[rest]))
    return width


def _diameters(polygons: NDArray[Any], area: NDArray[np.float64]) -> NDArray[np.float64]:
    # to a fiftieth of the size that a part of this area can have at most, and not finer than 1 m:
    # the search for the centre of a long thin sliver is what costs time
    precision = np.maximum(1.0, np.sqrt(area) / 50)
    circles = in_parallel(shapely.maximum_inscribed_circle, polygons, precision)
    diameters: NDArray[np.float64] = 2 * shapely.length(circles)
    return diameters
