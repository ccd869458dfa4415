"""One table of a report, for spreadsheets and scripts; of a check its findings, one row each."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from footprint.reports import Report


def write(report: Report, stream: TextIO) -> None:
    """Write the table as CSV."""
    report.write_csv(stream)
