"""Report formats, one a module; the command line reads its choices from FORMATS."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from footprint.results.result import Result

FORMATS: dict[str, str] = {
    "terminal": "footprint.reports.terminal",
    "json": "footprint.reports.json",
    "csv": "footprint.reports.csv",
    "sarif": "footprint.reports.sarif",
    "junit": "footprint.reports.junit",
    "github": "footprint.reports.github",
    "gitlab": "footprint.reports.gitlab",
    "markdown": "footprint.reports.markdown",
}
"""Name of a format → module with `write(result, stream)`."""


def write(result: Result, name: str, stream: TextIO) -> None:
    """Write a result in the format called `name`, one of FORMATS."""
    import_module(FORMATS[name]).write(result, stream)
