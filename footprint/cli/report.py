"""`footprint report`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from footprint.cli.options import (
    PLAN,
    Ccg,
    Confined,
    Force,
    Ics,
    La,
    Population,
    PopulationOf,
    ProfileName,
    Suppress,
    Tolerance,
    Units,
)
from footprint.cli.room import computing
from footprint.cli.running import done, finite, given, notes, progress
from footprint.reports.registry import endings, listed

if TYPE_CHECKING:
    from footprint.reports.board import Board


@computing
def report(
    plan: Annotated[Optional[Path], typer.Argument(help=PLAN)] = None,
    output: Annotated[
        Optional[Path],
        typer.Option("--output", "-o", help=f"File to write, ending in {listed(endings('board'))}."),
    ] = None,
    proposal: Annotated[
        Optional[list[Path]], typer.Option(help="Report this change to the plan; repeatable.")
    ] = None,
    la: La = None,
    ccg: Ccg = None,
    ics: Ics = None,
    population: Population = None,
    units: Units = None,
    profile: ProfileName = None,
    tolerance: Tolerance = None,
    suppress: Suppress = None,
    population_of: PopulationOf = None,
    confined: Confined = False,
    force: Force = False,
) -> int:
    """Write a boundary report for a board: page, workbook or map layers.

    The ending says which: .html one page that needs no network, .xlsx a workbook, .docx a board
    paper, .md for pull requests and wikis, .gpkg findings as map layers for a GIS.

    Exit codes: 0 written; 2 it could not be, or the check is incomplete (the report then says so).
    """
    from footprint.model.errors import InputError
    from footprint.model.output import now, require_ending
    from footprint.plan.open import Options
    from footprint.reports.board import Board
    from footprint.results.run import examine

    if output is None:
        raise InputError(None, "there is no file to write to", "Give one with -o, as report.html.")
    require_ending(output, endings("board"))
    made = now()
    files = {"la": la, "ccg": ccg, "ics": ics, "population": population, "units": units}
    options = Options(
        profile, finite(tolerance), given(suppress), files, confined=confined, population_of=population_of
    )
    with progress("Reading and checking"):
        board = Board(*examine(plan, proposal or (), options), made)
    return save_report(board, output, force)


def save_report(board: Board, output: Path, force: bool) -> int:
    """Write a report and say so; returns the exit code."""
    from footprint.reports.board import save

    notes(dict.fromkeys(told for plan in board.plans for told in plan.told()))
    with progress(f"Writing {output.name}"):
        save(board, output, [name for plan in board.plans for name in plan.files], force=force)
    done(f"wrote {output}")
    results = [board.result] if board.change is None else [board.change.before, board.change.after]
    return 2 if any(result.incomplete for result in results) else 0
