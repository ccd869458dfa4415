"""Every command takes a plan, its folder, a proposal or boundary files, and refuses all else alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from maps import draw, save
from typer.testing import CliRunner

from footprint.cli import app
from footprint.plan.open import Options, open_applied, open_base, open_pair

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "data" / "south-yorkshire"
BASSETLAW = ROOT / "data" / "proposals" / "bassetlaw-2022"
GIVEN = (EXAMPLE, EXAMPLE / "footprint.toml", BASSETLAW, BASSETLAW / "proposal.toml", EXAMPLE / "lad.shp")
COMMANDS = ("check", "flows", "report", "export", "map")


def run(command: str, *given: Path | str, folder: Path) -> tuple[int, str]:
    name = {"report": "r.md", "export": "x.geojson", "map": "m.svg"}.get(command)
    more = [] if name is None else ["-o", str(folder / name)]
    more += (
        ["--layer", "place"] if command == "export" and len(given) == 1 and "lad" not in str(given) else []
    )
    found = CliRunner().invoke(app, [command, *map(str, given), *more])
    return found.exit_code, found.output


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("command", "given"),
    # a folder stands for the file in it; that is asked of each command in turn
    [
        (command, GIVEN[kind + (at + kind) % 2 if kind < 4 else 4])
        for at, command in enumerate(COMMANDS)
        for kind in (0, 2, 4)
    ],
)
def test_every_command_takes_whatever_stands_for_a_plan(command: str, given: Path, tmp_path: Path) -> None:
    code, output = run(command, given, folder=tmp_path)
    if command == "flows" and given.suffix == ".shp":
        assert (code, "error: the plan has no flows" in output) == (2, True)
    else:
        # of a proposal only what is new fails the check
        assert code == (1 if command == "check" and given in GIVEN[:2] else 0), output


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_alike_that_it_was_given_no_plan(command: str, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("code,people\n", encoding="utf-8")
    code, output = run(command, tmp_path / "people.csv", folder=tmp_path)
    assert code == 2
    assert "people.csv: is neither a plan, a proposal nor a boundary file" in output.replace("\n", " ")
    code, output = run(command, EXAMPLE, "--la", EXAMPLE / "lad.shp", folder=tmp_path)
    assert code == 2
    assert "was given together with boundary files" in output


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_alike_that_there_is_no_plan_here(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, output = run(command, folder=tmp_path)
    assert code == 2
    assert "error: there is no footprint.toml here" in output


@pytest.mark.parametrize("command", ["report", "export", "map"])
def test_boundary_files_by_their_roles_are_a_plan_too(command: str, tmp_path: Path) -> None:
    files: list[Path | str] = ["--la", EXAMPLE / "lad.shp", "--ics", EXAMPLE / "ics.shp"]
    files += ["--layer", "system"] if command == "export" else []
    code, output = run(command, *files, folder=tmp_path)
    assert code == 0, output


def test_a_proposal_is_the_plan_that_it_builds_on_with_the_change() -> None:
    alone = open_base(BASSETLAW)
    beside = open_base(EXAMPLE, [BASSETLAW])
    for plan, steps in (alone, beside):
        assert plan.proposal is None
        assert [step.path.parent.name for step in steps] == ["bassetlaw-2022"]
    assert alone[0].title == beside[0].title
    before, after = open_pair(BASSETLAW)
    assert before.title == alone[0].title
    assert after.title == open_applied(EXAMPLE, [BASSETLAW]).title != before.title


def test_units_and_population_go_with_a_boundary_file(tmp_path: Path) -> None:
    save(draw("A B"), tmp_path / "lad.geojson")
    units = draw("C D", "LSOA")
    save(units, tmp_path / "units.geojson")
    plan, _ = open_base(tmp_path / "lad.geojson", (), Options(files={"units": tmp_path / "units.geojson"}))
    assert plan.units is not None
    assert len(plan.units.codes) == 2
