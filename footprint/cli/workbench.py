"""`footprint workbench`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from footprint.cli.options import PLAN, Confined, Force, LevelName, Suppress
from footprint.cli.room import computing
from footprint.cli.running import done, given, notes, progress


@computing
def workbench(
    plan: Annotated[Optional[Path], typer.Argument(help=PLAN)] = None,
    output: Annotated[
        Optional[Path], typer.Option("--output", "-o", help="File to write, ending in .html.")
    ] = None,
    level: Annotated[LevelName, typer.Option(help="What is painted.")] = LevelName("place"),
    of: Annotated[
        str, typer.Option(help="Building blocks: units, or a layer by its key or geography.")
    ] = "units",
    only: Annotated[
        Optional[list[str]],
        typer.Option(metavar="AREA", help="Paint this area alone; repeatable; all if not given."),
    ] = None,
    start: Annotated[
        Optional[Path], typer.Option("--from", help="Go on from this option, or any proposal.")
    ] = None,
    suppress: Suppress = None,
    confined: Confined = False,
    force: Force = False,
) -> int:
    """Write a page in which footprints are painted by hand, with the verdict beside them.

    It needs no server and no network. For each area it says, as it is painted: people against the band, areas
    that are split, parts that are not connected, people who move, care inside, and shape. What it saves is a
    proposal that every command takes.

    Exit codes: 0 written; 2 bad input.
    """
    from footprint.model.errors import InputError
    from footprint.model.output import written_whole
    from footprint.plan.open import Options, open_applied
    from footprint.reports.workbench import page
    from footprint.reports.workbench.data import bench

    if output is None:
        raise InputError(None, "there is no file to write to", "Give one with -o, as workbench.html.")
    if output.suffix.lower() != ".html":
        raise InputError(output, "is no name of a page", "Give a name that ends in .html.")
    with progress("Reading"):
        loaded = open_applied(plan, (), Options(suppress=given(suppress), confined=confined))
    notes(loaded.told())
    with progress("Looking at the blocks"):
        data = bench(loaded, level.value, of, only or (), start)
    notes(data["notes"])
    files = [*loaded.files, *([] if start is None else [str(start)])]
    with written_whole(output, files, force=force) as part:
        part.write_text(page(data), encoding="utf-8", newline="\n")
    done(f"wrote {output}")
    return 0
