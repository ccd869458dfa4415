"""Areas of one layer put together, held against a union of any polygons."""

from __future__ import annotations

import numpy as np
import shapely

from footprint.geometry import coverage


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
