"""Findings as annotations of GitHub Actions, and a last line with the counts.

Accepted findings are not annotated, and those known from before are notices. The gravest come
first, because GitHub shows only the first few annotations of a step.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from footprint.checks import catalogue
from footprint.model.finding import Location, Severity
from footprint.model.words import clean
from footprint.reports.ci import place, told
from footprint.reports.content.findings import ordered, verdict
from footprint.reports.content.severity import word

if TYPE_CHECKING:
    from footprint.reports import Report
    from footprint.results.result import Result

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def write(report: Report, stream: TextIO) -> None:
    """Write a line for each finding that is not accepted, for each refusal and for each assumption."""
    result: Result = report.found
    refused = [skip for skip in result.skipped if skip.refused]
    for skip in refused:
        name = catalogue()[skip.rule].name if skip.rule in catalogue() else ""
        stream.write(_annotation("error", f"{skip.rule} {name} could not be checked", clean(skip.reason)))
    open_ = [f for f in ordered(result.findings) if f.accepted is None]
    for finding in sorted(open_, key=lambda f: (f.new is False, f.severity.rank)):
        command, title = COMMANDS[finding.severity], f"{finding.rule} {finding.name}"
        if finding.new is False:
            command, title = "notice", f"{title} (known {word(finding.severity)})"
        stream.write(_annotation(command, title, told(finding), place(result, finding)))
    for stated in result.plan.assumptions:
        stream.write(_annotation("notice", "Assumed", clean(stated)))
    stream.write(verdict(result) + "\n")


def _annotation(command: str, title: str, message: str, where: Location | None = None) -> str:
    properties = {} if where is None else {"file": where.path, "line": str(where.line)}
    properties["title"] = title
    told_ = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{command} {told_}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
