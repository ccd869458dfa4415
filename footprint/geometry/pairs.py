"""Which areas of two layers share ground, how much of it, and that ground itself where it is asked for."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from footprint.geometry.edges import Floats
from footprint.geometry.parallel import in_parallel
from footprint.geometry.shared_area import shared_areas
from footprint.geometry.width import widths


def pair_areas(source: gpd.GeoSeries, target: gpd.GeoSeries) -> pd.DataFrame:
    """Return how much ground the areas of two layers share: valid polygons in a projected CRS, metres.

    Most sources lie inside one target, which an indexed test tells; of the others areas are summed up along
    their edges, and only those are cut that seem to share nothing.

    Returns
    -------
    One row a pair that shares ground, sorted by position in `source`, then `target`: `source` and
    `target` (their index labels), and `area_m2`.

    """
    s, t = source.to_numpy(), target.to_numpy()
    shapely.prepare(t)
    at, as_ = shapely.STRtree(s).query(t, predicate="intersects")
    area = shapely.area(s)[as_]
    edge = np.flatnonzero(~shapely.covers(t[at], s[as_]))
    area[edge] = shared_areas(s[as_[edge]], t[at[edge]])
    tiny = np.flatnonzero(np.isnan(area))
    area[tiny] = shapely.area(_cut(s[as_[tiny]], t[at[tiny]]))
    order = np.lexsort((at, as_))
    order = order[area[order] > 0]
    return pd.DataFrame(
        {
            "source": source.index.to_numpy()[as_[order]],
            "target": target.index.to_numpy()[at[order]],
            "area_m2": area[order],
        }
    )


class Shared:
    """The ground of pairs of areas, each cut when it is first asked for."""

    def __init__(self, source: gpd.GeoSeries, target: gpd.GeoSeries, pairs: pd.DataFrame) -> None:
        """Take two layers of valid outlines, by code, and pairs of them: rows of `source` and `target`."""
        self._source, self._target = source, target
        self._one = source.index.get_indexer(pd.Index(pairs["source"]))
        self._other = target.index.get_indexer(pd.Index(pairs["target"]))
        self._cut: NDArray[Any] = np.full(len(pairs), None, dtype=object)

    def __getitem__(self, which: NDArray[Any]) -> NDArray[Any]:
        """Return the ground of some pairs, by position or by a mask."""
        rows = np.arange(len(self._cut))[which]
        new = rows[shapely.is_missing(self._cut[rows])]
        s, t = self._source.to_numpy()[self._one[new]], self._target.to_numpy()[self._other[new]]
        self._cut[new] = _cut(s, t)
        ground: NDArray[Any] = self._cut[rows]
        return ground

    def measure(self, width: Floats, which: NDArray[np.bool_], least: float) -> None:
        """Put the width (m) of some pairs, if it is not known yet, into an array of all; see `widths`."""
        new = which & np.isnan(width)
        width[new] = widths(self[new], least)

    def widest(self, width: Floats, area: Floats, which: NDArray[np.bool_], least: float) -> float:
        """Return the width (m) of the widest of some pairs, of which `area` is known (m²); 0 without any.

        It is looked for in those that may be wider than the widest that is known in `width`, where it is put.
        """
        known = float(np.fmax.reduce(width[which], initial=0.0))
        self.measure(width, which & (at_most(area) > known), least)
        return float(np.fmax.reduce(width[which], initial=0.0))


def at_most(area: Floats) -> Floats:
    """Return the width (m) that pieces of an area (m²) have at most: that of a circle of the same area.

    No circle has room in a piece of ground that is smaller than itself.
    """
    width: Floats = 2 * np.sqrt(area / np.pi)
    return width


def _cut(source: NDArray[Any], target: NDArray[Any]) -> NDArray[Any]:
    """Return what each source shares with its target, on all processors."""
    # of a target as large as a county a source as large as a village needs only what is around it
    boxes = shapely.bounds(source)
    near = [around(ground, *box) for ground, box in zip(target, boxes, strict=True)]
    return in_parallel(shapely.intersection, source, np.array(near, dtype=object))


def around(ground: shapely.Geometry, *bounds: float) -> shapely.Geometry:
    """Return what of a ground lies in a box: clipped, which is quick but can go wrong, or else cut."""
    west, south, east, north = bounds
    # corners of the box's own, a metre off, meet no edge of what the box is around
    box = (west - 1, south - 1, east + 1, north + 1)
    try:
        clipped = shapely.clip_by_rect(ground, *box)
    except shapely.errors.GEOSException:
        # of a spike whose two sides meet the box at one point two points are left, and that is no ring
        clipped = None
    if clipped is None or not clipped.is_valid:
        return shapely.intersection(ground, shapely.box(*box))
    return clipped
