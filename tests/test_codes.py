"""`footprint codes`, and the rules that rest on the history: FP108, and FP107 for tiers."""

from __future__ import annotations

import csv
import io
import json
import random
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from inline_snapshot import snapshot
from maps import boxes, save, write_csv, write_plan
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.model.errors import InputError
from footprint.model.finding import Finding


def run(*arguments: object, code_: int = 0) -> tuple[str, str]:
    result = CliRunner().invoke(app, ["codes", *map(str, arguments)])
    assert result.exit_code == code_, result.output + result.stderr
    return result.stdout, result.stderr


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


# ── what codes are ──────────────────────────────────────────────────────────────────────────────


def test_one_code_with_all_that_is_known() -> None:
    assert run("e08000016 ")[0] == snapshot("""\
Barnsley (E08000016)
  kind      metropolitan district
  in force  until 31 March 2025
  in        Yorkshire and The Humber (E12000003)
  became    E08000016 became E08000038 on 1 April 2025, with another boundary
            E08000038: Barnsley
  source    S.I. 2024/1328

Source: ONS Code History Database and NHS England, Open Government Licence v3.0
""")


def test_codes_that_were_never_in_force_together() -> None:
    out, _ = run("E08000016", "E08000038", "E99999999", code_=1)
    assert "never in force together: E08000038 began on 1 April 2025, but\n" in out
    assert "Not in the history\n  E99999999\n" in out


def test_what_is_not_known_at_all_is_an_error() -> None:
    assert "the history knows none of the codes (RWE, X)" in run("RWE", "X", code_=2)[1]


def test_a_set_fits_its_dates(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", place=["E07000163", "E06000061", "E06000001"], n=[1, 2, 3])
    out, _ = run(path)
    assert "all in force together from 1 April 2021 to 31 March 2023; E07000163 ended then" in out


def test_the_values_are_those_of_the_words() -> None:
    document = json.loads(run("E10000021", "E06000001", "--format", "json")[0])
    northants, hartlepool = document["codes"]
    assert [c["code"] for c in northants["became"]] == ["E06000061", "E06000062"]
    assert {c["how"] for c in northants["became"]} == {"part"}
    assert hartlepool == snapshot(
        {
            "code": "E06000001",
            "known": True,
            "kind": "unitary authority",
            "name": "Hartlepool",
            "first": None,
            "last": None,
            "parent": {"code": "E12000001", "name": "North East"},
            "names": [{"name": "Hartlepool", "first": None, "last": None}],
            "became": [],
            "came_from": [],
        }
    )
    assert document["set"] == {
        "codes": 2,
        "unknown": [],
        "together": {"first": None, "last": "2021-03-31"},
        "whole": None,
        "clash": None,
    }
    rows = table(run("E06000061", "E10000021", "--format", "csv", code_=1)[0])
    assert rows[0]["came_from"].split(";") == [
        "E07000150",
        "E07000152",
        "E07000153",
        "E07000156",
        "E10000021",
    ]
    assert (rows[1]["became"], rows[1]["how"]) == ("E06000061;E06000062", "part;part")


def test_several_columns_of_codes_are_named(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", a=["E06000001"], b=["E12000001"])
    assert (
        "has several columns of codes: a, b. Name the one that is meant with --column"
        in run(path, code_=2)[1]
    )
    assert "Hartlepool" in run(path, "--column", "a")[0]
    assert "has no column of GSS codes" in run(write_csv(tmp_path / "y.csv", a=["x"]), code_=2)[1]
    assert "there is no such table" in run(tmp_path / "none.csv", code_=2)[1]


def test_a_boundary_file_is_read_for_its_codes(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(
        {"LAD23CD": ["E06000065", "E06000001"]},
        geometry=[shapely.box(4e5 + x, 3e5, 4e5 + x + 1e4, 31e4) for x in (0, 1e4)],
        crs=27700,
    )
    assert "all in force together since 1 April 2023" in run(save(frame, tmp_path / "x.gpkg"))[0]


@pytest.mark.national
@pytest.mark.parametrize(
    ("file", "column", "told"),
    [
        ("lookup_ltla20_utla20.csv", "ltla20_code", "districts of England and Wales from 1 April 2020"),
        ("lookup_ltla21_utla21.csv", "ltla21_code", "districts of England and Wales from 1 April 2021"),
        (
            "lookup_ltla21_utla21.csv",
            "utla21_code",
            "upper-tier authorities of England and Wales from 1 April 2021",
        ),
        ("stp21_en_bgc.dbf", None, "health and care systems of England from 1 April 2020 to 30 June 2022"),
        ("ccg21_en_bgc.dbf", None, "CCGs of England from 1 April 2021 to 30 June 2022"),
    ],
)
def test_published_sets_fit_their_dates(england: Path, file: str, column: str | None, told: str) -> None:
    path = england / file.replace(".dbf", ".shp")
    out, _ = run(path, *(["--column", column] if column else []))
    assert f"they are all {told}" in " ".join(out.split())


# ── at another date ─────────────────────────────────────────────────────────────────────────────

CUMBRIA = {
    "E07000026": 97,
    "E07000028": 110,
    "E07000029": 67,
    "E07000027": 67,
    "E07000030": 54,
    "E07000031": 105,
}


@pytest.mark.national
@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("wales_ltla21_buc.gpkg", "they are all unitary authorities of Wales since 1 June 2009"),
        ("boundaries_lhb22.gpkg", "they are all local health boards of Wales since 1 April 2019"),
        ("scotland_ltla21_buc.gpkg", "they are all council areas of Scotland since 1 April 2019"),
        ("boundaries_hb19.gpkg", "they are all health boards of Scotland since 1 April 2019"),
        ("northern_ireland_ltla21_buc.gpkg", "they are all districts of Northern Ireland since 1 April 2015"),
    ],
)
def test_layers_of_the_other_nations_fit_their_dates(england: Path, file: str, told: str) -> None:
    """Their columns of codes are found by what stands in them."""
    out, _ = run(england.parent / "nations" / file)
    assert told in " ".join(out.split())
    assert "(known up to 31 July 2024)" in out


def test_figures_of_areas_that_became_one_are_added(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "x.csv",
        LAD22CD=[*CUMBRIA, "E08000003"],
        LAD22NM=[*"abcdef", "Manchester"],
        people=[f"{n},000.5" for n in CUMBRIA.values()] + ["550,000"],
    )
    out, err = run(path, "--to", "2023-04-01", "--sum", "people", "--format", "csv")
    assert out == snapshot("""\
LAD22CD,LAD22NM,people
E06000063,Cumberland,274001.5
E06000064,Westmorland and Furness,226001.5
E08000003,Manchester,"550,000"
""")
    assert "left out" not in err


def test_rates_are_not_added_but_stay_where_the_ground_is_the_same(tmp_path: Path) -> None:
    codes = ["E07000026", "E07000028", "E07000029", "E10000023"]
    path = write_csv(tmp_path / "x.csv", code=codes, people=[1, 2, 3, 9], rate=[0.1, 0.2, 0.3, 0.4])
    out, err = run(path, "--to", "2023-04-01", "--sum", "people", "--format", "csv", code_=1)
    assert table(out) == [{"code": "E06000065", "people": "9", "rate": "0.4"}]
    told = "it became part of E06000063, and column 'rate' is not named with --sum: only counts can be added"
    assert [line for line in err.splitlines() if line.startswith("note: left out")] == [
        f"note: left out: {code}: {told}" for code in codes[:3]
    ]


@pytest.mark.parametrize("hidden", ["*", "", "c", "1,23", "nan", "1e400x"])
def test_a_figure_that_is_none_is_not_added(tmp_path: Path, hidden: str) -> None:
    path = write_csv(tmp_path / "x.csv", code=["E07000026", "E07000028", "E07000029"], n=["1", hidden, "3"])
    document = json.loads(run(path, "--to", "2023-04-01", "--sum", "n", "--format", "json", code_=1)[0])
    assert document["rows"] == []
    assert {r["code"]: r["reason"] for r in document["refused"]}["E07000028"] == (
        f"it became part of E06000063, and '{hidden}' in column 'n' cannot be added"
    )


def test_divided_and_redrawn_ground_is_not_followed(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", code=["E10000006", "E08000016", "E08000003"], n=[1, 2, 3])
    out, _ = run(path, "--to", "2025-04-01", "--sum", "n", code_=1)
    assert out == snapshot("""\
1 row at the areas of 1 April 2025
1 as they were, 0 made of areas of another date

2 rows left out, which cannot be followed
  E10000006  E10000006 was divided among E06000063 and E06000064 on 1 April 2023
  E08000016  E08000016 became E08000038 on 1 April 2025, with another boundary

The table itself: --format csv
""")


@pytest.mark.parametrize(
    ("codes", "fault"),
    [
        (["E07000026", "E07000026"], "has 1 code on several rows: E07000026"),
        (["E07000026", "E06000063"], "holds codes that were never in force together"),
        (["E40000007", "E40000013"], "holds codes that were never in force together"),
    ],
)
def test_tables_that_would_count_twice_are_refused(tmp_path: Path, codes: list[str], fault: str) -> None:
    path = write_csv(tmp_path / "x.csv", code=codes, n=[1, 2])
    assert fault in run(path, "--to", "2024-05-01", "--sum", "n", code_=2)[1]


def test_a_date_beyond_what_is_known_is_said(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "x.csv", code=["E06000001"], n=[1])
    assert "the history is not known as far as 1 April 2031" in run(path, "--to", "2031-04-01")[1]


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (["E06000001", "--to", "2023-04-01"], "--column, --to and --sum are for a file"),
        (["x.csv", "--sum", "n"], "--sum is for a table that is followed"),
        (["x.csv", "--to", "April"], "'April' is no date"),
        (["x.csv", "--to", "2023-04-01", "--sum", "m"], "has no column 'm'"),
        (["x.csv", "--to", "2023-04-01", "--sum", "code"], "has codes in column 'code', not counts"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    tmp_path: Path, options: list[str], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_csv(tmp_path / "x.csv", code=["E06000001"], n=[1])
    monkeypatch.chdir(tmp_path)
    assert fault in run(*options, code_=2)[1]


@pytest.mark.national
def test_the_people_of_the_districts_of_2020_are_those_of_2021(england: Path, tmp_path: Path) -> None:
    """Seven districts became two; the two are what the lookup of 2021 makes of the same units."""
    lad20 = pd.read_csv(england / "lookup_lsoa11_ltla20.csv", dtype=str)
    lad21 = pd.read_csv(england / "lookup_lsoa11_ccg21_stp21_ltla21.csv", dtype=str)
    people = pd.read_csv(england / "population_lsoa11_mid2020.csv", dtype=str)
    people["n"] = people.total_population.astype(int)
    before = people.merge(lad20, on="lsoa11_code").groupby("ltla20_code").n.sum()
    after = people.merge(lad21, on="lsoa11_code").groupby("ltla21_code").n.sum()
    path = tmp_path / "people.csv"
    before.reset_index().to_csv(path, index=False)
    rows = table(run(path, "--to", "2021-04-01", "--sum", "n", "--format", "csv")[0])
    assert {row["ltla20_code"]: int(row["n"]) for row in rows} == after.to_dict()


# ── FP108 ───────────────────────────────────────────────────────────────────────────────────────


def layer(
    tmp_path: Path, geography: str, codes: list[str], date: str, names: list[str] | None = None
) -> list[Finding]:
    """Return the findings of FP107 and FP108 on a plan of one layer, made of a unit for each area."""
    units = [f"E0100000{i}" for i in range(len(codes))]
    held = {"lsoa": units, "area_code": codes, **({"area_name": names} if names else {})}
    plan = (
        f'title = "T"\ndate = {date}\n[units]\ngeography = "LSOA"\n[layers.x]\ngeography = "{geography}"\n'
        'lookup = { path = "x.csv", unit = "lsoa", code = "area_code" }\n'
    )
    result = footprint.check(footprint.load_plan(write_plan(tmp_path / "plan", plan, x=held)))
    return [f for f in result.findings if f.rule in ("FP107", "FP108")]


@pytest.mark.parametrize(
    ("geography", "codes", "hint"),
    [
        (
            "UTLA",
            ["E10000021", "E06000061"],
            "E10000021 was divided among E06000061 and E06000062 on 1 April 2021.",
        ),
        (
            "UTLA",
            ["E10000006", "E06000063"],
            "E10000006 was divided among E06000063 and E06000064 on 1 April 2023.",
        ),
        ("LAD", ["E08000016", "E08000038"], "E08000016 became E08000038 on 1 April 2025"),
        ("CCG", ["E38000066", "E38000244"], "E38000066 became part of E38000244 on 1 April 2020."),
        ("ICS", ["E54000063", "E54000069"], "E54000063 became part of E54000069 on 1 April 2026."),
    ],
)
def test_codes_of_two_times_in_one_layer_are_an_error(
    tmp_path: Path, geography: str, codes: list[str], hint: str
) -> None:
    (finding,) = layer(tmp_path, geography, codes, "2019-04-01")
    assert (str(finding.severity), finding.rule) == ("error", "FP108")
    assert hint in finding.hint


def test_systems_of_2024_had_ended_by_may_2026(tmp_path: Path) -> None:
    (finding,) = layer(tmp_path, "ICS", ["E54000008", "E54000034", "E54000063"], "2026-05-01")
    assert finding.message == (
        "2 areas of x had ended by the plan's date (2026-05-01): E54000034, E54000063; succeeded by NHS "
        "Surrey and Sussex Integrated Care Board (E54000069, 2026); by no area as a whole: E54000034"
    )
    assert "E54000034 was divided among E54000067, E54000069 and E54000070 on 1 April 2026" in finding.hint
    assert layer(tmp_path, "ICS", ["E54000008", "E54000034", "E54000063"], "2026-03-31") == []


def test_a_division_alone_has_no_successor(tmp_path: Path) -> None:
    (finding,) = layer(tmp_path, "ICS", ["E54000034"], "2026-04-01")
    assert finding.message.endswith("E54000034; succeeded by no area as a whole")


def test_the_day_counts_and_not_the_year(tmp_path: Path) -> None:
    assert layer(tmp_path, "ICS", ["E54000009"], "2022-06-30") == []
    assert len(layer(tmp_path, "ICS", ["E54000009"], "2022-07-01")) == 1
    (finding,) = layer(tmp_path, "ICS", ["E54000061"], "2022-06-30")
    assert finding.message == (
        "1 area of x begins only after the plan's date (2022-06-30): E54000061 (E54000061, 1 July 2022)"
    )
    assert layer(tmp_path, "ICS", ["E54000061"], "2022-07-01") == []


def test_an_e38_code_is_of_the_kind_of_its_day(tmp_path: Path) -> None:
    for geography, date, found in (
        ("CCG", "2022-06-30", 0), ("CCG", "2022-07-01", 1),
        ("SICBL", "2022-06-30", 1), ("SICBL", "2022-07-01", 0),
    ):  # fmt: skip
        findings = layer(tmp_path, geography, ["E38000008"], date)
        assert [f.rule for f in findings] == ["FP108"] * found, (geography, date)
        assert all("An E38 code is that of a CCG before 1 July 2022" in f.hint for f in findings)


def test_made_up_areas_are_not_held_against_the_date(tmp_path: Path) -> None:
    codes = ["E38000065", "E38000066"]
    assert layer(tmp_path, "CCG", codes, "2021-04-01", ["Hill", "Dale"]) == []
    assert len(layer(tmp_path, "CCG", codes, "2021-04-01", ["Greater Preston", "Dale"])) == 1
    assert len(layer(tmp_path, "CCG", codes, "2021-04-01")) == 1


@pytest.mark.parametrize(
    ("codes", "date", "severity"),
    [
        (["E10000021", "E06000061"], "2019-04-01", "error"),
        (["E08000016", "E08000017"], "2025-04-01", "warning"),
        (["E08000016", "E08000017"], "2025-03-31", None),
    ],
)
def test_units_are_held_against_the_history_as_well(
    tmp_path: Path, codes: list[str], date: str, severity: str | None
) -> None:
    plan = (
        f'title = "T"\ndate = {date}\n[units]\ngeography = "UTLA"\n[layers.x]\ngeography = "ICS"\n'
        'lookup = { path = "x.csv", unit = "utla", code = "ics" }\n'
    )
    held = {"utla": codes, "ics": ["E54000008"] * len(codes)}
    result = footprint.check(footprint.load_plan(write_plan(tmp_path / "plan", plan, x=held)))
    found = [(str(f.severity), f.layer) for f in result.findings if f.rule == "FP108"]
    assert found == ([] if severity is None else [(severity, "units")])


# ── hints ───────────────────────────────────────────────────────────────────────────────────────

BARNSLEY = "E08000016 became E08000038 on 1 April 2025, with another boundary."


@pytest.mark.parametrize(("here", "given"), [("E08000038", "E08000016"), ("E08000016", "E08000038")])
def test_rows_under_an_older_or_a_newer_code_are_explained(tmp_path: Path, here: str, given: str) -> None:
    """Of the population, of flows, of a lookup, and of who is asked about."""
    plan = (
        'title = "T"\ndate = 2025-01-01\n[units]\ngeography = "LAD"\n'
        'path = "map.geojson"\npopulation = { path = "people.csv", code = "lad", value = "people" }\n'
        '[layers.ics]\ngeography = "ICS"\nlookup = { path = "ics.csv", unit = "lad", code = "ics" }\n'
        '[levels]\nsystem = "ics"\n'
        '[flows]\npath = "flows.csv"\nunit = "lad"\nprovider = "trust"\nvalue = "n"\nkind = "count"\n'
        '[providers]\npath = "trusts.csv"\ncode = "trust"\narea = "ics"\nlayer = "ics"\n'
    )
    folder = write_plan(
        tmp_path / "plan",
        plan,
        map=gpd.GeoDataFrame(
            {"LAD24CD": [here, "E08000017"]},
            geometry=[shapely.box(x, 400_000, x + 10_000, 410_000) for x in (430_000, 440_000)],
            crs=27700,
        ),
        people={"lad": [given, "E08000017"], "people": [10, 20]},
        ics={"lad": [here, "E08000017"], "ics": ["E54000061", "E54000061"]},
        flows={"lad": [given, "E08000017"], "trust": ["RFF", "RFF"], "n": [5, 6]},
        trusts={"trust": ["RFF"], "ics": ["E54000061"]},
    )
    result = footprint.check(footprint.load_plan(folder))
    assert {f.rule for f in result.findings if BARNSLEY in f.hint} >= {"FP304", "FP405"}
    asked = CliRunner().invoke(app, ["who", given, str(folder)])
    assert asked.exit_code == 2
    assert BARNSLEY in " ".join(asked.stderr.split())
    (folder / "ics.csv").write_text(f"lad,ics\n{given},E54000061\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        footprint.load_plan(folder)
    assert BARNSLEY in str(caught.value)


# ── FP107: tiers ────────────────────────────────────────────────────────────────────────────────


def tiers(tmp_path: Path, pairs: dict[str, str], keyed: str = "lad") -> list[Finding]:
    """Return FP107 for districts whose upper tiers a lookup gives: from districts, or as both of units."""
    units = [f"E0100000{i}" for i in range(len(pairs))]
    upper = {"lad": list(pairs), "utla": list(pairs.values())}
    unit = "lad"
    if keyed == "units":
        upper, unit = {"lsoa": units, "utla": list(pairs.values())}, "lsoa"
    plan = (
        'title = "T"\ndate = 2022-04-01\n[units]\ngeography = "LSOA"\n'
        '[layers.lad]\ngeography = "LAD"\nlookup = { path = "lad.csv", unit = "lsoa", code = "lad" }\n'
        '[layers.utla]\ngeography = "UTLA"\n'
        f'lookup = {{ path = "utla.csv", unit = "{unit}", code = "utla" }}\n'
    )
    folder = write_plan(tmp_path / "plan", plan, lad={"lsoa": units, "lad": list(pairs)}, utla=upper)
    return [f for f in footprint.check(footprint.load_plan(folder)).findings if f.rule == "FP107"]


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("district", "upper", "wrong"),
    [
        ("E07000171", "E10000024", 0), ("E07000171", "E08000017", 1), ("E06000018", "E10000024", 1),
        ("E08000017", "E08000017", 0), ("E07000150", "E06000061", 0),
    ],
)  # fmt: skip
@pytest.mark.parametrize("half", [False, True])
def test_so_it_is_where_outlines_alone_say_what_a_district_lies_in(
    tmp_path: Path, district: str, upper: str, wrong: int, half: bool
) -> None:
    lad, utla = boxes(A=(0, 0, 10_000, 10_000)), boxes(A=(0, 0, 5_000 if half else 20_000, 10_000))
    folder = write_plan(
        tmp_path / "plan",
        'title = "T"\ndate = 2022-04-01\n[layers.lad]\ngeography = "LAD"\npath = "lad.geojson"\n'
        '[layers.utla]\ngeography = "UTLA"\npath = "utla.geojson"\n'
        '[[align]]\nsource = "lad"\ntarget = "utla"\nmust = "nest"\n',
        lad=lad.assign(LAD21CD=district),
        utla=utla.rename(columns={"LAD21CD": "UTLA21CD", "LAD21NM": "UTLA21NM"}).assign(UTLA21CD=upper),
    )
    found = [f for f in footprint.check(footprint.load_plan(folder)).findings if f.rule == "FP107"]
    # a district of which half lies elsewhere is told as that
    assert len(found) == (0 if half else wrong)
    assert all("cannot lie where the outlines of upper-tier authorities put it" in f.message for f in found)


@pytest.mark.parametrize("keyed", ["lad", "units"])
@pytest.mark.parametrize(
    ("district", "upper", "wrong"),
    [
        ("E07000171", "E10000024", False),
        ("E07000171", "E08000017", True),
        ("E07000171", "E06000018", True),
        ("E07000171", "E09000002", True),
        ("E07999999", "E08000017", True),
        ("E08000017", "E08000017", False),
        ("E08000017", "E10000024", True),
        ("E06000018", "E10000024", True),
        ("E09000002", "E09000003", True),
        ("E07000150", "E06000061", False),  # two vintages of one ground
        ("E06000053", "E06000052", False),  # as statistics have it
        ("E09000001", "E09000012", False),
        ("E06999999", "E06000018", False),  # a code of one's own may be a new one for the same area
        ("E06000018", "E06999999", False),
        ("E06999999", "E06999998", False),
        ("E06000018", "E06000015", True),
    ],
)
def test_a_district_lies_in_a_county_and_all_others_in_themselves(
    tmp_path: Path, district: str, upper: str, wrong: bool, keyed: str
) -> None:
    found = tiers(tmp_path, {district: upper, "E08000016": "E08000016"}, keyed)
    assert len(found) == wrong
    for finding in found:
        assert (finding.layer, [o.code for o in finding.others]) == ("utla", [district])
        assert f"{district} in " in finding.message or f"({district}) in " in finding.message
        assert "A district E07 belongs to a county E10" in finding.hint


@pytest.mark.national
@pytest.mark.parametrize("year", ["20", "21"])
def test_the_published_tiers_are_sound_and_any_slip_is_found(
    england: Path, tmp_path: Path, year: str
) -> None:
    pairs = pd.read_csv(england / f"lookup_ltla{year}_utla{year}.csv", dtype=str)
    pairs = pairs[pairs[f"ltla{year}_code"].str.startswith("E")]
    held = dict(zip(pairs[f"ltla{year}_code"], pairs[f"utla{year}_code"], strict=True))
    picked = dict(random.Random(1).sample(sorted(held.items()), 9))
    assert tiers(tmp_path, picked) == []
    assert tiers(tmp_path, picked | {"E07000171": "E08000019"}) != []
