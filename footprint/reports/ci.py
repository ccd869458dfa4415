"""What the formats for continuous integration share: places, fingerprints, what fails."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.finding import Finding, Location, Skipped, identity
from footprint.model.words import clean

if TYPE_CHECKING:
    from footprint.results.result import Result


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


def fails(finding: Finding) -> bool:
    """Return whether a finding is an error that is neither accepted nor known from before."""
    return finding.severity.rank == 0 and finding.accepted is None and finding.new is not False


def by_rule(skipped: Iterable[Skipped]) -> dict[str, list[Skipped]]:
    """Return skips by the rule that was skipped."""
    found: dict[str, list[Skipped]] = {}
    for skip in skipped:
        found.setdefault(skip.rule, []).append(skip)
    return found
