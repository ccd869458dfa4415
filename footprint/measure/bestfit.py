"""Units that best fit has put into an area that does not hold all of them, as a table."""

from __future__ import annotations

import pandas as pd

from footprint.model.columns import LAYER
from footprint.model.schema import Column, Table
from footprint.plan import derive
from footprint.plan.model import Plan

BEST_FIT = Table(
    "best_fit",
    "Best fit",
    "A row for each unit that was put into one area by best fit and lies partly outside it.",
    (
        LAYER,
        Column("unit", kind="code"),
        Column("area", kind="code", nullable=True),
        Column("best_fit", "Share of unit's area inside", "share"),
        Column("method", values=("point", "nearest", "largest overlap")),
    ),
    "No unit that was assigned by best fit lies partly outside its area.",
)

# Outlines of units and areas that were drawn apart cut off less than this along a common border.
WHOLLY_INSIDE = 0.99


def best_fit_table(plan: Plan) -> pd.DataFrame:
    """Return the units of a plan that best fit has put into an area that does not hold all of them.

    Columns of BEST_FIT; `best_fit` is NaN for points.
    """
    tables = []
    for key in plan.layers:
        assigned = derive.assignment(plan, key)
        if assigned is None or assigned.fit is None or assigned.evidence != "units":
            continue
        fit = assigned.fit
        partly = fit[(fit["best_fit"] < WHOLLY_INSIDE) | (fit["method"] == "nearest")]
        tables.append(
            pd.DataFrame(
                {
                    "layer": key,
                    "unit": partly.index.to_numpy(),
                    "area": partly["code"].to_numpy(),
                    "best_fit": partly["best_fit"].to_numpy(),
                    "method": partly["method"].to_numpy(),
                }
            ).sort_values(["best_fit", "unit"])
        )
    return BEST_FIT.joined(tables)
