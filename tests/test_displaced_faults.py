"""Gaps and overlaps that an area makes because it lies beside its place are told together, and only those."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from maps import write_plan
from shapely.affinity import translate
from shapely.geometry import box

import footprint
from footprint.results.ground import ground

KM = 1_000.0
PLAN = 'title = "T"\ndate = 2021-04-01\n[layers.lad]\npath = "lad.geojson"\n'
EAST, NORTH = 300, 200


def square(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Return a box whose sides are given in kilometres from the south-west of the map."""
    return box((400 + west) * KM, (300 + south) * KM, (400 + east) * KM, (300 + north) * KM)


CROSS = square(10, 5, 15, 20).union(square(5, 10, 20, 15))
CORNERS = {
    "A": square(0, 0, 12.5, 12.5),
    "B": square(12.5, 0, 25, 12.5),
    "C": square(0, 12.5, 12.5, 25),
    "D": square(12.5, 12.5, 25, 25),
}
MOVED = translate(CROSS, EAST, NORTH)


def check(
    folder: Path, rules: tuple[str, ...] = ("FP102", "FP103", "FP111"), **other: shapely.Geometry
) -> footprint.Result:
    """Check a cross that lies 300 m to the east and 200 m to the north of its place among four corners."""
    shapes = {"X": MOVED} | {code: shape.difference(CROSS) for code, shape in CORNERS.items()} | other
    codes = [f"E0700000{'ABCDXY'.index(code)}" for code in shapes]
    lad = gpd.GeoDataFrame(
        {"LAD21CD": codes, "LAD21NM": list(shapes)}, geometry=list(shapes.values()), crs=27700
    )
    return footprint.check(footprint.load_plan(write_plan(folder, PLAN, lad=lad)), list(rules))


def told(result: footprint.Result) -> list[str]:
    """Return gaps and overlaps as they are told, without how wide they are, and sorted."""
    faults = [f"{f.rule} {f.severity} {f.message}" for f in result.findings if f.rule != "FP111"]
    return sorted(re.sub(r", (at most )?[\d,]+ m wide", "", fault) for fault in faults)


# where the sides of its arms face north and east it overlaps others, and as much ground is left at the others
LEFT = f"at the borders of X (E07000004), {MOVED.difference(CROSS).area / 1e6:,.1f} km² in all"
GAPS = f"FP102 warning 3 gaps {LEFT}, because it lies beside its place"
OVERLAPS = f"FP103 error 3 overlaps {LEFT}, because it lies beside its place"


def test_those_of_a_displaced_area_are_one_finding_of_each_rule(tmp_path: Path) -> None:
    result = check(tmp_path)
    assert told(result) == [GAPS, OVERLAPS]
    about = [(f.rule, f.area.code, f.others) for f in result.findings if f.area is not None]
    assert about == [(rule, "E07000004", ()) for rule in ("FP102", "FP103", "FP111")]
    numbers = result.findings[1].evidence.numbers
    assert numbers["count"] == 3
    assert numbers["area_m2"] == pytest.approx(MOVED.difference(CROSS).area)
    # a circle where two sides meet is a little wider than either strip
    assert numbers["width_m"] == pytest.approx(EAST, abs=10)


def test_a_rule_that_is_asked_for_alone_says_the_same(tmp_path: Path) -> None:
    assert told(check(tmp_path, ("FP103",))) == [OVERLAPS]


def test_an_overlap_elsewhere_is_told_by_itself(tmp_path: Path) -> None:
    wider = CORNERS["B"].difference(CROSS).union(square(22, 12, 24, 13))
    # the border of B and D, which is two lines now, cuts one of the others in two
    assert told(check(tmp_path, B=wider)) == [
        GAPS, "FP103 error 1.0 km², are claimed by both B (E07000001) and D (E07000003)",
        OVERLAPS.replace("3 overlaps", "4 overlaps"),
    ]  # fmt: skip


def test_a_gap_that_is_there_whatever_is_displaced_is_told_by_itself(tmp_path: Path) -> None:
    # 2 km by 500 m are missing from A, below the western arm of the cross
    bitten = CORNERS["A"].difference(CROSS).difference(square(6, 9.5, 8, 10))
    together, alone, overlaps = told(check(tmp_path, A=bitten))
    assert "2 gaps at the borders of X" in together
    assert re.fullmatch(r"FP102 warning [\d.]+ km², lie in no area, between A .* and X \(E07000004\)", alone)
    assert overlaps == OVERLAPS


def test_an_overlap_that_is_there_whatever_is_displaced_is_told_by_itself(tmp_path: Path) -> None:
    # the western arm of the cross reaches 1 km over its upper side
    gaps, together, alone = told(check(tmp_path, X=MOVED.union(square(6, 13, 8, 16))))
    assert gaps == GAPS
    assert "2 overlaps at the borders of X" in together
    assert re.fullmatch(r"FP103 error [\d.]+ km², are claimed by both C .* and X \(E07000004\)", alone)


def test_their_ground_belongs_to_that_finding(tmp_path: Path) -> None:
    result = check(tmp_path)
    layers = ground(result).layers
    for kind, number in (("gaps", 1), ("overlaps", 2)):
        assert layers[kind]["finding"].tolist() == [number] * 3
        assert layers[kind]["code"].tolist() == ["E07000004"] * 3


def test_those_of_areas_that_are_displaced_together_name_each(tmp_path: Path) -> None:
    west, east = (MOVED.intersection(half) for half in (square(0, 0, 12.8, 30), square(12.8, 0, 30, 30)))
    result = check(tmp_path, X=west, Y=east)
    gaps, _ = told(result)
    assert gaps == GAPS.replace("X (E07000004)", "X (E07000004) and Y (E07000005)").replace(
        "it lies beside its", "they lie beside their"
    )
