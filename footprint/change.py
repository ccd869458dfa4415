"""From paths to changes: which plan a proposal builds on, and what is to be compared with what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from footprint.compare import Comparison, compare
from footprint.errors import InputError
from footprint.files import BOUNDARY_ENDINGS
from footprint.load import load_plan
from footprint.plan import Plan
from footprint.proposal import Proposal, apply
from footprint.proposalfile import is_proposal, read_proposal
from footprint.run import check, plan_of_boundary


def base_of(first: Proposal) -> tuple[Path, list[Proposal]]:
    """Return the plan that a proposal builds on, and the proposals in between, first to last.

    Raises
    ------
    InputError : where no plan is named, or it does not exist, or proposals build on one another in a
        circle

    """
    earlier: list[Proposal] = []
    seen = {first.path.resolve()}
    at = first
    while True:
        if at.base is None:
            raise InputError(at.path, "names no base plan", 'Add base = "…", or give the plan as well.')
        if not at.base.exists():
            raise InputError(at.path, f"names a base plan that does not exist: {at.base}", "Correct `base`.")
        if not is_proposal(at.base):
            return at.base, earlier
        at = read_proposal(at.base)
        if at.path.resolve() in seen:
            raise InputError(at.path, "builds on itself", "Name the plan that it changes.")
        seen.add(at.path.resolve())
        earlier.insert(0, at)


def expand(given: Iterable[Proposal]) -> list[Proposal]:
    """Return proposals with those that they build on before them, each once."""
    found: dict[Path, Proposal] = {}
    for proposal in given:
        earlier: list[Proposal] = []
        if proposal.base is not None and is_proposal(proposal.base):
            earlier = base_of(proposal)[1]
        for each in (*earlier, proposal):
            found.setdefault(each.path.resolve(), each)
    return list(found.values())


def require_applied(plan: Plan) -> Plan:
    """Return a plan that its proposal could be applied to; InputError with the first fault otherwise."""
    faults = plan.proposal.faults if plan.proposal is not None else ()
    if not faults:
        return plan
    first = faults[0]
    where = f"{first.location.path}:{first.location.line}" if first.location else None
    more = f" (and {len(faults) - 1:,} more; list them with check --proposal)" if len(faults) > 1 else ""
    raise InputError(where, first.message + more, first.hint)


def compare_paths(
    base: Path,
    proposed: Iterable[Path],
    units: Path | None = None,
    population: Path | None = None,
    *,
    profile: str | None = None,
    sliver_width_m: float | None = None,
    assume_crs: str | None = None,
    suppress: str | None = None,
) -> Comparison:
    """Compare what two or more paths hold.

    Parameters
    ----------
    base : a plan, a boundary file, or a proposal (on the plan that it names)
    proposed : proposals in their order, or another plan or boundary file
    units, population, assume_crs : for boundary files
    profile, sliver_width_m : instead of those of the plans
    suppress : the rule by which small numbers are kept in (see `flows.suppression`)

    Raises
    ------
    InputError : for paths that cannot be read or compared, and for a proposal with a fault

    """

    def load(path: Path) -> Plan:
        name = str(path).lower()
        if any(ending in name for ending in (*BOUNDARY_ENDINGS, ".zip")) and not path.is_dir():
            return plan_of_boundary(
                path, units, population,
                profile=profile or "classic", sliver_width_m=sliver_width_m, assume_crs=assume_crs,
            )  # fmt: skip
        if units is not None or population is not None or assume_crs is not None:
            raise InputError(
                path, "is no boundary file", "--units, --population and --assume-crs go with two of them."
            )
        found = replace(load_plan(path, profile=profile), suppress=suppress)
        return found if sliver_width_m is None else replace(found, sliver_width_m=sliver_width_m)

    steps = list(proposed)
    earlier: list[Proposal] = []
    plan_path = base
    if is_proposal(base):
        steps.insert(0, base)
        plan_path, earlier = base_of(read_proposal(base))
    elif not steps:
        raise InputError(base, "is compared with nothing", "Give a proposal, or another plan, as well.")
    first = load(plan_path)
    for proposal in earlier:
        first = require_applied(apply(first, proposal))
    second = first
    done = {proposal.path.resolve() for proposal in earlier}
    for step in steps:
        if not is_proposal(step):
            second, done = load(step), set()
            continue
        for proposal in expand([read_proposal(step)]):
            if proposal.path.resolve() not in done:
                done.add(proposal.path.resolve())
                second = require_applied(apply(second, proposal))
    return compare(check(first), check(second))
