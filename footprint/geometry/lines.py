"""Edges of outlines, to be held against points that lie near them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise, product
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from footprint.geometry.edges import Floats, edges

# Edges are looked for around where they start, in classes by how far they reach along an axis: the farther a
# class may reach, the wider the look. Those that reach farther than the last are always taken for near.
LENGTHS_M = (0.0, 200.0, 1_000.0, 5_000.0)
# The distance in which edges are looked for is so many cells of a grid.
FINENESS = 3
# Cells are told apart by so many bits of their number: where two have the same bits, some edges that are not
# near are returned as well.
CELL_BITS = 22
LAST_CELL = (1 << CELL_BITS) - 1


@dataclass(frozen=True, eq=False)
class Lines:
    """Edges of polygons in a projected CRS, metres."""

    start: Floats
    end: Floats
    """Rows of x and y (m)."""
    own: NDArray[np.intp]
    """The position of the polygon of each edge."""
    _found: list[tuple[Floats, float, Lines]] = field(default_factory=list, init=False, repr=False)
    """The spots and the distance of the last look for edges near spots, and what it found."""

    @classmethod
    def of(cls, polygons: NDArray[Any]) -> Lines:
        """Return all edges of polygons; what is empty or None has none."""
        return cls(*edges(polygons))

    def __len__(self) -> int:
        """Return how many edges there are."""
        return len(self.own)

    def __getitem__(self, which: NDArray[Any]) -> Lines:
        """Return some of the edges, by position or by a mask."""
        return Lines(self.start[which], self.end[which], self.own[which])

    @cached_property
    def tree(self) -> shapely.STRtree:
        """An index of the edges as lines, made when it is first asked for."""
        return shapely.STRtree(shapely.linestrings(np.stack([self.start, self.end], axis=1)))

    @cached_property
    def along(self) -> Floats:
        """The unit vector along each edge."""
        way: Floats = self.end - self.start
        way /= np.hypot(*way.T)[:, None]
        return way

    @cached_property
    def extent(self) -> Floats:
        """How far each edge reaches along an axis (m)."""
        across, up = np.abs(self.end - self.start).T
        extent: Floats = np.maximum(across, up)
        return extent

    def near(self, spots: Floats, metres: float) -> Lines:
        """Return every edge that comes within some metres of one of the spots, and some others."""
        # the same spots are asked about again, and an index of what is near takes longer than finding it
        if self._found and self._found[0][0] is spots and self._found[0][1] >= metres:
            return self._found[0][2]
        if not len(self) or not len(spots):
            return self[np.zeros(len(self), dtype=np.bool_)]
        extent = self.extent
        found = extent > LENGTHS_M[-1]
        for shortest, longest in pairwise(LENGTHS_M):
            which = np.flatnonzero((extent > shortest) & (extent <= longest))
            found[which] = _starts_near(self.start[which], spots, metres + longest * np.sqrt(2))
        close = self[found]
        self._found[:] = [(spots, metres, close)]
        return close

    def distance(self, spots: Floats, within_m: float) -> Floats:
        """Return how far each spot lies from the nearest edge (m); infinite beyond `within_m`."""
        found = np.full(len(spots), np.inf)
        (spot, _), far = self.tree.query_nearest(
            shapely.points(spots), max_distance=within_m, return_distance=True, all_matches=False
        )
        found[spot] = far
        return found


def _starts_near(starts: Floats, spots: Floats, metres: float) -> NDArray[np.bool_]:
    """Return which starts lie in a cell of a grid that is within some metres of a spot."""
    if not len(starts):
        return np.zeros(0, dtype=np.bool_)
    cell = metres / FINENESS
    low = np.minimum(spots.min(axis=0), starts.min(axis=0)) - (FINENESS + 1) * cell
    rows = int((max(spots[:, 1].max(), starts[:, 1].max()) - low[1]) / cell) + FINENESS + 2

    def cells(xy: Floats) -> NDArray[np.int64]:
        column, row = (((xy[:, i] - low[i]) * (1 / cell)).astype(np.int64) for i in (0, 1))
        found: NDArray[np.int64] = column * rows + row
        return found

    close = np.zeros(1 << CELL_BITS, dtype=np.bool_)
    steps = range(-FINENESS, FINENESS + 1)
    for column, row in product(steps, steps):
        close[cells(spots) + (column * rows + row) & LAST_CELL] = True
    near: NDArray[np.bool_] = close[cells(starts) & LAST_CELL]
    return near
