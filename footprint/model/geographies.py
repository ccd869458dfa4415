"""The table of geographies: what each kind of area is called, and how its codes look.

A new geography is one row in GEOGRAPHIES; which prefixes its GSS codes have stands in the row of each nation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from footprint.model.errors import InputError
from footprint.model.nations import GSS, prefixes
from footprint.model.words import nearest


@dataclass(frozen=True)
class Geography:
    """A kind of area."""

    key: str
    """What plans call it, for example "LAD"."""
    name: str
    """One of them, in words: "local authority district"."""
    plural: str
    stems: tuple[str, ...] = ()
    """What its ONS column names start with, in lower case: "lad" in LAD20CD, "ltla" in ltla20_code."""
    tiles: bool = True
    """False where its areas are not meant to cover a whole nation."""
    pattern: str = ""
    """Of its codes, where they are not GSS codes and cannot be taken for others."""

    @cached_property
    def prefixes(self) -> tuple[str, ...]:
        """GSS prefixes of its codes in all nations; empty where its codes are not GSS codes."""
        return prefixes(self.key)


GEOGRAPHIES: dict[str, Geography] = {
    g.key: g
    for g in (
        Geography("OA", "output area", "output areas", ("oa",)),
        Geography("DZ", "data zone", "data zones", ("dz",)),
        Geography(
            "SOA", "super output area", "super output areas", ("soa",), pattern=r"95[A-Z]{2}\d{2}[A-Z]\d"
        ),
        Geography("LSOA", "lower-layer super output area", "LSOAs", ("lsoa",)),
        Geography("SDZ", "super data zone", "super data zones", ("sdz",)),
        Geography("IZ", "intermediate zone", "intermediate zones", ("iz",)),
        Geography("MSOA", "middle-layer super output area", "MSOAs", ("msoa",)),
        Geography("WARD", "electoral ward", "wards", ("wd", "ward")),
        Geography("LAD", "local authority district", "districts", ("lad", "ltla", "la")),
        Geography("UTLA", "upper-tier local authority", "upper-tier authorities", ("ctyua", "utla")),
        Geography("CTY", "county", "counties", ("cty",), tiles=False),
        Geography("CAUTH", "combined authority", "combined authorities", ("cauth",), tiles=False),
        Geography("CCG", "clinical commissioning group", "CCGs", ("ccg",)),
        Geography("SICBL", "Sub-ICB location", "Sub-ICB locations", ("sicbl",)),
        Geography("CLUSTER", "primary care cluster", "primary care clusters"),
        Geography("IA", "integration authority", "integration authorities", ("hscp",)),
        Geography("ICS", "integrated care system", "systems", ("ics", "stp", "icb")),
        Geography("LHB", "local health board", "local health boards", ("lhb",)),
        Geography("HB", "health board", "health boards", ("hb",)),
        Geography("HSCT", "health and social care trust", "trusts", ("hsct",), pattern=r"[BNSW]HSCT|SEHSCT"),
        Geography("NHSER", "NHS England region", "NHS regions", ("nhser", "nhsrg")),
        Geography("OTHER", "area", "areas", tiles=False),
    )
}


ALIASES = {
    "STP": "ICS",
    "ICB": "ICS",
    "LTLA": "LAD",
    "LA": "LAD",
    "CTYUA": "UTLA",
    "COUNTY": "CTY",
    "PLACE": "OTHER",
    "NEIGHBOURHOOD": "OTHER",
}


def geography(key: str, where: str | None = None) -> Geography:
    """Return the geography called `key` (any case, common other names too); InputError if there is none."""
    name = key.strip().upper()
    found = GEOGRAPHIES.get(ALIASES.get(name, name))
    if found is None:
        known = [*GEOGRAPHIES, *ALIASES]
        raise InputError(
            where,
            f"there is no geography '{key}'",
            f"{nearest(name, known)}Known: {', '.join(GEOGRAPHIES)}; use OTHER for areas of your own.",
        )
    return found


def looks_foreign(code: str, geo: Geography) -> bool:
    """True if `code` is not a code of geography `geo` (which has GSS prefixes)."""
    return bool(geo.prefixes) and not (GSS.match(code) and code[:3] in geo.prefixes)


def covers_a_part(geo: Geography, codes: Iterable[str]) -> bool:
    """Return whether areas of this kind, with these codes, are not meant to cover a whole nation.

    A file of counties may be called one of upper-tier authorities, so the codes have a say.
    """
    partial = {prefix for each in GEOGRAPHIES.values() if not each.tiles for prefix in each.prefixes}
    listed = list(codes)
    return not geo.tiles or (bool(listed) and all(code[:3] in partial for code in listed))


# ── column names ────────────────────────────────────────────────────────────────────────────────

# LAD20CD, ctyua21nm, SICBL22CD, lsoa11_code, ltla20_name. CCG21CDH ends in H: the NHS's own
# organisation code, which is not a GSS code, so the pattern must not accept it.
_ONS_COLUMN = re.compile(r"^([a-z]+?)_?(\d{2})_?(cd|code|nm|name)$", re.IGNORECASE)


_PLAIN_CODE = ("code", "gss_code", "gsscode", "area_code", "areacode")


_PLAIN_NAME = ("name", "area_name", "areaname")


@dataclass(frozen=True)
class NamedColumn:
    """What the name of a column says."""

    name: str
    kind: str
    """"code" or "name"."""
    geography: Geography | None
    """None for a plain `code` or `name` column."""
    vintage: int | None
    """Year in the name: 2020 in LAD20CD."""


def read_column(name: str) -> NamedColumn | None:
    """Read an ONS column name; None where it is not one."""
    folded = "_".join(name.split()).lower()
    if folded in _PLAIN_CODE or folded in _PLAIN_NAME:
        return NamedColumn(name, "code" if folded in _PLAIN_CODE else "name", None, None)
    match = _ONS_COLUMN.match(folded)
    if match is None:
        return None
    stem, year, ending = match.groups()
    for geo in GEOGRAPHIES.values():
        if stem in geo.stems:
            kind = "code" if ending in ("cd", "code") else "name"
            return NamedColumn(name, kind, geo, 2000 + int(year))
    return None


def geography_of_codes(codes: Iterable[str]) -> Geography | None:
    """Return the one geography that nine in ten of `codes` can belong to, or None where that is not clear.

    E38 counts as CCG here: which of CCG and Sub-ICB location it is, only the vintage tells.
    """
    listed = list(codes)
    if not listed:
        return None
    for geo in GEOGRAPHIES.values():
        if geo.prefixes:
            fitting = sum(not looks_foreign(c, geo) for c in listed)
        else:
            fitting = sum(bool(geo.pattern and re.fullmatch(geo.pattern, c)) for c in listed)
        if fitting >= 0.9 * len(listed):
            return geo
    return None


def settled_geography(stated: Geography | None, column: NamedColumn, codes: Iterable[str]) -> Geography:
    """Return what the codes of a column are codes of: as stated, by its name, by themselves, or OTHER."""
    return stated or column.geography or geography_of_codes(codes) or GEOGRAPHIES["OTHER"]


# ── resolutions ─────────────────────────────────────────────────────────────────────────────────


def resolution_class(metres: float | None, drawn: bool = False) -> str:
    """Return the ONS class that an estimated resolution is closest to, in words."""
    if drawn:
        return "drawn square"
    if metres is None:
        return "unknown"
    for limit, name in (
        (6, "full, BFC"),
        (60, "20 m, BGC"),
        (250, "200 m, BSC"),
        (600, "500 m, BUC"),
    ):
        if metres < limit:
            return f"about {name}"
    return "coarser than BUC"
