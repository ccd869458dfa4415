"""A figure of a map, and the part of the map that figures are about."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from footprint.model.codes import is_in
from footprint.model.known import is_known
from footprint.plan import derive
from footprint.plan.naming import many, one

if TYPE_CHECKING:
    from footprint.model.schema import Kind
    from footprint.plan.model import Plan
    from footprint.results.comparison import Comparison


TOUCHED = ("created", "abolished", "changed")
"""What becomes of an area whose ground a change alters."""


NAMED = 4
"""So many areas are named in a row; of more it is said how many there are."""


def named(names: list[str]) -> str:
    """Return the names of areas, the first ones of many."""
    left = len(names) - NAMED
    return ", ".join([*names[:NAMED], *([f"{left:,} more"] if left > 0 else [])])


@dataclass(frozen=True)
class MapFigure:
    """A figure of one map."""

    key: str
    heading: str
    kind: Kind | Literal["km"]
    value: float
    """NaN where nobody can tell."""
    better: Literal["less", "more", ""] = ""
    """"" for what is neither good nor bad."""
    least: float = math.nan
    most: float = math.nan
    """Between which the value lies, where it is in doubt."""
    about: str = ""
    """The areas that it is about."""
    firm: str = ""
    """Whether the verdict behind it is "firm", or what it "turns if"; "" where there is none."""
    hidden: bool = False
    """Whether it is kept in as a small number."""

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most that it can be; the value itself where it is not in doubt."""
        in_doubt = is_known(self.least) and is_known(self.most)
        return (self.least, self.most) if in_doubt else (self.value, self.value)


def ground(changes: Iterable[Comparison]) -> pd.Index:
    """Return the units of all areas that any of several changes to one plan touches."""
    units: pd.Index[Any] = pd.Index([], dtype=object)
    for change in changes:
        touched = change.areas[change.areas["change"].isin(TOUCHED)]
        for plan, column in ((change.before.plan, "before_code"), (change.after.plan, "code")):
            for key, rows in touched.groupby("layer"):
                assigned = derive.assignment(plan, str(key))
                if assigned is not None:
                    held = assigned.codes[is_in(assigned.codes, list(rows[column].dropna()))]
                    units = units.union(held.index, sort=False)
    return units


@dataclass(frozen=True, eq=False)
class TouchedPart:
    """The part of a map that options are about: every area with ground that one of them touches."""

    plan: Plan
    units: pd.Index
    """Of that ground; none for the whole map."""

    def codes(self, key: str) -> pd.Index:
        """Return the areas of a layer that are looked at: all where nobody knows which hold these units."""
        assigned = derive.assignment(self.plan, key) if len(self.units) else None
        every = self.plan.layers[key].codes
        if assigned is None:
            return every
        return every[is_in(every, assigned.codes.reindex(self.units).dropna().unique())]

    def rows(self, table: pd.DataFrame, key: str) -> pd.DataFrame:
        """Return the rows of these areas of a layer, of a table of areas."""
        return table[(table["layer"] == key) & is_in(table["code"], self.codes(key))]


@dataclass(frozen=True, eq=False)
class Kin:
    """The areas of one layer, as rows call them."""

    key: str
    plan: Plan

    @property
    def name(self) -> str:
        """What the keys of its rows begin with."""
        return str(self.plan.level_of(self.key) or self.key)

    @property
    def one(self) -> str:
        """An area in words."""
        return one(self.plan, self.key)

    @property
    def many(self) -> str:
        """The areas in words."""
        return many(self.plan, self.key)
