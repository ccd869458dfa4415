"""The small document that a report consists of: content is written in it, and a renderer translates it.

Figures keep their values, so that each renderer has them as numbers and all of them write them alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from footprint.model.words import shown

Tone = Literal["", "strong", "quiet", "code", "good", "note", "warning", "error"]
"""How words stand out; whatever it says is said in words as well."""


@dataclass(frozen=True)
class Words:
    """Words that stand out."""

    text: str
    tone: Tone = "strong"


@dataclass(frozen=True)
class Figure:
    """A figure of a table, of a kind that `words.shown` knows."""

    value: Any
    kind: str = "count"
    unit: str = ""
    """What follows it, with the blank between them."""
    tone: Tone = ""

    def __str__(self) -> str:
        """Return it as every report writes it."""
        return shown(self.value, self.kind) + self.unit


@dataclass(frozen=True)
class Bar:
    """A share between 0 and 1 as a bar so many marks wide; a figure beside it says it in digits."""

    share: Any
    marks: int = 12


@dataclass(frozen=True)
class Scale:
    """A value on a scale from 0 on that has room for the largest one, with a band."""

    value: float
    low: float | None
    high: float | None
    largest: float


Span = str | Words


@dataclass(frozen=True)
class Text:
    """A paragraph, or a cell of a table with words that stand out."""

    spans: tuple[Span, ...]
    depth: int = 1
    """How far it is set in: 0 for what stands at the head of a report, 1 for the text of a section."""
    tone: Tone = ""


Cell = str | Words | Figure | Bar | Scale | Text | Sequence[str]
"""Several texts are a line each."""


@dataclass(frozen=True)
class Heading:
    """A heading: of the report (1), of a section (2), within one (3)."""

    text: str
    level: int = 2
    new_page: bool = False
    """Whether it begins a page, where there are pages."""


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: Sequence[Span]
    sheet: str = ""
    """Of the workbook, where those are that there is no room for."""
    whole: bool = False
    """To be shown with all that is in it."""


@dataclass(frozen=True)
class Head:
    """A column of a table: its heading, to which side it is set, how wide it is beside the others."""

    heading: str = ""
    align: Literal["left", "right"] = "left"
    wraps: bool = False
    weight: float = 1.0


@dataclass(frozen=True)
class Grid:
    """A table; without headings its rows are lines that belong together."""

    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    depth: int = 1
    caption: str = ""
    sheet: str = ""
    """Of the workbook, which has all rows."""
    dense: bool = False
    """Set close together, so that many columns fit."""
    whole: bool = False
    """To be shown with all its rows."""

    @property
    def headed(self) -> bool:
        """Whether any column has a heading."""
        return any(head.heading for head in self.heads)


@dataclass(frozen=True)
class Details:
    """Blocks that wait behind a summary where a format can fold them away."""

    summary: str
    blocks: Sequence[Block]


@dataclass(frozen=True)
class Picture:
    """A picture: `draw` writes it to a file as large as is asked for (mm) and returns it in words."""

    draw: Callable[[Path, float, float], str]
    title: str
    caption: str


Block = Heading | Text | Bullets | Grid | Details | Picture


def text(*spans: Span, depth: int = 1, tone: Tone = "") -> Text:
    """Return a paragraph."""
    return Text(spans, depth, tone)


def heads(*columns: tuple[str, float], right: Iterable[str] = ()) -> list[Head]:
    """Return columns by heading and width; those whose headings are among `right` are set to that side."""
    sides = set(right)
    return [Head(h, "right" if h in sides else "left", weight=weight) for h, weight in columns]


def lines(sides: str, rows: Iterable[Sequence[Cell]], depth: int = 1) -> Grid:
    """Return a table without headings.

    Parameters
    ----------
    sides : a letter for each column: "l" left, "r" right, "w" left and wrapping
    rows : its cells
    depth : how far it is set in

    """
    heads = [Head(align="right" if side == "r" else "left", wraps=side == "w") for side in sides]
    return Grid(heads, list(rows), depth)


def more(
    left: int, where: str = "see them all with --format csv", depth: int = 1, tone: Tone = ""
) -> list[Text]:
    """Return a line on how many there is no room for, if there are any."""
    return (
        [text(f"and {left:,} more{'; ' if where else ''}{where}", depth=depth, tone=tone)] if left > 0 else []
    )
