"""Simulated annealing: single blocks go to a neighbouring area, ever more seldom for the worse.

No step leaves the band or disconnects an area, so what is found is feasible whenever it stops.

Kirkpatrick, Gelatt and Vecchi 1983. A block may leave its area if its neighbours there hang together
among themselves, which is looked up, or by way of others, which is searched for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from footprint.drawing.bits import Bits, waits
from footprint.drawing.graph import Graph, Range
from footprint.drawing.wanted import More, Wanted

# Steps are drawn in batches, of so many for each directed edge, but of no fewer and no more than these. Edges
# that were no border when their batch was drawn are left out of it, though they may have become one since.
_LEAST_DRAWN, _MOST_DRAWN, _DRAWN_PER_EDGE = 1 << 11, 1 << 14, 4
# The temperature at first and at last. What costs as much as the cut of a typical edge, 1, is at first done
# with probability exp(−1 / 1.2) = 43 %; what costs half as much, at last with exp(−0.5 / 0.2) = 8 %.
HOT, COLD = 1.2, 0.2
_UNKNOWN = -math.inf


@dataclass(frozen=True)
class Cooled:
    """What annealing came to."""

    area: list[int]
    steps: int
    """Steps that were tried."""


class _Locally(dict[int, bool]):
    """Whether some neighbours of a block hang together among themselves; the neighbours are bits."""

    def __init__(self, beside: list[int]) -> None:
        super().__init__()
        self.beside = beside

    def __missing__(self, some: int) -> bool:
        reached = edge = some & -some
        while edge:
            bit = edge & -edge
            new = self.beside[bit.bit_length() - 1] & some & ~reached
            reached |= new
            edge = edge ^ bit | new
        self[some] = reached == some
        return reached == some


@dataclass(frozen=True, eq=False)
class ReadyGraph:
    """A graph made ready for many steps; made once for all runs on it."""

    graph: Graph
    leave: list[int] = field(default_factory=list)
    """By directed edge: the block that may leave its area …"""
    enter: list[int] = field(default_factory=list)
    """… for that of this block."""
    locally: list[_Locally] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Look at every block's neighbours."""
        near = self.graph.neighbours
        for block, others in enumerate(near):
            self.leave.extend([block] * len(others))
            self.enter.extend(others)
            bit = {other: 1 << i for i, other in enumerate(others)}
            self.locally.append(_Locally([sum(bit.get(b, 0) for b in near[other]) for other in others]))


def anneal(
    ground: ReadyGraph,
    band: Range,
    area: Sequence[int],
    wanted: Wanted,
    steps: int,
    bits: Bits,
    stop: Callable[[int], bool] = lambda _: False,
) -> Cooled:
    """Return the best division on the way from one that is feasible.

    Parameters
    ----------
    ground : the blocks
    band : how many people an area may have
    area : the area of each block, numbered from 0
    wanted : what is to be small
    steps : how many to try
    bits : the source of chance
    stop : is told of the steps done every now and then, and says whether to stop

    """
    graph = ground.graph
    people, near, locally = graph.people, graph.neighbours, ground.locally
    leave, enter = ground.leave, ground.enter
    low, high, equal = band.low, band.high, wanted.equal
    beside = _beside(graph, wanted.cut)
    part = list(area)
    sums = [0] * (max(part, default=-1) + 1)
    for block, own in enumerate(part):
        sums[own] += people[block]
    more = More(part, people, wanted) if wanted.moved or wanted.broken or wanted.outside else None
    only_cuts = not equal and more is None
    # what a step costs in cut edges holds until a neighbour moves, so that most refusals are one look
    cuts, staying, forget = [_UNKNOWN] * len(leave), [0] * len(part), _forget(graph)
    cost = least = 0.0
    best = part.copy()
    if not leave or len(sums) < 2:
        return Cooled(best, 0)
    leaves, enters = np.array(leave), np.array(enter)
    batch = min(max(_DRAWN_PER_EDGE * len(leave), _LEAST_DRAWN), _MOST_DRAWN)
    chunks = max(-(-steps // batch), 1)
    factor = (COLD / HOT) ** (1 / max(chunks - 1, 1))
    temperature = HOT
    done = 0
    for _ in range(chunks):
        many = min(batch, steps - done)
        drawn, odds = bits.draws(many, len(leave))
        now = np.array(part)
        border = (now[leaves] != now[enters])[drawn]
        edges, odds = drawn[border].tolist(), odds[border]
        for edge, worse in zip(edges, waits(odds, temperature), strict=True):
            change = cuts[edge]
            if change > worse and only_cuts:
                continue
            block = leave[edge]
            own, new = part[block], part[enter[edge]]
            if own == new:
                cuts[edge] = math.inf
                continue
            moving = people[block]
            if sums[own] - moving < low or sums[new] + moving > high:
                continue
            if change == _UNKNOWN:
                change, stays = 0.0, 0
                for other, weight, bit in beside[block]:
                    at = part[other]
                    if at == own:
                        change += weight
                        stays |= bit
                    elif at == new:
                        change -= weight
                cuts[edge], staying[block] = change, stays
            if equal:
                change += equal * moving * (sums[new] - sums[own] + moving)
            if more is not None:
                change += more.change(block, own, new)
            if change > worse or not (stays := staying[block]):
                continue
            if not locally[block][stays] and not _hangs_together(near, part, block, own):
                continue
            part[block] = new
            for start, end, unknown in forget[block]:
                cuts[start:end] = unknown
            sums[own] -= moving
            sums[new] += moving
            cost += change
            if more is not None:
                more.move(block, own, new)
            if cost < least - 1e-9:
                least = cost
                best = part.copy()
        done += many
        temperature *= factor
        if stop(many):
            break
    return Cooled(best, done)


def _beside(graph: Graph, cut: Sequence[float]) -> list[tuple[tuple[int, float, int], ...]]:
    """Return, by block, each neighbour with what the edge to it costs and its bit."""
    cost: list[dict[int, float]] = [{} for _ in graph.people]
    for (a, b, _), weight in zip(graph.edges, cut, strict=True):
        cost[a][b] = cost[b][a] = weight
    return [
        tuple((other, cost[block][other], 1 << i) for i, other in enumerate(others))
        for block, others in enumerate(graph.neighbours)
    ]


def _forget(graph: Graph) -> list[list[tuple[int, int, list[float]]]]:
    """Return, by block, the ranges of directed edges whose cost is unknown once it has moved."""
    near, own, start = graph.neighbours, list[tuple[int, int, list[float]]](), 0
    for others in near:
        own.append((start, start := start + len(others), [_UNKNOWN] * len(others)))
    return [[own[block], *(own[other] for other in others)] for block, others in enumerate(near)]


def _hangs_together(near: list[list[int]], part: list[int], block: int, own: int) -> bool:
    """Return whether an area hangs together without one of its blocks."""
    first, *others = (b for b in near[block] if part[b] == own)
    wanted = set(others)
    seen = {block, first}
    waiting = [first]
    while waiting:
        for b in near[waiting.pop()]:
            if part[b] == own and b not in seen:
                seen.add(b)
                waiting.append(b)
                wanted.discard(b)
        if not wanted:
            return True
    return False
