"""The catalogue of rules."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from footprint.reports import Report

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
