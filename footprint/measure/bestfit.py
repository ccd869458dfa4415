"""Running rules over a plan: the one way in for the command line and for Python."""

from __future__ import annotations

import pandas as pd

from footprint.plan import derive
from footprint.plan.model import Plan

# Outlines of units and areas that were drawn apart cut off less than this along a common border.
WHOLLY_INSIDE = 0.99


def best_fit_table(plan: Plan) -> pd.DataFrame:
    """Return the units of a plan that best fit has put into an area that does not hold all of them."""
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
    columns = ["layer", "unit", "area", "best_fit", "method"]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
