"""The tables of a comparison."""

from __future__ import annotations

from footprint.measure.localisation import INDEX
from footprint.measure.measures import MEASURES
from footprint.model.columns import (
    AREA,
    AREA_M2,
    CODE,
    LAYER,
    LEVEL_IF_ANY,
    NAME,
    PEOPLE,
    STATUS,
    UNITS,
    V_MEASURE,
    VARIATION,
)
from footprint.model.schema import Column, Table
from footprint.results.changes import ACCOUNTABILITY
from footprint.results.dealing import DEALINGS


def _both_sides(column: Column) -> tuple[Column, Column]:
    """Return the columns of a figure before and after the change."""
    words, _, unit = column.heading.partition(", ")
    unit = unit and f", {unit}"
    return (
        column.but(name=f"{column.name}_before", heading=f"{words} before{unit}"),
        column.but(name=f"{column.name}_after", heading=f"{words} after{unit}", meaning=""),
    )


AREAS = Table(
    "areas",
    "Before and after",
    "A row for each area, before and after the change.",
    (
        LAYER,
        LEVEL_IF_ANY,
        CODE.but(meaning="As it is after the change; of an abolished area, before it."),
        NAME,
        Column("before_code", "Code before", "code", nullable=True),
        Column("before_name", "Name before", nullable=True),
        Column(
            "change", values=("created", "abolished", "changed", "renamed", "recoded", "untouched"),
            meaning="created, abolished, changed (other units), renamed, recoded (a new code only) or "
            "untouched.",
        ),
        *_both_sides(UNITS),
        *_both_sides(PEOPLE),
        *_both_sides(AREA_M2),
        *_both_sides(STATUS),
        *_both_sides(INDEX),
    ),
    "No layer of both plans could be compared.",
)  # fmt: skip


MOVES = Table(
    "moves",
    "Moves",
    "A row for each pair of areas between which people or ground move.",
    (
        LAYER.but(meaning="Who moves in several layers has a row for each of them."),
        Column("from_code", "From", "code"),
        Column("from_name", "From, name"),
        Column("to_code", "To", "code"),
        Column("to_name", "To, name"),
        UNITS,
        PEOPLE,
        AREA_M2,
        Column(
            "certain",
            type="boolean",
            required=False,
            meaning="False where nobody can tell what changes hands from what is only drawn anew.",
        ),
    ),
    "Nobody moves.",
)


AGREEMENT = Table(
    "change_agreement",
    "Fit of layers",
    "A row for each pair of layers that both plans compare: how well they line up, before and after the "
    "change.",
    (
        Column("source", kind="code"),
        Column("target", kind="code"),
        *_both_sides(Column("nested", kind="count", type="integer")),
        *_both_sides(Column("split", kind="count", type="integer")),
        *_both_sides(Column("same", "One to one", "count", type="integer")),
        *_both_sides(V_MEASURE),
        *_both_sides(VARIATION),
    ),
    "No two layers are compared in both plans.",
)


MEASURES_CHANGED = Table(
    "measures_changed",
    "Measures of the change",
    "A row for each area and measure that is known before or after the change.",
    (
        *AREA,
        AREAS.by_name["change"],
        *(MEASURES.by_name[name] for name in ("measure", "adds", "unit")),
        *_both_sides(Column("value", kind="ratio")),
        *_both_sides(
            MEASURES.by_name["status"].but(meaning="Against the range; empty without one, or in doubt.")
        ),
    ),
    MEASURES.none,
)


COMPARED = {
    "areas": AREAS,
    "moves": MOVES,
    "agreement": AGREEMENT,
    "accountability": ACCOUNTABILITY,
    "interfaces": DEALINGS,
    "measures": MEASURES_CHANGED,
}
"""Tables of a Comparison by the names that they have there and in the JSON."""
