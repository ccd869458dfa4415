"""Maps side by side: the same ground before and after, or in several options, with one key."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from maps import CRS, DRAWN_UNITS, code, draw, grid_units, write_plan
from PIL import Image
from typer.testing import CliRunner

from footprint.cli import app
from footprint.model.errors import InputError
from footprint.reports.board import Board
from footprint.reports.maps.compared import compared
from footprint.reports.maps.compared_page import _maps_in, save_compared
from footprint.reports.maps.drawing import drawing
from footprint.reports.maps.inset import dense, place_for
from footprint.reports.maps.palette import GREY
from footprint.reports.maps.svg import svg_map
from footprint.results.options import SideBySide, side_by_side
from footprint.results.run import compare_paths

COUNCILS = """
A A B B C C
A A B B C C
D D B B C C
"""
SYSTEMS = """
X X Y Y Z Z
X X Y Y Z Z
X X Y Y Z Z
"""
X, Y, NEW = code("X", "ICS"), code("Y", "ICS"), code("N", "ICS")
MADE = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
# B is larger than A and D together, so that its system has the number 1
PEOPLE = {"A": 100, "B": 300, "C": 50, "D": 40}
IN = {letter: COUNCILS.split().count(letter) * people for letter, people in PEOPLE.items()}


def option(folder: Path, title: str, rows: dict[str, str], extra: str = "") -> Path:
    folder.mkdir()
    (folder / "proposal.toml").write_text(
        f'title = "{title}"\neffective_date = 2022-07-01\nbase = "../plan"\nlevel = "system"\n{extra}'
    )
    lines = [f"{code(council)},{system}" for council, system in rows.items()]
    (folder / "assignment.csv").write_text("\n".join(["code,area", *lines, ""]))
    return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three systems in a row; D moves from X to Y, or all of X does, or X is called otherwise as well."""
    folder = tmp_path_factory.mktemp("world")
    units = grid_units(COUNCILS)
    plan = f'title = "Four councils"\n{DRAWN_UNITS}[layers.ics]\npath = "ics.geojson"\n'
    write_plan(
        folder / "plan",
        plan + '[levels]\nsystem = "ics"\n',
        units=units.drop(columns="letter"),
        lad=draw(COUNCILS),
        ics=draw(SYSTEMS, "ICS"),
        people={"LSOA21CD": list(units["LSOA21CD"]), "population": [PEOPLE[x] for x in units["letter"]]},
    )
    option(folder / "one", "D moves", {"D": Y})
    option(folder / "two", "All in one", {"A": Y, "D": Y})
    renamed = f'[[area]]\ncode = "{NEW}"\nname = "North"\nwas = "{X}"\n'
    option(folder / "three", "D moves, X is North", {"D": Y}, renamed)
    return folder


@pytest.fixture(scope="module")
def single(world: Path) -> SideBySide:
    return side_by_side(world / "plan", [world / "one"])


@pytest.fixture(scope="module")
def several(world: Path) -> SideBySide:
    return side_by_side(world / "plan", [world / name for name in ("one", "two", "three")])


def test_areas_are_numbered_by_their_people_and_have_both_sides(single: SideBySide) -> None:
    found = compared(single)
    assert [view.head for view in found.views] == ["Before, 1 April 2021", "After, from 1 July 2022"]
    assert [(row.number, row.name, row.codes, row.people) for row in found.rows] == [
        (1, "Area Y", (Y, Y), (IN["B"], IN["B"] + IN["D"])),
        (2, "Area X", (X, X), (IN["A"] + IN["D"], IN["A"])),
    ]
    assert found.title == "D moves"
    # Z is looked at by nobody, and is there all the same
    assert [list(view.others["name"]) for view in found.views] == [["Area Z"], ["Area Z"]]


def test_what_moves_is_named_with_its_people_and_its_ground(single: SideBySide) -> None:
    before, after = compared(single).views
    [moved] = after.moved
    assert before.moved == ()
    assert moved.place == "Area D"
    assert moved.text == f"Area D, {IN['D']} people: from Area X to Area Y"
    council = draw(COUNCILS).set_index("LAD21CD").geometry[code("D")]
    assert shapely.symmetric_difference(moved.shape, council).area < 1


def test_an_area_with_another_code_keeps_its_number_and_one_that_ends_has_none(several: SideBySide) -> None:
    found = compared(several)
    assert [view.short for view in found.views] == ["Today", "A", "B", "C"]
    assert found.views[3].head == "C, from 1 July 2022: D moves, X is North"
    rows = {row.name: row for row in found.rows}
    assert list(rows) == ["Area Y", "Area X → North"]
    assert rows["Area Y"].codes == (Y, Y, Y, Y)
    assert rows["Area Y"].people[2] == IN["A"] + IN["B"] + IN["D"]
    assert rows["Area X → North"].codes == (X, X, None, NEW)
    assert rows["Area X → North"].people[2] != rows["Area X → North"].people[2]
    assert len({row.fill for row in found.rows}) == 2


def test_maps_have_one_scale_and_one_extent_and_stand_beside_each_other(several: SideBySide) -> None:
    found = compared(several)
    box = (8.0, 40.0, 246.0, 120.0)
    frames = [shapely.box(*frame) for frame in _maps_in(found, box).frames]
    sizes = {(round(b - a, 6), round(d - c, 6)) for a, c, b, d in (f.bounds for f in frames)}
    assert len(frames) == 4
    assert len(sizes) == 1
    west, south, east, north = found.bounds
    [(wide, tall)] = sizes
    assert wide / tall == pytest.approx((east - west) / (north - south))
    assert all(shapely.box(*box).buffer(1e-6).contains(frame) for frame in frames)
    assert all(not a.intersects(b) for a in frames for b in frames if a is not b)


def words(path: Path) -> list[str]:
    """Return the texts of a drawing, which stand in it as comments too."""
    return re.findall(r"<!-- (.*?) -->", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_the_key_says_who_lives_where_on_each_map(several: SideBySide, tmp_path: Path) -> None:
    for paper in ((254.0, 142.875), (210.0, 297.0), (297.0, 210.0)):
        path = tmp_path / f"{paper[0]}.svg"
        found = save_compared(several, path, MADE, width_mm=paper[0], height_mm=paper[1])
        told = words(path)
        assert {"What moves", "People", "Today", "A", "B", "C", "Other systems"} <= set(told)
        assert told.count("–") == 1  # X is not there in B
        for row in found.rows:
            assert {f"{people:,.0f}" for people in row.people if people == people} <= set(told)
        assert any(each.startswith("B, from 1 July 2022: All in") for each in told)


def test_areas_without_room_in_the_key_are_counted_and_have_no_number(tmp_path: Path) -> None:
    """Thirty systems in a column, of which every second hands a unit to the next."""
    units = grid_units("\n".join(["X X"] * 30))
    row = units["LSOA21CD"].str[3:6].astype(int)  # from the south
    codes = [f"E5400{n:04d}" for n in range(30)]
    strips = [shapely.box(400_000, 300_000 + 10_000 * n, 420_000, 310_000 + 10_000 * n) for n in range(30)]
    ics = gpd.GeoDataFrame(
        {"ICS21CD": codes, "ICS21NM": [f"S{n:02d}" for n in range(30)]}, geometry=strips, crs=CRS
    )
    plan = f'title = "Many"\n{DRAWN_UNITS.partition("[layers.lad]")[0]}[layers.ics]\npath = "ics.geojson"\n'
    write_plan(
        tmp_path / "plan",
        plan + '[levels]\nsystem = "ics"\n',
        units=units.drop(columns="letter"),
        ics=ics,
        people={"LSOA21CD": list(units["LSOA21CD"]), "population": [100] * len(units)},
    )
    handed = (units["LSOA21CD"].str[6:].astype(int) == 1) & (row % 2 == 0)
    option(tmp_path / "option", "Hand on", {})
    lines = [f"{u},{codes[n + 1]}" for u, n in zip(units["LSOA21CD"][handed], row[handed], strict=True)]
    (tmp_path / "option" / "assignment.csv").write_text("\n".join(["code,area", *lines, ""]))
    found = save_compared(side_by_side(tmp_path / "plan", [tmp_path / "option"]), tmp_path / "map.svg", MADE)
    told = words(tmp_path / "map.svg")
    assert len(found.rows) == 30
    [more] = [each for each in told if each.startswith("and ") and "without a number" in each]
    left = int(more.split()[1])
    listed = {each for each in told if each.isdigit()}
    assert 0 < left < 30
    assert {str(n) for n in range(1, 31 - left)} <= listed
    assert not {str(n) for n in range(31 - left, 31)} & listed


# ── one map of a change, and dense ground ───────────────────────────────────────────────────────


def test_a_change_is_drawn_on_the_ground_that_it_touches_with_its_neighbours_faint(world: Path) -> None:
    change = compare_paths(world / "one", [])
    found = drawing(Board(change.after, change))
    systems = draw(SYSTEMS, "ICS").set_index("ICS21CD").geometry
    touched = systems[[X, Y]].union_all()
    assert found.focus is not None
    assert shapely.symmetric_difference(found.focus.ground, touched).area < 1
    west, south, east, north = found.bounds
    pad = 0.08 * 40_000
    assert (west, south, east, north) == pytest.approx(
        (400_000 - pad, 300_000 - pad, 440_000 + pad, 330_000 + pad)
    )
    assert [found.concerns(systems[code(x, "ICS")]) for x in "XYZ"] == [True, True, False]
    assert [patch.tag for patch in found.patches] == ["A Area D"]
    # of Z there is a strip beside what is touched
    strip = found.focus.around(systems.union_all())
    assert strip.area == pytest.approx(pad * 30_000)
    assert f"{GREY}" in svg_map(Board(change.after, change))


def test_ground_of_many_small_areas_is_dense_and_gets_a_free_corner() -> None:
    """Sixteen squares of 100 km, and five of 5 km in the south-east of them."""
    large = [shapely.box(x, y, x + 100_000, y + 100_000) for x in range(0, 400_000, 100_000)
             for y in range(0, 400_000, 100_000)]  # fmt: skip
    small = [shapely.box(300_000 + 5_000 * n, 10_000, 305_000 + 5_000 * n, 15_000) for n in range(5)]
    every = gpd.GeoDataFrame(geometry=[*large, *small], crs=CRS)
    found = dense(every, 4_000)
    assert found == pytest.approx((298_500, 8_500, 326_500, 16_500))
    assert dense(gpd.GeoDataFrame(geometry=large, crs=CRS), 4_000) is None
    assert dense(every.tail(8), 4_000) is None
    page = (0.0, 0.0, 150.0, 100.0)
    place = place_for(found, 4_000, page, shapely.box(0, 60, 150, 100), (0, 0, 30, 12))
    assert place is not None
    # the land is in the north and the scale bar in the south-west
    assert place[2:] == (150.0, place[3])
    assert place[1] == 0.0
    assert place_for(found, 4_000, page, shapely.box(*page), (0, 0, 1, 1)) is None


# ── the command ─────────────────────────────────────────────────────────────────────────────────


def run(*arguments: object, code_: int = 0) -> str:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == code_, done.output
    assert "Traceback" not in done.output
    return done.output


def size(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def test_a_proposal_is_drawn_before_and_after_alone_and_with_its_plan(world: Path, tmp_path: Path) -> None:
    run("map", world / "one", "--compare", "-o", tmp_path / "a.png")
    assert size(tmp_path / "a.png") == (2000, 1125)
    base = world / "plan"
    run("map", base, "--proposal", world / "one", "--compare", "--paper", "a4", "-o", tmp_path / "b.png")
    assert size(tmp_path / "b.png") == (1653, 2338)


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["{0}/plan", "--compare"], "is given without any option"),
        (["{0}/one", "--compare", "--layer", "lad"], "layer 'lad' is as it was"),
        (["{0}/one", "--compare", "--layer", "lad", "--layer", "ics"], "--compare draws one layer"),
        (["{0}/one", "--compare", "--layer", "icz"], "has no level or layer 'icz'"),
        (["{0}/one", "--compare", "--la", "{0}/plan/lad.geojson"], "--compare draws plans"),
    ],
)
def test_what_cannot_be_drawn_gets_one_clear_error(
    world: Path, tmp_path: Path, arguments: list[str], fault: str
) -> None:
    said = run("map", *[each.format(world) for each in arguments], "-o", tmp_path / "m.png", code_=2)
    assert said.count("error:") == 1
    assert fault in said
    assert not (tmp_path / "m.png").exists()


def test_more_options_than_a_page_holds_are_refused(single: SideBySide) -> None:
    with pytest.raises(InputError, match="7 maps, today's among them, are too many"):
        compared(SideBySide([single.sides[0], *[single.sides[1]] * 6]))
