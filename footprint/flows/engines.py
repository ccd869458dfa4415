"""Where flow records are counted: in this process with DuckDB, or on Apache Spark, by the same SQL.

Both read the same files into a view called `flows`, whose columns have the names that `records`
gives them, so the SQL there needs no words that only one of the two knows.
"""

from __future__ import annotations

import glob
import os
import re
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
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
# Spark refuses to start with less than 450 MiB.
_LEAST_MEMORY = {"duckdb": "64MiB", "spark": "512MiB"}
# What each thread of DuckDB is given at least: more threads with less do not get through.
_THREAD_MEMORY = 128 * 2**20
Quote = Callable[[str], str]


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
        if self.memory_limit is not None and _bytes(self.memory_limit) < _bytes(least):
            raise InputError(
                None, f"a memory limit of {self.memory_limit} is too small", f"Give {least} or more."
            )
        if self.temp_dir is not None and not self.temp_dir.is_dir():
            raise InputError(self.temp_dir, "is no folder", "Name a folder for temporary files.")
        if self.master is not None and self.name != "spark":
            raise InputError(None, "--master is for Spark", "Add --engine spark, or leave it out.")


def _bytes(size: str) -> int:
    """Return a size of memory in bytes; InputError where it is none."""
    match = _BYTES.match(size)
    if match is None:
        raise InputError(None, f"'{size}' is no size of memory", "Write 512MiB or 2GB.")
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


def _view(
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
        "Put quotes around values that hold the delimiter.",
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


def _unreadable(engine: Engine, files: Files, told: str) -> InputError:
    """Say what an engine found wrong, in the words of the other messages."""
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
    return InputError(where, f"cannot be read ({told.splitlines()[0][:200]})", "Export it again.")


# ── DuckDB ──────────────────────────────────────────────────────────────────────────────────────


def _column(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _duckdb(
    engine: Engine, files: Files, wanted: Mapping[str, str], only: Mapping[str, Sequence[str]], sql: str
) -> pa.Table:
    import duckdb

    with tempfile.TemporaryDirectory(prefix="footprint-", dir=engine.temp_dir) as scratch:
        config: dict[str, str | bool | int | float | list[str]] = {
            # the order of rows says nothing, and keeping it costs memory
            "preserve_insertion_order": False,
            # statistics of Parquet files leave NaN out, so what they prove of a number is not true of it
            "disabled_optimizers": "statistics_propagation",
            "autoinstall_known_extensions": False,
            "temp_directory": scratch,
        }
        if engine.memory_limit is not None:
            memory = _bytes(engine.memory_limit)
            config["memory_limit"] = f"{memory}B"
            config["threads"] = max(1, min(os.cpu_count() or 1, memory // _THREAD_MEMORY))
        paths = "[" + ", ".join(_text(glob.escape(str(path))) for path in files.paths) + "]"
        if files.parquet:
            hive = "true" if files.partitions else "false"
            # the names of folders are text: "01" must not become 1; and files may differ in how wide their
            # numbers are, else all would be rounded to those of the first
            source = (
                f"read_parquet({paths}, hive_partitioning = {hive}, hive_types_autocast = false, "
                f"union_by_name = {'true' if len(files.paths) > 1 else 'false'})"
            )
        else:
            columns = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in files.columns)
            # the line end is left to DuckDB: it skips all rows where one that is stated does not fit
            source = (
                f"read_csv({paths}, auto_detect = false, header = true, columns = {{{columns}}}, "
                f"delim = {_text(files.delimiter)}, quote = '\"', escape = '\"', nullstr = '', "
                "strict_mode = true, hive_partitioning = false)"
            )
        try:
            connection = duckdb.connect(config=config)
        except duckdb.Error as fault:
            told = str(fault).splitlines()[0][:200]
            raise InputError(
                None, f"DuckDB does not start ({told})", "Check --memory-limit and --temp-dir."
            ) from None
        try:
            connection.execute("SET enable_progress_bar = false")  # it would be written to stdout
            connection.execute(f"CREATE TEMP VIEW flows AS {_view(source, wanted, only, _column, _text)}")
            return connection.sql(sql).to_arrow_table()
        except duckdb.Error as fault:
            raise _unreadable(engine, files, str(fault)) from None
        finally:
            connection.close()


# ── Spark ───────────────────────────────────────────────────────────────────────────────────────

# Set in a session of its own, so that nothing else on the same Spark changes.
_SPARK_SQL = {
    "spark.sql.session.timeZone": "UTC",
    # rows are held against the heading as a whole, not only in the columns that are wanted
    "spark.sql.csv.parser.columnPruning.enabled": "false",
    # the names of folders are text, as for DuckDB
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    # such times may stand in columns that nobody wants
    "spark.sql.legacy.parquet.nanosAsLong": "true",
    "spark.sql.timeType.enabled": "true",
}


def _spark_column(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _spark_text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _spark(
    engine: Engine, files: Files, wanted: Mapping[str, str], only: Mapping[str, Sequence[str]], sql: str
) -> pa.Table:
    # PySpark warns of versions of pandas, which it does not use here
    with warnings.catch_warnings(action="ignore"):
        try:
            from py4j.protocol import Py4JError
            from pyspark.errors import PySparkException
        except ImportError:
            raise InputError(
                None, "PySpark is not installed", 'Install it with: pip install "health-footprint[spark]".'
            ) from None
        try:
            with _session(engine) as session:
                for name, value in _SPARK_SQL.items():
                    session.conf.set(name, value)
                _frame(session, files).createOrReplaceTempView("flow_files")
                view = _view("flow_files", wanted, only, _spark_column, _spark_text)
                session.sql(view).createOrReplaceTempView("flows")
                found = session.sql(sql).toArrow()
        except (PySparkException, Py4JError, OSError) as fault:
            raise _unreadable(engine, files, _causes(fault)) from None
    if any(_damaged(column) for column in found.columns):
        raise _unreadable(engine, files, "not utf-8 encoded")
    return found


def _damaged(column: pa.ChunkedArray) -> bool:
    """Return whether text is not UTF-8, or holds the sign that Spark puts in the place of such bytes."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_string(column.type):
        return False
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return True
    return bool(pc.any(pc.match_substring(column, "\ufffd")).as_py())


def _frame(session: Any, files: Files) -> Any:
    unseen = next((path for path in files.paths if path.name[0] in "._"), None)
    if unseen is not None:
        raise InputError(unseen, "is not read by Spark, as its name begins with . or _", "Rename it.")
    # Spark takes names for patterns
    paths = [re.sub(r"([\\*?\[\]{}])", r"\\\1", str(path.resolve())) for path in files.paths]
    if files.parquet:
        base = {"basePath": str(files.root.resolve())} if files.partitions and files.root else {}
        return session.read.options(**base).parquet(*paths)
    return session.read.csv(
        paths,
        schema=", ".join(f"{_spark_column(name)} STRING" for name in files.columns),
        header=True,
        sep=files.delimiter,
        quote='"',
        escape='"',
        ignoreLeadingWhiteSpace=True,  # else a quote behind a blank is none
        multiLine=True,
        unescapedQuoteHandling="RAISE_ERROR",
        mode="FAILFAST",
    )


def _causes(fault: Exception) -> str:
    """Return what Java says of a fault, the innermost cause first, without its trace."""
    causes = re.findall(r"^(?:Caused by)?: [\w.$]+: (.*)$", str(fault), re.MULTILINE)
    return "\n".join(causes[::-1]) or " ".join(str(fault).split())


@contextmanager
def _session(engine: Engine) -> Iterator[Any]:
    """Yield a session of the Spark that runs in this process, or else of one that ends with it."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    if SparkContext._active_spark_context is not None:
        yield SparkSession.builder.getOrCreate().newSession()
        return
    with (
        tempfile.TemporaryDirectory(prefix="footprint-", dir=engine.temp_dir) as scratch,
        _own_session(engine, Path(scratch).resolve()) as session,
    ):
        yield session


@contextmanager
def _own_session(engine: Engine, scratch: Path) -> Iterator[Any]:
    """Yield a session of a Spark that is started with the engine's settings, and stop it afterwards."""
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    settings, log = _spark_settings(engine, scratch), scratch / "log"
    gateway = running = None
    # Java that ran an earlier Spark would keep the memory that it was given then
    before = SparkContext._gateway, SparkContext._jvm
    SparkContext._gateway = SparkContext._jvm = None
    try:
        try:
            conf = SparkConf().setAll(list(settings.items()))
            # what Java and Spark tell of themselves goes into a file, not to the terminal
            with log.open("wb") as stream:
                gateway = launch_gateway(conf, {"stdout": stream, "stderr": stream})
            running = SparkContext(conf=conf, gateway=gateway)
            running = SparkSession(running)
        except Exception as fault:
            told = _causes(fault) if gateway else _complaint(log) or str(fault)
            remedy = "It needs Java 17 or later; set JAVA_HOME to it."
            raise InputError(
                None,
                f"Spark does not start ({told.splitlines()[0][:200]})",
                remedy if engine.master is None else f"Check --master. {remedy}",
            ) from None
        yield running
    finally:
        with suppress(Exception):  # Java may have gone already
            if running is not None:
                running.stop()
        if gateway is not None and gateway.proc is not None:
            gateway.shutdown()
            gateway.proc.terminate()
            gateway.proc.stdin.close()
            gateway.proc.wait()
        SparkContext._active_spark_context = None
        SparkContext._gateway, SparkContext._jvm = before


def _complaint(log: Path) -> str:
    """Return the line of a log that says why Java has ended."""
    lines = log.read_text(errors="replace").splitlines()
    return next((line for line in lines if re.search("Exception|Error|No such|is not", line)), "")


def _spark_settings(engine: Engine, scratch: Path) -> dict[str, str]:
    settings = {
        "spark.app.name": "footprint",
        "spark.master": engine.master or "local[*]",
        "spark.ui.enabled": "false",
        "spark.log.level": "ERROR",
        "spark.sql.warehouse.dir": scratch.as_uri(),
    }
    if engine.memory_limit is not None:
        memory = f"{_bytes(engine.memory_limit) // 2**20}m"
        settings |= {"spark.driver.memory": memory, "spark.executor.memory": memory}
    if settings["spark.master"].startswith("local"):
        settings |= {
            # nothing listens beyond this machine
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.local.dir": str(scratch),
            "spark.sql.shuffle.partitions": "8",
        }
    return settings
