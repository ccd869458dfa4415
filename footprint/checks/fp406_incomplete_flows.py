"""Flows that do not say everything: units without any, records without a code, parts of proportions.

Measures of an area whose units have no flows rest on the others, as if all travelled alike. What is
missing from proportions is suppressed or went to providers that the table leaves out; it counts as
activity elsewhere, and the bounds of the localisation index say what it could change.

Settle: fetch flows of the whole area and of the plan's vintage, or say in a report what is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from footprint.checks import Maker, evidence
from footprint.measure.activity import activity
from footprint.measure.figures import Figures, figures
from footprint.measure.missing import silent, thin
from footprint.model.errors import Missing
from footprint.model.finding import Finding, Severity, Skipped
from footprint.model.unknown import says_nothing
from footprint.model.words import count, listing

if TYPE_CHECKING:
    from footprint.measure.activity import Activity
    from footprint.plan.model import Plan

SEVERITY = Severity.WARNING
NEEDS = ("flows",)
EVIDENCE = evidence("count", "people", "units", "codes", "activity", "share")
rule = Maker(__name__)


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report units without flows, activity without a code, and the missing part of proportions."""
    held = activity(plan)
    if isinstance(held, Missing):
        yield rule.skip(held.reason)
        return
    told = figures(plan)
    yield from _units(plan, held, told)
    yield from _thin(held, told)
    yield from _codes(held, told)
    yield from _rest(held, told)
    if held.table.suppressed:
        width = float((held.high - held.low).sum())
        share = (
            f" ({told.percent(width / held.total, width)} of all activity)" if width and held.total else ""
        )
        yield rule.finding(
            "flows",
            f"{count(held.table.suppressed, 'count')} suppressed in the flows; each is taken as an interval"
            f"{share}, and the bounds of the localisation index say what it could change",
            "Nothing to do, or get unsuppressed counts under a data agreement.",
            "flow",
            severity=Severity.INFO,
            count=held.table.suppressed,
            activity=told.count(width) if width else None,
        )


def _units(plan: Plan, held: Activity, told: Figures) -> Iterator[Finding]:
    assert plan.units is not None
    found = silent(plan)
    assert not isinstance(found, Missing)
    lost = plan.units.codes[held.unit_at < 0]
    if not len(lost):
        return
    people = plan.unit_people()
    without = None if people is None else float(people.reindex(lost).sum())
    size = "" if without is None else f", {without:,.0f} people"
    missing = float(np.nansum(found.missing))
    most = "" if not missing else f"; what is missing, up to {told.text(missing)}, may be inside or not"
    lacking: dict[str, Any] = {"activity": told.count(missing)} if missing else {}
    # what nothing bounds is said where it is: no figure holds for these people
    unbounded = int(np.isnan(found.missing).sum())
    of = "" if unbounded == len(found.codes) else f" of {unbounded:,} of them"
    yield rule.finding(
        "flows",
        f"{len(lost):,} of {count(len(plan.units.codes), 'unit')} of the plan without flows{size}: "
        f"{listing(lost)}{most}",
        "Fetch flows of the whole area, of the plan's vintage."
        + (f" Nothing bounds the journeys{of}: no figure and no bound holds for them." if unbounded else ""),
        "flow",
        people=without,
        units=len(lost),
        codes=[str(c) for c in lost],
        **lacking,
    )


def _thin(held: Activity, told: Figures) -> Iterator[Finding]:
    """Report units whose people have hardly any activity beside those of the others."""
    found = thin(held)
    if not len(found.units):
        return
    codes = [str(held.table.units[i]) for i in found.units]
    least, most = (f"{share:.1%}" for share in (found.rate[0], found.rate[-1]))
    rates = least if least == most else f"{least} to {most}"
    people, missing = float(held.people[found.units].sum()), float(found.missing.sum())
    yield rule.finding(
        "flows",
        f"{count(len(codes), 'unit')} with hardly any activity: per head {rates} of that of the unit in the "
        f"middle, {listing(codes)}; what is missing, up to {told.text(missing)}, may be inside or not",
        "Fetch these flows again: a file was cut off, or a provider did not report.",
        "flow",
        people=people,
        units=len(codes),
        codes=codes,
        activity=told.count(missing),
    )


def _codes(held: Activity, told: Figures) -> Iterator[Finding]:
    """Report activity of units that nobody knows, and at providers without a code."""
    table = held.table
    # units with a code of no kind are told apart, as codes that match nothing
    nobodys = [str(code) for code in table.units[held.nobodys] if says_nothing(str(code))]
    if nobodys and table.kind == "proportion":
        # nobody knows how many people a share without a unit is of
        yield rule.finding(
            "flows",
            f"shares without a unit{_named(nobodys)}, of unknown weight, count nowhere",
            "Complete the column of units.",
            "flow",
            **_written(nobodys),
            activity=None,
            share=None,
        )
    for what, codes, words in (
        (
            "unit", [] if table.kind == "proportion" else nobodys,
            "whose they are nobody knows: they count in no area, and the bounds say what they could change",
        ),
        ("provider", [code for code in table.providers if not code], "they may be inside or not"),
    ):  # fmt: skip
        if not codes:
            continue
        part = held.of_units(codes) if what == "unit" else held.at_provider("")
        share = part / held.total if held.total else 0.0
        yield rule.finding(
            "flows",
            f"{told.text(part)} of {told.text(held.total)} in the flows ({told.percent(share, part)}) "
            f"without a {what}{_named(codes)}; {words}",
            f"Complete the column of {what}s.",
            "flow",
            **_written(codes),
            activity=told.count(part),
            share=told.share(share, part),
        )


def _written(codes: list[str]) -> dict[str, Any]:
    """Return what stands where a code should, as evidence; nothing for blanks alone."""
    return {"codes": [code for code in codes if code]} if any(codes) else {}


def _named(codes: list[str]) -> str:
    """Return what stands where a code should, in brackets; "" for blanks alone."""
    return f" ({listing(code or 'blank' for code in codes)})" if any(codes) else ""


def _rest(held: Activity, told: Figures) -> Iterator[Finding]:
    rest, people = held.rest[held.known], held.people[held.known]
    part, of = float(rest.sum()), float(people.sum())
    if held.table.kind != "proportion" or part < 0.5 or not of:
        return
    shares = (rest / people.clip(min=1e-9))[people > 0]
    least, most = (told.percent(1 - float(share)) for share in (shares.max(), shares.min()))
    yield rule.finding(
        "flows",
        f"the shares of {count(len(shares), 'unit')} add up to "
        f"{least if least == most else f'between {least} and {most}'}; the missing "
        f"{told.percent(part / of)} ({told.text(part)} people's worth) counts as elsewhere",
        "Nothing to do: the source leaves out small numbers. The bounds say what they could change.",
        "flow",
        severity=Severity.INFO,
        people=told.count(part),
        share=told.share(part / of),
    )
