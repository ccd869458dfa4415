"""From a plan and a question to options: the one way in for the command line and for Python."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.drawing.blocks import Blocks, blocks
from footprint.drawing.choose import chosen, sentences
from footprint.drawing.drawn import Drawn, Option
from footprint.drawing.ground import terrain
from footprint.drawing.journeys import Journeys, journeys
from footprint.drawing.label import labelled, made_of
from footprint.drawing.names import gazetteer
from footprint.drawing.question import Question, question
from footprint.drawing.regions import regions
from footprint.drawing.score import AREAS, OPTIONS, Scales, area_rows
from footprint.drawing.search import Clock
from footprint.drawing.work import Work
from footprint.measure.activity import sums
from footprint.model.errors import InputError, Missing
from footprint.model.suppression import publish
from footprint.model.words import count
from footprint.plan import derive
from footprint.plan.model import Plan


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
    band = asked.band or plan.band_of(plan.levels.get(asked.level, "")) or plan.bands.get(asked.level)
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
    work = Work(asked, band, scales, ground, aims, Clock(say, stopped, asked.seconds))
    if ground.regions:
        work.divide()
    base = plan.path if plan.proposal is None else plan.proposal.proposal.path
    return _drawn(plan, work, notes, base)


def _aims(asked: Question, held: Blocks, went: Journeys | Missing) -> dict[str, float]:
    """Return the weights that count; InputError for one that nothing can be known of."""
    aims = asked.aims
    if held.kept_areas:
        aims.setdefault("keep", 1.0 if "keep" not in asked.weights else 0.0)
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
    assigned = derive.assignment(plan, plan.levels[asked.level])
    people = plan.unit_people()
    assert assigned is not None
    assert people is not None
    at = pd.Index(held.areas_today).get_indexer(pd.Index(assigned.codes.reindex(people.index).fillna("")))
    return sums(at[at >= 0], people.to_numpy(float)[at >= 0], len(held.areas_today))


def _drawn(plan: Plan, work: Work, notes: list[str], base: Path | None) -> Drawn:
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
            table["made_of"] = pd.Series([made_of(held, *each) for each in divisions], dtype=object)
            every = table
        today = _today(work)
        choice = np.arange(len(table))
        if len(today):
            # what leaves everybody where they are is today's map, which is shown anyway, unless areas join
            other = (table["moved"] > 0) | (table["areas"] != today["areas"].iloc[0])
            choice = np.flatnonzero(other) if other.any() else choice
        picked = chosen(
            table.iloc[choice], work.aims, asked.options, lambda row: divisions[choice[row]][0], held.people
        )
        picked = choice[picked].tolist()
        rows = table.iloc[picked].reset_index(drop=True)
        known = gazetteer(plan, held)
        for at, row in enumerate(picked, 1):
            options.append(labelled(plan, scales, known, f"option-{at}", divisions[row], asked))
        rows["option"] = [option.name for option in options]
        areas = AREAS.joined(
            area_rows(scales, each.name, each.area, each.codes, each.names) for each in options
        )
        told = publish(OPTIONS, pd.concat([rows, today], ignore_index=True), plan.suppress)
        shown = told.to_dict("records")
        alone = work.listed and work.number == 1
        rows["says"] = sentences(told.iloc[: len(rows)], shown[-1] if len(today) else None, alone)
        rows = pd.concat([rows, today], ignore_index=True)[OPTIONS.names]
    if work.number is not None and not work.listed:
        notes.append(
            f"there are {work.number:,} options, too many to list: these are the best found, area by area"
        )
    if work.clock.cut_short:
        notes.append("it was stopped before all steps were done: these are the best so far")
    if assumed := scales.terrain.assumed:
        notes.append(f"{count(assumed, 'crossing')} over water assumed; state them with --crossings")
    return Drawn(
        plan, asked, held, scales.terrain, work.band, options, rows, areas,
        picked if work.listed else (), every, work.number, proofs,
        0 if work.listed else work.steps, work.clock.done, work.clock.cut_short, tuple(notes), base,
    )  # fmt: skip


def _today(work: Work) -> pd.DataFrame:
    """Return the measures of today's map on the ground that was divided; no row where there is none."""
    held = work.scales.blocks
    if not work.found or not held.areas_today or (held.today < 0).any() or work.missing or work.ground.proofs:
        return OPTIONS.frame()
    names, area = np.unique(held.today, return_inverse=True)
    return work.measured([(area, len(names))]).assign(option="today", moved=0.0)
