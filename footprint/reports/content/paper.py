"""A boundary report as a paper for a board: what weighs most; the rest is counted, and in the workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footprint import __version__
from footprint.checks import rule_codes
from footprint.model.finding import Finding
from footprint.model.words import count, day, number, short
from footprint.reports.content import change, findings
from footprint.reports.content.accountability import levels_table
from footprint.reports.content.findings import grave
from footprint.reports.content.flows import by_index, reached
from footprint.reports.content.methods import methods
from footprint.reports.document import (
    Block,
    Bullets,
    Cell,
    Figure,
    Grid,
    Head,
    Heading,
    Picture,
    Words,
    text,
)  # fmt: skip
from footprint.results.changes import sentences

if TYPE_CHECKING:
    from footprint.model.levels import Level
    from footprint.model.source import Source
    from footprint.reports.board import Board
    from footprint.results.comparison import Comparison

# A paper has to be read in a meeting: so many pieces of a split area are named.
MOST_PIECES = 6
# Programs that read aloud cannot stop halfway, and the tables say it all again.
LONGEST_ALT = 1_000

Numbered = list[tuple[int, Finding]]


def document(board: Board) -> Iterator[Block]:
    """Return the paper, verdict first."""
    yield from _verdict(board)
    yield Heading("Map")
    yield Picture(partial(_map, board), "Map", f"Map of {board.title}")
    if board.change is not None:
        yield from _change(board.change)
    yield from _findings(board)
    yield from _accountability(board)
    yield from _methods(board)
    yield from _provenance(board)


def subtitle(board: Board) -> str:
    """Return what the paper is, of which day, and when it was made."""
    parts = ["Boundary report"]
    if board.change is not None:
        steps = change.proposals(board.change)
        parts = ["Report on a change of boundaries", *(f"from {day(p.effective_date)}" for p in steps)]
    parts += [f"boundaries of {day(board.plan.date)}"] if board.plan.date else []
    return " · ".join([*parts, f"made on {day(board.made)}"])


def _verdict(board: Board) -> Iterator[Block]:
    yield Heading("Verdict")
    first, *others = board.verdict
    # what a chair can read out, and that the check is incomplete, stand out
    yield text(Words(first))
    yield Bullets([Words(told) if told.startswith("INCOMPLETE") else told for told in others], whole=True)
    stated = board.plan.assumptions
    if stated:
        yield text(f"It rests on {count(len(stated), 'assumption')}, stated under Assumptions below.")
    rows = [
        ("Must be settled (errors)", "error"), ("Should be settled (warnings)", "warning"),
        ("To be aware of (notes)", "info"), ("Accepted with a reason", "accepted"),
    ]  # fmt: skip
    tallies = {"Findings": board.result.summary}
    if board.comparison is not None:
        groups = ("resolved", "new", "remaining")
        tallies = {group.capitalize(): board.comparison["summary"][group] for group in groups}
        tallies["After the change"] = board.result.summary
    cells = [(told, *(Figure(tally[key]) for tally in tallies.values())) for told, key in rows]
    heads = [Head("To do", weight=3), *(Head(name, "right") for name in tallies)]
    yield Grid(heads, cells, caption="Findings by what is to be done")


def _map(board: Board, path: Path, width_mm: float, height_mm: float) -> str:
    from footprint.reports.maps.figure import save_figure

    drawn = save_figure(board, path, title="", width_mm=width_mm, height_mm=height_mm)
    return short(drawn.description, LONGEST_ALT)


def _change(found: Comparison) -> Iterator[Block]:
    yield Heading("What the change does")
    yield from map(text, change.steps(found))
    yield Heading("Who moves", 3)
    moves = change.moves(found, "People and ground that change area")
    yield moves if moves.rows else text("Nobody moves.")
    if told := sentences(found.accountability):
        yield Heading("Who answers", 3)
        yield Bullets(told, "Who answers")
    yield Heading("Before and after", 3)
    yield change.areas(found, "Areas that the change touches, before → after")
    yield text(change.untouched(found))
    headings = ("Layers", "Nested", "Split", "One to one", "V-measure")
    yield change.agreement(found, headings, "Do the layers line up? Areas, before → after")
    for heading, caption, group in (
        ("Resolved by the change", "Findings that are gone", found.resolved),
        ("New with the change", "Findings that it brings", found.new),
    ):
        yield Heading(heading, 3)
        every = sorted(group, key=lambda f: f.severity.rank)
        rows = [(grave(f.severity, f.accepted), f.rule, f.message) for f in every]
        heads = (Head("To do", weight=2.5), Head("Rule", weight=1.5), Head("Finding", weight=12))
        yield Grid(heads, rows, caption=caption) if rows else text("Nothing.")


# ── findings ────────────────────────────────────────────────────────────────────────────────────


def _findings(board: Board) -> Iterator[Block]:
    every = list(board.numbered())
    settled = [(n, f) for n, f in every if f.accepted is not None]
    open_ = [(n, f) for n, f in every if f.accepted is None]
    yield Heading("Findings that matter")
    yield text("The numbers refer to the sheet Findings of the workbook, which has every finding.")
    splits = [(n, f) for n, f in open_ if f.divided]
    yield Heading("Split areas", 3)
    if splits:
        heads = _heads(("No.", 1), ("To do", 2.3), ("Layer", 1.5), ("Area", 4.5), ("Lies in", 7.5))
        rows = [
            (number(n), _to_do(f), f.layer, f"{f.area or f.layer}{findings.people_of(f, ', ')}", _pieces(f))
            for n, f in _ordered(splits)
        ]
        yield Grid(heads, rows, caption="Split areas and their pieces", sheet="Pieces")
    else:
        yield text("No area is split, as far as this check could tell.")
    banded, inside = rule_codes(shown_in="bands"), rule_codes(shown_in="inside")
    yield from _bands(board, _by_area(every, banded))
    judged = _judged(board)
    flows = _by_area(every, inside)
    for level, key, rows in judged:
        yield from _flows(board, level, key, rows, flows)
    keys = {key for _, key, _ in judged}
    told_above = {n for (layer, _), (n, _) in flows.items() if layer in keys}
    told_above |= {n for n, f in open_ if f.divided or f.rule in banded}
    rest = [(n, f) for n, f in open_ if n not in told_above]
    grave_ones = [(n, f) for n, f in rest if f.severity != "info"]
    if grave_ones:
        yield Heading("Other findings", 3)
        heads = _heads(("No.", 1), ("To do", 2.5), ("Rule", 1.5), ("Finding", 7), ("How to settle it", 4.5))
        rows = [(number(n), _to_do(f), f.rule, f.message, f.hint or "–") for n, f in _ordered(grave_ones)]
        yield Grid(heads, rows, caption="Errors and warnings, most grave first", sheet="Findings")
    notes = Counter(findings.rule_of(f) for _, f in rest if f.severity == "info")
    if notes:
        named = ", ".join(f"{n:,} of {rule}" for rule, n in notes.items())
        yield text(f"To be aware of, and not shown here: {named}. The workbook has them all.")
    if settled:
        yield Heading("Accepted", 3)
        heads = _heads(("No.", 1), ("Rule", 1.5), ("Finding", 8), ("Accepted because", 6))
        rows = [(number(n), f.rule, f.message, f.accepted or "") for n, f in _ordered(settled)]
        yield Grid(heads, rows, caption="Findings that are known and accepted", sheet="Findings")


Reference = dict[tuple[str, str], tuple[int, Finding]]


def _heads(*columns: tuple[str, float], right: Iterable[str] = ()) -> list[Head]:
    """Return columns by heading and width, of which some are set to the right."""
    return [Head(h, "right" if h in right else "left", weight=weight) for h, weight in columns]


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
        f"{number(within)} of {count(len(judged), 'area')} with a band {'is' if within == 1 else 'are'} "
        f"within it. Population: {source or 'source not stated'}."
    )
    rows: list[tuple[Cell, ...]] = []
    for row in outside:
        n, accepted = _reference(about, row["layer"], row["code"])
        status, distance = f"{row['status'].lower()}{accepted}", f"{row['distance']:+,.0f}"
        people = Figure(row["population"])
        rows.append((n, _area(row), str(row["level"]), people, row["band"] or "–", status, distance))
    heads = _heads(
        ("No.", 1), ("Area", 4), ("Level", 2.3), ("People", 2.1), ("Band", 3.1), ("Status", 2.5),
        ("Distance", 2.2), right=("People", "Distance"),
    )  # fmt: skip
    yield Grid(heads, rows, caption="Areas outside their band", sheet="Population")


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
    yield Heading(f"Care inside: {level} ({key})", 3)
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
    heads = _heads(
        ("No.", 1), ("Area", 5), *figures, ("Threshold", 2.5), right=[heading for heading, _ in figures]
    )
    yield Grid(heads, rows, caption=f"Localisation index by {level}", sheet="Flows")


# ── the rest ────────────────────────────────────────────────────────────────────────────────────


def _accountability(board: Board) -> Iterator[Block]:
    led = board.result.accountability["subsidiarity"]
    if led.empty:
        return
    yield Heading("Who leads what")
    yield text(
        "How much is led at each level, beside what was expected of these systems in 2018: a figure, and no "
        "verdict. The workbook says who leads what in each area."
    )
    yield levels_table(led, "Functions by the level that leads them")


def _methods(board: Board) -> Iterator[Block]:
    plan = board.plan
    yield Heading("Methods")
    for what, how in methods(flows=board.flows is not None):
        yield text(Words(f"{what}. "), how)
    yield text(f"Bands follow the profile {plan.profile}.")
    yield Heading("Assumptions")
    yield Bullets(plan.assumptions or ["No assumption is stated."], "Summary")
    yield Heading("What was not checked")
    told = findings.reasons(board.result.skipped)
    yield Bullets(told, "Skipped") if told else text("Every rule was run in full.")


def _provenance(board: Board) -> Iterator[Block]:
    plan = board.plan
    yield Heading("Sources")
    inputs = list(plan.inputs)
    if board.change is not None:
        inputs += [one for one in board.change.before.plan.inputs if one not in inputs]
    rows = [
        (
            Path(used[0].path).name, ", ".join(dict.fromkeys(one.role for one in used)),
            Figure(used[0].features), _each(used, "vintage", "–"), _each(used, "licence", "not stated"),
            used[0].sha256,
        )
        for used in findings.by_file(inputs)
    ]  # fmt: skip
    heads = _heads(
        ("File", 3.2), ("Used for", 3), ("Rows", 1.6), ("Vintage", 1.6), ("Licence", 2), ("SHA-256", 5.6),
        right=("Rows",),
    )  # fmt: skip
    yield Grid(heads, rows, caption="Files that were read", dense=True, whole=True)
    stated = board.document["plan"]
    for label, told in (("Population", stated["population_source"]), ("Flows", stated["flow_source"])):
        if told:
            yield text(f"{label}: {told}.")
    yield from map(text, plan.attribution)
    yield text(f"Made by footprint {__version__} at {board.made:%H:%M} UTC on {day(board.made)}.")


def _each(used: Iterable[Source], name: str, none: str) -> str:
    """Return what the uses of a file say of it, each thing once."""
    stated = (getattr(one, name) for one in used)
    return ("; " if name == "licence" else ", ").join(dict.fromkeys(str(v) for v in stated if v)) or none


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
        told.append(f"and {count(left, 'more piece')}, in the workbook")
    return told
