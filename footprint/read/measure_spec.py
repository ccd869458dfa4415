"""`[[measure]]`: a figure of the plan's own, a column by unit, and how it adds up."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from footprint.read.spec import FileSpec

Limit = Annotated[float, Field(strict=True, allow_inf_nan=False)]

Adds = Literal["sum", "mean", "share"]


class MeasureSpec(FileSpec):
    """A figure by unit."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    """As reports call it."""
    path: str
    code: str | None = None
    column: str
    adds: Adds
    """sum: amounts add up; mean: weighted by people; share: the column counts a part of a whole."""
    of: str | None = None
    """Of a share, the column of the same table that counts the whole; the plan's people if not given."""
    unit: str = ""
    """What it is measured in."""
    source: str = ""
    """Whose figures they are, and of what day."""
    assumption: str = ""
    """What every report has to say of them."""
    range: dict[str, tuple[Limit, Limit]] = {}
    """By level or layer, between which the figure of an area should lie, both ends inclusive."""
    range_source: str = ""
    """Who has set the range, where it is not the source of the figures."""
    most_deprived: Literal["lowest", "highest"] | None = None
    """Which end of it is the most deprived; tables then say how many people live in the fifth there."""
    fifth_ends_at: Limit | None = None
    """The last value within the most deprived fifth; that of the plan's own units if not given."""

    @model_validator(mode="after")
    def _fits_together(self) -> MeasureSpec:
        if self.of is not None and self.adds != "share":
            raise ValueError(f'of is the whole of a share, so it does not go with adds = "{self.adds}"')
        if self.of is not None and self.of == self.column:
            raise ValueError(f"of names the column '{self.of}', which is the part")
        if self.most_deprived is not None and self.adds == "sum":
            raise ValueError(
                'most_deprived is of a score, rank or share, so it does not go with adds = "sum"'
            )
        if self.fifth_ends_at is not None and self.most_deprived is None:
            raise ValueError('fifth_ends_at needs most_deprived = "lowest" or "highest"')
        if self.range and not (self.source or self.range_source):
            raise ValueError("a range needs a source: say in source whose figures they are")
        for key, (low, high) in self.range.items():
            if low > high:
                raise ValueError(f"range.{key} = [{low:g}, {high:g}] is not a range; write [low, high]")
        return self
