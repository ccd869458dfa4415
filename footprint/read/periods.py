"""Columns that say of what time a row is: a year, a quarter, a month or a day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from footprint.model.words import listing
from footprint.read.days import day_of

_TIME = frozenset({"year", "years", "yr", "fy", "period", "quarter", "qtr", "month", "date", "time"})
# What may stand beside that in a name; of others, as "start date" and "boundary year", rows may differ.
_OF_DATA = frozenset(
    {"calendar", "financial", "fin", "fiscal", "reference", "ref", "reporting", "report", "data", "estimate",
     "population", "census", "mid", "extract", "snapshot", "publication", "catchment", "of", "the", "cd",
     "code", "name", "label", "desc"}
)  # fmt: skip
_MONTH = "(jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*"
_PERIOD = re.compile(
    rf"(mid[- ]?(year )?|fy ?|(the )?year (ending|ended|to) |q(uarter )?[1-4][ -]?|(\d\d?[ -])?{_MONTH}[ -])*"
    r"((19|20)\d\d([ -]?q[1-4]|[-/](0[1-9]|1[0-2]))?( ?([-/\u2013]|to) ?((19|20)\d\d|\d\d))?|\d\d/\d\d)"
    rf"( mid[- ]year)?|(19|20)\d\d(0[1-9]|1[0-2])|q(uarter )?[1-4]|[1-4]|1[0-2]|[5-9]|{_MONTH}",
    re.IGNORECASE,
)


def of_time(column: str) -> bool:
    """Return whether a column says of what time a row is, by its name."""
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column).casefold()
    words = set(re.findall(r"[^\W_]+", parted))
    return bool(words & _TIME) and words <= _TIME | _OF_DATA


def several(columns: Mapping[str, Sequence[str]]) -> str:
    """Return the first column by which rows are of several times, and these: "year = 2019, 2020"; or ""."""
    for column in filter(of_time, columns):
        times = sorted({text.strip() for text in columns[column]} - {""})
        if len(times) > 1 and all(map(_is_time, times)):
            return told(column, times)
    return ""


def told(column: str, times: Iterable[str]) -> str:
    """Return a column and what stands in it, in words."""
    return f"{column} = {listing(times, 3)}"


def _is_time(text: str) -> bool:
    return _PERIOD.fullmatch(text) is not None or day_of(text) is not None
