"""Outlines that lie beside their true place: how far, in which direction, and when nobody can tell."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from depth import tries
from hypothesis import given
from hypothesis import strategies as st
from maps import write_plan
from shapely.affinity import rotate, scale, translate
from shapely.geometry import Polygon, box

import footprint
from footprint.checks import fp111_displaced_outline
from footprint.geometry import displacement
from footprint.geometry.bestfit import best_fit
from footprint.geometry.by_geometry import shared_ground
from footprint.geometry.displaced import displaced_areas
from footprint.geometry.displacement import borders_of, shift
from footprint.geometry.lines import Lines
from footprint.geometry.overlap import Overlap
from footprint.geometry.partial import laid
from footprint.geometry.tolerance import Tolerance
from footprint.model.stored import from_bytes, to_bytes
from footprint.plan import derive
from footprint.plan.open import Options
from footprint.reports.content.message_change import summary
from footprint.results import shared_ground as ground
from footprint.results.comparison import compare
from footprint.results.run import as_layer as layer_of
from footprint.results.run import compare_paths

KM = 1_000.0
HEAD = """\
title = "T"
date = 2021-04-01
[layers.lad]
path = "lad.geojson"
[layers.ics]
path = "ics.geojson"
"""
NEST = """\
[[align]]
source = "lad"
target = "ics"
must = "nest"
[thresholds]
sliver_width_m = 80
"""


def grid(columns: int, rows: int, side: float, bend: float = 0.0) -> gpd.GeoSeries:
    """Return squares whose corners are moved a little, each corner the same in all its squares."""
    rng = np.random.default_rng(1)
    corner = (
        rng.uniform(-bend, bend, (columns + 1, rows + 1, 2)) if bend else np.zeros((columns + 1, rows + 1, 2))
    )

    def at(i: int, j: int) -> tuple[float, float]:
        return 400 * KM + i * side + corner[i, j, 0], 300 * KM + j * side + corner[i, j, 1]

    shapes = {
        f"{i}-{j}": Polygon([at(i, j), at(i + 1, j), at(i + 1, j + 1), at(i, j + 1)])
        for i in range(columns)
        for j in range(rows)
    }
    return gpd.GeoSeries(shapes, crs=27700)


def merged(squares: gpd.GeoSeries, by: int) -> gpd.GeoSeries:
    """Return squares put together, `by` times `by`."""
    group = ["-".join(str(int(part) // by) for part in code.split("-")) for code in squares.index]
    return gpd.GeoDataFrame(geometry=squares).dissolve(group).geometry


def as_layer(shapes: gpd.GeoSeries, column: str, prefix: str) -> gpd.GeoDataFrame:
    codes = [f"{prefix}{number:06d}" for number in range(1, len(shapes) + 1)]
    return gpd.GeoDataFrame({column: codes}, geometry=shapes.to_numpy(), crs=27700)


DISTRICTS = grid(6, 6, 10 * KM, bend=2 * KM)
SYSTEMS = merged(DISTRICTS, 2)


@tries(25)
@given(east=st.integers(-250, 250), north=st.integers(-250, 250))
def test_a_shift_is_found_whatever_its_direction(east: int, north: int) -> None:
    found = shift(DISTRICTS.translate(east, north), SYSTEMS)
    assert found is not None
    assert (found.east_m, found.north_m) == pytest.approx((-east, -north), abs=0.1)
    assert found.directed
    far = np.hypot(east, north)
    assert found.beyond_noise == (far > 10) or far == 10  # which of the two 10 m is, rounding decides


@pytest.mark.parametrize("metres", [0, 20, 120, 400])
def test_edges_that_no_point_can_reach_say_nothing(metres: int, monkeypatch: pytest.MonkeyPatch) -> None:
    fine = gpd.GeoSeries(shapely.segmentize(DISTRICTS.to_numpy(), 150), index=DISTRICTS.index, crs=27700)
    spots, lines = borders_of(SYSTEMS.to_numpy()).spots, Lines.of(fine.to_numpy())
    assert len(lines.near(spots, displacement.REACH_M)) < 0.8 * len(lines)
    found = shift(fine.translate(metres, -metres), SYSTEMS)
    monkeypatch.setattr(Lines, "near", lambda lines, spots, metres: lines)
    every = shift(fine.translate(metres, -metres), SYSTEMS)
    assert found is not None
    assert every is not None
    assert (found.east_m, found.north_m) == pytest.approx((-metres, metres), abs=0.1)
    assert (found.east_m, found.north_m) == pytest.approx((every.east_m, every.north_m), abs=1e-6)
    assert found.borders == every.borders


@given(
    corners=st.lists(
        st.tuples(st.integers(-9_000, 9_000), st.integers(-9_000, 9_000)), min_size=2, max_size=30
    ),
    spots=st.lists(st.tuples(st.integers(-9_000, 9_000), st.integers(-9_000, 9_000)), min_size=1, max_size=5),
    metres=st.sampled_from([1.0, 60.0, 650.0]),
)
def test_no_edge_within_reach_is_left_out(
    corners: list[tuple[int, int]], spots: list[tuple[int, int]], metres: float
) -> None:
    pairs = [pair for pair in pairwise(corners) if pair[0] != pair[1]]
    start, end = np.array(pairs, dtype=float).reshape(-1, 2, 2).swapaxes(0, 1)
    lines = Lines(start, end, np.arange(len(start)))
    apart = shapely.distance(
        shapely.points(spots)[:, None], shapely.linestrings(np.stack([start, end], axis=1))
    )
    close = np.flatnonzero((apart <= metres).any(axis=0))
    assert set(close) <= set(lines.near(np.array(spots, dtype=float), metres).own)


def test_edges_far_from_all_spots_are_left_out() -> None:
    start = np.array([[x, 0.0] for x in range(0, 50_000, 100)])
    lines = Lines(start, start + np.array([100.0, 0.0]), np.arange(len(start)))
    near = lines.near(np.array([[20_000.0, 0.0]]), 600)
    assert (near.start[:, 0].min(), near.start[:, 0].max()) == pytest.approx((19_000, 21_000), abs=600)


def test_borders_of_one_direction_tell_only_the_part_across() -> None:
    row = grid(10, 1, 10 * KM)
    found = shift(row.translate(110, 80), merged(row, 2))
    assert found is not None
    assert (round(found.east_m), round(found.north_m), found.directed) == (-110, 0, False)


def test_one_border_that_lies_elsewhere_is_no_shift() -> None:
    two = gpd.GeoSeries({"a": box(0, 0, 10 * KM, 20 * KM), "b": box(10 * KM, 0, 20 * KM, 20 * KM)}, crs=27700)
    other = gpd.GeoSeries({"a": box(0, 0, 10_110, 20 * KM), "b": box(10_110, 0, 20 * KM, 20 * KM)}, crs=27700)
    found = shift(two, other)
    assert found is not None
    assert found.borders == 1
    assert not found.beyond_noise


def test_a_border_that_is_truly_elsewhere_does_not_pull_the_others() -> None:
    # a system of its own in the middle of the south-west corner: borders that districts do not have
    square = box(403 * KM, 303 * KM, 407 * KM, 307 * KM)
    systems = SYSTEMS.copy()
    systems["0-0"] = systems["0-0"].difference(square)
    systems["own"] = square
    found = shift(DISTRICTS.translate(110, 0), systems)
    assert found is not None
    assert (found.east_m, found.north_m) == pytest.approx((-110, 0), abs=0.5)


@pytest.mark.parametrize("metres", [0, 110, 250])
def test_districts_that_are_displaced_split_nothing_falsely_and_hide_nothing(metres: int) -> None:
    systems = SYSTEMS.copy()
    # some kilometres of a district belong to the system beside its own
    strip = box(419 * KM, 303 * KM, 423 * KM, 307 * KM).intersection(systems["1-0"])
    systems["1-0"] = systems["1-0"].difference(strip)
    systems["0-0"] = systems["0-0"].union(strip)
    districts = as_layer(DISTRICTS.translate(metres, 0), "LAD21CD", "E07")
    found = footprint.overlap(districts, as_layer(systems, "ICB23CD", "E54"), sliver_width_m=80.0)
    expected = as_layer(DISTRICTS, "LAD21CD", "E07")["LAD21CD"][list(DISTRICTS.index).index("2-0")]
    assert set(found.split()["source"]) == {expected}
    assert (found.shift is not None and found.shift.beyond_noise) == (metres > 0)


@pytest.mark.sampled
@pytest.mark.parametrize("moved", ["2-0", "3-3", "0-0"])
@pytest.mark.parametrize(("east", "north"), [(90, 60), (-60, 80)])
def test_one_area_that_is_displaced_among_its_neighbours_is_told_and_splits_nothing(
    tmp_path: Path, moved: str, east: int, north: int
) -> None:
    districts = DISTRICTS.copy()
    districts[moved] = translate(districts[moved], east, north)
    [(code, back)] = displaced_areas(districts).items()
    assert code == moved
    assert (back.east_m, back.north_m) == pytest.approx((-east, -north), abs=0.5)
    lad, ics = as_layer(districts, "LAD21CD", "E07"), as_layer(SYSTEMS, "ICB23CD", "E54")
    assert len(footprint.overlap(lad, ics, sliver_width_m=80.0).split()) == 0
    plan = HEAD + NEST
    folder = write_plan(tmp_path, plan, lad=lad, ics=ics)
    found = footprint.check(footprint.load_plan(folder), ["FP111", "FP201"])
    [told] = found.findings
    assert told.rule == "FP111"
    assert told.area is not None
    assert told.area.code == lad["LAD21CD"][list(DISTRICTS.index).index(moved)]
    wind = "north-east" if east > 0 else "north-west"
    metres = round(np.hypot(east, north))
    assert f"lies {metres} m to the {wind} of its place among its neighbours" in told.message


@pytest.mark.parametrize("moved", ["2-2", "2-3 3-3 2-4", "half", "all"])
def test_how_far_and_where_to_is_told_in_tenths_of_a_metre(tmp_path: Path, moved: str) -> None:
    districts = DISTRICTS.copy()
    which = {"half": [code for code in DISTRICTS.index if code[-1] >= "3"], "all": [*DISTRICTS.index]}
    codes = which.get(moved, moved.split())
    districts[codes] = districts[codes].translate(130.26, 90.17)
    lad, ics = as_layer(districts, "LAD21CD", "E07"), as_layer(SYSTEMS, "ICB23CD", "E54")
    folder = write_plan(tmp_path, HEAD + NEST, lad=lad, ics=ics)
    [told] = footprint.check(footprint.load_plan(folder), ["FP111"]).findings
    # 158.43 m in all
    metres = {name: value for name, value in told.evidence.numbers.items() if name.endswith("_m")}
    noise = metres.pop("noise_m")
    assert metres == {"displaced_m": 158.4, "displaced_east_m": 130.3, "displaced_north_m": 90.2}
    assert 0 <= noise < 1
    assert noise == round(noise, 1)
    assert "158 m to the north-east of " in told.message


@pytest.mark.parametrize(
    "moved", [["1-1", "1-2", "2-1", "2-2"], ["2-2", "2-3", "3-2"], [c for c in DISTRICTS.index if c < "2"]]
)
def test_areas_that_are_displaced_together_are_told_and_split_nothing(
    tmp_path: Path, moved: list[str]
) -> None:
    districts = DISTRICTS.copy()
    districts[moved] = districts[moved].translate(130, 60)
    found = displaced_areas(districts)
    assert sorted(found) == sorted(moved)
    [back] = set(found.values())
    assert back.east_m == pytest.approx(-130, abs=5)
    # the rim of a third of the layer runs one way: a shift along it nobody can tell
    assert back.directed == (len(moved) < 5)
    assert back.north_m == pytest.approx(-60 if back.directed else 0, abs=6)
    lad, ics = as_layer(districts, "LAD21CD", "E07"), as_layer(SYSTEMS, "ICB23CD", "E54")
    folder = write_plan(tmp_path, HEAD + NEST, lad=lad, ics=ics)
    [told] = footprint.check(footprint.load_plan(folder), ["FP111", "FP201"]).findings
    assert told.message.startswith(f"{len(moved)} areas that stand together (")
    assert len(told.others) == len(moved)


STRAIGHT = grid(6, 6, 10 * KM)


@pytest.mark.sampled
@pytest.mark.parametrize("layer", [DISTRICTS, STRAIGHT], ids=["bent", "straight"])
@pytest.mark.parametrize(("east", "north"), [(0, 110), (110, 0), (110, 110), (-90, 95), (0, 250)])
def test_half_a_layer_that_lies_beside_the_other_layer_splits_nothing_and_is_told(
    tmp_path: Path, layer: gpd.GeoSeries, east: int, north: int
) -> None:
    # nothing in the layer itself tells the gap that the shift leaves from a river
    half = [code for code in layer.index if code[-1] >= "3"]
    districts = layer.copy()
    districts[half] = districts[half].translate(east, north)
    lad, ics = as_layer(districts, "LAD21CD", "E07"), as_layer(merged(layer, 2), "ICB23CD", "E54")
    folder = write_plan(tmp_path, HEAD + NEST, lad=lad, ics=ics)
    plan = footprint.load_plan(folder)
    [told] = footprint.check(plan, ["FP111", "FP201"]).findings
    code_of = dict(zip(layer.index, lad["LAD21CD"], strict=True))
    assert {area.code for area in told.others} <= {code_of[code] for code in half}
    assert "where others do not; which of the two layers is off is not known" in told.message
    lies = told.evidence.numbers
    if lies.get("displaced_east_m") is not None:
        assert lies["displaced_east_m"] == pytest.approx(east, abs=5)
        assert lies["displaced_north_m"] == pytest.approx(north, abs=5)
    else:
        # along borders of one direction nobody can tell
        assert lies["displaced_m"] == pytest.approx(max(abs(east), abs(north)), abs=5)
    found = derive.overlap(plan, "lad", "ics")
    assert isinstance(found, Overlap)
    assert len(found.split()) == 0
    assert found.unsure() == []


def test_half_a_layer_is_told_where_units_settle_all_else(tmp_path: Path) -> None:
    half = [code for code in STRAIGHT.index if code[-1] >= "3"]
    districts = STRAIGHT.copy()
    districts[half] = districts[half].translate(0, 110)
    units = as_layer(grid(12, 12, 5 * KM), "LSOA21CD", "E01")
    people = {"LSOA21CD": units["LSOA21CD"].tolist(), "population": [1_500] * len(units)}
    given = '[units]\ngeography = "LSOA"\npath = "units.geojson"\npopulation = { path = "people.csv" }\n'
    folder = write_plan(
        tmp_path, HEAD.replace("[layers.lad]", f"{given}[layers.lad]") + NEST,
        lad=as_layer(districts, "LAD21CD", "E07"), ics=as_layer(merged(STRAIGHT, 2), "ICB23CD", "E54"),
        units=units, people=people,
    )  # fmt: skip
    [told] = footprint.check(footprint.load_plan(folder), ["FP111", "FP201"]).findings
    assert "lie at least 110 m beside borders of the systems where others do not" in told.message


def test_a_true_split_in_half_a_layer_that_is_displaced_is_still_found() -> None:
    districts = DISTRICTS.copy()
    half = [code for code in DISTRICTS.index if code[-1] >= "3"]
    districts[half] = districts[half].translate(0, 110)
    systems = SYSTEMS.copy()
    strip = box(419 * KM, 343 * KM, 423 * KM, 347 * KM).intersection(systems["1-2"])
    systems["1-2"], systems["0-2"] = systems["1-2"].difference(strip), systems["0-2"].union(strip)
    found = footprint.overlap(
        as_layer(districts, "LAD21CD", "E07"), as_layer(systems, "ICB23CD", "E54"), sliver_width_m=80.0
    )
    assert found.parts
    assert from_bytes(to_bytes(found)).parts == found.parts
    moved = dict(zip(as_layer(districts, "LAD21CD", "E07")["LAD21CD"], districts.index, strict=True))
    assert {moved[code] for code in found.split()["source"]} == {"2-4"}


def test_one_border_that_lies_elsewhere_moves_no_part() -> None:
    # a straight border of two systems, 110 m beside that of the three districts along it
    systems = merged(STRAIGHT, 3)
    strip = box(400 * KM, 330 * KM, 430 * KM, 330_110)
    systems["0-1"], systems["0-0"] = systems["0-1"].difference(strip), systems["0-0"].union(strip)
    lad, ics = as_layer(STRAIGHT, "LAD21CD", "E07"), as_layer(systems, "ICB23CD", "E54")
    assert footprint.overlap(lad, ics, sliver_width_m=80.0).parts == ()


def test_one_border_along_many_districts_that_lies_elsewhere_is_a_change_of_it() -> None:
    south = STRAIGHT[[code for code in STRAIGHT.index if code[-1] < "3"]].union_all()
    north = STRAIGHT[[code for code in STRAIGHT.index if code[-1] == "3"]].union_all()
    rest = STRAIGHT[[code for code in STRAIGHT.index if code[-1] > "3"]]
    strip = box(400 * KM, 330 * KM, 460 * KM, 330_110)
    systems = gpd.GeoSeries([south.union(strip), north.difference(strip), *rest], crs=27700)
    lad, ics = as_layer(STRAIGHT, "LAD21CD", "E07"), as_layer(systems, "ICB23CD", "E54")
    found = footprint.overlap(lad, ics, sliver_width_m=80.0)
    assert found.parts == ()
    assert len(found.split()) == 6 * 2


def test_outlines_that_are_missing_shift_no_edges_to_another_area() -> None:
    half = [code for code in DISTRICTS.index if code[-1] >= "3"]
    districts = DISTRICTS.copy()
    districts[half] = districts[half].translate(0, 110)
    some = gpd.GeoSeries([None, *districts], index=["none", *districts.index], crs=27700)
    facing, whole = borders_of(SYSTEMS.to_numpy()), shift(districts, SYSTEMS)
    _, found = laid(some, facing, whole, Lines.of(some.to_numpy()))
    assert found == laid(districts, facing, whole)[1]
    assert found
    assert {code for code, _ in found} <= set(half)


def test_areas_that_lie_beside_the_other_layer_are_looked_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_plan(
        tmp_path,
        HEAD + NEST,
        lad=as_layer(DISTRICTS, "LAD21CD", "E07"),
        ics=as_layer(SYSTEMS, "ICB23CD", "E54"),
    )
    looked: list[object] = []
    monkeypatch.setattr(fp111_displaced_outline, "lying_beside", lambda *given: looked.append(given) or ())
    plan = footprint.load_plan(folder)
    assert footprint.check(plan, ["FP111", "FP201"]).findings == []
    found = derive.overlap(plan, "lad", "ics")
    assert isinstance(found, Overlap)
    assert (found.parts, looked) == ((), [])


def drawn_apart(seed: int, noise: int) -> gpd.GeoSeries:
    """Return the districts with each corner of each of them beside its place, by so many metres at most."""
    rng = np.random.default_rng(seed)
    corners = DISTRICTS.segmentize(1_000).map(lambda shape: np.asarray(shape.exterior.coords)[:-1])
    drawn = corners.map(lambda xy: Polygon(xy + rng.uniform(-noise, noise, xy.shape)).buffer(0))
    return gpd.GeoSeries(drawn, crs=27700)


@tries(8)
@given(seed=st.integers(0, 1000), noise=st.integers(20, 200))
def test_borders_that_are_drawn_apart_move_no_part(seed: int, noise: int) -> None:
    lad = as_layer(drawn_apart(seed, noise), "LAD21CD", "E07")
    found = footprint.overlap(lad, as_layer(SYSTEMS, "ICB23CD", "E54"), sliver_width_m=500.0)
    assert found.parts == ()


def test_groups_on_both_sides_of_a_river_stand() -> None:
    # 300 m of water between straight banks, which run on behind each other
    west, east = grid(2, 4, 10 * KM), grid(2, 4, 10 * KM).translate(20 * KM + 300, 0)
    layer = gpd.GeoSeries([*west, *east], index=[f"{i}" for i in range(16)], crs=27700)
    assert displaced_areas(layer) == {}


@pytest.mark.parametrize(("water", "found"), [((300, 0), []), ((300, 200), ["0-0"])])
def test_an_area_that_one_border_was_taken_from_stands(water: tuple[int, int], found: list[str]) -> None:
    # between a corner and one neighbour lies an estuary; between it and both of them nothing tells that from
    # a shift to the south-west
    squares = grid(4, 4, 5 * KM)
    squares["0-0"] = box(400 * KM, 300 * KM, 405 * KM - water[0], 305 * KM - water[1])
    assert [*displaced_areas(squares)] == found


@pytest.mark.parametrize("drawn", [lambda shape: scale(shape, 1.03, 1.03), lambda shape: rotate(shape, 2)])
@pytest.mark.parametrize("side", ["lad", "ics"])
def test_an_area_that_is_drawn_too_large_or_turned_splits_nothing_for_certain(
    drawn: Callable[[Polygon], Polygon], side: str
) -> None:
    layers = {"lad": DISTRICTS.copy(), "ics": SYSTEMS.copy()}
    code = {"lad": "2-2", "ics": "1-1"}[side]
    layers[side][code] = drawn(layers[side][code])
    found = footprint.overlap(
        as_layer(layers["lad"], "LAD21CD", "E07"), as_layer(layers["ics"], "ICB23CD", "E54"),
        sliver_width_m=80.0,
    )  # fmt: skip
    assert len(found.split()) == 0
    assert found.contested
    assert (found.unclear["width_m"] > 80).all()


@pytest.mark.parametrize(("east", "north"), [(60, 0), (0, -60)])
def test_half_a_border_in_place_does_not_make_an_area_stand(east: int, north: int) -> None:
    # a square moved along two of its sides, of which every point still lies on a line
    squares = grid(4, 4, 5 * KM)
    squares["1-1"] = translate(squares["1-1"], east, north)
    [(code, back)] = displaced_areas(squares).items()
    assert code == "1-1"
    assert (back.east_m, back.north_m) == pytest.approx((-east, -north), abs=0.5)


@pytest.mark.parametrize(("most", "found"), [(16, ["1-1"]), (15, [])])
def test_units_by_the_ten_thousand_are_not_looked_at(
    most: int, found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("footprint.geometry.displaced.MOST_AREAS", most)
    squares = grid(4, 4, 5 * KM)
    squares["1-1"] = translate(squares["1-1"], 60, 45)
    assert [*displaced_areas(squares)] == found


def test_an_area_whose_only_neighbour_is_displaced_stands() -> None:
    # a hole in a district, filled by another, and the district moved
    layer = DISTRICTS.copy()
    town = box(424 * KM, 324 * KM, 427 * KM, 327 * KM)
    layer["2-2"] = translate(layer["2-2"].difference(town), 110, 0)
    layer["town"] = town
    assert list(displaced_areas(layer)) == ["2-2"]


@tries(10)
@given(seed=st.integers(0, 1000), noise=st.integers(0, 200))
def test_areas_that_were_drawn_one_by_one_are_not_displaced(seed: int, noise: int) -> None:
    assert displaced_areas(drawn_apart(seed, noise)) == {}


def test_a_true_split_of_a_displaced_area_is_still_found() -> None:
    systems = SYSTEMS.copy()
    strip = box(419 * KM, 303 * KM, 423 * KM, 307 * KM).intersection(systems["1-0"])
    systems["1-0"] = systems["1-0"].difference(strip)
    systems["0-0"] = systems["0-0"].union(strip)
    districts = DISTRICTS.copy()
    districts["2-0"] = translate(districts["2-0"], 110, 0)
    found = footprint.overlap(
        as_layer(districts, "LAD21CD", "E07"), as_layer(systems, "ICB23CD", "E54"), sliver_width_m=80.0
    )
    expected = as_layer(DISTRICTS, "LAD21CD", "E07")["LAD21CD"][list(DISTRICTS.index).index("2-0")]
    assert set(found.split()["source"]) == {expected}


@pytest.mark.parametrize("number", range(2))
def test_units_as_points_without_people_split_nothing_where_outlines_are_displaced(
    tmp_path: Path, number: int
) -> None:
    # whichever system a district's few stray points lie in by code, most of its points say where it is
    rng = np.random.default_rng(number)
    spots = rng.uniform((400 * KM, 300 * KM), (460 * KM, 360 * KM), (1_500, 2))
    spots = spots[(np.abs(spots[:, 0] % (20 * KM)) > 1) & (np.abs(spots[:, 1] % (20 * KM)) > 1)]
    codes = [f"E01{i:06d}" for i in range(len(spots))]
    units = gpd.GeoDataFrame({"LSOA21CD": codes}, geometry=gpd.points_from_xy(*spots.T), crs=27700)
    lad = as_layer(DISTRICTS.translate(110 if number else -110, 0), "LAD21CD", "E07")
    plan = HEAD + '[units]\npath = "units.geojson"\n[thresholds]\nsliver_width_m = 136\n'
    folder = write_plan(tmp_path, plan, units=units, lad=lad, ics=as_layer(SYSTEMS, "ICB23CD", "E54"))
    found = derive.overlap(footprint.load_plan(folder), "lad", "ics")
    assert isinstance(found, Overlap)
    assert found.evidence == "units"
    assert len(found.split()) == 0


@pytest.mark.sampled
@pytest.mark.parametrize(("east", "north"), [(110, 0), (-80, 75), (150, -100)])
@pytest.mark.parametrize("part", [False, True])
def test_outlines_that_are_displaced_as_a_whole_move_only_who_moves(
    tmp_path: Path, east: int, north: int, part: bool
) -> None:
    rng = np.random.default_rng(5)
    spots = rng.uniform((402 * KM, 302 * KM), (458 * KM, 358 * KM), (1_500, 2))
    codes = [f"E01{i:06d}" for i in range(len(spots))]
    units = gpd.GeoDataFrame({"LSOA21CD": codes}, geometry=gpd.points_from_xy(*spots.T), crs=27700)
    after, moves = SYSTEMS.copy(), 0
    if part:
        strip = box(415 * KM, 303 * KM, 423 * KM, 311 * KM).intersection(after["1-0"])
        after["1-0"] = after["1-0"].difference(strip)
        after["0-0"] = after["0-0"].union(strip)
        moves = int(units.within(strip).sum())
        assert moves > 10
    plan = (
        HEAD.partition("[layers.lad]")[0]
        + '[units]\npath = "units.geojson"\npopulation = { path = "people.csv" }\n'
    )
    plan += '[layers.ics]\npath = "ics.geojson"\n[thresholds]\nsliver_width_m = 80\n'
    people = {"LSOA21CD": codes, "population": [1_500] * len(codes)}
    sides = [
        write_plan(tmp_path / name, plan, units=units, people=people, ics=as_layer(drawn, "ICB23CD", "E54"))
        for name, drawn in (("before", SYSTEMS), ("after", after.translate(east, north)))
    ]
    found = compare(*(footprint.check(footprint.load_plan(side)) for side in sides))
    assert found.people_who_move == 1_500 * moves
    assert "nobody can tell" not in summary(found)


def unclear() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return quarters of a square, and halves that 100 and 145 m of two of them lie across the line of."""
    base = box(0, 0, 30 * KM, 30 * KM)
    line = 15 * KM
    west = Polygon([(0, 0), (line, 0), (line, 9 * KM), (line + 100, 9.5 * KM), (line + 100, 14 * KM),
                    (line, 14.5 * KM), (line, 20 * KM), (line + 145, 20.5 * KM), (line + 145, 25 * KM),
                    (line, 25.5 * KM), (line, 30 * KM), (0, 30 * KM)])  # fmt: skip
    halves = gpd.GeoSeries([west, base.difference(west)], crs=27700)
    rows = [box(x, y, x + 15 * KM, y + h) for x in (0, line) for y, h in ((0, 15 * KM), (15 * KM, 15 * KM))]
    return as_layer(gpd.GeoSeries(rows, crs=27700), "LAD21CD", "E07"), as_layer(halves, "ICB23CD", "E54")


def test_parts_and_slivers_without_a_gap_between_are_neither() -> None:
    districts, halves = unclear()
    found = footprint.overlap(districts, halves, sliver_width_m=136.0)
    assert len(found.split()) == 0
    assert [round(w, -1) for w in sorted(found.unclear["width_m"])] == [100, 140]
    clear = footprint.overlap(districts, halves, sliver_width_m=60.0)
    assert set(clear.split()["source"]) == {"E07000003", "E07000004"}


@pytest.mark.parametrize("word", ["must", "should"])
def test_a_split_that_nobody_can_tell_leaves_open_whether_what_must_hold_does(
    tmp_path: Path, word: str
) -> None:
    districts, halves = unclear()
    whole = as_layer(gpd.GeoSeries([box(0, 0, 30 * KM, 30 * KM)], crs=27700), "CCG21CD", "E38")
    # another pair, of which all is clear, must hold in any case
    pairs = (("lad", "ics", word), ("lad", "ccg", "must"))
    align = "".join(f'[[align]]\nsource = "{a}"\ntarget = "{b}"\n{how} = "nest"\n' for a, b, how in pairs)
    text = f'{HEAD}[layers.ccg]\npath = "ccg.geojson"\n{align}[thresholds]\nsliver_width_m = 136\n'
    folder = write_plan(tmp_path, text, lad=districts, ics=halves, ccg=whole)
    found = footprint.check(footprint.load_plan(folder), ["FP201"])
    assert found.findings == []
    [skip] = found.skipped
    assert "nobody can tell whether 2 districts are split" in skip.reason
    assert skip.refused == (word == "must")


def test_ground_that_no_area_holds_any_more_is_cut_where_outlines_were_laid_and_they_are_laid_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = as_layer(DISTRICTS, "LAD21CD", "E07")
    gone = [list(DISTRICTS.index).index(name) for name in ("1-1", "3-3")]
    after = before.drop(index=gone)
    after.geometry = after.geometry.translate(110, 0)
    files = [tmp_path / "before.geojson", tmp_path / "after.geojson"]
    for frame, path in zip((before, after), files, strict=True):
        frame.to_file(path)
    cuts: list[int] = []

    def counted(*args: Any) -> Any:
        cuts.append(len(args[-1]))
        return shared_ground(*args)

    monkeypatch.setattr(ground, "shared_ground", counted)
    missing: dict[str, None] = {}
    change = compare_paths(files[0], [files[1]], Options(sliver_width_m=80.0))
    found = list(ground.moves(change, missing))
    assert [(row["code"], row["other_code"]) for row, _ in found] == [
        (before["LAD21CD"][n], "") for n in gone
    ]
    assert (cuts, missing) == ([2], {})
    for (row, shape), name in zip(found, ("1-1", "3-3"), strict=True):
        # a strip of 110 m along a side would be more than 1 km²
        hole = translate(DISTRICTS[name], 110, 0)
        assert shapely.symmetric_difference(shape, hole).area < 0.02 * KM * KM
        assert shape.area == pytest.approx(row["area_m2"], abs=100)


def winding(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return shapes with the same winding borders wherever they share one, drawn to some metres."""
    drawn = shapely.transform(
        shapely.segmentize(shapes.to_numpy(), 100), lambda xy: xy + 60 * np.sin(xy[:, ::-1] / 400)
    )
    return gpd.GeoSeries(drawn, index=shapes.index, crs=27700)


@pytest.mark.parametrize(("east", "north"), [(0, 0), (200, -166), (300, 100)])
@pytest.mark.parametrize("wide", [150, 250])
def test_a_narrow_unit_at_the_rim_is_in_its_area_wherever_the_layer_lies(
    east: int, north: int, wide: int
) -> None:
    squares = grid(6, 6, 5 * KM)
    systems = winding(merged(squares, 2))
    strip = box(400 * KM, 302 * KM, 400 * KM + wide, 304 * KM)
    squares["0-0"] = squares["0-0"].difference(strip)
    # one like it that lies in no area: 1 km from all of them
    away = {"strip": strip, "away": translate(strip, -KM - 200, 0)}
    units = winding(pd.concat([squares, gpd.GeoSeries(away, crs=27700)]))
    layer = layer_of(as_layer(systems.translate(east, north), "ICB23CD", "E54"), "ics")
    found = best_fit(units, layer, Tolerance(100.0, ""))
    assert found["code"]["strip"] == "E54000001"
    assert found["code"]["away"] is None
    assert found["code"]["0-5"] == "E54000003"
