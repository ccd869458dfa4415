"""The one way in: a plan, its folder, a proposal or boundary files → a plan, and changes to it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footprint.model.errors import InputError
from footprint.model.proposal import Proposal
from footprint.plan.bare import plan_from_layers, plan_of_boundary
from footprint.plan.given import Given, as_proposal, is_boundary, is_change, place_of
from footprint.plan.load import load_plan
from footprint.plan.model import Plan
from footprint.plan.second import with_second
from footprint.read.confined import confined
from footprint.read.proposalfile import is_proposal, read_proposal

if TYPE_CHECKING:
    from footprint.read.engine import Engine


@dataclass(frozen=True)
class Options:
    """How a plan is to be read, whatever it is given as."""

    profile: str | None = None
    """Judge by this profile of population bands instead of the plan's."""
    sliver_width_m: float | None = None
    """Instead of the plan's; estimated where neither says it."""
    suppress: str | None = None
    """The rule by which small numbers are kept in (see `model.suppression`)."""
    files: Mapping[str, Path | None] = field(default_factory=dict)
    """Boundary files and tables instead of a plan, by what `plan_from_layers` calls them; with a single
    boundary file in the place of a plan its units and population."""
    assume_crs: str | None = None
    """CRS of boundary files that state none."""
    flows: bool = True
    """False leaves the plan's flows unread."""
    engine: Engine | None = None
    """What counts flow records; DuckDB if not given."""
    lazy: bool = False
    """Leave outlines unread until they are needed (see `load_plan`)."""
    confined: bool = False
    """Hold plans and proposals to their folders (see `read.confined`)."""
    population_of: Path | None = None
    """A second table of people, to see which verdicts hang on the first."""


DEFAULTS = Options()


def open_plan(path: Path | Plan | None, options: Options = DEFAULTS) -> Plan:
    """Return a plan: of a plan file or its folder, of a boundary file, or of the files of the options.

    Without any of these it is ./footprint.toml. A plan that was read before is taken as it is.

    Raises
    ------
    InputError : for a path that is none of these, files that do not go with it, and as `load_plan`

    """
    if isinstance(path, Plan):
        return _as_read(path, options)
    with confined(options.confined):
        return _open_plan(path, options)


def _as_read(plan: Plan, options: Options) -> Plan:
    """Return a plan that was read before; InputError for options that say how it was to be read."""
    late: dict[str, object] = {
        "profile": options.profile,
        "assume_crs": options.assume_crs,
        "engine": options.engine,
    }
    late |= dict(options.files)
    if wrong := [name for name, value in late.items() if value is not None]:
        raise InputError(
            plan.path, f"is read already, so {wrong[0]} comes too late", "Give the path instead of the plan."
        )
    if options.population_of is not None:
        plan = with_second(plan, options.population_of)
    width = plan.sliver_width_m if options.sliver_width_m is None else options.sliver_width_m
    suppress = options.suppress or plan.suppress
    if (width, suppress) == (plan.sliver_width_m, plan.suppress):
        return plan  # with all that is known of it
    return replace(plan, sliver_width_m=width, suppress=suppress)


def _open_plan(path: Path | None, options: Options) -> Plan:
    files: dict[str, Any] = {name: file for name, file in options.files.items() if file is not None}
    beside = files.keys() <= {"units", "population"}
    common: dict[str, Any] = {"sliver_width_m": options.sliver_width_m, "assume_crs": options.assume_crs}
    if path is not None and is_boundary(path) and beside:
        made = plan_of_boundary(path, **files, profile=options.profile, **common)
    elif path is not None and files:
        if beside and not is_boundary(path):
            raise InputError(path, "is no boundary file", "--units and --population go with boundary files.")
        raise InputError(
            path, "was given together with boundary files", "Give a plan, or --la, --ccg and --ics."
        )
    elif files:
        made = plan_from_layers(**files, profile=options.profile, engine=options.engine, **common)
    else:
        made = _from_file(path, options)
    if options.population_of is not None:
        made = with_second(made, options.population_of)
    width = made.sliver_width_m if options.sliver_width_m is None else options.sliver_width_m
    return replace(made, sliver_width_m=width, suppress=options.suppress)


def _from_file(path: Path | None, options: Options) -> Plan:
    """Load a plan file, or that of a folder."""
    if path is None and not Path("footprint.toml").exists():
        raise InputError(
            None,
            "there is no footprint.toml here",
            "Give a plan file, or --la, --ccg and --ics boundary files.",
        )
    if options.assume_crs is not None:
        raise InputError(
            None, "--assume-crs goes with boundary files",
            'In a plan write assume_crs = "EPSG:27700" in the layer.',
        )  # fmt: skip
    return load_plan(
        path or Path("footprint.toml"), profile=options.profile, flows=options.flows,
        engine=options.engine, lazy=options.lazy,
    )  # fmt: skip


# ── with proposals ──────────────────────────────────────────────────────────────────────────────


def open_base(
    path: Given | None, proposals: Iterable[Path | Proposal] = (), options: Options = DEFAULTS
) -> tuple[Plan, list[Proposal]]:
    """Return a plan without any proposal, and the proposals that are to be applied to it, in their order.

    The path may be a proposal itself; without another path the plan is the one that the first proposal
    builds on.
    """
    with confined(options.confined):
        steps = [as_proposal(each) for each in proposals]
        if is_change(path):
            steps.insert(0, as_proposal(path))
            path = None
        assert not isinstance(path, Proposal)
        if steps and path is None and not any(options.files.values()):
            path, _ = base_of(steps[0])
        require_stack(steps)
        return open_plan(path, options), expand(steps)


def open_applied(
    path: Given | None, proposals: Iterable[Path | Proposal] = (), options: Options = DEFAULTS
) -> Plan:
    """Return a plan with proposals applied (see `open_base`); InputError where one has a fault."""
    return applied(*open_base(path, proposals, options))


def applied(plan: Plan, proposals: Iterable[Proposal]) -> Plan:
    """Return a plan with proposals applied in their order; InputError where one has a fault."""
    for each in proposals:
        # without one nothing here needs pandas
        from footprint.plan.proposal import apply

        plan = require_applied(apply(plan, each))
    return plan


def open_pair(
    base: Given | None, proposed: Sequence[Given] = (), options: Options = DEFAULTS
) -> tuple[Plan, Plan]:
    """Return the two plans that are to be compared.

    Parameters
    ----------
    base : a plan, a boundary file, or a proposal (on the plan that it names)
    proposed : proposals in their order, or another plan or boundary file
    options : of both

    """
    with confined(options.confined):
        return _open_pair(base, proposed, options)


def _open_pair(base: Given | None, proposed: Sequence[Given], options: Options) -> tuple[Plan, Plan]:
    steps = list(proposed)
    earlier: list[Proposal] = []
    if is_change(base):
        steps.insert(0, base)
        base, earlier = base_of(as_proposal(base))
    elif not steps:
        raise InputError(
            None if base is None else place_of(base),
            "is compared with nothing",
            "Give a proposal, or another plan, as well.",
        )
    assert not isinstance(base, Proposal)
    require_stack([*earlier, *(as_proposal(step) for step in steps if is_change(step))])
    first = open_plan(base, options)
    second = first = applied(first, earlier)
    done = {proposal.path.resolve() for proposal in earlier}
    for step in steps:
        if not is_change(step):
            assert not isinstance(step, Proposal)
            second, done = open_plan(step, options), set()
            continue
        for proposal in expand([as_proposal(step)]):
            if proposal.path.resolve() not in done:
                done.add(proposal.path.resolve())
                second = applied(second, [proposal])
    return first, second


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


def require_stack(steps: Sequence[Proposal]) -> None:
    """Raise InputError for two proposals that change the same base, of which neither builds on the other.

    Applied one after the other they would be told as one change, which nobody has proposed.
    """
    for at, later in enumerate(steps):
        for first in steps[:at]:
            if first.path.resolve() == later.path.resolve() or first.base is None or later.base is None:
                continue
            if _plan_file(first.base) == _plan_file(later.base):
                raise InputError(
                    later.path,
                    f"has the same base as {first.path}, so they are alternatives, not one after the other",
                    "Hold them side by side with footprint options, or compare each with the base by "
                    "itself; if this one is to come after the other, say "
                    f'base = "{os.path.relpath(first.path.parent, later.path.parent)}" in it.',
                )


def _plan_file(base: Path) -> Path:
    return (base / "footprint.toml" if (base / "footprint.toml").exists() else base).resolve()


def require_applied(plan: Plan) -> Plan:
    """Return a plan that its proposal could be applied to; InputError with the first fault otherwise."""
    faults = plan.proposal.faults if plan.proposal is not None else ()
    if not faults:
        return plan
    first = faults[0]
    where = f"{first.location.path}:{first.location.line}" if first.location else None
    more = f" (and {len(faults) - 1:,} more; list them with check --proposal)" if len(faults) > 1 else ""
    raise InputError(where, first.message + more, first.hint)
