"""Areas of one layer put together, held against a union of any polygons."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from footprint.geometry import coverage, edges
from footprint.geometry.edges import corners


def test_ground_that_is_joined_is_the_union_whether_areas_fit_or_share_ground_or_only_touch() -> None:
    chance = np.random.default_rng(3)
    for _ in range(300):
        low = chance.integers(0, 5, (chance.integers(1, 6), 2))
        high = low + chance.integers(1, 5, low.shape)  # one may lie inside another
        # corners in the middle of an edge are those of neighbours, or of nobody
        boxes = shapely.segmentize(shapely.box(*low.T, *high.T), chance.integers(1, 3))
        whole = coverage.joined(boxes)
        assert whole.is_valid
        assert shapely.equals(whole, shapely.union_all(boxes)), [box.wkt for box in boxes]


def test_outlines_that_are_taken_apart_some_at_a_time_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    ring, hole = shapely.box(0, 0, 9, 9), shapely.box(2, 2, 4, 4)
    both = shapely.MultiPolygon([ring.difference(hole), shapely.box(20, 0, 30, 9)])
    outlines = np.array([ring, None, both, shapely.Polygon(), hole, shapely.Point(1, 1), both])
    whole, some = corners(outlines), shapely.get_rings(shapely.get_parts(outlines))
    xy, ring_of = shapely.get_coordinates(some, return_index=True)
    assert [part.tolist() for part in whole] == [xy.tolist(), ring_of.tolist(), [0, 2, 2, 2, 4, 6, 6, 6]]
    monkeypatch.setattr(edges, "TAKEN_TOGETHER", 2)
    assert [part.tolist() for part in corners(outlines)] == [part.tolist() for part in whole]
