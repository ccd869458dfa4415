"""What a file of coded rows says, apart from how it is written: a digest, by code.

Two files that differ only in the order of rows, in where rings begin, or by less than a millimetre have the
same content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from footprint.model.errors import InputError
from footprint.read.boundary import read_features
from footprint.read.table import read_table

DIGITS = 3
"""Decimals of a metre: coordinates count to the millimetre."""
SHORT = 8
"""Hex digits of the digest of a row: enough to tell which changed; the digest of the whole says whether."""


@dataclass(frozen=True)
class Content:
    """What a file says."""

    sha256: str
    rows: Mapping[str, str]
    """Code → short digest of its row."""


def content_of(path: Path, code: str) -> Content:
    """Return the content of a table or of a boundary file whose codes stand in column `code`."""
    if path.suffix.lower() == ".csv":
        frame = read_table(path).frame
        shapes = np.full(len(frame), None)
    else:
        whole = read_features(path).frame
        frame = pd.DataFrame(whole.drop(columns=whole.geometry.name)).astype(str)
        shapes = _to_the_millimetre(whole.geometry.to_numpy())
    if code not in frame:
        raise InputError(path, f"has no column {code}", "It is not the file that was fetched.")
    names = sorted(frame.columns)
    whole_digest, found = hashlib.sha256(), {}
    rows = sorted(zip(frame[code], frame[names].to_numpy().tolist(), shapes, strict=True), key=_order)
    for key, values, shape in rows:
        told = "\x1f".join(f"{name}={value}" for name, value in zip(names, values, strict=True)).encode()
        row = hashlib.sha256(told + b"\x1e" + (b"" if shape is None else shape)).hexdigest()
        whole_digest.update(f"{key} {row}\n".encode())
        found[str(key)] = row[:SHORT]
    return Content(whole_digest.hexdigest(), found)


def _order(row: tuple[str, list[str], bytes | None]) -> tuple[str, list[str]]:
    return str(row[0]), row[1]


def _to_the_millimetre(shapes: np.ndarray) -> np.ndarray:
    """Return outlines as WKB, their coordinates rounded and their rings in one order."""
    rounded = shapely.transform(shapes, lambda xy: np.round(xy, DIGITS) + 0.0)
    parts = [None if one is None else shapely.multipolygons(shapely.get_parts(one)) for one in rounded]
    return np.asarray(shapely.to_wkb(shapely.normalize(np.array(parts, dtype=object))))
