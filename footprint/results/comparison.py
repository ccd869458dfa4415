"""Two runs held against each other: what a change resolves, breaks and leaves, and who moves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from footprint.geometry.overlap import Overlap
from footprint.model.finding import Finding
from footprint.model.known import is_known
from footprint.model.shown import Mapped
from footprint.plan import derive
from footprint.plan.model import Plan
from footprint.results.aligned import agreement
from footprint.results.changes import changes
from footprint.results.dealing import dealings
from footprint.results.inherited import hand_on
from footprint.results.match import settle
from footprint.results.measured import changed
from footprint.results.same import (
    Settled,
    counted,
    drawn_overlap,
    moved_outlines,
    same_outlines,
    settled,
    successors,
)
from footprint.results.tables import AREAS, MOVES

if TYPE_CHECKING:
    from footprint.results.result import Result


@dataclass(frozen=True, eq=False)
class Comparison(Mapped):
    """A change: the run before, the run after, and what differs."""

    before: Result
    after: Result
    """Its findings say whether they are new."""
    resolved: list[Finding]
    """Findings of the run before that are gone."""
    successors: Mapping[str, Mapping[str, str]]
    """By layer: code of an area before → code of the same area now, where it differs."""

    def __repr__(self) -> str:
        """Return one line: what changes, and what that resolves and breaks."""
        return f"<Comparison {self.after.plan.title!r}: {self.in_short()}>"

    def in_short(self) -> str:
        """Return in one line how many findings it resolves, brings and leaves, and how many people move."""
        moved = self.people_who_move
        people = "nobody knows how many people move" if not is_known(moved) else f"{moved:,.0f} people move"
        groups = {"resolved": self.resolved, "new": self.new, "remaining": self.remaining}
        return f"{', '.join(f'{len(held):,} {name}' for name, held in groups.items())}; {people}"

    @property
    def new(self) -> list[Finding]:
        """Findings that the change brings."""
        return [f for f in self.after.findings if f.new]

    @property
    def remaining(self) -> list[Finding]:
        """Findings that were there before and still are."""
        return [f for f in self.after.findings if f.new is False]

    @cached_property
    def layers(self) -> list[str]:
        """Layers of both plans of which the units of each area are known."""
        return [key for key in self.before.plan.layers if self._units(key) is not None]

    def _units(self, key: str) -> Settled | None:
        """Return where the units were and are; None where one of the plans cannot tell."""
        return settled(self.after.plan, self.before.plan, key)

    @cached_property
    def _drawn(self) -> dict[str, Overlap]:
        """How each layer of which only outlines are known lies in itself after the change."""
        found = {}
        for key in self.before.plan.layers:
            if self._units(key) is None:
                overlap = drawn_overlap(self.after.plan, self.before.plan, key)
                if overlap is not None:
                    found[key] = overlap
        return found

    @cached_property
    def moves(self) -> pd.DataFrame:
        """Who moves from where to where, columns of MOVES: people (NaN if unknown), m² (likewise)."""
        rows = MOVES.frame([*self._pairs("moved"), *self._by_outlines(joins=False)])
        by = ["layer", "population", "from_code", "to_code"]
        return rows.sort_values(by, ascending=[True, False, True, True], ignore_index=True)

    @cached_property
    def joins(self) -> pd.DataFrame:
        """Who comes to another area as a part of one that joins it as a whole, columns of MOVES."""
        return MOVES.frame([*self._pairs("came_along"), *self._by_outlines(joins=True)])

    def _by_outlines(self, *, joins: bool) -> Iterator[tuple[object, ...]]:
        """Return rows of MOVES of layers of which only outlines are known, with ground and without people."""
        one, other = self.before.plan, self.after.plan
        for key in self._drawn:
            for was, now, *rest in moved_outlines(one, other, key, joins=joins):
                yield key, was, self._name(one, key, was), now, self._name(other, key, now), 0, np.nan, *rest

    def _pairs(self, which: Literal["moved", "came_along"]) -> list[tuple[object, ...]]:
        """Return rows of MOVES, of the units that move or come along."""
        rows: list[tuple[object, ...]] = []
        for key in self.layers:
            units = self._units(key)
            if units is None or not (chosen := getattr(units, which).to_numpy()).any():
                continue
            sizes = self._sizes[chosen]
            pairs = [codes[chosen].fillna("").to_numpy() for codes in (units.before, units.after)]
            for codes, group in sizes.groupby(pairs, sort=True):
                source, target = map(str, codes)
                rows.append(
                    (
                        key, source, self._name(self.before.plan, key, source), target,
                        self._name(self.after.plan, key, target), len(group),
                        group["people"].sum(skipna=False), group["area"].sum(skipna=False),
                        (source, target) not in units.unclear,
                    )
                )  # fmt: skip
        return rows

    def moved_units(self, key: str, held: tuple[bool, bool] | None = None) -> pd.Index:
        """Return the units of a layer that move, as `Settled.moved_units`; none where unknown."""
        units = self._units(key) if key in self.before.plan.layers else None
        return pd.Index([]) if units is None else units.moved_units(held)

    @cached_property
    def _sizes(self) -> pd.DataFrame:
        """The people and the ground of units of both plans: by the plan after, or else by the one before."""
        one, other = self.before.plan.units, self.after.plan.units
        assert one is not None
        assert other is not None
        units = one.codes if one is other else one.codes.intersection(other.codes, sort=False)
        people = counted(self.before.plan, self.after.plan, units)
        frame = pd.DataFrame({"people": np.nan if people is None else people, "area": np.nan}, index=units)
        for plan in (self.before.plan, self.after.plan):
            area = None if plan.units is None else plan.units.area_m2
            if area is not None:
                frame["area"] = area.reindex(units)
        return frame

    @staticmethod
    def _name(plan: Plan, key: str, code: str) -> str:
        return plan.layers[key].name(code) if code else "no area"

    @property
    def people_who_move(self) -> float:
        """People who come to live in another area of any layer, each layer counted; NaN if unknown."""
        none = 0.0 if self.layers or self._drawn else np.nan  # nobody, where anything can be compared
        return float(self.moves["population"].sum(skipna=False)) if len(self.moves) else none

    @property
    def people_who_join(self) -> float:
        """People of areas that join another one as a whole, each layer counted; NaN if unknown."""
        return float(self.joins["population"].sum(skipna=False)) if len(self.joins) else 0.0

    @cached_property
    def areas(self) -> pd.DataFrame:
        """Every area before and after, columns of AREAS.

        `change` is created, abolished, renamed, recoded, changed or untouched. An area that only has
        a new code is recoded; one with another set of units is changed.
        """
        tables = [self._areas(key) for key in (*self.layers, *self._drawn)]
        return AREAS.joined(tables)

    def _areas(self, key: str) -> pd.DataFrame:
        one, other = self.before.plan, self.after.plan
        held, whole, sums = self._held(key)
        numbers = [self._numbers(run, key) for run in (self.before, self.after)]
        units = self._units(key)
        same = units.same if units is not None else same_outlines(one, other, key)
        predecessors = {new: old for old, new in same.items()}
        rows = []
        now = [str(c) for c in other.layers[key].codes]
        gone = [str(c) for c in one.layers[key].codes if same.get(str(c)) not in now]
        level = other.level_of(key)
        for code, old, new in [*((c, predecessors.get(c), c) for c in now), *((c, c, None) for c in gone)]:
            rows.append(
                (
                    key, level and str(level), code, self._name(other if new else one, key, code), old,
                    None if old is None else one.layers[key].name(old),
                    self._change(key, old, new, held, whole),
                    *(
                        held[at].get(c, 0) if c and key not in self._drawn else 0
                        for at, c in enumerate((old, new))
                    ),
                    *(_at(s["people"], c) for s, c in zip(sums, (old, new), strict=True)),
                    *(_at(s["area"], c) for s, c in zip(sums, (old, new), strict=True)),
                    *(n["status"].get(c) if c else None for n, c in zip(numbers, (old, new), strict=True)),
                    *(_published(n["index"], c) for n, c in zip(numbers, (old, new), strict=True)),
                )
            )  # fmt: skip
        return AREAS.frame(rows).sort_values(["layer", "code"], ignore_index=True)

    def _held(self, key: str) -> tuple[list[dict[str, int]], set[tuple[str, str]], list[pd.DataFrame]]:
        """Return of how many units areas consist, which pairs are of the same ones, and people and ground.

        Counts, and people and ground, are by code before and by code after.
        """
        units = self._units(key)
        if units is not None:
            codes = (units.before, units.after)
            sizes = self._sizes
            counts = [{str(code): int(n) for code, n in c.value_counts().items()} for c in codes]
            joint = sizes.groupby([c.to_numpy() for c in codes], sort=False).size()
            pairs = zip(joint.index, joint, strict=True)
            whole = {(a, b) for (a, b), n in pairs if n == counts[0][a] == counts[1][b]}
            return counts, whole, [sizes.groupby(c.to_numpy()).sum(min_count=1) for c in codes]
        # of outlines an area is the same if its one piece is
        table = self._drawn[key].table
        same = table[table["verdict"] == "same"]
        counts, sums = [], []  # each is a piece of its own
        for plan in (self.before.plan, self.after.plan):
            drawn = derive.outlines(plan, key)
            assert drawn is not None
            counts.append({str(code): 1 for code in drawn.polygons.index})
            sums.append(pd.DataFrame({"people": np.nan, "area": drawn.polygons.area}))
        return counts, set(zip(same["source"], same["target"], strict=True)), sums

    def _change(
        self,
        key: str,
        old: str | None,
        new: str | None,
        held: list[dict[str, int]],
        whole: set[tuple[str, str]],
    ) -> str:
        if old is None:
            return "created"
        if new is None:
            return "abolished"
        # of areas that hold nothing before and after nothing has changed
        if (old, new) not in whole and (held[0].get(old) or held[1].get(new)):
            return "changed"
        if old != new:
            return "recoded"
        named = [run.plan.layers[key].name(new) for run in (self.before, self.after)]
        return "untouched" if named[0] == named[1] else "renamed"

    @staticmethod
    def _numbers(run: Result, key: str) -> dict[str, pd.Series]:
        bands = run.population[run.population["layer"] == key].set_index("code")["status"]
        flows = run.flows
        index = flows[flows["layer"] == key].set_index("code")["localisation_index"]
        return {"status": bands, "index": index}

    @cached_property
    def accountability(self) -> pd.DataFrame:
        """For whom the body that answers changes, columns of ACCOUNTABILITY."""
        return changes(self.before.plan, self.after.plan)

    @cached_property
    def interfaces(self) -> pd.DataFrame:
        """Who has to deal with other bodies than before, columns of DEALINGS."""
        return dealings(self.before.plan, self.after.plan, self.successors)

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Measures of the plan's own before and after, columns of MEASURES_CHANGED."""
        return changed(self.before.plan, self.after.plan, self.areas)

    @cached_property
    def agreement(self) -> pd.DataFrame:
        """Coterminosity of each pair of layers that both plans compare, columns of AGREEMENT."""
        return agreement(self.before, self.after)


def _published(values: pd.Series, code: str | None) -> float | str:
    """Return an index, which is a word where small numbers are kept in."""
    value = None if code is None else values.get(code)
    return value if isinstance(value, str) else float("nan") if value is None else float(value)


def _at(values: pd.Series, code: str | None) -> float:
    return float(values.get(code, np.nan)) if code is not None else float("nan")


def compare(before: Result, after: Result) -> Comparison:
    """Hold two runs against each other.

    Parameters
    ----------
    before, after : from `check`, of the same rules; of a plan and its proposal, or of two plans

    """
    renamed = successors(before.plan, after.plan)
    known, gone = hand_on(*settle(before.findings, after, before.plan, renamed), before.plan)
    return Comparison(before, known, gone, renamed)
