"""Folders for the time of a run: private, removed at its end, or by the next run if this one is killed."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO, Any, NoReturn

PREFIX, HIDDEN = "footprint-", ".footprint-"
"""What the names of such folders begin with: in the system's place for them, and beside a file to write."""

_LOCK = ".lock"


READY = "ready"
"""The file that says that everything in a folder is written and may take its place (see `output`)."""

_MARK = b"a folder of footprint for the time of a run\n"


@contextmanager
def scratch(beside: Path | None = None) -> Iterator[Path]:
    """Yield a folder that only this user can read and that is gone afterwards.

    `beside` is the folder to make it in; that of the system for temporary files if not given. What killed
    runs left there is removed first.
    """
    home = beside if beside is not None else Path(tempfile.gettempdir())
    prefix = PREFIX if beside is None else HIDDEN
    sweep(home, prefix)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=home))
    # locked before it has the name by which others know it
    making = folder / f"{_LOCK}.new"
    making.write_bytes(_MARK)
    lock = _locked(making)
    making.rename(folder / _LOCK)
    try:
        inside = folder / "files"
        inside.mkdir()
        yield inside
    finally:
        if lock is not None:
            lock.close()
        shutil.rmtree(folder, ignore_errors=True)


def abandoned(home: Path, prefix: str) -> Iterator[Path]:
    """Yield the folders of runs that were killed; those that a run still works in are locked."""
    with suppress(OSError):
        for folder in sorted(home.glob(f"{prefix}*")):
            if folder.is_symlink() or not folder.is_dir() or not _own(folder):
                continue
            lock = _locked(folder / _LOCK)
            if lock is not None:
                yield folder
                lock.close()


def sweep(home: Path, prefix: str) -> None:
    """Remove what killed runs left, but for what only has to take its place (see `output.finish`)."""
    for folder in abandoned(home, prefix):
        if not (folder / READY).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _own(folder: Path) -> bool:
    """Return whether a folder was made here: a user may call a folder of data like that."""
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        return False
    with suppress(OSError):
        return (folder / _LOCK).read_bytes() == _MARK
    return False


def _locked(path: Path) -> IO[Any] | None:
    """Return a file, locked; None where another run holds it, or the system has none."""
    if sys.platform == "win32":
        return None  # a folder with open files cannot be removed there anyway
    import fcntl

    stream = path.open("rb")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        stream.close()
        return None
    return stream


def end_in_order() -> None:
    """Let SIGTERM and SIGHUP end the program as an error does, so that its folders are removed."""

    def stop(number: int, _frame: FrameType | None) -> NoReturn:
        signal.signal(number, signal.SIG_IGN)  # once is enough
        sys.exit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # nohup has SIGHUP ignored, and that is meant
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            with suppress(ValueError):  # not the main thread
                signal.signal(number, stop)
