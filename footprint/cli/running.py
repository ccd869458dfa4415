"""Around every command: errors, progress, and where output goes."""

from __future__ import annotations

import errno
import inspect
import math
import os
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from functools import wraps
from io import TextIOBase, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from footprint.cli.replay import BEGUN
from footprint.model.cache import OFF, VARIABLE

if TYPE_CHECKING:
    from footprint.plan.model import Plan


# Before libraries are loaded: no grids of PROJ from the network, no drivers of GDAL from elsewhere.
_SHUT = {"PROJ_NETWORK": "OFF", "GDAL_DRIVER_PATH": "disable"}


def say(words: str) -> None:
    """Print a line to stderr, wrapped by words where a terminal has to show it.

    Programs read a line each; they set COLUMNS to the usual 80, and narrower ones somebody has chosen.
    """
    from footprint.model import words as text
    from footprint.model.terminal import by_words, width_of

    width = width_of(sys.stderr)
    shown = width is not None and (width < 80 or sys.stderr.isatty())
    # which words begin a line is up to the width
    typer.echo(
        text.LINE_COMMANDS.sub(r"\1: :", by_words(text.clean(words), width if shown else None)), err=True
    )


def line(words: str) -> None:
    """Print a line to stdout, wrapped by words where it is narrower than usual or a terminal."""
    from footprint.model.terminal import by_words, width_of

    width = width_of(sys.stdout)
    shown = width is not None and (width < 80 or sys.stdout.isatty())
    if shown and width is not None and len(words) > width:
        words = re.sub(" {3,}", "  ", words)  # columns have no room
    typer.echo(by_words(words, width if shown else None))


def utf8(format: StrEnum) -> None:
    """Make stdout UTF-8 for what programs read; what people read keeps the encoding of their terminal."""
    if format.value != "terminal" and isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")


def drop_stdout() -> None:
    """Write to nowhere from now on: in `footprint check | head` the reader has gone, which is no fault."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


_NOT_WRITTEN = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EBADF, errno.EFBIG)


TOOK = "footprint.took"
"""Audit event of the seconds that a run says it has taken."""
COMPLETED = "footprint.completed"
"""Audit event of a command that did what it was asked for, whatever it found."""


class _Closed(TextIOBase):
    """Stands for an output that was closed before the program began."""

    def write(self, _text: str) -> int:
        raise OSError(errno.EBADF, "it is closed")


def guarded(command: Callable[..., int | None]) -> Callable[..., None]:
    """Turn errors in the input into one message and exit code 2, and a closed pipe into silence."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        os.environ.update(_SHUT)
        from footprint.model.errors import FootprintError

        if sys.stdout is None:
            sys.stdout = _Closed()
        try:
            code = command(*args, **kwargs)
            sys.stdout.flush()
            sys.audit(COMPLETED)
        except FootprintError as fault:
            say(f"error: {fault}")
            raise typer.Exit(2) from None
        except BrokenPipeError:
            drop_stdout()
            raise typer.Exit(0) from None
        except OSError as fault:
            if fault.filename is None and fault.errno in _NOT_WRITTEN:
                drop_stdout()  # what is left in it cannot be written at the end either
                say(f"error: the output cannot be written ({fault.strerror}).")
                raise typer.Exit(2) from None
            if fault.filename is None and fault.errno == errno.ENOENT:  # as `tempfile` says it
                say("error: there is no room for temporary files. Name a folder for them with TMPDIR.")
                raise typer.Exit(2) from None
            where = f"{fault.filename}: " if fault.filename else ""
            say(f"error: {where}cannot be opened ({fault.strerror}). Check its permissions.")
            raise typer.Exit(2) from None
        except MemoryError:
            typer.echo(
                "error: there is not enough memory for this. Allow more, or read less at once.", err=True
            )
            raise typer.Exit(2) from None
        except (typer.Exit, typer.Abort, KeyboardInterrupt):
            raise
        except Exception as fault:
            # a crash must not look like findings to whoever reads the exit code
            if os.environ.get("FOOTPRINT_DEBUG"):
                raise
            told = f"{type(fault).__name__}: {' '.join(str(fault).split())[:300]}"
            say(f"error: a fault of footprint itself ({told}).")
            say("Set FOOTPRINT_DEBUG=1 to see where, and please report it.")
            raise typer.Exit(2) from None
        raise typer.Exit(code or 0)

    return run


def cacheable(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command `--no-cache`: nothing that an earlier run kept is used, and nothing is kept."""
    help = "Compute everything anew: use nothing that is kept from earlier runs."

    @wraps(command)
    def run(*args: Any, no_cache: bool, **kwargs: Any) -> None:
        before = os.environ.get(VARIABLE)
        if no_cache:
            os.environ[VARIABLE] = OFF
        try:
            command(*args, **kwargs)
        finally:
            if before is None:
                os.environ.pop(VARIABLE, None)
            else:
                os.environ[VARIABLE] = before

    return _with_option(run, command, "no_cache", typer.Option("--no-cache", help=help))


def quietable(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command `--quiet`: no notes, no progress, and no line that says what was written."""
    help = "No notes and no progress on stderr: only errors, and assumptions that the output does not state."

    @wraps(command)
    def run(*args: Any, quiet: bool, **kwargs: Any) -> None:
        _quiet.append(quiet)
        try:
            command(*args, **kwargs)
        finally:
            _quiet.pop()

    return _with_option(run, command, "quiet", typer.Option("--quiet", "-q", help=help))


def _with_option(
    run: Callable[..., None], command: Callable[..., None], name: str, option: Any
) -> Callable[..., None]:
    """Return a command with the parameters of another one, and one more, which is off if not given."""
    asked = inspect.signature(command, eval_str=True)
    extra = inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=Annotated[bool, option]
    )
    run.__signature__ = asked.replace(parameters=[*asked.parameters.values(), extra])  # type: ignore[attr-defined]
    return run


_quiet: list[bool] = []


def is_quiet() -> bool:
    """Return whether the command was asked to tell nothing but errors on stderr."""
    return any(_quiet)


def done(words: str) -> None:
    """Say what was done, unless it shall be quiet."""
    if not is_quiet():
        say(words)


@contextmanager
def progress(doing: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done on stderr, if that is a terminal; yields a function that changes the words."""
    if not sys.stderr.isatty() or is_quiet():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.text import Text

    from footprint.model.steps import heard
    from footprint.model.words import clean

    # what passes is none of the output that is kept
    console = Console(file=sys.__stderr__)

    def shortened(words: str) -> Text:
        shown = Text(clean(words), no_wrap=True, overflow="ellipsis")
        shown.truncate(max(10, console.width - 4), overflow="ellipsis")
        return shown

    now = [doing]
    with (
        console.status(shortened(doing)) as status,
        heard(lambda step: status.update(shortened(f"{now[0]}, {step}"))),
    ):

        def change(words: str) -> None:
            now[0] = words
            status.update(shortened(words))

        yield change


@contextmanager
def destination(output: Path | None, inputs: Iterable[str]) -> Iterator[TextIO]:
    """Yield stdout, or a file that appears only when it has been written whole.

    Raises InputError where it cannot be written, or would overwrite one of `inputs`.
    """
    if output is None or str(output) == "-":
        try:
            yield sys.stdout
            sys.stdout.flush()
        except BrokenPipeError:
            drop_stdout()  # the exit code still says what was found
        return
    from footprint.model.output import is_stream, written_whole

    if is_stream(output):
        with output.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        return
    with (
        written_whole(output, inputs, force=True) as part,
        part.open("w", encoding="utf-8", newline="") as stream,
    ):
        yield stream
    done(f"wrote {output}")


def took(output: Path | None) -> str:
    """Return how long the run has taken, where somebody waits for it at a terminal; "" else."""
    if output is not None or not sys.stdout.isatty():
        return ""
    seconds = f"{time.perf_counter() - BEGUN:.1f}"
    sys.audit(TOOK, seconds)
    return f"{seconds}\xa0s"


def given(option: StrEnum | None) -> str | None:
    """Return the word that was chosen, or None."""
    return None if option is None else str(option.value)


def finite(tolerance: float | None) -> float | None:
    """Return a tolerance; InputError for one that is no width."""
    from footprint.model.errors import InputError

    if tolerance is not None and not math.isfinite(tolerance):
        raise InputError(
            None, "--tolerance has to be a width in metres", "Leave it out to have it estimated."
        )
    return tolerance


def notes(words: Iterable[str]) -> None:
    """Print notes to stderr, unless it shall be quiet."""
    for word in words:
        done(f"note: {word}")


def assumptions(plan: Plan, format: StrEnum, of: str = "check") -> None:
    """Say on stderr what was assumed, where the format of a kind of report has no place for it."""
    from footprint.reports.registry import named

    if not named(format.value, of).tells_assumptions:
        for stated in plan.assumptions:
            say(f"note: assumed: {stated}")
