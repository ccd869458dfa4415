"""Which nations a plan is of: what is kept, what is left out, and what lies elsewhere."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
import shapely.affinity
from inline_snapshot import snapshot
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.geometry.land_border import land_border
from footprint.model.errors import IncomparableError, InputError
from footprint.model.geographies import geography, geography_of_codes
from footprint.model.nations import ENGLAND, NATIONS, common, scope
from footprint.plan import derive
from footprint.plan.draft import draft
from footprint.plan.drawn import read_drawn_units
from footprint.read.boundary import adopt, read_layer
from footprint.read.specs import UnitsSpec
from tests.conftest import national_folder
from tests.maps import draw

pytestmark = pytest.mark.filterwarnings("ignore:.*winding order")


@pytest.fixture(scope="session")
def nations() -> Path:
    """Return the folder of the layers of Wales, Scotland and Northern Ireland, or skip."""
    england = national_folder()
    if england is None or not (england.parent / "nations").is_dir():
        pytest.skip("the data of the nations is not here; set FOOTPRINT_DATA to its folder")
    return england.parent / "nations"


def of(letters: str, drawing: str = "A B C") -> gpd.GeoDataFrame:
    """Return a drawn map whose areas are of these nations, in their order."""
    prefix = {"E": "E07", "W": "W06", "S": "S12", "N": "N09"}
    frame = draw(drawing)
    return frame.assign(LAD21CD=[f"{prefix[n]}{at:06d}" for at, n in enumerate(letters, 1)])


def boards(codes: list[str], drawing: str, column: str) -> gpd.GeoDataFrame:
    frame = draw(drawing, column=column)
    return frame.assign(**{f"{column}CD": codes})


def plan(folder: Path, text: str = "", **layers: gpd.GeoDataFrame) -> Path:
    """Write a plan of drawn layers, with `text` among its first keys and after its layers."""
    head, _, tail = text.partition("---\n")
    parts = ['title = "Drawn"\ndate = 2021-04-01\n', head]
    for key, frame in layers.items():
        frame.to_file(folder / f"{key}.gpkg")
        parts.append(f'[layers.{key}]\npath = "{key}.gpkg"\n')
    path = folder / "footprint.toml"
    path.write_text("\n".join([*parts, tail]), encoding="utf-8")
    return path


def checked(path: Path, *codes: int) -> dict:
    done = CliRunner().invoke(app, ["check", str(path), "--format", "json"])
    assert done.exit_code in (codes or (0, 1)), done.output
    return json.loads(done.stdout)


def refused(path: Path, *more: str) -> str:
    done = CliRunner().invoke(app, ["check", str(path), *more])
    assert done.exit_code == 2, done.output
    return " ".join(done.stderr.split())


# ── real layers with known answers ──────────────────────────────────────────────────────────────


def lookup_of(nations: Path, nation: str) -> pd.Series:
    """Return the board of each district by code: the oracle, read with pandas alone."""
    if nation == "scotland":
        zones = pd.read_csv(nations / "lookup_dz11_ltla19_hb19.csv")
        assert zones.groupby("ltla19_code")["hb19_code"].nunique().eq(1).all()
        return zones.groupby("ltla19_code")["hb19_code"].first()
    name, board = {
        "wales": ("lookup_ltla21_lhb22.csv", "lhb22_code"),
        "northern_ireland": ("lookup_ltla21_hsct18.csv", "trust18_code"),
    }[nation]
    return pd.read_csv(nations / name).set_index("ltla21_code")[board]


def outlines_of(nations: Path, nation: str, folder: Path) -> Path:
    """Return outlines of the boards; those of the trusts are put together from districts by geopandas."""
    if nation != "northern_ireland":
        return nations / {"wales": "boundaries_lhb22.gpkg", "scotland": "boundaries_hb19.gpkg"}[nation]
    frame = gpd.read_file(nations / "northern_ireland_ltla21_buc.gpkg")
    trusts = frame.dissolve(frame["ltla21_code"].map(lookup_of(nations, nation)).rename("hsct18_code"))
    path = folder / "trusts.gpkg"
    trusts[["geometry"]].reset_index().to_file(path)
    return path


KNOWN = [("wales", 22, 7), ("scotland", 32, 14), ("northern_ireland", 11, 5)]


@pytest.mark.national
@pytest.mark.parametrize(("nation", "districts", "wholes"), KNOWN)
def test_outlines_put_each_district_into_the_board_that_the_lookup_says(
    nations: Path, tmp_path: Path, nation: str, districts: int, wholes: int
) -> None:
    oracle = lookup_of(nations, nation)
    assert (len(oracle), oracle.nunique()) == (districts, wholes)
    found = footprint.overlap(
        nations / f"{nation}_ltla21_buc.gpkg", outlines_of(nations, nation, tmp_path)
    ).table
    real = found[found["verdict"].isin(["nested", "same"])]
    assert dict(zip(real["source"], real["target"], strict=True)) == oracle.to_dict()
    assert not (found["verdict"] == "split").any()


@pytest.mark.sampled
@pytest.mark.national
@pytest.mark.parametrize(("nation", "districts", "wholes"), KNOWN)
def test_a_drafted_plan_puts_each_district_into_the_board_that_the_lookup_says(
    nations: Path, tmp_path: Path, nation: str, districts: int, wholes: int
) -> None:
    words = {"wales": "*lhb22*", "scotland": "*hb19*", "northern_ireland": "*hsct18*"}[nation]
    for file in [nations / f"{nation}_ltla21_buc.gpkg", *nations.glob(words)]:
        (tmp_path / file.name).write_bytes(file.read_bytes())
    text = draft(tmp_path).text
    letter = nation[0].upper()
    assert f'nations = ["{letter}"]' in text
    assert "[levels]" not in text
    assert "profile" not in text
    (tmp_path / "footprint.toml").write_text(text, encoding="utf-8")
    made = footprint.load_plan(tmp_path)
    board = next(key for key in made.layers if key != "lad")
    assert (len(made.layers["lad"].codes), len(made.layers[board].codes)) == (districts, wholes)
    overlap = derive.overlap(made, "lad", board)
    real = overlap.table[overlap.table["verdict"].isin(["nested", "same"])]
    assert dict(zip(real["source"], real["target"], strict=True)) == lookup_of(nations, nation).to_dict()
    assert (made.profile, dict(made.bands)) == ("none", {})
    if nation == "scotland":
        zones = pd.read_csv(nations / "lookup_dz11_ltla19_hb19.csv").set_index("dz11_code")
        assert len(zones) == 6_976
        for key, column in (("lad", "ltla19_code"), ("hb", "hb19_code")):
            assert derive.assignment(made, key).codes.to_dict() == zones[column].to_dict()


@pytest.mark.sampled
@pytest.mark.national
@pytest.mark.parametrize("grid", [29903, 29902, 2157, 27700, 3857])
def test_northern_ireland_has_the_same_areas_in_every_grid(nations: Path, tmp_path: Path, grid: int) -> None:
    frame = gpd.read_file(nations / "northern_ireland_ltla21_buc.gpkg")
    frame.to_crs(grid).to_file(tmp_path / "lad.gpkg")
    held = read_layer(tmp_path / "lad.gpkg")
    told = frame.set_index("ltla21_code").to_crs(27700).area
    assert list(held.areas.index) == list(told.index)
    assert held.areas.area.to_numpy() == pytest.approx(told.to_numpy(), rel=1e-4)


@pytest.mark.national
def test_irish_metres_that_are_called_british_are_refused(nations: Path, tmp_path: Path) -> None:
    frame = gpd.read_file(nations / "northern_ireland_ltla21_buc.gpkg").to_crs(29903)
    frame.set_crs(27700, allow_override=True).to_file(tmp_path / "lad.gpkg")
    frame.rename(columns={"ltla21_code": "code", "ltla21_name": "name"}).to_file(tmp_path / "bare.shp")
    (tmp_path / "bare.prj").unlink()
    told = refused(plan(tmp_path, lad=gpd.read_file(tmp_path / "lad.gpkg")))
    for word in ("lad.gpkg", "Northern Ireland", "read as EPSG:27700", "read as EPSG:29903"):
        assert word in told
    for said, words in (((), "if that is EPSG:29903"), (("--assume-crs", "EPSG:27700"), "EPSG:29903")):
        done = CliRunner().invoke(app, ["check", "--la", str(tmp_path / "bare.shp"), *said])
        assert done.exit_code == 2
        assert words in " ".join(done.stderr.split())
    done = CliRunner().invoke(
        app, ["check", "--la", str(tmp_path / "bare.shp"), "--assume-crs", "EPSG:29903"]
    )
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("first", ["E01000001", None, "N20000002"])
@pytest.mark.parametrize("grid", [29903, 27700])
def test_points_of_a_nation_are_held_against_its_own_grids_whatever_other_rows_there_are(
    tmp_path: Path, first: str | None, grid: int
) -> None:
    # Belfast, in metres of one of two grids, after a point of another nation, one without a code, or Derry
    at = {"E01000001": (-1.0, 52.0), None: (-1.0, 52.0), "N20000002": (-7.3, 55.0)}[first]
    spots = gpd.GeoSeries.from_xy([at[0], -5.93], [at[1], 54.6], crs=4326).to_crs(grid)
    frame = gpd.GeoDataFrame({"DZ2021_cd": [first, "N20000001"]}, geometry=spots.to_numpy(), crs=27700)
    frame.to_file(tmp_path / "units.gpkg")
    spec = UnitsSpec(path="units.gpkg", code="DZ2021_cd", drop_null_codes=first is None)

    def read() -> list[str]:
        path, notes, nation = tmp_path / "units.gpkg", list[str](), scope(["N"])
        return list(read_drawn_units(path, spec, geography("DZ"), notes, nation, None).codes)

    if grid == 27700:
        assert read() == [code for code in (first, "N20000001") if code is not None and code[0] == "N"]
    else:
        with pytest.raises(InputError, match="in it when read as EPSG:29903"):
            read()


@pytest.mark.national
def test_districts_of_the_united_kingdom_are_taken_as_far_as_the_plan_says(
    nations: Path, england: Path, tmp_path: Path
) -> None:
    uk = gpd.read_file(england / "lad20_uk_bgc.shp", ignore_geometry=True)["LAD20CD"]
    for letters in ('["E", "W"]', '["W"]', '["N", "S"]'):
        text = f'title = "x"\ndate = 2021-04-01\nnations = {letters}\n[layers.lad]\n'
        (tmp_path / "footprint.toml").write_text(text + f'path = "{england / "lad20_uk_bgc.shp"}"\n')
        made = footprint.load_plan(tmp_path)
        own = uk[uk.str[0].isin(json.loads(letters))]
        assert sorted(made.layers["lad"].codes) == sorted(own)
        assert len(made.drawn_layers()[0].out_of_scope) == len(uk) - len(own)
    # beside the boards of Wales it is one of Wales, and a comparison of both is too
    found = footprint.overlap(england / "lad20_uk_bgc.shp", nations / "boundaries_lhb22.gpkg").table
    real = found[found["verdict"].isin(["nested", "same"])]
    assert dict(zip(real["source"], real["target"], strict=True)) == lookup_of(nations, "wales").to_dict()


def coarse_halves(*, dent: float = 0.0, parts: int = 2) -> gpd.GeoDataFrame:
    """Return ground drawn to kilometres in two halves; one corner of their border `dent` metres off."""

    def waves(y: int, dent: float = 0.0) -> list[tuple[float, float]]:
        line = [(x, y + 4_000 * (x // 3_000 % 2) + 7 * (x % 11)) for x in range(0, 180_001, 3_000)]
        return [(x, y + dent * (x == 90_000)) for x, y in line]

    shapes = [shapely.Polygon([*waves(0, dent)[::-1], *waves(60_000 * side)]) for side in (1, -1)]
    moved = [shapely.affinity.translate(shape, 300_000, 250_000) for shape in shapes]
    geography, prefix = ("LHB21", "W11") if parts < 2 or dent else ("LAD21", "W06")
    drawn = moved if parts > 1 else [shapely.union_all(moved)]
    codes = [f"{prefix}{number:06d}" for number in range(1, len(drawn) + 1)]
    names = ["North", "South"][: len(drawn)]
    return gpd.GeoDataFrame(
        {f"{geography}CD": codes, f"{geography}NM": names}, geometry=drawn, crs="EPSG:27700"
    )


def test_layers_too_coarse_for_two_sources_are_compared_where_one_is_made_of_the_other() -> None:
    lad, lhb = coarse_halves(), coarse_halves(parts=1)
    found = footprint.overlap(lad, lhb)
    assert found.tolerance is not None
    assert found.tolerance.why.startswith("a and b have the same edges")
    assert set(found.table["verdict"]) == {"nested"}
    assert found.unsure() == []
    # files round coordinates: edges are the same up to a metre
    rounded = footprint.overlap(lad, lhb.assign(geometry=lhb.geometry.translate(0.7, 0.7)))
    assert set(rounded.table["verdict"]) == {"nested"}
    for metres in (0.75, 30):
        moved = lhb.assign(geometry=lhb.geometry.translate(metres, metres))
        with pytest.raises(IncomparableError, match="too coarse"):
            footprint.overlap(lad, moved)


@pytest.mark.sampled
@pytest.mark.parametrize("metres", [-80, 80, 900])
def test_of_the_few_edges_that_are_not_the_same_nobody_can_tell(metres: int, tmp_path: Path) -> None:
    lad, lhb = coarse_halves(), coarse_halves(dent=metres)
    found = footprint.overlap(lad, lhb)
    assert len(found.split()) == 0
    side = "W06000001" if metres > 0 else "W06000002"
    assert found.unsure() == [side]
    assert set(found.nested()["source"]) == {"W06000001", "W06000002"} - {side}
    for kind, rule in (("nest", "FP201"), ("match", "FP202")):
        align = f'---\n[[align]]\nsource = "lad"\ntarget = "lhb"\nmust = "{kind}"\n'
        document = checked(plan(tmp_path, align, lad=lad, lhb=lhb), 2)
        assert [f for f in document["findings"] if f["rule"].startswith("FP2")] == []
        [reason] = [s["reason"] for s in document["skipped"] if s["rule"] == rule]
        assert reason.startswith("districts in local health boards: some edges are not the same")
    name = "North" if metres > 0 else "South"
    runner = CliRunner()
    told = " ".join(
        runner.invoke(app, ["overlap", *(str(tmp_path / f"{k}.gpkg") for k in ("lad", "lhb"))]).stdout.split()
    )
    assert "1 of 2 areas nest (1 one to one), 0 split, of 1 nobody can tell, 0 in none" in told
    assert f"(nobody can tell) {name} ({side}) in " in told
    assert runner.invoke(app, ["report", str(tmp_path), "-o", str(tmp_path / "r.md")]).exit_code == 2
    report = (tmp_path / "r.md").read_text()
    assert "lies wholly inside one of the local health boards; of 1 nobody can tell." in report
    assert "Incomplete: input was refused" in report
    # what nobody can tell is no zero, and no verdict that all is well
    assert "| Areas split |" not in report
    assert "No rule that was run has found anything" not in report


@pytest.mark.national
@pytest.mark.parametrize("metres", [80, 250])
def test_edges_of_northern_ireland_that_deviate_split_no_district(
    nations: Path, tmp_path: Path, metres: int
) -> None:
    districts = gpd.read_file(nations / "northern_ireland_ltla21_buc.gpkg").to_crs(29903)
    trusts = gpd.read_file(outlines_of(nations, "northern_ireland", tmp_path)).to_crs(29903)
    corner = shapely.get_coordinates(trusts.geometry.iloc[0].intersection(trusts.geometry.iloc[1]))[3]

    def dented(xy: np.ndarray) -> np.ndarray:
        return np.where((np.abs(xy - corner) < 0.01).all(axis=1)[:, None], xy + metres, xy)

    trusts = trusts.set_geometry(shapely.transform(trusts.geometry.to_numpy(), dented), crs=29903)
    found = footprint.overlap(districts, trusts)
    assert len(found.split()) == 0
    assert 1 <= len(found.unsure()) <= 2
    assert len(found.nested()) == 11 - len(found.unsure())


# ── the scope of a plan ─────────────────────────────────────────────────────────────────────────


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("stated", "letters", "kept", "told"),
    [
        ("", "EWS", "E", "are outside England and were left out: 1 in Scotland, 1 in Wales"),
        ('nations = ["E"]', "EWS", "E", "outside England and were left out: 1 in Scotland, 1 in Wales"),
        ('nations = ["W"]', "EWS", "W", "outside Wales and were left out: 1 in England, 1 in Scotland"),
        ('nations = "W"', "EWS", "W", "outside Wales and were left out: 1 in England, 1 in Scotland"),
        (
            'nations = ["w", "E"]', "EWS", "EW",
            "1 of 3 features of districts is outside England and Wales and was left out: 1 in Scotland",
        ),
        ("", "WSN", "WSN", None),
        ("", "SSS", "S", None),
        ('nations = ["E", "W", "S", "N"]', "EWN", "EWN", None),
    ],
)  # fmt: skip
def test_a_plan_keeps_the_areas_of_its_nations_and_counts_the_others(
    tmp_path: Path, stated: str, letters: str, kept: str, told: str | None
) -> None:
    frame = of(letters)
    path = plan(tmp_path, stated, lad=frame)
    made = footprint.load_plan(path)
    assert list(made.layers["lad"].codes) == sorted(c for c in frame["LAD21CD"] if c[0] in kept)
    document = checked(path)
    left = [f["message"] for f in document["findings"] if f["rule"] == "FP110"]
    assert (told is None and not left) or left[0].endswith(told or "")
    assert set(document["plan"]["nations"]) >= set(kept)
    guessed = [note for note in document["plan"]["notes"] if note.startswith("nations: taken to be")]
    assert bool(guessed) == ("E" not in kept and not stated)


@pytest.mark.parametrize(
    ("welsh", "told"),
    [
        (1, "1 unit is outside England and was left out"),
        (2, "2 units are outside England and were left out"),
    ],
)
def test_units_without_outlines_that_lie_elsewhere_are_counted(tmp_path: Path, welsh: int, told: str) -> None:
    units = ["E01000001", "E01000002", *(f"W0100000{i}" for i in range(welsh))]
    lines = [f"{unit},{'E06000001' if unit[0] == 'E' else 'W06000001'}" for unit in units]
    (tmp_path / "lookup.csv").write_text("\n".join(["LSOA21CD,LAD21CD", *lines, ""]), encoding="utf-8")
    (tmp_path / "footprint.toml").write_text(
        'title = "test"\ndate = 2021-04-01\nnations = "E"\n[units]\ngeography = "LSOA"\n'
        '[layers.lad]\ngeography = "LAD"\nlookup = { path = "lookup.csv" }\n',
        encoding="utf-8",
    )
    found = footprint.check(footprint.load_plan(tmp_path), ["FP110"])
    assert [(f.layer, f.message) for f in found.findings] == [("units", told)]
    assert list(found.plan.units.codes if found.plan.units else ()) == units[:2]


def test_a_plan_without_nations_is_of_those_that_its_files_have_in_common(tmp_path: Path) -> None:
    lhb = boards(["W11000001"], "A", "LHB21")
    path = plan(tmp_path, lad=of("EWW"), lhb=lhb)
    made = footprint.load_plan(path)
    assert list(made.layers["lad"].codes) == ["W06000002", "W06000003"]
    assert [note for note in made.notes if note.startswith("nations")] == snapshot(
        [
            "nations: taken to be Wales, as all files have areas there; the plan may say so with "
            'nations = ["W"]'
        ]
    )


@pytest.mark.parametrize(
    ("nation", "kind", "heading", "prefix", "areas"),
    [
        ("Wales", "LSOA", "LSOA11CD", "W010000", ["C1", "C2"]),  # clusters, of codes of one's own
        ("Northern Ireland", "DZ", "DZ2021_code", "N200000", ["BHSCT", "NHSCT"]),
        ("England", "LSOA", "LSOA11CD", "E010000", ["P1", "P2"]),
    ],
)
def test_units_of_tables_alone_say_of_which_nation_a_plan_is(
    tmp_path: Path, nation: str, kind: str, heading: str, prefix: str, areas: list[str]
) -> None:
    units = [f"{prefix}0{n}" for n in (1, 2)]
    rows = [f"{unit},{area}" for unit, area in zip(units, areas, strict=True)]
    (tmp_path / "lookup.csv").write_text("\n".join([f"{heading},area", *rows, ""]), encoding="utf-8")
    (tmp_path / "footprint.toml").write_text(
        f'title = "test"\ndate = 2021-04-01\n[units]\ngeography = "{kind}"\n'
        '[layers.own]\ngeography = "OTHER"\n'
        f'lookup = {{ path = "lookup.csv", unit = "{heading}", code = "area" }}\n',
        encoding="utf-8",
    )
    made = footprint.load_plan(tmp_path)
    assert list(made.units.codes if made.units else ()) == units
    assert str(made.nations) == nation


def test_files_without_a_nation_in_common_are_refused(tmp_path: Path) -> None:
    lhb = boards(["W11000001"], "A", "LHB21")
    told = refused(plan(tmp_path, lad=of("EEE"), lhb=lhb))
    assert "lhb.gpkg: has no area in England: all 1 are in Wales." in told
    assert 'nations = ["W"]' in told


def test_a_plan_of_wales_with_layers_of_england_is_refused(tmp_path: Path) -> None:
    told = refused(plan(tmp_path, 'nations = ["W"]', lad=of("EEE")))
    assert "lad.gpkg: has no area in Wales: all 3 are in England." in told
    assert 'nations = ["E"]' in told


def test_lookups_and_tables_of_another_nation_are_refused(tmp_path: Path) -> None:
    (tmp_path / "lookup.csv").write_text("LSOA21CD,LAD21CD\nE01000001,E07000001\nE01000002,E07000002\n")
    text = """nations = ["W"]
---
[units]
geography = "LSOA"
[layers.lad]
lookup = { path = "lookup.csv" }
"""
    told = refused(plan(tmp_path, text))
    assert "lookup.csv: has no area (layers.lad.lookup) in Wales: all 2 are in England." in told
    welsh = "LSOA21CD,LAD21CD\nW01000001,W06000001\nW01000002,W06000002\nE01000001,E07000001\n"
    (tmp_path / "lookup.csv").write_text(welsh)
    made = footprint.load_plan(tmp_path)
    assert list(made.units.codes) == ["W01000001", "W01000002"]
    assert made.units.out_of_scope == 1
    assert list(made.layers["lad"].codes) == ["W06000001", "W06000002"]


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        (
            '["X"]',
            "there is no nation 'X'. Known: E (England), W (Wales), S (Scotland), N (Northern Ireland).",
        ),
        ('["Wales"]', "there is no nation 'Wales'. For Wales write W."),
        ('["NI"]', "there is no nation 'NI'. For Northern Ireland write N."),
        ('["E", "Scotlnad"]', "there is no nation 'Scotlnad'. For Scotland write S."),
        ("[]", "names no nation"),
        ('["W", "w"]', "names W twice"),
        ("[1]", "nations.1: input should be a valid string"),
        ('""', "there is no nation ''"),
    ],
)
def test_unknown_nations_are_refused_with_the_nearest(tmp_path: Path, stated: str, told: str) -> None:
    said = refused(plan(tmp_path, f"nations = {stated}", lad=of("WWW")))
    assert "footprint.toml" in said
    assert told in said


def test_a_nation_without_areas_is_noted(tmp_path: Path) -> None:
    made = footprint.load_plan(plan(tmp_path, 'nations = ["E", "S", "N"]', lad=of("EES")))
    assert "nations: no layer has an area in Northern Ireland" in made.notes


def test_bands_of_england_judge_no_other_nation_unless_the_plan_says_so(tmp_path: Path) -> None:
    people = of("WWE")["LAD21CD"]
    (tmp_path / "people.csv").write_text("code,people\n" + "".join(f"{c},100\n" for c in people))
    tail = '---\n[population]\npath = "people.csv"\n[levels]\nplace = "lad"\n'
    for head, profile, judged in (
        ('nations = ["W"]\n', "none", 0),
        ('nations = ["E", "W"]\n', "none", 0),
        ("", "classic", 1),
        ('nations = ["W"]\nprofile = "2022"\n', "2022", 2),
    ):
        document = checked(plan(tmp_path, head + tail, lad=of("WWE")))
        assert document["plan"]["profile"] == profile
        assert len([f for f in document["findings"] if f["rule"] == "FP301"]) == judged
        said = "profile 2022: its bands are of policy in England" in document["plan"]["notes"]
        assert said == (profile == "2022")
    skipped = checked(plan(tmp_path, 'nations = ["W"]\n' + tail, lad=of("WWE")))["skipped"]
    assert "no bands are known for Wales, and the plan states none for place" in str(skipped)
    document = checked(
        plan(tmp_path, 'nations = ["W"]\n' + tail + "[bands]\nplace = [200, 300]\n", lad=of("WWE"))
    )
    assert len([f for f in document["findings"] if f["rule"] == "FP301"]) == 2


def test_codes_that_are_not_of_the_kind_are_told_with_the_beginnings_in_the_nation(tmp_path: Path) -> None:
    frame = of("WWW").assign(LAD21CD=["W06000001", "W06000002", "W11000023"])
    [finding] = [
        f for f in checked(plan(tmp_path, 'nations = ["W"]', lad=frame))["findings"] if f["rule"] == "FP107"
    ]
    assert finding["message"] == snapshot("1 of 3 codes of districts cannot be LAD codes (W06): W11000023")


def test_people_of_other_nations_are_left_out_of_a_plan_of_wales(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(
        "code,people\nW06000001,5\nW06000002,6\nW06000003,7\nE07000001,100\n"
    )
    text = 'nations = ["W"]\n---\n[population]\npath = "people.csv"\n'
    made = footprint.load_plan(plan(tmp_path, text, lad=of("WWW")))
    assert [note for note in made.notes if "not counted" in note] == snapshot(
        [
            "people.csv: 1 row for codes that lad does not have is not counted: 100 people (E07000001) "
            "are outside Wales"
        ]
    )
    assert not [f for f in footprint.check(made).findings if f.rule == "FP303"]


def test_who_tells_the_nation_of_a_code_beyond_the_plan(tmp_path: Path) -> None:
    path = plan(tmp_path, 'nations = ["W", "S"]', lad=of("WWS"))
    done = CliRunner().invoke(app, ["who", "E07000001", str(path)])
    assert done.exit_code == 2
    assert "E07000001 is in England. The plan covers Wales and Scotland." in " ".join(done.stderr.split())


# ── the table of nations ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        (["W06000001", "W06000002"], "LAD"),
        (["W11000023", "W11000024"], "LHB"),
        (["W01000001"], "LSOA"),
        (["W02000001"], "MSOA"),
        (["S08000015"], "HB"),
        (["S12000005"], "LAD"),
        (["S37000001"], "IA"),
        (["S01006506"], "DZ"),
        (["N09000001"], "LAD"),
        (["N20000001"], "DZ"),
        (["95AA01S1", "95ZZ16W2"], "SOA"),
        (["BHSCT", "NHSCT", "SEHSCT", "SHSCT", "WHSCT"], "HSCT"),
    ],
)
def test_codes_of_each_nation_are_known_by_their_beginnings(codes: list[str], kind: str) -> None:
    assert geography_of_codes(codes) == geography(kind)


def test_every_prefix_of_a_nation_begins_with_its_letter() -> None:
    for nation in NATIONS.values():
        for key, prefixes in nation.kinds.items():
            assert geography(key).key == key
            assert all(prefix[0] == nation.letter for prefix in prefixes)


def test_what_files_have_in_common() -> None:
    assert common([{"E", "W"}, {"E"}]) == ENGLAND
    assert common([{"E", "W", "S"}, {"W", "S"}, set()]) == scope(["W", "S"])
    assert common([{"E"}, {"W"}]) is None
    assert common([set(), set()]) == common([]) == ENGLAND


# ── elsewhere ───────────────────────────────────────────────────────────────────────────────────

PLACES = {
    "Dublin": (-6.4, 53.2, -6.2, 53.4),
    "Donegal": (-8.2, 54.85, -7.8, 55.0),
    "Dundalk": (-6.5, 53.95, -6.35, 54.02),
    "Douglas": (-4.6, 54.1, -4.45, 54.2),
    "Jersey": (-2.25, 49.16, -2.0, 49.26),
    "Calais": (1.85, 50.7, 2.3, 50.95),
    "Brussels": (4.3, 50.8, 4.4, 50.9),
    "Bergen": (5.2, 60.3, 5.5, 60.5),
    "Madrid": (-3.8, 40.3, -3.6, 40.5),
    "New York": (-74.1, 40.6, -73.9, 40.8),
    "Nowhere": (-1.5, -53.4, -1.4, -53.3),
}
HERE = {
    "Scilly": (-6.4, 49.9, -6.3, 49.95),
    "Lowestoft": (1.7, 52.45, 1.76, 52.5),
    "Dover": (1.3, 51.1, 1.4, 51.15),
    "Newry": (-6.4, 54.15, -6.3, 54.2),
    "Derry": (-7.35, 54.98, -7.3, 55.02),
    "Enniskillen": (-7.7, 54.3, -7.6, 54.4),
    "St Kilda": (-8.6, 57.8, -8.5, 57.85),
    "Unst": (-0.95, 60.7, -0.85, 60.8),
    "St Davids": (-5.35, 51.85, -5.2, 51.95),
}


def halves(west: float, south: float, east: float, north: float, codes: tuple[str, str]) -> gpd.GeoDataFrame:
    middle = (west + east) / 2
    shapes = [shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)]
    return gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=shapes, crs="EPSG:4326")


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857"])
@pytest.mark.parametrize("place", PLACES)
def test_a_layer_of_another_country_is_refused(tmp_path: Path, place: str, crs: str) -> None:
    frame = halves(*PLACES[place], ("X1", "X2")).to_crs(crs)
    told = refused(plan(tmp_path, areas=frame))
    assert f"areas.gpkg: lies outside the United Kingdom when read as {crs}" in told


@pytest.mark.sampled
@pytest.mark.parametrize("place", HERE)
def test_the_edges_of_the_united_kingdom_are_in_it(tmp_path: Path, place: str) -> None:
    document = checked(plan(tmp_path, areas=halves(*HERE[place], ("X1", "X2"))))
    assert not [note for note in document["plan"]["notes"] if "outside the United Kingdom" in note]


def test_single_areas_of_another_country_are_noted(tmp_path: Path) -> None:
    both = pd.concat([halves(*HERE["Newry"], ("X1", "X2")), halves(*PLACES["Dundalk"], ("X3", "X4"))])
    made = footprint.load_plan(plan(tmp_path, areas=both))
    assert "areas.gpkg: 2 features lie outside the United Kingdom (row 3, 4)" in made.notes


def test_what_geometry_gives_back_is_in_the_crs_that_it_was_given() -> None:
    layer = read_layer("drawn", features=adopt(draw("A B"), "drawn"))
    irish = replace(layer, areas=layer.areas.set_crs(29903, allow_override=True))
    assert land_border(irish).crs == "EPSG:29903"
