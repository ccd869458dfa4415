"""Whole plans: each folder below examples/ is a case. A new case is a new folder.

`pass/` holds plans that end with exit code 0, `fail/` one plan for each rule, named after it. Where
a folder holds a `proposal.toml` as well, the plan is checked with it.
`expected.txt` in a folder says what the plan has to find, a line a finding, after the exit code.
To accept what the program finds now, run `python tests/test_examples.py` and read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import footprint
from footprint.checks import catalogue
from footprint.read.proposalfile import read_proposal
from footprint.results.run import check_change

EXAMPLES = Path(__file__).parent / "examples"
FOLDERS = sorted(p.parent for p in EXAMPLES.glob("*/*/footprint.toml"))


def outcome(folder: Path) -> str:
    """Return the exit code and the findings of a plan, or of a proposal to change it, a line each."""
    plan = footprint.load_plan(folder)
    if (folder / "proposal.toml").exists():
        result = check_change(plan, [read_proposal(folder)])
    else:
        result = footprint.check(plan)
    lines = [f"exit {result.exit_code()}"]
    for f in result.findings:
        word = "accepted" if f.accepted is not None else str(f.severity)
        place = f" ({Path(f.location.path).name}:{f.location.line})" if f.new and f.location else ""
        lines.append(f"{word} {f.rule} {f.layer} [{f.evidence.kind}] {f.message}{place}")
    lines += [f"refused {s.rule} {s.reason}" for s in result.skipped if s.refused]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_plan_finds_what_is_expected(folder: Path) -> None:
    found = outcome(folder)
    assert found == (folder / "expected.txt").read_text(encoding="utf-8")
    if folder.parent.name == "pass":
        assert found.startswith("exit 0")
    else:
        assert f" {folder.name[:5].upper()} " in found


def test_every_rule_has_an_example_that_it_finds() -> None:
    examples = {p.name[:5].upper(): p.name[6:] for p in FOLDERS if p.parent.name == "fail"}
    assert examples == {r.code: r.name for r in catalogue().values()}


if __name__ == "__main__":
    for each in FOLDERS:
        (each / "expected.txt").write_text(outcome(each), encoding="utf-8")
