"""Dense ground: where areas are too small for their names, a map shows them once more, larger."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import shapely

from footprint.reports.maps.labels import Box

if TYPE_CHECKING:
    from typing import Any

    import geopandas as gpd

# A map of fewer areas has room for all names.
_MANY = 15
# An area that is narrower than this has no room for its name, and so many of them within a reach, the
# closest that has as many, are dense; mm of the page.
_NARROW, _REACHES, _LEAST = 10.0, (5.0, 8.0, 12.0), 4
# The longer side of an inset, mm, from the largest that is tried.
_SIDES = (70.0, 56.0, 48.0, 40.0, 34.0)
# An inset that enlarges less than this helps nobody.
_ENLARGED = 1.7
# Of an inset, that may lie on land.
_ON_LAND = 0.01


def dense(areas: gpd.GeoDataFrame, scale: float) -> Box | None:
    """Return the box, metres, of the areas around the place with most that are too small for their names.

    Parameters
    ----------
    areas : of the widest level
    scale : metres a millimetre of the page

    """
    if len(areas) < _MANY:
        return None
    shapes = areas.geometry.to_numpy()
    boxes = shapely.bounds(shapes)
    narrow = boxes[(boxes[:, 2] - boxes[:, 0]) / scale < _NARROW]
    if len(narrow) < _LEAST:
        return None
    middle = np.column_stack([narrow[:, 0] + narrow[:, 2], narrow[:, 1] + narrow[:, 3]]) / 2
    apart = np.hypot(*(middle[:, None, :] - middle[None, :, :]).transpose(2, 0, 1)) / scale
    near = next((apart < reach for reach in _REACHES if (apart < reach).sum(axis=1).max() >= _LEAST), None)
    if near is None:
        return None
    # of several places with as many, the one where they are nearest to each other
    order = np.lexsort((np.where(near, apart, 0).sum(axis=1), -near.sum(axis=1)))
    close = narrow[near[order[0]]]
    west, south = close[:, :2].min(axis=0)
    east, north = close[:, 2:].max(axis=0)
    pad = 0.06 * max(east - west, north - south)
    return float(west - pad), float(south - pad), float(east + pad), float(north + pad)


def place_for(window: Box, scale: float, page: Box, land: Any, taken: Box) -> Box | None:
    """Return where an inset stands on the page, mm: the corner of the map where it covers no land.

    Parameters
    ----------
    window : from `dense`, metres
    scale : of the map, metres a millimetre
    page : the box of the map, mm
    land : what is drawn there, mm
    taken : a box that is not free, mm

    """
    wide, tall = window[2] - window[0], window[3] - window[1]
    blocked = shapely.box(*taken).buffer(1.0)
    for side in _SIDES:
        across, up = wide * side / max(wide, tall), tall * side / max(wide, tall)
        if across < _ENLARGED * wide / scale:
            return None
        lefts, lows = (page[0], page[2] - across), (page[3] - up, page[1])
        for low, left in product(lows, lefts):
            box = (left, low, left + across, low + up)
            shape = shapely.box(*box)
            on_land = shapely.area(shapely.intersection(shape.buffer(2.0), land))
            if on_land <= _ON_LAND * shape.area and not shapely.intersects(shape, blocked):
                return box
    return None
