"""What is to be small in a division, and how what rests on more than cut edges is kept up step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


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


class More:
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
