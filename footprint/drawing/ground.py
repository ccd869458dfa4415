"""Which blocks are neighbours: by the border that they share, and by crossings where water parts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.drawing.areas import UNITS
from footprint.drawing.blocks import Blocks
from footprint.geometry.adjacency import Borders, bridges, components, shared_borders
from footprint.geometry.tolerance import DRAWN_TOLERANCE_M, own_tolerance
from footprint.model.cache import kept
from footprint.model.columns import NAME
from footprint.model.errors import InputError
from footprint.model.layer import Layer
from footprint.model.schema import Column, Table
from footprint.model.vintage import meant
from footprint.model.words import count, listing
from footprint.plan.model import Plan
from footprint.plan.once import derived
from footprint.read.columns import by_word, find_column
from footprint.read.table import read_table

# Islands have no neighbours; where so many areas have none their outlines do not meet.
_MOST_ALONE = 0.2

CROSSINGS = Table(
    "crossings",
    "Crossings",
    "A row for each pair of blocks that no border joins, which a footprint may reach across.",
    (
        Column("code_a", "From", "code"),
        NAME.but(name="name_a", heading="From, name"),
        Column("code_b", "To", "code"),
        NAME.but(name="name_b", heading="To, name"),
        Column("kind", meaning="As stated (bridge, ferry …), or assumed: the shortest way over water."),
        Column("distance_m", "Apart, m", "metres"),
    ),
    "All ground hangs together by land.",
)


@dataclass(frozen=True)
class Crossing:
    """What joins two blocks that share no border."""

    one: int
    other: int
    kind: str
    metres: float
    """How far apart they are; NaN where they have no outlines."""


@dataclass(frozen=True, eq=False)
class Terrain:
    """Pairs of neighbours among blocks."""

    one: NDArray[np.intp]
    other: NDArray[np.intp]
    metres: NDArray[np.int64]
    """Of border that they share; 0 for crossings."""
    crossings: tuple[Crossing, ...]
    sources: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def assumed(self) -> int:
        """How many crossings nobody has stated."""
        return 0 if self.sources else len(self.crossings)


def terrain(plan: Plan, blocks: Blocks, crossings: Path | None) -> Terrain:
    """Return who is beside whom.

    Without a file of crossings, ground that water parts is joined by the shortest way between the blocks
    of a parent.

    Raises
    ------
    InputError : where there are neither outlines nor crossings, and for crossings between unknown codes

    """
    stated, notes = _stated(plan, blocks, crossings) if crossings is not None else ([], [])
    key, block = _drawn(plan, blocks)
    drawn = _layer(plan, key) if key else None
    if drawn is None:
        if crossings is None:
            raise InputError(
                plan.path, f"has no outlines of {blocks.layer}, and nothing else says which are neighbours",
                "Give outlines, or list neighbours with --crossings (code_a, code_b, kind).",
            )  # fmt: skip
        empty = np.array([], dtype=np.intp)
        return _with(empty, empty, np.array([], dtype=np.int64), stated, crossings, notes)
    found, told = borders(plan, key)
    notes += [told] if told else []
    a, b = block[found.one], block[found.other]
    inside = (a >= 0) & (b >= 0) & (a != b)
    low, high = np.minimum(a, b)[inside], np.maximum(a, b)[inside]
    size = len(blocks.codes)
    pairs, at = np.unique(low * size + high, return_inverse=True)
    # whole metres: what is left of them differs between processors
    metres = np.rint(np.bincount(at, found.metres[inside], len(pairs))).astype(np.int64)
    one, other = pairs // size, pairs % size
    if crossings is None:
        stated = _assumed(drawn, block, blocks, one, other)
    return _with(one, other, metres, stated, crossings, notes)


def _with(
    one: NDArray[np.intp], other: NDArray[np.intp], metres: NDArray[np.int64],
    crossings: Sequence[Crossing], path: Path | None, notes: Sequence[str],
) -> Terrain:  # fmt: skip
    land = set(zip(one.tolist(), other.tolist(), strict=True))
    new = [each for each in crossings if (each.one, each.other) not in land]
    added = np.array([(each.one, each.other) for each in new], dtype=np.intp).reshape(-1, 2)
    return Terrain(
        np.concatenate([one, added[:, 0]]), np.concatenate([other, added[:, 1]]),
        np.concatenate([metres, np.zeros(len(new), dtype=np.int64)]), tuple(new),
        () if path is None else (path,), tuple(notes),
    )  # fmt: skip


def _layer(plan: Plan, key: str) -> Layer | None:
    """Return a layer, or the units, with outlines as they were drawn."""
    if key != UNITS:
        return plan.layers[key].drawn
    return None if plan.units is None else plan.units.drawn


def _drawn(plan: Plan, blocks: Blocks) -> tuple[str, NDArray[np.intp]]:
    """Return which layer has the outlines of blocks, "units" or "" for none, and the block of each."""
    own = None if blocks.layer == UNITS else _layer(plan, blocks.layer)
    if own is not None:
        at = np.array([blocks.where.get(str(code), -1) for code in own.polygons.index], dtype=np.intp)
        if set(range(len(blocks.codes))) <= set(at.tolist()):
            return blocks.layer, at
    units = _layer(plan, UNITS)
    if units is None:
        return "", np.array([], dtype=np.intp)
    assert plan.units is not None
    at = blocks.unit[plan.units.codes.get_indexer(units.polygons.index)]
    lost = sorted(set(range(len(blocks.codes))) - set(at.tolist()))
    if lost:
        raise InputError(
            units.source.path, f"has no outline for {count(len(lost), 'block')}: "
            f"{listing(blocks.codes[i] for i in lost)}",
            "Complete the outlines, or leave these out with --only.",
        )  # fmt: skip
    return UNITS, at


@derived("units")
def borders(plan: Plan, key: str) -> tuple[Borders, str]:
    """Return the borders between the areas of a drawn layer, or between units, and what to say of them.

    Banks of a river are no border, however near; but where outlines were drawn so apart that many have no
    neighbour at all, what is within their detail counts as one.
    """
    drawn = _layer(plan, key)
    assert drawn is not None
    detail = own_tolerance(drawn)

    def within(metres: float) -> Borders:
        return kept(
            "borders", lambda: f"{drawn.fingerprint} {metres} {detail}",
            lambda: shared_borders(drawn.polygons.to_numpy(), metres, detail),
        )  # fmt: skip

    found = within(DRAWN_TOLERANCE_M)
    alone = len(drawn.polygons) - len(np.union1d(found.one, found.other))
    if alone <= _MOST_ALONE * len(drawn.polygons) or detail <= DRAWN_TOLERANCE_M:
        return found, ""
    told = f"{count(alone, 'outline')} touch no other, so those within {detail:,.0f} m count as neighbours"
    return within(detail), told


def _assumed(
    drawn: Layer, block: NDArray[np.intp], blocks: Blocks, one: NDArray[np.intp], other: NDArray[np.intp]
) -> list[Crossing]:
    """Return the shortest crossings that make the blocks of every parent, and of kept areas, one piece."""
    same = blocks.parent[one] == blocks.parent[other]
    part = components(len(blocks.codes), one[same], other[same])
    found: list[Crossing] = []
    outlines = drawn.polygons.to_numpy()
    pieces = np.bincount(blocks.parent[np.unique(part, return_index=True)[1]], minlength=len(blocks.parents))
    for parent in np.flatnonzero(pieces > 1):
        here = np.flatnonzero((block >= 0) & (blocks.parent[block] == parent))
        number = np.unique(part[block[here]], return_inverse=True)[1]
        for a, b, metres in bridges(outlines[here], number):
            low, high = sorted((int(block[here[a]]), int(block[here[b]])))
            found.append(Crossing(low, high, "assumed", metres))
    return found


def _stated(plan: Plan, blocks: Blocks, path: Path) -> tuple[list[Crossing], list[str]]:
    """Read crossings: code_a, code_b and, if it is there, kind."""
    table = read_table(path, "table of crossings")
    a, b = (table[find_column(table.columns, name, path)] for name in ("code_a", "code_b"))
    column = by_word(table.columns, ["kind"])
    kinds = table[column] if column is not None else ["stated"] * len(a)
    found: dict[tuple[int, int], Crossing] = {}
    assert plan.units is not None
    unit = {str(code): at for code, at in zip(plan.units.codes, blocks.unit.tolist(), strict=True)}
    known = {*unit, *(str(c) for layer in plan.layers.values() for c in layer.codes)}
    elsewhere = 0
    for line, ends, kind in zip(table.lines, zip(a, b, strict=True), kinds, strict=True):
        at = [blocks.where.get(code, unit.get(code, -1)) for code in ends]
        for code in ends:
            if code not in known:
                raise table.fault(
                    line, f"is a crossing to {code or 'nowhere'}, which is no unit and no area of the plan",
                    f"{meant(code, blocks.codes)}Correct the code.",
                )  # fmt: skip
        if ends[0] == ends[1]:
            raise table.fault(line, f"is a crossing from {ends[0]} to itself", "Correct one of the codes.")
        if min(at) < 0:
            elsewhere += 1
        elif at[0] != at[1]:
            low, high = sorted(at)
            found.setdefault((low, high), Crossing(low, high, kind or "stated", float("nan")))
    notes = [*table.notes]
    if elsewhere:
        notes.append(f"{path.name}: {count(elsewhere, 'crossing')} not between blocks that are drawn")
    return list(found.values()), notes


def crossing_table(blocks: Blocks, crossings: Sequence[Crossing]) -> pd.DataFrame:
    """Return crossings as a frame of CROSSINGS."""
    codes, names = blocks.codes, blocks.names
    return CROSSINGS.frame(
        (codes[c.one], names[c.one], codes[c.other], names[c.other], c.kind, c.metres) for c in crossings
    )
