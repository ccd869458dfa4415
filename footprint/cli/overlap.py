"""`footprint overlap`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from footprint.cli.options import AssumeCrs, Output, TableFormat, Tolerance
from footprint.cli.room import computing
from footprint.cli.running import destination, finite, notes, progress, utf8

if TYPE_CHECKING:
    from footprint.model.layer import Layer
    from footprint.model.nations import Scope


@computing
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
    from footprint.plan.codeless import beyond_each
    from footprint.read.boundary import read_layer
    from footprint.read.pair import read_pair
    from footprint.reports import write
    from footprint.reports.content.overlap import claimed_twice, doubts
    from footprint.reports.registry import named
    from footprint.results.run import overlap as compare

    width = finite(tolerance)
    with progress("Reading") as say:

        def read(path: Path, code: str | None, nations: Scope | None) -> Layer:
            say(f"Reading {path.name}")
            return read_layer(path, code=code, assume_crs=assume_crs, null_codes="keep", nations=nations)

        one, other = beyond_each(*read_pair(partial(read, a, code_a), partial(read, b, code_b)))
        say(f"Comparing {len(one.areas):,} × {len(other.areas):,} areas")
        found = compare(one, other, sliver_width_m=width)
    notes([*one.notes, *other.notes])
    if not named(format.value, "overlap").in_words:
        notes(f"{Path(layer.source.path).name}: {doubt}" for layer in (one, other) for doubt in doubts(layer))
        notes(claimed_twice(found, one, other))
    utf8(format)
    with destination(output, [one.source.path, other.source.path]) as stream:
        write((found, one, other), format.value, stream, "overlap")
    return 0
