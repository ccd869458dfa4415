"""What a comparison of two plans cannot tell, as only one of them has it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from footprint.model.known import is_known

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.results.comparison import Comparison


def units_alone(change: Comparison) -> list[tuple[pd.Index, float]]:
    """Return the units, and their people, that only the plan before has, and that only the one after has.

    Nobody can tell whether these move. There are none where no layer is compared by its units; people are
    NaN where nobody has counted them.
    """
    plans = (change.before.plan, change.after.plan)
    one, other = (None if plan.units is None else plan.units.codes for plan in plans)
    none = pd.Index([])
    if one is None or other is None or one is other or not change.layers:
        return [(none, 0.0), (none, 0.0)]
    sides = (one.difference(other, sort=False), other.difference(one, sort=False))
    return [(units, _people(plan, units)) for plan, units in zip(plans, sides, strict=True)]


def _people(plan: Plan, units: pd.Index) -> float:
    people = plan.unit_people()
    return float("nan") if people is None else float(people.reindex(units).sum())


def people_alone(change: Comparison, key: str) -> float:
    """Return how many people may move between areas of a layer besides those who do.

    They live in units that only one of the plans has; NaN where nobody has counted them.
    """
    if key not in change.layers:
        return 0.0
    sides = [people for units, people in units_alone(change) if len(units)]
    return max(sides, default=0.0) if all(is_known(p) for p in sides) else float("nan")


def layers_alone(change: Comparison) -> list[str]:
    """Return the layers that only one of two plans has, as "stp (before)"; none with a proposal."""
    one, other = change.before.plan, change.after.plan
    if one.units is other.units and one.units is not None:
        return []
    return [
        f"{key} ({side})"
        for side, plan, than in (("before", one, other), ("after", other, one))
        for key in plan.layers
        if key not in than.layers
    ]


def without_row(change: Comparison, units: Iterable[str]) -> bool:
    """Return whether the population of neither plan has a row for one of these units.

    They count as 0 people, but nobody knows that nobody lives there.
    """
    left = pd.Index(list(units))
    for plan in (change.before.plan, change.after.plan):
        if plan.people is not None and plan.people_of == "units":
            left = left.difference(plan.people.people.index)
    return len(left) > 0
