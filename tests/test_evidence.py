"""What a verdict rests on: codes, units or outlines, said as it is, before and after a change."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely
from maps import ORIGIN, boxes, code, draw, grid_units, save, shapes, write_plan
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.geometry.coverage import coverage_faults
from footprint.measure.bestfit import best_fit_table

HEAD = 'title = "T"\ndate = 2021-04-01\n'
UNITS = '[units]\npath = "units.geojson"\npopulation = { path = "people.csv" }\n'
NEST = '[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "nest"\n'
A, B, C = (code(letter) for letter in "ABC")
X, Y, Z = (code(letter, "ICS") for letter in "XYZ")
Row = dict[str, Any]


def run(*arguments: object, code_: int = 0) -> str:
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == code_, done.output
    assert "Traceback" not in done.output
    return done.stdout


def unit_files(drawing: str, people: list[int] | None = None) -> dict[str, Any]:
    units = grid_units(drawing)
    codes = list(units["LSOA21CD"])
    number = people or [2**i for i in range(len(codes))]
    return {
        "units": units[["LSOA21CD", "geometry"]],
        "people": {"LSOA21CD": codes, "population": number},
    }


def lookup(drawing: str, geography: str) -> dict[str, list[object]]:
    units = grid_units(drawing)
    return {
        "LSOA21CD": list(units["LSOA21CD"]),
        f"{geography}21CD": [code(letter, geography) for letter in units["letter"]],
    }


# ── codes, units, outlines ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lad_by_lookup", "ics_by_lookup", "kind"),
    [(True, True, "lookup"), (True, False, "units"), (False, True, "units"), (False, False, "units")],
)
def test_only_lookups_on_both_sides_are_a_pure_lookup(
    lad_by_lookup: bool, ics_by_lookup: bool, kind: str, tmp_path: Path
) -> None:
    lad, ics = "A A A B B C", "X X Y Y Y Y"
    plan, files = HEAD + UNITS, unit_files(lad)
    for key, geography, drawing, given in (
        ("lad", "LAD", lad, lad_by_lookup),
        ("ics", "ICS", ics, ics_by_lookup),
    ):
        files[key] = draw(drawing, geography)
        plan += f'[layers.{key}]\npath = "{key}.geojson"\n'
        if given:
            files[f"{key}_lookup"] = lookup(drawing, geography)
            plan += f'lookup = {{ path = "{key}_lookup.csv" }}\n'
    document = json.loads(
        run("check", write_plan(tmp_path, plan + NEST, **files), "--format", "json", code_=1)
    )
    [split] = document["findings"]
    assert split["evidence"]["kind"] == kind
    assert {row["evidence"] for row in document["tables"]["overlap"]} == {kind}
    # where outlines had no say there is no tolerance
    assert ("tolerance_m" in split["evidence"]) == (kind == "units")
    assert split["evidence"]["people_in_pieces"] == [4, 3]


def test_a_lookup_of_areas_that_best_fit_filled_rests_on_units(tmp_path: Path) -> None:
    # units → districts by best fit, districts → systems by codes
    plan = (
        HEAD + UNITS + '[layers.lad]\npath = "lad.geojson"\n[layers.ccg]\npath = "ccg.geojson"\n'
        '[layers.ics]\ngeography = "ICS"\nlookup = { path = "lookup.csv" }\n'
        '[[align]]\nsource = "ccg"\ntarget = "ics"\nmust = "nest"\n'
    )
    folder = write_plan(
        tmp_path,
        plan,
        **unit_files("A A B B"),
        lad=draw("A A B B"),
        ccg=draw("J J J K", "CCG"),
        lookup={"LAD21CD": [A, B], "ICS21CD": [X, Y]},
    )
    result = footprint.check(footprint.load_plan(folder))
    [split] = [f for f in result.findings if f.rule == "FP201"]
    assert split.evidence.kind == "units"
    assert split.message.startswith("Area J (E38000074) is split between 2 systems: 3 of its 7 people in")


def test_areas_are_compared_by_codes_where_a_lookup_makes_one_from_the_other(tmp_path: Path) -> None:
    plan = footprint.load_plan(
        write_plan(
            tmp_path,
            HEAD + 'population = { path = "people.csv" }\n[layers.lad]\npath = "lad.geojson"\n'
            '[layers.ics]\npath = "ics.geojson"\nlookup = { path = "lookup.csv" }\n' + NEST,
            lad=draw("A B C"),
            # the outlines say something else, but the codes count
            ics=draw("X Y Y", "ICS"),
            lookup={"LAD21CD": [A, B, C], "ICS21CD": [X, X, Y]},
            people={"LAD21CD": [A, B, C], "population": [5, 6, 7]},
        )
    )
    [overlap] = footprint.check(plan).overlaps
    table = overlap.table
    assert overlap.evidence == "lookup"
    assert list(zip(table.source, table.target, table.verdict, table.population, strict=True)) == [
        (A, X, "nested", 5), (B, X, "nested", 6), (C, Y, "same", 7),
    ]  # fmt: skip
    assert table.area_m2.tolist() == [1e8, 1e8, 1e8]
    assert table.share_of_target.tolist() == pytest.approx([5 / 11, 6 / 11, 1])


def test_a_lookup_that_contradicts_the_outlines_is_told_with_its_units(tmp_path: Path) -> None:
    plan = HEAD + UNITS + '[layers.lad]\npath = "lad.geojson"\nlookup = { path = "lookup.csv" }\n'
    folder = write_plan(
        tmp_path, plan, **unit_files("A A B B"), lad=draw("A B B B"), lookup=lookup("A A B B", "LAD")
    )
    [found] = footprint.check(footprint.load_plan(folder), ["FP205"]).findings
    assert found.message == (
        "1 unit with 2 people that the lookup gives to Area A (E07000065) are drawn outside it: E01000001"
    )
    assert (found.evidence.kind, found.evidence.numbers["units"], found.evidence.numbers["people"]) == (
        "units",
        1,
        2,
    )


@pytest.mark.parametrize(("metres", "wrong"), [(5000, False), (4900, True)])
def test_a_unit_is_drawn_where_half_of_it_is(metres: float, wrong: bool, tmp_path: Path) -> None:
    plan = HEAD + UNITS + '[layers.lad]\npath = "lad.geojson"\nlookup = { path = "lookup.csv" }\n'
    lad = boxes(A=(0, 0, metres, 10_000), B=(metres, 0, 20_000, 10_000))
    folder = write_plan(tmp_path, plan, **unit_files("A B"), lad=lad, lookup=lookup("A B", "LAD"))
    found = footprint.check(footprint.load_plan(folder), ["FP205"]).findings
    assert [f.evidence.numbers["codes"] for f in found] == ([["E01000000"]] if wrong else [])


@pytest.mark.sampled
@pytest.mark.parametrize("metres", [0, 50, 99, 101, 300])
def test_units_that_are_not_wholly_inside_are_listed(metres: float, tmp_path: Path) -> None:
    # of a unit of 10 km, 1 % is 100 m
    lad = boxes(A=(0, 0, 10_000 + metres, 10_000), B=(10_000 + metres, 0, 20_000, 10_000))
    folder = write_plan(
        tmp_path, HEAD + UNITS + '[layers.lad]\npath = "lad.geojson"\n', **unit_files("A B"), lad=lad
    )
    table = best_fit_table(footprint.load_plan(folder))
    inside = (10_000 - metres) / 10_000
    expected = [("E01000001", B, pytest.approx(inside))] if inside < 0.99 else []
    assert list(zip(table.unit, table.area, table.best_fit, strict=True)) == expected


# ── ties and order ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("order", list(itertools.permutations(range(3)))[:4])
def test_pieces_of_equal_size_are_told_by_code_whatever_the_order_of_rows(
    order: tuple[int, ...], tmp_path: Path
) -> None:
    folder = write_plan(
        tmp_path,
        HEAD + UNITS + '[layers.lad]\npath = "lad.geojson"\n[layers.ics]\npath = "ics.geojson"\n' + NEST,
        **unit_files("A A A", [7, 7, 7]),
        lad=draw("A A A"),
        ics=draw("Y Z X", "ICS").iloc[list(order)],
    )
    units = gpd.read_file(folder / "units.geojson").iloc[list(order)]
    (folder / "units.geojson").unlink()
    units.to_file(folder / "units.geojson", engine="pyogrio")
    [found] = footprint.check(footprint.load_plan(folder), ["FP201"]).findings
    assert [o.code for o in found.others] == [X, Y, Z]
    assert found.message.endswith(
        "7 of its 21 people in Area Y (E54000089); 7 of its 21 people in Area Z (E54000090)"
    )


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_equal_pieces_of_outlines_the_first_by_code_is_the_larger(turned: bool) -> None:
    systems = draw("Y X", "ICS")
    found = footprint.overlap(draw("A A"), systems.iloc[::-1] if turned else systems).table
    assert list(zip(found.target, found.verdict, strict=True)) == [(X, "split"), (Y, "split")]


def test_the_order_of_parts_of_an_area_changes_nothing() -> None:
    drawn = draw("A B A C\nA B A C")
    turned = drawn.copy()
    turned["geometry"] = [
        type(g)(list(g.geoms)[::-1]) if g.geom_type == "MultiPolygon" else g for g in drawn.geometry
    ]
    systems = draw("X X Y Y\nX Y Y Y", "ICS")
    one, other = (footprint.overlap(frame, systems).table for frame in (drawn, turned))
    assert one.drop(columns="width_m").equals(other.drop(columns="width_m"))
    assert one.width_m.tolist() == pytest.approx(other.width_m.tolist(), nan_ok=True)


def test_gaps_come_with_the_largest_first_and_name_their_neighbours() -> None:
    holes = draw("A A A A B\nA . A . B\nA A A . B\nA A A A B")
    faults = coverage_faults(holes.set_index("LAD21CD").geometry)
    assert faults.gaps.area_m2.tolist() == [2e8, 1e8]
    assert faults.gaps.areas.tolist() == [(A, B), (A,)]
    assert faults.overlaps.empty


# ── proposals ───────────────────────────────────────────────────────────────────────────────────

PLACES = "J J K K L L"
SYSTEMS = "X X X X Y Y"
PROPOSED = HEAD + UNITS + (
    '[layers.lad]\npath = "lad.geojson"\n[layers.ccg]\npath = "ccg.geojson"\n'
    '[layers.ics]\npath = "ics.geojson"\n'
    '[levels]\nsystem = "ics"\nplace = "ccg"\n[bands]\nsystem = [1, 9999]\nplace = [1, 9999]\n'
)  # fmt: skip


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_plan(
        tmp_path / "plan",
        PROPOSED + NEST,
        **unit_files("A A B B C C"),
        lad=draw("A A B B C C"),
        ccg=draw(PLACES, "CCG"),
        ics=draw(SYSTEMS, "ICS"),
    )


def propose(
    folder: Path, rows: dict[str, str] | None = None, areas: str = "", on: str = "../plan", **keys: str
) -> Path:
    folder.mkdir()
    stated = {"title": folder.name, "base": on, "layer": "ics"} | keys
    text = "".join(f'{key} = "{value}"\n' for key, value in stated.items())
    (folder / "proposal.toml").write_text(f"{text}effective_date = 2022-07-01\n{areas}")
    if rows:
        lines = "".join(f"{unit},{area}\n" for unit, area in rows.items())
        (folder / "assignment.csv").write_text(f"code,area\n{lines}")
    return folder


def checked(*proposals: Path, code_: int = 0) -> Row:
    options = [part for p in proposals for part in ("--proposal", p)]
    found: Row = json.loads(run("check", *options, "--format", "json", code_=code_))
    return found


def broken(document: Row) -> list[tuple[str, str | None]]:
    return [
        (
            f["area"]["name"],
            f["location"] and f"{Path(f['location']['path']).parent.name}:{f['location']['line']}",
        )
        for f in document["findings"]
        if f["rule"] == "FP504"
    ]


def test_a_place_that_was_whole_before_all_proposals_is_broken_by_the_line_that_did_it(
    base: Path, tmp_path: Path
) -> None:
    first = propose(tmp_path / "first", {"E01000003": Y})
    second = propose(tmp_path / "second", {"E01000001": Y}, on="../first")
    assert broken(checked(first, code_=1)) == [("Area K", "first:2")]
    # the first proposal breaks K and the second J: neither is forgotten
    assert sorted(broken(checked(second, code_=1))) == [("Area J", "second:2"), ("Area K", "first:2")]


def test_a_later_proposal_mends_what_an_earlier_one_broke(base: Path, tmp_path: Path) -> None:
    propose(tmp_path / "first", {"E01000003": Y})
    second = propose(tmp_path / "second", {"E01000002": Y}, on="../first")
    document = checked(second)
    assert broken(document) == []
    assert [f["rule"] for f in document["findings"]] == []


def test_a_place_that_was_split_before_is_not_broken_by_a_proposal(base: Path, tmp_path: Path) -> None:
    (base / "ics.geojson").unlink()
    draw("X X X Y Y Y", "ICS").to_file(base / "ics.geojson", engine="pyogrio")
    document = checked(propose(tmp_path / "first", {"E01000004": X}), code_=1)
    # K lay in two systems all along; L did not
    assert broken(document) == [("Area L", "first:2")]


def test_a_change_of_a_layer_that_is_no_level_breaks_no_level(base: Path, tmp_path: Path) -> None:
    change = propose(tmp_path / "first", {"E01000001": B}, layer="lad")
    document = checked(change)
    reasons = {s["rule"]: s["reason"] for s in document["skipped"]}
    assert reasons["FP504"] == "the districts, which the proposal changes, are no level of the plan"


ACCEPT = '[[accept]]\nrule = "FP201"\narea = "{area}"\nreason = "known"\n'


def accepts(base: Path, text: str) -> None:
    (base / "ics.geojson").unlink()
    draw("X X X Y Y Y", "ICS").to_file(base / "ics.geojson", engine="pyogrio")
    (base / "footprint.toml").write_text(PROPOSED + NEST + text)


def splits(document: Row) -> list[tuple[str, str, object, object]]:
    return [
        (f["rule"], f["area"]["code"], f["accepted"], f["new"])
        for f in document["findings"]
        if f["rule"] == "FP201"
    ]


@pytest.mark.sampled
@pytest.mark.parametrize("layer", ["", 'layer = "lad"\n'])
def test_an_accepted_split_keeps_its_reason_whatever_a_proposal_moves(
    layer: str, base: Path, tmp_path: Path
) -> None:
    accepts(base, ACCEPT.format(area=B) + layer)
    assert splits(checked(propose(tmp_path / "moves", {"E01000000": Y}), code_=1)) == [
        ("FP201", B, "known", False), ("FP201", A, None, True),
    ]  # fmt: skip


@pytest.mark.sampled
@pytest.mark.parametrize("layer", ["", 'layer = "lad"\n'])
def test_an_accepted_split_keeps_its_reason_under_a_new_code(layer: str, base: Path, tmp_path: Path) -> None:
    accepts(base, ACCEPT.format(area=B) + layer)
    areas = f'[[area]]\ncode = "E07000099"\nname = "Area B"\nwas = "{B}"\n'
    renamed = propose(tmp_path / "renamed", areas=areas, layer="lad")
    assert splits(checked(renamed)) == [("FP201", "E07000099", "known", False)]


def test_an_accepted_split_keeps_its_reason_where_the_other_area_has_a_new_code(
    base: Path, tmp_path: Path
) -> None:
    accepts(base, ACCEPT.format(area=B) + f'other = "{Y}"\n')
    areas = f'[[area]]\ncode = "E54000099"\nname = "Area Y"\nwas = "{Y}"\n'
    assert splits(checked(propose(tmp_path / "renamed", areas=areas))) == [("FP201", B, "known", False)]


def test_an_entry_of_another_layer_does_not_follow_a_new_code(base: Path, tmp_path: Path) -> None:
    accepts(base, ACCEPT.format(area=B) + 'layer = "ccg"\n')
    areas = f'[[area]]\ncode = "E07000099"\nname = "Area B"\nwas = "{B}"\n'
    # what is accepted in ccg was never about lad: the split is as open as before, and not new
    assert splits(checked(propose(tmp_path / "renamed", areas=areas, layer="lad"))) == [
        ("FP201", "E07000099", None, False)
    ]


# ── outlines with new codes ─────────────────────────────────────────────────────────────────────


def only_outlines(folder: Path, drawing: str, **changes: str) -> Path:
    frame = draw(drawing, "ICS")
    frame["ICS21CD"] = frame["ICS21CD"].replace(changes)
    return write_plan(folder, HEAD + '[layers.ics]\npath = "ics.geojson"\n', ics=frame)


def test_an_outline_under_a_new_code_is_recoded_and_nobody_moves(tmp_path: Path) -> None:
    before = only_outlines(tmp_path / "before", "X X Y")
    after = only_outlines(tmp_path / "after", "X X Y", **{Y: "E54000199"})
    tables = json.loads(run("compare", before, after, "--format", "json"))["tables"]
    assert tables["moves"] == []
    assert {(r["code"], r["before_code"], r["change"]) for r in tables["areas"]} == {
        (X, X, "untouched"), ("E54000199", Y, "recoded"),
    }  # fmt: skip


def test_an_outline_that_changes_beside_one_with_a_new_code(tmp_path: Path) -> None:
    before = only_outlines(tmp_path / "before", "X X Y Y Z")
    after = only_outlines(tmp_path / "after", "X X X Y Z", **{Z: "E54000199"})
    tables = json.loads(run("compare", before, after, "--format", "json"))["tables"]
    [move] = tables["moves"]
    assert (move["from_code"], move["to_code"], move["population"], move["units"]) == (Y, X, None, 0)
    assert move["area_m2"] == 1e8
    rows = {r["code"]: r for r in tables["areas"]}
    assert {c: r["change"] for c, r in rows.items()} == {X: "changed", Y: "changed", "E54000199": "recoded"}
    assert (rows[X]["area_m2_before"], rows[X]["area_m2_after"]) == (2e8, 3e8)
    assert (rows[Y]["area_m2_before"], rows[Y]["area_m2_after"]) == (2e8, 1e8)
    assert rows["E54000199"]["before_name"] == "Area Z"
    assert {r["population_before"] for r in rows.values()} == {None}


def test_outlines_whose_codes_change_places_move_nobody(tmp_path: Path) -> None:
    before = only_outlines(tmp_path / "before", "X X Y")
    after = only_outlines(tmp_path / "after", "X X Y", **{X: Y, Y: X})
    tables = json.loads(run("compare", before, after, "--format", "json"))["tables"]
    assert tables["moves"] == []
    assert {(r["code"], r["before_code"], r["change"]) for r in tables["areas"]} == {
        (X, Y, "recoded"),
        (Y, X, "recoded"),
    }


def test_an_outline_with_a_new_code_and_more_ground_is_the_same_area(tmp_path: Path) -> None:
    before = only_outlines(tmp_path / "before", "X X Y Y")
    after = only_outlines(tmp_path / "after", "X Z Z Z")
    tables = json.loads(run("compare", before, after, "--format", "json"))["tables"]
    rows = {r["code"]: r for r in tables["areas"]}
    assert {c: (r["before_code"], r["change"]) for c, r in rows.items()} == {
        X: (X, "changed"), Z: (Y, "changed"),
    }  # fmt: skip
    assert (rows[Z]["area_m2_before"], rows[Z]["area_m2_after"]) == (2e8, 3e8)
    assert [(m["from_name"], m["to_name"], m["area_m2"]) for m in tables["moves"]] == [
        ("Area X", "Area Z", 1e8)
    ]


def test_outlines_created_and_abolished(tmp_path: Path) -> None:
    before = only_outlines(tmp_path / "before", "X X Y Y")
    after = only_outlines(tmp_path / "after", "Z X X Q")
    tables = json.loads(run("compare", before, after, "--format", "json"))["tables"]
    rows = {r["name"]: r for r in tables["areas"]}
    assert {c: r["change"] for c, r in rows.items()} == {
        "Area X": "changed", "Area Y": "abolished", "Area Z": "created", "Area Q": "created",
    }  # fmt: skip
    assert (rows["Area Y"]["area_m2_before"], rows["Area Y"]["area_m2_after"]) == (2e8, None)
    assert (rows["Area Z"]["area_m2_before"], rows["Area Z"]["area_m2_after"]) == (None, 1e8)
    assert {(m["from_name"], m["to_name"], m["area_m2"]) for m in tables["moves"]} == {
        ("Area X", "Area Z", 1e8), ("Area Y", "Area X", 1e8), ("Area Y", "Area Q", 1e8),
    }  # fmt: skip


def zigzag(metres: float, drawn: str = "zigzag") -> gpd.GeoDataFrame:
    """Return two districts of 12 by 12 km, their border drawn up to `metres` off, but for its ends."""
    border = [(12_000 - metres * BORDERS[drawn][i] * (0 < i < 8), 1_500 * i) for i in range(9)]
    east = [(12_000 + 1_500 * i, 12_000 + 90 * (i % 2)) for i in range(8, 0, -1)]
    west = [(12_000 - 1_500 * i, 12_000 + 90 * (i % 2)) for i in range(1, 9)]
    return shapes(
        A=shapely.Polygon([(0, 0), *border, *west]), B=shapely.Polygon([(24_000, 0), *east, *border[::-1]])
    )


def along_the_border(at: dict[int, float]) -> gpd.GeoDataFrame:
    """Return units of 200 m on both sides of the true border, and those of `at`: row → metres east of it."""
    held = [(side, y) for y in range(200, 11_800, 300) for side in (-200.0, 0.0)]
    held += [(east, row) for row, east in at.items()]
    boxes = [shapely.box(12_000 + x, y, 12_200 + x, y + 200) for x, y in held]
    return gpd.GeoDataFrame(
        {"LSOA21CD": [f"E0100{i:04}" for i in range(len(boxes))]},
        geometry=[shapely.transform(b, lambda xy: xy + ORIGIN) for b in boxes],
        crs=27700,
    )


# how far off the border is drawn at each of its corners: to and fro, to one side, in waves, in part
BORDERS = {
    "zigzag": [1, -1] * 5,
    "one side": [1] * 9,
    "waves": [1, 1, -1, -1] * 3,
    "in part": [0, 0, 0, 1, 1, 1, 0, 0, 0],
}


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("metres", "drawn"),
    [(100, "zigzag"), (200, "zigzag"), (300, "zigzag"), (300, "one side"), (300, "waves"), (300, "in part")],
)
def test_units_along_a_border_that_is_drawn_beside_them_are_no_contradiction(
    metres: float, drawn: str, tmp_path: Path
) -> None:
    plan = HEAD + UNITS + '[layers.lad]\npath = "lad.geojson"\nlookup = { path = "lookup.csv" }\n'
    # the last unit is 3 km deep in B, and the lookup gives it to A
    units = along_the_border({5_000: 3_000.0})
    sides = ["A" if i % 2 == 0 else "B" for i in range(len(units) - 1)]
    listed = {"LSOA21CD": list(units["LSOA21CD"]), "LAD21CD": [code(side) for side in [*sides, "A"]]}
    people = {"LSOA21CD": list(units["LSOA21CD"]), "population": [1] * len(units)}
    folder = write_plan(tmp_path, plan, units=units, people=people, lad=zigzag(metres, drawn), lookup=listed)
    found = footprint.check(footprint.load_plan(folder), ["FP205"]).findings
    assert [f.evidence.numbers["codes"] for f in found] == [[units["LSOA21CD"].iloc[-1]]]


@pytest.mark.sampled
@pytest.mark.parametrize("reach", [0, 60, 150])
@pytest.mark.parametrize(("metres", "matched"), [(150, 2), (250, 2), (1_400, 0)])
@pytest.mark.parametrize("crowd", [1, 9])
def test_areas_match_by_units_as_they_do_by_outlines(
    reach: float, metres: float, matched: int, crowd: int, tmp_path: Path
) -> None:
    # the second layer's border is `metres` off along a part, and its outer edge reaches further; of the
    # units of an area one may be on the sliver, or most
    def drawn(geography: str, off: float, edge: float) -> gpd.GeoDataFrame:
        wave = [(12_000 + off * (3 < i < 9) + 90 * (i % 2), 1_500 * i) for i in range(17)]
        rim = [(24_000 + edge + 90 * (i % 2), 1_500 * i) for i in range(17)]
        return shapes(
            geography,
            J=shapely.Polygon([(0, 0), *wave, (0, 24_000)]),
            K=shapely.Polygon([*wave, *rim[::-1]]),
        )

    units = [(x, y) for x in (3_000, 9_000, 15_000, 21_000) for y in (6_000, 12_000, 18_000)]
    units += [(12_000 + metres / 2, 9_000 + 300 * i) for i in range(crowd)] + [(24_000 + reach / 2, 9_000)]
    table = {
        "LSOA21CD": [f"E0100{i:04}" for i in range(len(units))],
        "easting": [ORIGIN[0] + x for x, _ in units],
        "northing": [ORIGIN[1] + y for _, y in units],
    }
    points = gpd.GeoDataFrame(
        {"LSOA21CD": table["LSOA21CD"]},
        geometry=gpd.points_from_xy(table["easting"], table["northing"]),
        crs=27700,
    )
    plan = (
        HEAD + '[layers.ccg]\npath = "ccg.geojson"\n'
        '[layers.place]\npath = "place.geojson"\ngeography = "CCG"\n'
        '[[align]]\nsource = "ccg"\ntarget = "place"\nmust = "match"\n'
    )
    people = {"LSOA21CD": table["LSOA21CD"], "population": [1_500] * len(units)}
    files = {"ccg": drawn("CCG", 0, 0), "place": drawn("CCG", metres, reach)}
    told = []
    for name, head in (("outlines", ""), ("units", UNITS)):
        extra = {"units": points, "people": people} if head else {}
        folder = write_plan(tmp_path / name, plan + head, **files, **extra)
        [overlap] = footprint.check(footprint.load_plan(folder)).overlaps
        told.append((overlap.table["verdict"] == "same").sum())
    assert told == [matched, matched]


def test_people_whom_nobody_has_counted_are_unknown_and_not_0(tmp_path: Path) -> None:
    a, b, c = code("A"), code("B"), code("C")
    save(draw("A A B C"), tmp_path / "lad.geojson")
    (tmp_path / "utla.csv").write_text(f"LAD21CD,CTYUA21CD\n{a},E10000003\n{c},E10000003\n{b},E10000006\n")
    (tmp_path / "ics.csv").write_text(f"LAD21CD,ICS21CD\n{a},E54000008\n{c},E54000007\n{b},E54000007\n")
    (tmp_path / "people.csv").write_text(f"LAD21CD,population\n{a},100\n{b},50\n")
    (tmp_path / "footprint.toml").write_text(
        'title = "test"\ndate = 2021-04-01\npopulation = { path = "people.csv" }\n'
        '[layers.lad]\npath = "lad.geojson"\n'
        '[layers.utla]\ngeography = "UTLA"\nlookup = { path = "utla.csv" }\n'
        '[layers.ics]\ngeography = "ICS"\nlookup = { path = "ics.csv" }\n'
        '[[align]]\nsource = "utla"\ntarget = "ics"\nmust = "nest"\n'
    )
    result = footprint.check(footprint.load_plan(tmp_path), ["FP201", "FP304"])
    split, unknown = result.findings
    # the larger part by ground is the first, as no number of people is one to hold against ground
    assert [area.code for area in split.others] == ["E54000008", "E54000007"]
    assert split.message.endswith("is split between 2 systems: 1 of its 2 units in E54000007")
    assert "people" not in split.evidence.numbers
    rows = result.overlap[result.overlap["source"] == "E10000003"]
    assert rows["population"].isna().tolist() == [False, True]
    assert unknown.evidence.numbers["codes"] == [c]
