"""A check, or a boundary report, for a reader in between: tables, and details folded away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.version import VERSION
from footprint.model.words import count, dated, day
from footprint.reports.content import change, findings, firmness, measures
from footprint.reports.content.accountability import levels_table
from footprint.reports.content.findings import ordered, rule_of
from footprint.reports.content.message import message_of
from footprint.reports.content.severity import word
from footprint.reports.content.verdict import verdict_of
from footprint.reports.document import Bullets, Details, Grid, Head, Heading, Text, Words, text
from footprint.results.changes import sentences

if TYPE_CHECKING:
    from footprint.model.finding import Finding
    from footprint.plan.model import Plan
    from footprint.reports.board import Board
    from footprint.reports.document import Block, Cell
    from footprint.results.comparison import Comparison
    from footprint.results.result import Result

_FINDING = ("severity", "rule", "layer", "finding")


def document(result: Result) -> Iterator[Block]:
    """Return a check."""
    plan = result.plan
    yield Heading(dated(plan.title, plan.date), 1)
    yield text(Words(findings.verdict(result)))
    yield text(" ".join(message_of(result).sentences))
    yield from _doubts(result)
    yield from _findings(result)
    yield from _resolved(result)
    yield from _skipped(result)
    yield from _provenance(plan)


def board_document(board: Board) -> Iterator[Block]:
    """Return the boundary report of a check, or of a change, verdict first."""
    plan = board.plan
    yield Heading(dated(board.title, plan.date), 1)
    message = message_of(board.result, board.change)
    first, *others = message.sentences
    yield text(Words(first), *(f" {told}" for told in others))
    yield message.grid()
    first, *others = verdict_of(board)
    yield text(Words(first))
    yield Bullets(others)
    yield from _doubts(board.result)
    if board.change is not None:
        yield from _change(board.change)
    yield from _findings(board.result)
    if board.change is None:
        yield from _resolved(board.result)
    if (firm := firmness.grid(board.result)).rows:
        yield Heading(firmness.HEADING)
        yield text(f"{firmness.tally(board.result)}.")
        yield firm
    for table in measures.tables(board.result):
        yield Heading(table.caption)
        yield table
    led = levels_table(board.result.accountability["subsidiarity"])
    if led.rows:
        yield Heading("Who leads what")
        yield led
        yield text("How much is led at each level is a figure, and no verdict.")
    yield from _skipped(board.result)
    yield from _provenance(plan)
    yield from map(text, plan.attribution)
    yield text(f"Made on {day(board.made)} at {board.made:%H:%M} UTC")


def _doubts(result: Result) -> Iterator[Block]:
    for told in findings.reasons(skip for skip in result.skipped if skip.refused):
        yield text(Words("Could not be checked:"), f" {told}")
    yield from findings.assumed(result.plan.assumptions)


# ── findings ────────────────────────────────────────────────────────────────────────────────────


def _findings(result: Result) -> Iterator[Block]:
    every = ordered(result.findings)
    splits = [f for f in every if f.accepted is None and f.divided]
    others = [f for f in every if f.accepted is None and not f.divided]
    others.sort(key=lambda f: (f.new is False, f.severity.rank))
    accepted = [f for f in every if f.accepted is not None]
    if splits:
        yield Heading("Splits")
        yield _table(("severity", "rule", "layer", "area", "pieces"), map(_split, splits))
    if others:
        yield Heading("Other findings" if splits else "Findings")
        yield _table(_FINDING, ((_severity(f), *_told(f, findings.cause(f))) for f in others))
    if splits or others:
        yield text(Words("footprint explain CODE", "code"), " says why a rule matters and how to settle it.")
    if accepted:
        rows = ((_severity(f), *_told(f), f.accepted or "") for f in accepted)
        yield Details(f"{len(accepted):,} accepted", [_table((*_FINDING, "reason"), rows)])


def _table(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Grid:
    return Grid([Head(heading) for heading in headings], list(rows))


def _split(f: Finding) -> tuple[Cell, ...]:
    area = f"{f.area or ''}{findings.people_of(f)}{findings.cause(f)}"
    return _severity(f), rule_of(f), f.layer, area, [findings.piece_of(piece) for piece in f.pieces]


def _told(f: Finding, cause: str = "") -> tuple[str, str, str]:
    return rule_of(f), f.layer, f.message + cause


def _severity(f: Finding) -> Text:
    known = {None: (), True: (", ", Words("new")), False: (", known",)}[f.new]
    known = (", inherited",) if f.inherited else known
    return text(word(f.severity), *known)


def _resolved(result: Result) -> Iterator[Block]:
    if gone := ordered(result.resolved or ()):
        table = _table(_FINDING, ((word(f.severity), *_told(f)) for f in gone))
        yield Details(f"{len(gone):,} resolved", [table])


def _change(found: Comparison) -> Iterator[Block]:
    """Say what a change does: who moves, both sides before and after, and what it resolves."""
    yield from map(text, change.steps(found))
    yield Heading("Who moves")
    moves = change.moves(found)
    yield moves if moves.rows else text(f"{change.nobody(found).capitalize()}.")
    if answers := sentences(found.accountability):
        yield Heading("Who answers")
        yield Bullets(answers)
    if not found.interfaces.empty:
        yield Heading("Who has to deal with whom")
        yield text(change.simpler(found))
        yield Bullets(change.dealings(found))
    yield Heading("Areas before and after")
    yield change.areas(found)
    yield text(change.untouched(found) or "All areas are touched.")
    measured = measures.changed(found)
    if measured.rows:
        yield from (Heading("Measures before and after"), measured)
    agreement = change.agreement(found, ("Layers", "Nested", "Split", "One to one", "V-measure"))
    if agreement.rows:
        yield Heading("Do the layers line up?")
        yield agreement
    yield Heading("Resolved")
    gone = [(_severity(f), *_told(f)) for f in ordered(found.resolved)]
    yield _table(_FINDING, gone) if gone else text("Nothing.")


# ── what they rest on ───────────────────────────────────────────────────────────────────────────


def _skipped(result: Result) -> Iterator[Block]:
    if skipped := [skip for skip in result.skipped if not skip.refused]:
        yield Details(findings.skipped_rules(skipped), [Bullets(findings.reasons(skipped))])


def _provenance(plan: Plan) -> Iterator[Block]:
    rows = [
        (
            Path(sources[0].path).name,
            f"{sources[0].features:,}",
            sources[0].crs or "–",
            ", ".join(dict.fromkeys(str(s.vintage) for s in sources if s.vintage)) or "–",
            findings.roles(sources),
            Words(sources[0].sha256[:12], "code"),
        )
        for sources in findings.by_file(plan.inputs)
    ]
    if rows:
        table = _table(("file", "rows", "CRS", "vintage", "as", "sha256"), rows)
        told = [
            f"{Path(sources[0].path).name}: {told}"
            for sources in findings.by_file(plan.inputs)
            for told in findings.guessed(sources)
        ]
        guesses: list[Block] = [text("Guessed, and how to state it:"), Bullets(told)] if told else []
        yield Details(count(len(rows), "input"), [table, *guesses])
    yield text(f"footprint {VERSION}, profile {plan.profile}")
