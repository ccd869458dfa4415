"""What footprints are put together from: units or areas of a layer, with their people and their parents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from footprint.drawing.areas import UNITS, Positions, chosen_blocks, layer_key, members
from footprint.drawing.question import Keep, Question
from footprint.measure.activity import sums
from footprint.model.errors import InputError
from footprint.model.levels import Level
from footprint.model.words import count, listing
from footprint.plan import derive
from footprint.plan.model import Plan

NONE = "none"


@dataclass(frozen=True, eq=False)
class Blocks:
    """The building blocks, in the order of the plan."""

    layer: str
    """The key of the layer that they are areas of; "units"."""
    codes: Sequence[str]
    names: Sequence[str]
    people: NDArray[np.float64]
    unit: Positions
    """By unit of the plan: its block; −1 for those that are not drawn anew."""
    within: str | None
    """The layer whose areas no footprint may cross."""
    parent: Positions
    """By block: the position of its parent."""
    parents: Sequence[tuple[str, str]]
    """Code and name of each; one without code where there is no such layer."""
    today: Positions
    """By block: the area of its level that it is in; −1 for none, or for a block in several."""
    areas_today: Sequence[str]
    """Codes of the areas of the level; () where the plan has no such layer."""
    kept: Positions
    """By block: the lower area that is rather kept whole; −1 for none."""
    kept_areas: Sequence[str]
    joined: Positions
    """By block: a number that the blocks of one area that is kept whole share."""
    notes: tuple[str, ...] = ()

    @cached_property
    def where(self) -> dict[str, int]:
        """Code of each block → its position."""
        return {code: i for i, code in enumerate(self.codes)}


def blocks(plan: Plan, question: Question) -> Blocks:
    """Return the building blocks of a question.

    Raises
    ------
    InputError : for a plan without units or people, for layers that it does not have, for blocks without
        people, and for blocks that lie in several parents

    """
    if plan.units is None or plan.people is None or plan.people_of != UNITS:
        told = "has no units" if plan.units is None else "does not say how many people live in its units"
        raise InputError(
            plan.path, f"{told}, so no footprints can be drawn", "Add [units] with a population."
        )
    key = layer_key(plan, question.of, "--of")
    codes, names, of_unit = members(plan, key)
    chosen = chosen_blocks(plan, question.only, of_unit, codes)
    unit = np.where((of_unit >= 0) & chosen[of_unit], (np.cumsum(chosen) - 1)[of_unit], -1)
    codes, names = ([each[i] for i in np.flatnonzero(chosen)] for each in (codes, names))
    people = _people(plan, unit, codes)
    within = _within(plan, question)
    parent, parents, notes = np.zeros(len(codes), dtype=np.intp), [("", plan.title)], []
    if within is not None:
        parent, held = _of_blocks(plan, within, unit, codes, f"--within {within}")
        order = np.unique(parent)
        parent = np.searchsorted(order, parent)
        layer = plan.layers[within]
        parents = [(held[i], layer.name(held[i])) for i in order]
        if question.within is None:
            notes.append(
                f"footprints stay within the areas of {within}, the next wider level (--within none)"
            )
    today, areas_today = _today(plan, question.level, unit, len(codes))
    if areas_today and question.only:
        notes += _divided(plan, today, areas_today, unit, question.level)
    base = Blocks(
        key, codes, names, people, unit, within, parent, parents, today, areas_today,
        np.full(len(codes), -1), (), np.arange(len(codes)), tuple(notes),
    )  # fmt: skip
    return _keeping(plan, base, question.keep)


def _people(plan: Plan, unit: Positions, codes: Sequence[str]) -> NDArray[np.float64]:
    """Return people by block; InputError for blocks of which nobody has counted them."""
    assert plan.units is not None
    assert plan.people is not None
    each = plan.people.people.reindex(plan.units.codes).to_numpy(float)
    drawn = unit >= 0
    lost = np.unique(unit[drawn & np.isnan(each)])
    if len(lost):
        raise InputError(
            plan.people.source.path,
            f"has no people for {count(len(lost), 'block')}: {listing(codes[i] for i in lost)}",
            "Complete the population, or leave these out with --only.",
        )
    if not drawn.any():
        raise InputError(
            plan.path, "has no block to draw footprints from", "Choose others with --of or --only."
        )
    return sums(unit[drawn], each[drawn], len(codes))


def _within(plan: Plan, question: Question) -> str | None:
    """Return the layer that footprints may not cross."""
    if question.within is not None:
        return None if question.within.casefold() == NONE else layer_key(plan, question.within, "--within")
    wider = [level for level in Level if level in plan.levels]
    above = [level for level in wider if list(Level).index(level) < list(Level).index(question.level)]
    return plan.levels[above[-1]] if above else None


def _of_blocks(
    plan: Plan, key: str, unit: Positions, codes: Sequence[str], option: str
) -> tuple[Positions, list[str]]:
    """Return the area of a layer that each block lies in, and the codes of the areas.

    Raises
    ------
    InputError : for blocks that lie in several areas, or in none

    """
    held, _, at = members(plan, key)
    pairs = np.unique(np.stack([unit, at], axis=1)[unit >= 0], axis=0)
    several = np.flatnonzero(np.bincount(pairs[:, 0], minlength=len(codes)) > 1).tolist()
    if several:
        first = [held[a] if a >= 0 else "none" for b, a in pairs.tolist() if b == several[0]]
        raise InputError(
            None, f"{option}: {count(len(several), 'block')} in several areas of {key}, "
            f"as {codes[several[0]]} in {listing(first)}: {listing(codes[i] for i in several)}",
            "Draw from units (--keep holds their larger areas together), take a layer that is made of whole "
            "blocks, or leave these out with --only.",
        )  # fmt: skip
    lost = pairs[pairs[:, 1] < 0, 0]
    if len(lost):
        raise InputError(
            None,
            f"{option}: {count(len(lost), 'block')} in no area of {key}: {listing(codes[i] for i in lost)}",
            "Leave them out with --only, or complete the layer.",
        )  # fmt: skip
    return pairs[:, 1], held


def _today(plan: Plan, level: Level, unit: Positions, size: int) -> tuple[Positions, list[str]]:
    """Return the area of the level that each block lies in today; −1 for none or several."""
    key = plan.levels.get(level)
    if key is None or derive.assignment(plan, key) is None:
        return np.full(size, -1), []
    held, _, at = members(plan, key)
    found = np.full(size, -1)
    found[unit[unit >= 0]] = at[unit >= 0]
    differs = at != np.where(unit >= 0, found[unit], -1)
    found[np.unique(unit[(unit >= 0) & differs])] = -1
    return found, held


def _divided(
    plan: Plan, today: Positions, areas: Sequence[str], unit: Positions, level: Level
) -> Iterable[str]:
    """Say which areas of today are drawn anew in part only."""
    _, _, at = members(plan, plan.levels[level])
    outside = np.unique(at[(unit < 0) & (at >= 0)])
    both = np.intersect1d(outside, np.unique(today[today >= 0]))
    if len(both):
        yield (
            f"{count(len(both), 'area')} of today partly outside what is drawn anew; that part stays as it "
            f"is: {listing(areas[i] for i in both)}"
        )


def _keeping(plan: Plan, base: Blocks, keep: Sequence[Keep]) -> Blocks:
    """Return blocks with the areas that are to be kept whole."""
    if sum(not each.hard for each in keep) > 1:
        raise InputError(
            None, "--keep can only be wanted of one layer", "Write the others as --keep LAYER=hard."
        )
    size = len(base.codes)
    for each in keep:
        key = layer_key(plan, each.layer, "--keep")
        at, held = _of_blocks(plan, key, base.unit, base.codes, f"--keep {each.layer}")
        if not each.hard:
            base = replace(base, kept=at, kept_areas=held)
            continue
        pairs = np.unique(np.stack([at, base.parent], axis=1), axis=0)
        split = np.flatnonzero(np.bincount(pairs[:, 0], minlength=len(held)) > 1)
        if len(split):
            raise InputError(
                None, f"--keep {each.layer}=hard: {count(len(split), 'area')} in several areas of "
                f"{base.within}: {listing(held[i] for i in split)}",
                "Leave out `=hard`, or draw within another layer.",
            )  # fmt: skip
        # a block shares its number with those of its kept area, and with those that they share theirs with
        number = base.joined.copy()
        while True:
            least = np.full(len(held), size)
            np.minimum.at(least, at, number)
            first = np.full(size, size)
            np.minimum.at(first, base.joined, least[at])
            then = first[base.joined]
            if np.array_equal(then, number):
                break
            number = then
        base = replace(base, joined=np.unique(number, return_inverse=True)[1])
    return base
