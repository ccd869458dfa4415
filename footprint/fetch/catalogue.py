"""What can be fetched: `catalogue.toml` as entries, found by name, words, kind and date."""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from footprint.model.errors import InputError
from footprint.model.geographies import geography, read_column
from footprint.model.words import nearest

MIDDLE = (6, 30)
"""Month and day that mid-year estimates are of."""
FROM = "FOOTPRINT_FETCH_FROM"
"""Environment variable: where a mirror of the services is."""


@dataclass(frozen=True)
class Publisher:
    """Who publishes services, on what terms."""

    services: str
    """The address that names of services are put after."""
    licence: str
    attribution: tuple[str, ...]
    seen_in: str
    """The public file that its entries were seen in."""
    seen_on: dt.date


@dataclass(frozen=True)
class Entry:
    """One layer, lookup or table of people of a service."""

    kind: str
    """Key of GEOGRAPHIES: of its areas, or of the areas that a lookup says something of."""
    date: dt.date
    """The day of the edition."""
    service: str
    columns: tuple[str, ...]
    """The columns to fetch, that of codes first."""
    rows: int
    nations: str
    publisher: Publisher
    resolution: str = ""
    """BFC, BFE, BGC, BSC or BUC; "" for a table."""
    layer: int = 0
    areas: str = ""
    """What Nomis calls the kind and vintage of areas of a table of people; "" for all else."""

    @property
    def code(self) -> str:
        """The column of codes."""
        return self.columns[0]

    @property
    def is_table(self) -> bool:
        """True where it has no outlines."""
        return not self.resolution

    @property
    def is_people(self) -> bool:
        """True for a table of the people of areas."""
        return bool(self.areas)

    @property
    def is_lookup(self) -> bool:
        """True for a table that says in which areas others lie."""
        return self.is_table and not self.is_people

    @property
    def into(self) -> tuple[str, ...]:
        """The kinds of area that a lookup leads to."""
        found = (read_column(name) for name in self.columns[1:])
        return tuple(c.geography.key for c in found if c and c.kind == "code" and c.geography)

    @property
    def name(self) -> str:
        """What it is called: `lad-2021-05-06-bgc`, `lsoa-2021-04-01-to-ccg-ics-lad`."""
        if self.is_people:  # of one year there may be people of areas of two vintages
            return f"{self.code.removesuffix('CD')}-{self.date}-people".lower()
        tail = f"to-{'-'.join(self.into)}" if self.is_lookup else self.resolution
        return f"{self.kind}-{self.date}-{tail}".lower()

    @property
    def file(self) -> str:
        """The name of the file it becomes."""
        return f"{self.name}.{'csv' if self.is_table else 'gpkg'}"

    @property
    def url(self) -> str:
        """The address of its layer; of the mirror that FOOTPRINT_FETCH_FROM names, if there is one."""
        root = os.environ.get(FROM) or self.publisher.services
        tail = ".data.csv" if self.is_people else f"/FeatureServer/{self.layer}"
        return f"{root.rstrip('/')}/{self.service}{tail}"

    @property
    def words(self) -> str:
        """It in words."""
        kind = geography(self.kind)
        if self.is_people:
            column = read_column(self.code)
            assert column is not None
            return f"people of {kind.plural} of {column.vintage} in the middle of {self.date.year}"
        what = f"lookup from {kind.plural} to {', '.join(geography(k).plural for k in self.into)}"
        return what if self.is_lookup else f"outlines of {kind.plural}"


@cache
def entries() -> tuple[Entry, ...]:
    """Return all entries, in the order of the file."""
    held = tomllib.loads((files("footprint") / "fetch" / "catalogue.toml").read_text(encoding="utf-8"))
    publishers = {
        key: Publisher(
            each["services"], each["licence"], tuple(each["attribution"]), each["seen_in"], each["seen_on"]
        )
        for key, each in held["source"].items()
    }
    return tuple(
        Entry(
            publisher=publishers[each.get("source", "ons")],
            columns=tuple(each["columns"]),
            date=date,
            **{k: each[k] for k in ("kind", "service", "rows", "nations")},
            **{k: each[k] for k in ("resolution", "layer", "areas") if k in each},
        )
        for each in held["entry"]
        for date in _dates(each)
    )


def _dates(each: dict[str, Any]) -> list[dt.date]:
    """Return the days of an entry: its date, or the middle of each year from the first to the last."""
    if "date" in each:
        return [each["date"]]
    first, last = each["years"]
    return [dt.date(year, *MIDDLE) for year in range(first, last + 1)]


def search(words: Iterable[str]) -> list[Entry]:
    """Return the entries that have each of the words in their name, service, columns or description."""
    wanted = [word.lower() for word in words]
    told = {e: " ".join((e.name, e.service, e.words, *e.columns)).lower() for e in entries()}
    return [e for e in entries() if all(word in told[e] for word in wanted)]


def find(name: str, date: dt.date | None = None, resolution: str | None = None) -> Entry:
    """Return the entry of a name, or of a kind at a date: the only one, or the one of 20 m (BGC).

    Raises InputError where there is none, or several and nothing says which.
    """
    named = [e for e in entries() if e.name == name.lower()]
    if named:
        return named[0]
    try:
        kind = geography(name).key
    except InputError:
        known = [e.name for e in entries()]
        raise InputError(
            None,
            f"the catalogue has no '{name}'",
            f"{nearest(name.lower(), known)}'footprint fetch --list' shows what there is.",
        ) from None
    held = [e for e in entries() if e.kind == kind and not e.is_table]
    if resolution is not None:
        held = [e for e in held if e.resolution == resolution.upper()]
    fitting = [e for e in held if date is not None and e.date == date]
    best = [e for e in fitting if e.resolution == "BGC"] or fitting
    if len(best) == 1:
        return best[0]
    there = ", ".join(e.name for e in held) or "none at this resolution"
    what = geography(kind).plural
    fault = f"the catalogue has no {what} of {date}" if date else f"there are several of {what}"
    raise InputError(None, fault, f"There are: {there}.")
