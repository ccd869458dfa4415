"""How wide a false overlap can be: the tolerance between two layers, and within one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from footprint.model.errors import IncomparableError
from footprint.model.layer import Layer
from footprint.model.stored import storable


def own_tolerance(layer: Layer) -> float:
    """Return the width (m) below which a fault within one layer is left over from generalising.

    Inside one layer neighbours were generalised together, so their borders differ by no more than
    the detail of the outlines itself.
    """
    if layer.drawn:
        return DRAWN_TOLERANCE_M
    return max(DRAWN_TOLERANCE_M, layer.resolution_m or 0.0)


# Two ONS layers of England, generalised to 20 m separately, overlap falsely in up to 77 m of width.
BASE_TOLERANCE_M = 80.0


# False overlaps of layers simplified to 50–2,000 m by two methods stay below 1.4 times their
# estimated resolution plus the base everywhere; 2.2 leaves room and keeps 500 m layers comparable.
TOLERANCE_PER_RESOLUTION = 2.2


# The narrowest true piece of any district in England is 1,150 m wide: a tolerance beyond that
# would swallow real splits, so layers that would need one are refused.
WIDEST_TOLERANCE_M = 1_100.0


# Drawn maps (all corners square) are exact but for rounding.
DRAWN_TOLERANCE_M = 1.0


# Outlines whose resolutions differ this much belong to different ONS classes (20, 200, 500 m).
MISMATCH_FACTOR = 4.0


# Layers have the same edges where, of FEWEST_EDGES or more, the share SAME_EDGES is the same to SAME_EDGE_M,
# more than files round coordinates by: layers that were generalised apart share edges by chance alone. Those
# that differ may lie anywhere, so only what is no wider than SURE_M is known to be rounding.
SAME_EDGE_M = 1.0
SAME_EDGES = 0.95
FEWEST_EDGES = 100
SURE_M = 3 * SAME_EDGE_M

STATED = "stated"
"""Why a tolerance is what it is, where the user says so."""


@storable
@dataclass(frozen=True)
class Tolerance:
    """The width below which an overlap is a sliver."""

    metres: float
    why: str
    sure_m: float | None = None
    """The width below which nothing but a sliver is possible, where between this and `metres` nobody can
    tell; None where all that is narrower than `metres` is a sliver."""


def tolerance(source: Layer, target: Layer, stated: float | None = None) -> Tolerance:
    """Return the width (m) that tells a split from a sliver between two layers.

    It follows the resolution of the coarser layer. Outlines that are too coarse for that can still be
    compared where one layer was put together from the other, so that their edges are the same: what lies
    across such an edge is no wider than rounding, and of wider pieces nobody can tell (`sure_m`).
    Raises IncomparableError where that layer is so coarse that true pieces could be narrower than the
    noise of its outlines.
    """
    if stated is not None:
        return Tolerance(stated, STATED)
    if source.drawn and target.drawn and _on_one_grid(source, target):
        return Tolerance(DRAWN_TOLERANCE_M, "both layers are drawn square, so they are exact")
    known = [layer for layer in (source, target) if layer.resolution_m is not None]
    coarser = max(known, key=lambda layer: layer.resolution_m or 0.0, default=None)
    detail = 0.0 if coarser is None else coarser.resolution_m or 0.0
    metres = noise(detail)
    if coarser is not None and metres > WIDEST_TOLERANCE_M:
        if _share_edges(source, target):
            why = f"{source.key} and {target.key} have the same edges, drawn to about {detail:,.0f} m"
            return Tolerance(round(metres, 1), why, SURE_M)
        raise IncomparableError(
            coarser.source.path,
            f"is too coarse to be compared by its outlines: they are drawn to about {detail:,.0f} m and "
            f"would need a tolerance of {metres:,.0f} m; more than {WIDEST_TOLERANCE_M:,.0f} m would "
            "swallow true splits",
            "Use a finer version (BFC, BGC, BSC or BUC), a lookup or units; or state a tolerance.",
        )
    why = (
        "no outline tells its resolution"
        if coarser is None
        else f"{coarser.key} is drawn to about {detail:,.0f} m"
    )
    return Tolerance(round(metres, 1), why)


def _on_one_grid(one: Layer, other: Layer) -> bool:
    """Return whether two layers that are drawn square go in no steps, or in those of one grid."""
    stepped = [layer for layer in (one, other) if layer.resolution_m is not None]
    if not stepped:
        return True
    edges = [_edges(layer) for layer in stepped]
    side = min(float(np.quantile(each[:, 2], 0.02)) for each in edges)
    corners = [shapely.get_coordinates(layer.polygons.to_numpy()) for layer in (one, other)]
    beside = np.abs((corners[1] - corners[0][0] + side / 2) % side - side / 2).max(axis=1)
    return bool((beside <= SAME_EDGE_M).mean() >= SAME_EDGES)


def _share_edges(one: Layer, other: Layer) -> bool:
    """Return whether nearly all edges of the layer that has fewer are edges of the other."""
    fewer, more = sorted((_edges(one), _edges(other)), key=len)
    if len(fewer) < FEWEST_EDGES:
        return False
    found, same = shapely.STRtree(shapely.points(more[:, :2])).query(
        shapely.points(fewer[:, :2]), predicate="dwithin", distance=SAME_EDGE_M
    )
    alike = np.abs(fewer[found, 2] - more[same, 2]) <= 2 * SAME_EDGE_M
    return len(np.unique(found[alike])) >= SAME_EDGES * len(fewer)


def _edges(layer: Layer) -> NDArray[np.float64]:
    """Return x and y of the middle, and the length (m), of each edge of a layer's outlines."""
    rings = shapely.get_rings(shapely.get_parts(layer.polygons.to_numpy()))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    start, end = corners[:-1], corners[1:]
    edges = np.column_stack(((start + end) / 2, np.hypot(*(end - start).T)))
    own: NDArray[np.float64] = edges[ring[:-1] == ring[1:]]
    return own


def noise(resolution_m: float) -> float:
    """Return the width (m) that false overlaps of outlines drawn to this resolution can have."""
    return BASE_TOLERANCE_M + TOLERANCE_PER_RESOLUTION * resolution_m


def displacement(layer: Layer) -> float:
    """Return how far (m) the outlines of a layer may stand from the truth."""
    exact = layer.drawn and not layer.resolution_m
    return DRAWN_TOLERANCE_M if exact else noise(layer.resolution_m or 0.0)
