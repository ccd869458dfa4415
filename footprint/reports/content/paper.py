"""A boundary report as a paper for a board: two pages to be read, and an annex that has the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.version import VERSION
from footprint.model.words import count, day, short
from footprint.plan.naming import many
from footprint.reports.content import change, findings, firmness, measures
from footprint.reports.content.accountability import levels_table
from footprint.reports.content.message import message_of
from footprint.reports.content.methods import methods
from footprint.reports.content.paper_findings import findings_of
from footprint.reports.content.severity import grave
from footprint.reports.content.verdict import verdict_of
from footprint.reports.document import Bullets, Figure, Grid, Heading, Picture, Words, heads, text
from footprint.results.changes import sentences
from footprint.results.nearby import here

if TYPE_CHECKING:
    from footprint.model.finding import Finding
    from footprint.model.source import Source
    from footprint.reports.board import Board
    from footprint.reports.document import Block, Cell
    from footprint.results.comparison import Comparison

# Programs that read aloud cannot stop halfway, and the tables say it all again.
LONGEST_ALT = 1_000
# So many findings go on the second page.
_SETTLED = 8


def document(board: Board) -> Iterator[Block]:
    """Return the paper, the message first, with the map beside it."""
    message = message_of(board.result, board.change)
    yield Heading("In short")
    yield from (text(Words(told)) for told in message.sentences)
    yield message.grid()
    yield Picture(partial(_map, board), "Map", f"Map of {board.title}")
    yield from _to_settle(board)
    yield Heading("Annex", new_page=True)
    yield text("All that the two pages before rest on. A finding has one number in all reports of a run.")
    yield from _verdict(board)
    if board.change is not None:
        yield from _change(board.change)
    yield from findings_of(board)
    yield from _measures(board)
    yield from _accountability(board)
    yield from _methods(board)
    yield from _provenance(board)


def _to_settle(board: Board) -> Iterator[Block]:
    """Return what weighs most of what is to be settled, in words; the annex has all of it."""
    near = board.result.findings if board.change is None else here(board.change, board.result.findings)
    open_ = [f for f in near if f.accepted is None and f.severity.rank < 2 and not f.repeats]
    if not open_:
        return
    # a unitary authority is one of the districts and of the upper tier, and is settled once
    said: dict[object, list[Finding]] = {}
    for f in sorted(findings.ordered(open_), key=findings.gravity):
        said.setdefault((f.area, f.message), []).append(f)
    shown = list(said.values())[:_SETTLED]
    yield Heading("What has to be settled")
    rows: list[tuple[Cell, ...]] = [
        (
            ", ".join(filter(None, (grave(f.severity, f.accepted), findings.known(f.new)))),
            short(f.area.name) if f.area else many(board.plan, f.layer),
            findings.without_codes(f.message),
            f.hint or "–",
        )
        for f, *_ in shown
    ]
    columns = heads(("To do", 2.5), ("Where", 3), ("Finding", 7), ("How to settle it", 4))
    yield Grid(columns, rows, caption="What weighs most", whole=True)
    if (left := len(open_) - sum(map(len, shown))) > 0:
        yield text(f"The annex has {left:,} more.")


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
    first, *others = verdict_of(board)
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
    cells: list[tuple[Cell, ...]] = [
        (told, *(Figure(tally[key]) for tally in tallies.values())) for told, key in rows
    ]
    columns = heads(("To do", 3), *((name, 1) for name in tallies), right=tallies)
    yield Grid(columns, cells, caption="Findings by what is to be done")


def _map(board: Board, path: Path, width_mm: float, height_mm: float) -> str:
    from footprint.reports.maps.figure import save_figure

    drawn = save_figure(board, path, title="", width_mm=width_mm, height_mm=height_mm)
    return short(drawn.description, LONGEST_ALT)


def _change(found: Comparison) -> Iterator[Block]:
    yield Heading("What the change does")
    yield from map(text, change.steps(found))
    yield Heading("Who moves", 3)
    moves = change.moves(found, "People and ground that change area")
    yield moves if moves.rows else text("Nobody moves." if found.people_who_move == 0 else "Nobody can tell.")
    if told := sentences(found.accountability):
        yield Heading("Who answers", 3)
        yield Bullets(told, "Who answers")
    if not found.interfaces.empty:
        yield Heading("Who has to deal with whom", 3)
        yield text(change.simpler(found))
        yield Bullets(change.dealings(found), "Who has to deal with other bodies than before")
    yield Heading("Before and after", 3)
    yield change.areas(found, "Areas that the change touches, before → after")
    yield text(change.untouched(found))
    measured = measures.changed(found, "Measures of the areas that the change touches, before → after")
    if measured.rows:
        yield measured
    headings = ("Layers", "Nested", "Split", "One to one", "V-measure")
    yield change.agreement(found, headings, "Do the layers line up? Areas, before → after")
    for heading, caption, group in (
        ("Resolved by the change", "Findings that are gone", found.resolved),
        ("New with the change", "Findings that it brings", found.new),
    ):
        yield Heading(heading, 3)
        every = sorted(group, key=lambda f: f.severity.rank)
        rows = [(grave(f.severity, f.accepted), f.rule, f.message) for f in every]
        columns = heads(("To do", 2.5), ("Rule", 1.5), ("Finding", 12))
        yield Grid(columns, rows, caption=caption) if rows else text("Nothing.")


# ── the rest ────────────────────────────────────────────────────────────────────────────────────


def _measures(board: Board) -> Iterator[Block]:
    if (firm := firmness.grid(board.result)).rows:
        yield Heading(firmness.HEADING)
        yield text(f"{firmness.tally(board.result)}.")
        yield firm
    tables = list(measures.tables(board.result))
    if tables:
        yield Heading("Measures")
        yield text("Figures that the plan adds up for each area; judged only where it gives a range.")
        yield from tables


def _accountability(board: Board) -> Iterator[Block]:
    led = board.result.accountability["subsidiarity"]
    if led.empty:
        return
    yield Heading("Who leads what")
    yield text(
        "How much is led at each level, beside what was expected of these systems in 2018: a figure, and no "
        "verdict."
    )
    yield levels_table(led, "Functions by the level that leads them")


def _methods(board: Board) -> Iterator[Block]:
    plan = board.plan
    yield Heading("Methods")
    for what, how in methods(flows=board.flows is not None):
        yield text(Words(f"{what}. "), how)
    if plan.banded or plan.bands:
        yield text(f"Bands follow the profile {plan.profile}.")
    else:
        yield text(f"No population bands are stated for {plan.nations}.")
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
    columns = heads(
        ("File", 3.2), ("Used for", 3), ("Rows", 1.6), ("Vintage", 1.6), ("Licence", 2), ("SHA-256", 5.6),
        right=("Rows",),
    )  # fmt: skip
    yield Grid(columns, rows, caption="Files that were read", dense=True, whole=True)
    for used in findings.by_file(inputs):
        yield from (text(f"{Path(used[0].path).name}, guessed: {told}.") for told in findings.guessed(used))
    stated = board.document["plan"]
    for label, told in (("Population", stated["population_source"]), ("Flows", stated["flow_source"])):
        if told:
            yield text(f"{label}: {told}.")
    yield from map(text, plan.attribution)
    yield text(f"Made by footprint {VERSION} at {board.made:%H:%M} UTC on {day(board.made)}.")


def _each(used: Iterable[Source], name: str, none: str) -> str:
    """Return what the uses of a file say of it, each thing once."""
    stated = (getattr(one, name) for one in used)
    return ("; " if name == "licence" else ", ").join(dict.fromkeys(str(v) for v in stated if v)) or none
