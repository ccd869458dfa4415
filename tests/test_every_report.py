"""Every rule's finding can be told in every format, whatever its evidence lacks; none stops a report."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from test_examples import FOLDERS
from typer.testing import CliRunner

from footprint.cli import app
from footprint.reports import registry

EXAMPLE = Path(__file__).parent.parent / "data" / "south-yorkshire"
REPORTS = sorted(registry.endings("board"))


def reported(plan: Path, folder: Path, endings: list[str]) -> None:
    for ending in endings:
        target = folder / f"report{ending}"
        done = CliRunner().invoke(app, ["report", str(plan), "-o", str(target)])
        # what stops a report is a refusal, in one line
        assert isinstance(done.exception, SystemExit | None), f"{ending}: {done.exception!r}"
        assert target.exists() or "error: " in done.output, f"{ending}: {done.output}"


@pytest.mark.parametrize(
    "folder", [f for f in FOLDERS if f.parent.name == "fail"], ids=lambda p: f"{p.parent.name}/{p.name}"
)
def test_every_finding_has_its_place_in_every_report(folder: Path, tmp_path: Path) -> None:
    proposal = folder / "proposal.toml"
    reported(proposal if proposal.exists() else folder, tmp_path, REPORTS)


@pytest.mark.parametrize(
    "sites",
    [
        ["DN25LT,Doncaster Royal Infirmary,457000,350000"],
        ["DN25LT,Doncaster Royal Infirmary,457000,350000", "S102JF,Sheffield,457000,350000"],
        ["DN25LT,Doncaster Royal Infirmary,430000,380000", "DN25LT,Doncaster Royal Infirmary,457000,350000"],
    ],
)
def test_providers_with_sites_in_several_areas_have_theirs(tmp_path: Path, sites: list[str]) -> None:
    plan = tmp_path / "plan"
    shutil.copytree(EXAMPLE, plan)
    with (plan / "stroke_units.csv").open("a", encoding="utf-8") as stream:
        stream.write("\n".join([*sites, ""]))
    reported(plan, tmp_path, REPORTS)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "FP407" in page
    cards = [card.partition("</table>")[0] for card in page.split("Pieces of Doncaster Royal Infirmary")[1:]]
    # sites have shares, and neither people nor ground
    shares = [card for card in cards if "People" not in card]
    assert shares
    assert all("Area, m²" not in card and ("50.0%" in card or "33.3%" in card) for card in shares)
