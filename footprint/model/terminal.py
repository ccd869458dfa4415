"""How wide a terminal is, and text in lines of that width."""

from __future__ import annotations

import os
import textwrap
from typing import TextIO

# Below this not even the code of an area and its people go on one line.
_NARROWEST = 30


def width_of(stream: TextIO) -> int | None:
    """Return the columns of a terminal, or those that COLUMNS states; None where nothing says how many."""
    stated = os.environ.get("COLUMNS", "")
    if stated.isdecimal() and int(stated):
        return max(_NARROWEST, int(stated))
    if not stream.isatty():
        return None
    try:
        return max(_NARROWEST, os.get_terminal_size(stream.fileno()).columns)
    except OSError:
        return None


def by_words(text: str, width: int | None) -> str:
    """Return text in lines that are no longer than a width and break between words; whole without one."""
    if width is None:
        return text
    return textwrap.fill(
        text, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False
    )  # fmt: skip
