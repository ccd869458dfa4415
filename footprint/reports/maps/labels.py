"""Where labels and the scale bar of a map stand: what its writers share."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Box = tuple[float, float, float, float]
"""Least x, least y, most x and most y."""


@dataclass(eq=False)
class Room:
    """A part of a page, and which boxes of it are taken by labels."""

    frame: Box
    """No label stands outside."""
    taken: list[Box] = field(default_factory=list)

    def free(self, box: Box) -> bool:
        """Return whether a box lies within the frame and no label stands in it."""
        west, low, east, high = box
        return (
            west >= self.frame[0]
            and low >= self.frame[1]
            and east <= self.frame[2]
            and high <= self.frame[3]
            and all(west >= e or east <= w or low >= h or high <= n for w, n, e, h in self.taken)
        )

    def take(self, box: Box) -> bool:
        """Take a box for a label if it is free; returns whether it was."""
        if free := self.free(box):
            self.taken.append(box)
        return free

    def near(
        self, x: float, y: float, wide: float, tall: float, reach: int, step: float
    ) -> tuple[float, float]:
        """Take the place nearest to (x, y) that is free for a label; returns its middle.

        Where none is, the label stands at (x, y) all the same, for a number must not be lost.

        Parameters
        ----------
        x, y : where the middle of the label should be
        wide, tall : its size
        reach : how many steps it may stand away
        step : as a share of its size

        """
        ways = sorted(product(range(-reach, reach + 1), repeat=2), key=lambda w: (w[0] ** 2 + w[1] ** 2, w))
        places = ((x + across * wide * step, y + up * tall * step) for across, up in ways)
        found = next((at for at in places if self.free(around(*at, wide, tall))), (x, y))
        self.taken.append(around(*found, wide, tall))
        return found


def around(x: float, y: float, wide: float, tall: float) -> Box:
    """Return the box of a size whose middle is (x, y)."""
    return x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2


def spot(shape: Any) -> NDArray[np.float64]:
    """Return a point well inside the largest part of a shape, as (x, y): where its label stands."""
    centre = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest(shape)))[0]
    return np.asarray(centre, dtype=float)


def largest(shape: Any) -> Any:
    """Return the largest part of a shape."""
    parts = shapely.get_parts(shape)
    return parts[int(np.argmax(shapely.area(parts)))]


def scale_bar(metres_wide: float) -> tuple[float, str]:
    """Return the length (m) of a scale bar of at most a fifth of a map's width, and its words."""
    most = max(metres_wide / 5, 1.0)
    step = 10.0 ** np.floor(np.log10(most))
    length = float(max(n * step for n in (1, 2, 5) if n * step <= most))
    return length, f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
