"""No feature is lost without a word: of every format one is removed or spoilt, and that is told."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from maps import draw, save

from footprint.geometry.tolerance import tolerance
from footprint.model.errors import InputError
from footprint.model.layer import Layer
from footprint.read.boundary import read_layer
from footprint.read.formats import DRIVERS

FOUR = "A B\nC D"


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as told:
        read_layer(path)
    return str(told.value)


def features(path: Path, change: Callable[[list[dict[str, object]]], object]) -> Path:
    """Write GeoJSON whose features are changed."""
    document = json.loads(draw(FOUR).to_crs("EPSG:4326").to_json())
    change(document["features"])
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda f: f[1].update(type="feature"), "feature 2 has the type 'feature', not 'Feature'"),
        (lambda f: f[2].pop("type"), "feature 3 has the type 'None'"),
        (lambda f: f.append(None), "feature 5 has the type 'None'"),
        (lambda f: f[3]["geometry"].update(type="polygon"), "outline of feature 4 has the type 'polygon'"),
        (lambda f: f[0]["geometry"].pop("coordinates"), "the outline of feature 1 has no coordinates"),
        (lambda f: f[0].update(geometry=7), "the outline of feature 1 has the type 'None'"),
        (lambda f: f[1].update(properties=[1]), "feature 2 has properties that are no table"),
    ],
)  # fmt: skip
def test_a_spoilt_feature_of_geojson_is_named(
    tmp_path: Path, change: Callable[[list[dict[str, object]]], object], told: str
) -> None:
    assert told in refusal(features(tmp_path / "lad.geojson", change))


@pytest.mark.parametrize(
    "spoilt", ["[[[1]]]", '[[["a", 1], [2, 3], [3, 4], ["a", 1]]]', "[[7, 8]]", '"x"', "{}"]
)
def test_coordinates_that_cannot_be_read_are_told(tmp_path: Path, spoilt: str) -> None:
    path = features(
        tmp_path / "lad.geojson", lambda f: f[1]["geometry"].update(coordinates=json.loads(spoilt))
    )
    assert "lad.geojson" in refusal(path)


def test_what_stands_twice_in_geojson_is_told(tmp_path: Path) -> None:
    path = features(tmp_path / "lad.geojson", lambda _: None)
    path.write_text(path.read_text().replace('"features": [', '"features": [], "features": [', 1))
    assert "it has 'features' twice in one place" in refusal(path)
    path = features(tmp_path / "lad.geojson", lambda _: None)
    path.write_text(path.read_text().replace('"LAD21CD"', '"LAD21NM": "x", "LAD21CD"', 1))
    assert "it has 'LAD21NM' twice in one place" in refusal(path)


def test_what_follows_geojson_is_told(tmp_path: Path) -> None:
    path = features(tmp_path / "lad.geojson", lambda _: None)
    path.write_text(path.read_text() * 2)
    assert "is no JSON" in refusal(path)


def lines(path: Path) -> list[str]:
    draw(FOUR).to_crs("EPSG:4326").to_file(path, driver="GeoJSONSeq", engine="pyogrio")
    return path.read_text().splitlines()


@pytest.mark.parametrize("ending", [".geojsonl", ".geojson", ".json"])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda line: line[:-9], "line 2 is no JSON"),
        (lambda line: line.replace('"Feature"', '"feature"'), "the one on line 2 has the type 'feature'"),
        (lambda line: "{}", "the one on line 2 has the type 'None'"),
        (lambda line: "lost", "line 2 is no JSON"),
    ],
)  # fmt: skip
def test_a_damaged_line_is_named(
    tmp_path: Path, ending: str, change: Callable[[str], str], told: str
) -> None:
    every = lines(tmp_path / "made.geojsonl")
    path = tmp_path / f"lad{ending}"
    path.write_text("\n".join(every))
    assert len(read_layer(path).areas) == 4
    path.write_text("\n".join([every[0], change(every[1]), *every[2:]]))
    assert told in refusal(path)


def topology(path: Path, change: Callable[[list[dict[str, object]]], object]) -> Path:
    arcs = [
        [[x, 300_000], [x + 9000, 300_000], [x + 9000, 309_000], [x, 300_000]] for x in (400_000, 420_000)
    ]
    parts = [{"type": "Polygon", "arcs": [[i]], "properties": {"LAD21CD": f"E0700000{i}"}} for i in range(2)]
    change(parts)
    objects = {"lad": {"type": "GeometryCollection", "geometries": parts}}
    path.write_text(json.dumps({"type": "Topology", "objects": objects, "arcs": arcs}))
    return path


def quantised(path: Path, edges: list[int], step: float, *, degrees: bool = False) -> Path:
    """Write squares side by side from one edge to the next, as TopoJSON that counts in steps."""
    corners = gpd.GeoSeries([shapely.box(a, 300_000, b, 320_000) for a, b in pairwise(edges)], crs=27700)
    drawn = corners.to_crs(4326) if degrees else corners
    scale = [step / 111_320 / 0.61, step / 111_320] if degrees else [step, step]
    start = drawn.total_bounds[:2]
    arcs = [
        np.diff(np.rint((shapely.get_coordinates(each) - start) / scale), axis=0, prepend=0).tolist()
        for each in drawn
    ]
    held = {
        "type": "GeometryCollection",
        "geometries": [
            {"type": "Polygon", "arcs": [[i]], "properties": {"LAD21CD": f"E0700000{i}"}}
            for i in range(len(arcs))
        ],
    }
    transform = {"scale": scale, "translate": start.tolist()}
    path.write_text(
        json.dumps({"type": "Topology", "transform": transform, "objects": {"lad": held}, "arcs": arcs})
    )
    return path


@pytest.mark.parametrize("degrees", [False, True])
def test_squares_of_topojson_are_as_coarse_as_the_steps_in_which_it_counts(
    tmp_path: Path, degrees: bool
) -> None:
    crs = "EPSG:4326" if degrees else "EPSG:27700"

    def read(edges: list[int], step: float) -> Layer:
        return read_layer(quantised(tmp_path / "lad.topojson", edges, step, degrees=degrees), assume_crs=crs)

    fine, coarse = (read([400_000, 413_000, 433_000, 475_500], step) for step in (0.5, 110.0))
    assert (fine.drawn, fine.resolution_m) == (True, None)
    assert not coarse.drawn
    # a line that was rounded lies up to 0.7 of a step beside where it was
    assert coarse.resolution_m == pytest.approx(0.67 * 110, rel=0.02)
    # what two roundings of one border leave between them is no piece of an area
    assert tolerance(coarse, read([400_000, 433_000, 475_500], 83.0)).metres > 110 + 83


@pytest.mark.parametrize("transform", [{"scale": 5}, {"scale": ["a", 1]}, {"scale": [1.0]}, [], None])
def test_a_transform_of_topojson_that_is_none_is_left_to_the_read(tmp_path: Path, transform: object) -> None:
    path = quantised(tmp_path / "lad.topojson", [400_000, 420_000], 1.0)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"transform": transform}))
    assert refusal(path)


def test_a_spoilt_feature_of_topojson_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lad.topojson"
    topology(path, lambda _: None)
    assert len(read_layer(path, assume_crs="EPSG:27700").areas) == 2
    topology(path, lambda parts: parts[1].update(arcs=[[7]]))
    assert "feature 2 is made of an arc that there is not: 7" in refusal(path)
    topology(path, lambda parts: parts[1].update(type="polygon"))
    assert "the outline of feature 2 has the type 'polygon'" in refusal(path)


def test_a_feature_of_esri_json_without_attributes_is_named(tmp_path: Path) -> None:
    ring = [[0, 0], [0, 1], [1, 1], [0, 0]]
    rows = [{"attributes": {"LAD21CD": f"E0700000{i}"}, "geometry": {"rings": [ring]}} for i in range(2)]
    rows[1]["attributes"] = 7
    path = tmp_path / "lad.json"
    path.write_text(json.dumps({"geometryType": "esriGeometryPolygon", "features": rows}))
    assert "feature 2 has no attributes" in refusal(path)


def shapefile(folder: Path) -> Path:
    return save(draw(FOUR), folder / "lad.shp")


def test_a_row_of_a_dbf_that_is_marked_as_deleted_is_noted(tmp_path: Path) -> None:
    path = shapefile(tmp_path)
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    _, start, width = struct.unpack_from("<IHH", table, 4)
    table[start + width] = ord("*")
    path.with_suffix(".dbf").write_bytes(table)
    read = read_layer(path)
    assert len(read.areas) == 3
    assert "lad.shp: 1 record marked as deleted in the file was left out (2)" in read.notes
    table[start + width] = ord("x")
    path.with_suffix(".dbf").write_bytes(table)
    assert "row 2 begins with no mark" in refusal(path)


def test_a_spoilt_record_of_a_shapefile_is_told(tmp_path: Path) -> None:
    path = shapefile(tmp_path)
    data = bytearray(path.read_bytes())
    for at, value in ((108, 9), (108 + 44 - 8, 2**30), (100, 9)):  # type, number of points, number of record
        bad = bytearray(data)
        struct.pack_into("<i", bad, at, value)
        path.write_bytes(bad)
        assert "lad.shp" in refusal(path)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return save(draw(FOUR), tmp_path / "lad.gpkg")


def loosened(path: Path, *statements: str) -> Path:
    """Change a GeoPackage as a program does that keeps neither counts nor indexes."""
    with sqlite3.connect(path) as base:
        for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            base.execute(statement)
    return path


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE gpkg_ogr_contents SET feature_count = 3", "its count of them says 3"),
        ("INSERT INTO lad (geom, LAD21CD) SELECT geom, 'E07000099' FROM lad LIMIT 1", "has 5 rows in 'lad'"),
        ("DELETE FROM lad WHERE fid = 2", "has 3 rows in 'lad'"),
        ("DELETE FROM rtree_lad_geom WHERE id = 2", "its spatial index says 3"),
        ("UPDATE lad SET geom = substr(geom, 1, 60) WHERE fid = 2", "lad.gpkg"),
        ("UPDATE lad SET geom = x'00' WHERE fid = 2", "lad.gpkg"),
    ],
)  # fmt: skip
def test_a_geopackage_that_counts_wrong_or_is_spoilt_is_told(
    package: Path, statement: str, told: str
) -> None:
    assert told in refusal(loosened(package, statement))


def test_a_damaged_page_of_a_geopackage_is_told(package: Path) -> None:
    data = bytearray(package.read_bytes())
    at = data.find(b"E07000066") // 4096 * 4096
    data[at : at + 64] = bytes(64)
    package.write_bytes(data)
    assert "lad.gpkg" in refusal(package)


def test_a_feature_cut_out_of_a_flatgeobuf_is_told(tmp_path: Path) -> None:
    path = save(draw(FOUR), tmp_path / "lad.fgb")
    data = path.read_bytes()
    assert len(read_layer(path).areas) == 4
    # features follow each other, each behind its size: the last one goes
    ends = [
        end for end in range(len(data) - 4) if end + 4 + struct.unpack_from("<I", data, end)[0] == len(data)
    ]
    last = next(end for end in reversed(ends) if len(data) - end > 100)
    path.write_bytes(data[:last])
    assert "holds 3 features, but its header says 4" in refusal(path)
    path.write_bytes(data[:-5])
    assert "record 4 is broken" in refusal(path)


def test_features_without_an_outline_of_kml_and_gml_are_counted(tmp_path: Path) -> None:
    for ending in (".kml", ".gml"):
        path = tmp_path / f"lad{ending}"
        draw(FOUR).to_crs("EPSG:4326").to_file(path, driver=ending[1:].upper(), engine="pyogrio")
        text = path.read_text()
        assert len(read_layer(path).areas) == 4
        path.write_text(text[: len(text) // 2])
        assert "is no XML" in refusal(path)
        path.write_text(
            text.replace("<coordinates>", "<coordinates>x", 1).replace("<gml:posList>", "<gml:posList>x", 1)
        )
        if path.read_text() != text:
            assert path.name in refusal(path)


def test_a_damaged_page_of_parquet_is_told(tmp_path: Path) -> None:
    path = tmp_path / "lad.parquet"
    draw(FOUR).to_parquet(path, compression=None, write_page_checksum=True)
    data = bytearray(path.read_bytes())
    data[data.find(b"E07000066") + 8] ^= 1
    path.write_bytes(data)
    assert "lad.parquet" in refusal(path)


def test_a_row_of_a_geodatabase_that_is_spoilt_is_told(tmp_path: Path) -> None:
    path = tmp_path / "lad.gdb"
    draw(FOUR).to_file(path, driver="OpenFileGDB", layer="lad", engine="pyogrio")
    table = next(p for p in path.glob("*.gdbtable") if b"E07000066" in p.read_bytes())
    data = bytearray(table.read_bytes())
    # the rows of a table: a size, then the row; that of B says that it is short
    at = data.find(b"E07000066")
    size = next(i for i in range(at - 4, 0, -1) if 100 < struct.unpack_from("<I", data, i)[0] < 400)
    struct.pack_into("<I", data, size, 3)
    table.write_bytes(data)
    assert "lad.gdb" in refusal(path)
    index = table.with_suffix(".gdbtablx")
    table.write_bytes(data)
    entries = bytearray(index.read_bytes())
    entries[16 + 5 : 16 + 10] = bytes(5)
    index.write_bytes(entries)
    assert "lad.gdb" in refusal(path)


def test_every_format_is_among_these() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [ending for ending in DRIVERS if ending not in text and ending not in (".geoparquet", ".pq")] == []


def test_a_sound_layer_of_every_format_is_read_whole(tmp_path: Path) -> None:
    drivers = {".gml": "GML", ".kml": "KML", ".gdb": "OpenFileGDB", ".geojsonl": "GeoJSONSeq"}
    for ending in (".shp", ".gpkg", ".geojson", ".fgb", ".geojsonl", ".kml", ".gml", ".gdb"):
        path = tmp_path / f"lad{ending}"
        frame = draw(FOUR) if ending not in (".kml", ".geojsonl") else draw(FOUR).to_crs("EPSG:4326")
        named = {"driver": drivers[ending]} if ending in drivers else {}
        frame.to_file(path, engine="pyogrio", **named)
        assert sorted(read_layer(path).areas.index) == [*draw(FOUR)["LAD21CD"]], ending


def test_an_empty_outline_is_no_loss(tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(draw(FOUR))
    frame.loc[1, "geometry"] = shapely.Polygon()
    frame.loc[2, "geometry"] = None
    for ending in (".shp", ".gpkg", ".geojson", ".parquet"):
        assert len(read_layer(save(frame, tmp_path / f"lad{ending}")).areas) == 4, ending
