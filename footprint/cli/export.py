"""`footprint export`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from footprint.cli.options import PLAN, Ccg, Confined, Force, Ics, La, Population, TableFormat, Units
from footprint.cli.room import computing
from footprint.cli.running import destination, done, notes, progress, utf8
from footprint.reports.registry import endings, listed


@computing
def export(
    plan: Annotated[Optional[Path], typer.Argument(help=PLAN)] = None,
    layer: Annotated[
        Optional[list[str]], typer.Option(help="Level or layer to export; repeatable; all if not given.")
    ] = None,
    lookup: Annotated[bool, typer.Option("--lookup", help="Unit → area at each level, as CSV.")] = False,
    proposal: Annotated[
        Optional[list[Path]], typer.Option(help="Export the plan with this proposed change; repeatable.")
    ] = None,
    la: La = None,
    ccg: Ccg = None,
    ics: Ics = None,
    population: Population = None,
    units: Units = None,
    output: Annotated[
        Optional[Path],
        typer.Option(
            "--output",
            "-o",
            help=f"File to write, ending in {listed(endings('boundaries'))}; stdout for the lookup.",
        ),
    ] = None,
    force: Force = False,
    confined: Confined = False,
) -> int:
    """Export the footprints of a plan, or of a proposal, as boundaries or as a lookup.

    The ending of the file says which: .gpkg (several layers, as QGIS is to draw them), .shp, .geojson
    (WGS 84), .fgb, .parquet (GeoParquet): outlines, codes, names, people and area; .csv: the lookup from
    units to areas.
    """
    from footprint.measure.footprints import chosen, selected
    from footprint.model.errors import InputError
    from footprint.model.output import now, require_ending, written_whole
    from footprint.plan.open import Options, open_applied
    from footprint.reports.as_boundary import save
    from footprint.reports.lookup import ENDING, write_lookup

    known = endings("boundaries")
    as_table = lookup
    if output is not None and str(output) != "-":
        ending = output.suffix.lower()
        if not lookup:
            as_table = require_ending(output, known) == ENDING
        elif ending in known and ending != ENDING:
            raise InputError(output, "is no table", "Leave --lookup out, or give a name that ends in .csv.")
        if not as_table:
            # GDAL puts the parts of a shapefile beside it with endings in lower case, and its own as well
            output = output.with_suffix(ending)
    elif not lookup:
        raise InputError(None, "there is no file to write to", f"Give -o FILE, ending in {listed(known)}.")
    made = now()
    files = {"la": la, "ccg": ccg, "ics": ics, "population": population, "units": units}
    with progress("Reading"):
        loaded = open_applied(plan, proposal or (), Options(files=files, flows=False, confined=confined))
        keys = chosen(loaded, layer) if layer else None
    notes(loaded.notes)
    if as_table and (output is None or str(output) == "-"):
        utf8(TableFormat("csv"))
        with destination(None, ()):
            write_lookup(loaded, sys.stdout, keys)
        return 0
    assert output is not None
    with written_whole(output, loaded.files, force=force) as part:
        if as_table:
            with part.open("w", encoding="utf-8", newline="") as stream:
                write_lookup(loaded, stream, keys)
        else:
            with progress("Putting outlines together") as told:
                found, words = selected(loaded, keys, several=output.suffix.lower() == ".gpkg")
                told(f"Writing {output.name}")
                words = [*words, *save(found, part, loaded, made)]
            notes(words)
    done(f"wrote {output}")
    return 0
