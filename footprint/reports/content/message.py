"""The message: what matters of a check or a change in a few sentences, and three figures.

It is what a board reads in ten seconds. Every report says it first, and says it alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from footprint.model.words import area_text, count, percent
from footprint.reports.content.flows import reached
from footprint.reports.document import Grid, heads
from footprint.reports.values import records
from footprint.results.changes import where
from footprint.results.nearby import elsewhere

if TYPE_CHECKING:
    from footprint.model.finding import Finding
    from footprint.plan.model import Plan
    from footprint.reports.document import Cell
    from footprint.results.comparison import Comparison
    from footprint.results.result import Result

# So many areas are named; of more, the first, and how many there are.
NAMED = 3
# A share that moves by less is the same to a reader.
_STIR = 0.005


@dataclass(frozen=True)
class Told:
    """A figure of the message, in words."""

    label: str
    after: str
    before: str | None = None
    """None where nothing is compared."""


@dataclass(frozen=True)
class Message:
    """What matters, most first, and the figures that say it."""

    sentences: tuple[str, ...]
    figures: tuple[Told, ...]

    def grid(self) -> Grid:
        """Return the figures as a table."""
        compared = any(told.before is not None for told in self.figures)
        names = ("Before", "After") if compared else ("Now",)
        rows: list[tuple[Cell, ...]] = [
            (told.label, *((told.before or "–",) if compared else ()), told.after) for told in self.figures
        ]
        columns = heads(("Of", 3), *((name, 1.0) for name in names), right=names)
        return Grid(columns, rows, caption="In figures")


def message_of(result: Result, change: Comparison | None = None) -> Message:
    """Return the message of a check; of a change, with the check after it, that of the change."""
    if change is None:
        told = [*_splits(result), *_sizes(result), *_care(result)] or [_nothing(result)]
        return Message((*_refused(result), *told), tuple(_figures(result)))
    told = [*_becomes(change), *_moves(change), *_bands(change), *_care_moves(change)] or [_still(change)]
    refused = list(_refused(result)) or list(_refused(change.before))
    return Message((*refused, *told, *_elsewhere(change)), tuple(_both(change)))


def _refused(result: Result) -> Iterator[str]:
    if result.incomplete:
        yield "Incomplete: input was refused as it cannot be compared, so verdicts are missing."


def names(every: Iterable[str]) -> str:
    """Return names as a sentence has them: "A", "A and B", "A, B, C and 4 more"."""
    known = list(dict.fromkeys(every))
    if len(known) > NAMED:
        return f"{', '.join(known[:NAMED])} and {len(known) - NAMED:,} more"
    # a name may have an "and" of its own
    last = ", and " if any(" and " in name for name in known) else " and "
    return last.join(filter(None, [", ".join(known[:-1]), *known[-1:]]))


def one_of(plan: Plan, key: str) -> str:
    """Return what an area of a layer is called."""
    level = plan.level_of(key)
    return str(level) if level is not None else plan.layers[key].geography.name


# ── a check ─────────────────────────────────────────────────────────────────────────────────────


def _divided(findings: Iterable[Finding]) -> list[Finding]:
    """Return splits that nobody has accepted, one an area, most people outside the largest piece first."""
    found: dict[tuple[str, str], Finding] = {}
    for f in findings:
        if f.divided and f.area is not None and f.accepted is None:
            found.setdefault((f.layer, f.area.code), f)
    return sorted(found.values(), key=lambda f: (f.severity.rank, -f.people, f.area.name if f.area else ""))


def _split(f: Finding) -> Iterator[str]:
    """Say that an area is split, and how many people live outside its largest part."""
    name = f.area.name if f.area else f.layer
    yield f"{name} is split between {names(piece.area.name for piece in f.pieces)}."
    sizes = [piece.people for piece in f.pieces]
    known = [float(size) for size in sizes if isinstance(size, (int, float))]
    if len(known) == len(sizes):
        people = count(round(sum(known) - max(known)), "person lives", "people live")
        yield f"{people} outside its largest part."


def _splits(result: Result) -> Iterator[str]:
    every = _divided(result.findings)
    if every:
        yield from _split(every[0])
    yield from _as_well(every[1:])


def _as_well(others: list[Finding]) -> Iterator[str]:
    if others:
        named = names(f.area.name for f in others if f.area)
        yield f"{named} {'is' if len(others) == 1 else 'are'} split as well."


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


def _figures(result: Result) -> Iterator[Told]:
    tally = result.summary
    yield Told("Must or should be settled", f"{tally['error'] + tally['warning']:,}")
    if result.overlaps:
        yield Told("Areas split", f"{len(_divided(result.findings)):,}")
    out, of = _outside(result)
    if of:
        yield Told("Outside their band", f"{out:,} of {of:,}")


def _outside(result: Result) -> tuple[int, int]:
    """Return how many areas are outside their band, and of how many that is known."""
    judged = result.population["status"].dropna()
    return int(judged.isin(["BELOW", "ABOVE"]).sum()), len(judged)


def whole(share: float, limit: float | None = None) -> str:
    """Return a share in whole per cent, or finer where that would hide on which side of a limit it is."""
    rounded = round(share, 2)
    hides = limit is not None and (rounded < limit) != (share < limit)
    return percent(share) if hides or rounded in (0, 1) else f"{rounded:.0%}"


# ── a change ────────────────────────────────────────────────────────────────────────────────────


def _becomes(change: Comparison) -> Iterator[str]:
    """Say which areas become whole, and which are split."""
    still = {(f.layer, f.area.code) for f in change.after.findings if f.divided and f.area}
    gone = [f for f in _divided(change.resolved) if f.area and f.area.code in _codes(change, f.layer)]
    made_whole = [f.area.name for f in gone if f.area and (f.layer, f.area.code) not in still]
    less = [f.area.name for f in gone if f.area and (f.layer, f.area.code) in still]
    if made_whole:
        yield f"{names(made_whole)} {'becomes' if len(made_whole) == 1 else 'become'} whole."
    if less:
        yield f"{names(less)} {'is' if len(less) == 1 else 'are'} split less, and still not whole."
    if handed := _divided(f for f in change.remaining if f.inherited):
        people = "the same people, another name"
        yield f"{names(f.area.name for f in handed if f.area)}: the split is inherited ({people})."
    if broken := _divided(change.new):
        yield from _split(broken[0])
        yield from _as_well(broken[1:])


def _still(change: Comparison) -> str:
    """Return what there is to say where nobody comes under another body and no verdict of weight changes."""
    new, gone = len(change.new), len(change.resolved)
    if not new and not gone:
        return "Nobody comes under another body, and no finding comes or goes."
    return f"Nobody comes under another body; {count(new, 'finding')} new, {gone:,} resolved."


def _codes(change: Comparison, key: str) -> set[str]:
    """Return the codes before of the areas of a layer that are there after the change."""
    layer = change.after.plan.layers.get(key)
    now = set() if layer is None else set(map(str, layer.codes))
    return now | {old for old, new in change.successors.get(key, {}).items() if new in now}


def _moves(change: Comparison) -> Iterator[str]:
    """Say of each layer who comes under another area, where they live, and who comes along."""
    plan = change.after.plan
    along = "along with an area that joins another"
    for frame, what in ((change.moves, "under another"), (change.joins, along)):
        for key, rows in frame.groupby("layer", sort=False):
            noun = one_of(plan, str(key))
            people = rows["population"].sum(skipna=False)
            place = _where(change, str(key)) if frame is change.moves else ""
            if people > 0:
                told = count(round(float(people)), "person", "people")
                yield f"{told}{place} {'comes' if round(float(people)) == 1 else 'come'} {what} {noun}."
            elif rows["area_m2"].notna().all():
                counted = "nobody lives there" if people == 0 else "nobody has counted its people"
                yield f"{area_text(rows['area_m2'].sum())}{place} come {what} {noun}; {counted}."


def _where(change: Comparison, key: str) -> str:
    units = change.moved_units(key)
    return f" in {where(change.before.plan, units)}" if len(units) else ""


def _bands(change: Comparison) -> Iterator[str]:
    """Say which areas leave their band, and which come within it."""
    areas = change.areas
    outside = areas["status_after"].isin(["BELOW", "ABOVE"])
    left = areas[outside & ~areas["status_before"].isin(["BELOW", "ABOVE"])]
    came = areas[(areas["status_after"] == "WITHIN") & areas["status_before"].isin(["BELOW", "ABOVE"])]
    if len(left):
        yield f"{names(left['name'])} {'is' if len(left) == 1 else 'are'} then outside the band of people."
    if len(came):
        yield f"{names(came['name'])} {'comes' if len(came) == 1 else 'come'} within the band of people."


def _most_care(change: Comparison) -> dict[str, Any] | None:
    """Return the area of which the care inside changes most, a fall before a rise; None where none does."""
    sides = ("localisation_index_before", "localisation_index_after")
    rows = [
        row
        for row in records(change.areas)
        if row["change"] != "untouched" and all(isinstance(row[side], (int, float)) for side in sides)
    ]
    stirred = [row for row in rows if abs(row[sides[1]] - row[sides[0]]) >= _STIR]
    judged = {key for level, key in change.after.plan.levels.items() if level in _asked(change.after.plan)}
    stirred = [row for row in stirred if row["layer"] in judged] or stirred
    return min(stirred, key=lambda row: (row[sides[1]] - row[sides[0]], row["code"]), default=None)


def _asked(plan: Plan) -> dict[Any, float]:
    return dict(plan.localisation_index or {})


def _care_moves(change: Comparison) -> Iterator[str]:
    if row := _most_care(change):
        was, now = _shares(change, row)
        verb = "falls" if row["localisation_index_after"] < row["localisation_index_before"] else "rises"
        yield f"Care inside {row['name']} {verb} from {was} to {now}."


def _shares(change: Comparison, row: dict[str, Any]) -> tuple[str, str]:
    plan = change.after.plan
    level = plan.level_of(row["layer"])
    limit = None if level is None else _asked(plan).get(level)
    was, now = row["localisation_index_before"], row["localisation_index_after"]
    told = whole(was, limit), whole(now, limit)
    return told if told[0] != told[1] else (percent(was), percent(now))


def _elsewhere(change: Comparison) -> Iterator[str]:
    if left := len(elsewhere(change)):
        yield f"{count(left, 'finding')} elsewhere {'is as it was' if left == 1 else 'are as they were'}."


def _both(change: Comparison) -> Iterator[Told]:
    before, after = change.before, change.after
    tallies = [run.summary["error"] + run.summary["warning"] for run in (before, after)]
    yield Told("Must or should be settled", f"{tallies[1]:,}", f"{tallies[0]:,}")
    if before.overlaps and after.overlaps:
        split = [f"{len(_divided(run.findings)):,}" for run in (before, after)]
        yield Told("Areas split", split[1], split[0])
    if row := _most_care(change):
        was, now = _shares(change, row)
        yield Told(f"Care inside {row['name']}", now, was)
    elif _outside(after)[1] and _outside(before)[1]:
        told = ["{:,} of {:,}".format(*_outside(run)) for run in (before, after)]
        yield Told("Outside their band", told[1], told[0])
