"""How grave findings are, in the words of reports."""

from __future__ import annotations

from footprint.model.finding import Severity
from footprint.reports.document import Tone

WORDS: dict[Severity, Tone] = {
    Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note",
}  # fmt: skip
"""What a severity is called in reports; its tone has the same name."""


def word(severity: str) -> str:
    """Return a severity as reports call it: error, warning or note."""
    return WORDS[Severity(severity)]


def grave(severity: str, accepted: str | None) -> str:
    """Return what a reader has to do about a finding, in words that need no colour."""
    if accepted is not None:
        return "accepted"
    return {Severity.ERROR: "must be settled", Severity.WARNING: "should be settled"}.get(
        Severity(severity), "to be aware of"
    )
