"""Patient flows of England in 2018 (OHID), held against plain pandas.

The oracle puts each LSOA's people times its MSOA's shares into systems and hosts; it knows nothing
of the program.
"""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import footprint
from footprint.measure import agreement, catchments, localisation, providers
from footprint.measure.periphery import periphery
from footprint.model.errors import Missing
from footprint.plan import derive

pytestmark = [pytest.mark.national, pytest.mark.filterwarnings("ignore:.*winding order")]

ROOT = Path(__file__).parent.parent
PLAN = (ROOT / "tests" / "england.toml").read_text(encoding="utf-8")
FLOWS = """
[flows]
path = "{data}/flows_msoa11_trust_2018.csv"
unit = "msoa11_code"
provider = "trust_code"
value = "proportion"
kind = "proportion"
lookup = { path = "{data}/lookup_lsoa11_msoa11.csv", unit = "lsoa11_code", code = "msoa11_code" }
source = "OHID, all admissions, 2018"

[thresholds]
localisation_index = { system = 0.90 }
periphery_m = 5000
"""
HEADQUARTERS = """
[providers]
path = "{data}/trusts.csv"
code = "trust_code"
name = "trust_name"
area = "stp21_code"
layer = "ics"
"""
SITES = """
[providers]
path = "{data}/hospital_sites.csv"
code = "ParentODSCode"
name = "ParentName"
latitude = "Latitude"
longitude = "Longitude"
"""
SOUTH_YORKSHIRE, STAFFORDSHIRE, GREATER_MANCHESTER = "E54000009", "E54000010", "E54000007"


def plan_of(england: Path, folder: Path, *sections: str) -> footprint.Plan:
    """Load the plan of England with more sections."""
    text = "\n".join([PLAN, *sections]).replace("{data}", str(england))
    path = folder / "footprint.toml"
    path.write_text(text, encoding="utf-8")
    return footprint.load_plan(path)


@pytest.fixture(scope="module")
def by_headquarters(england: Path, tmp_path_factory: pytest.TempPathFactory) -> footprint.Plan:
    """Trusts stand where their headquarters is."""
    return plan_of(england, tmp_path_factory.mktemp("trusts"), FLOWS, HEADQUARTERS)


@pytest.fixture(scope="module")
def by_sites(england: Path, tmp_path_factory: pytest.TempPathFactory) -> footprint.Plan:
    """Trusts stand where their hospitals are."""
    return plan_of(england, tmp_path_factory.mktemp("sites"), FLOWS, SITES)


@pytest.fixture(scope="module")
def journeys(england: Path) -> pd.DataFrame:
    """A row for each LSOA and trust: ics, ccg, people of the LSOA, trust, share. Plain pandas."""
    areas = pd.read_csv(england / "lookup_lsoa11_ccg21_stp21_ltla21.csv")
    msoa = pd.read_csv(england / "lookup_lsoa11_msoa11.csv")[["lsoa11_code", "msoa11_code"]]
    people = pd.read_csv(england / "population_lsoa11_mid2020.csv")
    flows = pd.read_csv(england / "flows_msoa11_trust_2018.csv")
    units = areas.merge(msoa, on="lsoa11_code").merge(people, on="lsoa11_code")
    units = units[["lsoa11_code", "msoa11_code", "ccg21_code", "stp21_code", "total_population"]]
    units.columns = pd.Index(["lsoa", "msoa", "ccg", "ics", "people"])
    assert len(units) == 32_844
    flows.columns = pd.Index(["msoa", "trust", "share"])
    return units.merge(flows, on="msoa")


@pytest.fixture(scope="module")
def headquarters(england: Path) -> pd.Series:
    return pd.read_csv(england / "trusts.csv").set_index("trust_code")["stp21_code"]


def people_by_system(england: Path) -> pd.Series:
    areas = pd.read_csv(england / "lookup_lsoa11_ccg21_stp21_ltla21.csv").set_index("lsoa11_code")
    people = pd.read_csv(england / "population_lsoa11_mid2020.csv").set_index("lsoa11_code")
    return people["total_population"].groupby(areas["stp21_code"]).sum()


def flow_table(plan: footprint.Plan, layer: str) -> pd.DataFrame:
    table = localisation.table(plan)
    return table[table["layer"] == layer].set_index("code")


# ── localisation ────────────────────────────────────────────────────────────────────────────────


def test_localisation_of_all_systems_is_that_of_plain_pandas(
    by_headquarters: footprint.Plan, journeys: pd.DataFrame, headquarters: pd.Series, england: Path
) -> None:
    inside = journeys[journeys["trust"].map(headquarters) == journeys["ics"]]
    care = (inside["people"] * inside["share"]).groupby(inside["ics"]).sum()
    expected = care / people_by_system(england)
    found = flow_table(by_headquarters, "ics")["localisation_index"]
    assert len(found) == 42
    assert (found - expected).abs().max() < 1e-9


def test_self_containment_of_all_systems_is_that_of_plain_pandas(
    by_headquarters: footprint.Plan, journeys: pd.DataFrame, headquarters: pd.Series
) -> None:
    care = journeys["people"] * journeys["share"]
    host = journeys["trust"].map(headquarters)
    own = care[host == journeys["ics"]].groupby(journeys["ics"]).sum()
    at_providers = care.groupby(host).sum().reindex(own.index)
    found = flow_table(by_headquarters, "ics")
    assert (found["provider_self_containment"] - own / at_providers).abs().max() < 1e-9
    assert (found["import_share"] - (1 - own / at_providers)).abs().max() < 1e-9
    left = found["activity"] - own
    assert (found["net_patient_flow"] - (at_providers - own) / left).abs().max() < 1e-9


def test_the_figure_of_south_yorkshire_in_the_guide_is_real(by_headquarters: footprint.Plan) -> None:
    row = flow_table(by_headquarters, "ics").loc[SOUTH_YORKSHIRE]
    assert row["localisation_index_min"] > 0.90
    told = re.search(r"South Yorkshire and Bassetlaw[^.]*?(\d\d\.\d) %[^.]*?(\d\d\.\d) %", page())
    assert told is not None
    assert told.groups() == (
        f"{row['localisation_index']:.1%}"[:-1],
        f"{row['localisation_index_max']:.1%}"[:-1],
    )


def page() -> str:
    return " ".join((ROOT / "footprint" / "guide" / "flows.md").read_text(encoding="utf-8").split())


def test_what_is_missing_from_the_shares_widens_the_upper_bound_only(
    by_headquarters: footprint.Plan, journeys: pd.DataFrame, headquarters: pd.Series, england: Path
) -> None:
    outside = journeys[
        journeys["trust"].isin(headquarters.index) & (journeys["trust"].map(headquarters) != journeys["ics"])
    ]
    surely_out = (outside["people"] * outside["share"]).groupby(outside["ics"]).sum()
    found = flow_table(by_headquarters, "ics")
    expected = 1 - surely_out / people_by_system(england)
    # whose journeys those of an MSOA in two systems are is in doubt as well
    lies_in = journeys.groupby("msoa")["ics"].nunique()
    across = set(journeys["ics"][journeys["msoa"].isin(lies_in.index[lies_in > 1])])
    whole = [code for code in found.index if code not in across]
    assert len(whole) > 20
    most, least = found["localisation_index_max"], found["localisation_index_min"]
    assert (most - expected)[whole].abs().max() < 1e-9
    assert (least - found["localisation_index"])[whole].abs().max() < 1e-12
    assert (most - expected).min() > -1e-9
    assert (least - found["localisation_index"]).max() < 1e-12


def test_msoas_that_lie_in_two_systems_are_shared_out_by_people(by_headquarters: footprint.Plan) -> None:
    from footprint.measure.activity import parts

    lie = parts(by_headquarters, "ics")
    assert not isinstance(lie, Missing)
    assert lie.divided == 14


# ── providers ───────────────────────────────────────────────────────────────────────────────────


def test_the_trust_without_a_host_is_named_with_its_share(
    by_headquarters: footprint.Plan, journeys: pd.DataFrame, england: Path
) -> None:
    [finding] = [f for f in footprint.check(by_headquarters, ["FP405"]).findings if f.layer == "providers"]
    lost = journeys[journeys["trust"] == "RW6"]
    expected = (lost["people"] * lost["share"]).sum() / people_by_system(england).sum()
    assert finding.evidence.numbers["codes"] == ["RW6"]
    assert finding.evidence.numbers["share"] == pytest.approx(expected, abs=1e-6)
    assert "RW6 (1.1% of all activity)" in finding.message


def test_the_activity_of_the_trust_without_a_host_is_not_dropped(by_headquarters: footprint.Plan) -> None:
    row = flow_table(by_headquarters, "ics").loc[GREATER_MANCHESTER]
    assert row["unknown"] > 590_000
    assert row["localisation_index_max"] - row["localisation_index"] > 0.2


def test_hospital_sites_find_the_trust_that_the_table_of_trusts_lacks(by_sites: footprint.Plan) -> None:
    findings = footprint.check(by_sites, ["FP405"]).findings
    assert [f for f in findings if f.severity == "warning"] == []
    assert flow_table(by_sites, "ics").loc[GREATER_MANCHESTER, "localisation_index"] > 0.93


def test_sites_stand_in_the_areas_that_plain_geopandas_finds(by_sites: footprint.Plan, england: Path) -> None:
    from footprint.measure.hosts import _located

    sites = pd.read_csv(england / "hospital_sites.csv").dropna(subset="Latitude")
    points = gpd.GeoDataFrame(
        sites, geometry=gpd.points_from_xy(sites["Longitude"], sites["Latitude"]), crs="EPSG:4326"
    ).to_crs("EPSG:27700")
    joined = gpd.sjoin(points, gpd.read_file(england / "stp21_en_bgc.shp"), predicate="within")
    found = _located(by_sites, "ics")
    assert not isinstance(found, Missing)
    located = pd.Series(found.to_numpy(), index=sites.index).loc[joined.index]
    # two layers generalised apart put sites beside a border, or on the coast, on either side of it
    assert (located == joined["STP21CD"]).mean() > 0.998


def test_a_trust_with_a_hospital_in_the_next_system_is_flagged(by_headquarters: footprint.Plan) -> None:
    found = {
        (f.area.code, f.others[1].code): f
        for f in footprint.check(by_headquarters, ["FP407"]).findings
        if f.area
    }
    finding = found["RTG", STAFFORDSHIRE]
    assert finding.others[0].name == "Joined Up Care Derbyshire"
    assert len(found) == 9


def test_site_shares_move_the_index_of_staffordshire(
    by_headquarters: footprint.Plan, england: Path, tmp_path: Path
) -> None:
    trusts = pd.read_csv(england / "trusts.csv")[["trust_code", "stp21_code"]].assign(beds=1.0)
    # Derby and Burton: seven beds in ten in Derby, say
    derby = trusts["trust_code"] == "RTG"
    trusts.loc[derby, "beds"] = 0.7
    burton = pd.DataFrame({"trust_code": ["RTG"], "stp21_code": [STAFFORDSHIRE], "beds": [0.3]})
    pd.concat([trusts, burton]).to_csv(tmp_path / "sites.csv", index=False)
    section = HEADQUARTERS.replace("{data}/trusts.csv", str(tmp_path / "sites.csv"))
    plan = plan_of(england, tmp_path, FLOWS, section.replace('name = "trust_name"', 'weight = "beds"'))
    before = flow_table(by_headquarters, "ics").loc[STAFFORDSHIRE, "localisation_index"]
    after = flow_table(plan, "ics").loc[STAFFORDSHIRE, "localisation_index"]
    assert before == pytest.approx(0.5267, abs=5e-5)
    assert after == pytest.approx(before + 0.3 * share_of(plan, "RTG", STAFFORDSHIRE), abs=1e-9)
    assert "RTG" not in {f.area.code for f in footprint.check(plan, ["FP407"]).findings if f.area}


def test_the_figures_of_staffordshire_in_the_guide_are_real(
    by_headquarters: footprint.Plan, by_sites: footprint.Plan
) -> None:
    told = [
        f"{flow_table(p, 'ics').loc[STAFFORDSHIRE, 'localisation_index']:.1%}"
        for p in (by_headquarters, by_sites)
    ]
    head, at_sites = (figure.replace("%", " %") for figure in told)
    assert f"Staffordshire's index is {head}; with each of the trust's four sites" in page()
    assert f"it is {at_sites}." in page()


def share_of(plan: footprint.Plan, trust: str, system: str) -> float:
    table = providers.providers(plan)
    row = table[(table["code"] == system) & (table["provider"] == trust)]
    return float(row["share"].iloc[0])


# ── catchments ──────────────────────────────────────────────────────────────────────────────────


def test_proportionate_catchments_add_up_to_people_times_shares(
    by_headquarters: footprint.Plan, journeys: pd.DataFrame
) -> None:
    expected = (journeys["people"] * journeys["share"]).groupby(journeys["trust"]).sum()
    found = catchments.catchments(by_headquarters, ["proportionate"]).set_index("provider")["population"]
    assert len(found) == 139
    assert (found - expected).abs().max() < 0.5
    in_areas = catchments.by_area(by_headquarters, "ics", ["proportionate"])
    assert not isinstance(in_areas, Missing)
    assert (in_areas.groupby("provider")["population"].sum() - expected).abs().max() < 0.5


def test_main_providers_take_all_people_once(by_headquarters: footprint.Plan, journeys: pd.DataFrame) -> None:
    most = journeys.sort_values(["share", "trust"], ascending=[False, True]).drop_duplicates("lsoa")
    expected = most.groupby("trust")["people"].sum()
    found = catchments.catchments(by_headquarters, ["first_past_the_post"]).set_index("provider")
    pd.testing.assert_series_equal(
        found["population"], expected.astype(float), check_names=False, check_index_type=False
    )
    assert found["population"].sum() == 56_550_138


def test_proportional_flow_catchments_overlap(
    by_headquarters: footprint.Plan, journeys: pd.DataFrame
) -> None:
    joined = journeys[journeys["share"] >= 0.30]
    expected = joined.groupby("trust")["people"].sum()
    found = catchments.catchments(by_headquarters, ["proportional_flow_30"]).set_index("provider")
    assert (found["population"] - expected).abs().max() < 0.5
    assert found["population"].sum() > 56_550_138


def test_outlines_of_catchments_cover_each_unit_once(by_headquarters: footprint.Plan) -> None:
    drawn = catchments.outlines(by_headquarters, "first_past_the_post")
    assert not isinstance(drawn, Missing)
    table = catchments.catchments(by_headquarters, ["first_past_the_post"]).set_index("provider")
    assert drawn.is_valid.all()
    ground = drawn.set_index("provider").area
    assert (ground / table["area_m2"] - 1).abs().max() < 1e-5


def test_the_agreement_with_catchments_is_that_of_scipy_free_arithmetic(
    by_headquarters: footprint.Plan, journeys: pd.DataFrame
) -> None:
    most = journeys.sort_values(["share", "trust"], ascending=[False, True]).drop_duplicates("lsoa")
    joint = most.groupby(["ics", "trust"])["people"].sum() / most["people"].sum()
    system, trust = joint.groupby("ics").sum(), joint.groupby("trust").sum()
    mutual = (joint * np.log(joint / (system.reindex(joint.index, level=0).to_numpy()
              * trust.reindex(joint.index, level=1).to_numpy()))).sum()  # fmt: skip
    h_system, h_trust = -(system * np.log(system)).sum(), -(trust * np.log(trust)).sum()
    row = agreement.agreement(by_headquarters).set_index("layer").loc["ics"]
    assert row["homogeneity"] == pytest.approx(mutual / h_system)
    assert row["completeness"] == pytest.approx(mutual / h_trust)
    assert row["v_measure"] == pytest.approx(2 * mutual / (h_system + h_trust))
    assert row["variation_of_information"] == pytest.approx(h_system + h_trust - 2 * mutual)


# ── the edge ────────────────────────────────────────────────────────────────────────────────────


def test_the_periphery_is_that_of_plain_geopandas(by_headquarters: footprint.Plan, england: Path) -> None:
    found = periphery(by_headquarters, "ics")
    assert not isinstance(found, Missing)
    systems = gpd.read_file(england / "stp21_en_bgc.shp").set_index("STP21CD").geometry.make_valid()
    spots = derive.spots(by_headquarters)
    codes = derive.assignment(by_headquarters, "ics").codes  # type: ignore[union-attr]
    for code in (STAFFORDSHIRE, "E54000013"):  # land-locked, and with a coast
        others = systems.drop(code)
        # also across tidal rivers, where outlines end at the water
        neighbours = others[others.dwithin(systems[code], 300)]
        border = systems[code].boundary.intersection(neighbours.union_all().buffer(300))
        own = spots[codes == code]
        expected = set(own.index[own.distance(border) <= 5000])
        mine = set(found.units.loc[found.units["code"] == code, "unit"])
        assert len(expected ^ mine) <= 0.01 * len(expected)


def test_the_edge_of_staffordshire_looks_elsewhere(
    by_headquarters: footprint.Plan, journeys: pd.DataFrame, headquarters: pd.Series
) -> None:
    found = periphery(by_headquarters, "ics")
    assert not isinstance(found, Missing)
    units = found.units[found.units["code"] == STAFFORDSHIRE].set_index("unit")
    most = journeys.sort_values(["share", "trust"], ascending=[False, True]).drop_duplicates("lsoa")
    most = most.set_index("lsoa").loc[units.index]
    expected = most.loc[most["trust"].map(headquarters) != STAFFORDSHIRE, "people"].sum()
    row = found.summary.set_index("code").loc[STAFFORDSHIRE]
    assert row["misaligned"] == expected
    assert found.table.loc[found.table["code"] == STAFFORDSHIRE, "population"].sum() == expected


# ── suppression ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def counted(england: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Counts of patients made from the shares, 30 for each thousand people, with and without small ones."""
    folder = tmp_path_factory.mktemp("counts")
    flows = pd.read_csv(england / "flows_msoa11_trust_2018.csv")
    people = pd.read_csv(england / "population_msoa11_mid2020.csv").set_index("msoa11_code")
    patients = 0.03 * flows["proportion"] * flows["msoa11_code"].map(people["total_population"])
    flows["patients"] = patients.round().astype(int)
    flows = flows[flows["patients"] > 0].drop(columns="proportion")
    flows.to_csv(folder / "true.csv", index=False)
    hidden = flows["patients"].astype(str).where(flows["patients"] >= 8, "*")
    assert (hidden == "*").mean() > 0.4
    flows.assign(patients=hidden).to_csv(folder / "suppressed.csv", index=False)
    return folder


def counted_plan(england: Path, folder: Path, name: str) -> footprint.Plan:
    section = FLOWS.replace("{data}/flows_msoa11_trust_2018.csv", str(folder / name))
    section = section.replace('"proportion"', '"patients"', 1).replace(
        'kind = "proportion"', 'kind = "count"'
    )
    return plan_of(england, folder, section, SITES)


@pytest.mark.parametrize("layer", ["ics"])
def test_the_true_index_lies_within_the_bounds_of_suppressed_counts(
    england: Path, counted: Path, layer: str
) -> None:
    true = flow_table(counted_plan(england, counted, "true.csv"), layer)
    found = flow_table(counted_plan(england, counted, "suppressed.csv"), layer)
    index = true["localisation_index"]
    assert len(index) == {"ics": 42, "ccg": 106}[layer]
    assert (found["localisation_index_min"] <= index).all()
    assert (index <= found["localisation_index_max"]).all()
    for name in ("provider_self_containment", "import_share", "net_patient_flow", "hhi"):
        known = true[name].notna()
        assert (found.loc[known, f"{name}_min"] <= true.loc[known, name] + 1e-9).all()
        high = found.loc[known, f"{name}_max"].fillna(np.inf)
        assert (true.loc[known, name] <= high + 1e-9).all()


def test_suppressed_counts_leave_verdicts_open(england: Path, counted: Path) -> None:
    plan = counted_plan(england, counted, "suppressed.csv")
    open_ = {f.area.code for f in footprint.check(plan, ["FP404"]).findings if f.area}
    found = flow_table(plan, "ics")
    straddles = (found["localisation_index_min"] < 0.9) & (found["localisation_index_max"] >= 0.9)
    assert open_ == set(found.index[straddles])
    assert open_
