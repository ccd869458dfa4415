"""Who is accountable somewhere: the answer as values, and its tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from footprint.model.errors import InputError
from footprint.model.suppression import HIDDEN, hes_count, published_share
from footprint.model.words import listing
from footprint.read.files import sha256
from footprint.reports.records import VERSION, plain, records, write_rows
from footprint.results.who.tables import ANSWERED

if TYPE_CHECKING:
    from footprint.reports import Report
    from footprint.results.who.answer import Answer
    from footprint.results.who.care import CareOf
    from footprint.results.who.question import Who

_BODIES = {"bodies": "body", "kinds": "kind", "roles": "role"}
"""Column of a flat table of footprints → field of each body."""


def record(report: Report) -> dict[str, Any]:
    """Return everything as plain Python values (see `footprint schema who`)."""
    found: Who = report.found
    codes, given = found.codes, found.answer
    inputs = [*codes.inputs, *(found.care.inputs if found.care is not None else ())]
    return {
        "version": VERSION,
        "plan": {
            "title": codes.title,
            "date": codes.date and codes.date.isoformat(),
            "population_source": codes.people_source or None,
            "flow_source": (found.care.source or None) if found.care is not None else None,
            "assumptions": list(codes.assumptions),
            "notes": list(found.notes),
            "inputs": [
                {"role": role, "path": path, "sha256": sha256(Path(path.split("::")[0]))}
                for role, path in inputs
                if Path(path.split("::")[0]).is_file()
            ],
        },
        "suppression": report.suppress,
        "subject": None if given is None else _subject(given),
        "footprints": [] if given is None else footprints(given),
        "functions": [] if given is None else functions(given),
        "unknown": [] if given is None else list(given.unknown),
        "care": None if found.care is None else care(found.care, report.suppress),
        "edges": None if found.edges is None else [_plain(asdict(each)) for each in found.edges],
        "proposals": [
            {"title": p.title, "effective_date": p.effective_date.isoformat(), "path": str(p.path)}
            for p in found.proposals
        ],
        "proposed": None
        if found.proposed is None
        else {"footprints": footprints(found.proposed), "functions": functions(found.proposed)},
        "changes": None if found.changes is None else records(found.changes),
        "map": None if found.map is None else {name: records(frame) for name, frame in found.map.items()},
    }


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: plain(value) for key, value in row.items()}


def _subject(given: Answer) -> dict[str, Any]:
    s = given.subject
    return _plain(
        {
            "kind": s.kind, "layer": s.layer, "code": s.code, "name": s.name, "units": len(s.units),
            "population": s.people, "easting": s.easting, "northing": s.northing,
        }
    )  # fmt: skip


def footprints(given: Answer) -> list[dict[str, Any]]:
    """Return a row for each area that the subject lies in or holds, with its bodies."""
    return [
        _plain(
            {
                "layer": f.layer, "level": f.level, "kind": f.kind, "code": f.code, "name": f.name,
                "relation": f.relation, "share": f.share, "share_of_area": f.share_of_area,
                "population": f.people, "units": f.units,
            }
        )
        | {"bodies": [{"body": b.body, "kind": b.kind, "role": b.role or None} for b in f.bodies]}
        for f in given.footprints
    ]  # fmt: skip


def functions(given: Answer) -> list[dict[str, Any]]:
    """Return a row for each function and body that leads it for the subject or a part of it."""
    rows = (asdict(each) for each in given.functions)
    names = {"people": "population"}
    return [_plain({names.get(k, k): v for k, v in row.items() if k != "beside"}) for row in rows]


def care(given: CareOf, suppress: str | None) -> list[dict[str, Any]]:
    """Return a row for each provider, most activity first, as it may be published."""
    rows = []
    whole = sum(each.activity for each in given.rows)
    for each in given.rows:
        activity: Any = each.activity if suppress is None else hes_count(each.activity)
        share: Any = each.share if suppress is None else published_share(each.share, whole)
        rows.append(
            {
                "provider": each.provider or None, "name": each.name, "area": each.area,
                "activity": plain(activity), "share": HIDDEN if activity == HIDDEN else plain(share),
            }
        )  # fmt: skip
    return rows


def write_csv(report: Report, stream: TextIO) -> None:
    """Write one of its tables; InputError for one that the question has no answer in."""
    found = report.found
    table = report.table
    held = record(report)
    if table is None:
        table = "footprints" if found.answer is not None else "functions" if found.map else "changes"
    if found.map is not None:
        rows = held["map"].get(table)
    else:
        rows = held.get(table) if found.answer is not None or table == "changes" else None
    if rows is None:
        raise InputError(None, f"this answer has no table '{table}'", _why_not(found, table))
    if table == "footprints":
        rows = [_flat(row) for row in rows]
    write_rows(rows[0] if rows else _headings(found, table), (row.values() for row in rows), stream)


def _headings(found: Who, table: str) -> list[str]:
    """Return the columns of a table without rows."""
    frames = {**(found.map or {}), **({} if found.changes is None else {"changes": found.changes})}
    if table in frames:
        return list(frames[table].columns)
    names = ANSWERED[table].names
    return names if table != "footprints" else [n for n in names if n != "bodies"] + list(_BODIES)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    bodies = row["bodies"]
    return {k: v for k, v in row.items() if k != "bodies"} | {
        name: "; ".join(body[key] or "" for body in bodies) for name, key in _BODIES.items()
    }


def _why_not(found: Who, table: str) -> str:
    if table == "edges":
        return "Add --edge."
    if table == "changes":
        return "Add --changes PROPOSAL."
    if table == "care" and found.answer is not None:
        return "The plan has no flows of these units."
    if found.map is not None:
        return f"Of a plan as a whole there are: {listing(found.map)}."
    return "That is a table of a plan as a whole: leave the code out."
