"""`footprint report`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from footprint.cli.loading import inputs_of, load, require_finite
from footprint.cli.options import Force, Suppress, Tolerance
from footprint.cli.running import guarded, notes, progress
from footprint.reports.registry import endings, listed

if TYPE_CHECKING:
    from footprint.reports.board import Board


@guarded
def report(
    plan: Annotated[
        Optional[Path],
        typer.Argument(help="Plan file or its folder, or a proposal; ./footprint.toml if not given."),
    ] = None,
    output: Annotated[
        Optional[Path],
        typer.Option("--output", "-o", help=f"File to write, ending in {listed(endings('board'))}."),
    ] = None,
    proposal: Annotated[
        Optional[list[Path]], typer.Option(help="Report this change to the plan; repeatable.")
    ] = None,
    profile: Annotated[Optional[str], typer.Option(help="Judge by these population bands.")] = None,
    tolerance: Tolerance = None,
    suppress: Suppress = None,
    force: Force = False,
) -> int:
    """Write a boundary report for a board: page, workbook or map layers.

    The ending says which: .html one page that needs no network, .xlsx a workbook, .docx a board
    paper, .md for pull requests and wikis, .gpkg findings as map layers for a GIS.

    Exit codes: 0 written; 2 it could not be, or the check is incomplete (the report then says so).
    """
    from footprint.model.errors import InputError
    from footprint.model.output import now, require_ending
    from footprint.read.engine import Engine
    from footprint.read.proposalfile import is_proposal
    from footprint.reports.board import Board
    from footprint.results.run import check, compare_paths

    if output is None:
        raise InputError(None, "there is no file to write to", "Give one with -o, as report.html.")
    require_ending(output, endings("board"))
    made = now()
    given = plan or (proposal[0] if proposal else Path("footprint.toml"))
    with progress("Reading and checking"):
        if proposal or (given.exists() and is_proposal(given)):
            steps = proposal or []
            require_finite(tolerance)
            rule = None if suppress is None else str(suppress.value)
            found = compare_paths(
                given,
                steps if plan is not None else steps[1:],
                profile=profile,
                sliver_width_m=tolerance,
                suppress=rule,
            )
            board = Board(found.after, found, made)
        else:
            loaded = load(plan, {}, profile, tolerance, None, Engine(), suppress)
            board = Board(check(loaded), None, made)
    return save_report(board, output, force)


def save_report(board: Board, output: Path, force: bool) -> int:
    """Write a report and say so; returns the exit code."""
    from footprint.reports.board import save

    plans = [board.plan] if board.change is None else [board.change.before.plan, board.plan]
    notes(dict.fromkeys(told for plan in plans for told in plan.told()))
    with progress(f"Writing {output.name}"):
        save(board, output, [name for plan in plans for name in inputs_of(plan)], force=force)
    typer.echo(f"wrote {output}", err=True)
    results = [board.result] if board.change is None else [board.change.before, board.change.after]
    return 2 if any(result.incomplete for result in results) else 0
