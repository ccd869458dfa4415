"""What stands at the foot of a map: its day, where its people are from, what is assumed, attribution."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from footprint.model.words import clean, day, listing
from footprint.reports.content.change import proposals

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.results.comparison import Comparison


def sources(
    plan: Plan, population: str | None, assumed: Sequence[str], change: Comparison | None = None
) -> Iterator[str]:
    """Return date, source of people, what is assumed, and attribution of a map, a sentence each."""
    days = listing([day(step.effective_date) for step in proposals(change)] if change else [])
    if days:
        yield f"Change of {days}" + (f", on boundaries of {day(plan.date)}." if plan.date else ".")
    elif plan.date is not None:
        yield f"As of {day(plan.date)}."
    if population:
        yield clean(f"Population: {population}.")
    yield from (clean(f"Assumed: {stated.removesuffix('.')}.") for stated in assumed)
    yield from (clean(stated) for stated in plan.attribution)
