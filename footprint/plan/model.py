"""The plan: what `footprint.toml` declares, loaded, at one date, and the tables that follow from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import geopandas as gpd
import pandas as pd
import shapely

from footprint.geometry.bestfit import best_fit
from footprint.geometry.by_geometry import by_geometry
from footprint.geometry.by_units import by_units, confirmed
from footprint.geometry.overlap import Evidence, Overlap
from footprint.geometry.tolerance import Tolerance, tolerance
from footprint.model.cache import fingerprint, kept
from footprint.model.codes import is_in
from footprint.model.errors import IncomparableError, Missing
from footprint.model.finding import Location
from footprint.model.geographies import Geography
from footprint.model.layer import BRITISH_NATIONAL_GRID, Layer
from footprint.model.levels import Band, Level
from footprint.model.rows import Lookup, Population
from footprint.model.source import Source

if TYPE_CHECKING:
    from footprint.model.accountability import Accountability
    from footprint.model.proposal import Fault, Proposal
    from footprint.model.rows import FlowTable, Providers


Kind = Literal["nest", "match"]


T = TypeVar("T")


@dataclass(frozen=True)
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


@dataclass(frozen=True)
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

    @property
    def codes(self) -> pd.Index:
        """Codes of all areas."""
        return self.names.index

    def name(self, code: str) -> str:
        """Return the name of an area, or its code where it has none."""
        return str(self.names.get(code, code))


@dataclass(frozen=True)
class Assignment:
    """Which area of a layer each unit belongs to."""

    codes: pd.Series
    """Index unit code (all units of the plan), value area code or None."""
    evidence: Evidence
    fit: pd.DataFrame | None = None
    """The table of `overlay.best_fit` where units were assigned by it."""


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
    """Layers, units and what is to be checked of them. Tables are computed when first asked for."""

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
    """What was guessed, left out or changed while loading, one sentence each."""
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
    # not copied by dataclasses.replace: another plan has other tables
    _cache: dict[tuple[str, ...], object] = field(default_factory=dict, init=False, repr=False)

    def once(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """Return what `make` gives, computed the first time `key` is asked for."""
        if key not in self._cache:
            self._cache[key] = make()
        return self._cache[key]  # type: ignore[return-value]

    def told(self) -> Iterator[str]:
        """Return what was guessed, left out or changed while loading, for stderr."""
        yield from self.notes
        for part in self.unread:
            yield f"[{part}] is not read, as no rule on flows is run"

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
        if self.units is not None and self.units.source is not None:
            found.append(self.units.source)
        if self.people is not None:
            found.append(self.people.source)
        for layer in self.layers.values():
            found += [part.source for part in (layer.drawn, layer.lookup) if part is not None]
        found += [part.source for part in (self.flows, self.flow_lookup, self.providers) if part is not None]
        if self.accountability is not None:
            found += self.accountability.sources
        if self.proposal is not None:
            found += self.proposal.sources
        found = [replace(one, licence=self._licence(one.path)) for one in found]
        return tuple(found)

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

    # ── assignments ─────────────────────────────────────────────────────────────────────────────

    def assignment(self, key: str) -> Assignment | None:
        """Return which area of layer `key` each unit belongs to; None where the plan cannot tell."""
        return self.once(("assignment", key), lambda: self._assign(key))

    def _assign(self, key: str) -> Assignment | None:
        if self.units is None:
            return None
        layer = self.layers[key]
        if layer.lookup is not None and layer.base == "units":
            return Assignment(layer.lookup.codes.reindex(self.units.codes), layer.evidence)
        if layer.lookup is not None and layer.base is not None:
            below = self.assignment(layer.base)
            if below is not None:
                return Assignment(below.codes.map(layer.lookup.codes), below.evidence)
        if layer.drawn is not None and self.units.shapes is not None:
            try:
                within = self._fit_tolerance(layer.drawn)
            except IncomparableError:
                return None  # `refusal` says why
            shapes, drawn = self.units.shapes, layer.drawn
            of = f"{self.units.fingerprint} {drawn.fingerprint} {within.metres}"
            fit = kept("best fit", of, lambda: best_fit(shapes, drawn, within))
            return Assignment(fit["code"].reindex(self.units.codes), "units", fit)
        return None

    def _fit_tolerance(self, drawn: Layer) -> Tolerance:
        """Return the width below which a part of a unit in an area is noise (IncomparableError if coarse)."""
        units = self.units.drawn if self.units is not None else None
        return tolerance(units or drawn, drawn, self.sliver_width_m)

    def refusal(self, key: str) -> str:
        """Return why units cannot be put into areas of layer `key`, if its outlines are too coarse."""
        drawn = self.layers[key].drawn
        if drawn is None or self.assignment(key) is not None:
            return ""
        try:
            self._fit_tolerance(drawn)
        except IncomparableError as fault:
            return _in_words(fault)
        return ""

    # ── overlaps ────────────────────────────────────────────────────────────────────────────────

    def overlap(self, source: str, target: str) -> Overlap | Missing:
        """Return how layer `source` lies in layer `target`, on the strongest evidence there is."""
        return self.once(("overlap", source, target), lambda: self._overlap(source, target))

    def _overlap(self, source: str, target: str) -> Overlap | Missing:
        a, b = self.assignment(source), self.assignment(target)
        if a is not None and b is not None and self.units is not None:
            evidence: Evidence = "lookup" if a.evidence == b.evidence == "lookup" else "units"
            area, people = self.units.area_m2, self.unit_people()
            found = by_units(source, target, a.codes, b.codes, people, area, evidence)
            return found if evidence == "lookup" else self._confirmed(found, a, b)
        direct = self._by_area_lookup(source, target)
        if direct is not None:
            return direct
        pair = self._comparable(source, target)
        if isinstance(pair, Missing):
            return pair
        one, other, within = pair
        of = f"{source} {one.fingerprint} {target} {other.fingerprint} {within}"
        return kept("overlap", of, lambda: by_geometry(one, other, within))

    def _comparable(self, source: str, target: str) -> tuple[Layer, Layer, Tolerance] | Missing:
        """Return two layers with outlines, and the tolerance between them, or why there is none."""
        one, other = self.outlines(source), self.outlines(target)
        if one is None or other is None:
            key = source if one is None else target
            return Missing(f"{key} has no outlines, and no lookup says how its units lie in both layers")
        try:
            return one, other, tolerance(one, other, self.sliver_width_m)
        except IncomparableError as fault:
            return Missing(_in_words(fault), refused=True)

    def _confirmed(self, found: Overlap, a: Assignment, b: Assignment) -> Overlap | Missing:
        """Hold what best fit says against the outlines it rests on."""
        pair = self._comparable(found.source, found.target)
        if isinstance(pair, Missing):
            return pair if pair.refused else found
        return confirmed(found, *pair, self.spots(), a.codes, b.codes)

    def spots(self) -> gpd.GeoSeries:
        """Return a point of each unit: the one given, or one inside its outline."""
        assert self.units is not None
        shapes = self.units.shapes
        assert shapes is not None
        if self.units.are_points:
            return shapes
        return self.once(("spots",), shapes.representative_point)

    def _by_area_lookup(self, source: str, target: str) -> Overlap | None:
        """Compare two layers without units where lookups make both from the areas of one layer."""
        one, other = self._made_of(source), self._made_of(target)
        base = next((key for key in one if key in other), None)
        if base is None or source == target:
            return None
        drawn = self.layers[base].drawn
        area = None if drawn is None else drawn.polygons.area
        people = None
        if self.people is not None and self.people_of == base:
            people = self.people.people.reindex(self.layers[base].codes).fillna(0.0)
        return by_units(source, target, one[base], other[base], people, area, "lookup")

    def _made_of(self, key: str) -> dict[str, pd.Series]:
        """Return, for a layer and each one that lookups make it from, code of the part → of the whole."""
        codes = self.layers[key].codes
        found = {key: pd.Series(codes, index=codes)}
        layer = self.layers[key]
        while layer.lookup is not None and layer.base not in (None, "units"):
            below = self.layers[str(layer.base)]
            above = found[layer.key]
            found[below.key] = layer.lookup.codes.reindex(below.codes).map(above)
            layer = below
        return found

    def outlines(self, key: str) -> Layer | None:
        """Return a layer with its outlines: as drawn, or dissolved from what its lookup is keyed by."""
        return self.once(("outlines", key), lambda: self._outlines(key))

    def _outlines(self, key: str) -> Layer | None:
        layer = self.layers[key]
        if layer.drawn is not None:
            return layer.drawn
        if layer.lookup is None or layer.base is None:
            return None
        if layer.base == "units":
            below = self.units.drawn if self.units is not None else None
        else:
            below = self.outlines(layer.base)
        return None if below is None else dissolve(below, layer)

    def touched_by(self, key: str) -> set[str]:
        """Return layer `key` and every layer that lookups make from it."""
        found = {key}
        while more := {k for k, layer in self.layers.items() if layer.base in found} - found:
            found |= more
        return found


def _in_words(fault: IncomparableError) -> str:
    return f"{Path(fault.where or '').name} {fault.fault}. {fault.remedy}"


def dissolve(below: Layer, above: PlanLayer) -> Layer:
    """Make a layer's outlines from the areas below it that its lookup puts together."""
    assert above.lookup is not None
    polygons = below.polygons
    code = above.lookup.codes.reindex(polygons.index)
    if above.kept is not None:
        again = ~is_in(code, above.kept.areas.index)
        polygons, code = polygons[again], code[again]
    shapes = polygons.groupby(code.to_numpy()).agg(lambda g: shapely.union_all(g.to_numpy()))
    if above.kept is not None:
        shapes = pd.concat([above.kept.polygons, shapes])
    areas = gpd.GeoDataFrame(
        {"name": above.names.reindex(shapes.index)},
        geometry=gpd.GeoSeries(shapes, crs=BRITISH_NATIONAL_GRID),
    )
    return Layer(
        above.key,
        above.geography,
        areas,
        # the ground is that of what it is put together from
        below.source,
        above.lookup.source.vintage,
        below.resolution_m,
        below.drawn,
    )


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
