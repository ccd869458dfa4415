"""Options side by side in words: what each wins and costs, the scorecard, and what each changes by name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from footprint.model.finding import counts
from footprint.model.suppression import SUPPRESSED
from footprint.model.words import count, day, listing, number
from footprint.reports.content import findings, message_change, scorecard
from footprint.reports.document import (
    Bullets,
    Figure,
    Grid,
    Head,
    Heading,
    Picture,
    Words,
    more,
    text,
)
from footprint.reports.values import VERSION, ends, plan_record, records, skips
from footprint.results.option_tables import SIDE_BY_SIDE
from footprint.results.scorecard import weighs

if TYPE_CHECKING:
    from footprint.model.finding import Finding
    from footprint.reports import Report
    from footprint.reports.document import Block
    from footprint.results.options import Row, Side, SideBySide

# So many rows a sentence names.
_SAID = 3
_SAME = "the same in these digits"
# A terminal has room for so many options beside today's map.
_ACROSS = 3
_MOST = 8
# So high are maps at most, so that a board has them on one page with what is said of the options.
_MAPS_MM = 115.0
_NEARLY = 3
"""A map that is ahead in so many rows and behind in one is said to beat the other on every row but that."""


def document(report: Report) -> Iterator[Block]:
    """Return options side by side, in order."""
    yield from blocks(report.found, across=_ACROSS)


def blocks(found: SideBySide, maps: bool = False, across: int | None = None) -> Iterator[Block]:
    """Return options side by side, in order.

    Parameters
    ----------
    found : the options
    maps : with a picture of their maps
    across : how many options stand beside today's map in one table; all if not given

    """
    plan = found.base.result.plan  # type: ignore[union-attr]
    yield Heading(title(found), 1)
    yield text(subtitle(found), depth=0)
    yield from findings.assumed(plan.assumptions)
    if plan.suppress:
        yield text(f"{SUPPRESSED}; shares are those of the counts as shown.")
    if any(s.label != s.title or s.fault for s in found.options):
        called = [Head("Option"), Head("What it is", wraps=True, weight=5)]
        yield Grid(called, [(Words(s.label), _called(s)) for s in found.sides], 0, "Options", whole=True)
    yield Heading("What each option wins and costs")
    yield from (text(sentence(found, side)) for side in found.options)
    yield from (text(told) for told in beaten(found))
    if found.weights:
        yield from _weighted(found)
    if maps:
        yield Heading("Maps")
        yield Picture(partial(_maps, found), "Maps", "Today's map and the options, at one scale")
    yield from scorecard.differing(found, across)
    yield from scorecard.by_name(found)
    yield from scorecard.firmness(found)
    for side in found.options:
        yield from _option(side)
    result = found.base.result
    assert result is not None
    yield from findings.foot(result.skipped, plan.inputs)


def title(found: SideBySide) -> str:
    """Return what a comparison of options is called."""
    return f"Options side by side: {found.base.title}"


def subtitle(found: SideBySide) -> str:
    """Return how many options there are, and what ground they are about."""
    plan = found.base.result.plan  # type: ignore[union-attr]
    on = f"; {day(plan.date)}" if plan.date else ""
    about = "on the whole map"
    if units := len(found.ground):
        people = plan.unit_people()
        living = "" if people is None else f", {number(float(people.reindex(found.ground).sum()))} people"
        about = f"on the areas that any of them touches ({count(units, 'unit')}{living})"
    return f"{count(len(found.options), 'option')} and today's map, {about}{on}"


def _called(side: Side) -> str:
    named = side.title if side.title != side.label else ""
    fault = f"cannot be applied: {side.fault}" if side.fault else ""
    return "; ".join(part for part in (named, fault) if part) or str(side.path)


# ── sentences ───────────────────────────────────────────────────────────────────────────────────


def sentence(found: SideBySide, side: Side) -> str:
    """Return what an option wins and what it costs, beside today's map."""
    if side.result is None:
        return f"{side.label} cannot be applied: {side.fault}"
    judged = [row for row in found.rows if row.first.better]
    wins, costs, unknown = (
        [row for row in judged if row.ahead(side.label, found.base.label) == which] for which in (1, -1, None)
    )
    if not wins and not costs and not unknown:
        return f"{side.label} is like today's map in every row that is good or bad."
    told = [
        f"{verb} {_rows(found, side, rows, mark)}" if rows else f"{verb} nothing"
        for verb, rows, mark in (("wins:", wins, "best"), ("It costs:", costs, "worst"))
    ]
    doubt = f" Of {count(len(unknown), 'row')} nobody can tell." if unknown else ""
    return f"{side.label} {'. '.join(told)}.{doubt}"


def _rows(found: SideBySide, side: Side, rows: list[Row], mark: str) -> str:
    """Return rows in words, those first in which an option has the mark; of many, how many more."""

    def figures(row: Row) -> tuple[str, str]:
        now, then = (scorecard.value(row.of[label]) for label in (side.label, found.base.label))
        return now, _SAME if now == then else then

    # what only digits tell that are not shown comes last
    first = sorted(rows, key=lambda row: (figures(row)[1] == _SAME, row.mark(side.label) != mark))
    told = []
    for row in first[:_SAID]:
        now, then = figures(row)
        of_all = f", {mark} of all" if row.mark(side.label) == mark and len(found.compared) > 2 else ""
        told.append(f"{row.first.heading[0].lower()}{row.first.heading[1:]} ({now}, today {then}{of_all})")
    left = len(rows) - _SAID
    return "; ".join([*told, *([f"and {count(left, 'more row')}"] if left > 0 else [])])


def beaten(found: SideBySide) -> Iterator[str]:
    """Return, for each map that another one beats in every row, or in every row but one, who beats it."""
    table = found.dominance
    for side in found.compared:
        rows = table[(table["other"] == side.label) & (table["better"] > 0)]
        rows = rows[(rows["worse"] == 0) | ((rows["worse"] == 1) & (rows["better"] >= _NEARLY))]
        rows = rows.sort_values(["worse", "better"], ascending=[True, False], kind="stable")
        for row in rows.head(1).to_dict("records"):
            but = f" but {row['worse_on']}" if row["worse"] else ""
            unknown = f"; {count(row['unknown'], 'row')} cannot be told" if row["unknown"] else ""
            yield (
                f"{side.label} is beaten by {row['option']} on every row{but} "
                f"({count(row['better'], 'row')} in which it is better{unknown})."
            )


def _weighted(found: SideBySide) -> Iterator[Block]:
    scores, order = found.scores(found.weights), found.order(found.weights)
    yield Heading("By the weights that were given")
    stated = ", ".join(f"{key} {weight:g}" for key, weight in found.weights.items())
    yield text(f"Weights: {stated}. In each row the best counts 1 and the worst 0.")
    yield text(", ".join(f"{label} {scores[label]:.3f}" for label in order) or "No option has a score.")
    left = [s.label for s in found.options if s.label not in order]
    if left:
        yield text(f"Without a score, as a row of theirs is not known: {listing(left)}.")
    turns = [
        f"{other} comes first if {key} weighs {'half' if factor < 1 else 'twice'} as much"
        for key, factor, other in found.turning()
    ]
    yield text("; ".join(turns) or "The first stays first if any one weight is halved or doubled.")


# ── an option by itself ─────────────────────────────────────────────────────────────────────────


def _option(side: Side) -> Iterator[Block]:
    yield Heading(f"{side.label}: {side.title}" if side.label != side.title else side.label)
    if side.change is None:
        yield text(f"It cannot be applied: {side.fault}")
        return
    yield text(f"It {message_change.summary(side.change)}.")
    moves = [*records(side.change.moves), *records(side.change.joins)]
    if moves:
        columns = [Head("People", "right"), *(Head(end, wraps=True, weight=3) for end in ("From", "To"))]
        rows = [
            (Figure(row["population"]), *pair)
            for row, pair in zip(moves[:_MOST], ends(moves[:_MOST]), strict=True)
        ]
        yield Grid(columns, rows, caption=f"Who comes under another body with {side.label}", whole=True)
        yield from more(len(moves) - _MOST, "see them all with footprint compare")
    for said, group in (("Resolved", side.change.resolved), ("New", side.change.new)):
        yield from _findings(said, group)
    same = sum(map(weighs, side.change.remaining))
    yield text(f"{count(same, 'finding is as it was', 'findings are as they were')}.", tone="quiet")


def _findings(said: str, group: Iterable[Finding]) -> Iterator[Block]:
    every = sorted(filter(weighs, group), key=lambda f: f.severity.rank)
    yield Heading(f"{said}: {count(len(every), 'finding') if every else 'none'}", 3)
    if every:
        yield Bullets([f"{f.rule} {f.message}" for f in every[:_MOST]], "Findings of options", whole=True)
        yield from more(len(every) - _MOST, "see them all with --format csv --table option_findings")


def _maps(found: SideBySide, path: Path, width_mm: float, height_mm: float) -> str:
    """Draw the maps side by side."""
    from footprint.reports.maps.beside import draw  # a picture takes a second to load

    return draw(found, path, width_mm, min(height_mm, _MAPS_MM))


# ── as values ───────────────────────────────────────────────────────────────────────────────────


def record(report: Report) -> dict[str, Any]:
    """Return options side by side as plain Python values (see `footprint schema options`)."""
    found: SideBySide = report.found
    result = found.base.result
    assert result is not None
    people = result.plan.unit_people()
    return {
        "version": VERSION,
        "base": plan_record(result.plan),
        "summary": {
            "units": len(found.ground),
            "population": None if people is None else float(people.reindex(found.ground).sum()),
            "options": [
                {
                    "option": side.label,
                    "sentence": sentence(found, side),
                    "resolved": counts(side.change.resolved if side.change else []),
                    "new": counts(side.change.new if side.change else []),
                }
                for side in found.options
            ],
            "beaten": list(beaten(found)),
            "weights": dict(found.weights),
        },
        "skipped": skips(result.skipped),
        "tables": {name: records(frame) for name, frame in frames(found).items()},
    }


def frames(found: SideBySide) -> dict[str, Any]:
    """Return the tables by their names."""
    return dict(
        zip(SIDE_BY_SIDE, (found.scorecard, found.table, found.dominance, found.findings), strict=True)
    )


def write_csv(report: Report, stream: TextIO) -> None:
    """Write one of the tables."""
    name = report.table or "scorecard"
    SIDE_BY_SIDE[name].write_csv(frames(report.found)[name], stream)
