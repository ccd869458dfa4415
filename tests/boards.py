"""Boards to report, for the tests of every format: the example, a change, and input that means harm."""

from __future__ import annotations

import datetime as dt
import functools
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from maps import draw
from maps import save as save_map
from shapely.affinity import translate
from shapely.geometry import MultiPolygon, box

import footprint
from footprint.model.finding import Area, Evidence, Finding, Severity
from footprint.reports.board import Board
from footprint.results.run import compare_paths

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "tests" / "examples"
MADE = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
SCRIPT, LINK = "<script>alert(1)</script>", '=HYPERLINK("http://x.example","y")'
HOSTILE = f"{SCRIPT} a|b `c` [x](y) {{{{7*7}}}} &amp; \x07\u202e\x1b _x0041_"
HARMLESS = HOSTILE.replace("\x07", "\ufffd").replace("\u202e", "\ufffd").replace("\x1b", "\ufffd")
WELSH = 'Ynys Môn, Cwm-brân & St Andrew\'s "Ŵŷ"'


@functools.cache
def example() -> Board:
    return Board(footprint.check(footprint.load_plan(ROOT / "data" / "south-yorkshire")), None, MADE)


@functools.cache
def proposed() -> Board:
    change = compare_paths(ROOT / "data" / "proposals" / "bassetlaw-2022", [])
    return Board(change.after, change, MADE)


@functools.cache
def checked(slug: str) -> Board:
    return Board(footprint.check(footprint.load_plan(EXAMPLES / "fail" / slug)), None, MADE)


def with_findings(board: Board, findings: list[Finding], **changes: Any) -> Board:
    return Board(replace(board.result, findings=findings, **changes), None, MADE)


def ten_thousand() -> Board:
    severities = (Severity.INFO, Severity.WARNING, Severity.ERROR)
    findings = [
        Finding(
            "FP301", "below-band", severities[i % 3], "ics", Area(f"E54{i:06d}", f"Area {i}"),
            f"finding {i}", f"hint {i}", Evidence("population", {"people": i, "total": 10_000}),
        )
        for i in range(10_000)
    ]  # fmt: skip
    return with_findings(checked("fp201-split-area"), findings)


def hostile_board(folder: Path) -> Board:
    """Return a plan with names that are meant to do harm, of which one area has 100 parts."""
    lad, ics = draw("A A A B"), draw("X X Y Y", "ICS")
    parts = [translate(box(0, 0, 50, 50), 400_000 + 100 * i, 299_000) for i in range(99)]
    lad.loc[0, "geometry"] = MultiPolygon([*parts, lad.geometry[0]])
    ics.loc[0, "geometry"] = MultiPolygon([*parts, ics.geometry[0]])
    lad["LAD21NM"], ics["ICS21NM"] = [HOSTILE[:79], WELSH], [LINK, "'; DROP TABLE x; --"]
    for key, frame in (("lad", lad), ("ics", ics)):
        save_map(frame, folder / f"{key}.geojson")
    layers = "".join(f'[layers.{key}]\npath = "{key}.geojson"\n' for key in ("lad", "ics"))
    align = '[[align]]\nsource = "lad"\ntarget = "ics"\nmust = "nest"\n'
    title = json.dumps(f"{HOSTILE} +1")
    (folder / "footprint.toml").write_text(
        f"title = {title}\ndate = 2021-04-01\n{layers}{align}", encoding="utf-8"
    )
    result = footprint.check(footprint.load_plan(folder))
    split = next(f for f in result.findings if f.rule == "FP201")
    accepted = replace(split, accepted=LINK, message=f"@SUM(1) {HOSTILE}", hint=f"-{HOSTILE}")
    return Board(replace(result, findings=[*result.findings, accepted]), None, MADE)


def one_area(folder: Path) -> Board:
    save_map(draw("A"), folder / "lad.geojson")
    (folder / "footprint.toml").write_text(
        'title = "One"\ndate = 2021-04-01\n[layers.lad]\npath = "lad.geojson"\n', encoding="utf-8"
    )
    return Board(footprint.check(footprint.load_plan(folder)), None, MADE)


def converted(path: Path, folder: Path, ending: str) -> Path:
    """Convert a file with LibreOffice, in a profile of its own."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    out = folder / "converted"
    command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    subprocess.run(
        [*command, "--convert-to", ending, "--outdir", str(out), str(path)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return out / path.with_suffix(f".{ending}").name
