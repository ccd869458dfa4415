"""The command line, a module a command: parse, call, render, exit code.

What was told before is told again (`replay`) before any of the commands is imported; heavy libraries are
imported inside commands, so that `footprint --help` answers at once.
"""

from __future__ import annotations

import os
import sys
from typing import Any


def main() -> None:
    """Run the program, or tell again what it told before."""
    from footprint.cli import replay
    from footprint.model.scratch import end_in_order

    for number in range(3):
        try:
            os.fstat(number)
        except OSError:  # closed: the next file that is opened must not be taken for it
            os.open(os.devnull, os.O_RDWR)
    end_in_order()
    key = replay.key_of(sys.argv[1:])
    if key is not None and (code := replay.answered(key)) is not None:
        sys.exit(code)
    _run(key)


def _run(key: str | None) -> None:
    """Run the commands; watched, where there is a key to keep the run by."""
    import logging
    import warnings

    from footprint.cli.commands import app

    if not os.environ.get("FOOTPRINT_DEBUG"):
        # what matters of what libraries tell stands in notes; the rest names their temporary files
        warnings.simplefilter("ignore")
        logging.getLogger().addHandler(logging.NullHandler())
    if key is None:
        app()
    else:
        from footprint.cli.record import recorded

        recorded(key, app)


def __getattr__(name: str) -> Any:
    """Fetch the commands when they are first asked for: Typer is slower to import than a run is to tell."""
    if name == "app":
        from footprint.cli.commands import app

        return app
    raise AttributeError(f"module 'footprint.cli' has no attribute '{name}'")


__all__ = ["app", "main"]
