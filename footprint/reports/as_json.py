"""A report as one JSON object, version 1 (see `footprint schema`)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from footprint.reports import Report

# control characters, and those that turn the direction of text: a name must not act on a terminal
_UNSEEN = re.compile("[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def write(report: Report, stream: TextIO) -> None:
    """Write a report as JSON."""
    dump(report.record(), stream)


def dump(value: Any, stream: TextIO) -> None:
    """Write a value as JSON, with letters as they are and characters that cannot be seen as escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)
    stream.write(_UNSEEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n")
