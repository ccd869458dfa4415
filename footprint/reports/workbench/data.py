"""What stands in a workbench: blocks, areas, and what each block adds to the figures of its area."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from footprint.drawing.areas import UNITS, Positions, members
from footprint.drawing.blocks import Blocks, blocks
from footprint.drawing.folder import unambiguous
from footprint.drawing.question import Question
from footprint.measure.activity import sums
from footprint.model.errors import InputError
from footprint.model.levels import Level
from footprint.model.words import clean, count, listing
from footprint.plan import derive
from footprint.plan.levels import alignments, level_pairs
from footprint.plan.naming import many
from footprint.plan.open import applied
from footprint.read.proposalfile import read_proposal
from footprint.reports.workbench.care import care
from footprint.reports.workbench.ground import ground, shapes
from footprint.reports.workbench.places import Places, places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from footprint.plan.model import Plan

MOST_BLOCKS = 6_000
"""More are too many for a page, and for a hand."""


def bench(
    plan: Plan, level: str, of: str = UNITS, only: Sequence[str] = (), start: Path | None = None
) -> dict[str, Any]:
    """Return what the page of a workbench needs, as plain values.

    Parameters
    ----------
    plan : with units, people and outlines
    level : "system", "place" or "neighbourhood": what is painted
    of : the building blocks: "units", or a layer by its key or geography
    only : codes or names of the areas that are painted; () for all
    start : a proposal to go on from

    Raises
    ------
    InputError : for a plan or a layer that cannot be painted, and for a proposal that does not fit the blocks

    """
    question = Question(Level(level), of, "none", only=tuple(only))
    held = blocks(plan, question)
    if len(held.codes) > MOST_BLOCKS:
        raise InputError(
            None, f"{count(len(held.codes), 'block')} are too many for a page (at most {MOST_BLOCKS:,})",
            "Choose a part of the ground with --only, or larger blocks with --of.",
        )  # fmt: skip
    key = plan.levels.get(question.level)
    if key is not None and key == held.layer:
        raise InputError(
            None, f"the {level}s are put together from themselves", "Choose smaller blocks with --of."
        )
    at = places(plan, key, held)
    was = _was(plan, at)
    named = [tuple(map(clean, at.areas[a])) for a in at.shown.tolist()]
    areas: list[dict[str, str | None]] = [{"code": code, "name": name, "first": name} for code, name in named]
    now = _largest(at, was)
    notes = [*_noted(at, was, level)]
    if start is not None:
        areas, now = _from(plan, start, key, at, areas)
    band = plan.bands.get(question.level)
    people = [_number(p) for p in _people(plan, at)]
    return {
        "title": clean(plan.title),
        "level": level,
        "creates": key is None,
        "date": None if plan.date is None else plan.date.isoformat(),
        "band": None if band is None else [band.low, band.high],
        "blocks": {
            "of": held.layer, "code": list(map(clean, held.codes)), "name": list(map(clean, held.names)),
            "people": people, "units": _units(plan, held),
        },
        "fixed": at.shown_at(at.fixed).tolist(),
        "areas": areas,
        "old": len(at.shown),
        "elsewhere": [] if len(at.shown) == len(at.areas) else [clean(name) for _, name in at.areas],
        "taken": sorted(clean(str(c)) for c in (plan.layers[key].codes if key is not None else ())),
        "now": now.tolist(),
        "was": was,
        "nests": _nests(plan, at, key),
        "within": _within(plan, at, key),
        "ground": ground(plan, at),
        "map": shapes(plan, at),
        "care": care(plan, at, key),
        "suppress": plan.suppress is not None,
        "sources": [clean(t) for t in (*plan.attribution, *plan.assumptions)],
        "notes": [clean(n) for n in notes],
    }  # fmt: skip


def _people(plan: Plan, at: Places) -> list[float]:
    people = plan.unit_people()
    assert people is not None
    here = at.unit >= 0
    found: list[float] = sums(at.unit[here], people.to_numpy(float)[here], at.size).tolist()
    return found


def _units(plan: Plan, held: Blocks) -> list[list[str]] | None:
    """Return the units of each block where its own code could mean other ground; else None."""
    if held.layer == UNITS or unambiguous(plan, held):
        return None
    assert plan.units is not None
    found: list[list[str]] = [[] for _ in held.codes]
    for code, block in zip(plan.units.codes, held.unit.tolist(), strict=True):
        if block >= 0:
            found[block].append(str(code))
    return found


def _number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else round(value, 3)


def _was(plan: Plan, at: Places) -> list[float]:
    """Return (place, area of today among those shown, or −1, people) of each part of a place, flat."""
    people = plan.unit_people()
    assert people is not None
    here = np.flatnonzero(at.unit >= 0)
    wide = len(at.areas) + 1
    pairs, which = np.unique(at.unit[here] * wide + at.today[here] + 1, return_inverse=True)
    number = sums(which, people.to_numpy(float)[here], len(pairs))
    place, area = np.divmod(pairs, wide)
    shown = at.shown_at(area - 1)
    found: list[float] = []
    for one, other, people_here in zip(place.tolist(), shown.tolist(), number.tolist(), strict=True):
        found += [one, other, _number(people_here)]
    return found


def _largest(at: Places, was: Sequence[float]) -> Positions:
    """Return the area of today, among those shown, that most people of each block are in; −1 for none."""
    now, most = np.full(len(at.blocks.codes), -1), np.full(len(at.blocks.codes), -1.0)
    for place, area, people in zip(was[::3], was[1::3], was[2::3], strict=True):
        if place < len(now) and people > most[int(place)]:
            now[int(place)], most[int(place)] = area, people
    return now


def _noted(at: Places, was: Sequence[float], level: str) -> list[str]:
    """Say which blocks lie in several areas today."""
    places, many = np.unique(np.array(was[::3], dtype=int), return_counts=True)
    divided = [at.blocks.codes[p] for p in places[many > 1].tolist() if p < len(at.blocks.codes)]
    notes = [n for n in at.blocks.notes if "drawn anew" in n]
    if divided:
        notes.append(
            f"{count(len(divided), 'block')} in several {level}s today; each begins in the one that has most "
            f"of its people: {listing(divided)}"
        )
    return notes


def _from(
    plan: Plan, start: Path, key: str | None, at: Places, areas: list[dict[str, str | None]]
) -> tuple[list[dict[str, str | None]], Positions]:
    """Return areas and assignment of a proposal to go on from."""
    proposal = read_proposal(start)
    after = applied(plan, [proposal])
    changed = after.proposal.layer if after.proposal is not None else None
    if changed is None or (changed != key and not (key is None and proposal.creates)):
        raise InputError(
            proposal.path, f"changes {changed}, not the level that is painted", "Give its level with --level."
        )
    codes, names, now = members(after, changed)
    assert after.proposal is not None
    was = {new: old for old, new in after.proposal.successors.items()}
    known = {area["code"]: i for i, area in enumerate(areas)}
    areas = [dict(area) for area in areas]
    position = np.full(len(codes), -1)
    painted = np.unique(now[(at.blocks.unit >= 0) & (now >= 0)])
    for a in painted.tolist():
        old = was.get(codes[a], codes[a])
        if old in known:
            position[a] = known[old]
            areas[known[old]] |= {"code": codes[a], "name": clean(names[a])} | (
                {"was": old} if old != codes[a] else {}
            )
        else:
            position[a] = len(areas)
            areas.append({"code": clean(codes[a]), "name": clean(names[a]), "first": None})
    unit = at.blocks.unit
    found = np.full(len(at.blocks.codes), -1)
    drawn = unit >= 0
    found[unit[drawn]] = np.where(now[drawn] >= 0, position[now[drawn]], -1)
    differs = np.unique(
        unit[drawn][np.where(now[drawn] >= 0, position[now[drawn]], -1) != found[unit[drawn]]]
    )
    if len(differs):
        raise InputError(
            proposal.path,
            f"divides {count(len(differs), 'block')}: {listing(at.blocks.codes[i] for i in differs)}",
            "Paint with smaller blocks (--of units).",
        )  # fmt: skip
    return areas, found


def _of(plan: Plan, at: Places, key: str, facing: str | None) -> dict[str, Any] | None:
    """Return areas of a layer with (place, area) of each part, flat; None where it does not rest on codes."""
    if derive.assignment(plan, key) is None:
        return None
    codes, names, of_unit = members(plan, key)
    used = np.unique(of_unit[(at.unit >= 0) & (of_unit >= 0)])
    # what of them lies in areas that are not shown splits them as well
    place = np.where(at.unit >= 0, at.unit, np.where(at.today >= 0, -2 - at.today, -1))
    here = np.flatnonzero((place != -1) & np.isin(of_unit, used))
    pairs = np.unique(np.stack([place[here], of_unit[here]], axis=1), axis=0)
    pairs[:, 1] = np.searchsorted(used, pairs[:, 1])
    by_code = all(plan.layers[k].lookup is not None for k in (key, facing) if k is not None)
    return {
        "key": key, "title": many(plan, key),
        "code": [clean(codes[a]) for a in used.tolist()], "name": [clean(names[a]) for a in used.tolist()],
        "parts": pairs.ravel().tolist(), "sure": by_code,
    }  # fmt: skip


def _nests(plan: Plan, at: Places, key: str | None) -> list[dict[str, Any]]:
    """Return the layers whose areas are to lie in one painted area each."""
    if key is None:
        return []
    pairs = [(a.source, a.must) for a in alignments(plan) if a.kind == "nest" and a.target == key]
    pairs += [(low, True) for low, high in level_pairs(plan) if high == key]
    found = [(_of(plan, at, source, key), must) for source, must in dict(pairs).items()]
    return [one | {"must": must} for one, must in found if one is not None]


def _within(plan: Plan, at: Places, key: str | None) -> list[dict[str, Any]]:
    """Return the layers in one area of which each painted area is to lie."""
    if key is None:
        return []
    targets = [a.target for a in alignments(plan) if a.kind == "nest" and a.source == key]
    targets += [high for low, high in level_pairs(plan) if low == key]
    found = [_of(plan, at, target, key) for target in dict.fromkeys(targets)]
    return [one for one in found if one is not None]


__all__ = ["MOST_BLOCKS", "bench"]
