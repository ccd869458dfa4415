"""What boundary files hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from footprint.reports.records import VERSION, write_rows

if TYPE_CHECKING:
    from footprint.read.inspect import Inspection
    from footprint.reports import Report


def record(report: Report) -> dict[str, Any]:
    """Return inspections as plain Python values."""
    return {"version": VERSION, "layers": [_layer(one) for one in report.found]}


def _layer(one: Inspection) -> dict[str, Any]:
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


def write_csv(report: Report, stream: TextIO) -> None:
    """Write a row for each layer; what is a list becomes text."""
    rows = [_layer(one) for one in report.found]
    cells = ([";".join(map(str, v)) if isinstance(v, list) else v for v in row.values()] for row in rows)
    write_rows(rows[0], cells, stream)
