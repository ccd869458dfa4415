"""Codes as sets."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def is_in(codes: Any, known: Any) -> NDArray[np.bool_]:
    """Return which of `codes` (Index or Series) are among `known`.

    Several times as fast as `isin` on pandas' text columns.
    """
    held = set(np.asarray(known, dtype=object))
    return np.fromiter((c in held for c in np.asarray(codes, dtype=object)), bool, len(codes))
