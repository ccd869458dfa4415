"""Parts of the JSON Schemas that several documents have: plans, findings, tables, lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from footprint.checks import vocabulary
from footprint.model.columns import CODE, LAYER, LEVEL_IF_ANY, LINE, NAME, PATH
from footprint.model.finding import EvidenceKind, Severity
from footprint.model.nations import NATIONS
from footprint.model.schema import Column, Table, record
from footprint.model.source import INPUTS
from footprint.model.suppression import RULES

Schema = dict[str, Any]


VERSION: Schema = {"const": 1}


def listed(items: Schema, description: str = "") -> Schema:
    """Return the schema of a list."""
    return ({"description": description} if description else {}) | {"type": "array", "items": items}


def or_null(schema: Schema, description: str = "") -> Schema:
    """Return the schema of something that may be missing."""
    told = {"description": description} if description else {}
    return told | {"oneOf": [{"type": "null"}, schema]}


def tables_of(tables: Mapping[str, Table], added: tuple[str, ...] = ()) -> Schema:
    """Return the schema of tables by name; those `added` need not be there."""
    return record(optional=added, **{name: table.json_schema() for name, table in tables.items()})


def text(name: str, meaning: str = "", **how: Any) -> Column:
    """Return a field."""
    return Column(name, meaning=meaning, **how)


TITLE, DATE = Column("title"), Column("date", kind="date", nullable=True)
POPULATION_SOURCE = text("population_source", "Who counted the people.", nullable=True)
FLOW_SOURCE = text("flow_source", "Whose flows they are.", nullable=True)
TEXTS = listed({"type": "string"})
SUPPRESSION = text("suppression", "The rule by which small numbers are kept in.", values=RULES, nullable=True)
STEP = (TITLE, Column("effective_date", kind="date"))


def plan() -> Schema:
    """Return the schema of what a document says of the plan it is about."""
    return record(
        TITLE,
        DATE,
        Column("profile"),
        POPULATION_SOURCE.but(required=False),
        FLOW_SOURCE.but(required=False),
        optional=("nations", "assumptions", "attribution", "notes"),
        nations=listed({"enum": list(NATIONS)}, "The nations that the plan is of."),
        assumptions=TEXTS,
        attribution=listed({"type": "string"}, "Statements that the licences of the inputs ask for."),
        notes=TEXTS,
        inputs=INPUTS.json_schema(),
    )


def summary() -> Schema:
    """Return the schema of the number of findings by severity."""
    counted = [Column(name, kind="count", type="integer") for name in (*map(str, Severity), "accepted")]
    counted[-1] = counted[-1].but(meaning="Findings that are counted nowhere else.")
    return record(*counted)


def finding() -> Schema:
    """Return the schema of a finding, with the evidence that the rules know."""
    area = record(CODE, NAME)
    kind = Column("kind", meaning="What the finding rests on.", values=get_args(EvidenceKind))
    fields = {name: {"description": meaning} for name, meaning in vocabulary().items()}
    return record(
        text("rule", pattern="^FP[0-9]{3}$"),
        NAME.but(meaning="Of the rule."),
        Column("severity", values=tuple(map(str, Severity))),
        LAYER,
        LEVEL_IF_ANY,
        Column("message"),
        Column("hint"),
        text("accepted", "The reason, where the finding is accepted.", nullable=True),
        text(
            "new",
            "Whether it was not there before the change; null where nothing is compared.",
            type="boolean", nullable=True, required=False,
        ),
        text(
            "inherited",
            "There, and true, where a change only hands a split on: the same people, another name.",
            type="boolean", required=False,
        ),
        area=or_null(area),
        others=listed(area),
        evidence={
            "type": "object",
            "required": ["kind"],
            "properties": {"kind": kind.json_schema(), **fields},
        },
        location=or_null(record(PATH, LINE)),
    )  # fmt: skip


SKIPPED = listed(record(Column("rule"), Column("reason")))
FINDING: Schema = {"$ref": "#/$defs/finding"}
