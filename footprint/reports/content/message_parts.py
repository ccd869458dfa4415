"""What a message is made of: its figures, names as a sentence has them, shares that never cross a limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from footprint.model.known import is_known
from footprint.model.words import agree, area_text, count, percent, short
from footprint.reports.document import Grid, heads
from footprint.reports.values import apart

if TYPE_CHECKING:
    import pandas as pd

    from footprint.model.finding import Area, Finding
    from footprint.reports.document import Cell
    from footprint.results.result import Result

# So many areas are named; of more, the first, and how many there are.
NAMED = 3


@dataclass(frozen=True)
class Told:
    """A figure of the message, in words."""

    label: str
    after: str
    before: str | None = None
    """None where nothing is compared."""


@dataclass(frozen=True)
class Message:
    """What matters, most first, and the figures that say it."""

    sentences: tuple[str, ...]
    figures: tuple[Told, ...]

    def grid(self) -> Grid:
        """Return the figures as a table."""
        compared = any(told.before is not None for told in self.figures)
        names = ("Before", "After") if compared else ("Now",)
        rows: list[tuple[Cell, ...]] = [
            (told.label, *((told.before or "–",) if compared else ()), told.after) for told in self.figures
        ]
        columns = heads(("Of", 3), *((name, 1.0) for name in names), right=names)
        return Grid(columns, rows, caption="In figures")


def names(every: Iterable[str]) -> str:
    """Return names as a sentence has them: "A", "A and B", "A, B, C and 4 more"."""
    # a name may be as long as its file makes it
    known = [short(name) for name in dict.fromkeys(every)]
    if len(known) > NAMED:
        return f"{', '.join(known[:NAMED])} and {len(known) - NAMED:,} more"
    # a name may have an "and" of its own
    last = ", and " if any(" and " in name for name in known) else " and "
    return last.join(filter(None, [", ".join(known[:-1]), *known[-1:]]))


def _names(areas: Iterable[Area]) -> str:
    return names(apart([{"code": area.code, "name": area.name} for area in areas]))


def whole(share: float, limit: float | None = None) -> str:
    """Return a share in whole per cent, or finer where that would hide on which side of a limit it is."""
    rounded = round(share, 2)
    hides = limit is not None and (rounded < limit) != (share < limit)
    return percent(share) if hides or rounded in (0, 1) else f"{rounded:.0%}"


def divided(findings: Iterable[Finding]) -> list[Finding]:
    """Return splits that nobody has accepted, one an area, most people outside the largest piece first.

    A unitary authority is one area, though it is one of the districts and of the upper tier.
    """
    found: dict[Area, Finding] = {}
    for f in findings:
        if f.divided and f.area is not None and f.accepted is None:
            found.setdefault(f.area, f)
    return sorted(found.values(), key=lambda f: (f.severity.rank, -f.people, f.area.name if f.area else ""))


def split(f: Finding) -> Iterator[str]:
    """Say that an area is split, and how many people live outside its largest part."""
    name = short(f.area.name) if f.area else f.layer
    yield f"{name} is split between {_names(piece.area for piece in f.pieces)}."
    sizes = [piece.people for piece in f.pieces]
    known = [float(size) for size in sizes if isinstance(size, (int, float))]
    if len(known) == len(sizes):
        people = count(round(sum(known) - max(known)), "person lives", "people live")
        yield f"{people} outside its largest part."


def as_well(others: list[Finding]) -> Iterator[str]:
    """Say which areas are split as well, by name; nothing where there are none."""
    if others:
        named = _names(f.area for f in others if f.area)
        yield f"{named} {agree(len(others), 'is', 'are')} split as well."


def outside(result: Result) -> tuple[int, int]:
    """Return how many areas are outside their band, and of how many that is known."""
    judged = result.population["status"].dropna()
    return int(judged.isin(["BELOW", "ABOVE"]).sum()), len(judged)


def uncounted(rows: pd.DataFrame) -> str:
    """Return how much ground moves, of a table of moves; how many units where nobody knows their ground."""
    ground = float(rows["area_m2"].sum(skipna=False))
    return area_text(ground) if is_known(ground) else count(int(rows["units"].sum()), "unit")
