"""`footprint.toml` → Plan: every file that the plan names, read and held together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from footprint.model.errors import InputError
from footprint.model.geographies import GEOGRAPHIES, Geography, geography
from footprint.model.history import SICBL_SINCE
from footprint.model.layer import Layer
from footprint.model.nations import looks_foreign, nation_out_of_scope
from footprint.model.rows import Lookup, Population
from footprint.model.source import Source
from footprint.model.words import count, listing
from footprint.plan.model import PlanLayer, Units
from footprint.read.boundary import find_code_column, read_features, read_layer
from footprint.read.columns import clean_codes
from footprint.read.files import sha256
from footprint.read.lookup import read_lookup
from footprint.read.population import read_population
from footprint.read.specs import LayerSpec, LookupSpec, PlanSpec, PopulationSpec, UnitsSpec
from footprint.read.table import Table


def read_plan_layer(
    key: str,
    spec: LayerSpec,
    root: Path,
    plan: PlanSpec,
    notes: list[str],
    held: dict[Path, Table],
) -> PlanLayer:
    """Read a layer as the plan states it: its outlines, its lookup, or both."""
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
) -> Units:
    """Read the units: drawn, as points, or as the codes of the lookups and the population."""
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
