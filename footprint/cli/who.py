"""`footprint who`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from footprint.cli.options import Confined, Output, Suppress, TableFormat, WhoTable
from footprint.cli.running import destination, guarded, notes, progress, utf8


@guarded
def who(
    words: Annotated[
        Optional[list[str]],
        typer.Argument(
            metavar="[CODE] [PLAN]",
            help="Code of a unit or an area, or an area's name; plan file or its folder, or a proposal, "
            "./footprint.toml if not given. Without a code: the map of the whole plan.",
            show_default=False,
        ),
    ] = None,
    at: Annotated[
        Optional[str], typer.Option(metavar="LAT,LON", help="A point; or EASTING,NORTHING in metres.")
    ] = None,
    postcode: Annotated[Optional[str], typer.Option(help="A postcode, with --postcodes.")] = None,
    postcodes: Annotated[
        Optional[Path], typer.Option(help="CSV that says where postcodes are (ONS Postcode Directory).")
    ] = None,
    layer: Annotated[Optional[str], typer.Option(help="The layer that CODE is of.")] = None,
    edge: Annotated[bool, typer.Option("--edge", help="Say how far the nearest edge is, too.")] = False,
    changes: Annotated[
        Optional[list[Path]], typer.Option(help="What this proposal does to the answer; repeatable.")
    ] = None,
    format: Annotated[TableFormat, typer.Option(help="How to report.")] = TableFormat("terminal"),
    output: Output = None,
    table: Annotated[Optional[WhoTable], typer.Option(help="Which table --format csv writes.")] = None,
    suppress: Suppress = None,
    confined: Confined = False,
) -> int:
    """Say who is accountable for what, where.

    Every footprint that a unit, an area or a point lies in, which body leads each function there, where
    its residents' care takes place, and what a proposed change does to all that.

    Exit codes: 0 answered; 2 there is no such place, or the plan cannot be used.
    """
    import gc

    # hundreds of thousands of short texts are read and none is garbage: looking for it takes half the time
    gc.disable()
    try:
        from footprint.reports import write
        from footprint.results.who.question import Question, ask, files_of

        code, plan = _code_and_plan(words or [], asked_otherwise=at is not None or postcode is not None)
        question = Question(
            plan=plan, code=code, layer=layer, at=at, postcode=postcode, postcodes=postcodes, edge=edge,
            changes=changes or (), confined=confined,
        )  # fmt: skip
        with progress("Looking"):
            found = ask(question)
    finally:
        gc.enable()
    notes(found.notes)
    utf8(format)
    # what was named may stand there unread, as outlines do where codes answer
    inputs = files_of(question, found) if output is not None else []
    with destination(output, inputs) as stream:
        write(
            found, format.value, stream, "who", table=table and table.value,
            suppress=suppress and str(suppress.value),
        )  # fmt: skip
    return 0


def _code_and_plan(words: list[str], asked_otherwise: bool) -> tuple[str | None, Path | None]:
    """Return what is asked about, and of which plan; one word alone is a plan if there is such a file."""
    from footprint.model.errors import InputError

    if len(words) > 2:
        raise InputError(None, f"'{words[2]}' is one word too many", "Give a code and a plan.")
    if len(words) == 2:
        return words[0], Path(words[1])
    if not words:
        return None, None
    path = Path(words[0])
    if asked_otherwise or path.suffix == ".toml" or path.is_dir() or len(path.parts) > 1:
        return None, path
    return words[0], None
