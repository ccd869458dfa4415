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
# Shares of rounded counts are good to a thousandth at best; more digits could be solved for them.
SHARE_DIGITS = 3


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


def hide(
    table: pd.DataFrame, counts: Iterable[str], shares: Iterable[tuple[str, tuple[str, ...]]]
) -> pd.DataFrame:
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
        shown = table[name].astype(float).round(SHARE_DIGITS).astype(object)
        for part in parts:
            shown = shown.where(hidden[part] != HIDDEN, HIDDEN)
        out[name] = shown
    return out


@dataclass(frozen=True)
class Published:
    """How a table is published: its columns of counts, and of shares with the counts they are made of."""

    counts: tuple[str, ...]
    shares: Mapping[str, tuple[str, ...]]
    differences: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Counts that a reader could work out from two others: name → (whole, part)."""


def _with_bounds(name: str, parts: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys((name, f"{name}_min", f"{name}_max"), parts)


_INSIDE, _OWN = ("inside", "activity", "left"), ("inside", "provider_activity", "came")
TABLES: Mapping[str, Published] = {
    "flows": Published(
        ("activity", "inside", "unknown", "provider_activity"),
        {
            **_with_bounds("localisation_index", _INSIDE),
            **_with_bounds("provider_self_containment", _OWN),
            **_with_bounds("import_share", _OWN),
            **_with_bounds("net_patient_flow", ("came", "left")),
            **_with_bounds("hhi", ("activity",)),
        },
        {"left": ("activity", "inside"), "came": ("provider_activity", "inside")},
    ),
    "providers": Published(("activity",), {"share": ("activity",)}),
    "catchments": Published(("population", "uncertain_population"), {}),
    "catchment_areas": Published(("population",), {"share": ("population",), "effective_areas": ()}),
    "periphery": Published(
        ("population", "misaligned", "unknown"),
        {"share": ("misaligned", "aligned")},
        {"aligned": ("population", "misaligned")},
    ),
    "periphery_providers": Published(("population", "uncertain_population"), {}),
}


def publish(name: str, table: pd.DataFrame, rule: str | None) -> pd.DataFrame:
    """Return the table called `name` as it may leave the program under `rule` (None: as it is)."""
    if rule is None or name not in TABLES:
        return table
    how = TABLES[name]
    columns = list(table.columns)
    worked_out = {key: table[whole] - table[part] for key, (whole, part) in how.differences.items()}
    return hide(table.assign(**worked_out), (*how.counts, *how.differences), how.shares.items())[columns]
