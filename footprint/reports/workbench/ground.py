"""What the workbench knows of the ground: shapes, borders, and which pieces hang together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from footprint.drawing.areas import UNITS
from footprint.geometry.adjacency import components
from footprint.geometry.simplify import simplified
from footprint.measure.activity import sums
from footprint.measure.compactness import Shapes, ground_of, unit_ground
from footprint.model.errors import InputError
from footprint.model.words import count, listing

# the page of a report rounds its coordinates in the same way
from footprint.reports.as_html.mapdata import STEPS, coordinates
from footprint.reports.maps.drawn import DETAIL

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.reports.workbench.places import Places

# More corners make a page large and slow; the detail is halved until there are fewer.
MOST_CORNERS = 120_000


def ground(plan: Plan, at: Places) -> dict[str, Any]:
    """Return area, outline and borders of places, and their pieces, as whole numbers.

    Returns
    -------
    `m2` and `mm` (by place: ground, and outline without what its units share), `beyond` (by place: mm of
    border with areas that are not shown), `borders` (place, other, mm), `pieces` (the place of each piece:
    units that share borders) and `joins` (pairs of pieces of different places that share a border).

    """
    found, place, elsewhere = _places_of_ground(plan, at)
    size = at.size
    here = place >= 0
    one, other = place[found.one], place[found.other]
    inside = (one == other) & (one >= 0)
    outline = sums(place[here], found.perimeter[here], size)
    outline -= 2 * sums(one[inside], found.metres[inside], size)
    between = (one != other) & (one >= 0) & (other >= 0)
    low, high = np.minimum(one, other)[between], np.maximum(one, other)[between]
    pairs, pair = np.unique(low * size + high, return_inverse=True)
    metres = sums(pair, found.metres[between], len(pairs))
    beyond = np.zeros(size)
    for ours, theirs in ((one, found.other), (other, found.one)):
        out = (ours >= 0) & elsewhere[theirs]
        beyond += sums(ours[out], found.metres[out], size)
    number = components(len(place), found.one[inside], found.other[inside])
    pieces, piece = np.unique(number[here], return_inverse=True)
    of = np.full(len(place), -1)
    of[here] = piece
    home = np.zeros(len(pieces), dtype=np.intp)
    home[piece] = place[here]
    joins = np.unique(np.sort(np.stack([of[found.one], of[found.other]], axis=1)[between], axis=1), axis=0)
    return {
        "m2": _whole(sums(place[here], found.area[here], size)),
        "mm": _whole(outline * 1000),
        "beyond": _whole(beyond * 1000),
        "borders": np.column_stack([*np.divmod(pairs, size), np.rint(metres * 1000)]).astype(int).ravel()
        .tolist(),
        "pieces": home.tolist(),
        "joins": joins.ravel().tolist(),
    }  # fmt: skip


def _places_of_ground(plan: Plan, at: Places) -> tuple[Shapes, NDArray[np.intp], NDArray[np.bool_]]:
    """Return ground, the place of each piece of it, and whether it is in an area that is not shown."""
    assert plan.units is not None
    found = unit_ground(plan)
    if found is not None:
        assert plan.units.drawn is not None
        unit = plan.units.codes.get_indexer(plan.units.drawn.polygons.index)
        place = np.where(unit >= 0, at.unit[unit], -1)
        today = np.where(unit >= 0, at.today[unit], -1)
        return found, place, (place < 0) & (today >= 0)
    drawn = None if at.blocks.layer == UNITS else plan.layers[at.blocks.layer].drawn
    if drawn is None:
        raise InputError(
            plan.path, "has no outlines of its units, nor of the blocks, so nothing can be painted",
            "Give [units] or the layer a boundary file.",
        )  # fmt: skip
    place = np.array([at.blocks.where.get(str(code), -1) for code in drawn.polygons.index], dtype=np.intp)
    return ground_of(drawn), place, np.zeros(len(place), dtype=np.bool_)


def _whole(values: NDArray[np.float64]) -> list[int]:
    found: list[int] = np.rint(values).astype(np.int64).tolist()
    return found


def shapes(plan: Plan, at: Places) -> dict[str, Any]:
    """Return the outlines of the blocks: `box` (width, height in steps), `step` (metres), `shapes`."""
    polygons = _outlines(plan, at)
    bounds = polygons.total_bounds
    extent = max(float(bounds[2] - bounds[0]), float(bounds[3] - bounds[1]), 1.0)
    metres, step = extent / DETAIL, extent / STEPS
    while True:
        simple = simplified(polygons, metres)
        if int(shapely.get_num_coordinates(simple.to_numpy()).sum()) <= MOST_CORNERS:
            break
        metres *= 1.5
    width, height = np.ceil((bounds[2:] - bounds[:2]) / step).astype(int).tolist()
    return {
        "box": [width, height],
        "step": round(step, 6),
        "shapes": coordinates(simple.to_numpy(), bounds[:2], step),
    }


def _outlines(plan: Plan, at: Places) -> gpd.GeoSeries:
    """Return the outline of each block; InputError for blocks that have none."""
    blocks = at.blocks
    assert plan.units is not None
    own = plan.units.drawn if blocks.layer == UNITS else plan.layers[blocks.layer].drawn
    if own is not None:
        found = own.polygons.reindex(list(blocks.codes))
        if found.notna().all():
            return found
    units = plan.units.drawn
    if units is not None and blocks.layer != UNITS:
        place = blocks.unit[plan.units.codes.get_indexer(units.polygons.index)]
        here = place >= 0
        frame = gpd.GeoDataFrame(
            {"place": place[here]}, geometry=units.polygons[here].to_numpy(), crs=units.polygons.crs
        )
        merged = frame.dissolve("place").geometry.reindex(range(len(blocks.codes)))
        if merged.notna().all():
            return gpd.GeoSeries(merged.to_numpy(), index=list(blocks.codes), crs=merged.crs)
        found = merged
    lost = list(blocks.codes)
    if own is not None or units is not None:
        lost = [blocks.codes[i] for i in np.flatnonzero(found.isna().to_numpy()).tolist()]
    raise InputError(
        plan.path, f"has no outline of {count(len(lost), 'block')}: {listing(lost)}",
        "Complete the outlines, or leave these out with --only.",
    )  # fmt: skip
