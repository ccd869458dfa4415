"""Which area is which before and after a change: by ground, whatever the codes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from maps import boxes, save
from shapely.geometry import Point, Polygon, box

import footprint
from footprint.geometry.identity import counterparts, joined
from footprint.reports.content.message_change import sentences, summary
from footprint.results.comparison import compare
from footprint.results.ground import ground


def held(text: str) -> np.ndarray:
    """Return the areas of units, a letter each; a dot is in none."""
    return np.array([None if letter == "." else letter for letter in text], dtype=object)


def same(before: str, after: str, weight: list[float] | None = None) -> dict[str, str]:
    return counterparts(held(before), held(after), np.array(weight or [1.0] * len(before)))


def test_new_codes_on_the_same_ground() -> None:
    assert same("AAABBB", "CCCDDD") == {"A": "C", "B": "D"}


def test_codes_that_change_places() -> None:
    assert same("AAABBB", "BBBAAA") == {"A": "B", "B": "A"}


def test_half_of_an_area_is_not_the_area() -> None:
    assert same("AAAA", "CCDD") == {}
    # 3 of 5 units, of 5: above a half
    assert same("AAAAA", "CCCDD") == {"A": "C"}


def test_people_count_and_not_units() -> None:
    assert same("AAA", "CCD") == {"A": "C"}
    assert same("AAA", "CCD", [10, 10, 100]) == {"A": "D"}


def test_ground_in_no_area_counts_against_a_pair() -> None:
    assert same("AAA", "C..") == {}
    assert same("AAA", "CC.") == {"A": "C"}


def test_a_merger_of_equals_has_no_counterpart_and_all_join() -> None:
    pairs = same("AABBCC", "MMMMMM")
    assert pairs == {}
    assert joined(held("AABBCC"), held("MMMMMM"), pairs) == {"A", "B", "C"}


def test_the_smaller_joins_the_larger() -> None:
    pairs = same("AAAAB", "MMMMM")
    assert pairs == {"A": "M"}
    assert joined(held("AAAAB"), held("MMMMM"), pairs) == {"B"}


def test_what_is_divided_or_left_out_joins_nothing() -> None:
    assert joined(held("AABB"), held("CDEE"), {}) == {"B"}
    assert joined(held("AABB"), held("C.EE"), {}) == {"B"}


@given(st.lists(st.tuples(st.sampled_from("AB."), st.sampled_from("CDE."), st.integers(0, 9)), max_size=30))
def test_a_pair_is_unique_to_both_areas(units: list[tuple[str, str, int]]) -> None:
    old, new, weight = (list(column) for column in zip(*units, strict=True)) if units else ([], [], [])
    pairs = counterparts(held("".join(old)), held("".join(new)), np.array(weight, dtype=float))
    assert len(set(pairs.values())) == len(pairs)
    for a, b in pairs.items():
        shared = sum(w for o, n, w in units if (o, n) == (a, b))
        either = sum(w for o, n, w in units if o == a or n == b)
        assert 2 * shared > either


# ── plans compared ──────────────────────────────────────────────────────────────────────────────

UNITS = [f"E01{i:06d}" for i in range(40)]
PLAN = """
title = "Systems"
date = {date}
[units]
geography = "LSOA"
population = {{ path = "people.csv" }}
[layers.ics]
geography = "ICS"
lookup = {{ path = "ics.csv", unit = "LSOA21CD", code = "ICB23CD" }}
[levels]
system = "ics"
"""


def plan_of(folder: Path, systems: list[str], date: str = "2023-04-01") -> footprint.Plan:
    folder.mkdir()
    pd.DataFrame({"LSOA21CD": UNITS, "population": 1_500}).to_csv(folder / "people.csv", index=False)
    pd.DataFrame({"LSOA21CD": UNITS, "ICB23CD": systems}).to_csv(folder / "ics.csv", index=False)
    (folder / "footprint.toml").write_text(PLAN.format(date=date), encoding="utf-8")
    return footprint.load_plan(folder)


@pytest.mark.parametrize("moved", [0, 1, 7])
def test_new_codes_a_year_later_move_only_who_moves(tmp_path: Path, moved: int) -> None:
    before = plan_of(tmp_path / "a", ["E54000052"] * 20 + ["E54000053"] * 20)
    after = plan_of(tmp_path / "b", ["E54000063"] * (20 + moved) + ["E54000064"] * (20 - moved), "2024-04-01")
    found = compare(footprint.check(before), footprint.check(after))
    assert found.people_who_move == 1_500 * moved
    assert found.successors["ics"] == {"E54000052": "E54000063", "E54000053": "E54000064"}


def test_without_common_ground_the_history_says_under_which_code_an_area_went_on(tmp_path: Path) -> None:
    before = plan_of(tmp_path / "a", ["E54000009"] * 20 + ["E54000034"] * 20)
    folder = tmp_path / "b"
    plan_of(folder, ["E54000061"] * 20 + ["E54000067"] * 20, "2026-04-01")
    for path in (folder / "people.csv", folder / "ics.csv"):
        path.write_text(path.read_text(encoding="utf-8").replace("E01", "E02"), encoding="utf-8")
    found = compare(footprint.check(before), footprint.check(footprint.load_plan(folder)))
    assert found.successors["ics"] == {"E54000009": "E54000061"}  # E54000034 was divided


def test_three_systems_that_become_one_move_nobody(tmp_path: Path) -> None:
    before = plan_of(tmp_path / "a", ["E54000022"] * 12 + ["E54000023"] * 13 + ["E54000024"] * 15)
    after = plan_of(tmp_path / "b", ["E54000069"] * 40, "2026-04-01")
    found = compare(footprint.check(before), footprint.check(after))
    assert (found.people_who_move, found.people_who_join) == (0, 60_000)


def drawn_plan(folder: Path, border: float, people: list[int], beside: float = 0.0) -> footprint.Plan:
    """Two areas side by side, the border of which may be drawn elsewhere along two of its fifths."""
    folder.mkdir()
    left = Polygon([(0, 0), (20e3, 0), (20e3, 3e3), (20e3 + beside, 3e3), (20e3 + beside, 8e3), (20e3, 8e3),
                    (20e3, 10e3), (20e3 + border, 10e3), (20e3 + border, 20e3), (20e3, 20e3), (20e3, 30e3),
                    (0, 30e3)])  # fmt: skip
    areas = [left, box(0, 0, 40e3, 30e3).difference(left)]
    frame = gpd.GeoDataFrame({"ICB23CD": ["E54000007", "E54000008"]}, geometry=areas, crs=27700)
    frame.geometry = frame.geometry.translate(400e3, 300e3)
    frame.to_file(folder / "ics.gpkg")
    spots = [(10e3, 15e3), (20_200.0, 15e3), (30e3, 15e3)]
    units = gpd.GeoDataFrame(
        {"LSOA21CD": UNITS[: len(spots)]}, geometry=[Point(x, y) for x, y in spots], crs=27700
    )
    units.geometry = units.geometry.translate(400e3, 300e3)
    units.to_file(folder / "units.gpkg")
    pd.DataFrame({"LSOA21CD": UNITS[: len(spots)], "population": people}).to_csv(
        folder / "people.csv", index=False
    )
    (folder / "footprint.toml").write_text(
        'title = "Drawn"\ndate = 2023-04-01\n[units]\ngeography = "LSOA"\npath = "units.gpkg"\n'
        'population = { path = "people.csv" }\n[layers.ics]\npath = "ics.gpkg"\n'
        '[levels]\nsystem = "ics"\n[thresholds]\nsliver_width_m = 500\n',
        encoding="utf-8",
    )
    return footprint.load_plan(folder)


@pytest.mark.parametrize(("border", "moving"), [(0.0, 0), (400.0, 0), (2_000.0, 1_500)])
def test_a_border_that_is_drawn_elsewhere_by_a_sliver_moves_nobody(
    tmp_path: Path, border: float, moving: int
) -> None:
    people = [9_000, 1_500, 9_000]
    before, after = drawn_plan(tmp_path / "a", 0.0, people), drawn_plan(tmp_path / "b", border, people)
    found = compare(footprint.check(before), footprint.check(after))
    assert found.people_who_move == moving
    assert set(found.areas["change"]) == ({"changed"} if moving else {"untouched"})


@pytest.mark.parametrize("units", [True, False])
def test_a_piece_that_may_be_a_sliver_is_said_to_move_perhaps(tmp_path: Path, units: bool) -> None:
    # 700 m, where another border lies 480 m off and 500 m are the most of a sliver
    people = [9_000, 1_500, 9_000]
    sides = [
        drawn_plan(tmp_path / name, border, people, beside)
        for name, border, beside in (("a", 0, 0), ("b", 700, -480))
    ]
    if not units:
        sides = [replace(plan, units=None, people=None) for plan in sides]
    found = compare(*map(footprint.check, sides))
    [move] = found.moves.to_dict("records") if units else found.moves.to_dict("records")[:1]
    assert not move["certain"]
    assert move["population"] == pytest.approx(1_500 if units else np.nan, nan_ok=True)
    assert "though nobody can tell of any of it" in summary(found)
    doubt = f"Of {'1,500 people' if units else '9.4 km²'} nobody can tell whether that is so"
    assert [doubt in told for told in sentences(found)].count(True) == 1


# ── outlines alone ──────────────────────────────────────────────────────────────────────────────

SYSTEMS = {"A": (0, 0, 20e3, 20e3), "B": (20e3, 0, 40e3, 20e3), "C": (40e3, 0, 60e3, 20e3)}


def outlined(folder: Path, **areas: tuple[float, float, float, float] | None) -> footprint.Result:
    """Check a plan of systems that are boxes, or have no outline; no units and no people are known."""
    folder.mkdir()
    drawn = boxes("ICS", **{letter: each or (0, 0, 1, 1) for letter, each in areas.items()})
    drawn.geometry = [
        None if areas[letter] is None else g for letter, g in zip(areas, drawn.geometry, strict=True)
    ]
    save(drawn, folder / "ics.gpkg")
    (folder / "footprint.toml").write_text(
        'title = "Drawn"\ndate = 2023-04-01\n[layers.ics]\npath = "ics.gpkg"\n', encoding="utf-8"
    )
    return footprint.check(folder)


def pairs(moves: pd.DataFrame) -> list[tuple[str, str, float]]:
    return [tuple(row) for row in moves[["from_name", "to_name", "area_m2"]].to_numpy()]  # type: ignore[misc]


def test_two_systems_that_become_one_move_no_ground(tmp_path: Path) -> None:
    whole = {"A": SYSTEMS["A"], "D": (20e3, 0, 60e3, 20e3)}
    found = compare(outlined(tmp_path / "a", **SYSTEMS), outlined(tmp_path / "b", **whole))
    assert pairs(found.moves) == []
    assert pairs(found.joins) == [("Area B", "Area D", 4e8), ("Area C", "Area D", 4e8)]
    assert "nobody moves; 800.0 km² come with an area that joins another" in summary(found)


def test_a_part_of_an_area_moves_and_the_rest_joins(tmp_path: Path) -> None:
    # B ends: a quarter of it goes to A, and it is no whole area that joins C
    after = {"A": (0, 0, 25e3, 20e3), "C": (25e3, 0, 60e3, 20e3)}
    found = compare(outlined(tmp_path / "a", **SYSTEMS), outlined(tmp_path / "b", **after))
    assert pairs(found.moves) == [("Area B", "Area A", 1e8), ("Area B", "Area C", 3e8)]
    assert pairs(found.joins) == []


@pytest.mark.parametrize("after", [{}, {"C": None}, {"C": (50e3, 0, 60e3, 20e3), "D": (60e3, 0, 70e3, 20e3)}])
def test_ground_that_no_area_holds_any_more_is_told(
    tmp_path: Path, after: dict[str, tuple[float, float, float, float] | None]
) -> None:
    # half of C is left out beside B, or all of it, its row kept or not
    systems = {**{letter: SYSTEMS[letter] for letter in "AB"}, **after}
    found = compare(outlined(tmp_path / "a", **SYSTEMS), outlined(tmp_path / "b", **systems))
    lost = 2e8 if len(after) == 2 else 4e8
    assert pairs(found.moves) == [("Area C", "no area", lost)]
    [told] = [each for each in sentences(found) if "come under" in each and "Nobody" not in each]
    assert (
        told == f"{lost / 1e6:.1f} km² come under no integrated care system; nobody has counted its people."
    )
    [row] = ground(found.after, found).layers["moves"].geometry
    assert row.area == pytest.approx(lost)


def test_people_whom_no_area_holds_any_more_come_under_none(tmp_path: Path) -> None:
    before = plan_of(tmp_path / "a", ["E54000052"] * 20 + ["E54000053"] * 20)
    folder = tmp_path / "b"
    plan_of(folder, ["E54000052"] * 20 + ["E54000053"] * 20)
    pd.DataFrame({"LSOA21CD": UNITS[:30], "ICB23CD": ["E54000052"] * 21 + ["E54000053"] * 9}).to_csv(
        folder / "ics.csv", index=False
    )
    text = (folder / "footprint.toml").read_text(encoding="utf-8")
    (folder / "footprint.toml").write_text(
        text.replace("lookup =", 'covers = "part"\nlookup ='), encoding="utf-8"
    )
    after = footprint.load_plan(folder)
    told = sentences(compare(footprint.check(before), footprint.check(after)))
    assert "1,500 people in E01000020 come under another system." in told
    assert "15,000 people in parts of E54000053 come under no system." in told
    back = sentences(compare(footprint.check(after), footprint.check(before)))
    assert "15,000 people in 10 units come under a system, and were under none." in back


# ── the same two areas drawn twice ──────────────────────────────────────────────────────────────

STEP, HIGH = 1_500.0, 30_000.0


def wavy(folder: Path, off: list[float], codes: list[str], near: int, units: bool = True) -> footprint.Plan:
    """Two areas with a winding border, drawn `off` metres further east at each of its corners.

    Two units are in each, far from the border, and `near` of them within 300 m east of where it was.
    """
    folder.mkdir()
    ys = [STEP * i for i in range(int(HIGH / STEP) + 1)]
    line = [(20e3 + 1_500 * np.sin(y / 4_000) + metres, y) for y, metres in zip(ys, off, strict=True)]
    rims = [[(x + 300 * np.sin(i), y) for i, y in enumerate(ys)] for x in (0.0, 40e3)]
    areas = [Polygon([*rims[0], *line[::-1]]), Polygon([*line, *rims[1][::-1]])]
    frame = gpd.GeoDataFrame({"ICB23CD": codes}, geometry=areas, crs=27700)
    frame.geometry = frame.geometry.translate(400e3, 300e3)
    frame.to_file(folder / "ics.gpkg")
    spots = [(x, y) for x in (8e3, 32e3) for y in (6e3, 24e3)]
    spots += [(20_150 + 1_500 * np.sin(y / 4_000), y) for y in ys[1 : near + 1]]
    held = UNITS[: len(spots)]
    points = gpd.GeoDataFrame({"LSOA21CD": held}, geometry=[Point(spot) for spot in spots], crs=27700)
    points.geometry = points.geometry.translate(400e3, 300e3)
    points.to_file(folder / "units.gpkg")
    pd.DataFrame({"LSOA21CD": held, "population": 1_500}).to_csv(folder / "people.csv", index=False)
    (folder / "footprint.toml").write_text(
        'title = "Drawn"\ndate = 2023-04-01\n'
        + ('[units]\npath = "units.gpkg"\npopulation = { path = "people.csv" }\n' if units else "")
        + '[layers.ics]\npath = "ics.gpkg"\n[levels]\nsystem = "ics"\n',
        encoding="utf-8",
    )
    return footprint.load_plan(folder)


CORNERS = int(HIGH / STEP) + 1
DRAWN_TWICE = {
    "all along": [400.0] * CORNERS,
    "on half of it": [400.0 * (i > CORNERS // 2) for i in range(CORNERS)],
    "to and fro": [400.0 * (i % 3 - 1) for i in range(CORNERS)],
    "a little": [60.0 * (i % 2) for i in range(CORNERS)],
}


@pytest.mark.sampled
@pytest.mark.parametrize("drawn", DRAWN_TWICE)
@pytest.mark.parametrize("codes", [["E54000007", "E54000008"], ["E54000061", "E54000062"]])
@pytest.mark.parametrize("near", [1, 4, 18, None])
def test_two_areas_that_are_drawn_twice_move_nobody_however_many_live_at_their_border(
    tmp_path: Path, drawn: str, codes: list[str], near: int | None
) -> None:
    """Also where as many people live on the sliver as in the rest of an area, or more; None: no units."""
    known = near is not None
    one = wavy(tmp_path / "a", [0.0] * CORNERS, ["E54000007", "E54000008"], near or 0, known)
    other = wavy(tmp_path / "b", DRAWN_TWICE[drawn], codes, near or 0, known)
    found = compare(footprint.check(one), footprint.check(other))
    assert (found.people_who_move, found.people_who_join, len(found.moves)) == (0, 0, 0)
    assert set(found.areas["change"]) == ({"untouched"} if "07" in codes[0] else {"recoded"})
    if not known:
        assert "nobody moves" in summary(found)


@pytest.mark.parametrize("near", [1, 4, 8])
def test_of_two_areas_that_are_drawn_twice_a_true_part_still_moves(tmp_path: Path, near: int) -> None:
    off = [3_000.0 * (4 < i < 16) for i in range(CORNERS)]
    sides = [wavy(tmp_path / "a", [0.0] * CORNERS, ["E54000007", "E54000008"], near)]
    sides += [wavy(tmp_path / "b", off, ["E54000007", "E54000008"], near)]
    # those at corners 5 to 15
    assert compare(*map(footprint.check, sides)).people_who_move == 1_500 * max(0, near - 4)
