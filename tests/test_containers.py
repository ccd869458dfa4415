"""What containers of outlines hold beside the areas that are meant, and what they say of themselves."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import shapely
from maps import draw, save

from footprint.model.errors import InputError
from footprint.read.boundary import read_layer

LADS = draw("A B")
ROOT = '<wfs:FeatureCollection xmlns:wfs="w" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:a="a"'
GRID = 'srsName="urn:ogc:def:crs:EPSG::27700"'


def outline(shape: shapely.Polygon, name: str) -> str:
    """Return an outline in an element that says what it is."""
    corners = " ".join(f"{x} {y}" for x, y in shape.exterior.coords)
    ring = f"<gml:LinearRing><gml:posList>{corners}</gml:posList></gml:LinearRing>"
    return f"<a:{name}><gml:Polygon {GRID}><gml:exterior>{ring}</gml:exterior></gml:Polygon></a:{name}>"


def label(shape: shapely.Polygon) -> str:
    """Return a point in an area, as a property."""
    x, y = shape.centroid.coords[0]
    return f"<a:label><gml:Point {GRID}><gml:pos>{x} {y}</gml:pos></gml:Point></a:label>"


def gml(path: Path, *features: str, root: str = "") -> Path:
    """Write features with the codes of two districts."""
    members = "".join(
        f"<wfs:member><a:lad gml:id='f{i}'><a:LAD21CD>{LADS['LAD21CD'][i]}</a:LAD21CD>{held}</a:lad>"
        "</wfs:member>"
        for i, held in enumerate(features)
    )
    path.write_text(f"{ROOT} {root}>{members}</wfs:FeatureCollection>")
    return path


# ── GeoParquet ──────────────────────────────────────────────────────────────────────────────────


def test_of_several_columns_of_outlines_it_is_told_which_was_taken(tmp_path: Path) -> None:
    wide = LADS.assign(wide=LADS.geometry.buffer(1_000).envelope, label=LADS.geometry.centroid)
    found = read_layer(save(wide, tmp_path / "lad.parquet"))
    assert found.areas.area.tolist() == [1e8, 1e8]
    assert found.notes[0] == (
        "lad.parquet: outlines are those of column 'geometry', the main one by the file itself; 'wide', "
        "'label' are not used"
    )
    turned = read_layer(save(wide.set_geometry("wide"), tmp_path / "wide.parquet"))
    assert turned.areas.area.tolist() == [1.44e8, 1.44e8]
    assert "column 'wide'" in turned.notes[0]
    assert read_layer(save(LADS, tmp_path / "one.parquet")).notes == ()


# ── GML ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_label_before_the_outline_is_left_alone(tmp_path: Path) -> None:
    held = [label(shape) + outline(shape, "geom") for shape in LADS.geometry]
    areas = read_layer(gml(tmp_path / "a.gml", *held)).areas
    assert areas.area.tolist() == [1e8, 1e8]


@pytest.mark.parametrize("first", ["geom", "generalised"])
def test_two_outlines_of_one_feature_are_told(tmp_path: Path, first: str) -> None:
    second = {"geom": "generalised", "generalised": "geom"}[first]
    held = [outline(s, first) + outline(s.buffer(-2_000).envelope, second) for s in LADS.geometry]
    with pytest.raises(InputError, match=f"feature f0 has two outlines, '{first}' and '{second}'"):
        read_layer(gml(tmp_path / "a.gml", *held))


def test_a_label_behind_the_outline_is_told(tmp_path: Path) -> None:
    held = [outline(shape, "geom") + label(shape) for shape in LADS.geometry]
    with pytest.raises(InputError, match="feature f0 has 'label' behind its outline 'geom'"):
        read_layer(gml(tmp_path / "a.gml", *held))


# ── files that were cut off ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("root", "told"),
    [
        ('numberMatched="300" numberReturned="2"', "numberMatched"),
        ('numberMatched="unknown" numberReturned="2" next="https://example.org/?startIndex=2"', "next"),
        ('numberMatched="2" numberReturned="2"', ""),
        ('numberMatched="unknown" numberReturned="2"', ""),
        ("", ""),
    ],
)
def test_gml_says_that_more_matched(tmp_path: Path, root: str, told: str) -> None:
    path = gml(tmp_path / "a.gml", *(outline(shape, "geom") for shape in LADS.geometry), root=root)
    assert read_layer(path).source.cut_off == told


@pytest.mark.parametrize(
    ("top", "told"),
    [
        ({"numberMatched": 300, "numberReturned": 2}, "numberMatched"),
        ({"totalFeatures": 300}, "totalFeatures"),
        ({"links": [{"rel": "self", "href": "a"}, {"rel": "next", "href": "b"}]}, "next"),
        ({"exceededTransferLimit": True}, "exceededTransferLimit"),
        ({"numberMatched": 2, "totalFeatures": "unknown", "links": [{"rel": "self", "href": "a"}]}, ""),
        ({"links": "next"}, ""),
    ],
)
def test_geojson_says_that_more_matched(tmp_path: Path, top: dict[str, object], told: str) -> None:
    path = save(LADS, tmp_path / "a.geojson")
    path.write_text(json.dumps(json.loads(path.read_text()) | top))
    assert read_layer(path).source.cut_off == told


# ── archives ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("beside", ["._a.geojson", "in/._a.geojson", "in/__MACOSX/a.geojson", "__MACOSX/._a"])
def test_what_macos_keeps_beside_a_file_is_no_boundary_file(tmp_path: Path, beside: str) -> None:
    path = save(LADS, tmp_path / "a.geojson")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(path, "in/a.geojson")
        archive.writestr(beside, b"\0\5\x16\7")
    assert len(read_layer(tmp_path / "a.zip").areas) == 2
