"""Footprints that could be, side by side; what cannot be divided, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO

from footprint.drawing.drawn import DRAWN
from footprint.drawing.folder import every_option
from footprint.drawing.ground import crossing_table
from footprint.drawing.proof import IMPOSSIBLE
from footprint.model.finding import Area
from footprint.model.known import is_known
from footprint.model.suppression import SUPPRESSED
from footprint.model.words import count, dated, shown
from footprint.reports.content import findings
from footprint.reports.document import Block, Bullets, Cell, Figure, Grid, Head, Heading, Words, more, text
from footprint.reports.values import VERSION, plan_record, records

if TYPE_CHECKING:
    import pandas as pd

    from footprint.drawing.drawn import Drawn
    from footprint.reports import Report

MOST_LINES = 20


def document(report: Report) -> Iterator[Block]:
    """Return what was drawn, in order."""
    drawn: Drawn = report.found
    plan, asked = drawn.plan, drawn.question
    yield Heading(dated(plan.title, plan.date), 1)
    yield text(_what(drawn), depth=0)
    yield text(_how_many(drawn), depth=0)
    yield from findings.assumed(plan.assumptions)
    if plan.suppress:
        yield text(f"{SUPPRESSED} (HES).", depth=0)
    if drawn.options:
        yield Heading(f"Options for {asked.level}s")
        yield _side_by_side(drawn)
        told = zip(drawn.table["option"], drawn.table["says"], strict=True)
        yield Bullets([f"{option}: {says}" for option, says in told if isinstance(says, str)], whole=True)
        yield text(
            "; ".join(words for name, words in _LEGEND if drawn.table[name].notna().any()), tone="quiet"
        )
    yield from _impossible(drawn)
    yield from _crossings(drawn)
    yield from findings.foot((), plan.inputs)


def _what(drawn: Drawn) -> str:
    """Return one sentence on what was asked."""
    blocks, within = drawn.blocks, drawn.blocks.within
    inside = f" within {count(len(blocks.parents), 'area')} of {within}" if within else ""
    return (
        f"{count(len(blocks.codes), 'block')} ({blocks.layer}){inside} with "
        f"{shown(blocks.people.sum(), 'count')} people, into {drawn.question.level}s of {drawn.band} people"
    )


def _how_many(drawn: Drawn) -> str:
    """Return one sentence on how many options there are, and how they were found."""
    written = count(len(drawn.options), "option")
    if not drawn.options:
        proved = [proof for *_, proof in drawn.impossible if proof.by != "search"]
        if proved:
            return "There is no option: none is possible."
        return "No option was found, which proves nothing."
    if drawn.complete:
        every = count(drawn.number or 0, "option")
        return f"{every} in all; shown are {len(drawn.options):,} that no other beats."
    of = f" of {drawn.number:,}" if drawn.number is not None else ""
    return (
        f"{written}{of}: the best found in {drawn.steps_done:,} steps with seed {drawn.question.seed}, "
        "not all that there are."
    )


def _side_by_side(drawn: Drawn) -> Grid:
    names: list[tuple[str, str, str]] = [
        ("areas", "areas", "count"),
        ("population_least", "least", "count"),
        ("population_most", "most", "count"),
        ("spread", "spread", "share"),
        ("border_km", "km", "count"),
        ("cut_edges", "parted", "count"),
        ("moved", "move", "count"),
        ("kept_cut", "cut", "count"),
        ("localisation_index", "inside", "share"),
        ("localisation_index_least", "worst", "share"),
    ]
    table = drawn.table
    names = [each for each in names if table[each[0]].notna().any()]
    rows: list[tuple[Cell, ...]] = []
    for row in table.to_dict("records"):
        first = Words(str(row["option"]), "strong" if row["option"] != "today" else "quiet")
        rows.append((first, *(Figure(row[name], kind) for name, _, kind in names)))
    return Grid([Head(), *(Head(heading, "right") for _, heading, _ in names)], rows, dense=True)


_LEGEND = (
    ("population_least", "least, most: people of the smallest and the largest area"),
    ("spread", "spread: standard deviation of people, over their mean"),
    ("border_km", "km: border between areas"),
    ("cut_edges", "parted: pairs of neighbouring blocks in different areas"),
    (
        "moved",
        "move: people out of the area that goes on from today's, but for areas that join another",
    ),
    ("kept_cut", "cut: lower areas that are not whole"),
    (
        "localisation_index",
        "inside: share of residents' activity in their own area; worst: of the worst area",
    ),
)


def _impossible(drawn: Drawn) -> Iterator[Block]:
    rows = drawn.impossible
    if not rows:
        return
    proved = sum(proof.by != "search" for *_, proof in rows)
    yield Heading(f"Cannot be divided: {proved:,} proved, {len(rows) - proved:,} not found")
    for code, name, _, proof in rows[:MOST_LINES]:
        where = f"{name} ({code}): " if code else ""
        change = f". Smallest change: {proof.change}" if proof.change else ""
        yield text(f"{where}{proof.why}{change}")
    yield from more(len(rows) - MOST_LINES, "see them all with --format csv --table impossible")


def _crossings(drawn: Drawn) -> Iterator[Block]:
    rows = crossing_table(drawn.blocks, drawn.terrain.crossings).to_dict("records")
    if not rows:
        return
    yield Heading("Crossings that join ground without a common border")
    for row in rows[:MOST_LINES]:
        far = f", {shown(row['distance_m'], 'metres')} m" if is_known(row["distance_m"]) else ""
        yield text(
            f"{Area(row['code_a'], row['name_a'])} – {Area(row['code_b'], row['name_b'])}: {row['kind']}{far}"
        )
    yield from more(len(rows) - MOST_LINES, "see them all with --format csv --table crossings")


# ── as values ───────────────────────────────────────────────────────────────────────────────────


def frames(drawn: Drawn) -> dict[str, pd.DataFrame]:
    """Return the tables by their names."""
    told = [
        (code, name, people, proof.by != "search", proof.by, proof.why, proof.change)
        for code, name, people, proof in drawn.impossible
    ]
    return {
        "options": drawn.table,
        "areas": drawn.areas,
        "impossible": IMPOSSIBLE.frame(told),
        "crossings": crossing_table(drawn.blocks, drawn.terrain.crossings),
    }


def record(report: Report) -> dict[str, Any]:
    """Return all of it as plain Python values (see `footprint schema draw`)."""
    drawn: Drawn = report.found
    return {
        "version": VERSION,
        "plan": plan_record(drawn.plan),
        "suppression": drawn.plan.suppress,
        "level": str(drawn.question.level),
        "of": drawn.blocks.layer,
        "within": drawn.blocks.within,
        "band": {"low": drawn.band.low, "high": drawn.band.high},
        "seed": drawn.question.seed,
        "steps": drawn.steps,
        "steps_done": drawn.steps_done,
        "cut_short": drawn.cut_short,
        "complete": drawn.complete,
        "number": drawn.number,
        "notes": list(drawn.notes),
        "tables": {name: records(frame) for name, frame in frames(drawn).items()},
    }


def write_csv(report: Report, stream: TextIO) -> None:
    """Write one of the tables; of the options all that there are, if they were listed."""
    drawn: Drawn = report.found
    name = report.table or "options"
    DRAWN[name].write_csv(every_option(drawn) if name == "options" else frames(drawn)[name], stream)
