"""Which column of a table is meant, and which numbers can be numbers of people."""

from __future__ import annotations

from pathlib import Path

import pytest
from maps import code, write_plan
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.model.schema import Column, Table

UNITS = ["E01000000", "E01000001", "E01000002"]
PLAN = """\
title = "T"
date = 2021-04-01
[units]
geography = "LSOA"
population = {{ path = "people.csv"{people} }}
[layers.lad]
geography = "LAD"
lookup = {{ path = "lookup.csv"{lookup} }}
"""
A, B = code("A"), code("B")


def load(folder: Path, people: str, lookup: str, keys: tuple[str, str] = ("", "")) -> footprint.Plan:
    plan = PLAN.format(people=keys[0], lookup=keys[1])
    return footprint.load_plan(write_plan(folder, plan, people=people, lookup=lookup))


def lines(heading: str, *columns: list[object]) -> str:
    return "\n".join([heading, *(",".join(map(str, row)) for row in zip(*columns, strict=True)), ""])


LOOKUP = lines("LSOA21CD,LAD21CD", UNITS, [A, A, B])
PEOPLE = lines("LSOA21CD,population", UNITS, [1, 2, 4])


def held(plan: footprint.Plan) -> dict[str, float]:
    table = footprint.check(plan).population
    return dict(zip(table.code, table.population, strict=True))


@pytest.mark.parametrize(
    ("heading", "columns"),
    [
        ("LSOA21CD,population,males", [UNITS, [1, 2, 4], [1, 1, 1]]),
        ("LSOA21CD,males,Total Population 2020", [UNITS, [1, 1, 1], [1, 2, 4]]),
        ("LSOA21CD,LSOA21NM,mid_2020", [UNITS, ["a", "b", "c"], [1, 2, 4]]),
        ("LSOA21CD,All Ages,0-15", [UNITS, [1, 2, 4], [0, 0, 0]]),
    ],
)
def test_the_column_of_people_is_found(heading: str, columns: list[list[object]], tmp_path: Path) -> None:
    assert held(load(tmp_path, lines(heading, *columns), LOOKUP)) == {A: 3, B: 4}


def test_of_two_columns_that_may_be_people_none_is_taken(tmp_path: Path) -> None:
    people = lines("LSOA21CD,value,total_population", UNITS, [9, 9, 9], [1, 2, 4])
    told = "several columns that may hold all people: total_population, value"
    with pytest.raises(footprint.InputError, match=told):
        load(tmp_path, people, LOOKUP)
    assert held(load(tmp_path, people, LOOKUP, (', value = "total_population"', ""))) == {A: 3, B: 4}


def test_codes_that_are_numbers_are_no_people(tmp_path: Path) -> None:
    folder = write_plan(
        tmp_path,
        'title = "T"\ndate = 2021-04-01\n[units]\ngeography = "OTHER"\n'
        'population = { path = "people.csv", code = "unit" }\n'
        '[layers.lad]\ngeography = "LAD"\nlookup = { path = "lookup.csv", unit = "unit" }\n',
        people=lines("unit,mid2020", [101, 102, 103], [1, 2, 4]),
        lookup=lines("unit,LAD21CD", [101, 102, 103], [A, A, B]),
    )
    assert held(footprint.load_plan(folder)) == {A: 3, B: 4}


@pytest.mark.parametrize("heading", ["LSOA21CD", "Area Code"])
def test_rows_of_areas_above_the_units_are_no_units(heading: str, tmp_path: Path) -> None:
    # as many units as make two districts and a region few among them
    units = [f"E0100{i:04d}" for i in range(400)]
    areas = {A: 200 * 3, B: 200 * 5, "E12000003": 1600, "E02000001": 15}
    people = [3] * 200 + [5] * 200
    text = lines(f"{heading},population", [*areas, *units], [*areas.values(), *people])
    plan = load(tmp_path, text, lines("LSOA21CD,LAD21CD", units, [A] * 200 + [B] * 200))
    assert len(plan.units.codes) == 400
    assert held(plan) == {A: 600, B: 1000}
    result = footprint.check(plan)
    assert [f.rule for f in result.findings if f.severity == "error"] == []
    assert any(
        "people.csv: 4 rows for codes that units does not have are not counted" in n for n in plan.notes
    )


def test_units_that_other_nations_call_otherwise_stay(tmp_path: Path) -> None:
    # data zones of Scotland carry people as LSOAs do, and no LSOA is Scottish
    units = ["E01000001", "S01000001", "S01000002"]
    plan = PLAN.format(people="", lookup="").replace("[units]", 'nations = ["E", "S"]\n[units]')
    lookup = lines("unit,LAD21CD", units, ["E07000001", "S12000005", "S12000005"])
    plan = plan.replace('path = "lookup.csv"', 'path = "lookup.csv", unit = "unit"')
    people = lines("code,population", units, [1, 2, 4])
    folder = write_plan(tmp_path, plan, people=people, lookup=lookup)
    assert held(footprint.load_plan(folder)) == {"E07000001": 1, "S12000005": 6}


OWN = lines("LSOA21CD,LAD21CD,hood", UNITS, [A, A, B], ["N1", "N2", "N3"])


def test_neighbourhoods_are_not_put_together_by_their_districts(tmp_path: Path) -> None:
    plan = (
        PLAN.format(people="", lookup="")
        + '[layers.hood]\ngeography = "OTHER"\nlookup = { path = "own.csv"KEY }\n'
    )
    told = "has 2 columns that could hold the codes: LAD21CD, hood"
    with pytest.raises(footprint.InputError, match=told):
        footprint.load_plan(
            write_plan(tmp_path, plan.replace("KEY", ""), people=PEOPLE, lookup=LOOKUP, own=OWN)
        )
    named = plan.replace("KEY", ', code = "hood"')
    found = held(footprint.load_plan(write_plan(tmp_path, named, people=PEOPLE, lookup=LOOKUP, own=OWN)))
    assert found == {A: 3, B: 4, "N1": 1, "N2": 2, "N3": 4}
    # without another column of text there is nothing else that could be meant
    other = OWN.replace("hood", "LAD21NMW")
    found = held(
        footprint.load_plan(
            write_plan(tmp_path, plan.replace("KEY", ""), people=PEOPLE, lookup=LOOKUP, own=other)
        )
    )
    assert found == {A: 3, B: 4}


@pytest.mark.parametrize(
    ("heading", "columns"),
    [
        ("LSOA21CD,a,b", [UNITS, [1, 2, 4], [1, 2, 4]]),
        ("LSOA21CD,name", [UNITS, ["a", "b", "c"]]),
    ],
)
def test_a_column_of_people_is_not_guessed(heading: str, columns: list[list[object]], tmp_path: Path) -> None:
    with pytest.raises(footprint.InputError, match="has no column recognised as a population"):
        load(tmp_path, lines(heading, *columns), LOOKUP)


@pytest.mark.parametrize(
    ("given", "people"),
    [
        ("0", 0),
        ("10000000000", 1e10),
        ('"1,234"', 1234),
        ('"12,345,678"', 12_345_678),
        ("1e3", 1000),
    ],
)
def test_numbers_of_people(given: str, people: float, tmp_path: Path) -> None:
    text = lines("LSOA21CD,population", UNITS, [2, 3, given])
    assert held(load(tmp_path, text, LOOKUP)) == {A: 5, B: people}


@pytest.mark.parametrize("given", ["-1", "10000000001", "", "n/a", "inf", "nan", "1,23", '"1,2345"', "*"])
def test_what_is_no_number_of_people_is_refused_with_its_line(given: str, tmp_path: Path) -> None:
    quoted = f'"{given}"' if "," in given and '"' not in given else given
    text = lines("LSOA21CD,population", UNITS, [2, quoted, 3])
    with pytest.raises(
        footprint.InputError, match=r"on line 3, where a number of people is needed \(1 such row\)"
    ):
        load(tmp_path, text, LOOKUP)


@pytest.mark.parametrize(
    ("heading", "keys"),
    [
        ("LSOA21CD,LAD21CD", ""),
        ("LSOA21CD,LAD21CD,ICS21CD", ""),
        ("unit,LAD21CD", ', unit = "unit"'),
        ("LSOA21CD,area", ', code = "area"'),
        ("MSOA21CD,LAD21CD,LSOA21CD", ', unit = "LSOA21CD"'),
        ("LSOA11CD,LAD21CD,LSOA21CD", ', unit = "LSOA21CD"'),
    ],
)
def test_the_columns_of_a_lookup_are_found_or_as_stated(heading: str, keys: str, tmp_path: Path) -> None:
    named = heading.split(",")
    wanted = {
        "LAD21CD": [A, A, B],
        "area": [A, A, B],
        "ICS21CD": ["E54000001"] * 3,
        "MSOA21CD": ["E02000001"] * 3,
    }
    wanted |= {"LSOA21CD": UNITS, "unit": UNITS, "LSOA11CD": [f"E0199000{i}" for i in range(3)]}
    text = lines(heading, *(wanted[name] for name in named))
    assert held(load(tmp_path, PEOPLE, text, ("", keys))) == {A: 3, B: 4}


def test_two_columns_of_units_are_not_guessed_between(tmp_path: Path) -> None:
    text = lines("LSOA11CD,LSOA21CD,LAD21CD", UNITS, UNITS, [A, A, B])
    with pytest.raises(footprint.InputError, match="2 columns that could hold the codes: LSOA11CD, LSOA21CD"):
        load(tmp_path, PEOPLE, text)


@pytest.mark.parametrize("entry", ["FP201", " fp201 ", "split-area", " SPLIT-AREA"])
def test_a_rule_is_explained_whatever_blanks_and_case(entry: str) -> None:
    done = CliRunner().invoke(app, ["explain", entry])
    assert done.exit_code == 0
    assert "FP201" in done.output


def test_columns_have_their_types_with_rows_and_without() -> None:
    made = Table(
        "t", "T", "A row.",
        (
            Column("code"), Column("people", kind="count", suppressed="count"),
            Column("parts", kind="count", type="integer"), Column("known", type="boolean"),
        ),
    )  # fmt: skip
    types = {"code": "object", "people": "float64", "parts": "int64", "known": "bool"}
    assert made.frame().dtypes.astype(str).to_dict() == types
    held = made.frame([("A", None, 2, True), ("B", 3, 1, False)])
    assert held.dtypes.astype(str).to_dict() == types
    assert held["people"].isna().tolist() == [True, False]
    # of figures kept in some are words
    assert made.frame([("A", "*", 2, True)])["people"].tolist() == ["*"]
