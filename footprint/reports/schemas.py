"""JSON Schemas of what `--format json` prints, made from the tables as they are declared.

Within version 1 fields are only added.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, get_args

from footprint.drawing.drawn import DRAWN
from footprint.geometry.overlap import OVERLAP
from footprint.measure.bestfit import BEST_FIT
from footprint.measure.flows import FLOW_TABLES
from footprint.measure.leads import TABLES as ACCOUNTABILITY
from footprint.measure.localisation import FLOWS
from footprint.measure.people import POPULATION
from footprint.model.columns import CODE, LAYER, LEVEL, LEVEL_IF_ANY, LINE, NAME, PATH, PEOPLE, UNITS
from footprint.model.finding import EvidenceKind, Severity
from footprint.model.nations import NATIONS
from footprint.model.schema import DIALECT, Column, Table, record
from footprint.model.source import INPUTS
from footprint.model.suppression import RULES
from footprint.reports.tables import evidence
from footprint.results.changes import ACCOUNTABILITY as ANSWERS_CHANGED
from footprint.results.tables import COMPARED
from footprint.results.who.tables import ANSWERED, ANSWERS, FOOTPRINTS

Schema = dict[str, Any]

VERSION: Schema = {"const": 1}


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


# ── parts ───────────────────────────────────────────────────────────────────────────────────────


def listed(items: Schema, description: str = "") -> Schema:
    """Return the schema of a list."""
    return ({"description": description} if description else {}) | {"type": "array", "items": items}


def or_null(schema: Schema, description: str = "") -> Schema:
    """Return the schema of something that may be missing."""
    told = {"description": description} if description else {}
    return told | {"oneOf": [{"type": "null"}, schema]}


def _tables(tables: Mapping[str, Table], added: tuple[str, ...] = ()) -> Schema:
    return record(optional=added, **{name: table.json_schema() for name, table in tables.items()})


def _text(name: str, meaning: str = "", **how: Any) -> Column:
    return Column(name, meaning=meaning, **how)


_TITLE, _DATE = Column("title"), Column("date", kind="date", nullable=True)
_POPULATION_SOURCE = _text("population_source", "Who counted the people.", nullable=True)
_FLOW_SOURCE = _text("flow_source", "Whose flows they are.", nullable=True)
_TEXTS = listed({"type": "string"})
_SUPPRESSION = _text(
    "suppression", "The rule by which small numbers are kept in.", values=RULES, nullable=True
)
_STEP = (_TITLE, Column("effective_date", kind="date"))


def _plan() -> Schema:
    """Return the schema of what a document says of the plan it is about."""
    return record(
        _TITLE,
        _DATE,
        Column("profile"),
        _POPULATION_SOURCE.but(required=False),
        _FLOW_SOURCE.but(required=False),
        optional=("nations", "assumptions", "attribution", "notes"),
        nations=listed({"enum": list(NATIONS)}, "The nations that the plan is of."),
        assumptions=_TEXTS,
        attribution=listed({"type": "string"}, "Statements that the licences of the inputs ask for."),
        notes=_TEXTS,
        inputs=INPUTS.json_schema(),
    )


def _summary() -> Schema:
    """Return the schema of the number of findings by severity."""
    counted = [Column(name, kind="count", type="integer") for name in (*map(str, Severity), "accepted")]
    counted[-1] = counted[-1].but(meaning="Findings that are counted nowhere else.")
    return record(*counted)


def _finding() -> Schema:
    """Return the schema of a finding, with the evidence that the rules know."""
    area = record(CODE, NAME)
    kind = Column("kind", meaning="What the finding rests on.", values=get_args(EvidenceKind))
    fields = {name: {"description": meaning} for name, meaning in evidence().items()}
    return record(
        _text("rule", pattern="^FP[0-9]{3}$"),
        NAME.but(meaning="Of the rule."),
        Column("severity", values=tuple(map(str, Severity))),
        LAYER,
        LEVEL_IF_ANY,
        Column("message"),
        Column("hint"),
        _text("accepted", "The reason, where the finding is accepted.", nullable=True),
        _text(
            "new",
            "Whether it was not there before the change; null where nothing is compared.",
            type="boolean", nullable=True, required=False,
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


_SKIPPED = listed(record(Column("rule"), Column("reason")))
_FINDING: Schema = {"$ref": "#/$defs/finding"}


# ── documents ───────────────────────────────────────────────────────────────────────────────────


def _check() -> Schema:
    return record(
        optional=("resolved",),
        version=VERSION,
        plan=_plan(),
        summary=_summary(),
        findings=listed(_FINDING),
        resolved=or_null(
            listed(_FINDING), "Findings of the baseline that are gone; null where nothing was compared."
        ),
        skipped=_SKIPPED,
        tables=_tables(CHECKED, ("best_fit", *(table.name for table in ACCOUNTABILITY))),
    ) | {"$defs": {"finding": _finding()}}


def _flows() -> Schema:
    return record(
        _SUPPRESSION,
        version=VERSION,
        plan=_plan(),
        summary=_summary(),
        findings=listed(_FINDING),
        skipped=_SKIPPED,
        tables=_tables(FLOW_TABLES),
    ) | {"$defs": {"finding": _finding()}}


def _compare() -> Schema:
    groups = ("resolved", "new", "remaining")
    links = (_text("legislation_url", nullable=True), _text("consultation_url", nullable=True))
    return record(
        version=VERSION,
        before=_plan(),
        after=_plan(),
        proposals=listed(record(*_STEP, *links, PATH)),
        summary=record(
            _text("sentence", "What a chair can read out."),
            Column("people_who_move", kind="count"),
            Column(
                "people_who_join",
                kind="count",
                required=False,
                meaning="People of areas that join another one as a whole: nobody moves, and they come under "
                "another body.",
            ),
            **{group: _summary() for group in groups},
        ),
        **{group: listed(_FINDING) for group in groups},
        skipped=_SKIPPED,
        tables=_tables(COMPARED, ("accountability",)),
    ) | {"$defs": {"finding": _finding()}}


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
        _TITLE,
        _DATE,
        _POPULATION_SOURCE,
        _FLOW_SOURCE,
        assumptions=_TEXTS,
        notes=_TEXTS,
        inputs=listed(record(*(INPUTS.by_name[name] for name in ("role", "path", "sha256")))),
    )
    return record(
        _SUPPRESSION,
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
        proposals=listed(record(*_STEP, PATH)),
        proposed=or_null(
            record(footprints=footprints, functions=functions),
            "The answer with the proposals; null without.",
        ),
        changes=or_null(ANSWERS_CHANGED.json_schema()),
        map=or_null(
            _tables({table.name: table for table in ACCOUNTABILITY}),
            "The functions and decisions map, where the plan as a whole is asked about.",
        ),
    ) | {"$defs": {"footprint": FOOTPRINTS.row_schema(), "function": ANSWERS.row_schema()}}


def _draw() -> Schema:
    ends = (Column(name, kind="count", type="integer", nullable=True) for name in ("low", "high"))
    return record(
        _SUPPRESSION,
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
        plan=_plan(),
        band=record(*ends),
        notes=_TEXTS,
        tables=_tables(DRAWN),
    )  # fmt: skip


CHECKED = {table.name: table for table in (OVERLAP, POPULATION, BEST_FIT, FLOWS, *ACCOUNTABILITY)}
"""Tables of a check, by name."""
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
        Document("who", "who", _OF_WHO, _who),
        Document("draw", "draw", DRAWN, _draw),
    )
}
"""By the name of the schema."""
