"""Which bodies the body of an area has to deal with, from codes alone (METHODS, "Interfaces")."""

from __future__ import annotations

from dataclasses import dataclass

from footprint.plan.levels import pairs
from footprint.results.who.codes import Codes
from footprint.results.who.subject import Subject


@dataclass(frozen=True)
class Dealing:
    """An area of another layer that shares people with the subject; columns of INTERFACES."""

    layer: str
    level: str | None
    code: str
    name: str
    other_layer: str
    other_code: str
    other_name: str
    population: float | None
    """People whom both answer for; None where they are not counted."""


def dealings(codes: Codes, subject: Subject) -> tuple[Dealing, ...]:
    """Return which bodies an area's body has to deal with, by layer and most people first; none of a unit.

    They are those of the layers that the plan compares with the area's own. An area with which only units
    without people are shared is none of them.
    """
    own = subject.layer
    if subject.kind != "area" or own is None or own not in codes.areas:
        return ()
    faced = dict.fromkeys(b if a == own else a for a, b in pairs(codes.plan) if own in (a, b) and a != b)
    level = codes.level_of(own)
    found: list[Dealing] = []
    for other in faced:
        shared: dict[str, float | None] = {}
        for unit in subject.units:
            area = codes.areas.get(other, {}).get(unit)
            if area is not None:
                people, sum_ = None if codes.people is None else codes.people.get(unit), shared.get(area, 0.0)
                shared[area] = None if people is None or sum_ is None else sum_ + people
        rows = sorted(shared.items(), key=lambda each: (-(each[1] or 0.0), each[0]))
        found += [
            Dealing(
                own, level and str(level), subject.code, subject.name, other, code, codes.name(other, code), n
            )
            for code, n in rows if n != 0
        ]  # fmt: skip
    return tuple(found)
