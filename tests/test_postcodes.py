"""Postcodes: the column of the plan's vintage, or a refusal; and what is said of postcodes that ended."""

from __future__ import annotations

from pathlib import Path

import pytest
from maps import write_csv
from test_who import document, fault

UNITS = ["E01000000", "E01000001", "E01000002", "E01000003"]
HEADINGS = {2011: "lsoa11_code", 2021: "LSOA21CD", None: "area_code"}


def plan(folder: Path, vintage: int | None) -> Path:
    """Write a plan of four units in one system, by tables alone, with LSOAs of a vintage in the headings."""
    heading = HEADINGS[vintage]
    write_csv(folder / "people.csv", **{heading: UNITS, "population": [1000, 2000, 3000, 4000]})
    write_csv(folder / "lookup.csv", **{heading: UNITS, "ICS21CD": ["E54000001"] * 4})
    (folder / "footprint.toml").write_text(
        'title = "Four"\ndate = 2021-04-01\n[units]\npopulation = { path = "people.csv" }\n'
        '[layers.ics]\nlookup = { path = "lookup.csv", unit = "' + heading + '" }\n',
        encoding="utf-8",
    )
    return folder


def asked(folder: Path, heading: str, *rows: str, postcode: str = "S1 2BJ") -> tuple[object, ...]:
    path = folder / "postcodes.csv"
    path.write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")
    return folder, "--postcode", postcode, "--postcodes", path


@pytest.mark.parametrize(
    "headings", ["lsoa21,lsoa11", "lsoa11,lsoa21", "LSOA21CD,LSOA11CD", "lsoa_21,lsoa_11"]
)
@pytest.mark.parametrize("vintage", [2011, 2021])
def test_the_column_of_the_plans_vintage_counts_wherever_it_stands(
    tmp_path: Path, headings: str, vintage: int
) -> None:
    columns = headings.split(",")
    cells = {"11": UNITS[1], "21": UNITS[2]}
    row = ",".join(cells[next(y for y in cells if y in column)] for column in columns)
    found = document(*asked(plan(tmp_path, vintage), f"pcds,{headings}", f"S1 2BJ,{row}"))
    assert found["subject"]["code"] == cells[str(vintage)[2:]]


def test_a_unit_that_the_plan_lacks_is_not_replaced_by_one_of_another_vintage(tmp_path: Path) -> None:
    told = fault(*asked(plan(tmp_path, 2011), "pcds,lsoa21,lsoa11", f"S1 2BJ,{UNITS[1]},E01099999"))
    assert "neither a LSOA of the plan" in told


def test_codes_tell_where_the_plan_states_no_vintage(tmp_path: Path) -> None:
    folder = plan(tmp_path, None)
    found = document(*asked(folder, "pcds,lsoa21,lsoa11", f"S1 2BJ,E01034567,{UNITS[1]}"))
    assert found["subject"]["code"] == UNITS[1]
    told = fault(*asked(folder, "pcds,lsoa21,lsoa11", f"S1 2BJ,{UNITS[0]},{UNITS[1]}"))
    assert f"puts S1 2BJ into 2 units of the plan: {UNITS[0]} (lsoa21), {UNITS[1]} (lsoa11)" in told


def test_two_columns_of_the_plans_vintage_that_differ_are_refused(tmp_path: Path) -> None:
    told = fault(*asked(plan(tmp_path, 2011), "pcds,lsoa11,lsoa11cd", f"S1 2BJ,{UNITS[0]},{UNITS[1]}"))
    assert f"{UNITS[0]} (lsoa11), {UNITS[1]} (lsoa11cd)" in told


def test_a_column_of_another_vintage_alone_is_used_and_said(tmp_path: Path) -> None:
    found = document(*asked(plan(tmp_path, 2011), "pcds,lsoa21", f"S1 2BJ,{UNITS[3]}"))
    assert found["subject"]["code"] == UNITS[3]
    assert any(
        f"column 'lsoa21' holds areas of 2021, and the plan's units are of 2011; {UNITS[3]} is in both" in n
        for n in found["plan"]["notes"]
    )


@pytest.mark.parametrize(
    ("column", "written", "told"),
    [
        ("doterm", "201006", "the postcode S1 2BJ ended on 2010-06 (postcodes.csv, column 'doterm')"),
        ("DOTERM", "2010-06-30", "ended on 2010-06-30"),
        ("date_of_termination", "20100630", "ended on 2010-06-30"),
        ("doterm", "", None),
        ("doterm", "000000", None),
        ("dointr", "201006", None),
    ],
)
def test_a_postcode_that_ended_is_said_to_have(
    tmp_path: Path, column: str, written: str, told: str | None
) -> None:
    found = document(*asked(plan(tmp_path, 2011), f"pcds,{column},lsoa11", f"S1 2BJ,{written},{UNITS[0]}"))
    assert found["subject"]["code"] == UNITS[0]
    assert [told in n for n in found["plan"]["notes"] if "ended on" in n] == ([True] if told else [])


def test_of_a_postcode_that_was_given_out_again_the_row_in_force_counts(tmp_path: Path) -> None:
    folder = plan(tmp_path, 2011)
    rows = (f"S1 2BJ,199912,{UNITS[0]}", f"S1 2BJ,,{UNITS[1]}")
    for ordered in (rows, rows[::-1]):
        found = document(*asked(folder, "pcds,doterm,lsoa11", *ordered))
        assert found["subject"]["code"] == UNITS[1]
        assert not any("ended" in note for note in found["plan"]["notes"])
    told = fault(*asked(folder, "pcds,lsoa11", f"S1 2BJ,{UNITS[0]}", f"S1 2BJ,{UNITS[1]}"))
    assert "puts S1 2BJ into 2 units of the plan" in told
    found = document(*asked(folder, "pcds,lsoa11", f"S1 2BJ,{UNITS[0]}", f"S12BJ,{UNITS[0]}"))
    assert found["subject"]["code"] == UNITS[0]
