"""Which line of the plan file a finding goes back to, for editors and for annotations in CI."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from footprint.checks import catalogue
from footprint.model.finding import Finding, Location

if TYPE_CHECKING:
    from pathlib import Path

    from footprint.plan.model import Plan


_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")


def located(findings: Iterable[Finding], plan: Plan) -> list[Finding]:
    """Return findings with the line of the plan file that each goes back to, where there is a plan file."""
    every = list(findings)
    if plan.path is None or not every:
        return every
    lines = headers(plan.path)
    aligned = _aligned(plan.path, lines)
    name = str(plan.path)
    return [
        f if f.location is not None else replace(f, location=Location(name, _line(f, plan, lines, aligned)))
        for f in every
    ]


def headers(path: Path) -> dict[str, list[int]]:
    """Return the lines on which each table of a TOML file begins."""
    found: dict[str, list[int]] = {}
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return found
    for number, line in enumerate(text.splitlines(), 1):
        match = _HEADER.match(line)
        if match is not None:
            key = match[2].replace('"', "").replace("'", "").replace(" ", "")
            found.setdefault(key, []).append(number)
    return found


_Aligned = dict[tuple[str, str, str], int]


def _aligned(path: Path, lines: dict[str, list[int]]) -> _Aligned:
    """Return the line of each [[align]] by its source, its target and what they are to do."""
    try:
        entries: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("align", [])
    except (OSError, ValueError):
        return {}
    at = lines.get("align", [])
    return {
        (e["source"], e["target"], e.get("must") or e.get("should") or "nest"): line
        for e, line in zip(entries, at, strict=False)
    }


def _line(f: Finding, plan: Plan, lines: dict[str, list[int]], aligned: _Aligned) -> int:
    rule = catalogue()[f.rule]
    codes = {o.code for o in f.others}
    for (source, target, kind), line in aligned.items():
        if kind != rule.align:
            continue
        # of layers that are to match each may be the one that does not
        for one, other in ((source, target), (target, source))[: 2 if kind == "match" else 1]:
            if one == f.layer and other in plan.layers and codes <= set(plan.layers[other].codes):
                return line
    for section in (*rule.sections, f"layers.{f.layer}", f.layer):
        if section in lines:
            return lines[section][0]
    return 1
