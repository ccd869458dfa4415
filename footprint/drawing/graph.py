"""The ground as a graph: blocks with their people, and the border that neighbours share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Edge = tuple[int, int, int]
"""Two blocks, the first the smaller number, and the metres of border that they share; 0 for a crossing."""


@dataclass(frozen=True, eq=False)
class Graph:
    """Blocks of one parent, numbered from 0."""

    people: Sequence[int]
    """By block, in whole numbers (of thousandths of people where counts are no whole numbers)."""
    edges: Sequence[Edge]
    """Each pair of neighbours once."""
    neighbours: list[list[int]] = field(init=False)
    """By block, ascending."""

    def __post_init__(self) -> None:
        """List neighbours."""
        near: list[list[int]] = [[] for _ in self.people]
        for a, b, _ in self.edges:
            near[a].append(b)
            near[b].append(a)
        object.__setattr__(self, "neighbours", [sorted(each) for each in near])

    @property
    def size(self) -> int:
        """Number of blocks."""
        return len(self.people)

    def parts(self, among: Iterable[int] | None = None) -> list[list[int]]:
        """Return the connected parts of some blocks (all if not given), each ascending, by first block."""
        left = set(range(self.size) if among is None else among)
        found = []
        for start in sorted(left):
            if start not in left:
                continue
            left.remove(start)
            part = [start]
            for at in part:
                beyond = [b for b in self.neighbours[at] if b in left]
                left.difference_update(beyond)
                part += beyond
            found.append(sorted(part))
        return found

    def cut(self, area: Sequence[int]) -> tuple[int, int]:
        """Return the metres of border between different areas, and how many pairs of neighbours it parts."""
        cut = [metres for a, b, metres in self.edges if area[a] != area[b]]
        return sum(cut), len(cut)


@dataclass(frozen=True)
class Range:
    """How many people an area may have, both ends inclusive, in the numbers of the graph."""

    low: int
    high: int

    def numbers(self, people: int) -> range:
        """Return into how many areas so many people could be divided, by arithmetic alone."""
        least = -(-people // self.high) if self.high > 0 else 1
        most = people // self.low if self.low > 0 else people
        return range(max(least, 1), most + 1)
