"""Numbers of findings in words, for the one line that a result is when it is printed."""

from __future__ import annotations

from footprint.model.words import count


def told(summary: dict[str, int], skipped: int) -> str:
    """Return numbers of findings, and of rules and parts of them that were skipped, in words."""
    words = [
        count(summary["error"], "error"), count(summary["warning"], "warning"),
        f"{summary['info']:,} to be aware of", f"{summary['accepted']:,} accepted",
        f"{skipped:,} not checked",
    ]  # fmt: skip
    return ", ".join(words)
