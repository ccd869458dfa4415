"""What is asked about: a code or a name, and the units that it stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from footprint.model.accountability import folded, is_official
from footprint.model.errors import InputError
from footprint.model.levels import Level
from footprint.model.vintage import explained
from footprint.model.words import listing
from footprint.results.who.codes import Codes

MOST_SUGGESTED = 3


# Units and areas that a message names where a text fits several.
MOST_LISTED = 12


@dataclass(frozen=True)
class Subject:
    """What is asked about."""

    kind: str
    """"unit", "area" or "point"."""
    code: str
    """Of the unit or area; of a point, the unit that it lies in."""
    name: str
    layer: str | None
    """Of an area."""
    units: tuple[str, ...]
    people: float | None
    easting: float | None = None
    northing: float | None = None
    """Of a point, in metres of the British National Grid."""
    also: tuple[str, ...] = ()
    """What else has this code, or this code but for upper and lower case."""
    notes: tuple[str, ...] = ()
    """What was taken for granted in finding it, one sentence each."""


def find_subject(codes: Codes, asked: str, layer: str | None = None) -> Subject:
    """Return the unit or area that a code (or the name of an area) means.

    A code counts as it is written first, then in any case, and names of areas after that. Of layers that
    share it on other ground that of a level comes first, then that of the plan's date.

    Raises
    ------
    InputError : with the nearest codes where there is none, and where several codes fit that are not the
        same ground

    """
    if layer is not None and layer not in codes.names:
        raise InputError(None, f"there is no layer '{layer}'", f"Layers: {listing(codes.names, 12)}.")
    text = asked.strip()
    fitting = _fitting(codes, text, layer)
    if not fitting:
        raise _unknown(codes, text, layer)
    units = {each: _units_of(codes, *each) for each in fitting}
    # nobody knows the ground of an area without units, but an official code is one area in any layer
    known = {code for _, code in fitting if is_official(code)} & {c for (_, c), own in units.items() if own}
    fitting = [each for each in fitting if units[each] or each[1] not in known]
    grounds = {units[key, c] or ((c,) if is_official(c) else (key or "", c)) for key, c in fitting}
    one_code = len({code for _, code in fitting}) == 1
    if one_code and len(grounds) > 1:
        # layers of several kinds or dates share codes, which nobody can ask for in another way
        fitting = sorted(fitting, key=lambda each: _standing(codes, each[0]))
    key, code = fitting[0]
    # a unit cannot be asked for in another way, so its code is its own before it is an area's
    if len(grounds) > 1 and not one_code and (key is not None or code != text):
        told = listing((_told(codes, *each) for each in fitting), MOST_LISTED)
        remedy = (
            "Give the code of one." if len({key for key, _ in fitting}) == 1 else "Give a code, or --layer."
        )
        raise InputError(None, f"'{asked}' fits several: {told}", remedy)
    also = [_told(codes, *each) for each in fitting[1:]] if len(grounds) > 1 else []
    also += [
        _told(codes, *each)
        for other in sorted({text.upper(), text.lower()} - {text})
        for each in (_exact(codes, other, layer) if code == text else [])
    ]
    paired = key is not None and codes.ods.get(key, {}).get(text.upper()) == code
    notes = (
        [f"{text.upper()} is the NHS organisation (ODS) code of {_told(codes, key, code)}"] if paired else []
    )
    if key is None:
        return Subject(
            "unit", code, codes.units[code], None, (code,), codes.people_of([code]), also=tuple(also)
        )
    held = units[key, code]
    return Subject(
        "area",
        code,
        codes.name(key, code),
        key,
        held,
        codes.people_of(held),
        also=tuple(also),
        notes=tuple(notes),
    )


def _standing(codes: Codes, key: str | None) -> tuple[int, bool, int]:
    """Return what sorts units before layers, layers of levels, the widest first, before others by date."""
    if key is None:
        return -1, False, 0
    levels = list(Level)
    level = codes.level_of(key)
    vintage, year = codes.vintage_of(key), codes.date.year if codes.date is not None else None
    at = levels.index(level) if level is not None else len(levels)
    if vintage is None or year is None:
        return at, True, 0 if vintage is None else -vintage
    return at, vintage > year, abs(year - vintage)


def _fitting(codes: Codes, text: str, layer: str | None) -> list[tuple[str | None, str]]:
    """Return (layer, code) of the areas that a text means, and (None, code) of the units."""
    keys = list(codes.names) if layer is None else [layer]
    if found := _exact(codes, text, layer):
        return found
    wanted = text.casefold()
    if layer is None:
        found += [(None, code) for code in codes.units if code.casefold() == wanted]
    found += [(key, code) for key in keys for code in codes.names[key] if code.casefold() == wanted]
    found = found or [(key, code) for key in keys if (code := codes.ods.get(key, {}).get(text.upper()))]
    if found:
        return found
    wanted = folded(text)
    return [(key, code) for key in keys for code, name in codes.names[key].items() if folded(name) == wanted]


def _exact(codes: Codes, text: str, layer: str | None) -> list[tuple[str | None, str]]:
    unit: list[tuple[str | None, str]] = [(None, text)] if layer is None and text in codes.units else []
    keys = list(codes.names) if layer is None else [layer]
    return [*unit, *((key, text) for key in keys if text in codes.names[key])]


def _units_of(codes: Codes, key: str | None, code: str) -> tuple[str, ...]:
    if key is None:
        return (code,)
    return tuple(unit for unit, area in codes.areas.get(key, {}).items() if area == code)


def _told(codes: Codes, key: str | None, code: str) -> str:
    """Return what a message calls a unit or an area."""
    if key is None:
        return f"{code} ({codes.unit_kind})"
    name = codes.name(key, code)
    return f"{code} ({key})" if name == code else f"{code} ({name}, {key})"


def _unknown(codes: Codes, asked: str, layer: str | None) -> InputError:
    import difflib

    if layer is not None and (elsewhere := _fitting(codes, asked, None)):
        key, code = elsewhere[0]
        told = f"a unit ({codes.unit_kind})" if key is None else f"an area of {key} ({codes.name(key, code)})"
        return InputError(None, f"'{asked}' is {told}, and no area of {layer}", "Leave --layer out.")

    nation = codes.plan.nations.outside(asked.upper())
    if nation is not None:
        return InputError(None, f"{asked} is in {nation}", codes.plan.nations.covered)
    every = {**codes.units, **{c: n for names in codes.names.values() for c, n in names.items()}}
    by_text = {text.casefold(): code for code, name in every.items() for text in (name, code)}
    # codes differ by digits: those that begin alike are searched first, as that is much quicker
    shorter = [t for t in by_text if t[:6] == asked.casefold()[:6]]
    near = difflib.get_close_matches(asked.casefold(), shorter or list(by_text), n=MOST_SUGGESTED, cutoff=0.6)
    named = [
        f"{by_text[t]} ({every[by_text[t]]})" if every[by_text[t]] != by_text[t] else by_text[t] for t in near
    ]
    changed = explained([asked.upper()], every)
    hint = changed or (f"Nearest: {listing(named)}." if named else "")
    if re.fullmatch(r"[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}", asked):
        hint = "For a postcode give --postcode, with --postcodes LOOKUP.csv."
    where = str(codes.path) if codes.path is not None else None
    return InputError(
        where,
        f"has no {codes.unit_kind} or area '{asked}'",
        f"{hint} Known are codes of units ({codes.unit_kind}), and codes and names of areas "
        f"({listing(codes.names, 12)}).".strip(),
    )
