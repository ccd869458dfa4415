"""Text from input files, made harmless for where it goes, and numbers made readable."""

from __future__ import annotations

import math
import unicodedata

_FORMULA_STARTS = ("=", "+", "-", "@")


def clean(text: str) -> str:
    """Return text without control characters and log commands: a name must not act on a terminal or in CI."""
    if not text.isprintable():
        text = "".join(c if unicodedata.category(c)[0] != "C" else "\ufffd" for c in text)
    # GitHub and Azure take these for commands wherever they stand in a log
    return text.replace("##[", "# #[").replace("##vso[", "# #vso[")


def spreadsheet_safe(text: str) -> str:
    """Return text that a spreadsheet shows as text: an apostrophe in front of what looks like a formula."""
    text = clean(text)
    return f"'{text}" if text.lstrip().startswith(_FORMULA_STARTS) else text


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
