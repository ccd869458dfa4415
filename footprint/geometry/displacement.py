"""Outlines that lie beside their true place as a whole: by how much, and in which direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

# A datum step that is left out moves the British grid by about 100 m, and a digitising error
# seldom by more than a street or two; borders farther away than this are other borders.
REACH_M = 600.0
# Borders are looked at about this often; England's districts have 30,000 km of them.
_MOST_SAMPLES = 5_000
# Two lines that follow each other turn away by less than this, whatever their detail.
_ALIKE = np.cos(np.radians(30.0))
# Borders of one direction tell nothing of a shift along them.
_LEAST_ACROSS = 0.05
_LEAST_MATCHES = 8
_STEPS = 25


@dataclass(frozen=True)
class Shift:
    """How far the outlines of one layer lie from those of another, as a whole."""

    east_m: float
    north_m: float
    """What has to be added to the first layer to bring its borders onto those of the second (m)."""
    noise_m: float
    """Nine tenths of the borders that were held together lie this close after the shift (m)."""
    borders_m: float
    """Length of the borders that were held together (m)."""
    directed: bool
    """False where all of them run one way: then only the part of the shift across them is known."""

    @property
    def metres(self) -> float:
        """How far that is (m)."""
        return float(np.hypot(self.east_m, self.north_m))


def edges(polygons: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the start and the end of every edge of polygons, rows of x and y."""
    rings = shapely.get_rings(shapely.get_parts(polygons))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = (ring[:-1] == ring[1:]) & (xy[:-1] != xy[1:]).any(axis=1)
    return xy[:-1][same], xy[1:][same]


def samples(polygons: NDArray[Any], inland_m: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return points on the borders between areas, and the unit vector along the border at each.

    Points are evenly spaced; a point counts only if both of its sides, `inland_m` away, lie in some
    area: coasts and outer rims are left out.
    """
    start, end = edges(polygons)
    step = end - start
    length = np.hypot(*step.T)
    spacing = max(length.sum() / _MOST_SAMPLES, 1.0)
    reached = np.cumsum(length)
    wanted = np.arange(spacing / 2, reached[-1], spacing)
    at = np.searchsorted(reached, wanted)
    along = step[at] / length[at, None]
    spots = end[at] - along * (reached[at] - wanted)[:, None]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) * inland_m
    tree = shapely.STRtree(polygons)
    inland = np.ones(len(spots), dtype=bool)
    for side in (across, -across):
        held = np.zeros(len(spots), dtype=bool)
        beside = shapely.points(spots + side)
        area, spot = tree.query(polygons, predicate="intersects") if False else (None, None)
        held[tree.query(beside, predicate="intersects")[0]] = True
        inland &= held
    return spots[inland], along[inland]


def shift(source: gpd.GeoSeries, target: gpd.GeoSeries, reach_m: float = REACH_M) -> Shift | None:
    """Estimate the shift that best lays the borders of `source` on those of `target`.

    Points on the borders of `target` are held against the nearest border of `source` that runs the
    same way; the shift minimises the distances across the borders by weighted least squares, again
    and again with the distances of the step before as weights (iteratively reweighted with Tukey's
    biweight, as point-to-line registration does it), so that borders which only one of the layers
    has do not count.

    Parameters
    ----------
    source, target : polygons in a projected CRS, metres

    Returns
    -------
    Shift, or None where too few borders run together to tell.

    """
    spots, along = samples(target.to_numpy(), reach_m / 3)
    if len(spots) < _LEAST_MATCHES:
        return None
    spacing = float(shapely.length(target.to_numpy()).sum()) / _MOST_SAMPLES
    start, end = edges(source.to_numpy())
    tree = shapely.STRtree(shapely.linestrings(np.stack([start, end], axis=1)))
    direction = (end - start) / np.hypot(*(end - start).T)[:, None]
    moved = np.zeros(2)
    reach = reach_m
    for _ in range(_STEPS):
        # the samples go the other way: what moves source by d moves them by −d
        point, edge = tree.query_nearest(shapely.points(spots - moved), max_distance=reach, all_matches=False)
        alike = np.abs((along[point] * direction[edge]).sum(axis=1)) >= _ALIKE
        point, edge = point[alike], edge[alike]
        if len(point) < _LEAST_MATCHES:
            return None
        normal = np.stack([-direction[edge, 1], direction[edge, 0]], axis=1)
        off = ((spots[point] - moved - start[edge]) * normal).sum(axis=1)
        scale = max(1.4826 * float(np.median(np.abs(off - np.median(off)))), 0.5)
        width = max(4.685 * scale, 2 * float(np.median(np.abs(off))), 1.0)
        weight = np.where(np.abs(off) < width, (1 - (off / width) ** 2) ** 2, 0.0)
        normal_matrix = (normal * weight[:, None]).T @ normal
        values, vectors = np.linalg.eigh(normal_matrix)
        directed = bool(values[0] >= _LEAST_ACROSS * values[1])
        inverse = np.where([directed, True], 1 / np.maximum(values, 1e-12), 0.0)
        step = vectors @ (inverse * (vectors.T @ ((normal * weight[:, None]).T @ off)))
        moved = moved + step
        reach = max(reach_m / 6, min(reach, 6 * scale + float(np.hypot(*step)) * 4))
        if np.hypot(*step) < 0.05:
            break
    near = np.abs(off) < width
    noise = float(np.quantile(np.abs(off[near]), 0.9)) if near.any() else float(width)
    return Shift(float(moved[0]), float(moved[1]), noise, float(near.sum()) * spacing, directed)
