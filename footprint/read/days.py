"""Columns of days: from when and until when a row of a table holds, by whatever name they have."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from footprint.model.accountability import in_force
from footprint.model.words import agree, count, listing
from footprint.read.columns import by_word, plain

if TYPE_CHECKING:
    from footprint.read.table import Table

FIRST = (
    "from", "start", "start_date", "valid_from", "date_from", "from_date", "effective_from", "in_force_from",
    "first_day", "open_date",
)  # fmt: skip
"""What a column of the first day is called."""
LAST = (
    "to", "end", "end_date", "valid_to", "date_to", "to_date", "effective_to", "in_force_to", "last_day",
    "until", "valid_until", "close_date",
)  # fmt: skip
"""What a column of the last day is called."""
_CLOSED = (
    *LAST, "closed", "date_closed", "closing_date", "closure_date", "date_of_closure", "legal_end_date",
    "operational_end_date",
)  # fmt: skip
"""The same in lists of sites, where more is of days only if all its cells hold one."""
_ONE_DAY = (
    (re.compile(r"\d{4}-\d\d-\d\d", re.A), "%Y-%m-%d"),
    (re.compile(r"(19|20)\d{6}", re.A), "%Y%m%d"),
    (re.compile(r"\d\d?-[A-Za-z]{3}-\d{4}", re.A), "%d-%b-%Y"),
    (re.compile(r"\d\d? [A-Za-z]{3} \d{4}", re.A), "%d %b %Y"),
    (re.compile(r"\d\d? [A-Za-z]{3,} \d{4}", re.A), "%d %B %Y"),
)
"""Forms of a day that can mean one only: ISO, as the NHS writes it, with the month as a word."""
_FORMS = (*_ONE_DAY, (re.compile(r"\d\d?/\d\d?/\d{4}", re.A), "%d/%m/%Y"))
"""How days are written besides, in British order, which others read as the month first."""
_MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0+)?)?Z?$")
"""What databases and spreadsheets add to a day."""
# Databases end what has no end in a year that nobody will see, as 2099, 2999 or 9999.
_NEVER = 2090


_SHUT = frozenset({"closed", "inactive"})
"""Status of a site that is none any more."""


def day_of(text: str) -> dt.date | None:
    """Return the day that a text is in one of the usual forms; None where it is none."""
    return _read(text, _FORMS)


def one_day(text: str) -> dt.date | None:
    """Return the day that a text means, whoever reads it; None where it is none, or might be two."""
    return _read(text, _ONE_DAY)


def _read(text: str, forms: Iterable[tuple[re.Pattern[str], str]]) -> dt.date | None:
    text = _MIDNIGHT.sub("", text)
    for form, pattern in forms:
        if form.fullmatch(text):
            try:
                return dt.datetime.strptime(text, pattern).date()
            except ValueError:
                continue
    return None


def unread_days(table: Table, read: Collection[str]) -> list[str]:
    """Return the note on columns that hold days, and nothing else, and that nobody reads; none without."""
    left = [name for name in table if name not in read and _are_days(table[name])]
    if not left:
        return []
    names = listing(f"'{name}'" for name in left)
    return [
        f"{table.path.name}: {agree(len(left), 'column', 'columns')} {names} of days "
        f"{agree(len(left), 'is', 'are')} not read; if rows hold only from or until these days, name "
        f'{agree(len(left), "it", "them")} with from = "…" or to = "…"'
    ]


def unread_ends(table: Table) -> list[str]:
    """Return the note on last days of rows that all count, whatever day they ended on; none without."""
    column = by_word(table.columns, LAST)
    if column is None or not _are_days(table[column]):
        return []
    ends = filter(None, map(day_of, table[column]))
    rows = sum(end.year < _NEVER for end in ends)
    if not rows:
        return []
    return [
        f"{table.path.name}: column '{column}' is not read; {count(rows, 'row')} with a day in it "
        f"{agree(rows, 'counts', 'count')} like the others"
    ]


def not_in_force(table: Table, date: dt.date | None) -> list[str]:
    """Return the notes on rows of a table that is read whole which by their days or status are not of a date.

    Without a date no day is judged.
    """
    columns = [by_word(table.columns, names) for names in (FIRST, _CLOSED)]
    days = [None if c is None or not _are_days(table[c]) else [*map(day_of, table[c])] for c in columns]
    out: dict[str, list[int]] = {}
    if date is not None and any(days):
        nothing = [None] * len(table.lines)
        both = zip(table.lines, days[0] or nothing, days[1] or nothing, strict=True)
        named = listing(f"'{c}'" for c, held in zip(columns, days, strict=True) if held)
        out[named] = [line for line, first, last in both if not in_force(first, last, date)]
    for column in table.columns:
        if "status" in plain(column):
            cells = zip(table.lines, table[column], strict=True)
            out[f"'{column}'"] = [line for line, text in cells if text.casefold() in _SHUT]
    on = "" if date is None else f" on {date}"
    return [
        f"{table.path.name}: by {named} {count(len(lines), 'row')} {agree(len(lines), 'is', 'are')} not in "
        f"force{on} and {agree(len(lines), 'counts', 'count')} like the others ({table.row_word} "
        f"{listing(lines)}); delete what the flows are not of"
        for named, lines in out.items()
        if lines
    ]


def _are_days(values: Collection[str]) -> bool:
    """Return whether all cells that hold something hold a day, and some do."""
    filled = {value for value in values if value}
    return bool(filled) and all(day_of(value) is not None for value in filled)
