"""The answer of `footprint who`: where somewhere lies, and who is accountable there for what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from footprint.measure.answering import bodies_of_kind, who_answers
from footprint.model.accountability import Body, by_function, folded, leading
from footprint.model.levels import Level
from footprint.model.words import listing
from footprint.results.who.codes import Codes
from footprint.results.who.dealings import Dealing, dealings
from footprint.results.who.subject import MOST_LISTED, Subject

Relation = Literal["same", "in", "part", "holds"]


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
    beside: tuple[str, ...] = ()
    """Other bodies of the kind that answer for some of the same people: no single one is accountable."""


@dataclass(frozen=True)
class Answer:
    """What `footprint who` says of one subject."""

    subject: Subject
    footprints: tuple[Footprint, ...]
    functions: tuple[Lead, ...]
    unknown: tuple[str, ...]
    """Layers of which nobody can tell, and functions of which nobody can tell who leads them; and why."""
    dealings: tuple[Dealing, ...] = ()
    """Which bodies an area's body has to deal with."""


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
    leads, lacking = _functions(codes, subject, pieces or {})
    unknown = [f"{key}: {why}" for key, why in codes.unknown.items() if key != subject.layer]
    return Answer(
        subject, tuple(footprints), tuple(leads), (*unknown, *lacking), dealings(codes, subject)
    )  # fmt: skip


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
    around = [pair for pair in areas.items() if pair[1] in mine]
    every = Counter(area for _, area in around)
    my_people, all_people = _people(codes, held), _people(codes, around)
    total = subject.people or 0.0
    rows = []
    for area, units in mine.items():
        whole, inside = units == every[area], units == len(subject.units)
        relation: Relation = "same" if whole and inside else "in" if inside else "holds" if whole else "part"
        people = None if my_people is None else my_people[area]
        # by people wherever there are any: a part in which nobody lives is none of them, however many units
        share = units / len(subject.units) if people is None or not total else people / total
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
        key, level and str(level), codes.kind(key), code, codes.name(key, code), relation, share, of_area,
        people, units, bodies,
    )  # fmt: skip


class Answering(NamedTuple):
    """A body that answers for a subject, or for a part of it."""

    body: Body | None
    """None for nobody."""
    share: float
    people: float | None
    """None where unknown, and for parts of a unit."""
    beside: tuple[str, ...] = ()
    """Names of the other bodies that answer for some of the same units."""


Pieces = Mapping[str, Sequence[tuple[str, float]]]


def _functions(codes: Codes, subject: Subject, pieces: Pieces) -> tuple[list[Lead], list[str]]:
    """Return who leads each function, widest level first; and of which functions nobody can tell, and why."""
    given = codes.accountability
    leads: list[Lead] = []
    lacking: dict[str, list[str]] = {}
    found: dict[tuple[str, str], tuple[list[Answering], str | None]] = {}
    every = () if given is None else by_function(given.functions).values()
    rows = [row for each in every for row in leading(each)]
    for level, row in ((level, row) for level in Level for row in rows if row.level == level):
        if level not in codes.levels:
            continue
        key = (codes.levels[level], folded(row.lead))
        if key not in found:
            found[key] = _who(codes, subject, key[0], row.lead, pieces)
        answering, why = found[key]
        if why is not None:
            lacking.setdefault(why, []).append(row.function)
        for body, share, people, beside in answering:
            led = (row.function, str(level), row.lead, row.delegated_from or None, row.conditions or None)
            if body is None:
                leads.append(Lead(*led, None, None, None, None, None, share, people))
            else:
                name = codes.name(body.layer, body.area)
                who = (body.body, body.role or None, body.layer, body.area, name)
                leads.append(Lead(*led, *who, share, people, beside))
    return leads, [f"who leads {listing(names, MOST_LISTED)}: {why}" for why, names in lacking.items()]


def _who(
    codes: Codes, subject: Subject, key: str, kind: str, pieces: Pieces
) -> tuple[list[Answering], str | None]:
    """Return the bodies of a kind that answer at layer `key`; and why of some units nobody can tell."""
    assert codes.accountability is not None
    held = bodies_of_kind(codes.accountability, kind)
    others = [name for name in held if name != key]
    dark = next((name for name in (key, *others) if name in held and name not in codes.areas), None)
    why = None if dark is None else codes.unknown.get(dark, f"nothing says which units lie in {dark}")
    if not subject.units:
        own = held.get(key, {}).get(subject.code, []) if subject.layer == key else []
        if own:
            return [Answering(body, 1.0, None, _beside(own, body)) for body in own], None
        if not held or (subject.layer == key and not others):
            return [Answering(None, 1.0, None)], None
        return [], why or f"nothing says where {subject.code} lies"
    if dark == key:
        return [], why
    sums: dict[Body | None, list[float]] = {}
    beside: dict[Body | None, tuple[str, ...]] = {}
    untold = None
    for unit in subject.units:
        lies = {
            name: pieces.get(name) or [(codes.areas.get(name, {}).get(unit, ""), 1.0)]
            for name in (key, *others)
        }
        for here, part in who_answers(held, key, lies):
            if not here and dark is not None:
                untold = why
                continue
            answering: list[Body | None] = [*here] or [None]
            for each in answering:
                if len(here) > 1 and each is not None:
                    beside[each] = tuple(dict.fromkeys((*beside.get(each, ()), *_beside(here, each))))
                total = sums.setdefault(each, [0.0, 0.0])
                total[0] += part
                total[1] += 0.0 if codes.people is None else part * codes.people.get(unit, 0.0)
    split = any(each in pieces and len(pieces[each]) > 1 for each in (key, *others))
    found = []
    for one, (units, people) in sums.items():
        share = people / subject.people if subject.people and not split else units / len(subject.units)
        # how many of a unit's people live on which side of a line nobody knows
        known = None if codes.people is None or split else people
        found.append(Answering(one, share, known, beside.get(one, ())))
    found.sort(key=lambda each: (-each.share, each.body.body if each.body else ""))
    return found, untold


def _beside(bodies: Iterable[Body], one: Body) -> tuple[str, ...]:
    """Return the names of the others among bodies."""
    return tuple(body.body for body in bodies if body != one)
