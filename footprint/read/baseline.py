"""Findings of an earlier run, from the JSON that `footprint check --format json` printed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from footprint.model.errors import InputError
from footprint.model.finding import Area, Evidence, Finding, KnownAreas, Severity, areas_in, pieces_of
from footprint.model.words import short
from footprint.read.files import require_file

VERSION = 1


class Baseline(list[Finding]):
    """Findings of an earlier run, and what areas the plan had that it was of."""

    def __init__(self, findings: Iterable[Finding], areas: KnownAreas) -> None:
        super().__init__(findings)
        self.areas = areas


def read_baseline(path: Path) -> Baseline:
    """Read the findings of a run.

    Raises
    ------
    InputError : for a file that is not such a document, or is of another version

    """
    require_file(path, "baseline")
    remedy = "Make it with: footprint check --format json --fail-on never -o FILE."
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
        version, findings = document["version"], document["findings"]
        if version != VERSION:
            raise InputError(path, f"is of version {version}, where version {VERSION} is needed", remedy)
        known = [_finding(each) for each in findings]
        return Baseline(known, _areas(known, document.get("tables") or {}))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InputError(path, "is no list of findings of an earlier run", remedy) from None


def _areas(findings: list[Finding], tables: dict[str, Any]) -> KnownAreas:
    """Return the areas that findings and tables of a run name: those of layers that are compared at least."""
    layers, levels = areas_in(findings), {}
    for row in tables.get("population", ()):
        layers.setdefault(row["layer"], set()).add(row["code"])
        if row["level"]:
            levels[row["level"]] = row["layer"]
    for row in tables.get("overlap", ()):
        for side in ("source", "target"):
            layers.setdefault(row[f"{side}_layer"], set()).add(row[side])
    return KnownAreas(layers, levels)


def of_another_plan(path: Path, title: str) -> list[str]:
    """Return the note on a baseline that was made of a plan with another title; none where it was not."""
    plan = json.loads(path.read_text(encoding="utf-8-sig")).get("plan")
    stated = plan.get("title") if isinstance(plan, dict) else None
    if not isinstance(stated, str) or stated == title:
        return []
    return [
        f"{path.name}: is a baseline of the plan '{short(stated)}', not of '{short(title)}'; if that is "
        "another map, what is new and what is resolved says nothing: make one of this plan"
    ]


def _finding(raw: dict[str, Any]) -> Finding:
    area = raw["area"]
    others = tuple(Area(o["code"], o["name"]) for o in raw["others"])
    kind, numbers = raw["evidence"]["kind"], {k: v for k, v in raw["evidence"].items() if k != "kind"}
    return Finding(
        rule=str(raw["rule"]),
        name=str(raw["name"]),
        severity=Severity(raw["severity"]),
        layer=str(raw["layer"]),
        area=None if area is None else Area(area["code"], area["name"]),
        message=str(raw["message"]),
        hint=str(raw["hint"]),
        evidence=Evidence(kind, numbers),
        others=others,
        level=raw["level"],
        accepted=raw["accepted"],
        pieces=pieces_of(others, numbers),
        # the document does not say which rules are of splits: their pieces are shares of an area, no flows
        splits="shares_of_source" in numbers and kind != "flow",
    )
