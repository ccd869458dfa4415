"""Boundary files record by record, with fiona: what is in them without reading, and which record is broken.

fiona brings a GDAL of its own beside that of pyogrio; it is loaded only here, and where there is no wheel
of it everything else works.
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Any

import shapely

from footprint.model.errors import InputError
from footprint.model.geographies import read_column
from footprint.model.words import agree, listing
from footprint.read.formats import DRIVERS


def load_fiona() -> Any | None:
    """Return fiona, or None where it is not installed."""
    try:
        import fiona
    except ImportError:
        return None
    return fiona


def opened_by(fiona: Any, path: Path, layer: str | None, **options: str) -> Any:
    """Open a layer; its index may be missing, as `files.readable` leaves that of shapefiles behind."""
    with fiona.Env(SHAPE_RESTORE_SHX="YES"):
        drivers = [name for name in DRIVERS[path.suffix.lower()] if name in fiona.supported_drivers]
        return fiona.open(path, layer=layer, enabled_drivers=drivers, **options)


def name_broken(error: InputError, path: Path, layer: str | None, *, text: bool = False) -> InputError:
    """Return the error of a bulk read with the records that are broken, and how many others are sound.

    Parameters
    ----------
    error : what the bulk read said
    path, layer : what GDAL opens
    text : True where it is the text of a record that cannot be read, False where it is its outline

    """
    fiona = load_fiona()
    if fiona is None:
        return InputError(
            error.where, error.fault, f"{error.remedy} To name the record that is broken, install fiona."
        )
    broken: list[str] = []
    sound, stated = 0, 0
    # read as Latin-1 no byte of a text is lost
    options = {"encoding": "iso-8859-1"} if text else {}
    try:
        with opened_by(fiona, path, layer, **options) as records:
            stated = len(records)
            for row, record in enumerate(records, 1):
                if _has_text(record) if text else _is_drawn(record):
                    sound += 1
                else:
                    broken.append(f"{row:,}{_code(record)}")
    except Exception:
        pass  # where it stops is told below
    seen = sound + len(broken)
    if seen < stated:
        broken.append(f"{seen + 1:,}")
    if not broken:
        return error
    named = agree(len(broken), f"record {broken[0]} is", f"records {listing(broken)} are")
    others = f"the other {sound:,} {agree(sound, 'is', 'are')} sound"
    remedy = f"Draw {agree(len(broken), 'that area', 'those areas')} again, or delete the record."
    if seen < stated:
        others = f"nothing behind it can be read, and of those before it {sound:,} are sound"
        remedy = "Fetch or export it again."
    return InputError(
        error.where, f"{error.fault}; {named} broken, {others}", error.remedy if text else remedy
    )


def _code(record: Any) -> str:
    """Return the code of a record in brackets, or nothing where it cannot be read."""
    read = (read_column(name) for name in record.properties)
    codes = (record.properties[c.name] for c in read if c is not None and c.kind == "code")
    return next((f" ({code})" for code in codes if code), "")


def _has_text(record: Any) -> bool:
    """Return whether the texts of a record, read as Latin-1, are UTF-8."""
    try:
        for value in record.properties.values():
            if isinstance(value, str):
                value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return False
    return True


def _is_drawn(record: Any) -> bool:
    """Return whether the outline of a record can be made; none at all is for the rules to tell of."""
    if record.geometry is None:
        return True
    shape = record.geometry.__geo_interface__
    rings = {"Polygon": shape.get("coordinates"), "MultiPolygon": chain(*shape.get("coordinates", ()))}
    # shapely would close a ring here that it refuses in a bulk read
    if any(len(ring) < 4 or ring[0] != ring[-1] for ring in rings.get(shape["type"], ())):
        return False
    try:
        shapely.geometry.shape(shape)
    except (shapely.errors.ShapelyError, ValueError, TypeError):
        return False
    return True
