"""At which level functions are led, beside what was expected in 2018: a figure, and no verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from footprint.model.words import count, percent
from footprint.reports.document import Bar, Block, Cell, Figure, Grid, Heading, Words, heads, lines, text
from footprint.reports.values import records

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


def functions_map(tables: Mapping[str, pd.DataFrame]) -> Iterator[Block]:
    """Return the functions and decisions map of a plan: what is led at which level, by whom."""
    table, leads = tables["functions"], tables["leads"]
    used = table[table["in_force"]]
    for level in dict.fromkeys(used["level"].dropna()):
        yield Heading(f"Led at {level}")
        rows = []
        for row in used[used["level"] == level].to_dict("records"):
            where = leads[(leads["function"] == row["function"]) & (leads["level"] == level)]
            lacking = int(where["body"].isna().sum())
            told = f"{row['lead']} ({where['body'].nunique():,})" if row["leads"] else "led elsewhere"
            told += f", none in {count(lacking, 'area')}" if lacking else ""
            notes = [f"delegated from {row['delegated_from']}"] if row["delegated_from"] else []
            notes += [row["conditions"]] if row["conditions"] else []
            rows.append((row["function"], told, Words("; ".join(notes), "quiet")))
        yield lines("www", rows)
    yield Heading("At which level functions are led")
    yield levels(tables["subsidiarity"])
    yield text("", depth=0)
    yield text("Who answers somewhere: footprint who CODE", depth=0)
