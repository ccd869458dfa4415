"""A check: findings, skips and tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TextIO

from footprint.reports.records import VERSION, finding, plan_record, records, skips, write_rows

if TYPE_CHECKING:
    from footprint.model.finding import Finding
    from footprint.reports import Report
    from footprint.results.result import Result

COLUMNS = (
    "rule", "name", "severity", "accepted", "layer", "level", "area_code", "area_name", "other_codes",
    "other_names", "people", "message", "hint", "evidence", "evidence_fields",
)  # fmt: skip


def record(report: Report) -> dict[str, Any]:
    """Return a check as plain Python values (see `footprint schema findings`)."""
    result: Result = report.found
    from footprint.measure.people import POPULATION

    return {
        "version": VERSION,
        "plan": plan_record(result.plan),
        "summary": result.summary,
        "findings": [finding(f) for f in result.findings],
        "resolved": None if result.resolved is None else [finding(f) for f in result.resolved],
        "skipped": skips(result.skipped),
        "tables": {
            "overlap": records(result.overlap),
            "population": records(result.population[POPULATION.names]),
            "best_fit": records(result.best_fit),
            "flows": records(result.flows),
            **{name: records(frame) for name, frame in result.accountability.items()},
        },
    }


def write_csv(report: Report, stream: TextIO) -> None:
    """Write the findings, a row each; the fields of the evidence stand in the last column as JSON."""
    write_rows(COLUMNS, map(_row, report.found.findings), stream)


def _row(f: Finding) -> tuple[Any, ...]:
    numbers = dict(f.evidence.numbers)
    people = numbers.get("people")
    return (
        f.rule, f.name, str(f.severity), f.accepted or "", f.layer, f.level or "",
        f.area.code if f.area else "", f.area.name if f.area else "",
        ";".join(o.code for o in f.others), ";".join(o.name for o in f.others),
        "" if people is None else people, f.message, f.hint, f.evidence.kind,
        json.dumps(numbers, ensure_ascii=False),
    )  # fmt: skip
