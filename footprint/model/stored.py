"""Values as bytes and back: frames, arrays, outlines as WKB, dataclasses; data alone, and nothing is run.

A heading in JSON says what there is; numbers and outlines follow as plain bytes.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

C = TypeVar("C", bound=type)

_CLASSES: dict[str, type] = {}


def storable(cls: C) -> C:
    """Let values of a dataclass be stored, with all its fields."""
    _CLASSES[cls.__name__] = cls
    return cls


class Unstorable(Exception):
    """A value of another kind, or bytes that hold none."""


_HEAD = struct.Struct("<Q")


def to_bytes(value: Any) -> bytes:
    """Return a value as bytes; Unstorable for what has no form here."""
    blobs: list[bytes] = []
    head = json.dumps(_plain(value, blobs)).encode()
    return b"".join([_HEAD.pack(len(head)), head, *blobs])


def from_bytes(data: bytes) -> Any:
    """Return the value of bytes that `to_bytes` made; Unstorable for others."""
    try:
        (length,) = _HEAD.unpack_from(data)
        start = _HEAD.size + length
        return _value(json.loads(data[_HEAD.size : start]), memoryview(data)[start:])
    except (struct.error, ValueError, KeyError, TypeError, IndexError, AttributeError) as fault:
        raise Unstorable(str(fault)) from None


# ── there ───────────────────────────────────────────────────────────────────────────────────────


def _plain(value: Any, blobs: list[bytes]) -> Any:
    """Return a value as JSON; what is put into `blobs` is referred to by where it stands."""
    if isinstance(value, np.generic):
        return {"is": "scalar", "array": _array(value.reshape(1), blobs)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return {"is": type(value).__name__, "of": [_plain(each, blobs) for each in value]}
    if isinstance(value, dict):
        return {"is": "dict", "of": [_plain(each, blobs) for each in value.items()]}
    if isinstance(value, np.ndarray):
        return {"is": "array", "array": _array(value, blobs)}
    if isinstance(value, pd.DataFrame):
        held: dict[str, Any] = {
            "is": "frame",
            "index": _index(value.index, blobs),
            "names": _index(value.columns, blobs),
        }
        held["columns"] = [_column(value.iloc[:, i], blobs) for i in range(value.shape[1])]
        if isinstance(value, gpd.GeoDataFrame):
            held["geometry"] = value._geometry_column_name
        return held
    if isinstance(value, pd.Series):
        return {"is": "series", "index": _index(value.index, blobs), "column": _column(value, blobs)} | {
            "name": _plain(value.name, blobs)
        }
    if is_dataclass(value) and type(value).__name__ in _CLASSES:
        parts = {f.name: _plain(getattr(value, f.name), blobs) for f in fields(value)}
        return {"is": "class", "name": type(value).__name__, "fields": parts}
    raise Unstorable(type(value).__name__)


def _put(data: bytes, blobs: list[bytes]) -> list[int]:
    """Append bytes; returns where they stand and how many there are."""
    at = sum(map(len, blobs))
    blobs.append(data)
    return [at, len(data)]


def _array(values: Any, blobs: list[bytes]) -> dict[str, Any]:

    if values.dtype != object:
        if values.dtype.kind not in "biuf":
            raise Unstorable(str(values.dtype))
        return {"dtype": values.dtype.str, "shape": list(values.shape), "at": _put(values.tobytes(), blobs)}
    flat = values.ravel()
    there = [each for each in flat if each is not None]
    if there and all(isinstance(each, shapely.Geometry) for each in there):
        wkb = shapely.to_wkb(flat)
        sizes = np.array([-1 if each is None else len(each) for each in wkb], dtype="<i8")
        outlines = b"".join(each for each in wkb if each is not None)
        return {
            "dtype": "wkb", "shape": list(values.shape), "sizes": _put(sizes.tobytes(), blobs),
            "at": _put(outlines, blobs),
        }  # fmt: skip
    plain = [_plain(each, blobs) for each in flat]
    return {"dtype": "json", "shape": list(values.shape), "values": plain}


def _column(series: Any, blobs: list[bytes]) -> dict[str, Any]:

    if hasattr(series, "crs"):
        crs = None if series.crs is None else series.crs.to_string()
        return {"crs": crs, "array": _array(np.asarray(series.array, dtype=object), blobs), "geometry": True}
    if isinstance(series.dtype, np.dtype):
        return {"array": _array(series.to_numpy(), blobs)}
    if str(series.dtype) not in ("str", "string"):
        raise Unstorable(str(series.dtype))
    return {"array": _array(series.to_numpy(dtype=object), blobs), "dtype": str(series.dtype)}


def _index(index: Any, blobs: list[bytes]) -> dict[str, Any]:

    if isinstance(index, pd.MultiIndex):
        raise Unstorable("index")
    if isinstance(index, pd.RangeIndex):
        return {"range": [index.start, index.stop, index.step], "name": _plain(index.name, blobs)}
    return {"column": _column(index.to_series(), blobs), "name": _plain(index.name, blobs)}


# ── and back ────────────────────────────────────────────────────────────────────────────────────


def _value(held: Any, blobs: memoryview) -> Any:
    if not isinstance(held, dict):
        return held
    return _MAKERS[held["is"]](held, blobs)


def _to_array(held: dict[str, Any], blobs: memoryview) -> Any:

    shape = tuple(held["shape"])
    if held["dtype"] == "json":
        values = np.empty(len(held["values"]), dtype=object)
        for i, each in enumerate(held["values"]):
            values[i] = _value(each, blobs)
        return values.reshape(shape)
    at, length = held["at"]
    data = blobs[at : at + length]
    if held["dtype"] != "wkb":
        return np.frombuffer(data, dtype=np.dtype(held["dtype"])).reshape(shape).copy()
    first, size = held["sizes"]
    outlines, start = np.empty(size // 8, dtype=object), 0
    for i, each in enumerate(np.frombuffer(blobs[first : first + size], dtype="<i8")):
        if each >= 0:
            outlines[i] = bytes(data[start : start + each])
            start += int(each)
    return shapely.from_wkb(outlines).reshape(shape)


def _to_series(held: dict[str, Any], index: Any, name: Any, blobs: memoryview) -> Any:

    values = _to_array(held["array"], blobs)
    if "geometry" in held:
        return gpd.GeoSeries(values, index=index, name=name, crs=held["crs"])
    return pd.Series(values, index=index, name=name, dtype=held.get("dtype", values.dtype))


def _to_index(held: dict[str, Any], blobs: memoryview) -> Any:

    if "range" in held:
        return pd.RangeIndex(*held["range"]).rename(_value(held["name"], blobs))
    column = _to_series(held["column"], None, None, blobs)
    return pd.Index(column.array, dtype=column.dtype, name=_value(held["name"], blobs))


def _to_frame(held: dict[str, Any], blobs: memoryview) -> Any:

    index, names = _to_index(held["index"], blobs), _to_index(held["names"], blobs)
    columns = dict(enumerate(_to_series(c, index, None, blobs) for c in held["columns"]))
    frame = pd.DataFrame(columns, index=index)
    frame.columns = names
    return gpd.GeoDataFrame(frame, geometry=held["geometry"]) if held.get("geometry") else frame


_MAKERS: dict[str, Callable[[dict[str, Any], memoryview], Any]] = {
    "list": lambda held, blobs: [_value(each, blobs) for each in held["of"]],
    "tuple": lambda held, blobs: tuple(_value(each, blobs) for each in held["of"]),
    "dict": lambda held, blobs: dict(_value(each, blobs) for each in held["of"]),
    "scalar": lambda held, blobs: _to_array(held["array"], blobs)[0],
    "array": lambda held, blobs: _to_array(held["array"], blobs),
    "frame": _to_frame,
    "series": lambda held, blobs: _to_series(
        held["column"], _to_index(held["index"], blobs), _value(held["name"], blobs), blobs
    ),
    "class": lambda held, blobs: _CLASSES[held["name"]](
        **{name: _value(each, blobs) for name, each in held["fields"].items()}
    ),
}
