"""Plans from what a command line gives: a plan file, or boundary files."""

from __future__ import annotations

import math
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.read.engine import Engine


def inputs_of(plan: Plan) -> list[str]:
    """Return the files of a plan, which no output may overwrite."""
    return [source.path for source in plan.inputs] + ([str(plan.path)] if plan.path else [])


def load(
    plan: Path | None,
    files: dict[str, Path | None],
    profile: str | None,
    tolerance: float | None,
    assume_crs: str | None,
    engine: Engine,
    suppress: StrEnum | None,
    flows: bool = True,
) -> Plan:
    """Return the plan that a command line gives: a plan file, or boundary files; InputError otherwise."""
    from dataclasses import replace

    from footprint.model.errors import InputError
    from footprint.plan.load import load_plan
    from footprint.plan.open import plan_from_layers

    require_finite(tolerance)
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


def require_finite(tolerance: float | None) -> None:
    """Raise InputError for a tolerance that is no width."""
    from footprint.model.errors import InputError

    if tolerance is not None and not math.isfinite(tolerance):
        raise InputError(
            None, "--tolerance has to be a width in metres", "Leave it out to have it estimated."
        )


def split(entries: list[str] | None) -> list[str]:
    """Return the rules that a repeatable option names, with commas or without."""
    from footprint.model.errors import InputError

    parts = [part for entry in entries or [] for part in entry.split(",") if part.strip()]
    if entries and not parts:
        raise InputError(None, "--select and --ignore need a rule", "List them with 'footprint rules'.")
    return parts
