"""The plan: what `footprint.toml` declares, loaded, at one date. What follows from it: `plan.derive`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footprint.model.finding import Location
from footprint.model.nations import ENGLAND, Scope
from footprint.model.source import Guess
from footprint.plan.parts import Accepted, Alignment, PlanLayer, Units
from footprint.read.planfile import named_in

if TYPE_CHECKING:
    import pandas as pd

    from footprint.model.accountability import Accountability
    from footprint.model.layer import Layer
    from footprint.model.levels import Band, Level
    from footprint.model.measure import Measure
    from footprint.model.proposal import Fault, Proposal
    from footprint.model.rows import FlowTable, Lookup, Population, Providers
    from footprint.model.source import Source
    from footprint.read.specs import PlanSpec


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
        both = (*(earlier.sources if earlier is not None else ()), *self.proposal.sources)
        return tuple(dict.fromkeys(both))

    @property
    def paths(self) -> tuple[Path, ...]:
        """Its own file, and those of the proposals that it builds on."""
        earlier = self.base.proposal
        return tuple(dict.fromkeys((*(earlier.paths if earlier is not None else ()), self.proposal.path)))

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


@dataclass(frozen=True, eq=False)
class Plan:
    """Layers, units and what is to be checked of them."""

    title: str
    date: dt.date | None
    profile: str
    path: Path | None
    """The plan file; None where the layers were given on the command line."""
    layers: Mapping[str, PlanLayer]
    units: Units | None
    people: Population | None
    people_of: str | None
    """What the population is keyed by: "units" or the key of a layer."""
    levels: Mapping[Level, str]
    bands: Mapping[Level, Band]
    """Of levels; see `band_of`."""
    align: tuple[Alignment, ...]
    accept: tuple[Accepted, ...]
    sliver_width_m: float | None
    notes: tuple[str, ...]
    """What was guessed, left out or changed while loading, one sentence each."""
    guesses: tuple[Guess, ...] = ()
    """What was guessed of inputs, also where the names of columns leave no doubt."""
    flows: FlowTable | None = None
    """What patients of each unit do at each provider; None without [flows]."""
    flow_lookup: Lookup | None = None
    """Which flow unit each unit belongs to; None where flows are keyed by the units themselves."""
    providers: Providers | None = None
    """Where providers stand; None without [providers]."""
    localisation_index: Mapping[Level, float] = field(default_factory=dict)
    """The least share of residents' activity that is to stay inside, by level."""
    least_providers: Mapping[Level, int] = field(default_factory=dict)
    """How many providers are to stand in an area at least, by level."""
    periphery_m: float | None = None
    """How far from a land border the periphery reaches."""
    proposal: Applied | None = None
    """The proposed change that this plan is the result of; None for a plan as it stands."""
    suppress: str | None = None
    """The rule by which small numbers are kept in (see `model.suppression`); None publishes all."""
    attribution: tuple[str, ...] = ()
    """Statements that the licences of the inputs ask for."""
    licences: Mapping[str, str] = field(default_factory=dict)
    """Licence by the path of an input, where the plan states one."""
    unread: tuple[str, ...] = ()
    """Parts of the plan file that this run does not read."""
    layer_bands: Mapping[str, Band] = field(default_factory=dict)
    """By the key of a layer; they go before that of its level."""
    other_people: Population | None = None
    """A second table of people, to see which verdicts hang on the first."""
    measures: tuple[Measure, ...] = ()
    """Figures of the plan's own by unit."""
    accountability: Accountability | None = None
    """Who is accountable for what, where; None without [accountability]."""
    spec: PlanSpec | None = None
    """What was loaded, as it is written; parts of it may be unread."""
    nations: Scope = ENGLAND
    """The nations that it is of; areas of others were left out."""
    tables: dict[tuple[Any, ...], Any] = field(default_factory=dict, init=False, repr=False)
    """What follows from it, as far as it has been asked for (see `plan.once`). Another plan, made of this
    one by dataclasses.replace, has other tables."""

    def __repr__(self) -> str:
        """Return one line: title, date, and what it has."""
        units = "no units" if self.units is None else f"{len(self.units.codes):,} units"
        return f"<Plan {self.title!r} of {self.date}: {units}, layers {', '.join(self.layers)}>"

    def told(self) -> Iterator[str]:
        """Return what was guessed, left out or changed while loading, for stderr."""
        yield from self.notes
        for part in self.unread:
            yield f"[{part}] is not read, as no rule on flows is run"

    @property
    def root(self) -> Path:
        """The folder that the paths of the plan file are relative to."""
        return self.path.parent if self.path is not None else Path()

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What every output of this plan has to state."""
        stated = [given.assumption for given in (self.people, self.flows) if given is not None]
        stated += [measure.assumption for measure in self.measures]
        stated += self.accountability.stated if self.accountability is not None else ()
        return tuple(each for each in stated if each)

    @property
    def inputs(self) -> tuple[Source, ...]:
        """Provenance of every file that was read, in the order of the plan."""
        found: list[Source] = []
        if self.units is not None and self.units.is_read and self.units.source is not None:
            found.append(self.units.source)
        if self.people is not None:
            found.append(self.people.source)
        found += [] if self.other_people is None else [self.other_people.source]
        for layer in self.layers.values():
            # outlines that are not read are no input yet
            drawn = layer.drawn if layer.is_read else None
            found += [part.source for part in (drawn, layer.lookup) if part is not None]
        found += [part.source for part in (self.flows, self.flow_lookup, self.providers) if part is not None]
        found += [measure.source for measure in self.measures]
        if self.accountability is not None:
            found += self.accountability.sources
        if self.proposal is not None:
            found += self.proposal.sources
        found = [
            replace(one, licence=self._licence(one.path), guessed=self._guessed(one.role)) for one in found
        ]
        return tuple(found)

    @property
    def files(self) -> list[str]:
        """The files that it was read from or names, which no output may overwrite."""
        tomls = [self.path, *(self.proposal.paths if self.proposal is not None else ())]
        # a proposal that was made in Python has no file
        there = [path for path in tomls if path is not None and path.exists()]
        named = [str(name) for path in there for name in (path, *named_in(path))]
        return [source.path for source in self.inputs] + named

    def _guessed(self, role: str) -> str | None:
        """Return what was guessed of an input, while loading or since."""
        since = (made for made in self.tables.values() if isinstance(made, Guess))
        told = dict.fromkeys(guess.told for guess in (*self.guesses, *since) if guess.role == role)
        return "; ".join(told) or None

    def _licence(self, path: str) -> str | None:
        """Return the licence of an input, which may be a layer of a file (FILE::LAYER)."""
        return self.licences.get(path) or self.licences.get(path.rpartition("::")[0])

    def level_of(self, key: str) -> Level | None:
        """Return the level that a layer is, or None."""
        return next((level for level, layer in self.levels.items() if layer == key), None)

    def band_of(self, key: str) -> Band | None:
        """Return the population band of a layer: its own, or else that of its level."""
        level = self.level_of(key)
        return self.layer_bands.get(key) or (None if level is None else self.bands.get(level))

    @property
    def banded(self) -> dict[str, Band]:
        """Bands by the key of a layer, those of levels first."""
        keys = [key for key in dict.fromkeys((*self.levels.values(), *self.layers)) if key in self.layers]
        return {key: band for key in keys if (band := self.band_of(key)) is not None}

    def drawn_layers(self) -> list[Layer]:
        """Return every layer with outlines, units last."""
        drawn = [layer.drawn for layer in self.layers.values() if layer.drawn is not None]
        if self.units is not None and self.units.drawn is not None:
            drawn.append(self.units.drawn)
        return drawn

    def unit_people(self) -> pd.Series | None:
        """Return people by unit, 0 where the population has no row for one; None without people."""
        return self._unit_people

    @cached_property
    def _unit_people(self) -> pd.Series | None:
        if self.units is None or self.people is None or self.people_of != "units":
            return None
        return self.people.people.reindex(self.units.codes).fillna(0.0)
