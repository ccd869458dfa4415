"""What nobody can tell is told to be so: it is neither none, nor a pass, nor a crash."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from maps import COUNTED_FLOWS, boxes, code, draw, grid_units, shapes, write_plan
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.geometry.overlap import Overlap
from footprint.measure.flows import FLOW_TABLES
from footprint.measure.people import Totals, totals
from footprint.model.errors import Missing
from footprint.model.suppression import publish, published_share
from footprint.plan.derive import overlap

HEAD = 'title = "T"\ndate = 2021-04-01\n'
LAYERS = '[layers.lad]\npath = "lad.geojson"\n[layers.ics]\npath = "ics.geojson"\n'
SYSTEMS = '[levels]\nsystem = "ics"\n[bands]\nsystem = [100, 200]\n'
NEST = '[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "nest"\n'
A, B, C = (code(letter) for letter in "ABC")
X, Y, Z = (code(letter, "ICS") for letter in "XYZ")


def run(*arguments: object, code_: int = 0) -> str:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == code_, done.output
    assert "Traceback" not in done.output
    return done.stdout


def skips(plan: footprint.Plan, *rules: str) -> dict[str, str]:
    found = footprint.check(plan, rules)
    return {s.rule: s.reason for s in found.skipped}


def told(plan: footprint.Plan, key: str) -> tuple[dict[str, float | None], float | None, float, str]:
    """Return people by area, all inside and all outside, None where nobody can tell, and why."""
    found = totals(plan, key)
    assert isinstance(found, Totals)
    people = {str(c): None if math.isnan(p) else p for c, p in found.people.items()}
    return people, None if math.isnan(found.inside) else found.inside, found.outside, found.unknown


# ── people of a layer without units ─────────────────────────────────────────────────────────────


def by_areas(
    folder: Path, lad: gpd.GeoDataFrame, ics: gpd.GeoDataFrame, people: dict[str, float]
) -> footprint.Plan:
    plan = HEAD + 'population = { path = "people.csv" }\n' + LAYERS + SYSTEMS + NEST
    plan += "[thresholds]\nsliver_width_m = 100\n"
    table: dict[str, list[object]] = {"LAD21CD": list(people), "population": list(people.values())}
    return footprint.load_plan(write_plan(folder, plan, lad=lad, ics=ics, people=table))


def test_people_of_whole_areas_add_up_whatever_slivers_say(tmp_path: Path) -> None:
    # X reaches 40 m into B, and Y as far into A further north: neither moves a single person
    lad = boxes(A=(0, 0, 10_000, 10_000), B=(10_000, 0, 20_000, 10_000))
    x = shapely.union_all([shapely.box(0, 0, 9960, 10_000), shapely.box(9960, 0, 10_040, 5000)])
    y = shapely.box(0, 0, 20_000, 10_000).difference(x)
    plan = by_areas(tmp_path, lad, shapes("ICS", X=x, Y=y), {A: 150, B: 250})
    assert told(plan, "ics") == ({X: 150, Y: 250}, 400, 0, "")
    assert told(plan, "lad") == ({A: 150, B: 250}, 400, 0, "")
    assert [(f.rule, f.area and f.area.code) for f in footprint.check(plan).findings] == [("FP302", Y)]


def test_nobody_knows_the_people_of_a_part_of_an_area(tmp_path: Path) -> None:
    lad = boxes(A=(0, 0, 10_000, 10_000), B=(10_000, 0, 20_000, 10_000), C=(20_000, 0, 30_000, 10_000))
    ics = boxes("ICS", X=(0, 0, 12_000, 10_000), Y=(12_000, 0, 20_000, 10_000), Z=(20_000, 0, 30_000, 10_000))
    plan = by_areas(tmp_path, lad, ics, {A: 1, B: 2, C: 150})
    why = "a part of a local authority district, whose people only units can divide, lies in 2 systems"
    assert told(plan, "ics") == ({X: None, Y: None, Z: 150}, None, 0, why)
    expected = {
        "FP301": f"systems: {why}", "FP302": f"systems: {why}", "FP303": f"systems: {why}",
        "FP305": "the plan has no [[measure]]",
    }  # fmt: skip
    assert skips(plan, "FP3") == expected
    assert footprint.check(plan, ["FP3"]).findings == []
    status = footprint.check(plan).population.set_index("code").status
    assert [pd.isna(status[c]) for c in (X, Y)] == [True, True]
    assert status[Z] == "WITHIN"


def test_an_area_without_a_population_leaves_its_system_unknown(tmp_path: Path) -> None:
    plan = by_areas(tmp_path, draw("A B C"), draw("X X Y", "ICS"), {A: 120, C: 130})
    why = "a local authority district without a population lies in 1 system"
    assert told(plan, "ics") == ({X: None, Y: 130}, None, 0, why)
    assert told(plan, "lad") == ({A: 120, B: None, C: 130}, 250, 0, "1 area has no population")
    assert skips(plan, "FP301", "FP303")["FP303"] == f"systems: {why}"
    [found] = footprint.check(plan, ["FP3"]).findings
    assert (found.rule, found.message) == ("FP304", f"1 of 3 codes of lad without a population: {B}")


@pytest.mark.parametrize(("metres", "known"), [(9000, True), (8999, False)])
def test_ground_that_no_area_covers_may_hold_people(metres: float, known: bool, tmp_path: Path) -> None:
    # A covers nine tenths of X, or a little less
    lad = boxes(A=(0, 0, metres, 10_000), B=(10_000, 0, 20_000, 10_000))
    plan = by_areas(tmp_path, lad, draw("X Y", "ICS"), {A: 120, B: 130})
    why = "" if known else "ground in no local authority district lies in 1 system"
    expected = {X: 120 if known else None, Y: 130}
    assert told(plan, "ics") == (expected, 250 if known else None, 0, why)


def test_an_area_that_holds_no_other_has_no_known_people(tmp_path: Path) -> None:
    plan = by_areas(tmp_path, draw("A B ."), draw("X X Y", "ICS"), {A: 60, B: 70})
    people, inside, outside, why = told(plan, "ics")
    assert (people, inside, outside) == ({X: 130, Y: None}, None, 0)
    assert why == "ground in no local authority district lies in 1 system"


def test_people_of_outlines_that_are_too_coarse_to_be_compared_are_not_known(tmp_path: Path) -> None:
    # twelve corners, 2.6 km apart, of a system that was drawn for a small map
    coarse = shapes("ICS", X=shapely.Point(10_000, 5_000).buffer(5_000, quad_segs=3))
    text = HEAD + 'population = { path = "people.csv" }\n' + LAYERS + SYSTEMS
    people: dict[str, list[object]] = {"LAD21CD": [A, B], "population": [120, 130]}
    plan = footprint.load_plan(write_plan(tmp_path, text, lad=draw("A B"), ics=coarse, people=people))
    found = totals(plan, "ics")
    assert isinstance(found, Missing)
    assert found.refused
    assert found.reason.startswith("ics.geojson is too coarse to be compared by its outlines")
    assert told(plan, "lad") == ({A: 120, B: 130}, 250, 0, "")
    assert footprint.check(plan, ["FP3"]).population["layer"].tolist() == ["lad", "lad"]
    assert all(found.reason in s.reason for s in footprint.check(plan, ["FP301", "FP303"]).skipped)


def test_people_of_an_area_in_no_system_are_outside(tmp_path: Path) -> None:
    plan = by_areas(tmp_path, draw("A B C"), draw("X Y .", "ICS"), {A: 110, B: 120, C: 7})
    assert told(plan, "ics") == ({X: 110, Y: 120}, 230, 7, "")
    [lost] = footprint.check(plan, ["FP303"]).findings
    assert lost.evidence.numbers["difference"] == -7


@pytest.mark.parametrize("outlines", ["", 'path = "ics.geojson"\n'])
def test_areas_hold_the_people_that_a_lookup_gives_them_whatever_their_outlines_hold(
    outlines: str, tmp_path: Path
) -> None:
    # where X has outlines, a quarter of its ground lies in no district
    plan = footprint.load_plan(
        write_plan(
            tmp_path,
            HEAD
            + 'population = { path = "people.csv" }\n[layers.lad]\ngeography = "LAD"\npath = "lad.geojson"\n'
            f'[layers.ics]\ngeography = "ICS"\n{outlines}lookup = {{ path = "lookup.csv" }}\n'
            + SYSTEMS
            + NEST,
            lad=draw(". A A B C"),
            ics=draw("X X X X Y", "ICS"),
            lookup={"LAD21CD": [A, B, C], "ICS21CD": [X, X, Y]},
            people={"LAD21CD": [A, B, C], "population": [60, 70, 500]},
        )
    )
    assert told(plan, "ics") == ({X: 130, Y: 500}, 630, 0, "")
    assert [f.rule for f in footprint.check(plan, ["FP2", "FP3"]).findings] == ["FP302"]


# ── people by units ─────────────────────────────────────────────────────────────────────────────


def by_units(folder: Path, lad: str, ics: str, people: dict[int, float], extra: str = NEST) -> footprint.Plan:
    units = grid_units(lad)
    table: dict[str, list[object]] = {
        "LSOA21CD": [f"E01000{i:03d}" for i in people], "population": list(people.values()),
    }  # fmt: skip
    return footprint.load_plan(
        write_plan(
            folder,
            HEAD
            + '[units]\npath = "units.geojson"\npopulation = { path = "people.csv" }\n'
            + LAYERS
            + SYSTEMS
            + extra,
            units=units[["LSOA21CD", "geometry"]],
            lad=draw(lad),
            ics=draw(ics, "ICS"),
            people=table,
        )
    )


def test_a_unit_without_a_population_leaves_its_areas_unknown(tmp_path: Path) -> None:
    plan = by_units(tmp_path, "A A B B", "X X Y Y", {0: 60, 1: 50, 3: 150})
    why = "1 system holds units without a population"
    assert told(plan, "ics") == ({X: 110, Y: None}, 260, 0, why)
    assert skips(plan, "FP301", "FP302") == {"FP301": f"systems: {why}", "FP302": f"systems: {why}"}
    assert [f.rule for f in footprint.check(plan, ["FP3"]).findings] == ["FP304"]


def test_an_area_without_any_unit_is_not_empty_but_unknown(tmp_path: Path) -> None:
    plan = by_units(tmp_path, "A A B", "X X Y", {0: 60, 1: 50, 2: 150})
    units = gpd.read_file(tmp_path / "units.geojson").iloc[:2]
    (tmp_path / "units.geojson").unlink()
    units.to_file(tmp_path / "units.geojson", engine="pyogrio")
    plan = footprint.load_plan(tmp_path)
    assert told(plan, "ics") == ({X: 110, Y: None}, 110, 0, "1 system holds no unit")
    rules = {(f.rule, str(f.severity)): f.message for f in footprint.check(plan).findings if f.layer == "ics"}
    assert rules[("FP204", "warning")] == (
        "1 system without any unit, so nothing is known of the people there: Area Y"
    )


def test_without_people_every_rule_on_them_says_so(tmp_path: Path) -> None:
    plan = footprint.load_plan(
        write_plan(tmp_path, HEAD + LAYERS + SYSTEMS, lad=draw("A B"), ics=draw("X Y", "ICS"))
    )
    skipped = skips(plan, "FP3")
    assert skipped.pop("FP305") == "the plan has no [[measure]]"
    assert set(skipped.values()) == {"the plan has no population"}
    assert footprint.check(plan).population.empty


def test_units_may_be_points(tmp_path: Path) -> None:
    units = grid_units("A A B B")[["LSOA21CD", "geometry"]]
    units["geometry"] = units.geometry.centroid
    folder = write_plan(
        tmp_path,
        HEAD
        + '[units]\npath = "units.geojson"\npopulation = { path = "people.csv" }\n'
        + LAYERS
        + SYSTEMS
        + NEST,
        units=units,
        people={"LSOA21CD": list(units["LSOA21CD"]), "population": [60, 50, 70, 80]},
        lad=draw("A A B B"),
        ics=draw("X X X Y", "ICS"),
    )
    document = json.loads(run("check", folder, "--format", "json", code_=1))
    [split] = [f for f in document["findings"] if f["rule"] == "FP201"]
    assert split["message"].endswith("70 of its 150 people in Area X (E54000088)")
    rows = {(r["source"], r["target"]): r for r in document["tables"]["overlap"]}
    assert {key: r["population"] for key, r in rows.items()} == {(A, X): 110, (B, X): 70, (B, Y): 80}
    # points have no ground
    assert (
        {r["area_m2"] for r in rows.values()} == {r["area_share_of_source"] for r in rows.values()} == {None}
    )
    assert rows[B, X]["share_of_source"] == pytest.approx(70 / 150)
    assert rows[B, X]["share_of_target"] == pytest.approx(70 / 180)
    for ending in ("md", "html"):
        run("report", folder, "-o", folder / f"report.{ending}")


# ── outlines whose detail nobody can tell ───────────────────────────────────────────────────────


def disc(x: float, corners: int, radius: float = 4000) -> shapely.Polygon:
    turn = np.arange(corners) * 2 * np.pi / corners
    return shapely.Polygon(np.column_stack([np.cos(turn), np.sin(turn)]) * radius + [x, 5000])


def discs(corners: int, geography: str = "LAD", radius: float = 4000) -> gpd.GeoDataFrame:
    letters = ("A", "B") if geography == "LAD" else ("X", "Y")
    at = (5000, 20_000)
    return shapes(geography, **{k: disc(x, corners, radius) for k, x in zip(letters, at, strict=True)})


@pytest.mark.parametrize("ending", ["md", "html", "xlsx", "docx"])
def test_reports_of_outlines_of_unknown_detail(ending: str, tmp_path: Path) -> None:
    folder = write_plan(tmp_path, HEAD + LAYERS + NEST, lad=discs(720), ics=discs(720, "ICS", 4500))
    run("report", folder, "-o", folder / f"report.{ending}")


@pytest.mark.sampled
@pytest.mark.parametrize(
    "form", ["terminal", "json", "csv", "sarif", "junit", "github", "gitlab", "markdown"]
)
def test_checks_of_outlines_of_unknown_detail(form: str, tmp_path: Path) -> None:
    folder = write_plan(tmp_path, HEAD + LAYERS + NEST, lad=discs(720), ics=discs(720, "ICS", 4500))
    out = run("check", folder, "--format", form)
    if form == "terminal":
        assert "tolerance 80 m (no outline tells its resolution)" in " ".join(out.split())
    if form == "json":
        document = json.loads(out)
        assert [i["resolution_m"] for i in document["plan"]["inputs"]] == [None, None]
        assert {r["verdict"] for r in document["tables"]["overlap"]} == {"same"}
    assert "resolution    unknown" in run("inspect", folder / "lad.geojson")
    assert "outlines unknown" in run("overlap", folder / "lad.geojson", folder / "ics.geojson")


@pytest.mark.parametrize("turned", [False, True])
def test_one_known_detail_is_no_mismatch_with_an_unknown_one(turned: bool, tmp_path: Path) -> None:
    # sides of 419 m turning by 6°: the root of 419² · sin 6° / 2, halved, is 47.9 m
    corners = (720, 60) if turned else (60, 720)
    folder = write_plan(
        tmp_path, HEAD + LAYERS + NEST, lad=discs(corners[0]), ics=discs(corners[1], "ICS", 4500)
    )
    result = footprint.check(footprint.load_plan(folder))
    assert [f.rule for f in result.findings] == []
    [overlap] = result.overlaps
    assert overlap.tolerance is not None
    side = 2 * (4500 if turned else 4000) * math.sin(math.radians(3))
    detail = math.sqrt(side**2 * math.sin(math.radians(6)) / 2) / 2
    assert overlap.tolerance.metres == pytest.approx(80 + 2.2 * detail, abs=0.06)
    named = "ics" if turned else "lad"
    assert overlap.tolerance.why == f"{named} is drawn to about {detail:,.0f} m"


@pytest.mark.parametrize(("factor", "told_"), [(3.98, False), (4.02, True)])
def test_outlines_are_mismatched_where_one_is_four_times_as_coarse(
    factor: float, told_: bool, tmp_path: Path
) -> None:
    lad, ics = discs(60), discs(60, "ICS", 4000 * factor)
    ics = ics.iloc[:1]  # two such discs would overlap
    lad = lad.iloc[:1]
    found = footprint.check(
        footprint.load_plan(write_plan(tmp_path, HEAD + LAYERS + NEST, lad=lad, ics=ics)), ["FP109"]
    ).findings
    assert [str(f.severity) for f in found] == (["warning"] if told_ else [])
    if told_:
        assert found[0].message == (
            "the systems are drawn to about 192 m, the districts to about 48 m: pieces narrower than 503 m "
            "cannot be told from slivers"
        )
        numbers = found[0].evidence.numbers
        assert numbers["resolution_m"] == pytest.approx(47.86, abs=0.01)
        assert numbers["resolution_other_m"] == pytest.approx(192.4, abs=0.1)


@pytest.mark.parametrize("turned", [False, True])
def test_outlines_that_are_too_coarse_leave_the_check_incomplete(turned: bool, tmp_path: Path) -> None:
    coarse = (720, 6) if turned else (6, 720)
    folder = write_plan(
        tmp_path, HEAD + LAYERS + NEST, lad=discs(coarse[0]), ics=discs(coarse[1], "ICS", 4500)
    )
    document = json.loads(run("check", folder, "--format", "json", code_=2))
    [found] = document["findings"]
    assert found["rule"] == "FP109"
    assert found["message"].startswith("districts and systems cannot be compared: ")
    detail = (found["evidence"]["resolution_m"], found["evidence"]["resolution_other_m"])
    assert [d is None for d in detail] == [turned, not turned]
    assert "districts in systems: " in next(s["reason"] for s in document["skipped"] if s["rule"] == "FP201")


def test_units_are_in_no_area_of_outlines_that_are_too_coarse(tmp_path: Path) -> None:
    units = gpd.GeoDataFrame(
        {"LSOA21CD": ["E01000000", "E01000001"]},
        geometry=[shapely.Point(405_000, 305_000), shapely.Point(420_000, 305_000)],
        crs="EPSG:27700",
    )
    people = {"LSOA21CD": ["E01000000", "E01000001"], "population": [5, 6]}
    plan = HEAD + '[units]\npath = "units.geojson"\npopulation = { path = "people.csv" }\n' + LAYERS
    folder = write_plan(tmp_path, plan, units=units, people=people, lad=discs(6), ics=discs(720, "ICS"))  # type: ignore[arg-type]
    reasons = skips(footprint.load_plan(folder), "FP204", "FP303")
    why = (
        "lad.geojson is too coarse to be compared by its outlines: they are drawn to about 1,316 m and would"
    )
    assert reasons["FP204"].startswith(why)
    assert reasons["FP303"].startswith(f"districts: {why}")
    assert set(footprint.check(footprint.load_plan(folder)).population.code) == {X, Y}


@pytest.mark.parametrize("outlines", [None, "fine", "coarse"])
def test_units_answer_without_an_outline_and_not_beside_one_that_is_too_coarse(
    outlines: str | None, tmp_path: Path
) -> None:
    units = gpd.GeoDataFrame(
        {"LSOA21CD": ["E01000000", "E01000001"]},
        geometry=[shapely.Point(405_000, 305_000), shapely.Point(420_000, 305_000)],
        crs="EPSG:27700",
    )
    lad = discs(6 if outlines == "coarse" else 720)
    layer = '[layers.lad]\ngeography = "LAD"\nlookup = { path = "lookup.csv" }\n'
    plan = (
        HEAD + '[units]\npath = "units.geojson"\n' + layer + 'path = "lad.geojson"\n' * (outlines is not None)
    )
    plan += '[layers.ics]\npath = "ics.geojson"\n'
    lookup = {"LSOA21CD": ["E01000000", "E01000001"], "LAD21CD": [A, B]}
    folder = write_plan(tmp_path, plan, units=units, lookup=lookup, lad=lad, ics=discs(720, "ICS"))  # type: ignore[arg-type]
    found = overlap(footprint.load_plan(folder), "lad", "ics")
    if outlines == "coarse":
        assert isinstance(found, Missing)
        assert found.refused
        assert found.reason.startswith("lad.geojson is too coarse to be compared by its outlines")
    else:
        assert isinstance(found, Overlap)
        assert (found.evidence, list(found.table["verdict"])) == ("units", ["same", "same"])


# ── tables that are not there ───────────────────────────────────────────────────────────────────

TABLES = """\
[units]
geography = "LSOA"
population = {{ path = "people.csv" }}
[layers.lad]
geography = "LAD"
lookup = {{ path = "lookup.csv" }}
[layers.ics]
path = "ics.geojson"
[[align]]
source = "lad"
target = "ics"
{word} = "{kind}"
"""


@pytest.mark.parametrize("kind", ["nest", "match"])
@pytest.mark.parametrize("word", ["must", "should"])
def test_what_must_hold_and_cannot_be_checked_is_incomplete(word: str, kind: str, tmp_path: Path) -> None:
    folder = write_plan(
        tmp_path,
        HEAD + TABLES.format(word=word, kind=kind),
        ics=draw("X Y", "ICS"),
        lookup={"LSOA21CD": ["E01000000", "E01000001"], "LAD21CD": [A, B]},
        people={"LSOA21CD": ["E01000000", "E01000001"], "population": [5, 6]},
    )
    document = json.loads(run("check", folder, "--format", "json", code_=2 if word == "must" else 0))
    reasons = {s["rule"]: s["reason"] for s in document["skipped"]}
    pair = "districts in systems" if kind == "nest" else "districts and systems"
    assert reasons["FP201" if kind == "nest" else "FP202"] == (
        f"{pair}: lad has no outlines, and no lookup says how its units lie in both layers"
    )
    assert reasons["FP204"] == "nothing says which units lie in which integrated care system"
    assert reasons["FP303"] == "systems: nothing says which units lie in which integrated care system"
    assert document["tables"]["overlap"] == []
    assert {r["code"] for r in document["tables"]["population"]} == {A, B}


# ── flows ───────────────────────────────────────────────────────────────────────────────────────

FLOWS = (
    COUNTED_FLOWS
    + """\
area = "ics"
layer = "ics"
"""
)


def with_flows(folder: Path, flows: list[tuple[int, str, int]], systems: str = "X Y Z") -> Path:
    by_units(
        folder,
        systems.replace("X", "A").replace("Y", "B").replace("Z", "C"),
        systems,
        {0: 150, 1: 150, 2: 150},
        "",
    )
    units, providers, counts = zip(*flows, strict=True)
    return write_plan(
        folder,
        (folder / "footprint.toml").read_text() + FLOWS,
        flows={"unit": [f"E0100000{u}" for u in units], "provider": list(providers), "count": list(counts)},
        providers={"provider": ["PX", "PY", "PZ"], "ics": [X, Y, Z]},
    )


def flow_rows(folder: Path, *options: str) -> dict[str, dict[str, Any]]:
    document = json.loads(run("flows", folder, "--format", "json", *options))
    return {r["code"]: r for r in document["tables"]["flows"]}


@pytest.mark.sampled
@pytest.mark.parametrize("options", [(), ("--suppress", "hes")])
def test_an_area_without_flows_has_no_index(options: tuple[str, ...], tmp_path: Path) -> None:
    folder = with_flows(tmp_path, [(0, "PX", 90), (0, "PY", 10), (1, "PY", 50)])
    row = flow_rows(folder, *options)[Z]
    assert (row["activity"], row["inside"], row["provider_activity"]) == (0, 0, 0)
    for name in ("localisation_index", "provider_self_containment", "import_share", "net_patient_flow"):
        assert row[name] is None
    for form in ("terminal", "csv"):
        run("flows", folder, "--format", form, *options)
    for ending in ("html", "docx") if options else ("md", "xlsx"):
        run("report", folder, "-o", folder / f"report.{ending}", *options)


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("inside", "outside", "index"),
    [(93, 7, "*"), (92, 8, 0.9), (7, 93, "*"), (8, 92, 0.1), (100, 0, 1.0), (0, 100, 0.0), (5, 2, "*")],
)
def test_an_index_is_kept_in_where_a_small_count_could_be_worked_out(
    inside: int, outside: int, index: object, tmp_path: Path
) -> None:
    flows = [(0, "PX", inside), (0, "PY", outside), (1, "PY", 500), (2, "PZ", 500)]
    folder = with_flows(tmp_path, [row for row in flows if row[2]])
    assert flow_rows(folder)[X]["localisation_index"] == pytest.approx(inside / (inside + outside))
    row = flow_rows(folder, "--suppress", "hes")[X]
    # of 100 patients, 92 inside publish as 90 of 100
    assert row["localisation_index"] == index
    assert row["inside"] == ("*" if 1 <= inside <= 7 else 5 * math.floor(inside / 5 + 0.5))
    small = any(1 <= n <= 7 for n in (inside, outside))
    assert (row["hhi"] == "*") == small
    assert (row["localisation_index_min"], row["localisation_index_max"]) == (index, index)


def test_unknown_numbers_are_published_as_unknown() -> None:
    nan = float("nan")
    assert published_share(nan, 100) is None
    assert published_share(0.5, nan) is None
    assert published_share(0.5, 0) is None
    assert published_share(0.5, 10) == "*"
    assert published_share(0.9, 100) == 0.9
    assert published_share(0.333, 100) == 0.35
    table = pd.DataFrame({"population": [nan, 3.0, 103.0], "uncertain_population": [nan, nan, 7.0]})
    out = publish(FLOW_TABLES["catchments"], table, "hes")
    assert [[None if pd.isna(v) else v for v in row] for row in out.to_numpy().tolist()] == [
        [None, None], ["*", None], [105, "*"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("misaligned", "share"), [(3.0, "*"), (97.0, "*"), (50.0, 0.5), (float("nan"), None)]
)
def test_a_share_of_the_periphery_is_kept_in_on_both_sides(misaligned: float, share: object) -> None:
    table = pd.DataFrame(
        {"population": [100.0], "misaligned": [misaligned], "unknown": [0.0], "share": [misaligned / 100]}
    )
    [value] = publish(FLOW_TABLES["periphery"], table, "hes")["share"]
    assert value == share or (share is None and pd.isna(value))


def test_a_share_of_a_provider_is_that_of_the_published_counts() -> None:
    table = pd.DataFrame({"activity": [43.0, 6.0, 51.0], "share": [0.43, 0.06, 0.51]})
    assert publish(FLOW_TABLES["providers"], table, "hes")["share"].tolist() == [0.45, "*", 0.5]
    assert publish(FLOW_TABLES["providers"], table, None)["share"].tolist() == [0.43, 0.06, 0.51]


def test_shares_of_people_whom_nobody_has_counted_leave_the_rules_on_flows_out(tmp_path: Path) -> None:
    """How many journeys a share is of is not known; one person a unit would be a guess."""
    units = ["E01000000", "E01000001"]
    folder = write_plan(
        tmp_path,
        HEAD
        + '[units]\ngeography = "LSOA"\npath = "units.geojson"\n[layers.ics]\npath = "ics.geojson"\n'
        + 'lookup = { path = "lookup.csv", unit = "unit", code = "ics" }\n[levels]\nsystem = "ics"\n'
        + "[thresholds]\nlocalisation_index.system = 0.5\nperiphery_m = 1000\n"
        + FLOWS.replace('"count"', '"proportion"', 2).replace('value = "proportion"', 'value = "share"'),
        units=grid_units("A B"),
        ics=draw("X Y", "ICS"),
        lookup={"unit": units, "ics": [X, Y]},
        flows={"unit": units, "provider": ["RAA", "RAA"], "share": [0.9, 0.8]},
        providers={"provider": ["RAA"], "ics": [X]},
    )
    plan = footprint.load_plan(folder)
    reason = "proportions need the population of the units, and the plan has none"
    found = footprint.check(plan, ["FP4"])
    assert found.findings == []
    assert {s.rule: s.reason for s in found.skipped} == {
        **dict.fromkeys(["FP401", "FP402", "FP404"], f"systems: {reason}"),
        **dict.fromkeys(["FP405", "FP406"], reason),
        **dict.fromkeys(["FP403", "FP407"], "the plan has no population"),
        "FP408": "neither plan nor profile says how many providers an area needs",
    }
