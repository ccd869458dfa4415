"""Divisions of regions for what is wanted: the best of all where they can be listed, else the best found."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from footprint.drawing.anneal import ReadyGraph, anneal
from footprint.drawing.bits import Bits
from footprint.drawing.graph import Range
from footprint.drawing.regions import Region
from footprint.drawing.score import Scales
from footprint.drawing.seed import seed
from footprint.drawing.wanted import Wanted

_TRIES = (50, 300, 1650)
MOST_TRIES = sum(_TRIES)
"""Divisions into each number of areas that are begun before it is said that none was found."""
# So many blocks are more than a few; of them the seed alone takes seconds.
_STEPS_PER_BLOCK, _MOST_STEPS, _STEPS_OF_MANY, _MANY = 22_000, 30_000_000, 15_000_000, 10_000
# Fewer steps for each block freeze too early: before that, one start is better than several.
_STEPS_PER_TURN, _MOST_TURNS = 1_500, 6


def default_steps(blocks: int) -> int:
    """Return how many steps of annealing are enough, or as many as a few seconds hold."""
    return min(_STEPS_PER_BLOCK * blocks, _MOST_STEPS if blocks <= _MANY else _STEPS_OF_MANY)


@dataclass
class Clock:
    """What is done, what is left, and whether to go on."""

    say: Callable[[str], None]
    stopped: Callable[[], bool]
    """Whether the user has had enough."""
    seconds: float | None = None
    total: int = 0
    done: int = 0
    words: str = ""
    cut_short: bool = False
    _begun: float = field(default_factory=time.monotonic)

    def tick(self, steps: int) -> bool:
        """Count steps, tell how it goes, and return whether to stop."""
        self.done += steps
        taken = time.monotonic() - self._begun
        left = taken / self.done * max(self.total - self.done, 0) if self.done else 0.0
        self.say(f"Annealing: {self.done / max(self.total, 1):.0%}, {left:,.0f} s left{self.words}")
        return self.over

    @property
    def over(self) -> bool:
        """Whether to stop with the best so far."""
        late = self.seconds is not None and time.monotonic() - self._begun > self.seconds
        self.cut_short = self.cut_short or late or self.stopped()
        return self.cut_short


@dataclass(frozen=True, eq=False)
class Problem:
    """A region made ready for annealing."""

    region: Region
    band: Range
    ready: ReadyGraph
    scales: Scales
    today: list[int]
    kept: list[int]
    sent: list[list[tuple[int, float]]]
    sites: list[list[int]]
    units: Mapping[str, float]
    """What one of each aim is: metres, squared people, people, activity."""
    _firsts: dict[tuple[int, int, str], list[int]] = field(default_factory=dict)
    _workable: dict[tuple[int, bool], int | None] = field(default_factory=dict)

    def wanted(self, aims: Mapping[str, float]) -> Wanted:
        """Return what annealing is to make small."""
        border, edge = aims.get("border", 0.0) / self.units["border"], aims.get("edges", 0.0)
        return Wanted(
            [border * metres + edge for *_, metres in self.region.graph.edges],
            aims.get("equal", 0.0) / self.units["equal"],
            self.today, aims.get("stay", 0.0) / self.units["stay"],
            self.kept, aims.get("keep", 0.0),
            self.sent, self.sites, aims.get("flows", 0.0) / self.units["flows"],
        )  # fmt: skip

    def first(self, number: int, chance: int, turn: int, tries: int, together: str) -> list[int] | None:
        """Return a division into a number of areas to start from; the same for all runs of a question.

        Parameters
        ----------
        chance : the seed of the question
        turn : which start it is
        tries : how often to begin
        together : "today" or "kept": of which areas the blocks are rather kept on one side; "" for none

        """
        if (number, turn, together) not in self._firsts:
            bits = Bits(chance, *self.region.name, number, turn, len(together))
            groups = {"today": self.today, "kept": self.kept}.get(together)
            found = seed(self.region.graph, self.band, number, bits, tries, groups)
            if found is None and together:
                found = self.first(number, chance, turn, tries, "")
            if found is None:
                return None  # more tries may find one
            self._firsts[number, turn, together] = found
        return self._firsts[number, turn, together]

    def workable(self, wanted: int, chance: int, free: bool) -> int | None:
        """Return the number of areas, the one that is wanted or near it, for which a division is found.

        Parameters
        ----------
        free : whether another number than the wanted one will do

        """
        if (wanted, free) not in self._workable:
            near = sorted(self.region.numbers, key=lambda n: (abs(n - wanted), n))[:3] if free else [wanted]
            self._workable[wanted, free] = next(
                (n for tries in _TRIES for n in near if self.first(n, chance, 0, tries, "") is not None), None
            )
        return self._workable[wanted, free]

    def best(
        self, aims: Mapping[str, float], number: int, chance: int, run: int, steps: int, restarts: int | None,
        clock: Clock,
    ) -> list[int]:  # fmt: skip
        """Return the best division that is found into a number of areas that is workable."""
        wanted = self.wanted(aims)
        together = "today" if aims.get("stay", 0) > 0 else "kept" if aims.get("keep", 0) > 0 else ""
        turns = restarts or min(max(steps // (_STEPS_PER_TURN * self.region.graph.size), 1), _MOST_TURNS)
        found: list[tuple[float, int, list[int]]] = []
        for turn in range(turns):
            area = self.first(number, chance, turn, MOST_TRIES, together)
            if area is None:
                continue
            if number > 1 and not clock.over:
                bits = Bits(chance, *self.region.name, number, turn, run, 7)
                area = anneal(self.ready, self.band, area, wanted, steps // turns, bits, clock.tick).area
            found.append((round(self.cost(area, wanted), 6), turn, area))
            if clock.over:
                break
        return min(found)[2]

    def cost(self, area: Sequence[int], wanted: Wanted) -> float:
        """Return what a division costs by all that is wanted of it."""
        graph = self.region.graph
        found = sum(c for (a, b, _), c in zip(graph.edges, wanted.cut, strict=True) if area[a] != area[b])
        people: dict[int, int] = {}
        for cell, own in enumerate(area):
            people[own] = people.get(own, 0) + graph.people[cell]
        found += wanted.equal * sum(n * n for n in people.values()) / 2
        if wanted.moved:
            stay: dict[tuple[int, int], int] = {}
            for cell, own in enumerate(area):
                if self.today[cell] >= 0:
                    stay[own, self.today[cell]] = stay.get((own, self.today[cell]), 0) + graph.people[cell]
            taken: set[int] = set()
            for (own, was), n in sorted(stay.items(), key=lambda pair: (-pair[1], pair[0])):
                if own not in taken and ~was not in taken:
                    taken |= {own, ~was}
                    found -= wanted.moved * n
        if wanted.broken:
            found += wanted.broken * len({(own, k) for own, k in zip(area, self.kept, strict=True) if k >= 0})
        if wanted.outside:
            home = {site: cell for cell, sites in enumerate(self.sites) for site in sites}
            found -= wanted.outside * sum(
                amount for cell, sent in enumerate(self.sent) for site, amount in sent
                if area[home[site]] == area[cell]
            )  # fmt: skip
        return found


def problem(region: Region, band: Range, scales: Scales, scale: int, half: float, *, flows: bool) -> Problem:
    """Return a region with all that is wanted of its cells.

    Parameters
    ----------
    scale : numbers of the graph for a person
    half : half the width of the band, in people
    flows : whether journeys matter to anything that is wanted

    """
    blocks, went = scales.blocks, scales.journeys
    cell_of = np.full(len(blocks.codes), -1)
    for at, cell in enumerate(region.cells):
        cell_of[cell] = at
    sent: list[dict[int, float]] = [{} for _ in region.cells]
    sites: list[list[int]] = [[] for _ in region.cells]
    activity = 1.0
    if went is not None and flows:
        mine, home = cell_of[went.block], cell_of[went.home]
        here = (mine >= 0) & (home >= 0)
        number = {cell: i for i, cell in enumerate(np.unique(home[here]).tolist())}
        for cell, i in number.items():
            sites[cell].append(i)
        rows = zip(mine[here].tolist(), home[here].tolist(), went.amount[here].tolist(), strict=True)
        for cell, at, amount in rows:
            sent[cell][number[at]] = sent[cell].get(number[at], 0.0) + amount
        activity = float(went.total[cell_of >= 0].sum()) / len(region.cells) or 1.0
    borders = sorted(m for *_, m in region.graph.edges if m)
    mean = max(sum(region.graph.people) / region.graph.size, 1.0)
    return Problem(
        region, band, ReadyGraph(region.graph), scales,
        [_common(blocks.today[cell], blocks.people[cell]) for cell in region.cells],
        [_common(blocks.kept[cell], blocks.people[cell]) for cell in region.cells],
        [sorted(each.items()) for each in sent], sites,
        {
            "border": borders[len(borders) // 2] if borders else 1, "equal": mean * max(half * scale, 1.0),
            "stay": mean, "flows": activity,
        },
    )  # fmt: skip


def _common(held: np.ndarray, people: np.ndarray) -> int:
    """Return the area that most people of a cell are in; −1 for none."""
    if len(held) == 1:
        return int(held[0])
    names, at = np.unique(held, return_inverse=True)
    return int(names[np.argmax(np.bincount(at, people, len(names)))])
