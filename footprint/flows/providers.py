"""Where providers stand, and so which area hosts the care that they give."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from footprint.columns import clean_codes, find_column
from footprint.coverage import own_tolerance
from footprint.errors import InputError
from footprint.files import Source, sha256
from footprint.flows.records import PROVIDER_WORDS, by_word, texts
from footprint.geographies import read_column
from footprint.layer import BRITISH_NATIONAL_GRID
from footprint.tables import Table, read_numbers, read_table
from footprint.words import count, listing

if TYPE_CHECKING:
    from footprint.layer import Layer
    from footprint.plan import Missing, Plan, PlanLayer
    from footprint.planfile import ProvidersSpec

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


@dataclass(frozen=True, eq=False)
class Providers:
    """Providers and their sites."""

    sites: pd.DataFrame
    """A row for each site: provider, weight (share of the provider's activity; they add up to 1),
    area (code, or None) and spot (point in EPSG:27700, or None)."""
    names: pd.Series
    """Index provider code, value name (or the code, where the table has no names)."""
    layer: str | None
    """The layer that `area` is of; None where sites have coordinates."""
    weighted: bool
    """True where the table says how activity is shared out among sites; else it is shared equally."""
    source: Source
    notes: tuple[str, ...]

    def name(self, code: str) -> str:
        """Return the name of a provider, or its code where it has none."""
        return str(self.names.get(code, code))


@dataclass(frozen=True, eq=False)
class Hosts:
    """Which area of a layer hosts each provider of a flow table, and with what share of it."""

    provider: NDArray[np.intp]
    """Position in the flow table's providers; the rows are sorted by it."""
    area: NDArray[np.intp]
    """Position in the layer's codes; −1 for sites in none of its areas."""
    share: NDArray[np.float64]
    """Share of the provider's activity; the shares of a known provider add up to 1."""
    known: NDArray[np.bool_]
    """By provider: whether anything says where it stands."""
    guessed: NDArray[np.bool_]
    """By provider: has sites in several areas, among which nothing says how activity is shared out."""
    beyond: tuple[str, ...]
    """Providers with a site in no area of the layer."""

    def main(self) -> NDArray[np.intp]:
        """Return the area with the largest share by provider; −1 for none, −2 for unknown."""
        found = np.full(len(self.known), -2, dtype=np.intp)
        order = np.lexsort((-self.area, self.share))  # the largest share last, the first area of equals
        found[self.provider[order]] = self.area[order]
        return found

    def share_in(self, provider: NDArray[np.intp], area: NDArray[np.intp]) -> NDArray[np.float64]:
        """Return the share of each `provider` that stands in each `area`, pair by pair."""
        width = int(self.area.max(initial=-1)) + 2
        held = self.provider * width + self.area + 1
        order = np.argsort(held)
        key = np.asarray(provider) * width + np.minimum(area, width - 2) + 1
        at = np.searchsorted(held[order], key).clip(max=max(len(held) - 1, 0))
        if not len(held):
            return np.zeros(len(key))
        hit = (held[order][at] == key) & (np.asarray(area) >= 0) & (np.asarray(area) < width - 1)
        return np.where(hit, self.share[order][at], 0.0)


def read_providers(spec: ProvidersSpec, root: Path, layers: dict[str, PlanLayer]) -> Providers:
    """Read where providers stand.

    Raises
    ------
    InputError : for a table without usable columns; coordinates that are swapped, or not in the
        United Kingdom; a provider in two areas without weights; weights that are no numbers, or
        that add up to nothing

    """
    table = read_table(root / spec.path)
    notes: list[str] = []
    table = _only(table, spec)
    columns = [str(c) for c in table.frame.columns]
    code = find_column(columns, spec.code, table.path) if spec.code else by_word(columns, _CODE_WORDS)
    if code is None:
        raise InputError(
            table.path,
            "has no column recognised as a provider",
            f'Name it with code = "…". Its columns: {listing(columns, 12)}.',
        )
    if spec.code is None:
        notes.append(f"{table.path.name}: providers read from column '{code}'")
    codes = clean_codes(table.frame[code], table.path, code, notes, table.row_word)
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
        Source("providers", str(root / spec.path), sha256(table.path), len(table.frame)),
        tuple(notes),
    )


def _only(table: Table, spec: ProvidersSpec) -> Table:
    frame = table.frame
    for key, values in spec.only.items():
        column = find_column([str(c) for c in frame.columns], key, table.path)
        chosen = frame[frame[column].str.strip().isin(texts(values))]
        if chosen.empty:
            held = listing(frame[column].unique())
            raise InputError(
                table.path, f"has no row with {key} = {listing(texts(values))}", f"It has: {held}."
            )
        frame = chosen
    return Table(table.path, frame, table.row_word)


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
    spec: ProvidersSpec, table: Table, columns: list[str], layers: dict[str, PlanLayer], notes: list[str]
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
                f"or easting and northing. Its columns: {listing(columns, 12)}.",
            )
        column = read[0].name
        notes.append(f"{table.path.name}: areas of providers read from column '{column}'")
    areas = clean_codes(table.frame[column], table.path, column, notes, table.row_word)
    held = {key: float(areas.isin(layer.codes).mean()) for key, layer in layers.items()}
    if spec.layer is not None:
        layer = spec.layer
    else:
        layer = max(held, key=lambda key: held[key])
        notes.append(f"{table.path.name}: '{column}' holds areas of {layer}")
    if not held[layer]:
        raise InputError(
            table.path,
            f"has no area of {layer} in column '{column}': {listing(areas.unique(), 2)}",
            f"{layer} has areas like {listing(layers[layer].codes, 2)}; name the layer that is meant.",
        )
    return layer, areas


# ── hosts ───────────────────────────────────────────────────────────────────────────────────────


def hosts(plan: Plan, key: str) -> Hosts | Missing:
    """Return which areas of layer `key` host the providers of the plan's flows, or why nobody can tell.

    A provider whose area is known in another layer stands in the area that this one nests in; with
    coordinates it stands where its unit belongs, or else inside the outlines. A point off the coast
    of a generalised outline counts as inside if it is not farther out than the outline's detail.
    """
    return plan.once(("hosts", key), lambda: _hosts(plan, key))


def _hosts(plan: Plan, key: str) -> Hosts | Missing:
    from footprint.plan import Missing

    if plan.flows is None:
        return Missing("the plan has no flows")
    if plan.providers is None:
        return Missing("the plan does not say where providers stand ([providers])")
    found = plan.providers
    areas = _derived(plan, key) if found.layer is not None else _located(plan, key)
    if isinstance(areas, Missing):
        return areas
    codes = plan.layers[key].codes
    sites = found.sites.assign(
        at=plan.flows.providers.get_indexer(pd.Index(found.sites["provider"])),
        area=codes.get_indexer(pd.Index(areas.fillna(""))),
        told=areas.notna().to_numpy(),
    )
    sites = sites[(sites["at"] >= 0) & sites["told"]]
    shares = sites.groupby(["at", "area"])["weight"].sum().reset_index()
    # a site that nobody can place leaves its provider's other sites with all of it
    shares["weight"] /= shares.groupby("at")["weight"].transform("sum")
    many = shares["at"].value_counts()
    known = np.zeros(len(plan.flows.providers), dtype=np.bool_)
    known[shares["at"].to_numpy()] = True
    guessed = np.zeros_like(known)
    if not found.weighted:
        guessed[many.index[many > 1].to_numpy()] = True
    beyond = plan.flows.providers[np.unique(shares["at"][shares["area"] < 0].to_numpy())]
    return Hosts(
        shares["at"].to_numpy(np.intp),
        shares["area"].to_numpy(np.intp),
        shares["weight"].to_numpy(float),
        known,
        guessed,
        tuple(beyond),
    )


def _derived(plan: Plan, key: str) -> pd.Series | Missing:
    """Return the area of `key` that each site's area nests in; None where it is split."""
    from footprint.plan import Missing

    assert plan.providers is not None
    assert plan.providers.layer is not None
    own, areas = plan.providers.layer, plan.providers.sites["area"]
    if own == key:
        return areas
    overlap = plan.overlap(own, key)
    if isinstance(overlap, Missing):
        return overlap
    table = overlap.table
    within = table[table["verdict"].isin(("nested", "same"))].set_index("source")["target"]
    split = set(table[table["verdict"] == "split"]["source"])
    # an area that the layer lacks is outside it, one that is split could be on either side
    found = areas.map(lambda code: None if code is None or code in split else within.get(code, "")).astype(
        object
    )
    assert plan.flows is not None
    used = plan.providers.sites["provider"].isin(plan.flows.providers)
    if found[used].notna().mean() < LEAST_DERIVED:
        return Missing(
            f"providers are known by their {own} only, which lie in several {key}; give their coordinates"
        )
    return found


def _located(plan: Plan, key: str) -> pd.Series | Missing:
    """Return the area of `key` that each site's point lies in; "" where it lies in none."""
    from footprint.plan import Missing

    assert plan.providers is not None
    spots = plan.providers.sites["spot"].to_numpy()
    assigned = plan.assignment(key)
    if assigned is not None and plan.units is not None and plan.units.drawn is not None:
        unit = _inside(spots, plan.units.drawn)
        found = assigned.codes.reindex(unit).tolist()
    else:
        drawn = plan.outlines(key)
        if drawn is None:
            return Missing(f"{key} has no outlines, so the coordinates of providers say nothing about it")
        found = _inside(spots, drawn)
    return pd.Series([code if isinstance(code, str) else "" for code in found])


def _inside(spots: NDArray[np.object_], layer: Layer) -> list[str | None]:
    """Return the area that each point lies in, or is next to; None where there is none."""
    polygons = layer.polygons
    outlines = polygons.to_numpy()
    tree = shapely.STRtree(outlines)
    found: list[str | None] = [None] * len(spots)
    spot, area = tree.query(spots, predicate="intersects")
    # on a shared border the first area by code, so that order cannot matter
    for s, code in sorted(zip(spot.tolist(), polygons.index[area], strict=True), reverse=True):
        found[s] = code
    out = np.array([s for s, code in enumerate(found) if code is None], dtype=np.intp)
    if len(out):
        near, area = tree.query_nearest(spots[out], max_distance=own_tolerance(layer), all_matches=True)
        for s, code in sorted(zip(out[near].tolist(), polygons.index[area], strict=True), reverse=True):
            found[s] = code
    return found
