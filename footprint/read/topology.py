"""TopoJSON: what its layers hold, and in what steps it counts."""

from __future__ import annotations

from typing import Any

from footprint.model.words import listing, short

GEOMETRIES = (
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection",
)  # fmt: skip
"""Types of geometry in GeoJSON and TopoJSON."""


class Unfit(Exception):
    """What is wrong with a text, as a sentence without its full stop."""


def drawn_in(document: dict[str, Any]) -> dict[str | None, tuple[bool, ...]]:
    """Return of each layer what is drawn; arcs that there are not are left out by GDAL."""
    objects, arcs = document.get("objects"), document.get("arcs")
    if not isinstance(objects, dict) or not isinstance(arcs, list):
        raise Unfit("it has no objects or no arcs")
    layers: dict[str | None, tuple[bool, ...]] = {}
    for key, held in objects.items():
        if not isinstance(held, dict) or held.get("type") != "GeometryCollection":
            raise Unfit(f"its object '{short(key)}' is no collection of geometries")
        parts = held.get("geometries")
        if not isinstance(parts, list):
            raise Unfit(f"its object '{short(key)}' has no list of geometries")
        layers[key] = tuple(_topological(part, i, len(arcs)) for i, part in enumerate(parts, 1))
    return layers


def step_of(document: dict[str, Any]) -> tuple[float, float]:
    """Return the steps in which TopoJSON counts x and y, in its own units; zeros where it does not."""
    transform = document.get("transform")
    scale = transform.get("scale") if isinstance(transform, dict) else None
    if not isinstance(scale, list) or not all(isinstance(each, int | float) for each in scale):
        return 0.0, 0.0
    x, y = (*map(abs, map(float, scale)), 0.0, 0.0)[:2]
    return x, y


def _topological(one: Any, number: int, arcs: int) -> bool:
    kind = one.get("type") if isinstance(one, dict) else None
    if kind is None and isinstance(one, dict) and "type" in one:
        return False
    if kind not in GEOMETRIES:
        raise Unfit(f"the outline of feature {number:,} has the type '{short(str(kind), 40)}'")
    missing = [at for at in _flat(one.get("arcs", [])) if not _is_arc(at, arcs)]
    if missing:
        raise Unfit(f"feature {number:,} is made of an arc that there is not: {listing(missing)}")
    return bool(one.get("arcs") or one.get("coordinates"))


def _is_arc(at: Any, arcs: int) -> bool:
    return isinstance(at, int) and not isinstance(at, bool) and -arcs <= at < arcs


def _flat(held: Any) -> list[Any]:
    return [leaf for each in held for leaf in _flat(each)] if isinstance(held, list) else [held]
