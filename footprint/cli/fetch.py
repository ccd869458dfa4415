"""`footprint fetch`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from footprint.cli.running import guarded, line, notes, progress, say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable


@guarded
def fetch(
    names: Annotated[
        Optional[list[str]],
        typer.Argument(help="A layer by name or kind, or england; then, if it has several, a date."),
    ] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder to write to.")] = Path(),
    resolution: Annotated[
        Optional[str], typer.Option(help="Of outlines: BFC, BFE, BGC (20 m), BSC or BUC.")
    ] = None,
    listed: Annotated[bool, typer.Option("--list", help="Show the catalogue.")] = False,
    words: Annotated[Optional[list[str]], typer.Option("--search", help="Show what has these words.")] = None,
    locked: Annotated[
        bool, typer.Option("--locked", help="Verify the files of footprint.lock, without a network.")
    ] = False,
    any_rows: Annotated[
        bool, typer.Option("--any-rows", help="Take another number of rows than the catalogue states.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Fetch again what is there.")] = False,
) -> int:
    """Fetch official layers and lookups of a date, pinned in footprint.lock.

    Exit codes: 0 fetched, or as locked; 1 a file is not the one locked; 2 it could not be fetched.
    """
    from footprint.fetch.catalogue import entries, search
    from footprint.fetch.sets import SETS, chosen, layer
    from footprint.fetch.shelf import put
    from footprint.model.errors import InputError

    if listed or words:
        # words after the first are names to the parser: --search ccg 2021
        found = search(word for each in (*(words or ()), *(names or ())) for word in each.split())
        for entry in found:
            line(f"{entry.name:42} {entry.rows:>7,} rows  {entry.words}")
        if not found:
            say(f"note: none of the {len(entries())} entries has these words")
        return 0
    if locked:
        return _verify(output if not names else Path(names[0]))
    if not names:
        raise InputError(None, "say what to fetch", "'footprint fetch --list' shows what there is.")
    date = _date(names[1]) if len(names) > 1 else None
    if len(names) > 2:
        raise InputError(None, f"{len(names)} names are too many", "Give one name, and a date.")
    as_set = names[0].lower() in SETS
    if as_set:
        if date is None:
            raise InputError(None, f"{names[0]} needs a date", f"For example: {names[0]} 2021-04-01.")
        wanted, lacking = chosen(names[0].lower(), date)
        notes(lacking)
    else:
        wanted = [layer(names[0], date, resolution)]
    with _telling() as tell:
        put(wanted, output, tell, force=force, any_rows=any_rows, plan_date=date if as_set else None)
    return 0


def _verify(folder: Path) -> int:
    """Tell how files differ from the lock; 1 where one does."""
    from footprint.model.words import count
    from footprint.read.lock import NAME, difference, read_lock

    home = folder.parent if folder.name == NAME else folder
    held = read_lock(home / NAME)
    found = [d for d in (difference(one, home) for one in held) if d is not None]
    for each in found:
        typer.echo(str(each))
    if not found:
        typer.echo(f"{count(len(held), 'file')}: as locked")
    return 1 if found else 0


def _date(text: str) -> dt.date:
    import datetime as dt

    from footprint.model.errors import InputError

    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise InputError(None, f"'{text}' is no date", "Write it as 2021-04-01.") from None


@contextmanager
def _telling() -> Iterator[Callable[[str], None]]:
    """Yield what tells how far it is: in place on a terminal, a line each elsewhere."""
    if not sys.stderr.isatty():
        yield say
        return
    with progress("Fetching") as status:
        yield status
