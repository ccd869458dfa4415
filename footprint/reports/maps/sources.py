"""What stands at the foot of a map: its day, where its people are from, and attribution."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.model.words import clean, day, listing
from footprint.reports.content.change import proposals

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.results.comparison import Comparison


def sources(plan: Plan, change: Comparison | None = None) -> Iterator[str]:
    """Return date, source of people, what is assumed of them, and attribution of a map, a sentence each.

    A map shows areas and people; what is assumed of journeys or functions would only push out the rest.
    """
    days = listing([day(step.effective_date) for step in proposals(change)] if change else [])
    if days:
        yield f"Change of {days}" + (f", on boundaries of {day(plan.date)}." if plan.date else ".")
    elif plan.date is not None:
        yield f"As of {day(plan.date)}."
    people = plan.people
    if people is not None and people.stated_source:
        yield clean(f"Population: {people.stated_source}.")
    if people is not None and people.assumption:
        yield clean(f"Assumed: {people.assumption.removesuffix('.')}.")
    yield from (clean(stated) for stated in plan.attribution)
