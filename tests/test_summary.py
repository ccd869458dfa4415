"""`check --summary`, `--quiet`, and how far long work has come."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import footprint
from footprint.cli import app
from footprint.cli.commands import app as commands
from footprint.model.steps import heard, steps

ROOT = Path(__file__).parent.parent
SMALL = ROOT / "tests" / "examples" / "fail" / "fp505-more-interfaces"
STEP = SMALL / "proposal.toml"
SPLIT = ROOT / "tests" / "examples" / "fail" / "fp201-split-area"
ACCEPTED = ROOT / "tests" / "examples" / "pass" / "accepted-split"


def shown(*words: str | Path) -> tuple[str, str, int]:
    done = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "100"})
    return done.stdout, done.stderr, done.exit_code


def test_a_summary_has_a_line_for_each_rule_and_ends_as_the_whole_report_does() -> None:
    whole, _, code = shown("check", SMALL, "--proposal", STEP, "--fail-on", "warning")
    told, _, same = shown("check", SMALL, "--proposal", STEP, "--fail-on", "warning", "--summary")
    assert (code, same) == (1, 1)
    assert told.splitlines()[-1] == whole.splitlines()[-1]
    assert told.splitlines()[0] == whole.splitlines()[0]
    result = footprint.check(SMALL, proposals=STEP)
    listed = re.findall(r"^  (FP\d{3})  (\S+) +(.*)$", told, re.MULTILINE)
    assert [rule for rule, *_ in listed] == list(dict.fromkeys(f.rule for f in by_weight(result)))
    for rule, name, words in listed:
        ours = [f for f in result.findings if f.rule == rule]
        assert {f.name for f in ours} == {name}
        new = sum(f.new is True and f.accepted is None for f in ours)
        assert sum(map(int, re.findall(r"(\d+) (?:error|warning|note|accepted)", words))) == len(ours)
        assert re.findall(r"\((\d+) new\)", words) == ([str(new)] if new else [])
    assert "Inputs" not in told


def test_a_check_closes_with_how_much_there_is_how_long_it_took_and_how_to_read_on() -> None:
    from io import StringIO

    from footprint.reports import write

    for plan, took, closing in (
        (SPLIT, "4.1\xa0s", "1 error in 4.1\xa0s; explain one with footprint explain FP201"),
        (SPLIT, "", "1 error; explain one with footprint explain FP201"),
        (ROOT / "tests" / "examples" / "pass" / "nested", "0.3\xa0s", "nothing to be settled in 0.3\xa0s"),
    ):
        stream = StringIO()
        write(footprint.check(plan), "terminal", stream, took=took)
        assert stream.getvalue().splitlines()[-1] == closing
    # a pipe or a file gets the same bytes whenever it is written
    assert shown("check", SPLIT)[0].splitlines()[-1] == "1 error; explain one with footprint explain FP201"


def by_weight(result: footprint.Result) -> list[footprint.Finding]:
    return sorted(result.findings, key=lambda f: (f.accepted is not None, f.severity.rank, f.rule))


def test_a_summary_counts_what_is_accepted_and_names_where() -> None:
    told, _, code = shown("check", ACCEPTED, "--summary")
    assert code == 0
    assert re.search(r"FP201  split-area  1 accepted  Area A$", told, re.MULTILINE), told


def test_a_summary_is_for_a_terminal() -> None:
    out, err, code = shown("check", SMALL, "--summary", "--format", "json")
    assert (out, code) == ("", 2)
    assert err == "error: --summary has no form as json. Leave one of the two out.\n"


def test_quiet_leaves_out_notes_and_what_was_written_but_no_error(tmp_path: Path) -> None:
    loud = shown("check", SMALL, "-o", tmp_path / "one.txt")
    still = shown("check", SMALL, "-q", "-o", tmp_path / "two.txt")
    assert "note: " in loud[1]
    assert "wrote " in loud[1]
    assert still == ("", "", loud[2])
    assert (tmp_path / "one.txt").read_bytes() == (tmp_path / "two.txt").read_bytes()
    assert shown("check", tmp_path / "none", "--quiet")[1].startswith("error: ")


def test_quiet_keeps_assumptions_that_the_output_does_not_state() -> None:
    plan = ROOT / "data" / "south-yorkshire"
    _, err, _ = shown("check", plan, "--quiet", "--select", "FP301", "--format", "csv")
    assert err
    assert all(line.startswith("note: assumed: ") for line in err.splitlines())


def test_every_command_that_computes_can_be_quiet() -> None:
    import inspect

    known = {
        c.callback.__name__: inspect.signature(c.callback) for c in commands.registered_commands if c.callback
    }
    can = {name for name, signature in known.items() if "quiet" in signature.parameters}
    assert can == {
        "check", "overlap", "flows", "compare", "options", "draw", "workbench", "report", "map", "export",
        "who",
    }  # fmt: skip


# ── step and count ──────────────────────────────────────────────────────────────────────────────


def test_steps_within_steps_are_told_with_those_that_they_are_in() -> None:
    told: list[str] = []
    with heard(told.append):
        for outer in steps("option", ["A", "B"]):
            assert list(steps("rule", [f"{outer}1", f"{outer}2"])) == [f"{outer}1", f"{outer}2"]
    assert told == [
        "option 1 of 2: A", "option 1 of 2: A, rule 1 of 2: A1", "option 1 of 2: A, rule 2 of 2: A2",
        "option 2 of 2: B", "option 2 of 2: B, rule 1 of 2: B1", "option 2 of 2: B, rule 2 of 2: B2",
    ]  # fmt: skip


def test_what_ends_midway_leaves_no_step_behind() -> None:
    told: list[str] = []
    with heard(told.append):
        next(steps("layer", ["lad", "ics"]))
    with heard(told.append):
        assert list(steps("rule", ["FP101"])) == ["FP101"]
    assert told == ["layer 1 of 2: lad", "rule 1 of 1: FP101"]
    assert list(steps("rule", [1, 2])) == [1, 2]


@pytest.mark.usefixtures("anew")
def test_a_check_tells_its_layers_and_rules() -> None:
    told: list[str] = []
    with heard(told.append):
        result = footprint.check(SMALL, "FP2")
    rules = [step for step in told if step.startswith("rule ")]
    assert [step for step in told if step not in rules] == ["layer 1 of 2: lad", "layer 2 of 2: ics"]
    assert len(rules) == len(result.rules)
    assert rules[0] == f"rule 1 of {len(rules)}: FP201 split-area"
