"""Files of formats that are not read: what they are, and what to do with them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from maps import draw, save
from typer.testing import CliRunner

from footprint.cli import app
from footprint.model.errors import InputError
from footprint.read.boundary import read_layer
from footprint.read.inspect import inspect
from footprint.read.postcodes import rows_with

LADS = draw("A B")
LINK = "<NetworkLink><Link><href>https://example.org/more.kml</href></Link></NetworkLink>"


def error_of(path: Path) -> InputError:
    with pytest.raises(InputError) as told:
        read_layer(path)
    return told.value


@pytest.mark.parametrize(
    ("ending", "fault", "remedy"),
    [
        (".kmz", "is KML in an archive (KMZ)", "Unpack it as a zip file, and name the .kml in it."),
        (".ndjson", "is JSON with a feature a line, by its ending", "Call it .geojsonl."),
        (".gz", "is packed", "Unpack it."),
        (".dbf", "is a part of a shapefile", "Name the .shp beside it, which it belongs to."),
        (".tab", "is of MapInfo", "Convert it: ogr2ogr areas.gpkg lad.tab"),
    ],
)
def test_a_file_of_another_format_is_told_with_what_to_do(
    tmp_path: Path, ending: str, fault: str, remedy: str
) -> None:
    path = tmp_path / f"lad{ending}"
    path.write_bytes(b"\xff\xfe\x00")
    error = error_of(path)
    assert (error.fault, error.remedy) == (f"{fault}, which footprint does not read", remedy)
    # in the place of a plan as well
    run = CliRunner().invoke(app, ["check", str(path)])
    assert run.exit_code == 2
    assert run.stderr == f"error: {path}: {error.fault}. {error.remedy}\n"


def test_what_is_not_read_is_left_out_of_a_draft_with_a_word(tmp_path: Path) -> None:
    save(LADS, tmp_path / "lad.shp")
    (tmp_path / "old.kmz").write_bytes(b"PK")
    assert CliRunner().invoke(app, ["init", str(tmp_path)]).exit_code == 0
    drafted = (tmp_path / "footprint.toml").read_text(encoding="utf-8")
    assert "- old.kmz: is KML in an archive (KMZ)" in drafted
    assert "lad.dbf" not in drafted


def test_outlines_as_text_are_told_with_how_to_convert_them(tmp_path: Path) -> None:
    path = tmp_path / "lad.csv"
    LADS.assign(shape=LADS.geometry.to_wkt()).drop(columns="geometry").to_csv(path, index=False)
    error = error_of(path)
    assert error.fault == "has outlines as text (WKT) in column 'shape', which footprint does not read"
    assert error.remedy.endswith("areas.gpkg lad.csv -oo GEOM_POSSIBLE_NAMES=shape")
    with pytest.raises(InputError, match="WKT"):
        inspect(path)
    path.write_text("LAD21CD,kind\nE07000065,polygon\n", encoding="utf-8")
    assert error_of(path).fault == "is a table without geometry or coordinates"


def test_json_of_links_alone_is_told(tmp_path: Path) -> None:
    path = tmp_path / "lad.json"
    path.write_text(json.dumps({"collections": [], "links": [{"rel": "items", "href": "x"}]}))
    assert "it names features in its links and holds none" in error_of(path).fault


def test_a_link_of_kml_to_another_file_is_told(tmp_path: Path) -> None:
    places = "".join(
        f"<Placemark><ExtendedData><Data name='LAD21CD'><value>{code}</value></Data></ExtendedData><Polygon>"
        f"<outerBoundaryIs><LinearRing><coordinates>{' '.join(f'{x},{y}' for x, y in shape.exterior.coords)}"
        "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for code, shape in zip(LADS["LAD21CD"], LADS.to_crs("EPSG:4326").geometry, strict=True)
    )

    def kml(held: str) -> Path:
        path = tmp_path / "lad.kml"
        path.write_text(f"<kml xmlns='http://www.opengis.net/kml/2.2'><Document>{held}</Document></kml>")
        return path

    note = "lad.kml: 1 link to another file (NetworkLink) was not followed"
    assert read_layer(kml(places + LINK)).notes[0] == note
    assert note not in read_layer(kml(places)).notes
    assert error_of(kml(LINK * 2)).fault == (
        "cannot be read as a boundary file (it holds no area, only 2 links to other files (NetworkLink), "
        "which footprint does not open)"
    )


def test_a_packed_lookup_of_postcodes_is_told(tmp_path: Path) -> None:
    path = tmp_path / "postcodes.csv.gz"
    path.write_bytes(gzip.compress(b"pcds,lsoa21\nS1 2AB,E01000001\n"))
    with pytest.raises(InputError) as told:
        rows_with(path, "S1", "2AB")
    assert (told.value.fault, told.value.remedy) == ("is packed (gzip), and no text", "Unpack it.")


def test_a_file_that_says_that_it_is_not_whole_is_told_by_inspect(tmp_path: Path) -> None:
    path = tmp_path / "lad.geojson"
    document = json.loads(LADS.to_crs("EPSG:4326").to_json())
    path.write_text(json.dumps(document | {"links": [{"rel": "next", "href": "x"}]}))
    shown = CliRunner().invoke(app, ["inspect", str(path)]).stdout
    assert "may lack areas  the file says that it was cut off (next)" in shown
