"""The catalogue of rules, and one rule explained."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from footprint.reports.content.severity import word
from footprint.reports.document import Block, Heading, Words, lines, text

if TYPE_CHECKING:
    from footprint.checks import Rule
    from footprint.reports import Report


def document(report: Report) -> Iterator[Block]:
    """Return every rule, by family."""
    for family in dict.fromkeys(rule.family for rule in report.found):
        yield Heading(f"{family.capitalize()} rules")
        rows = [
            (Words(rule.code), rule.name, word(rule.severity), rule.summary)
            for rule in report.found
            if rule.family == family
        ]
        yield lines("lllw", rows)
    yield text("", depth=0)
    yield text("Explain one with: footprint explain CODE", depth=0)


def explained(rule: Rule) -> Iterator[Block]:
    """Return what one rule finds, why that matters and how to settle it."""
    yield Heading(f"{rule.code} {rule.name} ({rule.family} rule, {word(rule.severity)})", 1)
    yield text(rule.summary, depth=0)
    for heading, words in (("Why it matters", rule.why), ("How to settle it", rule.settle)):
        yield from (Heading(heading), text(words))


# ── as values ───────────────────────────────────────────────────────────────────────────────────


_FIELDS = ("code", "name", "family", "severity", "summary", "why", "settle")


def record(report: Report) -> list[dict[str, str]]:
    """Return a row for each rule."""
    return [{name: str(getattr(rule, name)) for name in _FIELDS} for rule in report.found]


def write_csv(report: Report, stream: TextIO) -> None:
    """Write a row for each rule."""
    # our own words, with paragraphs
    table = csv.DictWriter(stream, _FIELDS, lineterminator="\n")
    table.writeheader()
    table.writerows(record(report))
