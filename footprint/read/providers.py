"""Table of providers → where each stands: an area, or a point, and what share of it is at each site."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footprint.model.errors import InputError
from footprint.model.rows import Providers
from footprint.model.source import Guess
from footprint.model.words import count, listing
from footprint.read.columns import by_word, find_column, its_columns
from footprint.read.days import not_in_force
from footprint.read.flows import PROVIDER_WORDS, texts
from footprint.read.guesses import numeric
from footprint.read.numbers import read_numbers
from footprint.read.points import coordinate_columns, refuse_two_places, spots
from footprint.read.provider_areas import areas_of, guess
from footprint.read.table import Table, read_table

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from footprint.model.geographies import Geography
    from footprint.read.specs import ProvidersSpec


_CODE_WORDS = (*PROVIDER_WORDS, "code", "parentodscode", "organisation code")


NAME_WORDS = ("provider_name", "trust_name", "name", "parentname", "organisation_name", "organisationname")


# Below this share of providers whose area says where they stand in another layer, it says too little.
LEAST_DERIVED = 0.9


def read_providers(
    spec: ProvidersSpec,
    root: Path,
    layers: Mapping[str, pd.Index],
    ods: Mapping[str, str],
    kinds: Mapping[str, Geography] = MappingProxyType({}),
    date: dt.date | None = None,
) -> Providers:
    """Read where providers stand.

    Parameters
    ----------
    layers : key of a layer → codes of its areas
    ods : organisation codes of areas → their codes, as far as the plan knows them
    kinds : key of a layer → what its areas are
    date : the plan's; sites that had closed by then, or opened later, are noted

    Raises
    ------
    InputError : for a table without usable columns; coordinates that are swapped, or not in the
        United Kingdom; a provider in two areas without weights; weights that are no numbers, or
        that add up to nothing

    """
    table = read_table(root / spec.path)
    table = _only(table, spec)
    notes = [*table.notes, *not_in_force(table, date)]
    columns = table.columns
    code = find_column(columns, spec.code, table.path) if spec.code else by_word(columns, _CODE_WORDS)
    if code is None:
        raise InputError(
            table.path,
            "has no column recognised as a provider",
            f'Name it with code = "…". {its_columns(columns)}',
        )
    if spec.code is None:
        notes.append(guess(table, "providers", "code", code))
    codes = table.codes(code, notes)
    sites = pd.DataFrame({"provider": codes, "area": None, "spot": None, "weight": np.nan})
    layer = None
    pair = coordinate_columns(table, spec)
    if pair is not None:
        sites["spot"] = _spots(spec, table, pair, codes.index, notes)
    else:
        layer, sites["area"] = areas_of(spec, table, columns, layers, ods, kinds, notes)
    placed = sites["spot"].notna() if layer is None else sites["area"].notna()
    if not placed.any():
        raise InputError(table.path, "says of no provider where it stands", "Complete it.")
    if spec.weight is None:
        sites = _without_weights(sites, table, layer, could_weigh(table, code), notes)
    else:
        weights = read_numbers(table, find_column(columns, spec.weight, table.path), "a weight")
        sites["weight"] = pd.Series(weights, table.frame.index).reindex(sites.index)
    by_provider = sites.groupby("provider")["weight"]
    total, stated = by_provider.transform("sum"), by_provider.size()
    if (nothing := sites[total == 0]).size:
        raise InputError(
            table.path,
            f"gives no site of {listing(nothing['provider'].unique())} any weight",
            "Give each provider a site with a weight above 0.",
        )
    # what is done at a site that nothing places is done nowhere that is known, not at the other sites
    sites["weight"] /= total
    sites = sites[placed.reindex(sites.index)]
    return Providers(
        sites.reset_index(drop=True),
        stated,
        _names(spec, table, columns, codes, notes),
        layer,
        spec.weight is not None,
        table.source("providers"),
        tuple(notes),
    )


def _spots(
    spec: ProvidersSpec, table: Table, pair: tuple[str, str, bool], rows: pd.Index, notes: list[str]
) -> pd.Series:
    """Return the point of each of some `rows`, by the columns of a `pair` of coordinates; None without."""
    keys = ("longitude", "latitude") if pair[2] else ("easting", "northing")
    guessed = all(getattr(spec, key) is None for key in keys)
    if guessed:
        words = f"sites from columns '{pair[0]}' and '{pair[1]}'"
        settle = ", ".join(f'{key} = "{name}"' for key, name in zip(keys, pair, strict=False))
        notes.append(Guess(f"{table.path.name}: {words}", "providers", words, settle, quiet=True))
    found = spots(table, pair, notes, "site").reindex(rows)
    if guessed:
        refuse_two_places(table, pair, found)
    return found


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
        notes.append(guess(table, "names of providers", "name", column))
    named = pairs.set_index("code")["name"]
    return named.where(named != "", named.index.to_series())


def could_weigh(table: Table, code: str) -> list[str]:
    """Return the columns of numbers, but for codes, that may say what share of a provider is at a site."""
    return numeric((column for column in table if column != code), table)


def weight_lines(columns: list[str]) -> str:
    """Return the lines of a plan that take one of some columns as weights; "" for no columns."""
    return " or ".join(f'weight = "{column}"' for column in columns[:3])


def _without_weights(
    sites: pd.DataFrame, table: Table, layer: str | None, weights: list[str], notes: list[str]
) -> pd.DataFrame:
    """Share a provider out equally among its sites; refuse a table that only says two areas.

    `weights` are columns that could say how it is shared out: named, and never taken unasked.
    """
    settle = weight_lines(weights) or 'weight = "…"'
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
                f"Say how its activity is shared out, with {settle}, or keep one row for each provider.",
            )
    several = int((sites["provider"].value_counts() > 1).sum())
    if several:
        alike = f"equal shares of the sites of {count(several, 'provider')}"
        beside = f"; {_columns_told(weights)} not used" if weights else ""
        by_it = f": {settle} would share it out by that" if weights else ""
        notes.append(
            Guess(
                f"{table.path.name}: the activity of {count(several, 'provider')} with several sites is "
                f'shared out equally among them, as no weight = "…" is given{beside}{by_it}',
                "providers", alike + beside, settle,
            )
        )  # fmt: skip
    return sites.assign(weight=1.0)


def _columns_told(columns: list[str]) -> str:
    names = listing(f"'{column}'" for column in columns)
    return f"column {names} of numbers is" if len(columns) == 1 else f"columns {names} of numbers are"
