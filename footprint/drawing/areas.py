"""What words mean in a plan: layers, and the ground of areas."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.model.errors import InputError
from footprint.model.geographies import ALIASES
from footprint.model.vintage import meant
from footprint.model.words import count, listing, nearest
from footprint.plan import derive
from footprint.plan.model import Plan

Positions = NDArray[np.intp]
UNITS = "units"


def layer_key(plan: Plan, named: str, option: str) -> str:
    """Return the layer of a plan that a word means: its key, its level or its geography; or "units"."""
    folded = named.strip().casefold()
    levels = {str(level): key for level, key in plan.levels.items()}
    for key in plan.layers:
        if key.casefold() == folded:
            return key
    if folded in levels:
        return levels[folded]
    geography = ALIASES.get(named.strip().upper(), named.strip().upper())
    assert plan.units is not None
    if folded == UNITS or plan.units.geography.key == geography:
        return UNITS
    found = [key for key, layer in plan.layers.items() if layer.geography.key == geography]
    if len(found) == 1:
        return found[0]
    known = [UNITS, *plan.layers]
    what = "could be several layers" if found else "is no layer of the plan"
    raise InputError(
        None, f"{option} {named} {what}", f"{nearest(named, known)}Known: {listing(found or known, 12)}."
    )


def members(plan: Plan, key: str) -> tuple[list[str], list[str], Positions]:
    """Return codes and names of the areas of a layer that hold units, and the area of each unit."""
    assert plan.units is not None
    if key == UNITS:
        codes = [str(code) for code in plan.units.codes]
        return codes, [str(plan.units.names.get(code, code)) for code in codes], np.arange(len(codes))
    assigned = derive.assignment(plan, key)
    if assigned is None:
        told = derive.unassigned(plan, key)
        raise InputError(plan.path, told, "Give the layer a lookup from the units, or the units outlines.")
    at, held = pd.factorize(assigned.codes.reindex(plan.units.codes).to_numpy(dtype=object), sort=True)
    codes = [str(code) for code in held]
    layer = plan.layers[key]
    return codes, [layer.name(code) for code in codes], at.astype(np.intp)


def chosen_blocks(
    plan: Plan, only: Sequence[str], unit: Positions, codes: Sequence[str]
) -> NDArray[np.bool_]:
    """Return which blocks are drawn anew: those that lie wholly in the areas that were named."""
    chosen = np.bincount(unit[unit >= 0], minlength=len(codes)) > 0
    if not only:
        return chosen
    assert plan.units is not None
    inside = np.zeros(len(unit), dtype=np.bool_)
    for named in only:
        inside |= _units_of(plan, named)
    partly = np.bincount(unit[unit >= 0], weights=inside[unit >= 0], minlength=len(codes))
    whole = np.bincount(unit[unit >= 0], minlength=len(codes))
    split = np.flatnonzero((partly > 0) & (partly < whole)).tolist()
    if split:
        raise InputError(
            None, f"{count(len(split), 'block')} only partly in what --only names: "
            f"{listing(codes[i] for i in split)}",
            "Name areas that are made of whole blocks, or take smaller blocks.",
        )  # fmt: skip
    return np.asarray(chosen & (partly == whole), dtype=np.bool_)


def _units_of(plan: Plan, named: str) -> NDArray[np.bool_]:
    """Return which units lie in the area that a code or a name means."""
    assert plan.units is not None
    if named in plan.units.codes:
        return np.asarray(plan.units.codes == named)
    found: list[tuple[str, str]] = []
    for key, layer in plan.layers.items():
        found += [(key, named)] if named in layer.codes else []
    if not found:
        folded = named.casefold()
        found = [
            (key, str(code)) for key, layer in plan.layers.items()
            for code, name in layer.names.items() if str(name).casefold() == folded
        ]  # fmt: skip
    grounds: list[NDArray[np.bool_]] = []
    for key, code in found:
        assigned = derive.assignment(plan, key)
        if assigned is not None:
            own = assigned.codes.reindex(plan.units.codes).to_numpy(dtype=object) == code
            if own.any() and not any((own == each).all() for each in grounds):
                grounds.append(own)
    if len(grounds) == 1:
        return np.asarray(grounds[0], dtype=np.bool_)
    if grounds:
        raise InputError(
            None, f"--only {named} means several areas on different ground: "
            f"{listing(f'{c} ({k})' for k, c in found)}",
            "Give the code of one of them.",
        )  # fmt: skip
    names = [str(n) for layer in plan.layers.values() for n in (*layer.codes, *layer.names)]
    raise InputError(
        None, f"--only {named} is no unit and no area of the plan that holds any", f"{meant(named, names)}"
        "Give the code or the name of an area of any layer.",
    )  # fmt: skip
