"""How counts of flows were published: rounded, or with small ones left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.model.words import agree, count, short
from footprint.read.engine import Files

# Counts that are rounded to the nearest 5 were 2 more or less; ten counts are multiples of 5 by
# chance once in ten million files.
ROUNDED_OFF, LEAST_ROUNDED = 2, 10
# Publishers leave out pairs below a number between these (5, 7, 8, 10 or 11); in a file of all pairs
# the least count is 1.
LEAST_DROPPED, MOST_DROPPED = 5, 11


def are_rounded(low: NDArray[np.float64], high: NDArray[np.float64]) -> bool:
    """Return whether counts were rounded to the nearest 5: all are multiples of it, and there are some."""
    known = low[(low == high) & (low > 0)]
    return len(known) >= LEAST_ROUNDED and not np.any(known % 5)


def dropped(counts: NDArray[np.float64], files: Files) -> list[str]:
    """Return what is to be said of counts of which small ones seem to have been left out."""
    least = float(counts[counts > 0].min(initial=np.inf))
    if not LEAST_DROPPED <= least <= MOST_DROPPED:
        return []
    return [
        f"{Path(files.name).name}: no count below {least:,.0f} occurs; if the publisher left smaller ones "
        f"out, say so with dropped_below = {least:.0f}"
    ]


def not_dropped(
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    unit: pd.Index,
    provider: pd.Index,
    below: int,
    files: Files,
) -> list[str]:
    """Return what is to be said of counts that a plan says were left out, but which are there.

    `unit` and `provider` are the codes of each count; suppressed counts say nothing.
    """
    there = np.flatnonzero((low == high) & (low > 0) & (low < below))
    if not len(there):
        return []
    one = int(there[0])
    example = f"{low[one]:,.0f} of {short(unit[one])} at {short(provider[one])}"
    return [
        f"{Path(files.name).name}: {count(len(there), 'count')} below {below} "
        f"{agree(len(there), 'is', 'are')} there ({example}), although dropped_below says that such pairs "
        "were left out; the bounds allow for it all the same"
    ]
