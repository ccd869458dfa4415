"""`footprint.toml` → Plan: every file that the plan names, read and held together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from footprint.accountability.tables import read_accountability
from footprint.checks import catalogue
from footprint.codes import is_in
from footprint.columns import clean_codes
from footprint.errors import InputError
from footprint.files import Source, require_file, sha256
from footprint.geographies import (
    GEOGRAPHIES,
    PROFILES,
    Band,
    Geography,
    PolicyAlignment,
    Profile,
    geography,
    looks_foreign,
    nation_out_of_scope,
)
from footprint.layer import Layer, find_code_column, read_features, read_layer
from footprint.plan import Accepted, Alignment, Plan, PlanLayer, Units
from footprint.planfile import (
    FileSpec,
    FlowsSpec,
    LayerSpec,
    LookupSpec,
    PlanSpec,
    PopulationSpec,
    Spec,
    UnitsSpec,
    read_plan_file,
)
from footprint.tables import Lookup, Population, Table, read_lookup, read_population
from footprint.words import count, listing, nearest

if TYPE_CHECKING:
    from footprint.flows.engines import Engine
    from footprint.flows.providers import Providers
    from footprint.flows.records import FlowTable

# E38 codes are those of CCGs before this day, and of Sub-ICB locations from then on.
SICBL_SINCE = dt.date(2022, 7, 1)

# A lookup of another vintage of LSOAs misses one unit in twenty; one that misses more than one in
# a hundred is the wrong table, and what would follow from it is not worth reporting.
LEAST_LOOKUP_COVER = 0.99


def load_plan(
    path: str | Path, *, profile: str | None = None, flows: bool = True, engine: Engine | None = None
) -> Plan:
    """Load a plan file, or the `footprint.toml` of a folder.

    Parameters
    ----------
    path : the plan file or its folder; paths in it are relative to it
    profile : judge by this profile of population bands instead of the plan's
    flows : False leaves the plan's flows unread
    engine : what counts flow records, and within which limits; DuckDB if not given

    Raises
    ------
    InputError : naming the file, the fault and what to do, for anything that cannot be used.

    """
    path = Path(path)
    if path.is_dir():
        path = path / "footprint.toml"
    require_file(path, "plan file")
    return build_plan(read_plan_file(path), path, profile=profile, flows=flows, engine=engine)


def build_plan(
    spec: PlanSpec,
    path: Path | None,
    *,
    profile: str | None = None,
    dated: bool = True,
    flows: bool = True,
    engine: Engine | None = None,
) -> Plan:
    """Load everything that a plan names.

    Its paths are relative to the folder of `path`, or to the current one without. `dated` is
    False where nobody has stated a date, so that nothing is judged by it. For `flows` and `engine`
    see `load_plan`.
    """
    root = path.parent if path is not None else Path()
    profiles = _profiles(spec)
    chosen = profiles.get(profile or spec.profile)
    if chosen is None:
        known = f"{nearest(profile or '', profiles)}Known: {', '.join(profiles)}."
        raise InputError(None, f"there is no profile '{profile}'", known)
    _require_rules(spec, path)
    for where, named in _geographies(spec):
        geography(named, f"{path}: {where}" if path else where)
    notes: list[str] = []
    held: dict[Path, Table] = {}
    layers = {
        key: _read_plan_layer(key, layer, root, spec, notes, held) for key, layer in spec.layers.items()
    }
    people = _read_people(spec, root, notes)
    units = _read_units(spec.units, layers, people, root, notes) if spec.units else None
    layers = {key: _key_lookup(layer, layers, units, notes) for key, layer in layers.items()}
    _require_order(layers, path)
    people_of = _key_people(people, units, layers, notes)
    bands = dict(chosen.bands) | {level: Band(*band) for level, band in spec.bands.items()}
    unread: tuple[str, ...] = ()
    if spec.flows is not None and not flows:
        unread = tuple(part for part in ("flows", "providers") if getattr(spec, part) is not None)
    table, between, providers = (
        _read_flows(spec, spec.flows, layers, units, root, notes, held, engine)
        if spec.flows is not None and flows
        else (None, None, None)
    )
    accountable = None
    if spec.accountability is not None:
        areas = {key: layer.codes for key, layer in layers.items()}
        day = spec.date if dated else None
        accountable = read_accountability(spec.accountability, root, areas, spec.levels, day)
        notes += accountable.notes
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
        align=_alignments(spec, chosen, layers),
        accept=tuple(Accepted(a.rule, a.reason, a.area, a.layer, a.other) for a in spec.accept),
        sliver_width_m=spec.thresholds.sliver_width_m,
        notes=tuple(dict.fromkeys(notes)),
        flows=table,
        flow_lookup=between,
        providers=providers,
        localisation_index=spec.thresholds.localisation_index,
        periphery_m=spec.thresholds.periphery_m,
        unread=unread,
        accountability=accountable,
        attribution=tuple(spec.attribution),
        licences=dict(_licences(spec, root)),
    )


def _licences(spec: Spec, root: Path) -> Iterator[tuple[str, str]]:
    """Return the path of each file of a plan that states its licence, and the licence."""
    if isinstance(spec, FileSpec) and spec.licence and (path := getattr(spec, "path", None)):
        yield str(root / path), spec.licence
    for _, value in spec:
        for part in value.values() if isinstance(value, dict) else [value]:
            if isinstance(part, Spec):
                yield from _licences(part, root)


def _profiles(spec: PlanSpec) -> dict[str, Profile]:
    """Return the profiles that there are, with those of the plan, by name."""
    found = dict(PROFILES)
    for key, own in spec.profiles.items():
        base = found.get(own.extends or "")
        source = "; extending ".join(s for s in (own.source, base.source if base else "") if s)
        found[key] = Profile(
            key,
            (dict(base.bands) if base else {}) | {level: Band(*band) for level, band in own.bands.items()},
            source or "the plan",
            own.date,
            (
                *(base.align if base else ()),
                *(
                    PolicyAlignment(
                        geography(a.geography, f"profiles.{key}").key, a.level, a.must is not None
                    )
                    for a in own.align
                ),
            ),
        )
    return found


def _alignments(spec: PlanSpec, profile: Profile, layers: Mapping[str, PlanLayer]) -> tuple[Alignment, ...]:
    """Return what has to line up: what the plan states, then what the profile adds to it."""
    stated = [
        Alignment(a.source, a.target, a.must or a.should or "nest", a.must is not None) for a in spec.align
    ]
    pairs = {(a.source, a.target) for a in stated if a.kind == "nest"}
    for wanted in profile.align:
        target = spec.levels.get(wanted.level)
        for key, layer in layers.items():
            same = layer.geography.key == wanted.geography
            if target is not None and key != target and same and (key, target) not in pairs:
                pairs.add((key, target))
                stated.append(Alignment(key, target, "nest", wanted.must))
    return tuple(stated)


def _read_flows(
    spec: PlanSpec,
    stated: FlowsSpec,
    layers: dict[str, PlanLayer],
    units: Units | None,
    root: Path,
    notes: list[str],
    held: dict[Path, Table],
    engine: Engine | None,
) -> tuple[FlowTable, Lookup | None, Providers | None]:
    """Read flows, what they are keyed by, and where providers stand, and hold them together."""
    from footprint.flows.providers import read_providers
    from footprint.flows.records import read_flows

    if units is None:
        raise InputError(
            root / stated.path, "flows are of units, and the plan has none", "Add [units], or --units."
        )
    between = None
    if stated.lookup is not None:
        between = _flow_lookup(stated.lookup, units, root, notes, held)
    keyed = between.code_column.geography if between is not None else units.geography
    table = read_flows(stated, root, keyed, engine)
    notes += table.notes
    wanted = pd.Index(pd.unique(between.codes)) if between is not None else units.codes
    if not is_in(table.units, wanted).any():
        code = next((c for c in table.units if c), None)
        if code is None:
            raise InputError(
                table.source.path, "has no row with a code of a unit", 'Name their column with unit = "…".'
            )
        raise InputError(
            table.source.path,
            f"has no unit of the plan: {code} …, where the plan has {wanted[0]} …",
            'Name the column of units with unit = "…"; where flows are coarser than the plan\'s units, '
            "say how with [flows] lookup.",
        )
    providers = None
    if spec.providers is not None:
        providers = read_providers(spec.providers, root, layers)
        notes += providers.notes
        if not any(table.providers):
            raise InputError(
                table.source.path,
                "has no row with a code of a provider",
                'Name their column with provider = "…".',
            )
        if not is_in(table.providers, providers.names.index).any():
            raise InputError(
                providers.source.path,
                f"has no provider of the flows: {listing(providers.names.index, 2)}, where the flows have "
                f"{listing([c for c in table.providers if c], 2)}",
                'Name the column of codes with code = "…".',
            )
    return table, between, providers


def _flow_lookup(
    spec: LookupSpec, units: Units, root: Path, notes: list[str], held: dict[Path, Table]
) -> Lookup:
    """Read which flow unit each unit belongs to."""
    lookup = read_lookup(
        root / spec.path,
        unit=spec.unit,
        code=spec.code,
        unit_geography=units.geography,
        geography=None,
        role="flows.lookup",
        held=held,
    )
    known = is_in(units.codes, lookup.codes.index)
    if known.mean() < LEAST_LOOKUP_COVER:
        raise InputError(
            lookup.source.path,
            f"covers only {known.mean():.1%} of the plan's units (flows.lookup); without a row: "
            f"{listing(units.codes[~known])}",
            "Use a lookup of the same vintage, or complete it.",
        )
    notes += lookup.notes
    used = is_in(lookup.codes.index, units.codes)
    reached = set(lookup.codes[used])
    cut = sum(1 for code in pd.unique(lookup.codes[~used]) if code in reached)
    if cut:
        notes.append(
            f"flows.lookup: {count(cut, 'flow unit')} also hold units that the plan does not have; all their "
            "activity counts in the plan"
        )
    return replace(lookup, codes=lookup.codes[used])


def _require_rules(spec: PlanSpec, path: Path | None) -> None:
    """Raise InputError where [[accept]] names a rule that does not exist."""
    known = catalogue()
    for number, accept in enumerate(spec.accept, 1):
        # flows, proposals and accountability have their codes already
        if accept.rule not in known and accept.rule[2] not in "456":
            raise InputError(
                path,
                f"accept {number}: there is no rule {accept.rule}",
                f"{nearest(accept.rule, known)}List them with 'footprint rules'.",
            )


def _geographies(spec: PlanSpec) -> Iterator[tuple[str, str]]:
    """Return each geography that a plan names, and where."""
    if spec.units is not None:
        yield "units", spec.units.geography
    for key, layer in spec.layers.items():
        if layer.geography is not None:
            yield f"layers.{key}", layer.geography


def _read_plan_layer(
    key: str,
    spec: LayerSpec,
    root: Path,
    plan: PlanSpec,
    notes: list[str],
    held: dict[Path, Table],
) -> PlanLayer:
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
        wanted = stated or (drawn.geography if drawn else None)
        lookup = _read_lookup(spec.lookup, root, wanted, where, plan, held)
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
    if found is not None and found.key == "CCG" and stated is None and plan.date >= SICBL_SINCE:
        vintages = [part.source.vintage for part in (drawn, lookup) if part is not None]
        found = found if any(vintages) else GEOGRAPHIES["SICBL"]
    return PlanLayer(key, found or GEOGRAPHIES["OTHER"], drawn, lookup, None, names.sort_index())


def _vintage(layer: Layer) -> str:
    return f"{layer.geography.key} of {layer.vintage}" if layer.vintage else layer.geography.key


def _read_lookup(
    spec: LookupSpec,
    root: Path,
    geo: Geography | None,
    role: str,
    plan: PlanSpec,
    held: dict[Path, Table],
) -> Lookup:
    unit = geography(plan.units.geography, "units") if plan.units else None
    return read_lookup(
        root / spec.path,
        unit=spec.unit,
        code=spec.code,
        unit_geography=unit,
        geography=geo,
        role=f"{role}.lookup",
        held=held,
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
    codes: pd.Index = people.people.index if people is not None else pd.Index([])
    for layer in layers.values():
        keys = layer.lookup.codes.index if layer.lookup is not None else codes[:0]
        english = [str(key) for key in keys if nation_out_of_scope(str(key)) is None]
        # a lookup may also be keyed by the areas of another layer
        if not any(looks_foreign(key, geo) for key in english):
            codes = codes.union(keys, sort=False)
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
    source = Source("units", features.place, sha256(path), len(frame), features.crs, column.vintage)
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


def _require_order(layers: Mapping[str, PlanLayer], path: Path | None) -> None:
    """Raise InputError where lookups go round in a circle."""
    for key in layers:
        seen, at = [key], layers[key].base
        while at is not None and at != "units":
            if at in seen:
                raise InputError(
                    path,
                    f"the lookups of {listing(seen)} go round in a circle",
                    "Give one of these layers a lookup from the units, or none.",
                )
            seen.append(at)
            at = layers[at].base


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
            f"has no code of any layer: {listing(people.people.index, 2)}",
            "Give the population of a layer's areas; or, for one of units, the units as well (--units).",
        )
    notes.append(f"{Path(people.source.path).name}: population read as that of {best}")
    return best
