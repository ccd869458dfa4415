"""What the bytes of a boundary file hold, counted without GDAL, which passes over what it cannot read."""

from __future__ import annotations

import math
import sqlite3
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.errors import InputError
from footprint.model.source import shapefile_parts
from footprint.model.words import agree, count, listing
from footprint.read.database import database
from footprint.read.jsonfile import JsonFile
from footprint.read.xmlfile import xml_records

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class Held:
    """The records of a layer, in their order."""

    drawn: tuple[bool | None, ...]
    """Whether each has an outline; None where that cannot be told."""
    word: str = "feature"
    names: tuple[str, ...] = ()
    """What to call each; its number where there are none."""
    left: tuple[str, ...] = ()
    """Records that are marked as deleted, and so are none of `drawn`."""

    def name(self, at: int) -> str:
        """Return how to name a record."""
        return self.names[at] if self.names else f"{at + 1:,}"


@dataclass(frozen=True)
class Records:
    """A file that was looked at."""

    driver: str | None
    """Of GDAL, where the content says which of several; None where the ending does."""
    of: Callable[[str | None], Held | None]
    """Layer → what it holds; None where that cannot be told."""
    cut_off: str = ""
    """The word by which the file says that the rest of it was left out; "" where it does not."""
    step: tuple[float, float] = 0.0, 0.0
    """In what steps the file counts x and y, in its own units, where it says so."""
    notes: tuple[str, ...] = ()
    """What it names and does not hold."""


def records_of(opened: Path, path: Path) -> Records:
    """Look at the bytes of a file; InputError, in the name of `path`, for those that cannot be used."""
    ending = opened.suffix.lower()
    if ending == ".shp":
        shapes = _shapefile(opened, path)
        return Records(None, lambda _: shapes)
    if ending == ".gpkg":
        _require_finite(opened, path)
        return Records(None, lambda layer: _geopackage(opened, path, layer))
    if ending == ".fgb":
        features = _flatgeobuf(opened, path)
        return Records(None, lambda _: features)
    if ending in (".kml", ".gml"):
        drawn, names, cut_off, notes = xml_records(opened, path)
        # GDAL deals them out to layers by folders or by kinds of element
        of_all: dict[str | None, Held] = {None: Held(drawn, names=names)}
        return Records(None, of_all.get, cut_off, notes=notes)
    if ending == ".gdb":
        return Records(None, lambda _: None)
    document = JsonFile(opened, path)
    return Records(document.driver, lambda layer: Held(document.drawn(layer), names=document.names),
                   document.cut_off, document.step)  # fmt: skip


def require_all(held: Held, frame: gpd.GeoDataFrame, path: Path) -> list[str]:
    """Hold what was read against what there is; returns what has to be noted.

    Raises InputError where records are missing, or have lost their outline.
    """
    if len(frame) != len(held.drawn):
        raise InputError(
            path,
            f"holds {count(len(held.drawn), held.word)}, of which {len(frame):,} can be read",
            "Fetch or export it again.",
        )
    missing = frame.geometry.isna().to_numpy()
    lost = [held.name(i) for i, drawn in enumerate(held.drawn) if drawn and missing[i]]
    if lost:
        raise InputError(
            path,
            f"has {agree(len(lost), 'an outline', f'{len(lost):,} outlines')} that cannot be read "
            f"({held.word} {listing(lost)})",
            "Draw those areas again.",
        )
    if not held.left:
        return []
    return [
        f"{path.name}: {count(len(held.left), held.word)} marked as deleted in the file "
        f"{agree(len(held.left), 'was', 'were')} left out ({listing(held.left)})"
    ]


# ── shapefiles ──────────────────────────────────────────────────────────────────────────────────

_DELETED = ord("*")


def _shapefile(shp: Path, path: Path) -> Held:
    """Look at the records of a shapefile, which `files` has found whole."""
    table = shapefile_parts(shp)[".dbf"].read_bytes()
    rows, start, width = struct.unpack("<IHH", table[4:12])
    marks = table[start : start + rows * width : width] if width else b""
    if odd := [i + 1 for i, mark in enumerate(marks) if mark not in (0x20, _DELETED)]:
        raise InputError(
            path, f"has a damaged .dbf: row {listing(odd)} begins with no mark", "Fetch or export it again."
        )
    drawn: list[bool] = []
    at = 100
    data = shp.read_bytes()
    for _ in range(rows):
        number, words = struct.unpack(">ii", data[at : at + 8])
        if number != len(drawn) + 1:
            raise InputError(
                path, f"is damaged: record {len(drawn) + 1:,} is numbered {number:,}", "Fetch it again."
            )
        drawn.append(data[at + 8 : at + 12] != b"\0\0\0\0")
        at += 8 + 2 * words
    kept = [i for i, mark in enumerate(marks) if mark != _DELETED]
    left = [f"{i + 1:,}" for i, mark in enumerate(marks) if mark == _DELETED]
    return Held(
        tuple(drawn[i] for i in kept), "record", tuple(f"{i + 1:,}" for i in kept) if left else (),
        tuple(left),
    )  # fmt: skip


# ── GeoPackage ──────────────────────────────────────────────────────────────────────────────────

_EMPTY = 0x10
"""The flag in the header of an outline that has nothing in it."""


def _require_finite(opened: Path, path: Path) -> None:
    """Raise InputError for a view without an end, which GDAL would count."""
    try:
        with database(opened) as base:
            views = base.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall()
            for (name,) in views:
                base.execute(f'SELECT count(*) FROM "{_doubled(name)}"').fetchall()
    except sqlite3.OperationalError as fault:
        if str(fault) == "interrupted":
            told = "has a view with far more rows than a file of its size can hold"
            raise InputError(path, told, "Export it again, as a table.") from None
    except (sqlite3.Error, OverflowError):
        pass  # what is no database, the read itself tells


def _geopackage(opened: Path, path: Path, layer: str | None) -> Held | None:
    """Look at the rows of a layer, and whether the counts and indexes beside them are of the same rows."""
    if layer is None:
        return None
    try:
        with database(opened) as base:
            _refuse_foreign(base, path)
            table = f'"{_doubled(layer)}"'
            found = base.execute(
                "SELECT column_name FROM gpkg_geometry_columns WHERE lower(table_name) = lower(?)", (layer,)
            ).fetchone()
            if found is None:
                return None
            column = f'"{_doubled(found[0])}"'
            rows = base.execute(f"SELECT substr({column}, 1, 4) FROM {table}").fetchall()
            drawn = tuple(
                head is not None and not (isinstance(head, bytes) and len(head) > 3 and head[3] & _EMPTY)
                for (head,) in rows
            )
            _require_counts(base, path, layer, found[0], drawn)
            _refuse_null_characters(base, path, table)
    except (sqlite3.Error, OverflowError) as fault:
        raise InputError(path, f"cannot be read as a GeoPackage ({fault})", "Fetch it again.") from None
    return Held(drawn, "row")


def _doubled(name: str) -> str:
    return name.replace('"', '""')


def _refuse_foreign(base: sqlite3.Connection, path: Path) -> None:
    """Raise InputError for tables that stand in other files."""
    virtual = base.execute("SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'").fetchall()
    for name, sql in virtual:
        module = sql.lower().partition(" using ")[2].strip()
        if not module.startswith(("rtree", "fts")):
            raise InputError(path, f"has a table '{name}' that refers to something else", "Export it again.")


def _refuse_null_characters(base: sqlite3.Connection, path: Path, table: str) -> None:
    """Raise InputError for text behind a null character, which GDAL leaves out."""
    texts = [
        name for _, name, kind, *_ in base.execute(f"PRAGMA table_info({table})") if "TEXT" in kind.upper()
    ]
    asked = " OR ".join(f'instr("{_doubled(name)}", char(0))' for name in texts)
    if texts and (found := base.execute(f"SELECT rowid FROM {table} WHERE {asked} LIMIT 1").fetchone()):
        raise InputError(
            path, f"holds a null character in the text of row {found[0]:,}", "Export it again without it."
        )


def _require_counts(
    base: sqlite3.Connection, path: Path, layer: str, column: str, drawn: tuple[bool, ...]
) -> None:
    """Raise InputError where the count of a table or its spatial index, which GDAL goes by, are of others."""
    tables = {str(n).lower() for (n,) in base.execute("SELECT name FROM sqlite_master")}
    checks = []
    if "gpkg_ogr_contents" in tables:
        stated = base.execute(
            "SELECT feature_count FROM gpkg_ogr_contents WHERE lower(table_name) = lower(?)", (layer,)
        ).fetchone()
        checks.append(("its count of them", len(drawn), None if stated is None else stated[0]))
    index = f"rtree_{layer}_{column}"
    if index.lower() in tables:
        (stated,) = base.execute(f'SELECT count(*) FROM "{_doubled(index)}"').fetchone()
        checks.append(("its spatial index", sum(drawn), stated))
    for what, there, stated in checks:
        if stated is not None and stated != there:
            raise InputError(
                path,
                f"has {count(there, 'row')} in '{layer}', but {what} says {stated:,}",
                "It was changed by a program that does not keep them: export it again.",
            )


# ── FlatGeobuf ──────────────────────────────────────────────────────────────────────────────────

_FEATURES_COUNT, _INDEX_NODE_SIZE, _GEOMETRY = 8, 9, 0
"""Fields of the header and of a feature, by their place in the schema of FlatGeobuf 3."""

_INDEX_ITEM = 40


def _flatgeobuf(opened: Path, path: Path) -> Held:
    """Look at the features of a file, each of which states its size."""
    data, drawn = opened.read_bytes(), list[bool]()
    try:
        size = _uint(data, 8)
        stated = _field(data, 12, _FEATURES_COUNT, "<Q", 0)
        node = _field(data, 12, _INDEX_NODE_SIZE, "<H", 16)
        at = 12 + size + _index_size(stated, node)
        while at < len(data):
            length = _uint(data, at)
            if at + 4 + length > len(data):
                raise InputError(
                    path,
                    f"is cut off; record {len(drawn) + 1:,} is broken, nothing behind it can be read, and of "
                    f"those before it {len(drawn):,} are sound",
                    "Fetch or export it again.",
                )
            drawn.append(_field(data, at + 4, _GEOMETRY, "<I", 0) != 0)
            at += 4 + length
    except struct.error:
        raise InputError(path, "is a damaged FlatGeobuf file", "Fetch or export it again.") from None
    if stated and stated != len(drawn):
        raise InputError(
            path,
            f"holds {count(len(drawn), 'feature')}, but its header says {stated:,}",
            "Fetch or export it again.",
        )
    return Held(tuple(drawn))


def _uint(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<I", data, at)[0])


def _field(data: bytes, at: int, number: int, form: str, default: int) -> int:
    """Return a number of the FlatBuffers table whose root stands at `at`."""
    table = at + _uint(data, at)
    shape = table - struct.unpack_from("<i", data, table)[0]
    slot = 4 + 2 * number
    if slot >= struct.unpack_from("<H", data, shape)[0]:
        return default
    offset = struct.unpack_from("<H", data, shape + slot)[0]
    return int(struct.unpack_from(form, data, table + offset)[0]) if offset else default


def _index_size(features: int, node: int) -> int:
    """Return the bytes of the packed Hilbert R-tree over so many features."""
    if node < 2 or features == 0:
        return 0
    nodes = level = features
    while level > 1:
        level = math.ceil(level / node)
        nodes += level
    return nodes * _INDEX_ITEM
