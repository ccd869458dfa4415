"""JSON Schemas of what `--format json` prints, made from the tables as they are declared.

Within version 1 fields are only added.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from footprint.drawing.drawn import DRAWN
from footprint.geometry.overlap import OVERLAP
from footprint.measure.bestfit import BEST_FIT
from footprint.measure.compactness import COMPACTNESS
from footprint.measure.firmness import FIRMNESS
from footprint.measure.flows import FLOW_TABLES
from footprint.measure.interface_tables import INTERFACES
from footprint.measure.leads import TABLES as ACCOUNTABILITY
from footprint.measure.localisation import FLOWS
from footprint.measure.measures import BALANCE, MEASURES
from footprint.measure.people import POPULATION
from footprint.model.columns import CODE, LAYER, LEVEL, NAME, PATH, PEOPLE, UNITS
from footprint.model.schema import DIALECT, Column, Table, record
from footprint.model.source import INPUTS
from footprint.reports.schema_parts import (
    DATE,
    FINDING,
    FLOW_SOURCE,
    POPULATION_SOURCE,
    SKIPPED,
    STEP,
    SUPPRESSION,
    TEXTS,
    TITLE,
    VERSION,
    Schema,
    finding,
    listed,
    or_null,
    plan,
    summary,
    tables_of,
    text,
)
from footprint.results.changes import ACCOUNTABILITY as ANSWERS_CHANGED
from footprint.results.option_tables import SIDE_BY_SIDE
from footprint.results.tables import COMPARED
from footprint.results.who.tables import ANSWERED, ANSWERS, FOOTPRINTS


@dataclass(frozen=True)
class Document:
    """A document: what is printed by which command, with which tables."""

    name: str
    command: str
    tables: Mapping[str, Table]
    """By the names that they have there."""
    fields: Callable[[], Schema]
    """Its JSON Schema but for the head."""

    def json_schema(self) -> Schema:
        """Return the JSON Schema, which rests on no other file."""
        return {
            "$schema": DIALECT,
            "title": f"footprint {self.name}, version 1",
            "description": f"What `footprint {self.command} --format json` prints. Within version 1 fields "
            "are only added.",
            **self.fields(),
        }


# ── documents ───────────────────────────────────────────────────────────────────────────────────


def _check() -> Schema:
    return record(
        optional=("resolved",),
        version=VERSION,
        plan=plan(),
        summary=summary(),
        findings=listed(FINDING),
        resolved=or_null(
            listed(FINDING), "Findings of the baseline that are gone; null where nothing was compared."
        ),
        skipped=SKIPPED,
        tables=tables_of(CHECKED, (*CHECKED.keys() - {"overlap", "population", "flows"},)),
    ) | {"$defs": {"finding": finding()}}


def _flows() -> Schema:
    return record(
        SUPPRESSION,
        version=VERSION,
        plan=plan(),
        summary=summary(),
        findings=listed(FINDING),
        skipped=SKIPPED,
        tables=tables_of(FLOW_TABLES),
    ) | {"$defs": {"finding": finding()}}


def _compare() -> Schema:
    groups = ("resolved", "new", "remaining")
    links = (text("legislation_url", nullable=True), text("consultation_url", nullable=True))
    return record(
        version=VERSION,
        before=plan(),
        after=plan(),
        proposals=listed(record(*STEP, *links, PATH)),
        summary=record(
            text("sentence", "What a chair can read out."),
            Column("people_who_move", kind="count"),
            Column(
                "people_who_join",
                kind="count",
                required=False,
                meaning="People of areas that join another one as a whole: nobody moves, and they come under "
                "another body.",
            ),
            **{group: summary() for group in groups},
        ),
        **{group: listed(FINDING) for group in groups},
        skipped=SKIPPED,
        tables=tables_of(COMPARED, ("accountability", "interfaces", "measures")),
    ) | {"$defs": {"finding": finding()}}


def _options() -> Schema:
    return record(
        version=VERSION,
        base=plan(),
        summary=record(
            Column("units", kind="count", type="integer", meaning="Of the areas that any option touches."),
            PEOPLE.but(meaning="Of these units."),
            options=listed(
                record(
                    Column("option"),
                    text("sentence", "What it wins and what it costs."),
                    resolved=summary(),
                    new=summary(),
                )
            ),
            beaten=listed({"type": "string"}, "Maps that another one beats in every row, or in all but one."),
            weights={"type": "object", "additionalProperties": {"type": "number"}},
        ),
        skipped=SKIPPED,
        tables=tables_of(SIDE_BY_SIDE),
    )


def _who() -> Schema:
    footprints, functions = (listed({"$ref": f"#/$defs/{name}"}) for name in ("footprint", "function"))
    subject = record(
        Column("kind", values=("unit", "area", "point")),
        LAYER.but(meaning="Of an area.", nullable=True),
        CODE.but(meaning="Of a point, the unit that it lies in."),
        NAME,
        UNITS,
        PEOPLE,
        Column("easting", kind="metres"),
        Column("northing", kind="metres"),
    )
    plan = record(
        TITLE,
        DATE,
        POPULATION_SOURCE,
        FLOW_SOURCE,
        assumptions=TEXTS,
        notes=TEXTS,
        inputs=listed(record(*(INPUTS.by_name[name] for name in ("role", "path", "sha256")))),
    )
    dealings = ANSWERED["interfaces"].json_schema()
    return record(
        SUPPRESSION,
        optional=("interfaces",),
        version=VERSION,
        plan=plan,
        subject=or_null(subject, "What was asked about; null for the plan as a whole."),
        footprints=footprints,
        functions=functions,
        unknown=listed(
            {"type": "string"}, "Layers of which nobody can tell where the subject lies, and why."
        ),
        care=or_null(ANSWERED["care"].json_schema(), "Null without flows."),
        edges=or_null(ANSWERED["edges"].json_schema(), "Null where it was not asked for."),
        interfaces=dealings,
        proposals=listed(record(*STEP, PATH)),
        proposed=or_null(
            record(optional=("interfaces",), footprints=footprints, functions=functions, interfaces=dealings),
            "The answer with the proposals; null without.",
        ),
        changes=or_null(ANSWERS_CHANGED.json_schema()),
        map=or_null(
            tables_of({table.name: table for table in ACCOUNTABILITY}),
            "The functions and decisions map, where the plan as a whole is asked about.",
        ),
    ) | {"$defs": {"footprint": FOOTPRINTS.row_schema(), "function": ANSWERS.row_schema()}}


CHECKED = {
    table.name: table
    for table in (
        OVERLAP,
        POPULATION,
        BEST_FIT,
        FLOWS,
        INTERFACES,
        COMPACTNESS,
        FIRMNESS,
        MEASURES,
        BALANCE,
        *ACCOUNTABILITY,
    )
}
"""Tables of a check, by name."""


def _draw() -> Schema:
    ends = (Column(name, kind="count", type="integer", nullable=True) for name in ("low", "high"))
    return record(
        SUPPRESSION,
        LEVEL,
        Column("of", meaning="The building blocks: units, or the key of a layer."),
        Column("within", meaning="The layer whose lines no footprint crosses.", nullable=True),
        Column("seed", kind="count", type="integer"),
        Column("steps", kind="count", type="integer", meaning="Of annealing, for the first option; 0 where "
               "all options were enumerated."),
        Column("steps_done", kind="count", type="integer", meaning="Of annealing, for all options together."),
        Column("cut_short", type="boolean", meaning="Whether it was stopped before all steps were done."),
        Column("complete", type="boolean", meaning="Whether the options are some of all that there are."),
        Column("number", kind="count", type="integer", nullable=True, meaning="How many options there are; "
               "null where they were not counted."),
        version=VERSION,
        plan=plan(),
        band=record(*ends),
        notes=TEXTS,
        tables=tables_of(DRAWN),
    )  # fmt: skip


_OF_WHO = {
    **ANSWERED,
    "changes": ANSWERS_CHANGED,
    **{table.name: table for table in ACCOUNTABILITY if table.name not in ANSWERED},
}
DOCUMENTS = {
    document.name: document
    for document in (
        Document("findings", "check", CHECKED, _check),
        Document("flows", "flows", FLOW_TABLES, _flows),
        Document("compare", "compare", COMPARED, _compare),
        Document("options", "options", SIDE_BY_SIDE, _options),
        Document("who", "who", _OF_WHO, _who),
        Document("draw", "draw", DRAWN, _draw),
    )
}
"""By the name of the schema."""
