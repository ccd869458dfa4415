"""Columns that nobody names: the right one, or a refusal with the candidates; never another's numbers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
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


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
