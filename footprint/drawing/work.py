"""Divisions as they are found: every one of few blocks, or the best of many for one wish after another."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.drawing import proof
from footprint.drawing.anneal import ReadyGraph, anneal
from footprint.drawing.bits import Bits
from footprint.drawing.question import PREFERENCES, Question
from footprint.drawing.regions import Region, Regions, allotted
from footprint.drawing.score import Scales, pieces, scored
from footprint.drawing.search import MOST_TRIES, Clock, Problem, default_steps, problem
from footprint.drawing.seed import seed
from footprint.drawing.wanted import Wanted
from footprint.model.errors import InputError
from footprint.model.levels import Band

MOST_LISTED = 100_000
"""Divisions that are listed; of more, only the best are sought."""
# Divisions of one region that the best is chosen from one by one, where there are several regions.
_MOST_COMPARED = 20_000
# Runs with other wishes have a part of the steps of the first one, and less where blocks are many: so many
# steps of each, over the number of blocks.
_LESS, _OTHERS = 4, 20_000_000_000
# With a limit of time, how fast steps are is tried out; a part of the time is for all else.
_TRIAL, _OF_TIME = 200_000, 0.6
_PARTS = (0.3, 0.1, 1.0, 0.03)

Division = list[NDArray[np.intp]]
"""By region: the area of each cell, numbered from 0."""


@dataclass
class Work:
    """Divisions as they are found."""

    asked: Question
    band: Band
    scales: Scales
    ground: Regions
    aims: Mapping[str, float]
    clock: Clock
    found: list[Division] = field(default_factory=list)
    number: int | None = None
    listed: bool = False
    """Whether what was found is all that there is."""
    steps: int = 0
    missing: dict[int, proof.Proof] = field(default_factory=dict)

    @property
    def regions(self) -> Sequence[Region]:
        """Regions of parents of which every region could be divided."""
        return [r for r in self.ground.regions if r.parent not in self.missing]

    # ── all of them ──

    def divide(self) -> None:
        """Find divisions: all, or the best."""
        if all(region.covers is not None for region in self.regions):
            ways = self._counted()
            asked = self.asked.areas
            if asked is not None:
                ways = {areas: n for areas, n in ways.items() if areas in asked}
            self.number = sum(ways.values())
            if 0 < self.number <= MOST_LISTED:
                self.found = self._each()
                self.listed = True
                return
        self._search()

    def _counted(self) -> dict[int, int]:
        """Return how many divisions there are of all regions together, by number of areas."""
        total = {0: 1}
        for region in self.regions:
            assert region.covers is not None
            new: dict[int, int] = {}
            for areas, ways in total.items():
                for more, again in region.covers.counts().items():
                    new[areas + more] = new.get(areas + more, 0) + ways * again
            total = new
        return total

    def _each(self) -> list[Division]:
        every = []
        for region in self.regions:
            assert region.covers is not None
            cover = region.covers
            every.append([np.array(cover.area(each)) for each in cover.each(range(region.graph.size + 1))])
        asked = self.asked.areas
        return [
            list(each) for each in product(*every)
            if asked is None or sum(int(area.max()) + 1 for area in each) in asked
        ]  # fmt: skip

    # ── the best found ──

    def _search(self) -> None:
        numbers = self._numbers()
        asked = self.asked
        blocks = sum(region.graph.size for region in self.regions)
        runs = self._runs(len(numbers))
        self.steps = self._steps(blocks, len(runs)) if asked.steps is None else asked.steps
        less = min(self.steps // _LESS, _OTHERS // max(blocks, 1))
        each = [self.steps, *[less] * (len(runs) - 1)]
        self.clock.total = sum(each)
        low, high = self.band.low or 0, self.band.high or 0
        half = (high - low) / 2 if high > low else low / 4
        scale = self.ground.scale
        flows = any("flows" in aims for aims in runs)
        ready = [problem(r, self.ground.band, self.scales, scale, half, flows=flows) for r in self.regions]
        wishes = [held.wanted(self.aims) for held in ready]
        best: dict[tuple[int, int], tuple[float, NDArray[np.intp]]] = {}
        for turn, (aims, steps) in enumerate(zip(runs, each, strict=True)):
            many = numbers[turn % len(numbers)]
            division: Division = []
            for at, (held, wanted) in enumerate(zip(ready, many, strict=True)):
                wish = wishes[at]
                if held.region.parent in self.missing:
                    division.append(np.array([], dtype=np.intp))
                    continue
                share = steps * held.region.graph.size // max(blocks, 1)
                area = self._best(held, aims, wanted, turn, share, free=asked.areas is None)
                if area is None and turn == 0:
                    return self._again(at)
                if area is None:
                    break
                division.append(np.array(area, dtype=np.intp))
                # regions do not depend on each other: the best of each together are better still
                cost = round(held.cost(area, wish), 6)
                if (at, wanted) not in best or cost < best[at, wanted][0]:
                    best[at, wanted] = cost, division[-1]
            if len(division) == len(ready):
                self.found.append(division)
            if turn == 0 and self.found:
                self._tell()
            if self.clock.over:
                break
        if self.found and len(runs) > 1:
            self.found.insert(0, [best[at, wanted][1] for at, wanted in enumerate(numbers[0])])
        return None

    def _steps(self, blocks: int, runs: int) -> int:
        """Return how many steps the first run has, so that all of them end in time if there is a limit."""
        usual = default_steps(blocks)
        if self.asked.seconds is None:
            return usual
        largest = max(self.regions, key=lambda region: region.graph.size)
        first = seed(largest.graph, self.ground.band, largest.natural, Bits(self.asked.seed), MOST_TRIES)
        if first is None:
            return usual
        ready, wanted = ReadyGraph(largest.graph), Wanted([0.0] * len(largest.graph.edges))
        begun = time.perf_counter()
        done = anneal(ready, self.ground.band, first, wanted, _TRIAL, Bits(self.asked.seed)).steps
        each = (time.perf_counter() - begun) / max(done, 1)
        return max(int(_OF_TIME * self.asked.seconds / each / (1 + (runs - 1) / _LESS)), blocks)

    def _again(self, at: int) -> None:
        """Leave out the parent of a region of which no division was found, and search on without it."""
        region = self.regions[at]
        self.missing[region.parent] = proof.Proof(
            "search", f"none found in {MOST_TRIES:,} tries, which proves nothing",
            "other steps, another seed, a wider band or smaller blocks",
        )  # fmt: skip
        if self.regions:
            self.divide()

    def _numbers(self) -> list[list[int]]:
        """Return into how many areas each region is divided: one choice, or several for a range."""
        natural = [region.natural for region in self.regions]
        if self.asked.areas is None:
            return [natural]
        near = sorted(self.asked.areas, key=lambda n: (abs(n - sum(natural)), n))
        found = [numbers for n in near if (numbers := allotted(self.regions, n)) is not None]
        if not found:
            least, most = (sum(f(r.numbers) for r in self.regions) for f in (min, max))
            people = sum(sum(r.graph.people) for r in self.regions) / self.ground.scale
            told = proof.by_number(people, range(least, most + 1), self.asked.areas)
            raise InputError(None, told.why, f"Give {told.change}.")
        return found

    def _runs(self, several: int) -> list[Mapping[str, float]]:
        """Return the wishes of each run: what is preferred, then others, then the same by other chance."""
        if self.asked.options == 1:
            return [self.aims]
        held, runs = self.scales, [self.aims]
        can = {"equal": True, "stay": bool(held.blocks.areas_today), "flows": held.journeys, "border": True}
        others = [name for name, possible in can.items() if possible and name != self.asked.prefer]
        keep = {"keep": self.aims["keep"]} if "keep" in self.aims else {}
        if self.asked.prefer != "none":
            runs += [{**PREFERENCES[name], **keep} for name in others]
            # in between lie those that give up a little for something else; if few are to move, today's map
            # is the best of them all where it may stay, so that there others give up a little for it
            stay = self.asked.prefer == "stay"
            runs += [
                {**PREFERENCES[name], **keep, "stay": part} if stay else {**self.aims, name: part}
                for part in _PARTS for name in others if stay or name not in self.aims
            ]  # fmt: skip
        wanted = max(self.asked.options + 2, several)
        return (runs + [self.aims] * wanted)[:wanted]

    def _best(
        self, held: Problem, aims: Mapping[str, float], wanted: int, turn: int, steps: int, free: bool
    ) -> Sequence[int] | None:
        region: Region = held.region
        if region.covers is not None:
            ways = region.covers.counts()
            numbers = range(region.graph.size + 1) if free else range(wanted, wanted + 1)
            if 0 < sum(n for areas, n in ways.items() if areas in numbers) <= _MOST_COMPARED:
                every = [region.covers.area(each) for each in region.covers.each(numbers)]
                costs = held.wanted(aims)
                return min(every, key=lambda area: (round(held.cost(area, costs), 6), area))
        number = held.workable(wanted, self.asked.seed, free)
        if number is None:
            return None
        return held.best(aims, number, self.asked.seed, turn, steps, self.asked.restarts, self.clock)

    def _tell(self) -> None:
        area, number = self.areas(self.found[0])
        row = self.measured([(area, number)]).iloc[0]
        self.clock.words = f", best border {row['border_km']:,.0f} km, {row['cut_edges']:,} neighbours parted"

    # ── what they are worth ──

    def areas(self, division: Division) -> tuple[NDArray[np.intp], int]:
        """Return the area of each block, −1 where its parent was not divided, and how many there are."""
        area, number = np.full(len(self.scales.blocks.codes), -1), 0
        for region, own in zip(self.regions, division, strict=True):
            block, part = region.by_block(own.tolist())
            area[block] = part + number
            number += int(own.max()) + 1
        return area, number

    def measured(self, divisions: Sequence[tuple[NDArray[np.intp], int]]) -> pd.DataFrame:
        """Return the measures of divisions, columns of OPTIONS."""
        seen: dict[bytes, int] = {}
        rows: list[NDArray[np.intp]] = []
        options = []
        for area, number in divisions:
            order = np.argsort(area, kind="stable")
            parts = np.split(order, np.searchsorted(area[order], np.arange(number)))[1:]
            for part in parts:
                if seen.setdefault(part.tobytes(), len(seen)) == len(rows):
                    rows.append(part)
            options.append([seen[part.tobytes()] for part in parts])
        piece = np.repeat(np.arange(len(rows)), [len(part) for part in rows])
        drawn = divisions[0][0] >= 0
        held, land = self.scales, self.scales.terrain
        both = drawn[land.one] & drawn[land.other]
        # the edge of ground that was not divided is an outer edge
        inner = replace(land, one=land.one[both], other=land.other[both], metres=land.metres[both])
        found = pieces(replace(held, terrain=inner), np.concatenate(rows), piece, len(rows))
        low, high = float(self.band.low or 0), float(self.band.high or np.inf)
        return scored(self.scales, found, options, (low, high))
