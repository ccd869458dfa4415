"""Layers and units of a plan that are drawn: their outlines or points, from boundary files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from footprint.model.errors import InputError
from footprint.model.geographies import Geography, NamedColumn
from footprint.model.nations import Scope, out_of_scope
from footprint.model.source import Source
from footprint.model.words import count, listing
from footprint.plan.parts import Units
from footprint.read import boundary, crs
from footprint.read.columns import clean_codes, code_guess
from footprint.read.specs import LayerSpec, UnitsSpec

if TYPE_CHECKING:
    from footprint.model.layer import Features, Layer


def read_outlines(
    path: Path,
    spec: LayerSpec | UnitsSpec,
    key: str,
    stated: Geography | None,
    nations: Scope,
    features: Features | None = None,
) -> Layer:
    """Read the outlines of a layer, or of units, as the plan states them; `features` are its rows if read."""
    return boundary.read_layer(
        path, key=key, geography=stated, layer=spec.layer, code=spec.code, name=spec.name,
        assume_crs=spec.assume_crs, role=key if key == "units" else f"layers.{key}", features=features,
        null_codes="drop" if spec.drop_null_codes else "keep", nations=nations,
    )  # fmt: skip


def read_drawn_units(
    path: Path, spec: UnitsSpec, geo: Geography, notes: list[str], nations: Scope, vintage: int | None
) -> Units:
    """Read units that a boundary file has outlines or points of.

    Raises
    ------
    InputError : for points without a code, twice, missing, or beyond the nations of the plan, and as
        `boundary.read_layer`

    """
    features = boundary.read_features(path, layer=spec.layer, assume_crs=spec.assume_crs)
    kinds = shapely.get_type_id(features.frame.geometry.to_numpy())
    if not np.isin(kinds, (-1, 0, 4)).all():
        drawn = read_outlines(path, spec, "units", geo, nations, features)
        notes += drawn.notes
        if spec.code is None:
            notes.append(code_guess(NamedColumn(drawn.column, "code", geo, drawn.vintage), "units"))
        return Units(
            geo,
            drawn.areas.index,
            drawn.areas.geometry,
            drawn,
            drawn.source,
            len(drawn.out_of_scope),
            dict(zip(drawn.names.index.tolist(), drawn.names.tolist(), strict=True)),
            drawn.vintage or vintage,
        )
    notes += features.notes
    column = boundary.find_code_column(features, spec.code, geo)
    if spec.code is None:
        notes.append(code_guess(column, "units"))
    frame = features.frame
    lost = np.flatnonzero(shapely.is_missing(frame.geometry) | shapely.is_empty(frame.geometry)) + 1
    if len(lost):
        told = count(len(lost), "unit without a point", "units without a point")
        raise InputError(path, f"has {told} (row {listing(lost)})", "Give each unit its point.")
    values, size = frame[column.name].set_axis(range(1, len(frame) + 1)), len(frame)
    if spec.drop_null_codes:
        frame, codeless = boundary.coded(frame, column.name)
        values = values[frame.index + 1]
        if codeless is not None:
            notes.append(f"{path.name}: {boundary.without_code(codeless)} left out, as drop_null_codes says")
    codes = clean_codes(values, path, column.name, notes)
    if codes.duplicated().any():
        twice = codes[codes.duplicated(keep=False)]
        raise InputError(
            path,
            f"has {count(twice.nunique(), 'unit')} on more than one row: {listing(twice.unique())}",
            "Keep one point for each unit.",
        )
    inside = codes.map(nations.outside).isna().to_numpy()
    if not inside.any():
        raise out_of_scope(str(path), "unit", codes, nations)
    crs.require_own_grid(replace(features, frame=frame), codes.where(inside))
    source = Source(
        "units", features.place, features.sha256, size, features.crs, column.vintage,
        cut_off=features.cut_off,
    )  # fmt: skip
    points = gpd.GeoSeries(frame.geometry.to_numpy()[inside], index=codes[inside], crs=frame.crs)
    own = dict(zip(codes[inside], codes[inside], strict=True))
    return Units(
        geo, pd.Index(codes[inside]), points, None, source, int((~inside).sum()), own,
        column.vintage or vintage,
    )  # fmt: skip
