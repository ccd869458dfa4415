"""Which areas each unit lies in, as a plan's tables say it: enough for `who`, and no outline is loaded.

Where every layer has a lookup, its codes answer, and neither a boundary file nor pandas is opened:
loading them takes longer than the answer. A table in which something is not plain (a column that has
to be guessed, a unit on two lines) is left to the plan's own readers, so what they say of it is what is
said here. Where a layer has outlines only, the whole plan is loaded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.accountability import Accountability
from footprint.model.errors import InputError
from footprint.model.geographies import Geography, geography
from footprint.model.levels import Level
from footprint.model.nations import NATIONS, looks_foreign
from footprint.read.accountability import read_accountability
from footprint.read.files import require_file
from footprint.read.planfile import read_plan_file
from footprint.read.specs import LayerSpec, PlanSpec
from footprint.read.table import Table
from footprint.results.who.plain import NotPlainError, is_english, plain_lookup, plain_people, share_covered

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.results.who.plain import Plain


# As for the plan: a lookup that misses more than one unit in a hundred is the wrong table.
LEAST_COVER = 0.99


@dataclass(frozen=True, eq=False)
class Codes:
    """The codes of a plan."""

    title: str
    date: dt.date | None
    path: Path | None
    """The plan file."""
    units: Mapping[str, str]
    """Code of each unit → its name (or its code, where nothing names it)."""
    unit_kind: str
    """What a unit is called, for example "LSOA"."""
    areas: Mapping[str, Mapping[str, str]]
    """Layer → unit → code of its area; units in none are missing. Layers in the order of the plan."""
    names: Mapping[str, Mapping[str, str]]
    """Layer → code of an area → its name."""
    kinds: Mapping[str, str]
    """Layer → what one of its areas is called in words."""
    levels: Mapping[Level, str]
    people: Mapping[str, float] | None
    """People by unit; None without a population of the units."""
    people_source: str
    assumptions: tuple[str, ...]
    accountability: Accountability | None
    inputs: tuple[tuple[str, str], ...]
    """Role and path of every file that was read."""
    spec: PlanSpec | None = None
    """The plan file, where its tables said it all."""
    plan: Plan | None = None
    """The plan, where it had to be loaded."""
    notes: tuple[str, ...] = ()
    unknown: Mapping[str, str] = field(default_factory=dict)
    """Layer → why nobody can tell which units lie in its areas."""

    @property
    def root(self) -> Path:
        """The folder that the plan's paths are relative to."""
        return self.path.parent if self.path is not None else Path()

    def level_of(self, layer: str) -> Level | None:
        """Return the level that a layer is, or None."""
        return next((level for level, key in self.levels.items() if key == layer), None)

    def name(self, layer: str, code: str) -> str:
        """Return the name of an area, or its code where it has none."""
        return self.names[layer].get(code, code)

    def people_of(self, units: Iterable[str]) -> float | None:
        """Return the people of units; None where nobody has counted them."""
        people = self.people
        return None if people is None else sum(people.get(unit, 0.0) for unit in units)


def read_codes(path: str | Path) -> Codes:
    """Read the codes of a plan: from its tables alone where they say it all, or else by loading it.

    Parameters
    ----------
    path : the plan file or its folder

    Raises
    ------
    InputError : as `load_plan`

    """
    path = Path(path)
    if path.is_dir():
        path = path / "footprint.toml"
    require_file(path, "plan file")
    spec = read_plan_file(path)
    try:
        return _by_tables(spec, path)
    except (NotPlainError, InputError):
        # the loader knows more, and says better what is wrong
        from footprint.plan.load import load_plan

        return codes_of(load_plan(path))


def codes_of(plan: Plan) -> Codes:
    """Return the codes of a plan that has been loaded."""
    from footprint.plan import derive

    areas: dict[str, dict[str, str]] = {}
    unknown: dict[str, str] = {}
    for key in plan.layers:
        if plan.units is None:
            unknown[key] = "the plan has no units ([units])"
            continue
        assigned = derive.assignment(plan, key)
        if assigned is None:
            unknown[key] = derive.refusal(plan, key) or f"nothing says which units lie in {key}"
            continue
        held = assigned.codes.dropna()
        areas[key] = dict(zip(held.index.astype(str), held.astype(str), strict=True))
    units = {} if plan.units is None else {str(code): str(code) for code in plan.units.codes}
    if plan.units is not None and plan.units.drawn is not None:
        units |= {str(code): str(name) for code, name in plan.units.drawn.names.items()}
    people = plan.unit_people()
    return Codes(
        title=plan.title,
        date=plan.date,
        path=plan.path,
        units=units,
        unit_kind="unit" if plan.units is None else plan.units.geography.key,
        areas=areas,
        names={key: {str(c): str(n) for c, n in layer.names.items()} for key, layer in plan.layers.items()},
        kinds={key: layer.geography.name for key, layer in plan.layers.items()},
        levels=plan.levels,
        people=None if people is None else dict(zip(people.index.astype(str), people, strict=True)),
        people_source=plan.people.stated_source if plan.people is not None else "",
        assumptions=plan.assumptions,
        accountability=plan.accountability,
        inputs=tuple(dict.fromkeys((s.role, s.path) for s in plan.inputs)),
        plan=plan,
        notes=plan.notes,
        unknown=unknown,
    )


def _by_tables(spec: PlanSpec, path: Path) -> Codes:
    """Read the codes of a plan whose layers all have lookups; NotPlainError where that is not enough."""
    if spec.units is None:
        raise NotPlainError
    root = path.parent
    unit = geography(spec.units.geography, "units")
    held: dict[Path, Table] = {}
    lookups = {key: plain_lookup(layer, root, unit, held) for key, layer in spec.layers.items()}
    people = plain_people(spec.units.population or spec.population, root, unit)
    units = _units(lookups, people, unit)
    if spec.units.path is not None and _features(root / spec.units.path, spec.units.layer) < len(units):
        raise NotPlainError  # the tables are of more units than the plan
    names = {
        key: {
            code: found.names.get(code, code)
            for code in dict.fromkeys(found.codes.values())
            if is_english(code)
        }
        for key, found in lookups.items()
    }
    areas = _assigned(lookups, units, names)
    named = next((found.keys for found in lookups.values() if found.of_units and found.keys), ((), ()))
    units |= {code: name for code, name in zip(*named, strict=True) if name and code in units}
    accountable = None
    if spec.accountability is not None:
        accountable = read_accountability(spec.accountability, root, names, spec.levels, spec.date)
    stated = spec.units.population or spec.population
    given = [s for s in (stated, spec.flows) if s is not None and s.assumption]
    return Codes(
        title=spec.title,
        date=spec.date,
        path=path,
        units=units,
        unit_kind=unit.key,
        areas=areas,
        names=names,
        kinds={key: _kind(layer) for key, layer in spec.layers.items()},
        levels=spec.levels,
        people=people,
        people_source=stated.source if stated is not None else "",
        assumptions=(
            *(s.assumption for s in given),
            *(accountable.stated if accountable is not None else ()),
        ),
        accountability=accountable,
        inputs=_inputs(spec, root, accountable),
        spec=spec,
        notes=() if accountable is None else accountable.notes,
    )


def _kind(layer: LayerSpec) -> str:
    return geography(layer.geography).name if layer.geography is not None else "area"


def _inputs(spec: PlanSpec, root: Path, accountable: Accountability | None) -> tuple[tuple[str, str], ...]:
    """Return (role, path) of each table that was read."""
    assert spec.units is not None
    found = []
    if stated := spec.units.population or spec.population:
        found.append(("population", str(root / stated.path)))
    for key, layer in spec.layers.items():
        assert layer.lookup is not None
        found.append((f"layers.{key}.lookup", str(root / layer.lookup.path)))
    if accountable is not None:
        found += [(source.role, source.path) for source in accountable.sources]
    return tuple(found)


def _features(path: Path, layer: str | None) -> int:
    """Return how many features a boundary file has, from its header; NotPlainError if that is no help."""
    import sqlite3
    import struct

    ending = path.suffix.lower()
    if ending == ".shp" and path.with_suffix(".dbf").exists():
        with path.with_suffix(".dbf").open("rb") as stream:
            return int(struct.unpack("<4xI", stream.read(8))[0])
    if ending == ".gpkg" and path.exists():
        address = f"{path.resolve().as_uri()}?mode=ro"
        with suppress(sqlite3.Error), closing(sqlite3.connect(address, uri=True)) as held:
            counts = dict(held.execute("SELECT table_name, feature_count FROM gpkg_ogr_contents"))
            found = counts.get(layer) if layer is not None else next(iter(counts.values()), None)
            if found is not None and (layer is not None or len(counts) == 1):
                return int(found)
    raise NotPlainError


def _units(
    lookups: Mapping[str, Plain], people: Mapping[str, float] | None, unit: Geography
) -> dict[str, str]:
    """Return the units that the tables are of."""
    found: dict[str, str] = dict.fromkeys(people or (), "")
    for lookup in lookups.values():
        if lookup.codes.keys() <= found.keys():
            lookup.of_units = True
            continue
        more = {code for code in lookup.codes.keys() - found.keys() if is_english(code)}
        # a lookup may also be keyed by the areas of another layer
        if not any(looks_foreign(code, unit) for code in more):
            found |= dict.fromkeys(sorted(more), "")
            lookup.of_units = True
    abroad = [code for code in found if code[:1] in NATIONS and not is_english(code)]
    for code in abroad:
        del found[code]
    return dict(zip(found, found, strict=True))


def _assigned(
    lookups: Mapping[str, Plain], units: Mapping[str, str], names: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """Return the area of each unit in each layer; lookups may be keyed by the areas of another layer."""
    bases = {}
    for key, lookup in lookups.items():
        if units.keys() <= lookup.codes.keys():
            bases[key] = ""
            continue
        cover = {"": share_covered(units, lookup.codes)}
        cover |= {name: share_covered(held, lookup.codes) for name, held in names.items() if name != key}
        bases[key] = max(cover, key=lambda name: (cover[name], name == ""))
        if cover[bases[key]] < LEAST_COVER:
            raise NotPlainError
    found: dict[str, dict[str, str]] = {}
    while len(found) < len(lookups):
        ready = [key for key in lookups if key not in found and (bases[key] == "" or bases[key] in found)]
        if not ready:
            raise NotPlainError  # round in a circle
        for key in ready:
            codes = lookups[key].codes
            if bases[key] == "" and len(codes) == len(units) and units.keys() <= codes.keys():
                found[key] = codes
            elif bases[key] == "":
                found[key] = {unit: code for unit, code in codes.items() if unit in units}
            else:
                found[key] = {unit: codes[code] for unit, code in found[bases[key]].items() if code in codes}
            if abroad := set(found[key].values()) - names[key].keys():
                found[key] = {unit: code for unit, code in found[key].items() if code not in abroad}
    return {key: found[key] for key in lookups}
