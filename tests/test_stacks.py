"""Proposals one after the other: only where one builds on the other, never two alternatives in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from maps import grid_units, save, write_csv
from typer.testing import CliRunner

from footprint.cli import app

UNITS = ["E01000000", "E01000001", "E01000002", "E01000003"]
X, Y = "E54000088", "E54000089"


def option(folder: Path, name: str, base: str, rows: str) -> Path:
    made = folder / name
    made.mkdir()
    stated = f'base = "{base}"\n' if base else ""
    (made / "proposal.toml").write_text(
        f'title = "{name}"\neffective_date = 2022-07-01\n{stated}layer = "ics"\n', encoding="utf-8"
    )
    (made / "assignment.csv").write_text(f"code,area\n{rows}\n", encoding="utf-8")
    return made


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    folder = tmp_path / "plan"
    folder.mkdir()
    save(grid_units("A A B B")[["LSOA21CD", "geometry"]], folder / "units.gpkg")
    write_csv(folder / "people.csv", LSOA21CD=UNITS, population=[1000, 2000, 3000, 4000])
    write_csv(folder / "lookup.csv", LSOA21CD=UNITS, ICS21CD=[X, X, Y, Y])
    (folder / "footprint.toml").write_text(
        'title = "T"\ndate = 2021-04-01\n[units]\npath = "units.gpkg"\npopulation = { path = "people.csv" }\n'
        '[layers.ics]\nlookup = { path = "lookup.csv" }\n[levels]\nsystem = "ics"\n',
        encoding="utf-8",
    )
    return folder


def run(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(map(str, arguments)))
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.parametrize("base", ["../plan", "../plan/footprint.toml"])
@pytest.mark.parametrize("given", ["alone", "with the plan", "check", "who"])
def test_two_proposals_with_one_base_are_alternatives(plan: Path, base: str, given: str) -> None:
    one = option(plan.parent, "one", "../plan", f"{UNITS[1]},{Y}")
    two = option(plan.parent, "two", base, f"{UNITS[2]},{X}")
    arguments: dict[str, tuple[object, ...]] = {
        "alone": ("compare", one, two),
        "with the plan": ("compare", plan, one, two),
        "check": ("check", plan, "--proposal", one, "--proposal", two),
        "who": ("who", UNITS[0], plan, "--changes", one, "--changes", two),
    }
    code, out, err = run(*arguments[given])
    assert (code, out) == (2, "")
    assert "two/proposal.toml: has the same base as " in err
    assert "alternatives, not one after the other" in err
    assert "Hold them side by side with footprint options" in err
    assert 'base = "../one"' in err


def test_a_proposal_that_builds_on_another_is_stacked(plan: Path) -> None:
    one = option(plan.parent, "one", "../plan", f"{UNITS[1]},{Y}")
    two = option(plan.parent, "two", "../one", f"{UNITS[2]},{X}")
    for arguments in ((plan, one, two), (one, two), (plan, two)):
        code, out, err = run("compare", *arguments, "--format", "csv", "--table", "moves")
        assert code == 0, err
        assert "2000" in out
        assert "3000" in out


def test_proposals_that_name_no_base_are_in_the_order_given(plan: Path) -> None:
    one = option(plan.parent, "one", "", f"{UNITS[1]},{Y}")
    two = option(plan.parent, "two", "../plan", f"{UNITS[2]},{X}")
    assert run("compare", plan, one, two)[0] == 0
    # the same one twice is one
    assert run("compare", plan, two, two)[0] == 0


def test_an_area_that_an_earlier_proposal_ended_is_no_slip_of_the_pen(plan: Path) -> None:
    merged = option(plan.parent, "merger", "../plan", f"{X},{Y}")
    renamed = option(plan.parent, "renaming", "../plan", f"{UNITS[3]},E54000090")
    (renamed / "proposal.toml").write_text(
        (renamed / "proposal.toml").read_text()
        + '[[area]]\ncode = "E54000090"\nname = "Z"\nwas = "'
        + Y
        + '"\n'
    )
    told = {
        # X and Y are one now; nothing has a code next to that of X but Y
        ("../merger", f"{UNITS[0]},{X}"): f"no area {X}. 'merger', which it builds on, ends that area.",
        (
            "../merger",
            f"{X},{Y}",
        ): f"{X} is no unit and no area of the base plan. 'merger', which it builds on,",
        ("../renaming", f"{UNITS[0]},{Y}"): "'renaming', which it builds on, has made it E54000090.",
        ("../merger", f"{UNITS[0]},E54000098"): f"Did you mean '{Y}'?",
    }
    for number, ((base, line), words) in enumerate(told.items()):
        code, out, err = run("compare", option(plan.parent, f"later{number}", base, line))
        assert (code, out) == (2, "")
        assert words in err
    assert merged.exists()
