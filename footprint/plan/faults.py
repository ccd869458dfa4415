"""What is wrong with a proposal, line by line.

Nothing is applied in part: a proposal with a fault leaves the plan as it was.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.model.codes import is_in
from footprint.model.finding import AT_MOST, Location
from footprint.model.proposal import Fault
from footprint.model.vintage import meant
from footprint.model.words import count, listing
from footprint.plan import derive
from footprint.plan.model import Plan
from footprint.plan.parts import PlanLayer

if TYPE_CHECKING:
    from footprint.model.proposal import Proposal


_MOST_SUGGESTED = 20


# Positions of units, the codes of the areas that they come to, and the lines that say so.
Moves = tuple[NDArray[np.intp], NDArray[np.object_], NDArray[np.int64]]


def declared(layer: PlanLayer, proposal: Proposal, recoded: Mapping[str, str]) -> list[Fault]:
    """Return the faults of the areas that a proposal declares."""
    faults = []
    for area in proposal.areas:
        if area.was is not None and area.was not in layer.codes:
            faults.append(
                Fault(
                    "unknown unit",
                    f"{area.code} is said to have been {area.was}, which is no area of {layer.key}",
                    f"{meant(area.was, layer.codes)}Correct `was`.",
                    Location(str(proposal.path), area.line or 1),
                    (area.was,),
                )
            )
        elif area.was is not None and area.code in layer.codes and area.code not in recoded:
            faults.append(
                Fault(
                    "assigned twice",
                    f"{area.was} is given the code {area.code}, which another area of {layer.key} has",
                    "Choose a code that is free, or assign the area to the other one.",
                    Location(str(proposal.path), area.line or 1),
                    (area.was, area.code),
                )
            )
    return faults


def area_names(layer: PlanLayer, proposal: Proposal, recoded: Mapping[str, str]) -> dict[str, str]:
    """Return every area that units can be given to, with its name."""
    names = {recoded.get(str(code), str(code)): str(name) for code, name in layer.names.items()}
    return names | {area.code: area.name or names.get(area.code, area.code) for area in proposal.areas}


def expanded(
    plan: Plan,
    proposal: Proposal,
    names: Mapping[str, str],
    recoded: Mapping[str, str],
    faults: list[Fault],
) -> Moves:
    """Return (position of the unit, its new area, line) for every unit that the rows speak of."""
    assert plan.units is not None
    rows, path = proposal.rows, str(proposal.rows_path)
    known = is_in(rows["area"], list(names))
    near, called = _Nearest(names), _by_name(names.items()) if not known.all() else {}
    for line, area in rows.loc[~known, "area"].items():
        told = _ended(plan, area) or _called(area, called) or near(area)
        hint = f"{told}Areas that are new are declared under [[area]] in proposal.toml."
        if area in recoded:
            hint = f"The proposal gives it the code {recoded[area]}."
        faults.append(
            Fault("unknown unit", f"there is no area {area}", hint, Location(path, int(str(line))), (area,))
        )
    rows = rows[known]
    at = plan.units.codes.get_indexer(pd.Index(rows["code"]))
    single = at >= 0
    twofold = _members(
        plan, {c for c in rows["code"][single] if any(c in x.codes for x in plan.layers.values())}
    )
    for line, code in rows["code"][single].items():
        if code in twofold and not np.array_equal(
            twofold[code], plan.units.codes.get_indexer(pd.Index([code]))
        ):
            words = f"{code} is a unit and an area of a layer, on different ground"
            place = Location(path, int(str(line)))
            faults.append(Fault("unknown unit", words, "List the units instead.", place, (code,)))
    units = [at[single]]
    areas = [rows["area"].to_numpy(dtype=object)[single]]
    lines = [rows.index.to_numpy(dtype=np.int64)[single]]
    whole = rows[~single]
    held = _members(plan, set(whole["code"])) if len(whole) else {}
    called = (
        _by_name(pair for layer in plan.layers.values() for pair in layer.names.items()) if len(whole) else {}
    )
    near = _Nearest(
        c for codes in (plan.units.codes, *(x.codes for x in plan.layers.values())) for c in codes
    )
    for line, code, area in zip(whole.index, whole["code"], whole["area"], strict=True):
        found = held.get(code)
        if found is None:
            words = f"{code} is no unit and no area of the base plan"
            faults.append(
                Fault(
                    "unknown unit",
                    words,
                    f"{_ended(plan, code) or _called(code, called) or near(code)}Correct the code.",
                    Location(path, int(line)),
                    (code,),
                )
            )
        elif isinstance(found, str):
            faults.append(
                Fault("unknown unit", found, "List its units instead.", Location(path, int(line)), (code,))
            )
        else:
            units.append(found)
            areas.append(np.full(len(found), area, dtype=object))
            lines.append(np.full(len(found), line, dtype=np.int64))
    return np.concatenate(units), np.concatenate(areas), np.concatenate(lines)


def _ended(plan: Plan, code: str) -> str:
    """Return which of the proposals that a plan is made of has ended an area, with a blank behind; or ""."""
    applied = plan.proposal
    while applied is not None:
        layer = applied.base.layers.get(applied.layer)  # None for a level that the proposal has created
        if layer is not None and code in layer.codes:
            now = applied.successors.get(code)
            what = "ends that area" if now is None else f"has made it {now}"
            return f"'{applied.proposal.title}', which it builds on, {what}. "
        applied = applied.base.proposal
    return ""


def _by_name(named: Iterable[tuple[Hashable, str]]) -> dict[str, list[str]]:
    """Return name in any case → codes of the areas that have it."""
    found: dict[str, list[str]] = {}
    for code, name in named:
        found.setdefault(name.casefold(), []).append(str(code))
    return found


def _called(text: str, codes: Mapping[str, list[str]]) -> str:
    """Return the codes of the areas that a text is the name of, with a blank behind; or ""."""
    found = dict.fromkeys(codes.get(text.casefold(), ()))
    return f"That is the name of {listing(found)}. " if found else ""


class _Nearest:
    """Suggests codes, for as many misspelt ones as somebody may read: a search takes a while."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._codes = codes
        self._listed: list[str] | None = None
        self._told: dict[str, str] = {}

    def __call__(self, code: str) -> str:
        """Return "Did you mean …? " or nothing."""
        if code not in self._told:
            if len(self._told) >= _MOST_SUGGESTED:
                return ""
            if self._listed is None:
                self._listed = list(self._codes)
            self._told[code] = meant(code, self._listed)
        return self._told[code]


def _members(plan: Plan, codes: set[str]) -> dict[str, NDArray[np.intp] | str]:
    """Return the positions of the units in each whole area, or why they cannot be told."""
    found: dict[str, NDArray[np.intp] | str] = {}
    home: dict[str, str] = {}
    for name, layer in plan.layers.items():
        wanted = codes & set(layer.codes)
        if not wanted:
            continue
        assigned = derive.assignment(plan, name)
        if assigned is None:
            for code in wanted - set(found):
                found[code] = f"{code} is an area of {name}, of which nothing says which units lie in it"
            continue
        groups = assigned.codes.groupby(assigned.codes.to_numpy()).indices
        for code in wanted:
            units = np.asarray(groups.get(code, []), dtype=np.intp)
            earlier = found.get(code)
            if isinstance(earlier, np.ndarray) and not np.array_equal(earlier, units):
                found[code] = f"{code} is an area of {home[code]} and of {name}, on different ground"
            elif not isinstance(earlier, np.ndarray):
                found[code], home[code] = units, name
    return found


def once_each(
    plan: Plan,
    proposal: Proposal,
    unit: NDArray[np.intp],
    area: NDArray[np.object_],
    line: NDArray[np.int64],
    faults: list[Fault],
) -> Moves:
    """Return each unit once; a unit that is given to two areas is a fault."""
    assert plan.units is not None
    order = np.lexsort((line, unit))
    unit, area, line = unit[order], area[order], line[order]
    first = np.flatnonzero(np.diff(unit, prepend=-1))
    start = first[np.searchsorted(first, np.arange(len(unit)), "right") - 1]
    clash = np.flatnonzero(area != area[start])
    pairs = pd.DataFrame({"one": line[start[clash]], "other": line[clash], "unit": unit[clash]})
    for (one, other), group in pairs.groupby(["one", "other"]):
        codes = [str(c) for c in plan.units.codes[group["unit"].to_numpy()]]
        a, b = proposal.rows.loc[[one, other], "area"]
        faults.append(
            Fault(
                "assigned twice",
                f"{count(len(codes), 'unit')} given to {a} on line {one} and to {b} on line {other}: "
                f"{listing(codes)}",
                "Keep one of the two lines.",
                Location(str(proposal.rows_path), int(group["other"].iloc[0])),
                tuple(codes[:AT_MOST]),
                len(codes),
            )
        )
    return unit[first], area[first], line[first]


def left_out(
    plan: Plan, proposal: Proposal, unit: NDArray[np.intp], codes: NDArray[np.object_], faults: list[Fault]
) -> None:
    """Add a fault for units that a complete proposal does not list, and for areas that nobody is given to."""
    assert plan.units is not None
    if proposal.complete:
        listed = np.zeros(len(plan.units.codes), dtype=np.bool_)
        listed[unit] = True
        lost = [str(c) for c in plan.units.codes[~listed]]
        if lost:
            faults.append(
                Fault(
                    "left unassigned",
                    f"{count(len(lost), 'unit')} not listed, although the proposal is complete: "
                    f"{listing(lost)}",
                    "List them, or take `complete` out: then they stay where they are.",
                    Location(str(proposal.rows_path or proposal.path), 1),
                    tuple(lost[:AT_MOST]),
                    len(lost),
                )
            )
    held = set(codes.tolist())
    for area in proposal.areas:
        if area.code not in held and not any(f.codes and f.codes[0] == area.was for f in faults):
            faults.append(
                Fault(
                    "left unassigned",
                    f"nobody is assigned to {area.name} ({area.code})",
                    "Assign units to it, or take it out.",
                    Location(str(proposal.path), area.line or 1),
                    (area.code,),
                )
            )
