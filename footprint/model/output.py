"""Files before they are read: is it there, is it whole, what is inside, and what is its fingerprint."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.source import shapefile_parts, split_layer


def is_part_of(path: Path, source: str) -> bool:
    """Return whether `path` is the file that `source` names, or a part of that shapefile."""
    file, _ = split_layer(source)
    if not (path.exists() and file.exists()):
        return False
    parts = shapefile_parts(file).values() if file.suffix.lower() == ".shp" else [file]
    return any(path.samefile(part) for part in parts)


@contextmanager
def written_whole(path: Path, inputs: Iterable[str] = (), *, force: bool = False) -> Iterator[Path]:
    """Yield a path to write to; the file, and others written beside it, appear only if all went well.

    Parameters
    ----------
    path : where the file is to stand in the end
    inputs : files that must not be overwritten, as the user wrote them
    force : overwrite a file that is there

    Raises
    ------
    InputError : for a file that is there already, is an input or cannot be written

    """
    if not path.name or path.is_dir():
        raise InputError(path, "cannot be written (it is no name of a file)", "Choose another place.")
    if any(is_part_of(path, name) for name in inputs):
        raise InputError(path, "is an input of this run", "Write to another file.")
    if path.exists() and not force:
        raise InputError(path, "is there already", "Give --force to overwrite it, or another name.")
    try:
        with tempfile.TemporaryDirectory(dir=path.resolve().parent, prefix=".footprint-") as folder:
            yield Path(folder) / path.name
            for made in sorted(Path(folder).iterdir()):
                made.replace(path.resolve().parent / made.name)
    except OSError as fault:
        told = fault.strerror or str(fault)
        raise InputError(path, f"cannot be written ({told})", "Choose another place.") from None


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
