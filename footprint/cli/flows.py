"""`footprint flows`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from footprint.cli.loading import inputs_of, load
from footprint.cli.options import (
    EngineName,
    EngineOption,
    FlowTable,
    Master,
    MemoryLimit,
    Output,
    Suppress,
    TableFormat,
    TempDir,
)
from footprint.cli.running import assumptions, destination, guarded, notes, progress, utf8


@guarded
def flows(
    plan: Annotated[
        Optional[Path],
        typer.Argument(help="Plan file or its folder; ./footprint.toml if not given."),
    ] = None,
    format: Annotated[TableFormat, typer.Option(help="How to report.")] = TableFormat("terminal"),
    output: Output = None,
    table: Annotated[FlowTable, typer.Option(help="Which table --format csv writes.")] = FlowTable("flows"),
    polygons: Annotated[
        Optional[Path], typer.Option(help="Write catchments and periphery to this GeoPackage.")
    ] = None,
    suppress: Suppress = None,
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
    from footprint.read.engine import Engine
    from footprint.reports import write
    from footprint.reports.polygons import write_polygons
    from footprint.results.run import measure_flows

    counting = Engine(engine.value, memory_limit, temp_dir, master)
    with progress("Reading"):
        loaded = load(plan, {}, None, None, None, counting, suppress)
    notes(loaded.told())
    inputs = inputs_of(loaded)
    with progress("Measuring") as say:
        found = measure_flows(loaded)
        if polygons is not None:
            say("Drawing catchments")
            names = write_polygons(loaded, polygons, inputs)
            typer.echo(f"wrote {polygons}: {', '.join(names)}", err=True)
    assumptions(loaded, format, "flows")
    utf8(format)
    with destination(output, inputs) as stream:
        write(found, format.value, stream, "flows", table=table.value)
    return 0
