"""Findings as map layers for a GIS: a GeoPackage that QGIS opens coloured.

A layer for each kind of ground that findings have, the boundaries of the plan's layers, a table of
all findings (also of those without ground), and what the whole is about. How each layer is drawn
stands in `layer_styles`, the table in which QGIS keeps styles within a GeoPackage.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyogrio

from footprint.measure.footprints import called, chosen, footprints
from footprint.model.errors import InputError
from footprint.model.known import is_known
from footprint.model.version import VERSION
from footprint.model.words import clean
from footprint.reports.as_boundary import GEOPACKAGE, STYLES, dated, write_styles, written
from footprint.reports.content.verdict import verdict_of
from footprint.reports.maps.palette import MARKS, Mark, border_mark
from footprint.reports.maps.qgis import border_style, ground_style

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.reports.board import Board

FINDINGS, ABOUT = "findings", "about"
"""Tables without ground: all findings, and what the file is about."""


def save(board: Board, path: Path) -> None:
    """Write the findings of a report as a GeoPackage.

    Raises
    ------
    OSError : where it cannot be written

    """
    styles: dict[str, str] = {}
    with written(path), dated(board.made):
        for kind, frame in board.ground.layers.items():
            styles[kind] = ground_style(kind, MARKS[kind])
            _write(frame, path, kind, MARKS[kind].title)
        for name, title, frame, mark in _boundaries(board):
            styles[name] = border_style(mark)
            _write(frame, path, name, title)
        _write(findings(board), path, FINDINGS, "All findings")
        _write(about(board), path, ABOUT, "What this is")
        write_styles(styles, path, board.made)
    _require_rows(path, len(board.document["findings"]))


def _write(frame: pd.DataFrame, path: Path, layer: str, title: str) -> None:
    kind = "MultiPolygon" if isinstance(frame, gpd.GeoDataFrame) else None
    pyogrio.write_dataframe(
        as_columns(frame),
        path,
        layer=layer,
        driver="GPKG",
        geometry_type=kind,
        IDENTIFIER=title,
        **GEOPACKAGE,
    )


def _require_rows(path: Path, rows: int) -> None:
    """Raise OSError unless the file, of which the table of findings is near the end, is whole."""
    try:
        there = pyogrio.read_info(path, layer=FINDINGS)["features"]
        pyogrio.read_info(path, layer=STYLES)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError):
        there = None
    if there != rows:
        raise OSError(5, "not all of it was written; is the disk full?")


def as_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame in which every column is of numbers or of text: lists become text, text is made safe."""
    shape = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    found = frame.copy()
    for name in frame.columns:
        if name == shape or (pd.api.types.is_numeric_dtype(frame[name]) and frame[name].notna().any()):
            continue
        found[name] = pd.array([_text(value) for value in frame[name].tolist()], dtype="string")
    return found


def _text(value: Any) -> str | None:
    if value is None or value is pd.NA or (isinstance(value, float) and not is_known(value)):
        return None
    if isinstance(value, (list, tuple)):
        return clean("; ".join(str(each) for each in value))
    return clean(str(value))


# ── tables ──────────────────────────────────────────────────────────────────────────────────────


def findings(board: Board) -> pd.DataFrame:
    """Return a row a finding, as in the JSON; `finding` is the number by which map layers refer to it."""
    kinds: dict[int, list[str]] = {}
    for kind, frame in board.ground.layers.items():
        for number in frame["finding"].dropna().unique():
            kinds.setdefault(int(number), []).append(kind)
    rows = []
    for number, told in enumerate(board.document["findings"], start=1):
        area, place = told["area"] or {}, told["location"] or {}
        evidence = dict(told["evidence"])
        rows.append(
            {
                "finding": number,
                "rule": told["rule"],
                "name": told["name"],
                "severity": told["severity"],
                "new": None if told["new"] is None else int(told["new"]),
                "accepted": told["accepted"],
                "layer": told["layer"],
                "level": told["level"],
                "code": area.get("code"),
                "area": area.get("name"),
                "others": "; ".join(f"{other['name']} ({other['code']})" for other in told["others"]),
                "message": told["message"],
                "hint": told["hint"],
                "people": _text(evidence.get("people")),
                "evidence": evidence.pop("kind"),
                "evidence_fields": json.dumps(evidence, ensure_ascii=False),
                "file": place.get("path"),
                "line": place.get("line"),
                "drawn_in": "; ".join(kinds.get(number, [])),
            }
        )
    columns = (
        "finding", "rule", "name", "severity", "new", "accepted", "layer", "level", "code", "area", "others",
        "message", "hint", "people", "evidence", "evidence_fields", "file", "line", "drawn_in",
    )  # fmt: skip
    table = pd.DataFrame(rows, columns=list(columns))
    return table.astype({"finding": "Int64", "new": "Int64", "line": "Int64"})


def about(board: Board) -> pd.DataFrame:
    """Return what a reader has to know of the whole: a row a statement, `what` and `text`."""
    plan = board.document["plan"]
    rows = [("title", board.title), ("date", plan["date"]), ("made", f"{board.made:%Y-%m-%dT%H:%M:%SZ}")]
    rows += [("made with", f"footprint {VERSION}")]
    rows += [("verdict", sentence) for sentence in verdict_of(board)]
    rows += [("assumed", sentence) for sentence in plan["assumptions"]]
    rows += [("not drawn", sentence) for sentence in board.ground.missing]
    rows += [("not checked", f"{skip['rule']}: {skip['reason']}") for skip in board.document["skipped"]]
    rows += [("attribution", sentence) for sentence in plan["attribution"]]
    return pd.DataFrame(rows, columns=["what", "text"])


def _boundaries(board: Board) -> Iterator[tuple[str, str, gpd.GeoDataFrame, Mark]]:
    """Return (layer, title, areas, how they are drawn) of each layer of the plan that has outlines.

    The levels come first, widest first. Of a change, layers that it touches come twice: as they are after
    it, and as they were.
    """
    yield from _of_plan(board.plan, chosen(board.plan, ()), "boundaries")
    if board.change is not None:
        before = board.change.before.plan
        kept = board.plan.layers
        changed = [key for key in chosen(before, ()) if kept.get(key) is not before.layers[key]]
        yield from _of_plan(before, changed, "before")


def _of_plan(
    plan: Plan, keys: Sequence[str], prefix: str
) -> Iterator[tuple[str, str, gpd.GeoDataFrame, Mark]]:
    for key in keys:
        try:
            areas = footprints(plan, key).frame
        except InputError:
            continue  # it has no outlines, and `ground` says what could not be drawn
        name = f"{prefix}_{called(plan, key)}"
        yield name, f"{prefix.capitalize()}: {called(plan, key)}", areas, border_mark(plan.level_of(key))
