"""What of a source lies in no target: whole areas, and parts that are more than slivers and sea."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from footprint.geometry.coverage import joined
from footprint.geometry.pairs import around
from footprint.geometry.parallel import in_parallel
from footprint.geometry.width import widths
from footprint.model.codes import is_in

if TYPE_CHECKING:
    from footprint.geometry.pairs import Shared
    from footprint.geometry.tolerance import Tolerance

# A coastline drawn to low water adds a few per cent to a district; more than this may be land that
# the other layer leaves out, which only somebody who knows the place can tell from an estuary.
MUCH_OUTSIDE = 0.1
# Borders of one layer that are the same line differ by rounding.
SAME_LINE_M = 1.0
# So many neighbours are cut with the same part of the targets.
TOGETHER = 8


def uncovered(
    outlines: gpd.GeoSeries,
    targets: gpd.GeoSeries,
    pieces: pd.DataFrame,
    shared: Shared,
    real: NDArray[np.bool_],
    within: Tolerance,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the sources that lie in no target, and those with ground in none.

    A part in none counts if it is much of its source, or if it is as wide as a true piece and is land:
    other sources go on beyond it, or targets are all around it.

    Parameters
    ----------
    outlines, targets : of the sources and of the targets
    pieces, shared : their pieces in targets, as `pair_areas` gives them, and the ground of these
    real : which pieces are no slivers
    within : the width that tells

    Returns
    -------
    source, area_m2, population (NaN), whole (bool); and the sources whose part in none is known to be land.

    """
    ground = outlines.area
    lost = ground - pieces.groupby("source")["area_m2"].sum().reindex(ground.index).fillna(0.0)
    whole = ~is_in(ground.index, pieces["source"][real])
    much = (lost > MUCH_OUTSIDE * ground).to_numpy()
    # a circle as wide as that has this area: less needs no look
    look = np.flatnonzero(~whole & (lost >= np.pi * (within.metres / 2) ** 2).to_numpy())
    rest = beyond(outlines.iloc[look], targets)
    wide = widths(rest, within.metres) >= within.metres
    land = np.zeros(len(ground), dtype=bool)
    tree = shapely.STRtree(outlines.to_numpy())
    for at, part in zip(look[wide], rest[wide], strict=True):
        inside = shapely.union_all(shared[(pieces["source"] == ground.index[at]).to_numpy()])
        land[at] = _goes_on(part, inside, outlines.to_numpy()[np.setdiff1d(tree.query(part), at)])
    found = pd.DataFrame(
        {
            "source": ground.index,
            "area_m2": np.where(whole, ground, lost),
            "population": np.nan,
            "whole": whole,
        }
    )
    return found[whole | much | land].reset_index(drop=True), tuple(map(str, ground.index[land]))


def beyond(outlines: gpd.GeoSeries, targets: gpd.GeoSeries) -> NDArray[np.object_]:
    """Return what of each outline lies in no target: valid polygons by code, in one CRS."""
    rest: NDArray[np.object_] = outlines.to_numpy().copy()
    if not len(rest):
        return rest
    # of all targets together only the outer edge is left to be cut along, and of that only what is near
    claimed = joined(targets.to_numpy())
    order = np.argsort(outlines.hilbert_distance().to_numpy(), kind="stable")
    groups = np.array_split(order, -(-len(order) // TOGETHER))
    near = np.array([around(claimed, *shapely.total_bounds(rest[group])) for group in groups])
    rest[order] = in_parallel(shapely.difference, rest[order], np.repeat(near, [len(g) for g in groups]))
    return rest


def _goes_on(part: shapely.Geometry, inside: shapely.Geometry, others: NDArray[np.object_]) -> bool:
    """Return whether at least half of a part's edge, but for that with targets, is with other sources."""
    west, south, east, north = part.bounds
    box = (west - 10, south - 10, east + 10, north + 10)
    near = shapely.buffer(around(inside, *box), SAME_LINE_M)
    free = shapely.difference(shapely.boundary(part), near)
    beside = shapely.union_all([shapely.buffer(around(other, *box), SAME_LINE_M) for other in others])
    return bool(shapely.length(shapely.intersection(free, beside)) >= 0.5 * shapely.length(free))
