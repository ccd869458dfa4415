"""The table of nations: what each is called, how its codes begin, where it lies; and the scope of a plan.

A new nation is one row in NATIONS. Source: ONS "Register of Geographic Codes" for the GSS prefixes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from os import PathLike

from footprint.model.errors import InputError, OutOfScopeError
from footprint.model.words import listing, short

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


# ── nations ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class Nation:
    """A nation of the United Kingdom."""

    letter: str
    """What its GSS codes begin with; plans call it so."""
    name: str
    grids: tuple[str, ...]
    """CRSs in metres that its layers are published in, the usual one first."""
    bounds: Bounds
    """Of its land, a little wider."""
    kinds: Mapping[str, tuple[str, ...]]
    """Key of GEOGRAPHIES → GSS prefixes of its codes."""
    profile: str | None = None
    """The profile of population bands that its plans are judged by if they state none; None for no bands."""


_BRITISH = ("EPSG:27700",)
NATIONS: dict[str, Nation] = {
    n.letter: n
    for n in (
        Nation(
            "E", "England", _BRITISH, (-6.5, 49.8, 1.8, 55.9),
            {
                "OA": ("E00",), "LSOA": ("E01",), "MSOA": ("E02",), "WARD": ("E05",),
                "LAD": ("E06", "E07", "E08", "E09"), "UTLA": ("E06", "E08", "E09", "E10"),
                "CTY": ("E10",), "CAUTH": ("E47",), "CCG": ("E38",), "SICBL": ("E38",), "ICS": ("E54",),
                "NHSER": ("E40",),
            },
            "classic",
        ),
        Nation(
            "W", "Wales", _BRITISH, (-5.7, 51.3, -2.6, 53.5),
            {
                "OA": ("W00",), "LSOA": ("W01",), "MSOA": ("W02",), "WARD": ("W05",), "LAD": ("W06",),
                "UTLA": ("W06",), "LHB": ("W11",),
            },
        ),
        Nation(
            "S", "Scotland", _BRITISH, (-13.8, 54.6, -0.7, 60.9),
            {
                "OA": ("S00",), "DZ": ("S01",), "IZ": ("S02",), "LSOA": ("S01",), "MSOA": ("S02",),
                "WARD": ("S13",), "LAD": ("S12",), "UTLA": ("S12",), "HB": ("S08",), "IA": ("S37",),
            },
        ),
        Nation(
            "N", "Northern Ireland", ("EPSG:29903", "EPSG:2157", "EPSG:29902", "EPSG:27700"),
            (-8.3, 53.9, -5.3, 55.4),
            {"DZ": ("N20",), "SDZ": ("N21",), "WARD": ("N08",), "LAD": ("N09",), "UTLA": ("N09",)},
        ),
    )
}  # fmt: skip


# ── codes ───────────────────────────────────────────────────────────────────────────────────────

GSS = re.compile(r"^[EWSNKJ]\d{8}$")


def nation_of(code: str) -> Nation | None:
    """Return the nation that a GSS code is of; None for other codes, and for those of several nations."""
    return NATIONS.get(code[:1]) if GSS.match(code) else None


def stands_for_none(code: str) -> bool:
    """Return whether ONS writes this code where there is no area: E99999999 for a district of no county."""
    return code[1:] == "99999999" and code[:1] in NATIONS


def prefixes(kind: str) -> tuple[str, ...]:
    """Return the GSS prefixes of a key of GEOGRAPHIES in all nations; empty for areas of one's own."""
    return tuple(prefix for nation in NATIONS.values() for prefix in nation.kinds.get(kind, ()))


# ── the scope of a plan ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Scope:
    """The nations that a plan is of; areas of others are left out, with a count."""

    letters: tuple[str, ...]
    """In the order of NATIONS."""

    def __str__(self) -> str:
        return " and ".join(NATIONS[letter].name for letter in self.letters)

    def outside(self, code: str) -> str | None:
        """Return the name of the nation of a GSS code that is of none of these; None for all other codes."""
        if code[:1] in self.letters:
            return None
        nation = nation_of(code)
        return None if nation is None else nation.name

    def holds(self, code: str) -> bool:
        """Return whether a code is not known to be of another nation."""
        return self.outside(code) is None

    def prefixes(self, kind: str) -> tuple[str, ...]:
        """Return the GSS prefixes of a key of GEOGRAPHIES in these nations; in all where it has none here."""
        return tuple(p for letter in self.letters for p in NATIONS[letter].kinds.get(kind, ())) or prefixes(
            kind
        )

    @property
    def covered(self) -> str:
        """What a question about another nation is told."""
        return "footprint covers England." if self == ENGLAND else f"The plan covers {self}."

    @property
    def profile(self) -> str | None:
        """The profile that stands where a plan states none; None unless it is that of all these nations."""
        every = {NATIONS[letter].profile for letter in self.letters}
        return every.pop() if len(every) == 1 else None


ENGLAND = Scope(("E",))
EVERYWHERE = Scope(tuple(NATIONS))


def scope(letters: Iterable[str]) -> Scope:
    """Return the scope of nations by their letters, in any order and case.

    Raises
    ------
    InputError : for no letters, for one that is no nation's (with the nearest), and for one that stands twice

    """
    given = [letter.strip() for letter in letters]
    named = {n.name.casefold(): n.letter for n in NATIONS.values()}
    known = ", ".join(f"{n.letter} ({n.name})" for n in NATIONS.values())
    if not given:
        raise InputError("nations", "names no nation", f"Known: {known}.")
    for letter in given:
        if letter.upper() not in NATIONS:
            meant = named.get(letter.casefold()) or letter[:1].upper()
            hint = f"For {NATIONS[meant].name} write {meant}. " if meant in NATIONS else ""
            raise InputError("nations", f"there is no nation '{short(letter)}'", f"{hint}Known: {known}.")
    upper = [letter.upper() for letter in given]
    if twice := [letter for letter, many in Counter(upper).items() if many > 1]:
        raise InputError("nations", f"names {twice[0]} twice", "Name each nation once.")
    return Scope(tuple(letter for letter in NATIONS if letter in upper))


def nations_in(codes: Iterable[str]) -> frozenset[str]:
    """Return the letters of the nations that GSS codes are of."""
    return frozenset(nation.letter for nation in map(nation_of, codes) if nation is not None)


def out_of_scope(
    where: str | PathLike[str], what: str, codes: Iterable[str], nations: Scope
) -> OutOfScopeError:
    """Return what to raise for a file that has no `what` in the nations of its plan."""
    listed = list(codes)
    there, held = sorted({str(nations.outside(code)) for code in listed}), nations_in(listed)
    letters = ", ".join(f'"{letter}"' for letter in NATIONS if letter in held)
    return OutOfScopeError(
        where,
        f"has no {what} in {nations}: all {len(listed):,} are in {listing(there)}",
        f"Give a file of the plan's nations, or name its own in the plan: nations = [{letters}].",
    )


def common(held: Iterable[Collection[str]]) -> Scope | None:
    """Return the nations that files have in common: England if that is one of them, or else all of those.

    Files without codes of a nation have no say. None where no nation has areas in every other file.
    """
    every = [set(each) for each in held if each]
    shared = set.intersection(*every) if every else set()
    if not every or "E" in shared:
        return ENGLAND
    return scope(shared) if shared else None
