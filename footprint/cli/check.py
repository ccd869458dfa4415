"""`footprint check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from footprint.cli.loading import inputs_of, load, split
from footprint.cli.options import (
    AssumeCrs,
    EngineName,
    EngineOption,
    FailOn,
    Format,
    Gate,
    Master,
    MemoryLimit,
    Output,
    Suppress,
    TempDir,
    Tolerance,
)
from footprint.cli.running import assumptions, destination, guarded, notes, progress, utf8


@guarded
def check(
    plan: Annotated[
        Optional[Path],
        typer.Argument(help="Plan file or its folder; ./footprint.toml if not given."),
    ] = None,
    la: Annotated[Optional[Path], typer.Option(help="Boundary file of local authorities.")] = None,
    ccg: Annotated[Optional[Path], typer.Option(help="Boundary file of places (CCGs).")] = None,
    ics: Annotated[Optional[Path], typer.Option(help="Boundary file of systems (ICSs).")] = None,
    population: Annotated[Optional[Path], typer.Option(help="Table of people by code.")] = None,
    units: Annotated[Optional[Path], typer.Option(help="Boundary file or points of units (LSOAs).")] = None,
    flows: Annotated[Optional[Path], typer.Option(help="Patient flows from units to providers.")] = None,
    providers: Annotated[Optional[Path], typer.Option(help="Table of where providers stand.")] = None,
    select: Annotated[
        Optional[list[str]],
        typer.Option(help="Only these rules: codes, names or families; repeatable, or with commas."),
    ] = None,
    ignore: Annotated[Optional[list[str]], typer.Option(help="Not these rules.")] = None,
    format: Annotated[Format, typer.Option(help="How to report.")] = Format("terminal"),
    output: Output = None,
    fail_on: Annotated[FailOn, typer.Option(help="Exit with 1 at findings this grave.")] = FailOn("error"),
    proposal: Annotated[
        Optional[list[Path]], typer.Option(help="Check the plan with this proposed change; repeatable.")
    ] = None,
    baseline: Annotated[
        Optional[Path], typer.Option(help="JSON of an earlier check: what it holds is not new.")
    ] = None,
    gate: Annotated[
        Gate, typer.Option(help="With a proposal or a baseline: which findings fail the check.")
    ] = Gate("new"),
    profile: Annotated[Optional[str], typer.Option(help="Judge by these population bands.")] = None,
    tolerance: Tolerance = None,
    assume_crs: AssumeCrs = None,
    suppress: Suppress = None,
    engine: EngineOption = EngineName("duckdb"),
    memory_limit: MemoryLimit = None,
    temp_dir: TempDir = None,
    master: Master = None,
) -> int:
    """Check a plan, or boundary files, against every rule.

    With --proposal or --baseline only what is new fails the check.

    Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 it could not check.
    """
    from footprint.checks import selected
    from footprint.plan.open import base_of, expand
    from footprint.read.baseline import read_baseline
    from footprint.read.engine import Engine
    from footprint.read.proposalfile import read_proposal
    from footprint.reports import write
    from footprint.results.run import check as run_check
    from footprint.results.run import check_change

    chosen, dropped = split(select), split(ignore)
    files = {
        "la": la, "ccg": ccg, "ics": ics, "population": population, "units": units, "flows": flows,
        "providers": providers,
    }  # fmt: skip
    counting = Engine(engine.value, memory_limit, temp_dir, master)
    read_flows = any("flows" in rule.needs for rule in selected(chosen, dropped))
    known = None if baseline is None else read_baseline(baseline)
    with progress("Reading"):
        proposals = [read_proposal(path) for path in proposal or ()]
        if proposals and plan is None and not any(files.values()):
            plan, _ = base_of(proposals[0])
        proposals = expand(proposals)
        loaded = load(plan, files, profile, tolerance, assume_crs, counting, suppress, read_flows)
    notes(loaded.told())
    with progress("Checking"):
        if proposals or known is not None:
            result = check_change(loaded, proposals, known, chosen, dropped)
        else:
            result = run_check(loaded, chosen, dropped)
        if format.value in ("terminal", "json"):
            result.overlap, result.population, result.flows  # noqa: B018  here, while the progress shows
    notes([f"[[accept]] {entry} fits no finding" for entry in result.unused_accepts])
    notes([f"[[accept]] {told}; name the `other` area if one is meant" for told in result.wide_accepts])
    assumptions(loaded, format)
    utf8(format)
    with destination(output, [*inputs_of(result.plan), *([str(baseline)] if baseline else [])]) as stream:
        write(result, format.value, stream)
    return result.exit_code(fail_on.value, gate.value)  # type: ignore[arg-type]
