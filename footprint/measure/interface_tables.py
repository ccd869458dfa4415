"""The table of interfaces, declared apart from what measures them, which needs pandas."""

from __future__ import annotations

from footprint.model.columns import AREA, CODE, LAYER, NAME, PEOPLE
from footprint.model.schema import Table

INTERFACES = Table(
    "interfaces",
    "Interfaces",
    "A row for each body and each body of another layer that it has to deal with, as both areas share "
    "people.",
    (
        *AREA,
        LAYER.but(name="other_layer", heading="Other layer"),
        CODE.but(name="other_code", heading="Other code"),
        NAME.but(name="other_name", heading="Other area"),
        PEOPLE.but(meaning="People whom both answer for."),
    ),
    "The plan compares no two layers, or they could not be compared.",
)
