"""Divisions counted by an integer program, which knows nothing of unions, covers or bit masks."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from footprint.drawing.graph import Graph


def pieces(graph: Graph, area: list[int]) -> int:
    """Return into how many pieces the areas fall together."""
    inside = [(a, b) for a, b, _ in graph.edges if area[a] == area[b]]
    ends = np.array(inside, dtype=int).reshape(-1, 2).T
    return int(connected_components(coo_array((np.ones(len(inside)), ends), (graph.size, graph.size)))[0])


def count_divisions(graph: Graph, low: int, high: int, fewest: int, most: int) -> int:
    """Return how many divisions there are into so many areas, each found and then forbidden.

    x[i, j] is 1 where the area of block i has j as its least block. An area that falls apart is met by a
    cut: a piece without the least block j needs one of the blocks around it.
    """
    size = graph.size
    at = {pair: n for n, pair in enumerate((i, j) for j in range(size) for i in range(j, size))}
    near = [{b if a == i else a for a, b, _ in graph.edges if i in (a, b)} for i in range(size)]
    rows: list[tuple[dict[int, float], float, float]] = [
        ({at[i, j]: 1 for j in range(i + 1)}, 1, 1) for i in range(size)
    ]
    rows.append(({at[j, j]: 1 for j in range(size)}, fewest, most))
    for j in range(size):
        people = {at[i, j]: float(graph.people[i]) for i in range(j, size)}
        for limit, least, greatest in ((low, 0, np.inf), (high, -np.inf, 0)):
            rows.append((people | {at[j, j]: graph.people[j] - limit}, least, greatest))
        rows += [({at[i, j]: 1, at[j, j]: -1}, -np.inf, 0) for i in range(j + 1, size)]
    count = 0
    while True:
        entries = [(r, c, value) for r, (row, *_) in enumerate(rows) for c, value in row.items()]
        r, c, values = zip(*entries, strict=True)
        held = coo_array((values, (r, c)), (len(rows), len(at))).tocsr()
        ends = LinearConstraint(held, [row[1] for row in rows], [row[2] for row in rows])
        found = milp(np.zeros(len(at)), integrality=np.ones(len(at)), bounds=Bounds(0, 1), constraints=ends)
        if found.status == 2:  # infeasible: there are no more
            return count
        assert found.status == 0, found.message
        chosen = [pair for pair, n in at.items() if found.x[n] > 0.5]
        assert len(chosen) == size
        apart = False
        for root in {j for _, j in chosen}:
            blocks = {i for i, j in chosen if j == root}
            alone = blocks - _reached(near, root, blocks)
            while alone:
                apart = True
                piece = _reached(near, min(alone), alone)
                around = {b for i in piece for b in near[i]} - piece
                # whichever area has this piece as a part of it
                for j in range(min(piece)):
                    cut = {at[b, j]: -1.0 for b in around if b >= j}
                    rows += [({**cut, at[i, j]: 1.0}, -np.inf, 0) for i in piece]
                alone -= piece
        if not apart:
            count += 1
            rows.append(({at[pair]: 1.0 for pair in chosen}, -np.inf, size - 1))


def _reached(near: list[set[int]], start: int, within: set[int]) -> set[int]:
    """Return the blocks that hang together with one of them."""
    found, waiting = {start}, [start]
    while waiting:
        new = (near[waiting.pop()] & within) - found
        found |= new
        waiting += new
    return found
