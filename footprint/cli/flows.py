"""`footprint flows`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from footprint.cli.options import (
    PLAN,
    Ccg,
    Confined,
    EngineName,
    EngineOption,
    Flows,
    FlowTable,
    Ics,
    La,
    Master,
    MemoryLimit,
    Output,
    Population,
    Providers,
    Suppress,
    TableFormat,
    TempDir,
    Units,
)
from footprint.cli.room import computing
from footprint.cli.running import assumptions, destination, done, given, notes, progress, utf8


@computing
def flows(
    plan: Annotated[Optional[Path], typer.Argument(help=PLAN)] = None,
    la: La = None,
    ccg: Ccg = None,
    ics: Ics = None,
    population: Population = None,
    units: Units = None,
    flows: Flows = None,
    providers: Providers = None,
    format: Annotated[TableFormat, typer.Option(help="How to report.")] = TableFormat("terminal"),
    output: Output = None,
    table: Annotated[FlowTable, typer.Option(help="Which table --format csv writes.")] = FlowTable("flows"),
    polygons: Annotated[
        Optional[Path], typer.Option(help="Write catchments and periphery to this GeoPackage.")
    ] = None,
    suppress: Suppress = None,
    confined: Confined = False,
    engine: EngineOption = EngineName("duckdb"),
    memory_limit: MemoryLimit = None,
    temp_dir: TempDir = None,
    master: Master = None,
) -> int:
    """Measure patient flows: who stays inside, and catchments.

    For each level of the plan: localisation index, provider self-containment, import share, net
    patient flow, HHI, the largest providers, catchments by three methods, the periphery, and how
    well each layer fits the catchments.
    """
    from footprint.plan.open import Options, open_applied
    from footprint.read.engine import Engine
    from footprint.reports import write
    from footprint.reports.polygons import write_polygons
    from footprint.results.run import measure_flows

    files = {
        "la": la, "ccg": ccg, "ics": ics, "population": population, "units": units, "flows": flows,
        "providers": providers,
    }  # fmt: skip
    counting = Engine(engine.value, memory_limit, temp_dir, master)
    with progress("Reading"):
        loaded = open_applied(
            plan, (), Options(suppress=given(suppress), files=files, engine=counting, confined=confined)
        )
    notes(loaded.told())
    with progress("Measuring") as say:
        found = measure_flows(loaded)
        if polygons is not None:
            say("Drawing catchments")
            names = write_polygons(loaded, polygons, loaded.files)
            done(f"wrote {polygons}: {', '.join(names)}")
    assumptions(loaded, format, "flows")
    utf8(format)
    with destination(output, loaded.files) as stream:
        write(found, format.value, stream, "flows", table=table.value)
    return 0
