"""A folder of boundary files and tables → a first plan that runs, with comments on what was guessed.

The project's readers judge what can be used; what they refuse is left out, with their reason.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from footprint.model import rows
from footprint.model.codes import is_in
from footprint.model.errors import InputError
from footprint.model.geographies import GEOGRAPHIES
from footprint.model.words import clean, listing
from footprint.plan.model import Plan
from footprint.plan.settle import BOARDS, Settling
from footprint.plan.survey import (
    AREAS,
    BLOCKS,
    Areas,
    Sheet,
    covers,
    files_in,
    share_matched,
    without_none,
)
from footprint.plan.tomltext import ONS, SAID, THRESHOLDS, Aside, written
from footprint.read import flow_files, flows, providers
from footprint.read.columns import by_word
from footprint.read.specs import FlowsSpec, ProvidersSpec


@dataclass(frozen=True)
class Draft:
    """A plan for a folder."""

    text: str
    """The plan, as TOML."""
    notes: tuple[str, ...]
    """What was found, and what was left out and why."""


def draft(
    folder: Path,
    *,
    today: dt.date | None = None,
    beside: Path | None = None,
    date: dt.date | None = None,
    attribution: Sequence[str] = (),
    counted: Mapping[str, str] | None = None,
) -> Draft:
    """Draft a plan for the boundary files and tables in a folder and its sub-folders.

    Parameters
    ----------
    folder : where the data is; nothing deeper than one sub-folder is looked at
    today : no vintage is later than this; it dates the plan where nothing has a vintage
    beside : the folder that the plan will stand in, where that is not `folder`
    date : the date of the plan, where it is known
    attribution : what the licences of the files ask for
    counted : file of people → who counted them, and when, where that is known

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
    known = without_none(date=date, attribution=list(attribution) or None)
    # keys of the plan itself come before its sections
    starter.spec = {"title": "", **known} | {k: v for k, v in starter.spec.items() if k not in known}
    starter.spec["title"] = title(folder, starter.spec)
    people = starter.people
    if people is not None and (source := (counted or {}).get(people["path"])) is not None:
        people["source"] = source
        starter.said["units"] = starter.said["units"].removesuffix(f" {SAID['population']}")
    if date is not None:
        starter.said["date"] = (
            f"{starter.said['date'].partition(' Guessed:')[0]} The date that was asked for."
        )
    unused = starter.unused()
    found = [clean(f"{table}: {file}") for table, file in files_in(starter.spec)]
    known_outlines = any(one.path and one.geography.key != "OTHER" for one in starter.layers)
    if known_outlines and not attribution and set(starter.nations.letters) <= {"E", "W"}:
        starter.asides.append(Aside("date", SAID["statements"], "", {"attribution": list(ONS)}))
    starter.asides.append(Aside("thresholds", SAID["thresholds"], "[thresholds]", THRESHOLDS))
    text = written(starter.spec, starter.said, unused, starter.asides)
    doubts = (clean(f"providers: {told}") for told in starter.doubts)
    return Draft(text, (*found, *doubts, *(f"not used: {told}" for told in unused)))


def title(folder: Path, spec: Mapping[str, Any]) -> str:
    """Return where, of what areas and when a plan is: the folder's name in words, widest areas first."""
    place = clean(re.sub(r"[\s_-]+", " ", folder.resolve().name)).strip() or "Footprint"
    if place.islower():
        place = place.title()
    date: dt.date = spec["date"]
    order = ["ICS", *BOARDS, *reversed(GEOGRAPHIES)]
    kinds = sorted({layer["geography"] for layer in spec["layers"].values()} - {"OTHER"}, key=order.index)
    named = [GEOGRAPHIES[kind].plural for kind in kinds]
    areas = f": {listing(named, len(named))}" if named else ""
    return f"{place}{areas}, {date.day} {date:%B %Y}"


# A table that places fewer of the flows' providers is no alternative.
_MOST_OF_THEM = 0.5


@dataclass(eq=False)
class _Starter(Settling):
    """What is in a folder, and the plan that is made of it."""

    doubts: list[str] = field(default_factory=list)
    """What the plan cannot settle."""
    other: Path | None = None
    """A table of headquarters beside one of sites without weights: neither says where activity is."""

    def _weigh(self, options: list[tuple[float, int, Sheet, dict[str, Any]]]) -> None:
        """Say where sites have no weights, and show what a table of headquarters says instead."""
        several: list[tuple[float, Sheet, dict[str, Any]]] = []
        single: list[tuple[float, Sheet, dict[str, Any]]] = []
        for share, _, sheet, spec in options:
            if share >= _MOST_OF_THEM:
                many = len(sheet.table[spec["code"]]) > len(set(sheet.table[spec["code"]]))
                (several if many and sheet.spots else single).append((share, sheet, spec))
        if not several:
            return
        _, sites, placed = max(several, key=lambda one: one[0])
        weights = providers.could_weigh(sites.table, placed["code"])
        lacking = "sites, and no column of weights is named" if weights else "sites without weights"
        told = (
            f" {sites.path.name} lists {len(sites.table.lines):,} {lacking}: that each has an equal share "
            "of its provider's activity is a guess, whatever kind of site it is; only = { … } "
            "chooses some. The least and the most that the index can be, beside each figure, say what that "
            "guess may change."
        )
        if weights:
            told += f" {providers.weight_lines(weights)} shares it out by that column instead."
        if single:
            _, seats, spec = max(single, key=lambda one: one[0])
            self.other = seats.path
            instead = (
                f"Instead: {seats.path.name} puts each provider wholly where its headquarters are, which is "
                "a guess as well (FP407). To see what it changes, take the # off and put it in the place of "
                "the lines above."
            )
            self.asides.append(Aside("providers", instead, "[providers]", spec))
            told += f" {seats.path.name} has headquarters instead, which the plan shows behind a #."
        self.said["providers"] += told
        self.doubts.append(told.strip())

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
        self._weigh(options)
        # of tables that place about as many, coordinates say more: they place in every layer
        for share, _, sheet, spec in sorted(options, key=lambda o: (-round(o[0], 1), -o[1])):
            if share and "providers" in self.spec:
                told = f"says where {share:.0%} of providers stand, as {self.spec['providers']['path']} does"
                if sheet.path == self.other:
                    told += "; neither is sure, see [providers]"
                self.left.setdefault(self._name(sheet.path), told)
            elif share:
                try:
                    read = providers.read_providers(
                        ProvidersSpec(**spec),
                        self.beside,
                        {key: layer.codes for key, layer in plan.layers.items()},
                        {},
                        {key: layer.geography for key, layer in plan.layers.items()},
                    )
                    self.spec["providers"] = spec | without_none(layer=read.layer)
                except InputError as fault:
                    self._leave(sheet.path, fault)
