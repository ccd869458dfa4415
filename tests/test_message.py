"""The message of a report: what a board reads first, counted by hand on drawn maps."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from boards import example, proposed
from maps import code, draw, grid_units, write_plan

import footprint
from footprint.model.finding import Area, Evidence, Finding, Piece, Severity
from footprint.reports import Report
from footprint.reports.as_html import page
from footprint.reports.as_html.mapdata import map_data
from footprint.reports.content.check import document
from footprint.reports.content.firmness import HEADING
from footprint.reports.content.message import message_of
from footprint.reports.content.message_parts import Told, divided, names, whole
from footprint.results.comparison import Comparison, compare
from footprint.results.inherited import parted
from footprint.results.nearby import concerned, elsewhere, here, moved_place
from footprint.results.run import compare_paths


def test_the_message_of_a_change_names_what_matters() -> None:
    board = proposed()
    told = message_of(board.result, board.change)
    assert told.sentences[:3] == (
        "Nottinghamshire becomes whole.",
        "117,800 people in Bassetlaw come under another system.",
        "Care inside Nottingham and Nottinghamshire falls from 94% to 85%.",
    )
    assert Told("Areas split", "0", "1") in told.figures
    assert Told("Care inside Nottingham and Nottinghamshire", "85%", "94%") in told.figures
    assert len(told.figures) == 3


def test_the_message_of_a_check_names_who_is_split() -> None:
    told = message_of(example().result)
    assert told.sentences[1] == "117,800 people live outside its largest part."
    assert told.sentences[0].startswith("Nottinghamshire is split between ")


@pytest.mark.parametrize(
    ("select", "people", "care"),
    [("FP2", False, False), ("FP301", True, False), ("FP401,FP405", False, True)],
)
def test_of_what_nobody_asked_nothing_is_told(select: str, people: bool, care: bool) -> None:
    """Counts are of the rules that were run; sentences on others told of findings that were not there."""
    plan = footprint.load_plan(EXAMPLE)
    result = footprint.check(plan, select.split(","))
    told = " ".join(message_of(result).sentences)
    assert ("outside the band" in told, "Care inside" in told) == (people, care)
    firm = [block for block in document(Report(result, "check")) if getattr(block, "text", "") == HEADING]
    assert bool(firm) == (people or care)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "A"], "A and B"),
        (["X and Y", "B"], "X and Y, and B"), (["A", "B", "C", "D", "E"], "A, B, C and 2 more"),
    ],
)  # fmt: skip
def test_names_read_as_a_sentence(given: list[str], told: str) -> None:
    assert names(given) == told


@pytest.mark.parametrize(
    ("share", "limit", "told"),
    [
        (0.846, 0.9, "85%"),
        (0.898, 0.9, "89.8%"),
        (0.899999, 0.9, "90.0%"),
        (0.9, 0.9, "90%"),
        (1.0, None, "100.0%"),
    ],
)
def test_a_share_is_never_rounded_over_its_limit(share: float, limit: float | None, told: str) -> None:
    assert whole(share, limit) == told


def test_a_unitary_is_one_area_of_both_tiers() -> None:
    areas = {key: Area(key, f"Area {key}") for key in "ABXY"}

    def part(layer: str, area: str, people: float) -> Finding:
        pieces = tuple(Piece(areas[key], size) for key, size in (("X", 900.0), ("Y", people)))
        evidence = Evidence("population", {"people": people})
        return Finding(
            "FP201",
            "split-area",
            Severity.ERROR,
            layer,
            areas[area],
            "",
            "",
            evidence,
            pieces=pieces,
            splits=True,
        )

    found = divided([part("lad", "A", 5), part("utla", "A", 5), part("utla", "B", 7)])
    assert [f.area for f in found] == [areas["B"], areas["A"]]


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two plans of ten units: district A is split, and then it is called N; nothing else differs."""
    folder = tmp_path_factory.mktemp("inherited")
    plan = (
        'title = "{}"\ndate = 2021-04-01\n[units]\npath = "units.geojson"\n'
        'population = {{ path = "people.csv" }}\n[layers.lad]\npath = "lad.geojson"\n'
        '[layers.ics]\npath = "ics.geojson"\n[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "nest"\n'
    )
    units = grid_units("A A A B B C C D D D")
    drawings = {
        "old": "A A A B B C C D D D", "new": "N N B B B C C D D D", "other": "E B B N N N C D D D",
    }  # fmt: skip
    for name, lad in drawings.items():
        write_plan(
            folder / name,
            plan.format(name),
            units=units[["LSOA21CD", "geometry"]],
            people={"LSOA21CD": list(units["LSOA21CD"]), "population": [10, 30, 50, 1, 1, 7, 5, 2, 3, 4]},
            lad=draw(lad),
            ics=draw("X Y Y Y Y Z Y Y Y Y", "ICS"),
        )
    return folder


def test_a_split_of_the_same_people_under_another_name_is_inherited(worlds: Path) -> None:
    change = compare_paths(worlds / "old", [worlds / "new"])
    held = [f for f in change.after.findings if f.inherited]
    assert [f.area.code for f in held if f.area] == [code("N", "LAD")]
    assert held[0].new is False
    assert parted(change.after.plan, held[0]) == ("ics", {"E01000000"})
    assert not [f for f in (*change.resolved, *change.new) if f.rule == "FP201"]
    told = message_of(change.after, change).sentences
    assert "Area N: the split is inherited (the same people, another name)." in told


def test_a_split_of_other_people_is_new(worlds: Path) -> None:
    change = compare_paths(worlds / "old", [worlds / "other"])
    assert not [f for f in change.after.findings if f.inherited]
    split = {name: [f.area.code for f in held if f.rule == "FP201" and f.area] for name, held in
             (("new", change.new), ("gone", change.resolved))}  # fmt: skip
    assert split == {"new": [code("N", "LAD")], "gone": [code("A", "LAD"), code("C", "LAD")]}


def test_what_is_elsewhere_is_as_it_was(worlds: Path) -> None:
    change = compare_paths(worlds / "old", [worlds / "new"])
    near = concerned(change)
    assert ("lad", code("B", "LAD")) in near
    assert ("lad", code("C", "LAD")) not in near
    away = elsewhere(change)
    assert [f.area.code for f in away if f.area and f.rule == "FP201"] == [code("C", "LAD")]
    assert len(here(change, change.remaining)) + len(away) == len(change.remaining)
    assert footprint.check(change.before.plan).findings


# ── against plain pandas, and both ways ─────────────────────────────────────────────────────────

EXAMPLE = Path(__file__).parent.parent / "data" / "south-yorkshire"


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    """The units of the example: people, the areas they are in, and the system before and after the change."""
    table = pd.read_csv(EXAMPLE / "lookup_lsoa11.csv").merge(
        pd.read_csv(EXAMPLE / "population_lsoa11.csv"), on="LSOA11CD"
    )
    moves = table["LAD21NM"] == "Bassetlaw"
    return table.assign(before=table["STP21NM"], after=table["STP21NM"].mask(moves, NOTTS), moves=moves)


NOTTS = "Nottingham and Nottinghamshire"
SOUTH = "South Yorkshire and Bassetlaw"


def inside(units: pd.DataFrame, side: str) -> pd.Series:
    """Return the share of admissions of each system's residents that are to a unit on its own ground."""
    spots = pd.read_csv(EXAMPLE / "stroke_units.csv")
    points = gpd.GeoDataFrame(
        spots["unit"], geometry=gpd.points_from_xy(spots["easting"], spots["northing"]), crs=27700
    )
    ground = gpd.read_file(EXAMPLE / "boundaries.gpkg", layer="lsoa").merge(
        units[["LSOA11CD", "before", "after"]], on="LSOA11CD"
    )
    home = gpd.sjoin(points, ground, predicate="within").set_index("unit")[side]
    flows = pd.read_csv(EXAMPLE / "flows_stroke.csv").merge(units[["LSOA11CD", side]], on="LSOA11CD")
    own = flows["unit"].map(home) == flows[side]
    sums = flows["admissions"].groupby(flows[side]).sum()
    return flows["admissions"].where(own, 0).groupby(flows[side]).sum() / sums


def test_every_figure_of_a_change_is_that_of_the_tables_and_the_way_back_says_the_opposite(
    units: pd.DataFrame,
) -> None:
    there = proposed().change
    assert there is not None
    back = compare(there.after, there.before)
    people = units.loc[units["moves"], "population"].sum()
    was, now = inside(units, "before")[NOTTS], inside(units, "after")[NOTTS]
    assert was > now
    on, home = (message_of(change.after, change) for change in (there, back))
    assert f"{people:,} people in Bassetlaw come under another system." in on.sentences
    assert f"{people:,} people in Bassetlaw come under another system." in home.sentences
    assert f"Care inside {NOTTS} falls from {was:.0%} to {now:.0%}." in on.sentences
    # of two shares that change a fall is told: on the way back that of the other system
    held, kept = inside(units, "after")[SOUTH], inside(units, "before")[SOUTH]
    assert held > kept
    assert f"Care inside {SOUTH} falls from {held:.0%} to {kept:.0%}." in home.sentences
    for figures, told in ((on, (NOTTS, was, now)), (home, (SOUTH, held, kept))):
        assert figures.figures[-1] == Told(f"Care inside {told[0]}", f"{told[2]:.0%}", f"{told[1]:.0%}")
    assert on.sentences[0] == "Nottinghamshire becomes whole."
    assert home.sentences[0].startswith("Nottinghamshire is split between ")
    assert home.sentences[1] == f"{people:,} people live outside its largest part."
    assert Told("Areas split", "1", "0") in home.figures


def test_every_sentence_of_the_example_is_that_of_its_tables(units: pd.DataFrame) -> None:
    told = message_of(example().result)
    county = units.merge(pd.read_csv(EXAMPLE / "lookup_lad21_utla21.csv"), on="LAD21CD")
    county = county[county["CTYUA21NM"] == "Nottinghamshire"]
    parts = county.groupby("STP21NM")["population"].sum().sort_values(ascending=False)
    lost = int(parts.sum() - parts.max())
    assert told.sentences[:2] == (
        f"Nottinghamshire is split between {parts.index[0]}, and {parts.index[1]}.",
        f"{lost:,} people live outside its largest part.",
    )
    places = units.groupby("CCG21NM")["population"].sum()
    far = pd.concat([250_000 / places, places / 500_000], axis=1).max(axis=1).sort_values(ascending=False)
    outside = far[far > 1]
    named = ", ".join(outside.index[:3])
    assert told.sentences[2] == (
        f"{len(outside)} of {len(places)} places lie outside the band: {named} and {len(outside) - 3} more."
    )
    shares = inside(units, "before")
    assert (shares < 0.9).sum() == 1
    assert told.sentences[3] == (
        f"Care inside {shares.idxmin()} is {shares.min():.0%}, where 90% is asked for."
    )
    # all levels together: every area that has a band
    hoods, systems = (units.groupby(name)["population"].sum() for name in ("neighbourhood_code", "STP21NM"))
    every = [(places, 250e3, 500e3), (hoods, 30e3, 50e3), (systems, 1e6, 3e6)]
    out = sum(int((~sums.between(low, high)).sum()) for sums, low, high in every)
    assert told.figures[-1] == Told("Outside their band", f"{out} of {sum(len(s) for s, *_ in every)}")


@pytest.fixture(scope="module")
def banded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two plans of six units: unit 3 is of place B, and then of place A; places should have 20 to 40."""
    folder = tmp_path_factory.mktemp("banded")
    plan = (
        'title = "{}"\ndate = 2021-04-01\n[units]\npath = "units.geojson"\n'
        'population = {{ path = "people.csv" }}\n[layers.lad]\npath = "lad.geojson"\n'
        '[levels]\nplace = "lad"\n[bands]\nplace = [20, 40]\n'
    )
    frame = grid_units("A A A B B B")
    for name, lad in (("old", "A A A B B B"), ("new", "A A A A B B")):
        write_plan(
            folder / name,
            plan.format(name),
            units=frame[["LSOA21CD", "geometry"]],
            people={"LSOA21CD": list(frame["LSOA21CD"]), "population": [10, 10, 5, 16, 13, 14]},
            lad=draw(lad),
        )
    return folder


def test_a_change_says_who_leaves_the_band_and_who_comes_within_it(banded: Path) -> None:
    # A has 25, B 43; then A has 41, and B 27
    there = compare_paths(banded / "old", [banded / "new"])
    back = compare(there.after, there.before)
    on, home = (message_of(change.after, change).sentences for change in (there, back))
    assert on == (
        f"16 people in {unit_at(there, 3)} come under another place.",
        "Area A is then outside the band of people.",
        "Area B comes within the band of people.",
    )
    assert home == (
        f"16 people in {unit_at(back, 3)} come under another place.",
        "Area B is then outside the band of people.",
        "Area A comes within the band of people.",
    )
    assert message_of(there.before).sentences == ("1 of 2 places lies outside the band: Area B.",)
    assert message_of(there.after).sentences == ("1 of 2 places lies outside the band: Area A.",)


def unit_at(change: Comparison, at: int) -> str:
    units = change.before.plan.units
    assert units is not None
    return str(units.area_m2.index[at])


def test_ground_that_moves_is_named_on_the_map_of_the_page() -> None:
    change = proposed().change
    assert change is not None
    moved = {layer["key"]: layer["rows"] for layer in map_data(proposed())["layers"]}["moves"]
    assert [row["s"] for row in moved] == ["Bassetlaw"]
    back = compare(change.after, change.before)
    row = back.moves.iloc[0]
    assert moved_place(back, row["layer"], row["from_code"], row["to_code"]) == "Bassetlaw"
    assert moved_place(back, row["layer"], row["to_code"], row["from_code"]) == ""
    assert moved_place(back, row["layer"], None, row["to_code"]) == ""


def test_the_key_beside_the_map_says_what_is_drawn_and_no_more() -> None:
    moved, whole_map = page(proposed()), page(example())
    assert "Cross-hatched: ground that moves. Rings: providers of care." in moved
    assert "Hatched: the smaller part of what is split. Rings: providers of care." in whole_map
    assert "Cross-hatched: ground" not in whole_map
