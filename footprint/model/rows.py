"""What the tables of a plan hold once they are read: providers, flows, lookups, people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from footprint.model.later import lazy, plain

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from footprint.model.geographies import NamedColumn
    from footprint.model.source import Source


@dataclass(frozen=True, eq=False)
class Providers:
    """Providers and their sites."""

    sites: pd.DataFrame
    """A row for each site that is placed: provider, weight (share of the provider's activity; they add up
    to 1 where all of its sites are), area (code, or None) and spot (point in EPSG:27700, or None)."""
    stated: pd.Series
    """Index provider code, value number of its sites, also of those that nothing places."""
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


Kind = Literal["count", "proportion", "record"]


@dataclass(frozen=True, eq=False)
class FlowTable:
    """What patients of each unit do at each provider, as the files say it.

    The four arrays have a row for each unit and provider with any flow, sorted by both.
    """

    units: pd.Index
    """Codes of units, sorted; "" stands for records without one."""
    providers: pd.Index
    """Codes of providers, sorted; "" stands for records without one."""
    unit: NDArray[np.intp]
    """Position in `units`."""
    provider: NDArray[np.intp]
    """Position in `providers`."""
    low: NDArray[np.float64]
    """Least activity (or share of the unit's activity, for proportions)."""
    high: NDArray[np.float64]
    """Most activity: above `low` where a count is suppressed."""
    kind: Kind
    suppressed: int
    """Cells that were suppressed."""
    source: Source
    stated_source: str
    """Whose figures they are, as the plan says."""
    assumption: str
    """What every output has to say of them, as the plan says; empty if nothing."""
    notes: tuple[str, ...]
    dropped_below: int | None = None
    """Pairs with less activity than this were left out by the publisher; None if nothing is known of that."""
    rounded: bool = False
    """True where all counts are multiples of 5: each is taken as 2 more or less."""
    alike: bool = False
    """True where the plan takes the people of a flow unit to make as many journeys per head."""


@lazy("codes", "names")
@dataclass(frozen=True, eq=False)
class Lookup:
    """Which area each unit belongs to."""

    codes: pd.Series
    """Index unit code (unique), value area code."""
    names: pd.Series
    """Index area code, value name; empty where the table has no names."""
    code_column: NamedColumn
    source: Source
    notes: tuple[str, ...]
    unit_names: Mapping[str, str] = field(default_factory=dict)
    """Unit code → name, where the table has names of units."""
    beyond: Mapping[str, str] = field(default_factory=dict)
    """Unit code → area code of the rows for units that the plan does not have."""
    unit_column: NamedColumn | None = None
    """What the heading above the codes of units says of them."""
    ods: Mapping[str, str] = field(default_factory=dict)
    """ODS code of an area → its official code, where the table has both (ICB23CDH beside ICB23CD)."""

    @property
    def areas(self) -> Mapping[str, str]:
        """Unit code → area code."""
        return plain(self, "codes")


@lazy("people")
@dataclass(frozen=True, eq=False)
class Population:
    """People by code."""

    people: pd.Series
    """Index code (unique), value people (float; whole where the file has whole numbers)."""
    code_column: NamedColumn
    source: Source
    stated_source: str
    """Who counted, as the plan says: "ONS mid-2020"."""
    assumption: str
    """What was assumed about the figures, as the plan says; empty if nothing."""
    notes: tuple[str, ...]

    @property
    def counts(self) -> Mapping[str, float]:
        """Code → people."""
        return plain(self, "people")
