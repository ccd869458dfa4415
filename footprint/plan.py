"""The plan: what `footprint.toml` declares, loaded, at one date, and the tables that follow from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from footprint.codes import is_in
from footprint.errors import IncomparableError, InputError
from footprint.files import Source, require_file, sha256
from footprint.geographies import (
    GEOGRAPHIES,
    PROFILES,
    Band,
    Geography,
    Level,
    geography,
    nation_out_of_scope,
)
from footprint.layer import (
    BRITISH_NATIONAL_GRID,
    Layer,
    clean_codes,
    find_code_column,
    read_features,
    read_layer,
)
from footprint.overlay import (
    BASE_TOLERANCE_M,
    TOLERANCE_PER_RESOLUTION,
    Evidence,
    Overlap,
    Tolerance,
    best_fit,
    by_geometry,
    by_units,
    tolerance,
)
from footprint.tables import Lookup, Population, read_lookup, read_population
from footprint.words import count, listing, nearest

if TYPE_CHECKING:
    from footprint.planfile import LayerSpec, LookupSpec, PlanSpec, PopulationSpec, UnitsSpec

# A lookup of another vintage of LSOAs misses one unit in twenty; one that misses more than one in
# a hundred is the wrong table, and what would follow from it is not worth reporting.
LEAST_LOOKUP_COVER = 0.99

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


@dataclass(frozen=True)
class Missing:
    """A table that cannot be had, with the reason; a value, so that it can be shown."""

    reason: str
    refused: bool = False
    """True where input was refused as incomparable: the check is then incomplete (exit code 2)."""


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
    unread: tuple[str, ...] = ()
    """Parts of the plan file that no rule of this version reads."""
    _cache: dict[tuple[str, ...], object] = field(default_factory=dict, repr=False)

    def once(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """Return what `make` gives, computed the first time `key` is asked for."""
        if key not in self._cache:
            self._cache[key] = make()
        return self._cache[key]  # type: ignore[return-value]

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What every output of this plan has to state."""
        stated = self.people.assumption if self.people else ""
        return (stated,) if stated else ()

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
        return tuple(found)

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
            return Assignment(layer.lookup.codes.reindex(self.units.codes), "lookup")
        if layer.lookup is not None and layer.base is not None:
            below = self.assignment(layer.base)
            if below is not None:
                return Assignment(below.codes.map(layer.lookup.codes), below.evidence)
        if layer.drawn is not None and self.units.shapes is not None:
            fit = best_fit(self.units.shapes, layer.drawn, self._fit_tolerance(layer.drawn))
            return Assignment(fit["code"].reindex(self.units.codes), "units", fit)
        return None

    def _fit_tolerance(self, drawn: Layer) -> Tolerance:
        units = self.units.drawn if self.units is not None else None
        if units is None:
            drawn_to = TOLERANCE_PER_RESOLUTION * (drawn.resolution_m or 0.0)
            return Tolerance(self.sliver_width_m or BASE_TOLERANCE_M + drawn_to, "units are points")
        try:
            return tolerance(units, drawn, self.sliver_width_m)
        except IncomparableError:
            # best fit compares shares, which a coarse outline blurs but does not turn over
            return Tolerance(BASE_TOLERANCE_M, "the layer is coarse")

    # ── overlaps ────────────────────────────────────────────────────────────────────────────────

    def overlap(self, source: str, target: str) -> Overlap | Missing:
        """Return how layer `source` lies in layer `target`, on the strongest evidence there is."""
        return self.once(("overlap", source, target), lambda: self._overlap(source, target))

    def _overlap(self, source: str, target: str) -> Overlap | Missing:
        a, b = self.assignment(source), self.assignment(target)
        if a is not None and b is not None and self.units is not None:
            evidence: Evidence = "lookup" if a.evidence == b.evidence == "lookup" else "units"
            area, people = self.units.area_m2, self.unit_people()
            return by_units(source, target, a.codes, b.codes, people, area, evidence)
        direct = self._by_area_lookup(source, target)
        if direct is not None:
            return direct
        one, other = self.outlines(source), self.outlines(target)
        for key, outlines in ((source, one), (target, other)):
            if outlines is None:
                return Missing(f"{key} has no outlines, and no lookup says how its units lie in both layers")
        assert one is not None
        assert other is not None
        try:
            within = tolerance(one, other, self.sliver_width_m)
        except IncomparableError as fault:
            return Missing(f"{Path(fault.where or '').name} {fault.fault}. {fault.remedy}", refused=True)
        return by_geometry(one, other, within)

    def _by_area_lookup(self, source: str, target: str) -> Overlap | None:
        """Compare two layers without units where one is made of the other's areas by a lookup."""
        for lower, upper in ((source, target), (target, source)):
            layer = self.layers[upper]
            if layer.lookup is None or layer.base != lower:
                continue
            codes = pd.Series(self.layers[lower].codes, index=self.layers[lower].codes)
            above = layer.lookup.codes.reindex(codes.index)
            drawn = self.layers[lower].drawn
            area = None if drawn is None else drawn.polygons.area
            people = None
            if self.people is not None and self.people_of == lower:
                people = self.people.people.reindex(codes.index).fillna(0.0)
            pair = (codes, above) if lower == source else (above, codes)
            return by_units(source, target, *pair, people, area, "lookup")
        return None

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


def dissolve(below: Layer, above: PlanLayer) -> Layer:
    """Make a layer's outlines from the areas below it that its lookup puts together."""
    assert above.lookup is not None
    polygons = below.polygons
    code = above.lookup.codes.reindex(polygons.index)
    shapes = polygons.groupby(code.to_numpy()).agg(lambda g: shapely.union_all(g.to_numpy()))
    areas = gpd.GeoDataFrame(
        {"name": above.names.reindex(shapes.index)},
        geometry=gpd.GeoSeries(shapes, crs=BRITISH_NATIONAL_GRID),
    )
    return Layer(
        above.key,
        above.geography,
        areas,
        above.lookup.source,
        above.lookup.source.vintage,
        below.resolution_m,
        below.drawn,
    )


# ── loading ─────────────────────────────────────────────────────────────────────────────────────


def load_plan(path: str | Path, *, profile: str | None = None) -> Plan:
    """Load a plan file, or the `footprint.toml` of a folder.

    Parameters
    ----------
    path : the plan file or its folder; paths in it are relative to it
    profile : judge by this profile of population bands instead of the plan's

    Raises
    ------
    InputError : naming the file, the fault and what to do, for anything that cannot be used.

    """
    from footprint.planfile import read_plan_file

    path = Path(path)
    if path.is_dir():
        path = path / "footprint.toml"
    require_file(path, "plan file")
    return build_plan(read_plan_file(path), path, profile=profile)


def build_plan(spec: PlanSpec, path: Path | None, *, profile: str | None = None, dated: bool = True) -> Plan:
    """Load everything that a plan names.

    Its paths are relative to the folder of `path`, or to the current one without. `dated` is
    False where nobody has stated a date, so that nothing is judged by it.
    """
    root = path.parent if path is not None else Path()
    chosen = PROFILES.get(profile or spec.profile)
    if chosen is None:
        known = f"{nearest(profile or '', PROFILES)}Known: {', '.join(PROFILES)}."
        raise InputError(None, f"there is no profile '{profile}'", known)
    for where, named in _geographies(spec):
        geography(named, f"{path}: {where}" if path else where)
    notes: list[str] = []
    layers = {key: _read_plan_layer(key, layer, root, spec, notes) for key, layer in spec.layers.items()}
    people = _read_people(spec, root, notes)
    units = _read_units(spec.units, layers, people, root, notes) if spec.units else None
    layers = {key: _key_lookup(layer, layers, units, notes) for key, layer in layers.items()}
    people_of = _key_people(people, units, layers, notes)
    bands = dict(chosen.bands) | {level: Band(*band) for level, band in spec.bands.items()}
    unread = tuple(part for part in ("flows", "providers") if getattr(spec, part) is not None)
    return Plan(
        title=spec.title,
        date=spec.date if dated else None,
        profile=profile or spec.profile,
        path=path,
        layers=layers,
        units=units,
        people=people,
        people_of=people_of,
        levels=spec.levels,
        bands=bands,
        align=tuple(
            Alignment(a.source, a.target, a.must or a.should or "nest", a.must is not None)
            for a in spec.align
        ),
        accept=tuple(Accepted(a.rule, a.reason, a.area, a.layer, a.other) for a in spec.accept),
        sliver_width_m=spec.thresholds.sliver_width_m,
        notes=tuple(dict.fromkeys(notes)),
        unread=unread,
    )


def _geographies(spec: PlanSpec) -> Iterator[tuple[str, str]]:
    """Return each geography that a plan names, and where."""
    if spec.units is not None:
        yield "units", spec.units.geography
    for key, layer in spec.layers.items():
        if layer.geography is not None:
            yield f"layers.{key}", layer.geography


def _read_plan_layer(key: str, spec: LayerSpec, root: Path, plan: PlanSpec, notes: list[str]) -> PlanLayer:
    where = f"layers.{key}"
    stated = geography(spec.geography, where) if spec.geography else None
    drawn = lookup = None
    if spec.path is not None:
        drawn = read_layer(
            root / spec.path,
            key=key,
            geography=stated,
            layer=spec.layer,
            code=spec.code,
            name=spec.name,
            assume_crs=spec.assume_crs,
            role=where,
        )
        notes += drawn.notes
        if spec.code is None:
            notes.append(f"{where}: read as {_vintage(drawn)}, from its column names and codes")
    if spec.lookup is not None:
        lookup = _read_lookup(spec.lookup, root, stated or (drawn.geography if drawn else None), where, plan)
        notes += lookup.notes
    found = (
        stated or (drawn.geography if drawn else None) or (lookup.code_column.geography if lookup else None)
    )
    names = pd.Series(dtype=str)
    if lookup is not None:
        codes = pd.Index(pd.unique(lookup.codes))
        codes = codes[[nation_out_of_scope(c) is None for c in codes]]
        names = lookup.names.reindex(codes).fillna(pd.Series(codes, index=codes))
    if drawn is not None:
        names = drawn.names.combine_first(names)
    return PlanLayer(key, found or GEOGRAPHIES["OTHER"], drawn, lookup, None, names.sort_index())


def _vintage(layer: Layer) -> str:
    return f"{layer.geography.key} of {layer.vintage}" if layer.vintage else layer.geography.key


def _read_lookup(spec: LookupSpec, root: Path, geo: Geography | None, role: str, plan: PlanSpec) -> Lookup:
    unit = geography(plan.units.geography, "units") if plan.units else None
    return read_lookup(
        root / spec.path,
        unit=spec.unit,
        code=spec.code,
        unit_geography=unit,
        geography=geo,
        role=f"{role}.lookup",
    )


def _read_people(spec: PlanSpec, root: Path, notes: list[str]) -> Population | None:
    stated: PopulationSpec | None = (spec.units.population if spec.units else None) or spec.population
    if stated is None:
        return None
    unit = geography(spec.units.geography, "units") if spec.units else None
    people = read_population(
        root / stated.path,
        code=stated.code,
        value=stated.value,
        geography=unit,
        stated_source=stated.source,
        assumption=stated.assumption,
    )
    notes += people.notes
    return people


def _read_units(
    spec: UnitsSpec,
    layers: Mapping[str, PlanLayer],
    people: Population | None,
    root: Path,
    notes: list[str],
) -> Units:
    geo = geography(spec.geography, "units")
    if spec.path is not None:
        return _read_drawn_units(spec, geo, root, notes)
    # without a boundary file the tables say which units there are
    tables = [lay.lookup.codes.index for lay in layers.values() if lay.lookup is not None]
    codes: pd.Index = people.people.index if people is not None else pd.Index([])
    for index in tables:
        if people is None or is_in(index, codes).any():
            codes = codes.union(index, sort=False)
    inside = np.array([nation_out_of_scope(str(c)) is None for c in codes], dtype=np.bool_)
    if not inside.any():
        raise InputError(
            "units",
            "no file says which units there are",
            "Give units.path, a population or a lookup.",
        )
    return Units(geo, codes[inside], None, None, None, int((~inside).sum()))


def _read_drawn_units(spec: UnitsSpec, geo: Geography, root: Path, notes: list[str]) -> Units:
    assert spec.path is not None
    path, layer = root / spec.path, spec.layer
    features = read_features(path, layer=layer, assume_crs=spec.assume_crs)
    kinds = shapely.get_type_id(features.frame.geometry.to_numpy())
    if not np.isin(kinds, (-1, 0, 4)).all():
        drawn = read_layer(
            path, key="units", geography=geo, layer=spec.layer, code=spec.code, name=spec.name,
            assume_crs=spec.assume_crs, role="units", features=features,
        )  # fmt: skip
        notes += drawn.notes
        return Units(
            geo,
            drawn.areas.index,
            drawn.areas.geometry,
            drawn,
            drawn.source,
            len(drawn.out_of_scope),
        )
    notes += features.notes
    column = find_code_column(features, spec.code, geo)
    frame = features.frame
    lost = np.flatnonzero(shapely.is_missing(frame.geometry) | shapely.is_empty(frame.geometry)) + 1
    if len(lost):
        told = count(len(lost), "unit without a point", "units without a point")
        raise InputError(path, f"has {told} (row {listing(lost)})", "Give each unit its point.")
    codes = clean_codes(frame[column.name].set_axis(range(1, len(frame) + 1)), path, column.name, notes)
    if codes.duplicated().any():
        twice = codes[codes.duplicated(keep=False)]
        raise InputError(
            path,
            f"has {twice.nunique():,} units on more than one row: {listing(twice.unique())}",
            "Keep one point for each unit.",
        )
    inside = codes.map(nation_out_of_scope).isna().to_numpy()
    source = Source("units", str(path), sha256(path), len(frame), features.crs, column.vintage)
    points = gpd.GeoSeries(frame.geometry.to_numpy()[inside], index=codes[inside], crs=frame.crs)
    return Units(geo, pd.Index(codes[inside]), points, None, source, int((~inside).sum()))


def _key_lookup(
    layer: PlanLayer,
    layers: Mapping[str, PlanLayer],
    units: Units | None,
    notes: list[str],
) -> PlanLayer:
    """Find out what a lookup is keyed by: the units, or the areas of another layer."""
    if layer.lookup is None:
        return layer
    keys = layer.lookup.codes.index
    bases: dict[str, pd.Index] = {} if units is None else {"units": units.codes}
    bases |= {key: other.codes for key, other in layers.items() if key != layer.key}
    held = {name: is_in(codes, keys) for name, codes in bases.items()}
    cover = {name: float(has.mean()) if len(has) else 0.0 for name, has in held.items()}
    best = max(cover, key=lambda name: (cover[name], name == "units"), default=None)
    if best is None or cover[best] < LEAST_LOOKUP_COVER:
        what = "nothing in the plan" if best is None else f"only {cover[best]:.1%} of the plan's {best}"
        lost: Iterable[str] = [] if best is None else bases[best][~held[best]]
        named = f"; without a row: {listing(lost)}" if best is not None else ""
        raise InputError(
            layer.lookup.source.path,
            f"covers {what} (layers.{layer.key}.lookup){named}",
            "Use a lookup of the same vintage, or complete it.",
        )
    used = is_in(keys, bases[best])
    extra = keys[~used]
    if len(extra):
        abroad = sum(nation_out_of_scope(c) is not None for c in extra)
        beyond = f"; {abroad:,} of them outside England" if abroad else ""
        notes.append(
            f"layers.{layer.key}.lookup: {len(extra):,} rows for codes that {best} does not have"
            f" are not used{beyond}"
        )
    if best != "units":
        notes.append(f"layers.{layer.key}.lookup: keyed by the areas of {best}")
    codes = layer.lookup.codes[used]
    names = layer.names
    if layer.drawn is None:
        names = names[is_in(names.index, codes)]
    return PlanLayer(
        layer.key,
        layer.geography,
        layer.drawn,
        Lookup(
            codes,
            layer.lookup.names,
            layer.lookup.code_column,
            layer.lookup.source,
            layer.lookup.notes,
        ),
        best,
        names,
    )


def _key_people(
    people: Population | None,
    units: Units | None,
    layers: Mapping[str, PlanLayer],
    notes: list[str],
) -> str | None:
    """Find out what a population is keyed by."""
    if people is None:
        return None
    if units is not None:
        if not is_in(people.people.index, units.codes).any():
            raise InputError(
                people.source.path,
                f"has no code of the plan's units ({units.codes[0]} …): {people.people.index[0]} …",
                "Give the population of the units, of the same vintage.",
            )
        return "units"
    cover = {key: is_in(layer.codes, people.people.index).mean() for key, layer in layers.items()}
    best = max(cover, key=lambda key: cover[key])
    if cover[best] == 0:
        raise InputError(
            people.source.path,
            f"has no code of any layer, only {listing(people.people.index, 2)} …",
            "Give the population of a layer's areas; or, for one of units, the units as well (--units).",
        )
    notes.append(f"{Path(people.source.path).name}: population read as that of {best}")
    return best


def notes_of(plan: Plan) -> Iterable[str]:
    """Return what was guessed, left out or changed, for stderr."""
    yield from plan.notes
    for part in plan.unread:
        yield f"[{part}] is not read by any rule of this version"
