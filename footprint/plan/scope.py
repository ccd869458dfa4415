"""Which nations a plan is of: those that it names, or those that its files have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.errors import InputError
from footprint.model.geographies import geography
from footprint.model.nations import ENGLAND, NATIONS, Scope, common, nations_in, out_of_scope
from footprint.model.words import listing
from footprint.plan.parts import PlanLayer
from footprint.read.lookup import read_lookup
from footprint.read.specs import LayerSpec, PlanSpec, UnitsSpec
from footprint.read.table import Table

if TYPE_CHECKING:
    from footprint.model.layer import Layer


def of_the_data(spec: PlanSpec, root: Path) -> Scope | None:
    """Return the nations that every file of a plan has areas in; None where there is no such nation.

    Files that cannot be read, and those without codes of a nation, have no say.
    """
    held: dict[Path, Table] = {}
    parts = [part for part in (spec.units, *spec.layers.values()) if part is not None]
    return common(nations_in(codes) for part in parts for codes in _codes(part, root, spec, held))


def _codes(
    part: UnitsSpec | LayerSpec, root: Path, spec: PlanSpec, held: dict[Path, Table]
) -> Iterator[Iterable[str]]:
    kind = geography(part.geography) if part.geography else None
    if part.path is not None:
        from footprint.read import boundary

        try:
            features = boundary.read_features(root / part.path, layer=part.layer, assume_crs=part.assume_crs)
            column = boundary.find_code_column(features, part.code, kind)
        except InputError:
            return
        yield features.frame[column.name].dropna().astype(str).str.strip()
    lookup = part.lookup if isinstance(part, LayerSpec) else None
    if lookup is not None:
        unit = geography(spec.units.geography) if spec.units else None
        try:
            found = read_lookup(
                root / lookup.path, unit=lookup.unit, code=lookup.code, unit_geography=unit, geography=kind,
                role="lookup", held=held,
            )  # fmt: skip
        except InputError:
            return
        yield found.areas.values()
        # areas may have codes of one's own, as clusters and trusts have: then what they hold says it
        yield found.areas.keys()


def narrowed(drawn: Layer, nations: Scope) -> Layer:
    """Return a layer without areas of other nations; OutOfScopeError where it has no others."""
    other = drawn.areas.index.to_series().map(nations.outside)
    kept = other.isna().to_numpy()
    if not kept.any():
        raise out_of_scope(drawn.source.path, "area", drawn.areas.index, nations)
    out = drawn.names[~kept].rename_axis("code").reset_index().assign(nation=other[~kept].to_numpy())
    repairs = drawn.repairs
    if len(repairs):
        repairs = repairs.assign(in_scope=repairs["code"].map(nations.holds))
    return replace(drawn, areas=drawn.areas[kept], repairs=repairs, out_of_scope=out)


def told(nations: Scope, stated: bool, layers: Iterable[PlanLayer]) -> Iterator[str]:
    """Return what is to be said of the nations of a plan: that they are guessed, or have no areas."""
    if not stated:
        if nations != ENGLAND:
            letters = listing(f'"{letter}"' for letter in nations.letters)
            yield (
                f"nations: taken to be {nations}, as all files have areas there; the plan may say so with "
                f"nations = [{letters}]"
            )
        return
    present = nations_in(code for layer in layers for code in layer.areas)
    lost = [NATIONS[letter].name for letter in nations.letters if present and letter not in present]
    if lost:
        yield f"nations: no layer has an area in {listing(lost)}"
