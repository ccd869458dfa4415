"""Findings as a table, one row each, for spreadsheets."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, TextIO

from footprint.model.words import spreadsheet_safe

if TYPE_CHECKING:
    from footprint.results.result import Result

COLUMNS = (
    "rule", "name", "severity", "accepted", "layer", "level", "area_code", "area_name", "other_codes",
    "other_names", "people", "message", "hint", "evidence", "evidence_fields",
)  # fmt: skip


def write(result: Result, stream: TextIO) -> None:
    """Write the findings as CSV; the fields of the evidence stand in the last column as JSON."""
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(COLUMNS)
    for f in result.findings:
        numbers = dict(f.evidence.numbers)
        row = (
            f.rule,
            f.name,
            str(f.severity),
            f.accepted or "",
            f.layer,
            f.level or "",
            f.area.code if f.area else "",
            f.area.name if f.area else "",
            ";".join(o.code for o in f.others),
            ";".join(o.name for o in f.others),
            numbers.get("people", "") if numbers.get("people") is not None else "",
            f.message,
            f.hint,
            f.evidence.kind,
            json.dumps(numbers, ensure_ascii=False),
        )
        table.writerow([spreadsheet_safe(v) if isinstance(v, str) else v for v in row])
