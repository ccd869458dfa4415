"""Text from input files, made harmless for where it goes, and numbers made readable."""

from __future__ import annotations

import datetime as dt
import difflib
import math
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

# Those of full width are the same to a spreadsheet of East Asia.
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")

COMMANDS = re.compile(r"##(?=\[|vso\[|teamcity\[)")
"""What GitHub, Azure and TeamCity take for a command wherever it stands in a log."""
LINE_COMMANDS = re.compile(r"^(\s*)::", re.MULTILINE)
"""What GitHub takes for one where a line begins with it."""


def clean(text: str) -> str:
    """Return text without control characters and log commands: a name must not act on a terminal or in CI."""
    if not text.isprintable():
        text = "".join(c if unicodedata.category(c)[0] != "C" else "\ufffd" for c in text)
    return COMMANDS.sub("# #", text)


def spreadsheet_safe(text: str) -> str:
    """Return text that a spreadsheet shows as text: an apostrophe in front of what looks like a formula."""
    text = clean(text)
    # GitHub takes a line that begins with :: for a command
    return f"'{text}" if text.lstrip().startswith((*_FORMULA_STARTS, "::")) else text


def number(value: float | None) -> str:
    """Return a count with thousands separators, or an en dash where it is unknown."""
    return "–" if value is None or math.isnan(value) else f"{value:,.0f}"


def percent(value: float | None) -> str:
    """Return a share as a percentage that never rounds to 0 % or 100 % what is neither."""
    if value is None or math.isnan(value):
        return "–"
    digits = 1
    while digits < 4 and 0 < value < 1 and f"{value:.{digits}%}" in (f"{0:.{digits}%}", f"{1:.{digits}%}"):
        digits += 1
    return f"{value:.{digits}%}"


def nearest(word: str, options: Iterable[str]) -> str:
    """Return "Did you mean 'x'? " for the option closest to `word`, or "" where none is close."""
    by_folded = {option.casefold(): option for option in options}
    close = difflib.get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=0.6)
    return f"Did you mean '{by_folded[close[0]]}'? " if close else ""


def short(text: str, most: int = 80) -> str:
    """Cut a text that no message can hold."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def listing(items: Iterable[object], most: int = 5) -> str:
    """Join `items` for a message, naming at most `most` of them and counting the rest."""
    every = [short(str(item)) for item in items]
    named = ", ".join(every[:most])
    return named if len(every) <= most else f"{named} and {len(every) - most:,} more"


def count(how_many: int, noun: str, plural: str | None = None) -> str:
    """Return "1 error" or "2 errors"."""
    return f"{how_many:,} {agree(how_many, noun, plural or noun + 's')}"


def agree(how_many: float, one: str, several: str) -> str:
    """Return the word that goes with a number: "is" or "are", "it" or "them"."""
    return one if how_many == 1 else several


def with_article(noun: str) -> str:
    """Return "an area", "a unit", "an upper tier" or "an NHS region": an article as it is spoken."""
    first = noun.split(" ", 1)[0]
    vowels = tuple("AEFHILMNORSX") if first.isupper() else ("a", "e", "i", "o", "up")
    return f"{'an' if first.startswith(vowels) else 'a'} {noun}"


def capital(text: str) -> str:
    """Return text with a capital at its beginning, the rest as it is: a name keeps its own capitals."""
    return text[:1].upper() + text[1:]


def area_text(m2: float) -> str:
    """Return an area in km², or in m² where that would be too small to read."""
    return f"{m2 / 1e6:,.1f} km²" if m2 >= 50_000 else f"{m2:,.0f} m²"


def day(date: dt.date) -> str:
    """Return a date as "1 April 2021"."""
    return f"{date.day} {date:%B %Y}"


def dated(title: str, date: dt.date | None) -> str:
    """Return a title with the date that it is of, if there is one that the title does not end with."""
    return f"{title} · {day(date)}" if date and not re.search(rf"\b{day(date)}$", title) else title


def shown(value: Any, kind: str = "text") -> str:
    """Return a value as text of its kind, an en dash where it is unknown; what is a word stays as it is.

    Kinds are those of `schema.Kind`, and "area", which is told in km² or m².
    """
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, list):
        return "; ".join(shown(each, kind) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return day(dt.date.fromisoformat(value)) if kind == "date" else value
    if kind == "share":
        return percent(value)
    if kind == "area":
        return area_text(value)
    if kind in ("index", "ratio"):
        return f"{value:.{3 if kind == 'index' else 2}f}"
    if kind == "metres" and value < 10:
        return f"{value:.1f}"
    return str(value) if kind in ("year", "text", "code") else number(value)
