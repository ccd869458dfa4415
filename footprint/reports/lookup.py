"""The full lookup of a plan: every unit with its area at each level and in each layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

import pandas as pd

from footprint.measure.footprints import levels
from footprint.model.errors import InputError
from footprint.model.words import spreadsheet_safe
from footprint.plan import derive
from footprint.plan.model import Plan

ENDING = ".csv"
"""Ending of the lookup."""


def lookup_table(plan: Plan, keys: Sequence[str] | None = None) -> pd.DataFrame:
    """Return a row a unit, sorted by code: unit, and code and name of its area in each layer.

    Layers that are levels come first, widest first, and are called by their level. A unit in no area
    of a layer has nothing there.

    Parameters
    ----------
    plan : with units
    keys : layers, in this order, instead of all

    Raises
    ------
    InputError : for a plan without units, and for a layer of `keys` of which nothing says where units lie

    """
    if plan.units is None:
        raise InputError(plan.path, "has no units to export a lookup of", "Add [units] to the plan.")
    level_of = {key: level for level, key in levels(plan).items()}
    columns: dict[str, object] = {"unit": plan.units.codes}
    for key in keys or [*level_of, *(k for k in plan.layers if k not in level_of)]:
        assigned = derive.assignment(plan, key)
        if assigned is None:
            if keys:
                reason = derive.unassigned(plan, key)
                raise InputError(plan.path, reason.rstrip("."), "Give the layer a lookup, or leave it out.")
            continue
        name = level_of.get(key, key)
        columns[f"{name}_code"] = assigned.codes.to_numpy()
        columns[f"{name}_name"] = assigned.codes.map(plan.layers[key].names).to_numpy()
    return pd.DataFrame(columns).sort_values("unit", ignore_index=True)


def write_lookup(plan: Plan, stream: TextIO, keys: Sequence[str] | None = None) -> None:
    """Write the lookup as CSV; `keys` are layers instead of all. Raises as `lookup_table`."""
    table = lookup_table(plan, keys)
    for column in table.columns:
        table[column] = [spreadsheet_safe(v) if isinstance(v, str) else v for v in table[column]]
    table.to_csv(stream, index=False, lineterminator="\n")
