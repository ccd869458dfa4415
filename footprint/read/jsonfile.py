"""JSON of outlines: GeoJSON, a line each or as a whole, TopoJSON and Esri JSON, looked at before GDAL is.

GDAL passes over a feature that it does not understand, joins what stands twice, and fetches a CRS that is
named by an address. Here every feature is counted, and what refers to another place is refused.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from footprint.model.errors import InputError
from footprint.model.words import short
from footprint.read.cut_off import in_json
from footprint.read.topology import GEOMETRIES, Unfit, drawn_in, step_of

# Lists of numbers are most of such a file, and hold nothing to count. What was taken is not given back
# (*+): a file of opening brackets alone would be gone through once for each of them.
_NUMBERS = re.compile(rb"\[[\s\d.eE+\-,\[\]]*+")

_OPENING = re.compile(rb"[\[\s]*")

_NULL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""The null character as JSON writes it; after an odd number of backslashes more it is another text."""

_DEEPEST = 100
"""Levels of lists and tables within each other; of real files the deepest has 10."""


class JsonFile:
    """A file of JSON: by which driver to read it, what its layers hold, and whether it says it was cut off.

    Raises InputError for what is no such JSON, and for features that cannot be read.
    """

    def __init__(self, opened: Path, path: Path) -> None:
        data = opened.read_bytes()
        self.names: tuple[str, ...] = ()
        self.cut_off = ""
        self.step = 0.0, 0.0
        """In what steps TopoJSON counts x and y, in its own units."""
        try:
            text = _bare(data)
            if (lines := _lines(text)) is not None:
                self.driver = "GeoJSONSeq"
                self._layers: dict[str | None, tuple[bool, ...]] = {
                    None: tuple(_line(*each) for each in lines)
                }
                self.names = tuple(f"on line {number:,}" for number, _ in lines)
                return
            document = _parsed(text, data)
            if isinstance(document, dict) and document.get("type") == "Topology":
                document = _loads(data.decode("utf-8-sig", "replace"))  # with its numbers
                self.step = step_of(document)
            self.driver, self._layers = _taken(document)
            self.cut_off = in_json(document)
        except (Unfit, json.JSONDecodeError) as fault:
            raise InputError(
                path,
                f"cannot be read as a boundary file ({fault})",
                "Export it again, as GeoJSON for example.",
            ) from None

    def drawn(self, layer: str | None) -> tuple[bool, ...]:
        """Return of each feature of a layer whether it has an outline."""
        return self._layers.get(layer, self._layers.get(None, ()))


def _bare(data: bytes) -> str:
    """Return JSON as text, without its lists of numbers; what is no UTF-8 is for the read itself to tell."""
    return _NUMBERS.sub(_stand_in, data).decode("utf-8-sig", "replace")


def _stand_in(found: re.Match[bytes]) -> bytes:
    end = found[0].rfind(b"]") + 1
    numbers, rest = found[0][:end], found[0][end:]
    if numbers.count(b"[") != numbers.count(b"]"):
        return found[0]  # lists of other things among them
    if len(numbers) > _DEEPEST and _OPENING.match(numbers)[0].count(b"[") > _DEEPEST:  # type: ignore[index]
        raise Unfit(f"its JSON is nested more than {_DEEPEST} levels deep")
    if not numbers:
        return rest
    return (b"[0]" if any(c in numbers for c in b"0123456789") else b"[]") + rest


def _lines(text: str) -> list[tuple[int, str]] | None:
    """Return the lines of a text that holds a feature a line, with their numbers; None for another."""
    marked = text.startswith("\x1e")
    lines = [
        (number, line.strip("\x1e \t\r"))
        for number, line in enumerate(text.split("\n"), 1)
        if line.strip("\x1e \t\r")
    ]
    if len(lines) < 2 and not marked:
        return None
    try:
        first = json.loads(lines[0][1])
    except (ValueError, RecursionError):
        return None
    return lines if isinstance(first, dict) else None


def _line(number: int, text: str) -> bool:
    try:
        return _feature(_loads(text), f"the one on line {number:,}")
    except json.JSONDecodeError as fault:
        raise Unfit(f"line {number:,} is no JSON: {fault.msg}") from None


def _loads(text: str) -> Any:
    """Parse JSON whose tables have each key once, which is not too deep and holds no null character."""
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except RecursionError:
        raise Unfit("its JSON is nested too deeply") from None
    except json.JSONDecodeError:
        raise
    except ValueError:
        raise Unfit("it holds a number of more digits than Python reads") from None
    if _deep(text) > _DEEPEST:
        raise Unfit(f"its JSON is nested more than {_DEEPEST} levels deep")
    if _NULL.search(text):
        raise Unfit("it holds a null character, and text behind one would be lost")
    return found


def _deep(text: str) -> int:
    """Return how deep lists and tables stand within each other."""
    depth = most = 0
    for sign in re.findall(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', text):
        if sign in "[{":
            depth += 1
            most = max(most, depth)
        elif sign in "]}":
            depth -= 1
    return most


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a table of JSON; a key that stands twice leaves open which is meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise Unfit(f"it has '{short(max(names, key=names.count))}' twice in one place")
    crs = found.get("crs")
    if isinstance(crs, dict) and str(crs.get("type")).lower() in ("link", "url"):
        raise Unfit("it names its CRS by an address, which footprint does not open")
    return found


def _parsed(text: str, data: bytes) -> Any:
    try:
        return _loads(text)
    except json.JSONDecodeError:
        pass
    try:  # for the line as the file has it
        return _loads(data.decode("utf-8-sig", "replace"))
    except json.JSONDecodeError as fault:
        raise Unfit(f"line {fault.lineno:,} is no JSON: {fault.msg}") from None


def _taken(document: Any) -> tuple[str, dict[str | None, tuple[bool, ...]]]:
    """Return the driver for a document, and of each layer what is drawn."""
    if not isinstance(document, dict):
        raise Unfit("it is no GeoJSON")
    kind = document.get("type")
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list):
            raise Unfit("it has no list of features")
        _require_known(document.get("crs"))
        return "GeoJSON", {None: tuple(_feature(each, f"{i:,}") for i, each in enumerate(features, 1))}
    if kind == "Feature":
        return "GeoJSON", {None: (_feature(document, "1"),)}
    if kind in GEOMETRIES:
        return "GeoJSON", {None: (_drawn(document, "1"),)}
    if kind == "Topology":
        return "TopoJSON", drawn_in(document)
    if kind is None and isinstance(document.get("features"), list):
        return "ESRIJSON", {None: tuple(_esri(each, i) for i, each in enumerate(document["features"], 1))}
    if "links" in document:
        raise Unfit("it names features in its links and holds none: fetch what its link 'items' names")
    told = f"its type is '{short(str(kind), 40)}'" if kind is not None else "it has no type"
    raise Unfit(f"{told}, which is none of GeoJSON, TopoJSON or Esri JSON")


# As GDAL reads it: EPSG:27700, urn:ogc:def:crs:EPSG::27700, or the same as an address, which is not asked.
_CRS_NAME = re.compile(
    r"(EPSG|OGC|ESRI|IGNF):|urn:(x-)?ogc:def:crs:|https?://(www\.)?opengis\.net/def/crs/", re.I
)


def _require_known(crs: Any) -> None:
    """Refuse a CRS that nobody knows, or that is not where GDAL looks for it, which then takes WGS 84."""
    if crs is None or crs == {}:
        return
    stated = crs.get("properties") if isinstance(crs, dict) else None
    kind = str(crs.get("type")).casefold() if isinstance(crs, dict) else ""
    held = stated if isinstance(stated, dict) else {}
    code = held.get("code")
    name = {"name": held.get("name"), "ogc": held.get("urn"), "epsg": code and f"EPSG:{code}"}.get(kind)
    if isinstance(name, str) and _CRS_NAME.match(name):
        import pyproj

        try:
            pyproj.CRS.from_user_input(name)
        except pyproj.exceptions.CRSError:
            pass
        else:
            return
    raise Unfit(f"it states its CRS as {short(json.dumps(crs), 80)}, which is no CRS that GeoJSON can state")


def _feature(one: Any, name: str) -> bool:
    if not isinstance(one, dict) or one.get("type") != "Feature":
        kind = one.get("type") if isinstance(one, dict) else None
        raise Unfit(f"feature {name} has the type '{short(str(kind), 40)}', not 'Feature'")
    if not isinstance(one.get("properties"), dict | None):
        raise Unfit(f"feature {name} has properties that are no table")
    geometry = one.get("geometry")
    return geometry is not None and _drawn(geometry, name)


def _drawn(geometry: Any, name: str) -> bool:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in GEOMETRIES:
        raise Unfit(f"the outline of feature {name} has the type '{short(str(kind), 40)}'")
    if kind == "GeometryCollection":
        parts = geometry.get("geometries")
        if not isinstance(parts, list):
            raise Unfit(f"the outline of feature {name} has no list of geometries")
        drawn = [_drawn(part, name) for part in parts]  # all of them are looked at
        return any(drawn)
    if "coordinates" not in geometry:
        raise Unfit(f"the outline of feature {name} has no coordinates")
    return geometry["coordinates"] not in ([], None)


def _esri(one: Any, number: int) -> bool:
    if not isinstance(one, dict) or not isinstance(one.get("attributes"), dict):
        raise Unfit(f"feature {number:,} has no attributes")
    geometry = one.get("geometry")
    if geometry is None:
        return False
    if not isinstance(geometry, dict):
        raise Unfit(f"the outline of feature {number:,} is no table")
    return any(geometry.get(key) not in (None, []) for key in ("rings", "x", "paths", "points", "curveRings"))
