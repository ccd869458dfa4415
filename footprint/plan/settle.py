"""What was found in a folder → units, layers and lookups that fit together."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

import pandas as pd

from footprint.model import rows
from footprint.model.codes import is_in
from footprint.model.errors import InputError, Missing
from footprint.model.geographies import GEOGRAPHIES, NamedColumn
from footprint.model.history import SICBL_SINCE
from footprint.model.nations import ENGLAND
from footprint.model.source import split_layer
from footprint.model.vintage import first_day
from footprint.model.words import capital, clean, listing
from footprint.plan import derive
from footprint.plan.levels import level_pairs
from footprint.plan.load import build_plan
from footprint.plan.model import Plan
from footprint.plan.survey import (
    AREAS,
    BLOCKS,
    Areas,
    Sheet,
    Survey,
    covers,
    files_in,
    newest_first,
    no_people,
    people_of,
    share_matched,
    without_none,
    year_of,
)
from footprint.plan.tomltext import SAID, Aside
from footprint.read import lookup
from footprint.read.planfile import check_plan

# What districts are put together to, outside England.
BOARDS = ("LHB", "HB", "IA", "HSCT")


@dataclass(eq=False)
class Settling(Survey):
    """The units and the layers of a plan, chosen from what is in a folder."""

    units: Areas | None = None
    keyed: list[tuple[Sheet, str]] = field(default_factory=list)
    """Lookups from the units, with the column of units."""
    people: dict[str, str] | None = None
    layers: list[Areas] = field(default_factory=list)
    spec: dict[str, Any] = field(default_factory=dict)
    """The plan."""
    said: dict[str, str] = field(default_factory=dict)
    """What its comments say, by table."""
    older: list[str] = field(default_factory=list)
    """Keys of layers of which the plan has a newer vintage."""
    asides: list[Aside] = field(default_factory=list)
    """What is shown in the plan, but commented out."""

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
        return self._without_older(plan)

    def _without_older(self, plan: Plan) -> Plan:
        """Comment out layers of a vintage that does not fit the date, unless another rests on one."""
        gone: set[str] = set()
        while left := {
            key
            for key in self.older
            if key not in gone and all(o.base != key or k in gone for k, o in plan.layers.items())
        }:
            gone |= left
        for key in [key for key in self.older if key in gone]:
            told = self.said.pop(f"layers.{key}")
            pairs = self.spec["layers"].pop(key)
            self.asides.append(Aside("layers", told, f"[layers.{key}]", pairs))
            for name in {file for _, file in files_in({"layers": {key: pairs}})}:
                self.left.setdefault(name, f"[layers.{key}], which rests on it, is commented out as older")
        return replace(plan, layers={k: layer for k, layer in plan.layers.items() if k not in gone})

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
        """Return the table of people that has most of the codes; of several the one of the newest year."""
        for share, sheet, code in sorted(keyed, key=lambda k: (-k[0], -year_of(k[1], self.today.year))):
            if share > 0.5 and (value := people_of(sheet, code)) is not None:
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

    def _attach(self, sheet: Sheet, unit: str, column: NamedColumn, base: Areas | None) -> None:
        """Give a lookup to the layer that it speaks of; one that speaks of none makes its own."""
        assert column.geography is not None
        kind = column.geography
        alike = [
            o
            for o in self.layers
            if o.geography == kind or (kind.prefixes and o.geography.prefixes == kind.prefixes)
        ]
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
        newest_codes = [str(c) for one in self.layers if known and one.vintage == known for c in one.codes]
        date = min(first_day(known, newest_codes), self.today) if known else self.today
        guess = "1 April of the newest vintage in use." if known else "today, as no file says its year."
        if known and (date.month, date.day) != (4, 1):
            guess = "the day on which the newest areas in use began."
        self.said = {**SAID, "date": f"{SAID['date']} {guess}"}
        self.said["units"] += f" {SAID['population']}" if self.people else ""
        named: dict[str, Areas] = {}
        newest: dict[str, str] = {}
        self.older = []
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
            older = ""
            if year and key == year[0]:
                self.older.append(key)
                older = f" Older than {first}, which fits the date of the plan, so it takes no part."
            what = "areas with codes of their own" if geo.key == "OTHER" else str(one)
            self.said[f"layers.{key}"] = f"{capital(what)}.{older}"
        lad, utla, system = (newest.get(key) for key in ("LAD", "UTLA", "ICS"))
        nhs = [newest[key] for key in ("SICBL", "CCG") if key in newest]
        place = max(nhs, key=lambda key: named[key].vintage or 0, default=utla or lad)
        near = [k for k, one in named.items() if one.geography.key == "OTHER" and re.search("neighbo|pcn", k)]
        pairs = [(utla, system, "must"), (lad, system, "must"), (lad or utla, place, "should")]
        levels = without_none(system=system, place=place, neighbourhood=near[0] if len(near) == 1 else None)
        if self.nations != ENGLAND:
            # which of their areas is which level no policy says that is known here
            levels, pairs = {}, [(lad or utla, newest[key], "should") for key in BOARDS if key in newest]
        self.spec = {
            "title": clean(self.folder.resolve().name) or "Footprint",
            "date": date,
            "nations": None if self.nations == ENGLAND else list(self.nations.letters),
            "profile": self.nations.profile,
            "units": self.units and self._areas(self.units, population=self.people),
            "population": None if self.units else self.people,
            "layers": {key: self._areas(one, lookup=one.lookup) for key, one in named.items()},
            "levels": levels,
            "align": [{"source": a, "target": b, word: "nest"} for a, b, word in pairs if a and b and a != b],
        }
        self.spec = without_none(**self.spec)

    def _areas(self, one: Areas, **tables: Any) -> dict[str, Any]:
        path = self._name(one.path) if one.path else None
        return without_none(
            geography=one.geography.key, path=path, layer=one.layer, code=one.column, **tables
        )

    # ── what to say of it ───────────────────────────────────────────────────────────────────────

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
                why = (
                    no_people(sheet, self.people)
                    or f"adds nothing that fits the plan; its codes: {listing(held)}"
                )
                told.setdefault(name, why if held else "has no column of codes that footprint knows")
        lines = [
            f"{name}{', in part' if name in used else ''}: {told[name].rstrip('.')}." for name in sorted(told)
        ]
        return [clean(" ".join(line.split())) for line in lines]
