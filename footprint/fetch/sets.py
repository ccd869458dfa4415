"""What belongs together on a date: the entries whose areas were the ones in force then, by the history."""

from __future__ import annotations

import datetime as dt
from functools import cache

from footprint.fetch.catalogue import Entry, entries, find
from footprint.model.errors import InputError
from footprint.model.geographies import geography
from footprint.model.history import KINDS, SICBL_SINCE, changes, every_code, versions
from footprint.model.nations import NATIONS
from footprint.model.words import day, listing

SETS = ("england",)
_LAYERS = ("LAD", "UTLA", "CCG", "SICBL", "ICS")
_UNITS = "LSOA"


@cache
def in_force(kind: str, date: dt.date) -> frozenset[str]:
    """Return the codes of a kind of area in England that were in force on a day."""
    prefixes = NATIONS["E"].kinds[kind]
    return frozenset(
        code
        for code in every_code()
        if code[:3] in prefixes and any(date in v.period for v in versions(code))
    )


def fits(entry: Entry, date: dt.date) -> bool:
    """Return whether an entry is of the areas that were in force on a day."""
    kinds = entry.into if entry.is_lookup else (entry.kind,)
    if "SICBL" in kinds and unknown_after(entry, date) is not None:
        # they lie in systems: where those have changed since, they may have as well, and nobody says so
        kinds = (*kinds, "ICS")
    first, last = sorted((date, entry.date))
    # E38 codes are those of CCGs or of Sub-ICB locations, by the day
    named = {"CCG": date < SICBL_SINCE, "SICBL": date >= SICBL_SINCE}
    prefixes = {prefix for kind in kinds for prefix in NATIONS["E"].kinds[kind]}
    moved = any(first < c.date <= last and c.old[:3] in prefixes for c in changes())
    same = all(in_force(kind, date) == in_force(kind, entry.date) for kind in kinds)
    return same and not moved and all(named.get(kind, True) for kind in kinds)


def unknown_after(entry: Entry, date: dt.date) -> dt.date | None:
    """Return the last day of the history, where an entry is of another day and one of the two is later."""
    kinds = entry.into if entry.is_lookup else (entry.kind,)
    prefixes = {prefix for kind in kinds for prefix in NATIONS["E"].kinds[kind]}
    known = min((KINDS[prefix].known for prefix in prefixes if prefix in KINDS), default=dt.date.max)
    return known if date != entry.date and max(date, entry.date) > known else None


def layer(name: str, date: dt.date | None = None, resolution: str | None = None) -> Entry:
    """Return what `catalogue.find` does; InputError names the entries that had the same areas on the date."""
    try:
        return find(name, date, resolution)
    except InputError as fault:
        drawn = [e for e in entries() if not e.is_table and e.kind in NATIONS["E"].kinds and "E" in e.nations]
        same = [
            e.name
            for e in drawn
            if date is not None
            and name.lower() in (e.kind.lower(), geography(e.kind).name.lower())
            and resolution in (None, e.resolution, e.resolution.lower())
            and fits(e, date)
            and unknown_after(e, date) is None
        ]
        if not same:
            raise
        told = f"Of the same areas in England, by the history: {listing(same, len(same))}."
        raise InputError(None, fault.fault, told) from None


def chosen(name: str, date: dt.date) -> tuple[list[Entry], list[str]]:
    """Return the entries of a set on a date, and what the catalogue does not have for it.

    Outlines are those generalised to 20 m (BGC). Raises InputError where no lookup from units fits.
    """
    assert name in SETS
    held = [e for e in entries() if "E" in e.nations]

    def nearest(found: list[Entry]) -> list[Entry]:
        return sorted(found, key=lambda e: abs((e.date - date).days))[:1]

    lookup = nearest([e for e in held if e.is_lookup and e.kind == _UNITS and fits(e, date)])
    if not lookup:
        days = ", ".join(str(e.date) for e in held if e.is_lookup and e.kind == _UNITS)
        raise InputError(
            None,
            f"the catalogue has no lookup from {geography(_UNITS).plural} that was right on {day(date)}",
            f"It has those of {days}, and what was the same then.",
        )
    found, lacking = [*lookup], []
    column = lookup[0].code
    found += [e for e in held if e.kind == _UNITS and e.code == column and e.resolution == "BGC"]
    found += nearest([e for e in held if e.is_lookup and e.kind == "LAD" and fits(e, date)])
    for kind in _LAYERS:
        if kind in ("CCG", "SICBL") and kind not in lookup[0].into:
            continue
        drawn = nearest(
            [
                e
                for e in held
                if e.kind == kind and not e.is_lookup and e.resolution == "BGC" and fits(e, date)
            ]
        )
        found += drawn
        if not drawn:
            known = " lookups say what they are made of." if kind in lookup[0].into else ""
            lacking.append(f"no outlines of {geography(kind).plural} on {day(date)} at 20 m;{known}")
    people = [e for e in held if e.is_people and e.code == column]
    # the newest that was of before the day; where all are of later, the first
    before = sorted((e for e in people if e.date <= date), key=lambda e: e.date)[-1:] or people[:1]
    found += before
    late = [
        f"{e.name}: no people of these {geography(_UNITS).plural} are of a year nearer to {day(date)}"
        for e in before
        if not dt.timedelta(0) <= date - e.date <= dt.timedelta(366)
    ]
    if not before:
        lacking.append(
            f"no population: put a table of mid-year people by {geography(_UNITS).name} beside the files"
        )
    other = [e for e in found if e.date != date and e.kind != _UNITS]
    notes = []
    for each in (*lookup, *other):
        ends = unknown_after(each, date)
        if each in other or ends is not None:
            by = "the history" if ends is None else f"the history, which ends on {day(ends)},"
            notes.append(f"{each.name} is of another day; by {by} its areas were the same on {day(date)}")
    return found, [*notes, *late, *(f"the catalogue has {told.removesuffix(';')}" for told in lacking)]
