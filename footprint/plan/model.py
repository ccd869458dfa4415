"""The plan: what `footprint.toml` declares, loaded, at one date. What follows from it: `plan.derive`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from footprint.model.cache import fingerprint
from footprint.model.later import is_made, is_none, lazy, plain
from footprint.model.source import Guess, said
from footprint.read.planfile import named_in

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from footprint.geometry.overlap import Evidence
    from footprint.model.accountability import Accountability
    from footprint.model.geographies import Geography
    from footprint.model.layer import Layer
    from footprint.model.levels import Band, Level
    from footprint.model.rows import FlowTable, Lookup, Population, Providers
    from footprint.model.source import Source
    from footprint.plan.applied import Applied
    from footprint.read.specs import PlanSpec


Kind = Literal["nest", "match"]


@lazy("codes", "shapes", "drawn", "source", "out_of_scope")
@dataclass(frozen=True, eq=False)
class Units:
    """The smallest areas that carry a population."""

    geography: Geography
    codes: pd.Index
    """Unique, in scope."""
    shapes: gpd.GeoSeries | None
    """Polygons or points by code in EPSG:27700; None where lookups say it all."""
    drawn: Layer | None
    """The units as a layer, where they are polygons."""
    source: Source | None
    out_of_scope: int
    """Units of other nations that were left out."""
    names: Mapping[str, str]
    """Code of each unit → its name, or its code where nothing names it."""
    vintage: int | None = None
    """As the headings above their codes say it; None where they do not."""

    @property
    def is_placed(self) -> bool:
        """True where a file says where they are, read or not."""
        return not is_none(self, "shapes")

    @property
    def is_read(self) -> bool:
        """True where that file has been read."""
        return any(is_made(self, part) for part in ("shapes", "drawn", "source", "out_of_scope"))

    @property
    def are_points(self) -> bool:
        """True where units are points."""
        return self.shapes is not None and self.drawn is None

    @cached_property
    def fingerprint(self) -> str:
        """A digest of their codes and shapes, to know them again by."""
        assert self.shapes is not None
        return fingerprint(self.shapes)

    @property
    def area_m2(self) -> pd.Series | None:
        """Area of each unit; None where units are not polygons."""
        return None if self.drawn is None or self.shapes is None else self.shapes.area


@lazy("drawn", "names")
@dataclass(frozen=True, eq=False)
class PlanLayer:
    """A layer as the plan declares it: drawn, given by a lookup, or both."""

    key: str
    geography: Geography
    drawn: Layer | None
    lookup: Lookup | None
    base: str | None
    """What the lookup is keyed by: "units" or the key of another layer; None without a lookup."""
    names: pd.Series
    """Index area code (unique), value name."""
    evidence: Evidence = "lookup"
    """What the lookup rests on: "units" where a proposal changes a layer that best fit had filled."""
    kept: Layer | None = None
    """Outlines of the areas that a proposal leaves as they were; those of the others are dissolved."""
    covers: Literal["all", "part"] | None = None
    """Whether it covers all the ground, as the plan states it; None where it does not."""
    undrawn: frozenset[str] = frozenset()
    """Areas of a drawn layer that its lookup alone has."""

    @property
    def codes(self) -> pd.Index:
        """Codes of all areas."""
        return self.names.index

    @property
    def areas(self) -> Mapping[str, str]:
        """Code of each area → its name."""
        return plain(self, "names")

    @property
    def is_drawn(self) -> bool:
        """True where a file has its outlines, read or not."""
        return not is_none(self, "drawn")

    @property
    def is_read(self) -> bool:
        """True where that file has been read."""
        return is_made(self, "drawn")

    def name(self, code: str) -> str:
        """Return the name of an area, or its code where it has none."""
        return str(self.names.get(code, code))


@lazy("codes")
@dataclass(frozen=True, eq=False)
class Assignment:
    """Which area of a layer each unit belongs to."""

    codes: pd.Series
    """Index unit code (all units of the plan), value area code or None."""
    evidence: Evidence
    fit: pd.DataFrame | None = None
    """The table of `overlay.best_fit` where units were assigned by it."""

    @property
    def areas(self) -> Mapping[str, str | None]:
        """Unit code → area code or None."""
        return plain(self, "codes")


@dataclass(frozen=True)
class Alignment:
    """Two layers that are to line up."""

    source: str
    target: str
    kind: Kind
    must: bool
    """False for "should"."""


@dataclass(frozen=True)
class Accepted:
    """A finding that is known and accepted."""

    rule: str
    reason: str
    area: str | None = None
    layer: str | None = None
    other: str | None = None

    def __str__(self) -> str:
        named = (self.area, self.layer and f"in {self.layer}", self.other and f"with {self.other}")
        return " ".join([self.rule, *(n for n in named if n)])


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
    align: tuple[Alignment, ...]
    accept: tuple[Accepted, ...]
    sliver_width_m: float | None
    notes: tuple[str, ...]
    """What was guessed, left out or changed while loading, one sentence each; guesses are `Guess`es."""
    flows: FlowTable | None = None
    """What patients of each unit do at each provider; None without [flows]."""
    flow_lookup: Lookup | None = None
    """Which flow unit each unit belongs to; None where flows are keyed by the units themselves."""
    providers: Providers | None = None
    """Where providers stand; None without [providers]."""
    localisation_index: Mapping[Level, float] = field(default_factory=dict)
    """The least share of residents' activity that is to stay inside, by level."""
    periphery_m: float | None = None
    """How far from a land border the periphery reaches."""
    proposal: Applied | None = None
    """The proposed change that this plan is the result of; None for a plan as it stands."""
    suppress: str | None = None
    """The rule by which small numbers are kept in (see `flows.suppression`); None publishes all."""
    attribution: tuple[str, ...] = ()
    """Statements that the licences of the inputs ask for."""
    licences: Mapping[str, str] = field(default_factory=dict)
    """Licence by the path of an input, where the plan states one."""
    unread: tuple[str, ...] = ()
    """Parts of the plan file that this run does not read."""
    accountability: Accountability | None = None
    """Who is accountable for what, where; None without [accountability]."""
    spec: PlanSpec | None = None
    """What was loaded, as it is written; parts of it may be unread."""
    tables: dict[tuple[Any, ...], Any] = field(default_factory=dict, init=False, repr=False)
    """What follows from it, as far as it has been asked for (see `plan.once`). Another plan, made of this
    one by dataclasses.replace, has other tables."""

    def told(self) -> Iterator[str]:
        """Return what was guessed, left out or changed while loading, for stderr."""
        yield from self.said
        for part in self.unread:
            yield f"[{part}] is not read, as no rule on flows is run"

    @property
    def said(self) -> tuple[str, ...]:
        """The notes, without guesses that leave no doubt."""
        return said(self.notes)

    @property
    def root(self) -> Path:
        """The folder that the paths of the plan file are relative to."""
        return self.path.parent if self.path is not None else Path()

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What every output of this plan has to state."""
        stated = [given.assumption for given in (self.people, self.flows) if given is not None]
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
        for layer in self.layers.values():
            # outlines that are not read are no input yet
            drawn = layer.drawn if layer.is_read else None
            found += [part.source for part in (drawn, layer.lookup) if part is not None]
        found += [part.source for part in (self.flows, self.flow_lookup, self.providers) if part is not None]
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
        named = [str(name) for path in tomls if path is not None for name in (path, *named_in(path))]
        return [source.path for source in self.inputs] + named

    def _guessed(self, role: str) -> str | None:
        """Return what was guessed of an input."""
        told = dict.fromkeys(n.told for n in self.notes if isinstance(n, Guess) and n.role == role)
        return "; ".join(told) or None

    def _licence(self, path: str) -> str | None:
        """Return the licence of an input, which may be a layer of a file (FILE::LAYER)."""
        return self.licences.get(path) or self.licences.get(path.rpartition("::")[0])

    def level_of(self, key: str) -> Level | None:
        """Return the level that a layer is, or None."""
        return next((level for level, layer in self.levels.items() if layer == key), None)

    def drawn_layers(self) -> list[Layer]:
        """Return every layer with outlines, units last."""
        drawn = [layer.drawn for layer in self.layers.values() if layer.drawn is not None]
        if self.units is not None and self.units.drawn is not None:
            drawn.append(self.units.drawn)
        return drawn

    def unit_people(self) -> pd.Series | None:
        """Return people by unit, 0 where the population has no row for one; None without people."""
        if self.units is None or self.people is None or self.people_of != "units":
            return None
        return self.people.people.reindex(self.units.codes).fillna(0.0)
