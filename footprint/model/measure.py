"""A measure of a plan's own: a figure by unit, and how it adds up (METHODS, "Measures of one's own")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from footprint.model.schema import Kind
    from footprint.model.source import Source

Adds = Literal["sum", "mean", "share"]
"""How figures of units make that of an area: amounts add up; means are weighted by people; of a share the
parts add up, and the wholes."""

_KINDS: Mapping[Adds, Kind] = {"sum": "count", "mean": "ratio", "share": "share"}


@dataclass(frozen=True, eq=False)
class Measure:
    """A figure by unit, as its table says it."""

    name: str
    adds: Adds
    unit: str
    """What it is measured in; "" where the plan does not say."""
    values: Mapping[str, float]
    """By the code of a unit: its figure, of a share its part. A unit that is not here is unknown."""
    wholes: Mapping[str, float] | None
    """Of a share: by unit, the whole; None where it is the plan's people."""
    ranges: Mapping[str, tuple[float, float]]
    """Key of a layer → between which the figure of its areas should lie."""
    source: Source
    stated_source: str
    """Whose figures they are, as the plan says."""
    range_source: str
    """Who has set the range."""
    assumption: str
    most_deprived: Literal["lowest", "highest"] | None
    """Which end is the most deprived; None where the plan does not ask."""
    fifth_ends_at: float | None
    """The last value within the most deprived fifth."""
    notes: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """How its figures are shown."""
        return _KINDS[self.adds]
