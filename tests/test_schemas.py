"""Tables are declared once: do the schemas made from them say what the published ones said?

tests/schemas holds the schemas of version 1 as they were written by hand, before they were made from the
tables. Programs of others rest on them, so the new ones may differ in words alone.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest
from documents import PUBLISHED, hold, validator
from typer.testing import CliRunner

from footprint.checks import vocabulary
from footprint.cli import app
from footprint.cli.schema import DOCUMENTS as NAMES
from footprint.cli.schema import FILES
from footprint.measure.flows import FLOW_TABLES
from footprint.model.schema import Column, Share, Table
from footprint.model.suppression import publish
from footprint.reports import registry
from footprint.reports.schemas import DOCUMENTS, Document
from footprint.reports.tables import TABLES, column, table
from footprint.results.tables import COMPARED
from footprint.results.who.tables import ANSWERED

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE, PROPOSAL = ROOT / "data" / "south-yorkshire", ROOT / "data" / "proposals" / "bassetlaw-2022"
RUNS: dict[str, tuple[str, tuple[object, ...]]] = {
    "check": ("findings", ("check", EXAMPLE, "--fail-on", "never")),
    "check with a proposal": ("findings", ("check", EXAMPLE, "--proposal", PROPOSAL, "--fail-on", "never")),
    "flows": ("flows", ("flows", EXAMPLE)),
    "flows, small numbers kept in": ("flows", ("flows", EXAMPLE, "--suppress", "hes")),
    "compare": ("compare", ("compare", EXAMPLE, PROPOSAL)),
    "who, an area": ("who", ("who", "E07000171", EXAMPLE, "--edge", "--changes", PROPOSAL)),
    "who, the plan as a whole": ("who", ("who", EXAMPLE)),
}


def schema(name: str) -> dict[str, Any]:
    return DOCUMENTS[name].json_schema()


@cache
def printed(run: str) -> str:
    """What a command prints as JSON."""
    told = CliRunner().invoke(app, [*map(str, RUNS[run][1]), "--format", "json"])
    assert told.exit_code == 0, told.output
    return told.stdout


# ── the same meaning ────────────────────────────────────────────────────────────────────────────


def resolved(part: Any, whole: Any) -> tuple[Any, Any]:
    """What a schema refers to, and the document that it stands in; beside $ref stand words alone."""
    if "$ref" not in part:
        return part, whole
    assert {*part} <= {"$ref", "description", "title"}
    file, _, path = part["$ref"].partition("#/")
    whole = found = PUBLISHED[file] if file else whole
    for step in path.split("/"):
        found = found[step]
    return resolved(found, whole)


def meaning(part: Any, whole: Any, at: str = "") -> dict[str, Any]:
    """A schema without its words, in one way of writing it."""
    part, whole = resolved(part, whole)
    told = {k: v for k, v in part.items() if k not in ("$schema", "$defs", "title", "description")}
    if (choice := told.pop("oneOf", None)) is not None:
        assert told == {}
        assert {"type": "null"} in choice, at
        assert len(choice) == 2
        (other,) = (each for each in choice if each != {"type": "null"})
        found = meaning(other, whole, at)
        return found | {"type": sorted({*found["type"], "null"})}
    if (values := told.pop("enum", None)) is not None:
        assert told == {}
        texts = sorted(v for v in values if v is not None)
        return {"type": ["null", "string"] if None in values else ["string"], "values": texts}
    known = {"type", "required", "additionalProperties", "properties", "items", "pattern", "format"}
    assert {*told} <= known | {"minimum", "maximum", "const"}, at
    if "type" in told:
        types = told["type"]
        told["type"] = sorted(types if isinstance(types, list) else [types])
    if "required" in told:
        told["required"] = sorted(told["required"])
    if "items" in told:
        told["items"] = meaning(told["items"], whole, f"{at}[]")
    if "properties" in told:
        told["properties"] = {
            name: meaning(each, whole, f"{at}.{name}") for name, each in told["properties"].items()
        }
    return told


@pytest.mark.parametrize("name", DOCUMENTS)
def test_schemas_that_are_made_mean_what_the_published_ones_meant(name: str) -> None:
    old = meaning(PUBLISHED[f"{name}.v1.schema.json"], PUBLISHED[f"{name}.v1.schema.json"])
    new = meaning(schema(name), schema(name))
    for finding in findings_of(new):
        # what the rules can bear out is listed now; anything else may stand beside it as before
        assert {*finding["evidence"]["properties"]} == {"kind", *vocabulary()}
        finding["evidence"]["properties"] = {"kind": finding["evidence"]["properties"]["kind"]}
    for finding in findings_of(old):
        # a rule of a new family is a rule
        finding["rule"]["pattern"] = "^FP[0-9]{3}$"
    assert new == old


def findings_of(found: Any) -> list[dict[str, Any]]:
    """The properties of findings, wherever a schema speaks of them."""
    if isinstance(found, list):
        return [each for part in found for each in findings_of(part)]
    if not isinstance(found, dict):
        return []
    own = [found["properties"]] if "hint" in found.get("properties", {}) else []
    return own + [each for part in found.values() for each in findings_of(part)]


# ── documents of then and now ───────────────────────────────────────────────────────────────────


@pytest.mark.sampled
@pytest.mark.parametrize("run", RUNS)
def test_documents_of_today_hold_to_the_published_and_to_the_new_schema(run: str) -> None:
    hold(json.loads(printed(run)), RUNS[run][0])


def oldest(document: Any, part: Any, whole: Any) -> Any:
    """A document without all that a schema does not require: as the first version could have printed it."""
    part, whole = resolved(part, whole)
    if document is None:
        return None
    (part,) = (e for e in part.get("oneOf", [part]) if e != {"type": "null"})
    part, whole = resolved(part, whole)
    if isinstance(document, list):
        return [oldest(each, part["items"], whole) for each in document]
    if isinstance(document, dict) and "properties" in part:
        return {name: oldest(document[name], part["properties"][name], whole) for name in part["required"]}
    return document


@pytest.mark.sampled
@pytest.mark.parametrize("run", RUNS)
def test_documents_of_the_first_version_hold_to_the_new_schema(run: str) -> None:
    name, document = RUNS[run][0], json.loads(printed(run))
    old = PUBLISHED[f"{name}.v1.schema.json"]
    first = oldest(document, old, old)
    assert first != document or name == "who"
    hold(first, name)


def test_an_unknown_column_a_missing_one_and_a_wrong_type_are_refused() -> None:
    check = validator("findings")
    document = json.loads(printed("check"))

    def broken(**changes: Any) -> bool:
        told = copy.deepcopy(document)
        row = told["tables"]["population"][0]
        row |= changes
        told["tables"]["population"][0] = {k: v for k, v in row.items() if v is not ...}
        return not check.is_valid(told)

    assert not broken()
    assert broken(more=1)
    assert broken(band=...)
    assert not broken(distance=...)
    assert broken(code=7)
    assert broken(name=None)
    assert broken(population="*")
    assert broken(status="within")


def test_only_what_is_kept_in_may_be_a_star() -> None:
    found = schema("flows")["properties"]["tables"]["properties"]["flows"]["items"]["properties"]
    starred = {name for name, each in found.items() if each.get("pattern") == "^[*]$"}
    assert starred == {*found} - {"layer", "level", "code", "name"}
    check = validator("flows")
    document = json.loads(printed("flows"))
    for name, value, fits in (
        ("activity", "*", True), ("activity", "few", False), ("localisation_index", 1.5, False),
        ("net_patient_flow", 1.5, True), ("name", "*", True), ("code", None, False),
    ):  # fmt: skip
        told = copy.deepcopy(document)
        told["tables"]["flows"][0][name] = value
        assert check.is_valid(told) is fits, (name, value)


# ── the command ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.sampled
@pytest.mark.parametrize("name", [*FILES, *NAMES])
def test_the_command_prints_each_schema(name: str) -> None:
    told = CliRunner().invoke(app, ["schema", name])
    assert told.exit_code == 0
    found = json.loads(told.stdout)
    jsonschema.Draft202012Validator.check_schema(found)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "schema.json#" not in told.stdout  # each rests on no other file
    if name in DOCUMENTS:
        assert found == schema(name)


def test_the_choices_of_the_command_line_are_the_tables_and_schemas_that_there_are() -> None:
    assert tuple(DOCUMENTS) == NAMES
    assert tuple(FLOW_TABLES) == registry.TABLES["flows"]
    assert tuple(COMPARED) == registry.TABLES["change"]
    assert {*registry.TABLES["who"]} == {*DOCUMENTS["who"].tables}


def test_an_unknown_schema_is_an_error() -> None:
    told = CliRunner().invoke(app, ["schema", "finding"])
    assert told.exit_code == 2
    assert "'plan', 'proposal', 'findings', 'flows', 'compare'" in " ".join(told.output.split())


def plain(value: Any) -> Any:
    """A file of TOML as JSON has it: days as text."""
    return json.loads(json.dumps(value, default=str))


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("plan", EXAMPLE / "footprint.toml"),
        ("proposal", PROPOSAL / "proposal.toml"),
        *(("plan", p) for p in sorted((ROOT / "tests" / "examples" / "pass").glob("*/footprint.toml"))),
    ],
)
def test_plans_and_proposals_hold_to_their_schema(name: str, path: Path) -> None:
    held = json.loads(CliRunner().invoke(app, ["schema", name]).stdout)
    document = plain(tomllib.loads(path.read_text(encoding="utf-8")))
    jsonschema.validate(document, held)
    assert not jsonschema.Draft202012Validator(held).is_valid(document | {"titel": "x"})


def test_a_drafted_plan_names_the_schema_that_stands_beside_it(tmp_path: Path) -> None:
    lookup = "LSOA11CD,LAD21CD\nE01000001,E07000008\nE01000002,E07000009\n"
    (tmp_path / "lookup.csv").write_text(lookup, encoding="utf-8")
    for again in ([], ["--force"]):
        told = CliRunner().invoke(app, ["init", str(tmp_path), *again])
        assert told.exit_code == 0, told.output
        assert "schema" not in told.output
    text = (tmp_path / "footprint.toml").read_text(encoding="utf-8")
    found = re.match(r"#:schema (\./\S+\.json)\n", text)
    assert found is not None
    held = json.loads((tmp_path / found[1]).read_text(encoding="utf-8"))
    assert held == json.loads(CliRunner().invoke(app, ["schema", "plan"]).stdout)
    jsonschema.validate(plain(tomllib.loads(text)), held)
    printed = CliRunner().invoke(app, ["init", str(tmp_path), "-o", "-"]).stdout
    assert "#:schema" not in printed  # nothing stands beside what is printed


def test_a_table_of_a_plan_may_be_its_path_alone() -> None:
    held = json.loads(CliRunner().invoke(app, ["schema", "plan"]).stdout)
    plan = {"title": "x", "date": "2021-04-01", "layers": {"lad": {"path": "lad.shp"}}}
    named = {"bodies": "bodies.csv", "functions": {"path": "functions.csv", "from": "start"}}
    check = jsonschema.Draft202012Validator(held)
    assert check.is_valid(plan | {"accountability": named})
    assert not check.is_valid(plan | {"accountability": named | {"bodies": 7}})


@pytest.mark.parametrize(("table", "names"), [(n, t.names) for n, t in ANSWERED.items() if n != "footprints"])
def test_tables_of_who_have_the_columns_that_are_declared(table: str, names: list[str]) -> None:
    rows = json.loads(printed("who, an area"))[table]
    assert not rows or list(rows[0]) == names


def test_a_csv_of_who_without_rows_has_its_headings() -> None:
    asked = ["who", "E01007900", str(EXAMPLE), "--changes", str(PROPOSAL)]
    told = CliRunner().invoke(app, [*asked, "--format", "csv", "--table", "changes"])
    assert told.stdout == ",".join(COMPARED["accountability"].names) + "\n"


# ── what is declared ────────────────────────────────────────────────────────────────────────────

MADE_UP = Table(
    "sizes",
    "Sizes",
    "A row for each thing.",
    (
        Column("thing_code", kind="code"),
        Column("how_many", kind="count", type="integer"),
        Column("people", kind="count", suppressed="count"),
        Column("share", kind="share", suppressed=Share(("people",))),
        Column("note", nullable=True),
        Column("seen", type="boolean"),
        Column("vintage", kind="year", nullable=True),
    ),
)


def test_a_heading_follows_from_the_name() -> None:
    assert [each.heading for each in MADE_UP.columns][:2] == ["Thing code", "How many"]


def test_a_frame_has_the_types_of_its_columns_also_without_rows() -> None:
    rows = [("A", 3, None, 0.5, None, True, 2021), ("B", 4, 9, None, "x", False, None)]
    types = ["object", "int64", "float64", "float64", "object", "bool", "object"]
    for held in (
        MADE_UP.frame(),
        MADE_UP.frame(rows),
        MADE_UP.joined([]),
        MADE_UP.joined([MADE_UP.frame(rows)]),
    ):
        assert list(held.columns) == MADE_UP.names
        assert [str(each) for each in held.dtypes] == types
    assert MADE_UP.frame(rows)["note"].tolist() == [None, "x"]


def test_small_numbers_are_kept_in_as_the_columns_say() -> None:
    held = MADE_UP.frame(
        [("A", 3, 5, 0.1234567, None, True, 2021), ("B", 4, 12, 0.1234567, None, True, 2021)]
    )
    shown = publish(MADE_UP, held, "hes")
    assert shown["people"].tolist() == ["*", 10]
    assert shown["share"].tolist() == ["*", 0.123]
    assert shown["how_many"].tolist() == [3, 4]
    pd.testing.assert_frame_equal(publish(MADE_UP, held, None), held)


def test_no_text_of_a_csv_acts_as_a_formula() -> None:
    held = MADE_UP.frame([("=1+1", 3, -5, 0.5, "@SUM(A1)", True, None)])
    stream = io.StringIO()
    MADE_UP.write_csv(held, stream)
    heading, row = csv.reader(io.StringIO(stream.getvalue()))
    assert heading == MADE_UP.names
    assert row == ["'=1+1", "3", "-5.0", "0.5", "'@SUM(A1)", "True", ""]


def test_every_table_has_a_title_that_fits_a_sheet_and_every_column_a_heading() -> None:
    for each in (*TABLES.values(), *ANSWERED.values()):
        assert 0 < len(each.title) <= 31
        assert len(each.by_name) == len(each.columns)
        assert all(c.heading and not c.heading.endswith(("_", " ")) for c in each.columns)
    assert len({*TABLES}) == len({each.title for each in TABLES.values()})
    assert len({name for each in TABLES.values() for name in each.names}) > 70


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=list(DOCUMENTS))
def test_tables_of_a_document_are_those_that_are_looked_up_by_name(document: Document) -> None:
    for each in document.tables.values():
        if each not in ANSWERED.values():
            assert table(each.name).title == each.title
            assert all(column(c.name, each.name) == c for c in each.columns)


def test_what_is_not_declared_is_told_in_words() -> None:
    assert (table("new_things").title, table("new_things").columns) == ("New things", ())
    assert (column("how_many").heading, column("how_many", "new_things").kind) == ("How many", "text")
    assert column("units").heading == "Units"
    assert column("units", "findings").heading == "Units concerned"
    assert column("people", "findings").meaning == vocabulary()["people"]
