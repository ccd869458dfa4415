"""Of many things at once the first are named, at most twenty are listed, and all are counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from maps import COUNTED_FLOWS, draw, write_plan
from typer.testing import CliRunner

from footprint import InputError
from footprint.checks import selected
from footprint.cli import app
from footprint.model.words import area_text, capital, count, listing, with_article

UNITS = [f"E0100{i:04d}" for i in range(3000)]
PLAN = (
    """\
title = "T"
date = 2021-04-01
[units]
path = "units.geojson"
population = { path = "people.csv" }
[layers.lad]
geography = "LAD"
lookup = { path = "lad.csv" }
[layers.ics]
geography = "ICS"
lookup = { path = "ics.csv" }
[levels]
system = "ics"
[bands]
system = [1, 9999]
"""
    + COUNTED_FLOWS
    + """\
area = "ics"
layer = "ics"
"""
)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Three thousand units, of which 24 or 25 lack everything that a unit can lack."""
    strangers = [f"E0199{i:04d}" for i in range(25)]
    foreign = [f"X{i:08d}" for i in range(25)]
    lads = [foreign[i] if i < 25 else "E07000001" for i in range(3000)]
    points = gpd.GeoSeries(gpd.points_from_xy([400_000 + i for i in range(3000)], [300_000] * 3000))
    folder = write_plan(
        tmp_path_factory.mktemp("many"),
        PLAN,
        units=gpd.GeoDataFrame({"LSOA21CD": UNITS}, geometry=points, crs="EPSG:27700"),
        people={"LSOA21CD": [*UNITS[:2975], *strangers], "population": [2] * 3000},
        lad={"LSOA21CD": [*UNITS, *strangers], "LAD21CD": [*lads, *["E07000001"] * 25]},
        ics={"LSOA21CD": list(UNITS[24:]), "ICS21CD": ["E54000001"] * 2976},
        flows={
            "unit": [*UNITS[25:], *strangers, *UNITS[25:50]],
            "provider": [*["PX"] * 3000, *[f"P{i:02d}" for i in range(25)]],
            "count": [*[2] * 3000, *range(1, 26)],
        },
        providers={"provider": ["PX"], "ics": ["E54000001"]},
    )
    done = CliRunner().invoke(app, ["check", str(folder), "--format", "json"])
    assert done.exit_code == 1, done.output
    findings: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return findings


@pytest.mark.parametrize(
    ("rule", "layer", "message", "field", "number"),
    [
        (
            "FP107", "lad",
            "25 of 26 codes of districts cannot be LAD codes (E06, E07, E08, E09): X00000000, X00000001, "
            "X00000002, "
            "X00000003, X00000004 and 20 more",
            "count", 25,
        ),
        (
            "FP204", "ics",
            "24 units, with 48 people, lie in no system: E01000000, E01000001, E01000002, "
            "E01000003, E01000004 and 19 more",
            "units", 24,
        ),
        (
            "FP303", "lad",
            "the 26 districts have 5,950 people, not the 6,000 of the population: 50 are on 25 "
            "rows for codes "
            "that are not in the plan (E01990000, E01990001, E01990002 and 22 more)",
            "people", 50,
        ),
        (
            "FP304", "units",
            "25 of 3,000 codes of units without a population: E01002975, E01002976, E01002977, E01002978, "
            "E01002979 and 20 more",
            "count", 25,
        ),
        (
            # 50 of the 6,000 + 325 patients
            "FP405", "flows",
            "flows of 25 units that the plan does not have; their residents count as people from elsewhere: "
            "E01990000, E01990001, E01990002, E01990003, E01990004 and 20 more, 0.8% of all activity",
            "count", 25,
        ),
        (
            "FP405", "providers",
            "25 providers of the flows stand nowhere that is known: P24 (0.4% of all activity), P23 "
            "(0.4% of all "
            "activity), P22 (0.4% of all activity), P21 (0.3% of all activity), P20 (0.3% of all "
            "activity) and 20 "
            "more; 5.1% together",
            "count", 25,
        ),
        (
            "FP406", "flows",
            "25 of 3,000 units of the plan without flows, 50 people: E01000000, E01000001, "
            "E01000002, E01000003, "
            "E01000004 and 20 more",
            "units", 25,
        ),
    ],
)  # fmt: skip
def test_all_are_counted_and_twenty_are_listed(
    rule: str, layer: str, message: str, field: str, number: int, found: list[dict[str, Any]]
) -> None:
    [one] = [f for f in found if (f["rule"], f["layer"]) == (rule, layer) and f["severity"] != "info"]
    assert one["message"] == message
    assert one["evidence"][field] == number
    assert len(one["evidence"]["codes"]) == 20
    assert len(one["others"]) in ({"FP107": 20, "FP405": 25}.get(rule, 0), 0)


def test_many_neighbours_of_a_gap_are_counted(tmp_path: Path) -> None:
    folder = write_plan(
        tmp_path,
        'title = "T"\ndate = 2021-04-01\n[layers.lad]\npath = "lad.geojson"\n',
        lad=draw("A B C\nH . D\nG F E"),
    )
    found = json.loads(CliRunner().invoke(app, ["check", str(folder), "--format", "json"]).stdout)["findings"]
    [gap] = [f for f in found if f["rule"] == "FP102"]
    assert gap["message"] == (
        "100.0 km², 10,000 m wide, lie in no area, between Area A (E07000065) and Area B (E07000066) "
        "and Area C "
        "(E07000067) and Area D (E07000068) and 4 more"
    )
    assert len(gap["others"]) == 7


def test_words_for_numbers() -> None:
    assert [count(n, "error") for n in (0, 1, 2, 1234)] == ["0 errors", "1 error", "2 errors", "1,234 errors"]
    assert count(1, "person moves", "people move") == "1 person moves"
    assert listing("abcde") == "a, b, c, d, e"
    assert listing("abcdef") == "a, b, c, d, e and 1 more"
    assert listing("abc", 2) == "a, b and 1 more"
    nouns = ("area", "ICB", "unit", "unitary authority", "upper tier", "NHS region", "CCG")
    assert [with_article(noun) for noun in nouns] == [
        "an area", "an ICB", "a unit", "a unitary authority", "an upper tier",
        "an NHS region", "a CCG",
    ]  # fmt: skip
    assert [capital(text) for text in ("", "lower tier of NHS", "éire")] == ["", "Lower tier of NHS", "Éire"]
    assert [area_text(m2) for m2 in (9, 49_999, 50_000, 123_456_789)] == [
        "9 m²",
        "49,999 m²",
        "0.1 km²",
        "123.5 km²",
    ]


@pytest.mark.parametrize(
    ("select", "ignore", "codes"),
    [
        (["FP201"], [], ["FP201"]),
        ([" fp201 "], [], ["FP201"]),
        (["split-area", " GAP "], [], ["FP102", "FP201"]),
        (["FP30"], ["FP302"], ["FP301", "FP303", "FP304", "FP305"]),
        (["FP5"], ["unknown-unit", " FP503"], ["FP502", "FP504", "FP505"]),
    ],
)
def test_rules_are_chosen_whatever_blanks_and_case(
    select: list[str], ignore: list[str], codes: list[str]
) -> None:
    assert [r.code for r in selected(select, ignore)] == codes


@pytest.mark.parametrize("entry", ["", " ", "FP9", "no-such-rule"])
def test_an_entry_that_chooses_nothing_is_refused(entry: str) -> None:
    with pytest.raises(InputError, match="there is no rule"):
        selected([entry])


def test_no_rule_left_is_refused() -> None:
    with pytest.raises(InputError, match="no rule is left"):
        selected(["FP201"], ["FP2"])
