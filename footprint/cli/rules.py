"""`footprint rules`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from footprint.cli.options import TableFormat
from footprint.cli.running import guarded, utf8


@guarded
def rules(
    format: Annotated[TableFormat, typer.Option(help="How to report.")] = TableFormat("terminal"),
) -> None:
    """List every rule."""
    from footprint.reports import rules as report

    utf8(format)
    report.write(format.value, sys.stdout)


@guarded
def explain(
    code: Annotated[str, typer.Argument(help="A rule, for example FP201 or split-area.")],
) -> None:
    """Say what a rule finds, why, and how to settle it."""
    from footprint.checks import rule
    from footprint.reports import rules as report

    report.write_one(rule(code), sys.stdout)
