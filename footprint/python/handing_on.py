"""`report` and `map` as functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from footprint.model.errors import InputError
from footprint.model.output import now, require_ending
from footprint.python.given import Read, changes_of, given, options_of
from footprint.reports import board, choice
from footprint.reports.board import Board
from footprint.reports.choice import Choice
from footprint.reports.maps.picture import Picture, picture, pictures
from footprint.reports.registry import endings
from footprint.results import run
from footprint.results.comparison import Comparison
from footprint.results.options import SideBySide
from footprint.results.result import Result


def report(
    found: Read | Comparison | SideBySide | None,
    output: str | Path,
    *,
    proposals: Read | Sequence[Read] = (),
    force: bool = False,
    **reading: Any,
) -> Path:
    """Write a boundary report, as `footprint report` does; returns its path.

    Parameters
    ----------
    found : a result or a comparison, as it is; or a plan, as for `check`; or options side by side
    output : the file; its ending says which: .html, .xlsx, .docx or .md, and of a check or a change .gpkg
    proposals : changes to the plan that are reported
    force : overwrite a file that is there
    reading : as for `check`

    Raises
    ------
    InputError : for another ending, a file that is there already or cannot be written, and as `check`

    """
    path = Path(output)
    if isinstance(found, SideBySide):
        _nothing_more(found, proposals, reading)
        require_ending(path, endings("choice"))
        results = [side.result for side in found.compared if side.result is not None]
        inputs = [name for result in results for name in result.plan.files]
        choice.save(Choice(found, now()), path, inputs, force=force)
        return path
    require_ending(path, endings("board"))
    made = _board(found, proposals, reading)
    board.save(made, path, [name for plan in made.plans for name in plan.files], force=force)
    return path


def map(
    found: Read | Comparison | SideBySide | None = None,
    output: str | Path | None = None,
    *,
    proposals: Read | Sequence[Read] = (),
    force: bool = False,
    layers: str | Iterable[str] = (),
    title: str | None = None,
    paper: str = "slide",
    **reading: Any,
) -> Picture:
    """Draw a static map, as `footprint map` does; a notebook shows it.

    Parameters
    ----------
    found : a result or a comparison, as it is; or a plan, as for `check`; or options side by side
    output : a file that it is written to as well, .png, .svg or .pdf
    proposals : changes to the plan, of which the map shows what moves
    force : overwrite a file that is there
    layers : levels or layers to draw; the levels if not given
    title : instead of that of the plan; "" for none
    paper : "slide" (254 × 143 mm), "a4" or "a4-landscape"
    reading : as for `check`

    Returns
    -------
    Picture : `.figure` of matplotlib, `.description` in words, `.missing` what could not be drawn

    Raises
    ------
    InputError : for a layer or a size that there is not, where nothing has outlines, and as `report`

    """
    if output is not None:
        require_ending(Path(output), endings("map"))
    if isinstance(found, SideBySide):
        _nothing_more(found, proposals, reading)
        drawn = pictures(found)
    else:
        drawn = picture(_board(found, proposals, reading), layers=layers, title=title, paper=paper)
    if output is not None:
        drawn.save(output, force=force)
    return drawn


def _board(found: Any, proposals: Read | Sequence[Read], reading: Mapping[str, Any]) -> Board:
    """Return the report of what was found, or of what is checked for it."""
    if isinstance(found, Comparison):
        _nothing_more(found, proposals, reading)
        return Board(found.after, found, now())
    if isinstance(found, Result) and not proposals and not reading:
        return Board(found, None, now())
    return Board(*run.examine(given(found), changes_of(proposals), options_of(**reading)), now())


def _nothing_more(found: object, proposals: object, reading: Mapping[str, Any]) -> None:
    if proposals or reading:
        what = "proposals" if proposals else next(iter(reading))
        raise InputError(
            None, f"{what} come too late for what is {type(found).__name__.lower()} already", "Give the plan."
        )
