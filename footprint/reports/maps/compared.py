"""What maps side by side show: the same ground before and after, or in several options, with one key."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from footprint.model.errors import InputError
from footprint.model.known import is_known
from footprint.model.words import area_text, clean, count, day, number
from footprint.plan.naming import many
from footprint.reports.content.change import proposals
from footprint.reports.content.change import title as title_of_change
from footprint.reports.content.options import title as title_of_options
from footprint.reports.maps.beside import FILLS, areas_of, layer_of
from footprint.reports.maps.sources import sources
from footprint.results.nearby import moved_place
from footprint.results.shared_ground import moves

if TYPE_CHECKING:
    from footprint.results.comparison import Comparison
    from footprint.results.options import Side, SideBySide

MOST_SIDES = 6
"""More maps are too small to be read on a page."""
# Of the extent, around the ground that is concerned: what neighbours there are is seen.
_AROUND = 0.05


@dataclass(frozen=True, eq=False)
class Moved:
    """Ground that comes under another area."""

    place: str
    """Where it is, in words; "" where nobody can tell."""
    text: str
    """What moves, who lives there, from where and to where."""
    shape: Any


@dataclass(frozen=True, eq=False)
class View:
    """One map."""

    short: str
    """What the key calls it: "Before", "A"."""
    head: str
    areas: gpd.GeoDataFrame
    """The areas that are concerned, by code: name, people, geometry."""
    others: gpd.GeoDataFrame
    """Their neighbours, by code: name and geometry."""
    moved: tuple[Moved, ...]
    """What moves in this option; none for today."""


@dataclass(frozen=True, eq=False)
class Row:
    """A line of the key: an area, which has one number and one colour on all maps."""

    number: int
    fill: str
    name: str
    codes: tuple[str | None, ...]
    """Its code on each map; None where it is not there."""
    people: tuple[float, ...]
    """On each map; NaN where it is not there or where nobody knows."""


@dataclass(frozen=True, eq=False)
class Compared:
    """All that is on a page of maps side by side."""

    title: str
    layer: str
    """What the areas are, in the plural: "systems"."""
    views: tuple[View, ...]
    rows: tuple[Row, ...]
    """Most people first; those of whom nobody knows how many by their ground."""
    bounds: tuple[float, float, float, float]
    """West, south, east and north of all maps, metres."""
    footer: tuple[str, ...]
    missing: tuple[str, ...]
    """What could not be drawn, and why."""

    @property
    def description(self) -> str:
        """What the maps show, in words, for those who cannot see them."""
        told = [f"Maps of {self.layer} side by side."]
        for at, view in enumerate(self.views):
            here = [row for row in self.rows if row.codes[at] is not None]
            named = "; ".join(f"{row.number} {row.name}{_with(row.people[at])}" for row in here)
            told.append(f"{view.head}: {named}.")
            told += [f"{each.text}." for each in view.moved]
        return " ".join(told)


def compared(found: SideBySide, title: str | None = None, layer: str | None = None) -> Compared:
    """Return what maps side by side show.

    Parameters
    ----------
    found : today's map and options, from `side_by_side`
    title : instead of that of the change or of the options
    layer : the layer that is drawn, by its key; the first that changes if not given

    Raises
    ------
    InputError : where no option can be applied, where there are too many, and for a layer that does not
        change or has no outlines

    """
    sides = _sides(found)
    key = layer_of(found) if layer is None else _require_changed(found, layer)
    missing: dict[str, None] = {}
    views = tuple(_view(found, side, key, at, len(sides), missing) for at, side in enumerate(sides))
    rows = tuple(_rows(key, sides, views))
    west, south, east, north = (
        f(view.areas.total_bounds[i] for view in views) for i, f in enumerate((min, min, max, max))
    )
    pad = _AROUND * max(east - west, north - south)
    base = sides[0].result
    assert base is not None
    single = sides[1].change if len(sides) == 2 else None
    own = title_of_options(found) if single is None else title_of_change(single)
    return Compared(
        clean(own if title is None else title),
        clean(many(base.plan, key)),
        views,
        rows,
        (west - pad, south - pad, east + pad, north + pad),
        tuple(sources(base.plan)),
        tuple(missing),
    )


def _sides(found: SideBySide) -> list[Side]:
    """Return today's map and the options, all of which can be applied."""
    for side in found.options:
        if side.result is None:
            raise InputError(side.path, f"cannot be applied: {side.fault}", "Settle that, or leave it out.")
    if not found.options:
        raise InputError(found.base.path, "has nothing beside it", "Name a change with --proposal.")
    if len(found.sides) > MOST_SIDES:
        raise InputError(
            None,
            f"{len(found.sides)} maps, today's among them, are too many for a page",
            f"Draw {MOST_SIDES - 1} options at most.",
        )
    return found.sides


def _require_changed(found: SideBySide, key: str) -> str:
    if key not in found.changed:
        base = found.base.result
        assert base is not None
        known = f" It changes {', '.join(found.changed)}." if found.changed else ""
        raise InputError(base.plan.path, f"layer '{key}' is as it was", f"Draw one that changes.{known}")
    return layer_of(found, (key,))


def _view(found: SideBySide, side: Side, key: str, at: int, sides: int, missing: dict[str, None]) -> View:
    assert side.result is not None
    plan = side.result.plan
    areas, shapes = areas_of(found, side, key)
    names = [clean(plan.layers[key].name(str(code))) for code in shapes.index]
    others = gpd.GeoDataFrame({"name": names}, geometry=shapes.to_numpy(), index=shapes.index)
    moved = () if side.change is None else tuple(_moved(side.change, key, missing))
    if side.change is None:
        short = "Before" if sides == 2 else "Today"
        head = f"{short}, {day(plan.date)}" if plan.date else short
    else:
        dates = [p.effective_date for p in proposals(side.change) if p.effective_date is not None]
        short = "After" if sides == 2 else chr(ord("A") + at - 1)
        head = f"{short}, from {day(max(dates))}" if dates else short
        head += "" if sides == 2 else f": {clean(side.title)}"
    return View(short, head, areas, others, moved)


def _moved(change: Comparison, key: str, missing: dict[str, None]) -> Iterator[Moved]:
    """Return what moves between areas of a layer, most people first."""
    found = [(row, shape) for row, shape in moves(change, missing) if row["layer"] == key]
    for row, shape in sorted(found, key=lambda each: -(each[0]["people"] or 0)):
        place = moved_place(change, key, row["code"], row["other_code"])
        who = area_text(row["area_m2"] or 0)
        if row["people"] is not None:
            who = count(round(row["people"]), "person", "people")
        told = f"{place}, {who}" if place else who
        origin, target = (row[name] or "no area" for name in ("area", "other_name"))
        yield Moved(clean(place), clean(f"{told}: from {origin} to {target}"), shape)


def _rows(key: str, sides: Sequence[Side], views: Sequence[View]) -> Iterator[Row]:
    """Return the areas of all maps, each once, also where an option gives it another code."""
    held: dict[tuple[str, str], dict[int, str]] = {}
    first = views[0].areas
    for at, (side, view) in enumerate(zip(sides, views, strict=True)):
        after = side.change.successors.get(key, {}) if side.change is not None else {}
        before = {new: old for old, new in after.items()}
        for code in map(str, view.areas.index):
            old = before.get(code, code)
            # an area that options create is the same where it has the same code and name
            same = (old, "") if old in first.index else (code, str(view.areas["name"][code]))
            held.setdefault(same, {})[at] = code
    found = []
    for codes in held.values():
        people = tuple(
            float(views[at].areas["people"][codes[at]]) if at in codes else math.nan
            for at in range(len(views))
        )
        names = dict.fromkeys(str(views[at].areas["name"][code]) for at, code in codes.items())
        ground = max(views[at].areas.geometry[code].area for at, code in codes.items())
        most = float(np.nanmax(people)) if any(is_known(p) for p in people) else -1.0
        found.append((-most, -ground, " → ".join(names), codes, people))
    for n, (_, _, name, codes, people) in enumerate(sorted(found, key=lambda each: each[:3])):
        every = tuple(codes.get(at) for at in range(len(views)))
        yield Row(n + 1, FILLS[n % len(FILLS)], clean(name), every, people)


def _with(people: float) -> str:
    return f", {number(people)}" if is_known(people) else ""


def on_page(
    shape: Any, bounds: tuple[float, float, float, float], scale: float, left: float, top: float
) -> Any:
    """Return a shape in millimetres of a page; `bounds` begins at `left` and ends at `top`."""
    west, _, _, north = bounds
    return shapely.transform(
        shape,
        lambda xy: np.column_stack([left + (xy[:, 0] - west) / scale, top - (north - xy[:, 1]) / scale]),
    )
