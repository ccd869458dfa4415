"""Chance that is the same on every machine: the raw bits of PCG64, whose stream numpy keeps as it is.

What numpy makes of them (integers, permutations, logarithms) may change between versions and processors, so
nothing here rests on it.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_BATCH = 4096
_STEPS = 4096
# −ln u in the middles of equal steps of u, to six digits: the last ones differ between machines.
WAITS = [round(-math.log((i + 0.5) / _STEPS), 6) for i in range(_STEPS)]
"""Exponential waiting times with mean 1, each as likely as any other."""
_WAITS = np.array(WAITS)


class Bits:
    """A stream of chance of its own for everything that is drawn."""

    def __init__(self, *seed: int) -> None:
        self._source = np.random.PCG64(np.random.SeedSequence(list(seed)))
        self._held: list[int] = []

    def below(self, most: int) -> int:
        """Return a number from 0 to `most` − 1."""
        if not self._held:
            self._held = self._source.random_raw(_BATCH).tolist()
        return (self._held.pop() >> 32) * most >> 32

    def draws(self, many: int, most: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return so many numbers below `most` (at most 2³²), and so many below the number of WAITS."""
        raw: NDArray[np.uint64] = self._source.random_raw(many)
        high = (raw >> np.uint64(32)) * np.uint64(most) >> np.uint64(32)
        return high.astype(np.intp), (raw & np.uint64(_STEPS - 1)).astype(np.intp)


def waits(at: NDArray[np.intp], temperature: float) -> list[float]:
    """Return exponential waiting times with a mean: by how much a change may be worse and still be made."""
    found: list[float] = (_WAITS[at] * temperature).tolist()
    return found
