"""The overlap table: which areas of one layer lie in which of another, and on what evidence.

Three kinds of evidence, strongest first. `lookup`: codes say it, exactly. `units`: areas that carry
people are in both, by best fit (for both see `by_units`). `geometry`: only outlines are known; then
the width of an overlap, not its share, tells a real piece from a sliver between two separately
generalised outlines (see `by_geometry`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from footprint.model.columns import AREA_M2, PEOPLE, UNITS
from footprint.model.schema import Column, Table
from footprint.model.stored import storable

if TYPE_CHECKING:
    from footprint.geometry.displacement import Shift
    from footprint.geometry.tolerance import Tolerance

Evidence = Literal["lookup", "units", "geometry"]


OVERLAP = Table(
    "overlap",
    "Overlap",
    "A row for each pair of areas of two layers that share people or ground.",
    (
        Column("source_layer"),
        Column("source", kind="code"),
        Column("target_layer"),
        Column("target", kind="code"),
        AREA_M2,
        Column(
            "width_m", "Width, m", "metres",
            "Twice the radius of the largest circle inside; measured only where width decides.",
        ),
        Column(
            "width_at_most_m", "Width at most, m", "metres",
            "Of a sliver too small to be wide, which was not measured: the width of a circle of its area.",
            required=False,
        ),
        PEOPLE,
        UNITS.but(nullable=True, required=False),
        Column("share_of_source", "Share of source's people", "share"),
        Column("share_of_target", "Share of target's people", "share"),
        Column("area_share_of_source", "Share of source's area", "share"),
        Column("area_share_of_target", "Share of target's area", "share"),
        Column(
            "verdict", values=("nested", "same", "split", "sliver"),
            meaning="nested: the source lies in this target; same: one to one; split: a true piece; sliver: "
            "a narrow false overlap of outlines that were drawn apart, not counted as a split.",
        ),
        Column(
            "evidence", values=get_args(Evidence),
            meaning="What the verdict rests on: lookup (exact), units (best fit) or geometry (outlines "
            "alone).",
        ),
    ),
    "The plan compares no two layers, or they could not be compared.",
)  # fmt: skip

UNCLEAR_COLUMNS = ("source", "target", "width_m", "area_m2")


@storable
@dataclass(frozen=True)
class Overlap:
    """How a source layer lies in a target layer."""

    source: str
    target: str
    evidence: Evidence
    table: pd.DataFrame
    """A row a pair, columns of OVERLAP, sorted by source, then widest piece first (people, or else area)."""
    outside: pd.DataFrame
    """Sources with a part in no target: source, area_m2, population (NaN where unknown), whole (bool)."""
    tolerance: Tolerance | None = None
    """Where outlines had a say."""
    too_small: tuple[str, ...] = ()
    """Sources so narrow that their outlines cannot tell whether they are split."""
    shift: Shift | None = None
    """For geometry: how far the source lies from the target as a whole; widths are judged after it."""
    unclear: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(UNCLEAR_COLUMNS)))
    """Pieces that are no clear slivers and no clear parts, columns UNCLEAR_COLUMNS; not counted as parts."""
    contested: bool = False
    """Whether some of `unclear` are narrow ground that several areas of one layer claim."""
    coarse: bool = False
    """Whether some of `unclear` are of areas that are drawn more coarsely than the rest of their layer."""
    on_land: tuple[str, ...] = ()
    """Sources of `outside` of which the part in no target is known to be no sea."""
    parts: tuple[tuple[str, Shift], ...] | None = None
    """Sources that lie beside the target together, while others do not: what was added to each; None where
    nobody looked."""

    def split(self) -> pd.DataFrame:
        """Return the rows of split sources."""
        return self.table[self.table["verdict"] == "split"]

    def partly(self) -> pd.DataFrame:
        """Return the rows of `outside` of sources that lie in one target and in none; split ones aside."""
        split = set(self.split()["source"])
        return self.outside[~self.outside["whole"].astype(bool) & ~self.outside["source"].isin(split)]

    def nested(self) -> pd.DataFrame:
        """Return the rows of sources that are known to lie wholly in one target, but for slivers and sea."""
        one = self.table[self.table["verdict"].isin(("nested", "same"))]
        return one[~one["source"].isin({*self.partly()["source"], *self.unsure()})]

    def unsure(self) -> list[str]:
        """Return the sources of which nobody can tell whether they are split; partly outside ones aside."""
        told = {*self.split()["source"], *self.outside["source"]}
        return sorted({*self.too_small, *map(str, self.unclear["source"])} - told)

    def without_source(self, targets: Iterable[str]) -> list[str]:
        """Return those of the targets that hold no part of any source beyond slivers."""
        held = set(self.table["target"][self.table["verdict"] != "sliver"])
        return [str(code) for code in targets if code not in held]

    def slivers(self) -> pd.DataFrame:
        """Return the rows that are slivers."""
        return self.table[self.table["verdict"] == "sliver"]


def verdicts(
    source: pd.Series | NDArray[Any],
    target: pd.Series | NDArray[Any],
    real: NDArray[np.bool_],
    mutual: NDArray[np.bool_] | None = None,
) -> NDArray[Any]:
    """Return "split", "nested", "same" or "sliver" for each pair.

    `real` says which pairs are no slivers, `mutual` which could be one area at all.
    """
    one, other = pd.factorize(source)[0], pd.factorize(target)[0]
    targets_of_source = np.bincount(one, weights=real)[one]
    sources_of_target = np.bincount(other, weights=real)[other]
    alone = sources_of_target == 1
    whole = np.where(alone if mutual is None else alone & mutual, "same", "nested")
    return np.where(~real, "sliver", np.where(targets_of_source > 1, "split", whole))


def in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of pairs in the order and with the columns of an Overlap.

    The largest piece of a source comes first: by people, or else by ground, or else by units. Where people
    of a piece are unknown, none is held against another by people.
    """
    people = table["population"]
    if people.isna().any():
        people = people.mask(people.isna().groupby(table["source"]).transform("any"))
    size = people.fillna(table["area_m2"]).fillna(table["units"]).to_numpy(dtype=float)
    order = np.lexsort((table["target"], -np.nan_to_num(size), table["source"]))
    return table.iloc[order].reset_index(drop=True)[OVERLAP.names]
