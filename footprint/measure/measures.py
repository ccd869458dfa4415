"""Measures of the plan's own, added up for every area, and how even the areas of a layer are.

A figure that is not known for all units of an area is not known for the area: it lies between bounds where
the way it adds up gives any, and nobody can tell otherwise. What is unknown is never taken as zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footprint.model.codes import is_in
from footprint.model.columns import AREA, LAYER, LEVEL_IF_ANY
from footprint.model.schema import Column, Table
from footprint.plan import derive
from footprint.plan.once import derived

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from footprint.model.measure import Measure
    from footprint.plan.model import Plan

_MEASURE = Column("measure", meaning="As the plan calls it.")
_UNIT = Column("unit", "Measured in", nullable=True)

MEASURES = Table(
    "measures",
    "Measures",
    "A row for each measure of the plan and each area.",
    (
        *AREA,
        _MEASURE,
        Column("adds", "Adds up as", values=("sum", "mean", "share"), meaning="mean: weighted by people."),
        _UNIT,
        Column("value", kind="ratio", meaning="Empty where it is not known for all units of the area."),
        Column(
            "least", kind="ratio",
            meaning="The least that it can be. Of a sum with unknown parts that holds if none is below 0, as "
            "none of the known ones is.",
        ),
        Column("most", kind="ratio", meaning="The most that it can be; empty where nothing limits it."),
        Column("where_known", kind="ratio", meaning="The figure of the units for which it is known."),
        Column("people_known", "People for whom it is known", "count"),
        Column("population", "People", "count"),
        Column(
            "rank", kind="count", type="integer", nullable=True,
            meaning="1 is the highest of the layer; empty where unknown figures could change it.",
        ),
        Column(
            "most_deprived_fifth", kind="share",
            meaning="People in the most deprived fifth of units, where the plan asks for it.",
        ),
        Column("range_low", kind="ratio", meaning="Between which the plan says that it should lie."),
        Column("range_high", kind="ratio"),
        Column(
            "status", values=("BELOW", "WITHIN", "ABOVE"), nullable=True,
            meaning="Against the range; empty without one, and where nobody can tell.",
        ),
    ),
    "The plan has no [[measure]].",
)  # fmt: skip

BALANCE = Table(
    "measure_balance",
    "Balance of measures",
    "A row for each measure and layer: how far its areas are apart. A figure, not a verdict.",
    (
        LAYER,
        LEVEL_IF_ANY,
        _MEASURE,
        _UNIT,
        Column("areas", kind="count", type="integer"),
        Column("largest", kind="ratio", meaning="Empty where the figure of an area is not known."),
        Column("largest_name", "In", nullable=True),
        Column("smallest", kind="ratio"),
        Column("smallest_name", "In, smallest", nullable=True),
        Column("ratio", "Largest to smallest", "ratio", "Empty where the smallest is not above 0."),
        Column("source", "Figures from", nullable=True),
    ),
    MEASURES.none,
)


@derived("units", "people", "people_of", "levels", "measures", derive.assignment)
def measured(plan: Plan, key: str) -> pd.DataFrame:
    """Return every measure of every area of layer `key`, columns of MEASURES.

    No rows where nothing says which units lie in the layer.
    """
    assigned = derive.assignment(plan, key)
    if not plan.measures or plan.units is None or assigned is None:
        return MEASURES.frame()
    layer, level = plan.layers[key], plan.level_of(key)
    at = layer.codes.get_indexer(pd.Index(assigned.codes.reindex(plan.units.codes)))
    people = _people(plan)
    rows: list[tuple[object, ...]] = []
    for measure in plan.measures:
        parts, wholes = _by_unit(plan, measure, people)
        found = _areas(measure, at, len(layer.codes), parts, wholes, people)
        low, high = measure.ranges.get(key, (np.nan, np.nan))
        ranks = _ranks(found["value"].to_numpy(), found["least"].to_numpy(), found["most"].to_numpy())
        for code, row, rank in zip(layer.codes, found.to_dict("records"), ranks, strict=True):
            rows.append(
                (
                    key, level and str(level), str(code), layer.name(str(code)), measure.name, measure.adds,
                    measure.unit or None, row["value"], row["least"], row["most"], row["where_known"],
                    row["people_known"], row["people"], rank, row["fifth"], low, high,
                    _status(row["least"], row["most"], low, high),
                )
            )  # fmt: skip
    return MEASURES.frame(rows)


def table(plan: Plan) -> pd.DataFrame:
    """Return every measure of every area of every layer, columns of MEASURES."""
    return MEASURES.joined(measured(plan, key) for key in plan.layers)


def balance(plan: Plan) -> pd.DataFrame:
    """Return how far the areas of each layer are apart, columns of BALANCE."""
    rows: list[tuple[object, ...]] = []
    sources = {measure.name: measure.stated_source for measure in plan.measures}
    for key in plan.layers:
        level = plan.level_of(key)
        for name, held in measured(plan, key).groupby("measure", sort=False):
            ends: list[object] = [np.nan, None, np.nan, None, np.nan]
            if held["value"].notna().all():
                figures, names = held["value"].to_numpy(), held["name"].to_numpy()
                top, bottom = int(figures.argmax()), int(figures.argmin())
                ratio = figures[top] / figures[bottom] if figures[bottom] > 0 else np.nan
                ends = [figures[top], names[top], figures[bottom], names[bottom], ratio]
            unit = held["unit"].iloc[0]
            rows.append((key, level and str(level), name, unit, len(held), *ends, sources[str(name)] or None))
    return BALANCE.frame(rows)


# ── units ───────────────────────────────────────────────────────────────────────────────────────


def _people(plan: Plan) -> NDArray[np.float64]:
    """Return people by unit; NaN where nobody has counted them."""
    assert plan.units is not None
    people = plan.unit_people()
    if people is None or plan.people is None:
        return np.full(len(plan.units.codes), np.nan)
    return np.where(is_in(people.index, plan.people.people.index), people.to_numpy(float), np.nan)


def _by_unit(
    plan: Plan, measure: Measure, people: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return, by unit, the figure (of a share its part) and what it is weighted by; NaN where unknown."""
    assert plan.units is not None
    codes = plan.units.codes
    parts = np.array([measure.values.get(str(code), np.nan) for code in codes], dtype=float)
    if measure.adds == "sum":
        return parts, np.ones(len(codes))
    wholes = people
    if measure.wholes is not None:
        wholes = np.array([measure.wholes.get(str(code), np.nan) for code in codes], dtype=float)
    return parts, wholes


# ── areas ───────────────────────────────────────────────────────────────────────────────────────


def _areas(
    measure: Measure,
    at: NDArray[np.intp],
    size: int,
    parts: NDArray[np.float64],
    wholes: NDArray[np.float64],
    people: NDArray[np.float64],
) -> pd.DataFrame:
    """Return value, least, most, where_known, people_known, people and fifth of each area.

    Parameters
    ----------
    measure : what is added up
    at : by unit, the position of its area; −1 for none
    size : number of areas
    parts, wholes : by unit (see `_by_unit`)
    people : by unit

    """
    inside = at >= 0
    # a unit in which nobody lives weighs nothing in a mean, so that its figure need not be known
    nothing = (wholes == 0) & (measure.adds == "mean")
    amounts = np.where(nothing, 0.0, parts * wholes if measure.adds == "mean" else parts)
    known = np.isfinite(amounts) & np.isfinite(wholes)

    def added(values: NDArray[np.float64], which: NDArray[np.bool_]) -> NDArray[np.float64]:
        chosen = inside & which
        return np.bincount(at[chosen], values[chosen], size).astype(float)

    gaps = added(np.ones(len(at)), ~known)
    full = (gaps == 0) & (added(np.ones(len(at)), known) > 0)
    amount, weight = added(amounts, known), added(wholes, known)
    with np.errstate(divide="ignore", invalid="ignore"):
        figure = amount if measure.adds == "sum" else amount / np.where(weight > 0, weight, np.nan)
        figure = np.where(added(np.ones(len(at)), known) > 0, figure, np.nan)
        value = np.where(full, figure, np.nan)
        least, most = value.copy(), value.copy()
        if measure.adds == "sum" and not (parts[np.isfinite(parts)] < 0).any():
            least = np.where(full | (gaps > 0), amount, np.nan)
        if measure.adds == "share":
            # all or nothing of an unknown part may be in a whole that is known
            whole = added(np.ones(len(at)), np.isnan(wholes)) == 0
            of = added(np.nan_to_num(wholes), np.isfinite(wholes))
            sure = added(np.nan_to_num(parts), np.isfinite(parts))
            open_ = added(np.nan_to_num(wholes), np.isnan(parts))
            whole &= of > 0
            least = np.where(full, value, np.where(whole, sure / of, np.nan))
            most = np.where(full, value, np.where(whole, (sure + open_) / of, np.nan))
            # people counted otherwise than the part can make it more than a whole
            odd = value > 1
            value, least, most = (np.where(odd, np.nan, each) for each in (value, least, most))
            figure = np.where(figure > 1, np.nan, figure)
    counted = np.isfinite(people)
    no_people = added(np.ones(len(at)), ~counted) > 0
    held = added(np.nan_to_num(people), counted)
    of_known = added(np.nan_to_num(people), counted & known)
    return pd.DataFrame(
        {
            "value": value, "least": least, "most": most, "where_known": figure,
            "people_known": np.where(no_people, np.nan, of_known),
            "people": np.where(no_people, np.nan, held),
            "fifth": _fifth(measure, parts, wholes, people, at, size),
        }
    )  # fmt: skip


def _fifth(
    measure: Measure,
    parts: NDArray[np.float64],
    wholes: NDArray[np.float64],
    people: NDArray[np.float64],
    at: NDArray[np.intp],
    size: int,
) -> NDArray[np.float64]:
    """Return the share of each area's people in the most deprived fifth; NaN where that is not known."""
    if measure.most_deprived is None:
        return np.full(size, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        figures = parts / wholes if measure.adds == "share" else parts
    sign = 1.0 if measure.most_deprived == "lowest" else -1.0
    ranked = np.sort(sign * figures[np.isfinite(figures)])
    end = measure.fifth_ends_at
    if end is None:
        # of the plan's own units; those alike with the last of the fifth belong to it
        last = int(np.ceil(len(figures) / 5)) - 1
        end = sign * ranked[last] if len(ranked) == len(figures) else np.nan
    within = np.where(np.isfinite(figures), sign * figures <= sign * end, np.nan)
    if np.isnan(end):
        within = np.full(len(figures), np.nan)
    chosen = (at >= 0) & ~(people == 0)
    share = np.bincount(at[chosen], (within * people)[chosen], size)
    total = np.bincount(at[chosen], people[chosen], size)
    with np.errstate(divide="ignore", invalid="ignore"):
        found: NDArray[np.float64] = share / total
    return found


def _ranks(
    value: NDArray[np.float64], least: NDArray[np.float64], most: NDArray[np.float64]
) -> list[int | None]:
    """Return the rank of each area, 1 for the highest; None where areas in doubt could change it."""
    surely = np.sort(np.where(np.isnan(least), -np.inf, least))
    perhaps = np.sort(np.where(np.isnan(most), np.inf, most))
    ranks: list[int | None] = []
    for each in value:
        above, could = (len(ends) - np.searchsorted(ends, each, "right") for ends in (surely, perhaps))
        ranks.append(None if np.isnan(each) or above != could else int(above) + 1)
    return ranks


def _status(least: float, most: float, low: float, high: float) -> str | None:
    """Return BELOW, WITHIN or ABOVE; None without a range, and where bounds leave it open."""
    if np.isnan(low):
        return None
    if most < low:
        return "BELOW"
    if least > high:
        return "ABOVE"
    return "WITHIN" if low <= least and most <= high else None
