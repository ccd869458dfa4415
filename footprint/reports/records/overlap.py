"""The overlap of two boundary files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from footprint.geometry.overlap import OVERLAP
from footprint.model.schema import Column
from footprint.reports.records import VERSION, records, source

if TYPE_CHECKING:
    from footprint.reports import Report


def record(report: Report) -> dict[str, Any]:
    """Return the overlap as plain Python values."""
    found, a, b = report.found
    return {
        "version": VERSION,
        "inputs": [source(a.source), source(b.source)],
        "tolerance_m": found.tolerance.metres if found.tolerance else None,
        "tolerance_reason": found.tolerance.why if found.tolerance else None,
        "overlap": records(found.table),
        "outside": records(found.outside),
        "too_small": list(found.too_small),
    }


def write_csv(report: Report, stream: TextIO) -> None:
    """Write the overlaps, with the names of both areas."""
    found, a, b = report.found
    table = found.table.assign(
        source_name=a.names.reindex(found.table["source"]).to_numpy(),
        target_name=b.names.reindex(found.table["target"]).to_numpy(),
    )
    OVERLAP.adding(Column("source_name"), Column("target_name")).write_csv(table, stream)
