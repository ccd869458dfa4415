"""Two layers compared by the units that lie in both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from footprint.geometry.by_geometry import CLEAR_GAP, without_gap
from footprint.geometry.contested import contested
from footprint.geometry.displaced import borders, in_place
from footprint.geometry.overlap import UNCLEAR_COLUMNS, Evidence, Overlap, in_order, verdicts
from footprint.geometry.pairs import Shared, at_most, pair_areas
from footprint.geometry.parallel import in_parallel
from footprint.geometry.partial import laid
from footprint.geometry.tolerance import BASE_TOLERANCE_M
from footprint.geometry.uneven import drawn_too_coarsely
from footprint.geometry.width import widths
from footprint.model.layer import Layer

if TYPE_CHECKING:
    from footprint.geometry.displacement import Shift
    from footprint.geometry.tolerance import Tolerance


def by_units(
    source: str,
    target: str,
    source_of_unit: pd.Series,
    target_of_unit: pd.Series,
    people: pd.Series | None,
    area_m2: pd.Series | None,
    evidence: Evidence,
) -> Overlap:
    """Compare two layers by the units assigned to both; exact, with a tolerance of 0.

    Parameters
    ----------
    source, target : keys of the layers
    source_of_unit, target_of_unit : index unit code, value area code (None: in no area)
    people, area_m2 : of the units, or None where they have none; a unit without people makes an
        overlap as real as any other

    """
    units = source_of_unit.index
    one, sources = pd.factorize(source_of_unit, sort=True)
    other, targets = pd.factorize(target_of_unit.reindex(units), sort=True)
    both = (one >= 0) & (other >= 0)
    pairs, in_pair = np.unique(one[both] * len(targets) + other[both], return_inverse=True)
    first, second = np.divmod(pairs, max(len(targets), 1))
    astray = (one >= 0) & (other < 0)
    lost, in_lost = np.unique(one[astray], return_inverse=True)

    found: dict[str, Any] = {
        "source_layer": source,
        "target_layer": target,
        "source": sources[first].astype("str"),
        "target": targets[second].astype("str"),
        "units": np.bincount(in_pair, minlength=len(pairs)),
        "width_m": np.nan,
        "width_at_most_m": np.nan,
        "evidence": evidence,
    }
    outside: dict[str, Any] = {"source": sources[lost].astype("str")}
    for name, shares, values in (("population", "share", people), ("area_m2", "area_share", area_m2)):
        known = None if values is None else values.reindex(units)
        found[name] = _sums(known, both, in_pair, len(pairs))
        outside[name] = _sums(known, astray, in_lost, len(lost))
        for side, groups, codes, of in (
            ("source", one, sources, first), ("target", other, targets, second),
        ):  # fmt: skip
            placed = groups >= 0
            whole = _sums(known, placed, groups[placed], len(codes)).astype(float)[of]
            with np.errstate(invalid="ignore", divide="ignore"):
                found[f"{shares}_of_{side}"] = np.where(whole > 0, found[name] / whole, np.nan)
    # the same two areas are one area only if no unit of either lies elsewhere
    verdict = verdicts(first, second, np.ones(len(pairs), dtype=bool))
    partly = np.isin(first, lost) | np.isin(second, other[(one < 0) & (other >= 0)])
    found["verdict"] = np.where((verdict == "same") & partly, "nested", verdict)
    outside["whole"] = ~np.isin(lost, first)
    table = in_order(pd.DataFrame(found))
    rest = pd.DataFrame(outside)[["source", "area_m2", "population", "whole"]]
    # where units lie is no sea
    return Overlap(source, target, evidence, table, rest, on_land=tuple(rest["source"]))


def confirmed(
    overlap: Overlap,
    source: Layer,
    target: Layer,
    within: Tolerance,
    spots: gpd.GeoSeries,
    source_of_unit: pd.Series,
    target_of_unit: pd.Series,
    moved: Shift | None = None,
) -> Overlap:
    """Hold the splits, and the parts in no target, that best fit suggests against the outlines it rests on.

    Where outlines are displaced by generalising, units along a border fall on its wrong side, and a
    few of them would look like a split. A piece is real if its ground is at least `within` wide, or
    if a unit stands deeper in it than outlines are displaced: half the tolerance without its base. Where
    slivers are as wide as a narrower piece, or nearly, a unit in it proves nothing, and nobody can tell;
    no more than between outlines alone of wider ones (`without_gap`), and of ground that two areas claim.

    Parameters
    ----------
    overlap : from `by_units`
    source, target : the layers with their outlines
    spots : a point for each unit
    source_of_unit, target_of_unit : as for `by_units`
    moved : how far the source lies from the target as a whole; it is laid on it first

    """
    table = overlap.table.copy()
    split = (table["verdict"] == "split").to_numpy()
    beyond = overlap.partly()["source"]
    lies = pd.DataFrame({"source": source_of_unit, "target": target_of_unit.reindex(source_of_unit.index)})
    further = lies["target"][lies["source"].isna()].dropna().drop_duplicates()
    if not split.any() and beyond.empty and further.empty:
        return overlap
    outlines, targets = in_place(source), in_place(target)
    outlines, parts = laid(outlines, borders(target), moved)
    pairs = table[split]
    ground = in_parallel(
        shapely.intersection,
        outlines.reindex(pairs["source"]).to_numpy(),
        targets.reindex(pairs["target"]).to_numpy(),
    )
    inside = [lies.index[(lies == pair).all(axis=1)] for pair in pairs[["source", "target"]].to_numpy()]
    width, firm = _firm(ground, inside, spots, within)
    rest = ~_main(pairs["source"], firm)
    pairs, ground, width, firm = pairs[rest], ground[rest], width[rest], firm[rest]
    minor = split.copy()
    minor[split] = rest
    real = np.ones(len(table), dtype=bool)
    real[np.flatnonzero(minor)[~firm]] = False
    table.loc[minor, "width_m"] = width
    by_depth = np.zeros(len(table), dtype=bool)
    by_depth[np.flatnonzero(minor)[firm & (width < within.metres) & ~shapely.is_missing(ground)]] = True
    breadth = np.where(minor, table["width_m"].to_numpy(dtype=float), np.nan)
    wide, doubtful = breadth >= within.metres, np.zeros(len(table), dtype=bool)
    if by_depth.any() or (wide & (breadth <= 2 * within.metres)).any():
        widest = _widest_sliver(outlines, targets, table[~minor | real], width[~firm], within)
        by_depth &= breadth < CLEAR_GAP * widest
        doubtful = by_depth | without_gap(breadth, wide, minor & ~real, within, widest)
    claimed = np.zeros(len(table), dtype=bool)
    for side, layer in (("source", outlines), ("target", targets)):
        claimed[np.flatnonzero(minor)[firm & contested(ground, width, pairs[side], layer)]] = True
    coarse = minor & real & wide & ~doubtful
    coarse[coarse] = drawn_too_coarsely(table[coarse], breadth[coarse], source, target, within)
    doubtful |= claimed | coarse
    real &= ~doubtful
    loose = set(beyond[~_beyond_is_firm(beyond, lies, "source", outlines, targets, spots, within)])
    outside = overlap.outside[~overlap.outside["source"].isin(loose)].reset_index(drop=True)
    # a pair is one area of both only if neither goes on where the other is not
    further = further[_beyond_is_firm(further, lies, "target", targets, outlines, spots, within)]
    mutual = ~(table["source"].isin(outside["source"]) | table["target"].isin(further)).to_numpy()
    table["verdict"] = verdicts(table["source"], table["target"], real, mutual)
    sure = np.inf if within.sure_m is None else within.sure_m
    unsure = doubtful | (~real & (table["width_m"] > sure).to_numpy())
    return replace(
        overlap,
        table=table,
        tolerance=within,
        outside=outside,
        on_land=tuple(outside["source"]),
        contested=bool(claimed.any()),
        coarse=bool(coarse.any()),
        unclear=table[unsure][list(UNCLEAR_COLUMNS)].reset_index(drop=True),
        parts=parts,
    )


def _main(sources: pd.Series, firm: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which pieces are the main one of their source: the first that is firm, or else the first.

    The first has most people, but most people of an area may live on a sliver of it.
    """
    known = sources.isin(sources[firm]).to_numpy()
    main = np.zeros(len(sources), dtype=bool)
    for eligible in (firm, ~known):
        at = np.flatnonzero(eligible)
        main[at[~sources.iloc[at].duplicated().to_numpy()]] = True
    return main


def _beyond_is_firm(
    codes: pd.Series,
    lies: pd.DataFrame,
    side: str,
    own: gpd.GeoSeries,
    facing: gpd.GeoSeries,
    spots: gpd.GeoSeries,
    within: Tolerance,
) -> NDArray[np.bool_]:
    """Return of which areas of one side the part in no area of the other is real."""
    other = "target" if side == "source" else "source"
    units = [lies.index[(lies[side] == code) & lies[other].isna()] for code in codes]
    return _firm(_in_none(own.reindex(codes), facing), units, spots, within)[1]


def _firm(
    ground: NDArray[Any], units: list[pd.Index], spots: gpd.GeoSeries, within: Tolerance
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the width of each piece of ground, and whether it is a real one by that or by its units."""
    deep = max(0.0, within.metres - BASE_TOLERANCE_M) / 2
    width = widths(ground, within.metres)
    # an area that only a lookup knows has no outline to hold against
    firm = (width >= within.metres) | shapely.is_missing(ground)
    for i in np.flatnonzero(~firm):
        points = spots.reindex(units[i]).to_numpy()
        inner = points[shapely.intersects(ground[i], points)]
        edge = shapely.boundary(ground[i])
        firm[i] = bool(len(inner)) and float(shapely.distance(edge, inner).max()) > deep
    return width, firm


def _widest_sliver(
    outlines: gpd.GeoSeries,
    targets: gpd.GeoSeries,
    parts: pd.DataFrame,
    narrow: NDArray[np.float64],
    within: Tolerance,
) -> float:
    """Return the width of the widest sliver between two layers: of those without a unit, and of `narrow`.

    `parts` are the pairs that share more than a sliver.
    """
    drawn = outlines.dropna(), targets.dropna()
    pieces = pair_areas(*drawn)
    known = pd.MultiIndex.from_frame(parts[["source", "target"]])
    rest = pieces[~pd.MultiIndex.from_frame(pieces[["source", "target"]]).isin(known)]
    shared, area = Shared(*drawn, rest), rest["area_m2"].to_numpy()
    width = np.full(len(rest), np.nan)
    shared.measure(width, at_most(area) >= within.metres, within.metres)
    widest = shared.widest(width, area, ~(width >= within.metres), within.metres)
    return max(widest, float(narrow.max(initial=0.0)))


def _in_none(outlines: gpd.GeoSeries, targets: gpd.GeoSeries) -> NDArray[Any]:
    """Return the ground of each outline that lies in no target; None where an outline is missing."""
    drawn, shapes = targets.dropna().to_numpy(), outlines.to_numpy()
    at, near = shapely.STRtree(drawn).query(shapes, predicate="intersects")
    covers = np.array([shapely.union_all(drawn[near[at == i]]) for i in range(len(shapes))], dtype=object)
    rest: NDArray[Any] = in_parallel(shapely.difference, shapes, covers)
    return rest


def _sums(
    values: pd.Series | None, counted: NDArray[np.bool_], group: NDArray[np.intp], size: int
) -> NDArray[Any]:
    """Return the sum of units by group, unknown where that of one unit is.

    Parameters
    ----------
    values : of all units, or None where nothing is known of any
    counted : which of the units are in a group
    group : the group of each of these, from 0 to `size` - 1, none without a unit

    """
    if values is None:
        return np.full(size, np.nan)
    values = values[counted]
    found = values.groupby(group).sum().to_numpy()
    unknown = values.isna().to_numpy()
    return (
        np.where(np.bincount(group[unknown], minlength=size) > 0, np.nan, found) if unknown.any() else found
    )
