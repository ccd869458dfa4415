"""Interfaces: which bodies have to deal with which, as their areas share people (METHODS, "Interfaces").

They are counted between the layers that a plan compares. A sliver of ground makes no interface.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footprint.model.columns import AREA, CODE, LAYER, NAME, PEOPLE
from footprint.model.errors import Missing
from footprint.model.schema import Column, Table
from footprint.plan import derive
from footprint.plan.levels import pairs
from footprint.plan.once import derived

if TYPE_CHECKING:
    from footprint.plan.model import Plan

INTERFACES = Table(
    "interfaces",
    "Interfaces",
    "A row for each body and each body of another layer that it has to deal with, as both areas share "
    "people.",
    (
        *AREA,
        LAYER.but(name="other_layer", heading="Other layer"),
        CODE.but(name="other_code", heading="Other code"),
        NAME.but(name="other_name", heading="Other area"),
        PEOPLE.but(meaning="People whom both answer for."),
    ),
    "The plan compares no two layers, or they could not be compared.",
)

INTERFACE_COUNTS = Table(
    "interface_counts",
    "Interfaces by body",
    "A row for each body and other layer: with how many bodies of that layer it has to deal.",
    (*AREA, INTERFACES.by_name["other_layer"], Column("interfaces", kind="count", type="integer")),
    INTERFACES.none,
)


@derived(derive.overlap, "layers", "levels", "align")
def interfaces(plan: Plan) -> pd.DataFrame:
    """Return every interface from both of its sides, columns of INTERFACES.

    A pair of areas with people in common is an interface; of areas whose people nobody has counted, a pair
    with ground in common beyond slivers. People are NaN then.
    """
    rows: list[tuple[object, ...]] = []
    for source, target in dict.fromkeys(tuple(sorted(pair)) for pair in pairs(plan) if pair[0] != pair[1]):
        found = derive.overlap(plan, source, target)
        if isinstance(found, Missing):
            continue
        real = found.table[(found.table["verdict"] != "sliver") & ~(found.table["population"] == 0)]
        one, other = plan.layers[source], plan.layers[target]
        levels = [level and str(level) for level in map(plan.level_of, (source, target))]
        for a, b, people in zip(
            map(str, real["source"]), map(str, real["target"]), real["population"], strict=True
        ):
            rows.append((source, levels[0], a, one.name(a), target, b, other.name(b), people))
            rows.append((target, levels[1], b, other.name(b), source, a, one.name(a), people))
    return INTERFACES.frame(rows).sort_values(
        ["layer", "code", "other_layer", "population", "other_code"],
        ascending=[True, True, True, False, True], ignore_index=True,
    )  # fmt: skip


def counted(plan: Plan) -> pd.DataFrame:
    """Return with how many bodies of each layer each body has to deal, columns of INTERFACE_COUNTS."""
    by = [column.name for column in INTERFACE_COUNTS.columns[:-1]]
    sizes = interfaces(plan).groupby(by, dropna=False, sort=True).size()
    frame = sizes.reset_index(name="interfaces")
    return INTERFACE_COUNTS.frame(frame.replace({np.nan: None}).itertuples(index=False))
