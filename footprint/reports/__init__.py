"""Reports: what was found, in words (`content`) or as values (`records`), in any format of the registry."""

from __future__ import annotations

from importlib import import_module
from typing import Any, TextIO

from footprint.reports.registry import named
from footprint.reports.report import Report


def write(
    found: Any, name: str, stream: TextIO, of: str = "check", *, table: str | None = None,
    suppress: str | None = None,
) -> None:  # fmt: skip
    """Write what was found in the format called `name`, one of `registry.names(of)`.

    Parameters
    ----------
    found : a Result, or whatever the kind of report is about
    name : of the format
    stream : to write to
    of : the kind of report
    table : which one, where the format holds a single table
    suppress : the rule by which small numbers are kept in

    """
    module = import_module(f"footprint.reports.{named(name, of).module}")
    module.write(Report(found, of, table, suppress), stream)
