"""The overlap of two boundary files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from footprint.geometry.overlap import OVERLAP, Overlap
from footprint.model.geographies import resolution_class
from footprint.model.layer import Layer
from footprint.model.schema import Column
from footprint.model.words import area_text, clean, count, percent
from footprint.reports.json import dump, records, source
from footprint.reports.terminal import grid, line, show, sliver_line, title

MOST = 40


def write(found: Overlap, a: Layer, b: Layer, name: str, stream: TextIO) -> None:
    """Write an overlap as "terminal", "json" or "csv"."""
    if name == "json":
        document = {
            "version": 1,
            "inputs": [source(a.source), source(b.source)],
            "tolerance_m": found.tolerance.metres if found.tolerance else None,
            "tolerance_reason": found.tolerance.why if found.tolerance else None,
            "overlap": records(found.table),
            "outside": records(found.outside),
            "too_small": list(found.too_small),
        }
        dump(document, stream)
    elif name == "csv":
        table = found.table.assign(
            source_name=a.names.reindex(found.table["source"]).to_numpy(),
            target_name=b.names.reindex(found.table["target"]).to_numpy(),
        )
        OVERLAP.adding(Column("source_name"), Column("target_name")).write_csv(table, stream)
    else:
        show(stream, _terminal(found, a, b))


def _terminal(found: Overlap, a: Layer, b: Layer) -> Iterator[RenderableType]:
    table = found.table
    verdict = table.drop_duplicates(["source", "verdict"])["verdict"].value_counts()
    split = found.split()
    nested = int(verdict.get("nested", 0) + verdict.get("same", 0))
    yield Text(f"{clean(found.source)} in {clean(found.target)}", style="bold")
    yield (
        f"{nested:,} of {len(a.polygons):,} areas nest ({int(verdict.get('same', 0)):,} one to one), "
        f"{split['source'].nunique():,} split, {int(found.outside['whole'].sum()):,} in none"
    )
    if len(split):
        yield title("Splits, by area")
        lost = split.groupby("source")["area_m2"].agg(lambda s: s.sum() - s.max())
        order = lost.sort_values(ascending=False, kind="stable").index
        for code in order[:MOST]:
            yield line(f"{a.names[code]} ({code})")
            rows = grid("right", "right", "right", "fold")
            for row in split[split["source"] == code].to_dict("records"):
                rows.add_row(
                    f"{row['area_m2'] / 1e6:,.1f} km²",
                    percent(row["area_share_of_source"]),
                    f"{row['width_m']:,.0f} m wide",
                    Text(clean(f"{b.names[row['target']]} ({row['target']})")),
                )
            yield Padding(rows, (0, 0, 0, 6))
        if len(order) > MOST:
            yield line(f"and {len(order) - MOST:,} more; see them all with --format csv")
    for whole, heading in ((True, "In none"), (False, "Partly in none (water, or land left out)")):
        strays = found.outside[found.outside["whole"] == whole]
        if len(strays):
            yield title(heading)
        for row in strays[:MOST].to_dict("records"):
            yield line(f"{a.names[row['source']]} ({row['source']}), {area_text(row['area_m2'])}")
        if len(strays) > MOST:
            yield line(f"and {len(strays) - MOST:,} more")
    yield title("Slivers (narrow false overlaps, not counted as splits)")
    yield line(sliver_line(found))
    if found.too_small:
        told = count(len(found.too_small), "area")
        yield line(f"{told} of {found.source} lie across a line but are too narrow to judge")
    yield title("Inputs")
    for layer in (a, b):
        s = layer.source
        outline = resolution_class(layer.resolution_m, layer.drawn)
        facts = [
            f"{s.features:,} features",
            layer.geography.key,
            s.crs or "",
            f"outlines {outline}",
        ]
        facts += [f"{len(layer.out_of_scope):,} outside England left out"] if len(layer.out_of_scope) else []
        facts += [f"{count(len(layer.repairs), 'invalid outline')} repaired"] if len(layer.repairs) else []
        facts.append(f"sha256 {s.sha256[:12]}")
        yield line(f"{Path(s.path).name} ({', '.join(facts)})", style="bright_black")
