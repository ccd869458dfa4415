"""`footprint schema`."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from footprint.cli.running import guarded, utf8

FILES = ("plan", "proposal")
DOCUMENTS = ("findings", "flows", "compare", "options", "who", "draw")

Schema = StrEnum("Schema", {name: name for name in (*FILES, *DOCUMENTS)})  # type: ignore[misc]


@guarded
def schema(
    name: Annotated[Schema, typer.Argument(help="The plan file, a proposal, or an output by its name.")],
) -> None:
    """Print the JSON Schema of a file that you write, or of what a command prints."""
    from footprint.reports.as_json import dump

    utf8(name)
    dump(_documents(name.value) if name.value in DOCUMENTS else _files(name.value), sys.stdout)


def _documents(name: str) -> dict[str, Any]:
    from footprint.reports.schemas import DOCUMENTS

    return DOCUMENTS[name].json_schema()


def _files(name: str) -> dict[str, Any]:
    from footprint.model.schema import DIALECT
    from footprint.read.proposalfile import ProposalSpec
    from footprint.read.spec import Spec
    from footprint.read.specs import PlanSpec

    form: type[Spec] = PlanSpec if name == "plan" else ProposalSpec
    return {"$schema": DIALECT, **form.model_json_schema(), "title": f"{name} of footprint"}
