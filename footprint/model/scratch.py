"""Folders for the time of a run: private, removed at its end, or by the next run if this one is killed."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO, Any, NoReturn

PREFIX, HIDDEN = "footprint-", ".footprint-"
"""What the names of such folders begin with: in the system's place for them, and beside a file to write."""

_LOCK, _MAKING = ".lock", ".lock.new"
_LOCKED_AFTER = 10.0
"""Seconds after which a folder that a run makes is locked, if the run is not dead."""

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
    # named before it is there: whenever a signal ends the run, it is known what to remove
    folder, lock = home / f"{prefix}{secrets.token_hex(8)}", None
    try:
        folder.mkdir(mode=0o700)
        # locked before it has the name by which others know it
        making = folder / _MAKING
        making.write_bytes(_MARK)
        lock = _locked(making)
        making.rename(folder / _LOCK)
        inside = folder / "files"
        inside.mkdir()
        yield inside
    finally:
        try:
            if lock is not None:
                lock.close()
            _remove(folder)
        finally:  # a signal may end that, too; the next one is ignored
            _remove(folder)


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
            _remove(folder)
    with suppress(OSError):
        for folder in home.glob(f"{prefix}*"):
            if re.fullmatch("[0-9a-f]{16}", folder.name.removeprefix(prefix)):
                with suppress(OSError):
                    _forget(folder)


def _remove(folder: Path) -> None:
    """Remove a folder, its lock last: who is killed meanwhile leaves what the next run still knows."""
    with suppress(OSError):
        for held in folder.iterdir():
            if held.is_dir() and not held.is_symlink():
                shutil.rmtree(held, ignore_errors=True)
            elif held.name != _LOCK:
                held.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _forget(folder: Path) -> None:
    """Remove a folder whose run was killed before it was locked: it is empty, and seconds old."""
    if folder.is_symlink() or time.time() - folder.stat().st_mtime < _LOCKED_AFTER:
        return
    if {path.name for path in folder.iterdir()} <= {_MAKING}:
        (folder / _MAKING).unlink(missing_ok=True)
        folder.rmdir()


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
