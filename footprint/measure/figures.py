"""What rules and reports on patient flows share: which levels they judge, and figures as published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from footprint.model.levels import Level
from footprint.model.suppression import HIDDEN, SHARE_DIGITS, hes_count, published_share
from footprint.model.words import number, percent

if TYPE_CHECKING:
    from footprint.plan.model import Plan


@dataclass(frozen=True)
class Figures:
    """Counts and shares for messages and evidence, with small numbers kept in where the plan says so."""

    suppress: bool

    def count(self, value: float) -> float | str | None:
        """Return a count for evidence."""
        return hes_count(value) if self.suppress else value

    def text(self, value: float) -> str:
        """Return a count for a message."""
        told = self.count(value)
        return told if isinstance(told, str) else number(told)

    def share(self, value: float, *parts: float, whole: float | None = None) -> float | str | None:
        """Return a share for evidence; `parts` are the counts that it is made of, `whole` what it is of."""
        if not self.suppress:
            return value
        if any(hes_count(part) == HIDDEN for part in parts):
            return HIDDEN
        return round(value, SHARE_DIGITS) if whole is None else published_share(value, whole)

    def percent(self, value: float, *parts: float, whole: float | None = None) -> str:
        """Return a share for a message."""
        told = self.share(value, *parts, whole=whole)
        return told if isinstance(told, str) else percent(told)


def figures(plan: Plan) -> Figures:
    """Return how a plan's figures are to be shown."""
    return Figures(plan.suppress is not None)


def hospital_levels(plan: Plan) -> list[tuple[Level, str]]:
    """Return (level, layer) of the levels that a hospital's catchment can be expected to fit.

    An acute hospital serves a quarter of a million people and more, so every neighbourhood shares
    its hospital with others: nothing follows from that.
    """
    return [(level, key) for level, key in plan.levels.items() if level != Level.NEIGHBOURHOOD]
