"""What functions are given: paths, or what was read or found before; and how paths are read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.proposal import Proposal
from footprint.model.suppression import RULES
from footprint.plan.given import Given
from footprint.plan.model import Plan
from footprint.plan.open import Options
from footprint.results.result import Result

Read = str | Path | Plan | Proposal | Result
"""What stands for a plan or a change: a path, or what was read or checked before; a result for its plan."""


def options_of(
    *,
    profile: str | None = None,
    tolerance: float | None = None,
    suppress: str | None = None,
    assume_crs: str | None = None,
    population_of: str | Path | None = None,
    confined: bool = False,
    la: str | Path | None = None,
    ccg: str | Path | None = None,
    ics: str | Path | None = None,
    units: str | Path | None = None,
    population: str | Path | None = None,
    flows: str | Path | None = None,
    providers: str | Path | None = None,
) -> Options:
    """Return how paths are read; TypeError for an option that there is not."""
    known_rule(suppress)
    if tolerance is not None and not (math.isfinite(tolerance) and tolerance >= 0.001):
        raise InputError(None, "tolerance has to be a width in metres", "Leave it out to have it estimated.")
    files = {
        "la": la, "ccg": ccg, "ics": ics, "units": units, "population": population, "flows": flows,
        "providers": providers,
    }  # fmt: skip
    paths = {name: Path(file) for name, file in files.items() if file is not None}
    second = None if population_of is None else Path(population_of)
    return Options(
        profile, tolerance, suppress, paths, assume_crs, confined=confined, population_of=second
    )  # fmt: skip


def known_rule(suppress: str | None) -> None:
    """Raise InputError for a rule of suppression that there is not."""
    if suppress not in (None, *RULES):
        raise InputError(None, f"there is no rule '{suppress}' to keep small numbers in by", 'Give "hes".')


def given(found: Read | None) -> Given | None:
    """Return what the stages below take: a path, a plan or a proposal; TypeError for anything else."""
    if isinstance(found, Result):
        return found.plan
    if found is None or isinstance(found, Path | Plan | Proposal):
        return found
    if isinstance(found, str):
        return Path(found)
    raise TypeError(f"a path, a plan, a proposal or a result is needed, not {type(found).__name__}")


def present(found: Read) -> Given:
    """Return what the stages below take, of what is not left out."""
    held = given(found)
    assert held is not None
    return held


def changes_of(found: Read | Sequence[Read]) -> list[Path | Proposal]:
    """Return one proposal or several as a list; InputError for a plan among them."""
    every = found if isinstance(found, Sequence) and not isinstance(found, str) else [found]
    held = [present(each) for each in every]
    if plans := [each for each in held if isinstance(each, Plan)]:
        raise InputError(plans[0].path, "is a plan, where a proposal is needed", "Compare the two plans.")
    return [each for each in held if not isinstance(each, Plan)]


def names(chosen: str | Iterable[str]) -> list[str]:
    """Return the rules that are named, one by one or with commas."""
    parts = [chosen] if isinstance(chosen, str) else list(chosen)
    return [name.strip() for part in parts for name in part.split(",") if name.strip()]
