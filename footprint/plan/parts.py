"""What a plan is made of: units, layers, which area each unit is in, and what is asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from footprint.model.cache import fingerprint
from footprint.model.later import is_made, is_none, lazy, plain

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from footprint.geometry.overlap import Evidence
    from footprint.model.geographies import Geography
    from footprint.model.layer import Layer
    from footprint.model.rows import Lookup
    from footprint.model.source import Source


Kind = Literal["nest", "match"]


@lazy("codes", "shapes", "drawn", "source", "out_of_scope")
@dataclass(frozen=True, eq=False)
class Units:
    """The smallest areas that carry a population."""

    geography: Geography
    codes: pd.Index
    """Unique, in scope."""
    shapes: gpd.GeoSeries | None
    """Polygons or points by code in EPSG:27700; None where lookups say it all."""
    drawn: Layer | None
    """The units as a layer, where they are polygons."""
    source: Source | None
    out_of_scope: int
    """Units of other nations that were left out."""
    names: Mapping[str, str]
    """Code of each unit → its name, or its code where nothing names it."""
    vintage: int | None = None
    """As the headings above their codes say it; None where they do not."""

    @property
    def is_placed(self) -> bool:
        """True where a file says where they are, read or not."""
        return not is_none(self, "shapes")

    @property
    def is_read(self) -> bool:
        """True where that file has been read."""
        return any(is_made(self, part) for part in ("shapes", "drawn", "source", "out_of_scope"))

    @property
    def are_points(self) -> bool:
        """True where units are points."""
        return self.shapes is not None and self.drawn is None

    @cached_property
    def fingerprint(self) -> str:
        """A digest of their codes and shapes, to know them again by."""
        assert self.shapes is not None
        return fingerprint(self.shapes)

    @cached_property
    def area_m2(self) -> pd.Series | None:
        """Area of each unit; None where units are not polygons."""
        return None if self.drawn is None or self.shapes is None else self.shapes.area


@lazy("drawn", "names")
@dataclass(frozen=True, eq=False)
class PlanLayer:
    """A layer as the plan declares it: drawn, given by a lookup, or both."""

    key: str
    geography: Geography
    drawn: Layer | None
    lookup: Lookup | None
    base: str | None
    """What the lookup is keyed by: "units" or the key of another layer; None without a lookup."""
    names: pd.Series
    """Index area code (unique), value name."""
    evidence: Evidence = "lookup"
    """What the lookup rests on: "units" where a proposal changes a layer that best fit had filled."""
    kept: Layer | None = None
    """Outlines of the areas that a proposal leaves as they were; those of the others are dissolved."""
    covers: Literal["all", "part"] | None = None
    """Whether it covers all the ground, as the plan states it; None where it does not."""
    undrawn: frozenset[str] = frozenset()
    """Areas of a drawn layer that its lookup alone has."""

    @property
    def codes(self) -> pd.Index:
        """Codes of all areas."""
        return self.names.index

    @property
    def areas(self) -> Mapping[str, str]:
        """Code of each area → its name."""
        return plain(self, "names")

    @property
    def is_drawn(self) -> bool:
        """True where a file has its outlines, read or not."""
        return not is_none(self, "drawn")

    @property
    def is_read(self) -> bool:
        """True where that file has been read."""
        return is_made(self, "drawn")

    def name(self, code: str) -> str:
        """Return the name of an area, or its code where it has none."""
        return str(self.names.get(code, code))


@lazy("codes")
@dataclass(frozen=True, eq=False)
class Assignment:
    """Which area of a layer each unit belongs to."""

    codes: pd.Series
    """Index unit code (all units of the plan), value area code or None."""
    evidence: Evidence
    fit: pd.DataFrame | None = None
    """The table of `bestfit.best_fit` where units were assigned by it."""

    @property
    def areas(self) -> Mapping[str, str | None]:
        """Unit code → area code or None."""
        return plain(self, "codes")


@dataclass(frozen=True)
class Alignment:
    """Two layers that are to line up."""

    source: str
    target: str
    kind: Kind
    must: bool
    """False for "should"."""


@dataclass(frozen=True)
class Accepted:
    """A finding that is known and accepted."""

    rule: str
    reason: str
    area: str | None = None
    layer: str | None = None
    other: str | None = None

    def __str__(self) -> str:
        named = (self.area, self.layer and f"in {self.layer}", self.other and f"with {self.other}")
        return " ".join([self.rule, *(n for n in named if n)])
