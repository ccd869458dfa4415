"""Results of slow geometry, kept between runs by what they were computed from.

A key is made of the outlines themselves, not of file names or dates, of the version of GEOS, and of the
version and the sources of this program, so nothing in the cache can be out of date, in a checkout either.
It is a folder of the user's own, which may be deleted at any time; FOOTPRINT_CACHE names another one, or
"off" for none.

Each entry is sealed with a secret that stands elsewhere (HMAC, RFC 2104), over its key and its bytes: what
somebody else wrote, what was moved to another name and what was damaged is computed again. So a cache may lie
in a checkout, or come from another machine.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from footprint.model.sizes import as_bytes
from footprint.model.version import VERSION

if TYPE_CHECKING:
    import geopandas as gpd


T = TypeVar("T")


VARIABLE, OFF = "FOOTPRINT_CACHE", "off"


SIZE = "1GB"
"""What the results may take on disk; FOOTPRINT_CACHE_SIZE says otherwise."""


KEEP_DAYS = 30
"""Results that nobody asked for in this time are deleted."""


PACKAGE = Path(__file__).parent.parent
_COMPUTING = ("checks", "geometry", "measure", "model", "plan", "read")
"""Folders of the program that make what is kept, and all that it is made with."""
_ENDING = ".result"
_MAGIC = b"footprint cache 2\n"
_SEAL = hashlib.sha256().digest_size


def folder() -> Path | None:
    """Return where results are kept; None where they are not."""
    named = os.environ.get(VARIABLE)
    if named is not None:
        return None if named.strip().lower() in ("", OFF, "0", "no") else Path(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    else:
        base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "footprint"
    except RuntimeError:
        return None  # nobody's home


def fingerprint(shapes: gpd.GeoSeries) -> str:
    """Return a digest of outlines or points with their codes, in their order."""
    import numpy as np
    import shapely

    digest = hashlib.sha256()
    digest.update("\0".join(map(str, shapes.index)).encode())
    for wkb in shapely.to_wkb(np.asarray(shapes.array)):
        digest.update(wkb or b"\0")
    return digest.hexdigest()


def kept(kind: str, of: Callable[[], str], make: Callable[[], T]) -> T:
    """Return what `make` gives, from an earlier run if one computed `kind` of the same things.

    Parameters
    ----------
    kind : what is computed
    of : returns what it is computed from: fingerprints and parameters, as text. It is not asked where
        nothing is kept: the digest of outlines can take as long as what is made of them

    """
    if folder() is None:
        return make()
    import shapely

    from footprint.model.stored import Unstorable, from_bytes, to_bytes

    versions = (VERSION, program(), shapely.__version__, shapely.geos_version_string, sys.version_info[:2])
    key = hashlib.sha256(repr((kind, of(), versions)).encode()).hexdigest()
    body = recall(kind, key)
    if body is not None:
        with suppress(Unstorable):
            found: T = from_bytes(body)
            return found
    made = make()
    with suppress(Unstorable):
        keep(kind, key, to_bytes(made))
    return made


@lru_cache(maxsize=1)
def program() -> str:
    """Return a digest of the sources that compute what is kept: between releases all have one version.

    By what they hold, so that a checkout on another machine is the same program.
    """
    told = hashlib.sha256()
    for folder in _COMPUTING:
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            told.update(f"{path.relative_to(PACKAGE).as_posix()}\n".encode() + path.read_bytes())
    return told.hexdigest()


def recall(kind: str, key: str) -> bytes | None:
    """Return what was kept of a kind by a key, 64 hex digits; None if nothing was, or not by this user."""
    home = folder()
    secret = None if home is None else _secret()
    if home is None or secret is None:
        return None
    path = _path(home, kind, key)
    if _private(path.parent):
        with suppress(OSError):
            data = _bytes(path)
            body = data[len(_MAGIC) + _SEAL :]
            if hmac.compare_digest(data[: -len(body) or None], _MAGIC + _sealed(secret, key, body)):
                os.utime(path)
                return body
            path.unlink(missing_ok=True)
    return None


def keep(kind: str, key: str, body: bytes) -> None:
    """Keep bytes of a kind by a key, if that can be: a full disk or a locked folder must not fail the run."""
    home = folder()
    secret = None if home is None else _secret()
    if home is None or secret is None:
        return
    with suppress(OSError):
        _keep(home, _path(home, kind, key), _MAGIC + _sealed(secret, key, body) + body)


def _path(home: Path, kind: str, key: str) -> Path:
    return home / kind.replace(" ", "-") / f"{key}{_ENDING}"


def _sealed(secret: bytes, key: str, body: bytes) -> bytes:
    return hmac.new(secret, key.encode() + body, hashlib.sha256).digest()


def _secret() -> bytes | None:
    """Return what entries are sealed with, made when first needed; None where it cannot be kept.

    FOOTPRINT_CACHE_KEY names one, for machines that are made anew for each run.
    """
    stated = os.environ.get("FOOTPRINT_CACHE_KEY")
    if stated:
        return stated.encode()
    try:
        path = key_folder() / "cache.key"
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            fresh = path.with_name(f"{path.name}.{os.urandom(4).hex()}")
            with open(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
                stream.write(os.urandom(_SEAL))
            with suppress(FileExistsError):
                os.link(fresh, path)  # whoever comes first, whole
            fresh.unlink()
        held = _bytes(path)
    except (OSError, RuntimeError):
        return None
    return held if len(held) == _SEAL else None


def key_folder() -> Path:
    """Return where the secret is kept; RuntimeError where there is no home."""
    named = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_DATA_HOME")
    return (Path(named) if named else Path.home() / ".local" / "share") / "footprint"


def _bytes(path: Path) -> bytes:
    """Return the bytes of a file of the user's own; OSError for a link, and for one that others may write."""
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0)), "rb") as stream:
        if not _own(os.fstat(stream.fileno())):
            raise PermissionError(str(path))
        return stream.read()


def _own(state: os.stat_result) -> bool:
    """Return whether something is the user's own, and nobody else may write to it."""
    if not hasattr(os, "getuid"):
        return True
    return state.st_uid == os.getuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _private(place: Path) -> bool:
    """Return whether a folder is there, no link, and the user's own."""
    try:
        state = place.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(state.st_mode) and _own(state)


def _keep(home: Path, path: Path, data: bytes) -> None:
    """Write a result whole or not at all, and delete what is old or too much."""
    if not home.exists():
        home.mkdir(parents=True, mode=0o700)
        (home / ".gitignore").write_text("*\n")
    path.parent.mkdir(exist_ok=True, mode=0o700)
    if not _private(path.parent):
        return
    part = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as stream:
            part = Path(stream.name)
            stream.write(data)
        part.replace(path)
    except BaseException:
        if part is not None:
            part.unlink(missing_ok=True)
        raise
    left = size_limit()
    for entry in sorted(entries(home), key=lambda e: -e.used):
        left -= entry.size
        if left < 0 or entry.used < time.time() - KEEP_DAYS * 24 * 3600:
            entry.path.unlink(missing_ok=True)


# ── what is there ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class KeptFile:
    """A file of the cache."""

    path: Path
    kind: str
    size: int
    used: float
    """When it was last asked for, seconds since 1970."""


def size_limit() -> int:
    """Return how many bytes the results may take."""
    return as_bytes(os.environ.get("FOOTPRINT_CACHE_SIZE") or SIZE)


def entries(home: Path) -> Iterator[KeptFile]:
    """Return what the cache holds; no other file in its folder, and nothing behind a link."""
    for place in sorted(home.iterdir()) if home.is_dir() else ():
        if not _private(place):
            continue
        for path in sorted(place.iterdir()):
            if path.suffix not in (_ENDING, ".part") or path.is_symlink() or not path.is_file():
                continue
            with suppress(OSError):
                state = path.stat()
                yield KeptFile(path, place.name.replace("-", " "), state.st_size, state.st_mtime)


def clear(home: Path) -> list[KeptFile]:
    """Delete what the cache holds; returns it."""
    found = list(entries(home))
    for entry in found:
        entry.path.unlink(missing_ok=True)
    for place in {entry.path.parent for entry in found}:
        with suppress(OSError):
            place.rmdir()
    return found
