"""`footprint init`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from footprint.cli.room import computing
from footprint.cli.running import destination, notes, progress


@computing
def init(
    folder: Annotated[Path, typer.Argument(help="Folder with boundary files and tables.")] = Path(),
    output: Annotated[
        Optional[Path], typer.Option("--output", "-o", help="Write here instead; - for stdout.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a plan that is there.")] = False,
) -> int:
    """Draft a commented plan from the files in a folder.

    Beside it stands its JSON Schema (.footprint.schema.json), by which editors complete and check it.

    Exit codes: 0 written; 2 nothing usable was found, or there is a plan already.
    """
    from footprint.model.errors import InputError
    from footprint.model.output import is_stream
    from footprint.plan.draft import draft
    from footprint.read.file_schemas import DIRECTIVE, write_beside

    target = output if output is not None else folder / "footprint.toml"
    to_file = str(target) != "-"
    if to_file and target.suffix.lower() != ".toml":
        raise InputError(target, "is no name of a plan", "Give a name that ends in .toml.")
    if to_file and target.exists() and not force:
        raise InputError(target, "is there already", "Give --force to overwrite it, or -o another name.")
    beside = to_file and not is_stream(target)
    with progress("Looking"):
        found = draft(folder, beside=target.parent if to_file else None)
    notes(found.notes)
    with destination(target, []) as stream:
        stream.write(f"{DIRECTIVE}\n{found.text}" if beside else found.text)
    if beside:
        write_beside(target)
    return 0
