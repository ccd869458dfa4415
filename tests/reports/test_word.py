"""The board paper: verdict first, the figures of the JSON, and a document that everybody can read."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import docx
import pytest
from boards import (
    HARMLESS,
    LINK,
    MADE,
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
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table

from footprint.model.errors import InputError
from footprint.model.finding import Area, Piece
from footprint.reports.as_word import MOST_ROWS, save
from footprint.reports.board import Board
from footprint.reports.content import paper
from footprint.reports.content.message import message_of
from footprint.reports.content.paper_findings import MOST_PIECES
from footprint.reports.content.verdict import verdict_of


@pytest.fixture(autouse=True)
def drawn(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw a small picture in place of the map, but in tests that ask for the map itself."""
    if "real_map" in request.fixturenames:
        return

    def save_figure(board: Board, path: Path, **_: Any) -> SimpleNamespace:
        from PIL import Image

        Image.new("RGB", (160, 90), "white").save(path, "PNG")
        return SimpleNamespace(description="Map of 2 systems. " + "Hatched. " * 200)

    monkeypatch.setitem(
        sys.modules, "footprint.reports.maps.figure", SimpleNamespace(save_figure=save_figure)
    )


@pytest.fixture
def real_map() -> None:
    """Ask for the map itself."""


def written(board: Board, folder: Path, name: str = "report.docx") -> Path:
    save(board, folder / name)
    return folder / name


def opened(board: Board, folder: Path) -> Document:
    return docx.Document(str(written(board, folder)))


def paragraphs(document: Document, style: str | None = None) -> list[str]:
    return [p.text for p in document.paragraphs if style is None or p.style.name == style]


def tables(document: Document) -> dict[str, list[list[str]]]:
    """Return the cells of every table by its caption without the number."""
    return {caption(t): [[c.text for c in row.cells] for row in t.rows] for t in document.tables}


def caption(table: Table) -> str:
    return str(table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val")))


def everything(document: Document) -> str:
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*paragraphs(document), *cells])


def percent(share: float) -> str:
    return f"{share:.1%}"


# ── what it says ────────────────────────────────────────────────────────────────────────────────


def test_the_title_and_the_verdict_come_first(tmp_path: Path) -> None:
    board = proposed()
    document = opened(board, tmp_path)
    told = paragraphs(document)
    assert told[0] == "Bassetlaw moves to Nottingham and Nottinghamshire"
    assert told[1] == (
        "Report on a change of boundaries · from 1 July 2022 · boundaries of 1 April 2021 · "
        "made on 1 March 2026"
    )
    message = message_of(board.result, board.change).sentences
    assert told[2] == "In short"
    assert told[3 : 3 + len(message)] == list(message)
    assert [run.bold for run in document.paragraphs[3].runs] == [True]
    start = told.index("Verdict") + 1
    assert told[start : start + len(list(verdict_of(board)))] == list(verdict_of(board))
    assert document.paragraphs[0].style.name == "Title"
    assert paragraphs(document, "Heading 1") == [
        "In short", "What has to be settled", "Annex", "Verdict", "What the change does",
        "Findings that matter", "How firm is it?", "Measures", "Who leads what", "Methods", "Assumptions",
        "What was not checked", "Sources",
    ]  # fmt: skip


def test_a_split_area_has_the_people_in_each_piece(tmp_path: Path) -> None:
    board = example()
    ((number, split),) = (
        (n, f) for n, f in enumerate(board.document["findings"], start=1) if f["rule"] == "FP201"
    )
    rows = tables(opened(board, tmp_path))["Split areas and their pieces"]
    evidence = split["evidence"]
    pieces = "\n".join(
        f"{other['name']} ({other['code']}): {people:,} people, {percent(share)}"
        for other, people, share in zip(
            split["others"], evidence["people_in_pieces"], evidence["shares_of_source"], strict=True
        )
    )
    assert rows[1:] == [
        [
            f"{number}",
            "must be settled",
            "upper-tier authorities",
            "Nottinghamshire (E10000024), 824,829 people",
            pieces,
        ]
    ]
    assert "117,800 people, 14.3%" in pieces


def test_bands_and_flows_are_those_of_the_json(tmp_path: Path) -> None:
    board = example()
    document = opened(board, tmp_path)
    outside = [row for row in board.document["tables"]["population"] if row["status"] in ("BELOW", "ABOVE")]
    outside.sort(key=lambda row: -abs(row["distance"]))
    rows = tables(document)["Areas outside their band"][1:]
    assert [row[1:4] for row in rows] == [
        [f"{r['name']} ({r['code']})", r["level"], f"{r['population']:,}"] for r in outside
    ]
    assert [row[6] for row in rows] == [f"{r['distance']:+,}" for r in outside]
    assert [row[5] for row in rows] == ["above", "below", "above (accepted)", "below"]
    for row in rows:
        finding = board.document["findings"][int(row[0]) - 1]
        assert finding["rule"] in ("FP301", "FP302")
        assert f"({finding['area']['code']})" in row[1]
    judged = 72
    assert f"{judged - len(outside)} of {judged} areas with a band are within it." in everything(document)
    flows = [row for row in board.document["tables"]["flows"] if row["level"] == "system"]
    flows.sort(key=lambda row: row["localisation_index"])
    shares = ("localisation_index", "localisation_index_min", "localisation_index_max")
    assert [row[1:6] for row in tables(document)["Localisation index by system"][1:]] == [
        [f"{r['name']} ({r['code']})", f"{r['activity']:,}", *(percent(r[s]) for s in shares)] for r in flows
    ]


def test_a_change_says_who_moves_and_both_sides(tmp_path: Path) -> None:
    board = proposed()
    assert board.comparison is not None
    document = opened(board, tmp_path)
    found = tables(document)
    assert found["People and ground that change area"][1:] == [
        [
            "systems",
            "South Yorkshire and Bassetlaw",
            "Nottingham and Nottinghamshire",
            "117,800",
            "70",
            "639.3 km²",
        ]
    ]
    touched = [row for row in board.comparison["tables"]["areas"] if row["change"] != "untouched"]
    rows = found["Areas that the change touches, before → after"][1:]
    assert [row[3] for row in rows] == [
        f"{r['population_before']:,} → {r['population_after']:,}" for r in touched
    ]
    assert rows[0][3:] == ["1,030,658 → 1,148,458", "within", "93.9% → 84.6%"]
    assert "88 areas stay as they are." in paragraphs(document)
    assert [row[2] for row in found["Findings that are gone"][1:]] == [
        f["message"] for f in board.comparison["resolved"]
    ]
    assert [row[2] for row in found["Findings that it brings"][1:]] == [
        f["message"] for f in board.comparison["new"]
    ]
    assert found["Do the layers line up? Areas, before → after"][1] == [
        "upper-tier authorities in systems", "5 → 6", "1 → 0", "0", "0.460 → 0.581",
    ]  # fmt: skip
    tallies = {row[0]: row[1:] for row in found["Findings by what is to be done"]}
    assert tallies["To do"] == ["Resolved", "New", "Remaining", "After the change"]
    for words, key in (("Must be settled (errors)", "error"), ("Accepted with a reason", "accepted")):
        groups = [board.comparison["summary"][group][key] for group in ("resolved", "new", "remaining")]
        assert tallies[words] == [str(n) for n in (*groups, board.document["summary"][key])]
    assert any("for 117,800 people in Bassetlaw" in line for line in paragraphs(document, "List Bullet"))


def test_every_finding_is_told_once_or_counted(tmp_path: Path) -> None:
    board = example()
    document = opened(board, tmp_path)
    found = tables(document)
    by_number = [
        row[0]
        for name, rows in found.items()
        for row in rows[1:]
        if rows[0][0] == "No." and row[0] != "–" and name != "Findings that are known and accepted"
    ]
    open_ = [f for f in board.document["findings"] if f["accepted"] is None]
    # one accepted finding is about a band, and stands in its table as well
    assert len(by_number) == len(set(by_number)) == len(open_) + 1
    assert "workbook" not in everything(document)


def test_two_pages_are_to_be_read_and_an_annex_has_the_rest(tmp_path: Path) -> None:
    board = example()
    document = opened(board, tmp_path)
    begins = [p.text for p in document.paragraphs if p.paragraph_format.page_break_before]
    assert begins == ["Annex"]
    rows = tables(document)["What weighs most"][1:]
    open_ = [f for f in board.document["findings"] if f["accepted"] is None and f["severity"] != "info"]
    assert len(rows) == 8 < len(open_)
    assert f"The annex has {len(open_) - 8} more." in paragraphs(document)
    # in words, without codes, the gravest first
    assert rows[0] == [
        "must be settled", "Nottinghamshire",
        "Nottinghamshire is split between 2 systems: 117,800 of its 824,829 people in South Yorkshire and "
        "Bassetlaw", "Move the boundary, or accept the split with its reason.",
    ]  # fmt: skip
    assert not [cell for row in rows for cell in row if re.search(r"\([A-Z]+\d", cell)]


def test_assumptions_skips_methods_and_fingerprints_close_the_paper(tmp_path: Path) -> None:
    board = proposed()
    assert board.comparison is not None
    document = opened(board, tmp_path)
    text = everything(document)
    plan = board.document["plan"]
    assert plan["assumptions"]
    for stated in (*plan["assumptions"], *plan["attribution"]):
        assert stated in paragraphs(document)
    for skip in board.document["skipped"]:
        assert skip["reason"] in text
    for side in ("before", "after"):
        for source in board.comparison[side]["inputs"]:
            assert source["sha256"] in text
    assert "Made by footprint" in text
    assert "09:30 UTC on 1 March 2026" in text
    assert any(line.startswith("Localisation index. Activity of") for line in paragraphs(document))


def test_the_most_grave_come_first_and_the_rest_is_counted(tmp_path: Path) -> None:
    findings = [replace(f, rule="FP999", name="tried") for f in ten_thousand().result.findings]
    document = opened(with_findings(ten_thousand(), findings), tmp_path)
    rows = tables(document)["The other findings, most grave first"][1:]
    assert len(rows) == MOST_ROWS
    assert {row[1] for row in rows} == {"must be settled"}
    assert rows[0][3] == "finding 9998"  # of the errors the one with most people
    assert f"and {len(findings) - MOST_ROWS:,} more rows, which are more than a paper" in everything(document)
    assert len(written(ten_thousand(), tmp_path, "b.docx").read_bytes()) < 200_000


def test_an_area_in_a_hundred_pieces_names_the_first(tmp_path: Path) -> None:
    board = checked("fp201-split-area")
    split = board.result.findings[0]
    pieces = tuple(Piece(Area(f"E54{i:06d}", f"System {i}"), people=i, share=0.01) for i in range(100))
    many = replace(split, others=tuple(piece.area for piece in pieces), pieces=pieces)
    rows = tables(opened(with_findings(board, [many]), tmp_path))["Split areas and their pieces"]
    lines = rows[1][4].split("\n")
    assert len(lines) == MOST_PIECES + 1
    assert lines[0] == "System 0 (E54000000): 0 people, 1.0%"
    assert lines[-1] == f"and {100 - MOST_PIECES} more pieces"


def test_a_refused_pair_stands_out(tmp_path: Path) -> None:
    document = opened(checked("fp109-resolution-mismatch"), tmp_path)
    loud = [p.text for p in document.paragraphs if any(r.bold for r in p.runs) and "INCOMPLETE" in p.text]
    assert len(loud) == 1
    assert "No area is split, as far as this check could tell." in paragraphs(document)


def test_a_change_that_could_not_be_checked_in_full_stands_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verdict = ["The change resolves 1.", "INCOMPLETE: lad was refused.", "All is well."]
    monkeypatch.setattr(paper, "verdict_of", lambda board: iter(verdict))
    every = opened(Board(proposed().result, proposed().change, MADE), tmp_path).paragraphs
    start = [p.text for p in every].index("Verdict") + 1
    told = every[start : start + 3]
    assert [p.text for p in told] == verdict
    assert [[run.bold for run in p.runs] for p in told] == [[True], [True], [None]]


def test_a_plan_of_one_area_makes_a_paper(tmp_path: Path) -> None:
    document = opened(one_area(tmp_path), tmp_path)
    assert "Care inside" not in everything(document)
    assert "Population bands" not in paragraphs(document, "Heading 2")
    assert not [line for line in paragraphs(document) if line.startswith("Catchments.")]
    assert "No assumption is stated." in paragraphs(document)


# ── who reads it, and how ───────────────────────────────────────────────────────────────────────


def test_the_paper_is_a4_in_british_english_with_page_numbers(tmp_path: Path) -> None:
    document = opened(proposed(), tmp_path)
    (section,) = document.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    languages = {e.get(qn("w:val")) for e in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}
    core = document.core_properties
    assert (core.title, core.language) == (proposed().title, "en-GB")
    assert (
        core.created.replace(tzinfo=None)
        == core.modified.replace(tzinfo=None)
        == dt.datetime(2026, 3, 1, 9, 30)
    )
    footer = section.footer.paragraphs[0]._p
    assert [e.get(qn("w:instr")) for e in footer.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]


def test_tables_and_pictures_can_be_read_aloud(tmp_path: Path) -> None:
    document = opened(proposed(), tmp_path)
    assert len(document.tables) > 8
    for table in document.tables:
        assert caption(table)
        # Word refuses a cell with two widths
        assert all(
            len(cell.tcPr.findall(qn("w:tcW"))) == 1 for row in table._tbl.tr_lst for cell in row.tc_lst
        )
        for i, row in enumerate(table.rows):
            properties = row._tr.trPr
            assert (properties.find(qn("w:tblHeader")) is not None) == (i == 0)
            assert properties.find(qn("w:cantSplit")) is not None
        assert all(run.bold for cell in table.rows[0].cells for run in cell.paragraphs[0].runs)
    (picture,) = document.inline_shapes
    described = picture._inline.docPr.get("descr")
    assert described.startswith("Map of 2 systems. Hatched.")
    assert len(described) <= 1_000
    captions = paragraphs(document, "Caption")
    # the number is in a field, which python-docx leaves out of the text
    assert [c for c in captions if c.startswith("Figure")] == [f"Figure . Map of {proposed().title}"]
    fields = [
        "".join(t.text for t in e.iter(qn("w:t")))
        for e in document.element.iter(qn("w:fldSimple"))
        if e.get(qn("w:instr")).startswith("SEQ Table")
    ]
    assert fields == [str(i + 1) for i in range(len(document.tables))]


def test_headings_do_not_skip_a_level(tmp_path: Path) -> None:
    levels = [
        int(p.style.name[-1]) for p in opened(proposed(), tmp_path).paragraphs if "Heading" in p.style.name
    ]
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


@pytest.mark.usefixtures("real_map")
def test_the_map_is_in_it(tmp_path: Path) -> None:
    path = written(example(), tmp_path)
    with zipfile.ZipFile(path) as archive:
        (image,) = [name for name in archive.namelist() if "media/" in name]
        assert archive.read(image).startswith(b"\x89PNG")
        assert len(archive.read(image)) > 10_000


def test_where_no_map_can_be_drawn_the_paper_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(board: Board, path: Path, **_: Any) -> None:
        raise InputError("plan.toml", "has no outlines", "Add a path.")

    monkeypatch.setitem(sys.modules, "footprint.reports.maps.figure", SimpleNamespace(save_figure=refuse))
    document = opened(example(), tmp_path)
    assert any(
        line.startswith("There is no map: plan.toml: has no outlines") for line in paragraphs(document)
    )
    assert not document.inline_shapes


# ── text of input files, bytes, LibreOffice ─────────────────────────────────────────────────────


def test_text_of_input_files_is_text(tmp_path: Path) -> None:
    board = hostile_board(tmp_path)
    path = written(board, tmp_path)
    document = docx.Document(str(path))
    text = everything(document)
    assert paragraphs(document)[0] == f"{HARMLESS} +1"
    assert LINK in text
    assert HARMLESS in text
    assert f"@SUM(1) {HARMLESS}" in text
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode(errors="replace") for name in archive.namelist()}
    assert all(SCRIPT not in part for part in parts.values())
    assert all('TargetMode="External"' not in part for part in parts.values())
    instructions = {e.get(qn("w:instr")).split(" \\")[0] for e in [*document.element.iter(qn("w:fldSimple"))]}
    assert instructions == {"SEQ Table", "SEQ Figure"}
    assert "w:instrText" not in parts["word/document.xml"]
    assert WELSH in everything(opened(named(board, WELSH), tmp_path))


def named(board: Board, name: str) -> Board:
    """Return the board with a split area of that name."""
    first = board.result.findings[0]
    return with_findings(board, [replace(first, rule="FP201", area=Area("W06000001", name))])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_told_as_one() -> None:
    with pytest.raises(OSError, match="No space left"):
        save(example(), Path("/dev/full"))


@pytest.mark.sampled
@pytest.mark.parametrize("make", [example, proposed])
def test_the_same_input_gives_the_same_bytes(make: Callable[[], Board], tmp_path: Path) -> None:
    board = make()
    again = Board(board.result, board.change, MADE)
    one, other = written(board, tmp_path, "a.docx"), written(again, tmp_path, "b.docx")
    assert one.read_bytes() == other.read_bytes()
    with zipfile.ZipFile(one) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    later = Board(board.result, board.change, MADE + dt.timedelta(days=1))
    assert written(later, tmp_path, "c.docx").read_bytes() != one.read_bytes()


def test_libreoffice_shows_every_page(tmp_path: Path) -> None:
    path = converted(written(proposed(), tmp_path), tmp_path, "pdf")
    program: Any = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed")
    shown = subprocess.run([program, "-layout", str(path), "-"], capture_output=True, check=True, timeout=60)
    text = " ".join(shown.stdout.decode().split())
    assert next(verdict_of(proposed())) in text
    pages = int(re.findall(r"Page 1 of (\d+)", text)[0])
    assert 4 <= pages <= 10
    assert f"Page {pages} of {pages}" in text
    # the row of headings stands on both pages of the longest table
    assert text.count("How to settle it") >= 1
    assert "Table 1. In figures" in text
    assert "Table 2. What weighs most" in text
