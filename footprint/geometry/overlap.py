"""The overlap table: which areas of one layer lie in which of another, and on what evidence.

Three kinds of evidence, strongest first. `lookup`: codes say it, exactly. `units`: areas that carry
people are in both, by best fit. `geometry`: only outlines are known; then the width of an overlap,
not its share, tells a real piece from a sliver between two separately generalised outlines.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from footprint.geometry.parallel import in_parallel
from footprint.geometry.tolerance import BASE_TOLERANCE_M
from footprint.geometry.width import widths
from footprint.model.codes import is_in
from footprint.model.columns import AREA_M2, PEOPLE, UNITS
from footprint.model.errors import InputError
from footprint.model.layer import Layer
from footprint.model.schema import Column, Table

if TYPE_CHECKING:
    from pandas.api.typing import DataFrameGroupBy

    from footprint.geometry.tolerance import Tolerance


Evidence = Literal["lookup", "units", "geometry"]


OVERLAP = Table(
    "overlap",
    "Overlap",
    "A row for each pair of areas of two layers that share people or ground.",
    (
        Column("source_layer"),
        Column("source", kind="code"),
        Column("target_layer"),
        Column("target", kind="code"),
        AREA_M2,
        Column(
            "width_m", "Width, m", "metres",
            "Twice the radius of the largest circle inside; measured only where width decides.",
        ),
        PEOPLE,
        UNITS.but(nullable=True, required=False),
        Column("share_of_source", "Share of source's people", "share"),
        Column("share_of_target", "Share of target's people", "share"),
        Column("area_share_of_source", "Share of source's area", "share"),
        Column("area_share_of_target", "Share of target's area", "share"),
        Column(
            "verdict", values=("nested", "same", "split", "sliver"),
            meaning="nested: the source lies in this target; same: one to one; split: a true piece; sliver: "
            "a narrow false overlap of outlines that were drawn apart, not counted as a split.",
        ),
        Column(
            "evidence", values=get_args(Evidence),
            meaning="What the verdict rests on: lookup (exact), units (best fit) or geometry (outlines "
            "alone).",
        ),
    ),
    "The plan compares no two layers, or they could not be compared.",
)  # fmt: skip


# A coastline drawn to low water adds a few per cent to a district; more than this may be land that
# the other layer leaves out, which only somebody who knows the place can tell from an estuary.
MUCH_OUTSIDE = 0.1


@dataclass(frozen=True)
class Overlap:
    """How a source layer lies in a target layer."""

    source: str
    target: str
    evidence: Evidence
    table: pd.DataFrame
    """A row a pair, columns of OVERLAP, sorted by source, then widest piece first (people, or else area)."""
    outside: pd.DataFrame
    """Sources with a part in no target: source, area_m2, population (NaN where unknown), whole (bool)."""
    tolerance: Tolerance | None = None
    """Where outlines had a say."""
    too_small: tuple[str, ...] = ()
    """Sources so narrow that their outlines cannot tell whether they are split."""
    pieces: gpd.GeoSeries | None = None
    """For geometry: the outline of each row of `table`, by its index."""

    def split(self) -> pd.DataFrame:
        """Return the rows of split sources."""
        return self.table[self.table["verdict"] == "split"]

    def slivers(self) -> pd.DataFrame:
        """Return the rows that are slivers."""
        return self.table[self.table["verdict"] == "sliver"]


def pair_areas(source: gpd.GeoSeries, target: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Intersect two layers of valid polygons in a projected CRS.

    Most sources lie inside one target, which an indexed test tells without computing any
    intersection; only pairs on an edge are cut, on all processors.

    Returns
    -------
    One row a pair that shares ground, sorted by position in `source`, then `target`: `source` and
    `target` (their index labels), `area_m2`, and the shared ground as geometry.

    """
    s, t = source.to_numpy(), target.to_numpy()
    shapely.prepare(t)
    at, as_ = shapely.STRtree(s).query(t, predicate="intersects")
    inside = shapely.covers(t[at], s[as_])
    shared = s[as_]
    cut = np.flatnonzero(~inside)
    shared[cut] = in_parallel(shapely.intersection, s[as_[cut]], t[at[cut]])
    area = shapely.area(shared)
    order = np.lexsort((at, as_))
    order = order[area[order] > 0]
    return gpd.GeoDataFrame(
        {
            "source": source.index.to_numpy()[as_[order]],
            "target": target.index.to_numpy()[at[order]],
            "area_m2": area[order],
        },
        geometry=shared[order],
        crs=source.crs,
    )


def by_geometry(source: Layer, target: Layer, within: Tolerance) -> Overlap:
    """Compare two layers by their outlines alone.

    Shares are of the land common to both layers, so that sea which one of them includes is not
    counted. A source belongs to its largest piece; every further piece at least `within` wide
    makes it split, a narrower one is a sliver.
    """
    outlines, targets = source.polygons, target.polygons
    found = pair_areas(outlines, targets)
    if found.empty:
        raise InputError(
            source.source.path,
            f"shares no ground with {target.source.path}",
            "Check that both are of the same part of England, and their CRSs.",
        )
    area = found["area_m2"].to_numpy()
    common_source = found.groupby("source")["area_m2"].transform("sum").to_numpy()
    common_target = found.groupby("target")["area_m2"].transform("sum").to_numpy()
    own = outlines.area.reindex(found["source"]).to_numpy()
    shapes = found.geometry.to_numpy()

    largest = np.zeros(len(found), dtype=bool)
    largest[found.groupby("source")["area_m2"].idxmax().to_numpy()] = True
    # most of a source is where the source is, however narrow; every other piece must show its width
    real = largest & (area >= 0.5 * own)
    width = np.full(len(found), np.nan)
    width[~real] = widths(shapes[~real], within.metres)
    real |= width >= within.metres
    # ground that is covered, though by narrow pieces only, is not outside: it is with the largest
    pieces = found.assign(real=real).groupby("source")
    covered = pieces["area_m2"].transform("sum").to_numpy() >= 0.5 * own
    narrow = largest & covered & ~pieces["real"].transform("any").to_numpy()
    real |= narrow
    mutual = (area >= 0.5 * own) & (area >= 0.5 * targets.area.reindex(found["target"]).to_numpy())
    verdict = _verdicts(found["source"], found["target"], real, mutual)
    unmeasured = (verdict == "split") & np.isnan(width)
    width[unmeasured] = widths(shapes[unmeasured])

    table = pd.DataFrame(
        {
            "source_layer": source.key,
            "source": found["source"],
            "target_layer": target.key,
            "target": found["target"],
            "area_m2": area,
            "width_m": width,
            "population": np.nan,
            "units": np.nan,
            "share_of_source": np.nan,
            "share_of_target": np.nan,
            "area_share_of_source": area / common_source,
            "area_share_of_target": area / common_target,
            "verdict": verdict,
            "evidence": "geometry",
        }
    )
    outside = _uncovered(outlines, found, real)
    table, order = _sorted(table)
    return Overlap(
        source.key,
        target.key,
        "geometry",
        table,
        outside,
        within,
        _undecided(found, largest, narrow, own, width, within),
        gpd.GeoSeries(shapes[order], crs=found.crs),
    )


def _uncovered(outlines: gpd.GeoSeries, found: gpd.GeoDataFrame, real: NDArray[np.bool_]) -> pd.DataFrame:
    """Return the sources that lie in no target, and those with much ground in none."""
    ground = outlines.area
    lost = ground - found.groupby("source")["area_m2"].sum().reindex(ground.index).fillna(0.0)
    whole = ~is_in(ground.index, found["source"][real])
    told = whole | (lost > MUCH_OUTSIDE * ground).to_numpy()
    return pd.DataFrame(
        {
            "source": ground.index[told],
            "area_m2": np.where(whole, ground, lost)[told],
            "population": np.nan,
            "whole": whole[told],
        }
    )


def _undecided(
    found: gpd.GeoDataFrame,
    largest: NDArray[np.bool_],
    narrow: NDArray[np.bool_],
    own: NDArray[np.float64],
    width: NDArray[np.float64],
    within: Tolerance,
) -> tuple[str, ...]:
    """Return the sources that lie across a line but are too narrow for `within` to judge.

    A second piece may be a sliver by its width and yet a real share of a narrow source: a tenth.
    Between separately generalised districts and systems of England slivers stay below 0.6 %.
    """
    sliver = ~largest & (width < within.metres) & (found["area_m2"].to_numpy() >= 0.1 * own)
    return tuple(sorted({str(code) for code in found["source"][sliver | narrow]}))


def _verdicts(
    source: pd.Series,
    target: pd.Series,
    real: NDArray[np.bool_],
    mutual: NDArray[np.bool_] | None = None,
) -> NDArray[Any]:
    """Return "split", "nested", "same" or "sliver" for each pair.

    `real` says which pairs are no slivers, `mutual` which could be one area at all.
    """
    counts = pd.DataFrame({"source": source.to_numpy(), "target": target.to_numpy(), "real": real})
    targets_of_source = counts.groupby("source")["real"].transform("sum").to_numpy()
    sources_of_target = counts.groupby("target")["real"].transform("sum").to_numpy()
    alone = sources_of_target == 1
    one = np.where(alone if mutual is None else alone & mutual, "same", "nested")
    return np.where(~real, "sliver", np.where(targets_of_source > 1, "split", one))


def _sorted(table: pd.DataFrame) -> tuple[pd.DataFrame, NDArray[np.intp]]:
    size = np.where(table["population"].notna(), table["population"], table["area_m2"])
    order = np.lexsort((table["target"], -np.nan_to_num(size), table["source"]))
    return table.iloc[order].reset_index(drop=True)[OVERLAP.names], order


# ── units ───────────────────────────────────────────────────────────────────────────────────────


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
    frame = pd.DataFrame(
        {
            "source": source_of_unit,
            "target": target_of_unit.reindex(units),
            "population": np.nan if people is None else people.reindex(units),
            "area_m2": np.nan if area_m2 is None else area_m2.reindex(units),
        }
    )
    of_source, of_target = _sums(frame.groupby("source")), _sums(frame.groupby("target"))
    pairs = frame.groupby(["source", "target"])
    table = _sums(pairs).assign(units=pairs.size()).reset_index()
    # the same two areas are one area only if no unit of either lies elsewhere
    real = np.ones(len(table), dtype=bool)
    verdict = _verdicts(table["source"], table["target"], real)
    lost_source = set(frame["source"][frame["target"].isna()].dropna())
    lost_target = set(frame["target"][frame["source"].isna()].dropna())
    partly = table["source"].isin(lost_source) | table["target"].isin(lost_target)
    verdict = np.where((verdict == "same") & partly, "nested", verdict)

    def share(column: str, side: str, totals: pd.DataFrame) -> NDArray[np.float64]:
        whole = totals[column].reindex(table[side]).to_numpy()
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(whole > 0, table[column].to_numpy() / whole, np.nan)

    table = table.assign(
        source_layer=source,
        target_layer=target,
        width_m=np.nan,
        share_of_source=share("population", "source", of_source),
        share_of_target=share("population", "target", of_target),
        area_share_of_source=share("area_m2", "source", of_source),
        area_share_of_target=share("area_m2", "target", of_target),
        verdict=verdict,
        evidence=evidence,
    )
    lost = frame[frame["target"].isna() & frame["source"].notna()]
    outside = _sums(lost.groupby("source")).reset_index()
    outside["whole"] = ~outside["source"].isin(set(table["source"]))
    table, _ = _sorted(table)
    return Overlap(source, target, evidence, table, outside[["source", "area_m2", "population", "whole"]])


def confirmed(
    found: Overlap,
    source: Layer,
    target: Layer,
    within: Tolerance,
    spots: gpd.GeoSeries,
    source_of_unit: pd.Series,
    target_of_unit: pd.Series,
) -> Overlap:
    """Hold the splits that best fit suggests against the outlines it rests on.

    Where outlines are displaced by generalising, units along a border fall on its wrong side, and a
    few of them would look like a split. A piece is real if its ground is at least `within` wide, or
    if a unit stands deeper in it than outlines are displaced: half the tolerance without its base.

    Parameters
    ----------
    found : from `by_units`
    source, target : the layers with their outlines
    spots : a point for each unit
    source_of_unit, target_of_unit : as for `by_units`

    """
    table = found.table.copy()
    minor = (table["verdict"] == "split").to_numpy() & table["source"].duplicated().to_numpy()
    if not minor.any():
        return found
    pairs = table[minor]
    ground = in_parallel(
        shapely.intersection,
        source.areas.geometry.reindex(pairs["source"]).to_numpy(),
        target.areas.geometry.reindex(pairs["target"]).to_numpy(),
    )
    width = widths(ground, within.metres)
    deep = max(0.0, within.metres - BASE_TOLERANCE_M) / 2
    # an area that only a lookup knows has no outline to hold against
    firm = (width >= within.metres) | shapely.is_missing(ground)
    for i in np.flatnonzero(~firm):
        row = pairs.iloc[i]
        inside = (source_of_unit == row["source"]) & (target_of_unit == row["target"])
        points = spots.reindex(source_of_unit.index[inside]).to_numpy()
        held = points[shapely.intersects(ground[i], points)]
        edge = shapely.boundary(ground[i])
        firm[i] = bool(len(held)) and float(shapely.distance(edge, held).max()) > deep
    real = np.ones(len(table), dtype=bool)
    real[np.flatnonzero(minor)[~firm]] = False
    same = (table["verdict"] == "same").to_numpy()
    table["verdict"] = np.where(
        same, "same", _verdicts(table["source"], table["target"], real, np.zeros(len(table), bool))
    )
    table.loc[minor, "width_m"] = width
    return replace(found, table=table, tolerance=within)


def _sums(groups: DataFrameGroupBy[Any, Any]) -> pd.DataFrame:
    """Return the people and the ground of groups, unknown where a part of one is unknown."""
    columns = ["population", "area_m2"]
    known = groups[columns].count().eq(groups.size(), axis=0)
    return groups[columns].sum().where(known)
