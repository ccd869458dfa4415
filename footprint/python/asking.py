"""`draw`, `who`, `inspect` and `codes` as functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from footprint.drawing import folder
from footprint.drawing.drawn import Drawn
from footprint.drawing.run import draw as drawn_from
from footprint.plan.open import open_applied
from footprint.python.given import Read, changes_of, given, known_rule, options_of
from footprint.read.inspect import inspect as look
from footprint.reports import Report
from footprint.results.who.question import Question, Who, ask


def draw(
    plan: Read | None = None,
    level: str = "neighbourhood",
    *,
    start: Read | None = None,
    output: str | Path | None = None,
    suppress: str | None = None,
    confined: bool = False,
    **parts: Any,
) -> Drawn:
    """Draw footprints that could be, as `footprint draw` does.

    Parameters
    ----------
    plan : with units, people and outlines
    level : "system", "place" or "neighbourhood"
    start : go on from this proposal (`--from`)
    output : a new folder for the options, each an ordinary proposal; none is written if not given
    suppress : "hes" keeps small numbers in
    confined : refuse plans that name files outside of their folders
    parts : the question, as the command asks it: of, within, areas ("3-5"), band ("30000-50000"), keep, only,
        crossings (a path), prefer, weights, options, seed, steps, restarts, seconds

    Returns
    -------
    Drawn : `.table` (a row an option, today's map last: people, km, shares), `.areas` (a row an area),
        `.impossible` (why), `.number` of divisions where they were counted

    Raises
    ------
    InputError : for a plan that nothing can be drawn from, a faulty part of the question, and a folder that
        holds files already

    """
    if output is not None:
        folder.require_room(Path(output))
    how = options_of(suppress=suppress, confined=confined)
    opened = open_applied(given(plan), [] if start is None else changes_of(start), how)
    found = drawn_from(opened, level, **parts)
    if output is not None and found.options:
        folder.save(found, output)
    return found


def who(
    code: str | None = None,
    plan: Read | None = None,
    *,
    at: str | tuple[float, float] | None = None,
    postcode: str | None = None,
    postcodes: str | Path | None = None,
    layer: str | None = None,
    edge: bool = False,
    changes: Read | Sequence[Read] = (),
    suppress: str | None = None,
    confined: bool = False,
) -> Who:
    """Say who is accountable for what, where, as `footprint who` does.

    Parameters
    ----------
    code : of a unit or an area, or the name of an area; without any of code, at and postcode: the whole plan
    plan : a path is read only as far as it is asked for, which is quicker than a plan that was loaded;
        ./footprint.toml if not given
    at : a point: (latitude, longitude) in degrees or (easting, northing) in metres, also as text
    postcode, postcodes : a postcode, and a CSV that says where postcodes are
    layer : that the code is of, where several have it
    edge : also say how far the nearest edge is, in metres
    changes : proposals: what do they do to the answer?
    suppress : "hes" keeps small numbers in, in all that is shown
    confined : refuse plans that name files outside of their folders

    Returns
    -------
    Who : `.frames()` gives footprints, functions, care, edges and interfaces, a row each; `.answer`

    Raises
    ------
    InputError : for a code that there is not, with the nearest ones; for a point in the sea, in another
        nation or beyond the plan; for what cannot be read

    """
    known_rule(suppress)
    point = ",".join(map(repr, at)) if isinstance(at, tuple) else at
    asked = Question(
        plan=given(plan), code=code, layer=layer, at=point, postcode=postcode,
        postcodes=None if postcodes is None else Path(postcodes), edge=edge, changes=changes_of(changes),
        confined=confined,
    )  # fmt: skip
    return replace(ask(asked), suppress=suppress)


def inspect(*files: str | Path, assume_crs: str | None = None) -> pd.DataFrame:
    """Return what is in boundary files, a row a layer, as `footprint inspect` shows it.

    Parameters
    ----------
    files : paths; FILE::LAYER for one layer of a GeoPackage, or one file of a zip
    assume_crs : of files that state none, for example "EPSG:27700"

    Returns
    -------
    Columns as in `footprint inspect --format csv`: path, layer, crs, features, geography, vintage, areas,
    resolution_m and others; `problem` says why a layer cannot be used, and is missing where it can

    Raises
    ------
    InputError : for a file that cannot be opened

    """
    found = [layer for file in files for layer in look(Path(file), assume_crs=assume_crs)]
    return pd.DataFrame(Report(found, "inspect").record()["layers"])


def codes(*words: str) -> pd.DataFrame:
    """Return what codes are, when they were in force and what became of them, as `footprint codes` says it.

    Parameters
    ----------
    words : GSS codes

    Returns
    -------
    A row a code, in their order: code, known, kind, name, first and last (the days between which it was in
    force, missing where it began before the history and where it still is), parent, names, became, came_from

    """
    every = list(dict.fromkeys(word.strip().upper() for word in words))
    return pd.DataFrame(Report(every, "codes").record()["codes"])
