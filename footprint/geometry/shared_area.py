"""How much ground pairs of polygons share, without cutting them.

Where outer rings run clockwise and inner ones the other way, a point lies in a polygon if the edges above it
add up to 1: one that goes east counts s = 1, one that goes west s = −1. So polygons A and B share the area
Σ Σ s_a s_b ∫ min(y_a, y_b) dx, over all pairs of an edge of A and one of B, where both reach. As
min(p, q) = (p + q − |p − q|) ÷ 2, and as the s of all edges of a polygon above one another add up to 0, only
−½ Σ Σ s_a s_b ∫ |y_a − y_b| dx is left of it. That needs no corner where edges cross, edges that both share
do no harm, and nothing depends on where coordinates begin.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from footprint.geometry.edges import Floats, corners
from footprint.geometry.parallel import in_parallel

Positions = NDArray[np.intp]

# Rounding leaves less than this share of the box around two polygons, as wide as what both can share.
ROUNDING = 1e-12
# So many pairs of edges are held against each other at a time.
TOGETHER = 1 << 15


def shared_areas(source: NDArray[Any], target: NDArray[Any]) -> Floats:
    """Return the area that each pair of polygons shares, in m² for coordinates in metres.

    Where that is less than rounding may have left, it is NaN: of polygons that only touch, among others. For
    counties that is less than 0.01 m².

    Parameters
    ----------
    source, target : valid polygons, as many of each; one that stands in several pairs, as the same object,
        is taken apart once

    """
    if not len(source):
        return np.zeros(0)
    (ours, one), (theirs, other) = Edges.of(source), Edges.of(target)
    boxes, others = shapely.bounds(source), shapely.bounds(target)
    west, east = np.maximum(boxes[:, 0], others[:, 0]), np.minimum(boxes[:, 2], others[:, 2])
    height = np.maximum(boxes[:, 3], others[:, 3]) - np.minimum(boxes[:, 1], others[:, 1])
    area = in_parallel(partial(_shared, ours, theirs), one, other, west, east)
    return np.where(area <= ROUNDING * np.maximum(east - west, 0.0) * height, np.nan, area)


@dataclass(frozen=True, eq=False)
class Edges:
    """The edges of polygons but for those that run north or south, by polygon and then by their west end."""

    west: Floats
    y: Floats
    """Of the west end."""
    east: Floats
    slope: Floats
    sign: Floats
    """1 where the polygon lies below the edge, −1 where it lies above."""
    place: Floats
    """Where each begins on one line for all polygons, on which each of them has `room`."""
    room: float
    origin: float
    longest: Floats
    """How far the longest edge of each polygon reaches from west to east."""

    @property
    def columns(self) -> tuple[Floats, ...]:
        """What is needed of each edge: west, y, east, slope and sign."""
        return self.west, self.y, self.east, self.slope, self.sign

    @classmethod
    def of(cls, polygons: NDArray[Any]) -> tuple[Edges, Positions]:
        """Return the edges of polygons, each taken once, and the number under which each of them is known."""
        _, each, known = np.unique([id(one) for one in polygons], return_index=True, return_inverse=True)
        xy, ring, owner = corners(polygons[each], partial(shapely.orient_polygons, exterior_cw=True))
        edge = np.flatnonzero((ring[:-1] == ring[1:]) & (xy[:-1, 0] != xy[1:, 0]))
        own = owner[ring[edge]]
        eastward = xy[edge, 0] < xy[edge + 1, 0]
        left, right = np.where(eastward, edge, edge + 1), np.where(eastward, edge + 1, edge)
        order = np.lexsort((xy[left, 0], own))
        own, left, right = own[order], left[order], right[order]
        (west, y), (east, then) = xy[left].T, xy[right].T
        longest = np.zeros(len(each))
        np.maximum.at(longest, own, east - west)
        origin = float(xy[:, 0].min())
        room = float(xy[:, 0].max()) - origin + 3.0
        place = own * room + (west - origin)
        return cls(
            west, y, east, (then - y) / (east - west), np.where(eastward[order], 1.0, -1.0),
            place, room, origin, longest,
        ), known  # fmt: skip

    def between(self, polygon: Positions, west: Floats, east: Floats) -> tuple[Positions, Positions]:
        """Return which edges of a polygon reach into a strip, for many of both: number of the strip, edge."""
        begin = polygon * self.room
        # places are rounded, so a metre more is looked at; the next polygon begins three metres farther on
        least = begin + np.maximum(west - self.longest[polygon] - self.origin, 0.0) - 1.0
        most = begin + (east - self.origin) + 1.0
        strip, edge = _from_to(np.searchsorted(self.place, least), np.searchsorted(self.place, most))
        there = (self.east[edge] > west[strip]) & (self.west[edge] < east[strip])
        return strip[there], edge[there]


def _shared(
    ours: Edges, theirs: Edges, one: Positions, other: Positions, west: Floats, east: Floats
) -> Floats:
    """Return the area that polygons `one` share with polygons `other`, both between `west` and `east`."""
    a, b = ours.between(one, west, east), theirs.between(other, west, east)
    # a stretch of one line for each pair, so that one search finds what is above what in all of them
    longest = max(ours.longest[one].max(), theirs.longest[other].max())
    room = max(float((east - west).max()), 0.0) + 2 * longest + 1.0

    def along(pair: Positions, x: Floats) -> Floats:
        place: Floats = pair * room + (x - west[pair])
        return place

    from_a, from_b = along(a[0], ours.west[a[1]]), along(b[0], theirs.west[b[1]])
    to_a, to_b = along(a[0], ours.east[a[1]]), along(b[0], theirs.east[b[1]])
    # of two edges that reach above each other one begins while the other goes on
    first = np.searchsorted(from_b, from_a, "left"), np.searchsorted(from_b, to_a, "left")
    later = np.searchsorted(from_a, from_b, "right"), np.searchsorted(from_a, to_b, "left")
    between = _heights_between(ours, theirs, a, b[1], *first, len(one))
    between += _heights_between(theirs, ours, b, a[1], *later, len(one))
    return -0.5 * between


def _heights_between(
    edges: Edges,
    others: Edges,
    held: tuple[Positions, Positions],
    against: Positions,
    low: Positions,
    high: Positions,
    size: int,
) -> Floats:
    """Return Σ s_a s_b ∫ |y_a − y_b| dx for each of `size` pairs of polygons.

    Parameters
    ----------
    held : number of the pair, and edge
    against : the edges that these are held against, each against those from `low` to `high`, which begin
        where it does or later

    """
    pair, own = held
    # what is asked for again and again stands side by side
    west, y, east, slope, sign = (values[against] for values in others.columns)
    of_row = np.zeros(len(own))
    so_far = np.cumsum(np.maximum(high - low, 0))
    stops = np.searchsorted(so_far, np.arange(TOGETHER, so_far[-1] if len(so_far) else 0, TOGETHER))
    for begin, end in pairwise([0, *stops.tolist(), len(own)]):
        row, at = _from_to(low[begin:end], high[begin:end])
        our_west, our_y, our_east, our_slope = (values[own[begin:end]][row] for values in edges.columns[:4])
        begins = west[at]
        width = np.minimum(our_east, east[at]) - begins
        here = our_y + our_slope * (begins - our_west) - y[at]
        there = here + (our_slope - slope[at]) * width
        height = np.abs(here) + np.abs(there)
        cross = np.flatnonzero(here * there < 0)
        height[cross] = (here[cross] ** 2 + there[cross] ** 2) / height[cross]
        of_row[begin:end] = np.bincount(row, sign[at] * height * width, end - begin)
    return np.bincount(pair, edges.sign[own] * of_row, size) / 2


def _from_to(low: Positions, high: Positions) -> tuple[Positions, Positions]:
    """Return all positions from each `low` to before its `high`: the number of the two, and the position."""
    count = np.maximum(high - low, 0)
    which = np.repeat(np.arange(len(low)), count)
    return which, np.arange(len(which)) + np.repeat(low - (np.cumsum(count) - count), count)
