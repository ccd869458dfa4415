"""`footprint.toml` → Plan: every file that the plan names, read and held together."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.errors import InputError, OutOfScopeError
from footprint.model.geographies import geography
from footprint.model.levels import NO_PROFILE, PROFILES, Profile
from footprint.model.nations import ENGLAND, Scope, scope
from footprint.model.source import guesses, said
from footprint.model.steps import steps
from footprint.model.words import nearest
from footprint.plan import bands
from footprint.plan.keys import key_lookup, key_people, require_order
from footprint.plan.layers import read_people, read_plan_layer, read_units
from footprint.plan.measures import read_measures
from footprint.plan.model import Plan
from footprint.plan.parts import Accepted
from footprint.plan.scope import of_the_data, told
from footprint.plan.swapped import require_same_axes
from footprint.read.accountability import read_accountability
from footprint.read.confined import require_inside
from footprint.read.files import require_file
from footprint.read.planfile import read_plan_file
from footprint.read.spec import FileSpec, Spec, parts_of
from footprint.read.specs import PlanSpec
from footprint.read.table import Table

if TYPE_CHECKING:
    from footprint.read.engine import Engine


def load_plan(
    path: str | Path,
    *,
    profile: str | None = None,
    flows: bool = True,
    engine: Engine | None = None,
    lazy: bool = False,
) -> Plan:
    """Load a plan file, or the `footprint.toml` of a folder.

    Parameters
    ----------
    path : the plan file or its folder; paths in it are relative to it
    profile : judge by this profile of population bands instead of the plan's
    flows : False leaves the plan's flows unread
    engine : what counts flow records, and within which limits; DuckDB if not given
    lazy : leave outlines unread until they are needed, where lookups say where all units lie; what
        is said of them in notes is then missing

    Raises
    ------
    InputError : naming the file, the fault and what to do, for anything that cannot be used.

    """
    path = Path(path)
    if path.is_dir():
        path = path / "footprint.toml"
    require_file(path, "plan file")
    return build_plan(read_plan_file(path), path, profile=profile, flows=flows, engine=engine, lazy=lazy)


def build_plan(
    spec: PlanSpec,
    path: Path | None,
    *,
    profile: str | None = None,
    dated: bool = True,
    flows: bool = True,
    engine: Engine | None = None,
    lazy: bool = False,
) -> Plan:
    """Load everything that a plan names.

    Its paths are relative to the folder of `path`, or to the current one without. `dated` is
    False where nobody has stated a date, so that nothing is judged by it. For `flows`, `engine`
    and `lazy` see `load_plan`.
    """
    stated = None if spec.nations is None else scope(spec.nations)
    try:
        return _build(spec, path, stated or ENGLAND, profile, dated, flows, engine, lazy)
    except OutOfScopeError:
        # most plans are of England, and what others are of costs another look into every file
        found = None if stated else of_the_data(spec, path.parent if path is not None else Path())
        if found is None or found == ENGLAND:
            raise
        return _build(spec, path, found, profile, dated, flows, engine, lazy)


def _build(
    spec: PlanSpec,
    path: Path | None,
    nations: Scope,
    profile: str | None,
    dated: bool,
    flows: bool,
    engine: Engine | None,
    lazy: bool,
) -> Plan:
    root = path.parent if path is not None else Path()
    if path is not None:
        require_inside(spec, path)
    chosen = _profile(spec, path, profile or spec.profile or nations.profile)
    for where, kind in _geographies(spec):
        geography(kind, f"{path}: {where}" if path else where)
    notes: list[str] = []
    held: dict[Path, Table] = {}
    # where a layer has no lookup, codes do not answer
    lazy = lazy and all(layer.lookup is not None for layer in spec.layers.values())
    layers = {
        key: read_plan_layer(key, layer, root, spec, notes, held, nations, lazy)
        for key, layer in steps("layer", list(spec.layers.items()), lambda each: each[0])
    }
    notes += told(nations, spec.nations is not None, layers.values())
    if chosen.key in PROFILES and nations.profile is None:
        notes.append(f"profile {chosen.key}: its bands are of policy in England")
    people = read_people(spec, root, notes)
    units = read_units(spec.units, layers, people, root, notes, nations, lazy) if spec.units else None
    read = [part for part in (*layers.values(), units) if part is not None and part.is_read]
    if any(part.drawn is not None for part in read):
        # what looks at outlines takes long to load
        from footprint.plan.codeless import require_beyond

        require_beyond(layers, units, notes)
    require_same_axes(layers, units)
    layers = {key: key_lookup(layer, layers, units, notes, nations) for key, layer in layers.items()}
    require_order(layers, path)
    people_of = key_people(people, units, layers, notes, nations)
    by_level, by_layer = bands.bands(spec, chosen, layers, path)
    unread: tuple[str, ...] = ()
    if spec.flows is not None and not flows:
        unread = tuple(part for part in ("flows", "providers") if getattr(spec, part) is not None)
    day = spec.date if dated else None
    table, between, providers = None, None, None
    if spec.flows is not None and flows:
        # what counts records takes long to load
        from footprint.plan.flows import read_plan_flows

        table, between, providers = read_plan_flows(
            spec,
            spec.flows,
            layers,
            units,
            root,
            notes,
            held,
            engine,
            nations,
            date=day,
        )
    by_unit = people.counts if people is not None and people_of == "units" else {}
    measures = read_measures(spec, root, path, units, layers, by_unit, notes)
    accountable = None
    if spec.accountability is not None:
        areas = {key: layer.areas for key, layer in layers.items()}
        accountable = read_accountability(spec.accountability, root, areas, spec.levels, day)
        notes += accountable.notes
    return Plan(
        title=spec.title,
        date=day,
        profile=chosen.key,
        nations=nations,
        path=path,
        layers=layers,
        units=units,
        people=people,
        people_of=people_of,
        levels=spec.levels,
        bands=by_level,
        layer_bands=by_layer,
        align=bands.alignments(spec, chosen, layers),
        accept=tuple(Accepted(a.rule, a.reason, a.area, a.layer, a.other) for a in spec.accept),
        sliver_width_m=spec.thresholds.sliver_width_m,
        notes=said(dict.fromkeys(notes)),
        guesses=guesses(notes),
        flows=table,
        flow_lookup=between,
        providers=providers,
        localisation_index=spec.thresholds.localisation_index,
        least_providers={**chosen.providers, **spec.thresholds.providers},
        periphery_m=spec.thresholds.periphery_m,
        unread=unread,
        measures=measures,
        accountability=accountable,
        attribution=tuple(spec.attribution),
        licences=dict(_licences(spec, root)),
        spec=spec,
    )


def _profile(spec: PlanSpec, path: Path | None, name: str | None) -> Profile:
    """Return the profile of a name; InputError where there is none."""
    profiles = bands.profiles(spec, path)
    found = NO_PROFILE if name is None else profiles.get(name)
    if found is None:
        known = f"{nearest(name or '', profiles)}Known: {', '.join(profiles)}."
        raise InputError(None, f"there is no profile '{name}'", known)
    return found


def _licences(spec: Spec, root: Path) -> Iterator[tuple[str, str]]:
    """Return the path of each file of a plan that states its licence, and the licence."""
    if isinstance(spec, FileSpec) and spec.licence and (path := getattr(spec, "path", None)):
        yield str(root / path), spec.licence
    for _, value in spec:
        for part in parts_of(value):
            if isinstance(part, Spec):
                yield from _licences(part, root)


def _geographies(spec: PlanSpec) -> Iterator[tuple[str, str]]:
    """Return each geography that a plan names, and where."""
    if spec.units is not None:
        yield "units", spec.units.geography
    for key, layer in spec.layers.items():
        if layer.geography is not None:
            yield f"layers.{key}", layer.geography
