"""Small numbers out: counts that could point at a patient do not leave the program.

HES disclosure control (NHS Digital, "Hospital Episode Statistics (HES) Analysis Guide"): counts of
1 to 7 print as `*`, others are rounded to the nearest 5.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd


Rule = Literal["hes"]


RULES: tuple[Rule, ...] = ("hes",)


HIDDEN = "*"


SMALL = 7


STEP = 5


# Shares of rounded counts are good to a thousandth at best.
SHARE_DIGITS = 3


TOTAL, LEAST = "_total", "_least"
"""Columns that are worked out for a moment: all activity of an area, and the least count at one provider."""


@dataclass(frozen=True)
class Share:
    """How a share may be published."""

    parts: tuple[str, ...]
    """Columns of counts; where one of them is hidden the share is as well."""
    whole: str | None = None
    """Column of the count that it is a share of; with it the share is that of the published counts."""


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


@dataclass(frozen=True)
class Published:
    """How a table is published."""

    counts: tuple[str, ...]
    shares: Mapping[str, Share]
    differences: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Counts that a reader could work out from two others: name → (whole, part)."""


def _with_bounds(name: str, *parts: str, whole: str | None = None) -> dict[str, Share]:
    return dict.fromkeys((name, f"{name}_min", f"{name}_max"), Share(parts, whole))


_INSIDE, _OWN = ("inside", "activity", "left"), ("inside", "provider_activity", "came")


TABLES: Mapping[str, Published] = {
    "flows": Published(
        ("activity", "inside", "unknown", "provider_activity"),
        {
            **_with_bounds("localisation_index", *_INSIDE, whole="activity"),
            **_with_bounds("provider_self_containment", *_OWN, whole="provider_activity"),
            **_with_bounds("import_share", *_OWN, whole="provider_activity"),
            **_with_bounds("net_patient_flow", "came", "left", whole="left"),
            # squares of shares could be solved for the one that is hidden
            **_with_bounds("hhi", "activity", LEAST),
        },
        {"left": ("activity", "inside"), "came": ("provider_activity", "inside")},
    ),
    "providers": Published(("activity",), {"share": Share(("activity",), TOTAL)}),
    "catchments": Published(("population", "uncertain_population"), {}),
    "catchment_areas": Published(
        ("population",), {"share": Share(("population",)), "effective_areas": Share(())}
    ),
    "periphery": Published(
        ("population", "misaligned", "unknown"),
        {"share": Share(("misaligned", "aligned"), "population")},
        {"aligned": ("population", "misaligned")},
    ),
    "periphery_providers": Published(("population", "uncertain_population"), {}),
}


def publish(name: str, table: pd.DataFrame, rule: str | None, least: pd.Series | None = None) -> pd.DataFrame:
    """Return the table called `name` as it may leave the program under `rule` (None: as it is).

    Of "flows" `least` is, by row, the smallest count that the HHI is made of.
    """
    if rule is None or name not in TABLES:
        return table
    how = TABLES[name]
    columns = list(table.columns)
    worked_out = {key: table[whole] - table[part] for key, (whole, part) in how.differences.items()}
    if name == "providers":
        worked_out[TOTAL] = table["activity"] / table["share"]
    if least is not None:
        worked_out[LEAST] = least
    counts = (*how.counts, *how.differences, *({LEAST} & set(worked_out)))
    return hide(table.assign(**worked_out), counts, how.shares.items())[columns]
