"""What is of another time than the plan: codes, findings of a baseline, bodies, and sites that have closed.

    units        E01000000 E01000001 E01000002 E01000003, with 100, 200, 300 and 400 people
    systems      N         N         S         S
    places       J         J         K         K

N and S have the codes of Nottingham and Nottinghamshire and of South Yorkshire: E54000014 and E54000009
until 30 June 2022, E54000060 and E54000061 from 1 July 2022.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from maps import PLACES_IN_SYSTEMS, code, draw, grid_units, write_plan
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.model.accountability import in_force
from footprint.model.errors import InputError
from footprint.model.geographies import GEOGRAPHIES
from footprint.model.vintage import meant
from footprint.read.days import one_day
from footprint.read.providers import read_providers
from footprint.read.specs import ProvidersSpec

OLD, NEW = ("E54000014", "E54000009"), ("E54000060", "E54000061")
NAMES = ("Nottingham and Nottinghamshire", "South Yorkshire")
J, K = code("J", "CCG"), code("K", "CCG")
PLAN = f"""\
title = "T"
date = {{date}}
[units]
path = "units.geojson"
population = {{{{ path = "people.csv" }}}}
{PLACES_IN_SYSTEMS}[bands]
system = [{{least}}, 9999]
place = [1, 9999]
"""
MAP = '[accountability]\nbodies = "bodies.csv"\nfunctions = "functions.csv"\n'
FLOWS = """\
[flows]
path = "flows.csv"
unit = "unit"
provider = "provider"
value = "n"
kind = "count"
[providers]
path = "providers.csv"
code = "provider"
area = "area"
layer = "ics"
"""
FUNCTIONS = "function,level,lead\nPlanning,system,board\n"


def plan(
    folder: Path, date: str = "2022-07-01", codes: tuple[str, str] = NEW, more: str = "", least: int = 1,
    **files: Any,
) -> Path:  # fmt: skip
    systems = draw("N N S S", "ICS")
    systems = systems.assign(ICS21CD=codes, ICS21NM=NAMES)
    units = grid_units("J J K K")
    return write_plan(
        folder, PLAN.format(date=date, least=least) + more, units=units[["LSOA21CD", "geometry"]],
        people={"LSOA21CD": list(units["LSOA21CD"]), "population": [100, 200, 300, 400]},
        ics=systems, ccg=draw("J J K K", "CCG"), **files,
    )  # fmt: skip


def run(*arguments: object, code_: int = 0) -> tuple[str, str]:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == code_, done.output
    return done.stdout, " ".join(done.stderr.split())


# ── codes ───────────────────────────────────────────────────────────────────────────────────────


def test_a_code_of_another_date_is_not_taken_for_a_slip_of_the_pen() -> None:
    # by its digits E54000014 is as near to South Yorkshire as to Nottinghamshire
    assert meant("E54000014", NEW) == "E54000014 became E54000060 on 1 July 2022, with another boundary. "
    assert meant("E5400060", NEW) == "Did you mean 'E54000060'? "
    assert meant("Q99", NEW) == ""


def test_the_table_of_bodies_says_what_became_of_an_area(tmp_path: Path) -> None:
    bodies = f"layer,area_code,body,kind,role\nics,{OLD[0]},Board N,board,\n"
    folder = plan(tmp_path / "plan", more=MAP, bodies=bodies, functions=FUNCTIONS)
    with pytest.raises(InputError, match="E54000014 became E54000060") as refused:
        footprint.load_plan(folder)
    assert "Did you mean" not in str(refused.value)


@pytest.mark.parametrize("rows", [f"E01000003,{OLD[0]}\n", f"{OLD[0]},{NEW[1]}\n"])
def test_a_proposal_of_another_date_says_what_became_of_an_area(tmp_path: Path, rows: str) -> None:
    plan(tmp_path / "plan")
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "proposal.toml").write_text(
        'title = "P"\neffective_date = 2023-04-01\nbase = "../plan"\nlevel = "system"\n'
    )
    (tmp_path / "p" / "assignment.csv").write_text("code,area\n" + rows)
    _, told = run("compare", tmp_path / "p", code_=2)
    assert "E54000014 became E54000060" in told
    assert "Did you mean" not in told


# ── findings of a baseline ──────────────────────────────────────────────────────────────────────


def baseline(folder: Path) -> Path:
    path = folder.parent / "known.json"
    path.write_text(run("check", folder, "--format", "json", "--fail-on", "never")[0])
    return path


def test_findings_of_a_baseline_are_known_under_the_codes_that_areas_went_on_under(tmp_path: Path) -> None:
    # N has 300 people and S 700, of at least 500: N is below the band before and after
    known = baseline(plan(tmp_path / "then", "2021-04-01", OLD, least=500))
    now = plan(tmp_path / "now", least=500)
    text, told = run("check", now, "--baseline", known, "--select", "FP301", "--format", "json")
    found = json.loads(text)
    assert [(f["rule"], f["area"]["code"], f["new"]) for f in found["findings"]] == [("FP301", NEW[0], False)]
    assert found["resolved"] == []
    assert "went on under other codes, and their findings are known: E54000014 as E54000060" in told


def test_a_baseline_of_the_same_codes_has_no_word_of_that(tmp_path: Path) -> None:
    now = plan(tmp_path / "now", least=500)
    assert "other codes" not in run("check", now, "--baseline", baseline(now))[1]


# ── bodies and functions ────────────────────────────────────────────────────────────────────────

DAYS = [
    "from,to", "start_date,end_date", "Valid From,Valid To", "date_from,date_to",
    "effective_from,effective_to",
]  # fmt: skip


@pytest.mark.parametrize("columns", DAYS)
def test_a_body_that_has_ended_does_not_answer_whatever_its_days_are_called(
    tmp_path: Path, columns: str
) -> None:
    bodies = (
        f"layer,area_code,body,kind,role,{columns}\nics,{NEW[0]},Partnership,board,,,2022-06-30\n"
        f"ics,{NEW[0]},Board N,board,,1-Jul-2022,\nics,{NEW[1]},Board S,board,,,\n"
    )
    functions = (
        f"function,level,lead,{columns}\nPlanning,system,board,,\nOversight,system,board,,2022-06-30\n"
    )
    folder = plan(tmp_path / "plan", more=MAP, bodies=bodies, functions=functions)
    held = footprint.load_plan(folder).accountability
    assert held is not None
    assert [b.body for b in held.bodies] == ["Board N", "Board S"]
    assert [f.function for f in held.functions] == ["Planning"]


@pytest.mark.parametrize(
    ("last", "answers"),
    [
        ("20220630", False), ("20220701", True), ("30-Jun-2022", False), ("1-JUL-2022", True),
        ("30 June 2022", False), ("1 Jul 2022", True), ("2022-06-30 00:00:00", False),
        ("2022-07-01T00:00:00Z", True),
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_form_that_can_mean_one_day_only(last: str, answers: bool) -> None:
    assert in_force(None, one_day(last), dt.date(2022, 7, 1)) == answers


@pytest.mark.parametrize(
    "text", ["01/07/2022", "31/12/2022", "2022-07-01 12:30:00", "20221301", "1 Foo 2022"]
)
def test_what_might_be_two_days_or_none_is_no_day(text: str) -> None:
    assert one_day(text) is None


@pytest.mark.parametrize(("heading", "word"), [("valid_from", "valid_from"), ("From", "From")])
def test_a_day_in_another_form_is_refused_by_the_name_that_its_column_has(
    tmp_path: Path, heading: str, word: str
) -> None:
    bodies = f"layer,area_code,body,kind,role,{heading}\nics,{NEW[0]},Board N,board,,01/07/2022\n"
    with pytest.raises(InputError, match=f"'01/07/2022' in column '{word}', which is no day"):
        footprint.load_plan(plan(tmp_path / "plan", more=MAP, bodies=bodies, functions=FUNCTIONS))


def test_columns_of_days_under_names_of_their_own_are_named_by_the_plan_or_noted(tmp_path: Path) -> None:
    bodies = (
        "layer,area_code,body,kind,role,goes,reviewed\n"
        f"ics,{NEW[0]},Partnership,board,,2022-06-30,2021-01-01\nics,{NEW[0]},Board N,board,,,\n"
        f"ics,{NEW[1]},Board S,board,,,\n"
    )
    folder = plan(tmp_path / "one", more=MAP, bodies=bodies, functions=FUNCTIONS)
    assert "columns 'goes', 'reviewed' of days are not read" in run("check", folder)[1]
    named = MAP.replace('"bodies.csv"', '{ path = "bodies.csv", to = "goes" }')
    held = footprint.load_plan(plan(tmp_path / "two", more=named, bodies=bodies, functions=FUNCTIONS))
    assert held.accountability is not None
    assert [b.body for b in held.accountability.bodies] == ["Board N", "Board S"]
    assert any("column 'reviewed' of days is not read" in note for note in held.notes)


@pytest.mark.parametrize(
    ("rows", "answers"),
    [
        ("Board N,board,,,2022-06-30", ["Board S"]),
        ("Board N,board,,2022-07-02,", ["Board N", "Board S"]),
        ("Board N,board,,,2022-06-30\nics,{0},Board N,board,,2022-07-01,", ["Board S", "Board N"]),
        ("Trust N,board,,,2022-06-30", ["Board N", "Board S"]),
    ],
)
def test_a_body_that_has_ended_by_the_table_of_a_proposal_does_not_answer(
    tmp_path: Path, rows: str, answers: list[str]
) -> None:
    bodies = f"layer,area_code,body,kind,role\nics,{OLD[0]},Board N,board,\nics,{OLD[1]},Board S,board,\n"
    base = plan(tmp_path / "plan", "2021-04-01", OLD, MAP, bodies=bodies, functions=FUNCTIONS)
    (tmp_path / "proposal.toml").write_text(
        'title = "P"\neffective_date = 2022-07-01\nbase = "plan"\nlevel = "system"\n'
    )
    (tmp_path / "assignment.csv").write_text(f"code,area\nE01000002,{OLD[0]}\n")
    own = f"ics,{OLD[0]},{rows.format(OLD[0])}\n"
    (tmp_path / "bodies.csv").write_text("layer,area_code,body,kind,role,from,to\n" + own)
    held = footprint.apply(base, tmp_path).accountability
    assert held is not None
    assert [b.body for b in held.bodies] == answers


@pytest.mark.sampled
@pytest.mark.parametrize(("last", "noted"), [("2022-06-30", True), ("2022-07-01", False), ("", False)])
def test_a_body_that_ends_before_a_change_is_named(tmp_path: Path, last: str, noted: bool) -> None:
    bodies = (
        f"layer,area_code,body,kind,role,to\nics,{OLD[0]},Board N,board,,{last}\n"
        f"ics,{OLD[1]},Board S,board,,\n"
    )
    plan(tmp_path / "plan", "2021-04-01", OLD, MAP, bodies=bodies, functions=FUNCTIONS)
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "proposal.toml").write_text(
        'title = "P"\neffective_date = 2022-07-01\nbase = "../plan"\nlevel = "system"\n'
    )
    (tmp_path / "p" / "assignment.csv").write_text(f"code,area\nE01000002,{OLD[0]}\n")
    for command in (["compare"], ["who", "--changes"]):
        told = run(*command, tmp_path / "p")[1]
        assert ("1 body in force on the plan's date has ended by the day of the change" in told) is noted
        assert ("Board N (E54000014)" in told) is noted


# ── where providers stand ───────────────────────────────────────────────────────────────────────


def sites(folder: Path, table: str, layers: dict[str, list[str]]) -> list[str]:
    (folder / "p.csv").write_text(table)
    kinds = {"ics": GEOGRAPHIES["ICS"], "utla": GEOGRAPHIES["UTLA"], "ccg": GEOGRAPHIES["CCG"]}
    found = read_providers(
        ProvidersSpec(path="p.csv", code="provider", area="area", layer=next(iter(layers))), folder,
        {key: pd.Index(codes) for key, codes in layers.items()}, {}, kinds,
    )  # fmt: skip
    return found.sites["area"].tolist()


@pytest.mark.parametrize(
    ("layers", "stands", "kind"),
    [
        ({"ics": [*NEW], "ccg": [J, K]}, J, "is of ccg, and not of ics"),
        ({"ics": [*NEW]}, J, "is of the kind 'clinical commissioning group', and not of ics"),
        ({"utla": ["E06000047", "E10000024"]}, "E07000171", "is of the kind 'local authority district'"),
    ],
)
def test_a_provider_in_an_area_of_another_kind_is_not_put_outside(
    tmp_path: Path, layers: dict[str, list[str]], stands: str, kind: str
) -> None:
    own = next(iter(layers.values()))[0]
    with pytest.raises(InputError, match=kind):
        sites(tmp_path, f"provider,area\nRA,{own}\nRB,{stands}\n", layers)


@pytest.mark.parametrize("stands", ["E54000008", "W11000023", "E99999999", "elsewhere"])
def test_a_provider_of_elsewhere_stands_outside(tmp_path: Path, stands: str) -> None:
    table = f"provider,area\nRA,{NEW[0]}\nRB,{stands}\n"
    assert sites(tmp_path, table, {"ics": [*NEW], "ccg": [J, K]}) == [NEW[0], stands]


def test_areas_of_another_date_alone_are_told_what_became_of_them(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="E54000014 became E54000060"):
        sites(tmp_path, f"provider,area\nRA,{OLD[0]}\n", {"ics": [*NEW]})


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("column", "day", "noted"),
    [
        ("Close Date", "20190331", True), ("close_date", "31/03/2019", True),
        ("end_date", "2022-06-30", True),
        ("close_date", "2022-07-01", False), ("close_date", "", False), ("Open Date", "2023-04-01", True),
        ("Open Date", "1991-04-01", False), ("comment", "2019-03-31", False),
    ],
)  # fmt: skip
def test_a_site_that_has_closed_or_is_still_to_open_is_named(
    tmp_path: Path, column: str, day: str, noted: bool
) -> None:
    table = f"provider,area,{column}\nRA,{NEW[0]},\nRB,{NEW[1]},{day}\n"
    folder = plan(
        tmp_path / "plan", more=FLOWS, providers=table,
        flows="unit,provider,n\nE01000000,RA,31\nE01000002,RB,42\n",
    )  # fmt: skip
    told = run("flows", folder)[1]
    assert ("1 row is not in force on 2022-07-01 and counts like the others (line 3)" in told) is noted
