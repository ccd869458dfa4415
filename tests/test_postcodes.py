"""Postcodes: the column of the plan's vintage, or a refusal; and what is said of postcodes that ended."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from maps import save, write_csv
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
    assert "neither an LSOA of the plan" in told


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


@pytest.mark.parametrize("headings", ["lsoa11,lsoa21", "lsoa21,lsoa11"])
def test_a_column_of_another_vintage_is_not_told_beside_the_plans_own(tmp_path: Path, headings: str) -> None:
    row = f"S1 2BJ,{UNITS[1]},{UNITS[1]}"
    found = document(*asked(plan(tmp_path, 2021), f"pcds,{headings}", row))
    assert found["subject"]["code"] == UNITS[1]
    assert not any("postcodes.csv" in note for note in found["plan"]["notes"])


@pytest.mark.parametrize(
    ("column", "written", "told"),
    [
        ("doterm", "201006", "the postcode S1 2BJ ended on 2010-06 (postcodes.csv, column 'doterm')"),
        ("DOTERM", "2010-06-30", "ended on 2010-06-30"),
        ("date_of_termination", "20100630", "ended on 2010-06-30"),
        ("doterm", "", None),
        ("doterm", "000000", None),
        ("dointr", "201006", None),
        ("Terminated", "2010-06-30", "ended on 2010-06-30"),
        ("In Use?", "No", "the postcode S1 2BJ is not in use any more (postcodes.csv, column 'In Use?')"),
        ("In Use?", "Yes", None),
    ],
)
def test_a_postcode_that_ended_is_said_to_have(
    tmp_path: Path, column: str, written: str, told: str | None
) -> None:
    found = document(*asked(plan(tmp_path, 2011), f"pcds,{column},lsoa11", f"S1 2BJ,{written},{UNITS[0]}"))
    assert found["subject"]["code"] == UNITS[0]
    said = [n for n in found["plan"]["notes"] if "the postcode" in n]
    assert [told in n for n in said] == ([True] if told else [])


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


def placed(folder: Path, codes: tuple[str, str], west: float, middle: float, south: float) -> Path:
    """Write a plan of two districts with outlines, each 0.1 degrees wide, side by side in one area."""
    squares = [shapely.box(x, south, x + 0.1, south + 0.1) for x in (west, middle)]
    units = gpd.GeoDataFrame({"LAD21CD": codes, "LAD21NM": ["West", "East"]}, geometry=squares, crs=4326)
    save(units, folder / "units.gpkg")
    write_csv(folder / "lookup.csv", LAD21CD=codes, area=["A", "A"])
    (folder / "footprint.toml").write_text(
        f'title = "Two"\ndate = 2022-04-01\nnations = ["{codes[0][0]}"]\n'
        '[units]\ngeography = "LAD"\npath = "units.gpkg"\n[layers.own]\ngeography = "OTHER"\n'
        'lookup = { path = "lookup.csv", unit = "LAD21CD", code = "area" }\n',
        encoding="utf-8",
    )
    return folder


# Belfast City Hall is at J 338 740 of the Irish Grid, 54.596 degrees north and 5.930 west; on the British
# grid the same numbers are near Chester.
@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("pcds,oseast1m,osnrth1m,lat,long", "333800,374000,54.5964,-5.9301"),
        ("pcds,lat,long", "54.5964,-5.9301"),
        ("pcds,oseast1m,osnrth1m", "333800,374000"),
        ("pcds,oseast1m,osnrth1m,lat,long", "333800,374000,99.999999,0.000000"),
    ],
)
def test_metres_of_northern_ireland_are_those_of_the_irish_grid(
    tmp_path: Path, heading: str, row: str
) -> None:
    folder = placed(tmp_path, ("N09000003", "N09000004"), -6.0, -5.9, 54.55)
    found = document(*asked(folder, heading, f"BT1 5GS,{row}", postcode="BT1 5GS"))
    assert found["subject"]["code"] == "N09000003"


def test_a_nation_is_the_one_stated_and_not_that_of_an_area_across_the_border(tmp_path: Path) -> None:
    folder = placed(tmp_path, ("W06000005", "W06000006"), -3.2, -3.1, 53.2)
    heading = "pcds,ttwa,ctry,lat,long"
    found = document(*asked(folder, heading, "CH6 5NF,E30000180,W92000004,53.246,-3.13", postcode="CH6 5NF"))
    assert found["subject"]["code"] == "W06000005"
    told = fault(*asked(folder, heading, "CH1 2HT,W22000032,E92000001,53.19,-2.89", postcode="CH1 2HT"))
    assert "CH1 2HT is in England" in told


def test_a_postcode_that_nobody_has_placed_is_not_a_point_in_the_sea(tmp_path: Path) -> None:
    folder = placed(tmp_path, ("W06000005", "W06000006"), -3.2, -3.1, 53.2)
    heading = "pcds,oseast1m,osnrth1m,lsoa21,lat,long"
    told = fault(*asked(folder, heading, "CH6 5NF,,,W01000001,99.999999,0.000000", postcode="CH6 5NF"))
    assert "says of CH6 5NF neither an LAD of the plan nor coordinates" in told
