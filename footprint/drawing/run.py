"""From a plan and a question to options: the one way in for the command line and for Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.drawing import proof
from footprint.drawing.blocks import Blocks, blocks
from footprint.drawing.choose import chosen, sentences
from footprint.drawing.drawn import Drawn, Option
from footprint.drawing.ground import terrain
from footprint.drawing.journeys import Journeys, journeys
from footprint.drawing.label import labelled, made_of
from footprint.drawing.names import gazetteer
from footprint.drawing.question import PREFERENCES, Question, question
from footprint.drawing.regions import Ground, Region, allotted, regions
from footprint.drawing.score import AREAS, OPTIONS, Scales, area_rows, pieces, scored
from footprint.drawing.search import MOST_TRIES, Clock, Problem, default_steps, problem
from footprint.measure.activity import sums
from footprint.model.errors import InputError, Missing
from footprint.model.levels import Band
from footprint.model.suppression import publish
from footprint.model.words import count
from footprint.plan.model import Plan

MOST_LISTED = 100_000
"""Divisions that are listed; of more, only the best are sought."""
# Divisions of one region that the best is chosen from one by one, where there are several regions.
_MOST_COMPARED = 20_000
# Runs with other wishes have a part of the steps of the first one, and less where blocks are many: so many
# steps of each, over the number of blocks.
_OTHERS = 30_000_000_000
_PARTS = (0.3, 0.1, 1.0, 0.03)

Division = list[NDArray[np.intp]]
"""By region: the area of each cell, numbered from 0."""


def draw(
    plan: Plan, level: str, *, crossings: str | Path | None = None,
    say: Callable[[str], None] = lambda _: None, stopped: Callable[[], bool] = lambda: False, **parts: Any,
) -> Drawn:  # fmt: skip
    """Return footprints that could be: every division if there are few blocks, or the best found.

    Parameters
    ----------
    plan : with units, people and outlines
    level : "system", "place" or "neighbourhood"
    crossings : a table of code_a, code_b and kind: what joins ground that water parts
    say : is told how it goes
    stopped : says whether to stop with the best so far
    parts : as `question` takes them: of, within, areas, band, keep, only, prefer, weights, options, seed,
        steps, restarts, seconds

    Raises
    ------
    InputError : for a plan that nothing can be drawn from, and for parts of the question that are faulty

    """
    asked = question(level, **parts)
    say("Looking at the blocks")
    held = blocks(plan, asked)
    band = asked.band or plan.bands.get(asked.level)
    if band is None:
        raise InputError(
            plan.path, f"has no band for the {level} level", "Give --band LOW-HIGH, or a profile."
        )
    land = terrain(plan, held, None if crossings is None else Path(crossings))
    notes = [*held.notes, *land.notes]
    went = journeys(plan, held) if plan.flows is not None else Missing("the plan has no flows")
    if isinstance(went, Missing) and plan.flows is not None:
        notes.append(f"options are not compared by patients' journeys: {went.reason}")
    aims = _aims(asked, held, went)
    known = None if isinstance(went, Missing) else went
    scales = Scales(held, land, known, _size_today(plan, asked, held))
    ground = regions(held, land, band, asked.areas, say)
    work = _Work(asked, band, scales, ground, aims, Clock(say, stopped, asked.seconds))
    if ground.regions:
        work.divide()
    base = plan.path if plan.proposal is None else plan.proposal.proposal.path
    return _drawn(plan, work, notes, base)


def _aims(asked: Question, held: Blocks, went: Journeys | Missing) -> dict[str, float]:
    """Return the weights that count; InputError for one that nothing can be known of."""
    aims = asked.aims
    if held.kept_areas:
        aims.setdefault("keep", 1.0) if "keep" not in asked.weights else None
    lacking = {
        "stay": "" if held.areas_today else f"the plan has no {asked.level}s today that people could stay in",
        "flows": went.reason if isinstance(went, Missing) else "",
        "keep": "" if held.kept_areas else "no layer is kept (--keep LAYER)",
    }
    for aim, why in lacking.items():
        if aims.get(aim) and why:
            raise InputError(None, f"'{aim}' cannot be preferred: {why}", "Prefer something else.")
    return aims


def _size_today(plan: Plan, asked: Question, held: Blocks) -> NDArray[np.float64]:
    """Return the people of each area of today, also of what is not drawn anew."""
    if not held.areas_today:
        return np.zeros(0)
    from footprint.plan import derive

    assigned = derive.assignment(plan, plan.levels[asked.level])
    people = plan.unit_people()
    assert assigned is not None
    assert people is not None
    at = pd.Index(held.areas_today).get_indexer(pd.Index(assigned.codes.reindex(people.index).fillna("")))
    return sums(at[at >= 0], people.to_numpy(float)[at >= 0], len(held.areas_today))


@dataclass
class _Work:
    """Divisions as they are found."""

    asked: Question
    band: Band
    scales: Scales
    ground: Ground
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
        self.steps = default_steps(blocks) if asked.steps is None else asked.steps
        runs = self._runs(len(numbers))
        less = min(self.steps // 4, _OTHERS // max(blocks, 1)) if asked.steps is None else self.steps
        each = [self.steps, *[less] * (len(runs) - 1)]
        self.clock.total = sum(each)
        low, high = self.band.low or 0, self.band.high or 0
        half = (high - low) / 2 if high > low else low / 4
        scale = self.ground.scale
        ready = [problem(r, self.ground.band, self.scales, scale, half) for r in self.regions]
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
        """Return the wishes of each run: what is preferred first, then others, then the same by other chance."""
        if self.asked.options == 1:
            return [self.aims]
        held, runs = self.scales, [self.aims]
        can = {"equal": True, "stay": bool(held.blocks.areas_today), "flows": held.journeys, "border": True}
        others = [name for name, possible in can.items() if possible and name != self.asked.prefer]
        keep = {"keep": self.aims["keep"]} if "keep" in self.aims else {}
        if self.asked.prefer != "none":
            runs += [{**PREFERENCES[name], **keep} for name in others]
            # in between lie those that give up a little for something else
            runs += [{**self.aims, name: part} for part in _PARTS for name in others if name not in self.aims]
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


def _drawn(plan: Plan, work: _Work, notes: list[str], base: Path | None) -> Drawn:
    """Return what was found: options chosen, named and put into words."""
    asked, scales = work.asked, work.scales
    held = scales.blocks
    proofs = work.ground.proofs | work.missing
    divisions = [work.areas(division) for division in work.found]
    every, options, rows = None, list[Option](), OPTIONS.frame()
    areas, picked = AREAS.frame(), list[int]()
    if divisions:
        table = work.measured(divisions)
        if work.listed:
            every = table.assign(made_of=[made_of(held, *each) for each in divisions])
            table = every
        picked = chosen(table, work.aims, asked.options, lambda row: divisions[row][0], held.people)
        rows = table.iloc[picked].reset_index(drop=True)
        known = gazetteer(plan, held)
        for at, row in enumerate(picked, 1):
            options.append(labelled(plan, scales, known, f"option-{at}", *divisions[row], asked))
        rows["option"] = [option.name for option in options]
        areas = AREAS.joined(
            area_rows(scales, each.name, each.area, each.codes, each.names) for each in options
        )
        today = _today(work)
        told = publish(OPTIONS, pd.concat([rows, today], ignore_index=True), plan.suppress)
        shown = told.to_dict("records")
        rows["says"] = sentences(told.iloc[: len(rows)], shown[-1] if len(today) else None)
        rows = pd.concat([rows, today], ignore_index=True)[OPTIONS.names]
    if work.number is not None and not work.listed:
        notes.append(
            f"there are {work.number:,} options, too many to list: these are the best found, area by area"
        )
    if work.clock.cut_short:
        notes.append("it was stopped before all steps were done: these are the best so far")
    if scales.terrain.crossings:
        kinds = [each.kind for each in scales.terrain.crossings]
        assumed = kinds.count("assumed")
        if assumed:
            notes.append(f"{count(assumed, 'crossing')} over water assumed; state them with --crossings")
    return Drawn(
        plan, asked, held, scales.terrain, work.band, options, rows, areas, picked if work.listed else (), every, work.number, proofs,
        0 if work.listed else work.steps, work.clock.done, work.clock.cut_short, tuple(notes), base,
    )  # fmt: skip


def _today(work: _Work) -> pd.DataFrame:
    """Return the measures of today's map on the ground that was divided; no row where there is none."""
    held = work.scales.blocks
    if not work.found or not held.areas_today or (held.today < 0).any() or work.missing or work.ground.proofs:
        return OPTIONS.frame()
    names, area = np.unique(held.today, return_inverse=True)
    return work.measured([(area, len(names))]).assign(option="today", moved=0.0)
