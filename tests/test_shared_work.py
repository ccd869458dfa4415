"""What tests share to be quick (`readonce`, `forked`) changes nothing of what they see."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import forked
import pytest

import footprint
from footprint.plan import derive

FOLDER = Path(__file__).parent / "examples" / "fail" / "fp201-split-area"


def test_plans_of_the_repository_have_the_same_parts_and_tables_of_their_own() -> None:
    one, other = footprint.load_plan(FOLDER), footprint.load_plan(FOLDER)
    assert one is not other
    assert one.layers is other.layers
    assert footprint.check(one).findings
    assert not other.tables
    assert derive.overlap(one, "lad", "ics") is derive.overlap(other, "lad", "ics")


def test_a_table_that_rests_on_another_part_is_another() -> None:
    plan = footprint.load_plan(FOLDER)
    drawn = derive.overlap(plan, "lad", "ics")
    ics = replace(plan.layers["ics"])
    changed = replace(plan, layers={**plan.layers, "ics": ics})
    assert derive.overlap(changed, "lad", "ics") is not drawn


def test_where_the_program_may_be_patched_all_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = footprint.load_plan(FOLDER), footprint.load_plan(FOLDER)
    assert one.layers["lad"] is not other.layers["lad"]
    monkeypatch.setattr(derive.overlap, "make", lambda *_: "patched")
    assert derive.overlap(one, "lad", "ics") == "patched"


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("code", "ended", "out", "errors"),
    [
        ("import sys; print(sys.argv[1:]); sys.exit(3)", 3, b"['a b', 'c']\n", b""),
        ("import sys; sys.stdout.write('x'); print('y', file=sys.stderr)", 0, b"x", b"y\n"),
        ("1 / 0", 1, b"", b"ZeroDivisionError: division by zero\n"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", -9, b"", b""),
    ],
)
def test_a_fork_ends_as_a_program_does(code: str, ended: int, out: bytes, errors: bytes) -> None:
    done = forked.python(code, "a b", "c")
    assert (done.returncode, done.stdout) == (ended, out)
    assert done.stderr.endswith(errors)
    assert bool(done.stderr) == bool(errors)


def test_a_fork_has_its_folder_and_environment_and_leaves_no_trace(tmp_path: Path) -> None:
    code = "import os; print(os.getcwd(), sorted(os.environ)); os.environ['X'] = 'y'"
    for _ in range(2):
        done = forked.python(code, folder=tmp_path, environment={"A": "1"})
        assert done.stdout.decode() == f"{tmp_path} ['A']\n"
