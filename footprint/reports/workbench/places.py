"""Where each unit is on the workbench: in a block that can be painted, in ground that stays, or elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from footprint.drawing.areas import Positions, members
from footprint.drawing.blocks import Blocks
from footprint.plan.model import Plan


@dataclass(frozen=True, eq=False)
class Places:
    """The blocks, and after them a place for what of an area of today is not painted."""

    blocks: Blocks
    unit: Positions
    """By unit of the plan: its place; −1 for units of areas that are not shown."""
    today: Positions
    """By unit of the plan: the area of its level today; −1 for none."""
    areas: Sequence[tuple[str, str]]
    """Code and name of every area of the level today, shown or not."""
    shown: Positions
    """The positions of those of which a part is painted, ascending."""
    fixed: Positions
    """By place after the blocks: the area that it stays in."""

    @property
    def size(self) -> int:
        """Blocks and other places."""
        return len(self.blocks.codes) + len(self.fixed)

    def shown_at(self, area: NDArray[np.intp]) -> Positions:
        """Return areas by their position among those that are shown; −1 for others."""
        at = np.full(len(self.areas) + 1, -1)
        at[self.shown] = np.arange(len(self.shown))
        return np.asarray(at[area])


def places(plan: Plan, key: str | None, blocks: Blocks) -> Places:
    """Return where the units of a plan are; `key` is the layer that is painted, None for a new one."""
    assert plan.units is not None
    areas, today = list[tuple[str, str]](), np.full(len(plan.units.codes), -1)
    if key is not None:
        codes, names, today = members(plan, key)
        areas = list(zip(codes, names, strict=True))
    painted = blocks.unit >= 0
    shown = np.unique(today[painted & (today >= 0)])
    stays = ~painted & np.isin(today, shown) & (today >= 0)
    fixed, at = np.unique(today[stays], return_inverse=True)
    unit = blocks.unit.copy()
    unit[stays] = len(blocks.codes) + at
    return Places(blocks, unit, today, areas, shown, fixed)
