"""Where findings lie: the ground of each, for maps and for a GIS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from footprint.checks import rule_codes
from footprint.geometry.coverage import joined
from footprint.measure.faults import consequences, detached, faults
from footprint.measure.periphery import periphery
from footprint.model.errors import Missing
from footprint.model.finding import Finding
from footprint.model.known import is_known
from footprint.model.layer import BRITISH_NATIONAL_GRID, Layer
from footprint.model.suppression import hes_count
from footprint.plan import derive
from footprint.plan.model import Plan
from footprint.plan.naming import many
from footprint.results.shared_ground import moves, slivers, split_pieces

if TYPE_CHECKING:
    from footprint.results.comparison import Comparison
    from footprint.results.result import Result

KINDS = (
    "split_pieces", "slivers", "gaps", "overlaps", "detached_parts", "misaligned_units", "areas", "moves",
)  # fmt: skip
"""Kinds of ground, in the order in which a map draws them."""

COLUMNS = (
    "finding", "rule", "name", "severity", "accepted", "layer", "level", "code", "area", "message", "hint",
)  # fmt: skip
"""What every kind says of the finding it belongs to; its own numbers follow."""

_OWN: dict[str, tuple[str, ...]] = {
    "split_pieces": (
        "other_layer",
        "other_code",
        "other_name",
        "piece",
        "people",
        "share",
        "area_m2",
        "width_m",
    ),
    "slivers": ("other_layer", "other_code", "other_name", "area_m2", "width_m", "width_at_most_m"),
    "gaps": ("beside", "area_m2", "width_m"),
    "overlaps": ("beside", "area_m2", "width_m"),
    "detached_parts": ("beside", "area_m2", "width_m"),
    "misaligned_units": ("unit", "people", "provider", "provider_name", "host", "host_name", "distance_m"),
    "areas": ("people", "area_m2"),
    "moves": ("other_code", "other_name", "people", "units", "area_m2"),
}
_NUMBERS = ("area_m2", "width_m", "width_at_most_m", "distance_m", "share", "units")
_Row = tuple[dict[str, Any], Any]


@dataclass(frozen=True, eq=False)
class Ground:
    """The ground of the findings of a run, by kind."""

    layers: Mapping[str, gpd.GeoDataFrame]
    """Kind (KINDS, only those that have any) → features in EPSG:27700: COLUMNS, then numbers of its own.

    `finding` is the number of the finding (1 for the first of the run), <NA> where none speaks of it.
    `people` is text where small counts are kept in. `piece` is "largest" or "smaller". In
    "moves" `code` and `area` are those that people leave.
    """
    missing: tuple[str, ...]
    """What cannot be drawn, and why, a sentence each."""


def ground(result: Result, change: Comparison | None = None) -> Ground:
    """Return where each finding lies, as far as there are outlines.

    Parameters
    ----------
    result : from `check`
    change : where `result` is the run after it, so that what moves can be drawn as well

    """
    found: dict[str, list[_Row]] = {kind: [] for kind in KINDS}
    missing: dict[str, None] = {}
    numbers = {id(f): n for n, f in enumerate(result.findings, start=1)}
    plans = [result.plan] if change is None else [result.plan, change.before.plan]
    drawn: set[int] = set()
    for kind, finding, own, shape in _pieces(result, plans, missing):
        if finding is not None:
            drawn.add(id(finding))
        found[kind].append((_told(finding, numbers) | own, shape))
    for finding in result.findings:
        if id(finding) not in drawn:
            for own, shape in _area(finding, plans):
                found["areas"].append((_told(finding, numbers) | own, shape))
    if change is not None:
        found["moves"] = list(moves(change, missing))
    layers = {kind: _frame(kind, rows) for kind, rows in found.items() if rows}
    return Ground(layers, tuple(missing))


def _pieces(
    result: Result, plans: list[Plan], missing: dict[str, None]
) -> Iterator[tuple[str, Finding | None, dict[str, Any], Any]]:
    """Return (kind, finding, numbers, shape) of all ground that is less than a whole area."""
    for overlap in result.overlaps:
        for finding, own, shape in split_pieces(result, overlap, missing):
            yield "split_pieces", finding, own, shape
        for own, shape in slivers(result.plan, overlap):
            yield "slivers", None, own, shape
    for plan in plans:
        yield from _faults(plan, result)
        yield from _detached(plan, result)
    for finding, own, shape in _misaligned(result, missing):
        yield "misaligned_units", finding, own, shape


def _told(finding: Finding | None, numbers: Mapping[int, int]) -> dict[str, Any]:
    """Return COLUMNS of a finding."""
    if finding is None:
        return {}
    return {
        "finding": numbers[id(finding)],
        "rule": finding.rule,
        "name": finding.name,
        "severity": str(finding.severity),
        "accepted": finding.accepted,
        "layer": finding.layer,
        "level": finding.level,
        "code": finding.area.code if finding.area else None,
        "area": finding.area.name if finding.area else None,
        "message": finding.message,
        "hint": finding.hint,
    }


def _frame(kind: str, rows: list[_Row]) -> gpd.GeoDataFrame:
    columns = [*COLUMNS, *_OWN[kind]]
    table = pd.DataFrame([row for row, _ in rows]).reindex(columns=columns)
    table["finding"] = table["finding"].astype("Int64")
    for name in columns[1:]:
        # people are words where small counts are kept in
        if name in _NUMBERS or (name == "people" and not table[name].map(lambda v: isinstance(v, str)).any()):
            table[name] = table[name].astype(float)
        else:
            # a column of text and gaps holds None for what is unknown, not NaN
            table[name] = table[name].astype(object).where(table[name].notna(), None)
    shapes = np.array([shape for _, shape in rows], dtype=object)
    return gpd.GeoDataFrame(table, geometry=shapes, crs=BRITISH_NATIONAL_GRID)


# ── faults of one layer ─────────────────────────────────────────────────────────────────────────


def _by_size(result: Result, kind: str, key: str) -> dict[tuple[str, float], Finding]:
    """Return findings of a layer with ground of a kind by area code (or "") and size, which differ."""
    found, rules = {}, rule_codes(ground=kind)
    for f in result.findings:
        size = f.evidence.numbers.get("area_m2")
        if f.rule in rules and f.layer == key and isinstance(size, (int, float)):
            found[f.area.code if f.area else "", round(float(size), 3)] = f
    return found


def _faults(plan: Plan, result: Result) -> Iterator[tuple[str, Finding | None, dict[str, Any], Any]]:
    kinds: tuple[Literal["gaps", "overlaps"], ...] = ("gaps", "overlaps")
    for kind in kinds:
        for layer in plan.drawn_layers():
            about = _by_size(result, kind, layer.key)
            if not about:
                continue
            # of the narrow ones a single finding counts all, and of those that a displaced area makes
            counted = {code: f for (code, _), f in about.items() if "count" in f.evidence.numbers}
            rows = getattr(faults(plan, layer), kind).to_dict("records")
            for row, made in zip(rows, consequences(plan, layer, kind), strict=True):
                beside = ", ".join(f"{layer.names[c]} ({c})" for c in row["areas"])
                first = row["areas"][0] if row["areas"] else ""
                own = {"layer": layer.key, "beside": beside} | _sizes(row)
                of_many = counted.get(made[0] if made else "")
                yield kind, about.get((first, round(row["area_m2"], 3)), of_many), own, row["geometry"]


def _detached(plan: Plan, result: Result) -> Iterator[tuple[str, Finding | None, dict[str, Any], Any]]:
    for layer in plan.drawn_layers():
        about = _by_size(result, "detached_parts", layer.key)
        if not about:
            continue
        for row in detached(plan, layer).to_dict("records"):
            finding = about.get((row["code"], round(row["area_m2"], 3)))
            if finding is not None:
                beside = ", ".join(f"{layer.names[c]} ({c})" for c in row["beside"])
                yield "detached_parts", finding, {"beside": beside} | _sizes(row), row["geometry"]


def _sizes(row: Mapping[Any, Any]) -> dict[str, float]:
    return {"area_m2": float(row["area_m2"]), "width_m": float(row["width_m"])}


# ── the periphery ───────────────────────────────────────────────────────────────────────────────


def _misaligned(result: Result, missing: dict[str, None]) -> Iterator[tuple[Finding, dict[str, Any], Any]]:
    plan = result.plan
    rules = rule_codes(ground="misaligned_units")
    about = {(f.layer, f.area.code): f for f in result.findings if f.rule in rules and f.area is not None}
    for key in dict.fromkeys(layer for layer, _ in about):
        found = periphery(plan, key)
        if isinstance(found, Missing):
            continue
        if plan.units is None or plan.units.shapes is None:
            missing[f"misaligned units of {many(plan, key)}: the units have no outlines"] = None
            continue
        rows = found.units[found.units["misaligned"]]
        shapes = plan.units.shapes.reindex(rows["unit"])
        for row, shape in zip(rows.to_dict("records"), shapes, strict=True):
            finding = about.get((key, row["code"]))
            if finding is None or shape is None:
                continue
            people = row["people"]
            if plan.suppress is not None and is_known(people):
                people = hes_count(people)
            provider, host = (row[k] if isinstance(row[k], str) else None for k in ("provider", "host"))
            yield (
                finding,
                {
                    "unit": row["unit"],
                    "people": people if is_known(people) else None,
                    "provider": provider,
                    "provider_name": plan.providers.name(provider) if plan.providers and provider else None,
                    "host": host,
                    "host_name": plan.layers[key].name(host) if host else None,
                    "distance_m": row["distance_m"],
                },
                shape,
            )


# ── whole areas ─────────────────────────────────────────────────────────────────────────────────


def _area(finding: Finding, plans: Iterable[Plan]) -> Iterator[tuple[dict[str, Any], Any]]:
    """Return the outline of the area of a finding, or the units that it names where it has none."""
    people = finding.evidence.numbers.get("people")
    for plan in plans:
        shape = None
        if finding.area is not None:
            layer = _drawn(plan, finding.layer)
            if layer is not None and finding.area.code in layer.polygons.index:
                shape = layer.polygons[finding.area.code]
        elif plan.units is not None and plan.units.shapes is not None:
            codes = finding.evidence.numbers.get("codes")
            named = plan.units.shapes.reindex(codes if isinstance(codes, list) else []).dropna()
            shape = joined(named.to_numpy()) if len(named) else None
        if shape is not None:
            yield {"people": people, "area_m2": float(shape.area)}, shape
            return


def _drawn(plan: Plan, key: str) -> Layer | None:
    if key in plan.layers:
        return derive.outlines(plan, key)
    return plan.units.drawn if plan.units is not None and key == "units" else None
