"""What a static map shows: borders, split pieces, what moves, and the words beside them.

Two writers draw it, for neither can do the work of the other: `figure` (PNG, SVG and PDF for slides and
papers), whose SVG has every letter as an outline and is twelve times as large for the example, and
`svg` (34 kB), which stands within a page and has its words as text. Where labels stand, both take
from `labels`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from footprint.geometry.coverage import joined
from footprint.geometry.simplify import simplified
from footprint.measure.footprints import Footprints, chosen, footprints, levels
from footprint.model.errors import InputError
from footprint.model.words import capital, clean
from footprint.plan.naming import many
from footprint.reports.maps.palette import BLACK, MARKS, Mark, border_mark
from footprint.reports.maps.patches import Patch, patches
from footprint.reports.maps.sources import sources
from footprint.results.scope import TOUCHED

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.reports.board import Board

# of what a change touches, around it: what neighbours there are is seen
_AROUND = 0.08
BEFORE = Mark("Before the change", BLACK, "", "3 3")
# without levels a map of all layers at once could not be read
_MOST_LAYERS = 3


@dataclass(frozen=True, eq=False)
class Border:
    """The areas of one layer, of which a map draws the borders."""

    key: str
    title: str
    """What a legend says: "Systems", "Local authority districts"."""
    mark: Mark
    areas: gpd.GeoDataFrame
    """Columns code, name and geometry."""

    def lines(self, metres: float) -> Any:
        """Return the borders as lines, each once, also where two areas share it."""
        return border_lines(self.polygons(metres))

    def polygons(self, metres: float) -> gpd.GeoSeries:
        """Return the areas, simplified to a detail of `metres`."""
        return simplified(self.areas.geometry, metres)


@dataclass(frozen=True, eq=False)
class Focus:
    """The ground that a change concerns, where that is not all of the map."""

    ground: Any
    """The areas that it touches, before and after, as one shape."""
    bounds: tuple[float, float, float, float]
    """West, south, east and north of it, with a margin, metres: what the map shows."""

    @property
    def window(self) -> Any:
        """What the map shows, as a shape."""
        return shapely.box(*self.bounds)

    def around(self, land: Any) -> Any:
        """Return the land that the map shows beside that ground: neighbours, which it shows faintly."""
        return shapely.difference(shapely.intersection(land, self.window), self.ground)


@dataclass(frozen=True, eq=False)
class Drawing:
    """All that is on a map."""

    title: str
    borders: tuple[Border, ...]
    """Widest level first; those as they were before a change come last."""
    patches: tuple[Patch, ...]
    footer: tuple[str, ...]
    """Sources, date and attribution, a sentence each."""
    missing: tuple[str, ...]
    """What could not be drawn, and why."""
    focus: Focus | None = None
    """What a change concerns; None where the map shows all."""

    @property
    def stacked(self) -> list[Border]:
        """Borders in the order of drawing: the widest level above others, those before a change on top."""
        now = [border for border in reversed(self.borders) if border.mark is not BEFORE]
        return [*now, *(border for border in self.borders if border.mark is BEFORE)]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of what the map shows, metres: of all borders, or of its focus."""
        if self.focus is not None:
            return self.focus.bounds
        every = np.array([border.areas.total_bounds for border in self.borders])
        west, south = every[:, :2].min(axis=0)
        east, north = every[:, 2:].max(axis=0)
        return float(west), float(south), float(east), float(north)

    def concerns(self, shape: Any) -> bool:
        """Return whether a shape lies, for the most part, on the ground that the map is about."""
        if self.focus is None:
            return True
        shared = shapely.area(shapely.intersection(shape, self.focus.ground))
        return bool(shared > 0.5 * shapely.area(shape))

    @property
    def description(self) -> str:
        """What the map shows, in words, for those who cannot see it."""
        drawn = ", ".join(f"{len(b.areas):,} {b.title[0].lower()}{b.title[1:]}" for b in self.borders)
        told = "; ".join(f"{p.label}: {p.text}" for p in self.patches)
        return f"Map of {drawn}." + (f" Hatched: {told}." if told else "")


def drawing(
    board: Board, layers: Sequence[str] = (), title: str | None = None, *, within: bool = False
) -> Drawing:
    """Return what a map of a report shows.

    Parameters
    ----------
    board : the report
    layers : levels or layers whose borders are drawn; if not given the levels, or of a change to none of
        them what it changes, or the first layers of a plan without any
    title : instead of that of the report
    within : whether it stands in a report, whose findings have numbers

    Raises
    ------
    InputError : for a layer that the plan does not have or that has no outlines, and where no layer has any

    """
    plan, told = board.plan, board.document["plan"]
    every, missing, focus = _borders_and_focus(board, layers)
    keys = {border.key for border in every}
    if focus is not None:
        every = [_within(border, focus) for border in every]
    return Drawing(
        clean(board.title if title is None else title),
        tuple(every),
        tuple(patches(board, keys, within=within)),
        tuple(sources(plan, told["population_source"], told["assumptions"], board.change)),
        (*missing, *board.ground.missing),
        focus,
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


def lines_of(drawn: Drawing, border: Border, metres: float, apart: float) -> Any:
    """Return the borders of a layer as lines, simplified to a detail of `metres`.

    Of borders before a change only those that lie further than `apart` metres from a border now.
    """
    lines = border.lines(metres)
    if border.mark is not BEFORE:
        return lines
    now = [b.lines(metres) for b in drawn.borders if b.key == border.key and b.mark is not BEFORE]
    return shapely.difference(lines, shapely.buffer(shapely.union_all(now), apart))


def border_lines(polygons: gpd.GeoSeries) -> Any:
    """Return the outlines of polygons as lines, of which no two lie on each other: dashes stay dashes."""
    rings = shapely.boundary(polygons.to_numpy())
    return shapely.line_merge(shapely.union_all(rings))


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


def legend(drawn: Drawing) -> Iterator[tuple[str, str]]:
    """Return (words, kind) of each kind of hatched ground on a map, in the order of a legend."""
    for kind, words in (("moves", MARKS["moves"].title), ("split_pieces", "Pieces of split areas")):
        if number := sum(patch.kind == kind for patch in drawn.patches):
            yield f"{words} ({number:,})", kind
