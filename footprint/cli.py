"""The command line: parse, call, render, exit code. Heavy libraries are imported inside commands."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from functools import wraps
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional, TextIO

import typer

from footprint.reports import FORMATS

if TYPE_CHECKING:
    from footprint.flows.engines import Engine
    from footprint.plan import Plan

ENGINES, SUPPRESSIONS = ("duckdb", "spark"), ("hes",)
FLOW_TABLES = (
    "flows", "providers", "catchments", "catchment_areas", "periphery", "periphery_providers", "agreement",
)  # fmt: skip

app = typer.Typer(
    help="Define and check the geographic footprints of health and care in England.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Format = StrEnum("Format", {name: name for name in FORMATS})  # type: ignore[misc]
TableFormat = StrEnum("TableFormat", {name: name for name in ("terminal", "csv", "json")})  # type: ignore[misc]
Gate = StrEnum("Gate", {name: name for name in ("new", "all")})  # type: ignore[misc]
FailOn = StrEnum("FailOn", {name: name for name in ("error", "warning", "never")})  # type: ignore[misc]

EngineName = StrEnum("EngineName", {name: name for name in ENGINES})  # type: ignore[misc]
Suppression = StrEnum("Suppression", {name: name for name in SUPPRESSIONS})  # type: ignore[misc]
CompareTable = StrEnum("CompareTable", {name: name for name in ("areas", "moves", "agreement")})  # type: ignore[misc]
FlowTable = StrEnum("FlowTable", {name: name for name in FLOW_TABLES})  # type: ignore[misc]

Suppress = Annotated[
    Optional[Suppression], typer.Option(help="Print counts of 1 to 7 as *, others to the nearest 5.")
]
EngineOption = Annotated[EngineName, typer.Option("--engine", help="What counts flow records.")]
MemoryLimit = Annotated[Optional[str], typer.Option(help="Memory for counting flow records, as 512MiB.")]
TempDir = Annotated[Optional[Path], typer.Option(help="Folder for records that do not fit into memory.")]
Master = Annotated[
    Optional[str], typer.Option(help="URL of a Spark cluster; Spark starts here if not given.")
]
AssumeCrs = Annotated[
    Optional[str], typer.Option(help="CRS of files that state none, for example EPSG:27700.")
]
Tolerance = Annotated[
    Optional[float],
    typer.Option(min=0.001, help="Width in metres that tells a split from a sliver; estimated if not given."),
]
Output = Annotated[
    Optional[Path], typer.Option("--output", "-o", help="Write to this file instead of to stdout.")
]


def main() -> None:
    """Run the program."""
    app()


def _utf8(format: StrEnum) -> None:
    """Make stdout UTF-8 for what programs read; what people read keeps the encoding of their terminal."""
    if format.value != "terminal" and isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")


def _drop_stdout() -> None:
    """Write to nowhere from now on: in `footprint check | head` the reader has gone, which is no fault."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _guarded(command: Callable[..., int | None]) -> Callable[..., None]:
    """Turn errors in the input into one message and exit code 2, and a closed pipe into silence."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        from footprint.errors import FootprintError
        from footprint.reports.text import clean

        try:
            code = command(*args, **kwargs)
        except FootprintError as fault:
            typer.echo(f"error: {clean(str(fault))}", err=True)
            raise typer.Exit(2) from None
        except BrokenPipeError:
            _drop_stdout()
            raise typer.Exit(0) from None
        except OSError as fault:
            where = f"{clean(str(fault.filename))}: " if fault.filename else ""
            typer.echo(f"error: {where}cannot be opened ({fault.strerror}). Check its permissions.", err=True)
            raise typer.Exit(2) from None
        except (typer.Exit, typer.Abort, KeyboardInterrupt):
            raise
        except Exception as fault:
            # a crash must not look like findings to whoever reads the exit code
            if os.environ.get("FOOTPRINT_DEBUG"):
                raise
            told = f"{type(fault).__name__}: {clean(' '.join(str(fault).split()))[:300]}"
            typer.echo(f"error: a fault of footprint itself ({told}).", err=True)
            typer.echo("Set FOOTPRINT_DEBUG=1 to see where, and please report it.", err=True)
            raise typer.Exit(2) from None
        raise typer.Exit(code or 0)

    return run


@contextmanager
def _progress(doing: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done on stderr, if that is a terminal; yields a function that changes the words."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status(doing) as status:
        yield lambda words: status.update(words)


@contextmanager
def _destination(output: Path | None, inputs: Iterable[str]) -> Iterator[TextIO]:
    """Yield stdout, or a file that appears only when it has been written whole.

    Raises InputError where it cannot be written, or would overwrite one of `inputs`.
    """
    if output is None or str(output) == "-":
        try:
            yield sys.stdout
            sys.stdout.flush()
        except BrokenPipeError:
            _drop_stdout()  # the exit code still says what was found
        return
    from footprint.errors import InputError
    from footprint.files import is_part_of

    if any(is_part_of(output, name) for name in inputs):
        raise InputError(output, "is an input of this run", "Write to another file.")
    if not output.name or output.is_dir():
        raise InputError(output, "cannot be written (it is no name of a file)", "Choose another place.")
    part = output.with_name(output.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        part.replace(output)
    except OSError as fault:
        with suppress(OSError):
            part.unlink()
        raise InputError(output, f"cannot be written ({fault.strerror})", "Choose another place.") from None
    typer.echo(f"wrote {output}", err=True)


def _notes(words: Iterable[str]) -> None:
    from footprint.reports.text import clean

    for word in words:
        typer.echo(f"note: {clean(word)}", err=True)


def _assumptions(plan: Plan, format: StrEnum) -> None:
    """Say on stderr what was assumed, where the format itself has no place for it."""
    if format.value in ("csv", "gitlab"):
        _notes(f"assumed: {stated}" for stated in plan.assumptions)


@app.command()
@_guarded
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
    from footprint.baseline import read_baseline
    from footprint.change import base_of, expand
    from footprint.checks import selected
    from footprint.flows.engines import Engine
    from footprint.proposalfile import read_proposal
    from footprint.reports import write
    from footprint.run import check as run_check
    from footprint.run import check_change

    chosen, dropped = _split(select), _split(ignore)
    files = {
        "la": la, "ccg": ccg, "ics": ics, "population": population, "units": units, "flows": flows,
        "providers": providers,
    }  # fmt: skip
    counting = Engine(engine.value, memory_limit, temp_dir, master)
    read_flows = any(rule.family == "flow" for rule in selected(chosen, dropped))
    known = None if baseline is None else read_baseline(baseline)
    with _progress("Reading"):
        proposals = [read_proposal(path) for path in proposal or ()]
        if proposals and plan is None and not any(files.values()):
            plan, _ = base_of(proposals[0])
        proposals = expand(proposals)
        loaded = _load(plan, files, profile, tolerance, assume_crs, counting, suppress, read_flows)
    _notes(loaded.told())
    with _progress("Checking"):
        if proposals or known is not None:
            result = check_change(loaded, proposals, known, chosen, dropped)
        else:
            result = run_check(loaded, chosen, dropped)
        if format.value in ("terminal", "json"):
            result.overlap, result.population, result.flows  # noqa: B018  here, while the progress shows
    _notes([f"[[accept]] {entry} fits no finding" for entry in result.unused_accepts])
    _notes([f"[[accept]] {told}; name the `other` area if one is meant" for told in result.wide_accepts])
    _assumptions(loaded, format)
    _utf8(format)
    with _destination(output, [*_inputs(result.plan), *([str(baseline)] if baseline else [])]) as stream:
        write(result, format.value, stream)
    return result.exit_code(fail_on.value, gate.value)  # type: ignore[arg-type]


def _inputs(plan: Plan) -> list[str]:
    """Return the files of a plan, which no output may overwrite."""
    return [source.path for source in plan.inputs] + ([str(plan.path)] if plan.path else [])


def _load(
    plan: Path | None,
    files: dict[str, Path | None],
    profile: str | None,
    tolerance: float | None,
    assume_crs: str | None,
    engine: Engine,
    suppress: StrEnum | None,
    flows: bool = True,
) -> Plan:
    from dataclasses import replace

    from footprint.errors import InputError
    from footprint.load import load_plan
    from footprint.run import plan_from_layers

    _require_finite(tolerance)
    rule = None if suppress is None else str(suppress.value)
    given = {name: path for name, path in files.items() if path is not None}
    if given and plan is not None:
        raise InputError(
            plan, "was given together with boundary files", "Give a plan, or --la, --ccg and --ics."
        )
    if given:
        made = plan_from_layers(
            **given,
            profile=profile or "classic",
            sliver_width_m=tolerance,
            assume_crs=assume_crs,
            engine=engine,
        )
        return replace(made, suppress=rule)
    if plan is None and not Path("footprint.toml").exists():
        raise InputError(
            None,
            "there is no footprint.toml here",
            "Give a plan file, or --la, --ccg and --ics boundary files.",
        )
    if assume_crs is not None:
        raise InputError(
            None, "--assume-crs goes with --la, --ccg, --ics and --units",
            'In a plan write assume_crs = "EPSG:27700" in the layer.',
        )  # fmt: skip
    loaded = load_plan(plan or Path("footprint.toml"), profile=profile, flows=flows, engine=engine)
    width = loaded.sliver_width_m if tolerance is None else tolerance
    return replace(loaded, sliver_width_m=width, suppress=rule)


def _require_finite(tolerance: float | None) -> None:
    from footprint.errors import InputError

    if tolerance is not None and not math.isfinite(tolerance):
        raise InputError(
            None, "--tolerance has to be a width in metres", "Leave it out to have it estimated."
        )


def _split(entries: list[str] | None) -> list[str]:
    from footprint.errors import InputError

    parts = [part for entry in entries or [] for part in entry.split(",") if part.strip()]
    if entries and not parts:
        raise InputError(None, "--select and --ignore need a rule", "List them with 'footprint rules'.")
    return parts


@app.command()
@_guarded
def init(
    folder: Annotated[Path, typer.Argument(help="Folder with boundary files and tables.")] = Path(),
    output: Annotated[
        Optional[Path], typer.Option("--output", "-o", help="Write here instead; - for stdout.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a plan that is there.")] = False,
) -> int:
    """Draft a commented plan from the files in a folder.

    Exit codes: 0 written; 2 nothing usable was found, or there is a plan already.
    """
    from footprint.errors import InputError
    from footprint.starter import draft

    target = output if output is not None else folder / "footprint.toml"
    to_file = str(target) != "-"
    if to_file and target.suffix.lower() != ".toml":
        raise InputError(target, "is no name of a plan", "Give a name that ends in .toml.")
    if to_file and target.exists() and not force:
        raise InputError(target, "is there already", "Give --force to overwrite it, or -o another name.")
    with _progress("Looking"):
        found = draft(folder, beside=target.parent if to_file else None)
    _notes(found.notes)
    with _destination(target, []) as stream:
        stream.write(found.text)
    return 0


@app.command()
@_guarded
def inspect(
    files: Annotated[list[Path], typer.Argument(help="Boundary files.")],
    format: Annotated[TableFormat, typer.Option(help="How to report.")] = TableFormat("terminal"),
    assume_crs: AssumeCrs = None,
) -> int:
    """Show what is in boundary files before trusting them.

    Write FILE::LAYER for one layer of a GeoPackage, or one file of a zip.

    Exit codes: 0 every layer can be used; 2 one cannot, and why.
    """
    from footprint.errors import InputError
    from footprint.inspection import inspect as look
    from footprint.reports import inspection as report
    from footprint.reports.text import clean

    found, faults = [], []
    with _progress("Reading"):
        for file in files:
            try:
                found += look(file, assume_crs=assume_crs)
            except InputError as fault:
                faults.append(fault)
    _utf8(format)
    if found:
        report.write(found, format.value, sys.stdout)
    for told in faults:
        typer.echo(f"error: {clean(str(told))}", err=True)
    return 2 if faults or any(one.problem is not None for one in found) else 0


@app.command()
@_guarded
def overlap(
    a: Annotated[Path, typer.Argument(metavar="A", help="Source: the layer that should nest.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="Target: the layer it should nest in.")],
    format: Annotated[TableFormat, typer.Option(help="How to report.")] = TableFormat("terminal"),
    output: Output = None,
    code_a: Annotated[Optional[str], typer.Option(help="Column of codes in A.")] = None,
    code_b: Annotated[Optional[str], typer.Option(help="Column of codes in B.")] = None,
    tolerance: Tolerance = None,
    assume_crs: AssumeCrs = None,
) -> int:
    """Compare two boundary files by their outlines, without a plan.

    Write FILE::LAYER for one layer of a GeoPackage, or one file of a zip.
    """
    from footprint.layer import read_layer
    from footprint.reports import overlap as report
    from footprint.run import overlap as compare

    _require_finite(tolerance)
    with _progress(f"Reading {a.name}") as say:
        one = read_layer(a, code=code_a, assume_crs=assume_crs)
        say(f"Reading {b.name}")
        other = read_layer(b, code=code_b, assume_crs=assume_crs)
        say(f"Comparing {len(one.areas):,} × {len(other.areas):,} areas")
        found = compare(one, other, sliver_width_m=tolerance)
    _notes([*one.notes, *other.notes])
    _utf8(format)
    with _destination(output, [one.source.path, other.source.path]) as stream:
        report.write(found, one, other, format.value, stream)
    return 0


@app.command()
@_guarded
def flows(
    plan: Annotated[
        Optional[Path],
        typer.Argument(help="Plan file or its folder; ./footprint.toml if not given."),
    ] = None,
    format: Annotated[TableFormat, typer.Option(help="How to report.")] = TableFormat("terminal"),
    output: Output = None,
    table: Annotated[FlowTable, typer.Option(help="Which table --format csv writes.")] = FlowTable("flows"),
    polygons: Annotated[
        Optional[Path], typer.Option(help="Write catchments and periphery to this GeoPackage.")
    ] = None,
    suppress: Suppress = None,
    engine: EngineOption = EngineName("duckdb"),
    memory_limit: MemoryLimit = None,
    temp_dir: TempDir = None,
    master: Master = None,
) -> int:
    """Measure patient flows: who stays inside, and catchments.

    For each level of the plan: localisation index, provider self-containment, import share, net
    patient flow, HHI, the largest providers, catchments by three methods, the periphery, and how
    well each layer fits the catchments.
    """
    from footprint.flows.engines import Engine
    from footprint.reports import flows as report
    from footprint.reports.polygons import write_polygons
    from footprint.run import measure_flows

    counting = Engine(engine.value, memory_limit, temp_dir, master)
    with _progress("Reading"):
        loaded = _load(plan, {}, None, None, None, counting, suppress)
    _notes(loaded.told())
    inputs = _inputs(loaded)
    with _progress("Measuring") as say:
        found = measure_flows(loaded)
        if polygons is not None:
            say("Drawing catchments")
            names = write_polygons(loaded, polygons, inputs)
            typer.echo(f"wrote {polygons}: {', '.join(names)}", err=True)
    _assumptions(loaded, format)
    _utf8(format)
    with _destination(output, inputs) as stream:
        report.write(found, format.value, stream, table.value)
    return 0


@app.command()
@_guarded
def compare(
    base: Annotated[
        Path,
        typer.Argument(
            metavar="BASE", help="Plan, boundary file, or a proposal (on the plan that it names)."
        ),
    ],
    proposed: Annotated[
        Optional[list[Path]],
        typer.Argument(
            metavar="PROPOSED", help="Proposals in their order, or another plan or boundary file."
        ),
    ] = None,
    format: Annotated[TableFormat, typer.Option(help="How to report.")] = TableFormat("terminal"),
    output: Output = None,
    table: Annotated[CompareTable, typer.Option(help="Which table --format csv writes.")] = CompareTable(
        "areas"
    ),
    units: Annotated[Optional[Path], typer.Option(help="With boundary files: units (LSOAs).")] = None,
    population: Annotated[Optional[Path], typer.Option(help="With boundary files: people by unit.")] = None,
    profile: Annotated[Optional[str], typer.Option(help="Judge by these population bands.")] = None,
    tolerance: Tolerance = None,
    assume_crs: AssumeCrs = None,
) -> int:
    """Compare a plan with a change, two plans, or two files.

    What the change resolves, breaks and leaves; who moves; bands and localisation index before and
    after.

    Exit codes: 0 compared; 2 it could not.
    """
    from footprint.change import compare_paths
    from footprint.reports import comparison as report

    _require_finite(tolerance)
    with _progress("Comparing"):
        found = compare_paths(
            base, proposed or [], units, population,
            profile=profile, sliver_width_m=tolerance, assume_crs=assume_crs,
        )  # fmt: skip
        found.moves, found.areas  # noqa: B018  computed here, while the progress shows
    _notes(dict.fromkeys([*found.before.plan.told(), *found.after.plan.told()]))
    _assumptions(found.after.plan, format)
    _utf8(format)
    with _destination(output, [*_inputs(found.before.plan), *_inputs(found.after.plan)]) as stream:
        report.write(found, format.value, stream, table.value)
    return 2 if found.before.incomplete or found.after.incomplete else 0


@app.command()
@_guarded
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
    with _progress("Reading"):
        proposals = [read_proposal(path) for path in proposal or ()]
        if proposals and plan is None:
            plan, _ = base_of(proposals[0])
        proposals = expand(proposals)
        loaded = load_plan(plan or Path("footprint.toml"), flows=False)
        for each in proposals:
            loaded = require_applied(apply(loaded, each))
    _notes(loaded.notes)
    _utf8(TableFormat("csv"))
    with _destination(output, _inputs(loaded)) as stream:
        write_lookup(loaded, stream)
    return 0


@app.command()
@_guarded
def rules(
    format: Annotated[TableFormat, typer.Option(help="How to report.")] = TableFormat("terminal"),
) -> None:
    """List every rule."""
    from footprint.reports import rules as report

    _utf8(format)
    report.write(format.value, sys.stdout)


@app.command()
@_guarded
def explain(
    code: Annotated[str, typer.Argument(help="A rule, for example FP201 or split-area.")],
) -> None:
    """Say what a rule finds, why, and how to settle it."""
    from footprint.checks import rule
    from footprint.reports import rules as report

    report.write_one(rule(code), sys.stdout)


def _version(wanted: bool) -> None:
    if wanted:
        from footprint import __version__

        typer.echo(f"footprint {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


__all__ = ["app", "main"]

if __name__ == "__main__":
    main()
