"""What libraries raise for a damaged file is told in the project's own words; figures in doubt are bounds."""

from __future__ import annotations

import json
import shutil
import sqlite3
import warnings
from pathlib import Path

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from maps import COUNTED_FLOWS, draw, grid_units, save, write_plan
from typer.testing import CliRunner

from footprint.cli import app
from footprint.measure.localisation import table as localisation
from footprint.model.errors import InputError
from footprint.plan.load import load_plan
from footprint.read.boundary import read_layer
from footprint.read.table import read_table

EXAMPLE = Path(__file__).parent.parent / "data" / "south-yorkshire"
EXAMPLES = Path(__file__).parent / "examples"


def run(*words: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, done.stdout, done.stderr


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as told:
        read_layer(path)
    return str(told.value)


@pytest.mark.parametrize("cut", [1, 5, 50])
def test_a_prj_that_is_cut_off_is_told(tmp_path: Path, cut: int) -> None:
    path = save(draw("A B"), tmp_path / "lad.shp")
    prj = path.with_suffix(".prj")
    prj.write_text(prj.read_text()[:-cut])
    told = refusal(path)
    assert "states a coordinate reference system that cannot be read" in told
    assert "lad.prj" in told
    code, _, said = run("inspect", path)
    assert code == 2
    assert "fault of footprint" not in said


def geoparquet(path: Path, **changes: bytes) -> Path:
    draw("A B").to_parquet(path)
    table = pq.read_table(path)
    held = dict(table.schema.metadata) | {key.encode(): value for key, value in changes.items()}
    pq.write_table(table.replace_schema_metadata(held), path)
    return path


def geo(**column: object) -> bytes:
    held = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": column}}
    return json.dumps(held).encode()


@pytest.mark.parametrize(
    "changes",
    [
        {"geo": b"\xff\xfe"},
        {"geo": b"{"},
        {"geo": b"[]"},
        {"geo": b"7"},
        {"geo": geo(encoding="WKB", crs=7)},
        {"geo": geo(encoding="WKB", crs={"a": 1})},
        {"geo": geo(encoding="point")},
        {"geo": geo(encoding="polygon")},
        {"geo": b'{"version": "1.0.0", "primary_column": 5, "columns": {"geometry": 7}}'},
        {"geo": b'{"version": "1.0.0", "primary_column": "x", "columns": {"x": {"encoding": "WKB"}}}'},
        {"pandas": b'{"x'},
        {"pandas": b'{"index_columns": 7, "columns": 5}'},
    ],
)  # fmt: skip
def test_damaged_metadata_of_parquet_is_told(tmp_path: Path, changes: dict[str, bytes]) -> None:
    path = geoparquet(tmp_path / "lad.parquet", **changes)
    assert "lad.parquet" in refusal(path)
    code, _, said = run("check", "--la", path)
    assert (code, "fault of footprint" in said) == (2, False)


def no_text() -> pa.Array:
    return pa.Array.from_buffers(pa.string(), 2, pa.array([b"E0700\xff065", b"E07000066"]).buffers())


def test_text_of_parquet_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "lad.parquet"
    draw("A B").to_parquet(path)
    pq.write_table(pq.read_table(path).set_column(0, "LAD21CD", no_text()), path)
    assert "Invalid UTF8" in refusal(path)
    table = tmp_path / "people.parquet"
    pq.write_table(pa.table({"LSOA21CD": no_text(), "people": [1, 2]}), table)
    with pytest.raises(InputError, match="Invalid UTF8"):
        read_table(table)


WKT = (
    "GEOMETRYCOLLECTION M (POLYGON M ((0 0 1, 1 0 1, 1 1 1, 0 0 1)))",
    "GEOMETRYCOLLECTION ZM (POLYGON ZM ((0 0 1 2, 1 0 1 2, 1 1 1 2, 0 0 1 2)), POINT ZM (1 2 3 4))",
    "GEOMETRYCOLLECTION (GEOMETRYCOLLECTION (POLYGON ((0 0, 1 0, 1 1, 0 0))), LINESTRING (0 0, 1 1))",
    "MULTIPOLYGON M (((0 0 1, 1 0 1, 1 1 1, 0 0 1)))",
    "POLYGON ZM ((0 0 1 2, 1 0 1 2, 1 1 1 2, 0 0 1 2))",
    "GEOMETRYCOLLECTION (POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0)), POLYGON ((0 0, 1 0, 1 1, 0 0)))",
)


@pytest.mark.sampled
@pytest.mark.parametrize("wkt", WKT)
def test_collections_and_measures_are_read(tmp_path: Path, wkt: str) -> None:
    """0.5 degree of a right angle, or of an hourglass with the triangle that fills its half."""
    shape = shapely.transform(shapely.from_wkt(wkt), lambda c: c * 0.1 + [-2, 52], include_z=False)
    for crs, ending in (("EPSG:4326", ".parquet"), ("EPSG:4326", ".gpkg")):
        frame = gpd.GeoDataFrame({"LAD21CD": ["E07000065"]}, geometry=[shape], crs=crs)
        path = tmp_path / f"lad{ending}"
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                save(frame, path)
        except Exception:
            continue  # GDAL cannot write every one of these
        area = float(read_layer(path).areas.geometry.area.iloc[0])
        assert 0.2 * 6_840 * 11_120 < area < 0.8 * 6_840 * 11_120


def halved(plan: Path, folder: Path, people: str) -> Path:
    shutil.copytree(plan, folder)
    lines = (folder / people).read_text().splitlines()
    (folder / people).write_text("\n".join(lines[: len(lines) // 2 + 1]) + "\n")
    return folder


def test_a_population_cut_at_half_is_a_finding(tmp_path: Path) -> None:
    plan = halved(EXAMPLE, tmp_path / "plan", "population_lsoa11.csv")
    code, said, err = run("check", plan, "--format", "json", "--fail-on", "never")
    assert code == 0, err
    assert {"FP304", "FP403"} <= {finding["rule"] for finding in json.loads(said)["findings"]}


def test_a_population_cut_at_half_stops_no_command(tmp_path: Path) -> None:
    plan = halved(EXAMPLES / "fail" / "fp403-catchment-straddles", tmp_path / "plan", "people.csv")
    for words in (
        ["check", plan, "--fail-on", "never"],
        ["flows", plan, "--polygons", tmp_path / "p.gpkg"],
        *(["report", plan, "-o", tmp_path / f"x{end}"] for end in (".html", ".xlsx")),
        ["map", plan, "-o", tmp_path / "x.svg"],
        ["export", plan, "-o", tmp_path / "e.gpkg"],
        ["compare", plan, plan],
    ):
        code, _, err = run(*words)
        assert code == 0, (words, err)


PROPORTIONS = (
    'title = "Drawn"\ndate = 2021-04-01\n[units]\ngeography = "LSOA"\npath = "units.geojson"\n'
    'population = { path = "people.csv", code = "LSOA21CD", value = "people" }\n'
    '[layers.lad]\npath = "lad.geojson"\n[levels]\nplace = "lad"\n'
    + COUNTED_FLOWS.replace('kind = "count"', 'kind = "proportion"')
    + 'area = "LAD21CD"\nlayer = "lad"\n'
)


@pytest.mark.sampled
@pytest.mark.parametrize("lost", [(), (0,), (1,), (0, 1), (2,)])
def test_people_whom_the_population_leaves_out_widen_the_bounds(
    tmp_path: Path, lost: tuple[int, ...]
) -> None:
    """Of area A three units go to P inside by 90 %, 50 % and 20 %; people are 1,000 each."""
    inside = [0.9, 0.5, 0.2]
    units = grid_units("A A A B", size=4000)
    codes = list(units["LSOA21CD"])
    kept = [i for i in range(4) if i not in lost]
    plan = load_plan(
        write_plan(
            tmp_path,
            PROPORTIONS,
            lad=draw("A A A B", size=4000),
            units=units,
            people={"LSOA21CD": [codes[i] for i in kept], "people": [1000] * len(kept)},
            flows={
                "unit": [codes[i] for i in (0, 1, 2) for _ in "PQ"] + [codes[3]],
                "provider": [*"PQPQPQ", "Q"],
                "count": [share for i in range(3) for share in (inside[i], 1 - inside[i])] + [1.0],
            },
            providers={"provider": ["P", "Q"], "LAD21CD": ["E07000065", "E07000066"]},
        )
    )
    row = localisation(plan).set_index("code").loc["E07000065"]
    known = [inside[i] for i in (0, 1, 2) if i not in lost]
    middle = sum(known) / len(known)
    ends = [middle, *(inside[i] for i in lost)]
    assert row["localisation_index"] == pytest.approx(middle)
    assert row["localisation_index_min"] == pytest.approx(min(ends))
    assert row["localisation_index_max"] == pytest.approx(max(ends))


def test_a_file_without_layers_says_so(tmp_path: Path) -> None:
    path = tmp_path / "empty.gpkg"
    save(draw("A B"), path)
    with sqlite3.connect(path) as base:
        for table in ("gpkg_contents", "gpkg_geometry_columns", "gpkg_ogr_contents"):
            base.execute(f"DELETE FROM {table}")
        base.execute("DROP TABLE empty")
    for style in ("terminal", "json", "csv"):
        code, _, said = run("inspect", path, "--format", style)
        assert (code, "error: " in said) == (2, True), said
        assert "has no layers" in said or "cannot be read" in said


@pytest.mark.parametrize("encoding", ["udina", "rot13", "hex", "utf-7", "shift_jis", "idna", "undefined"])
@pytest.mark.parametrize("ending", [".kml", ".gml"])
def test_xml_in_no_encoding_that_can_be_read_is_told(tmp_path: Path, ending: str, encoding: str) -> None:
    path = tmp_path / f"lad{ending}"
    path.write_text(f'<?xml version="1.0" encoding="{encoding}"?>\n<{"kml" if ending == ".kml" else "gml"}/>')
    assert "cannot be read as a boundary file (" in refusal(path)
