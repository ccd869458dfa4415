"""What a notebook shows of results: a verdict as every report says it, the gravest findings, a small map.

A cell is read at a glance; all there is stands in the frames of the result, and in reports.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import singledispatch
from html import escape
from typing import TYPE_CHECKING, Any

from footprint.drawing.drawn import Drawn
from footprint.model.finding import Finding, counts
from footprint.model.output import now
from footprint.model.words import clean
from footprint.reports import Report
from footprint.reports.as_html.paper import html
from footprint.reports.board import Board
from footprint.reports.content.message import message_of
from footprint.reports.document import Grid, Heading, text
from footprint.reports.maps.picture import Picture, picture, pictures
from footprint.reports.maps.small import small_map
from footprint.reports.schemas import DOCUMENTS
from footprint.results.comparison import Comparison
from footprint.results.options import SideBySide
from footprint.results.result import FlowResult, Result, told
from footprint.results.who.question import Who

if TYPE_CHECKING:
    import pandas as pd

    from footprint.reports.document import Block

_MOST, _MOST_ROWS = 10, 20
"""Findings, and rows of a table, that are shown."""


# ── in short ────────────────────────────────────────────────────────────────────────────────────


@singledispatch
def as_html(found: Any) -> str:
    """Return what a cell shows of a result, as HTML in which every text is escaped."""
    raise TypeError(f"a notebook does not know {type(found).__name__}")


@as_html.register
def _(found: Result) -> str:
    lines = [*message_of(found).sentences, told(found.summary, len(found.skipped))]
    if found.incomplete:
        lines.append("This check is incomplete: input was refused as it cannot be compared.")
    return _cell(found.plan.title, lines, small_map(found) + _table(found.findings))


@as_html.register
def _(found: Comparison) -> str:
    gone = [f"resolved: {f.message}" for f in found.resolved[:5]]
    more = len(found.resolved) - len(gone)
    gone += [f"and {more:,} more, in .resolved"] if more else []
    lines = [*message_of(found.after, found).sentences, found.in_short(), *gone]
    return _cell(found.after.plan.title, lines, small_map(found.after, found) + _table(found.new))


@as_html.register
def _(found: FlowResult) -> str:
    lines = [
        told(counts(found.findings), len(found.skipped)),
        *(f"not known: {s.reason}" for s in found.skipped[:3]),
    ]
    flows = found.tables.get("flows")
    shown = "" if flows is None else _frame(flows.iloc[:, :8])
    return _cell(found.plan.title, lines, _table(found.findings) + shown)


@as_html.register
def _(found: SideBySide) -> str:
    return _start(found, 2)


@as_html.register
def _(found: Drawn) -> str:
    return _start(found, 2)


@as_html.register
def _(found: Who) -> str:
    return _start(found, 3)


def _start(found: Any, sections: int) -> str:
    """Return the first sections of the report, without what it rests on."""
    kept: list[Block] = []
    title = ""
    for block in _report(found).document():
        if isinstance(block, Heading) and block.level == 1:
            title = block.text
            continue
        sections -= isinstance(block, Heading)
        if sections < 0 or (isinstance(block, Heading) and block.text in ("Skipped", "Inputs")):
            break
        cut = isinstance(block, Grid) and len(block.rows) > _MOST_ROWS
        if isinstance(block, Grid):
            block = replace(block, rows=block.rows[:_MOST_ROWS])
        kept.append(replace(block, level=block.level + 2) if isinstance(block, Heading) else block)
        kept += [text(f"the first {_MOST_ROWS} rows; all are in .frames()")] if cut else []
    return _cell(title, (), "".join(html(kept)))


def _cell(title: str, lines: Iterable[str], below: str) -> str:
    said = "".join(f"<p>{escape(clean(line))}</p>" for line in lines)
    return f"<div><p><strong>{escape(clean(title))}</strong></p>{said}{below}</div>"


def _table(findings: Iterable[Finding]) -> str:
    """Return the gravest findings that nobody has accepted."""
    held = sorted((f for f in findings if f.accepted is None), key=lambda f: f.severity.rank)
    rows = "".join(
        f"<tr><td>{escape(f.severity)}</td><td>{escape(f.rule)}</td>"
        f"<td style='text-align:left'>{escape(clean(f.message))}</td></tr>"
        for f in held[:_MOST]
    )
    more = f"<p>and {len(held) - _MOST:,} more, in .findings</p>" if len(held) > _MOST else ""
    head = "<thead><tr><th>Severity</th><th>Rule</th><th>Finding</th></tr></thead>"
    return f"<table>{head}<tbody>{rows}</tbody></table>{more}" if rows else ""


def _frame(table: pd.DataFrame) -> str:
    return str(table.to_html(max_rows=_MOST_ROWS, index=False))


# ── in full ─────────────────────────────────────────────────────────────────────────────────────


_KINDS = {
    Result: ("check", "findings"), Comparison: ("change", "compare"), FlowResult: ("flows", "flows"),
    SideBySide: ("options", "options"), Drawn: ("draw", "draw"), Who: ("who", "who"),
}  # fmt: skip
"""Of a result: the kind of its report, and the name of its schema."""


def _report(found: Any) -> Report:
    suppress = found.suppress if isinstance(found, Who) else None
    return Report(found, _KINDS[type(found)][0], suppress=suppress)


def record(found: Any) -> dict[str, Any]:
    """Return a result as the JSON of its command."""
    return dict(_report(found).record())


def frames(found: Any) -> dict[str, pd.DataFrame]:
    """Return the tables of the JSON as frames, by name, with the columns that are declared for them."""
    held = record(found)
    held |= {**(held.get("tables") or {}), **(held.get("map") or {})}
    declared = DOCUMENTS[_KINDS[type(found)][1]].tables
    return {
        name: table.frame([row.get(column) for column in table.names] for row in held[name])
        for name, table in declared.items()
        if isinstance(held.get(name), list)
    }


def plotted(found: Any, /, **how: Any) -> Picture:
    """Return the map of a result (see `Mapped.plot`)."""
    if isinstance(found, SideBySide):
        return pictures(found, **how)
    if isinstance(found, Comparison):
        return picture(Board(found.after, found, now()), **how)
    return picture(Board(found, None, now()), **how)
