"""A rule is one module: by being there it is found, run and told everywhere, also one of a new family."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl
import pyogrio
import pytest
from documents import hold
from maps import code, draw, grid_units, save
from typer.testing import CliRunner

import footprint.checks
from footprint.checks import catalogue
from footprint.cli import app

ROOT = Path(__file__).parent.parent
RULE = '''"""An area that no bridge leads to.

Care that can be reached by boat alone is out of reach in a storm, and whoever plans it has to know.

Settle: build a bridge, or accept the finding where the boat is meant.
"""

from footprint.checks import Maker, evidence
from footprint.model.finding import Area, Severity

SEVERITY = Severity.WARNING
FAMILY = "travel"
EVIDENCE = evidence("count", bridges="bridges that lead there")
NEEDS = ("outlines",)
SECTIONS = ("levels",)
OF_OUTLINES = "shape"
rule = Maker(__name__)


def check(plan):
    for key, layer in plan.layers.items():
        if layer.drawn is None:
            continue
        code = str(layer.codes[0])
        area = Area(code, layer.name(code))
        yield rule.finding(
            key, f"no bridge leads to {area}", "Build one.", "geometry",
            area=area, level=plan.level_of(key), count=1, bridges=0,
        )
'''
PLAIN = '''"""Nothing that anybody would mind.

It is there to show that a family without a name has one all the same, made of its digit.

Settle: there is nothing to settle here.
"""

from footprint.checks import Maker
from footprint.model.finding import Severity

SEVERITY = Severity.INFO
rule = Maker(__name__)


def check(plan):
    yield rule.finding("lad", "all is well", "", "lookup")
'''
MESSAGE = f"no bridge leads to Area A ({code('A')})"
HINT = "Build one."


@pytest.fixture(autouse=True)
def new_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two rules more, of families 7 and 8."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "fp701_no_bridge.py").write_text(RULE, encoding="utf-8")
    (folder / "fp801_all_well.py").write_text(PLAIN, encoding="utf-8")
    monkeypatch.setattr(footprint.checks, "__path__", [*footprint.checks.__path__, str(folder)])
    catalogue.cache_clear()
    yield
    for name in ("fp701_no_bridge", "fp801_all_well"):
        sys.modules.pop(f"footprint.checks.{name}", None)
    catalogue.cache_clear()


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Six units in two districts and two systems, with outlines."""
    folder = tmp_path / "plan"
    folder.mkdir()
    save(grid_units("A A A B B B")[["LSOA21CD", "geometry"]], folder / "units.geojson")
    save(draw("A A A B B B"), folder / "lad.geojson")
    save(draw("X X X Y Y Y", "ICS"), folder / "ics.geojson")
    (folder / "footprint.toml").write_text(
        'title = "Bridges"\ndate = 2021-04-01\n[units]\npath = "units.geojson"\n'
        '[layers.lad]\npath = "lad.geojson"\n[layers.ics]\npath = "ics.geojson"\n'
        '[levels]\nsystem = "ics"\n',
        encoding="utf-8",
    )
    return folder


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def checked(plan: Path, name: str) -> str:
    return run("check", plan, "--format", name)


def reported(plan: Path, ending: str) -> Path:
    path = plan / f"report.{ending}"
    run("report", plan, "-o", path)
    return path


def test_it_is_in_the_catalogue() -> None:
    printed = run("rules")
    assert "Travel rules\n  FP701" in printed
    assert "Family 8 rules\n  FP801" in printed
    row = next(row for row in json.loads(run("rules", "--format", "json")) if row["code"] == "FP701")
    assert (row["name"], row["family"], row["severity"]) == ("no-bridge", "travel", "warning")
    assert run("explain", "no-bridge").startswith("FP701 no-bridge (travel rule, warning)\n")


def test_the_terminal_has_it_at_its_place(plan: Path) -> None:
    printed = checked(plan, "terminal")
    assert "\nFindings, place by place\n" in printed
    where = f"no bridge leads to Area X ({code('X', 'ICS')})"
    assert f"\n  Area X, of the systems\n    warning FP701 no-bridge: {where}" in printed
    # of no one place: below what the areas are
    assert f"\n    warning FP701 no-bridge: {MESSAGE}\n" in printed
    assert "\n    note FP801 all-well: all is well\n" in printed
    assert printed.count("\n  Districts\n") == 1


def test_the_json_has_it_and_holds_to_its_schema(plan: Path) -> None:
    document = json.loads(checked(plan, "json"))
    hold(document, "findings")
    evidence = json.loads(run("schema", "findings"))["$defs"]["finding"]["properties"]["evidence"]
    assert evidence["properties"]["bridges"] == {"description": "bridges that lead there"}
    found = [f for f in document["findings"] if f["rule"] == "FP701"]
    assert [(f["layer"], f["level"]) for f in found] == [("ics", "system"), ("lad", None)]
    assert found[1]["evidence"] == {"kind": "geometry", "count": 1, "bridges": 0}
    # the section that it goes back to
    text = (plan / "footprint.toml").read_text(encoding="utf-8").splitlines()
    assert {text[f["location"]["line"] - 1] for f in found} == {"[levels]"}


def test_tables_and_formats_for_ci_have_it(plan: Path) -> None:
    rows = [row for row in csv.DictReader(StringIO(checked(plan, "csv"))) if row["rule"] == "FP701"]
    assert [(row["message"], row["evidence_fields"]) for row in rows][1] == (
        MESSAGE,
        '{"count": 1, "bridges": 0}',
    )
    log = json.loads(checked(plan, "sarif"))["runs"][0]
    described = next(rule for rule in log["tool"]["driver"]["rules"] if rule["id"] == "FP701")
    assert described["properties"]["tags"] == ["travel"]
    assert f"{MESSAGE}. {HINT}" in [r["message"]["text"] for r in log["results"] if r["ruleId"] == "FP701"]
    suites = ElementTree.fromstring(checked(plan, "junit")).findall("testsuite")
    names = [case.get("classname") for suite in suites for case in suite.findall("testcase")]
    assert "footprint.travel" in names
    assert "footprint.family 8" in names
    assert f"title=FP701 no-bridge::{MESSAGE}" in checked(plan, "github")
    quality = [e["description"] for e in json.loads(checked(plan, "gitlab")) if "FP701" in e["check_name"]]
    assert any(MESSAGE in told for told in quality)
    assert f"| warning | FP701 no-bridge | lad | {MESSAGE} |" in checked(plan, "markdown")


def test_reports_have_it(plan: Path) -> None:
    assert f"| warning | FP701 no-bridge | lad | {MESSAGE} |" in reported(plan, "md").read_text()
    page = reported(plan, "html").read_text(encoding="utf-8")
    assert '<span title="FP701">no bridge' in page
    assert f'<p class="message">no bridge leads to <span title="{code("A")}">Area A</span></p>' in page
    assert '<dt title="bridges that lead there">Bridges</dt>' in page
    assert MESSAGE.encode() in ZipFile(reported(plan, "docx")).read("word/document.xml")
    sheet = openpyxl.load_workbook(reported(plan, "xlsx"))["Findings"]
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    table = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(r["Layer"], r["Bridges"]) for r in table if r["Rule"] == "FP701"] == [("ics", 0), ("lad", 0)]


def test_it_has_ground_in_a_gis(plan: Path) -> None:
    path = reported(plan, "gpkg")
    findings = pyogrio.read_dataframe(path, layer="findings")
    mine = findings[findings["rule"] == "FP701"]
    assert mine["evidence_fields"].tolist() == ['{"count": 1, "bridges": 0}'] * 2
    assert mine["drawn_in"].tolist() == ["areas", "areas"]
    areas = pyogrio.read_dataframe(path, layer="areas")
    assert areas[areas["rule"] == "FP701"]["code"].tolist() == [code("X", "ICS"), code("A")]


def test_a_proposal_that_puts_outlines_together_anew_neither_resolves_nor_loses_it(plan: Path) -> None:
    proposal = plan.parent / "proposal"
    proposal.mkdir()
    (proposal / "proposal.toml").write_text(
        'title = "A move"\neffective_date = 2022-07-01\nbase = "../plan"\nlevel = "system"\n',
        encoding="utf-8",
    )
    moved = grid_units("A A A B B B")["LSOA21CD"].iloc[2]
    (proposal / "assignment.csv").write_text(f"code,area\n{moved},{code('Y', 'ICS')}\n", encoding="utf-8")
    document = json.loads(run("check", plan, "--proposal", proposal, "--format", "json"))
    assert [f["rule"] for f in document["resolved"] if f["rule"] == "FP701"] == []
    found = {f["layer"]: f["new"] for f in document["findings"] if f["rule"] == "FP701"}
    assert found == {"ics": False, "lad": False}
    told = [skip["reason"] for skip in document["skipped"] if skip["rule"] == "FP701"]
    assert told == [
        "the systems are put together from units by the proposal; their outlines are not examined"
    ]
    compared = json.loads(run("compare", plan, proposal, "--format", "json"))
    assert {f["layer"] for f in compared["remaining"] if f["rule"] == "FP701"} == {"ics", "lad"}
