"""Which bodies answer for an area, or for each part of one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from footprint.model.accountability import Accountability, Body, folded
from footprint.model.errors import Missing
from footprint.model.words import listing
from footprint.plan import derive
from footprint.plan.naming import one
from footprint.plan.once import derived

if TYPE_CHECKING:
    import pandas as pd

    from footprint.plan.model import Plan

Held = Mapping[str, Mapping[str, Sequence[Body]]]
"""Layer → code of an area → its bodies of one kind."""


# ── who leads ───────────────────────────────────────────────────────────────────────────────────


def bodies_of_kind(given: Accountability, kind: str) -> dict[str, dict[str, list[Body]]]:
    """Return the bodies of a kind by layer and code of the area."""
    found: dict[str, dict[str, list[Body]]] = {}
    for body in given.bodies:
        if folded(body.kind) == folded(kind):
            found.setdefault(body.layer, {}).setdefault(body.area, []).append(body)
    return found


def who_answers(
    held: Held, key: str, lies: Mapping[str, Sequence[tuple[str, float]]]
) -> list[tuple[list[Body], float]]:
    """Return the bodies that answer at layer `key` for one place, or for each part of it, with its share.

    Those of the area of layer `key` answer; only where that has none, those of the areas of other layers
    do, all of them. Where boundaries of several layers split a place, each side of the one is taken to
    have the same share of the other's sides.

    Parameters
    ----------
    held : the bodies of the kind that leads; layers in the order in which they are to be told
    lies : layer → (code of the area, share) for each part of the place; the code is "" for no area

    """
    parts: list[tuple[list[Body], float]] = [
        ([*held.get(key, {}).get(code, ())], share) for code, share in lies[key]
    ]
    # of the other layers, those that have no body here split nothing
    for name in held:
        sides = lies[name]
        if name == key or not any(code in held[name] for code, _ in sides):
            continue
        parts = [
            ([*bodies, *held[name].get(code, ())], share * part)
            for bodies, share in parts
            for code, part in ([("", 1.0)] if _is_of(bodies, key) else sides)
        ]
    return parts


def _is_of(bodies: Sequence[Body], key: str) -> bool:
    return any(body.layer == key for body in bodies)


@derived("accountability", "units", "people", "people_of", derive.assignment)
def answering(plan: Plan, key: str, kind: str) -> pd.DataFrame | Missing:
    """Return which bodies of a kind answer in each area of layer `key`, or why nobody can tell.

    Returns
    -------
    A row for each area and body: code, body (a Body, or None for people whom none answers for), units,
    population (NaN where unknown) and share, of the area's people, or of its units where people are
    not known. Units in no area of the layer have the code None.

    """
    import numpy as np
    import pandas as pd

    assert plan.accountability is not None
    held = bodies_of_kind(plan.accountability, kind)
    others = [name for name in held if name != key]
    assigned = derive.assignment(plan, key)
    if assigned is None and others:
        why = derive.unassigned(plan, key, f"which {one(plan, key)}")
        return Missing(f"bodies of the kind {kind} are of {listing(sorted(others))}, and {why}")
    if assigned is None:
        return _shared([Part(str(code), {}, 0, math.nan) for code in plan.layers[key].codes], held, key)
    columns = {"": assigned.codes.fillna("")}
    for name in others:
        their = derive.assignment(plan, name)
        if their is None:
            return Missing(derive.unassigned(plan, name))
        columns[name] = their.codes.fillna("")
    people = plan.unit_people()
    frame = pd.DataFrame(columns).assign(people=np.nan if people is None else people)
    groups = frame.groupby(list(columns), sort=True)["people"]
    sizes, totals = groups.size(), groups.sum(min_count=1)
    parts = []
    for codes, units, total in zip(sizes.index, sizes, totals, strict=True):
        code, *rest = codes if isinstance(codes, tuple) else (codes,)
        parts.append(Part(code or None, dict(zip(others, rest, strict=True)), int(units), float(total)))
    return _shared(parts, held, key)


@dataclass(frozen=True)
class Part:
    """Units that lie in the same areas of all layers that matter."""

    code: str | None
    """Of the layer that is asked about; None where they lie in none of its areas."""
    others: Mapping[str, str]
    """Layer → code of the area that they lie in."""
    units: int
    people: float


def _shared(parts: list[Part], held: Held, key: str) -> pd.DataFrame:
    """Return the rows of `answering`."""
    import pandas as pd

    sums: dict[tuple[str | None, Body | None], list[float]] = {}
    whole: dict[str | None, list[float]] = {}
    for part in parts:
        lies = {name: [(code or "", 1.0)] for name, code in {key: part.code, **part.others}.items()}
        ((found, _),) = who_answers(held, key, lies)
        bodies: list[Body | None] = [*found] or [None]
        rows = [sums.setdefault((part.code, body), [0.0, 0.0]) for body in bodies]
        for row in (*rows, whole.setdefault(part.code, [0.0, 0.0])):
            row[0] += part.units
            row[1] += part.people
    table = []
    for (code, body), (units, people) in sums.items():
        all_units, all_people = whole[code]
        share = people / all_people if all_people > 0 else units / all_units if all_units else 1.0
        table.append((code, body, int(units), people, share))
    return pd.DataFrame(table, columns=["code", "body", "units", "population", "share"])
