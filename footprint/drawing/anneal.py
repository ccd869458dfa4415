"""Simulated annealing: single blocks go to a neighbouring area, ever more seldom for the worse.

No step leaves the band or disconnects an area, so what is found is feasible whenever it stops.

Kirkpatrick, Gelatt and Vecchi 1983. A block may leave its area if its neighbours there hang together
among themselves, which is looked up, or by way of others, which is searched for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from footprint.drawing.bits import Bits, waits
from footprint.drawing.graph import Graph, Range

# Steps are drawn so many at once, and of small regions few: what was no border when they were drawn is left
# out, although some of it may have become one since.
_LEAST_DRAWN, _MOST_DRAWN, _DRAWN_PER_EDGE = 1 << 11, 1 << 14, 4
# From where a cut of two typical edges is made every third time to where half an edge hardly ever is.
HOT, COLD = 2.0, 0.2


@dataclass(frozen=True, eq=False)
class Wanted:
    """What is to be small, in cuts of a typical edge; and what of the blocks that rests on."""

    cut: Sequence[float]
    """By edge of the graph: what it costs to be cut."""
    equal: float = 0.0
    """By half the squared people: what an area costs."""
    today: Sequence[int] = ()
    """By block: the area that it is in today; −1 for none. () where it does not matter."""
    moved: float = 0.0
    """What it costs to move a person."""
    kept: Sequence[int] = ()
    """By block: the lower area that is rather kept whole; −1 for none."""
    broken: float = 0.0
    """What each further piece of a lower area costs."""
    sent: Sequence[Sequence[tuple[int, float]]] = ()
    """By block: where its people are treated: numbers of sites, and how much activity."""
    sites: Sequence[Sequence[int]] = ()
    """By block: numbers of the sites that stand in it."""
    outside: float = 0.0
    """What a unit of activity outside its own area costs."""


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
class Ground:
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
    ground: Ground,
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
    more = _More(part, people, wanted) if wanted.moved or wanted.broken or wanted.outside else None
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
        border = now[leaves[drawn]] != now[enters[drawn]]
        edges, odds = drawn[border].tolist(), odds[border]
        for edge, worse in zip(edges, waits(odds, temperature), strict=True):
            block = leave[edge]
            own, new = part[block], part[enter[edge]]
            if own == new:
                continue
            moving = people[block]
            if sums[own] - moving < low or sums[new] + moving > high:
                continue
            change, staying = 0.0, 0
            for other, weight, bit in beside[block]:
                at = part[other]
                if at == own:
                    change += weight
                    staying |= bit
                elif at == new:
                    change -= weight
            if equal:
                change += equal * moving * (sums[new] - sums[own] + moving)
            if more is not None:
                change += more.change(block, own, new)
            if change > worse or not staying:
                continue
            if not locally[block][staying] and not _hangs_together(near, part, block, own):
                continue
            part[block] = new
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


class _More:
    """What the cost of a division rests on beside cut edges and people, kept up step by step."""

    def __init__(self, part: list[int], people: Sequence[int], wanted: Wanted) -> None:
        self.part, self.people, self.wanted = part, people, wanted
        areas = max(part, default=-1) + 1
        self.goes_on = _goes_on(part, people, wanted.today, areas) if wanted.moved else []
        self.pieces: list[dict[int, int]] = []
        if wanted.broken:
            self.pieces = [{} for _ in range(max(wanted.kept, default=-1) + 1)]
            for block, lower in enumerate(wanted.kept):
                if lower >= 0:
                    self.pieces[lower][part[block]] = self.pieces[lower].get(part[block], 0) + 1
        self.home: list[int] = []
        self.treated: list[list[float]] = []
        if wanted.outside:
            number = 1 + max((site for sites in wanted.sites for site in sites), default=-1)
            self.home = [-1] * number
            self.treated = [[0.0] * areas for _ in range(number)]
            for block, sites in enumerate(wanted.sites):
                for site in sites:
                    self.home[site] = part[block]
            for block, sent in enumerate(wanted.sent):
                for site, activity in sent:
                    self.treated[site][part[block]] += activity

    def change(self, block: int, own: int, new: int) -> float:
        """Return by how much it gets worse if a block leaves its area for a new one."""
        wanted, found = self.wanted, 0.0
        if wanted.moved:
            today, goes_on = wanted.today[block], self.goes_on
            if today >= 0:
                found += (
                    wanted.moved * self.people[block] * ((goes_on[own] == today) - (goes_on[new] == today))
                )
        if wanted.broken and (lower := wanted.kept[block]) >= 0:
            pieces = self.pieces[lower]
            found += wanted.broken * ((new not in pieces) - (pieces[own] == 1))
        if wanted.outside:
            inside, here = 0.0, wanted.sites[block]
            for site, activity in wanted.sent[block]:
                home = self.home[site]
                if home == new:
                    inside += activity
                elif home == own:
                    inside += activity if site in here else -activity
            for site in here:
                inside += self.treated[site][new] - self.treated[site][own]
            found -= wanted.outside * inside
        return found

    def move(self, block: int, own: int, new: int) -> None:
        """Keep up with a step that was taken."""
        wanted = self.wanted
        if wanted.broken and (lower := wanted.kept[block]) >= 0:
            pieces = self.pieces[lower]
            pieces[new] = pieces.get(new, 0) + 1
            pieces[own] -= 1
            if not pieces[own]:
                del pieces[own]
        if wanted.outside:
            for site, activity in wanted.sent[block]:
                self.treated[site][own] -= activity
                self.treated[site][new] += activity
            for site in wanted.sites[block]:
                self.home[site] = new


def _goes_on(part: list[int], people: Sequence[int], today: Sequence[int], areas: int) -> list[int]:
    """Return, by new area, the area of today that it goes on as, each at most once; −2 for a new one."""
    both: dict[tuple[int, int], int] = {}
    for block, own in enumerate(part):
        if today[block] >= 0:
            both[own, today[block]] = both.get((own, today[block]), 0) + people[block]
    found, taken = [-2] * areas, set[int]()
    for (own, was), _ in sorted(both.items(), key=lambda pair: (-pair[1], pair[0])):
        if found[own] == -2 and was not in taken:
            found[own] = was
            taken.add(was)
    return found
