"""`footprint report`: what it writes, where, and what it refuses."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from maps import draw, save
from typer.testing import CliRunner, Result

from footprint.cli import app
from footprint.reports.board import Board
from footprint.reports.board import save as write_report
from footprint.reports.registry import endings
from footprint.results.run import compare_paths

ROOT = Path(__file__).parent.parent
EXAMPLE, PROPOSAL = ROOT / "data" / "south-yorkshire", ROOT / "data" / "proposals" / "bassetlaw-2022"
SMALL_CHANGE = ROOT / "tests" / "examples" / "fail" / "fp504-breaks-lower-level" / "proposal.toml"
ENDINGS = sorted(endings("board"))
MADE = dt.datetime.fromtimestamp(1_700_000_000, dt.UTC)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A plan of two authorities and two systems, one authority split between them."""
    save(draw("A A A B"), tmp_path / "la.gpkg")
    save(draw("X X Y Y", "ICS"), tmp_path / "ics.gpkg")
    (tmp_path / "footprint.toml").write_text(
        'title = "Two by two"\ndate = 2021-04-01\n'
        '[layers.la]\npath = "la.gpkg"\n[layers.ics]\npath = "ics.gpkg"\n'
        '[levels]\nsystem = "ics"\n[[align]]\nsource = "la"\ntarget = "ics"\nmust = "nest"\n',
        encoding="utf-8",
    )
    return tmp_path


@pytest.mark.sampled
@pytest.mark.parametrize("ending", ENDINGS)
def test_every_ending_is_written_and_named(small: Path, ending: str) -> None:
    path = small / f"out{ending}"
    found = run("report", small, "-o", path)
    assert found.exit_code == 0, found.output
    assert found.stdout == ""
    assert found.stderr.splitlines()[-1] == f"wrote {path}"
    assert path.stat().st_size > 500


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("command", "ending"), zip(itertools.cycle(["report", "compare"]), ENDINGS, strict=False)
)
def test_report_and_compare_write_the_same_of_a_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, ending: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    found = run(command, SMALL_CHANGE, "-o", tmp_path / f"one{ending}")
    assert found.exit_code == 0, found.output
    change = compare_paths(SMALL_CHANGE, [])
    write_report(Board(change.after, change, MADE), tmp_path / f"other{ending}")
    one, other = ((tmp_path / f"{name}{ending}").read_bytes() for name in ("one", "other"))
    assert one == other


def test_a_plan_with_a_proposal_is_reported_as_a_change(tmp_path: Path) -> None:
    path = tmp_path / "change.html"
    assert run("report", EXAMPLE, "--proposal", PROPOSAL, "-o", path).exit_code == 0
    assert "The change resolves 1, breaks 1, leaves 12; 117,800 people move." in path.read_text("utf-8")


def test_a_file_that_is_there_stays_without_force(small: Path) -> None:
    path = small / "out.html"
    path.write_text("mine")
    found = run("report", small, "-o", path)
    assert found.exit_code == 2
    assert "is there already" in found.stderr
    assert "--force" in found.stderr
    assert path.read_text() == "mine"
    assert run("report", small, "-o", path, "--force").exit_code == 0
    assert path.read_text().startswith("<!doctype html>")


def test_an_unknown_ending_is_refused_with_those_that_work(small: Path) -> None:
    for name in ("report.pdf", "report"):
        found = run("report", small, "-o", small / name)
        assert found.exit_code == 2
        for ending in ENDINGS:
            assert ending in found.stderr


def test_a_report_needs_a_file_to_go_to(small: Path) -> None:
    found = run("report", small)
    assert found.exit_code == 2
    assert "-o" in found.stderr


def test_no_report_overwrites_an_input(small: Path) -> None:
    before = (small / "la.gpkg").read_bytes()
    found = run("report", small, "-o", small / "la.gpkg", "--force")
    assert found.exit_code == 2
    assert "is an input of this run" in found.stderr
    assert (small / "la.gpkg").read_bytes() == before


@pytest.mark.sampled
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_folder_that_is_not_there_is_named(small: Path, ending: str) -> None:
    found = run("report", small, "-o", small / "nowhere" / f"out{ending}")
    assert found.exit_code == 2
    assert "nowhere" in found.stderr
    assert "Traceback" not in found.output


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(small: Path) -> None:
    locked = small / "locked"
    locked.mkdir(mode=0o500)
    found = run("report", small, "-o", locked / "out.html")
    assert found.exit_code == 2
    assert "cannot be written" in found.stderr


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk of 64 KiB, where this process may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("this process may not mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.sampled
@pytest.mark.parametrize("ending", [e for e in ENDINGS if e != ".md"])
def test_a_full_disk_leaves_nothing_behind(full_disk: Path, ending: str) -> None:
    path = full_disk / f"out{ending}"
    (full_disk / "ballast").write_bytes(b"0" * 60_000)
    found = run("report", SMALL_CHANGE, "-o", path)
    assert found.exit_code == 2, found.output
    assert "cannot be written" in found.stderr
    assert [p.name for p in full_disk.iterdir()] == ["ballast"]


@pytest.mark.sampled
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_check_that_was_refused_is_reported_and_ends_with_2(small: Path, ending: str) -> None:
    rough = draw("X X Y Y", "ICS")
    save(
        rough.set_geometry([g.centroid.buffer(14_000, quad_segs=3) for g in rough.geometry]), small / "r.gpkg"
    )
    plan = small / "footprint.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("ics.gpkg", "r.gpkg"), encoding="utf-8")
    path = small / f"out{ending}"
    found = run("report", small, "-o", path)
    assert found.exit_code == 2, found.output
    assert path.exists()
    if ending in (".html", ".md"):
        assert "incomplete" in path.read_text(encoding="utf-8").lower()


def test_a_time_that_is_none_is_refused(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    found = run("report", small, "-o", small / "out.html")
    assert found.exit_code == 2
    assert "SOURCE_DATE_EPOCH" in found.stderr


WRITE = """
import datetime as dt, sys
from pathlib import Path
from footprint.reports.board import Board, save
from footprint.results.run import compare_paths
change = compare_paths(Path(sys.argv[1]), [])
for path in sys.argv[2:]:
    save(Board(change.after, change, dt.datetime.fromtimestamp(1_700_000_000, dt.UTC)), Path(path))
"""


def test_two_processes_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = ([tmp_path / f"{name}{ending}" for ending in ENDINGS] for name in ("one", "other"))
    # two processes, whose hashes and clocks differ
    subprocess.run(
        [sys.executable, "-c", WRITE, str(PROPOSAL), *map(str, one)],
        env={**os.environ, "PYTHONHASHSEED": "1"}, check=True, capture_output=True,
    )  # fmt: skip
    change = compare_paths(PROPOSAL, [])
    for first, second in zip(one, other, strict=True):
        write_report(Board(change.after, change, MADE), second)
        assert first.read_bytes() == second.read_bytes(), first.suffix
