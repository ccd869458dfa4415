"""Patient flows in sentences and tables, worked out by hand from thirteen lines of flows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from maps import COUNTED_FLOWS, draw, grid_units, write_plan
from typer.testing import CliRunner

from footprint.cli import app

PLAN = (
    """\
title = "T"
date = 2021-04-01
[units]
path = "units.geojson"
population = { path = "people.csv" }
[layers.ics]
path = "ics.geojson"
[layers.ccg]
path = "ccg.geojson"
[levels]
system = "ics"
place = "ccg"
[bands]
system = [1, 9_999_999]
place = [1, 9_999_999]
"""
    + COUNTED_FLOWS
    + """\
name = "name"
easting = "easting"
northing = "northing"
[thresholds]
localisation_index = { system = 0.8, place = 0.5 }
periphery_m = 6000
"""
)
# Xham stands in X and J, Yton in Y and L, the two sites in X and Y, and Far in the sea
PROVIDERS = """\
provider,name,easting,northing
PX,Xham,405000,305000
PY,Yton,435000,305000
QQ,Two Sites,415000,305000
QQ,Two Sites,435000,305000
SEA,Far,300000,300000
"""
FLOWS = """\
unit,provider,count
E01000000,PX,60
E01000000,PY,40
E01000001,PX,50
E01000001,QQ,30
E01000001,,20
E01000002,PY,90
E01000002,NN,10
E01000003,PY,70
E01000003,PX,*
E01000003,SEA,20
E01009998,PX,12
W01000001,PY,8
,PX,10
"""


def run(*arguments: object) -> dict[str, Any]:
    done = CliRunner().invoke(app, [*map(str, arguments), "--format", "json"])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def make(
    folder: Path,
    systems: str = "X X X Y Y",
    places: str = "J J K L L",
    people: tuple[int, ...] = (1000, 2000, 3000, 4000, 500),
    plan: str = PLAN,
    flows: str = FLOWS,
    providers: str = PROVIDERS,
    **more: Any,
) -> Path:
    units = grid_units(systems)
    return write_plan(
        folder,
        plan,
        units=units[["LSOA21CD", "geometry"]],
        people={"LSOA21CD": list(units["LSOA21CD"]), "population": list(people)},
        ics=draw(systems, "ICS"),
        ccg=draw(places, "CCG"),
        flows=flows,
        providers=providers,
        **more,
    )


def findings(folder: Path, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run("check", folder, "--select", "FP4", *options)["findings"]
    return found


def sentences(folder: Path, *options: str) -> list[tuple[str, str, str, str]]:
    return [(f["rule"], f["severity"], f["layer"], f["message"]) for f in findings(folder, *options)]


def table(folder: Path, name: str, *options: str) -> list[tuple[object, ...]]:
    """Return the rows of a table without their first two columns, numbers to six digits."""
    rows = run("flows", folder, *options)["tables"][name]
    return [tuple(round(v, 6) if isinstance(v, float) else v for v in list(r.values())[2:]) for r in rows]


# fmt: off


# ── counts ──────────────────────────────────────────────────────────────────────────────────────


def test_what_is_said_of_counts(tmp_path: Path) -> None:
    # X: 110 of 300 at Xham and half of 30 at the two sites; 30 nobody can place. Y: 70 of 94, of which
    # a hidden count is 1 to 7. All flows: 424
    assert sentences(make(tmp_path)) == [
 ('FP401', 'warning', 'ccg',
  '0.0% of the activity of Area K (E38000075) stays inside (at most 10.0%, with all that is '
  'unknown), less than the 50% of a place; the most outside, 90.0%, is at Yton (PY) in Area L'),
 ('FP401', 'warning', 'ics',
  '41.7% of the activity of Area X (E54000088) stays inside (at most 58.1%, with all that is '
  'unknown), less than the 80% of a system; the most outside, 43.3%, is at Yton (PY) in Area Y'),
 ('FP401', 'warning', 'ics',
  '74.5% of the activity of Area Y (E54000089) stays inside (at most 76.9%, with all that is '
  'unknown), less than the 80% of a system; the most outside, 21.3%, is at Far (SEA)'),
 ('FP402', 'warning', 'ics',
  '3,000 of 3,000 people of Area X (E54000088) within 6 km of its land border look elsewhere: '
  '3,000 to Yton (PY) in Area Y'),
 ('FP402', 'info', 'ccg',
  '3,000 of 3,000 people of Area K (E38000075) within 6 km of its land border look elsewhere: '
  '3,000 to Yton (PY) in Area L'),
 ('FP403', 'warning', 'ccg',
  'the catchment of Yton (PY) (first past the post) straddles 1.96 areas: 4,000 (57.1%) in Area L '
  '(E38000076), 3,000 (42.9%) in Area K (E38000075)'),
 ('FP403', 'warning', 'ics',
  'the catchment of Yton (PY) (first past the post) straddles 1.96 areas: 4,000 (57.1%) in Area Y '
  '(E54000089), 3,000 (42.9%) in Area X (E54000088)'),
 ('FP405', 'warning', 'flows',
  'flows of 1 unit that the plan does not have; their residents count as people from elsewhere: '
  'E01009998, 2.8% of all activity'),
 ('FP405', 'warning', 'providers',
  '1 provider of the flows stands nowhere that is known: NN (2.4% of all activity)'),
 ('FP405', 'info', 'flows',
  'flows of 1 unit of other nations; their residents count as people from elsewhere: W01000001, '
  '1.9% of all activity'),
 ('FP405', 'info', 'providers',
  '1 provider of the flows stands in no system of the plan, so care there counts as outside: Far (SEA) '
  '(4.7% of all activity)'),
 ('FP406', 'warning', 'flows', '1 of 5 units of the plan without flows, 500 people: E01000004'),
 ('FP406', 'warning', 'flows',
  '10 of 424 in the flows (2.4%) without a unit; whose they are nobody knows: they count in no '
  'area, and the bounds say what they could change'),
 ('FP406', 'warning', 'flows',
  '20 of 424 in the flows (4.7%) without a provider; they may be inside or not'),
 ('FP406', 'info', 'flows',
  '1 count suppressed in the flows; each is taken as an interval (1.4% of all activity), and the '
  'bounds of the localisation index say what it could change'),
 ('FP407', 'warning', 'ics',
  'the activity of Two Sites (QQ) is shared out equally among its 2 sites, as nothing says how: '
  '50% in Area X (E54000088), 50% in Area Y (E54000089)')]


def test_what_the_sentences_rest_on(tmp_path: Path) -> None:
    assert [f["evidence"] for f in findings(make(tmp_path))] == [
 {'kind': 'flow',
  'localisation_index': 0,
  'localisation_index_min': 0,
  'localisation_index_max': 0.1,
  'threshold': 0.5,
  'activity': 100,
  'inside': 0},
 {'kind': 'flow',
  'localisation_index': 0.416667,
  'localisation_index_min': 0.366667,
  'localisation_index_max': 0.580645,
  'threshold': 0.8,
  'activity': 300,
  'inside': 125},
 {'kind': 'flow',
  'localisation_index': 0.744681,
  'localisation_index_min': 0.654206,
  'localisation_index_max': 0.769231,
  'threshold': 0.8,
  'activity': 94,
  'inside': 70},
 {'kind': 'flow',
  'people': 3000,
  'people_in_pieces': [3000],
  'total': 3000,
  'share': 1,
  'units': 1,
  'distance_m': 6000},
 {'kind': 'flow',
  'people': 3000,
  'people_in_pieces': [3000],
  'total': 3000,
  'share': 1,
  'units': 1,
  'distance_m': 6000},
 {'kind': 'flow',
  'people': 3000,
  'people_in_pieces': [4000, 3000],
  'shares_of_source': [0.571429, 0.428571],
  'denominator': 'people of the catchment',
  'total': 7000,
  'effective_areas': 1.96,
  'method': 'first_past_the_post'},
 {'kind': 'flow',
  'people': 3000,
  'people_in_pieces': [4000, 3000],
  'shares_of_source': [0.571429, 0.428571],
  'denominator': 'people of the catchment',
  'total': 7000,
  'effective_areas': 1.96,
  'method': 'first_past_the_post'},
 {'kind': 'flow', 'count': 1, 'codes': ['E01009998'], 'activity': 12, 'share': 0.028302},
 {'kind': 'flow', 'count': 1, 'codes': ['NN'], 'activity': 10, 'share': 0.023585},
 {'kind': 'flow', 'count': 1, 'codes': ['W01000001'], 'activity': 8, 'share': 0.018868},
 {'kind': 'flow', 'count': 1, 'codes': ['SEA'], 'activity': 20, 'share': 0.04717},
 {'kind': 'flow', 'people': 500, 'units': 1, 'codes': ['E01000004']},
 {'kind': 'flow', 'activity': 10, 'share': 0.023585},
 {'kind': 'flow', 'activity': 20, 'share': 0.04717}, {'kind': 'flow', 'count': 1, 'activity': 6},
 {'kind': 'flow',
  'shares_of_source': [0.5, 0.5],
  'denominator': 'sites of the provider',
  'activity': 30}]


def test_whom_the_sentences_name_besides(tmp_path: Path) -> None:
    named = [(f["rule"], f["area"] and f["area"]["name"], [o["name"] for o in f["others"]], f["level"])
             for f in findings(make(tmp_path))]
    assert named[:7] == [
        ("FP401", "Area K", ["Area L"], "place"),
        ("FP401", "Area X", ["Area Y"], "system"),
        ("FP401", "Area Y", [], "system"),  # the hospital in the sea stands in no area
        ("FP402", "Area X", ["Area Y"], "system"),
        ("FP402", "Area K", ["Area L"], "place"),
        ("FP403", "Yton", ["Area L", "Area K"], "place"),
        ("FP403", "Yton", ["Area Y", "Area X"], "system"),
    ]
    assert named[-1] == ("FP407", "Two Sites", ["Area X", "Area Y"], "system")


def test_measures_of_counts(tmp_path: Path) -> None:
    # of hospitals in X residents of X have 110 of 139 journeys at least (Two Sites are all in Y, the hidden
    # count is 7), and 180 of 193 at most (who is in no unit, and who goes nobody knows where, are in X)
    assert table(make(tmp_path), "flows") == [
 ('E54000088', 'Area X', 300, 125, 0.416667, 0.366667, 0.580645, 0.827815, 0.172185, 0.148571,
  3377.777778, 30, 151, 0.791367, 0.932642, 0.067358, 0.208633, 0.068421, 0.223077, 3207.087525,
  4109.550237),
 ('E54000089', 'Area Y', 94, 70, 0.744681, 0.654206, 0.769231, 0.313901, 0.686099, 6.375, 6016.296967, 0,
  223, 0.261194, 0.336538, 0.663462, 0.738806, 3.72973, 9.428571, 4630.432843, 6652.617006),
 ('E38000074', 'Area J', 200, 125, 0.625, 0.55, 0.809524, 0.827815, 0.172185, 0.346667, 3750.0, 20, 151,
  0.738255, 0.928962, 0.071038, 0.261745, 0.144444, 0.975, 3591.893424, 5069.444444),
 ('E38000075', 'Area K', 100, 0, 0, 0, 0.1, None, None, 0, 8200, 10, 0, 0, 1, 0, 1, 0, 0.222222,
  6776.859504, 8282.644628),
 ('E38000076', 'Area L', 94, 70, 0.744681, 0.654206, 0.769231, 0.313901, 0.686099, 6.375, 6016.296967, 0,
  223, 0.261194, 0.336538, 0.663462, 0.738806, 3.72973, 9.428571, 4630.432843, 6652.617006)]


def test_largest_providers(tmp_path: Path) -> None:
    assert table(make(tmp_path), "providers") == [
 ('E54000088', 'Area X', 'inside', 1, 'PX', 'Xham', 'E54000088', 'Area X', 110, 0.366667, 0.366667,
  0.451613),
 ('E54000088', 'Area X', 'partly', 2, 'QQ', 'Two Sites', 'E54000088', 'Area X', 30, 0.1, 0.096774, 0.166667),
 ('E54000088', 'Area X', 'outside', 1, 'PY', 'Yton', 'E54000089', 'Area Y', 130, 0.433333, 0.419355, 0.5),
 ('E54000088', 'Area X', 'unknown', 2, None, 'not stated', None, None, 20, 0.066667, None, None),
 ('E54000088', 'Area X', 'unknown', 3, 'NN', 'NN', None, None, 10, 0.033333, 0.032258, 0.1),
 ('E54000089', 'Area Y', 'inside', 1, 'PY', 'Yton', 'E54000089', 'Area Y', 70, 0.744681, 0.654206, 0.769231),
 ('E54000089', 'Area Y', 'outside', 1, 'SEA', 'Far', None, None, 20, 0.212766, 0.186916, 0.21978),
 ('E54000089', 'Area Y', 'outside', 2, 'PX', 'Xham', 'E54000088', 'Area X', 4, 0.042553, 0.010989, 0.158879),
 ('E38000074', 'Area J', 'inside', 1, 'PX', 'Xham', 'E38000074', 'Area J', 110, 0.55, 0.55, 0.666667),
 ('E38000074', 'Area J', 'partly', 2, 'QQ', 'Two Sites', 'E38000074', 'Area J', 30, 0.15, 0.142857, 0.25),
 ('E38000074', 'Area J', 'outside', 1, 'PY', 'Yton', 'E38000076', 'Area L', 40, 0.2, 0.190476, 0.3),
 ('E38000074', 'Area J', 'unknown', 2, None, 'not stated', None, None, 20, 0.1, None, None),
 ('E38000075', 'Area K', 'outside', 1, 'PY', 'Yton', 'E38000076', 'Area L', 90, 0.9, 0.818182, 0.9),
 ('E38000075', 'Area K', 'unknown', 2, 'NN', 'NN', None, None, 10, 0.1, 0.090909, 0.1),
 ('E38000076', 'Area L', 'inside', 1, 'PY', 'Yton', 'E38000076', 'Area L', 70, 0.744681, 0.654206, 0.769231),
 ('E38000076', 'Area L', 'outside', 1, 'SEA', 'Far', None, None, 20, 0.212766, 0.186916, 0.21978),
 ('E38000076', 'Area L', 'outside', 2, 'PX', 'Xham', 'E38000074', 'Area J', 4, 0.042553, 0.010989, 0.158879)]


def test_catchments_by_three_methods(tmp_path: Path) -> None:
    folder = make(tmp_path)
    assert table(folder, "catchments") == [
 ('Xham', 3000, 2, 2000, 200000000),
 ('Yton', 7000, 2, 0, 200000000),
 ('Xham', 3000, 2, 0, 200000000),
 ('Yton', 8000, 3, 0, 300000000),
 ('Two Sites', 2000, 1, 2000, 100000000),
 ('NN', 300, 1, 300, None),
 ('Xham', 1770.212766, 3, 1770.212766, None),
 ('Yton', 6078.723404, 3, 6078.723404, None),
 ('Two Sites', 600, 1, 600, None),
 ('Far', 851.06383, 1, 851.06383, None)]
    areas = [row for row in table(folder, "catchment_areas") if row[1] == "ics"]
    assert areas == [
 ('Xham', 'ics', 'system', 'E54000088', 'Area X', 3000, 1, 1, 200000000),
 ('Yton', 'ics', 'system', 'E54000089', 'Area Y', 4000, 0.571429, 1.96, 100000000),
 ('Yton', 'ics', 'system', 'E54000088', 'Area X', 3000, 0.428571, 1.96, 100000000),
 ('Xham', 'ics', 'system', 'E54000088', 'Area X', 3000, 1, 1, 200000000),
 ('Yton', 'ics', 'system', 'E54000088', 'Area X', 4000, 0.5, 2, 200000000),
 ('Yton', 'ics', 'system', 'E54000089', 'Area Y', 4000, 0.5, 2, 100000000),
 ('Two Sites', 'ics', 'system', 'E54000088', 'Area X', 2000, 1, 1, 100000000),
 ('NN', 'ics', 'system', 'E54000088', 'Area X', 300, 1, 1, None),
 ('Xham', 'ics', 'system', 'E54000088', 'Area X', 1600, 0.903846, 1.210385, None),
 ('Xham', 'ics', 'system', 'E54000089', 'Area Y', 170.212766, 0.096154, 1.210385, None),
 ('Yton', 'ics', 'system', 'E54000088', 'Area X', 3100, 0.509975, 1.999204, None),
 ('Yton', 'ics', 'system', 'E54000089', 'Area Y', 2978.723404, 0.490025, 1.999204, None),
 ('Two Sites', 'ics', 'system', 'E54000088', 'Area X', 600, 1, 1, None),
 ('Far', 'ics', 'system', 'E54000089', 'Area Y', 851.06383, 1, 1, None)]


def test_people_at_the_edge(tmp_path: Path) -> None:
    folder = make(tmp_path)
    assert table(folder, "periphery") == [
 ('E54000088', 'Area X', 6000, 3000, 3000, 1, 0, 1, 1),
 ('E54000089', 'Area Y', 6000, 4000, 0, 0, 0, 1, 0),
 ('E38000074', 'Area J', 6000, 2000, 0, 0, 0, 1, 0),
 ('E38000075', 'Area K', 6000, 3000, 3000, 1, 0, 1, 1),
 ('E38000076', 'Area L', 6000, 4000, 0, 0, 0, 1, 0)]
    assert table(folder, "periphery_providers") == [
 ('E54000088', 'Area X', 'ccg', 'E38000075', 'Area K', 'PY', 'Yton', 'E54000089', 'Area Y', 3000, 1,
  0),
 ('E38000075', 'Area K', None, None, None, 'PY', 'Yton', 'E38000076', 'Area L', 3000, 1, 0)]


def test_small_numbers_are_kept_in(tmp_path: Path) -> None:
    folder = make(tmp_path)
    assert [f["evidence"] for f in findings(folder, "--suppress", "hes")] == [
 {'kind': 'flow',
  'localisation_index': 0,
  'localisation_index_min': 0,
  'localisation_index_max': 0.1,
  'threshold': 0.5,
  'activity': 100,
  'inside': 0},
 {'kind': 'flow',
  'localisation_index': 0.417,
  'localisation_index_min': 0.367,
  'localisation_index_max': 0.583,
  'threshold': 0.8,
  'activity': 300,
  'inside': 125},
 {'kind': 'flow',
  'localisation_index': 0.737,
  'localisation_index_min': 0.632,
  'localisation_index_max': 0.737,
  'threshold': 0.8,
  'activity': 95,
  'inside': 70},
 {'kind': 'flow',
  'people': 3000,
  'people_in_pieces': [3000],
  'total': 3000,
  'share': 1,
  'units': '*',
  'distance_m': 6000},
 {'kind': 'flow',
  'people': 3000,
  'people_in_pieces': [3000],
  'total': 3000,
  'share': 1,
  'units': '*',
  'distance_m': 6000},
 {'kind': 'flow',
  'people': 3000,
  'people_in_pieces': [4000, 3000],
  'shares_of_source': [0.571, 0.429],
  'denominator': 'people of the catchment',
  'total': 7000,
  'effective_areas': 1.96,
  'method': 'first_past_the_post'},
 {'kind': 'flow',
  'people': 3000,
  'people_in_pieces': [4000, 3000],
  'shares_of_source': [0.571, 0.429],
  'denominator': 'people of the catchment',
  'total': 7000,
  'effective_areas': 1.96,
  'method': 'first_past_the_post'},
 {'kind': 'flow', 'count': 1, 'codes': ['E01009998'], 'activity': 10, 'share': 0.028},
 {'kind': 'flow', 'count': 1, 'codes': ['NN'], 'activity': 10, 'share': 0.024},
 {'kind': 'flow', 'count': 1, 'codes': ['W01000001'], 'activity': 10, 'share': 0.019},
 {'kind': 'flow', 'count': 1, 'codes': ['SEA'], 'activity': 20, 'share': 0.047},
 {'kind': 'flow', 'people': 500, 'units': 1, 'codes': ['E01000004']},
 {'kind': 'flow', 'activity': 10, 'share': 0.024}, {'kind': 'flow', 'activity': 20, 'share': 0.047},
 {'kind': 'flow', 'count': 1, 'activity': '*'},
 {'kind': 'flow',
  'shares_of_source': [0.5, 0.5],
  'denominator': 'sites of the provider',
  'activity': 30}]
    assert table(folder, "flows", "--suppress", "hes") == [
 ('E54000088', 'Area X', 300, 125, 0.417, 0.367, 0.583, 0.833, 0.167, 0.143, 3377.778, 30, 150, 0.8,
  0.933, 0.067, 0.2, 0.057, 0.229, 3207.088, 4109.55),
 ('E54000089', 'Area Y', 95, 70, 0.737, 0.632, 0.737, 0.311, 0.689, 6.2, '*', 0, 225, 0.267, 0.333, 0.667,
  0.733, 3.6, 9, '*', '*'),
 ('E38000074', 'Area J', 200, 125, 0.625, 0.55, 0.8, 0.833, 0.167, 0.333, 3750, 20, 150, 0.733, 0.933,
  0.067, 0.267, 0.133, 1, 3591.893, 5069.444),
 ('E38000075', 'Area K', 100, 0, 0, 0, 0.1, None, None, 0, 8200, 10, 0, None, None, None, None, 0, 0.2,
  6776.86, 8282.645),
 ('E38000076', 'Area L', 95, 70, 0.737, 0.632, 0.737, 0.311, 0.689, 6.2, '*', 0, 225, 0.267, 0.333, 0.667,
  0.733, 3.6, 9, '*', '*')]
    assert table(folder, "providers", "--suppress", "hes")[:8] == [
 ('E54000088', 'Area X', 'inside', 1, 'PX', 'Xham', 'E54000088', 'Area X', 110, 0.367, 0.367, 0.45),
 ('E54000088', 'Area X', 'partly', 2, 'QQ', 'Two Sites', 'E54000088', 'Area X', 30, 0.1, 0.1, 0.167),
 ('E54000088', 'Area X', 'outside', 1, 'PY', 'Yton', 'E54000089', 'Area Y', 130, 0.433, 0.417, 0.5),
 ('E54000088', 'Area X', 'unknown', 2, None, 'not stated', None, None, 20, 0.067, None, None),
 ('E54000088', 'Area X', 'unknown', 3, 'NN', 'NN', None, None, 10, 0.033, 0.033, 0.1),
 ('E54000089', 'Area Y', 'inside', 1, 'PY', 'Yton', 'E54000089', 'Area Y', 70, 0.737, 0.632, 0.737),
 ('E54000089', 'Area Y', 'outside', 1, 'SEA', 'Far', None, None, 20, 0.211, 0.211, 0.211),
 ('E54000089', 'Area Y', 'outside', 2, 'PX', 'Xham', 'E54000088', 'Area X', '*', '*', '*', '*')]


# ── proportions of coarser units ────────────────────────────────────────────────────────────────

KEYED = PLAN.replace(
    'kind = "count"',
    'kind = "proportion"\nlookup = { path = "msoa.csv", unit = "LSOA21CD", code = "MSOA21CD" }',
)
TWO = """\
provider,name,easting,northing
PX,Xham,405000,305000
PY,Yton,435000,305000
"""
SHARES = """\
unit,provider,count
E02000001,PX,0.5
E02000001,PY,0.3
E02000002,PY,0.96
"""


def shares(folder: Path) -> Path:
    units = ["E01000000", "E01000001", "E01000002", "E01000003"]
    coarse = ["E02000001", "E02000001", "E02000001", "E02000002"]
    return make(
        folder,
        "X X Y Y",
        "J J L L",
        (100, 200, 300, 400),
        KEYED,
        SHARES,
        TWO,
        msoa={"LSOA21CD": units, "MSOA21CD": coarse},
    )


def test_proportions_of_a_unit_in_two_systems_are_shared_out_by_people(tmp_path: Path) -> None:
    # of the 600 people of the first flow unit 300 live in X: 150 people's worth at Xham, 90 at Yton, 60
    # nowhere; of Y 150, 90 + 384 and 60 + 16
    folder = shares(tmp_path)
    found = sentences(folder)
    # whose journeys those of the first flow unit are nobody knows: of X 0 to all 420 may be inside, of Y
    # 384 of 820 at least. Nor does anybody know who of the 180 at Yton comes, and of the 420 elsewhere leaves
    assert [line[3].split(" of the activity")[0] for line in found if line[0] == "FP404"][:2] == [
        "between 0.0% and 100.0%", "between 46.8% and 100.0%",
    ]  # fmt: skip
    assert [line for line in found if line[0] != "FP404"] == [
 ('FP402', 'warning', 'ccg',
  '300 of 300 people of Area L (E38000076) within 6 km of its land border look elsewhere: 300 to '
  'Xham (PX) in Area J'),
 ('FP402', 'warning', 'ics',
  '300 of 300 people of Area Y (E54000089) within 6 km of its land border look elsewhere: 300 to '
  'Xham (PX) in Area X'),
 ('FP403', 'warning', 'ccg',
  'the catchment of Xham (PX) (first past the post) straddles 2.00 areas: 300 (50.0%) in Area J '
  '(E38000074), 300 (50.0%) in Area L (E38000076)'),
 ('FP403', 'warning', 'ics',
  'the catchment of Xham (PX) (first past the post) straddles 2.00 areas: 300 (50.0%) in Area X '
  '(E54000088), 300 (50.0%) in Area Y (E54000089)'),
 ('FP406', 'info', 'flows',
  "the shares of 2 units add up to between 80.0% and 96.0%; the missing 13.6% (136 people's worth) "
  'counts as elsewhere')]
    assert table(folder, "flows") == [
 ('E54000088', 'Area X', 300, 150, 0.5, 0, 1, 0.5, 0.5, 1, 3400.0, 60.0, 300, 0, 1, 0, 1, 0, None, 0, 10000),
 ('E54000089', 'Area Y', 700, 474, 0.677143, 0.468293, 1, 0.840426, 0.159574, 0.39823, 5044.408163, 76,
  564, 0.561404, 1, 0, 0.438596, 0, None, 2192.980369, 10000),
 ('E38000074', 'Area J', 300, 150, 0.5, 0, 1, 0.5, 0.5, 1, 3400.0, 60.0, 300, 0, 1, 0, 1, 0, None, 0, 10000),
 ('E38000076', 'Area L', 700, 474, 0.677143, 0.468293, 1, 0.840426, 0.159574, 0.39823, 5044.408163, 76,
  564, 0.561404, 1, 0, 0.438596, 0, None, 2192.980369, 10000)]
    assert table(folder, "catchments") == [
 ('Xham', 600, 1, 600, 300000000),
 ('Yton', 400, 1, 0, 100000000),
 ('Xham', 600, 1, 0, 300000000),
 ('Yton', 1000, 2, 0, 400000000),
 ('Xham', 300, 1, 300, None),
 ('Yton', 564, 2, 564, None)]


# fmt: on


# ── headquarters ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("people", "told"), [(100_000, True), (99_999, False)])
def test_a_headquarters_is_told_of_from_100_000_people_on(people: int, told: bool, tmp_path: Path) -> None:
    at = [("0", "PX", 10), ("1", "PX", 10), ("2", "PX", 7), ("2", "PY", 3), ("3", "PY", 10)]
    flows = "unit,provider,count\n" + "".join(f"E0100000{u},{p},{n}\n" for u, p, n in at)
    folder = make(tmp_path, "X X Y Y", "J J L L", (100_000, 200_000, people, 150_000), PLAN, flows, TWO)
    found = [f for f in findings(folder) if f["rule"] == "FP407"]
    # 13 of 20 of Y are at Yton; with the 7 at Xham all would be inside
    assert [f["message"] for f in found] == [
        "Xham (PX) is counted wholly in Area X (E54000088), but is the main provider of 100,000 people of "
        "Area Y (E54000089); were their care there given there, the localisation index of Area Y would be "
        "100.0% instead of 65.0%"
    ][: int(told)]
    evidence = [f["evidence"] for f in found]
    assert [(e["localisation_index"], e["localisation_index_if_local"]) for e in evidence] == [(0.65, 1)][
        : int(told)
    ]


# ── several hospitals ───────────────────────────────────────────────────────────────────────────


def several(folder: Path, people: tuple[int, ...] = (10, 40, 20, 400, 50, 60, 7)) -> Path:
    at = ["PA", "PB", "PC", "PD", "PD", "PD", "PD"]
    return make(
        folder,
        "X X X X Y Y Z",
        "J J J J L L N",
        people,
        PLAN.replace("periphery_m = 6000", "periphery_m = 60000"),
        "unit,provider,count\n" + "".join(f"E01000{u:03d},{p},10\n" for u, p in enumerate(at)),
        "provider,name,easting,northing\nPA,Aham,455000,305000\nPB,Bham,465000,305000\n"
        "PC,Cham,445000,305000\nPD,Dham,405000,305000\n",
    )


def test_people_at_the_edge_are_told_by_hospital_most_first(tmp_path: Path) -> None:
    found = [f for f in findings(several(tmp_path)) if f["rule"] == "FP402" and f["layer"] == "ics"]
    assert {f["area"]["name"]: (f["severity"], f["message"].split(" elsewhere: ")[1]) for f in found} == {
        # 70 of 470 are fewer than a quarter
        "Area X": ("info", "40 to Bham (PB) in Area Z, 20 to Cham (PC) in Area Y, 10 to 1 other"),
        "Area Y": ("warning", "110 to Dham (PD) in Area X"),
        "Area Z": ("warning", "7 to Dham (PD) in Area X"),
    }
    [x] = [f for f in found if f["area"]["name"] == "Area X"]
    # 40 look to Z, and 20 + 10 to Y
    assert [o["name"] for o in x["others"]] == ["Area Z", "Area Y"]
    assert x["evidence"] == {
        "kind": "flow", "people": 70, "people_in_pieces": [40, 30], "total": 470, "share": 0.148936,
        "units": 3, "distance_m": 60000,
    }  # fmt: skip


@pytest.mark.parametrize(("staying", "severity"), [(210, "warning"), (211, "info")])
def test_a_quarter_that_looks_elsewhere_is_many(staying: int, severity: str, tmp_path: Path) -> None:
    folder = several(tmp_path, (10, 40, 20, staying, 50, 60, 7))
    found = [f for f in findings(folder) if f["rule"] == "FP402" and f["area"]["name"] == "Area X"]
    assert [f["severity"] for f in found] == [severity]


def test_a_catchment_over_three_areas(tmp_path: Path) -> None:
    found = [f for f in findings(several(tmp_path)) if f["rule"] == "FP403" and f["layer"] == "ics"]
    assert [f["message"] for f in found] == [
        "the catchment of Dham (PD) (first past the post) straddles 1.55 areas: 400 (77.4%) in Area "
        "X (E54000088), "
        "110 (21.3%) in Area Y (E54000089), 7 (1.4%) in Area Z (E54000090)"
    ]
    assert found[0]["evidence"]["effective_areas"] == 1.553
    assert found[0]["evidence"]["people"] == 117


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("providers", "told"),
    [
        ({"PX": "X", "PY": "Y"}, []),
        ({"PX": "X"}, ["1 provider of the flows stands nowhere that is known: PY (33.3% of all activity)"]),
        (
            {"PZ": "X", "PX": ""},
            [
                "2 providers of the flows stand nowhere that is known: PX (66.7% of all activity), "
                "PY (33.3% of all "
                "activity); 100.0% together"
            ],
        ),
    ],
)
def test_providers_that_nothing_places(providers: dict[str, str], told: list[str], tmp_path: Path) -> None:
    place = {"X": "405000,305000", "Y": "415000,305000", "": ","}
    rows = "".join(f"{p},{p},{place[where]}\n" for p, where in providers.items())
    folder = make(
        tmp_path,
        "X Y",
        "J K",
        (10, 10),
        PLAN,
        "unit,provider,count\nE01000000,PX,20\nE01000001,PY,10\n",
        f"provider,name,easting,northing\n{rows}",
    )
    found = [f for f in findings(folder) if f["rule"] == "FP405"]
    assert [f["message"] for f in found] == told
    # one is the area of the finding, of several each is one of the others
    named = [(f["area"] and f["area"]["code"], [o["code"] for o in f["others"]]) for f in found]
    assert named == [(None, ["PX", "PY"]) if each.startswith("2") else ("PY", []) for each in told]


def test_a_table_that_puts_a_provider_into_two_areas_is_refused(tmp_path: Path) -> None:
    by_area = PLAN.replace('easting = "easting"\nnorthing = "northing"\n', 'area = "ics"\nlayer = "ics"\n')
    rows = "PX,Xham,E54000088\nPY,Yton,E54000089\nPX,Xham,E54000089\nPX,Xham,E54000088\nPY,Yton,E54000088\n"
    folder = make(tmp_path, "X Y", "J K", (10, 10), by_area, FLOWS, f"provider,name,ics\n{rows}")
    done = CliRunner().invoke(app, ["check", str(folder)])
    assert done.exit_code == 2
    assert (
        "puts 2 providers into several areas without weights: PX into E54000088, E54000089 (lines 2, "
        "4). Say how "
        'its activity is shared out, with weight = "…", or keep one row for each provider.'
    ) in done.stderr


def test_the_three_largest_inside_and_outside_are_listed(tmp_path: Path) -> None:
    # five hospitals in each system; equals stand in the order of their codes
    counts = {"PA": 5, "PB": 9, "PC": 5, "PD": 5, "PE": 1, "QA": 7, "QB": 2, "QC": 8, "QD": 7, "QE": 7}
    folder = make(
        tmp_path,
        "X Y",
        "J K",
        (10, 10),
        PLAN,
        "unit,provider,count\n" + "".join(f"E01000000,{p},{n}\n" for p, n in counts.items()),
        "provider,name,easting,northing\n"
        + "".join(f"{p},{p},{405_000 if p[0] == 'P' else 415_000},305000\n" for p in counts),
    )
    listed = [row[2:5] + row[8:9] for row in table(folder, "providers") if row[1] == "Area X"]
    assert [(where, rank, code, n) for where, rank, code, n in listed] == [
        ("inside", 1, "PB", 9), ("inside", 2, "PA", 5), ("inside", 3, "PC", 5),
        ("outside", 1, "QC", 8), ("outside", 2, "QA", 7), ("outside", 3, "QD", 7),
    ]  # fmt: skip


@pytest.mark.parametrize("heading", ["", ",,", " , , "])
def test_flows_without_a_heading_are_refused(heading: str, tmp_path: Path) -> None:
    folder = make(tmp_path, flows=f"{heading}\nE01000000,PX,60\n")
    done = CliRunner().invoke(app, ["check", str(folder)])
    assert done.exit_code == 2
    assert "flows.csv: has no heading on its first line. Name the columns" in done.stderr


def test_what_leaves_an_index_open_is_told_cause_by_cause(tmp_path: Path) -> None:
    # of the 300 of X: 30 at the two sites, 20 at no stated provider, 10 at one that nothing places
    folder = make(tmp_path, plan=PLAN.replace("system = 0.8", "system = 0.5"))
    found = [f for f in findings(folder) if f["rule"] == "FP404"]
    assert [f["message"] for f in found] == [
        "between 36.7% and 58.1% of the activity of Area X (E54000088) stays inside, so whether it "
        "reaches the "
        "50% of a system cannot be told: 10.0% went to providers with sites in several areas and no weights, "
        "6.7% went to providers that the flows do not name, 3.3% went to providers that nothing places, "
        "3.3% may be added by journeys whose unit nobody knows"
    ]
