"""`footprint map`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from footprint.cli.loading import inputs_of, load
from footprint.cli.options import Force, Paper
from footprint.cli.running import guarded, notes, progress
from footprint.reports.registry import PAPERS, endings, listed


@guarded
def map(
    plan: Annotated[
        Optional[Path],
        typer.Argument(help="Plan file or its folder, or a proposal; ./footprint.toml if not given."),
    ] = None,
    output: Annotated[
        Optional[Path],
        typer.Option("--output", "-o", help=f"File to write, ending in {listed(endings('map'))}."),
    ] = None,
    layer: Annotated[
        Optional[list[str]], typer.Option(help="Level or layer to draw; repeatable; the levels if not given.")
    ] = None,
    proposal: Annotated[
        Optional[list[Path]], typer.Option(help="Draw what this change moves; repeatable.")
    ] = None,
    title: Annotated[Optional[str], typer.Option(help="Instead of that of the plan.")] = None,
    paper: Annotated[Paper, typer.Option(help="Size: 254 × 143 mm (16:9), or A4.")] = Paper("slide"),
    force: Force = False,
) -> int:
    """Draw a static map of a plan or a proposal, for a slide.

    Borders of the levels, pieces of split areas hatched and numbered as in the report; for a proposal,
    what moves.
    """
    from footprint.model.errors import InputError
    from footprint.model.output import now, require_ending, written_whole
    from footprint.read.engine import Engine
    from footprint.read.proposalfile import is_proposal
    from footprint.reports.board import Board
    from footprint.reports.maps.figure import save_figure
    from footprint.results.run import check, compare_paths

    if output is None:
        raise InputError(None, "there is no file to write to", "Give one with -o, as map.png.")
    require_ending(output, endings("map"))
    made = now()
    given = plan or (proposal[0] if proposal else Path("footprint.toml"))
    with progress("Reading and checking"):
        if proposal or (given.exists() and is_proposal(given)):
            steps = proposal or []
            found = compare_paths(given, steps if plan is not None else steps[1:])
            board = Board(found.after, found, made)
        else:
            # every rule, so that the numbers of findings are those of the report
            board = Board(check(load(plan, {}, None, None, None, Engine(), None)), None, made)
    plans = [board.plan] if board.change is None else [board.change.before.plan, board.plan]
    notes(dict.fromkeys(told for each in plans for told in each.notes))
    width, height = PAPERS[str(paper.value)]
    inputs = [name for each in plans for name in inputs_of(each)]
    with progress(f"Drawing {output.name}"), written_whole(output, inputs, force=force) as part:
        drawn = save_figure(board, part, title=title, layers=layer or (), width_mm=width, height_mm=height)
    notes(f"not drawn: {words}" for words in drawn.missing)
    typer.echo(f"wrote {output}", err=True)
    return 0
