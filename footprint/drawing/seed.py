"""A first division of many blocks: a random spanning tree is cut where both sides can still be divided."""

from __future__ import annotations

from collections.abc import Sequence

from footprint.drawing.bits import Bits
from footprint.drawing.graph import Graph, Range

# A tree with no cut is drawn again so many times before the division starts anew.
_TREES = 12


def seed(
    graph: Graph, band: Range, areas: int, bits: Bits, tries: int, together: Sequence[int] | None = None
) -> list[int] | None:
    """Return a random division of a connected graph into so many areas: by block, its area; None without one.

    Areas are contiguous and within the band.

    A cut is only made where the people of both sides lie in [j · low, j · high] for numbers of areas j
    that add up; that is necessary and not sufficient, so a dead end begins again.

    Parameters
    ----------
    areas : into how many
    bits : the source of chance
    tries : after so many dead ends it gives up
    together : by block, a group whose blocks are rather kept on one side

    """
    for _ in range(tries):
        found = _divided(graph, band, areas, bits, together)
        if found is not None:
            return found
    return None


def _divided(
    graph: Graph, band: Range, areas: int, bits: Bits, together: Sequence[int] | None
) -> list[int] | None:
    area = [-1] * graph.size
    done = 0
    waiting = [(list(range(graph.size)), areas)]
    while waiting:
        blocks, number = waiting.pop()
        if number == 1:
            if not band.low <= sum(graph.people[b] for b in blocks) <= band.high:
                return None
            for b in blocks:
                area[b] = done
            done += 1
            continue
        for _ in range(_TREES):
            halves = _cut(graph, band, blocks, number, bits, together)
            if halves is not None:
                break
        else:
            return None
        waiting += halves
    return area


def _cut(
    graph: Graph, band: Range, blocks: list[int], number: int, bits: Bits, together: Sequence[int] | None
) -> list[tuple[list[int], int]] | None:
    """Cut a random spanning tree of some blocks in two: each side, and how many areas it is to become."""
    order, parent = _tree(graph, blocks, bits, together)
    people = {b: graph.people[b] for b in blocks}
    for b in reversed(order):
        if parent[b] >= 0:
            people[parent[b]] += people[b]
    total = people[order[0]]
    cuts = []
    for b in order[1:]:
        below, rest = band.numbers(people[b]), band.numbers(total - people[b])
        least, most = max(below.start, number - rest.stop + 1, 1), min(below.stop - 1, number - rest.start)
        if least <= most:
            cuts.append((b, least, most))
    if not cuts:
        return None
    top, least, most = cuts[bits.below(len(cuts))]
    # as many areas as its people would have of the whole, as near as may be
    wanted = (2 * people[top] * number + total) // (2 * total)
    here = min(max(wanted, least), most)
    inside = {top}
    for b in order:
        if parent[b] in inside:
            inside.add(b)
    return [
        ([b for b in blocks if b in inside], here),
        ([b for b in blocks if b not in inside], number - here),
    ]


def _tree(
    graph: Graph, blocks: list[int], bits: Bits, together: Sequence[int] | None
) -> tuple[list[int], dict[int, int]]:
    """Return the blocks in the order in which a random tree reaches them, and the parent of each."""
    inside = set(blocks)
    root = blocks[bits.below(len(blocks))]
    parent = {root: -1}
    order = [root]
    near: list[tuple[int, int]] = []
    far: list[tuple[int, int]] = []
    at = root
    while True:
        for b in graph.neighbours[at]:
            if b in inside and b not in parent:
                (near if together is None or together[b] == together[at] else far).append((at, b))
        while near or far:
            edges = near or far
            pick = bits.below(len(edges))
            edge, edges[pick] = edges[pick], edges[-1]
            edges.pop()
            if edge[1] not in parent:
                break
        else:
            return order, parent
        above, at = edge
        parent[at] = above
        order.append(at)
