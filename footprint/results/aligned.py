"""How well layers line up before and after a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footprint.geometry.agreement import indices
from footprint.plan import derive
from footprint.plan.model import Plan
from footprint.results.tables import AGREEMENT

if TYPE_CHECKING:
    from footprint.results.result import Result


def agreement(before: Result, after: Result) -> pd.DataFrame:
    """Return the coterminosity of each pair of layers that both runs compare, columns of AGREEMENT."""
    rows = []
    was = {(o.source, o.target): o for o in before.overlaps}
    for now in after.overlaps:
        pair = (now.source, now.target)
        if pair not in was:
            continue
        overlaps = (was[pair], now)
        verdicts = [
            o.table.drop_duplicates(["source", "verdict"])["verdict"].value_counts() for o in overlaps
        ]
        counts = [len(o.nested()) for o in overlaps]
        for verdict in ("split", "same"):
            counts += [int(held.get(verdict, 0)) for held in verdicts]
        values = [_indices(run.plan, *pair) for run in (before, after)]
        rows.append((*pair, *counts, *(v[0] for v in values), *(v[1] for v in values)))
    return AGREEMENT.frame(rows)


def _indices(plan: Plan, source: str, target: str) -> tuple[float, float]:
    """Return the V-measure and the variation of information; NaN where the units of a layer are unknown."""
    a, b, people = derive.assignment(plan, source), derive.assignment(plan, target), plan.unit_people()
    if a is None or b is None:
        return float("nan"), float("nan")
    weight = np.ones(len(a.codes)) if people is None else people.to_numpy(float)
    found = indices(a.codes, b.codes.reindex(a.codes.index), weight)
    return found.v_measure, found.variation_of_information
