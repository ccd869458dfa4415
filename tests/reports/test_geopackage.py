"""Findings as map layers: what GDAL reads back, and how QGIS is told to draw it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from maps import draw, save
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.reports import board as reports
from footprint.reports.as_geopackage import as_columns
from footprint.reports.board import Board
from footprint.reports.content.verdict import verdict_of
from footprint.reports.maps.palette import MARKS, SEVERITY
from footprint.results.run import compare_paths

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = ROOT / "data" / "south-yorkshire"
BASSETLAW = ROOT / "data" / "proposals" / "bassetlaw-2022"


@pytest.fixture(scope="module")
def board() -> Board:
    return Board(footprint.check(footprint.load_plan(EXAMPLE)))


@pytest.fixture(scope="module")
def path(board: Board, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("findings") / "findings.gpkg"
    reports.save(board, made)
    return made


def read(path: Path, layer: str) -> gpd.GeoDataFrame:
    return gpd.read_file(path, layer=layer)


def plan_of(folder: Path, la: gpd.GeoDataFrame, ics: gpd.GeoDataFrame) -> footprint.Plan:
    save(la, folder / "lad.gpkg")
    save(ics, folder / "ics.gpkg")
    (folder / "footprint.toml").write_text(
        'title = "Drawn"\ndate = 2021-04-01\n[layers.lad]\npath = "lad.gpkg"\n'
        '[layers.ics]\npath = "ics.gpkg"\n'
        '[levels]\nsystem = "ics"\n[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "nest"\n',
        encoding="utf-8",
    )
    return footprint.load_plan(folder)


def test_a_layer_for_each_kind_that_has_ground_then_boundaries_and_tables(board: Board, path: Path) -> None:
    layers = {str(name): kind for name, kind in pyogrio.list_layers(path)}
    assert list(layers) == [
        *board.ground.layers,
        "boundaries_system", "boundaries_place", "boundaries_neighbourhood",
        "boundaries_lad", "boundaries_utla",
        "findings", "about", "layer_styles",
    ]  # fmt: skip
    assert {layers[kind] for kind in MARKS if kind in layers} == {"MultiPolygon"}
    assert [layers[name] for name in ("findings", "about", "layer_styles")] == [None] * 3
    for name, kind in layers.items():
        if kind is not None:
            assert read(path, name).crs == "EPSG:27700"


def test_the_split_county_is_the_ground_of_its_units(path: Path) -> None:
    found = read(path, "split_pieces").set_index("other_code")
    units = gpd.read_file(EXAMPLE / "boundaries.gpkg", layer="lsoa").set_index("LSOA11CD")
    lookup = pd.read_csv(EXAMPLE / "lookup_lsoa11.csv").set_index("LSOA11CD")
    bassetlaw = units[lookup["LAD21CD"].reindex(units.index) == "E07000171"].union_all()
    piece = found.loc["E54000009"]
    assert shapely.symmetric_difference(piece.geometry, bassetlaw).area < 1
    assert (piece["rule"], piece["severity"], piece["code"]) == ("FP201", "error", "E10000024")
    assert piece["people"] == 117_800
    assert "Nottinghamshire" in piece["message"]


def test_every_finding_stands_in_the_table_as_in_the_json(board: Board, path: Path) -> None:
    table = read(path, "findings")
    told = json.loads(json.dumps(board.document["findings"]))
    assert table["finding"].tolist() == list(range(1, len(told) + 1))
    for row, finding in zip(table.to_dict("records"), told, strict=True):
        assert [row[k] for k in ("rule", "name", "severity", "layer", "message", "hint")] == [
            finding[k] for k in ("rule", "name", "severity", "layer", "message", "hint")
        ]
        assert (row["accepted"] if isinstance(row["accepted"], str) else None) == finding["accepted"]
        fields = {k: v for k, v in finding["evidence"].items() if k != "kind"}
        assert json.loads(row["evidence_fields"]) == fields
        for other in finding["others"]:
            assert f"{other['name']} ({other['code']})" in row["others"]


def test_ground_refers_to_the_finding_by_its_number(path: Path) -> None:
    table = read(path, "findings").set_index("finding")
    drawn: dict[int, set[str]] = {}
    for kind in ("split_pieces", "misaligned_units", "areas"):
        for row in read(path, kind).to_dict("records"):
            assert row["rule"] == table.loc[row["finding"], "rule"]
            drawn.setdefault(row["finding"], set()).add(kind)
    assert {n: set(v.split("; ")) for n, v in table["drawn_in"].dropna().items() if v} == drawn


def test_numbers_are_numbers_and_lists_are_text(tmp_path: Path) -> None:
    """A gap between A and C, of 25 km²."""
    la = draw("A A B\nA C B\nC C C")
    la["geometry"] = la.geometry.difference(shapely.box(408_000, 308_000, 413_000, 313_000))
    reports.save(
        Board(footprint.check(plan_of(tmp_path, la, draw("X X X\nX X X\nX X X", "ICS")))), tmp_path / "f.gpkg"
    )
    [gap] = read(tmp_path / "f.gpkg", "gaps").to_dict("records")
    assert gap["area_m2"] == pytest.approx(25e6)
    assert isinstance(gap["width_m"], float)
    assert isinstance(gap["beside"], str)
    assert (gap["code"], gap["beside"]) == ("E07000065", "Area A (E07000065), Area C (E07000067)")
    assert gap["geometry"].area == pytest.approx(25e6)


def test_columns_of_lists_and_of_nothing_become_text() -> None:
    frame = pd.DataFrame(
        {"a": [("x", "y"), None], "b": [float("nan"), None], "c": [1.5, None], "d": ["*", 3]}
    )
    found = as_columns(frame)
    assert found["a"].tolist() == ["x; y", pd.NA]
    assert found["d"].tolist() == ["*", "3"]
    assert [str(found[name].dtype) for name in "abcd"] == ["string", "string", "float64", "string"]


def test_what_moves_and_the_boundary_as_it_was(tmp_path: Path) -> None:
    change = compare_paths(BASSETLAW, [])
    reports.save(Board(change.after, change), tmp_path / "f.gpkg")
    [move] = read(tmp_path / "f.gpkg", "moves").to_dict("records")
    assert (move["code"], move["other_code"], move["people"]) == ("E54000009", "E54000060", 117_800)
    now, before = (
        read(tmp_path / "f.gpkg", name).set_index("code") for name in ("boundaries_system", "before_system")
    )
    lost = before.geometry["E54000009"].difference(now.geometry["E54000061"])
    assert shapely.symmetric_difference(lost, move["geometry"]).area < 1
    assert set(read(tmp_path / "f.gpkg", "findings")["new"].dropna()) == {0, 1}
    names = [str(name) for name, _ in pyogrio.list_layers(tmp_path / "f.gpkg")]
    assert [name for name in names if name.startswith("before_")] == ["before_system"]


def test_what_could_not_be_drawn_or_checked_is_said(path: Path, board: Board) -> None:
    told = read(path, "about").groupby("what")["text"].agg(list)
    assert told["title"] == [board.title]
    assert told["verdict"] == list(verdict_of(board))
    assert told["attribution"] == list(board.plan.attribution)
    assert len(told["not checked"]) == len(board.document["skipped"])


# ── styles ──────────────────────────────────────────────────────────────────────────────────────


def styles(path: Path) -> dict[str, tuple[object, ...]]:
    with sqlite3.connect(path) as file:
        rows = file.execute(
            "SELECT f_table_name, f_table_catalog, f_table_schema, f_geometry_column, useAsDefault, "
            "styleQML, id FROM layer_styles"
        ).fetchall()
    return {row[0]: row[1:] for row in rows}


def test_each_layer_has_a_default_style_where_qgis_looks_for_it(path: Path) -> None:
    found = styles(path)
    spatial = {str(name) for name, kind in pyogrio.list_layers(path) if kind is not None}
    assert set(found) == spatial
    with sqlite3.connect(path) as file:
        columns = dict(file.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
    for name, (catalog, schema, column, default, _, number) in found.items():
        assert (catalog, schema, column, default) == ("", "", columns[name], 1)
        assert number


def test_severity_is_the_colour_and_kind_the_hatch(path: Path) -> None:
    seen = set()
    for name, (*_, qml, _) in styles(path).items():
        root = ET.fromstring(str(qml).partition("\n")[2])
        renderer = root.find("renderer-v2")
        assert root.tag == "qgis"
        assert renderer is not None
        assert renderer.get("type") == "RuleRenderer"
        rules = renderer.findall("rules/rule")
        symbols = {symbol.get("name"): symbol for symbol in renderer.findall("symbols/symbol")}
        assert [rule.get("symbol") for rule in rules] == list(symbols)
        if name not in MARKS:
            assert [layer.get("class") for layer in symbols["0"].findall("layer")] == ["SimpleLine"]
            continue
        kinds = [layer.get("class") for layer in symbols["0"].findall("layer")]
        seen.add((name, *kinds))
        for word, rule in zip(SEVERITY, rules, strict=False):
            fill = symbols[rule.get("symbol")].find("layer/Option/Option[@name='outline_color']")
            assert fill is not None
            red, green, blue = (int(SEVERITY[word][at : at + 2], 16) for at in (1, 3, 5))
            assert fill.get("value") == f"{red},{green},{blue},255"
            assert word in str(rule.get("filter"))
    assert seen == {
        ("split_pieces", "SimpleFill", "LinePatternFill"),
        ("misaligned_units", "SimpleFill", "PointPatternFill"),
        ("areas", "SimpleFill"),
    }


def test_only_the_smaller_pieces_of_a_split_are_hatched_and_numbered(path: Path) -> None:
    pieces = read(path, "split_pieces").set_index("piece")["other_code"].to_dict()
    assert pieces == {"largest": "E54000014", "smaller": "E54000009"}
    root = ET.fromstring(str(styles(path)["split_pieces"][4]).partition("\n")[2])
    symbols = {symbol.get("name"): symbol for symbol in root.iter("symbol")}
    hatches = {}
    for rule in root.iter("rule"):
        piece = "largest" if "'largest'" in str(rule.get("filter")) else "smaller"
        kinds = [layer.get("class") for layer in symbols[rule.get("symbol")].findall("layer")]
        hatches.setdefault(piece, []).append("LinePatternFill" in kinds)
        assert f"\"piece\" = '{piece}'" in str(rule.get("filter"))
    assert hatches == {"smaller": [True] * 5, "largest": [False]}
    words = root.find("labeling/settings/text-style")
    assert words is not None
    assert words.get("fieldName") == 'CASE WHEN "piece" = \'smaller\' THEN to_string("finding") END'


_QGIS = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import QgsApplication, QgsMapRendererSequentialJob, QgsMapSettings, QgsVectorLayer
from qgis.PyQt.QtCore import QSize
app = QgsApplication([], True)
app.initQgis()
layers = [QgsVectorLayer(f"{sys.argv[1]}|layername={name}", name, "ogr") for name in sys.argv[2:]]
for layer in layers:
    rules = layer.renderer().rootRule().children() if layer.renderer().type() == "RuleRenderer" else []
    print(layer.name(), layer.isValid(), layer.featureCount(), layer.crs().authid(), len(rules))
drawn = QgsMapSettings()
drawn.setLayers(layers)
drawn.setOutputSize(QSize(900, 800))
drawn.setDestinationCrs(layers[0].crs())
drawn.setExtent(layers[-1].extent())
job = QgsMapRendererSequentialJob(drawn)
job.start()
job.waitForFinished()
named = {at.layerID for at in job.takeLabelingResults().labelsWithinRect(drawn.extent())}
print(*sorted(layer.name() for layer in layers if layer.id() in named))
"""


def test_qgis_opens_it_coloured(path: Path, tmp_path: Path) -> None:
    python = shutil.which("python3", path="/usr/bin")
    if python is None or subprocess.run([python, "-c", "import qgis.core"], capture_output=True).returncode:
        pytest.skip("QGIS is not installed here")
    copy = shutil.copy(path, tmp_path / "f.gpkg")  # QGIS writes into what it opens
    names = ["split_pieces", "misaligned_units", "boundaries_place", "boundaries_system"]
    done = subprocess.run([python, "-c", _QGIS, copy, *names], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "split_pieces True 2 EPSG:27700 6",
        f"misaligned_units True {len(read(path, 'misaligned_units'))} EPSG:27700 5",
        f"boundaries_place True {len(read(path, 'boundaries_place'))} EPSG:27700 1",
        "boundaries_system True 2 EPSG:27700 1",
        "boundaries_place boundaries_system split_pieces",
    ]


# ── bytes, bad input ────────────────────────────────────────────────────────────────────────────


def test_the_same_report_gives_the_same_bytes(board: Board, path: Path, tmp_path: Path) -> None:
    reports.save(board, tmp_path / "again.gpkg")
    assert (tmp_path / "again.gpkg").read_bytes() == path.read_bytes()
    later = replace(board, made=board.made.replace(year=2026))
    reports.save(later, tmp_path / "later.gpkg")
    assert (tmp_path / "later.gpkg").read_bytes() != path.read_bytes()


def test_names_arrive_as_text_without_control_characters(tmp_path: Path) -> None:
    la = draw("A A B")
    la["LAD21NM"] = ["<script>alert(1)</script>\x1b[31m 'Ynys Môn'", '=HYPERLINK("x")']
    plan = plan_of(tmp_path, la, draw("X Y Y", "ICS"))
    reports.save(Board(footprint.check(plan)), tmp_path / "f.gpkg")
    piece = read(tmp_path / "f.gpkg", "split_pieces").iloc[0]
    assert piece["area"] == "<script>alert(1)</script>\ufffd[31m 'Ynys Môn'"
    assert "\x1b" not in "".join(read(tmp_path / "f.gpkg", "findings")["message"])
    assert read(tmp_path / "f.gpkg", "boundaries_lad")["name"].tolist()[1] == '=HYPERLINK("x")'


def test_a_plan_without_findings_has_its_boundaries_all_the_same(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, draw("A"), draw("X", "ICS"))
    reports.save(Board(footprint.check(plan, ["FP201"])), tmp_path / "f.gpkg")
    assert [str(name) for name, _ in pyogrio.list_layers(tmp_path / "f.gpkg")] == [
        "boundaries_system", "boundaries_lad", "findings", "about", "layer_styles",
    ]  # fmt: skip
    assert len(read(tmp_path / "f.gpkg", "findings")) == 0


@pytest.mark.thorough
def test_ten_thousand_findings_are_all_there(board: Board, tmp_path: Path) -> None:
    many = replace(board.result, findings=board.result.findings * 480)
    big = Board(many)
    object.__setattr__(big, "ground", board.ground)
    reports.save(big, tmp_path / "f.gpkg")
    assert len(read(tmp_path / "f.gpkg", "findings")) == 480 * len(board.result.findings) > 10_000


def test_the_command_writes_it_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "none" / "findings.gpkg"
    done = CliRunner().invoke(app, ["report", str(EXAMPLE), "-o", str(out)])
    assert done.exit_code == 2
    assert f"{out}: cannot be written (No such file or directory)" in done.output
    out = tmp_path / "findings.gpkg"
    assert CliRunner().invoke(app, ["report", str(EXAMPLE), "-o", str(out)]).exit_code == 0
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.national
@pytest.mark.filterwarnings("ignore:.*winding order")
def test_england_has_the_split_districts_of_the_lookup(
    nation: footprint.Result, england: Path, tmp_path: Path
) -> None:
    reports.save(Board(nation), tmp_path / "f.gpkg")
    pieces = read(tmp_path / "f.gpkg", "split_pieces")
    lookup = pd.read_csv(england / "lookup_lsoa11_ccg21_stp21_ltla21.csv")[["lsoa11_code", "stp21_code"]]
    districts = pd.read_csv(england / "lookup_lsoa11_ltla20.csv")[["lsoa11_code", "ltla20_code"]]
    systems = lookup.merge(districts).groupby("ltla20_code")["stp21_code"].unique()
    expected = {(c, s) for c, held in systems.items() if len(held) > 1 for s in held}
    mine = pieces[(pieces["layer"] == "lad") & (pieces["other_layer"] == "ics")]
    assert set(zip(mine["code"], mine["other_code"], strict=True)) == expected
    assert np.isfinite(mine.geometry.area).all()
