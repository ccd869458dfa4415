"""The rows of an answer to `footprint who`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from footprint.model.suppression import HIDDEN, hes_count, published_share
from footprint.model.words import listing
from footprint.reports.values import plain
from footprint.results.who.tables import ANSWERED

if TYPE_CHECKING:
    from footprint.results.who.answer import Answer
    from footprint.results.who.care import CareOf
    from footprint.results.who.question import Who

_BODIES = {"bodies": "body", "kinds": "kind", "roles": "role"}
"""Column of a flat table of footprints → field of each body."""


def plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of JSON values."""
    return {key: plain(value) for key, value in row.items()}


def subject(given: Answer) -> dict[str, Any]:
    """Return what is asked about."""
    s = given.subject
    return plain_row(
        {
            "kind": s.kind, "layer": s.layer, "code": s.code, "name": s.name, "units": len(s.units),
            "population": s.people, "easting": s.easting, "northing": s.northing,
        }
    )  # fmt: skip


def footprints(given: Answer) -> list[dict[str, Any]]:
    """Return a row for each area that the subject lies in or holds, with its bodies."""
    return [
        plain_row(
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
    return [plain_row({names.get(k, k): v for k, v in row.items() if k != "beside"}) for row in rows]


def dealings(given: Answer) -> list[dict[str, Any]]:
    """Return a row for each body that an area's body has to deal with."""
    return [plain_row(asdict(each)) for each in given.dealings]


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


def headings(found: Who, table: str) -> list[str]:
    """Return the columns of a table without rows."""
    frames = {**(found.map or {}), **({} if found.changes is None else {"changes": found.changes})}
    if table in frames:
        return list(frames[table].columns)
    names = ANSWERED[table].names
    return names if table != "footprints" else [n for n in names if n != "bodies"] + list(_BODIES)


def flat(row: dict[str, Any]) -> dict[str, Any]:
    """Return a footprint with its bodies as text."""
    bodies = row["bodies"]
    return {k: v for k, v in row.items() if k != "bodies"} | {
        name: "; ".join(body[key] or "" for body in bodies) for name, key in _BODIES.items()
    }


def why_not(found: Who, table: str) -> str:
    """Return why an answer has no such table, and how to get it."""
    if table == "edges":
        return "Add --edge."
    if table == "changes":
        return "Add --changes PROPOSAL."
    if table == "care" and found.answer is not None:
        return "The plan has no flows of these units."
    if found.map is not None:
        return f"Of a plan as a whole there are: {listing(found.map)}."
    return "That is a table of a plan as a whole: leave the code out."


_INPUTS = ("units", "population", "layers", "flows", "providers", "measure", "accountability", "proposal")


def in_order(inputs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return roles and paths of files in the order of a check, whatever was read first."""

    def rank(given: tuple[str, str]) -> int:
        kind = given[0].partition(".")[0]
        return _INPUTS.index(kind if kind in _INPUTS else "layers")

    return sorted(inputs, key=rank)
