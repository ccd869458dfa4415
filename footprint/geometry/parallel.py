"""Sharing vectorised geometry out over the processors."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")

_SMALLEST_CHUNK, _LARGEST_CHUNK = 8, 128


def in_parallel(function: Callable[..., NDArray[Any]], *arrays: NDArray[Any]) -> NDArray[Any]:
    """Apply a vectorised shapely function to arrays of one length, in chunks.

    GEOS works outside Python's lock, so threads share the work. Not for prepared geometries, whose
    indexes are built on first use and not safe to build twice.
    """
    length = len(arrays[0])
    step = max(_SMALLEST_CHUNK, min(_LARGEST_CHUNK, length // 32))
    if length <= step:
        return function(*arrays)
    chunks = [slice(i, i + step) for i in range(0, length, step)]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return np.concatenate(list(pool.map(lambda c: function(*(a[c] for a in arrays)), chunks)))


def at_once(actions: Sequence[Callable[[], T]]) -> list[T]:
    """Return what actions give that spend their time in GEOS, in their order. Not for prepared geometries."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(lambda action: action(), actions))
