"""A second table of people, to see which verdicts hang on the first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.words import count, listing
from footprint.plan.model import Plan
from footprint.read.population import read_population


def with_second(plan: Plan, path: Path) -> Plan:
    """Return a plan that knows a second table of people.

    It is keyed as the first one is; codes of the plan that it lacks are noted, and what hangs on them cannot
    be told.

    Raises
    ------
    InputError : for a plan without a population, and for a table that has none of its codes

    """
    if plan.people is None or plan.people_of is None:
        raise InputError(plan.path, "has no population that another one could be held against", "Add one.")
    if plan.people_of == "units":
        assert plan.units is not None
        kind, codes = plan.units.geography, list(plan.units.names)
    else:
        layer = plan.layers[plan.people_of]
        kind, codes = layer.geography, list(layer.areas)
    held = read_population(path, geography=kind, role="population_of")
    lacking = [code for code in codes if code not in held.counts]
    if len(lacking) == len(codes):
        raise InputError(
            path,
            f"has people for none of the plan's {plan.people_of}, such as {codes[0]}",
            "Give a table that is keyed as the plan's population is.",
        )
    told = held.notes
    if lacking:
        named = f"{count(len(lacking), 'code')} of {plan.people_of} ({listing(lacking, 3)})"
        told = (*told, f"{path.name}: no people for {named}; verdicts that hang on them cannot be told")
    return replace(plan, other_people=held, notes=(*plan.notes, *map(str, told)))
