"""Flow records counted in this process, with DuckDB."""

from __future__ import annotations

import glob
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from footprint.model.errors import InputError
from footprint.model.scratch import scratch
from footprint.model.sizes import as_bytes
from footprint.read.flow_sql import flows_view, unreadable
from footprint.read.spark import on_spark

if TYPE_CHECKING:
    import pyarrow as pa

    from footprint.read.engine import Engine, Files


# What each thread of DuckDB is given at least: more threads with less do not get through.
_THREAD_MEMORY = 128 * 2**20


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
    run = on_spark if engine.name == "spark" else _duckdb
    return run(engine, files, wanted, only, sql)


def _duckdb(
    engine: Engine, files: Files, wanted: Mapping[str, str], only: Mapping[str, Sequence[str]], sql: str
) -> pa.Table:
    import duckdb

    with scratch(engine.temp_dir) as folder:
        config: dict[str, str | bool | int | float | list[str]] = {
            # the order of rows says nothing, and keeping it costs memory
            "preserve_insertion_order": False,
            # statistics of Parquet files leave NaN out, so what they prove of a number is not true of it
            "disabled_optimizers": "statistics_propagation",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "temp_directory": str(folder),
        }
        if engine.memory_limit is not None:
            memory = as_bytes(engine.memory_limit)
            config["memory_limit"] = f"{memory}B"
            config["threads"] = max(1, min(os.cpu_count() or 1, memory // _THREAD_MEMORY))
        paths = "[" + ", ".join(_text_sql(glob.escape(str(path.resolve()))) for path in files.paths) + "]"
        if files.parquet:
            hive = "true" if files.partitions else "false"
            # the names of folders are text: "01" must not become 1; and files may differ in how wide their
            # numbers are, else all would be rounded to those of the first
            source = (
                f"read_parquet({paths}, hive_partitioning = {hive}, hive_types_autocast = false, "
                f"union_by_name = {'true' if len(files.paths) > 1 else 'false'})"
            )
        else:
            columns = ", ".join(f"{_text_sql(name)}: 'VARCHAR'" for name in files.columns)
            # the line end is left to DuckDB: it skips all rows where one that is stated does not fit
            source = (
                f"read_csv({paths}, auto_detect = false, header = true, columns = {{{columns}}}, "
                f"delim = {_text_sql(files.delimiter)}, quote = '\"', escape = '\"', nullstr = '', "
                f"skip = {files.skipped}, strict_mode = true, hive_partitioning = false)"
            )
        try:
            connection = duckdb.connect(config=config)
        except duckdb.Error as fault:
            told = str(fault).splitlines()[0][:200]
            raise InputError(
                None, f"DuckDB does not start ({told})", "Check --memory-limit and --temp-dir."
            ) from None
        try:
            # it would be written to stdout; a notebook without ipywidgets has none to set
            with suppress(duckdb.Error):
                connection.execute("SET enable_progress_bar = false")
            # these files and no others, whatever they say; without a word to any server
            homes = {str(each.resolve().parent) for each in (*files.paths, folder / "any")}
            places = sorted(
                homes | {glob.escape(home) for home in homes}
            )  # it is asked for as it was written
            connection.execute(f"SET allowed_directories = [{', '.join(map(_text_sql, places))}]")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
            connection.execute(
                f"CREATE TEMP VIEW flows AS {flows_view(source, wanted, only, _column_sql, _text_sql)}"
            )
            return connection.sql(sql).to_arrow_table()
        except duckdb.Error as fault:
            raise unreadable(engine, files, str(fault)) from None
        finally:
            connection.close()


def _column_sql(name: str) -> str:
    """Return the name of a column as SQL of DuckDB."""
    return '"' + name.replace('"', '""') + '"'


def _text_sql(value: str) -> str:
    """Return text as SQL of DuckDB."""
    return "'" + value.replace("'", "''") + "'"
