"""How wide a false overlap can be: the tolerance between two layers, and within one."""

from __future__ import annotations

from dataclasses import dataclass

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


@storable
@dataclass(frozen=True)
class Tolerance:
    """The width below which an overlap is a sliver."""

    metres: float
    why: str


def tolerance(source: Layer, target: Layer, stated: float | None = None) -> Tolerance:
    """Return the width (m) that tells a split from a sliver between two layers.

    It follows the resolution of the coarser layer. Raises IncomparableError where that layer is
    so coarse that true pieces could be narrower than the noise of its outlines.
    """
    if stated is not None:
        return Tolerance(stated, "stated")
    if source.drawn and target.drawn:
        return Tolerance(DRAWN_TOLERANCE_M, "both layers are drawn square, so they are exact")
    known = [layer for layer in (source, target) if layer.resolution_m is not None]
    coarser = max(known, key=lambda layer: layer.resolution_m or 0.0, default=None)
    detail = 0.0 if coarser is None else coarser.resolution_m or 0.0
    metres = _noise(detail)
    if coarser is not None and metres > WIDEST_TOLERANCE_M:
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


def _noise(resolution_m: float) -> float:
    """Return the width (m) that false overlaps of outlines drawn to this resolution can have."""
    return BASE_TOLERANCE_M + TOLERANCE_PER_RESOLUTION * resolution_m


def displacement(layer: Layer) -> float:
    """Return how far (m) the outlines of a layer may stand from the truth."""
    return DRAWN_TOLERANCE_M if layer.drawn else _noise(layer.resolution_m or 0.0)
