"""`footprint compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from footprint.cli.loading import inputs_of, require_finite
from footprint.cli.options import AssumeCrs, CompareTable, Force, Output, Suppress, TableFormat, Tolerance
from footprint.cli.running import assumptions, destination, guarded, notes, progress, utf8
from footprint.reports.registry import endings


@guarded
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
    units: Annotated[Optional[Path], typer.Option(help="With boundary files: units (LSOAs).")] = None,
    population: Annotated[Optional[Path], typer.Option(help="With boundary files: people by unit.")] = None,
    profile: Annotated[Optional[str], typer.Option(help="Judge by these population bands.")] = None,
    tolerance: Tolerance = None,
    assume_crs: AssumeCrs = None,
    suppress: Suppress = None,
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
    from footprint.reports import write
    from footprint.reports.board import Board
    from footprint.results.run import compare_paths

    require_finite(tolerance)
    with progress("Comparing"):
        found = compare_paths(
            base, proposed or [], units, population,
            profile=profile, sliver_width_m=tolerance, assume_crs=assume_crs,
            suppress=None if suppress is None else str(suppress.value),
        )  # fmt: skip
        found.moves, found.areas  # noqa: B018  computed here, while the progress shows
    if output is not None and format.value == "terminal" and output.suffix.lower() in endings("board"):
        return save_report(Board(found.after, found, now()), output, force)
    notes(dict.fromkeys([*found.before.plan.told(), *found.after.plan.told()]))
    assumptions(found.after.plan, format, "change")
    utf8(format)
    with destination(output, [*inputs_of(found.before.plan), *inputs_of(found.after.plan)]) as stream:
        write(found, format.value, stream, "change", table=table.value)
    return 2 if found.before.incomplete or found.after.incomplete else 0
