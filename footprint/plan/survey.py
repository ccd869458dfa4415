"""What is in a folder of boundary files and tables, judged by the project's own readers."""

from __future__ import annotations

import datetime as dt
import os
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from footprint.model.codes import is_in
from footprint.model.errors import InputError
from footprint.model.geographies import GEOGRAPHIES, Geography, NamedColumn, geography_of_codes, read_column
from footprint.model.nations import ENGLAND, NATIONS, Scope, common, nations_in, scope
from footprint.model.vintage import april
from footprint.plan.keys import LEAST_LOOKUP_COVER
from footprint.read import flow_files, flows, numbers, parquet, table
from footprint.read.boundary import find_code_column, read_features
from footprint.read.columns import by_word
from footprint.read.formats import BOUNDARY_ENDINGS, PARQUET, refuse_unread
from footprint.read.inspect import Inspection, inspect
from footprint.read.pair import nations_of
from footprint.read.points import coordinate_columns
from footprint.read.table import Table

# What units can be, the preferred first; everything else is a layer, the finest first.
BLOCKS = ("LSOA", "DZ", "SOA", "OA", "MSOA", "SDZ", "IZ")
AREAS = tuple(key for key in GEOGRAPHIES if key not in BLOCKS)


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table; of flows, which may be larger than memory, the first rows only."""

    path: Path
    table: Table
    codes: list[NamedColumn]  # with a geography, the finest first
    provider: str | None = None
    nations: Scope = ENGLAND

    @property
    def columns(self) -> list[str]:
        """The names of the columns, as text."""
        return self.table.columns

    @property
    def others(self) -> list[str]:
        """The columns that hold no codes of a geography."""
        return [c for c in self.columns if c not in {code.name for code in self.codes}]

    @property
    def spots(self) -> tuple[str, str, bool] | None:
        """The columns of coordinates, east first, and whether they are in degrees."""
        return coordinate_columns(self.table)

    def values(self, column: str) -> pd.Index:
        """Return what a column holds, once each, without codes of other nations."""
        held = dict.fromkeys(self.table[column])
        found: pd.Index = pd.Index([v for v in held if v and self.nations.holds(v)], dtype=object)
        return found

    def of(self, *keys: str) -> list[NamedColumn]:
        """Return the columns with codes of the geographies `keys`."""
        return [c for c in self.codes if c.geography is not None and c.geography.key in keys]


@dataclass(eq=False)
class Areas:
    """The units or a layer: where they are drawn, and the lookup that says what they are made of."""

    geography: Geography
    vintage: int | None
    codes: pd.Index
    path: Path | None = None
    layer: str | None = None
    column: str | None = None
    lookup: dict[str, str] | None = None
    nations: frozenset[str] = frozenset()
    """Letters of those that the file has areas in, used or not."""

    def __str__(self) -> str:
        return f"{self.geography.plural} of {self.vintage}" if self.vintage else self.geography.plural


def without_none(**values: Any) -> dict[str, Any]:
    """Return the values that are given."""
    return {key: value for key, value in values.items() if value is not None}


def entries_of(folder: Path) -> list[Path]:
    """Return what a folder holds, by name, but for hidden files; nothing where it cannot be read."""
    with suppress(PermissionError):
        return sorted(p for p in folder.iterdir() if not p.name.startswith((".", "~")))
    return []


def share_matched(part: pd.Index, whole: pd.Index) -> float:
    """Return the share of `part` that is in `whole`."""
    return float(is_in(part, whole).mean()) if len(part) else 0.0


def covers(held: pd.Index, codes: pd.Index) -> bool:
    """Return whether `held` has enough of `codes` to be their lookup."""
    return share_matched(codes, held) >= LEAST_LOOKUP_COVER


def newest_first(one: Areas) -> tuple[int, str, str]:
    """Return a key that sorts the newest first."""
    return -(one.vintage or 0), str(one.path), one.layer or ""


def code_columns(frame: pd.DataFrame) -> list[NamedColumn]:
    """Return the columns of codes: by their names, or else by what they hold."""
    found = []
    for name in frame.columns:
        column = read_column(name)
        if column is None or (column.kind == "code" and column.geography is None):
            held = frame[name].str.strip()
            column = NamedColumn(name, "code", geography_of_codes(held[held != ""]), None)
        if column.kind == "code" and column.geography is not None:
            found.append(column)
    return sorted(found, key=lambda c: list(GEOGRAPHIES).index(c.geography.key if c.geography else ""))


_OF_PEOPLE = re.compile("pop|people|person|reside|inhabit|patient|male|list.?size|^obs|^value$|^total$", re.I)


def no_people(sheet: Sheet, used: dict[str, str] | None) -> str:
    """Return why a table whose columns speak of people is not that of the plan, which uses another or none.

    "" where no column speaks of people.
    """
    if not sheet.codes or not any(map(_OF_PEOPLE.search, sheet.others)):
        return ""
    try:
        value = numbers.people_column(sheet.table, sheet.others, sheet.codes[0].name)
    except InputError as fault:
        return f"{fault.fault}. {fault.remedy}"
    return f"holds people ('{value}'), as {used['path']} does, which is used" if used else ""


def people_of(sheet: Sheet, code: str) -> str | None:
    """Return the column of people of a table, beside that of codes; None where none is certain."""
    with suppress(InputError):
        value = numbers.people_column(sheet.table, sheet.others, code)
        # the only numbers in a table may be anything, so their name has to say it
        return value if value.lower() in numbers.POPULATION_WORDS or "population" in value.lower() else None
    return None


def year_of(sheet: Sheet, latest: int) -> int:
    """Return the newest year that the headings or the name of a table say, up to `latest`; 0 for none."""
    said = re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", " ".join([sheet.path.stem, *sheet.columns]))
    return max((year for year in map(int, said) if year <= latest), default=0)


def drawn_parts(path: Path, layer: str | None, one: Inspection, nations: Scope | None = None) -> Areas:
    """Return what a layer of a boundary file holds; InputError where it cannot be used.

    Without `nations` the codes are England's, or those of the file where it has none of them.
    """
    named = one.outline.code_columns
    if one.read is not None:
        read, column = one.read, named[0].name if len(named) == 1 else None
        year = read.vintage or april(read.names.to_dict())
        return Areas(
            read.geography, year, read.areas.index, path, layer, column, nations=nations_of(read)
        )  # fmt: skip
    assert one.problem is not None
    if "Point" not in one.outline.geometry_type:
        raise one.problem
    features = read_features(path, layer=layer)
    found = find_code_column(features, None, None)
    codes = pd.Index(features.frame[found.name].astype(str).str.strip(), dtype=object)
    geo = found.geography or geography_of_codes(codes)
    if geo is None or geo.key not in BLOCKS:
        raise one.problem
    present = nations_in(codes)
    wanted = nations or common([present]) or ENGLAND
    codes = codes[[wanted.holds(c) for c in codes]]
    return Areas(geo, found.vintage, codes, path, layer, found.name, nations=present)


def files_in(plan: dict[str, Any], section: str = "") -> list[tuple[str, str]]:
    """Return each file that a plan names, as FILE::LAYER, with the section that does."""
    found = []
    if "path" in plan:
        # the layer of [providers] is one of the plan's
        keys = ("path",) if section == "providers" else ("path", "layer")
        found.append((section, "::".join(plan[key] for key in keys if key in plan)))
    for key, inner in plan.items():
        if isinstance(inner, dict):
            found += files_in(inner, f"{section}.{key}".strip("."))
    return found


@dataclass(eq=False)
class Survey:
    """What is in a folder."""

    folder: Path
    beside: Path
    """The folder that the plan will stand in."""
    today: dt.date
    drawn: list[Areas] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    journeys: list[Sheet] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)
    """What is not in the plan, and why."""
    nations: Scope = ENGLAND

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
        self._choose_nations()
        sited = [s for s in self.sheets if s.spots]
        for sheet in [s for s in self.sheets if s.of(*BLOCKS) and not s.spots]:
            # a table of sites tells which column holds providers, whatever that is called
            for column in sheet.others:
                held = [s.values(column) for s in sited if column in s.table]
                if sheet in self.sheets and any(share_matched(sheet.values(column), h) > 0.5 for h in held):
                    self.sheets.remove(sheet)
                    self.journeys.append(replace(sheet, provider=column))

    def _choose_nations(self) -> None:
        """Choose the nations that all files have areas in, or else the one that most files are of."""
        held = [one.nations for one in self.drawn]
        if not any(held):
            sheets = [*self.sheets, *self.journeys]
            held = [nations_in(s.table[c.name]) for s in sheets for c in s.codes]
        letters = [letter for each in held for letter in each]
        # no file has all nations: England is what nobody has to ask for
        most = "E" if "E" in letters else max(NATIONS, key=letters.count)
        self.nations = common(held) or scope([most])
        self.sheets = [replace(s, nations=self.nations) for s in self.sheets]
        self.journeys = [replace(s, nations=self.nations) for s in self.journeys]
        for at, one in enumerate(list(self.drawn)):
            if one.path is None or not one.nations or common([one.nations]) == self.nations:
                continue
            [again] = inspect(one.path, layer=one.layer, nations=self.nations)
            try:
                self.drawn[at] = drawn_parts(one.path, one.layer, again, self.nations)
            except InputError as fault:
                self._leave(one.path, fault, one.layer)
        self.drawn = [one for one in self.drawn if self._name_of(one) not in self.left]

    def _name_of(self, one: Areas) -> str:
        return "" if one.path is None else self._name(one.path, one.layer)

    def _look(self, path: Path) -> None:
        ending = path.suffix.lower()
        if any("\ud800" <= c <= "\udfff" for c in str(path)):
            raise InputError(path, "has a name that is not UTF-8", "Rename it.")
        is_text = path.name.lower().removesuffix(".gz").endswith((".csv", ".tsv"))
        if not is_text:
            refuse_unread(path)
        if ending in table.READ_WHOLE:
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

    def _name(self, path: Path, layer: str | None = None) -> str:
        """Return a path as the plan writes it, with forward slashes."""
        start = Path(os.path.relpath(self.folder.resolve(), self.beside.resolve()))
        name = (start / path.relative_to(self.folder)).as_posix()
        # the plan's reader takes blanks off the ends of what it reads
        name = name if name == name.strip() else f"./{name}"
        return f"{name}::{layer}" if layer else name

    def _leave(self, path: Path, fault: InputError, layer: str | None = None) -> None:
        self.left.setdefault(self._name(path, layer), f"{fault.fault}. {fault.remedy}".strip())
