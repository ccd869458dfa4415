"""Boundary files record by record: what is in them without reading, and which record is broken.

Four districts of a kilometre in a row, E07000001 to E07000004.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import struct
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from footprint.model.errors import InputError
from footprint.read import inspect as looking
from footprint.read.boundary import read_features
from footprint.read.files import readable
from footprint.read.inspect import inspect

fiona = pytest.importorskip("fiona")

EXAMPLE = Path(__file__).resolve().parent.parent / "data" / "south-yorkshire"


def districts(shapes: list[shapely.Geometry] | None = None, many: int = 4) -> gpd.GeoDataFrame:
    boxes = [shapely.box(400_000 + i * 1000, 300_000, 401_000 + i * 1000, 301_000) for i in range(many)]
    codes = [f"E07{i + 1:06}" for i in range(many)]
    return gpd.GeoDataFrame(
        {"LAD20CD": codes, "LAD20NM": [f"Name {i}" for i in range(many)]}, geometry=shapes or boxes, crs=27700
    )


@pytest.fixture(params=["with fiona", "without fiona"])
def fiona_there(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if request.param == "without fiona":
        monkeypatch.setitem(sys.modules, "fiona", None)
    return bool(request.param == "with fiona")


# ── two GDALs ───────────────────────────────────────────────────────────────────────────────────

BOTH = """
import warnings; warnings.simplefilter("error")
import sys
path = sys.argv[1]

def pyogrio():
    import geopandas as gpd
    frame = gpd.read_file(path, engine="pyogrio")
    print(frame.crs.to_epsg(), *frame.total_bounds.round(6), *frame.to_crs(4326).total_bounds.round(9))

def fiona():
    import fiona, pyproj, shapely
    with fiona.open(path) as records:
        crs = pyproj.CRS.from_wkt(records.crs_wkt)
        shapes = [shapely.geometry.shape(record.geometry) for record in records]
    import geopandas as gpd
    frame = gpd.GeoSeries(shapes, crs=crs)
    print(frame.crs.to_epsg(), *frame.total_bounds.round(6), *frame.to_crs(4326).total_bounds.round(9))

for name in sys.argv[2:]:
    {"fiona": fiona, "pyogrio": pyogrio}[name]()
"""


@pytest.mark.sampled
@pytest.mark.parametrize("order", [("pyogrio", "fiona") * 2, ("fiona", "pyogrio") * 2])
@pytest.mark.parametrize("name", ["lad.shp", "ics.shp"])
def test_both_gdals_live_in_one_process(order: tuple[str, ...], name: str) -> None:
    """Each brings PROJ data of its own: whichever comes first, CRS and coordinates stay the same."""
    done = subprocess.run(
        [sys.executable, "-c", BOTH, str(EXAMPLE / name), *order], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout.splitlines()
    assert len(said) == 4
    assert len(set(said)) == 1
    assert said[0].startswith("27700 ")


def test_fiona_is_not_loaded_where_nothing_is_broken() -> None:
    code = (
        "import sys; from footprint.read.boundary import read_features; "
        f"read_features({str(EXAMPLE / 'lad.shp')!r}); print('fiona' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


# ── looking in ──────────────────────────────────────────────────────────────────────────────────


def looks(path: Path) -> list[object]:
    return [one.outline for one in inspect(path)]


@pytest.mark.parametrize("ending", [".shp", ".gpkg", ".geojson", ".fgb", ".gml"])
@pytest.mark.parametrize("form", ["polygons", "heights", "no crs"])
def test_a_look_by_fiona_is_that_by_pyogrio(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, form: str
) -> None:
    frame = districts()
    if form == "heights":
        frame = frame.set_geometry(shapely.force_3d(frame.geometry.to_numpy(), 5.0), crs=frame.crs)
    if form == "no crs":
        frame = frame.set_crs(None, allow_override=True)
    path = tmp_path / f"lad{ending}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # drivers warn of a missing CRS
        frame.to_file(path, engine="pyogrio")
    by_fiona = looks(path)
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "fiona", None)
        assert looks(path) == by_fiona


def test_a_look_into_a_container_names_each_layer_and_tables_without_outlines(
    tmp_path: Path, fiona_there: bool
) -> None:
    path = tmp_path / "several.gpkg"
    districts().to_file(path, layer="lad", engine="pyogrio")
    districts(many=3).to_file(path, layer="three", engine="pyogrio")
    with sqlite3.connect(path) as held:
        held.execute("CREATE TABLE sheet (fid INTEGER PRIMARY KEY, note TEXT)")
        held.execute("INSERT INTO gpkg_contents (table_name, data_type) VALUES ('sheet', 'attributes')")
    with readable(path) as opened:
        found = looking._outlines(opened, path)
    assert [(o.layer, o.driver, o.features, o.geometry_type) for o in found] == [
        ("lad", "GPKG", 4, "Polygon"), ("three", "GPKG", 3, "Polygon"), ("sheet", "GPKG", 0, "no geometry"),
    ]  # fmt: skip
    assert [o.columns for o in found] == [("LAD20CD", "LAD20NM")] * 2 + [("note",)]


def test_a_format_that_fiona_lacks_is_looked_into_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "lad.gpkg"
    districts().to_file(path, engine="pyogrio")
    before = looks(path)

    def refuse(*_: object, **__: object) -> None:
        raise fiona.errors.DriverError("unsupported driver")

    monkeypatch.setattr(fiona, "listlayers", refuse)
    assert looks(path) == before


# ── naming the record ───────────────────────────────────────────────────────────────────────────


def open_ring(path: Path, *rows: int) -> Path:
    """Take points away from rings, so that they are open."""
    if path.suffix == ".geojson":
        document = json.loads(path.read_text())
        for row in rows:
            ring = document["features"][row - 1]["geometry"]["coordinates"][0]
            del ring[3:]
        path.write_text(json.dumps(document))
        return path
    with sqlite3.connect(path) as held:
        # the triggers of the file's index call these
        for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            held.create_function(name, 1, lambda _: 0)
        for row in rows:
            blob = held.execute("SELECT geom FROM lad WHERE fid = ?", (row,)).fetchone()[0]
            head, wkb = blob[:40], blob[40:]  # with an envelope; then order, type and number of rings
            open_one = wkb[:9] + struct.pack("<I", 3) + wkb[13 : 13 + 48]
            held.execute("UPDATE lad SET geom = ? WHERE fid = ?", (head + open_one, row))
    held.close()
    return path


def refusal(path: Path) -> InputError:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(InputError) as found:
            read_features(path)
    return found.value


@pytest.mark.parametrize("ending", [".gpkg", ".geojson"])
@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ((2,), "; record 2 (E07000002) is broken, the other 3 are sound"),
        ((1, 4), "; records 1 (E07000001), 4 (E07000004) are broken, the other 2 are sound"),
        ((1, 2, 4), "4 (E07000004) are broken, the other 1 is sound"),
    ],
)
def test_an_outline_that_cannot_be_made_is_named(
    tmp_path: Path, ending: str, rows: tuple[int, ...], told: str, fiona_there: bool
) -> None:
    path = tmp_path / f"lad{ending}"
    districts().to_file(path, engine="pyogrio", **({"layer": "lad"} if ending == ".gpkg" else {}))
    error = refusal(open_ring(path, *rows))
    assert error.where == str(path)
    assert error.fault.startswith("cannot be read as a boundary file (")
    if not fiona_there:
        assert "record" not in error.fault
        assert error.remedy.endswith("To name the record that is broken, install fiona.")
        return
    assert error.fault.endswith(told)
    assert (
        error.remedy
        == f"Draw {'that area' if len(rows) == 1 else 'those areas'} again, or delete the record."
    )


def test_a_record_of_one_layer_of_several_is_named_in_a_zip(
    tmp_path: Path, zipped: Callable[[Path], Path]
) -> None:
    path = tmp_path / "all.gpkg"
    districts(many=3).to_file(path, layer="before", engine="pyogrio")
    districts().to_file(path, layer="lad", engine="pyogrio")
    open_ring(path, 3)
    with pytest.raises(
        InputError, match=r"all\.gpkg\.zip: .*; record 3 \(E07000003\) is broken, the other 3"
    ):
        read_features(zipped(path), layer="lad")


@pytest.fixture
def zipped(tmp_path: Path) -> Callable[[Path], Path]:
    def made(path: Path) -> Path:
        return Path(shutil.make_archive(str(path), "zip", tmp_path, path.name))

    return made


def test_a_text_that_is_not_in_its_encoding_is_named(tmp_path: Path, fiona_there: bool) -> None:
    frame = districts()
    frame["LAD20NM"] = ["A", "B", "Ynys Mon", "D"]
    path = tmp_path / "lad.shp"
    frame.to_file(path, engine="pyogrio")
    dbf = path.with_suffix(".dbf")
    dbf.write_bytes(dbf.read_bytes().replace(b"Ynys Mon", b"Ynys M\xf4n"))
    path.with_suffix(".cpg").write_text("UTF-8")
    error = refusal(path)
    named = "; record 3 (E07000003) is broken, the other 3 are sound" if fiona_there else ""
    assert error.fault == f"holds text that is not UTF-8 (byte 0xf4){named}"
    assert "State the encoding" in error.remedy
    assert ("install fiona" in error.remedy) is not fiona_there


def test_the_record_where_a_file_is_cut_off_is_told(tmp_path: Path) -> None:
    path = tmp_path / "lad.fgb"
    districts(many=500).to_file(path, engine="pyogrio")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    with fiona.open(path) as records:
        whole = sum(1 for _ in records)
    assert 200 < whole < 499
    error = refusal(path)
    told = (
        f"; record {whole + 1} is broken, nothing behind it can be read, and of those before it {whole} are"
    )
    assert error.fault.endswith(f"{told} sound")
    assert error.remedy == "Fetch or export it again."


def test_inspect_tells_of_the_record(tmp_path: Path) -> None:
    path = tmp_path / "lad.gpkg"
    districts().to_file(path, layer="lad", engine="pyogrio")
    problem = inspect(open_ring(path, 2))[0].problem
    assert problem is not None
    assert "record 2 (E07000002) is broken" in problem.fault


def test_a_file_that_cannot_be_opened_at_all_has_no_record_to_name(tmp_path: Path) -> None:
    path = tmp_path / "lad.geojson"
    path.write_text("no JSON")
    error = refusal(path)
    assert "record" not in error.fault
    assert "fiona" not in error.remedy
