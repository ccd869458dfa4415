"""Measures of a plan's own before and after a change."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from footprint.measure.measures import measured
from footprint.results.tables import MEASURES_CHANGED

if TYPE_CHECKING:
    import pandas as pd

    from footprint.plan.model import Plan


def changed(before: Plan, after: Plan, areas: pd.DataFrame) -> pd.DataFrame:
    """Return each measure that both plans have of each area, before and after, columns of MEASURES_CHANGED.

    Parameters
    ----------
    before, after : the plans
    areas : every area on both sides, columns of `tables.AREAS`

    """
    both = [m for m in after.measures if m.name in {other.name for other in before.measures}]
    rows: list[tuple[object, ...]] = []
    for key in dict.fromkeys(areas["layer"]) if both else ():
        here = areas[areas["layer"] == key]
        values = [_values(plan, str(key)) for plan in (before, after)]
        for row in here.to_dict("records"):
            now = None if row["change"] == "abolished" else row["code"]
            for measure in both:
                ends = [
                    side.get((code, measure.name), (math.nan, None))
                    for side, code in zip(values, (row["before_code"], now), strict=True)
                ]
                if all(np.isnan(value) for value, _ in ends):
                    continue
                rows.append(
                    (
                        key, row["level"], row["code"], row["name"], row["change"], measure.name,
                        measure.adds, measure.unit or None, *(end[0] for end in ends),
                        *(end[1] for end in ends),
                    )
                )  # fmt: skip
    return MEASURES_CHANGED.frame(rows)


def _values(plan: Plan, key: str) -> dict[tuple[str, str], tuple[float, str | None]]:
    """Return, by area and measure, the figure and how it stands to its range."""
    if key not in plan.layers:
        return {}
    table = measured(plan, key)
    columns = (table[name] for name in ("code", "measure", "value", "status"))
    return {(code, name): (value, status) for code, name, value, status in zip(*columns, strict=True)}
