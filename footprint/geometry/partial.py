"""Some areas of a layer that lie beside the borders of another layer, all by one shift; the rest do not.

Half a layer that was moved leaves a gap, as a river does, so its own outlines cannot tell. Those of another
layer can: where one shift lays the borders that do not fit on it, that is no change of borders.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from footprint.geometry.displaced import CLEARLY, borders, in_place
from footprint.geometry.displacement import (
    ALIKE,
    LEAST_BORDERS,
    LEAST_MATCHES,
    LEAST_SHIFT_M,
    REACH_M,
    Borders,
    Shift,
    register,
)
from footprint.geometry.edges import Floats
from footprint.geometry.lines import Lines
from footprint.model.cache import kept

if TYPE_CHECKING:
    from footprint.model.layer import Layer

# A shift along a border leaves it where it was: an area is of the part if clearly more of its borders fit.
STAYS = 0.75
# A layer may be made of parts of several files; more of them are no shifts of parts.
MOST_PARTS = 3


def laid(
    outlines: gpd.GeoSeries, facing: Borders, whole: Shift | None, lines: Lines | None = None
) -> tuple[gpd.GeoSeries, tuple[tuple[str, Shift], ...]]:
    """Lay outlines on those of another layer: as a whole, and then those of parts that lie beside it.

    Parameters
    ----------
    outlines : valid polygons in a projected CRS, metres, by code; what is missing stays so
    facing : the borders of the other layer
    whole : how far the outlines lie from it as a whole; taken where it is beyond the noise
    lines : the edges of the outlines, where they are known already

    Returns
    -------
    The outlines, and the code of each of a part with what was added to it, beside the shift of the whole.

    """
    as_drawn, outlines = outlines, relaid(outlines, whole, ())
    lines = lines if outlines is as_drawn else None
    drawn, found = outlines.dropna(), dict[str, Shift]()
    lines = lines if len(drawn) == len(outlines) else None
    if whole is None or len(drawn) < LEAST_BORDERS:
        return outlines, ()
    for _ in range(MOST_PARTS):
        lines = Lines.of(drawn.to_numpy()) if lines is None else lines
        part = _part(drawn.index, lines, facing, max(CLEARLY * whole.noise_m, LEAST_SHIFT_M))
        if not part:
            break
        lines = None
        for code, back in part.items():
            drawn[code] = shapely.affinity.translate(drawn[code], back.east_m, back.north_m)
            before = found.get(code)
            found[code] = back if before is None else _sum(before, back)
    if found:
        outlines = outlines.copy()
        outlines[drawn.index] = drawn
    return outlines, tuple(found.items())


def relaid(
    outlines: gpd.GeoSeries, whole: Shift | None, parts: tuple[tuple[str, Shift], ...]
) -> gpd.GeoSeries:
    """Lay outlines where `laid` laid them: all of them where that is beyond the noise, and those of parts."""
    if whole is not None and whole.beyond_noise:
        outlines = outlines.translate(whole.east_m, whole.north_m)
    if parts:
        outlines = outlines.copy()
    for code, back in parts:
        outlines[code] = shapely.affinity.translate(outlines[code], back.east_m, back.north_m)
    return outlines


def lying_beside(one: Layer, other: Layer, whole: Shift | None) -> tuple[tuple[str, Shift], ...]:
    """Return the code of each area of a layer that lies beside another layer's borders together with others.

    With what lays it there, beside the shift of the `whole` layer; found once and kept.
    """
    if whole is None:
        return ()

    def found() -> tuple[tuple[str, Shift], ...]:
        return laid(in_place(one), borders(other), whole)[1]

    return kept("parts beside", lambda: f"{one.fingerprint} {other.fingerprint}", found)


def _sum(one: Shift, other: Shift) -> Shift:
    return replace(other, east_m=one.east_m + other.east_m, north_m=one.north_m + other.north_m)


def _part(codes: pd.Index, lines: Lines, facing: Borders, noise: float) -> dict[str, Shift]:
    """Return areas that one shift lays on borders that they lie beside, with that shift; {} without one."""
    off = lines.near(facing.spots, REACH_M).distance(facing.spots, REACH_M)
    beside = np.flatnonzero((off > noise) & (off <= REACH_M))
    if len(beside) < LEAST_MATCHES:
        return {}
    spots, between = facing.spots[beside], facing.between[beside]
    back = register(spots, facing.along[beside], lines, among=facing.spots)
    if back is None or back.borders < LEAST_BORDERS:
        return {}
    moved = np.array([back.east_m, back.north_m])
    if back.metres <= max(noise, CLEARLY * back.noise_m):
        return {}
    close = max(CLEARLY * back.noise_m, LEAST_SHIFT_M)
    fits = lines.near(spots - moved, close).distance(spots - moved, close) <= close
    # one border that lies elsewhere is a change of it
    if fits.sum() < LEAST_MATCHES or len(np.unique(between[fits])) < 2:
        return {}
    now, then = (_fitting(facing, lines, by, close, len(codes)) for by in (np.zeros(2), moved))
    return {str(codes[area]): back for area in np.flatnonzero(now < STAYS * then).tolist()}


def _fitting(facing: Borders, lines: Lines, by: Floats, close: float, size: int) -> NDArray[np.intp]:
    """Return, by area, how many spots lie on its outline once it is moved, where the two run the same way."""
    spots = facing.spots - by
    near = lines.near(spots, close)
    spot, edge = near.tree.query(shapely.points(spots), predicate="dwithin", distance=close)
    alike = np.abs((facing.along[spot] * near.along[edge]).sum(axis=1)) >= ALIKE
    pairs = np.unique(spot[alike] * size + near.own[edge[alike]])
    return np.bincount(pairs % size, minlength=size)
