"""Who leads each function in each area, as frames; and at which level functions are led.

The body that leads a function is the one of the kind that the function names, in the area of the
function's level. Where that area has none of this kind, it is the one of an area of another layer in
which its units lie: councils lead at place although places are not councils.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footprint.model.accountability import Accountability, Body, folded
from footprint.model.errors import Missing
from footprint.model.words import listing
from footprint.plan import derive
from footprint.plan.once import derived

if TYPE_CHECKING:
    from footprint.plan.model import Plan


# ── who leads ───────────────────────────────────────────────────────────────────────────────────


def bodies_of_kind(given: Accountability, kind: str) -> dict[str, dict[str, list[Body]]]:
    """Return the bodies of a kind by layer and code of the area."""
    found: dict[str, dict[str, list[Body]]] = {}
    for body in given.bodies:
        if folded(body.kind) == folded(kind):
            found.setdefault(body.layer, {}).setdefault(body.area, []).append(body)
    return found


@derived("accountability", "units", "people", "people_of", derive.assignment)
def answering(plan: Plan, key: str, kind: str) -> pd.DataFrame | Missing:
    """Return which bodies of a kind answer in each area of layer `key`, or why nobody can tell.

    Returns
    -------
    A row for each area and body: code, body (a Body, or None for people whom none answers for), units,
    population (NaN where unknown) and share, of the area's people, or of its units where people are
    not known. Units in no area of the layer have the code None.

    """
    assert plan.accountability is not None
    held = bodies_of_kind(plan.accountability, kind)
    others = [name for name in held if name != key]
    assigned = derive.assignment(plan, key)
    if assigned is None and others:
        why = derive.refusal(plan, key) or f"nothing says which units lie in {key}"
        return Missing(f"bodies of the kind {kind} are of {listing(sorted(others))}, and {why}")
    if assigned is None:
        return _shared([Part(str(code), {}, 0, np.nan) for code in plan.layers[key].codes], held, key)
    columns = {"": assigned.codes.fillna("")}
    for name in others:
        their = derive.assignment(plan, name)
        if their is None:
            return Missing(derive.refusal(plan, name) or f"nothing says which units lie in {name}")
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


def _shared(parts: list[Part], held: Mapping[str, Mapping[str, list[Body]]], key: str) -> pd.DataFrame:
    """Return the rows of `answering`."""
    sums: dict[tuple[str | None, Body | None], list[float]] = {}
    whole: dict[str | None, list[float]] = {}
    for part in parts:
        found = held.get(key, {}).get(part.code or "", [])
        if not found:
            found = [b for name, code in part.others.items() for b in held[name].get(code, [])]
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
