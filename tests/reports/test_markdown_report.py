"""The Markdown of a check and of a change, verdict first, for pull requests and wikis."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from boards import (
    HARMLESS,
    HOSTILE,
    LINK,
    MADE,
    checked,
    example,
    hostile_board,
    one_area,
    proposed,
    ten_thousand,
    with_findings,
)
from inline_snapshot import snapshot
from markdown_it import MarkdownIt

from footprint.reports import write
from footprint.reports.as_markdown import save
from footprint.reports.board import Board
from footprint.reports.content.message import message_of
from footprint.reports.content.verdict import verdict_of


class Page(HTMLParser):
    """A rendered page: its text, the cells of its tables, and the elements in it."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.text, self.tags, self.rows = "", Counter[str](), list[list[str]]()
        self._cell = False
        self.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))
        self.text = self.text.replace("\u200b", "")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._cell:
            self.rows[-1][-1] += data.replace("\u200b", "")

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags[tag] += 1
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = False


def saved(board: Board, folder: Path) -> str:
    save(board, folder / "report.md")
    return (folder / "report.md").read_text(encoding="utf-8")


def printed(board: Board) -> str:
    stream = io.StringIO()
    write(board.result, "markdown", stream)
    return stream.getvalue()


def test_a_check_says_its_verdict_and_then_what_the_format_markdown_says(tmp_path: Path) -> None:
    board = example()
    report, page = saved(board, tmp_path), Page(saved(board, tmp_path))
    first, *others = message_of(board.result).sentences
    told = f"**{first}** {' '.join(others)}"
    assert report.startswith(f"## {board.title} · 1 April 2021\n\n{told}\n\n| ")
    assert f"\n\n**{next(verdict_of(board))}**\n\n- " in report
    places = [page.text.index(sentence) for sentence in verdict_of(board)]
    assert places == sorted(places)
    short = printed(board)
    known = short[short.index("**Assumed:**") : short.index("<details>\n<summary>7 rules")]
    assert known in report
    assert all(attribution in page.text for attribution in board.document["plan"]["attribution"])
    assert report.endswith("Made on 1 March 2026 at 09:30 UTC\n")


def test_a_change_says_who_moves_and_both_sides(tmp_path: Path) -> None:
    report = saved(proposed(), tmp_path)
    start, end = (
        report.index("Bassetlaw moves to Nottingham and Nottinghamshire, from"),
        report.index("### Findings"),
    )
    assert report[start:end] == snapshot("""\
Bassetlaw moves to Nottingham and Nottinghamshire, from 1 July 2022

### Who moves

| Layer | From | To | People | Units | Area |
| --- | --- | --- | ---: | ---: | ---: |
| systems | South Yorkshire and Bassetlaw | Nottingham and Nottinghamshire | 117,800 | 70 | 639.3 km² |

### Who answers

- for 117,800 people in Bassetlaw the system lead moves from South Yorkshire and Bassetlaw Integrated Care System to Nottingham and Nottinghamshire Integrated Care System (4 functions: Strategy for health services; Oversight of finance and performance; Workforce planning; Shared care records)

### Who has to deal with whom

Bodies to deal with, as their areas share people: fewer for 2 bodies, more for 1 body, others for 2 bodies.

- NHS Bassetlaw CCG (place) with 1 system as before; now also Nottingham and Nottinghamshire; no longer South Yorkshire and Bassetlaw
- Nottingham and Nottinghamshire (system) with 2 places instead of 1; now also NHS Bassetlaw CCG
- Nottingham and Nottinghamshire (system) with 8 districts instead of 7; now also Bassetlaw
- South Yorkshire (system) with 4 places instead of 5; no longer NHS Bassetlaw CCG
- South Yorkshire (system) with 4 districts instead of 5; no longer Bassetlaw
- South Yorkshire (system) with 4 upper-tier authorities instead of 5; no longer Nottinghamshire
- Bassetlaw (local authority district) with 1 system as before; now also Nottingham and Nottinghamshire; no longer South Yorkshire and Bassetlaw
- Nottinghamshire (upper-tier local authority) with 1 system instead of 2; no longer South Yorkshire and Bassetlaw

### Areas before and after

| Area | Layer | Change | People | Band | Localisation index |
| --- | --- | --- | ---: | --- | ---: |
| Nottingham and Nottinghamshire (E54000060) | systems | changed | 1,030,658 → 1,148,458 | within | 93.9% → 84.6% |
| South Yorkshire (E54000061), was South Yorkshire and Bassetlaw | systems | changed | 1,492,778 → 1,374,978 | within | 85.4% → 88.1% |

88 areas stay as they are.

### Measures before and after

| Area | Layer | Measure | Figure |
| --- | --- | --- | ---: |
| Nottingham and Nottinghamshire | systems | stroke admissions, 2017 to 2019 | 4,311 → 4,802 |
| South Yorkshire | systems | stroke admissions, 2017 to 2019 | 7,147 → 6,656 |

### Do the layers line up?

| Layers | Nested | Split | One to one | V-measure |
| --- | ---: | ---: | ---: | ---: |
| upper-tier authorities in systems | 5 → 6 | 1 → 0 | 0 | 0.460 → 0.581 |
| districts in systems | 12 | 0 | 0 | 0.452 → 0.458 |
| districts in places | 12 | 0 | 5 | 0.805 |
| places in upper-tier authorities | 5 | 1 | 4 | 0.880 |
| neighbourhoods in places | 64 | 0 | 0 | 0.546 |
| places in systems | 6 | 0 | 1 → 0 | 0.604 → 0.612 |

### Resolved

| severity | rule | layer | finding |
| --- | --- | --- | --- |
| error | FP201 split-area | utla | Nottinghamshire (E10000024) is split between 2 systems: 117,800 of its 824,829 people in South Yorkshire and Bassetlaw (E54000009) |

""")  # noqa: E501


def lined_up(row: dict[str, str]) -> str:
    words = {
        "ics": "systems", "ccg": "places", "neighbourhood": "neighbourhoods", "lad": "districts",
        "utla": "upper-tier authorities",
    }  # fmt: skip
    return f"{words[row['source']]} in {words[row['target']]}"


def test_every_figure_of_a_change_is_that_of_the_json(tmp_path: Path) -> None:
    board = proposed()
    assert board.comparison is not None
    page = Page(saved(board, tmp_path))
    tables = board.comparison["tables"]
    for row in tables["moves"]:
        assert [
            "systems", row["from_name"], row["to_name"], f"{row['population']:,}", f"{row['units']:,}",
            f"{row['area_m2'] / 1e6:,.1f} km²",
        ] in page.rows  # fmt: skip
    for row in tables["areas"]:
        told = [
            cells for cells in page.rows if cells and cells[0].startswith(f"{row['name']} ({row['code']})")
        ]
        assert bool(told) == (row["change"] != "untouched")
        if told:
            both = {f"{row[f'population_{side}']:,}" for side in ("before", "after")}
            assert set(told[0][3].split(" → ")) == both
    for row in tables["agreement"]:
        (told,) = (cells for cells in page.rows if cells[0] == lined_up(row))
        for cell, name in zip(told[1:4], ("nested", "split", "same"), strict=True):
            assert set(cell.split(" → ")) == {str(row[f"{name}_{side}"]) for side in ("before", "after")}
    messages = [cells[3] for cells in page.rows if len(cells) > 3]
    for group in ("resolved", "new", "remaining"):
        for finding in board.comparison[group]:
            if finding["rule"] != "FP201" or group == "resolved":
                assert any(cell.startswith(finding["message"]) for cell in messages), finding["rule"]


def test_where_nobody_moves_the_report_says_so(tmp_path: Path) -> None:
    board = proposed()
    assert board.comparison is not None
    same = replace(board.change)
    same.__dict__.update(
        {
            "moves": board.change.moves.head(0),
            "areas": board.change.areas.assign(change="untouched"),
        }
    )
    report = saved(Board(board.result, same, MADE), tmp_path)
    assert "### Who moves\n\nNobody.\n" in report
    assert "### Areas before and after\n\n90 areas stay as they are.\n" in report


def test_a_refused_pair_is_said_first(tmp_path: Path) -> None:
    report = saved(checked("fp109-resolution-mismatch"), tmp_path)
    first = "**Incomplete: input was refused as it cannot be compared, so verdicts are missing.**"
    assert report.split("\n\n")[1].startswith(first)
    assert "**INCOMPLETE: this check could not be carried out in full" in report
    assert (
        "**Could not be checked:** FP201 split-area: districts in systems: ics.geojson is too coarse"
        in report
    )


def test_text_of_input_files_is_text(tmp_path: Path) -> None:
    board = hostile_board(tmp_path)
    report = saved(board, tmp_path)
    page = Page(report)
    assert HARMLESS in page.text
    assert LINK in page.text
    assert f"{HARMLESS} +1" in page.text.splitlines()[0]
    assert not {"script", "a", "img", "em"} & set(page.tags)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", report)
    assert page.tags["code"] == 1 + len({source.path for source in board.plan.inputs})


def test_text_in_the_tables_of_a_change_is_text(tmp_path: Path) -> None:
    board = proposed()
    assert board.change is not None
    hostile = replace(board.change)
    hostile.__dict__.update(
        {
            "moves": board.change.moves.assign(from_name=HOSTILE, to_name=LINK),
            "areas": board.change.areas.head(1).assign(name=HOSTILE, change="changed"),
        }
    )
    report = saved(Board(board.result, hostile, MADE), tmp_path)
    page = Page(report)
    assert ["systems", HARMLESS, LINK, "117,800", "70", "639.3 km²"] in page.rows
    assert any(cells[0] == f"{HARMLESS} (E06000018), was Nottingham" for cells in page.rows)
    assert not {"script", "a", "img", "em"} & set(page.tags)


def test_a_long_report_is_cut_and_says_so(tmp_path: Path) -> None:
    report = saved(ten_thousand(), tmp_path)
    assert "and 9,000 more; see them all with" in report
    assert len(report) < 1 << 20


def test_a_plan_of_one_area_makes_a_report(tmp_path: Path) -> None:
    report = saved(one_area(tmp_path), tmp_path)
    assert report.startswith(
        "## One · 1 April 2021\n\n**No rule that was run has found anything to be settled.**\n"
    )
    assert "**The check has no findings.**" in report
    assert "Who leads what" not in report


@pytest.mark.parametrize("make", [example, proposed])
def test_the_same_input_gives_the_same_bytes(make: object, tmp_path: Path) -> None:
    board = make()  # type: ignore[operator]
    again = Board(board.result, board.change, MADE)
    assert saved(board, tmp_path).encode() == saved(again, tmp_path).encode()
    assert b"\r" not in (tmp_path / "report.md").read_bytes()


def test_new_and_resolved_findings_of_a_baseline_are_told(tmp_path: Path) -> None:
    board = checked("fp201-split-area")
    split = board.result.findings[0]
    report = saved(with_findings(board, [], resolved=[split]), tmp_path)
    assert "<summary>1 resolved</summary>" in report
    assert split.message in Page(report).text
