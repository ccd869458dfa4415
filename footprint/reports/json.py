"""Findings, skips and tables as one JSON object, version 1 (see `footprint schema findings`)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TextIO

from footprint.model.finding import Area, Finding, Piece, pieces_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from footprint.model.source import Source
    from footprint.plan.model import Plan
    from footprint.results.result import Result

VERSION = 1


def write(result: Result, stream: TextIO) -> None:
    """Write the result as JSON."""
    dump(document(result), stream)


# control characters, and those that turn the direction of text: a name must not act on a terminal
_UNSEEN = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def dump(value: Any, stream: TextIO) -> None:
    """Write a value as JSON, with letters as they are and characters that cannot be seen as escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)
    stream.write(_UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n")


def document(result: Result) -> dict[str, Any]:
    """Return the whole document as plain Python values."""
    from footprint.measure.people import POPULATION

    plan = result.plan
    return {
        "version": VERSION,
        "plan": plan_record(plan),
        "summary": result.summary,
        "findings": [finding(f) for f in result.findings],
        "resolved": None if result.resolved is None else [finding(f) for f in result.resolved],
        "skipped": [{"rule": s.rule, "reason": s.reason} for s in result.skipped],
        "tables": {
            "overlap": records(result.overlap),
            "population": records(result.population[POPULATION.names]),
            "best_fit": records(result.best_fit),
            "flows": records(result.flows),
            **{name: records(frame) for name, frame in result.accountability.items()},
        },
    }


def plan_record(plan: Plan) -> dict[str, Any]:
    """Return what a document says of the plan it is about."""
    return {
        "title": plan.title,
        "date": plan.date and plan.date.isoformat(),
        "profile": plan.profile,
        "population_source": plan.people.stated_source if plan.people else None,
        "flow_source": plan.flows.stated_source if plan.flows else None,
        "assumptions": list(plan.assumptions),
        "attribution": list(plan.attribution),
        "notes": list(plan.notes),
        "inputs": [source(s) for s in plan.inputs],
    }


def source(given: Source) -> dict[str, Any]:
    """Return one line of provenance."""
    return {
        "role": given.role,
        "path": given.path,
        "sha256": given.sha256,
        "features": given.features,
        "crs": given.crs,
        "vintage": given.vintage,
        "resolution_m": given.resolution_m,
        "licence": given.licence,
    }


def finding(given: Finding) -> dict[str, Any]:
    """Return one finding."""
    return {
        "rule": given.rule,
        "name": given.name,
        "severity": str(given.severity),
        "layer": given.layer,
        "level": given.level,
        "area": given.area and _area(given.area),
        "others": [_area(o) for o in given.others],
        "message": given.message,
        "hint": given.hint,
        "evidence": {"kind": given.evidence.kind, **given.evidence.numbers},
        "accepted": given.accepted,
        "location": given.location and {"path": given.location.path, "line": given.location.line},
        "new": given.new,
    }


def pieces_in(given: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Return the pieces of a finding of the JSON."""
    return pieces_of([Area(other["code"], other["name"]) for other in given["others"]], given["evidence"])


def _area(given: Area) -> dict[str, str]:
    return {"code": given.code, "name": given.name}


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as plain values: None for what is unknown, whole numbers as int."""
    columns = {name: [plain(v) for v in frame[name].tolist()] for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def plain(value: Any) -> Any:
    """Return a JSON value: NaN becomes None, floats keep nine digits after the point."""
    if isinstance(value, float):
        if value != value:
            return None
        return int(value) if value.is_integer() else round(value, 9)
    return value
