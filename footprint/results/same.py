"""Which areas of two plans are the same area, and which units have come under another one.

Ground decides, whatever the codes (METHODS, "Identity and moves"): a new code, a new name and outlines
that were generalised anew move nobody. Only where no pair shares more than half of its people does a
successor that a proposal states, the history of codes, or a code that is kept say which areas go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from footprint.geometry.by_geometry import by_geometry
from footprint.geometry.by_units import by_units, confirmed
from footprint.geometry.identity import SAME_ABOVE, counterparts, joined
from footprint.geometry.overlap import Overlap
from footprint.geometry.tolerance import tolerance
from footprint.model.errors import IncomparableError
from footprint.model.history import going_on
from footprint.plan import derive
from footprint.plan.model import Applied, Plan
from footprint.plan.once import derived


@dataclass(frozen=True, eq=False)
class Settled:
    """The units of two plans in one layer."""

    before: pd.Series
    """Index unit code, value the area before; None where it is in none."""
    after: pd.Series
    """The area now. Of units on ground that did not change hands, the area that the one before is now."""
    same: dict[str, str]
    """Code before → code now of the areas that are the same."""
    joined: set[str]
    """Codes before of areas that end as a whole in another one."""
    unclear: pd.MultiIndex
    """Pairs (code before, code now) of areas between which a piece is no clear sliver and no clear part."""

    @cached_property
    def moved(self) -> pd.Series:
        """Which units have come to another area by themselves, not as a part of an area that joined it."""
        return self._differs & ~self.before.isin(list(self.joined))

    def moved_units(self, held: tuple[bool, bool] | None = None) -> pd.Index:
        """Return the units that have moved; with `held` if they are in an area before and after, or not."""
        chosen = self.moved
        if held is not None:
            chosen = chosen & (self.before.notna() == held[0]) & (self.after.notna() == held[1])
        return chosen.index[chosen.to_numpy()]

    @cached_property
    def came_along(self) -> pd.Series:
        """Which units have come to another area as a part of one that joined it as a whole."""
        return self._differs & self.before.isin(list(self.joined))

    @cached_property
    def _differs(self) -> pd.Series:
        now = {code: self.same.get(code, f"{code} before") for code in self.before.dropna().unique()}
        was = self.before.map(now)
        return was.ne(self.after) & ~(was.isna() & self.after.isna())


def steps(before: Plan, after: Plan) -> list[Applied] | None:
    """Return the proposals that lead from one plan to another, the first first; None if none do."""
    found: list[Applied] = []
    plan: Plan | None = after
    while plan is not None and plan.proposal is not None and plan is not before:
        found.append(plan.proposal)
        plan = plan.proposal.base
    return found[::-1] if plan is before else None


@derived(
    "proposal", "sliver_width_m", "people", "people_of", derive.assignment, derive.outlines, derive.spots
)
def settled(after: Plan, before: Plan, key: str) -> Settled | None:
    """Return where the units of layer `key` were and are; None where one of the plans cannot tell."""
    if key not in after.layers or key not in before.layers or before.units is None or after.units is None:
        return None
    a, b = derive.assignment(before, key), derive.assignment(after, key)
    if a is None or b is None:
        return None
    unclear = pd.MultiIndex.from_arrays([[], []])
    if before.layers[key] is after.layers[key] and before.units is after.units:
        codes = map(str, before.layers[key].codes)
        return Settled(a.codes, a.codes, {code: code for code in codes}, set(), unclear)
    units = before.units.codes.intersection(after.units.codes, sort=False)
    if units.empty:
        return None  # of other units only outlines can tell
    was, now = a.codes.reindex(units), b.codes.reindex(units)
    weight = pd.Series(_weight(before, after, units), index=units)
    narrow = pd.Series(False, index=units)
    if steps(before, after) is None and "units" in (a.evidence, b.evidence):
        narrow, unclear = _on_slivers(before, after, key, was, now, weight)
    ground = pd.Series(_ground(before, after, units), index=units)
    same = _filled(_paired(was, now, weight, ground, narrow), before, after, key)
    stays = was.map(same)
    now = now.where(~(narrow & stays.notna()), stays)
    return Settled(was, now, same, joined(was.to_numpy(), now.to_numpy(), same), unclear)


def counted(before: Plan, after: Plan, units: pd.Index) -> pd.Series | None:
    """Return the people of units by the plan after, or by the one before where that has no row for a unit.

    0 where neither has one; None where both are without people.
    """
    found = None
    for plan in (before, after):
        people = plan.unit_people()
        if people is not None and plan.people is not None:
            held = people.reindex(units).where(units.isin(plan.people.people.index))
            found = held if found is None else held.fillna(found)
    return None if found is None else found.fillna(0.0)


def _weight(before: Plan, after: Plan, units: pd.Index) -> np.ndarray:
    """Return the people of units; their ground, or else their number, where nobody has counted them."""
    for people in (counted(before, after, units), before.unit_people()):
        if people is not None and people.reindex(units).sum() > 0:
            return people.reindex(units).fillna(0.0).to_numpy(float)
    return _ground(before, after, units)


def _ground(before: Plan, after: Plan, units: pd.Index) -> np.ndarray:
    """Return the ground of units, m²; their number where nobody knows it."""
    for plan in (after, before):
        area = None if plan.units is None else plan.units.area_m2
        if area is not None and area.reindex(units).notna().all():
            return area.reindex(units).to_numpy(float)
    return np.ones(len(units))


def _filled(pairs: dict[str, str], before: Plan, after: Plan, key: str) -> dict[str, str]:
    """Return pairs of the same area, with those that only a successor or the code can tell.

    Successors are those that a proposal states, or the history of codes.
    """
    found, taken = dict(pairs), set(pairs.values())
    old, new = before.layers[key].codes, after.layers[key].codes
    stated = _stated(steps(before, after) or (), key)
    same = {str(code): str(code) for code in old}
    for code, now in [*stated.items(), *same.items(), *going_on(same).items()]:
        if code in old and now in new and code not in found and now not in taken:
            found[code] = now
            taken.add(now)
    return found


def _stated(applied: Iterable[Applied], key: str) -> dict[str, str]:
    """Return code before → code now that a chain of proposals states of areas of a layer."""
    found: dict[str, str] = {}
    for each in applied:
        if each.layer == key:
            held = set(found) | set(found.values())
            found = {old: each.successors.get(new, new) for old, new in found.items()} | {
                old: new for old, new in each.successors.items() if old not in held
            }
    return found


def _paired(
    was: pd.Series, now: pd.Series, weight: pd.Series, ground: pd.Series, narrow: pd.Series
) -> dict[str, str]:
    """Return code before → code now of the areas that are the same by their units.

    Units on slivers say nothing of that, however many people live there; they are heard where an area has
    no counterpart without them. Of areas in which nobody lives, or of which nobody has counted the people,
    the ground says it.
    """
    found: dict[str, str] = {}
    empty = [set(sums.index[sums == 0]) for sums in (weight.groupby(was).sum(), weight.groupby(now).sum())]
    without = was.isin(empty[0]) | now.isin(empty[1])
    for by, among in ((weight, pd.Series(True, index=was.index)), (ground, without)):
        for heard in (among & ~narrow, among):
            pairs = counterparts(was[heard].to_numpy(), now[heard].to_numpy(), by[heard].to_numpy())
            if by is ground:
                pairs = {old: new for old, new in pairs.items() if old in empty[0] and new in empty[1]}
            taken = set(found.values())
            found |= {old: new for old, new in pairs.items() if old not in found and new not in taken}
    return found


def _on_slivers(
    before: Plan, after: Plan, key: str, was: pd.Series, now: pd.Series, weight: pd.Series
) -> tuple[pd.Series, pd.MultiIndex]:
    """Return which units lie on slivers between the outlines of both plans: these stay where they were.

    And the pairs of areas of which nobody can tell whether what they share is a sliver: there the units say
    who moves.
    """
    none, clear = pd.Series(False, index=was.index), pd.MultiIndex.from_arrays([[], []])
    one, other = derive.outlines(before, key), derive.outlines(after, key)
    if one is None or other is None or after.units is None or after.units.shapes is None:
        return none, clear
    try:
        within = tolerance(one, other, after.sliver_width_m)
    except IncomparableError:
        return none, clear
    pairs = by_units("before", "after", was, now, weight, None, "units")
    # outlines that lie beside their place as a whole have moved nobody
    moved = derive.shift_of(one, other)
    held = confirmed(pairs, one, other, within, derive.spots(after), was, now, moved)
    unclear, narrow_ones = _pairs(held.unclear), held.slivers()
    slivers = narrow_ones[~_pairs(narrow_ones).isin(unclear)]
    narrow = pd.MultiIndex.from_arrays([was, now]).isin(_pairs(slivers))
    return pd.Series(narrow, index=was.index), unclear


def _pairs(table: pd.DataFrame) -> pd.MultiIndex:
    """Return the source and the target of each row of a table of pieces."""
    return pd.MultiIndex.from_frame(table[["source", "target"]])


@derived("sliver_width_m", derive.outlines)
def drawn_overlap(after: Plan, before: Plan, key: str) -> Overlap | None:
    """Return how the outlines of a layer lie in those of the same layer of another plan.

    None where one of them has none. Raises IncomparableError for outlines that are too coarse.
    """
    if key not in after.layers:
        return None
    one, other = derive.outlines(before, key), derive.outlines(after, key)
    if one is None or other is None:
        return None
    within = tolerance(one, other, after.sliver_width_m)
    return by_geometry(replace(one, key=f"{key} before"), replace(other, key=f"{key} after"), within)


def successors(before: Plan, after: Plan) -> dict[str, dict[str, str]]:
    """Return, by layer, code before → code now of areas that are the same under another code."""
    found = {}
    for key in before.layers:
        units = settled(after, before, key)
        pairs = units.same if units is not None else same_outlines(before, after, key)
        found[key] = {old: new for old, new in pairs.items() if old != new}
    return found


def same_outlines(before: Plan, after: Plan, key: str) -> dict[str, str]:
    """Return code before → code now of the areas of a layer that are the same by their outlines alone."""
    overlap = drawn_overlap(after, before, key) if key in after.layers else None
    if overlap is None:  # of nothing in common only a statement, history and a code that is kept tell
        return _filled({}, before, after, key) if key in after.layers else {}
    one, other = derive.outlines(before, key), derive.outlines(after, key)
    assert one is not None
    assert other is not None
    table = overlap.table
    alone = (
        one.polygons.area.reindex(table["source"]).to_numpy()
        + other.polygons.area.reindex(table["target"]).to_numpy()
    )
    same = table[table["area_m2"].to_numpy() > SAME_ABOVE * (alone - table["area_m2"].to_numpy())]
    return _filled(dict(zip(same["source"], same["target"], strict=True)), before, after, key)


def moved_outlines(
    before: Plan, after: Plan, key: str, *, joins: bool
) -> Iterator[tuple[str, str, float, bool]]:
    """Yield the ground of a layer that is another area's now, by outlines alone.

    Yields code before, code now ("" where no area holds it any more), m², and whether that is certain:
    with `joins` of areas that end as a whole in another one, or else of the rest. Ground that no area held
    before is not among it.
    """
    overlap = drawn_overlap(after, before, key)
    assert overlap is not None
    unclear = _pairs(overlap.table).isin(_pairs(overlap.unclear))
    real = overlap.table.assign(certain=~unclear)[(overlap.table["verdict"] != "sliver") | unclear]
    same, whole = same_outlines(before, after, key), set(overlap.nested()["source"])
    columns = (real[name] for name in ("source", "target", "area_m2", "certain"))
    for source, target, area, certain in zip(*columns, strict=True):
        ends = source in whole and source not in same and bool(certain)
        if same.get(source) != target and ends == joins:
            yield source, target, float(area), bool(certain)
    lost = overlap.outside[
        overlap.outside["whole"].astype(bool) | overlap.outside["source"].isin(overlap.on_land)
    ]
    if not joins:
        yield from (
            (str(code), "", float(area), True)
            for code, area in zip(lost["source"], lost["area_m2"], strict=True)
        )
