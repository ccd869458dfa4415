"""`footprint draw`: from a plan to proposals that keep the rules, or to the proof that there are none."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import jsonschema
import numpy as np
import pandas as pd
import pytest
import shapely
from maps import COUNTED_FLOWS, code, draw, grid_units, write_csv, write_plan
from typer.testing import CliRunner
from worlds import feasible, grid, partitions

import footprint
from footprint.cli import app
from footprint.drawing.choose import measures, sentences
from footprint.drawing.folder import save
from footprint.geometry.adjacency import shared_borders
from footprint.plan import derive
from footprint.plan.open import open_applied, open_plan
from footprint.reports.schemas import DOCUMENTS
from footprint.results.run import compare_paths, measure_flows

PLAN = """\
title = "T"
date = 2021-04-01
[units]
geography = "LSOA"
path = "units.geojson"
population = { path = "people.csv", code = "LSOA21CD", value = "people" }
[layers.lad]
geography = "LAD"
lookup = { path = "lookup.csv", unit = "LSOA21CD", code = "LAD21CD" }
[bands]
neighbourhood = [4, 8]
"""
SQUARES = """
    A A A B B B
    A A A B B B
    A A A B B B
    A A A B B B
"""


def world(folder: Path, drawing: str = SQUARES, plan: str = PLAN, each: int = 1, **more: Any) -> Path:
    """Write a plan in which every square is a unit with so many people, in the district of its letter."""
    units = grid_units(drawing)
    units = units[units["letter"] != "."]
    codes = units["LSOA21CD"].tolist()
    return write_plan(
        folder, plan, units=units[["LSOA21CD", "geometry"]],
        people={"LSOA21CD": codes, "people": [each] * len(codes)},
        lookup={"LSOA21CD": codes, "LAD21CD": [code(x) for x in units["letter"]]},
        **more,
    )  # fmt: skip


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def areas_of(folder: Path, option: int = 1) -> dict[str, str]:
    with (folder / f"option-{option}" / "assignment.csv").open() as stream:
        return {row["code"]: row["area"] for row in csv.DictReader(stream)}


def spot(unit: str) -> tuple[int, int]:
    return int(unit[6:]), int(unit[3:6])


def hang_together(units: list[str]) -> bool:
    """Whether squares hang together side by side: by their places in the grid alone."""
    left = {spot(u) for u in units}
    waiting = [left.pop()]
    while waiting:
        x, y = waiting.pop()
        for near in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            if near in left:
                left.remove(near)
                waiting.append(near)
    return not left


# ── neighbours ──────────────────────────────────────────────────────────────────────────────────


def test_neighbours_share_border_and_corners_are_none() -> None:
    areas = draw("""
        A A B
        A A C
        D E C
    """)
    found = shared_borders(areas.geometry.to_numpy(), 1.0, 1.0)
    letters = "ABCDE"
    assert {
        letters[a] + letters[b]: m
        for a, b, m in zip(found.one, found.other, found.metres.tolist(), strict=True)
    } == {"AB": 10_000, "AC": 10_000, "AD": 10_000, "AE": 10_000, "BC": 10_000, "CE": 10_000, "DE": 10_000}


def test_borders_are_found_where_corners_of_one_side_are_missing_on_the_other() -> None:
    one = shapely.Polygon([(0, 0), (100, 0), (100, 1000), (0, 1000)])
    other = shapely.Polygon([(100, 0), (200, 0), (200, 1000), (100, 1000), (100, 700), (100, 300)])
    found = shared_borders(np.array([one, other]), 1.0, 1.0)
    assert found.metres.tolist() == pytest.approx([1000])


def test_borders_are_those_of_an_intersection(tmp_path: Path) -> None:
    world(tmp_path)
    plan = open_plan(tmp_path)
    shapes = plan.units.shapes  # type: ignore[union-attr]
    found = shared_borders(shapes.to_numpy(), 1.0, 1.0)
    want = {
        (i, j): shapely.length(shapely.intersection(shapes.iloc[i], shapes.iloc[j]))
        for i in range(len(shapes)) for j in range(i + 1, len(shapes))
    }  # fmt: skip
    held = dict(zip(zip(found.one.tolist(), found.other.tolist(), strict=True), found.metres, strict=True))
    assert held == {pair: m for pair, m in want.items() if m > 0}


# ── every option ────────────────────────────────────────────────────────────────────────────────


def test_with_few_blocks_every_option_is_listed(tmp_path: Path) -> None:
    """The 2 × 4 board has 5 tilings with dominoes."""
    plan = world(tmp_path / "plan", "A A A A\nA A A A")
    made = run(
        "draw", plan, "--band", "2-2", "--within", "none", "-o", tmp_path / "out", "--options", "3",
        "--format", "json",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    assert (told["number"], told["complete"], told["steps_done"]) == (5, True, 0)
    with (tmp_path / "out" / "options.csv").open() as stream:
        every = list(csv.DictReader(stream))
    assert len(every) == 5
    assert len({row["made_of"] for row in every}) == 5
    assert sorted(row["option"] for row in every if row["option"]) == ["option-1", "option-2", "option-3"]
    # all horizontal: 1 cut across the board and 2 … of four units each
    assert {float(row["border_km"]) for row in every} == {60.0}


def test_number_of_areas_can_be_asked_for(tmp_path: Path) -> None:
    plan = open_plan(world(tmp_path, "A A A A"))
    counts = {
        n: footprint.draw(plan, "neighbourhood", band="1-4", within="none", areas=n).number
        for n in (1, 2, 3, 4)
    }
    assert counts == {1: 1, 2: 3, 3: 3, 4: 1}
    assert footprint.draw(plan, "neighbourhood", band="1-4", within="none", areas="2-3").number == 6
    assert footprint.draw(plan, "neighbourhood", band=(1, None), within="none").number == 8


def test_what_options_are_beside_each_other_is_said_as_it_is(tmp_path: Path) -> None:
    # 1 and 3 or 3 and 1 are alike in all that is measured; of the three options one may be asked for
    plan = open_plan(world(tmp_path, "A A A A"))
    alike = footprint.draw(plan, "neighbourhood", band="1-3", within="none", areas=2)
    assert alike.number == 3
    first = footprint.draw(plan, "neighbourhood", band="1-3", within="none", areas=2, options=1)
    assert [*first.table["says"].dropna()] == ["The only one of the options that is written."]
    halves = footprint.draw(plan, "neighbourhood", band="2-2", within="none", areas=2)
    assert [*halves.table["says"].dropna()] == ["The only option."]
    three = open_plan(world(tmp_path / "three", "A A A"))
    ends = footprint.draw(three, "neighbourhood", band="1-2", within="none", areas=2)
    assert [*ends.table["says"].dropna()] == ["Is like the others in everything that is measured."] * 2


def test_several_parents_are_combined(tmp_path: Path) -> None:
    plan = open_plan(world(tmp_path, "A A A B B\nA A A B B"))
    drawn = footprint.draw(plan, "neighbourhood", within="lad", band=(2, 2))
    assert drawn.number == 3 * 2
    for division in drawn.every["made_of"]:
        assert len(division.split(" | ")) == 5


# ── the best found ──────────────────────────────────────────────────────────────────────────────

BIG = "\n".join(["A A A A A A A B B B B B B B"] * 12)


@pytest.mark.parametrize("prefer", ["border", "equal", "none"])
def test_options_keep_every_rule(tmp_path: Path, prefer: str) -> None:
    plan = world(tmp_path / "plan", BIG)
    made = run(
        "draw", plan, "--within", "lad", "--band", "6-14", "-o", tmp_path / "out", "--steps", "20000",
        "--prefer", prefer, "--format", "json",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    told = json.loads(made.stdout)
    jsonschema.Draft202012Validator(DOCUMENTS["draw"].json_schema()).validate(told)
    home = pd.read_csv(plan / "lookup.csv").set_index("LSOA21CD")["LAD21CD"]
    for at, row in enumerate(told["tables"]["options"], 1):
        areas = areas_of(tmp_path / "out", at)
        assert sorted(areas) == sorted(home.index)
        people = pd.Series(areas).value_counts()
        assert people.between(6, 14).all()
        assert (row["population_least"], row["population_most"]) == (people.min(), people.max())
        assert row["areas"] == len(people)
        cut = 0
        for area in people.index:
            units = [u for u, own in areas.items() if own == area]
            assert hang_together(units)
            assert home[units].nunique() == 1
        by_spot = {spot(u): own for u, own in areas.items()}
        for (x, y), own in by_spot.items():
            cut += sum(by_spot.get(near, own) != own for near in ((x + 1, y), (x, y + 1)))
        assert (row["cut_edges"], row["border_km"]) == (cut, cut * 10)


def test_the_best_found_of_few_blocks_is_the_best_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In 95 of 100 runs; and then every option that is written is one that no division there is beats."""
    folder, chance = world(tmp_path, "A A A A\nA A A A\nA A A A"), np.random.default_rng(3)
    people = pd.read_csv(folder / "people.csv")
    people.assign(people=chance.integers(1, 9, 12)).to_csv(folder / "people.csv", index=False)
    units = gpd.read_file(folder / "units.geojson")
    # no two borders are alike, or many divisions would be as good as the best
    lines = np.cumsum(chance.integers(7000, 14_000, (5, 2)), axis=0)
    units.geometry = shapely.transform(
        units.geometry.to_crs(27700).to_numpy(),
        lambda ends: np.take_along_axis(lines, np.rint(ends / 10_000 - (40, 30)).astype(int), 0) + 400_000,
    )
    units.set_crs(27700, allow_override=True).to_crs(4326).to_file(folder / "units.geojson")
    plan = open_plan(folder)
    asked = {"within": "none", "band": (10, 25), "areas": 3}
    every = footprint.draw(plan, "neighbourhood", **asked).every
    values = measures(every)
    front = {tuple(v) for v in values if not ((values <= v).all(axis=1) & (values < v).any(axis=1)).any()}
    assert len(every) > 100
    monkeypatch.setattr("footprint.drawing.work.MOST_LISTED", 0)
    monkeypatch.setattr("footprint.drawing.work._MOST_COMPARED", 0)
    runs = [footprint.draw(plan, "neighbourhood", **asked, options=3, seed=seed).table for seed in range(20)]
    best = [run for run in runs if run["border_km"].iloc[0] == every["border_km"].min()]
    assert len(best) >= 0.95 * len(runs)
    assert all({tuple(v) for v in measures(run)} <= front for run in best)


def test_kept_areas_stay_whole(tmp_path: Path) -> None:
    """A layer of pairs, as MSOAs, of which none may be divided; and one that rather is not."""
    layers = PLAN.replace("[bands]", '[layers.pair]\ngeography = "OTHER"\nlookup = { path = "pairs.csv", '
                          'unit = "LSOA21CD", code = "pair" }\n[bands]')  # fmt: skip
    units = grid_units(BIG)["LSOA21CD"].tolist()
    pairs = {
        "LSOA21CD": units,
        "pair": [f"P{spot(u)[0] // 7}{spot(u)[0] % 7 // 2}{spot(u)[1]:02d}" for u in units],
    }
    plan = open_plan(world(tmp_path, BIG, layers, pairs=pairs))
    hard = footprint.draw(plan, "neighbourhood", within="lad", band=(6, 14), keep=["pair=hard"], steps=20_000)
    of = dict(zip(*pairs.values(), strict=True))
    for option in hard.options:
        own = pd.Series(option.area, index=hard.blocks.codes)
        assert own.groupby(of).nunique().max() == 1
    soft = footprint.draw(plan, "neighbourhood", within="lad", band=(6, 14), keep=["pair"], steps=20_000)
    loose = footprint.draw(plan, "neighbourhood", within="lad", band=(6, 14), steps=20_000)
    for drawn in (soft,):
        own = pd.Series(drawn.options[0].area, index=drawn.blocks.codes)
        assert drawn.table["kept_cut"].iloc[0] == (own.groupby(of).nunique() > 1).sum()
    own = pd.Series(loose.options[0].area, index=loose.blocks.codes)
    assert soft.table["kept_cut"].iloc[0] < (own.groupby(of).nunique() > 1).sum()


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    plan = world(tmp_path / "plan", BIG)
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        made = run(
            "draw", plan, "--within", "lad", "--band", "6-14", "-o", tmp_path / name, "--steps", "5000",
            "--seed", seed, "--options", "2",
        )  # fmt: skip
        assert made.exit_code == 0, made.output
    held = {
        name: {p.relative_to(tmp_path / name): p.read_bytes() for p in (tmp_path / name).rglob("*.*")}
        for name in "abc"
    }
    assert held["a"] == held["b"]
    assert held["a"] != held["c"]
    assert len(held["a"]) == 5


# ── today's map, journeys, and what goes on from an option ──────────────────────────────────────

WITH_TODAY = PLAN.replace(
    "[bands]",
    '[layers.hood]\ngeography = "OTHER"\nlookup = { path = "hoods.csv", unit = "LSOA21CD", code = "hood", '
    '}\n[levels]\nneighbourhood = "hood"\n[bands]',
).replace('code = "hood", }', 'code = "hood" }')


def today(folder: Path, plan: str = WITH_TODAY, **more: Any) -> Path:
    units = grid_units(SQUARES)["LSOA21CD"].tolist()
    hoods = {"LSOA21CD": units, "hood": [f"H{spot(u)[0] // 2}{spot(u)[1] // 2}" for u in units]}
    return world(folder, SQUARES, plan, hoods=hoods, **more)


def test_what_nobody_could_see_is_no_difference() -> None:
    today = {"border_km": 100.0, "localisation_index": 0.06, "outside_band": 0}
    row = {"border_km": 88.0, "localisation_index": 0.06004, "moved": 41, "outside_band": 0}
    table = pd.DataFrame([row])
    assert sentences(table, today) == ["Beside today's map: 12.0 km less border and 41 people move."]
    [told] = sentences(table.assign(localisation_index=0.0706, border_km=100.04), today)
    assert told == "Beside today's map: 1.1 points more journeys inside and 41 people move."
    [told] = sentences(table.assign(moved=0.0), today)
    assert told == "Beside today's map: 12.0 km less border and nobody moves."


def test_who_moves_is_what_compare_says(tmp_path: Path) -> None:
    plan = today(tmp_path / "plan")
    assert run("draw", plan, "--within", "lad", "--band", "4-8", "-o", tmp_path / "out").exit_code == 0
    told = pd.read_csv(tmp_path / "out" / "options.csv").dropna(subset=["option"]).set_index("option")
    assert told.loc["today", "moved"] == 0
    # H10 and H11 lie across the districts, and have to be given up
    assert told.loc["today", "areas"] == 6
    for option in told.index.drop("today"):
        found = compare_paths(tmp_path / "out" / option)
        assert found.moves["population"].sum() == told.loc[option, "moved"]
        assert not [
            f for f in found.after.findings if f.rule in ("FP301", "FP302", "FP501", "FP502", "FP503")
        ]


@pytest.mark.parametrize(
    ("asked", "moved"),
    [
        # any union of whole hoods: each joins another, or goes on
        (("--of", "hood", "--within", "none", "--band", "8-16"), 0),
        # each district is one: H00, H01, H20 and H21 join it whole, H10 and H11 are divided
        (("--within", "lad", "--band", "12-12"), 8),
    ],
)
def test_areas_that_join_another_as_a_whole_move_nobody(
    tmp_path: Path, asked: tuple[str, ...], moved: int
) -> None:
    plan = today(tmp_path / "plan")
    made = run("draw", plan, *asked, "-o", tmp_path / "out")
    assert made.exit_code == 0, made.output
    told = pd.read_csv(tmp_path / "out" / "options.csv").dropna(subset=["option"]).set_index("option")
    written = len(told.index.drop("today"))
    assert f": {written} {'proposal' if written == 1 else 'proposals'} and options.csv" in made.stderr
    for option in told.index.drop("today"):
        assert told.loc[option, "moved"] == moved
        assert compare_paths(tmp_path / "out" / option).moves["population"].sum() == moved


def test_one_can_go_on_from_an_option(tmp_path: Path) -> None:
    plan = today(tmp_path / "plan")
    first, second = tmp_path / "first", tmp_path / "second"
    assert run("draw", plan, "--within", "lad", "-o", first, "--prefer", "stay").exit_code == 0
    made = run(
        "draw", "--from", first / "option-1", "--within", "lad", "--only", code("A"), "--prefer", "equal",
        "-o", second, "--options", "1",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    assert set(areas_of(second)) == {u for u in areas_of(first) if spot(u)[0] < 3}
    both = open_applied(second / "option-1")
    now = derive.assignment(both, "hood").codes  # type: ignore[union-attr]
    before = areas_of(first)
    assert all(now[u] == before[u] for u in before if spot(u)[0] >= 3)
    told = tomllib.loads((second / "option-1" / "proposal.toml").read_text())
    assert (second / "option-1" / told["base"]).resolve() == (first / "option-1" / "proposal.toml").resolve()


def test_who_prefers_to_stay_is_offered_maps_for_which_few_move(tmp_path: Path) -> None:
    """Today's map may stay, so that every option gives up a little of that for something else."""
    units = grid_units(BIG)["LSOA21CD"].tolist()
    hoods = {
        "LSOA21CD": units,
        "hood": [f"H{spot(u)[0] // 7}{spot(u)[0] % 7 // 4}{spot(u)[1] // 3}" for u in units],
    }
    plan = open_plan(world(tmp_path, BIG, WITH_TODAY, hoods=hoods))
    drawn = footprint.draw(plan, "neighbourhood", within="lad", band=(6, 14), prefer="stay", steps=400_000)
    told = drawn.table.set_index("option")
    assert told.loc["today", "moved"] == 0
    assert told.loc["option-1", "moved"] == told["moved"].drop("today").min() <= len(units) / 16


def test_index_of_an_option_is_that_of_the_flows(tmp_path: Path) -> None:
    units = grid_units(SQUARES)["LSOA21CD"].tolist()
    chance = np.random.default_rng(4)
    pairs = [(u, p) for u in units for p in ("P1", "P2", "P3")]
    flows = {
        "unit": [u for u, _ in pairs], "provider": [p for _, p in pairs],
        "count": chance.integers(8, 90, len(pairs)).tolist(),
    }  # fmt: skip
    providers = {
        "provider": ["P1", "P2", "P3"], "easting": [405_000, 425_000, 455_000],
        "northing": [305_000, 335_000, 315_000],
    }  # fmt: skip
    text = WITH_TODAY + COUNTED_FLOWS + 'easting = "easting"\nnorthing = "northing"\n'
    plan = today(tmp_path / "plan", text, flows=flows, providers=providers)
    made = run(
        "draw", plan, "--within", "lad", "--weight", "flows=1", "--weight", "border=0", "-o", tmp_path / "out"
    )
    assert made.exit_code == 0, made.output
    told = pd.read_csv(tmp_path / "out" / "options.csv").dropna(subset=["option"]).set_index("option")
    for option in told.index:
        opened = open_plan(plan) if option == "today" else open_applied(tmp_path / "out" / option)
        table = measure_flows(opened).tables["flows"]
        table = table[table["layer"] == "hood"]
        row = told.loc[option]
        assert row["localisation_index"] == pytest.approx(table["inside"].sum() / table["activity"].sum())
        assert row["localisation_index_least"] == pytest.approx(table["localisation_index"].min())
    most = told["localisation_index"].drop("today").max()
    assert told.loc["option-1", "localisation_index"] == most
    hidden = run("draw", plan, "--within", "lad", "--suppress", "hes", "--format", "json")
    for row in json.loads(hidden.stdout)["tables"]["options"]:
        assert row["inside"] == "*" or row["inside"] % 5 == 0
        share = row["localisation_index"]
        assert share == "*" or share == round(row["inside"] / row["activity"], 3)


def test_a_level_that_the_plan_lacks_is_created(tmp_path: Path) -> None:
    plan = world(tmp_path / "plan")
    out = tmp_path / "out"
    assert run("draw", plan, "--within", "lad", "-o", out, "--only", code("A")).exit_code == 0
    applied = open_applied(out / "option-1")
    assert applied.levels["neighbourhood"] == "neighbourhood"  # type: ignore[index]
    own = derive.assignment(applied, "neighbourhood").codes  # type: ignore[union-attr]
    assert own.notna().sum() == 12
    for command in (
        ["check", "--fail-on", "never"], ["compare"], ["export", "--lookup", "-o", tmp_path / "x.csv"],
        ["report", "-o", tmp_path / "x.html"], ["map", "-o", tmp_path / "x.svg"],
    ):  # fmt: skip
        made = run(command[0], out / "option-1", *command[1:])
        assert made.exit_code == 0, (command, made.output)
    again = run("compare", out / "option-1", "--format", "json")
    assert json.loads(again.stdout)["proposals"][0]["title"].startswith("Option 1: ")


def test_provisional_codes_are_no_fault_of_a_proposal(tmp_path: Path) -> None:
    units = grid_units(SQUARES)["LSOA21CD"].tolist()
    hoods = {"LSOA21CD": units, "hood": [f"E380000{spot(u)[0] // 2}{spot(u)[1] // 2}" for u in units]}
    text = WITH_TODAY.replace('"OTHER"', '"CCG"')
    plan, out = world(tmp_path / "plan", SQUARES, text, hoods=hoods), tmp_path / "out"
    assert run("draw", plan, "--within", "lad", "--band", "3-5", "-o", out).exit_code == 0
    assert any(area.startswith("NEW-") for area in areas_of(out).values())
    told = json.loads(run("check", out / "option-1", "--format", "json", "--fail-on", "never").stdout)
    assert "FP107" not in {f["rule"] for f in told["findings"]}
    # what nobody has proposed is one
    hoods["hood"] = ["NEW-0001" if h.endswith("00") else h for h in hoods["hood"]]
    told = json.loads(
        run("check", world(tmp_path / "b", SQUARES, text, hoods=hoods), "--format", "json").stdout
    )
    assert "FP107" in {f["rule"] for f in told["findings"]}


def test_a_proposal_creates_no_level_that_there_is(tmp_path: Path) -> None:
    plan = today(tmp_path / "plan")
    proposal = tmp_path / "p"
    proposal.mkdir()
    (proposal / "proposal.toml").write_text(
        'title = "P"\neffective_date = 2021-04-01\nbase = "../plan"\n'
        'level = "neighbourhood"\ncreates = true\n'
    )
    write_csv(proposal / "assignment.csv", code=[code("A")], area=["H00"])
    made = run("check", proposal)
    assert made.exit_code == 2
    assert "creates the neighbourhood level, which the base plan has already" in made.stderr
    del plan


# ── proofs ──────────────────────────────────────────────────────────────────────────────────────

Cases = list[tuple[str, dict[str, Any], str, str, str | None]]
IMPOSSIBLE: Cases = [
    (
        "A A A", {"band": (2, 2)}, "arithmetic",
        "3 people are too many for one and too few for two (at most 2 in an area, at least 2)",
        "a floor of 1 or less or a ceiling of 3 or more",
    ),
    (
        "A A A A A", {"band": (3, 4), "areas": 2}, "arithmetic",
        "5 people are too many for one and too few for two (at most 4 in an area, at least 3)",
        "a floor of 2 or less",
    ),
    (
        "A A A A A", {"band": (3, 4), "areas": 1}, "arithmetic",
        "5 people are too many for one and too few for two (at most 4 in an area, at least 3)",
        "a ceiling of 5 or more",
    ),
    (
        "A A A", {"band": (4, 9), "areas": 2}, "arithmetic",
        "3 people are too few for one area of at least 4", "a floor of 1 or less",
    ),
    (
        ". A .\nA A A\n. A .", {"band": (2, 3), "areas": 2}, "enumeration",
        "of 5 blocks 10 connected unions lie in the band, and no choice of them covers every block once; all "
        # an arm alone is below the floor, and the rest of the cross then above the ceiling
        "were tried", "a wider band, a crossing, or another parent",
    ),
    (
        "A A A", {"band": (4, 9)}, "arithmetic", "3 people are too few for one area of at least 4",
        "a floor of 3 or less, or an area together with a neighbour",
    ),
    (
        "A A A B", {"of": "lad", "band": (1, 2)}, "block", f"{code('A')} alone has 3 people, more than 2",
        "a ceiling of 3 or more, or smaller blocks",
    ),
    (
        "A A A A", {"band": (1, 4), "areas": 5}, "areas", "4 people make 1 to 4 areas of that size, not 5",
        "--areas 1-4",
    ),
    (
        ". A .\nA A A\n. A .", {"band": (2, 3)}, "enumeration",
        "of 5 blocks 10 connected unions lie in the band, and no choice of them covers every block once; all "
        "were tried", "a floor of 1 or less or a ceiling of 5 or more",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("drawing", "asked", "by", "why", "change"), IMPOSSIBLE)
def test_what_is_impossible_is_proved_in_words(
    drawing: str, asked: dict[str, Any], by: str, why: str, change: str | None, tmp_path: Path
) -> None:
    drawn = footprint.draw(open_plan(world(tmp_path, drawing)), "neighbourhood", within="none", **asked)
    ((_, _, _, proof),) = drawn.impossible
    assert (proof.by, proof.why, proof.change) == (by, why, change)
    assert drawn.exit_code() == 1
    assert not drawn.options


def test_the_smallest_change_removes_the_proof_and_less_does_not(tmp_path: Path) -> None:
    plan = open_plan(world(tmp_path, ". A .\nA A A\n. A ."))
    for band, possible in (((1, 3), True), ((2, 5), True), ((2, 4), False)):
        drawn = footprint.draw(plan, "neighbourhood", within="none", band=band)
        assert bool(drawn.options) is possible


def test_where_nothing_is_possible_that_is_the_answer_and_no_folder_is_made(tmp_path: Path) -> None:
    plan, out = world(tmp_path / "plan", "A A A"), tmp_path / "out"
    made = run("draw", plan, "--within", "none", "--band", "5-6", "-o", out)
    assert made.exit_code == 1
    assert "nothing was written" in made.stderr.splitlines()
    assert not out.exists()


def test_other_parents_are_written_all_the_same(tmp_path: Path) -> None:
    plan = world(tmp_path / "plan", "A A A B B B B\nA A A B B B B\n. . . C . . .")
    made = run("draw", plan, "--within", "lad", "--band", "2-2", "-o", tmp_path / "out", "--format", "json")
    assert made.exit_code == 1, made.output
    (row,) = json.loads(made.stdout)["tables"]["impossible"]
    assert (row["code"], row["by"], row["proved"], row["population"]) == (code("C"), "arithmetic", True, 1)
    assert row["why"] == "1 people are too few for one area of at least 2"
    assert len(areas_of(tmp_path / "out")) == 14
    assert run("check", tmp_path / "out" / "option-1", "--fail-on", "never").exit_code == 0


def test_what_was_only_sought_is_not_said_to_be_impossible(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("footprint.drawing.search._TRIES", (1,))
    monkeypatch.setattr("footprint.drawing.search.seed", lambda *_: None)
    drawn = footprint.draw(open_plan(world(tmp_path, BIG)), "neighbourhood", within="none", band=(6, 14))
    ((_, _, _, proof),) = drawn.impossible
    assert proof.by == "search"
    assert proof.why.startswith("none found in ")
    assert drawn.exit_code() == 2


# ── water ───────────────────────────────────────────────────────────────────────────────────────

ISLANDS = "A A . A A\nA A . A A"


def test_ground_across_water_is_joined_and_the_crossing_listed(tmp_path: Path) -> None:
    plan = world(tmp_path / "plan", ISLANDS)
    made = run("draw", plan, "--within", "none", "--band", "8-8", "-o", tmp_path / "out", "--format", "json")
    assert made.exit_code == 0, made.output
    (row,) = json.loads(made.stdout)["tables"]["crossings"]
    assert row == {
        "code_a": "E01000001", "name_a": "E01000001", "code_b": "E01000003", "name_b": "E01000003",
        "kind": "assumed", "distance_m": 10_000,
    }  # fmt: skip
    assert (tmp_path / "out" / "crossings.csv").read_text() == (
        "code_a,name_a,code_b,name_b,kind,distance_m\nE01000001,E01000001,E01000003,E01000003,assumed,10000.0\n"
    )
    assert "1 crossing over water assumed" in made.stderr
    # what was assumed can be stated
    again = run(
        "draw", plan, "--within", "none", "--band", "8-8", "--crossings", tmp_path / "out/crossings.csv"
    )
    assert again.exit_code == 0
    assert "crossing over water" not in again.stderr


def test_without_the_crossing_that_is_needed_there_is_a_proof(tmp_path: Path) -> None:
    plan = open_plan(world(tmp_path, "A A . A A A\nA A . A A A"))
    none = write_csv(tmp_path / "none.csv", code_a=[], code_b=[])
    none.write_text("code_a,code_b\nE01000000,E01000001\n")
    drawn = footprint.draw(plan, "neighbourhood", within="none", band=(5, 10), crossings=none)
    ((_, _, _, proof),) = drawn.impossible
    assert proof.by == "component"
    assert proof.why == (
        "E01000000, E01000001, E01001000 and 1 more hang together with no other block, and their 4 people "
        "are too few for one area of at least 5"
    )
    assert proof.change is not None
    assert proof.change.startswith("a crossing to one of the others")
    # each side by itself, as a brute force counts them
    ways = [sum(feasible(grid(w, 2), groups, 2, 4) for groups in partitions(2 * w)) for w in (2, 3)]
    both = footprint.draw(plan, "neighbourhood", within="none", band=(2, 4), crossings=none)
    assert both.number == ways[0] * ways[1] == 36


# ── bad input ───────────────────────────────────────────────────────────────────────────────────


def no_outlines(folder: Path) -> Path:
    plan = world(folder)
    text = PLAN.replace('path = "units.geojson"\n', "")
    (plan / "footprint.toml").write_text(text)
    return plan


def no_band(folder: Path) -> Path:
    plan = world(folder)
    text = PLAN.replace("[bands]\nneighbourhood = [4, 8]\n", "").replace(
        "[units]", 'profile = "2025"\n[units]'
    )
    (plan / "footprint.toml").write_text(text)
    return plan


def some_uncounted(folder: Path) -> Path:
    plan = world(folder)
    held = (plan / "people.csv").read_text().splitlines()
    (plan / "people.csv").write_text("\n".join(held[:-2]) + "\n")
    return plan


BAD: list[tuple[Callable[[Path], Path], list[str], str]] = [
    (world, ["--areas", "0"], "--areas 0 asks for no area. Give 1 or more"),
    (world, ["--areas", "5-3"], "--areas 5-3 asks for no area"),
    (world, ["--areas", "many"], "--areas many is no number"),
    (world, ["--band", "9-4"], "--band 9-4 holds nobody"),
    (world, ["--band", "-"], "--band - is no range of people"),
    (no_band, [], "has no band for the neighbourhood level|--band"),
    (world, ["--within", "ladd"], "--within ladd is no layer of the plan. Did you mean 'lad'?"),
    (world, ["--of", "msoa"], "--of msoa is no layer of the plan"),
    (world, ["--prefer", "beauty"], "nothing is called 'beauty' that could be preferred"),
    (world, ["--prefer", "stay"], "'stay' cannot be preferred: the plan has no neighbourhoods today"),
    (world, ["--prefer", "flows"], "'flows' cannot be preferred: the plan has no flows"),
    (world, ["--weight", "keep=1"], "'keep' cannot be preferred: no layer is kept"),
    (world, ["--weight", "border"], "--weight border is no weight"),
    (world, ["--weight", "bordr=1"], "there is no weight 'bordr'. Did you mean 'border'?"),
    (world, ["--weight", "border=nan"], "the weight border=nan is out of range"),
    (world, ["--options", "0"], "--options 0 is out of range"),
    (world, ["--keep", "lad=very"], "--keep lad=very says how in no known way"),
    (world, ["--only", "E07999999"], "--only E07999999 is no unit and no area of the plan that holds any"),
    (world, ["--of", "lad", "--only", "E01000000"], "1 block only partly in what --only names"),
    (no_outlines, [], "has no outlines of units, and nothing else says which are neighbours"),
    (some_uncounted, [], "has no people for 2 blocks: E01003004, E01003005"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "asked", "message"), BAD)
def test_bad_input_is_one_message_and_nothing_is_written(
    make: Callable[[Path], Path], asked: list[str], message: str, tmp_path: Path
) -> None:
    made = run("draw", make(tmp_path / "plan"), *asked, "-o", tmp_path / "out")
    assert made.exit_code == 2, made.output
    errors = [line for line in made.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert all(part in " ".join(made.stderr.split()) for part in message.split("|"))
    assert made.stdout == ""
    assert not (tmp_path / "out").exists()


def test_a_crossing_to_an_unknown_code_names_the_line(tmp_path: Path) -> None:
    plan = world(tmp_path / "plan")
    (tmp_path / "c.csv").write_text(
        "code_a,code_b,kind\nE01000000,E01000001,bridge\nE01000000,E01999999,ferry\n"
    )
    made = run("draw", plan, "--crossings", tmp_path / "c.csv")
    assert made.exit_code == 2
    assert "c.csv:3: is a crossing to E01999999, which is no unit and no area of the plan" in made.stderr
    (tmp_path / "c.csv").write_text("code_a,code_b\nE01000000,E01000000\n")
    made = run("draw", plan, "--crossings", tmp_path / "c.csv")
    assert made.exit_code == 2
    assert "c.csv:2: is a crossing from E01000000 to itself" in made.stderr


def test_blocks_across_parents_are_refused(tmp_path: Path) -> None:
    plan = today(tmp_path / "plan")
    made = run("draw", plan, "--of", "hood", "--within", "lad")
    assert made.exit_code == 2
    assert (
        f"--within lad: 2 blocks in several areas of lad, as H10 in {code('A')}, {code('B')}: H10, H11"
        in " ".join(made.stderr.split())
    )


def test_a_folder_that_holds_files_is_left_alone(tmp_path: Path) -> None:
    plan = world(tmp_path / "plan")
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    made = run("draw", plan, "--within", "lad", "-o", out)
    assert made.exit_code == 2
    assert "holds files already" in made.stderr
    assert [p.name for p in out.iterdir()] == ["mine.txt"]
    # before anything is drawn
    made = run("draw", plan, "--within", "lad", "-o", out / "mine.txt" / "options")
    assert (made.exit_code, made.stdout) == (2, "")
    assert "mine.txt is a file. Give the name of a new folder" in " ".join(made.stderr.split())


def test_neighbours_can_be_listed_where_there_are_no_outlines(tmp_path: Path) -> None:
    plan = no_outlines(tmp_path / "plan")
    units = list(pd.read_csv(plan / "people.csv")["LSOA21CD"])
    apart = {
        (a, b): sum(abs(x - y) for x, y in zip(spot(a), spot(b), strict=True)) for a in units for b in units
    }
    pairs = [(a, b) for (a, b), steps in apart.items() if a < b and steps == 1]
    listed = write_csv(tmp_path / "n.csv", code_a=[a for a, _ in pairs], code_b=[b for _, b in pairs])
    drawn = footprint.draw(open_plan(plan), "neighbourhood", within="lad", band=(6, 6), crossings=listed)
    folder = save(drawn, tmp_path / "out")
    for area in set(areas_of(folder).values()):
        assert hang_together([u for u, own in areas_of(folder).items() if own == area])


def test_it_stops_when_it_is_told_to_and_keeps_what_it_has(tmp_path: Path) -> None:
    plan = open_plan(world(tmp_path, BIG))
    drawn = footprint.draw(
        plan, "neighbourhood", within="lad", band=(6, 14), steps=10**8, stopped=lambda: True
    )
    assert drawn.cut_short
    assert drawn.options
    assert drawn.steps_done < 10**6
    late = footprint.draw(plan, "neighbourhood", within="lad", band=(6, 14), steps=10**9, seconds=0.2)
    assert late.cut_short
    assert not late.table["outside_band"].any()
    # the steps that fit into a time are noted, and draw the same again
    timed = footprint.draw(plan, "neighbourhood", within="lad", band=(6, 14), seconds=2)
    again = footprint.draw(plan, "neighbourhood", within="lad", band=(6, 14), steps=timed.steps)
    if not timed.cut_short:
        pd.testing.assert_frame_equal(timed.full, again.full)
