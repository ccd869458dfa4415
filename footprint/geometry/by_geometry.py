"""Two layers compared by their outlines alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.geometry.contested import contested
from footprint.geometry.displaced import borders, in_place
from footprint.geometry.displacement import shift
from footprint.geometry.lines import Lines
from footprint.geometry.outside import beyond, uncovered
from footprint.geometry.overlap import UNCLEAR_COLUMNS, Overlap, in_order, verdicts
from footprint.geometry.pairs import Shared, at_most, pair_areas
from footprint.geometry.partial import laid, relaid
from footprint.geometry.uneven import drawn_too_coarsely
from footprint.model.errors import InputError
from footprint.model.layer import Layer

if TYPE_CHECKING:
    from footprint.geometry.tolerance import Tolerance

# The narrowest part has to be so many times as wide as the widest sliver for the tolerance to be sure.
CLEAR_GAP = 1.5


def by_geometry(source: Layer, target: Layer, within: Tolerance) -> Overlap:
    """Compare two layers by their outlines alone.

    Shares are of the land common to both layers, so that sea which one of them includes is not
    counted. A source belongs to its largest piece; every further piece at least `within` wide
    makes it split, a narrower one is a sliver. Areas that lie beside their place among their
    neighbours are put there first, and outlines that lie beside those of the target as a whole,
    or some of them together, are laid on them; and where slivers and parts do not stand apart by
    their widths, the pieces around the tolerance are neither, nor are narrow ones that another area of
    their own layer claims as well.
    """
    outlines, targets = in_place(source), in_place(target)
    facing = borders(target)
    lines = Lines.of(outlines.to_numpy())
    found = shift(outlines, targets, facing=facing, lines=lines)
    outlines, together = laid(outlines, facing, found, lines)
    pieces = pair_areas(outlines, targets)
    if pieces.empty:
        raise InputError(
            source.source.path,
            f"shares no ground with {target.source.path}",
            "Check that both are of the same part of England, and their CRSs.",
        )
    area = pieces["area_m2"].to_numpy()
    common_source = pieces.groupby("source")["area_m2"].transform("sum").to_numpy()
    common_target = pieces.groupby("target")["area_m2"].transform("sum").to_numpy()
    own = outlines.area.reindex(pieces["source"]).to_numpy()
    shared = Shared(outlines, targets, pieces)

    largest = np.zeros(len(pieces), dtype=bool)
    largest[pieces.groupby("source")["area_m2"].idxmax().to_numpy()] = True
    # most of a source is where the source is, however narrow; every other piece must show its width
    real = largest & (area >= 0.5 * own)
    width, could_be = np.full(len(pieces), np.nan), at_most(area)
    shared.measure(width, ~real & (could_be >= within.metres), within.metres)
    real |= width >= within.metres
    # ground that is covered, though by narrow pieces only, is not outside: it is with the largest
    of_source = pieces.assign(real=real).groupby("source")
    covered = of_source["area_m2"].transform("sum").to_numpy() >= 0.5 * own
    narrow = largest & covered & ~of_source["real"].transform("any").to_numpy()
    real |= narrow
    parts, slivers = ~largest & real, ~largest & ~real
    widest = shared.widest(width, area, slivers, within.metres) if parts.any() else 0.0
    if is_narrow(width[parts], widest):
        shared.measure(width, slivers & (could_be >= within.metres / 2), within.metres)
    unclear = without_gap(width, parts, slivers, within, widest)
    claimed, suspect = np.zeros(len(pieces), dtype=bool), np.flatnonzero(parts & ~unclear)
    for side, layer in (("source", outlines), ("target", targets)):
        claimed[suspect] |= contested(shared[suspect], width[suspect], pieces[side].iloc[suspect], layer)
    coarse = parts & ~unclear
    coarse[coarse] = drawn_too_coarsely(pieces[coarse], width[coarse], source, target, within)
    unclear |= claimed | coarse
    if within.sure_m is not None:
        shared.measure(width, slivers & (could_be > within.sure_m), within.metres)
        unclear |= slivers & (width > within.sure_m)
    real &= ~unclear
    mutual = (area >= 0.5 * own) & (area >= 0.5 * targets.area.reindex(pieces["target"]).to_numpy())
    verdict = verdicts(pieces["source"], pieces["target"], real, mutual)
    shared.measure(width, verdict == "split", 0.0)

    table = pd.DataFrame(
        {
            "source_layer": source.key,
            "source": pieces["source"],
            "target_layer": target.key,
            "target": pieces["target"],
            "area_m2": area,
            "width_m": width,
            "width_at_most_m": np.where(slivers & np.isnan(width), could_be, np.nan),
            "population": np.nan,
            "units": np.nan,
            "share_of_source": np.nan,
            "share_of_target": np.nan,
            "area_share_of_source": area / common_source,
            "area_share_of_target": area / common_target,
            "verdict": verdict,
            "evidence": "geometry",
        }
    )
    outside, on_land = uncovered(outlines, targets, pieces, shared, real, within)
    return Overlap(
        source.key,
        target.key,
        "geometry",
        in_order(table),
        outside,
        within,
        _undecided(pieces, largest, narrow, own, width, within),
        found,
        pieces.assign(width_m=width)[unclear][list(UNCLEAR_COLUMNS)].reset_index(drop=True),
        bool(claimed.any()),
        bool(coarse.any()),
        on_land,
        together,
    )


def shared_ground(overlap: Overlap, source: Layer, target: Layer, rows: pd.DataFrame) -> NDArray[Any]:
    """Return the ground that some areas share with others, of two layers compared by their outlines.

    It is cut from outlines that lie where they did when they were compared.

    Parameters
    ----------
    rows : codes of the `source` and the `target`; "" for what of the source lies in no target

    """
    outlines, targets = relaid(in_place(source), overlap.shift, overlap.parts or ()), in_place(target)
    found: NDArray[Any] = np.full(len(rows), None, dtype=object)
    lost = (rows["target"] == "").to_numpy()
    held = rows[~lost]
    found[~lost] = Shared(outlines, targets, held)[np.arange(len(held))]
    found[lost] = beyond(outlines.reindex(rows["source"][lost]), targets)
    return found


def is_narrow(parts: NDArray[np.float64], widest: float) -> bool:
    """Return whether no clear gap lies between the width (m) of the narrowest part and the widest sliver."""
    return bool(len(parts)) and bool(parts.min() < CLEAR_GAP * widest)


def without_gap(
    width: NDArray[np.float64],
    parts: NDArray[np.bool_],
    slivers: NDArray[np.bool_],
    within: Tolerance,
    widest: float,
) -> NDArray[np.bool_]:
    """Return which pieces nobody can call slivers or parts, as no gap lies between the two.

    On good data it is wide and empty: between the districts and the systems of England the widest
    sliver is 77 m wide and the narrowest part 1,150 m. Where the narrowest part is less than 1.5
    times as wide as the `widest` sliver (m), the tolerance has no ground to stand on (METHODS,
    "Displacement").
    """
    if not is_narrow(width[parts], widest):
        return np.zeros(len(width), dtype=bool)
    return (parts | slivers) & (width >= within.metres / 2) & (width <= 2 * within.metres)


def _undecided(
    pieces: pd.DataFrame,
    largest: NDArray[np.bool_],
    narrow: NDArray[np.bool_],
    own: NDArray[np.float64],
    width: NDArray[np.float64],
    within: Tolerance,
) -> tuple[str, ...]:
    """Return the sources that lie across a line but are too narrow for `within` to judge.

    A second piece may be a sliver by its width and yet a real share of a narrow source: a tenth.
    Between separately generalised districts and systems of England slivers stay below 0.6 %.
    """
    sliver = ~largest & ~(width >= within.metres) & (pieces["area_m2"].to_numpy() >= 0.1 * own)
    return tuple(sorted({str(code) for code in pieces["source"][sliver | narrow]}))
