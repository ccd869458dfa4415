"""`footprint compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from footprint.cli.options import (
    AssumeCrs,
    BesidePeople,
    BesideUnits,
    CompareTable,
    Confined,
    Force,
    Output,
    ProfileName,
    Suppress,
    TableFormat,
    Tolerance,
)
from footprint.cli.room import computing
from footprint.cli.running import assumptions, destination, finite, given, notes, progress, utf8
from footprint.reports.registry import endings


@computing
def compare(
    base: Annotated[
        Path,
        typer.Argument(
            metavar="BASE", help="Plan, boundary file, or a proposal (on the plan that it names)."
        ),
    ],
    proposed: Annotated[
        Optional[list[Path]],
        typer.Argument(
            metavar="PROPOSED", help="Proposals in their order, or another plan or boundary file."
        ),
    ] = None,
    format: Annotated[TableFormat, typer.Option(help="How to report.")] = TableFormat("terminal"),
    output: Output = None,
    table: Annotated[CompareTable, typer.Option(help="Which table --format csv writes.")] = CompareTable(
        "areas"
    ),
    units: BesideUnits = None,
    population: BesidePeople = None,
    profile: ProfileName = None,
    tolerance: Tolerance = None,
    assume_crs: AssumeCrs = None,
    suppress: Suppress = None,
    confined: Confined = False,
    force: Force = False,
) -> int:
    """Compare a plan with a change, two plans, or two files.

    What the change resolves, breaks and leaves; who moves; bands and localisation index before and
    after. With -o a name that ends in .html, .xlsx, .docx, .md or .gpkg, all of it as a boundary report
    (see `footprint report`).

    Exit codes: 0 compared; 2 it could not.
    """
    from footprint.cli.report import save_report
    from footprint.model.output import now
    from footprint.plan.open import Options
    from footprint.reports import write
    from footprint.reports.board import Board
    from footprint.results.run import compare_paths

    files = {"units": units, "population": population}
    with progress("Comparing"):
        found = compare_paths(
            base,
            proposed or [],
            Options(profile, finite(tolerance), given(suppress), files, assume_crs, confined=confined),
        )
        found.moves, found.areas  # noqa: B018  computed here, while the progress shows
    if output is not None and format.value == "terminal" and output.suffix.lower() in endings("board"):
        return save_report(Board(found.after, found, now()), output, force)
    notes(dict.fromkeys([*found.before.plan.told(), *found.after.plan.told()]))
    assumptions(found.after.plan, format, "change")
    utf8(format)
    with destination(output, [*found.before.plan.files, *found.after.plan.files]) as stream:
        write(found, format.value, stream, "change", table=table.value)
    return 2 if found.before.incomplete or found.after.incomplete else 0
