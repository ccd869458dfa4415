"""The static map as a picture: PNG, SVG or PDF, for slides and board papers.

All is placed in millimetres of the page. Matplotlib's own settings (a matplotlibrc, pyplot) play no
part, so that the same plan gives the same bytes; names are never read as formulas.
"""

from __future__ import annotations

import errno
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib
from matplotlib.patches import Rectangle

from footprint.model.version import VERSION
from footprint.reports.maps.drawing import drawing
from footprint.reports.maps.drawn import Drawing, legend
from footprint.reports.maps.labels import Box
from footprint.reports.maps.page import DPI, NUMBER, SMALL, Page, dashes, hatched, height, line_width
from footprint.reports.maps.palette import GREY, MARKS, PAPER
from footprint.reports.maps.plot import plot
from footprint.reports.registry import PAPERS

if TYPE_CHECKING:
    import datetime as dt

    from matplotlib.figure import Figure

    from footprint.reports.board import Board

MARGIN = 8.0
_PANEL = 0.36  # of the page's width, or of its height where it stands upright
_TITLE, _LEGEND = 16.0, 9.0
_FOOT = 12  # lines


def save_figure(
    board: Board,
    path: Path,
    *,
    title: str | None = None,
    layers: Sequence[str] = (),
    width_mm: float = PAPERS["slide"][0],
    height_mm: float = PAPERS["slide"][1],
) -> Drawing:
    """Draw the map of a report into a file; returns what is on it.

    Parameters
    ----------
    board : the report
    path : file to write; its ending says the format
    title : instead of that of the report; "" for none
    layers : levels or layers whose borders are drawn; the levels if not given
    width_mm, height_mm : of the page; the legend stands beside the map, or below it if the page is upright

    Raises
    ------
    InputError : where there is nothing to draw (see `drawing`)
    OSError : where the file cannot be written

    """
    drawn = drawing(board, layers, title)
    with own_settings():
        figure = composed(drawn, width_mm, height_mm)
        write_picture(figure, path, drawn.title, drawn.description, board.made)
    return drawn


def composed(drawn: Drawing, width_mm: float, height_mm: float) -> Figure:
    """Return a page with the map, its legend and its sources; to be called within `own_settings`."""
    page = Page(width_mm, height_mm)
    _compose(page, drawn)
    return page.figure


@contextmanager
def own_settings() -> Iterator[None]:
    """Draw with matplotlib as it is shipped, whatever the user has set up, and then set it back."""
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


def write_picture(figure: Figure, path: Path, title: str, description: str, made: dt.datetime) -> None:
    """Write a page in the format of the ending; title and description stand in the file.

    Raises
    ------
    OSError : where it cannot be written

    """
    program = f"footprint {VERSION}"
    ending = path.suffix.lower()
    stated: dict[str, dict[str, Any]] = {
        ".png": {"Title": title, "Description": description, "Software": program},
        ".svg": {
            "Title": title, "Description": description, "Creator": program,
            "Date": f"{made:%Y-%m-%dT%H:%M:%SZ}",
        },
        ".pdf": {
            "Title": title, "Subject": description, "Creator": program, "Producer": program,
            "CreationDate": made,
        },
    }  # fmt: skip
    figure.savefig(path, format=ending[1:], dpi=DPI, metadata=stated[ending], facecolor=PAPER)
    if path.stat().st_size == 0:
        raise OSError(errno.ENOSPC, "nothing was written; is the disk full?")


# ── the page ────────────────────────────────────────────────────────────────────────────────────


def _compose(page: Page, drawn: Drawing) -> None:
    inner = page.width - 2 * MARGIN
    top = head(page, drawn.title, inner)
    bottom = foot(page, drawn.footer, inner)
    upright = page.height > page.width
    if upright:
        split = bottom + (top - bottom) * _PANEL * 0.8
        told = _panel(page, drawn, (MARGIN, bottom, page.width - MARGIN, split))
        plot(page, drawn, told, (MARGIN, split + 3, page.width - MARGIN, top))
    else:
        split = page.width * (1 - _PANEL)
        told = _panel(page, drawn, (split, bottom, page.width - MARGIN, top))
        plot(page, drawn, told, (MARGIN, bottom, split - 4, top))


def head(page: Page, title: str, width: float) -> float:
    """Write the title at the head of the page; returns the height at which it ends, mm."""
    top = page.height - MARGIN
    for line in page.wrapped(title, width, _TITLE, 2, "bold"):
        page.text(MARGIN, top, line, _TITLE, weight="bold")
        top -= height(_TITLE)
    return top - 2 if title else top


def foot(page: Page, told: Iterable[str], width: float) -> float:
    """Write sources and attribution at the foot of the page; returns the height at which they end, mm."""
    # licences ask for their statement, which stands last: it must not be cut
    lines = page.wrapped(" ".join(told), width, SMALL, _FOOT)
    for at, line in enumerate(reversed(lines), start=1):
        page.text(MARGIN, MARGIN / 2 + at * height(SMALL), line, SMALL, color=GREY)
    return MARGIN / 2 + len(lines) * height(SMALL) + 3


# ── the legend ──────────────────────────────────────────────────────────────────────────────────


def _panel(page: Page, drawn: Drawing, box: Box) -> int:
    """Draw the legend, and below it what labels on the map mean; returns how many there is room for.

    Those that come first weigh most. The others are hatched, and their number is said.
    """
    west, south, east, north = box
    swatch, step = 9.0, height(_LEGEND) + 1.4
    top = north
    for border in drawn.borders:
        y = top - step / 2 + 0.7
        page.canvas.plot(
            [west, west + swatch], [y, y], color=border.mark.colour, lw=line_width(border),
            ls=dashes(border.mark), dash_capstyle="butt",
        )  # fmt: skip
        words = f"{border.title} ({len(border.areas):,})"
        for line in page.wrapped(words, east - west - swatch - 3, _LEGEND, 3):
            page.text(west + swatch + 3, top, line, _LEGEND)
            top -= height(_LEGEND)
        top -= step - height(_LEGEND)
    for words, kind in legend(drawn):
        low, high = top - step + 1.6, top - 0.2
        for how in hatched(MARKS[kind]):
            page.canvas.add_patch(Rectangle((west, low), swatch, high - low, **how))
        page.text(west + swatch + 3, top, words, _LEGEND)
        top -= step
    top -= 2
    left = len(drawn.patches)

    def rest() -> list[str]:
        return page.wrapped(f"and {left:,} more, hatched without a number", wide, NUMBER, 3)

    wide = east - west - swatch - 3
    for patch in drawn.patches:
        lines = page.wrapped(patch.text, wide, NUMBER, 6)
        need = len(lines) * height(NUMBER) + 0.8
        last = len(rest()) * height(NUMBER) if left > 1 else 0.0
        if top - need - last < south:
            break
        page.text(west + swatch, top, patch.label, NUMBER, weight="bold", ha="right")
        for line in lines:
            page.text(west + swatch + 3, top, line, NUMBER)
            top -= height(NUMBER)
        top -= 0.8
        left -= 1
    for line in rest() if left else []:
        page.text(west + swatch + 3, top, line, NUMBER, color=GREY)
        top -= height(NUMBER)
    return len(drawn.patches) - left
