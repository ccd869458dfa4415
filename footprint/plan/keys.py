"""`footprint.toml` → Plan: every file that the plan names, read and held together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from footprint.model.codes import is_in
from footprint.model.errors import InputError
from footprint.model.nations import nation_out_of_scope
from footprint.model.rows import Lookup, Population
from footprint.model.words import listing
from footprint.plan.model import PlanLayer, Units

# A lookup of another vintage of LSOAs misses one unit in twenty; one that misses more than one in
# a hundred is the wrong table, and what would follow from it is not worth reporting.
LEAST_LOOKUP_COVER = 0.99


def key_lookup(
    layer: PlanLayer,
    layers: Mapping[str, PlanLayer],
    units: Units | None,
    notes: list[str],
) -> PlanLayer:
    """Find out what a lookup is keyed by: the units, or the areas of another layer."""
    if layer.lookup is None:
        return layer
    keys = layer.lookup.codes.index
    bases: dict[str, pd.Index] = {} if units is None else {"units": units.codes}
    bases |= {key: other.codes for key, other in layers.items() if key != layer.key}
    held = {name: is_in(codes, keys) for name, codes in bases.items()}
    cover = {name: float(has.mean()) if len(has) else 0.0 for name, has in held.items()}
    best = max(cover, key=lambda name: (cover[name], name == "units"), default=None)
    if best is None or cover[best] < LEAST_LOOKUP_COVER:
        what = "nothing in the plan" if best is None else f"only {cover[best]:.1%} of the plan's {best}"
        lost: Iterable[str] = [] if best is None else bases[best][~held[best]]
        named = f"; without a row: {listing(lost)}" if best is not None else ""
        raise InputError(
            layer.lookup.source.path,
            f"covers {what} (layers.{layer.key}.lookup){named}",
            "Use a lookup of the same vintage, or complete it.",
        )
    used = is_in(keys, bases[best])
    extra = keys[~used]
    if len(extra):
        abroad = sum(nation_out_of_scope(c) is not None for c in extra)
        beyond = f"; {abroad:,} of them outside England" if abroad else ""
        notes.append(
            f"layers.{layer.key}.lookup: {len(extra):,} rows for codes that {best} does not have"
            f" are not used{beyond}"
        )
    if best != "units":
        notes.append(f"layers.{layer.key}.lookup: keyed by the areas of {best}")
    codes = layer.lookup.codes[used]
    names = layer.names
    if layer.drawn is None:
        names = names[is_in(names.index, codes)]
    return PlanLayer(
        layer.key,
        layer.geography,
        layer.drawn,
        Lookup(
            codes,
            layer.lookup.names,
            layer.lookup.code_column,
            layer.lookup.source,
            layer.lookup.notes,
        ),
        best,
        names,
    )


def require_order(layers: Mapping[str, PlanLayer], path: Path | None) -> None:
    """Raise InputError where lookups go round in a circle."""
    for key in layers:
        seen, at = [key], layers[key].base
        while at is not None and at != "units":
            if at in seen:
                raise InputError(
                    path,
                    f"the lookups of {listing(seen)} go round in a circle",
                    "Give one of these layers a lookup from the units, or none.",
                )
            seen.append(at)
            at = layers[at].base


def key_people(
    people: Population | None,
    units: Units | None,
    layers: Mapping[str, PlanLayer],
    notes: list[str],
) -> str | None:
    """Find out what a population is keyed by."""
    if people is None:
        return None
    if units is not None:
        if not is_in(people.people.index, units.codes).any():
            raise InputError(
                people.source.path,
                f"has no code of the plan's units ({units.codes[0]} …): {people.people.index[0]} …",
                "Give the population of the units, of the same vintage.",
            )
        return "units"
    cover = {key: is_in(layer.codes, people.people.index).mean() for key, layer in layers.items()}
    best = max(cover, key=lambda key: cover[key])
    if cover[best] == 0:
        raise InputError(
            people.source.path,
            f"has no code of any layer: {listing(people.people.index, 2)}",
            "Give the population of a layer's areas; or, for one of units, the units as well (--units).",
        )
    notes.append(f"{Path(people.source.path).name}: population read as that of {best}")
    return best
