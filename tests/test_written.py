"""Files are written whole or not at all: never through a link, never over an input, in one step."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import forked
import pytest
from maps import COUNTED_FLOWS, draw, grid_units, save, write_plan
from typer.testing import CliRunner

from footprint.cli import app
from footprint.model import output
from footprint.model.errors import InputError
from footprint.model.output import written_whole
from footprint.model.scratch import HIDDEN, PREFIX, scratch, sweep
from footprint.read.boundary import read_layer

PLAN = (
    'title = "Drawn"\ndate = 2021-04-01\n[units]\ngeography = "LSOA"\npath = "units.geojson"\n'
    'population = { path = "people.csv", code = "LSOA21CD", value = "people" }\n'
    '[layers.lad]\npath = "lad.geojson"\n[levels]\nplace = "lad"\n'
    + COUNTED_FLOWS.replace('"flows.csv"', '"journeys/*.csv"')
    + 'area = "LAD21CD"\nlayer = "lad"\n'
)


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    units = grid_units("A B", size=4000)
    folder = write_plan(
        tmp_path / "plan",
        PLAN,
        lad=draw("A B", size=4000),
        units=units,
        people={"LSOA21CD": list(units["LSOA21CD"]), "people": [1000, 2000]},
        providers={"provider": ["P", "Q"], "LAD21CD": ["E07000065", "E07000066"]},
    )
    (folder / "journeys").mkdir()
    for provider in "PQ":
        text = "unit,provider,count\n" + "".join(f"{code},{provider},9\n" for code in units["LSOA21CD"])
        (folder / "journeys" / f"{provider}.csv").write_text(text)
    return folder


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, [str(word) for word in words])
    return done.exit_code, done.output


WRITERS = (
    (["check", "{plan}", "--fail-on", "never", "--format", "json"], "out.json"),
    (["flows", "{plan}", "--format", "csv"], "out.csv"),
    (["compare", "{plan}", "{plan}", "--format", "json"], "out.json"),
    (["overlap", "{plan}/lad.geojson", "{plan}/lad.geojson", "--format", "csv"], "out.csv"),
    (["who", "E07000065", "{plan}", "--format", "json"], "out.json"),
    (["report", "{plan}", "--force"], "out.html"),
    (["report", "{plan}", "--force"], "out.md"),
    (["report", "{plan}", "--force"], "out.gpkg"),
    (["map", "{plan}", "--force"], "out.svg"),
    (["export", "{plan}", "--layer", "lad", "--force"], "out.shp"),
    (["export", "{plan}", "--layer", "lad", "--force"], "out.geojson"),
    (["export", "{plan}", "--lookup", "--force"], "out.csv"),
    (["init", "{plan}", "--force"], "out.toml"),
)  # fmt: skip


@pytest.mark.sampled
@pytest.mark.parametrize(("command", "name"), WRITERS, ids=lambda v: v if isinstance(v, str) else v[0])
def test_a_link_in_the_place_of_the_file_is_replaced_and_not_followed(
    plan: Path, tmp_path: Path, command: list[str], name: str
) -> None:
    precious = tmp_path / "precious"
    precious.write_text("precious")
    out = tmp_path / "out"
    out.mkdir()
    for planted in (name, f"{name}.part", f".{name}.tmp"):
        (out / planted).symlink_to(precious)
    code, said = run(*(word.format(plan=plan) for word in command), "-o", out / name)
    assert code == 0, said
    assert precious.read_text() == "precious"
    assert (out / name).is_file()
    assert not (out / name).is_symlink()
    assert [p.name for p in out.iterdir() if p.name.startswith(HIDDEN)] == []


@pytest.mark.sampled
@pytest.mark.parametrize(("command", "name"), WRITERS[:-1], ids=lambda v: v if isinstance(v, str) else v[0])
def test_a_folder_or_no_folder_in_its_place_is_one_message(
    plan: Path, tmp_path: Path, command: list[str], name: str
) -> None:
    words = [word.format(plan=plan) for word in command]
    (tmp_path / name).mkdir()
    for place in (tmp_path / name, tmp_path / "none" / name, plan / "people.csv" / name):
        code, said = run(*words, "-o", place)
        assert code == 2
        assert f"error: {place}: cannot be written" in said
        assert "Traceback" not in said
    assert list((tmp_path / name).iterdir()) == []


PLACES = (
    "people.csv", "lad.geojson", "units.geojson", "footprint.toml", "journeys/P.csv", "providers.csv",
    "link.csv",
)  # fmt: skip


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("command", "left_out"),
    [
        ("check --format json", 0),
        ("flows --format csv", 1),
        ("compare {plan} --format json", 0),
        ("who E07000065 --format json", 1),
        # these leave flows, or all, unread
        ("export --lookup --force", 0),
        ("check --select FP101 --format json", 1),
    ],
)
def test_no_command_replaces_an_input(plan: Path, command: str, left_out: int) -> None:
    """Each command is tried on every other input; all of them are tried by several commands."""
    (plan / "link.csv").symlink_to(plan / "people.csv")
    name, *words = command.format(plan=plan).split()
    for place in PLACES[left_out::2]:
        before = (plan / place).read_bytes()
        code, said = run(name, plan, *words, "-o", plan / place)
        assert (code, "is an input of this run" in said or "is no" in said) == (2, True), (place, said)
        assert (plan / place).read_bytes() == before


def test_a_file_is_not_written_into_a_geodatabase(tmp_path: Path) -> None:
    base = tmp_path / "lad.gdb"
    draw("A B").to_file(base, driver="OpenFileGDB", layer="lad", engine="pyogrio")
    for name in ("new.csv", "a00000001.gdbtable"):
        code, said = run("overlap", base, base, "--format", "csv", "-o", base / name)
        assert (code, "is an input of this run" in said) == (2, True)


def test_no_part_of_a_shapefile_replaces_an_input_or_another_file(plan: Path, tmp_path: Path) -> None:
    (tmp_path / "out.dbf").write_text("mine")
    code, said = run("export", plan, "--layer", "lad", "-o", tmp_path / "out.shp")
    assert (code, "out.dbf: is there already" in said) == (2, True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.dbf", "plan"]
    os.link(plan / "people.csv", plan / "out.prj")
    code, said = run("export", plan, "--layer", "lad", "-o", plan / "out.shp", "--force")
    assert (code, "out.prj: is an input" in said) == (2, True)


def test_indexes_of_the_outlines_before_go_with_them(plan: Path, tmp_path: Path) -> None:
    for ending in (".shp", ".qix", ".sbn"):
        (tmp_path / f"out{ending}").write_text("old")
    (tmp_path / "out.txt").write_text("mine")
    assert run("export", plan, "--layer", "lad", "-o", tmp_path / "out.shp", "--force")[0] == 0
    names = {p.suffix for p in tmp_path.iterdir() if p.is_file()}
    assert names == {".shp", ".dbf", ".shx", ".prj", ".cpg", ".txt"}


def test_rights_of_the_file_before_stay(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("old")
    path.chmod(0o600)
    with written_whole(path, force=True) as part:
        part.write_text("new")
    assert (path.read_text(), oct(path.stat().st_mode & 0o777)) == ("new", "0o600")


def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """Let the renaming fail at the part of that number."""
    real, done = Path.replace, []

    def replace(one: Path, other: Path) -> Path:
        done.append(one)
        if len(done) == at:
            raise OSError(28, "No space left on device")
        return real(one, other)

    monkeypatch.setattr(Path, "replace", replace)


@pytest.mark.parametrize("at", [1, 2, 3])
def test_parts_take_their_place_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    for name in ("out.a", "out.b"):
        (tmp_path / name).write_text("old")
    failing(tmp_path, monkeypatch, at)

    def write() -> None:
        with written_whole(tmp_path / "out.a", force=True) as part:
            for ending in ("a", "b", "c"):
                part.with_suffix(f".{ending}").write_text("new")

    with pytest.raises(InputError, match="No space left"):
        write()
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"out.a": "old", "out.b": "old"}


KILLED = """
import os, signal, sys
from pathlib import Path
from footprint.model.output import written_whole
real, done = Path.replace, []
def replace(one, other):
    done.append(one)
    if len(done) == {at}:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(one, other)
Path.replace = replace
with written_whole(Path(sys.argv[1]), force=True) as part:
    for ending in "abc":
        part.with_suffix("." + ending).write_text("new")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
@pytest.mark.parametrize("at", [1, 2, 3])
def test_a_run_that_was_killed_between_two_parts_is_finished_by_the_next(tmp_path: Path, at: int) -> None:
    for name in ("out.a", "out.b"):
        (tmp_path / name).write_text("old")
    subprocess.run([sys.executable, "-c", KILLED.format(at=at), tmp_path / "out.a"], check=False)
    assert list(tmp_path.glob(f"{HIDDEN}*"))
    with written_whole(tmp_path / "other.txt") as part:
        part.write_text("other")
    texts = {p.name: p.read_text() for p in tmp_path.iterdir()}
    assert texts == {"out.a": "new", "out.b": "new", "out.c": "new", "other.txt": "other"}


@pytest.mark.skipif(sys.platform == "win32", reason="no such rights")
def test_a_folder_that_came_with_a_checkout_puts_nothing_in_its_place(tmp_path: Path) -> None:
    """It may be as private as one of a run, where nobody else may read what is checked out."""
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "out.a").write_text("old")
    subprocess.run([sys.executable, "-c", KILLED.format(at=1), tmp_path / "there" / "out.a"], check=False)
    copied = shutil.copytree(tmp_path / "there", tmp_path / "here")
    (held,) = copied.glob(f"{HIDDEN}*")
    assert held.stat().st_mode & 0o077 == 0
    for folder, told in ((copied, "old"), (tmp_path / "there", "new")):
        with written_whole(folder / "other.txt") as part:
            part.write_text("other")
        assert (folder / "out.a").read_text() == told


def test_a_shapefile_whose_parts_are_of_two_runs_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(draw("A B"), tmp_path / "lad.shp")
    monkeypatch.setattr(output, "_take", lambda *_: os._exit(9))
    if os.fork() == 0:
        with written_whole(path, force=True) as part:
            save(draw("A B"), part)
        os._exit(0)
    os.wait()
    with pytest.raises(InputError, match="only half replaced"):
        read_layer(path)


WAITING = """
import sys, time
from pathlib import Path
from footprint.model.scratch import end_in_order, scratch
end_in_order()
with scratch(Path(sys.argv[1])) as folder:
    (folder / "x").write_text("x")
    print("ready", flush=True)
    for _ in range(1200):  # a signal that comes just before a sleep begins does not end it
        time.sleep(0.05)
"""


@pytest.mark.sampled
@pytest.mark.skipif(sys.platform == "win32", reason="no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL])
def test_folders_of_a_run_that_is_ended_are_removed(tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WAITING, tmp_path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        # what is started in the background, or to outlive a terminal, ignores these, as all that it starts
        preexec_fn=lambda: [signal.signal(each, signal.SIG_DFL) for each in (signal.SIGINT, signal.SIGHUP)],
    ) as running:  # fmt: skip
        assert running.stdout is not None
        running.stdout.readline()
        sweep(tmp_path, HIDDEN)
        assert len(list(tmp_path.iterdir())) == 1  # it is in use
        running.send_signal(number)
        code = running.wait()
    # as shells number programs that a signal ended
    assert code == {signal.SIGTERM: 143, signal.SIGHUP: 129}.get(number, -number)
    if number == signal.SIGKILL:
        with scratch(tmp_path) as folder:
            assert list(tmp_path.iterdir()) == [folder.parent]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_a_run_that_was_killed_before_it_was_locked_goes_when_it_is_old(tmp_path: Path) -> None:
    bare, begun, used = (tmp_path / f"{PREFIX}{digit * 16}" for digit in "abc")
    for folder in (bare, begun, used):
        folder.mkdir()
    (begun / ".lock.new").write_bytes(b"")
    (used / "lad.csv").write_text("mine")
    sweep(tmp_path, PREFIX)
    assert len(list(tmp_path.iterdir())) == 3  # a run that goes on may have made them just now
    for folder in (bare, begun, used):
        os.utime(folder, (0, 0))
    sweep(tmp_path, PREFIX)
    assert list(tmp_path.iterdir()) == [used]


def test_folders_of_others_with_such_a_name_stay(tmp_path: Path) -> None:
    mine = tmp_path / f"{PREFIX}data"
    mine.mkdir()
    (mine / "lad.csv").write_text("mine")
    (tmp_path / f"{PREFIX}link").symlink_to(mine)
    empty = tmp_path / f"{PREFIX}empty"
    empty.mkdir()
    for folder in (mine, empty):
        os.utime(folder, (0, 0))
    sweep(tmp_path, PREFIX)
    assert (mine / "lad.csv").exists()
    assert empty.exists()


NO_ROOM, IS_CLOSED = "No space left on device", "it is closed"


def require_one_message(code: int, said: str, told: str) -> None:
    assert code == 2
    errors = [line for line in said.splitlines() if line.startswith(("error:", "Traceback"))]
    assert errors == [f"error: the output cannot be written ({told})."]


@pytest.mark.sampled
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize(
    "command",
    ["check PLAN", "check PLAN --format json", "rules", "guide", "schema plan", "inspect PLAN/lad.geojson",
     "flows PLAN", "export PLAN --lookup", "who E07000065 PLAN", "cache"],
)  # fmt: skip
@pytest.mark.parametrize("told", [NO_ROOM, IS_CLOSED])
def test_an_output_that_takes_nothing_is_one_message(plan: Path, command: str, told: str) -> None:
    words = command.replace("PLAN", str(plan)).split()
    with open("/dev/full", "wb") as full:
        done = forked.footprint(*words, out=full if told == NO_ROOM else forked.CLOSED)
    require_one_message(done.returncode, done.stderr.decode(), told)


@pytest.mark.sampled
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize(("where", "told"), [(">/dev/full", NO_ROOM), (">&-", IS_CLOSED)])
def test_so_it_is_from_the_start_of_a_process_to_its_end(plan: Path, where: str, told: str) -> None:
    words = f'"{sys.executable}" -m footprint check "{plan}" {where}'
    done = subprocess.run(words, shell=True, capture_output=True, text=True, check=False)
    require_one_message(done.returncode, done.stderr, told)


def test_a_device_is_written_to_and_not_replaced(plan: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True)
    code, _ = run("check", plan, "--fail-on", "never", "--format", "json", "-o", pipe)
    text, _ = reader.communicate(timeout=20)
    assert (code, text[:1], pipe.is_fifo()) == (0, "{", True)
    code, said = run("map", plan, "-o", "/dev/null/x.svg")
    assert code == 2
    code, said = run("check", plan, "--fail-on", "never", "-o", "/dev/null")
    assert (code, Path("/dev/null").is_char_device()) == (0, True), said


def test_two_runs_with_one_target_leave_one_whole_file(plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.gpkg"
    words = [sys.executable, "-m", "footprint", "export", str(plan), "-o", str(out), "--force"]
    runs = [subprocess.Popen(words, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [one.communicate()[1] for one in runs]
    assert [one.returncode for one in runs] == [0, 0], said
    assert len(read_layer(f"{out}::place").areas) == 2
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(HIDDEN)] == []
