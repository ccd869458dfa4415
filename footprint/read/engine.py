"""Which engine counts flow records, and the files that it is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from footprint.model.errors import InputError
from footprint.model.sizes import as_bytes
from footprint.model.words import listing

ENGINES = ("duckdb", "spark")


# Spark refuses to start with less than 450 MiB.
_LEAST_MEMORY = {"duckdb": "64MiB", "spark": "512MiB"}


@dataclass(frozen=True)
class Engine:
    """Which engine counts, and what it may use.

    A Spark that already runs in this process is used as it is.
    """

    name: str = "duckdb"
    memory_limit: str | None = None
    """For example "512MiB"; None leaves it to the engine."""
    temp_dir: Path | None = None
    """Where records that do not fit into memory are put; None for the system's own place."""
    master: str | None = None
    """URL of a Spark cluster; None starts Spark on this machine."""

    def __post_init__(self) -> None:
        if self.name not in ENGINES:
            raise InputError(None, f"there is no engine '{self.name}'", f"Known: {listing(ENGINES)}.")
        least = _LEAST_MEMORY[self.name]
        if self.memory_limit is not None and as_bytes(self.memory_limit) < as_bytes(least):
            raise InputError(
                None, f"a memory limit of {self.memory_limit} is too small", f"Give {least} or more."
            )
        if self.temp_dir is not None and not self.temp_dir.is_dir():
            raise InputError(self.temp_dir, "is no folder", "Name a folder for temporary files.")
        if self.master is not None and self.name != "spark":
            raise InputError(None, "--master is for Spark", "Add --engine spark, or leave it out.")


@dataclass(frozen=True)
class Files:
    """Files of one form, as found by `records`."""

    name: str
    """As the user wrote it, for messages."""
    paths: tuple[Path, ...]
    parquet: bool
    columns: tuple[str, ...]
    """All columns of the files, in their order."""
    delimiter: str = ","
    partitions: tuple[str, ...] = field(default=())
    """Columns that stand in the names of folders: `year=2018/part.parquet`."""
    root: Path | None = None
    """The folder that those names start from."""
    skipped: int = 0
    """Lines of CSV files above their headings: `sep=;` and comments."""
