"""The workbook: each cell is the value of the JSON of the same run, and no text acts."""

from __future__ import annotations

import copy
import datetime as dt
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from boards import (
    HARMLESS,
    LINK,
    MADE,
    ROOT,
    SCRIPT,
    WELSH,
    checked,
    converted,
    example,
    hostile_board,
    one_area,
    proposed,
    ten_thousand,
    with_findings,
)
from openpyxl.worksheet.worksheet import Worksheet

import footprint
from footprint.checks import vocabulary
from footprint.model.finding import Location
from footprint.reports import as_excel, tables
from footprint.reports.as_excel import save
from footprint.reports.board import Board
from footprint.reports.content.verdict import verdict_of
from footprint.reports.schemas import DOCUMENTS

# sheet → where its rows stand in the JSON
CHECK = {
    "Overlap": "overlap",
    "Population": "population",
    "Best fit": "best_fit",
    "Functions": "functions",
    "Bodies": "bodies",
    "Who leads what": "leads",
    "Subsidiarity": "subsidiarity",
}
FLOWS = {
    "Flows": "flows",
    "Where residents go": "providers",
    "Catchments": "catchments",
    "Catchments by area": "catchment_areas",
    "Periphery": "periphery",
    "Periphery by provider": "periphery_providers",
    "Fit of layers to catchments": "agreement",
}
CHANGE = {
    "Moves": "moves",
    "Before and after": "areas",
    "Who answers": "accountability",
    "Fit of layers": "agreement",
}
ADDED = ("Source name", "Target name")


# ── reading back ────────────────────────────────────────────────────────────────────────────────


def written(board: Board, folder: Path, name: str = "report.xlsx") -> Path:
    save(board, folder / name)
    return folder / name


def headings(sheet: Worksheet) -> list[Any]:
    return [cell.value for cell in sheet[3]]


def rows(sheet: Worksheet) -> list[dict[str, Any]]:
    """Return the rows of a table by heading; none where the sheet says that it is empty."""
    names = headings(sheet)
    return [dict(zip(names, row, strict=True)) for row in sheet.iter_rows(min_row=4, values_only=True)]


def as_cell(name: str, value: Any) -> Any:
    """Return what a cell is to hold of a value of the JSON."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in ("from", "to") and value is not None:
        return dt.datetime.fromisoformat(value)
    return None if value == "" else value


def cells(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(path)}


def summary(path: Path) -> list[tuple[Any, Any]]:
    return [row[:2] for row in cells(path)["Summary"]]


@pytest.fixture(scope="module")
def example_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(example(), tmp_path_factory.mktemp("example"))


@pytest.fixture(scope="module")
def change_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(proposed(), tmp_path_factory.mktemp("change"))


@pytest.fixture(scope="module")
def hostile_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    return written(hostile_board(folder), folder)


# ── the cells equal the JSON ────────────────────────────────────────────────────────────────────


@pytest.mark.sampled
@pytest.mark.parametrize("which", ["example", "change"])
def test_every_table_of_the_json_is_a_sheet_with_its_values(
    which: str, example_file: Path, change_file: Path
) -> None:
    board, path = (example(), example_file) if which == "example" else (proposed(), change_file)
    book = openpyxl.load_workbook(path)
    assert board.flows is not None
    wanted = [(name, board.document["tables"][key]) for name, key in CHECK.items()]
    wanted += [(name, board.flows["tables"][key]) for name, key in FLOWS.items()]
    if board.comparison is not None:
        wanted += [(name, board.comparison["tables"][key]) for name, key in CHANGE.items()]
    assert sum(len(records) for _, records in wanted) > 800
    for name, records in wanted:
        found = [
            [value for heading, value in row.items() if heading not in ADDED] for row in rows(book[name])
        ]
        assert found == [[as_cell(*item) for item in record.items()] for record in records], name


def test_every_finding_is_there_with_all_its_fields(change_file: Path) -> None:
    board = proposed()
    assert board.comparison is not None
    book = openpyxl.load_workbook(change_file)
    found, pieces = rows(book["Findings"]), rows(book["Pieces"])
    document = [*board.document["findings"], *board.comparison["resolved"]]
    assert len(found) == len(document) == 22
    evidence = {name: tables.column(name, "findings").heading for name in vocabulary()}
    listed = {
        "people_in_pieces": "People in the piece", "shares_of_source": "Share",
        "areas_m2": "Area of the piece, m²", "widths_m": "Width of the piece, m",
    }  # fmt: skip
    for i, (row, given) in enumerate(zip(found, document, strict=True)):
        resolved = i >= len(board.document["findings"])
        area = given["area"] or {"code": None, "name": None}
        assert row["No."] == (None if resolved else i + 1)
        assert row["Severity"] == {"info": "note"}.get(given["severity"], given["severity"])
        assert row["Change"] == ("resolved" if resolved else {True: "new", False: "known"}[given["new"]])
        assert (row["Rule"], row["Rule name"]) == (given["rule"], given["name"])
        assert (row["Layer"], row["Level"]) == (given["layer"], given["level"])
        assert (row["Area"], row["Area name"]) == (area["code"], area["name"])
        assert row["Finding"] == given["message"]
        assert row["How to settle it"] == given["hint"]
        assert row["Accepted because"] == given["accepted"]
        assert row["Other areas"] == (
            "; ".join(f"{o['name']} ({o['code']})" for o in given["others"]) or None
        )
        assert (row["File"], row["Line"]) == (given["location"]["path"], given["location"]["line"])
        assert row["Evidence"] == given["evidence"]["kind"]
        own = [piece for piece in pieces if piece["No."] == (None if resolved else i + 1)]
        assert {piece["Change"] for piece in own} <= {row["Change"]}
        for name, value in given["evidence"].items():
            if name == "kind":
                continue
            if name in listed and isinstance(value, list):
                assert [piece[listed[name]] for piece in own] == value
                assert [piece["Other area"] for piece in own] == [o["code"] for o in given["others"]]
            elif isinstance(value, list):
                assert name in ("codes", "functions", "levels", "lines")
                assert row[evidence[name]] == ("; ".join(map(str, value)) or None)
            else:
                assert row[evidence[name]] == value, name


def test_lists_that_do_not_go_with_the_other_areas_stay_with_their_finding(tmp_path: Path) -> None:
    board = checked("fp201-split-area")
    split = board.result.findings[0]
    odd = replace(split, evidence=replace(split.evidence, numbers={"widths_m": [12.5, None, 7]}))
    book = openpyxl.load_workbook(written(with_findings(board, [odd]), tmp_path))
    assert rows(book["Findings"])[0]["Width of the piece, m"] == "12.5; unknown; 7"
    assert book["Pieces"]["A2"].value == "Empty. No finding is about pieces."


def test_the_summary_says_what_the_json_says(change_file: Path) -> None:
    board = proposed()
    assert board.comparison is not None
    told = summary(change_file)
    assert told[0][0] == board.title == "Bassetlaw moves to Nottingham and Nottinghamshire"
    lines = {label: value for label, value in told if value is not None}
    assert [value for label, value in told if label == "Verdict" and value] == list(verdict_of(board))
    assert lines["Made (UTC)"] == dt.datetime(2026, 3, 1, 9, 30)
    assert lines["Takes effect"] == dt.datetime(2022, 7, 1)
    assert lines["Boundaries of"] == dt.datetime(2021, 4, 1)
    assert [value for label, value in told if label == "Assumed"] == board.document["plan"]["assumptions"]
    reasons = {skip["rule"]: skip["reason"] for skip in board.document["skipped"]}
    assert lines["FP106"] == reasons["FP106"]
    plain = {"error": "errors", "warning": "warnings", "info": "notes", "accepted": "accepted with a reason"}
    for group in ("resolved", "new", "remaining"):
        for key, words in plain.items():
            assert lines[f"{group.capitalize()}: {words}"] == board.comparison["summary"][group][key]
    assert lines["People who move, counted in each layer"] == 117_800
    assert {row["Reason"] for row in rows(openpyxl.load_workbook(change_file)["Skipped"])} == {
        skip["reason"] for skip in board.document["skipped"]
    }
    (names,) = (openpyxl.load_workbook(change_file).sheetnames,)
    assert [label for label, _ in told[-len(names) + 1 :]] == names[1:]


def test_every_file_is_there_with_its_fingerprint_and_the_side_it_was_read_for(change_file: Path) -> None:
    board = proposed()
    assert board.comparison is not None
    found = rows(openpyxl.load_workbook(change_file)["Provenance"])
    for side in ("before", "after"):
        records = board.comparison[side]["inputs"]
        shown = [row for row in found if side in row["Read for"]]
        key = (
            "Used for",
            "File",
            "SHA-256",
            "Rows or features",
            "CRS",
            "Vintage",
            "Detail of outlines, m",
            "Licence",
            "Guessed",
        )
        found_here = [[row[k] for k in key] for row in shown]
        assert len(found_here) == len(records)
        assert all(list(record.values()) in found_here for record in records)
    assert [row["Used for"] for row in found if row["Read for"] == "before"] == [
        "layers.ics", "layers.ics.lookup",
    ]  # fmt: skip


def test_names_stand_beside_the_codes_of_overlaps(example_file: Path) -> None:
    names = {(r["layer"], r["code"]): r["name"] for r in example().document["tables"]["population"]}
    for row in rows(openpyxl.load_workbook(example_file)["Overlap"]):
        assert row["Source name"] == names[row["Source layer"], row["Source"]]
        assert row["Target name"] == names[row["Target layer"], row["Target"]]


# ── cells have types, sheets have headings ──────────────────────────────────────────────────────


def test_numbers_are_numbers_and_show_as_their_kind(change_file: Path) -> None:
    book = openpyxl.load_workbook(change_file)

    def formats(sheet: str, heading: str) -> set[str]:
        x = headings(book[sheet]).index(heading) + 1
        column = [row[0] for row in book[sheet].iter_rows(min_row=4, min_col=x, max_col=x)]
        assert all(cell.data_type == "n" for cell in column)
        return {cell.number_format for cell in column if cell.value is not None}

    assert formats("Population", "People") == {"#,##0"}
    assert formats("Overlap", "Area, m²") == {"#,##0"}
    assert formats("Flows", "Net patient flow") == {"0.00"}
    assert formats("Fit of layers", "V-measure before") == {"0.000"}
    assert formats("Provenance", "Vintage") == {"0"}
    assert "0.0%" in formats("Overlap", "Share of source's people")
    assert all(re.fullmatch(r"0\.0+%", f) for f in formats("Overlap", "Share of source's people"))
    dates = [row[1] for row in book["Summary"].iter_rows() if row[0].value == "Takes effect"]
    assert [cell.is_date for cell in dates] == [True]


def test_a_share_never_shows_as_nothing_or_all_where_it_is_neither(tmp_path: Path) -> None:
    board = copy.copy(example())
    document = copy.deepcopy(board.document)
    for row, share in zip(document["tables"]["overlap"], (0.0004, 0.99996, 0.5, 0, 1), strict=False):
        row["share_of_source"] = share
    board.__dict__["document"] = document
    sheet = openpyxl.load_workbook(written(board, tmp_path))["Overlap"]
    x = headings(sheet).index("Share of source's people") + 1
    shown = [sheet.cell(4 + i, x).number_format for i in range(5)]
    assert shown == ["0.00%", "0.000%", "0.0%", "0.0%", "0.0%"]


def test_tables_have_headings_filters_and_stay_in_sight(change_file: Path) -> None:
    book = openpyxl.load_workbook(change_file)
    for sheet in book:
        assert sheet.page_setup.paperSize == 9
        if sheet.title == "Summary" or sheet["A2"].value.startswith("Empty"):
            assert not sheet.tables
            continue
        (table,) = sheet.tables.values()
        assert table.ref == f"A3:{sheet.cell(sheet.max_row, sheet.max_column).coordinate}"
        assert table.autoFilter.ref == table.ref
        assert table.headerRowCount == 1
        assert len(set(headings(sheet))) == len(headings(sheet))
        assert all(cell.font.bold and cell.alignment.wrap_text for cell in sheet[3])
        assert sheet.freeze_panes in ("A4", "B4")
        assert sheet.print_title_rows == "$3:$3"
        assert all(9 <= dimension.width <= 56 for dimension in sheet.column_dimensions.values())


def test_rows_are_as_high_as_their_longest_text(example_file: Path) -> None:
    sheet = openpyxl.load_workbook(example_file)["Findings"]
    heights = {len(row["Finding"]): sheet.row_dimensions[4 + i].height for i, row in enumerate(rows(sheet))}
    assert heights[max(heights)] >= 15 * max(heights) / 54
    assert sheet.cell(4, headings(sheet).index("Finding") + 1).alignment.wrap_text


def test_the_file_says_its_title_language_and_time(example_file: Path) -> None:
    properties = openpyxl.load_workbook(example_file).properties
    assert properties.title == example().title
    assert properties.language == "en-GB"
    assert properties.created == properties.modified == dt.datetime(2026, 3, 1, 9, 30)


def test_every_table_and_column_of_the_json_has_a_heading_in_plain_english() -> None:
    seen = set()
    for document in DOCUMENTS.values():
        for table in document.tables.values():
            fields = table.json_schema()["items"]["properties"]
            assert table.title
            assert all("_" not in field["title"] for field in fields.values())
            seen |= {*fields}
    assert len(seen) > 70
    assert all("_" not in tables.column(name, "findings").heading for name in vocabulary())


def test_a_table_that_is_added_to_the_json_gets_a_sheet_of_its_own(tmp_path: Path) -> None:
    board = copy.copy(checked("fp201-split-area"))
    added = {"new_things": [{"thing_code": "=1+1", "how_many": 7}]}
    board.__dict__["document"] = board.document | {"tables": {**board.document["tables"], **added}}
    sheet = openpyxl.load_workbook(written(board, tmp_path))["New things"]
    assert rows(sheet) == [{"Thing code": "=1+1", "How many": 7}]


# ── text of input files cannot act ──────────────────────────────────────────────────────────────


def test_text_of_input_files_is_text(hostile_file: Path) -> None:
    book = openpyxl.load_workbook(hostile_file)
    found = rows(book["Findings"])
    assert HARMLESS[:79] in {row["Area name"] for row in found}
    assert found[-1]["Accepted because"] == LINK
    assert found[-1]["Finding"] == f"@SUM(1) {HARMLESS}"
    assert found[-1]["How to settle it"] == f"-{HARMLESS}"
    assert WELSH in {row["Source name"] for row in rows(book["Overlap"])}
    assert LINK in {row["Target name"] for row in rows(book["Overlap"])}
    assert book["Summary"]["A1"].value == f"{HARMLESS} +1"
    # Excel takes _x0041_ for the letter A unless it is written so
    assert book.properties.title.replace("_x005F_", "_") == f"{HARMLESS} +1"
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n", "d"), cell.value
                assert cell.hyperlink is None or (cell.hyperlink.target is None and sheet.title == "Summary")
                if isinstance(cell.value, str) and cell.value.startswith(("=", "@", "-")):
                    assert cell.quotePrefix, cell.value


def test_no_part_of_the_file_holds_a_formula_a_script_or_an_address(hostile_file: Path) -> None:
    with zipfile.ZipFile(hostile_file) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert all("<f>" not in part and SCRIPT not in part for part in parts.values())
    assert not [name for name in parts if re.search("external|vba|link", name, re.IGNORECASE)]
    assert all('TargetMode="External"' not in part for part in parts.values())


# ── LibreOffice ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.sampled
@pytest.mark.parametrize("which", ["change", "hostile"])
def test_libreoffice_reads_every_cell_as_it_was_written(
    which: str, change_file: Path, hostile_file: Path, tmp_path: Path
) -> None:
    path = change_file if which == "change" else hostile_file
    there_and_back = openpyxl.load_workbook(converted(path, tmp_path, "xlsx"))
    book = openpyxl.load_workbook(path)
    assert there_and_back.sheetnames == book.sheetnames
    for sheet in book:
        other = there_and_back[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                value = other[cell.coordinate].value
                if isinstance(cell.value, float):
                    # it writes 15 digits
                    assert value == pytest.approx(cell.value, rel=1e-14)
                else:
                    assert value == cell.value, (sheet.title, cell.coordinate)
        assert {*other.tables} == {*sheet.tables}


def test_libreoffice_prints_it(hostile_file: Path, tmp_path: Path) -> None:
    assert converted(hostile_file, tmp_path, "pdf").read_bytes().startswith(b"%PDF")


# ── limits, and what is not there ───────────────────────────────────────────────────────────────


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other = (
        written(Board(proposed().result, proposed().change, MADE), tmp_path, name)
        for name in ("a.xlsx", "b.xlsx")
    )
    assert one.read_bytes() == other.read_bytes()
    later = Board(proposed().result, proposed().change, MADE + dt.timedelta(days=1))
    assert written(later, tmp_path, "c.xlsx").read_bytes() != one.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.thorough
def test_ten_thousand_findings_are_all_there(tmp_path: Path) -> None:
    found = rows(openpyxl.load_workbook(written(ten_thousand(), tmp_path))["Findings"])
    assert [row["No."] for row in found] == list(range(1, 10_001))
    assert sum(row["People concerned"] for row in found) == sum(range(10_000))
    assert {row["People in all"] for row in found} == {10_000}


def test_rows_that_no_sheet_holds_stand_in_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_excel, "MOST_ROWS", 43)
    book = openpyxl.load_workbook(written(example(), tmp_path))
    names = ["Population", "Population (2)", "Population (3)"]
    assert [name for name in book.sheetnames if name.startswith("Population")] == names
    together = [list(row.values()) for name in names for row in rows(book[name])]
    assert together == [list(record.values()) for record in example().document["tables"]["population"]]
    assert "Fit of layers to catchments" in book.sheetnames
    assert "Catchments by area (9)" in book.sheetnames


def test_a_text_that_no_cell_holds_says_that_it_was_cut(tmp_path: Path) -> None:
    board = checked("fp201-split-area")
    split = board.result.findings[0]
    long, short = "𝄞" * 20_000, "é" * 32_767
    findings = [replace(split, message=long), replace(split, message=short)]
    path = written(with_findings(board, findings), tmp_path)
    one, other = (row["Finding"] for row in rows(openpyxl.load_workbook(path)["Findings"]))
    assert other == short
    assert re.fullmatch("𝄞{16000,} … .cut: the text has 20,000 characters, .*the JSON has it all.", one)
    assert len(one.encode("utf-16-le")) // 2 <= 32_767
    assert ("Cut", "1 text was longer than a cell holds, and say so.") in summary(path)


def test_what_is_suppressed_is_a_star_and_what_is_unknown_is_empty(tmp_path: Path) -> None:
    plan = replace(footprint.load_plan(ROOT / "data" / "south-yorkshire"), suppress="hes")
    board = Board(footprint.check(plan), None, MADE)
    assert board.flows is not None
    path = written(board, tmp_path)
    sheet = openpyxl.load_workbook(path)["Where residents go"]
    record = board.flows["tables"]["providers"]
    starred = [(i, key) for i, row in enumerate(record) for key, value in row.items() if value == "*"]
    assert starred
    assert [list(row.values()) for row in rows(sheet)] == [list(row.values()) for row in record]
    assert ("Small numbers", "kept in by the rule 'hes'") in summary(path)


def test_sheets_without_rows_say_why(tmp_path: Path) -> None:
    board = one_area(tmp_path)
    book = openpyxl.load_workbook(written(board, tmp_path))
    assert book["Flows"]["A2"].value.startswith("Empty. The plan has no patient flows")
    assert book["Population"]["A2"].value == "Empty. The plan has no population."
    assert book["Overlap"]["A2"].value.startswith("Empty. The plan compares no two layers")
    assert book["Findings"]["A2"].value == "Empty. No rule has found anything."
    assert "Catchments" not in book.sheetnames
    assert all(row["Subject"] != "Catchments" for row in rows(book["Methods"]))
    assert "Change" not in {label for label, _ in summary(tmp_path / "report.xlsx")}


def test_a_pair_that_was_refused_is_said_on_the_first_sheet(tmp_path: Path) -> None:
    path = written(checked("fp109-resolution-mismatch"), tmp_path)
    (reason,) = (s.reason for s in checked("fp109-resolution-mismatch").result.skipped if s.refused)
    told = summary(path)
    assert ("FP201, refused", reason) in told
    assert any(value and "INCOMPLETE" in str(value) for _, value in told)
    refused = [
        row["Rule"] for row in rows(openpyxl.load_workbook(path)["Skipped"]) if "refused" in row["Outcome"]
    ]
    assert refused == ["FP201"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_told_as_one() -> None:
    with pytest.raises(OSError, match="No space left"):
        save(checked("fp201-split-area"), Path("/dev/full"))


def test_new_findings_of_a_check_with_a_baseline_say_so(tmp_path: Path) -> None:
    board = checked("fp201-split-area")
    split = board.result.findings[0]
    brought = replace(split, new=True, location=Location("a/assignment.csv", 12))
    path = written(with_findings(board, [brought], resolved=[split]), tmp_path)
    new, gone = rows(openpyxl.load_workbook(path)["Findings"])
    assert (new["Change"], new["File"], new["Line"]) == ("new", "a/assignment.csv", 12)
    assert (gone["Change"], gone["No."]) == ("resolved", None)
    alone = rows(openpyxl.load_workbook(written(board, tmp_path))["Findings"])
    assert "Change" not in alone[0]
