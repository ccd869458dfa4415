"""Options that several commands have, and what they may be."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from footprint.reports.registry import PAPERS, TABLES, names

ENGINES, SUPPRESSIONS = ("duckdb", "spark"), ("hes",)


def _choice(name: str, values: Iterable[str]) -> Any:
    """Return the choices of an option."""
    return StrEnum(name, {value: value for value in values})


Format = _choice("Format", names("check"))
TableFormat = _choice("TableFormat", names("flows"))
Paper = _choice("Paper", PAPERS)
Gate = _choice("Gate", ("new", "all"))
FailOn = _choice("FailOn", ("error", "warning", "never"))
FlowTable = _choice("FlowTable", TABLES["flows"])
CompareTable = _choice("CompareTable", TABLES["change"])
WhoTable = _choice("WhoTable", TABLES["who"])
EngineName = _choice("EngineName", ENGINES)
Suppression = _choice("Suppression", SUPPRESSIONS)

Suppress = Annotated[
    Optional[Suppression], typer.Option(help="Print counts of 1 to 7 as *, others to the nearest 5.")
]
EngineOption = Annotated[EngineName, typer.Option("--engine", help="What counts flow records.")]
MemoryLimit = Annotated[Optional[str], typer.Option(help="Memory for counting flow records, as 512MiB.")]
TempDir = Annotated[Optional[Path], typer.Option(help="Folder for records that do not fit into memory.")]
Master = Annotated[
    Optional[str], typer.Option(help="URL of a Spark cluster; Spark starts here if not given.")
]
AssumeCrs = Annotated[
    Optional[str], typer.Option(help="CRS of files that state none, for example EPSG:27700.")
]
Tolerance = Annotated[
    Optional[float],
    typer.Option(min=0.001, help="Width in metres that tells a split from a sliver; estimated if not given."),
]
Output = Annotated[
    Optional[Path], typer.Option("--output", "-o", help="Write to this file instead of to stdout.")
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")]
