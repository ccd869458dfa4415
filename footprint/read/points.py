"""Tables of places: which columns hold coordinates, and the rows as points in EPSG:27700."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyproj
import shapely

from footprint.model.errors import InputError
from footprint.model.layer import BRITISH_NATIONAL_GRID
from footprint.model.words import count, listing
from footprint.read.columns import by_word, find_column, plain
from footprint.read.table import Table

if TYPE_CHECKING:
    from footprint.read.specs import ProvidersSpec

_PAIRS = {
    ("latitude", "longitude"): (("latitude", "lat"), ("longitude", "long", "lon", "lng")),
    ("easting", "northing"): (
        ("easting", "eastings", "oseast1m", "east1m", "bng_e", "x"),
        ("northing", "northings", "osnrth1m", "north1m", "bng_n", "y"),
    ),
}


# Great Britain and Northern Ireland lie well inside these.
_DEGREES = ((49.0, 61.5), (-9.0, 2.5))


# In metres of the British grid, with a strip of sea and of Kintyre.
_NORTHERN_IRELAND = shapely.box(-20_000, 450_000, 195_000, 620_000)


_OUTLINE = re.compile(r"(srid=\d+;)?\s*(multi)?(polygon|surface)\s*(zm?|m)?\s*(\(|empty)", re.IGNORECASE)


FAR = 1000.0
"""Metres between two places of one site from which on they are not the same."""


_METRES = ((-100_000.0, 800_000.0), (4_000.0, 1_300_000.0))


def coordinate_columns(table: Table, spec: ProvidersSpec | None = None) -> tuple[str, str, bool] | None:
    """Return the columns of x and y, and whether they are degrees; None where there are none.

    They are those that a plan names in `spec`, or are found by their names; columns called x and y hold what
    their numbers look like.
    """
    columns, path = table.columns, table.path
    for (first, second), (one_words, other_words) in _PAIRS.items():
        degrees = first == "latitude"
        one, other = (getattr(spec, name) if spec else None for name in (first, second))
        if one is not None and other is not None:
            one, other = find_column(columns, one, path), find_column(columns, other, path)
        elif spec is None or (
            spec.area is None and not any(getattr(spec, name) for pair in _PAIRS for name in pair)
        ):
            one, other = by_word(columns, one_words), by_word(columns, other_words)
            if (
                one is not None
                and other is not None
                and plain(one) == "x"
                and _are_degrees(table, one, other)
            ):
                return one, other, True
        if one is not None and other is not None:
            return (other, one, True) if degrees else (one, other, False)
    return None


def refuse_outlines_as_text(table: Table) -> None:
    """Raise InputError for a table with a column of outlines as text (WKT), which is not read."""
    for column in table.columns:
        filled = [text for text in table[column] if text]
        if filled and all(map(_OUTLINE.match, filled)):
            raise InputError(
                table.path,
                f"has outlines as text (WKT) in column '{column}', which footprint does not read",
                f"Convert it, and name the CRS that it is in: ogr2ogr -a_srs EPSG:27700 areas.gpkg "
                f"{table.path.name} -oo GEOM_POSSIBLE_NAMES={column}",
            )


def refuse_two_places(
    table: Table,
    pair: tuple[str, str, bool],
    found: pd.Series,
    settle: str = "name the columns that are meant",
) -> None:
    """Raise InputError where columns of the other kind put a place of `found` more than `FAR` m away.

    A table may have degrees and metres, of which nobody has named those that are meant; `settle` is how one
    does.
    """
    words = _PAIRS["easting", "northing"] if pair[2] else _PAIRS["latitude", "longitude"]
    # what is called x and y may be in any system
    one, other = (by_word(table.columns, [word for word in each if word not in "xy"]) for each in words)
    if one is None or other is None:
        return
    try:
        again = spots(table, (one, other, False) if pair[2] else (other, one, True), [], "place")
    except InputError:
        return
    for line, spot, beside in zip(found.index.tolist(), found, again, strict=True):
        # places in Northern Ireland have metres of a grid of their own
        if spot is None or beside is None or _NORTHERN_IRELAND.intersects(spot):
            continue
        if (metres := spot.distance(beside)) > FAR:
            raise InputError(
                table.path,
                f"puts {table.row_word} {line} into two places, {metres / 1000:,.0f} km apart: by {pair[1]} "
                f"and {pair[0]}, and by {one} and {other}",
                f"Correct one, or {settle}: latitude and longitude, or easting and northing.",
            )


def _are_degrees(table: Table, x: str, y: str) -> bool:
    """Return whether all numbers of two columns are degrees in the United Kingdom."""
    for column, (low, high) in ((y, _DEGREES[0]), (x, _DEGREES[1])):
        numbers = pd.to_numeric(pd.Series(table[column]).replace("", None), errors="coerce").dropna()
        if not len(numbers) or not numbers.between(low, high).all():
            return False
    return True


@cache
def _to_grid() -> pyproj.Transformer:
    """Return what turns degrees into metres of EPSG:27700; making it takes longer than most tables do."""
    return pyproj.Transformer.from_crs("EPSG:4326", BRITISH_NATIONAL_GRID, always_xy=True)


def spots(table: Table, pair: tuple[str, str, bool], notes: list[str], what: str) -> pd.Series:
    """Return the place of each row as a point in EPSG:27700; None where a row has no coordinates.

    `what` is what a row is, for messages. InputError for what is no coordinate, and for places that are
    not in the United Kingdom.
    """
    east, north, degrees = pair
    found = {}
    for column in (east, north):
        text = table.frame[column].str.strip()
        numbers = pd.to_numeric(text.where(text != "", None), errors="coerce")
        wrong = text[numbers.isna() & ~text.isin(("", "NA", "NULL", "nan"))]
        if len(wrong):
            raise InputError(
                table.path,
                f"has '{wrong.iloc[0]}' in column '{column}' on {table.row_word} {wrong.index[0]}, where a "
                "coordinate is needed",
                "Give a number, or leave both coordinates empty.",
            )
        found[column] = numbers.astype(float)
    x, y = found[east], found[north]
    lost = x.isna() | y.isna()
    if lost.any():
        rows = listing(table.frame.index[lost])
        notes.append(
            f"{table.path.name}: {count(int(lost.sum()), what)} without coordinates are not used "
            f"({table.row_word} {rows})"
        )
    (low_y, high_y), (low_x, high_x) = _DEGREES if degrees else _METRES[::-1]
    off = ~lost & ~(x.between(low_x, high_x) & y.between(low_y, high_y))
    if off.any():
        row = table.frame.index[off.to_numpy()][0]
        swapped = y[row] >= low_x and y[row] <= high_x and x[row] >= low_y and x[row] <= high_y
        names = ("latitude", "longitude") if degrees else ("easting", "northing")
        given = (y[row], x[row]) if degrees else (x[row], y[row])
        remedy = f"{names[0].capitalize()} and {names[1]} seem to be swapped." if swapped else "Correct it."
        raise InputError(
            table.path,
            f"has {names[0]} {given[0]:g} and {names[1]} {given[1]:g} on {table.row_word} {row}, which is "
            f"not in the United Kingdom ({count(int(off.sum()), 'such row')})",
            remedy,
        )
    if degrees:
        moved_x, moved_y = _to_grid().transform(x[~lost].to_numpy(), y[~lost].to_numpy())
    else:
        moved_x, moved_y = x[~lost].to_numpy(), y[~lost].to_numpy()
    # in a series pandas would write NaN for None, which is no place and not nothing either
    places = np.full(len(lost), None, dtype=object)
    places[~lost.to_numpy()] = shapely.points(moved_x, moved_y)
    return pd.Series(places, index=table.frame.index, dtype=object)
