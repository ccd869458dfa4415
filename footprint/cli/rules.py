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
    from footprint.checks import catalogue
    from footprint.reports import write

    utf8(format)
    write(list(catalogue().values()), format.value, sys.stdout, "rules")


@guarded
def explain(
    code: Annotated[str, typer.Argument(help="A rule, for example FP201 or split-area.")],
) -> None:
    """Say what a rule finds, why, and how to settle it."""
    from footprint.checks import rule
    from footprint.reports.as_terminal import show
    from footprint.reports.content.rules import explained

    show(explained(rule(code)), sys.stdout)
