"""What a terminal shows breaks between words, however narrow it is, and breaks no number and no code."""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from footprint.cli import app
from footprint.model.terminal import by_words

ROOT = Path(__file__).parent.parent
# where the project lies is no matter: its path may be long, and hold digits
PLAN, CHANGE = "data/south-yorkshire", "data/proposals/bassetlaw-2022"
SMALL = "tests/examples/fail/fp505-more-interfaces"
COMMANDS = [
    ["check", PLAN], ["flows", PLAN], ["compare", PLAN, CHANGE], ["who", "E07000171", PLAN], ["who", PLAN],
    ["rules"], ["explain", "FP201"], ["guide"], ["inspect", f"{PLAN}/lad.shp", f"{PLAN}/boundaries.gpkg"],
    ["overlap", f"{PLAN}/lad.shp", f"{PLAN}/ics.shp"], ["check", CHANGE], ["check", SMALL, "--summary"],
    ["fetch", "--list", "lsoa", "2021"],
]  # fmt: skip


@pytest.fixture(autouse=True)
def _in_the_project() -> Iterator[None]:
    with contextlib.chdir(ROOT):
        yield


def shown(command: list[str], columns: str | None) -> tuple[str, str]:
    done = CliRunner().invoke(app, command, env={"COLUMNS": columns})
    assert done.exit_code in (0, 1), done.output
    return done.stdout, done.stderr


def numbers(text: str) -> set[str]:
    """Return the words with a digit, without the marks around them."""
    return {word.strip("();:,.→") for word in text.split() if re.search(r"\d", word)}


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("command", "columns"),
    zip(COMMANDS, itertools.cycle([32, 50]), strict=False),
    ids=lambda c: " ".join(Path(w).name for w in c) if isinstance(c, list) else str(c),
)
def test_lines_fit_and_hold_whole_words(command: list[str], columns: int) -> None:
    wide, _ = shown(command, "110")
    out, err = shown(command, str(columns))
    for line in (out + err).splitlines():
        # only a word that is longer by itself may go beyond
        assert len(line) <= columns or len(line.split()) <= 2, line
    assert numbers(out) == numbers(wide)


@pytest.mark.parametrize("stated", [None, "", "wide", "0", "-5"])
def test_eighty_columns_where_nothing_says_how_many(stated: str | None) -> None:
    assert shown(["rules"], stated)[0] == shown(["rules"], "80")[0]


def test_notes_are_one_line_each_for_programs_and_wrapped_for_people() -> None:
    _, whole = shown(["check", PLAN], None)
    assert all(line.startswith("note: ") for line in whole.splitlines())
    _, narrow = shown(["check", PLAN], "50")
    assert " ".join(narrow.split()) == " ".join(whole.split())
    assert max(map(len, narrow.splitlines())) <= 50


def test_an_error_is_wrapped_too() -> None:
    done = CliRunner().invoke(app, ["check", "no/such/plan"], env={"COLUMNS": "40"})
    assert done.exit_code == 2
    assert max(map(len, done.stderr.splitlines())) <= 40
    assert done.stderr.startswith("error: no/such/plan: ")


def test_a_long_word_stays_whole() -> None:
    assert (
        by_words("see /a/very/long/path-to/some-file.csv now", 10)
        == "see\n  /a/very/long/path-to/some-file.csv\n  now"
    )
    assert by_words("see it", None) == "see it"
