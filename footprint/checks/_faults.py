"""What the rules on gaps and on overlaps within a layer share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from footprint.checks import Maker, evidence
from footprint.geometry.tolerance import own_tolerance
from footprint.measure.faults import consequences, faults
from footprint.model.finding import Area, Finding, Severity
from footprint.model.words import agree, area_text, count

if TYPE_CHECKING:
    from footprint.model.layer import Layer
    from footprint.plan.model import Plan

FAULT_EVIDENCE = evidence("count", "area_m2", "width_m", "tolerance_m")


def report(
    rule: Maker,
    plan: Plan,
    layer: Layer,
    kind: Literal["gaps", "overlaps"],
    verb: str,
    alone: str,
    hint: str,
) -> Iterator[Finding]:
    """Report each fault as wide as a sliver cannot be, and the narrower ones of the layer in one line.

    So are those that areas make because they lie beside their place: one thing is wrong.
    """
    found = getattr(faults(plan, layer), kind)
    if found.empty:
        return
    limit = own_tolerance(layer)
    wide = (found["width_m"] >= limit).to_numpy()
    made = consequences(plan, layer, kind)
    several = {codes for codes, many in Counter(made).items() if codes and many > 1}
    for codes in sorted(several):
        rows = found[[one == codes for one in made]]
        areas = [Area(code, str(layer.names[code])) for code in codes]
        it, its = agree(len(areas), "it lies", "they lie"), agree(len(areas), "its", "their")
        yield rule.finding(
            layer.key,
            f"{count(len(rows), kind[:-1])} at the borders of {_together(areas)}, "
            f"{area_text(rows['area_m2'].sum())} in all, at most {rows['width_m'].max():,.0f} m wide, "
            f"because {it} beside {its} place",
            f"Draw {agree(len(areas), 'it', 'them')} again; nothing else has to be redrawn for these.",
            "geometry",
            area=areas[0],
            others=areas[1:],
            count=len(rows),
            area_m2=float(rows["area_m2"].sum()),
            width_m=float(rows["width_m"].max()),
            tolerance_m=limit,
        )
    for row in found[wide & [one not in several for one in made]].to_dict("records"):
        areas = [Area(c, str(layer.names[c])) for c in row["areas"]]
        yield rule.finding(
            layer.key,
            f"{area_text(row['area_m2'])}, {row['width_m']:,.0f} m wide, "
            f"{verb if len(areas) > 1 else alone} {_together(areas)}",
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
            f"{count(len(narrow), f'narrow {kind[:-1]}')} between {layer.geography.plural}, "
            f"at most {narrow['width_m'].max():,.1f} m wide, {area_text(narrow['area_m2'].sum())} in all",
            "Left over from generalising or digitising; nothing rests on them.",
            "geometry",
            severity=Severity.INFO,
            count=len(narrow),
            area_m2=float(narrow["area_m2"].sum()),
            width_m=float(narrow["width_m"].max()),
            tolerance_m=limit,
        )


def _together(areas: Sequence[Area]) -> str:
    """Return the first four areas and how many more there are, with "and": figures follow commas."""
    return " and ".join([*map(str, areas[:4]), *([f"{len(areas) - 4} more"] if len(areas) > 4 else [])])
