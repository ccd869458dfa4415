"""`footprint guide`: pages are found, listed, printed and shipped."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from footprint.cli import app
from footprint.cli.guide import _LINK, _link, pages

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "footprint"
CONTRIBUTING = PACKAGE / "guide" / "contributing.md"
Program = Callable[..., subprocess.CompletedProcess[str]]


def test_every_page_is_listed_with_its_first_sentence() -> None:
    printed = CliRunner().invoke(app, ["guide"]).stdout
    listed = re.findall(r"^([a-z-]+)  ", printed, re.MULTILINE)
    assert sorted(listed) == sorted(path.stem for path in (PACKAGE / "guide").glob("*.md"))
    assert listed == [page.topic for page in pages()]
    assert listed[0] == "first-plan"
    assert "plan-file        A plan, footprint.toml, names boundary files and tables, and" in printed
    assert max(map(len, printed.splitlines())) <= 80


def test_pages_have_places_of_their_own() -> None:
    assert len({page.order for page in pages()}) == len(pages())


def test_a_page_is_printed_as_it_is_where_no_terminal_reads_it() -> None:
    printed = CliRunner().invoke(app, ["guide", "plan-file"]).stdout
    text = (PACKAGE / "guide" / "plan-file.md").read_text(encoding="utf-8")
    assert text == f"<!-- 70 -->\n\n{printed}"
    assert printed.startswith("# The plan file\n")
    assert CliRunner().invoke(app, ["guide", "Plan-File.md"]).stdout == printed


def test_an_unknown_page_names_the_nearest() -> None:
    result = CliRunner().invoke(app, ["guide", "proposal"])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr == (
        "error: the guide has no page 'proposal'. Did you mean 'proposals'? "
        "List them with 'footprint guide'.\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="needs a terminal that Python can open")
def test_a_terminal_gets_a_page_that_is_laid_out() -> None:
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "90", "LINES": "50"}
    run = subprocess.Popen(
        [sys.executable, "-m", "footprint", "guide", "check"], stdout=theirs, cwd=ROOT, env=environment
    )
    os.close(theirs)
    raw = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the other side has gone
            break
        if not part:
            break
        raw += part
    os.close(ours)
    assert run.wait() == 0
    assert b"\x1b[" in raw
    text = re.sub(r"\x1b\[[0-9;]*m", "", raw.decode()).replace("\r\n", "\n")
    assert "# Checking" not in text
    assert "```" not in text
    assert "the plan file (footprint guide plan-file)" in " ".join(text.split())
    assert max(map(len, text.splitlines())) <= 90


def test_links_become_commands_and_places() -> None:
    told = _LINK.sub(_link, "[a](json.md) [b](../../data/x/b.toml) ![c](../../data/c.png) [d](d)")
    assert told == "a (`footprint guide json`) b (data/x/b.toml) c (data/c.png) d"


def test_the_guide_is_quick() -> None:
    """It loads nothing heavy, and for a pipe not even rich."""
    seen = subprocess.run(
        [
            sys.executable, "-c",
            "import sys; from typer.testing import CliRunner; from footprint.cli import app; "
            "CliRunner().invoke(app, ['guide']); CliRunner().invoke(app, ['guide', 'json']); "
            "print([m for m in ('rich.markdown', 'pandas', 'geopandas', 'numpy') if m in sys.modules])",
        ],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert seen.stdout.strip() == "[]"


def test_a_wheel_holds_every_page() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    shipped = {path for glob in settings["package-data"]["footprint"] for path in PACKAGE.glob(glob)}
    assert set((PACKAGE / "guide").iterdir()) <= shipped


def test_shells_complete_commands_and_topics() -> None:
    def completed(line: str) -> list[str]:
        given = {
            "_FOOTPRINT_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(line.count(" ")),
        }
        return CliRunner().invoke(app, [], prog_name="footprint", env=given).stdout.split()

    assert completed("footprint gui") == ["guide"]
    assert completed("footprint guide plan") == ["plan-file"]


# ── a rule in ten minutes ───────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program as it is after what the page on contributing says was done to a copy of it."""
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(PACKAGE, copy / "footprint", ignore=shutil.ignore_patterns("__pycache__"))
    files = re.findall(r"^`(\S+)`:\n\n```\w+\n(.*?)```$", CONTRIBUTING.read_text(), re.DOTALL | re.MULTILINE)
    assert len(files) == 3
    for name, text in files:
        path = copy / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(copy)}
        command = [sys.executable, "-m", "footprint", *arguments]
        return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)

    return run


def test_the_rule_of_the_page_is_in_the_catalogue(program: Program) -> None:
    rows = {row["code"]: row for row in json.loads(program("rules", "--format", "json").stdout)}
    row = rows["FP120"]
    assert (row["name"], row["family"], row["severity"]) == ("same-name", "layer", "warning")
    assert row["summary"] == "Areas of one layer that have the same name."
    assert "How to settle it\n  Give one of them a longer name" in program("explain", "same-name").stdout


def test_the_rule_of_the_page_finds_what_it_is_for(program: Program) -> None:
    checked = program("check", "tests/examples/fail/fp120-same-name", "--format", "json")
    assert checked.returncode == 0, checked.stderr
    (finding,) = json.loads(checked.stdout)["findings"]
    assert finding["rule"] == "FP120"
    assert finding["message"] == "2 areas of lad are called Newtown: E07000008, E07000009"
    assert f'"{finding["message"]}"' in " ".join(CONTRIBUTING.read_text(encoding="utf-8").split())
    assert finding["evidence"] == {
        "kind": "lookup", "count": 2, "codes": ["E07000008", "E07000009"], "shared_name": "Newtown",
    }  # fmt: skip
