"""Small numbers out: counts that could point at a patient do not leave the program.

HES disclosure control (NHS Digital, "Hospital Episode Statistics (HES) Analysis Guide"): counts of
1 to 7 print as `*`, others are rounded to the nearest 5.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pandas as pd

Rule = Literal["hes"]
RULES: tuple[Rule, ...] = ("hes",)
HIDDEN = "*"
SMALL = 7
STEP = 5
# Shares of rounded counts are good to a thousandth at best; more digits could be solved for them.
SHARE_DIGITS = 3


def hes_count(value: float) -> float | str | None:
    """Return a count as it may be published: "*" for 1 to 7, else rounded to the nearest 5.

    A count that is no whole number (a unit shared out by people) counts as the next whole one.
    """
    if value is None or np.isnan(value):
        return None
    whole = int(np.ceil(value - 1e-9))
    if 1 <= whole <= SMALL:
        return HIDDEN
    # half a step goes up, as in published tables, and not to the even neighbour
    return int((value + STEP / 2) // STEP * STEP)


def hide(table: pd.DataFrame, counts: Iterable[str], shares: Iterable[tuple[str, tuple[str, ...]]]) -> pd.DataFrame:
    """Return a table with its counts as they may be published.

    Parameters
    ----------
    counts : columns of counts
    shares : columns of shares (or indices), each with the counts that it is made of; a share of a
        hidden count is hidden as well, and others are rounded

    """
    hidden = {name: table[name].map(hes_count).astype(object) for name in counts if name in table}
    out = table.assign(**hidden)
    for name, parts in shares:
        if name not in table:
            continue
        gone = np.zeros(len(table), dtype=np.bool_)
        for part in parts:
            gone |= (hidden[part] == HIDDEN).to_numpy() if part in hidden else False
        rounded = table[name].astype(float).round(SHARE_DIGITS).astype(object)
        out[name] = rounded.where(~gone, HIDDEN)
    return out
