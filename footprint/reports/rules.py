"""The catalogue of rules, and one rule explained."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from footprint.checks import Rule, catalogue
from footprint.reports.json import dump
from footprint.reports.terminal import grid, line, show, title

_FIELDS = ("code", "name", "family", "severity", "summary", "why", "settle")


def write(name: str, stream: TextIO) -> None:
    """Write the catalogue as "terminal", "json" or "csv"."""
    rules = list(catalogue().values())
    rows = [{name: str(getattr(rule, name)) for name in _FIELDS} for rule in rules]
    if name == "json":
        dump(rows, stream)
    elif name == "csv":
        table = csv.DictWriter(stream, _FIELDS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    else:
        show(stream, _terminal(rules))


def _terminal(rules: list[Rule]) -> Iterator[RenderableType]:
    for family in dict.fromkeys(r.family for r in rules):
        yield title(f"{family.capitalize()} rules")
        out = grid("left", "left", "left", "fold")
        for r in rules:
            if r.family == family:
                out.add_row(Text(r.code, style="bold"), r.name, str(r.severity), r.summary)
        yield Padding(out, (0, 0, 0, 2))
    yield Text("\nExplain one with: footprint explain CODE")


def write_one(rule: Rule, stream: TextIO) -> None:
    """Print what one rule finds, why that matters and how to settle it."""
    head = Text(f"{rule.code} {rule.name} ({rule.family} rule, {rule.severity})", style="bold")
    parts: list[RenderableType] = [head, line(rule.summary, indent=0)]
    for heading, words in (("Why it matters", rule.why), ("How to settle it", rule.settle)):
        parts += [title(heading), line(words)]
    show(stream, parts)


def markdown() -> str:
    """Return the catalogue as a Markdown table, as the README shows it."""
    head = "| rule | name | severity | what it finds |\n| --- | --- | --- | --- |\n"
    return head + "".join(
        f"| {r.code} | {r.name} | {r.severity} | {r.summary} |\n" for r in catalogue().values()
    )
