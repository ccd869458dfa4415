"""Measures of a plan's own: what they add up to, by hand, and what is not known."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from documents import hold
from maps import DRAWN_UNITS, code, draw, grid_units, write_plan
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.model.errors import InputError
from footprint.plan.proposal import apply
from footprint.read.proposalfile import read_proposal
from footprint.reports import Report
from footprint.reports.as_html import page as html
from footprint.reports.board import Board
from footprint.reports.content import measures
from footprint.results.comparison import compare
from footprint.results.result import Result
from footprint.results.scorecard import entries

ROOT = Path(__file__).resolve().parent.parent
PLACES = "A A B B C C"
CODES = list(grid_units(PLACES)["LSOA21CD"])
PLAN = f"""\
title = "Three places"
{DRAWN_UNITS}[levels]
place = "lad"
[bands]
place = [1, 100_000]
"""
MEASURE = '[[measure]]\nname = "thing"\npath = "things.csv"\ncolumn = "thing"\nsource = "made up"\n'
PEOPLE = [100, 300, 200, 200, 400, 0]
MEAN, SHARE, SUM = 'adds = "mean"\n', 'adds = "share"\n', 'adds = "sum"\n'


def checked(
    folder: Path, values: list[object], more: str, plan: str = PLAN, **columns: list[object]
) -> Result:
    """Return the check of three places of two units each."""
    units = grid_units(PLACES)[["LSOA21CD", "geometry"]]
    write_plan(
        folder, plan + MEASURE + more, units=units, lad=draw(PLACES),
        people={"LSOA21CD": CODES, "population": PEOPLE},
        things={"LSOA21CD": CODES[: len(values)], "thing": values, **columns},
    )  # fmt: skip
    return footprint.check(footprint.load_plan(folder), ["FP305"])


def column(result: Result, name: str) -> list[Any]:
    """Return a column of the three places, None for what is unknown."""
    return [None if pd.isna(v) else v for v in result.measures.sort_values("code")[name]]


# ── how they add up ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("values", "adds", "expected", "ranks", "ratio"),
    [
        ([1, 2, 3, 4, 5, 6.5], SUM, [3, 7, 11.5], [3, 2, 1], 11.5 / 3),
        # 100 people with 8 and 300 with 4; nobody lives in the last unit
        ([8, 4, 10, 20, 7, 99], MEAN, [5, 15, 7], [3, 1, 2], 3),
        ([50, 50, 0, 100, 100, 0], SHARE, [0.25, 0.25, 0.25], [1, 1, 1], 1),
        (["1,000", "2 000", -500, "1e3", ".5", 0], SUM, [3000, 500, 0.5], [1, 2, 3], 6000),
    ],
)  # fmt: skip
def test_figures_of_places_by_hand(
    tmp_path: Path, values: list[object], adds: str, expected: list[float], ranks: list[int], ratio: float
) -> None:
    result = checked(tmp_path, values, adds)
    assert column(result, "value") == pytest.approx(expected)
    assert column(result, "least") == column(result, "most") == column(result, "value")
    assert column(result, "rank") == ranks
    assert column(result, "population") == [400, 400, 400]
    (row,) = result.measure_balance.to_dict("records")
    assert row["ratio"] == pytest.approx(ratio)
    assert (row["largest"], row["smallest"]) == pytest.approx((max(expected), min(expected)))


def test_a_share_may_be_of_another_column(tmp_path: Path) -> None:
    result = checked(tmp_path, [1, 2, 3, 4, 5, 6], f'{SHARE}of = "all"\n', all=[10, 10, 6, 8, 20, 35])
    assert column(result, "value") == pytest.approx([3 / 20, 7 / 14, 11 / 55])


def test_the_most_deprived_fifth_is_of_the_plan_or_ends_where_it_says(tmp_path: Path) -> None:
    # a fifth of six units is two of them, by rank: the second and the fourth
    result = checked(tmp_path / "own", [9, 1, 8, 2, 7, 6], f'{MEAN}most_deprived = "lowest"\n')
    assert column(result, "most_deprived_fifth") == [0.75, 0.5, 0]
    told = f'{MEAN}most_deprived = "highest"\nfifth_ends_at = 8\n'
    result = checked(tmp_path / "stated", [9, 1, 8, 2, 7, 6], told)
    assert column(result, "most_deprived_fifth") == [0.25, 0.5, 0]


def test_more_than_the_people_of_whom_it_is_a_share_is_told(tmp_path: Path) -> None:
    # A has 420 of 400 people, B 250 of 400, though 210 of them in a unit of 200
    result = checked(tmp_path, [120, 300, 210, 40, 30, 0], SHARE)
    assert column(result, "value") == [None, 250 / 400, 30 / 400]
    (told,) = [note for note in result.plan.notes if "more than the people" in note]
    assert told.startswith("things.csv: 'thing' is more than the people of 2 units (E01000000, E01000002); ")


# ── what is not known ───────────────────────────────────────────────────────────────────────────


def test_a_gap_is_never_zero(tmp_path: Path) -> None:
    share = checked(tmp_path / "share", [50, "", 20, 60], SHARE)
    assert column(share, "value") == [None, 0.2, None]
    # of the 300 people nobody knows of, none or all; of C nothing at all is known
    assert column(share, "least") == [50 / 400, 0.2, 0]
    assert column(share, "most") == [350 / 400, 0.2, 1]
    assert column(share, "where_known") == [0.5, 0.2, None]
    assert column(share, "people_known") == [100, 400, 0]
    assert column(share, "rank") == [None, None, None]
    mean = checked(tmp_path / "mean", [8, "*", 10, 20, 7], MEAN)
    assert column(mean, "value") == [None, 15, 7]  # nobody lives in the last unit of C
    assert column(mean, "least") == [None, 15, 7]
    assert column(mean, "where_known") == [8, 15, 7]
    total = checked(tmp_path / "sum", [1, "..", 3, 4, 5, 6], SUM)
    assert (column(total, "least"), column(total, "most")) == ([1, 7, 11], [None, 7, 11])
    # B may be the smallest or the second, C is above B for certain
    assert column(total, "rank") == [None, None, None]
    assert any("1 cell of column 'thing' holds '..'" in note for note in total.plan.notes)
    negative = checked(tmp_path / "net", [1, "", -3, 4, 5, 6], SUM)
    assert column(negative, "least") == [None, 1, 11]
    (row,) = negative.measure_balance.to_dict("records")
    assert pd.isna(row["largest"])


def test_gaps_and_strangers_are_noted(tmp_path: Path) -> None:
    result = checked(tmp_path, [1, 2, 3, 4, 5], SUM)
    assert f"things.csv: 'thing' is unknown for 1 unit ({CODES[-1]}); areas that hold them" in " ".join(
        result.plan.notes
    )
    told = [measures.value(result.plan.measures[0], row) for row in result.measures.to_dict("records")]
    assert told[:2] == ["3", "7"]


def test_a_rank_is_known_where_no_doubt_can_change_it(tmp_path: Path) -> None:
    # A lies between 1/400 and 301/400, B has all, C none
    result = checked(tmp_path, [1, "", 200, 200, 0, 0], SHARE)
    assert column(result, "rank") == [None, 1, 3]


# ── ranges ──────────────────────────────────────────────────────────────────────────────────────


def test_a_range_is_judged_by_bounds(tmp_path: Path) -> None:
    result = checked(tmp_path, [50, "", 20, 60, 400, 0], f"{SHARE}range = {{ place = [0.3, 0.9] }}\n")
    assert column(result, "status") == [None, "BELOW", "ABOVE"]
    found = [f for f in result.findings if f.rule == "FP305"]
    assert [(f.area.name, str(f.severity)) for f in found if f.area] == [
        ("Area B", "warning"), ("Area C", "warning"),
    ]  # fmt: skip
    assert "thing is 20.0%, below the 30.0% of the range (made up)" in found[0].message
    skips = [s.reason for s in result.skipped if s.rule == "FP305"]
    assert skips == ["thing: nobody can tell for 1 place: Area A"]


def test_a_scorecard_says_how_many_more_areas_are_out_of_range(tmp_path: Path) -> None:
    places = "A B C D E F"
    write_plan(
        tmp_path, f"{PLAN}{MEASURE}{SUM}range = {{ place = [10, 20] }}\n",
        units=grid_units(places)[["LSOA21CD", "geometry"]], lad=draw(places),
        people={"LSOA21CD": CODES, "population": PEOPLE},
        things={"LSOA21CD": CODES, "thing": [1, 2, 3, 4, 5, 6]},
    )  # fmt: skip
    result = footprint.check(footprint.load_plan(tmp_path), ["FP305"])
    [row] = [e for e in entries(result, None, pd.Index([])) if e.key.endswith(".out_of_range")]
    assert (row.value, row.about) == (6, "Area A, Area B, Area C, Area D, 2 more")


def test_a_gap_may_leave_no_doubt_about_a_range(tmp_path: Path) -> None:
    text = f"{SUM}range = {{ lad = [0, 10] }}\nrange_source = 'the board'\n"
    result = checked(tmp_path, [11, "", 3, 4, 1, 1], text)
    (found,) = (f for f in result.findings if f.rule == "FP305")
    assert "Area A" in found.message
    assert "at least 11, above the 10 of the range (the board)" in found.message
    assert found.evidence.numbers["value"] is None


def test_without_a_range_it_is_skipped_with_the_reason(tmp_path: Path) -> None:
    result = checked(tmp_path, [1, 2, 3, 4, 5, 6], SUM)
    assert [s.reason for s in result.skipped if s.rule == "FP305"] == ["no [[measure]] has a range"]


# ── bad input ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("values", "more", "told"),
    [
        ([1, "many", 3, 4, 5, 6], SUM, "things.csv:3: has 'many' in column 'thing'"),
        ([1, "12.5%", 3, 4, 5, 6], SUM, "Write numbers alone"),
        ([1, "inf", 3, 4, 5, 6], SUM, "has 'inf'"),
        ([-1, 2, 3, 4, 5, 6], SHARE, "has -1 in column 'thing', of which 'thing' is a share"),
        ([1, 2, 3, 4, 5, 6], f'{SHARE}of = "all"\n', "has 4 in column 'thing' but 3 in 'all'"),
        ([1, 2, 3, 4, 5, 6], f'{SUM}range = {{ ward = [0, 1] }}\n', "range for 'ward', which is no level"),
        ([1, 2, 3, 4, 5, 6], f"{SUM}range = {{ place = [2, 1] }}\n", "is not a range"),
        ([1, 2, 3, 4, 5, 6], f"{SUM}range = {{ place = [0, 1], lad = [0, 1] }}\n", "two ranges for lad"),
        ([1, 2, 3, 4, 5, 6], 'adds = "sum"\nof = "all"\n', "of is the whole of a share"),
        ([1, 2, 3, 4, 5, 6], 'adds = "times"\n', "measure.1.adds"),
        ([1, 2, 3, 4, 5, 6], f'{SUM}colum = "x"\n', "unknown key 'colum'"),
        (["", "", "", "", "", ""], SUM, "has no figure in column 'thing'"),
        ([1, 2, 3, 4, 5, 6], f"{SUM}{MEASURE}{SUM}", "two measures called 'thing'"),
    ],
)  # fmt: skip
def test_bad_measures_are_refused(tmp_path: Path, values: list[object], more: str, told: str) -> None:
    with pytest.raises(InputError) as fault:
        checked(tmp_path, values, more, all=[10, 10, 10, 3, 10, 10])
    assert told in str(fault.value)


def test_a_range_needs_a_source(tmp_path: Path) -> None:
    plan = PLAN + MEASURE.replace('source = "made up"\n', "") + SUM
    with pytest.raises(InputError, match="a range needs a source"):
        checked(
            tmp_path, [1, 2, 3, 4, 5, 6], SUM.replace("sum", "mean"), plan + "range = { place = [0, 1] }\n"
        )


def test_a_table_of_other_units_and_a_plan_without_units_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no figure for any unit of the plan"):
        checked(tmp_path / "a", [1], SUM, LSOA21CD=["E01999999"])
    folder = write_plan(
        tmp_path / "b", PLAN.replace("[units]", "[layers.old]").replace("population", "#") + MEASURE + SUM,
        units=grid_units(PLACES)[["LSOA21CD", "geometry"]], lad=draw(PLACES),
        things={"LSOA21CD": CODES, "thing": [1] * 6},
    )  # fmt: skip
    with pytest.raises(InputError, match=r"but no \[units\]"):
        footprint.load_plan(folder)


def test_a_plan_of_a_stranger_names_no_measure_outside(tmp_path: Path) -> None:
    checked(tmp_path / "plan", [1, 2, 3, 4, 5, 6], SUM)
    toml = tmp_path / "plan" / "footprint.toml"
    (tmp_path / "plan" / "things.csv").rename(tmp_path / "things.csv")
    toml.write_text(toml.read_text().replace('"things.csv"', '"../things.csv"'))
    told = CliRunner().invoke(app, ["check", str(toml), "--confined"])
    assert told.exit_code == 2
    assert "lies outside of its folder" in told.output


# ── the example ─────────────────────────────────────────────────────────────────────────────────


def test_the_example_adds_up_what_its_table_says() -> None:
    folder = ROOT / "data" / "south-yorkshire"
    result = footprint.check(footprint.load_plan(folder), ["FP305"])
    with (folder / "flows_stroke.csv").open() as stream:
        counts = {row["LSOA11CD"]: int(row["admissions"]) for row in csv.DictReader(stream)}
    expected: dict[str, int] = {}
    with (folder / "lookup_lsoa11.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            for key in ("LAD21CD", "CCG21CD", "STP21CD", "neighbourhood_code"):
                expected[row[key]] = expected.get(row[key], 0) + counts[row["LSOA11CD"]]
    found = dict(zip(result.measures["code"], result.measures["value"], strict=True))
    assert {code: found[code] for code in expected} == expected
    assert len(found) == len(expected) + 1  # the county; cities are districts
    document = json.loads(json.dumps(Report(result).record()))
    hold(document, "findings")
    assert len(document["tables"]["measures"]) == len(result.measures)


def test_a_change_tells_both_sides(tmp_path: Path) -> None:
    before = checked(tmp_path / "plan", [1, 2, 3, 4, 5, 6], f"{SUM}range = {{ place = [4, 20] }}\n")
    (tmp_path / "proposal.toml").write_text('title = "B"\neffective_date = 2022-01-01\nlevel = "place"\n')
    (tmp_path / "assignment.csv").write_text(f"code,area\n{CODES[2]},{code('A')}\n")
    found = compare(before, footprint.check(apply(before.plan, read_proposal(tmp_path)), ["FP305"]))
    rows = {row.pop("name"): row for row in found.measures.to_dict("records")}
    assert {name: (r["value_before"], r["value_after"]) for name, r in rows.items()} == {
        "Area A": (3, 6), "Area B": (7, 4), "Area C": (11, 11),
    }  # fmt: skip
    assert (rows["Area A"]["status_before"], rows["Area A"]["status_after"]) == ("BELOW", "WITHIN")
    told = measures.changed(found)
    assert [row[0] for row in told.rows] == ["Area A", "Area B"]
    assert [len(grid.rows) for grid in measures.tables(found.after)] == [3]
    page = html(Board(found.after, found))
    assert 'id="measures"' in page
    assert "3 → 6" in page
