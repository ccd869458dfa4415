"""Footprints as boundary files: read back with plain geopandas they are the areas that went in."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from maps import CRS, code, draw, grid_units, save, write_csv
from typer.testing import CliRunner

from footprint.cli import app
from footprint.geometry.coverage import joined_by
from footprint.read.boundary import read_layer
from footprint.reports.registry import endings

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "south-yorkshire"
BASSETLAW = ROOT / "data" / "proposals" / "bassetlaw-2022"

# what a border may move by in each format, metres: GeoJSON has 7 digits of a degree
PRECISION = {".gpkg": 0.0, ".shp": 0.0, ".geojson": 0.05, ".fgb": 0.0, ".parquet": 0.0}
ENDINGS = [ending for ending in endings("boundaries") if ending != ".csv"]
formats = pytest.mark.parametrize("ending", ENDINGS)


def run(*arguments: object, code_: int = 0) -> str:
    """Run a command; returns stdout and stderr."""
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == code_, done.output
    assert "Traceback" not in done.output
    return done.output


def read(path: Path, layer: str | None = None) -> gpd.GeoDataFrame:
    """Read what was written with plain geopandas, by code, in metres."""
    # the styles of a GeoPackage are a table of it, so that it never has one layer alone
    named = layer or str(pyogrio.list_layers(path)[0, 0]) if path.suffix == ".gpkg" else None
    frame = gpd.read_parquet(path) if path.suffix == ".parquet" else gpd.read_file(path, layer=named)
    return frame.to_crs(CRS).set_index("code").sort_index()


def require_same_ground(found: gpd.GeoSeries, expected: gpd.GeoSeries, metres: float) -> None:
    """Hold areas against each other: what only one of two has is at most a strip along their edges."""
    assert list(found.index) == list(expected.index)
    assert found.is_valid.all()
    for one, other in zip(found, expected, strict=True):
        # the union of any polygons leaves strips of 1e-9 m where two have the same edge
        assert shapely.area(shapely.symmetric_difference(one, other)) <= metres * other.length + 0.01


def write_plan(folder: Path, text: str, title: str = "Drawn") -> Path:
    (folder / "footprint.toml").write_text(f'title = "{title}"\ndate = 2021-04-01\n{text}', encoding="utf-8")
    return folder


@pytest.fixture
def drawn(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that makes a plan of one drawn layer, a place."""

    def make(frame: gpd.GeoDataFrame) -> Path:
        save(frame, tmp_path / "lad.gpkg")
        return write_plan(tmp_path, '[layers.lad]\npath = "lad.gpkg"\n[levels]\nplace = "lad"\n')

    return make


# ── round trips ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.sampled
@formats
@pytest.mark.parametrize("layer", ["system", "place", "lad"])
def test_drawn_areas_of_the_example_come_back(tmp_path: Path, ending: str, layer: str) -> None:
    path = tmp_path / f"out{ending}"
    run("export", EXAMPLE, "--layer", layer, "-o", path)
    file, stem = {"system": ("ics", "STP21"), "place": ("ccg", "CCG21"), "lad": ("lad", "LAD21")}[layer]
    expected = gpd.read_file(EXAMPLE / f"{file}.shp").set_index(f"{stem}CD").sort_index()
    found = read(path)
    require_same_ground(found.geometry, expected.geometry, PRECISION[ending])
    assert found["name"].to_dict() == expected[f"{stem}NM"].to_dict()
    assert found["level"].isna().all() if layer == "lad" else set(found["level"]) == {layer}
    again = read_layer(path)
    assert again.names.sort_index().to_dict() == expected[f"{stem}NM"].to_dict()
    require_same_ground(again.polygons.sort_index(), expected.geometry, PRECISION[ending])


@pytest.mark.sampled
@formats
def test_areas_that_a_lookup_makes_are_those_of_a_dissolve(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out{ending}"
    run("export", EXAMPLE, "--layer", "utla", "-o", path)
    districts = gpd.read_file(EXAMPLE / "lad.shp")
    lookup = pd.read_csv(EXAMPLE / "lookup_lad21_utla21.csv")
    expected = districts.merge(lookup, on="LAD21CD").dissolve("CTYUA21CD").sort_index()
    require_same_ground(read(path).geometry, expected.geometry, PRECISION[ending])


def test_people_and_areas_are_those_of_the_units(tmp_path: Path) -> None:
    run("export", EXAMPLE, "--layer", "place", "-o", tmp_path / "out.gpkg")
    lookup = pd.read_csv(EXAMPLE / "lookup_lsoa11.csv")
    people = pd.read_csv(EXAMPLE / "population_lsoa11.csv")
    expected = lookup.merge(people, on="LSOA11CD").groupby("CCG21CD")["population"].sum()
    found = read(tmp_path / "out.gpkg")
    assert found["population"].to_dict() == expected.to_dict()
    assert found["population"].dtype.kind == "i"
    assert (found["area_m2"] - found.geometry.area).abs().max() <= 0.05
    assert set(found["pop_source"]) == {"Census 2021 usual residents (ONS)"}


@pytest.mark.sampled
@formats
def test_what_a_proposal_makes_fits_together_without_slivers(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out{ending}"
    said = run("export", EXAMPLE, "--proposal", BASSETLAW, "--layer", "system", "-o", path)
    units = gpd.read_file(EXAMPLE / "boundaries.gpkg", layer="lsoa").set_index("LSOA11CD")
    lookup = pd.read_csv(EXAMPLE / "lookup_lsoa11.csv").set_index("LSOA11CD")
    system = lookup["STP21CD"].replace({"E54000009": "E54000061", "E54000014": "E54000060"})
    system[lookup["LAD21CD"] == "E07000171"] = "E54000060"
    expected = units.dissolve(system.reindex(units.index).to_numpy()).sort_index()
    found = read(path)
    require_same_ground(found.geometry, expected.geometry, PRECISION[ending])
    assert found["name"].tolist() == ["Nottingham and Nottinghamshire", "South Yorkshire"]
    assert "put together from the units, as the proposal changes some of them" in said
    if ending != ".geojson":  # in metres its corners were rounded twice
        assert shapely.coverage_is_valid(found.geometry.to_numpy())
        assert not list(found.union_all().interiors)


def test_kept_outlines_from_another_file_leave_no_slivers(tmp_path: Path) -> None:
    """Systems X, Y and Z; X is drawn 30 m off the units, and the proposal moves a unit from Y to Z."""
    units = grid_units("X X Y Y Z Z\nX X Y Y Z Z")
    off = draw("X X Y Y Z Z\nX X Y Y Z Z", "ICS")
    corner = shapely.affinity.translate(off.geometry[0], 0, 0)
    off.loc[0, "geometry"] = shapely.transform(corner, lambda xy: xy + (xy[:, :1] > 410_000) * [30.0, 0.0])
    save(units.drop(columns="letter"), tmp_path / "units.gpkg")
    save(off, tmp_path / "ics.gpkg")
    write_csv(
        tmp_path / "lookup.csv", LSOA21CD=units["LSOA21CD"], ICS21CD=[code(i, "ICS") for i in units["letter"]]
    )
    plan = write_plan(
        tmp_path,
        '[units]\ngeography = "LSOA"\npath = "units.gpkg"\n'
        '[layers.ics]\npath = "ics.gpkg"\nlookup = { path = "lookup.csv" }\n[levels]\nsystem = "ics"\n',
    )
    (tmp_path / "proposal.toml").write_text(
        'title = "Move"\neffective_date = 2022-07-01\nbase = "footprint.toml"\nlevel = "system"\n'
    )
    write_csv(tmp_path / "assignment.csv", code=["E01000003"], area=[code("Z", "ICS")])
    run("export", plan, "--proposal", tmp_path / "proposal.toml", "--layer", "ics", "-o", tmp_path / "a.gpkg")
    after = read(tmp_path / "a.gpkg")
    expected = units.dissolve(units["letter"].where(units["LSOA21CD"] != "E01000003", "Z"))
    expected.index = [code(i, "ICS") for i in expected.index]
    require_same_ground(after.geometry, expected.geometry, 0.0)
    assert shapely.coverage_is_valid(after.geometry.to_numpy())
    # without the proposal it is the file's own outline, 30 m off
    run("export", plan, "--layer", "ics", "-o", tmp_path / "b.gpkg")
    require_same_ground(read(tmp_path / "b.gpkg").geometry, off.set_index("ICS21CD").geometry, 0.0)


def hard_frame() -> gpd.GeoDataFrame:
    """Names and outlines that break careless writers."""
    islands = shapely.MultiPolygon(
        [shapely.box(400_000 + 900 * i, 300_000, 400_400 + 900 * i, 300_500) for i in range(100)]
    )
    ring = shapely.box(400_000, 310_000, 430_000, 340_000)
    hole, inner = (
        shapely.box(410_000, 320_000, 420_000, 330_000),
        shapely.box(413_000, 323_000, 416_000, 326_000),
    )
    lake = shapely.box(402_000, 312_000, 403_000, 313_000)
    return gpd.GeoDataFrame(
        {
            "LAD21CD": [f"E0700{i:04d}" for i in range(1, 5)],
            "LAD21NM": [
                "Bro Morgannwg – Tŷ Ddewi, Llŷn",
                'King\'s Lynn & "West" <Norfolk>',
                "N" * 200,
                "=1+1",
            ],
        },
        geometry=[islands, ring.difference(hole).difference(lake), hole.difference(inner), inner],
        crs=CRS,
    )


@pytest.mark.sampled
@formats
def test_names_parts_and_holes_survive(drawn: Callable[..., Path], tmp_path: Path, ending: str) -> None:
    frame = hard_frame()
    path = tmp_path / f"out{ending}"
    said = run("export", drawn(frame), "-o", path)
    assert "cut to" not in said
    expected = frame.set_index("LAD21CD")
    for found in (read(path), read_layer(path).areas.sort_index()):
        assert found["name"].to_dict() == expected["LAD21NM"].to_dict()
        require_same_ground(found.geometry, expected.geometry, PRECISION[ending])
        assert len(shapely.get_parts(found.geometry.iloc[0])) == 100
        assert [len(shapely.get_parts(g)[0].interiors) for g in found.geometry.iloc[1:]] == [2, 1, 0]


def test_a_shapefile_says_which_names_it_cut_and_cuts_no_letter_in_half(
    drawn: Callable[..., Path], tmp_path: Path
) -> None:
    frame = draw("A B")
    frame["LAD21NM"] = ["x" + "ŷ" * 150, "Short"]
    said = run("export", drawn(frame), "-o", tmp_path / "out.shp")
    assert "place: name of 1 area cut to the 254 bytes" in said
    assert read(tmp_path / "out.shp")["name"].tolist() == ["x" + "ŷ" * 126, "Short"]
    run("export", tmp_path, "-o", tmp_path / "out.gpkg")
    assert read(tmp_path / "out.gpkg")["name"].iloc[0] == "x" + "ŷ" * 150


def test_control_characters_of_a_name_do_not_leave(drawn: Callable[..., Path], tmp_path: Path) -> None:
    frame = draw("A B")
    frame["LAD21NM"] = ["A\x1b[31m\x07", "B"]
    run("export", drawn(frame), "-o", tmp_path / "out.geojson")
    assert "\x1b" not in (tmp_path / "out.geojson").read_text(encoding="utf-8")
    assert "u001b" not in (tmp_path / "out.geojson").read_text(encoding="utf-8")


# ── what a format promises ──────────────────────────────────────────────────────────────────────


def test_geojson_is_that_of_rfc_7946(tmp_path: Path) -> None:
    path = tmp_path / "out.geojson"
    said = run("export", EXAMPLE, "--layer", "place", "-o", path)
    assert "GeoJSON is in degrees (WGS 84)" in said
    document = json.loads(path.read_text(encoding="utf-8"))
    assert "crs" not in document
    assert "Contains OS data © Crown copyright and database right." in document["description"]
    for feature in document["features"]:
        geometry = shapely.geometry.shape(feature["geometry"])
        for part in shapely.get_parts(geometry):
            assert part.exterior.is_ccw
            assert not any(ring.is_ccw for ring in part.interiors)
    west, south, east, north = gpd.read_file(path).total_bounds
    assert -2 < west < east < 0 < 52 < south < north < 54
    decimals = re.findall(r"\[ ?-?\d+\.(\d+), ?\d+\.(\d+) ?\]", path.read_text(encoding="utf-8"))
    assert len(decimals) > 500
    assert max(len(digits) for pair in decimals for digits in pair) == 7


def test_neighbours_in_degrees_still_fit_together(tmp_path: Path) -> None:
    run("export", EXAMPLE, "--layer", "neighbourhood", "-o", tmp_path / "out.geojson")
    assert shapely.coverage_is_valid(gpd.read_file(tmp_path / "out.geojson").geometry.to_numpy())


def test_a_shapefile_has_all_its_parts_and_short_fields(tmp_path: Path) -> None:
    run("export", EXAMPLE, "--layer", "place", "-o", tmp_path / "out.shp")
    assert {p.suffix for p in tmp_path.iterdir()} == {".shp", ".shx", ".dbf", ".prj", ".cpg"}
    assert (tmp_path / "out.cpg").read_text().strip() == "UTF-8"
    assert "British_National_Grid" in (tmp_path / "out.prj").read_text()
    expected = ["code", "name", "level", "population", "area_m2", "pop_source"]
    assert list(pyogrio.read_info(tmp_path / "out.shp")["fields"]) == expected
    assert max(map(len, expected)) <= 10


def test_a_geopackage_holds_every_layer_by_its_level(tmp_path: Path) -> None:
    path = tmp_path / "out.gpkg"
    run("export", EXAMPLE, "-o", path)
    names = [str(name) for name, _ in pyogrio.list_layers(path)]
    assert names == ["system", "place", "neighbourhood", "lad", "utla", "layer_styles"]
    assert [len(read(path, name)) for name in names[:-1]] == [2, 6, 64, 12, 6]
    import sqlite3

    with sqlite3.connect(path) as file:
        texts = dict(file.execute("SELECT table_name, description FROM gpkg_contents"))
    assert texts["place"].startswith(
        "South Yorkshire and Bassetlaw, and Nottingham and Nottinghamshire: place."
    )
    assert "Open Government Licence" in texts["place"]


def test_qgis_is_told_how_to_draw_and_name_each_layer_of_a_geopackage(tmp_path: Path) -> None:
    path = tmp_path / "out.gpkg"
    run("export", EXAMPLE, "-o", path)
    import sqlite3

    with sqlite3.connect(path) as file:
        rows = file.execute("SELECT f_table_name, useAsDefault, styleQML FROM layer_styles").fetchall()
        columns = {
            name: {row[1] for row in file.execute(f"PRAGMA table_info('{name}')")} for name, *_ in rows
        }
    assert [name for name, *_ in rows] == ["system", "place", "neighbourhood", "lad", "utla"]
    colours = set()
    for name, default, qml in rows:
        root = ET.fromstring(qml.partition("\n")[2])
        words = root.find("labeling/settings/text-style")
        line = root.find("renderer-v2/symbols/symbol/layer/Option/Option[@name='line_color']")
        assert words is not None
        assert line is not None
        # a border and its names are of one colour
        assert (default, root.get("labelsEnabled"), words.get("textColor")) == (1, "1", line.get("value"))
        assert str(words.get("fieldName")).strip('"') in columns[name]
        colours.add(line.get("value"))
    assert len(colours) == 4


def test_geoparquet_has_its_grid_and_its_sources(tmp_path: Path) -> None:
    run("export", EXAMPLE, "--layer", "place", "-o", tmp_path / "out.parquet")
    stated = pq.read_schema(tmp_path / "out.parquet").metadata
    geo = json.loads(stated[b"geo"])
    column = geo["columns"][geo["primary_column"]]
    assert column["encoding"] == "WKB"
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 27700}
    assert b"Contains OS data" in stated[b"description"]
    assert "Open Government Licence" in stated[b"description"].decode()


def test_no_attribution_is_made_up(drawn: Callable[..., Path], tmp_path: Path) -> None:
    run("export", drawn(draw("A B")), "-o", tmp_path / "out.geojson")
    assert json.loads((tmp_path / "out.geojson").read_text())["description"] == "Drawn: place."


def test_attribution_and_licences_of_the_plan_stand_in_the_file(
    drawn: Callable[..., Path], tmp_path: Path
) -> None:
    plan = drawn(draw("A B")) / "footprint.toml"
    text = plan.read_text().replace("[layers.lad]", 'attribution = ["© A."]\n[layers.lad]\nlicence = "OGL"')
    plan.write_text(text)
    run("export", plan, "-o", tmp_path / "out.geojson")
    described = json.loads((tmp_path / "out.geojson").read_text())["description"]
    assert described == "Drawn: place. © A. Licences of the inputs: OGL."


@pytest.mark.sampled
@formats
def test_the_same_plan_gives_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    texts = []
    for epoch in ("1700000000", "1700000000", "1500000000"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        folder = tmp_path / f"{len(texts)}"
        folder.mkdir()
        run("export", EXAMPLE, "--layer", "place", "-o", folder / f"out{ending}")
        texts.append({p.name: p.read_bytes() for p in folder.iterdir()})
    assert texts[0] == texts[1]
    # the time is in those formats that have a place for one
    assert (texts[0] != texts[2]) == (ending in (".gpkg", ".shp"))


# ── choosing ────────────────────────────────────────────────────────────────────────────────────


def test_a_layer_by_its_level_and_by_its_key_is_one(tmp_path: Path) -> None:
    run("export", EXAMPLE, "--layer", "place", "--layer", "ccg", "-o", tmp_path / "out.fgb")
    assert len(read(tmp_path / "out.fgb")) == 6


@pytest.mark.parametrize("ending", [".shp", ".geojson", ".fgb", ".parquet"])
def test_a_format_of_one_layer_asks_which(tmp_path: Path, ending: str) -> None:
    said = run("export", EXAMPLE, "-o", tmp_path / f"out{ending}", code_=2)
    assert "--layer (system, place, neighbourhood, lad, utla)" in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (
            ["-o", "{}/out.topojson"],
            "Give a name that ends in .gpkg, .shp, .geojson, .fgb, .parquet or .csv.",
        ),
        (["-o", "{}/out"], "has no ending"),
        (["--layer", "plce", "-o", "{}/out.shp"], "has no level or layer 'plce'. Did you mean 'place'?"),
        ([], "there is no file to write to"),
        (["--layer", "place", "-o", "{}/none/out.shp"], "cannot be written (No such file or directory)"),
        (["--lookup", "-o", "{}/out.gpkg"], "is no table"),
    ],
)
def test_bad_arguments_get_one_clear_error(tmp_path: Path, arguments: list[str], fault: str) -> None:
    said = run("export", EXAMPLE, *[a.format(tmp_path) for a in arguments], code_=2)
    assert said.count("error:") == 1
    assert fault in said
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_overwritten_only_by_force(tmp_path: Path) -> None:
    path = tmp_path / "out.shp"
    assert f"wrote {path}" in run("export", EXAMPLE, "--layer", "place", "-o", path)
    before = path.read_bytes()
    assert "is there already" in run("export", EXAMPLE, "--layer", "system", "-o", path, code_=2)
    assert path.read_bytes() == before
    run("export", EXAMPLE, "--layer", "system", "-o", path, "--force")
    assert len(read(path)) == 2


def test_an_input_is_never_overwritten(tmp_path: Path) -> None:
    plan = shutil.copytree(EXAMPLE, tmp_path / "plan")
    before = (plan / "ccg.shp").read_bytes()
    said = run("export", plan, "--layer", "place", "-o", plan / "ccg.shp", "--force", code_=2)
    assert "is an input of this run" in said
    assert (plan / "ccg.shp").read_bytes() == before


def test_the_lookup_by_its_ending_and_of_some_layers(tmp_path: Path) -> None:
    run("export", EXAMPLE, "-o", tmp_path / "all.csv")
    run("export", EXAMPLE, "--lookup", "-o", tmp_path / "same.csv")
    assert (tmp_path / "all.csv").read_bytes() == (tmp_path / "same.csv").read_bytes()
    run("export", EXAMPLE, "--layer", "utla", "--layer", "place", "-o", tmp_path / "some.csv")
    table = pd.read_csv(tmp_path / "some.csv")
    assert list(table.columns) == ["unit", "utla_code", "utla_name", "place_code", "place_name"]
    source = pd.read_csv(EXAMPLE / "lookup_lsoa11.csv").set_index("LSOA11CD")["CCG21CD"]
    assert table.set_index("unit")["place_code"].to_dict() == source.to_dict()
    assert (
        CliRunner()
        .invoke(app, ["export", str(EXAMPLE), "--lookup"])
        .stdout.splitlines()[0]
        .startswith("unit,")
    )


# ── what cannot be exported, and what is said ───────────────────────────────────────────────────


def without_outlines(folder: Path, units: str) -> Path:
    """Return a plan whose system is given by a lookup alone."""
    squares = grid_units("X X Y")
    write_csv(
        folder / "lookup.csv",
        LSOA21CD=squares["LSOA21CD"],
        ICS21CD=[code(i, "ICS") for i in squares["letter"]],
    )
    write_csv(folder / "people.csv", LSOA21CD=squares["LSOA21CD"], population=[1, 2, 3])
    points = squares.drop(columns="letter").set_geometry(squares.centroid)
    save(points, folder / "points.gpkg")
    text = f'[units]\ngeography = "LSOA"\n{units}\npopulation = {{ path = "people.csv" }}\n'
    text += '[layers.ics]\ngeography = "ICS"\nlookup = { path = "lookup.csv" }\n[levels]\nsystem = "ics"\n'
    return write_plan(folder, text)


@pytest.mark.parametrize(
    ("units", "cause"),
    [
        ('path = "points.gpkg"', "ics has no boundary file, only a lookup, and the units are points"),
        ("", "ics has no boundary file, only a lookup, and the units have no outlines"),
    ],
)
def test_a_layer_without_outlines_says_why(tmp_path: Path, units: str, cause: str) -> None:
    plan = without_outlines(tmp_path, units)
    said = run("export", plan, "--layer", "system", "-o", tmp_path / "out.gpkg", code_=2)
    assert cause in said
    assert "Give the units, or ics, a path to outlines." in said
    # its lookup can be had all the same
    run("export", plan, "--layer", "system", "-o", tmp_path / "out.csv")
    assert not (tmp_path / "out.gpkg").exists()


def test_layers_without_outlines_are_left_out_with_a_word(tmp_path: Path) -> None:
    plan = without_outlines(tmp_path, 'path = "points.gpkg"')
    save(draw("A B B"), tmp_path / "lad.gpkg")
    text = (plan / "footprint.toml").read_text()
    (plan / "footprint.toml").write_text(text + '[layers.lad]\npath = "lad.gpkg"\n')
    said = run("export", plan, "-o", tmp_path / "out.gpkg")
    assert "note: left out: ics has no boundary file, only a lookup, and the units are points" in said
    assert [str(n) for n, _ in pyogrio.list_layers(tmp_path / "out.gpkg")] == ["lad", "layer_styles"]


def test_gaps_and_overlaps_that_stay_are_those_of_the_units(tmp_path: Path) -> None:
    units = grid_units("X Y\nX Y")
    # a hole of 1 km² between the four, and a strip of 2 km² that two of X and Y claim
    hole = shapely.box(409_500, 309_500, 410_500, 310_500)
    units["geometry"] = units.geometry.difference(hole)
    first = units["LSOA21CD"] == "E01000000"
    units.loc[first, "geometry"] = units.loc[first, "geometry"].union(
        shapely.box(409_000, 301_000, 410_500, 305_000)
    )
    save(units.drop(columns="letter"), tmp_path / "units.gpkg")
    write_csv(
        tmp_path / "lookup.csv", LSOA21CD=units["LSOA21CD"], ICS21CD=[code(i, "ICS") for i in units["letter"]]
    )
    plan = write_plan(
        tmp_path,
        '[units]\ngeography = "LSOA"\npath = "units.gpkg"\n'
        '[layers.ics]\ngeography = "ICS"\nlookup = { path = "lookup.csv" }\n[levels]\nsystem = "ics"\n',
    )
    said = run("export", plan, "-o", tmp_path / "out.gpkg")
    assert "system: 1 gap between its areas (1.0 km²) is left from the units" in said
    assert "system: 1 overlap between its areas (2.0 km²) is left from the units" in said
    found = read(tmp_path / "out.gpkg")
    expected = units.dissolve("letter")
    expected.index = [code(i, "ICS") for i in expected.index]
    require_same_ground(found.geometry, expected.geometry, 0.0)


@pytest.mark.parametrize(
    "over",
    [shapely.box(0, 0, 10, 10), shapely.box(2, 2, 4, 4), shapely.box(9, 2, 20, 8)],
    ids=["the same", "within", "over the edge"],
)
def test_parts_that_overlap_within_one_area_are_still_put_together(over: shapely.Polygon) -> None:
    parts = [shapely.box(0, 0, 10, 10), over, shapely.box(30, 0, 40, 5)]
    code_ = pd.Series(list("AAB"), index=list("pqr"))
    whole = joined_by(gpd.GeoSeries(parts, index=list("pqr"), crs=CRS), code_)
    assert list(whole.index) == ["A", "B"]
    assert whole.is_valid.all()
    assert not list(whole["A"].interiors)
    assert whole["A"].area == 100 + over.difference(parts[0]).area


def test_units_in_no_area_and_areas_without_units_are_said(tmp_path: Path) -> None:
    rows = [["X"] * 15 for _ in range(15)]
    rows[7][7] = "Y"
    units = grid_units("\n".join(map(" ".join, rows)), size=1_000.0)
    save(units.drop(columns="letter"), tmp_path / "units.gpkg")
    held = units.loc[units["letter"] == "X", "LSOA21CD"]
    write_csv(tmp_path / "lookup.csv", LSOA21CD=held, ICS21CD=[code("X", "ICS")] * 224)
    plan = write_plan(
        tmp_path,
        '[units]\ngeography = "LSOA"\npath = "units.gpkg"\n'
        '[layers.ics]\ngeography = "ICS"\nlookup = { path = "lookup.csv" }\n[levels]\nsystem = "ics"\n',
    )
    said = run("export", plan, "-o", tmp_path / "out.gpkg")
    assert "system: 1 of the units lie in no area and are left out" in said
    [ring] = read(tmp_path / "out.gpkg").geometry
    assert ring.area == 224 * 1_000**2
    assert len(shapely.get_parts(ring)[0].interiors) == 1


def test_an_invalid_outline_is_repaired_and_said(drawn: Callable[..., Path], tmp_path: Path) -> None:
    frame = draw("A B")
    # a bow tie: two triangles of 25 km² each, tip to tip
    bow = [(430_000, 300_000), (440_000, 310_000), (440_000, 300_000), (430_000, 310_000)]
    frame.loc[len(frame)] = [code("C"), "Area C", shapely.Polygon(bow)]
    said = run("export", drawn(frame), "-o", tmp_path / "out.gpkg")
    assert f"place: an invalid outline of lad.gpkg was repaired: {code('C')}" in said
    found = read(tmp_path / "out.gpkg")
    assert found.is_valid.all()
    assert found.loc[code("C")].geometry.area == pytest.approx(50e6)


def test_a_plan_of_one_area(drawn: Callable[..., Path], tmp_path: Path) -> None:
    run("export", drawn(draw("A")), "-o", tmp_path / "out.fgb")
    [row] = read(tmp_path / "out.fgb").reset_index().to_dict("records")
    assert (row["code"], row["name"], row["area_m2"]) == (code("A"), "Area A", 1e8)
    assert pd.isna(row["population"])


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of 20 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = shutil.which("mount") and os.name == "posix"
    if (
        not mounted
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=20k", "tmpfs", folder], capture_output=True
        ).returncode
    ):
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("command", "ending"),
    [("export", ending) for ending in (*ENDINGS, ".csv")]
    + [("map", ending) for ending in (".png", ".svg", ".pdf")]
    + [("report", ".gpkg")],
)
def test_a_full_disk_leaves_nothing_behind(small_disk: Path, command: str, ending: str) -> None:
    chosen = ["--layer", "lad"] if command == "export" else []
    said = run(command, EXAMPLE, *chosen, "-o", small_disk / f"out{ending}", code_=2)
    assert f"error: {small_disk}/out{ending}: cannot be written (" in said
    assert list(small_disk.iterdir()) == []


def test_levels_come_widest_first_whatever_their_order_in_the_plan(tmp_path: Path) -> None:
    save(draw("A B"), tmp_path / "lad.gpkg")
    save(draw("X X", "ICS"), tmp_path / "ics.gpkg")
    layers = '[layers.lad]\npath = "lad.gpkg"\n[layers.ics]\npath = "ics.gpkg"\n'
    plan = write_plan(tmp_path, f'{layers}[levels]\nplace = "lad"\nsystem = "ics"\n')
    run("export", plan, "-o", tmp_path / "out.gpkg")
    names = [str(name) for name, _ in pyogrio.list_layers(tmp_path / "out.gpkg")]
    assert names == ["system", "place", "layer_styles"]


# ── England ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def nation(england: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("england")
    text = (ROOT / "tests" / "england.toml").read_text(encoding="utf-8")
    (folder / "footprint.toml").write_text(text.replace("{data}", str(england)), encoding="utf-8")
    return folder


@pytest.mark.sampled
@pytest.mark.national
@pytest.mark.filterwarnings("ignore:.*winding order")
@pytest.mark.parametrize("ending", [".gpkg", ".shp"])
def test_the_106_places_of_england_come_back(
    nation: Path, england: Path, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"out{ending}"
    run("export", nation, "--layer", "place", "-o", path)
    expected = gpd.read_file(england / "ccg21_en_bgc.shp").set_index("CCG21CD").sort_index()
    found = read(path)
    assert len(found) == 106
    assert found["name"].to_dict() == expected["CCG21NM"].to_dict()
    require_same_ground(found.geometry, expected.geometry, PRECISION[ending])
    require_same_ground(read_layer(path).polygons.sort_index(), expected.geometry, PRECISION[ending])
    assert shapely.coverage_is_valid(found.geometry.to_numpy())
    assert found["population"].sum() == 56_550_138


@pytest.mark.national
@pytest.mark.filterwarnings("ignore:.*winding order")
def test_the_systems_of_england_after_a_change_are_a_coverage(
    nation: Path, england: Path, tmp_path: Path
) -> None:
    (tmp_path / "proposal.toml").write_text(
        f'title = "Bassetlaw"\neffective_date = 2022-07-01\nbase = "{nation}"\nlevel = "system"\n'
    )
    write_csv(tmp_path / "assignment.csv", code=["E07000171"], area=["E54000014"])
    run("export", "--proposal", tmp_path, "--layer", "system", "-o", tmp_path / "out.gpkg")
    found = read(tmp_path / "out.gpkg")
    assert shapely.coverage_is_valid(found.geometry.to_numpy())
    units = gpd.read_file(england / "lsoa11_ew_bgc.gpkg", engine="pyogrio").to_crs(CRS)
    lookup = pd.read_csv(england / "lookup_lsoa11_ccg21_stp21_ltla21.csv").set_index("lsoa11_code")
    column = next(c for c in units.columns if c.lower().startswith("lsoa") and c.lower().endswith("cd"))
    code_ = lookup["stp21_code"].mask(lookup["ltla21_code"] == "E07000171", "E54000014")
    area = units.set_index(column).geometry.area.groupby(code_).sum()
    assert len(found) == 42
    # 90 of the LSOAs are repaired on reading, which is a matter of square metres
    assert (found.geometry.area - area).abs().max() < 1_000
