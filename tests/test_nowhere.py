"""Ground in none of a layer's areas: meant, or lost? Units, people and areas there are told apart."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from depth import tries
from hypothesis import given
from hypothesis import strategies as st
from maps import CRS, ORIGIN, boxes, code, draw, grid_units, save, write_plan
from shapely.affinity import translate
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.geometry.bestfit import best_fit, in_holes
from footprint.geometry.tolerance import Tolerance
from footprint.model.stored import from_bytes, to_bytes
from footprint.plan import derive
from footprint.plan.coverage import coverage, told
from footprint.reports.board import Board
from footprint.reports.content.alignment import alignments
from footprint.reports.content.verdict import verdict_of
from footprint.reports.document import Grid, Text
from footprint.results.run import as_layer, compare_paths

HEAD = 'title = "test"\ndate = 2021-04-01\n'
UNITS = '[units]\npath = "units.geojson"\npopulation = { path = "people.csv" }\n'
NEST = '[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "nest"\n'
A, B, C, X, Y = code("A"), code("B"), code("C"), code("X", "ICS"), code("Y", "ICS")
SQUARE = 3000


def codes(how_many: int) -> list[object]:
    return [f"E01{i:06d}" for i in range(how_many)]


def row_of_units(*people: int, points: bool = False, side: float = SQUARE) -> dict[str, Any]:
    """Return units in a row from the south-west corner eastwards, as outlines or points, and their people."""
    squares = [shapely.box(i * side, 0, (i + 1) * side, side) for i in range(len(people))]
    shapes = [translate(s.centroid if points else s, *ORIGIN) for s in squares]
    units = gpd.GeoDataFrame({"LSOA21CD": codes(len(people))}, geometry=shapes, crs=CRS)
    return {"units": units, "people": {"LSOA21CD": codes(len(people)), "population": list(people)}}


def hand_drawn(**edges: tuple[float, float, float, float]) -> gpd.GeoDataFrame:
    """Return areas of no kind: west, south, east, north in squares."""
    shapes = [translate(shapely.box(*(v * SQUARE for v in box)), *ORIGIN) for box in edges.values()]
    return gpd.GeoDataFrame({"code": [f"N-{n}" for n in edges]}, geometry=shapes, crs=CRS)


def layer(key: str, *lines: str) -> str:
    return f"[layers.{key}]\n" + "".join(f"{line}\n" for line in (f'path = "{key}.geojson"', *lines))


def check(folder: Path) -> footprint.Result:
    return footprint.check(footprint.load_plan(folder))


def people_of(result: footprint.Result, key: str) -> dict[str, float | None]:
    rows = result.population[result.population["layer"] == key]
    return {c: None if pd.isna(p) else p for c, p in zip(rows["code"], rows["population"], strict=True)}


def rules(result: footprint.Result, *wanted: str) -> list[tuple[str, str, str | None]]:
    return [
        (f.rule, str(f.severity), None if f.area is None else f.area.code)
        for f in result.findings
        if f.rule in wanted
    ]


def aligned(result: footprint.Result) -> list[str]:
    """Return what the report says of each pair of layers."""
    found = []
    for block in alignments(result):
        for _, cell, _ in block.rows if isinstance(block, Grid) else ():
            assert isinstance(cell, Text)
            found.append("".join(s if isinstance(s, str) else s.text for s in cell.spans))
    return found


# ── best fit, with none as a competitor ─────────────────────────────────────────────────────────

NEAR = '[levels]\nneighbourhood = "near"\n'


@pytest.mark.parametrize(
    ("reach", "people", "where"),
    [
        # a neighbourhood over the first unit and a fifth, a half, or more of the second
        (1.2, 40_000, "WITHIN"),
        (1.5, 40_000, "WITHIN"),
        (1.51, 80_000, "ABOVE"),
        (0.4, None, None),
    ],
)
def test_a_unit_goes_to_an_area_that_holds_more_of_it_than_lies_in_none(
    reach: float, people: float | None, where: str | None, tmp_path: Path
) -> None:
    files = row_of_units(40_000, 40_000, 40_000)
    folder = write_plan(
        tmp_path, HEAD + UNITS + layer("near") + NEAR, near=hand_drawn(n=(0, 0, reach, 1)), **files
    )
    result = check(folder)
    assert people_of(result, "near") == {"N-n": people}
    assert [None if pd.isna(s) else s for s in result.population["status"]] == [where]
    assert rules(result, "FP303") == []
    assert [f.message for f in result.findings if f.severity == "error"] == []
    out = 3 - int((people or 0) / 40_000)
    [said] = told(result.plan)
    assert said == (
        "near covers a part, as areas of one's own need not cover a whole country: "
        f"{out} {'unit' if out == 1 else 'units'} with {out * 40_000:,} people "
        f"{'lies' if out == 1 else 'lie'} "
        'in none of its areas; layers.near.covers = "all" would say otherwise'
    )


def test_a_layer_that_says_that_it_covers_all_keeps_the_largest_overlap(tmp_path: Path) -> None:
    files = row_of_units(40_000, 40_000, 40_000)
    plan = HEAD + UNITS + layer("near", 'covers = "all"') + NEAR
    result = check(write_plan(tmp_path, plan, near=hand_drawn(n=(0, 0, 1.2, 1)), **files))
    assert people_of(result, "near") == {"N-n": 80_000}
    assert [f.evidence.numbers["people"] for f in result.findings if f.rule in ("FP204", "FP303")] == [
        40_000,
        40_000,
    ]


def test_two_units_are_enough_to_tell(tmp_path: Path) -> None:
    files = row_of_units(30_000, 30_000)
    plan = HEAD + UNITS + layer("near") + NEAR
    result = check(write_plan(tmp_path, plan, near=hand_drawn(n=(0, 0, 1.3, 1)), **files))
    assert people_of(result, "near") == {"N-n": 30_000}


def test_a_unit_goes_to_the_area_with_most_of_it_if_that_is_more_than_none(tmp_path: Path) -> None:
    # of the second unit 0.4 lie in m, 0.35 in n and 0.25 in none; of the third 0.3 in o
    near = hand_drawn(n=(0, 0, 1.35, 1), m=(1.35, 0, 1.75, 1), o=(2.7, 0, 4, 1))
    files = row_of_units(1, 2, 4, 8)
    result = check(write_plan(tmp_path, HEAD + UNITS + layer("near"), near=near, **files))
    assert people_of(result, "near") == {"N-n": 1, "N-m": 2, "N-o": 8}


@pytest.mark.parametrize(("metres", "inside"), [(-1, True), (1, False), (40, False)])
def test_a_unit_given_by_a_point_goes_to_an_area_only_if_it_is_inside(
    metres: float, inside: bool, tmp_path: Path
) -> None:
    # the second unit's point stands beside the edge, nearer than any tolerance
    files = row_of_units(100, 200, 400, points=True)
    near = hand_drawn(n=(0, 0, 1.5 - metres / SQUARE, 1))
    plan = HEAD + UNITS + layer("near") + "[thresholds]\nsliver_width_m = 100\n"
    result = check(write_plan(tmp_path, plan, near=near, **files))
    assert people_of(result, "near") == {"N-n": 300 if inside else 100}


def test_sea_is_left_out_of_a_unit_where_another_layer_tells_it(tmp_path: Path) -> None:
    # the last unit is to 0.3 in the county, to 0.2 in the district beyond, and to 0.5 at sea
    files = row_of_units(1, 2, 4)
    cty = gpd.GeoDataFrame(
        {"CTY21CD": ["E10000001"]}, geometry=hand_drawn(n=(0, 0, 2.3, 1)).geometry, crs=CRS
    )
    lad = boxes(A=(0, 0, 1.2 * SQUARE, SQUARE), B=(1.2 * SQUARE, 0, 2.5 * SQUARE, SQUARE))
    with_sea = HEAD + UNITS + layer("cty") + layer("lad")
    result = check(write_plan(tmp_path / "with", with_sea, cty=cty, lad=lad, **files))
    assert people_of(result, "cty") == {"E10000001": 7}
    # alone nothing says that it is sea
    result = check(write_plan(tmp_path / "alone", HEAD + UNITS + layer("cty"), cty=cty, **files))
    assert people_of(result, "cty") == {"E10000001": 3}


@pytest.mark.parametrize("rows", [{"LAD21CD": [A, B]}, {"LSOA21CD": codes(3)}])
def test_sea_is_told_by_outlines_of_a_layer_that_has_a_lookup_as_well(
    rows: dict[str, list[object]], tmp_path: Path
) -> None:
    # outlines that hold all units tell what is sea, whatever a lookup of their layer is keyed by
    files = row_of_units(1, 2, 4)
    cty = gpd.GeoDataFrame(
        {"CTY21CD": ["E10000001"]}, geometry=hand_drawn(n=(0, 0, 2.3, 1)).geometry, crs=CRS
    )
    ics = boxes("ICS", X=(0, 0, 1.2 * SQUARE, SQUARE), Y=(1.2 * SQUARE, 0, 2.5 * SQUARE, SQUARE))
    plan = HEAD + UNITS + layer("cty") + '[layers.lad]\ngeography = "LAD"\nlookup = { path = "lad.csv" }\n'
    plan += layer("ics", 'lookup = { path = "systems.csv" }')
    systems = rows | {"ICS21CD": [X, Y, Y][: len(next(iter(rows.values())))]}
    lad = {"LSOA21CD": codes(3), "LAD21CD": [A, B, B]}
    result = check(write_plan(tmp_path, plan, cty=cty, ics=ics, lad=lad, systems=systems, **files))
    assert people_of(result, "cty") == {"E10000001": 7}


grids = (
    st.integers(1, 5)
    .flatmap(
        lambda width: st.lists(
            st.lists(st.sampled_from("MNO."), min_size=width, max_size=width), min_size=1, max_size=5
        )
    )
    .filter(lambda rows: any(cell != "." for row in rows for cell in row))
)


@tries(60)
@given(grids, st.lists(st.integers(0, 9), min_size=25, max_size=25), st.booleans())
def test_people_in_areas_and_in_none_are_all_people(
    grid: list[list[str]], people: list[int], points: bool
) -> None:
    drawing = "\n".join(" ".join(row) for row in grid)
    units = grid_units(drawing, size=1000).set_index("LSOA21CD")
    shapes = units.geometry.representative_point() if points else units.geometry
    layer = as_layer(draw(drawing, "ICS", size=1000), "ics")
    weight = pd.Series(people[: len(units)], index=units.index)
    fit = best_fit(shapes, layer, Tolerance(1, "test"), none_competes=True)
    inside = weight.groupby(fit["code"]).sum()
    assert inside.sum() + weight[fit["code"].isna()].sum() == weight.sum()
    assert [None if pd.isna(c) else c for c in fit["code"]] == [
        None if letter == "." else code(letter, "ICS") for letter in units["letter"]
    ]


@tries(60)
@given(grids, st.integers(1, 4))
def test_blocks_of_cells_go_where_most_of_them_lies(grid: list[list[str]], step: int) -> None:
    """Units of several cells; the oracle counts cells."""
    drawing = "\n".join(" ".join(row) for row in grid)
    cells = grid_units(drawing, size=1000)
    column = cells["LSOA21CD"].str[-3:].astype(int) // step
    units = cells.assign(block=column).dissolve("block").geometry
    counts = pd.crosstab(column, cells["letter"]).reindex(columns=list("MNO."), fill_value=0)
    most = counts[list("MNO")].max(axis=1)
    expected = [
        None if counts["."][i] >= most[i] else code(str(counts.loc[i, list("MNO")].idxmax()), "ICS")
        for i in counts.index
    ]
    fit = best_fit(
        units, as_layer(draw(drawing, "ICS", size=1000), "ics"), Tolerance(1, "test"), none_competes=True
    )
    assert [None if pd.isna(c) else c for c in fit["code"]] == expected


# ── one's own system alone ──────────────────────────────────────────────────────────────────────


def around(folder: Path, units: str, lad: str, ics: str, more: str = NEST, **people: int) -> Path:
    drawn = grid_units(units)
    return write_plan(
        folder,
        HEAD + UNITS + layer("lad") + layer("ics") + more,
        units=drawn[["LSOA21CD", "geometry"]],
        people={
            "LSOA21CD": list(drawn["LSOA21CD"]),
            "population": [people.get(i, 1000) for i in drawn["letter"]],
        },
        lad=draw(lad),
        ics=draw(ics, "ICS"),
    )


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("lad", "ics", "inside", "nested", "partly", "gone"),
    [
        # B lies to a half outside the only system
        ("A A B B C C", "X X X . . .", 3000, {A}, {B: 1000}, {C}),
        ("A A B B C C", ". X X X . .", 3000, set(), {A: 1000, B: 0} | {B: 0}, {C}),
        # two systems of several
        ("A B B C C C D D", "X X Y . . . . .", 3000, {A}, {}, {C, code("D")}),
        ("A A A A B B B B C C C C", ". . . X X X X X . . . .", 5000, {B}, {A: 3000}, {C}),
    ],
)
def test_of_neighbours_only_what_lies_inside_is_counted(
    lad: str, ics: str, inside: int, nested: set[str], partly: dict[str, int], gone: set[str], tmp_path: Path
) -> None:
    result = check(around(tmp_path, lad, lad, ics))
    [overlap] = result.overlaps
    outside = overlap.outside
    assert sum(p or 0 for p in people_of(result, "ics").values()) == inside
    assert set(overlap.nested()["source"]) >= nested
    assert set(outside["source"][outside["whole"]]) == gone
    found = overlap.partly()
    assert dict(zip(found["source"], found["population"], strict=True)) == {
        k: v for k, v in partly.items() if v
    }
    assert not set(overlap.nested()["source"]) & set(found["source"])
    assert rules(result, "FP204", "FP303") == []
    assert [(r, a) for r, s, a in rules(result, "FP201") if a in partly and s == "error"] == [
        ("FP201", c) for c, lost in partly.items() if lost
    ]


def test_partly_outside_is_told_apart_from_nested_with_its_people(tmp_path: Path) -> None:
    folder = around(tmp_path, "A A B B C C", "A A B B C C", "X X X . . .", B=4000)
    result = check(folder)
    assert aligned(result) == ["1 of 2 nest, 1 partly outside: Area B (4,000 people), 1 in none (must nest)"]
    extent = (
        "ics covers a part, as so much lies beyond its outer edge: 3 units with 6,000 people lie in none of "
        'its areas; layers.ics.covers = "all" would say otherwise'
    )
    assert list(told(result.plan)) == [extent]
    [guessed] = [one.guessed for one in result.plan.inputs if one.role == "layers.ics"]
    assert 'covers a part, as so much lies beyond its outer edge (state it with covers = "part")' in str(
        guessed
    )
    done = CliRunner().invoke(app, ["check", str(folder)])
    assert done.exit_code == 1
    assert extent in " ".join(done.stdout.split())
    [partly] = [f.message for f in result.findings if f.rule == "FP201"]
    assert partly == (
        "Area B (E07000066) is partly outside the systems: 4,000 of its 8,000 people live in none of them, "
        "the rest in Area X (E54000088)"
    )
    verdict = list(verdict_of(Board(check(folder))))
    assert (
        "1 of 3 districts lies wholly inside one of the systems; 1 is partly outside them, with "
        "4,000 people in none; 1 lies in none of them."
    ) in verdict
    notes = Board(check(folder)).document["plan"]["notes"]
    assert [note for note in notes if note.startswith("ics covers a part")]


def test_by_outlines_too_what_lies_partly_outside_does_not_nest(tmp_path: Path) -> None:
    # B reaches 1.2 km beyond the system, less than a tenth of it, and C goes on there
    lad = boxes(A=(0, 0, 20_000, 20_000), B=(20_000, 0, 40_000, 20_000), C=(40_000, 0, 60_000, 20_000))
    ics = boxes("ICS", X=(0, 0, 38_800, 20_000))
    folder = write_plan(
        tmp_path, HEAD + layer("lad") + layer("ics", 'covers = "part"') + NEST, lad=lad, ics=ics
    )
    result = check(folder)
    [overlap] = result.overlaps
    assert list(overlap.nested()["source"]) == [A]
    assert overlap.on_land == (B,)
    assert rules(result, "FP201", "FP204") == [("FP201", "error", B)]
    assert aligned(result) == ["1 of 2 nest, 1 partly outside: Area B (24.0 km²), 1 in none (must nest)"]
    assert "ics covers a part, as the plan says: 1 area of lad lies in none of its areas." in (
        list(verdict_of(Board(result)))
    )
    done = CliRunner().invoke(app, ["overlap", str(tmp_path / "lad.geojson"), str(tmp_path / "ics.geojson")])
    assert "1 of 3 areas nest (0 one to one), 0 split, 1 partly outside, 1 in none" in " ".join(
        done.stdout.split()
    )


def test_outlines_that_are_too_coarse_to_be_compared_tell_nothing_of_sea(tmp_path: Path) -> None:
    # one system alone, and districts of twelve corners each, 2.6 km apart
    folder = around(tmp_path, "A A B B", "A A B B", "X X . .", more="")
    coarse = draw("A A B B")
    coarse.geometry = coarse.centroid.buffer(5_000, quad_segs=3)
    save(coarse, folder / "lad.geojson")
    plan = footprint.load_plan(folder)
    assert derive.assignment(plan, "lad") is None
    found = derive.assignment(plan, "ics")
    assert found is not None
    assert [None if pd.isna(area) else area for area in found.codes] == [X, X, None, None]


def test_much_of_an_area_that_may_be_sea_makes_no_split_of_it(tmp_path: Path) -> None:
    # the west of A, 3 of its 20 km, is beside nobody; beyond the edge in B its own ground goes on to C
    lad = boxes(A=(0, 0, 20_000, 20_000), B=(20_000, 0, 40_000, 20_000), C=(40_000, 0, 60_000, 20_000))
    ics = boxes("ICS", X=(3_000, 0, 38_800, 20_000))
    text = HEAD + layer("lad") + layer("ics", 'covers = "part"') + NEST
    result = check(write_plan(tmp_path, text, lad=lad, ics=ics))
    [overlap] = result.overlaps
    assert list(overlap.partly()["source"]) == [A, B]
    assert rules(result, "FP201", "FP204") == [("FP201", "error", B), ("FP204", "warning", A)]
    [told] = [f.message for f in result.findings if f.rule == "FP204"]
    assert told.endswith("has 60.0 km² in no integrated care system: water, or land that it leaves out")


def test_what_is_meant_to_match_and_lies_partly_outside_is_told_with_its_ground(tmp_path: Path) -> None:
    # that of nests is told by the rule of nests
    lad = boxes(A=(0, 0, 20_000, 20_000), B=(20_000, 0, 40_000, 20_000), C=(40_000, 0, 60_000, 20_000))
    ics = boxes("ICS", X=(0, 0, 38_800, 20_000))
    text = HEAD + layer("lad") + layer("ics", 'covers = "part"') + NEST.replace("nest", "match")
    result = check(write_plan(tmp_path, text, lad=lad, ics=ics))
    assert rules(result, "FP204") == [("FP204", "warning", B)]
    [told] = [f.message for f in result.findings if f.rule == "FP204"]
    assert told == "Area B (E07000066) has 24.0 km² in no integrated care system: so it is partly outside"


@pytest.mark.parametrize("metres", [100, 900])
def test_a_strip_of_sea_beyond_the_coast_of_the_system_is_not_outside(metres: float, tmp_path: Path) -> None:
    lad = boxes(A=(0, 0, 20_000, 20_000), B=(20_000, 0, 40_000, 20_000))
    ics = boxes("ICS", X=(0, metres, 40_000, 20_000))
    [overlap] = check(
        write_plan(tmp_path, HEAD + layer("lad") + layer("ics") + NEST, lad=lad, ics=ics)
    ).overlaps
    assert list(overlap.nested()["source"]) == [A, B]


def test_a_hole_in_the_system_is_lost_ground(tmp_path: Path) -> None:
    ground = "A A A B\nA A A B\nA A A B\nC C C C\nC C C C\nC C C C"
    ics = "X X X .\nX . X .\nX X X .\n. . . .\n. . . .\n. . . ."
    result = check(around(tmp_path, ground, ground, ics))
    # the unit in the middle has nobody who answers for it; those beyond the edge are not meant
    [lost] = [f for f in result.findings if f.rule == "FP204" and f.layer == "ics"]
    assert lost.evidence.numbers["units"] == 1
    assert [f.evidence.numbers["difference"] for f in result.findings if f.rule == "FP303"] == [-1000]
    assert len(coverage(result.plan, "ics").none) == 15
    [(_, _, area)] = rules(result, "FP102")
    assert area == X


def test_units_and_points_in_holes_are_found() -> None:
    ring = draw("X X X\nX . X\nX X X", "ICS").geometry
    x, y = ORIGIN
    units = gpd.GeoSeries(
        [
            shapely.Point(x + 15_000, y + 15_000),
            shapely.Point(x + 5000, y + 5000),
            shapely.Point(x - 5000, y + 5000),
            shapely.box(x + 10_000, y + 10_000, x + 20_000, y + 20_000),
            shapely.box(x + 30_000, y, x + 40_000, y + 10_000),
        ],
        index=["hole", "in", "beyond", "drawn hole", "drawn beyond"],
        crs=CRS,
    )
    assert set(in_holes(units, ring)) == {"hole", "drawn hole"}
    assert in_holes(units, draw("X X", "ICS").geometry).empty


def test_one_of_many_systems_that_is_missing_is_still_missed(tmp_path: Path) -> None:
    result = check(around(tmp_path, "A B C D E", "A B C D E", "X Y Z V ."))
    assert not coverage(result.plan, "ics").part
    assert rules(result, "FP204", "FP303") == [("FP204", "error", None), ("FP303", "error", None)]


# ── lookups of a part ───────────────────────────────────────────────────────────────────────────


def by_lookups(
    folder: Path, geography: str, pairs: dict[str, str], lads: str, more: str = "", **table: str
) -> Path:
    prefix = {"CAUTH": "CAUTH21CD", "CTY": "CTY21CD", "ICS": "ICS21CD", "OTHER": "place_code"}[geography]
    plan = (
        HEAD + layer("lad") + f'[layers.up]\ngeography = "{geography}"\n{more}lookup = {{ path = "up.csv", '
    )
    plan += (
        f'unit = "LAD21CD", code = "{prefix}" }}\n[[align]]\nsource = "lad"\ntarget = "up"\nmust = "nest"\n'
    )
    return write_plan(
        folder,
        plan,
        lad=draw(lads),
        up={"LAD21CD": [code(i) for i in pairs], prefix: list(pairs.values())},
        **table,
    )


@pytest.mark.parametrize(
    ("geography", "pairs", "lads"),
    [
        ("CAUTH", {"A": "E47000001", "B": "E47000001"}, "A B C D E"),
        ("CTY", {"A": "E10000001", "B": "E10000001", "C": "E10000002", "D": "E10000002"}, "A B C D E F"),
        ("CAUTH", {"E": "E47000009"}, "A B C D E F G"),
        ("OTHER", {"A": "P1", "C": "P2"}, "A B C D"),
    ],
)
def test_a_lookup_of_a_part_is_no_fault(
    geography: str, pairs: dict[str, str], lads: str, tmp_path: Path
) -> None:
    result = check(by_lookups(tmp_path, geography, pairs, lads))
    [overlap] = result.overlaps
    assert overlap.evidence == "lookup"
    assert set(overlap.table["source"]) == {code(i) for i in pairs}
    assert int(overlap.outside["whole"].sum()) == len(lads.split()) - len(pairs)
    assert [f for f in result.findings if f.severity == "error"] == []
    [said] = told(result.plan)
    assert re.search(rf"{len(lads.split()) - len(pairs)} areas? of lad lies? in none", said)


def test_a_lookup_of_a_part_of_a_kind_that_tiles_has_to_be_stated(tmp_path: Path) -> None:
    pairs = {"A": X, "B": X}
    folder = by_lookups(tmp_path / "stated", "ICS", pairs, "A B C D E", 'covers = "part"\n')
    assert [f for f in check(folder).findings if f.severity == "error"] == []
    folder = by_lookups(tmp_path / "not", "ICS", pairs, "A B C D E")
    with pytest.raises(footprint.InputError, match=r"covers only 40\.0% of the plan's lad") as fault:
        footprint.load_plan(folder)
    assert 'covers = "part" in [layers.up]' in fault.value.remedy


def test_a_lookup_of_another_vintage_is_refused_for_areas_of_ones_own_too(tmp_path: Path) -> None:
    # half of its keys are no districts of the plan
    pairs = {"A": "P1", "B": "P1", "K": "P1", "L": "P2"}
    with pytest.raises(footprint.InputError, match="covers only"):
        footprint.load_plan(by_lookups(tmp_path, "OTHER", pairs, "A B C D"))


def test_the_lookup_of_a_part_is_keyed_by_what_has_all_of_its_keys(tmp_path: Path) -> None:
    # two of five districts, which are two of three upper tiers as well: one of the keys is none of these
    folder = write_plan(
        tmp_path,
        HEAD
        + layer("lad")
        + '[layers.utla]\ngeography = "UTLA"\nlookup = { path = "utla.csv" }\n'
        + '[layers.up]\ngeography = "CAUTH"\nlookup = { path = "up.csv" }\n',
        lad=draw("A B C D E"),
        utla={
            "LAD21CD": [code(i) for i in "ABCDE"],
            "UTLA21CD": [A, B, "E10000001", "E10000001", "E10000001"],
        },
        up={"LAD21CD": [A, B, C], "CAUTH21CD": ["E47000001", "E47000001", "E47000002"]},
    )
    plan = footprint.load_plan(folder)
    assert plan.layers["up"].base == "lad"
    assert dict(plan.layers["up"].lookup.areas) == {A: "E47000001", B: "E47000001", C: "E47000002"}  # type: ignore[union-attr]


@pytest.mark.parametrize("kind", ["nest", "match"])
def test_counties_by_outlines_leave_unitary_authorities_out(kind: str, tmp_path: Path) -> None:
    utla = draw("A B C D", "LAD").rename(columns={"LAD21CD": "UTLA21CD", "LAD21NM": "UTLA21NM"})
    utla["UTLA21CD"] = ["E10000001", "E06000001", "E10000002", "E06000002"]
    cty = gpd.GeoDataFrame(
        {"CTY21CD": ["E10000001", "E10000002"]}, geometry=utla.geometry.iloc[[0, 2]].tolist(), crs=CRS
    )
    align = f'[[align]]\nsource = "utla"\ntarget = "cty"\nmust = "{kind}"\n'
    files = {"utla": utla, "cty": cty}
    result = check(write_plan(tmp_path / "outlines", HEAD + layer("utla") + layer("cty") + align, **files))
    assert [f for f in result.findings if f.severity == "error"] == []
    units = grid_units("A B C D")
    people = {"LSOA21CD": list(units["LSOA21CD"]), "population": [1, 2, 4, 8]}
    result = check(
        write_plan(
            tmp_path / "units", HEAD + UNITS + layer("utla") + layer("cty") + align, **files,
            units=units[["LSOA21CD", "geometry"]], people=people,
        )
    )  # fmt: skip
    assert rules(result, "FP202", "FP204", "FP303") == []
    assert people_of(result, "cty") == {"E10000001": 1, "E10000002": 4}


# ── rows of elsewhere ───────────────────────────────────────────────────────────────────────────


def populated(folder: Path, lookup: dict[str, str] | None) -> Path:
    """Two units in one system, four rows of people, and perhaps a lookup that goes on."""
    plan = HEAD + UNITS + layer("ics", *(['lookup = { path = "lookup.csv" }'] if lookup else []))
    files = row_of_units(10, 20)
    files["people"] = {"LSOA21CD": codes(4), "population": [10, 20, 400, 800]}
    if lookup:
        files["lookup"] = {"LSOA21CD": list(lookup), "ICS21CD": list(lookup.values())}
    return write_plan(folder, plan, ics=boxes("ICS", X=(0, 0, 2 * SQUARE, SQUARE)), **files)


@pytest.mark.parametrize(
    ("beyond", "note", "difference"),
    [
        (None, "1,200 people (E01000002, E01000003) lie where nothing in the plan says", None),
        ((Y, Y), "1,200 people (E01000002, E01000003) lie elsewhere by layers.ics.lookup", None),
        ((X, Y), "800 people (E01000003) lie elsewhere by layers.ics.lookup", -400),
        ((X, X), "1,200 people (E01000002, E01000003) lie in areas of which the plan has other parts", -1200),
    ],
)
def test_rows_of_elsewhere_are_noted_and_units_of_ones_own_are_missed(
    beyond: tuple[str, str] | None, note: str, difference: int | None, tmp_path: Path
) -> None:
    lookup = None if beyond is None else dict(zip(map(str, codes(4)), (X, X, *beyond), strict=True))
    result = check(populated(tmp_path, lookup))
    [noted] = [n for n in result.plan.notes if "not counted" in n]
    assert noted.startswith("people.csv: 2 rows for codes that units does not have are not counted: ")
    assert note in noted
    assert people_of(result, "ics") == {X: 30}
    found = [f.evidence.numbers["difference"] for f in result.findings if f.rule == "FP303"]
    assert found == ([] if difference is None else [difference])


def test_people_of_areas_are_told_in_words_of_areas(tmp_path: Path) -> None:
    folder = write_plan(
        tmp_path,
        HEAD + 'population = { path = "people.csv" }\n' + layer("lad") + layer("ics") + NEST,
        lad=draw("A B C D E"),
        ics=draw("X X Y Y .", "ICS"),
        people={"LAD21CD": [A, B, C, code("D"), code("E"), "E07000099"], "population": [1, 2, 4, 8, 16, 500]},
    )
    [lost] = [f for f in check(folder).findings if f.rule == "FP303"]
    assert lost.message == (
        "the 2 systems have 15 people, not the 31 of the population: 16 live in districts outside the systems"
    )


# ── files that were cut off ─────────────────────────────────────────────────────────────────────


def rewritten(path: Path, **top: object) -> None:
    """Write members at the top of a GeoJSON file."""
    path.write_text(json.dumps(json.loads(path.read_text()) | top))


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("top", "cut"),
    [
        ({"exceededTransferLimit": True}, True),
        ({"properties": {"exceededTransferLimit": True}}, True),
        ({"exceededTransferLimit": False}, False),
        ({"properties": {"exceededTransferLimit": False}}, False),
        ({"note": "exceededTransferLimit"}, False),
    ],
)
@pytest.mark.parametrize("with_units", [False, True])
def test_a_file_that_says_that_it_was_cut_off_is_told_of(
    top: dict[str, object], cut: bool, with_units: bool, tmp_path: Path
) -> None:
    # districts A to D of A to J, in five systems
    ground, ics = "A B C D E F G H I J", "X X Y Y Z Z V V W W"
    if with_units:
        folder = around(tmp_path, ground, "A B C D", ics)
    else:
        plan = HEAD + layer("lad") + layer("ics") + NEST
        folder = write_plan(tmp_path, plan, lad=draw("A B C D"), ics=draw(ics, "ICS"))
    rewritten(folder / "lad.geojson", **top)
    result = check(folder)
    said = [f.message for f in result.findings if f.rule == "FP112"]
    told_of = "lad.geojson says that it was cut off (exceededTransferLimit), after 4 features"
    assert said == ([told_of] if cut else [])
    # systems without any district are named, and nothing is inferred from a file that was cut off
    assert aligned(result) == [
        "4 of 4 nest, 3 systems without any local authority district: Area V; Area W; Area Z (must nest)",
    ]
    if not with_units:
        [empty] = [f for f in result.findings if f.rule == "FP204"]
        assert {o.code for o in empty.others} == {code(i, "ICS") for i in "VWZ"}
    else:
        lost = [f for f in result.findings if (f.rule, f.layer, str(f.severity)) == ("FP204", "lad", "error")]
        assert len(lost) == cut
        assert coverage(result.plan, "lad").part is not cut


@pytest.mark.sampled
@pytest.mark.parametrize(("how_many", "told_of"), [(999, False), (1000, True), (2000, True), (2001, False)])
def test_a_file_that_ends_at_a_round_number_is_to_be_confirmed(
    how_many: int, told_of: bool, tmp_path: Path
) -> None:
    squares = [
        translate(shapely.box(i * 100, j * 100, i * 100 + 100, j * 100 + 100), *ORIGIN)
        for i in range(50)
        for j in range(41)
    ]
    frame = gpd.GeoDataFrame(
        {"code": [f"N{i:04d}" for i in range(how_many)]}, geometry=squares[:how_many], crs=CRS
    )
    folder = write_plan(tmp_path, HEAD + layer("near"), near=frame)
    found = footprint.check(footprint.load_plan(folder), ["FP112"]).findings
    assert [(str(f.severity), f.message) for f in found] == (
        [
            (
                "warning",
                f"near.geojson ends at exactly {how_many:,} features, as downloads do that were cut off",
            )
        ]
        if told_of
        else []
    )


def test_a_cut_off_file_in_a_zip_is_told_of_too(tmp_path: Path) -> None:
    import zipfile

    save(draw("A B"), tmp_path / "lad.geojson")
    rewritten(tmp_path / "lad.geojson", exceededTransferLimit=True)
    with zipfile.ZipFile(tmp_path / "lad.zip", "w") as held:
        held.write(tmp_path / "lad.geojson", "lad.geojson")
    assert footprint.read_layer(tmp_path / "lad.zip").source.cut_off


# ── proposals ───────────────────────────────────────────────────────────────────────────────────


def test_a_proposal_leaves_those_in_none_where_they_are(tmp_path: Path) -> None:
    folder = around(tmp_path / "base", "A A B B C C C C", "A A B B C C C C", "X Y Y Y . . . .")
    change = tmp_path / "change"
    change.mkdir()
    (change / "proposal.toml").write_text('title = "move"\nlayer = "ics"\neffective_date = 2022-04-01\n')
    (change / "assignment.csv").write_text(f"code,area\nE01000001,{X}\n")
    found = compare_paths(folder, [change / "proposal.toml"])
    assert found.moves["population"].tolist() == [1000]
    assert rules(found.after, "FP204", "FP303") == []
    assert len(coverage(found.after.plan, "ics").none) == 4
    assert derive.assignment(found.after.plan, "ics") is not None
    assert np.isclose(sum(p or 0 for p in people_of(found.after, "ics").values()), 4000)


def test_the_code_for_no_area_is_no_area(tmp_path: Path) -> None:
    none = "E99999999"
    pairs = {"A": "E10000001", "B": none, "C": "E10000001", "D": none}
    result = check(by_lookups(tmp_path, "CTY", pairs, "A B C D"))
    assert list(result.plan.layers["up"].codes) == ["E10000001"]
    assert set(result.overlaps[0].table["source"]) == {A, C}
    assert "up.csv: 2 rows say with E99999999 that there is no area" in result.plan.notes
    assert [f for f in result.findings if f.severity == "error"] == []


@pytest.mark.parametrize("none", ["", "N/A", "-", "none", " "])
@pytest.mark.parametrize(("kind", "code"), [("CTY", "E10000001"), ("CAUTH", "E47000001")])
def test_a_blank_in_a_lookup_of_counties_is_no_county(
    tmp_path: Path, none: str, kind: str, code: str
) -> None:
    pairs = {"A": code, "B": none, "C": code, "D": none}
    result = check(by_lookups(tmp_path, kind, pairs, "A B C D"))
    assert list(result.plan.layers["up"].codes) == [code]
    assert set(result.overlaps[0].table["source"]) == {A, C}
    assert any("up.csv: 2 rows have no code in" in note for note in result.plan.notes)
    assert [f for f in result.findings if f.severity == "error"] == []


@pytest.mark.parametrize(
    "codes", [["E47000001", "", "", ""], ["E47000001", "", "E47000002", ""], ["E47000001", " ", "\u200b", ""]]
)
def test_blanks_below_each_code_are_not_taken_for_areas_in_none(tmp_path: Path, codes: list[str]) -> None:
    pairs = dict(zip("ABCD", codes, strict=True))
    with pytest.raises(
        footprint.InputError, match="on one row and nothing below it, as where cells were merged"
    ):
        check(by_lookups(tmp_path, "CAUTH", pairs, "A B C D"))
    said = {letter: code.strip(" \u200b") or "none" for letter, code in pairs.items()}
    result = check(by_lookups(tmp_path / "said", "CAUTH", said, "A B C D"))
    assert list(result.plan.layers["up"].codes) == sorted({*codes} - {"", " ", "\u200b"})


@pytest.mark.parametrize("codes", [["", "E47000001", "", ""], ["E47000001", "", "", "E47000002"]])
def test_a_code_that_stands_once_among_blanks_is_one(tmp_path: Path, codes: list[str]) -> None:
    result = check(by_lookups(tmp_path, "CAUTH", dict(zip("ABCD", codes, strict=True)), "A B C D"))
    assert list(result.plan.layers["up"].codes) == sorted({*codes} - {""})


def test_a_blank_in_a_lookup_of_systems_is_a_fault(tmp_path: Path) -> None:
    pairs = {"A": "E54000008", "B": "", "C": "E54000008", "D": "E54000008"}
    with pytest.raises(footprint.InputError, match="1 line without a code"):
        check(by_lookups(tmp_path, "ICS", pairs, "A B C D"))


def test_an_overlap_is_kept_with_what_goes_on_outside() -> None:
    lad = boxes(A=(0, 0, 20_000, 20_000), B=(20_000, 0, 40_000, 20_000), C=(40_000, 0, 60_000, 20_000))
    found = footprint.overlap(lad, boxes("ICS", X=(0, 0, 38_800, 20_000)))
    again = from_bytes(to_bytes(found))
    assert again.on_land == found.on_land == (B,)
    assert again.outside.equals(found.outside)
