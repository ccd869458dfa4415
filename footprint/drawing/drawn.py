"""What was drawn: options side by side, what could not be divided, and how it was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from footprint.drawing.areas import Positions
from footprint.drawing.blocks import Blocks
from footprint.drawing.ground import CROSSINGS, Terrain
from footprint.drawing.proof import IMPOSSIBLE, Proof
from footprint.drawing.question import Question
from footprint.drawing.score import AREAS, OPTIONS
from footprint.model.levels import Band
from footprint.model.shown import Shown
from footprint.model.suppression import publish
from footprint.model.words import count
from footprint.plan.model import Plan

DRAWN = {"options": OPTIONS, "areas": AREAS, "impossible": IMPOSSIBLE, "crossings": CROSSINGS}
"""The tables of what was drawn, by the names that they have in the JSON."""


@dataclass(frozen=True, eq=False)
class Option:
    """One way to divide the ground."""

    name: str
    """Of its folder: option-1."""
    area: Positions
    """By block: its area; −1 where its parent could not be divided."""
    codes: Sequence[str]
    """By area: provisional, but of an area that goes on from today's."""
    names: Sequence[str]
    new: Sequence[bool]
    """By area: whether there is none today that it goes on from."""


@dataclass(frozen=True, eq=False)
class Drawn(Shown):
    """What `draw` found."""

    plan: Plan
    question: Question
    blocks: Blocks
    terrain: Terrain
    band: Band
    options: Sequence[Option]
    """The one that is preferred first."""
    full: pd.DataFrame
    """Their measures, today's map last, columns of OPTIONS, with small numbers in them."""
    areas_full: pd.DataFrame
    """Areas of all options, columns of AREAS, likewise."""
    picked: Sequence[int]
    """The rows of `every` that they are; () where there is none."""
    every: pd.DataFrame | None
    """All divisions that there are, columns of OPTIONS; None where they were not listed."""
    number: int | None
    """How many divisions there are; None where they were not counted."""
    proofs: Mapping[int, Proof]
    """By parent: why it cannot be divided, or that no division was found."""
    steps: int
    """Steps of annealing for the first option; 0 where all options were enumerated."""
    steps_done: int
    """Steps of annealing in all runs together."""
    cut_short: bool
    """Whether it was stopped before all was done."""
    notes: tuple[str, ...]
    base: Path | None
    """What its proposals build on: the plan, or the option that it went on from."""

    def __repr__(self) -> str:
        """Return one line: the plan, the level, and how many options there are."""
        level, options = self.question.level, count(len(self.options), "option")
        return (
            f"<Drawn for {self.plan.title!r}: {options} for {level}s, {len(self.proofs):,} areas undivided>"
        )

    @property
    def complete(self) -> bool:
        """Whether the options are some of all that there are, with nothing left unseen."""
        return self.number is not None and self.steps_done == 0

    @cached_property
    def table(self) -> pd.DataFrame:
        """Measures of the options and of today's map as they may be published, columns of OPTIONS."""
        return publish(OPTIONS, self.full, self.plan.suppress)

    @cached_property
    def areas(self) -> pd.DataFrame:
        """Areas of all options as they may be published, columns of AREAS."""
        return publish(AREAS, self.areas_full, self.plan.suppress)

    @property
    def impossible(self) -> list[tuple[str, str, float, Proof]]:
        """Code, name and people of each parent that was not divided, and why."""
        people = pd.Series(self.blocks.people).groupby(self.blocks.parent).sum()
        return [
            (*self.blocks.parents[parent], float(people[parent]), why)
            for parent, why in sorted(self.proofs.items())
        ]

    def exit_code(self) -> int:
        """Return 0 (written), 1 (proved that a parent cannot be divided) or 2 (nothing was found)."""
        if any(proof.by != "search" for proof in self.proofs.values()):
            return 1
        return 0 if self.options and not self.proofs else 1 if self.options else 2
