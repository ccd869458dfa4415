"""Findings as SARIF 2.1.0, the format of static analysis that code hosts and editors read.

Every finding is a result. An accepted one carries its reason as a suppression, and one that was
compared with an earlier run says whether it is new. Skipped rules are notifications of the run; one
that was refused makes it unsuccessful.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import quote

from footprint.checks import Rule, catalogue
from footprint.model.finding import Finding, Severity, Skipped
from footprint.model.version import VERSION
from footprint.model.words import clean
from footprint.reports.as_json import dump
from footprint.reports.ci import fingerprints, place, told
from footprint.reports.content.findings import ordered
from footprint.reports.values import plain

if TYPE_CHECKING:
    from footprint.reports import Report
    from footprint.results.result import Result

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def write(report: Report, stream: TextIO) -> None:
    """Write the result as a SARIF log with one run."""
    dump(document(report.found), stream)


def document(result: Result) -> dict[str, Any]:
    """Return the log as plain Python values."""
    rules = catalogue()
    at = {code: i for i, code in enumerate(result.rules)}
    findings = ordered(result.findings)
    assumed = [f"Assumed: {stated}" for stated in result.plan.assumptions]
    notifications = [{"level": "note", "message": _message(words)} for words in assumed]
    notifications += [_notification(skip, at) for skip in result.skipped]
    run = {
        "tool": {
            "driver": {
                "name": "footprint",
                "version": VERSION,
                "rules": [_rule(rules[code]) for code in result.rules],
            }
        },
        "invocations": [
            {"executionSuccessful": not result.incomplete, "toolExecutionNotifications": notifications}
        ],
        "columnKind": "utf16CodeUnits",
        "results": [
            _result(result, finding, at, mark)
            for finding, mark in zip(findings, fingerprints(findings), strict=True)
        ],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": _message(rule.summary),
        "fullDescription": _message(rule.why),
        "help": {
            **_message(rule.settle),
            "markdown": _doubled(f"{rule.why}\n\n**How to settle it.** {rule.settle}"),
        },
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": [rule.family]},
    }


def _result(result: Result, finding: Finding, at: dict[str, int], mark: str) -> dict[str, Any]:
    given: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": at[finding.rule],
        "level": LEVELS[finding.severity],
        "message": _message(told(finding)),
        # The second is what GitHub tells alerts apart by. Without it GitHub would hash the line that
        # a finding points to, and take all findings of a rule that point to the plan for one.
        "partialFingerprints": {"footprint/v1": mark, "primaryLocationLineHash": f"{mark}:1"},
        # for all results or for none
        "suppressions": [],
        "properties": {
            "layer": finding.layer,
            "level": finding.level,
            "area": finding.area and finding.area.code,
            "others": [other.code for other in finding.others],
            "evidence": {
                "kind": finding.evidence.kind,
                **{key: plain(value) for key, value in finding.evidence.numbers.items()},
            },
        },
    }
    where = place(result, finding)
    if where is not None:
        given["locations"] = [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(where.path)},
                    "region": {"startLine": where.line},
                }
            }
        ]
    if finding.accepted is not None:
        given["suppressions"] = [{"kind": "external", "justification": clean(finding.accepted)}]
    if finding.new is not None:
        given["baselineState"] = "new" if finding.new else "unchanged"
    return given


def _notification(skip: Skipped, at: dict[str, int]) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": skip.rule}
    if skip.rule in at:
        rule["index"] = at[skip.rule]
    words = f"{skip.rule} was {'refused' if skip.refused else 'skipped'}: {clean(skip.reason)}"
    return {
        "level": "warning" if skip.refused else "note",
        "message": _message(words),
        "associatedRule": rule,
    }


def _message(text: str) -> dict[str, str]:
    # "[text](address)" would be a link
    return {"text": _doubled(text.replace("](", "] ("))}


def _doubled(text: str) -> str:
    """Return a text with doubled braces: single ones stand around the numbers of placeholders."""
    return text.replace("{", "{{").replace("}", "}}")
