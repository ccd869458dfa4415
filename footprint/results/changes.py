"""What a boundary change does to the answer to "who is accountable here?", and for whom."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footprint.measure.answering import bodies_of_kind, who_answers
from footprint.model.accountability import Body, by_function, folded, is_official, leading
from footprint.model.codes import is_in
from footprint.model.columns import KIND_OF_BODY, LAYER, LEVEL_IF_ANY, PEOPLE, UNITS
from footprint.model.known import is_known
from footprint.model.schema import Column, Table
from footprint.model.words import count, listing
from footprint.plan import derive
from footprint.plan.carry import now_called
from footprint.results.same import steps, successors

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from footprint.plan.model import Plan


ACCOUNTABILITY = Table(
    "accountability",
    "Who answers",
    "A row for each group of people for whom the body that answers changes.",
    (
        LAYER,
        LEVEL_IF_ANY,
        KIND_OF_BODY,
        Column("from_body", meaning="Empty for nobody.", nullable=True),
        Column("to_body", meaning="Empty for nobody.", nullable=True),
        Column(
            "functions", kind="count", meaning="Functions that the body leads there.", type="integer"
        ),
        Column("function_names", "Names of the functions", meaning="Separated by semicolons."),
        Column("where", "Where these people live"),
        UNITS,
        PEOPLE,
    ),
    "Nobody's answer changes, or the plans have no functions and decisions map.",
)  # fmt: skip


# Areas that are named one by one; of more, only the first.
MOST_NAMED = 3


def changes(before: Plan, after: Plan, only: Collection[str] | None = None) -> pd.DataFrame:
    """Return for whom the answer changes, columns of ACCOUNTABILITY, most people first.

    A row for each layer, kind of body, and pair of bodies: those that answer before (from_body) and
    after (to_body; None for nobody, several joined with "and"). `functions` is the number that the body
    leads, `function_names` names them ("a; b"), `where` says in words where these people live, and
    population is NaN where nobody has counted them.

    A body is what has one name in one area: boards that are all called "Integrated Care Board" are as
    many bodies as there are areas, and where both sides would read alike their areas are added. A body
    whose area only has a new code is the same.

    Parameters
    ----------
    before, after : plans, of which the second may be the first with a proposal
    only : units that are asked about; all if not given

    """
    if before.units is None or after.units is None:
        return ACCOUNTABILITY.frame()
    if before.accountability is None and after.accountability is None:
        return ACCOUNTABILITY.frame()
    units = before.units.codes.intersection(after.units.codes, sort=False)
    if only is not None:
        units = units[is_in(units, list(only))]
    people = after.unit_people() if after.unit_people() is not None else before.unit_people()
    weight = pd.Series(np.nan, index=units) if people is None else people.reindex(units)
    merged: dict[tuple[Asked | None, Asked | None, str, str], tuple[list[str], pd.Index]] = {}
    one, other = _asked(before), _asked(after)
    renamed = _gone_on(before, after)
    for name in dict.fromkeys([*one, *other]):
        was, before_bodies = _answering(before, one.get(name), units, renamed)
        now, after_bodies = _answering(after, other.get(name), units, {})
        pairs = pd.DataFrame({"was": was, "now": now})[was.ne(now)]
        moved: dict[tuple[str, str], pd.Index] = {}
        for (old, new), group in pairs.groupby(["was", "now"], sort=True):
            answered, answering = before_bodies.get(str(old), ()), after_bodies.get(str(new), ())
            from_, to = joined(answered), joined(answering)
            if from_ == to:
                from_, to = joined(answered, before), joined(answering, after)
            if from_ == to:
                continue  # it keeps its code, and is the same whatever ground that code is of now
            known = moved.get((from_, to))
            moved[from_, to] = group.index if known is None else known.append(group.index)
        for (from_, to), held in moved.items():
            key = (_kind(one.get(name)), _kind(other.get(name)), from_, to)
            names, _ = merged.setdefault(key, ([], held))
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
    return ACCOUNTABILITY.frame(rows).sort_values(
        ["population", "units", "layer", "kind", "from_body", "to_body"],
        ascending=[False, False, True, True, True, True],
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


def _gone_on(before: Plan, after: Plan) -> dict[str, dict[str, str]]:
    """Return, by layer, code before → code of the area with which its bodies have gone on.

    Proposals take bodies along as they state it, step by step, also where ground would have another area go
    on; those of an area that is no more are in none. Two plans say nothing of that: there ground decides.
    """
    chain = steps(before, after)
    if not chain or before.accountability is None:
        return successors(before, after)
    found: dict[str, dict[str, str]] = {}
    for layer, code in dict.fromkeys((body.layer, body.area) for body in before.accountability.bodies):
        now: str | None = code
        for applied, made in zip(chain, [*(later.base for later in chain[1:]), after], strict=True):
            if applied.layer == layer and now is not None:
                now = now_called(applied.successors)(now)
                now = now if now in made.layers[layer].codes else None
        found.setdefault(layer, {})[code] = f"{code} before" if now is None else now
    return found


def _answering(
    plan: Plan, asked: Asked | None, units: pd.Index, renamed: Mapping[str, Mapping[str, str]]
) -> tuple[pd.Series, dict[str, Sequence[Body]]]:
    """Return a mark of who answers in each unit ("" for nobody), and the bodies that each mark means.

    Marks of two plans are the same where the bodies are; `renamed` are the codes that areas of the plan
    have in the other one, by layer.
    """
    marked: dict[str, Sequence[Body]] = {}
    if asked is None:
        return pd.Series("", index=units), marked
    assert plan.accountability is not None
    held = bodies_of_kind(plan.accountability, asked.kind)
    # a kind of body that leads nothing is of interest in its own areas only
    held = {name: held[name] for name in sorted(held) if asked.function or name == asked.layer}
    assigned = {name: derive.assignment(plan, name) for name in held}
    areas = {name: each.areas for name, each in assigned.items() if each is not None}
    held = {name: held[name] for name in areas}

    @functools.cache
    def mark(*codes: str | None) -> str:
        lies = {asked.layer: [("", 1.0)]} | {
            name: [(code or "", 1.0)] for name, code in zip(areas, codes, strict=True)
        }
        ((bodies, _),) = who_answers(held, asked.layer, lies)
        by_layer = (sorted(_mark(b, renamed) for b in each) for _, each in groupby(bodies, lambda b: b.layer))
        found = "\n".join(told for each in by_layer for told in each)
        if found:
            marked[found] = bodies
        return found

    found = [
        mark(*codes)
        for codes in zip(*([of.get(unit) for unit in units] for of in areas.values()), strict=True)
    ]
    return pd.Series(found if areas else "", index=units, dtype=str), marked


def _mark(body: Body, renamed: Mapping[str, Mapping[str, str]]) -> str:
    """Return what tells a body from every other one: its area and its name."""
    area = renamed.get(body.layer, {}).get(body.area, body.area)
    where = area if is_official(area) else f"{body.layer}\t{area}"
    return f"{where}\t{folded(body.body)}"


def joined(bodies: Sequence[Body], plan: Plan | None = None) -> str:
    """Return the names of bodies that answer together; with a plan, each with its area."""
    names = (
        body.body if plan is None else f"{body.body} ({plan.layers[body.layer].name(body.area)}, {body.area})"
        for body in bodies
    )
    return " and ".join(dict.fromkeys(names))


def where(plan: Plan, units: pd.Index) -> str:
    """Return in words where units lie: the fewest whole areas of a layer that they make up.

    Where they make up none, the areas that they lie in, as parts of them. Layers that are no level
    (councils) go before those that are.
    """
    best: tuple[int, bool, int, str] | None = None
    parts = ""
    for order, (key, layer) in enumerate(plan.layers.items()):
        assigned = derive.assignment(plan, key)
        if assigned is None:
            continue
        codes = assigned.codes.reindex(units)
        names = [layer.name(code) for code in codes.value_counts().index]
        whole = codes.notna().all() and int(assigned.codes.isin(set(codes)).sum()) == len(units)
        told = listing(names, MOST_NAMED)
        if whole and (best is None or (len(names), plan.level_of(key) is not None, order) < best[:3]):
            best = (len(names), plan.level_of(key) is not None, order, told)
        parts = parts or (f"parts of {told}" if told else "")
    if best is not None:
        return best[3]
    return str(units[0]) if len(units) == 1 else parts or count(len(units), "unit")


def sentences(table: pd.DataFrame) -> list[str]:
    """Return one sentence for each row of `changes`."""
    found = []
    for row in table.to_dict("records"):
        known = is_known(row["population"])
        whom = f"{row['population']:,.0f} people" if known else count(row["units"], "unit")
        asked = f"the {row['level']} lead" if row["functions"] and row["level"] else f"the {row['kind']}"
        led = f" ({count(row['functions'], 'function')}: {row['function_names']})" if row["functions"] else ""
        from_, to = (row[side] or "nobody" for side in ("from_body", "to_body"))
        found.append(f"for {whom} in {row['where']} {asked} moves from {from_} to {to}{led}")
    return found
