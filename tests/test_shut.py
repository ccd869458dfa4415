"""Nothing but the files that are named is opened: no address, no other file, whatever a file says.

A listener on loopback counts whoever comes; Python's own sockets refuse.
"""

from __future__ import annotations

import http.server
import json
import socket
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from maps import draw, grid_units, save, write_csv, write_plan
from typer.testing import CliRunner

from footprint.cli import app
from footprint.model.errors import InputError
from footprint.read.boundary import read_layer
from footprint.read.formats import DRIVERS
from footprint.read.table import read_table

SECRET = "E07000099,Somewhere else"


class Listener:
    """An address on loopback, and what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(http.server.BaseHTTPRequestHandler):
            def handle_one_request(self) -> None:
                asked.append(str(self.rfile.readline()))
                self.close_connection = True

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture(scope="module")
def every_listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.server.shutdown()
    listener.server.server_close()


@pytest.fixture
def listener(every_listener: Listener, monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    every_listener.asked.clear()

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was asked for")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    yield every_listener
    assert every_listener.asked == []


def geojson(**more: object) -> str:
    return json.dumps(json.loads(draw("A B").to_crs("EPSG:4326").to_json()) | more)


def vrt(source: str) -> str:
    return (
        f'<OGRVRTDataSource><OGRVRTLayer name="lad"><SrcDataSource>{source}</SrcDataSource>'
        "</OGRVRTLayer></OGRVRTDataSource>"
    )


def pipeline(source: str) -> str:
    return json.dumps({"type": "gdal_streamed_alg", "command_line": f"gdal vector pipeline ! read {source}"})


def wfs(source: str) -> str:
    return f"<OGRWFSDataSource><URL>{source}</URL></OGRWFSDataSource>"


def gml(schema: str, crs: str = "EPSG:27700") -> str:
    ring = "400000,300000 410000,300000 410000,310000 400000,300000"
    return (
        '<ogr:FeatureCollection xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xsi:schemaLocation="http://ogr.maptools.org/ {schema}" xmlns:ogr="http://ogr.maptools.org/" '
        'xmlns:gml="http://www.opengis.net/gml"><gml:featureMember><ogr:lad><ogr:geometryProperty>'
        f'<gml:Polygon srsName="{crs}"><gml:outerBoundaryIs><gml:LinearRing><gml:coordinates>{ring}'
        "</gml:coordinates></gml:LinearRing></gml:outerBoundaryIs></gml:Polygon></ogr:geometryProperty>"
        "<ogr:LAD21CD>E07000065</ogr:LAD21CD></ogr:lad></gml:featureMember></ogr:FeatureCollection>"
    )


def kml(link: str) -> str:
    ring = "-2,52 -1.9,52 -1.9,52.1 -2,52"
    return (
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><NetworkLink><Link><href>{link}</href></Link>'
        f"</NetworkLink><Placemark><name>E07000065</name><styleUrl>{link}#a</styleUrl><Polygon>"
        f"<outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs>"
        "</Polygon></Placemark></Document></kml>"
    )


# What a file of any name may hold that would open something else, made from an address or a path.
WRAPPERS: dict[str, Callable[[str], str]] = {
    "a virtual data set": lambda a: vrt(f"/vsicurl/{a}/x.geojson"),
    "a virtual data set of a file": lambda _: vrt("../secret.geojson"),
    "a pipeline": lambda a: pipeline(f"/vsicurl/{a}/x.geojson"),
    "a pipeline of a file": lambda _: pipeline("../secret.geojson"),
    "a service of features": wfs,
    "a CRS at an address": lambda a: geojson(crs={"type": "link", "properties": {"href": f"{a}/crs"}}),
    "a CRS that is an address": lambda a: geojson(crs={"type": "url", "properties": {"url": f"{a}/crs"}}),
    "a connection": lambda _: "PG:host=127.0.0.1 dbname=x",
    "an address": lambda a: f"{a}/x.geojson",
    "a virtual file": lambda a: f"/vsicurl/{a}/x.geojson",
    "a pipeline that says it is features": lambda a: (
        '{"type": "FeatureCollection", "features": [], "x": ' + pipeline(f"/vsicurl/{a}/x.geojson") + "}"
    ),
    "GML of a schema elsewhere": lambda a: gml(f"{a}/x.xsd"),
    "GML of a schema in a file": lambda _: gml("../secret.xsd"),
    "GML with a CRS at an address": lambda a: gml("x.xsd", f"{a}/crs"),
    "KML with links": kml,
    "XML with an entity": lambda a: f'<!DOCTYPE kml [<!ENTITY x SYSTEM "{a}/x">]><kml>&x;</kml>',
}
ENDINGS = [ending for ending in DRIVERS if ending != ".gdb"]


@pytest.mark.sampled
@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_no_file_of_any_name_opens_something_else(tmp_path: Path, listener: Listener, wrapper: str) -> None:
    save(draw("C D").to_crs("EPSG:4326"), tmp_path / "secret.geojson")
    inner = tmp_path / "in"
    inner.mkdir()
    for ending in (*ENDINGS, ".vrt", ".gdbtable", ".gdalg.json"):
        path = inner / f"lad{ending}"
        path.write_text(WRAPPERS[wrapper](listener.address), encoding="utf-8")
        if ending == ".shp":
            (inner / "lad.dbf").write_text(WRAPPERS[wrapper](listener.address), encoding="utf-8")
        with zipfile.ZipFile(inner / f"lad{ending}.zip", "w") as archive:
            archive.write(path, path.name)
        for each in (path, inner / f"lad{ending}.zip"):
            try:
                read = read_layer(each)
            except InputError:
                continue
            assert set(read.areas.index) <= {"E07000065", "E07000066"}, each
    assert listener.asked == []


@pytest.mark.parametrize(
    "name", ["/vsicurl/{}/x.geojson", "{}/x.geojson", "WFS:{}/", "GeoJSON:{}/x", "PG:host={}"]
)
def test_no_name_is_an_address(tmp_path: Path, listener: Listener, name: str) -> None:
    stated = name.format(listener.address)
    for read in (read_layer, read_table):
        with pytest.raises(InputError):
            read(stated)


@pytest.mark.parametrize(
    "stem", ["a!b", "a;b", "a?b", "zip+a", "a#b", "a%20b", "a b", "x.zip!y", "http:", "-a", "a:b"]
)
def test_no_sign_in_a_name_leads_to_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stem: str
) -> None:
    """pyogrio takes `a!b.geojson` for b.geojson in an archive a."""
    monkeypatch.chdir(tmp_path)
    for other in ("b", "y", "a", ""):
        save(draw("C D"), tmp_path / f"{other}.geojson")
    path = save(draw("A B"), tmp_path / "plain.geojson").rename(tmp_path / f"{stem}.geojson")
    assert [*read_layer(path).areas.index] == ["E07000065", "E07000066"]


def plan_of(folder: Path) -> Path:
    units = grid_units("A B", size=4000)
    made = write_plan(
        folder,
        'title = "Drawn"\ndate = 2021-04-01\n[units]\ngeography = "LSOA"\npath = "units.geojson"\n'
        'population = { path = "people.csv", code = "LSOA21CD", value = "people" }\n'
        '[layers.lad]\npath = "lad.geojson"\n[levels]\nplace = "lad"\n'
        '[flows]\npath = "flows*.csv"\nunit = "unit"\nprovider = "provider"\nvalue = "count"\n'
        'kind = "count"\n'
        '[providers]\npath = "providers.csv"\ncode = "provider"\narea = "LAD21CD"\nlayer = "lad"\n',
        lad=draw("A B", size=4000),
        units=units,
        people={"LSOA21CD": list(units["LSOA21CD"]), "people": [1000, 2000]},
        flows={
            "unit": list(units["LSOA21CD"]),
            "provider": ["http://127.0.0.1:9/x", "s3://x/y"],
            "count": [9, 8],
        },
        providers={"provider": ["http://127.0.0.1:9/x", "s3://x/y"], "LAD21CD": ["E07000065", "E07000066"]},
    )
    # what DuckDB might take for an address or a pattern
    write_csv(made / "flows[http:].csv", unit=["E01000000"], provider=["/vsicurl/x"], count=[3])
    return made


COMMANDS = (
    ["check", "{plan}", "--fail-on", "never"],
    ["check", "{plan}", "--format", "json", "--fail-on", "never"],
    ["flows", "{plan}", "--polygons", "{out}/polygons.gpkg"],
    ["report", "{plan}", "-o", "{out}/report.html"],
    ["report", "{plan}", "-o", "{out}/report.docx"],
    ["report", "{plan}", "-o", "{out}/report.xlsx"],
    ["map", "{plan}", "-o", "{out}/map.svg"],
    ["export", "{plan}", "-o", "{out}/areas.gpkg"],
    ["export", "{plan}", "-o", "{out}/areas.geojson"],
    ["compare", "{plan}", "{plan}"],
    ["inspect", "{plan}/lad.geojson"],
    ["overlap", "{plan}/lad.geojson", "{plan}/lad.geojson"],
    ["who", "E07000065", "{plan}"],
    ["init", "{plan}", "-o", "{out}/drafted.toml"],
    ["draw", "{plan}", "--level", "place", "--areas", "1", "--band", "1-", "-o", "{out}/options"],
    ["codes", "E08000025"],
    ["fetch", "--list"],
    ["fetch", "--search", "ccg 2021"],
    ["cache"],
    ["rules"],
    ["explain", "FP201"],
    ["guide"],
    ["schema", "plan"],
)  # fmt: skip


@pytest.mark.sampled
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_needs_a_network(tmp_path: Path, listener: Listener, command: list[str]) -> None:
    out = tmp_path / "out"
    out.mkdir()
    plan = plan_of(tmp_path / "plan")
    run = CliRunner().invoke(app, [part.format(plan=plan, out=out) for part in command])
    assert run.exit_code == 0, run.output


def test_what_is_hashed_is_what_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is swapped while it is read leaves digest and figures of one and the same."""
    import hashlib

    from footprint.read import boundary

    path = save(draw("A B"), tmp_path / "lad.geojson")
    first = hashlib.sha256(path.read_bytes()).hexdigest()
    real = boundary.read_frame

    def swapping(*given: object) -> object:
        save(draw("C D E"), path)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(boundary, "read_frame", swapping)
    read = read_layer(path)
    assert (len(read.areas), read.source.sha256) == (2, first)


def test_a_geodatabase_has_a_digest_too(tmp_path: Path) -> None:
    path = tmp_path / "lad.gdb"
    draw("A B").to_file(path, driver="OpenFileGDB", layer="lad", engine="pyogrio")
    first = read_layer(path).source.sha256
    assert len(first) == 64
    draw("A C").to_file(path, driver="OpenFileGDB", layer="lad", engine="pyogrio")
    assert read_layer(path).source.sha256 != first


def test_a_geopackage_that_another_program_has_open_is_refused(tmp_path: Path) -> None:
    path = save(draw("A B"), tmp_path / "lad.gpkg")
    path.with_name("lad.gpkg-wal").write_bytes(b"changes")
    with pytest.raises(InputError, match="open in another program"):
        read_layer(path)


def test_a_geopackage_with_a_table_elsewhere_is_refused(tmp_path: Path) -> None:
    import sqlite3

    path = save(draw("A B"), tmp_path / "lad.gpkg")
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA writable_schema = ON")
        base.execute(
            "INSERT INTO sqlite_master VALUES ('table', 'x', 'x', 0, "
            "'CREATE VIRTUAL TABLE x USING VirtualOGR(''/etc/hosts'')')"
        )
    with pytest.raises(InputError, match="refers to something else"):
        read_layer(path)


def test_a_spreadsheet_with_an_entity_is_refused(tmp_path: Path, listener: Listener) -> None:
    path = tmp_path / "people.xlsx"
    gpd.pd.DataFrame({"LSOA21CD": ["E01000001"], "people": [1]}).to_excel(path, index=False)
    bad = tmp_path / "bad.xlsx"
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{listener.address}/x">]>'
    for encoding in ("utf-8", "utf-16"):
        with zipfile.ZipFile(path) as one, zipfile.ZipFile(bad, "w") as other:
            for name in one.namelist():
                text = one.read(name)
                if name.endswith("sheet1.xml"):
                    text = (entity + text.decode().partition("?>")[2]).encode(encoding)
                other.writestr(name, text)
        with pytest.raises(InputError, match="document type"):
            read_table(bad)
