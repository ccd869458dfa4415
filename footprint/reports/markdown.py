"""The report as Markdown, for the summary of a job, a comment on a pull request, or a wiki.

Text from input files arrives as text: no mark-up, no link, no mention of a person, no reference to an
issue, whichever of GitHub, GitLab and Azure DevOps shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from footprint import __version__
from footprint.checks import catalogue
from footprint.model.finding import Finding, Skipped
from footprint.model.words import clean, count, number, percent
from footprint.reports.ci import ordered, verdict, word
from footprint.reports.columns import (
    Words,
    agreement_in_words,
    areas_in_words,
    moves_in_words,
    shown,
    subsidiarity_in_words,
    untouched,
)
from footprint.results.changes import sentences

if TYPE_CHECKING:
    from footprint.model.source import Source
    from footprint.plan.model import Plan
    from footprint.reports.board import Board
    from footprint.results.result import Result

# GitHub shows no summary that is longer than 1 MiB.
MOST_ROWS = 1_000

# An invisible blank, which ends what would else be a mention, a reference, an address or an emoji.
_APART = "&#8203;"
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ACTIVE = re.compile(r"[&<>]|[\\`*_\[\]|~$]|#|[@!](?=\w)|:(?=//|[\w+-]+:)|www(?=\.)", re.IGNORECASE)


def write(result: Result, stream: TextIO) -> None:
    """Write the report."""
    stream.writelines(f"{line}\n" for line in report(result))


def plain(text: str) -> str:
    """Return Markdown that shows a text as it is."""

    def harmless(match: re.Match[str]) -> str:
        found = match[0]
        if found in _ENTITIES:
            return _ENTITIES[found]
        if found == "#":
            return f"\\#{_APART}"
        return found + _APART if found in "@!:" or len(found) > 1 else f"\\{found}"

    return _ACTIVE.sub(harmless, clean(text))


def report(result: Result) -> Iterator[str]:
    """Return the lines of the report."""
    plan = result.plan
    when = f" · {plan.date.day} {plan.date:%B %Y}" if plan.date else ""
    yield f"## {plain(plan.title)}{when}"
    yield ""
    yield f"**{verdict(result)}**"
    yield from _doubts(result)
    yield from _findings(result)
    yield from _resolved(ordered(result.resolved or ()))
    yield from _skipped(result)
    yield from _provenance(plan)


def _doubts(result: Result) -> Iterator[str]:
    for line in _reasons(skip for skip in result.skipped if skip.refused):
        yield ""
        yield f"**Could not be checked:** {line}"
    for stated in result.plan.assumptions:
        yield ""
        yield f"**Assumed:** {plain(stated)}"


def _findings(result: Result) -> Iterator[str]:
    findings = ordered(result.findings)
    splits = [f for f in findings if f.accepted is None and f.divided]
    others = [f for f in findings if f.accepted is None and not f.divided]
    others.sort(key=lambda f: (f.new is False, f.severity.rank))
    if splits:
        yield from _section("Splits")
        yield from _table(
            ("severity", "rule", "layer", "area", "pieces"),
            [(_severity(f), _rule(f), plain(f.layer), _area(f), _pieces(f)) for f in splits],
        )
    if others:
        yield from _section("Other findings" if splits else "Findings")
        yield from _table(
            ("severity", "rule", "layer", "finding"),
            [(_severity(f), _rule(f), plain(f.layer), plain(f.message + _cause(f))) for f in others],
        )
    if splits or others:
        yield ""
        yield "`footprint explain CODE` says why a rule matters and how to settle it."
    yield from _accepted([f for f in findings if f.accepted is not None])


def _skipped(result: Result) -> Iterator[str]:
    skipped = [skip for skip in result.skipped if not skip.refused]
    if skipped:
        rules = len({skip.rule for skip in skipped})
        lines = (f"- {line}" for line in _reasons(skipped))
        yield from _details(f"{count(rules, 'rule')} skipped in whole or in part", lines)


# ── the report for a board ──────────────────────────────────────────────────────────────────────


def save(board: Board, path: Path) -> None:
    """Write the report of a check or of a change, verdict first, into a file."""
    text = "".join(f"{line}\n" for line in board_report(board))
    path.write_text(text, encoding="utf-8", newline="\n")


def board_report(board: Board) -> Iterator[str]:
    """Return the lines of the report of a check, or of a change."""
    plan, comparison = board.plan, board.comparison
    when = f" · {plan.date.day} {plan.date:%B %Y}" if plan.date else ""
    yield f"## {plain(board.title)}{when}"
    first, *others = board.verdict
    yield from ("", f"**{plain(first)}**", "")
    yield from (f"- {plain(sentence)}" for sentence in others)
    yield from _doubts(board.result)
    if comparison is not None:
        yield from _change(board, comparison)
    yield from _findings(board.result)
    if comparison is None:
        yield from _resolved(ordered(board.result.resolved or ()))
    led = subsidiarity_in_words(board.document)
    if led.rows:
        yield from _section("Who leads what")
        yield from _words(led)
        yield from ("", "How much is led at each level is a figure, and no verdict.")
    yield from _skipped(board.result)
    yield from _provenance(plan)
    for stated in plan.attribution:
        yield from ("", plain(stated))
    yield from ("", f"Made on {shown(board.made.date().isoformat(), 'date')} at {board.made:%H:%M} UTC")


def _change(board: Board, comparison: dict[str, Any]) -> Iterator[str]:
    """Say what a change does: who moves, both sides before and after, and what it resolves."""
    assert board.change is not None
    for step in comparison["proposals"]:
        links = [step[key] for key in ("legislation_url", "consultation_url") if step[key]]
        told = f"{step['title']}, from {shown(step['effective_date'], 'date')}"
        yield from ("", plain(told + (f" ({'; '.join(links)})" if links else "")))
    yield from _section("Who moves")
    moves = moves_in_words(comparison)
    yield from _words(moves) if moves.rows else ("Nobody.",)
    answers = sentences(board.change.accountability)
    if answers:
        yield from _section("Who answers")
        yield from (f"- {plain(sentence)}" for sentence in answers[:MOST_ROWS])
        if len(answers) > MOST_ROWS:
            yield from ("", f"and {len(answers) - MOST_ROWS:,} more")
    yield from _section("Areas before and after")
    areas = areas_in_words(comparison)
    if areas.rows:
        yield from _words(areas)
        yield ""
    yield untouched(comparison) or "All areas are touched."
    agreement = agreement_in_words(comparison)
    if agreement.rows:
        yield from _section("Do the layers line up?")
        yield from _words(agreement)
    yield from _section("Resolved")
    gone = ordered(board.change.resolved)
    if gone:
        rows = [(_severity(f), _rule(f), plain(f.layer), plain(f.message)) for f in gone]
        yield from _table(("severity", "rule", "layer", "finding"), rows)
    else:
        yield "Nothing."


def _words(table: Words) -> Iterator[str]:
    """Return a table in words, with columns of numbers to the right."""
    rows = [tuple(plain(cell) if isinstance(cell, str) else "" for cell in row) for row in table.rows]
    lines = list(_table(table.headings, rows))
    rule = " | ".join("---:" if x in table.right else "---" for x in range(len(table.headings)))
    yield from (lines[0], f"| {rule} |", *lines[2:])


# ── parts ───────────────────────────────────────────────────────────────────────────────────────


def _section(title: str) -> Iterator[str]:
    yield from ("", f"### {title}", "")


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"| {' | '.join('---' for _ in header)} |"
    for row in rows[:MOST_ROWS]:
        yield f"| {' | '.join(row)} |"
    if len(rows) > MOST_ROWS:
        yield ""
        yield f"and {len(rows) - MOST_ROWS:,} more; see them all with `--format csv`"


def _details(summary: str, lines: Iterable[str]) -> Iterator[str]:
    yield from ("", "<details>", f"<summary>{summary}</summary>", "")
    yield from lines
    yield from ("", "</details>")


def _severity(finding: Finding) -> str:
    known = {None: "", True: ", **new**", False: ", known"}[finding.new]
    return f"{word(finding)}{known}"


def _rule(finding: Finding) -> str:
    return f"{finding.rule} {finding.name}"


def _cause(finding: Finding) -> str:
    """Return the line that has brought about what is new."""
    at = finding.location if finding.new else None
    return f" ({Path(at.path).name}:{at.line})" if at else ""


def _area(finding: Finding) -> str:
    total = finding.evidence.numbers.get("total")
    people = f": {_number(total)} people" if total is not None else ""
    return plain(f"{finding.area or ''}{people}{_cause(finding)}")


def _pieces(finding: Finding) -> str:
    lines = []
    for piece in finding.pieces:
        size = []
        if piece.people is not None:
            size.append(f"{_number(piece.people)} people")
        elif piece.area_m2 is not None:
            size.append(f"{piece.area_m2 / 1e6:,.1f} km²")
        if isinstance(piece.share, (int, float)):
            size.append(percent(piece.share))
        if piece.width_m is not None:
            size.append(f"{_number(piece.width_m)} m wide")
        lines.append(plain(f"{piece.area}: {', '.join(size)}" if size else str(piece.area)))
    return "<br>".join(lines)


def _number(value: object) -> str:
    """Return a count; one that is kept in is a word already."""
    if isinstance(value, str):
        return value
    return number(float(value) if isinstance(value, (int, float)) else None)


def _accepted(findings: Sequence[Finding]) -> Iterator[str]:
    if findings:
        rows = [
            (_severity(f), _rule(f), plain(f.layer), plain(f.message), plain(f.accepted or ""))
            for f in findings
        ]
        table = _table(("severity", "rule", "layer", "finding", "reason"), rows)
        yield from _details(f"{len(findings):,} accepted", table)


def _resolved(findings: Sequence[Finding]) -> Iterator[str]:
    if findings:
        rows = [(word(f), _rule(f), plain(f.layer), plain(f.message)) for f in findings]
        table = _table(("severity", "rule", "layer", "finding"), rows)
        yield from _details(f"{len(findings):,} resolved", table)


def _reasons(skipped: Iterable[Skipped]) -> Iterator[str]:
    """Return a line for each reason, with the rules that it holds for."""
    by_reason: dict[str, list[str]] = {}
    for skip in skipped:
        by_reason.setdefault(skip.reason, []).append(skip.rule)
    names = {code: f"{code} {rule.name}" for code, rule in catalogue().items()}
    for reason, rules in by_reason.items():
        told = ", ".join(rules) if len(rules) > 1 else names.get(rules[0], rules[0])
        yield f"{told}: {plain(reason)}"


def _provenance(plan: Plan) -> Iterator[str]:
    by_file: dict[tuple[str, str], list[Source]] = {}
    for source in plan.inputs:
        by_file.setdefault((source.path, source.sha256), []).append(source)
    rows = [
        (
            plain(Path(path).name),
            f"{sources[0].features:,}",
            plain(sources[0].crs or "–"),
            ", ".join(dict.fromkeys(str(s.vintage) for s in sources if s.vintage)) or "–",
            plain(", ".join(s.role.removeprefix("layers.") for s in sources)),
            f"`{sha256[:12]}`",
        )
        for (path, sha256), sources in by_file.items()
    ]
    if rows:
        yield from _details(
            count(len(rows), "input"), _table(("file", "rows", "CRS", "vintage", "as", "sha256"), rows)
        )
    yield ""
    yield f"footprint {__version__}, profile {plain(plan.profile)}"
