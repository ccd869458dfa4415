"""The shape of areas: border, compactness and parts. A figure, not a verdict.

Polsby & Popper 1991: 4πA ÷ P², 1 for a circle. Reock 1961: A over the area of the smallest circle around it.
Where there are units with outlines, all shapes rest on these, so that an area before a change and one after
it are measured alike, however their own outlines were generalised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from footprint.geometry.adjacency import components, shared_borders
from footprint.geometry.parallel import in_parallel
from footprint.geometry.tolerance import own_tolerance
from footprint.model.cache import kept
from footprint.model.codes import is_in
from footprint.model.columns import AREA, AREA_M2
from footprint.model.schema import Column, Table
from footprint.plan import derive
from footprint.plan.once import derived

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from footprint.model.layer import Layer
    from footprint.plan.model import Plan

COMPACTNESS = Table(
    "compactness",
    "Shape",
    "A row for each area: its border and how compact it is. A figure, not a verdict.",
    (
        *AREA,
        AREA_M2,
        Column("perimeter_m", "Outline, m", "metres", "All of its outline, coasts among it."),
        Column("border_m", "Border, m", "metres", "The part of its outline that it shares with other areas."),
        Column("polsby_popper", "Polsby–Popper", "index", "4π times the area over the outline squared."),
        Column("reock", kind="index", meaning="The area over that of the smallest circle around it."),
        Column(
            "parts", kind="count", type="integer",
            meaning="Parts that no border joins: of units where they have outlines, else of its outline.",
        ),
    ),
    "No layer has outlines.",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Shapes:
    """Pieces of ground, what they share (pairs `one`, `other`), and the points on the hulls of each."""

    area: NDArray[np.float64]
    perimeter: NDArray[np.float64]
    one: NDArray[np.intp]
    other: NDArray[np.intp]
    metres: NDArray[np.float64]
    corners: NDArray[np.float64]
    owner: NDArray[np.intp]
    parts: NDArray[np.intp]


@derived("units")
def unit_ground(plan: Plan) -> Shapes | None:
    """Return the ground of the units; None where they have no outlines."""
    return None if plan.units is None or plan.units.drawn is None else ground_of(plan.units.drawn)


def ground_of(layer: Layer) -> Shapes:
    """Return the ground of the areas of a layer with outlines, and the border that each pair shares, m."""
    shapes = layer.polygons.to_numpy()
    within = own_tolerance(layer)

    def shared() -> pd.DataFrame:
        found = shared_borders(shapes, within, 0.0)
        return pd.DataFrame({"one": found.one, "other": found.other, "metres": found.metres})

    borders = kept("shared borders", lambda: f"{layer.fingerprint} {within}", shared)
    corners, owner = shapely.get_coordinates(in_parallel(shapely.convex_hull, shapes), return_index=True)
    one, other, metres = (borders[name].to_numpy() for name in ("one", "other", "metres"))
    return Shapes(
        shapely.area(shapes), shapely.length(shapes), one, other, metres, corners, owner,
        shapely.get_num_geometries(shapes).astype(np.intp),
    )  # fmt: skip


@derived("units", derive.assignment, derive.outlines)
def _pieces(plan: Plan, key: str) -> tuple[Shapes, NDArray[np.intp], bool] | None:
    """Return ground, the area of layer `key` that each piece of it lies in, and whether these are units."""
    codes, ground, assigned = plan.layers[key].codes, unit_ground(plan), derive.assignment(plan, key)
    if ground is not None and assigned is not None:
        assert plan.units is not None
        assert plan.units.drawn is not None
        units = assigned.codes.reindex(plan.units.drawn.polygons.index)
        return ground, codes.get_indexer(pd.Index(units)), True
    outlines = derive.outlines(plan, key)
    if outlines is None:
        return None
    return ground_of(outlines), codes.get_indexer(outlines.polygons.index), False


@derived(_pieces, "levels")
def compactness(plan: Plan, key: str) -> pd.DataFrame:
    """Return the shape of each area of layer `key`, columns of COMPACTNESS; no rows without outlines."""
    layer, found, level = plan.layers[key], _pieces(plan, key), plan.level_of(key)
    if found is None:
        return COMPACTNESS.frame()
    ground, at, by_units = found
    return COMPACTNESS.frame(
        (key, level and str(level), str(code), layer.name(str(code)), *values)
        for code, values in zip(layer.codes, _measured(ground, at, len(layer.codes), by_units), strict=True)
        if values[0] > 0
    )


def border_m(plan: Plan, key: str, codes: pd.Index) -> float:
    """Return how long the border of areas of layer `key` with each other and with others is, once each."""
    found = _pieces(plan, key)
    if found is None:
        return float("nan")
    ground, at, _ = found
    ours = is_in(plan.layers[key].codes, codes)
    a, b = at[ground.one], at[ground.other]
    border = (a != b) & (a >= 0) & (b >= 0)
    return float(ground.metres[border & (ours[a] | ours[b])].sum())


def _measured(
    ground: Shapes, at: NDArray[np.intp], size: int, by_units: bool
) -> list[tuple[float, float, float, float, float, int]]:
    """Return area, outline, border, Polsby–Popper, Reock and parts of each area.

    Parameters
    ----------
    ground : pieces of ground
    at : by piece, the area that it lies in; −1 for none
    size : number of areas
    by_units : whether the pieces are units, which make one part if they share a border

    """
    known = at >= 0
    area = np.bincount(at[known], ground.area[known], size)
    perimeter = np.bincount(at[known], ground.perimeter[known], size)
    a, b = at[ground.one], at[ground.other]
    inside = (a == b) & (a >= 0)
    perimeter -= 2 * np.bincount(a[inside], ground.metres[inside], size)
    between = (a != b) & (a >= 0) & (b >= 0)
    border = sum(np.bincount(side[between], ground.metres[between], size) for side in (a, b))
    parts = np.bincount(at[known], ground.parts[known], size).astype(int)
    if by_units:
        number = components(len(at), ground.one[inside], ground.other[inside])
        whole = pd.DataFrame({"at": at, "part": number})[known].drop_duplicates()
        parts = np.bincount(whole["at"], minlength=size)
    radius = _radii(ground, at, size)
    with np.errstate(divide="ignore", invalid="ignore"):
        polsby, reock = 4 * np.pi * area / perimeter**2, area / (np.pi * radius**2)
    columns: list[Any] = [area, perimeter, border, polsby, reock, parts]
    return list(zip(*(np.asarray(column).tolist() for column in columns), strict=True))


def _radii(ground: Shapes, at: NDArray[np.intp], size: int) -> NDArray[np.float64]:
    """Return the radius of the smallest circle around each area."""
    of = at[ground.owner]
    order = np.argsort(of, kind="stable")
    order = order[of[order] >= 0]
    # a line through the corners has the same circle around it as the corners, and is made faster
    there, line = np.unique(of[order], return_inverse=True)
    found = np.full(size, np.nan)
    found[there] = shapely.minimum_bounding_radius(shapely.linestrings(ground.corners[order], indices=line))
    return found


def table(plan: Plan) -> pd.DataFrame:
    """Return the shape of every area of every layer with outlines, columns of COMPACTNESS."""
    return COMPACTNESS.joined(compactness(plan, key) for key in plan.layers)
