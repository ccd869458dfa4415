"""How finely outlines are drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from footprint.geometry.edges import TAKEN_TOGETHER

# Outlines whose every corner is square within this many degrees were drawn, not surveyed.
_RIGHT_ANGLE_SLACK = 2.0


_DRAWN_SHARE = 0.95


# Below so many degrees a point is on the line of its neighbours, but for rounding; and a line that leaves its
# direction by no more in all is straight, though another projection may have bent it: parallels turn on the
# British grid by 0.8 degrees for each degree of longitude, which is 0.012 for a kilometre in the south and
# 0.016 in Shetland.
_ON_LINE, _STRAIGHT, _STRAIGHT_PER_M = 0.1, 1.0, 1.7e-5


# Enough corners for a stable percentile; reading all 2 million of the LSOAs changes nothing.
_RESOLUTION_SAMPLE = 250_000


_RESOLUTION_PERCENTILE = 0.15


# Corners on the points of a grid, as where coordinates were rounded, make triangles of no less than half a
# cell, and many of just that. Rounding moves a line by up to 0.7 of a step, so it is 1.9 times as coarse as
# these triangles say; measured on districts of England, rounded to 200 m and 500 m.
_GRID_PERCENTILE, _GRID_SLACK, _GRID_FACTOR, _GRID_CORNERS = 0.02, 1.1, 1.9, 1_000


# Outlines of cells go in steps, left and right in turn; of what is drawn by hand as many corners do not.
# Steps that are longer than cells of a raster of people or ground are those of a map of squares, and exact.
_FEWEST_STEPS, _STEPS_SHARE, _LONGEST_STEP_M = 500, 0.5, 1_000.0


# A step that moves lines by less leaves them where they are.
_EXACT_M = 1.0


_METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True)
class Detail:
    """How finely outlines are drawn."""

    metres: float | None
    drawn: bool


def resolution(geometry: NDArray[Any]) -> Detail:
    """Estimate the detail of outlines: about 20 m for ONS BGC, 200 m for BSC, 500 m for BUC.

    A line that was generalised keeps a corner only where leaving it out would move the line by
    more than the tolerance, so the smallest corners that are left tell the tolerance. Each corner
    makes a triangle with its two neighbours; the estimate is half the square root of that
    triangle's area, at its 15th percentile by length of line. By length, because islets keep
    their three corners however coarse the map is. Measured on ONS files: 22 m for 20 m BGC
    layers, 390 m for 500 m BUC ones, 70–150 m and 150–310 m for outlines simplified to 200 m
    and 500 m by other methods. Coordinates that were rounded to a grid are told by the many corners that
    are equally small.

    Parameters
    ----------
    geometry : array of polygons in metres, None allowed

    Returns
    -------
    Detail : `drawn` is True where practically all corners are square. It then has metres only where the
        outlines go in steps, as those of cells of a raster do

    """
    polygons = geometry[~shapely.is_missing(geometry)]
    every = -(-int(shapely.get_num_coordinates(polygons).sum()) // _RESOLUTION_SAMPLE) or 1
    taken, seen = [np.array([], dtype=object)], 0
    # GEOS copies what is taken apart
    for first in range(0, len(polygons), TAKEN_TOGETHER):
        some = shapely.get_rings(shapely.get_parts(polygons[first : first + TAKEN_TOGETHER]))
        taken.append(some[-seen % every :: every])
        seen += len(some)
    rings = np.concatenate(taken)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    inner = (ring[:-2] == ring[1:-1]) & (ring[1:-1] == ring[2:])
    before, after = (xy[1:-1] - xy[:-2])[inner], (xy[2:] - xy[1:-1])[inner]
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    dot = (before * after).sum(axis=1)
    bend = np.degrees(np.arctan2(cross, dot))
    turn = np.abs(bend)
    corner = turn > _RIGHT_ANGLE_SLACK
    if not corner.any():
        return Detail(None, False)
    if _are_square(turn[corner]):
        every_corner = corner | _curves(bend, corner, ring[1:-1][inner], np.hypot(*before.T))
        if _are_square(turn[every_corner]):
            return Detail(_steps(cross[corner], turn[corner], np.hypot(*before.T)[corner]), True)
        corner = every_corner
    size = np.sqrt(np.abs(cross[corner]) / 2) / 2
    weight = (np.hypot(*before.T) + np.hypot(*after.T))[corner]
    order = np.argsort(size, kind="stable")
    reached = np.cumsum(weight[order]) / weight.sum()
    least, usual = size[order][np.searchsorted(reached, (_GRID_PERCENTILE, _RESOLUTION_PERCENTILE))]
    on_grid = len(size) >= _GRID_CORNERS and usual <= _GRID_SLACK * least
    return Detail(float(usual) * (_GRID_FACTOR if on_grid else 1.0), False)


def in_metres(step: tuple[float, float], bounds: Iterable[float]) -> float:
    """Return the larger of two steps of coordinates in metres.

    Parameters
    ----------
    step : of x and of y, in degrees where the coordinates may be degrees, else in metres
    bounds : the least x and y, and the most

    """
    west, south, east, north = map(float, bounds)
    if max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        return max(step)
    return max(step[0] * math.cos(math.radians((south + north) / 2)), step[1]) * _METRES_PER_DEGREE


def rounded(detail: Detail, step_m: float) -> Detail:
    """Return the detail of outlines whose coordinates a file gives in steps of `step_m` metres; 0 for none.

    Squares of it are no more exact than its steps, of which a line may lie up to 0.7 beside where it was.
    """
    coarse = float(_GRID_FACTOR * step_m / np.sqrt(8))
    if coarse <= _EXACT_M:
        return detail
    return Detail(max(coarse, detail.metres or 0.0), False)


def _are_square(turn: NDArray[np.float64]) -> bool:
    """Return whether practically all corners are square, by how far (degrees) the outline turns at each."""
    return bool((np.abs(turn - 90) < _RIGHT_ANGLE_SLACK).mean() > _DRAWN_SHARE)


def _curves(
    bend: NDArray[np.float64], corner: NDArray[np.bool_], ring: NDArray[np.intp], edge: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return which points lie on a curve: too little of a bend to be corners, but together they leave a line.

    Parameters
    ----------
    bend : degrees by which the outline turns left at each point
    corner, ring : of each point: whether it is a corner, and which ring it is on
    edge : metres from the point before

    """
    gentle = np.where(corner, 0.0, bend)
    first = np.flatnonzero(corner | (np.diff(ring, prepend=-1) != 0))
    direction = np.cumsum(gentle)
    swing = np.maximum.reduceat(direction, first) - np.minimum.reduceat(direction, first)
    straight = np.maximum(_STRAIGHT, _STRAIGHT_PER_M * np.add.reduceat(edge, first))
    curved = np.repeat(swing > straight, np.diff(first, append=len(bend)))
    found: NDArray[np.bool_] = curved & (np.abs(gentle) > _ON_LINE)
    return found


def _steps(cross: NDArray[np.float64], turn: NDArray[np.float64], edge: NDArray[np.float64]) -> float | None:
    """Return how coarse outlines of square corners are that go in steps of a raster; None for others.

    A line that cells stand for lies up to 0.7 of a side beside them, as where coordinates are rounded.

    Parameters
    ----------
    cross, turn : of each corner: the product of the edges before and behind it, and the angle in degrees
    edge : metres, of the edge before each corner

    """
    square = np.flatnonzero(turn > 90 - _RIGHT_ANGLE_SLACK)
    left = cross[square] > 0
    steps = np.flatnonzero(left[1:] != left[:-1])
    if len(steps) < max(_FEWEST_STEPS, _STEPS_SHARE * len(square)):
        return None
    side = float(np.quantile(edge[square][steps + 1], _GRID_PERCENTILE))
    return None if side > _LONGEST_STEP_M else float(_GRID_FACTOR * side / np.sqrt(8))
