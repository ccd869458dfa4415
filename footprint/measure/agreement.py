"""How well layers agree with the catchments that patients' journeys draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footprint.geometry.agreement import indices
from footprint.measure.activity import activity
from footprint.measure.membership import main_provider
from footprint.model.columns import LAYER, LEVEL_IF_ANY, NO_FLOWS, PEOPLE, V_MEASURE, VARIATION
from footprint.model.errors import Missing
from footprint.model.schema import Column, Table
from footprint.plan import derive

if TYPE_CHECKING:
    from footprint.plan.model import Plan

AGREEMENT = Table(
    "agreement",
    "Fit of layers to catchments",
    "A row for each layer: how well it agrees with the catchments that first past the post draws.",
    (
        LAYER,
        LEVEL_IF_ANY,
        Column("areas", kind="count", type="integer"),
        Column("catchments", kind="count", type="integer"),
        PEOPLE,
        Column("homogeneity", kind="index", meaning="1 where each catchment lies in one area."),
        Column("completeness", kind="index", meaning="1 where each area lies in one catchment."),
        V_MEASURE,
        VARIATION,
    ),
    NO_FLOWS,
)


def agreement(plan: Plan) -> pd.DataFrame:
    """Return how well each layer agrees with the natural catchments, best first: columns of AGREEMENT.

    Catchments are those of first past the post, by people. Homogeneity is 1 where every catchment
    lies in one area, completeness where every area belongs to one catchment; larger areas raise the
    first and lower the second, so `v_measure` and `variation_of_information` weigh both.
    """
    held, people = activity(plan), plan.unit_people()
    if isinstance(held, Missing) or plan.units is None:
        return AGREEMENT.frame()
    winner, _ = main_provider(held)
    served = np.where(held.unit_at >= 0, winner[held.unit_at], -1)
    catchment = pd.Series(served, index=plan.units.codes).where(served >= 0)
    weight = np.ones(len(catchment)) if people is None else people.to_numpy(float)
    rows = []
    for key in plan.layers:
        assigned = derive.assignment(plan, key)
        if assigned is None:
            continue
        codes = assigned.codes.reindex(catchment.index)
        found = indices(codes, catchment, weight)
        level = plan.level_of(key)
        rows.append(
            (
                key, level and str(level), int(codes[catchment.notna()].nunique()), int(catchment.nunique()),
                found.people, found.homogeneity, found.completeness, found.v_measure,
                found.variation_of_information,
            )
        )  # fmt: skip
    table = AGREEMENT.frame(rows)
    return table.sort_values(["v_measure", "layer"], ascending=[False, True], ignore_index=True)
