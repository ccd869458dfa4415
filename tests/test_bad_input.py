"""Bad input ends in one message that says which file, what is wrong and what to do; nothing else.

Every map here is drawn: four districts of 10 km by 10 km in two systems,

    E07000003 | E07000004
    ----------+----------
    E07000001 | E07000002
    E54000001 | E54000002
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from typer.testing import CliRunner

from footprint.cli import app
from footprint.geometry.swapped import are_swapped
from footprint.model.errors import InputError
from footprint.plan.load import load_plan
from footprint.results.run import check

SIDE = 10_000
EAST, NORTH = 400_000, 300_000
NAMES = ("Ashby", "Borough", "Corby Vale", "Dunmoor")


# ── drawing ─────────────────────────────────────────────────────────────────────────────────────


def square(column: float, row: float, width: float = 1, height: float = 1) -> shapely.Polygon:
    """A box in squares of 10 km, from the south-west corner of the map."""
    west, south = EAST + column * SIDE, NORTH + row * SIDE
    return shapely.box(west, south, west + width * SIDE, south + height * SIDE)


def districts(**columns: Iterable[object]) -> gpd.GeoDataFrame:
    """Four districts; `columns` replaces or adds columns."""
    table = {
        "LAD20CD": [f"E0700000{i}" for i in range(1, 5)],
        "LAD20NM": list(NAMES),
    } | {name: list(values) for name, values in columns.items()}
    squares = [square(i % 2, i // 2) for i in range(4)]
    return gpd.GeoDataFrame(table, geometry=squares, crs="EPSG:27700")


def systems() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"STP20CD": ["E54000001", "E54000002"], "STP20NM": ["West", "East"]},
        geometry=[square(0, 0, 1, 2), square(1, 0, 1, 2)],
        crs="EPSG:27700",
    )


def draw(frame: gpd.GeoDataFrame, path: Path, **options: object) -> Path:
    """Write a map in the format that the file's ending says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        frame.to_parquet(path)
        return path
    with warnings.catch_warnings():
        # drivers warn of what these tests are about: a missing CRS, long names, empty outlines
        warnings.simplefilter("ignore")
        frame.to_file(path, engine="pyogrio", **options)
    return path


def cut(path: Path, share: float) -> Path:
    """Keep only the first part of a file, as an interrupted download does."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def zipped(archive: Path, *files: Path, under: str = "") -> Path:
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as stream:
        for file in files:
            stream.write(file, f"{under}{file.name}")
    return archive


def parts_of(path: Path) -> list[Path]:
    """The files that make up a boundary file: one, but for shapefiles."""
    if path.suffix != ".shp":
        return [path]
    found = [path.with_suffix(e) for e in (".shp", ".dbf", ".shx", ".prj", ".cpg")]
    return [part for part in found if part.exists()]


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The faultless map, drawn once: lad.shp, lad.gpkg, ics.gpkg."""
    folder = tmp_path_factory.mktemp("drawn")
    draw(districts(), folder / "lad.shp")
    draw(districts(), folder / "lad.gpkg", layer="lad")
    draw(systems(), folder / "ics.gpkg", layer="ics")
    return folder


@pytest.fixture
def maps(drawn: Path, tmp_path: Path) -> Path:
    """A folder of one's own with the faultless map."""
    folder = tmp_path / "maps"
    shutil.copytree(drawn, folder)
    return folder


UNITS = [f"E010000{i:02}" for i in range(1, 21)]
PLAN = """\
title = "Four districts"
date = 2020-04-01

[layers.lad]
path = "lad.gpkg"

[layers.ics]
path = "ics.gpkg"

[levels]
system = "ics"

[[align]]
source = "lad"
target = "ics"
must = "nest"
"""
UNITS_PLAN = """\
title = "Four districts of five units"
date = 2020-04-01

[units]
geography = "LSOA"
population = { path = "people.csv" }

[layers.lad]
geography = "LAD"
lookup = { path = "lookup.csv" }
"""
PEOPLE = [f"{unit},{1000 + i}" for i, unit in enumerate(UNITS)]
LOOKUP = [f"{unit},E0700000{i // 5 + 1}" for i, unit in enumerate(UNITS)]


def table(path: Path, heading: str, rows: Iterable[str]) -> Path:
    path.write_text("\n".join([heading, *rows, ""]), encoding="utf-8")
    return path


def write_plan(folder: Path, text: str = PLAN) -> Path:
    path = folder / "footprint.toml"
    path.write_text(text, encoding="utf-8")
    return path


def units_plan(
    folder: Path,
    people: Iterable[str] = PEOPLE,
    lookup: Iterable[str] = LOOKUP,
    text: str = UNITS_PLAN,
) -> Path:
    """Write a plan of twenty units in four districts, known from tables alone."""
    table(folder / "people.csv", "lsoa11_code,population", people)
    table(folder / "lookup.csv", "lsoa11_code,ltla20_code", lookup)
    return write_plan(folder, text)


# ── running ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Run:
    code: int
    out: str
    err: str

    @property
    def document(self) -> dict:
        return json.loads(self.out)

    @property
    def rules(self) -> set[str]:
        return {f["rule"] for f in self.document["findings"]}

    def people(self, layer: str) -> dict[str, float]:
        rows = self.document["tables"]["population"]
        return {r["code"]: r["population"] for r in rows if r["layer"] == layer}

    def verdicts(self) -> dict[tuple[str, str], str]:
        rows = self.document["tables"]["overlap"]
        return {(r["source"], r["target"]): r["verdict"] for r in rows}


def footprint(*arguments: object) -> Run:
    """Run the program in this process; a fault that it does not catch is raised, a warning fails."""
    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", DeprecationWarning)
        result = CliRunner().invoke(app, [str(a) for a in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert [str(w.message) for w in raised] == []
    assert "Traceback" not in result.output
    return Run(result.exit_code, result.stdout, result.stderr)


def refused(*arguments: object, says: Iterable[str]) -> str:
    """Require exit code 2, nothing on stdout and one line of error that holds all of `says`."""
    run = footprint(*arguments)
    assert run.code == 2, run
    assert run.out == "", "nothing may look like a verdict"
    lines = run.err.splitlines()
    assert [line for line in lines if not line.startswith("note: ")] == lines[-1:], lines
    message = lines[-1]
    assert message.startswith("error: ")
    assert message.endswith((".", "?")), "a message is made of whole sentences"
    assert len(message) < 1_000, "a message has to be read"
    for word in says:
        assert word in message, f"{word!r} is not in {message!r}"
    return message


def refused_file(path: Path, *words: str, ics: Path | None = None) -> str:
    """Require that `path` is refused as a boundary file, by name."""
    others = () if ics is None else ("--ics", ics)
    return refused("check", "--la", path, *others, says=[path.name, *words])


def accepted(*arguments: object, code: int = 0) -> Run:
    """Require that a check is made, and return it as JSON."""
    run = footprint(*arguments, "--format", "json")
    assert run.code == code, run.err
    return run


def checked(path: Path, ics: Path, *options: object) -> Run:
    """Require that all four districts of `path` are read, and that they nest."""
    run = accepted("check", "--la", path, "--ics", ics, *options)
    # formats in degrees round to a centimetre, which leaves slivers of that width
    verdicts = [v for v in run.verdicts().values() if v != "sliver"]
    assert verdicts == ["nested"] * 4
    return run


# ── files that are not there, or not whole ──────────────────────────────────────────────────────


def test_a_missing_file_is_named_with_the_nearest_one(maps: Path) -> None:
    refused_file(maps / "lda.shp", "no such", "Did you mean 'lad.shp'?")


def test_a_missing_folder_is_named(maps: Path) -> None:
    refused_file(maps / "nowhere" / "lad.shp", "no such", "no folder")


def test_a_folder_is_no_boundary_file(maps: Path) -> None:
    refused_file(maps, "is a folder", "lad.shp")


def test_an_empty_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lad.gpkg"
    path.touch()
    refused_file(path, "empty (0 bytes)")


@pytest.mark.parametrize("share", [0.001, 0.1, 0.5, 0.9, 0.99])
def test_a_truncated_shapefile_is_named(maps: Path, share: float) -> None:
    refused_file(cut(maps / "lad.shp", share))


def test_a_truncated_shapefile_says_how_much_is_there(maps: Path) -> None:
    refused_file(cut(maps / "lad.shp", 0.5), "cut off", "bytes", "again")


@pytest.mark.sampled
@pytest.mark.parametrize("ending", [".dbf", ".shx"])
@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.9])
def test_a_shapefile_with_a_truncated_part_never_loses_areas(maps: Path, ending: str, share: float) -> None:
    cut(maps / f"lad{ending}", share)
    run = footprint("check", "--la", maps / "lad.shp", "--ics", maps / "ics.gpkg", "--format", "json")
    if run.code == 2:
        assert run.err.startswith("error: ")
        assert "lad" in run.err
    else:
        assert {code for code, _ in run.verdicts()} == set(districts()["LAD20CD"])


@pytest.mark.parametrize("ending", [".gpkg", ".fgb", ".geojson", ".parquet"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_named(tmp_path: Path, ending: str, share: float) -> None:
    frame = pd.concat([districts()] * 50, ignore_index=True)
    frame["LAD20CD"] = [f"E07{i:06}" for i in range(len(frame))]
    refused_file(cut(draw(frame, tmp_path / f"lad{ending}"), share))


def test_a_shapefile_without_its_dbf_is_named(maps: Path) -> None:
    (maps / "lad.dbf").unlink()
    refused_file(maps / "lad.shp", "no .dbf", "Put lad.dbf in the same folder")


def test_a_shapefile_without_its_prj_is_told_of_assume_crs(maps: Path) -> None:
    (maps / "lad.prj").unlink()
    refused_file(maps / "lad.shp", "no coordinate reference system", "--assume-crs EPSG:27700")
    run = checked(maps / "lad.shp", maps / "ics.gpkg", "--assume-crs", "EPSG:27700")
    assert "note: lad.shp: CRS taken to be EPSG:27700" in run.err


def test_a_plan_can_state_the_crs_of_a_shapefile_without_prj(maps: Path) -> None:
    (maps / "lad.prj").unlink()
    plan = PLAN.replace('"lad.gpkg"', '"lad.shp"')
    refused("check", write_plan(maps, plan), says=["lad.shp", "assume_crs = "])
    plan = plan.replace('"lad.shp"', '"lad.shp"\nassume_crs = "EPSG:27700"')
    accepted("check", write_plan(maps, plan))


def test_a_shapefile_without_its_shx_works_and_its_folder_stays_as_it_was(maps: Path) -> None:
    (maps / "lad.shx").unlink()
    before = {p.name: p.read_bytes() for p in maps.iterdir()}
    checked(maps / "lad.shp", maps / "ics.gpkg")
    assert {p.name: p.read_bytes() for p in maps.iterdir()} == before


def test_checking_writes_nothing_beside_the_files(maps: Path) -> None:
    before = {p.name: p.read_bytes() for p in maps.iterdir()}
    checked(maps / "lad.gpkg", maps / "ics.gpkg")
    assert {p.name: p.read_bytes() for p in maps.iterdir()} == before


@pytest.mark.parametrize(("outlines", "rows"), [(5, 4), (4, 5)])
def test_a_shapefile_with_more_outlines_than_rows_or_fewer_is_refused(
    maps: Path, outlines: int, rows: int
) -> None:
    """The table beside it is that of another file: areas would vanish."""
    more = gpd.GeoDataFrame(
        {"LAD20CD": ["E07000005"], "LAD20NM": ["Elm"]}, geometry=[square(0, 2)], crs="EPSG:27700"
    )
    draw(pd.concat([districts(), more], ignore_index=True), maps / "five.shp")
    shutil.copy(maps / ("lad.dbf" if rows == 4 else "five.dbf"), maps / "x.dbf")
    for ending in (".shp", ".shx", ".prj"):
        shutil.copy(maps / f"{'lad' if outlines == 4 else 'five'}{ending}", maps / f"x{ending}")
    refused_file(maps / "x.shp", f"{outlines} outlines", f"{rows} rows")


def test_a_name_too_long_for_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / ("l" * 300 + ".shp")
    refused("check", "--la", path, says=["lll", "no such"])


AS_ROOT = not hasattr(os, "geteuid") or os.geteuid() == 0


@pytest.mark.skipif(AS_ROOT, reason="root may read everything")
@pytest.mark.parametrize(
    "name", ["lad.gpkg", "lad.shp", "lad.dbf", "lad.parquet", "lad.zip", "people.csv", ".", "in it"]
)
def test_a_file_that_may_not_be_read_is_named(maps: Path, name: str) -> None:
    draw(districts(), maps / "lad.parquet")
    zipped(maps / "lad.zip", maps / "lad.gpkg")
    people = table(maps / "people.csv", "code,population", ["E07000001,5"])
    closed = maps if name == "in it" else maps / name
    la = {"people.csv": "lad.gpkg", "lad.dbf": "lad.shp", "in it": "lad.gpkg"}.get(name, name)
    mode = closed.stat().st_mode
    closed.chmod(0)
    try:
        message = refused("check", "--la", maps / la, "--population", people, says=[closed.name])
        assert "permission" in message.lower() or "folder" in message
    finally:
        closed.chmod(mode)


@pytest.mark.skipif(AS_ROOT, reason="root may write everywhere")
def test_an_output_in_a_closed_folder_is_named(maps: Path, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)
    try:
        refused(
            "check", "--la", maps / "lad.gpkg", "--output", closed / "out.json",
            says=["out.json", "cannot be written"],
        )  # fmt: skip
    finally:
        closed.chmod(0o700)


def test_a_file_that_is_no_shapefile_is_named(maps: Path) -> None:
    (maps / "lad.shp").write_bytes(b"<html>Sign in to download</html>" * 10)
    refused_file(maps / "lad.shp", "not a shapefile", "again")


# ── coordinates ─────────────────────────────────────────────────────────────────────────────────


def test_degrees_in_a_file_that_states_metres_are_refused(maps: Path) -> None:
    frame = districts().to_crs("EPSG:4326").set_crs("EPSG:27700", allow_override=True)
    path = draw(frame, maps / "degrees.gpkg")
    refused_file(path, "EPSG:27700", "in metres", "--assume-crs EPSG:4326")
    run = accepted("check", "--la", path, "--assume-crs", "EPSG:4326")
    assert "CRS taken to be EPSG:4326" in run.err


def test_metres_in_a_file_that_states_degrees_are_refused(maps: Path) -> None:
    path = draw(districts().set_crs("EPSG:4326", allow_override=True), maps / "metres.gpkg")
    refused_file(path, "EPSG:4326", "in degrees", "--assume-crs EPSG:27700")
    checked(path, maps / "ics.gpkg", "--assume-crs", "EPSG:27700")


@pytest.mark.parametrize("ending", [".gpkg", ".geojson"])
def test_swapped_latitude_and_longitude_are_refused(tmp_path: Path, ending: str) -> None:
    frame = districts().to_crs("EPSG:4326")
    frame.geometry = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    refused_file(draw(frame, tmp_path / f"swapped{ending}"), "swapped")


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("which", ["one vertex", "every vertex but the first"])
def test_coordinates_that_are_no_numbers_are_refused(tmp_path: Path, wrong: float, which: str) -> None:
    frame = districts()
    outlines = frame.geometry.to_numpy()

    def spoil(xy: np.ndarray) -> np.ndarray:
        xy[2 if which == "one vertex" else slice(1, -1)] = wrong
        return xy

    outlines[1] = shapely.transform(outlines[1], spoil)
    refused_file(draw(frame.set_geometry(outlines), tmp_path / "lad.parquet"))


def test_a_geojson_with_an_infinite_coordinate_is_refused(tmp_path: Path) -> None:
    path = draw(districts().to_crs("EPSG:4326"), tmp_path / "lad.geojson")
    feature = json.loads(path.read_text())
    feature["features"][0]["geometry"]["coordinates"][0][2] = ["HERE", 52.5]
    path.write_text(json.dumps(feature).replace('"HERE"', "1e999"))
    refused_file(path)


@pytest.mark.parametrize("prj", ['LOCAL_CS["Site grid",UNIT["metre",1]]', "nonsense"])
def test_a_crs_that_cannot_be_placed_is_refused(maps: Path, prj: str) -> None:
    (maps / "lad.prj").write_text(prj)
    refused_file(maps / "lad.shp", "--assume-crs EPSG:27700")


def test_a_crs_assumed_that_is_none_is_refused(maps: Path) -> None:
    (maps / "lad.prj").unlink()
    refused(
        "check", "--la", maps / "lad.shp", "--assume-crs", "OSGB",
        says=["'OSGB'", "not a CRS", "EPSG:27700"],
    )  # fmt: skip


def test_a_crs_assumed_that_is_none_is_refused_where_it_is_not_needed(maps: Path) -> None:
    refused("check", "--la", maps / "lad.shp", "--assume-crs", "OSGB", says=["'OSGB'"])


def test_a_crs_assumed_in_vain_is_refused(maps: Path) -> None:
    (maps / "lad.prj").unlink()
    refused("check", "--la", maps / "lad.shp", "--assume-crs", "EPSG:4326", says=["lad.shp", "4326"])


def test_layers_that_share_no_ground_are_refused(maps: Path) -> None:
    frame = districts()
    frame.geometry = frame.geometry.translate(150_000, 50_000)
    path = draw(frame, maps / "elsewhere.gpkg")
    refused("check", "--la", path, "--ics", maps / "ics.gpkg", says=["elsewhere.gpkg", "ground"])


# ── what should be polygons ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["Point", "LineString"])
def test_a_layer_without_polygons_is_refused(tmp_path: Path, kind: str) -> None:
    frame = districts()
    shapes = frame.geometry.centroid if kind == "Point" else frame.geometry.exterior
    frame = frame.set_geometry(
        [shapely.LineString(s.coords) if kind == "LineString" else s for s in shapes],
        crs=frame.crs,
    )
    refused_file(draw(frame, tmp_path / "lad.gpkg"), "no polygons", kind, "file of areas")


@pytest.mark.parametrize("crs", ["EPSG:27700", "EPSG:4326", None])
@pytest.mark.parametrize("shapes", ["empty", "null", "both"])
def test_a_boundary_file_of_empty_outlines_is_refused(tmp_path: Path, shapes: str, crs: str | None) -> None:
    one, other = shapely.Polygon(), None
    chosen = {"empty": [one] * 4, "null": [other] * 4, "both": [one, other] * 2}[shapes]
    frame = gpd.GeoDataFrame(districts().drop(columns="geometry"), geometry=chosen, crs=crs)
    refused_file(draw(frame, tmp_path / "lad.parquet"), "no polygons")


def test_a_shapefile_of_null_shapes_without_prj_is_refused(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(districts().drop(columns="geometry"), geometry=[None] * 4, crs=None)
    refused_file(draw(frame, tmp_path / "lad.shp", geometry_type="Polygon"))


def test_a_geojson_without_features_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lad.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}')
    refused_file(path, "no features")


@pytest.mark.parametrize("text", ["{", "<html></html>", '{"type": "FeatureCollection"', "[]", "null"])
def test_a_geojson_that_is_no_json_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "lad.geojson"
    path.write_text(text)
    refused_file(path, "cannot be read", "GeoJSON")


def test_a_parquet_that_is_no_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "lad.parquet"
    path.write_text("LAD20CD,LAD20NM\n")
    refused_file(path, "cannot be read")


def test_a_parquet_without_geometry_is_no_boundary_file(tmp_path: Path) -> None:
    path = tmp_path / "lad.parquet"
    pd.DataFrame({"LAD20CD": ["E07000001"]}).to_parquet(path)
    refused_file(path, "geo")


def test_a_csv_is_no_boundary_file(tmp_path: Path) -> None:
    path = table(tmp_path / "lad.csv", "LAD20CD,LAD20NM", ["E07000001,Ashby"])
    refused_file(path, "geometry")


def test_a_picture_is_no_boundary_file(tmp_path: Path) -> None:
    path = tmp_path / "map.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    refused_file(path, "cannot be read")


def test_a_point_missing_among_the_points_of_units_is_named(maps: Path) -> None:
    spots = [None, *(shapely.Point(EAST + 500 * i, NORTH + 500) for i in range(1, 20))]
    path = maps / "units.parquet"
    gpd.GeoDataFrame({"LSOA11CD": UNITS}, geometry=spots, crs="EPSG:27700").to_parquet(path)
    refused("check", "--la", maps / "lad.gpkg", "--units", path, says=["units.parquet", "row 1"])


@pytest.mark.sampled
@pytest.mark.parametrize("ending", [".fgb", ".geojson", ".parquet", ".kml", ".gml"])
def test_every_common_format_works_and_leaves_the_folder_as_it_was(maps: Path, ending: str) -> None:
    frame = districts() if ending in (".fgb", ".parquet") else districts().to_crs("EPSG:4326")
    driver = {"driver": ending[1:].upper()} if ending in (".kml", ".gml") else {}
    path = draw(frame, maps / "new" / f"lad{ending}", **driver)
    for extra in path.parent.iterdir():
        if extra != path:
            extra.unlink()
    checked(path, maps / "ics.gpkg")
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_outlines_with_heights_work(maps: Path) -> None:
    frame = districts()
    frame.geometry = shapely.force_3d(frame.geometry.to_numpy(), 12.5)
    checked(draw(frame, maps / "high.gpkg"), maps / "ics.gpkg")


def test_lines_left_out_beside_polygons_are_noted(maps: Path) -> None:
    frame = districts()
    outlines = frame.geometry.to_numpy()
    road = shapely.LineString([(EAST, NORTH), (EAST + 3 * SIDE, NORTH + SIDE)])
    outlines[0] = shapely.GeometryCollection([outlines[0], road])
    path = draw(frame.set_geometry(outlines), maps / "road.gpkg")
    run = checked(path, maps / "ics.gpkg")
    assert "lines" in run.err


def test_a_geojson_that_states_its_crs_in_the_old_way_works(maps: Path) -> None:
    path = draw(districts(), maps / "old.geojson", RFC7946="NO")
    assert "EPSG::27700" in path.read_text()
    checked(path, maps / "ics.gpkg")


def test_a_topojson_needs_a_crs_and_works_with_one(maps: Path) -> None:
    ring = shapely.get_coordinates(districts().to_crs("EPSG:4326").geometry.iloc[0]).tolist()
    area = {"type": "Polygon", "arcs": [[0]], "properties": {"LAD20CD": "E07000001", "name": "A"}}
    lad = {"type": "GeometryCollection", "geometries": [area]}
    path = maps / "lad.topojson"
    path.write_text(json.dumps({"type": "Topology", "objects": {"lad": lad}, "arcs": [ring]}))
    refused_file(path, "no coordinate reference system", "--assume-crs EPSG:4326")
    accepted("check", "--la", path, "--assume-crs", "EPSG:4326")


def test_a_layer_of_welsh_areas_only_is_refused_beside_one_of_england(maps: Path, tmp_path: Path) -> None:
    frame = districts(LAD20CD=[f"W0600000{i}" for i in range(1, 5)])
    path = draw(frame, tmp_path / "lad.gpkg")
    refused_file(path, "no area in England", "4", "Wales", ics=maps / "ics.gpkg")


# ── codes ───────────────────────────────────────────────────────────────────────────────────────


def test_two_areas_of_one_code_are_refused_with_code_and_rows(tmp_path: Path) -> None:
    frame = districts(LAD20CD=["E07000001", "E07000002", "E07000003", "E07000002"])
    refused_file(draw(frame, tmp_path / "lad.gpkg"), "E07000002", "rows 2, 4", "LAD20CD")


def test_the_rows_of_a_repeated_code_are_counted_in_the_file(tmp_path: Path) -> None:
    codes = ["W06000001", "E07000002", "E07000003", "E07000002"]
    path = draw(districts(LAD20CD=codes), tmp_path / "lad.gpkg")
    refused_file(path, "E07000002", "rows 2, 4")


def test_one_area_drawn_twice_is_refused(tmp_path: Path) -> None:
    frame = pd.concat([districts(), districts().iloc[[2]]], ignore_index=True)
    refused_file(draw(frame, tmp_path / "lad.gpkg"), "E07000003", "rows 3, 5")


@pytest.mark.parametrize("code", [None, "", "   "])
@pytest.mark.parametrize("ending", [".gpkg", ".shp", ".geojson"])
def test_rows_without_a_code_are_named(tmp_path: Path, code: str | None, ending: str) -> None:
    frame = districts(LAD20CD=["E07000001", code, "E07000003", code])
    refused_file(draw(frame, tmp_path / f"lad{ending}"), "2 rows", "row 2, 4", "LAD20CD")


def test_a_code_column_that_is_not_there_suggests_the_nearest(maps: Path) -> None:
    plan = PLAN.replace('"lad.gpkg"', '"lad.gpkg"\ncode = "LAD21CD"')
    refused(
        "check", write_plan(maps, plan),
        says=["lad.gpkg", "no column 'LAD21CD'", "Did you mean 'LAD20CD'?"],
    )  # fmt: skip


def test_a_name_column_that_is_not_there_suggests_the_nearest(maps: Path) -> None:
    plan = PLAN.replace('"lad.gpkg"', '"lad.gpkg"\nname = "LAD2NM"')
    refused("check", write_plan(maps, plan), says=["no column 'LAD2NM'", "'LAD20NM'"])


def test_two_columns_of_codes_have_to_be_chosen_from(maps: Path) -> None:
    path = draw(districts(LAD21CD=districts()["LAD20CD"]), maps / "both.gpkg")
    refused_file(path, "2 columns", "LAD20CD, LAD21CD", "code = ")
    plan = PLAN.replace('"lad.gpkg"', '"both.gpkg"\ncode = "LAD21CD"')
    accepted("check", write_plan(maps, plan))


@pytest.mark.parametrize("codes", [[1, 2, 3, 4], [1.0, 2.0, 3.0, 4.0]])
def test_codes_that_are_numbers_are_whole_numbers(maps: Path, codes: list[float]) -> None:
    frame = districts().drop(columns=["LAD20CD", "LAD20NM"]).assign(code=codes)
    path = draw(frame, maps / "own.gpkg")
    people = table(maps / "p.csv", "code,population", ["1,5", "2,6", "3,7", "4,8"])
    run = accepted("check", "--la", path, "--population", people)
    assert run.people("la") == {"1": 5, "2": 6, "3": 7, "4": 8}


def test_a_file_without_a_column_of_codes_lists_its_columns(tmp_path: Path) -> None:
    frame = districts().rename(columns={"LAD20CD": "ref"}).assign(ref=["a", "b", "c", "d"])
    refused_file(draw(frame, tmp_path / "lad.gpkg"), "no column recognised", "ref, LAD20NM")


# ── the plan file ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("before", "wrong", "place", "meant"),
    [
        ('title = "Four districts"', 'tittle = "x"\n', "", "title"),
        ("[units]", '[units]\ngeografy = "LSOA"\n', "units", "geography"),
        ("[layers.lad]", '[layers.lad]\npahts = "lad.gpkg"\n', "layers.lad", "path"),
        ('{ path = "lookup.csv" }', '{ path = "lookup.csv", units = "x" }', "lookup", "unit"),
        ('{ path = "people.csv" }', '{ path = "people.csv", vale = "x" }', "population", "value"),
        ("[[align]]", '[[align]]\ntargett = "x"\n', "align", "target"),
        ("[[accept]]", '[[accept]]\nreson = "x"\n', "accept", "reason"),
        ("[thresholds]", "[thresholds]\nperiphery_km = 5\n", "thresholds", "periphery_m"),
    ],
)  # fmt: skip
def test_an_unknown_key_suggests_the_nearest(
    maps: Path, before: str, wrong: str, place: str, meant: str
) -> None:
    whole = (
        UNITS_PLAN.replace("Four districts of five units", "Four districts")
        + '\n[layers.ics]\npath = "ics.gpkg"\n'
        + '\n[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "nest"\n'
        + '\n[[accept]]\nrule = "FP201"\nreason = "known"\n'
        + "\n[thresholds]\nperiphery_m = 5000\n"
    )
    assert before in whole
    key = wrong.replace(before, "").strip(" {,\n").split(" ")[0]
    key = wrong.split(", ")[1].split(" ")[0] if "{" in wrong else key
    path = units_plan(maps, text=whole.replace(before, wrong, 1))
    refused("check", path, says=["footprint.toml", f"unknown key '{key}'", place, f"Did you mean '{meant}'?"])


@pytest.mark.parametrize("name", ["units", "population", "lookup", "align"])
def test_an_unknown_key_of_a_layer_with_the_name_of_a_table_suggests_keys_of_layers(
    maps: Path, name: str
) -> None:
    plan = PLAN + f'\n[layers.{name}]\npath = "lad.gpkg"\nasume_crs = "EPSG:27700"\n'
    message = refused("check", write_plan(maps, plan), says=["'asume_crs'"])
    assert "Did you mean 'assume_crs'?" in message


@pytest.mark.parametrize("line", ['place = "lda"', 'place = "icz"'])
def test_a_level_of_a_layer_that_is_not_defined_is_named(maps: Path, line: str) -> None:
    plan = PLAN.replace('system = "ics"', f'system = "ics"\n{line}')
    nearest = {"lda": "lad", "icz": "ics"}[line[-4:-1]]
    refused(
        "check", write_plan(maps, plan),
        says=["levels.place", line[-4:-1], "does not define", f"Did you mean '{nearest}'?"],
    )  # fmt: skip


@pytest.mark.parametrize("side", ["source", "target"])
def test_an_alignment_of_a_layer_that_is_not_defined_is_named(maps: Path, side: str) -> None:
    plan = PLAN.replace(f"{side} = ", f'{side} = "nope" #')
    refused("check", write_plan(maps, plan), says=[f"align 1, {side}", "'nope'", "lad, ics"])


def test_a_level_that_is_none_is_named(maps: Path) -> None:
    plan = PLAN.replace("system =", "sistem =")
    refused("check", write_plan(maps, plan), says=["footprint.toml", "levels", "sistem", "system"])


def test_one_layer_cannot_be_two_levels(maps: Path) -> None:
    plan = PLAN.replace('system = "ics"', 'system = "ics"\nplace = "ics"')
    refused("check", write_plan(maps, plan), says=["footprint.toml", "ics", "system", "place"])


def test_a_layer_cannot_be_called_like_the_units(tmp_path: Path) -> None:
    text = UNITS_PLAN.replace("[layers.lad]", "[layers.units]")
    refused("check", units_plan(tmp_path, text=text), says=["footprint.toml", "units"])


def test_toml_nested_too_deep_is_refused(maps: Path) -> None:
    plan = PLAN + f"\nx = {'[' * 5000}{']' * 5000}\n"
    refused("check", write_plan(maps, plan), says=["footprint.toml", "TOML"])


def test_broken_toml_is_named_with_its_line(maps: Path) -> None:
    plan = PLAN.replace('path = "lad.gpkg"', "path = lad.gpkg")
    refused("check", write_plan(maps, plan), says=["footprint.toml", "not valid TOML", "line 5"])


def test_a_key_given_twice_is_named(maps: Path) -> None:
    plan = PLAN.replace('path = "lad.gpkg"', 'path = "lad.gpkg"\npath = "lad.shp"')
    refused("check", write_plan(maps, plan), says=["footprint.toml", "not valid TOML"])


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_plan_that_is_not_utf_8_is_refused(maps: Path, encoding: str) -> None:
    path = maps / "footprint.toml"
    path.write_bytes(PLAN.replace("Four", "Ynys Môn and").encode(encoding))
    refused("check", path, says=["footprint.toml", "UTF-8"])


def test_a_plan_with_a_byte_order_mark_works(maps: Path) -> None:
    (maps / "footprint.toml").write_text(PLAN, encoding="utf-8-sig")
    accepted("check", maps)


def test_an_empty_plan_is_refused(maps: Path) -> None:
    refused("check", write_plan(maps, ""), says=["footprint.toml", "empty"])
    refused("check", write_plan(maps, "\n"), says=["footprint.toml", "'title' is missing"])


def test_an_unknown_profile_is_refused(maps: Path) -> None:
    plan = PLAN.replace("date =", 'profile = "clasic"\ndate =')
    refused("check", write_plan(maps, plan), says=["footprint.toml", "'clasic'", "Did you mean 'classic'?"])
    refused("check", write_plan(maps), "--profile", "clasic", says=["'clasic'", "Did you mean 'classic'?"])
    refused("check", "--la", maps / "lad.shp", "--profile", "clasic", says=["'clasic'", "classic"])


def test_an_unknown_geography_is_refused(maps: Path) -> None:
    plan = PLAN.replace('path = "lad.gpkg"', 'path = "lad.gpkg"\ngeography = "LSAO"')
    refused(
        "check", write_plan(maps, plan),
        says=["footprint.toml", "layers.lad", "'LSAO'", "Did you mean 'LSOA'?"],
    )  # fmt: skip


@pytest.mark.parametrize("band", ["[500000, 250000]", "[-5, 250000]"])
def test_a_band_the_wrong_way_round_is_refused(maps: Path, band: str) -> None:
    plan = PLAN + f"\n[bands]\nsystem = {band}\n"
    refused("check", write_plan(maps, plan), says=["footprint.toml", "bands.system", "[low, high]"])


@pytest.mark.parametrize("band", ["[500000]", "[]", "[1, 2, 3]", "500000", '["a", "b"]', "[1.5, 2.5]"])
def test_a_band_that_is_no_pair_of_numbers_is_refused(maps: Path, band: str) -> None:
    plan = PLAN + f"\n[bands]\nsystem = {band}\n"
    message = refused("check", write_plan(maps, plan), says=["footprint.toml", "bands.system"])
    assert "Every plan needs it" not in message


@pytest.mark.parametrize("date", ['"April 2021"', '"2021-13-01"', "true", "2021", "[2021]", "20210401"])
def test_a_date_that_is_no_date_is_refused(maps: Path, date: str) -> None:
    plan = PLAN.replace("2020-04-01", date)
    refused("check", write_plan(maps, plan), says=["footprint.toml", "date"])


def test_a_number_is_no_date(maps: Path) -> None:
    refused("check", write_plan(maps, PLAN.replace("2020-04-01", "0")), says=["footprint.toml", "date"])


@pytest.mark.parametrize("line", ["layers = {}", "[layers]"])
def test_a_plan_without_layers_is_refused(tmp_path: Path, line: str) -> None:
    text = f'title = "x"\ndate = 2020-04-01\n{line}\n'
    message = refused("check", write_plan(tmp_path, text), says=["footprint.toml", "layers"])
    assert "dictionary" not in message


def test_a_plan_without_the_layers_table_is_refused(tmp_path: Path) -> None:
    text = 'title = "x"\ndate = 2020-04-01\n'
    refused("check", write_plan(tmp_path, text), says=["footprint.toml", "layers", "missing"])


def test_a_layer_without_path_and_lookup_is_refused(maps: Path) -> None:
    plan = PLAN.replace('path = "lad.gpkg"', 'geography = "LAD"')
    refused("check", write_plan(maps, plan), says=["layers.lad", "path", "lookup"])


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ('title = "Four districts"', "title = 4", "title"),
        ('path = "lad.gpkg"', "path = 4", "layers.lad.path"),
        ('path = "lad.gpkg"', 'path = ["lad.gpkg"]', "layers.lad.path"),
        ('[layers.lad]\npath = "lad.gpkg"', '[layers]\nlad = "lad.gpkg"', "layers.lad"),
        ("[[align]]", "[align]", "align"),
        ('must = "nest"', 'must = "nests"', "align"),
        ('must = "nest"', 'must = "nest"\nshould = "nest"', "align"),
        ('must = "nest"', "", "align"),
        ('[levels]\nsystem = "ics"', 'levels = ["ics"]', "levels"),
        ('system = "ics"', 'system = ["ics"]', "levels.system"),
        ("date =", 'thresholds = { sliver_width_m = "wide" }\ndate =', "sliver_width_m"),
        ("date =", "thresholds = { sliver_width_m = -5 }\ndate =", "sliver_width_m"),
        ("date =", "thresholds = { sliver_width_m = nan }\ndate =", "sliver_width_m"),
        ("date =", "thresholds = { sliver_width_m = inf }\ndate =", "sliver_width_m"),
        ("date =", "thresholds = { sliver_width_m = true }\ndate =", "sliver_width_m"),
        ("date =", 'accept = [{ rule = "FP2", reason = "x" }]\ndate =', "accept"),
        ("date =", 'accept = [{ rule = "FP201" }]\ndate =', "reason"),
        ("date =", 'accept = [{ rule = "FP201", reason = "" }]\ndate =', "reason"),
        ("date =", 'accept = [{ rule = "FP999", reason = "x" }]\ndate =', "FP999"),
        ("date =", 'accept = [{ rule = "FP201", layer = "ladd", reason = "x" }]\ndate =', "ladd"),
        ("date =", 'units = "LSOA"\ndate =', "units"),
        ("date =", 'population = "people.csv"\ndate =', "population"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_named(maps: Path, before: str, after: str, place: str) -> None:
    assert before in PLAN
    refused("check", write_plan(maps, PLAN.replace(before, after, 1)), says=["footprint.toml", place])


@pytest.mark.sampled
@pytest.mark.parametrize(
    "command",
    [
        ("check",),
        ("check", "--select", "FP1"),
        ("flows",),
        ("compare", "."),
        ("report", "-o", "report.md"),
        ("map", "-o", "map.svg"),
    ],
    ids=" ".join,
)
def test_an_accepted_rule_that_does_not_exist_is_refused_by_every_command_that_judges(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "plan"
    shutil.copytree(Path(__file__).parent / "examples" / "fail" / "fp401-low-localisation", folder)
    with (folder / "footprint.toml").open("a", encoding="utf-8") as stream:
        stream.write('[[accept]]\nrule = "FP410"\nreason = "known"\n')
    monkeypatch.chdir(folder)
    first, *rest = command
    told = "footprint.toml: accept 1: there is no rule FP410. Did you mean 'FP40"
    refused(first, ".", *rest, says=[told, "List them with 'footprint rules'."])
    assert not [path for path in folder.iterdir() if path.name in rest]


def test_a_key_missing_in_an_alignment_is_not_said_to_be_needed_by_every_plan(maps: Path) -> None:
    plan = PLAN.replace('source = "lad"\n', "")
    message = refused("check", write_plan(maps, plan), says=["align", "source"])
    assert "Every plan" not in message


def test_a_layer_held_against_itself_is_refused(maps: Path) -> None:
    plan = PLAN.replace('target = "ics"', 'target = "lad"')
    refused("check", write_plan(maps, plan), says=["align 1", "'lad'", "itself"])


def test_a_population_stated_twice_is_refused(tmp_path: Path) -> None:
    text = UNITS_PLAN.replace("[units]", 'population = { path = "people.csv" }\n[units]')
    refused("check", units_plan(tmp_path, text=text), says=["footprint.toml", "twice"])


def test_a_folder_without_a_plan_is_named(tmp_path: Path) -> None:
    refused("check", tmp_path, says=["footprint.toml", "no such plan file"])


def test_a_plan_that_is_not_there_suggests_the_nearest(maps: Path) -> None:
    write_plan(maps)
    refused("check", maps / "footprints.toml", says=["no such plan file", "'footprint.toml'"])


def test_a_boundary_file_given_as_plan_is_checked_by_itself(maps: Path) -> None:
    run = footprint("check", maps / "lad.gpkg")
    assert run.code == 0, run
    assert "read as LAD of 2020" in run.err
    with pytest.raises(InputError, match="Check boundary files with --la, --ccg and --ics"):
        load_plan(maps / "lad.gpkg")


def test_a_file_that_a_plan_names_is_looked_for_beside_the_plan(maps: Path) -> None:
    plan = PLAN.replace("lad.gpkg", "lda.gpkg")
    refused(
        "check", write_plan(maps, plan),
        says=[str(maps / "lda.gpkg"), "no such", "Did you mean 'lad.gpkg'?"],
    )  # fmt: skip


# ── tables ──────────────────────────────────────────────────────────────────────────────────────


def test_the_plan_of_units_is_faultless(tmp_path: Path) -> None:
    run = accepted("check", units_plan(tmp_path))
    assert run.people("lad")["E07000001"] == 1000 + 1001 + 1002 + 1003 + 1004


def test_a_lookup_that_covers_nine_in_ten_units_is_refused(tmp_path: Path) -> None:
    path = units_plan(tmp_path, lookup=LOOKUP[:18])
    refused("check", path, says=["lookup.csv", "90.0%", "E01000019, E01000020", "complete"])


def test_a_lookup_of_other_units_is_refused(tmp_path: Path) -> None:
    rows = [row.replace("E010000", "E010009") for row in LOOKUP]
    path = units_plan(tmp_path, lookup=rows)
    path.write_text(UNITS_PLAN.replace("[units]", '[units]\npath = "units.gpkg"'))
    frame = gpd.GeoDataFrame(
        {"LSOA11CD": UNITS}, geometry=[square(i / 10, 0, 0.1) for i in range(20)], crs="EPSG:27700"
    )
    draw(frame, tmp_path / "units.gpkg")
    refused("check", path, says=["lookup.csv", "0.0%", "vintage"])


def test_a_lookup_that_gives_one_unit_to_two_areas_is_refused(tmp_path: Path) -> None:
    path = units_plan(tmp_path, lookup=[*LOOKUP, "E01000003,E07000004"])
    refused(
        "check", path,
        says=["lookup.csv", "E01000003", "E07000001, E07000004", "lines 4, 22", "one row"],
    )  # fmt: skip


def test_rows_repeated_in_a_lookup_count_once_and_are_noted(tmp_path: Path) -> None:
    run = accepted("check", units_plan(tmp_path, lookup=[*LOOKUP, LOOKUP[0], LOOKUP[0]]))
    assert "2 rows repeat another" in run.err
    assert run.people("lad")["E07000001"] == 5010


def test_a_lookup_without_a_code_is_refused_with_its_line(tmp_path: Path) -> None:
    rows = [*LOOKUP[:5], f"{UNITS[5]},", *LOOKUP[6:]]
    refused("check", units_plan(tmp_path, lookup=rows), says=["lookup.csv", "ltla20_code", "line 7"])


@pytest.mark.parametrize("cell", ["many", "-5", "", "nan", "inf", "1e999", "12,5", "1.2.3", "<5", "5%"])
def test_a_population_that_is_no_count_is_refused_with_its_line(tmp_path: Path, cell: str) -> None:
    rows = [*PEOPLE[:5], f'{UNITS[5]},"{cell}"', *PEOPLE[6:]]
    refused(
        "check", units_plan(tmp_path, people=rows),
        says=["people.csv", f"'{cell}'" if cell else "nothing", "line 7", "'population'"],
    )  # fmt: skip


@pytest.mark.parametrize("cell", ["1,000", "1 000", "1\u00a0000", "1\u202f000", "1000.0", "1e3", " 1000 "])
def test_thousands_separators_are_read(tmp_path: Path, cell: str) -> None:
    run = accepted("check", units_plan(tmp_path, people=[f'{UNITS[0]},"{cell}"', *PEOPLE[1:]]))
    assert run.people("lad")["E07000001"] == 5010


def test_thousands_separated_by_points_are_not_taken_for_fractions(tmp_path: Path) -> None:
    rows = [f"{unit},1.{i:03}" for i, unit in enumerate(UNITS)]
    refused("check", units_plan(tmp_path, people=rows), says=["people.csv", "1.000", "thousands"])


def test_a_population_with_two_rows_for_a_code_is_refused(tmp_path: Path) -> None:
    path = units_plan(tmp_path, people=[*PEOPLE, f"{UNITS[2]},5"])
    refused("check", path, says=["people.csv", "E01000003", "lines 4, 22", "one row"])


def test_a_population_for_codes_of_none_is_refused(maps: Path) -> None:
    path = table(maps / "people.csv", "code,population", ["X1,5", "X2,6"])
    refused(
        "check", "--la", maps / "lad.gpkg", "--population", path,
        says=["people.csv", "no code of any layer", "X1, X2"],
    )  # fmt: skip


def test_a_population_for_other_units_is_refused(tmp_path: Path) -> None:
    text = UNITS_PLAN.replace("[units]", '[units]\npath = "units.gpkg"')
    path = units_plan(tmp_path, people=[p.replace("E010000", "E010009") for p in PEOPLE], text=text)
    squares = [square(i / 10, 0, 0.1) for i in range(20)]
    draw(
        gpd.GeoDataFrame({"LSOA11CD": UNITS}, geometry=squares, crs="EPSG:27700"),
        tmp_path / "units.gpkg",
    )
    refused("check", path, says=["people.csv", "E01000001", "E01000901", "vintage"])


@pytest.mark.parametrize("row", ["E01000006,1,5", "E01000006", "E01000006,1,234"])
def test_a_row_with_a_wrong_number_of_fields_is_refused(tmp_path: Path, row: str) -> None:
    path = units_plan(tmp_path, people=[*PEOPLE[:5], row, *PEOPLE[6:]])
    fields = row.count(",") + 1
    refused("check", path, says=["people.csv", "line 7", f"{fields} field", "heading has 2", "quotes"])


@pytest.mark.parametrize("held", ["Fôn".encode("latin-1") + b"\x81", b"F\xf4n\x02"])
def test_a_csv_in_no_known_encoding_is_refused(tmp_path: Path, held: bytes) -> None:
    path = units_plan(tmp_path)
    text = "lsoa11_code,population,name\n" + "".join(f"{p},NAME\n" for p in PEOPLE)
    (tmp_path / "people.csv").write_bytes(text.encode().replace(b"NAME", held))
    refused("check", path, says=["people.csv", "UTF-8", "0xf4", "Save it"])


@pytest.mark.parametrize("name", ["people.csv", "lookup.csv"])
def test_a_table_that_is_a_folder_is_refused(tmp_path: Path, name: str) -> None:
    path = units_plan(tmp_path)
    (tmp_path / name).unlink()
    (tmp_path / name).mkdir()
    refused("check", path, says=[name, "is a folder"])


@pytest.mark.parametrize("text", ["", "\n\n", "lsoa11_code,population\n", "\ufeff"])
def test_a_table_without_rows_is_refused(tmp_path: Path, text: str) -> None:
    path = units_plan(tmp_path)
    (tmp_path / "people.csv").write_text(text, encoding="utf-8")
    refused("check", path, says=["people.csv", "again"])


def test_a_table_that_is_not_there_suggests_the_nearest(tmp_path: Path) -> None:
    path = units_plan(tmp_path, text=UNITS_PLAN.replace("people.csv", "peolpe.csv"))
    refused("check", path, says=["peolpe.csv", "no such", "Did you mean 'people.csv'?"])


def test_a_column_of_a_table_that_is_not_there_suggests_the_nearest(tmp_path: Path) -> None:
    for wrong, near in (('value = "populaton"', "population"), ('code = "lsoa_code"', "lsoa11_code")):
        text = UNITS_PLAN.replace('"people.csv"', f'"people.csv", {wrong}')
        path = units_plan(tmp_path, text=text)
        refused("check", path, says=["people.csv", "no column", f"Did you mean '{near}'?"])


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = units_plan(tmp_path)
    table(tmp_path / "people.csv", "lsoa11_code,population,population", [f"{p},5" for p in PEOPLE])
    refused("check", path, says=["people.csv", "two columns called population"])


def test_a_population_with_two_columns_that_could_be_it_is_not_guessed(tmp_path: Path) -> None:
    path = units_plan(tmp_path)
    table(tmp_path / "people.csv", "lsoa11_code,males,females", [f"{p},5" for p in PEOPLE])
    refused("check", path, says=["people.csv", "value = ", "males, females"])


@pytest.mark.parametrize("place", ["start", "end"])
def test_a_quote_that_is_never_closed_is_refused(tmp_path: Path, place: str) -> None:
    """The rest of the file would vanish into one cell."""
    path = units_plan(tmp_path)
    rows = [f"{p},Ward {i}" for i, p in enumerate(PEOPLE)]
    at = 2 if place == "start" else 19
    rows[at] = rows[at].replace("Ward", '"Ward')
    table(tmp_path / "people.csv", "lsoa11_code,population,ward", rows)
    refused("check", path, says=["people.csv", "quot", f"line {at + 2}"])


def test_a_quote_that_is_never_closed_in_a_large_table_is_refused(tmp_path: Path) -> None:
    path = units_plan(tmp_path)
    rows = [f"E01{i:06},5,Ward" for i in range(20_000)]
    rows[2] = rows[2].replace("Ward", '"Ward')
    table(tmp_path / "people.csv", "lsoa11_code,population,ward", rows)
    refused("check", path, says=["people.csv", "quot"])


def test_a_table_as_spreadsheets_write_it_works(maps: Path) -> None:
    """A byte-order mark, semicolons, odd case, empty columns and lines at the end, CR LF."""
    path = maps / "people.csv"
    rows = ["LAD20cd;Name; POPULATION ;;", "E07000001;a;1 234;;", 'E07000002;"b;\r\nc";1,234;;']
    rows += ["E07000003;;5;;", "E07000004;d;6.0;;", "", ";;;;", ""]
    path.write_bytes("\ufeff".encode() + "\r\n".join(rows).encode())
    run = accepted("check", "--la", maps / "lad.gpkg", "--population", path)
    assert list(run.people("la").values()) == [1234, 1234, 5, 6]


@pytest.mark.parametrize("mark", ["\u2028", "\x0b", "\x0c", "\x85"])
def test_only_line_ends_end_a_row(maps: Path, mark: str) -> None:
    rows = [f"E0700000{i},a{mark}b,5" for i in range(1, 5)]
    path = table(maps / "people.csv", "code,name,population", rows)
    assert accepted("check", "--la", maps / "lad.gpkg", "--population", path).people("la")


def test_lines_above_the_heading_are_told_of(maps: Path) -> None:
    rows = ["Source: ONS", "", "code,name,population", "E07000001,a,5"]
    path = table(maps / "people.csv", "Mid-year estimates", rows)
    refused("check", "--la", maps / "lad.gpkg", "--population", path, says=["people.csv", "first line"])


def test_columns_without_a_heading_are_told_of(maps: Path) -> None:
    path = table(maps / "people.csv", "code,,,population", ["E07000001,a,b,5"])
    message = refused("check", "--la", maps / "lad.gpkg", "--population", path, says=["heading"])
    assert "called ." not in message


def test_a_population_that_no_country_has_is_refused(tmp_path: Path) -> None:
    rows = [f"{UNITS[0]},1e300", *PEOPLE[1:]]
    refused("check", units_plan(tmp_path, people=rows), says=["people.csv", "1e300", "line 2"])


@pytest.mark.parametrize("value", [1e300, -1.0, float("nan"), float("inf")])
def test_a_parquet_population_that_is_no_count_is_refused_as_written(tmp_path: Path, value: float) -> None:
    path = units_plan(tmp_path, text=UNITS_PLAN.replace("people.csv", "people.parquet"))
    frame = pd.DataFrame({"lsoa11_code": UNITS, "population": [5.0] * 19 + [value]})
    frame.to_parquet(tmp_path / "people.parquet")
    message = refused("check", path, says=["people.parquet", "'population'", "row 20"])
    assert "9223372036854775808" not in message


def test_areas_with_several_names_in_a_lookup_are_noted(tmp_path: Path) -> None:
    path = units_plan(tmp_path)
    rows = [f"{row},Name {i}" for i, row in enumerate(LOOKUP)]
    table(tmp_path / "lookup.csv", "lsoa11_code,ltla20_code,ltla20_name", rows)
    assert "several names" in accepted("check", path).err


def test_a_blank_among_the_names_of_a_lookup_is_no_name(tmp_path: Path) -> None:
    """An area is called by the name that any of its rows has, and by its code where none has one."""
    path = units_plan(tmp_path)
    codes = [row.split(",")[1] for row in LOOKUP]
    named = codes[-1]
    rows = [
        f"{row},{'Newtown' if code == named and codes[i:].count(named) == 1 else ''}"
        for i, (row, code) in enumerate(zip(LOOKUP, codes, strict=True))
    ]
    table(tmp_path / "lookup.csv", "lsoa11_code,ltla20_code,ltla20_name", rows)
    done = accepted("check", path)
    assert "several names" not in done.err
    names = load_plan(path).layers["lad"].names
    assert dict(names) == {code: "Newtown" if code == named else code for code in codes}


def test_one_column_cannot_be_unit_and_code(tmp_path: Path) -> None:
    both = '"lookup.csv", unit = "lsoa11_code", code = "lsoa11_code"'
    path = units_plan(tmp_path, text=UNITS_PLAN.replace('"lookup.csv"', both))
    message = refused("check", path, says=["lookup.csv", "lsoa11_code"])
    assert "has no column 'lsoa11_code'" not in message


# ── zips and containers ─────────────────────────────────────────────────────────────────────────


def test_a_zip_with_two_shapefiles_has_to_be_chosen_from(maps: Path) -> None:
    draw(systems(), maps / "ics.shp")
    zipped(maps / "both.zip", *parts_of(maps / "lad.shp"), *parts_of(maps / "ics.shp"))
    refused_file(maps / "both.zip", "2 boundary files", "layer = ")
    plan = PLAN.replace('"lad.gpkg"', '"both.zip"\nlayer = "lad"')
    plan = plan.replace('"ics.gpkg"', '"both.zip"\nlayer = "ics"')
    assert set(accepted("check", write_plan(maps, plan)).verdicts().values()) == {"nested"}


@pytest.mark.parametrize("layer", ["2020/lad.shp", "lad"])
def test_files_of_one_name_in_two_folders_of_a_zip_can_be_chosen(maps: Path, layer: str) -> None:
    archive = maps / "years.zip"
    zipped(archive, *parts_of(maps / "lad.shp"), under="2020/")
    zipped(archive, *parts_of(maps / "lad.shp"), under="2021/")
    refused_file(archive, "2020/lad", "2021/lad")
    plan = write_plan(maps, PLAN.replace('"lad.gpkg"', f'"years.zip"\nlayer = "{layer}"'))
    if layer == "lad":
        refused("check", plan, says=["years.zip", "2020/lad", "2021/lad"])
    else:
        accepted("check", plan)


def test_a_zip_without_the_file_chosen_is_refused(maps: Path) -> None:
    zipped(maps / "lad.zip", maps / "lad.shp", maps / "lad.dbf", maps / "lad.prj")
    plan = PLAN.replace('"lad.gpkg"', '"lad.zip"\nlayer = "lda"')
    refused("check", write_plan(maps, plan), says=["lad.zip", "'lda'", "lad"])


def test_a_zipped_shapefile_works(maps: Path) -> None:
    archive = zipped(maps / "lad.zip", *parts_of(maps / "lad.shp"), under="data/")
    checked(archive, maps / "ics.gpkg")


def test_a_zipped_shapefile_without_shx_works(maps: Path) -> None:
    (maps / "lad.shx").unlink()
    checked(zipped(maps / "lad.zip", *parts_of(maps / "lad.shp")), maps / "ics.gpkg")


def test_a_zipped_shapefile_without_dbf_is_refused(maps: Path) -> None:
    refused_file(zipped(maps / "lad.zip", maps / "lad.shp", maps / "lad.prj"), "no .dbf", "zip")


def test_an_empty_zip_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lad.zip"
    path.touch()
    refused_file(path, "empty (0 bytes)")


def test_a_zip_that_is_no_zip_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lad.zip"
    path.write_bytes(b"PK\x03\x04 and then nothing of the kind")
    refused_file(path, "not a readable zip")


def test_a_zip_without_boundary_file_is_named(maps: Path) -> None:
    refused_file(zipped(maps / "maps.zip", maps / "lad.dbf"), "no boundary file", "lad.dbf")


def test_a_zip_of_nothing_is_named(tmp_path: Path) -> None:
    zipped(tmp_path / "nothing.zip")
    refused_file(tmp_path / "nothing.zip", "no boundary file", "nothing")


@pytest.mark.parametrize("member", ["lad.gpkg", "lad.shp"])
def test_a_cut_off_file_in_a_zip_is_named(maps: Path, member: str) -> None:
    cut(maps / member, 0.6)
    fault = "cut off" if member == "lad.shp" else "cannot be read"
    refused_file(zipped(maps / "lad.zip", *parts_of(maps / member)), fault)


def test_an_empty_file_in_a_zip_is_named(maps: Path) -> None:
    (maps / "lad.gpkg").write_bytes(b"")
    refused_file(zipped(maps / "maps.zip", maps / "lad.gpkg"), "lad.gpkg", "empty")


def test_a_zip_cut_off_is_named(maps: Path) -> None:
    refused_file(cut(zipped(maps / "maps.zip", maps / "lad.gpkg"), 0.6), "zip", "again")


def test_a_zip_with_a_damaged_member_is_named(maps: Path) -> None:
    path = zipped(maps / "maps.zip", maps / "lad.gpkg")
    whole = path.read_bytes()
    for at in range(60, len(whole) - 200, 200):
        path.write_bytes(whole[:at] + b"\xff" * 30 + whole[at + 30 :])
        refused_file(path, "cannot be unpacked", "again")


def test_a_zip_with_a_password_is_named(maps: Path) -> None:
    path = zipped(maps / "maps.zip", maps / "lad.gpkg")
    data = bytearray(path.read_bytes())
    directory = data.rindex(b"PK\x01\x02")
    data[6] |= 1
    data[directory + 8] |= 1
    path.write_bytes(data)
    refused_file(path, "cannot be unpacked", "password")


def test_a_container_with_several_layers_has_to_be_chosen_from(maps: Path) -> None:
    path = draw(districts(), maps / "all.gpkg", layer="lad")
    draw(systems(), path, layer="ics", mode="a")
    refused_file(path, "2 layers", "none was chosen", "lad, ics")
    plan = PLAN.replace('"lad.gpkg"', '"all.gpkg"\nlayer = "lad"')
    plan = plan.replace('"ics.gpkg"', '"all.gpkg"\nlayer = "ics"')
    accepted("check", write_plan(maps, plan))


def test_a_layer_that_a_container_does_not_have_suggests_the_nearest(maps: Path) -> None:
    plan = PLAN.replace('"lad.gpkg"', '"lad.gpkg"\nlayer = "ladd"')
    refused("check", write_plan(maps, plan), says=["lad.gpkg", "no layer 'ladd'", "Did you mean 'lad'?"])


def test_a_layer_that_is_a_table_is_refused(maps: Path) -> None:
    path = draw(districts(), maps / "all.gpkg", layer="lad")
    import pyogrio

    pyogrio.write_dataframe(pd.DataFrame({"LAD20CD": ["E07000001"]}), path, layer="t", append=True)
    checked(path, maps / "ics.gpkg")
    plan = PLAN.replace('"lad.gpkg"', '"all.gpkg"\nlayer = "t"')
    refused("check", write_plan(maps, plan), says=["all.gpkg", "geometry"])


def test_a_file_geodatabase_works_also_zipped(maps: Path) -> None:
    folder = draw(districts(), maps / "lad.gdb", driver="OpenFileGDB", layer="lad")
    checked(folder, maps / "ics.gpkg")
    archive = maps / "lad_gdb.zip"
    zipped(archive, *sorted(folder.iterdir()), under="lad.gdb/")
    checked(archive, maps / "ics.gpkg")


# ── text ────────────────────────────────────────────────────────────────────────────────────────


def latin_1_shapefile(folder: Path) -> Path:
    names = ["Ynys Mon", "B", "C", "D"]
    path = draw(districts(LAD20NM=names), folder / "mon.shp", encoding="ISO-8859-1")
    dbf = bytearray((folder / "mon.dbf").read_bytes())
    dbf[29] = 0  # no language said in the header
    (folder / "mon.dbf").write_bytes(dbf.replace(b"Ynys Mon", b"Ynys M\xf4n"))
    (folder / "mon.cpg").unlink(missing_ok=True)
    return path


def test_names_that_are_not_in_the_encoding_stated_are_refused(maps: Path) -> None:
    path = latin_1_shapefile(maps)
    (maps / "mon.cpg").write_text("UTF-8")
    refused_file(path, "not UTF-8", "0xf4", "mon.cpg")


@pytest.mark.parametrize("stated", ["ISO-8859-1", "1252", None])
def test_names_that_are_not_utf_8_are_read_in_the_encoding_stated_or_usual(
    maps: Path, stated: str | None
) -> None:
    path = latin_1_shapefile(maps)
    if stated is not None:
        (maps / "mon.cpg").write_text(stated)
    people = table(maps / "people.csv", "code,population", [f"E0700000{i},5" for i in range(1, 5)])
    run = accepted("check", "--la", path, "--population", people)
    names = {row["name"] for row in run.document["tables"]["population"]}
    assert "Ynys Môn" in names


WELSH = "Llŷn & Sir Fôn – 2021"


@pytest.mark.sampled
@pytest.mark.parametrize("ending", [".shp", ".gpkg", ".geojson", ".parquet", ".fgb"])
@pytest.mark.parametrize("zip_it", [False, True])
def test_paths_with_spaces_and_foreign_letters_work(maps: Path, ending: str, zip_it: bool) -> None:
    folder = maps / "Ynys Môn, 100% – neu’r"
    path = draw(districts(), folder / f"{WELSH}{ending}")
    if zip_it:
        path = zipped(folder / f"{WELSH}.zip", *parts_of(path))
    checked(path, maps / "ics.gpkg")


def test_a_table_with_a_foreign_path_works(maps: Path) -> None:
    path = table(maps / f"{WELSH}.csv", "code,population", [f"E0700000{i},5" for i in range(1, 5)])
    run = accepted("check", "--la", maps / "lad.gpkg", "--population", path)
    assert run.people("la")["E07000001"] == 5


def test_control_characters_in_names_do_not_reach_the_terminal(maps: Path) -> None:
    names = ["\x1b[31mRed\x1b[0m", "Bell\x07\x9b2J", "Over\u202eturned", "Two\r\nlines"]
    frame = districts(LAD20NM=names)
    frame.geometry = frame.geometry.translate(4_000, 0)
    path = draw(frame, maps / "lad2.gpkg")
    people = table(maps / "p.csv", "code,population", [f"E0700000{i},5" for i in range(1, 5)])
    files = ("--la", path, "--ics", maps / "ics.gpkg", "--population", people)
    for style in ("terminal", "csv", "json"):
        run = footprint("check", *files, "--format", style)
        assert run.code == 1
        seen = {c for c in run.out + run.err if unicodedata.category(c)[0] == "C"}
        assert seen <= {"\n"}, style


def test_names_cannot_be_formulas_in_a_spreadsheet(maps: Path) -> None:
    names = ['=HYPERLINK("http://example.org")', "@SUM(A1)", "+44 1", '-1 "|" ; x']
    frame = districts(LAD20NM=names)
    frame.geometry = frame.geometry.translate(4_000, 0)
    path = draw(frame, maps / "formulas.gpkg")
    for command in (["check", "--la", path, "--ics"], ["overlap", path]):
        run = footprint(*command, maps / "ics.gpkg", "--format", "csv")
        rows = list(csv.reader(io.StringIO(run.out)))
        assert len({len(row) for row in rows}) == 1
        cells = {cell for row in rows for cell in row if not cell[:1].isdigit()}
        assert f"'{names[0]}" in cells
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_control_characters_in_messages_do_not_reach_the_terminal(maps: Path) -> None:
    codes = ["\x1b[31mE07\x1b[0m", "\x1b[31mE07\x1b[0m", "a\nb", "c\x9bd"]
    message = refused_file(draw(districts(LAD20CD=codes), maps / "l.gpkg"), "more than one row")
    assert message.isprintable()


def test_control_characters_in_a_plan_do_not_reach_the_terminal(maps: Path) -> None:
    plan = PLAN.replace('"lad.gpkg"', '"lad.gpkg"\n"\\u001b[2J" = 1')
    assert refused("check", write_plan(maps, plan), says=["unknown key"]).isprintable()


def test_names_of_ten_thousand_characters_are_cut_for_the_terminal(maps: Path) -> None:
    frame = districts(LAD20NM=["A" * 10_000, "B" * 10_000, "C", "D"])
    frame.geometry = frame.geometry.translate(4_000, 0)
    path = draw(frame, maps / "long.gpkg")
    run = footprint("check", "--la", path, "--ics", maps / "ics.gpkg")
    assert run.code == 1
    assert "A" * 50 in run.out
    assert len(run.out) < 12_000


def test_codes_of_ten_thousand_characters_are_cut_in_messages(maps: Path) -> None:
    refused_file(draw(districts(LAD20CD=["E" * 10_000] * 4), maps / "long.gpkg"), "more than one row")


def test_column_names_of_ten_thousand_characters_are_cut_in_messages(tmp_path: Path) -> None:
    path = units_plan(tmp_path)
    table(tmp_path / "people.csv", "x" * 10_000 + ",y", ["a,b"])
    refused("check", path, says=["people.csv"])


# ── the command line ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_an_unknown_rule_suggests_the_nearest(maps: Path, option: str) -> None:
    refused(
        "check", "--la", maps / "lad.gpkg", option, "split-aera",
        says=["no rule 'split-aera'", "Did you mean 'split-area'?", "footprint rules"],
    )  # fmt: skip
    refused("check", "--la", maps / "lad.gpkg", option, "FP201,FP999", says=["no rule 'FP999'"])


def test_a_selection_of_nothing_is_refused(maps: Path) -> None:
    refused("check", "--la", maps / "lad.gpkg", "--select", "", says=["--select"])
    refused("check", "--la", maps / "lad.gpkg", "--select", ",", says=["--select"])


def test_ignoring_every_rule_is_refused(maps: Path) -> None:
    refused("check", "--la", maps / "lad.gpkg", "--ignore", "FP", says=["no rule"])


def test_explaining_an_unknown_rule_suggests_the_nearest() -> None:
    refused("explain", "FP2011", says=["no rule 'FP2011'", "Did you mean 'FP201'?"])
    refused("explain", "split_area", says=["Did you mean 'split-area'?"])
    refused("explain", "", says=["no rule ''"])


def test_an_output_that_cannot_be_written_is_named(maps: Path) -> None:
    for output in (maps / "nowhere" / "out.json", maps):
        refused(
            "check", "--la", maps / "lad.gpkg", "--output", output,
            says=[output.name, "cannot be written", "another place"],
        )  # fmt: skip
    assert not list(maps.glob("*.part"))
    assert not list(maps.parent.glob("*.part"))


def test_an_output_without_a_name_is_refused(maps: Path) -> None:
    refused("check", "--la", maps / "lad.gpkg", "--output", "", says=["cannot be written"])


def test_an_output_over_an_input_is_refused(maps: Path) -> None:
    before = (maps / "lad.gpkg").read_bytes()
    refused(
        "check", "--la", maps / "lad.gpkg", "--output", maps / "lad.gpkg",
        says=["lad.gpkg", "input"],
    )  # fmt: skip
    assert (maps / "lad.gpkg").read_bytes() == before


def test_a_failed_check_leaves_an_older_output_alone(maps: Path) -> None:
    output = maps / "out.json"
    output.write_text("older")
    refused("check", "--la", maps / "lda.gpkg", "--output", output, says=["lda.gpkg"])
    assert output.read_text() == "older"


def test_a_dash_as_output_is_stdout(maps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(maps)
    run = footprint("check", "--la", maps / "lad.gpkg", "--format", "json", "--output", "-")
    assert not (maps / "-").exists()
    assert run.document


def test_inspect_answers_programs_where_no_file_opens(maps: Path) -> None:
    run = footprint("inspect", maps / "nope.gpkg", "--format", "json")
    assert run.code == 2
    document = json.loads(run.out)
    assert document["layers"] == []
    [unread] = document["unread"]
    assert unread["path"].endswith("nope.gpkg")
    assert unread["problem"].startswith("there is no such boundary file")


@pytest.mark.parametrize("file", ["lad", "ics"])
def test_axes_that_are_swapped_in_metres_are_named(maps: Path, file: str) -> None:
    for name in ("lad", "ics"):
        frame = gpd.read_file(maps / f"{name}.gpkg").to_crs(27700)
        if name == file:
            frame.geometry = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1])
        frame.to_file(maps / f"{name}-swapped.gpkg")
    files = [maps / "lad-swapped.gpkg", maps / "ics-swapped.gpkg"]
    for arguments in (("check", "--la", files[0], "--ics", files[1]), ("overlap", *files)):
        refused(*arguments, says=["only if easting and northing of one of the two are swapped"])


def test_the_file_whose_axes_are_swapped_is_named_where_others_agree(maps: Path) -> None:
    for name in ("lad", "ics", "ccg"):
        frame = gpd.read_file(maps / f"{'lad' if name == 'ccg' else name}.gpkg").to_crs(27700)
        if name == "ccg":
            column = next(c for c in frame.columns if c.endswith("CD"))
            frame = frame[[column, "geometry"]].rename(columns={column: "CCG21CD"})
            frame["CCG21CD"] = [f"E38{number:06d}" for number in range(1, len(frame) + 1)]
            frame.geometry = shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1])
        frame.to_file(maps / f"{name}-metres.gpkg")
    files = {name: maps / f"{name}-metres.gpkg" for name in ("lad", "ics", "ccg")}
    told = ["ccg-metres.gpkg: has easting and northing swapped", "on the other 2 files"]
    refused("check", "--la", files["lad"], "--ics", files["ics"], "--ccg", files["ccg"], says=told)


@pytest.mark.parametrize(
    ("symmetric", "turned", "nowhere", "swapped"),
    [(15, 5, 0, True), (16, 4, 0, False), (0, 19, 1, True), (0, 18, 2, False), (0, 0, 0, False)],
)
def test_axes_are_swapped_where_most_spots_lie_elsewhere_and_nearly_all_there_once_turned(
    symmetric: int, turned: int, nowhere: int, swapped: bool
) -> None:
    # one square that is its own mirror image, and one to the east, which holds spots of the north once turned
    ground = np.array([shapely.box(0, 0, 10, 10), shapely.box(100, 0, 110, 10)])
    places = [(4, 6)] * symmetric + [(5, 105)] * turned + [(500, 500)] * nowhere
    spots = shapely.points(np.array(places, dtype=float).reshape(-1, 2))
    assert are_swapped(spots, ground) == swapped
    assert are_swapped(ground, spots) == swapped
    assert not are_swapped(spots, spots)


def test_of_many_outlines_every_so_many_tells_whether_axes_are_swapped() -> None:
    ground = np.array([shapely.box(0, 0, 10, 10), shapely.box(100, 0, 110, 10)])
    # of 401 spots every third is looked at, so that there are no more than 200
    looked_at = np.array([(5, 105) if i % 3 == 0 else (105, 5) for i in range(401)], dtype=float)
    assert are_swapped(shapely.points(looked_at), ground)
    assert not are_swapped(shapely.points(looked_at[1:]), ground)


def test_codes_in_small_letters_are_refused_with_the_codes_in_capitals(maps: Path) -> None:
    frame = gpd.read_file(maps / "lad.gpkg")
    column = next(c for c in frame.columns if c.endswith("CD"))
    first = frame[column].iloc[0]
    frame[column] = frame[column].str.lower()
    frame.to_file(maps / "small.gpkg")
    refused("check", "--la", maps / "small.gpkg", says=["in small letters", f"in capitals: {first}"])
    # one of nothing that is known hides no official one below it
    lines = "".join(f"{code},x\n" for code in ("e99000001", *frame[column]))
    (maps / "small.csv").write_text(f"LAD21CD,name\n{lines}", encoding="utf-8")
    refused("codes", maps / "small.csv", says=["in small letters", f"in capitals: {first}"])


def test_inspect_shows_the_files_it_can_read_beside_one_it_cannot(maps: Path) -> None:
    run = footprint("inspect", maps / "nope.gpkg", maps / "lad.gpkg", "--format", "csv")
    assert run.code == 2
    assert "nope.gpkg" in run.out + run.err
    assert "lad.gpkg" in run.out


def test_a_plan_together_with_boundary_files_is_refused(maps: Path) -> None:
    refused(
        "check", write_plan(maps), "--la", maps / "lad.gpkg",
        says=["footprint.toml", "together", "--la"],
    )  # fmt: skip


def test_no_plan_at_all_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    refused("check", says=["no footprint.toml here", "--la"])


def test_only_a_population_is_nothing_to_check(tmp_path: Path) -> None:
    path = table(tmp_path / "people.csv", "code,population", ["E07000001,5"])
    refused("check", "--population", path, says=["nothing to check", "--la"])


def test_assuming_a_crs_beside_a_plan_is_refused(maps: Path) -> None:
    refused("check", write_plan(maps), "--assume-crs", "EPSG:27700", says=["--assume-crs", "assume_crs"])


@pytest.mark.parametrize("width", ["nan", "inf"])
def test_a_tolerance_that_is_no_number_is_refused(maps: Path, width: str) -> None:
    run = footprint("check", "--la", maps / "lad.gpkg", "--ics", maps / "ics.gpkg", "--tolerance", width)
    assert run.code == 2
    assert run.out == ""
    assert "tolerance" in run.err


def test_systems_given_as_authorities_are_refused(maps: Path) -> None:
    """With the two files swapped, every system would be said to be split."""
    refused(
        "check", "--la", maps / "ics.gpkg", "--ics", maps / "lad.gpkg",
        says=["ics.gpkg", "--la", "ICS"],
    )  # fmt: skip


def bad_files(maps: Path) -> dict[str, Path]:
    """One of each kind of file that no check can use."""
    empty = maps / "empty.gpkg"
    empty.touch()
    text = maps / "text.geojson"
    text.write_text("no json")
    unpositioned = draw(districts().set_crs(None, allow_override=True), maps / "nocrs.shp")
    (maps / "nocrs.prj").unlink(missing_ok=True)
    return {
        "missing": maps / "missing.shp",
        "folder": maps,
        "empty": empty,
        "cut off": cut(draw(districts(), maps / "cut.gpkg"), 0.5),
        "text": text,
        "zip": zipped(maps / "tables.zip", maps / "lad.dbf"),
        "table": table(maps / "table.csv", "LAD20CD,n", ["E07000001,1"]),
        "no shapefile": table(maps / "no.shp", "LAD20CD,n", ["E07000001,1"]),
        "no crs": unpositioned,
        "codeless": draw(districts(LAD20CD=[None] * 4), maps / "codeless.gpkg"),
    }


KINDS = [
    "missing",
    "folder",
    "empty",
    "cut off",
    "text",
    "zip",
    "table",
    "no shapefile",
    "no crs",
    "codeless",
]


@pytest.mark.sampled
@pytest.mark.parametrize("kind", KINDS)
def test_overlap_refuses_what_check_refuses(maps: Path, kind: str) -> None:
    path = bad_files(maps)[kind]
    refused("overlap", path, maps / "ics.gpkg", says=[path.name])
    refused("overlap", maps / "ics.gpkg", path, says=[path.name])


@pytest.mark.parametrize("style", ["terminal", "json", "csv"])
@pytest.mark.parametrize("kind", KINDS)
def test_inspect_says_why_a_file_cannot_be_used(maps: Path, kind: str, style: str) -> None:
    path = bad_files(maps)[kind]
    run = footprint("inspect", path, "--format", style)
    assert run.code == 2
    if run.out:
        assert path.name in run.out.replace("\n", "")
        assert {"terminal": "CANNOT USE", "json": '"problem": "', "csv": "problem"}[style] in run.out
    else:
        assert run.err.startswith("error: ")
        assert path.name in run.err


def test_the_program_itself_says_the_same(maps: Path) -> None:
    """In a process of its own, where GDAL could write to stderr behind Python's back."""
    path = cut(maps / "lad.gpkg", 0.5)
    ended = subprocess.run(
        [sys.executable, "-m", "footprint", "check", "--la", path],
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith("error: ")
    assert ended.stderr.count("\n") == 1
    assert "lad.gpkg" in ended.stderr


def test_reading_leaves_every_file_as_it_is(tmp_path: Path) -> None:
    """GDAL makes the index of a shapefile anew, and two runs at a time would read what the other writes."""
    folder = tmp_path / "plan"
    shutil.copytree(Path(__file__).parent.parent / "data" / "south-yorkshire", folder)
    before = {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.iterdir()}
    check(load_plan(folder))
    assert {p.name: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.iterdir()} == before
