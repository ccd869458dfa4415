"""What a drawn area is called: by what it holds, or else by where in its parent it lies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from footprint.drawing.areas import UNITS, Positions
from footprint.drawing.blocks import Blocks
from footprint.measure.activity import Floats, sums
from footprint.plan import derive
from footprint.plan.model import Plan

# A part belongs to the name of the area that has so much of its people; parts make a name if their people
# are so much of the area's.
_MOSTLY, _NEARLY_ALL = 0.5, 0.8
_MOST_NAMED = 3
_WINDS = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")
_CENTRAL = 0.35
_NUMBERED = re.compile(r"\d")


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Layers whose names can be used, the widest first."""

    layers: Sequence[tuple[Positions, Sequence[str], Floats]]
    """By block: the part that it is in; the names of the parts; their people, also of what is not drawn."""
    spots: Floats | None
    """By block: where it lies, m east and north; None where nothing tells."""


def gazetteer(plan: Plan, blocks: Blocks) -> Gazetteer:
    """Return what areas can be named after: layers that are no level, and of which names are no codes."""
    assert plan.units is not None
    people = plan.unit_people()
    assert people is not None
    drawn = blocks.unit >= 0
    found: list[tuple[Positions, Sequence[str], Floats]] = []
    for key, layer in plan.layers.items():
        assigned = None if key in plan.levels.values() else derive.assignment(plan, key)
        if assigned is None:
            continue
        at, codes = pd.factorize(assigned.codes.reindex(plan.units.codes).to_numpy(dtype=object), sort=True)
        names = [layer.name(str(code)) for code in codes]
        # "Sheffield 013" and "E02001234" say nothing to anybody
        if not names or np.mean([bool(_NUMBERED.search(name)) for name in names]) > 0.2:
            continue
        of_block = np.full(len(blocks.codes), -1)
        of_block[blocks.unit[drawn]] = at[drawn]
        if (of_block[blocks.unit[drawn]] != at[drawn]).any():
            continue  # its parts are smaller than blocks, or lie across them
        found.append((of_block, names, sums(at[at >= 0], people.to_numpy(float)[at >= 0], len(names))))
    found.sort(key=lambda each: len(each[1]))
    return Gazetteer(found, _spots(plan, blocks))


def _spots(plan: Plan, blocks: Blocks) -> Floats | None:
    assert plan.units is not None
    if not plan.units.is_placed:
        drawn = None if blocks.layer == UNITS else plan.layers[blocks.layer].drawn
        if drawn is None:
            return None
        points = drawn.polygons.representative_point().reindex(blocks.codes)
        return np.stack([points.x, points.y], axis=1)
    shapes = plan.units.shapes
    assert shapes is not None
    points = shapes.centroid.reindex(plan.units.codes)
    here = (blocks.unit >= 0) & points.notna().to_numpy()
    at, number = blocks.unit[here], len(blocks.codes)
    count = np.maximum(np.bincount(at, minlength=number), 1)
    axes = (points.x.to_numpy()[here], points.y.to_numpy()[here])
    return np.stack([sums(at, axis, number) / count for axis in axes], axis=1)


def named(
    blocks: Blocks, known: Gazetteer, area: Positions, number: int, taken: Sequence[str | None]
) -> list[str]:
    """Return the name of each area, all of them different.

    Parameters
    ----------
    area : of each block; −1 for none
    taken : by area: the name that it has already; None for one that is to be named

    """
    people = blocks.people
    total = sums(area[area >= 0], people[area >= 0], number)
    found: list[str | None] = list(taken)
    for of_block, names, size in known.layers:
        here = (area >= 0) & (of_block >= 0)
        pairs, at = np.unique(area[here] * len(names) + of_block[here], return_inverse=True)
        both = sums(at, people[here], len(pairs))
        own, part = np.divmod(pairs, len(names))
        whole = both > _MOSTLY * size[part]
        held = sums(own[whole], both[whole], number)
        for i in range(number):
            if found[i] is None and held[i] >= _NEARLY_ALL * total[i] > 0:
                mine = np.flatnonzero(whole & (own == i))
                listed = [names[p] for p in part[mine[np.argsort(-both[mine], kind="stable")]]]
                if len(listed) <= _MOST_NAMED or names is known.layers[-1][1]:
                    found[i] = _joined(listed)
    _by_place(blocks, known, area, found)
    return list(_different([name or "Area" for name in found]))


def _joined(parts: Sequence[str]) -> str:
    if len(parts) > _MOST_NAMED:
        return f"{', '.join(parts[: _MOST_NAMED - 1])} and {len(parts) - _MOST_NAMED + 1} more"
    return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]


def _by_place(blocks: Blocks, known: Gazetteer, area: Positions, found: list[str | None]) -> None:
    """Name the rest after their parents, or the part that most of their people are in, and the wind."""
    order = np.argsort(area, kind="stable")
    first = np.searchsorted(area[order], np.arange(len(found) + 1))
    home = blocks.parent[order[first[:-1]]]
    finest = known.layers[-1] if known.layers else None
    for i, name in enumerate(found):
        if name is not None:
            continue
        mine = order[first[i] : first[i + 1]]
        base, around = blocks.parents[home[i]][1], blocks.parent == home[i]
        if finest is not None:
            of_block, names, _ = finest
            known_of = mine[of_block[mine] >= 0]
            held = sums(of_block[known_of], blocks.people[known_of], len(names))
            if held.sum() > 0:
                part = int(np.argmax(held))
                base, around = names[part], of_block == part
        if around.sum() == len(mine) or known.spots is None:
            found[i] = base
            continue
        middle, here = known.spots[around].mean(axis=0), known.spots[mine].mean(axis=0)
        reach = np.sqrt(((known.spots[around] - middle) ** 2).sum(axis=1).mean())
        east, north = here - middle
        if np.hypot(east, north) < _CENTRAL * reach:
            found[i] = f"{base} central"
        else:
            found[i] = f"{base} {_WINDS[int(np.rint(np.arctan2(north, east) / (np.pi / 4))) % 8]}"


def _different(names: Sequence[str]) -> Iterator[str]:
    """Number names that would stand twice."""
    used: set[str] = set()
    for name in names:
        new, again = name, 1
        while new in used:
            again += 1
            new = f"{name} {again}"
        used.add(new)
        yield new
