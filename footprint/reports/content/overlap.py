"""The overlap of two boundary files in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from footprint.geometry.overlap import OVERLAP
from footprint.model.finding import Area
from footprint.model.geographies import resolution_class
from footprint.model.schema import Column
from footprint.model.words import area_text, count, listing
from footprint.plan.coverage import ends_round
from footprint.reports.content.alignment import slivers_of
from footprint.reports.document import Block, Figure, Heading, lines, more, text
from footprint.reports.values import VERSION, records, source

if TYPE_CHECKING:
    from footprint.geometry.overlap import Overlap
    from footprint.model.layer import Layer
    from footprint.reports import Report

MOST = 40
# Of ground that areas of one layer claim twice a line is written if it is this share of an area.
_CLAIMED = 0.01


def document(report: Report) -> Iterator[Block]:
    """Return how the areas of one file lie in those of the other, in order."""
    found, a, b = report.found
    nested, split, partly = found.nested(), found.split(), len(found.partly())
    undrawn = len(a.areas) - len(a.polygons)
    same, unsure = int((nested["verdict"] == "same").sum()), len(found.unsure())
    yield Heading(f"{found.source} in {found.target}", 1)
    yield text(
        f"{len(nested):,} of {count(len(a.areas), 'area')} nest ({same:,} one to one), "
        f"{split['source'].nunique():,} split, {f'{partly:,} partly outside, ' if partly else ''}"
        f"{f'of {unsure:,} nobody can tell, ' if unsure else ''}"
        f"{int(found.outside['whole'].sum()):,} in none"
        f"{f', {undrawn:,} without an outline' if undrawn else ''}",
        depth=0,
    )
    yield from map(text, claimed_twice(found, a, b))
    if len(split):
        yield from _splits(found, a, b)
    yield from _outside(found, a, whole=True, heading="In none")
    yield from _outside(found, a, whole=False, heading="Partly outside (in none: water, or land left out)")
    if alone := found.without_source(b.polygons.index):
        yield Heading(f"Without any {found.source}")
        yield from (text(_area(b, code)) for code in alone[:MOST])
        yield from more(len(alone) - MOST, "")
    yield Heading("Slivers (narrow false overlaps, not counted as splits)")
    yield text(slivers_of(found, found.source, found.target))
    if found.too_small:
        told = count(len(found.too_small), "area")
        yield text(f"{told} of {found.source} lie across a line but are too narrow to judge")
    if len(found.unclear):
        yield Heading("Pieces that may be slivers or parts (nobody can tell)")
    for row in found.unclear[:MOST].to_dict("records"):
        where = f"{_area(a, row['source'])} in {_area(b, row['target'])}"
        yield text(f"{where}, {row['width_m']:,.0f} m wide")
    yield from more(len(found.unclear) - MOST, "")
    yield Heading("Inputs")
    yield from (text(_provenance(layer), tone="quiet") for layer in (a, b))


def _splits(found: Overlap, a: Layer, b: Layer) -> Iterator[Block]:
    split = found.split()
    yield Heading("Splits, by area")
    lost = split.groupby("source")["area_m2"].agg(lambda s: s.sum() - s.max())
    order = lost.sort_values(ascending=False, kind="stable").index
    for code in order[:MOST]:
        yield text(_area(a, code))
        rows = [
            (
                Figure(row["area_m2"], "area"),
                Figure(row["area_share_of_source"], "share"),
                Figure(row["width_m"], unit=" m wide"),
                _area(b, row["target"]),
            )
            for row in split[split["source"] == code].to_dict("records")
        ]
        yield lines("rrrw", rows, depth=3)
    yield from more(len(order) - MOST)


def _area(layer: Layer, code: str) -> str:
    return str(Area(code, layer.names[code]))


def _outside(found: Overlap, a: Layer, *, whole: bool, heading: str) -> Iterator[Block]:
    strays = found.outside[found.outside["whole"] == whole]
    if len(strays):
        yield Heading(heading)
    for row in strays[:MOST].to_dict("records"):
        yield text(f"{_area(a, row['source'])}, {area_text(row['area_m2'])}")
    yield from more(len(strays) - MOST, "")


def _provenance(layer: Layer) -> str:
    s = layer.source
    outline = resolution_class(layer.resolution_m, layer.drawn)
    facts = [count(s.features, "feature"), layer.geography.key, s.crs or "", f"outlines {outline}"]
    facts += [f"{len(layer.out_of_scope):,} of other nations left out"] if len(layer.out_of_scope) else []
    facts += [f"{count(len(layer.repairs), 'invalid outline')} repaired"] if len(layer.repairs) else []
    facts += doubts(layer)
    facts.append(f"sha256 {s.sha256[:12]}")
    return f"{Path(s.path).name} ({', '.join(facts)})"


def doubts(layer: Layer) -> list[str]:
    """Return what of a file takes no part, was put together, or may be missing, in words."""
    found = []
    if lost := [str(code) for code in layer.areas.index[layer.areas.geometry.isna()]]:
        found.append(
            f"{count(len(lost), 'area')} without an outline, compared with nothing ({listing(lost)})"
        )
    if len(layer.merged):
        told = count(len(layer.merged), "code")
        found.append(
            f"{told} on several rows, as parts of one area ({listing(map(str, layer.merged.index))})"
        )
    return found + cut_off(layer)


def cut_off(layer: Layer) -> list[str]:
    """Return what says that a file lacks areas, in words."""
    if layer.source.cut_off:
        return [f"says that it was cut off ({layer.source.cut_off})"]
    if ends_round(layer.source):
        return [f"ends at exactly {layer.source.features:,} features, as downloads do that were cut off"]
    return []


def claimed_twice(found: Overlap, a: Layer, b: Layer) -> Iterator[str]:
    """Say of a layer that its areas overlap each other: pieces and their shares count that ground twice."""
    sides = (("source", a, found.target), ("target", b, found.source))
    for column, layer, others in sides:
        pieces = found.table.groupby(column)["area_m2"].sum()
        drawn = layer.polygons.area.reindex(pieces.index)
        twice = (pieces - drawn)[pieces - drawn > _CLAIMED * drawn].sort_values(
            ascending=False, kind="stable"
        )
        if len(twice):
            told = listing(f"{area_text(m2)} of {_area(layer, code)}" for code, m2 in twice.items())
            yield f"Areas of {others} overlap each other, so that ground is counted more than once: {told}."


# ── as values ───────────────────────────────────────────────────────────────────────────────────


def record(report: Report) -> dict[str, Any]:
    """Return the overlap as plain Python values."""
    found, a, b = report.found
    return {
        "version": VERSION,
        "inputs": [source(a.source), source(b.source)],
        "tolerance_m": found.tolerance.metres if found.tolerance else None,
        "tolerance_reason": found.tolerance.why if found.tolerance else None,
        "overlap": records(found.table),
        "outside": records(found.outside),
        "too_small": list(found.too_small),
        "unclear": records(found.unclear),
    }


def write_csv(report: Report, stream: TextIO) -> None:
    """Write the overlaps, with the names of both areas."""
    found, a, b = report.found
    table = found.table.assign(
        source_name=a.names.reindex(found.table["source"]).to_numpy(),
        target_name=b.names.reindex(found.table["target"]).to_numpy(),
    )
    OVERLAP.adding(Column("source_name"), Column("target_name")).write_csv(table, stream)
