"""The one way to write a file: whole or not at all, never over an input, and in one step."""

from __future__ import annotations

import datetime as dt
import errno
import glob
import os
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.scratch import HIDDEN, READY, abandoned, scratch
from footprint.model.source import PARTS, shapefile_parts, split_layer

_INDEXES = (".qix", ".sbn", ".sbx", ".shp.xml")
"""What other programs keep beside a shapefile, of the outlines that it had."""

WRITTEN = "footprint.written"
"""Audit event of a file that takes its place: path, inputs, force, and its parts where they still lie."""

_FILES, _OLD = "files", "old"


def is_part_of(path: Path, source: str) -> bool:
    """Return whether `path` is a file that `source` names: itself, a part of it, or one of its pattern."""
    file, _ = split_layer(source)
    if not path.exists():
        return file.suffix.lower() == ".gdb" and file.resolve() in path.resolve().parents
    if not file.exists():
        return any(sign in source for sign in "*?[") and any(
            path.samefile(each) for each in glob.glob(source, recursive=True)
        )
    if file.is_dir():
        return file.resolve() in path.resolve().parents
    parts = shapefile_parts(file).values() if file.suffix.lower() == ".shp" else [file]
    return any(path.samefile(part) for part in parts)


def is_stream(path: Path) -> bool:
    """Return whether what stands at a path is written to and never replaced: a device, a pipe."""
    return str(path.absolute()).startswith(("/dev/", "/proc/")) or (
        path.exists() and not path.is_file() and not path.is_dir()
    )


@contextmanager
def written_whole(path: Path, inputs: Iterable[str] = (), *, force: bool = False) -> Iterator[Path]:
    """Yield a path to write to; the file, and others written beside it, appear only if all went well.

    They are written to a private folder beside their place, brought to the disk, and then take it: a link
    that stands there is replaced, not followed. Several parts take it in one step, which the next run
    finishes if this one is killed meanwhile.

    Parameters
    ----------
    path : where the file is to stand in the end
    inputs : files that must not be overwritten, as the user wrote them
    force : overwrite a file that is there

    Raises
    ------
    InputError : for a file that is there already, is an input or cannot be written

    """
    if not path.name or path.is_dir() or is_stream(path):
        raise InputError(path, "cannot be written (it is no name of a file)", "Choose another place.")
    named = list(inputs)
    parts = [path.with_suffix(end) for end in PARTS] if path.suffix.lower() == ".shp" else [path]
    _require_free(parts, named, force)
    inside = None
    try:
        home = path.parent.resolve()
        finish(home)
        with scratch(home) as inside:
            yield inside / path.name
            made = sorted(inside.iterdir())
            _require_free([path.with_name(one.name) for one in made], named, force)
            sys.audit(WRITTEN, path, named, force, made)
            _put(inside.parent, home)
    except OSError as fault:
        told = fault.strerror or str(fault)
        other = fault.filename is not None and not str(fault.filename).startswith(str(path.parent))
        where = fault.filename if other and inside is not None else path
        raise InputError(where, f"cannot be written ({told})", "Choose another place.") from None


def _require_free(places: Iterable[Path], inputs: list[str], force: bool) -> None:
    """Raise InputError for a place that an input has, or, unless they may be replaced, any file."""
    for place in places:
        if any(is_part_of(place, name) for name in inputs):
            raise InputError(place, "is an input of this run", "Write to another file.")
        if os.path.lexists(place) and not force:
            raise InputError(place, "is there already", "Give --force to overwrite it, or another name.")
        if place.is_dir():
            raise InputError(place, "cannot be written (it is a folder)", "Choose another place.")
        for beside in (f"{place.name}-wal", f"{place.name}-journal"):
            if place.suffix.lower() == ".gpkg" and place.with_name(beside).exists():
                raise InputError(place, "is open in another program", "Close it there first.")


def _put(folder: Path, home: Path) -> None:
    """Let files take their place, all or none; those that others keep beside a shapefile go."""
    made = sorted((folder / _FILES).iterdir())
    stale = [home / f"{one.stem}{end}" for one in made if one.suffix.lower() == ".shp" for end in _INDEXES]
    for one in made:
        with suppress(FileNotFoundError):
            one.chmod(stat.S_IMODE((home / one.name).lstat().st_mode) & 0o777)
        _to_disk(one)
    if len(made) > 1:
        (folder / _OLD).mkdir()
        for place in [*(home / one.name for one in made), *stale]:
            if os.path.lexists(place):
                _linked(place, folder / _OLD / place.name)
        (folder / READY).write_text(_sealed(made))
        _to_disk(folder / READY)
    try:
        _take(made, stale, home)
    except OSError:
        for one in made if len(made) > 1 else ():
            (home / one.name).unlink(missing_ok=True)
        for one in (folder / _OLD).iterdir() if len(made) > 1 else ():
            one.replace(home / one.name)
        (folder / READY).unlink(missing_ok=True)
        raise
    (folder / READY).unlink(missing_ok=True)


def _take(made: Iterable[Path], stale: Iterable[Path], home: Path) -> None:
    for one in made:
        one.replace(home / one.name)
    for place in stale:
        place.unlink(missing_ok=True)
    _to_disk(home)


def _linked(place: Path, kept: Path) -> None:
    """Keep a file under another name until the new one stands in its place."""
    try:
        os.link(place, kept, follow_symlinks=False)
    except OSError:  # where there are no hard links
        shutil.copy2(place, kept, follow_symlinks=False)


def _to_disk(path: Path) -> None:
    """Have the system write a file or the names in a folder to the disk, where it can."""
    if path.is_dir() and os.name == "nt":
        return
    at = os.open(path, os.O_RDONLY if path.is_dir() or os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(at)
    except OSError as fault:
        if fault.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EROFS):
            raise
    finally:
        os.close(at)


def unfinished(home: Path) -> dict[Path, list[str]]:
    """Return the folders of runs that were killed while parts took their place, and the names of those."""
    found = {}
    for folder in abandoned(home, HIDDEN):
        if not (folder / READY).is_file() or folder.stat().st_mode & 0o077 != 0:
            continue
        made = sorted((folder / _FILES).iterdir())
        if set(_sealed(made).splitlines()) <= set((folder / READY).read_text().splitlines()):
            found[folder] = [one.name for one in made]
    return found


def _sealed(made: Iterable[Path]) -> str:
    """Return what only the run that wrote these files here can know of them, a line each.

    A folder may come with a checkout or an archive, and look like that of a run that was killed. The system
    sets the time of the last change of a file, which nobody can choose, and its number in this file system.
    """
    states = ((one.name, one.lstat()) for one in made)
    return "\n".join(f"{s.st_dev} {s.st_ino} {s.st_size} {s.st_ctime_ns} {name}" for name, s in states)


def finish(home: Path) -> None:
    """Bring parts to their place that a killed run had written."""
    for folder in unfinished(home):
        _take(sorted((folder / _FILES).iterdir()), (), home)
        shutil.rmtree(folder, ignore_errors=True)


def now() -> dt.datetime:
    """Return the time, UTC to the second; SOURCE_DATE_EPOCH fixes it, so that a build can be repeated.

    Raises
    ------
    InputError : where SOURCE_DATE_EPOCH is no time

    """
    stated = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        if stated:
            return dt.datetime.fromtimestamp(int(stated), dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise InputError(
            None, f"SOURCE_DATE_EPOCH is no time: {stated}", "Give seconds since 1970, or unset it."
        ) from None
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def require_ending(path: Path, endings: Iterable[str]) -> str:
    """Return the ending of a path in lower case; InputError with those that work if it is none of them."""
    ending, known = path.suffix.lower(), list(endings)
    if ending not in known:
        listed = f"{', '.join(known[:-1])} or {known[-1]}"
        told = f"'{ending}' is no ending that can be written" if ending else "has no ending"
        raise InputError(path, told, f"Give a name that ends in {listed}.")
    return ending
