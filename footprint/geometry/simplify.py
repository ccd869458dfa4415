"""Outlines with fewer corners, for drawing: neighbours keep the edges that they share."""

from __future__ import annotations

from threading import RLock
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from footprint.model.cache import fingerprint, kept


class OutlinesByDetail:
    """The outlines of one layer at several details, each made once.

    A coarse one is made of the finest and not of the outlines themselves, in a fifth of the time. Corners go
    smallest first, so nearly the same ones are left: of the systems and CCGs of England at a detail of 90 to
    620 m fewer than one in a hundred is another.
    """

    def __init__(self, polygons: gpd.GeoSeries, finest: float) -> None:
        self.polygons, self.finest = polygons, finest
        self._made: dict[float, gpd.GeoSeries] = {}
        self._making = RLock()

    def at(self, metres: float) -> gpd.GeoSeries:
        """Return the outlines as `simplified` to a detail of `metres`; who asks meanwhile waits for it."""
        with self._making:
            if metres not in self._made:
                start = self.at(self.finest) if metres > self.finest else self.polygons
                self._made[metres] = simplified(start, metres)
            return self._made[metres]


def simplified(polygons: gpd.GeoSeries, metres: float) -> gpd.GeoSeries:
    """Simplify the outlines of one layer all together, so that an edge of two areas stays one edge.

    Corners go by the method of Visvalingam and Whyatt (1993, The Cartographic Journal 30): the
    corner whose triangle with its neighbours is smallest goes first, until none is left that is
    smaller than `metres` squared. No area and no part of one vanishes: of the smallest islands a
    triangle stays. Where the outlines do not fit together, each side of a fault is simplified by
    itself. Results are for drawing, not for measuring.

    Parameters
    ----------
    polygons : of one layer, by code, in metres; an outline may be missing
    metres : detail that is left; 0 or less leaves the outlines as they are

    Returns
    -------
    Valid polygons under the same index, in the same order; missing where the outline was.

    """
    if metres <= 0 or len(polygons) == 0:
        return polygons
    shapes: NDArray[Any] = kept(
        "simplified",
        lambda: f"{fingerprint(polygons)} {metres!r}",
        lambda: _simplify(np.asarray(polygons.array), metres),
    )
    return gpd.GeoSeries(shapes, index=polygons.index, crs=polygons.crs)


def _simplify(shapes: NDArray[Any], metres: float) -> NDArray[Any]:
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    found = shapes.copy()
    found[there] = shapely.coverage_simplify(shapes[there], metres)
    # sides of a fault may have come to cross each other
    for at in np.flatnonzero(there & ~shapely.is_valid(found)):
        found[at] = _areal(found[at])
    gone = there & (shapely.is_empty(found) | (shapely.area(found) == 0))
    found[gone] = shapes[gone]
    return found


def _areal(shape: Any) -> Any:
    """Return the polygons of an outline that crosses itself, without the lines that it leaves."""
    parts = shapely.get_parts(shapely.make_valid(shape, method="structure", keep_collapsed=False))
    areas = parts[np.isin(shapely.get_type_id(parts), (3, 6))]
    return shapely.union_all(areas)
