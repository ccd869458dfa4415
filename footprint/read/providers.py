"""Where providers stand, and so which area hosts the care that they give."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from footprint.model.errors import InputError
from footprint.model.geographies import read_column
from footprint.model.layer import BRITISH_NATIONAL_GRID
from footprint.model.rows import Providers
from footprint.model.words import count, listing
from footprint.read.columns import by_word, find_column, its_columns
from footprint.read.flows import PROVIDER_WORDS, texts
from footprint.read.numbers import read_numbers
from footprint.read.table import Table, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from footprint.read.specs import ProvidersSpec


_CODE_WORDS = (*PROVIDER_WORDS, "code", "parentodscode", "organisation code")


NAME_WORDS = ("provider_name", "trust_name", "name", "parentname", "organisation_name", "organisationname")


_PAIRS = {
    ("latitude", "longitude"): (("latitude", "lat"), ("longitude", "long", "lon", "lng")),
    ("easting", "northing"): (("easting", "bng_e", "x"), ("northing", "bng_n", "y")),
}


# Great Britain and Northern Ireland lie well inside these.
_DEGREES = ((49.0, 61.5), (-9.0, 2.5))


_METRES = ((-100_000.0, 800_000.0), (4_000.0, 1_300_000.0))


# Below this share of providers whose area says where they stand in another layer, it says too little.
LEAST_DERIVED = 0.9


def read_providers(spec: ProvidersSpec, root: Path, layers: Mapping[str, pd.Index]) -> Providers:
    """Read where providers stand; `layers` has the codes of the areas of each layer by its key.

    Raises
    ------
    InputError : for a table without usable columns; coordinates that are swapped, or not in the
        United Kingdom; a provider in two areas without weights; weights that are no numbers, or
        that add up to nothing

    """
    table = read_table(root / spec.path)
    notes = list(table.notes)
    table = _only(table, spec)
    columns = table.columns
    code = find_column(columns, spec.code, table.path) if spec.code else by_word(columns, _CODE_WORDS)
    if code is None:
        raise InputError(
            table.path,
            "has no column recognised as a provider",
            f'Name it with code = "…". {its_columns(columns)}',
        )
    if spec.code is None:
        notes.append(f"{table.path.name}: providers read from column '{code}'")
    codes = table.codes(code, notes)
    sites = pd.DataFrame({"provider": codes, "area": None, "spot": None, "weight": np.nan})
    layer = None
    pair = coordinate_columns(spec, columns, table.path)
    if pair is not None:
        sites["spot"] = _spots(table, pair, notes)
        sites = sites[sites["spot"].notna()]
    else:
        layer, sites["area"] = _areas(spec, table, columns, layers, notes)
    if sites.empty:
        raise InputError(table.path, "says of no provider where it stands", "Complete it.")
    if spec.weight is not None:
        weight = pd.Series(
            read_numbers(table, find_column(columns, spec.weight, table.path), "a weight"), table.frame.index
        )
        sites["weight"] = weight.reindex(sites.index)
    else:
        sites = _without_weights(sites, table, layer, notes)
    total = sites.groupby("provider")["weight"].transform("sum")
    if (nothing := sites[total == 0]).size:
        raise InputError(
            table.path,
            f"gives no site of {listing(nothing['provider'].unique())} any weight",
            "Give each provider a site with a weight above 0.",
        )
    sites["weight"] /= total
    return Providers(
        sites.reset_index(drop=True),
        _names(spec, table, columns, codes, notes),
        layer,
        spec.weight is not None,
        table.source("providers"),
        tuple(notes),
    )


def _only(table: Table, spec: ProvidersSpec) -> Table:
    for key, values in spec.only.items():
        column = find_column(table.columns, key, table.path)
        wanted = set(texts(values))
        chosen = [value in wanted for value in table[column]]
        if not any(chosen):
            held = listing(dict.fromkeys(table[column]))
            raise InputError(
                table.path, f"has no row with {key} = {listing(texts(values))}", f"It has: {held}."
            )
        table = table.chosen(chosen)
    return table


def _names(
    spec: ProvidersSpec, table: Table, columns: list[str], codes: pd.Series, notes: list[str]
) -> pd.Series:
    column = find_column(columns, spec.name, table.path) if spec.name else by_word(columns, NAME_WORDS)
    if column is None:
        return pd.Series(codes.unique(), index=codes.unique())
    pairs = pd.DataFrame({"code": codes, "name": table.frame[column].str.strip()}).drop_duplicates("code")
    if spec.name is None:
        notes.append(f"{table.path.name}: names of providers read from column '{column}'")
    named = pairs.set_index("code")["name"]
    return named.where(named != "", named.index.to_series())


def _without_weights(sites: pd.DataFrame, table: Table, layer: str | None, notes: list[str]) -> pd.DataFrame:
    """Share a provider out equally among its sites; refuse a table that only says two areas."""
    if layer is not None:
        sites = sites.drop_duplicates(["provider", "area"])
        twice = sites[sites["provider"].duplicated(keep=False)]
        if len(twice):
            one = twice["provider"].iloc[0]
            both = twice[twice["provider"] == one]
            raise InputError(
                table.path,
                f"puts {count(twice['provider'].nunique(), 'provider')} into several areas without weights: "
                f"{one} into {listing(both['area'])} ({table.row_word}s {listing(both.index)})",
                'Say how its activity is shared out, with weight = "…", or keep one row for each provider.',
            )
    several = int((sites["provider"].value_counts() > 1).sum())
    if several:
        notes.append(
            f"{table.path.name}: the activity of {count(several, 'provider')} with several sites is shared "
            'out equally among them, as no weight = "…" is given'
        )
    return sites.assign(weight=1.0)


def coordinate_columns(spec: ProvidersSpec, columns: list[str], path: Path) -> tuple[str, str, bool] | None:
    """Return the columns of x and y, and whether they are degrees; None where areas are to be used."""
    for (first, second), (one_words, other_words) in _PAIRS.items():
        degrees = first == "latitude"
        one, other = getattr(spec, first), getattr(spec, second)
        if one is not None:
            one, other = find_column(columns, one, path), find_column(columns, other, path)
        elif spec.area is None and not any(getattr(spec, name) for pair in _PAIRS for name in pair):
            one, other = by_word(columns, one_words), by_word(columns, other_words)
        if one is not None and other is not None:
            return (other, one, True) if degrees else (one, other, False)
    return None


def _spots(table: Table, pair: tuple[str, str, bool], notes: list[str]) -> pd.Series:
    """Return the site of each row as a point in EPSG:27700; None where a row has no coordinates."""
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
            f"{table.path.name}: {count(int(lost.sum()), 'site')} without coordinates are not used "
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
        import pyproj

        shift = pyproj.Transformer.from_crs("EPSG:4326", BRITISH_NATIONAL_GRID, always_xy=True)
        moved_x, moved_y = shift.transform(x[~lost].to_numpy(), y[~lost].to_numpy())
    else:
        moved_x, moved_y = x[~lost].to_numpy(), y[~lost].to_numpy()
    spots = pd.Series(None, index=table.frame.index, dtype=object)
    spots[~lost] = list(shapely.points(moved_x, moved_y))
    return spots


def _areas(
    spec: ProvidersSpec, table: Table, columns: list[str], layers: Mapping[str, pd.Index], notes: list[str]
) -> tuple[str, pd.Series]:
    """Return the layer that providers stand in, and the area of each."""
    if spec.area is not None:
        column = find_column(columns, spec.area, table.path)
    else:
        read = [c for c in map(read_column, columns) if c is not None and c.kind == "code" and c.geography]
        if len(read) != 1:
            raise InputError(
                table.path,
                "does not say where providers stand",
                'Name a column of areas with area = "…", or coordinates with latitude and longitude '
                f"or easting and northing. {its_columns(columns)}",
            )
        column = read[0].name
        notes.append(f"{table.path.name}: areas of providers read from column '{column}'")
    areas = table.codes(column, notes)
    held = {key: float(areas.isin(codes).mean()) for key, codes in layers.items()}
    if spec.layer is not None:
        layer = spec.layer
    else:
        layer = max(held, key=lambda key: held[key])
        notes.append(f"{table.path.name}: '{column}' holds areas of {layer}")
    if not held[layer]:
        raise InputError(
            table.path,
            f"has no area of {layer} in column '{column}': {listing(areas.unique(), 2)}",
            f"{layer} has areas like {listing(layers[layer], 2)}; name the layer that is meant.",
        )
    return layer, areas
