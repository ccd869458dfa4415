"""Areas of one name, as "Central" of several networks: lists tell them apart by their codes."""

from __future__ import annotations

from pathlib import Path

import pytest
from maps import write_csv
from typer.testing import CliRunner

from footprint.cli import app

UNITS = [f"E0100000{i}" for i in range(6)]
PLAN = """\
title = "Networks"
date = 2024-10-01
[units]
population = { path = "people.csv" }
[layers.ics]
geography = "ICS"
lookup = { path = "systems.csv" }
[layers.pcn]
geography = "OTHER"
lookup = { path = "networks.csv", unit = "LSOA21CD", code = "PCN Code" }
[levels]
system = "ics"
neighbourhood = "pcn"
[bands]
system = [1, 9999]
neighbourhood = [500, 900]
"""


def told(folder: Path, names: list[str], *arguments: object) -> str:
    """Return what is printed of three networks of two units each, of 300, 700 and 1,100 people."""
    write_csv(folder / "people.csv", LSOA21CD=UNITS, population=[100, 200, 300, 400, 500, 600])
    write_csv(folder / "systems.csv", LSOA21CD=UNITS, ICB24CD=["E54000008"] * 6)
    networks = {
        "PCN Code": ["U1", "U1", "U2", "U2", "U3", "U3"],
        "PCN Name": [n for n in names for _ in "ab"],
    }
    write_csv(folder / "networks.csv", LSOA21CD=UNITS, **networks)
    (folder / "footprint.toml").write_text(PLAN, encoding="utf-8")
    (folder / "change").mkdir()
    (folder / "change" / "proposal.toml").write_text(
        'title = "P"\neffective_date = 2025-01-01\nbase = "../footprint.toml"\nlevel = "neighbourhood"\n',
        encoding="utf-8",
    )
    write_csv(folder / "change" / "assignment.csv", code=[UNITS[2]], area=["U1"])
    done = CliRunner().invoke(app, [str(a) for a in arguments], env={"COLUMNS": "120"})
    assert done.exit_code in (0, 1), done.output
    return done.stdout


@pytest.mark.parametrize(
    ("names", "called"),
    [
        (["Central", "Central", "North"], ["Central (U1)", "Central (U2)", "North"]),
        (["Central", "South", "North"], ["Central", "South", "North"]),
    ],
)
def test_a_list_tells_areas_of_one_name_apart(tmp_path: Path, names: list[str], called: list[str]) -> None:
    one, other, third = called
    printed = told(tmp_path, names, "check", tmp_path)
    bars = [line for line in printed.splitlines() if "├" in line and "│" not in line]
    found = {line.split()[0]: line.rsplit("  ", 1)[1] for line in bars}
    assert found == {"1,100": third, "700": other, "300": one, "2,100": "E54000008"}


def test_who_moves_between_areas_of_one_name(tmp_path: Path) -> None:
    printed = told(tmp_path, ["Central", "Central", "Central"], "compare", tmp_path / "change")
    assert "300 people  1 unit    Central (U2) → Central (U1)" in printed
    assert "Central (U1)  changed  300 → 600" in printed
    assert "Central (U2)  changed  700 → 400" in printed
    check = CliRunner().invoke(app, ["check", str(tmp_path)], env={"COLUMNS": "120"}).stdout
    assert "2 of 3 neighbourhoods lie outside the band: Central (U1) and Central (U3)." in check
