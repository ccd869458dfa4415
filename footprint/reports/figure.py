"""The static map as a picture: PNG, SVG or PDF, for slides and board papers.

All is placed in millimetres of the page. Matplotlib's own settings (a matplotlibrc, pyplot) play no
part, so that the same plan gives the same bytes; names are never read as formulas.
"""

from __future__ import annotations

import errno
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from footprint import __version__
from footprint.reports.drawing import (
    BEFORE,
    Border,
    Drawing,
    Patch,
    drawing,
    legend,
    lines_of,
    scale_bar,
    spots,
)
from footprint.reports.palette import BLACK, BORDERS, GREY, LAND, MARKS, PAPER, Mark
from footprint.reports.svg import svg_map

if TYPE_CHECKING:
    import datetime as dt

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from footprint.reports.board import Board

ENDINGS = (".png", ".svg", ".pdf")
PAPERS: dict[str, tuple[float, float]] = {
    "slide": (254.0, 142.875),
    "a4": (210.0, 297.0),
    "a4-landscape": (297.0, 210.0),
}
"""Name → width and height, mm. A slide is 16 to 9."""

_DPI = 200
_MM = 25.4
_MARGIN = 8.0
_PANEL = 0.36  # of the page's width, or of its height where it stands upright
_LINE = 1.32  # of the font size
_TITLE, _LEGEND, _NAME, _NUMBER, _SMALL = 16.0, 9.0, 7.5, 7.5, 6.5
_WIDTHS = {"system": 1.5, "place": 0.9, "neighbourhood": 0.8, "": 0.8}
_MANY = 20
# detail that an eye can see, mm on the page
_DETAIL_MM = 0.08
_Box = tuple[float, float, float, float]


def save_figure(
    board: Board,
    path: Path,
    *,
    title: str | None = None,
    layers: Sequence[str] = (),
    width_mm: float = PAPERS["slide"][0],
    height_mm: float = PAPERS["slide"][1],
) -> Drawing:
    """Draw the map of a report; returns what is on it.

    Parameters
    ----------
    board : the report
    path : file to write, of one of ENDINGS
    title : instead of that of the report; "" for none
    layers : levels or layers whose borders are drawn; the levels if not given
    width_mm, height_mm : of the page; the legend stands beside the map, or below it if the page is upright

    Raises
    ------
    InputError : where there is nothing to draw (see `drawing`)
    OSError : where the file cannot be written

    """
    drawn = drawing(board, layers, title)
    with _own_settings():
        page = _Page(width_mm, height_mm)
        _compose(page, drawn)
        _write(page.figure, path, drawn, board.made)
    return drawn


@contextmanager
def _own_settings() -> Iterator[None]:
    """Draw with matplotlib as it is shipped, whatever the user has set up, and then set it back."""
    import matplotlib

    with matplotlib.rc_context(), warnings.catch_warnings():
        # a letter that the font lacks is drawn as a box; the name is right in every other output
        warnings.filterwarnings("ignore", message=".*[Gg]lyph.*")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(
            {
                "text.parse_math": False,  # a $ in a name is a $
                "text.usetex": False,
                "svg.hashsalt": "footprint",
                "svg.fonttype": "path",
                "pdf.fonttype": 42,
                "hatch.linewidth": 0.6,
                "lines.scale_dashes": False,
            }
        )
        yield


def _write(figure: Figure, path: Path, drawn: Drawing, made: dt.datetime) -> None:

    program = f"footprint {__version__}"
    ending = path.suffix.lower()
    stated: dict[str, dict[str, Any]] = {
        ".png": {"Title": drawn.title, "Description": drawn.description, "Software": program},
        ".svg": {
            "Title": drawn.title, "Description": drawn.description, "Creator": program,
            "Date": f"{made:%Y-%m-%dT%H:%M:%SZ}",
        },
        ".pdf": {
            "Title": drawn.title, "Subject": drawn.description, "Creator": program, "Producer": program,
            "CreationDate": made,
        },
    }  # fmt: skip
    figure.savefig(path, format=ending[1:], dpi=_DPI, metadata=stated[ending], facecolor=PAPER)
    if path.stat().st_size == 0:
        raise OSError(errno.ENOSPC, "nothing was written; is the disk full?")


# ── the page ────────────────────────────────────────────────────────────────────────────────────


@dataclass(eq=False)
class _Page:
    """A page on which all is placed in millimetres from its lower left corner."""

    width: float
    height: float
    figure: Figure = field(init=False)
    canvas: Axes = field(init=False)
    taken: list[_Box] = field(default_factory=list)
    """Where labels stand already: west, south, east, north."""

    def __post_init__(self) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self.figure = Figure(figsize=(self.width / _MM, self.height / _MM), dpi=_DPI)
        self.renderer: Any = FigureCanvasAgg(self.figure).get_renderer()  # type: ignore[no-untyped-call]
        self.canvas = self.figure.add_axes((0, 0, 1, 1))
        self.canvas.set(xlim=(0, self.width), ylim=(0, self.height))
        self.canvas.set_axis_off()
        self.canvas.set_zorder(2)  # labels lie above the map

    def measure(self, text: str, size: float, weight: str = "normal") -> float:
        """Return the width of a text, mm."""
        from matplotlib.font_manager import FontProperties

        font = FontProperties(size=size, weight=weight)
        return float(self.renderer.get_text_width_height_descent(text, font, False)[0]) / _DPI * _MM

    def wrapped(
        self, text: str, width: float, size: float, most: int, weight: str = "normal", whole: bool = False
    ) -> list[str]:
        """Break a text into at most so many lines of a width (mm); what does not fit ends in an ellipsis.

        With `whole` there are no lines where a word, or the text, does not fit.
        """
        lines: list[str] = []
        rest = text.split()
        while rest and len(lines) < most:
            held = len(rest)
            while held > 1 and self.measure(" ".join(rest[:held]), size, weight) > width:
                held -= 1
            line, rest = " ".join(rest[:held]), rest[held:]
            if self.measure(line, size, weight) > width:  # one word that no line holds
                if whole:
                    return []
                at = max(1, int(len(line) * width / self.measure(line, size, weight)) - 1)
                line, rest = line[:at], [line[at:], *rest]
            lines.append(line)
        if rest and whole:
            return []
        if rest and lines:
            last = lines[-1]
            while last and self.measure(last + "…", size, weight) > width:
                last = last[:-1]
            lines[-1] = last.rstrip() + "…"
        return lines

    def text(self, x: float, y: float, words: str, size: float, **how: Any) -> None:
        """Write a line whose top is at `y`."""
        how = {"color": BLACK, "va": "top", "ha": "left"} | how
        self.canvas.text(x, y, words, fontsize=size, **how)

    def free(self, box: _Box) -> bool:
        """Return whether no label stands in a box."""
        west, south, east, north = box
        return all(west >= e or east <= w or south >= n or north <= s for w, s, e, n in self.taken)


def _height(size: float) -> float:
    """Return the height of a line of text, mm."""
    return size * _LINE / 72 * _MM


def _compose(page: _Page, drawn: Drawing) -> None:
    inner = page.width - 2 * _MARGIN
    top = page.height - _MARGIN
    for line in page.wrapped(drawn.title, inner, _TITLE, 2, "bold"):
        page.text(_MARGIN, top, line, _TITLE, weight="bold")
        top -= _height(_TITLE)
    if drawn.title:
        top -= 2
    bottom = _footer(page, drawn, inner)
    upright = page.height > page.width
    if upright:
        split = bottom + (top - bottom) * _PANEL * 0.8
        told = _panel(page, drawn, (_MARGIN, bottom, page.width - _MARGIN, split))
        _map(page, drawn, told, (_MARGIN, split + 3, page.width - _MARGIN, top))
    else:
        split = page.width * (1 - _PANEL)
        told = _panel(page, drawn, (split, bottom, page.width - _MARGIN, top))
        _map(page, drawn, told, (_MARGIN, bottom, split - 4, top))


def _footer(page: _Page, drawn: Drawing, width: float) -> float:
    """Write sources and attribution at the foot of the page; returns the height at which they end, mm."""
    lines = page.wrapped(" ".join(drawn.footer), width, _SMALL, 4)
    for at, line in enumerate(reversed(lines), start=1):
        page.text(_MARGIN, _MARGIN / 2 + at * _height(_SMALL), line, _SMALL, color=GREY)
    return _MARGIN / 2 + len(lines) * _height(_SMALL) + 3


# ── the legend ──────────────────────────────────────────────────────────────────────────────────


def _panel(page: _Page, drawn: Drawing, box: _Box) -> int:
    """Draw the legend, and below it what labels on the map mean; returns how many there is room for.

    Those that come first weigh most. The others are hatched, and their number is said.
    """
    west, south, east, north = box
    swatch, step = 9.0, _height(_LEGEND) + 1.4
    top = north
    for border in drawn.borders:
        y = top - step / 2 + 0.7
        page.canvas.plot(
            [west, west + swatch], [y, y], color=border.mark.colour, lw=_width(border),
            ls=_dashes(border.mark), dash_capstyle="butt",
        )  # fmt: skip
        words = f"{border.title} ({len(border.areas):,})"
        page.text(
            west + swatch + 3, top, page.wrapped(words, east - west - swatch - 3, _LEGEND, 1)[0], _LEGEND
        )
        top -= step
    for words, mark in legend(drawn):
        _swatch(page, mark, (west, top - step + 1.6, west + swatch, top - 0.2))
        page.text(west + swatch + 3, top, words, _LEGEND)
        top -= step
    top -= 2
    left = len(drawn.patches)
    for patch in drawn.patches:
        lines = page.wrapped(patch.text, east - west - swatch - 3, _NUMBER, 3)
        need = len(lines) * _height(_NUMBER) + 0.8
        last = _height(_NUMBER) if left > 1 else 0.0
        if top - need - last < south:
            break
        page.text(west + swatch, top, patch.label, _NUMBER, weight="bold", ha="right")
        for line in lines:
            page.text(west + swatch + 3, top, line, _NUMBER)
            top -= _height(_NUMBER)
        top -= 0.8
        left -= 1
    if left:
        words = f"and {left:,} more, hatched without a number"
        page.text(west + swatch + 3, top, words, _NUMBER, color=GREY)
    return len(drawn.patches) - left


def _swatch(page: _Page, mark: Mark, box: _Box) -> None:
    from matplotlib.patches import Rectangle

    west, south, east, north = box
    for how in _hatched(mark):
        page.canvas.add_patch(Rectangle((west, south), east - west, north - south, **how))


def _hatched(mark: Mark) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return how ground is drawn: a pale fill, and the hatch with its outline above it."""
    return (
        {"facecolor": mark.colour, "alpha": 0.2, "linewidth": 0},
        {"facecolor": "none", "edgecolor": mark.colour, "hatch": mark.hatch * 3 or None, "linewidth": 0.9},
    )


def _dashes(mark: Mark) -> Any:
    lengths = [float(each) * 0.75 for each in mark.dash.split()]
    return (0, lengths) if lengths else "-"


def _width(border: Border) -> float:
    """Return how wide a border is drawn, points: finer where there are many areas."""
    if border.mark is BEFORE:
        return 1.2
    width = next((_WIDTHS[level] for level, mark in BORDERS.items() if mark is border.mark), _WIDTHS[""])
    return width if len(border.areas) <= _MANY else width * 0.7


# ── the map ─────────────────────────────────────────────────────────────────────────────────────


def _map(page: _Page, drawn: Drawing, numbered: int, box: _Box) -> None:
    """Draw the map into a box of the page (mm), north up; the first `numbered` patches have a label."""
    from matplotlib.collections import LineCollection
    from matplotlib.patches import PathPatch

    west, south, east, north = box
    x0, y0, x1, y1 = drawn.bounds
    # labels and the scale bar need some room around the ground
    scale = max((x1 - x0) / (east - west - 6), (y1 - y0) / (north - south - 6), 1e-3)  # metres a mm
    x, y = (x0 + x1) / 2 - scale * (east - west) / 2, (y0 + y1) / 2 - scale * (north - south) / 2
    ax = page.figure.add_axes(
        (west / page.width, south / page.height, (east - west) / page.width, (north - south) / page.height)
    )
    ax.set(xlim=(x, x + scale * (east - west)), ylim=(y, y + scale * (north - south)))
    ax.set_axis_off()
    detail = scale * _DETAIL_MM
    ax.add_patch(PathPatch(_path(drawn.borders[0].polygons(detail)), facecolor=LAND, linewidth=0))
    for patch in reversed(drawn.patches):
        path = _path([shapely.simplify(patch.shape, detail / 2)])
        for how in _hatched(MARKS[patch.kind]):
            ax.add_patch(PathPatch(path, **how))
    for border in drawn.stacked:
        found = shapely.get_parts(lines_of(drawn, border, detail, 0.5 * scale))
        lines = [line.coords for line in found if not line.is_empty]
        if border.mark is BEFORE:
            ax.add_collection(LineCollection(lines, colors=PAPER, linewidths=2.8))
        ax.add_collection(
            LineCollection(
                lines, colors=border.mark.colour, linewidths=_width(border),
                linestyles=[_dashes(border.mark)],
                capstyle="butt", joinstyle="round",
            )
        )  # fmt: skip

    def place(spot: np.ndarray[Any, Any]) -> tuple[float, float]:
        return west + (float(spot[0]) - x) / scale, south + (float(spot[1]) - y) / scale

    land = shapely.transform(
        shapely.union_all(drawn.borders[0].polygons(scale).to_numpy()),
        lambda xy: (xy - [x, y]) / scale + [west, south],
    )
    _compass(page, box, scale, land)
    _numbers(page, drawn.patches[:numbered], place, box)
    _names(page, drawn, place, scale, box)


def _path(shapes: Any) -> Any:
    """Return polygons as one path of rings."""
    from matplotlib.path import Path as Outline

    rings = shapely.get_rings(shapely.get_parts(np.asarray(shapes, dtype=object)))
    return Outline.make_compound_path(*(Outline(ring.coords, closed=True) for ring in rings))


def _compass(page: _Page, box: _Box, scale: float, land: Any) -> None:
    """Draw the scale bar, and the arrow that says that north is up, in the corner with least ground."""
    length, words = scale_bar(scale * (box[2] - box[0]))
    bar, tall = length / scale, 9 + _height(_SMALL)
    wide = bar + 9
    places = product((box[0], box[2] - wide), (box[1], box[3] - tall))
    corners = [(x, y, x + wide, y + tall) for x, y in places]
    west, south, east, north = min(corners, key=lambda c: round(shapely.box(*c).intersection(land).area, 3))
    across, up = [west, west, west + bar, west + bar], [south + 2.2, south + 1, south + 1, south + 2.2]
    page.canvas.plot(across, up, color=BLACK, lw=1)
    page.text(west, south + 2.6 + _height(_SMALL), words, _SMALL)
    at = west + bar + 6
    page.canvas.annotate(
        "", (at, south + 8), (at, south + 1), arrowprops={"arrowstyle": "-|>", "color": BLACK, "lw": 1}
    )
    page.text(at, south + 8.4 + _height(_SMALL), "N", _SMALL, ha="center", weight="bold")
    page.taken.append((west, south, east, north))


def _numbers(page: _Page, patches: Sequence[Patch], place: Any, box: _Box) -> None:
    """Write the number of each patch on it, or beside it with a line where another one stands there."""
    tall = _height(_NUMBER)
    # around the spot, near ones first
    ways = sorted(product(range(-6, 7), repeat=2), key=lambda way: (way[0] ** 2 + way[1] ** 2, way))
    for patch in patches:
        x, y = place(spots(patch.shape))
        wide = page.measure(patch.label, _NUMBER, "bold") + 1.6
        for across, up in ways:
            at_x, at_y = x + across * wide * 0.6, y + up * tall * 0.6
            around = (at_x - wide / 2, at_y - tall / 2, at_x + wide / 2, at_y + tall / 2)
            if page.free(around) and _inside(around, box):
                break
        else:
            at_x, at_y, around = x, y, (x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
        page.taken.append(around)
        colour = MARKS[patch.kind].colour
        if (at_x, at_y) != (x, y):
            page.canvas.plot([x, at_x], [y, at_y], color=colour, lw=0.6, zorder=4)
        page.canvas.text(
            at_x, at_y, patch.label, fontsize=_NUMBER, weight="bold", color=BLACK, zorder=5,
            ha="center", va="center_baseline",
            bbox={"boxstyle": "round,pad=0.18", "facecolor": PAPER, "edgecolor": colour, "linewidth": 0.8},
        )  # fmt: skip


def _inside(box: _Box, around: _Box) -> bool:
    return box[0] >= around[0] and box[1] >= around[1] and box[2] <= around[2] and box[3] <= around[3]


def _names(page: _Page, drawn: Drawing, place: Any, scale: float, box: _Box) -> None:
    """Write the names of areas of the two widest levels where there is room, larger areas first."""
    from matplotlib.patheffects import withStroke

    for rank, border in enumerate([b for b in drawn.borders if b.mark is not BEFORE][:2]):
        weight, size = ("bold", _NAME + 0.5) if rank == 0 else ("normal", _NAME - 0.5)
        largest = border.areas.assign(ground=border.areas.area).sort_values(
            ["ground", "code"], ascending=[False, True], kind="stable"
        )
        for name, shape in zip(largest["name"], largest.geometry, strict=True):
            parts = shapely.get_parts(shape)
            part = parts[int(np.argmax(shapely.area(parts)))]
            x, y = place(spots(shape))
            room = (part.bounds[2] - part.bounds[0]) / scale
            found = _fitting(page, name, size, weight, room)
            if found is None:
                continue
            lines, wide, tall = found
            around = (x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
            if not page.free(around) or not _inside(around, box):
                continue
            page.taken.append(around)
            page.canvas.text(
                x, y, "\n".join(lines), fontsize=size, weight=weight, color=border.mark.colour, ha="center",
                va="center", linespacing=_LINE - 0.12, zorder=3,
                path_effects=[withStroke(linewidth=2, foreground=PAPER)],
            )  # fmt: skip


def _fitting(
    page: _Page, name: str, size: float, weight: str, room: float
) -> tuple[list[str], float, float] | None:
    """Return a name in at most three lines that an area of so many mm has room for, and their size."""
    for share in (0.55, 0.9):
        lines = page.wrapped(name, max(room * share, 12.0), size, 3, weight, whole=True)
        if lines:
            wide = max(page.measure(line, size, weight) for line in lines)
            return (lines, wide, len(lines) * _height(size)) if wide <= room else None
    return None


__all__ = ["ENDINGS", "PAPERS", "save_figure", "svg_map"]
