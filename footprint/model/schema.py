"""A table, declared once: its columns with what they hold, their headings and what they mean.

Frames, CSV, the headings of reports, the tables of the guide and the JSON Schemas are made from what is
declared here, and small numbers are kept in by it. A table is declared where it is made.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TextIO

from footprint.model.words import spreadsheet_safe

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["text", "code", "count", "share", "index", "ratio", "m2", "metres", "year", "date"]
"""How a column is shown: counts with thousands separators, shares as percentages, indices between 0
and 1 with three decimals, ratios with two."""

_UNITS: Mapping[Kind, str] = {
    "text": "text", "code": "code", "count": "number", "share": "share, 0 to 1", "index": "0 to 1",
    "ratio": "ratio", "m2": "m²", "metres": "metres", "year": "year", "date": "date",
}  # fmt: skip
Type = Literal["string", "integer", "number", "boolean"]
"""What a value is, as JSON Schema names it."""

_TYPES: Mapping[Kind, Type] = {"text": "string", "code": "string", "date": "string", "year": "integer"}


DIALECT = "https://json-schema.org/draft/2020-12/schema"


def in_words(name: str) -> str:
    """Return a name as a heading: "how_many" is "How many"."""
    return name.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Share:
    """How a share may be published where small numbers are kept in."""

    parts: tuple[str, ...]
    """Columns of counts; where one of them is hidden the share is as well."""
    whole: str | None = None
    """Column of the count that it is a share of; with it the share is that of the published counts."""


@dataclass(frozen=True)
class Column:
    """A column: what it holds and how a reader sees it."""

    name: str
    heading: str = ""
    """In plain English; the name in words where nothing is given."""
    kind: Kind = "text"
    meaning: str = ""
    """What the heading leaves open, in one sentence; "" where it says it all."""
    type: Type | None = None
    """What a value is; by the kind where nothing is given."""
    nullable: bool | None = None
    """Whether a value may be unknown; numbers may where nothing is given, others may not."""
    values: tuple[str, ...] = ()
    """All that may stand here; () where that is not fixed."""
    pattern: str = ""
    """What a text has to look like, as a regular expression."""
    unit: str = ""
    """In words; that of the kind where nothing is given."""
    open: bool = False
    """Whether a share may pass 1, as a sum of shares does."""
    required: bool = True
    """False for what was added within version 1 of the JSON: older documents lack it."""
    suppressed: Literal["count"] | Share | None = None
    """As what it is kept in where it is small; None where it says nothing of patients."""
    holds: tuple[Column, ...] = ()
    """Of a column that holds rows of its own."""

    def __post_init__(self) -> None:
        """Fill in what follows from the name and the kind."""
        type_ = self.type or _TYPES.get(self.kind, "number")
        object.__setattr__(self, "heading", self.heading or in_words(self.name))
        object.__setattr__(self, "type", type_)
        unit = "yes or no" if type_ == "boolean" else "rows" if self.holds else _UNITS[self.kind]
        object.__setattr__(self, "unit", self.unit or unit)
        if self.nullable is None:
            object.__setattr__(self, "nullable", type_ == "number")

    def but(self, **changes: Any) -> Column:
        """Return the column with some of it changed; what followed from its name and kind stays as it is."""
        return dataclasses.replace(self, **changes)

    @property
    def hidden(self) -> bool:
        """Whether "*" may stand here."""
        return self.suppressed == "count" or (
            isinstance(self.suppressed, Share) and bool(self.suppressed.parts)
        )

    @property
    def dtype(self) -> str:
        """Of the column in a frame: a number that is missing is NaN there, anything else None."""
        if self.type == "number":
            return "float64"
        whole = {"integer": "int64", "boolean": "bool"}.get(self.type or "")
        return "object" if whole is None or self.nullable else whole

    def dtype_of(self, values: Sequence[object]) -> str:
        """Return the type of these values in a frame: where counts are hidden, some of them are words."""
        words = self.hidden and any(isinstance(value, str) for value in values)
        return "object" if words else self.dtype

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a value."""
        found: dict[str, Any] = {"title": self.heading}
        if self.meaning:
            found["description"] = self.meaning
        if self.holds:
            return found | {"type": "array", "items": record(*self.holds)}
        if self.values:
            return found | {"enum": [*self.values, *([None] if self.nullable else [])]}
        types = [self.type, *(["null"] if self.nullable else []), *(["string"] if self.hidden else [])]
        found["type"] = types if len(types) > 1 else self.type
        if self.kind == "share" and not self.open:
            found |= {"minimum": 0, "maximum": 1}
        if self.kind == "date":
            found["format"] = "date"
        pattern = "^[*]$" if self.hidden else self.pattern
        return found | ({"pattern": pattern} if pattern else {})


@dataclass(frozen=True)
class Table:
    """A table: what it is called, what a row is, and its columns in their order."""

    name: str
    title: str
    """Short enough for the tab of a sheet (31 characters)."""
    rows: str
    """What a row is, and what a reader has to know first, in one or two sentences."""
    columns: tuple[Column, ...]
    none: str = "There is nothing to show."
    """Why it may have no rows."""
    differences: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Counts that a reader could work out from two others: name → (whole, part)."""

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Columns by name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def names(self) -> list[str]:
        """Names of the columns."""
        return list(self.by_name)

    def adding(self, *columns: Column) -> Table:
        """Return the table with further columns."""
        return dataclasses.replace(self, columns=(*self.columns, *columns))

    def frame(self, rows: Iterable[Sequence[object]] = ()) -> pd.DataFrame:
        """Return rows as a frame, each column of its type, also of no rows."""
        held = list(rows)
        if not held:
            return self._empty.copy()
        return self._made(list(zip(*held, strict=True)))

    @cached_property
    def _empty(self) -> pd.DataFrame:
        return self._made([()] * len(self.columns))

    def _made(self, columns: Sequence[Sequence[object]]) -> pd.DataFrame:
        from footprint.model.frames import framed

        return framed(
            (column.name, column.dtype_of(values), values)
            for column, values in zip(self.columns, columns, strict=True)
        )

    def joined(self, frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
        """Return frames one below the other, with the columns of the table; without rows an empty one."""
        import pandas as pd

        filled = [frame[self.names] for frame in frames if len(frame)]
        return pd.concat(filled, ignore_index=True) if filled else self.frame()

    def write_csv(self, frame: pd.DataFrame, stream: TextIO) -> None:
        """Write a frame as CSV, in which no text acts as a formula."""
        texts = [column.name for column in self.columns if column.type == "string"]
        safe = {
            name: [spreadsheet_safe(v) if isinstance(v, str) else v for v in frame[name]] for name in texts
        }
        frame.assign(**safe)[self.names].to_csv(stream, index=False, lineterminator="\n")

    def json_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the table: a list of rows."""
        return {"title": self.title, "description": self.rows, "type": "array", "items": self.row_schema()}

    def row_schema(self) -> dict[str, Any]:
        """Return the JSON Schema of a row."""
        return record(*self.columns)


def record(*columns: Column, optional: Iterable[str] = (), **more: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of an object.

    Parameters
    ----------
    columns : fields that are values
    optional : names among `more` that may be missing
    more : fields that are more than a value, each with its schema

    """
    left_out = {*optional, *(column.name for column in columns if not column.required)}
    fields = {column.name: column.json_schema() for column in columns} | more
    return {
        "type": "object",
        "required": [name for name in fields if name not in left_out],
        "additionalProperties": False,
        "properties": fields,
    }
