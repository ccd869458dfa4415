"""Rows of boundary files without a code: left out beyond the plan's ground, a fault in it."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import shapely

from footprint.geometry.tolerance import DRAWN_TOLERANCE_M, displacement
from footprint.geometry.width import widths
from footprint.model.errors import InputError
from footprint.read.boundary import without_code
from footprint.read.columns import NULL_CODES

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

    from footprint.model.layer import Layer
    from footprint.plan.parts import PlanLayer, Units

OTHERS = "on areas of the other file"
"""What stands for the ground of a plan where two files are compared without one."""


def require_beyond(layers: Mapping[str, PlanLayer], units: Units | None, notes: list[str]) -> None:
    """Say which areas without a code were left out.

    The ground of a plan is that of its units, or of its layers where units have none; of units it is that
    of the layers.

    Raises
    ------
    InputError : for an area without a code in the plan's ground, and where nothing says what that is

    """
    drawn = [layer.drawn for layer in layers.values() if layer.is_read and layer.drawn is not None]
    for layer in drawn:
        if layer.codeless is not None:
            has_units = units is not None and units.is_placed
            notes.append(_beyond(layer, [] if has_units else drawn, units if has_units else None))
    if units is not None and units.is_read and units.drawn is not None and units.drawn.codeless is not None:
        every = (layer.drawn for layer in layers.values())
        notes.append(_beyond(units.drawn, [layer for layer in every if layer is not None], None))


def beyond_each(*layers: Layer) -> list[Layer]:
    """Return layers that are compared without a plan, with notes on areas without a code that were left out.

    The ground of each is that of the others.

    Raises
    ------
    InputError : for an area without a code in that ground

    """
    return [
        layer
        if layer.codeless is None
        else replace(layer, codeless=None, notes=(*layer.notes, _beyond(layer, layers, None, OTHERS)))
        for layer in layers
    ]


def _beyond(
    layer: Layer, others: Iterable[Layer], units: Units | None, where: str = "in the plan's ground"
) -> str:
    """Return the note on the rows of a layer without a code; InputError where one is in the plan's ground."""
    assert layer.codeless is not None
    lost = layer.codeless
    grounds: list[tuple[gpd.GeoSeries, float]] = [
        (other.polygons, displacement(other)) for other in others if other is not layer
    ]
    if units is not None and units.shapes is not None:
        shift = DRAWN_TOLERANCE_M if units.drawn is None else displacement(units.drawn)
        grounds.append((units.shapes, shift))
    path, remedy = layer.source.path, NULL_CODES
    if where != OTHERS:
        remedy = f"{NULL_CODES[:-1]}; or say drop_null_codes = true to leave them out."
    if not grounds:
        raise InputError(path, f"has {without_code(lost)}", remedy)
    found = [_overlaps(lost, ground, max(shift, displacement(layer))) for ground, shift in grounds]
    inside = functools.reduce(operator.or_, found)
    if inside.any():
        raise InputError(path, f"has {without_code(lost[inside])} {where}", remedy)
    return f"{Path(path).name}: {without_code(lost)} left out: none of it is {where}"


def _overlaps(lost: gpd.GeoSeries, ground: gpd.GeoSeries, tolerance: float) -> NDArray[np.bool_]:
    """Return which outlines share more with a ground than slivers, or hold a point of it."""
    shapes = shapely.make_valid(lost.to_numpy())
    at, other = ground.sindex.query(shapes, predicate="intersects")
    met: NDArray[np.bool_] = shapely.is_missing(shapes) & False
    found = ground.to_numpy()[other]
    points = shapely.get_dimensions(found) == 0
    met[at[points]] = True
    at, found = at[~points], found[~points]
    pieces = shapely.intersection(shapes[at], found)
    size = shapely.area(shapes)[at]
    met[at[(widths(pieces) >= tolerance) | (shapely.area(pieces) > size / 2)]] = True
    return met
