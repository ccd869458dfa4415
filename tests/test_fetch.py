"""Does a download hold every row of a service, or is there a message and no file?"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest

from footprint.fetch import client
from footprint.fetch.catalogue import FROM, Entry, entries, find, search
from footprint.fetch.client import WAIT, Interrupted
from footprint.fetch.download import fetch
from footprint.model.errors import InputError
from footprint.read.lock import Locked, difference, lock_text, read_lock

SERVER = Path(__file__).with_name("onsserver.py")


@pytest.fixture(scope="module")
def services() -> Iterator[str]:
    """The address of a server in a process of its own."""
    yield from served()


def served(*world: Path) -> Iterator[str]:
    command = [sys.executable, "-I", str(SERVER), *map(str, world)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        server.terminate()


@pytest.fixture(autouse=True)
def address(services: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(FROM, services)
    monkeypatch.setenv(WAIT, "0")
    urllib.request.urlopen(f"{services}/forget").close()


def entry(how: str, rows: int = 7, lookup: bool = False) -> Entry:
    base = find("lad-2021-05-06-bgc")
    service = f"{'LOOKUP' if lookup else 'LAYER'}__{how}"
    return replace(
        base, service=service, columns=("LAD21CD", "LAD21NM"), rows=rows, resolution="" if lookup else "BGC"
    )


def got(how: str, folder: Path, rows: int = 7, **more: bool) -> tuple[Locked, list[str]]:
    told: list[str] = []
    return fetch(entry(how, rows), folder, told.append, **more), told


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("how", "rows"),
    [
        ("whole", 7), ("own-7", 7), ("short", 7), ("rows-2001", 2001), ("own-9", 9), ("busy", 7),
        ("busybody", 7), ("dies", 7),
    ],
)  # fmt: skip
def test_every_row_comes_whatever_the_pages(tmp_path: Path, how: str, rows: int) -> None:
    locked, told = got(how, tmp_path, rows)
    read = gpd.read_file(tmp_path / locked.path)
    assert locked.rows == rows == len(read)
    assert list(read["LAD21CD"]) == [f"E07{n:06d}" for n in range(1, rows + 1)]
    assert read.crs.to_epsg() == 27700
    assert float(read.area.sum()) == rows * 990_000  # 1 km² but for a hole of 100 m by 100 m
    assert [p.name for p in tmp_path.iterdir()] == [locked.path]
    if how in ("busy", "busybody", "dies"):
        assert any("waiting" in line and "try 2 of 5" in line for line in told), told


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("gone", "answers with error 400: Invalid URL"),
        ("missing", "answers 404"),
        ("html", "does not answer with JSON"),
        ("away", "answers|unknown url type|not allowed|failed"),
        ("error200", "error 500: Unable to perform query"),
        ("changed", "has no column LAD21CD, LAD21NM; its columns are OBJECTID, LAD23CD, LAD23NM"),
        ("miscounts", "counts 8 rows, where the catalogue states 7"),
        ("twice", "gave E07000001 twice"),
        ("empty", "an empty page after 3 of 7 rows"),
        ("allatonce", "gives 3 rows at a time and cannot go on"),
        ("unknown", "gave no outline for E07000003"),
        ("degrees", "not in EPSG:27700"),
    ],
)
def test_what_cannot_be_trusted_is_one_message_and_no_file(tmp_path: Path, how: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        got(how, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_fewer_and_more_rows_than_counted_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="an empty page after 7 of 8 rows"):
        got("miscounts", tmp_path, any_rows=True)
    with pytest.raises(InputError, match="gave 7 rows, and counts 6"):
        got("overcounts", tmp_path, any_rows=True)
    assert list(tmp_path.iterdir()) == []


def test_a_service_that_stays_busy_is_told(tmp_path: Path) -> None:
    with pytest.raises(Interrupted, match=r"busy \(429\), 5 times"):
        got("always", tmp_path)
    assert not (tmp_path / entry("always").file).exists()


def test_an_interrupted_download_goes_on_where_it_was(tmp_path: Path, services: str) -> None:
    with pytest.raises(Interrupted) as fault:
        got("stops", tmp_path)
    assert "3 of 7 rows are kept" in str(fault.value)
    assert not (tmp_path / entry("stops").file).exists()
    locked, told = got("stops", tmp_path)
    assert locked.rows == 7
    assert any("continued after 3 of 7 rows" in line for line in told)
    assert [p.name for p in tmp_path.iterdir()] == [locked.path]


def people(how: str) -> Entry:
    return replace(find("lsoa11-2020-06-30-people"), service=f"NM_2010_1__{how}", rows=7)


@pytest.mark.parametrize("how", ["whole", "busy", "dies"])
def test_people_come_for_every_area_whatever_the_pages(tmp_path: Path, how: str) -> None:
    locked = fetch(people(how), tmp_path, lambda _: None)
    lines = (tmp_path / locked.path).read_text().splitlines()
    assert lines == ["LSOA11CD,people", *(f"E01{n:06d},{1000 + n}" for n in range(1, 7)), "W01000007,1007"]
    assert (locked.path, locked.rows) == ("lsoa11-2020-06-30-people.csv", 7)
    assert "geography=TYPE298&date=2020&gender=0&c_age=200&measures=20100" in locked.query
    assert [p.name for p in tmp_path.iterdir()] == [locked.path]


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("nothing", "has no rows of TYPE298 in 2020"),
        ("otheryear", "answers with the people of 2019, not with those of 2020"),
        ("html", "answers without a column GEOGRAPHY_CODE"),
        ("nocount", "answers without a column RECORD_COUNT"),
        ("short", "an empty page after 6 of 7 rows"),
        ("grows", "had 7 rows and has 8 now"),
        ("foreign", "gave 'E02000005', which is no code of E01 or W01"),
        ("twice", "gave E01000001 twice"),
        ("unknown", "gives '' as the people of E01000005"),
    ],
)
def test_people_that_cannot_be_trusted_are_one_message_and_no_file(
    tmp_path: Path, how: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        fetch(people(how), tmp_path, lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_interrupted_people_go_on_where_they_were(tmp_path: Path) -> None:
    with pytest.raises(Interrupted, match="3 of 7 rows are kept"):
        fetch(people("stops"), tmp_path, lambda _: None)
    told: list[str] = []
    assert fetch(people("stops"), tmp_path, told.append).rows == 7
    assert any("continued after 3 of 7 rows" in line for line in told)


def test_a_lookup_becomes_a_table(tmp_path: Path) -> None:
    locked = fetch(entry("whole", lookup=True), tmp_path, lambda _: None)
    lines = (tmp_path / locked.path).read_text().splitlines()
    assert (lines[0], len(lines)) == ("LAD21CD,LAD21NM", 8)


def test_what_was_fetched_is_not_overwritten_unasked(tmp_path: Path) -> None:
    got("whole", tmp_path)
    with pytest.raises(InputError, match="is there already"):
        got("whole", tmp_path)
    got("whole", tmp_path, force=True)


def test_a_redirect_to_less_safe_ground_is_refused() -> None:
    request = urllib.request.Request("https://example.org/x")
    with pytest.raises(InputError, match="without https"):
        client._Redirect().redirect_request(request, None, 302, "", {}, "http://example.org/x")


# ── the lock ────────────────────────────────────────────────────────────────────────────────────


def test_a_lock_says_what_was_fetched_and_what_changed(tmp_path: Path) -> None:
    locked, _ = got("whole", tmp_path)
    path = tmp_path / "footprint.lock"
    path.write_text(lock_text([locked]), encoding="utf-8")
    assert read_lock(path) == [locked]
    assert difference(locked, tmp_path) is None
    read = gpd.read_file(tmp_path / locked.path)
    # other bytes that say the same: other order, rings that begin elsewhere, a tenth of a millimetre
    moved = read.iloc[::-1].set_geometry(read.geometry.iloc[::-1].normalize().translate(0.0001, 0))
    moved.to_file(tmp_path / locked.path, driver="GPKG")
    assert difference(locked, tmp_path) is None
    read.loc[1, "LAD21NM"] = "Newname"
    read.loc[2, "geometry"] = read.geometry[2].buffer(1)
    read.iloc[:-1].to_file(tmp_path / locked.path, driver="GPKG")
    found = difference(locked, tmp_path)
    assert found is not None
    assert (found.changed, found.gone) == (("E07000002", "E07000003"), ("E07000007",))
    assert "2 codes changed (E07000002, E07000003); 1 code gone (E07000007)" in str(found)
    read.drop(columns="LAD21CD").to_file(tmp_path / locked.path, driver="GPKG")
    assert str(difference(locked, tmp_path)).endswith(
        "not the file that was locked: it has no column LAD21CD"
    )
    (tmp_path / locked.path).write_bytes(b"")
    assert str(difference(locked, tmp_path)).endswith("not the file that was locked: it is empty (0 bytes)")
    (tmp_path / locked.path).unlink()
    assert str(difference(locked, tmp_path)).endswith("is missing")


@pytest.mark.parametrize(
    "text", ["x", "version = 2", "version = 1\n[[file]]\npath = 'x'", "version=1\nfile=3"]
)
def test_a_damaged_lock_is_one_message(tmp_path: Path, text: str) -> None:
    path = tmp_path / "footprint.lock"
    path.write_text(text)
    with pytest.raises(InputError, match=r"lock|version"):
        read_lock(path)


# ── the catalogue ───────────────────────────────────────────────────────────────────────────────


def test_each_entry_says_what_it_is_and_where_it_was_seen() -> None:
    from footprint.model.geographies import GEOGRAPHIES, read_column

    names = [e.name for e in entries()]
    assert len(set(names)) == len(names) > 40
    for each in entries():
        column = read_column(each.code)
        assert column is not None, each.name
        assert column.kind == "code", each.name
        assert column.geography is GEOGRAPHIES[each.kind], each.name
        assert each.publisher.seen_in.startswith("https://github.com/"), each.name
        assert each.publisher.services.startswith("https://"), each.name
        assert each.publisher.licence, each.name
        assert set(each.nations) <= set("EWSN"), each.name


def test_rows_of_the_catalogue_are_the_codes_in_force() -> None:
    from footprint.model.history import every_code, versions
    from footprint.model.nations import NATIONS

    checked = 0
    for each in entries():
        if each.is_table or each.kind in ("LSOA", "MSOA") or each.date > dt.date(2024, 7, 31):
            continue
        prefixes = tuple(p for n in each.nations for p in NATIONS[n].kinds.get(each.kind, ()))
        if "N" in each.nations:
            prefixes += ("N09",)
        if "S" in each.nations:
            prefixes += ("S12",)
        codes = [
            c for c in every_code() if c[:3] in prefixes and any(each.date in v.period for v in versions(c))
        ]
        assert len(codes) == each.rows, f"{each.name}: {len(codes)}"
        checked += 1
    assert checked > 30


def test_words_find_entries() -> None:
    assert {e.name for e in search(["ccg", "2020", "bgc"])} == {"ccg-2020-04-01-bgc"}
    assert find("CCG", dt.date(2021, 4, 1)).resolution == "BGC"
    with pytest.raises(InputError, match="has no CCGs of 2018-01-01"):
        find("ccg", dt.date(2018, 1, 1))
    with pytest.raises(InputError, match="has no 'ccgs-2021'"):
        find("ccgs-2021")


def test_words_find_entries_with_and_without_quotes() -> None:
    from typer.testing import CliRunner

    from footprint.cli import app

    ways = [["--search", "ccg 2021"], ["--search", "ccg", "2021"], ["--search", "ccg", "--search", "2021"]]
    told = {CliRunner().invoke(app, ["fetch", *way]).stdout for way in ways}
    (lines,) = told
    assert [line.split()[0] for line in lines.splitlines()] == [e.name for e in search(["ccg", "2021"])]


# ── folders and the command ─────────────────────────────────────────────────────────────────────


def test_a_folder_gets_files_a_lock_and_a_plan_that_runs(tmp_path: Path) -> None:
    from footprint.fetch.shelf import put
    from footprint.plan.load import load_plan

    told: list[str] = []
    layer, table = entry("whole"), entry("whole", lookup=True)
    put([layer, table], tmp_path, told.append, plan_date=dt.date(2021, 4, 1))
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        ".footprint.schema.json", "footprint.lock", "footprint.toml", layer.file, table.file
    ]  # fmt: skip
    plan = load_plan(tmp_path)
    assert plan.date == dt.date(2021, 4, 1)
    assert plan.attribution == layer.publisher.attribution
    assert [len(each.areas) for each in plan.layers.values()] == [7]
    told.clear()
    put([layer, table], tmp_path, told.append, plan_date=dt.date(2021, 4, 1))
    assert [line.partition(": ")[2].partition(",")[0] for line in told] == ["there already"] * 3


def test_the_command_verifies_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    from footprint.cli import app
    from footprint.fetch.shelf import put

    layer = entry("whole")
    put([layer], tmp_path, lambda _: None)
    monkeypatch.setenv(FROM, "http://127.0.0.1:9")
    run = CliRunner().invoke(app, ["fetch", "--locked", "-o", str(tmp_path)])
    assert (run.exit_code, run.stdout) == (0, "1 file: as locked\n")
    read = gpd.read_file(tmp_path / layer.file)
    read.loc[0, "LAD21NM"] = "Another"
    read.to_file(tmp_path / layer.file, driver="GPKG")
    run = CliRunner().invoke(app, ["fetch", "--locked", str(tmp_path)])
    assert (run.exit_code, "1 code changed (E07000001)" in run.stdout) == (1, True)
    check = ["check", "--la", str(tmp_path / layer.file), "--select", "FP113", "--format", "json"]
    (finding,) = json.loads(CliRunner().invoke(app, check).stdout)["findings"]
    assert (finding["rule"], finding["evidence"]["kind"]) == ("FP113", "geometry")


ACROSS = 20_000
"""Metres of a side of an LSOA of the small world, four of which stand in a row."""


def small_world() -> dict[str, dict[str, object]]:
    """Four LSOAs in a row: two systems with a CCG each, two districts, one of them in both; one of Wales."""
    from footprint.fetch.sets import chosen

    units = ["E01000001", "E01000002", "E01000003", "E01000004"]
    held = {
        "CCG": ["E38000255", "E38000255", "E38000256", "E38000256"],
        "ICS": ["E54000008", "E54000008", "E54000010", "E54000010"],
        "LAD": ["E07000008", "E07000008", "E07000008", "E07000009"],
        "UTLA": ["E10000003"] * 4,
    }
    world: dict[str, dict[str, object]] = {}
    for each in chosen("england", dt.date(2021, 4, 1))[0]:
        squares: list[object] | None = None
        if each.is_people:
            rows: list[list[object]] = [[code, 40_000 + n] for n, code in enumerate([*units, "W01000001"])]
        elif each.kind == "LSOA" and each.is_lookup:
            by = {"LSOA": units, "CCG": held["CCG"], "STP": held["ICS"], "LAD": held["LAD"]}
            told = [by[c.rstrip("CDNM").rstrip("0123456789")] for c in each.columns]
            rows = [list(row) for row in zip(*told, strict=True)]
        elif each.is_lookup:
            rows = [
                [code, f"Name {code}", "E10000003", "Name E10000003"] for code in dict.fromkeys(held["LAD"])
            ]
        else:
            of = units if each.kind == "LSOA" else held[each.kind]
            codes = list(dict.fromkeys(of))
            rows = [[code, f"Name {code}"] for code in codes]
            squares = [
                [[400_000 + ACROSS * of.index(code), 300_000], [ACROSS * of.count(code), ACROSS]]
                for code in codes
            ]
        world[each.service] = {"columns": each.columns, "rows": rows, "squares": squares}
    return world


def test_england_of_a_day_comes_whole_with_a_plan_that_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from footprint.cli import app

    (tmp_path / "world.json").write_text(json.dumps(small_world()))
    folder = tmp_path / "england"
    for mirror in served(tmp_path / "world.json"):
        monkeypatch.setenv(FROM, mirror)
        run = CliRunner().invoke(app, ["fetch", "england", "2021-04-01", "-o", str(folder), "--any-rows"])
        assert run.exit_code == 0, run.output
    monkeypatch.setenv(FROM, "http://127.0.0.1:9")
    assert 'value = "people", source = "ONS mid-2020"' in (folder / "footprint.toml").read_text()
    run = CliRunner().invoke(app, ["check", str(folder), "--format", "json"])
    found = json.loads(run.stdout)
    split = [f for f in found["findings"] if f["rule"] == "FP201" and f["severity"] == "error"]
    assert [(f["layer"], f["area"]["code"]) for f in split] == [("lad", "E07000008"), ("utla", "E10000003")]
    assert "40,002 of its 120,003 people in Name E54000010" in split[0]["message"]
    people = {r["code"]: r["population"] for r in found["tables"]["population"] if r["level"]}
    assert people == {"E54000008": 80_001, "E54000010": 80_005, "E38000255": 80_001, "E38000256": 80_005}
    assert "FP113" not in {f["rule"] for f in found["findings"]}
    verify = ["fetch", "--locked", "-o", str(folder)]
    assert CliRunner().invoke(app, verify).stdout == "8 files: as locked\n"
    table = folder / "lsoa11-2020-06-30-people.csv"
    table.write_text(table.read_text().replace("E01000003,40002\n", ""))
    run = CliRunner().invoke(app, verify)
    assert (run.exit_code, run.stdout) == (
        1, "lsoa11-2020-06-30-people.csv is not the file that was locked: 1 code gone (E01000003)\n"
    )  # fmt: skip
    run = CliRunner().invoke(app, ["check", str(folder), "--select", "FP113", "--format", "json"])
    (finding,) = json.loads(run.stdout)["findings"]
    assert (finding["severity"], "E01000003" in finding["message"]) == ("warning", True)
    assert finding["evidence"]["kind"] == "lookup"


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("a.gpkg", True), ("A.SHP", True), ("a.zip", True), ("a.geojson", True),
        ("a.csv", False), ("a.tsv", False), ("a.xlsx", False), ("a.parquet", False), ("a", False),
    ],
)  # fmt: skip
def test_endings_of_files_with_outlines_alone(name: str, drawn: bool) -> None:
    from footprint.read.formats import is_drawn

    assert is_drawn(Path(name)) == drawn


@pytest.mark.parametrize(
    ("date", "names"),
    [
        (
            "2021-04-01",
            "lsoa-2021-04-01-to-ccg-ics-lad lsoa-2011-12-31-bgc lad-2021-04-01-to-utla lad-2021-05-06-bgc "
            "utla-2021-05-06-bgc ccg-2021-04-01-bgc lsoa11-2020-06-30-people",
        ),
        (
            "2018-06-01",
            "lsoa-2018-04-01-to-ccg-ics-lad lsoa-2011-12-31-bgc lad-2017-12-31-to-utla lad-2017-12-31-bgc "
            "utla-2018-12-31-bgc ccg-2018-04-01-bgc lsoa11-2017-06-30-people",
        ),
        (
            "2023-06-01",
            "lsoa-2023-04-01-to-sicbl-ics-lad lsoa-2021-12-31-bgc lad-2023-04-01-to-utla lad-2023-05-04-bgc "
            "utla-2023-05-04-bgc sicbl-2023-04-01-bgc lsoa21-2022-06-30-people",
        ),
    ],
)
def test_a_set_is_what_was_in_force_together(date: str, names: str) -> None:
    from footprint.fetch.sets import chosen

    found, notes = chosen("england", dt.date.fromisoformat(date))
    assert {e.name for e in found} >= set(names.split())
    assert {e.kind for e in found} <= {"LSOA", "LAD", "UTLA", "CCG", "SICBL", "ICS"}
    assert not any("no population" in note or "people" in note for note in notes)
    with pytest.raises(InputError, match="no lookup from LSOAs that was right on 1 January 2013"):
        chosen("england", dt.date(2013, 1, 1))


@pytest.mark.parametrize(
    ("kind", "date", "told"),
    [
        ("ccg", "2021-05-01", "ccg-2021-04-01-bgc, ccg-2021-04-01-bfc, ccg-2021-04-01-buc."),
        ("LAD", "2019-06-01", "lad-2019-04-01-bgc, lad-2019-04-01-buc, lad-2019-12-31-bgc."),
        ("cty", "2020-06-01", "cty-2020-12-31-bfc."),
    ],
)
def test_of_a_day_between_editions_those_with_the_same_areas_are_named(
    kind: str, date: str, told: str
) -> None:
    from footprint.fetch.sets import layer

    with pytest.raises(InputError, match=f"has no .* of {date}") as fault:
        layer(kind, dt.date.fromisoformat(date))
    assert str(fault.value).endswith(f"Of the same areas in England, by the history: {told}")
    with pytest.raises(InputError, match="There are: ") as fault:
        layer(kind, dt.date(1999, 1, 1))
    assert layer("ccg", dt.date(2021, 4, 1)).name == "ccg-2021-04-01-bgc"


def test_of_the_thirty_six_boards_there_is_a_lookup_and_what_is_lacking_is_said() -> None:
    from footprint.fetch.sets import chosen

    found, notes = chosen("england", dt.date(2026, 5, 1))
    assert [e.name for e in found] == [
        "lsoa-2026-04-01-to-sicbl-ics-lad", "lsoa-2021-12-31-bgc", "lsoa21-2024-06-30-people"
    ]  # fmt: skip
    told = " ".join(notes)
    assert "lsoa21-2024-06-30-people: no people of these LSOAs are of a year nearer to 1 May 2026" in told
    for kind in ("districts", "upper-tier authorities", "Sub-ICB locations", "systems"):
        assert f"no outlines of {kind} on 1 May 2026 at 20 m" in told
    _, notes = chosen("england", dt.date(2024, 12, 31))
    by = "by the history, which ends on 31 July 2024, its areas were the same on 31 December 2024"
    assert f"sicbl-2023-04-01-bgc is of another day; {by}" in notes
    with pytest.raises(InputError, match="no lookup from LSOAs that was right on 31 March 2026"):
        chosen("england", dt.date(2026, 3, 31))


def test_a_wheel_holds_every_file_that_is_read_when_it_runs() -> None:
    import tomllib
    from fnmatch import fnmatch

    root = SERVER.parent.parent
    stated = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    patterns = stated["package-data"]["footprint"]
    package = root / "footprint"
    beside = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    ]
    assert "fetch/catalogue.toml" in beside
    assert [name for name in beside if not any(fnmatch(name, each) for each in patterns)] == []
