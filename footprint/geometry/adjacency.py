"""Which areas of a layer are neighbours, and how many metres of border they share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from footprint.geometry.coverage import fingerprints, segments

# Long straight pieces of a border that is drawn twice are cut up, so that each piece has its own neighbour.
_PIECE_M = 250.0


@dataclass(frozen=True, eq=False)
class Borders:
    """Pairs of neighbours, each once."""

    one: NDArray[np.intp]
    """Position of the first area; the pairs are sorted by it and then by the other."""
    other: NDArray[np.intp]
    """Position of the second, the larger one."""
    metres: NDArray[np.float64]
    """Length of the border that they share."""


def shared_borders(outlines: NDArray[Any], within_m: float, least_m: float) -> Borders:
    """Return the border that each pair of areas shares; areas that meet at a corner share none.

    An edge that two areas have alike is shared. Edges without such a twin, as where two outlines were
    drawn or repaired apart, are shared with the area that is not farther than `within_m` from their
    middle, and count by half, since the neighbour has them as well.

    Parameters
    ----------
    outlines : polygons; what is empty or None has no neighbours
    within_m : how far apart two outlines may lie, m
    least_m : a shorter border, m, is a corner: the detail of the outlines

    """
    low, high, owner = segments(outlines)
    length = np.hypot(*(high - low).T)
    edge = fingerprints(np.hstack([low, high]))
    # edges come in the order of their owners, and those that are alike stay so
    order = np.argsort(edge, kind="stable")
    first, second = order[:-1], order[1:]
    twin = (edge[first] == edge[second]) & (owner[first] != owner[second])
    alone = np.ones(len(edge), dtype=np.bool_)
    alone[first[twin]] = alone[second[twin]] = False
    pairs = [np.stack([owner[first[twin]], owner[second[twin]]], axis=1)]
    metres = [length[first[twin]]]
    if alone.any():
        beside, half = _beside(low[alone], high[alone], owner[alone], outlines, within_m)
        pairs.append(beside)
        metres.append(half)
    return _summed(np.concatenate(pairs), np.concatenate(metres), len(outlines), least_m)


def _beside(
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    owner: NDArray[np.intp],
    outlines: NDArray[Any],
    within_m: float,
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return pairs (owner, area beside) of edges that no other outline has alike, and half their lengths."""
    lines = shapely.linestrings(np.stack([start, end], axis=1))
    points, line = shapely.get_coordinates(shapely.segmentize(lines, _PIECE_M), return_index=True)
    inner = np.flatnonzero(line[1:] == line[:-1])
    middle = shapely.points((points[inner] + points[inner + 1]) / 2)
    length = np.hypot(*(points[inner + 1] - points[inner]).T)
    whose = owner[line[inner]]
    area, piece = shapely.STRtree(middle).query(outlines, predicate="dwithin", distance=within_m)
    foreign = area != whose[piece]
    area, piece = area[foreign], piece[foreign]
    return np.stack([whose[piece], area], axis=1), length[piece] / 2


def _summed(pairs: NDArray[np.intp], metres: NDArray[np.float64], size: int, least_m: float) -> Borders:
    """Return pairs once each, with all that they share."""
    low, high = pairs.min(axis=1), pairs.max(axis=1)
    key, at = np.unique(low * size + high, return_inverse=True)
    total = np.bincount(at, metres, len(key)).astype(np.float64, copy=False)
    border = total >= least_m
    one, other = np.divmod(key[border], size)
    return Borders(one, other, np.asarray(total[border], dtype=float))


def components(size: int, one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return, for each of `size` areas, the number of the connected part that it lies in.

    Parts are numbered from 0 in the order of their first areas.
    """
    root = np.arange(size, dtype=np.intp)
    while (apart := root[one] != root[other]).any():
        a, b = root[one][apart], root[other][apart]
        # the larger root goes under the smaller one, so that a root is the first area of its part
        np.minimum.at(root, np.maximum(a, b), np.minimum(a, b))
        while ((above := root[root]) != root).any():
            root = above
    number: NDArray[np.intp] = np.unique(root, return_inverse=True)[1]
    return number


def bridges(outlines: NDArray[Any], part: NDArray[np.intp]) -> list[tuple[int, int, float]]:
    """Return the shortest links that join all parts: pairs of areas that are nearest, and metres apart.

    Parameters
    ----------
    outlines : polygons, none of them empty
    part : the number of the part that each lies in

    """
    found: list[tuple[int, int, float]] = []
    part = part.copy()
    while part.max(initial=0) > 0:
        # the smallest part is joined first, so that few areas are measured
        size = np.bincount(part)
        small = int(np.argmin(np.where(size > 0, size, size.max() + 1)))
        inside, outside = np.flatnonzero(part == small), np.flatnonzero(part != small)
        if not len(outside):
            break
        tree = shapely.STRtree(outlines[outside])
        (here, there), metres = tree.query_nearest(outlines[inside], return_distance=True, all_matches=False)
        at = np.lexsort((outside[there], inside[here], metres))[0]
        a, b = int(inside[here[at]]), int(outside[there[at]])
        found.append((min(a, b), max(a, b), float(metres[at])))
        part[inside] = part[b]
    return found
