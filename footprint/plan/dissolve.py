"""Outlines of layers that lookups put together from smaller areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from footprint.geometry.coverage import joined_by
from footprint.model.codes import is_in
from footprint.model.layer import BRITISH_NATIONAL_GRID, Layer

if TYPE_CHECKING:
    from footprint.plan.parts import PlanLayer


def dissolve(below: Layer, above: PlanLayer) -> Layer:
    """Make a layer's outlines from the areas below it that its lookup puts together."""
    assert above.lookup is not None
    polygons = below.polygons
    code = above.lookup.codes.reindex(polygons.index)
    if above.kept is not None:
        again = ~is_in(code, above.kept.areas.index)
        polygons, code = polygons[again], code[again]
    shapes = joined_by(polygons, code)
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
