"""A table at the areas of another date: what was followed, and what could not be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO

from footprint.model.history import name_on
from footprint.model.words import count, day, listing
from footprint.reports.document import Block, Heading, lines, more, text
from footprint.reports.values import VERSION, records, write_rows

if TYPE_CHECKING:
    from footprint.reports import Report

MOST = 40


def document(report: Report) -> Iterator[Block]:
    """Return which rows stand for other areas than before, and which were left out and why."""
    found = report.found
    joined = {new: old for new, old in found.made_of.items() if [new] != old}
    yield Heading(f"{count(len(found.frame), 'row')} at the areas of {day(found.date)}", 1)
    same = len(found.made_of) - len(joined)
    yield text(f"{same:,} as they were, {len(joined):,} made of areas of another date", depth=0)
    rows = [(new, name_on(new, found.date), f"from {listing(old, 10)}") for new, old in joined.items()]
    yield lines("lww", rows[:MOST])
    yield from more(len(rows) - MOST, "see them all with --format json")
    if found.refused:
        yield Heading(f"{count(len(found.refused), 'row')} left out, which cannot be followed")
        yield lines("lw", list(found.refused.items())[:MOST])
        yield from more(len(found.refused) - MOST, "see them all with --format json")
    yield text("", depth=0)
    yield text("The table itself: --format csv", depth=0)


def record(report: Report) -> dict[str, Any]:
    """Return the table, what each row is made of, and what was left out, as plain Python values."""
    found = report.found
    return {
        "version": VERSION,
        "date": str(found.date),
        "rows": records(found.frame),
        "made_of": [{"code": new, "from": old} for new, old in found.made_of.items()],
        "refused": [{"code": code, "reason": reason} for code, reason in found.refused.items()],
    }


def write_csv(report: Report, stream: TextIO) -> None:
    """Write the table alone."""
    frame = report.found.frame
    write_rows(frame.columns, frame.itertuples(index=False), stream)
