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
import shapely
from documents import hold
from maps import code, draw, grid_units, save, shapes
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
BROKEN = '''"""A layer whose areas are in pieces.

Nothing can be built on what is in pieces, and each of the pieces has to be told with what is in it.

Settle: put the pieces together.
"""

from footprint.checks import Maker, evidence
from footprint.model.finding import Area, Piece, Severity

SEVERITY = Severity.ERROR
FAMILY = "ruin"
EVIDENCE = evidence("count", "denominator")
rule = Maker(__name__)


def check(plan):
    areas = [Area(str(code), plan.layers["lad"].name(code)) for code in plan.layers["lad"].codes]
    yield rule.finding(
        "lad", "all is in pieces", "Mend it.", "geometry", area=areas[0],
        parts=[Piece(areas[1], area_m2=3e6, width_m=77.0), Piece(areas[0], people=41, share=0.25)],
        count=2, denominator="source",
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
    """Three rules more, of families 7, 8 and 9: of a warning, a note, and an error with pieces."""
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "fp701_no_bridge.py").write_text(RULE, encoding="utf-8")
    (folder / "fp801_all_well.py").write_text(PLAIN, encoding="utf-8")
    (folder / "fp901_in_pieces.py").write_text(BROKEN, encoding="utf-8")
    monkeypatch.setattr(footprint.checks, "__path__", [*footprint.checks.__path__, str(folder)])
    catalogue.cache_clear()
    yield
    for name in ("fp701_no_bridge", "fp801_all_well", "fp901_in_pieces"):
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
    # the third of the rules is an error wherever there is something to check
    assert done.exit_code in (0, 1), done.output
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


def a_move(plan: Path) -> Path:
    """Write a proposal that moves one unit from the first system to the second."""
    proposal = plan.parent / "proposal"
    proposal.mkdir()
    (proposal / "proposal.toml").write_text(
        'title = "A move"\neffective_date = 2022-07-01\nbase = "../plan"\nlevel = "system"\n',
        encoding="utf-8",
    )
    moved = grid_units("A A A B B B")["LSOA21CD"].iloc[2]
    (proposal / "assignment.csv").write_text(f"code,area\n{moved},{code('Y', 'ICS')}\n", encoding="utf-8")
    return proposal


def test_a_proposal_that_puts_outlines_together_anew_neither_resolves_nor_loses_it(plan: Path) -> None:
    proposal = a_move(plan)
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


FORMS = ["terminal", "json", "csv", "sarif", "junit", "github", "gitlab", "markdown"]


@pytest.mark.sampled
@pytest.mark.parametrize("name", FORMS)
def test_an_error_with_pieces_is_in_every_format(plan: Path, name: str) -> None:
    printed = checked(plan, name)
    assert "all is in pieces" in printed
    assert "FP901" in printed
    assert "is split" not in printed


@pytest.mark.parametrize(
    ("ending", "inside"), [("md", None), ("html", None), ("docx", "word/document.xml"), ("xlsx", None)]
)
def test_an_error_with_pieces_is_in_every_report(plan: Path, ending: str, inside: str | None) -> None:
    path = reported(plan, ending)
    if ending == "xlsx":
        rows = [row for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows(values_only=True)]
        text = "\n".join(str(cell) for row in rows for cell in row if cell is not None)
    else:
        text = path.read_text(encoding="utf-8") if inside is None else ZipFile(path).read(inside).decode()
    assert "ll is in pieces" in text
    assert "Area A is split" not in text


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("rule", "areas"),
    [
        ("FP103", {"X": shapely.box(0, 0, 31e3, 10e3), "Y": shapely.box(30e3, 0, 60e3, 10e3)}),
        (
            "FP102",
            {"X": shapely.box(0, 0, 30e3, 10e3) - shapely.box(4e3, 4e3, 6e3, 6e3),
             "Y": shapely.box(30e3, 0, 60e3, 10e3)},
        ),
        (
            "FP106",
            {"X": shapely.box(0, 0, 30e3, 10e3) | shapely.box(50e3, 0, 60e3, 10e3),
             "Y": shapely.box(30e3, 0, 50e3, 10e3)},
        ),
        (
            "FP104",
            {"X": shapely.box(0, 0, 30e3, 10e3), "Y": shapely.box(30e3, 0, 60e3, 10e3),
             "Z": shapely.Polygon()},
        ),
    ],
)  # fmt: skip
def test_a_proposal_does_not_resolve_what_is_wrong_with_outlines_that_it_does_not_use(
    plan: Path, rule: str, areas: dict[str, shapely.Polygon]
) -> None:
    save(shapes("ICS", **areas), plan / "ics.geojson")
    proposal = a_move(plan)
    assert rule in {f["rule"] for f in json.loads(run("check", plan, "--format", "json"))["findings"]}
    document = json.loads(run("check", plan, "--proposal", proposal, "--format", "json"))
    assert document["resolved"] == []
    assert [f["new"] for f in document["findings"] if f["rule"] == rule] == [False]
    compared = json.loads(run("compare", plan, proposal, "--format", "json"))
    assert rule in {f["rule"] for f in compared["remaining"]}
