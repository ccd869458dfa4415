"""How firm verdicts are, in words: those that could turn, and what would turn them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.measure.firmness import NEAR_PEOPLE
from footprint.model.words import count, percent
from footprint.reports.document import Block, Grid, Heading, heads, more, text
from footprint.reports.values import records

if TYPE_CHECKING:
    from footprint.results.result import Result

_MOST = 12
HEADING = "How firm is it?"


def told(result: Result) -> Iterator[Block]:
    """Return the verdicts that could turn, for a terminal; nothing where all are firm, or nobody asked."""
    if not (result.asks("bands") or result.asks("inside")):
        return
    rows = [row for row in records(result.firmness) if row["turns_if"]]
    if not rows:
        return
    yield Heading(HEADING)
    yield text(tally(result))
    for row in rows[:_MOST]:
        yield text(f"{row['name']}: {status(row)}; turns if {row['turns_if']}", depth=2)
    yield from more(len(rows) - _MOST, "see them all with --format json")


def tally(result: Result) -> str:
    """Return how many verdicts are firm and how many could turn, and what that means."""
    table = result.firmness
    firm, could = int((table["firm"] == True).sum()), int(table["turns_if"].notna().sum())  # noqa: E712
    second = "" if result.plan.other_people is None else ", by either table of people"
    return (
        f"{count(firm, 'verdict is', 'verdicts are')} firm (the limit is more than {percent(NEAR_PEOPLE)} of "
        f"the people, or a point of the index, away{second}), {could:,} could turn"
    )


def grid(result: Result) -> Grid:
    """Return the verdicts that could turn as a table; without rows where all are firm."""
    rows = [
        (row["name"], str(row["level"] or row["layer"]), status(row), row["turns_if"])
        for row in records(result.firmness)
        if row["turns_if"]
    ]
    columns = heads(("Area", 4), ("Level or layer", 2), ("Verdict", 3), ("Turns if", 7))
    return Grid(columns, rows, caption="Verdicts that could turn", sheet="Firmness")


def status(row: dict[str, object]) -> str:
    """Return a verdict in words."""
    if row["verdict"] == "band":
        return f"{str(row['status']).lower()} its band" if row["status"] != "WITHIN" else "within its band"
    return f"localisation index {row['status']}"
