"""JSON documents held against their schemas: the one of today, and the one that was published first."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
from referencing import Registry, Resource

from footprint.reports.schemas import DOCUMENTS

PUBLISHED = {
    path.name: json.loads(path.read_text(encoding="utf-8"))
    for path in (Path(__file__).parent / "schemas").glob("*.json")
}
"""The schemas of version 1 as they were written by hand, before they were made from the tables."""


@cache
def validator(name: str, *, published: bool = False) -> Any:
    """What holds documents against a schema."""
    form = jsonschema.FormatChecker()
    if not published:
        return jsonschema.Draft202012Validator(DOCUMENTS[name].json_schema(), format_checker=form)
    registry: Any = Registry().with_resources(
        [(file, Resource.from_contents(held)) for file, held in PUBLISHED.items()]
    )
    held = PUBLISHED[f"{name}.v1.schema.json"]
    return jsonschema.Draft202012Validator(held, registry=registry, format_checker=form)


def hold(document: Any, name: str) -> None:
    """Raise where a document does not hold to both."""
    for published in (True, False):
        validator(name, published=published).validate(document)
