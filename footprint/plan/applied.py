"""What a plan says of the proposal that made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from footprint.model.finding import Location

if TYPE_CHECKING:
    from pathlib import Path

    from footprint.model.proposal import Fault, Proposal
    from footprint.model.source import Source
    from footprint.plan.model import Plan


@dataclass(frozen=True, eq=False)
class Applied:
    """A proposal and the plan that it was applied to."""

    proposal: Proposal
    base: Plan
    layer: str
    """Key of the layer that it changes."""
    faults: tuple[Fault, ...]
    """Where there are any, nothing was applied."""
    successors: Mapping[str, str]
    """Code of an area → the code that the same area has now, where it differs."""
    lines: Mapping[str, int]
    """Code of an area that gains or loses units → the first line of the assignment that says so."""

    @property
    def sources(self) -> tuple[Source, ...]:
        """Provenance of its files, and of those of the proposals that it builds on."""
        earlier = self.base.proposal
        return (*(earlier.sources if earlier is not None else ()), *self.proposal.sources)

    @property
    def paths(self) -> tuple[Path, ...]:
        """Its own file, and those of the proposals that it builds on."""
        earlier = self.base.proposal
        return (*(earlier.paths if earlier is not None else ()), self.proposal.path)

    def cause(self, *codes: str) -> Location | None:
        """Return the line that first touches one of these areas, of this proposal or an earlier one."""
        earlier = self.base.proposal
        return self.line_of(*codes) or (earlier.cause(*codes) if earlier is not None else None)

    def line_of(self, *codes: str) -> Location | None:
        """Return the line of the assignment that first touches one of these areas."""
        path = self.proposal.rows_path
        lines = [self.lines[code] for code in codes if code in self.lines]
        if path is None or not lines:
            return None
        return Location(str(path), min(lines))
