"""Outlines that lie beside those of another layer as a whole, or one area beside its place in its layer.

A coordinate step that was left out moves a layer by about a hundred metres, and so does an error of
digitising, of one area as well; every border then looks like a split that is none. Widths are judged
after the outlines are laid on each other, so verdicts hold; but maps and distances of one are off.
A part of a layer that lies beside the other is found where one shift lays its borders on it.

Settle: find out which of the two layers is off, and fetch or project it again; if a datum step is
named, transform the file with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import atan2, pi
from typing import TYPE_CHECKING

import numpy as np
import pyproj

from footprint.checks import Maker, evidence
from footprint.geometry.displaced import displaced
from footprint.geometry.displacement import LEAST_SHIFT_M, shift
from footprint.geometry.partial import lying_beside
from footprint.model.errors import Missing
from footprint.model.finding import Area, Finding, Severity, Skipped
from footprint.model.layer import BRITISH_NATIONAL_GRID
from footprint.model.words import agree, listing
from footprint.plan import derive
from footprint.plan.levels import pairs
from footprint.plan.naming import many
from footprint.plan.once import derived

if TYPE_CHECKING:
    from footprint.geometry.displacement import Shift
    from footprint.geometry.edges import Floats
    from footprint.plan.model import Plan

SEVERITY = Severity.WARNING
NEEDS = ("outlines",)
EVIDENCE = evidence(
    displaced_m="how far the layer lies from the other one, metres",
    displaced_east_m="how far it lies to the east of it, metres; negative to the west",
    displaced_north_m="how far it lies to the north of it, metres; negative to the south",
    noise_m="how close nine tenths of the borders lie once the layers are laid on each other, metres",
)
OF_OUTLINES = "file"
rule = Maker(__name__)

_WINDS = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")


def check(plan: Plan) -> Iterator[Finding | Skipped]:
    """Report areas that lie beside their place among their neighbours, and layers displaced as a whole."""
    for key in plan.layers:
        if plan.layers[key].drawn is not None:
            yield from _single(plan, key)
    for source, target in pairs(plan):
        overlap = derive.overlap(plan, source, target)
        if isinstance(overlap, Missing) or overlap.evidence == "lookup":
            continue  # the alignment rules say why, or codes answer whatever the outlines say
        found = overlap.shift or derive.displacement(plan, source, target)
        ours, theirs = derive.outlines(plan, source), derive.outlines(plan, target)
        if ours is not None and theirs is not None:
            # where units settle everything, nobody had to look at the outlines yet
            moved = lying_beside(ours, theirs, found) if overlap.parts is None else overlap.parts
            yield from _parts(plan, source, target, moved)
        if found is None or not found.beyond_noise:
            continue
        off = _off(plan, source, target)
        layer, other = (target, source) if off == target else (source, target)
        sign = 1 if off == target else -1
        east, north = sign * found.east_m, sign * found.north_m
        beside = many(plan, other)
        where = f"to the {_wind(east, north)} of the {beside}" if found.directed else f"beside the {beside}"
        unknown = "" if off else "; which of the two is off no third layer tells"
        step = _datum_step(plan, layer, other, found)
        cause = "; a datum step may be missing" if step else ""
        yield rule.finding(
            layer,
            f"the {many(plan, layer)} lie {found.metres:,.0f} m {where}{unknown}{cause}; widths are "
            "judged after that shift",
            f"{step or 'Find out which of the two is off.'} Fetch or project it again.",
            "geometry",
            displaced_m=round(found.metres, 1),
            displaced_east_m=round(east, 1) if found.directed else None,
            displaced_north_m=round(north, 1) if found.directed else None,
            noise_m=round(found.noise_m, 1),
        )


def _parts(plan: Plan, source: str, target: str, moved: Iterable[tuple[str, Shift]]) -> Iterator[Finding]:
    """Report areas of a layer that lie beside the borders of another one, while the rest of it does not."""
    together: dict[Shift, list[Area]] = {}
    alone = _displaced(plan, source) if plan.layers[source].drawn is not None else {}
    for code, back in moved:
        if code not in alone:  # their own layer tells of these, if not of all of the way
            together.setdefault(back, []).append(Area(code, plan.layers[source].name(code)))
    for back, areas in together.items():
        beside = many(plan, target)
        where = f"to the {_wind(-back.east_m, -back.north_m)} of" if back.directed else "beside"
        far = f"{'' if back.directed else 'at least '}{back.metres:,.0f} m"
        yield rule.finding(
            source,
            f"{len(areas):,} of the {many(plan, source)} ({listing(areas)}) lie {far} {where} borders of the "
            f"{beside} where others do not; which of the two layers is off is not known; widths are judged "
            "after that shift",
            "Find out whether a layer was put together from several files, and draw that part again.",
            "geometry",
            others=areas,
            displaced_m=round(back.metres, 1),
            displaced_east_m=round(-back.east_m, 1) if back.directed else None,
            displaced_north_m=round(-back.north_m, 1) if back.directed else None,
            noise_m=round(back.noise_m, 1),
        )


@derived(derive.outlines)
def _displaced(plan: Plan, key: str) -> dict[str, Shift]:
    """Return what has to be added to areas of a layer to bring them back among their neighbours."""
    drawn = derive.outlines(plan, key)
    assert drawn is not None
    return displaced(drawn)


def _single(plan: Plan, key: str) -> Iterator[Finding]:
    together: dict[Shift, list[Area]] = {}
    for code, back in _displaced(plan, key).items():
        together.setdefault(back, []).append(Area(code, plan.layers[key].name(code)))
    for back, areas in together.items():
        where = _wind(-back.east_m, -back.north_m)
        one = len(areas) == 1
        which = str(areas[0]) if one else f"{len(areas):,} areas that stand together ({listing(areas)})"
        far = f"{'' if back.directed else 'at least '}{back.metres:,.0f} m"
        it, its = agree(len(areas), "it", "them"), agree(len(areas), "its", "their")
        yield rule.finding(
            key,
            f"{which} {agree(len(areas), 'lies', 'lie')} {far} to the {where} of {its} place among "
            f"{its} neighbours; widths are judged after that shift",
            f"Draw {it} again, or take {it} from the file that {its} neighbours are from.",
            "geometry",
            area=areas[0] if one else None,
            others=() if one else areas,
            displaced_m=round(back.metres, 1),
            displaced_east_m=round(-back.east_m, 1) if back.directed else None,
            displaced_north_m=round(-back.north_m, 1) if back.directed else None,
            noise_m=round(back.noise_m, 1),
        )


def _wind(east: float, north: float) -> str:
    """Return the direction of a shift in words."""
    return _WINDS[round(atan2(north, east) / (pi / 4)) % 8]


def _off(plan: Plan, source: str, target: str) -> str | None:
    """Return which of two layers is off: the one that a third layer does not lie with, as the other does."""
    for third in plan.layers:
        if third in (source, target):
            continue
        ours, theirs = (derive.displacement(plan, key, third) for key in (source, target))
        if ours is not None and theirs is not None and ours.beyond_noise != theirs.beyond_noise:
            return source if ours.beyond_noise else target
    return None


def _datum_step(plan: Plan, layer: str, other: str, found: Shift) -> str:
    """Return which datum step explains a shift, if taking it brings the rest down to the noise."""
    one, reference = derive.outlines(plan, layer), derive.outlines(plan, other)
    assert one is not None
    assert reference is not None
    for read, meant in (("EPSG:4326", "EPSG:4277"), ("EPSG:4277", "EPSG:4326")):
        rest = shift(one.polygons, reference.polygons, _step(read, meant))
        if rest is not None and rest.metres <= max(found.noise_m, LEAST_SHIFT_M) < found.metres:
            return f"Its degrees seem to be of {meant}, and were taken for {read}."
    return ""


def _step(read: str, meant: str) -> Callable[[Floats], Floats]:
    """Return what mends coordinates on the British grid whose degrees were read as another datum's."""
    down = pyproj.Transformer.from_crs(BRITISH_NATIONAL_GRID, read, always_xy=True)
    up = pyproj.Transformer.from_crs(meant, BRITISH_NATIONAL_GRID, always_xy=True)
    return lambda xy: np.stack(up.transform(*down.transform(xy[:, 0], xy[:, 1])), axis=1)
