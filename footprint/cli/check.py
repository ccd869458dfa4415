"""`footprint check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from footprint.cli.options import (
    PLAN,
    AssumeCrs,
    Ccg,
    Confined,
    EngineName,
    EngineOption,
    FailOn,
    Flows,
    Format,
    Gate,
    Ics,
    La,
    Master,
    MemoryLimit,
    Output,
    Population,
    PopulationOf,
    ProfileName,
    Providers,
    Suppress,
    TempDir,
    Tolerance,
    Units,
)
from footprint.cli.room import computing
from footprint.cli.running import (
    assumptions,
    destination,
    finite,
    given,
    notes,
    progress,
    took,
    utf8,
)


@computing
def check(
    plan: Annotated[Optional[Path], typer.Argument(help=PLAN)] = None,
    la: La = None,
    ccg: Ccg = None,
    ics: Ics = None,
    population: Population = None,
    units: Units = None,
    flows: Flows = None,
    providers: Providers = None,
    select: Annotated[
        Optional[list[str]],
        typer.Option(help="Only these rules: codes, names or families; repeatable, or with commas."),
    ] = None,
    ignore: Annotated[Optional[list[str]], typer.Option(help="Not these rules.")] = None,
    format: Annotated[Format, typer.Option(help="How to report.")] = Format("terminal"),
    summary: Annotated[
        bool, typer.Option("--summary", help="Only what matters, a line for each rule, and the counts.")
    ] = False,
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
    profile: ProfileName = None,
    tolerance: Tolerance = None,
    assume_crs: AssumeCrs = None,
    suppress: Suppress = None,
    population_of: PopulationOf = None,
    confined: Confined = False,
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
    from footprint.model.errors import InputError
    from footprint.plan.coverage import told
    from footprint.plan.open import Options, open_base
    from footprint.read.baseline import of_another_plan, read_baseline
    from footprint.read.engine import Engine
    from footprint.reports import write
    from footprint.results.match import gone_on
    from footprint.results.rekeyed import told as told_keys
    from footprint.results.run import check as run_check
    from footprint.results.run import check_change

    if summary and format.value != "terminal":
        raise InputError(None, f"--summary has no form as {format.value}", "Leave one of the two out.")
    chosen, dropped = split(select), split(ignore)
    files = {
        "la": la, "ccg": ccg, "ics": ics, "population": population, "units": units, "flows": flows,
        "providers": providers,
    }  # fmt: skip
    options = Options(
        profile, finite(tolerance), given(suppress), files, assume_crs,
        flows=any("flows" in rule.needs for rule in selected(chosen, dropped)),
        engine=Engine(engine.value, memory_limit, temp_dir, master), confined=confined,
        population_of=population_of,
    )  # fmt: skip
    known = None if baseline is None else read_baseline(baseline)
    with progress("Reading"):
        loaded, proposals = open_base(plan, proposal or (), options)
    notes(loaded.told())
    if baseline is not None and known is not None:
        notes([*of_another_plan(baseline, loaded.title), *told_keys(known, loaded), *gone_on(known, loaded)])
    with progress("Checking"):
        if proposals or known is not None:
            result = check_change(loaded, proposals, known, chosen, dropped)
        else:
            result = run_check(loaded, chosen, dropped)
        if format.value in ("terminal", "json") and not summary:
            result.overlap, result.population, result.flows  # noqa: B018  here, while the progress shows
    if format.value not in ("terminal", "markdown"):
        notes(told(result.plan))
    notes([f"[[accept]] {told}" for told in result.unused_told])
    notes([f"[[accept]] {told}; name the `other` area if one is meant" for told in result.wide_accepts])
    assumptions(loaded, format)
    utf8(format)
    with destination(output, [*result.plan.files, *([str(baseline)] if baseline else [])]) as stream:
        write(result, format.value, stream, summary=summary, took=took(output))
    return result.exit_code(fail_on.value, gate.value)  # type: ignore[arg-type]


def split(entries: list[str] | None) -> list[str]:
    """Return the rules that a repeatable option names, with commas or without."""
    from footprint.model.errors import InputError

    parts = [part for entry in entries or [] for part in entry.split(",") if part.strip()]
    if entries and not parts:
        raise InputError(None, "--select and --ignore need a rule", "List them with 'footprint rules'.")
    return parts
