"""Text that acts: what a terminal, the log of a CI system or a page would obey, made harmless."""

from __future__ import annotations

import json
import re
from typing import Any, TextIO

from footprint.model.words import COMMANDS, LINE_COMMANDS

# How a sign is written in a format that has to say exactly what it says.
_ESCAPED = {"json": r"\u0023#", "sarif": r"\u0023#", "gitlab": r"\u0023#", "junit": "&#35;#"}

OWN_COMMANDS = "github"
"""The format that consists of commands, and escapes what stands in them."""

OWN_SIGNS = "terminal"
"""The format that colours its text with signs that a terminal obeys, and none from input."""

_SIGNS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


class Harmless:
    """A stream that lets through no line that a log would take for a command, and no sign that acts."""

    def __init__(self, stream: TextIO, format: str) -> None:
        self._stream, self._format = stream, format
        self._at_start = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write text, of which a part may be escaped; returns how much of it there was."""
        told = COMMANDS.sub(lambda _: _ESCAPED.get(self._format, "# #"), text)
        if self._format not in _ESCAPED:  # there a line begins with a sign of the format
            # what is written in pieces begins a line only where the piece before it ended one
            first, end, rest = told.partition("\n")
            first = LINE_COMMANDS.sub(r"\1: :", first) if self._at_start else first
            told = first + end + LINE_COMMANDS.sub(r"\1: :", rest)
            told = told if self._format == OWN_SIGNS else _SIGNS.sub("\ufffd", told)
            last = told.rpartition("\n")[2]
            self._at_start = not last.strip() and (end != "" or self._at_start)
        self._stream.write(told)
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        """Write several pieces of text."""
        for line in lines:
            self.write(line)


def for_script(value: Any) -> str:
    """Return JSON that can stand inside a <script> element: no character in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
