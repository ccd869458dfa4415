"""What matters of a check, in a few sentences and three figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footprint.model.words import count
from footprint.reports.content.flows import reached
from footprint.reports.content.message_parts import Told, as_well, divided, names, outside, split, whole
from footprint.reports.values import records

if TYPE_CHECKING:
    from footprint.results.result import Result


def sentences(result: Result) -> list[str]:
    """Return what matters of a check, most first."""
    told = [*_splits(result), *_sizes(result), *_care(result)]
    # of a check that could not be carried out nobody knows that there is nothing
    return told or ([] if result.incomplete else [_nothing(result)])


def _splits(result: Result) -> Iterator[str]:
    every = divided(result.findings)
    if every:
        yield from split(every[0])
    yield from as_well(every[1:])


def _sizes(result: Result) -> Iterator[str]:
    """Say of each level which areas are outside their band, the furthest first."""
    plan, table = result.plan, result.population
    for level, key in plan.levels.items():
        rows = table[(table["layer"] == key) & (table["level"] == str(level))]
        outside = rows[rows["status"].isin(["BELOW", "ABOVE"])]
        if outside.empty or plan.bands.get(level) is None:
            continue
        named = names(outside.sort_values(["population", "code"], key=_far(rows))["name"])
        verb = "lies" if len(outside) == 1 else "lie"
        yield f"{len(outside):,} of {count(len(rows), str(level))} {verb} outside the band: {named}."


def _far(rows: pd.DataFrame) -> Callable[[pd.Series], pd.Series]:
    """Return a key that sorts areas by how far they are outside their band."""
    low, high = (float(rows[f"band_{end}"].dropna().max()) for end in ("low", "high"))

    def far(column: pd.Series) -> pd.Series:
        if column.name != "population":
            return column
        people = pd.to_numeric(column, errors="coerce").to_numpy(float)
        with np.errstate(divide="ignore"):
            return pd.Series(-np.fmax(low / people, people / high), index=column.index)

    return far


def _care(result: Result) -> Iterator[str]:
    plan = result.plan
    if not plan.localisation_index:
        return
    for level, key in plan.levels.items():
        least = plan.localisation_index.get(level)
        if least is None:
            continue
        rows = [row for row in records(result.flows) if row["layer"] == key]
        below = [row for row in rows if reached(row, least) == "below"]
        known = [row for row in below if isinstance(row["localisation_index"], (int, float))]
        if known:
            lowest = min(known, key=lambda row: (row["localisation_index"], row["code"]))
            others = f"; {len(below) - 1:,} more fall short of it" if len(below) > 2 else ""
            others = "; 1 more falls short of it" if len(below) == 2 else others
            yield (
                f"Care inside {lowest['name']} is {whole(lowest['localisation_index'], least)}, where "
                f"{least:.0%} is asked for{others}."
            )


def _nothing(result: Result) -> str:
    left = result.summary["error"] + result.summary["warning"]
    if not left:
        return "No rule that was run has found anything to be settled."
    return f"{count(left, 'finding is', 'findings are')} to be settled."


def figures(result: Result) -> Iterator[Told]:
    """Return the three figures of a check."""
    tally = result.summary
    yield Told("Must or should be settled", f"{tally['error'] + tally['warning']:,}")
    if result.overlaps and not result.incomplete:
        yield Told("Areas split", f"{len(divided(result.findings)):,}")
    out, of = outside(result)
    if of:
        yield Told("Outside their band", f"{out:,} of {of:,}")
