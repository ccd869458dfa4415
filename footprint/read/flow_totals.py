"""Cells of a flow table that are sums of others, or of a nation as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from footprint.model.errors import InputError
from footprint.model.geographies import GEOGRAPHIES, Geography
from footprint.model.nations import GSS
from footprint.model.organisations import sites_of
from footprint.model.words import count, listing, short
from footprint.read.totals import is_nation, is_total

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Publishers round sums and cells apart, and leave small cells out: a sum is at least this share of them.
LEAST_OF_SUM = 0.99
# Of fewer cells the sum may be met by chance.
LEAST_TO_ADD_UP = 3
# Where units have few different numbers, others may have as many by chance.
LEAST_DIFFERENT = 5
# Small counts may be alike by chance; a hidden one is in the middle of what it can be, so few may differ.
LEAST_ALIKE, SHARE_ALIKE = 30, 0.9


def total_cells(
    path: str,
    unit: NDArray[np.intp],
    provider: NDArray[np.intp],
    units: pd.Index,
    providers: pd.Index,
    bounds: tuple[NDArray[np.float64], NDArray[np.float64]],
    notes: list[str],
    geography: Geography | None = None,
) -> NDArray[np.bool_]:
    """Return which cells of a flow table are sums of others, which are then left out.

    Parameters
    ----------
    path : of the table, for messages
    unit, provider : positions of each cell in `units` and `providers`
    bounds : the least and the most activity of each cell
    notes : what was left out is added
    geography : what units are codes of, if that is known

    Raises
    ------
    InputError : for rows that are called a total and are less than the others together, and for trusts that
        are the sums of their sites; a nation as a unit that is no sum may be people of it whose unit nobody
        knows, and stays

    """
    amount = (bounds[0] + bounds[1]) / 2
    _refuse_sites_of_trusts(path, unit, provider, providers, amount)
    out = _coarser_sums(path, unit, provider, units, bounds, notes, geography)
    unnamed = (np.asarray(units) == "")[unit] & (np.asarray(providers) == "")[provider]
    if unnamed.any() and (rest := float(amount[~unnamed].sum())) > 0:
        share = float(amount[unnamed].sum()) / rest
        # as many journeys of nobody at no provider as there are in all
        if len(amount) > LEAST_TO_ADD_UP and LEAST_OF_SUM <= share <= 1 / LEAST_OF_SUM:
            notes.append(
                f"{Path(path).name}: the row without a unit and a provider is the sum of the others, and was "
                f"left out ({share * rest:,.0f} journeys)"
            )
            out |= unnamed
    for side, codes, what in ((unit, units, "unit"), (provider, providers, "provider")):
        sums = np.array([is_total(str(code)) for code in codes], dtype=np.bool_)
        if not sums.any() or sums.all():
            continue
        others = float(amount[~sums[side] & ~out].sum())
        for at in np.flatnonzero(sums).tolist():
            rows = (side == at) & ~out
            if not rows.any():
                continue  # the sum of everything is of the other side as well
            all_of_it = float(amount[rows].sum())
            code = short(str(codes[at]))
            if all_of_it >= LEAST_OF_SUM * others:
                notes.append(
                    f"{Path(path).name}: the rows of {what} '{code}' are the sum of the others, and were "
                    f"left out ({all_of_it:,.0f} journeys)"
                )
                out |= rows
            elif not is_nation(str(codes[at])):
                raise InputError(
                    path,
                    f"has rows of {what} '{code}' with {all_of_it:,.0f} journeys, less than the others "
                    f"together ({others:,.0f})",
                    f"Delete them if they are a total, or name the {what} that is meant. It has "
                    f"{listing([str(c) for c, total in zip(codes, sums, strict=True) if not total], 3)}.",
                )
    return out


def _coarser_sums(
    path: str,
    unit: NDArray[np.intp],
    provider: NDArray[np.intp],
    units: pd.Index,
    bounds: tuple[NDArray[np.float64], NDArray[np.float64]],
    notes: list[str],
    geography: Geography | None,
) -> NDArray[np.bool_]:
    """Return which cells are of areas of another kind, as districts among LSOAs, that add up the others.

    They do if at every provider all areas of the kind together have as much as the units have, or may have
    where cells are hidden.
    """
    out = np.zeros(len(unit), dtype=np.bool_)
    if geography is None or not geography.prefixes:
        return out
    prefix = np.array([str(code)[:3] if GSS.match(str(code)) else "" for code in units], dtype=object)
    own = np.isin(prefix, geography.prefixes)
    nations = {p[:1] for p in prefix[own]}
    others = {p for p in set(prefix[~own]) - {""} if not p.endswith("92") and p[:1] in nations}
    if not others or len(np.unique(bounds[0][own[unit]])) < LEAST_DIFFERENT:
        return out
    size = int(provider.max()) + 1
    least, most = (np.bincount(provider[own[unit]], of[own[unit]], size) for of in bounds)
    # regions are no kind of area that a plan may have, and are one by their first signs
    kinds = [set(kind.prefixes) & others for kind in GEOGRAPHIES.values()] + [{other} for other in others]
    for kind in sorted({tuple(sorted(held)) for held in kinds if held}, key=lambda held: (-len(held), held)):
        rows = np.isin(prefix, kind)[unit] & ~out
        low, high = (np.bincount(provider[rows], of[rows], size) for of in bounds)
        fits = (high >= LEAST_OF_SUM * least) & (LEAST_OF_SUM * low <= most)
        if rows.any() and own[unit].sum() >= LEAST_TO_ADD_UP and fits.all() and least.any():
            codes = [str(code) for code in units[np.unique(unit[rows])]]
            notes.append(
                f"{Path(path).name}: the rows of {count(len(codes), 'unit')} of another kind "
                f"({listing(codes, 3)}) are the sums of the others, and were left out "
                f"({float(low.sum() + high.sum()) / 2:,.0f} journeys)"
            )
            out |= rows
    return out


def _refuse_sites_of_trusts(
    path: str,
    unit: NDArray[np.intp],
    provider: NDArray[np.intp],
    providers: pd.Index,
    amount: NDArray[np.float64],
) -> None:
    """Raise InputError where a trust stands beside its sites as their sum: each journey would count twice."""
    held = [str(code) for code in providers]
    trusts: dict[str, list[str]] = {}
    for site, trust in sites_of(held, set(held)).items():
        trusts.setdefault(trust, []).append(site)
    for trust, sites in sorted(trusts.items()):
        size = int(unit.max()) + 1
        own, theirs = provider == held.index(trust), np.isin(provider, providers.get_indexer(pd.Index(sites)))
        whole, parts = (np.bincount(unit[rows], amount[rows], size) for rows in (own, theirs))
        both = (whole > 0) & (parts > 0)
        alike = both & (whole == parts)
        if (
            alike.sum() >= LEAST_TO_ADD_UP
            and whole[alike].sum() >= LEAST_ALIKE
            and alike.sum() >= SHARE_ALIKE * ((parts > 0) | both).sum()
        ):
            raise InputError(
                path,
                f"has rows of provider '{short(trust)}' that are the sum of those of {listing(sites, 3)}, so "
                "each journey would count twice",
                "Delete the rows of trusts, or those of their sites, whichever [providers] does not have.",
            )
