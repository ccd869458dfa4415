"""Who is accountable for what, where: the functions and decisions map of a plan.

Two tables say it. Bodies: which body answers for which area of which layer, what kind of body it is,
and by which role (never by a person's name). Functions: what is led at which level, by which kind of
body. Both together give an answer for every unit: the body of the kind that leads, in the area of the
level that the unit lies in.

No outline is needed for any of this, and nothing here loads one but `spot`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from footprint.model.levels import Level
from footprint.model.source import Source

Measure = Literal["spend", "activity"]


def in_force(start: dt.date | None, end: dt.date | None, date: dt.date | None) -> bool:
    """Return whether what may have a first and a last day holds on a day; without a day it does."""
    return date is None or (start or date) <= date <= (end or date)


@dataclass(frozen=True)
class Body:
    """A body that answers for an area."""

    layer: str
    area: str
    """Code of the area."""
    body: str
    """What it is called."""
    kind: str
    """For example "integrated care board"."""
    role: str
    """The role that is its single accountable person, for example "chief executive"; empty if not stated."""
    path: str
    line: int
    """Where it stands."""
    end: dt.date | None = None
    """Its last day; None is open."""


@dataclass(frozen=True)
class Function:
    """A row of the table of functions: something that is led at one level."""

    function: str
    level: Level | None
    """None where the table names none."""
    lead: str
    """The kind of body that leads; empty where another level leads, or nobody says."""
    delegated_from: str
    """A level, or whoever else has delegated it ("NHS England"); empty if it is not delegated."""
    conditions: str
    share: float | None
    """Share of all spend, or of all activity, that is decided on here; None if not given."""
    share_of: Measure | None
    start: dt.date | None
    end: dt.date | None
    """First and last day in force; None is open."""
    path: str
    line: int

    def in_force(self, date: dt.date | None) -> bool:
        """Return whether it holds on a day; without a day everything does."""
        return in_force(self.start, self.end, date)


@dataclass(frozen=True, eq=False)
class Accountability:
    """The functions and decisions map of a plan, at its date."""

    bodies: tuple[Body, ...]
    functions: tuple[Function, ...]
    """Those in force at the plan's date."""
    idle: tuple[Function, ...]
    """Those that are not."""
    functions_path: str
    sources: tuple[Source, ...]
    notes: tuple[str, ...]
    stated: tuple[str, ...] = ()
    """What comments at the top of the tables say of them, which every report repeats."""

    @property
    def timed(self) -> bool:
        """Whether functions begin or end: then it matters on which day they are judged."""
        return any(row.start or row.end for row in (*self.functions, *self.idle))

    @property
    def nothing_in_force(self) -> str | None:
        """Why there is no function to judge, where the table has some and none holds on the plan's date."""
        if self.functions or not self.idle:
            return None
        table = Path(self.functions_path).name
        return f"none of the functions of {table} is in force on the plan's date"

    def of_area(self, layer: str, area: str) -> list[Body]:
        """Return the bodies of an area."""
        return [b for b in self.bodies if (b.layer, b.area) == (layer, area)]


def is_official(code: str) -> bool:
    """Return whether a code is one of the Office for National Statistics, which means one area everywhere."""
    return len(code) == len("E06000001") and code[0] in "ENSWKJLM" and code[1:].isdecimal()


def folded(text: str) -> str:
    """Return a name as names are compared."""
    return " ".join(text.split()).casefold()


def by_function(rows: Iterable[Function]) -> dict[str, list[Function]]:
    """Return the rows of each function, under the name that its first row has."""
    found: dict[str, list[Function]] = {}
    names: dict[str, str] = {}
    for row in rows:
        found.setdefault(names.setdefault(folded(row.function), row.function), []).append(row)
    return found


def leading(rows: Iterable[Function]) -> list[Function]:
    """Return those of a function's rows that lead it: a level that has delegated it to another leads no more.

    More than one is a fault, which a rule reports.
    """
    every = list(rows)
    given_away = {folded(row.delegated_from) for row in every if row.delegated_from}
    return [
        row
        for row in every
        if row.level is not None and row.lead and folded(str(row.level)) not in given_away
    ]
