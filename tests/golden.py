"""Reports held to the byte: digests of each part of them, kept in tests/golden, a file for each plan.

A part is what a change is likely to touch alone (the findings of a rule, a layer of a GeoPackage), so that
a test that fails says what has changed. What is meant to change is written down anew with
`FOOTPRINT_GOLDEN=write`, and said in the changelog.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import chdir, closing
from pathlib import Path
from typing import Any

import pytest
import shapely

from footprint.model.version import VERSION
from footprint.reports import board, write
from footprint.reports.board import Board
from footprint.results.comparison import Comparison
from footprint.results.result import Result

ROOT = Path(__file__).parent.parent
FORMATS = ("json", "csv", "sarif", "junit")
# GDAL's and GeoPackage's own tables: what they say of the file stands in its layers
_OWN = ("gpkg_", "rtree_", "sqlite_", "ogr_")


def digest(value: Any) -> str:
    """Return what tells one value, text or bytes from another."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def parts(found: Result | Comparison, places: Mapping[str, Path], folder: Path) -> dict[str, str]:
    """Return a digest of each part of each report on a check or a change, by its name.

    Parameters
    ----------
    found : of one run, which all formats share
    places : folders that are not the same everywhere, by what is to stand for them
    folder : to write to

    """

    def plain(text: str) -> str:
        for word, place in places.items():
            text = text.replace(str(place), word)
        return text.replace(VERSION, "VERSION")

    of = "check" if isinstance(found, Result) else "change"
    home = (found if isinstance(found, Result) else found.after).plan.path.parent
    told: dict[str, str] = {}
    for name in FORMATS if of == "check" else FORMATS[:2]:
        stream = io.StringIO()
        # annotations name files as they are from where the program runs, and that is another place each time
        with chdir(home):
            write(found, name, stream, of)
        text = plain(stream.getvalue())
        told[name] = digest(text)
        if name == "json":
            told |= {f"{name} {part}": digest(value) for part, value in _of_json(json.loads(text))}
    path = folder / "golden.gpkg"
    board.save(Board(found) if isinstance(found, Result) else Board(found.after, found), path, force=True)
    return told | {f"gpkg {name}": digest(plain(text)) for name, text in _of_geopackage(path)}


def _of_json(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in document.items():
        rules = [f["rule"] for f in value] if name == "findings" else []
        if not rules:
            yield name, value
        for rule in sorted(set(rules)):
            yield f"{name} {rule}", [f for f in value if f["rule"] == rule]


def _of_geopackage(path: Path) -> Iterator[tuple[str, str]]:
    """Yield what each table holds; not the bytes of the file, in which SQLite and GDAL say their versions."""
    with closing(sqlite3.connect(path)) as opened:
        every = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for (name,) in every:
            if not name.startswith(_OWN):
                rows = opened.execute(f'SELECT * FROM "{name}" ORDER BY 1')
                heading = [column[0] for column in rows.description]
                yield name, "\n".join(map(repr, [heading, *rows]))


def held(name: str, found: Result | Comparison, places: Mapping[str, Path], folder: Path) -> None:
    """Hold the reports on a check or a change to what is kept of them."""
    path = Path(__file__).parent / "golden" / f"{name}.json"
    now = {"geos": shapely.geos_version_string, **parts(found, places, folder)}
    if os.environ.get("FOOTPRINT_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
    kept = json.loads(path.read_text(encoding="utf-8"))
    if kept["geos"] != now["geos"]:
        pytest.skip(f"kept with GEOS {kept['geos']}, which may count the last digits otherwise")
    changed = _changed(kept, now)
    assert not changed, f"{name}: changed: {', '.join(changed)}"


def _changed(kept: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    names: Iterable[str] = dict.fromkeys([*kept, *now])
    return [part for part in names if kept.get(part) != now.get(part)]
