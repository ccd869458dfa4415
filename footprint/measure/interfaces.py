"""Interfaces: which bodies have to deal with which, as their areas share people (METHODS, "Interfaces").

They are counted between the layers that a plan compares. A sliver of ground makes no interface.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.measure.interface_tables import INTERFACES
from footprint.model.errors import Missing
from footprint.plan import derive
from footprint.plan.levels import pairs
from footprint.plan.once import derived

if TYPE_CHECKING:
    from footprint.plan.model import Plan


def facing_layers(plan: Plan) -> list[tuple[str, str]]:
    """Return the pairs of layers between which interfaces are known, each once, its keys in order."""
    found = dict.fromkeys(tuple(sorted(pair)) for pair in pairs(plan) if pair[0] != pair[1])
    return [(a, b) for a, b in found if not isinstance(derive.overlap(plan, a, b), Missing)]


@derived(derive.overlap, derive.assignment, "levels")
def _between(plan: Plan, source: str, target: str) -> pd.DataFrame:
    """Return the interfaces between two layers from both of their sides, columns of INTERFACES."""
    found = derive.overlap(plan, source, target)
    assert not isinstance(found, Missing)
    real = found.table[found.table["verdict"] != "sliver"]
    people = real["population"].mask(_uncounted(plan, source, target, real))
    real = real.assign(population=people)[~(people == 0)]
    sides = []
    for ours, theirs in (("source", "target"), ("target", "source")):
        one, other = (
            plan.layers[key] for key in ((source, target) if ours == "source" else (target, source))
        )
        level = plan.level_of(one.key)
        codes = [real[side].astype(str).tolist() for side in (ours, theirs)]
        sides.append(
            INTERFACES.frame(
                (one.key, level and str(level), a, one.name(a), other.key, b, other.name(b), shared)
                for a, b, shared in zip(*codes, real["population"], strict=True)
            )
        )
    return INTERFACES.joined(sides)


@derived(_between, "layers", "align")
def interfaces(plan: Plan) -> pd.DataFrame:
    """Return every interface from both of its sides, columns of INTERFACES.

    A pair of areas with people in common is an interface; of areas whose people nobody has counted, a pair
    with ground in common beyond slivers. People are NaN then.
    """
    found = INTERFACES.joined(_between(plan, *facing) for facing in facing_layers(plan))
    return found.sort_values(
        ["layer", "code", "other_layer", "population", "other_code"],
        ascending=[True, True, True, False, True], ignore_index=True,
    )  # fmt: skip


def _uncounted(plan: Plan, source: str, target: str, pieces: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which pieces hold units that the population has no row for."""
    sides = [derive.assignment(plan, key) for key in (source, target)]
    people = plan.unit_people()
    if plan.people is None or people is None or any(side is None for side in sides):
        return np.zeros(len(pieces), dtype=bool)
    lost = people.index.difference(plan.people.people.index)
    held = set(zip(*(side.codes.reindex(lost) for side in sides if side is not None), strict=True))
    return np.array(
        [pair in held for pair in zip(pieces["source"], pieces["target"], strict=True)], dtype=bool
    )
