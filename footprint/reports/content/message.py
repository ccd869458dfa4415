"""The message: what matters of a check or a change in a few sentences, and three figures.

It is what a board reads in ten seconds. Every report says it first, and says it alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.reports.content import message_change, message_check
from footprint.reports.content.message_parts import Message

if TYPE_CHECKING:
    from footprint.results.comparison import Comparison
    from footprint.results.result import Result


def message_of(result: Result, change: Comparison | None = None) -> Message:
    """Return the message of a check; of a change, with the check after it, that of the change."""
    if change is None:
        told = message_check.sentences(result)
        return Message((*_refused(result), *told), tuple(message_check.figures(result)))
    refused = list(_refused(result)) or list(_refused(change.before))
    return Message((*refused, *message_change.sentences(change)), tuple(message_change.figures(change)))


def _refused(result: Result) -> Iterator[str]:
    if result.incomplete:
        yield "Incomplete: input was refused as it cannot be compared, so verdicts are missing."
