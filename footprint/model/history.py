"""Which codes were in force when, and what became of them, as far as is known.

The tables beside this file are facts of the ONS Code History Database (Source: Office for National
Statistics licensed under the Open Government Licence v3.0), of orders, and of documents of the NHS;
`scripts/history.py` makes them, and names for each change what states it. They are read when first asked
for. Periods include both their days.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from footprint.model.words import day, listing

SICBL_SINCE = dt.date(2022, 7, 1)
"""E38 codes are those of CCGs before this day, and of Sub-ICB locations from then on."""
EXACT = ("recode", "merger")
"""Ways to become another area with all of one's ground and none of it changed."""


class Kind(NamedTuple):
    """What codes of one prefix are codes of."""

    noun: str
    plural: str
    known: dt.date
    """The last day that the table tells of."""


_SOURCE = dt.date(2024, 7, 31)
_REDRAWN = dt.date(2025, 4, 1)
KINDS = {
    "E06": Kind("unitary authority", "unitary authorities", _REDRAWN),
    "E07": Kind("district of a county", "districts of counties", _REDRAWN),
    "E08": Kind("metropolitan district", "metropolitan districts", _REDRAWN),
    "E09": Kind("London borough", "London boroughs", _REDRAWN),
    "E10": Kind("county", "counties", _REDRAWN),
    "E12": Kind("region", "regions", _SOURCE),
    "E38": Kind("Sub-ICB location", "Sub-ICB locations", _SOURCE),
    "E40": Kind("NHS England region", "NHS England regions", _SOURCE),
    "E47": Kind("combined authority", "combined authorities", _SOURCE),
    "E54": Kind("health and care system", "health and care systems", dt.date(2026, 4, 1)),
    "W06": Kind("unitary authority of Wales", "unitary authorities of Wales", _SOURCE),
    "W11": Kind("local health board", "local health boards", _SOURCE),
    "S08": Kind("health board of Scotland", "health boards of Scotland", _SOURCE),
    "S12": Kind("council area of Scotland", "council areas of Scotland", _SOURCE),
    "S37": Kind("integration authority", "integration authorities", _SOURCE),
    "N09": Kind("district of Northern Ireland", "districts of Northern Ireland", _SOURCE),
}
CCG = Kind("CCG", "CCGs", SICBL_SINCE)


class Period(NamedTuple):
    """Days from the first to the last, both in; None where it has no known end on that side."""

    first: dt.date | None
    last: dt.date | None

    def __str__(self) -> str:
        if self.first is None and self.last is None:
            return "at all times that are known"
        if self.first is None or self.last is None:
            return f"since {day(self.first)}" if self.first else f"until {day(self.last or dt.date.max)}"
        return (
            f"on {day(self.first)}"
            if self.first == self.last
            else f"from {day(self.first)} to {day(self.last)}"
        )

    def __contains__(self, date: object) -> bool:
        return isinstance(date, dt.date) and self.low <= date <= self.high

    @property
    def low(self) -> dt.date:
        """The first day, or the earliest that there is."""
        return self.first or dt.date.min

    @property
    def high(self) -> dt.date:
        """The last day, or the latest that there is."""
        return self.last or dt.date.max


class Version(NamedTuple):
    """A code under one name."""

    code: str
    period: Period
    name: str
    parent: str
    """Code of the county, region or system that it last lay in, under this name; "" where not known."""


class Change(NamedTuple):
    """What became of an area."""

    date: dt.date
    how: str
    """"recode" (the same ground), "merger" (all of it, into a larger one), "boundary" (it goes on, but its
    ground changed), "name" (the name goes on; of the ground nothing is known) or "part" (some of it)."""
    old: str
    new: str
    order: str
    """The order, or the document, that states it; "" where only the name says so."""


@dataclass(frozen=True)
class Ended:
    """A code that is no longer in force."""

    old: str
    date: dt.date
    """The first day without it."""
    into: tuple[Change, ...]

    @property
    def year(self) -> int:
        """The year it ended in."""
        return self.date.year

    @property
    def new(self) -> str | None:
        """The code of its successor; None where its ground was divided."""
        return next((c.new for c in self.into if c.how != "part"), None)

    def __str__(self) -> str:
        on = day(self.date)
        parts = [c.new for c in self.into if c.how == "part"]
        whole = next((c for c in self.into if c.how != "part"), None)
        if whole is None:
            among = " and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])} and {parts[-1]}"
            return (
                f"{self.old} was divided among {among} on {on}" if parts else f"{self.old} ended before {on}"
            )
        told = {
            "recode": f"became {whole.new} on {on}, on the same ground",
            "merger": f"became part of {whole.new} on {on}",
            "boundary": f"became {whole.new} on {on}, with another boundary",
            "name": f"became {whole.new} on {on}",
        }[whole.how]
        return f"{self.old} {told}" + (f"; part of its ground went to {listing(parts)}" if parts else "")


# ── the tables ──────────────────────────────────────────────────────────────────────────────────


def _rows(name: str) -> Iterator[list[str]]:
    text = (files("footprint") / "model" / name).read_text(encoding="utf-8")
    rows = csv.reader(line for line in text.splitlines() if not line.startswith("#"))
    next(rows)
    return rows


@cache
def _versions() -> dict[str, list[Version]]:
    held: dict[str, list[Version]] = {}
    days: dict[str, dt.date | None] = {"": None}
    for code, start, end, name, parent in _rows("history.csv"):
        for each in (start, end):
            if each not in days:
                days[each] = dt.date.fromisoformat(each)
        held.setdefault(code, []).append(Version(code, Period(days[start], days[end]), name, parent))
    return held


@cache
def changes() -> tuple[Change, ...]:
    """Return all that became of areas, by date."""
    return tuple(
        Change(dt.date.fromisoformat(date), how, old, new, order)
        for date, how, every, new, order in _rows("history_changes.csv")
        for old in every.split()
    )


@cache
def _after() -> dict[str, tuple[Change, ...]]:
    held: dict[str, tuple[Change, ...]] = {}
    for change in changes():
        held[change.old] = (*held.get(change.old, ()), change)
    return held


@cache
def _before() -> dict[str, tuple[Change, ...]]:
    held: dict[str, tuple[Change, ...]] = {}
    for change in changes():
        held[change.new] = (*held.get(change.new, ()), change)
    return held


# ── one code ────────────────────────────────────────────────────────────────────────────────────


def every_code() -> Iterable[str]:
    """Return all codes of the table."""
    return _versions()


def versions(code: str) -> list[Version]:
    """Return a code under each of its names, in order; nothing where the table does not know it."""
    return _versions().get(code, [])


def name_on(code: str, date: dt.date) -> str:
    """Return the name of a code on a day: the nearest that it had, or the code where it is not known."""
    held = versions(code)
    begun = [v for v in held if v.period.low <= date] or held[:1]
    return begun[-1].name if begun else code


def kind_of(code: str, date: dt.date | None = None) -> Kind | None:
    """Return what a code is a code of on a day, or at the last; None where that is not known."""
    if code[:3] == "E38" and versions(code):
        last = versions(code)[-1].period.last if date is None else date
        return CCG if last is not None and last < SICBL_SINCE else KINDS["E38"]
    return KINDS.get(code[:3])


def period_of(code: str, geography: str = "") -> Period | None:
    """Return the days on which a code was in force; None where it is not known.

    Of an E38 code only those on which it was a "CCG", or a "SICBL", if that geography is given and it
    ever was.
    """
    held = versions(code)
    if geography in ("CCG", "SICBL") and code[:3] == "E38":
        of_it = [v for v in held if (v.period.low < SICBL_SINCE) == (geography == "CCG")]
        held = of_it or held
    return Period(held[0].period.first, held[-1].period.last) if held else None


def became(code: str) -> tuple[Change, ...]:
    """Return what became of an area; nothing where it is in force or not known."""
    return _after().get(code, ())


def came_from(code: str) -> tuple[Change, ...]:
    """Return what an area was made from."""
    return _before().get(code, ())


def end_of(code: str) -> Ended | None:
    """Return how a code ended; None where it has not, or is not known."""
    period = period_of(code)
    if period is None or period.last is None:
        return None
    return Ended(code, period.last + dt.timedelta(1), became(code))


def going_on(codes: Iterable[str]) -> dict[str, str]:
    """Return the code under which areas went on, if each alone became one other area."""
    return {c.old: c.new for code in codes for c in became(code) if c.how in ("recode", "boundary", "name")}
