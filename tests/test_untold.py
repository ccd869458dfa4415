"""What a comparison cannot tell, as only one of two plans has it, is said and not taken for no change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from maps import boxes, code, draw, grid_units, save, write_csv
from typer.testing import CliRunner

from footprint.cli import app

TODAY = """
A A A B B B
A A A B B B
C C C C C C
"""
LATER = """
A A A B B B
A A B B B B
C C C C C C
"""
PLAN = """\
title = "Systems"
date = 2021-04-01
[units]
{units}
population = {{ path = "people.csv" }}
[layers.{key}]
geography = "ICS"
{layer}
[levels]
system = "{key}"
"""


def plan(
    folder: Path, drawing: str, rename: dict[str, str] | None = None, key: str = "ics", drawn: bool = True
) -> Path:
    """Write a plan of squares of 1,000 people, some of which may have another code."""
    folder.mkdir()
    units = grid_units(drawing)
    letters = list(units["letter"])
    units["LSOA21CD"] = [(rename or {}).get(unit, unit) for unit in units["LSOA21CD"]]
    write_csv(folder / "people.csv", LSOA21CD=list(units["LSOA21CD"]), population=[1_000] * len(units))
    if drawn:
        save(units[["LSOA21CD", "geometry"]], folder / "units.geojson")
        save(draw(drawing, "ICS"), folder / "ics.geojson")
        given = {"units": 'path = "units.geojson"', "layer": 'path = "ics.geojson"'}
    else:
        held = [code(letter, "ICS") for letter in letters]
        write_csv(folder / "ics.csv", LSOA21CD=list(units["LSOA21CD"]), ICS21CD=held)
        given = {"units": 'geography = "LSOA"', "layer": 'lookup = { path = "ics.csv" }'}
    (folder / "footprint.toml").write_text(PLAN.format(key=key, **given), encoding="utf-8")
    return folder


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == 0, done.output
    return " ".join(done.stdout.split())


def compared(*arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("compare", *arguments, "--format", "json"))
    return found


# the square that goes from A to B has another code in the later plan
GOES = "E01001002"


def test_units_that_only_one_plan_has_are_told(tmp_path: Path) -> None:
    before, after = plan(tmp_path / "a", TODAY), plan(tmp_path / "b", LATER, {GOES: "E01090001"})
    assert compared(before, after)["summary"]["sentence"].endswith(
        "nobody moves; of 2 units that only one of the plans has nobody can tell"
    )
    assert (
        "Of units that only one of the plans has nobody can tell whether they move: 1 unit before (1,000 "
        f"people), {GOES}; 1 unit after (1,000 people), E01090001." in run("compare", before, after)
    )
    assert "only one of the plans" not in run("compare", before, plan(tmp_path / "c", LATER))


def test_without_a_unit_in_common_outlines_tell_what_moves(tmp_path: Path) -> None:
    every = {unit: f"E0109{unit[5:]}" for unit in grid_units(LATER)["LSOA21CD"]}
    found = compared(plan(tmp_path / "a", TODAY), plan(tmp_path / "b", LATER, every))
    [move] = found["tables"]["moves"]
    assert (move["from_code"], move["to_code"]) == (code("A", "ICS"), code("B", "ICS"))
    assert move["area_m2"] == pytest.approx(1e8)  # a square of 10 km
    assert found["summary"]["people_who_move"] is None


@pytest.mark.parametrize("by", ["units", "layer"])
def test_with_nothing_in_common_nobody_can_tell_who_moves(tmp_path: Path, by: str) -> None:
    every = {unit: f"E0109{unit[5:]}" for unit in grid_units(LATER)["LSOA21CD"]}
    before = plan(tmp_path / "a", TODAY, drawn=False)
    after = plan(
        tmp_path / "b", LATER, every if by == "units" else None, key="ics" if by == "units" else "board",
        drawn=False,
    )  # fmt: skip
    told = run("compare", before, after)
    assert "nobody moves" not in told
    assert "Nobody can tell who comes under another body" in told
    assert "Who moves nobody can tell" in told
    only = "Layers that only one of the plans has are not compared: ics (before), board (after)."
    assert (only in told) == (by == "layer")
    assert compared(before, after)["summary"]["people_who_move"] is None


def test_units_that_nobody_has_counted_are_not_where_nobody_lives(tmp_path: Path) -> None:
    before, after = plan(tmp_path / "a", TODAY), plan(tmp_path / "b", LATER)
    sentence = "100.0 km² move"
    for folder in (before, after):
        people = pd.read_csv(folder / "people.csv")
        people.loc[people["LSOA21CD"] == GOES, "population"] = 0
        people.to_csv(folder / "people.csv", index=False)
    assert f"{sentence}, where nobody lives" in run("compare", before, after)
    for folder in (before, after):
        people = pd.read_csv(folder / "people.csv")
        people[people["LSOA21CD"] != GOES].to_csv(folder / "people.csv", index=False)
    told = run("compare", before, after)
    assert f"{sentence}, with people that nobody has counted" in told
    assert "nobody lives" not in told


def test_the_plan_before_has_counted_whom_the_one_after_has_not(tmp_path: Path) -> None:
    before, after = plan(tmp_path / "a", TODAY), plan(tmp_path / "b", LATER)
    people = pd.read_csv(after / "people.csv")
    people[people["LSOA21CD"] != GOES].to_csv(after / "people.csv", index=False)
    assert compared(before, after)["summary"]["people_who_move"] == 1_000


def test_an_area_where_nobody_lives_goes_on_under_a_new_code_by_its_ground(tmp_path: Path) -> None:
    # A is Z now, and nobody lives in either; one of its squares has gone to B
    before, after = plan(tmp_path / "a", TODAY), plan(tmp_path / "b", LATER.replace("A", "Z"))
    units = grid_units(TODAY)
    for folder in (before, after):
        people = pd.read_csv(folder / "people.csv")
        people.loc[(units["letter"] == "A").to_numpy(), "population"] = 0
        people.to_csv(folder / "people.csv", index=False)
    found = compared(before, after)
    changes = {row["code"]: (row["before_code"], row["change"]) for row in found["tables"]["areas"]}
    assert changes[code("Z", "ICS")] == (code("A", "ICS"), "changed")
    assert [row["to_code"] for row in found["tables"]["moves"]] == [code("B", "ICS")]
    assert "joins" not in found["summary"]["sentence"]


def scorecard(*arguments: object) -> dict[tuple[str, str], dict[str, Any]]:
    found = json.loads(run("options", *arguments, "--format", "json"))["tables"]["scorecard"]
    return {(row["measure"], row["option"]): row for row in found}


def rewritten(folder: Path, old: str, new: str) -> None:
    file = folder / "footprint.toml"
    file.write_text(file.read_text().replace(old, new), encoding="utf-8")


def test_an_option_with_units_of_its_own_is_not_the_best_as_nobody_can_tell_who_moves(tmp_path: Path) -> None:
    before, after = plan(tmp_path / "a", TODAY), plan(tmp_path / "b", LATER, {GOES: "E01090001"})
    rewritten(after, "Systems", "Later")
    found = scorecard(before, after)
    moving = found["other_body.ics", "Later"]
    assert (moving["value"], moving["least"], moving["most"]) == (0, 0, 1_000)
    assert [found["other_body.ics", option]["mark"] for option in ("Today", "Later")] == [None, None]
    for folder in (before, after):
        rewritten(folder, 'population = { path = "people.csv" }\n', "")
    # where nobody has counted anybody, not even how many it may be
    moving = scorecard(before, after)["other_body.ics", "Later"]
    assert (moving["value"], moving["least"], moving["most"]) == (None, None, None)


def test_findings_on_a_layer_that_a_plan_has_no_more_are_not_resolved(tmp_path: Path) -> None:
    # all three systems are below their band
    before, after = plan(tmp_path / "a", TODAY), plan(tmp_path / "b", TODAY, key="board")
    found = compared(before, after)
    assert found["resolved"] == []
    assert {"rule": "FP301", "reason": "3 findings from before were not looked for"}.items() <= next(
        skip for skip in found["skipped"] if "not looked for" in skip["reason"]
    ).items()


def test_areas_that_overlap_each_other_are_told_by_overlap(tmp_path: Path) -> None:
    # A lies in X as a whole, and in Y as well
    a = save(boxes(A=(0, 0, 9e3, 9e3), B=(9e3, 0, 18e3, 9e3)), tmp_path / "a.gpkg")
    b = save(boxes("ICS", X=(0, 0, 9e3, 9e3), Y=(0, 0, 18e3, 9e3)), tmp_path / "b.gpkg")
    told = "overlap each other, so that ground is counted more than once: 81.0 km² of Area"
    assert f"Areas of b {told} A ({code('A')})." in run("overlap", a, b)
    assert f"Areas of b {told} A ({code('A')})." in run("overlap", b, a)
    assert "overlap each other" not in run("overlap", a, a)
