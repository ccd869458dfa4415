"""How much ground polygons share, summed up along their edges, against cutting them."""

from __future__ import annotations

from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from depth import tries
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity, box

from footprint.geometry.pairs import Shared, around, pair_areas
from footprint.geometry.shared_area import shared_areas

SQUARE = box(0, 0, 10, 10)
RING = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(2, 2), (8, 2), (8, 8), (2, 8)]])
CORNERS = shapely.Polygon([(0, 5), (5, 10), (10, 5), (5, 0)])
TWO = shapely.MultiPolygon([box(-5, -5, 1, 1), box(9, 9, 15, 15)])


def shared(one: Any, other: Any) -> float:
    return float(shared_areas(np.array([one]), np.array([other]))[0])


def test_a_spike_that_leaves_the_box_with_both_sides_at_one_point_is_cut() -> None:
    # of its three corners one is 4 m inside, and 1 m farther east its sides are one number apart from nothing
    spike = shapely.Polygon(
        [(436200, 300200), (435996.6101694915, 300433.34390023194), (436115.63262787904, 300296.79250734317)]
    )
    # which GEOS refuses to clip
    found = around(spike, 423915.98165829433, 299880, 436_000, 300909.42198303307)
    assert found.area == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize(
    ("one", "other", "area"),
    [
        (SQUARE, SQUARE, 100),
        (SQUARE, box(2, 3, 4, 6), 6),
        (SQUARE, box(5, -5, 15, 5), 25),
        (SQUARE, CORNERS, 50),
        (SQUARE, RING, 64),
        (RING, box(2, 2, 8, 9), 6),
        (RING, RING, 64),
        (RING, CORNERS, 16),
        (SQUARE, TWO, 2),
        (TWO, TWO, 72),
        (RING, affinity.translate(RING, 1, 0), 48),
    ],
)
def test_areas_that_can_be_counted(one: Any, other: Any, area: float) -> None:
    for each in (one, shapely.reverse(one)):
        assert shared(each, other) == pytest.approx(area, abs=1e-9)
        assert shared(other, each) == pytest.approx(area, abs=1e-9)


@pytest.mark.parametrize(
    "other",
    [box(10, 0, 20, 10), box(10, 10, 20, 20), box(3, 10, 7, 12), box(20, 0, 30, 10), box(0, 20, 10, 30)],
    ids=["edge", "corner", "part of an edge", "east", "north"],
)
def test_where_nothing_is_shared_nobody_knows_better(other: Any) -> None:
    assert np.isnan(shared(SQUARE, other))
    assert np.isnan(shared(other, SQUARE))


@pytest.mark.parametrize(("metres", "known"), [(1.4e-9, False), (2.6e-9, True)])
def test_less_than_rounding_may_leave_is_not_told(metres: float, known: bool) -> None:
    # 1 km wide and 2 km high together: a millionth of a millionth of that is 2 mm²
    one, other = box(4_000, 500, 5_000, 1_500), box(4_000, 1_500 - metres, 5_000, 2_500)
    area = 1_000 * (1_500 - other.bounds[1])
    for found in (shared(one, other), shared(other, one)):
        assert np.isnan(found) != known
        assert not known or found == pytest.approx(area, rel=0.01)


def test_it_does_not_matter_where_coordinates_begin() -> None:
    # a National Grid square kilometre in the far north-east, and a hectare of it
    one, other = (
        affinity.translate(shape, 655_000, 1_220_000)
        for shape in (box(0, 0, 1000, 1000), box(950, 900, 1050, 1100))
    )
    assert shared(one, other) == pytest.approx(5_000, abs=1e-6)


def test_nothing_to_hold_against_each_other_is_nothing() -> None:
    assert shared_areas(np.array([], dtype=object), np.array([], dtype=object)).tolist() == []


def blob(seed: int, corners: int, size: float) -> Any:
    """Return a star with a hole in it, which has both where it is wound."""
    random = np.random.default_rng(seed)
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    far = size * random.uniform(0.4, 1.0, corners)
    outer = np.stack([far * np.cos(turn), far * np.sin(turn)], axis=1) + random.uniform(0, size, 2)
    inner = (outer - outer.mean(axis=0)) * 0.2 + outer.mean(axis=0)
    return shapely.make_valid(shapely.Polygon(outer, [inner]), method="structure")


@tries(60)
@given(st.integers(0, 10**6), st.integers(3, 60), st.sampled_from([1.0, 1e3, 1e5]))
def test_many_pairs_at_once_are_what_cutting_gives(seed: int, corners: int, size: float) -> None:
    ours = np.array([blob(seed + n, corners, size) for n in range(5)])
    theirs = np.array([blob(seed + 10 * n, corners + n, size) for n in range(1, 4)])
    one, other = (side.ravel() for side in np.meshgrid(range(5), range(3)))
    found = shared_areas(ours[one], theirs[other])
    cut = shapely.area(shapely.intersection(ours[one], theirs[other]))
    assert np.nan_to_num(found) == pytest.approx(cut, rel=1e-9, abs=1e-10 * size**2)


def test_long_edges_of_one_side_are_held_against_the_short_ones_of_their_own_pair() -> None:
    # diamonds 2 m wide on the top of squares of 10 km, of 1 km and of 100 m, which begin far west of them
    ours = [box(0, 0, wide, 100) for wide in (10_000, 1_000, 100)]
    pairs = [
        (one, affinity.translate(affinity.scale(CORNERS, 0.2, 0.2), x, 95))
        for one in ours
        for x in (3, 60, 90)
    ]
    pairs += [pair[::-1] for pair in pairs]
    for some in (pairs, pairs[::-1], pairs[::2]):
        found = shared_areas(*(np.array(side) for side in zip(*some, strict=True)))
        assert found == pytest.approx(np.full(len(some), 1.0), abs=1e-6)


def test_more_pairs_of_edges_than_are_held_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = np.array([blob(n, 80, 1e3) for n in range(6)]), np.array([blob(n, 90, 1e3) for n in range(6, 12)])
    whole = shared_areas(*pairs)
    monkeypatch.setattr("footprint.geometry.shared_area.TOGETHER", 7)
    assert shared_areas(*pairs) == pytest.approx(whole, rel=1e-12)
    assert np.isfinite(whole).any()


def test_pairs_that_share_less_than_a_square_metre_are_pairs() -> None:
    # A reaches half a metre into Y along a metre; with Z it has an edge in common and no ground
    bump = box(10, 4, 10.5, 5)
    layers = [
        gpd.GeoSeries([shapely.union(SQUARE, bump)], index=["A"]),
        gpd.GeoSeries([SQUARE, box(10, 0, 20, 10), box(0, 10, 10, 20)], index=list("XYZ")),
    ]
    found = pair_areas(*layers)
    assert found[["source", "target"]].to_numpy().tolist() == [["A", "X"], ["A", "Y"]]
    assert found["area_m2"].tolist() == pytest.approx([100, 0.5])


def test_the_widest_of_pieces_is_found_however_narrow_it_is() -> None:
    # strips in Y that are 0.9 m and 0.3 m wide; no circle as wide as the first has room in the second
    strips = gpd.GeoSeries([box(0, 0, 0.9, 40), box(0, 50, 0.3, 50.8)], index=list("AB"))
    ground = gpd.GeoSeries([box(-10, -10, 10, 100)], index=["Y"])
    pieces = pair_areas(strips, ground)
    area, every = pieces["area_m2"].to_numpy(), np.ones(2, dtype=bool)
    shared, width = Shared(strips, ground, pieces), np.full(2, np.nan)
    shared.measure(width, np.array([True, False]), 5.0)
    assert shared.widest(width, area, every, 5.0) == pytest.approx(0.9, abs=0.05)
    assert width.tolist() == pytest.approx([0.9, np.nan], abs=0.05, nan_ok=True)
    assert shared.widest(np.full(2, np.nan), area, ~every, 5.0) == 0
    assert shared.widest(np.full(2, np.nan), area, np.array([False, True]), 5.0) == pytest.approx(
        0.3, abs=0.05
    )


@pytest.mark.parametrize("size", [10.0, 1e4])
def test_the_ground_of_pairs_is_what_both_outlines_have(size: float) -> None:
    scaled = partial(affinity.scale, xfact=size / 10, yfact=size / 10, origin=(0, 0))
    ours = gpd.GeoSeries([*map(scaled, (SQUARE, RING, CORNERS, TWO)), blob(3, 40, size)], index=list("ABCDE"))
    theirs = gpd.GeoSeries(
        [*map(scaled, (box(-20, -20, 6, 30), RING, TWO)), blob(8, 50, size)], index=list("WXYZ")
    )
    pieces = pair_areas(ours, theirs)
    assert len(pieces) > 15
    shared = Shared(ours, theirs, pieces)
    plain = shapely.intersection(
        ours.reindex(pieces["source"]).to_numpy(), theirs.reindex(pieces["target"]).to_numpy()
    )
    some = np.arange(len(pieces)) % 2 == 0
    for which in (some, ~some, np.ones(len(pieces), dtype=bool)):
        apart = shapely.area(shapely.symmetric_difference(shared[which], plain[which]))
        assert apart == pytest.approx(np.zeros(which.sum()), abs=1e-9 * size**2)
    assert pieces["area_m2"].to_numpy() == pytest.approx(shapely.area(plain), rel=1e-9)


def test_ground_that_is_clipped_wrongly_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    assert around(RING, 4, 4, 20, 20).equals(RING.intersection(box(3, 3, 21, 21)))
    crossed = shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)])
    monkeypatch.setattr(shapely, "clip_by_rect", lambda *_: crossed)
    assert around(RING, 4, 4, 20, 20).equals(RING.intersection(box(3, 3, 21, 21)))
