"""Outlines with fewer corners: what is shared stays shared, and nothing vanishes."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from footprint.geometry.simplify import OutlinesByDetail, simplified

CRS = "EPSG:27700"


def wavy(areas: int = 4, steps: int = 4_000) -> gpd.GeoSeries:
    """Return areas side by side, 10 km wide and 50 km high, with a wavy border between each two."""
    y = np.linspace(0, 50_000, steps)

    def border(x: float) -> list[tuple[float, float]]:
        return list(zip(x + 900 * np.sin(y / 1_700 + x) + 90 * np.sin(y / 290), y, strict=True))

    lines = [border(10_000.0 * i) for i in range(areas + 1)]
    shapes = [shapely.Polygon([*one, *reversed(other)]) for one, other in pairwise(lines)]
    return gpd.GeoSeries(shapes, index=list("ABCDEFGH"[:areas]), crs=CRS)


def edges(shape: shapely.Geometry) -> set[frozenset[tuple[float, float]]]:
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    return {frozenset(pair) for ring in rings for pair in pairwise(ring.coords)}


@pytest.mark.parametrize("metres", [50, 300, 2_000])
def test_neighbours_still_share_every_edge_of_their_border(metres: float) -> None:
    before = wavy()
    after = simplified(before, metres)
    assert shapely.get_num_coordinates(after).sum() < shapely.get_num_coordinates(before).sum() / 2
    for one, other in pairwise(after):
        border = one.intersection(other)
        assert border.area == 0
        assert border.length > 40_000
        assert len(edges(one) & edges(other)) == shapely.get_num_coordinates(shapely.line_merge(border)) - 1
    # neither gap nor overlap: together they are one area without holes, as large as their sum
    together = shapely.union_all(after.to_numpy())
    assert together.geom_type == "Polygon"
    assert not together.interiors
    assert together.area == pytest.approx(after.area.sum(), rel=1e-9)


def test_each_polygon_by_itself_would_not_do() -> None:
    alone = wavy().simplify(300)
    together = shapely.union_all(alone.to_numpy())
    assert together.geom_type != "Polygon" or together.interiors or alone.area.sum() > together.area + 1


def test_islands_below_the_tolerance_stay_as_something() -> None:
    mainland = shapely.box(0, 0, 20_000, 20_000)
    islands = [shapely.Point(30_000, 1_000 * i).buffer(40 + i) for i in range(20)]
    alone = shapely.Point(40_000, 0).buffer(25)
    before = gpd.GeoSeries([shapely.MultiPolygon([mainland, *islands]), alone], index=["A", "B"], crs=CRS)
    after = simplified(before, 5_000)
    assert len(shapely.get_parts(after["A"])) == 21
    assert all(part.area > 0 for part in shapely.get_parts(after["A"]))
    assert after["B"].area > 0
    assert after["B"].within(alone.buffer(1))


def test_an_area_inside_another_stays_inside_it() -> None:
    ring = shapely.Point(0, 0).buffer(10_000).difference(hole := shapely.Point(0, 0).buffer(3_000))
    after = simplified(gpd.GeoSeries([ring, hole], index=["A", "B"], crs=CRS), 800)
    assert edges(after["B"]) <= edges(after["A"])
    assert not shapely.union_all(after.to_numpy()).interiors


def test_outlines_that_overlap_or_are_missing_come_back_valid_and_in_their_places() -> None:
    one = wavy(2)
    pushed = shapely.affinity.translate(one["B"], -400, 0)
    before = gpd.GeoSeries([one["A"], None, pushed, one["A"]], index=["x", "none", "y", "z"], crs=CRS)
    after = simplified(before, 700)
    assert list(after.index) == ["x", "none", "y", "z"]
    assert after.crs == CRS
    assert after["none"] is None
    assert after.drop("none").is_valid.all()
    assert (after.drop("none").area / before.drop("none").area).between(0.95, 1.05).all()


def test_no_tolerance_and_no_areas_change_nothing() -> None:
    before = wavy()
    assert simplified(before, 0).equals(before)
    assert simplified(before.iloc[:0], 100).empty


def test_a_kept_result_is_that_of_the_same_outlines_and_the_same_metres(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTPRINT_CACHE", str(tmp_path))
    first = simplified(wavy(), 300)
    calls: list[float] = []
    real = shapely.coverage_simplify
    monkeypatch.setattr(shapely, "coverage_simplify", lambda g, t: calls.append(t) or real(g, t))
    again = simplified(wavy().rename(dict(zip("ABCD", "WXYZ", strict=True))).rename({"W": "A"}), 300)
    assert calls == [300]  # other codes are other outlines to the cache
    assert list(again.index) == ["A", "X", "Y", "Z"]
    assert simplified(wavy(), 300).equals(first)
    assert calls == [300]
    assert not simplified(wavy(), 900).equals(first)
    assert calls == [300, 900]


@pytest.mark.national
def test_the_places_of_england_fit_together_as_well_as_before(england: Path) -> None:
    places = gpd.read_file(england / "ccg21_en_bgc.shp", engine="pyogrio").set_index("CCG21CD").geometry
    after = simplified(places, 1_000)
    assert shapely.coverage_is_valid(after.to_numpy())
    assert after.is_valid.all()
    assert len(shapely.get_parts(after)) == len(shapely.get_parts(places))
    assert shapely.get_num_coordinates(after).sum() < 12_000


def test_coarse_outlines_made_of_fine_ones_are_as_good(monkeypatch: pytest.MonkeyPatch) -> None:
    before, calls = wavy(), []
    real = shapely.coverage_simplify
    monkeypatch.setattr(
        shapely, "coverage_simplify",
        lambda shapes, metres: calls.append((int(shapely.get_num_coordinates(shapes).sum()), metres))
        or real(shapes, metres),
    )  # fmt: skip
    scales = OutlinesByDetail(before, 100)
    fine, coarse = scales.at(100), scales.at(600)
    every = int(shapely.get_num_coordinates(before.to_numpy()).sum())
    # all corners are looked at once, and nothing is made twice
    assert calls == [(every, 100), (int(shapely.get_num_coordinates(fine.to_numpy()).sum()), 600)]
    assert scales.at(600) is coarse
    direct = simplified(before, 600)
    apart = shapely.area(shapely.symmetric_difference(coarse.to_numpy(), direct.to_numpy())).sum()
    assert apart < 0.001 * before.area.sum()
    assert shapely.coverage_is_valid(coarse.to_numpy())
    # what is finer than the finest is made of all corners
    assert scales.at(30).equals(simplified(before, 30))
