"""Who has to deal with whom before and after a change, by name: for whom it becomes simpler."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pandas as pd

from footprint.measure.interface_tables import INTERFACES
from footprint.measure.interfaces import facing_layers, interfaces
from footprint.model.columns import AREA
from footprint.model.schema import Column, Table
from footprint.model.words import count, listing
from footprint.plan import naming

if TYPE_CHECKING:
    from footprint.plan.model import Plan

DEALINGS = Table(
    "interfaces_changed",
    "Who deals with whom",
    "A row for each body and other layer of which it has to deal with other bodies than before, as their "
    "areas share people.",
    (
        *AREA,
        INTERFACES.by_name["other_layer"],
        Column("interfaces_before", "Bodies before", "count", type="integer"),
        Column("interfaces_after", "Bodies after", "count", type="integer"),
        Column("names_before", "Before", meaning="Separated by semicolons, most people first."),
        Column("names_after", "After", meaning="Likewise."),
        Column("gained", "Now also", meaning="Likewise."),
        Column("lost", "No longer", meaning="Likewise."),
    ),
    "Everybody has to deal with the same bodies as before.",
)
_APART = "; "


def dealings(before: Plan, after: Plan, successors: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Return the bodies that have to deal with others than before, columns of DEALINGS.

    Parameters
    ----------
    before, after : plans; layers are looked at that both compare
    successors : by layer, code before → code of the same area after, where it differs

    """
    both = set(facing_layers(before)) & set(facing_layers(after))
    sides = [_by_body(plan, both) for plan in (before, after)]
    # a body that only has another code is the same, on either side of the table
    was: dict[tuple[str, str, str], dict[str, str]] = {}
    for (layer, code, other), held in sides[0].items():
        same, others = successors.get(layer, {}), successors.get(other, {})
        was[layer, same.get(code, code), other] = {others.get(c, c): name for c, name in held.items()}
    rows: list[tuple[object, ...]] = []
    for key in sorted(was.keys() | sides[1].keys()):
        one, two = was.get(key, {}), sides[1].get(key, {})
        if one.keys() == two.keys():
            continue
        layer, code, other = key
        plan = after if code in after.layers[layer].codes else before
        level = plan.level_of(layer)
        gained, lost = ([a[c] for c in a if c not in b] for a, b in ((two, one), (one, two)))
        names = (_APART.join(each) for each in (one.values(), two.values(), gained, lost))
        rows.append(
            (
                layer,
                level and str(level),
                code,
                plan.layers[layer].name(code),
                other,
                len(one),
                len(two),
                *names,
            )
        )
    return DEALINGS.frame(rows)


def _by_body(plan: Plan, pairs: set[tuple[str, str]]) -> dict[tuple[str, str, str], dict[str, str]]:
    """Return (layer, code, other layer) → code → name of those to deal with, most people first."""
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    table = interfaces(plan)
    columns = (table[name] for name in ("layer", "code", "other_layer", "other_code", "other_name"))
    for layer, code, other, other_code, name in zip(*columns, strict=True):
        if tuple(sorted((layer, other))) in pairs:
            found.setdefault((layer, code, other), {})[other_code] = name
    return found


def for_whom(table: pd.DataFrame) -> str:
    """Return for how many a change simplifies things, in words; "" where nothing changes."""
    net = (
        (table["interfaces_after"] - table["interfaces_before"])
        .groupby([table["layer"], table["code"]])
        .sum()
    )
    told = [
        f"{words} for {count(int(which.sum()), 'body', 'bodies')}"
        for words, which in (("fewer", net < 0), ("more", net > 0), ("others", net == 0))
        if which.any()
    ]
    return listing(told)


def sentences(plan: Plan, rows: Iterable[Mapping[str, object]]) -> list[str]:
    """Return a sentence for each row of DEALINGS; layers are called as a plan calls them."""
    told = []
    for row in rows:
        one, two = row["interfaces_before"], row["interfaces_after"]
        other = naming.counted(plan, str(row["other_layer"]), int(str(two)))
        number = f"{other} as before" if one == two else f"{other} instead of {one}"
        said = f"{row['name']} ({naming.one(plan, str(row['layer']))}) with {number}"
        for words, name in (("now also", "gained"), ("no longer", "lost")):
            if row[name]:
                said += f"; {words} {listing(str(row[name]).split(_APART))}"
        told.append(said)
    return told
