"""`footprint inspect`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from footprint.cli.options import AssumeCrs, TableFormat
from footprint.cli.room import computing
from footprint.cli.running import progress, say, utf8


@computing
def inspect(
    files: Annotated[list[Path], typer.Argument(help="Boundary files.")],
    format: Annotated[TableFormat, typer.Option(help="How to report.")] = TableFormat("terminal"),
    assume_crs: AssumeCrs = None,
) -> int:
    """Show what is in boundary files before trusting them.

    Write FILE::LAYER for one layer of a GeoPackage, or one file of a zip.

    Exit codes: 0 every layer can be used; 2 one cannot, and why.
    """
    from footprint.model.errors import InputError
    from footprint.read.inspect import inspect as look
    from footprint.reports import write

    found, faults = [], []
    with progress("Reading"):
        for file in files:
            try:
                found += look(file, assume_crs=assume_crs)
            except InputError as fault:
                faults.append(fault)
    utf8(format)
    if format.value == "json":
        # a program that reads the answer gets one, even if no file could be opened
        write([*found, *faults], format.value, sys.stdout, "inspect")
    elif found:
        write(found, format.value, sys.stdout, "inspect")
    for told in faults:
        say(f"error: {told}")
    return 2 if faults or any(one.problem is not None for one in found) else 0
