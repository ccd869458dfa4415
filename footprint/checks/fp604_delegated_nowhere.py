"""A function that is delegated to where nobody is, or to where not all of its people are.

A body that delegates a function stays accountable for it. Where the level that it goes to has no body,
or does not cover the ground that it comes from, nobody does the work for the people there.

Settle: name the body in the table of bodies, cover the rest of the ground, or state in the table of
functions who keeps the function where it cannot be delegated.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from footprint.checks import Maker, evidence
from footprint.measure.leads import leading_rows, without
from footprint.model.accountability import folded
from footprint.model.errors import Missing
from footprint.model.finding import AT_MOST, Area, Finding, Location, Severity, Skipped
from footprint.model.known import is_known
from footprint.model.levels import Level
from footprint.model.words import agree, count, listing

if TYPE_CHECKING:
    import pandas as pd

    from footprint.model.accountability import Function
    from footprint.plan.model import Plan

SEVERITY = Severity.ERROR
# "sytem" and "places" are meant to be levels; "NHS England" is not (difflib's ratio of likeness).
_NEARLY = 0.8
NEEDS = ("accountability",)
EVIDENCE = evidence("functions", "kind_of_body", "people", "units")
APART = ("functions",)
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report each delegation that finds nobody, by the area that delegates."""
    assert plan.accountability is not None
    of_name = {folded(str(level)): level for level in Level}
    for row in leading_rows(plan):
        if not row.delegated_from:
            continue
        origin = of_name.get(folded(row.delegated_from))
        if origin is None and (meant := _nearly(row.delegated_from, of_name)):
            yield _located(
                row,
                plan,
                f"{row.function} is delegated from '{row.delegated_from}', which is no level and is taken "
                f"for a body outside the plan",
                f"Did you mean '{meant}'? If it is a body, call it by its full name.",
                severity=Severity.WARNING,
            )
        if origin is not None and origin not in plan.levels:
            yield _located(
                row,
                plan,
                f"{row.function} is delegated from {origin}, which no layer of the plan is, to {row.level}",
                f"Name its layer under [levels]; there are: {listing(plan.levels)}.",
            )
            continue
        yield from _uncovered(plan, row, None if origin is None else plan.levels[origin])


def _nearly(text: str, levels: Iterable[str]) -> str | None:
    """Return the level that a text is but for a slip."""
    close = difflib.get_close_matches(folded(text), list(levels), n=1, cutoff=_NEARLY)
    return close[0] if close else None


def _uncovered(plan: Plan, row: Function, origin: str | None) -> Iterator[Finding | Skipped]:
    """Report the people for whom a delegation finds nobody, area by area of the layer that delegates."""
    assert row.level is not None
    key = plan.levels[row.level]
    found = without(plan, key, row.lead, origin)
    if isinstance(found, Missing):
        for layer in dict.fromkeys((key, origin or key)):
            yield rule.skip(f"{row.function}, delegated to {row.level}: {found.reason}", layers=(layer,))
        return
    for code, group in found.groupby("origin", sort=False, dropna=False):
        yield _nobody(plan, row, origin, code if isinstance(code, str) else None, group)


def _nobody(plan: Plan, row: Function, origin: str | None, code: str | None, group: pd.DataFrame) -> Finding:
    assert row.level is not None
    key = plan.levels[row.level]
    giver = Area(code, plan.layers[origin].name(code)) if origin is not None and code is not None else None
    areas = [Area(c, plan.layers[key].name(c)) for c in group["code"].dropna()]
    beyond = group[group["code"].isna()]
    people, units = group["population"].sum(min_count=1), int(group["units"].sum())
    whom = f"{people:,.0f} people" if is_known(people) else count(units, "unit")
    parts = []
    if areas:
        parts.append(f"{listing(areas)} {agree(len(areas), 'has', 'have')} no {row.lead}")
    if len(beyond):
        lost = count(int(beyond["units"].sum()), "unit lies", "units lie")
        parts.append(f"{lost} in no {row.level}")
    return _located(
        row,
        plan,
        f"{row.function} is delegated from {giver or row.delegated_from} to {row.level}, where "
        f"{' and '.join(parts)}: nobody does it for {whom}",
        "Name the body in the table of bodies, or state who keeps the function there.",
        area=giver,
        # the layer of a finding is that of its area: the one that delegates, where that is in the plan
        layer=origin if giver is not None else None,
        others=areas[:AT_MOST],
        kind_of_body=row.lead,
        people=people,
        units=units,
    )


def _located(
    row: Function,
    plan: Plan,
    message: str,
    hint: str,
    area: Area | None = None,
    others: list[Area] | None = None,
    layer: str | None = None,
    **numbers: Any,
) -> Finding:
    assert row.level is not None
    return rule.finding(
        layer or plan.levels[row.level],
        message,
        hint,
        "lookup",
        area=area or Area(row.function, row.function),
        others=others or (),
        level=str(row.level),
        functions=[row.function],
        **numbers,
        location=Location(row.path, row.line),
    )
