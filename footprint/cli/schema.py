"""`footprint schema`."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated, Any

import typer

from footprint.cli.running import guarded, utf8

FILES = ("plan", "proposal")
DOCUMENTS = ("findings", "flows", "compare", "options", "who", "draw")

Schema = StrEnum("Schema", (*FILES, *DOCUMENTS))  # type: ignore[misc]


@guarded
def schema(
    name: Annotated[Schema, typer.Argument(help="The plan file, a proposal, or an output by its name.")],
) -> None:
    """Print the JSON Schema of a file that you write, or of what a command prints."""
    from footprint.read.file_schemas import file_schema
    from footprint.reports.as_json import dump

    utf8(name)
    dump(_documents(name.value) if name.value in DOCUMENTS else file_schema(name.value), sys.stdout)


def _documents(name: str) -> dict[str, Any]:
    from footprint.reports.schemas import DOCUMENTS

    return DOCUMENTS[name].json_schema()
