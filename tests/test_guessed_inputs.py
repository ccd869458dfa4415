"""What was guessed of each input stands in every report, with the column and the line that states it."""

from __future__ import annotations

import json
from pathlib import Path

import docx
import openpyxl
import pytest
from maps import draw, grid_units, save
from test_organisations import FLOWS, PLAN, TABLES, written
from typer.testing import CliRunner

from footprint.cli import app

GUESSES = {
    "population": (
        "codes from column 'LSOA21CD', read as LSOA of 2021 (state it with code = \"LSOA21CD\"); people "
        "from column 'population' (state it with value = \"population\")"
    ),
    "layers.ics.lookup": (
        "units from column 'LSOA21CD', read as LSOA of 2021 (state it with unit = \"LSOA21CD\"); codes "
        "from column 'ICB23CD', read as ICS of 2023 (state it with code = \"ICB23CD\")"
    ),
    "flows": (
        "units of flows from column 'LSOA21CD' (state it with unit = \"LSOA21CD\"); providers from column "
        "'trust' (state it with provider = \"trust\"); activity from column 'admissions' (state it with "
        'value = "admissions"); \'admissions\' holds counts (state it with kind = "count")'
    ),
    "providers": (
        "providers from column 'trust' (state it with code = \"trust\"); areas of providers from column "
        "'ICB23CD' (state it with area = \"ICB23CD\"); 'ICB23CD' holds areas of ics (state it "
        'with layer = "ics")'
    ),
}
STATED = """\
title = "T"
date = 2024-04-01
[units]
population = { path = "people.csv", code = "LSOA21CD", value = "population" }
[layers.ics]
lookup = { path = "lookup.csv", unit = "LSOA21CD", code = "ICB23CD" }
[levels]
system = "ics"
[flows]
path = "flows.csv"
unit = "LSOA21CD"
provider = "trust"
value = "admissions"
kind = "count"
[providers]
path = "trusts.csv"
code = "trust"
area = "ICB23CD"
layer = "ics"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    flows = TABLES["flows"].replace("RWEAA", "RWE").replace("RT5YA", "RT5")
    return written(tmp_path, PLAN + FLOWS.replace('kind = "count"\n', ""), flows=flows)


def run(*arguments: object) -> str:
    done = CliRunner().invoke(app, list(map(str, arguments)))
    assert done.exit_code in (0, 1), done.output
    return done.stdout


def plain(text: str) -> str:
    return " ".join(text.replace("&#34;", '"').replace("&#39;", "'").split())


def test_inputs_of_the_json_say_what_was_guessed(folder: Path) -> None:
    inputs = json.loads(run("check", folder, "--format", "json"))["plan"]["inputs"]
    assert {one["role"]: one["guessed"] for one in inputs} == GUESSES


@pytest.mark.parametrize("command", [["check"], ["flows"], ["check", "--format", "markdown"]])
def test_inputs_say_it_in_the_terminal_and_in_markdown(folder: Path, command: list[str]) -> None:
    said = plain(run(command[0], folder, *command[1:]))
    assert all(told in said for told in GUESSES.values())


@pytest.mark.parametrize("ending", [".html", ".md", ".docx", ".xlsx"])
def test_every_report_says_it(folder: Path, ending: str) -> None:
    path = folder / f"report{ending}"
    run("report", folder, "-o", path)
    if ending == ".docx":
        said = "\n".join(paragraph.text for paragraph in docx.Document(str(path)).paragraphs)
    elif ending == ".xlsx":
        cells = [row for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows(values_only=True)]
        said = "\n".join(str(cell) for row in cells for cell in row)
    else:
        said = path.read_text(encoding="utf-8")
    assert [role for role, told in GUESSES.items() if told not in plain(said)] == []


def test_of_a_plan_that_states_all_nothing_was_guessed(folder: Path) -> None:
    (folder / "footprint.toml").write_text(STATED, encoding="utf-8")
    inputs = json.loads(run("check", folder, "--format", "json"))["plan"]["inputs"]
    assert {one["guessed"] for one in inputs} == {None}
    assert "guessed:" not in run("check", folder)
    run("report", folder, "-o", folder / "report.html")
    assert "Guessed, and" not in (folder / "report.html").read_text(encoding="utf-8")


def test_what_the_lines_say_states_it(folder: Path) -> None:
    """The plan that states what was guessed reads the same."""
    before = json.loads(run("check", folder, "--format", "json"))
    (folder / "footprint.toml").write_text(STATED, encoding="utf-8")
    after = json.loads(run("check", folder, "--format", "json"))
    assert before["tables"] == after["tables"]
    assert before["findings"] == after["findings"]


def test_outlines_and_units_say_their_columns_kinds_and_vintages(tmp_path: Path) -> None:
    save(grid_units("A A B B")[["LSOA21CD", "geometry"]], tmp_path / "units.gpkg")
    save(draw("A A B B"), tmp_path / "lad.gpkg")
    [column] = [c for c in draw("A").columns if c.endswith("CD")]
    (tmp_path / "footprint.toml").write_text(
        'title = "T"\ndate = 2021-04-01\n[units]\npath = "units.gpkg"\n[layers.lad]\npath = "lad.gpkg"\n'
    )
    inputs = json.loads(run("check", tmp_path, "--format", "json"))["plan"]["inputs"]
    assert {one["role"]: one["guessed"] for one in inputs} == {
        "units": "codes from column 'LSOA21CD', read as LSOA of 2021 (state it with code = \"LSOA21CD\")",
        "layers.lad": (
            f"codes from column '{column}', read as LAD of 20{column[3:5]} (state it with code = "
            f'"{column}", geography = "LAD")'
        ),
    }
