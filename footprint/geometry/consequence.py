"""Gaps and overlaps of a layer that are there only because some of its areas lie beside their place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from footprint.geometry.displaced import displaced, in_place
from footprint.geometry.width import widths

if TYPE_CHECKING:
    import geopandas as gpd

    from footprint.model.layer import Layer


def of_displaced(
    layer: Layer, faults: gpd.GeoDataFrame, claimed: int, within_m: float
) -> list[tuple[str, ...]]:
    """Return, for each fault of a layer, codes of the areas whose displacement makes it; () for others.

    A fault is made by it if one of its areas is displaced, and once all are in their place no more than a
    sliver of it is a fault still: what else is wrong with the ground is not hidden.

    Parameters
    ----------
    faults : as in `coverage.Faults`
    claimed : by how many areas ground is claimed: 0 in gaps, 2 or more in overlaps
    within_m : what is narrower is a sliver, metres; what displaced areas lie off after it is as well

    """
    found = displaced(layer) if len(faults) else {}
    made: list[tuple[str, ...]] = [()] * len(faults)
    moved = [[code for code in areas if code in found] for areas in faults["areas"]]
    about = [at for at, codes in enumerate(moved) if codes]
    if not about:
        return made
    laid = in_place(layer).to_numpy()
    tree = shapely.STRtree(laid)
    faces = faults.geometry.to_numpy()
    left = np.array([_left(faces[at], laid[tree.query(faces[at])], claimed) for at in about], dtype=object)
    for at, wide in zip(about, widths(left), strict=True):
        back = found[moved[at][0]]
        if wide < max(within_m, back.noise_m):
            made[at] = tuple(sorted(code for code, other in found.items() if other == back))
    return made


def _left(face: Any, areas: NDArray[Any], claimed: int) -> Any:
    """Return the ground of a face that no area holds (`claimed` is 0), or that two do."""
    held, owner = shapely.get_parts(shapely.intersection(areas, face), return_index=True)
    # areas that touch it have lines of it, and GEOS takes no mixtures of these with ground
    solid = shapely.get_dimensions(held) == 2
    held, owner = held[solid], owner[solid]
    if claimed == 0:
        return shapely.difference(face, shapely.union_all(held))
    one, other = np.triu_indices(len(held), 1)
    apart = owner[one] != owner[other]
    twice = shapely.get_parts(shapely.intersection(held[one[apart]], held[other[apart]]))
    return shapely.union_all(twice[shapely.get_dimensions(twice) == 2])
