"""What a notebook shows of a result: how, the reports say, which come later than results do.

So the package as a whole, which stands above both, says here who shows results (`show_by`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd


class Picture(Protocol):
    """A map that was drawn, which a notebook shows (`footprint.Picture`)."""

    @property
    def figure(self) -> Any:
        """Of matplotlib."""

    @property
    def description(self) -> str:
        """What it shows, in words."""

    @property
    def missing(self) -> tuple[str, ...]:
        """What could not be drawn, and why."""

    def save(self, path: str | Path, *, force: bool = False) -> Path:
        """Write it to a file."""


class Shower(Protocol):
    """What shows results."""

    def as_html(self, found: Any, /) -> str:
        """Return what a cell shows, as HTML."""

    def record(self, found: Any, /) -> dict[str, Any]:
        """Return a result as plain values."""

    def frames(self, found: Any, /) -> dict[str, pd.DataFrame]:
        """Return its tables by name."""

    def plotted(self, found: Any, /, **how: Any) -> Picture:
        """Return its map."""


_shower: Callable[[], Shower]


def show_by(shower: Callable[[], Shower]) -> None:
    """Say what shows results; it is asked for when a cell first shows one."""
    global _shower
    _shower = shower


class Shown:
    """A result that says in a notebook, in short, what was found."""

    def _repr_html_(self) -> str:
        """Return what a cell of a notebook shows."""
        return _shower().as_html(self)

    def record(self) -> dict[str, Any]:
        """Return all of it as plain values: the JSON of the command, as `footprint schema` describes it."""
        return _shower().record(self)

    def frames(self) -> dict[str, pd.DataFrame]:
        """Return the tables of that JSON as frames, by name, as they may be published.

        `footprint.columns(name)` says of each what its columns hold, and in which unit.
        """
        return _shower().frames(self)


class Mapped(Shown):
    """A result that can be drawn as well."""

    def plot(self, **how: Any) -> Picture:
        """Return its map, as `footprint map` draws it; a notebook shows it.

        It is drawn by matplotlib, which comes with the program, and touches none of its settings.

        Parameters
        ----------
        how : `layers`, names of levels or layers whose borders are drawn (the levels if not given);
            `title`, instead of its own; `paper`, "slide" (254 × 143 mm), "a4" or "a4-landscape". Of options
            side by side only `width_mm`, 254 if not given.

        Returns
        -------
        Picture : `.figure` of matplotlib, `.description` of what it shows in words, `.missing` what could
            not be drawn, `.save(path)` as PNG, SVG or PDF

        Raises
        ------
        InputError : for a layer or a size that there is not, and where nothing has outlines

        """
        return _shower().plotted(self, **how)
