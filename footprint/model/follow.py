"""Areas followed to another date: which code stands for the same ground then, where that is exact.

Going on, a new code (on the same ground) and a merger are exact, a merger only if all of its parts are
there. Going back, only a new code is: what was put together cannot be parted. Everything else is
refused, with the reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby

from footprint.model.history import (
    EXACT,
    Change,
    came_from,
    changes,
    end_of,
    kind_of,
    period_of,
)
from footprint.model.words import day, listing


def follow(codes: Iterable[str], date: dt.date) -> tuple[dict[str, str], dict[str, str]]:
    """Return, for areas of one time, the code of each on another date, or why there is none.

    Codes that became one are to be added up. `codes` have to be all those of a table, since a merger
    is followed only with all of its parts.
    """
    now, refused = dict[str, str](), dict[str, str]()
    every = list(dict.fromkeys(codes))
    # districts are followed back to districts: a unitary authority may be made of a county as well
    not_of_them = "E10" if any(code[:3] == "E07" for code in every) else ""
    for code in every:
        period = period_of(code)
        if period is None:
            refused[code] = "the history does not know this code"
        elif period.low > date:
            _back(code, date, not_of_them, now, refused)
        else:
            now[code] = code
    for (on, new), together in groupby(
        sorted(changes(), key=lambda c: (c.date, c.new)), lambda c: (c.date, c.new)
    ):
        if on <= date:
            _on(new, list(together), now, refused)
    for code, there in now.items():
        if date not in (period_of(there) or ()):
            end = end_of(there)
            refused.setdefault(code, str(end) if end else f"{there} was not in force on {day(date)}")
    return {code: there for code, there in now.items() if code not in refused}, refused


def beyond(codes: Iterable[str], date: dt.date) -> str | None:
    """Return what has to be said where a date lies after what is known of some kinds of areas; or None."""
    kinds = sorted(
        {kind for code in codes if (kind := kind_of(code, date)) is not None and kind.known < date}
    )
    told = [f"that of {kind.plural} up to {day(kind.known)}" for kind in kinds]
    return f"the history is not known as far as {day(date)}: {listing(told)}" if told else None


def _back(code: str, date: dt.date, not_of_them: str, now: dict[str, str], refused: dict[str, str]) -> None:
    """Follow a code back to a date before it began, through none whose code begins with `not_of_them`."""
    there = code
    while (period := period_of(there)) is not None and period.low > date:
        before = [c for c in came_from(there) if not not_of_them or c.old[:3] != not_of_them]
        same = [c for c in before if c.how == "recode"]
        if len(same) != 1:
            parts = [c.old for c in before]
            refused[code] = (
                f"{there} has other ground than what was there before {day(period.low)}: {listing(parts)}"
                if parts
                else f"{there} began on {day(period.low)}, and nothing is known of what was there before"
            )
            return
        there = same[0].old
    now[code] = there


def _on(new: str, every: list[Change], now: dict[str, str], refused: dict[str, str]) -> None:
    """Put `new` in place of what it was made from, if all of that is in `now` and went into it whole."""
    tiers = [[c for c in every if (c.old[:3] == "E10") == county] for county in (False, True)]
    held = {there for code, there in now.items() if code not in refused}
    present = [[c for c in tier if c.old in held] for tier in tiers]
    twice = all(present) and all(c.how in EXACT for tier in present for c in tier)
    for tier, there in zip(tiers, present, strict=True):
        missing = [c.old for c in tier if c.old not in held]
        inexact = [c.old for c in tier if c.how not in EXACT]
        for change in there:
            reason = None
            if change.how not in EXACT:
                reason = str(end_of(change.old)) + (
                    "" if change.how != "name" else ", perhaps on other ground"
                )
            elif new in held:
                reason = f"{change.old} became part of {new}, which stands beside it"
            elif inexact:
                reason = f"{change.old} became part of {new}, which also took ground of {listing(inexact)}"
            elif missing:
                reason = f"{change.old} became part of {new}, but {listing(missing)} cannot be added to it"
            elif twice:
                reason = f"{change.old} is in {new} with its county or its districts: it would count twice"
            for code in [code for code, place in now.items() if place == change.old]:
                if reason is None:
                    now[code] = new
                else:
                    refused.setdefault(code, reason)
