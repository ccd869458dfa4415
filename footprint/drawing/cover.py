"""Every division of few blocks: all connected unions within the band, and all ways to cover the ground.

Blocks are bits of a number, so that a set of them is one number. A union stands under its first block;
the first block that is still free has to be in one of these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from footprint.drawing.graph import Graph, Range

MOST_UNIONS = 200_000
"""Sets of blocks that are looked at before enumeration is given up."""
MOST_STATES = 400_000
"""Remainders of the ground that are counted before counting is given up."""

Counts = dict[int, int]
"""Number of areas → how many divisions into so many there are."""


class TooMany(Exception):
    """There are more sets of blocks than can be looked at."""


@dataclass(frozen=True, eq=False)
class Covers:
    """The divisions of a graph into areas within a band."""

    graph: Graph
    band: Range
    unions: list[list[int]]
    """By first block: the connected unions within the band."""
    _counted: dict[int, Counts] = field(default_factory=lambda: {0: {0: 1}}, init=False)

    @property
    def whole(self) -> int:
        """All blocks."""
        return (1 << self.graph.size) - 1

    def counts(self) -> Counts:
        """Return how many divisions there are, by number of areas; TooMany where that takes too long."""
        return self._count(self.whole)

    def _count(self, free: int) -> Counts:
        known = self._counted.get(free)
        if known is not None:
            return known
        if len(self._counted) > MOST_STATES:
            raise TooMany
        found: Counts = {}
        for union in self._fitting(free):
            for areas, ways in self._count(free & ~union).items():
                found[areas + 1] = found.get(areas + 1, 0) + ways
        self._counted[free] = found
        return found

    def _fitting(self, free: int) -> Iterator[int]:
        first = (free & -free).bit_length() - 1
        return (union for union in self.unions[first] if not union & ~free)

    def each(self, numbers: range) -> Iterator[list[int]]:
        """Return every division into one of these numbers of areas, as unions; `counts` comes first."""
        chosen: list[int] = []

        def divided(free: int) -> Iterator[list[int]]:
            if not free:
                yield chosen.copy()
                return
            for union in self._fitting(free):
                rest = free & ~union
                # what cannot be covered is known from counting
                if any(len(chosen) + 1 + areas in numbers for areas in self._count(rest)):
                    chosen.append(union)
                    yield from divided(rest)
                    chosen.pop()

        return divided(self.whole)

    def area(self, unions: list[int]) -> list[int]:
        """Return the area of each block."""
        found = [0] * self.graph.size
        for number, union in enumerate(unions):
            for block in members(union):
                found[block] = number
        return found


def members(union: int) -> Iterator[int]:
    """Return the blocks of a set."""
    while union:
        bit = union & -union
        yield bit.bit_length() - 1
        union ^= bit


def covers(graph: Graph, band: Range) -> Covers:
    """Return the connected unions within the band, of which all divisions consist.

    Raises
    ------
    TooMany : where there are more connected sets than can be looked at

    """
    near = [sum(1 << b for b in others) for others in graph.neighbours]
    total = sum(graph.people)
    unions: list[list[int]] = []
    if band.numbers(total) == range(1, 2):
        # nothing less than all of it can be an area; whether it hangs together, its parts tell
        whole = [(1 << graph.size) - 1] if len(graph.parts()) == 1 else []
        return Covers(graph, band, [whole, *([] for _ in range(graph.size - 1))])
    seen = 0
    for first in range(graph.size):
        found: list[int] = []
        # (blocks in it, blocks that may be added, blocks that must not, people)
        waiting = [(1 << first, near[first] & -(1 << first), (1 << first) - 1, graph.people[first])]
        while waiting:
            union, edge, never, people = waiting.pop()
            seen += 1
            if seen > MOST_UNIONS:
                raise TooMany
            if people > band.high:
                continue
            rest = total - people
            if people >= band.low and (rest == 0 or len(band.numbers(rest))):
                found.append(union)
            edge &= ~never & ~union
            while edge:
                bit = edge & -edge
                edge ^= bit
                block = bit.bit_length() - 1
                waiting.append(
                    (union | bit, edge | near[block] & ~never & ~union, never, people + graph.people[block])
                )
                never |= bit
        unions.append(sorted(found))
    return Covers(graph, band, unions)
