"""How QGIS draws the layers of a GeoPackage: styles in its own language, QML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from xml.etree import ElementTree as ET

import pandas as pd

from footprint.reports.maps.palette import SEVERITY, Mark

# what a severity is called in a legend, gravest first
_WORDS = {"error": "Error", "warning": "Warning", "info": "To know", "accepted": "Accepted"}
_FILTERS = {
    "accepted": '"accepted" IS NOT NULL',
    **{word: f'"accepted" IS NULL AND "severity" = \'{word}\'' for word in ("error", "warning", "info")},
}
_ANGLES = {"/": (45,), "\\": (135,), "x": (45, 135), "-": (0,), "|": (90,)}


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


def style_table(styles: Mapping[str, str], made: dt.datetime) -> pd.DataFrame:
    """Return the table in which QGIS looks for the style of a layer (see QgsOgrProviderUtils).

    Parameters
    ----------
    styles : layer → its QML
    made : when the file was made

    """
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
            "update_time": pd.Timestamp(made.replace(tzinfo=None)),
        }
    )
