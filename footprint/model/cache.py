"""Results of slow geometry, kept between runs by what they were computed from.

A key is made of the outlines themselves, not of file names or dates, and of the versions of this
program and of GEOS, so nothing in the cache can be out of date. It is a folder of the user's own,
which may be deleted at any time; FOOTPRINT_CACHE names another one, or "off" for none.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import footprint

if TYPE_CHECKING:
    import geopandas as gpd


T = TypeVar("T")


OFF = "off"


# Results that nobody asked for in this time are deleted.
_KEEP_SECONDS = 30 * 24 * 3600


def folder() -> Path | None:
    """Return where results are kept; None where they are not."""
    named = os.environ.get("FOOTPRINT_CACHE")
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


def kept(kind: str, of: str, make: Callable[[], T]) -> T:
    """Return what `make` gives, from an earlier run if one computed `kind` of the same things.

    Parameters
    ----------
    kind : what is computed
    of : what it is computed from: fingerprints and parameters, as text

    """
    home = folder()
    if home is None:
        return make()
    import shapely

    versions = (footprint.__version__, shapely.__version__, shapely.geos_version_string, sys.version_info[:2])
    key = hashlib.sha256(repr((kind, of, versions)).encode()).hexdigest()
    path = home / kind.replace(" ", "-") / f"{key}.pickle"
    try:
        if _own(path):
            with path.open("rb") as stream:
                found: T = pickle.load(stream)
            os.utime(path)
            return found
    except Exception:  # whatever is wrong with it, it can be computed again
        path.unlink(missing_ok=True)
    made = make()
    _keep(path, made)
    return made


def _own(path: Path) -> bool:
    """Return whether a file is there and the user's own: a pickle of somebody else could run code."""
    try:
        state = path.stat()
    except OSError:
        return False
    return not hasattr(os, "getuid") or state.st_uid == os.getuid()


def _keep(path: Path, made: object) -> None:
    """Write a result whole or not at all; a full disk or a locked folder must not fail the run."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as stream:
            part = Path(stream.name)
            pickle.dump(made, stream, protocol=5)
        part.replace(path)
        for old in path.parent.glob("*.p*"):
            if old.stat().st_mtime < time.time() - _KEEP_SECONDS:
                old.unlink(missing_ok=True)
    except (OSError, pickle.PicklingError):
        return
