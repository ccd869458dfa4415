"""The functions and decisions map: reading it, the rules on it, and what changes do to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from textwrap import wrap

import pandas as pd
import pytest
from documents import hold
from inline_snapshot import snapshot
from maps import code, draw, grid_units, save, write_csv
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.measure.leads import leads, subsidiarity, table_of_functions
from footprint.model.errors import InputError
from footprint.model.finding import Finding
from footprint.model.levels import Level
from footprint.plan.model import Plan
from footprint.plan.proposal import apply
from footprint.read.proposalfile import read_proposal
from footprint.read.table import read_table
from footprint.results.changes import sentences
from footprint.results.comparison import compare

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "south-yorkshire"
BASSETLAW = ROOT / "data" / "proposals" / "bassetlaw-2022"

X, Y = code("X", "ICS"), code("Y", "ICS")
A, B, C, D = (code(letter, "CCG") for letter in "ABCD")
P, Q = code("P"), code("Q")
BODIES = f"""layer,area_code,body,kind,role
ics,{X},NHS X,integrated care board,chief executive
ics,{Y},NHS Y,integrated care board,chief executive
ccg,{A},Partnership of A,place-based partnership,place director
ccg,{B},Partnership of B,place-based partnership,place director
ccg,{C},Partnership of C,place-based partnership,place director
ccg,{D},Partnership of D,place-based partnership,
lad,{P},P Council,council,chief executive
lad,{Q},Q Council,council,chief executive
"""
FUNCTIONS = """function,level,lead
Strategy,system,integrated care board
Community services,place,place-based partnership
Public health,place,council
"""
Writer = Callable[..., Plan]


@pytest.fixture
def mapped(tmp_path: Path) -> Writer:
    """Return a function that writes a plan of four units in a row, and loads it.

    Units of 1,000 to 4,000 people; places A B C D are a unit each, systems X X Y Y, councils P P P Q.
    """
    units = grid_units("A B C D")
    save(units[["LSOA21CD", "geometry"]], tmp_path / "units.gpkg")
    write_csv(tmp_path / "people.csv", LSOA21CD=list(units["LSOA21CD"]), population=[1000, 2000, 3000, 4000])
    save(draw("A B C D", "CCG"), tmp_path / "ccg.gpkg")
    save(draw("X X Y Y", "ICS"), tmp_path / "ics.gpkg")
    save(draw("P P P Q", "LAD"), tmp_path / "lad.gpkg")

    def write(
        bodies: str | None = BODIES,
        functions: str = FUNCTIONS,
        *,
        levels: str = 'system = "ics"\nplace = "ccg"',
        given: str = 'bodies = "bodies.csv"\nfunctions = "functions.csv"',
        places: str | None = None,
    ) -> Plan:
        if places is not None:
            save(draw(places, "CCG"), tmp_path / "ccg.gpkg")
        (tmp_path / "functions.csv").write_text(functions, encoding="utf-8")
        accountability = ""
        if bodies is not None:
            (tmp_path / "bodies.csv").write_text(bodies, encoding="utf-8")
            accountability = f"[accountability]\n{given}"
        path = tmp_path / "footprint.toml"
        path.write_text(
            f"""
title = "Four places"
date = 2021-04-01
[units]
path = "units.gpkg"
population = {{ path = "people.csv" }}
[layers.ccg]
path = "ccg.gpkg"
[layers.ics]
path = "ics.gpkg"
[layers.lad]
path = "lad.gpkg"
[levels]
{levels}
{accountability}
""",
            encoding="utf-8",
        )
        return footprint.load_plan(path)

    return write


def six(plan: Plan) -> list[Finding]:
    return footprint.check(plan, ["FP6"]).findings


def told(plan: Plan) -> list[tuple[str, str, str | None, int]]:
    """Return rule, severity, code of the area and line of each finding."""
    return [
        (f.rule, str(f.severity), f.area and f.area.code, f.location.line if f.location else 0)
        for f in six(plan)
    ]


# ── reading ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("bodies", "functions", "fault"),
    [
        ("", FUNCTIONS, "bodies.csv: is empty (0 bytes)"),
        ("layer,area_code,body,kind,role\n", FUNCTIONS, "bodies.csv: has no rows"),
        (BODIES.replace(",role", ",who"), FUNCTIONS, "bodies.csv: has no column 'role'"),
        (BODIES.replace(f"lad,{Q}", f"ward,{Q}"), FUNCTIONS, "bodies.csv:9: names the layer 'ward'"),
        (BODIES.replace(f"lad,{Q}", "lad,E07009999"), FUNCTIONS, "bodies.csv:9: gives Q Council the area E0"),
        (BODIES.replace("Q Council", ""), FUNCTIONS, "bodies.csv:9: has no body"),
        (BODIES + f"LAD,{Q},q  council,Council,x\n", FUNCTIONS, "bodies.csv:10: names the layer 'LAD'"),
        (BODIES + f"lad,{Q},q  council,Council,x\n", FUNCTIONS, "bodies.csv:10: gives .* which line 9 has"),
        (BODIES + f"lad,{Q}\n", FUNCTIONS, "bodies.csv: line 10 has 2 fields, but the heading has 5"),
        (BODIES, "function,level\nStrategy,system\n", "functions.csv: has no column 'lead'"),
        (BODIES, FUNCTIONS.replace("system", "sytem"), "functions.csv:2: .*'sytem'.*mean 'system'"),
        (BODIES, FUNCTIONS + ",place,council\n", "functions.csv:5: has no function"),
        (BODIES, FUNCTIONS + "strategy,System,council\n", "functions.csv:5: lists strategy .*line 2"),
    ],
)
def test_wrong_tables_name_their_file_and_line(
    mapped: Writer, bodies: str, functions: str, fault: str
) -> None:
    with pytest.raises(InputError, match=fault.replace("(", r"\(").replace(")", r"\)")):
        mapped(bodies, functions)


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("Discharge,place,council,place,,,2021-01-01,", "5: delegates Discharge from place to place"),
        ("Discharge,place,council,,,,2022-01-01,2021-12-31", "5: ends on 2021-12-31, before it starts"),
        ("Discharge,place,council,,,,01/07/2022,", "5: has '01/07/2022' in column 'from', which is no day"),
        ("Discharge,place,council,,0.2,,,", "5: has a share of 0.2, and does not say of what"),
        ("Discharge,place,council,,1.2,spend,,", "5: has '1.2' in column 'share', which is no share"),
        ("Discharge,place,council,,-1%,spend,,", "5: has '-1%' in column 'share', which is no share"),
        ("Discharge,place,council,,much,spend,,", "5: has 'much' in column 'share', which is no share"),
        ("Discharge,place,council,,1_0%,spend,,", "5: has '1_0%' in column 'share', which is no share"),
        ("Discharge,place,council,,1e-1,spend,,", "5: has '1e-1' in column 'share', which is no share"),
        ("Discharge,place,council,,,,2022-W01-1,", "5: has '2022-W01-1' in column 'from', which is no day"),
        ("Discharge,place,council,,nan,spend,,", "5: has 'nan' in column 'share', which is no share"),
        ("Discharge,place,council,,0.2,beds,,", "5: has 'beds' in column 'share_of'"),
        ("Discharge,place,council,,55%,spend,,", "5: brings the shares of spend to 1.05"),
    ],
)
def test_a_wrong_function_names_its_line(mapped: Writer, row: str, fault: str) -> None:
    head = "function,level,lead,delegated_from,share,share_of,from,to\n"
    rows = "Strategy,system,integrated care board,,0.5,spend,,\n"
    rows += "A,place,council,,1,activity,,\nB,place,council,,,,,\n"
    with pytest.raises(InputError) as fault_:
        mapped(BODIES, f"{head}{rows}{row}\n")
    assert f"functions.csv:{fault}" in str(fault_.value)


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ('bodies = "bodies.csv"', "'accountability.functions' is missing"),
        ('bodies = "bodies.csv"\nfunctions = "functions.csv"\nboard = "x"', "unknown key 'board' in"),
        ('bodies = "b.csv"\nfunctions = "functions.csv"', "b.csv: there is no such table of bodies"),
        (
            'bodies = "bodies.csv"\nfunctions = { path = "functions.csv", form = "x" }',
            "unknown key 'form' in .accountability.functions.. Did you mean 'from'",
        ),
        (
            'bodies = "bodies.csv"\nfunctions = { path = "functions.csv", lead = "chief" }',
            "has no column 'chief'",
        ),
    ],
)
def test_a_wrong_plan_says_what_is_wrong(mapped: Writer, given: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        mapped(given=given)


def test_columns_may_be_called_otherwise(mapped: Writer) -> None:
    bodies = BODIES.replace("layer,area_code,body,kind,role", "Geography,GSS,Organisation,Type,Post")
    functions = "What;Tier;Who;Since\nStrategy;SYSTEM;Integrated  Care Board;2020-01-01\n"
    plan = mapped(
        bodies.replace("ics,", "System,"),
        functions,
        given='bodies = { path = "bodies.csv", layer = "geography", area = "gss", body = "organisation", '
        'kind = "type", role = "post" }\n'
        'functions = { path = "functions.csv", function = "what", level = "tier", lead = "who", '
        'from = "since" }',
    )
    assert plan.accountability is not None
    assert plan.accountability.bodies[0].layer == "ics"
    assert table_of_functions(plan)["from"].tolist() == ["2020-01-01"]
    assert six(plan) == []


def test_comments_at_the_top_leave_the_lines_as_they_are(mapped: Writer) -> None:
    comment = '# It illustrates the format.\n"# Invented, all of it."\n\n'
    plan = mapped("\ufeff" + comment + BODIES, comment + FUNCTIONS)
    assert plan.accountability is not None
    assert [b.line for b in plan.accountability.bodies][:2] == [5, 6]
    assert [f.line for f in plan.accountability.functions] == [5, 6, 7]


def test_a_cell_over_two_lines_counts_as_two_lines(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('# x\na,b\n"one\ntwo",1\nthree,2\n', encoding="utf-8")
    assert read_table(path).lines == [3, 5]


def test_functions_of_another_time_are_not_used_and_that_is_said(mapped: Writer) -> None:
    head = "function,level,lead,from,to\n"
    rows = [
        "Past,place,council,,2021-03-31",
        "Last day,place,council,,2021-04-01",
        "First day,place,council,2021-04-01,",
        "Future,place,nobody at all,2021-04-02,",
        # the same function at the same level, at another time
        "Last day,place,council,2021-04-02,",
    ]
    plan = mapped(BODIES, head + "\n".join(rows) + "\n")
    table = table_of_functions(plan)
    assert table[table["in_force"]]["line"].tolist() == [3, 4]
    assert (
        plan.notes[-1] == "functions.csv: 3 rows are not in force on 2021-04-01 and not used (line 2, 5, 6)"
    )
    assert six(plan) == []


def test_bodies_of_another_time_answer_for_nothing_and_that_is_said(mapped: Writer) -> None:
    lines = BODIES.splitlines()
    dated = [lines[0] + ",from,to", *(f"{line},," for line in lines[1:])]
    # the board of X began on the plan's date, the one before it had ended, and one is still to come
    dated[1] = f"{lines[1]},2021-04-01,2021-04-01"
    dated += [
        f"ics,{X},Old board,integrated care board,chief executive,,2021-03-31",
        f"ics,{X},New board,integrated care board,chief executive,2021-04-02,",
        # whose area the plan does not have any more, or not yet
        "ccg,E38000999,Gone,place-based partnership,place director,2013-04-01,2020-03-31",
        # the same body again, at another time
        f"ics,{Y},NHS Y,integrated care board,chief executive,,2019-03-31",
    ]
    plan = mapped("\n".join(dated) + "\n")
    assert plan.notes[-1] == (
        "bodies.csv: 4 rows are not in force on 2021-04-01 and not used (line 10, 11, 12, 13)"
    )
    found = leads(plan)
    assert sorted(found["body"][found["function"] == "Strategy"]) == ["NHS X", "NHS Y"]
    assert six(plan) == []
    with pytest.raises(
        InputError, match=r"bodies\.csv:2: ends on 2020-01-01, before it starts on 2021-01-01"
    ):
        mapped("\n".join([dated[0], f"ics,{X},NHS X,board,,2021-01-01,2020-01-01"]) + "\n")


def test_both_tables_are_inputs_of_the_plan(mapped: Writer) -> None:
    from hashlib import sha256

    plan = mapped()
    assert plan.accountability is not None
    found = {s.role: s for s in plan.inputs if s.role.startswith("accountability")}
    assert list(found) == ["accountability.bodies", "accountability.functions"]
    for source in found.values():
        assert source.sha256 == sha256(Path(source.path).read_bytes()).hexdigest()
    assert found["accountability.bodies"].features == 8


# ── rules ───────────────────────────────────────────────────────────────────────────────────────


def test_a_map_without_a_gap_has_no_finding(mapped: Writer) -> None:
    assert six(mapped()) == []


def test_without_a_map_the_rules_say_why_they_were_skipped(mapped: Writer) -> None:
    result = footprint.check(mapped(None), ["FP6"])
    assert {s.rule for s in result.skipped} == {"FP601", "FP602", "FP603", "FP604"}
    assert {s.reason for s in result.skipped} == {
        "the plan does not say who is accountable for what ([accountability])"
    }
    assert all(frame.empty for frame in result.accountability.values())


def test_an_area_without_the_body_that_leads_is_found_at_the_line_of_the_function(mapped: Writer) -> None:
    lines = [line for line in BODIES.splitlines() if "NHS Y" not in line]
    plan = mapped("\n".join(lines), FUNCTIONS)
    assert told(plan) == [("FP601", "error", Y, 2)]
    (found,) = six(plan)
    assert (
        found.message == f"Area Y ({Y}) has no integrated care board, which leads 1 function there: Strategy"
    )
    assert found.evidence.numbers["people"] == 7000
    assert found.location is not None
    assert found.location.path.endswith("functions.csv")


def test_a_body_of_another_layer_answers_for_the_part_that_it_covers(mapped: Writer) -> None:
    # the council P answers in two thirds of... systems X and Y lie in P, P | P, Q
    functions = "function,level,lead\nPublic health,system,council\n"
    plan = mapped(BODIES.replace(f"lad,{Q},Q Council,council,chief executive\n", ""), functions)
    (found,) = (f for f in six(plan) if f.severity == "error")
    assert found.message.startswith(f"4,000 people of Area Y ({Y}) (57.1% of it) have no council")
    table = leads(plan).set_index(["code", "body"])
    assert table.loc[(X, "P Council"), "share"] == 1
    assert table.loc[(Y, "P Council"), ["population", "share"]].tolist() == [3000, 3000 / 7000]


def test_a_kind_that_no_area_has_is_one_finding_with_the_nearest_kind(mapped: Writer) -> None:
    plan = mapped(BODIES, FUNCTIONS.replace("integrated care board", "integrated care boards"))
    (found,) = six(plan)
    assert (found.rule, found.area, [o.code for o in found.others]) == ("FP601", None, [X, Y])
    assert (
        found.message
        == "no system has a body of the kind 'integrated care boards', which leads 1 function there: Strategy"
    )
    assert found.hint.startswith("Did you mean 'integrated care board'? ")


def test_a_function_that_names_no_lead_is_found(mapped: Writer) -> None:
    plan = mapped(BODIES, FUNCTIONS + "Discharge,place,\n")
    assert told(plan) == [("FP601", "error", "Discharge", 5)]


def test_an_area_without_any_body_is_a_warning_where_it_leads_nothing(mapped: Writer) -> None:
    plan = mapped(
        BODIES.replace(f"ics,{Y},NHS Y,integrated care board,chief executive\n", ""),
        "function,level,lead\nPublic health,place,council\n",
    )
    assert told(plan) == [("FP601", "warning", Y, 2)]


def test_a_function_without_a_level_that_the_plan_has_is_found(mapped: Writer) -> None:
    plan = mapped(BODIES, FUNCTIONS + "Discharge,,council\nFalls,neighbourhood,council\n")
    assert told(plan) == [("FP602", "error", "Discharge", 5), ("FP602", "error", "Falls", 6)]


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (["system,integrated care board,", "place,council,"], True),
        (["system,,", "place,,"], True),
        (["system,,", "place,council,"], False),
        (["system,integrated care board,", "place,council,System"], False),
        (["system,integrated care board,place", "place,council,"], False),
        (["system,integrated care board,", "place,council,NHS England"], True),
    ],
)
def test_two_levels_need_one_stated_lead(mapped: Writer, rows: list[str], found: bool) -> None:
    head = "function,level,lead,delegated_from\n"
    plan = mapped(BODIES, head + "".join(f"Urgent care,{row}\n" for row in rows))
    assert [f.rule for f in six(plan)] == (["FP603"] if found else [])
    if found:
        assert told(plan) == [("FP603", "error", "Urgent care", 3)]


def test_a_delegation_to_a_place_without_a_body_is_found_by_the_area_that_delegates(mapped: Writer) -> None:
    bodies = "\n".join(line for line in BODIES.splitlines() if " of B" not in line and " of D" not in line)
    functions = (
        "function,level,lead,delegated_from\nCommunity services,place,place-based partnership,system\n"
    )
    plan = mapped(bodies, functions)
    assert told(plan) == [("FP604", "error", Y, 2), ("FP604", "error", X, 2)]
    assert {f.area.code: f.evidence.numbers["people"] for f in six(plan) if f.area} == {X: 2000, Y: 4000}
    # the areas are those that delegate, so that is the layer as well
    assert {f.layer for f in six(plan)} == {"ics"}


def test_a_delegation_from_beyond_the_plan_is_from_all_of_its_ground(mapped: Writer) -> None:
    bodies = "\n".join(line for line in BODIES.splitlines() if " of B" not in line)
    functions = "function,level,lead,delegated_from\nGP services,place,place-based partnership,NHS England\n"
    (found,) = six(mapped(bodies, functions))
    assert found.rule == "FP604"
    assert "delegated from NHS England to place" in found.message
    assert found.evidence.numbers["people"] == 2000


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("text", "level"), [("sytem", "system"), ("Places", "place"), ("NHS England", None), ("region", None)]
)
def test_a_delegation_from_what_is_nearly_a_level_is_a_warning(
    mapped: Writer, text: str, level: str | None
) -> None:
    found = six(
        mapped(
            BODIES,
            "function,level,lead,delegated_from\n"
            + f"Community services,place,place-based partnership,{text}\n",
        )
    )
    if level is None:
        assert found == []
        return
    (warning,) = found
    assert (warning.rule, str(warning.severity)) == ("FP604", "warning")
    assert warning.location is not None
    assert warning.location.line == 2
    assert f"Did you mean '{level}'?" in warning.hint
    assert f"'{text}'" in warning.message


def test_where_no_function_is_in_force_the_rules_say_that_they_were_skipped(mapped: Writer) -> None:
    late = "function,level,lead,from\nStrategy,system,nobody,2022-07-01\nOther,,,2022-07-01\n"
    found = footprint.check(mapped(BODIES, late), ["FP6"])
    assert found.findings == []
    assert {(s.rule, s.reason) for s in found.skipped} == {
        (rule, "none of the functions of functions.csv is in force on the plan's date")
        for rule in ("FP601", "FP602", "FP603", "FP604")
    }
    now = footprint.check(mapped(BODIES, late.replace("2022", "2020")), ["FP6"])
    assert now.skipped == []
    assert {f.rule for f in now.findings} == {"FP601", "FP602"}


def test_a_delegation_that_does_not_cover_the_ground_is_found(mapped: Writer) -> None:
    functions = (
        "function,level,lead,delegated_from\nCommunity services,place,place-based partnership,system\n"
    )
    bodies = "\n".join(line for line in BODIES.splitlines() if " of D" not in line)
    plan = mapped(bodies, functions, places="A B C .")
    (found,) = (f for f in six(plan) if f.rule == "FP604")
    assert found.area is not None
    assert found.area.code == Y
    assert "1 unit lies in no place: nobody does it for 4,000 people" in found.message


def test_a_delegation_from_a_level_that_the_plan_lacks_is_found(mapped: Writer) -> None:
    functions = "function,level,lead,delegated_from\nFalls,place,council,neighbourhood\n"
    (found,) = six(mapped(BODIES, functions))
    assert (found.rule, found.message) == (
        "FP604", "Falls is delegated from neighbourhood, which no layer of the plan is, to place",
    )  # fmt: skip


# ── subsidiarity ────────────────────────────────────────────────────────────────────────────────


def test_subsidiarity_counts_each_function_once_and_spend_where_it_is_decided(mapped: Writer) -> None:
    functions = """function,level,lead,delegated_from,share,share_of
Strategy,system,integrated care board,,10%,spend
Community services,place,place-based partnership,,0.3,spend
Public health,place,council,,,
Urgent care,system,integrated care board,,0.1,spend
Urgent care,place,place-based partnership,system,0.3,spend
Discharge,system,integrated care board,,0.5,activity
Discharge,place,council,,0.25,activity
"""
    table = subsidiarity(mapped(BODIES, functions))
    rows = [
        (r["measure"], r["level"], r["functions"], r["share"], r["expected"])
        for r in table.to_dict("records")
    ]
    # five functions: one at system, three at place (urgent care is delegated), one with two leads
    assert rows[:2] == [("functions", "system", 1, 1 / 5, 0.2), ("functions", "place", 3, 3 / 5, 0.8)]
    assert rows[2][:4] == ("functions", None, 1, 1 / 5)
    spend = table[table["measure"] == "spend"].set_index("level")
    assert spend["amount"].to_dict() == pytest.approx({"system": 0.2, "place": 0.6})
    # shares are of all spend: what the table does not give is not made up
    assert spend["share"].to_dict() == pytest.approx({"system": 0.2, "place": 0.6})
    activity = table[table["measure"] == "activity"].set_index("level")
    assert activity["share"].to_dict() == pytest.approx({"system": 0.5, "place": 0.25})


def test_the_terminal_shows_subsidiarity_beside_what_was_expected(mapped: Writer) -> None:
    plan = mapped()
    printed = CliRunner().invoke(app, ["check", str(plan.path), "--select", "FP6"]).output
    section = printed[printed.index("Who is accountable") :].split("\n\n")[0]
    assert section == snapshot(
        """\
Who is accountable: at which level functions are led
  system: 1 function  33.3%  ████░░░░░░░░  expected in 2018: 20.0%
  place: 2 functions  66.7%  ████████░░░░  expected in 2018: 80.0%
  8 bodies of 3 kinds; who answers where: footprint who CODE\
"""
    )


# ── proposals ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def propose(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a proposal for a plan of `mapped` into a folder of its own."""

    def write(areas: str, assignment: str, bodies: str | None = None, level: str = "system") -> Path:
        folder = tmp_path / "proposal"
        folder.mkdir()
        text = f'title = "P"\neffective_date = 2021-07-01\nlevel = "{level}"\n{areas}'
        (folder / "proposal.toml").write_text(text, encoding="utf-8")
        (folder / "assignment.csv").write_text("code,area\n" + assignment, encoding="utf-8")
        if bodies is not None:
            (folder / "bodies.csv").write_text("layer,area_code,body,kind,role\n" + bodies, encoding="utf-8")
        return folder

    return write


def test_a_body_stays_with_its_area_and_goes_with_its_new_code(
    mapped: Writer, propose: Callable[..., Path]
) -> None:
    plan = mapped()
    area = f'[[area]]\ncode = "E54009999"\nname = "New Y"\nwas = "{Y}"\n'
    after = apply(plan, read_proposal(propose(area, f"{B},E54009999\n")))
    assert after.accountability is not None
    held = {b.area: b.body for b in after.accountability.bodies if b.layer == "ics"}
    assert held == {X: "NHS X", "E54009999": "NHS Y"}
    assert six(after) == []
    found = compare(footprint.check(plan), footprint.check(after))
    assert sentences(found.accountability) == [
        "for 2,000 people in Area B the system lead moves from NHS X to NHS Y (1 function: Strategy)"
    ]
    row = found.accountability.iloc[0]
    assert (row["units"], row["population"], row["kind"]) == (1, 2000, "integrated care board")


def test_boards_of_one_name_are_as_many_bodies_as_there_are_areas(
    mapped: Writer, propose: Callable[..., Path]
) -> None:
    plan = mapped(BODIES.replace("NHS X", "Integrated Care Board").replace("NHS Y", "Integrated Care Board"))
    area = f'[[area]]\ncode = "E54009999"\nname = "New Y"\nwas = "{Y}"\n'
    after = apply(plan, read_proposal(propose(area, f"{B},E54009999\n")))
    # C and D have the same board as before, although its area has a new code
    assert sentences(compare(footprint.check(plan), footprint.check(after)).accountability) == [
        f"for 2,000 people in Area B the system lead moves from Integrated Care Board (Area X, {X}) to "
        "Integrated Care Board (New Y, E54009999) (1 function: Strategy)"
    ]
    assert compare(footprint.check(plan), footprint.check(plan)).accountability.empty


def test_bodies_that_answer_together_are_the_same_in_any_order(mapped: Writer) -> None:
    head, *rows = (BODIES + f"ics,{X},Commissioner,integrated care board,\n").splitlines()
    plan, turned = mapped("\n".join([head, *rows])), mapped("\n".join([head, *reversed(rows)]))
    assert compare(footprint.check(plan), footprint.check(turned)).accountability.empty


def test_an_area_that_only_a_proposal_makes_has_no_body(mapped: Writer, propose: Callable[..., Path]) -> None:
    plan = mapped()
    folder = propose('[[area]]\ncode = "E54009999"\nname = "Z"\n', f"{B},E54009999\n{C},E54009999\n")
    after = apply(plan, read_proposal(folder))
    assert told(after) == [("FP601", "error", "E54009999", 2)]
    found = compare(footprint.check(plan), footprint.check(after))
    assert sentences(found.accountability) == [
        "for 3,000 people in Area C the system lead moves from NHS Y to nobody (1 function: Strategy)",
        "for 2,000 people in Area B the system lead moves from NHS X to nobody (1 function: Strategy)",
    ]
    # what is new points at the line of the assignment that causes it
    (new,) = (f for f in found.new if f.rule == "FP601")
    assert new.location is not None
    assert (Path(new.location.path).name, new.location.line) == ("assignment.csv", 2)


def test_a_proposal_may_give_bodies_itself(mapped: Writer, propose: Callable[..., Path]) -> None:
    plan = mapped()
    folder = propose(
        '[[area]]\ncode = "E54009999"\nname = "Z"\n',
        f"{B},E54009999\n{C},E54009999\n",
        f"ics,E54009999,NHS Z,integrated care board,chief executive\n"
        f"ics,{X},NHS Little X,integrated care board,chief executive\n",
    )
    after = apply(plan, read_proposal(folder))
    assert six(after) == []
    assert after.accountability is not None
    held = {b.area: b.body for b in after.accountability.bodies if b.layer == "ics"}
    assert held == {X: "NHS Little X", Y: "NHS Y", "E54009999": "NHS Z"}
    assert [s.role for s in after.inputs if s.role.startswith("proposal")][:1] == ["proposal.bodies"]
    (folder / "bodies.csv").write_text("layer,area_code,body,kind,role\nics,E5,NHS Z,board,\n")
    # what to do is not the place where this already stands
    with pytest.raises(InputError, match=r"bodies.csv:2: gives NHS Z the area E5.*add the area to proposal"):
        apply(plan, read_proposal(folder))


def test_bodies_of_a_proposal_answer_on_the_day_of_the_change(
    mapped: Writer, propose: Callable[..., Path]
) -> None:
    plan = mapped()
    folder = propose('[[area]]\ncode = "E54009999"\nname = "Z"\n', f"{B},E54009999\n{C},E54009999\n")
    # the plan is of April, the change of the first of July
    (folder / "bodies.csv").write_text(
        "layer,area_code,body,kind,role,from,to\n"
        "ics,E54009999,NHS Z,integrated care board,chief executive,2021-07-01,\n"
        "ics,E54009999,Shadow Z,integrated care board,chief executive,2021-04-01,2021-06-30\n"
    )
    after = apply(plan, read_proposal(folder))
    assert six(after) == []
    assert after.accountability is not None
    assert [b.body for b in after.accountability.bodies if b.area == "E54009999"] == ["NHS Z"]
    assert "bodies.csv: 1 row is not in force on 2021-07-01 and not used (line 3)" in after.notes


def test_bodies_of_an_area_that_is_abolished_go_with_it(mapped: Writer, propose: Callable[..., Path]) -> None:
    plan = mapped()
    after = apply(plan, read_proposal(propose("", f"{C},{X}\n{D},{X}\n")))
    assert after.accountability is not None
    assert [b.body for b in after.accountability.bodies if b.layer == "ics"] == ["NHS X"]
    assert after.notes[-1] == (
        f"accountability: 1 body goes with its area, which the proposal abolishes: NHS Y ({Y})"
    )
    assert six(after) == []


def test_two_plans_with_other_maps_are_compared_function_by_function(mapped: Writer) -> None:
    before = mapped()
    after = mapped(BODIES, FUNCTIONS.replace("Public health,place,council", "Public health,system,council"))
    other = mapped(BODIES, FUNCTIONS.replace("place-based partnership", "council"))
    assert compare(footprint.check(before), footprint.check(after)).accountability.empty
    table = compare(footprint.check(before), footprint.check(other)).accountability
    moved = table[table["functions"] > 0]
    assert moved[["from_body", "to_body", "population"]].to_numpy().tolist() == [
        ["Partnership of D", "Q Council", 4000.0],
        ["Partnership of C", "P Council", 3000.0],
        ["Partnership of B", "P Council", 2000.0],
        ["Partnership of A", "P Council", 1000.0],
    ]


def test_of_equal_changes_those_of_more_units_come_first_then_by_layer_kind_and_names(
    mapped: Writer, tmp_path: Path
) -> None:
    units = [line.split(",")[0] for line in (tmp_path / "people.csv").read_text().splitlines()[1:]]
    write_csv(tmp_path / "people.csv", LSOA21CD=units, population=[1000, 1000, 2000, 1000])
    councils = FUNCTIONS.replace("place-based partnership", "council").replace(
        "integrated care board", "council"
    )
    before, after = footprint.check(mapped(BODIES, councils)), footprint.check(mapped())
    table = compare(before, after).accountability
    rows = (
        table[["population", "units", "layer", "kind", "from_body", "to_body"]].fillna("").to_numpy().tolist()
    )
    assert rows == sorted(rows, key=lambda row: (-row[0], -row[1], *row[2:]))
    assert [(*row[:3], row[4], row[5]) for row in rows if "Council" in row[4]] == [
        (2000, 2, "ics", "P Council", "NHS X"),
        (2000, 1, "ccg", "P Council", "Partnership of C"),
        (2000, 1, "ics", "P Council", "NHS Y"),
        (1000, 1, "ccg", "P Council", "Partnership of A"),
        (1000, 1, "ccg", "P Council", "Partnership of B"),
        (1000, 1, "ccg", "Q Council", "Partnership of D"),
        (1000, 1, "ics", "Q Council", "NHS Y"),
    ]


def test_the_bassetlaw_proposal_moves_the_system_lead_of_bassetlaw() -> None:
    plan = footprint.load_plan(EXAMPLE)
    after = apply(plan, read_proposal(BASSETLAW))
    found = compare(footprint.check(plan, ["FP6"]), footprint.check(after, ["FP6"]))
    (sentence,) = sentences(found.accountability)
    page = (ROOT / "footprint" / "guide" / "accountability.md").read_text(encoding="utf-8")
    assert sentence.partition(" (4 functions")[0] in " ".join(page.split())
    assert wrap(sentence, 90) == snapshot(
        [
            "for 117,800 people in Bassetlaw the system lead moves from South Yorkshire and Bassetlaw",
            "Integrated Care System to Nottingham and Nottinghamshire Integrated Care System (4",
            "functions: Strategy for health services; Oversight of finance and performance; Workforce",
            "planning; Shared care records)",
        ]
    )


# ── what leaves the program ─────────────────────────────────────────────────────────────────────


def test_json_of_a_check_holds_the_map(mapped: Writer) -> None:
    plan = mapped(BODIES, FUNCTIONS + "Discharge,,council\nFalls,place,nobody at all\n")
    printed = CliRunner().invoke(app, ["check", str(plan.path), "--format", "json"])
    document = json.loads(printed.stdout)
    hold(document, "findings")
    tables = document["tables"]
    assert [r["function"] for r in tables["functions"]][-2:] == ["Discharge", "Falls"]
    assert [r["role"] for r in tables["bodies"]][4:7] == ["place director", None, "chief executive"]
    assert {r["body"] for r in tables["leads"] if r["function"] == "Falls"} == {None}
    assert {f["rule"] for f in document["findings"]} >= {"FP601", "FP602"}


def test_json_and_csv_of_a_comparison_hold_who_answers() -> None:
    printed = CliRunner().invoke(app, ["compare", str(BASSETLAW), "--format", "json"]).stdout
    document = json.loads(printed)
    hold(document, "compare")
    (row,) = document["tables"]["accountability"]
    assert (row["population"], row["functions"], row["where"]) == (117800, 4, "Bassetlaw")
    table = CliRunner().invoke(
        app, ["compare", str(BASSETLAW), "--format", "csv", "--table", "accountability"]
    )
    assert table.stdout.splitlines()[1].startswith("ics,system,integrated care system,South Yorkshire")


def test_the_example_says_that_it_illustrates_the_format() -> None:
    first = (EXAMPLE / "functions.csv").read_text(encoding="utf-8").splitlines()[0]
    assert first == (
        "# This table illustrates the format. It is not the published functions and decisions map of "
        "either system."
    )
    plan = footprint.load_plan(EXAMPLE)
    assert six(plan) == []
    # every area of every layer but the made-up one has a body
    assert plan.accountability is not None
    for key in ("ics", "ccg", "utla", "lad"):
        assert {b.area for b in plan.accountability.bodies if b.layer == key} == set(plan.layers[key].codes)


# ── the national data ───────────────────────────────────────────────────────────────────────────


@pytest.mark.national
def test_councils_that_lead_at_place_answer_for_the_people_of_both(england: Path, tmp_path: Path) -> None:
    """Every council and every system of England gets a body; plain pandas says who answers where."""
    text = (ROOT / "tests" / "england.toml").read_text(encoding="utf-8").replace("{data}", str(england))
    upper = pd.read_csv(england / "lookup_ltla20_utla20.csv", dtype=str)
    upper = upper[upper["utla20_code"].str.startswith("E")]
    rows = [
        f"utla,{c},Council of {c},council,head of paid service" for c in sorted(upper["utla20_code"].unique())
    ]
    (tmp_path / "bodies.csv").write_text("layer,area_code,body,kind,role\n" + "\n".join(rows) + "\n")
    (tmp_path / "functions.csv").write_text("function,level,lead\nPublic health,place,council\n")
    (tmp_path / "footprint.toml").write_text(
        text + '\n[accountability]\nbodies = "bodies.csv"\nfunctions = "functions.csv"\n', encoding="utf-8"
    )
    plan = footprint.load_plan(tmp_path)
    found = leads(plan).set_index(["code", "body_area"])["population"].sort_index()

    lsoa = pd.read_csv(england / "lookup_lsoa11_ccg21_stp21_ltla21.csv", dtype=str)
    lad = pd.read_csv(england / "lookup_lsoa11_ltla20.csv", dtype=str).set_index("lsoa11_code")["ltla20_code"]
    people = pd.read_csv(england / "population_lsoa11_mid2020.csv").set_index("lsoa11_code")
    frame = pd.DataFrame(
        {
            "ccg": lsoa["ccg21_code"],
            "utla": lsoa["lsoa11_code"].map(lad).map(upper.set_index("ltla20_code")["utla20_code"]),
            "people": lsoa["lsoa11_code"].map(people["total_population"]),
        }
    )
    wanted = frame.groupby(["ccg", "utla"])["people"].sum().sort_index()
    assert found.index.tolist() == wanted.index.tolist()
    assert (found.to_numpy() == wanted.to_numpy()).all()
    assert six(replace(plan, levels={Level.PLACE: "ccg", Level.SYSTEM: "ics"})) == []


def test_two_bodies_that_lead_the_same_are_a_warning_at_the_line_of_the_second(mapped: Writer) -> None:
    twice = BODIES + f"ics,{X},Commissioner of X,Integrated Care Board,director\n"
    plan = mapped(twice)
    assert told(plan) == [("FP601", "warning", X, 10)]
    assert "(NHS X, Commissioner of X)" in six(plan)[0].message
    # of a kind that leads nothing there may be as many as there are
    assert told(mapped(BODIES + f"ics,{X},One,alliance,\nics,{X},Two,alliance,\n")) == []


def test_what_a_comment_says_of_a_table_stands_in_every_report(mapped: Writer) -> None:
    plan = mapped(BODIES, "# Drawn up for a test.\n# It is no published map.\n" + FUNCTIONS)
    assert plan.assumptions == ("functions.csv: Drawn up for a test. It is no published map.",)
    result = CliRunner().invoke(app, ["who", A, str(plan.path)])
    assert "Drawn up for a test. It is no published map." in " ".join(result.stdout.split())


def test_bodies_of_several_other_layers_answer_together_and_each_may_go(
    mapped: Writer, propose: Callable[..., Path]
) -> None:
    plan = mapped(BODIES + f"ics,{X},X Council,council,\n")
    after = apply(plan, read_proposal(propose("", f"{B},{Y}\n")))
    told = sentences(compare(footprint.check(plan), footprint.check(after)).accountability)
    assert [each for each in told if "Council" in each] == [
        "for 2,000 people in Area B the place lead moves from X Council and P Council to P Council "
        "(1 function: Public health)"
    ]
