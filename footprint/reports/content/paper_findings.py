"""The findings of the annex of a board paper, by what has to be decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from footprint.checks import rule_codes
from footprint.model.finding import Finding
from footprint.model.words import agree, count, number
from footprint.plan.naming import many
from footprint.reports.content import findings
from footprint.reports.content.flows import by_index, reached
from footprint.reports.content.severity import grave
from footprint.reports.document import Block, Cell, Figure, Grid, Heading, heads, text

if TYPE_CHECKING:
    from footprint.model.levels import Level
    from footprint.reports.board import Board

# So many pieces of a split area are named.
MOST_PIECES = 12

Numbered = list[tuple[int, Finding]]
Reference = dict[tuple[str, str], tuple[int, Finding]]
"""Findings with their numbers, by layer and code of the area that they are about."""


def findings_of(board: Board) -> Iterator[Block]:
    """Return split areas, areas outside their band, care inside, the other findings, and what is accepted."""
    every = list(board.numbered())
    settled = [(n, f) for n, f in every if f.accepted is not None]
    open_ = [(n, f) for n, f in every if f.accepted is None]
    yield Heading("Findings that matter")
    splits = [(n, f) for n, f in open_ if f.divided]
    yield Heading("Split areas", 3)
    if splits:
        columns = heads(("No.", 1), ("To do", 2.3), ("Layer", 2.4), ("Area", 4.1), ("Lies in", 7.0))
        pieces = [
            (
                number(n),
                _to_do(f),
                many(board.plan, f.layer),
                f"{f.area or f.layer}{findings.people_of(f, ', ')}",
                _pieces(f),
            )
            for n, f in _ordered(splits)
        ]
        yield Grid(columns, pieces, caption="Split areas and their pieces", sheet="Pieces")
    else:
        yield text("No area is split, as far as this check could tell.")
    banded, inside = rule_codes(shown_in="bands"), rule_codes(shown_in="inside")
    yield from _bands(board, _by_area(every, banded))
    judged = _judged(board)
    flows = _by_area(every, inside)
    for level, key, measured in judged:
        yield from _flows(board, level, key, measured, flows)
    keys = {key for _, key, _ in judged}
    told_above = {n for (layer, _), (n, _) in flows.items() if layer in keys}
    told_above |= {n for n, f in open_ if f.divided or f.rule in banded}
    rest = [(n, f) for n, f in open_ if n not in told_above]
    if rest:
        yield Heading("Other findings", 3)
        columns = heads(("No.", 1), ("To do", 2.5), ("Rule", 1.5), ("Finding", 7), ("How to settle it", 4.5))
        told = [(number(n), _to_do(f), f.rule, f.message, f.hint or "–") for n, f in _ordered(rest)]
        yield Grid(columns, told, caption="The other findings, most grave first", sheet="Findings")
    if settled:
        yield Heading("Accepted", 3)
        columns = heads(("No.", 1), ("Rule", 1.5), ("Finding", 8), ("Accepted because", 6))
        reasons = [(number(n), f.rule, f.message, f.accepted or "") for n, f in _ordered(settled)]
        yield Grid(columns, reasons, caption="Findings that are known and accepted", sheet="Findings")


def _by_area(numbered: Numbered, rules: Sequence[str]) -> Reference:
    """Return findings of some rules by layer and code of the area that they are about."""
    return {(f.layer, f.area.code): (n, f) for n, f in numbered if f.rule in rules and f.area}


def _reference(about: Reference, layer: str, code: str) -> tuple[str, str]:
    """Return the number of the finding about an area, and whether it is accepted, in words."""
    if (layer, code) not in about:
        return number(None), ""
    n, f = about[layer, code]
    return number(n), " (accepted)" if f.accepted is not None else ""


def _bands(board: Board, about: Reference) -> Iterator[Block]:
    judged = [row for row in board.document["tables"]["population"] if row["status"] is not None]
    if not judged:
        return
    outside = [row for row in judged if row["status"] != "WITHIN"]
    outside.sort(key=lambda row: (-abs(row["distance"]), row["code"]))
    yield Heading("Population bands", 3)
    source = board.document["plan"]["population_source"]
    within = len(judged) - len(outside)
    yield text(
        f"{number(within)} of {count(len(judged), 'area')} with a band {agree(within, 'is', 'are')} "
        f"within it. Population: {source or 'source not stated'}."
    )
    rows: list[tuple[Cell, ...]] = []
    for row in outside:
        n, accepted = _reference(about, row["layer"], row["code"])
        status, distance = f"{row['status'].lower()}{accepted}", f"{row['distance']:+,.0f}"
        people = Figure(row["population"])
        rows.append((n, _area(row), str(row["level"]), people, row["band"] or "–", status, distance))
    columns = heads(
        ("No.", 1), ("Area", 4), ("Level", 2.3), ("People", 2.1), ("Band", 3.1), ("Status", 2.5),
        ("Distance", 2.2), right=("People", "Distance"),
    )  # fmt: skip
    yield Grid(columns, rows, caption="Areas outside their band", sheet="Population")


def _judged(board: Board) -> list[tuple[Level, str, list[dict[str, Any]]]]:
    """Return the levels that the plan sets a threshold for, each with its layer and what was measured."""
    plan, every = board.plan, board.document["tables"]["flows"]
    levels = [(level, key) for level, key in plan.levels.items() if level in plan.localisation_index]
    found = [(level, key, [row for row in every if row["layer"] == key]) for level, key in levels]
    return [(level, key, rows) for level, key, rows in found if rows]


def _flows(
    board: Board, level: Level, key: str, measured: list[dict[str, Any]], about: Reference
) -> Iterator[Block]:
    threshold = board.plan.localisation_index[level]
    yield Heading(f"Care inside: {many(board.plan, key)}", 3)
    yield text(
        f"The plan asks that at least {threshold:.0%} of residents' activity stays inside. Areas with "
        "the lowest index come first; least and most are with all that is unknown outside and inside."
    )
    rows: list[tuple[Cell, ...]] = []
    for row in by_index(measured):
        n, accepted = _reference(about, key, row["code"])
        index = (Figure(row[f"localisation_index{end}"], "share") for end in ("", "_min", "_max"))
        rows.append((n, _area(row), Figure(row["activity"]), *index, f"{reached(row, threshold)}{accepted}"))
    figures = (("Residents' activity", 2.5), ("Stays inside", 2.0), ("Least", 2.0), ("Most", 2.0))
    columns = heads(
        ("No.", 1), ("Area", 5), *figures, ("Threshold", 2.5), right=[heading for heading, _ in figures]
    )
    yield Grid(columns, rows, caption=f"Localisation index by {level}", sheet="Flows")


# ── words ───────────────────────────────────────────────────────────────────────────────────────


def _ordered(numbered: Numbered) -> Numbered:
    """Return findings by what weighs most: new before known, gravest, most people, then by number."""
    return sorted(
        numbered, key=lambda entry: (entry[1].new is False, entry[1].severity.rank, -entry[1].people)
    )


def _to_do(f: Finding) -> str:
    return ", ".join(filter(None, (grave(f.severity, f.accepted), findings.known(f.new))))


def _area(row: dict[str, Any]) -> str:
    return f"{row['name']} ({row['code']})"


def _pieces(f: Finding) -> list[str]:
    """Return each piece of a split area with its people and share, or else its area."""
    told = [findings.piece_of(piece) for piece in f.pieces[:MOST_PIECES]]
    if (left := len(f.pieces) - MOST_PIECES) > 0:
        told.append(f"and {count(left, 'more piece')}")
    return told
