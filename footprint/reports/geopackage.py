"""Findings as map layers for a GIS: a GeoPackage that QGIS opens coloured.

A layer for each kind of ground that findings have, the boundaries of the plan's layers, a table of
all findings (also of those without ground), and what the whole is about. How each layer is drawn
stands in `layer_styles`, the table in which QGIS keeps styles within a GeoPackage.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import pandas as pd
import pyogrio

from footprint import __version__
from footprint.measure.footprints import GEOPACKAGE, called, footprints
from footprint.model.errors import InputError
from footprint.model.words import clean
from footprint.reports.boundary import dated, written
from footprint.reports.maps.palette import BORDERS, MARKS, SEVERITY, Mark

if TYPE_CHECKING:
    from footprint.plan.model import Plan
    from footprint.reports.board import Board

FINDINGS, ABOUT, STYLES = "findings", "about", "layer_styles"
"""Tables without ground: all findings, what the file is about, and how QGIS draws its layers."""

# what a severity is called in a legend, gravest first
_WORDS = {"error": "Error", "warning": "Warning", "info": "To know", "accepted": "Accepted"}
_FILTERS = {
    "accepted": '"accepted" IS NOT NULL',
    **{word: f'"accepted" IS NULL AND "severity" = \'{word}\'' for word in ("error", "warning", "info")},
}
_ANGLES = {"/": (45,), "\\": (135,), "x": (45, 135), "-": (0,), "|": (90,)}


def save(board: Board, path: Path) -> None:
    """Write the findings of a report as a GeoPackage.

    Raises
    ------
    OSError : where it cannot be written

    """
    styles: dict[str, str] = {}
    with written(path), dated(board.made):
        for kind, frame in board.ground.layers.items():
            styles[kind] = ground_style(MARKS[kind])
            _write(frame, path, kind, MARKS[kind].title)
        for name, title, frame, mark in _boundaries(board):
            styles[name] = border_style(mark)
            _write(frame, path, name, title)
        _write(findings(board), path, FINDINGS, "All findings")
        _write(about(board), path, ABOUT, "What this is")
        # QGIS finds a style by its `id`
        pyogrio.write_dataframe(_style_table(styles, board), path, layer=STYLES, driver="GPKG", FID="id")
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
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
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
    rows += [("made with", f"footprint {__version__}")]
    rows += [("verdict", sentence) for sentence in board.verdict]
    rows += [("assumed", sentence) for sentence in plan["assumptions"]]
    rows += [("not drawn", sentence) for sentence in board.ground.missing]
    rows += [("not checked", f"{skip['rule']}: {skip['reason']}") for skip in board.document["skipped"]]
    rows += [("attribution", sentence) for sentence in plan["attribution"]]
    return pd.DataFrame(rows, columns=["what", "text"])


def _boundaries(board: Board) -> Iterator[tuple[str, str, gpd.GeoDataFrame, Mark]]:
    """Return (layer, title, areas, how they are drawn) of each layer of the plan that has outlines.

    Of a change, layers that it touches come twice: as they are after it, and as they were.
    """
    yield from _of_plan(board.plan, board.plan.layers, "boundaries")
    if board.change is not None:
        before = board.change.before.plan
        changed = {key: x for key, x in before.layers.items() if board.plan.layers.get(key) is not x}
        yield from _of_plan(before, changed, "before")


def _of_plan(
    plan: Plan, keys: Mapping[str, object], prefix: str
) -> Iterator[tuple[str, str, gpd.GeoDataFrame, Mark]]:
    for key in keys:
        try:
            areas = footprints(plan, key).frame
        except InputError:
            continue  # it has no outlines, and `ground` says what could not be drawn
        level = plan.level_of(key)
        name = f"{prefix}_{called(plan, key)}"
        mark = BORDERS["" if level is None else str(level)]
        yield name, f"{prefix.capitalize()}: {called(plan, key)}", areas, mark


# ── how QGIS draws it ───────────────────────────────────────────────────────────────────────────


def _style_table(styles: Mapping[str, str], board: Board) -> pd.DataFrame:
    """Return the table in which QGIS looks for the style of a layer (see QgsOgrProviderUtils)."""
    return pd.DataFrame(
        {
            "f_table_catalog": "",
            "f_table_schema": "",  # QGIS asks for '', not for NULL
            "f_table_name": list(styles),
            "f_geometry_column": "geom",
            "styleName": list(styles),
            "styleQML": list(styles.values()),
            "styleSLD": "",
            "useAsDefault": True,
            "description": "made by footprint",
            "owner": "",
            "ui": "",
            "update_time": pd.Timestamp(board.made.replace(tzinfo=None)),
        }
    )


def ground_style(mark: Mark) -> str:
    """Return the QML of a kind of ground: coloured by severity, hatched by kind.

    A rule a severity, in words in the legend; ground that no finding speaks of has the colour of its kind.
    """
    symbols = {word: _fill(SEVERITY[word], mark.hatch) for word in _WORDS}
    symbols["none"] = _fill(mark.colour, mark.hatch)
    rules = [(word, f"{mark.title}: {told.lower()}", _FILTERS[word]) for word, told in _WORDS.items()]
    return _qml([*rules, ("none", mark.title, '"severity" IS NULL AND "accepted" IS NULL')], symbols)


def border_style(mark: Mark) -> str:
    """Return the QML of the boundaries of a layer: lines without a fill."""
    symbol = ET.Element("symbol", type="fill", name="0", alpha="1", clip_to_extent="1", force_rhr="0")
    dash = ";".join(mark.dash.split())
    _part(
        symbol,
        "SimpleLine",
        line_color=_rgba(mark.colour), line_width="0.5", line_width_unit="MM", line_style="solid",
        use_custom_dash="1" if dash else "0", customdash=dash or "5;2", customdash_unit="Point",
        joinstyle="round", capstyle="flat",
    )  # fmt: skip
    return _qml([("0", mark.title, "")], {"0": symbol})


def _qml(rules: list[tuple[str, str, str]], symbols: Mapping[str, ET.Element]) -> str:
    """Return a style of rules (symbol, words of the legend, filter)."""
    root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology")
    renderer = ET.SubElement(
        root, "renderer-v2", type="RuleRenderer", symbollevels="0", enableorderby="0", forceraster="0"
    )
    under = ET.SubElement(renderer, "rules", key="footprint")
    drawn = ET.SubElement(renderer, "symbols")
    for at, (key, label, wanted) in enumerate(rules):
        # symbols are known by their place
        rule = ET.SubElement(under, "rule", key=f"footprint-{key}", symbol=str(at), label=label)
        if wanted:
            rule.set("filter", wanted)
        symbols[key].set("name", str(at))
        drawn.append(symbols[key])
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + ET.tostring(
        root, encoding="unicode"
    )


def _fill(colour: str, hatch: str) -> ET.Element:
    """Return a symbol: an outline, a pale fill, and the hatch above it."""
    symbol = ET.Element("symbol", type="fill", name="0", alpha="1", clip_to_extent="1", force_rhr="0")
    _part(
        symbol,
        "SimpleFill",
        color=_rgba(colour, 40 if hatch else 30), style="solid",
        outline_color=_rgba(colour), outline_style="solid", outline_width="0.3", outline_width_unit="MM",
    )  # fmt: skip
    for angle in _ANGLES.get(hatch, ()):
        lines = _part(
            symbol,
            "LinePatternFill",
            angle=str(angle), distance="2.2", distance_unit="MM", line_width="0.3", line_width_unit="MM",
            color=_rgba(colour),
        )  # fmt: skip
        stroke = _within(lines, "line")
        _part(stroke, "SimpleLine", line_color=_rgba(colour), line_width="0.3", line_width_unit="MM")
    if hatch == ".":
        points = _part(
            symbol,
            "PointPatternFill",
            distance_x="2.4", distance_x_unit="MM", distance_y="2.4", distance_y_unit="MM",
        )  # fmt: skip
        _part(
            _within(points, "marker"),
            "SimpleMarker",
            name="circle", color=_rgba(colour), size="0.9", size_unit="MM", outline_style="no",
        )  # fmt: skip
    return symbol


def _within(layer: ET.Element, kind: str) -> ET.Element:
    return ET.SubElement(
        layer, "symbol", type=kind, name="@0@1", alpha="1", clip_to_extent="1", force_rhr="0"
    )


def _part(symbol: ET.Element, kind: str, **options: str) -> ET.Element:
    """Add a symbol layer; its options are written for QGIS from 3.26 on (`Option`) and before (`prop`)."""
    layer = ET.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    held = ET.SubElement(layer, "Option", type="Map")
    for name, value in options.items():
        ET.SubElement(held, "Option", type="QString", name=name, value=value)
    for name, value in options.items():
        ET.SubElement(layer, "prop", k=name, v=value)
    return layer


def _rgba(colour: str, alpha: int = 255) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"{red},{green},{blue},{alpha}"


__all__ = ["ABOUT", "FINDINGS", "STYLES", "about", "border_style", "findings", "ground_style", "save"]
