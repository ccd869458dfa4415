"""One geography at one vintage, and the rows of a boundary file that it is made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from footprint.model.cache import fingerprint

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

    from footprint.model.geographies import Geography
    from footprint.model.source import Source

BRITISH_NATIONAL_GRID = "EPSG:27700"


def _no_numbers() -> pd.Series:
    return pd.Series(dtype=int)


@dataclass(frozen=True, eq=False)
class Layer:
    """One geography at one vintage."""

    key: str
    """What the plan calls it: "lad"."""
    geography: Geography
    areas: gpd.GeoDataFrame
    """Index `code` (text, unique); columns `name` and `geometry` (valid polygons in EPSG:27700, or None)."""
    source: Source
    vintage: int | None = None
    resolution_m: float | None = None
    """Estimated detail of the outlines (`detail.resolution`); None where they are drawn square or too few."""
    drawn: bool = False
    """True where all corners are square: a drawn map or a grid, exact as it stands."""
    repairs: pd.DataFrame = field(default_factory=pd.DataFrame)
    """One row an invalid outline: code, name, rings, reason, area_before_m2, area_after_m2, in_scope."""
    out_of_scope: pd.DataFrame = field(default_factory=pd.DataFrame)
    """Areas of other nations that were left out: code, name, nation."""
    merged: pd.Series = field(default_factory=_no_numbers)
    """Codes that stood on several rows as parts of one area → number of rows."""
    notes: tuple[str, ...] = ()
    """What was guessed or changed while reading, one sentence each."""
    column: str = ""
    """The column that its codes were read from."""
    codeless: gpd.GeoSeries | None = None
    """Outlines of rows without a code, by row, named by the column; None where each row has one."""

    @property
    def names(self) -> pd.Series:
        """Names by code."""
        names: pd.Series = self.areas["name"]
        return names

    @cached_property
    def fingerprint(self) -> str:
        """A digest of the codes and outlines, to know them again by."""
        return fingerprint(self.polygons)

    @cached_property
    def polygons(self) -> gpd.GeoSeries:
        """Geometry of the areas that have any, by code."""
        return self.areas.geometry[self.areas.geometry.notna()]


@dataclass(frozen=True)
class Features:
    """The rows of a boundary file before they are judged: what layers and units are made from."""

    path: Path
    frame: gpd.GeoDataFrame
    """As in the file, in EPSG:27700, two-dimensional."""
    crs: str
    """As the file states it."""
    notes: tuple[str, ...]
    layer: str | None = None
    """Which layer of a container, or which file of a zip, if one was named."""
    cut_off: str = ""
    """As of `Source`."""
    sha256: str = ""
    """Of the bytes that were read; "" for rows that come from no file."""
    step_m: float = 0.0
    """Metres of which coordinates are multiples, where the file says so."""

    @property
    def place(self) -> str:
        """The file, and the layer in it, as FILE::LAYER."""
        return f"{self.path}::{self.layer}" if self.layer else str(self.path)
