"""Areas, alone or several together, that lie beside their place among their neighbours, which stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from footprint.geometry.adjacency import components
from footprint.geometry.displacement import (
    LEAST_MATCHES,
    LEAST_SHIFT_M,
    REACH_M,
    Borders,
    Shift,
    borders_of,
    register,
    shift,
)
from footprint.geometry.edges import Floats
from footprint.geometry.lines import Lines
from footprint.model.cache import kept

if TYPE_CHECKING:
    from footprint.model.layer import Layer

# Points along the outline of each area.
SPOTS = 100
# The borders of neighbours are the same line, but for rounding and for outlines simplified one by one.
IN_PLACE_M = 5.0
# An area with most of its border in place stands, whatever one of its neighbours does.
MOST_IN_PLACE = 0.5
# Outlines that were simplified one by one lie off each other too, though in no direction.
CLEARLY = 3.0
# Of two areas that lie beside each other only others can say which of them is off.
LEAST_NEIGHBOURS = 2
# A single point says nothing of a border.
LEAST_POINTS = 2
# Units by the ten thousand are blocks of a layer, and no layer that is compared.
MOST_AREAS = 2_000

_found: WeakKeyDictionary[Layer, dict[str, Shift]] = WeakKeyDictionary()
_borders: WeakKeyDictionary[Layer, Borders] = WeakKeyDictionary()


def displaced_areas(layer: gpd.GeoSeries) -> dict[str, Shift]:
    """Return, by code, what has to be added to an area to bring it back among its neighbours.

    An area is displaced if hardly any of its border is that of a neighbour, and one shift brings most of it
    onto the borders of at least two of them, beside which it was: point-to-line registration, as for whole
    layers. So are several areas whose borders among themselves stand, together. Areas that share no border
    with others (islands), and layers of more than 2,000 areas, are not looked at.

    Parameters
    ----------
    layer : valid polygons of one layer in a projected CRS, metres

    """
    shapes = layer.to_numpy()
    if not LEAST_NEIGHBOURS < len(shapes) <= MOST_AREAS:
        return {}
    lines = Lines.of(shapes)
    spots, along, owner = _spots(lines.start, lines.end, lines.own)
    # of what is asked for GEOS makes an index, of what is in a tree it does not: outlines are asked for
    tree = shapely.STRtree(shapely.points(spots))
    other, at = tree.query(shapely.boundary(shapes), predicate="dwithin", distance=IN_PLACE_M)
    pairs = np.stack([at, other])[:, other != owner[at]]
    standing = np.zeros(len(spots), dtype=np.bool_)
    standing[pairs[0]] = True
    beside = tree.query(shapes, predicate="dwithin", distance=REACH_M)[::-1]
    found = {}
    for area in np.flatnonzero(np.bincount(owner, standing) <= MOST_IN_PLACE * SPOTS).tolist():
        spot, near = beside[:, (owner[beside[0]] == area) & (beside[1] != area)]
        # coasts and islands have nobody beside them
        mine, neighbours = np.unique(spot), np.unique(near)
        few = len(mine) < LEAST_MATCHES or len(neighbours) < LEAST_NEIGHBOURS
        if few or standing[mine].mean() > MOST_IN_PLACE:
            continue
        theirs = lines[np.isin(lines.own, neighbours)]
        back = register(spots[mine], along[mine], theirs)
        if back is None or not back.directed or back.borders < LEAST_NEIGHBOURS:
            continue
        if _laid_on(theirs, spots[mine[~standing[mine]]], back) < LEAST_NEIGHBOURS:
            continue
        if back.metres > max(CLEARLY * back.noise_m, LEAST_SHIFT_M) and back.held > MOST_IN_PLACE:
            found[str(layer.index[area])] = back.turned()
    alone = _without_those_beside(found)
    together = _groups(shapes, spots, along, owner, lines, pairs, beside)
    return alone | {str(layer.index[area]): back for area, back in together.items()}


def _laid_on(lines: Lines, off: Floats, back: Shift) -> int:
    """Return on how many neighbours a shift lays the points of an outline that are not in place.

    Where it is one, that border lies elsewhere, as the two banks of an estuary do: nobody moved the area.

    Parameters
    ----------
    lines : edges of the neighbours, which `back` lays on the outline
    off : points on the outline that lie on no neighbour's

    """
    moved = shapely.points(off - (back.east_m, back.north_m))
    close = max(back.noise_m, IN_PLACE_M)
    edge = lines.tree.query_nearest(moved, max_distance=close, all_matches=False)[1]
    # a point may come to lie where neighbours meet
    return int((np.bincount(lines.own[edge]) >= LEAST_POINTS).sum()) if len(edge) else 0


def _groups(
    shapes: NDArray[Any],
    spots: Floats,
    along: Floats,
    owner: NDArray[np.intp],
    lines: Lines,
    pairs: NDArray[np.intp],
    beside: NDArray[np.intp],
) -> dict[int, Shift]:
    """Return what has to be added to areas that are displaced together, by position.

    Areas belong together where most of the border between two of them is the same line. The largest group
    stands; another one is displaced if one shift brings most of its rim onto it.

    Parameters
    ----------
    spots, along, owner : points on outlines, the direction there, and whose they are
    lines : all edges
    pairs : points, and the other areas on whose outlines they lie
    beside : points, and the areas that they are within reach of

    """
    size = len(shapes)
    reached, same = (
        np.bincount(owner[spot] * size + area, minlength=size * size).reshape(size, size)
        for spot, area in (beside, pairs)
    )
    group = components(size, *np.nonzero(same > MOST_IN_PLACE * reached))
    many = np.bincount(group)
    main = int(many.argmax())
    theirs = lines[group[lines.own] == main]
    near_main = np.zeros(len(spots), dtype=np.bool_)
    near_main[beside[0][group[beside[1]] == main]] = True
    found: dict[int, Shift] = {}
    for number in np.flatnonzero((many > 1) & (np.arange(len(many)) != main)).tolist():
        members = np.flatnonzero(group == number)
        rim = near_main & np.isin(owner, members)
        inner = pairs[0][np.isin(pairs[1], members)]
        rim[inner] = False
        mine = np.flatnonzero(rim)
        if len(mine) < LEAST_MATCHES:
            continue
        back = register(spots[mine], along[mine], theirs)
        if back is None or back.borders < LEAST_NEIGHBOURS:
            continue
        if not back.directed:
            # along a straight gap runs a river, but no ground is of two areas
            tree = shapely.STRtree(shapely.points(spots[mine]))
            inside = np.unique(tree.query(shapes[group == main], predicate="contains")[1])
            if len(inside) <= MOST_IN_PLACE * len(mine):
                continue
        if back.metres > max(CLEARLY * back.noise_m, LEAST_SHIFT_M) and back.held > MOST_IN_PLACE:
            found |= dict.fromkeys(members.tolist(), back.turned())
    return found


def _without_those_beside(found: dict[str, Shift]) -> dict[str, Shift]:
    """Leave out areas that seem displaced only because one beside them is: by as much, the other way."""
    kept: dict[str, Shift] = {}
    for code, back in sorted(found.items(), key=lambda item: (-item[1].borders, item[0])):
        gaps = (np.hypot(back.east_m + k.east_m, back.north_m + k.north_m) for k in kept.values())
        if all(gap > max(LEAST_SHIFT_M, back.noise_m) for gap in gaps):
            kept[code] = back
    return dict(sorted(kept.items()))


def displaced(layer: Layer) -> dict[str, Shift]:
    """Return the displaced areas of a layer (see `displaced_areas`), found once and kept."""
    if layer not in _found:
        _found[layer] = kept(
            "displaced areas", lambda: layer.fingerprint, lambda: displaced_areas(layer.polygons)
        )
    return _found[layer]


def in_place(layer: Layer) -> gpd.GeoSeries:
    """Return the outlines of a layer with its displaced areas brought back among their neighbours."""
    found, moved = displaced(layer), layer.polygons
    if not found:
        return moved
    moved = moved.copy()
    for code, back in found.items():
        moved[code] = shapely.affinity.translate(moved[code], back.east_m, back.north_m)
    return moved


def borders(layer: Layer) -> Borders:
    """Return the borders between the areas of a layer, each of these in its place; found once and kept."""
    if layer not in _borders:
        _borders[layer] = borders_of(in_place(layer).dropna().to_numpy())
    return _borders[layer]


def shift_between(one: Layer, other: Layer) -> Shift | None:
    """Return how far a layer lies from another, both as they are drawn; see `shift`."""
    # where nothing had to be put into its place, the borders are those that are drawn
    return shift(one.polygons, other.polygons, facing=None if displaced(other) else borders(other))


def _spots(start: Floats, end: Floats, own: NDArray[np.intp]) -> tuple[Floats, Floats, NDArray[np.intp]]:
    """Return points evenly along each outline, the direction of the line there, and whose they are."""
    length = np.hypot(*(end - start).T)
    spots, along, owner = [], [], []
    order = np.argsort(own, kind="stable")
    for mine in np.split(order, np.flatnonzero(np.diff(own[order])) + 1):
        reached = np.cumsum(length[mine])
        wanted = (np.arange(SPOTS) + 0.5) * (reached[-1] / SPOTS)
        edge = np.searchsorted(reached, wanted)
        at = mine[edge]
        way = (end[at] - start[at]) / length[at, None]
        spots.append(end[at] - way * (reached[edge] - wanted)[:, None])
        along.append(way)
        owner.append(np.full(SPOTS, own[mine[0]], dtype=np.intp))
    return np.concatenate(spots), np.concatenate(along), np.concatenate(owner)
