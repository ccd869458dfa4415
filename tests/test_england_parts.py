"""Parts of England by themselves: one's own system, counties, combined authorities, held against lookups."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

import footprint
from footprint.plan.coverage import coverage

pytestmark = [pytest.mark.national, pytest.mark.filterwarnings("ignore:.*winding order")]

PLAN = """\
title = "Parts of England"
date = 2021-04-01
[units]
path = "{data}/lsoa11_ew_bgc.gpkg"
population = {{ path = "{data}/population_lsoa11_mid2020.csv", value = "total_population" }}
"""
DISTRICTS = """\
[layers.lad]
path = "{data}/lad20_uk_bgc.shp"
lookup = {{ path = "{data}/lookup_lsoa11_ltla20.csv", unit = "lsoa11_code", code = "ltla20_code" }}
"""


def check(folder: Path, england: Path, text: str) -> footprint.Result:
    path = folder / "footprint.toml"
    path.write_text(text.format(data=england, parts=england.parent / "parts"), encoding="utf-8")
    return footprint.check(footprint.load_plan(path), ["FP2", "FP303"])


def errors(result: footprint.Result) -> list[str]:
    return [f.message for f in result.findings if f.severity == "error"]


def people(result: footprint.Result, key: str) -> dict[str, float]:
    rows = result.population[result.population.layer == key]
    return dict(zip(rows.code, rows.population, strict=True))


@pytest.fixture(scope="module")
def tables(england: Path) -> pd.DataFrame:
    """One row an LSOA, by pandas alone."""
    lookup = pd.read_csv(england / "lookup_lsoa11_ccg21_stp21_ltla21.csv")[["lsoa11_code", "stp21_code"]]
    districts = pd.read_csv(england / "lookup_lsoa11_ltla20.csv")[["lsoa11_code", "ltla20_code"]]
    counties = pd.read_csv(england / "lookup_ltla20_utla20.csv")[["ltla20_code", "utla20_code"]]
    counted = pd.read_csv(england / "population_lsoa11_mid2020.csv")[["lsoa11_code", "total_population"]]
    return lookup.merge(districts).merge(counties).merge(counted)


@pytest.fixture(scope="module")
def counties(england: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The outlines of the counties, put together from districts by geopandas."""
    upper = pd.read_csv(england / "lookup_ltla20_utla20.csv")[["ltla20_code", "utla20_code"]]
    lad = gpd.read_file(england / "lad20_uk_bgc.shp")[["LAD20CD", "geometry"]]
    lad = lad.set_geometry(lad.make_valid()).merge(upper, left_on="LAD20CD", right_on="ltla20_code")
    drawn = lad[lad.utla20_code.str.startswith("E10")].dissolve("utla20_code").reset_index()
    path = tmp_path_factory.mktemp("counties") / "counties.gpkg"
    drawn.rename(columns={"utla20_code": "CTY20CD"})[["CTY20CD", "geometry"]].to_file(path)
    return path


@pytest.mark.sampled
@pytest.mark.parametrize("systems", [["E54000012"], ["E54000036"], ["E54000007", "E54000012", "E54000015"]])
def test_of_ones_own_system_only_its_people_are_counted(
    england: Path, tables: pd.DataFrame, tmp_path: Path, systems: list[str]
) -> None:
    every = gpd.read_file(england / "stp21_en_bgc.shp")
    every[every.STP21CD.isin(systems)].to_file(tmp_path / "ics.gpkg")
    result = check(tmp_path, england, PLAN + '[layers.ics]\npath = "ics.gpkg"\n')
    expected = tables[tables.stp21_code.isin(systems)].groupby("stp21_code").total_population.sum()
    assert people(result, "ics") == expected.to_dict()
    assert people(result, "ics").get("E54000012", 1_030_393) == 1_030_393
    assert errors(result) == []


def test_counties_by_outlines_have_the_people_of_their_districts(
    england: Path, tables: pd.DataFrame, counties: Path, tmp_path: Path
) -> None:
    align = '[[align]]\nsource = "lad"\ntarget = "cty"\nmust = "nest"\n'
    text = f'{PLAN}{DISTRICTS}[layers.cty]\npath = "{counties}"\n{align}'
    result = check(tmp_path, england, text)
    expected = tables[tables.utla20_code.str.startswith("E10")].groupby("utla20_code").total_population.sum()
    assert people(result, "cty") == expected.to_dict()
    assert errors(result) == []
    [overlap] = result.overlaps
    assert (len(overlap.nested()), len(overlap.partly()), int(overlap.outside.whole.sum())) == (188, 0, 126)
    text = text.replace(text[text.index("[units]") : text.index("[layers.lad]")], "")
    lookup = text.index("lookup = ")
    text = text[:lookup] + text[text.index("\n", lookup) + 1 :]
    result = check(tmp_path, england, text)
    assert errors(result) == []
    [overlap] = result.overlaps
    assert overlap.evidence == "geometry"
    assert (len(overlap.nested()), len(overlap.partly()), int(overlap.outside.whole.sum())) == (188, 0, 126)


@pytest.mark.sampled
@pytest.mark.parametrize("upper", [False, True])
def test_combined_authorities_by_a_lookup_of_their_members(
    england: Path, tables: pd.DataFrame, tmp_path: Path, upper: bool
) -> None:
    text = PLAN + DISTRICTS
    if upper:
        # more of these than of the districts are members, but not all members are among them
        text += '[layers.utla]\ngeography = "UTLA"\nlookup = {{ path = "{data}/lookup_ltla20_utla20.csv" }}\n'
    text += '[layers.cauth]\ngeography = "CAUTH"\nlookup = {{ path = "{parts}/lookup_ltla21_cauth21.csv" }}\n'
    result = check(tmp_path, england, text + '[[align]]\nsource = "lad"\ntarget = "cauth"\nmust = "nest"\n')
    members = pd.read_csv(england.parent / "parts" / "lookup_ltla21_cauth21.csv")
    member = tables.merge(members, left_on="ltla20_code", right_on="ltla21_code")
    assert people(result, "cauth") == member.groupby("cauth21_code").total_population.sum().to_dict()
    assert errors(result) == []
    assert coverage(result.plan, "cauth").part
    [overlap] = result.overlaps
    assert len(overlap.nested()) == member.ltla20_code.nunique()
