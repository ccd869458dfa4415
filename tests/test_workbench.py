"""The workbench: its figures are the program's, whatever is painted, and it saves a proposal."""

from __future__ import annotations

import contextlib
import functools
import io
import json
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from maps import COUNTED_FLOWS, draw, grid_units, save, write_csv
from typer.testing import CliRunner, Result

import footprint
from footprint.cli import app
from footprint.measure.compactness import unit_ground
from footprint.measure.people import totals
from footprint.model.errors import Missing
from footprint.plan import derive
from footprint.plan.open import applied
from footprint.read.proposalfile import read_proposal
from footprint.reports import write
from footprint.results.same import settled

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "south-yorkshire"
STROKES = 300


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


@functools.cache
def loaded(plan: Path) -> footprint.Plan:
    return footprint.load_plan(plan)


def written(path: Path, plan: Path, *arguments: object) -> Path:
    done = run("workbench", plan, "-o", path, *arguments)
    assert done.exit_code == 0, done.output
    return path


def held_by(page: Path) -> dict[str, Any]:
    """What stands in a page."""
    text = page.read_text(encoding="utf-8").split('id="data">')[1].split("</script>")[0]
    found: dict[str, Any] = json.loads(text)
    return found


@contextlib.contextmanager
def opened(browser: Any, path: Path, width: int = 1400, height: int = 1000) -> Iterator[Any]:
    """Open a page, which must neither ask for anything nor complain."""
    context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
    page, said = context.new_page(), []
    page.on("request", lambda r: said.append(r.url) if not r.url.startswith(("file:", "blob:")) else None)
    page.on("console", lambda m: said.append(m.text))
    page.on("pageerror", lambda e: said.append(str(e)))
    page.goto(path.as_uri())
    page.wait_for_selector("#map[data-ready]")
    try:
        yield page
        assert said == []
    finally:
        context.close()


# ── a world with every doubt about care ─────────────────────────────────────────────────────────

MAP = "\n".join(["X X X Y Y Y"] * 3 + ["X X Z Z Y Y"] * 3)
DISTRICTS = "\n".join(["A A B B C C"] * 3 + ["D D D E E E"] * 3)


@pytest.fixture(scope="module")
def doubtful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan of 36 squares whose flows are by pairs of squares, with all that makes an index uncertain."""
    folder = tmp_path_factory.mktemp("doubtful")
    chance = random.Random(7)
    units = grid_units(MAP)
    codes = units["LSOA21CD"].tolist()
    save(units[["LSOA21CD", "geometry"]], folder / "units.gpkg")
    for geography, drawing in (("CCG", MAP), ("LAD", DISTRICTS)):
        save(draw(drawing, geography), folder / f"{geography.lower()}.gpkg")
        letters = grid_units(drawing)["letter"]
        prefix = {"CCG": "E3800", "LAD": "E0700"}[geography]
        write_csv(
            folder / f"lookup_{geography.lower()}.csv",
            LSOA21CD=codes, **{f"{geography}21CD": [f"{prefix}{ord(c):04d}" for c in letters]},
        )  # fmt: skip
    write_csv(folder / "people.csv", LSOA21CD=codes, people=[chance.randint(900, 2400) for _ in codes])
    pair = [f"M{i // 2:02d}" for i in range(len(codes))]
    write_csv(folder / "pairs.csv", LSOA21CD=codes, unit=pair)
    rows = [
        (unit, provider, "*" if chance.random() < 0.2 else str(chance.randint(8, 90)))
        for unit in sorted(set(pair))[:-1] for provider in ("P1", "P2", "P3", "P4") if chance.random() < 0.7
    ]  # fmt: skip
    rows += [("", "P1", "9"), ("M00", "", "12")]
    write_csv(
        folder / "flows.csv",
        unit=[r[0] for r in rows],
        provider=[r[1] for r in rows],
        count=[r[2] for r in rows],
    )
    # of P2 two sites are known, of P3 one of two
    write_csv(
        folder / "providers.csv", provider=["P1", "P2", "P2", "P3", "P3"],
        easting=[405_000, 455_000, 425_000, 435_000, ""], northing=[355_000, 345_000, 315_000, 305_000, ""],
    )  # fmt: skip
    flows = COUNTED_FLOWS.replace('kind = "count"', 'kind = "count"\ndropped_below = 3')
    flows = flows.replace(
        "[providers]", 'lookup = { path = "pairs.csv", unit = "LSOA21CD", code = "unit" }\n[providers]'
    )
    (folder / "footprint.toml").write_text(
        'title = "Doubts"\ndate = 2021-04-01\n[units]\ngeography = "LSOA"\npath = "units.gpkg"\n'
        'population = { path = "people.csv", value = "people" }\n'
        '[layers.ccg]\ngeography = "CCG"\nlookup = { path = "lookup_ccg.csv" }\n'
        '[layers.lad]\ngeography = "LAD"\nlookup = { path = "lookup_lad.csv" }\n'
        '[levels]\nplace = "ccg"\n[bands]\nplace = [15_000, 25_000]\n'
        '[[align]]\nsource = "lad"\ntarget = "ccg"\nmust = "nest"\n' + flows
        + 'easting = "easting"\nnorthing = "northing"\n',
        encoding="utf-8",
    )  # fmt: skip
    return folder


# ── painting at random ──────────────────────────────────────────────────────────────────────────


def painted(page: Any, seed: int, strokes: int) -> None:
    """Paint at random: blocks around a block, into any area; new areas, names, undo and redo between."""
    chance = random.Random(seed)
    number = page.evaluate("N")
    beside: dict[int, list[int]] = {}
    borders = page.evaluate("D.ground.borders")
    for one, other in zip(borders[::3], borders[1::3], strict=True):
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    steps: list[tuple[str, Any]] = [("new", None), ("new", None)]
    for _ in range(strokes):
        near = {chance.randrange(number)}
        for _ in range(chance.randint(0, 2)):
            near |= {b for each in near for b in beside.get(each, ()) if b < number}
        steps.append(("paint", [sorted(near), chance.random()]))
        if chance.random() < 0.15:
            steps.append(("undo", None))
        if chance.random() < 0.08:
            steps.append(("redo", None))
    page.evaluate(
        """(steps) => { for (const [what, how] of steps) {
            if (what === "new") newArea(); else if (what === "undo") undo(); else if (what === "redo") redo();
            else stroke(how[0], Math.floor(how[1] * areas.length)); } }""",
        steps,
    )


def same(shown: float | None, known: float, *, near: float = 1e-6) -> bool:
    return (
        (shown is None or np.isnan(shown))
        if np.isnan(known)
        else shown == pytest.approx(known, rel=near, abs=near)
    )


def compare_figures(page: Any, plan: Path, folder: Path, level: str, key: str) -> dict[str, Any]:
    """Hold every figure of a page to those of the program, of what the page saves."""
    folder.mkdir(exist_ok=True)
    files = page.evaluate("saved()")
    (folder / "proposal.toml").write_text(files["toml"], encoding="utf-8")
    (folder / "assignment.csv").write_text(files["csv"], encoding="utf-8")
    before = loaded(plan)
    after = applied(before, [read_proposal(folder)])
    stream = io.StringIO()
    write(footprint.check(after), "json", stream)
    document = json.loads(stream.getvalue())
    told = page.evaluate("({ ...figures(now, areas.length), names: areas })")
    rows = {
        area["code"]: row | {"name": area["name"]}
        for area, row in zip(told["names"], told["rows"], strict=True) if row["blocks"]
    }  # fmt: skip
    people = {r["code"]: r for r in document["tables"]["population"] if r["layer"] == key}
    assert {*rows} <= {*people}
    whole = page.evaluate("D.elsewhere.length") == 0
    assert {*rows} == {*people} or not whole
    for code, row in rows.items():
        assert (row["name"], row["people"], row["status"].upper()) == (
            people[code]["name"], people[code]["population"], people[code]["status"],
        )  # fmt: skip
    for found in (r for r in document["tables"]["compactness"] if r["layer"] == key and r["code"] in rows):
        row = rows[found["code"]]
        assert row["parts"] == found["parts"]
        assert same(row["m2"], found["area_m2"])
        assert same(row["mm"] / 1000, found["perimeter_m"])
        assert same(row["border"] / 1000, found["border_m"])
        assert same(row["compact"], found["polsby_popper"])
    painted, shown = {*people}, {*rows}
    found = [f for f in document["findings"] if f["rule"] in ("FP201", "FP203")]
    lies_in = {(f["layer"], f["area"]["code"]): {o["code"] for o in f["others"]} for f in found}
    split = {each for each, others in lies_in.items() if others <= painted and others & shown}
    crossing = {code for layer, code in lies_in if layer == key and code in shown}
    assert {(s["layer"], s["code"]) for s in told["splits"]} == split
    assert {told["names"][s["area"]]["code"] for s in told["crossing"]} == crossing
    flows = footprint.measure_flows(after).tables["flows"]
    flows = flows[flows["level"] == level].set_index("code")
    for code, row in rows.items():
        known = flows.loc[code]
        assert same(row["activity"], known["activity"])
        assert same(row["inside"], known["inside"])
        for ours_name, name in (("index", ""), ("least", "_min"), ("most", "_max")):
            assert same(row[ours_name], known[f"localisation_index{name}"]), (code, name)
    units, each = settled(after, before, key), after.unit_people()
    assert units is not None
    assert each is not None
    into = each[units.moved].groupby(units.after[units.moved]).sum()
    assert told["moved"] == pytest.approx(into.sum())
    for code, row in rows.items():
        assert row["moved"] == pytest.approx(into.get(code, 0.0)), code
    _hold_parts(after, key, rows)
    return told


def _hold_parts(plan: footprint.Plan, key: str, rows: dict[str, Any]) -> None:
    """Count connected parts anew, by walking from unit to unit over borders."""
    ground, assigned = unit_ground(plan), derive.assignment(plan, key)
    assert plan.units is not None
    assert plan.units.drawn is not None
    assert ground is not None
    assert assigned is not None
    area = assigned.codes.reindex(plan.units.drawn.polygons.index).tolist()
    beside: dict[int, list[int]] = {}
    for one, other in zip(ground.one.tolist(), ground.other.tolist(), strict=True):
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    left, parts = set(range(len(area))), dict.fromkeys(area, 0)
    while left:
        ahead = [left.pop()]
        parts[area[ahead[0]]] += 1
        while ahead:
            at = ahead.pop()
            further = [b for b in beside.get(at, ()) if b in left and area[b] == area[at]]
            left -= set(further)
            ahead += further
    assert {code: parts[code] for code in rows} == {code: row["parts"] for code, row in rows.items()}


def test_figures_are_those_of_the_program_whatever_is_painted(
    browser: Any, doubtful: Path, tmp_path: Path
) -> None:
    path = written(tmp_path / "bench.html", doubtful)
    with opened(browser, path) as page:
        for seed in (1, 2):
            painted(page, seed, 25)
            told = compare_figures(page, doubtful, tmp_path / "painted", "place", "ccg")
            assert any(row["most"] - row["least"] > 0.05 for row in told["rows"] if row["blocks"])
            assert told["splits"]
    # the files are taken as they are
    done = run("check", doubtful, "--proposal", tmp_path / "painted", "--fail-on", "never")
    assert done.exit_code == 0, done.output


def test_figures_of_the_example_are_those_of_the_program(browser: Any, tmp_path: Path) -> None:
    path = written(tmp_path / "bench.html", EXAMPLE)
    assert path.stat().st_size < 1_000_000
    with opened(browser, path) as page:
        painted(page, 11, STROKES)
        told = compare_figures(page, EXAMPLE, tmp_path / "painted", "place", "ccg")
        assert told["parted"] > 2
        # what was saved opens again as it was
        files = page.evaluate("saved()")
        page.evaluate("({toml, csv}) => open(toml, csv)", files)
        assert page.evaluate("saved()") == files
        assert page.evaluate("told.moved") == told["moved"]
        page.evaluate("undo()")
        assert page.evaluate("saved()") == files


@pytest.mark.sampled
@pytest.mark.parametrize(
    "arguments",
    [("--of", "lad"), ("--only", "E07000065", "--only", "E07000068")],
)
def test_figures_hold_where_blocks_were_divided_and_where_a_part_is_painted(
    browser: Any, doubtful: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    with opened(browser, written(tmp_path / "bench.html", doubtful, *arguments)) as page:
        painted(page, 4, 8)
        compare_figures(page, doubtful, tmp_path / "painted", "place", "ccg")


def test_what_is_done_at_a_site_that_nothing_places_is_not_done_at_the_others(
    browser: Any, doubtful: Path, tmp_path: Path
) -> None:
    plan = shutil.copytree(doubtful, tmp_path / "weighed")
    write_csv(
        plan / "providers.csv", provider=["P1", "P2", "P2", "P3", "P3"], weight=[1, 3, 1, 1, 4],
        easting=[405_000, 455_000, 425_000, 435_000, ""], northing=[355_000, 345_000, 315_000, 305_000, ""],
    )  # fmt: skip
    file = plan / "footprint.toml"
    file.write_text(file.read_text(encoding="utf-8") + 'weight = "weight"\n', encoding="utf-8")
    with opened(browser, written(tmp_path / "bench.html", plan)) as page:
        painted(page, 5, 8)
        compare_figures(page, plan, tmp_path / "painted", "place", "ccg")


# ── going on, small numbers, faults ─────────────────────────────────────────────────────────────


def proposal(folder: Path, **rows: str) -> Path:
    """A proposal that moves units, and makes a new area with a name that could do harm."""
    folder.mkdir(exist_ok=True)
    (folder / "proposal.toml").write_text(
        'title = "By hand"\neffective_date = 2022-07-01\nlevel = "place"\n'
        '[[area]]\ncode = "NEW-7"\nname = \'The "new", </script> one\'\n'
        '[[area]]\ncode = "E38000188"\nname = "Area X"\nwas = "E38000088"\n',
        encoding="utf-8",
    )
    write_csv(folder / "assignment.csv", code=list(rows), area=list(rows.values()))
    return folder


def test_it_goes_on_from_a_proposal_and_saves_it_as_it_was(
    browser: Any, doubtful: Path, tmp_path: Path
) -> None:
    start = proposal(tmp_path / "start", E01000000="NEW-7", E01000001="NEW-7", E01005005="E38000188")
    with opened(browser, written(tmp_path / "bench.html", doubtful, "--from", start)) as page:
        told = compare_figures(page, doubtful, tmp_path / "again", "place", "ccg")
        assert [a["code"] for a in told["names"]] == ["E38000188", "E38000089", "E38000090", "NEW-7"]
        files = page.evaluate("saved()")
        assert files["csv"] == "code,area\nE01000000,NEW-7\nE01000001,NEW-7\nE01005005,E38000188\n"
        texts = [(start / name).read_text(encoding="utf-8") for name in ("proposal.toml", "assignment.csv")]
        page.evaluate("([toml, csv]) => open(toml, csv)", texts)
        assert page.evaluate("saved().csv") == files["csv"]
        assert page.locator("#date").input_value() == "2022-07-01"
        page.locator("#open").set_input_files([start / "assignment.csv"])
        page.locator("#fault", has_text="choose proposal.toml").wait_for(state="attached")
        fault = page.evaluate(
            "() => { try { open('level = \"system\"', '') } catch (e) { return e.message } }"
        )
        assert fault == "it changes the system level, and this page paints places"


@pytest.mark.thorough
def test_small_numbers_stay_in(browser: Any, doubtful: Path, tmp_path: Path) -> None:
    plain = written(tmp_path / "plain.html", doubtful)
    path = written(tmp_path / "bench.html", doubtful, "--suppress", "hes")
    care, exact = held_by(path)["care"], held_by(plain)["care"]
    assert care["scale"] == 10  # halves of a count
    for group, known in zip(care["groups"], exact["groups"], strict=True):
        rows = zip(*(g["r"][at::3] for g in (group, known) for at in (1, 2)), strict=True)
        for low, high, least, most in rows:
            assert low / 10 <= least <= most <= high / 10
            assert (low, high) == (0, 0) or high - low >= 50
            assert low == 0 or low % 50 == 25
            assert high in (0, 70) or high % 50 == 25
    assert "no exact count of patients is in it" in path.read_text(encoding="utf-8")
    assert "small numbers among them" in plain.read_text(encoding="utf-8")
    with opened(browser, path) as page, opened(browser, plain) as other:
        for shown in (page, other):
            painted(shown, 5, 12)
        mine, theirs = (p.evaluate("figures(now, areas.length).rows") for p in (page, other))
        for hidden, known in zip(mine, theirs, strict=True):
            assert "index" not in hidden
            if known["blocks"]:
                assert hidden["least"] <= known["least"] <= known["index"] <= known["most"] <= hidden["most"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--of", "ccg"), "put together from themselves"),
        (("--of", "lad", "--from", "start"), "divides"),
        (("--of", "lad", "--only", "E38000088"), "only partly"),
        (("--level", "system", "--from", "start"), "not the level that is painted"),
    ],
)
def test_what_cannot_be_painted_is_refused_in_words(
    doubtful: Path, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    proposal(tmp_path / "start", E01000000="E38000188", E01005005="NEW-7")
    given = [str(tmp_path / a) if a == "start" else a for a in arguments]
    done = run("workbench", doubtful, "-o", tmp_path / "bench.html", *given)
    assert done.exit_code == 2
    assert told in " ".join(done.output.split())
    assert not (tmp_path / "bench.html").exists()


def test_a_page_has_its_ending(doubtful: Path, tmp_path: Path) -> None:
    for output in ((), ("-o", tmp_path / "bench.pdf")):
        done = run("workbench", doubtful, *output)
        assert done.exit_code == 2
        assert ".html" in done.output


def test_a_level_that_the_plan_does_not_have_is_painted_from_nothing(
    browser: Any, doubtful: Path, tmp_path: Path
) -> None:
    path = written(tmp_path / "bench.html", doubtful, "--level", "neighbourhood")
    with opened(browser, path) as page:
        page.evaluate("newArea(); stroke([...Array(20).keys()], 0); stroke([20, 21, 22], 1)")
        files = page.evaluate("saved()")
        rows = page.evaluate("told.rows")
    (tmp_path / "proposal.toml").write_text(files["toml"], encoding="utf-8")
    (tmp_path / "assignment.csv").write_text(files["csv"], encoding="utf-8")
    people = totals(applied(loaded(doubtful), [read_proposal(tmp_path)]), "neighbourhood")
    assert not isinstance(people, Missing)
    assert people.people.tolist() == [row["people"] for row in rows]


# ── hands ───────────────────────────────────────────────────────────────────────────────────────


def test_it_is_painted_by_pointer_by_keyboard_and_by_the_list(
    browser: Any, doubtful: Path, tmp_path: Path
) -> None:
    with opened(browser, written(tmp_path / "bench.html", doubtful)) as page:
        corner = page.locator("#map").bounding_box()
        spots = [page.evaluate("b => Chart.spot(b)", b) for b in (0, 2)]
        (x, y), (u, v) = [(corner["x"] + 1 + a, corner["y"] + 1 + b) for a, b in spots]
        page.locator("input[name=brush]").nth(1).check()
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(u, v, steps=8)
        page.mouse.up()
        assert page.evaluate("[0, 1, 2].map((b) => areas[now[b]].code)") == ["E38000089"] * 3
        assert page.evaluate("done.length") == 1
        assert page.locator("#said").text_content().startswith("3 blocks now in 2 E38000089: ")
        page.keyboard.press("Control+z")
        assert page.evaluate("done.length") == 0
        page.locator("#new").click()
        page.keyboard.type("<b>Tea & toast</b>")
        page.locator("#map").focus()
        for key in ("ArrowRight", "Enter", "Shift+ArrowRight"):
            page.keyboard.press(key)
        mine = "now.filter((a) => a === areas.length - 1).length"
        assert page.evaluate(mine) == 2
        page.locator("#listing summary").click()
        page.locator("#find").fill("E01005005")
        page.locator("#blocks").select_option(index=0)
        page.locator("#give").click()
        assert page.evaluate(mine) == 3
        for which, name in (("toml", "proposal.toml"), ("csv", "assignment.csv")):
            with page.expect_download() as asked:
                page.locator(f"#save-{which}").click()
            asked.value.save_as(tmp_path / name)
    done = run("check", doubtful, "--proposal", tmp_path, "--fail-on", "never")
    assert done.exit_code == 0, done.output
    assert 'name = "<b>Tea & toast</b>"' in (tmp_path / "proposal.toml").read_text(encoding="utf-8")


def test_axe_finds_no_violation(browser: Any, doubtful: Path, tmp_path: Path) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    with opened(browser, written(tmp_path / "bench.html", doubtful)) as page:
        page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        painted(page, 3, 5)
        for width in (1400, 390):
            page.set_viewport_size({"width": width, "height": 900})
            found = axe.Axe().run(page).response["violations"]
            assert [f"{v['id']}: {n['html'][:200]}" for v in found for n in v["nodes"]] == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
