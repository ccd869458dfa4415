"""Every command of the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from footprint.cli.cache import cache
from footprint.cli.check import check
from footprint.cli.codes import codes
from footprint.cli.compare import compare
from footprint.cli.draw import draw
from footprint.cli.export import export
from footprint.cli.fetch import fetch
from footprint.cli.flows import flows
from footprint.cli.guide import guide
from footprint.cli.init import init
from footprint.cli.inspect import inspect
from footprint.cli.map import map as draw_map
from footprint.cli.overlap import overlap
from footprint.cli.report import report
from footprint.cli.rules import explain, rules
from footprint.cli.running import cacheable, quietable
from footprint.cli.schema import schema
from footprint.cli.side_by_side import options as side_by_side
from footprint.cli.who import who
from footprint.cli.workbench import workbench

app = typer.Typer(
    help="Define and check the geographic footprints of health and care in England.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    check, init, inspect, overlap, flows, compare, side_by_side, draw, workbench, report, draw_map, export,
    who, codes, fetch, rules, explain, schema, guide, cache,
):  # fmt: skip
    computes = command in (check, overlap, flows, compare, side_by_side, report, draw_map, export, who)
    quiet = quietable(command) if computes or command in (draw, workbench) else command
    app.command()(cacheable(quiet) if computes else quiet)


def _version(wanted: bool) -> None:
    if wanted:
        from footprint.model.version import VERSION

        typer.echo(f"footprint {VERSION}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass
