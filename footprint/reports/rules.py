"""The catalogue of rules, and one rule explained."""

from __future__ import annotations

import csv
import json
from dataclasses import asdict
from typing import TextIO

from rich.padding import Padding
from rich.text import Text

from footprint.checks import Rule, catalogue
from footprint.reports.terminal import console_for, grid, line, title

_FIELDS = ("code", "name", "family", "severity", "summary", "why", "settle")


def write(name: str, stream: TextIO) -> None:
    """Write the catalogue as "terminal", "json" or "csv"."""
    rules = list(catalogue().values())
    rows = [{k: str(v) for k, v in asdict(r).items() if k in _FIELDS} for r in rules]
    if name == "json":
        json.dump(rows, stream, ensure_ascii=False, indent=1)
        stream.write("\n")
    elif name == "csv":
        table = csv.DictWriter(stream, _FIELDS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    else:
        console = console_for(stream)
        for family in dict.fromkeys(r.family for r in rules):
            console.print(title(f"{family.capitalize()} rules"))
            out = grid("left", "left", "left", "fold")
            for r in rules:
                if r.family == family:
                    out.add_row(Text(r.code, style="bold"), r.name, str(r.severity), r.summary)
            console.print(Padding(out, (0, 0, 0, 2)))
        console.print(line("\nExplain one with: footprint explain CODE", indent=0))


def write_one(rule: Rule, stream: TextIO) -> None:
    """Print what one rule finds, why that matters and how to settle it."""
    console = console_for(stream)
    console.print(Text(f"{rule.code} {rule.name} ({rule.family} rule, {rule.severity})", style="bold"))
    console.print(line(rule.summary, indent=0))
    for heading, words in (("Why it matters", rule.why), ("How to settle it", rule.settle)):
        console.print(title(heading))
        console.print(line(words))


def markdown() -> str:
    """Return the catalogue as a Markdown table, as the README shows it."""
    head = "| rule | name | severity | what it finds |\n| --- | --- | --- | --- |\n"
    return head + "".join(
        f"| {r.code} | {r.name} | {r.severity} | {r.summary} |\n" for r in catalogue().values()
    )
