"""What stands twice in a file, or where a library does not look, is told; and what would grow without end."""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from maps import draw, save

from footprint.model.errors import InputError
from footprint.read import attributes
from footprint.read.boundary import read_layer
from footprint.read.files import readable
from footprint.read.grid import twins
from footprint.read.table import read_table

ROWS = [["code", "people"], ["E1", 1000], ["E2", 2000]]


def refusal(read: Callable[[Path], object], path: Path) -> str:
    with pytest.raises(InputError) as told:
        read(path)
    assert "footprint-" not in str(told.value)
    return str(told.value)


# ── workbooks ───────────────────────────────────────────────────────────────────────────────────


def workbook(path: Path, before: bytes, after: bytes) -> Path:
    """Write a workbook in whose sheet some bytes are others."""
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert before in parts[sheet]
    parts[sheet] = parts[sheet].replace(before, after)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("stated", [b"A1:B2", b"A1:A3", b"A1", b"A1:XFD1048576"])
def test_a_workbook_is_read_whole_whatever_size_it_states(tmp_path: Path, stated: bytes) -> None:
    table = read_table(workbook(tmp_path / "a.xlsx", b'ref="A1:B3"', b'ref="' + stated + b'"'))
    assert table.frame.to_numpy().tolist() == [["E1", "1000"], ["E2", "2000"]]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (b'<row r="3"', b'<row r="2"', "has row 2 behind row 2"),
        (b'<row r="3"', b'<row r="1"', "has row 1 behind row 2"),
        (b'<row r="3"', b'<row r="9999999"', "has row 9,999,999 behind row 2"),
        (b'r="B3"', b'r="A3"', "not in its place in row 3"),
        (b'r="B3"', b'r="B2"', "not in its place in row 3"),
        (b'r="B3"', b'r="ZZZ3"', "not in its place in row 3"),
        (b"<v>2000</v>", b'<f t="array" ref="B3">1+1</f>', "has a formula without a value in cell B3"),
    ],
)
def test_cells_that_stand_twice_or_nowhere_are_told(
    tmp_path: Path, before: bytes, after: bytes, told: str
) -> None:
    assert told in refusal(read_table, workbook(tmp_path / "a.xlsx", before, after))


def limited(bytes_left: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (bytes_left, bytes_left))


def test_a_cell_far_off_takes_no_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "far.xlsx")
    program = "from footprint.read.table import read_table; read_table('far.xlsx')"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False,
        preexec_fn=limited(4 * 2**30),
    )  # fmt: skip
    assert "InputError: far.xlsx: has no heading above column 16384" in done.stderr


def test_rows_that_are_mostly_empty_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("footprint.read.workbook._SPREAD", 10_000)
    path = workbook(tmp_path / "a.xlsx", b'r="B3"', b'r="XFD3"')
    assert "is 16,384 columns wide in 3 rows" in refusal(read_table, path)


# ── archives ────────────────────────────────────────────────────────────────────────────────────


def zipped(path: Path, *entries: tuple[str, bytes], how: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["../../lad.geojson"], "which lies outside of it"),
        (["lad.geojson/"], "is a folder, and empty"),
        (["x.gdb/"], "is a folder, and empty"),
        (["x.gdb/a", "x.gdb/a/b"], "cannot be unpacked"),
        ([f"{'x' * 300}.geojson"], "cannot be unpacked"),
        (["lad.shp", "lad.dbf", "lad.DBF"], "holds two files called lad.DBF, lad.dbf"),
    ],
)
def test_entries_that_cannot_be_unpacked_are_told(tmp_path: Path, names: list[str], told: str) -> None:
    assert told in refusal(read_layer, zipped(tmp_path / "a.zip", *((name, b"x") for name in names)))


@pytest.mark.parametrize("name", [".", "/", "./", "..", "a/..", " ", "qqqq"])
def test_entries_without_a_name_are_none(tmp_path: Path, name: str) -> None:
    layer = draw("A B").to_json().encode()
    path = zipped(tmp_path / "a.zip", (name, b"x"), ("lad.geojson", layer))
    path.write_bytes(path.read_bytes().replace(b"qqqq", bytes(4)))
    assert len(read_layer(path).areas) == 2


@pytest.mark.parametrize("how", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damage_in_an_archive_of_any_kind_is_told(tmp_path: Path, how: int) -> None:
    text = draw("A B").to_json().encode()
    path = zipped(tmp_path / "a.zip", ("lad.geojson", text), how=how)
    sound = path.read_bytes()
    begins = sound.find(b"lad.geojson") + len("lad.geojson")
    for at in range(begins, begins + 40, 3):
        path.write_bytes(sound[:at] + b"\xff\xfe\xfd" + sound[at + 3 :])
        try:
            areas = read_layer(path).areas
        except InputError as fault:
            told = str(fault)
            assert told.startswith(f"{path}: cannot be unpacked (")
        else:  # not all of those bytes mean something; the rest is held to a checksum
            assert [*areas.index] == ["E07000065", "E07000066"]


class Counted(str):
    """A name that counts how often it is held against another."""

    times = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Counted.times += 1
        return str.__eq__(self, other)  # type: ignore[no-any-return]


def test_names_are_not_held_each_against_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive of 100,000 entries would be 10^10 comparisons."""
    names = [Counted(f"{i}.txt") for i in range(1000)]
    Counted.times = 0
    monkeypatch.setattr(zipfile.ZipFile, "namelist", lambda _: names)
    assert "a.zip: holds no boundary file" in refusal(read_layer, zipped(tmp_path / "a.zip", ("a.txt", b"")))
    assert twins([*names, names[7], Counted("7.txt")]) == ["7.txt"]
    assert Counted.times < 10 * len(names)


# ── outlines ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("part", [".dbf", ".prj", ".cpg"])
def test_parts_of_a_shapefile_that_differ_in_capitals_are_told(tmp_path: Path, part: str) -> None:
    path = save(draw("A B"), tmp_path / "lad.shp")
    shutil.copy(path.with_suffix(part), path.with_suffix(part.upper()))
    if path.with_suffix(part).samefile(path.with_suffix(part.upper())):
        pytest.skip("capitals make no other file here")
    assert f"has two parts, lad{part.upper()} and lad{part}" in refusal(read_layer, path)


def test_a_table_of_a_shapefile_whose_rows_hold_nothing_is_told(tmp_path: Path) -> None:
    path = save(draw("A B"), tmp_path / "lad.shp")
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[10:12] = b"\0\0"
    path.with_suffix(".dbf").write_bytes(table)
    assert "its rows hold nothing" in refusal(read_layer, path)


def test_two_columns_of_one_name_are_told(tmp_path: Path) -> None:
    path = save(draw("A B"), tmp_path / "lad.shp")
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[32:43] = table[64:75]
    path.with_suffix(".dbf").write_bytes(table)
    assert "has two columns called LAD21NM" in refusal(read_layer, path)


RING = "<outerBoundaryIs><LinearRing><coordinates>{}</coordinates></LinearRing></outerBoundaryIs>"
OUTLINES = [f"<Polygon>{RING.format(f'{x},52 {x + 0.1},52 {x},52.1 {x},52')}</Polygon>" for x in (-2.0, -1.5)]


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (f"<name>E07000065</name>{OUTLINES[0]}{OUTLINES[1]}", "feature 1 has two outlines"),
        (f"<name>E07000065</name>{OUTLINES[0]}<name>E07000066</name>", "feature 1 has two names"),
        (f"<name>E07000065</name><MultiGeometry>{OUTLINES[0]}{OUTLINES[1]}</MultiGeometry>", None),
    ],
)
def test_what_a_place_of_kml_has_twice_is_told(tmp_path: Path, held: str, told: str | None) -> None:
    path = tmp_path / "lad.kml"
    path.write_text(
        f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>x</name><Placemark>{held}</Placemark>'
        "</Document></kml>"
    )
    if told is None:
        assert len(read_layer(path).areas.geometry.iloc[0].geoms) == 2
    else:
        assert told in refusal(read_layer, path)


def test_a_null_character_in_json_is_told(tmp_path: Path) -> None:
    """GDAL ends text there: E07000065\\0x would be E07000065."""
    frame = draw("A B").to_crs("EPSG:4326")
    for text in ("E07000065\0x", "E07000065\\\0x"):
        frame["LAD21CD"] = [text, "E07000066"]
        for ending, separator in ((".geojson", ", "), (".geojsonl", "\n")):
            features = [json.dumps(each) for each in json.loads(frame.to_json())["features"]]
            whole = separator.join(features)
            if ending == ".geojson":
                whole = f'{{"type": "FeatureCollection", "features": [{whole}]}}'
            (tmp_path / f"lad{ending}").write_text(whole)
            assert "holds a null character" in refusal(read_layer, tmp_path / f"lad{ending}")
    frame["LAD21NM"] = ["a\\u0000b", "c"]  # a backslash and letters
    frame["LAD21CD"] = ["E07000065", "E07000066"]
    assert [*read_layer(save(frame, tmp_path / "b.geojson")).areas["name"]] == ["a\\u0000b", "c"]


@pytest.mark.parametrize(
    "stated",
    [
        '"EPSG:4277"', "4277", '["EPSG:4277"]', '{"type": "name"}', '{"properties": {"name": "EPSG:4277"}}',
        '{"type": "name", "properties": {"name": "OSGB36"}}',
        '{"type": "name", "properties": {"name": 4277}}',
        '{"type": "name", "properties": {"name": "EPSG:99999"}}',
        '{"type": "EPSG", "properties": {"code": 9}}',
        '{"type": "name", "properties": {"name": "/etc/passwd"}}',
    ],
)  # fmt: skip
def test_a_crs_in_no_form_of_geojson_is_told(tmp_path: Path, stated: str) -> None:
    """GDAL would take it for WGS 84, 100 m off."""
    path = save(draw("A B").to_crs("EPSG:4326"), tmp_path / "lad.geojson")
    document = json.loads(path.read_text()) | {"crs": json.loads(stated)}
    path.write_text(json.dumps(document))
    assert f"states its CRS as {stated}" in refusal(read_layer, path)


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        (None, "EPSG:4326"),
        ({"type": "name", "properties": {"name": "EPSG:4277"}}, "EPSG:4277"),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4277"}}, "EPSG:4277"),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, "EPSG:4326"),
        ({"type": "name", "properties": {"name": "http://www.opengis.net/def/crs/EPSG/0/4277"}}, "EPSG:4277"),
        ({"type": "EPSG", "properties": {"code": 4277}}, "EPSG:4277"),
    ],
)
def test_a_crs_is_read_in_each_form_that_geojson_has(tmp_path: Path, stated: object, read: str) -> None:
    path = save(draw("A B").to_crs("EPSG:4326"), tmp_path / "lad.geojson")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"crs": stated}))
    assert read_layer(path).source.crs == read


# ── GeoPackage and Parquet ──────────────────────────────────────────────────────────────────────


def package(folder: Path, *statements: str) -> Path:
    """Write a GeoPackage that somebody changed without GDAL."""
    path = save(draw("A B"), folder / "lad.gpkg")
    base = sqlite3.connect(path)
    for trigger in [n for (n,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
        base.execute(f'DROP TRIGGER "{trigger}"')
    for statement in statements:
        base.execute(statement)
    base.commit()
    base.close()
    return path


def test_a_damaged_view_beside_a_layer_is_nothing_to_it(tmp_path: Path) -> None:
    """What SQLite says of it quotes bytes that are no text."""
    path = package(tmp_path, "CREATE VIEW damaged AS SELECT qqqq FROM gpkg_contents")
    path.write_bytes(path.read_bytes().replace(b"qqqq", b"\x8e\x8eqq"))
    assert len(read_layer(path).areas) == 2


def test_a_null_character_in_a_geopackage_is_told(tmp_path: Path) -> None:
    path = package(tmp_path, "UPDATE lad SET LAD21CD = LAD21CD || char(0) || 'x' WHERE fid = 2")
    assert "holds a null character in the text of row 2" in refusal(read_layer, path)


def test_a_view_without_an_end_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("footprint.read.database._STEPS", 500_000)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    path = package(
        tmp_path,
        "ALTER TABLE lad RENAME TO held",
        f"CREATE VIEW lad AS {endless} SELECT i AS fid, geom, LAD21CD, LAD21NM FROM n, held",
    )
    assert "has a view with far more rows" in refusal(read_layer, path)
    assert attributes.read_areas(path, None, None, None, None) is None


def test_a_geopackage_with_a_journal_is_refused(tmp_path: Path) -> None:
    path = package(tmp_path)
    path.with_name("lad.gpkg-journal").write_bytes(b"what stood there before")
    assert "open in another program" in refusal(read_layer, path)
    path.with_name("lad.gpkg-journal").write_bytes(bytes(512))  # a journal whose changes were kept
    with readable(path):
        pass


@pytest.mark.parametrize("kind", [pa.timestamp("us"), pa.date64(), pa.timestamp("ms", "Europe/London")])
def test_days_beyond_the_years_of_python_are_no_fault(tmp_path: Path, kind: pa.DataType) -> None:
    far = pa.array([2**58, 0], pa.int64()).cast(kind)
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"code": ["E1", "E2"], "people": [1, 2], "changed": far}), path)
    table = read_table(path)
    assert table.frame[["code", "people"]].to_numpy().tolist() == [["E1", "1"], ["E2", "2"]]
    assert table.frame["changed"].iloc[0] not in ("", table.frame["changed"].iloc[1])


def test_geoparquet_of_very_many_equal_rows_is_refused(tmp_path: Path) -> None:
    draw("A").to_parquet(tmp_path / "lad.parquet")
    one = pq.read_table(tmp_path / "lad.parquet")
    many = pa.Table.from_arrays(
        [
            pa.DictionaryArray.from_arrays(pa.array([0] * 8_000_000, pa.int8()), column.combine_chunks())
            for column in one.columns
        ],
        schema=pa.schema([(n, pa.dictionary(pa.int8(), one.schema.field(n).type)) for n in one.column_names]),
    )
    pq.write_table(many.replace_schema_metadata(one.schema.metadata), tmp_path / "lad.parquet")
    assert "times its own size unpacked" in refusal(read_layer, tmp_path / "lad.parquet")
