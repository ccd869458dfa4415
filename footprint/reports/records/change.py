"""A change: what it resolves, breaks and leaves, who moves, and both sides before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from footprint.model.finding import counts
from footprint.reports.content.change import proposals, summary
from footprint.reports.records import VERSION, finding, plan_record, records, skips
from footprint.results.tables import COMPARED

if TYPE_CHECKING:
    from footprint.model.proposal import Proposal
    from footprint.reports import Report
    from footprint.results.comparison import Comparison


def record(report: Report) -> dict[str, Any]:
    """Return a change as plain Python values (see `footprint schema compare`)."""
    found: Comparison = report.found
    groups = {"resolved": found.resolved, "new": found.new, "remaining": found.remaining}
    return {
        "version": VERSION,
        "before": plan_record(found.before.plan),
        "after": plan_record(found.after.plan),
        "proposals": [_proposal(p) for p in proposals(found)],
        "summary": {
            "sentence": summary(found),
            **{name: counts(group) for name, group in groups.items()},
            "people_who_move": _plain(found.people_who_move),
            "people_who_join": _plain(found.people_who_join),
        },
        **{name: [finding(f) for f in group] for name, group in groups.items()},
        "skipped": skips(found.after.skipped),
        "tables": {name: records(getattr(found, name)) for name in COMPARED},
    }


def _plain(value: float) -> float | None:
    return None if value != value else int(value) if value == int(value) else value


def _proposal(given: Proposal) -> dict[str, Any]:
    return {
        "title": given.title,
        "effective_date": given.effective_date.isoformat(),
        "legislation_url": given.legislation_url or None,
        "consultation_url": given.consultation_url or None,
        "path": str(given.path),
    }


def write_csv(report: Report, stream: TextIO) -> None:
    """Write one of the tables of COMPARED."""
    name = report.table or "areas"
    COMPARED[name].write_csv(getattr(report.found, name), stream)
