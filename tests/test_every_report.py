"""Every rule's finding can be told in every format, whatever its evidence lacks; none stops a report."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from test_examples import FOLDERS
from typer.testing import CliRunner

from footprint.cli import app
from footprint.model.errors import InputError
from footprint.reports import registry
from footprint.reports.board import Board, save
from footprint.results.run import examine

EXAMPLE = Path(__file__).parent.parent / "data" / "south-yorkshire"
REPORTS = sorted(registry.endings("board"))


def reported(plan: Path, folder: Path, endings: Sequence[str] = REPORTS) -> None:
    """Write a plan's reports; what stops them is a refusal, which is the same for all of them."""
    try:
        board = Board(*examine(plan))
    except InputError:
        done = CliRunner().invoke(app, ["report", str(plan), "-o", str(folder / "report.html")])
        assert (done.exit_code, type(done.exception)) == (2, SystemExit)
        assert "error: " in done.output
        return
    for ending in endings:
        save(board, folder / f"report{ending}")
        assert (folder / f"report{ending}").stat().st_size > 0


# all that a finding holds is on the page and in the workbook; a paper is written of each second one
SOME = itertools.cycle([REPORTS, [".gpkg", ".html", ".md", ".xlsx"]])


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("folder", "endings"),
    zip([f for f in FOLDERS if f.parent.name == "fail"], SOME, strict=False),
    ids=lambda p: f"{p.parent.name}/{p.name}" if isinstance(p, Path) else f"{len(p)} formats",
)
def test_every_finding_has_its_place_in_every_report(
    folder: Path, endings: list[str], tmp_path: Path
) -> None:
    proposal = folder / "proposal.toml"
    reported(proposal if proposal.exists() else folder, tmp_path, endings)


def test_providers_with_sites_in_several_areas_have_theirs(tmp_path: Path) -> None:
    plan = tmp_path / "plan"
    shutil.copytree(EXAMPLE, plan)
    with (plan / "stroke_units.csv").open("a", encoding="utf-8") as stream:
        stream.write("DN25LT,Doncaster Royal Infirmary,430000,380000\n")
        stream.write("DN25LT,Doncaster Royal Infirmary,457000,350000\n")
    reported(plan, tmp_path)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "FP407" in page
    cards = [card.partition("</table>")[0] for card in page.split("Pieces of Doncaster Royal Infirmary")[1:]]
    # sites have shares, and neither people nor ground
    shares = [card for card in cards if "People" not in card]
    assert shares
    assert all("Area, m²" not in card and "33.3%" in card for card in shares)
