"""The SQL of a view of flow files, as each engine has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.model.errors import InputError

if TYPE_CHECKING:
    from footprint.read.engine import Engine, Files


Quote = Callable[[str], str]


def flows_view(
    source: str, wanted: Mapping[str, str], only: Mapping[str, Sequence[str]], column: Quote, text: Quote
) -> str:
    """Return the SELECT that gives columns their names in the view, quoted as the engine has it."""
    columns = ", ".join(f"{column(name)} AS {alias}" for alias, name in wanted.items())
    filters = " AND ".join(
        f"COALESCE(TRIM(CAST({column(name)} AS STRING)), '') IN ({', '.join(map(text, values))})"
        for name, values in only.items()
    )
    return f"SELECT {columns} FROM {source}" + (f" WHERE {filters}" if filters else "")


_FAULTS = (
    ("unterminated quote|Unescaped quote", "has a quote that is not closed", "Close it."),
    (
        "invalid unicode|not utf-8 encoded|not valid UTF8",
        "is not UTF-8 text",
        "Save it as UTF-8 ('CSV UTF-8' in Excel).",
    ),
    (
        "Expected Number of Columns|MALFORMED_CSV_RECORD",
        "has a row with another number of fields than the heading",
        "Put quotes around values that hold the delimiter; delete notes below the rows.",
    ),
    (
        "state machine reached an invalid state",
        "has lines that end in different ways, or a quote out of place",
        "Export it again.",
    ),
    (
        "physicalType",
        "has another type in a column than the first file",
        "Export them alike, or count them with DuckDB.",
    ),
    (
        "Answer from Java side is empty|Connection refused",
        "cannot be counted, as Spark has stopped meanwhile",
        "Allow it more with --memory-limit.",
    ),
)


def unreadable(engine: Engine, files: Files, told: str) -> InputError:
    """Return what an engine found wrong, in the words of the other messages."""
    if re.search("out of memory|OutOfMemoryError", told, re.IGNORECASE):
        return InputError(
            files.name,
            f"cannot be counted within {engine.memory_limit or 'the memory of this machine'}",
            "Allow more with --memory-limit, or name a folder with more room with --temp-dir.",
        )
    named = [p for p in files.paths if str(p) in told or p.resolve().as_uri().removeprefix("file://") in told]
    where = max(named, key=lambda path: len(str(path)), default=Path(files.name))
    line = re.search(r"Line: (\d+)", told)
    for sign, fault, remedy in _FAULTS:
        if re.search(sign, told, re.IGNORECASE):
            return InputError(where, fault + (f" (line {line[1]})" if line else ""), remedy)
    first = told.splitlines()[0][:200]
    if named:
        return InputError(where, f"cannot be read ({first})", "Export it again.")
    # an engine that names no file may have stopped for reasons of its own
    name = "Spark" if engine.name == "spark" else "DuckDB"
    return InputError(
        None, f"{name} stopped counting {files.name} ({first})",
        "The file may be sound: install another version of the engine, or report this.",
    )  # fmt: skip
