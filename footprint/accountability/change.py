"""What a boundary change does to the answer to "who is accountable here?", and for whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footprint.accountability import Body, by_function, folded, leading
from footprint.accountability.leads import bodies_of_kind, framed
from footprint.codes import is_in
from footprint.words import count, listing

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from footprint.plan import Plan

COLUMNS = (
    "layer", "level", "kind", "from_body", "to_body", "functions", "function_names", "where", "units",
    "population",
)  # fmt: skip
# Areas that are named one by one; of more, only the first.
MOST_NAMED = 3


def changes(before: Plan, after: Plan, only: Collection[str] | None = None) -> pd.DataFrame:
    """Return for whom the answer changes, columns COLUMNS, most people first.

    A row for each layer, kind of body, and pair of bodies: those that answer before (from_body) and
    after (to_body; None for nobody, several joined with "and"). `functions` is the number that the body
    leads, `function_names` names them ("a; b"), `where` says in words where these people live, and
    population is NaN where nobody has counted them. A body whose area only has a new code is the same.

    Parameters
    ----------
    before, after : plans, of which the second may be the first with a proposal
    only : units that are asked about; all if not given

    """
    columns = list(COLUMNS)
    if before.units is None or after.units is None:
        return pd.DataFrame(columns=columns)
    if before.accountability is None and after.accountability is None:
        return pd.DataFrame(columns=columns)
    units = before.units.codes.intersection(after.units.codes, sort=False)
    if only is not None:
        units = units[is_in(units, list(only))]
    people = after.unit_people() if after.unit_people() is not None else before.unit_people()
    weight = pd.Series(np.nan, index=units) if people is None else people.reindex(units)
    merged: dict[tuple[Asked | None, Asked | None, str, str], tuple[list[str], pd.Index]] = {}
    one, other = _asked(before), _asked(after)
    for name in dict.fromkeys([*one, *other]):
        was, now = (
            _names(plan, asked[name]).reindex(units).fillna("") if name in asked else pd.Series("", units)
            for plan, asked in ((before, one), (after, other))
        )
        pairs = pd.DataFrame({"was": was, "now": now})[was.ne(now)]
        for (from_, to), group in pairs.groupby(["was", "now"], sort=True):
            key = (_kind(one.get(name)), _kind(other.get(name)), str(from_), str(to))
            names, _ = merged.setdefault(key, ([], group.index))
            names += [each.function for each in [other.get(name) or one[name]] if each.function]
    rows = []
    for (was_asked, now_asked, from_, to), (names, held) in merged.items():
        asked = now_asked or was_asked
        assert asked is not None
        rows.append(
            (
                asked.layer, asked.level, asked.kind, from_ or None, to or None, len(names), "; ".join(names),
                where(before, held), len(held), weight.reindex(held).sum(min_count=1),
            )
        )  # fmt: skip
    table = framed(rows, columns, functions=int, units=int, population=float)
    return table.sort_values(
        ["population", "units", "layer", "kind", "from_body"],
        ascending=[False, False, True, True, True],
        ignore_index=True,
    )


@dataclass(frozen=True)
class Asked:
    """A question that a plan has an answer to in every unit: who leads this, or which body is it?"""

    layer: str
    level: str | None
    kind: str
    function: str = ""
    """Empty where a kind of body leads none; its areas are of interest all the same."""


def _kind(asked: Asked | None) -> Asked | None:
    """Return a question without its function: those with one answer are told together."""
    return None if asked is None else replace(asked, function="")


def _asked(plan: Plan) -> dict[tuple[str, str], Asked]:
    """Return what can be asked of a plan: each function that one row leads, and kinds that lead none."""
    given = plan.accountability
    if given is None:
        return {}
    found: dict[tuple[str, str], Asked] = {}
    leads = set()
    for name, rows in by_function(given.functions).items():
        several = len(leading(rows)) > 1
        for row in leading(rows):
            if row.level is not None and row.level in plan.levels:
                leads.add(folded(row.lead))
                key = plan.levels[row.level]
                # what one level leads may be led at another one by the other plan
                mark = str(row.level) if several else ""
                found[folded(name), mark] = Asked(key, str(row.level), row.lead, name)
    for body in given.bodies:
        if folded(body.kind) not in leads:
            level = plan.level_of(body.layer)
            asked = Asked(body.layer, level and str(level), body.kind)
            found.setdefault(("", f"{body.layer} {folded(body.kind)}"), asked)
    return found


def _names(plan: Plan, asked: Asked) -> pd.Series:
    """Return the body that answers in each unit, by name; "" where none does, or nobody can tell."""
    assert plan.accountability is not None
    assert plan.units is not None
    held = bodies_of_kind(plan.accountability, asked.kind)
    found = pd.Series("", index=plan.units.codes)
    # the layer that is asked about answers first, others where it has no body
    for key in sorted(held, key=lambda name: name != asked.layer):
        if not asked.function and key != asked.layer:
            continue
        assigned = plan.assignment(key)
        if assigned is None:
            continue
        named = {code: joined(bodies) for code, bodies in held[key].items()}
        here = assigned.codes.map(named).fillna("")
        found = found.where(found.ne(""), here)
    return found


def joined(bodies: Sequence[Body]) -> str:
    """Return the names of bodies that answer together."""
    return " and ".join(dict.fromkeys(body.body for body in bodies))


def where(plan: Plan, units: pd.Index) -> str:
    """Return in words where units lie: the fewest whole areas of a layer that they make up.

    Where they make up none, the areas that they lie in, as parts of them. Layers that are no level
    (councils) go before those that are.
    """
    best: tuple[int, bool, int, str] | None = None
    parts = ""
    for order, (key, layer) in enumerate(plan.layers.items()):
        assigned = plan.assignment(key)
        if assigned is None:
            continue
        codes = assigned.codes.reindex(units)
        names = [layer.name(code) for code in codes.value_counts().index]
        whole = codes.notna().all() and int(assigned.codes.isin(set(codes)).sum()) == len(units)
        told = listing(names, MOST_NAMED)
        if whole and (best is None or (len(names), plan.level_of(key) is not None, order) < best[:3]):
            best = (len(names), plan.level_of(key) is not None, order, told)
        parts = parts or f"parts of {told}"
    if best is not None:
        return best[3]
    return str(units[0]) if len(units) == 1 else parts or count(len(units), "unit")


def sentences(table: pd.DataFrame) -> list[str]:
    """Return one sentence for each row of `changes`."""
    found = []
    for row in table.to_dict("records"):
        known = row["population"] == row["population"]
        whom = f"{row['population']:,.0f} people" if known else count(row["units"], "unit")
        asked = f"the {row['level']} lead" if row["functions"] and row["level"] else f"the {row['kind']}"
        led = f" ({count(row['functions'], 'function')}: {row['function_names']})" if row["functions"] else ""
        from_, to = (row[side] or "nobody" for side in ("from_body", "to_body"))
        found.append(f"for {whom} in {row['where']} {asked} moves from {from_} to {to}{led}")
    return found
