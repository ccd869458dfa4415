"""Where flow records are counted: in this process with DuckDB, or on Apache Spark, by the same SQL.

Both read the same files into a view called `flows`, whose columns have the names that `records`
gives them, so the SQL there needs no words that only one of the two knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footprint.errors import InputError
from footprint.words import listing

if TYPE_CHECKING:
    import pyarrow as pa

ENGINES = ("duckdb", "spark")
_BYTES = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)\s*$", re.IGNORECASE)
_FACTOR = {"b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
           "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}  # fmt: skip
_LEAST_MEMORY = 64 * 2**20


@dataclass(frozen=True)
class Engine:
    """Which engine counts, and what it may use."""

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
        if self.memory_limit is not None and self.memory_bytes < _LEAST_MEMORY:
            raise InputError(None, f"a memory limit of {self.memory_limit} is too small", "Give 64MiB or more.")
        if self.temp_dir is not None and not self.temp_dir.is_dir():
            raise InputError(self.temp_dir, "is no folder", "Name a folder for temporary files.")
        if self.master is not None and self.name != "spark":
            raise InputError(None, "--master is for Spark", "Add --engine spark, or leave it out.")

    @property
    def memory_bytes(self) -> int:
        """The memory limit in bytes; InputError where it is no size."""
        match = _BYTES.match(self.memory_limit or "")
        if match is None:
            raise InputError(None, f"'{self.memory_limit}' is no size of memory", "Write 512MiB or 2GB.")
        return int(float(match[1]) * _FACTOR[match[2].lower()])


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
    newline: str = "\n"
    partitions: tuple[str, ...] = field(default=())
    """Columns that stand in the names of folders: `year=2018/part.parquet`."""
    root: Path | None = None
    """The folder that those names start from."""


def query(
    engine: Engine, files: Files, wanted: Mapping[str, str], only: Mapping[str, Sequence[str]], sql: str
) -> pa.Table:
    """Run SQL over a view `flows` of files.

    Parameters
    ----------
    wanted : name in the view → column of the files
    only : column of the files → values of the rows that are meant, as text

    Raises
    ------
    InputError : for files that cannot be read, a limit that is too small, or a missing engine

    """
    run = _spark if engine.name == "spark" else _duckdb
    return run(engine, files, wanted, only, sql)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _view(
    source: str, wanted: Mapping[str, str], only: Mapping[str, Sequence[str]], quote: str
) -> str:
    """Return the SELECT that gives columns their names in the view, in the engine's quotes."""

    def column(name: str) -> str:
        return quote + name.replace(quote, quote * 2) + quote

    columns = ", ".join(f"{column(name)} AS {alias}" for alias, name in wanted.items())
    filters = " AND ".join(
        f"TRIM(CAST({column(name)} AS STRING)) IN ({', '.join(map(_text, values))})"
        for name, values in only.items()
    )
    return f"SELECT {columns} FROM {source}" + (f" WHERE {filters}" if filters else "")


# ── DuckDB ──────────────────────────────────────────────────────────────────────────────────────


def _duckdb(
    engine: Engine, files: Files, wanted: Mapping[str, str], only: Mapping[str, Sequence[str]], sql: str
) -> pa.Table:
    import tempfile

    import duckdb

    with tempfile.TemporaryDirectory(prefix="footprint-", dir=engine.temp_dir) as scratch:
        config = {
            # the order of rows says nothing, and keeping it costs memory
            "preserve_insertion_order": "false",
            "autoinstall_known_extensions": "false",
            "temp_directory": scratch,
        }
        if engine.memory_limit is not None:
            config["memory_limit"] = f"{engine.memory_bytes}B"
        paths = "[" + ", ".join(_text(str(path)) for path in files.paths) + "]"
        if files.parquet:
            hive = "true" if files.partitions else "false"
            # partitions as text: "01" must not become 1
            source = f"read_parquet({paths}, hive_partitioning = {hive}, hive_types_autocast = false)"
        else:
            columns = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in files.columns)
            source = (
                f"read_csv({paths}, auto_detect = false, header = true, columns = {{{columns}}}, "
                f"delim = {_text(files.delimiter)}, quote = '\"', escape = '\"', nullstr = '', "
                f"new_line = {_text(files.newline.encode('unicode_escape').decode())}, strict_mode = true)"
            )
        connection = duckdb.connect(config=config)
        try:
            connection.execute(f"CREATE TEMP VIEW flows AS {_view(source, wanted, only, chr(34))}")
            return connection.sql(sql).to_arrow_table()
        except duckdb.OutOfMemoryException:
            raise InputError(
                files.name,
                f"cannot be counted within {engine.memory_limit or 'the memory of this machine'}",
                "Allow more with --memory-limit, or name a folder with more room with --temp-dir.",
            ) from None
        except duckdb.Error as fault:
            raise _unreadable(files, str(fault)) from None
        finally:
            connection.close()


_CSV_FAULTS = (
    ("unterminated quote", "has a quote that is not closed", "Close it."),
    ("unicode", "is not UTF-8 text", "Save it as 'CSV UTF-8'."),
    ("utf-8", "is not UTF-8 text", "Save it as 'CSV UTF-8'."),
    (
        "Expected Number of Columns",
        "has a row with another number of fields than the heading",
        "Put quotes around values that hold the delimiter.",
    ),
)


def _unreadable(files: Files, told: str) -> InputError:
    """Say what DuckDB found wrong, in the words of the other messages."""
    line = re.search(r"Line: (\d+)", told)
    file = re.search(r"file ?= ?(\S+)", told)
    where = file[1] if file else files.name
    for sign, fault, remedy in _CSV_FAULTS:
        if sign.lower() in told.lower():
            return InputError(where, fault + (f" (line {line[1]})" if line else ""), remedy)
    return InputError(where, f"cannot be read ({told.splitlines()[0][:200]})", "Export it again.")


# ── Spark ───────────────────────────────────────────────────────────────────────────────────────


def _spark(
    engine: Engine, files: Files, wanted: Mapping[str, str], only: Mapping[str, Sequence[str]], sql: str
) -> pa.Table:
    session = _session(engine)
    from pyspark.errors import PySparkException

    paths = [str(path.resolve()) for path in files.paths]
    try:
        if files.parquet:
            reader = session.read.option("mergeSchema", "false")
            if files.partitions:
                reader = reader.option("basePath", str((files.root or Path()).resolve()))
            frame = reader.parquet(*paths)
        else:
            frame = session.read.csv(
                paths,
                schema=", ".join(f"`{name.replace('`', '``')}` STRING" for name in files.columns),
                header=True,
                sep=files.delimiter,
                quote='"',
                escape='"',
                mode="FAILFAST",
            )
        frame.createOrReplaceTempView("flow_files")
        session.sql(_view("flow_files", wanted, only, "`")).createOrReplaceTempView("flows")
        return session.sql(sql).toArrow()
    except PySparkException as fault:
        told = " ".join(str(fault).split())[:200]
        raise InputError(files.name, f"cannot be read by Spark ({told})", "Export it again.") from None


def _session(engine: Engine) -> Any:
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise InputError(
            None, "PySpark is not installed", 'Install it with: pip install "health-footprint[spark]".'
        ) from None
    local = engine.master is None or engine.master.startswith("local")
    builder = (
        SparkSession.builder.appName("footprint")
        .master(engine.master or "local[*]")
        .config("spark.ui.enabled", "false")
        .config("spark.log.level", "ERROR")
        .config("spark.sql.session.timeZone", "UTC")
        # the folders of partitions are text, as for DuckDB
        .config("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
    )
    if local:
        # no server: nothing listens beyond this machine
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config(
            "spark.driver.host", "127.0.0.1"
        )
        builder = builder.config("spark.sql.shuffle.partitions", "8")
    if engine.memory_limit is not None:
        builder = builder.config("spark.driver.memory", f"{max(1, engine.memory_bytes // 2**20)}m")
    if engine.temp_dir is not None:
        builder = builder.config("spark.local.dir", str(engine.temp_dir))
    try:
        return builder.getOrCreate()
    except (PySparkException, RuntimeError, OSError) as fault:
        told = " ".join(str(fault).split())[:200]
        raise InputError(
            None, f"Spark does not start ({told})", "It needs Java 17; set JAVA_HOME to it."
        ) from None
