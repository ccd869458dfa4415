"""Tables of which nobody can know what they mean: they are refused or told, and plain ones are read."""

from __future__ import annotations

from pathlib import Path

import pytest
from maps import write_plan

import footprint
from footprint.model.errors import InputError
from footprint.plan.load import load_plan
from footprint.read.flow_divisions import by_name

UNITS = ["E01000001", "E01000002", "E01000003", "E01000004"]
LADS = ["E06000001", "E06000001", "E06000002", "E06000002"]
PEOPLE = [1000, 2000, 3000, 4000]
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
FLOWS = """\
[flows]
path = "flows.csv"
{}[providers]
path = "sites.csv"
"""
SITES = {"provider": ["RX1", "RX2"], "LAD21CD": ["E06000001", "E06000002"]}


def plan(folder: Path, more: str = "", **tables: dict[str, list[object]]) -> Path:
    """Write a plan of four units in two districts, of which some tables are others."""
    held = {
        "people": {"LSOA21CD": UNITS, "population": PEOPLE},
        "lads": {"LSOA21CD": UNITS, "LAD21CD": LADS},
        "sites": SITES,
        **tables,
    }
    return write_plan(folder / "plan", PLAN + more, **held)


def counts(*, head: str = "count", numbers: list[object] | None = None, **others: list[object]) -> dict:
    """Return flows of each unit to the hospital of its district."""
    return {
        "LSOA21CD": UNITS, "provider": ["RX1", "RX1", "RX2", "RX2"], head: numbers or [11, 12, 13, 14],
        **others,
    }  # fmt: skip


def fault(folder: Path) -> str:
    with pytest.raises(InputError) as told:
        footprint.check(load_plan(folder))
    return told.value.fault


def notes(folder: Path) -> list[str]:
    return list(load_plan(folder).told())


def test_people_of_which_some_are_thousands_are_refused(tmp_path: Path) -> None:
    people = {"LSOA21CD": UNITS, "population": [1000, 2, 3000, 4]}
    units = ["Persons", "Thousands", "Persons", "Thousands"]
    assert fault(plan(tmp_path, people=people | {"Unit": units})) == (
        "has rows of Unit = Thousands, so 'population' may hold something else than people"
    )
    assert load_plan(plan(tmp_path, people=people | {"Unit": ["Persons"] * 4})).people is not None


def test_a_note_below_people_that_a_spreadsheet_has_padded_is_named(tmp_path: Path) -> None:
    people = {"LSOA21CD": [*UNITS, "Source: mid-2021"], "population": [*PEOPLE, ""]}
    assert (
        fault(plan(tmp_path, people=people))
        == "has 'Source: mid-2021' where a code is needed, and nothing else"
    )


def test_an_area_of_ones_own_without_people_is_no_note(tmp_path: Path) -> None:
    own = ["Upper Town", "Lower Town", "The Green", "Old Quay"]
    toml = PLAN.replace("[units]\n", '[units]\ngeography = "OTHER"\n')
    toml = toml.replace('"lads.csv"', '"lads.csv", unit = "town"')
    toml = toml.replace('"people.csv"', '"people.csv", code = "town"')
    folder = write_plan(
        tmp_path / "own", toml,
        lads={"town": own, "LAD21CD": LADS}, people={"town": own, "population": [*PEOPLE[:3], ""]},
    )  # fmt: skip
    assert fault(folder).startswith("has nothing in column 'population' on line 5, where a number of people")


def test_counts_in_thousands_are_refused_unless_somebody_says_that_they_are_counts(tmp_path: Path) -> None:
    more = FLOWS.format("")
    assert fault(plan(tmp_path, more, flows=counts(head="admissions (thousands)"))) == (
        "has thousands in column 'admissions (thousands)', by its name, where counts are needed"
    )
    units = counts(unit_of_measure=["Persons", "000s", "Persons", "000s"])
    assert fault(plan(tmp_path, more, flows=units)) == (
        "has rows of unit_of_measure = 000s, where counts of patients are needed"
    )
    assert notes(plan(tmp_path, FLOWS.format('value = "count"\n'), flows=units))
    assert notes(plan(tmp_path, more, flows=counts(unit_of_measure=["Persons"] * 4)))


def test_counts_of_several_people_are_told(tmp_path: Path) -> None:
    note = "flows.csv: has rows of sex = Female, Male; they are put together"
    assert note in notes(plan(tmp_path, FLOWS.format(""), flows=counts(sex=["Male", "Female"] * 2)))
    assert note not in notes(plan(tmp_path, FLOWS.format(""), flows=counts(sex=["Male"] * 4)))


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("years", "parts", "refused"),
    [
        (["2019/20", "2020/21"], ["2019 Q1", "2019 Q2"], True),
        (["2019"], ["Jan 2019", "February 2019"], True),
        (["2018/19"], ["2019/20 Q1", "2019/20 Q2"], False), (["2018", "2019"], [], False),
        ([], ["2019Q1", "2019Q2"], False),
    ],
)  # fmt: skip
def test_years_and_parts_of_them_are_not_added_up(
    tmp_path: Path, years: list[str], parts: list[str], refused: bool
) -> None:
    rows = [(i, period) for period in (*years, *parts) for i in range(4)]
    flows = {
        "LSOA21CD": [UNITS[i] for i, _ in rows], "provider": ["RX1" if i < 2 else "RX2" for i, _ in rows],
        "count": [11 + 7 * at % 13 for at, _ in enumerate(rows)], "period": [period for _, period in rows],
    }  # fmt: skip
    folder = plan(tmp_path, FLOWS.format('repeated = "sum"\n'), flows=flows)
    if refused:
        assert fault(folder).startswith(f"has rows that divide the same people twice ('{years[0]}'")
    else:
        assert notes(folder)


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ({"Sex": ["M", "F"] * 2}, "Sex = F, M"), ({"unit": ["£", "£000s"] * 2}, "unit = £, £000s"),
        ({"Indicator": ["Beds", "Costs"] * 2}, "Indicator = Beds, Costs"),
        ({"age": [34, 35, 36, 37]}, None), ({"name": list("abcd")}, None),
        ({"unit": ["S57AU", "DN25LT"] * 2}, None), ({"unit": ["Ward 1", "Ward 2"] * 2}, None),
        ({"Indicator": ["Beds"] * 4}, None), ({"Sex": ["M"] * 4}, None),
    ],
)  # fmt: skip
def test_figures_of_several_kinds_are_told(tmp_path: Path, column: dict, told: str | None) -> None:
    more = '[[measure]]\nname = "spend"\npath = "spend.csv"\ncolumn = "spend"\nadds = "sum"\n'
    spend = {"LSOA21CD": UNITS, "spend": [1, 2, 3, 4], **column}
    said = [note for note in notes(plan(tmp_path, more, spend=spend)) if note.startswith("spend.csv")]
    assert said == ([] if told is None else [f"spend.csv: has rows of {told}; 'spend' puts them together"])


def test_a_share_of_people_that_holds_shares_already_is_told(tmp_path: Path) -> None:
    more = '[[measure]]\nname = "old"\npath = "old.csv"\ncolumn = "old"\nadds = "{}"\n'
    old = {"LSOA21CD": UNITS, "old": [0, 0.25, 0.5, 1]}
    note = (
        "old.csv: has 0.25 in column 'old', which is no count; if these are shares or percentages already, "
        'say adds = "mean"'
    )
    assert note in notes(plan(tmp_path, more.format("share"), old=old))
    assert note not in notes(plan(tmp_path, more.format("mean"), old=old))


@pytest.mark.parametrize(
    ("parts", "of", "told"),
    [
        ([10.5, 20, 30, 40], [50, 60, 70, 80], True), ([10.5, 20, 30, 40], [50.25, 60, 70, 80], False),
        ([100.5, 20, 30, 40], None, False), ([99.5, 20, 30, 40], None, True),
    ],
)  # fmt: skip
def test_parts_of_ground_and_more_than_a_hundred_are_no_percentages(
    tmp_path: Path, parts: list[float], of: list[float] | None, told: bool
) -> None:
    more = '[[measure]]\nname = "green"\npath = "green.csv"\ncolumn = "green"\nadds = "share"\n'
    green = {"LSOA21CD": UNITS, "green": parts} | ({} if of is None else {"whole": of})
    folder = plan(tmp_path, more if of is None else f'{more}of = "whole"\n', green=green)
    assert any("which is no count" in note for note in notes(folder)) == told


def test_rows_of_a_lookup_that_ended_are_told(tmp_path: Path) -> None:
    lads = {"LSOA21CD": UNITS, "LAD21CD": LADS, "end_date": ["2020-03-31", "", "", ""]}
    note = "lads.csv: column 'end_date' is not read; 1 row with a day in it counts like the others"
    assert note in notes(plan(tmp_path, lads=lads))
    for never in ("", "9999-12-31", "31/12/2099"):
        ended = lads | {"end_date": ["2020-03-31", *[never] * 3]}
        assert note in notes(plan(tmp_path, lads=ended))
        held = lads | {"end_date": [never] * 4}
        assert not any("end_date" in told for told in notes(plan(tmp_path, lads=held)))


@pytest.mark.parametrize("people", [[100] * 4, [0, 0, 0, 1], PEOPLE])
def test_plain_people_and_counts_are_read_without_a_doubt(tmp_path: Path, people: list[int]) -> None:
    folder = plan(
        tmp_path, FLOWS.format(""), people={"LSOA21CD": UNITS, "population": people},
        flows=counts(numbers=[100] * 4, year=[2021] * 4),
    )  # fmt: skip
    found = footprint.check(load_plan(folder))
    assert found.population["population"].tolist() == [sum(people[:2]), sum(people[2:])]
    assert found.flows["localisation_index"].tolist() == [1, 1]
    assert not any("has rows of" in note for note in notes(folder))


@pytest.mark.parametrize(
    ("kinds", "twice"),
    [
        (["Female", "Male", "0-15", "16+"], (["Female", "Male"], ["0-15", "16+"])),
        (["2019", "2019 Q1"], (["2019"], ["2019 Q1"])),
        # one of a kind divides nobody
        (["Female", "Male", "16+"], None), (["Female", "0-15", "16+"], None), (["2018", "2019 Q1"], None),
    ],
)  # fmt: skip
def test_what_divides_people_twice_by_its_name(kinds: list[str], twice: tuple[list[str], ...] | None) -> None:
    assert by_name(kinds) == twice
