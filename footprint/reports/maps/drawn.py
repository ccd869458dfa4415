"""What is on a static map: its borders at any detail, hatched ground, and the words beside them.

Two writers draw it, for neither can do the work of the other: `figure` (PNG, SVG and PDF for slides and
papers), whose SVG has every letter as an outline and is twelve times as large for the example, and
`svg` (34 kB), which stands within a page and has its words as text. Where labels stand, both take
from `labels`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from footprint.geometry.parallel import at_once
from footprint.geometry.simplify import OutlinesByDetail
from footprint.reports.maps.palette import BLACK, MARKS, Mark
from footprint.reports.maps.patches import Patch

DETAIL = 6_000
"""Into how many parts the longer side of what a page shows is divided, to what a reader sees of it."""
# Pictures have dense ground once more, larger, and show no less there.
_FINEST = 8_000
BEFORE = Mark("Before the change", BLACK, "", "3 3")


@dataclass(frozen=True, eq=False)
class Border:
    """The areas of one layer, of which a map draws the borders."""

    key: str
    title: str
    """What a legend says: "Systems", "Local authority districts"."""
    mark: Mark
    areas: gpd.GeoDataFrame
    """Columns code, name and geometry."""


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
    known: Mapping[str, OutlinesByDetail] = field(default_factory=dict)
    """Outlines of layers that are shown elsewhere as well, by layer and code."""

    @cached_property
    def _scales(self) -> list[OutlinesByDetail]:
        """The outlines of each border by code, the finest of them made."""
        west, south, east, north = self.bounds
        finest = max(east - west, north - south) / _FINEST
        found = []
        for border in self.borders:
            shapes = border.areas.set_index("code").geometry
            known = self.known.get(border.key)
            same = known is not None and all(
                one is other for one, other in zip(shapes, known.polygons.reindex(shapes.index), strict=True)
            )
            found.append(known if known is not None and same else OutlinesByDetail(shapes, finest))
        at_once([partial(each.at, each.finest) for each in found])
        return found

    def polygons(self, border: Border, metres: float, window: Any = None) -> gpd.GeoSeries:
        """Return the areas of one of the borders by code, simplified to a detail of `metres`.

        With a window, a shape in metres, only those of which a part lies in it.
        """
        found = self._scales[self.borders.index(border)].at(metres).reindex(border.areas["code"])
        return found if window is None else found[shapely.intersects(found.to_numpy(), window)]

    def lines(self, border: Border, metres: float, window: Any = None) -> Any:
        """Return one of the borders as lines, each once, also where two areas share it."""
        return border_lines(self.polygons(border, metres, window))

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


def lines_of(drawn: Drawing, border: Border, metres: float, apart: float, window: Any = None) -> Any:
    """Return the borders of a layer as lines, simplified to a detail of `metres`.

    Of borders before a change only those that lie further than `apart` metres from a border now.
    """
    lines = drawn.lines(border, metres, window)
    if border.mark is not BEFORE:
        return lines
    now = [
        drawn.lines(b, metres, window) for b in drawn.borders if b.key == border.key and b.mark is not BEFORE
    ]
    return shapely.difference(lines, shapely.buffer(shapely.union_all(now), apart))


def border_lines(polygons: gpd.GeoSeries) -> Any:
    """Return the outlines of polygons as lines, of which no two lie on each other: dashes stay dashes."""
    rings = shapely.boundary(polygons.to_numpy())
    return shapely.line_merge(shapely.union_all(rings))


def legend(drawn: Drawing) -> Iterator[tuple[str, str]]:
    """Return (words, kind) of each kind of hatched ground on a map, in the order of a legend."""
    for kind, words in (("moves", MARKS["moves"].title), ("split_pieces", "Pieces of split areas")):
        if number := sum(patch.kind == kind for patch in drawn.patches):
            yield f"{words} ({number:,})", kind
