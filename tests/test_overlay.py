"""Overlaps of drawn maps, with the expected verdict beside each drawing."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from depth import tries
from hypothesis import given
from hypothesis import strategies as st
from maps import boxes, code, draw, grid_units, shapes

import footprint
from footprint.geometry import displacement
from footprint.geometry.bestfit import best_fit
from footprint.geometry.by_geometry import by_geometry, pair_areas
from footprint.geometry.by_units import by_units, confirmed
from footprint.geometry.coverage import coverage_faults, detached_parts
from footprint.geometry.detail import resolution
from footprint.geometry.displaced import shift_between
from footprint.geometry.overlap import Overlap
from footprint.geometry.tolerance import Tolerance, tolerance
from footprint.geometry.width import widths
from footprint.model.errors import IncomparableError
from footprint.reports.content.alignment import slivers_of as sentence
from footprint.results.run import as_layer


def verdicts(lads: str, systems: str) -> dict[str, str]:
    """Return {"AX": "split", …} for every pair of letters of two drawings."""
    found = footprint.overlap(draw(lads), draw(systems, "ICS")).table
    letter = {code(c, g): c for g in ("LAD", "ICS") for c in "ABCDEFGHXYZ"}
    return {
        letter[s] + letter[t]: v for s, t, v in zip(found.source, found.target, found.verdict, strict=True)
    }


def test_areas_inside_one_target_nest() -> None:
    assert verdicts(
        """
        A A B C
        A A B C
        """,
        """
        X X X Y
        X X X Y
        """,
    ) == {"AX": "nested", "BX": "nested", "CY": "same"}


def test_an_area_across_a_line_is_split() -> None:
    assert verdicts(
        """
        A A B B
        """,
        """
        X Y Y Y
        """,
    ) == {"AX": "split", "AY": "split", "BY": "nested"}


def test_an_area_in_three_pieces_has_three_rows_largest_first() -> None:
    table = footprint.overlap(draw("A A A A A A"), draw("X Y Y Z Z Z", "ICS")).table
    assert list(table.target) == [code(c, "ICS") for c in "ZYX"]
    assert list(table.area_share_of_source) == pytest.approx([3 / 6, 2 / 6, 1 / 6])
    assert list(table.area_m2) == pytest.approx([3e8, 2e8, 1e8])


def test_a_split_piece_tells_its_width() -> None:
    table = footprint.overlap(draw("A A A"), draw("X X Y", "ICS")).table
    assert list(table.width_m) == pytest.approx([10_000, 10_000], rel=0.05)


def wobbly(frame: gpd.GeoDataFrame, metres: float, seed: int) -> gpd.GeoDataFrame:
    """Return the same areas with corners every 500 m, each moved by up to `metres`, alike on both sides."""
    random = np.random.default_rng(seed)
    dense = shapely.segmentize(frame.geometry.to_numpy(), 500)
    moved: dict[tuple[float, float], tuple[float, float]] = {}

    def move(xy: np.ndarray) -> np.ndarray:
        out = []
        for x, y in xy.round(3):
            if (x, y) not in moved:
                moved[x, y] = tuple(np.array([x, y]) + random.uniform(-metres, metres, 2))
            out.append(moved[x, y])
        return np.array(out)

    return frame.set_geometry(shapely.transform(dense, move), crs=frame.crs)


MAP = """
A A B C C
A A B C C
D D B E E
"""
SYSTEMS = """
X X X Y Y
X X X Y Y
X X X Y Y
"""


@pytest.mark.parametrize("metres", [5, 20, 60])
def test_slivers_between_separately_drawn_layers_are_no_splits(metres: float) -> None:
    one, other = wobbly(draw(MAP), metres, 1), wobbly(draw(SYSTEMS, "ICS"), metres, 2)
    found = footprint.overlap(one, other)
    assert not len(found.split())
    assert set(found.slivers().source) == {code(c) for c in "BCE"}


def test_a_true_piece_far_smaller_in_share_than_a_sliver_is_still_a_split() -> None:
    # B keeps 2 % of its area on the wrong side: a square of 800 m, as wide as no sliver
    one, other = wobbly(draw(MAP), 20, 1), wobbly(draw(SYSTEMS, "ICS"), 20, 2)
    west, east = other.geometry
    bite = shapely.box(429_200, 315_000, 430_000, 315_800)
    other = other.set_geometry([west.difference(bite), east.union(bite)], crs=other.crs)
    found = footprint.overlap(one, other)
    assert set(found.split().source) == {code("B")}
    assert found.split().area_share_of_source.min() < 0.01


def slivers_of(split_m: float, tolerance_m: float = 200) -> tuple[Overlap, dict[str, float]]:
    """Return how A to D lie in X and Y, and how wide the slivers of A and B are.

    A ends 10 m too far east along 2 km, B 10 m too far west along 30 km; D reaches as far into X as is said.
    """
    one = boxes(
        A=(0, 0, 10_000, 30_000), B=(9_990, 30_000, 20_000, 60_000), C=(10_000, 0, 20_000, 30_000),
        D=(10_000 - split_m, 60_000, 20_000, 70_000),
    )  # fmt: skip
    bump = shapely.box(410_000, 301_000, 410_010, 303_000)
    first, second, third, fourth = one.geometry
    one = one.set_geometry([first | bump, second, third - bump, fourth], crs=one.crs)
    other = boxes("ICS", X=(0, 0, 10_000, 70_000), Y=(10_000, 0, 20_000, 70_000))
    return footprint.overlap(one, other, sliver_width_m=tolerance_m), {code("A"): 10.0, code("B"): 10.0}


def test_slivers_that_cannot_be_wide_are_not_measured_but_bounded() -> None:
    found, widths_m = slivers_of(split_m=0)
    narrow = found.slivers().set_index("source")
    assert set(narrow.index) == set(widths_m)
    small, large = code("A"), code("B")
    assert np.isnan(narrow.width_m[small])
    assert narrow.width_at_most_m[small] == pytest.approx(2 * np.sqrt(20_000 / np.pi))
    assert narrow.width_m[large] == pytest.approx(widths_m[large], abs=1)
    assert np.isnan(narrow.width_at_most_m[large])
    assert found.table.width_at_most_m[found.table.verdict != "sliver"].isna().all()


def test_where_an_area_is_split_the_widest_sliver_is_known() -> None:
    found, widths_m = slivers_of(split_m=500)
    assert set(found.split().source) == {code("D")}
    assert found.split().width_m.min() == pytest.approx(500, abs=10)
    narrow = found.slivers().set_index("source")
    # what was not measured is no wider than what was
    assert narrow.width_m.to_dict() == pytest.approx(widths_m, abs=1)


@pytest.mark.parametrize(
    ("split_m", "tolerance_m", "told"),
    [
        (0, 1_000, "2 overlaps of a and b, at most 618 m wide, 0.3 km² in all; tolerance 1,000 m"),
        (0, 200, "2 overlaps of a and b, at most 160 m wide, 0.3 km² in all; tolerance 200 m"),
        (
            500,
            200,
            "2 overlaps of a and b, the widest 10 m, 0.3 km² in all; the narrowest piece of a split is",
        ),
    ],
)
def test_the_report_says_how_wide_slivers_are(split_m: float, tolerance_m: float, told: str) -> None:
    assert sentence(slivers_of(split_m, tolerance_m)[0], "a", "b").startswith(told)


def test_where_a_part_is_hardly_wider_than_slivers_all_that_may_be_as_wide_are_measured() -> None:
    # D reaches 290 m into X, A 160 m into Y along 160 m, B 210 m along 30 km: no gap
    one = boxes(
        A=(0, 0, 10_000, 30_000), B=(9_790, 30_000, 20_000, 60_000), C=(10_000, 0, 20_000, 30_000),
        D=(9_710, 60_000, 20_000, 70_000),
    )  # fmt: skip
    bump = shapely.box(410_000, 301_000, 410_160, 301_160)
    first, second, third, fourth = one.geometry
    one = one.set_geometry([first | bump, second, third - bump, fourth], crs=one.crs)
    other = boxes("ICS", X=(0, 0, 10_000, 70_000), Y=(10_000, 0, 20_000, 70_000))
    found = footprint.overlap(one, other, sliver_width_m=250)
    assert not len(found.split())
    unclear = found.unclear.set_index("source").width_m
    assert unclear.to_dict() == pytest.approx({code("A"): 160, code("B"): 210, code("D"): 290}, abs=6)
    # of where most of an area lies the width decides nothing
    assert found.table.width_m[found.table.verdict != "sliver"].isna().all()


def test_the_borders_of_a_layer_are_found_once_for_all_that_it_is_compared_with(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[int] = []

    def counted(polygons: Any) -> displacement.Borders:
        looked.append(len(polygons))
        return displacement.borders_of(polygons)

    monkeypatch.setattr("footprint.geometry.displaced.borders_of", counted)
    systems = as_layer(wobbly(draw(SYSTEMS, "ICS"), 20, 2), "ics")
    for seed in (1, 3):
        districts = as_layer(wobbly(draw(MAP), 20, seed), "lad")
        assert len(by_geometry(districts, systems, tolerance(districts, systems)).table)
        assert shift_between(districts, systems) is not None
    assert looked == [2]


def test_tolerance_follows_the_coarser_layer() -> None:
    fine = as_layer(wobbly(draw(MAP), 20, 1), "fine")
    coarse = as_layer(wobbly(draw(SYSTEMS, "ICS"), 150, 2), "coarse")
    same = tolerance(fine, fine).metres
    assert same < tolerance(fine, coarse).metres == tolerance(coarse, fine).metres
    assert "coarse" in tolerance(fine, coarse).why


def test_a_layer_of_segments_of_many_kilometres_is_refused() -> None:
    # forty systems drawn with a handful of corners each
    spots = shapely.multipoints(np.random.default_rng(3).uniform(300_000, 700_000, (42, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(spots, extend_to=shapely.box(3e5, 2e5, 7e5, 6e5)))
    cells = shapely.intersection(cells, shapely.box(3e5, 2e5, 7e5, 6e5))
    coarse = gpd.GeoDataFrame(
        {"ICS21CD": [f"E5400{i:04d}" for i in range(len(cells))]}, geometry=cells, crs="EPSG:27700"
    )
    with pytest.raises(IncomparableError, match="too coarse"):
        footprint.overlap(wobbly(draw(MAP), 20, 1), coarse)
    assert len(footprint.overlap(wobbly(draw(MAP), 20, 1), coarse, sliver_width_m=500).table)


def test_sea_in_one_layer_is_not_counted() -> None:
    # the district reaches out to sea, the system stops at the coast
    table = footprint.overlap(draw("A A B"), draw("X . Y", "ICS")).table
    shares = dict(zip(table.source, table.area_share_of_source, strict=True))
    assert shares == {code("A"): 1.0, code("B"): 1.0}
    assert set(table.verdict) == {"same"}


def test_an_area_outside_every_target_is_reported() -> None:
    found = footprint.overlap(draw("A . B"), draw("X . .", "ICS"))
    assert list(found.outside.source) == [code("B")]


def test_the_width_of_a_square_is_its_side_and_of_a_strip_its_breadth() -> None:
    shapes = np.array([shapely.box(0, 0, 100, 100), shapely.box(0, 0, 5000, 40)])
    assert widths(shapes) == pytest.approx([100, 40], rel=0.06)
    both = shapely.multipolygons([shapely.box(0, 0, 10, 10), shapely.box(100, 0, 160, 60)])
    assert widths(np.array([both])) == pytest.approx([60], rel=0.06)


# ── property tests on integer grids ─────────────────────────────────────────────────────────────

letters = st.sampled_from("ABCD")
grids = st.integers(2, 5).flatmap(
    lambda w: st.lists(st.lists(letters, min_size=w, max_size=w), min_size=2, max_size=5)
)
pairs_of_grids = st.tuples(st.integers(2, 5), st.integers(2, 5)).flatmap(
    lambda size: st.tuples(
        *[st.lists(st.lists(letters, min_size=size[0], max_size=size[0]), min_size=size[1], max_size=size[1])]
        * 2
    )
)


def flat(grid: list[list[str]]) -> list[str]:
    return [letter for line in grid for letter in line]


def text(grid: list[list[str]]) -> str:
    return "\n".join(" ".join(line) for line in grid)


def expected_areas(one: list[list[str]], other: list[list[str]]) -> dict[tuple[str, str], int]:
    """Count squares in both: the oracle."""
    count: dict[tuple[str, str], int] = {}
    for a, b in zip(flat(one), flat(other), strict=True):
        key = (code(a), code(b, "ICS"))
        count[key] = count.get(key, 0) + 1
    return count


@tries(30)
@given(pairs_of_grids)
def test_areas_are_counted_squares_and_shares_add_to_one(
    grids_: tuple[list[list[str]], list[list[str]]],
) -> None:
    one, other = grids_
    table = footprint.overlap(draw(text(one)), draw(text(other), "ICS")).table
    found = {
        (s, t): round(a / 1e8) for s, t, a in zip(table.source, table.target, table.area_m2, strict=True)
    }
    assert found == expected_areas(one, other)
    assert table.groupby("source").area_share_of_source.sum().to_numpy() == pytest.approx(1.0)
    assert table.groupby("target").area_share_of_target.sum().to_numpy() == pytest.approx(1.0)


@tries(20)
@given(pairs_of_grids, st.randoms(use_true_random=False), st.integers(-5, 5), st.integers(-5, 5))
def test_order_of_rows_and_shift_of_origin_change_nothing(grids_, random, east, north) -> None:  # type: ignore[no-untyped-def]
    one, other = grids_
    plain = footprint.overlap(draw(text(one)), draw(text(other), "ICS")).table
    shift = (400_000.0 + east * 10_000, 300_000.0 + north * 10_000)
    a, b = draw(text(one), origin=shift), draw(text(other), "ICS", origin=shift)
    order = list(range(len(a)))
    random.shuffle(order)
    moved = footprint.overlap(a.iloc[order], b.iloc[::-1]).table
    pd.testing.assert_frame_equal(plain, moved, rtol=1e-9)


@tries(30)
@given(pairs_of_grids, st.lists(st.integers(0, 5000), min_size=25, max_size=25))
def test_people_are_conserved_between_units_and_areas(grids_, people) -> None:  # type: ignore[no-untyped-def]
    one, other = grids_
    index = [f"U{i}" for i in range(len(flat(one)))]
    a, b = pd.Series(flat(one), index=index), pd.Series(flat(other), index=index)
    weight = pd.Series(people[: len(index)], index=index, dtype=float)
    table = by_units("a", "b", a, b, weight, None, "lookup").table
    assert table.population.sum() == weight.sum()
    assert table.units.sum() == len(index)
    sums = table.groupby("source").population.sum()
    assert sums.to_dict() == weight.groupby(a).sum().to_dict()
    pieces = table.groupby("source").size()
    split = set(table.source[table.verdict == "split"])
    assert split == set(pieces.index[pieces > 1])


@tries(20)
@given(pairs_of_grids)
def test_pair_areas_equals_geopandas_overlay(grids_: tuple[list[list[str]], list[list[str]]]) -> None:
    a, b = draw(text(grids_[0])), draw(text(grids_[1]), "ICS")
    mine = pair_areas(a.set_index("LAD21CD").geometry, b.set_index("ICS21CD").geometry)
    theirs = gpd.overlay(a, b, how="intersection", keep_geom_type=True)
    expected = theirs.set_index(["LAD21CD", "ICS21CD"]).area
    found = mine.set_index(["source", "target"]).area_m2
    assert found.sort_index().to_dict() == pytest.approx(expected.sort_index().to_dict())


@tries(20)
@given(grids)
def test_a_grid_has_neither_gaps_nor_overlaps(grid: list[list[str]]) -> None:
    faults = coverage_faults(draw(text(grid)).set_index("LAD21CD").geometry)
    assert (len(faults.gaps), len(faults.overlaps)) == (0, 0)


# ── best fit ────────────────────────────────────────────────────────────────────────────────────


def test_a_unit_goes_to_its_largest_overlap_and_says_how_much() -> None:
    units = draw("A A A A", "LSOA", size=1000).set_index("LSOA21CD").geometry
    layer = as_layer(draw("X X X Y", "ICS", size=1000), "ics")
    fit = best_fit(units, layer, tolerance(layer, layer))
    assert fit.loc[code("A", "LSOA")].to_dict() == {
        "code": code("X", "ICS"),
        "best_fit": 0.75,
        "method": "largest overlap",
    }


def test_points_go_to_the_area_that_contains_them_and_stray_ones_to_none() -> None:
    layer = as_layer(draw("X Y", "ICS"), "ics")
    spots = gpd.GeoSeries(
        [shapely.Point(405_000, 305_000), shapely.Point(415_000, 305_000), shapely.Point(500_000, 305_000)],
        index=["a", "b", "c"],
        crs="EPSG:27700",
    )
    fit = best_fit(spots, layer, tolerance(layer, layer))
    assert [None if pd.isna(c) else c for c in fit.code] == [code("X", "ICS"), code("Y", "ICS"), None]


def test_a_unit_that_only_touches_a_layer_lies_in_none() -> None:
    layer = as_layer(wobbly(draw("X X", "ICS"), 20, 1), "ics")
    units = wobbly(draw(". . A", "LSOA"), 20, 2).set_index("LSOA21CD").geometry
    fit = best_fit(units, layer, tolerance(layer, layer))
    assert fit.code.isna().all()


# ── one layer ───────────────────────────────────────────────────────────────────────────────────


def test_a_hole_between_areas_is_a_gap_with_its_neighbours() -> None:
    frame = draw(
        """
        A A A
        A . B
        B B B
        """
    )
    faults = coverage_faults(frame.set_index("LAD21CD").geometry)
    assert [(g.area_m2, g.areas) for g in faults.gaps.itertuples()] == [(1e8, (code("A"), code("B")))]
    assert not len(faults.overlaps)


def test_faults_are_the_same_wherever_outlines_begin_and_whatever_corner_is_there_twice() -> None:
    shapes = pd.concat([draw("A A A\nA . B\nB B B"), draw(". C C\n. . .\n. . .")], ignore_index=True)
    whole = shapes.set_index("LAD21CD").geometry
    expected = [[1e8], [2e8]]
    for at in range(max(map(shapely.get_num_coordinates, whole)) - 1):
        turned = whole.copy()
        for area, shape in whole.items():
            corners = shapely.get_coordinates(shape)[:-1]
            begun = np.roll(corners, -(at % len(corners)), axis=0)
            turned[area] = shapely.Polygon([begun[0], *begun])
        faults = coverage_faults(turned)
        assert [f.area_m2.round(3).tolist() for f in (faults.gaps, faults.overlaps)] == expected, at


def test_ground_that_is_claimed_twice_names_all_who_claim_some_of_it() -> None:
    # a point in the middle of what X claims as well lies on the edge of Y and Z, and not in W
    edges = {"X": (0, 0, 6000, 1000), "Y": (0, -1000, 3000, 1000), "Z": (3000, -1000, 4500, 1000)}
    frame = boxes(**edges, W=(4500, -1000, 6000, 1000)).set_index("LAD21CD")
    [overlap] = coverage_faults(frame.geometry).overlaps.to_dict("records")
    assert overlap["area_m2"] == pytest.approx(6e6)
    assert sorted(overlap["areas"]) == sorted(map(code, "WXYZ"))


def test_a_bay_that_is_open_to_the_sea_is_no_gap() -> None:
    frame = draw("A . B\nA B B")
    assert not len(coverage_faults(frame.set_index("LAD21CD").geometry).gaps)


def test_ground_claimed_twice_is_an_overlap_with_both_claimants() -> None:
    frame = pd.concat([draw("A A ."), draw(". B B")], ignore_index=True)
    faults = coverage_faults(frame.set_index("LAD21CD").geometry)
    assert [(o.area_m2, o.areas) for o in faults.overlaps.itertuples()] == [(1e8, (code("A"), code("B")))]
    assert not len(faults.gaps)


def test_an_area_on_top_of_another_is_an_overlap() -> None:
    frame = pd.concat([draw("A A A\nA A A\nA A A"), draw(". . .\n. B .\n. . .")], ignore_index=True)
    faults = coverage_faults(frame.set_index("LAD21CD").geometry)
    assert list(faults.overlaps.area_m2) == [1e8]


def test_a_part_behind_another_area_is_detached_and_an_island_is_not() -> None:
    frame = draw(
        """
        A A B B A . .
        A A B B . . A
        """
    )
    parts = detached_parts(frame.set_index("LAD21CD").geometry, 100)
    # the two parts in the east touch at a corner only; both are behind B
    assert set(parts.code) == {code("A")}
    assert set(parts.beside) == {(code("B"),)}
    sea = draw("A A . . A\nB B . . .")
    assert not len(detached_parts(sea.set_index("LAD21CD").geometry, 100))


def test_an_island_off_the_coast_of_another_area_is_not_detached() -> None:
    # the way back leads over B, but the island touches nobody
    frame = draw("A B . A")
    assert not len(detached_parts(frame.set_index("LAD21CD").geometry, 100))


def test_a_part_across_a_river_is_not_detached() -> None:
    frame = draw("A A . A A\nB B . B B")
    assert not len(detached_parts(frame.set_index("LAD21CD").geometry, 100))


# ── resolution ──────────────────────────────────────────────────────────────────────────────────


def test_resolution_of_generalised_outlines_grows_with_their_tolerance() -> None:
    # a coast that winds at every scale: its distance from the middle is a sum of waves
    angle = np.linspace(0, 2 * np.pi, 40_000, endpoint=False)
    random = np.random.default_rng(0)
    waves = [2.0**k for k in range(3, 13)]
    far = 40_000 + sum(20_000 / w * np.sin(w * angle + random.uniform(0, 6)) for w in waves)
    coast = shapely.Polygon(np.c_[450_000 + far * np.cos(angle), 350_000 + far * np.sin(angle)])
    found = [resolution(np.array([coast.simplify(m)])).metres for m in (2, 20, 100, 500)]
    assert found == sorted(found)
    assert found[0] is not None
    assert found[-1] is not None
    assert found[-1] > 20 * found[0]


def test_square_corners_are_a_drawn_map() -> None:
    assert resolution(draw("A A B\nA B B").geometry.to_numpy()).drawn
    assert not resolution(wobbly(draw("A B"), 20, 1).geometry.to_numpy()).drawn


def test_units_of_a_grid_rebuild_the_areas_they_were_drawn_from() -> None:
    units = grid_units("A A B\nA B B").set_index("LSOA21CD")
    layer = as_layer(draw("A A B\nA B B"), "lad")
    fit = best_fit(units.geometry, layer, tolerance(layer, layer))
    assert list(fit.code) == [code(c) for c in units.letter]


def test_a_source_narrower_than_the_tolerance_is_where_most_of_it_is() -> None:
    # a lane 40 m wide: no piece of it can be as wide as a sliver, and yet it lies in X
    lane = boxes(A=(2000, 5000, 9000, 5040))
    found = footprint.overlap(lane, draw("X Y", "ICS"), sliver_width_m=100)
    assert list(zip(found.table.target, found.table.verdict, strict=True)) == [(code("X", "ICS"), "nested")]
    assert found.outside.empty
    assert found.too_small == ()


def test_a_source_of_which_only_a_sliver_is_covered_lies_in_none() -> None:
    # a district outside the only system, but for a strip of 30 m along their border
    found = footprint.overlap(draw(". A"), boxes("ICS", X=(0, 0, 10_030, 10_000)), sliver_width_m=100)
    assert list(found.table.verdict) == ["sliver"]
    assert list(found.outside.source) == [code("A")]


def test_areas_are_the_same_only_if_no_unit_of_either_lies_elsewhere() -> None:
    units = pd.Index(["u1", "u2", "u3"])
    lad = pd.Series(["A", "A", "B"], index=units)
    ics = pd.Series(["X", None, "Y"], index=units)
    people = pd.Series([1.0, 2.0, 3.0], index=units)
    found = by_units("lad", "ics", lad, ics, people, None, "units")
    assert dict(zip(found.table.source, found.table.verdict, strict=True)) == {"A": "nested", "B": "same"}
    assert found.outside.to_dict("records") == [
        {
            "source": "A",
            "area_m2": pytest.approx(float("nan"), nan_ok=True),
            "population": 2.0,
            "whole": False,
        }
    ]
    # shares are of all people of the source, those in no target included
    assert found.table.share_of_source.tolist() == pytest.approx([1 / 3, 1.0])


def test_people_missing_from_a_unit_are_not_taken_for_none() -> None:
    index = pd.Index(["u1", "u2"])
    one = pd.Series(["A", "A"], index=index)
    two = pd.Series(["X", "Y"], index=index)
    table = by_units("a", "b", one, two, None, None, "lookup").table
    assert table.population.isna().all()
    assert list(table.verdict) == ["split", "split"]


def test_much_ground_in_no_target_is_told_of() -> None:
    found = footprint.overlap(draw("A A A"), draw("X X .", "ICS"))
    assert list(found.table.verdict) == ["same"]  # on the ground that both have
    assert found.outside[["source", "area_m2", "whole"]].values.tolist() == [[code("A"), 1e8, False]]


def strips(*breadths: float, geography: str = "ICS") -> gpd.GeoDataFrame:
    """Return areas beside each other, each 10 km long and so many metres broad."""
    edges = pairwise(np.cumsum([0, *breadths]))
    return boxes(geography, **{c: (a, 0, b, 10_000) for c, (a, b) in zip("XYZVW", edges, strict=False)})


def test_ground_that_narrow_pieces_cover_is_not_outside_but_undecided() -> None:
    source = strips(300, geography="LAD")
    found = footprint.overlap(source, strips(120, 90, 90), sliver_width_m=136)
    assert found.outside.empty
    assert found.too_small == (code("X"),)
    assert list(found.table.verdict).count("nested") == 1


def test_a_narrow_piece_that_is_a_real_share_of_a_narrow_source_is_undecided() -> None:
    found = footprint.overlap(strips(300, geography="LAD"), strips(200, 100), sliver_width_m=136)
    assert list(found.table.verdict) == ["same", "sliver"]
    assert found.too_small == (code("X"),)


def test_a_wide_part_counts_although_a_narrow_one_is_larger() -> None:
    # Y has a strip of A, 70 m broad and 30 km long, and an exclave in A, 1.4 km square
    strip, exclave = shapely.box(0, 10_000, 30_000, 10_070), shapely.box(10_000, 3000, 11_400, 4400)
    y = shapely.union_all([strip, exclave])
    systems = shapes("ICS", X=shapely.box(0, 0, 30_000, 10_000).difference(y), Y=y)
    found = footprint.overlap(boxes(A=(0, 0, 30_000, 10_070)), systems, sliver_width_m=136)
    assert list(found.table.verdict) == ["split", "split"]
    assert found.table.width_m.iloc[1] == pytest.approx(1400, rel=0.05)


def test_a_small_unit_at_the_corner_of_three_areas_lies_in_one_of_them() -> None:
    unit = strips(200, geography="LSOA").set_index("LSOA21CD").geometry
    layer = as_layer(strips(75, 65, 60), "ics")
    fit = best_fit(unit, layer, Tolerance(136, "test"))
    assert fit.code.tolist() == [code("X", "ICS")]
    assert fit.best_fit.tolist() == [0.375]


@pytest.mark.parametrize(("metres", "verdict"), [(300, "sliver"), (100, "split")])
def test_a_unit_on_the_wrong_side_of_a_coarse_border_makes_no_split(metres: float, verdict: str) -> None:
    # the border stands at 1,000 m in one layer and at 1,060 m in the other; a unit lies in between
    lad = as_layer(strips(1000, 1000, geography="LAD"), "lad")
    ics = as_layer(strips(1060, 940), "ics")
    spots = gpd.GeoSeries(
        [shapely.Point(400_000 + x, 305_000) for x in (500, 1030, 1500)],
        index=["west", "between", "east"],
        crs="EPSG:27700",
    )
    of_lad = pd.Series([code("X"), code("Y"), code("Y")], index=spots.index)
    of_ics = pd.Series([code("X", "ICS"), code("X", "ICS"), code("Y", "ICS")], index=spots.index)
    people = pd.Series([10.0, 1.0, 10.0], index=spots.index)
    suggested = by_units("lad", "ics", of_lad, of_ics, people, None, "units")
    assert set(suggested.split().source) == {code("Y")}
    found = confirmed(suggested, lad, ics, Tolerance(metres, "test"), spots, of_lad, of_ics)
    told = dict(
        zip(zip(found.table.source, found.table.target, strict=True), found.table.verdict, strict=True)
    )
    # outlines that may be displaced by 110 m prove nothing about a unit 30 m from the border; by 10 m they do
    assert told[code("Y"), code("X", "ICS")] == verdict
    assert found.table.population.sum() == 21


def test_a_split_of_an_area_without_an_outline_stands_as_the_units_say() -> None:
    lad = as_layer(strips(1000, geography="LAD"), "lad")  # Y is known from a lookup alone
    ics = as_layer(strips(1060, 940), "ics")
    spots = gpd.GeoSeries(
        [shapely.Point(401_030, 305_000), shapely.Point(401_500, 305_000)], index=["a", "b"]
    )
    of_lad = pd.Series([code("Y"), code("Y")], index=spots.index)
    of_ics = pd.Series([code("X", "ICS"), code("Y", "ICS")], index=spots.index)
    suggested = by_units("lad", "ics", of_lad, of_ics, None, None, "units")
    found = confirmed(suggested, lad, ics, Tolerance(300, "test"), spots, of_lad, of_ics)
    assert list(found.table.verdict) == ["split", "split"]


def test_units_in_neither_layer_leave_nothing_to_hold_against_outlines() -> None:
    lad, ics = as_layer(strips(1000, 1000, geography="LAD"), "lad"), as_layer(strips(1000, 1000), "ics")
    at = {"west": 500, "east": 1500, "abroad": 9000}
    spots = gpd.GeoSeries([shapely.Point(400_000 + x, 305_000) for x in at.values()], index=list(at))
    of_lad = pd.Series([code("X"), code("Y"), None], index=spots.index)
    of_ics = pd.Series([code("X", "ICS"), code("Y", "ICS"), None], index=spots.index)

    def held(*sides: pd.Series) -> tuple[Overlap, Overlap]:
        suggested = by_units("lad", "ics", *sides, None, None, "units")
        return suggested, confirmed(suggested, lad, ics, Tolerance(300, "test"), spots, *sides)

    suggested, found = held(of_lad, of_ics)
    assert found is suggested
    assert found.tolerance is None
    # one that only one of the layers has is held against them
    of_ics["abroad"] = code("Y", "ICS")
    assert held(of_lad, of_ics)[1].tolerance == Tolerance(300, "test")
