"""Files before they are read: is it there, is it whole, what is inside, and what is its fingerprint."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.memory import OUTLINES, require_for
from footprint.model.output import unfinished
from footprint.model.scratch import scratch
from footprint.model.source import shapefile_parts
from footprint.model.words import listing, nearest, short
from footprint.read.archive import FULL, unpacked
from footprint.read.encoding import settle_encoding
from footprint.read.formats import BOUNDARY_ENDINGS, PARQUET, ending_of, require_beginning
from footprint.read.held import Records, records_of

_SHAPEFILE_MAGIC = 9994


_LONGEST_NAME = 255


def require_file(path: Path, what: str = "file") -> None:
    """Raise InputError unless `path` is a file with something in it."""
    if len(path.name.encode()) > _LONGEST_NAME:
        raise InputError(
            short(str(path)), f"there is no such {what}: its name is too long", "Check the path."
        )
    if path.is_symlink() and not path.exists():
        raise InputError(path, f"is a link to a {what} that is not there", "Mend the link.")
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
            hashlib.file_digest(stream, lambda: digest)
    return digest.hexdigest()


def sha256_of(paths: Iterable[Path]) -> str:
    """Return the SHA-256 of one file, or, of several, that of the list of their names and digests."""
    every = list(paths)
    if len(every) == 1:
        return sha256(every[0])
    told = "".join(f"{sha256(path)}  {path.name}\n" for path in every)
    return hashlib.sha256(told.encode()).hexdigest()


def state_of(paths: Iterable[Path]) -> list[tuple[int, ...]]:
    """Return what changes of a file when it is written to or replaced."""
    states = (path.stat() for path in paths)
    return [(s.st_dev, s.st_ino, s.st_size, s.st_mtime_ns, s.st_ctime_ns) for s in states]


def require_same(paths: Iterable[Path], before: list[tuple[int, ...]]) -> None:
    """Raise InputError for a file that was changed since: what was read and its digest may differ."""
    every = list(paths)
    for path, then, now in zip(every, before, state_of(every), strict=True):
        if then != now:
            raise InputError(path, "was changed while it was read", "Run it again.")


@dataclass(frozen=True)
class Opened:
    """A boundary file as a copy that only this run sees."""

    path: Path
    """The copy, or what was unpacked."""
    layer: str | None
    """The layer to ask for; None where it was used up to choose among the files of a zip."""
    sha256: str
    """Of the bytes that were copied."""
    records: Records | None
    """What its bytes hold; None for Parquet, which is read whole or not at all."""

    @property
    def driver(self) -> str | None:
        """The driver that GDAL is to open it with, where its content says which."""
        return self.records.driver if self.records else None

    @property
    def name(self) -> str:
        """What to give GDAL: with a driver in front no other is asked."""
        return f"{self.driver}:{self.path}" if self.driver else str(self.path)


@contextmanager
def readable(path: Path, layer: str | None = None) -> Iterator[Opened]:
    """Yield a copy of a boundary file that GDAL can open, which has been looked at before.

    A copy, because GDAL writes beside what it reads (the index of a shapefile that has none, schemas of
    GML), and because figures are to rest on the bytes whose digest is told, whatever becomes of the file
    meanwhile. `layer` may choose among several files in a zip, and is then used up.

    Raises InputError for what is missing, cut off, does not belong together, is not what its ending says,
    or refers to other files.
    """
    import pyogrio

    ending = path.suffix.lower()
    folder = ending == ".gdb" and path.is_dir()
    if not folder:
        require_file(path, "boundary file")
    if ending != ".zip":
        ending_of(path)
        require_for(path, OUTLINES)
    with scratch() as home:
        if folder:
            digest = _folder_copied(path, inner := home / f"{_plain(path.stem)}{ending}")
        elif ending == ".zip":
            digest = _copied([path], [copy := home / "copy.zip"])
            inner, member, layer = unpacked(path, copy, layer, _subfolder(home, "unpacked"), choose_layer)
            if not inner.exists():
                raise InputError(f"{path}/{member}", "is a folder, and empty", "Fetch it again.")
            if inner.suffix.lower() == ".shp":
                inner, _ = _shapefile_copied(inner, _subfolder(home, "linked"))
            if inner.is_file() and inner.stat().st_size == 0:
                raise InputError(f"{path}/{member}", "is empty (0 bytes)", "Fetch or export it again.")
            require_for(path, OUTLINES, inner)
        elif ending == ".shp":
            inner, digest = _shapefile_copied(path, home)
        else:
            _require_closed(path)
            digest = _copied([path], [inner := home / f"{_plain(path.stem)}{path.suffix}"])
        if inner.suffix.lower() == ".shp":
            _require_whole(inner, path)
        require_beginning(inner, path)
        records = None if inner.suffix.lower() in PARQUET else records_of(inner, path)
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})
        try:
            yield Opened(inner, layer, digest, records)
        finally:
            pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})


def _copied(sources: Iterable[Path], targets: Iterable[Path]) -> str:
    """Copy files; returns the SHA-256 of their bytes, one file after the other."""
    digest = hashlib.sha256()
    for source, target in zip(sources, targets, strict=True):
        try:
            with source.open("rb") as one, target.open("wb") as other:
                while block := one.read(1 << 20):
                    digest.update(block)
                    other.write(block)
        except OSError as fault:
            if fault.errno not in FULL:
                raise
            raise InputError(
                source, "cannot be copied: the disk for temporary files is full", "Name another with TMPDIR."
            ) from None
    return digest.hexdigest()


def _shapefile_copied(path: Path, folder: Path) -> tuple[Path, str]:
    """Copy the parts of a shapefile, with endings in lower case; returns it and the digest of all.

    GDAL makes the index anew, whether it is lost, broken or sound: no .shx stays in the copy.
    """
    parts = shapefile_parts(path)
    waiting = {name for names in unfinished(path.parent).values() for name in names}
    if waiting & {part.name for part in parts.values()}:
        raise InputError(path, "is only half replaced: the run that wrote it was killed", "Write it again.")
    copies = {ending: folder / f"{_plain(path.stem)}{ending}" for ending in parts}
    digest = _copied(parts.values(), copies.values())
    if ".shx" in copies:
        copies[".shx"].unlink()
    return folder / f"{_plain(path.stem)}.shp", digest


def _folder_copied(path: Path, target: Path) -> str:
    """Copy the files of a folder; returns the SHA-256 of the list of their names and digests."""
    told = ""
    target.mkdir()
    for source in sorted(p for p in path.rglob("*") if p.is_file()):
        inside = source.relative_to(path)
        (target / inside).parent.mkdir(parents=True, exist_ok=True)
        told += f"{_copied([source], [target / inside])}  {inside.as_posix()}\n"
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()


def _require_closed(path: Path) -> None:
    """Raise InputError for a GeoPackage of which a part stands in the file beside it.

    In -wal stand its last changes, in -journal what they replaced, to be put back if they come to nothing.
    """
    for beside in (path.with_name(f"{path.name}{end}") for end in ("-wal", "-journal")):
        if path.suffix.lower() == ".gpkg" and beside.exists() and any(_block(beside)):
            raise InputError(
                path, f"is open in another program, with changes in {beside.name}", "Close it there first."
            )


def _block(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(512)


def _plain(stem: str) -> str:
    """Return the stem of a name without signs that pyogrio or GDAL take for parts of an address."""
    return re.sub(r"[^\w .()+-]", "_", stem)


def _subfolder(folder: Path, name: str) -> Path:
    inside = folder / name
    inside.mkdir()
    return inside


def choose_layer(options: Iterable[str]) -> str:
    """Return how to choose among the layers of a container or the files of a zip."""
    return f'Choose one, with layer = "…" in a plan or FILE::LAYER elsewhere: {listing(options)}.'


def _require_whole(shp: Path, named: Path) -> None:
    """Check that a shapefile has its parts, that none is cut off, and that they belong together."""
    parts = shapefile_parts(shp)
    if ".dbf" not in parts:
        raise InputError(
            named,
            "has no .dbf beside it, so its areas have no codes",
            f"Put {named.stem}.dbf in the same folder.",
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
    dbf = parts[".dbf"].read_bytes()
    if len(dbf) < 12:
        raise InputError(named, "has a .dbf that is cut off", "Fetch or export it again.")
    rows, start, width = struct.unpack("<IHH", dbf[4:12])
    outlines = _count_shapes(shp)
    if outlines != rows:
        raise InputError(
            named,
            f"has {outlines:,} outlines, but its .dbf has {rows:,} rows",
            "They are not of one file: fetch or export both again.",
        )
    if width < 2:
        raise InputError(named, "has a damaged .dbf: its rows hold nothing", "Fetch or export it again.")
    if len(dbf) < start + rows * width:
        raise InputError(named, "has a .dbf that is cut off", "Fetch or export it again.")
    settle_encoding(shp, dbf)


def _count_shapes(shp: Path) -> int:
    """Count the records of a .shp by their headers."""
    count, at = 0, 100
    data = shp.read_bytes()
    while at + 8 <= len(data):
        at += 8 + 2 * max(0, int(struct.unpack(">i", data[at + 4 : at + 8])[0]))
        count += 1
    return count
