"""The whole of England as it stood in April 2021, held against independent pandas and geopandas."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import golden
import pandas as pd
import pytest

import footprint
from footprint.measure.measures import measured
from footprint.plan import derive
from footprint.plan.proposal import apply
from footprint.read.measure_spec import MeasureSpec
from footprint.read.measures import read_measure
from footprint.read.proposalfile import read_proposal
from footprint.results.comparison import compare

# GDAL tells plain geopandas that it turned rings round; footprint keeps that to itself
pytestmark = [pytest.mark.national, pytest.mark.filterwarnings("ignore:.*winding order")]

POPULATION = 56_550_138
PLAN = (Path(__file__).parent / "england.toml").read_text(encoding="utf-8")


def without_lookups(plan: str) -> str:
    """Return the plan with drawn layers only."""
    kept = [part for part in plan.split("\n[") if not part.startswith("layers.utla")]
    lines = [
        line
        for part in kept
        for line in ("[" + part if part is not kept[0] else part).splitlines()
        if not line.startswith("lookup")
    ]
    text = "\n".join(lines)
    cut = text.index('[[align]]\nsource = "utla"')
    return text[:cut]


def without_units(plan: str) -> str:
    """Return a plan of drawn layers without units and people."""
    plan = without_lookups(plan)
    return plan[: plan.index("[units]")] + plan[plan.index("[layers.lad]") :]


@pytest.fixture(scope="module")
def tables(england: Path) -> pd.DataFrame:
    """One row an LSOA, with every code and its people: the oracle, made with pandas alone."""
    lookup = pd.read_csv(england / "lookup_lsoa11_ccg21_stp21_ltla21.csv")
    districts = pd.read_csv(england / "lookup_lsoa11_ltla20.csv")[["lsoa11_code", "ltla20_code"]]
    counties = pd.read_csv(england / "lookup_ltla20_utla20.csv")[["ltla20_code", "utla20_code"]]
    people = pd.read_csv(england / "population_lsoa11_mid2020.csv")[["lsoa11_code", "total_population"]]
    merged = lookup.merge(districts).merge(counties).merge(people)
    assert len(merged) == 32_844
    return merged.rename(
        columns={
            "ltla20_code": "lad",
            "utla20_code": "utla",
            "ccg21_code": "ccg",
            "stp21_code": "ics",
            "total_population": "people",
        }
    )


def split_codes(tables: pd.DataFrame, source: str, target: str) -> set[str]:
    counts = tables.groupby(source)[target].nunique()
    return set(counts.index[counts > 1])


@pytest.mark.parametrize(("source", "target"), [("lad", "ics"), ("lad", "ccg"), ("utla", "ics")])
def test_split_areas_by_lookup_are_those_of_a_group_by(
    nation: footprint.Result, tables: pd.DataFrame, source: str, target: str
) -> None:
    codes = set(nation.plan.layers[target].codes)
    found = {
        f.area.code
        for f in nation.findings
        if f.rule == "FP201" and f.layer == source and f.area and {o.code for o in f.others} <= codes
    }
    assert found == split_codes(tables, source, target)
    assert {f.evidence.kind for f in nation.findings if f.rule == "FP201"} == {"lookup"}


def test_people_in_each_piece_are_those_of_a_group_by(nation: footprint.Result, tables: pd.DataFrame) -> None:
    expected = tables.groupby(["lad", "ics"]).people.sum()
    rows = nation.overlap[(nation.overlap.source_layer == "lad") & (nation.overlap.target_layer == "ics")]
    assert rows.set_index(["source", "target"]).population.to_dict() == expected.to_dict()


def test_every_ccg_nests_in_one_system(nation: footprint.Result, tables: pd.DataFrame) -> None:
    assert not split_codes(tables, "ccg", "ics")
    assert not [f for f in nation.findings if f.rule == "FP203"]
    rows = nation.overlap[(nation.overlap.source_layer == "ccg") & (nation.overlap.target_layer == "ics")]
    assert len(rows) == 106
    assert set(rows.verdict) == {"nested", "same"}


@pytest.mark.parametrize("layer", ["lad", "utla", "ccg", "ics"])
def test_people_add_up_at_every_level(nation: footprint.Result, tables: pd.DataFrame, layer: str) -> None:
    mine = nation.population[nation.population.layer == layer].set_index("code").population
    assert mine.sum() == POPULATION
    assert mine.to_dict() == tables.groupby(layer).people.sum().to_dict()


@pytest.mark.parametrize(("layer", "low", "high"), [("ics", 1_000_000, 3_000_000), ("ccg", 250_000, 500_000)])
def test_bands_are_those_of_an_independent_sum(
    nation: footprint.Result, tables: pd.DataFrame, layer: str, low: int, high: int
) -> None:
    people = tables.groupby(layer).people.sum()
    below = {f.area.code for f in nation.findings if f.rule == "FP301" and f.layer == layer and f.area}
    above = {f.area.code for f in nation.findings if f.rule == "FP302" and f.layer == layer and f.area}
    assert below == set(people.index[people < low])
    assert above == set(people.index[people > high])


def test_reports_are_the_same_bytes(nation: footprint.Result, england: Path, tmp_path: Path) -> None:
    assert nation.plan.path is not None
    golden.held("england", nation, {"{data}": england, "{plan}": nation.plan.path.parent}, tmp_path)


def test_other_nations_are_left_out_with_a_count(nation: footprint.Result) -> None:
    told = {f.layer: f.message for f in nation.findings if f.rule == "FP110"}
    assert told["lad"].startswith("65 of 379 features of districts are outside England")
    assert told["lad"].endswith("11 in Northern Ireland, 32 in Scotland, 22 in Wales")
    assert told["units"].startswith("1,909 of 34,753 features of units")


def test_invalid_outlines_are_repaired_and_counted_with_their_change_of_area(
    nation: footprint.Result, england: Path
) -> None:
    raw = gpd.read_file(england / "lad20_uk_bgc.shp")
    invalid = raw[~raw.is_valid]
    finding = next(f for f in nation.findings if f.rule == "FP101" and f.layer == "lad")
    assert finding.evidence.numbers["count"] == len(invalid) == 51
    lad = nation.plan.layers["lad"].drawn
    assert lad is not None
    assert lad.polygons.is_valid.all()
    english = raw[raw.LAD20CD.str.startswith("E")].set_index("LAD20CD").area
    change = lad.repairs[lad.repairs.in_scope].set_index("code")
    assert (change.area_before_m2 - english.reindex(change.index)).abs().max() < 1e-3
    assert (change.area_after_m2 - lad.polygons.area.reindex(change.index)).abs().max() < 1e-3
    assert abs(finding.evidence.numbers["area_change_m2"]) < 20  # type: ignore[arg-type]


def test_districts_that_had_ended_are_named(nation: footprint.Result, tables: pd.DataFrame) -> None:
    found = {f.layer: {o.code for o in f.others} for f in nation.findings if f.rule == "FP108"}
    gone = set(tables.lad) - set(tables.ltla21_code)
    # Northamptonshire ended with its districts, on 31 March 2021
    assert found == {"lad": gone, "utla": {"E10000021"}}


def test_outlines_alone_give_the_same_splits(england: Path, tables: pd.DataFrame, tmp_path: Path) -> None:
    """No false split and none missed, with neither lookup nor units."""
    path = tmp_path / "footprint.toml"
    path.write_text(without_units(PLAN.replace("{data}", str(england))), encoding="utf-8")
    plan = footprint.load_plan(path)
    result = footprint.check(plan, select=["FP201", "FP202"])
    split = {f.area.code for f in result.findings if f.rule == "FP201" and f.area}
    assert split == split_codes(tables, "lad", "ics") | split_codes(tables, "lad", "ccg")
    assert {f.evidence.kind for f in result.findings} == {"geometry"}
    for target in ("ics", "ccg"):
        found = derive.overlap(plan, "lad", target)
        assert isinstance(found, footprint.Overlap)
        assert set(found.split().source) == split_codes(tables, "lad", target)
        real = found.table[found.table.verdict != "sliver"]
        assert set(zip(real.source, real.target, strict=True)) == set(
            zip(tables.lad, tables[target], strict=True)
        )
        assert found.slivers().width_m.max() < 100
        assert not len(found.outside)


@pytest.mark.sampled
@pytest.mark.parametrize("shape", ["polygons", "points"])
def test_units_without_lookups_give_the_same_splits_and_shares(
    england: Path, tables: pd.DataFrame, tmp_path: Path, shape: str
) -> None:
    text = without_lookups(PLAN.replace("{data}", str(england)))
    if shape == "points":
        units = gpd.read_file(england / "lsoa11_ew_bgc.gpkg")
        units = units.set_geometry(units.make_valid().representative_point())
        units.to_file(tmp_path / "points.gpkg")
        text = text.replace(f"{england}/lsoa11_ew_bgc.gpkg", "points.gpkg")
    (tmp_path / "footprint.toml").write_text(text, encoding="utf-8")
    plan = footprint.load_plan(tmp_path / "footprint.toml")
    for target in ("ics", "ccg"):
        found = derive.overlap(plan, "lad", target)
        assert isinstance(found, footprint.Overlap)
        assert found.evidence == "units"
        assert set(found.split().source) == split_codes(tables, "lad", target)
        pieces = tables.groupby(["lad", target]).people.sum()
        expected = pieces / pieces.groupby("lad").transform("sum")
        mine = found.table.set_index(["source", "target"]).share_of_source
        expected = expected.rename_axis(["source", "target"])
        assert (mine - expected).abs().max() < 0.005
        assert mine.notna().all()
        assert len(mine) == len(expected)
    fit = derive.assignment(plan, "lad")
    assert fit is not None
    assert fit.fit is not None
    assert fit.codes.notna().all()
    assert fit.fit.best_fit.notna().all() == (shape == "polygons")


def test_lsoas_by_ccg_equal_geopandas_overlay_within_a_square_metre(england: Path) -> None:
    """Every fortieth LSOA: the whole of it is measured by `make bench`."""
    lsoa = footprint.read_layer(england / "lsoa11_ew_bgc.gpkg").areas.iloc[::40].reset_index()
    ccg = footprint.read_layer(england / "ccg21_en_bgc.shp").areas.reset_index()
    from footprint.geometry.by_geometry import pair_areas

    mine = pair_areas(lsoa.set_index("code").geometry, ccg.set_index("code").geometry)
    theirs = gpd.overlay(lsoa, ccg, how="intersection", keep_geom_type=True)
    expected = theirs.assign(area=theirs.area).groupby(["code_1", "code_2"]).area.sum()
    found = mine.set_index(["source", "target"]).area_m2
    assert len(found) == len(expected)
    assert (found - expected).abs().max() < 1


def test_a_lookup_and_boundaries_that_agree_are_silent(nation: footprint.Result) -> None:
    assert not [f for f in nation.findings if f.rule == "FP205"]


def test_a_lookup_of_another_year_is_held_against_the_drawn_boundary(
    england: Path, tables: pd.DataFrame, tmp_path: Path
) -> None:
    """Glossop given to Derbyshire by the lookup, but drawn in Greater Manchester."""
    lookup = pd.read_csv(england / "lookup_lsoa11_ccg21_stp21_ltla21.csv", dtype=str)
    moved = (lookup.ltla21_name == "High Peak") & (lookup.stp21_code == "E54000007")
    lookup.loc[moved, "stp21_code"] = "E54000012"
    lookup.to_csv(tmp_path / "moved.csv", index=False)
    text = PLAN.replace("{data}", str(england))
    head, _, tail = text.partition("[layers.ics]")
    tail = tail.replace(f"{england}/lookup_lsoa11_ccg21_stp21_ltla21.csv", "moved.csv")
    (tmp_path / "footprint.toml").write_text(f"{head}[layers.ics]{tail}", encoding="utf-8")
    result = footprint.check(footprint.load_plan(tmp_path / "footprint.toml"), select=["FP205"])
    (finding,) = result.findings
    assert finding.area is not None
    assert finding.area.code == "E54000012"
    assert finding.evidence.numbers["units"] == int(moved.sum())
    peak = tables[(tables.ltla21_name == "High Peak") & (tables.ics == "E54000007")]
    assert finding.evidence.numbers["people"] == peak.people.sum()


def coarse(path: Path, code: str, metres: float, folder: Path) -> Path:
    """Write a layer with each polygon simplified by itself, as a careless export has it."""
    frame = gpd.read_file(path)[[code, "geometry"]]
    frame["geometry"] = frame.simplify(metres).make_valid()
    out = folder / f"{path.stem}_{metres}.gpkg"
    frame.to_file(out)
    return out


@pytest.mark.parametrize("metres", [500])
def test_a_coarse_layer_gives_the_same_splits_by_outlines_and_by_units(
    england: Path, tables: pd.DataFrame, tmp_path: Path, metres: int
) -> None:
    ics = coarse(england / "stp21_en_bgc.shp", "STP21CD", metres, tmp_path)
    found = footprint.overlap(england / "lad20_uk_bgc.shp", ics)
    assert set(found.split().source) == split_codes(tables, "lad", "ics")

    plan = footprint.plan_from_layers(
        la=england / "lad20_uk_bgc.shp",
        ics=ics,
        units=england / "lsoa11_ew_bgc.gpkg",
        population=england / "population_lsoa11_mid2020.csv",
    )
    by_units = derive.overlap(plan, "la", "ics")
    assert isinstance(by_units, footprint.Overlap)
    assert by_units.evidence == "units"
    assert set(by_units.split().source) == split_codes(tables, "lad", "ics")
    # on the shore some units lie beside a coarse outline; none of their people is lost
    assigned, people = derive.assignment(plan, "ics"), plan.unit_people()
    assert assigned is not None
    assert people is not None
    strays = people[assigned.codes.isna().to_numpy()].sum()
    assert by_units.table.population.sum() + strays == POPULATION
    assert strays < 0.001 * POPULATION


def test_a_layer_that_outlines_cannot_judge_is_refused_with_units_too(england: Path, tmp_path: Path) -> None:
    ics = coarse(england / "stp21_en_bgc.shp", "STP21CD", 2000, tmp_path)
    plan = footprint.plan_from_layers(
        la=england / "lad20_uk_bgc.shp",
        ics=ics,
        units=england / "lsoa11_ew_bgc.gpkg",
        population=england / "population_lsoa11_mid2020.csv",
    )
    result = footprint.check(plan, select=["FP109", "FP2"])
    assert result.exit_code() == 2
    assert {f.rule for f in result.findings} == {"FP109"}


@pytest.mark.thorough
def test_longitude_and_latitude_give_the_same_splits(
    england: Path, tables: pd.DataFrame, tmp_path: Path
) -> None:
    for name in ("lad20_uk_bgc", "stp21_en_bgc"):
        gpd.read_file(england / f"{name}.shp").to_crs("EPSG:4326").to_file(tmp_path / f"{name}.geojson")
    plan = footprint.plan_from_layers(
        la=tmp_path / "lad20_uk_bgc.geojson", ics=tmp_path / "stp21_en_bgc.geojson"
    )
    result = footprint.check(plan, select=["FP102", "FP103", "FP201"])
    split = {f.area.code for f in result.findings if f.rule == "FP201" and f.area}
    assert split == split_codes(tables, "lad", "ics")
    assert not [f for f in result.findings if f.rule in ("FP102", "FP103") and f.severity != "info"]


def test_a_system_that_is_missing_from_the_map_is_missed(england: Path, tmp_path: Path) -> None:
    ics = gpd.read_file(england / "stp21_en_bgc.shp")
    ics[ics.STP21CD != "E54000007"].to_file(tmp_path / "ics.gpkg")  # without Greater Manchester
    found = footprint.overlap(england / "lad20_uk_bgc.shp", tmp_path / "ics.gpkg")
    outside = found.outside.set_index("source").whole
    assert outside.sum() == 10
    assert not outside["E07000037"]  # High Peak, of which Glossop was in it
    assert len(outside) == 11


# ── several layers, and measures ────────────────────────────────────────────────────────────────


def test_surrey_in_two_joins_districts_and_divides_the_county(
    nation: footprint.Result, tables: pd.DataFrame, tmp_path: Path
) -> None:
    east = ("E07000207", "E07000208", "E07000210", "E07000211", "E07000215")
    west = ("E07000209", "E07000212", "E07000213", "E07000214", "E07000216", "E07000217")
    change = '[[change]]\nlayer = "{}"\nassignment = "unitaries.csv"\n'
    for name in ("E06000081", "E06000082"):
        change += f'[[change.area]]\ncode = "{name}"\n'
    head = 'title = "Surrey in two"\neffective_date = 2027-04-01\n'
    (tmp_path / "proposal.toml").write_text(head + change.format("lad") + change.format("utla"))
    lines = [*(f"{c},E06000081" for c in east), *(f"{c},E06000082" for c in west)]
    (tmp_path / "unitaries.csv").write_text("\n".join(["code,area", *lines, ""]))
    after = footprint.check(apply(nation.plan, read_proposal(tmp_path)), ["FP501"])
    found = compare(nation, after)
    people = tables.groupby("lad")["people"].sum()
    assert found.moves[["layer", "from_name", "population"]].to_numpy().tolist() == [
        ["utla", "Surrey", people[list(east)].sum()]
    ]
    assert found.joins.groupby("layer")["population"].sum().to_dict() == {"lad": people[[*east, *west]].sum()}


def test_people_of_65_and_over_add_up_as_pandas_adds_them(
    nation: footprint.Result, tables: pd.DataFrame, england: Path
) -> None:
    path = england / "population_lsoa11_mid2020.csv"
    spec = MeasureSpec(name="old", path=path.name, column="age_65_plus", of="total_population", adds="share")
    held = read_measure(spec, england, nation.plan.units and nation.plan.units.geography, {})
    table = measured(replace(nation.plan, measures=(held,)), "ics").set_index("code")["value"]
    ages = pd.read_csv(path).set_index("lsoa11_code").reindex(tables["lsoa11_code"])
    sums = ages.groupby(tables["ics"].to_numpy())[["age_65_plus", "total_population"]].sum()
    expected = (sums["age_65_plus"] / sums["total_population"]).to_dict()
    assert table.to_dict() == pytest.approx(expected)
    assert len(expected) == 42
