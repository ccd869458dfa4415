"""`footprint draw`."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from footprint.cli.options import PLAN, Confined, DrawTable, LevelName, Suppress, TableFormat
from footprint.cli.room import computing
from footprint.cli.running import assumptions, destination, done, given, notes, progress, say, utf8


@computing
def draw(
    plan: Annotated[Optional[Path], typer.Argument(help=PLAN)] = None,
    level: Annotated[LevelName, typer.Option(help="What to draw.")] = LevelName("neighbourhood"),
    of: Annotated[
        str, typer.Option(help="Building blocks: units, or a layer by its key or geography.")
    ] = "units",
    within: Annotated[
        Optional[str],
        typer.Option(
            help="Layer or level whose lines no footprint crosses; the next wider level if not given."
        ),
    ] = None,
    areas: Annotated[Optional[str], typer.Option(metavar="N|N-M", help="How many areas in all.")] = None,
    band: Annotated[
        Optional[str], typer.Option(metavar="LO-HI", help="People of an area; 1000000- has no ceiling.")
    ] = None,
    keep: Annotated[
        Optional[list[str]],
        typer.Option(metavar="LAYER[=hard]", help="Rather keep areas of this layer whole, or always."),
    ] = None,
    only: Annotated[
        Optional[list[str]],
        typer.Option(metavar="AREA", help="Draw this area anew; repeatable; all if not given."),
    ] = None,
    crossings: Annotated[
        Optional[Path], typer.Option(help="Table of code_a, code_b, kind: what joins ground across water.")
    ] = None,
    prefer: Annotated[str, typer.Option(help="border, flows, equal, stay or none.")] = "border",
    weight: Annotated[
        Optional[list[str]],
        typer.Option(
            metavar="NAME=X", help="Weight of border, edges, equal, stay, flows or keep; repeatable."
        ),
    ] = None,
    options: Annotated[int, typer.Option(help="How many options to write at most.")] = 6,
    seed: Annotated[int, typer.Option(help="Another number is another chance.")] = 1,
    steps: Annotated[Optional[int], typer.Option(help="Steps of annealing for the first option.")] = None,
    restarts: Annotated[Optional[int], typer.Option(help="Starts that the best is taken of.")] = None,
    seconds: Annotated[Optional[float], typer.Option(help="Take so many steps as this time allows.")] = None,
    start: Annotated[
        Optional[Path], typer.Option("--from", help="Go on from this option, or any proposal.")
    ] = None,
    output: Annotated[
        Optional[Path], typer.Option("--output", "-o", help="New folder for the options.")
    ] = None,
    format: Annotated[TableFormat, typer.Option(help="How to report.")] = TableFormat("terminal"),
    table: Annotated[DrawTable, typer.Option(help="Which table --format csv writes.")] = DrawTable("options"),
    suppress: Suppress = None,
    confined: Confined = False,
) -> int:
    """Draw footprints that could be: all of them, or the best found, as proposals.

    Areas hang together, lie within the band and within one area of a wider level, and hold each block once.
    Where that is impossible the report says why, and what would change it. Ctrl-C keeps the best so far.

    Exit codes: 0 written; 1 proved that a part of the ground, or all of it, cannot be divided (the rest is
    written, if there is any); 2 bad input, or nothing found, which proves nothing.
    """
    from footprint.drawing.folder import require_room, save
    from footprint.drawing.run import draw as drawn_from
    from footprint.model.words import count
    from footprint.plan.open import Options, open_applied
    from footprint.reports import write

    if output is not None:
        require_room(output)
    parts: dict[str, Any] = {
        "of": of, "within": within, "areas": areas, "band": band, "keep": keep or (), "only": only or (),
        "prefer": prefer, "weights": weight or (), "options": options, "seed": seed, "steps": steps,
        "restarts": restarts, "seconds": seconds, "crossings": crossings,
    }  # fmt: skip
    with progress("Reading"):
        how = Options(suppress=given(suppress), confined=confined)
        loaded = open_applied(plan, [] if start is None else [start], how)
    notes(loaded.told())
    with progress("Drawing") as tell, interruptible() as stopped:
        found = drawn_from(loaded, level.value, **parts, say=tell, stopped=stopped)
    notes(found.notes)
    assumptions(loaded, format, "draw")
    utf8(format)
    with destination(None, ()) as stream:
        write(found, format.value, stream, "draw", table=table.value)
    if output is not None and found.options:
        save(found, output)
        done(f"wrote {output}: {count(len(found.options), 'proposal')} and options.csv")
    elif output is not None:
        say("nothing was written")
    return found.exit_code()


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Let Ctrl-C end a search with the best so far; a second one ends the program."""
    asked: list[int] = []

    def remember(number: int, _: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        typer.echo("stopping with the best so far; once more to give up", err=True)

    try:
        before = signal.signal(signal.SIGINT, remember)
    except ValueError:  # not in the main thread, where nobody can interrupt
        yield lambda: False
        return
    try:
        yield lambda: bool(asked)
    finally:
        signal.signal(signal.SIGINT, before)
