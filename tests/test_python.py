"""From Python: the commands as functions, what a cell of a notebook shows, and proposals from frames."""

from __future__ import annotations

import ast
import base64
import datetime as dt
import json
import re
import subprocess
import sys
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.model.words import count
from footprint.reports.schemas import DOCUMENTS

ROOT = Path(__file__).parent.parent
EXAMPLE, CHANGE = ROOT / "data" / "south-yorkshire", ROOT / "data" / "proposals" / "bassetlaw-2022"
SPLIT = ROOT / "tests" / "examples" / "fail" / "fp201-split-area"
SMALL = ROOT / "tests" / "examples" / "fail" / "fp505-more-interfaces"
STEP = SMALL / "proposal.toml"
NOTEBOOK = ROOT / "footprint" / "guide" / "python.ipynb"
BASSETLAW = {"E07000171": "E54000060"}
AREAS = [
    {"code": "E54000061", "name": "South Yorkshire", "was": "E54000009"},
    {"code": "E54000060", "name": "Nottingham and Nottinghamshire", "was": "E54000014"},
]
HOW: dict[str, Any] = {"title": "Bassetlaw moves", "effective_date": "2022-07-01", "level": "system"}


@pytest.fixture(scope="module")
def plan() -> footprint.Plan:
    return footprint.load_plan(EXAMPLE)


@pytest.fixture(scope="module")
def small() -> footprint.Plan:
    return footprint.load_plan(SMALL)


@pytest.fixture(scope="module")
def change(plan: footprint.Plan) -> footprint.Comparison:
    return footprint.compare(plan, CHANGE)


@pytest.fixture(scope="module")
def split() -> footprint.Result:
    return footprint.check(SPLIT)


def framed(**more: Any) -> footprint.Proposal:
    frame = pd.DataFrame({"code": [*BASSETLAW], "area": [*BASSETLAW.values()], "why": "asked for"})
    return footprint.propose(frame, **{**HOW, "areas": AREAS, **more})


# ── the notebook ────────────────────────────────────────────────────────────────────────────────


def test_the_notebook_of_the_guide_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    seen: dict[str, Any] = {}
    shown = []
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        *most, last = ast.parse("".join(cell["source"])).body
        ends = last.value if isinstance(last, ast.Expr) else None
        exec(compile(ast.Module(most if ends else [*most, last], []), NOTEBOOK.name, "exec"), seen)
        value = ends and eval(compile(ast.Expression(ends), NOTEBOOK.name, "eval"), seen)
        shown.append(value._repr_html_() if hasattr(value, "_repr_html_") else repr(value))
    assert len(shown) > 8
    assert any("117,800" in each for each in shown)
    assert seen["text"].startswith("## Bassetlaw moves")


def test_the_notebook_is_small_and_holds_no_outputs_that_go_stale() -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    cells = json.loads(text)["cells"]
    assert all(not c["outputs"] and c["execution_count"] is None for c in cells if c["cell_type"] == "code")
    assert len({c["id"] for c in cells}) == len(cells)
    assert len(text) < 8_000


# ── what a cell shows ───────────────────────────────────────────────────────────────────────────


def small_map(shown: str) -> tuple[ElementTree.Element, str]:
    """Return the drawing in a cell, and its caption."""
    found = re.search(r'alt="([^"]*)" src="data:image/svg\+xml;base64,([^"]*)"', shown)
    assert found is not None
    return ElementTree.fromstring(base64.b64decode(found[2])), found[1]


def test_a_result_is_a_line_and_in_a_notebook_a_verdict(split: footprint.Result) -> None:
    assert len(repr(split.plan)) < 300
    assert len(repr(split)) < 300
    assert repr(split).startswith(f"<Result of {split.plan.title!r}: ")
    assert count(split.summary["error"], "error") in repr(split)
    shown = split._repr_html_()
    assert len(shown) < 20_000
    gravest = next(f for f in split.findings if f.severity == "error" and f.accepted is None)
    assert escape(gravest.message) in shown
    hostile = replace(split, plan=replace(split.plan, title="<script>alert(1)</script>"))
    assert "<script>" not in hostile._repr_html_()


def test_the_small_map_hatches_what_is_to_be_settled_and_says_so(plan: footprint.Plan) -> None:
    result = footprint.check(plan, "FP201")
    drawn, caption = small_map(result._repr_html_())
    assert caption == "Borders of 2 systems; hatched: 1 area with something that must be settled."
    names = {text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")}
    assert names == {"South Yorkshire and Bassetlaw", "Nottingham and Nottinghamshire"}
    # what is accepted is not to be settled
    done = [replace(f, accepted="known") for f in result.findings]
    _, caption = small_map(replace(result, findings=done)._repr_html_())
    assert caption == "Borders of 2 systems; nothing is to be settled."
    nowhere = [replace(f, area=None) for f in result.findings]
    _, caption = small_map(replace(result, findings=nowhere)._repr_html_())
    assert caption == "Borders of 2 systems; 1 finding that must be settled not on the map."


def test_a_plan_without_outlines_has_no_small_map(tmp_path: Path) -> None:
    (tmp_path / "lookup.csv").write_text("LSOA11CD,LAD21CD\nE01000001,E07000008\n", encoding="utf-8")
    (tmp_path / "footprint.toml").write_text(
        'title = "T"\ndate = 2021-04-01\n[units]\ngeography = "LSOA"\n[layers.lad]\ngeography = "LAD"\n'
        'lookup = { path = "lookup.csv" }\n',
        encoding="utf-8",
    )
    result = footprint.check(tmp_path)
    assert "<img" not in result._repr_html_()
    with pytest.raises(footprint.InputError, match="outline"):
        result.plot()


def test_a_change_is_a_line_and_in_a_notebook_what_it_resolves(change: footprint.Comparison) -> None:
    assert repr(change).endswith(
        f"{len(change.resolved)} resolved, {len(change.new)} new, {len(change.remaining)} remaining; "
        f"{change.people_who_move:,.0f} people move>"
    )
    shown = change._repr_html_()
    assert all(escape(f.message) in shown for f in change.resolved[:5])
    _, caption = small_map(shown)
    assert caption == (
        "2 systems that change: Nottingham and Nottinghamshire, South Yorkshire; "
        "hatched: the 70 units that move."
    )


def test_a_plot_is_the_map_of_the_command(change: footprint.Comparison, tmp_path: Path) -> None:
    drawn = change.plot(paper="a4")
    shown = drawn._repr_html_()
    assert shown.startswith("<img ")
    assert escape(drawn.description) in shown
    assert "117,800 people move from South Yorkshire" in drawn.description
    assert drawn.png()[:8] == b"\x89PNG\r\n\x1a\n"
    saved = drawn.save(tmp_path / "map.svg")
    assert ElementTree.parse(saved).getroot().tag.endswith("svg")
    with pytest.raises(footprint.InputError, match="there already"):
        drawn.save(saved)
    with pytest.raises(footprint.InputError, match="no paper"):
        change.plot(paper="a5")


# ── as the command line ─────────────────────────────────────────────────────────────────────────


def test_a_path_and_what_was_read_from_it_give_the_same(small: footprint.Plan) -> None:
    by_path = footprint.compare(SMALL, STEP)
    step = footprint.read_proposal(STEP)
    assert footprint.compare(small, step).record() == by_path.record()
    two = footprint.check(small), footprint.check(footprint.apply(small, STEP))
    assert footprint.compare(*two).record() == by_path.record()
    new = footprint.check(small, proposals=step)
    assert [f.message for f in new.findings if f.new] == [f.message for f in by_path.new]
    assert new.exit_code("warning") == 1
    assert not any(f.new for f in footprint.check(small, "FP2", baseline=new.findings).findings)
    with pytest.raises(footprint.InputError, match="different rules"):
        footprint.compare(two[0], footprint.check(small, ["FP2", "FP301"], "split-area"))
    with pytest.raises(footprint.InputError, match="compared with nothing"):
        footprint.compare(small)


def test_what_is_read_already_takes_no_option_of_reading(
    plan: footprint.Plan, split: footprint.Result, change: footprint.Comparison
) -> None:
    with pytest.raises(footprint.InputError, match="profile comes too late"):
        footprint.check(plan, profile="2022")
    with pytest.raises(footprint.InputError, match="too late for what is comparison already"):
        footprint.report(change, "no.html", suppress="hes")
    with pytest.raises(footprint.InputError, match="no rule 'nhs'"):
        footprint.check(plan, suppress="nhs")
    with pytest.raises(footprint.InputError, match="width in metres"):
        footprint.check(plan, tolerance=float("nan"))
    with pytest.raises(TypeError, match="supress"):
        footprint.check(plan, supress="hes")
    with pytest.raises(footprint.InputError, match="is a plan, where a proposal is needed"):
        footprint.check(plan, proposals=split)
    with pytest.raises(TypeError, match="not int"):
        footprint.compare(plan, 7)  # type: ignore[arg-type]


def test_small_numbers_are_kept_in_where_that_is_asked_for(plan: footprint.Plan) -> None:
    assert footprint.check(plan, "FP301", suppress="hes").plan.suppress == "hes"
    open_, kept = (footprint.who("Bassetlaw", EXAMPLE, suppress=rule) for rule in (None, "hes"))
    activity = [found.frames()["care"]["activity"].tolist() for found in (open_, kept)]
    assert activity[0] != activity[1]
    assert all(value == "*" or float(value) % 5 == 0 for value in activity[1])


def test_a_report_is_that_of_the_command(small: footprint.Plan, tmp_path: Path) -> None:
    change = footprint.compare(small, STEP)
    one, other, by_command = (tmp_path / f"{name}.md" for name in ("one", "other", "command"))
    footprint.report(change, one)
    footprint.report(SMALL, other, proposals=STEP)
    done = CliRunner().invoke(app, ["report", str(SMALL), "--proposal", str(STEP), "-o", str(by_command)])
    assert done.exit_code == 0, done.stderr
    assert one.read_text(encoding="utf-8") == by_command.read_text(encoding="utf-8")
    assert other.read_bytes() == one.read_bytes()
    assert footprint.map(change, tmp_path / "one.svg").description
    with pytest.raises(footprint.InputError, match="there already"):
        footprint.report(change, one)
    with pytest.raises(footprint.InputError, match="no ending that can be written"):
        footprint.report(change, tmp_path / "change.pdf")


def test_what_is_handed_on_is_that_of_the_commands(tmp_path: Path) -> None:
    for words, write in (
        (("export", "--layer", "ics", "-o", "a.geojson"), lambda p: footprint.export(SMALL, p, layers="ics")),
        (("export", "-o", "a.csv"), lambda p: footprint.export(SMALL, p)),
        (
            ("workbench", "--level", "system", "-o", "a.html"),
            lambda p: footprint.workbench(SMALL, p, "system"),
        ),
    ):
        *most, name = words
        done = CliRunner().invoke(app, [most[0], str(SMALL), *most[1:], str(tmp_path / name)])
        assert done.exit_code == 0, done.output
        ours = tmp_path / f"b{Path(name).suffix}"
        assert write(ours) == ours
        assert ours.read_bytes() == (tmp_path / name).read_bytes()
        with pytest.raises(footprint.InputError, match="is there already"):
            write(ours)
    for write, fault in (
        (lambda: footprint.export(SMALL, tmp_path / "c.geojson", lookup=True), "is no table"),
        (lambda: footprint.workbench(SMALL, tmp_path / "c.pdf"), "is no name of a page"),
    ):
        with pytest.raises(footprint.InputError, match=fault):
            write()


def test_files_and_codes_are_told_a_row_each() -> None:
    told = footprint.inspect(EXAMPLE / "lad.shp", f"{EXAMPLE / 'boundaries.gpkg'}::lsoa")
    assert told[["layer", "geography", "areas"]].to_numpy().tolist() == [
        ["lad", "LAD", 12], ["lsoa", "LSOA", 1532],
    ]  # fmt: skip
    assert told["problem"].isna().all()
    told = footprint.codes("e07000171 ", "E06000059", "E07000171")
    assert told[["code", "name"]].to_numpy().tolist() == [["E07000171", "Bassetlaw"], ["E06000059", "Dorset"]]
    assert told["first"].iloc[1] == "2019-04-01"


def test_what_is_drawn_can_be_written_and_held_side_by_side(small: footprint.Plan, tmp_path: Path) -> None:
    drawn = footprint.draw(small, "system", within="none", band="1000-3000", output=tmp_path / "drawn")
    assert len(list((tmp_path / "drawn").glob("option-*/proposal.toml"))) == len(drawn.options) > 1
    assert "Options for systems" in drawn._repr_html_()
    assert repr(drawn).startswith("<Drawn for ")
    found = footprint.options(small, tmp_path / "drawn")
    assert len(found.options) == len(drawn.options)
    with pytest.raises(footprint.InputError, match="holds files already"):
        footprint.draw(small, "system", output=tmp_path / "drawn")


def test_frames_have_the_columns_that_are_declared(change: footprint.Comparison) -> None:
    frames = change.frames()
    assert set(frames) == set(DOCUMENTS["compare"].tables)
    for name, frame in frames.items():
        described = footprint.columns(name, of="compare")
        assert frame.columns.tolist() == described["column"].tolist()
    assert footprint.columns("moves").set_index("column").loc["area_m2", "unit"] == "m²"
    assert frames["moves"]["population"].tolist() == change.moves["population"].tolist()


def test_a_table_that_there_is_not_or_several_of() -> None:
    with pytest.raises(footprint.InputError, match="Did you mean 'moves'"):
        footprint.columns("move")
    with pytest.raises(footprint.InputError, match=r"several tables 'interfaces'.*compare"):
        footprint.columns("interfaces")


def test_an_import_of_everything_leaves_the_map_of_python() -> None:
    code = (
        "import sys, footprint\nfrom footprint import __all__ as names\n"
        "assert not {'pandas', 'numpy', 'geopandas', 'matplotlib'} & set(sys.modules), 'slow to start'\n"
        "missing = [name for name in footprint._HOME if name not in dir(footprint)]\n"
        "assert set(names) | {'map'} == set(dir(footprint)) and not missing\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


# ── proposals from frames ───────────────────────────────────────────────────────────────────────


def test_a_proposal_from_a_frame_is_that_of_the_files(small: footprint.Plan, tmp_path: Path) -> None:
    there = footprint.read_proposal(STEP)
    how: dict[str, Any] = {"title": there.title, "effective_date": there.effective_date, "level": "system"}
    made = footprint.propose(there.rows, **how)
    one, other = (footprint.compare(small, each) for each in (there, made))
    for name, frame in one.frames().items():
        pd.testing.assert_frame_equal(frame, other.frames()[name])
    assert [f.message for f in one.new] == [f.message for f in other.new]
    saved = footprint.propose(there.rows, **how, base=SMALL, output=tmp_path / "change")
    assert saved.rows.equals(made.rows)
    assert saved.base is not None
    assert saved.base.resolve() == SMALL.resolve()
    with pytest.raises(footprint.InputError, match="there already"):
        footprint.propose(there.rows, **how, output=tmp_path / "change")


@pytest.mark.parametrize(
    "given",
    [
        BASSETLAW, pd.Series(BASSETLAW), pd.DataFrame({"area": BASSETLAW.values(), "code": BASSETLAW.keys()}),
        pd.DataFrame({"code": [*BASSETLAW], "area": [*BASSETLAW.values()]}, dtype="string"),
        pd.DataFrame({"code": [*BASSETLAW], "area": [*BASSETLAW.values()]}, dtype="category", index=[7]),
    ],
    ids=["mapping", "series", "columns in another order", "strings", "categories"],
)  # fmt: skip
def test_what_goes_where_may_be_a_frame_a_series_or_a_mapping(given: Any) -> None:
    made = footprint.propose(given, **HOW, areas=pd.DataFrame(AREAS))
    assert made.rows.to_dict("records") == [{"code": "E07000171", "area": "E54000060"}]
    assert list(made.rows.index) == [2]
    assert [area.was for area in made.areas] == ["E54000009", "E54000014"]
    assert made.effective_date == dt.date(2022, 7, 1)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (pd.DataFrame({"lsoa": ["E01"], "area": ["A"]}), "has no column 'code' among lsoa, area"),
        (pd.DataFrame([["E01", "E02", "A"]], columns=["code", "code", "area"]), "several columns 'code'"),
        (pd.DataFrame({"code": [12], "area": ["A"]}), "'code' of row 1 is 12, which is no text"),
        ({"E01": None, "E02": None}, r"'area' of row 1 is empty \(and 1 more\)"),
        ({"E01": float("nan")}, "'area' of row 1 is empty"),
        ({"E01": " "}, "'area' of row 1 is"),
    ],
)
def test_a_frame_that_would_have_to_be_guessed_at_is_refused(given: Any, fault: str) -> None:
    with pytest.raises(footprint.InputError, match=fault):
        footprint.propose(given, **HOW)


@pytest.mark.parametrize(
    ("how", "fault"),
    [
        ({"effective_date": "1 July"}, "'1 July' is no date"),
        ({"layer": "ics"}, "needs either layer"),
        ({"level": "region"}, "level"),
        ({"title": ""}, "title"),
        ({"areas": [AREAS[0], AREAS[0]]}, "two .*code E54000061"),
    ],
)
def test_what_is_refused_of_a_file_is_refused_of_a_frame(how: dict[str, Any], fault: str) -> None:
    with pytest.raises(footprint.InputError, match=fault) as raised:
        framed(**how)
    assert "/tmp" not in str(raised.value)


def test_flows_are_measured_of_a_path_as_of_a_plan(plan: footprint.Plan) -> None:
    of_plan, of_path = (footprint.measure_flows(each).tables["flows"] for each in (plan, EXAMPLE))
    pd.testing.assert_frame_equal(of_plan, of_path)
    # with a proposal, of the plan as it would be
    after = footprint.measure_flows(CHANGE, ["flows"]).tables["flows"]
    [inside] = after.query("code == 'E54000060'")["inside"]
    assert inside != of_plan.set_index("code")["inside"]["E54000014"]
    with pytest.raises(footprint.InputError, match="no rule 'some'"):
        footprint.measure_flows(EXAMPLE, suppress="some")


def test_two_proposals_of_one_title_are_two(plan: footprint.Plan) -> None:
    one, other = framed(), framed(areas=AREAS[1:])
    assert one.path != other.path
    assert framed().path == one.path
    with pytest.raises(footprint.InputError, match="Give each option a title of its own"):
        footprint.options(plan, one, other)


def test_a_fault_names_the_row(plan: footprint.Plan) -> None:
    made = footprint.propose({"E07000171": "E54000014", "E07000999": "E54000014"}, **HOW)
    with pytest.raises(
        footprint.InputError, match=r"^Bassetlaw moves \(\w{8}\)/assignment.csv:3: .*E07000999"
    ):
        footprint.apply(plan, made)


def test_options_from_frames(small: footprint.Plan) -> None:
    one, other = (
        footprint.propose({unit: area}, **{**HOW, "title": unit})
        for unit, area in (("E01000001", "E54000089"), ("E01000002", "E54000088"))
    )
    found = footprint.options(small, one, other, weights={"border_km": 2})
    assert repr(found) == "<SideBySide 'A unit of a council moves', 'E01000001', 'E01000002'>"
    assert found.table["rank"].notna().sum() == 2
    assert "E01000002" in found._repr_html_()
    assert found.plot().description.startswith("Today: ")
