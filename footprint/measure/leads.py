"""Who leads each function in each area, as frames; and at which level functions are led.

The body that leads a function is the one of the kind that the function names, in the area of the
function's level. Where that area has none of this kind, it is the one of an area of another layer in
which its units lie: councils lead at place although places are not councils.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footprint.measure.answering import answering, bodies_of_kind
from footprint.model.accountability import Body, Function, by_function, leading
from footprint.model.codes import is_in
from footprint.model.columns import (
    AREA,
    BODY,
    CODE,
    CONDITIONS,
    DELEGATED_FROM,
    KIND_OF_BODY,
    LAYER,
    LEAD,
    LEVEL,
    LEVEL_IF_ANY,
    LINE,
    NAME,
    PATH,
    PEOPLE,
    ROLE,
    SHARE,
    UNITS,
)
from footprint.model.errors import Missing
from footprint.model.levels import Level
from footprint.model.schema import Column, Table
from footprint.plan import derive
from footprint.plan.once import derived

if TYPE_CHECKING:
    from footprint.plan.model import Plan


_NO_MAP = "The plan has no functions and decisions map ([accountability])."
_FUNCTION = Column("function")
BODIES = Table(
    "bodies",
    "Bodies",
    "A row for each body that answers for an area.",
    (*AREA, BODY, KIND_OF_BODY, ROLE, PATH, LINE),
    _NO_MAP,
)
FUNCTIONS = Table(
    "functions",
    "Functions",
    "A row for each row of the table of functions: what is led at which level.",
    (
        _FUNCTION,
        LEVEL_IF_ANY.but(meaning="Where it is led; empty where the table names none."),
        LEAD.but(nullable=True),
        DELEGATED_FROM,
        CONDITIONS,
        SHARE.but(meaning="Of all spend or activity of the plan."),
        Column("share_of", "Share is of", values=("spend", "activity"), nullable=True),
        Column("from", "From day", "date", "First day in force.", nullable=True),
        Column("to", "To day", "date", "Last day in force.", nullable=True),
        Column("in_force", meaning="At the date of the plan.", type="boolean"),
        Column("leads", meaning="Whether this row leads the function.", type="boolean"),
        PATH,
        LINE,
    ),
    _NO_MAP,
)
LEADS = Table(
    "leads",
    "Who leads what",
    "A row for each function, area of its level, and body that leads it there.",
    (
        _FUNCTION,
        LEVEL,
        LEAD,
        DELEGATED_FROM,
        LAYER,
        CODE.but(meaning="Of the area of that level."),
        NAME,
        BODY.but(meaning="Empty for people whom none answers for.", nullable=True),
        ROLE,
        Column("body_layer", "Body's layer", nullable=True),
        Column("body_area", "Body's area", "code", "The area that the body is of.", nullable=True),
        UNITS,
        PEOPLE,
        Column("share", "Share of the area", "share", "Of its people, or else of its units."),
    ),
    _NO_MAP,
)
SUBSIDIARITY = Table(
    "subsidiarity",
    "Subsidiarity",
    "A row for each level: how much is led there. A figure, no verdict.",
    (
        Column("measure", values=("functions", "spend", "activity")),
        LEVEL_IF_ANY.but(meaning="Empty for what no single level leads."),
        Column("functions", kind="count", type="integer"),
        Column("amount", "Sum of shares given", "share", "Empty for functions.", unit="share", open=True),
        SHARE.but(meaning="Of all functions, or of all spend or activity of the plan."),
        Column(
            "expected", "Expected in 2018", "share",
            "As it was expected of these systems in 2018: a figure, no verdict.",
        ),
    ),
    _NO_MAP,
)  # fmt: skip


TABLES = (FUNCTIONS, BODIES, LEADS, SUBSIDIARITY)
"""What reports are made of; without a map they are empty."""


# What was expected of these systems in 2018: most decisions at place, the rest at system. It was said
# of decisions and of money, of no neighbourhood, and it is no standard: a figure to stand beside.
EXPECTED: Mapping[Level, float] = {Level.PLACE: 0.80, Level.SYSTEM: 0.20}


@derived("accountability", "levels", "layers", answering)
def tables(plan: Plan) -> dict[str, pd.DataFrame]:
    """Return the functions and decisions map of a plan as frames, by the names of TABLES."""
    makers = (table_of_functions, table_of_bodies, leads, subsidiarity)
    return {table.name: make(plan) for table, make in zip(TABLES, makers, strict=True)}


def table_of_bodies(plan: Plan) -> pd.DataFrame:
    """Return a row a body, in the order of its file, columns of BODIES; empty without a map."""
    rows = []
    for b in plan.accountability.bodies if plan.accountability is not None else ():
        layer, level = plan.layers[b.layer], plan.level_of(b.layer)
        named = (b.layer, level and str(level), b.area, layer.name(b.area))
        rows.append((*named, b.body, b.kind, b.role or None, b.path, b.line))
    return BODIES.frame(rows)


def table_of_functions(plan: Plan) -> pd.DataFrame:
    """Return a row for each row of the table of functions, columns of FUNCTIONS.

    `from` and `to` are days as text, `leads` says whether it is this row that leads the function,
    `in_force` whether it holds at the plan's date.
    """
    rows = []
    if plan.accountability is not None:
        given = plan.accountability
        leads = {r.line for each in by_function(given.functions).values() for r in leading(each)}
        for f in sorted((*given.functions, *given.idle), key=lambda f: f.line):
            used = f in given.functions
            rows.append(
                (
                    f.function, f.level and str(f.level), f.lead or None, f.delegated_from or None,
                    f.conditions or None, f.share, f.share_of, f.start and f.start.isoformat(),
                    f.end and f.end.isoformat(), used, used and f.line in leads, f.path, f.line,
                )
            )  # fmt: skip
    return FUNCTIONS.frame(rows)


def leads(plan: Plan) -> pd.DataFrame:
    """Return who leads each function in each area of its level, columns of LEADS.

    A row for each function, area and body; body is None for people whom none of the kind answers
    for. `share` is of the area's people, or of its units where people are not known; `body_layer` and
    `body_area` are the area that the body is of. Functions without a lead, or at a level that the plan
    does not have, have no row.
    """
    rows: list[tuple[object, ...]] = []
    for row in leading_rows(plan):
        key = plan.levels[row.level]  # type: ignore[index]
        found = answering(plan, key, row.lead)
        if not isinstance(found, pd.DataFrame):
            continue
        layer = plan.layers[key]
        for each in found[found["code"].notna()].to_dict("records"):
            body: Body | None = each["body"]
            rows.append(
                (
                    row.function, str(row.level), row.lead, row.delegated_from or None, key, each["code"],
                    layer.name(each["code"]), body and body.body, (body and body.role) or None,
                    body and body.layer, body and body.area, each["units"], each["population"], each["share"],
                )
            )  # fmt: skip
    return LEADS.frame(rows)


def without(plan: Plan, key: str, kind: str, origin: str | None) -> pd.DataFrame | Missing:
    """Return for whom no body of a kind answers at layer `key`, or why nobody can tell.

    Returns
    -------
    A row for each area of layer `origin` (or for the plan as a whole, if that is None) and area of
    `key` in which nobody answers: origin, code (None: in no area of the layer), units and population
    (NaN where unknown).

    """
    found = answering(plan, key, kind)
    if isinstance(found, Missing):
        return found
    columns = ["origin", "code", "units", "population"]
    alone = found[found["body"].isna()]
    if origin is None or alone.empty:
        return alone.assign(origin=None)[columns]
    from_, to = derive.assignment(plan, origin), derive.assignment(plan, key)
    if from_ is None or to is None:
        name = origin if from_ is None else key
        return Missing(derive.unassigned(plan, name))
    # where other layers answer for a part of an area, which part is only known unit by unit
    answered = answered_units(plan, kind)
    people = plan.unit_people()
    frame = pd.DataFrame(
        {
            "origin": from_.codes.to_numpy(dtype=object),
            "code": to.codes.to_numpy(dtype=object),
            "population": np.nan if people is None else people.to_numpy(),
        }
    )
    frame = frame[~answered.to_numpy() & frame["origin"].notna()]
    pairs = frame.groupby(["origin", "code"], dropna=False, sort=True)["population"]
    table = pd.DataFrame({"units": pairs.size(), "population": pairs.sum(min_count=1)})
    return table.reset_index()[columns]


def answered_units(plan: Plan, kind: str) -> pd.Series:
    """Return by unit whether a body of a kind answers for it, in any layer (False where unknown)."""
    assert plan.accountability is not None
    assert plan.units is not None
    found = pd.Series(False, index=plan.units.codes)
    for name, areas in bodies_of_kind(plan.accountability, kind).items():
        assigned = derive.assignment(plan, name)
        if assigned is not None:
            found |= is_in(assigned.codes, list(areas))
    return found


def leading_rows(plan: Plan) -> list[Function]:
    """Return the rows of the functions table that lead, at levels that the plan has."""
    given = plan.accountability
    every = (
        [] if given is None else [r for rows in by_function(given.functions).values() for r in leading(rows)]
    )
    return [r for r in every if r.level in plan.levels]


# ── subsidiarity ────────────────────────────────────────────────────────────────────────────────


def subsidiarity(plan: Plan) -> pd.DataFrame:
    """Return at which level functions are led, and spend and activity decided on: a figure, no verdict.

    A row for each measure ("functions"; "spend" and "activity" where shares of them are given) and
    level, columns of SUBSIDIARITY: `functions` counted there, `amount` (sum of the shares given;
    None for functions), `share` (of all functions; of all spend or activity of the plan, of which the
    table may give a part only, so these need not add up to 1) and `expected` (EXPECTED).
    A function that no single level leads has the level None.
    """
    given = plan.accountability
    if given is None or not given.functions:
        return SUBSIDIARITY.frame()
    led = [(_led_at(rows), None) for rows in by_function(given.functions).values()]
    rows = _by_level(plan, "functions", led)
    for measure in ("spend", "activity"):
        shares = [
            (f.level, f.share) for f in given.functions if f.share_of == measure and f.share is not None
        ]
        rows += _by_level(plan, measure, shares) if shares else []
    return SUBSIDIARITY.frame(rows)


def _led_at(rows: list[Function]) -> Level | None:
    """Return the one level that leads a function; None where there is none, or more than one."""
    found = {row.level for row in leading(rows)} or {row.level for row in rows}
    return found.pop() if len(found) == 1 else None


def _by_level(
    plan: Plan, measure: str, held: Sequence[tuple[Level | None, float | None]]
) -> list[tuple[object, ...]]:
    at = [level for level, _ in held]
    rows: list[tuple[object, ...]] = []
    for level in (*(each for each in Level if each in plan.levels or each in at), None):
        here = [share for where, share in held if where == level]
        if level is None and not here:
            continue
        amount = None if measure == "functions" else sum(share or 0.0 for share in here)
        part = len(here) if amount is None else amount
        named = level and str(level)
        expected = EXPECTED.get(level) if level is not None else None
        rows.append(
            (measure, named, len(here), amount, part / (len(held) if amount is None else 1), expected)
        )
    return rows
