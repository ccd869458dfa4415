"""A run is told again, byte for byte, as long as nothing that it rests on has changed; else it is done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import forked
import pytest
from maps import code, draw, grid_units, save

from footprint.cli import replay

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "south-yorkshire"
BASSETLAW = ROOT / "data" / "proposals" / "bassetlaw-2022"
UNITS = grid_units("A A B\nA B B")
PLAN = """
title = "Drawn"
date = 2021-04-01
[units]
geography = "LSOA"
path = "units.gpkg"
population = { path = "people.csv" }
[layers.lad]
path = "lad.shp"
[layers.ics]
path = "ics.geojson"
[[align]]
source = "lad"
target = "ics"
must = "nest"
"""
# Says at its end whether it was told again: nothing was imported then that computes or parses.
RUN = """
import sys
from footprint.cli import main
sys.argv = ["footprint", *sys.argv[1:]]
try:
    main()
finally:
    heavy = {{"typer", "pydantic", "numpy", "pyarrow"}} & set(sys.modules)
    open({seen!r}, "w").write("cold" if heavy else "warm")
"""
# The same in a fork, where all has been imported before: whether the commands were asked. Its instant is
# shorter, so that nobody has to wait for it.
FORKED = """
import sys
import footprint.cli.replay
how, inner = [], footprint.cli._run
footprint.cli.replay.INSTANT_S = 0.1
footprint.cli._run = lambda key: (how.append(key), inner(key))
sys.argv = ["footprint", *sys.argv[1:]]
try:
    footprint.cli.main()
finally:
    open({seen!r}, "w").write("cold" if how else "warm")
"""


@dataclass
class Told:
    """What a run told, and what it wrote."""

    how: str
    code: int
    out: bytes
    notes: bytes
    files: dict[str, bytes]

    @property
    def whole(self) -> tuple[int, bytes, bytes, dict[str, bytes]]:
        return self.code, self.out, self.notes, self.files


@dataclass
class Shell:
    """Runs commands in a folder with a cache of its own."""

    folder: Path
    package: Path = ROOT
    alone: bool = False
    """Whether each run imports what it needs, as the program does."""

    def __call__(self, *words: str, **environment: str) -> Told:
        told = self.folder.parent / "told"
        told.mkdir(exist_ok=True)
        wrote = self.folder.parent / "wrote"
        shutil.rmtree(wrote, ignore_errors=True)
        wrote.mkdir()
        own = {
            "FOOTPRINT_CACHE": str(self.folder.parent / "cache"), "PYTHONPATH": str(self.package),
            "XDG_DATA_HOME": str(self.folder.parent / "data"), "SOURCE_DATE_EPOCH": "1617235200",
        }  # fmt: skip
        env = {**os.environ, **own, **environment}
        if self.alone or self.package != ROOT:
            run = subprocess.run(
                [sys.executable, "-c", RUN.format(seen=str(told / "seen")), *words],
                cwd=self.folder, env=env, capture_output=True, check=False,
            )  # fmt: skip
        else:
            run = forked.python(
                FORKED.format(seen=str(told / "seen")), *words, folder=self.folder, environment=env
            )
        files = {path.name: path.read_bytes() for path in sorted(wrote.iterdir())}
        return Told((told / "seen").read_text(), run.returncode, run.stdout, run.stderr, files)

    def settle(self) -> None:
        """Let files look as if they had been there for long, as those of a user have."""
        for path in self.folder.rglob("*"):
            os.utime(path, (1e9, 1e9))
        time.sleep(2.1 if self.alone or self.package != ROOT else 0.2)


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """The example plan, copied."""
    folder = tmp_path_factory.mktemp("example") / "plan"
    shutil.copytree(EXAMPLE, folder)
    return Shell(folder)


@pytest.fixture
def drawn(tmp_path: Path) -> Shell:
    """A small plan with every kind of input that can change."""
    folder = tmp_path / "plan"
    folder.mkdir()
    save(draw("A A B\nA B B"), folder / "lad.shp")
    save(draw("A A A\nB B B"), folder / "ics.geojson")
    save(UNITS, folder / "units.gpkg")
    rows = "".join(f"{unit},1000\n" for unit in UNITS["LSOA21CD"])
    (folder / "people.csv").write_text(f"LSOA21CD,people\n{rows}", encoding="utf-8")
    (folder / "footprint.toml").write_text(PLAN, encoding="utf-8")
    return Shell(folder)


COMMANDS = [
    "check --fail-on never", "check --format sarif -o ../wrote/check.sarif",
    f"check --proposal {BASSETLAW}", "flows --format csv --table providers",
    f"options {BASSETLAW} --format csv",
    f"compare . {BASSETLAW} --format markdown", f"compare . {BASSETLAW} -o ../wrote/change.html",
    "overlap lad.shp ics.shp", "who E08000016", "codes E07000171 E08000016", "report -o ../wrote/board.xlsx",
    "export --layer ics -o ../wrote/ics.shp", "export --lookup",
    "map -o ../wrote/map.png", "rules", "explain FP201", "guide check",
]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS)
def test_a_run_is_told_again_as_it_was(shell: Shell, words: str) -> None:
    first, second = (shell(*words.split()) for _ in (1, 2))
    assert (first.how, second.how) == ("cold", "warm")
    assert second.whole == first.whole
    assert first.out or first.files
    assert bool(first.files) == (" -o " in words)


def test_what_is_told_again_imports_nothing_that_computes_or_parses(drawn: Shell) -> None:
    drawn.alone = True
    drawn.settle()
    for words in ("check", "report -o ../wrote/board.md", "rules"):
        assert [drawn(*words.split()).how for _ in (1, 2)] == ["cold", "warm"], words


def test_without_the_cache_everything_is_computed(shell: Shell) -> None:
    kept, again = shell("check"), shell("check", "--no-cache")
    assert again.how == "cold"
    assert again.whole == kept.whole


def test_the_seconds_that_a_report_closes_with_are_those_of_the_run_that_tells_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("FOOTPRINT_CACHE", str(tmp_path))
    monkeypatch.setattr(replay.time, "perf_counter", lambda: replay.BEGUN + 0.21)
    rests = {
        "own": {}, "day": replay.today(), "files": {}, "missing": [], "folders": {}, "libraries": {},
        "sources": replay.sources(),
    }  # fmt: skip
    told = [(2, b"note: 4.1 m\n"), (1, b"4.1 km\n\n1 error in 4.1\xc2\xa0s; explain one with \xe2\x80\xa6\n")]
    replay.keep("key", rests, 1, told, [], "4.1")
    assert replay.answered("key") == 1
    out, notes = capfdbinary.readouterr()
    assert out == b"4.1 km\n\n1 error in 0.2\xc2\xa0s; explain one with \xe2\x80\xa6\n"
    assert notes == b"note: 4.1 m\n"


def test_an_error_is_not_kept(drawn: Shell) -> None:
    (drawn.folder / "people.csv").unlink()
    assert [(told.how, told.code) for told in (drawn("check"), drawn("check"))] == [("cold", 2)] * 2


# ── what changes the answer ─────────────────────────────────────────────────────────────────────


def _people(folder: Path) -> None:
    path = folder / "people.csv"
    path.write_text(path.read_text().replace("1000", "2000", 1))


def _outlines(folder: Path) -> None:
    save(draw("A A B\nA A B"), folder / "lad.shp")


def _same_size_and_time(folder: Path) -> None:
    """A change that leaves size and modification time as they were."""
    path = folder / "people.csv"
    before = path.stat()
    _people(folder)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _companion(folder: Path) -> None:
    (folder / "lad.cpg").unlink(missing_ok=True)


ALTERS = ("people", "outlines", "same size and time", "plan", "a companion gone")
"""The changes after which something else is told."""
CHANGES: dict[str, Callable[[Path], object]] = {
    "people": _people,
    "outlines": _outlines,
    "same size and time": _same_size_and_time,
    "plan": lambda folder: (folder / "footprint.toml").write_text(PLAN.replace("Drawn", "Other")),
    "a companion gone": _companion,
    "a companion more": lambda folder: (folder / "LAD.CPG").write_text("UTF-8"),
    "a write-ahead log": lambda folder: (folder / "units.gpkg-wal").write_bytes(b""),
    "another inode": lambda folder: os.replace(
        shutil.copy2(folder / "people.csv", folder / "p"), folder / "people.csv"
    ),
}


def test_what_changes_is_computed_again(drawn: Shell) -> None:
    drawn.settle()
    drawn("check")
    last = drawn("check")
    for name, change in CHANGES.items():
        assert last.how == "warm", name
        change(drawn.folder)
        after = drawn("check")
        assert after.how == "cold", name
        assert (after.whole != last.whole) == (name in ALTERS), name
        last = drawn("check")
    assert last.whole == drawn("check", "--no-cache").whole


def test_a_file_written_in_the_instant_is_known_by_its_content(tmp_path: Path) -> None:
    """Git's race: the same size, inode and times, but other bytes."""
    path = tmp_path / "people.csv"
    path.write_text("1000")
    first = replay.state(path)
    assert len(first[-1]) == 64
    path.write_text("2000")
    assert replay.state(path, by_content=True)[-1] != first[-1]
    os.utime(path, (1e9, 1e9))
    assert replay.state(path, by_content=False)[-1] is None


def test_where_it_goes_and_the_environment_count(drawn: Shell) -> None:
    drawn.settle()
    drawn("check")
    assert drawn("check").how == "warm"
    assert drawn("check", SHLVL="7").how == "warm"
    assert drawn("check", COLUMNS="70").how == "cold"
    assert drawn("check", NO_COLOR="1").how == "cold"
    assert drawn("check", "--fail-on", "never").how == "cold"


def test_a_pattern_counts_with_the_names_that_fit_it(tmp_path: Path) -> None:
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "a.csv").write_text("unit,provider,patients\nE01000001,RAA,3\n")
    plan = tmp_path / "plan"
    plan.mkdir()
    (plan / "units.csv").write_text("LSOA11CD,CCG21CD,CCG21NM\nE01000001,E38000001,North\n")
    (plan / "footprint.toml").write_text(
        'title = "T"\ndate = 2021-04-01\n[units]\ngeography = "LSOA"\n[layers.ccg]\ngeography = "CCG"\n'
        'lookup = { path = "units.csv", unit = "LSOA11CD", code = "CCG21CD" }\n'
        '[flows]\npath = "../flows/*.csv"\nunit = "unit"\nprovider = "provider"\nvalue = "patients"\n'
        'kind = "count"\n'
    )
    run = Shell(plan)
    run.settle()
    first = run("check")
    assert first.code in (0, 1), first.notes
    assert run("check").how == "warm"
    (flows / "b.csv").write_text("unit,provider,patients\nE01000001,RAA,4\n")
    assert run("check").how == "cold"


def test_a_changed_rule_is_never_survived(drawn: Shell, tmp_path: Path) -> None:
    package = tmp_path / "copy"
    shutil.copytree(ROOT / "footprint", package / "footprint")
    rule = package / "footprint" / "checks" / "fp201_split_area.py"
    run = Shell(drawn.folder, package)
    run.settle()
    run("check")
    assert run("check").how == "warm"
    rule.write_text(rule.read_text(encoding="utf-8") + "\n# another\n", encoding="utf-8")
    assert run("check").how == "cold"


# ── what is written ─────────────────────────────────────────────────────────────────────────────


def test_a_file_that_may_not_be_replaced_is_not_replaced(drawn: Shell) -> None:
    drawn.settle()
    told = [drawn("report", "-o", "board.md") for _ in (1, 2)]
    assert [each.code for each in told] == [0, 2]
    assert b"is there already" in told[1].notes
    (drawn.folder / "board.md").write_text("other")
    assert drawn("report", "-o", "board.md").code == 2
    assert (drawn.folder / "board.md").read_text() == "other"
    (drawn.folder / "board.md").unlink()
    again = drawn("report", "-o", "board.md")
    assert (again.how, again.code) == ("warm", 0)
    assert code("A") in (drawn.folder / "board.md").read_text(encoding="utf-8")


def test_what_is_kept_is_shown_and_cleared(drawn: Shell) -> None:
    drawn.settle()
    drawn("check")
    assert b"outputs 1" in drawn("cache").out
    drawn("cache", "--clear")
    assert drawn("check").how == "cold"
