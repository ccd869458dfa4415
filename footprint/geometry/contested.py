"""Ground that several areas of one layer claim: whose it is nobody can tell."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from footprint.geometry.displacement import REACH_M

# What an area that was drawn larger, or turned, takes from its neighbours is covered by them; a part that
# they leave to it is not.
MOST_CLAIMED = 0.8


def contested(
    ground: NDArray[Any], width: NDArray[np.float64], own: pd.Series, layer: gpd.GeoSeries
) -> NDArray[np.bool_]:
    """Return which pieces are narrow, and claimed by other areas of the layer as well.

    Parameters
    ----------
    ground : pieces of areas of the layer; None where an outline is missing
    width : of each, metres; a piece as wide as a border can be misplaced (600 m) is another fault
    own : the area of the layer that each piece is of
    layer : all its areas, by code

    """
    found = np.zeros(len(ground), dtype=np.bool_)
    narrow = np.flatnonzero((width < REACH_M) & ~shapely.is_missing(ground))
    if not len(narrow):
        return found
    shapes, codes = layer.to_numpy(), layer.index.to_numpy()
    at, other = shapely.STRtree(shapes).query(ground[narrow], predicate="intersects")
    for row in np.unique(at).tolist():
        piece = narrow[row]
        near = other[at == row]
        rivals = shapes[near[codes[near] != own.iloc[piece]]]
        claimed = shapely.area(shapely.intersection(ground[piece], shapely.union_all(rivals)))
        found[piece] = claimed >= MOST_CLAIMED * shapely.area(ground[piece])
    return found
