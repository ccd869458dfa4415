"""Patient flows and providers as people have them: what cannot be used is refused, what is in doubt is told.

The map is four units of 10 km, two in each system, with a hospital in each:

    units      E01000000 E01000001 E01000002 E01000003
    systems    X         X         Y         Y
    hospitals  RX                  RY
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import json
import random
import re
import shutil
import unicodedata
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from maps import code, draw, grid_units, save
from typer.testing import CliRunner

from footprint.cli import app
from footprint.model.errors import InputError
from footprint.plan.load import load_plan
from footprint.read.engine import Engine

X, Y = code("X", "ICS"), code("Y", "ICS")
HEADING = "LSOA21CD,provider,count\n"
UNITS = ["E01000000", "E01000001", "E01000001", "E01000002", "E01000003"]
AT = ["RX", "RX", "RY", "RY", "RY"]
COUNTS = [20, 20, 10, 100, 100]
ROWS = [f"{u},{p},{n}\n" for u, p, n in zip(UNITS, AT, COUNTS, strict=True)]
FLOWS = HEADING + "".join(ROWS)
# 40 of the 50 patients of system X stay inside it, and all 200 of Y
INSIDE = {X: 0.8, Y: 1}
SHARES = HEADING + "E01000000,RX,0.9\nE01000001,RX,0.7\nE01000001,RY,0.3\nE01000002,RY,1\n"
SITES = f"provider,name,ICS21CD\nRX,Xtown Hospital,{X}\nRY,Ytown Hospital,{Y}\n"

HEAD = """\
title = "Two systems"
date = 2021-04-01
levels = { system = "ics" }
bands = { system = [1_000, 3_000_000] }
thresholds = { localisation_index = { system = 0.9 } }
"""
TABLES = 'layers = { ics = { geography = "ICS", lookup = { path = "systems.csv" } } }\n[units]\n'
OUTLINES = 'layers = { ics = { path = "ics.parquet" } }\n[units]\npath = "units.parquet"\n'
PEOPLE = 'population = { path = "people.csv" }\n'


def toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{toml(k)} = {toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return str(value) if isinstance(value, dt.date) else json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        return json.loads(self.out)

    def told(self, rule: str) -> list[str]:
        return [f["message"] for f in self.document["findings"] if f["rule"] == rule]

    def column(self, name: str) -> dict[str, Any]:
        return {row["code"]: row[name] for row in self.document["tables"]["flows"]}

    @property
    def inside(self) -> dict[str, float]:
        return self.column("localisation_index")


@dataclass
class Case:
    """A plan in a folder of its own."""

    folder: Path
    units: str = TABLES + PEOPLE
    flows: dict[str, object] = field(
        default_factory=lambda: {
            "path": "flows.csv", "unit": "LSOA21CD", "provider": "provider", "value": "count",
            "kind": "count",
        }
    )  # fmt: skip
    providers: dict[str, object] = field(
        default_factory=lambda: {
            "path": "providers.csv", "code": "provider", "name": "name", "area": "ICS21CD", "layer": "ics",
        }
    )  # fmt: skip

    def write(self, content: str | bytes | pa.Table | None = None, name: str = "flows.csv") -> Case:
        """Write a file, as text, bytes or Parquet."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, pa.Table):
            pq.write_table(content, path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else (content or "").encode())
        return self

    def say(self, **keys: object) -> Case:
        """Change [flows]; None takes a key away."""
        self.flows = {k: v for k, v in (self.flows | keys).items() if v is not None}
        return self

    def place(self, content: str | bytes | None = None, **keys: object) -> Case:
        """Change the table of providers, and [providers]."""
        self.providers = {k: v for k, v in (self.providers | keys).items() if v is not None}
        return self if content is None else self.write(content, "providers.csv")

    def plan(self) -> Path:
        text = HEAD + self.units
        for name, table in (("flows", self.flows), ("providers", self.providers)):
            if table:
                text += f"[{name}]\n" + "".join(f"{k} = {toml(v)}\n" for k, v in table.items())
        path = self.folder / "footprint.toml"
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, command: str = "check", *options: str, style: str = "json") -> Run:
        with warnings.catch_warnings(record=True) as raised:
            warnings.simplefilter("always")
            warnings.simplefilter("ignore", DeprecationWarning)
            result = CliRunner().invoke(app, [command, str(self.plan()), "--format", style, *options])
        assert [str(w.message) for w in raised] == []
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return Run(result.exit_code, result.stdout, result.stderr)

    def checked(self, command: str = "check", *options: str) -> Run:
        """Require that the flows are read."""
        run = self.run(command, *options)
        assert run.code == 0, run.err
        return run

    def refused(self, *words: str, command: str = "check", options: Iterable[str] = ()) -> str:
        """Require exit code 2 and one line of error, with all of `words`."""
        run = self.run(command, *options)
        assert run.code == 2, run
        assert run.out == "", "nothing may look like a verdict"
        lines = run.err.splitlines()
        assert [line for line in lines if not line.startswith("note: ")] == lines[-1:], lines
        message = lines[-1]
        assert message.startswith("error: ")
        assert "fault of footprint itself" not in message
        assert message.endswith((".", "?")), "a message is made of whole sentences"
        assert message.isprintable()
        assert len(message) < 1_000, "a message has to be read"
        for word in words:
            assert word in message, f"{word!r} is not in {message!r}"
        return message


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map, drawn once."""
    folder = tmp_path_factory.mktemp("ground")
    save(draw("X X Y Y", "ICS"), folder / "ics.parquet")
    save(grid_units("X X Y Y")[["LSOA21CD", "geometry"]], folder / "units.parquet")
    (folder / "people.csv").write_text(
        "LSOA21CD,population\n" + "".join(f"E0100000{i},1000\n" for i in range(4))
    )
    systems = [f"E0100000{i},{(X, Y)[i // 2]}\n" for i in range(4)]
    (folder / "systems.csv").write_text("LSOA21CD,ICS21CD\n" + "".join(systems))
    (folder / "providers.csv").write_text(SITES)
    (folder / "flows.csv").write_text(FLOWS)
    return folder


@pytest.fixture
def case(ground: Path, tmp_path: Path) -> Case:
    """A faultless plan with flows."""
    folder = tmp_path / "plan"
    shutil.copytree(ground, folder)
    return Case(folder)


def flow_table(units: object = UNITS, at: object = AT, counts: object = COUNTS, **others: object) -> pa.Table:
    return pa.table({"LSOA21CD": units, "provider": at, "count": counts} | others)


def test_the_faultless_plan_is_read(case: Case) -> None:
    run = case.checked()
    assert run.inside == INSIDE
    assert not run.told("FP405")
    assert not run.told("FP406")


# ── counts ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.sampled
@pytest.mark.parametrize(
    "value",
    [
        "-1", "1.5", "20.5", "1.234", "abc", "TRUE", "-", "..", "c", "[c]", "N/A", "NULL", "nan", "NaN",
        "inf", "-inf", "1e400", "1e13", "1000000000000000000000", "0,5", "1,5", "12,34", "1234,567",
        "1,2345", "1 234", "45%", "½", "0x10", "1_000", "12*", "**", "<", "< ", "<0", "<1", "<-3", "<abc",
        "<nan", "<inf", "<5.5", "<5*", "<=5", ">5", "1-7", "--5", "1e", "١٢",
    ],
)  # fmt: skip
def test_what_is_no_count_is_refused_with_its_row(case: Case, value: str) -> None:
    case.write(f'{FLOWS}E01000000,RY,"{value}"\n')
    case.refused("flows.csv", f"'{value.strip()}'", "E01000000", "RY", "(1 such row)", "whole numbers")


@pytest.mark.parametrize("value", ["0,123", "0,001", "0,000", "01,234"])
def test_a_decimal_comma_before_three_digits_is_no_thousands_separator(case: Case, value: str) -> None:
    case.write(f'{FLOWS}E01000000,RY,"{value}"\n')
    case.refused("flows.csv", f"'{value}'", "E01000000")


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("0", 0), ("-0", 0), ("+3", 3), ("20.0", 20), ("2.", 2), ("2.0e1", 20), ("1,234", 1234),
        ("1,234,567.0", 1234567), (" 20 ", 20), ("20\u00a0", 20), ("007", 7), ("1e12", 1e12),
    ],
)  # fmt: skip
def test_whole_numbers_are_read_however_they_are_written(case: Case, value: str, meant: float) -> None:
    run = case.write(f'{FLOWS}E01000000,RY,"{value}"\n').checked()
    assert run.column("activity") == {X: 50 + meant, Y: 200}


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("value", "most"),
    [("*", 7), ("#", 7), ("", 7), ("  ", 7), (" * ", 7), ("<5", 4), ("< 5", 4), ("<2", 1), ("<1001", 1000)],
)
def test_a_suppressed_count_is_an_interval_and_told(case: Case, value: str, most: int) -> None:
    run = case.write(f'{FLOWS}E01000000,RY,"{value}"\n').checked()
    assert run.column("activity")[X] == 50 + (1 + most) / 2
    assert run.column("localisation_index_min")[X] == pytest.approx(40 / (50 + most), abs=1e-8)
    assert run.column("localisation_index_max")[X] == pytest.approx(40 / 51, abs=1e-8)
    assert "1 count suppressed" in run.told("FP406")[0]


def test_all_wrong_counts_are_counted_and_the_first_by_code_is_named(case: Case) -> None:
    rows = [*ROWS, "E01000003,RX,-3\n", "E01000000,RY,-1\n", "E01000002,RX,x\n"]
    case.write(HEADING + "".join(rows))
    first = case.refused("'-1'", "E01000000", "(3 such rows)")
    case.write(HEADING + "".join(reversed(rows)))
    assert case.refused() == first


def test_counts_of_nobody_leave_indices_unknown(case: Case) -> None:
    run = case.write(HEADING + "E01000000,RX,0\nE01000003,RY,0\n").checked()
    assert run.inside == {X: None, Y: None}
    assert len(run.told("FP404")) == 2


# ── proportions ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "value",
    [
        "45",
        "45%",
        "0,45",
        "0.45%",
        "1.00001",
        "-0.1",
        "NaN",
        "inf",
        "1e400",
        "<5",
        "<0.05",
        "1,000",
        "abc",
        "0,450",
    ],
)
def test_what_is_no_share_is_refused_with_its_row(case: Case, value: str) -> None:
    case.say(kind="proportion").write(f'{SHARES}E01000003,RY,"{value}"\n')
    case.refused("flows.csv", f"'{value}'", "E01000003", "RY", "share between 0 and 1")


def test_a_share_with_a_decimal_comma_and_three_digits_is_refused(case: Case) -> None:
    case.say(kind="proportion").write(f'{SHARES}E01000003,RY,"0,001"\n')
    case.refused("flows.csv", "'0,001'", "E01000003", "share between 0 and 1")


@pytest.mark.sampled
@pytest.mark.parametrize(
    "value",
    [
        "0.5", "5e-1", "0.50", " 0.5 ",
        ".5",
    ],
)  # fmt: skip
def test_shares_are_read_however_they_are_written(case: Case, value: str) -> None:
    run = case.say(kind="proportion").write(f'{SHARES}E01000003,RY,"{value}"\n').checked()
    assert run.inside[Y] == 0.75


@pytest.mark.parametrize("value", ["*", "#", ""])
def test_a_suppressed_share_is_part_of_what_is_missing(case: Case, value: str) -> None:
    run = case.say(kind="proportion").write(f'{SHARES}E01000000,RY,"{value}"\n').checked()
    assert run.inside[X] == 0.8
    assert run.column("localisation_index_max")[X] == 0.85
    assert any("1 count suppressed" in message for message in run.told("FP406"))


@pytest.mark.parametrize("unit", ["E01000000", "E01999999"])
def test_shares_of_a_unit_above_one_are_refused_with_their_sum(case: Case, unit: str) -> None:
    case.say(kind="proportion").write(f"{SHARES}{unit},RA,0.9\n{unit},RB,0.3\n")
    case.refused("flows.csv", "more than 1", unit, "2.1000" if unit == "E01000000" else "1.2000")


def test_shares_may_pass_one_by_rounding(case: Case) -> None:
    case.say(kind="proportion").write(f"{SHARES}E01000003,RX,0.3000000001\nE01000003,RY,0.7\n").checked()


def test_shares_without_people_cannot_be_measured(case: Case) -> None:
    case.units = TABLES
    case.say(kind="proportion").write(SHARES)
    skipped = {s["rule"]: s["reason"] for s in case.checked().document["skipped"]}
    assert "population" in skipped["FP401"]
    assert "population" in skipped["FP405"]
    case.refused("footprint.toml", "population", command="flows")


def test_the_remedy_for_shares_without_people_is_a_population(case: Case) -> None:
    case.units = TABLES
    told = case.say(kind="proportion").write(SHARES).refused(command="flows")
    assert "Add [flows]" not in told


def test_shares_without_a_unit_are_not_said_to_be_nothing(case: Case) -> None:
    run = case.say(kind="proportion").write(f"{SHARES},RX,0.9\n,RY,0.1\n").checked()
    told = [message for message in run.told("FP406") if "without a unit" in message]
    assert told
    assert "(0.0%)" not in told[0]


# ── kinds ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"kind": "counts"}, ["flows.kind", "'count', 'proportion' or 'record'"]),
        ({"kind": "record"}, ["flows", "no value column"]),
        ({"kind": "proportion", "repeated": "sum"}, ["flows", "cannot be summed"]),
        ({"repeated": "mean"}, ["flows.repeated", "'sum'"]),
        ({"kidn": "count"}, ["unknown key 'kidn'", "Did you mean 'kind'?"]),
        ({"only": "adult"}, ["flows.only"]),
        ({"path": None}, ["flows.path", "missing"]),
        ({"path": 3}, ["flows.path"]),
    ],
)
def test_a_plan_that_says_nonsense_of_flows_is_refused(case: Case, keys: dict, words: list[str]) -> None:
    case.say(**keys).refused("footprint.toml", *words)


@pytest.mark.parametrize("value", [{"a": 1}, dt.date(2020, 1, 1), [["adult"]]])
def test_a_choice_that_is_no_value_is_refused_in_plain_words(case: Case, value: object) -> None:
    told = case.say(only={"age": value}).refused("footprint.toml", "flows.only.age")
    assert "constrained" not in told


def test_counts_read_as_shares_are_refused(case: Case) -> None:
    case.say(kind="proportion").refused("'20'", "share between 0 and 1", "(5 such rows)")


def test_shares_read_as_counts_are_refused(case: Case) -> None:
    case.write(SHARES).refused("'0.9'", "E01000000", "a count is needed", 'say kind = "proportion"')


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("count", "'count' holds counts"),
        ("share", "'share' holds proportions"),
        ("", "each row is one record"),
    ],
)
def test_what_is_read_from_the_names_of_columns_is_told(case: Case, heading: str, kind: str) -> None:
    case.say(unit=None, provider=None, value=None, kind=None)
    case.write(f"LSOA21CD,provider,{heading or 'note'}\nE01000000,RX,{'1' if heading else 'seen'}\n")
    run = case.checked()
    for word in ("units of flows read from column 'LSOA21CD'", "providers read from column 'provider'", kind):
        assert word in run.err


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("LSOA21CD,LSOA11CD,provider,count", ["2 columns that could hold the codes", 'unit = "…"']),
        ("a,b,provider,count", ["no column recognised as LSOA codes", "a, b, provider, count"]),
        ("LSOA21CD,x,y,count", ["no column recognised as a provider", 'provider = "…"']),
    ],
)
def test_columns_that_cannot_be_found_are_asked_for(case: Case, heading: str, words: list[str]) -> None:
    case.say(unit=None, provider=None, value=None, kind=None).write(f"{heading}\nx,y,z,1\n")
    case.refused("flows.csv", *words)


@pytest.mark.parametrize(
    ("key", "near"), [("unit", "LSOA21CD"), ("provider", "provider"), ("value", "count")]
)
def test_a_misspelt_column_is_named_with_the_nearest(case: Case, key: str, near: str) -> None:
    case.say(**{key: f"{near}s"}).refused("flows.csv", f"'{near}s'", f"Did you mean '{near}'?")


def test_one_column_for_two_things_is_refused(case: Case) -> None:
    case.say(unit="provider").refused("flows.csv", "one column for two things", "provider")


def test_a_count_without_its_column_is_refused(case: Case) -> None:
    case.say(value=None).write("LSOA21CD,provider\nE01000000,RX\n")
    case.refused("flows.csv", "no column recognised as a count", 'kind = "record"')


def test_records_are_counted_with_those_that_lack_a_code(case: Case) -> None:
    rows = "E01000000,RX\n" * 30 + "E01000002,RY\n" * 5 + ",RX\nE01000001,\n,\n"
    run = case.say(kind="record", value=None).write("LSOA21CD,provider\n" + rows).checked()
    assert run.column("activity") == {X: 31, Y: 5}
    told = " ".join(run.told("FP406"))
    assert "2 of 38 in the flows (5.3%) without a unit" in told
    assert "2 of 38 in the flows (5.3%) without a provider" in told


def test_flows_need_units_in_the_plan(case: Case) -> None:
    case.units = OUTLINES.partition("[units]")[0]
    case.refused("flows.csv", "the plan has none", "[units]")


def test_a_plan_without_flows_has_none_to_measure(case: Case) -> None:
    case.flows, case.providers = {}, {}
    case.refused("footprint.toml", "no flows", "[flows]", command="flows")


# ── rows of one unit and provider ───────────────────────────────────────────────────────────────

TWINS = [
    "E01000000,RX,5\n", " E01000000,RX ,5\n", "\ufeffE01000000,RX,5\n", "\u00a0E01000000\u00a0,RX,5\n",
    '"E01000000","RX","5"\n',
]  # fmt: skip


@pytest.mark.parametrize("twin", TWINS)
def test_a_unit_and_provider_on_two_rows_are_refused(case: Case, twin: str) -> None:
    case.write(FLOWS + twin).refused("flows.csv", "E01000000 and RX on 2", "only = {…}", 'repeated = "sum"')


@pytest.mark.sampled
@pytest.mark.parametrize("twin", TWINS)
def test_a_unit_and_provider_in_two_files_are_refused(case: Case, twin: str) -> None:
    case.write(FLOWS, "parts/1.csv").write(HEADING + twin, "parts/2.csv").say(path="parts/*.csv")
    case.refused("parts/*.csv", "E01000000 and RX on 2")


@pytest.mark.sampled
@pytest.mark.parametrize("twin", TWINS)
def test_rows_are_summed_where_the_plan_says_so(case: Case, twin: str) -> None:
    run = case.say(repeated="sum").write(FLOWS + twin).checked()
    assert run.column("activity")[X] == 55


def test_rows_of_several_years_are_told_unless_they_are_chosen_or_added_up(case: Case) -> None:
    years = [2018, 2018, 2018, 2019, 2019]
    note = "note: flows.csv: has rows of year = 2018, 2019; they are put together"
    case.write(
        f"{HEADING[:-1]},year\n" + "".join(f"{r[:-1]},{y}\n" for r, y in zip(ROWS, years, strict=True))
    )
    assert note in case.say(value="count").checked().err.splitlines()
    assert note not in case.say(only={"year": years}).checked().err.splitlines()
    assert note not in case.say(only=None, repeated="sum").checked().err.splitlines()
    case.say(repeated=None).write(f"{HEADING[:-1]},year\n" + "".join(f"{row[:-1]},2018\n" for row in ROWS))
    assert note not in case.checked().err.splitlines()


def test_shares_on_two_rows_are_refused_without_offering_a_sum(case: Case) -> None:
    told = case.say(kind="proportion").write(f"{SHARES}E01000000,RX,0.1\n").refused("E01000000 and RX on 2")
    assert "sum" not in told


def test_one_pair_is_one_pair(case: Case) -> None:
    assert "1 pairs" not in case.write(FLOWS + TWINS[0]).refused("E01000000 and RX on 2")


# ── codes that are missing or unknown ───────────────────────────────────────────────────────────


@pytest.mark.sampled
@pytest.mark.parametrize("blank", ["", "  ", "\u00a0", '""'])
@pytest.mark.parametrize("twice", [False, True])
def test_counts_without_a_unit_are_told_with_their_share(case: Case, blank: str, twice: bool) -> None:
    rows = [f"{blank},RX,25\n", f"{blank},RX,25\n"] if twice else [f"{blank},RX,50\n"]
    run = case.write(FLOWS + "".join(rows)).checked()
    assert run.inside == INSIDE
    assert "50 of 300 in the flows (16.7%) without a unit" in run.told("FP406")[0]


@pytest.mark.parametrize("blank", ["", "  ", '""'])
def test_counts_without_a_provider_are_told_and_may_be_inside(case: Case, blank: str) -> None:
    run = case.write(f"{FLOWS}E01000000,{blank},25\nE01000000,{blank},25\n").checked()
    assert run.inside[X] == 0.4
    assert run.column("localisation_index_max")[X] == 0.9
    assert "50 of 300 in the flows (16.7%) without a provider" in run.told("FP406")[0]


def test_shares_without_a_provider_are_told(case: Case) -> None:
    run = case.say(kind="proportion").write(f"{SHARES}E01000003,,1\n").checked()
    assert any("without a provider" in message for message in run.told("FP406"))
    assert run.column("localisation_index_max")[Y] == 1
    assert run.inside[Y] == 0.5


def test_flows_of_which_none_has_a_unit_are_refused_in_plain_words(case: Case) -> None:
    told = case.write(HEADING + ",RX,30\n").refused("flows.csv")
    assert ":  …" not in told


def test_flows_of_which_none_has_a_provider_are_refused_in_plain_words(case: Case) -> None:
    told = case.write(HEADING + "E01000000,,30\n").refused()
    assert "have ." not in told


def test_unknown_units_are_counted_and_named_with_their_share(case: Case) -> None:
    run = case.write(FLOWS + "E01999999,RX,50\nE01999998,RY,*\nE01999997,RZ,0\n").checked()
    assert run.inside == INSIDE
    told = run.told("FP405")[0]
    for word in ("flows of 3 units", "E01999997, E01999998, E01999999", "17.8%"):
        assert word in told


def test_a_code_in_another_case_is_unknown_and_told(case: Case) -> None:
    told = case.write(FLOWS + "e01000000,rx,5\n").checked().told("FP405")
    assert "e01000000" in told[0]
    assert "rx" in told[1]


def test_units_of_other_nations_are_told_apart(case: Case) -> None:
    run = case.write(FLOWS + "W01000001,RX,30\nS01000001,RX,10\nN20000001,RX,10\n").checked()
    found = [f for f in run.document["findings"] if f["rule"] == "FP405"]
    assert [f["severity"] for f in found] == ["info"]
    for word in ("3 units of other nations", "W01000001", "S01000001", "N20000001", "16.7%"):
        assert word in found[0]["message"]


@pytest.mark.parametrize("unit", ["E01999999", "W01000001", "E02000001", "nonsense"])
def test_flows_without_any_unit_of_the_plan_are_refused(case: Case, unit: str) -> None:
    case.write(f"{HEADING}{unit},RX,50\n").refused("flows.csv", unit, "E01000000", "lookup")


def test_unknown_providers_are_named_with_their_share(case: Case) -> None:
    run = case.write(FLOWS + "E01000000,RZ,46\nE01000000,RQ,<8\n").checked()
    assert run.told("FP405") == [
        "2 providers of the flows stand nowhere that is known: RZ (15.3% of all activity), "
        "RQ (1.3% of all activity); 16.7% together"
    ]
    assert run.column("localisation_index_max")[X] > run.inside[X]


def test_flows_without_any_known_provider_are_refused(case: Case) -> None:
    case.write(FLOWS.replace("RX", "QX").replace("RY", "QY")).refused("providers.csv", "RX, RY", "QX, QY")


@pytest.mark.sampled
@pytest.mark.parametrize("text", ["NULL", "nan", "None", "R\0X", "RX\u200b"])
def test_codes_that_stand_for_nothing_are_not_lost(case: Case, text: str) -> None:
    run = case.write(f"{FLOWS}E01000000,{text},50\n").checked()
    assert "16.7%" in " ".join(run.told("FP405") + run.told("FP406"))


def test_units_without_flows_are_told_with_their_people(case: Case) -> None:
    run = case.write(HEADING + "".join(ROWS[:4])).checked()
    assert "1 of 4 units of the plan without flows, 1,000 people: E01000003" in run.told("FP406")[0]


# ── text files ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ["empty (0 bytes)"]),
        (HEADING, ["no rows"]),
        (HEADING.strip(), ["no rows"]),
        (HEADING + "\n\n", ["no rows"]),
        ("\n\n\n", ["no heading"]),
        ("\n" + FLOWS, ["no heading"]),
        (HEADING + FLOWS, ["'count'", "unit LSOA21CD"]),
        (FLOWS + HEADING, ["'count'", "unit LSOA21CD"]),
        ("LSOA21CD,provider,count,count\nE01000000,RX,5,6\n", ["two columns called count"]),
        ("LSOA21CD,provider,count,Count\nE01000000,RX,5,6\n", ["two columns", "Count", "count"]),
        ("LSOA21CD,provider,count, count \nE01000000,RX,5,6\n", ["two columns called count"]),
        (FLOWS.replace("\n", ",5\n").replace("count,5", "count,"), ["no heading above column 4"]),
        (FLOWS + "E01000003,RX\n", ["another number of fields", "line 7"]),
        (FLOWS + "E01000003,RX,1,2\n", ["another number of fields", "line 7"]),
        (FLOWS + "E01000003,RX,1,234\n", ["another number of fields", "line 7"]),
        (FLOWS + "E01000003,RX\rE01000003,RY,5\n", ["lines that end in different ways"]),
        (FLOWS + "   \n", ["another number of fields", "line 7"]),
        (FLOWS + 'E01000003,"RX,1\n', ["quote", "line 7"]),
        (FLOWS.replace("E01000001,RY", 'E01000001,"RY'), ["quote", "line 4"]),
        (HEADING + 'E01000003,"RX,1\n' + "".join(ROWS) * 9_000, ["quote", "line 2"]),
        (FLOWS.encode("utf-16"), ["not UTF-8"]),
        (FLOWS.encode("utf-16-le"), ["null bytes"]),
        (FLOWS.encode("utf-32"), ["not UTF-8"]),
        (FLOWS.encode() + "E01000000,Zürich,5\n".encode("latin-1"), ["not UTF-8", "line 7"]),
        ("LSOA21CD,provider,count,naïve\n".encode("latin-1"), ["not UTF-8"]),
        (FLOWS.replace("provider", "prov\0ider"), ["null bytes"]),
        (FLOWS.replace(",", " "), ["no column 'LSOA21CD'"]),
        ("Flows of 2020\n" + FLOWS, ["1 line above its heading", "line 2 (LSOA21CD, provider, count)"]),
        ("".join(ROWS), ["no column 'LSOA21CD'", "E01000000"]),
        ("<!DOCTYPE html>\n<html><body>404</body></html>", ["no column 'LSOA21CD'"]),
        (gzip.compress(FLOWS.encode(), mtime=0), ["is packed", "Unpack it"]),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_is_refused(case: Case, content: str | bytes, words: list[str]) -> None:
    case.write(content).refused("flows.csv", *words)


def lines_end(*ends: str) -> bytes:
    """The flows with other ends of lines, in turn."""
    lines = FLOWS.splitlines()
    return "".join(line + ends[i % len(ends)] for i, line in enumerate(lines)).encode()


@pytest.mark.sampled
@pytest.mark.parametrize(
    "content",
    [
        lines_end("\r\n"),
        lines_end("\r"),
        lines_end("\r\n").rstrip(),
        b"\xef\xbb\xbf" + lines_end("\r\n"),
        b"\xef\xbb\xbf" + FLOWS.replace("LSOA21CD", '"LSOA21CD"').encode(),
        FLOWS.replace(",", ";").encode(),
        FLOWS.replace(",", "\t").encode(),
        FLOWS.replace(",", "|").encode(),
        FLOWS.replace("provider", " provider ").encode(),
        FLOWS.replace("\n", "\n\n", 3).replace("\n\n", "\n", 1).encode() + b"\n\n",
        FLOWS.replace("\n", ',"a, ""b""\nc"\n').replace('count,"a, ""b""\nc"', "count,note").encode(),
        FLOWS.replace("\n", ',"a\nb"\r\n').replace('count,"a\nb"', "count,note").encode(),
        FLOWS.replace("\n", ',"a\r\nb"\n').replace('count,"a\r\nb"', "count,note").encode(),
        FLOWS.replace("\n", ",a\n").replace("count,a", 'count,"no\nte"').encode(),
    ],
)  # fmt: skip
def test_every_common_form_of_csv_gives_the_same_figures(case: Case, content: bytes) -> None:
    run = case.write(content).checked()
    assert run.inside == INSIDE
    assert run.column("activity") == {X: 50, Y: 200}
    assert [s["features"] for s in run.document["plan"]["inputs"] if s["role"] == "flows"] == [5]


@pytest.mark.parametrize("ends", [("\n", "\r\n"), ("\r\n", "\n"), ("\n", "\n", "\r"), ("\r\n", "\r\n", "\r")])
def test_mixed_ends_of_lines_lose_no_row(case: Case, ends: tuple[str, ...]) -> None:
    run = case.write(lines_end(*ends)).run()
    if run.code == 2:
        assert run.err.startswith("error: ")
        assert "flows.csv" in run.err
        assert "no rows" not in run.err
    else:
        assert run.inside == INSIDE


@pytest.mark.parametrize(
    "content",
    [
        HEADING.replace("\n", "," + "x" * 200_000 + "\n") + "E01000000,RX,5,1\n",
        HEADING + "E01000000," + "R" * 200_000 + ",5\n",
        "LSOA21CD,prov\rider,count\nE01000000,RX,5\n",
    ],
    ids=["long heading", "long field", "break in the heading"],
)
def test_a_table_that_python_cannot_read_is_refused(case: Case, content: str) -> None:
    case.write(content).refused("flows.csv")


@pytest.mark.parametrize("cut", [3, 12, 60])
def test_a_gzip_file_that_is_cut_off_is_refused(case: Case, cut: int) -> None:
    case.say(path="flows.csv.gz").write(gzip.compress(FLOWS.encode(), mtime=0)[:-cut], "flows.csv.gz")
    case.refused("flows.csv.gz", "cut off")


def many(rows: int) -> bytes:
    """A table that is larger than what is looked at first."""
    return (HEADING + "".join(f"E01{i:06d},RX,{i * 31337 % 1000}\n" for i in range(rows))).encode()


def test_a_large_gzip_file_that_is_cut_off_is_refused(case: Case) -> None:
    data = gzip.compress(many(30_000), mtime=0)
    case.say(path="flows.csv.gz").write(data[: len(data) * 2 // 3], "flows.csv.gz")
    case.refused("flows.csv.gz", "again")


@pytest.mark.parametrize(
    "content", [FLOWS.encode(), b"\x1f\x8b", gzip.compress(b"", mtime=0), b"\x1f\x8b\x08" + b"\xff" * 40]
)
def test_what_is_no_gzip_file_is_refused(case: Case, content: bytes) -> None:
    case.say(path="flows.csv.gz").write(content, "flows.csv.gz").refused("flows.csv.gz")


def test_a_gzip_file_is_read(case: Case) -> None:
    run = (
        case.say(path="flows.csv.gz").write(gzip.compress(FLOWS.encode(), mtime=0), "flows.csv.gz").checked()
    )
    assert run.inside == INSIDE


def test_a_gzip_file_with_a_fault_inside_is_refused(case: Case) -> None:
    data = bytearray(gzip.compress(FLOWS.encode(), mtime=0))
    data[10] |= 0b110  # a kind of block that does not exist
    case.say(path="flows.csv.gz").write(bytes(data), "flows.csv.gz").refused("flows.csv.gz")


def test_a_large_gzip_file_with_a_wrong_check_sum_is_refused(case: Case) -> None:
    data = bytearray(gzip.compress(many(30_000), mtime=0))
    data[-6] ^= 0xFF
    case.say(path="flows.csv.gz").write(bytes(data), "flows.csv.gz").refused("flows.csv.gz")


# ── files and folders ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("flwos.csv", ["no such", "Did you mean 'flows.csv'?"]),
        ("nowhere/flows.csv", ["no such", "no folder"]),
        ("y*.csv", ["no file fits this pattern"]),
        ("nowhere/**/*.csv", ["no file fits this pattern"]),
        ("empty", ["folder without Parquet or CSV files"]),
        ("x.csv", ["folder without Parquet or CSV files"]),
        ("f" * 300 + ".csv", ["too long"]),
    ],
)
def test_a_path_without_flows_is_refused(case: Case, path: str, words: list[str]) -> None:
    for name in ("empty", "x.csv"):
        (case.folder / name).mkdir()
    case.write("hello", "empty/README.md").say(path=path)
    shown = path.lower() if len(path) < 100 else ""
    assert shown in case.refused(*words).lower()


def test_files_of_other_columns_are_refused(case: Case) -> None:
    case.say(path="*.csv").refused("people.csv", "other columns", "flows.csv")


@pytest.mark.parametrize(
    "second",
    ["provider,LSOA21CD,count\nRY,E01000000,5\n", "LSOA21CD,provider,n\nE01000000,RY,5\n", "", "a\0b\n1\n"],
)
def test_a_second_file_of_another_form_is_refused_by_name(case: Case, second: str) -> None:
    case.write(FLOWS, "parts/1.csv").write(second, "parts/2.csv").say(path="parts").refused("2.csv")


@pytest.mark.parametrize(
    ("second", "words"),
    [
        ("E01000000,RY\n", ["2.csv", "another number of fields"]),
        ('E01000000,"RY,5\n', ["2.csv", "quote"]),
        ("E01000000,RY,-7\n", ["'-7'", "E01000000", "RY"]),
    ],
)
def test_a_fault_in_the_second_file_is_found(case: Case, second: str, words: list[str]) -> None:
    case.write(FLOWS, "parts/1.csv").write(HEADING + second, "parts/2.csv").say(path="parts/*.csv")
    case.refused(*words)


@pytest.mark.sampled
@pytest.mark.parametrize("path", ["parts", "parts/*", "parts/?.csv*", "**/[12].csv*"])
@pytest.mark.parametrize("second", ["\ufeff" + HEADING, HEADING])
def test_files_of_one_form_count_together(case: Case, path: str, second: str) -> None:
    case.write(FLOWS, "parts/1.csv").say(path=path)
    case.write(gzip.compress((second + "E01000000,RY,30\n").encode(), mtime=0), "parts/2.csv.gz")
    assert case.checked().inside == {X: 0.5, Y: 1}


def test_files_may_end_their_lines_in_different_ways(case: Case) -> None:
    case.write(FLOWS, "parts/1.csv").write(f"{HEADING}E01000000,RY,30\n".replace("\n", "\r\n"), "parts/2.csv")
    assert case.say(path="parts").checked().inside == {X: 0.5, Y: 1}


def test_a_second_file_with_another_delimiter_is_not_said_to_have_other_columns(case: Case) -> None:
    case.write(FLOWS, "parts/1.csv").write(f"{HEADING}E01000000,RY,30\n".replace(",", ";"), "parts/2.csv")
    assert "other columns" not in case.say(path="parts").refused("2.csv")


def test_a_pattern_of_parquet_and_other_files_is_refused(case: Case) -> None:
    case.write(FLOWS, "parts/1.csv").write(flow_table(), "parts/2.parquet").say(path="parts/*")
    case.refused("parts/*", "Parquet files and others")


def test_csv_files_beside_parquet_files_are_not_left_out_silently(case: Case) -> None:
    case.write(FLOWS, "parts/more.csv").write(flow_table(), "parts/2.parquet").say(path="parts")
    run = case.run()
    assert "more.csv" in run.err or "Parquet files and others" in run.err


@pytest.mark.sampled
@pytest.mark.parametrize(
    "name",
    [
        "a b.csv", "it's.csv", 'a"b.csv', "a[1].csv", "a*.csv", "?.csv", "100%.csv", "Môn – é.csv", "a;b.csv",
        "{a}.csv", "$HOME.csv", "~.csv", "x'); DROP TABLE flows; --.csv", "[.csv", "year=2018.csv",
        "a::b.csv", "a\\b.csv", ".hidden.csv", "noending", "UP.CSV",
    ],
)  # fmt: skip
def test_files_of_any_name_are_read(case: Case, name: str) -> None:
    (case.folder / "flows.csv").unlink()
    # what the name would match if it were taken for a pattern
    case.write("x\n", "a1.csv").write("x\n", "ab.csv").write(FLOWS, name).say(path=name)
    assert case.checked().inside == INSIDE


def in_brackets(case: Case) -> Case:
    folder = case.folder.rename(case.folder.with_name("plan [draft]"))
    return Case(folder, case.units, case.flows, case.providers)


def test_a_plan_in_a_folder_with_brackets_is_read(case: Case) -> None:
    assert in_brackets(case).checked().inside == INSIDE


def test_a_pattern_in_a_folder_with_brackets_is_found(case: Case) -> None:
    assert in_brackets(case).say(path="flow*.csv").checked().inside == INSIDE


def test_a_missing_file_in_a_folder_with_brackets_is_named_with_the_nearest(case: Case) -> None:
    in_brackets(case).say(path="flwos.csv").refused("flwos.csv", "Did you mean 'flows.csv'?")


ODD_NAMES = [
    "a b", 'a"b', "a`b", "ünï", "a'b", "x'); DROP TABLE flows; --", "flows", "select", "a\\b", "a%b", "$1",
    "a.b", "number", "written", "cells", "count(*)", "?", "{x}",
]  # fmt: skip


@pytest.mark.sampled
@pytest.mark.parametrize("name", ODD_NAMES)
def test_columns_of_any_name_are_read(case: Case, name: str) -> None:
    others = name.replace(";", "")  # more semicolons than commas would make them delimiters
    called = {"LSOA21CD": f"{others} 1", "provider": f"{others} 2", "count": name}
    pd.read_csv(io.StringIO(FLOWS)).rename(columns=called).to_csv(case.folder / "flows.csv", index=False)
    case.say(unit=called["LSOA21CD"], provider=called["provider"], value=name)
    assert case.checked().inside == INSIDE


def test_columns_named_like_those_of_the_query_are_read(case: Case) -> None:
    called = {"LSOA21CD": "value", "provider": "unit", "count": "provider"}
    pd.read_csv(io.StringIO(FLOWS)).rename(columns=called).to_csv(case.folder / "flows.csv", index=False)
    assert case.say(unit="value", provider="unit", value="provider").checked().inside == INSIDE


# ── choosing rows ───────────────────────────────────────────────────────────────────────────────

AGED = HEADING.replace("\n", ",age\n") + "".join(r.replace("\n", ",adult\n") for r in ROWS)


@pytest.mark.sampled
@pytest.mark.parametrize("value", ["adult", " adult ", ["adult"], ["adult", "child"], ["none", "adult"]])
@pytest.mark.parametrize("key", ["age", "AGE"])
def test_rows_are_chosen_by_their_text(case: Case, key: str, value: object) -> None:
    case.write(AGED + "E01000000,RY,500,old\n").say(only={key: value})
    assert case.checked().inside == INSIDE


@pytest.mark.sampled
@pytest.mark.parametrize(
    "value", ["x'y", "x' OR 1=1 --", "x''y", 'x"y', "x\\'y", "%", "*", "<5", "é", "a\u2028b", "true"]
)
def test_rows_are_chosen_by_any_text(case: Case, value: str) -> None:
    quoted = '"' + value.replace('"', '""') + '"'
    case.write(AGED.replace("adult", quoted) + "E01000000,RY,500,old\n").say(only={"age": value})
    assert case.checked().inside == INSIDE


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("child", "child"),
        ("Adult", "Adult"),
        (1, "1"),
        (True, "true"),
        (0.5, "0.5"),
        ("x' OR 1=1 --", "x' OR 1=1"),
    ],
)
def test_a_choice_that_no_row_fits_is_refused(case: Case, value: object, told: str) -> None:
    case.write(AGED).say(only={"age": value}).refused("flows.csv", "no row with age", told)


@pytest.mark.parametrize("value", [[], ""])
def test_a_choice_of_nothing_is_refused(case: Case, value: object) -> None:
    case.write(AGED).say(only={"age": value}).refused("age")


def test_a_choice_by_a_column_that_is_not_there_is_refused(case: Case) -> None:
    case.write(AGED).say(only={"aeg": "adult"}).refused("flows.csv", "'aeg'", "Did you mean 'age'?")


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ([2018] * 5, 2018), (["2018"] * 5, 2018), ([2018] * 5, "2018"), ([True] * 5, True),
        ([True] * 5, "true"), ([dt.date(2018, 1, 1)] * 5, "2018-01-01"), (["01"] * 5, "01"),
        (pa.array(["a"] * 5).dictionary_encode(), "a"),
        (pa.array([2018] * 5, pa.int16()), 2018),
    ],
)  # fmt: skip
def test_rows_of_parquet_are_chosen_by_numbers_booleans_and_dates(
    case: Case, column: object, value: object
) -> None:
    case.write(flow_table(k=column), "f.parquet").say(path="f.parquet", only={"k": value})
    assert case.checked().inside == INSIDE


def test_two_choices_for_one_column_are_not_left_out_silently(case: Case) -> None:
    case.write(AGED).say(only={"AGE": "child", "age": "adult"}).refused("age")


# ── Parquet ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.sampled
@pytest.mark.parametrize(
    "table",
    [
        flow_table(),
        flow_table(counts=[float(n) for n in COUNTS]),
        flow_table(counts=[str(n) for n in COUNTS]),
        flow_table(counts=[Decimal(n) for n in COUNTS]),
        flow_table(counts=pa.array([Decimal(n) for n in COUNTS], pa.decimal128(12, 2))),
        flow_table(counts=pa.array(COUNTS, pa.uint64())),
        flow_table(counts=pa.array(COUNTS, pa.int8())),
        flow_table(counts=pa.array(np.array(COUNTS, dtype=np.float16))),
        flow_table(counts=pa.array([str(n) for n in COUNTS]).dictionary_encode()),
        flow_table(pa.array(UNITS).dictionary_encode(), pa.array(AT).dictionary_encode()),
        flow_table(pa.array(UNITS, pa.large_string()), pa.array(AT, pa.large_string())),
        flow_table(pa.array(UNITS).cast(pa.string_view())),
        flow_table(t=pa.array([0] * 5, pa.timestamp("ns")), s=[{"a": 1}] * 5, m=[[1]] * 5),
        flow_table(**{"": AT, "filename": UNITS, "file_row_number": COUNTS}),
    ],
)  # fmt: skip
def test_every_type_of_text_and_number_gives_the_same_figures(case: Case, table: pa.Table) -> None:
    run = case.write(table, "f.parquet").say(path="f.parquet").checked()
    assert run.inside == INSIDE
    assert run.column("activity") == {X: 50, Y: 200}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (flow_table(pa.array([dt.datetime(2020, 1, 1)] * 5)), ["timestamp", "'LSOA21CD'", "text"]),
        (flow_table([[u] for u in UNITS]), ["list", "'LSOA21CD'"]),
        (flow_table(at=[{"a": p} for p in AT]), ["struct", "'provider'"]),
        (flow_table([True] * 5), ["bool", "'LSOA21CD'"]),
        (flow_table([u.encode() for u in UNITS]), ["binary", "'LSOA21CD'"]),
        (flow_table(at=[1.0, 2.0, 3.0, 4.0, 5.0]), ["double", "'provider'"]),
        (flow_table(pa.nulls(5)), ["null", "'LSOA21CD'"]),
        (flow_table(counts=[True] * 5), ["bool", "'count'", "number"]),
        (flow_table(counts=[dt.date(2020, 1, 1)] * 5), ["date", "'count'"]),
        (flow_table(counts=[[1]] * 5), ["list", "'count'"]),
        (flow_table(counts=pa.nulls(5)), ["null", "'count'"]),
        (flow_table(counts=[20, 20, -5, 100, 100]), ["'-5'", "E01000001", "RY"]),
        (flow_table(counts=[20, 20, 1.5, 100, 100]), ["'1.5'", "E01000001", "RY"]),
        (flow_table(counts=[20, 20, float("inf"), 100, 100]), ["'inf'", "E01000001", "RY"]),
        (flow_table(counts=[Decimal("1.5")] * 5), ["'1.5'", "(5 such rows)"]),
        (flow_table(counts=pa.array([2**64 - 1] * 5, pa.uint64())), ["18446744073709551615"]),
        (flow_table(counts=["20", "20", "x", "1", "1"]), ["'x'", "E01000001", "RY"]),
        (flow_table([*UNITS[:4], f"{UNITS[3]} "]), ["E01000002 and RY on 2"]),
        (flow_table().slice(0, 0), ["no rows"]),
        (flow_table().drop_columns(["count"]), ["no column 'count'"]),
    ],
)  # fmt: skip
def test_parquet_of_the_wrong_type_or_value_is_refused(case: Case, table: pa.Table, words: list[str]) -> None:
    case.write(table, "f.parquet").say(path="f.parquet").refused("f.parquet", *words)


def test_providers_with_whole_numbers_as_codes_are_read(case: Case) -> None:
    case.write(flow_table(at=[1, 1, 2, 2, 2]), "f.parquet").say(path="f.parquet")
    case.place(SITES.replace("RX", "1").replace("RY", "2"))
    assert case.checked().inside == INSIDE


@pytest.mark.parametrize(
    "counts", [[20, 20, None, 100, 100], [20.0, 20.0, None, 100.0, 100.0], ["20", "20", None, "100", "100"]]
)
def test_a_count_that_is_null_is_suppressed(case: Case, counts: list[object]) -> None:
    run = case.write(flow_table(counts=counts), "f.parquet").say(path="f.parquet").checked()
    assert run.column("activity")[X] == 44
    assert "1 count suppressed" in run.told("FP406")[0]


def test_codes_that_are_null_are_told(case: Case) -> None:
    table = flow_table([*UNITS[:4], None], [*AT[:3], None, "RY"])
    told = " ".join(case.write(table, "f.parquet").say(path="f.parquet").checked().told("FP406"))
    assert "100 of 250 in the flows (40.0%) without a unit" in told
    assert "100 of 250 in the flows (40.0%) without a provider" in told


@pytest.mark.parametrize("kind", ["count", "proportion"])
def test_a_number_that_is_none_is_refused_in_parquet(case: Case, kind: str) -> None:
    table = flow_table(counts=[1.0, 0.0, float("nan"), 1.0, 1.0])
    case.write(table, "f.parquet").say(path="f.parquet", kind=kind).refused(
        "f.parquet", "nan", "E01000001", "RY"
    )


def test_columns_of_parquet_that_differ_in_case_only_are_not_confused(case: Case) -> None:
    table = pa.table({"Count": [1] * 5} | {name: flow_table()[name] for name in flow_table().column_names})
    run = case.write(table, "f.parquet").say(path="f.parquet").run()
    assert (run.code == 2 and "Count" in run.err) or run.inside == INSIDE


def test_columns_of_parquet_with_one_name_are_refused(case: Case) -> None:
    table = pa.table([UNITS, AT, COUNTS, COUNTS], names=["LSOA21CD", "provider", "count", "count"])
    case.write(table, "f.parquet").say(path="f.parquet").refused("f.parquet", "two columns called count")


@pytest.mark.parametrize("kind", ["count", "proportion"])
def test_a_fraction_after_a_file_of_whole_numbers_is_not_rounded(case: Case, kind: str) -> None:
    case.say(path="parts", kind=kind).write(flow_table(["E01000000"], ["RX"], [1]), "parts/1.parquet")
    case.write(flow_table(["E01000001"] * 2, ["RX", "RY"], [0.4, 0.6]), "parts/2.parquet")
    run = case.run()
    if kind == "count":
        assert run.code == 2
        assert "'0.4'" in run.err
    else:
        assert run.code == 2 or run.inside[X] == 0.7


def test_whole_numbers_of_other_types_in_other_files_count_together(case: Case) -> None:
    case.say(path="parts").write(flow_table(), "parts/1.parquet")
    case.write(flow_table(["E01000000"], ["RY"], [30.0]), "parts/2.parquet")
    assert case.checked().inside == {X: 0.5, Y: 1}


@pytest.mark.parametrize(
    "second",
    [
        flow_table(["E01000000"], ["RY"], ["5"]),
        flow_table(["E01000000"], [5], [5]),
        flow_table().drop_columns(["count"]),
    ],
)
def test_parquet_files_of_different_forms_are_refused_by_name(case: Case, second: pa.Table) -> None:
    case.say(path="parts").write(flow_table(), "parts/1.parquet").write(second, "parts/2.parquet")
    case.refused("2.parquet")


@pytest.mark.parametrize("content", [b"", b"PAR1garbagePAR1", FLOWS.encode(), b"PAR1"])
def test_what_is_no_parquet_is_refused(case: Case, content: bytes) -> None:
    case.write(content, "f.parquet").say(path="f.parquet").refused("f.parquet", "xport it again")


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_parquet_that_is_cut_off_is_refused(case: Case, share: float) -> None:
    data = case.write(flow_table(), "f.parquet").folder.joinpath("f.parquet").read_bytes()
    case.write(data[: int(len(data) * share)], "f.parquet").say(path="f.parquet")
    case.refused("f.parquet", "cannot be read as Parquet")


def test_parquet_that_is_damaged_is_refused_by_name(case: Case) -> None:
    data = bytearray(case.write(flow_table(), "f.parquet").folder.joinpath("f.parquet").read_bytes())
    data[4:12] = b"\xff" * 8  # the header of the first page
    case.write(bytes(data), "f.parquet").say(path="f.parquet").refused("f.parquet", "again")


@pytest.mark.parametrize("value", [2018, "2018"])
def test_the_names_of_folders_choose_among_years(case: Case, value: object) -> None:
    for year in ("2018", "2019", "01"):
        case.write(flow_table(), f"flows/year={year}/part.parquet")
    case.say(path="flows").refused("5 pairs", "E01000000 and RX on 3")
    assert case.say(only={"year": value}).checked().inside == INSIDE
    assert case.say(only={"year": "01"}).checked().inside == INSIDE
    case.say(only={"year": 1}).refused("no row with year = 1")
    case.say(only={"yaer": 1}).refused("'yaer'", "Did you mean 'year'?")


@pytest.mark.parametrize("other", ["yr=2019/2.parquet", "2.parquet", "year=2019/month=1/2.parquet"])
def test_folders_that_name_different_columns_are_refused(case: Case, other: str) -> None:
    case.write(flow_table(), "flows/year=2018/1.parquet").write(flow_table(), f"flows/{other}")
    case.say(path="flows", only={"year": "2018"}).refused("year")


def test_the_name_of_a_folder_does_not_replace_a_column(case: Case) -> None:
    run = case.write(flow_table(), "flows/count=5/part.parquet").say(path="flows").run()
    assert (run.code == 2 and "count" in run.err) or run.inside == INSIDE


# ── flows of coarser units ──────────────────────────────────────────────────────────────────────

MSOA = [f"E0100000{i},E0200000{i // 2}\n" for i in range(4)]
BY_MSOA = "MSOA21CD,provider,count\nE02000000,RX,40\nE02000000,RY,10\nE02000001,RY,200\n"


def coarser(
    case: Case, rows: Iterable[str] = MSOA, heading: str = "LSOA21CD,MSOA21CD\n", **keys: object
) -> Case:
    case.write(BY_MSOA).write(heading + "".join(rows), "lookup.csv")
    return case.say(unit="MSOA21CD", lookup={"path": "lookup.csv", **keys})


def test_flows_of_coarser_units_are_shared_out(case: Case) -> None:
    assert coarser(case).checked().inside == INSIDE


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (MSOA[:3], ["75.0%", "E01000003"]),
        ([row.replace("E0100", "E0199") for row in MSOA], ["0.0%", "E01000000"]),
        ([*MSOA, "E01000000,E02000001\n"], ["E01000000", "E02000000, E02000001"]),
        ([*MSOA[:3], "E01000003,\n"], ["without a code", "MSOA21CD", "line 5"]),
        ([*MSOA[:3], ",E02000001\n"], ["without a code", "LSOA21CD", "line 5"]),
        ([], ["no rows"]),
    ],
)
def test_a_lookup_of_flows_that_does_not_fit_is_refused(
    case: Case, rows: list[str], words: list[str]
) -> None:
    coarser(case, rows).refused("lookup.csv", *words)


def test_a_lookup_of_flows_the_wrong_way_round_is_refused(case: Case) -> None:
    coarser(case, unit="MSOA21CD", code="LSOA21CD").refused("lookup.csv", "two areas", "E02000000")
    coarser(case, heading="MSOA21CD,LSOA21CD\n").refused("lookup.csv", "two areas", "E02000000")
    coarser(case, unit="MSOA21CD", code="MSOA21CD").refused("lookup.csv", "one column", "MSOA21CD")


def test_a_lookup_of_flows_of_another_vintage_is_refused(case: Case) -> None:
    rows = [row.replace("E0200", "E0299") for row in MSOA]
    coarser(case, rows).refused("flows.csv", "E02000000", "E02990000")


def test_a_missing_lookup_of_flows_is_named(case: Case) -> None:
    case.say(lookup={"path": "lokup.csv"}).write("x", "lookup.csv")
    case.refused("lokup.csv", "Did you mean 'lookup.csv'?")


def test_a_lookup_that_flows_do_not_use_is_refused(case: Case) -> None:
    coarser(case).write(FLOWS).say(unit="LSOA21CD").refused("flows.csv", "E01000000", "E02000000")


def test_flow_units_that_reach_beyond_the_plan_are_told(case: Case) -> None:
    run = coarser(case, [*MSOA, "E01999999,E02000001\n"]).checked()
    assert "flows.lookup: 1 flow unit" in run.err


def test_flow_units_that_the_lookup_lacks_are_told(case: Case) -> None:
    run = coarser(case).write(BY_MSOA + "E02000009,RX,50\n").checked()
    assert "E02000009, 16.7%" in run.told("FP405")[0]


# ── engines ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("command", ["check", "flows"])
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--memory-limit", "lots"], ["'lots'", "512MiB"]),
        (["--memory-limit", "-5MB"], ["'-5MB'", "512MiB"]),
        (["--memory-limit", "512"], ["'512'", "512MiB"]),
        (["--memory-limit", ""], ["''", "512MiB"]),
        (["--memory-limit", "nanMB"], ["'nanMB'", "512MiB"]),
        (["--memory-limit", "1KB"], ["1KB", "too small"]),
        (["--memory-limit", "0.5MiB"], ["0.5MiB", "too small"]),
        (["--temp-dir", "/nowhere/at/all"], ["/nowhere/at/all", "no folder"]),
        (["--master", "local[2]"], ["--master", "Spark", "--engine spark"]),
        (["--master", ""], ["--master", "Spark"]),
    ],
)
def test_an_option_that_cannot_be_meant_is_refused(
    case: Case, command: str, options: list[str], words: list[str]
) -> None:
    case.refused(*words, command=command, options=options)


def test_a_file_is_no_folder_for_temporary_files(case: Case) -> None:
    case.refused("flows.csv", "no folder", options=["--temp-dir", str(case.folder / "flows.csv")])


def test_more_memory_than_can_be_counted_is_refused(case: Case) -> None:
    case.refused("--memory-limit", options=["--memory-limit", "9999999999999TB"])


@pytest.mark.parametrize("command", ["check", "flows"])
def test_an_unknown_engine_is_refused_with_those_that_exist(case: Case, command: str) -> None:
    run = case.run(command, "--engine", "polars")
    assert run.code == 2
    assert run.out == ""
    assert "'duckdb', 'spark'" in run.err


def test_python_gets_the_same_errors(case: Case) -> None:
    with pytest.raises(InputError, match=r"there is no engine 'polars'.*Known: duckdb, spark"):
        Engine("polars")
    with pytest.raises(InputError, match="'lots' is no size of memory"):
        Engine(memory_limit="lots")
    with pytest.raises(InputError, match=r"flows\.csv: has '-1' for unit E01000000 and provider RY"):
        load_plan(case.write(f"{FLOWS}E01000000,RY,-1\n").plan())
    assert load_plan(case.plan(), flows=False).flows is None


# ── providers in areas ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ["empty (0 bytes)"]),
        ("provider,name,ICS21CD\n", ["no rows"]),
        (f"{SITES}RX,Other,{Y}\n", ["several areas without weights", "RX", X, Y, "lines 2, 4", "weight"]),
        (f"{SITES},Nameless,{Y}\n", ["without a code", "'provider'", "line 4"]),
        (f"{SITES}RZ,Z,\n", ["without a code", "'ICS21CD'", "line 4"]),
        (SITES.replace("E54", "E38"), ["no area of ics", "'ICS21CD'", X]),
        (SITES.replace("RX", "rx").replace("RY", "ry"), ["no provider of the flows", "rx, ry", "RX, RY"]),
        (f"{SITES}RZ,Z\n", ["line 4 has 2 fields"]),
    ],
)
def test_a_table_of_providers_that_cannot_be_used_is_refused(
    case: Case, content: str, words: list[str]
) -> None:
    case.place(content).refused("providers.csv", *words)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"path": "provider.csv"}, ["provider.csv", "no such", "Did you mean 'providers.csv'?"]),
        ({"code": "prov"}, ["providers.csv", "'prov'", "Did you mean 'provider'?"]),
        ({"name": "nme"}, ["providers.csv", "'nme'", "Did you mean 'name'?"]),
        ({"area": "ICS22CD"}, ["providers.csv", "'ICS22CD'", "Did you mean 'ICS21CD'?"]),
        ({"weight": "w"}, ["providers.csv", "no column 'w'"]),
        ({"layer": "icss"}, ["providers.layer", "'icss'", "Did you mean 'ics'?"]),
        ({"layer": "units"}, ["providers.layer", "'units'"]),
        ({"latitude": "lat", "longitude": "lon"}, ["footprint.toml", "not several"]),
        ({"area": None, "latitude": "lat"}, ["footprint.toml", "latitude and longitude go together"]),
        ({"area": None, "northing": "n"}, ["footprint.toml", "easting and northing go together"]),
        ({"only": {"name": "Z"}}, ["no row with name = Z", "Xtown Hospital"]),
        ({"only": {"nam": "Z"}}, ["'nam'", "Did you mean 'name'?"]),
        ({"wieght": "w"}, ["unknown key 'wieght'", "Did you mean 'weight'?"]),
    ],
)
def test_a_plan_that_says_nonsense_of_providers_is_refused(case: Case, keys: dict, words: list[str]) -> None:
    case.place(**keys).refused(*words)


def test_providers_without_flows_are_refused(case: Case) -> None:
    case.flows = {}
    case.refused("footprint.toml", "[providers] but no [flows]")


def test_a_table_that_does_not_say_where_providers_stand_is_refused(case: Case) -> None:
    case.place("provider,name\nRX,Xtown\n", area=None, layer=None).refused(
        "providers.csv", "where providers stand"
    )


def test_a_layer_found_by_its_codes_is_told(case: Case) -> None:
    run = case.place(layer=None).checked()
    assert "'ICS21CD' holds areas of ics" in run.err
    case.place(SITES.replace("E54", "E38")).refused("providers.csv", "no area of ics", "name the layer")


@pytest.mark.parametrize("area", ["E54000999", "W11000023"])
def test_an_area_that_the_layer_lacks_is_told(case: Case, area: str) -> None:
    run = case.place(SITES.replace(Y, area)).checked()
    assert run.inside == {X: 0.8, Y: 0}
    assert "stands in no system of the plan" in run.told("FP405")[0]
    assert "RY" in run.told("FP405")[0]


@pytest.mark.sampled
@pytest.mark.parametrize(
    "content",
    [
        f"{SITES}RY,Ytown Hospital,{Y}\n",
        f"{SITES}RY,Another name,{Y}\n",
        f"{SITES} RY ,Ytown Hospital, {Y}\n",
        SITES.replace("RX,", " RX\u00a0,").replace(X, f" {X} "),
        "\ufeff" + SITES.replace(",", ";").replace("\n", "\r\n"),
    ],
)
def test_rows_that_say_the_same_and_blanks_change_nothing(case: Case, content: str) -> None:
    run = case.place(content).checked()
    assert run.inside == INSIDE
    assert not run.told("FP405")


def test_providers_that_the_flows_lack_change_nothing(case: Case) -> None:
    assert case.place(f"{SITES}RZ,Z,{Y}\n").checked().inside == INSIDE


# ── weights ─────────────────────────────────────────────────────────────────────────────────────


def weighted(case: Case, *weights: str) -> Case:
    rows = [f'RY,Y,{area},"{w}"\n' for area, w in zip((Y, X), weights, strict=True)]
    return case.place(f"provider,name,ICS21CD,w\nRX,X,{X},1\n" + "".join(rows), weight="w")


@pytest.mark.sampled
@pytest.mark.parametrize(
    "weights", [("0.75", "0.25"), ("3", "1"), ("300", "100"), ("3,000", "1,000"), ("3e-300", "1e-300")]
)
def test_weights_are_relative(case: Case, weights: tuple[str, str]) -> None:
    assert weighted(case, *weights).checked().inside == {X: 0.85, Y: 0.75}


def test_a_site_without_weight_gives_no_care(case: Case) -> None:
    assert weighted(case, "0", "1").checked().inside == {X: 1, Y: 0}


@pytest.mark.parametrize("value", ["-1", "a", "75%", "nan", "inf", "1e400", "*", "NA", "1,5", "1e11", ""])
def test_what_is_no_weight_is_refused_with_its_line(case: Case, value: str) -> None:
    weighted(case, value, "1").refused("providers.csv", "'w'", "line 3", f"'{value}'" if value else "nothing")


def test_what_is_no_weight_is_not_said_to_be_people(case: Case) -> None:
    assert "people" not in weighted(case, "-1", "1").refused("providers.csv")


def test_weights_that_are_all_zero_are_refused(case: Case) -> None:
    weighted(case, "0", "0").refused("providers.csv", "RY", "weight")


# ── coordinates ─────────────────────────────────────────────────────────────────────────────────

# in the middle of units E01000000 and E01000002
DEGREES = {"RX": ("52.643176", "-1.927599"), "RY": ("52.642157", "-1.632012")}
METRES = {"RX": ("405000", "305000"), "RY": ("425000", "305000")}


def located(case: Case, *, degrees: bool = True, **sites: tuple[str, str]) -> Case:
    keys = ("latitude", "longitude") if degrees else ("easting", "northing")
    table = (DEGREES if degrees else METRES) | sites
    rows = [f'{p},{p} Hospital,"{one}","{other}"\n' for p, (one, other) in table.items()]
    places = {"area": None, "layer": None, keys[0]: "one", keys[1]: "other"}
    case.units = OUTLINES + PEOPLE
    return case.place("provider,name,one,other\n" + "".join(rows), **places)


@pytest.mark.parametrize("degrees", [True, False])
def test_coordinates_say_where_providers_stand(case: Case, degrees: bool) -> None:
    assert located(case, degrees=degrees).checked().inside == INSIDE


def test_latitude_and_longitude_that_are_swapped_are_refused(case: Case) -> None:
    swapped = {p: (lon, lat) for p, (lat, lon) in DEGREES.items()}
    located(case, RY=swapped["RY"]).refused("providers.csv", "line 3", "-1.63201", "52.6422", "swapped")
    located(case, **swapped).refused("providers.csv", "line 2", "(2 such rows)", "swapped")


@pytest.mark.sampled
@pytest.mark.parametrize(
    "spot",
    [("0", "0"), ("48.85", "2.35"), ("425000", "305000"), ("inf", "1"), ("1e400", "1"), ("-52.6", "1.6")],
)
def test_degrees_outside_the_united_kingdom_are_refused(case: Case, spot: tuple[str, str]) -> None:
    located(case, RY=spot).refused("providers.csv", "latitude", "line 3", "not in the United Kingdom")


@pytest.mark.parametrize(
    "spot", [("1225000", "305000"), ("-500000", "305000"), ("425000", "2000000"), ("inf", "1")]
)
def test_metres_outside_the_united_kingdom_are_refused(case: Case, spot: tuple[str, str]) -> None:
    located(case, degrees=False, RY=spot).refused(
        "providers.csv", "easting", "line 3", "not in the United Kingdom"
    )


@pytest.mark.parametrize("spot", [("-1.632", "52.642"), ("52.642", "-1.632"), ("0", "0"), ("425", "305")])
def test_metres_that_are_none_are_refused(case: Case, spot: tuple[str, str]) -> None:
    located(case, degrees=False, RY=spot).refused("providers.csv", "line 3", "not in the United Kingdom")


@pytest.mark.sampled
@pytest.mark.parametrize(
    "spot", [("north", "1"), ("52.6", "west"), ("52,6", "-1,8"), ("52°36'N", "-1.8"), ("-", "-")]
)
def test_coordinates_that_are_text_are_refused(case: Case, spot: tuple[str, str]) -> None:
    located(case, RY=spot).refused("providers.csv", "line 3", "coordinate", "empty")


@pytest.mark.sampled
@pytest.mark.parametrize("spot", [("", ""), (" ", " "), ("NA", "NA"), ("52.6", ""), ("", "-1.6")])
def test_a_provider_without_both_coordinates_is_told(case: Case, spot: tuple[str, str]) -> None:
    run = located(case, RY=spot).checked()
    assert "without coordinates" in run.err
    assert "line 3" in run.err
    assert "RY Hospital (RY) (84.0% of all activity)" in run.told("FP405")[0]
    assert run.column("localisation_index_max")[Y] == 1


def test_providers_that_all_lack_coordinates_are_refused(case: Case) -> None:
    located(case, RX=("", ""), RY=("", "")).refused("providers.csv", "no provider where it stands")


@pytest.mark.parametrize(
    "spot", [("52.4", "-3.9"), ("53", "2"), ("54.6", "-5.9")], ids=["Wales", "sea", "Belfast"]
)
def test_a_provider_beyond_the_plan_is_told(case: Case, spot: tuple[str, str]) -> None:
    run = located(case, RY=spot).checked()
    assert "RY Hospital (RY) (84.0% of all activity)" in run.told("FP405")[0]
    assert run.inside == {X: 0.8, Y: 0}


def test_a_provider_just_off_the_outline_counts_as_inside(case: Case) -> None:
    run = located(case, degrees=False, RY=("440000.4", "305000")).checked()
    assert run.inside == INSIDE
    assert not run.told("FP405")


@pytest.mark.parametrize("spot", [("420000", "305000"), ("420000", "300000"), ("420000", "310000")])
def test_a_provider_on_a_border_belongs_to_the_first_area_by_code(case: Case, spot: tuple[str, str]) -> None:
    frame = draw("X X Y Y", "ICS")
    for part in (frame, frame.iloc[::-1]):
        save(part, case.folder / "ics.parquet")
        run = located(case, degrees=False, RY=spot).checked()
        assert run.inside == {X: 1, Y: 0}


def test_several_sites_without_weights_leave_the_index_open(case: Case) -> None:
    rows = "RX,X,405000,305000\nRY,Y,425000,305000\nRY,Y,405000,305000\n"
    places = {"area": None, "layer": None, "easting": "e", "northing": "n"}
    case.units = OUTLINES + PEOPLE
    run = case.place("provider,name,e,n\n" + rows, **places).checked()
    assert "shared out equally" in run.err
    assert (
        run.column("localisation_index_min")[Y],
        run.inside[Y],
        run.column("localisation_index_max")[Y],
    ) == (0, 0.5, 1)


def test_a_layer_beside_coordinates_is_refused(case: Case) -> None:
    located(case).place(layer="ics").refused("footprint.toml", "layer")


# ── names ───────────────────────────────────────────────────────────────────────────────────────

NAMES = ['=HYPERLINK("http://example.org")', "@SUM(A1)", "\x1b[31mRed\u202e\x07", "<script>alert(1)</script>"]


@pytest.mark.sampled
@pytest.mark.parametrize("command", ["check", "flows"])
@pytest.mark.parametrize("style", ["terminal", "csv", "json"])
def test_names_of_providers_cannot_act_on_a_terminal_or_spreadsheet(
    case: Case, command: str, style: str
) -> None:
    table = pd.DataFrame({"provider": ["RX", "RY", "RZ", "RQ"], "name": NAMES, "ICS21CD": [X, Y, X, Y]})
    case.place(table.to_csv(index=False))
    # the last two stand nowhere that is known
    case.write(f"{FLOWS}E01000000,RZ,60\nE01000003,RQ,60\nE01000000,=1+1,50\nE01000000,\x1b[2J,50\n")
    options = ["--table", "providers"] if (command, style) == ("flows", "csv") else []
    run = case.run(command, *options, style=style)
    assert run.code == 0
    assert {c for c in run.out + run.err if unicodedata.category(c)[0] == "C"} <= {"\n"}
    if style == "csv":
        cells = {cell for row in csv.reader(io.StringIO(run.out)) for cell in row}
        assert not [cell for cell in cells if cell.lstrip().startswith(("=", "@", "+"))]


def test_a_provider_without_a_name_goes_by_its_code(case: Case) -> None:
    run = case.place(SITES.replace("Ytown Hospital", "")).checked()
    assert "is at RY" in run.told("FP401")[0]


def test_codes_of_ten_thousand_characters_are_cut_in_messages(case: Case) -> None:
    case.write(f"{FLOWS}{'E' * 10_000},{'R' * 10_000},-1\n")
    case.refused("flows.csv", "'-1'")


# ── order and form say nothing ──────────────────────────────────────────────────────────────────


def mixed_rows(kind: str) -> list[tuple[str, str, str]]:
    """Rows with all that flows can hold: suppressed, unknown, foreign and blank."""
    chance = random.Random(1)
    rows: list[tuple[str, str, str]] = []
    for unit in (*dict.fromkeys(UNITS), "E01999999", "W01000001", ""):
        for at in ("RX", "RY", "RZ", "RQ", ""):
            if kind == "record":
                rows += [(unit, at, "")] * chance.randint(1, 30)
            elif kind == "count":
                rows.append((unit, at, chance.choice(["*", "<5", "1,234", str(chance.randint(0, 400))])))
            else:
                rows.append((unit, at, chance.choice(["*", f"{chance.random() / 5:.6f}"])))
    return rows


def with_rows(case: Case, kind: str, rows: list[tuple[str, str, str]], name: str = "flows.csv") -> Case:
    table = pd.DataFrame(rows, columns=["LSOA21CD", "provider", "count"])
    case.say(kind=kind, value=None if kind == "record" else "count", path=name)
    if name.endswith(".csv"):
        table.to_csv(case.folder / name, index=False)
    else:
        table.to_parquet(case.folder / name)
    return case


@pytest.mark.sampled
@pytest.mark.parametrize("command", ["check", "flows"])
@pytest.mark.parametrize("kind", ["count", "proportion", "record"])
def test_the_order_of_rows_changes_no_byte(case: Case, kind: str, command: str) -> None:
    rows, seen = mixed_rows(kind), set()
    for turn in range(3):
        random.Random(turn).shuffle(rows)
        run = with_rows(case, kind, rows).checked(command)
        seen.add(re.sub(r'"sha256": "\w+"', "", run.out) + run.err)
    assert len(seen) == 1


@pytest.mark.parametrize("kind", ["count", "proportion", "record"])
def test_parquet_gives_the_same_tables_as_csv(case: Case, kind: str) -> None:
    rows = mixed_rows(kind)
    one = with_rows(case, kind, rows).checked("flows").document
    other = with_rows(case, kind, rows, "flows.parquet").checked("flows").document
    assert one["tables"] == other["tables"]
    assert one["findings"] == other["findings"]


def test_the_split_into_files_changes_nothing(case: Case) -> None:
    whole = with_rows(case, "count", mixed_rows("count")).checked("flows").document
    for part, rows in enumerate(np.array_split(np.array(mixed_rows("count"), dtype=object), 3)):
        (case.folder / "parts").mkdir(exist_ok=True)
        with_rows(case, "count", rows.tolist(), f"parts/{part}.csv")
    parts = case.say(path="parts/*.csv").checked("flows").document
    assert parts["tables"] == whole["tables"]
    assert parts["findings"] == whole["findings"]
