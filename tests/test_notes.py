"""Notes on stderr: what was guessed, left out or changed is said, and of clean files nothing is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from maps import code, draw, grid_units, write_plan
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.read.columns import as_text, clean_codes

STATED = """\
title = "T"
date = 2021-04-01
[units]
path = "units.geojson"
code = "LSOA21CD"
name = "LSOA21NM"
population = { path = "people.csv", code = "unit", value = "people" }
[layers.lad]
geography = "LAD"
path = "lad.geojson"
code = "LAD21CD"
lookup = { path = "lookup.csv", unit = "unit", code = "area" }
"""
UNITS = ["E01000000", "E01000001", "E01000002", "E01000003"]


def stated(folder: Path, **files: object) -> Path:
    units = grid_units("A A B B")[["LSOA21CD", "geometry"]].assign(LSOA21NM=["a", "b", "c", "d"])
    tables: dict[str, object] = {
        "units": units,
        "lad": draw("A A B B"),
        "people": "unit,people\n" + "".join(f"{u},100\n" for u in UNITS),
        "lookup": "unit,area\n" + "".join(f"{u},{code(c)}\n" for u, c in zip(UNITS, "AABB", strict=True)),
    }
    return write_plan(folder, STATED, **(tables | files))  # type: ignore[arg-type]


def notes(folder: Path, *options: str) -> list[str]:
    done = CliRunner().invoke(app, ["check", str(folder), "--fail-on", "never", *options])
    assert done.exit_code == 0, done.output
    return [line.removeprefix("note: ") for line in done.stderr.splitlines()]


def test_nothing_is_said_of_clean_files_of_which_all_is_stated(tmp_path: Path) -> None:
    folder = stated(tmp_path)
    assert notes(folder) == []
    for form in ("json", "csv", "markdown"):
        assert notes(folder, "--format", form) == []


def test_what_was_guessed_is_said(tmp_path: Path) -> None:
    folder = stated(tmp_path)
    text = STATED.replace(', value = "people"', "").replace('code = "LAD21CD"\n', "")
    (folder / "footprint.toml").write_text(text.replace('name = "LSOA21NM"\n', ""))
    assert notes(folder) == [
        "layers.lad: read as LAD of 2021, from its column names and codes",
        "people.csv: population read from column 'people'",
    ]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([" E01000000,100", "E01000001 ,100"], "blanks around 2 codes in 'unit' were taken off"),
        (["E01000000,100", " E01000001,100"], "blanks around 1 code in 'unit' were taken off"),
    ],
)
def test_blanks_that_were_taken_off_are_said(rows: list[str], told: str, tmp_path: Path) -> None:
    people = "\n".join(["unit,people", *rows, "E01000002,100", "E01000003,100", ""])
    folder = stated(tmp_path, people=people)
    assert notes(folder) == [f"people.csv: {told}"]
    result = footprint.check(footprint.load_plan(folder))
    assert result.population.population.tolist() == [200.0, 200.0]


def test_blanks_around_people_are_no_matter(tmp_path: Path) -> None:
    folder = stated(tmp_path, people="unit,people\n" + "".join(f"{u}, 100 \n" for u in UNITS))
    assert notes(folder) == []


def test_rows_that_repeat_and_rows_beyond_the_plan_are_said(tmp_path: Path) -> None:
    rows = [f"{u},{code(c)}" for u, c in zip(UNITS, "AABB", strict=True)]
    lookup = "\n".join(
        ["unit,area", *rows, rows[0], rows[1], "E01999999,E07000065", "W01000001,W06000001", ""]
    )
    assert notes(stated(tmp_path, lookup=lookup)) == [
        "lookup.csv: 2 rows repeat another and count once",
        "layers.lad.lookup: 2 rows for codes that units does not have are not used; 1 of them outside "
        "England",
    ]


def test_a_layer_without_names_is_said_and_codes_stand_for_them(tmp_path: Path) -> None:
    folder = stated(tmp_path, lad=draw("A A B B").drop(columns="LAD21NM"))
    assert notes(folder) == ["lad.geojson: no column of names; codes stand for them"]
    table = footprint.check(footprint.load_plan(folder)).population
    assert table.name.tolist() == table.code.tolist()


def test_a_crs_that_is_assumed_or_not_needed_is_said(tmp_path: Path) -> None:
    folder = stated(tmp_path)
    done = CliRunner().invoke(
        app,
        ["overlap", str(folder / "lad.geojson"), str(folder / "lad.geojson"), "--assume-crs", "EPSG:4326"],
    )
    assert done.exit_code == 0
    assert [line for line in done.stderr.splitlines() if "CRS" in line or "EPSG" in line] != []


def test_an_entry_that_fits_nothing_or_too_much_is_said(tmp_path: Path) -> None:
    folder = stated(tmp_path)
    accept = '[[accept]]\nrule = "FP201"\narea = "E07000065"\nother = "E54000088"\nreason = "r"\n'
    (folder / "footprint.toml").write_text(STATED + accept)
    assert notes(folder) == ["[[accept]] FP201 E07000065 with E54000088 fits no finding"]
    # a rule that is not run fits nothing for that reason
    assert notes(folder, "--select", "FP3") == []


# ── codes as text ───────────────────────────────────────────────────────────────────────────────


def test_codes_that_went_through_a_spreadsheet_are_whole_numbers_again() -> None:
    values = pd.Series([1234.0, 1234.5, 2.0**53, "E01", None, pd.NA, float("nan"), 7])
    assert as_text(values).tolist() == ["1234", "1234.5", "9007199254740992.0", "E01", "", "", "", "7"]


@pytest.mark.parametrize("nothing", ["", "  ", "nan", "None", "<NA>", "NULL", "null", None])
def test_a_row_without_a_code_is_refused_with_its_number(nothing: str | None) -> None:
    values = pd.Series(["E01", nothing, "E02", nothing], index=[2, 3, 4, 5])
    with pytest.raises(footprint.InputError, match=r"2 lines without a code in column 'c' \(line 3, 5\)"):
        clean_codes(values, Path("t.csv"), "c", [], "line")


def test_clean_codes_are_as_they_were_and_nothing_is_noted() -> None:
    told: list[str] = []
    values = pd.Series(["E01", "E02", "\ufeffE03"], index=[2, 3, 4])
    assert clean_codes(values[:2], Path("t.csv"), "c", told).tolist() == ["E01", "E02"]
    assert told == []
    # a byte-order mark in front of the first code is what an editor left
    assert clean_codes(values, Path("t.csv"), "c", told).tolist() == ["E01", "E02", "E03"]
    assert told == ["t.csv: blanks around 1 code in 'c' were taken off"]
