"""What a notebook shows of results: a line, or a verdict with the gravest findings."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from footprint.model.finding import Finding
from footprint.model.words import clean, count

# A cell of a notebook is read at a glance; all findings stand in `.findings` and in reports.
_MOST = 10


def told(summary: dict[str, int], skipped: int) -> str:
    """Return numbers of findings, and of rules and parts of them that were skipped, in words."""
    words = [
        count(summary["error"], "error"), count(summary["warning"], "warning"),
        f"{summary['info']:,} to be aware of", f"{summary['accepted']:,} accepted",
        f"{skipped:,} not checked",
    ]  # fmt: skip
    return ", ".join(words)


def as_html(title: str, lines: Iterable[str], findings: Iterable[Finding]) -> str:
    """Return a heading, lines and the gravest findings as HTML; every text is escaped."""
    held = sorted((f for f in findings if f.accepted is None), key=lambda f: f.severity.rank)
    rows = "".join(
        f"<tr><td>{escape(f.severity)}</td><td>{escape(f.rule)}</td>"
        f"<td style='text-align:left'>{escape(clean(f.message))}</td></tr>"
        for f in held[:_MOST]
    )
    more = f"<p>and {len(held) - _MOST:,} more, in .findings</p>" if len(held) > _MOST else ""
    table = (
        f"<table><thead><tr><th>Severity</th><th>Rule</th><th>Finding</th></tr></thead><tbody>{rows}</tbody></table>"
        if rows
        else ""
    )
    said = "".join(f"<p>{escape(clean(line))}</p>" for line in lines)
    return f"<div><p><strong>{escape(clean(title))}</strong></p>{said}{table}{more}</div>"
