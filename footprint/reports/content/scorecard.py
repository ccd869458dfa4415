"""The scorecard of options as tables: rows in which maps differ, those in which they are alike, and names."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from footprint.model.words import count, shown
from footprint.reports.document import Details, Grid, Head, Heading, Words, text

if TYPE_CHECKING:
    from footprint.model.schema import Kind
    from footprint.reports.document import Block, Cell
    from footprint.results.options import Row, Side, SideBySide
    from footprint.results.scope import MapFigure

BEST, WORST = "▲", "▼"
LEGEND = (
    f"{BEST} best and {WORST} worst of its row. Without a mark: neither good nor bad, or nobody can tell."
)
# Bounds that read alike say nothing.
_CERTAIN = 0.0005


def value(entry: MapFigure | None) -> str:
    """Return a figure as every format shows it, with the bounds that it lies between."""
    if entry is None:
        return "–"
    if entry.hidden:
        return "*"
    kind = _kind(entry)
    if kind == "count" and 0 < abs(entry.value) < 10 and entry.value % 1:
        return f"{entry.value:.1f}"
    return shown(entry.value, kind)


def _kind(entry: MapFigure) -> Kind:
    return "count" if entry.kind == "km" else entry.kind


def _between(entry: MapFigure | None) -> str:
    """Return what a figure can be, where it is in doubt; "" where it is not."""
    if entry is None or not entry.most - entry.least > _CERTAIN:
        return ""
    return f"{shown(entry.least, _kind(entry)).rstrip('%')}–{shown(entry.most, _kind(entry))}"


def cell(row: Row, side: Side) -> Cell:
    """Return a cell of the scorecard: the figure, and a mark where it is the best or the worst of its row."""
    mark = row.mark(side.label)
    told = value(row.of.get(side.label)) if side.result is not None else "n/a"
    if mark is None:
        return told
    return Words(f"{told} {BEST if mark == 'best' else WORST}", "good" if mark == "best" else "warning")


def grid(found: SideBySide, sides: Sequence[Side], *, differs: bool) -> Grid:
    """Return the rows of the scorecard in which maps differ, or those in which they are alike."""
    columns = [Head("Row", wraps=True, weight=4), *(Head(s.label, "right", weight=2) for s in sides)]
    cells: list[tuple[Cell, ...]] = []
    for row in found.rows:
        if row.differs != differs:
            continue
        cells.append((row.first.heading, *(cell(row, side) for side in sides)))
        doubts = [_between(row.of.get(side.label)) for side in sides]
        if any(doubts):
            cells.append(("· where it lies, least to most", *doubts))
    caption = "Where the options differ" if differs else "Where they are alike"
    return Grid(columns, cells, caption=caption, sheet="Scorecard", whole=True)


def differing(found: SideBySide, across: int | None) -> Iterator[Block]:
    """Return the scorecard, so many options beside today's map in one table (all if not given)."""
    yield Heading("Where the options differ")
    step = across or len(found.options)
    for first in range(0, len(found.options), step):
        yield grid(found, [found.base, *found.options[first : first + step]], differs=True)
    differs = any(row.differs for row in found.rows)
    yield text(LEGEND, tone="quiet") if differs else text("In nothing that is measured.")
    alike = [row for row in found.rows if not row.differs]
    if alike:
        rows = [
            (row.first.heading, next((value(e) for e in row.of.values() if not math.isnan(e.value)), "–"))
            for row in alike
        ]
        table = Grid(
            [Head("Row", wraps=True, weight=4), Head("All", "right")],
            rows,
            caption="Where they are alike",
            whole=True,
        )
        yield Details(f"Where they are alike: {count(len(alike), 'row')}", [table])


def _together(of: Mapping[str, str], sides: int) -> Iterator[tuple[str, str]]:
    """Return what is said of options with the options that it is said of: of all of them once.

    Parameters
    ----------
    of : by the label of an option, what is said of it; "" for nothing
    sides : how many options there are, and today's map

    """
    labels: dict[str, list[str]] = {}
    for label, told in of.items():
        if told:
            labels.setdefault(told, []).append(label)
    for told, which in labels.items():
        yield "All" if len(which) == sides > 1 else ", ".join(which), told


def firmness(found: SideBySide) -> Iterator[Block]:
    """Say of each row with verdicts whether they are firm, or what they turn if."""
    yield from _of_rows(
        "How firm is it?", "Firm, or turns if", "Verdicts that are firm, and what would turn the others",
        ((row, {label: e.firm for label, e in row.of.items()}) for row in found.rows),
    )  # fmt: skip


def by_name(found: SideBySide) -> Iterator[Block]:
    """Say which areas the figures are about, in rows in which maps differ."""
    yield from _of_rows(
        "By name", "Areas", "The areas that the figures are about",
        ((row, {label: e.about for label, e in row.of.items()}) for row in found.rows if row.differs),
    )  # fmt: skip


def _of_rows(
    heading: str, column: str, caption: str, said: Iterable[tuple[Row, dict[str, str]]]
) -> Iterator[Block]:
    """Return what is said of rows of the scorecard: option → words."""
    rows = [
        (row.first.heading if at == 0 else "", *told)
        for row, words in said
        for at, told in enumerate(_together(words, row.sides))
    ]
    if rows:
        yield Heading(heading)
        columns = [
            Head("Row", wraps=True, weight=3),
            Head("Option", wraps=True, weight=1),
            Head(column, wraps=True, weight=4),
        ]
        yield Grid(columns, rows, caption=caption, whole=True)
