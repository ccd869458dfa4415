"""A boundary report: what planners hand to a board, in one file of the kind that its ending names.

Every format takes its figures from the JSON documents of the same run, so that no two of them, and
no page and its data, can differ.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footprint.errors import InputError
from footprint.files import written_whole

if TYPE_CHECKING:
    from collections.abc import Iterable

    from footprint.compare import Comparison
    from footprint.finding import Finding
    from footprint.ground import Ground
    from footprint.plan import Plan
    from footprint.run import Result

REPORTS: dict[str, str] = {
    ".html": "footprint.reports.html",
    ".xlsx": "footprint.reports.excel",
    ".md": "footprint.reports.markdown",
    ".docx": "footprint.reports.word",
    ".gpkg": "footprint.reports.geopackage",
}
"""Ending of a file → module with `save(board, path)`."""


@dataclass(frozen=True, eq=False)
class Board:
    """What a boundary report is made of: one check, or a change with the checks before and after it."""

    result: Result
    """The check; of a change, that after it."""
    change: Comparison | None = None
    made: dt.datetime = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
    """When the report was made, UTC; the only thing that differs between two runs on the same input."""

    @property
    def plan(self) -> Plan:
        """The plan that was checked; of a change, as it is after it."""
        return self.result.plan

    @cached_property
    def document(self) -> dict[str, Any]:
        """The JSON of the check (findings.v1)."""
        from footprint.reports.json import document

        return document(self.result)

    @cached_property
    def flows(self) -> dict[str, Any] | None:
        """The JSON of the flows (flows.v1); None where the plan has none that can be measured."""
        from footprint.flows.activity import activity
        from footprint.plan import Missing
        from footprint.reports.flows import document
        from footprint.run import measure_flows

        if self.plan.flows is None or isinstance(activity(self.plan), Missing):
            return None
        return document(measure_flows(self.plan))

    @cached_property
    def comparison(self) -> dict[str, Any] | None:
        """The JSON of the change (compare.v1); None where one plan is reported."""
        from footprint.reports.comparison import document

        return None if self.change is None else document(self.change)

    @cached_property
    def ground(self) -> Ground:
        """Where each finding lies."""
        from footprint.ground import ground

        return ground(self.result, self.change)

    @property
    def title(self) -> str:
        """The title of the plan, or of the change."""
        from footprint.reports.comparison import proposals

        if self.change is None:
            return self.plan.title
        steps = proposals(self.change)
        named = "; ".join(p.title for p in steps)
        return named or f"{self.change.before.plan.title} → {self.plan.title}"

    @cached_property
    def verdict(self) -> list[str]:
        """The verdict in plain English, a sentence each, what weighs most first."""
        from footprint.reports.verdict import sentences

        return list(sentences(self))

    def numbered(self) -> Iterator[tuple[int, Finding]]:
        """Return every finding with its number, by which all parts of a report refer to it."""
        return enumerate(self.result.findings, start=1)


def now() -> dt.datetime:
    """Return the time, UTC to the second; SOURCE_DATE_EPOCH fixes it, so that a build can be repeated.

    Raises
    ------
    InputError : where SOURCE_DATE_EPOCH is no time

    """
    stated = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        if stated:
            return dt.datetime.fromtimestamp(int(stated), dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise InputError(
            None, f"SOURCE_DATE_EPOCH is no time: {stated}", "Give seconds since 1970, or unset it."
        ) from None
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


def require_ending(path: Path, endings: Iterable[str]) -> str:
    """Return the ending of a path in lower case; InputError with those that work if it is none of them."""
    ending, known = path.suffix.lower(), list(endings)
    if ending not in known:
        listed = f"{', '.join(known[:-1])} or {known[-1]}"
        told = f"'{ending}' is no ending that can be written" if ending else "has no ending"
        raise InputError(path, told, f"Give a name that ends in {listed}.")
    return ending


def save(board: Board, path: Path, inputs: Iterable[str] = (), *, force: bool = False) -> None:
    """Write a report in the format that the ending of `path` names, whole or not at all.

    Parameters
    ----------
    board : what to report
    path : file to write
    inputs : files that must not be overwritten
    force : overwrite a file that is there

    Raises
    ------
    InputError : for an unknown ending, a file that is there already or cannot be written

    """
    module = import_module(REPORTS[require_ending(path, REPORTS)])
    with written_whole(path, inputs, force=force) as part:
        module.save(board, part)


__all__ = ["REPORTS", "Board", "now", "require_ending", "save"]
