"""Columns that nobody names: the right one, or a refusal with the candidates; never another's numbers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from depth import tries
from hypothesis import given
from hypothesis import strategies as st

from footprint.model.errors import InputError
from footprint.model.geographies import GEOGRAPHIES
from footprint.read.flows import read_flows
from footprint.read.population import read_population
from footprint.read.specs import FlowsSpec


def flows(folder: Path, text: str, **stated: str) -> tuple[str, dict[tuple[str, str], float]]:
    """Return the kind of a flow file, and its activity by unit and provider."""
    (folder / "flows.csv").write_text(text, encoding="utf-8")
    table = read_flows(FlowsSpec(path="flows.csv", **stated), folder, GEOGRAPHIES["LAD"])  # type: ignore[arg-type]
    pairs = zip(table.units[table.unit], table.providers[table.provider], table.low, strict=True)
    return table.kind, {(str(u), str(p)): float(n) for u, p, n in pairs}


COUNTS = {("E08000016", "RFF"): 999.0, ("E08000016", "RP5"): 1.0}


@pytest.mark.parametrize(
    "heading",
    [
        "NUMBER_OF_PATIENTS",
        "FCE",
        "total",
        "number_of_admissions",
        "emergency_admissions",
        "discharges",
        "Fälle",
    ],
)
def test_a_single_column_of_numbers_under_any_name_holds_counts(tmp_path: Path, heading: str) -> None:
    text = f"LAD24CD,trust_code,{heading}\nE08000016,RFF,999\nE08000016,RP5,1\n"
    assert flows(tmp_path, text) == ("count", COUNTS)


@pytest.mark.parametrize("shown", ["*", "<5", ""])
def test_suppressed_counts_make_it_no_less_a_column_of_numbers(tmp_path: Path, shown: str) -> None:
    kind, found = flows(tmp_path, f"LAD24CD,trust_code,FCE\nE08000016,RFF,999\nE08000016,RP5,{shown}\n")
    assert (kind, found["E08000016", "RFF"]) == ("count", 999)


@pytest.mark.parametrize("heading", ["percent", "PERCENTAGE", "% of admissions", "rate"])
def test_percentages_are_no_counts(tmp_path: Path, heading: str) -> None:
    with pytest.raises(InputError, match="percentages or rates"):
        flows(tmp_path, f"LAD24CD,trust_code,{heading}\nE08000016,RFF,99.9\nE08000016,RP5,0.1\n")


@pytest.mark.parametrize(
    ("headings", "candidates"),
    [("fce,faces", "fce, faces"), ("admissions,bed_days", "admissions, bed_days"), ("m,f", "m, f")],
)
def test_of_two_columns_of_numbers_none_is_taken(tmp_path: Path, headings: str, candidates: str) -> None:
    text = f"LAD24CD,trust_code,{headings}\nE08000016,RFF,999,3\nE08000016,RP5,1,8\n"
    with pytest.raises(InputError) as refused:
        flows(tmp_path, text)
    assert f"several columns of numbers: {candidates}" in str(refused.value)
    assert 'value = "…"' in str(refused.value)
    chosen = headings.split(",")[0]
    assert flows(tmp_path, text, value=chosen, kind="count") == ("count", COUNTS)


def test_years_identifiers_and_coordinates_are_no_activity(tmp_path: Path) -> None:
    text = (
        "OBJECTID,LAD24CD,trust_code,year,LAT,FCE\n"
        "1,E08000016,RFF,2024,53.4,999\n2,E08000016,RP5,2024,53.4,1\n"
    )
    assert flows(tmp_path, text) == ("count", COUNTS)


def test_rows_without_numbers_are_records(tmp_path: Path) -> None:
    text = "spell_id,LAD24CD,trust_code,sex\n1,E08000016,RFF,F\n2,E08000016,RFF,M\n3,E08000016,RP5,F\n"
    assert flows(tmp_path, text) == (
        "record", {("E08000016", "RFF"): 2.0, ("E08000016", "RP5"): 1.0},
    )  # fmt: skip


def test_a_number_about_each_patient_is_no_count_of_patients(tmp_path: Path) -> None:
    text = "LAD24CD,trust_code,bed_days\nE08000016,RFF,3\nE08000016,RFF,4\n"
    with pytest.raises(InputError, match="may hold counts or something about each patient"):
        flows(tmp_path, text)
    assert flows(tmp_path, text, kind="record") == ("record", {("E08000016", "RFF"): 2.0})


PEOPLE = [1200, 900, 1500]


def people(folder: Path, **columns: list[object]) -> list[float]:
    codes = [f"E0100000{i}" for i in range(3)]
    pd.DataFrame({"LSOA21CD": codes, **columns}).to_csv(folder / "people.csv", index=False)
    return read_population(folder / "people.csv", geography=GEOGRAPHIES["LSOA"]).people.tolist()


@pytest.mark.parametrize(
    "columns",
    [
        {"male_population": [600, 400, 700], "female_population": [600, 500, 800]},
        {"population_density": [12, 9, 15], "residents_of_2021": PEOPLE, "homes": [400, 300, 500]},
        {"population_2011": [1100, 800, 1400], "population_2022": PEOPLE},
        {"population_thousands": [1, 1, 2]},
        {"population": PEOPLE, "registered": [1300, 950, 1600]},
        {"persons": PEOPLE, "households_and_people": [1300, 900, 1600]},
    ],
)
def test_no_column_is_taken_for_the_people_where_two_fit_or_none(
    tmp_path: Path, columns: dict[str, list[object]]
) -> None:
    with pytest.raises(InputError) as refused:
        people(tmp_path, **columns)
    assert all(name in str(refused.value) for name in columns)
    assert 'value = "…"' in str(refused.value)


@pytest.mark.parametrize(
    "columns",
    [
        {"population": PEOPLE},
        {"total_population": PEOPLE, "age_0_17": [200, 100, 300], "age_18_64": [600, 500, 700],
         "age_65_plus": [400, 300, 500]},
        {"Population": PEOPLE, "Population density": [12, 9, 15]},
        {"all_ages": PEOPLE, "m": [600, 400, 700], "f": [600, 500, 800]},
        {"OBJECTID": [1, 2, 3], "population": PEOPLE, "BNG_E": [400000, 410000, 420000],
         "Shape__Area": [9, 9, 9]},
        {"population": PEOPLE, "name": ["a", "b", "c"]},
    ],
)  # fmt: skip
def test_the_people_are_found_beside_what_is_explained(
    tmp_path: Path, columns: dict[str, list[object]]
) -> None:
    assert people(tmp_path, **columns) == PEOPLE


OTHERS = {
    "name": ["a", "b", "c"], "OBJECTID": [1, 2, 3], "population_density": [12, 9, 15],
    "female": [600, 500, 800],
    "households": [400, 300, 500], "registered": [1300, 950, 1600], "median_age": [40.5, 39.1, 33.0],
    "population_2011": [1100, 800, 1400],
}  # fmt: skip


@tries(40)
@given(st.permutations([*OTHERS, "population"]), st.integers(0, len(OTHERS)))
def test_columns_in_any_order_give_the_people_or_a_refusal(
    tmp_path: Path, order: list[str], cut: int
) -> None:
    chosen = [name for name in order if name == "population" or list(OTHERS).index(name) < cut]
    table = {name: PEOPLE if name == "population" else OTHERS[name] for name in chosen}
    if {"households", "registered"} & {*chosen}:
        with pytest.raises(InputError, match="population"):
            people(tmp_path, **table)
    else:
        assert people(tmp_path, **table) == PEOPLE


# ── rows that are no unit, columns that are no people ───────────────────────────────────────────

LSOAS = [f"E0100000{i}" for i in range(1, 5)]


def lsoas(folder: Path, heading: str, *rows: str) -> tuple[dict[str, float], list[str]]:
    """Return the people of LSOAs that a table has, and what is said of it; 1,000 to 1,003 in each."""
    own = [f"{unit},{1000 + i}" for i, unit in enumerate(LSOAS)]
    text = "\n".join([f"LSOA21CD,{heading}", *rows, *own])
    (folder / "people.csv").write_text(text + "\n", encoding="utf-8")
    found = read_population(folder / "people.csv", geography=GEOGRAPHIES["LSOA"])
    return dict(found.counts), [str(note) for note in found.notes]


@pytest.mark.parametrize(
    "heading",
    ["males", "Total males", "households", "Number of households", "dwellings", "density", "imd_score",
     '"rate per 1,000"', "per_1000", "residents_per_hectare", "median income", "jobs", "claimants",
     "thousands", "occupied", "electorate"],
)  # fmt: skip
def test_the_only_column_of_numbers_is_no_population_if_it_is_not_called_so(
    tmp_path: Path, heading: str
) -> None:
    with pytest.raises(InputError, match=r'Name it with value = "…"'):
        lsoas(tmp_path, heading)


@pytest.mark.parametrize("heading", ["2020", "Value", "All usual residents", "patients", "mid-2020 estimate"])
def test_a_column_that_is_called_like_people_is_the_population(tmp_path: Path, heading: str) -> None:
    found, notes = lsoas(tmp_path, heading)
    assert sum(found.values()) == 4006
    assert f"people.csv: population read from column '{heading}'" in notes


def test_parts_of_people_are_refused_where_nobody_named_the_column(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"parts of people in column 'population' \(45\.5\)"):
        lsoas(tmp_path, "population", "E01000009,45.5")


@pytest.mark.parametrize("name", ["Total", "TOTAL", "England", "England total", "E92000001", "All areas"])
def test_a_row_that_adds_the_others_up_is_named_and_left_out(tmp_path: Path, name: str) -> None:
    found, notes = lsoas(tmp_path, "population", f"{name},4006")
    assert list(found) == LSOAS
    assert f"people.csv: '{name}' among the rows is their sum and was left out" in notes


def test_a_whole_nation_is_no_unit_and_a_wrong_total_is_refused(tmp_path: Path) -> None:
    found, notes = lsoas(tmp_path, "population", "E92000001,56550138")
    assert list(found) == LSOAS
    assert "people.csv: E92000001 is a whole nation (56,550,138 people) and was left out" in notes
    with pytest.raises(InputError, match="calls 5,000 'Total', but the other rows add up to 4,006"):
        lsoas(tmp_path, "population", "Total,5000")


FOUR = "LAD24CD,trust,FCE\nE08000016,RFF,90\nE08000016,RP5,10\nE08000018,RFF,5\nE08000018,RP5,45\n"
FOUR_COUNTS = {
    ("E08000016", "RFF"): 90.0, ("E08000016", "RP5"): 10.0,
    ("E08000018", "RFF"): 5.0, ("E08000018", "RP5"): 45.0,
}  # fmt: skip


@pytest.mark.sampled
@pytest.mark.parametrize("name", ["Total", "England", "E92000001", "All areas", "Grand total"])
def test_totals_of_flows_are_left_out_on_both_sides(tmp_path: Path, name: str) -> None:
    by_provider = f"{name},RFF,95\n{name},RP5,55\n"
    assert flows(tmp_path, FOUR + by_provider) == ("count", FOUR_COUNTS)
    by_unit = f"E08000016,{name},100\nE08000018,{name},50\n"
    assert flows(tmp_path, FOUR + by_unit) == ("count", FOUR_COUNTS)
    assert flows(tmp_path, FOUR + by_unit + by_provider + f"{name},{name},150\n") == ("count", FOUR_COUNTS)
    # the sum of everything alone, in one cell, or on either side
    for row in (f"{name},{name},150\n", f"{name},,150\n", f",{name},150\n"):
        assert flows(tmp_path, FOUR + row) == ("count", FOUR_COUNTS)


def test_a_total_that_is_less_than_the_others_is_refused_and_people_of_a_nation_stay(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="rows of unit 'Total' with 40 journeys, less than the others"):
        flows(tmp_path, FOUR + "Total,RFF,40\n")
    # people of England whose unit nobody knows, or of another nation
    for code in ("E92000001", "W92000004", "Wales"):
        _, found = flows(tmp_path, FOUR + f"{code},RFF,40\n")
        assert found[code, "RFF"] == 40


def test_blank_units_and_providers_are_no_totals(tmp_path: Path) -> None:
    _, found = flows(tmp_path, FOUR + ",RFF,400\nE08000016,,300\n")
    assert (found["", "RFF"], found["E08000016", ""]) == (400, 300)
