"""Zip files: the one boundary file in them that is meant, unpacked within limits."""

from __future__ import annotations

import errno
import lzma
import os
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from footprint.model.errors import InputError
from footprint.model.sizes import as_bytes, size_text
from footprint.model.words import listing
from footprint.read.formats import BOUNDARY_ENDINGS

UNPACKED, RATIO = "2GB", 100
"""How much an archive may hold, and how many times its own size, unless the environment says otherwise."""

# what is this small unpacked harms nobody, however well it was packed
_SMALL = 16 * 2**20

_BLOCK = 1 << 20

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says where a disk is full, or a file may not grow."""

_DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, NotImplementedError, ValueError,
)  # fmt: skip


def unpacked_limit() -> int:
    """Return how many bytes may be unpacked: FOOTPRINT_MAX_UNPACKED, or 2 GB."""
    return as_bytes(os.environ.get("FOOTPRINT_MAX_UNPACKED") or UNPACKED)


def ratio_limit() -> float:
    """Return how many times its size an archive may hold: FOOTPRINT_MAX_RATIO, or 100."""
    stated = os.environ.get("FOOTPRINT_MAX_RATIO")
    try:
        return float(stated) if stated else RATIO
    except ValueError:
        raise InputError(
            None, f"FOOTPRINT_MAX_RATIO is no number: {stated}", "Give one, or unset it."
        ) from None


def require_modest(path: Path, unpacked: int, packed: int) -> None:
    """Raise InputError where a file holds more unpacked than the limits allow."""
    most = unpacked_limit()
    if unpacked > most:
        raise InputError(
            path,
            f"holds more than {size_text(most)} unpacked",
            "If that is right, allow more with FOOTPRINT_MAX_UNPACKED, for example 8GB.",
        )
    require_ratio(path, unpacked, packed)


def require_ratio(path: Path, unpacked: int, packed: int) -> None:
    """Raise InputError where a file holds more times its own size than the limit allows."""
    if unpacked > max(_SMALL, ratio_limit() * packed):
        raise InputError(
            path,
            f"holds {unpacked / max(packed, 1):,.0f} times its own size unpacked, which real data does not",
            "If that is right, allow more with FOOTPRINT_MAX_RATIO, for example 1000.",
        )


def require_modest_zip(path: Path, archive: zipfile.ZipFile) -> None:
    """Raise InputError where the entries of a zip say that they are larger than the limits allow."""
    entries = archive.infolist()
    require_modest(path, sum(e.file_size for e in entries), sum(e.compress_size for e in entries))


@contextmanager
def zip_faults(path: Path) -> Iterator[None]:
    """Turn what is wrong with a zip into InputError."""
    try:
        yield
    except _DAMAGED as fault:
        raise InputError(path, f"cannot be unpacked ({fault})", "Fetch it again.") from None
    except OSError as fault:
        if fault.errno in FULL:
            raise InputError(
                path, "cannot be unpacked: the disk for temporary files is full", "Name another with TMPDIR."
            ) from None
        if fault.filename is not None and not Path(fault.filename).is_relative_to(tempfile.gettempdir()):
            raise
        # bz2 says it so, and so do names that no file can have
        told = fault.strerror or str(fault)
        raise InputError(path, f"cannot be unpacked ({told})", "Fetch it again.") from None


def unpacked(
    path: Path, copy: Path, layer: str | None, folder: Path, choose: Callable[[list[str]], str]
) -> tuple[Path, str, str | None]:
    """Unpack the one boundary file of a zip that is meant.

    Parameters
    ----------
    path : as the user named it
    copy : what to read
    layer : may choose among several files, and is then used up
    folder : to unpack into
    choose : says how to choose among layers or files

    Returns
    -------
    The file, its name in the archive, and `layer` if it was not used up.

    """
    try:
        archive = zipfile.ZipFile(copy)
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise InputError(path, "is not a readable zip file", "Fetch it again.") from None
    with archive:
        entries = [n for n in archive.namelist() if not _is_of_the_finder(n)]
        alike = Counter(map(str.casefold, entries))
        if twice := [n for n, times in Counter(entries).items() if times > 1]:
            raise InputError(path, f"holds two files called {listing(twice)}", "Fetch it again.")
        names = list(dict.fromkeys(found for n in entries if (found := _boundary_file(n))))
        if not names:
            raise InputError(path, "holds no boundary file", f"It holds: {listing(entries) or 'nothing'}.")
        if len(names) > 1 or (layer is not None and _called(names[0], layer)):
            chosen = [n for n in names if n == layer] or [n for n in names if layer and _called(n, layer)]
            if layer is not None and not chosen:
                raise InputError(path, f"holds no file '{layer}'", choose(names))
            if len(chosen) != 1:
                raise InputError(path, f"holds {len(chosen or names)} boundary files", choose(names))
            names, layer = chosen, None
        require_modest_zip(path, archive)
        member = Path(names[0])
        # of two parts of a file with one name but for its capitals, it is open which is meant
        of_it = {n for n in entries if _are_parts(Path(n), member)}
        if twice := sorted(n for n in of_it if alike[n.casefold()] > 1):
            raise InputError(path, f"holds two files called {listing(twice)}", "Fetch it again.")
        inner = folder / member.name
        with zip_faults(path):
            for entry in entries:
                _extract(archive, entry, member, inner)
    return inner, names[0], layer


def _is_of_the_finder(entry: str) -> bool:
    """Return whether an entry is what macOS keeps beside a file: ._NAME, or anything below __MACOSX."""
    path = PurePosixPath(entry.replace("\\", "/"))
    return "__MACOSX" in path.parts or path.name.startswith("._")


def _boundary_file(entry: str) -> str | None:
    """Return the boundary file that an entry of a zip is, or is a part of."""
    path = Path(entry)
    for at in (path, *path.parents):
        if at.suffix.lower() == ".gdb":
            return at.as_posix()
    return entry if path.suffix.lower() in BOUNDARY_ENDINGS else None


def _are_parts(one: Path, other: Path) -> bool:
    """Return whether files are parts of one, as those of a shapefile: only their endings differ."""
    return one.parent == other.parent and one.stem == other.stem


def _called(name: str, layer: str) -> bool:
    return layer in (name, Path(name).name, Path(name).stem)


def _extract(archive: zipfile.ZipFile, entry: str, member: Path, inner: Path) -> None:
    """Unpack an entry if it is the member, one of its parts, or inside it."""
    path = Path(entry)
    if member in path.parents:
        target = inner / path.relative_to(member)
    elif _are_parts(path, member):
        target = inner.parent / path.name
    else:
        return
    if entry.endswith("/"):
        return
    if ".." in path.parts:
        raise zipfile.BadZipFile(f"it names {entry}, which lies outside of it")
    target.parent.mkdir(parents=True, exist_ok=True)
    stated = archive.getinfo(entry).file_size
    with archive.open(entry) as source, target.open("wb") as stream:
        _copy(source, stream, stated)


def _copy(source: IO[bytes], target: IO[bytes], stated: int) -> None:
    """Copy what an entry holds, and not more than it said that it would."""
    left = stated
    while block := source.read(_BLOCK):
        left -= len(block)
        if left < 0:
            raise zipfile.BadZipFile("an entry is larger than the archive says")
        target.write(block)
