"""Running rules over plans: checks, changes and flows, from paths or from plans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import geopandas as gpd

from footprint import checks
from footprint.geometry.by_geometry import by_geometry
from footprint.geometry.overlap import Overlap
from footprint.geometry.tolerance import tolerance
from footprint.measure.activity import activity
from footprint.measure.flows import FLOW_TABLES, flow_tables
from footprint.model.errors import InputError, Missing
from footprint.model.finding import Finding, KnownAreas, areas_in
from footprint.model.layer import Layer
from footprint.model.nations import Scope
from footprint.model.proposal import Proposal
from footprint.plan.codeless import beyond_each
from footprint.plan.given import Given, is_change
from footprint.plan.model import Plan
from footprint.plan.once import carry_over
from footprint.plan.open import DEFAULTS, Options, open_pair, open_plan
from footprint.plan.proposal import apply
from footprint.plan.swapped import require_axes_of
from footprint.read.baseline import Baseline
from footprint.read.boundary import adopt, read_layer
from footprint.read.pair import read_pair
from footprint.results.comparison import Comparison, compare
from footprint.results.locate import located
from footprint.results.match import areas_of, settle, since_then
from footprint.results.rekeyed import rekeyed
from footprint.results.result import FlowResult, Result
from footprint.results.same import successors


def examine(
    path: Given | None, proposals: Sequence[Path | Proposal] = (), options: Options = DEFAULTS
) -> tuple[Result, Comparison | None]:
    """Check what a command is given; with proposals, or where it is one, with and without the change.

    Parameters
    ----------
    path : a plan or its folder, a proposal or a boundary file; as `open_plan` takes it if not given
    proposals : changes to it, in their order

    Returns
    -------
    The check, of a change that after it; and the change.

    """
    if not proposals and not is_change(path):
        assert not isinstance(path, Proposal)
        return check(open_plan(path, options)), None
    if path is None and not any(options.files.values()):
        path, *proposals = proposals
    found = compare_paths(path, proposals, options)
    return found.after, found


def compare_paths(
    base: Given | None, proposed: Sequence[Given] = (), options: Options = DEFAULTS
) -> Comparison:
    """Compare what two or more paths hold (see `open_pair`).

    Raises
    ------
    InputError : for paths that cannot be read or compared, and for a proposal with a fault

    """
    before, after = open_pair(base, proposed, options)
    checked = check(before)
    carry_over(before, after)
    return compare(checked, check(after))


def measure_flows(plan: Plan, tables: Iterable[str] = FLOW_TABLES) -> FlowResult:
    """Measure the patient flows of a plan.

    Parameters
    ----------
    plan : from `load_plan`, with [flows]
    tables : names of FLOW_TABLES

    Raises
    ------
    InputError : for a plan without flows, or whose flows cannot be measured

    """
    held = activity(plan)
    if isinstance(held, Missing):
        remedy = "Add [flows], [units] and [providers] to the plan."
        if plan.flows is not None and plan.units is not None:
            remedy = "Add units.population to the plan."
        raise InputError(plan.path, held.reason, remedy)
    findings, skipped = checks.run(plan, [rule for rule in checks.selected() if "flows" in rule.needs])
    return FlowResult(plan, flow_tables(plan, tables), located(findings, plan), skipped)


def check(plan: Plan, select: Iterable[str] = (), ignore: Iterable[str] = ()) -> Result:
    """Run the rules over a plan.

    Parameters
    ----------
    plan : from `load_plan` or `plan_from_layers`
    select, ignore : codes of rules or what they begin with, or names ("split-area")

    Raises
    ------
    InputError : for a selection that fits no rule

    """
    rules = checks.selected(select, ignore)
    findings, skipped = checks.run(plan, rules)
    return Result(plan, located(findings, plan), skipped, [r.code for r in rules])


def check_change(
    plan: Plan,
    proposals: Iterable[Proposal] = (),
    baseline: Iterable[Finding] | None = None,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
) -> Result:
    """Run the rules over a plan with proposed changes, and say of each finding whether it is new.

    Parameters
    ----------
    plan : the base plan
    proposals : changes, applied in their order
    baseline : findings of an earlier run; without them the base plan is checked as well
    select, ignore : as for `check`

    Raises
    ------
    InputError : as `check` and `proposal.apply`

    """
    base = None if baseline is not None else check(plan, select, ignore)
    changed = plan
    for proposal in proposals:
        changed = apply(changed, proposal)
        if changed.proposal is not None and changed.proposal.faults:
            break
    after = check(changed, select, ignore)
    if changed.proposal is not None and changed.proposal.faults:
        # what was there before cannot be told from what is new until the proposal can be applied
        return replace(after, findings=[replace(f, new=True) for f in after.findings], resolved=[])
    if base is not None:
        compared = compare(base, after)
        return replace(compared.after, resolved=compared.resolved)
    if isinstance(baseline, Baseline):
        baseline = rekeyed(baseline, plan)
    known, renamed = list(baseline or ()), successors(plan, changed)
    for key, codes in since_then(known, plan).items():
        later = renamed.setdefault(key, {})
        later |= {old: later.get(new, new) for old, new in codes.items()}
    told = baseline.areas if isinstance(baseline, Baseline) else KnownAreas(areas_in(known), {})
    return settle(known, after, plan, renamed, told.beside(areas_of(plan)))[0]


def overlap(
    a: str | Path | Layer | gpd.GeoDataFrame,
    b: str | Path | Layer | gpd.GeoDataFrame,
    *,
    sliver_width_m: float | None = None,
    assume_crs: str | None = None,
) -> Overlap:
    """Compare two layers by their outlines, without a plan.

    Parameters
    ----------
    a, b : source and target: a boundary file, a layer from `read_layer`, or a GeoDataFrame with a
        column of codes
    sliver_width_m : width in metres that tells a split from a sliver; estimated if not given
    assume_crs : CRS of files that state none

    Returns
    -------
    Overlap : `.table` has a row a pair (columns of OVERLAP: areas in square metres, widths
        in metres, shares named by their denominator), `.split()` and `.slivers()` parts of it.

    Raises
    ------
    InputError : for files that cannot be used
    IncomparableError : for layers too coarse to be compared

    """
    one, other = read_pair(
        lambda nations: as_layer(a, "a", assume_crs, nations),
        lambda nations: as_layer(b, "b", assume_crs, nations),
    )
    one, other = beyond_each(one, other)
    require_axes_of({layer.source.path: layer.areas.geometry.to_numpy() for layer in (one, other)})
    if one.key == other.key:
        one, other = replace(one, key=f"{one.key} (a)"), replace(other, key=f"{other.key} (b)")
    return by_geometry(one, other, tolerance(one, other, sliver_width_m))


def as_layer(
    given: str | Path | Layer | gpd.GeoDataFrame,
    key: str,
    assume_crs: str | None = None,
    nations: Scope | None = None,
) -> Layer:
    """Return a layer from a file, from a frame (which is then called `key`), or as it is."""
    if isinstance(given, Layer):
        return given
    if isinstance(given, gpd.GeoDataFrame):
        features = adopt(given, key, assume_crs)
        return read_layer(key, key=key, features=features, null_codes="keep", nations=nations)
    return read_layer(given, assume_crs=assume_crs, null_codes="keep", nations=nations)
