"""Outlines that lie beside their true place as a whole: by how much, and in which direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from footprint.geometry.edges import Floats, edges
from footprint.geometry.lines import Lines
from footprint.model.stored import storable

# A datum step that is left out moves the British grid by about 110 m, and an error of digitising
# seldom by more than a street or two; borders farther away than this are other borders.
REACH_M = 600.0
# Edges beyond reach are not looked at; which those are is found out anew when points have moved so far.
STRAY_M = 50.0
# Both sides of a border have to be land this far from it: coasts are generalised by rules of their own.
INLAND_M = 200.0
# Points at which borders are held together: districts and systems of England give a shift to 0.1 m
# with them, and to 3 m where outlines are simplified to 500 m.
SAMPLES = 5_000
# Lines that follow each other turn away by less than this, whatever their detail.
ALIKE = float(np.cos(np.radians(30.0)))
# Below this share of the other direction, borders of one direction say too little of a shift along them.
LEAST_ACROSS = 0.05
# One or two borders that lie elsewhere are a change; four that agree are a shift.
LEAST_BORDERS = 4
LEAST_MATCHES = 8
# Less than this is no error of anybody's: the outlines of ONS are generalised to 20 m.
LEAST_SHIFT_M = 10.0
# Tukey's biweight: distances beyond this many times their spread do not count.
BIWEIGHT = 4.685
MOST_STEPS = 25
SETTLED_M = 0.05


@storable
@dataclass(frozen=True)
class Shift:
    """How far the outlines of one layer lie from those of another, as a whole."""

    east_m: float
    north_m: float
    """What has to be added to the first layer to bring its borders onto those of the second (m)."""
    noise_m: float
    """Nine tenths of the borders that were held together lie this close after the shift (m)."""
    borders: int
    """How many borders between two areas were held together."""
    directed: bool
    """False where all of them run one way: then only the part of the shift across them is known."""
    held: float = 1.0
    """Which share of the points that were held together lie on each other after the shift."""

    @property
    def metres(self) -> float:
        """How far that is (m)."""
        return float(np.hypot(self.east_m, self.north_m))

    @property
    def beyond_noise(self) -> bool:
        """Whether the layers are displaced against each other, rather than drawn with other corners."""
        return self.borders >= LEAST_BORDERS and self.metres > max(self.noise_m, LEAST_SHIFT_M)

    def turned(self) -> Shift:
        """Return the shift of the second layer onto the first."""
        return replace(self, east_m=-self.east_m, north_m=-self.north_m)


@dataclass(frozen=True, eq=False)
class Borders:
    """Points on the borders between the areas of a layer, evenly spaced."""

    spots: Floats
    """Rows of x and y (m)."""
    along: Floats
    """Unit vector along the border at each point."""
    between: NDArray[np.intp]
    """A number for the pair of areas on both sides of each point."""


def borders_of(polygons: NDArray[Any]) -> Borders:
    """Return points on the borders between areas of a layer; coasts and outer rims are left out.

    Parameters
    ----------
    polygons : valid polygons in a projected CRS, metres

    """
    start, end, _ = edges(polygons)
    length = np.hypot(*(end - start).T)
    reached = np.cumsum(length)
    wanted = (np.arange(SAMPLES) + 0.5) * (reached[-1] / SAMPLES) if len(length) else np.array([])
    at = np.searchsorted(reached, wanted)
    along = (end - start)[at] / length[at, None]
    spots = end[at] - along * (reached[at] - wanted)[:, None]
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) * INLAND_M
    sides = np.full((2, len(spots)), -1)
    for number, side in enumerate((across, -across)):
        area, spot = shapely.STRtree(shapely.points(spots + side)).query(polygons, predicate="intersects")
        sides[number, spot] = area
    inland = (sides >= 0).all(axis=0) & (sides[0] != sides[1])
    low, high = sides[:, inland].min(axis=0), sides[:, inland].max(axis=0)
    return Borders(spots[inland], along[inland], low * len(polygons) + high)


def shift(
    source: gpd.GeoSeries,
    target: gpd.GeoSeries,
    step: Callable[[Floats], Floats] | None = None,
    facing: Borders | None = None,
    lines: Lines | None = None,
) -> Shift | None:
    """Estimate the shift that best lays the borders of `source` on those of `target`.

    Points on the borders of `target` are held against the nearest border of `source` that runs the
    same way, and the shift makes the distances across these borders small: point-to-line registration
    (Chen & Medioni 1992) with Tukey's biweight (Beaton & Tukey 1974), so that a border that only one
    of the layers has does not count.

    Parameters
    ----------
    source, target : valid polygons in one projected CRS, metres
    step : what may have been left out of `source`, from coordinates to coordinates; the shift is then
        what remains after it
    facing : the borders of `target`, where they are known already
    lines : the edges of `source`, where they are known already

    Returns
    -------
    Shift, or None where too few borders run together to tell.

    """
    found = borders_of(target.to_numpy()) if facing is None else facing
    if len(found.spots) < LEAST_MATCHES:
        return None
    spots = found.spots if step is None else 2 * found.spots - step(found.spots)
    lines = Lines.of(source.to_numpy()) if lines is None else lines
    return register(spots, found.along, lines, found.between)


def register(
    spots: Floats,
    along: Floats,
    lines: Lines,
    between: NDArray[np.intp] | None = None,
    among: Floats | None = None,
) -> Shift | None:
    """Return the shift that lays lines on spots that lie on lines.

    Parameters
    ----------
    spots, along : points on lines, and the unit vector along the line at each
    lines : the edges that are to be laid on them
    between : to tell borders apart: between what areas each spot is; else whose each edge is
    among : spots that these are some of, where the edges near them have been looked for already

    """
    if not len(lines):
        return None
    close = lines.near(spots if among is None else among, REACH_M + STRAY_M)
    moved, looked_from, reach, directed = np.zeros(2), np.zeros(2), REACH_M, False
    off, held, width = np.array([]), np.array([], dtype=np.intp), 1.0
    point, edge = held, held
    for _ in range(MOST_STEPS):
        if float(np.hypot(*(moved - looked_from))) > STRAY_M:
            close, looked_from = lines.near(spots - moved, REACH_M + STRAY_M), moved
        # the points go the other way
        point, edge = close.tree.query_nearest(
            shapely.points(spots - moved), max_distance=reach, all_matches=False
        )
        direction = close.along[edge]
        alike = np.abs((along[point] * direction).sum(axis=1)) >= ALIKE
        point, edge, direction = point[alike], edge[alike], direction[alike]
        if len(point) < LEAST_MATCHES:
            return None
        normal = np.stack([-direction[:, 1], direction[:, 0]], axis=1)
        off = ((spots[point] - moved - close.start[edge]) * normal).sum(axis=1)
        spread = max(1.4826 * float(np.median(np.abs(off - np.median(off)))), 0.5)
        width = max(BIWEIGHT * spread, 2 * float(np.median(np.abs(off))), 1.0)
        weight = np.where(np.abs(off) < width, (1 - (off / width) ** 2) ** 2, 0.0)
        held = np.flatnonzero(np.abs(off) < width)
        values, vectors = np.linalg.eigh((normal * weight[:, None]).T @ normal)
        directed = bool(values[0] >= LEAST_ACROSS * values[1])
        known = np.where([directed, True], 1 / np.maximum(values, 1e-12), 0.0)
        change = vectors @ (known * (vectors.T @ ((normal * weight[:, None]).T @ off)))
        moved = moved + change
        far = float(np.hypot(*change))
        reach = max(REACH_M / 6, min(reach, 6 * spread + 4 * far))
        if far < SETTLED_M:
            break
    noise = float(np.quantile(np.abs(off[held]), 0.9)) if len(held) else width
    of = close.own[edge[held]] if between is None else between[point[held]]
    return Shift(
        float(moved[0]), float(moved[1]), noise, len(np.unique(of)), directed, len(held) / len(point)
    )
