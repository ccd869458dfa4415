"""`footprint map`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from footprint.cli.options import PLAN, Ccg, Confined, Force, Ics, La, Paper, Population, Units
from footprint.cli.room import computing
from footprint.cli.running import done, notes, progress
from footprint.reports.registry import PAPERS, endings, listed

if TYPE_CHECKING:
    import datetime as dt

    from footprint.plan.open import Options


@computing
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
    compare: Annotated[
        bool,
        typer.Option("--compare", help="Before and after side by side; each --proposal is an option then."),
    ] = False,
    force: Force = False,
    confined: Confined = False,
) -> int:
    """Draw a static map of a plan or a proposal, for a slide.

    Borders of the levels, pieces of split areas hatched and numbered as in the report; for a proposal,
    what moves. With --compare today's map and that of each proposal side by side, on one scale and one
    extent, with one key: areas numbered from 1 by their people, and what moves by its name.
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
    how = Options(files=files, confined=confined)
    width, height = PAPERS[str(paper.value)]
    if compare:
        _beside(plan, proposal or (), output, made, how, layer or (), title, (width, height), force)
        return 0
    with progress("Reading and checking"):
        # every rule, so that the numbers of findings are those of the report
        board = Board(*examine(plan, proposal or (), how), made)
    notes(dict.fromkeys(told for each in board.plans for told in each.notes))
    inputs = [name for each in board.plans for name in each.files]
    with progress(f"Drawing {output.name}"), written_whole(output, inputs, force=force) as part:
        drawn = save_figure(board, part, title=title, layers=layer or (), width_mm=width, height_mm=height)
    notes(f"not drawn: {words}" for words in drawn.missing)
    done(f"wrote {output}")
    return 0


def _beside(
    plan: Path | None, proposals: Sequence[Path], output: Path, made: dt.datetime, how: Options,
    layers: Sequence[str], title: str | None, paper: tuple[float, float], force: bool,
) -> None:  # fmt: skip
    """Draw today's map and that of each proposal side by side."""
    from footprint.measure.footprints import chosen
    from footprint.model.errors import InputError
    from footprint.model.output import written_whole
    from footprint.reports.maps.compared_page import save_compared
    from footprint.results.options import side_by_side

    if any(how.files[name] for name in ("la", "ccg", "ics")):
        raise InputError(None, "--compare draws plans", "Leave --la, --ccg and --ics out; name a plan.")
    if len(layers) > 1:
        raise InputError(None, "--compare draws one layer", "Give --layer once.")
    first = Path("footprint.toml") if plan is None and not proposals else plan
    paths = [*(() if first is None else (first,)), *proposals]
    with progress("Reading and checking"):
        found = side_by_side(paths[0], paths[1:], how)
    results = found.results
    notes(dict.fromkeys(told for result in results for told in result.plan.notes))
    inputs = [name for result in results for name in result.plan.files]
    layer = chosen(results[0].plan, layers)[0] if layers else None
    with progress(f"Drawing {output.name}"), written_whole(output, inputs, force=force) as part:
        drawn = save_compared(
            found, part, made, title=title, layer=layer, width_mm=paper[0], height_mm=paper[1]
        )
    notes(f"not drawn: {words}" for words in drawn.missing)
    done(f"wrote {output}")
