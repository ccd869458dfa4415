"""Files before they are read: is it there, is it whole, what is inside, and what is its fingerprint."""

from __future__ import annotations

import hashlib
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.source import shapefile_parts
from footprint.model.words import listing, nearest, short
from footprint.read.encoding import settle_encoding

PARQUET = (".parquet", ".geoparquet", ".pq")


BOUNDARY_ENDINGS = (".shp", ".gpkg", ".geojson", ".json", ".topojson", ".fgb", ".gdb", *PARQUET)


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
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def sha256_of(paths: Iterable[Path]) -> str:
    """Return the SHA-256 of one file, or, of several, that of the list of their names and digests."""
    every = list(paths)
    if len(every) == 1:
        return sha256(every[0])
    told = "".join(f"{sha256(path)}  {path.name}\n" for path in every)
    return hashlib.sha256(told.encode()).hexdigest()


@contextmanager
def readable(path: Path, layer: str | None = None) -> Iterator[tuple[Path, str | None]]:
    """Yield what GDAL can open for the boundary file `path`, and the layer to ask it for.

    GDAL sees links in a temporary folder, and zips unpacked there, because it writes beside what it
    reads: the index of a shapefile that has none, schemas of GML. The user's own folder stays as it
    is. `layer` may choose among several files in a zip, and is then used up.

    Raises InputError for what is missing, cut off or does not belong together.
    """
    import pyogrio

    if not (path.suffix.lower() == ".gdb" and path.is_dir()):
        require_file(path, "boundary file")
    with tempfile.TemporaryDirectory(prefix="footprint-") as name:
        folder = Path(name)
        if path.suffix.lower() == ".zip":
            inner, layer = _unzip(path, layer, folder)
        else:
            inner = _linked(path, folder)
        if inner.suffix.lower() == ".shp":
            _require_whole(inner, path)
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": "YES"})
        try:
            yield inner, layer
        finally:
            pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})


def _linked(path: Path, folder: Path) -> Path:
    """Link a file, and the parts of a shapefile with endings in lower case, into a folder.

    The index of a shapefile is not linked: GDAL makes it anew there, whether it is lost, broken or
    sound, and through a link it would write over the user's own.
    """
    parts = shapefile_parts(path) if path.suffix.lower() == ".shp" else {path.suffix: path}
    parts.pop(".shx", None)
    for ending, part in parts.items():
        link = folder / f"{path.stem}{ending}"
        try:
            link.symlink_to(part.absolute())
        except OSError:  # where links need a privilege
            shutil.copyfile(part, link)
    return folder / f"{path.stem}{'.shp' if path.suffix.lower() == '.shp' else path.suffix}"


def _unzip(path: Path, layer: str | None, folder: Path) -> tuple[Path, str | None]:
    """Unpack the one boundary file of a zip that is meant; returns it, and `layer` if not used up."""
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise InputError(path, "is not a readable zip file", "Fetch it again.") from None
    with archive:
        entries = [n for n in archive.namelist() if not n.startswith("__MACOSX/")]
        names = list(dict.fromkeys(found for n in entries if (found := _boundary_file(n))))
        if not names:
            raise InputError(path, "holds no boundary file", f"It holds: {listing(entries) or 'nothing'}.")
        if len(names) > 1 or (layer is not None and _called(names[0], layer)):
            chosen = [n for n in names if n == layer] or [n for n in names if layer and _called(n, layer)]
            if layer is not None and not chosen:
                raise InputError(path, f"holds no file '{layer}'", choose_layer(names))
            if len(chosen) != 1:
                raise InputError(path, f"holds {len(chosen or names)} boundary files", choose_layer(names))
            names, layer = chosen, None
        member = Path(names[0])
        inner = folder / member.name
        try:
            for entry in entries:
                _extract(archive, entry, member, inner)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as fault:
            raise InputError(path, f"cannot be unpacked ({fault})", "Fetch it again.") from None
    if inner.suffix.lower() == ".shp":
        inner = _linked(inner, _subfolder(folder))
    if inner.is_file() and inner.stat().st_size == 0:
        raise InputError(f"{path}/{member}", "is empty (0 bytes)", "Fetch or export it again.")
    return inner, layer


def _subfolder(folder: Path) -> Path:
    inside = folder / "linked"
    inside.mkdir()
    return inside


def _boundary_file(entry: str) -> str | None:
    """Return the boundary file that an entry of a zip is, or is a part of."""
    path = Path(entry)
    for at in (path, *path.parents):
        if at.suffix.lower() == ".gdb":
            return at.as_posix()
    return entry if path.suffix.lower() in BOUNDARY_ENDINGS else None


def _called(name: str, layer: str) -> bool:
    return layer in (name, Path(name).name, Path(name).stem)


def _extract(archive: zipfile.ZipFile, entry: str, member: Path, inner: Path) -> None:
    """Unpack an entry if it is the member, one of its parts, or inside it."""
    path = Path(entry)
    if member in path.parents:
        target = inner / path.relative_to(member)
    elif path.parent == member.parent and path.stem == member.stem:
        target = inner.parent / path.name
    else:
        return
    if entry.endswith("/") or ".." in path.parts:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as source, target.open("wb") as stream:
        shutil.copyfileobj(source, stream)


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
