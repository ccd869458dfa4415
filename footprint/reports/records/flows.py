"""Patient flows: every table of them, and the findings that are about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from footprint.measure.flows import FLOW_TABLES
from footprint.model.finding import counts
from footprint.reports.records import VERSION, finding, plan_record, records, skips

if TYPE_CHECKING:
    from footprint.reports import Report
    from footprint.results.result import FlowResult


def record(report: Report) -> dict[str, Any]:
    """Return flows as plain Python values (see `footprint schema flows`)."""
    found: FlowResult = report.found
    return {
        "version": VERSION,
        "plan": plan_record(found.plan),
        "suppression": found.plan.suppress,
        "summary": counts(found.findings),
        "findings": [finding(f) for f in found.findings],
        "skipped": skips(found.skipped),
        "tables": {name: records(frame) for name, frame in found.tables.items()},
    }


def write_csv(report: Report, stream: TextIO) -> None:
    """Write one of the FLOW_TABLES."""
    name = report.table or "flows"
    FLOW_TABLES[name].write_csv(report.found.tables[name], stream)
