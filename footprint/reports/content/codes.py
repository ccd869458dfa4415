"""What codes are, when they were in force, what became of them, and which dates a set of them fits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

from footprint.model.history import (
    Change,
    Period,
    became,
    came_from,
    end_of,
    kind_of,
    name_on,
    period_of,
    versions,
)
from footprint.model.nations import NATIONS
from footprint.model.vintage import together, vintage_clash, whole
from footprint.model.words import count, day, listing
from footprint.reports.document import Block, Heading, Words, lines, more, text
from footprint.reports.values import VERSION, write_rows

if TYPE_CHECKING:
    from footprint.reports import Report

MOST_IN_FULL = 5
MOST = 40
_MADE = {
    "recode": "on the same ground", "merger": "whole", "boundary": "with another boundary",
    "name": "under the same name", "part": "in part",
}  # fmt: skip


def document(report: Report) -> Iterator[Block]:
    """Return a few codes each by itself; of several, which dates all of them fit."""
    codes: list[str] = report.found
    known = [code for code in codes if versions(code)]
    unknown = [code for code in codes if not versions(code)]
    if len(codes) <= MOST_IN_FULL:
        for i, code in enumerate(known):
            yield Heading(f"{_name(code)} ({code})", 2 if i else 1)
            yield lines("lw", [(Words(name, "quiet"), fact) for name, fact in _facts(code)])
    if len(codes) > 1:
        period = together(known)
        yield Heading(_counted(known, period and period.last), 2 if len(codes) <= MOST_IN_FULL else 1)
        yield from (text(sentence) for sentence in _fitting(known))
        if (clash := vintage_clash(known)) is not None:
            yield from (text(str(end), depth=2) for end in clash.ended[:MOST])
            yield from more(len(clash.ended) - MOST, "")
    if unknown:
        yield Heading("Not in the history")
        yield text(listing(unknown, MOST))
    yield text("", depth=0)
    yield text("Source: ONS Code History Database and NHS England, Open Government Licence v3.0", depth=0)


def _facts(code: str) -> Iterator[tuple[str, str]]:
    held, period, kind = versions(code), period_of(code), kind_of(code)
    assert period is not None
    assert kind is not None
    both = len({kind_of(code, version.period.low) for version in held}) > 1
    yield "kind", "a CCG before 1 July 2022, a Sub-ICB location from then on" if both else kind.noun
    yield "in force", f"{period}{'' if period.last else f' (known up to {day(kind.known)})'}"
    if held[-1].parent:
        yield "in", f"{_name(held[-1].parent)} ({held[-1].parent})"
    if len(held) > 1:
        yield from (("called", f"{version.name}, {version.period}") for version in held)
    end = end_of(code)
    if end is not None:
        yield "became", str(end)
        yield from (("", f"{change.new}: {name_on(change.new, change.date)}") for change in end.into)
        yield from (("source", order) for order in sorted({c.order for c in end.into if c.order}))
    for how, words in _MADE.items():
        before = [f"{_name(c.old)} ({c.old})" for c in came_from(code) if c.how == how]
        if before:
            yield "made from", f"{listing(before, 10)}, {words}"


def _counted(codes: Iterable[str], date: dt.date | None) -> str:
    kinds = [kind for code in codes if (kind := kind_of(code, date)) is not None]
    return ", ".join(count(kinds.count(kind), kind.noun, kind.plural) for kind in dict.fromkeys(kinds))


def _fitting(codes: list[str]) -> Iterator[str]:
    """Yield which dates a set of known codes fits, and what bounds them."""
    period, all_of, clash = together(codes), whole(codes), vintage_clash(codes)
    if period is not None:
        ended = [c for c in codes if period.last and (p := period_of(c)) and p.last == period.last]
        known = min(kind.known for code in codes if (kind := kind_of(code)) is not None)
        yield f"all in force together {period}" + (
            f"; {listing(ended)} ended then"
            if ended
            else ""
            if period.last
            else f" (known up to {day(known)})"
        )
    if all_of is not None:
        where = " and ".join(_nation(letter) for letter in sorted({code[0] for code in codes}))
        of = "" if all_of[0].endswith(where) else f" of {where}"
        yield f"they are all {all_of[0]}{of} {all_of[1]}"
    if clash is not None and period is None:
        yield f"never in force together: {listing(clash.born)} began on {day(clash.date)}, but"
    elif clash is not None:
        yield "some stand for the same ground:"


def _nation(letter: str) -> str:
    return NATIONS[letter].name if letter in NATIONS else "England"


def _name(code: str) -> str:
    held = versions(code)
    return held[-1].name if held else code


# ── as values ───────────────────────────────────────────────────────────────────────────────────


def record(report: Report) -> dict[str, Any]:
    """Return what is known of each code, and of all of them as a set, as plain Python values."""
    codes: list[str] = report.found
    period, all_of, clash = together(codes), whole(codes), vintage_clash(codes)
    ended = [] if clash is None else [end.old for end in clash.ended]
    return {
        "version": VERSION,
        "codes": [_code(code) for code in codes],
        "set": {
            "codes": len(codes),
            "unknown": [code for code in codes if not versions(code)],
            "together": None if period is None else _days(period),
            "whole": None if all_of is None else {"of": all_of[0], **_days(all_of[1])},
            "clash": clash and {"date": str(clash.date), "began": list(clash.born), "ended": ended},
        },
    }


def write_csv(report: Report, stream: TextIO) -> None:
    """Write a row for each code; several that it became, or came from, stand in one cell."""
    rows = [_code(code) for code in report.found]
    for row in rows:
        del row["names"]
        row["parent"] = row["parent"] and row["parent"]["code"]
        row["how"] = ";".join(change["how"] for change in row["became"])
        for name in ("became", "came_from"):
            row[name] = ";".join(change["code"] for change in row[name])
    write_rows(rows[0], (row.values() for row in rows), stream)


def _code(code: str) -> dict[str, Any]:
    held, kind = versions(code), kind_of(code)
    parent = held[-1].parent if held else ""
    return {
        "code": code,
        "known": bool(held),
        "kind": kind.noun if kind and held else None,
        "name": held[-1].name if held else None,
        **_days(period_of(code) or Period(None, None)),
        "parent": {"code": parent, "name": _name(parent)} if parent else None,
        "names": [{"name": version.name, **_days(version.period)} for version in held],
        "became": [_change(change, change.new) for change in became(code)],
        "came_from": [_change(change, change.old) for change in came_from(code)],
    }


def _days(period: Period) -> dict[str, str | None]:
    first, last = (None if each is None else str(each) for each in period)
    return {"first": first, "last": last}


def _change(change: Change, code: str) -> dict[str, Any]:
    order = change.order or None
    return {
        "date": str(change.date),
        "how": change.how,
        "code": code,
        "name": name_on(code, change.date),
        "order": order,
    }
