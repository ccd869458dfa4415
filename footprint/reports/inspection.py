"""What boundary files hold."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any, TextIO

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from footprint.model.geographies import Geography, resolution_class
from footprint.model.words import clean, count, listing, spreadsheet_safe
from footprint.read.inspect import Inspection
from footprint.reports.json import dump
from footprint.reports.terminal import grid, show


def write(found: list[Inspection], name: str, stream: TextIO) -> None:
    """Write inspections as "terminal", "json" or "csv"."""
    if name == "json":
        dump({"version": 1, "layers": [record(i) for i in found]}, stream)
    elif name == "csv":
        rows = [record(i) for i in found]
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(rows[0])
        for row in rows:
            values = [";".join(map(str, v)) if isinstance(v, list) else v for v in row.values()]
            table.writerow([spreadsheet_safe(v) if isinstance(v, str) else v for v in values])
    else:
        show(stream, _terminal(found))


def _terminal(found: list[Inspection]) -> Iterator[RenderableType]:
    for i, one in enumerate(found):
        where = one.path if one.outline.layer in one.path else f"{one.path}::{one.outline.layer}"
        yield Text(("\n" if i else "") + clean(where), style="bold")
        table = grid("left", "fold")
        for key, value in _facts(one):
            table.add_row(Text(key, style="bright_black"), Text(clean(value)))
        yield Padding(table, (0, 0, 0, 2))


def record(one: Inspection) -> dict[str, Any]:
    """Return one inspection as plain values."""
    o, layer = one.outline, one.read
    return {
        "path": one.path,
        "layer": o.layer,
        "driver": o.driver,
        "crs": o.crs,
        "features": o.features,
        "geometry_type": o.geometry_type,
        "encoding": o.encoding,
        "columns": list(o.columns),
        "code_columns": [c.name for c in o.code_columns],
        "problem": None if one.problem is None else f"{one.problem.fault}. {one.problem.remedy}",
        "geography": layer and layer.geography.key,
        "vintage": layer and layer.vintage,
        "areas": layer and len(layer.areas),
        "out_of_scope": layer and len(layer.out_of_scope),
        "foreign_codes": one.foreign,
        "invalid_outlines": layer and len(layer.repairs),
        "resolution_m": layer and layer.source.resolution_m,
    }


def _facts(one: Inspection) -> list[tuple[str, str]]:
    o, layer = one.outline, one.read
    facts = [
        ("format", f"{o.driver}, {o.geometry_type}, text in {o.encoding}"),
        ("features", f"{o.features:,}"),
        ("CRS", o.crs or "none stated"),
        ("columns", listing(o.columns, 14)),
        ("code columns", listing(_column(c) for c in o.code_columns) or "none by name"),
    ]
    if one.problem is not None:
        return [*facts, ("CANNOT USE", f"{one.problem.fault}. {one.problem.remedy}")]
    assert layer is not None
    first, last = one.years
    years = f", in force together {_years(first, last)}" if first or last else ""
    vintage = f" of {layer.vintage}" if layer.vintage else ""
    facts.append(
        (
            "codes",
            f"{len(layer.areas):,} {_kind(layer.geography)}{vintage}{years}",
        )
    )
    if len(layer.out_of_scope):
        told = layer.out_of_scope["nation"].value_counts().sort_index()
        facts.append(("left out", ", ".join(f"{n:,} in {nation}" for nation, n in told.items())))
    if one.foreign:
        facts.append(("foreign codes", f"{len(one.foreign):,}: {listing(one.foreign)}"))
    detail = resolution_class(layer.resolution_m, layer.drawn)
    about = "" if layer.resolution_m is None else f" (estimated {layer.resolution_m:,.0f} m)"
    facts.append(("resolution", detail + about))
    repairs = layer.repairs
    if len(repairs):
        change = round(float((repairs["area_after_m2"] - repairs["area_before_m2"]).sum()), 1)
        reasons = listing(repairs["reason"].value_counts().index)
        facts.append(
            (
                "invalid",
                f"{count(len(repairs), 'outline')}, repaired, area {change + 0.0:+,.1f} m² ({reasons})",
            )
        )
    else:
        facts.append(("invalid", "none"))
    if len(layer.merged):
        facts.append(
            (
                "taken together",
                f"{count(len(layer.merged), 'code')} on several rows, as parts of one area",
            )
        )
    return facts + [("note", note) for note in layer.notes]


def _kind(geography: Geography) -> str:
    plural = geography.plural
    return plural if geography.key in plural else f"{plural} ({geography.key})"


def _column(column: Any) -> str:
    vintage = f" {column.vintage}" if column.vintage else ""
    return f"{column.name} ({column.geography.key if column.geography else 'code'}{vintage})"


def _years(first: int | None, last: int | None) -> str:
    if first == last:
        return f"in {first}"
    if first is None:
        return f"until {last}"
    return f"since {first}" if last is None else f"{first} to {last}"
