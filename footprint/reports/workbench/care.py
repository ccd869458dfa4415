"""What the workbench knows of patient flows: enough to bound the localisation index of any area.

The page sums it as `measure.localisation` and `measure.bounds` do. Flow units that lie in one place are added
up; those in several stay apart, since what their people do is shared out as they are painted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.drawing.journeys import site_units
from footprint.measure.activity import Activity, activity, sums
from footprint.measure.missing import Silent, nobodys_unseen, silent, thin, unseen
from footprint.model.errors import Missing
from footprint.model.suppression import HIDDEN, SMALL, STEP, hes_count

if TYPE_CHECKING:
    from footprint.drawing.areas import Positions
    from footprint.plan.model import Plan
    from footprint.reports.workbench.places import Places

# What is no whole number is shipped in thousandths.
_FINE = 1000
# Intervals of small numbers that are kept in end at halves.
_HALVES = 10
# Places of sites that are not painted: none, then one for each area that is not shown.
_NOWHERE, _BEYOND = -1, -2


def care(plan: Plan, at: Places, key: str | None) -> dict[str, Any]:
    """Return flows for the page, or `missing`: why there are none.

    Returns
    -------
    `scale` (of amounts), `groups` (flow units: `p` places, `w` their weights, `of` the weight of the whole,
    `r` provider, least, most …, `rest`, `thin`: least and most, `n` flow units, `k` pairs by provider where
    some were left out), `sites` (by provider: place, weight …), `guess` (sites without weights), `nobody`
    (provider, least, most …: journeys whose unit nobody knows), `dropped` and `unseen` (the most that a pair
    hides, and providers that no pair names), `lost` (the most that journeys of nobody knows whom hide there),
    `alike`.

    """
    held = activity(plan)
    if isinstance(held, Missing):
        return {"missing": held.reason}
    sites = _sites(plan, at, key)
    if isinstance(sites, Missing):
        return {"missing": sites.reason}
    return _Care(plan, held, at, plan.suppress is not None).told(sites)


def _sites(plan: Plan, at: Places, key: str | None) -> list[list[float]] | Missing:
    """Return, by provider of the flows, place and weight of each site."""
    found = plan.providers
    assert plan.flows is not None
    if found is None:
        return Missing("the plan does not say where providers stand ([providers])")
    if found.layer is not None:
        if found.layer != at.blocks.layer or found.layer == key:
            return Missing(
                f"providers are known by their {found.layer} only, which says of no block whether they stand "
                "in it; give their coordinates"
            )
        codes = found.sites["area"]
        told = codes.notna().to_numpy()
        place = np.array([at.blocks.where.get(c, -1) if isinstance(c, str) else -1 for c in codes])
        # a block elsewhere lies in some area, each for itself
        other = {code: _BEYOND - i for i, code in enumerate(sorted({c for c in codes if isinstance(c, str)}))}
        place = np.where(place < 0, [other.get(c, _NOWHERE) for c in codes], place)
    elif plan.units is not None and plan.units.drawn is not None:
        unit = site_units(plan)
        told = np.ones(len(unit), dtype=np.bool_)
        place = np.where(unit >= 0, at.unit[unit], _NOWHERE)
        away = (unit >= 0) & (place < 0) & (at.today[unit] >= 0)
        place = np.where(away, _BEYOND - at.today[unit], place)
    else:
        return Missing("the units have no outlines, so the coordinates of providers say nothing about blocks")
    provider = plan.flows.providers.get_indexer(pd.Index(found.sites["provider"]))
    rows: list[list[float]] = [[] for _ in plan.flows.providers]
    frame = pd.DataFrame(
        {"provider": provider, "place": place, "weight": found.sites["weight"].to_numpy(float)}
    )
    frame = frame[(provider >= 0) & told].groupby(["provider", "place"])["weight"].sum().reset_index()
    for one, where, weight in zip(frame["provider"], frame["place"], frame["weight"], strict=True):
        rows[int(one)] += [int(where), float(weight)]
    return rows


class _Care:
    """Flows of a plan, on their way into a page."""

    def __init__(self, plan: Plan, held: Activity, at: Places, hidden: bool) -> None:
        self.plan, self.held, self.at, self.hidden = plan, held, at, hidden
        found = silent(plan)
        assert not isinstance(found, Missing)
        self.silent: Silent = found
        missing = np.nan_to_num(found.missing)
        amounts = np.concatenate([held.low, held.high, held.rest, thin(held).missing, missing])
        whole = np.array_equal(amounts, np.rint(amounts))
        self.scale = _HALVES if hidden else 1 if whole else _FINE

    def told(self, sites: list[list[float]]) -> dict[str, Any]:
        """Return what the page needs."""
        held, table = self.held, self.held.table
        assert self.plan.providers is not None
        low, high = held.of_nobody(held.low), held.most_of_nobody()
        nobody: list[int] = []
        for provider in np.flatnonzero(high > 0).tolist():
            nobody += [provider, *self._ends(low[provider], high[provider])]
        dropped = 0 if table.dropped_below is None else table.dropped_below - 1
        return {
            "scale": self.scale,
            "groups": self._groups(dropped > 0),
            "sites": sites,
            "guess": not self.plan.providers.weighted,
            "nobody": nobody,
            "dropped": dropped,
            "unseen": unseen(self.plan, held),
            "lost": self._ends(0, nobodys_unseen(self.plan, held))[1],
            "alike": bool(table.alike),
            "hidden": self.hidden,
            "providers": [self.plan.providers.name(str(code)) for code in table.providers],
        }

    def _ends(self, low: float, high: float) -> list[int]:
        """Return the ends of an amount, in shipped numbers; wider where small numbers are kept in."""
        if self.hidden:
            low, high = _kept_in(low)[0], _kept_in(high)[1]
        return [round(low * self.scale), round(high * self.scale)]

    def _groups(self, dropped: bool) -> list[dict[str, Any]]:
        held, place = self.held, self.at.unit
        table, size = held.table, len(held.known)
        people = self.plan.unit_people()
        weight = np.ones(len(place)) if people is None else people.to_numpy(float)
        found = held.unit_at >= 0
        whole = sums(held.unit_at[found], weight[found], size)
        number = sums(held.unit_at[found], np.ones(int(found.sum())), size)
        # as activity is shared out: by people, or unit by unit where a flow unit has none
        equal = whole <= 0
        each = np.where(found & equal[held.unit_at], 1.0, weight)
        whole = np.where(equal, number, whole)
        rows = np.searchsorted(table.unit, np.arange(size + 1))
        missing = thin(held).missing
        shown = np.flatnonzero(found & (place >= 0))
        single: dict[int, list[int]] = {}
        several: dict[int, dict[int, float]] = {}
        for unit, parts in self._parts(shown, each).items():
            if len(parts) == 1 and next(iter(parts.values())) >= (1 - 1e-9) * whole[unit]:
                single.setdefault(next(iter(parts)), []).append(unit)
            else:
                several[unit] = parts
        groups = [
            self._group([unit], parts, whole[unit], rows, missing, dropped) for unit, parts in several.items()
        ]
        groups += [
            self._group(units, {p: 1.0}, 1.0, rows, missing, dropped) for p, units in sorted(single.items())
        ]
        return groups + self._without_flows(dropped)

    def _parts(self, shown: Positions, each: NDArray[np.float64]) -> dict[int, dict[int, float]]:
        """Return, by flow unit, what of it lies in each place."""
        found: dict[int, dict[int, float]] = {}
        for unit, place, weight in zip(
            self.held.unit_at[shown].tolist(), self.at.unit[shown].tolist(), each[shown].tolist(), strict=True
        ):
            parts = found.setdefault(unit, {})
            parts[place] = parts.get(place, 0.0) + weight
        return dict(sorted(found.items()))

    def _group(
        self, units: list[int], parts: dict[int, float], whole: float, rows: Any, missing: Any, dropped: bool
    ) -> dict[str, Any]:
        held, table = self.held, self.held.table
        at = np.concatenate([np.arange(rows[u], rows[u + 1]) for u in units]).astype(np.intp)
        providers, which = np.unique(table.provider[at], return_inverse=True)
        low, high, pairs = (
            sums(which, amount, len(providers)) for amount in (held.low[at], held.high[at], np.ones(len(at)))
        )
        told: list[int] = []
        for provider, least, most in zip(providers.tolist(), low.tolist(), high.tolist(), strict=True):
            told += [provider, *self._ends(least, most)]
        group: dict[str, Any] = {
            "p": list(parts),
            "w": [_short(w) for w in parts.values()],
            "of": _short(whole),
            "r": told,
        }
        rest, lost = float(held.rest[units].sum()), float(missing[units].sum())
        if rest:
            group["rest"] = self._ends(rest, rest)
        if lost:
            group["thin"] = self._ends(lost, lost)
        if dropped:
            group["n"] = len(units)
            # how many pairs are there is as much as a small number where these are kept in
            group["k"] = 0 if self.hidden else pairs.astype(int).tolist()
        return group

    def _without_flows(self, dropped: bool) -> list[dict[str, Any]]:
        """Return flow units of people without any row, of which all is missing.

        They may hide a pair with every provider where pairs were left out.
        """
        place, share = self.at.unit[self.silent.place], self.silent.share
        shown = np.flatnonzero(place >= 0)
        found: dict[int, dict[int, float]] = {}
        for unit, where, part in zip(
            self.silent.unit[shown].tolist(), place[shown].tolist(), share[shown].tolist(), strict=True
        ):
            parts = found.setdefault(unit, {})
            parts[where] = parts.get(where, 0.0) + part
        groups = []
        for unit, parts in sorted(found.items()):
            lost = float(np.nan_to_num(self.silent.missing[unit]))
            if not lost and not dropped:
                continue
            group = {"p": list(parts), "w": [_short(w) for w in parts.values()], "of": 1, "r": []}
            group |= {"thin": self._ends(lost, lost)} if lost else {}
            groups.append(group | ({"n": 1, "k": []} if dropped else {}))
        return groups


def _short(value: float) -> float | int:
    return int(value) if float(value).is_integer() else round(value, 6)


def _kept_in(value: float) -> tuple[float, float]:
    """Return between what an amount lies, as it may be published."""
    told = hes_count(value)
    if told == HIDDEN:
        return 0.0, float(SMALL)
    assert isinstance(told, (int, float))
    return (max(0.0, told - STEP / 2), told + STEP / 2) if told else (0.0, 0.0)
