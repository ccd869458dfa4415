"""What the JSON of every report shares, and rows as CSV."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from footprint.model.finding import Area, Finding, Piece, pieces_of
from footprint.model.known import is_known
from footprint.model.words import short, spreadsheet_safe

if TYPE_CHECKING:
    import pandas as pd

    from footprint.model.finding import Skipped
    from footprint.model.source import Source
    from footprint.plan.model import Plan

VERSION = 1


def plan_record(plan: Plan) -> dict[str, Any]:
    """Return what a document says of the plan it is about."""
    # what codes are is told without plans and the libraries that read them
    from footprint.plan.coverage import told

    return {
        "title": plan.title,
        "date": plan.date and plan.date.isoformat(),
        "profile": plan.profile,
        "nations": list(plan.nations.letters),
        "population_source": plan.people.stated_source if plan.people else None,
        "flow_source": plan.flows.stated_source if plan.flows else None,
        "assumptions": list(plan.assumptions),
        "attribution": list(plan.attribution),
        "notes": [*plan.notes, *told(plan)],
        "inputs": [source(s) for s in plan.inputs],
    }


def source(given: Source) -> dict[str, Any]:
    """Return one line of provenance."""
    names = ("role", "path", "sha256", "features", "crs", "vintage", "resolution_m", "licence", "guessed")
    return {name: getattr(given, name) for name in names}


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
        **({"inherited": True} if given.inherited else {}),
    }


def _area(given: Area) -> dict[str, str]:
    return {"code": given.code, "name": given.name}


def skips(skipped: Iterable[Skipped]) -> list[dict[str, str]]:
    """Return what could not be done, and why."""
    return [{"rule": skip.rule, "reason": skip.reason} for skip in skipped]


def pieces_in(given: Mapping[str, Any]) -> tuple[Piece, ...]:
    """Return the pieces of a finding of the JSON."""
    return pieces_of([Area(other["code"], other["name"]) for other in given["others"]], given["evidence"])


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as plain values: None for what is unknown, whole numbers as int."""
    columns = {name: [plain(v) for v in frame[name].tolist()] for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


class Tables(Mapping[str, list[dict[str, Any]]]):
    """Tables of a document by name, as `records`; each is made when it is first asked for, and once."""

    def __init__(self, frames: Mapping[str, Callable[[], pd.DataFrame]]) -> None:
        self._frames = frames
        self._made: dict[str, list[dict[str, Any]]] = {}

    def __getitem__(self, name: str) -> list[dict[str, Any]]:
        if name not in self._made:
            self._made[name] = records(self._frames[name]())
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)


def apart(areas: Iterable[Mapping[Any, Any]], code: str = "code", name: str = "name") -> list[str]:
    """Return the names of rows of areas as a list shows them: with its code where several have one name.

    Parameters
    ----------
    areas : rows, which may say of which layer an area is: only its own areas are told apart
    code, name : columns of them

    """
    named = [(row.get("layer"), Area(str(row[code]), str(row[name]))) for row in areas]
    alike = Counter((layer, area.name) for layer, area in dict.fromkeys(named))
    return [str(area) if alike[layer, area.name] > 1 else short(area.name) for layer, area in named]


def ends(moves: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the names of the areas before and now of rows of MOVES."""
    found = []
    sides = (apart(moves, f"{side}_code", f"{side}_name") for side in ("from", "to"))
    for row, one, other in zip(moves, *sides, strict=True):
        if one == other and row["from_code"] != row["to_code"]:
            one, other = (str(Area(row[f"{side}_code"], row[f"{side}_name"])) for side in ("from", "to"))
        found.append((one, other))
    return found


def plain(value: Any) -> Any:
    """Return a JSON value: NaN becomes None, floats keep nine digits after the point."""
    if isinstance(value, float):
        if not is_known(value):
            return None
        return int(value) if value.is_integer() else round(value, 9)
    return value


def write_rows(names: Iterable[str], rows: Iterable[Iterable[Any]], stream: TextIO) -> None:
    """Write rows as CSV, in which no text acts as a formula."""
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(names)
    for row in rows:
        table.writerow([spreadsheet_safe(v) if isinstance(v, str) else v for v in row])
