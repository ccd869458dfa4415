"""A boundary report as tables, for the analyst who sorts, filters and goes on counting, and their summary.

Values are those of the JSON of the same run.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from footprint.checks import vocabulary
from footprint.model.finding import LISTED, listed_with
from footprint.model.schema import Column, Table
from footprint.model.version import VERSION
from footprint.model.words import count
from footprint.reports import tables
from footprint.reports.content.findings import known
from footprint.reports.content.message import message_of
from footprint.reports.content.methods import methods
from footprint.reports.content.severity import word
from footprint.reports.content.verdict import verdict_of
from footprint.reports.values import pieces_in

if TYPE_CHECKING:
    from footprint.reports.board import Board

_SEVERITIES = (
    ("error", "Errors: must be settled"),
    ("warning", "Warnings: should be settled"),
    ("info", "Notes: to be aware of"),
    ("accepted", "Accepted with a reason"),
)


# Tables of a change that would else be called like one of a check.
_CALLED = {
    "agreement": "change_agreement",
    "interfaces": "interfaces_changed",
    "measures": "measures_changed",
}


@dataclass(frozen=True)
class Sheet:
    """A table of the workbook."""

    key: str
    """Name of the table, see `tables.TABLES`."""
    names: tuple[str, ...]
    """Columns in their order."""
    rows: list[dict[str, Any]]
    name: str
    """Of the sheet."""

    @property
    def table(self) -> Table:
        """How a reader sees the table."""
        return tables.table(self.key)

    @property
    def columns(self) -> list[Column]:
        """How a reader sees the columns."""
        return [tables.column(name, self.key) for name in self.names]

    @property
    def told(self) -> str:
        """What the sheet holds, for the list of contents."""
        if not self.rows:
            return f"Empty. {self.table.none}"
        return f"{self.table.rows} {count(len(self.rows), 'row')}.".strip()


# ── tables ──────────────────────────────────────────────────────────────────────────────────────


def sheets(board: Board, most: int) -> Iterator[Sheet]:
    """Return the tables of a report in the order of the workbook; of more than `most` rows as several."""
    for key, names, rows in _tables(board):
        for part, first in enumerate(range(0, max(len(rows), 1), most), start=1):
            title = tables.table(key).title
            name = title if part == 1 else f"{title[:26]} ({part})"
            yield Sheet(key, tuple(names), rows[first : first + most], name)


def _tables(board: Board) -> Iterator[tuple[str, Iterable[str], list[dict[str, Any]]]]:
    document = board.document
    findings = finding_rows(board)
    yield "findings", _finding_columns(findings, board), findings
    pieces = piece_rows(board)
    yield "pieces", pieces[0] if pieces else (), pieces
    if board.comparison is not None:
        compared = board.comparison["tables"]
        for key in ("moves", "areas", *(k for k in compared if k not in ("moves", "areas"))):
            yield _named(_CALLED.get(key, key), compared[key])
    for key, rows in document["tables"].items():
        if key == "flows":
            for name, measured in (board.flows or document)["tables"].items():
                if board.flows is not None or name == "flows":
                    yield _named(name, measured)
        else:
            yield _named(key, _with_names(board, rows) if key == "overlap" else rows)
    yield _named("skipped", skip_rows(board))
    yield _named("inputs", input_rows(board))
    described = methods(flows=board.flows is not None)
    yield _named("methods", [{"subject": what, "method": how} for what, how in described])


def _named(key: str, rows: list[dict[str, Any]]) -> tuple[str, Iterable[str], list[dict[str, Any]]]:
    return key, rows[0] if rows else (), rows


def finding_rows(board: Board) -> list[dict[str, Any]]:
    """Return a row for each finding by its number, and after them, without one, for each that is resolved."""
    return [_finding(*entry) for entry in _every(board)]


def _every(board: Board) -> Iterator[tuple[dict[str, Any], int | None, str | None]]:
    """Return each finding with its number and what the change does to it; those that are resolved last."""
    for number, found in enumerate(board.document["findings"], start=1):
        yield found, number, known(found["new"])
    for found in (board.comparison or board.document)["resolved"] or ():
        yield found, None, "resolved"


def _finding(given: dict[str, Any], number: int | None, change: str | None) -> dict[str, Any]:
    area, place, others = given["area"] or {}, given["location"] or {}, given["others"]
    evidence = dict(given["evidence"])
    for name in listed_with(others, evidence):
        del evidence[name]  # `pieces` has them, one a row
    return {
        "number": number,
        "severity": word(given["severity"]),
        "change": change,
        "rule": given["rule"],
        "name": given["name"],
        "layer": given["layer"],
        "level": given["level"],
        "area_code": area.get("code"),
        "area_name": area.get("name"),
        "people": evidence.pop("people", None),
        "message": given["message"],
        "hint": given["hint"] or None,
        "accepted": given["accepted"],
        "others": "; ".join(f"{other['name']} ({other['code']})" for other in others) or None,
        "file": place.get("path"),
        "line": place.get("line"),
        **{name: _as_cell(value) for name, value in evidence.items()},
    }


def _finding_columns(rows: list[dict[str, Any]], board: Board) -> list[str]:
    """Return the columns of findings: all that is always there, and the evidence that occurs in this run."""
    known = list(dict.fromkeys(name for row in rows for name in row))
    evidence = [name for name in vocabulary() if name in known and name != "people"]
    rest = [name for name in known if name not in evidence and name != "kind"]
    compared = any(row["change"] for row in rows) or board.comparison is not None
    return [name for name in rest if compared or name != "change"] + (["kind"] if rows else []) + evidence


def _as_cell(value: Any) -> Any:
    """Return what a cell can hold of a piece of evidence: a list becomes text."""
    if isinstance(value, (list, tuple)):
        told = ("unknown" if v is None else v if isinstance(v, str) else json.dumps(v) for v in value)
        return "; ".join(told)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


def piece_rows(board: Board) -> list[dict[str, Any]]:
    """Return a row for each piece that a finding names: where it lies, its people, share, area and width."""
    rows = []
    every = list(_every(board))
    compared = any(change for _, _, change in every)
    for given, number, change in every:
        evidence, area = given["evidence"], given["area"] or {}
        for piece in pieces_in(given):
            row = {
                "number": number,
                **({"change": change} if compared else {}),
                "rule": given["rule"],
                "layer": given["layer"],
                "area_code": area.get("code"),
                "area_name": area.get("name"),
                "other_code": piece.area.code,
                "other_name": piece.area.name,
                **{name: getattr(piece, measure) for name, measure in LISTED.items()},
                "denominator": evidence.get("denominator"),
            }
            rows.append(row)
    return rows


def _with_names(board: Board, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return overlaps with the names of both areas after their codes."""
    found = []
    for row in rows:
        out: dict[str, Any] = {}
        for name, value in row.items():
            out[name] = value
            if name in ("source", "target"):
                layer = board.plan.layers.get(row[f"{name}_layer"])
                out[f"{name}_name"] = None if layer is None else layer.name(value)
        found.append(out)
    return found


def skip_rows(board: Board) -> list[dict[str, Any]]:
    """Return a row for each skip, with what it means for the check."""
    return [
        {
            "rule": skip["rule"],
            "reason": skip["reason"],
            "outcome": "refused: the check is incomplete" if held.refused else "skipped",
        }
        for skip, held in zip(board.document["skipped"], board.result.skipped, strict=True)
    ]


def input_rows(board: Board) -> list[dict[str, Any]]:
    """Return a row for each file that was read; of a change with the side that it was read for."""
    after = board.document["plan"]["inputs"]
    if board.comparison is None:
        return list(after)
    before = board.comparison["before"]["inputs"]
    both = [{"side": "before and after" if one in before else "after", **one} for one in after]
    return both + [{"side": "before", **one} for one in before if one not in after]


# ── summary ─────────────────────────────────────────────────────────────────────────────────────


def summary(board: Board) -> Iterator[tuple[str, Any]]:
    """Return the lines of the summary: (label, value), and (heading, None)."""
    document = board.document
    plan = document["plan"]
    message = message_of(board.result, board.change)
    yield "In short", None
    for sentence in message.sentences:
        yield "What matters", sentence
    for told in message.figures:
        yield told.label, told.after if told.before is None else f"{told.before} → {told.after}"
    yield "About this report", None
    yield "Boundary report", f"made by footprint {VERSION}"
    yield "Made (UTC)", board.made
    if board.comparison is not None:
        yield "Before", board.comparison["before"]["title"]
        yield "After", board.comparison["after"]["title"]
        for step in board.comparison["proposals"]:
            yield "Change", step["title"]
            yield "Takes effect", dt.date.fromisoformat(step["effective_date"])
            for key in ("legislation_url", "consultation_url"):
                if step[key]:
                    yield key.removesuffix("_url").capitalize(), step[key]
    if plan["date"]:
        yield "Boundaries of", dt.date.fromisoformat(plan["date"])
    yield "Profile of bands", plan["profile"]
    for key, label in (("population_source", "Population from"), ("flow_source", "Flows from")):
        if plan[key]:
            yield label, plan[key]
    if board.flows is not None and board.flows["suppression"]:
        yield "Small numbers", f"kept in by the rule '{board.flows['suppression']}'"
    yield "How to read", "An empty cell is unknown or does not apply; * is a small number that is kept in."
    yield "Verdict", None
    for sentence in verdict_of(board):
        yield "Verdict", sentence
    yield from _counts(board)
    stated = [("Assumed", text) for text in plan["assumptions"]]
    stated += [("Noted on reading", text) for text in plan["notes"]]
    stated += [("Attribution", text) for text in plan["attribution"]]
    if stated:
        yield "Assumptions and notes", None
        yield from stated
    if document["skipped"]:
        yield "Skipped", None
        for skip in skip_rows(board):
            refused = ", refused" if skip["outcome"] != "skipped" else ""
            yield f"{skip['rule']}{refused}", skip["reason"]


def _counts(board: Board) -> Iterator[tuple[str, Any]]:
    document, comparison = board.document, board.comparison
    yield "Findings" if comparison is None else "Findings after the change", None
    for key, label in _SEVERITIES:
        yield label, document["summary"][key]
    if comparison is None:
        return
    yield "What the change does", None
    for group in ("resolved", "new", "remaining"):
        for key, label in _SEVERITIES:
            yield (
                f"{group.capitalize()}: {label.partition(':')[0].lower()}",
                comparison["summary"][group][key],
            )
    people = comparison["summary"]["people_who_move"]
    yield "People who move, counted in each layer", "unknown" if people is None else people
