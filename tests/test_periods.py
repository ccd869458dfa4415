"""Rows of several times: of no code there are two, so that they could be added up without a word."""

from __future__ import annotations

from pathlib import Path

import pytest
from maps import write_plan

from footprint.model.errors import InputError
from footprint.model.geographies import GEOGRAPHIES
from footprint.plan.load import load_plan
from footprint.read.lookup import read_lookup
from footprint.read.periods import several
from footprint.read.population import read_population

UNITS = ["E01000001", "E01000002", "E01000003", "E01000004"]
PLAN = """\
title = "Two districts"
date = 2021-04-01
[units]
population = { path = "people.csv" }
[layers.lad]
geography = "LAD"
lookup = { path = "lads.csv" }
[levels]
place = "lad"
"""
LADS = {"LSOA21CD": UNITS, "LAD21CD": ["E06000001", "E06000001", "E06000002", "E06000002"]}


@pytest.mark.parametrize(
    ("column", "times"),
    [
        ("year", ["2019", "2020"]), ("Financial year", ["2019/20", "2020/21"]), ("FY", ["19/20", "20/21"]),
        ("TIME_PERIOD", ["2019Q1", "2019Q2"]), ("calendarQuarter", ["Q1", "Q2"]), ("Month", ["April", "May"]),
        ("date", ["mid-2019", "mid-2020"]), ("Date", ["2019-06-30", "2020-06-30"]),
        ("yr", ["2019", "2020", ""]), ("CatchmentYear", ["2018", "2019"]),
        ("period", ["Year ending June 2019", "Year ending June 2020"]),
        ("DATE_NAME", ["2019", "2020"]), ("quarter", ["1", "2"]), ("date", ["2011-03-27", "2021-03-21"]),
    ],
)  # fmt: skip
def test_rows_of_several_times_are_known_by_what_their_column_is_called_and_holds(
    column: str, times: list[str]
) -> None:
    assert several({"code": UNITS, column: times}) == f"{column} = {', '.join(filter(None, times))}"


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        ("year", ["2019", "2019"]), ("year", ["2019", ""]), ("start_date", ["2019-04-01", "2021-04-01"]),
        ("boundary_year", ["2019", "2021"]), ("year_built", ["1999", "2001"]), ("time", ["short", "long"]),
        ("age", ["1", "2"]), ("period", ["morning", "evening"]),
        # of a code, not of its row
        ("code date", ["2011-01-01", "2021-12-31"]), ("Date of code", ["2011-01-01", "2021-12-31"]),
        ("time", ["5", "10"]), ("years", ["1", "2", "3"]),
        # the day on which a row was written
        ("date", ["2021-03-01", "2021-03-02", "2021-04-15"]), ("extract_date", ["12/03/2021", "31/03/2021"]),
    ],
)  # fmt: skip
def test_what_is_said_of_a_unit_is_no_time_of_its_row(column: str, texts: list[str]) -> None:
    assert several({column: texts}) == ""


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        ("month", ["Jun", "June"]), ("date", ["30/06/2020", "30 June 2020"]), ("FY", ["2019/20", "2019-20"]),
        ("year", ["2020", "mid-2020"]), ("quarter", ["Q1", "Quarter 1"]), ("month", ["2019-04", "201904"]),
        ("period", ["April 2019 to March 2020", "Apr 2019 - Mar 2020"]),
    ],
)  # fmt: skip
def test_one_time_is_one_however_it_is_written(column: str, texts: list[str]) -> None:
    assert several({column: texts}) == ""


def people(folder: Path, years: list[int]) -> Path:
    path = folder / "people.csv"
    rows = "".join(f"{unit},{year},100\n" for unit, year in zip(UNITS, years, strict=True))
    path.write_text(f"LSOA21CD,year,population\n{rows}", encoding="utf-8")
    return path


def test_people_of_several_years_are_refused_unless_somebody_says_that_they_are_meant(tmp_path: Path) -> None:
    path = people(tmp_path, [2019, 2019, 2020, 2020])
    with pytest.raises(InputError) as error:
        read_population(path)
    assert error.value.fault == (
        "has rows of year = 2019, 2020, so 'population' does not hold the people of one time"
    )
    assert error.value.remedy == (
        'Keep the rows of one; or, if these are meant, say so with value = "population".'
    )
    assert read_population(path, value="population").notes[-1] == (
        "people.csv: has rows of year = 2019, 2020, so these are not the people of one time"
    )
    assert len(read_population(people(tmp_path, [2020] * 4)).people) == 4


def test_a_measure_and_a_lookup_of_several_years_are_told(tmp_path: Path) -> None:
    measure = '[[measure]]\nname = "spend"\npath = "spend.csv"\ncolumn = "spend"\nadds = "sum"\n'
    folder = write_plan(
        tmp_path / "plan", PLAN + measure, lads=LADS,
        people={"LSOA21CD": UNITS, "population": [100] * 4},
        spend={"LSOA21CD": UNITS, "spend": [1, 2, 3, 4], "Year": [2019, 2019, 2020, 2020]},
    )  # fmt: skip
    told = list(load_plan(folder).told())
    assert "spend.csv: has rows of Year = 2019, 2020; 'spend' puts them together" in told
    (tmp_path / "l.csv").write_text(
        "LSOA21CD,LAD21CD,year\nE01000001,E06000001,2019\nE01000002,E06000001,2021\n", encoding="utf-8"
    )
    found = read_lookup(
        tmp_path / "l.csv", unit=None, code=None, unit_geography=GEOGRAPHIES["LSOA"],
        geography=GEOGRAPHIES["LAD"], role="lad",
    )  # fmt: skip
    assert found.notes[-1] == "l.csv: has rows of year = 2019, 2021, so its areas may not be of one time"
