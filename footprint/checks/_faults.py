"""What the rules on gaps and on overlaps within a layer share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from footprint.checks import Maker, evidence
from footprint.geometry.tolerance import own_tolerance
from footprint.model.finding import Area, Finding, Severity
from footprint.model.words import area_text, count

if TYPE_CHECKING:
    import geopandas as gpd

    from footprint.model.layer import Layer

FAULT_EVIDENCE = evidence("count", "area_m2", "width_m", "tolerance_m")


def report(
    rule: Maker, layer: Layer, found: gpd.GeoDataFrame, noun: str, verb: str, alone: str, hint: str
) -> Iterator[Finding]:
    """Report each fault as wide as a sliver cannot be, and the narrower ones of the layer in one line."""
    if found.empty:
        return
    limit = own_tolerance(layer)
    wide = found["width_m"] >= limit
    for row in found[wide].to_dict("records"):
        areas = [Area(c, str(layer.names[c])) for c in row["areas"]]
        more = f" and {len(areas) - 4} more" if len(areas) > 4 else ""
        yield rule.finding(
            layer.key,
            f"{area_text(row['area_m2'])}, {row['width_m']:,.0f} m wide, "
            f"{verb if len(areas) > 1 else alone} {' and '.join(map(str, areas[:4]))}{more}",
            hint,
            "geometry",
            area=areas[0] if areas else None,
            others=areas[1:],
            area_m2=row["area_m2"],
            width_m=row["width_m"],
            tolerance_m=limit,
        )
    narrow = found[~wide]
    if len(narrow):
        yield rule.finding(
            layer.key,
            f"{count(len(narrow), f'narrow {noun}')} between {layer.geography.plural}, "
            f"at most {narrow['width_m'].max():,.1f} m wide, {area_text(narrow['area_m2'].sum())} in all",
            "Left over from generalising or digitising; nothing rests on them.",
            "geometry",
            severity=Severity.INFO,
            count=len(narrow),
            area_m2=float(narrow["area_m2"].sum()),
            width_m=float(narrow["width_m"].max()),
            tolerance_m=limit,
        )
