"""Which line of the plan file a finding goes back to, for editors and for annotations in CI."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from footprint.model.finding import Finding, Location

if TYPE_CHECKING:
    from pathlib import Path

    from footprint.plan.model import Plan


_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")


# What a rule that is about no single layer goes back to, most telling first.
_SECTIONS = {
    "FP203": ("levels",),
    "FP301": ("bands", "levels"),
    "FP302": ("bands", "levels"),
    "FP303": ("units.population", "population", "units"),
    "FP304": ("units.population", "population", "units"),
    "FP401": ("thresholds",),
    "FP402": ("thresholds",),
    "FP403": ("levels",),
    "FP404": ("thresholds",),
    "FP407": ("providers",),
}


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


def _aligned(path: Path, lines: dict[str, list[int]]) -> dict[tuple[str, str], int]:
    """Return the line of each [[align]] by its source and target."""
    try:
        entries: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("align", [])
    except (OSError, ValueError):
        return {}
    at = lines.get("align", [])
    return {(e["source"], e["target"]): line for e, line in zip(entries, at, strict=False)}


def _line(f: Finding, plan: Plan, lines: dict[str, list[int]], aligned: dict[tuple[str, str], int]) -> int:
    if f.rule in ("FP201", "FP202"):
        codes = {o.code for o in f.others}
        for (source, target), line in aligned.items():
            pairs = ((source, target), (target, source)) if f.rule == "FP202" else ((source, target),)
            for one, other in pairs:
                if one == f.layer and other in plan.layers and codes <= set(plan.layers[other].codes):
                    return line
    for section in (*_SECTIONS.get(f.rule, ()), f"layers.{f.layer}", f.layer):
        if section in lines:
            return lines[section][0]
    return 1
