"""Small numbers out: counts that could point at a patient do not leave the program.

HES disclosure control (NHS Digital, "Hospital Episode Statistics (HES) Analysis Guide"): counts of
1 to 7 print as `*`, others are rounded to the nearest 5.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from footprint.model.schema import Share, Table

if TYPE_CHECKING:
    import pandas as pd


Rule = Literal["hes"]


RULES: tuple[Rule, ...] = ("hes",)


HIDDEN = "*"


SUPPRESSED = "Counts of 1 to 7 are shown as *, others to the nearest 5"
"""As reports say it."""


SMALL = 7


STEP = 5


# Shares of rounded counts are good to a thousandth at best.
SHARE_DIGITS = 3


TOTAL, LEAST = "_total", "_least"
"""Columns that are worked out for a moment: all activity of an area, and the least count at one provider."""


def hes_count(value: float) -> float | str | None:
    """Return a count as it may be published: "*" for 1 to 7, else rounded to the nearest 5.

    A count that is no whole number (a unit shared out by people) counts as the next whole one.
    """
    if value is None or math.isnan(value):
        return None
    whole = math.ceil(value - 1e-9)
    if 1 <= whole <= SMALL:
        return HIDDEN
    # half a step goes up, as in published tables, and not to the even neighbour
    return int((value + STEP / 2) // STEP * STEP)


def published_share(share: float, whole: float) -> float | str | None:
    """Return a share of a count as it may be published: that of the published counts.

    The true share beside a rounded whole could be solved for the part that is left over.
    """
    if share is None or math.isnan(share) or whole is None or math.isnan(whole):
        return None
    part, of = hes_count(share * whole), hes_count(whole)
    if part == HIDDEN or of == HIDDEN:
        return HIDDEN
    assert isinstance(part, int)
    assert isinstance(of, int)
    return round(part / of, SHARE_DIGITS) if of else None


def hide(table: pd.DataFrame, counts: Iterable[str], shares: Iterable[tuple[str, Share]]) -> pd.DataFrame:
    """Return a table with its counts as they may be published.

    Parameters
    ----------
    counts : columns of counts
    shares : columns of shares (or indices), each with how it may be published

    """
    import pandas as pd

    hidden = {name: table[name].map(hes_count).astype(object) for name in counts if name in table}
    out = table.assign(**hidden)
    for name, how in shares:
        if name not in table:
            continue
        values = table[name].astype(float)
        shown = values.round(SHARE_DIGITS).astype(object)
        if how.whole is not None:
            pairs = zip(values, table[how.whole].astype(float), strict=True)
            shown = pd.Series([published_share(*pair) for pair in pairs], table.index, dtype=object)
        for part in how.parts:
            if part in hidden:
                shown = shown.where(hidden[part] != HIDDEN, HIDDEN)
        out[name] = shown
    return out


def publish(
    table: Table, frame: pd.DataFrame, rule: str | None, least: pd.Series | None = None
) -> pd.DataFrame:
    """Return a frame of a table as it may leave the program under `rule` (None: as it is).

    What is kept in is what its columns say. `least` is, by row, the smallest count that a column LEAST
    stands for.
    """
    if rule is None:
        return frame
    counts = [column.name for column in table.columns if column.suppressed == "count"]
    shares = [(c.name, c.suppressed) for c in table.columns if isinstance(c.suppressed, Share)]
    worked_out = {name: frame[whole] - frame[part] for name, (whole, part) in table.differences.items()}
    for name, how in shares:
        if how.whole == TOTAL and TOTAL not in worked_out:  # of the share itself, before its bounds
            worked_out[TOTAL] = frame[how.parts[0]] / frame[name]
    if least is not None:
        worked_out[LEAST] = least
        counts.append(LEAST)
    return hide(frame.assign(**worked_out), [*counts, *table.differences], shares)[list(frame.columns)]
