"""What a static map shows: borders, split pieces, what moves, and the words beside them.

Two writers draw it: `figure` (PNG, SVG and PDF for slides and papers) and `svg` (a small drawing that
stands within a page).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from footprint.geometry.simplify import simplified
from footprint.measure.footprints import Footprints, called, chosen, footprints, levels
from footprint.model.errors import InputError
from footprint.model.words import area_text, clean, number
from footprint.reports.palette import BLACK, BORDERS, MARKS, Mark

if TYPE_CHECKING:
    from footprint.model.finding import Piece
    from footprint.plan.model import Plan
    from footprint.reports.board import Board

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
class Patch:
    """Hatched ground with a number or a letter, and what it is."""

    kind: str
    """"split_pieces" or "moves": see `palette.MARKS`."""
    label: str
    """The number of the finding, as in all parts of a report; a letter for what moves."""
    text: str
    shape: Any
    """Polygons in EPSG:27700."""


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

    @property
    def stacked(self) -> list[Border]:
        """Borders in the order of drawing: the widest level above others, those before a change on top."""
        now = [border for border in reversed(self.borders) if border.mark is not BEFORE]
        return [*now, *(border for border in self.borders if border.mark is BEFORE)]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north of all borders, metres."""
        every = np.array([border.areas.total_bounds for border in self.borders])
        west, south = every[:, :2].min(axis=0)
        east, north = every[:, 2:].max(axis=0)
        return float(west), float(south), float(east), float(north)

    @property
    def description(self) -> str:
        """What the map shows, in words, for those who cannot see it."""
        drawn = ", ".join(f"{len(b.areas):,} {b.title[0].lower()}{b.title[1:]}" for b in self.borders)
        told = "; ".join(f"{p.label}: {p.text}" for p in self.patches)
        return f"Map of {drawn}." + (f" Hatched: {told}." if told else "")


def drawing(board: Board, layers: Sequence[str] = (), title: str | None = None) -> Drawing:
    """Return what a map of a report shows.

    Parameters
    ----------
    board : the report
    layers : levels or layers whose borders are drawn; the levels if not given, or the first layers of a
        plan without any
    title : instead of that of the report

    Raises
    ------
    InputError : for a layer that the plan does not have or that has no outlines, and where no layer has any

    """
    plan = board.plan
    found, missing = _borders(plan, layers)
    keys = {border.key for border in found}
    before = _before(board, keys)
    patches = [*_moves(board, keys), *_splits(board, keys)]
    return Drawing(
        clean(board.title if title is None else title),
        (*found, *before),
        tuple(patches),
        tuple(_footer(board)),
        (*missing, *board.ground.missing),
    )


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


def _borders(plan: Plan, names: Sequence[str]) -> tuple[list[Border], list[str]]:
    """Return the layers that a map draws, and why others have no outlines; raises as `drawing`."""
    keys = chosen(plan, names)
    if not names and plan.levels:
        keys = list(levels(plan).values())
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
    mark = BORDERS["" if level is None else str(level)]
    plural = plan.layers[layer.key].geography.plural
    title = (
        mark.title if level is not None else f"{plural[0].upper()}{plural[1:]} ({called(plan, layer.key)})"
    )
    return Border(layer.key, clean(title), mark, layer.frame[["code", "name", "geometry"]])


# ── hatched ground ──────────────────────────────────────────────────────────────────────────────


def _splits(board: Board, keys: set[str]) -> Iterator[Patch]:
    """Return the pieces of split areas, but the largest of each, if a layer on the map splits them."""
    ground = board.ground.layers.get("split_pieces")
    if ground is None:
        return
    for at, finding in board.numbered():
        if not finding.divided:
            continue
        smaller = ground[(ground["finding"] == at) & (ground["other_code"] != finding.pieces[0].area.code)]
        if not keys & set(smaller["other_layer"]):
            continue
        text = clean(f"{finding.area and finding.area.name}: {'; '.join(map(_in_words, finding.pieces[1:]))}")
        yield Patch("split_pieces", f"{at}", text, shapely.union_all(smaller.geometry))


def _in_words(piece: Piece) -> str:
    """Return who lives in a piece, or what ground it is, and where it lies."""
    size = "a part"
    if piece.people is not None:
        size = _people(piece.people)
    elif piece.area_m2 is not None:
        size = area_text(piece.area_m2)
    return f"{size} in {piece.area.name}"


def _people(value: Any) -> str:
    """Return people, also where small counts are kept in and the value is text."""
    return f"{value} people" if isinstance(value, str) else f"{number(value)} people"


def _moves(board: Board, keys: set[str]) -> Iterator[Patch]:
    """Return the ground that changes hands in a layer on the map, largest numbers of people first."""
    ground = board.ground.layers.get("moves")
    if ground is None or board.comparison is None:
        return
    told = [row for row in board.comparison["tables"]["moves"] if row["layer"] in keys]
    for at, row in enumerate(told):
        pieces = ground[
            (ground["layer"] == row["layer"])
            & (ground["code"].isna() if row["from_code"] is None else ground["code"] == row["from_code"])
            & (
                ground["other_code"].isna()
                if row["to_code"] is None
                else ground["other_code"] == row["to_code"]
            )
        ]
        if pieces.empty:
            continue
        who = _people(row["population"]) if row["population"] is not None else area_text(row["area_m2"] or 0)
        verb = "moves" if row["population"] is None else "move"
        origin, target = (row[name] or "no area" for name in ("from_name", "to_name"))
        text = clean(f"{who} {verb} from {origin} to {target}")
        yield Patch("moves", _letter(at), text, shapely.union_all(pieces.geometry))


def _letter(at: int) -> str:
    """Return A to Z, then AA, AB …"""
    return (_letter(at // 26 - 1) if at >= 26 else "") + chr(ord("A") + at % 26)


# ── words and places ────────────────────────────────────────────────────────────────────────────


def _footer(board: Board) -> Iterator[str]:
    plan = board.document["plan"]
    if (date := board.plan.date) is not None:
        yield f"As of {date.day} {date:%B %Y}."
    if plan["population_source"]:
        yield clean(f"Population: {plan['population_source']}.")
    yield from (clean(f"Assumed: {stated}.") for stated in plan["assumptions"])
    yield from (clean(stated) for stated in plan["attribution"])


def legend(drawn: Drawing) -> Iterator[tuple[str, Mark]]:
    """Return (words, mark) of each kind of ground on a map, in the order of a legend."""
    kinds = dict.fromkeys(patch.kind for patch in drawn.patches)
    for kind in ("moves", "split_pieces"):
        if kind in kinds:
            words = MARKS[kind].title if kind == "moves" else "Pieces of split areas"
            yield f"{words} ({sum(p.kind == kind for p in drawn.patches):,})", MARKS[kind]


def scale_bar(metres_wide: float) -> tuple[float, str]:
    """Return the length (m) of a scale bar of at most a fifth of a map's width, and its words."""
    most = max(metres_wide / 5, 1.0)
    step = 10.0 ** np.floor(np.log10(most))
    length = float(max(n * step for n in (1, 2, 5) if n * step <= most))
    return length, f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"


def spots(shape: Any) -> NDArray[np.float64]:
    """Return a point well inside the largest part of a shape, as (x, y): where its label stands."""
    parts = shapely.get_parts(shape)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    centre = shapely.get_coordinates(shapely.maximum_inscribed_circle(largest))[0]
    return np.asarray(centre, dtype=float)


__all__ = [
    "BEFORE",
    "Border",
    "Drawing",
    "Patch",
    "border_lines",
    "drawing",
    "legend",
    "lines_of",
    "scale_bar",
    "spots",
]
