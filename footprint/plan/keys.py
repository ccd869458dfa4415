"""What the tables of a plan are keyed by: its units, or the areas of a layer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.later import changed, series
from footprint.model.nations import Scope
from footprint.model.organisations import are_ods, settled
from footprint.model.rows import Lookup, Population
from footprint.model.vintage import explained
from footprint.model.words import agree, count, listing
from footprint.plan.elsewhere import notes_of
from footprint.plan.extent import declared
from footprint.plan.parts import PlanLayer, Units
from footprint.read.lookup import read_lookup
from footprint.read.specs import LookupSpec
from footprint.read.table import Table

# A lookup of another vintage of LSOAs misses one unit in twenty; one that misses more than one in
# a hundred is the wrong table, and what would follow from it is not worth reporting.
LEAST_LOOKUP_COVER = 0.99


def key_lookup(
    layer: PlanLayer,
    layers: Mapping[str, PlanLayer],
    units: Units | None,
    notes: list[str],
    nations: Scope,
) -> PlanLayer:
    """Find out what a lookup is keyed by: the units, or the areas of another layer."""
    if layer.lookup is None:
        return layer
    keys = layer.lookup.areas
    best, base = _base(layer, layers, units)
    cover = _cover(base, keys)
    if best is None or (cover < LEAST_LOOKUP_COVER and not _is_of_a_part(layer, base)):
        what = "nothing in the plan" if best is None else f"only {cover:.1%} of the plan's {best}"
        named = f"; without a row: {listing(c for c in base if c not in keys)}" if best is not None else ""
        raise InputError(
            layer.lookup.source.path,
            f"covers {what} (layers.{layer.key}.lookup){named}",
            "Use a lookup of the same vintage, or complete it; where the layer leaves ground out on purpose, "
            f'write covers = "part" in [layers.{layer.key}]. '
            f"{explained((c for c in base if c not in keys), keys)}".strip(),
        )
    codes = {key: code for key, code in keys.items() if key in base}
    if len(codes) < len(keys):
        abroad = sum(not nations.holds(key) for key in keys if key not in base)
        beyond = f"; {abroad:,} of them outside {nations}" if abroad else ""
        notes.append(
            f"layers.{layer.key}.lookup: {count(len(keys) - len(codes), 'row')} for codes that {best} does "
            f"not have {agree(len(keys) - len(codes), 'is', 'are')} not used{beyond}"
        )
    if best != "units":
        notes.append(f"layers.{layer.key}.lookup: keyed by the areas of {best}")
    # what the lookup says of other ground makes no area of this one
    idle = (layer.undrawn if layer.is_drawn else layer.areas.keys()) - set(codes.values())
    names = {code: name for code, name in layer.areas.items() if code not in idle}
    others = {key: code for key, code in keys.items() if key not in base}
    used_alone = changed(layer.lookup, codes=series(codes), beyond=others)
    return changed(layer, lookup=used_alone, base=best, names=series(names))


def _is_of_a_part(layer: PlanLayer, base: Mapping[str, object]) -> bool:
    """Return whether a lookup may leave out much of its base: what is in it belongs to a part of the ground.

    Of a layer of areas of one's own it has to speak of nothing else, as one of another vintage would.
    """
    assert layer.lookup is not None
    keys = layer.lookup.areas
    if declared(layer) != "part" or base.keys().isdisjoint(keys):
        return False
    of_a_kind = layer.covers is not None or bool(layer.geography.prefixes)
    return of_a_kind or _cover(keys, base) >= LEAST_LOOKUP_COVER


def _base(
    layer: PlanLayer, layers: Mapping[str, PlanLayer], units: Units | None
) -> tuple[str | None, Mapping[str, str]]:
    """Return what a lookup says most of, the units before any layer, and its codes."""
    assert layer.lookup is not None
    keys = layer.lookup.areas
    if units is not None and units.names.keys() <= keys.keys():
        return "units", units.names
    bases = {} if units is None else {"units": units.names}
    bases |= {key: other.areas for key, other in layers.items() if key != layer.key}
    # what leaves most of its base out on purpose is of the base that has all of its keys
    partial = declared(layer) == "part"
    best = max(
        bases,
        key=lambda name: (
            _cover(keys, bases[name]) if partial else 0.0, _cover(bases[name], keys), name == "units",
        ),
        default=None,
    )  # fmt: skip
    return best, {} if best is None else bases[best]


def _cover(base: Mapping[str, object], keys: Mapping[str, object]) -> float:
    return len(base.keys() & keys.keys()) / len(base) if base else 0.0


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
    nations: Scope,
) -> str | None:
    """Find out what a population is keyed by."""
    if people is None:
        return None
    counts = people.counts
    if units is not None:
        if units.names.keys().isdisjoint(counts):
            raise InputError(
                people.source.path,
                f"has no code of the plan's units ({next(iter(units.names))} …): {next(iter(counts))} …",
                "Give the population of the units, of the same vintage.",
            )
        notes += notes_of(people, units.names, layers, "units", nations)
        return "units"
    cover = {key: _cover(layer.areas, counts) for key, layer in layers.items()}
    best = max(cover, key=lambda key: cover[key])
    if cover[best] == 0:
        if are_ods(list(counts)):
            raise InputError(
                people.source.path,
                f"has NHS organisation (ODS) codes, and no code of any layer: {listing(counts, 2)}",
                settled(counts, {o: c for x in layers.values() if x.lookup for o, c in x.lookup.ods.items()}),
            )
        raise InputError(
            people.source.path,
            f"has no code of any layer: {listing(counts, 2)}",
            "Give the population of a layer's areas; or, for one of units, the units as well (--units).",
        )
    notes.append(f"{Path(people.source.path).name}: population read as that of {best}")
    notes += notes_of(people, layers[best].areas, layers, best, nations)
    return best


def key_flows(
    spec: LookupSpec, units: Units, root: Path, notes: list[str], held: dict[Path, Table]
) -> Lookup:
    """Read which flow unit each unit belongs to."""
    lookup = read_lookup(
        root / spec.path,
        unit=spec.unit,
        code=spec.code,
        unit_geography=units.geography,
        geography=None,
        role="flows.lookup",
        held=held,
    )
    keys = lookup.areas
    cover = _cover(units.names, keys)
    if cover < LEAST_LOOKUP_COVER:
        raise InputError(
            lookup.source.path,
            f"covers only {cover:.1%} of the plan's units (flows.lookup); without a row: "
            f"{listing(c for c in units.names if c not in keys)}",
            "Use a lookup of the same vintage, or complete it.",
        )
    notes += lookup.notes
    used = {unit: code for unit, code in keys.items() if unit in units.names}
    beyond = {code for unit, code in keys.items() if unit not in units.names}
    if cut := len(beyond.intersection(used.values())):
        notes.append(
            f"flows.lookup: {count(cut, 'flow unit')} also hold units that the plan does not have; all their "
            "activity counts in the plan"
        )
    return changed(lookup, codes=series(used))
