"""A change as it is told in the terminal and in JSON, worked out by hand on a drawn map."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot
from maps import COUNTED_FLOWS, code, draw, grid_units, write_plan
from typer.testing import CliRunner

from footprint.cli import app

PLAN = """\
title = "Today"
date = 2021-04-01
[units]
path = "units.geojson"
population = { path = "people.csv", assumption = "spread evenly" }
[layers.lad]
path = "lad.geojson"
[layers.ics]
path = "ics.geojson"
[levels]
system = "ics"
[bands]
system = [100, 300]
[[align]]
source = "lad"
target = "ics"
must = "nest"
"""
X, Y, Z = (code(letter, "ICS") for letter in "XYZ")


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def make(folder: Path, lad: str, ics: str, people: list[int], extra: str = "", **files: Any) -> Path:
    units = grid_units(lad)
    return write_plan(
        folder,
        PLAN + extra,
        units=units[["LSOA21CD", "geometry"]],
        people={"LSOA21CD": list(units["LSOA21CD"]), "population": list(people)},
        lad=draw(lad),
        ics=draw(ics, "ICS"),
        **files,
    )


def propose(folder: Path, rows: dict[str, str], areas: str = "", on: str = "../plan", keys: str = "") -> Path:
    folder.mkdir()
    (folder / "proposal.toml").write_text(
        f'title = "{folder.name}"\neffective_date = 2022-07-01\nbase = "{on}"\n'
        f'level = "system"\n{keys}{areas}'
    )
    lines = "".join(f"{unit},{area}\n" for unit, area in rows.items())
    if rows:
        (folder / "assignment.csv").write_text(f"code,area\n{lines}")
    return folder


def told(*arguments: object) -> str:
    """Return what `compare` prints, without skips and inputs."""
    return run("compare", *arguments).split("\nSkipped\n")[0]


def tables(*arguments: object) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads(run("compare", *arguments, "--format", "json"))[
        "tables"
    ]
    return found


@pytest.fixture
def change(tmp_path: Path) -> Path:
    """X is given to a new system and to Y; Z has another name."""
    make(tmp_path / "plan", "A A B B C C", "X X X Y Y Z", [100, 50, 40, 60, 70, 7])
    return propose(
        tmp_path / "change",
        {"E01000002": Y, "E01000001": "E54000200", "E01000000": "E54000200"},
        f'[[area]]\ncode = "E54000200"\nname = "New"\n[[area]]\ncode = "{Z}"\nname = "Zed"\n',
        keys='legislation_url = "https://example.org/law"\nconsultation_url = "https://example.org/talk"\n',
    )


def test_a_change_in_the_terminal(change: Path) -> None:
    assert told(change) == snapshot("""\
change
from 1 July 2022, on Today, https://example.org/law, https://example.org/talk
Area B becomes whole.
40 people in E01000002 come under another system.
Resolves 1, breaks 0, leaves 2; 40 people move
Assumed: spread evenly

Who moves
  40 people  1 unit  100.0 km²  Area X → Area Y

Who has to deal with whom (before → after)
  Bodies to deal with, as their areas share people: fewer for 2 bodies.
  New (system) with 1 local authority district instead of 2; no longer Area B
  Area B (local authority district) with 1 system instead of 2; no longer Area X

Areas before and after
  2 changed, 1 renamed, 3 untouched
                                people  band
  Area Y            changed  130 → 170  within
  Zed (was Area Z)  renamed          7  below
  New (was Area X)  changed  190 → 150  within

Do the boundaries line up? (before → after)
                        nested  split  one to one      V-measure
  districts in systems   1 → 2  2 → 1       0 → 1  0.534 → 0.770

Resolved: 1 finding
  error FP201 split-area [districts]: Area B (E07000066) is split between 2
  systems: 40 of its 100 people in Area X (E54000088)

New: none

Remaining: 2 findings
  error FP201 split-area [districts]: Area C (E07000067) is split between 2
  systems: 7 of its 77 people in Zed (E54000090)
  warning FP301 below-band [systems]: Zed (E54000090) has 7 people, 93 fewer
  than the 100 of a system
""")


def test_a_change_in_json(change: Path) -> None:
    found = tables(change)
    columns = ("from_code", "to_code", "units", "population", "area_m2")
    assert [tuple(row[c] for c in columns) for row in found["moves"]] == [
        (X, Y, 1, 40, 1e8),
    ]
    columns = (
        "code", "name", "before_code", "before_name", "change", "units_before", "units_after",
        "population_before", "population_after", "area_m2_before", "area_m2_after", "status_before",
        "status_after",
    )  # fmt: skip
    assert [tuple(row[c] for c in columns) for row in found["areas"] if row["layer"] == "ics"] == [
        (Y, "Area Y", Y, "Area Y", "changed", 2, 3, 130, 170, 2e8, 3e8, "WITHIN", "WITHIN"),
        (Z, "Zed", Z, "Area Z", "renamed", 1, 1, 7, 7, 1e8, 1e8, "BELOW", "BELOW"),
        ("E54000200", "New", X, "Area X", "changed", 3, 2, 190, 150, 3e8, 2e8, "WITHIN", "WITHIN"),
    ]
    assert {row["change"] for row in found["areas"] if row["layer"] == "lad"} == {"untouched"}


def test_a_change_that_moves_nobody_in_the_terminal(tmp_path: Path) -> None:
    make(tmp_path / "plan", "A A B", "X X Y", [100, 50, 140])
    renamed = propose(
        tmp_path / "renamed", {}, f'[[area]]\ncode = "E54000200"\nname = "Area Y"\nwas = "{Y}"\n'
    )
    assert told(renamed) == snapshot("""\
renamed
from 1 July 2022, on Today
Nobody comes under another body, and no finding comes or goes.
Resolves 0, breaks 0, leaves 0; nobody moves
Assumed: spread evenly

Who moves
  nobody

Areas before and after
  1 recoded, 3 untouched
                   people  band
  Area Y  recoded     140  within

Do the boundaries line up? (before → after)
                        nested  split  one to one  V-measure
  districts in systems       2      0           2      1.000

Resolved: none

New: none

Remaining: none
""")


def test_a_chain_of_changes_is_told_as_one(tmp_path: Path) -> None:
    make(tmp_path / "plan", "A A B", "X X Y", [100, 50, 140])
    propose(tmp_path / "first", {"E01000001": Y})
    second = propose(tmp_path / "second", {"E01000002": X}, on="../first")
    # Area Y is 140 of the 240 people of what is X now, so it goes on as X; the others come to another area
    assert told(second).splitlines()[0] == "second"
    assert told(tmp_path / "plan", second).splitlines()[:4] == snapshot(
        [
            "first; second",
            "from 1 July 2022, on Today",
            "from 1 July 2022, on Today",
            "Area A is split between Area X and Area Y.",
        ]
    )
    people = [row["population"] for row in tables(tmp_path / "plan", second)["moves"]]
    assert people == [100, 50]


def test_long_lists_end_with_how_many_more_there_are(tmp_path: Path) -> None:
    letters = "ABCDEFGHIJKLMNOP"
    row = " ".join(letter for letter in letters for _ in range(2))
    people = [200 + i for i in range(32)]
    make(tmp_path / "plan", row, row, people)
    # every second unit moves one system on: 16 moves, 16 changed systems, 16 split districts
    rows = {f"E01000{2 * i + 1:03d}": code(letters[(i + 1) % 16], "ICS") for i in range(16)}
    found = told(propose(tmp_path / "change", rows))
    assert [line.strip() for line in found.splitlines() if line.strip().startswith("and ")] == [
        "and 4 more; see them all with --format csv --table moves",
        "and 20 more; see them all with --format csv --table interfaces",
        "and 20 more findings; see them all with --format json",
        "and 4 more findings; see them all with --format json",
    ]
    assert found.count(" → Area ") == 12
    assert found.count("error FP201") == 12
    # most people first
    first = next(line for line in found.splitlines() if " → " in line)
    assert first.split() == ["231", "people", "1", "unit", "100.0", "km²", "Area", "P", "→", "Area", "A"]


FLOWS = (
    COUNTED_FLOWS
    + """\
easting = "easting"
northing = "northing"
"""
)


@pytest.mark.sampled
@pytest.mark.parametrize(("options", "after"), [((), "94.7%"), (("--suppress", "hes"), "*")])
def test_what_stays_inside_before_and_after(options: tuple[str, ...], after: str, tmp_path: Path) -> None:
    flows = "unit,provider,count\nE01000000,PX,90\nE01000000,PY,5\nE01000001,PY,5\nE01000002,PY,100\n"
    providers = "provider,easting,northing\nPX,405000,305000\nPY,425000,305000\n"
    make(tmp_path / "plan", "A A B", "X X Y", [100, 50, 140], FLOWS, flows=flows, providers=providers)
    # of the 100 patients of X 90 stay, and 90 of 95 without the unit that leaves
    found = told(propose(tmp_path / "change", {"E01000001": Y}), *options)
    [line] = [line for line in found.splitlines() if line.strip().startswith("Area X  ")]
    # 5 who leave could be worked out of a share
    assert line.endswith(f"90.0% → {after}")


def test_two_plans_are_told_by_both_titles(tmp_path: Path) -> None:
    one = make(tmp_path / "plan", "A A B", "X X Y", [100, 50, 140])
    other = make(tmp_path / "other", "A A B", "X Y Y", [100, 60, 140])
    (other / "footprint.toml").write_text(PLAN.replace("Today", "Tomorrow"))
    found = told(one, other)
    assert found.splitlines()[0] == "Today → Tomorrow"
    # people are those of the plan after
    assert [row["population"] for row in tables(one, other)["moves"]] == [60]


@pytest.mark.sampled
@pytest.mark.parametrize("turned", [False, True])
def test_providers_of_systems_that_are_divided_are_told_of_in_order(turned: bool, tmp_path: Path) -> None:
    by_area = FLOWS.replace('easting = "easting"\nnorthing = "northing"\n', 'area = "ics"\nlayer = "ics"\n')
    units = [f"E0100000{i}" for i in range(8)]
    letters = "XYZV"
    make(
        tmp_path / "plan", "A A B B C C D D", "X X Y Y Z Z V V", [100] * 8, by_area,
        flows={"unit": units, "provider": [f"P{c}" for c in letters for _ in range(2)], "count": [9] * 8},
        providers={"provider": [f"P{c}" for c in letters], "ics": [code(c, "ICS") for c in letters]},
    )  # fmt: skip
    # X and Y are left with half of their units, Z and V end
    new = {c: f"E5400020{i}" for i, c in enumerate("AB")}
    rows = {units[0]: new["A"], units[2]: new["B"], units[4]: new["A"], units[5]: new["B"]}
    rows |= {units[6]: new["A"], units[7]: new["B"]}
    rows = dict(reversed(rows.items())) if turned else rows
    areas = "".join(f'[[area]]\ncode = "{c}"\nname = "New {k}"\n' for k, c in new.items())
    change = propose(tmp_path / "change", rows, areas)
    done = CliRunner().invoke(app, ["compare", str(change)])
    assert done.exit_code == 0, done.output
    told_ = [line for line in done.stderr.splitlines() if "providers of" in line]
    assert told_ == [
        "note: providers of E54000086, E54000090, which is divided up, may be in any part of it; give their "
        "coordinates",
        "note: providers of E54000088, E54000089 stay in it, as nothing says in which part they stand; give "
        "their coordinates",
    ]
