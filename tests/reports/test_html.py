"""The page: driven in a real browser, held against the JSON of the same run, and attacked by its input."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from dataclasses import replace as changed
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import lxml.html
import numpy as np
import pandas as pd
import pytest
import shapely
from maps import draw
from maps import save as save_map

import footprint
from footprint.model.finding import Area, Evidence, Finding, Severity
from footprint.reports import Report
from footprint.reports.as_html import page as make_page
from footprint.reports.as_html.mapdata import coordinates, map_data
from footprint.reports.board import Board
from footprint.reports.content.findings import CODE, without_codes
from footprint.reports.content.verdict import verdict_of
from footprint.results.run import compare_paths

# one browser serves every test here, and pages are made once
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore:.*winding order"),
]
ROOT = Path(__file__).parent.parent.parent
EXAMPLE, PROPOSAL = ROOT / "data" / "south-yorkshire", ROOT / "data" / "proposals" / "bassetlaw-2022"
MADE = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
LIMIT = 6_000_000


# ── pages ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def boards() -> Callable[[str], Board]:
    """Return boards by name, each checked once."""
    held: dict[str, Board] = {}

    def get(name: str) -> Board:
        if name not in held:
            if name == "example":
                held[name] = Board(footprint.check(footprint.load_plan(EXAMPLE)), None, MADE)
            else:
                found = compare_paths(PROPOSAL, [])
                held[name] = Board(found.after, found, MADE)
        return held[name]

    return get


@pytest.fixture(scope="session")
def written(
    boards: Callable[[str], Board], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """Return pages by the name of their board."""
    folder = tmp_path_factory.mktemp("pages")

    def get(name: str) -> Path:
        path = folder / f"{name}.html"
        if not path.exists():
            path.write_text(make_page(boards(name)), encoding="utf-8")
        return path

    return get


@pytest.fixture(scope="session")
def national(england: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Board, Path]:
    """Return England with flows, and its page."""
    folder = tmp_path_factory.mktemp("england")
    plan = (ROOT / "tests" / "england.toml").read_text(encoding="utf-8") + (
        '\n[flows]\npath = "{data}/flows_msoa11_trust_2018.csv"\nunit = "msoa11_code"\n'
        'provider = "trust_code"\nvalue = "proportion"\nkind = "proportion"\n'
        'lookup = { path = "{data}/lookup_lsoa11_msoa11.csv", unit = "lsoa11_code", code = "msoa11_code" }\n'
        '\n[providers]\npath = "{data}/trusts.csv"\ncode = "trust_code"\nname = "trust_name"\n'
        'area = "stp21_code"\nlayer = "ics"\n'
        "\n[thresholds]\nlocalisation_index = { system = 0.90 }\nperiphery_m = 5000\n"
    )
    (folder / "footprint.toml").write_text(plan.replace("{data}", str(england)), encoding="utf-8")
    board = Board(footprint.check(footprint.load_plan(folder)), None, MADE)
    path = folder / "england.html"
    path.write_text(make_page(board), encoding="utf-8")
    return board, path


# ── the browser ─────────────────────────────────────────────────────────────────────────────────


@dataclass
class Opened:
    """A page in the browser, and what it asked for and said."""

    page: Any
    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@contextmanager
def opened(
    browser: Any, path: Path, *, width: int = 1400, height: int = 1000, script: bool = True
) -> Iterator[Opened]:
    """Open a page and listen to it."""
    context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=script)
    found = Opened(context.new_page())
    found.page.on("request", lambda r: found.requests.append(r.url))
    found.page.on("console", lambda m: found.said.append(m.text))
    found.page.on("pageerror", lambda e: found.said.append(str(e)))
    found.page.on("dialog", lambda d: (found.said.append(f"dialog: {d.message}"), d.dismiss()))
    found.page.goto(path.as_uri())
    if script and found.page.locator("#map").count():
        found.page.wait_for_selector("#map[data-ready]", timeout=20_000)
    try:
        yield found
    finally:
        context.close()


@pytest.mark.sampled
@pytest.mark.parametrize("name", ["proposal", "example"])
def test_a_page_asks_for_nothing_and_complains_of_nothing(
    browser: Any, written: Callable[[str], Path], name: str
) -> None:
    with opened(browser, written(name)) as seen:
        for box in seen.page.locator("#layers input").all():
            box.set_checked(True)
        seen.page.locator(".show").first.click()
        seen.page.wait_for_timeout(300)
        assert seen.requests == [written(name).as_uri()]
        assert seen.said == []


@pytest.mark.national
def test_the_page_of_england_opens_in_time_and_is_small_enough(
    browser: Any, national: tuple[Board, Path]
) -> None:
    board, path = national
    assert path.stat().st_size < LIMIT
    with opened(browser, path) as seen:
        ready = seen.page.evaluate(
            "performance.timing.domContentLoadedEventEnd - performance.timing.navigationStart"
        )
        assert ready < 20_000  # a page that hangs; how fast it is the bench says
        assert seen.page.locator(".finding[id]").count() == len(board.document["findings"])
        assert seen.requests == [path.as_uri()]
        assert seen.said == []


def violations(seen: Opened) -> list[str]:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    found = axe.Axe().run(seen.page).response["violations"]
    return [f"{v['id']}: {n['html'][:200]} {n['failureSummary'][:300]}" for v in found for n in v["nodes"]]


@pytest.mark.sampled
@pytest.mark.parametrize(("name", "width"), [("proposal", 1400), ("example", 390)])
def test_axe_finds_no_violation(browser: Any, written: Callable[[str], Path], name: str, width: int) -> None:
    with opened(browser, written(name), width=width, height=900) as seen:
        seen.page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        seen.page.locator("#map").focus()
        seen.page.keyboard.press("Enter")
        assert violations(seen) == []


def paths_in(seen: Opened, layer: str) -> int:
    return int(seen.page.locator(f".leaflet-p-{layer}-pane path").count())


def test_a_layer_is_switched_on_and_off(browser: Any, written: Callable[[str], Path]) -> None:
    with opened(browser, written("example")) as seen:
        assert paths_in(seen, "lad") == 0
        seen.page.get_by_label(re.compile(r"Districts, ")).check()
        assert paths_in(seen, "lad") == 12
        seen.page.get_by_label(re.compile(r"Districts, ")).uncheck()
        assert paths_in(seen, "lad") == 0


def test_the_map_finds_an_area_by_its_name(browser: Any, written: Callable[[str], Path]) -> None:
    with opened(browser, written("example")) as seen:
        before = seen.page.evaluate("document.querySelector('.leaflet-p-ics-pane path').getAttribute('d')")
        seen.page.get_by_role("combobox", name="Find an area").fill("Barnsley")
        seen.page.get_by_role("button", name="Show", exact=True).click()
        assert seen.page.locator("#map").get_attribute("data-area") in ("E08000016", "E38000006")
        seen.page.wait_for_timeout(600)
        after = seen.page.evaluate("document.querySelector('.leaflet-p-ics-pane path').getAttribute('d')")
        assert before != after
        assert "Barnsley" in seen.page.locator("#map-said").inner_text()


def test_a_finding_shows_its_place_and_the_place_its_finding(
    browser: Any, written: Callable[[str], Path]
) -> None:
    with opened(browser, written("example")) as seen:
        split = seen.page.locator("article", has_text="Nottinghamshire is split")
        number = str(split.get_attribute("id")).removeprefix("finding-")
        split.locator(".show").click()
        assert seen.page.locator("#map").get_attribute("data-finding") == number
        seen.page.wait_for_timeout(600)
        marked = seen.page.locator(".leaflet-p-highlight-pane path").first.bounding_box()
        frame = seen.page.locator("#map").bounding_box()
        assert frame["x"] <= marked["x"] + 5
        assert marked["width"] > frame["width"] / 4
        assert marked["x"] + marked["width"] <= frame["x"] + frame["width"] + 5
        seen.page.mouse.click(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
        link = seen.page.locator(".leaflet-popup a", has_text=f"Finding {number}:")
        assert link.count() == 1
        seen.page.wait_for_timeout(500)  # the popup moves the map
        link.click()
        seen.page.wait_for_function(f"document.activeElement.id === 'finding-{number}'")


def test_findings_are_listed_by_what_has_to_be_done(browser: Any, written: Callable[[str], Path]) -> None:
    with opened(browser, written("example")) as seen:
        every = seen.page.locator(".finding[id]:visible").count()
        assert every == 21
        seen.page.get_by_label("should be settled").uncheck()
        assert seen.page.locator(".finding.warning[id]:visible").count() == 0
        assert seen.page.locator(".finding.error[id]:visible").count() == 1


def test_a_keyboard_reaches_all_that_a_mouse_does(browser: Any, written: Callable[[str], Path]) -> None:
    with opened(browser, written("example")) as seen:
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("document.activeElement.className") == "skip"
        seen.page.locator("#map").focus()
        seen.page.keyboard.press("Enter")
        assert seen.page.locator("#map-said").inner_text() != ""
        assert seen.page.locator(".leaflet-popup").count() == 1


def test_without_scripts_text_tables_and_a_map_are_there(
    browser: Any, written: Callable[[str], Path], boards: Callable[[str], Board]
) -> None:
    with opened(browser, written("example"), script=False) as seen:
        assert seen.page.locator(".static-map svg").is_visible()
        assert not seen.page.locator(".live-map").is_visible()
        assert not seen.page.locator(".filters").is_visible()
        for sentence in verdict_of(boards("example")):
            assert seen.page.get_by_text(sentence, exact=True).is_visible()


def test_on_paper_the_still_map_takes_the_place_of_the_live_one(
    browser: Any, written: Callable[[str], Path]
) -> None:
    with opened(browser, written("proposal")) as seen:
        assert not seen.page.locator(".static-map").is_visible()
        seen.page.emulate_media(media="print")
        assert seen.page.locator(".static-map").is_visible()
        assert not seen.page.locator("#map").is_visible()
        assert not seen.page.locator(".show").first.is_visible()
        printed = seen.page.pdf(prefer_css_page_size=True)
        boxes = set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", printed))
        assert {(round(float(w)), round(float(h))) for w, h in boxes} == {(595, 842)}  # A4 in points


# ── the page says what the JSON says ────────────────────────────────────────────────────────────


def tables(tree: Any, name: str) -> Iterator[tuple[list[str], list[dict[str, str]]]]:
    """Return each table of a name: the value that every cell with a number carries, and all cells as text."""
    for table in tree.iterfind(f".//table[@data-table='{name}']"):
        for row in table.iterfind(".//tbody/tr"):
            held = {d.get("data-column"): d.get("value") for d in row.iter("data")}
            yield [" ".join(cell.text_content().split()) for cell in row], held  # type: ignore[misc]


def same(text: str, value: Any) -> bool:
    return float(text) == float(value)


LAYERS = {
    "ics": "systems", "ccg": "places", "neighbourhood": "neighbourhoods", "lad": "districts",
    "utla": "upper-tier authorities",
}  # fmt: skip


@pytest.mark.parametrize("name", ["example", "proposal"])
def test_every_number_of_a_table_is_that_of_the_json(
    boards: Callable[[str], Board], written: Callable[[str], Path], name: str
) -> None:
    from footprint.reports import Report
    from footprint.results.run import measure_flows

    board = boards(name)
    tree = lxml.html.fromstring(written(name).read_text(encoding="utf-8"))
    plan = Report(board.result).record()["tables"]
    flow = Report(measure_flows(board.plan), "flows").record()["tables"]
    change = Report(board.change, "change").record()["tables"] if board.change else {}
    hospital = ("ics", "ccg")  # neighbourhoods share their hospitals
    sources: dict[str, tuple[list[dict[str, Any]], tuple[str, ...]]] = {
        "population": (plan["population"], ("code",)),
        "overlap": ([r for r in plan["overlap"] if r["verdict"] == "split"], ("source", "target")),
        "flows": (flow["flows"], ("code",)),
        "flows.periphery": (
            [r for r in flow["periphery"] if r["misaligned_units"] and r["layer"] in hospital],
            ("layer", "code"),
        ),
        "flows.catchment_areas": (
            [r for r in flow["catchment_areas"]
             if r["method"] == "first_past_the_post" and r["layer"] in hospital],
            ("provider", "layer", "code"),
        ),
        "flows.agreement": (flow["agreement"], ("layer",)),
        "subsidiarity": (plan["subsidiarity"], ("measure", "level")),
        "functions": (plan["functions"], ("function", "level")),
        "leads": (plan["leads"], ("function", "body")),
    }  # fmt: skip
    if change:
        sources["comparison.moves"] = (change["moves"], ("layer", "from_code", "to_code"))
        sources["comparison.areas"] = (
            [r for r in change["areas"] if r["change"] != "untouched"], ("layer", "code"),
        )  # fmt: skip
        sources["comparison.agreement"] = (change["agreement"], ("source", "target"))
    for key, (rows, keys) in sources.items():
        shown = list(tables(tree, key))
        numbers = 0
        for cells, held in shown:
            fits = [r for r in rows if all({str(r[k]), LAYERS.get(r[k])} & {*cells} for k in keys)]
            assert fits, (key, cells)
            assert any(
                all(r[column] is not None and same(value, r[column]) for column, value in held.items())
                for r in fits
            ), (key, cells, held)
            numbers += len(held)
        if key != "flows":  # places without a hospital are left out there
            assert len(shown) == len(rows), key
        # the example gives no shares of spend
        assert bool(numbers) == bool(rows) or key == "functions", key


@pytest.mark.parametrize("name", ["example", "proposal"])
def test_every_finding_stands_on_the_page_with_its_evidence(
    boards: Callable[[str], Board], written: Callable[[str], Path], name: str
) -> None:
    from footprint.model.words import number, percent

    board = boards(name)
    tree = lxml.html.fromstring(written(name).read_text(encoding="utf-8"))
    for n, finding in enumerate(board.document["findings"], 1):
        card = tree.get_element_by_id(f"finding-{n}")
        text = " ".join(card.text_content().split())
        # codes stand in tooltips
        assert without_codes(finding["message"]) in text
        tips = {e.get("title") for e in card.iter("span")}
        assert {found[1] for found in CODE.finditer(finding["message"])} <= tips
        assert finding["hint"] in text
        assert finding["accepted"] is None or finding["accepted"] in text
        shown = {d.get("data-finding-field"): d.text_content() for d in card.iter("dd")}
        for field_, value in finding["evidence"].items():
            if field_ == "kind" or value is None:
                continue
            told = shown[f"{n} {field_}"]
            if field_ in ("people", "total", "units", "pieces"):
                assert told == number(value)
            elif field_ in ("shares_of_source",):
                assert told == "; ".join(percent(v) for v in value)
            elif field_ == "people_in_pieces":
                assert told == "; ".join(number(v) for v in value)
            else:
                assert told
    summary = {d.get("data-summary"): int(d.get("value")) for d in tree.iter("data") if d.get("data-summary")}
    assert summary == board.document["summary"]


def _rings(rings: list[list[int]]) -> tuple[Any, list[Any]]:
    """Return the outer ring and the holes: a corner, then differences."""
    outer, *holes = (np.array(ring).reshape(-1, 2).cumsum(axis=0) for ring in rings)
    return outer, holes


def test_neighbours_keep_the_corners_that_they_share(boards: Callable[[str], Board]) -> None:
    data = map_data(boards("example"))
    layers = {layer["key"]: layer for layer in data["layers"]}
    for key in ("lad", "ccg", "ics", "neighbourhood"):
        shapes = [
            shapely.multipolygons([shapely.Polygon(*_rings(rings)) for rings in polygons])
            for polygons in layers[key]["shapes"]
        ]
        assert shapely.coverage_is_valid(shapes), key


def one_by_one(shape: shapely.Geometry, origin: tuple[float, float], step: float) -> list[Any]:
    """Return a shape in steps, ring by ring and corner by corner."""
    if shape.geom_type == "Point":
        return [round((v - o) / step) for v, o in zip(shape.coords[0], origin, strict=True)]
    found = []
    for part in shapely.get_parts(shape):
        rings: list[list[int]] = []
        for ring in (part.exterior, *part.interiors):
            corners: list[tuple[int, ...]] = []
            for corner in ring.coords[:-1]:
                at = tuple(round((v - o) / step) for v, o in zip(corner, origin, strict=True))
                if not corners or corners[-1] != at:
                    corners.append(at)
            if len(corners) < 3 and ring is part.exterior:
                break
            if len(corners) > 2:
                moves = [tuple(b - a for a, b in zip(*two, strict=True)) for two in pairwise(corners)]
                rings.append([v for two in (corners[0], *moves) for v in two])
        found += [rings] if rings else []
    return found


def test_coordinates_of_a_layer_are_those_of_each_ring_by_itself() -> None:
    chance = np.random.default_rng(3)
    outer = shapely.Point(50, 50).buffer(40, quad_segs=9)
    holes = [shapely.Point(40, 40).buffer(8), shapely.Point(60, 60).buffer(0.3)]
    islet = shapely.Point(5, 5).buffer(0.2).difference(shapely.Point(5, 5).buffer(0.1))
    shapes = [
        shapely.MultiPolygon([outer.difference(shapely.union_all(holes)), islet, shapely.box(91, 3, 97, 9)]),
        shapely.Point(12.4, 7.6),
        islet,
        shapely.Polygon(),
        *(shapely.Polygon(chance.uniform(0, 100, (3, 2))) for _ in range(20)),
        shapely.box(0, 0, 100, 100).difference(outer),
    ]
    for step in (0.05, 1.3, 40.0):
        found = coordinates(np.array(shapes, dtype=object), (-3.1, 1.7), step)
        assert found == [one_by_one(shape, (-3.1, 1.7), step) for shape in shapes]


def test_a_page_makes_no_table_that_it_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    board = Board(footprint.check(footprint.load_plan(EXAMPLE)), None, MADE)
    asked: list[str] = []
    monkeypatch.setattr("footprint.measure.compactness.table", lambda plan: asked.append("compactness"))
    assert "<svg" in make_page(board)
    assert not asked
    monkeypatch.undo()
    assert board.document["tables"]["compactness"]
    assert dict(board.document["tables"]) == Report(board.result).record()["tables"]


def test_the_same_input_gives_the_same_page_but_for_its_time(boards: Callable[[str], Board]) -> None:
    board = boards("example")
    one, other = make_page(board), make_page(Board(board.result, None, MADE))
    assert one == other
    later = make_page(Board(board.result, None, MADE + dt.timedelta(days=1)))
    assert [a for a, b in zip(one.splitlines(), later.splitlines(), strict=True) if a != b] == [
        line for line in one.splitlines() if "<time " in line
    ]


# ── bad and strange input ───────────────────────────────────────────────────────────────────────

HOSTILE = (
    "<script>alert(1)</script>", "</script><script>alert(2)</script>", '"><img src=x onerror=alert(3)>',
    "{{ 7 * 7 }} {% raw %}", "=HYPERLINK(\"http://x.invalid\")", "a|b`c`", "\x1b[31mred\x07",
    "$x^2$ \\frac{1}{2}",
)  # fmt: skip


def plan_of(names: list[str], folder: Path, drawing: str = "A A B C", systems: str = "X X X Y") -> Board:
    """Return the board of areas with these names, the first of them split between two systems."""
    la = draw(drawing)
    la["LAD21NM"] = [*names, *la["LAD21NM"][len(names) :]]
    files = {
        "la": save_map(la, folder / "la.gpkg"),
        "ics": save_map(draw(systems, "ICS"), folder / "ics.gpkg"),
    }
    return Board(footprint.check(footprint.plan_from_layers(**files)), None, MADE)


def write_page(board: Board, folder: Path) -> Path:
    path = folder / "page.html"
    path.write_text(make_page(board), encoding="utf-8")
    return path


def test_a_finding_that_is_shown_has_both_parts_named_and_neighbours_are_faint(
    browser: Any, written: Callable[[str], Path]
) -> None:
    with opened(browser, written("example")) as seen:
        parts = seen.page.locator(".area-name.moved")
        assert parts.all_inner_texts() == ["Nottinghamshire"]
        seen.page.locator("#finding-1 .show").click()
        assert sorted(" ".join(told.split()) for told in parts.all_inner_texts()) == [
            "Nottingham and Nottinghamshire", "South Yorkshire and Bassetlaw",
        ]  # fmt: skip
        assert seen.page.locator(".leaflet-p-part-pane path").count() == 1
        # a check is about all of the map
        assert seen.page.locator(".area-name.faint").count() == 0
        assert seen.page.locator(".leaflet-p-faint-pane").count() == 0
        assert seen.said == []


@pytest.mark.sampled
@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_arrives_as_text(browser: Any, tmp_path: Path, name: str) -> None:
    board = plan_of([name], tmp_path, "A A B", "X Y Y")
    with opened(browser, write_page(board, tmp_path)) as seen:
        wanted = "".join("\ufffd" if ord(c) < 32 else c for c in name)
        assert wanted in seen.page.locator(".finding .message").first.inner_text()
        seen.page.locator("#layer-la").check()
        frame = seen.page.locator("#map").bounding_box()
        seen.page.mouse.click(frame["x"] + frame["width"] * 0.3, frame["y"] + frame["height"] / 2)
        assert wanted in seen.page.locator(".leaflet-popup").inner_text()
        assert seen.page.locator("script").count() == 2
        assert seen.page.locator("img").count() == 0
        assert seen.requests == [(tmp_path / "page.html").as_uri()]
        assert seen.said == []


def test_names_in_welsh_and_with_apostrophes_stay_as_they_are(browser: Any, tmp_path: Path) -> None:
    name = "Sir Gaerfyrddin â Môn, King's Lynn’s Ŵy"
    with opened(browser, write_page(plan_of([name], tmp_path, "A A B", "X Y Y"), tmp_path)) as seen:
        assert name in seen.page.locator(".finding .message").first.inner_text()


def test_a_plan_with_one_area_has_a_page(browser: Any, tmp_path: Path) -> None:
    la = save_map(draw("A"), tmp_path / "la.gpkg")
    board = Board(footprint.check(footprint.plan_from_layers(la=la)), None, MADE)
    with opened(browser, write_page(board, tmp_path)) as seen:
        assert seen.page.locator("#map path").count() >= 1
        assert seen.said == []


def test_every_part_of_an_area_of_a_hundred_parts_is_drawn(tmp_path: Path) -> None:
    islands = shapely.multipolygons(
        [shapely.box(4e5 + 3e3 * i, 3e5 + 3e3 * j, 4e5 + 3e3 * i + 900, 3e5 + 3e3 * j + 900)
         for i in range(10) for j in range(10)]
    )  # fmt: skip
    frame = gpd.GeoDataFrame({"LAD21CD": ["E07000001"], "LAD21NM": ["Isles"]}, geometry=[islands], crs=27700)
    la = save_map(frame, tmp_path / "la.gpkg")
    data = map_data(Board(footprint.check(footprint.plan_from_layers(la=la)), None, MADE))
    assert [len(polygons) for layer in data["layers"] for polygons in layer["shapes"]] == [100]


@pytest.mark.thorough
def test_ten_thousand_findings_leave_a_page_that_answers(browser: Any, tmp_path: Path) -> None:
    board = plan_of([], tmp_path)
    rows = [
        Finding(
            "FP301", "below-band", Severity.WARNING, "la", Area("E07000065", "Area A"), f"Finding of row {n}",
            "Do something.", Evidence("population", {"people": 9}),
        )
        for n in range(10_000)
    ]  # fmt: skip
    many = Board(changed(board.result, findings=rows), None, MADE)
    path = write_page(many, tmp_path)
    assert path.stat().st_size < 20_000_000
    with opened(browser, path) as seen:
        assert seen.page.locator(".finding[id]").count() == 10_000
        seen.page.locator(".show").first.click()
        assert seen.page.locator("#map").get_attribute("data-finding") == "1"
        seen.page.evaluate("location.hash = '#finding-9999'")
        seen.page.wait_for_timeout(200)
        assert seen.page.locator("#finding-9999").is_visible()


def test_a_plan_without_outlines_has_a_page_without_a_map(tmp_path: Path) -> None:
    units = [f"E0100{n:04d}" for n in range(4)]
    pd.DataFrame({"LSOA21CD": units, "LAD21CD": ["E07000065"] * 4}).to_csv(
        tmp_path / "lookup.csv", index=False
    )
    pd.DataFrame({"LSOA21CD": units, "people": [1500] * 4}).to_csv(tmp_path / "people.csv", index=False)
    (tmp_path / "footprint.toml").write_text(
        'title = "By lookups"\ndate = 2021-04-01\n[units]\ngeography = "LSOA"\n'
        'population = { path = "people.csv", value = "people" }\n'
        '[layers.lad]\ngeography = "LAD"\nlookup = { path = "lookup.csv" }\n',
        encoding="utf-8",
    )
    text = make_page(Board(footprint.check(footprint.load_plan(tmp_path)), None, MADE))
    tree = lxml.html.fromstring(text)
    assert tree.xpath("//*[@id='map']") == []
    assert tree.xpath("//script") == []
    assert "6,000" in tree.text_content()


def test_a_page_of_a_check_that_was_refused_says_so_first(tmp_path: Path) -> None:
    la = save_map(draw("A A B"), tmp_path / "la.gpkg")
    rough = draw("X Y Y", "ICS", size=10_000)
    circle = [g.centroid.buffer(14_000, quad_segs=3) for g in rough.geometry]
    ics = save_map(rough.set_geometry(circle), tmp_path / "ics.gpkg")
    result = footprint.check(footprint.plan_from_layers(la=la, ics=ics))
    assert result.incomplete
    board = Board(result, None, MADE)
    tree = lxml.html.fromstring(make_page(board))
    assert "This check is incomplete" in tree.get_element_by_id("verdict").text_content()
    assert next(verdict_of(board)).startswith("INCOMPLETE")


def test_the_data_of_the_map_cannot_end_its_script_element(tmp_path: Path) -> None:
    text = make_page(plan_of(["</script><b>", "<!--"], tmp_path))
    raw = lxml.html.fromstring(text).get_element_by_id("map-data").text
    names = {row["n"] for layer in json.loads(raw)["layers"] for row in layer["rows"]}
    assert {"</script><b>", "<!--"} <= names
