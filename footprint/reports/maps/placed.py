"""Metres of the National Grid as pixels of a drawing, and shapes as path data of SVG."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

PAD = 12.0
"""Pixels around a drawing."""


# a step of a tenth of a pixel, so that a part too small to be seen is a dot
_DOT = ".1 .1"


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
        return self._data(shapely.get_rings(shapely.get_parts(shape)), "z")

    def lines(self, shape: Any) -> str:
        """Return lines as path data."""
        return self._data(shapely.get_parts(shape), "")

    def _data(self, chains: NDArray[Any], end: str) -> str:
        """Return lines and rings as path data; a ring is closed by its `end`."""
        corners, chain = shapely.get_coordinates(chains, return_index=True)
        if end:
            last = np.append(chain[1:] != chain[:-1], True)[: len(chain)]
            corners, chain = corners[~last], chain[~last]
        tenths = np.round(self.points(corners) * self.finest).astype(np.int64) * (10 // self.finest)
        starts = np.append(True, chain[1:] != chain[:-1])[: len(chain)]
        steps = np.diff(tenths, axis=0, prepend=0)
        told = starts | (steps != 0).any(axis=1)
        values, at = np.unique(np.where(starts[:, None], tenths, steps)[told], return_inverse=True)
        texts = [_tenth(value) for value in values.tolist()]
        follow = [_next(text) for text in texts]
        found: list[str] = []
        alone = False
        for start, (x, y) in zip(starts[told].tolist(), at.reshape(-1, 2).tolist(), strict=True):
            if start:
                found.append(f"{_DOT if alone else ''}{end if found else ''}M{texts[x]}{follow[y]}l")
                alone = True
            else:
                # after an m or M, pairs are steps of an l
                found.append((texts if alone else follow)[x] + follow[y])
                alone = False
        if found:
            found.append(f"{_DOT if alone else ''}{end}")
        return "".join(found)


def _tenth(value: int) -> str:
    """Return tenths as a number, as short as SVG allows: .5, -1.2, 7."""
    whole, rest = divmod(abs(int(value)), 10)
    text = f"{whole or ''}.{rest}" if rest else f"{whole}"
    return f"-{text}" if value < 0 else text


def _next(text: str) -> str:
    """Return a number that follows another: a minus separates the two as well as a space does."""
    return text if text.startswith("-") else f" {text}"
