"""Whole plans: each folder below examples/ is a case. A new case is a new folder.

`pass/` holds plans that end with exit code 0, `fail/` one plan for each rule, named after it, and `many/`
plans in which much is wrong at once. Where
a folder holds a `proposal.toml` as well, the plan is checked with it.
`expected.txt` in a folder says all that its report says: after the exit code a line for each finding, with
its hint and its evidence below, what was asked for and skipped, the notes, and the rows of every table.
To accept what the program finds now, run `python tests/test_examples.py` and read the difference.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

import footprint
from footprint.checks import catalogue
from footprint.read.proposalfile import read_proposal
from footprint.reports import write
from footprint.results.run import check_change

EXAMPLES = Path(__file__).parent / "examples"
FOLDERS = sorted(p.parent for p in EXAMPLES.glob("*/*/footprint.toml"))


def outcome(folder: Path) -> str:
    """Return the exit code of a plan, or of a proposal to change it, and what its report says."""
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
        lines.append(f"    {f.hint}")
        beside = {"area": f.area, "others": ", ".join(map(str, f.others)), "level": f.level}
        told = {**{k: v for k, v in beside.items() if v}, **f.evidence.numbers}
        lines += [f"    {name}: {value}" for name, value in told.items()]
    for s in result.skipped:
        if not s.unasked:
            lines.append(f"{'refused' if s.refused else 'skipped'} {s.rule} {s.reason}")
            lines += [f"    of {' and '.join(layers)}" for layers in s.layers]
            lines += (
                [f"    but for {', '.join(each or 'no single area' for each in s.areas)}"] if s.areas else []
            )
    lines += [f"note: {note}" for note in result.plan.notes]
    stream = io.StringIO()
    write(result, "json", stream, "check")
    for name, rows in json.loads(stream.getvalue())["tables"].items():
        lines += [f"{name}: {', '.join(rows[0])}"] if rows else []
        lines += ["    " + ", ".join(map(str, row.values())).replace(f"{folder}/", "") for row in rows]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_plan_finds_what_is_expected(folder: Path) -> None:
    found = outcome(folder)
    assert found == (folder / "expected.txt").read_text(encoding="utf-8")
    if folder.parent.name == "pass":
        assert found.startswith("exit 0")
    elif folder.parent.name == "fail":
        assert f" {folder.name[:5].upper()} " in found


def test_every_rule_has_an_example_that_it_finds() -> None:
    examples = {p.name[:5].upper(): p.name[6:] for p in FOLDERS if p.parent.name == "fail"}
    assert examples == {r.code: r.name for r in catalogue().values()}


if __name__ == "__main__":
    for each in FOLDERS:
        (each / "expected.txt").write_text(outcome(each), encoding="utf-8")
