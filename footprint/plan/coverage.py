"""Layers that cover a part of the ground on purpose: stated, or inferred and said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from footprint.geometry.bestfit import in_holes
from footprint.model.errors import Missing
from footprint.model.source import Guess
from footprint.model.words import agree, count
from footprint.plan import derive
from footprint.plan.extent import FEW, MANY_BESIDE_ONE, declared
from footprint.plan.levels import facing, pairs
from footprint.plan.once import derived

if TYPE_CHECKING:
    import geopandas as gpd

    from footprint.geometry.overlap import Overlap
    from footprint.model.source import Source
    from footprint.plan.model import Plan

# Of several areas that tile a country one may be missing; where half of the units lie in none, the
# layer was cut out on purpose.
MANY_BESIDE_SEVERAL = 0.5
# Servers hand out so many features at a time, and a download may end there.
ROUND_NUMBER = 1_000


@dataclass(frozen=True, eq=False)
class Coverage:
    """What a layer covers of the ground of a plan."""

    part: bool
    """True where ground in none of its areas is not lost."""
    why: str
    """How that is known."""
    none: pd.Index
    """Units in none of its areas, as is meant."""
    lost: pd.Index
    """Units in none of its areas that should lie in one."""
    holes: bool = False
    """True where what lies in a hole of the layer is lost all the same."""


def ends_round(source: Source) -> bool:
    """Return whether a file ends at a number of features at which downloads are cut off."""
    return source.features > 0 and source.features % ROUND_NUMBER == 0


def coverage(plan: Plan, key: str) -> Coverage:
    """Return what layer `key` covers; that it was inferred is a guess about its input from then on."""
    extent = _extent(plan, key)
    _inferred(plan, key)
    return extent


# without units it rests on other layers too, but then nothing can change them: a proposal needs units
@derived("units", "align", "levels", derive.overlap, derive.outlines)
def _extent(plan: Plan, key: str) -> Coverage:
    """Return what layer `key` covers.

    Without a statement a part is inferred only where the layer is of a kind that does not tile a nation,
    or where so much lies beyond its outer edge that it was cut out on purpose. What lies in a hole of it
    is lost all the same, unless its kind says that whole areas of others fill it. A file that may have
    been cut off forbids to infer anything.
    """
    layer = plan.layers[key]
    assigned = derive.assignment(plan, key)
    nobody = pd.Index([], dtype=object)
    out = nobody if assigned is None else assigned.codes.index[assigned.codes.isna().to_numpy()]
    if layer.covers == "part":
        return Coverage(True, "as the plan says", out, nobody)
    drawn = layer.drawn if layer.is_drawn else None
    cut = drawn is not None and (drawn.source.cut_off or ends_round(drawn.source))
    if layer.covers == "all" or cut:
        return Coverage(False, "", nobody, out)
    if declared(layer) == "part" and layer.geography.prefixes:
        return Coverage(True, f"as {layer.geography.plural} do not cover a whole country", out, nobody)
    share = _share_in_none(plan, key, out)
    if declared(layer) == "part":
        why, part = "as areas of one's own need not cover a whole country", share > FEW
    else:
        why = "as so much lies beyond its outer edge"
        # a lookup says of each unit where it belongs, and one that leaves many out is refused
        part = layer.lookup is None and (
            share > MANY_BESIDE_ONE if len(layer.areas) == 1 else share >= MANY_BESIDE_SEVERAL
        )
    shapes = None if plan.units is None else plan.units.shapes
    inner = nobody if not part or shapes is None else _in_holes(plan, key, shapes.reindex(out))
    if not part or len(inner) == len(out) > 0:
        return Coverage(False, "", nobody, out)
    return Coverage(True, why, out.difference(inner, sort=False), inner, True)


@derived(_extent)
def _inferred(plan: Plan, key: str) -> Guess | None:
    """Return the guess that a layer covers a part; None where that is stated, or leaves nothing out."""
    layer, extent = plan.layers[key], _extent(plan, key)
    leaves_out = len(extent.none) or derive.assignment(plan, key) is None
    if not extent.part or layer.covers or not leaves_out:
        return None
    role = f"layers.{key}" + ("" if layer.drawn is not None else ".lookup")
    return Guess("", role, f"covers a part, {extent.why}", 'covers = "part"')


def _share_in_none(plan: Plan, key: str, out: pd.Index) -> float:
    """Return the share of the units, or else of the areas of another layer, that lie in no area."""
    if derive.assignment(plan, key) is not None and plan.units is not None:
        return len(out) / len(plan.units.codes)
    shares = [0.0]
    # layers that are to match have the same ground, so that what one of them lacks is missing
    matching = {(a.source, a.target) for a in plan.align if a.kind == "match"}
    for source, target in pairs(plan):
        if target == key and (source, target) not in matching:
            overlap = derive.overlap(plan, source, target)
            if not isinstance(overlap, Missing):
                shares.append(float(overlap.outside["whole"].sum()) / len(plan.layers[source].codes))
    return max(shares)


def _in_holes(plan: Plan, key: str, shapes: gpd.GeoSeries) -> pd.Index:
    """Return what lies in holes of a layer's areas together."""
    drawn = derive.outlines(plan, key)
    shapes = shapes.dropna()
    return shapes.index[:0] if drawn is None or shapes.empty else in_holes(shapes, drawn.polygons)


def sources_in_none(plan: Plan, overlap: Overlap) -> tuple[list[str], list[str]]:
    """Return the sources that lie in no target: those that are meant to, and those that are lost."""
    every = [str(code) for code in overlap.outside["source"][overlap.outside["whole"].astype(bool)]]
    extent = coverage(plan, overlap.target)
    if not extent.part:
        return [], every
    drawn = derive.outlines(plan, overlap.source) if extent.holes and every else None
    inner = set() if drawn is None else set(_in_holes(plan, overlap.target, drawn.polygons.reindex(every)))
    return [c for c in every if c not in inner], [c for c in every if c in inner]


def told(plan: Plan) -> Iterator[str]:
    """Return a sentence for each layer that covers a part and leaves something out."""
    people = plan.unit_people()
    for key, layer in plan.layers.items():
        extent = coverage(plan, key)
        left, lying = [], 0
        if len(extent.none):
            affected = None if people is None else float(people.reindex(extent.none).sum())
            with_ = "" if affected is None else f" with {affected:,.0f} people"
            left.append(f"{count(len(extent.none), 'unit')}{with_}")
            lying += len(extent.none)
        elif extent.part and derive.assignment(plan, key) is None:
            for source, target in facing(plan):
                overlap = derive.overlap(plan, source, target) if target == key else Missing("")
                if not isinstance(overlap, Missing) and (meant := sources_in_none(plan, overlap)[0]):
                    left.append(f"{count(len(meant), 'area')} of {source}")
                    lying += len(meant)
        if left:
            settle = "" if layer.covers else f'; layers.{key}.covers = "all" would say otherwise'
            lie = f"{' and '.join(left)} {agree(lying, 'lies', 'lie')}"
            yield f"{key} covers a part, {extent.why}: {lie} in none of its areas{settle}"
