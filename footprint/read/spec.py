"""What every table of a plan file is made of: unknown keys are refused, files may state a licence."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

FORM = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


LayerKey = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]


Metres = Annotated[float, Field(gt=0, strict=True, allow_inf_nan=False)]


People = Annotated[int, Field(strict=True)]


class Spec(BaseModel):
    """A table of a file that users write: unknown keys are refused."""

    model_config = FORM


class FileSpec(Spec):
    """A table of the plan that names a file."""

    licence: str = ""
    """Under which the file may be used; reports name it."""


def parts_of(value: object) -> list[object]:
    """Return what a value of a file holds: the values of a table, the entries of a list, or itself."""
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list) else [value]
