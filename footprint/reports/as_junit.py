"""Findings as JUnit XML, the format of test results that every CI system reads.

A family of rules is a test suite, a rule that was run a test case, so that the list of tests stays
the same from run to run and a rule can be seen to pass. A test case

- fails, with one <failure> that lists them, if the rule has errors that are neither accepted nor known
  from before;
- ends in an <error> if it has none, but the rule was refused as incomparable: the verdict is missing;
- is skipped, with the reason, if the rule found nothing and was skipped in whole or in part;
- passes otherwise.

Whatever else there is stands in its <system-out>: warnings, notes, what is known from before or
accepted, what was skipped. CI systems count failures, and these are the findings that fail a check
unless --fail-on or --gate says otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from footprint.checks import Rule, catalogue
from footprint.model.finding import Finding, Skipped
from footprint.model.words import clean, count
from footprint.reports.ci import by_rule, fails, told
from footprint.reports.content.findings import ordered
from footprint.reports.content.severity import word

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.reports import Report
    from footprint.results.result import Result

_COUNTED = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}


def write(report: Report, stream: TextIO) -> None:
    """Write the result as JUnit XML; the characters that XML cannot hold have been cleaned away."""
    result: Result = report.found
    root = Element("testsuites", name="footprint")
    rules = [catalogue()[code] for code in result.rules]
    findings, skipped = ordered(result.findings), by_rule(result.skipped)
    for family in dict.fromkeys(rule.family for rule in rules):
        suite = SubElement(root, "testsuite", name=f"footprint.{family}")
        _properties(suite, result.plan)
        for rule in rules:
            if rule.family == family:
                found = [f for f in findings if f.rule == rule.code]
                suite.append(_case(rule, found, skipped.get(rule.code, [])))
        _count(suite, *_COUNTED)
    _count(root, "tests", "failures", "errors")
    ElementTree.indent(root, " ")
    stream.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    stream.write(ElementTree.tostring(root, encoding="unicode") + "\n")


def _properties(suite: Element, plan: Plan) -> None:
    facts = [("plan", plan.title), ("date", plan.date.isoformat() if plan.date else "")]
    facts += [("assumption", stated) for stated in plan.assumptions]
    holder = SubElement(suite, "properties")
    for name, value in facts:
        if value:
            SubElement(holder, "property", name=name, value=clean(value))


def _count(element: Element, *attributes: str) -> None:
    for attribute in attributes:
        element.set(attribute, str(sum(1 for _ in element.iter(_COUNTED[attribute]))))


def _case(rule: Rule, findings: list[Finding], skipped: list[Skipped]) -> Element:
    case = Element("testcase", classname=f"footprint.{rule.family}", name=f"{rule.code} {rule.name}")
    failing = [f for f in findings if fails(f)]
    lines = [_line(f) for f in findings if not fails(f)]
    reasons = "; ".join(clean(s.reason) for s in skipped)
    # GitLab shows the text and not the attribute, Azure DevOps both
    if failing:
        head = clean(failing[0].message)
        if len(failing) > 1:
            head = f"{count(len(failing), 'error')}, the first: {head}"
        element = SubElement(case, "failure", type="finding", message=head)
        element.text = "\n".join(told(f) for f in failing)
        lines += [f"{'refused' if s.refused else 'skipped'}: {clean(s.reason)}" for s in skipped]
    elif any(s.refused for s in skipped):
        SubElement(case, "error", type="refused", message=reasons).text = reasons
    elif skipped and not findings:
        SubElement(case, "skipped", message=reasons).text = reasons
    else:
        lines += [f"skipped: {clean(s.reason)}" for s in skipped]
    if lines:
        SubElement(case, "system-out").text = "\n".join(lines)
    return case


def _line(finding: Finding) -> str:
    if finding.accepted is not None:
        return f"accepted {word(finding.severity)}: {told(finding)} Reason: {clean(finding.accepted)}"
    return f"{'known ' if finding.new is False else ''}{word(finding.severity)}: {told(finding)}"
