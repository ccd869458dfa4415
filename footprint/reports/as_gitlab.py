"""Findings as a code quality report of GitLab, which merge requests compare with their target branch.

Errors are critical, warnings major, notes info. Accepted findings are left out, as GitLab has no word
for them. GitLab itself finds out which are new.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from footprint.model.finding import Finding, Location, Severity
from footprint.reports.as_json import dump
from footprint.reports.ci import fingerprints, place, relative, told
from footprint.reports.content.findings import ordered

if TYPE_CHECKING:
    from footprint.reports import Report
    from footprint.results.result import Result

SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}


def write(report: Report, stream: TextIO) -> None:
    """Write a list with an object for each finding that is not accepted."""
    result: Result = report.found
    findings = ordered(result.findings)
    entries = []
    for finding, mark in zip(findings, fingerprints(findings), strict=True):
        if finding.accepted is None:
            where = place(result, finding) or _file(result, finding)
            entries.append(
                {
                    "description": told(finding),
                    "check_name": f"{finding.rule} {finding.name}",
                    "fingerprint": mark,
                    "severity": SEVERITIES[finding.severity],
                    "location": {"path": where.path, "lines": {"begin": where.line}},
                }
            )
    dump(entries, stream)


def _file(result: Result, finding: Finding) -> Location:
    """Return the file of the finding's layer, or the first input: without a path GitLab shows nothing."""
    inputs = result.plan.inputs
    of_layer = [s for s in inputs if s.role.removeprefix("layers.").split(".")[0] == finding.layer]
    return Location(relative((of_layer or inputs)[0].path), 1)
