"""Columns of days: from when and until when a row of a table holds, by whatever name they have."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from footprint.model.accountability import in_force
from footprint.model.words import agree, count, listing
from footprint.read.columns import by_word

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
_FORMS = (
    (re.compile(r"\d{4}-\d\d-\d\d"), "%Y-%m-%d"),
    (re.compile(r"(19|20)\d{6}"), "%Y%m%d"),
    (re.compile(r"\d\d?/\d\d?/\d{4}"), "%d/%m/%Y"),
    (re.compile(r"\d\d?-[A-Za-z]{3}-\d{4}"), "%d-%b-%Y"),
)
"""How days are written: ISO, as the NHS writes them, in British order, with the month as a word."""


def day_of(text: str) -> dt.date | None:
    """Return the day that a text is in one of the usual forms; None where it is none."""
    for form, pattern in _FORMS:
        if form.fullmatch(text):
            try:
                return dt.datetime.strptime(text, pattern).date()
            except ValueError:
                return None
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


def not_in_force(table: Table, date: dt.date | None) -> list[str]:
    """Return the note on rows that their days put beyond a date, in a table that is read whole all the same.

    A table without columns of days, or a plan without a date, has none.
    """
    columns = [by_word(table.columns, names) for names in (FIRST, LAST)]
    held = [None if c is None or not _are_days(table[c]) else [*map(day_of, table[c])] for c in columns]
    if date is None or not any(held):
        return []
    nothing = [None] * len(table.lines)
    both = zip(table.lines, held[0] or nothing, held[1] or nothing, strict=True)
    out = [line for line, first, last in both if not in_force(first, last, date)]
    if not out:
        return []
    names = listing(f"'{c}'" for c, days in zip(columns, held, strict=True) if days)
    many = len(out)
    told = f"{count(many, 'row')} {agree(many, 'is', 'are')} not in force on {date}"
    return [
        f"{table.path.name}: by {names} {told} and {agree(many, 'counts', 'count')} like the others "
        f"({table.row_word} {listing(out)}); delete what the flows are not of"
    ]


def _are_days(values: Collection[str]) -> bool:
    """Return whether all cells that hold something hold a day, and some do."""
    filled = {value for value in values if value}
    return bool(filled) and all(day_of(value) is not None for value in filled)
