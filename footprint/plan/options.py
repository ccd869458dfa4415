"""The way in for options side by side: one base, and each change to it by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.proposal import Proposal
from footprint.plan.given import Given, as_proposal, is_boundary, is_change, place_of
from footprint.plan.model import Plan
from footprint.plan.open import DEFAULTS, Options, applied, base_of, expand, open_plan
from footprint.plan.proposal import apply
from footprint.read.confined import confined
from footprint.read.proposalfile import ASSIGNMENT, NAME, is_proposal


@dataclass(frozen=True, eq=False)
class Option:
    """One of several changes to the same base."""

    title: str
    path: Path
    plan: Plan | None
    """As it would be; None where the option cannot be applied."""
    fault: str = ""
    """Why it cannot be applied."""


def open_options(
    base: Given, given: Sequence[Given] = (), options: Options = DEFAULTS
) -> tuple[Plan, list[Option]]:
    """Return the base plan, read once, and each option applied to it.

    Parameters
    ----------
    base : a plan or boundary file; or the first option, on the plan that it names
    given : proposals, other plans, or folders with a folder for each proposal
    options : of all plans

    Raises
    ------
    InputError : for a plan or an only option that cannot be read, options with another base, two of one
        title, one that is given twice, and none at all

    """
    with confined(options.confined):
        return _open_options(base, given, options)


def _open_options(base: Given, given: Sequence[Given], options: Options) -> tuple[Plan, list[Option]]:
    paths = [path for each in given for path in _each(each)]
    if (first := list(_each(base)))[0] != base or is_change(base):
        paths = [*first, *paths]
        base, _ = base_of(_readable(first))
    assert not isinstance(base, Proposal)
    if not paths:
        raise InputError(
            place_of(base), "is given without any option", "Give proposals, plans or a folder of proposals."
        )
    plan = open_plan(base, options)
    found = [_option(plan, base, path, options, alone=len(paths) == 1) for path in paths]
    held: dict[str, Path] = {"today": place_of(base)}
    for option in found:
        name = " ".join(option.title.split()).casefold()
        if name in held and held[name].resolve() == option.path.resolve():
            raise InputError(option.path, "is given twice", "Give each option once.")
        if name in held:
            raise InputError(
                option.path,
                f"is called '{option.title}', as is {held[name]}",
                "Give each option a title of its own; today's map is called Today.",
            )
        held[name] = option.path
    return plan, found


def _each(path: Given) -> Iterator[Given]:
    """Return a path, or the proposals in its folders, as `footprint draw` writes them, by their numbers."""
    if (
        not isinstance(path, Path)
        or not path.is_dir()
        or is_proposal(path)
        or (path / "footprint.toml").exists()
    ):
        yield path
        return
    # a folder with what a proposal assigns is one, though the proposal itself may be lost
    inside = sorted({p.parent for name in (NAME, ASSIGNMENT) for p in path.glob(f"*/{name}")}, key=_by_number)
    if not inside:
        raise InputError(
            path, "holds no plan and no proposals", f"Give a folder with a folder for each {NAME}."
        )
    yield from inside


def _read(given: Given) -> Proposal:
    """Return an option that is a proposal; InputError where it cannot be read or is not there."""
    if is_change(given):
        return as_proposal(given)
    raise InputError(place_of(given), f"holds {ASSIGNMENT} without a {NAME}", "Write it, or give others.")


def _readable(given: Sequence[Given]) -> Proposal:
    """Return the first of several proposals that can be read; InputError, of the first, where none can."""
    faults = []
    for each in given:
        try:
            return _read(each)
        except InputError as fault:
            faults.append(fault)
    raise faults[0]


def _by_number(path: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", path.name)]


def _file(path: Path) -> Path:
    """Return the file of a plan that may be given by its folder."""
    return (path / "footprint.toml" if path.is_dir() else path).resolve()


def _option(plan: Plan, base: Path | Plan, given: Given, options: Options, *, alone: bool) -> Option:
    """Return an option applied to the base.

    Raises InputError where it names another base, and where it cannot be read and is `alone`: beside others
    it has a column that says why.
    """
    path, today = place_of(given), place_of(base)
    if not is_change(given) and not (path / ASSIGNMENT).exists():
        assert not isinstance(given, Proposal)
        other = open_plan(given, options)
        return Option(path.stem if is_boundary(given) else other.title, path, other)
    try:
        proposal = _read(given)
    except InputError as fault:
        if alone:
            raise
        return Option((path.parent if path.name == NAME else path).name, path, None, str(fault))
    if proposal.base is not None:
        named, _ = base_of(proposal)
        if _file(named) != _file(today):
            raise InputError(
                proposal.path,
                f"changes {named}, not {today} as the others",
                "Options side by side need one base; hold two plans against each other with compare.",
            )
    made = plan
    try:
        *earlier, last = expand([proposal])
        made = apply(applied(plan, earlier), last)
    except InputError as fault:
        return Option(proposal.title, path, None, str(fault))
    if made.proposal is not None and made.proposal.faults:
        first = made.proposal.faults[0]
        more = len(made.proposal.faults) - 1
        told = f"{first.message}. {first.hint}" + (f" (and {more:,} more faults)" if more else "")
        return Option(proposal.title, path, None, told)
    return Option(proposal.title, path, made)
