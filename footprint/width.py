"""The width of a shape: what tells a split from a sliver."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from footprint.parallel import in_parallel


def widths(geometry: NDArray[Any]) -> NDArray[np.float64]:
    """Return the width (m) of each geometry: twice the radius of the largest circle in its largest part."""
    parts, owner = shapely.get_parts(geometry, return_index=True)
    area = shapely.area(parts)
    order = np.lexsort((area, owner))
    last = np.append(owner[order][1:] != owner[order][:-1], True) if len(order) else order
    largest = order[last] if len(order) else order
    width = np.zeros(len(geometry))
    solid = largest[area[largest] > 0]
    # to a fiftieth of the size a part of this area can have at most, and not finer than 1 m:
    # the search for the centre of a long thin sliver is what costs time
    precision = np.maximum(1.0, np.sqrt(area[solid]) / 50)
    circles = in_parallel(shapely.maximum_inscribed_circle, parts[solid], precision)
    width[owner[solid]] = 2 * shapely.length(circles)
    return width
