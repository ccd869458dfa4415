"""A small map for a cell of a notebook: a few kB, of what is known anyway, with a caption that says it.

Nothing is measured for it: it hatches whole areas that the gravest findings are about, or what moves, and
draws no piece of a split; `plot` does.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from footprint.geometry.simplify import simplified
from footprint.measure.footprints import levels
from footprint.model.codes import is_in
from footprint.model.finding import Severity
from footprint.model.words import agree, clean, count, listing
from footprint.plan import derive
from footprint.plan.naming import counted
from footprint.reports.maps.labels import Room, around, spot
from footprint.reports.maps.palette import BLACK, GREY, LAND, MARKS, PAPER, SEVERITY
from footprint.reports.maps.placed import Placed

if TYPE_CHECKING:
    import geopandas as gpd

    from footprint.plan.model import Plan
    from footprint.results.comparison import Comparison
    from footprint.results.result import Result

_SIDE, _PAD, _FONT = 320.0, 6.0, 11.0
# of its size is a letter wide, on average
_LETTER = 0.58
# More units than this are not put together for a small map.
_MOST_UNITS = 5_000
_NAMED = 12
_HATCH = (
    '<defs><pattern id="h" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<path d="M-1 1L1-1M0 6L6 0M5 7L7 5" stroke="{0}" fill="none"/></pattern></defs>'
)


@dataclass(frozen=True, eq=False)
class _Small:
    """What is on a small map."""

    key: str
    base: gpd.GeoSeries
    """Areas whose borders are drawn, by code."""
    hatched: Sequence[Any]
    colour: str
    bounds: tuple[float, float, float, float]
    caption: str


def small_map(result: Result, change: Comparison | None = None) -> str:
    """Return a small map as an element of a page; "" where no layer has outlines that are known already.

    Parameters
    ----------
    result : from `check`; of a change, that after it
    change : draws what moves instead of what findings are about

    """
    drawn = _findings(result) if change is None else _moves(change)
    if drawn is None:
        return ""
    data = base64.b64encode("".join(_svg(result.plan, drawn)).encode()).decode()
    caption = escape(drawn.caption)
    # as a picture it takes no colours from the page around it, and its names clash with none there
    return (
        f'<figure style="margin:0"><img width="{_SIDE:.0f}" alt="{caption}" '
        f'src="data:image/svg+xml;base64,{data}"><figcaption>{caption}</figcaption></figure>'
    )


def _known(plan: Plan, key: str) -> gpd.GeoSeries | None:
    """Return the outlines of a layer, if nothing has to be read or put together for them."""
    layer = plan.layers.get(key)
    if layer is None or not layer.is_read:
        return None
    if layer.drawn is None and (derive.outlines, key) not in plan.tables and not _few(plan, layer.base):
        return None
    held = derive.outlines(plan, key)
    return None if held is None or held.polygons.empty else held.polygons


def _few(plan: Plan, base: str | None) -> bool:
    """Return whether areas are put together from so few others that nobody has to wait for it."""
    if base != "units":
        return base is not None and base in plan.layers and plan.layers[base].is_read
    return plan.units is not None and plan.units.is_read and len(plan.units.codes) <= _MOST_UNITS


def _base(plan: Plan, first: Iterable[str] = ()) -> tuple[str, gpd.GeoSeries] | None:
    """Return the layer whose borders are drawn: the first that is asked for, or else the widest."""
    for key in dict.fromkeys([*first, *levels(plan).values(), *plan.layers]):
        if (held := _known(plan, key)) is not None:
            return key, held
    return None


def _findings(result: Result) -> _Small | None:
    """Hatch the areas that the gravest findings which nobody has accepted are about."""
    plan, base = result.plan, _base(result.plan)
    if base is None:
        return None
    key, polygons = base
    told = [f"Borders of {counted(plan, key, len(polygons))}"]
    open_ = [f for f in result.findings if f.accepted is None and f.severity != Severity.INFO]
    severity = min((f.severity for f in open_), key=lambda each: each.rank, default=Severity.ERROR)
    gravest = [f for f in open_ if f.severity == severity]
    about = dict.fromkeys((f.layer, f.area.code) for f in gravest if f.area is not None)
    shapes = {each: shape for each in about if (shape := _outline(plan, *each)) is not None}
    verb = "must" if severity == Severity.ERROR else "should"
    if shapes:
        noun = f"area with something that {verb} be settled"
        told.append(f"hatched: {count(len(shapes), noun, noun.replace('area', 'areas', 1))}")
    off = sum(f.area is None or (f.layer, f.area.code) not in shapes for f in gravest)
    if off:
        told.append(f"{count(off, 'finding')} that {verb} be settled not on the map")
    if not gravest:
        told.append("nothing is to be settled")
    west, south, east, north = map(float, polygons.total_bounds)
    colour, hatched = SEVERITY[str(severity)], list(shapes.values())
    return _Small(key, polygons, hatched, colour, (west, south, east, north), f"{'; '.join(told)}.")


def _outline(plan: Plan, key: str, code: str) -> Any:
    held = _known(plan, key)
    return None if held is None or code not in held.index else held.loc[code]


def _moves(change: Comparison) -> _Small | None:
    """Hatch the units that come under another area, and show the areas that change around them."""
    plan = change.after.plan
    table = change.areas[change.areas["change"] != "untouched"]
    touched = [key for key in plan.layers if key in set(table["layer"])]
    moving = [key for key in touched if len(change.moved_units(key))]
    base = _base(plan, [*moving, *touched])
    if base is None:
        return None
    key, polygons = base
    codes = [str(code) for code in table[table["layer"] == key]["code"]]
    ours = polygons[is_in(polygons.index, codes)]
    around_it = ours if len(ours) else polygons
    west, south, east, north = map(float, around_it.total_bounds)
    room = 0.08 * max(east - west, north - south)
    caption = f"{counted(plan, key, len(ours))} that {agree(len(ours), 'changes', 'change')}"
    caption += f": {listing([clean(plan.layers[key].name(code)) for code in ours.index], 4)}" if codes else ""
    units, hatched = change.moved_units(key), list(ours)
    held = change.before.plan.units
    drawn = held.drawn if held is not None and held.is_read else None
    if drawn is not None and 0 < len(units) <= _MOST_UNITS:
        hatched = [shapely.union_all(drawn.polygons.reindex(units).dropna().to_numpy())]
        caption += f"; hatched: the {count(len(units), 'unit')} that move"
    elif len(ours):
        caption += " (hatched)"
    box = (west - room, south - room, east + room, north + room)
    return _Small(key, polygons, hatched, MARKS["moves"].colour, box, f"{caption}.")


def _svg(plan: Plan, drawn: _Small) -> Iterator[str]:
    west, south, east, north = drawn.bounds
    scale = max((east - west) / (_SIDE - 2 * _PAD), (north - south) / (_SIDE * 1.2 - 2 * _PAD), 1e-3)
    width, height = (east - west) / scale + 2 * _PAD, (north - south) / scale + 2 * _PAD
    place = Placed(west, north, scale, _PAD, finest=1)
    frame = shapely.box(west - _PAD * scale, south - _PAD * scale, east + _PAD * scale, north + _PAD * scale)
    shapes = simplified(drawn.base, 1.5 * scale)
    seen = shapes[shapely.intersects(shapes.to_numpy(), frame)]
    cut = shapely.intersection(seen.to_numpy(), shapely.buffer(frame, 5 * _PAD * scale))
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" font-family="sans-serif" font-size="{_FONT:g}">'
    )
    yield f'<rect width="100%" height="100%" fill="{PAPER}"/>'
    land = place.rings(_seen(cut, scale))
    yield f'<path fill="{LAND}" fill-rule="evenodd" d="{land}"/>'
    if drawn.hatched:
        path = place.rings(_seen([shapely.simplify(shape, scale) for shape in drawn.hatched], scale))
        yield f'{_HATCH.format(drawn.colour)}<path fill="{drawn.colour}" fill-opacity=".15" d="{path}"/>'
        yield f'<path fill="url(#h)" stroke="{drawn.colour}" d="{path}"/>'
    yield f'<path fill="none" stroke="{BLACK if len(seen) <= _NAMED else GREY}" d="{land}"/>'
    if len(seen) <= _NAMED:
        yield from _names(plan, drawn.key, seen.index, cut, place, Room((0, 0, width, height)))
    yield "</svg>"


def _seen(shapes: Iterable[Any], scale: float) -> Any:
    """Return polygons without the parts that are smaller than a pixel, but for the largest of each."""
    found = []
    for shape in shapes:
        parts = shapely.get_parts(shape)
        areas = shapely.area(parts)
        if len(parts):
            found.append(shapely.multipolygons(parts[(areas > scale**2) | (areas == areas.max())]))
    return np.asarray(found, dtype=object)


def _names(
    plan: Plan, key: str, codes: Iterable[Any], shapes: Any, place: Placed, room: Room
) -> Iterator[str]:
    """Return the names of areas where there is room for them."""
    for code, shape in zip(codes, shapes, strict=True):
        if shapely.is_empty(shape):
            continue
        name = clean(plan.layers[key].name(str(code)))
        x, y = place.points(spot(shape)[None, :])[0]
        if room.take(around(x, y, len(name) * _FONT * _LETTER, _FONT)):
            yield (
                f'<text x="{x:.0f}" y="{y + 4:.0f}" text-anchor="middle" fill="{BLACK}" stroke="{PAPER}" '
                f'stroke-width="3" paint-order="stroke">{escape(name)}</text>'
            )
