"""What boundary files hold, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO

from footprint.model.errors import InputError
from footprint.model.geographies import Geography, resolution_class
from footprint.model.words import count, listing
from footprint.read.boundary import without_code
from footprint.reports.content.overlap import cut_off
from footprint.reports.document import Block, Heading, Words, lines
from footprint.reports.values import VERSION, write_rows

if TYPE_CHECKING:
    from footprint.read.inspect import Inspection
    from footprint.reports import Report


def document(report: Report) -> Iterator[Block]:
    """Return what each layer holds."""
    for one in report.found:
        where = one.path if one.outline.layer in one.path else f"{one.path}::{one.outline.layer}"
        yield Heading(where, 1)
        yield lines("lw", [(Words(name, "quiet"), fact) for name, fact in _facts(one)])


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
    period = one.period
    if period is None:
        years = ", never in force together"
    else:
        years = f", in force together {period}" if any(period) else ""
    vintage = f" of {layer.vintage}" if layer.vintage else ""
    facts.append(("codes", f"{len(layer.areas):,} {_kind(layer.geography)}{vintage}{years}"))
    if len(layer.out_of_scope):
        nations = layer.out_of_scope["nation"].value_counts().sort_index()
        facts.append(("left out", ", ".join(f"{n:,} in {nation}" for nation, n in nations.items())))
    if one.foreign:
        facts.append(("foreign codes", f"{len(one.foreign):,}: {listing(one.foreign)}"))
    detail = resolution_class(layer.resolution_m, layer.drawn)
    about = "" if layer.resolution_m is None else f" (estimated {layer.resolution_m:,.0f} m)"
    facts.append(("resolution", detail + about))
    repairs = layer.repairs
    if len(repairs):
        change = round(float((repairs["area_after_m2"] - repairs["area_before_m2"]).sum()), 1)
        reasons = listing(repairs["reason"].value_counts().index)
        told = f"{count(len(repairs), 'outline')}, repaired, area {change + 0.0:+,.1f} m² ({reasons})"
        facts.append(("invalid", told))
    else:
        facts.append(("invalid", "none"))
    if len(layer.merged):
        told = f"{count(len(layer.merged), 'code')} on several rows, as parts of one area"
        facts.append(("taken together", told))
    facts += [("may lack areas", f"the file {told}") for told in cut_off(layer)]
    if lost := [str(code) for code in layer.areas.index[layer.areas.geometry.isna()]]:
        facts.append(("without outline", f"{count(len(lost), 'area')}: {listing(lost)}"))
    if layer.codeless is not None:
        becomes = "which `check` refuses in a plan's ground and leaves out beyond it"
        facts.append(("without code", f"{without_code(layer.codeless)}, {becomes}"))
    return facts + [("note", note) for note in layer.notes]


def _kind(geography: Geography) -> str:
    plural = geography.plural
    return plural if geography.key in plural else f"{plural} ({geography.key})"


def _column(column: Any) -> str:
    vintage = f" {column.vintage}" if column.vintage else ""
    return f"{column.name} ({column.geography.key if column.geography else 'code'}{vintage})"


# ── as values ───────────────────────────────────────────────────────────────────────────────────


def record(report: Report) -> dict[str, Any]:
    """Return inspections as plain Python values, and the files that could not be opened."""
    return {
        "version": VERSION,
        "layers": [_layer(one) for one in report.found if not isinstance(one, InputError)],
        "unread": [
            {"path": one.where, "problem": f"{one.fault}. {one.remedy}"}
            for one in report.found
            if isinstance(one, InputError)
        ],
    }


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
        "without_code": layer and (0 if layer.codeless is None else len(layer.codeless)),
        "foreign_codes": one.foreign,
        "invalid_outlines": layer and len(layer.repairs),
        "resolution_m": layer and layer.source.resolution_m,
    }


def write_csv(report: Report, stream: TextIO) -> None:
    """Write a row for each layer; what is a list becomes text."""
    rows = [_layer(one) for one in report.found]
    cells = ([";".join(map(str, v)) if isinstance(v, list) else v for v in row.values()] for row in rows)
    write_rows(rows[0], cells, stream)
