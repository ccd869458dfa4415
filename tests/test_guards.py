"""Text that a program kept from a spreadsheet, ="E01000001" or 'E01000001: read as the code it guards."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import footprint
from footprint.measure import localisation
from footprint.model.errors import InputError
from footprint.read import delimited
from footprint.read.guards import unguarded
from footprint.read.postcodes import rows_with
from footprint.read.table import read_table

X, Y = "E54000061", "E54000062"
PLAN = """\
title = "T"
date = 2024-04-01
[units]
population = { path = "people.csv" }
[layers.ics]
lookup = { path = "lookup.csv" }
[levels]
system = "ics"
[flows]
path = "flows.csv"
kind = "count"
[providers]
path = "trusts.csv"
"""
TABLES = {
    "people": "LSOA21CD,population\nE01000001,1000\nE01000002,2000\n",
    "lookup": f"LSOA21CD,ICB23CD,ICB23NM\nE01000001,{X},South\nE01000002,{Y},North\n",
    "flows": "LSOA21CD,trust,admissions\nE01000001,RWE,51\nE01000001,RT5,49\nE01000002,RT5,33\n",
    "trusts": f"trust,ICB23CD\nRWE,{X}\nRT5,{Y}\n",
}
FORMS = ['="{}"', '"=""{}"""', "'{}", '"\'{}"', ' ="{}"']
NOTE = "read without the marks that keep a spreadsheet from changing text"


def guarded(text: str, form: str, columns: int) -> str:
    """Write the cells of the first columns below the heading in a form."""
    head, *rows = text.splitlines()
    cells = [row.split(",") for row in rows]
    made = [[form.format(c) if i < columns else c for i, c in enumerate(row)] for row in cells]
    return "\n".join([head, *map(",".join, made)]) + "\n"


@pytest.mark.sampled
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("columns", [1, 2])
def test_codes_of_every_table_are_those_that_are_guarded(
    tmp_path: Path, name: str, form: str, columns: int
) -> None:
    for key, text in TABLES.items():
        written = guarded(text, form, columns) if key == name else text
        (tmp_path / f"{key}.csv").write_text(written, encoding="utf-8")
    (tmp_path / "footprint.toml").write_text(PLAN, encoding="utf-8")
    plan = footprint.load_plan(tmp_path)
    found = localisation.table(plan).set_index("code")["localisation_index"]
    assert found.to_dict() == {X: 0.51, Y: 1.0}
    assert plan.people is not None
    assert plan.people.people.sum() == 3000
    assert {note.split(":")[0] for note in plan.notes if NOTE in note} == {f"{name}.csv"}


@pytest.mark.parametrize("form", ['="{}"', "'{}"])
def test_guarded_counts_of_flows_are_refused_in_words(tmp_path: Path, form: str) -> None:
    for key, text in TABLES.items():
        written = guarded(text, form, 3) if key == "flows" else text
        (tmp_path / f"{key}.csv").write_text(written, encoding="utf-8")
    (tmp_path / "footprint.toml").write_text(PLAN, encoding="utf-8")
    with pytest.raises(InputError, match=r"text that is kept from a spreadsheet .* write the number alone"):
        footprint.load_plan(tmp_path)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mark", delimited.MARKS)
@pytest.mark.parametrize("bulk", [0, 1 << 40])
def test_small_and_large_tables_say_the_same(
    tmp_path: Path, form: str, mark: str, bulk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "_BULK", bulk)
    head = f"{form.format('CODE')}{mark}name"
    (tmp_path / "t.csv").write_text(
        f"\n{head}\n{form.format('E01')}{mark}King's\n\n{form.format('007')}{mark}b\n"
    )
    table = read_table(tmp_path / "t.csv")
    assert dict(table) == {"CODE": ["E01", "007"], "name": ["King's", "b"]}
    assert table.notes == (f't.csv: 2 values were {NOTE} (="…", \'…)',)
    assert table.lines == [3, 5]


@pytest.mark.parametrize(
    "cell",
    [
        "'s-Gravenhage",
        "'E01000001'",
        "Class of '90",
        "=E01000001",
        "=SUM(A1)",
        '=A1&"x"',
        "'",
        "=",
        '"',
        "''",
        "O'Neill",
    ],
)
def test_what_is_no_guard_stays(cell: str) -> None:
    assert unguarded(cell) == cell


@pytest.mark.parametrize(
    ("cell", "text"),
    [('="00123"', "00123"), ('=""', ""), ("'007", "007"), ("'E01000001 ", "E01000001"), ('="a, b"', "a, b")],
)
def test_what_is_guarded_is_read(cell: str, text: str) -> None:
    assert unguarded(cell) == text


def test_headings_that_are_one_without_their_marks_are_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('="n",n\n1,2\n')
    with pytest.raises(InputError, match="two columns called n"):
        read_table(tmp_path / "t.csv")


def test_workbooks_and_lookups_of_postcodes_are_read_so_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["LSOA21CD", "population"])
    book.active.append(["'E01000001", 5])
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx")
    assert dict(table) == {"LSOA21CD": ["E01000001"], "population": ["5"]}
    assert any(NOTE in note for note in table.notes)
    (tmp_path / "p.csv").write_text('pcds,lsoa21\n="S1 2BJ",="E01000001"\n')
    assert rows_with(tmp_path / "p.csv", "S1", "2BJ") == [{"pcds": "S1 2BJ", "lsoa21": "E01000001"}]


def test_a_guarded_and_a_plain_code_of_flows_are_one(tmp_path: Path) -> None:
    for key, text in TABLES.items():
        (tmp_path / f"{key}.csv").write_text(text, encoding="utf-8")
    with (tmp_path / "flows.csv").open("a", encoding="utf-8") as stream:
        stream.write('="E01000002",RT5,7\n')
    (tmp_path / "footprint.toml").write_text(PLAN, encoding="utf-8")
    with pytest.raises(InputError, match="on several rows: E01000002 and RT5 on 2"):
        footprint.load_plan(tmp_path)
    (tmp_path / "footprint.toml").write_text(
        PLAN.replace("kind =", 'repeated = "sum"\nkind ='), encoding="utf-8"
    )
    flows = footprint.load_plan(tmp_path).flows
    assert flows is not None
    assert pd.Series(flows.low).sum() == 51 + 49 + 33 + 7
