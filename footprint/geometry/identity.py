"""Which areas of two divisions of the same ground are the same area, whatever their codes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Above a half a pair is the only one of both its areas: two such pairs of one area would share
# more people than it has.
SAME_ABOVE = 0.5


def counterparts(old: NDArray[Any], new: NDArray[Any], weight: NDArray[np.float64]) -> dict[str, str]:
    """Return code before → code now of the areas that are the same (METHODS, "Identity and moves").

    Two areas are the same if their Jaccard index, what both hold ÷ what either holds, is above a half.

    Parameters
    ----------
    old, new : the area of each unit (or piece of ground) before and now; None where it is in none
    weight : people of each unit, or its ground in m²

    """
    frame = pd.DataFrame({"old": old, "new": new, "weight": weight}).astype({"old": object, "new": object})
    before = frame.groupby("old")["weight"].sum()
    now = frame.groupby("new")["weight"].sum()
    both = frame.groupby(["old", "new"])["weight"].sum().reset_index()
    alone = before.reindex(both["old"]).to_numpy() + now.reindex(both["new"]).to_numpy()
    either = alone - both["weight"].to_numpy()
    same = both[both["weight"].to_numpy() > SAME_ABOVE * either]
    return {str(a): str(b) for a, b in zip(same["old"], same["new"], strict=True)}


def joined(old: NDArray[Any], new: NDArray[Any], same: dict[str, str]) -> set[str]:
    """Return the areas that end by joining another as a whole: all of each is in one area now.

    `same` is what `counterparts` found. Areas that have a counterpart do not end.
    """
    frame = pd.DataFrame({"old": old, "new": new}, dtype=object)
    frame = frame[frame["old"].notna() & ~frame["old"].isin(list(same))]
    now = frame.groupby("old")["new"]
    whole = (now.nunique() == 1) & (now.count() == now.size())
    return {str(code) for code in whole.index[whole]}
