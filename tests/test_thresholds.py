"""What lies on either side of every line that a verdict turns on, and just on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from maps import ORIGIN, boxes, code, draw, grid_units, shapes, write_plan
from shapely.affinity import translate

import footprint
from footprint.geometry import detail
from footprint.geometry.bestfit import agreement, best_fit
from footprint.geometry.by_units import by_units, confirmed
from footprint.geometry.coverage import detached_parts
from footprint.geometry.detail import Detail, in_metres, resolution, rounded
from footprint.geometry.tolerance import Tolerance, displacement, tolerance
from footprint.geometry.width import widths
from footprint.measure.hosts import standing_in
from footprint.model.errors import IncomparableError
from footprint.model.suppression import hes_count
from footprint.plan import derive
from footprint.plan.fit import fit_tolerance
from footprint.results.run import as_layer

X, Y, Z = (code(letter, "ICS") for letter in "XYZ")
A, B = code("A"), code("B")


def two(west: float, east: float, geography: str = "ICS") -> gpd.GeoDataFrame:
    """Return X from the west edge to `west`, and Y from there on, each 10 km long."""
    return boxes(geography, X=(0, 0, west, 10_000), Y=(west, 0, west + east, 10_000))


def one(breadth: float) -> gpd.GeoDataFrame:
    return boxes(A=(0, 0, breadth, 10_000))


def verdicts(found: footprint.Overlap) -> list[str]:
    return list(found.table.verdict)


# ── split or sliver ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("metres", "verdict"), [(95, "sliver"), (105, "split")])
def test_a_piece_is_a_split_from_the_width_of_the_tolerance_on(metres: float, verdict: str) -> None:
    found = footprint.overlap(one(3000), two(3000 - metres, metres), sliver_width_m=100)
    assert found.table.set_index("target").verdict[Y] == verdict


def test_a_piece_just_as_wide_as_the_tolerance_is_a_split() -> None:
    source, target = one(3000), two(2900, 100)
    width = footprint.overlap(source, target, sliver_width_m=1).table.width_m.iloc[1]
    assert width == pytest.approx(100, abs=2)
    assert verdicts(footprint.overlap(source, target, sliver_width_m=width)) == ["split", "split"]
    above = np.nextafter(width, 1e6)
    assert verdicts(footprint.overlap(source, target, sliver_width_m=above)) == ["same", "sliver"]


@pytest.mark.parametrize(("metres", "undecided"), [(99, ()), (100, (A,)), (101, (A,))])
def test_a_narrow_piece_of_a_tenth_of_its_source_leaves_it_undecided(
    metres: float, undecided: tuple[str, ...]
) -> None:
    # 100 of 1,000 m; a split would take 200 m
    found = footprint.overlap(one(1000), two(1000 - metres, metres), sliver_width_m=200)
    assert verdicts(found)[1] == "sliver"
    assert found.too_small == undecided


def test_the_largest_piece_is_never_what_leaves_a_source_undecided() -> None:
    found = footprint.overlap(one(150), two(150, 850), sliver_width_m=200)
    assert found.too_small == ()
    assert verdicts(found) == ["same"]


@pytest.mark.parametrize(("metres", "told"), [(9000, False), (8999, True)])
def test_more_than_a_tenth_in_no_target_is_told_of(metres: float, told: bool) -> None:
    found = footprint.overlap(one(10_000), boxes("ICS", X=(0, 0, metres, 10_000)))
    expected = [[A, (10_000 - metres) * 10_000.0, False]] if told else []
    assert found.outside[["source", "area_m2", "whole"]].to_numpy().tolist() == expected


@pytest.mark.parametrize(("metres", "verdict"), [(19, "sliver"), (20, "same")])
def test_a_lane_lies_where_half_of_it_lies(metres: float, verdict: str) -> None:
    found = footprint.overlap(one(40), boxes("ICS", X=(0, 0, metres, 10_000)), sliver_width_m=100)
    assert verdicts(found) == [verdict]
    assert list(found.outside.whole) == [verdict == "sliver"]


@pytest.mark.parametrize(("metres", "covered"), [(14, False), (16, True)])
def test_a_lane_that_narrow_pieces_cover_by_half_is_with_the_largest(metres: float, covered: bool) -> None:
    # 15 m of X and 14 or 16 m of Y, of 60 m
    found = footprint.overlap(one(60), two(15, metres), sliver_width_m=100)
    assert verdicts(found) == (["nested", "sliver"] if covered else ["sliver", "sliver"])
    assert found.table.target.iloc[0] == (Y if covered else X)
    assert found.too_small == (A,)
    assert list(found.outside.whole) == ([False] if covered else [True])


@pytest.mark.parametrize(
    ("own", "target", "verdict"),
    [(1000, 2000, "same"), (999, 2000, "nested"), (2000, 1000, "same"), (2001, 1000, "nested")],
)
def test_two_areas_are_one_if_each_has_half_of_the_other(own: float, target: float, verdict: str) -> None:
    found = footprint.overlap(one(own), boxes("ICS", X=(0, 0, target, 10_000)))
    assert verdicts(found) == [verdict]


def test_half_of_a_source_is_one_area_with_its_target_and_less_is_not() -> None:
    # the rest of A lies in no target: 5 of 10 km, and then 4.9
    found = [footprint.overlap(one(10_000), boxes("ICS", X=(0, 0, m, 10_000))) for m in (5000, 4900)]
    assert [verdicts(f) for f in found] == [["same"], ["nested"]]


def test_a_target_that_two_sources_share_is_the_same_as_neither() -> None:
    found = footprint.overlap(boxes(A=(0, 0, 9000, 10_000), B=(9000, 0, 10_000, 10_000)), draw("X", "ICS"))
    assert verdicts(found) == ["nested", "nested"]


@pytest.mark.parametrize(
    ("metres", "tolerance_m"), [(0.0, 80.0), (20.0, 124.0), (100.0, 300.0), (463.6, 1099.9)]
)
def test_the_tolerance_is_80_m_and_2_2_times_the_coarser_detail(metres: float, tolerance_m: float) -> None:
    fine = replace(as_layer(draw("A"), "a"), drawn=False, resolution_m=0.0)
    coarse = replace(fine, key="b", resolution_m=metres)
    assert tolerance(fine, coarse).metres == tolerance(coarse, fine).metres == tolerance_m


def test_a_layer_that_would_need_more_than_1100_m_is_refused() -> None:
    fine = replace(as_layer(draw("A"), "a"), drawn=False, resolution_m=20.0)
    with pytest.raises(IncomparableError, match="drawn to about 464 m and would need a tolerance of 1,100 m"):
        tolerance(fine, replace(fine, key="b", resolution_m=463.7))


@pytest.mark.parametrize(("metres", "displaced"), [(None, 80.0), (0.0, 80.0), (100.0, 300.0)])
def test_outlines_stand_as_far_off_as_the_noise_of_their_detail(
    metres: float | None, displaced: float
) -> None:
    layer = replace(as_layer(draw("A"), "a"), resolution_m=metres)
    # what is drawn square is exact unless it goes in steps
    assert displacement(layer) == (displaced if metres else 1.0)
    assert displacement(replace(layer, drawn=False)) == displaced


def test_only_two_drawn_layers_are_exact() -> None:
    drawn = as_layer(draw("A"), "a")
    traced = replace(drawn, key="b", drawn=False, resolution_m=None)
    assert tolerance(drawn, drawn).metres == 1.0
    for pair in ((drawn, traced), (traced, drawn)):
        found = tolerance(*pair)
        assert (found.metres, found.why) == (80.0, "no outline tells its resolution")


OF_UNITS = """\
title = "T"
date = 2021-04-01
[units]
path = "units.geojson"
[layers.ics]
path = "ics.geojson"
"""


@pytest.mark.parametrize(
    ("units_m", "layer_m", "tolerance_m"), [(100.0, 0.0, 300.0), (0.0, 100.0, 300.0), (None, 100.0, 300.0)]
)
def test_units_are_put_into_areas_within_what_the_coarser_of_their_outlines_asks_for(
    tmp_path: Path, units_m: float | None, layer_m: float, tolerance_m: float
) -> None:
    units = grid_units("X Y")[["LSOA21CD", "geometry"]]
    if units_m is None:
        units.geometry = units.representative_point()
    plan = footprint.load_plan(write_plan(tmp_path, OF_UNITS, units=units, ics=draw("X Y", "ICS")))
    assert plan.units is not None
    if units_m is not None:
        assert plan.units.drawn is not None
        coarse = replace(plan.units.drawn, drawn=False, resolution_m=units_m)
        plan = replace(plan, units=replace(plan.units, drawn=coarse))
    layer = plan.layers["ics"].drawn
    assert layer is not None
    assert fit_tolerance(plan, replace(layer, drawn=False, resolution_m=layer_m)).metres == tolerance_m


def test_units_whose_outlines_are_too_coarse_lie_in_no_area_and_the_reason_names_their_file(
    tmp_path: Path,
) -> None:
    # 12 corners with sides of 2,588 m: half the root of a triangle, 2,588² · sin 30° / 2 m², is 647 m
    round_units = grid_units("X Y X Y")[["LSOA21CD", "geometry"]]
    round_units.geometry = round_units.centroid.buffer(5_000, quad_segs=3)
    lookup = {"LSOA21CD": list(round_units["LSOA21CD"]), "CCG21CD": [code("A", "CCG")] * 4}
    text = OF_UNITS + '[layers.ccg]\nlookup = { path = "lookup.csv", unit = "LSOA21CD", code = "CCG21CD" }\n'
    ics = draw("X Y X Y", "ICS")
    plan = footprint.load_plan(write_plan(tmp_path, text, units=round_units, ics=ics, lookup=lookup))
    assert derive.assignment(plan, "ics") is None
    told = "units.geojson is too coarse to be compared by its outlines: they are drawn to about 647 m "
    assert derive.refusal(plan, "ics").startswith(told)
    assert derive.refusal(plan, "ccg") == ""
    [skip] = [s for s in footprint.check(plan, ["FP204"]).skipped if told in s.reason]
    assert skip.rule == "FP204"
    fine = grid_units("X Y X Y")[["LSOA21CD", "geometry"]]
    plan = footprint.load_plan(write_plan(tmp_path, text, units=fine, ics=ics, lookup=lookup))
    assert derive.refusal(plan, "ics") == ""


# ── units against outlines ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("depth", "verdict"), [(29, "sliver"), (30, "sliver"), (31, "split")])
def test_a_unit_proves_a_split_from_half_the_tolerance_without_its_base_on(
    depth: float, verdict: str
) -> None:
    # districts meet at 1,000 m, systems at 1,120: of the strip of 120 m in between, with a tolerance of
    # 140 m, only a unit more than (140 − 80) / 2 m deep is firmly in it
    lad = as_layer(boxes(A=(0, 0, 1000, 10_000), B=(1000, 0, 2000, 10_000)), "lad")
    ics = as_layer(two(1120, 880), "ics")
    at = {"west": 500.0, "strip": 1000.0 + depth, "stranger": 1060.0, "beyond": 1500.0, "east": 1600.0}
    spots = gpd.GeoSeries(
        [shapely.Point(400_000 + x, 305_000) for x in at.values()], index=list(at), crs="EPSG:27700"
    )
    of_lad = pd.Series([A, B, B, B, B], index=spots.index)
    # one that stands deep in the strip, and one that stands deep in B, prove nothing: the one is not of
    # X, the other not in the strip
    of_ics = pd.Series([X, X, Y, X, Y], index=spots.index)
    people = pd.Series([10.0, 1.0, 9.0, 1.0, 9.0], index=spots.index)
    suggested = by_units("lad", "ics", of_lad, of_ics, people, None, "units")
    assert set(suggested.split().source) == {B}
    found = confirmed(suggested, lad, ics, Tolerance(140, "test"), spots, of_lad, of_ics)
    told = found.table.set_index(["source", "target"]).verdict
    # where the strip is a sliver, nothing but slivers tells the two layers apart
    one, other = ("nested", "split") if verdict == "split" else ("same", "same")
    assert dict(told) == {(A, X): one, (B, X): verdict, (B, Y): other}


def test_ground_as_wide_as_the_tolerance_proves_a_split_without_units_deep_in_it() -> None:
    lad = as_layer(boxes(A=(0, 0, 1000, 10_000), B=(1000, 0, 2000, 10_000)), "lad")
    ics = as_layer(two(1300, 700), "ics")
    spots = gpd.GeoSeries(
        [shapely.Point(400_000 + x, 305_000) for x in (500, 1001, 1999)],
        index=["a", "b", "c"],
        crs="EPSG:27700",
    )
    of_lad = pd.Series([A, B, B], index=spots.index)
    of_ics = pd.Series([X, X, Y], index=spots.index)
    people = pd.Series([10.0, 1.0, 9.0], index=spots.index)
    suggested = by_units("lad", "ics", of_lad, of_ics, people, None, "units")
    # B has most of its people in Y
    for metres, verdict in ((290, ["nested", "split", "split"]), (310, ["same", "same", "sliver"])):
        found = confirmed(suggested, lad, ics, Tolerance(metres, "test"), spots, of_lad, of_ics)
        assert list(found.table.verdict) == verdict
        assert found.tolerance == Tolerance(metres, "test")
        # the width of the minor piece, and of no other
        assert found.table.width_m.notna().tolist() == [False, False, True]
        assert found.table.width_m.iloc[2] == pytest.approx(
            700 if verdict[2] == "x" else found.table.width_m[2]
        )


@pytest.mark.parametrize(("metres", "area"), [(99, X), (101, None)])
def test_a_point_beside_an_area_goes_to_it_within_the_tolerance(metres: float, area: str | None) -> None:
    layer = as_layer(two(1000, 1000), "ics")
    units = gpd.GeoSeries(
        [shapely.Point(400_000 - metres, 305_000), shapely.Point(401_500, 305_000)], index=["beside", "in"]
    )
    fit = best_fit(units, layer, Tolerance(100, "test"))
    assert fit.code.tolist() == [area, Y]
    assert fit.method.tolist() == ["nearest" if area else "point", "point"]
    assert fit.best_fit.isna().all()


@pytest.mark.parametrize(("metres", "area"), [(499, None), (501, X)])
def test_a_narrow_piece_of_a_unit_counts_from_half_of_it_on(metres: float, area: str | None) -> None:
    # units reach `metres` into X, which no piece as wide as 2 km would do; the rest is sea
    units = gpd.GeoSeries(
        [shapely.box(400_000 - 1000 + metres, 300_000, 400_000 + metres, 310_000)], index=["u"]
    )
    fit = best_fit(units, as_layer(two(5000, 5000), "ics"), Tolerance(2000, "test"))
    found = fit.loc["u"]
    # one that is mostly outside went to the nearest, as its point stands beside it
    assert found.method == ("largest overlap" if area else "nearest")
    assert found.code == X
    assert found.best_fit == pytest.approx(0.501, nan_ok=True) or np.isnan(found.best_fit)


@pytest.mark.parametrize(("metres", "kept"), [(390, False), (410, True)])
def test_a_unit_mostly_outside_lies_in_an_area_by_a_piece_as_wide_as_the_tolerance(
    metres: float, kept: bool
) -> None:
    units = gpd.GeoSeries(
        [shapely.box(400_000 - 5000 + metres, 300_000, 400_000 + metres, 310_000)], index=["u"]
    )
    found = best_fit(units, as_layer(two(5000, 5000), "ics"), Tolerance(400, "test")).loc["u"]
    assert (found.code, found.method) == ((X, "largest overlap") if kept else (None, "largest overlap"))
    assert found.best_fit == (metres / 5000 if kept else pytest.approx(np.nan, nan_ok=True))


@pytest.mark.parametrize("turned", [False, True])
def test_a_unit_just_on_a_shared_edge_goes_to_the_first_by_code(turned: bool) -> None:
    systems = two(1000, 1000)
    layer = as_layer(systems.iloc[::-1] if turned else systems, "ics")
    points = gpd.GeoSeries([shapely.Point(401_000, 305_000)], index=["edge"])
    assert best_fit(points, layer, Tolerance(1, "test")).code.tolist() == [X]
    half = gpd.GeoSeries([shapely.box(400_500, 300_000, 401_500, 310_000)], index=["half"])
    fit = best_fit(half, layer, Tolerance(1, "test"))
    assert fit.code.tolist() == [X]
    assert fit.best_fit.tolist() == [0.5]


@pytest.mark.parametrize("turned", [False, True])
def test_a_provider_on_a_shared_edge_or_as_near_to_both_stands_in_the_first_by_code(turned: bool) -> None:
    areas = {"A": (0, 0, 1000, 1000), "B": (1000, 0, 2000, 1000), "C": (2000, 0, 3000, 1000)}
    layer = as_layer(boxes(**dict(sorted(areas.items(), reverse=turned))), "lad")
    at = [(1000, 500), (2000, 500), (1000, -0.9), (2000, 1000.9), (2000.5, 500), (1000, -1.1)]
    spots = np.array([shapely.Point(ORIGIN[0] + x, ORIGIN[1] + y) for x, y in at], dtype=object)
    a, b, c = map(code, "ABC")
    assert standing_in(spots, layer) == [a, b, a, b, c, None]


def test_units_may_be_points_and_outlines_at_once() -> None:
    units = gpd.GeoSeries(
        [shapely.box(401_200, 300_000, 402_000, 310_000), shapely.Point(400_500, 305_000), None],
        index=["ground", "point", "nothing"],
    )
    fit = best_fit(units, as_layer(two(1000, 1000), "ics"), Tolerance(1, "test"))
    assert fit.code.tolist() == [Y, X, None]
    assert fit.best_fit.fillna(-1).tolist() == [1.0, -1.0, -1.0]
    assert fit.method.tolist()[:2] == ["largest overlap", "point"]


def test_the_share_of_a_unit_in_the_area_that_its_code_names() -> None:
    layer = as_layer(two(1000, 1000), "ics")
    units = gpd.GeoSeries(
        {
            "whole": shapely.box(400_100, 300_000, 400_900, 310_000),
            "quarter": shapely.box(400_900, 300_000, 401_300, 310_000),
            "none": shapely.box(401_500, 300_000, 401_600, 310_000),
            "point": shapely.Point(400_500, 305_000),
            "beside": shapely.Point(401_050, 305_000),
            "away": shapely.Point(401_051, 305_000),
            "unnamed": shapely.Point(400_500, 305_000),
            "shapeless": None,
        }
    )
    codes = pd.Series(X, index=units.index).where(units.index != "unnamed", "E54000999")
    codes["not a unit"] = X
    found = agreement(units, codes, layer, 50)
    assert dict(found) == {
        "whole": 1.0, "quarter": 0.25, "none": 0.0, "point": 1.0, "beside": 1.0, "away": 0.0,
    }  # fmt: skip


def test_shares_of_units_are_those_of_a_reckoning_that_looks_at_everything() -> None:
    """Units of three corners, many sizes and some parts, held against ragged areas with a hole."""
    chance = np.random.default_rng(5)
    middle = np.column_stack([chance.uniform(400_000, 404_000, 600), chance.uniform(300_000, 302_000, 600)])
    size = chance.choice([20, 150, 700], (600, 1, 1))
    cut = shapely.polygons(middle[:, None] + chance.uniform(-1, 1, (600, 3, 2)) * size)
    units = gpd.GeoSeries([*cut[:500], *map(shapely.MultiPolygon, zip(cut[500:550], cut[550:], strict=True))])
    units = gpd.GeoSeries(shapely.make_valid(units.to_numpy()), index=[f"U{n}" for n in range(len(units))])
    rim = np.column_stack([402_000 + chance.uniform(-300, 300, 19), np.linspace(299_900, 302_100, 19)])
    west = shapely.Polygon([(399_000, 299_000), *rim, (399_000, 303_000)])
    west = west.difference(shapely.box(400_500, 300_500, 401_000, 301_000))
    east = shapely.box(399_000, 299_000, 405_000, 303_000).difference(west)
    layer = as_layer(gpd.GeoDataFrame({"ICS21CD": [X, Y]}, geometry=[west, east], crs=27700), "ics")
    codes = pd.Series(chance.choice([X, Y], len(units)), index=units.index)
    within = 130.0
    found = agreement(units, codes, layer, within)
    for name, unit in units.items():
        area = layer.polygons[codes[name]]
        far = shapely.distance(shapely.points(shapely.get_coordinates(unit)), area) > within
        expected = unit.intersection(area).area / unit.area if far.any() else 1.0
        assert found[name] == pytest.approx(expected, abs=1e-9), name
    assert 0 < (found < 1).sum() < len(units)


# ── one layer by itself ─────────────────────────────────────────────────────────────────────────


def test_the_width_is_that_of_the_widest_part_that_could_be_wide_enough() -> None:
    strip = shapely.box(0, 0, 30_000, 70)  # 2.1 km²
    square = shapely.box(0, 1000, 1000, 2000)  # 1 km²
    both = np.array([shapely.multipolygons([strip, square]), strip], dtype=object)
    assert widths(both).tolist() == pytest.approx([70, 70], abs=5)
    assert widths(both, 100).tolist() == pytest.approx([1000, 70], rel=0.05)
    # a circle of 1 km² is 1,128 m wide: nothing of it can be wider
    assert widths(both, 1129).tolist() == pytest.approx([70, 70], abs=5)
    assert widths(both, 1128).tolist() == pytest.approx([1000, 70], rel=0.05)
    # whatever stands before and after it
    between = np.array([strip, shapely.multipolygons([square, strip]), strip, strip], dtype=object)
    assert widths(between, 100).tolist() == pytest.approx([70, 1000, 70, 70], rel=0.1)
    flat = np.array([shapely.Polygon(), shapely.LineString([(0, 0), (9, 9)])], dtype=object)
    assert widths(flat).tolist() == [0.0, 0.0]


def exclave(gap: float, side: float) -> gpd.GeoSeries:
    """Return A with a part `side` m square behind a strip of B, and an islet of A in the sea."""
    main = shapely.box(0, 0, 10_000, 10_000)
    part = shapely.box(10_000 + gap, 0, 10_000 + gap + side, side)
    islet = shapely.box(-5000, 0, -4000, 1000)
    around = shapely.box(10_000, 0, 20_000, 10_000).difference(part)
    return gpd.GeoSeries([shapely.union_all([main, part, islet]), around], index=["A", "B"], crs="EPSG:27700")


@pytest.mark.parametrize(("gap", "found"), [(0.9, 0), (1.1, 1)])
def test_a_part_is_detached_where_more_than_a_metre_of_others_lies_between(gap: float, found: int) -> None:
    assert len(detached_parts(exclave(gap, 500), 50)) == found


@pytest.mark.parametrize(("least", "found"), [(105, 0), (95, 1)])
def test_a_part_narrower_than_the_detail_is_not_detached(least: float, found: int) -> None:
    parts = detached_parts(exclave(1000, 100), least)
    assert len(parts) == found
    if found:
        [row] = parts.drop(columns="geometry").to_dict("records")
        assert row == {
            "code": "A",
            "area_m2": 10_000.0,
            "width_m": pytest.approx(100, abs=3),
            "beside": ("B",),
        }


def test_detached_parts_of_equal_size_come_by_code() -> None:
    drawn = draw("A C A B C B", size=1000.0).set_index("LAD21CD").geometry
    found = detached_parts(drawn.iloc[::-1], 1)
    assert [(row.code, row.beside) for row in found.itertuples()] == [
        (A, (code("C"),)), (B, (code("C"),)), (code("C"), (A, B)),
    ]  # fmt: skip


@pytest.mark.parametrize(("gap", "severity"), [(0.9, "info"), (1.1, "warning")])
def test_a_gap_is_told_by_itself_from_the_detail_of_the_layer_on(
    gap: float, severity: str, tmp_path: Path
) -> None:
    ring = shapely.box(0, 0, 10_000, 10_000).difference(shapely.box(2000, 2000, 2000 + gap, 7000))
    parts = {
        "A": ring.intersection(shapely.box(0, 0, 10_000, 5000)),
        "B": ring.intersection(shapely.box(0, 5000, 10_000, 10_000)),
    }
    folder = write_plan(
        tmp_path, 'title = "T"\ndate = 2021-04-01\n[layers.lad]\npath = "lad.geojson"\n', lad=shapes(**parts)
    )
    [found] = footprint.check(footprint.load_plan(folder), ["FP102"]).findings
    assert str(found.severity) == severity
    assert found.evidence.numbers["area_m2"] == pytest.approx(5000 * gap, rel=0.01)
    assert found.evidence.numbers["tolerance_m"] == 1


@pytest.mark.parametrize(("metres", "severity"), [(40, "info"), (60, "warning")])
def test_a_gap_narrower_than_the_detail_of_surveyed_outlines_is_left_over(
    metres: float, severity: str, tmp_path: Path
) -> None:
    # a disc of 60 corners and sides of 419 m is drawn to about 48 m
    disc = translate(polygon(60, 419.0), -400_000, -300_000)
    hole = shapely.box(-metres / 2, -metres / 2, metres / 2, metres / 2)
    plan = 'title = "T"\ndate = 2021-04-01\n[layers.lad]\npath = "lad.geojson"\n'
    folder = write_plan(tmp_path, plan, lad=shapes(A=disc.difference(hole)))
    [found] = footprint.check(footprint.load_plan(folder), ["FP102"]).findings
    assert str(found.severity) == severity
    assert found.evidence.numbers["tolerance_m"] == pytest.approx(48, abs=0.5)


# ── how finely outlines are drawn ───────────────────────────────────────────────────────────────


def polygon(corners: int, side: float) -> shapely.Polygon:
    turn = np.arange(corners) * 2 * np.pi / corners
    radius = side / (2 * np.sin(np.pi / corners))
    return shapely.Polygon(np.column_stack([np.cos(turn), np.sin(turn)]) * radius + [400_000, 300_000])


def test_the_detail_is_half_the_root_of_the_triangle_at_a_corner() -> None:
    # in a polygon of 36 corners and sides of 100 m each triangle has 100² · sin 10° / 2 m²
    found = resolution(np.array([polygon(36, 100.0)], dtype=object))
    assert not found.drawn
    assert found.metres == pytest.approx(np.sqrt(100**2 * np.sin(np.radians(10)) / 2) / 2)


def test_corners_of_less_than_two_degrees_are_none() -> None:
    # 181 corners turn by 1.99°, 179 by 2.01°
    assert resolution(np.array([polygon(181, 100.0)], dtype=object)).metres is None
    assert resolution(np.array([polygon(179, 100.0)], dtype=object)).metres is not None


def bumped(bump: float) -> np.ndarray:
    """Return two squares of 8 km, with a point every 250 m, whose common border swings out by `bump` m."""
    north = np.arange(0, 8_001, 250.0)
    middle = np.column_stack((8_000 + bump * np.sin(np.pi * north / 8_000) ** 2, north))
    pair = (
        shapely.Polygon([(0, 0), *middle, (0, 8_000)]),
        shapely.Polygon([*middle, (16_000, 8_000), (16_000, 0)]),
    )
    return np.array([translate(one.segmentize(250), 400_000, 300_000) for one in pair], dtype=object)


def test_a_curve_without_a_corner_is_no_square() -> None:
    # no point of it turns by two degrees; it leaves its direction by bump · π ÷ 8,000 m to either side,
    # at 20 m by 0.9 degrees in all, at 30 m by 1.4
    for bump, drawn in ((0, True), (20, True), (30, False), (100, False), (200, False)):
        found = resolution(bumped(bump))
        assert found.drawn == drawn, bump
        assert (found.metres is None) == drawn
    # a curve has as many corners as points that are off the line, and is told by the triangles there
    assert resolution(bumped(200)).metres < 20


def test_squares_of_degrees_stay_square_on_the_grid() -> None:
    # parallels are no straight lines on the grid: over a degree they turn by 0.8 degrees
    degrees = gpd.GeoSeries([shapely.box(x, 53, x + 1, 53.5).segmentize(0.02) for x in (-3, -2)], crs=4326)
    assert resolution(degrees.to_crs(27700).to_numpy()).drawn


@pytest.mark.parametrize(("wide", "step"), [(2.0, 0.5), (4.0, 1.0), (4.0, 0.2)])
@pytest.mark.parametrize("south", [50.0, 59.5])
def test_large_squares_of_degrees_stay_square_on_the_grid(wide: float, step: float, south: float) -> None:
    # over two degrees a parallel turns by 1.6 degrees, and is no more a curve for that
    boxes_ = [shapely.box(x, south, x + wide, south + 1).segmentize(step) for x in (-3 - wide, -3)]
    found = resolution(gpd.GeoSeries(boxes_, crs=4326).to_crs(27700).to_numpy())
    assert found.drawn
    assert found.metres is None


@pytest.mark.parametrize(("large", "metres"), [(0.84, 10), (0.86, 100)])
def test_the_detail_is_that_of_the_finest_15_percent_of_the_outline(large: float, metres: float) -> None:
    # regular polygons: sides of 1 and of 10 times the length, in these shares of the outline, and 3 percent
    # of half the length, as outlines whose smallest corners are all alike lie on a grid
    small, tiny = (round(10_000 * share / large / side) for share, side in ((0.97 - large, 10), (0.03, 5)))
    shapes_ = [polygon(36, 100.0)] * 100 + [polygon(36, 10.0)] * small + [polygon(36, 5.0)] * tiny
    expected = np.sqrt(metres**2 * np.sin(np.radians(10)) / 2) / 2
    assert resolution(np.array(shapes_, dtype=object)).metres == pytest.approx(expected)


def test_a_map_is_drawn_if_more_than_95_percent_of_its_corners_are_square() -> None:
    square, triangle = shapely.box(0, 0, 100, 100), shapely.Polygon([(0, 0), (100, 0), (50, 80)])
    # a ring of four corners shows three of them to a count of corners with both neighbours, one of three two
    for squares, drawn in ((10, False), (13, True)):
        assert resolution(np.array([*[square] * squares, triangle], dtype=object)).drawn is drawn


def stairs(steps: int, side: float) -> shapely.Polygon:
    """Return an outline that goes up to the right in steps, an even number of turns after each other."""
    rise = np.arange(steps // 2 + 2) * side
    corners = np.column_stack((np.repeat(rise, 2)[1:], np.repeat(rise, 2)[:-1]))
    return translate(shapely.Polygon([*corners, (0, rise[-1])]), 400_000, 300_000)


@pytest.mark.parametrize(
    ("steps", "side", "squares", "told"),
    [
        (500, 100, 0, True), (498, 100, 0, False), (500, 1_000, 0, True), (500, 1_001, 0, False),
        # of 600 steps and three corners more, and three that are seen of each square, half are steps
        (600, 100, 199, True), (600, 100, 200, False),
    ],
)  # fmt: skip
def test_cells_are_as_coarse_as_their_side_where_enough_corners_are_steps(
    steps: int, side: float, squares: int, told: bool
) -> None:
    shapes_ = [stairs(steps, side), *[shapely.box(0, 0, 5_000, 5_000)] * squares]
    found = resolution(np.array(shapes_, dtype=object))
    assert found.drawn
    # a line lies up to half a diagonal beside its cells
    assert found.metres == (pytest.approx(1.9 * side / np.sqrt(8)) if told else None)


@pytest.mark.parametrize(("step", "metres"), [(0.0, None), (1.48, None), (1.5, 1.5 * 1.9 / np.sqrt(8))])
def test_steps_that_move_lines_by_less_than_a_metre_leave_squares_exact(
    step: float, metres: float | None
) -> None:
    found = rounded(Detail(None, True), step)
    assert found.drawn == (metres is None)
    assert found.metres == (metres and pytest.approx(metres))


def detail_of(side: float) -> float:
    """Return the detail of a regular polygon of 36 corners."""
    return float(np.sqrt(side**2 * np.sin(np.radians(10)) / 2) / 2)


@pytest.mark.parametrize(
    ("small", "large", "side", "grid"),
    # 35 corners are seen of each: 1,015 and 980; a twentieth of the outline has other corners
    [(0, 29, 100.0, True), (0, 28, 100.0, False), (3, 57, 109.0, True), (3, 57, 111.0, False)],
)
def test_many_corners_of_one_size_lie_on_a_grid(small: int, large: int, side: float, grid: bool) -> None:
    shapes_ = [polygon(36, 100.0)] * small + [polygon(36, side)] * large
    found = resolution(np.array(shapes_, dtype=object)).metres
    assert found == pytest.approx(detail_of(side) * (1.9 if grid else 1.0))


def test_of_many_outlines_every_so_many_th_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    # 12 rings of 37 coordinates are 2.96 times 150, so every third ring is taken, whatever is taken together
    monkeypatch.setattr(detail, "_RESOLUTION_SAMPLE", 150)
    monkeypatch.setattr(detail, "TAKEN_TOGETHER", 4)
    shapes_ = [polygon(36, 100.0 if number % 3 else 10.0) for number in range(12)]
    assert resolution(np.array(shapes_, dtype=object)).metres == pytest.approx(detail_of(10.0))


# ── people, bands, flows ────────────────────────────────────────────────────────────────────────


PEOPLE = """
title = "T"
date = 2021-04-01
[units]
path = "units.geojson"
population = {{ path = "people.csv", value = "population" }}
[layers.ics]
path = "ics.geojson"
lookup = {{ path = "lookup.csv" }}
[levels]
system = "ics"
[bands]
system = {band}
"""


def peopled(folder: Path, people: list[float], band: str = "[100, 200]") -> Path:
    units = grid_units("X " * len(people))
    codes = list(units["LSOA21CD"])
    return write_plan(
        folder,
        PEOPLE.format(band=band),
        units=units[["LSOA21CD", "geometry"]],
        ics=draw("X " * len(people), "ICS"),
        people={"LSOA21CD": codes, "population": list(people)},
        lookup={"LSOA21CD": codes, "ICS21CD": [X] * len(codes)},
    )


@pytest.mark.parametrize(
    ("people", "rules", "distance"),
    [(99, ["FP301"], -1), (100, [], 0), (200, [], 0), (201, ["FP302"], 1)],
)
def test_a_band_holds_both_its_ends(people: float, rules: list[str], distance: float, tmp_path: Path) -> None:
    result = footprint.check(footprint.load_plan(peopled(tmp_path, [people])), ["FP301", "FP302"])
    assert [f.rule for f in result.findings] == rules
    assert result.population.distance.tolist() == [distance]
    assert [f.evidence.numbers["distance"] for f in result.findings] == [distance][: len(rules)]


@pytest.mark.parametrize(("lost", "told"), [(0.4, False), (0.5, True)])
def test_half_a_person_is_lost_and_less_is_rounding(lost: float, told: bool, tmp_path: Path) -> None:
    # a row of the population for a unit that the plan does not have, though it belongs to one of its areas
    folder = peopled(tmp_path, [150.0])
    for name, row in (("people", f"E01999999,{lost}\n"), ("lookup", f"E01999999,{X}\n")):
        with (folder / f"{name}.csv").open("a") as stream:
            stream.write(row)
    found = footprint.check(footprint.load_plan(folder), ["FP303"]).findings
    assert [f.evidence.numbers["difference"] for f in found] == ([-0.5] if told else [])


@pytest.mark.parametrize(
    ("count", "published"),
    [
        (0, 0), (1e-10, 0), (0.5, "*"), (1, "*"), (7, "*"), (7.2, 5), (8, 10), (12, 10), (12.4, 10),
        (12.5, 15), (13, 15), (1002.4, 1000), (1002.5, 1005), (float("nan"), None), (None, None),
    ],
)  # fmt: skip
def test_small_counts_are_kept_in_and_others_rounded(count: float | None, published: object) -> None:
    assert hes_count(count) == published  # type: ignore[arg-type]


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("sliver", "metres", "verdict"),
    [(30, 140, "split"), (75, 140, "split"), (90, 140, "unclear"), (75, 110, "split"), (90, 110, "unclear"),
     (90, 59, "split")],
)  # fmt: skip
def test_a_piece_with_units_is_real_only_where_slivers_are_much_narrower(
    sliver: float, metres: float, verdict: str
) -> None:
    # a strip of 120 m of B in X, with a unit 40 m deep, and below it one of A in Y without any: whether the
    # first is narrower than the tolerance or a little wider, it is real only if the second is much narrower
    lad = as_layer(boxes(A=(0, 0, 1000, 10_000), B=(1000, 0, 2000, 10_000)), "lad")
    x = shapely.union_all([shapely.box(0, 0, 1000 - sliver, 5000), shapely.box(0, 5000, 1120, 10_000)])
    ics = as_layer(shapes("ICS", X=x, Y=shapely.box(0, 0, 2000, 10_000).difference(x)), "ics")
    x_code, y_code = ics.polygons.index
    spots = gpd.GeoSeries(
        [shapely.Point(400_000 + x, 307_000) for x in (500, 1040, 1600)],
        index=["a", "strip", "b"],
        crs="EPSG:27700",
    )
    of_lad = pd.Series([A, B, B], index=spots.index)
    of_ics = pd.Series([x_code, x_code, y_code], index=spots.index)
    people = pd.Series([10.0, 1.0, 9.0], index=spots.index)
    suggested = by_units("lad", "ics", of_lad, of_ics, people, None, "units")
    found = confirmed(suggested, lad, ics, Tolerance(metres, "test"), spots, of_lad, of_ics)
    unclear = [(row.source, row.target, round(row.width_m, -1)) for row in found.unclear.itertuples()]
    assert unclear == ([(B, x_code, 120)] if verdict == "unclear" else [])
    assert found.unsure() == ([B] if verdict == "unclear" else [])
    assert set(found.split().source) == ({B} if verdict == "split" else set())


@pytest.mark.parametrize(
    ("step", "bounds", "metres"),
    [
        # a degree is 111,320 m, and of longitude on the parallel of 60 degrees half of that
        ((0.004, 0.001), (-2, 59, 0, 61), 222.64), ((0.001, 0.001), (-2, 59, 0, 61), 111.32),
        ((7.0, 5.0), (-200, 10, -190, 20), 7.0), ((5.0, 7.0), (10, 10, 20, 400_000), 7.0),
        ((5.0, 7.0), (10, -400_000, 20, 10), 7.0), ((0.0, 0.0), (-2, 59, 0, 61), 0.0),
    ],
)  # fmt: skip
def test_steps_are_degrees_only_where_coordinates_can_be(
    step: tuple[float, float], bounds: tuple[float, ...], metres: float
) -> None:
    assert in_metres(step, bounds) == pytest.approx(metres)
