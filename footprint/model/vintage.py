"""Sets of codes: on which days all of them were in force, and which of them cannot stand together."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from footprint.model.history import (
    CCG,
    KINDS,
    SICBL_SINCE,
    Ended,
    Period,
    became,
    came_from,
    end_of,
    every_code,
    period_of,
    versions,
)
from footprint.model.words import nearest

WHOLES = (
    ("districts", ("E06", "E07", "E08", "E09", "W06", "S12", "N09")),
    ("upper-tier authorities", ("E06", "E08", "E09", "E10", "W06", "S12", "N09")),
    *((KINDS[prefix].plural, (prefix,)) for prefix in KINDS if prefix not in ("E06", "E07")),
)
"""Sets that are published as one: districts of a nation, for example. Plural and prefixes."""
IN_USE = dt.date(2011, 1, 1)
"""When statistics began to be published by these codes; no layer has those that ended before."""
MOST_TOLD = 3
"""How many changes a hint tells."""
MANY = 0.25
"""Share of codes that no layer has from which on they are one's own: more than slips of the pen."""
_EVERYWHERE = frozenset(
    (
        "and", "area", "board", "borough", "care", "ccg", "city", "council", "county", "district", "east",
        "health", "icb", "integrated", "nhs", "north", "partnership", "south", "system", "the", "west",
    )
)  # fmt: skip
"""Words of names that say nothing of the place."""


@dataclass(frozen=True)
class VintageClash:
    """Codes of one set that never were in force together."""

    ended: tuple[Ended, ...]
    """Codes that had ended …"""
    date: dt.date
    """… by this day, when the last of the set began."""
    born: tuple[str, ...]
    """Those that began on it."""

    @property
    def year(self) -> int:
        """The year of `date`."""
        return self.date.year


def together(codes: Iterable[str]) -> Period | None:
    """Return the days on which all of `codes` that are known were in force; None if there are none."""
    held = [p for p in map(period_of, set(codes)) if p is not None]
    first = max((p.low for p in held), default=dt.date.min)
    last = min((p.high for p in held), default=dt.date.max)
    return None if first > last else _period(first, last)


def whole(codes: Iterable[str]) -> tuple[str, Period] | None:
    """Return what `codes` are all of ("districts"), and on which days; None if they never were.

    Codes that are not known count for nothing; those of a nation are held against that nation's. Of
    several periods it is the last.
    """
    held = {code for code in codes if period_of(code) is not None}
    period = together(held)
    if not held or period is None:
        return None
    nations, prefixes = {code[0] for code in held}, {code[:3] for code in held}
    for plural, kinds in WHOLES:
        if not prefixes <= set(kinds):
            continue
        free = [(period.low, period.high)]
        for code in every_code():
            if code in held or code[:3] not in kinds or code[0] not in nations:
                continue
            each = period_of(code)
            if each is not None:
                free = list(_without(free, each.low, each.high))
        if free:
            found = _period(*free[-1])
            plural = KINDS[prefixes.pop()].plural if len(prefixes) == 1 else plural
            if kinds == ("E38",) and found.last is not None and found.last < SICBL_SINCE:
                plural = CCG.plural
            return plural, found
    return None


def vintage_clash(codes: Iterable[str]) -> VintageClash | None:
    """Return the clash if `codes` holds areas that had ended and areas that only exist since then.

    An area and the one that took its place clash also where both codes were in force for some days.
    """
    held = {code: p for code in codes if (p := period_of(code)) is not None}
    first = max((p.low for p in held.values()), default=dt.date.min)
    gone = {code for code, p in held.items() if p.high < first}
    if not gone:
        gone = {c.old for code in held for c in became(code) if c.how != "part" and c.new in held}
        first = max((held[c.new].low for code in gone for c in became(code) if c.new in held), default=first)
    ended = _in_order(gone)
    born = tuple(sorted(code for code, p in held.items() if p.first == first))
    return VintageClash(ended, first, born) if ended else None


def of_another_date(lost: Iterable[str], there: Container[str]) -> list[str]:
    """Return those of the codes that became, or were made from, areas that are there, as wholes."""
    return sorted(
        code
        for code in lost
        if any(c.how != "part" and c.new in there for c in became(code))
        or any(c.how != "part" and c.old in there for c in came_from(code))
    )


def made_up(names: Mapping[Any, str]) -> bool:
    """Return whether codes, with their names, are of areas of one's own and not those of the history.

    Codes given to drawn areas, or to those of a proposal, may be those of others at some time. They are
    taken for one's own where no name has a word in common with the one that its code had; and where the
    areas have no names, if they count up from nought, as codes of ONS do not, or if many are of a series
    that is known without them or ended before such codes came into use. All areas of a kind are never
    one's own.
    """
    known = {code: held for code in names if (held := versions(code))}
    if not known or whole(known) is not None:
        return not known
    named = {code: _words(names[code]) for code in known if names[code] != code and _is_name(names[code])}
    if named:
        return not any(words & _words(*(v.name for v in known[code])) for code, words in named.items())
    numbers = {int(code[3:]) for code in names if code[:3] in KINDS and code[3:].isdecimal()}
    if numbers == set(range(len(numbers))):
        return True
    last = {prefix: max(c for c in every_code() if c[:3] == prefix) for prefix in {c[:3] for c in known}}
    odd = [code for code in names if code not in known and code < last.get(code[:3], "")]
    odd += [code for code, held in known.items() if held[-1].period.high < IN_USE]
    return len(odd) >= MANY * len(names)


def april(names: Mapping[Any, str]) -> int | None:
    """Return the year of a 1 April on which all codes of `names` were in force; None if that is not likely.

    Areas that are still in force, and not all of their kind, may be of any year.
    """
    if made_up(names):
        return None
    found = whole(names)
    period = found[1] if found is not None else together(names)
    if period is None or (found is None and period.last is None):
        return None
    day = period.first or period.high
    if period.first is None:
        return day.year - (day.month < 4)
    later = dt.date(day.year + (day > dt.date(day.year, 4, 1)), 4, 1)
    return later.year if later in period else day.year


def first_day(year: int, codes: Iterable[str]) -> dt.date:
    """Return 1 April of a year, or the day later in it on which the last of `codes` began."""
    date = dt.date(year, 4, 1)
    return max((first for _, first in begun_after(codes, date) if first.year == year), default=date)


def ended_before(codes: Iterable[str], date: dt.date) -> tuple[Ended, ...]:
    """Return those of `codes` that were no longer in force on a day."""
    return tuple(end for end in _in_order(codes) if end.date <= date)


def begun_after(codes: Iterable[str], date: dt.date) -> tuple[tuple[str, dt.date], ...]:
    """Return those of `codes` that were not yet in force on a day, with the day they begin."""
    firsts = ((code, p.first) for code in sorted(set(codes)) if (p := period_of(code)) is not None)
    return tuple((code, first) for code, first in firsts if first is not None and first > date)


def told(ended: Iterable[Ended]) -> str:
    """Return what became of areas, in sentences; of many, of the first of them."""
    every = list(ended)
    more = len(every) - MOST_TOLD
    sentences = "; ".join(map(str, every[:MOST_TOLD]))
    return f"{sentences} and so on, for {more:,} more." if more > 0 else f"{sentences}." if every else ""


def explained(codes: Iterable[str], there: Container[str]) -> str:
    """Return what explains that `codes` are not among others: what they became there, or were made from.

    "" where the history tells of none.
    """
    old = {
        change.old
        for code in codes
        for change, other in [*((c, c.new) for c in became(code)), *((c, c.old) for c in came_from(code))]
        if other in there
    }
    return told(_in_order(old))


def meant(code: str, there: Collection[str]) -> str:
    """Return a hint on a code that is not among others, with a blank behind it; "" where there is none.

    It says which of them the area became or was made from, and only where the history tells of none which
    code is nearest: the one that differs by a digit may be that of another part of the country.
    """
    told = explained([code], there)
    return f"{told} " if told else nearest(code, there)


def _is_name(text: str) -> bool:
    """Return whether a text names a place: it has letters, and is no code such as QF7."""
    return bool(re.search(r"[^\W\d_]", text)) and not re.fullmatch(r"(?=.*\d)[A-Z0-9]+", text.strip())


def _words(*names: str) -> set[str]:
    return {w for name in names for w in re.findall(r"\w{3,}", name.casefold())} - _EVERYWHERE


def _in_order(codes: Iterable[str]) -> tuple[Ended, ...]:
    """Return how those of `codes` that ended did, the first first; those that became one together."""
    ends = (end for code in set(codes) if (end := end_of(code)) is not None)
    return tuple(sorted(ends, key=lambda end: (end.date, end.new or "", end.old)))


def _period(first: dt.date, last: dt.date) -> Period:
    return Period(None if first == dt.date.min else first, None if last == dt.date.max else last)


def _without(
    free: Iterable[tuple[dt.date, dt.date]], first: dt.date, last: dt.date
) -> Iterator[tuple[dt.date, dt.date]]:
    """Yield stretches of days without those from `first` to `last`."""
    one = dt.timedelta(1)
    for start, end in free:
        if last < start or first > end:
            yield start, end
            continue
        if first > start:
            yield start, first - one
        if last < end:
            yield last + one, end
