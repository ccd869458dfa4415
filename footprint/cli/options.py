"""Options that several commands have, and what they may be."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from footprint.reports.registry import PAPERS, TABLES, names

ENGINES, SUPPRESSIONS = ("duckdb", "spark"), ("hes",)
LEVELS = ("system", "place", "neighbourhood")

Format = StrEnum("Format", names("check"))  # type: ignore[misc]
TableFormat = StrEnum("TableFormat", names("flows"))  # type: ignore[misc]
Paper = StrEnum("Paper", tuple(PAPERS))  # type: ignore[misc]
Gate = StrEnum("Gate", ("new", "all"))
FailOn = StrEnum("FailOn", ("error", "warning", "never"))
FlowTable = StrEnum("FlowTable", TABLES["flows"])  # type: ignore[misc]
CompareTable = StrEnum("CompareTable", TABLES["change"])  # type: ignore[misc]
OptionTable = StrEnum("OptionTable", TABLES["options"])  # type: ignore[misc]
WhoTable = StrEnum("WhoTable", TABLES["who"])  # type: ignore[misc]
DrawTable = StrEnum("DrawTable", TABLES["draw"])  # type: ignore[misc]
LevelName = StrEnum("LevelName", LEVELS)  # type: ignore[misc]
EngineName = StrEnum("EngineName", ENGINES)  # type: ignore[misc]
Suppression = StrEnum("Suppression", SUPPRESSIONS)  # type: ignore[misc]

PLAN = "Plan file or its folder, a proposal, or a boundary file; ./footprint.toml if not given."
La = Annotated[Optional[Path], typer.Option(help="Boundary file of local authorities.")]
Ccg = Annotated[Optional[Path], typer.Option(help="Boundary file of places (CCGs).")]
Ics = Annotated[Optional[Path], typer.Option(help="Boundary file of systems (ICSs).")]
PopulationOf = Annotated[
    Optional[Path],
    typer.Option("--population-of", help="A second table of people: which verdicts it would turn."),
]
Population = Annotated[Optional[Path], typer.Option(help="Table of people by code.")]
Units = Annotated[Optional[Path], typer.Option(help="Boundary file or points of units (LSOAs).")]
Flows = Annotated[Optional[Path], typer.Option(help="Patient flows from units to providers.")]
Providers = Annotated[Optional[Path], typer.Option(help="Table of where providers stand.")]

BesideUnits = Annotated[Optional[Path], typer.Option("--units", help="With boundary files: units (LSOAs).")]
BesidePeople = Annotated[
    Optional[Path], typer.Option("--population", help="With boundary files: people by unit.")
]
ProfileName = Annotated[Optional[str], typer.Option("--profile", help="Judge by these population bands.")]

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
Confined = Annotated[
    bool,
    typer.Option(
        "--confined",
        envvar="FOOTPRINT_CONFINED",
        help="Refuse plans that name files outside of their folders: for plans of strangers.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite a file that is there.")]
