"""People per area, and whether they fit the population band of their level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from footprint.geometry.outside import MUCH_OUTSIDE
from footprint.geometry.overlap import Overlap
from footprint.model.codes import is_in
from footprint.model.columns import AREA, PEOPLE, STATUS
from footprint.model.errors import Missing
from footprint.model.schema import Column, Table
from footprint.model.words import agree, count, with_article
from footprint.plan import derive, naming
from footprint.plan.coverage import coverage, sources_in_none
from footprint.plan.model import Plan
from footprint.plan.once import derived

POPULATION = Table(
    "population",
    "Population",
    "A row for each area, with its people and the band of its level.",
    (
        *AREA,
        PEOPLE,
        Column("band", "Band, people", nullable=True),
        STATUS,
        Column(
            "distance", "People from the band", "count", "People missing (negative) or too many.",
            required=False,
        ),
    ),
    "The plan has no population.",
)  # fmt: skip
# the ends of the band stand in the frame alone
_FRAME = POPULATION.adding(
    Column("band_low", kind="count", type="integer", nullable=True),
    Column("band_high", kind="count", type="integer", nullable=True),
)


@dataclass(frozen=True)
class Totals:
    """People in each area of a layer."""

    people: pd.Series
    """Index area code (all areas of the layer), value people; NaN where they cannot be told."""
    inside: float
    """People in all areas of the layer together; NaN where they cannot be told."""
    outside: float
    """People of units, or of areas without units, that lie in no area of the layer."""
    elsewhere: float
    """Those of them who are not lost, as the layer covers a part."""
    unknown: str
    """Why some totals are NaN; empty where none is."""


def totals(plan: Plan, key: str) -> Totals | Missing:
    """Return the people of each area of layer `key`.

    From the units where there are any. Without units the population is that of one layer's
    areas: another layer's total is known where whole areas make it up, and only there.
    """
    layer = plan.layers[key]
    if plan.people is None:
        return Missing("the plan has no population")
    if plan.people_of == "units":
        assigned, people = derive.assignment(plan, key), plan.unit_people()
        if assigned is None or people is None:
            return Missing(derive.unassigned(plan, key, f"which {naming.one(plan, key)}"))
        code = assigned.codes.reindex(people.index).to_numpy()
        counted = is_in(people.index, plan.people.people.index)
        sums = people.groupby(code).sum().reindex(plan.layers[key].codes)
        uncounted = pd.Series(~counted, index=people.index).groupby(code).any().reindex(sums.index)
        causes = []
        if sums.isna().any():
            empty = int(sums.isna().sum())
            causes.append(f"{naming.counted(plan, key, empty)} {agree(empty, 'holds', 'hold')} no unit")
        if (partly := uncounted.fillna(False).astype(bool)).any():
            lacking = int(partly.sum())
            told = f"{naming.counted(plan, key, lacking)} {agree(lacking, 'holds', 'hold')}"
            causes.append(f"{told} units without a population")
            sums = sums.where(~partly)
        nowhere = float(people[pd.isna(code)].sum())
        elsewhere = float(people.reindex(coverage(plan, key).none).sum())
        return Totals(sums, float(people.sum()) - nowhere, nowhere, elsewhere, "; ".join(causes))
    assert plan.people_of is not None
    own = plan.people.people
    if key == plan.people_of:
        known = own.reindex(layer.codes)
        lost = int(known.isna().sum())
        why = f"{count(lost, 'area has', 'areas have')} no population" if lost else ""
        return Totals(known, float(known.sum()), 0.0, 0.0, why)
    overlap = derive.overlap(plan, plan.people_of, key)
    if isinstance(overlap, Missing):
        return overlap
    return _composed(plan, key, overlap, own)


def _composed(plan: Plan, key: str, overlap: Overlap, own: pd.Series) -> Totals:
    kin = naming.one(plan, str(plan.people_of))
    one_of = with_article(kin)
    table = overlap.table[overlap.table["verdict"] != "sliver"]
    table = table.assign(people=own.reindex(table["source"]).to_numpy())
    nobody = table["people"].isna()
    # an area that takes only a part of another has a total that only units could tell
    partly = (table["verdict"] == "split") | is_in(table["source"], overlap.on_land)
    table.loc[partly, "people"] = np.nan
    sparse = _sparse(plan, key, overlap)
    table.loc[is_in(table["target"], sparse), "people"] = np.nan
    sums = table.groupby("target")["people"].agg(lambda p: p.sum(skipna=False))
    people = sums.reindex(plan.layers[key].codes)
    causes = [
        f"{told} {naming.counted(plan, key, table['target'][which].nunique())}"
        for which, told in (
            (partly, f"a part of {one_of}, whose people only units can divide, lies in"),
            (nobody, f"{one_of} without a population lies in"),
        )
        if which.any()
    ]
    if sparse:
        told = naming.counted(plan, key, len(sparse))
        causes.append(f"ground in no {kin} lies in {told}")
    gone = overlap.outside[overlap.outside["whole"]]["source"]
    unknown = "; ".join(causes) if people.isna().any() else ""
    if people.isna().any() and not causes:
        lacking = int(people.isna().sum())
        unknown = f"{naming.counted(plan, key, lacking)} {agree(lacking, 'holds', 'hold')} no {kin}"
    inside = float(people.sum(skipna=False))
    meant, _ = sources_in_none(plan, overlap)
    outside, elsewhere = (float(own.reindex(codes).sum()) for codes in (gone, meant))
    return Totals(people, inside, outside, elsewhere, unknown)


def _sparse(plan: Plan, key: str, overlap: Overlap) -> list[str]:
    """Return the targets with much ground that no source covers: nobody knows who lives there."""
    drawn = derive.outlines(plan, key)
    if overlap.evidence != "geometry" or drawn is None:
        return []
    covered = overlap.table.groupby("target")["area_m2"].sum()
    ground = drawn.polygons.area
    return list(ground.index[covered.reindex(ground.index).fillna(0.0) < (1 - MUCH_OUTSIDE) * ground])


@derived(
    "layers",
    "units",
    "people",
    "people_of",
    "levels",
    "bands",
    "layer_bands",
    derive.overlap,
    derive.outlines,
)
def table(plan: Plan) -> pd.DataFrame:
    """Return people and band of every area of every layer, as in the JSON table `population`.

    `status` is BELOW, WITHIN or ABOVE, or None for layers that have no band;
    `distance` is the people missing (negative) or too many; neither is known where people are not.
    """
    rows = []
    for key, layer in plan.layers.items():
        found = totals(plan, key)
        if isinstance(found, Missing):
            continue
        level = plan.level_of(key)
        band = plan.band_of(key)
        for code, people in found.people.items():
            judged = band is not None and not np.isnan(people)
            rows.append(
                (
                    key,
                    None if level is None else str(level),
                    code,
                    layer.name(str(code)),
                    people,
                    None if band is None else str(band),
                    band.status(people) if band is not None and judged else None,
                    band.distance(people) if band is not None and judged else None,
                    None if band is None else band.low,
                    None if band is None else band.high,
                )
            )
    return _FRAME.frame(rows)
