"""A boundary report: what planners hand to a board, in one file of the kind that its ending names.

Every format takes its figures from the JSON documents of the same run, so that no two of them, and
no page and its data, can differ.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footprint.measure.activity import activity
from footprint.model.errors import Missing
from footprint.model.output import require_ending, written_whole
from footprint.reports import Report
from footprint.reports.content import change, check
from footprint.reports.registry import endings
from footprint.results.ground import Ground, ground
from footprint.results.run import measure_flows

if TYPE_CHECKING:
    from collections.abc import Iterable

    from footprint.model.finding import Finding
    from footprint.plan.model import Plan
    from footprint.results.comparison import Comparison
    from footprint.results.result import Result


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

    @property
    def plans(self) -> list[Plan]:
        """The plans that were checked: of a change, that before it as well."""
        return [self.plan] if self.change is None else [self.change.before.plan, self.plan]

    @cached_property
    def document(self) -> dict[str, Any]:
        """The JSON of the check (findings.v1); each of its tables is made when it is first asked for."""
        return check.on_demand(self.result)

    @cached_property
    def flows(self) -> dict[str, Any] | None:
        """The JSON of the flows (flows.v1); None where the plan has none that can be measured."""
        if self.plan.flows is None or isinstance(activity(self.plan), Missing):
            return None
        return dict(Report(measure_flows(self.plan), "flows").record())

    @cached_property
    def comparison(self) -> dict[str, Any] | None:
        """The JSON of the change (compare.v1); None where one plan is reported."""
        return None if self.change is None else dict(Report(self.change, "change").record())

    @cached_property
    def ground(self) -> Ground:
        """Where each finding lies."""
        return ground(self.result, self.change)

    @property
    def title(self) -> str:
        """The title of the plan, or of the change."""
        return self.plan.title if self.change is None else change.title(self.change)

    def numbered(self) -> Iterator[tuple[int, Finding]]:
        """Return every finding with its number, by which all parts of a report refer to it."""
        return enumerate(self.result.findings, start=1)


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
    formats = endings("board")
    module = import_module(f"footprint.reports.{formats[require_ending(path, formats)].module}")
    with written_whole(path, inputs, force=force) as part:
        module.save(board, part)
