"""`footprint map`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from footprint.cli.options import PLAN, Ccg, Confined, Force, Ics, La, Paper, Population, Units
from footprint.cli.running import done, guarded, notes, progress
from footprint.reports.registry import PAPERS, endings, listed


@guarded
def map(
    plan: Annotated[Optional[Path], typer.Argument(help=PLAN)] = None,
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
    la: La = None,
    ccg: Ccg = None,
    ics: Ics = None,
    population: Population = None,
    units: Units = None,
    title: Annotated[Optional[str], typer.Option(help="Instead of that of the plan.")] = None,
    paper: Annotated[Paper, typer.Option(help="Size: 254 × 143 mm (16:9), or A4.")] = Paper("slide"),
    force: Force = False,
    confined: Confined = False,
) -> int:
    """Draw a static map of a plan or a proposal, for a slide.

    Borders of the levels, pieces of split areas hatched and numbered as in the report; for a proposal,
    what moves.
    """
    from footprint.model.errors import InputError
    from footprint.model.output import now, require_ending, written_whole
    from footprint.plan.open import Options
    from footprint.reports.board import Board
    from footprint.reports.maps.figure import save_figure
    from footprint.results.run import examine

    if output is None:
        raise InputError(None, "there is no file to write to", "Give one with -o, as map.png.")
    require_ending(output, endings("map"))
    made = now()
    files = {"la": la, "ccg": ccg, "ics": ics, "population": population, "units": units}
    with progress("Reading and checking"):
        # every rule, so that the numbers of findings are those of the report
        board = Board(*examine(plan, proposal or (), Options(files=files, confined=confined)), made)
    notes(dict.fromkeys(told for each in board.plans for told in each.notes))
    width, height = PAPERS[str(paper.value)]
    inputs = [name for each in board.plans for name in each.files]
    with progress(f"Drawing {output.name}"), written_whole(output, inputs, force=force) as part:
        drawn = save_figure(board, part, title=title, layers=layer or (), width_mm=width, height_mm=height)
    notes(f"not drawn: {words}" for words in drawn.missing)
    done(f"wrote {output}")
    return 0
