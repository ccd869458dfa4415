"""The table of geographies: what each kind of area is called, how its codes look, who succeeded whom.

A new geography is one row in GEOGRAPHIES. Sources: ONS "Register of Geographic Codes" for the GSS
prefixes, ONS "Code History Database" for successions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


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
