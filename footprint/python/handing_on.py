"""`report`, `map`, `export` and `workbench` as functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from footprint.measure.footprints import chosen, selected
from footprint.model.errors import InputError
from footprint.model.output import now, require_ending, written_whole
from footprint.plan.open import open_applied
from footprint.python.given import Read, changes_of, given, options_of
from footprint.reports import board, choice
from footprint.reports.as_boundary import save
from footprint.reports.board import Board
from footprint.reports.choice import Choice
from footprint.reports.lookup import ENDING, write_lookup
from footprint.reports.maps.picture import Picture, picture, pictures
from footprint.reports.registry import endings
from footprint.reports.workbench import page
from footprint.reports.workbench.data import bench
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
        inputs = [name for result in found.results for name in result.plan.files]
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


def export(
    plan: Read | None,
    output: str | Path,
    *,
    layers: str | Iterable[str] = (),
    lookup: bool = False,
    proposals: Read | Sequence[Read] = (),
    force: bool = False,
    **reading: Any,
) -> Path:
    """Write the footprints of a plan as boundaries or as a lookup, as `footprint export` does.

    Parameters
    ----------
    plan : as for `check`
    output : the file; its ending says which: .gpkg, .shp, .geojson, .fgb or .parquet, or .csv for the lookup
        from units to areas
    layers : levels or layers; all if not given
    lookup : write the lookup, whose file ends in .csv
    proposals : changes that are applied before
    force : overwrite a file that is there
    reading : as for `check`

    Returns
    -------
    The path of the file

    Raises
    ------
    InputError : for another ending, a layer that there is not, several layers where the format holds one, a
        file that is there already or cannot be written, and as `check`

    """
    path, made = Path(output), now()
    as_table = require_ending(path, endings("boundaries")) == ENDING
    if lookup and not as_table:
        raise InputError(path, "is no table", "Give a name that ends in .csv.")
    if not as_table:
        path = path.with_suffix(path.suffix.lower())
    opened = open_applied(given(plan), changes_of(proposals), options_of(**reading))
    named = [layers] if isinstance(layers, str) else list(layers)
    keys = chosen(opened, named) if named else None
    with written_whole(path, opened.files, force=force) as part:
        if as_table:
            with part.open("w", encoding="utf-8", newline="") as stream:
                write_lookup(opened, stream, keys)
        else:
            found, _ = selected(opened, keys, several=path.suffix == ".gpkg")
            save(found, part, opened, made)
    return path


def workbench(
    plan: Read | None,
    output: str | Path,
    level: str = "place",
    *,
    of: str = "units",
    only: str | Iterable[str] = (),
    start: str | Path | None = None,
    suppress: str | None = None,
    confined: bool = False,
    force: bool = False,
) -> Path:
    """Write a page in which footprints are painted by hand, as `footprint workbench` does; returns its path.

    Parameters
    ----------
    plan : with units, people and outlines
    output : the file, ending in .html
    level : "system", "place" or "neighbourhood"
    of : the building blocks: units, or a layer by its key or geography
    only : areas that alone are painted
    start : go on from this proposal (`--from`)
    suppress : "hes" keeps small numbers in
    confined : refuse plans that name files outside of their folders
    force : overwrite a file that is there

    Raises
    ------
    InputError : for a plan that nothing can be painted of, blocks that the areas divide, another ending, and
        a file that is there already or cannot be written

    """
    path = Path(output)
    if path.suffix.lower() != ".html":
        raise InputError(path, "is no name of a page", "Give a name that ends in .html.")
    opened = open_applied(given(plan), (), options_of(suppress=suppress, confined=confined))
    data = bench(
        opened, level, of, [only] if isinstance(only, str) else list(only), Path(start) if start else None
    )
    files = [*opened.files, *([] if start is None else [str(start)])]
    with written_whole(path, files, force=force) as part:
        part.write_text(page(data), encoding="utf-8", newline="\n")
    return path


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
