"""Small charts as SVG: a scale with its band, an interval, a bar. Words beside them say the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from footprint.reports.maps.palette import BLUE, GREY, LAND, ORANGE

WIDTH, HEIGHT = 240, 18
_ICONS = {
    # a shape of its own for each, so that nobody needs the colour
    "error": '<path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z"/><path class="on" d="M5 5l6 6M11 5l-6 6"/>',
    "warning": '<path d="M8 1l7.5 14h-15z"/><path class="on" d="M8 6v4M8 12v1.4"/>',
    "info": '<circle cx="8" cy="8" r="7"/><path class="on" d="M8 7v5M8 3.6v1.4"/>',
    "accepted": '<rect x="1" y="1" width="14" height="14" rx="2"/><path class="on" d="M4 8.5l3 3 5-7"/>',
    "resolved": '<circle cx="8" cy="8" r="6.5" class="ring"/><path class="tick" d="M4.5 8.5l2.5 2.5 4.5-6"/>',
}


def _svg(inside: str, width: int = WIDTH, height: int = HEIGHT, kind: str = "chart") -> Markup:
    # only numbers go in
    return Markup(
        f'<svg class="{kind}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'aria-hidden="true" focusable="false">{inside}</svg>'
    )


def icon(severity: str) -> Markup:
    """Return the shape of a severity; the word stands beside it."""
    return _svg(_ICONS[severity], 16, 16, f"icon {severity}")


def colours(severity: Mapping[str, str]) -> str:
    """Return style rules for the colours of severities."""
    return "\n".join(
        f".icon.{name}{{fill:{colour};color:{colour}}} .finding.{name}{{border-left-color:{colour}}}"
        for name, colour in severity.items()
    )


def _at(value: float, end: float) -> float:
    return round(4 + (WIDTH - 8) * max(0.0, min(value / end, 1.0)), 1)


def scale(row: Mapping[str, Any], low: int | None, high: int | None, end: float) -> Markup:
    """Return the people of an area (a dot; hollow outside the band) on a scale from 0 to `end`."""
    people = row["population"]
    left, right = _at(low or 0, end), _at(high if high is not None else end, end)
    band = f'<rect x="{left}" y="3" width="{round(right - left, 1)}" height="12" fill="#cfe3f2"/>'
    ends = "".join(
        f'<path d="M{x} 2v14" stroke="{BLUE}" stroke-width="1.5"/>'
        for x, there in ((left, low), (right, high))
        if there is not None
    )
    axis = f'<path d="M4 9h{WIDTH - 8}" stroke="{GREY}"/>'
    if people is None:
        return _svg(band + axis + ends)
    x = _at(float(people), end)
    within = row["status"] == "WITHIN"
    dot = (
        f'<circle cx="{x}" cy="9" r="5" fill="{BLUE}"/>'
        if within
        else f'<path d="M{x} 2.5l6.5 6.5-6.5 6.5-6.5-6.5z" fill="#fff" stroke="{ORANGE}" stroke-width="2.5"/>'
    )
    return _svg(band + axis + ends + dot)


def strip(rows: Iterable[Mapping[str, Any]], low: int | None, high: int | None, end: float) -> Markup:
    """Return all areas of a level on one scale, to see at a glance how many lie in the band."""
    width, height = 720, 44
    known = [row for row in rows if row["population"] is not None]

    def at(value: float) -> float:
        return round(8 + (width - 16) * max(0.0, min(value / end, 1.0)), 1)

    left, right = at(low or 0), at(high if high is not None else end)
    parts = [f'<rect x="{left}" y="4" width="{round(right - left, 1)}" height="36" fill="#cfe3f2"/>']
    parts += [
        f'<path d="M{x} 2v40" stroke="{BLUE}" stroke-width="1.5"/>'
        for x, there in ((left, low), (right, high))
        if there is not None
    ]
    parts.append(f'<path d="M8 22h{width - 16}" stroke="{GREY}"/>')
    for i, row in enumerate(sorted(known, key=lambda row: (row["population"], row["code"]))):
        # neighbours on the scale stand above one another, so that each can be seen
        x, y = at(float(row["population"])), 22 + ((i % 3) - 1) * 9
        parts.append(
            f'<circle cx="{x}" cy="{y}" r="4" fill="{BLUE}"/>'
            if row["status"] == "WITHIN"
            else f'<path d="M{x} {y - 5}l5 5-5 5-5-5z" fill="#fff" stroke="{ORANGE}" stroke-width="2"/>'
        )
    return _svg("".join(parts), width, height, "strip")


def bar(share: Any) -> Markup:
    """Return a share between 0 and 1 as a bar."""
    value = float(share) if isinstance(share, (int, float)) else 0.0
    filled = round(120 * max(0.0, min(value, 1.0)), 1)
    return _svg(
        f'<rect width="120" height="10" fill="{LAND}" stroke="{GREY}" stroke-width=".5"/>'
        f'<rect width="{filled}" height="10" fill="{BLUE}"/>',
        120,
        10,
    )


def interval(row: Mapping[str, Any], name: str, threshold: float | None) -> Markup:
    """Return an index between its least and its most, with the threshold as a line."""
    width, height = 160, 14
    value, low, high = (row[name], row[f"{name}_min"], row[f"{name}_max"])

    def at(v: float) -> float:
        return round(2 + (width - 4) * v, 1)

    parts = [
        f'<rect x="2" y="4" width="{width - 4}" height="6" fill="{LAND}" stroke="{GREY}" stroke-width=".5"/>'
    ]
    if isinstance(value, (int, float)):
        parts.append(f'<rect x="2" y="4" width="{round(at(value) - 2, 1)}" height="6" fill="{BLUE}"/>')
    if isinstance(low, (int, float)) and isinstance(high, (int, float)):
        parts.append(
            f'<path d="M{at(low)} 2v10M{at(high)} 2v10M{at(low)} 7H{at(high)}" stroke="#1b1f24" fill="none"/>'
        )
    if threshold is not None:
        parts.append(
            f'<path d="M{at(threshold)} 0v14" stroke="{ORANGE}" stroke-width="2" stroke-dasharray="3 2"/>'
        )
    return _svg("".join(parts), width, height)


def end_of(rows: Iterable[Mapping[str, Any]], low: int | None, high: int | None) -> float:
    """Return where the scale of a level ends: room for its largest area, and for its band."""
    largest = max((float(row["population"]) for row in rows if row["population"] is not None), default=0.0)
    return max(largest, 1.15 * (high or low or 1)) or 1.0
