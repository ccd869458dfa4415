"""Which pairs of layers of a plan are compared."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from footprint.model.levels import Level

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.plan.parts import Alignment


def level_pairs(plan: Plan) -> list[tuple[str, str]]:
    """Return (lower, higher) layer for each level that the next higher one of the plan should contain."""
    held = [plan.levels[level] for level in reversed(Level) if level in plan.levels]
    return [(low, high) for low, high in pairwise(held) if low != high]


def alignments(plan: Plan) -> list[Alignment]:
    """Return the alignments that the plan states, without those that its levels state anyway."""
    nested = set(level_pairs(plan))
    return [a for a in plan.align if a.kind != "nest" or (a.source, a.target) not in nested]


def facing(plan: Plan) -> list[tuple[str, str]]:
    """Return every pair of layers that is compared, and those that are to match the other way round too."""
    matching = {(a.target, a.source) for a in plan.align if a.kind == "match"}
    return list(dict.fromkeys([*pairs(plan), *sorted(matching)]))


def pairs(plan: Plan) -> list[tuple[str, str]]:
    """Return every pair of layers that is compared, once."""
    stated = [(a.source, a.target) for a in plan.align]
    return list(dict.fromkeys([*stated, *level_pairs(plan)]))
