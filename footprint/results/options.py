"""Options side by side: each change to one base by itself, and today's map among them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from footprint.model.known import is_known
from footprint.model.shown import Mapped
from footprint.model.steps import steps
from footprint.plan.given import Given, place_of
from footprint.plan.once import carry_over
from footprint.plan.open import DEFAULTS
from footprint.plan.options import open_options
from footprint.results.comparison import Comparison, compare
from footprint.results.option_tables import CHOICES, DOMINANCE, FINDINGS_OF, SCORECARD
from footprint.results.run import check
from footprint.results.scope import MapFigure, ground
from footprint.results.scorecard import entries
from footprint.results.weights import read_weights

if TYPE_CHECKING:
    from footprint.plan.open import Options as HowToRead
    from footprint.results.result import Result

TODAY = "Today"
# Titles that are longer would leave no room for figures beside each other.
_LONGEST = 12
_SAME = 1e-9
# A weight may be half or twice what was said without anybody noticing.
_DOUBT = (0.5, 2.0)


@dataclass(frozen=True, eq=False)
class Side:
    """A column of the scorecard."""

    label: str
    title: str
    path: Path
    result: Result | None
    """None where the option cannot be applied."""
    change: Comparison | None = None
    """None for today's map."""
    fault: str = ""


@dataclass(frozen=True)
class Row:
    """A row of the scorecard: a figure of each side that has it."""

    first: MapFigure
    """What it is called, of which kind it is, and what is better."""
    of: Mapping[str, MapFigure]
    """By the label of the side."""
    sides: int
    """Of how many sides it should be known."""

    @cached_property
    def known(self) -> dict[str, float]:
        """Values that are known, by the label of the side."""
        return {label: e.value for label, e in self.of.items() if not math.isnan(e.value)}

    @property
    def differs(self) -> bool:
        """Whether sides differ, or nobody can tell of some of them."""
        values = [(self.known[label], *self.of[label].bounds) for label in self.known]
        alike = all(_alike(*ends) for each in values for ends in zip(each, values[0], strict=True))
        return 0 < len(values) < self.sides or not alike

    def ahead(self, one: str, other: str) -> int | None:
        """Return 1 if one side is better than the other, −1 if worse, 0 if alike; None if nobody can tell.

        Of figures in doubt nobody can tell where what they can be overlaps.
        """
        if one not in self.known or other not in self.known:
            return None
        a, b = self.known[one], self.known[other]
        (low, high), (least, most) = (self.of[label].bounds for label in (one, other))
        if not self.first.better:
            return 0
        if _alike(a, b):
            return 0 if _alike(low, least) and _alike(high, most) else None
        if low < most and least < high and (high - low > _SAME or most - least > _SAME):
            return None
        return 1 if (a < b) == (self.first.better == "less") else -1

    def mark(self, label: str) -> str | None:
        """Return "best" or "worst" for a side; None between, and where all are alike."""
        if not self.first.better or not self.differs or len(self.known) < self.sides:
            return None
        others = [self.ahead(label, other) for other in self.known if other != label]
        if None in others or {1, -1} <= set(others):
            return None
        return "worst" if -1 in others else "best"


def _alike(a: float, b: float) -> bool:
    return abs(a - b) <= _SAME * max(1.0, abs(a), abs(b))


@dataclass(frozen=True, eq=False)
class SideBySide(Mapped):
    """Options and today's map."""

    sides: list[Side]
    """Today's map first."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """By the key of a row, as the user gives them."""

    def __repr__(self) -> str:
        return f"<SideBySide {', '.join(repr(side.title) for side in self.sides)}>"

    @property
    def base(self) -> Side:
        """Today's map."""
        return self.sides[0]

    @property
    def options(self) -> list[Side]:
        """The options, those among them that cannot be applied."""
        return self.sides[1:]

    @property
    def compared(self) -> list[Side]:
        """Today's map and the options that can be applied."""
        return [side for side in self.sides if side.result is not None]

    @property
    def results(self) -> list[Result]:
        """The checks of these."""
        return [side.result for side in self.sides if side.result is not None]

    @cached_property
    def ground(self) -> pd.Index:
        """Units of the areas, today's and proposed, that any option touches; the scorecard is about these."""
        return ground(side.change for side in self.compared if side.change is not None)

    @cached_property
    def changed(self) -> list[str]:
        """Layers that any option changes, in the order of the plan."""
        tables = [side.change.areas for side in self.compared if side.change is not None]
        touched = {key for table in tables for key in table["layer"][table["change"] != "untouched"]}
        assert self.base.result is not None
        return [key for key in self.base.result.plan.layers if key in touched]

    @cached_property
    def rows(self) -> list[Row]:
        """The scorecard: rows in which sides differ first, otherwise in the order of the figures."""
        found: dict[str, dict[str, MapFigure]] = {}
        for side in self.compared:
            assert side.result is not None
            assert self.base.result is not None
            carry_over(self.base.result.plan, side.result.plan)
            for entry in entries(side.result, side.change, self.ground, self.changed):
                found.setdefault(entry.key, {})[side.label] = entry
        rows = [Row(next(iter(of.values())), of, len(self.compared)) for of in found.values()]
        # who comes under another body is a row for each layer that any option touches, counted or not
        rows = [
            r for r in rows if r.first.key[:11] != "other_body." or any(e.bounds[1] for e in r.of.values())
        ]
        return sorted(rows, key=lambda row: not row.differs)

    @cached_property
    def scorecard(self) -> pd.DataFrame:
        """Every figure, columns of SCORECARD."""
        return SCORECARD.frame(
            (
                row.first.key, row.first.heading, side.label,
                *((e.value, e.least, e.most, e.about or None, e.firm or None)
                  if e else (*(math.nan,) * 3, None, None)),
                row.first.kind, row.first.better or None, row.mark(side.label), row.differs,
            )
            for row in self.rows
            for side in self.sides
            for e in [row.of.get(side.label)]
        )  # fmt: skip

    @cached_property
    def dominance(self) -> pd.DataFrame:
        """How each pair of maps compares, columns of DOMINANCE."""
        rows, judged = [], [row for row in self.rows if row.first.better]
        for one, other in permutations(self.compared, 2):
            ahead = {row.first.heading: row.ahead(one.label, other.label) for row in judged}
            worse = [heading for heading, which in ahead.items() if which == -1]
            counts = [sum(which == side for which in ahead.values()) for side in (1, -1, None)]
            rows.append((one.label, other.label, *counts, "; ".join(worse) or None))
        return DOMINANCE.frame(rows)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The options, columns of CHOICES."""
        scores, order = (self.scores(self.weights), self.order(self.weights)) if self.weights else ({}, [])
        return CHOICES.frame(
            (
                s.label, s.title, str(s.path), s.fault or None, scores.get(s.label, math.nan),
                1 + sum(scores[o] - scores[s.label] > _SAME for o in order) if s.label in order else None,
            )
            for s in self.sides
        )  # fmt: skip

    @cached_property
    def findings(self) -> pd.DataFrame:
        """What options resolve and bring, columns of FINDINGS_OF."""
        return FINDINGS_OF.frame(
            (side.label, which, f.rule, f.name, str(f.severity), f.message)
            for side in self.compared
            if side.change is not None
            for which, group in (("resolved", side.change.resolved), ("new", side.change.new))
            for f in group
        )

    def scores(self, weights: Mapping[str, float]) -> dict[str, float]:
        """Return the score of each map: the mean of its rows, weighted, each from 0 (worst) to 1 (best).

        NaN where a row of it is not known. A row in which all are alike counts 1 for each.
        """
        rows = {row.first.key: row for row in self.rows}
        found = {}
        for side in self.compared:
            total = 0.0
            for key, weight in weights.items():
                values = rows[key].known
                low, high = min(values.values(), default=math.nan), max(values.values(), default=math.nan)
                value = values.get(side.label, math.nan)
                alike = _alike(low, high)
                part = 1.0 if alike and is_known(value) else (value - low) / ((high - low) or math.nan)
                if rows[key].first.better == "less" and not alike:
                    part = 1 - part
                total += weight * part
            found[side.label] = total / sum(weights.values())
        return found

    def order(self, weights: Mapping[str, float]) -> list[str]:
        """Return the labels of options by their score, best first; those without one are left out."""
        scores = self.scores(weights)
        labels = [s.label for s in self.options if not math.isnan(scores.get(s.label, math.nan))]
        return sorted(labels, key=lambda label: -round(scores[label], 9))

    def turning(self) -> Iterator[tuple[str, float, str]]:
        """Return (row, factor, option): weights that put another option first if half or twice as large."""
        first = self.order(self.weights)[:1]
        for key, weight in self.weights.items():
            for factor in _DOUBT:
                other = self.order({**self.weights, key: weight * factor})[:1]
                if other != first:
                    yield key, factor, other[0]


def side_by_side(
    base: Given,
    given: Sequence[Given] = (),
    options: HowToRead = DEFAULTS,
    weights: Sequence[str] = (),
) -> SideBySide:
    """Hold options against each other and against today's map.

    The base plan is loaded and checked once; an option costs only what it changes.

    Parameters
    ----------
    base, given, options : as `open_options` takes them
    weights : "ROW=NUMBER", where ROW is the key of a row of the scorecard or its last or first part

    Raises
    ------
    InputError : as `open_options`, and for a weight of no row or that is no number above 0

    """
    plan, found = open_options(base, given, options)
    today = check(plan)
    long = any(len(option.title) > _LONGEST for option in found)
    sides = [Side(TODAY, plan.title, place_of(base), today)]
    for number, option in enumerate(steps("option", found, lambda each: each.title)):
        label = _letter(number) if long else option.title
        if option.plan is None:
            sides.append(Side(label, option.title, option.path, None, None, option.fault))
            continue
        carry_over(plan, option.plan)  # what the check of today's map has found
        change = compare(today, check(option.plan))
        sides.append(Side(label, option.title, option.path, change.after, change))
    if not weights:
        return SideBySide(sides)
    judged = [row.first.key for row in SideBySide(sides).rows if row.first.better]
    return SideBySide(sides, read_weights(judged, weights))


def _letter(number: int) -> str:
    """Return A to Z, and after them AA, AB and so on."""
    before = _letter(number // 26 - 1) if number >= 26 else ""
    return before + chr(ord("A") + number % 26)
