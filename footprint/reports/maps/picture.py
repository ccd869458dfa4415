"""A map in Python: what a notebook shows, and what can be saved."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.errors import InputError
from footprint.model.output import require_ending, written_whole
from footprint.model.words import listing
from footprint.reports.maps import beside
from footprint.reports.maps.drawing import drawing
from footprint.reports.maps.figure import composed, own_settings, write_picture
from footprint.reports.maps.palette import PAPER
from footprint.reports.registry import PAPERS, endings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from footprint.reports.board import Board
    from footprint.results.options import SideBySide

# Dots per inch in a notebook: 1,100 pixels for a slide, which is as wide as its cells are.
_SHOWN = 110


@dataclass(frozen=True, eq=False)
class Picture:
    """A map that was drawn: shown in a notebook, saved as a file."""

    figure: Figure
    """Of matplotlib, to draw on or to save otherwise."""
    title: str
    description: str
    """What it shows, in words, for those who cannot see it."""
    missing: tuple[str, ...] = ()
    """What could not be drawn, and why, a sentence each."""
    made: dt.datetime = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
    inputs: tuple[str, ...] = ()
    """Files that must not be overwritten."""

    def __repr__(self) -> str:
        """Return one line: what it is of."""
        return f"<Map of {self.title!r}>"

    def _repr_html_(self) -> str:
        """Return it as a picture within a page, with its description, for a notebook."""
        told = "".join(f"<p>Not drawn: {escape(words)}</p>" for words in self.missing)
        data = base64.b64encode(self.png()).decode()
        return (
            f'<img style="max-width:100%" alt="{escape(self.description)}" '
            f'src="data:image/png;base64,{data}">{told}'
        )

    def png(self, dpi: float = _SHOWN) -> bytes:
        """Return it as a PNG of so many dots per inch."""
        held = BytesIO()
        with own_settings():
            self.figure.savefig(held, format="png", dpi=dpi, facecolor=PAPER)
        return held.getvalue()

    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """Write it to a file, whole or not at all; returns its path.

        Parameters
        ----------
        path : its ending says the format: .png, .svg or .pdf
        force : overwrite a file that is there

        Raises
        ------
        InputError : for another ending, a file that is there already or cannot be written

        """
        path = Path(path)
        require_ending(path, endings("map"))
        with written_whole(path, self.inputs, force=force) as part, own_settings():
            write_picture(self.figure, part, self.title, self.description, self.made)
        return path


def picture(
    board: Board, *, layers: str | Iterable[str] = (), title: str | None = None, paper: str = "slide"
) -> Picture:
    """Return the map of a report (see `figure.save_figure`).

    Raises
    ------
    InputError : for a size of paper that there is not, and as `drawing`

    """
    if paper not in PAPERS:
        raise InputError(None, f"there is no paper '{paper}'", f"Give one of {listing(PAPERS)}.")
    named: Sequence[str] = [layers] if isinstance(layers, str) else list(layers)
    drawn = drawing(board, named, title)
    with own_settings():
        figure = composed(drawn, *PAPERS[paper])
    inputs = tuple(name for plan in board.plans for name in plan.files)
    return Picture(figure, drawn.title or board.title, drawn.description, drawn.missing, board.made, inputs)


def pictures(found: SideBySide, *, width_mm: float = PAPERS["slide"][0]) -> Picture:
    """Return small maps of today and of each option side by side, at one scale (see `beside.draw`).

    Raises
    ------
    InputError : where no layer that an option changes has outlines

    """
    with own_settings():
        figure, told = beside.composed(found, width_mm)
    inputs = tuple(dict.fromkeys(name for result in found.results for name in result.plan.files))
    return Picture(figure, "Options side by side", told, inputs=inputs)
