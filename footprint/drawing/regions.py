"""Parents as problems of their own: connected ground that is divided into a number of areas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from footprint.drawing.areas import Positions
from footprint.drawing.blocks import Blocks
from footprint.drawing.cover import Covers, TooMany, covers
from footprint.drawing.graph import Graph, Range
from footprint.drawing.ground import Terrain
from footprint.drawing.proof import (
    Proof,
    by_arithmetic,
    by_enumeration,
    by_graph,
    by_number,
    possible_numbers,
)
from footprint.model.errors import InputError
from footprint.model.levels import Band
from footprint.model.words import count, listing

MOST_ENUMERATED = 30
"""Blocks of a region; of more, enumeration is not tried."""
# People that are no whole numbers are counted in thousandths.
_FINE = 1000


@dataclass(frozen=True, eq=False)
class Region:
    """Connected ground of one parent; kept areas are single cells."""

    parent: int
    cells: tuple[Positions, ...]
    """The blocks of each."""
    graph: Graph
    """Of the cells."""
    numbers: range
    """Into how many areas it could be divided, by arithmetic."""
    natural: int
    """That which brings the areas nearest to the middle of the band."""
    covers: Covers | None
    """All divisions, where they can be enumerated."""

    @property
    def name(self) -> tuple[int, ...]:
        """What it is known by to the source of chance: the same whatever else is drawn."""
        return (int(self.cells[0][0]), len(self.cells))

    def by_block(self, area: Sequence[int]) -> tuple[Positions, Positions]:
        """Return blocks and their areas, of the areas of cells."""
        return np.concatenate(self.cells), np.repeat(area, [len(cell) for cell in self.cells])


@dataclass(frozen=True, eq=False)
class Regions:
    """All regions, and the parents that cannot be divided."""

    regions: tuple[Region, ...]
    proofs: dict[int, Proof]
    """By parent."""
    band: Range
    """In the numbers of the graphs."""
    scale: int
    """People in these numbers."""


def regions(
    blocks: Blocks, terrain: Terrain, band: Band, asked: range | None, say: Callable[[str], None]
) -> Regions:
    """Return the regions that there is to divide, each connected, and what proves that others cannot be."""
    scale = 1 if (blocks.people == np.rint(blocks.people)).all() else _FINE
    counted = np.rint(blocks.people * scale).astype(np.int64)
    # rounded people must not carry an area over the end of the band
    margin = 0 if scale == 1 else len(counted) // 2 + 1
    total = int(counted.sum())
    held = Range(
        (band.low or 0) * scale + margin,
        total if band.high is None else min(band.high * scale - margin, total),
    )
    cell, cells = _cells(blocks, terrain)
    people = np.bincount(cell, counted, len(cells)).astype(np.int64)
    one, other, metres = _edges(cell, blocks.parent, terrain, len(cells))
    of = blocks.parent[[each[0] for each in cells]]
    found: list[Region] = []
    proofs: dict[int, Proof] = {}
    for parent in range(len(blocks.parents)):
        here = np.flatnonzero(of == parent)
        if len(blocks.parents) > 1:
            say(f"Looking at {blocks.parents[parent][1]}")
        # a number of areas is asked for over all parents
        alone = asked if len(blocks.parents) == 1 else None
        proof = by_arithmetic(float(blocks.people[blocks.parent == parent].sum()), band, asked=alone)
        at = np.full(len(cells), -1)
        at[here] = np.arange(len(here))
        own = of[one] == parent
        graph = Graph(
            people[here].tolist(),
            list(zip(at[one[own]].tolist(), at[other[own]].tolist(), metres[own].tolist(), strict=True)),
        )
        names = [_name(blocks, cells[c]) for c in here]
        proof = proof or by_graph(graph, names, scale, band)
        if proof is None and alone is not None:
            possible = possible_numbers(graph, held)
            if not set(possible) & set(alone):
                proof = by_number(total / scale, possible, alone)
        if proof is None:
            several, proof = _parts(parent, graph, [cells[c] for c in here], held, band, scale, alone)
            if proof is None and alone is not None and len(several) == 1:
                proof = _asked(several[0], alone)
            found += several if proof is None else []
        if proof is not None:
            proofs[parent] = proof
    return Regions(tuple(found), proofs, held, scale)


def _name(blocks: Blocks, cell: Positions) -> str:
    """Return what a cell is called: its block, or that and how many more are kept together with it."""
    more = f" and {count(len(cell) - 1, 'block')} kept with it" if len(cell) > 1 else ""
    return f"{blocks.names[cell[0]]}{more}"


def _cells(blocks: Blocks, terrain: Terrain) -> tuple[Positions, list[Positions]]:
    """Return the cell of each block, and the blocks of each; one that does not hang together is refused."""
    order = np.argsort(blocks.joined, kind="stable")
    number, start = np.unique(blocks.joined[order], return_index=True)
    cells = np.split(order, start[1:])
    cell = np.searchsorted(number, blocks.joined)
    if len(cells) < len(blocks.codes):
        inside = cell[terrain.one] == cell[terrain.other]
        pairs = zip(terrain.one[inside].tolist(), terrain.other[inside].tolist(), strict=True)
        graph = Graph([0] * len(blocks.codes), [(a, b, 0) for a, b in pairs])
        whole = {tuple(part) for part in graph.parts()}
        torn = [blocks.codes[each[0]] for each in cells if tuple(each.tolist()) not in whole]
        if torn:
            raise InputError(
                None, f"{count(len(torn), 'area')} that --keep …=hard is to keep whole, but that do not hang "
                f"together: those with {listing(torn)}",
                "State a crossing with --crossings, or leave out `=hard`.",
            )  # fmt: skip
    return cell, cells


def _edges(
    cell: Positions, parent: Positions, terrain: Terrain, size: int
) -> tuple[Positions, Positions, NDArray[np.int64]]:
    """Return pairs of neighbouring cells of one parent, each once."""
    a, b = cell[terrain.one], cell[terrain.other]
    inside = (a != b) & (parent[terrain.one] == parent[terrain.other])
    low, high = np.minimum(a, b)[inside], np.maximum(a, b)[inside]
    key, at = np.unique(low * size + high, return_inverse=True)
    metres = np.bincount(at, terrain.metres[inside], len(key)).astype(np.int64)
    return key // size, key % size, metres


def _parts(
    parent: int,
    graph: Graph,
    cells: list[Positions],
    held: Range,
    band: Band,
    scale: int,
    asked: range | None,
) -> tuple[list[Region], Proof | None]:
    """Return the connected parts of a parent as regions, or the proof that one has no division."""
    found = []
    parts = graph.parts()
    alone = asked if len(parts) == 1 else None
    for part in parts:
        at = {cell: i for i, cell in enumerate(part)}
        own = Graph(
            [graph.people[c] for c in part], [(at[a], at[b], m) for a, b, m in graph.edges if a in at]
        )
        numbers = held.numbers(sum(own.people))
        if not len(numbers):
            # whole people lie in the band, by a hair: rounding decides nothing
            numbers = range(1, 2)
        every = enumerated(own, held)
        if every is not None and not every.counts():
            proof = by_enumeration(own, sum(map(len, every.unions)), None, ())
            return [], Proof(proof.by, proof.why, _least_change(own, band, scale, alone) or proof.change)
        natural = min(max(_natural(sum(own.people), band, scale), numbers.start), numbers.stop - 1)
        found.append(Region(parent, tuple(cells[c] for c in part), own, numbers, natural, every))
    return found, None


def enumerated(graph: Graph, band: Range) -> Covers | None:
    """Return all divisions of a graph with their number known; None where that takes too long."""
    if graph.size > MOST_ENUMERATED:
        return None
    try:
        found = covers(graph, band)
        found.counts()
    except TooMany:
        return None
    return found


def _asked(region: Region, asked: range) -> Proof | None:
    """Return the proof that no division has as many areas as were asked for."""
    if region.covers is None or set(region.covers.counts()) & set(asked):
        return None
    return by_enumeration(
        region.graph, sum(map(len, region.covers.unions)), asked, list(region.covers.counts())
    )


def _natural(people: int, band: Band, scale: int) -> int:
    low, high = (band.low or 0) * scale, (band.high or 0) * scale
    middle = (low + high) / 2 if low and high else 1.5 * low or 0.75 * high or people
    return max(int(people / middle + 0.5), 1)


def _least_change(graph: Graph, band: Band, scale: int, asked: range | None) -> str | None:
    """Return the nearest floor and ceiling with which there is a division, each by itself.

    With `asked` it is one into so many areas.
    """

    def works(low: int, high: int) -> bool:
        every = enumerated(graph, Range(low * scale, high * scale))
        numbers = set() if every is None else set(every.counts())
        return bool(numbers if asked is None else numbers & set(asked))

    total = -(-sum(graph.people) // scale)
    told = []
    floor, ceiling = band.low or 0, min(band.high or total, total)
    if floor and works(0, ceiling):
        good, bad = 0, floor
        while bad - good > 1:
            middle = (good + bad) // 2
            good, bad = (middle, bad) if works(middle, ceiling) else (good, middle)
        told.append((1 - good / floor, f"a floor of {good:,} or less"))
    if ceiling < total and works(floor, total):
        bad, good = ceiling, total
        while good - bad > 1:
            middle = (good + bad) // 2
            good, bad = (middle, bad) if works(floor, middle) else (good, middle)
        told.append((good / ceiling - 1, f"a ceiling of {good:,} or more"))
    return " or ".join(words for _, words in sorted(told)) or None


def allotted(found: Sequence[Region], wanted: int) -> list[int] | None:
    """Return into how many areas each region is divided so that there are so many in all.

    From what is natural, one after the other goes to the region whose areas then stay nearest to
    what is natural there. None where arithmetic does not allow it.
    """
    numbers = [region.natural for region in found]
    while (missing := wanted - sum(numbers)) != 0:
        step = 1 if missing > 0 else -1
        able = [
            (abs(n + step - r.natural) / r.natural, i)
            for i, (n, r) in enumerate(zip(numbers, found, strict=True)) if n + step in r.numbers
        ]  # fmt: skip
        if not able:
            return None
        numbers[min(able)[1]] += step
    return numbers
