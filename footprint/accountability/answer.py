"""The answer of `footprint who`: where somewhere lies, and who is accountable there for what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from footprint.accountability import Body, by_function, folded, leading
from footprint.accountability.codes import Codes
from footprint.errors import InputError
from footprint.geographies import Level
from footprint.words import listing

Relation = Literal["same", "in", "part", "holds"]
MOST_SUGGESTED = 3


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


@dataclass(frozen=True)
class Footprint:
    """An area that the subject lies in, in whole or in part, or that it holds."""

    layer: str
    level: str | None
    kind: str
    """What an area of the layer is called in words."""
    code: str
    name: str
    relation: Relation
    """"same" ground, "in" it, "part" of the subject in it, or the subject "holds" it."""
    share: float
    """Share of the subject's people in it (of its units where people are not known; of a unit that a
    boundary splits, share of its ground)."""
    share_of_area: float | None
    """Share of the area's people (or units) that are the subject's; None where nobody can tell."""
    people: float | None
    """The subject's people in it; None where unknown, and for parts of a unit."""
    units: int
    bodies: tuple[Body, ...]


@dataclass(frozen=True)
class Lead:
    """Who leads a function for the subject, or for a part of it."""

    function: str
    level: str
    lead: str
    """The kind of body."""
    delegated_from: str | None
    conditions: str | None
    body: str | None
    """None where nobody does."""
    role: str | None
    layer: str | None
    code: str | None
    name: str | None
    """The area that the body is of."""
    share: float
    """Share of the subject's people (or units) for whom it does."""
    people: float | None


@dataclass(frozen=True)
class Answer:
    """What `footprint who` says of one subject."""

    subject: Subject
    footprints: tuple[Footprint, ...]
    functions: tuple[Lead, ...]
    unknown: tuple[str, ...]
    """Layers of which nobody can tell, and why."""


# ── what is asked about ─────────────────────────────────────────────────────────────────────────


def find_subject(codes: Codes, asked: str, layer: str | None = None) -> Subject:
    """Return the unit or area that a code (or the name of an area) means.

    Raises
    ------
    InputError : with the nearest codes where there is none, and where areas on different ground fit

    """
    if layer is not None and layer not in codes.names:
        raise InputError(None, f"there is no layer '{layer}'", f"Layers: {listing(codes.names, 12)}.")
    text = asked.strip()
    code = text.upper()
    if layer is None and (code in codes.units or text in codes.units):
        unit = code if code in codes.units else text
        return Subject("unit", unit, codes.units[unit], None, (unit,), codes.people_of([unit]))
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for key in codes.names if layer is None else (layer,):
        names = codes.names[key]
        hits = [c for c in (code, text) if c in names] or [
            c for c, name in names.items() if folded(name) == folded(text)
        ]
        for hit in hits[:1] if hits and hits[0] in (code, text) else hits:
            found[key, hit] = tuple(u for u, area in codes.areas.get(key, {}).items() if area == hit)
    if not found:
        raise _unknown(codes, text)
    grounds = set(found.values())
    if len(grounds) > 1:
        told = listing(f"{area} of {key}" for key, area in found)
        raise InputError(
            None, f"'{asked}' is several areas on different ground: {told}", "Give a code, or --layer."
        )
    (key, hit), units = next(iter(found.items()))
    return Subject("area", hit, codes.name(key, hit), key, units, codes.people_of(units))


def _unknown(codes: Codes, asked: str) -> InputError:
    import difflib

    from footprint.geographies import nation_out_of_scope

    nation = nation_out_of_scope(asked.upper())
    if nation is not None:
        return InputError(None, f"{asked} is in {nation}", "footprint covers England.")
    every = {**codes.units, **{c: n for names in codes.names.values() for c, n in names.items()}}
    by_text = {text.casefold(): code for code, name in every.items() for text in (name, code)}
    # codes differ by digits: those that begin alike are searched first, as that is much quicker
    shorter = [t for t in by_text if t[:6] == asked.casefold()[:6]]
    near = difflib.get_close_matches(asked.casefold(), shorter or list(by_text), n=MOST_SUGGESTED, cutoff=0.6)
    named = [
        f"{by_text[t]} ({every[by_text[t]]})" if every[by_text[t]] != by_text[t] else by_text[t] for t in near
    ]
    hint = f"Nearest: {listing(named)}." if named else ""
    if re.fullmatch(r"[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}", asked):
        hint = "For a postcode give --postcode, with --postcodes LOOKUP.csv."
    where = str(codes.path) if codes.path is not None else None
    return InputError(
        where,
        f"has no {codes.unit_kind} or area '{asked}'",
        f"{hint} Known are codes of units ({codes.unit_kind}), and codes and names of areas "
        f"({listing(codes.names, 12)}).".strip(),
    )


# ── the answer ──────────────────────────────────────────────────────────────────────────────────


def answer(
    codes: Codes, subject: Subject, pieces: Mapping[str, Sequence[tuple[str, float]]] | None = None
) -> Answer:
    """Return where a subject lies, and who is accountable there.

    Parameters
    ----------
    codes : of the plan
    subject : from `find_subject`, or a point
    pieces : layer → (code, share of the unit's ground) for boundaries that split a unit

    """
    footprints: list[Footprint] = []
    for key in _in_order(codes):
        if pieces and key in pieces:
            how: Relation = "part" if len(pieces[key]) > 1 else "in"
            footprints += [
                _footprint(codes, key, code, how, share, None, None, 1) for code, share in pieces[key]
            ]
        else:
            footprints += _of_layer(codes, key, subject)
    unknown = tuple(f"{key}: {why}" for key, why in codes.unknown.items() if key != subject.layer)
    return Answer(subject, tuple(footprints), tuple(_functions(codes, subject)), unknown)


def _in_order(codes: Codes) -> list[str]:
    """Return the layers: levels first, widest first, then the others in the order of the plan."""
    levels = [codes.levels[level] for level in Level if level in codes.levels]
    return [*levels, *(key for key in codes.names if key not in levels)]


def _of_layer(codes: Codes, key: str, subject: Subject) -> list[Footprint]:
    areas = codes.areas.get(key)
    if areas is None:
        if subject.layer == key:
            return [_footprint(codes, key, subject.code, "same", 1.0, 1.0, subject.people, 0)]
        return []
    held = [(unit, areas[unit]) for unit in subject.units if unit in areas]
    mine = Counter(area for _, area in held)
    every = Counter(area for area in areas.values() if area in mine)
    my_people = _people(codes, held)
    all_people = _people(codes, ((u, a) for u, a in areas.items() if a in mine))
    total = subject.people or 0.0
    rows = []
    for area, units in mine.items():
        whole, inside = units == every[area], units == len(subject.units)
        relation: Relation = "same" if whole and inside else "in" if inside else "holds" if whole else "part"
        people = None if my_people is None else my_people[area]
        share = units / len(subject.units) if not people or not total else people / total
        of_area = units / every[area]
        if people is not None and all_people is not None and all_people[area] > 0:
            of_area = people / all_people[area]
        rows.append(_footprint(codes, key, area, relation, share, of_area, people, units))
    if not held and subject.layer == key:
        rows.append(_footprint(codes, key, subject.code, "same", 1.0, 1.0, subject.people, 0))
    return sorted(rows, key=lambda row: (-row.share, row.code))


def _people(codes: Codes, held: Iterable[tuple[str, str]]) -> dict[str, float] | None:
    if codes.people is None:
        return None
    sums: dict[str, float] = {}
    for unit, area in held:
        sums[area] = sums.get(area, 0.0) + codes.people.get(unit, 0.0)
    return sums


def _footprint(
    codes: Codes,
    key: str,
    code: str,
    relation: Relation,
    share: float,
    of_area: float | None,
    people: float | None,
    units: int,
) -> Footprint:
    level = codes.level_of(key)
    bodies = () if codes.accountability is None else tuple(codes.accountability.of_area(key, code))
    return Footprint(
        key, level and str(level), codes.kinds[key], code, codes.name(key, code), relation, share, of_area,
        people, units, bodies,
    )  # fmt: skip


def _functions(codes: Codes, subject: Subject) -> Iterable[Lead]:
    """Return who leads each function, widest level first, for the subject or for parts of it."""
    given = codes.accountability
    if given is None:
        return
    found: dict[tuple[str, str], list[tuple[Body | None, int, float | None]]] = {}
    rows = [row for each in by_function(given.functions).values() for row in leading(each)]
    for level, row in ((level, row) for level in Level for row in rows if row.level == level):
        if level not in codes.levels:
            continue
        key = (codes.levels[level], folded(row.lead))
        if key not in found:
            found[key] = list(_who(codes, subject, key[0], row.lead))
        for body, units, people in found[key]:
            share = units / len(subject.units) if subject.units else 1.0
            if people is not None and subject.people:
                share = people / subject.people
            led = (row.function, str(level), row.lead, row.delegated_from or None, row.conditions or None)
            if body is None:
                yield Lead(*led, None, None, None, None, None, share, people)
            else:
                name = codes.name(body.layer, body.area)
                yield Lead(*led, body.body, body.role or None, body.layer, body.area, name, share, people)


def _who(
    codes: Codes, subject: Subject, key: str, kind: str
) -> Iterable[tuple[Body | None, int, float | None]]:
    """Return the bodies of a kind that answer at layer `key`, with the units and people that each is for."""
    assert codes.accountability is not None
    bodies = [b for b in codes.accountability.bodies if folded(b.kind) == folded(kind)]
    held: dict[str, dict[str, list[Body]]] = {}
    for body in bodies:
        held.setdefault(body.layer, {}).setdefault(body.area, []).append(body)
    if not subject.units:
        own = held.get(subject.layer or "", {}).get(subject.code, [])
        yield from ((body, 0, None) for body in (own if subject.layer == key else []))
        return
    others = [name for name in held if name != key]
    sums: dict[Body | None, list[float]] = {}
    for unit in subject.units:
        area = codes.areas.get(key, {}).get(unit)
        here: list[Body] = held.get(key, {}).get(area or "", [])
        if not here:
            here = [b for n in others for b in held[n].get(codes.areas.get(n, {}).get(unit, ""), [])]
        answering: list[Body | None] = [*here] or [None]
        for each in answering:
            total = sums.setdefault(each, [0, 0.0])
            total[0] += 1
            total[1] += 0.0 if codes.people is None else codes.people.get(unit, 0.0)
    for found, (units, people) in sorted(
        sums.items(), key=lambda pair: (-pair[1][1], -pair[1][0], pair[0].body if pair[0] else "")
    ):
        yield found, int(units), None if codes.people is None else people
