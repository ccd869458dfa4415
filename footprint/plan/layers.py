"""Layers, units and people of a plan, read as it states them."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.errors import InputError
from footprint.model.geographies import GEOGRAPHIES, Geography, NamedColumn, geography, looks_foreign
from footprint.model.history import SICBL_SINCE
from footprint.model.later import later, plain, series
from footprint.model.nations import GSS, Scope, out_of_scope
from footprint.model.rows import Lookup, Population
from footprint.model.source import Guess
from footprint.plan.parts import PlanLayer, Units
from footprint.read.attributes import Areas, read_areas
from footprint.read.columns import code_guess
from footprint.read.lookup import read_lookup
from footprint.read.population import read_population
from footprint.read.specs import LayerSpec, LookupSpec, PlanSpec, PopulationSpec, UnitsSpec
from footprint.read.table import Table

if TYPE_CHECKING:
    import pandas as pd

    from footprint.model.layer import Layer


def read_plan_layer(
    key: str,
    spec: LayerSpec,
    root: Path,
    plan: PlanSpec,
    notes: list[str],
    held: dict[Path, Table],
    nations: Scope,
    lazy: bool = False,
) -> PlanLayer:
    """Read a layer as the plan states it: its outlines, its lookup, or both.

    With `lazy` its outlines are read when they are first needed, if its codes can be told without.
    """
    where = f"layers.{key}"
    stated = geography(spec.geography, where) if spec.geography else None
    drawn: Layer | None = None
    areas = None
    if spec.path is not None:
        path = root / spec.path
        areas = read_areas(path, spec.layer, spec.code, spec.name, stated, nations) if lazy else None
        if areas is not None:
            drawn = later(lambda: _outlines(path, spec, key, stated, nations))
        else:
            drawn = _outlines(path, spec, key, stated, nations)
            notes += drawn.notes
            areas = Areas(drawn.geography, drawn.vintage, dict(drawn.names), drawn.column)
        if spec.code is None:
            words = f"{where}: read as {areas}, from its column names and codes"
            settle = f'code = "{areas.column}"' + ("" if stated else f', geography = "{areas.geography.key}"')
            notes.append(Guess(words, where, f"codes from column '{areas.column}', read as {areas}", settle))
    lookup = None
    if spec.lookup is not None:
        wanted = stated or (areas.geography if areas else None)
        lookup = _read_lookup(spec.lookup, root, wanted, where, plan, held)
        notes += lookup.notes
    found = (
        stated or (areas.geography if areas else None) or (lookup.code_column.geography if lookup else None)
    )
    names = {}
    if lookup is not None:
        called = plain(lookup, "names")
        every = dict.fromkeys(lookup.areas.values())
        names = {code: called.get(code, code) for code in every if nations.holds(code)}
        if not names:
            raise out_of_scope(lookup.source.path, f"area ({where}.lookup)", every, nations)
    undrawn: frozenset[str] = frozenset()
    if areas is not None:
        undrawn = frozenset(names.keys() - areas.names.keys())
        names |= areas.names
    if found is not None and found.key == "CCG" and stated is None and plan.date >= SICBL_SINCE:
        vintages = [areas.vintage if areas else None, lookup.source.vintage if lookup else None]
        found = found if any(vintages) else GEOGRAPHIES["SICBL"]
    named = series(dict(sorted(names.items())))
    return PlanLayer(
        key, found or GEOGRAPHIES["OTHER"], drawn, lookup, None, named, covers=spec.covers, undrawn=undrawn
    )


def _outlines(
    path: Path, spec: LayerSpec | UnitsSpec, key: str, stated: Geography | None, nations: Scope
) -> Layer:
    from footprint.plan.drawn import read_outlines

    return read_outlines(path, spec, key, stated, nations)


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


def read_people(spec: PlanSpec, root: Path, notes: list[str]) -> Population | None:
    """Read the population of the plan, of its units or of a layer; None where it states none."""
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


def read_units(
    spec: UnitsSpec,
    layers: Mapping[str, PlanLayer],
    people: Population | None,
    root: Path,
    notes: list[str],
    nations: Scope,
    lazy: bool = False,
) -> Units:
    """Read the units: drawn, as points, or as the codes of the lookups and the population.

    With `lazy` a file of them is read when it is first needed, if their codes can be told without.
    """
    geo = geography(spec.geography, "units")
    called: dict[str, str] = {}
    headings = [people.code_column] if people is not None else []
    for layer in layers.values():
        if layer.lookup is not None:
            called = {**layer.lookup.unit_names, **called}
            headings += [layer.lookup.unit_column] if layer.lookup.unit_column is not None else []
    vintages = {each.vintage for each in headings if each.geography == geo and each.vintage}
    stated = next(iter(vintages)) if len(vintages) == 1 else None
    if spec.path is not None:
        path = root / spec.path
        areas = read_areas(path, spec.layer, spec.code, spec.name, geo, nations) if lazy else None
        if areas is not None and spec.code is None:
            notes.append(code_guess(NamedColumn(areas.column, "code", geo, areas.vintage), "units"))
        if areas is None:
            return _read_drawn_units(path, spec, geo, notes, nations, stated)
        ground = functools.cache(lambda: _read_drawn_units(path, spec, geo, [], nations, stated))
        return Units(
            geo,
            _index(areas.names, "code"),
            later(lambda: ground().shapes),
            later(lambda: ground().drawn),
            later(lambda: ground().source),
            later(lambda: ground().out_of_scope),
            {code: called.get(code, name) if name == code else name for code, name in areas.names.items()},
            areas.vintage or stated,
        )
    # without a boundary file the tables say which units there are
    codes: dict[str, None] = dict.fromkeys(_of_units(people.counts, geo) if people is not None else ())
    for layer in layers.values():
        keys = layer.lookup.areas.keys() if layer.lookup is not None else set()
        # a lookup may also be keyed by the areas of another layer
        if not keys <= codes.keys() and not any(
            looks_foreign(key, geo) for key in keys if nations.holds(key)
        ):
            codes |= dict.fromkeys(keys)
    names = {code: called.get(code, code) for code in codes if nations.holds(code)}
    if codes and not names:
        raise out_of_scope("units", "unit", codes, nations)
    if not names:
        raise InputError(
            "units",
            "no file says which units there are",
            "Give units.path, a population or a lookup.",
        )
    return Units(geo, _index(names), None, None, None, len(codes) - len(names), names, stated)


def _of_units(codes: Collection[str], geo: Geography) -> Iterable[str]:
    """Return codes without those of other kinds of area of a nation that has units among them.

    Offices print districts and regions above the small areas that they are made of.
    """
    if all(code.startswith(geo.prefixes) for code in codes):
        return codes
    own = {code[:1] for code in codes if not looks_foreign(code, geo)} if geo.prefixes else set()
    return (c for c in codes if c[:1] not in own or not GSS.match(c) or not looks_foreign(c, geo))


def _index(names: Mapping[str, str], called: str | None = None) -> pd.Index:
    def make() -> pd.Index:
        import pandas as pd

        return pd.Index([*names], name=called)

    return later(make)


def _read_drawn_units(
    path: Path, spec: UnitsSpec, geo: Geography, notes: list[str], nations: Scope, vintage: int | None
) -> Units:
    from footprint.plan.drawn import read_drawn_units

    return read_drawn_units(path, spec, geo, notes, nations, vintage)
