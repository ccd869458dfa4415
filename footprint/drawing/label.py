"""Codes and names of the areas of an option."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from footprint.drawing.areas import Positions
from footprint.drawing.blocks import Blocks
from footprint.drawing.drawn import Option
from footprint.drawing.names import Gazetteer, named
from footprint.drawing.question import Question
from footprint.drawing.score import Scales, pieces
from footprint.plan.model import Plan

PROVISIONAL = "NEW"
"""What codes of areas begin with that have none yet."""
# More blocks than this make no list that anybody reads.
_MOST_SPELLED = 40


def labelled(
    plan: Plan,
    scales: Scales,
    known: Gazetteer,
    name: str,
    division: tuple[Positions, int],
    asked: Question,
) -> Option:
    """Return an option with its areas in an order of their own, coded and named.

    An area that goes on from one of today's keeps its code and its name; the others get provisional codes.
    """
    blocks, (area, number) = scales.blocks, division
    here = np.flatnonzero(area >= 0)
    # by parent, then by the first of their blocks
    first = here[np.unique(area[here], return_index=True)[1]]
    order = np.lexsort((first, blocks.parent[first]))
    rank = np.empty(number, dtype=np.intp)
    rank[order] = np.arange(number)
    area = np.where(area >= 0, rank[area], -1)
    goes_on = pieces(scales, here, area[here], number).goes_on
    key = plan.levels.get(asked.level)
    taken = {str(code) for layer in plan.layers.values() for code in layer.codes}
    codes: list[str] = []
    kept: list[str | None] = []
    last = 0
    for was in goes_on.tolist():
        if was >= 0 and key is not None:
            codes.append(blocks.areas_today[was])
            kept.append(plan.layers[key].name(codes[-1]))
            continue
        last += 1
        while (code := f"{PROVISIONAL}-{last:04d}") in taken:
            last += 1
        codes.append(code)
        kept.append(None)
    names = named(blocks, known, area, number, kept)
    return Option(name, area, codes, names, [each is None for each in kept])


def made_of(blocks: Blocks, area: Positions, number: int) -> str | None:
    """Return the blocks of each area in words; None where there are too many."""
    if len(blocks.codes) > _MOST_SPELLED:
        return None
    parts: Sequence[list[str]] = [[] for _ in range(number)]
    for name, own in zip(blocks.names, area.tolist(), strict=True):
        if own >= 0:
            parts[own].append(name)
    return " | ".join(" + ".join(part) for part in parts)
