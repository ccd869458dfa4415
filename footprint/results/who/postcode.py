"""Postcodes: what a lookup of them says where one lies, in the units of the plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.geographies import GEOGRAPHIES, Geography
from footprint.model.nations import GSS
from footprint.model.words import listing, with_article
from footprint.read.columns import plain
from footprint.read.postcodes import rows_with
from footprint.results.who.codes import Codes
from footprint.results.who.spot import Metres, at_point, read_irish, read_point
from footprint.results.who.subject import Subject

_POSTCODE = re.compile(r"^([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})$")


_METRES = (
    ("oseast1m", "east1m", "easting", "eastings", "x"),
    ("osnrth1m", "north1m", "northing", "northings", "y"),
)


_DEGREES = (("lat", "latitude"), ("long", "lon", "lng", "longitude"))


# What ONS writes for the latitude of a postcode that nobody has placed.
_NOWHERE = "99.99"


# Postcodes of Northern Ireland, whose metres are those of the Irish Grid in the lookups of ONS.
_IRISH = "BT"


# What a lookup calls the nation of a postcode: ctry, ctry25cd. Other areas of a row may cross a border.
_NATION = re.compile(r"^(ctry ?(\d{2})? ?(cd|code)?|country( code)?)$")


# What a lookup calls the month or day that a postcode ended on (ONS Postcode Directory: doterm).
_ENDED = (
    "doterm",
    "date of termination",
    "termination date",
    "terminated",
    "end date",
    "operational end date",
)


# What a lookup calls whether a postcode is in use.
_IN_USE = ("in use", "in use?")
_NO = ("no", "n", "false", "0")


# Headings of postcode lookups leave the ending out: lsoa11, oa21, msoa11_cd.
_HEADING = re.compile(r"^([a-z]+?) ?(\d{2})(?: ?(?:cd|code))?$")


Row = Mapping[str, str]


def at_postcode(codes: Codes, postcode: str, path: Path) -> Subject:
    """Return what a postcode means, by a lookup: its unit, or the point that it stands for.

    The lookup may be the ONS Postcode Directory, or any table with a column of postcodes and one of
    units or two of coordinates. Of text only the rows with this postcode are read.

    Raises
    ------
    InputError : for what is no postcode, one that the lookup lacks, one outside the plan's nations, and one
        that the lookup puts into several units

    """
    match = _POSTCODE.match(postcode.strip().upper())
    if match is None:
        raise InputError(None, f"'{postcode}' is no postcode", "Write it as S1 2BJ.")
    told = f"{match[1]} {match[2]}"
    rows = rows_with(path, *match.groups())
    if not rows:
        raise InputError(path, f"has no postcode {told}", "Use a lookup that has it, or ask for a code.")
    # a postcode that was given out again has a row for each time
    rows = [row for row in rows if _ended(row) is None] or rows
    held = {unit: row for row in rows for unit in _units(codes, row)}
    if len(held) > 1:
        raise InputError(
            path,
            f"puts {told} into {len(held)} units of the plan: "
            + listing(f"{unit} ({_columns_of(row, unit)})" for unit, row in held.items()),
            "Delete the column or the row that is not meant.",
        )
    notes = []
    if (end := _ended(rows[0])) is not None:
        notes.append(f"the postcode {told} {end[1]} ({path.name}, column '{end[0]}')")
    for unit, row in held.items():
        others = {name: _other_vintage(codes, name) for name, value in row.items() if value == unit}
        # most codes of 2011 are codes of 2021 as well: a column of the plan's vintage counts first
        if None not in others.values():
            column, other = next(iter(others.items()))
            notes.append(
                f"{path.name}: column '{column}' holds areas of {other}, and the plan's units are of "
                f"{_vintage(codes)}; {unit} is in both"
            )
        return Subject(
            "unit", unit, codes.units[unit], None, (unit,), codes.people_of([unit]), notes=tuple(notes)
        )
    [row, *_] = rows
    nation = _nation(codes, row)
    if nation is not None:
        raise InputError(None, f"{told} is in {nation}", codes.plan.nations.covered)
    spot = _spot(row, match[1])
    if spot is not None:
        return replace(at_point(codes, spot), notes=tuple(notes))
    raise InputError(
        path,
        f"says of {told} neither {with_article(codes.unit_kind)} of the plan nor coordinates",
        f"Use a lookup of the plan's vintage. Its columns: {listing(row, 12)}.",
    )


def _nation(codes: Codes, row: Row) -> str | None:
    """Return the nation beyond the plan that a row is of: by its column of nations, if it has one."""
    stated = [value for name, value in row.items() if _NATION.match(plain(name)) and GSS.match(value)]
    return next((n for n in map(codes.plan.nations.outside, stated or row.values()) if n is not None), None)


def _spot(row: Row, outward: str) -> Metres | None:
    """Return easting and northing of a row; None where it states none, or ONS's mark for "not placed"."""
    named = {plain(name): value for name, value in row.items()}
    east, north, latitude, longitude = (
        next((named[word] for word in words if named.get(word)), None) for words in (*_METRES, *_DEGREES)
    )
    degrees = None
    if latitude is not None and longitude is not None and not latitude.startswith(_NOWHERE):
        degrees = f"{latitude},{longitude}"
    metres = None if east is None or north is None else f"{east},{north}"
    if outward.startswith(_IRISH):
        return read_point(degrees) if degrees else None if metres is None else read_irish(metres)
    stated = metres or degrees
    return None if stated is None else read_point(stated)


def _units(codes: Codes, row: Row) -> list[str]:
    """Return the units of the plan that a row names: by the columns of the plan's vintage, if it has any.

    A column that is of another kind of area, by its heading, holds none.
    """
    vintage, geography = _vintage(codes), _geography(codes)
    headed = {name: _heading(name) for name in row}
    own = [name for name, said in headed.items() if said == (geography, vintage)]
    fitting = own or [
        name for name, said in headed.items() if said is None or geography is None or said[0] == geography
    ]
    return list(dict.fromkeys(row[name] for name in fitting if row[name] in codes.units))


def _heading(name: str) -> tuple[Geography, int] | None:
    """Return what a heading of a lookup of postcodes says of its codes, None where it says nothing."""
    match = _HEADING.match(plain(name))
    if match is None:
        return None
    return next(((g, 2000 + int(match[2])) for g in GEOGRAPHIES.values() if match[1] in g.stems), None)


def _geography(codes: Codes) -> Geography | None:
    units = codes.plan.units
    return None if units is None or units.geography.key == "OTHER" else units.geography


def _vintage(codes: Codes) -> int | None:
    return None if codes.plan.units is None else codes.plan.units.vintage


def _other_vintage(codes: Codes, column: str) -> int | None:
    """Return the year of a column that is not the plan's; None where either is not known."""
    said, own = _heading(column), _vintage(codes)
    return None if said is None or own is None or said[1] == own else said[1]


def _columns_of(row: Row, unit: str) -> str:
    return listing(name for name, value in row.items() if value == unit)


def _ended(row: Row) -> tuple[str, str] | None:
    """Return the column that says that a postcode ended, and its words: "ended on 2010-06" of 201006."""
    columns: Iterable[str] = (name for name in row if plain(name) in _ENDED)
    for name in columns:
        written = row[name].strip()
        if written.strip("0-") and written.casefold() not in ("nan", "none", "null", "na", "n/a"):
            digits = re.fullmatch(r"(\d{4})(\d{2})(\d{2})?", written)
            when = "-".join(part for part in digits.groups() if part) if digits else written
            return name, f"ended on {when}"
    unused = (name for name in row if plain(name) in _IN_USE and row[name].casefold() in _NO)
    return next(((name, "is not in use any more") for name in unused), None)
