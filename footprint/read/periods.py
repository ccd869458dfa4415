"""Columns that say of what time a row is: a year, a quarter, a month or a day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence

from footprint.model.words import listing
from footprint.read.days import day_of

_TIME = frozenset({"year", "years", "yr", "fy", "period", "quarter", "qtr", "month", "date", "time"})
# What may stand beside that in a name; of others, as "start date" and "boundary year", rows may differ.
_OF_DATA = frozenset(
    {"calendar", "financial", "fin", "fiscal", "reference", "ref", "reporting", "report", "data", "estimate",
     "population", "census", "mid", "extract", "snapshot", "publication", "catchment", "of", "the"}
)  # fmt: skip
# What a time is called behind its own name, as in DATE_NAME; "code date" is one of a code.
_CALLED = frozenset({"cd", "code", "name", "label", "desc"})
# Times that have numbers; a "time" of 5 may be minutes.
_NUMBERED = frozenset({"period", "quarter", "qtr", "month"})
_MONTH = "(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_PERIOD = re.compile(
    rf"(mid[- ]?(year )?|fy ?|(the )?year (ending|ended|to) |q(uarter )?[1-4][ -]?|(\d\d?[ -])?{_MONTH}[ -])*"
    r"((19|20)\d\d([ -]?q[1-4]|[-/](0[1-9]|1[0-2]))?( ?([-/\u2013]|to) ?((19|20)\d\d|\d\d))?|\d\d/\d\d)"
    rf"( mid[- ]year)?|(19|20)\d\d(0[1-9]|1[0-2])|q(uarter )?[1-4]|[1-4]|1[0-2]|[5-9]|{_MONTH}",
    re.IGNORECASE,
)


def of_time(column: str) -> bool:
    """Return whether a column says of what time a row is, by its name."""
    words = _words(column)
    if len(words) > 1 and words[-1] in _CALLED and words[-2] in _TIME:
        words = words[:-1]
    return not _TIME.isdisjoint(words) and _TIME.union(_OF_DATA).issuperset(words)


def several(columns: Mapping[str, Sequence[str]]) -> str:
    """Return the first column by which rows are of several times, and these: "year = 2019, 2020"; or "".

    Days of which several fall into one month are those on which rows were written.
    """
    for column in filter(of_time, columns):
        numbered = not _NUMBERED.isdisjoint(_words(column))
        texts = sorted({text.strip() for text in columns[column]} - {""})
        times = {_time_of(text, numbered) for text in texts}
        if len(times) < 2 or None in times:
            continue
        days = [time for time in times if isinstance(time, dt.date)]
        if len({(day.year, day.month) for day in days}) == len(days):
            return told(column, texts)
    return ""


def told(column: str, times: Iterable[str]) -> str:
    """Return a column and what stands in it, in words."""
    return f"{column} = {listing(times, 3)}"


def _words(column: str) -> list[str]:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).casefold()
    return re.findall(r"[^\W_]+", parted)


def _time_of(text: str, numbered: bool) -> dt.date | str | None:
    """Return a time, the same however it is written; None for what is none."""
    if (day := day_of(text)) is not None:
        return day
    if _PERIOD.fullmatch(text) is None or (len(text) < 3 and text.isdigit() and not numbered):
        return None
    plain = re.sub(r"mid[- ]?(year )?|[- ]?mid[- ]year", "", text.casefold())
    plain = re.sub(r"(the )?year (ending|ended|to) ", "y", plain.replace("quarter", "q"))
    return re.sub(r"\W|\bto\b", "", re.sub(_MONTH, lambda month: month[1][:3], plain))
