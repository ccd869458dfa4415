"""Formats come from one registry: a new one is a module and a row, and the command line offers it."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from boards import ROOT, checked, example

from footprint.measure.flows import FLOW_TABLES
from footprint.reports import registry, write
from footprint.reports.board import save
from footprint.reports.document import (
    Bar,
    Bullets,
    Details,
    Figure,
    Grid,
    Head,
    Heading,
    Text,
    Words,
    lines,
    text,
)  # fmt: skip
from footprint.results.tables import COMPARED
from footprint.results.who.tables import ANSWERED

SHOUT = """
def write(report, stream):
    for block in report.document():
        for span in getattr(block, "spans", ()):
            stream.write((span if isinstance(span, str) else span.text).upper() + "\\n")

def save(board, path):
    path.write_text(board.title.upper())
"""


@pytest.fixture
def shout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Add a made-up format: one module, and a row for each of its two uses."""
    import footprint.reports

    (tmp_path / "as_shout.py").write_text(SHOUT)
    monkeypatch.setattr(footprint.reports, "__path__", [*footprint.reports.__path__, str(tmp_path)])
    rows = [
        registry.Format("shout", ("check", "flows"), "as_shout"),
        registry.Format("loud", ("board",), "as_shout", ".shout"),
    ]
    monkeypatch.setattr(registry, "FORMATS", [*registry.FORMATS, *rows])
    monkeypatch.delitem(sys.modules, "footprint.reports.as_shout", raising=False)


@pytest.mark.usefixtures("shout")
def test_a_new_format_tells_whatever_there_is_to_tell() -> None:
    out = io.StringIO()
    write(checked("fp201-split-area").result, "shout", out)
    assert " AREA A (E07000065): 6,000 PEOPLE\n" in out.getvalue()


@pytest.mark.usefixtures("shout")
def test_a_new_kind_of_file_is_known_by_its_ending(tmp_path: Path) -> None:
    board = example()
    save(board, tmp_path / "report.shout")
    assert (tmp_path / "report.shout").read_text() == board.title.upper()
    assert registry.listed(registry.endings("board")).endswith(".gpkg or .shout")


def test_the_command_line_offers_a_new_format(tmp_path: Path) -> None:
    (tmp_path / "as_shout.py").write_text(SHOUT)
    program = f"""
import footprint.reports
from footprint.reports import registry
footprint.reports.__path__.append({str(tmp_path)!r})
registry.FORMATS.append(registry.Format("shout", ("check", "flows"), "as_shout"))
registry.FORMATS.append(registry.Format("loud", ("board",), "as_shout", ".shout"))
from footprint.cli import main
main()
"""

    def footprint(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True, cwd=ROOT
        )
        return done.stdout

    assert "ASSUMED:" in footprint("check", "data/south-yorkshire", "--format", "shout", "--fail-on", "never")
    assert "1,787 COUNTS OF PATIENTS" in footprint("flows", "data/south-yorkshire", "--format", "shout")
    assert ".shout" in footprint("report", "--help")


@pytest.mark.parametrize(
    ("kind", "tables"), [("flows", FLOW_TABLES), ("change", COMPARED), ("who", ANSWERED)]
)
def test_every_table_of_an_output_can_be_asked_for(kind: str, tables: dict[str, object]) -> None:
    assert set(tables) <= set(registry.TABLES[kind])


def test_every_format_has_its_module() -> None:
    from importlib import import_module

    for row in registry.FORMATS:
        module = import_module(f"footprint.reports.{row.module}")
        assert row.ending or callable(module.write), row


# ── one document, every renderer ────────────────────────────────────────────────────────────────

DOCUMENT = [
    Heading("Title", 1),
    Text((Words("Assumed:"), " all is *well*"), 0),
    Heading("Section"),
    text("a line"),
    text("within it", depth=2),
    Bullets(["one", Words("two")]),
    lines("rlw", [(Figure(1234), Bar(0.5, 4), "A"), (Figure(0.00001, "share"), Bar(0.0, 4), "B")]),
    Grid(
        [Head("area"), Head("size", "right")],
        [("C", Figure(30_000, "area")), ("D", Figure(None)), (["E", "F"], Figure("*"))],
    ),
    Details("2 more", [text("folded")]),
]


def test_a_document_in_the_terminal() -> None:
    from footprint.reports.as_terminal import show

    out = io.StringIO()
    show(DOCUMENT, out)
    assert (
        out.getvalue()
        == """\
Title
Assumed: all is *well*

Section
  a line
    within it
  one
  two
   1,234  ██░░  A
  0.001%  ░░░░  B
  area       size
  C     30,000 m²
  D             –
  E             *
  F

2 more
  folded
"""
    )


def test_a_document_as_markdown() -> None:
    from footprint.reports.as_markdown import rendered

    assert (
        rendered(DOCUMENT)
        == """\
## Title

**Assumed:** all is \\*well\\*

### Section

a line

- within it

- one
- **two**

|  |  |
| ---: | --- |
| 1,234 | A |
| 0.001% | B |

| area | size |
| --- | ---: |
| C | 30,000 m² |
| D | – |
| E<br>F | \\* |

<details>
<summary>2 more</summary>

folded

</details>
"""
    )
