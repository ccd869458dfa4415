"""What goes along with an area whose code changes: accepted reasons, bodies, and the layer above."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.plan import derive

UNITS = [f"E0100000{n}" for n in range(1, 9)]
PLAN = """\
title = "T"
date = 2022-04-01
[units]
geography = "LSOA"
population = { path = "people.csv" }
[layers.lad]
geography = "OTHER"
lookup = { path = "lad.csv", unit = "unit", code = "code" }
[layers.utla]
geography = "OTHER"
lookup = { path = "lad.csv", unit = "unit", code = "code" }
[layers.ics]
geography = "OTHER"
lookup = { path = "ics.csv", unit = "unit", code = "code" }
[layers.region]
geography = "OTHER"
lookup = { path = "region.csv", unit = "ics", code = "region" }
[levels]
system = "ics"
[bands]
system = [1, 9999]
[[align]]
source = "lad"
target = "ics"
must = "nest"
[[align]]
source = "utla"
target = "ics"
must = "nest"
[accountability]
bodies = "bodies.csv"
functions = "functions.csv"
"""
ACCEPT = '[[accept]]\nrule = "FP201"\narea = "A"\n{more}reason = "known"\n'


def write(folder: Path, more: str, ics: str = "XXYYXXZZ") -> footprint.Plan:
    """Write a plan: districts A and B, also as counties, are both split between X in R, and Y in S."""
    folder.mkdir()
    rows = {"lad": "AAABBBCC", "ics": ics}
    for name, letters in rows.items():
        pairs = [f"{unit},{letter}\n" for unit, letter in zip(UNITS, letters, strict=True) if letter != "."]
        (folder / f"{name}.csv").write_text("unit,code\n" + "".join(pairs))
    (folder / "people.csv").write_text("LSOA21CD,population\n" + "".join(f"{unit},100\n" for unit in UNITS))
    (folder / "region.csv").write_text("ics,region\nX,R\nY,S\nZ,S\n")
    bodies = "".join(f"ics,{code},Board {code},board,chair\n" for code in "XYZ")
    (folder / "bodies.csv").write_text("layer,area_code,body,kind,role\n" + bodies)
    (folder / "functions.csv").write_text("function,level,lead\nStrategy,system,board\n")
    (folder / "footprint.toml").write_text(PLAN + more)
    return footprint.load_plan(folder)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> footprint.Result:
    plan = write(tmp_path_factory.mktemp("carried") / "plan", ACCEPT.format(more='other = "Y"\n'))
    return footprint.check(plan, "FP201")


def changed(
    folder: Path, base: footprint.Result, rows: dict[str, str], layer: str = "ics", areas: str = ""
) -> footprint.Comparison:
    """Return what a proposal in a folder does: each code goes to an area, of which some are new."""
    (folder / "proposal.toml").write_text(
        f'title = "P"\neffective_date = 2022-07-01\nbase = "{base.plan.path}"\nlayer = "{layer}"\n'
        + "".join(f'[[area]]\ncode = "{code}"\nname = "{code}"\n' for code in areas)
    )
    lines = "".join(f"{code},{area}\n" for code, area in rows.items())
    (folder / "assignment.csv").write_text("code,area\n" + lines)
    return footprint.compare(base, footprint.check(footprint.apply(base.plan, folder), "FP201"))


def reasons(found: footprint.Comparison) -> dict[tuple[str, str], tuple[str, bool]]:
    """Return, by layer and area, between which areas each split is, and whether that is accepted."""
    assert found.new == found.resolved == []
    return {
        (f.layer, f.area.code): ("".join(sorted(o.code for o in f.others)), f.accepted is not None)
        for f in found.remaining
        if f.rule == "FP201" and f.area is not None
    }


def answers(found: footprint.Comparison) -> set[tuple[str, str | None, float]]:
    columns = ("from_body", "to_body", "population")
    return {tuple(row) for row in found.accountability[list(columns)].itertuples(index=False)}


EXCHANGE = {"X": "Y", "Y": "X"}
CYCLE = {"X": "Y", "Y": "Z", "Z": "X"}


@pytest.mark.parametrize(("rows", "now"), [(EXCHANGE, "XY"), (CYCLE, "YZ")])
def test_codes_that_change_places_take_reasons_bodies_and_regions_along(
    rows: dict[str, str], now: str, base: footprint.Result, tmp_path: Path
) -> None:
    found = changed(tmp_path, base, rows)
    split = {(layer, code): (now, code == "A") for layer in ("lad", "utla") for code in "AB"}
    assert reasons(found) == split
    assert found.people_who_move == found.people_who_join == 0
    assert answers(found) == set()
    region = derive.assignment(found.after.plan, "region")
    assert region is not None
    assert "".join(region.codes) == "RRSSRRSS"


def test_an_exchange_that_leaves_a_unit_behind_takes_bodies_and_reasons_along_too(
    base: footprint.Result, tmp_path: Path
) -> None:
    # the last of the units of X stays under its code, which is Y's from then on
    rows = {"Y": "X"} | dict.fromkeys((UNITS[0], UNITS[1], UNITS[4]), "Y")
    found = changed(tmp_path, base, rows)
    assert found.moves["layer"].tolist() == ["ics", "region"]
    assert found.people_who_move == 200
    assert answers(found) == {("Board X", "Board Y", 100.0)}
    assert [(f.area and f.area.code, f.accepted) for f in found.remaining if f.layer == "lad"] == [
        ("A", "known"), ("B", None),
    ]  # fmt: skip


def test_an_area_that_joins_a_smaller_one_leaves_it_its_body(base: footprint.Result, tmp_path: Path) -> None:
    found = changed(tmp_path, base, {"X": "Y"})
    assert answers(found) == {("Board X", "Board Y", 400.0)}


def merged(folder: Path, base: str, was: str) -> Path:
    """Write a proposal: X, of 400 people, and Y, of 200, are one area N that goes on from one of them."""
    folder.mkdir()
    (folder / "proposal.toml").write_text(
        f'title = "M"\neffective_date = 2022-07-01\nbase = "{base}"\nlayer = "ics"\n'
        f'[[area]]\ncode = "N"\nname = "N"\nwas = "{was}"\n'
    )
    (folder / "assignment.csv").write_text("code,area\nX,N\nY,N\n")
    return folder


@pytest.mark.parametrize(
    ("was", "answer"), [("Y", ("Board X", "Board Y", 400.0)), ("X", ("Board Y", "Board X", 200.0))]
)
def test_the_body_of_a_merger_is_that_of_the_area_that_it_is_said_to_go_on_from(
    base: footprint.Result, tmp_path: Path, was: str, answer: tuple[str, str, float]
) -> None:
    """Though N is X by its ground: whoever had the body that goes along keeps it."""
    proposal = merged(tmp_path / "merger", str(base.plan.path), was)
    found = footprint.compare(base, footprint.check(footprint.apply(base.plan, proposal), "FP201"))
    assert answers(found) == {answer}


def test_a_body_goes_along_step_by_step_whatever_ground_is_left_in_the_end(
    base: footprint.Result, tmp_path: Path
) -> None:
    """Three of the four units of X leave N for Z: N is Y by its ground then, and has the body of X still."""
    merged(tmp_path / "merger", str(base.plan.path), "X")
    second = tmp_path / "second"
    second.mkdir()
    (second / "proposal.toml").write_text(
        'title = "S"\neffective_date = 2023-07-01\nbase = "../merger"\nlayer = "ics"\n'
    )
    rows = "".join(f"{unit},Z\n" for unit in (UNITS[0], UNITS[1], UNITS[4]))
    (second / "assignment.csv").write_text("code,area\n" + rows)
    found = footprint.compare(base, footprint.check(footprint.apply(base.plan, second), "FP201"))
    assert answers(found) == {("Board Y", "Board X", 200.0), ("Board X", "Board Z", 300.0)}


def test_an_area_that_takes_the_code_of_one_that_ends_does_not_take_its_body_or_its_reason(
    base: footprint.Result, tmp_path: Path
) -> None:
    # Y joins Z, and X has its code from then on
    found = changed(tmp_path, base, {"X": "Y", "Y": "Z"})
    assert answers(found) == {("Board Y", "Board Z", 200.0)}
    assert reasons(found)["lad", "A"] == ("YZ", False)
    assert any("[[accept]] FP201 A with Y: " in note for note in found.after.plan.notes)
    region = derive.assignment(found.after.plan, "region")
    assert region is not None
    assert "".join(region.codes) == "RRSSRRSS"


def test_a_reason_follows_the_area_of_its_own_layer_alone(base: footprint.Result, tmp_path: Path) -> None:
    rows = dict.fromkeys(UNITS[:3], "B") | dict.fromkeys(UNITS[3:6], "A")
    found = changed(tmp_path, base, rows, "lad")
    assert {key: known for key, (_, known) in reasons(found).items()} == {
        ("lad", "B"): True, ("lad", "A"): False, ("utla", "A"): True, ("utla", "B"): False,
    }  # fmt: skip


def test_an_area_that_also_takes_ground_of_none_is_not_the_same(tmp_path: Path) -> None:
    write(tmp_path / "plan", "", ics="XXYZ....")
    before = footprint.check(footprint.load_plan(tmp_path / "plan"), "FP201")
    rows = {"X": "W"} | dict.fromkeys(UNITS[4:], "W")
    found = changed(tmp_path, before, rows, areas="W")
    assert ("Board X", None, 200.0) in answers(found)


def test_a_body_that_keeps_its_code_and_its_area_is_no_other_body(
    base: footprint.Result, tmp_path: Path
) -> None:
    # three of the four units of X go on under a code of their own, and are X by their ground
    rows = {UNITS[0]: "W", UNITS[1]: "W", UNITS[4]: "W"}
    found = changed(tmp_path, base, rows, areas="W")
    assert answers(found) == {("Board X", None, 300.0)}


def test_a_reason_for_an_old_code_is_told_what_became_of_it(tmp_path: Path) -> None:
    write(tmp_path / "plan", ACCEPT.format(more="").replace('"A"', '"E08000016"'))
    lad = tmp_path / "plan" / "lad.csv"
    lad.write_text(lad.read_text().replace(",A\n", ",E08000038\n"))
    done = CliRunner().invoke(app, ["check", str(tmp_path / "plan"), "--select", "FP201"])
    told = " ".join(done.stderr.split())
    assert (
        "[[accept]] FP201 E08000016 fits no finding; E08000016 became E08000038 on 1 April 2025, "
        "with another boundary: name the new code if the reason still holds"
    ) in told
