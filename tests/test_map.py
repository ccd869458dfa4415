"""The static map: what is on it, in every format, and in words."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import geopandas as gpd
import matplotlib
import numpy as np
import pandas as pd
import pytest
import shapely
from maps import code, draw, save
from PIL import Image
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.model.errors import InputError
from footprint.reports.as_html.mapdata import concerned, map_data
from footprint.reports.as_html.maplayers import map_layers
from footprint.reports.board import Board
from footprint.reports.content.message import message_of
from footprint.reports.maps.drawing import drawing
from footprint.reports.maps.drawn import border_lines
from footprint.reports.maps.figure import composed, own_settings, save_figure
from footprint.reports.maps.labels import scale_bar
from footprint.reports.maps.palette import BORDERS, MARKS, SEVERITY
from footprint.reports.maps.placed import Placed
from footprint.reports.maps.svg import svg_map
from footprint.reports.registry import endings
from footprint.results.run import compare_paths

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "south-yorkshire"
BASSETLAW = ROOT / "data" / "proposals" / "bassetlaw-2022"
SVG = "{http://www.w3.org/2000/svg}"

formats = pytest.mark.parametrize("ending", endings("map"))


def run(*arguments: object, code_: int = 0) -> str:
    """Run a command; returns stdout and stderr."""
    done = CliRunner().invoke(app, [str(a) for a in arguments])
    assert done.exit_code == code_, done.output
    assert "Traceback" not in done.output
    return done.output


@pytest.fixture(scope="module")
def board() -> Board:
    return Board(footprint.check(footprint.load_plan(EXAMPLE)))


@pytest.fixture(scope="module")
def change() -> Board:
    found = compare_paths(BASSETLAW, [])
    return Board(found.after, found)


def drawn_plan(folder: Path, la: gpd.GeoDataFrame, ics: gpd.GeoDataFrame, title: str = "Drawn") -> Path:
    save(la, folder / "lad.gpkg")
    save(ics, folder / "ics.gpkg")
    (folder / "footprint.toml").write_text(
        f"title = '''{title}'''\ndate = 2021-04-01\n[layers.lad]\npath = 'lad.gpkg'\n"
        '[layers.ics]\npath = "ics.gpkg"\n[levels]\nplace = "lad"\nsystem = "ics"\n'
        '[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "nest"\n',
        encoding="utf-8",
    )
    return folder


# ── what is on it ───────────────────────────────────────────────────────────────────────────────


def test_the_smaller_piece_of_the_split_county_is_hatched(board: Board) -> None:
    [patch] = drawing(board).patches
    units = gpd.read_file(EXAMPLE / "boundaries.gpkg", layer="lsoa").set_index("LSOA11CD")
    lookup = pd.read_csv(EXAMPLE / "lookup_lsoa11.csv").set_index("LSOA11CD")
    bassetlaw = units[lookup["LAD21CD"].reindex(units.index) == "E07000171"].union_all()
    assert shapely.symmetric_difference(patch.shape, bassetlaw).area < 1
    assert patch.text == "Nottinghamshire: 117,800 people in South Yorkshire and Bassetlaw"


def test_pieces_are_numbered_from_1_by_size_and_within_a_report_as_their_findings(tmp_path: Path) -> None:
    """One square of A lies in V, two of B, and C is whole."""
    la, ics = draw("C C C C C\nA A A A A\nB B B B B"), draw("U U U U U\nU U U U V\nU U U V V", "ICS")
    made = Board(footprint.check(footprint.load_plan(drawn_plan(tmp_path, la, ics))))
    assert [(p.label, p.text[:6]) for p in drawing(made).patches] == [("1", "Area B"), ("2", "Area A")]
    named = {str(n): f.area.name for n, f in made.numbered() if f.divided and f.area}
    assert {p.label: p.text[:6] for p in drawing(made, within=True).patches} == named
    assert sorted(named.values()) == ["Area A", "Area B"]
    assert re.findall(r">(\d+)</text>", svg_map(made)) == sorted(named)


def test_a_change_to_what_is_no_level_is_drawn_on_the_layer_that_it_alters() -> None:
    step = footprint.propose(
        {"E07000171": "E08000017"}, title="Bassetlaw to Doncaster", effective_date="2027-04-01", layer="utla"
    )
    found = footprint.compare(footprint.load_plan(EXAMPLE), step)
    made = Board(found.after, found)
    drawn = drawing(made)
    assert [b.title for b in drawn.borders] == [
        "Systems", "Upper-tier authorities", "Upper-tier authorities before the change",
    ]  # fmt: skip
    assert drawn.footer[0] == "Change of 1 April 2027, on boundaries of 1 April 2021."
    [move] = [patch for patch in drawn.patches if patch.kind == "moves"]
    assert move.tag == "A Bassetlaw"
    # Nottinghamshire, as it was, and Doncaster; all else is context
    districts = gpd.read_file(EXAMPLE / "lad.shp").set_index("LAD21CD")
    lookup = pd.read_csv(EXAMPLE / "lookup_lad21_utla21.csv").set_index("LAD21CD")["CTYUA21CD"]
    about = lookup.reindex(districts.index).isin(["E10000024", "E08000017"])
    assert drawn.focus is not None
    assert drawn.focus.ground.area == pytest.approx(districts.geometry[about].area.sum(), rel=1e-3)
    data = map_data(made)
    about = [[np.cumsum(np.reshape(ring, (-1, 2)), axis=0) for ring in rings] for rings in data["about"]]
    # Nottingham is a hole in Nottinghamshire
    ground = sum(shapely.Polygon(outer, holes).area for outer, *holes in about) * data["step"] ** 2
    assert ground == pytest.approx(drawn.focus.ground.area, rel=0.01)


def test_levels_are_drawn_widest_first_and_other_layers_when_asked_for(board: Board) -> None:
    assert [b.key for b in drawing(board).borders] == ["ics", "ccg", "neighbourhood"]
    assert [b.title for b in drawing(board, ["lad", "place"]).borders] == ["Places", "Districts"]
    # the county is split between systems, which are not on this map
    assert drawing(board, ["place"]).patches == ()


def test_a_change_shows_what_moves_and_where_the_border_was(change: Board) -> None:
    found = drawing(change)
    [move] = [patch for patch in found.patches if patch.kind == "moves"]
    assert move.label == "A"
    assert (
        move.text
        == "117,800 people move from South Yorkshire and Bassetlaw to Nottingham and Nottinghamshire"
    )
    assert [b.title for b in found.borders][-1] == "Systems before the change"
    assert move.shape.area == pytest.approx(639_269_991, abs=1)


def test_a_change_that_touches_every_area_is_drawn_whole(change: Board) -> None:
    found = drawing(change)
    assert found.focus is None
    assert found.concerns(found.borders[0].areas.geometry.iloc[0])


def test_a_page_opens_on_the_area_that_the_message_names_first(board: Board) -> None:
    assert message_of(board.result).sentences[0].startswith("Nottinghamshire is split")
    districts = gpd.read_file(EXAMPLE / "lad.shp").set_index("LAD21CD")
    lookup = pd.read_csv(EXAMPLE / "lookup_lad21_utla21.csv").set_index("LAD21CD")["CTYUA21CD"]
    county = districts.geometry[lookup.reindex(districts.index) == "E10000024"].total_bounds
    longest = max(county[2] - county[0], county[3] - county[1])
    expected = county + np.array([-1, -1, 1, 1]) * 0.5 * longest
    assert concerned(board) == pytest.approx(tuple(expected), abs=1)
    [layer] = [each for each in map_layers(board) if each.key.startswith("split_pieces") and each.on]
    # the smaller piece has the name of the county on it, the largest has none
    assert [(row.get("s"), "m" in row) for row in layer.rows] == [(None, True), ("Nottinghamshire", False)]


def test_the_description_says_all_that_is_drawn(board: Board, change: Board) -> None:
    assert drawing(board).description == (
        "Map of 2 systems, 6 places, 64 neighbourhoods. Hatched: 1: Nottinghamshire: 117,800 people in "
        "South Yorkshire and Bassetlaw."
    )
    assert "A: 117,800 people move" in drawing(change).description


def test_sources_and_attribution_are_those_of_the_plan(board: Board, tmp_path: Path) -> None:
    told = drawing(board).footer
    assert told[:2] == ("As of 1 April 2021.", "Population: Census 2021 usual residents (ONS).")
    assert told[-1] == "Contains OS data © Crown copyright and database right."
    bare = footprint.load_plan(drawn_plan(tmp_path, draw("A B"), draw("X X", "ICS")))
    assert drawing(Board(footprint.check(bare))).footer == ("As of 1 April 2021.",)


def test_a_map_says_what_is_assumed_of_people_and_of_nothing_that_it_does_not_show(
    board: Board, change: Board
) -> None:
    assumed = [told for told in drawing(board).footer if told.startswith("Assumed: ")]
    [people] = [told for told in board.plan.assumptions if told.startswith("each district's Census 2021")]
    assert len(board.plan.assumptions) == 3
    assert assumed == [f"Assumed: {people}."]
    assert assumed == [told for told in drawing(change).footer if told.startswith("Assumed: ")]


@pytest.mark.parametrize(("wide", "tall"), [(254.0, 142.875), (160.0, 112.0), (210.0, 297.0)])
def test_attribution_is_not_cut(board: Board, wide: float, tall: float) -> None:
    statements = tuple(f"Statement {n} of the licence of a file that was published" for n in range(12))
    with own_settings():
        figure = composed(replace(drawing(board), footer=statements), wide, tall)
    lines = sorted(figure.axes[0].texts, key=lambda text: -text.get_position()[1])
    assert " ".join(statements) in " ".join(text.get_text() for text in lines)


@pytest.mark.sampled
@pytest.mark.parametrize(("wide", "tall"), [(254.0, 142.875), (160.0, 112.0), (210.0, 297.0)])
def test_no_text_leaves_the_page_and_no_names_touch(
    board: Board, change: Board, tmp_path: Path, wide: float, tall: float
) -> None:
    many = Board(footprint.check(footprint.load_plan(drawn_plan(tmp_path, *crossed()))))
    for each in (board, change, many):
        with own_settings():
            figure = composed(drawing(each), wide, tall)
        draws = figure.canvas.get_renderer()
        texts = [(t, t.get_window_extent(draws)) for t in figure.axes[0].texts if t.get_text()]
        page = figure.bbox
        for text, box in texts:
            assert page.x0 <= box.x0 < box.x1 <= page.x1, text.get_text()
        names = [box for text, box in texts if text.get_path_effects()]
        for one, other in itertools.combinations(names, 2):
            apart = max(other.x0 - one.x1, one.x0 - other.x1)
            beside = one.y0 < other.y1 and other.y0 < one.y1
            # a millimetre: more than the blank within a name
            assert not beside or apart > 200 / 25.4
    assert any("more, hatched" in text.get_text() for text, _ in texts)


def crossed() -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return 24 districts that two systems share, each of which is split."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWX"
    return draw(f"{' '.join(letters)}\n{' '.join(letters)}"), draw(f"{'X ' * 24}\n{'Y ' * 24}", "ICS")


def test_borders_before_a_change_have_dashes_of_their_own(change: Board) -> None:
    marks = {layer.key: layer.mark.dash for layer in map_layers(change)}
    assert marks["ics-before"] not in ("", marks["ics"], marks["ccg"], marks["neighbourhood"], marks["lad"])


def test_an_edge_of_two_areas_is_one_line() -> None:
    lines = border_lines(draw("A B\nA C").geometry)
    # seven edges of the outline and inside, each once: 60 km around, and 10 + 20 km within
    assert lines.length == pytest.approx(80_000 + 20_000 + 10_000)


@pytest.mark.parametrize(("wide", "words"), [(900_000, "100 km"), (60_000, "10 km"), (4_000, "500 m")])
def test_the_scale_bar_is_a_round_number(wide: float, words: str) -> None:
    length, told = scale_bar(wide)
    assert told == words
    assert length <= wide / 5


# ── pictures ────────────────────────────────────────────────────────────────────────────────────


def pixels(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("RGB")).astype(int)


def near(picture: np.ndarray, colour: str) -> np.ndarray:
    """Return which pixels have a colour, or nearly so."""
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return (np.abs(picture - wanted) <= 12).all(axis=2)


def test_a_slide_is_16_to_9_and_has_every_kind_of_line(board: Board, tmp_path: Path) -> None:
    save_figure(board, tmp_path / "map.png")
    picture = pixels(tmp_path / "map.png")
    assert picture.shape == (1125, 2000, 3)
    for mark in (BORDERS["system"], BORDERS["place"], MARKS["split_pieces"]):
        assert near(picture, mark.colour).sum() > 500, mark.title
    assert not near(picture, MARKS["moves"].colour)[:, :1200].sum() > 20_000


def test_the_hatch_covers_the_piece_and_north_is_up(tmp_path: Path) -> None:
    """Area A is split: its northern tenth lies in Y."""
    la = draw("\n".join(["A"] * 10), size=5_000)
    ics = draw("\n".join(["Y"] + ["X"] * 9), "ICS", size=5_000)
    plan = footprint.load_plan(drawn_plan(tmp_path, la, ics))
    save_figure(Board(footprint.check(plan)), tmp_path / "map.png")
    picture = pixels(tmp_path / "map.png")
    ground = (picture[:, :1280] == [0xEE, 0xF1, 0xF3]).all(axis=2).sum(axis=1) > 40
    hatched = near(picture, MARKS["split_pieces"].colour)[:, :1280].sum(axis=1) > 2
    rows = np.flatnonzero(hatched)
    bottom = np.flatnonzero(ground)[-1]
    # nine tenths of the ground lie below the hatch
    assert len(rows) > 20
    assert (rows[-1] - rows[0]) / (bottom - rows[0]) == pytest.approx(0.1, abs=0.03)
    assert not ground[: rows[0]].any()


@pytest.mark.sampled
@formats
def test_the_same_map_gives_the_same_bytes(board: Board, tmp_path: Path, ending: str) -> None:
    paths = [tmp_path / f"{n}{ending}" for n in range(3)]
    save_figure(board, paths[0])
    with matplotlib.rc_context({"font.size": 30, "savefig.dpi": 20, "svg.hashsalt": None}):
        save_figure(board, paths[1])  # whatever the user has set up
    save_figure(replace(board, made=board.made.replace(year=2026)), paths[2])
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert (paths[0].read_bytes() != paths[2].read_bytes()) == (ending != ".png")


def test_an_upright_page_has_its_legend_below_the_map(board: Board, tmp_path: Path) -> None:
    save_figure(board, tmp_path / "map.png", width_mm=210, height_mm=297)
    picture = pixels(tmp_path / "map.png")
    assert picture.shape[:2] == (2338, 1653)
    assert near(picture, MARKS["split_pieces"].colour)[1606:].sum() > 100


@pytest.mark.sampled
@formats
def test_names_are_text_and_never_formulas(tmp_path: Path, ending: str) -> None:
    la = draw("A A B")
    la["LAD21NM"] = ["$\\frac{1}{0$ <script>alert(1)</script> --> & $x^2$", "Tŷ Ddewi's \x1b[31m 日本"]
    plan = drawn_plan(tmp_path, la, draw("X Y Y", "ICS"), title="$\\bad{ <b>&amp;</b> -->")
    path = tmp_path / f"map{ending}"
    run("map", plan, "-o", path)
    if ending == ".svg":
        root = ET.fromstring(path.read_text(encoding="utf-8"))
        assert not [e for e in root.iter() if e.tag.rpartition("}")[2].lower() in ("script", "b")]
        assert root.findtext(f"{SVG}title") == "$\\bad{ <b>&amp;</b> -->"
        assert "\x1b" not in path.read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_a_pdf_has_its_words_as_text(change: Board, tmp_path: Path) -> None:
    save_figure(change, tmp_path / "map.pdf")
    done = subprocess.run(
        ["pdftotext", tmp_path / "map.pdf", "-"], capture_output=True, text=True, check=True
    )
    words = " ".join(done.stdout.split())
    for told in (
        "Systems (2)",
        "Systems before the change (2)",
        "What moves (1)",
        "117,800 people move",
        "20 km",
    ):
        assert told in words
    assert "Contains OS data © Crown copyright and database right." in words


def test_what_has_no_room_in_the_legend_is_counted(tmp_path: Path) -> None:
    """Forty areas one above the other, each split between X and Y."""
    letters = [chr(ord("A") + n) for n in range(40)]
    la = draw("\n".join(f"{x} {x} {x}" for x in letters))
    ics = draw("\n".join("U U V" for _ in letters), "ICS")
    plan = footprint.load_plan(drawn_plan(tmp_path, la, ics))
    found = save_figure(Board(footprint.check(plan)), tmp_path / "map.svg")
    assert len(found.patches) == 40
    comments = re.findall(r"<!-- (.*?) -->", (tmp_path / "map.svg").read_text(encoding="utf-8"))
    [more] = [c for c in comments if c.startswith("and ")]
    told = [c for c in comments if re.fullmatch(r"Area .: .*", c)]
    assert more == f"and {40 - len(told)} more, hatched without a number"
    # only what is explained has a number, once on the map and once in the legend
    assert sorted(c for c in comments if c.isdigit()) == sorted(
        [p.label for p in found.patches][: len(told)] * 2
    )


# ── the drawing for a page ──────────────────────────────────────────────────────────────────────


def parsed(board: Board) -> ET.Element:
    return ET.fromstring(svg_map(board))


def points(path: str) -> np.ndarray:
    """Return the corners of path data of M and l, the way that a browser reads them."""
    found = []
    for part in filter(None, path.replace("z", "").split("M")):
        start, _, steps = part.partition("l")
        numbers = [float(v) for v in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", f"{start} {steps}")]
        found.append(np.cumsum(np.array(numbers).reshape(-1, 2), axis=0))
    return np.vstack(found)


def test_the_drawing_is_an_image_with_a_title_and_a_description(board: Board) -> None:
    root = parsed(board)
    assert root.get("role") == "img"
    ids = str(root.get("aria-labelledby")).split()
    texts = {e.get("id"): e.text for e in root.iter() if e.get("id")}
    assert [texts[i] for i in ids] == [board.title, drawing(board).description]
    tags = {e.tag.removeprefix(SVG) for e in root.iter()}
    assert tags == {"svg", "title", "desc", "defs", "pattern", "rect", "path", "text"}
    assert not re.search(r"http(?!://www.w3.org/2000/svg)|style=|<script|@import", svg_map(board))


def test_the_drawing_is_where_the_ground_is(board: Board) -> None:
    root = parsed(board)
    [land] = [p for p in root.iter(f"{SVG}path") if p.get("fill") == "#eef1f3"]
    found = points(str(land.get("d")))
    west, south, east, north = gpd.read_file(EXAMPLE / "ics.shp").total_bounds
    scale = max((east - west) / 776, (north - south) / 736)
    assert found.min(axis=0) == pytest.approx([12, 12], abs=1)
    assert found.max(axis=0) == pytest.approx(
        [(east - west) / scale + 12, (north - south) / scale + 12], abs=1
    )
    width, height = (float(v) for v in str(root.get("viewBox")).split()[2:])
    assert (found.max(axis=0) <= [width, height]).all()


def test_the_drawing_has_a_legend_in_words(change: Board) -> None:
    words = [e.text for e in parsed(change).iter(f"{SVG}text")]
    for told in ("Systems", "Places", "Neighbourhoods", "Systems before the change", "What moves (1)"):
        assert told in words
    assert "10 km, north is up" in words
    assert "A Bassetlaw" in words


def test_hostile_names_stay_text_in_the_drawing(tmp_path: Path) -> None:
    la = draw("A A B")
    la["LAD21NM"] = ["</title><script>alert(1)</script>\x07", '" onload="alert(1)']
    ics = draw("X Y Y", "ICS")
    ics["ICS21NM"] = ["<b>", "&amp;"]
    plan = drawn_plan(tmp_path, la, ics, title="</svg><script>")
    root = parsed(Board(footprint.check(footprint.load_plan(plan))))
    assert not list(root.iter(f"{SVG}script"))
    assert not [e for e in root.iter() if any(name.startswith("on") for name in e.attrib)]
    assert {"<b>", "&amp;"} <= {e.text for e in root.iter(f"{SVG}text")}


def test_a_drawing_refers_to_ids_that_it_has(board: Board) -> None:
    drawn = svg_map(board)
    ids = re.findall(r' id="(.*?)"', drawn)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#(.*?)\)", drawn)) <= set(ids)


def test_a_window_of_a_map_holds_the_areas_and_borders_that_are_seen_in_it(board: Board) -> None:
    drawn = drawing(board)
    for border in drawn.borders:
        west, south, east, north = border.areas.iloc[0].geometry.bounds
        window = shapely.box(west, south, (west + east) / 2, (south + north) / 2)
        every, seen = drawn.polygons(border, 50), drawn.polygons(border, 50, window)
        assert list(seen.index) == [code for code, shape in every.items() if shape.intersects(window)]
        within = [drawn.lines(border, 50, shown).intersection(window) for shown in (None, window)]
        assert within[0].length == pytest.approx(within[1].length)
        assert within[0].symmetric_difference(within[1]).length < 0.001


def test_path_data_say_where_each_corner_is() -> None:
    place = Placed(0, 100, 2.5, 3)
    shape = shapely.MultiPolygon([shapely.Point(50, 50).buffer(30), shapely.box(10, 10, 10.01, 10.01)])
    told = place.rings(shape)
    # a part that is too small to be seen is a dot
    assert told.endswith("M7 39l.1 .1z")
    assert told.count("M") == told.count("z") == 2
    corners = place.points(np.array(shape.geoms[0].exterior.coords[:-1]))
    assert points(told.split("z")[0]) == pytest.approx(corners, abs=0.051 + 1e-9)
    lines = shapely.MultiLineString([[(0, 0), (25, 0), (25, 0.01), (0, 50)], [(75, 100), (50, 75)]])
    assert place.lines(lines) == "M3 43l10 0-10-20M33 3l-10 10"
    assert place.lines(shapely.MultiLineString()) == ""


def test_the_drawing_is_the_same_twice(board: Board) -> None:
    assert svg_map(board) == svg_map(board)


@pytest.mark.national
@pytest.mark.filterwarnings("ignore:.*winding order")
def test_the_drawing_of_england_is_small(nation: footprint.Result, tmp_path: Path) -> None:
    board = Board(nation)
    assert len(svg_map(board).encode()) < 400_000
    # London stands in it once more, with the names of its systems
    assert svg_map(board).count("<svg ") == 2
    assert "Healthier" in svg_map(board).split("<svg ")[2]
    found = drawing(board)
    assert [len(b.areas) for b in found.borders] == [42, 106]
    save_figure(board, tmp_path / "map.png")
    assert (tmp_path / "map.png").stat().st_size < 1_000_000


# ── colours ─────────────────────────────────────────────────────────────────────────────────────

# Machado, Oliveira and Fernandes (2009), https://doi.org/10.1109/TVCG.2009.113, severity 1, linear RGB
_DEUTERANOPIA = [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
]
_PROTANOPIA = [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
]


def lightness_and_hue(colour: str, seen: list[list[float]]) -> np.ndarray:
    """Return CIE L*a*b* of a colour as somebody with that vision sees it."""
    rgb = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(seen) @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear
    f = np.cbrt(np.maximum(xyz / [0.9505, 1.0, 1.089], 0.008856))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("seen", [_DEUTERANOPIA, _PROTANOPIA], ids=["deuteranopia", "protanopia"])
def test_colours_of_one_map_are_apart_for_colour_blind_readers(seen: list[list[float]]) -> None:
    pairs = [
        (MARKS["split_pieces"].colour, MARKS["moves"].colour),
        (BORDERS["system"].colour, BORDERS["place"].colour),
        (MARKS["split_pieces"].colour, BORDERS["place"].colour),
        (SEVERITY["error"], SEVERITY["info"]),
    ]
    for one, other in pairs:
        apart = np.linalg.norm(lightness_and_hue(one, seen) - lightness_and_hue(other, seen))
        assert apart > 20, (one, other)


def test_colour_is_never_the_only_difference() -> None:
    assert len({mark.dash for mark in BORDERS.values()}) == len(BORDERS)
    assert MARKS["split_pieces"].hatch != MARKS["moves"].hatch


# ── the command, bad input ──────────────────────────────────────────────────────────────────────


@pytest.mark.sampled
@formats
def test_the_command_says_what_it_wrote(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"map{ending}"
    assert f"wrote {path}" in run("map", EXAMPLE, "-o", path, "--layer", "place", "--title", "Places")
    starts = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}
    assert path.read_bytes().startswith(starts[ending])
    assert "is there already" in run("map", EXAMPLE, "-o", path, code_=2)
    run("map", EXAMPLE, "-o", path, "--force")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.thorough
def test_a_proposal_can_be_given_in_three_ways(tmp_path: Path) -> None:
    ways = [[BASSETLAW], ["--proposal", BASSETLAW], [EXAMPLE, "--proposal", BASSETLAW]]
    pictures = []
    for at, arguments in enumerate(ways):
        run("map", *arguments, "-o", tmp_path / f"{at}.png", "--paper", "a4-landscape")
        pictures.append((tmp_path / f"{at}.png").read_bytes())
    assert len(set(pictures)) == 1


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["-o", "{}/map.jpeg"], "Give a name that ends in .png, .svg or .pdf."),
        (["-o", "{}/map"], "has no ending"),
        ([], "there is no file to write to"),
        (["-o", "{}/none/map.png"], "cannot be written (No such file or directory)"),
        (["-o", "{}/map.png", "--layer", "plce"], "has no level or layer 'plce'. Did you mean 'place'?"),
    ],
)
def test_bad_arguments_get_one_clear_error(tmp_path: Path, arguments: list[str], fault: str) -> None:
    said = run("map", EXAMPLE, *[a.format(tmp_path) for a in arguments], code_=2)
    assert said.count("error:") == 1
    assert fault in said
    assert list(tmp_path.iterdir()) == []


def test_a_plan_of_one_area(tmp_path: Path) -> None:
    save(draw("A"), tmp_path / "lad.gpkg")
    (tmp_path / "footprint.toml").write_text(
        'title = "One"\ndate = 2021-04-01\n[layers.lad]\npath = "lad.gpkg"\n', encoding="utf-8"
    )
    run("map", tmp_path, "-o", tmp_path / "map.png")
    board = Board(footprint.check(footprint.load_plan(tmp_path)))
    assert drawing(board).description == "Map of 1 districts."
    assert parsed(board).find(f"{SVG}path") is not None


def test_a_plan_without_outlines_says_why(tmp_path: Path) -> None:
    pd.DataFrame({"LSOA21CD": ["E01000001"], "ICS21CD": [code("X", "ICS")]}).to_csv(
        tmp_path / "lookup.csv", index=False
    )
    (tmp_path / "footprint.toml").write_text(
        'title = "Bare"\ndate = 2021-04-01\n[units]\ngeography = "LSOA"\n'
        '[layers.ics]\ngeography = "ICS"\nlookup = { path = "lookup.csv" }\n[levels]\nsystem = "ics"\n',
        encoding="utf-8",
    )
    said = run("map", tmp_path, "-o", tmp_path / "map.png", code_=2)
    assert "ics has no boundary file, only a lookup, and the units have no outlines" in said
    board = Board(footprint.check(footprint.load_plan(tmp_path)))
    with pytest.raises(InputError):
        svg_map(board)
