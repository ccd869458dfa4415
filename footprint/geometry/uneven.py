"""Areas that are drawn more coarsely than the rest of their layer, as where two files were joined."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from footprint.geometry.detail import resolution
from footprint.geometry.tolerance import MISMATCH_FACTOR, STATED, WIDEST_TOLERANCE_M, Tolerance, noise
from footprint.model.layer import Layer

# Fewer corners than these do not tell how coarse an area is: of a few straight lines it is drawn exactly.
_FEWEST_CORNERS = 12


def drawn_too_coarsely(
    pairs: pd.DataFrame, width: NDArray[np.float64], source: Layer, target: Layer, within: Tolerance
) -> NDArray[np.bool_]:
    """Return which pieces are no wider than the outline of one of their two areas can be misplaced.

    The tolerance goes by what most of a layer is drawn to. An area that is drawn several times as coarsely
    needs a wider one: below that nobody can tell. As between layers, what is wider than `WIDEST_TOLERANCE_M`
    is a part, and a tolerance that was stated is believed.

    Parameters
    ----------
    pairs : source and target of each piece, codes
    width : of each piece, metres; below `within` it is a sliver already

    """
    found = np.zeros(len(pairs), dtype=np.bool_)
    if within.why == STATED:
        return found
    for side, layer in (("source", source), ("target", target)):
        if layer.drawn or layer.resolution_m is None:
            continue
        suspect = np.flatnonzero(~found & (width >= within.metres) & (width < WIDEST_TOLERANCE_M))
        codes: NDArray[Any] = pairs[side].to_numpy()[suspect]
        for code in pd.unique(codes):
            outline = layer.polygons.reindex([code]).to_numpy()
            if shapely.get_num_coordinates(outline).sum() <= _FEWEST_CORNERS:
                continue
            detail = resolution(outline).metres
            if detail is None or detail < MISMATCH_FACTOR * layer.resolution_m:
                continue
            at = suspect[codes == code]
            found[at] |= width[at] < noise(detail)
    return found
