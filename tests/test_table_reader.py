"""Tables as people have them: every common form of a file is the same table, and a fault has its line."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from depth import tries
from hypothesis import assume, given
from hypothesis import strategies as st

from footprint.model.errors import InputError
from footprint.model.geographies import geography
from footprint.plan.load import load_plan
from footprint.read import delimited
from footprint.read.columns import by_word, find_column, text_of
from footprint.read.encoding import encoded_once
from footprint.read.lookup import read_lookup
from footprint.read.numbers import read_numbers, value_column
from footprint.read.population import read_population
from footprint.read.postcodes import rows_with
from footprint.read.table import Table, read_table

HEADING = ["code", "name", "n"]
ROWS = [["E1", "Môn", "1"], ["E2", "a, b; c", "2"], ["E3", 'say "x"', ""]]
COLUMNS = {"code": ["E1", "E2", "E3"], "name": ["Môn", "a, b; c", 'say "x"'], "n": ["1", "2", ""]}


@pytest.fixture(params=["small", "large"])
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Small tables are read by Python, large ones by pyarrow; here both are small."""
    monkeypatch.setattr(delimited, "_BULK", 0 if request.param == "large" else 1 << 40)
    return str(request.param)


def text(rows: list[list[str]], mark: str = ",", end: str = "\n", quoting: int = csv.QUOTE_MINIMAL) -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=mark, lineterminator=end, quoting=quoting).writerows(rows)
    return stream.getvalue()


PLAIN = text([HEADING, *ROWS])


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Table]:
    def made(content: str | bytes, name: str = "t.csv") -> Table:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path)

    return made


# ── the same table in every form ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("mark", delimited.MARKS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_common_form_is_the_same_table(
    read: Callable[..., Table], size: str, mark: str, end: str, encoding: str
) -> None:
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_ALL):
        table = read(text([HEADING, *ROWS], mark, end, quoting).encode(encoding))
        assert dict(table) == COLUMNS
        assert table.lines == [2, 3, 4]
        noted = [note for note in table.notes if "Windows-1252" in note]
        assert len(noted) == (encoding == "cp1252") == len(table.notes)


@pytest.mark.parametrize("mark", ["big", "little"])
def test_both_orders_of_utf_16_are_read(read: Callable[..., Table], mark: str) -> None:
    order = {"big": b"\xfe\xff", "little": b"\xff\xfe"}[mark]
    assert dict(read(order + PLAIN.encode(f"utf-16-{mark[0]}e"))) == COLUMNS


CELLS = st.text(
    st.characters(codec="cp1252", exclude_categories=("Cc",)) | st.sampled_from('\n,;\t|"'), max_size=6
)


KEPT_FROM_A_SPREADSHEET = re.compile(r"""'[A-Z0-9][A-Z0-9.]*|="[^"]*\"""")


def is_utf_8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=8),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    mark=st.sampled_from(delimited.MARKS),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    bulk=st.sampled_from([0, 1 << 40]),
)
@tries(300)
def test_what_was_written_is_what_is_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rows: list[list[str]],
    encoding: str,
    mark: str,
    end: str,
    quoting: int,
    bulk: int,
) -> None:
    """Whoever reads it, in whatever form: the same cells, on the line that each row starts on."""
    monkeypatch.setattr(delimited, "_BULK", bulk)
    path = tmp_path / "t.csv"
    written = text([HEADING, *rows], mark, end, quoting)
    content = written.encode(encoding)
    # some texts in Windows-1252 are another text in UTF-8, and nobody can tell
    doubtful = [line for line in content.split(b"\n") if not line.isascii() and is_utf_8(line)]
    assume(encoding != "cp1252" or not doubtful)
    # nor whether letters of a line that look as if they had been encoded twice are
    assume(all(encoded_once(line) == line for line in written.split("\n")))
    # and the marks that keep a code from a spreadsheet are no part of it (test_guards)
    assume(not any(KEPT_FROM_A_SPREADSHEET.fullmatch(cell.strip()) for row in rows for cell in row))
    path.write_bytes(content)
    line, lines, held = 2, [], []
    for row in rows:
        if any(cell.strip() for cell in row):
            lines.append(line)
            held.append([cell.strip() for cell in row])
        line += 1 + sum(cell.count("\n") for cell in row)
    if not held:
        with pytest.raises(InputError, match="has no rows"):
            read_table(path)
        return
    table = read_table(path)
    assert [list(row) for row in zip(*table.values(), strict=True)] == held
    assert table.lines == lines


@given(data=st.text(st.sampled_from('ab,;"\n\r #='), max_size=40))
@tries(500)
def test_both_ways_of_reading_say_the_same_of_any_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{data}x", encoding="utf-8", newline="")
    said = []
    for bulk in (0, 1 << 40):
        monkeypatch.setattr(delimited, "_BULK", bulk)
        try:
            table = read_table(path)
            said.append((dict(table), table.lines, table.frame.to_dict(), table.stated))
        except InputError as fault:
            said.append(str(fault))
    assert said[0] == said[1]


def test_a_large_table_is_read_as_a_small_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of several blocks, with line breaks in cells, empty lines and rows of nothing."""
    path = tmp_path / "t.csv"
    rows = [
        f'E{i:06},"Ward {i},\n""old""",{i}\n' + "\n" * (i % 3 == 0) + ",,\n" * (i % 5 == 0)
        for i in range(60_000)
    ]
    path.write_text("code,name,n\n" + "".join(rows), encoding="utf-8")
    assert path.stat().st_size > 2 << 20
    large = read_table(path)
    assert not isinstance(large.held["code"], list), "pyarrow reads what is large"
    monkeypatch.setattr(delimited, "_BULK", 1 << 40)
    small = read_table(path)
    assert dict(large) == dict(small)
    assert large.lines == small.lines
    pd.testing.assert_frame_equal(large.frame, small.frame)


# ── above, below and beside the table ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("first", ["sep=;\n", '"sep=;"\n', "SEP=;\r\n", "\ufeffsep=;\n"])
def test_the_delimiter_may_be_stated_as_spreadsheets_do(
    read: Callable[..., Table], size: str, first: str
) -> None:
    table = read(first + "code;a,b,c,d;n\nE1;x;1\n")
    assert dict(table) == {"code": ["E1"], "a,b,c,d": ["x"], "n": ["1"]}
    assert table.lines == [3]


def test_comments_at_the_top_are_told_and_their_lines_count(read: Callable[..., Table], size: str) -> None:
    table = read('# Made up\n"# in all, of it"\n\ncode,n\nE1,1\n')
    assert (dict(table), table.lines) == ({"code": ["E1"], "n": ["1"]}, [5])
    assert table.stated == "Made up in all, of it"
    assert list(read("#,code\n1,E1\n")) == ["#", "code"]


TITLES = [
    ("Mid-year estimates\nSource: ONS\n\n", "has 2 lines above its heading, which seems to be line 4"),
    ("Mid-year estimates\n", "has 1 line above its heading, which seems to be line 2"),
    ("Estimates, 2020\n", "has 1 line above its heading, which seems to be line 2"),
    ('"Estimates",,\n,,\n', "has 1 line above its heading, which seems to be line 3"),
    ('"Estimates",,\n"Date:",2020,\n', "has 2 lines above its heading, which seems to be line 3"),
]


@pytest.mark.parametrize("mark", delimited.MARKS)
@pytest.mark.parametrize(("above", "told"), TITLES)
def test_titles_above_the_heading_are_named(
    read: Callable[..., Table], size: str, above: str, told: str, mark: str
) -> None:
    above = above.replace(",,", mark * 2).replace("2020,", f"2020{mark}").replace(':",', f':"{mark}')
    with pytest.raises(InputError) as found:
        read(above + text([HEADING, *ROWS], mark))
    assert f"{told} (code, name, n)" in str(found.value)
    assert "the heading must be the first line" in str(found.value)


@pytest.mark.parametrize(
    ("below", "told"),
    [
        ("Source: ONS\n", "line 5 has 1 field, but the heading has 3. If 'Source: ONS' is a note"),
        ("\nSource: ONS\nNote, 2020\n", "delete lines 6 to 7"),
        ("Source: ONS", "delete line 5"),
    ],
)
def test_notes_below_the_rows_are_named(read: Callable[..., Table], size: str, below: str, told: str) -> None:
    with pytest.raises(InputError) as found:
        read(PLAIN + below)
    assert told in str(found.value)


def test_a_note_below_the_rows_that_fills_its_row_with_nothing_is_no_area(tmp_path: Path) -> None:
    path = tmp_path / "lookup.csv"
    path.write_text("LSOA11CD,LAD20CD,LAD20NM\nE01000001,E07000001,a\n,,\nSource: ONS,,\n", encoding="utf-8")
    units = {"unit_geography": geography("LSOA"), "geography": geography("LAD"), "role": "lookup"}
    with pytest.raises(InputError, match="without a code in column 'LAD20CD' \\(line 4\\)"):
        read_lookup(path, unit=None, code=None, **units)


def test_a_heading_that_is_too_short_is_no_title(read: Callable[..., Table], size: str) -> None:
    with pytest.raises(InputError, match="line 2 has 3 fields, but the heading has 2"):
        read("code,population\nE07000001,1,234\nE07000002,5,678\n")


@pytest.mark.parametrize(
    "content", ["code,n,,\nE1,1,,\n", "code,,n\nE1,,1\n", "code,n\nE1,1,,\n", "code,n,\nE1,1,\n"]
)
def test_columns_without_name_and_values_are_left_out(
    read: Callable[..., Table], size: str, content: str
) -> None:
    assert dict(read(content)) == {"code": ["E1"], "n": ["1"]}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("code,,n\nE1,x,1\n", "has no heading above column 2"),
        ("code,n,n\nE1,1,2\n", "has two columns called n"),
        ("code,n, n \nE1,1,2\n", "has two columns called n"),
        ("code,n\n", "has no rows"),
        ("\n\n", "has no rows"),
        (",\n,\n", "has no rows"),
        ('code,n\n"a\nb",1\nE2\nE3,3\n', "line 4 has 1 field"),
        ('code,n\n\n"a\r\nb",1\r\nE2,3,4\nE3,3\n', "line 5 has 3 fields"),
        ('code,n\n"a\nb",1\n"E2,3\n', "cannot be read from line 4 on"),
        ('code,n\n"a\nb",1\n"E2"x,3\n', "cannot be read from line 4 on"),
        ('code,n\nE1,1\n"E2" ,3\n', "cannot be read from line 3 on"),
        ("co\0de,n\nE1,1\n", "holds null bytes"),
        (PLAIN.encode("utf-16-le"), "UTF-8 text"),
        (PLAIN.encode("utf-32"), "holds null bytes"),
        (PLAIN.encode("utf-16")[:-1], "is not UTF-8 text"),
        (b"code,n\nE1,\x81\n", "is not UTF-8 text (byte 0x81 at position 10)"),
    ],
)
def test_what_has_no_form_is_refused(
    read: Callable[..., Table], size: str, content: str | bytes, told: str
) -> None:
    with pytest.raises(InputError) as found:
        read(content)
    assert told in str(found.value)


@pytest.mark.parametrize("first", ["E01000001", " E01000001"])
def test_a_file_without_a_heading_loses_no_row(tmp_path: Path, first: str) -> None:
    """Its first row would be the heading, and codes would be found by the rows below."""
    path = tmp_path / "people.csv"
    path.write_text(f"{first},5\n" + "".join(f"E0100000{i},5\n" for i in range(2, 9)), encoding="utf-8")
    with pytest.raises(InputError, match="has no heading: its first line holds the code E01000001"):
        read_population(path, geography=geography("LSOA"))


# ── other formats ───────────────────────────────────────────────────────────────────────────────


def book(path: Path, **sheets: list[list[object]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def test_a_workbook_is_text_as_a_spreadsheet_shows_it(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["code", " n ", "share", "day", "at", "open", None],
        ["E1", 1234.0, 0.25, dt.date(2020, 4, 1), dt.datetime(2020, 4, 1, 8, 30), True, None],
        [None] * 7,
        [7, None, 1e15, dt.datetime(2020, 4, 1), None, False, None],
    ]
    table = read_table(book(tmp_path / "t.xlsx", one=rows))
    assert dict(table) == {
        "code": ["E1", "7"],
        "n": ["1234", ""],
        "share": ["0.25", "1000000000000000"],
        "day": ["2020-04-01", "2020-04-01"],
        "at": ["2020-04-01 08:30:00", ""],
        "open": ["True", "False"],
    }
    assert (table.lines, table.row_word, table.notes) == ([2, 4], "row", ())


def test_a_sheet_is_the_first_or_the_one_that_is_named(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", first=[["a"], ["1"]], second=[["b"], ["2"]])
    assert dict(read_table(path)) == {"a": ["1"]}
    assert read_table(path).notes == (
        "t.xlsx: read from its first sheet, 'first'; name another with FILE::SHEET: second",
    )
    named = read_table(f"{path}::second")
    assert (dict(named), named.notes, named.path) == ({"b": ["2"]}, (), path)
    with pytest.raises(InputError, match=r"has no sheet 'secnd'. Did you mean 'second'\?"):
        read_table(f"{path}::secnd")


def test_a_sheet_that_is_hidden_is_not_the_one_that_is_read(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", old=[["a"], ["1"]], now=[["a"], ["2"]])
    made = openpyxl.load_workbook(path)
    made["old"].sheet_state = "hidden"
    made.active = 1
    made.save(path)
    assert dict(read_table(path)) == {"a": ["2"]}
    assert read_table(path).notes == (
        "t.xlsx: read from its first sheet that is not hidden, 'now'; name another with FILE::SHEET: old",
    )
    assert dict(read_table(f"{path}::old")) == {"a": ["1"]}


def test_rows_that_are_filtered_out_are_read_and_told(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", one=[["a"], ["1"], ["2"], ["3"], ["4"]])
    made = openpyxl.load_workbook(path)
    for row in (3, 5):
        made["one"].row_dimensions[row].hidden = True
    made.save(path)
    table = read_table(path)
    assert dict(table) == {"a": ["1", "2", "3", "4"]}
    assert table.notes == ("t.xlsx: 2 rows of 'one' that are hidden or filtered out are read as well (3, 5)",)


def test_a_merged_cell_is_the_value_of_each_row_that_it_covers(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["area", "unit", "n"],
        ["X", "u1", 5], [None, "u2", None], [None, "u3", 7], ["Y", "u4", 8], [None] * 3,
    ]  # fmt: skip
    path = book(tmp_path / "t.xlsx", one=rows)
    made = openpyxl.load_workbook(path)
    # a number for two rows is not that of each; below the last row there is nothing to fill
    for cells in ("A2:A4", "C2:C3", "A5:A6"):
        made["one"].merge_cells(cells)
    made.save(path)
    table = read_table(path)
    assert dict(table) == {
        "area": ["X", "X", "X", "Y"],
        "unit": ["u1", "u2", "u3", "u4"],
        "n": ["5", "", "7", "8"],
    }
    assert table.notes == ("t.xlsx: 1 merged cell (A2:A4) was read as the value of each row that it covers",)


def test_a_heading_that_is_merged_over_two_rows_is_no_value(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", one=[["unit", "area"], [None, "code"], ["u1", "X"]])
    made = openpyxl.load_workbook(path)
    made["one"].merge_cells("A1:A2")
    made.save(path)
    assert dict(read_table(path)) == {"unit": ["", "u1"], "area": ["code", "X"]}


def test_titles_in_a_workbook_are_named_with_their_rows_and_the_other_sheets(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Estimates"], [None], ["code", "n"], ["E1", 5]]
    path = book(tmp_path / "t.xlsx", Cover=rows, Data=[["code", "n"], ["E1", 5]])
    with pytest.raises(InputError) as found:
        read_table(path)
    assert "has 1 row above its heading, which seems to be row 3 (code, n)" in str(found.value)
    assert "name another with FILE::SHEET: Data" in str(found.value)


def test_formulas_without_a_value_are_not_taken_for_nothing(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", one=[["code", "n"], ["E1", "=1+1"]])
    with pytest.raises(InputError, match="has a formula without a value in cell B2"):
        read_table(path)
    path = book(tmp_path / "t.xlsx", one=[["code", "n"], ["#N/A", 1]])
    with pytest.raises(InputError, match="has #N/A in cell A2"):
        read_table(path)


@pytest.mark.parametrize("content", [b"PK", b"code,n\nE1,1\n", b"\xd0\xcf\x11\xe0" * 200])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"t\.xlsx: is a spreadsheet that cannot be opened"):
        read_table(path)


def test_lookups_and_people_may_be_workbooks(tmp_path: Path) -> None:
    codes = [f"E0100000{i}" for i in range(4)]
    people = book(tmp_path / "people.xlsx", one=[["LSOA11CD", "population"], *[[c, 1500.0] for c in codes]])
    found = read_population(people, geography=geography("LSOA"))
    assert found.people.to_dict() == dict.fromkeys(codes, 1500.0)
    lookup = book(
        tmp_path / "lookup.xlsx",
        cover=[["?"]],
        data=[["LSOA11CD", "LAD20CD"], *[[c, "E07000001"] for c in codes]],
    )
    held = read_lookup(
        f"{lookup}::data", unit=None, code=None, unit_geography=geography("LSOA"), geography=geography("LAD"),
        role="lookup",
    )  # fmt: skip
    assert held.codes.to_dict() == dict.fromkeys(codes, "E07000001")
    assert held.source.path == str(lookup)


def test_a_plan_may_consist_of_workbooks_and_the_lines_of_its_bodies_are_rows(tmp_path: Path) -> None:
    codes = [f"E0100000{i}" for i in range(4)]
    places = ["E07000001", "E07000001", "E07000002", "E07000002"]
    book(
        tmp_path / "all.xlsx",
        people=[["LSOA11CD", "population"], *[[c, 1500] for c in codes]],
        lookup=[["LSOA11CD", "LAD20CD"], *map(list, zip(codes, places, strict=True))],
        bodies=[
            ["layer", "area", "body", "kind", "role"],
            ["lad", "E07000009", "Council", "council", "chair"],
        ],
        functions=[["function", "level", "lead"], ["Strategy", "place", "council"]],
    )
    path = tmp_path / "footprint.toml"
    plan = """
title = "Workbooks"
date = 2020-04-01
levels = { place = "lad" }
[units]
geography = "LSOA"
population = { path = "all.xlsx" }
[layers.lad]
geography = "LAD"
lookup = { path = "all.xlsx::lookup" }
"""
    path.write_text(plan, encoding="utf-8")
    loaded = load_plan(path)
    assert loaded.people is not None
    assert loaded.people.people.sum() == 6000
    assert loaded.notes[0].startswith("all.xlsx: read from its first sheet, 'people'")
    bodies = '[accountability]\nbodies = "all.xlsx::bodies"\nfunctions = "all.xlsx::functions"\n'
    path.write_text(plan + bodies, encoding="utf-8")
    with pytest.raises(InputError, match=r"all\.xlsx:2: gives Council the area E07000009"):
        load_plan(path)


def test_parquet_is_text_as_csv_is(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    days = pa.array([dt.datetime(2020, 4, 1), None], pa.timestamp("us"))
    pq.write_table(
        pa.table(
            {
                "code": pa.array(["E1", None]).dictionary_encode(),
                "n": [1234.0, None],
                "i": [7, None],
                "d": days,
            }
        ),
        path,
    )
    assert dict(read_table(path)) == {
        "code": ["E1", ""],
        "n": ["1234", ""],
        "i": ["7", ""],
        "d": ["2020-04-01", ""],
    }
    pq.write_table(pa.table([pa.array([1]), pa.array([2])], names=["n", "n"]), path)
    with pytest.raises(InputError, match="has two columns called n"):
        read_table(path)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        (None, ""),
        (float("nan"), ""),
        (5, "5"),
        (5.0, "5"),
        (0.1, "0.1"),
        (2.0**60, str(2.0**60)),
        ("05", "05"),
    ],
)
def test_values_are_text_without_a_spreadsheets_additions(value: object, meant: str) -> None:
    assert text_of(value) == meant


# ── columns ─────────────────────────────────────────────────────────────────────────────────────


def test_names_of_columns_are_compared_without_case_blanks_and_underscores() -> None:
    columns = ["Area  Code", "Provider code", "n"]
    assert find_column(columns, "area_code", Path("t")) == "Area  Code"
    assert by_word(columns, ("site", "provider_code")) == "Provider code"
    with pytest.raises(InputError, match="has no column 'N M'"):
        find_column(["n_m", "n m"], "N M", Path("t"))


def test_area_code_with_a_blank_is_a_column_of_codes(read: Callable[..., Table]) -> None:
    assert read("Area Code,Area name,n\nE07000001,a,5\n").code_column(None, None).name == "Area Code"


@pytest.mark.parametrize(
    ("heading", "found"),
    [
        ("male_population,female_population", None),
        ("population_density,residents", None),
        ("population_2011,population_2022", None),
        ("population_thousands,x", None),
        ("Population (000s),x", None),
        ("Population per km2,x", None),
        ("population_2022,note", "population_2022"),
        ("population_2022,population_density", "population_2022"),
        ("male_population,population", "population"),
        ("Total Population,x", "Total Population"),
        ("males,all ages", "all ages"),
    ],
)
def test_people_are_read_from_a_column_that_is_certain_to_hold_them_all(
    read: Callable[..., Table], heading: str, found: str | None
) -> None:
    table = read(f"code,{heading}\nE1,1,{'b' if heading.endswith(('x', 'note')) else 2}\n")
    if found is not None:
        assert value_column(table, table.columns, None, "code", []) == found
        return
    with pytest.raises(InputError) as told:
        value_column(table, table.columns, None, "code", [])
    assert all(name in str(told.value) for name in heading.split(","))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1,234,567.5", 1234567.5), ("1 234 567", 1234567), ("1\u2009234", 1234), ("+1,234", 1234),
        ("12,34", None), ("1234,567", None), ("0,123", None), ("1,2345", None), ("1,234 567", None),
        ("1,234,56", None), (",234", None),
    ],
)  # fmt: skip
def test_marks_of_thousands_are_read_where_they_can_be_no_decimals(
    read: Callable[..., Table], cell: str, value: float | None
) -> None:
    table = read(f'code,n\nE1,"{cell}"\n')
    if value is not None:
        assert read_numbers(table, "n").tolist() == [value]
        return
    with pytest.raises(InputError, match="line 2"):
        read_numbers(table, "n")


# ── postcodes ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", ["csv", "cp1252", "sep", "comment", "xlsx", "parquet"])
def test_a_postcode_is_found_in_a_table_of_every_form(tmp_path: Path, form: str) -> None:
    name, meant = ("Môn" if form == "cp1252" else "x"), {"Postcode": "S1  2BJ", "unit": "E01000001"}
    path = tmp_path / f"p.{form if form in ('xlsx', 'parquet') else 'csv'}"
    rows = [["Postcode", "unit", "name"], ["S1 2BK", "E01000002", name], ["S1  2BJ", "E01000001", name]]
    if form == "xlsx":
        book(path, one=list(rows))
    elif form == "parquet":
        pq.write_table(
            pa.table(dict(zip(rows[0], map(list, zip(*rows[1:], strict=True)), strict=True))), path
        )
    else:
        above = {"sep": "sep=;\n", "comment": "# ONSPD\n"}.get(form, "")
        content = above + text(list(rows), ";" if form == "sep" else ",")
        path.write_bytes(content.encode("cp1252" if form == "cp1252" else "utf-8"))
    [found] = rows_with(path, "S1", "2BJ")
    assert found is not None
    assert {key: found[key] for key in meant} == meant
    assert rows_with(path, "S1", "2BL") == []
