"""`footprint overlap`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from footprint.cli.options import AssumeCrs, Output, TableFormat, Tolerance
from footprint.cli.running import destination, finite, guarded, notes, progress, utf8


@guarded
def overlap(
    a: Annotated[Path, typer.Argument(metavar="A", help="Source: the layer that should nest.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Target: the layer it should nest in.")],
    format: Annotated[TableFormat, typer.Option(help="How to report.")] = TableFormat("terminal"),
    output: Output = None,
    code_a: Annotated[Optional[str], typer.Option(help="Column of codes in A.")] = None,
    code_b: Annotated[Optional[str], typer.Option(help="Column of codes in B.")] = None,
    tolerance: Tolerance = None,
    assume_crs: AssumeCrs = None,
) -> int:
    """Compare two boundary files by their outlines, without a plan.

    Write FILE::LAYER for one layer of a GeoPackage, or one file of a zip.
    """
    from footprint.read.boundary import read_layer
    from footprint.reports import write
    from footprint.results.run import overlap as compare

    width = finite(tolerance)
    with progress(f"Reading {a.name}") as say:
        one = read_layer(a, code=code_a, assume_crs=assume_crs)
        say(f"Reading {b.name}")
        other = read_layer(b, code=code_b, assume_crs=assume_crs)
        say(f"Comparing {len(one.areas):,} × {len(other.areas):,} areas")
        found = compare(one, other, sliver_width_m=width)
    notes([*one.notes, *other.notes])
    utf8(format)
    with destination(output, [one.source.path, other.source.path]) as stream:
        write((found, one, other), format.value, stream, "overlap")
    return 0
