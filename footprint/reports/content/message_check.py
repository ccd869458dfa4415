"""What matters of a check, in a few sentences and three figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from footprint.model.words import agree, count
from footprint.reports.content.flows import reached
from footprint.reports.content.message_parts import Told, as_well, divided, names, outside, split, whole
from footprint.reports.values import apart, records

if TYPE_CHECKING:
    from footprint.results.result import Result


def sentences(result: Result) -> list[str]:
    """Return what matters of a check, most first."""
    told = [*_splits(result), *_sizes(result), *_care(result)]
    # of a check that could not be carried out nobody knows that there is nothing
    return told or ([] if result.incomplete else [_nothing(result)])


def first_named(result: Result) -> tuple[str, str] | None:
    """Return (layer, code) of the area that the first sentence names; None where it names none."""
    every = divided(result.findings)
    if every and every[0].area is not None:
        return every[0].layer, every[0].area.code
    for _, _, far in _outside(result):
        return str(far["layer"].iloc[0]), str(far["code"].iloc[0])
    for _, below in _below(result):
        return str(below[0]["layer"]), str(below[0]["code"])
    return None


def _splits(result: Result) -> Iterator[str]:
    every = divided(result.findings)
    if every:
        yield from split(every[0])
    yield from as_well(every[1:])


def _sizes(result: Result) -> Iterator[str]:
    """Say of each level which areas are outside their band, the furthest first."""
    for level, rows, far in _outside(result):
        verb = agree(len(far), "lies", "lie")
        named = names(apart(records(far)))
        yield f"{len(far):,} of {count(len(rows), level)} {verb} outside the band: {named}."


def _outside(result: Result) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Return of each level with areas outside their band its name, all areas, and these, furthest first."""
    plan, table = result.plan, result.population
    if not result.asks("bands"):  # of what nobody asked for a message says nothing
        return
    for level, key in plan.levels.items():
        rows = table[(table["layer"] == key) & (table["level"] == str(level))]
        far = rows[rows["status"].isin(["BELOW", "ABOVE"])]
        if far.empty or plan.bands.get(level) is None:
            continue
        yield str(level), rows, far.sort_values(["population", "code"], key=_far(rows))


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
    for least, below in _below(result):
        lowest = below[0]
        more = len(below) - 1
        others = f"; {more:,} more {agree(more, 'falls', 'fall')} short of it" if more else ""
        yield (
            f"Care inside {lowest['name']} is {whole(lowest['localisation_index'], least)}, where "
            f"{least:.0%} is asked for{others}."
        )


def _below(result: Result) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """Return of each level what is asked for and the areas that fall short of it, the lowest first."""
    plan = result.plan
    if not plan.localisation_index or not result.asks("inside"):
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
            yield least, [lowest, *(row for row in below if row is not lowest)]


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
