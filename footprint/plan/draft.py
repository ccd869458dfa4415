"""A folder of boundary files and tables → a first plan that runs, with comments on what was guessed.

The project's readers judge what can be used; what they refuse is left out, with their reason.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd

from footprint.model import rows
from footprint.model.codes import is_in
from footprint.model.errors import InputError, Missing
from footprint.model.geographies import GEOGRAPHIES, Column
from footprint.model.source import split_layer
from footprint.model.words import clean, listing
from footprint.plan import derive
from footprint.plan.layers import SICBL_SINCE
from footprint.plan.levels import level_pairs
from footprint.plan.load import build_plan
from footprint.plan.model import Plan
from footprint.plan.survey import (
    BLOCKS,
    Areas,
    Sheet,
    code_columns,
    covers,
    drawn_parts,
    entries_of,
    files_in,
    newest_first,
    share_matched,
    without_none,
)
from footprint.plan.tomltext import SAID, written
from footprint.read import flow_files, flows, lookup, numbers, parquet, providers, table
from footprint.read.columns import by_word
from footprint.read.files import BOUNDARY_ENDINGS, PARQUET
from footprint.read.inspect import inspect
from footprint.read.planfile import check_plan
from footprint.read.specs import FlowsSpec, ProvidersSpec
from footprint.read.workbook import WORKBOOKS

AREAS = tuple(key for key in GEOGRAPHIES if key not in BLOCKS)


@dataclass(frozen=True)
class Draft:
    """A plan for a folder."""

    text: str
    """The plan, as TOML."""
    notes: tuple[str, ...]
    """What was found, and what was left out and why."""


def draft(folder: Path, *, today: dt.date | None = None, beside: Path | None = None) -> Draft:
    """Draft a plan for the boundary files and tables in a folder and its sub-folders.

    Parameters
    ----------
    folder : where the data is; nothing deeper than one sub-folder is looked at
    today : no vintage is later than this; it dates the plan where nothing has a vintage
    beside : the folder that the plan will stand in, where that is not `folder`

    Raises
    ------
    InputError : where the folder holds nothing that a layer can be made of

    """
    for place in (folder, beside or folder):
        if not place.is_dir():
            raise InputError(place, "is no folder", "Name a folder of boundary files and tables.")
    starter = _Starter(folder, beside or folder, today or dt.date.today())
    starter.survey()
    starter.choose_flows(starter.settle())
    unused = starter.unused()
    found = [clean(f"{table}: {file}") for table, file in files_in(starter.spec)]
    text = written(starter.spec, starter.said, unused)
    return Draft(text, (*found, *(f"not used: {told}" for told in unused)))


@dataclass(eq=False)
class _Starter:
    """What is in a folder, and the plan that is made of it."""

    folder: Path
    beside: Path
    today: dt.date
    drawn: list[Areas] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    journeys: list[Sheet] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)  # what is not in the plan, and why
    units: Areas | None = None
    keyed: list[tuple[Sheet, str]] = field(default_factory=list)  # lookups from the units
    people: dict[str, str] | None = None
    layers: list[Areas] = field(default_factory=list)
    spec: dict[str, Any] = field(default_factory=dict)  # the plan
    said: dict[str, str] = field(default_factory=dict)  # what its comments say, by table

    # ── what is there ───────────────────────────────────────────────────────────────────────────

    def survey(self) -> None:
        """Look at every file of the folder and, one level down, of its sub-folders."""
        for path in entries_of(self.folder):
            for file in entries_of(path) if path.is_dir() and path.suffix.lower() != ".gdb" else [path]:
                try:
                    self._look(file)
                except InputError as fault:
                    self._leave(file, fault)
                except OSError as fault:
                    self.left[self._name(file)] = f"cannot be opened ({fault.strerror})"
        sited = [s for s in self.sheets if s.spots]
        for sheet in [s for s in self.sheets if s.of(*BLOCKS) and not s.spots]:
            # a table of sites tells which column holds providers, whatever that is called
            for column in sheet.others:
                held = [s.values(column) for s in sited if column in s.table]
                if sheet in self.sheets and any(share_matched(sheet.values(column), h) > 0.5 for h in held):
                    self.sheets.remove(sheet)
                    self.journeys.append(replace(sheet, provider=column))

    def _look(self, path: Path) -> None:
        ending = path.suffix.lower()
        if any("\ud800" <= c <= "\udfff" for c in str(path)):
            raise InputError(path, "has a name that is not UTF-8", "Rename it.")
        is_text = path.name.lower().removesuffix(".gz").endswith((".csv", ".tsv"))
        if ending in (".xls", ".ods"):
            raise InputError(path, "is a spreadsheet", "Save its sheet as 'CSV UTF-8'.")
        if ending in WORKBOOKS:
            whole = table.read_table(path)
            self.sheets.append(Sheet(path, whole, code_columns(whole.frame)))
            return
        if is_text or (ending in PARQUET and b"geo" not in (parquet.schema_of(path).metadata or {})):
            # the first rows tell flows from other tables before a large file is read
            files = flow_files.find_files(str(path))
            sample = flow_files.first_rows(files)
            provider = by_word(files.columns, flows.PROVIDER_WORDS)
            sheet = Sheet(path, sample, code_columns(sample.frame), provider)
            if sheet.provider and sheet.of(*BLOCKS) and not sheet.spots:
                self.journeys.append(sheet)
            else:
                self.sheets.append(replace(sheet, table=table.read_table(path), provider=None))
        elif ending in (*BOUNDARY_ENDINGS, ".zip"):
            found = inspect(path)
            for one in found:
                layer = one.outline.layer if len(found) > 1 else None
                try:
                    self.drawn.append(drawn_parts(path, layer, one))
                except InputError as fault:
                    self._leave(path, fault, layer)

    # ── what to do with it ──────────────────────────────────────────────────────────────────────

    def settle(self) -> Plan:
        """Choose units and layers and load them, without files that cannot be loaded together."""
        place = self.beside / "footprint.toml"
        while True:
            self._choose_units()
            self._choose_layers()
            if not self.layers:
                told = " ".join(self.unused()[:3]) or "Put files of districts, CCGs or systems there."
                raise InputError(self.folder, "has no boundary file or lookup that makes a layer", told)
            self._write_spec()
            try:
                plan = build_plan(check_plan(self.spec, place), place)
                break
            except InputError as fault:
                where = split_layer(fault.where or "")[0]
                files = [*(d.path for d in self.drawn if d.path), *(s.path for s in self.sheets)]
                bad = next((p for p in files if self.beside / self._name(p) == where), None)
                if bad is None:
                    raise
                self._leave(bad, fault)
                self.drawn = [d for d in self.drawn if d.path != bad]
                self.sheets = [s for s in self.sheets if s.path != bad]
        for pair in list(self.spec["align"]):
            # what must hold and cannot be compared would leave every check incomplete
            if isinstance(overlap := derive.overlap(plan, pair["source"], pair["target"]), Missing):
                self.spec["align"].remove(pair)
                self.left[f"[[align]] {pair['source']} in {pair['target']}"] = overlap.reason
        for low, high in level_pairs(plan):
            if isinstance(overlap := derive.overlap(plan, low, high), Missing) and overlap.refused:
                self.spec["levels"] = {k: v for k, v in self.spec["levels"].items() if v != low}
                self.left[f"{low} as one of the [levels]"] = overlap.reason
        return plan

    def _choose_units(self) -> None:
        """Choose the units that most tables speak of, or else any that are drawn."""
        self.keyed, self.people = [], None
        blocks = [d for key in BLOCKS for d in sorted(self.drawn, key=newest_first) if d.geography.key == key]
        self.units = blocks[0] if blocks else None
        for key in BLOCKS:
            keyed = [(s, c.name, s.values(c.name)) for s in self.sheets for c in s.of(key)]
            lookups = [(s, c, held) for s, c, held in keyed if s.of(*AREAS)]
            # without outlines a lookup says which units there are
            told = [Areas(GEOGRAPHIES[key], None, held) for _, _, held in lookups]
            best = 0
            for one in [d for d in blocks if d.geography.key == key] or told:
                fitting = [(s, c) for s, c, held in lookups if covers(held, one.codes)]
                # where tables list the units, they have to be the same ones
                known = [(s, c, held) for s, c, held in keyed if one.path or covers(one.codes, held)]
                people = self._people((share_matched(one.codes, held), s, c) for s, c, held in known)
                if len(fitting) + bool(people) > best:
                    best = len(fitting) + bool(people)
                    self.units, self.keyed, self.people = one, fitting, people
            if best:
                return

    def _people(self, keyed: Iterable[tuple[float, Sheet, str]]) -> dict[str, str] | None:
        """Return the table of people that has most of the codes."""
        for share, sheet, code in sorted(keyed, key=lambda k: -k[0]):
            with suppress(InputError):
                value = numbers.value_column(sheet.table, sheet.others, None, code, [])
                # the only numbers in a table may be anything, so their name has to say it
                named = value.lower() in numbers.POPULATION_WORDS or "population" in value.lower()
                if named and share > 0.5:
                    return {"path": self._name(sheet.path), "code": code, "value": value}
        return None

    def _choose_layers(self) -> None:
        """Give each geography and vintage one layer, with its outlines, its lookup or both."""
        self.layers = []
        for one in sorted((d for d in self.drawn if d.geography.key in AREAS), key=newest_first):
            same = [s for s in self.layers if str(s) == str(one) and s.geography.key != "OTHER"]
            if not same:
                self.layers.append(replace(one))
            elif same[0].path and one.path:
                told = f"holds {one}, as {self._name(same[0].path)} does, which is used"
                self.left[self._name(one.path, one.layer)] = told
        for sheet, unit in self.keyed:
            for column in sheet.of(*AREAS):
                self._attach(sheet, unit, column, self.units)
            for one in [o for o in self.layers if o.geography.key == "OTHER" and o.lookup is None]:
                own = [c for c in sheet.others if share_matched(sheet.values(c), one.codes) == 1]
                one.lookup = self._lookup(sheet, unit, own[0]) if own else None
        for sheet in [s for s in self.sheets if s not in {k for k, _ in self.keyed}]:
            for below, column in combinations(sheet.of(*AREAS), 2):
                keys = sheet.values(below.name)
                bases = [o for o in self.layers if o.geography == below.geography != column.geography]
                base = next((o for o in bases if covers(keys, o.codes)), None)
                self._attach(sheet, below.name, column, base)
        if self.units is None:
            keyed = [(s, c.name, o) for o in self.layers for s in self.sheets for c in s.of(o.geography.key)]
            self.people = self._people((share_matched(one.codes, s.values(c)), s, c) for s, c, one in keyed)

    def _attach(self, sheet: Sheet, unit: str, column: Column, base: Areas | None) -> None:
        """Give a lookup to the layer that it speaks of; one that speaks of none makes its own."""
        assert column.geography is not None
        alike = [o for o in self.layers if o.geography.prefixes == column.geography.prefixes]
        same = [o for o in alike if column.vintage and o.vintage == column.vintage]
        if base is None or any(o.lookup for o in same):
            return
        stated = self._lookup(sheet, unit, column.name)
        try:
            lookup = self._read_lookup(stated)
        except InputError as fault:
            self._leave(sheet.path, fault)
            return
        codes = pd.Index(lookup.codes[is_in(lookup.codes.index, base.codes)].unique())
        fitting = same or [o for o in alike if share_matched(codes, o.codes) == 1]
        if not fitting:
            self.layers.append(Areas(column.geography, column.vintage, codes, lookup=stated))
        elif fitting[0].lookup is None:
            fitting[0].lookup = stated

    def _lookup(self, sheet: Sheet, unit: str, code: str) -> dict[str, str]:
        return {"path": self._name(sheet.path), "unit": unit, "code": code}

    def _read_lookup(self, stated: dict[str, str]) -> rows.Lookup:
        held = {self.beside / self._name(s.path): s.table for s in self.sheets}
        return lookup.read_lookup(
            self.beside / stated["path"], unit=stated["unit"], code=stated["code"], unit_geography=None,
            geography=None, role="lookup", held=held,
        )  # fmt: skip

    def _write_spec(self) -> None:
        """Name the layers, the newest of a geography plainly, and say what each is for."""
        years = [one.vintage for one in (self.units, *self.layers) if one and one.vintage]
        known = max((year for year in years if year <= self.today.year), default=None)
        date = dt.date(known, 4, 1) if known else self.today
        guess = "1 April of the newest vintage in use." if known else "today, as no file says its year."
        self.said = {**SAID, "date": f"{SAID['date']} {guess}"}
        self.said["units"] += f" {SAID['population']}" if self.people else ""
        named: dict[str, Areas] = {}
        newest: dict[str, str] = {}
        for one in sorted(
            self.layers, key=lambda s: (list(GEOGRAPHIES).index(s.geography.key), newest_first(s))
        ):
            geo = one.geography
            if geo.key == "CCG" and one.vintage is None and date >= SICBL_SINCE:
                geo = GEOGRAPHIES["SICBL"]
            own = one.layer or str(one.path and one.path.stem) if geo.key == "OTHER" else geo.key
            slug = re.sub(r"[^a-z0-9]+", "_", own.lower()).strip("_")
            stem = slug if slug[:1].isalpha() else f"areas_{slug}".strip("_")
            year = [f"{stem}{one.vintage % 100:02d}"] if one.vintage else []
            keys = [stem, *year, *(f"{stem}_{n}" for n in range(2, 2 + len(self.layers)))]
            key = next(k for k in keys if k not in {"units", "flows", "providers", *named})
            one.geography = geo
            named[key] = one
            first = newest.setdefault(geo.key, key)
            older = f" Older than {first}, so it takes no part below." if year and key == year[0] else ""
            what = "areas with codes of their own" if geo.key == "OTHER" else str(one)
            self.said[f"layers.{key}"] = f"{what[:1].upper()}{what[1:]}.{older}"
        lad, utla, system = (newest.get(key) for key in ("LAD", "UTLA", "ICS"))
        nhs = [newest[key] for key in ("SICBL", "CCG") if key in newest]
        place = max(nhs, key=lambda key: named[key].vintage or 0, default=utla or lad)
        near = [k for k, one in named.items() if one.geography.key == "OTHER" and re.search("neighbo|pcn", k)]
        pairs = [(utla, system, "must"), (lad, system, "must"), (lad or utla, place, "should")]
        self.spec = {
            "title": clean(self.folder.resolve().name) or "Footprint",
            "date": date,
            "profile": "classic",
            "units": self.units and self._areas(self.units, population=self.people),
            "population": None if self.units else self.people,
            "layers": {key: self._areas(one, lookup=one.lookup) for key, one in named.items()},
            "levels": without_none(
                system=system, place=place, neighbourhood=near[0] if len(near) == 1 else None
            ),
            "align": [{"source": a, "target": b, word: "nest"} for a, b, word in pairs if a and b and a != b],
        }
        self.spec = without_none(**self.spec)

    def _areas(self, one: Areas, **tables: Any) -> dict[str, Any]:
        path = self._name(one.path) if one.path else None
        return without_none(
            geography=one.geography.key, path=path, layer=one.layer, code=one.column, **tables
        )

    def choose_flows(self, plan: Plan) -> None:
        """Choose the first flows that are of the units, and where most of their providers stand."""
        for sheet in sorted(self.journeys, key=lambda s: s.path):
            try:
                if "flows" in self.spec:
                    told = f"holds flows, as {self.spec['flows']['path']} does, which is used"
                    raise InputError(None, told, 'Parts of one table are read with path = "folder/*.csv".')
                if self.units is None or plan.units is None:
                    told = "holds flows, which need units"
                    raise InputError(None, told, "Add boundaries of LSOAs, or lookups from them.")
                self._choose_sites(self._read_flows(sheet, self.units, plan.units.codes), plan)
            except InputError as fault:
                self._leave(sheet.path, fault)

    def _read_flows(self, sheet: Sheet, units: Areas, codes: pd.Index) -> rows.FlowTable:
        unit = (sheet.of(units.geography.key) or sheet.of(*BLOCKS))[0]
        assert unit.geography is not None
        found: dict[str, Any] = without_none(
            path=self._name(sheet.path), unit=unit.name, provider=sheet.provider
        )
        files, first = flow_files.find_files(str(sheet.path)), sheet.table
        found |= flows.find_columns(FlowsSpec(**found), files, first, unit.geography, [])
        found["kind"] = flows.guess_kind(found.get("value"), [])
        table = flows.read_flows(FlowsSpec(**found), self.beside, unit.geography)
        if not is_in(table.units, codes).any():
            ways = {
                share_matched(table.units, s.values(column.name)): self._lookup(s, key.name, column.name)
                for s in self.sheets
                for key in s.of(units.geography.key)
                for column in s.of(unit.geography.key)
                if key is not column and covers(s.values(key.name), codes)
            }
            if not any(ways):
                told = f"holds flows by {unit.geography.plural}, which are not the plan's units"
                raise InputError(None, told, f"Add a lookup to them from {units}.")
            found["lookup"] = ways[max(ways)]
            self._read_lookup(found["lookup"])
        self.spec["flows"] = found
        return table

    def _choose_sites(self, table: rows.FlowTable, plan: Plan) -> None:
        options = []
        for sheet in self.sheets:
            held = {c: share_matched(table.providers, sheet.values(c)) for c in sheet.columns}
            code = max(held, key=lambda c: held[c])
            name = by_word([c for c in held if c != code], providers.NAME_WORDS)
            spec = without_none(path=self._name(sheet.path), code=code, name=name)
            if spots := sheet.spots:
                east, north = ("longitude", "latitude") if spots[2] else ("easting", "northing")
                options.append(
                    (held[code], 1, sheet, spec | dict(sorted({east: spots[0], north: spots[1]}.items())))
                )
            elif areas := sheet.of(*AREAS):
                options.append((held[code], 0, sheet, spec | {"area": areas[0].name}))
        # of tables that place about as many, coordinates say more: they place in every layer
        for share, _, sheet, spec in sorted(options, key=lambda o: (-round(o[0], 1), -o[1])):
            if share and "providers" in self.spec:
                told = f"says where {share:.0%} of providers stand, as {self.spec['providers']['path']} does"
                self.left.setdefault(self._name(sheet.path), told)
            elif share:
                try:
                    read = providers.read_providers(
                        ProvidersSpec(**spec),
                        self.beside,
                        {key: layer.codes for key, layer in plan.layers.items()},
                    )
                    self.spec["providers"] = spec | without_none(layer=read.layer)
                except InputError as fault:
                    self._leave(sheet.path, fault)

    # ── what to say of it ───────────────────────────────────────────────────────────────────────

    def _name(self, path: Path, layer: str | None = None) -> str:
        """Return a path as the plan writes it, with forward slashes."""
        start = Path(os.path.relpath(self.folder.resolve(), self.beside.resolve()))
        name = (start / path.relative_to(self.folder)).as_posix()
        # the plan's reader takes blanks off the ends of what it reads
        name = name if name == name.strip() else f"./{name}"
        return f"{name}::{layer}" if layer else name

    def _leave(self, path: Path, fault: InputError, layer: str | None = None) -> None:
        self.left.setdefault(self._name(path, layer), f"{fault.fault}. {fault.remedy}".strip())

    def unused(self) -> list[str]:
        """Return what is in the folder, but not in the plan, and why."""
        used = {file for _, file in files_in(self.spec)}
        told = dict(self.left)
        for one in self.drawn:
            name = self._name(one.path, one.layer) if one.path else ""
            if name not in used:
                told.setdefault(name, f"holds {one}, and the units are {self.units}")
        for sheet in self.sheets:
            name, held = self._name(sheet.path), []
            for column in sheet.codes:
                held.append(column.name)
                if self.units and column.geography == self.units.geography:
                    held[-1] += (
                        f" ({share_matched(self.units.codes, sheet.values(column.name)):.0%} of the units)"
                    )
            if name not in used:
                why = f"adds nothing that fits the plan; its codes: {listing(held)}"
                told.setdefault(name, why if held else "has no column of codes that footprint knows")
        lines = [
            f"{name}{', in part' if name in used else ''}: {told[name].rstrip('.')}." for name in sorted(told)
        ]
        return [clean(" ".join(line.split())) for line in lines]
