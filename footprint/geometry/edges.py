"""The edges of outlines as arrays: where each starts and ends, and whose it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def edges(polygons: NDArray[Any]) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Return where every edge of polygons starts and ends (n × 2), as it is drawn, and whose each is.

    They come in the order of the polygons, and of their rings. What is empty or None has none.
    """
    parts, owner = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    start, end, ring = ends(rings)
    return start, end, owner[part[ring]]


def ends(rings: NDArray[Any]) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Return where the edges of rings start and end, and the ring of each; edges of no length are none."""
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    edge = (ring[:-1] == ring[1:]) & (xy[:-1] != xy[1:]).any(axis=1)
    return xy[:-1][edge], xy[1:][edge], ring[:-1][edge]
