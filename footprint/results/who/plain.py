"""Lookups and people as plain dictionaries, where a table is simple enough for that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from footprint.model.geographies import Column, Geography, geography, read_column
from footprint.model.nations import NATIONS, nation_out_of_scope
from footprint.read.specs import LayerSpec, LookupSpec, PopulationSpec
from footprint.read.table import Table, read_table


class NotPlainError(Exception):
    """Something that only the plan's own readers may judge."""


# ── from the tables alone ───────────────────────────────────────────────────────────────────────


@dataclass
class Plain:
    """A lookup as codes and names."""

    codes: dict[str, str]
    """Unit (or area of another layer) → area."""
    names: dict[str, str]
    keys: tuple[Sequence[str], Sequence[str]] = ((), ())
    """Codes of what it is keyed by, and their names, where the table has them."""
    of_units: bool = False


def is_english(code: str) -> bool:
    """Return whether a code is in the scope of the program."""
    return code[:1] not in NATIONS or nation_out_of_scope(code) is None


def plain_lookup(layer: LayerSpec, root: Path, unit: Geography, held: dict[Path, Table]) -> Plain:
    """Read a layer's lookup; NotPlainError where it has none, or outlines have a say in what it means."""
    spec = layer.lookup
    if spec is None or (layer.geography is None and layer.path is not None and spec.code is None):
        raise NotPlainError
    geo = geography(layer.geography) if layer.geography is not None else None
    path = root / spec.path
    if path not in held:
        held[path] = read_table(path)
    try:
        return lookup_of(held[path], spec, unit, geo)
    except NotPlainError:
        return _by_pandas(spec, path, unit, geo)


def _by_pandas(spec: LookupSpec, path: Path, unit: Geography, geo: Geography | None) -> Plain:
    from footprint.read.lookup import read_lookup

    found = read_lookup(
        path, unit=spec.unit, code=spec.code, unit_geography=unit, geography=geo, role="lookup"
    )
    codes, names = (
        dict(zip(s.index.astype(str), s.astype(str), strict=True)) for s in (found.codes, found.names)
    )
    return Plain(codes, names)


def lookup_of(table: Table, spec: LookupSpec, unit: Geography, geo: Geography | None) -> Plain:
    """Return a lookup of a table that needs no repair; NotPlainError where it may."""
    keyed = _column(list(table), spec.unit, unit)
    code = _column([c for c in table if c != keyed], spec.code, geo)
    units, areas = table[keyed], table[code]
    codes = dict(zip(units, areas, strict=True))
    # a unit on two lines may be given to two areas
    if "" in codes or "" in areas or len(codes) < len(units):
        raise NotPlainError
    named, own = _name_column(table, code), _name_column(table, keyed)
    # of several names the first counts
    names: dict[str, str] = {}
    if named is not None:
        first = dict(zip(reversed(areas), reversed(table[named]), strict=True))
        names = {area: first[area] for area in dict.fromkeys(areas)}
    return Plain(codes, names, ((), ()) if own is None else (units, table[own]))


def _column(columns: Sequence[str], wanted: str | None, geo: Geography | None) -> str:
    """Return the column that a plan names, or the one whose ONS name says it; NotPlainError otherwise."""
    if wanted is not None:
        if wanted in columns:
            return wanted
        raise NotPlainError
    read = [c for c in map(read_column, columns) if c is not None and c.kind == "code"]
    fitting = [c.name for c in read if c.geography is not None and (geo is None or _fits(c, geo))]
    if len(fitting) != 1 or (geo is not None and not geo.prefixes):
        raise NotPlainError
    return fitting[0]


def _fits(column: Column, geo: Geography) -> bool:
    assert column.geography is not None
    return column.geography == geo or {column.geography.key, geo.key} == {"CCG", "SICBL"}


def _name_column(columns: Iterable[str], code: str) -> str | None:
    """Return the column that is called like the code's: LAD20NM for LAD20CD."""
    folded = code.lower()
    wanted = {
        folded.removesuffix(ending) + name
        for ending, name in (("cd", "nm"), ("code", "name"))
        if folded.endswith(ending)
    }
    return next((c for c in columns if c.lower() in wanted), None)


def plain_people(spec: PopulationSpec | None, root: Path, unit: Geography) -> dict[str, float] | None:
    """Read people by unit."""
    if spec is None:
        return None
    path = root / spec.path
    try:
        if spec.value is None:
            raise NotPlainError
        table = read_table(path)
        codes = table[_column(list(table), spec.code, unit)]
        people = [float(v) for v in table[_column(list(table), spec.value, None)]]
        found = dict(zip(codes, people, strict=True))
        if len(found) == len(codes) and all(0 <= p < 1e10 for p in people) and "" not in found:
            return found
    except (NotPlainError, ValueError):
        pass
    from footprint.read.population import read_population

    read = read_population(path, code=spec.code, value=spec.value, geography=unit)
    return {str(code): float(value) for code, value in read.people.items()}


def share_covered(held: Mapping[str, str], keys: Mapping[str, str]) -> float:
    """Return the share of `keys` that a lookup has."""
    return len(held.keys() & keys.keys()) / len(held) if held else 0.0
