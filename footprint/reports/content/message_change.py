"""What matters of a change, in a few sentences and three figures, before and after."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from footprint.model.known import is_known
from footprint.model.words import agree, count, listing, percent, with_article
from footprint.plan.naming import one
from footprint.reports.content.message_parts import (
    Told,
    as_well,
    divided,
    names,
    outside,
    split,
    uncounted,
    whole,
)
from footprint.reports.values import apart, ends, records
from footprint.results.changes import where
from footprint.results.nearby import elsewhere
from footprint.results.scorecard import weighs
from footprint.results.untold import layers_alone, units_alone, without_row

if TYPE_CHECKING:
    import pandas as pd

    from footprint.plan.model import Plan
    from footprint.results.comparison import Comparison

# A share that moves by less is the same to a reader.
_STIR = 0.005


def sentences(change: Comparison) -> list[str]:
    """Return what matters of a change, most first; what is elsewhere comes last."""
    told = [*_becomes(change), *_moves(change), *_in_doubt(change), *_bands(change), *_care_moves(change)]
    return [*(told or [_still(change)]), *_not_compared(change), *_elsewhere(change)]


def _becomes(change: Comparison) -> Iterator[str]:
    """Say which areas become whole, and which are split."""
    still = {f.area for f in change.after.findings if f.divided}
    gone = [f for f in divided(change.resolved) if f.area and f.area.code in _codes(change, f.layer)]
    made_whole = [f.area.name for f in gone if f.area and f.area not in still]
    less = [f.area.name for f in gone if f.area and f.area in still]
    if made_whole:
        yield f"{names(made_whole)} {agree(len(made_whole), 'becomes', 'become')} whole."
    if less:
        yield f"{names(less)} {agree(len(less), 'is', 'are')} split less, and still not whole."
    if handed := divided(f for f in change.remaining if f.inherited):
        people = "the same people, another name"
        yield f"{names(f.area.name for f in handed if f.area)}: the split is inherited ({people})."
    if broken := divided(change.new):
        yield from split(broken[0])
        yield from as_well(broken[1:])


def summary(found: Comparison) -> str:
    """Return the one sentence that a chair can read out."""
    groups = (found.resolved, found.new, found.remaining)
    resolved, new, remaining = (sum(map(weighs, group)) for group in groups)
    people = found.people_who_move
    moves = "nobody moves" if is_known(people) else "nobody can tell who moves"
    if people > 0:
        moves = f"{count(round(people), 'person moves', 'people move')}"
    elif len(found.moves):
        units = [unit for key in found.layers for unit in found.moved_units(key)]
        empty = people == 0 and not without_row(found, units)
        counted = "where nobody lives" if empty else "with people that nobody has counted"
        moves = f"{uncounted(found.moves)} move, {counted}"
    doubtful = found.moves[~found.moves["certain"].astype(bool)]
    if len(doubtful):
        all_of_it = "any of it" if len(doubtful) == len(found.moves) else f"{size_of(doubtful)} of it"
        moves += f", though nobody can tell of {all_of_it}"
    if (joining := found.people_who_join) > 0:
        moves += f"; {count(round(joining), 'person comes', 'people come')} with an area that joins another"
    elif len(found.joins):
        moves += f"; {uncounted(found.joins)} come with an area that joins another"
    if alone := sum(len(units) for units, _ in units_alone(found)):
        moves += f"; of {count(alone, 'unit')} that only one of the plans has nobody can tell"
    return f"resolves {resolved:,}, breaks {new:,}, leaves {remaining:,}; {moves}"


def _still(change: Comparison) -> str:
    """Return what there is to say where nobody comes under another body and no verdict of weight changes."""
    new, gone = len(change.new), len(change.resolved)
    if not is_known(change.people_who_move):
        return "Nobody can tell who comes under another body: the plans have no layer and no units in common."
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
    noun_of = partial(one, change.after.plan)
    for key, rows in change.moves.groupby("layer", sort=False):
        gone, came = rows["to_code"].eq(""), rows["from_code"].eq("")
        noun = noun_of(str(key))
        for part, what, held in (
            (rows[~gone & ~came], f"under another {noun}", (True, True)),
            (rows[gone], f"under no {noun}", (True, False)),
            (rows[came], f"under {with_article(noun)}, and were under none", (False, True)),
        ):
            if len(part):
                units = change.moved_units(str(key), held)
                place = f" in {where(change.before.plan, units)}" if len(units) else ""
                yield _come(part, place, what, known=not without_row(change, units))
    for key, rows in change.joins.groupby("layer", sort=False):
        yield _come(rows, "", f"along with an area that joins another {noun_of(str(key))}")


def _come(rows: pd.DataFrame, place: str, what: str, known: bool = True) -> str:
    people = rows["population"].sum(skipna=False)
    if people > 0:
        told = count(round(float(people)), "person", "people")
        return f"{told}{place} {agree(round(float(people)), 'comes', 'come')} {what}."
    counted = "nobody lives there" if people == 0 and known else "nobody has counted its people"
    return f"{uncounted(rows)}{place} come {what}; {counted}."


def size_of(moves: pd.DataFrame) -> str:
    """Return how many people rows of MOVES are, or how much ground where nobody has counted them."""
    people = float(moves["population"].sum(skipna=False))
    return count(round(people), "person", "people") if people > 0 else uncounted(moves)


def _in_doubt(change: Comparison) -> Iterator[str]:
    """Name the pieces that may only have been drawn anew."""
    moves = change.moves[~change.moves["certain"].astype(bool)]
    if len(moves):
        pairs = [" → ".join(pair) for pair in ends(records(moves))]
        yield (
            f"Of {size_of(moves)} nobody can tell whether that is so, as outlines that are drawn anew may "
            f"differ by as much: {listing(pairs)}."
        )


def _bands(change: Comparison) -> Iterator[str]:
    """Say which areas leave their band, and which come within it."""
    areas = change.areas
    outside = areas["status_after"].isin(["BELOW", "ABOVE"])
    left = areas[outside & ~areas["status_before"].isin(["BELOW", "ABOVE"])]
    came = areas[(areas["status_after"] == "WITHIN") & areas["status_before"].isin(["BELOW", "ABOVE"])]
    if len(left):
        told = names(apart(records(left)))
        yield f"{told} {agree(len(left), 'is', 'are')} then outside the band of people."
    if len(came):
        yield f"{names(apart(records(came)))} {agree(len(came), 'comes', 'come')} within the band of people."


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


def _not_compared(change: Comparison) -> Iterator[str]:
    """Name the units that only one of the plans has, as those of another census."""
    told = []
    for side, (units, people) in zip(("before", "after"), units_alone(change), strict=True):
        if len(units):
            living = "" if not is_known(people) else f" ({count(round(people), 'person', 'people')})"
            told.append(f"{count(len(units), 'unit')} {side}{living}, {names(map(str, units))}")
    if told:
        yield f"Of units that only one of the plans has nobody can tell whether they move: {'; '.join(told)}."
    if layers := layers_alone(change):
        yield f"Layers that only one of the plans has are not compared: {listing(layers)}."


def _elsewhere(change: Comparison) -> Iterator[str]:
    if left := len(elsewhere(change)):
        yield f"{count(left, 'finding')} elsewhere {agree(left, 'is as it was', 'are as they were')}."


def figures(change: Comparison) -> Iterator[Told]:
    """Return the three figures of a change, before and after."""
    before, after = change.before, change.after
    tallies = [run.summary["error"] + run.summary["warning"] for run in (before, after)]
    yield Told("Must or should be settled", f"{tallies[1]:,}", f"{tallies[0]:,}")
    if before.overlaps and after.overlaps and not (before.incomplete or after.incomplete):
        split = [f"{len(divided(run.findings)):,}" for run in (before, after)]
        yield Told("Areas split", split[1], split[0])
    if row := _most_care(change):
        was, now = _shares(change, row)
        yield Told(f"Care inside {row['name']}", now, was)
    elif outside(after)[1] and outside(before)[1]:
        told = ["{:,} of {:,}".format(*outside(run)) for run in (before, after)]
        yield Told("Outside their band", told[1], told[0])
