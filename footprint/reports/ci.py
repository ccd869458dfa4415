"""What the formats for continuous integration share: order, places, fingerprints, the verdict."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.finding import Finding, Location, Skipped, identity
from footprint.model.words import clean, count

if TYPE_CHECKING:
    from footprint.results.result import Result


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by rule, then gravest and largest first; no tie is left to the order of rows."""
    return sorted(
        findings, key=lambda f: (f.rule, f.severity.rank, f.layer, -f.people, identity(f), f.message)
    )


def told(finding: Finding) -> str:
    """Return the message and the hint of a finding as one line."""
    message, hint = clean(finding.message), clean(finding.hint)
    return f"{message}{'' if message.endswith('.') else '.'} {hint}" if hint else message


def place(result: Result, finding: Finding) -> Location | None:
    """Return where a finding points to, seen from the current folder.

    That is its own place, or else the first line of the plan file; None where there is no plan file.
    """
    if finding.location is not None:
        return Location(relative(finding.location.path), max(1, finding.location.line))
    return None if result.plan.path is None else Location(relative(result.plan.path), 1)


def relative(path: str | Path) -> str:
    """Return a path as seen from the current folder, with forward slashes."""
    try:
        seen = os.path.relpath(path)
        if seen.startswith(os.pardir):
            # a folder reached through a link, as temporary folders often are
            real = os.path.relpath(os.path.realpath(path), os.path.realpath(os.curdir))
            seen = seen if real.startswith(os.pardir) else real
    except ValueError:  # on another drive
        return Path(path).name
    return Path(seen).as_posix()


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """Return a hash for each finding that another run gives to the same finding, unique in this run.

    It is made from what a finding is about. Numbers and names may differ; findings of one rule about
    the same areas are counted.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    found = []
    for finding in findings:
        about = identity(finding)
        seen[about] += 1
        found.append(hashlib.sha256(json.dumps([*about, seen[about]]).encode()).hexdigest()[:32])
    return found


def word(finding: Finding) -> str:
    """Return the severity of a finding as reports call it: error, warning or note."""
    return {"info": "note"}.get(finding.severity, str(finding.severity))


def fails(finding: Finding) -> bool:
    """Return whether a finding is an error that is neither accepted nor known from before."""
    return finding.severity.rank == 0 and finding.accepted is None and finding.new is not False


def verdict(result: Result) -> str:
    """Return one line: findings by severity, how many are new and resolved, and what was skipped."""
    tally = result.summary
    compared = any(f.new is not None for f in result.findings)
    words = []
    for severity, noun in (("error", "error"), ("warning", "warning"), ("info", "note")):
        if tally[severity]:
            new = sum(bool(f.new) for f in result.findings if f.severity == severity and f.accepted is None)
            words.append(count(tally[severity], noun) + (f" ({new:,} new)" if compared else ""))
    if tally["accepted"]:
        words.append(f"{tally['accepted']:,} accepted")
    if result.resolved is not None:
        words.append(f"{len(result.resolved):,} resolved")
    line = ", ".join(words) or "no findings"
    if result.skipped:
        line += f"; {count(len({s.rule for s in result.skipped}), 'rule')} skipped in whole or in part"
    return f"INCOMPLETE: {line}" if result.incomplete else line


def by_rule(skipped: Iterable[Skipped]) -> dict[str, list[Skipped]]:
    """Return skips by the rule that was skipped."""
    found: dict[str, list[Skipped]] = {}
    for skip in skipped:
        found.setdefault(skip.rule, []).append(skip)
    return found
