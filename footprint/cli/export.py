"""`footprint export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from footprint.cli.loading import inputs_of
from footprint.cli.options import Output, TableFormat
from footprint.cli.running import destination, guarded, notes, progress, utf8


@guarded
def export(
    plan: Annotated[
        Optional[Path],
        typer.Argument(help="Plan file or its folder; ./footprint.toml if not given."),
    ] = None,
    lookup: Annotated[bool, typer.Option("--lookup", help="Unit → area at each level, as CSV.")] = False,
    proposal: Annotated[
        Optional[list[Path]], typer.Option(help="Export the plan with this proposed change; repeatable.")
    ] = None,
    output: Output = None,
) -> int:
    """Export the lookup of a plan, or of a proposal, from units to areas."""
    from footprint.change import base_of, expand, require_applied
    from footprint.errors import InputError
    from footprint.load import load_plan
    from footprint.lookup import write_lookup
    from footprint.proposal import apply
    from footprint.proposalfile import read_proposal

    if not lookup:
        raise InputError(None, "there is nothing to export", "Say what: --lookup.")
    with progress("Reading"):
        proposals = [read_proposal(path) for path in proposal or ()]
        if proposals and plan is None:
            plan, _ = base_of(proposals[0])
        proposals = expand(proposals)
        loaded = load_plan(plan or Path("footprint.toml"), flows=False)
        for each in proposals:
            loaded = require_applied(apply(loaded, each))
    notes(loaded.notes)
    utf8(TableFormat("csv"))
    with destination(output, inputs_of(loaded)) as stream:
        write_lookup(loaded, stream)
    return 0
