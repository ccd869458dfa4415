"""The commands as a shell sees them: output, exit codes, formats."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from documents import hold
from inline_snapshot import snapshot
from maps import code, draw, save, write_csv
from typer.testing import CliRunner

import footprint
from footprint.checks import catalogue, vocabulary
from footprint.cli import app

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "south-yorkshire"


def run(*arguments: object, code_: int = 0) -> str:
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    assert result.exit_code == code_, result.output + result.stderr
    return result.stdout


@pytest.fixture
def three(tmp_path: Path) -> list[str]:
    """Authorities A and B, of which A is split between the systems X and Y."""
    la = save(draw("A A A B"), tmp_path / "la.gpkg")
    ics = save(draw("X X Y Y", "ICS"), tmp_path / "ics.geojson")
    return ["--la", str(la), "--ics", str(ics)]


def test_the_report_of_a_split(three: list[str]) -> None:
    text = run("check", *three, code_=1)
    assert text[: text.index("Inputs")] == snapshot("""\
Check of la.gpkg, ics.geojson
Area A is split between Area X and Area Y.
1 error; 26 rules skipped in whole or in part

Do the boundaries line up?
  districts in systems  1 of 2 nest, 1 split: Area A (must nest)  by outlines

1 split of districts between systems (FP201 split-area)
  error Area A (E07000065)
      200.0 km²  66.7%  10,000 m wide  Area X (E54000088)
      100.0 km²  33.3%  10,000 m wide  Area Y (E54000089)

Slivers (narrow false overlaps, not counted as splits)
  none between districts and systems; the narrowest piece of a split is 10,000 m
  wide; tolerance 1 m (both layers are drawn square, so they are exact)

Skipped
  FP202 not-coterminous: the plan states no [[align]] with "match"
  FP203 not-nested: the plan names fewer than two [levels]
  FP204 unassigned-unit: the plan has no units
  FP205 lookup-disagrees: no layer has both a lookup and outlines
  FP301 to FP304: the plan has no population
  FP305 out-of-range: the plan has no [[measure]]
  FP401, FP402, FP404, FP405, FP406, FP408: the plan has no flows
  FP403, FP407: the plan has no flows; the plan has no population
  FP501 to FP505: no proposal is checked
  FP601 to FP604: the plan does not say who is accountable for what
  ([accountability])

""")


def test_exit_codes_follow_fail_on(three: list[str]) -> None:
    run("check", *three, code_=1)
    run("check", *three, "--fail-on", "never")
    run("check", *three, "--ignore", "FP201")
    run("check", *three, "--select", "FP1,FP3")
    run("check", EXAMPLE, "--select", "FP3", "--fail-on", "error")
    run("check", EXAMPLE, "--select", "FP3", "--fail-on", "warning", code_=1)


def test_refused_layers_make_the_check_incomplete() -> None:
    folder = ROOT / "tests/examples/fail/fp109-resolution-mismatch"
    text = run("check", folder, "--fail-on", "never", code_=2)
    assert "INCOMPLETE" in text
    run("check", folder, "--tolerance", 500)


@pytest.mark.sampled
@pytest.mark.parametrize(
    "folder", [EXAMPLE, *sorted((ROOT / "tests/examples").glob("*/*"))], ids=lambda p: p.name
)
def test_json_holds_to_its_schema(folder: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(folder), "--format", "json"])
    document = json.loads(result.stdout)
    hold(document, "findings")
    tally = document["summary"]
    assert sum(tally.values()) == len(document["findings"])
    for finding in document["findings"]:
        assert set(finding["evidence"]) - {"kind"} <= set(vocabulary()), finding["rule"]
        assert finding["name"] == catalogue()[finding["rule"]].name


def test_json_of_the_example_states_its_assumption_and_its_people() -> None:
    document = json.loads(run("check", EXAMPLE, "--format", "json", code_=1))
    assert "spread evenly" in document["plan"]["assumptions"][0]
    people = {(r["layer"], r["code"]): r["population"] for r in document["tables"]["population"]}
    # Census 2021, added up by hand
    assert people["ics", "E54000009"] == 244_568 + 308_100 + 265_791 + 556_519 + 117_800
    assert people["ics", "E54000014"] == 126_299 + 110_941 + 117_262 + 110_488 + 122_955 + 119_084 + 323_629
    (split,) = [f for f in document["findings"] if f["rule"] == "FP201"]
    assert split["area"]["name"] == "Nottinghamshire"
    assert split["evidence"]["people_in_pieces"] == [824_829 - 117_800, 117_800]
    assert split["evidence"]["people"] == 117_800


def test_csv_has_a_row_for_each_finding_and_no_formula(tmp_path: Path) -> None:
    la = draw("A A A B")
    la["LAD21NM"] = ['=HYPERLINK("x")', "B, with a comma"]
    files = [
        "--la",
        save(la, tmp_path / "la.gpkg"),
        "--ics",
        save(draw("X X Y Y", "ICS"), tmp_path / "i.gpkg"),
    ]
    rows = list(csv.DictReader(io.StringIO(run("check", *files, "--format", "csv", code_=1))))
    assert [r["rule"] for r in rows] == ["FP201"]
    assert rows[0]["area_name"] == '\'=HYPERLINK("x")'
    assert rows[0]["area_code"] == code("A")
    assert json.loads(rows[0]["evidence_fields"])["pieces"] == 2


def test_output_goes_to_a_file_whole(three: list[str], tmp_path: Path) -> None:
    path = tmp_path / "findings.json"
    assert run("check", *three, "--format", "json", "-o", path, code_=1) == ""
    assert json.loads(path.read_text())["version"] == 1
    assert not list(tmp_path.glob("*.part"))


def test_a_population_of_authorities_adds_up_where_whole_ones_make_a_system(tmp_path: Path) -> None:
    la = save(draw("A B C C"), tmp_path / "la.gpkg")
    ics = save(draw("X X X Y", "ICS"), tmp_path / "ics.gpkg")
    people = write_csv(
        tmp_path / "people.csv", LAD21CD=[code(c) for c in "ABC"], population=["1,500,000", "300 000", "5"]
    )
    text = run("check", "--la", la, "--ics", ics, "--population", people, "--format", "json", code_=1)
    document = json.loads(text)
    found = {r["code"]: r["population"] for r in document["tables"]["population"] if r["layer"] == "ics"}
    assert found == {code("X", "ICS"): None, code("Y", "ICS"): None}
    assert any("only units can divide" in s["reason"] for s in document["skipped"])

    whole = save(draw("X X Y Y", "ICS"), tmp_path / "whole.gpkg")
    document = json.loads(
        run("check", "--la", la, "--ics", whole, "--population", people, "--format", "json")
    )
    found = {r["code"]: r["population"] for r in document["tables"]["population"] if r["layer"] == "ics"}
    assert found == {code("X", "ICS"): 1_800_000, code("Y", "ICS"): 5}
    assert [f["rule"] for f in document["findings"]] == ["FP301"]


def test_units_on_the_command_line_give_people_to_pieces(tmp_path: Path) -> None:
    from maps import grid_units

    units = grid_units("A A A B")
    files = [
        "--la", save(draw("A A A B"), tmp_path / "la.gpkg"),
        "--ics", save(draw("X X Y Y", "ICS"), tmp_path / "ics.gpkg"),
        "--units", save(units[["LSOA21CD", "geometry"]], tmp_path / "units.gpkg"),
        "--population", write_csv(tmp_path / "p.csv", code=list(units.LSOA21CD), people=[10, 20, 30, 40]),
    ]  # fmt: skip
    document = json.loads(run("check", *files, "--format", "json", code_=1))
    (split,) = [f for f in document["findings"] if f["rule"] == "FP201"]
    assert split["evidence"]["kind"] == "units"
    assert split["evidence"]["people_in_pieces"] == [30, 30]


def test_overlap_compares_two_files(three: list[str]) -> None:
    text = run("overlap", three[1], three[3])
    assert "1 of 2 areas nest" in text
    rows = list(csv.DictReader(io.StringIO(run("overlap", three[1], three[3], "--format", "csv"))))
    assert [(r["source_name"], r["target_name"], r["verdict"]) for r in rows] == [
        ("Area A", "Area X", "split"),
        ("Area A", "Area Y", "split"),
        ("Area B", "Area Y", "nested"),
    ]
    document = json.loads(run("overlap", three[1], three[3], "--format", "json"))
    assert [r["area_m2"] for r in document["overlap"]] == [2e8, 1e8, 1e8]


def test_areas_without_names_are_called_by_their_codes_once(tmp_path: Path) -> None:
    la, ics = (
        save(frame.drop(columns=frame.filter(like="NM").columns), tmp_path / name)
        for frame, name in ((draw("A A A B"), "la.gpkg"), (draw("X X Y Y", "ICS"), "ics.gpkg"))
    )
    words = run("overlap", la, ics).split()
    for area in (code("A"), code("X", "ICS"), code("Y", "ICS")):
        assert area in words
        assert f"({area})" not in words


def test_overlap_tells_what_of_a_file_takes_no_part(tmp_path: Path) -> None:
    """An area without an outline, one that stands on two rows, and a file that says it was cut off."""
    two, ics = draw("A B"), draw("X Y", "ICS")
    rest = two.iloc[[1]].assign(LAD21CD=code("C"), LAD21NM="Area C").set_geometry([None], crs=two.crs)
    again = two.iloc[[1]].set_geometry(two.geometry.iloc[[1]].translate(10_000))
    whole, lost = save(two, tmp_path / "two.gpkg"), save(pd.concat([two, rest]), tmp_path / "lost.gpkg")
    rows = save(pd.concat([two, again]), tmp_path / "rows.gpkg")
    cut = tmp_path / "cut.geojson"
    made = json.loads(save(ics, tmp_path / "ics.geojson").read_text())
    cut.write_text(json.dumps(made | {"exceededTransferLimit": True}))

    def told(*files: Path, style: str = "terminal") -> tuple[str, ...]:
        done = CliRunner().invoke(app, ["overlap", *map(str, files), "--format", style])
        assert done.exit_code == 0
        return done.stdout.splitlines()[1], *(" ".join(said.split()) for said in (done.stdout, done.stderr))

    assert told(whole, tmp_path / "ics.geojson")[0] == "2 of 2 areas nest (2 one to one), 0 split, 0 in none"
    first, *_ = told(lost, tmp_path / "ics.geojson")
    assert first == "2 of 3 areas nest (2 one to one), 0 split, 0 in none, 1 without an outline"
    for files, says in (
        ((lost, tmp_path / "ics.geojson"), "1 area without an outline, compared with nothing (E07000067)"),
        ((tmp_path / "ics.geojson", lost), "1 area without an outline, compared with nothing (E07000067)"),
        ((rows, tmp_path / "ics.geojson"), "1 code on several rows, as parts of one area (E07000066)"),
        ((whole, cut), "says that it was cut off (exceededTransferLimit)"),
    ):
        for style, counts in {"terminal": (1, 0), "markdown": (1, 0), "json": (0, 1), "csv": (0, 1)}.items():
            # in the report, or else beside it; markdown escapes brackets
            _, report, beside = (each.replace("\\", "") for each in told(*files, style=style))
            assert (report.count(says), beside.count(says)) == counts, (style, report, beside)


def test_inspect_tells_what_a_file_may_lack(tmp_path: Path) -> None:
    two = draw("A B")
    rest = two.iloc[[1]].assign(LAD21CD=code("C"), LAD21NM="Area C").set_geometry([None], crs=two.crs)
    made = json.loads(save(pd.concat([two, rest]), tmp_path / "made.geojson").read_text())
    for held, said in ((made, False), (made | {"exceededTransferLimit": True}, True)):
        (tmp_path / "held.geojson").write_text(json.dumps(held))
        text = " ".join(run("inspect", tmp_path / "held.geojson").split())
        assert ("may lack areas the file says that it was cut off (exceededTransferLimit)" in text) is said
        assert "without outline 1 area: E07000067" in text
    assert "lack" not in run("inspect", save(two, tmp_path / "two.geojson"))


def test_inspect_tells_what_is_in_a_file() -> None:
    text = run("inspect", EXAMPLE / "lad.shp", f"{EXAMPLE}/boundaries.gpkg::neighbourhood")
    for words in (
        "ESRI Shapefile",
        "EPSG:27700",
        "12 districts (LAD) of 2021",
        "64 areas (OTHER)",
        "about 200 m",
    ):
        assert words in text
    document = json.loads(run("inspect", EXAMPLE / "boundaries.gpkg", "--format", "json"))
    assert [(o["layer"], o["areas"]) for o in document["layers"]] == [("lsoa", 1532), ("neighbourhood", 64)]


def test_every_rule_is_listed_and_explained() -> None:
    text = run("rules")
    for rule in catalogue().values():
        assert rule.code in text
        explained = run("explain", rule.code.lower())
        assert explained == run("explain", rule.name)
        assert "Why it matters" in explained
        assert rule.why
        assert rule.settle
    listed = json.loads(run("rules", "--format", "json"))
    assert [r["code"] for r in listed] == list(catalogue())


def test_accepted_findings_that_no_longer_occur_are_told_of(tmp_path: Path) -> None:
    folder = ROOT / "tests/examples/pass/accepted-split"
    plan = (folder / "footprint.toml").read_text().replace("E07000065", "E07000099")
    for name in ("lad.geojson", "ics.geojson"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "footprint.toml").write_text(plan)
    result = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert result.exit_code == 1
    assert "[[accept]] FP201 E07000099 fits no finding" in result.stderr


def test_python_gives_what_the_command_gives() -> None:
    plan = footprint.load_plan(EXAMPLE)
    result = footprint.check(plan)
    document = json.loads(run("check", EXAMPLE, "--format", "json", code_=1))
    assert [f.message for f in result.findings] == [f["message"] for f in document["findings"]]
    assert len(result.overlap) == len(document["tables"]["overlap"])
    assert result.population.population.tolist() == [
        r["population"] for r in document["tables"]["population"]
    ]
    table = footprint.overlap(EXAMPLE / "lad.shp", EXAMPLE / "ics.shp").table
    assert set(table.verdict) == {"nested"}


def test_the_program_reads_well_without_colour_and_in_a_log_file(three: list[str]) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "footprint", "check", *three],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert not any(line != line.rstrip() for line in done.stdout.splitlines())


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; from footprint.cli import app; from typer.testing import CliRunner; "
        "CliRunner().invoke(app, ['--help']); CliRunner().invoke(app, ['rules']); "
        "print([m for m in ('geopandas', 'pandas', 'numpy', 'shapely', 'pyogrio') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_lookups_alone_are_enough_for_a_plan(tmp_path: Path) -> None:
    """Units come from the lookup of units, upper-tier authorities from that of districts."""
    units = [f"E0100000{i}" for i in range(6)] + ["W01000001"]
    write_csv(
        tmp_path / "lsoa.csv",
        LSOA21CD=units,
        LAD21CD=[code(c) for c in "AABBCC"] + ["W06000001"],
        ICB23CD=[code(c, "ICS") for c in "XXXYYY"] + ["W11000001"],
    )
    write_csv(
        tmp_path / "utla.csv",
        LAD21CD=[code(c) for c in "ABC"],
        CTYUA21CD=["E10000001", "E10000001", "E10000002"],
        CTYUA21NM=["Oneshire", "Oneshire", "Twoshire"],
    )
    write_csv(tmp_path / "people.csv", LSOA21CD=units, population=[1, 2, 4, 8, 16, 32, 64])
    (tmp_path / "footprint.toml").write_text(
        """
        title = "Lookups alone"
        date = 2021-04-01
        units = { geography = "LSOA", population = { path = "people.csv" } }
        layers.lad = { geography = "LAD", lookup = { path = "lsoa.csv" } }
        layers.ics = { geography = "ICS", lookup = { path = "lsoa.csv" } }
        layers.utla = { geography = "UTLA", lookup = { path = "utla.csv" } }
        align = [
            { source = "lad", target = "ics", must = "nest" },
            { source = "utla", target = "ics", must = "nest" },
        ]
        """
    )
    document = json.loads(run("check", tmp_path, "--format", "json", code_=1))
    found = {
        f["area"]["name"]: f["evidence"]["people_in_pieces"]
        for f in document["findings"]
        if f["rule"] == "FP201"
    }
    assert found == {code("B"): [8, 4], "Oneshire": [8, 7]}
    assert {f["evidence"]["kind"] for f in document["findings"] if f["rule"] == "FP201"} == {"lookup"}
    assert not [f for f in document["findings"] if f["rule"] in ("FP204", "FP303", "FP304")]
    assert "outside England" in str(document["findings"])


def findings(folder: Path, *options: object, code_: int) -> list[tuple[str, str, str]]:
    """Return (severity, rule, area) of every finding of a check."""
    document = json.loads(run("check", folder, *options, "--format", "json", code_=code_))
    return [(f["severity"], f["rule"], (f["area"] or {"code": ""})["code"]) for f in document["findings"]]


def plan_of(folder: Path, text: str, **maps: str) -> Path:
    """Write a plan and the maps that it names: lad, ccg or ics, in letters."""
    for key, drawing in maps.items():
        save(draw(drawing, key.upper()), folder / f"{key}.gpkg")
    layers = "".join(f'\n[layers.{key}]\npath = "{key}.gpkg"\n' for key in maps)
    (folder / "footprint.toml").write_text(f'title = "t"\ndate = 2021-04-01\n{layers}{text}')
    return folder


NEST = '\n[[align]]\nsource = "{}"\ntarget = "{}"\n{} = "{}"\n'


def test_a_level_that_should_nest_is_a_warning_if_the_plan_says_so(tmp_path: Path) -> None:
    levels = '\n[levels]\nsystem = "ics"\nplace = "ccg"\n'
    plan_of(tmp_path, levels, ccg="A A A B", ics="X X Y Y")
    assert findings(tmp_path, code_=1) == [("error", "FP203", code("A", "CCG"))]
    plan_of(tmp_path, levels + NEST.format("ccg", "ics", "should", "nest"), ccg="A A A B", ics="X X Y Y")
    assert findings(tmp_path, code_=0) == [("warning", "FP203", code("A", "CCG"))]


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("lad", "ics", "expected"),
    [
        ("A A B", "X X Y", []),
        # a target without a counterpart
        ("A A . .", "X X Y Y", [("error", "FP202", "Y"), ("error", "FP204", "Y")]),
        # a source without one
        ("A A B B", "X X . .", [("error", "FP202", "B"), ("error", "FP204", "B")]),
        # one reaches beyond the other by half: water or land, who knows
        ("A A B B", "X X Y .", [("warning", "FP204", "B")]),
        ("A A . .", "X X X .", [("warning", "FP204", "X")]),
    ],
)
def test_areas_that_must_match_are_looked_at_from_both_sides(
    tmp_path: Path, lad: str, ics: str, expected: list[tuple[str, str, str]]
) -> None:
    plan_of(tmp_path, NEST.format("lad", "ics", "must", "match"), lad=lad, ics=ics)
    errors = any(severity == "error" for severity, _, _ in expected)
    named = {code(c): c for c in "AB"} | {code(c, "ICS"): c for c in "XY"}
    found = [(s, r, named[a]) for s, r, a in findings(tmp_path, code_=int(errors))]
    assert found == expected


def test_the_closest_counterpart_is_the_one_with_the_highest_index(tmp_path: Path) -> None:
    # A lies in X with 2 and in Y with 3 squares, but Y has 8 more
    plan_of(
        tmp_path, NEST.format("lad", "ics", "must", "match"),
        lad="A A A A A B B B B B B B B", ics="X X Y Y Y Y Y Y Y Y Y Y Y",
    )  # fmt: skip
    document = json.loads(run("check", tmp_path, "--format", "json", code_=1))
    a = next(f for f in document["findings"] if f["area"]["code"] == code("A"))
    assert a["others"][0]["code"] == code("X", "ICS")
    assert a["evidence"]["jaccard"] == pytest.approx(2 / 5)


def test_what_must_hold_and_cannot_be_checked_leaves_the_check_incomplete(tmp_path: Path) -> None:
    write_csv(tmp_path / "lookup.csv", LSOA21CD=["E01000001", "E01000002"], LAD21CD=[code("A"), code("B")])
    units = '\n[units]\ngeography = "LSOA"\n\n[layers.lad]\nlookup = { path = "lookup.csv" }\n'
    for word, exit_code in (("must", 2), ("should", 0)):
        plan_of(tmp_path, units + NEST.format("lad", "ics", word, "nest"), ics="X Y")
        assert findings(tmp_path, code_=exit_code) == []


def test_lookups_that_go_round_in_a_circle_are_refused(tmp_path: Path) -> None:
    plan_of(tmp_path, "", lad="A B", ccg="A B")
    pairs = {"LAD21CD": [code("A"), code("B")], "CCG21CD": [code("A", "CCG"), code("B", "CCG")]}
    write_csv(tmp_path / "both.csv", **pairs)
    text = (tmp_path / "footprint.toml").read_text()
    text = text.replace(
        'lad.gpkg"\n', 'lad.gpkg"\nlookup = { path = "both.csv", unit = "CCG21CD", code = "LAD21CD" }\n'
    )
    text = text.replace(
        'ccg.gpkg"\n', 'ccg.gpkg"\nlookup = { path = "both.csv", unit = "LAD21CD", code = "CCG21CD" }\n'
    )
    (tmp_path / "footprint.toml").write_text(text)
    result = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert result.exit_code == 2
    assert "circle" in result.stderr


def test_two_layers_made_of_a_third_are_compared_by_its_codes(tmp_path: Path) -> None:
    table = {
        "LAD21CD": [code(c) for c in "ABC"],
        "CTYUA21CD": ["E10000001", "E10000001", "E10000002"],
        "ICB23CD": [code(c, "ICS") for c in "XYY"],
    }
    write_csv(tmp_path / "districts.csv", **table)
    text = "".join(
        f'\n[layers.{key}]\ngeography = "{key.upper()}"\n'
        f'lookup = {{ path = "districts.csv", unit = "LAD21CD", code = "{column}" }}\n'
        for key, column in (("utla", "CTYUA21CD"), ("ics", "ICB23CD"))
    )
    plan_of(tmp_path, text + NEST.format("utla", "ics", "must", "nest"), lad="A B C")
    document = json.loads(run("check", tmp_path, "--format", "json", code_=1))
    (split,) = document["findings"]
    assert (split["rule"], split["area"]["code"], split["evidence"]["kind"]) == (
        "FP201",
        "E10000001",
        "lookup",
    )


def test_bands_are_not_judged_where_people_are_unknown(tmp_path: Path) -> None:
    from maps import grid_units

    units = grid_units("A A B B")
    save(units[["LSOA21CD", "geometry"]], tmp_path / "units.gpkg")
    write_csv(tmp_path / "people.csv", LSOA21CD=list(units.LSOA21CD)[:3], population=[5, 6, 7])
    plan_of(
        tmp_path,
        '\n[units]\npath = "units.gpkg"\npopulation = { path = "people.csv" }\n\n[levels]\nsystem = "ics"\n',
        ics="X X Y Y Z Z",
    )
    # Y has a unit without a population, Z has no unit: neither is said to be too small
    found = findings(tmp_path, code_=1)
    assert [f for f in found if f[1] == "FP301"] == [("warning", "FP301", code("X", "ICS"))]
    document = json.loads(run("check", tmp_path, "--format", "json", code_=1))
    assert not [f for f in document["findings"] if f["rule"] == "FP303"]
    people = {r["code"]: r["population"] for r in document["tables"]["population"]}
    assert people == {code("X", "ICS"): 11, code("Y", "ICS"): None, code("Z", "ICS"): None}


def test_a_crash_is_not_taken_for_findings(three: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("footprint.geometry.by_geometry.pair_areas", crash)
    result = CliRunner().invoke(app, ["check", *three])
    assert result.exit_code == 2
    assert "a fault of footprint itself (ZeroDivisionError: oh)" in result.stderr


def test_an_accepted_entry_that_fits_several_splits_is_told_of(tmp_path: Path) -> None:
    accept = '\n[[accept]]\nrule = "FP201"\narea = "E07000065"\nreason = "known"\n'
    align = NEST.format("lad", "ics", "must", "nest") + NEST.format("lad", "ccg", "must", "nest")
    plan_of(tmp_path, align + accept, lad="A A", ics="X Y", ccg="A B")
    result = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert "FP201 E07000065 fits 2 findings" in result.stderr


def test_the_split_that_concerns_most_ground_comes_first(tmp_path: Path) -> None:
    align = NEST.format("lad", "ics", "must", "nest")
    text = run("check", plan_of(tmp_path, align, lad="A A A B B B B", ics="X X Y Y Y X X"), code_=1)
    assert "2 split: Area B; Area A" in text
    assert text.index("error Area B") < text.index("error Area A")


def test_people_of_other_places_are_not_missed(tmp_path: Path) -> None:
    from maps import grid_units

    units = grid_units("A A")
    save(units[["LSOA21CD", "geometry"]], tmp_path / "units.gpkg")
    write_csv(tmp_path / "people.csv", LSOA21CD=[*units.LSOA21CD, "E01999999"], population=[5, 6, 1000])
    plan_of(
        tmp_path,
        '\n[units]\npath = "units.gpkg"\npopulation = { path = "people.csv" }\n',
        ics="X X Y Y",
    )
    document = json.loads(run("check", tmp_path, "--format", "json"))
    assert not [f for f in document["findings"] if f["rule"] == "FP303"]
    assert [note for note in document["plan"]["notes"] if "1,000 people (E01999999)" in note]


@pytest.mark.parametrize(("date", "key"), [("2021-04-01", "CCG"), ("2022-07-01", "SICBL")])
def test_codes_of_ccgs_are_sub_icb_locations_from_july_2022_on(tmp_path: Path, date: str, key: str) -> None:
    plan_of(tmp_path, "", ccg="A B")
    save(draw("A B", "CCG").rename(columns={"CCG21CD": "code", "CCG21NM": "name"}), tmp_path / "ccg.gpkg")
    path = tmp_path / "footprint.toml"
    path.write_text(path.read_text().replace("2021-04-01", date))
    assert footprint.load_plan(tmp_path).layers["ccg"].geography.key == key


def test_a_reader_that_has_gone_does_not_change_the_exit_code(three: list[str]) -> None:
    command = [sys.executable, "-m", "footprint", "check", *three]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        told = process.stderr.read()
    assert process.returncode == 1
    assert "rror" not in told


def test_a_level_of_which_some_areas_have_no_people_is_shown(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "tests/examples/fail/fp304-unit-without-population", tmp_path / "plan")
    plan = folder / "footprint.toml"
    key = next(iter(footprint.load_plan(folder).layers))
    plan.write_text(plan.read_text(encoding="utf-8") + f'\n[levels]\nsystem = "{key}"\n', encoding="utf-8")
    assert "unknown" in run("check", str(folder), code_=1)


def test_a_drafted_plan_stands_where_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    save(draw("A A B"), tmp_path / "data" / "lad.geojson")
    save(draw("X X Y", "ICS"), tmp_path / "data" / "ics.geojson")
    run("init", str(tmp_path / "data"), "-o", str(tmp_path / "plan.toml"))
    assert "2 of 2 nest" in run("check", str(tmp_path / "plan.toml"))
    again = CliRunner().invoke(app, ["init", str(tmp_path / "data"), "-o", str(tmp_path / "plan.toml")])
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)
    wrong = CliRunner().invoke(
        app, ["init", str(tmp_path / "data"), "-o", str(tmp_path / "data/lad.geojson")]
    )
    assert (wrong.exit_code, "is no name of a plan" in wrong.stderr) == (2, True)
    printed = CliRunner().invoke(app, ["init", str(tmp_path / "data"), "-o", "-"])
    assert printed.stdout.startswith("# A first plan")
