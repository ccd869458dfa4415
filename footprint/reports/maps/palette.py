"""Colours of maps and charts, which readers with any colour vision can tell apart.

The hues are those of Okabe and Ito (2008), https://jfly.uni-koeln.de/color/, some of them darkened so
that lines and text on white have a contrast of 3 to 1 or more (WCAG 2.2, 1.4.11). Colour only repeats
what a shape, a hatch, a line's dashes or a word says as well.
"""

from __future__ import annotations

from dataclasses import dataclass

BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, BLACK, GREY = (
    "#0060a0", "#b25f00", "#00795a", "#c43c00", "#a3477f", "#2384bd", "#1b1f24", "#5f6b76",
)  # fmt: skip
PAPER, LAND = "#ffffff", "#eef1f3"
CONCERNED, FAINT = "#fbf3df", 0.6
"""The ground that a map of a change is about, and how far its neighbours fade."""

SEVERITY = {"error": VERMILION, "warning": ORANGE, "info": BLUE, "accepted": GREEN}
"""Colour of findings by severity; "accepted" stands for any that is accepted."""


@dataclass(frozen=True)
class Mark:
    """How ground of one kind is drawn."""

    title: str
    """What a legend says, in the plural."""
    colour: str
    hatch: str
    """Of matplotlib's: "/", "\\", "x", ".", "-", "|" or "" for none; pages and QGIS draw the same."""
    dash: str = ""
    """Of SVG: lengths of dashes and gaps in pixels; "" for a solid line."""


MARKS: dict[str, Mark] = {
    "split_pieces": Mark("Split pieces", VERMILION, "/"),
    "moves": Mark("What moves", BLUE, "x"),
    "misaligned_units": Mark("Misaligned units", PURPLE, "."),
    "periphery": Mark("Periphery", SKY, "-"),
    "detached_parts": Mark("Detached parts", GREEN, "|"),
    "gaps": Mark("Gaps", BLACK, ""),
    "overlaps": Mark("Overlaps", ORANGE, "\\"),
    "slivers": Mark("Slivers", GREY, ""),
    "areas": Mark("Areas with a finding", ORANGE, ""),
    "catchments": Mark("Catchments", PURPLE, "", "2 4"),
    "providers": Mark("Providers", BLACK, ""),
}
"""Kind of ground (see `ground.KINDS`) or of flow layer → how it is drawn."""

BORDERS: dict[str, Mark] = {
    "system": Mark("Systems", BLACK, "", ""),
    "place": Mark("Places", BLUE, "", "8 4"),
    "neighbourhood": Mark("Neighbourhoods", GREEN, "", "1 4"),
    "": Mark("Other layers", ORANGE, "", "5 3 1 3"),
}
"""Level of a layer ("" for none) → how its borders are drawn."""


def border_mark(level: str | None) -> Mark:
    """Return how the borders of a layer are drawn, by its level."""
    return BORDERS["" if level is None else str(level)]
