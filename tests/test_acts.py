"""Text that acts, first lines that are nobody's business, and plans held to their folder."""

from __future__ import annotations

import io
import json
import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from maps import draw, grid_units, save, write_plan
from typer.testing import CliRunner

from footprint.cli import app
from footprint.model.errors import InputError
from footprint.model.words import spreadsheet_safe
from footprint.read.columns import its_columns
from footprint.read.table import read_table
from footprint.reports.harmless import Harmless
from footprint.reports.registry import names

TRAPS = (
    "::error::x",
    "  ::set-output name=a::b",
    "##vso[task.setvariable variable=x]y",
    "##[error]x",
    "a ##[group]b",
    "##teamcity[buildStop]",
)
PLAN = (
    'title = "##vso[task.complete]"\ndate = 2021-04-01\n[units]\ngeography = "LSOA"\npath = "units.geojson"\n'
    'population = { path = "people.csv", code = "LSOA21CD", value = "people" }\n'
    '[layers.lad]\npath = "lad.geojson"\n[layers.ics]\npath = "ics.geojson"\n'
    '[levels]\nplace = "lad"\nsystem = "ics"\n[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "nest"\n'
    "[bands]\nplace = [250_000, 500_000]\n"
)


def run(*words: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    lad, units = draw("A B C\nF D E"), grid_units("A B C\nF D E")
    lad["LAD21NM"] = list(TRAPS)
    return write_plan(
        tmp_path / "plan", PLAN, lad=lad, ics=draw("S S S\nS T T", "ICS"), units=units,
        people={"LSOA21CD": list(units["LSOA21CD"]), "people": [1000] * 6},
    )  # fmt: skip


def acts(text: str) -> list[str]:
    """Return the lines that the runner of GitHub or the agent of Azure would take for commands."""
    return [line for line in text.splitlines() if re.search(r"^\s*::|##(vso|teamcity)?\[", line)]


@pytest.mark.sampled
@pytest.mark.parametrize("style", names("check"))
def test_no_format_lets_a_name_act(plan: Path, style: str) -> None:
    code, out, err = run("check", plan, "--format", style)
    assert code in (0, 1)
    if style == "github":
        lines = [line for line in acts(out) if not re.match(r"::(error|warning|notice) (file|title)=", line)]
        assert lines == []
    else:
        assert acts(out) == []
    assert acts(err) == []
    if style == "json":
        assert "##vso[task.setvariable" in json.dumps(json.loads(out), ensure_ascii=False)
    if style == "junit":
        ET.fromstring(out)


@pytest.mark.sampled
@pytest.mark.parametrize("style", names("flows"))
@pytest.mark.parametrize(
    "words",
    [
        ["inspect", "{}/lad.geojson"],
        ["overlap", "{}/lad.geojson", "{}/ics.geojson"],
        ["compare", "{}", "{}"],
        ["who", "E07000067", "{}"],
    ],
)
def test_no_command_lets_a_name_act(plan: Path, style: str, words: list[str]) -> None:
    _, out, err = run(*(word.format(plan) for word in words), "--format", style)
    assert len(out) > 20
    assert acts(out) + acts(err) == []


def test_a_message_does_not_act_where_its_lines_are_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    for blanks in range(1, 40):
        _, out, err = run("inspect", tmp_path / f"{'x ' * blanks}::error::y.geojson")
        assert acts(out) + acts(err) == []


@pytest.mark.parametrize("sign", "=+-@＝＋－＠")
def test_no_sign_makes_a_formula(sign: str) -> None:
    assert spreadsheet_safe(f"{sign}1+1") == f"'{sign}1+1"


def test_no_lookup_lets_a_code_act(tmp_path: Path) -> None:
    lookup = {"unit": [*TRAPS[:2], "x"], "LAD21CD": [*TRAPS[:2], "E07000001"]}
    plan = write_plan(
        tmp_path,
        'title = "x"\ndate = 2021-04-01\n[units]\ngeography = "OTHER"\n[layers.lad]\ngeography = "LAD"\n'
        'lookup = { path = "lookup.csv", unit = "unit", code = "LAD21CD" }\n[levels]\nplace = "lad"\n',
        lookup=lookup,
    )  # fmt: skip
    _, out, err = run("export", plan, "--lookup")
    assert acts(out) + acts(err) == []


@pytest.mark.parametrize(
    "pieces",
    [["::a\n"], ["x\n", "::a"], ["x\n", "  ", "::a"], ["x", "::a"], ["x\ny\n::a\nz"], ["\n\t::a"], ["##[a"]],
)
def test_what_is_written_in_pieces_is_seen_as_lines(pieces: list[str]) -> None:
    stream = io.StringIO()
    safe = Harmless(stream, "terminal")
    for piece in pieces:
        safe.write(piece)
    assert acts(stream.getvalue()) == []
    assert stream.getvalue().replace(": :", "::").replace("# #", "##") == "".join(pieces)


@pytest.mark.parametrize("format", ["csv", "markdown", "of one's own"])
def test_no_sign_that_a_terminal_obeys_gets_out_of_a_format_that_forgot_it(format: str) -> None:
    stream = io.StringIO()
    Harmless(stream, format).write("a\x1b[31mb\x9b2J\x07\tc\r\n")
    assert stream.getvalue() == "a\ufffd[31mb\ufffd2J\ufffd\tc\r\n"


@pytest.mark.parametrize("format", ["terminal", "json"])
def test_colours_of_a_terminal_and_the_text_of_json_stay_as_they_are(format: str) -> None:
    stream = io.StringIO()
    Harmless(stream, format).write("\x1b[31ma\x1b[0m\n")
    assert stream.getvalue() == "\x1b[31ma\x1b[0m\n"


# ── what is no table ────────────────────────────────────────────────────────────────────────────


SECRETS = (
    "root:x:0:0:root:/root:/bin/bash",
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "hunter2",
    "DB_URL=postgres://user:secret@host/base,DEBUG=1",
    '{"token": "secret", "user": "me"}',
)


@pytest.mark.sampled
@pytest.mark.parametrize("secret", SECRETS)
def test_the_first_line_of_what_is_no_table_is_not_told(plan: Path, tmp_path: Path, secret: str) -> None:
    private = tmp_path / "private"
    private.write_text(f"{secret}\n{secret}\n{secret}\n")
    text = (plan / "footprint.toml").read_text()
    for key in ("people.csv", "units.geojson", "lad.geojson"):
        (plan / "footprint.toml").write_text(text.replace(f'"{key}"', '"../private"'))
        code, out, err = run("check", plan)
        assert code == 2
        assert not any(part in out + err for part in re.findall(r"\w{6,}", secret))
    for words in (["check", private], ["check", plan, "--baseline", private], ["inspect", private],
                  ["compare", plan, private], ["check", plan, "--proposal", private],
                  ["who", "--postcode", "S1 1AA", "--postcodes", private, plan]):  # fmt: skip
        code, out, err = run(*words)
        assert code == 2
        assert not any(part in out + err for part in re.findall(r"\w{6,}", secret)), words


def test_headings_are_told() -> None:
    assert its_columns(["LSOA11CD", "All ages (2020)"]) == "Its columns: LSOA11CD, All ages (2020)."
    assert its_columns(["LSOA11CD"]) == "Its columns: LSOA11CD."
    assert its_columns(["a", "x" * 80]) == "It has 2 columns."
    assert its_columns(["hunter2"]) == "It has 1 column."


# ── held to its folder ──────────────────────────────────────────────────────────────────────────


def stating(plan: Path, path: str) -> Path:
    toml = plan / "footprint.toml"
    toml.write_text(toml.read_text().replace('"people.csv"', f"'{path}'"))
    return plan


@pytest.mark.sampled
@pytest.mark.parametrize(
    "command", ["check", "flows", "report", "map", "export", "compare", "options", "who"]
)
def test_a_confined_plan_names_only_what_is_in_its_folder(plan: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "people.csv").write_bytes((plan / "people.csv").read_bytes())
    other = shutil.copytree(plan, tmp_path / "other")
    toml = other / "footprint.toml"
    toml.write_text('title = "Another"\n' + re.sub("^title.*\n", "", toml.read_text()))
    words: list[object] = {
        "compare": ["compare", plan, plan],
        "options": ["options", plan, other],
        "who": ["who", "E07000067", plan],
    }.get(command, [command, plan])
    if command in ("report", "map", "export"):
        words += ["--force", "-o", tmp_path / {"report": "x.md", "map": "x.svg", "export": "x.gpkg"}[command]]
    told = run(*words, "--confined")[2]
    assert "outside of its folder" not in told
    stating(plan, "../people.csv")
    assert run(*words)[2].count("error: ") == (command == "flows")  # there are none
    code, _, err = run(*words, "--confined")
    assert (code, "names ../people.csv, which lies outside of its folder" in err) == (2, True)
    done = CliRunner().invoke(app, [str(word) for word in words], env={"FOOTPRINT_CONFINED": "1"})
    assert done.exit_code == 2


@pytest.mark.parametrize(
    "path", ["/etc/hosts", "C:\\people.csv", "\\\\host\\share\\people.csv", "~/people.csv",
             "in/../../people.csv", "../plan/people.csv", "link.csv", "in/people.csv", "/etc/*", "in/*.csv"],
)  # fmt: skip
def test_no_way_leads_out_of_the_folder(plan: Path, tmp_path: Path, path: str) -> None:
    (tmp_path / "other").mkdir()
    for place in (tmp_path / "people.csv", tmp_path / "other" / "people.csv"):
        place.write_bytes((plan / "people.csv").read_bytes())
    (plan / "link.csv").symlink_to(tmp_path / "people.csv")
    (plan / "in").symlink_to(tmp_path / "other")
    code, _, err = run("check", stating(plan, path), "--confined")
    assert (code, "lies outside of its folder" in err) == (2, True), err


def test_parts_of_a_shapefile_and_of_a_geodatabase_are_held_too(plan: Path, tmp_path: Path) -> None:
    save(draw("A B C\nA D E"), tmp_path / "lad.shp")
    text = (plan / "footprint.toml").read_text()
    for part in tmp_path.glob("lad.*"):
        (plan / part.name).write_bytes(part.read_bytes())
    (plan / "footprint.toml").write_text(text.replace("lad.geojson", "lad.shp"))
    assert "outside" not in run("check", plan, "--confined")[2]
    (plan / "lad.dbf").unlink()
    (plan / "lad.dbf").symlink_to(tmp_path / "lad.dbf")
    assert "outside" in run("check", plan, "--confined")[2]
    base = tmp_path / "out.gdb"
    draw("A B C\nA D E").to_file(base, driver="OpenFileGDB", layer="lad", engine="pyogrio")
    (plan / "lad.gdb").mkdir()
    for part in base.iterdir():
        (plan / "lad.gdb" / part.name).symlink_to(part)
    (plan / "footprint.toml").write_text(text.replace("lad.geojson", "lad.gdb"))
    assert "outside" in run("check", plan, "--confined")[2]


def test_a_proposal_is_held_too_and_its_base_to_where_it_runs(
    plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = tmp_path / "proposed"
    moved.mkdir()
    (moved / "proposal.toml").write_text(
        'title = "x"\neffective_date = 2022-07-01\nbase = "../plan/footprint.toml"\nlayer = "ics"\n'
    )
    (moved / "assignment.csv").write_text("code,area\nE01000000,E54000084\n")
    monkeypatch.chdir(tmp_path)
    assert "outside" not in run("check", moved, "--confined")[2]
    monkeypatch.chdir(moved)
    assert "names ../plan/footprint.toml, which lies outside" in run("check", ".", "--confined")[2]
    monkeypatch.chdir(tmp_path)
    (moved / "assignment.csv").rename(tmp_path / "assignment.csv")
    (moved / "assignment.csv").symlink_to(tmp_path / "assignment.csv")
    with (moved / "proposal.toml").open("a") as stream:
        stream.write('assignment = "assignment.csv"\n')
    assert "outside" in run("check", moved, "--confined")[2]


def test_a_table_that_is_read_by_itself_is_not_held(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no rows"):
        read_table(write_plan(tmp_path / "x", "", one="a,b\n") / "one.csv")
