"""Metres of the National Grid as pixels of a drawing, and shapes as path data of SVG."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

PAD = 12.0
"""Pixels around a drawing."""


class Placed:
    """Metres of the National Grid as pixels of the drawing, and shapes as path data.

    `finest` is into how many parts a pixel is divided: 10, or 1 for a map that is small.
    """

    def __init__(self, west: float, north: float, scale: float, pad: float = PAD, finest: int = 10) -> None:
        self.west, self.north, self.scale, self.pad, self.finest = west, north, scale, pad, finest

    def points(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return pixels, y downwards."""
        return np.column_stack(
            [
                (metres[:, 0] - self.west) / self.scale + self.pad,
                (self.north - metres[:, 1]) / self.scale + self.pad,
            ]
        )

    def rings(self, shape: Any) -> str:
        """Return polygons as path data; parts below a pixel become a dot, so that none vanishes."""
        rings = shapely.get_rings(shapely.get_parts(shape))
        return self._data((shapely.get_coordinates(ring)[:-1] for ring in rings), "z")

    def lines(self, shape: Any) -> str:
        """Return lines as path data."""
        return self._data((shapely.get_coordinates(line) for line in shapely.get_parts(shape)), "")

    def _data(self, chains: Iterable[NDArray[np.float64]], end: str) -> str:
        found = []
        for chain in chains:
            tenths = np.round(self.points(chain) * self.finest).astype(np.int64) * (10 // self.finest)
            steps = np.diff(tenths, axis=0)
            steps = steps[(steps != 0).any(axis=1)]
            start = f"M{_tenth(tenths[0, 0])}{_next(_tenth(tenths[0, 1]))}"
            if len(steps) == 0:
                steps = np.array([[1, 1]])
            # after an m or M, pairs are steps of an l
            found.append(start + "l" + "".join(_pair(x, y, at == 0) for at, (x, y) in enumerate(steps)) + end)
        return "".join(found)


def _tenth(value: int) -> str:
    """Return tenths as a number, as short as SVG allows: .5, -1.2, 7."""
    whole, rest = divmod(abs(int(value)), 10)
    text = f"{whole or ''}.{rest}" if rest else f"{whole}"
    return f"-{text}" if value < 0 else text


def _next(text: str) -> str:
    """Return a number that follows another: a minus separates the two as well as a space does."""
    return text if text.startswith("-") else f" {text}"


def _pair(x: int, y: int, first: bool) -> str:
    return (_tenth(x) if first else _next(_tenth(x))) + _next(_tenth(y))
