"""Files before they are read: is it there, is it whole, what is inside, and what is its fingerprint."""

from __future__ import annotations

import hashlib
import shutil
import struct
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from footprint.errors import InputError
from footprint.words import listing, nearest

PARQUET = (".parquet", ".geoparquet", ".pq")
BOUNDARY_ENDINGS = (".shp", ".gpkg", ".geojson", ".json", ".topojson", ".fgb", ".gdb", *PARQUET)
_SHAPEFILE_PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")
_SHAPEFILE_MAGIC = 9994


@dataclass(frozen=True)
class Source:
    """Where an input came from: one line of provenance."""

    role: str
    """What the plan uses it for: "layers.lad", "units", "population" …"""
    path: str
    """As the user wrote it."""
    sha256: str
    features: int
    """Features or rows in the file, before anything was left out."""
    crs: str | None = None
    """As the file states it, for example "EPSG:4326"; None for tables."""
    vintage: int | None = None
    resolution_m: float | None = None
    """Estimated detail of the outlines in metres; None for tables and drawn maps."""


def split_layer(path: Path | str, layer: str | None = None) -> tuple[Path, str | None]:
    """Return (file, layer) of a path that may be written FILE::LAYER, as on the command line."""
    text = str(path)
    if layer is None and "::" in text and not Path(text).exists():
        file, _, named = text.rpartition("::")
        return Path(file), named
    return Path(path), layer


def require_file(path: Path, what: str = "file") -> None:
    """Raise InputError unless `path` is a file with something in it."""
    if not path.exists():
        siblings = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        folder = "" if path.parent.is_dir() else f"There is no folder {path.parent} either. "
        raise InputError(
            path,
            f"there is no such {what}",
            f"{folder}{nearest(path.name, siblings)}Check the path.",
        )
    if path.is_dir():
        inside = sorted(p.name for p in path.iterdir() if p.suffix.lower() in BOUNDARY_ENDINGS)
        hint = f"Name one of its files: {listing(inside)}." if inside else "Name a file instead."
        raise InputError(path, "is a folder, not a file", hint)
    if path.stat().st_size == 0:
        raise InputError(path, "is empty (0 bytes)", "Fetch or export it again.")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex.

    A shapefile is several files: its parts are hashed one after the other, in the order
    .shp, .dbf, .shx, .prj, .cpg, so that a change of names or of the CRS shows as well.
    """
    digest = hashlib.sha256()
    parts = list(shapefile_parts(path).values()) if path.suffix.lower() == ".shp" else [path]
    for part in parts:
        with part.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def shapefile_parts(path: Path) -> dict[str, Path]:
    """Return the parts of a shapefile that exist, by lower-case ending (endings may be in any case)."""
    found = {
        sibling.suffix.lower(): sibling
        for sibling in path.parent.iterdir()
        if sibling.stem == path.stem and sibling.suffix.lower() in _SHAPEFILE_PARTS
    }
    return {ending: found[ending] for ending in _SHAPEFILE_PARTS if ending in found}


@contextmanager
def readable(path: Path, layer: str | None = None) -> Iterator[Path]:
    """Yield a path that GDAL can open for the boundary file `path`.

    Zips are unpacked, and a shapefile without its index gets one, in a temporary folder: the
    user's own folder is never written to. Raises InputError for what is missing or cut off.
    `layer` chooses among several files in a zip.
    """
    if path.suffix.lower() == ".gdb" and path.is_dir():
        yield path
        return
    require_file(path, "boundary file")
    with tempfile.TemporaryDirectory(prefix="footprint-") as folder:
        inner = _unzip(path, layer, Path(folder)) if path.suffix.lower() == ".zip" else path
        if inner.suffix.lower() == ".shp":
            inner = _whole_shapefile(inner, path, Path(folder))
        yield inner


def _unzip(path: Path, layer: str | None, folder: Path) -> Path:
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise InputError(path, "is not a readable zip file", "Fetch it again.") from None
    with archive:
        names = [
            n
            for n in archive.namelist()
            if Path(n).suffix.lower() in BOUNDARY_ENDINGS and not n.startswith("__MACOSX/")
        ]
        if not names:
            raise InputError(
                path,
                "holds no boundary file",
                f"It holds: {listing(archive.namelist()) or 'nothing'}.",
            )
        if layer is not None:
            chosen = [n for n in names if layer in (n, Path(n).name, Path(n).stem)]
            # `layer` may also mean a layer inside the one container of the zip
            names = chosen or (names if len(names) == 1 and not names[0].endswith(".shp") else [])
            if not names:
                raise InputError(path, f"holds no file '{layer}'", _choose(archive.namelist()))
        if len(names) > 1:
            raise InputError(path, f"holds {len(names)} boundary files", _choose(names))
        member = Path(names[0])
        try:
            for name in archive.namelist():
                entry = Path(name)
                if entry.parent == member.parent and entry.stem == member.stem:
                    with archive.open(name) as source, (folder / entry.name).open("wb") as target:
                        shutil.copyfileobj(source, target)
        except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError) as fault:
            raise InputError(path, f"cannot be unpacked ({fault})", "Fetch it again.") from None
    inner = folder / member.name
    if inner.stat().st_size == 0:
        raise InputError(f"{path}/{member}", "is empty (0 bytes)", "Fetch or export it again.")
    return inner


def _choose(names: list[str]) -> str:
    options = [Path(n).stem for n in names if Path(n).suffix.lower() in BOUNDARY_ENDINGS]
    return choose_layer(options)


def choose_layer(options: Iterable[str]) -> str:
    """Return how to choose among the layers of a container or the files of a zip."""
    return f'Choose one, with layer = "…" in a plan or FILE::LAYER elsewhere: {listing(options)}.'


def _whole_shapefile(shp: Path, named: Path, folder: Path) -> Path:
    """Check that a shapefile has all that is needed; supply a missing index in `folder`."""
    parts = shapefile_parts(shp)
    if ".dbf" not in parts:
        raise InputError(
            named,
            "has no .dbf beside it, so its areas have no codes",
            f"Put {shp.stem}.dbf in the same folder.",
        )
    with shp.open("rb") as stream:
        header = stream.read(28)
    if len(header) < 28 or struct.unpack(">i", header[:4])[0] != _SHAPEFILE_MAGIC:
        raise InputError(named, "is not a shapefile", "Fetch or export it again.")
    stated, actual = struct.unpack(">i", header[24:28])[0] * 2, shp.stat().st_size
    if actual < stated:
        raise InputError(
            named,
            f"is cut off: it has {actual:,} of the {stated:,} bytes that its header states",
            "Fetch or export it again.",
        )
    if ".shx" in parts:
        return shp
    for ending, part in parts.items():
        if part.parent != folder:
            shutil.copyfile(part, folder / f"{shp.stem}{ending}")
    return folder / f"{shp.stem}.shp"
