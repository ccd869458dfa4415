"""An area in which no single body answers for a function that is led there: none does, or several do.

A function that no body leads is decided on by nobody, or by whoever comes first, and residents have
nobody to ask; where two bodies lead it, each can leave it to the other. It happens at mergers, where a
new area has no body yet or still has both, and where maps of functions are drawn up for a whole system
and one of its places has none of the bodies that they name.

Settle: name the body in the table of bodies, or the kind of body that leads there in the table of
functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from footprint.checks import Maker, evidence
from footprint.measure.answering import answering, bodies_of_kind
from footprint.measure.leads import leading_rows
from footprint.model.accountability import by_function, folded
from footprint.model.errors import Missing
from footprint.model.finding import AT_MOST, Area, Finding, Location, Severity, Skipped
from footprint.model.known import is_known
from footprint.model.words import agree, count, listing, nearest
from footprint.plan.naming import many, one

if TYPE_CHECKING:
    import pandas as pd

    from footprint.model.accountability import Function
    from footprint.model.levels import Level
    from footprint.plan.model import Plan

SEVERITY = Severity.ERROR
NEEDS = ("accountability",)
EVIDENCE = evidence("kind_of_body", "functions", "count", "people", "units", "share", "lines")
APART = ("kind_of_body",)
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report areas without the body that leads there, functions without a lead, areas without any body."""
    assert plan.accountability is not None
    groups: dict[tuple[Level, str], list[Function]] = {}
    for row in leading_rows(plan):
        if row.level is not None:
            groups.setdefault((row.level, folded(row.lead)), []).append(row)
    told: set[tuple[str, str]] = set()
    for (level, _), every in groups.items():
        key, kind = plan.levels[level], every[0].lead
        found = answering(plan, key, kind)
        if isinstance(found, Missing):
            for layer in {key: None, **bodies_of_kind(plan.accountability, kind)}:
                yield rule.skip(f"{kind} at {level}: {found.reason}", layers=(layer,))
            continue
        found = found[found["code"].notna()]
        lacking = found[found["body"].isna()]
        told |= {(key, code) for code in lacking["code"]}
        yield from _several(plan, level, every, found)
        rows = [row for row in every if not row.delegated_from]
        if not rows:
            continue  # what is delegated another rule looks at
        if len(lacking) and found["body"].isna().all():
            yield _no_such_kind(plan, level, key, rows, lacking)
            continue
        for area in lacking.to_dict("records"):
            yield _nobody(plan, level, key, rows, area)
    for rows in by_function(plan.accountability.functions).values():
        levels = {row.level for row in rows}
        if len(levels) == 1 and rows[0].level in plan.levels and not any(row.lead for row in rows):
            yield _no_lead(plan, rows[0])
    yield from _without_any(plan, told)


def _several(plan: Plan, level: Level, rows: list[Function], found: pd.DataFrame) -> Iterator[Finding]:
    """Report areas that have more than one body of the kind that leads."""
    assert plan.accountability is not None
    leading = set(found["body"].dropna())
    for layer, areas in bodies_of_kind(plan.accountability, rows[0].lead).items():
        for code, bodies in areas.items():
            if len(bodies) < 2 or not leading.intersection(bodies):
                continue
            area = Area(code, plan.layers[layer].name(code))
            yield rule.finding(
                layer,
                f"{area} has {len(bodies)} bodies of the kind '{rows[0].lead}' "
                f"({listing(b.body for b in bodies)}), which {_leads(rows)}: no single one is accountable",
                "Keep the one that leads, or give the others a kind of their own.",
                "lookup",
                area=area,
                level=str(level),
                severity=Severity.WARNING,
                kind_of_body=rows[0].lead,
                functions=[r.function for r in rows],
                count=len(bodies),
                lines=[b.line for b in bodies],
                location=Location(bodies[-1].path, bodies[-1].line),
            )


def _leads(rows: list[Function]) -> str:
    names = [row.function for row in rows]
    return f"leads {count(len(names), 'function')} there: {listing(names)}"


def _nobody(plan: Plan, level: Level, key: str, rows: list[Function], row: dict[Any, Any]) -> Finding:
    """Return the finding on one area that has no body of a kind, in whole or in part."""
    area = Area(row["code"], plan.layers[key].name(row["code"]))
    kind, share, people = rows[0].lead, row["share"], row["population"]
    words = f"{area} has no {kind}"
    if share < 1:
        whom = f"{people:,.0f} people" if is_known(people) else count(row["units"], "unit")
        words = f"{whom} of {area} ({share:.1%} of it) have no {kind}"
    return rule.finding(
        key,
        f"{words}, which {_leads(rows)}",
        "Name the body in the table of bodies, or the kind that leads in the table of functions.",
        "lookup",
        area=area,
        level=str(level),
        kind_of_body=kind,
        functions=[r.function for r in rows],
        count=len(rows),
        people=people,
        units=row["units"],
        share=share,
        location=Location(rows[0].path, rows[0].line),
    )


def _no_such_kind(plan: Plan, level: Level, key: str, rows: list[Function], lacking: pd.DataFrame) -> Finding:
    """Return the finding on a kind of body that no area of a level has."""
    assert plan.accountability is not None
    kinds = sorted({b.kind for b in plan.accountability.bodies})
    kind = rows[0].lead
    every = [Area(code, plan.layers[key].name(code)) for code in lacking["code"]]
    return rule.finding(
        key,
        f"no {level} has a body of the kind '{kind}', which {_leads(rows)}",
        f"{nearest(kind, kinds)}Kinds in the table of bodies: {listing(kinds, 12)}.",
        "lookup",
        others=every[:AT_MOST],
        level=str(level),
        kind_of_body=kind,
        functions=[r.function for r in rows],
        count=len(rows),
        people=lacking["population"].sum(min_count=1),
        units=int(lacking["units"].sum()),
        share=1.0,
        location=Location(rows[0].path, rows[0].line),
    )


def _no_lead(plan: Plan, row: Function) -> Finding:
    """Return the finding on a function that stands at one level and names no lead."""
    assert row.level is not None
    return rule.finding(
        plan.levels[row.level],
        f"{row.function} is led at {row.level}, and no kind of body is named that leads it",
        "Name the kind of body in column 'lead'.",
        "lookup",
        area=Area(row.function, row.function),
        level=str(row.level),
        functions=[row.function],
        location=Location(row.path, row.line),
    )


def _without_any(plan: Plan, told: set[tuple[str, str]]) -> Iterator[Finding]:
    """Report areas of a level that have no body at all, where others of their layer have one."""
    assert plan.accountability is not None
    for level, key in plan.levels.items():
        own = [b for b in plan.accountability.bodies if b.layer == key]
        held = {b.area for b in own}
        for code in plan.layers[key].codes if held else ():
            if code in held or (key, code) in told:
                continue
            area = Area(str(code), plan.layers[key].name(str(code)))
            others = count(len(held), f"other {one(plan, key)}", f"other {many(plan, key)}")
            yield rule.finding(
                key,
                f"{area} has no body of its own, as {others} "
                f"{agree(len(held), 'has', 'have')}; it leads no function",
                "Name its body in the table of bodies.",
                "lookup",
                area=area,
                level=str(level),
                severity=Severity.WARNING,
                count=0,
                location=Location(own[-1].path, own[-1].line),
            )
