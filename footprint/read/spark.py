"""Flow records counted on Apache Spark, by the same SQL as in this process."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from footprint.model.errors import InputError
from footprint.model.scratch import scratch
from footprint.model.sizes import as_bytes
from footprint.model.words import count
from footprint.read.flow_sql import flows_view, unreadable

if TYPE_CHECKING:
    from footprint.read.engine import Engine, Files

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
    """Return the name of a column as SQL of Spark."""
    return "`" + name.replace("`", "``") + "`"


def _spark_text(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def on_spark(
    engine: Engine, files: Files, wanted: Mapping[str, str], only: Mapping[str, Sequence[str]], sql: str
) -> pa.Table:
    """Return the rows that Spark makes of flow files by `sql`; InputError where it cannot."""
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
                try:
                    for name, value in _SPARK_SQL.items():
                        session.conf.set(name, value)
                    _framed(session, files).createOrReplaceTempView("flow_files")
                    view = flows_view("flow_files", wanted, only, _spark_column, _spark_text)
                    session.sql(view).createOrReplaceTempView("flows")
                    found = session.sql(sql).toArrow()
                except (PySparkException, Py4JError) as fault:
                    # what went wrong stands on Java's side, which ends with the session
                    raise unreadable(engine, files, _causes(fault)) from None
        except OSError as fault:
            raise unreadable(engine, files, _causes(fault)) from None
    if any(_damaged(column) for column in found.columns):
        raise unreadable(engine, files, "not utf-8 encoded")
    return found


def _framed(session: Any, files: Files) -> Any:
    """Return the files as a frame of Spark; InputError for names that it passes over."""
    unseen = next((path for path in files.paths if path.name[0] in "._"), None)
    if unseen is not None:
        raise InputError(unseen, "is not read by Spark, as its name begins with . or _", "Rename it.")
    # Spark takes names for patterns
    paths = [re.sub(r"([\\*?\[\]{}])", r"\\\1", str(path.resolve())) for path in files.paths]
    if files.parquet:
        base = {"basePath": str(files.root.resolve())} if files.partitions and files.root else {}
        return session.read.options(**base).parquet(*paths)
    if files.skipped:
        raise InputError(
            files.paths[0],
            f"has {count(files.skipped, 'line')} above its heading, which Spark does not skip",
            "Delete them, or count with DuckDB.",
        )
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


def _damaged(column: pa.ChunkedArray) -> bool:
    """Return whether text is not UTF-8, or holds the sign that Spark puts in the place of such bytes."""
    if not pa.types.is_string(column.type):
        return False
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return True
    return bool(pc.any(pc.match_substring(column, "\ufffd")).as_py())


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
        scratch(engine.temp_dir) as folder,
        _own_session(engine, folder.resolve()) as session,
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
        memory = f"{as_bytes(engine.memory_limit) // 2**20}m"
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
