"""The tables of an answer of `footprint who`."""

from __future__ import annotations

from footprint.measure.interface_tables import INTERFACES
from footprint.model.columns import (
    AREA,
    BODY,
    CODE,
    CONDITIONS,
    DELEGATED_FROM,
    KIND_OF_BODY,
    LAYER,
    LEAD,
    LEVEL,
    LEVEL_IF_ANY,
    NAME,
    PEOPLE,
    PROVIDER,
    ROLE,
    SHARE,
    UNITS,
)
from footprint.model.schema import Column, Share, Table

FOOTPRINTS = Table(
    "footprints",
    "Footprints",
    "A row for each area that the subject lies in or holds.",
    (
        LAYER,
        LEVEL_IF_ANY,
        Column("kind", meaning="What an area of the layer is called."),
        CODE,
        NAME,
        Column(
            "relation", values=("same", "in", "part", "holds"),
            meaning="same: the same ground; in: the subject lies in it; part: a part of the subject does; "
            "holds: the subject holds it.",
        ),
        SHARE.but(
            meaning="Of the subject's people (of its units where people are not known; of the ground of a "
            "unit that a boundary splits)."
        ),
        Column("share_of_area", kind="share", meaning="Of the area's people, or units."),
        PEOPLE.but(meaning="The subject's people in it."),
        UNITS,
        Column("bodies", holds=(BODY, KIND_OF_BODY, ROLE), meaning="That answer for the area."),
    ),
)  # fmt: skip
ANSWERS = Table(
    "answers",
    "Functions",
    "A row for each function and body that leads it for the subject, or for a part of it.",
    (
        Column("function"),
        LEVEL,
        LEAD,
        DELEGATED_FROM,
        CONDITIONS,
        BODY.but(meaning="Empty where nobody leads.", nullable=True),
        ROLE,
        LAYER.but(meaning="Of the area that the body is of.", nullable=True),
        CODE.but(nullable=True),
        NAME.but(nullable=True),
        SHARE.but(meaning="Of the subject's people (or units) for whom it leads."),
        PEOPLE,
    ),
)
CARE = Table(
    "care",
    "Care",
    "A row for each provider that residents get care from.",
    (
        PROVIDER.but(nullable=True),
        NAME,
        Column(
            "area", kind="code", meaning="Where it stands, where its table says so.", nullable=True
        ),
        Column("activity", kind="count", suppressed="count"),
        SHARE.but(suppressed=Share(("activity",))),
    ),
)  # fmt: skip
EDGES = Table(
    "edges",
    "Edges",
    "A row for each area: how far the nearest other area of its layer is.",
    (
        *AREA,
        Column("distance_m", "Distance, m", "metres", "From the point, or a point inside the unit."),
        Column("beyond", "Other area", "code", nullable=True),
        Column("beyond_name", "Other area name", nullable=True),
    ),
)


ANSWERED = {
    "footprints": FOOTPRINTS,
    "functions": ANSWERS,
    "care": CARE,
    "edges": EDGES,
    "interfaces": INTERFACES,
}
"""By the names that they have in the JSON."""
