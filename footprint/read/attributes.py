"""The codes and names of a boundary file, without its outlines and without a library that reads them.

Loading GDAL takes longer than a question about codes to answer. The tables of shapefiles and
GeoPackages are simple enough to look into; whatever is not plain in one is left to `read_layer`.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.geographies import Geography, settled_geography
from footprint.model.nations import ENGLAND, Scope
from footprint.model.source import shapefile_parts, split_layer
from footprint.read.columns import SAMPLE, choose_code_column, find_name_column, is_nothing
from footprint.read.database import database
from footprint.read.encoding import DBF_COLUMN, DBF_END, DBF_HEAD


@dataclass(frozen=True)
class Areas:
    """The areas of a boundary file by code."""

    geography: Geography
    vintage: int | None
    names: dict[str, str]
    """Code of each area in scope → its name, or its code where nothing names it, in the file's order."""
    column: str = field(default="", compare=False)
    """The column that its codes were read from."""

    def __str__(self) -> str:
        return f"{self.geography.key} of {self.vintage}" if self.vintage else self.geography.key


def read_areas(
    path: Path,
    layer: str | None,
    code: str | None,
    name: str | None,
    geography: Geography | None,
    nations: Scope = ENGLAND,
) -> Areas | None:
    """Read what `read_layer` would give for these areas; None where only that can judge."""
    path, layer = split_layer(path, layer)
    try:
        columns = _columns(path, layer)
    except (OSError, ValueError, struct.error, sqlite3.Error):
        return None
    if columns is None:
        return None
    try:
        column = choose_code_column(
            list(columns),
            code,
            geography,
            path,
            lambda c: [v.strip() for v in columns[c] or () if v][:SAMPLE],
        )
        named = find_name_column(list(columns), name, column, path)
    except InputError:
        return None
    cells, names = columns[column.name] or [], columns[named] if named is not None else []
    codes = [code for code in cells if code and code == code.strip() and not is_nothing(code)]
    # rows of one code may be parts of an area or a fault, which their outlines tell
    if not codes or len(set(codes)) < len(cells) or names is None:
        return None
    held = {code: (name or "").strip() or code for code, name in zip(codes, names or codes, strict=True)}
    found = {code: name for code, name in held.items() if nations.holds(code)}
    kind = settled_geography(geography, column, list(held))
    return Areas(kind, column.vintage, found, column.name) if found else None


Columns = dict[str, "list[str | None] | None"]
"""Name → values as text, None for nothing; None for a column that does not hold text."""


def _columns(path: Path, layer: str | None) -> Columns | None:
    if not path.is_file():
        return None
    if path.suffix.lower() == ".shp" and layer in (None, path.stem):
        parts = shapefile_parts(path)
        stated = parts[".cpg"].read_text().strip().lower() if ".cpg" in parts else ""
        # without a statement the encoding is a guess, unless all is ASCII
        encoding = "utf-8" if stated in ("utf-8", "utf8", "65001") else "ascii"
        return dict(_dbf(parts[".dbf"].read_bytes(), encoding)) if ".dbf" in parts else None
    return _geopackage(path, layer) if path.suffix.lower() == ".gpkg" else None


def _dbf(data: bytes, encoding: str) -> Iterator[tuple[str, list[str | None] | None]]:
    """Return the columns of a dBASE table; ValueError for records that are deleted or cut off."""
    size, head, width = DBF_HEAD.unpack_from(data)
    records = data[head : head + size * width]
    if len(records) < size * width or set(records[::width]) - {0x20}:
        raise ValueError
    at, start = DBF_HEAD.size + 20, 1
    while data[at : at + 1] != DBF_END:
        name, kind, length = DBF_COLUMN.unpack_from(data, at)
        cells = (records[i : i + length] for i in range(start, size * width, width))
        values = [cell.split(b"\0")[0].decode(encoding).strip() or None for cell in cells]
        yield name.split(b"\0")[0].decode(encoding), values if kind == b"C" else None
        at, start = at + DBF_COLUMN.size, start + length


def _geopackage(path: Path, layer: str | None) -> Columns | None:
    """Return the columns of the one layer of a GeoPackage that is meant."""
    with database(path) as held:
        layers = [
            n for (n,) in held.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features'")
        ]
        chosen = layers if layer is None else [n for n in layers if n == layer]
        if len(chosen) != 1:
            return None
        quoted = '"{}"'.format(chosen[0].replace('"', '""'))
        geometry = {n for (n,) in held.execute("SELECT column_name FROM gpkg_geometry_columns")}
        key = {row[1] for row in held.execute(f"PRAGMA table_info({quoted})") if row[5]}
        rows = held.execute(f"SELECT * FROM {quoted} LIMIT 0")
        names = [n for (n, *_) in rows.description if n not in geometry | key]
        listed = ", ".join('"{}"'.format(n.replace('"', '""')) for n in names)
        table = held.execute(f"SELECT {listed} FROM {quoted} ORDER BY rowid").fetchall()
    columns: Columns = {}
    for at, name in enumerate(names):
        values = [row[at] for row in table]
        columns[name] = values if all(v is None or isinstance(v, str) for v in values) else None
    return columns
