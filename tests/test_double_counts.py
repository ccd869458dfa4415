"""Rows of a flow file that count people twice, and shares of the wrong people.

The map is that of `test_flow_input`: four units, two in each system, a hospital RX in X and RY in Y.
"""

from __future__ import annotations

import pytest
from test_flow_input import Case, X, Y, case, ground

from footprint import load_plan

__all__ = ["case", "ground"]

UNITS = ["E01000000", "E01000001", "E01000002", "E01000003"]


def _table(column: str, kinds: dict[str, int], providers: list[str]) -> str:
    """Return rows in which all that is of one kind stands below all that is of another."""
    rows = [f"{u},{p},{kind},{n}\n" for kind, n in kinds.items() for u in UNITS for p in providers]
    return f"LSOA21CD,provider,{column},count\n" + "".join(rows)


def test_everybody_below_thousands_of_rows_of_some_is_a_sum(case: Case) -> None:
    # 2,400 rows of women and men stand above; of the first 2,000 none is of everybody
    providers = [f"R{i:03d}" for i in range(300)]
    case.place("provider,name,ICS21CD\n" + "".join(f"{p},{p},{X}\n" for p in providers))
    case.write(_table("sex", {"Female": 1, "Male": 1, "Persons": 2}, providers)).say(repeated="sum")
    case.refused("'Persons'", "column 'sex'", "count people twice", 'only = { "sex" = "Persons" }')
    case.say(only={"sex": "Persons"})
    # 2 patients of each of two units at each of 300 providers
    assert case.checked().column("activity") == {X: 1200, Y: 1200}


def test_a_kind_that_is_called_a_sum_is_one_though_it_holds_more(case: Case) -> None:
    # of some people nobody wrote down the sex
    providers = [f"R{i:03d}" for i in range(300)]
    case.place("provider,name,ICS21CD\n" + "".join(f"{p},{p},{X}\n" for p in providers))
    case.write(_table("sex", {"Female": 3, "Male": 3, "Persons": 9}, providers)).say(repeated="sum")
    case.refused("'Persons'", "column 'sex'", "count people twice")


@pytest.mark.parametrize(
    ("column", "kinds", "total"),
    [
        ("pod", {"Elective": 60, "Emergency": 41, "Elective and emergency": 101}, "Elective and emergency"),
        ("period", {"2021 Q1": 10, "2021 Q2": 11, "2021 Q3": 12, "2021": 33}, "2021"),
        ("kind", {"9": 33, "1": 10, "2": 23}, "9"),
    ],
)
def test_a_kind_that_is_the_sum_of_the_others_in_every_pair_is_one_by_any_name(
    case: Case, column: str, kinds: dict[str, int], total: str
) -> None:
    case.write(_table(column, kinds, ["RX"])).say(repeated="sum")
    case.refused(f"'{total}'", f"column '{column}'", "count people twice")


def test_kinds_that_are_no_sum_of_the_others_are_added_up(case: Case) -> None:
    # 100 of 200 in all, but not in each pair; and one that is almost the sum
    text = _table("pod", {"Elective": 60, "Emergency": 40, "Other": 100}, ["RX"])
    text = text.replace("E01000000,RX,Other,100", "E01000000,RX,Other,99").replace(
        "E01000003,RX,Other,100", "E01000003,RX,Other,101"
    )
    case.write(text).say(repeated="sum")
    assert case.checked().column("activity") == {X: 399, Y: 401}


SHARES_OF_PROVIDERS = (
    "LSOA21CD,provider,share\nE01000000,RX,0.6\nE01000001,RX,0.4\n"
    "E01000001,RY,0.2\nE01000002,RY,0.4\nE01000003,RY,0.4\n"
)


@pytest.mark.parametrize("kind", ["proportion", None])
def test_shares_of_the_patients_of_a_provider_are_refused(case: Case, kind: str | None) -> None:
    case.write(SHARES_OF_PROVIDERS).say(value="share", kind=kind)
    case.refused("add up to 1 for each provider", "E01000002: 0.4000", "providers' patients")


def test_shares_of_units_that_happen_to_fill_one_provider_are_read(case: Case) -> None:
    # RX has 1 in all, RY has not
    case.write(SHARES_OF_PROVIDERS.replace("E01000003,RY,0.4", "E01000003,RY,0.9")).say(
        value="share", kind="proportion"
    )
    assert case.checked().inside[X] == pytest.approx(0.5)


COORDINATES = {"name": None, "area": None, "layer": None, "easting": "easting", "northing": "northing"}


def _placed(case: Case, text: str, **keys: object) -> Case:
    case.units = (
        'layers = { ics = { path = "ics.parquet" } }\n[units]\npath = "units.parquet"\n'
        'population = { path = "people.csv" }\n'
    )
    return case.place(text, **{**COORDINATES, **keys})


FLOWS = "LSOA21CD,provider,count\nE01000000,RX,100\nE01000001,RX,100\nE01000002,RY,100\nE01000003,RY,100\n"


def test_what_is_done_at_a_site_without_coordinates_is_not_done_at_the_others(case: Case) -> None:
    case.write(FLOWS)
    sites = "provider,easting,northing,beds\nRX,,,900\nRX,405000,305000,100\nRY,435000,305000,10\n"
    run = _placed(case, sites, weight="beds").checked()
    # 100 of 1,000 beds stand in X; the other nine tenths of its 200 patients are anywhere
    assert run.column("inside") == {X: 20, Y: 200}
    assert run.column("unknown") == {X: 180, Y: 0}
    assert run.column("localisation_index_min") == {X: 0.1, Y: 1}
    assert run.column("localisation_index_max") == {X: 1, Y: 1}
    # 180 of people of X may be treated in Y
    assert run.column("provider_self_containment_min")[Y] == pytest.approx(200 / 380)
    assert "90.0% went to providers that nothing places" in run.told("FP404")[0]


def test_of_two_sites_without_weights_one_that_nothing_places_may_do_all_or_nothing(case: Case) -> None:
    case.write(FLOWS)
    run = _placed(case, "provider,easting,northing\nRX,,\nRX,405000,305000\nRY,435000,305000\n").checked()
    assert run.column("localisation_index") == {X: 0.5, Y: 1}
    assert run.column("localisation_index_min") == {X: 0, Y: 1}
    assert run.column("localisation_index_max") == {X: 1, Y: 1}
    assert "among its 2 sites" in run.told("FP407")[0]
    assert "50% nowhere that is known" in run.told("FP407")[0]


def test_sites_that_nothing_places_are_counted_where_they_are_read(case: Case) -> None:
    case.write(FLOWS)
    _placed(case, "provider,easting,northing\nRX,,\nRX,,\nRX,405000,305000\nRY,435000,305000\n")
    providers = load_plan(case.plan()).providers
    assert providers is not None
    assert providers.stated.to_dict() == {"RX": 3, "RY": 1}
    assert len(providers.sites) == 2
    run = case.checked()
    assert "among its 3 sites" in run.told("FP407")[0]
    assert "67% nowhere that is known" in run.told("FP407")[0]


def test_a_site_without_a_place_and_without_weight_changes_nothing(case: Case) -> None:
    case.write(FLOWS)
    sites = "provider,easting,northing,beds\nRX,,,0\nRX,405000,305000,100\nRY,435000,305000,10\n"
    run = _placed(case, sites, weight="beds").checked()
    assert run.inside == {X: 1, Y: 1}
    assert run.column("localisation_index_min") == {X: 1, Y: 1}


def _trusts(most: int) -> str:
    """Return rows of a trust, its two sites and another trust; the trust has `most` more than its sites."""
    rows = (
        f"{u},RXA,{100 + i + most}\n{u},RXA01,{60 + i}\n{u},RXA02,40\n{u},RYB,30\n"
        for i, u in enumerate(UNITS)
    )
    return "LSOA21CD,provider,count\n" + "".join(rows)


TRUSTS = f"provider,name,ICS21CD\nRXA,All,{X}\nRXA01,One,{X}\nRXA02,Two,{Y}\nRYB,Other,{Y}\n"


def test_trusts_beside_the_sites_that_they_are_the_sum_of_are_refused(case: Case) -> None:
    case.place(TRUSTS).write(_trusts(0)).refused("'RXA'", "the sum of", "RXA01", "RXA02", "count twice")


def test_what_a_trust_has_beside_its_sites_is_its_own(case: Case) -> None:
    run = case.place(TRUSTS).write(_trusts(7)).checked()
    # of each unit 107 + i of the trust, 60 + i and 40 of its sites, 30 elsewhere, for i from 0 to 3
    assert run.column("activity") == {X: 2 * 237 + 2, Y: 2 * 237 + 10}


def test_a_few_small_counts_that_are_alike_are_no_sum(case: Case) -> None:
    rows = "".join(f"{u},RXA,3\n{u},RXA01,3\n" for u in UNITS)
    run = case.place(TRUSTS).write("LSOA21CD,provider,count\n" + rows).checked()
    assert run.column("activity") == {X: 12, Y: 12}


def test_people_of_an_area_that_became_one_of_the_plans_are_not_of_elsewhere(case: Case) -> None:
    # Allerdale and Copeland became part of Cumberland on 1 April 2023; Hartlepool lies beyond the plan
    units = ["E06000063", "E06000064", "E06000065", "E06000066"]
    case.units = case.units.replace("[units]\n", '[units]\ngeography = "LAD"\n')
    case.write("LAD23CD,population\n" + "".join(f"{u},1000\n" for u in units), "people.csv")
    systems = [f"{u},{(X, Y)[i // 2]}\n" for i, u in enumerate(units)]
    case.write("LAD23CD,ICS21CD\n" + "".join(systems), "systems.csv")
    case.write(
        "LAD23CD,provider,count\nE07000026,RX,60\nE07000029,RX,40\nE06000064,RX,100\n"
        "E06000065,RY,100\nE06000066,RY,101\nE06000001,RX,10\n"
    ).say(unit="LAD23CD")
    run = case.checked()
    told = run.told("FP405")
    assert any("E07000026" in each and "nobody knows whose" in each for each in told)
    assert any("E06000001" in each and "from elsewhere" in each for each in told)
    # 200 of the 210 patients of RX are of X in truth: it was 100, and 110 of them from elsewhere
    assert run.column("provider_self_containment_max")[X] >= 200 / 210 - 1e-9
    assert run.column("localisation_index_max")[X] == 1


def test_a_site_in_two_places_is_refused_unless_one_is_named(case: Case) -> None:
    case.write(FLOWS)
    # 52.6 north, 1.5 west is in Y, 405000, 305000 in X
    sites = (
        "provider,easting,northing,latitude,longitude\n"
        "RX,405000,305000,52.6,-1.5\nRY,435000,305000,52.6418,-1.4846\n"
    )
    _placed(case, sites, easting=None, northing=None).refused("line 2", "two places", "km apart")
    assert _placed(case, sites).checked().inside == {X: 1, Y: 1}
    alike = sites.replace("52.6,-1.5", "52.6424,-1.9276")
    assert _placed(case, alike, easting=None, northing=None).checked().inside == {X: 1, Y: 1}
