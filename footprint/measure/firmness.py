"""How firm verdicts are: how many people, or which other figures, would turn each of them.

A verdict is firm if its limit is farther away than people change in less than a decade (England 2011 to
2021: 6.6% more, by the censuses), if a second table of people does not turn it, and if no other weights of
sites do.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footprint.measure import people as population
from footprint.measure.area_activity import by_area
from footprint.measure.bounds import index_bounds
from footprint.measure.hosts import Hosts, hosts
from footprint.measure.localisation import area_table
from footprint.model.columns import AREA
from footprint.model.errors import Missing
from footprint.model.schema import Column, Table
from footprint.model.suppression import published_share
from footprint.model.words import percent
from footprint.plan.once import carry_over, derived

if TYPE_CHECKING:
    from footprint.model.levels import Band
    from footprint.plan.model import Plan

NEAR_PEOPLE = 0.05
"""A limit nearer than this share of an area's people is near."""
NEAR_INDEX = 0.01
"""A threshold nearer than this to an index is near: a point, as reports round it twice."""

FIRMNESS = Table(
    "firmness",
    "Firmness",
    "A row for each verdict on a population band or a localisation threshold: how far it is from turning.",
    (
        *AREA,
        Column("verdict", values=("band", "localisation_index")),
        Column(
            "status", nullable=True,
            values=("BELOW", "WITHIN", "ABOVE", "reached", "below", "cannot tell"),
        ),
        Column("limit", kind="ratio", meaning="The nearest end of the band, people; or the threshold."),
        Column(
            "margin_people", "People until it turns", "count",
            "How many have to come, or, negative, to leave, until the verdict turns.",
        ),
        Column("growth", "Growth until it turns", "share", "The same as a share of its people.", open=True),
        Column(
            "margin_index", "From the threshold", "share", "The index less the threshold.", open=True
        ),
        Column("other_population", "People by the second table", "count"),
        Column(
            "other_status", "Status by the second table", nullable=True,
            values=("BELOW", "WITHIN", "ABOVE", "reached", "below", "cannot tell"),
        ),
        Column("index_least", "Index with other weights, least", "share", "Whatever the sites weigh."),
        Column("index_most", "Index with other weights, most", "share"),
        Column("firm", type="boolean", nullable=True, meaning="Empty where there is no verdict."),
        Column("turns_if", "Turns if", nullable=True),
    ),
    "The plan has no population bands and no localisation thresholds that could be judged.",
)  # fmt: skip


def table(plan: Plan) -> pd.DataFrame:
    """Return how firm every verdict is, columns of FIRMNESS."""
    bands = [_bands(plan, key, band) for key, band in plan.banded.items()]
    levels = [(plan.levels[level], limit) for level, limit in plan.localisation_index.items()]
    return FIRMNESS.joined([*bands, *(_index(plan, key, limit) for key, limit in levels)])


# ── bands ───────────────────────────────────────────────────────────────────────────────────────


@derived("other_people", "layers", "units", "people_of", population.table)
def _second(plan: Plan) -> Plan | None:
    """Return the plan with its second table of people instead of the first; None without one."""
    if plan.other_people is None:
        return None
    made = replace(plan, people=plan.other_people, other_people=None)
    carry_over(plan, made)
    return made


def _bands(plan: Plan, key: str, band: Band) -> pd.DataFrame:
    """Return how firm the verdicts on the people of the areas of a layer are."""
    found, second = population.totals(plan, key), _second(plan)
    if isinstance(found, Missing):
        return FIRMNESS.frame()
    other = None if second is None else population.totals(second, key)
    others = None if other is None or isinstance(other, Missing) else other.people
    rows = []
    for code, people in found.people.items():
        if np.isnan(people):
            rows.append(_row(plan, key, str(code), "band"))
            continue
        status = band.status(people)
        limit, margin = _nearest(band, people)
        growth = margin / people if people > 0 else np.nan
        then = np.nan if others is None else float(others.get(code, np.nan))
        turned = None if np.isnan(then) else band.status(then)
        told = []
        if abs(growth) <= NEAR_PEOPLE:
            verb = "grow" if margin > 0 else "shrink"
            told.append(f"its people {verb} by {percent(abs(growth))} ({abs(margin):,.0f})")
        if turned is not None and turned != status:
            assert plan.other_people is not None
            file = Path(plan.other_people.source.path).name
            told.append(f"people are as in {file} ({then:,.0f}, {turned.lower()})")
        rows.append(
            _row(
                plan, key, str(code), "band", status=status, limit=limit, margin_people=margin, growth=growth,
                other_population=then, other_status=turned, firm=not told,
                turns_if="; or ".join(told) or None,
            )
        )  # fmt: skip
    return FIRMNESS.frame(rows)


def _nearest(band: Band, people: float) -> tuple[float, float]:
    """Return the end of a band that is nearest, and how many people have to come until it is passed."""
    ends = [end for end in (band.low, band.high) if end is not None]
    limit = min(ends, key=lambda end: abs(end - people), default=np.nan)
    return float(limit), float(limit - people)


# ── localisation ────────────────────────────────────────────────────────────────────────────────


def _index(plan: Plan, key: str, limit: float) -> pd.DataFrame:
    """Return how firm the verdicts on the localisation index of the areas of a level are."""
    numbers = area_table(plan, key) if plan.flows is not None else Missing("the plan has no flows")
    flows, host = by_area(plan, key), hosts(plan, key)
    if isinstance(numbers, Missing) or isinstance(flows, Missing) or isinstance(host, Missing):
        return FIRMNESS.frame()
    ends = index_bounds(flows, _any_weights(host))
    second = _second(plan)
    other = None if second is None else area_table(second, key)
    rows = []
    for at, row in enumerate(numbers.to_dict("records")):
        figures = [
            row["localisation_index"], row["localisation_index_min"], row["localisation_index_max"],
            *(float(end[at]) for end in ends),
        ]  # fmt: skip
        if plan.suppress is not None:
            figures = _as_published(figures, row["activity"])
        index, low, high, least, most = figures
        if np.isnan(low) or np.isnan(high):
            rows.append(_row(plan, key, row["code"], "localisation_index", limit=limit))
            continue
        status = _reached(low, high, limit)
        turned = None
        if isinstance(other, pd.DataFrame):
            low, high = (float(other[f"localisation_index_{end}"].iloc[at]) for end in ("min", "max"))
            if plan.suppress is not None:
                low, high = _as_published([low, high], float(other["activity"].iloc[at]))
            turned = None if np.isnan(low) or np.isnan(high) else _reached(low, high, limit)
        told = []
        if status != "cannot tell":
            if abs(index - limit) <= NEAR_INDEX:
                way = "fewer" if status == "reached" else "more"
                told.append(f"{percent(abs(index - limit))} {way} of its journeys stay inside")
            if turned is not None and turned != status:
                assert plan.other_people is not None
                told.append(f"people are as in {Path(plan.other_people.source.path).name} ({turned})")
            if _reached(least, most, limit) != status:
                told.append(f"sites weigh otherwise ({percent(least)} to {percent(most)} inside)")
        rows.append(
            _row(
                plan, key, row["code"], "localisation_index", status=status, limit=limit,
                margin_index=index - limit, other_status=turned, index_least=least, index_most=most,
                firm=None if status == "cannot tell" else not told, turns_if="; or ".join(told) or None,
            )
        )  # fmt: skip
    return FIRMNESS.frame(rows)


def _as_published(shares: list[float], whole: float) -> list[float]:
    """Return shares of a count as they may be published; NaN for those that are kept in."""
    shown = (published_share(share, whole) for share in shares)
    return [share if isinstance(share, float) else np.nan for share in shown]


def _any_weights(host: Hosts) -> Hosts:
    """Return hosts in which nobody knows how a provider with sites in several areas is shared out."""
    many = np.bincount(host.provider, minlength=len(host.known)) > 1
    return replace(host, guessed=host.guessed | many)


def _reached(low: float, high: float, limit: float) -> str:
    return "reached" if low >= limit else "below" if high < limit else "cannot tell"


def _row(plan: Plan, key: str, code: str, verdict: str, **given: object) -> tuple[object, ...]:
    level = plan.level_of(key)
    held = {
        "layer": key, "level": level and str(level), "code": code, "name": plan.layers[key].name(code),
        "verdict": verdict, **given,
    }  # fmt: skip
    numbers = {column.name for column in FIRMNESS.columns if column.type == "number"}
    return tuple(held.get(name, np.nan if name in numbers else None) for name in FIRMNESS.names)
