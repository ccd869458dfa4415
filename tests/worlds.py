"""Small worlds to divide, and oracles that know nothing of the code under test."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from footprint.drawing.graph import Graph


def grid(width: int, height: int, people: Sequence[int] | None = None) -> Graph:
    """Return squares beside each other, each side 1 m long."""
    at = {(x, y): y * width + x for y in range(height) for x in range(width)}
    edges = [
        (at[x, y], at[x + dx, y + dy], 1)
        for (x, y) in at
        for dx, dy in ((1, 0), (0, 1))
        if (x + dx, y + dy) in at
    ]
    return Graph(list(people or [1] * len(at)), sorted(edges))


def random_world(seed: int, most: int) -> Graph:
    """Return a connected world of chance: a tree and some more neighbours."""
    chance = random.Random(seed)
    size = chance.randint(2, most)
    pairs = {(chance.randrange(b), b) for b in range(1, size)}
    pairs |= {
        tuple(sorted(chance.sample(range(size), 2))) for _ in range(chance.randint(0, 2 * size)) if size > 1
    }
    edges = [(a, b, chance.randint(1, 9)) for a, b in sorted(pairs)]
    return Graph([chance.randint(1, 9) for _ in range(size)], edges)


def connected(graph: Graph, blocks: Sequence[int]) -> bool:
    """Whether blocks hang together: spreading from one of them reaches all."""
    reached, wanted = {blocks[0]}, set(blocks)
    while True:
        more = {
            end
            for a, b, _ in graph.edges
            for one, end in ((a, b), (b, a))
            if one in reached and end in wanted and end not in reached
        }
        if not more:
            return reached == wanted
        reached |= more


def partitions(size: int) -> Iterator[list[list[int]]]:
    """Return every way to put things into groups."""
    if size == 0:
        yield []
        return
    for groups in partitions(size - 1):
        for i in range(len(groups)):
            yield [[*g, size - 1] if i == j else list(g) for j, g in enumerate(groups)]
        yield [*map(list, groups), [size - 1]]


def feasible(graph: Graph, groups: Sequence[Sequence[int]], low: int, high: int) -> bool:
    """Whether groups are within the band and hang together."""
    return all(low <= sum(graph.people[b] for b in g) <= high and connected(graph, g) for g in groups)


def groups_of(area: Sequence[int]) -> list[list[int]]:
    """Return the blocks of each area."""
    return [[b for b, own in enumerate(area) if own == a] for a in sorted(set(area))]
