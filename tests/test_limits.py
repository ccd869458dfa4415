"""What is too large is refused in words, before memory or disk are spent."""

from __future__ import annotations

import gzip
import json
import resource
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from maps import draw, save

from footprint.model import memory
from footprint.model.errors import InputError
from footprint.model.sizes import as_bytes, size_text
from footprint.read import flow_files
from footprint.read.baseline import read_baseline
from footprint.read.boundary import read_layer
from footprint.read.planfile import read_plan_file
from footprint.read.proposalfile import read_proposal
from footprint.read.table import read_table

ROOT = Path(__file__).parent.parent


def refusal(path: Path | str) -> str:
    with pytest.raises(InputError) as told:
        read_layer(path)
    return str(told.value)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A zip of a layer, and of 20 MB of nothing that belongs to it."""
    save(draw("A B"), tmp_path / "lad.shp")
    path = tmp_path / "lad.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for part in tmp_path.glob("lad.[dps]*"):
            made.write(part, part.name)
        with made.open("lad.sbn", "w") as stream:
            for _ in range(20):
                stream.write(bytes(10**6))
    return path


def test_a_bomb_is_refused_by_its_ratio_and_can_be_allowed(
    archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "times its own size unpacked" in refusal(archive)
    monkeypatch.setenv("FOOTPRINT_MAX_RATIO", "5000")
    assert len(read_layer(archive).areas) == 2
    monkeypatch.setenv("FOOTPRINT_MAX_UNPACKED", "10MB")
    assert "holds more than 10 MB unpacked" in refusal(archive)
    monkeypatch.setenv("FOOTPRINT_MAX_UNPACKED", "a lot")
    assert "no size of memory" in refusal(archive)


def test_an_entry_that_is_larger_than_it_says_is_refused(archive: Path, tmp_path: Path) -> None:
    data = archive.read_bytes()
    lie = data.replace((20 * 10**6).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lie != data
    (tmp_path / "lie.zip").write_bytes(lie)
    assert "lie.zip" in refusal(tmp_path / "lie.zip")


def test_a_workbook_and_a_table_of_flows_are_held_to_the_ratio(tmp_path: Path) -> None:
    book = tmp_path / "people.xlsx"
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/worksheets/sheet1.xml", bytes(2 * 10**7))
    with pytest.raises(InputError, match="times its own size"):
        read_table(book)
    flows = tmp_path / "flows.csv.gz"
    flows.write_bytes(gzip.compress(b"unit,provider,count\n" + b"E01000001,P,1\n" * 1_500_000))
    with pytest.raises(InputError, match="times its own size"):
        flow_files.find_files(str(flows))


def test_parquet_of_very_many_equal_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.parquet"
    many = pa.array(["E01000001"] * 10**6).dictionary_encode()
    schema = pa.schema([("LSOA21CD", many.type)])
    with pq.ParquetWriter(path, schema, compression="zstd") as made:
        for _ in range(20):
            made.write_table(pa.table([many], schema), row_group_size=10**6)
    with pytest.raises(InputError, match="times its own size"):
        read_table(path)


def test_a_pattern_of_very_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_files, "MOST_FILES", 3)
    for i in range(4):
        (tmp_path / f"{i}.csv").write_text("unit,provider,count\na,b,1\n")
    for stated in ("*.csv", "."):
        with pytest.raises(InputError, match="means 4 files, and 3 are the most"):
            flow_files.find_files(stated, tmp_path)


@pytest.mark.parametrize(
    "deep",
    ["[" * 100_000, '{"a":' * 100_000, '{"type": "FeatureCollection", "a": ' + "[" * 150 + "]" * 150 + "}"],
)
def test_json_that_is_nested_deeply_is_refused(tmp_path: Path, deep: str) -> None:
    path = tmp_path / "lad.geojson"
    path.write_text(deep)
    assert "nested" in refusal(path) or "is no JSON" in refusal(path)
    document = json.loads(draw("A").to_json())
    document["features"][0]["properties"]["deep"] = json.loads("[" * 200 + "]" * 200)
    path.write_text(json.dumps(document))
    assert "nested more than 100 levels deep" in refusal(path)


@pytest.mark.parametrize("text", ["1" * 5_000, '{"type": "FeatureCollection", "n": ' + "9" * 5_000 + "}"])
def test_a_number_of_thousands_of_digits_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "lad.geojson"
    path.write_text(text)
    assert "holds a number of more digits than Python reads" in refusal(path)


@pytest.mark.parametrize(("name", "key"), [("footprint.toml", "title"), ("proposal.toml", "effective_date")])
def test_a_number_of_thousands_of_digits_in_toml_is_refused(tmp_path: Path, name: str, key: str) -> None:
    read = read_proposal if name == "proposal.toml" else read_plan_file
    (tmp_path / name).write_text(f"{key} = {'9' * 5000}\n")
    with pytest.raises(InputError, match="number of more digits than Python reads"):
        read(tmp_path / name)


def test_no_room_for_temporary_files_is_one_message(tmp_path: Path) -> None:
    path = save(draw("A B"), tmp_path / "lad.geojson")
    done = subprocess.run(
        [sys.executable, "-m", "footprint", "inspect", path, "--format", "csv"],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
    )  # fmt: skip
    assert done.returncode == 2
    assert "no room for temporary files. Name a folder for them with TMPDIR." in done.stderr


def test_a_baseline_that_is_nested_deeply_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    path.write_text("[" * 100_000)
    with pytest.raises(InputError, match="is no list of findings of an earlier run"):
        read_baseline(path)


def test_a_field_of_a_megabyte_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("LSOA21CD,people\nE01000001," + "1" * 10**6 + "\n")
    with pytest.raises(InputError, match="field larger than field limit"):
        read_table(path)


def test_outlines_that_memory_cannot_hold_are_refused_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(draw("A B"), tmp_path / "lad.gpkg")
    monkeypatch.setattr(memory, "left", lambda: 1000)
    told = refusal(path)
    assert "of memory or more, and 1 kB are left" in told
    assert "Allow more memory, or take a more generalised version of the file." in told
    table = tmp_path / "people.csv"
    table.write_text("code,people\n" + "E01000001,1500\n" * 20)
    # 312 bytes, of each of which a table makes four
    for free, says in ((1000, "1 kB"), (1247, "1.2 kB"), (-1, "0 bytes")):
        monkeypatch.setattr(memory, "left", lambda free=free: free)
        with pytest.raises(InputError) as refused:
            read_table(table)
        assert refused.value.fault == f"needs 1.2 kB of memory or more, and {says} are left"
        assert refused.value.remedy == "Allow more memory, or take a part of it."
    for enough in (1248, None):
        monkeypatch.setattr(memory, "left", lambda enough=enough: enough)
        assert len(read_table(table).lines) == 20


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
def test_a_limit_of_the_system_is_seen() -> None:
    code = "from footprint.model import memory; print(memory.left())"
    limit = 10**9
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )  # fmt: skip
    assert 10**8 < int(done.stdout) < limit


@pytest.mark.sampled
@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
@pytest.mark.parametrize(
    ("words", "code"), [(["check", "data/south-yorkshire"], 2), (["inspect", "x.shp"], 2), (["rules"], 0)]
)
def test_a_command_begins_only_where_its_libraries_have_room(words: list[str], code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "footprint", *words], capture_output=True, text=True, cwd=ROOT, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (10**9, 10**9)),
    )  # fmt: skip
    told = "of address space or more are needed, and 1 GB are there" in done.stderr
    assert (done.returncode, told) == (code, code == 2), done.stderr


def test_copies_of_files_that_a_group_keeps_are_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = {"max": "1000\n", "current": "900\n", "stat": "anon 300\ninactive_file 350\nactive_file 250\n"}
    for name, text in held.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(memory, "_GROUPS", [[tmp_path / name for name in held]])
    assert memory.left() == 700
    with pytest.raises(InputError, match="150 MB of memory or more are needed, and 700 bytes are there"):
        memory.require_for_libraries()
    (tmp_path / "max").write_text("max\n")
    assert memory.left() != 700
    memory.require_for_libraries()


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (0, "0 bytes"), (999, "999 bytes"), (1000, "1 kB"), (1500, "1.5 kB"), (10**6, "1 MB"),
        (2.5e7, "25 MB"), (2e9, "2 GB"), (3.2e12, "3.2 TB"), (5e15, "5,000 TB"),
    ],
)  # fmt: skip
def test_sizes_are_told_in_words(size: float, told: str) -> None:
    assert size_text(size) == told
    assert as_bytes("2GB") == 2 * 10**9
