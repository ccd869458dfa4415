"""Rows of a population for codes that the plan does not have: elsewhere, missing from it, or unknown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from footprint.model.nations import Scope
from footprint.model.rows import Population
from footprint.model.words import agree, count, listing
from footprint.plan.parts import PlanLayer


def place(layers: Mapping[str, PlanLayer], key: str, code: str, base: str) -> str | None:
    """Return the area of layer `key` that lookups put a code into which `base` lacks, if any does."""
    layer = layers[key]
    if layer.lookup is None or layer.base is None:
        return None
    if layer.base == base:
        return layer.lookup.beyond.get(code)
    below = place(layers, layer.base, code, base)
    return None if below is None else (layer.lookup.areas.get(below) or layer.lookup.beyond.get(below))


def missing_from(layers: Mapping[str, PlanLayer], key: str, codes: Iterable[str], base: str) -> Iterator[str]:
    """Return those of the codes that belong to areas of layer `key` of which the plan has other parts."""
    lookup = layers[key].lookup
    held = set() if lookup is None else set(lookup.areas.values())
    return (code for code in codes if place(layers, key, code, base) in held)


def notes_of(
    people: Population, known: Collection[str], layers: Mapping[str, PlanLayer], base: str, nations: Scope
) -> Iterator[str]:
    """Return what is to be said of the rows of a population for codes that the plan does not have."""
    strangers = [code for code in people.counts if code not in known]
    if not strangers:
        return
    lost = {code for key in layers for code in missing_from(layers, key, strangers, base)}
    by = {code: key for key in layers for code in strangers if place(layers, key, code, base) is not None}
    abroad = [code for code in strangers if not nations.holds(code)]
    elsewhere = [code for code in by if code not in lost and nations.holds(code)]
    unknown = [code for code in strangers if code not in by and nations.holds(code)]
    keys = [f"layers.{key}.lookup" for key in dict.fromkeys(by[code] for code in elsewhere)]
    told = [
        f"{_rows(people, codes)} {words}"
        for codes, words in (
            (elsewhere, f"lie elsewhere by {listing(keys)}"),
            (abroad, f"are outside {nations}"),
            (unknown, "lie where nothing in the plan says"),
            (sorted(lost), "lie in areas of which the plan has other parts"),
        )
        if codes
    ]
    rows = count(len(strangers), "row")
    yield (
        f"{Path(people.source.path).name}: {rows} for codes that {base} does not have "
        f"{agree(len(strangers), 'is', 'are')} not counted: {'; '.join(told)}"
    )


def _rows(people: Population, codes: list[str]) -> str:
    return f"{sum(people.counts[code] for code in codes):,.0f} people ({listing(codes, 3)})"
