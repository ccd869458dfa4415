"""`footprint options`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from footprint.cli.options import (
    AssumeCrs,
    BesidePeople,
    BesideUnits,
    Confined,
    Force,
    OptionTable,
    Output,
    PopulationOf,
    ProfileName,
    Suppress,
    TableFormat,
    Tolerance,
)
from footprint.cli.room import computing
from footprint.cli.running import (
    assumptions,
    destination,
    done,
    finite,
    given,
    notes,
    progress,
    utf8,
)
from footprint.reports.registry import endings


@computing
def options(
    base: Annotated[
        Path,
        typer.Argument(
            metavar="BASE", help="Plan or boundary file as it is today; or the first option, on its own base."
        ),
    ],
    proposed: Annotated[
        Optional[list[Path]],
        typer.Argument(
            metavar="OPTION", help="Proposals, other plans, or folders with a folder for each proposal."
        ),
    ] = None,
    format: Annotated[TableFormat, typer.Option(help="How to report.")] = TableFormat("terminal"),
    output: Output = None,
    table: Annotated[OptionTable, typer.Option(help="Which table --format csv writes.")] = OptionTable(
        "scorecard"
    ),
    weight: Annotated[
        Optional[list[str]],
        typer.Option(
            help="Weigh a row of the scorecard, as border_km=2; repeatable. Without it none counts."
        ),
    ] = None,
    units: BesideUnits = None,
    population: BesidePeople = None,
    profile: ProfileName = None,
    tolerance: Tolerance = None,
    assume_crs: AssumeCrs = None,
    suppress: Suppress = None,
    population_of: PopulationOf = None,
    confined: Confined = False,
    force: Force = False,
) -> int:
    """Hold options against each other and against today's map.

    A scorecard with today's map as its first column, what each option wins and costs, and which is
    beaten by another. With -o a name that ends in .html, .xlsx, .docx or .md, all of it with maps.

    Exit codes: 0 compared; 2 it could not, or an option cannot be applied (its column says why).
    """
    from footprint.model.output import now
    from footprint.plan.open import Options
    from footprint.reports import write
    from footprint.reports.choice import Choice, save
    from footprint.results.options import side_by_side

    files = {"units": units, "population": population}
    with progress("Comparing options"):
        found = side_by_side(
            base,
            proposed or [],
            Options(
                profile,
                finite(tolerance),
                given(suppress),
                files,
                assume_crs,
                confined=confined,
                population_of=population_of,
            ),
            weight or (),
        )
        found.rows  # noqa: B018  computed here, while the progress shows
    results = found.results
    inputs = [name for result in results for name in result.plan.files]
    notes(dict.fromkeys(told for result in results for told in result.plan.told()))
    failed = any(result.incomplete for result in results) or any(side.fault for side in found.sides)
    if output is not None and format.value == "terminal" and output.suffix.lower() in endings("choice"):
        with progress(f"Writing {output.name}"):
            save(Choice(found, now()), output, inputs, force=force)
        done(f"wrote {output}")
        return 2 if failed else 0
    assumptions(results[0].plan, format, "options")
    utf8(format)
    with destination(output, inputs) as stream:
        write(found, format.value, stream, "options", table=table.value)
    return 2 if failed else 0
