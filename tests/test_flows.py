"""Flows on drawn maps and grids, held against arithmetic done by hand or by plain Python."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.affinity
from depth import tries
from hypothesis import given
from hypothesis import strategies as st
from maps import COUNTED_FLOWS, code, draw, grid_units, save, shapes

import footprint
from footprint.geometry.agreement import indices
from footprint.geometry.land_border import land_border
from footprint.measure import catchments, providers
from footprint.measure import localisation as measures
from footprint.measure.agreement import agreement
from footprint.measure.periphery import periphery
from footprint.model.errors import Missing
from footprint.plan import derive
from footprint.results.comparison import compare

PLAN = (
    """
title = "Drawn"
date = 2021-04-01
[units]
path = "units.geojson"
population = { path = "people.csv" }
[layers.ics]
path = "ics.geojson"
[layers.ccg]
path = "ccg.geojson"
[levels]
system = "ics"
place = "ccg"
"""
    + COUNTED_FLOWS
    + """\
easting = "easting"
northing = "northing"
"""
)

Rows = Iterable[tuple[str, str, object]]


def unit(column: int, row: int = 0) -> str:
    """Return the code of a square: columns from the west, rows from the south."""
    return f"E01{row:03d}{column:03d}"


def middle(column: int, row: int = 0) -> tuple[float, float]:
    return 405_000.0 + 10_000 * column, 305_000.0 + 10_000 * row


def make(
    folder: Path,
    systems: str,
    flows: Rows,
    providers: dict[str, tuple[float, float]],
    *,
    places: str | None = None,
    people: Iterable[int] | None = None,
    extra: str = "",
    plan: str = PLAN,
) -> footprint.Plan:
    """Write a plan of squares of 10 km, each a unit, and load it."""
    units = grid_units(systems)[["LSOA21CD", "geometry", "letter"]]
    units = units[units["letter"] != "."].drop(columns="letter")
    save(units, folder / "units.geojson")
    number = list(people) if people is not None else [1000] * len(units)
    pd.DataFrame({"LSOA21CD": units["LSOA21CD"], "population": number}).to_csv(
        folder / "people.csv", index=False
    )
    save(draw(systems, "ICS"), folder / "ics.geojson")
    save(draw(places or systems, "CCG"), folder / "ccg.geojson")
    pd.DataFrame(list(flows), columns=["unit", "provider", "count"]).to_csv(folder / "flows.csv", index=False)
    pd.DataFrame(
        [(name, *spot) for name, spot in providers.items()], columns=["provider", "easting", "northing"]
    ).to_csv(folder / "providers.csv", index=False)
    (folder / "footprint.toml").write_text(plan + extra, encoding="utf-8")
    return footprint.load_plan(folder)


def system_row(plan: footprint.Plan, letter: str) -> pd.Series:
    table = measures.table(plan)
    return table[(table["layer"] == "ics") & (table["code"] == code(letter, "ICS"))].iloc[0]


# ── measures ────────────────────────────────────────────────────────────────────────────────────


def test_measures_of_a_system_by_hand(tmp_path: Path) -> None:
    plan = make(
        tmp_path,
        "X X Y",
        [
            (unit(0), "PX", 60), (unit(0), "QX", 20), (unit(1), "PX", 10), (unit(1), "PY", 10),
            (unit(2), "PY", 70), (unit(2), "PX", 30), ("E01999999", "PX", 20),
        ],
        {"PX": middle(0), "QX": middle(1), "PY": middle(2)},
    )  # fmt: skip
    row = system_row(plan, "X")
    assert row["activity"] == 100
    assert row["inside"] == 90
    assert row["localisation_index"] == 0.9
    # 90 of the 140 patients of PX and QX are residents; 20 come from a unit beyond the plan
    assert row["provider_activity"] == 140
    assert row["provider_self_containment"] == pytest.approx(90 / 140)
    assert row["import_share"] == pytest.approx(50 / 140)
    assert row["net_patient_flow"] == 5.0
    assert row["hhi"] == pytest.approx(10_000 * (0.7**2 + 0.2**2 + 0.1**2))


def test_net_patient_flow_is_unknown_where_nobody_leaves(tmp_path: Path) -> None:
    plan = make(tmp_path, "X Y", [(unit(0), "PX", 5), (unit(1), "PX", 5)], {"PX": middle(0), "PY": middle(1)})
    assert math.isnan(system_row(plan, "X")["net_patient_flow"])
    assert system_row(plan, "Y")["net_patient_flow"] == 0


def test_sites_with_weights_share_a_provider_out(tmp_path: Path) -> None:
    plan = make(tmp_path, "X Y", [(unit(0), "P", 100), (unit(1), "P", 50)], {"P": middle(0)})
    pd.DataFrame(
        {
            "provider": ["P", "P"],
            "beds": [300, 100],
            "easting": [middle(0)[0], middle(1)[0]],
            "northing": [305_000, 305_000],
        }
    ).to_csv(tmp_path / "providers.csv", index=False)
    (tmp_path / "footprint.toml").write_text(PLAN + 'weight = "beds"\n', encoding="utf-8")
    plan = footprint.load_plan(tmp_path)
    assert system_row(plan, "X")["localisation_index"] == 0.75
    assert system_row(plan, "Y")["localisation_index"] == 0.25
    assert footprint.check(plan, ["FP407"]).findings == []


def test_sites_without_weights_leave_the_index_open(tmp_path: Path) -> None:
    plan = make(tmp_path, "X Y", [(unit(0), "P", 100), (unit(1), "P", 50)], {"P": middle(0)})
    pd.DataFrame(
        {
            "provider": ["P", "P"],
            "easting": [middle(0)[0], middle(1)[0]],
            "northing": [305_000, 305_000],
        }
    ).to_csv(tmp_path / "providers.csv", index=False)
    plan = footprint.load_plan(tmp_path)
    row = system_row(plan, "X")
    assert (row["localisation_index_min"], row["localisation_index"], row["localisation_index_max"]) == (
        0.0, 0.5, 1.0,
    )  # fmt: skip
    [finding] = footprint.check(plan, ["FP407"]).findings
    assert "shared out equally among its 2 sites" in finding.message


def test_what_is_missing_from_proportions_counts_as_elsewhere(tmp_path: Path) -> None:
    proportions = PLAN.replace('kind = "count"', 'kind = "proportion"')
    plan = make(
        tmp_path, "X Y", [(unit(0), "PX", 0.8), (unit(0), "PY", 0.1), (unit(1), "PY", 1)],
        {"PX": middle(0), "PY": middle(1)}, people=[2000, 500], plan=proportions,
    )  # fmt: skip
    row = system_row(plan, "X")
    assert row["activity"] == 2000
    assert row["inside"] == 1600
    assert row["unknown"] == pytest.approx(200)
    assert row["localisation_index"] == pytest.approx(0.8)
    assert row["localisation_index_max"] == pytest.approx(0.9)


def test_what_is_missing_from_proportions_is_part_of_every_share(tmp_path: Path) -> None:
    plan = make(
        tmp_path, "X Y", [(unit(0), "PX", 0.5), (unit(1), "PX", 0.6), (unit(1), "PY", 0.2)],
        {"PX": middle(0), "PY": middle(1)}, people=[100_000, 150_000],
        plan=PLAN.replace('kind = "count"', 'kind = "proportion"'),
    )  # fmt: skip
    table = providers.providers(plan)
    rows = table[(table["layer"] == "ics") & (table["code"] == code("Y", "ICS"))]
    assert rows[["where", "rank", "provider", "activity", "share"]].to_numpy().tolist() == [
        ["inside", 1, "PY", pytest.approx(30_000), pytest.approx(0.2)],
        ["outside", 1, "PX", pytest.approx(90_000), pytest.approx(0.6)],
    ]
    # a fifth of what people of Y do is nobody's, whatever PX does where they live
    found = providers.suspects(plan, "ics", 150_000)
    assert found.to_numpy().tolist() == [
        ["PX", code("X", "ICS"), code("Y", "ICS"), 150_000, pytest.approx(0.2), pytest.approx(0.8)]
    ]
    assert providers.suspects(plan, "ics", 150_001).empty


def test_rows_with_equal_figures_are_in_the_order_of_their_codes(tmp_path: Path) -> None:
    flows = [(unit(c, r), p, 10) for p in ("PZ", "PX", "PY") for r in (1, 0) for c in range(4)]
    at = {"PZ": middle(3, 1), "PX": middle(0), "PY": middle(3)}
    crossed = "J L J L\nL J L J"
    # all of X and Y meet J and L; in X those of L are more, in Y they are as many as those of J
    people = [
        1000 + 500 * (letters == "XL") for letters in map("".join, zip("XXYY" * 2, "LJLJJLJL", strict=True))
    ]
    for folder in ("now", "then"):
        (tmp_path / folder).mkdir()
    plan = make(tmp_path / "now", "X X Y Y\nX X Y Y", flows, at, places=crossed, people=people)
    now = footprint.check(plan)
    other = make(tmp_path / "then", "Y X Y X\nX Y X Y", flows, at, places=crossed)
    tables = footprint.measure_flows(plan).tables
    alike = footprint.measure_flows(other, ["catchment_areas"]).tables["catchment_areas"]
    areas = pd.concat([tables["catchment_areas"].assign(of=1), alike.assign(of=2)])
    for frame, keys, larger in [
        (now.overlap, ["source", "target"], "population"),
        (now.interfaces, ["layer", "code", "other_layer", "other_code"], "population"),
        (compare(now, footprint.check(other)).moves, ["layer", "from_code", "to_code"], "population"),
        (tables["agreement"], ["layer"], "v_measure"),
        *((held, ["provider", "code"], "population") for _, held in areas.groupby(["of", "method", "layer"])),
    ]:
        rows = frame[[*keys[:-1], larger, keys[-1]]].to_numpy().tolist()
        figure = len(keys) - 1
        assert rows == sorted(rows, key=lambda row: (*row[:figure], -row[figure], row[-1]))
        assert len(rows) > 1
    assert now.interfaces["population"].tolist()[4:] == [3000, 2000, 2000, 2000]
    assert now.interfaces["other_code"].iloc[4] == code("L", "CCG")


def test_records_are_counted_by_unit_and_provider(tmp_path: Path) -> None:
    records = PLAN.replace('value = "count"\nkind = "count"', 'kind = "record"')
    flows = [(unit(0), "PX", "")] * 3 + [(unit(0), "PY", ""), (unit(1), "PY", "")]
    plan = make(tmp_path, "X Y", flows, {"PX": middle(0), "PY": middle(1)}, plan=records)
    assert system_row(plan, "X")["localisation_index"] == 0.75


def test_a_coarser_flow_unit_is_shared_out_by_people(tmp_path: Path) -> None:
    lookup = PLAN.replace(
        'kind = "count"',
        'kind = "count"\nlookup = { path = "msoa.csv", unit = "LSOA21CD", code = "MSOA21CD" }',
    )
    pd.DataFrame(
        {"LSOA21CD": [unit(0), unit(1), unit(2)], "MSOA21CD": ["E02000001", "E02000001", "E02000002"]}
    ).to_csv(tmp_path / "msoa.csv", index=False)
    plan = make(
        tmp_path, "X Y Y", [("E02000001", "PX", 100), ("E02000002", "PY", 10)],
        {"PX": middle(0), "PY": middle(1)}, people=[3000, 1000, 500], plan=lookup,
    )  # fmt: skip
    assert system_row(plan, "X")["activity"] == 75
    assert system_row(plan, "Y")["activity"] == 35


def test_providers_of_a_wider_layer_do_not_say_where_places_are_served(tmp_path: Path) -> None:
    plan = make(
        tmp_path, "X X Y Y", [(unit(0), "PX", 1), (unit(3), "PY", 1)], {"PX": middle(0)}, places="A B C D"
    )
    pd.DataFrame({"provider": ["PX", "PY"], "ICS21CD": [code("X", "ICS"), code("Y", "ICS")]}).to_csv(
        tmp_path / "providers.csv", index=False
    )
    by_area = PLAN.replace('easting = "easting"\nnorthing = "northing"', 'area = "ICS21CD"\nlayer = "ics"')
    (tmp_path / "footprint.toml").write_text(by_area, encoding="utf-8")
    plan = footprint.load_plan(tmp_path)
    assert set(measures.table(plan)["layer"]) == {"ics"}
    found = measures.area_table(plan, "ccg")
    assert isinstance(found, Missing)
    assert "give their coordinates" in found.reason


def test_providers_are_looked_for_in_the_layer_whose_areas_they_are_given_by(tmp_path: Path) -> None:
    # A lies in both systems, so that of PA, which is somewhere in A, nobody can tell in which
    make(tmp_path, "X Y Y", [(unit(0), "PA", 50), (unit(2), "PB", 50)], {"PA": middle(0)}, places="A A B")
    pd.DataFrame({"provider": ["PA", "PB"], "CCG21CD": [code("A", "CCG"), code("B", "CCG")]}).to_csv(
        tmp_path / "providers.csv", index=False
    )
    by_area = PLAN.replace('easting = "easting"\nnorthing = "northing"', 'area = "CCG21CD"\nlayer = "ccg"')
    (tmp_path / "footprint.toml").write_text(by_area, encoding="utf-8")
    found = footprint.check(footprint.load_plan(tmp_path), ["FP405", "FP407"])
    assert (found.findings, found.skipped) == ([], [])


def test_a_provider_in_the_sea_hosts_nobody(tmp_path: Path) -> None:
    plan = make(
        tmp_path, "X Y .", [(unit(0), "PX", 1), (unit(1), "PS", 1)], {"PX": middle(0), "PS": middle(2)}
    )
    assert system_row(plan, "Y")["localisation_index_max"] == 0
    told = [f.message for f in footprint.check(plan, ["FP405"]).findings]
    assert told == [
        "1 provider of the flows stands in no system of the plan, so care there counts as outside: PS (50.0% "
        "of all activity)"
    ]


# ── grids: properties ───────────────────────────────────────────────────────────────────────────

GRID = "X X Y\nX Y Y"
UNITS = [unit(c, r) for r in (0, 1) for c in (0, 1, 2)]
SYSTEM = dict(zip(UNITS, "XYYXXY", strict=True))
SPOTS = {"P1": middle(0), "P2": middle(2), "P3": middle(1, 1), "P4": (0.0, 0.0)}
HOST = {"P1": "X", "P2": "Y", "P3": "X"}

counts = st.dictionaries(
    st.tuples(st.sampled_from(UNITS), st.sampled_from(sorted(SPOTS))), st.integers(0, 15), min_size=1
)
tight = tries(10)


def of_grid(folder: Path, flows: dict[tuple[str, str], object]) -> footprint.Plan:
    placed = {name: spot for name, spot in SPOTS.items() if name != "P4"}
    rows = [(u, p, n) for (u, p), n in flows.items()]
    return make(folder, GRID, [*rows, (UNITS[0], "P1", 0)] if (UNITS[0], "P1") not in flows else rows, placed)


@tight
@given(flows=counts)
def test_measures_are_those_of_plain_loops(tmp_path: Path, flows: dict[tuple[str, str], int]) -> None:
    plan = of_grid(tmp_path, dict(flows))
    heads = [n for u in UNITS if (n := sum(n for (v, _), n in flows.items() if v == u))]
    # a unit without any row may have as many as the busiest, where so many are usual that chance leaves some
    usual = len(heads) >= 5 and sorted(heads)[len(heads) // 2] >= 5
    silent = set(UNITS[1:]) - {u for u, _ in flows} if usual else set()
    for letter in "XY":
        unseen = max(heads, default=0) * sum(SYSTEM[u] == letter for u in silent)
        all_ = sum(n for (u, _), n in flows.items() if SYSTEM[u] == letter)
        own = sum(n for (u, p), n in flows.items() if SYSTEM[u] == letter == HOST.get(p))
        lost = sum(n for (u, p), n in flows.items() if SYSTEM[u] == letter and p == "P4")
        served = sum(n for (_, p), n in flows.items() if HOST.get(p) == letter)
        row = system_row(plan, letter)
        assert row["activity"] == all_
        assert row["inside"] == own
        assert row["unknown"] == lost
        assert row["provider_activity"] == served
        if all_:
            assert row["localisation_index"] == pytest.approx(own / all_)
            assert row["localisation_index_max"] == pytest.approx((own + lost + unseen) / (all_ + unseen))


@tight
@given(flows=counts)
def test_bounds_hold_whatever_was_suppressed(tmp_path: Path, flows: dict[tuple[str, str], int]) -> None:
    true = of_grid(tmp_path, dict(flows))
    hidden = of_grid(tmp_path, {key: "*" if 1 <= n <= 7 else n for key, n in flows.items()})
    for letter in "XY":
        exact, found = system_row(true, letter), system_row(hidden, letter)
        for name in ("localisation_index", "provider_self_containment", "import_share", "hhi"):
            if not math.isnan(exact[name]):
                assert found[f"{name}_min"] - 1e-9 <= exact[name] <= found[f"{name}_max"] + 1e-9
                assert found[f"{name}_min"] - 1e-9 <= found[name] <= found[f"{name}_max"] + 1e-9


@tight
@given(flows=counts, order=st.randoms(use_true_random=False))
def test_the_order_of_rows_says_nothing(
    tmp_path: Path, flows: dict[tuple[str, str], int], order: object
) -> None:
    first = footprint.measure_flows(of_grid(tmp_path, dict(flows))).tables
    shuffled = list(flows.items())
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    second = footprint.measure_flows(of_grid(tmp_path, dict(shuffled))).tables
    for name, table in first.items():
        pd.testing.assert_frame_equal(table, second[name])


@tight
@given(flows=counts)
def test_catchments_take_every_person_once(tmp_path: Path, flows: dict[tuple[str, str], int]) -> None:
    plan = of_grid(tmp_path, dict(flows))
    table = catchments.catchments(plan)
    served = {u for (u, _), n in flows.items() if n > 0}
    for method in ("first_past_the_post", "proportionate"):
        assert table.loc[table["method"] == method, "population"].sum() == pytest.approx(1000 * len(served))
    areas = catchments.by_area(plan, "ics")
    assert not isinstance(areas, Missing)
    for _, group in areas.groupby(["method", "provider"]):
        assert group["share"].sum() == pytest.approx(1)
        assert group["effective_areas"].iloc[0] == pytest.approx(1 / (group["share"] ** 2).sum())


def test_proportional_flow_catchments_start_at_three_in_ten(tmp_path: Path) -> None:
    plan = make(
        tmp_path, "X Y", [(unit(0), "P", 30), (unit(0), "Q", 70), (unit(1), "P", 299), (unit(1), "Q", 701)],
        {"P": middle(0), "Q": middle(1)},
    )  # fmt: skip
    found = catchments.catchments(plan, ["proportional_flow_30"]).set_index("provider")["population"]
    assert found.to_dict() == {"P": 1000, "Q": 2000}


def test_units_with_one_journey_are_in_its_catchment_and_those_with_none_in_nobodys(tmp_path: Path) -> None:
    # the third unit has a count of none, the last no row at all
    plan = make(
        tmp_path, "X X X Y X", [(unit(0), "P", 1), (unit(1), "P", 50), (unit(2), "Q", 0), (unit(3), "Q", 70)],
        {"P": middle(0), "Q": middle(3)}, people=[1_000, 2_000, 4_000, 8_000, 16_000],
    )  # fmt: skip
    found = catchments.catchments(plan)
    for method in ("first_past_the_post", "proportionate", "proportional_flow_30"):
        of = found[found["method"] == method].set_index("provider")["population"]
        assert of.to_dict() == {"P": 3_000, "Q": 8_000}
    row = agreement(plan).set_index("layer").loc["ics"]
    assert (row["areas"], row["catchments"], row["population"]) == (2, 2, 11_000)
    assert (row["homogeneity"], row["completeness"], row["variation_of_information"]) == (1, 1, 0)


def test_a_main_provider_that_suppression_could_change_is_uncertain(tmp_path: Path) -> None:
    plan = make(
        tmp_path, "X Y", [(unit(0), "P", 6), (unit(0), "Q", "*"), (unit(1), "P", 9), (unit(1), "Q", "*")],
        {"P": middle(0), "Q": middle(1)},
    )  # fmt: skip
    row = catchments.catchments(plan, ["first_past_the_post"]).set_index("provider").loc["P"]
    assert (row["population"], row["uncertain_population"]) == (2000, 1000)


# ── periphery ───────────────────────────────────────────────────────────────────────────────────

EDGE = "\n[thresholds]\nperiphery_m = 6_000\n"


def near(plan: footprint.Plan) -> set[str]:
    found = periphery(plan, "ics")
    assert not isinstance(found, Missing)
    return set(found.units["unit"])


def test_coasts_and_straits_are_no_land_border(tmp_path: Path) -> None:
    plan = make(tmp_path, "X X . Y\nX X Y Y", [(unit(0), "P", 1)], {"P": middle(0)}, extra=EDGE)
    # square 1,1 touches Y at a corner, 1,0 along an edge; 1,1 and 3,1 face the sea between them
    assert near(plan) == {unit(1, 0), unit(2, 0)}


def test_outer_edges_are_no_border(tmp_path: Path) -> None:
    plan = make(tmp_path, "X X X Y Y Y", [(unit(0), "P", 1)], {"P": middle(0)}, extra=EDGE)
    assert near(plan) == {unit(2), unit(3)}
    drawn = derive.outlines(plan, "ics")
    assert drawn is not None
    assert land_border(drawn).length.sum() == pytest.approx(2 * 10_000)


def test_a_river_between_two_areas_is_a_border(tmp_path: Path) -> None:
    banks = draw("X X Y Y", "ICS")
    banks.geometry = [banks.geometry[0], shapely.affinity.translate(banks.geometry[1], 200)]
    save(banks, tmp_path / "banks.geojson")
    border = land_border(footprint.read_layer(tmp_path / "banks.geojson"))
    assert border.length.sum() == pytest.approx(2 * 10_000)


def test_a_river_that_runs_on_from_a_border_on_land_is_a_border_up_to_where_the_land_is_nearer(
    tmp_path: Path,
) -> None:
    # in the north Y begins where X ends, in the south beyond 200 m of water
    x = shapely.box(0, 0, 10_000, 20_000)
    y = shapely.union(shapely.box(10_000, 10_000, 20_000, 20_000), shapely.box(10_200, 0, 20_000, 10_000))
    save(shapes("ICS", X=x, Y=y), tmp_path / "banks.geojson")
    border = land_border(footprint.read_layer(tmp_path / "banks.geojson"))
    metres = border.length.groupby(border["code"]).sum()
    # the bank of X is told in pieces of 250 m, of which the last is nearer to the end of the land border
    assert metres[code("X", "ICS")] == pytest.approx(10_000 + 9_750)
    # that of Y is nearer to X throughout; its edge on the river, from one to the other, is no bank
    assert metres[code("Y", "ICS")] == pytest.approx(10_000 + 10_000)


def test_people_at_the_edge_are_told_by_hospital_and_part(tmp_path: Path) -> None:
    plan = make(
        tmp_path,
        "X X Y Y\nX X Y Y",
        [(unit(1, 0), "PY", 9), (unit(1, 0), "PX", 1), (unit(1, 1), "PX", 5), (unit(2, 0), "PY", 5)],
        {"PX": middle(0), "PY": middle(3)},
        places="B A Y Y\nB A Y Y",
        people=[100, 200, 300, 400, 500, 600, 700, 800],
        extra=EDGE,
    )
    found = periphery(plan, "ics")
    assert not isinstance(found, Missing)
    [row] = found.table.to_dict("records")
    assert (row["name"], row["part_name"], row["provider"], row["host_name"]) == (
        "Area X",
        "Area A",
        "PY",
        "Area Y",
    )
    assert row["population"] == 200
    summary = found.summary.set_index("name")
    assert summary.loc["Area X", ["population", "misaligned", "unknown"]].tolist() == [800, 200, 0]
    # nothing is known of the journeys of unit 2,1
    assert summary.loc["Area Y", ["population", "misaligned", "unknown"]].tolist() == [1000, 0, 700]


def test_people_at_the_edge_come_by_area_the_most_first_then_by_part_and_provider(tmp_path: Path) -> None:
    # from the south: in X parts A, A, A, B and C, in Y one of its own; all who live at the edge go across
    goes = ["PD", "PC", "PB", "PA", "PE"]
    plan = make(
        tmp_path,
        "X Y\nX Y\nX Y\nX Y\nX Y",
        [(unit(0, r), p, 9) for r, p in enumerate(goes)] + [(unit(1, r), "QX", 9) for r in range(5)],
        {"QX": middle(0)} | dict.fromkeys(goes, middle(1)),
        places="C Y\nB Y\nA Y\nA Y\nA Y",
        people=[200, 1, 200, 1, 300, 1, 200, 1, 900, 1],
        extra=EDGE,
    )
    found = periphery(plan, "ics")
    assert not isinstance(found, Missing)
    rows = found.table[["name", "population", "part_name", "provider"]].to_numpy().tolist()
    assert rows == [
        ["Area X", 900, "Area C", "PE"],
        ["Area X", 300, "Area A", "PB"],
        ["Area X", 200, "Area A", "PC"],
        ["Area X", 200, "Area A", "PD"],
        ["Area X", 200, "Area B", "PA"],
        ["Area Y", 5, "Area Y", "QX"],
    ]


# ── indices ─────────────────────────────────────────────────────────────────────────────────────

labels = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(1, 50)), min_size=1, max_size=30
)


@given(labels)
def test_indices_of_two_partitions_by_definition(rows: list[tuple[int, int, int]]) -> None:
    a, b, people = (list(column) for column in zip(*rows, strict=True))
    found = indices(pd.Series(a), pd.Series(b), np.array(people, dtype=float))

    def entropy(keys: Iterable[object]) -> float:
        total: dict[object, int] = {}
        for key, n in zip(keys, people, strict=True):
            total[key] = total.get(key, 0) + n
        return -sum(n / sum(people) * math.log(n / sum(people)) for n in total.values())

    h_a, h_b, both = entropy(a), entropy(b), entropy(zip(a, b, strict=True))
    assert found.variation_of_information == pytest.approx(2 * both - h_a - h_b, abs=1e-9)
    assert found.homogeneity == pytest.approx(1 - (both - h_b) / h_a if h_a else 1, abs=1e-9)
    assert found.completeness == pytest.approx(1 - (both - h_a) / h_b if h_b else 1, abs=1e-9)


def test_the_same_partition_agrees_wholly() -> None:
    found = indices(pd.Series(["a", "b", "b"]), pd.Series([2, 1, 1]), np.array([5.0, 1.0, 3.0]))
    assert (found.v_measure, found.variation_of_information) == (1.0, 0.0)
