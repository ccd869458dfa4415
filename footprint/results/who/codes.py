"""The codes of a plan, as `who` looks things up in them: text alone, for which no outline is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.accountability import Accountability
from footprint.model.levels import Level
from footprint.plan import derive

if TYPE_CHECKING:
    from footprint.plan.model import Plan


@dataclass(frozen=True, eq=False)
class Codes:
    """The codes of a plan."""

    plan: Plan
    units: Mapping[str, str]
    """Code of each unit → its name (or its code, where nothing names it)."""
    areas: Mapping[str, Mapping[str, str]]
    """Layer → unit → code of its area; units in none are missing. Layers in the order of the plan."""
    names: Mapping[str, Mapping[str, str]]
    """Layer → code of an area → its name."""
    ods: Mapping[str, Mapping[str, str]]
    """Layer → organisation code (ODS) → code of the area, as far as the plan's lookups pair them."""
    people: Mapping[str, float] | None
    """People by unit; None without a population of the units."""
    unknown: Mapping[str, str]
    """Layer → why nobody can tell which units lie in its areas."""

    @property
    def title(self) -> str:
        """The title of the plan."""
        return self.plan.title

    @property
    def date(self) -> dt.date | None:
        """The date of the plan."""
        return self.plan.date

    @property
    def path(self) -> Path | None:
        """The plan file."""
        return self.plan.path

    @property
    def levels(self) -> Mapping[Level, str]:
        """Level → layer."""
        return self.plan.levels

    @property
    def accountability(self) -> Accountability | None:
        """Who is accountable for what, where."""
        return self.plan.accountability

    @property
    def unit_kind(self) -> str:
        """What a unit is called, for example "LSOA"."""
        return "unit" if self.plan.units is None else self.plan.units.geography.key

    @property
    def people_source(self) -> str:
        """Who counted the people."""
        return "" if self.plan.people is None else self.plan.people.stated_source

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What the answer has to state; flows state it whether they are read as a whole or not."""
        plan = self.plan
        flows = plan.flows or (plan.spec.flows if plan.spec is not None else None)
        stated = [given.assumption for given in (plan.people, flows) if given is not None]
        stated += plan.accountability.stated if plan.accountability is not None else ()
        return tuple(each for each in stated if each)

    @property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        """Role and path of every file that was read."""
        return tuple(dict.fromkeys((s.role, s.path) for s in self.plan.inputs))

    def kind(self, layer: str) -> str:
        """Return what an area of a layer is called in words."""
        return self.plan.layers[layer].geography.name

    def level_of(self, layer: str) -> Level | None:
        """Return the level that a layer is, or None."""
        return self.plan.level_of(layer)

    def vintage_of(self, layer: str) -> int | None:
        """Return the year that the headings of a layer's file or lookup state, or None."""
        held = self.plan.layers[layer]
        drawn = held.drawn.vintage if held.is_read and held.drawn is not None else None
        return drawn or (held.lookup.code_column.vintage if held.lookup is not None else None)

    def name(self, layer: str, code: str) -> str:
        """Return the name of an area, or its code where it has none."""
        return self.names[layer].get(code, code)

    def people_of(self, units: Iterable[str]) -> float | None:
        """Return the people of units; None where nobody has counted them."""
        people = self.people
        return None if people is None else sum(people.get(unit, 0.0) for unit in units)


def codes_of(plan: Plan) -> Codes:
    """Return the codes of a plan."""
    areas: dict[str, dict[str, str]] = {}
    unknown: dict[str, str] = {}
    for key in plan.layers:
        if plan.units is None:
            unknown[key] = "the plan has no units ([units])"
            continue
        assigned = derive.assignment(plan, key)
        if assigned is None:
            unknown[key] = derive.unassigned(plan, key)
            continue
        areas[key] = {unit: area for unit, area in assigned.areas.items() if area is not None}
    of_units = plan.people is not None and plan.people_of == "units"
    return Codes(
        plan,
        {} if plan.units is None else plan.units.names,
        areas,
        {key: layer.areas for key, layer in plan.layers.items()},
        {key: layer.lookup.ods for key, layer in plan.layers.items() if layer.lookup is not None},
        plan.people.counts if plan.people is not None and of_units else None,
        unknown,
    )
