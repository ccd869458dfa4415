"""Measures of a plan, read and held against its units and layers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.geographies import geography
from footprint.model.measure import Measure
from footprint.model.vintage import explained
from footprint.model.words import agree, count, listing, nearest
from footprint.plan.parts import PlanLayer, Units
from footprint.read.measure_spec import MeasureSpec
from footprint.read.measures import read_measure
from footprint.read.specs import PlanSpec


def read_measures(
    spec: PlanSpec,
    root: Path,
    path: Path | None,
    units: Units | None,
    layers: Mapping[str, PlanLayer],
    people: Mapping[str, float],
    notes: list[str],
) -> tuple[Measure, ...]:
    """Read every [[measure]] of a plan.

    Units of which a measure says nothing are unknown, and that is noted; so are those of which it says more
    than `people`, by unit, of whom it is a share.

    Raises
    ------
    InputError : without units, for two measures of one name, a range of a level or layer that the plan does
        not have, a table that has none of the units, and as `read_measure`

    """
    if spec.measure and (units is None or spec.units is None):
        raise InputError(
            path, "has a [[measure]], which is a figure by unit, but no [units]", "Add [units] to the plan."
        )
    found: dict[str, Measure] = {}
    for number, given in enumerate(spec.measure, 1):
        if given.name.casefold() in found:
            raise InputError(path, f"has two measures called '{given.name}'", "Give one another name.")
        assert units is not None
        assert spec.units is not None
        kind = geography(spec.units.geography, "units")
        made = read_measure(given, root, kind, _ranges(given, number, spec, layers, path))
        notes += made.notes
        notes += _gaps(made, units)
        notes += _beyond(made, people)
        found[given.name.casefold()] = made
    return tuple(found.values())


def _ranges(
    given: MeasureSpec, number: int, spec: PlanSpec, layers: Mapping[str, PlanLayer], path: Path | None
) -> dict[str, tuple[float, float]]:
    """Return the ranges of a measure by the key of a layer; a level stands for its layer."""
    levels = {str(level): key for level, key in spec.levels.items()}
    found = {}
    for name, (low, high) in given.range.items():
        key = levels.get(name, name)
        if key not in layers:
            known = [*levels, *layers]
            raise InputError(
                path,
                f"measure {number} has a range for '{name}', which is no level or layer of the plan",
                f"{nearest(name, known)}Known: {listing(known, 12)}.",
            )
        if key in found:
            raise InputError(path, f"measure {number} has two ranges for {key}", "Keep one of them.")
        found[key] = (low, high)
    return found


def _gaps(measure: Measure, units: Units) -> list[str]:
    """Return what is to be said of units and rows that do not meet."""
    name = Path(measure.source.path).name
    lacking = [code for code in units.names if code not in measure.values]
    beyond = sum(code not in units.names for code in measure.values)
    if len(lacking) == len(units.names):
        raise InputError(
            measure.source.path,
            f"has no figure for any unit of the plan (measure '{measure.name}'), such as {lacking[0]}; it "
            f"has codes as {next(iter(measure.values))}",
            f"Give a table by unit, of the same vintage. {explained(lacking, measure.values)}".strip(),
        )
    told = []
    if lacking:
        told.append(
            f"{name}: '{measure.name}' is unknown for {count(len(lacking), 'unit')} ({listing(lacking, 3)}); "
            f"areas that hold them have bounds or no figure. {explained(lacking, measure.values)}".strip()
        )
    if beyond:
        told.append(
            f"{name}: {count(beyond, 'row')} for codes that the units do not have "
            f"{agree(beyond, 'is', 'are')} not used"
        )
    return told


def _beyond(measure: Measure, people: Mapping[str, float]) -> list[str]:
    """Return what is to be said of units with more of a share than people, who are counted otherwise."""
    if measure.adds != "share" or measure.wholes is not None:
        return []
    beyond = [code for code, part in measure.values.items() if part > people.get(code, math.inf)]
    if not beyond:
        return []
    return [
        f"{Path(measure.source.path).name}: '{measure.name}' is more than the people of "
        f"{count(len(beyond), 'unit')} ({listing(beyond, 3)}); an area that has more of it than people has "
        "no figure"
    ]
