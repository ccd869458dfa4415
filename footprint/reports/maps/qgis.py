"""How QGIS draws the layers of a GeoPackage: styles in its own language, QML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from xml.etree import ElementTree as ET

import pandas as pd

from footprint.reports.maps.palette import BLACK, SEVERITY, Mark

# what a severity is called in a legend, gravest first
_WORDS = {"error": "Error", "warning": "Warning", "info": "To know", "accepted": "Accepted"}
_FILTERS = {
    "accepted": '"accepted" IS NOT NULL',
    **{word: f'"accepted" IS NULL AND "severity" = \'{word}\'' for word in ("error", "warning", "info")},
}
_ANGLES = {"/": (45,), "\\": (135,), "x": (45, 135), "-": (0,), "|": (90,)}


# what a label says of ground of a kind: the number that the finding has in every report, or who gets it
_LABELS = {
    "split_pieces": 'CASE WHEN "piece" = \'smaller\' THEN to_string("finding") END',
    "moves": '"area" || \' → \' || "other_name"',
}
# of the names of areas by what their mark is called, points; those of systems are bold
_SIZES = {"Systems": 10, "Places": 9, "Neighbourhoods": 7}


def ground_style(kind: str, mark: Mark) -> str:
    """Return the QML of a kind of ground: coloured by severity, hatched by kind.

    A rule a severity, in words in the legend; ground that no finding speaks of has the colour of its kind.
    Of a split area the largest piece has an outline alone, as on the maps of reports.
    """
    symbols = {word: _fill(SEVERITY[word], mark.hatch) for word in _WORDS}
    symbols["none"] = _fill(mark.colour, mark.hatch)
    rules = [(word, f"{mark.title}: {told.lower()}", _FILTERS[word]) for word, told in _WORDS.items()]
    rules.append(("none", mark.title, '"severity" IS NULL AND "accepted" IS NULL'))
    if kind == "split_pieces":
        # what matters is the part that is cut off
        rules = [(key, label, f"\"piece\" = 'smaller' AND {wanted}") for key, label, wanted in rules]
        rules.append(("largest", f"{mark.title}: the largest of each", "\"piece\" = 'largest'"))
        symbols["largest"] = _outline(Mark("", mark.colour, ""), 0.3)
    label = _LABELS.get(kind)
    return _qml(rules, symbols, None if label is None else _label(label, BLACK, 9, bold=True))


def border_style(mark: Mark) -> str:
    """Return the QML of the boundaries of a layer: lines without a fill, and the names of the areas."""
    size = _SIZES.get(mark.title, 8)
    label = _label('"name"', mark.colour, size, bold=mark.title == "Systems")
    return _qml([("0", mark.title, "")], {"0": _outline(mark, 0.5)}, label)


def _outline(mark: Mark, width: float) -> ET.Element:
    """Return a symbol of a line of a width (mm) around an area."""
    symbol = ET.Element("symbol", type="fill", name="0", alpha="1", clip_to_extent="1", force_rhr="0")
    dash = ";".join(mark.dash.split())
    _part(
        symbol,
        "SimpleLine",
        line_color=_rgba(mark.colour), line_width=f"{width}", line_width_unit="MM", line_style="solid",
        use_custom_dash="1" if dash else "0", customdash=dash or "5;2", customdash_unit="Point",
        joinstyle="round", capstyle="flat",
    )  # fmt: skip
    return symbol


def _label(expression: str, colour: str, size: int, *, bold: bool) -> ET.Element:
    """Return labels of a text with a white edge, level, within the area, and only where there is room."""
    labels = ET.Element("labeling", type="simple")
    settings = ET.SubElement(labels, "settings", calloutType="simple")
    letters = ET.SubElement(
        settings, "text-style",
        fieldName=expression, isExpression="1", fontFamily="Sans Serif", fontSize=f"{size}",
        fontSizeUnit="Point", fontWeight="75" if bold else "50", namedStyle="Bold" if bold else "Regular",
        textColor=_rgba(colour), textOpacity="1",
    )  # fmt: skip
    ET.SubElement(
        letters, "text-buffer",
        bufferDraw="1", bufferSize="0.7", bufferSizeUnits="MM", bufferColor="255,255,255,255",
        bufferOpacity="1", bufferNoFill="1",
    )  # fmt: skip
    ET.SubElement(settings, "text-format", wrapChar="", autoWrapLength="18", multilineAlign="1")
    # 4 is horizontal: of the whole area, not of what is on the screen, so that names stay where they are
    ET.SubElement(
        settings, "placement", placement="4", centroidWhole="1", centroidInside="1", fitInPolygonOnly="1"
    )
    # an area of one layer lies in one of another: as obstacles they would leave no room to any name
    ET.SubElement(settings, "rendering", drawLabels="1", labelPerPart="0", obstacle="0")
    return labels


def _qml(
    rules: list[tuple[str, str, str]], symbols: Mapping[str, ET.Element], labels: ET.Element | None = None
) -> str:
    """Return a style of rules (symbol, words of the legend, filter), with labels if any."""
    root = ET.Element(
        "qgis", version="3.22.0", styleCategories="Symbology|Labeling",
        labelsEnabled="0" if labels is None else "1",
    )  # fmt: skip
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
    if labels is not None:
        root.append(labels)
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
