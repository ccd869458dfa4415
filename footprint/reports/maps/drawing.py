"""From a report to what is on its static map: which borders, which ground, and what it is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from footprint.geometry.coverage import joined
from footprint.geometry.simplify import OutlinesByDetail
from footprint.measure.footprints import Footprints, chosen, footprints, levels
from footprint.model.errors import InputError
from footprint.model.words import capital, clean
from footprint.plan.naming import many
from footprint.reports.maps.drawn import BEFORE, Border, Drawing, Focus
from footprint.reports.maps.palette import border_mark
from footprint.reports.maps.patches import patches
from footprint.reports.maps.sources import sources
from footprint.results.scope import TOUCHED

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.reports.board import Board

# of what a change touches, around it: what neighbours there are is seen
_AROUND = 0.08
# without levels a map of all layers at once could not be read
_MOST_LAYERS = 3


def drawing(
    board: Board,
    layers: Sequence[str] = (),
    title: str | None = None,
    *,
    within: bool = False,
    known: Mapping[str, OutlinesByDetail] | None = None,
) -> Drawing:
    """Return what a map of a report shows.

    Parameters
    ----------
    board : the report
    layers : levels or layers whose borders are drawn; if not given the levels, or of a change to none of
        them what it changes, or the first layers of a plan without any
    title : instead of that of the report
    within : whether it stands in a report, whose findings have numbers
    known : outlines of layers of its plan, by layer and code, that are shown elsewhere in the report

    Raises
    ------
    InputError : for a layer that the plan does not have or that has no outlines, and where no layer has any

    """
    plan = board.plan
    every, missing, focus = _borders_and_focus(board, layers)
    keys = {border.key for border in every}
    if focus is not None:
        every = [_within(border, focus) for border in every]
    return Drawing(
        clean(board.title if title is None else title),
        tuple(every),
        tuple(patches(board, keys, within=within)),
        tuple(sources(plan, board.change)),
        (*missing, *board.ground.missing),
        focus,
        known or {},
    )


def concerned_ground(board: Board) -> Any:
    """Return the ground that a change concerns, as one shape; None where that is all of the map, or none.

    Raises
    ------
    InputError : as `drawing`

    """
    focus = _borders_and_focus(board, ())[2]
    return None if focus is None else focus.ground


def _borders_and_focus(board: Board, layers: Sequence[str]) -> tuple[list[Border], list[str], Focus | None]:
    """Return the borders that a map draws, why others have no outlines, and what it is about."""
    found, missing = _borders(board.plan, layers, _changed(board))
    every = [*found, *_before(board, {border.key for border in found})]
    return every, missing, _focus(board, every)


def _focus(board: Board, borders: Sequence[Border]) -> Focus | None:
    """Return the ground of the areas that a change touches; None where there is none or it is all."""
    if board.change is None:
        return None
    areas = board.change.areas
    touched = areas[areas["change"].isin(TOUCHED)]
    shapes: list[Any] = []
    whole = True
    for border in borders:
        column = "before_code" if border.mark is BEFORE else "code"
        codes = touched[column][touched["layer"] == border.key]
        ours = border.areas["code"].isin(codes)
        shapes += border.areas.geometry[ours].tolist()
        whole = whole and bool(ours.all() or not ours.any())
    if not shapes or whole:
        return None
    ground = joined(np.asarray(shapes, dtype=object))
    west, south, east, north = ground.bounds
    pad = _AROUND * max(east - west, north - south)
    return Focus(ground, (west - pad, south - pad, east + pad, north + pad))


def _within(border: Border, focus: Focus) -> Border:
    """Return a border of the areas that the map shows."""
    near = shapely.intersects(border.areas.geometry.to_numpy(), focus.window)
    return replace(border, areas=border.areas[near])


# ── borders ─────────────────────────────────────────────────────────────────────────────────────


def _changed(board: Board) -> list[str]:
    """Return the layers that a change alters, those first in which most people move."""
    if board.change is None:
        return []
    touched = board.change.areas[board.change.areas["change"].isin(TOUCHED)]
    return list(dict.fromkeys([*board.change.moves["layer"], *touched["layer"]]))


def _borders(plan: Plan, names: Sequence[str], changed: Sequence[str]) -> tuple[list[Border], list[str]]:
    """Return the layers that a map draws, and why others have no outlines; raises as `drawing`."""
    keys = chosen(plan, names)
    if not names and plan.levels:
        keys = list(levels(plan).values())
        if changed and not set(changed) & set(keys):
            # what no level has to do with: the widest one tells where that is
            keys = [keys[0], changed[0]]
    found: list[Border] = []
    faults: list[InputError] = []
    # the widest level first, whatever the order of `names`
    for key in [key for key in chosen(plan, []) if key in keys]:
        try:
            found.append(_border(plan, footprints(plan, key)))
        except InputError as fault:
            if names:
                raise
            faults.append(fault)
    if not found:
        raise faults[0]
    if not names and not plan.levels:
        found = found[:_MOST_LAYERS]
    return found, [fault.fault for fault in faults]


def _before(board: Board, keys: set[str]) -> list[Border]:
    """Return layers in which something moves, of those on the map, as they were."""
    if board.change is None or "moves" not in board.ground.layers:
        return []
    plan = board.change.before.plan
    found: list[Border] = []
    for key in plan.layers:
        if key not in keys & set(board.ground.layers["moves"]["layer"]):
            continue
        try:
            border = _border(plan, footprints(plan, key))
        except InputError:
            continue  # what moves is drawn all the same
        found.append(Border(key, f"{border.title} before the change", BEFORE, border.areas))
    return found


def _border(plan: Plan, layer: Footprints) -> Border:
    level = plan.level_of(layer.key)
    mark = border_mark(level)
    plural = many(plan, layer.key)
    title = mark.title if level is not None else capital(plural)
    return Border(layer.key, clean(title), mark, layer.frame[["code", "name", "geometry"]])
