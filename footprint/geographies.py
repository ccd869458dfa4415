"""The table of geographies: what each kind of area is called, how its codes look, who succeeded whom.

A new geography is one row in GEOGRAPHIES. Sources: ONS "Register of Geographic Codes" for the GSS
prefixes, ONS "Code History Database" for successions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from footprint.errors import InputError
from footprint.words import nearest


@dataclass(frozen=True)
class Geography:
    """A kind of area."""

    key: str
    """What plans call it, for example "LAD"."""
    name: str
    """One of them, in words: "local authority district"."""
    plural: str
    prefixes: tuple[str, ...] = ()
    """GSS prefixes of its English codes; empty where its codes are not GSS codes."""
    stems: tuple[str, ...] = ()
    """What its ONS column names start with, in lower case: "lad" in LAD20CD, "ltla" in ltla20_code."""


GEOGRAPHIES: dict[str, Geography] = {
    g.key: g
    for g in (
        Geography("OA", "output area", "output areas", ("E00",), ("oa",)),
        Geography("LSOA", "lower-layer super output area", "LSOAs", ("E01",), ("lsoa",)),
        Geography("MSOA", "middle-layer super output area", "MSOAs", ("E02",), ("msoa",)),
        Geography("WARD", "electoral ward", "wards", ("E05",), ("wd", "ward")),
        Geography(
            "LAD",
            "local authority district",
            "districts",
            ("E06", "E07", "E08", "E09"),
            ("lad", "ltla", "la"),
        ),
        Geography(
            "UTLA",
            "upper-tier local authority",
            "upper-tier authorities",
            ("E06", "E08", "E09", "E10"),
            ("ctyua", "utla"),
        ),
        Geography("CTY", "county", "counties", ("E10",), ("cty",)),
        Geography("CAUTH", "combined authority", "combined authorities", ("E47",), ("cauth",)),
        Geography("CCG", "clinical commissioning group", "CCGs", ("E38",), ("ccg",)),
        Geography("SICBL", "Sub-ICB location", "Sub-ICB locations", ("E38",), ("sicbl",)),
        Geography("ICS", "integrated care system", "systems", ("E54",), ("ics", "stp", "icb")),
        Geography("NHSER", "NHS England region", "NHS regions", ("E40",), ("nhser", "nhsrg")),
        Geography("OTHER", "area", "areas"),
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


# ── column names ────────────────────────────────────────────────────────────────────────────────

# LAD20CD, ctyua21nm, SICBL22CD, lsoa11_code, ltla20_name. CCG21CDH ends in H: the NHS's own
# organisation code, which is not a GSS code, so the pattern must not accept it.
_ONS_COLUMN = re.compile(r"^([a-z]+?)_?(\d{2})_?(cd|code|nm|name)$", re.IGNORECASE)
_PLAIN_CODE = ("code", "gss_code", "gsscode", "area_code", "areacode")
_PLAIN_NAME = ("name", "area_name", "areaname")


@dataclass(frozen=True)
class Column:
    """What the name of a column says."""

    name: str
    kind: str
    """"code" or "name"."""
    geography: Geography | None
    """None for a plain `code` or `name` column."""
    vintage: int | None
    """Year in the name: 2020 in LAD20CD."""


def read_column(name: str) -> Column | None:
    """Read an ONS column name; None where it is not one."""
    folded = name.strip().lower()
    if folded in _PLAIN_CODE or folded in _PLAIN_NAME:
        return Column(name, "code" if folded in _PLAIN_CODE else "name", None, None)
    match = _ONS_COLUMN.match(folded)
    if match is None:
        return None
    stem, year, ending = match.groups()
    for geo in GEOGRAPHIES.values():
        if stem in geo.stems:
            kind = "code" if ending in ("cd", "code") else "name"
            return Column(name, kind, geo, 2000 + int(year))
    return None


# ── codes ───────────────────────────────────────────────────────────────────────────────────────

_GSS = re.compile(r"^[EWSNKJ]\d{8}$")
NATIONS = {"W": "Wales", "S": "Scotland", "N": "Northern Ireland"}


def nation_out_of_scope(code: str) -> str | None:
    """Return the nation of a GSS code outside England, or None. `footprint` covers England."""
    return NATIONS.get(code[:1]) if _GSS.match(code) else None


def looks_foreign(code: str, geo: Geography) -> bool:
    """True if `code` is not a code of geography `geo` (which has GSS prefixes)."""
    return bool(geo.prefixes) and not (_GSS.match(code) and code[:3] in geo.prefixes)


def geography_of_codes(codes: Iterable[str]) -> Geography | None:
    """Return the one geography that nine in ten of `codes` can belong to, or None where that is not clear.

    E38 counts as CCG here: which of CCG and Sub-ICB location it is, only the vintage tells.
    """
    listed = list(codes)
    if not listed:
        return None
    for geo in GEOGRAPHIES.values():
        if geo.prefixes and sum(not looks_foreign(c, geo) for c in listed) >= 0.9 * len(listed):
            return geo
    return None


@dataclass(frozen=True)
class Succession:
    """One area that ended, the area that took over its code's ground, and the year it did."""

    old: str
    new: str
    year: int
    name: str
    """Of the new area."""


def _became(year: int, new: str, name: str, *old: str) -> list[Succession]:
    return [Succession(code, new, year, name) for code in old]


SUCCESSIONS: tuple[Succession, ...] = (
    # districts, 1 April of the year
    *_became(
        2019,
        "E06000058",
        "Bournemouth, Christchurch and Poole",
        "E06000028",
        "E06000029",
        "E07000048",
    ),
    *_became(
        2019,
        "E06000059",
        "Dorset",
        "E07000049",
        "E07000050",
        "E07000051",
        "E07000052",
        "E07000053",
    ),
    *_became(2019, "E07000244", "East Suffolk", "E07000205", "E07000206"),
    *_became(2019, "E07000245", "West Suffolk", "E07000201", "E07000204"),
    *_became(2019, "E07000246", "Somerset West and Taunton", "E07000190", "E07000191"),
    *_became(
        2020,
        "E06000060",
        "Buckinghamshire",
        "E07000004",
        "E07000005",
        "E07000006",
        "E07000007",
    ),
    *_became(
        2021,
        "E06000061",
        "North Northamptonshire",
        "E07000150",
        "E07000152",
        "E07000153",
        "E07000156",
    ),
    *_became(2021, "E06000062", "West Northamptonshire", "E07000151", "E07000154", "E07000155"),
    *_became(2023, "E06000063", "Cumberland", "E07000026", "E07000028", "E07000029"),
    *_became(2023, "E06000064", "Westmorland and Furness", "E07000027", "E07000030", "E07000031"),
    *_became(2023, "E06000065", "North Yorkshire", *(f"E0700016{n}" for n in range(3, 10))),
    *_became(2023, "E06000066", "Somerset", "E07000187", "E07000188", "E07000189", "E07000246"),
    # systems: redrawn and recoded on 1 July 2022, Surrey and Sussex recoded in 2023
    *_became(2022, "E54000055", "Birmingham and Solihull", "E54000017"),
    *_became(2022, "E54000056", "Cambridgeshire and Peterborough", "E54000021"),
    *_became(2022, "E54000057", "Greater Manchester", "E54000007"),
    *_became(2022, "E54000058", "Derby and Derbyshire", "E54000012"),
    *_became(2022, "E54000059", "Northamptonshire", "E54000020"),
    *_became(2022, "E54000060", "Nottingham and Nottinghamshire", "E54000014"),
    *_became(2022, "E54000061", "South Yorkshire", "E54000009"),
    *_became(2022, "E54000062", "Black Country", "E54000016"),
    *_became(2023, "E54000063", "Surrey Heartlands", "E54000052"),
    *_became(2023, "E54000064", "Sussex", "E54000053"),
)


@dataclass(frozen=True)
class VintageClash:
    """Codes of one set that never were in force together."""

    ended: tuple[Succession, ...]
    """Successions whose old code is in the set …"""
    year: int
    """… although a code of the set exists only from this year on, or the layer says this year."""
    born: tuple[str, ...] = field(default=())
    """Codes that exist only from `year` on; empty where `year` is stated by the layer."""


def vintage_of_codes(codes: Iterable[str]) -> tuple[int | None, int | None]:
    """Return (first, last) year in which all of `codes` can have been in force; None where nothing is known.

    An end in year Y means that the code was in force up to and into Y − 1 at the least.
    """
    held = set(codes)
    born = [s.year for s in SUCCESSIONS if s.new in held]
    died = [s.year for s in SUCCESSIONS if s.old in held]
    return (max(born) if born else None, min(died) - 1 if died else None)


def vintage_clash(codes: Iterable[str]) -> VintageClash | None:
    """Return the clash if `codes` holds both ended areas and areas that only exist after that end."""
    held = set(codes)
    first, last = vintage_of_codes(held)
    if first is None or last is None or first <= last:
        return None
    ended = tuple(s for s in SUCCESSIONS if s.old in held and s.year <= first)
    born = tuple(sorted({s.new for s in SUCCESSIONS if s.new in held and s.year == first}))
    return VintageClash(ended, first, born)


def ended_before(codes: Iterable[str], year: int) -> tuple[Succession, ...]:
    """Return the successions of those `codes` that had ended by 1 April of `year`."""
    held = set(codes)
    return tuple(s for s in SUCCESSIONS if s.old in held and s.year <= year)


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


# ── levels and population bands ─────────────────────────────────────────────────────────────────


class Level(StrEnum):
    """The three levels at which care is organised, widest first."""

    SYSTEM = "system"
    PLACE = "place"
    NEIGHBOURHOOD = "neighbourhood"


@dataclass(frozen=True)
class Band:
    """A range of people, both ends inclusive; None is open."""

    low: int | None
    high: int | None

    def status(self, people: float) -> str:
        """Return "BELOW", "WITHIN" or "ABOVE"."""
        if self.low is not None and people < self.low:
            return "BELOW"
        if self.high is not None and people > self.high:
            return "ABOVE"
        return "WITHIN"

    def distance(self, people: float) -> float:
        """Return the people missing (negative) or too many (positive); 0 within the band."""
        if self.low is not None and people < self.low:
            return people - self.low
        if self.high is not None and people > self.high:
            return people - self.high
        return 0

    def __str__(self) -> str:
        if self.high is None:
            return f"{self.low:,} or more"
        if self.low is None:
            return f"{self.high:,} or fewer"
        return f"{self.low:,} to {self.high:,}"


@dataclass(frozen=True)
class PolicyAlignment:
    """A kind of area that a policy wants to nest in a level."""

    geography: str
    """Key of GEOGRAPHIES."""
    level: Level
    must: bool = False
    """False for "should"."""


@dataclass(frozen=True)
class Profile:
    """Policy tests: population bands, and what has to line up, as a source states them."""

    key: str
    bands: dict[Level, Band]
    source: str
    date: str
    """When the source was published."""
    align: tuple[PolicyAlignment, ...] = ()


PROFILES: dict[str, Profile] = {
    p.key: p
    for p in (
        Profile(
            "classic",
            {
                Level.SYSTEM: Band(1_000_000, 3_000_000),
                Level.PLACE: Band(250_000, 500_000),
                Level.NEIGHBOURHOOD: Band(30_000, 50_000),
            },
            "Policy@Manchester, With great power",
            "2022",
        ),
        Profile(
            "2022",
            {
                Level.SYSTEM: Band(500_000, 3_000_000),
                Level.PLACE: Band(250_000, 500_000),
                Level.NEIGHBOURHOOD: Band(30_000, 50_000),
            },
            "King's Fund; Health Foundation",
            "2022",
        ),
        Profile(
            "2025",
            {Level.SYSTEM: Band(1_000_000, None)},
            "Model ICB blueprint and its commentary (at least 1 million, about 2 million; each authority "
            "in one system)",
            "2025",
            (PolicyAlignment("UTLA", Level.SYSTEM), PolicyAlignment("LAD", Level.SYSTEM)),
        ),
        Profile(
            "neighbourhood-health",
            # "about 50,000" needs a width to be a band: a fifth either way, and the source line says so
            {Level.PLACE: Band(250_000, None), Level.NEIGHBOURHOOD: Band(40_000, 60_000)},
            "10 Year Health Plan commentary: about 50,000 (read as within a fifth) in a single "
            "neighbourhood, 250,000 or more in several",
            "2025",
        ),
    )
}
