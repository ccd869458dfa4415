"""The formats for continuous integration: SARIF, JUnit, GitHub, GitLab and Markdown; action and hook.

No specification is at hand where the tests run, so what matters of each is written down here:

- SARIF 2.1.0 (OASIS Standard, with errata 01), in SARIF: the objects that are written, with the
  properties that they must have (version and runs 3.13, tool and driver 3.18 and 3.19, result 3.27
  with message 3.11, suppression 3.35, reportingDescriptor 3.49, notification 3.58) and no others.
- JUnit XML as the schema junit-10 of the Jenkins xUnit plugin has it, in CASE and SUITE: the children
  and attributes of each element.
- GitLab's code quality report: description, check_name, fingerprint, severity and location.
- GitHub's workflow commands: `::command key=value,key=value::message`, with %, CR and LF escaped, and
  `:` and `,` as well in values.
"""

from __future__ import annotations

import functools
import io
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest
from inline_snapshot import snapshot
from maps import draw, save
from markdown_it import MarkdownIt

import footprint
from footprint.model.finding import Area, Finding, Location
from footprint.plan.bare import plan_from_layers
from footprint.read.formats import BOUNDARY_ENDINGS
from footprint.read.proposalfile import read_proposal
from footprint.reports import write
from footprint.reports.ci import fingerprints, place, relative
from footprint.reports.content.findings import ordered
from footprint.results.result import Result
from footprint.results.run import check_change

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "tests" / "examples"
FOLDERS = sorted(p.parent for p in EXAMPLES.glob("*/*/footprint.toml"))
FORMATS = ("sarif", "junit", "github", "gitlab", "markdown")
HOSTILE = "<script>alert(1)</script> a|b `c` [x](y) ![i](z) @nhs #12 {0} 100%, d::e \x07\u202e\\ *f* www.g.uk"


@functools.cache
def checked(folder: Path) -> Result:
    plan = footprint.load_plan(folder)
    if (folder / "proposal.toml").exists():
        return check_change(plan, [read_proposal(folder)])
    return footprint.check(plan)


def text(result: Result, name: str) -> str:
    stream = io.StringIO()
    write(result, name, stream)
    return stream.getvalue()


def split_example() -> Result:
    return checked(EXAMPLES / "fail" / "fp201-split-area")


def split_alone() -> Result:
    return footprint.check(split_example().plan, ["FP201"])


def each(result: Result, **changes: Any) -> Result:
    """Return the result with every finding changed."""
    return replace(result, findings=[replace(f, **changes) for f in result.findings])


def folded(report: str) -> str:
    """Fold long lines and shorten paths, so that a report can stand in a test."""
    lines = report.replace(relative(EXAMPLES), "…").splitlines()
    return "\n".join(textwrap.fill(line, 90, subsequent_indent="    ") for line in lines)


class Page(HTMLParser):
    """The text of a rendered page, and the elements in it."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.text, self.tags = "", Counter[str]()
        self.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))
        self.text = self.text.replace("\u200b", "")

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags[tag] += 1


def sarif_texts(result: Result) -> list[str]:
    return [r["message"]["text"] for r in json.loads(text(result, "sarif"))["runs"][0]["results"]]


def commands(result: Result) -> list[tuple[str, dict[str, str], str]]:
    """Read the annotations for GitHub as its runner does."""
    found = []
    for line in text(result, "github").splitlines()[:-1]:
        match = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        assert match is not None, line
        pairs = dict(pair.split("=", 1) for pair in match[2].split(","))
        found.append((match[1], {key: unquote(value) for key, value in pairs.items()}, unquote(match[3])))
    return found


def seen(result: Result, name: str) -> str:
    """Return all text of a report, as its reader sees it."""
    if name == "sarif":
        return "\n".join(sarif_texts(result))
    if name == "junit":
        return "\n".join(ElementTree.fromstring(text(result, name)).itertext())
    if name == "github":
        return "\n".join(message for _, _, message in commands(result))
    if name == "gitlab":
        return "\n".join(entry["description"] for entry in json.loads(text(result, name)))
    return Page(text(result, name)).text


@pytest.mark.sampled
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
@pytest.mark.parametrize("name", FORMATS)
def test_every_finding_of_the_json_is_in_every_format(folder: Path, name: str) -> None:
    result = checked(folder)
    report = seen(result, name)
    document = json.loads(text(result, "json"))
    for found, finding in zip(result.findings, document["findings"], strict=True):
        if finding["accepted"] is not None and name in ("github", "gitlab"):
            assert finding["message"] not in report
        elif name == "markdown" and found.divided and finding["accepted"] is None:
            for area in (finding["area"], *finding["others"]):
                named = area["name"] != area["code"]
                assert (f"{area['name']} ({area['code']})" if named else area["code"]) in report
        else:
            assert finding["message"] in report
        if finding["accepted"] is not None and name in ("junit", "markdown"):
            assert finding["accepted"] in report
    if name in ("junit", "markdown"):
        assert all(skip["reason"] in report for skip in document["skipped"])


# ── SARIF ───────────────────────────────────────────────────────────────────────────────────────


def closed(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def listed(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


STRING, COUNT, BAG = {"type": "string", "minLength": 1}, {"type": "integer", "minimum": 0}, {"type": "object"}
LEVEL = {"enum": ["error", "warning", "note"]}
# single braces would be placeholders, and "](" a link
PLAIN = {"type": "string", "pattern": r"^([^{}\]]|\{\{|\}\}|\](?!\())+$"}
MESSAGE = closed({"text": PLAIN})
PLACE = closed(
    {
        "physicalLocation": closed(
            {
                "artifactLocation": closed({"uri": {"type": "string", "pattern": r"^[\w.~%/+-]+$"}}),
                "region": closed({"startLine": {"type": "integer", "minimum": 1}}),
            }
        )
    }
)
RULE = closed(
    {
        "id": {"pattern": r"^FP\d{3}$"},
        "name": {"pattern": "^([A-Z][a-z]+)+$"},
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": closed({"text": PLAIN, "markdown": STRING}),
        "defaultConfiguration": closed({"level": LEVEL}),
        "properties": closed({"tags": listed(STRING)}),
    }
)
RESULT = closed(
    {
        "ruleId": STRING,
        "ruleIndex": COUNT,
        "level": LEVEL,
        "message": MESSAGE,
        "partialFingerprints": closed({"footprint/v1": STRING, "primaryLocationLineHash": STRING}),
        "suppressions": listed(closed({"kind": {"const": "external"}, "justification": STRING})),
        "properties": BAG,
    },
    {"locations": listed(PLACE), "baselineState": {"enum": ["new", "unchanged"]}},
)
NOTIFICATION = closed(
    {"level": LEVEL, "message": MESSAGE}, {"associatedRule": closed({"id": STRING, "index": COUNT})}
)
RUN = closed(
    {
        "tool": closed({"driver": closed({"name": STRING, "version": STRING, "rules": listed(RULE)})}),
        "invocations": listed(
            closed(
                {
                    "executionSuccessful": {"type": "boolean"},
                    "toolExecutionNotifications": listed(NOTIFICATION),
                }
            )
        ),
        "columnKind": {"const": "utf16CodeUnits"},
        "results": listed(RESULT),
    }
)
SARIF = closed({"$schema": STRING, "version": {"const": "2.1.0"}, "runs": listed(RUN)})


@pytest.mark.sampled
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_sarif_has_what_its_specification_asks_for(folder: Path) -> None:
    result = checked(folder)
    log = json.loads(text(result, "sarif"))
    jsonschema.validate(log, SARIF)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == result.rules
    for one in [
        *run["results"],
        # what is assumed is of no rule
        *(
            n["associatedRule"]
            for n in run["invocations"][0]["toolExecutionNotifications"]
            if "associatedRule" in n
        ),
    ]:
        index = one["ruleIndex"] if "ruleIndex" in one else one["index"]
        assert rules[index]["id"] == one.get("ruleId", one.get("id"))
    marks = [r["partialFingerprints"]["footprint/v1"] for r in run["results"]]
    assert len(set(marks)) == len(marks) == len(result.findings)


def test_sarif_says_what_is_accepted_new_and_incomplete() -> None:
    def run(result: Result) -> dict[str, Any]:
        return json.loads(text(result, "sarif"))["runs"][0]  # type: ignore[no-any-return]

    (accepted,) = run(checked(EXAMPLES / "pass" / "accepted-split"))["results"]
    assert [s["kind"] for s in accepted["suppressions"]] == ["external"]
    result = split_example()
    assert [run(each(result, new=new))["results"][0].get("baselineState") for new in (True, False, None)] == [
        "new", "unchanged", None,
    ]  # fmt: skip
    refused = run(checked(EXAMPLES / "fail" / "fp109-resolution-mismatch"))["invocations"][0]
    assert refused["executionSuccessful"] is False
    assert [
        n["associatedRule"]["id"] for n in refused["toolExecutionNotifications"] if n["level"] == "warning"
    ] == ["FP201"]
    (split,) = run(result)["results"]
    assert split["properties"]["area"] == "E07000065"
    assert split["properties"]["evidence"]["people_in_pieces"] == [3000, 3000]


# ── JUnit ───────────────────────────────────────────────────────────────────────────────────────

SUITE = {"name", "tests", "failures", "errors", "skipped"}
CASE = {
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"message"},
    "system-out": set(),
}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_junit_has_the_elements_that_ci_systems_read(folder: Path) -> None:
    result = checked(folder)
    root = ElementTree.fromstring(text(result, "junit"))
    assert (root.tag, set(root.attrib)) == ("testsuites", {"name", "tests", "failures", "errors"})
    for suite in root:
        assert (suite.tag, set(suite.attrib)) == ("testsuite", SUITE)
        cases = suite.findall("testcase")
        assert [child.tag for child in suite] == ["properties", *("testcase" for _ in cases)]
        assert int(suite.attrib["tests"]) == len(cases)
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.attrib[attribute]) == sum(case.find(tag) is not None for case in cases)
        for case in cases:
            assert set(case.attrib) == {"classname", "name"}
            outcomes = [child.tag for child in case if child.tag != "system-out"]
            assert len(outcomes) <= 1
            for child in case:
                assert set(child.attrib) == CASE[child.tag]
                assert child.text
    cases = root.findall("*/testcase")
    assert [case.attrib["name"][:5] for case in cases] == result.rules
    bad = int(root.attrib["failures"]) + int(root.attrib["errors"])
    assert (bad > 0) == (result.exit_code() > 0)


def test_junit_fails_by_errors_that_are_neither_accepted_nor_known() -> None:
    result = split_example()
    assert text(result, "junit").count("<failure") == 1
    for change in ({"new": False}, {"accepted": "it is known"}):
        quiet = text(each(result, **change), "junit")
        assert "<failure" not in quiet
        assert "is split between 2 systems" in quiet
    warned = text(checked(EXAMPLES / "fail" / "fp301-below-band"), "junit")
    assert "<failure" not in warned
    assert "<system-out>warning: Area B" in warned


# ── GitHub and GitLab ───────────────────────────────────────────────────────────────────────────


def test_annotations_for_github() -> None:
    result = split_example()
    assert folded(text(split_alone(), "github")) == snapshot("""\
::error file=…/fail/fp201-split-area/footprint.toml,line=17,title=FP201 split-area::Area A
    (E07000065) is split between 2 systems: 3,000 of its 6,000 people in Area Y
    (E54000089). Move the boundary, or accept the split with its reason.
1 error\
""")
    (known,) = commands(each(result, new=False))
    assert (known[0], known[1]["title"]) == ("notice", "FP201 split-area (known error)")
    assert commands(each(result, accepted="known")) == []
    refused, found = commands(checked(EXAMPLES / "fail" / "fp109-resolution-mismatch"))
    assert refused[1] == {"title": "FP201 split-area could not be checked"}
    assert (refused[0], found[0]) == ("error", "error")


def test_the_gravest_annotations_come_first() -> None:
    result = checked(ROOT / "data" / "south-yorkshire")
    order = [command for command, place_, _ in commands(result) if "file" in place_]
    assert order == sorted(order, key=("error", "warning", "notice").index)
    assert {"Assumed"} == {place_["title"] for _, place_, _ in commands(result) if "file" not in place_}


def test_code_quality_for_gitlab() -> None:
    assert folded(text(split_alone(), "gitlab")) == snapshot("""\
[
 {
  "description": "Area A (E07000065) is split between 2 systems: 3,000 of its 6,000 people
    in Area Y (E54000089). Move the boundary, or accept the split with its reason.",
  "check_name": "FP201 split-area",
  "fingerprint": "31f4485a7d53885d27aaf5535fe8a465",
  "severity": "critical",
  "location": {
   "path": "…/fail/fp201-split-area/footprint.toml",
   "lines": {
    "begin": 17
   }
  }
 }
]\
""")
    for folder in FOLDERS:
        entries = json.loads(text(checked(folder), "gitlab"))
        assert len({entry["fingerprint"] for entry in entries}) == len(entries)
        assert {entry["severity"] for entry in entries} <= {"critical", "major", "info"}
    assert json.loads(text(checked(EXAMPLES / "pass" / "accepted-split"), "gitlab")) == []


# ── Markdown ────────────────────────────────────────────────────────────────────────────────────


def test_the_report_in_markdown() -> None:
    report = text(split_alone(), "markdown")
    assert folded(report[: report.index("<details>")]) == snapshot("""\
## A district in two systems · 1 April 2021

**1 error**

Area A is split between Area X and Area Y. 3,000 people live outside its largest part.

### Splits

| severity | rule | layer | area | pieces |
| --- | --- | --- | --- | --- |
| error | FP201 split-area | lad | Area A (E07000065): 6,000 people | Area X (E54000088):
    3,000 people, 50.0%<br>Area Y (E54000089): 3,000 people, 50.0% |

`footprint explain CODE` says why a rule matters and how to settle it.
""")
    assert "1 error (1 new)" in text(each(split_example(), new=True), "markdown")
    assert "| error, known |" in text(each(split_example(), new=False), "markdown")


def test_markdown_says_what_a_change_brings_and_resolves() -> None:
    (finding,) = checked(EXAMPLES / "fail" / "fp301-below-band").findings
    brought = replace(finding, new=True, location=Location("a/assignment.csv", 12))
    result = replace(split_alone(), findings=[brought], resolved=split_alone().findings)
    report = text(result, "markdown")
    assert "**1 warning (1 new), 1 resolved**" in report
    assert "1 fewer than the 250,000 of a place (assignment.csv:12) |" in report
    assert "<summary>1 resolved</summary>" in report
    assert split_alone().findings[0].message in Page(report).text
    refused = text(checked(EXAMPLES / "fail" / "fp109-resolution-mismatch"), "markdown")
    assert "**INCOMPLETE: 1 error;" in refused
    assert (
        "**Could not be checked:** FP201 split-area: districts in systems: ics.geojson is too coarse"
        in refused
    )


def test_markdown_states_assumptions_and_inputs() -> None:
    result = checked(ROOT / "data" / "south-yorkshire")
    page = Page(text(result, "markdown"))
    for stated in result.plan.assumptions:
        assert f"Assumed: {stated}" in page.text
    for source in result.plan.inputs:
        assert source.sha256[:12] in page.text
    assert page.tags["details"] == 3


def test_a_long_table_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("footprint.reports.as_markdown.MOST_ROWS", 2)
    report = text(checked(EXAMPLES / "fail" / "fp202-not-coterminous"), "markdown")
    assert report.count("FP202 not-coterminous") == 2
    assert "and 1 more; see them all with `--format csv`" in report


# ── what all of them hold to ────────────────────────────────────────────────────────────────────


@pytest.fixture
def hostile(tmp_path: Path) -> Result:
    """A plan whose title, names, accepted reason and files are meant to do harm."""
    for key, drawing, geography in (("lad", "A A A B", "LAD"), ("ics", "X X Y Y", "ICS")):
        frame = draw(drawing, geography)
        frame[f"{geography}21NM"] = [f"{letter} {HOSTILE}"[:79] for letter in "AB"]
        save(frame, tmp_path / f"{key} #[x](y).geojson")
    layers = "".join(f'[layers.{key}]\npath = "{key} #[x](y).geojson"\n' for key in ("lad", "ics"))
    align = '[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "nest"\n'
    plan = f"title = {json.dumps(HOSTILE)}\ndate = 2021-04-01\n{layers}{align}"
    (tmp_path / "footprint.toml").write_text(plan, encoding="utf-8")
    result = footprint.check(footprint.load_plan(tmp_path))
    (split,) = result.findings
    whole = replace(split, pieces=())
    accepted = replace(whole, rule="FP202", name="not-coterminous", accepted=HOSTILE, message=HOSTILE)
    plain = replace(whole, rule="FP103", name="overlap", message=f"{HOSTILE}\r\n::error::z", hint=HOSTILE)
    return replace(result, findings=[split, accepted, plain])


@pytest.mark.sampled
@pytest.mark.parametrize("name", FORMATS)
def test_names_of_input_files_do_nothing(hostile: Result, name: str) -> None:
    report = text(hostile, name)
    # what stays of the text once control characters have become U+FFFD
    told = HOSTILE.replace("\x07", "\ufffd").replace("\u202e", "\ufffd")
    if name == "sarif":
        jsonschema.validate(json.loads(report), SARIF)
        told = told.replace("](", "] (").replace("{0}", "{{0}}")
    assert told in seen(hostile, name)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", report)
    if name == "github":
        assert len(commands(hostile)) == 2
    if name == "markdown":
        assert not re.search(r"@\w|(?<!&)#\w", report)
        page = Page(report)
        assert page.text.count("&#8203;") == 0
        assert set(page.tags) == {
            "h2", "p", "strong", "h3", "table", "thead", "tr", "th", "tbody", "td", "br", "code", "details",
            "summary", "ul", "li",
        }  # fmt: skip
        assert page.tags["code"] == 1 + len(hostile.plan.inputs)
        rows = [line.replace("\\|", "").count("|") for line in report.splitlines() if line.startswith("|")]
        assert set(rows) == {5, 6, 7}


@pytest.mark.sampled
@pytest.mark.parametrize("name", FORMATS)
def test_two_runs_give_the_same_bytes(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the time, nor where the files are, nor the order of their rows makes a difference."""
    reports = []
    for i, step in enumerate((1, -1)):
        folder = tmp_path / str(i)
        shutil.copytree(EXAMPLES / "fail" / "fp202-not-coterminous", folder)
        for path in folder.glob("*.geojson"):
            drawn = json.loads(path.read_text(encoding="utf-8"))
            drawn["features"] = drawn["features"][::step]
            path.write_text(json.dumps(drawn), encoding="utf-8")
        monkeypatch.chdir(folder)
        result = footprint.check(footprint.load_plan("."))
        reports.append(re.sub("`[0-9a-f]{12}`", "", text(result, name)))
        reports.append(
            re.sub("`[0-9a-f]{12}`", "", text(replace(result, findings=result.findings[::-1]), name))
        )
    assert len(set(reports)) == 1
    assert str(tmp_path) not in reports[0]


def test_fingerprints_hold_while_names_and_numbers_change() -> None:
    def renamed(finding: Finding) -> Finding:
        area = finding.area and replace(finding.area, name="another")
        return replace(finding, area=area, message="another", evidence=replace(finding.evidence, numbers={}))

    for folder in FOLDERS:
        findings = ordered(checked(folder).findings)
        assert fingerprints([renamed(f) for f in findings]) == fingerprints(findings)
    (one,) = split_example().findings
    other = replace(one, area=Area("E07000066", "B"))
    assert len(set(fingerprints([one, one, other]))) == 3
    assert fingerprints([one, one])[:1] == fingerprints([one])


def test_findings_point_to_their_own_line_or_to_the_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = split_example()
    (finding,) = result.findings
    monkeypatch.chdir(EXAMPLES)
    assert place(result, replace(finding, location=None)) == Location(
        "fail/fp201-split-area/footprint.toml", 1
    )
    own = replace(finding, location=Location(str(EXAMPLES / "a folder" / "assignment.csv"), 12))
    assert place(result, own) == Location("a folder/assignment.csv", 12)
    (entry,) = json.loads(text(replace(result, findings=[own]), "sarif"))["runs"][0]["results"]
    physical = entry["locations"][0]["physicalLocation"]
    assert physical == {
        "artifactLocation": {"uri": "a%20folder/assignment.csv"},
        "region": {"startLine": 12},
    }

    monkeypatch.chdir(tmp_path)
    la, ics = save(draw("A A A B"), Path("la.gpkg")), save(draw("X X Y Y", "ICS"), Path("ics.gpkg"))
    bare = footprint.check(plan_from_layers(la=la, ics=ics))
    assert "locations" not in json.loads(text(bare, "sarif"))["runs"][0]["results"][0]
    assert [set(properties) for _, properties, _ in commands(bare)] == [{"title"}]
    assert [e["location"]["path"] for e in json.loads(text(bare, "gitlab"))] == ["la.gpkg"]


# ── action and hook ─────────────────────────────────────────────────────────────────────────────

ACTION = (ROOT / "action.yml").read_text(encoding="utf-8")
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")


def scripts() -> list[str]:
    """Return the shell scripts of the action."""
    found = re.findall(r"^ +run: \|\n((?: {8}.*\n|\n)+)", ACTION, re.MULTILINE)
    assert len(found) == ACTION.count("run:") == ACTION.count("shell: bash") == 2
    return [textwrap.dedent(script) for script in found]


def test_action_and_hook_are_yaml() -> None:
    yaml = pytest.importorskip("yaml")
    action = yaml.safe_load(ACTION)
    assert action["runs"]["using"] == "composite"
    assert all({"description", "default"} == set(given) for given in action["inputs"].values())
    (hook,) = yaml.safe_load(HOOKS)
    assert hook["entry"] == "footprint check"


def test_no_input_of_the_action_is_put_into_a_script() -> None:
    assert not [script for script in scripts() if "${{" in script]
    inputs = re.findall(r"^  ([\w-]+):\n    description", ACTION, re.MULTILINE)
    assert set(re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", ACTION)) == set(inputs)


@pytest.mark.skipif(shutil.which("bash") is None or os.name == "nt", reason="needs bash")
def test_the_action_reports_and_keeps_the_exit_code(tmp_path: Path) -> None:
    program = tmp_path / "footprint"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m footprint "$@"\n')
    program.chmod(0o755)
    given = {
        "FOOTPRINT": str(program), "PROPOSAL": "", "BASELINE": "", "GATE": "new", "FAIL_ON": "error",
        "SUMMARY": "true",
        "SARIF": "found $(touch harm).sarif", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }  # fmt: skip

    def run(plan: Path, **changes: str) -> subprocess.CompletedProcess[str]:
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", scripts()[1]]
        environment = {**os.environ, **given, "PLAN": str(plan), **changes}
        return subprocess.run(
            command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )

    done = run(EXAMPLES / "fail" / "fp201-split-area")
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("::error file=")
    assert (tmp_path / "summary.md").read_text(encoding="utf-8").startswith("## A district in two systems")
    assert json.loads((tmp_path / given["SARIF"]).read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert not (tmp_path / "harm").exists()
    quick = {"SUMMARY": "false", "SARIF": ""}
    assert run(EXAMPLES / "fail" / "fp201-split-area", FAIL_ON="never", **quick).returncode == 0
    assert run(tmp_path / "--format", **quick).returncode == 2
    assert run(EXAMPLES / "pass" / "nested", SARIF="no/such/folder.sarif", SUMMARY="false").returncode == 2


def test_the_hook_runs_when_a_plan_or_what_it_reads_changes() -> None:
    block = re.search(r"files: >-\n((?:    .*\n)+)", HOOKS)
    assert block is not None
    wanted = re.compile(block[1].strip())
    names = ["footprint.toml", "a/proposal.toml", "a/assignment.csv", "people.parquet", "a.gdb/a1.gdbtable"]
    names += [f"a/b{ending}" for ending in BOUNDARY_ENDINGS if ending != ".gdb"]
    assert [name for name in names if not wanted.search(name)] == []
    assert not [name for name in ("README.md", "pyproject.toml", "a.jsonl") if wanted.search(name)]
