"""GeoPackages as the databases that they are: opened to be read alone, and for as long as their size asks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_STEPS, _STEPS_A_BYTE = 20_000_000, 50
"""Steps of SQLite that a file may take, of any size and for each byte: to read a row takes about ten."""

_AT_ONCE = 100_000


@contextmanager
def database(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a database that cannot be written to.

    A view can be a question without an end. Raises sqlite3.OperationalError ("interrupted") where the
    answers take more steps than the rows of a file of this size do, and DatabaseError for text that is none.
    """
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
        base.execute("PRAGMA trusted_schema = OFF")
        left = _STEPS + _STEPS_A_BYTE * path.stat().st_size

        def spent() -> bool:
            nonlocal left
            left -= _AT_ONCE
            return left < 0

        base.set_progress_handler(spent, _AT_ONCE)
        try:
            yield base
        except UnicodeDecodeError as fault:  # a message of SQLite that quotes damaged text
            raise sqlite3.DatabaseError(str(fault)) from None
