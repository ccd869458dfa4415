"""One layer by itself: gaps, overlaps and detached parts."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from footprint.geometry.edges import corners, edges
from footprint.geometry.parallel import at_once
from footprint.geometry.width import widths
from footprint.model.stored import storable

_Fault = tuple[Any, tuple[str, ...]]
"""The ground, and the codes concerned."""


@storable
@dataclass(frozen=True)
class Faults:
    """Ground inside a layer that no area claims, or more than one."""

    gaps: gpd.GeoDataFrame
    """area_m2, width_m, areas (tuple of neighbouring codes), geometry."""
    overlaps: gpd.GeoDataFrame
    """area_m2, width_m, areas (tuple of the codes that claim it), geometry."""


def coverage_faults(polygons: gpd.GeoSeries) -> Faults:
    """Find the gaps and overlaps of a layer that should be a coverage.

    In a faultless coverage every inner edge belongs to exactly two areas, once in each direction.
    Edges without that twin are the outer outline and the faults; only their lines are noded and
    made into faces. A face that no area holds is a gap, one that several hold is an overlap.
    """
    outlines, codes = polygons.to_numpy(), polygons.index.to_numpy()
    faces = shapely.get_parts(shapely.polygonize([_noded(_edges_without_twin(outlines))]))
    gaps: list[_Fault] = []
    overlaps: list[_Fault] = []
    if len(faces):
        tree = shapely.STRtree(outlines)
        for face, held in zip(faces, _holders(faces, outlines, tree), strict=True):
            if len(held) > 1:
                overlaps.append((face, tuple(sorted(str(c) for c in codes[held]))))
            elif len(held) == 0:
                beside = tree.query(face, predicate="intersects")
                gaps.append((face, tuple(sorted(str(c) for c in codes[beside]))))
    return Faults(_fault_frame(gaps, polygons.crs), _fault_frame(overlaps, polygons.crs))


def _noded(lines: NDArray[Any]) -> Any:
    """Node lines where they cross; edges that differ in their last digits only are rounded to 1 mm first."""
    try:
        return shapely.union_all(lines)
    except shapely.errors.GEOSException:
        return shapely.union_all(lines, grid_size=0.001)


def _holders(faces: NDArray[Any], outlines: NDArray[Any], tree: shapely.STRtree) -> list[NDArray[np.intp]]:
    """Return, for each face, the positions of the areas that hold it: one where all is well.

    A face is wholly gap, wholly claimed once or wholly claimed several times, though not always by
    the same areas, so one point inside tells; unless it stands just on an inner edge, and then
    the ground that each area has in the face is measured.
    """
    spots = shapely.point_on_surface(faces)
    shapely.prepare(outlines)
    area_at, face_at = shapely.STRtree(spots).query(outlines, predicate="intersects")
    order = np.argsort(face_at, kind="stable")
    bounds = np.searchsorted(face_at[order], np.arange(len(faces) + 1))
    found = []
    for i, face in enumerate(faces):
        held = area_at[order[bounds[i] : bounds[i + 1]]]
        if len(held) > 1 and not shapely.contains_properly(outlines[held], spots[i]).all():
            near = np.sort(tree.query(face, predicate="intersects"))
            ground = shapely.area(shapely.intersection(outlines[near], face))
            several = ground.sum() > shapely.area(face) + 0.01
            held = near[ground > 0.01] if several else held[:1]
        found.append(held)
    return found


def _fault_frame(faults: list[_Fault], crs: Any) -> gpd.GeoDataFrame:
    # most layers have none, and of a small one an empty frame would take longer than to look for them
    return _framed(faults, crs) if faults else _no_faults(crs).copy()


@cache
def _no_faults(crs: Any) -> gpd.GeoDataFrame:
    return _framed([], crs)


def _framed(faults: list[_Fault], crs: Any) -> gpd.GeoDataFrame:
    shapes = np.array([face for face, _ in faults], dtype=object)
    # crossings of edges that differ in the last digits leave faces of no size at all
    keep = shapely.area(shapes) >= 0.01
    frame = gpd.GeoDataFrame(
        {
            "area_m2": shapely.area(shapes[keep]),
            "width_m": widths(shapes[keep]),
            "areas": pd.Series([areas for _, areas in faults], dtype=object)[keep].to_numpy(),
        },
        geometry=shapes[keep],
        crs=crs,
    )
    return frame.sort_values("area_m2", ascending=False, ignore_index=True)


def segments(polygons: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
    """Return the edges of polygons: the lower end and the higher one (n × 2), and whose each is."""
    start, end, owner = edges(polygons)
    low, high, _ = _ordered(start, end)
    return low, high, owner


def _ordered(
    start: NDArray[np.float64], end: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return edges from the lower end to the higher one, and whether they were drawn that way."""
    forward = (start[:, 0] < end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] < end[:, 1]))
    return np.where(forward[:, None], start, end), np.where(forward[:, None], end, start), forward


def _edges_without_twin(polygons: NDArray[Any]) -> NDArray[Any]:
    """Return the edges that are not shared by exactly two areas in opposite directions, as lines.

    Edges that follow each other are one line: noding goes by lines, of which there are then a hundredth.
    """
    xy, of, _ = corners(polygons, shapely.orient_polygons)
    spot = _mixed(fingerprints(xy))
    inner = (of[1:] == of[:-1]) & (spot[1:] != spot[:-1])
    both = (spot[:-1] + spot[1:])[inner]  # a sum is the same from either end
    ahead = (spot[:-1] < spot[1:])[inner]
    del spot
    order = np.argsort(both)
    both, ahead = both[order], ahead[order]
    same = np.concatenate([[False], both[1:] == both[:-1], [False]])
    # two alike, neither of them also like a third
    pair = np.flatnonzero(same[1:-1] & ~same[:-2] & ~same[2:] & (ahead[1:] != ahead[:-1]))
    alone = np.ones(len(both), dtype=np.bool_)
    alone[order[pair]] = alone[order[pair + 1]] = False
    edge = np.flatnonzero(inner)[alone]
    start, end, ring = xy[edge], xy[edge + 1], of[edge]
    first = np.ones(len(ring), dtype=np.bool_)
    first[1:] = (ring[1:] != ring[:-1]) | (start[1:] != end[:-1]).any(axis=1)
    # a line has all the ends of its edges, and before them the start of the first
    line = np.cumsum(first)
    points = np.empty((len(ring) + first.sum(), 2))
    points[np.arange(len(ring)) + line] = end
    points[np.flatnonzero(first) + line[first] - 1] = start[first]
    lines: NDArray[Any] = shapely.linestrings(points, indices=np.repeat(line - 1, 1 + first))
    return lines


def fingerprints(rows: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Hash each row of floats to 64 bits: sorting whole rows takes ten times as long.

    Among the 2 million edges of the LSOAs two share a hash by chance once in ten million runs.
    """
    bits = np.ascontiguousarray(rows + 0.0).view(np.uint64)  # + 0.0 makes −0.0 and 0.0 one number
    mixed = np.zeros(len(bits), dtype=np.uint64)
    for column in range(bits.shape[1]):
        mixed = (mixed ^ bits[:, column]) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed


def _mixed(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Mix hashes as splitmix64 does (Steele, Lea & Flood 2014): sums of them are as good as hashes then."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        bits = (bits ^ (bits >> np.uint64(shift))) * np.uint64(factor)
    return bits ^ (bits >> np.uint64(31))


def joined(parts: NDArray[Any]) -> Any:
    """Return the ground of areas, or points, as one shape: edges that two of them share fall away.

    That is ten times as fast as a union of any polygons, but right only where the parts fit together. GEOS
    refuses edges that several share the same way round; whatever else does not fit comes out invalid.
    """
    if np.isin(shapely.get_type_id(parts), (3, 6)).all():
        with suppress(shapely.errors.GEOSException):
            whole = shapely.coverage_union_all(parts)
            if whole.is_valid:
                return whole
    return shapely.union_all(parts)


def joined_by(polygons: gpd.GeoSeries, code: pd.Series) -> gpd.GeoSeries:
    """Put areas together, without a corner that was not there.

    Parameters
    ----------
    polygons : valid
    code : as many, the area that each is a part of; missing where it is of none

    Returns
    -------
    Valid polygons by code, sorted.

    """
    shapes = polygons.to_numpy()
    groups = code.groupby(code.to_numpy()).indices
    found = at_once([partial(joined, shapes[parts]) for parts in groups.values()])
    return gpd.GeoSeries(found, index=[str(area) for area in groups], crs=polygons.crs).sort_index()


def detached_parts(polygons: gpd.GeoSeries, within_m: float) -> gpd.GeoDataFrame:
    """Find parts of areas that are cut off from their main part by land of another area.

    Islands are no fault, nor are parts across a river or an estuary: a part counts only if the
    shortest way back to its area leads over another area. Parts narrower than `within_m` are left
    over from generalising and are not counted.

    Returns
    -------
    `code`, `area_m2`, `width_m`, `beside` (codes of the areas in between), geometry.

    """
    codes = polygons.index.to_numpy()
    outlines = polygons.to_numpy()
    parts, owner = shapely.get_parts(outlines, return_index=True)
    area = shapely.area(parts)
    main = pd.Series(area).groupby(owner).idxmax().to_numpy()
    minor = np.setdiff1d(np.arange(len(parts)), main)
    # a circle of that width has this area: smaller parts need no look
    minor = minor[area[minor] >= np.pi * (within_m / 2) ** 2]
    minor = minor[widths(parts[minor]) >= within_m]
    tree = shapely.STRtree(outlines)
    # a part that touches no other area is an island
    part, area_beside = tree.query(parts[minor], predicate="intersects")
    minor = minor[np.unique(part[owner[minor[part]] != area_beside])]
    if not len(minor):
        return _no_parts(polygons.crs).copy()
    rows = []
    for own, group in pd.Series(minor).groupby(owner[minor]):
        joined = [parts[main[int(own)]]]
        # largest first, and again after each that is joined: a part may be reached over another
        waiting = sorted(group, key=lambda i: -area[i])
        between: dict[int, tuple[str, ...]] = {}
        while waiting:
            reached = None
            rest = shapely.multipolygons(shapely.get_parts(np.array(joined, dtype=object)))
            shapely.prepare(rest)
            for i in waiting:
                way = shapely.shortest_line(rest, parts[i])
                crossed = tree.query(way, predicate="intersects")
                crossed = crossed[crossed != own]
                over = shapely.length(shapely.intersection(way, outlines[crossed]))
                between[i] = tuple(sorted(codes[crossed[over > 1.0]]))
                if not between[i]:
                    reached = i
                    break
            if reached is None:
                break
            waiting.remove(reached)
            joined.append(parts[reached])
        rows += [(codes[int(own)], area[i], between[i], parts[i]) for i in waiting]
    return _parts(rows, polygons.crs)


@cache
def _no_parts(crs: Any) -> gpd.GeoDataFrame:
    return _parts([], crs)


def _parts(rows: list[tuple[str, float, tuple[str, ...], Any]], crs: Any) -> gpd.GeoDataFrame:
    shapes = np.array([r[3] for r in rows], dtype=object)
    return gpd.GeoDataFrame(
        {
            "code": [r[0] for r in rows],
            "area_m2": [float(r[1]) for r in rows],
            "width_m": widths(shapes),
            "beside": [r[2] for r in rows],
        },
        geometry=shapes,
        crs=crs,
    ).sort_values(["area_m2", "code"], ascending=[False, True], ignore_index=True)
