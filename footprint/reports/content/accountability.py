"""At which level functions are led, beside what was expected in 2018: a figure, and no verdict."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.model.words import count, percent
from footprint.reports.document import Bar, Block, Cell, Figure, Grid, Heading, Words, heads, lines, text
from footprint.reports.records import records

if TYPE_CHECKING:
    import pandas as pd

    from footprint.plan.model import Plan

_NONE = "no single level"
_WHAT = {"spend": "of spend", "activity": "of activity"}


def led_at(plan: Plan, subsidiarity: pd.DataFrame) -> Iterator[Block]:
    """Return at which level functions are led, and how many bodies there are."""
    given = plan.accountability
    if given is None or subsidiarity.empty:
        return
    yield Heading("Who is accountable: at which level functions are led")
    yield levels(subsidiarity)
    kinds = len({body.kind.casefold() for body in given.bodies})
    yield text(
        f"{count(len(given.bodies), 'body', 'bodies')} of {count(kinds, 'kind')}; who answers where: "
        "footprint who CODE"
    )


def levels(subsidiarity: pd.DataFrame) -> Grid:
    """Return the levels at which functions are led, a line each."""
    rows: list[tuple[Cell, ...]] = []
    for row in records(subsidiarity):
        amount = (
            count(row["functions"], "function") if row["measure"] == "functions" else _WHAT[row["measure"]]
        )
        expected = "" if row["expected"] is None else f"expected in 2018: {percent(row['expected'])}"
        rows.append(
            (
                f"{row['level'] or _NONE}: {amount}", Figure(row["share"], "share"), Bar(row["share"]),
                Words(expected, "quiet"),
            )
        )  # fmt: skip
    return lines("lrlw", rows)


def levels_table(subsidiarity: pd.DataFrame, caption: str = "") -> Grid:
    """Return the levels at which functions are led as a table; without rows where there is no such map."""
    rows = [
        (
            row["measure"], row["level"] or _NONE, Figure(row["functions"]), Figure(row["share"], "share"),
            Figure(row["expected"], "share"),
        )
        for row in records(subsidiarity)
    ]  # fmt: skip
    columns = heads(
        ("Measure", 3), ("Led at", 4), ("Functions", 2), ("Share", 2), ("Expected in 2018", 3),
        right=("Functions", "Share", "Expected in 2018"),
    )  # fmt: skip
    return Grid(columns, rows, caption=caption, sheet="Who leads what")
