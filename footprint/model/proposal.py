"""A proposed boundary change as data: what, when, on which base plan, and what can be wrong with it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from footprint.model.finding import Location
from footprint.model.source import Source

if TYPE_CHECKING:
    import pandas as pd

    from footprint.model.layer import Layer


@dataclass(frozen=True)
class NewArea:
    """An area that a proposal creates, renames or recodes."""

    code: str
    name: str
    was: str | None
    """The code that the same area had; None for one that is new or only renamed."""
    line: int | None
    """Line of proposal.toml."""


@dataclass(frozen=True, eq=False)
class Proposal:
    """A proposed change of one layer, or of several at once."""

    title: str
    effective_date: dt.date
    legislation_url: str
    consultation_url: str
    path: Path
    base: Path | None
    """The plan that it changes, or another proposal."""
    layer: str | None
    level: str | None
    """The layer that it changes, by its key or by its level."""
    areas: tuple[NewArea, ...]
    rows: pd.DataFrame
    """Columns code and area, as text; the index is the line of `rows_path`."""
    rows_path: Path | None
    complete: bool
    """True where it lists everything, so that what is not listed is left out by mistake."""
    drawn: Layer | None
    """The proposed boundary, instead of rows."""
    sources: tuple[Source, ...]
    creates: bool = False
    """True where the plan that it changes has no such level yet."""
    changes: tuple[Proposal, ...] = ()
    """What it changes, a layer each, where it changes several; then it has no layer and no rows itself."""
    gives_bodies: bool = True
    """Whether the bodies beside it are those after this change: of several changes, after the last."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a proposal."""

    kind: Literal["unknown unit", "assigned twice", "left unassigned"]
    message: str
    hint: str
    location: Location | None
    codes: tuple[str, ...] = ()
    """Codes concerned, at most twenty."""
    units: int | None = None
    layer: str | None = None
    """Key of the layer, where the proposal changes several."""
