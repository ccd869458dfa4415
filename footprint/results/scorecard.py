"""The rows of a scorecard: what a board weighs, measured for one map."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footprint.measure.area_activity import by_area
from footprint.measure.bounds import index_bounds
from footprint.measure.catchments import straddling
from footprint.measure.compactness import border_m, compactness
from footprint.measure.figures import hospital_levels
from footprint.measure.hosts import hosts
from footprint.measure.interfaces import interfaces
from footprint.model.codes import is_in
from footprint.model.errors import Missing
from footprint.model.known import is_known
from footprint.model.suppression import HIDDEN, published_share
from footprint.model.words import capital, with_article
from footprint.plan import derive
from footprint.plan.coverage import coverage
from footprint.plan.levels import alignments, level_pairs
from footprint.plan.naming import many, one
from footprint.results.scope import Kin, MapFigure, TouchedPart, named
from footprint.results.scored import firm, measure_entries
from footprint.results.untold import people_alone

if TYPE_CHECKING:
    from footprint.model.finding import Finding
    from footprint.plan.model import Plan
    from footprint.results.comparison import Comparison
    from footprint.results.result import Result


def entries(
    result: Result, change: Comparison | None, units: pd.Index, changed: Iterable[str] = ()
) -> Iterator[MapFigure]:
    """Return the figures of a map in their order.

    Parameters
    ----------
    result : the check of the map
    change : what leads to it; None for today's map
    units : of the ground that is looked at; none for all
    changed : layers that an option changes, which are looked at as well as the levels

    """
    plan = result.plan
    scope = TouchedPart(plan, units)
    levels = list(plan.levels.values())
    kinds = [Kin(key, plan) for key in dict.fromkeys([*levels, *plan.banded, *changed]) if key in plan.layers]
    for kin in kinds:
        yield from _areas(result, scope, kin)
    yield from _splits(scope)
    yield from _other_body(plan, change)
    for kin in kinds:
        yield from _flows(result, scope, kin)
    for kin in kinds:
        yield from _shape(scope, kin)
    yield from measure_entries(plan, scope, kinds)
    yield from _interfaces(scope)
    yield from _functions(plan, change)
    yield from _findings(change)


# ── areas and people ────────────────────────────────────────────────────────────────────────────


def _areas(result: Result, scope: TouchedPart, kin: Kin) -> Iterator[MapFigure]:
    key, level = kin.key, kin.name
    rows = scope.rows(result.population, key)
    yield MapFigure(f"{level}.areas", capital(kin.many), "count", len(scope.codes(key)))
    if rows.empty:
        return
    sizes = rows.set_index("name")["population"]
    known = sizes.notna().all() and len(sizes) > 0
    for end, which, said in (("largest", "idxmax", "Most"), ("smallest", "idxmin", "Fewest")):
        about = str(getattr(sizes, which)()) if known else ""
        value = float(sizes.max() if end == "largest" else sizes.min()) if known else math.nan
        yield MapFigure(
            f"{level}.{end}", f"{said} people in {with_article(kin.one)}", "count", value, about=about
        )
    spread = float(sizes.max() / sizes.min()) if known and sizes.min() > 0 else math.nan
    yield MapFigure(f"{level}.spread", f"Largest {kin.one} to smallest", "ratio", spread, "less")
    band = result.plan.band_of(key)
    if band is None:
        return
    outside = rows[rows["status"] != "WITHIN"].sort_values("distance", key=np.abs, ascending=False)
    told = rows["status"].notna().all()
    yield MapFigure(
        f"{level}.outside_band", f"Outside the {kin.one} band ({band})", "count",
        float(len(outside)) if told else math.nan, "less", about=named(list(outside["name"])),
        firm=firm(result, scope, key, "band"),
    )  # fmt: skip
    distance = rows["distance"].astype(float).abs()
    worst = rows["name"].to_numpy()[int(distance.to_numpy().argmax())] if told and distance.max() > 0 else ""
    yield MapFigure(
        f"{level}.from_band", f"People from the {kin.one} band, at worst", "count",
        float(distance.max()) if told else math.nan, "less", about=str(worst),
    )  # fmt: skip


# ── boundaries ──────────────────────────────────────────────────────────────────────────────────


def _splits(scope: TouchedPart) -> Iterator[MapFigure]:
    plan = scope.plan
    nesting = [(a.source, a.target) for a in alignments(plan) if a.kind == "nest"]
    for source, target in dict.fromkeys([*nesting, *level_pairs(plan)]):
        overlap = derive.overlap(plan, source, target)
        whose, theirs = many(plan, source), many(plan, target)
        split, minor, names, outside = math.nan, math.nan, [], math.nan
        if not isinstance(overlap, Missing):
            ours = scope.codes(source)
            pieces = overlap.split()
            pieces = pieces[is_in(pieces["source"], ours)]
            people = pieces.groupby("source", sort=False)["population"]
            lost = people.sum(min_count=1) - people.max()
            known = bool(pieces["population"].notna().all())
            codes = list(lost.sort_values(ascending=False, kind="stable").index)
            split, minor = float(len(codes)), float(lost.sum()) if known else math.nan
            names = [plan.layers[source].name(code) for code in codes]
            outside = float(is_in(overlap.partly()["source"], ours).sum())
        yield MapFigure(
            f"split.{source}.{target}", f"{capital(whose)} that {theirs} split", "count", split, "less",
            about=named(names),
        )  # fmt: skip
        yield MapFigure(
            f"minor_pieces.{source}.{target}", f"People in minor pieces of {whose} in {theirs}", "count",
            minor, "less",
        )  # fmt: skip
        if coverage(plan, target).part:
            yield MapFigure(
                f"outside.{source}.{target}", f"{capital(whose)} partly outside {theirs}", "count", outside,
                "less",
            )  # fmt: skip


def _other_body(plan: Plan, change: Comparison | None) -> Iterator[MapFigure]:
    """Return how many people come under another body, of each layer: those who move, and those who join."""
    for key in plan.layers:
        people, untold = 0.0, 0.0
        if change is not None:
            both = (change.moves, change.joins)
            people = sum(float(t["population"][t["layer"] == key].sum(skipna=False)) for t in both if len(t))
            if not any((t["layer"] == key).any() for t in both if len(t)):
                people = 0.0
            untold = people_alone(change, key)
            people = people if is_known(untold) else math.nan
        yield MapFigure(
            f"other_body.{key}", f"People who come under another {one(plan, key)}", "count", people, "less",
            *((people, people + untold) if untold > 0 else ()),
        )  # fmt: skip


def _shape(scope: TouchedPart, kin: Kin) -> Iterator[MapFigure]:
    key, level = kin.key, kin.name
    table = scope.rows(compactness(scope.plan, key), key)
    if table.empty:
        return
    border = border_m(scope.plan, key, scope.codes(key)) / 1_000
    yield MapFigure(f"{level}.border_km", f"Border of {kin.many}, km", "km", border, "less")
    for name, said in (("polsby_popper", "Polsby–Popper"), ("reock", "Reock")):
        least = (
            table["name"].to_numpy()[int(table[name].to_numpy().argmin())]
            if table[name].notna().all()
            else "unknown"
        )
        yield MapFigure(
            f"{level}.{name}", f"Compactness of {kin.many} ({said}, mean)", "index",
            float(table[name].mean()), "more", about=f"least: {least}",
        )  # fmt: skip


def _interfaces(scope: TouchedPart) -> Iterator[MapFigure]:
    table = interfaces(scope.plan)
    if table.empty:
        return
    ours = pd.concat([scope.rows(table, key) for key in scope.plan.layers])
    pairs = sum(
        int(is_in(rows["other_code"], scope.codes(str(key))).sum())
        for key, rows in ours.groupby("other_layer")
    )
    yield MapFigure("interfaces", "Interfaces between bodies", "count", pairs // 2, "less")
    by_body = ours.groupby(["layer", "code", "name"], sort=True).size()
    at = int(by_body.to_numpy().argmax())
    layer = str(by_body.index.get_level_values("layer")[at])
    yield MapFigure(
        "interfaces_most", "Interfaces of the body with most", "count", float(by_body.iloc[at]), "less",
        about=f"{by_body.index.get_level_values('name')[at]} ({many(scope.plan, layer)})",
    )  # fmt: skip


# ── flows ───────────────────────────────────────────────────────────────────────────────────────


def _flows(result: Result, scope: TouchedPart, kin: Kin) -> Iterator[MapFigure]:
    key, level = kin.key, kin.name
    plan, rows = result.plan, scope.rows(result.flows, key)
    flows, host = by_area(plan, key), hosts(plan, key)
    if rows.empty or isinstance(flows, Missing) or isinstance(host, Missing):
        return
    heading = f"Localisation index, {kin.many}"
    hidden = bool(rows["localisation_index"].eq(HIDDEN).any())
    total, kept_in = (pd.to_numeric(rows[name], "coerce") for name in ("activity", "inside"))
    here = is_in(flows.codes, scope.codes(key))
    ends = [float(end[0]) for end in index_bounds(flows, host, here)]
    whole = float(kept_in.sum() / total.sum()) if total.sum() > 0 else math.nan
    if plan.suppress is not None:
        shares = (published_share(share, float(total.sum())) for share in (whole, *ends))
        whole, *ends = (share if isinstance(share, float) else math.nan for share in shares)
    unknown = math.nan
    yield MapFigure(
        f"{level}.localisation_index", heading, "share", unknown if hidden else whole, "more",
        unknown if hidden else ends[0], unknown if hidden else ends[1], hidden=hidden,
    )  # fmt: skip
    index = pd.to_numeric(rows["localisation_index"], "coerce")
    at = None if hidden or index.isna().all() else rows.iloc[int(np.nanargmin(index.to_numpy()))]
    low, high = (unknown if at is None else float(at[f"localisation_index_{end}"]) for end in ("min", "max"))
    yield MapFigure(
        f"{level}.worst_localisation_index", f"{heading}: the worst area", "share",
        unknown if at is None else float(at["localisation_index"]), "more", low, high,
        about="" if at is None else str(at["name"]), hidden=hidden,
        firm=firm(result, scope, key, "localisation_index"),
    )  # fmt: skip
    lies = straddling(plan, key)
    if isinstance(lies, Missing) or key not in (key for _, key in hospital_levels(plan)):
        return
    ours = lies[is_in(lies["code"], scope.codes(key))]
    providers = ours.drop_duplicates("provider")["provider_name"].tolist()
    yield MapFigure(
        f"{level}.straddling", f"Catchments that straddle {kin.many}", "count", len(providers), "less",
        about=named(providers),
    )  # fmt: skip


# ── who answers, and findings ───────────────────────────────────────────────────────────────────


def _functions(plan: Plan, change: Comparison | None) -> Iterator[MapFigure]:
    if plan.accountability is None:
        return
    names: list[str] = []
    if change is not None:
        told = change.accountability["function_names"].dropna()
        names = sorted({name for row in told for name in str(row).split("; ") if name})
    yield MapFigure(
        "functions", "Functions whose lead changes for somebody", "count", len(names), "less",
        about=named(names),
    )  # fmt: skip


def weighs(f: Finding) -> bool:
    """Return whether a finding counts: no mere note, not accepted, not said twice."""
    return f.severity.rank < 2 and f.accepted is None and not f.repeats


def _findings(change: Comparison | None) -> Iterator[MapFigure]:
    groups = {"resolved": change.resolved if change else [], "new": change.new if change else []}
    for (name, group), better in zip(groups.items(), ("more", "less"), strict=True):
        count = sum(map(weighs, group))
        yield MapFigure(f"findings.{name}", f"{name.capitalize()} findings", "count", count, better)  # type: ignore[arg-type]
